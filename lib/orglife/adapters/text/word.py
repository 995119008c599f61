"""Read the paragraphs of a Word document (docx), including Word's automatic numbers.

Only ``word/document.xml``, ``numbering.xml`` and ``styles.xml`` are read; XML entities and DTDs are refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from orglife.core.record.numerals import chinese

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LARGEST_PART = 40 * 1024 * 1024
MOST_PARTS = 5000
MOST_COLUMNS = 63  # Word's own limit
MOST_TEXT = 10_000_000  # characters
MOST_CELLS = 400_000  # of all tables, as in a workbook
LEVELS = frozenset("012345678")  # likewise
LONGEST_NUMBER = 100
"""Most characters of a number's pattern, and digits of where it begins."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_MC}Fallback", f"{_W}pPr", f"{_W}rPr"})
_P = f"{_W}p"
_TABLE = frozenset({f"{_W}tc", f"{_W}tbl"})
_NO_TEXT = frozenset({*_SKIPPED, _P, f"{_W}txbxContent"})
_CHINESE = ("chinese", "japaneseCounting", "taiwanese", "ideograph")


class NotWord(Exception):  # noqa: N818  the caller turns it into a message
    """Not a Word document, or a damaged one."""


class TooLarge(Exception):  # noqa: N818  the caller turns it into a message
    """A part is too large after unpacking, or there are too many parts."""


def word_paragraphs(package: zipfile.ZipFile) -> list[str]:
    """The text of each paragraph, including tables and text boxes, without deleted text.

    Raises:
        NotWord, TooLarge: the document cannot be read.
    """
    document = _document(package)
    numbers = _Numbers.of(_part(package, "word/numbering.xml"), _part(package, "word/styles.xml"))
    texts, left = [], MOST_TEXT
    for block in _blocks(document):
        lines = [line for paragraph in block for line in _lines(paragraph, numbers)]
        left -= sum(map(len, lines))
        if left < 0:  # a number pattern stored once is repeated before each of its paragraphs
            raise TooLarge
        texts += lines if len(block) == 1 else ["\t".join(line for line in lines if line.strip())]
    return texts


def word_tables(package: zipfile.ZipFile) -> list[list[list[str]]]:
    """The cells of each table, row by row; the text of a merged cell is repeated in each row that it covers, once a row.

    Raises:
        NotWord, TooLarge: the document cannot be read.
    """
    document = _document(package)
    tables: list[list[list[str]]] = []
    cells, characters = MOST_CELLS, MOST_TEXT  # a text in a merged cell counts for each row that it covers
    for table in document.iter(f"{_W}tbl"):
        tables.append([])
        for row in _rows(table):
            cells, characters = cells - len(row), characters - sum(map(len, row))
            if min(cells, characters) < 0:
                raise TooLarge
            tables[-1].append(row)
    return tables


def _document(package: zipfile.ZipFile) -> Element:
    if len(package.namelist()) > MOST_PARTS:
        raise TooLarge
    document = _part(package, "word/document.xml")
    if document is None:
        raise NotWord
    return document


def _rows(table: Element) -> Iterator[list[str]]:
    last: list[str] = []
    for row in table.iterfind(f"{_W}tr"):
        cells: list[str] = []
        for cell in row.iterfind(f"{_W}tc"):
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            continued = merge is not None and _of(merge, "val") != "restart"
            above = last[len(cells)] if continued and len(cells) < len(last) else ""
            cells.append(above or "\n".join(map(_joined, _own_paragraphs(cell))).strip())
            span = _value_in(cell, "gridSpan")
            cells += [""] * (min(int(span), MOST_COLUMNS) - 1 if span.isdigit() else 0)
        yield cells
        last = cells


def _own_paragraphs(cell: Element) -> Iterator[Element]:
    """The paragraphs of a cell without those of nested tables, which are read as tables of their own."""
    return (each for each in _within(cell, _SKIPPED | _TABLE) if each.tag == _P)


def _joined(paragraph: Element) -> str:
    return "".join(_text(paragraph))


def _value_in(cell: Element, name: str) -> str:
    child = cell.find(f"{_W}tcPr/{_W}{name}")
    return _of(child, "val") if child is not None else ""


def _lines(paragraph: Element, numbers: _Numbers) -> list[str]:
    text = _joined(paragraph)
    number = numbers.of_paragraph(paragraph) if text.strip() else ""
    return (number + text).split("\n")


_ROW = 300
"""Maximum characters of a table row that is read as one line; the cells of longer rows are read one by one (layout)."""


def _blocks(document: Element) -> Iterator[list[Element]]:
    """Paragraphs one by one; the paragraphs of a table row together if each cell has exactly one, and no table in it."""
    waiting = [iter(document)]  # no recursion: tables may be nested hundreds deep
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
            continue
        if child.tag in _SKIPPED:
            continue
        if child.tag == _P:
            yield [child]
        row = _row_of(child) if child.tag == f"{_W}tr" else []
        if row:
            yield row
        else:
            waiting.append(iter(child))


def _row_of(row: Element) -> list[Element]:
    """The paragraphs of a row that is read as one line; [] for any other row."""
    cells = [cell for cell in _within(row, _TABLE) if cell.tag == f"{_W}tc"]
    paragraphs = [_only_paragraph(cell) for cell in cells]
    single = [paragraph for paragraph in paragraphs if paragraph is not None]
    return single if 1 < len(single) == len(cells) and _length(single) <= _ROW else []


