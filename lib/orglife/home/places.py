"""Links from a finding to where it is resolved: an entry and a field, or a new entry with its initial values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from orglife.core.record.branch import Explanation, Member
from orglife.core.record.dossier import Dossier, identified
from orglife.core.record.record import Entry, Identified, Record, is_blank
from orglife.core.record.shape import specs_of
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import Kind
from orglife.stages import BY_KEY
from orglife.stages.kinds import BY_TYPE
from orglife.stages.opinions.rules import unanswered
from orglife.stages.plan.record import Attachment
from orglife.stages.rectification.ledger import begin_item
from orglife.stages.rectification.record import RectItem
from orglife.stages.reviews.rules import without_key_checks

BRANCH = "branch"
OF_FAMILY: Mapping[str, str] = {
    "BRANCH": "member",
    "PLAN": "plan",
    "STUDY": "study",
    "TALK": "talk",
    "OPIN": "opinion",
    "REVIEW": "member_review",
    "MEET": "meeting",
    "CRIT": "criticism",
    "VOTE": "tally",
    "GRADE": "grade",
    "DISP": "disposal",
    "RECT": "rect_item",
    "PUB": "publication",
    "REPORT": "report",
    "SUPV": "meeting",
}
"""First part of a rule's id → the records that it asks for."""
OF_RULE: Mapping[str, str] = {
    "BRANCH-02": BRANCH,
    "REVIEW-01": "team_review",
    "REVIEW-02": "team_review",
    "REVIEW-10": "problem_list",
    "REVIEW-11": "team_review",
    "MEET-11": "superior_comment",
    "GRADE-05": "grade_meeting",
    "GRADE-06": "grade_meeting",
    "GRADE-07": "grade_meeting",
    "GRADE-12": "grade_meeting",
    "GRADE-13": "grade_meeting",
    "RECT-03": "pledge",
    "RECT-04": "rect_list",
    "RECT-06": "pledge",
    "REPORT-01": "filing",
    "REPORT-02": "filing",
}
"""Rules that ask for other records than their family."""
FIELD: Mapping[str, str] = {
    "STUDY-02": "material_ids",
    "REVIEW-02": "items",
    "REVIEW-04": "items",
    "REVIEW-05": "items",
    "REVIEW-08": "items.0.cause_views",
    "REVIEW-09": "key_checks",
    "OPIN-05": "response",
    "MEET-03": "delegation_note",
    "MEET-05": "absent",
    "MEET-06": "agenda_done",
    "MEET-07": "agenda_done",
    "MEET-08": "briefing",
    "MEET-09": "speeches",
    "MEET-10": "speeches",
    "MEET-13": "summary",
    "MEET-14": "absent",
    "VOTE-04": "rows",
    "VOTE-06": "rows",
    "GRADE-10": "feedback_on",
    "GRADE-11": "opinion",
    "RECT-06": "problem_ids",
    "RECT-10": "evidence",
}
"""Field to be looked at where a finding names none; with dots a field further in."""
OWNER: Mapping[str, str] = {"criticism": "author", "rect_item": "owner", "rect_list": "owner"}
"""Field that names whose a record is, where that is not ``member``."""


@dataclass(frozen=True)
class EntryLink:
    """An entry to open.

    Attributes:
        notebook: The notebook with its form.
        type: Its record type, or ``branch``.
        id: Its id; "" = a new entry, or the only one of its type.
        path: The field, followed by the indexes and names inside it.
        begin: Initial values of a new entry.
    """

    notebook: str
    type: str
    id: str = ""
    path: Sequence[str | int] = ()
    begin: Mapping[str, Any] = field(default_factory=dict)

    @property
    def link(self) -> str:
        """URL that opens the entry in the guided page: the notebook, and after # the argument of ``Desk.show``."""
        what = json.dumps([self.type, self.id, list(self.path), dict(self.begin)], ensure_ascii=False)
        return f"{self.notebook}.ipynb#{quote(what)}"


