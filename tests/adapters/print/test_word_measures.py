"""Measures of papers in Word that no template shows alone: lines, cells, margins, and places to sign, in golden files.

Word lays out the rest, so that these numbers decide what stands on which page. ``make golden`` rewrites the files after a
wanted change.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import Any

from orglife.adapters.print import docx_values
from orglife.core.paper.block import Document, Figure, Signature
from orglife.core.paper.chart.bars import BarRow, Bars
from orglife.core.paper.layout import SHEETS
from tests.adapters.print.papers import paper
from tests.whole.golden_files import GOLDEN, compare, rows_of

NO_PARTS: Any = defaultdict(dict)


def values(document: Document) -> dict[str, Any]:
    return docx_values.paper(document, NO_PARTS, NO_PARTS)


def test_lines_and_cells_that_are_set_closer() -> None:
    found: dict[str, Any] = {}
    for page, close in product(SHEETS, (1.0, 0.97, 0.93, 0.88, 0.8)):
        sheet = docx_values.MEASURES[page].drawn(close)
        found[f"{page} {close}"] = [
            [*sheet],
            [sheet.cell(size) for size in (9.0, 10.5, 12.0)],
            [[sheet.beside(usual), sheet.inset(usual)] for usual in (28, 60, 100)],
        ]
    compare(GOLDEN / "word/measures.json", rows_of(found))


def test_margins_with_a_theme_a_mark_an_archive_number_and_a_checksum() -> None:
    found: dict[str, Any] = {}
    for page, long, draft, code, head in product(
        SHEETS, (0, 20, 45, 50, 110), (False, True), ("", "A-1"), ("", "f" * 64)
    ):
        document = paper(page=page, draft=draft).model_copy(update={"theme": "题" * long, "code": code, "head": head})
        made = values(document)
        told = " ".join(word for word, there in (("draft", draft), ("number", code), ("checksum", head)) if there)
        found[f"{page} {long} {told}"] = [made["header"], made["footer"], made["after"]]
    compare(GOLDEN / "word/margins.json", rows_of(found))


def test_titles_with_a_line_under_them_and_a_recipient() -> None:
    found: dict[str, Any] = {}
    for page, long, subtitle, recipient in product(SHEETS, (1, 22, 45), ("", "副题"), ("", "某局党委")):
        document = paper(page=page, title="题" * long).model_copy(update={"subtitle": subtitle, "recipient": recipient})
        made = values(document)
        found[f"{page} {long} {subtitle} {recipient}"] = [made["title"], made["recipient"], made["after"]]
    compare(GOLDEN / "word/titles.json", rows_of(found))


def test_places_to_sign_and_to_seal() -> None:
    roles = ([], ["支部书记"], ["书记", "记录人"], ["审核人", "党支部书记、专题组织生活会主持人" * 3, "记录人"], ["支部（盖章）"],
             ["某市某某局机关党总支部委员会（盖章）", "经办人"])  # fmt: skip
    found: dict[str, Any] = {}
    for page, signers, day in product(SHEETS, roles, ("", "2024年2月20日")):
        ((_, view, *_),) = values(paper(Signature(roles=signers, day=day), page=page))["blocks"]
        found[f"{page} {'、'.join(signers)} {day}"] = view
    compare(GOLDEN / "word/signatures.json", rows_of(found))


def test_a_picture_becomes_its_title_and_its_numbers_unless_a_table_of_them_follows() -> None:
    figure = Figure(title="得票", chart=Bars(head="人", series=["票"], rows=[BarRow(label="甲", values=[1])]))
    shown = [
        [type(block).__name__ for block, *_ in values(paper(one))["blocks"]]
        for one in (figure, figure.model_copy(update={"numbered": True}))
    ]
    assert shown == [["Note", "Table"], []]
