"""Many filled-in forms read as long work: a bar while they are read, then the differences, as for a few."""

from __future__ import annotations

import pickle  # between processes of one program and user
import secrets
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from orglife.adapters.disk import files
from orglife.adapters.engine.long_work import FOLDER, work_of
from orglife.adapters.form.exchange import FileDifference
from orglife.adapters.form.work_bar import WorkBar
from orglife.core.errors import AtWork
from orglife.exchange.intake import Difference, Refusal
from orglife.filing import names
from orglife.office.office import Office

TITLE = "读填写表"
FEW = 6
"""So many forms are read at once, without a bar: it takes less than a second."""


class ManyForms:
    """Reads many forms in a child; see ``LongReading``."""

    def __init__(self, office: Office, branch: str) -> None:
        self._root, self._branch = office.workspace.root.resolve(), branch
        self._work = work_of(self._root)
        self._folder: Path | None = None
        self._done: Callable[[Sequence[FileDifference]], None] | None = None
        self._failed: Callable[[Sequence[str]], None] | None = None
        self._bar = WorkBar(self._work, (TITLE,), self._changed, show_end=False)
        self.box = self._bar.box

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
        if self._work.state.running:
            raise AtWork(title=self._work.state.title, since=self._work.state.since[-5:])
        for left in (self._root / FOLDER).glob("forms-*"):  # of a program that was ended meanwhile
            shutil.rmtree(left, ignore_errors=True)
        folder = self._root / FOLDER / f"forms-{secrets.token_hex(4)}"
        try:
            for number, (_, data) in enumerate(uploads):
                files.write(folder / f"{number}", data)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._folder, self._done, self._failed = folder, done, failed
        titles = [name for name, _ in uploads]
        arguments = {"root": str(self._root), "branch": self._branch, "folder": str(folder), "names": titles}
        self._work.start(TITLE, names.FORMS, arguments)
        return True

    def _changed(self) -> None:
        """Hand over what was read, once the work has ended."""
        folder, state = self._folder, self._work.state
        if folder is None or state.running or self._done is None or self._failed is None:
            return
        self._folder = None
        try:
            if state.good:
                found: list[Difference | Refusal] = pickle.loads(files.read(folder / names.DIFFERENCES))  # noqa: S301  from our own child
                self._done(found)
            else:
                self._failed(state.lines)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