def wanted_type(rule: str, stage: str) -> str:
    """The records that a rule asks for; "" when it is about whatever it names, or about no record that is typed."""
    kind = OF_RULE.get(rule) or OF_FAMILY.get(rule.split("-", maxsplit=1)[0], "")
    there = {k.TYPE for k in BY_KEY[stage].records} if stage in BY_KEY else set()
    return kind if kind in there or (kind == BRANCH and stage == "plan") else ""


def link_for(finding: Finding, dossier: Dossier, campaign: Campaign) -> EntryLink | None:
    """Where a finding is resolved.

    Args:
        finding: One of the branch's.
        dossier: The branch.
        campaign: The campaign in force.

    Returns:
        The entry and field that the finding names; else, for the members that it names, the entry that the rule asks
        for, or a new one; None if no form can resolve it.
    """
    if finding.stage not in BY_KEY:
        return None
    wanted = wanted_type(finding.rule, finding.stage)
    named = [owner for s in finding.subjects if (owner := _owner_of(s.id, dossier)) is not None]
    for record, path in named:
        here = BY_KEY[finding.stage].records
        if isinstance(record, Member) and wanted != Member.TYPE:
            continue
        if type(record) in here or not wanted:
            return _at(type(record), record.id, [*path, *_field(finding, dossier, record, nested=bool(path))])
    if not wanted:
        return None
    if wanted == BRANCH:
        return EntryLink(BY_KEY["plan"].notebook, BRANCH, dossier.branch.id)
    lacking = _lacking(finding.rule, dossier, campaign)
    if lacking is not None:
        return _at(type(lacking), lacking.id, _usual(finding.rule, type(lacking)))
    if wanted == RectItem.TYPE and named and not isinstance(named[0][0], Member):
        return _at(RectItem, "", [], begin_item(dossier, campaign, finding.subjects[0].id))
    return _of_members(finding, dossier, wanted)


def _lacking(rule: str, dossier: Dossier, campaign: Campaign) -> Record | None:
    """The first record that a finding about the whole branch is about; None where it asks for a new one."""
    lacking: Iterator[Record] = iter(())
    if rule == "OPIN-05":
        lacking = iter(unanswered(dossier))
    elif rule == "REVIEW-09":
        lacking = (review for _, review in without_key_checks(dossier, campaign))
    return next(lacking, None)


def _of_members(finding: Finding, dossier: Dossier, wanted: str) -> EntryLink:
    """The entry of the members whom a finding names, or the only one of its kind, or a new one for them."""
    kind = BY_TYPE[wanted]
    members = [s.id for s in finding.subjects if s.id in dossier.members]
    path = ([finding.field] if finding.field in kind.model_fields else []) or _usual(finding.rule, kind)
    records = sorted(dossier.records.get(wanted, ()), key=lambda r: (getattr(r, "round", 1), r.id))
    owner = OWNER.get(wanted, "member")
    if kind.ONE_PER == "member" and members:
        own = [r for r in records if getattr(r, owner, "") == members[0]]
        return _at(kind, own[-1].id, path) if own else _at(kind, "", path, {owner: members[0]})
    if kind.ONE_PER in ("dossier", "round") and records:
        return _at(kind, records[-1].id, path)
    if wanted == "talk" and members:
        return _at(kind, "", path, {"participants": members[:2], "initiator": members[0]})
    if wanted == "study":
        return _at(kind, records[-1].id if records else "", path)
    if owner in kind.model_fields and members:
        more = {"owner_kind": "member"} if "owner_kind" in kind.model_fields else {}
        return _at(kind, "", path, {**more, owner: members[0]})
    if wanted == "rect_list":
        own = [r for r in records if getattr(r, "owner_kind", "") == BRANCH]
        return _at(kind, own[-1].id, path) if own else _at(kind, "", path, {"owner_kind": BRANCH})
    return _at(kind, "", path, {"owner_kind": BRANCH} if "owner_kind" in kind.model_fields else {})


