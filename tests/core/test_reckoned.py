"""What is reckoned of papers of many kinds: widths of columns, lines, heights of pieces, what stays together, the line pitch.

The papers are drawn by a seed, with lengths close to where a text takes one line more and a row may break.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator

import pytest

from orglife.core.paper import breaks, fitting, layout, pieces, two_columns
from orglife.core.paper.block import (
    ISSUER,
    AnyBlock,
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Page,
    Paragraph,
    Signature,
    Space,
    Table,
)
from orglife.core.paper.together import ties
from orglife.core.paper.unbroken import keep_together
from tests.whole.golden_files import GOLDEN, compare, rows_of

WORDS = (
    "谈心谈话",
    "2024年2月15日",
    "（第3次）",
    "王建国",
    "YX-2023-00817",
    "“两个”",
    "，",
    "。",
    "党员5名",
    "document",
    "和",
    "其他与会同志",
)
"""Parts of the texts: words, numbers, marks and letters."""
PAGES: tuple[Page, ...] = ("P", "T", "L", "9704")


def text(draw: random.Random, longest: int) -> str:
    """A text of about so many characters at most."""
    parts: list[str] = []
    length = draw.randint(1, longest)
    while sum(map(len, parts)) < length:
        parts.append(draw.choice(WORDS))
    return "".join(parts)


def cell(draw: random.Random) -> str:
    """A cell: most are short, some have many lines."""
    return draw.choice([
        lambda: "", lambda: text(draw, 3), lambda: text(draw, 12), lambda: text(draw, 12), lambda: text(draw, 120),
        lambda: "\n".join(["字"] * draw.randint(2, 20)),
    ])()  # fmt: skip


def table(draw: random.Random) -> Table:
    wide = draw.randint(2, 9)
    columns = [Column(head=text(draw, 6), share=draw.randint(1, 6), align="left") for _ in range(wide)]
    return Table(
        columns=columns,
        rows=[[cell(draw) for _ in columns] for _ in range(draw.randint(0, 9))],
        new_page=draw.random() < 0.2,
    )


def facts(draw: random.Random) -> Facts:
    rows = [(text(draw, 6), cell(draw)) for _ in range(draw.randint(1, 8))]
    return Facts(rows=rows, across=draw.choice([1, 2, 2, 4]), alone=[rows[0][0]] if draw.random() < 0.2 else [])


def signature(draw: random.Random) -> Signature:
    ends = ("", "", "", "", ISSUER, "（盖章）")
    roles = [text(draw, draw.choice([4, 4, 30])) + draw.choice(ends) for _ in range(draw.randint(1, 4))]
    return Signature(roles=roles, day=draw.choice(["", "2024年2月20日"]))


MADE: tuple[Callable[[random.Random], AnyBlock], ...] = (
    lambda draw: Heading(text=text(draw, 40)),
    lambda draw: Paragraph(text=text(draw, 150)),
    lambda draw: Paragraph(
        text="\n".join("字" * draw.choice([1, 5, 24, 26, 27, 50, 57, 58, 110, 114]) for _ in range(3))
    ),
    lambda draw: Note(text=text(draw, 90)),
    lambda draw: Space(lines=draw.randint(1, 5)),
    table,
    facts,
    facts,
    signature,
)


def papers(page: Page) -> Iterator[Document]:
    draw = random.Random(f"papers {page}")
    for number in range(14):
        blocks = [draw.choice(MADE)(draw) for _ in range(draw.randint(1, 9))]
        signed = [*blocks, signature(draw)] if draw.random() < 0.8 else blocks
        yield Document(
            form=draw.choice(["F1", "F11"]),
            title=[text(draw, draw.choice([8, 20, 34])) for _ in range(draw.randint(1, 2))],
            subtitle=text(draw, 30) if number % 3 else "",
            recipient=text(draw, 9) if page == "9704" and number % 2 else "",
            page=page,
            blocks=signed,
        )


def short(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:8]


def piece(one: pieces.Piece) -> str:
    """A piece: height, + room above, * if it holds the next one, ^ what is repeated, - room below."""
    marks = (("+", one.over), ("^", one.again), ("-", one.under))
    return f"{one.high:.2f}{'*' if one.held else ''}" + "".join(f"{mark}{room:.2f}" for mark, room in marks if room)


def grid(one: layout.TableGrid | layout.FactsGrid | None) -> str:
    if isinstance(one, layout.TableGrid):
        rooms = " ".join(f"{room:.2f}" for room in one.rooms)
        whole = "".join(str(int(each)) for each in one.whole)
        return f"{one.size} {rooms} {one.shares} {whole} {one.held} {one.line_counts} {one.tail} {one.head}"
    if isinstance(one, layout.FactsGrid):
        rooms = " ".join(f"{room:.2f}" for room in one.rooms)
        across = [len(line) for line in one.lines]
        breaks_at = "".join(str(int(each)) for each in one.may_break)
        return (
            f"{across} {one.label} {one.whole} {one.held} {one.line_counts} {breaks_at} {one.lead} {one.tail} {rooms}"
        )
    return ""


@pytest.mark.parametrize("page", PAGES)
def test_what_is_reckoned_of_papers(page: Page) -> None:
    found: dict[str, object] = {}
    for number, document in enumerate(papers(page)):
        grids = layout.grids(document)
        usual, *closer = (list(pieces.parts(document, grids, close)) for close in (1.0, 0.91, 0.77))
        close = [fitting.fitted(document).close, *(fitting.fitted_elsewhere(document, [n]).close for n in (0.3, 1.5))]
        height = layout.title_height(document)
        found[f"{number}"] = [*layout.title_lines(document), height and round(height, 2), *close]
        for place, (block, own, tied) in enumerate(zip(document.blocks, grids, ties(document, grids), strict=True)):
            held = "/".join(tied).strip("/")
            found[f"{number}.{place} {block.kind}"] = [
                " ".join(map(piece, usual[place + 1])), *([held] if held else []), *([grid(own), grid(layout.spaced(own))] if own else []),
                *([layout.signers(block, page), layout.is_tall(block)] if isinstance(block, Signature) else []),
            ]  # fmt: skip
        found[f"{number} title"] = [
            " ".join(map(piece, usual[0])),
            *(short([[piece(p) for p in part] for part in one]) for one in closer),
        ]
    compare(GOLDEN / f"reckoned/{page}.json", rows_of(found))


@pytest.mark.parametrize("page", ["P", "T"])
def test_where_lists_in_two_columns_go_on(page: Page) -> None:
    """The rows of each table that a list of some entries becomes, and how close the paper is set."""
    found = {}
    for before in (0, 19):
        for entries in (0, 1, 2, 9, 31, 32, 40, 41, 42, 61, 75, 76, 140):
            listed = Table(
                columns=[Column(head="序号"), Column(head="姓名", share=3)],
                rows=[[str(n), "王建国"] for n in range(entries)],
                filler=["", ""],
            )
            blocks = [Paragraph(text="\n".join(["字"] * before)), listed, Signature(roles=["记录人"])]
            document = two_columns.folded(Document(form="F1", title=["签到表"], page=page, blocks=blocks))
            tables = [block for block in document.blocks if isinstance(block, Table)]
            ends = [one.rows[-1][2:] for one in tables if one.rows]
            found[f"{before} {entries}"] = [
                [len(one.rows) for one in tables],
                [one.new_page for one in tables],
                fitting.fitted(document).close,
                *ends[-1:],
            ]
    compare(GOLDEN / f"reckoned/lists-{page}.json", rows_of(found))


def test_where_talks_are_broken() -> None:
    """For papers of talks: pages and torn talks at some pitches, and what each talk is held to."""
    found = {}
    draw = random.Random("talks")
    for number in range(16):
        blocks: list[AnyBlock] = []
        for talk in range(draw.randint(3, 9)):
            said = [(f"事项{n}", "说" * draw.choice([5, 5, 34, 70, 180, 400])) for n in range(draw.randint(2, 5))]
            blocks += [
                Heading(text=f"{talk}、谈话"),
                Facts(rows=[("时间", "2月7日"), *said]),
                Signature(roles=["甲", "乙"]),
            ]
        document = Document(form="F3", title=["谈心谈话记录"], blocks=blocks)
        grids = layout.grids(document)
        signed = breaks.signed_facts(document, grids)
        fit = fitting.fitted(document)
        tried = [breaks.broken_well(document, grids, signed, close) for close in (1.0, 0.94, 0.88)]
        kept = [f"{int(own.whole)}{own.held}" for own in fit.grids if isinstance(own, layout.FactsGrid)]
        found[str(number)] = [sorted(signed), [(one.pages, one.torn) for one in tried], fit.close, " ".join(kept)]
    compare(GOLDEN / "reckoned/talks.json", rows_of(found))


def test_parts_that_no_line_end_divides() -> None:
    draw = random.Random("parts")
    found = {}
    for _ in range(60):
        words, room, indent = text(draw, 60), draw.choice([9.5, 12, 20]), draw.choice([0, 0, 2])
        parts = keep_together(words, room, ["王建国"], indent)
        found[f"{words} {room} {indent}"] = parts if isinstance(parts, list) else ""
    compare(GOLDEN / "reckoned/unbroken.json", rows_of(found))
