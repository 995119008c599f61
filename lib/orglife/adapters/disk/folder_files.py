"""The files that belong to the records, in the workspace's folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from orglife.adapters.disk import files
from orglife.adapters.disk.record_files import CAMPAIGN, CAMPAIGNS, RecordFiles
from orglife.adapters.disk.settings import change_settings, settings_of
from orglife.core.errors import AttachmentLost


class FolderFiles(RecordFiles):
    """The files that belong to the records, in the workspace's folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self, folder: str) -> list[str]:
        """See ``RecordFiles``; neither hidden files nor links are any."""
        paths = (p for p in (self.root / folder).rglob("*") if p.is_file() and not p.is_symlink())
        return sorted(p.relative_to(self.root).as_posix() for p in paths if not p.name.startswith("."))

    def taken(self, name: str) -> bool:
        """See ``RecordFiles``."""
        return os.path.lexists(self.root / name)

    def digest(self, name: str) -> str:
        """See ``RecordFiles``."""
        try:
            return files.sha256_of(self.root / name)
        except OSError:
            return ""

    def read(self, name: str) -> bytes:
        """See ``RecordFiles``."""
        return files.read(self.local(name, self.root))

    def local(self, name: str, room: Path) -> Path:  # noqa: ARG002  nothing is copied
        """See ``RecordFiles``; a record that somebody sent may name a file anywhere."""
        if not files.real(self.root / name).is_relative_to(files.real(self.root)):
            raise AttachmentLost(path=name, what="不在工作目录里")
        return self.root / name

    def may_write(self, name: str) -> bool:  # noqa: ARG002  the folder is its owner's
        """See ``RecordFiles``."""
        return True

    def write(self, name: str, data: bytes) -> None:
        """See ``RecordFiles``."""
        files.make_private((self.root / name).parent)
        files.write(self.root / name, data)
        if name.startswith(f"{CAMPAIGNS}/"):  # of a year that is over; nobody is to change it by mistake
            (self.root / name).chmod(stat.S_IRUSR)

    def shown(self, name: str) -> str:
        """See ``RecordFiles``."""
        return f"“{self.root / name}”"

    def withdraw(self, names: Sequence[str]) -> None:
        """See ``RecordFiles``."""
        for name in names:
            (self.root / name).unlink(missing_ok=True)

    def begin(self, campaign_text: str, author: str = "") -> None:  # noqa: ARG002  the settings say it
        """See ``RecordFiles``."""
        self.write(CAMPAIGN, campaign_text.encode())

    def author(self) -> str:
        """See ``RecordFiles``: what the settings say now."""
        return settings_of(self.root).author

    def about_author(self) -> tuple[str, bool]:
        """See ``RecordFiles``: it may be changed at any time."""
        return "每次保存都记下是谁录入的。可以随时更换。", True

    def set_author(self, name: str) -> None:
        """See ``RecordFiles``; the other settings stay unchanged."""
        change_settings(self.root, author=name)
