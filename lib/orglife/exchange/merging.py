"""Merge records that both sides changed since their last common revision, each by itself; only contradictions are asked about.

A record that was changed on one side only keeps that change. What was entered here is never withdrawn by a package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orglife.adapters.store import witness
from orglife.adapters.store.chain import BRANCH, ChainHead, Revision
from orglife.adapters.store.store import Change, Snapshot, StoredRecord
from orglife.core.record.branch import Branch
from orglife.core.record.record import Record
from orglife.core.record.words import first_few
from orglife.exchange.packages import LABELS, Package
from orglife.office import history
from orglife.office.office import Office
from orglife.stages.plan.record import Attachment

OURS, THEIRS = "ours", "theirs"
NAMED = 5
"""Records named in one sentence."""
Key = tuple[str, str]
"""Type and id of a record."""
Bodies = Mapping[Key, Mapping[str, Any] | None]


@dataclass(frozen=True)
class Contradiction:
    """A record that both sides changed, to different content.

    Attributes:
        key: Its type and id.
        label: Type and id in words.
        title: What it is called for people, e.g. by person and date.
        differences: What differs: (field, content here, content in the package) each.
        side: Whose content is taken: OURS, THEIRS, or "" = nobody has chosen.
    """

    key: Key
    label: str
    title: str
    differences: tuple[tuple[str, str, str], ...]
    side: str = ""

    def lines(self) -> list[str]:
        """A line for each difference: left what is here, right what comes."""
        return [
            f"{self.label}{f' {name}' if name else ''}：{ours} ｜ {theirs}" for name, ours, theirs in self.differences
        ]


@dataclass
class Merge:
    """Decides change by change what a package may change here.

    Attributes:
        ours: The records here.
        theirs: The records of the package, under the ids that they have here.
        base: The records as both sides last had them in common.
        sides: Record → whose content is taken where both changed it.
        otherwise: The same for records that ``sides`` does not name; "" = not chosen.
        only_here: What the records are called that were changed here only, and stay so.
    """

    office: Office
    branch: str
    ours: Bodies
    theirs: Bodies
    base: Bodies
    sides: Mapping[Key, str] = field(default_factory=dict)
    otherwise: str = ""
    only_here: list[str] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)

    def takes(self, change: Change) -> bool:
        """Whether a change of the package is made here."""
        key = (change.type, change.id)
        ours, theirs, base = (_as_now(key[0], bodies.get(key)) for bodies in (self.ours, self.theirs, self.base))
        if ours == theirs:
            return False
        if theirs == base:
            self.only_here.append(self._title(key))
            return False
        if ours == base:
            return True
        label = f"{LABELS.get(key[0], key[0])} {key[1]}"
        side = self.sides.get(key, self.otherwise)
        self.contradictions.append(Contradiction(key, label, self._title(key), self._differences(key), side))
        return side == THEIRS

    def _title(self, key: Key) -> str:
        body = self.ours.get(key) or self.theirs.get(key)
        entry = history.entry_of(key[0], dict(body)) if body else None
        if isinstance(entry, Branch):
            return f"党支部{entry.name}"
        dossier = self.office.dossier(self.branch)
        return dossier.label(entry) if isinstance(entry, Record) else f"{LABELS.get(key[0], key[0])} {key[1]}"

    def _differences(self, key: Key) -> tuple[tuple[str, str, str], ...]:
        ours, theirs = self.ours.get(key), self.theirs.get(key)
        if ours is None or theirs is None:
            return (("", "已撤回" if ours is None else "有", "没有" if theirs is None else "有"),)
        changes = history.side_by_side(self.office, self.branch, key[0], ours, theirs)
        return tuple((c.label, c.before, c.after) for c in changes) or (("写法", "不同", "不同"),)


def merge_of(
    office: Office,
    package: Package,
    received: Sequence[ChainHead],
    common: int,
    sides: Mapping[Key, str],
    otherwise: str,
) -> Merge:
    """The merge of a package with the records here.

    Args:
        office: The workspace.
        package: The package, under the branch's id here.
        received: The heads of the branch's earlier packages, oldest first.
        common: Number of revisions that both histories begin with.
        sides: Record → whose content is taken.
        otherwise: The same for other records.
    """
    branch = package.branch.id
    theirs: dict[Key, Any] = {(BRANCH, branch): package.branch.to_json()}
    theirs |= {(t, r.id): r.to_json() for t, rows in package.incoming.records.items() for r in rows}
    ours = bodies_of(office.store.current(office.campaign.id, branch))
    base = _base(office, package, received, common)
    return Merge(office, branch, ours, theirs, base, sides, otherwise)


def _base(office: Office, package: Package, received: Sequence[ChainHead], common: int) -> dict[Key, Any]:
    """The records as both sides last had them: as the branch's last package brought them.

    Where a history is accepted that lacks that package, they are those that lie here since then.
    """
    ours = office.store.history(office.campaign.id, package.branch.id)
    for head in reversed(received):
        for revisions in (package.revisions, ours):
            if head.number and witness.holds_head(revisions, head):
                return _state(package, revisions[: head.number])
    return _state(package, package.revisions[:common])


def _state(package: Package, revisions: Sequence[Revision]) -> dict[Key, Any]:
    """The records after some revisions, under the ids and places that they have here."""
    state: dict[Key, Any] = {}
    for revision in revisions:
        body, key = revision.data, (revision.type, revision.record)
        if revision.type == BRANCH:
            key = (BRANCH, package.branch.id)
            body = body and {**body, "id": package.branch.id}
        elif revision.type == Attachment.TYPE and body and body.get("file"):
            body = {**body, "file": package.place_of(body["file"])}
        state[key] = body
    return state


def bodies_of(snapshot: Snapshot) -> dict[Key, Any]:
    """The records of a branch, its own data among them."""
    rows: list[tuple[str, StoredRecord]] = [(t, row) for t, each in snapshot.records.items() for row in each]
    bodies: dict[Key, Any] = {(t, row.id): row.body for t, row in rows}
    return bodies | ({(BRANCH, snapshot.id): snapshot.branch} if snapshot.branch else {})


def bodies_after(revisions: Sequence[Revision]) -> dict[Key, Any]:
    """The records after some revisions from the beginning of a chain."""
    return {(revision.type, revision.record): revision.data for revision in revisions}


def contradiction_lines(contradictions: Sequence[Contradiction], *, other: str, came: str) -> list[str]:
    """Contradictions side by side, under a sentence that says whose the sides are.

    Args:
        contradictions: What both sides changed.
        other: Who changed it besides those here.
        came: What the right side is called.
    """
    if not contradictions:
        return []
    decided = all(each.side for each in contradictions)
    return [
        f"  这里和{other}都改过下列记录，内容不同，左边是这里现有的，右边是{came}的：",
        *(f"    {line}" for each in contradictions for line in each.lines()),
        *(["  没有取的一边留在修改历史里。"] if decided else []),
    ]


def only_here_line(labels: Sequence[str]) -> str:
    """Which records were entered or changed here only and stay so; at most some are named."""
    return f"  只在这里录入或改过的{len(labels)}条记录照旧保留：{first_few(labels, NAMED)}。"


def _as_now(type_name: str, body: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A record's values as this version of the program writes them."""
    entry = history.entry_of(type_name, dict(body)) if body else None
    return entry.to_json() if entry is not None else body
