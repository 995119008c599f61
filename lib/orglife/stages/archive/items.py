"""Papers as archive items: their catalogue entry, their number, and which existing item they match.

An item's id is a hash of its paper's content (without the history's head and the archive number): the same paper has
the same id, however often and by whichever version of the program it is printed. So the number is known before
printing and appears on the paper. A number is never reused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from orglife.core.paper.block import Bundle
from orglife.core.record.dossier import Dossier
from orglife.core.record.field import Planned, mark
from orglife.core.record.record import Record, walk
from orglife.core.rule.campaign import Campaign
from orglife.stages.archive.numbers import Series, slot_of
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.archive.rules import RETENTION, paper_name
from orglife.stages.catalogue import FORMS
from orglife.stages.shared.rounds import meeting_day
from orglife.stages.shared.signed import records_of

SECURITY = "内部"


@dataclass(frozen=True)
class Paper:
    """A paper to archive: its blocks without a head, and its catalogue entry.

    ``title`` is the paper's own (题名); ``form_name`` is the name of its form with the subject, part of its content id.
    """

    form: str
    subject: str
    bundle: Bundle
    title: str
    form_name: str
    responsible: str
    persons: tuple[str, ...]
    date: date
    records: frozenset[str]

    @property
    def content(self) -> str:
        """The id of its item: a hash of its content; what only lists show of it (``about``) changes no number."""
        plain = self.bundle.model_copy(update={"title": self.bundle.documents[0].heading}).sealed("")
        dumped = plain.model_dump(mode="json", exclude={"documents": {"__all__": {"about"}}})
        parts = [self.form, self.subject, self.form_name, dumped]
        return "item-" + hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:24]


def paper_of(form: str, subject: str, bundle: Bundle, dossier: Dossier) -> Paper:
    """Make a paper with its catalogue entry from the records that it is made from.

    Args:
        form: Form number, e.g. F6.
        subject: Id of the record or member that it is about; "" for a form printed once per branch.
        bundle: The paper's blocks.
        dossier: The branch.
    """
    bundle = bundle.unnumbered()  # an archive number from an earlier bag would change the content
    records = frozenset(i for document in bundle.documents for i in records_of(dossier, document))
    day = _day(dossier, records, subject) or meeting_day(dossier) or dossier.as_of
    name = dossier.branch.name or dossier.branch.id
    member = _member(dossier, subject)
    return Paper(
        form=form,
        subject=subject,
        bundle=bundle.model_copy(update={"dated": day.isoformat()}),
        title=bundle.documents[0].name,
        form_name=name + paper_name(dossier, form, subject),
        responsible=_responsible(dossier, form, subject) or name,
        persons=(dossier.name(member),) if member else (),
        date=day,
        records=records,
    )


def _member(dossier: Dossier, subject: str) -> str:
    """The member that a paper is about; "" for a paper of the branch."""
    about = dossier.index.get(subject)
    member = str(getattr(about, "member", ""))
    return member or (subject if subject in dossier.members else "")


def _responsible(dossier: Dossier, form: str, subject: str) -> str:
    """The person responsible for a paper (member, guest who commented, issuer of an order); "" for the branch."""
    named = FORMS[form].form.responsible if form in FORMS else ""
    if named == "member":
        return dossier.name(_member(dossier, subject))
    return dossier.name(getattr(dossier.index.get(subject), named, "")) if named else ""


def _day(dossier: Dossier, records: Iterable[str], subject: str) -> date | None:
    """The date of the record that a paper is about, or else the latest date of all records that it is made from."""
    about = dossier.index.get(subject)
    own = [about] if isinstance(about, Record) and about.TYPE != "member" else []
    rest = [r for r in (dossier.index.get(i) for i in records) if isinstance(r, Record) and r.TYPE != "member"]
    for group in (own, rest):
        days = [day for record in group if (day := _first_day(record))]
        if days:
            return max(days)
    return None


def _first_day(record: Record) -> date | None:
    """The first date among a record's own fields, except planned dates."""
    for path, info, value in walk(record):
        if len(path) == 1 and isinstance(value, date) and mark(info, Planned) is None:
            return value
    return None


