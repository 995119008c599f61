"""Papers of large branches: one sheet for the ballot, lists in reading order, lines that begin as they should."""

from __future__ import annotations

import io

import pypdf
import pytest

from orglife.adapters.print import typst
from orglife.core.paper.block import Bundle, Column, Document, Paragraph, Table
from orglife.core.paper.paper import Sheet, numbered, side_by_side
from orglife.stages.appraisal.blanks import ballot
from orglife.stages.shared.people import roll
from tests import branch as b
from tests.whole.generate import generated


def sheet(members: int) -> Sheet:
    return Sheet(b.dossier(generated(members, committee=True)), b.campaign())


def pages(document: Document) -> list[str]:
    data = typst.pdf(Bundle(documents=[document], title="件"), timestamp=0)
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize("members", [12, 14, 15, 28, 29, 45, 60])
def test_a_ballot_is_one_sheet(members: int) -> None:
    made = sheet(members)
    listed = roll(made, b.AS_OF)
    paper = ballot(made, listed)
    assert len(pages(paper)) == 1
    (table,) = (block for block in paper.blocks if isinstance(block, Table))
    half = len(table.columns) // 2 if len(listed) > 14 else len(table.columns)
    names = [row[1] for row in table.rows] + [row[half + 1] for row in table.rows if half < len(row) and row[half]]
    assert names == [made.dossier.name(m.id) for m in listed]


def test_a_list_in_two_columns_begins_again_after_a_page() -> None:
    rows = side_by_side([[str(n)] for n in range(1, 46)], ["—"])
    assert rows[0] == ["1", "16"]
    assert rows[14] == ["15", "30"]
    assert rows[15] == ["31", "39"]
    assert rows[-1] == ["38", "—"]
    assert side_by_side([[str(n)] for n in range(1, 6)], [""]) == [["1", "4"], ["2", "5"], ["3", ""]]


def test_a_digit_is_parted_from_the_number_before_it() -> None:
    assert numbered(3, "9月主题党日没有开") == "3. 9月主题党日没有开"
    assert numbered(3, "主题党日没有开") == "3.主题党日没有开"


def test_no_line_begins_with_the_dot_of_a_name() -> None:
    names = [Paragraph(text="会" * n + "阿不都·热合曼同志和古丽·买买提同志发了言。" * 3) for n in range(40)]
    narrow = Table(
        columns=[Column(head=f"列{n}") for n in range(8)],
        rows=[["会" * n + "阿不都·热合曼" for _ in range(8)] for n in range(12)],
    )
    said = pages(Document(form="F9", title=["会议记录"], blocks=[*names, narrow]))
    lines = [line.strip() for page in said for line in page.splitlines()]
    assert sum("·" in line for line in lines) > 100
    assert [line for line in lines if line.startswith("·")] == []
