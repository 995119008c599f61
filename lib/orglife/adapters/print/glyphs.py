"""Check texts before a paper is made: refuse forbidden characters and characters that no font in use has."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from orglife.adapters.print.fonts import Face, faces_in_use
from orglife.core.errors import BadCharacter, MissingGlyph
from orglife.core.paper.block import Document, Table, printed
from orglife.core.record.characters import first_refused, is_refused

EMBEDDED = frozenset("☐☑☒✓✔✗✘")
"""Marks that no Chinese font has; Typst has them in its embedded DejaVu Sans Mono."""


def preflight(documents: Iterable[Document], *, lasting: bool = False) -> None:
    """Refuse papers with a character that cannot be printed (``lasting``: see ``fonts.faces_in_use``).

    Raises:
        BadCharacter: a control character, private use, a bidi override, half of a surrogate pair.
        MissingGlyph: a character that none of the fonts has.
        FontsMissing: there is neither 黑体 nor 宋体.
    """
    known = _characters(faces_in_use(lasting=lasting))
    for document in documents:
        if not set(printed(_all_text(document))) - known:
            continue  # as nearly always: only a paper with a missing character is looked through text by text
        for text, record in _printed_texts(document):
            shown = printed(text)
            missing = set(shown) - known
            if missing:
                _refuse(next(char for char in shown if char in missing), document, record)


def require_printable(documents: Iterable[Document]) -> None:
    """Refuse characters that are forbidden in every format; no font is needed.

    Raises:
        BadCharacter: see ``preflight``.
    """
    for document in documents:
        if first_refused(printed(_all_text(document))) is None:
            continue
        for text, record in _printed_texts(document):
            bad = first_refused(printed(text))
            if bad is not None:
                _refuse(bad, document, record)


def one_line(text: str) -> str:
    """The text on one line, for a title or a file's metadata, without forbidden characters."""
    return "".join(" " if char == "\n" else char for char in printed(text) if char == "\n" or not is_refused(char))


def _refuse(char: str, document: Document, record: str) -> None:
    code, title = f"U+{ord(char):04X}", printed(document.heading)
    if is_refused(char):
        title = "".join(c for c in title if not is_refused(c))
        raise BadCharacter(title=title, code=code, record=record)
    raise MissingGlyph(title=title, char=char, code=code, record=record)


def _all_text(document: Document) -> str:
    return "".join(text for text, _ in _printed_texts(document))


def _printed_texts(document: Document) -> Iterator[tuple[str, str]]:
    """Every printed text and its place for users: the record, else 标题, 表格第3行 or 正文."""
    for line in (*document.title, document.subtitle, document.theme, document.code, document.recipient):
        yield line, "标题"
    for block in document.blocks:
        if isinstance(block, Table) and not block.record:
            yield "".join(column.head for column in block.columns), "表头"
            for number, row in enumerate(block.rows, 1):
                yield "".join(row), f"表格第{number}行"
            continue
        for text in block.texts():
            yield text, block.record or "正文"


@functools.cache
def _characters(used: tuple[Face, ...]) -> frozenset[str]:
    """Every character that any of the faces has; Typst falls back to each of them."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - slow to import, often not needed

    codes: set[int] = set()
    for face in used:
        with TTFont(face.file, fontNumber=face.number, lazy=True) as font:
            codes.update(font.getBestCmap() or ())
    return frozenset(char for char in map(chr, codes) if not is_refused(char)) | EMBEDDED | {"\n", " "}
