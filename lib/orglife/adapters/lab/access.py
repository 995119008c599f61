"""How browsers come to the page's server: straight to this machine, or through a hub (``adapters.hub.access``)."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any, Protocol

from orglife.adapters.disk import files
from orglife.adapters.lab.keys import Entrance
from orglife.adapters.lab.runtime import HOST, ServerFolder


class Access(Protocol):
    """Decides who may come in, and at which address."""

    @property
    def port(self) -> int:
        """Where the server listens, on this machine only."""
        ...

    @property
    def base(self) -> str:
        """The path below which everything is served, ``/…/``."""
        ...

    @property
    def origin(self) -> str:
        """Where the pages come from, ``http://…``; "" = not known here."""
        ...

    @property
    def sign_of_life(self) -> str:
        """Tells a page whether the same start of the server still answers."""
        ...

    @property
    def extensions(self) -> dict[str, bool]:
        """Extensions of the server that it needs."""
        ...

    def configure(self, config: Any) -> None:
        """Set who may come in."""
        ...

    def add_handlers(self, web_app: Any) -> None:
        """Add the handlers that answer before login."""
        ...

    def prepared(self, app: Any) -> None:
        """Called when the server is made and before the first kernel."""
        ...

    def page_data(self) -> dict[str, Any]:
        """What the page shows about it."""
        ...

    def announce(self, server_folder: ServerFolder, branch: str, *, developer: bool) -> None:
        """Called before the server listens: save what a second start needs to find it."""
        ...

    def withdraw(self, server_folder: ServerFolder) -> None:
        """Called when the server has ended."""
        ...


@dataclass(frozen=True)
class LocalAccess:
    """One user on this machine, let in once by each address that ``start`` gives."""

    port: int
    entrance: Entrance

    @property
    def base(self) -> str:
        """See ``Access``."""
        return self.entrance.keys.base

    @property
    def origin(self) -> str:
        """See ``Access``."""
        return f"http://{HOST}:{self.port}"

    @property
    def sign_of_life(self) -> str:
        """See ``Access``."""
        return self.entrance.keys.sign_of_life

    @property
    def extensions(self) -> dict[str, bool]:
        """None."""
        return {}

    def configure(self, config: Any) -> None:
        """See ``Access``."""
        from orglife.adapters.lab import guards  # noqa: PLC0415  loads the server

        server = config.ServerApp
        server.cookie_secret = secrets.token_bytes(32)  # of this start only
        server.allow_remote_access = False  # refuse host names that other sites point at this address
        server.allow_origin = self.origin
        server.identity_provider_class = guards.OwnPages
        config.IdentityProvider.token = self.entrance.keys.token
        config.IdentityProvider.cookie_options = {"samesite": "Strict", "httponly": True, "expires_days": None}

    def add_handlers(self, web_app: Any) -> None:
        """See ``Access``."""
        from orglife.adapters.lab import guards  # noqa: PLC0415  loads the server

        guards.add_entrance(web_app, self.entrance)

    def prepared(self, app: Any) -> None:
        """Nothing."""

    def page_data(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def announce(self, server_folder: ServerFolder, branch: str, *, developer: bool) -> None:
        """See ``Access``."""
        files.write(server_folder.folder / "port", str(self.port).encode())
        state = {"port": self.port, "developer": developer, "branch": branch, **vars(self.entrance.keys)}
        files.write(server_folder.running, json.dumps(state).encode())  # mode 0600

    def withdraw(self, server_folder: ServerFolder) -> None:
        """See ``Access``."""
        server_folder.running.unlink(missing_ok=True)
        server_folder.doorway.unlink(missing_ok=True)