def explaining(finding: Finding, dossier: Dossier, by: Any = None) -> EntryLink:
    """Where a finding is explained: the existing explanation, or a new one.

    Args:
        finding: The finding; a new explanation starts with its rule, its subjects and the day of the check.
        dossier: The branch.
        by: The author, as a record refers to a person.
    """
    ids = [s.id for s in finding.subjects]
    mine = [e for e in dossier.all(Explanation) if e.rule == finding.rule and set(e.subjects) == set(ids)]
    if mine:
        return _at(Explanation, mine[-1].id, ["reason"])
    begin = {"rule": finding.rule, "subjects": ids, "date": dossier.as_of.isoformat()}
    return _at(Explanation, "", ["reason"], {**begin, **({"by": by} if by else {})})


def scan_of(record: str = "") -> EntryLink:
    """Where the signed scan of a paper is attached; ``record`` = the record that it belongs to, "" = not chosen yet."""
    return _at(Attachment, "", [], {"record": record} if record else {})


def of_record(ident: str, dossier: Dossier) -> EntryLink | None:
    """Link to a record, or to the record that holds a nested object; None if no form shows it."""
    owner = _owner_of(ident, dossier)
    return _at(type(owner[0]), owner[0].id, owner[1]) if owner else None


def of_draft(kind: str, ident: str) -> EntryLink | None:
    """Link to an unfinished entry."""
    if kind == BRANCH:
        return EntryLink(BY_KEY["plan"].notebook, BRANCH, ident)
    return _at(BY_TYPE[kind], ident, []) if kind in BY_TYPE and BY_TYPE[kind].STAGE in BY_KEY else None


def _at(kind: type[Record], ident: str, path: Sequence[str | int], begin: Mapping[str, Any] | None = None) -> EntryLink:
    return EntryLink(BY_KEY[kind.STAGE].notebook, kind.TYPE, ident, path, begin or {})


def _field(finding: Finding, dossier: Dossier, record: Record, *, nested: bool) -> list[str | int]:
    """The field that a finding is about: the one that it names, else the rule's default, else the first empty one."""
    if finding.field:
        return [finding.field]
    usual: list[str | int] = [] if nested else _usual(finding.rule, type(record))
    if usual or finding.kind is not Kind.MISSING:
        return usual
    about = next((dossier.index[s.id] for s in finding.subjects if s.id in dossier.index), record) if nested else record
    core: list[str | int] = [spec.name for spec in specs_of(type(about)) if spec.core and not spec.derived]
    return [name for name in core if is_blank(getattr(about, str(name), None))][:1]


def _usual(rule: str, kind: type[Record]) -> list[str | int]:
    way = FIELD.get(rule, "").split(".")
    return [int(part) if part.isdigit() else part for part in way] if way[0] in kind.model_fields else []


def _owner_of(ident: str, dossier: Dossier) -> tuple[Record, list[str | int]] | None:
    """The record of an id, or that holds a nested object of that id, and the way into it."""
    if "owners" not in dossier.memo:
        dossier.memo["owners"] = {
            entry.id: record
            for record in dossier.everything()
            if record.STAGE in BY_KEY
            for entry in identified([record])
        }
    record = dossier.memo["owners"].get(ident)
    return None if record is None else (record, [] if record.id == ident else _way(record, ident))


def _way(entry: Entry, ident: str) -> list[str | int]:
    """The path to a nested object."""
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        parts: list[tuple[list[str | int], Any]] = (
            [([name, n], part) for n, part in enumerate(value)]
            if isinstance(value, (list, tuple))
            else [([name], value)]
        )
        for path, part in parts:
            if isinstance(part, Identified) and part.id == ident:
                return path
            if isinstance(part, Entry) and (rest := _way(part, ident)):
                return [*path, *rest]
    return []
