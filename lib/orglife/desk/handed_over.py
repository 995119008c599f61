"""Hand uploaded files over to long work, in a folder that is removed when the work ends."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files
from orglife.adapters.engine.long_work import FOLDER, WorkState, work_of
from orglife.adapters.panel.work_bar import WorkBar

Ended = Callable[[WorkState, Path], None]
"""Called with the result of the work and the folder of the files, which is removed afterwards."""


class HandedOver:
    """Hands files over to long work of one kind, and shows its bar.

    Args:
        root: The workspace.
        title: What the work is called on the page.
        task: The work; see ``LongWork.start``.
        name: Begins the names of the folders; each kind of work has its own.
    """

    def __init__(self, root: Path, title: str, task: str, name: str) -> None:
        self._root, self._title, self._task, self._name = root, title, task, name
        self._work = work_of(root)
        self._begun: tuple[Path, Ended] | None = None
        self._bar = WorkBar(self._work, (title,), self._changed, show_end=False)
        self.box = self._bar.box

    def begin(self, contents: Sequence[bytes], arguments: Mapping[str, Any], ended: Ended) -> None:
        """Begin the work with these files; they are named by their numbers from 0.

        Args:
            contents: Their bytes.
            arguments: The work's arguments besides its workspace and the folder.
            ended: Called at its end.

        Raises:
            AtWork, CannotWrite: nothing was begun.
        """
        self._work.require_idle()
        for left in (self._root / FOLDER).glob(f"{self._name}-*"):  # of a program that ended before its work
            shutil.rmtree(left, ignore_errors=True)
        folder = self._root / FOLDER / f"{self._name}-{secrets.token_hex(4)}"
        try:
            files.make_private(folder)
            for number, data in enumerate(contents):
                with files.refusals(folder / f"{number}"):
                    (folder / f"{number}").write_bytes(data)  # not synced: not needed after a power loss
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._begun = folder, ended
        self._work.start(self._title, self._task, {"root": str(self._root), "folder": str(folder), **arguments})

    def _changed(self) -> None:
        """Hand back once the work has ended."""
        if self._begun is None or self._work.state.running:
            return
        (folder, ended), self._begun = self._begun, None
        try:
            ended(self._work.state, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
