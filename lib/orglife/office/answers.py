"""What a branch adds to its records: an explanation of a finding, a file attached to a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from orglife.adapters.disk import attachments
from orglife.adapters.store.store import Change
from orglife.core.errors import BadInput, NoSuchFinding, NoSuchRecord, UnknownRule
from orglife.core.record.branch import Explanation
from orglife.core.record.dossier import Dossier
from orglife.core.record.exchange import field_problems
from orglife.office.dossiers import fresh_id
from orglife.office.office import Office
from orglife.stages import RULES_BY_ID
from orglife.stages.plan.record import Attachment


def explain(
    office: Office, branch: str, rule: str, subjects: Sequence[str], reason: str, *, author: str, as_of: date
) -> Explanation:
    """Record an explanation for a finding.

    Args:
        office: The open workspace.
        branch: Id of the branch.
        rule: Id of the rule.
        subjects: Ids of what the finding is about.
        reason: The branch's explanation.
        author: Its author; "" = the author in the workspace's settings.
        as_of: The date of the explanation.

    Raises:
        UnknownRule: no such rule.
        NoSuchFinding: the rule has no finding for these subjects.
        BadInput: the reason holds a forbidden character.
    """
    if rule not in RULES_BY_ID:
        raise UnknownRule(rule=rule)
    dossier = office.dossier(branch, as_of)
    open_ones = [f for f in office.findings(dossier) if f.rule == rule]
    if not any({s.id for s in f.subjects} <= set(subjects) for f in open_ones):
        about = f"（涉及{'、'.join(subjects)}）" if subjects else ""
        raise NoSuchFinding(branch=dossier.branch.name or branch, rule=rule, about=about)
    raw = {
        "id": fresh_id("explanation", dossier),
        "rule": rule,
        "subjects": list(subjects),
        "reason": reason,
        "by": person_reference(author or office.author, dossier),
        "date": as_of.isoformat(),
    }
    try:
        record = Explanation.model_validate(raw)
    except ValidationError as error:
        raise BadInput([f"情况说明的{place or '内容'}：{what}。" for place, what in field_problems(error)]) from error
    office.store.put(office.campaign.id, branch, record, who=author or office.author, base=0)
    return record


def attach(
    office: Office, branch: str, record: str, path: Path, kind: str = "signed_scan", *, author: str = ""
) -> Attachment:
    """Attach a file to a record: check its content, store it with the records, save an attachment record.

    Args:
        office: The open workspace.
        branch: Id of the branch.
        record: Id of the record (or of an object in one) that the file belongs to.
        path: A PDF, JPEG, TIFF or PNG file of at most 20 MB.
        kind: ``signed_scan``, ``sign_in``, ``photo`` or ``other``.
        author: Who attaches it.

    Returns:
        The attachment record; the existing one if the same file is already attached to the same record.

    Raises:
        NoSuchRecord, NoSuchFile, UnreadableFile, NotAnAttachment, CannotWrite: nothing is changed.
    """
    _require_record(office.dossier(branch), record)
    return attach_checked(office, branch, record, attachments.read_file(path), kind, author=author)


def attach_checked(
    office: Office,
    branch: str,
    record: str,
    checked_file: attachments.Attached,
    kind: str = "signed_scan",
    *,
    author: str = "",
) -> Attachment:
    """Attach a checked file to a record; see ``attach``.

    Raises:
        NoSuchRecord, CannotWrite: nothing is changed.
    """
    attach_all(office, branch, [(checked_file, [record])], kind, author=author)
    key = (record, kind, checked_file.sha256)
    return next(a for a in office.dossier(branch).all(Attachment) if (a.record, a.kind, a.sha256) == key)


def attach_all(
    office: Office,
    branch: str,
    scans: Sequence[tuple[attachments.Attached, Sequence[str]]],
    kind: str = "signed_scan",
    *,
    author: str = "",
    on_file: Callable[[int], None] = lambda _: None,
) -> int:
    """Attach several checked files, each to its records, all or none.

    Args:
        office: The open workspace.
        branch: Id of the branch.
        scans: Each file with the ids of its records.
        kind: ``signed_scan``, ``sign_in``, ``photo`` or ``other``.
        author: Who attaches them.
        on_file: Called with the number of files that are stored, before each one and before the records.

    Returns:
        The number of attachments that were not there yet.

    Raises:
        NoSuchRecord, CannotWrite: nothing is attached.
    """
    dossier = office.dossier(branch)
    existing = {(a.record, a.sha256) for a in dossier.all(Attachment) if a.kind == kind}
    taken = set(dossier.index) | {draft.id for draft in dossier.drafts}
    unused = (ident for number in count(1) if (ident := f"attachment{number}") not in taken)
    changes: list[Change] = []
    for checked_file, records in scans:
        file = checked_file.place(branch)
        for record in records:
            _require_record(dossier, record)
            if (record, checked_file.sha256) not in existing:
                existing.add((record, checked_file.sha256))
                body = {"id": next(unused), "record": record, "kind": kind, "file": file}
                more = {"sha256": checked_file.sha256, "pages": checked_file.pages}
                changes.append(Change.put(Attachment.model_validate({**body, **more}), base=0))
    stored: list[str] = []
    try:
        for number, (checked_file, _) in enumerate(scans):
            on_file(number)
            if attachments.store_file(office.files, branch, checked_file):
                stored.append(checked_file.place(branch))
        on_file(len(scans))
        if changes:
            office.store.apply_all(office.campaign.id, [(branch, changes)], who=author or office.author)
    except BaseException:  # also when the work is cancelled, which may come when the records are there
        named = {each.file for each in office.dossier(branch).all(Attachment)}
        office.files.withdraw([place for place in stored if place not in named])
        raise
    return len(changes)


def _require_record(dossier: Dossier, record: str) -> None:
    if record not in dossier.index:
        raise NoSuchRecord(id=record, label="记录")


def person_reference(name: str, dossier: Dossier) -> Any:
    """An author as a record refers to a person: a member by id, anybody else by name."""
    member = next((m.id for m in dossier.members.values() if name in (m.id, m.name, dossier.name(m.id))), None)
    return member or {"name": name}
