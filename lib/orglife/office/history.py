"""A branch's revisions in words (who changed what and when), and two versions of a record side by side."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from orglife.adapters.store.chain import BRANCH, BUREAU, Revision, ran_back
from orglife.core.errors import NoSuchRecord
from orglife.core.paper.changes import ValueChange, compare_records
from orglife.core.paper.paper import Sheet
from orglife.core.record.branch import Branch, Member
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Identified
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import BY_TYPE

FORMAT = "orglife-history/1"
NEW, CHANGED, SAME, WITHDRAWN, AGAIN = "新增", "修改", "重存（内容未变）", "撤回", "撤回后重新登记"
CLOCK_BACK = "⚠ 这一条的时间比前一条早：电脑的时钟那时往回走过，先后以条数为准。"
WITNESS = "witness"
"""Type of the bureau's revisions that record the heads of imported packages."""
_OTHER_LABELS = {BRANCH: Branch.LABEL, WITNESS: "收到支部的包"}


@dataclass(frozen=True)
class HistoryStep:
    """One revision in words.

    Attributes:
        when: Time of entry, in this machine's time zone.
        about: The record, e.g. 谈心谈话（2024年2月7日，…）.
        changes: Fields with their old and new values.
        clock_back: Whether the computer's clock ran back before it.
    """

    revision: Revision
    when: datetime
    action: str
    about: str
    changes: tuple[ValueChange, ...]
    clock_back: bool = False

    def to_json(self) -> dict[str, Any]:
        """One revision in the output of ``history --json``."""
        this = self.revision
        fields = {k: getattr(this, k) for k in ("number", "at", "who", "type", "record", "version")}
        changes = [{"field": c.label, "before": c.before, "after": c.after} for c in self.changes]
        return {**fields, "action": this.action, "label": self.about, "changes": changes, "hash": this.hash} | (
            {"clock_back": True} if self.clock_back else {}
        )

    def lines(self, *, values: bool) -> Iterator[str]:
        """The revision as text; without ``values`` the changed fields are left out."""
        this = self.revision
        yield f"{self.when:%Y-%m-%d %H:%M}　{this.who}　{self.action}　{self.about}　［{this.record}，第{this.number}条］"
        if self.clock_back:
            yield f"    {CLOCK_BACK}"
        for change in self.changes if values else ():
            before = "" if self.action == NEW else f"{change.before} → "
            yield f"    {change.label}：{before}{change.after}"


def steps(office: Office, branch: str, *, record: str = "", day: date | None = None) -> list[HistoryStep]:
    """The history of a branch or of the bureau's own records, newest last.

    Args:
        office: The workspace.
        branch: The branch's id, or ``BUREAU``.
        record: Only revisions of this record; "" = of all records.
        day: Only revisions entered on this day, in this machine's time zone.

    Raises:
        NoSuchRecord: the history holds no such record.
    """
    revisions = office.store.history(office.campaign.id, branch)
    if record and all(r.record != record for r in revisions):
        raise NoSuchRecord(id=record, label="记录")
    sheet = Sheet(_names(office, branch, revisions), office.campaign, branches=_branches(office, revisions))
    before: dict[tuple[str, str], Revision] = {}
    result = []
    at = ""
    for this in revisions:
        key = (this.type, this.record)
        when = _entered(this.at)
        if (not record or this.record == record) and (day is None or when.date() == day):
            step = _step(this, before.get(key), when, sheet)
            result.append(replace(step, clock_back=bool(at) and ran_back(at, this.at)))
        before[key], at = this, this.at
    return result


def _entered(at: str) -> datetime:
    """A time of entry in this machine's time zone; the earliest of all if it is none, as a manipulated store may hold."""
    try:
        return datetime.fromisoformat(at).astimezone()
    except (ValueError, OverflowError):
        return datetime.min  # noqa: DTZ901  has no time zone


