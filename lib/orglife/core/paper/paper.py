"""``Sheet`` gives a stage's documents the printed form of values and marks what is still to be filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from typing import Any

from orglife.core.paper import two_columns
from orglife.core.paper.block import (
    DASH,
    SEE_EXPLANATION,
    TO_FILL,
    AnyBlock,
    Document,
    Note,
    Page,
    paragraphs,
)
from orglife.core.paper.unbroken import names_in
from orglife.core.record.branch import Member
from orglife.core.record.dossier import Dossier, clock_words, day_words
from orglife.core.record.field import Key, Ref, extra_of, mark
from orglife.core.record.numerals import chinese
from orglife.core.record.record import Entry, Outsider, Record, fields_of
from orglife.core.record.strokes import stroke_key
from orglife.core.record.words import in_series, outsider_words, yes_or_no
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding


@dataclass(frozen=True)
class Sheet:
    """The input of documents: a dossier, its campaign and its findings.

    A blank field prints 〔待填〕, or 〔见情况说明〕 when an explanation answers the finding about it; blank lists, numbers and
    yes-or-no fields print 无, 0 and 否.

    Attributes:
        branches: Names of other branches that the records mention, by id.
    """

    dossier: Dossier
    campaign: Campaign
    findings: Sequence[Finding] = ()
    branches: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Ids of the whole roster in the order of lists and ballots: by 姓氏笔画, or by id if the campaign says so."""
        members = self.dossier.members
        if self.campaign.member_order == "id":
            return tuple(members)
        return tuple(sorted(members, key=lambda ident: (stroke_key(members[ident].name), ident)))

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {ident: number for number, ident in enumerate(self.order)}

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The members' names, each once."""
        return tuple({member.name: None for member in self.dossier.members.values()})

    def rank(self, ident: str) -> int:
        """A member's position in ``order``; people who are not on the roster come last."""
        return self._ranks.get(ident, len(self._ranks))

    def ordered(self, idents: Iterable[str]) -> list[str]:
        """Members in list order without duplicates; unknown ids come last, in the given order."""
        return sorted(dict.fromkeys(idents), key=self.rank)

    def names(self, idents: Iterable[str]) -> str:
        """Names in list order, joined by 、; 无 for an empty list."""
        return self.dossier.names(self.ordered(idents)) or "无"

    def text(self, owner: Record, name: str, *, part: Entry | None = None, asked: bool = True) -> str:
        """A field in words.

        Args:
            owner: The record.
            name: Field of the record, or of ``part``.
            part: A nested object of the record that has the field.
            asked: Whether the field is required in this case; a blank field that is not required prints "".
        """
        entry = part if part is not None else owner
        value, info = getattr(entry, name), fields_of(type(entry))[name]
        if isinstance(value, bool):
            return yes_or_no(value)
        if isinstance(value, int):
            return str(value)
        if isinstance(value, (list, dict)):
            return self.listed(value, info) or "无"
        if value is None or value == "":
            if _is_number(info.annotation):
                return "0"
            return self.blank(owner, name, part) if asked and extra_of(info)["core"] else ""
        return self.value(value, info)

    def value(self, value: Any, info: Any) -> str:
        """A single value in words: names for ids, labels for keys, days as people write them."""
        if isinstance(value, date):
            return day_words(value)
        if isinstance(value, time):
            return clock_words(value)
        if isinstance(value, Outsider):
            return outsider_words(value.name, value.unit)
        if not isinstance(value, str):
            return str(value)
        labels: Mapping[str, str] = extra_of(info)["labels"]
        if value in labels:
            return labels[value]
        if mark(info, Key) is not None:
            return self.campaign.label(value)
        reference = mark(info, Ref)
        if reference is not None and reference.kind in ("member", "person", "guest", "target"):
            return "支部班子" if value == "team" else self.dossier.name(value)
        if reference is not None and reference.kind == "branch":
            return self.branches.get(value, value)
        return value.lstrip("\r\n").rstrip()  # the Enter that ends a text by habit is no empty line of a paper

    def listed(self, value: Any, info: Any) -> str:
        """A list of single values joined by 、; nested objects are skipped, except people from outside."""
        single = (item for item in value if isinstance(item, Outsider) or not isinstance(item, Entry))
        return in_series(self.value(item, info) for item in single)

    def blank(self, owner: Record, name: str, part: Entry | None = None) -> str:
        """The text printed for a blank core field."""
        ids = {owner.id, getattr(owner, "member", ""), getattr(part, "id", "")} - {""}
        fields = {None, name, *(n for n in type(owner).model_fields if part is not None and getattr(owner, n) is part)}
        for finding in self.findings:
            if finding.explained and finding.field in fields and (ids & {s.id for s in finding.subjects}):
                return SEE_EXPLANATION
        return TO_FILL

    def prose(self, owner: Record, name: str, *, part: Entry | None = None, under: int = 0) -> list[AnyBlock]:
        """A text field as paragraphs and headings, under a heading of a level (0: under the title)."""
        return paragraphs(self.text(owner, name, part=part), record=self.dossier.label(owner), under=under)

    def explanations(self, rules: Iterable[str], ids: Iterable[str] = ()) -> list[AnyBlock]:
        """Notes with the explanations of some rules, limited to the subjects ``ids`` if any are given."""
        named, about = set(rules), set(ids)
        titles = {finding.rule: f"（{finding.title}）" for finding in self.findings}
        return [
            Note(text=f"情况说明{titles.get(answer.rule, '')}：{answer.reason}", record=self.dossier.label(answer))
            for answer in self.dossier.explanations
            if answer.rule in named and (not about or not answer.subjects or about & set(answer.subjects))
        ]

    def document(
        self,
        form: str,
        title: Sequence[str],
        blocks: Sequence[AnyBlock],
        *,
        subject: str = "",
        page: Page = "P",
        recipient: str = "",
        subtitle: str | None = None,
        one: bool = False,
    ) -> Document:
        """A paper of this branch; it is a draft while any text of it is still to be filled in.

        Args:
            form: Form number.
            title: Lines of the title.
            blocks: The contents.
            subject: Id of the record or member that it is about.
            page: Kind of page.
            recipient: 主送 of a letter.
            subtitle: Under the title; None = the branch.
            one: Whether a branch has only one such paper, so that its title needs no person or day beside it.
        """
        texts = [text for block in blocks for text in block.texts()]
        drafted = any(TO_FILL in text for text in (*texts, *title, recipient))
        paper = Document(
            form=form,
            subject=subject,
            title=list(title),
            subtitle=self.dossier.branch.name if subtitle is None else subtitle,
            theme=self.campaign.theme,
            about="" if one else self._about(subject),
            recipient=recipient,
            page=page,
            draft=drafted,
            names=names_in(texts, self._names),
            blocks=list(blocks),
        )
        return two_columns.folded(paper)

    def _about(self, subject: str) -> str:
        """The person or the day in the label of a paper's subject."""
        entry = self.dossier.index.get(subject)
        if isinstance(entry, Member):
            return self.dossier.label(entry)
        return self.dossier.label(entry).partition("（")[2].removesuffix("）")


