"""What the store needs of its engine: transactions, queries, errors in Chinese. A file and a server each have a class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection

from orglife.adapters.disk.record_files import RecordFiles
from orglife.adapters.store.reading import Queries
from orglife.adapters.store.writer import Writer

if TYPE_CHECKING:
    from orglife.adapters.store.server.loans import Loan


class Clock(Protocol):
    """Gives the time of entry."""

    def __call__(self) -> datetime:
        """Now, with a time zone."""
        ...


class Database(ABC):
    """The tables of one store.

    Attributes:
        name: Names the store for users: the file's path, or the database.
        short_name: The file's name, or the database's.
        writable: Whether rows can be appended.
        queries: What can be read.
        own_branch: The only branch that can be read; "" = all.
        on_server: Whether many computers save to it; its administrator backs it up as a whole.
    """

    name: str
    short_name: str
    writable: bool
    queries: Queries
    own_branch: str = ""
    on_server: bool = False

    @abstractmethod
    def errors(self, *, writing: bool) -> AbstractContextManager[None]:
        """Turn errors of the engine into errors for users; re-raise those that only a bug can cause."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """A connection in a transaction that only reads and sees one moment."""

    @abstractmethod
    def saving(self, clock: Clock | None) -> AbstractContextManager[Writer]:
        """A transaction: what the writer appended is committed and read back when the block ends, undone if it fails.

        Args:
            clock: Gives the time of entry; None = the engine's own.
        """

    def loan(self, branch: str) -> Loan | None:  # noqa: ARG002
        """The open loan of a branch that was taken home from a server; None = it is not lent."""
        return None

    def loans(self) -> list[Loan]:
        """All branches that this login can read and that are taken home now, by branch."""
        return []

    def listen(self, on_hint: Callable[[], None]) -> Callable[[], None]:  # noqa: ARG002
        """Call a function when another program may have saved, as far as the engine can tell.

        Args:
            on_hint: Called in another thread; a hint proves nothing, and one may be missed.

        Returns:
            A function that ends it.
        """
        return lambda: None

    @abstractmethod
    def files(self) -> RecordFiles | None:
        """The files that belong to the records; None = they lie in the workspace's folder."""

    def may_append(self, branch: str) -> bool:  # noqa: ARG002  a file knows no logins
        """Whether this user may save to the chain of a branch (or ``BUREAU``)."""
        return self.writable

    @abstractmethod
    def structure_problems(self, connection: Connection) -> Iterator[str]:
        """What is wrong with the tables and with what protects them, in Chinese; rows are not looked at."""

    @abstractmethod
    def lost_saves(self) -> list[str]:
        """Sentences, in Chinese, about saves that were acknowledged and are gone."""

    @abstractmethod
    def backup(self, target: Path) -> None:
        """Copy all that can be read to a file of its own, atomically; an existing file is replaced.

        Raises:
            CannotWrite: no space or no permission.
        """

    @abstractmethod
    def close(self) -> None:
        """Close the connections; closing twice is allowed."""
