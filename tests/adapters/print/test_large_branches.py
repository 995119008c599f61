"""Papers of large branches: one sheet for the ballot, lists in reading order, lines that begin as they should."""

from __future__ import annotations

import io

import pypdf
import pytest

from orglife.adapters.print import typst
from orglife.core.paper.block import Bundle, Column, Document, Paragraph, Table
from orglife.core.paper.paper import Sheet, numbered
from orglife.core.paper.two_columns import side_by_side
from orglife.stages.appraisal.blanks import ballot
from orglife.stages.report.documents import documents as report_papers
from orglife.stages.shared.blank_forms import ROOM, sign_in
from orglife.stages.shared.people import roll
from orglife.stages.study.documents import documents as study_papers
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
    right = [row[half:] for row in table.rows if half < len(row)]
    names = [row[1] for row in table.rows] + [row[1] for row in right]
    odd = len(listed) % 2 if right else 0
    assert names == [made.dossier.name(m.id) for m in listed] + ["—"] * odd
    assert [set(row) for row in right if row[1] == "—"] == [{"—"}] * odd  # nothing to mark beside the last member
    assert (ROOM in (cell for row in table.rows for cell in row)) == (len(listed) <= 28)  # else rows are one line high


def test_the_grades_of_a_folded_ballot_are_parted_between_words() -> None:
    made = sheet(45)
    (table,) = (block for block in ballot(made, roll(made, b.AS_OF)).blocks if isinstance(block, Table))
    assert {column.head for column in table.columns} >= {"优秀", "基本\n合格", "不\n合格"}


def test_a_list_in_two_columns_is_filled_downwards() -> None:
    assert side_by_side([[str(n)] for n in range(1, 6)], [""]) == [["1", "4"], ["2", "5"], ["3", ""]]


@pytest.mark.parametrize("members", [14, 28, 30, 31, 45, 46, 60, 90])
@pytest.mark.parametrize("kind", ["study", "grades", "sign_in"])
def test_a_list_in_two_columns_is_read_down_on_each_page(members: int, kind: str) -> None:
    """On a page the left column holds what comes first, the right one goes on, and the next page goes on after that."""
    made = sheet(members)
    papers = {
        "study": lambda: study_papers(made)[0],
        "grades": lambda: next(paper for paper in report_papers(made) if paper.form == "F17"),
        "sign_in": lambda: sign_in(made, "F2", "学习"),
    }
    paper = papers[kind]()
    lists = [block for block in paper.blocks if isinstance(block, Table) and block.columns[1].head == "姓名"]
    elsewhere = "".join(text for block in paper.blocks if block not in lists for text in block.texts())
    said = pages(paper)
    found, last = [], 0
    for table in lists:
        left, right = ([int(row[at]) for row in table.rows if row[at].isdigit()] for at in (0, len(table.columns) // 2))
        assert [*left, *right] == list(range(last + 1, last + len(left) + len(right) + 1))
        assert len(left) - len(right) in (0, 1)
        last = (right or left)[-1]
        found.append([row[1] for row in table.rows if row[1] not in elsewhere])
    assert last == members
    on = [{number for number, page in enumerate(said) if any(name in page for name in names)} for names in found]
    assert all(len(one) == 1 for one in on), "one list a page"
    assert len(set.union(*on)) == len(lists), "one page a list"


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