def _is_number(annotation: Any) -> bool:
    return "int" in str(annotation)


def section(number: int, text: str) -> str:
    """A level-1 heading: 一、基本要求."""
    return f"{chinese(number)}、{text}"


def subsection(number: int, text: str) -> str:
    """A level-2 heading: （一）会前安排."""
    return f"（{chinese(number)}）{text}"


def period(day: str, start: time | None, end: time | None) -> str:
    """A day with its hours: 2024年2月6日 16时30分至17时10分."""
    hours = "至".join(clock_words(c) for c in (start, end) if c is not None)
    if start is None and end is not None:
        hours = f"至{clock_words(end)}"
    return f"{day} {hours}".strip()


def stacked(day: str) -> str:
    """A day in words on two lines, for a narrow column: 2024年 above 2月6日."""
    return day.replace("年", "年\n", 1)


def numbered(number: int, text: str) -> str:
    """A text behind its number; a digit that begins it is parted: 3. 9月, else it reads as 3.9."""
    return f"{number}.{' ' if text[:1].isdigit() else ''}{text}"


def latest(*days: date | None) -> str:
    """The latest of the days that a paper states, for its signature; "" leaves it to be written by hand."""
    return day_words(max((day for day in days if day), default=None))


def dash(text: str) -> str:
    """The text of a cell, or — for an empty one, so that nobody can write into it later."""
    return text or DASH


def round_mark(number: int) -> str:
    """The suffix of a title in rounds after the first: （第2轮）."""
    return f"（第{number}轮）" if number > 1 else ""
