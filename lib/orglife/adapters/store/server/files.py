"""The files that belong to the records, in a database on a server: rows are only added; the last one of a name counts."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert

from orglife.adapters.disk import files
from orglife.adapters.disk.record_files import ATTACHMENTS, CAMPAIGN, UNSIGNED, RecordFiles
from orglife.adapters.store.server.schema import file
from orglife.core.errors import (
    AnotherCampaign,
    AuthorIsLogins,
    CampaignNotBegun,
    CampaignOfBureau,
    NoSuchFile,
    NotOwnBranch,
    NotSaved,
    UnreadableFile,
)
from orglife.core.rule.campaign import parse_campaign


class Connections(Protocol):
    """What the files need of the database."""

    name: str
    kind: str
    own_branch: str
    writable: bool

    def errors(self, *, writing: bool) -> AbstractContextManager[None]:
        """Turn errors of the server into sentences."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that reads."""
        ...

    def repeated(self, work: Callable[[Connection], None]) -> None:
        """Do work that may be done twice, until the server answers."""
        ...


class ServerFiles(RecordFiles):
    """The files that a login sees: a branch sees its own and the campaigns, the bureau all."""

    def __init__(self, database: Connections) -> None:
        self._database = database

    def names(self, folder: str) -> list[str]:
        """See ``RecordFiles``."""
        with self._reading() as connection:
            return list(connection.execute(_NAMES, {"folder": f"{folder}/"}).scalars())

    def taken(self, name: str) -> bool:
        """See ``RecordFiles``."""
        return bool(self.digest(name))

    def digest(self, name: str) -> str:
        """See ``RecordFiles``."""
        with self._reading() as connection:
            return connection.execute(_LAST, {"name": name}).scalar() or ""

    def read(self, name: str) -> bytes:
        """See ``RecordFiles``."""
        with self._reading() as connection:
            row = connection.execute(_CONTENT, {"name": name}).one_or_none()
        if row is None:
            raise CampaignNotBegun(path=self._database.name) if name == CAMPAIGN else NoSuchFile(path=name)
        if hashlib.sha256(row.content).hexdigest() != row.sha256:
            raise UnreadableFile(path=name, what="与存入时不一致，被改动过")
        return bytes(row.content)

    def local(self, name: str, room: Path) -> Path:
        """See ``RecordFiles``; the copy's name is derived here and not taken from a record."""
        copy = room / f"{hashlib.sha256(name.encode()).hexdigest()}{Path(name).suffix}"
        files.write(copy, self.read(name))
        return copy

    def may_write(self, name: str) -> bool:
        """See ``RecordFiles``; the database decides in any case (``schema``, the policy ``own_files``)."""
        kind = self._database.kind
        if not self._database.writable or not _STORED_NAME.fullmatch(name):
            return False
        if kind == "branch":
            return name.startswith(f"{ATTACHMENTS}/{self._database.own_branch}/")
        return kind == "intake" or not name.startswith(f"{ATTACHMENTS}/")

    def write(self, name: str, data: bytes) -> None:
        """See ``RecordFiles``. It is read back over another connection."""
        if not _STORED_NAME.fullmatch(name):
            raise NotSaved(what=f"文件“{name}”的位置是旧的写法，服务器上不收，请在支部重新附上")
        if not self.may_write(name):
            raise CampaignOfBureau if name == CAMPAIGN else NotOwnBranch(path=self._database.name)
        sha256 = hashlib.sha256(data).hexdigest()

        def work(connection: Connection) -> None:
            if connection.execute(_LAST, {"name": name}).scalar() != sha256:
                connection.execute(_INSERT, {"name": name, "sha256": sha256, "content": data})

        with self._database.errors(writing=True):
            self._database.repeated(work)
        with self._reading() as connection:
            stored = connection.execute(_STORED, {"name": name}).scalar()
        if stored != sha256:
            raise NotSaved(what="服务器上已有另一个同名的文件，或读回来与写进去的不一样")

    def shown(self, name: str) -> str:  # noqa: ARG002
        """See ``RecordFiles``."""
        return "服务器上（“收件”页的“下载回执”）"

    def withdraw(self, names: Sequence[str]) -> None:
        """Do nothing: rows stay. No record names them, and the same file is not stored twice."""

    def begin(self, campaign_text: str, author: str = "") -> None:
        """See ``RecordFiles``: the bureau begins the first one; everybody else joins what is in force."""
        if not self.taken(CAMPAIGN) and self.may_write(CAMPAIGN):
            self.write(CAMPAIGN, campaign_text.encode())
        in_force = parse_campaign(self.read(CAMPAIGN).decode(), name=CAMPAIGN)
        if in_force.id != parse_campaign(campaign_text).id:
            raise AnotherCampaign(now=in_force.title or in_force.id, id=in_force.id)
        if author and not self.author():
            self.set_author(author)

    def author(self) -> str:
        """See ``RecordFiles``."""
        with self._reading() as connection:
            return connection.execute(text("SELECT own_person()")).scalar() or ""

    def about_author(self) -> tuple[str, bool]:
        """See ``RecordFiles``: the name is set once."""
        if not self.author():
            return "每次保存都记下是谁录入的。请写真实姓名：由账号记住，换一台电脑不用再写，以后只有管理员能改。", True
        return "这个账号存的内容都署这个名。换别人录入的，请用他自己的账号登录；姓名写错了的，请管理员改正。", False

    def set_author(self, name: str) -> None:
        """See ``RecordFiles``; the name can be set once, here or on another computer."""

        def work(connection: Connection) -> None:
            if not connection.execute(text("SELECT own_person()")).scalar():
                connection.execute(text("SELECT say_person(:name)"), {"name": name})

        with self._database.errors(writing=True):
            self._database.repeated(work)
        if (person := self.author()) != name:
            raise AuthorIsLogins(name=person, other=name)

    def signed(self, name: str = "") -> str:
        """See ``RecordFiles``."""
        person = self.author()
        if person and name not in ("", person) and self._database.kind != "intake":
            raise AuthorIsLogins(name=person, other=name)
        return name or person or UNSIGNED

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._database.errors(writing=False), self._database.reading() as connection:
            yield connection


_STORED_NAME = re.compile(
    r"campaign\.toml|campaigns/[^/]+\.toml|attachments/[^/_][^/]*/[^/]+|receipts/[^/_][^/]*\.(history\.jsonl|json)"
)
"""Names that the database accepts (``schema``)."""

# the last row of a name counts
_NAMES = select(file.c.name).where(func.starts_with(file.c.name, bindparam("folder"))).distinct().order_by(file.c.name)
_LAST = select(file.c.sha256).where(file.c.name == bindparam("name")).order_by(file.c.seq.desc()).limit(1)
_CONTENT = _LAST.with_only_columns(file.c.content, file.c.sha256)
_STORED = _LAST.with_only_columns(func.encode(func.sha256(file.c.content), "hex"))
_INSERT = (
    insert(file).values({name: bindparam(name) for name in ("name", "sha256", "content")}).on_conflict_do_nothing()
)
