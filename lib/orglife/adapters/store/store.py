"""The append-only store: it keeps every revision of every record and changes or deletes none.

Each save is one transaction, synced, and read back over another connection before it is acknowledged. The store does
not depend on record classes: records go in by ``to_json()`` and come out as dicts.

*base* is always the version that the caller has seen. ``None`` skips the check, ``0`` means that the record must not
exist (never saved, or removed). If it is not the current version, ``SaveConflict`` is raised and nothing is saved.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, select

from orglife.adapters.disk.record_files import RecordFiles
from orglife.adapters.store import addresses, damage, reading
from orglife.adapters.store.addresses import ServerAddress
from orglife.adapters.store.chain import BUREAU, ChainHead, Revision, chain_label, chain_problems
from orglife.adapters.store.database import Database
from orglife.adapters.store.drafts import draft_problems
from orglife.adapters.store.file_database import FileDatabase
from orglife.adapters.store.reading import Snapshot, StoredRecord
from orglife.adapters.store.tables import UPGRADES, Upgrade, revision
from orglife.adapters.store.writer import Change, Writer
from orglife.core.errors import CannotWrite, OrglifeError, ServerProgramMissing, StoreBroken
from orglife.core.record.branch import Branch
from orglife.core.record.record import Record

if TYPE_CHECKING:
    from orglife.adapters.store.server.loans import Loan

__all__ = ["BUREAU", "ChainHead", "Change", "Revision", "Snapshot", "Store", "StoredRecord", "Writer"]


class Store:
    """An open store. Threads may share it; each process opens its own.

    Attributes:
        name: Names the store for users: the file's path, or the database.
        short_name: The file's name, or the database's.
        writable: Whether it can be saved to.
        own_branch: The only branch that can be read here; "" = all.
        on_server: Whether many computers save to it; its administrator backs it up as a whole.
        refusal: Why saving is refused although the store is writable; None = it is not.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime] | None = None) -> None:
        self.name, self.short_name = database.name, database.short_name
        self.writable, self.own_branch, self.on_server = database.writable, database.own_branch, database.on_server
        self.refusal: OrglifeError | None = None
        self.database = database
        self._clock = clock

    # --- opening -----------------------------------------------------------------------------------------------------

    @classmethod
    def open(
        cls,
        path_or_url: Path | str,
        *,
        folder: Path | None = None,
        create: bool = True,
        readonly: bool = False,
        upgrades: Mapping[int, Upgrade] = UPGRADES,
        busy_seconds: float = 10.0,
        clock: Callable[[], datetime] | None = None,
    ) -> Self:
        """Open a store; create a file if it does not exist, upgrade it if its schema is older.

        Args:
            path_or_url: A file, ``sqlite:///orglife.db`` (relative), ``sqlite:////abs/orglife.db``, or a database on a
                server, ``postgresql:///orglife?host=/run/postgresql`` (see ``addresses``).
            folder: Base of a relative path; the current folder when None.
            create: Create the file if it does not exist.
            readonly: Never write. A store that cannot be written is opened read-only in any case.
            upgrades: Schema version → function that upgrades from the version before.
            busy_seconds: How long to wait while another program saves.
            clock: Gives the time of entry; None = the computer's, or the server's.

        Raises:
            NoSuchFile, StoreBroken, StoreTooOld, StoreNewer, StoreBusy, UnreadableFile, CannotWrite: nothing was changed.
            StoreAway, LoginUnknown, StoreOutdated, ServerProgramMissing: the server's database cannot be used.
            SettingsBroken: the URL names neither an SQLite file nor a database on a server.
        """
        address = addresses.address_of(path_or_url, folder=folder)
        if isinstance(address, ServerAddress):
            try:
                from orglife.adapters.store.server.database import ServerDatabase  # noqa: PLC0415  its driver is optional
            except ImportError as error:
                raise ServerProgramMissing from error
            return cls(ServerDatabase.open(address, readonly=readonly), clock=clock)
        file = FileDatabase.open(
            address, upgrades=upgrades, create=create, readonly=readonly, busy_seconds=busy_seconds
        )
        return cls(file, clock=clock)

    def files(self) -> RecordFiles | None:
        """The files that belong to the records, where they are kept with them; None = in the workspace's folder."""
        return self.database.files()

    def may_append(self, branch: str) -> bool:
        """Whether this user may save to the chain of a branch (or ``BUREAU``)."""
        return self.database.may_append(branch)

    def close(self) -> None:
        """Close the store. It cannot be used afterwards; closing twice is allowed."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- writing -----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def writing(self) -> Iterator[Writer]:
        """A transaction: all changes in the block are saved when it ends, none after an exception.

        Raises:
            StoreBusy, NotSaved, CannotWrite, StoreBroken, BranchLent, BroughtBack: nothing was saved.
        """
        if self.refusal is not None:
            raise self.refusal
        if not self.writable:
            raise CannotWrite(path=self.name, what=damage.READ_ONLY)
        with self.database.errors(writing=True), self.database.saving(self._clock) as writer:
            yield writer

    def put(
        self, campaign: str, branch: str, record: Record | Branch, *, who: str, base: int | None, label: str = ""
    ) -> Revision:
        """Save a new or changed record and settle its draft. Saving an unchanged record adds a revision too.

        ``label`` names the record for users, in the message of a conflict.

        Raises:
            SaveConflict: ``base`` is not its current version.
        """
        with self.writing() as writer:
            return writer.change(campaign, branch, Change.put(record, base=base, label=label), who=who)

    def remove(
        self,
        campaign: str,
        branch: str,
        type: str,  # noqa: A002
        id: str,  # noqa: A002
        *,
        who: str,
        base: int | None,
        label: str = "",
    ) -> Revision:
        """Remove a record and settle its draft; its history stays.

        Raises:
            SaveConflict: ``base`` is not its current version.
            NoSuchRecord: ``base`` is None and the record does not exist.
        """
        with self.writing() as writer:
            return writer.change(campaign, branch, Change.remove(type, id, base=base, label=label), who=who)

    def apply(self, campaign: str, branch: str, changes: Iterable[Change], *, who: str) -> list[Revision]:
        """Save several changes of one branch in one transaction."""
        return self.apply_all(campaign, [(branch, changes)], who=who)

    def apply_all(self, campaign: str, changes: Iterable[tuple[str, Iterable[Change]]], *, who: str) -> list[Revision]:
        """Save changes of several branches, (branch, changes) each, in one transaction."""
        with self.writing() as writer:
            return [writer.change(campaign, branch, one, who=who) for branch, each in changes for one in each]

    def append(self, revisions: Iterable[Revision]) -> list[Revision]:
        """Append revisions of another store unchanged; skip those that this store has.

        Returns:
            The revisions that were appended.

        Raises:
            ChainBroken: a revision does not continue its chain or does not match its hash. Nothing is appended.
        """
        with self.writing() as writer:
            return writer.append(revisions)

    def draft(self, campaign: str, branch: str, type: str, id: str, fields: Mapping[str, Any], *, who: str) -> None:  # noqa: A002
        """Save a draft, an entry that is not a valid record yet: raw text per field (any JSON values)."""
        with self.writing() as writer:
            writer.draft(campaign, branch, type, id, fields, who=who)

    def settle(self, campaign: str, branch: str, type: str, id: str, *, who: str) -> None:  # noqa: A002
        """Settle a draft; do nothing when there is none."""
        with self.writing() as writer:
            writer.draft(campaign, branch, type, id, None, who=who)

    # --- reading -----------------------------------------------------------------------------------------------------

    def campaigns(self) -> list[str]:
        """Campaigns that have any revision, sorted."""
        with self._reading() as connection:
            return self.database.queries.campaigns(connection)

    def clock_backs(self, campaign: str) -> dict[str, list[int]]:
        """Branch (or ``BUREAU``) → numbers of the revisions before which the computer's clock ran back."""
        with self._reading() as connection:
            return reading.clock_backs(connection, campaign)

    def branches(self, campaign: str) -> list[str]:
        """Ids of the branches that have data of their own, sorted."""
        with self._reading() as connection:
            return self.database.queries.branches(connection, campaign)

    def current(self, campaign: str, branch: str, types: Collection[str] = ()) -> Snapshot:
        """The current state of a branch (or ``BUREAU``); empty when nothing was ever saved.

        Args:
            campaign: The campaign's id.
            branch: The branch's id.
            types: Record types to read; () = all. The branch's own data and head are always read.
        """
        with self._reading() as connection:
            return self.database.queries.snapshot(connection, campaign, branch, types)

    def state(self) -> tuple[int, int]:
        """A value that changes with every save and every draft, of any branch and by any program."""
        with self._reading() as connection:
            return self.database.queries.state(connection)

    def version(self, campaign: str, branch: str, type: str, id: str) -> int:  # noqa: A002
        """The current version of a record; 0 when it does not exist."""
        with self._reading() as connection:
            return reading.live_version(connection, campaign, branch, type, id).live

    def head(self, campaign: str, branch: str, *, without: Collection[str] = ()) -> ChainHead:
        """The head of a chain, not counting revisions of the types ``without``."""
        with self._reading() as connection:
            return reading.head(connection, campaign, branch, without)

    def marks(self) -> dict[str, str]:
        """Branch id → a string that changes with every save of the branch, in any campaign."""
        with self._reading() as connection:
            return self.database.queries.marks(connection)

    def heads(self) -> dict[tuple[str, str], ChainHead]:
        """The head of every chain, by campaign and branch."""
        with self._reading() as connection:
            return self.database.queries.heads(connection)

    def digest(self) -> str:
        """SHA-256 over all revisions and drafts: equal for two stores of equal content, even if their files differ."""
        with self._reading() as connection:
            return self.database.queries.content_digest(connection)

    def loans(self) -> list[Loan]:
        """The open loans of all branches that can be read here, by branch."""
        return self.database.loans()

    def listen(self, on_hint: Callable[[], None]) -> Callable[[], None]:
        """Call a function, in another thread, when another program may have saved; see ``Database``."""
        return self.database.listen(on_hint)

    def loan(self, branch: str) -> Loan | None:
        """The open loan of a branch; None = it is not lent."""
        return self.database.loan(branch)

    def history(self, campaign: str, branch: str, type: str | None = None, id: str | None = None) -> list[Revision]:  # noqa: A002
        """Revisions of a branch, of one record type, or of one record, oldest first."""
        with self._reading() as connection:
            return self.database.queries.history(connection, campaign, branch, type, id)

    def history_from(self, campaign: str, branch: str, number: int) -> list[Revision]:
        """Revisions of a branch (or ``BUREAU``) from a number on, oldest first."""
        with self._reading() as connection:
            return reading.history_from(connection, campaign, branch, number)

    def verify(self, labels: Mapping[str, str] = MappingProxyType({})) -> list[str]:
        """Read everything and report all problems in Chinese; empty when the store is sound.

        Args:
            labels: Record type → Chinese name.
        """
        with self.database.errors(writing=False):
            return [*self._problems(labels), *self.damaged_drafts(labels)]

    def first_problem(self) -> str:
        """The first problem in Chinese, without a full stop; "" when the store is sound but for damaged drafts."""
        with self.database.errors(writing=False), contextlib.closing(self._problems({})) as problems:
            return next(problems, "").removesuffix("。")

    def damaged_drafts(self, labels: Mapping[str, str] = MappingProxyType({})) -> list[str]:
        """One Chinese sentence for each damaged draft (see ``verify``)."""
        with self._reading() as connection:
            return list(draft_problems(connection, labels))

    def lost_saves(self) -> list[str]:
        """Sentences, in Chinese, about saves that were acknowledged and are gone."""
        return self.database.lost_saves()

    def backup(self, target: Path) -> None:
        """Copy all that can be read here to a file of its own, atomically; an existing file is replaced.

        Raises:
            CannotWrite: no space or no permission.
        """
        self.database.backup(target)

    # --- inside ------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self.database.errors(writing=False), self.database.reading() as connection:
                yield connection
        except reading.AlteredRevision as error:
            where = f"{chain_label(error.campaign, error.branch)}的第{error.number}条与存入时不一致"
            raise StoreBroken(path=self.name, what=where) from error

    def _problems(self, labels: Mapping[str, str]) -> Generator[str]:
        with self.database.reading() as connection:
            yield from self.database.structure_problems(connection)
            with damage.lenient_text(connection):
                try:
                    rows = connection.execution_options(yield_per=1000).execute(
                        select(revision).order_by(revision.c.campaign, revision.c.branch, revision.c.number)
                    )
                    yield from chain_problems((reading.revision_of(row) for row in rows), labels)
                except damage.DAMAGED as error:
                    damage.require_damage(error)
                    yield "后面的内容读不出来，文件已损坏。"
