"""A document independent of any file format: papers are lists of blocks, which adapters convert to bytes.

Blocks contain values, never markup; what a user typed is treated as plain text in every format.
"""

from __future__ import annotations

import math
import operator
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from orglife.core.paper.chart.base import Tone
from orglife.core.paper.chart.kinds import AnyChart
from orglife.core.paper.chart.timeline import Timeline
from orglife.core.record.characters import INVISIBLE, LINE_ENDS

DOCUMENTS_MIME = "application/vnd.orglife.documents+json"
"""MIME type of the cell output that contains a notebook's papers."""
FORMATS = ("html", "pdf", "docx")
"""Formats of papers. Listed here, not with the code that makes them, so that pages can offer them without loading it."""
BLOCKS = "json"
"""The format that only hands papers on inside this program: their blocks."""
TO_FILL = "〔待填〕"
DASH = "—"
"""The text of an empty cell; it stands in the middle of its cell however the column is aligned."""
SEE_EXPLANATION = "〔见情况说明〕"

Page = Literal["P", "T", "L", "9704"]
"""A4 portrait text, A4 portrait table, A4 landscape table, plain upper part of GB/T 9704."""


_LINE_ENDS = str.maketrans(dict.fromkeys(LINE_ENDS, "\n"))


_ODD = re.compile(
    "[\t\r\x0b\x0c\x85\u2028\u2029\xa0\u1680\u2000-\u200a\u202f\u205f\ufe00-\ufe0f\U000e0100-\U000e01ef"
    + "".join(sorted(INVISIBLE))
    + "]"
)
"""Characters that ``printed`` changes; most texts have none, so a search is the fast path."""


def printed(text: str) -> str:
    """Normalize a text for printing: line ends become line feeds, blanks become spaces, invisible characters are dropped.

    Text pasted from web pages and chats contains zero-width characters and unusual blanks that readers cannot see and
    few fonts have. The full-width space stays, because people indent with it.
    """
    if not _ODD.search(text):
        return text
    return "".join(_printed(char) for char in text.replace("\r\n", "\n").translate(_LINE_ENDS))


