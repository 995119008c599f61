"""Signed papers: a scan of the signed sheet is attached to the record that the paper is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from orglife.core.paper.block import Document, Signature
from orglife.core.record.branch import Explanation, Member
from orglife.core.record.dossier import Dossier, by_day
from orglife.core.record.record import Record, RoundRecord
from orglife.stages.appraisal.record import Grade
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.meeting.record import Criticism
from orglife.stages.opinions.record import Opinion
from orglife.stages.plan.record import Attachment
from orglife.stages.rectification.record import RectItem, RectList
from orglife.stages.report.record import Report
from orglife.stages.reviews.record import ProblemList, TeamReview
from orglife.stages.talks.record import Talk

BOUND: dict[str, type[Record]] = {"F4": Opinion, "F5": TeamReview, "F7": ProblemList, "F18": Report}
"""Forms printed once per branch, with the type of record that they are made from."""
SCANNED, NOT_SCANNED = "已附", "未附"
_WITHOUT_ATTACHMENTS = (Member, Explanation, Attachment, ArchiveItem)


@dataclass(frozen=True, slots=True)
class Signed:
    """A paper that needs a signature."""

    form: str
    subject: str
    title: str
    signed: bool
    record: str = ""
    """Id of the record to attach a scan to; "" if none exists."""


def signed_papers(dossier: Dossier, papers: Iterable[Document]) -> list[Signed]:
    """One row for each paper that needs a signature, in the order of the papers; one row for each talk.

    A paper made from many records (F4, F10, F14) counts as signed when a scan is attached to any of them.
    """
    scans = {a.record for a in dossier.all(Attachment) if a.kind == "signed_scan" and a.file}
    rows: list[Signed] = []
    for paper in papers:
        if not any(isinstance(block, Signature) for block in paper.blocks):
            continue
        if paper.form == "F3":
            rows += [Signed("F3", t.id, dossier.label(t), t.id in scans, t.id) for t in _talks(dossier)]
        else:
            made_from = list(records_of(dossier, paper))
            signed, record = bool(scans & set(made_from)), next((i for i in made_from if i in dossier.index), "")
            rows.append(Signed(paper.form, paper.subject, paper.name, signed, record))
    return rows


def attachment_targets(dossier: Dossier, papers: Sequence[Document]) -> list[tuple[str, str, str]]:
    """Records that a file can be attached to, each as (display name, record id, state of its signed scan).

    First papers without a signed scan, then papers that have one, then records that no such paper is made from.
    Each record is listed once.
    """
    rows = sorted(signed_papers(dossier, papers), key=lambda row: row.signed)
    choices: dict[str, tuple[str, str]] = {}
    for row in rows:
        if row.record:
            choices.setdefault(row.record, (row.title, SCANNED if row.signed else NOT_SCANNED))
    covered = {ident for paper in papers for ident in records_of(dossier, paper)}
    for record in dossier.everything():
        if not isinstance(record, _WITHOUT_ATTACHMENTS) and record.id not in covered:
            choices.setdefault(record.id, (dossier.label(record), ""))
    seen: Counter[str] = Counter()
    offers: list[tuple[str, str, str]] = []
    for ident, (name, state) in choices.items():
        seen[name] += 1
        offers.append((f"{name}（{seen[name]}）" if seen[name] > 1 else name, ident, state))
    return offers


def _talks(dossier: Dossier) -> list[Talk]:
    return by_day(dossier.all(Talk))


def records_of(dossier: Dossier, paper: Document) -> Iterator[str]:
    """Ids of the records that a paper is made from."""
    if paper.form == "F10":
        yield from _of_round(dossier, Criticism, paper.subject)
    elif paper.form == "F12":
        yield from (paper.subject, *_of_round(dossier, Grade, paper.subject))
    elif paper.form == "F3":
        yield from (record.id for record in dossier.all(Talk))
    elif paper.form == "F14":
        yield from _of_owner(dossier, paper.subject)
    elif paper.form in BOUND:
        yield from (record.id for record in dossier.all(BOUND[paper.form]))
    else:
        yield paper.subject


def _of_round(dossier: Dossier, kind: type[RoundRecord], subject: str) -> Iterator[str]:
    """Records in the round of the meeting that a paper names; all records if it names none."""
    about = dossier.index.get(subject)
    number = about.round if isinstance(about, RoundRecord) else None
    yield from (record.id for record in dossier.all(kind) if number in (None, record.round))


def _of_owner(dossier: Dossier, owner: str) -> Iterator[str]:
    """Items and notes of one list: a member's, or the branch's (owner "")."""
    entries: tuple[RectItem | RectList, ...] = (*dossier.all(RectItem), *dossier.all(RectList))
    yield from (r.id for r in entries if (r.owner if r.owner_kind == "member" else "") == owner)
