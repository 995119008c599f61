"""Read many filled-in forms as long work with a bar, then show the differences."""

from __future__ import annotations

import pickle  # between processes of one program and user
from collections.abc import Callable, Sequence
from pathlib import Path

from orglife.adapters.disk import files
from orglife.adapters.engine.long_work import WorkState
from orglife.adapters.panel.exchange import FileDifference
from orglife.desk.handed_over import HandedOver
from orglife.exchange.difference import Difference
from orglife.exchange.intake import Refusal
from orglife.filing import names
from orglife.office.office import Office

TITLE = "读填写表"
FEW = 6
"""Up to this many forms are read at once, without a bar, in less than a second."""


class ManyForms:
    """Reads many forms in a child; see ``LongReading``."""

    def __init__(self, office: Office, branch: str) -> None:
        self._branch = branch
        self._over = HandedOver(office.workspace.root.resolve(), TITLE, names.FORMS, "forms")
        self.box = self._over.box

    def begin(
        self,
        uploads: Sequence[tuple[str, bytes]],
        done: Callable[[Sequence[FileDifference]], None],
        failed: Callable[[Sequence[str]], None],
    ) -> bool:
        """Begin to read the forms; False if they are few enough to be read at once.

        Raises:
            AtWork, CannotWrite: nothing was begun.
        """
        if len(uploads) <= FEW:
            return False

        def ended(state: WorkState, folder: Path) -> None:
            if state.good:
                differences: list[Difference | Refusal] = pickle.loads(files.read(folder / names.DIFFERENCES))  # noqa: S301  from our own child
                done(differences)
            else:
                failed(state.lines)

        arguments = {"branch": self._branch, "names": [name for name, _ in uploads]}
        self._over.begin([data for _, data in uploads], arguments, ended)
        return True
