"""Papers as HTML: a self-contained file, and a fragment for the output of a notebook cell.

Jinja with autoescape on; no scripts and no URLs that a browser would fetch. Structure and order are those of the PDF.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Any

import jinja2
from markupsafe import Markup, escape

from orglife.adapters.disk.paths import templates
from orglife.adapters.print import glyphs
from orglife.adapters.print.picture.draw import on_screen
from orglife.core.paper import layout
from orglife.core.paper.block import DASH, TO_FILL, Bundle, Column, Document, Figure, printed
from orglife.core.paper.chart.base import Tone
from orglife.core.record.characters import visible

_RUN = re.compile("[!-~]{24,}")  # a long URL or id: may break anywhere, else the justified line before it is stretched
_FILL = f'<mark class="ol-fill">{TO_FILL}</mark>'


def page(bundle: Bundle) -> str:
    """The papers of a bundle as one self-contained file for A4, each paper on a new page.

    Raises:
        BadCharacter: a forbidden character. Missing glyphs are not checked: the browser chooses the fonts.
    """
    glyphs.require_printable(bundle.documents)
    return _environment().get_template("page.html.j2").render(bundle=bundle, documents=bundle.documents, base=1)


def fragment(documents: Iterable[Document]) -> str:
    """The papers as the ``text/html`` output of a notebook cell; its styles affect nothing outside it.

    Forbidden characters are shown as U+FFFD instead of being refused, so that the user sees where they are.
    """
    return _environment().get_template("fragment.html.j2").render(documents=list(documents), base=2)


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates() / "html"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "shown": _shown,
        "cells": _cells,
        "lines": layout.lines,
        "widths": _widths,
        "seals": layout.seals,
        "sealed_name": layout.sealed_name,
        "drawn": _drawn,
    }
    return environment


def _shown(text: str) -> Markup:
    """The printed text, escaped, with 〔待填〕 marked."""
    return Markup(_escaped(text))  # noqa: S704 - it is escaped


def _escaped(text: str) -> str:
    clean = visible(printed(text))
    if not _RUN.search(clean):
        return str(escape(clean)).replace(TO_FILL, _FILL)
    pieces, start = [], 0
    for run in _RUN.finditer(clean):
        pieces += [escape(clean[start : run.start()]), Markup('<span class="ol-run">{}</span>').format(run[0])]
        start = run.end()
    pieces.append(escape(clean[start:]))
    return str(Markup().join(pieces)).replace(TO_FILL, _FILL)


def _cells(row: Sequence[str], columns: Sequence[Column], tones: Sequence[Tone]) -> Markup:
    """The cells of a row of a table: thousands in a file, so they are put together as text."""
    looks = ["ol-center" if cell == DASH else f"ol-{column.align}" for cell, column in zip(row, columns, strict=True)]
    if tones:
        looks = [f"{look} ol-tone-{tone}" if tone else look for look, tone in zip(looks, tones, strict=True)]
    cells = [f'<td class="{look}">{_escaped(cell)}</td>' for look, cell in zip(looks, row, strict=True)]
    return Markup("".join(cells))  # noqa: S704 - they are escaped


def figure_html(block: Figure) -> str:
    """A picture for a page of a notebook, with its numbers as a folded table."""
    return str(_environment().get_template("figure.html.j2").render(block=block, svg=_drawn(block)))


def _drawn(block: Figure) -> Markup:
    """The picture as SVG; the title above it is part of its text alternative."""
    return Markup(on_screen(block.chart).svg(block.alternative))  # noqa: S704 - every text in it is escaped


def _widths(columns: Iterable[Any]) -> list[str]:
    """Widths of table columns in percent, as CSS numbers."""
    shares = [column.share for column in columns]
    return [f"{share * 100 / sum(shares):.2f}" for share in shares]
