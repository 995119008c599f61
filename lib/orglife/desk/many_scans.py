"""Attach many scans as long work with a bar, all or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from orglife.adapters.disk.attachments import Attached
from orglife.desk.handed_over import HandedOver
from orglife.filing import names, scans
from orglife.office.office import Office

TITLE = "附上扫描件"
FEW = 3
"""Up to this many scans are attached at once, without a bar, in less than a second."""


class ManyScans:
    """Attaches the scans of one branch, a few at once and many in a child.

    Args:
        office: The open workspace.
        branch: Id of the branch.
        as_of: Returns the day of the check.
        saved: Called after a few were attached; after long work the page is renewed in any case.
    """

    def __init__(self, office: Office, branch: str, as_of: Callable[[], date], saved: Callable[[], None]) -> None:
        self._office, self._branch, self._as_of, self._saved = office, branch, as_of, saved
        self._over = HandedOver(office.workspace.root.resolve(), TITLE, names.ATTACH, "scans")
        self.box = self._over.box

    def begin(
        self, chosen: Sequence[tuple[str, Attached, Sequence[str]]], ended: Callable[[Sequence[str], bool], None]
    ) -> None:
        """Attach scans, all or none.

        Args:
            chosen: The name, the checked file and the ids of the records of each.
            ended: Called at the end with the sentences to show, and whether the scans are attached.

        Raises:
            NoSuchRecord, AtWork, CannotWrite: nothing is attached.
        """
        if len(chosen) <= FEW:
            pairs = [(file, records) for _, file, records in chosen]
            ended([scans.attach(self._office, self._branch, pairs, self._as_of())], True)
            self._saved()
            return
        named = [
            {"name": name, "file": f"scan{file.suffix}", "records": list(records)} for name, file, records in chosen
        ]
        arguments = {"branch": self._branch, "files": named, "as_of": self._as_of().isoformat()}
        contents = [file.data for _, file, _ in chosen]
        self._over.begin(contents, arguments, lambda state, _folder: ended(state.lines, bool(state.good)))
