"""Who changed what when, in words: the revisions of a branch as a person reads them, and two versions side by side."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from orglife.adapters.store.chain import BRANCH, BUREAU, Revision
from orglife.core.errors import NoSuchRecord
from orglife.core.paper.changes import Differing, differing
from orglife.core.paper.paper import Sheet
from orglife.core.record.branch import Branch, Member
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Identified
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import BY_TYPE

FORMAT = "orglife-history/1"
NEW, CHANGED, SAME, WITHDRAWN, AGAIN = "新增", "修改", "重存（内容未变）", "撤回", "撤回后重新登记"
WITNESS = "witness"
"""Type of the bureau's revisions that keep the heads of packages taken in."""
_OTHER_LABELS = {BRANCH: Branch.LABEL, WITNESS: "收到支部的包"}


@dataclass(frozen=True)
class HistoryStep:
    """One revision in words.

    Attributes:
        when: Moment of entry, on this machine's clock.
        about: The record, e.g. 谈心谈话（2024年2月7日，…）.
        changes: Fields with their old and new values.
    """

    revision: Revision
    when: datetime
    action: str
    about: str
    changes: tuple[Differing, ...]

    def to_json(self) -> dict[str, Any]:
        """As ``history --json`` gives it."""
        this = self.revision
        fields = {k: getattr(this, k) for k in ("number", "at", "who", "type", "record", "version")}
        changes = [{"field": c.label, "before": c.before, "after": c.after} for c in self.changes]
        return {**fields, "action": this.action, "label": self.about, "changes": changes, "hash": this.hash}

    def lines(self, *, values: bool) -> Iterator[str]:
        """For a person; without ``values`` only what was changed, not how."""
        this = self.revision
        yield f"{self.when:%Y-%m-%d %H:%M}　{this.who}　{self.action}　{self.about}　［{this.record}，第{this.number}条］"
        for change in self.changes if values else ():
            before = "" if self.action == NEW else f"{change.before} → "
            yield f"    {change.label}：{before}{change.after}"


def steps(office: Office, branch: str, *, record: str = "", day: date | None = None) -> list[HistoryStep]:
    """The history of a branch, or of the bureau's own records, newest last.

    Args:
        office: The workspace.
        branch: The branch's id, or ``BUREAU``.
        record: Only of this record; "" = of all.
        day: Only what was entered on this day, by this machine's clock.

    Raises:
        NoSuchRecord: there never was such a record.
    """
    revisions = office.store.history(office.campaign.id, branch)
    if record and all(r.record != record for r in revisions):
        raise NoSuchRecord(id=record, label="记录")
    sheet = Sheet(_names(office, branch, revisions), office.campaign)
    before: dict[tuple[str, str], Revision] = {}
    found = []
    for this in revisions:
        key = (this.type, this.record)
        when = datetime.fromisoformat(this.at).astimezone()
        if (not record or this.record == record) and (day is None or when.date() == day):
            found.append(_step(this, before.get(key), when, sheet))
        before[key] = this
    return found


def _names(office: Office, branch: str, revisions: Sequence[Revision]) -> Dossier:
    """A dossier that knows the names of everybody who ever stood on the roster."""
    members: dict[str, Member] = {}
    for this in revisions:
        entry = entry_of(this.type, this.data) if this.type == Member.TYPE else None
        if isinstance(entry, Member):
            members[entry.id] = entry
    own = Branch(id=branch) if branch != BUREAU else Branch(id="bureau")
    leaders = office.bureau_records() if branch == BUREAU else {}
    return Dossier(office.campaign.id, own, {**leaders, Member.TYPE: tuple(members.values())}, date.min)


def _step(this: Revision, before: Revision | None, when: datetime, sheet: Sheet) -> HistoryStep:
    old = entry_of(this.type, before.data) if before else None
    new = entry_of(this.type, this.data)
    changes = differing(old, new, sheet) if new is not None else []
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
    """What a type of revisions is called."""
    kind = BY_TYPE.get(type_name)
    return kind.LABEL if kind else _OTHER_LABELS.get(type_name, type_name)


def _action(this: Revision, before: Revision | None, changes: Sequence[Differing]) -> str:
    if this.action == "remove":
        return WITHDRAWN
    if before is None:
        return NEW
    if before.action == "remove":
        return AGAIN
    return CHANGED if changes else SAME


def entry_of(type_name: str, body: Mapping[str, Any] | None) -> Identified | None:
    """A stored body as a record, its old shape brought up to date; None when there is none or it cannot be read."""
    if body is None:
        return None
    with contextlib.suppress(ValidationError):
        if type_name == BRANCH:
            return Branch.model_validate(body)
        kind = BY_TYPE.get(type_name)
        return kind.upgraded(dict(body)) if kind else None
    return None


def history_json(office: Office, branch: str, found: Sequence[HistoryStep]) -> dict[str, Any]:
    """``orglife-history/1``."""
    head = office.store.head(office.campaign.id, branch, without=(ArchiveItem.TYPE,))
    return {
        "format": FORMAT,
        "campaign": office.campaign.id,
        "branch": branch,
        "head": head._asdict(),
        "revisions": [step.to_json() for step in found],
    }


def side_by_side(office: Office, branch: str, type_name: str, ours: Any, theirs: Any) -> list[Differing]:
    """Two versions of a record, ours before and theirs after; None for a record that is not there."""
    dossier = Dossier(office.campaign.id, Branch(id=branch), {Member.TYPE: _roster(office, branch)}, date.min)
    return differing(entry_of(type_name, ours), entry_of(type_name, theirs), Sheet(dossier, office.campaign))


def _roster(office: Office, branch: str) -> tuple[Member, ...]:
    rows = office.store.current(office.campaign.id, branch).records.get(Member.TYPE, ())
    return tuple(m for m in (entry_of(Member.TYPE, row.body) for row in rows) if isinstance(m, Member))