def _printed(char: str) -> str:
    selector = (
        "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    )  # selects variants that our fonts lack
    if selector or char in INVISIBLE:
        return ""
    if char == "\t" or (unicodedata.category(char) == "Zs" and char != "\u3000"):
        return " "
    return char


_USUAL = re.compile("[\n -~·—‘’“”…□\u3000-\u303e\u3041-\u3096\u3099-\u30ff\u4e00-\u9fff\uff01-\uff60]*")
"""ASCII, and characters that are as wide as a Chinese one; most texts have no others, so this is the fast path."""


def width(text: str) -> float:
    """Width of the longest line of a text in full-width characters: Chinese counts 1, Latin letters and digits ½."""
    wide = _usual if _USUAL.fullmatch(text) else _any
    return max(map(wide, text.split("\n"))) if "\n" in text else wide(text)


def _usual(line: str) -> float:
    return len(line) - 0.5 * len(line.encode("ascii", "ignore"))


def _any(line: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in line)


class Block(BaseModel):
    """One part of a paper. ``record`` names the record that its text comes from, for messages about the text."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    record: str = ""

    def texts(self) -> Iterator[str]:
        """Every text that will be printed."""
        yield from ()


class Heading(Block):
    """A heading inside the paper: level 1 一、 · level 2 （一） · level 3 1."""

    kind: Literal["heading"] = "heading"
    level: Literal[1, 2, 3] = 1
    text: str

    def texts(self) -> Iterator[str]:
        yield self.text


class Paragraph(Block):
    """One paragraph of body text, indented by two characters unless ``flush``."""

    kind: Literal["paragraph"] = "paragraph"
    text: str
    flush: bool = False

    def texts(self) -> Iterator[str]:
        yield self.text


class Facts(Block):
    """Labels with their values, ``across`` pairs side by side; a pair with a long value takes the whole width.

    Attributes:
        alone: Labels whose pair takes the whole width however short its value is: what somebody said.
    """

    kind: Literal["facts"] = "facts"
    rows: list[tuple[str, str]]
    across: Literal[1, 2, 4] = 2
    alone: list[str] = Field(default=[], exclude_if=operator.not_)  # left out of a dump where it says nothing

    def lines(self, most: float = 12.0, across: int = 0) -> list[list[tuple[str, str]]]:
        """Arrange the pairs in lines: ``across`` to a line when they are short and none stands alone, else one.

        Args:
            most: Widest value that may share a line, in full-width characters.
            across: Pairs in a line; 0 = as many as the block asks for.

        Returns:
            Lines of one to ``across`` pairs, in the order given.
        """
        lines: list[list[tuple[str, str]]] = []
        for pair in self.rows:
            room = bool(lines) and len(lines[-1]) < (across or self.across)
            if room and all(_short(each, most) and each[0] not in self.alone for each in (lines[-1][0], pair)):
                lines[-1].append(pair)
            else:
                lines.append([pair])
        return lines

    def texts(self) -> Iterator[str]:
        for row in self.rows:
            yield from row


def _short(pair: tuple[str, str], most: float) -> bool:
    return "\n" not in pair[1].strip() and width(pair[1]) <= most


class Column(BaseModel):
    """A table column: heading, share of the width, alignment."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    head: str
    share: int = Field(default=1, ge=1)
    align: Literal["left", "center", "right"] = "center"


class Table(Block):
    """A table whose heading row repeats on every page; each row has as many cells as the table has columns.

    Attributes:
        columns: The columns.
        rows: The cells.
        tones: The background of each cell, row by row like ``rows``; empty = no backgrounds.
        new_page: Whether it begins a page.
        filler: Not empty: the rows are entries of a list to be read down two columns, and these cells stand beside the
            last one of an odd number; ``two_columns.folded`` lays it out.
    """

    kind: Literal["table"] = "table"
    columns: list[Column]
    rows: list[list[str]]
    tones: list[list[Tone]] = Field(default_factory=list)
    new_page: bool = Field(default=False, exclude_if=operator.not_)  # left out of a dump where it says nothing
    filler: list[str] = Field(default=[], exclude_if=operator.not_)

    def model_post_init(self, _context: Any, /) -> None:
        """Refuse rows of the wrong length: Typst would silently shift the cells."""
        for cells in [*map(len, self.rows), *map(len, self.tones)]:
            if cells != len(self.columns):
                msg = f"row of {cells} cells in a table of {len(self.columns)} columns"
                raise ValueError(msg)
        if self.tones and len(self.tones) != len(self.rows):
            msg = f"tones for {len(self.tones)} of {len(self.rows)} rows"
            raise ValueError(msg)

    def texts(self) -> Iterator[str]:
        for column in self.columns:
            yield column.head
        for row in self.rows:
            yield from row


ISSUER = "（印章）"
"""Ends the role of a body that issues a letter: its name stands above the day, to be sealed (GB/T 9704-2012, 7.3.5)."""


class Signature(Block):
    """Signature lines, one per role, with room for a name and a date; kept on the page of the text before them.

    A role that ends with ``ISSUER`` is printed without it.
    """

    kind: Literal["signature"] = "signature"
    roles: list[str]
    day: str = ""  # the paper's date in words; "" prints 年 月 日 to fill in by hand

    def texts(self) -> Iterator[str]:
        yield from (role.removesuffix(ISSUER) for role in self.roles)
        yield self.day


class Note(Block):
    """Small print: how a number was calculated, what is missing, the text of an explanation."""

    kind: Literal["note"] = "note"
    text: str

    def texts(self) -> Iterator[str]:
        yield self.text


class Space(Block):
    """Ruled lines to write on by hand (blank forms)."""

    kind: Literal["space"] = "space"
    lines: int = Field(default=3, ge=1, le=40)


_NUMBERS = (3.0, 18.0)
"""Least and most width of a column of numbers, in full-width characters."""


class Figure(Block):
    """A picture of numbers with its title.

    ``numbered``: a table with the same numbers follows in the paper, so no format adds one; DOCX, which has no vector
    pictures of ours, then shows only that table.
    """

    kind: Literal["figure"] = "figure"
    title: str
    chart: AnyChart
    numbered: bool = False

    @property
    def alternative(self) -> str:
        """The text for readers who cannot see the picture: its title and all numbers."""
        return f"{self.title}。{self.chart.words()}"

    def seen_on(self, today: date | None) -> Figure:
        """The figure for a page: a time line's line is called 今天 if it stands at that day."""
        if not isinstance(self.chart, Timeline) or self.chart.today != today:
            return self
        return self.model_copy(update={"chart": self.chart.model_copy(update={"today_word": "今天"})})

    def table(self) -> Table:
        """The numbers as a table, each column as wide as its texts need, within bounds."""
        heads, rows = self.chart.numbers()
        needs = [max(width(text) for text in column) for column in zip(heads, *rows, strict=True)]
        least, most = _NUMBERS
        return Table(
            columns=[
                Column(head=head, share=math.ceil(min(max(need, least), most)) + 1, align="center" if place else "left")
                for place, (head, need) in enumerate(zip(heads, needs, strict=True))
            ],
            rows=rows,
        )

    def texts(self) -> Iterator[str]:
        yield self.title
        yield from self.chart.texts()


AnyBlock = Annotated[
    Heading | Paragraph | Facts | Table | Figure | Signature | Note | Space, Field(discriminator="kind")
]


class Document(BaseModel):
    """One paper: one form, made for one subject."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    form: str
    subject: str = ""
    title: list[str]  # the lines of the title, broken between phrases
    subtitle: str = ""  # the branch, under the title
    theme: str = ""  # the campaign's theme, small at the top of the page
    code: str = ""  # 档号, at the top of an archived paper
    head: str = ""  # hash of the history's last revision, under the theme: only on final papers
    about: str = ""  # the person or the day that tells papers of one title apart; in lists, not on the paper
    recipient: str = ""  # 主送, only on letters (page 9704)
    page: Page = "P"
    draft: bool = False  # some fields are still to be filled in
    # members whose names stand in texts of several lines, where no line end may divide them
    names: list[str] = Field(default=[], exclude_if=operator.not_)
    blocks: list[AnyBlock]

    @property
    def heading(self) -> str:
        """The title on one line."""
        return "".join(self.title)

    @property
    def name(self) -> str:
        """The title with the person or the day: the same in catalogue, bookmarks, lists and the file's metadata."""
        return f"{self.heading}（{self.about}）" if self.about else self.heading

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every printed text with the record that it comes from: (text, record)."""
        for line in (*self.title, self.subtitle, self.theme, self.code, self.head, self.recipient):
            yield line, ""
        for block in self.blocks:
            for text in block.texts():
                yield text, block.record


class Bundle(BaseModel):
    """The papers of one stage notebook, as stored in its output."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    documents: list[Document]
    title: str = ""  # of the file that contains all papers, e.g. 会前准备 · 谈心谈话
    branch: str = ""  # name of the branch
    campaign: str = ""  # title of the campaign
    dated: str = ""  # ISO day of the latest record: the only date that a file's metadata may contain
    final: bool = False  # uses only the fonts we provide, so that it looks the same on every computer

    @property
    def heading(self) -> str:
        """The title of the file that contains all papers."""
        return self.title or next((document.name for document in self.documents), "") or "组织生活会材料"

    def numbered(self, codes: Mapping[tuple[str, str], str]) -> Bundle:
        """The same papers with their archive numbers (档号), given by form and subject; papers without one are unchanged."""
        return self.model_copy(
            update={
                "documents": [
                    d.model_copy(update={"code": codes[d.form, d.subject]}) if (d.form, d.subject) in codes else d
                    for d in self.documents
                ]
            }
        )

    def unnumbered(self) -> Bundle:
        """The same papers without archive numbers."""
        return self.model_copy(update={"documents": [d.model_copy(update={"code": ""}) for d in self.documents]})

    def sealed(self, head: str) -> Bundle:
        """The same papers as final ones, with the history's head hash printed on each: signatures then cover the history."""
        papers = [d.model_copy(update={"head": head}) for d in self.documents]
        return self.model_copy(update={"documents": papers, "final": True})


_TYPED_HEADINGS: tuple[tuple[Literal[1, 2], re.Pattern[str]], ...] = (
    (1, re.compile("[一二三四五六七八九十]{1,3}、[^。！？；：，]{1,30}")),
    (2, re.compile("（[一二三四五六七八九十]{1,3}）[^。！？；：，]{1,30}")),
)


def paragraphs(text: str, *, record: str = "", under: int = 0) -> list[AnyBlock]:
    """A user's text as paragraphs, one per line; blank lines are dropped.

    A short line typed as 一、… or （一）… without a mark at its end is a heading (GB/T 9704-2012, 7.3.3: 黑体, 楷体);
    1. … is set as text is, in 仿宋.

    Args:
        text: The text.
        record: The record that it comes from.
        under: Level of the heading that it stands under; no level may be left out.
    """
    blocks: list[AnyBlock] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        level = next((level for level, typed in _TYPED_HEADINGS if level <= under + 1 and typed.fullmatch(line)), None)
        if level is None:
            blocks.append(Paragraph(text=line, record=record))
        else:
            under = level
            blocks.append(Heading(level=level, text=line, record=record))
    return blocks