def _only_paragraph(cell: Element) -> Element | None:
    """The paragraph of a cell that has exactly one, and no table."""
    inside = (each for each in _within(cell, _SKIPPED | _TABLE) if each.tag in (_P, f"{_W}tbl"))
    first = next(inside, None)
    return first if first is not None and first.tag == _P and next(inside, None) is None else None


def _length(paragraphs: list[Element]) -> int:
    return sum(len(text) for paragraph in paragraphs for text in _text(paragraph))


def _part(package: zipfile.ZipFile, name: str) -> Element | None:
    try:
        info = package.getinfo(name)
    except KeyError:
        return None
    if info.file_size > LARGEST_PART:
        raise TooLarge
    with package.open(info) as part:
        data = part.read(LARGEST_PART + 1)  # the size in the zip directory may be wrong
    if len(data) > LARGEST_PART:
        raise TooLarge
    try:
        return fromstring(data)  # type: ignore[no-any-return]
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise NotWord from error


def _within(element: Element, closed: Collection[str]) -> Iterator[Element]:
    """All descendants of an element in document order; those with a tag in ``closed`` without their own descendants."""
    waiting = [iter(element)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
            continue
        yield child
        if child.tag not in closed:
            waiting.append(iter(child))


def _text(paragraph: Element) -> Iterator[str]:
    """The text of one paragraph, without text boxes anchored in it, which are paragraphs of their own."""
    for each in _within(paragraph, _NO_TEXT):
        if each.tag == f"{_W}t":
            yield each.text or ""
        elif each.tag == f"{_W}tab":
            yield "\t"
        elif each.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"


@dataclass(frozen=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass
class _Numbers:
    """Word's automatic numbering: definitions of lists and the current counts."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)  # list → level
    lists: dict[str, str] = field(default_factory=dict)  # numId → list
    starts: dict[str, dict[int, int]] = field(default_factory=dict)  # numId → level → overriding start number
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: Element | None, styles: Element | None) -> _Numbers:
        numbers = cls()
        for each in numbering.iter(f"{_W}abstractNum") if numbering is not None else ():
            levels = {int(_of(lvl, "ilvl")): _level(lvl) for lvl in each.iter(f"{_W}lvl") if _of(lvl, "ilvl") in LEVELS}
            numbers.levels[_of(each, "abstractNumId")] = levels
        for each in numbering.iter(f"{_W}num") if numbering is not None else ():
            ident = _of(each, "numId")
            numbers.lists[ident] = _value(each, "abstractNumId")
            for over in each.iter(f"{_W}lvlOverride"):
                start = _number_in(_value(over, "startOverride"))
                if start is not None and _of(over, "ilvl") in LEVELS:
                    numbers.starts.setdefault(ident, {})[int(_of(over, "ilvl"))] = start
        for style in styles.iter(f"{_W}style") if styles is not None else ():
            number = _numbered(style)
            if number:
                numbers.styles[_of(style, "styleId")] = number
        return numbers

    def of_paragraph(self, paragraph: Element) -> str:
        """The number before a paragraph, "" without one; advances the count."""
        number = _numbered(paragraph)
        if number is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            number = self.styles.get(_of(style, "val")) if style is not None else None
        if number is None:
            return ""
        ident, depth = number
        kind = self.lists.get(ident, "")
        levels = self.levels.get(kind, {})
        if depth not in levels:
            return ""
        counts = self.counts.setdefault(kind, {})
        for level, start in self.starts.pop(ident, {}).items():
            counts[level] = start - 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        return _shown(levels, counts, depth)


def _level(element: Element) -> _Level:
    start = _number_in(_value(element, "start"))
    text = _value(element, "lvlText")[:LONGEST_NUMBER]
    return _Level(_value(element, "numFmt"), text, 1 if start is None else start)


def _number_in(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def _numbered(element: Element) -> tuple[str, int] | None:
    number = element.find(f"{_W}pPr/{_W}numPr")
    if number is None:
        return None
    ident, depth = _value(number, "numId"), _value(number, "ilvl") or "0"
    return (ident, int(depth)) if ident not in ("", "0") and depth in LEVELS else None


def _shown(levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
    text = levels[depth].text
    if levels[depth].form in ("bullet", "none"):
        return ""
    for level in range(depth + 1):
        if f"%{level + 1}" in text:
            count = counts.get(level, levels[level].start if level in levels else 1)
            text = text.replace(f"%{level + 1}", _figure(levels[level].form if level in levels else "decimal", count))
    return text


def _figure(form: str, count: int) -> str:
    if form.startswith(_CHINESE) and form != "ideographEnclosedCircle":
        return chinese(count)
    if form == "decimalEnclosedCircle" and 1 <= count <= 20:  # noqa: PLR2004  ① to ⑳ exist as characters
        return chr(ord("①") + count - 1)
    return str(count)


def _of(element: Element, name: str) -> str:
    return element.get(f"{_W}{name}", "")


def _value(element: Element, name: str) -> str:
    child = element.find(f"{_W}{name}")
    return _of(child, "val") if child is not None else ""
