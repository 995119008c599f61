"""Values for the Typst template, including what is easier to compute here than there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, TypedDict

from orglife.adapters.print import glyphs
from orglife.adapters.print.picture.draw import drawn_on_page
from orglife.core.paper import fitting, layout, pieces
from orglife.core.paper.block import (
    DASH,
    TO_FILL,
    Block,
    Bundle,
    Document,
    Facts,
    Figure,
    Heading,
    Note,
    Page,
    Paragraph,
    Signature,
    Space,
    Table,
    printed,
)
from orglife.core.paper.together import Tie, ties
from orglife.core.paper.unbroken import TextParts, keep_together

_METADATA = 500  # maximum characters of a bookmark or other metadata: PDF/A allows 32,767 bytes, readers show one line
# Maximum width of an unbreakable run (no blank, no Chinese) that fits on a line of a paragraph, title, label or value
_TEXT, _TITLE, _LABEL, _VALUE = 24, 20, 12, 16
_JOINED = re.compile("[^ \n\u3000\u3400-\u4dbf\u4e00-\u9fff]+")
_SLIM = str.maketrans("", "", "0123456789.,:;/-() ")
_SLIMNESS = 0.6  # maximum width of the characters of _SLIM in any font, relative to a Chinese character


def papers(bundle: Bundle) -> dict[str, Any]:
    """All papers of a bundle, and what the template needs to know of them together."""
    texts = ["\n".join(text for text, _ in document.texts()) for document in bundle.documents]
    return {
        "title": glyphs.one_line(bundle.heading)[:_METADATA],
        "branch": glyphs.one_line(bundle.branch)[:_METADATA],
        "campaign": glyphs.one_line(bundle.campaign)[:_METADATA],
        "dots": any("·" in text for text in texts),
        "blanks": any(TO_FILL in text for text in texts),
        "sheets": {page: sheet._asdict() for page, sheet in layout.SHEETS.items()},
        "documents": [_paper(document, text) for document, text in zip(bundle.documents, texts, strict=True)],
    }


def _fitted(text: str, room: int) -> str | dict[str, Any]:
    """The text; with ``room`` (characters) if a run in it does not fit and must be allowed to break anywhere."""
    return {"text": text, "room": room} if _too_long(text, room) else text


def _too_long(text: str, room: float) -> bool:
    """Whether an unbreakable run of the text may be as wide as ``room`` Chinese characters."""
    if len(text) < room:  # no character is wider than a Chinese one
        return False
    runs = (run for run in _JOINED.findall(text) if len(run) >= room)
    return any(_SLIMNESS * len(run) + (1 - _SLIMNESS) * len(run.translate(_SLIM)) >= room for run in runs)


class _Cell(TypedDict):
    """A cell with more than text.

    Attributes:
        room: Width in characters when a run must be allowed to break anywhere, else 0.
        torn: Alignment of the cell if its row may break across pages, else ""; "middle": centred in its height, too.
        bound: For an empty extra cell: number of rows to keep on one page, else 0.
        dash: Whether it is an empty cell's dash, which stands in the middle.
        tail: For the cell with the signature under its text: distance of the text from the table's side in points.
    """

    text: TextParts
    room: int
    label: bool
    span: int
    tone: str
    torn: str
    bound: int
    tail: float
    dash: bool


def _cell(
    text: str,
    room: int,
    names: Sequence[str] = (),
    *,
    label: bool = False,
    tone: str = "",
    torn: str = "",
    line: float = 0.0,
    dash: bool = False,
) -> TextParts | _Cell:
    """A cell: only its text if the template needs nothing else; ``line``: characters on a line, if known."""
    tight = _too_long(text, room)
    parts = keep_together(text, line or room, names)
    if not (tight or label or tone or torn or dash):
        return parts
    return {
        **_whole(parts), "room": room if tight else 0, "label": label, "tone": tone, "torn": torn, "dash": dash
    }  # fmt: skip


def _whole(cell: TextParts | _Cell) -> _Cell:
    """The cell with all its attributes."""
    if isinstance(cell, dict):
        return cell
    return _Cell(text=cell, room=0, label=False, span=1, tone="", torn="", bound=0, tail=0, dash=False)


def _tailed(cell: TextParts | _Cell, left: float) -> _Cell:
    """The cell, marked to have the signature under its text."""
    own = cell if isinstance(cell, dict) else {**_whole(cell), "torn": "left"}
    return {**own, "tail": left}


def _widen(row: list[TextParts | _Cell], by: int) -> None:
    """Extend the last cell of a row over ``by`` more columns."""
    last = _whole(row[-1])
    row[-1] = {**last, "span": last["span"] + by}


def _paper(document: Document, texts: str) -> dict[str, Any]:
    """A paper for the template; ``texts``: all its texts."""
    blocks: list[dict[str, Any]] = []
    close, grids = fitting.fitted(document)
    befores, tied = [None, *document.blocks], ties(document, grids)
    for before, block, grid, own in zip(befores, document.blocks, grids, tied, strict=False):
        if isinstance(block, Signature):
            _sign(blocks, block, document.page)
        else:
            apart = layout.room_between(before, block)
            for view, tie in zip_longest(_views(block, document, grid), own, fillvalue=Tie.NONE):
                if isinstance(view, dict):
                    blocks.append({**view, "sign": [], "tie": tie, "apart": apart})
                    apart = 0.0
    for view in blocks:
        if "rows" in view:
            _settle(view)
    return {
        "form": document.form,
        "page": document.page,
        "close": close,
        "leading": pieces.leading(close),
        "inset": pieces.inset(1, close),
        "draft": document.draft,
        "heading": glyphs.one_line(document.name)[:_METADATA],
        "title": [_fitted(glyphs.one_line(line), _TITLE) for line in layout.title_lines(document)],
        "tall": layout.title_height(document),
        "under": layout.under_title(document),
        "long": _too_long(texts, _TEXT - 1),  # a colon may follow
        "subtitle": printed(document.subtitle),
        "theme": printed(document.theme),
        "code": printed(document.code),
        "head": printed(document.head),
        "recipient": layout.addressed(document.recipient),
        "blocks": blocks,
    }


def _sign(blocks: list[dict[str, Any]], block: Signature, page: Page) -> None:
    """Attach a signature to the block before it, so that it is never on a page without the text that it signs."""
    seals = layout.seals(block)
    tall = layout.is_tall(block)
    if not blocks or tall:
        blocks.append({"kind": "signature", "sign": [], "whole": not tall, "tie": Tie.NONE, "apart": 0.0})
    blocks[-1]["sign"].append(
        {
            "roles": [
                {"text": _fitted(beside, _TITLE), "above": _fitted(above, _TITLE)}
                for above, beside in layout.signers(block, page)
            ],
            "seals": [_fitted(layout.sealed_name(role), _TITLE) for role in seals],
            "day": printed(block.day),
        },
    )


def _views(
    block: Block, document: Document, grid: layout.TableGrid | layout.FactsGrid | None
) -> Iterator[dict[str, Any]]:
    sheet = layout.SHEETS[document.page]
    match block:
        case Heading():
            kind = "heading" if len(block.text) <= _METADATA else "paragraph"  # too long for a bookmark
            yield {"kind": kind, "level": block.level, "text": glyphs.one_line(block.text), "flush": False}
        case Paragraph():
            across = sheet.text_width / sheet.size
            for line in layout.lines(block.text):
                text = keep_together(line, across, document.names, 0 if block.flush else 2)
                yield {"kind": "paragraph", "text": text, "flush": block.flush}
        case Note():
            for line in layout.lines(block.text):
                yield {"kind": "note", "text": keep_together(line, sheet.text_width / 12, document.names, 2)}
        case Facts() if isinstance(grid, layout.FactsGrid):
            yield _facts(grid, document.names)
        case Table() if isinstance(grid, layout.TableGrid):
            yield _table(block, grid, document.names)
        case Figure():
            yield _figure(block, document.page)
        case Space():
            yield {"kind": "space", "lines": block.lines}


def _facts(grid: layout.FactsGrid, names: Sequence[str]) -> dict[str, Any]:
    rows = []
    for pairs, torn in zip(grid.lines, grid.may_break, strict=True):
        row = [
            cell
            for label, value in pairs
            for cell in (
                _cell(label, _LABEL, label=True, torn="middle" if torn else "", line=grid.label),
                _cell(value, _VALUE, names, torn="left" if torn else "", line=grid.rooms[len(pairs) > 1]),
            )
        ]
        if len(pairs) < grid.across:
            _widen(row, 2 * (grid.across - len(pairs)))
        rows.append(row)
    return {
        "kind": "facts", "across": grid.across, "label": grid.label, "whole": grid.whole, "rows": rows, "held": grid.held,
        "lead": grid.lead, "torn": bool(grid.lead) and grid.may_break[grid.lead], "tail": grid.tail, "left": grid.label * layout.SIZE + 20,
    }  # fmt: skip


def _table(block: Table, grid: layout.TableGrid, names: Sequence[str]) -> dict[str, Any]:
    rooms = [max(int(room / 0.9), 2) for room in grid.rooms]  # capitals are nearly as wide as Chinese
    rows = [
        [
            _cell(
                text,
                room,
                names,
                tone=tone,
                torn="" if whole else column.align,
                line=line,
                dash=text == DASH and column.align != "center",
            )
            for text, room, line, tone, column in zip(
                cells, rooms, grid.rooms, tones or [""] * len(cells), block.columns, strict=True
            )
        ]
        for cells, whole, tones in zip(grid.rows, grid.whole, block.tones or [[]] * len(grid.rows), strict=True)
    ]
    heads = [
        _cell(head, room, label=True)
        for head, room in zip((printed(column.head) for column in block.columns), rooms, strict=True)
    ]
    return {
        "kind": "table",
        "new_page": block.new_page,
        "size": grid.size,
        "shares": grid.shares,
        "sides": [column.align for column in block.columns],
        "heads": heads,
        "rows": rows,
        "held": grid.held,
        "tail": grid.tail,
        "left": layout.CELL_SIDES / 2 + sum(grid.shares[: grid.tail]),
    }


def _figure(block: Figure, page: Page) -> dict[str, Any]:
    """A picture in parts; the template puts the font families in the place of ``@fonts``."""
    parts = [
        {"svg": part.drawing.svg(part.words, family="@fonts"), "alt": part.words, "width": part.wide}
        for part in drawn_on_page(block, page)
    ]
    return {"kind": "figure", "title": glyphs.one_line(block.title), "parts": parts}


def _settle(view: dict[str, Any]) -> None:
    """Flatten the rows of a grid; rows to keep on one page get an extra empty cell that spans them."""
    rows = view.pop("rows")
    tail, left = view.pop("tail"), view.pop("left")
    view["tail"] = bool(view["sign"]) and tail >= 0
    view["held"] = view["held"] if view["sign"] and not view["tail"] else 0
    if view["tail"]:
        rows[-1][tail] = _tailed(rows[-1][tail], left)
    lead = view.pop("lead", 0)
    torn = view.pop("torn", False)
    view["head"] = sum(map(len, rows[:lead])) if torn else 0
    bound: dict[int, int] = {0: lead + 1} if lead and not torn else {}  # first row -> number of rows
    if view["held"]:  # the signature counts as a row
        last = len(rows) - view["held"]
        bound |= {0: len(rows) + 1} if lead >= last and not torn else {last: view["held"] + 1}
    view["bound"] = bool(bound)
    if bound:
        inside = {row for first, many in bound.items() for row in range(first, first + many)}
        for number, row in enumerate(rows):
            if number in bound:
                row.append({**_whole(""), "bound": bound[number]})
            elif number not in inside:
                _widen(row, 1)
        if "heads" in view:
            _widen(view["heads"], 1)
    view["cells"] = [cell for row in rows for cell in row]
