"""Links from a finding to where it is resolved: an entry and a field, or a new entry with its initial values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from orglife.core.record.branch import Explanation, Member
from orglife.core.record.dossier import Dossier, identified
from orglife.core.record.memo import memoized
from orglife.core.record.record import Entry, Identified, Record, is_blank
from orglife.core.record.shape import specs_of
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import Kind
from orglife.stages import BY_KEY, RULES_BY_ID
from orglife.stages.kinds import BY_TYPE
from orglife.stages.plan.record import Attachment

BRANCH = "branch"


@dataclass(frozen=True)
class EntryLink:
    """An entry to open.

    Attributes:
        notebook: The notebook with its form.
        type: Its record type, or ``branch``.
        id: Its id; "" = a new entry, or the only one of its type.
        path: The field, followed by the indexes and names inside it.
        begin: Initial values of a new entry; of an existing one, a row to begin in the field.
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


def asked_type(rule: str, stage: str) -> str:
    """The records that a rule asks for; "" when it is about whatever it names, or about no record that is typed."""
    kind = RULES_BY_ID[rule].asks if rule in RULES_BY_ID else ""
    types = {k.TYPE for k in BY_KEY[stage].records} if stage in BY_KEY else set()
    return kind if kind in types or (kind == BRANCH and stage == "plan") else ""


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
    asked = asked_type(finding.rule, finding.stage)
    named = [owner for s in finding.subjects if (owner := _owner_of(s.id, dossier)) is not None]
    for record, path in named:
        here = BY_KEY[finding.stage].records
        if isinstance(record, Member) and asked != Member.TYPE:
            continue
        if asked and finding.kind is Kind.MISSING and not path and asked != type(record).TYPE and not finding.field:
            continue  # the record is where something is missing from, not what is missing
        if type(record) in here or not asked:
            return _at(type(record), record.id, [*path, *_field(finding, dossier, record, nested=bool(path))])
    if not asked:
        return None
    if asked == BRANCH:
        return EntryLink(BY_KEY["plan"].notebook, BRANCH, dossier.branch.id)
    lacking = _lacking(finding.rule, dossier, campaign)
    if lacking is not None:
        return _at(type(lacking), lacking.id, _usual(finding.rule, type(lacking)))
    return _of_members(finding, dossier, campaign, asked)


def _lacking(rule: str, dossier: Dossier, campaign: Campaign) -> Record | None:
    """The first record that a finding about the whole branch is about; None where it asks for a new one."""
    opens = RULES_BY_ID[rule].opens
    return next(iter(opens(dossier, campaign)), None) if opens else None


def _of_members(finding: Finding, dossier: Dossier, campaign: Campaign, asked: str) -> EntryLink:
    """The entry of the members whom a finding names, or the only one of its kind, or a new one for them."""
    kind, layout = BY_TYPE[asked], BY_KEY[finding.stage].layout
    members = [s.id for s in finding.subjects if s.id in dossier.members]
    path = ([finding.field] if finding.field in kind.model_fields else []) or _usual(finding.rule, kind)
    records = sorted(dossier.records.get(asked, ()), key=lambda r: (getattr(r, "round", 1), r.id))
    owner = kind.WHOSE
    if kind.ONE_PER == "member" and members:
        own = [r for r in records if getattr(r, owner, "") == members[0]]
        return _at(kind, own[-1].id, path) if own else _at(kind, "", path, {owner: members[0]})
    if kind.ONE_PER in ("dossier", "round") and records:
        return _at(kind, records[-1].id, path)
    starts = layout.begin_for.get(asked)
    begin = starts(dossier, [s.id for s in finding.subjects], campaign) if starts else {}
    if asked in layout.go_on:
        return _at(kind, records[-1].id if records else "", path, begin)
    if begin:
        return _at(kind, "", path, begin)
    if owner in kind.model_fields and members:
        more = {"owner_kind": "member"} if "owner_kind" in kind.model_fields else {}
        return _at(kind, "", path, {**more, owner: members[0]})
    if kind.ONE_PER == "owner":
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


def of_branch(dossier: Dossier, name: str) -> EntryLink:
    """Link to a field of the branch's own data."""
    return EntryLink(BY_KEY["plan"].notebook, BRANCH, dossier.branch.id, [name])


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
    way = RULES_BY_ID[rule].field.split(".") if rule in RULES_BY_ID else [""]
    return [int(part) if part.isdigit() else part for part in way] if way[0] in kind.model_fields else []


def _owner_of(ident: str, dossier: Dossier) -> tuple[Record, list[str | int]] | None:
    """The record of an id, or that holds a nested object of that id, and the way into it."""
    record = _owners(dossier).get(ident)
    return None if record is None else (record, [] if record.id == ident else _way(record, ident))


@memoized
def _owners(dossier: Dossier) -> dict[str, Record]:
    records = [record for record in dossier.everything() if record.STAGE in BY_KEY]
    return {entry.id: record for record in records for entry in identified([record])}


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
