"""The part of the first page that restores a backup: lists backups, takes one in, tells what it holds, restores it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tornado.web import stream_request_body

from orglife.adapters.disk import files
from orglife.adapters.disk.attachments import display_name
from orglife.adapters.lab.keys import Entrance
from orglife.adapters.lab.small_page import CookieHandler
from orglife.core.errors import BadInput, CannotWrite, OrglifeError

LARGEST = 100_000_000_000  # bytes of a backup that is taken in
GONE = "这份备份找不到了，可能U盘拔出了。请插好U盘，点“重新查找”。"


@dataclass
class RestoreActions:
    """What restoring calls.

    Attributes:
        find: The backups that can be chosen: (label, path).
        contents: Sentences about what a backup holds; OrglifeError if it cannot be restored.
        restore: Restores a backup and returns the address of the first page; on OrglifeError nothing is changed.
        folder: A private folder for a backup that is taken in.
    """

    find: Callable[[], list[tuple[str, Path]]]
    contents: Callable[[Path], list[str]]
    restore: Callable[[Path], str]
    folder: Path
    uploaded: dict[str, Path] = field(default_factory=dict)

    def listed(self) -> list[list[str]]:
        """[label, path] of every backup that can be chosen; uploaded ones first."""
        taken = [[label, str(path)] for label, path in self.uploaded.items()]
        return [*taken, *([label, str(path)] for label, path in self.find())]

    def chosen(self, path: str) -> Path:
        """The path, which must be one of those listed.

        Raises:
            BadInput: it is not, or no more.
        """
        if path not in (each for _, each in self.listed()) or not Path(path).is_file():
            raise BadInput([GONE])
        return Path(path)


class RestoreHandler(CookieHandler):
    """Lists backups, tells what one holds, restores it."""

    def initialize(self, entrance: Entrance, actions: RestoreActions, restored: Callable[[], None]) -> None:
        """Take what the server passes."""
        self.entrance, self.actions, self.restored = entrance, actions, restored

    async def post(self, what: str) -> None:
        """Answer in JSON, with the reason where something is refused."""
        work: Callable[[], Any] = {
            "backups": self.actions.listed,
            "contents": self._contents,
            "restore": self._restore,
        }[what]
        if await self.answer(what, work) and what == "restore":
            self.restored()

    def _contents(self) -> list[str]:
        return self.actions.contents(self.actions.chosen(self.get_body_argument("backup", "")))

    def _restore(self) -> str:
        return self.actions.restore(self.actions.chosen(self.get_body_argument("backup", "")))


@stream_request_body
class UploadHandler(CookieHandler):
    """Writes a backup, which may be larger than the memory, to a file piece by piece."""

    def initialize(self, entrance: Entrance, actions: RestoreActions) -> None:
        """Take what the server passes."""
        self.entrance, self.actions = entrance, actions
        self.file: IO[bytes] | None = None
        self.problem: OrglifeError | None = None

    def prepare(self) -> Awaitable[None] | None:
        """Begin the file."""
        super().prepare()
        if not self.refused:
            self.request.connection.set_max_body_size(LARGEST)
            self.path = self.actions.folder / f"{secrets.token_hex(8)}.zip"  # no two are ever one file
            self._write(None)
        return None

    def data_received(self, chunk: bytes) -> None:
        """Write a piece; after a failure the rest is read and dropped, so that the answer arrives."""
        if not self.refused and self.problem is None:
            self._write(chunk)

    def _write(self, chunk: bytes | None) -> None:
        try:
            with files.refusals(self.path):
                if self.file is None:
                    self.file = self.path.open("wb")
                if chunk:
                    self.file.write(chunk)
        except CannotWrite as error:
            self.problem = error

    def post(self) -> None:
        """Answer with its label and path."""
        name = display_name(self.get_query_argument("name", "")).removesuffix(".zip")
        try:
            with files.refusals(self.path):
                if self.file is not None:
                    self.file.close()
        except CannotWrite as error:
            self.problem = self.problem or error
        if self.problem is not None:
            self.path.unlink(missing_ok=True)
            self.finish({"problems": self.problem.sentences})
            return
        before = self.actions.uploaded.pop(name, None)
        if before is not None:
            before.unlink(missing_ok=True)  # sent once more: the newer one counts
        self.actions.uploaded[name] = self.path
        self.finish({"uploaded": str(self.path), "backups": self.actions.listed()})

    def on_connection_close(self) -> None:
        """Remove what has arrived: the page was closed meanwhile."""
        if self.file is not None:
            self.file.close()
            self.path.unlink(missing_ok=True)
