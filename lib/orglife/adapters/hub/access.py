"""A person's server behind a hub: the hub says who comes, its proxy brings them to ``/user/NAME/``."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from orglife.adapters.engine import long_work
from orglife.adapters.hub.keeper import Keeper
from orglife.adapters.lab.keys import Keys
from orglife.adapters.lab.runtime import USED, ServerFolder

SECRETS = ("JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN")
"""Environment variables with the server's key to the hub, which no kernel gets."""
KEPT = "JUPYTERHUB_"
"""Prefix of the environment variables by which the hub tells the server who it is."""
_AT_WORK = 1.0  # seconds between checks whether long work has ended


@dataclass(frozen=True)
class HubAccess:
    """What the hub gives to a person's server in its environment.

    Attributes:
        port: Where to listen; the hub's proxy comes there.
        base: ``/user/NAME/``.
        first_page: Where ``base`` leads to, below it.
        keeper: Forks the kernels; None = they are started.
        idle: Seconds without use after which the server ends. The hub cannot measure it: it counts the automatic requests
            of an open page as use.
        keys: For the sign of life only.
    """

    port: int
    base: str
    first_page: str
    keeper: Keeper | None
    idle: float
    keys: Keys = field(default_factory=Keys.new)

    @classmethod
    def from_environment(cls, first_page: str, keeper: Keeper | None, idle: float) -> HubAccess:
        """As the environment says.

        Raises:
            KeyError: no hub started this process.
        """
        port = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"]).port
        return cls(int(port or 0), os.environ["JUPYTERHUB_SERVICE_PREFIX"], first_page, keeper, idle)

    @property
    def origin(self) -> str:
        """Not known: the name that the administrator's proxy has."""
        return ""

    @property
    def sign_of_life(self) -> str:
        """See ``Access``."""
        return self.keys.sign_of_life

    @property
    def extensions(self) -> dict[str, bool]:
        """JupyterHub's own, which asks the hub who comes and tells it of activity."""
        return {"jupyterhub": True}

    def configure(self, config: Any) -> None:
        """See ``Access``."""
        from jupyterhub.singleuser import extension  # noqa: PLC0415  reads the environment when imported

        server = config.ServerApp
        server.identity_provider_class = extension.JupyterHubIdentityProvider  # by name: it must never start without
        server.authorizer_class = extension.JupyterHubAuthorizer
        server.allow_remote_access = True  # the proxy's name
        server.trust_xheaders = True
        config.LabApp.default_url = self.first_page  # Lab's own would win over the hub's
        if self.keeper is not None:
            from orglife.adapters.hub import kernels  # noqa: PLC0415  loads the server

            kernels.fork_kernels(self.keeper, config)

    def add_handlers(self, web_app: Any) -> None:
        """See ``Access``."""
        from orglife.adapters.lab import guards  # noqa: PLC0415  loads the server

        guards.add_sign_of_life(web_app, self.base, self.keys)

    def prepared(self, app: Any) -> None:
        """Take the key to the hub out of the environment; begin to watch whether anybody uses the server."""
        _ = app.identity_provider.hub_auth.api_token  # read now, as below: it is read when first asked for
        for extension in app.extension_manager.extension_apps.get("jupyterhub", ()):
            _ = extension.hub_auth.api_token
        for name in SECRETS:
            os.environ.pop(name, None)
        app.io_loop.add_callback(self._watch, app)

    def _watch(self, app: Any) -> None:
        """End the server when nobody has used it for long; what was typed is saved. Long work is not cut off."""
        now = time.monotonic()
        left = app.web_app.settings.setdefault(USED, now) + self.idle - now
        if left <= 0 and long_work.at_work(Path(app.root_dir)) is None:
            app.stop(from_signal=True)
        else:
            app.io_loop.call_later(max(left, _AT_WORK), self._watch, app)

    def page_data(self) -> dict[str, Any]:
        """The page offers a way back to the hub when the server has ended, and a logout."""
        return {"hub": True}

    def announce(self, server_folder: ServerFolder, branch: str, *, developer: bool) -> None:
        """Nothing: users come through the hub."""

    def withdraw(self, server_folder: ServerFolder) -> None:
        """Nothing."""
