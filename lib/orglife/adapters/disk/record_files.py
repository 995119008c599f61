"""The files that belong to the records: campaigns, attachments, receipts, and who types.

Where the store is a file, they lie in the workspace's folder; where it is a database on a server, they are in the database.
A file has one name in both: its path in the folder, such as ``attachments/b01/0f3a….pdf``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

CAMPAIGN = "campaign.toml"
CAMPAIGNS, ATTACHMENTS, RECEIPTS = "campaigns", "attachments", "receipts"
"""Folders of earlier campaigns, of attachments (a subfolder a branch), and of receipts from the bureau."""
UNSIGNED = "未署名"
"""The author of entries where nobody said who types; pages ask instead of showing it."""

LONGEST_AUTHOR = 40
"""Most characters of the name of who types."""


class RecordFiles(ABC):
    """The files of one workspace."""

    @abstractmethod
    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder and below, sorted."""

    @abstractmethod
    def taken(self, name: str) -> bool:
        """Whether anything has this name, even what is no file."""

    @abstractmethod
    def digest(self, name: str) -> str:
        """A file's SHA-256 in hexadecimal digits; "" where there is none, or where it cannot be read."""

    @abstractmethod
    def read(self, name: str) -> bytes:
        """A file's bytes.

        Raises:
            NoSuchFile, UnreadableFile, AttachmentLost: it is not there, or cannot be read.
        """

    @abstractmethod
    def local(self, name: str, room: Path) -> Path:
        """A file on this computer with the content: the file itself, or a copy in the folder ``room``.

        Raises:
            NoSuchFile, UnreadableFile, AttachmentLost, CannotWrite: it is not there, cannot be read, or not be copied.
        """

    @abstractmethod
    def may_write(self, name: str) -> bool:
        """Whether who works here may write this file."""

    @abstractmethod
    def write(self, name: str, data: bytes) -> None:
        """Write a file; what it held before is replaced. It is there for good when the call returns.

        Raises:
            CannotWrite, NotSaved: nothing was written.
            NotOwnBranch: who works here may not write it.
        """

    @abstractmethod
    def shown(self, name: str) -> str:
        """Where a receipt is, in words for users."""

    @abstractmethod
    def withdraw(self, names: Sequence[str]) -> None:
        """Remove files just written that no record names, as far as anything can be removed here."""

    @abstractmethod
    def begin(self, campaign_text: str, author: str = "") -> None:
        """Lay the campaign in force of a new workspace, and say who types; where that is said already, it stays.

        Raises:
            CannotWrite, NotSaved: nothing was written.
            CampaignNotBegun, AnotherCampaign: the bureau decides which one is in force, and it is not this one.
        """

    @abstractmethod
    def author(self) -> str:
        """The name of who types here; "" = nobody said."""

    @abstractmethod
    def set_author(self, name: str) -> None:
        """Say who types here.

        Raises:
            CannotWrite, NotSaved: it was not kept.
            AuthorIsLogins: another name stands for this login already.
        """

    @abstractmethod
    def about_author(self) -> tuple[str, bool]:
        """What a page says of who types, and whether the person may say it there."""

    def signed(self, wanted: str = "") -> str:
        """Who new revisions are by: ``wanted``, else who types here.

        Raises:
            AuthorIsLogins: this login enters nothing under that name.
        """
        return wanted or self.author() or UNSIGNED