def _names(office: Office, branch: str, revisions: Sequence[Revision]) -> Dossier:
    """A dossier with every member who was ever on the roster, so that labels can show names."""
    members: dict[str, Member] = {}
    for this in revisions:
        entry = entry_of(this.type, this.data) if this.type == Member.TYPE else None
        if isinstance(entry, Member):
            members[entry.id] = entry
    own = Branch(id=branch) if branch != BUREAU else Branch(id="bureau")
    leaders = office.bureau_records() if branch == BUREAU else {}
    return Dossier(office.campaign.id, own, {**leaders, Member.TYPE: tuple(members.values())}, date.min)


def _branches(office: Office, revisions: Sequence[Revision]) -> dict[str, str]:
    """The names of the branches that the bureau's records are about."""
    mentioned = {this.data.get(name) for this in revisions if this.data for name in ("branch", "own_branch")}
    return {branch: office.branch_name(branch) for branch in office.branches() if branch in mentioned}


def _step(this: Revision, before: Revision | None, when: datetime, sheet: Sheet) -> HistoryStep:
    old = entry_of(this.type, before.data) if before else None
    new = entry_of(this.type, this.data)
    changes = compare_records(old, new, sheet) if new is not None else []
    action = _action(this, before, changes)
    shown = new if new is not None else old
    label = label_of(this.type)
    about = (sheet.dossier.label(shown) or label) if shown is not None else label
    if isinstance(shown, Member):
        about = f"{label}（{about}）"
    if this.type == WITNESS and this.data:
        why = f"，历史另起，原因：{this.data['reason']}" if this.data.get("reason") else ""
        about = f"{label}（{this.record}，到第{this.data['number']}条{why}）"
    return HistoryStep(this, when, action, about, tuple(changes))


def label_of(type_name: str) -> str:
    """Label of a revision type."""
    kind = BY_TYPE.get(type_name)
    return kind.LABEL if kind else _OTHER_LABELS.get(type_name, type_name)


def _action(this: Revision, before: Revision | None, changes: Sequence[ValueChange]) -> str:
    if this.action == "remove":
        return WITHDRAWN
    if before is None:
        return NEW
    if before.action == "remove":
        return AGAIN
    another = this.type == WITNESS and this.data != before.data  # it has no fields to compare
    return CHANGED if changes or another else SAME


def entry_of(type_name: str, body: Mapping[str, Any] | None) -> Identified | None:
    """Parse a stored body, upgrading an old schema; None if there is no body or it is invalid."""
    if body is None:
        return None
    with contextlib.suppress(ValidationError):
        if type_name == BRANCH:
            return Branch.model_validate(body)
        kind = BY_TYPE.get(type_name)
        return kind.upgraded(dict(body)) if kind else None
    return None


def history_json(office: Office, branch: str, history: Sequence[HistoryStep]) -> dict[str, Any]:
    """``orglife-history/1``."""
    head = office.store.head(office.campaign.id, branch, without=(ArchiveItem.TYPE,))
    return {
        "format": FORMAT,
        "campaign": office.campaign.id,
        "branch": branch,
        "head": head._asdict(),
        "revisions": [step.to_json() for step in history],
    }


def side_by_side(office: Office, branch: str, type_name: str, ours: Any, theirs: Any) -> list[ValueChange]:
    """Differences between two versions of a record, ours as before and theirs as after; None = the record is missing."""
    dossier = Dossier(office.campaign.id, Branch(id=branch), {Member.TYPE: _roster(office, branch)}, date.min)
    return compare_records(entry_of(type_name, ours), entry_of(type_name, theirs), Sheet(dossier, office.campaign))


def _roster(office: Office, branch: str) -> tuple[Member, ...]:
    rows = office.store.current(office.campaign.id, branch).records.get(Member.TYPE, ())
    return tuple(m for m in (entry_of(Member.TYPE, row.body) for row in rows) if isinstance(m, Member))
