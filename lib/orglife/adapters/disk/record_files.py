"""The files that belong to the records: campaigns, attachments, receipts; and the author of entries.

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
"""The author of entries without a known author; pages ask for the name instead of showing this."""

LONGEST_AUTHOR = 40
"""Most characters of an author's name."""


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
        """Whether this user may write this file."""

    @abstractmethod
    def write(self, name: str, data: bytes) -> None:
        """Write a file; what it held before is replaced. It is there for good when the call returns.

        Raises:
            CannotWrite, NotSaved: nothing was written.
            NotOwnBranch: this user may not write it.
        """

    @abstractmethod
    def shown(self, name: str) -> str:
        """Where a receipt is, in words for users."""

    @abstractmethod
    def withdraw(self, names: Sequence[str]) -> None:
        """Remove files just written that no record names, as far as anything can be removed here."""

    @abstractmethod
    def begin(self, campaign_text: str, author: str = "") -> None:
        """Store the first campaign of a new workspace and its author; an existing author stays.

        Raises:
            CannotWrite, NotSaved: nothing was written.
            CampaignNotBegun, AnotherCampaign: the bureau has put no campaign, or another one, into force.
        """

    @abstractmethod
    def author(self) -> str:
        """The name of the author of entries here; "" = not known yet."""

    @abstractmethod
    def set_author(self, name: str) -> None:
        """Set the author of entries here.

        Raises:
            CannotWrite, NotSaved: it was not kept.
            AuthorIsLogins: this login has another name already.
        """

    @abstractmethod
    def about_author(self) -> tuple[str, bool]:
        """What a page says about the author, and whether the person may set it there."""

    def signed(self, name: str = "") -> str:
        """The author of new revisions: ``name``, else the author of entries here.

        Raises:
            AuthorIsLogins: this login enters nothing under that name.
        """
        return name or self.author() or UNSIGNED
