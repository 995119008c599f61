"""Papers as one PDF/A-3a that is also PDF/UA-1: Typst, in this process.

The template gets values, never markup: the papers travel as JSON and are strings when Typst sees them. The bytes depend
on the bundle, the timestamp, the template and the fonts, and on nothing else.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
import warnings
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from orglife.adapters.disk.paths import templates
from orglife.adapters.print import fonts, glyphs, threads
from orglife.core.paper import fitting, layout
from orglife.core.paper.block import (
    TO_FILL,
    Block,
    Bundle,
    Document,
    Facts,
    Heading,
    Note,
    Page,
    Paragraph,
    Signature,
    Space,
    Table,
    printed,
)

if TYPE_CHECKING:
    import typst

# Typst starts threads at its first compilation, and a process forked after that hangs in its own first one: nothing here
# may compile before a paper is asked for. Finding the fonts starts none.

_METADATA = 500  # characters of a bookmark or other metadata: PDF/A allows 32,767 bytes, readers show one line
# Characters without a blank or Chinese among them that a line of a paragraph, a title, a label, a value surely holds
_TEXT, _TITLE, _LABEL, _VALUE = 24, 20, 12, 16
_JOINED = re.compile("[^ \n\u3000\u3400-\u4dbf\u4e00-\u9fff]+")
_SLIM = str.maketrans("", "", "0123456789.,:;/-() ")
_SLIMNESS = 0.6  # of what these are wide at most, in any face, to a Chinese character


def pdf(bundle: Bundle, *, timestamp: int) -> bytes:
    """The papers of a bundle in one file, each on a new page, pages numbered through.

    Args:
        bundle: The papers; its JSON is attached as record.json. Final ones are printed with the provided fonts only,
            whatever else this computer has.
        timestamp: The file's creation time, seconds since 1970 UTC; the caller's, so that equal papers are equal bytes.

    Raises:
        MissingGlyph: a character that no font has.
        BadCharacter: a character that must not be printed.
        FontsMissing: no usable font at all.
    """
    glyphs.preflight(bundle.documents, lasting=bundle.final)
    inputs = {"papers": json.dumps(_papers(bundle), ensure_ascii=False), "record": bundle.model_dump_json(indent=2)}
    with _compiler(fonts.faces_in_use(lasting=bundle.final), templates() / "typst" / "record.typ") as (
        compiler,
        families,
    ):
        content, told = compiler.compile_with_warnings(
            format="pdf",
            sys_inputs={**inputs, "fonts": families},
            pdf_standards=["a-3a", "ua-1"],
            timestamp=timestamp,
        )
    for warning in told:
        warnings.warn(f"Typst: {warning.message}", stacklevel=2)
    if not isinstance(content, bytes):
        msg = f"Typst gave {type(content).__name__}, not bytes"
        raise TypeError(msg)
    return content


@contextlib.contextmanager
def _compiler(used: tuple[fonts.Face, ...], template: Path) -> Iterator[tuple[typst.Compiler, str]]:
    """A compiler that sees our fonts and the template's folder only, and the font families as JSON for the template.

    Nobody else has it meanwhile: one that two threads use raises "Already borrowed".
    """
    import typst  # noqa: PLC0415 - 80 MB that only printing needs

    free, loaded, families = _idle(used, template)
    try:
        compiler = free.pop()
    except IndexError:
        compiler = typst.Compiler(template, root=template.parent, font_paths=loaded)
    try:
        yield compiler, families
    finally:
        free.append(compiler)


@functools.lru_cache(maxsize=2)
def _idle(used: tuple[fonts.Face, ...], template: Path) -> tuple[deque[typst.Compiler], typst.Fonts, str]:  # noqa: ARG001
    """The compilers of a template that nobody uses at the moment, with what all of them share."""
    loaded = _fonts(used)
    return deque(maxlen=threads.AT_ONCE), loaded, json.dumps(_families(used, loaded), ensure_ascii=False)


def _fonts(used: tuple[fonts.Face, ...]) -> typst.Fonts:
    return _fonts_of(tuple(dict.fromkeys(str(face.file.parent) for face in used)))


@functools.lru_cache(maxsize=2)
def _fonts_of(folders: tuple[str, ...]) -> typst.Fonts:
    import typst  # noqa: PLC0415 - as above

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))


def _families(used: tuple[fonts.Face, ...], loaded: typst.Fonts) -> dict[str, Any]:
    """For each role the families to try, as Typst calls them (it drops words such as Light from their names)."""
    names = {(Path(info.path).resolve(), info.index): info for info in loaded.fonts() if info.path}
    seen = [(face.role, names[key]) for face in used if (key := (face.file.resolve(), face.number)) in names]
    by_role = {role: info.family for role, info in seen}
    extra = [info.family for role, info in seen if role == fonts.EXTRA]
    every = [by_role[role] for role in ("生僻字", "宋体", "黑体", "仿宋", "楷体") if role in by_role]
    chains = {}
    for role in fonts.ROLES:
        first = [by_role[name] for name in (role, *fonts.STAND_INS[role]) if name in by_role]
        chains[role] = list(dict.fromkeys([*first, *every, *extra, "DejaVu Sans Mono"]))
    title = dict(seen).get("小标宋")
    return {
        "chains": chains,
        "title_weight": title.weight if title else 400,
        "title_stroke": title is None,  # a Regular made heavier looks like the Bold, and needs no further download
        "used": [f"{face.role}：{face.file.name}" for face in used],
    }


# What the template gets: values, with everything counted that is easier to count here


def _papers(bundle: Bundle) -> dict[str, Any]:
    return {
        "title": glyphs.one_line(bundle.heading)[:_METADATA],
        "branch": glyphs.one_line(bundle.branch)[:_METADATA],
        "campaign": glyphs.one_line(bundle.campaign)[:_METADATA],
        "blanks": any(TO_FILL in text for document in bundle.documents for text, _ in document.texts()),
        "sheets": {page: sheet._asdict() for page, sheet in layout.SHEETS.items()},
        "documents": [_paper(document) for document in bundle.documents],
    }


def warm(*, lasting: bool) -> None:
    """Find the fonts and read them, for the sake of processes that are forked from this one before it prints.

    As HTML a text is set, in a frame, without a page; it is pages that Typst makes by threads, which survive no fork.
    """
    import typst  # noqa: PLC0415 - as above

    glyphs.preflight((), lasting=lasting)
    used = fonts.faces_in_use(lasting=lasting)
    loaded = _fonts(used)
    families = dict.fromkeys(family for chain in _families(used, loaded)["chains"].values() for family in chain)
    text = "".join(f"#html.frame(text(font: {json.dumps(f, ensure_ascii=False)})[支部1a])\n" for f in families)
    typst.Compiler(text.encode(), font_paths=loaded).compile_with_warnings(format="html")


def _fitted(text: str, room: int) -> str | dict[str, Any]:
    """A text for a place of so many characters: as it is, or marked where a run in it may have to break anywhere."""
    return {"text": text, "room": room} if _longest(text) >= room else text


def _longest(text: str) -> float:
    """At most so many characters wide is what does not break of itself; digits are no surprise in a narrow column."""
    return max(
        (_SLIMNESS * len(run) + (1 - _SLIMNESS) * len(run.translate(_SLIM)) for run in _JOINED.findall(text)), default=0
    )


class _Cell(TypedDict):
    """A cell that is more than its text.

    Attributes:
        room: 0: nothing in it need break anywhere.
        torn: The side it stands at, where its row may break.
        bound: An empty cell that keeps so many rows on one page.
        tail: Points from the table's side to this cell's text, under which a signature stands that may not be left alone.
    """

    text: str
    room: int
    label: bool
    span: int
    tone: str
    torn: str
    bound: int
    tail: float


def _cell(text: str, room: int, *, label: bool = False, tone: str = "", torn: str = "") -> str | _Cell:
    """A cell: its text, or with what the template must know besides."""
    tight = _longest(text) >= room
    if not (tight or label or tone or torn):
        return text
    return _Cell(text=text, room=room if tight else 0, label=label, span=1, tone=tone, torn=torn, bound=0, tail=0)


def _tailed(cell: str | _Cell, left: float) -> _Cell:
    """The cell with a signature under its text."""
    if isinstance(cell, str):
        cell = _Cell(text=cell, room=0, label=False, span=1, tone="", torn="left", bound=0, tail=0)
    return {**cell, "tail": left}


def _widen(row: list[str | _Cell], by: int) -> None:
    """Let the last cell of a row reach over more columns."""
    last = row[-1]
    if isinstance(last, str):
        last = _Cell(text=last, room=0, label=False, span=1, tone="", torn="", bound=0, tail=0)
    row[-1] = {**last, "span": last["span"] + by}


def _paper(document: Document) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    for block in document.blocks:
        if isinstance(block, Signature):
            _sign(blocks, block, document.page)
        else:
            blocks.extend({**view, "sign": []} for view in _views(block, document.page))
    for view in blocks:
        if "rows" in view:
            _settle(view)
    close = fitting.closeness(document)
    return {
        "form": document.form,
        "page": document.page,
        "close": close,
        "leading": fitting.leading(close),
        "inset": fitting.inset(1, close),
        "draft": document.draft,
        "heading": glyphs.one_line(document.heading)[:_METADATA],
        "title": [_fitted(glyphs.one_line(line), _TITLE) for line in layout.title_lines(document)],
        "tall": layout.title_height(document),
        "long": max(_longest(text) for text, _ in document.texts()) >= _TEXT - 1,  # a colon may follow
        "subtitle": printed(document.subtitle),
        "theme": printed(document.theme),
        "code": printed(document.code),
        "head": printed(document.head),
        "recipient": layout.addressed(document.recipient),
        "blocks": blocks,
    }


def _sign(blocks: list[dict[str, Any]], block: Signature, page: Page) -> None:
    """Hand a signature to the block before it: it never stands on a page without the text that it signs."""
    seals = layout.seals(block)
    tall = layout.is_tall(block)
    if not blocks or tall:
        blocks.append({"kind": "signature", "sign": [], "whole": not tall})
    blocks[-1]["sign"].append(
        {
            "roles": [
                {"text": _fitted(beside, _TITLE), "above": _fitted(above, _TITLE)}
                for above, beside in layout.signers(block, page)
            ],
            "seals": [_fitted(printed(role), _TITLE) for role in seals],
            "day": printed(block.day),
        },
    )


def _views(block: Block, page: Page) -> Iterator[dict[str, Any]]:
    match block:
        case Heading():
            kind = "heading" if len(block.text) <= _METADATA else "paragraph"  # no bookmark is that long
            yield {"kind": kind, "level": block.level, "text": glyphs.one_line(block.text), "flush": False}
        case Paragraph():
            for line in layout.lines(block.text):
                yield {"kind": "paragraph", "text": line, "flush": block.flush}
        case Note():
            for line in layout.lines(block.text):
                yield {"kind": "note", "text": line}
        case Facts():
            if block.rows:
                yield _facts(block, page)
        case Table():
            yield _table(block, page)
        case Space():
            yield {"kind": "space", "lines": block.lines}


def _facts(block: Facts, page: Page) -> dict[str, Any]:
    grid = layout.facts_grid(block, page)
    rows = []
    for pairs, torn in zip(grid.lines, grid.torn, strict=True):
        row = [
            cell
            for label, value in pairs
            for cell in (
                _cell(label, _LABEL, label=True, torn="center" if torn else ""),
                _cell(value, _VALUE, torn="left" if torn else ""),
            )
        ]
        if len(pairs) < grid.across:
            _widen(row, 2)
        rows.append(row)
    return {
        "kind": "facts", "across": grid.across, "label": grid.label, "whole": grid.whole, "rows": rows, "held": grid.held,
        "lead": grid.lead, "torn": bool(grid.lead) and grid.torn[grid.lead], "tail": grid.tail, "left": grid.label * layout.SIZE + 20,
    }  # fmt: skip


def _table(block: Table, page: Page) -> dict[str, Any]:
    grid, shares = layout.table_grid(block, page), [column.share for column in block.columns]
    rooms = [max(int(room / 0.9), 2) for room in grid.rooms]  # capitals are nearly as wide as Chinese
    rows = [
        [
            _cell(text, room, tone=tone, torn="" if whole else column.align)
            for text, room, tone, column in zip(cells, rooms, tones or [""] * len(cells), block.columns, strict=True)
        ]
        for cells, whole, tones in zip(grid.rows, grid.whole, block.tones or [[]] * len(grid.rows), strict=True)
    ]
    heads = [
        _cell(head, room, label=True)
        for head, room in zip((printed(column.head) for column in block.columns), rooms, strict=True)
    ]
    return {
        "kind": "table",
        "size": grid.size,
        "shares": shares,
        "sides": [column.align for column in block.columns],
        "heads": heads,
        "rows": rows,
        "held": grid.held,
        "tail": grid.tail,
        "left": 4 + layout.SHEETS[page].text_width * sum(shares[: max(grid.tail, 0)]) / sum(shares),
    }


def _settle(view: dict[str, Any]) -> None:
    """Lay the rows of a grid in one list; rows that stay on one page have an empty cell beside them, the others none."""
    rows = view.pop("rows")
    tail, left = view.pop("tail"), view.pop("left")
    view["tail"] = bool(view["sign"]) and tail >= 0
    view["held"] = bool(view["sign"]) and view["held"] and not view["tail"]
    if view["tail"]:
        rows[-1][tail] = _tailed(rows[-1][tail], left)
    lead = view.pop("lead", 0)
    torn = view.pop("torn", False)
    view["head"] = sum(map(len, rows[:lead])) if torn else 0
    bound: dict[int, int] = {0: lead + 1} if lead and not torn else {}  # first row -> how many
    if view["held"]:  # the signature is a row, too
        last = len(rows) - 1
        bound |= {0: last + 2} if lead == last and not torn else {last: 2}
    view["bound"] = bool(bound)
    if bound:
        inside = {row for first, many in bound.items() for row in range(first, first + many)}
        for number, row in enumerate(rows):
            if number in bound:
                row.append(_Cell(text="", room=0, label=False, span=1, tone="", torn="", bound=bound[number], tail=0))
            elif number not in inside:
                _widen(row, 1)
        if "heads" in view:
            _widen(view["heads"], 1)
    view["cells"] = [cell for row in rows for cell in row]
