"""The spawner that the hub's configuration names."""

from __future__ import annotations

from typing import ClassVar

from orglife.adapters.hub.spawner import WarmForkSpawner


class PersonSpawner(WarmForkSpawner):
    """Forks people's servers from a process that has imported all of them."""

    WARM: ClassVar[str] = "orglife.serve.person:warm"
    SERVE: ClassVar[str] = "orglife.serve.person:serve_forked"