@dataclass(frozen=True)
class ItemSlot:
    """A paper's position in the catalogue, known before printing so that the paper can show its own number.

    Attributes:
        ident: Id of its item.
        code: Its archive number; blank for a branch that is not final.
    """

    paper: Paper
    ident: str
    retention: str
    file: str
    seq: int | None = None
    code: str = ""

    @property
    def bundle(self) -> Bundle:
        """The paper's bundle with its number at the top."""
        return with_code(self.paper, self.code)


def with_code(paper: Paper, code: str) -> Bundle:
    """A paper's bundle with an archive number at the top of each sheet."""
    return paper.bundle.numbered({(paper.form, paper.subject): code})


def new_slots(
    papers: Sequence[Paper], old: Sequence[ArchiveItem], dossier: Dossier, campaign: Campaign
) -> list[ItemSlot]:
    """Make slots for new papers, continuing the numbers of each series.

    Args:
        papers: New papers in the order of numbering.
        old: All items ever made, including withdrawn ones.
        dossier: The branch; it knows the numbers used by its other campaigns of the year.
        campaign: The campaign; its year becomes part of the numbers.
    """
    last: dict[Series, int] = {}
    for code in (*(item.code for item in old), *dossier.codes_elsewhere):
        if (slot := slot_of(code)) is not None:
            last[slot[0]] = max(last.get(slot[0], 0), slot[1])
    taken = {item.id for item in old}
    slots = []
    for paper in papers:
        retention = retention_of(paper.form, campaign)
        series = Series(dossier.branch.fonds, str(campaign.year), retention, dossier.branch.org_code)
        seq = last[series] = last.get(series, 0) + 1
        file = f"data/papers/{retention}-{seq:04d}_{paper.form}.pdf"
        slots.append(ItemSlot(paper, unused_id(paper.content, taken), retention, file, seq, series.code(seq)))
        taken.add(slots[-1].ident)
    return slots


def unnumbered_slots(papers: Sequence[Paper], campaign: Campaign) -> list[ItemSlot]:
    """Make slots without numbers, for the bag of a branch that is not final; they are not stored."""
    return [
        ItemSlot(paper, paper.content, retention_of(paper.form, campaign), f"data/papers/{number:04d}_{paper.form}.pdf")
        for number, paper in enumerate(papers, 1)
    ]


def item_of(place: ItemSlot, campaign: Campaign, *, pages: int, sha256: str) -> ArchiveItem:
    """The archive item of a paper whose file has been made."""
    paper = place.paper
    return ArchiveItem.model_validate(
        {
            "id": place.ident,
            "form": paper.form,
            "subject": paper.subject,
            "code": place.code,
            "year": campaign.year,
            "retention": place.retention,
            "seq": place.seq,
            "title": _for_xml(paper.title),
            "persons": [_for_xml(name) for name in paper.persons],
            "responsible": _for_xml(paper.responsible),
            "date": paper.date.isoformat(),
            "pages": pages,
            "security": SECURITY,
            "format": "pdf",
            "file": place.file,
            "sha256": sha256,
        }
    )


def _for_xml(text: str) -> str:
    """A text without the line ends that XML forbids or changes."""
    return re.sub("[\r\x0b\x0c]+", " ", text)


def unused_id(content: str, taken: Iterable[str]) -> str:
    """An unused id for a paper: its content id, with a running number if a withdrawn item has that id."""
    known, number, ident = set(taken), 1, content
    while ident in known:
        number += 1
        ident = f"{content}.{number}"
    return ident


def content_id(item: ArchiveItem) -> str:
    """The content id that an item's id is based on."""
    return item.id.partition(".")[0]


def retention_of(form: str, campaign: Campaign) -> str:
    """Retention of a form: from the campaign's table, or else the default."""
    return campaign.retention.get(form) or RETENTION[form]


def in_order(items: Iterable[ArchiveItem]) -> list[ArchiveItem]:
    """Items in the order of the catalogue: permanent ones first, each series by number."""
    rank: Mapping[str | None, int] = {"Y": 0, "D30": 1, "D10": 2}
    return sorted(items, key=lambda i: (rank.get(i.retention, 3), i.code.rpartition("-")[0], i.seq or 0, i.file))
