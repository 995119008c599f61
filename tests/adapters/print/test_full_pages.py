"""Pages are well filled: talks share pages, columns fit what stands in them, lines end where a reader expects it."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Iterator, Sequence

import pypdf
import pytest
from docx import Document as Package
from docx.enum.text import WD_ALIGN_PARAGRAPH

from orglife.adapters.print import docx, html, typst
from orglife.core.paper import layout
from orglife.core.paper.block import AnyBlock, Bundle, Column, Document, Facts, Heading, Paragraph, Signature, Table
from orglife.core.paper.lines import set_width
from orglife.core.paper.paper import Sheet
from orglife.stages import STAGES
from orglife.stages.meeting.blanks import blanks as meeting_blanks
from orglife.stages.study.blanks import blanks as study_blanks
from orglife.stages.talks.documents import documents as talk_papers
from tests import branch as b
from tests.adapters.print import papers
from tests.adapters.print.papers import NOON
from tests.adapters.print.test_typst import MM, runs
from tests.marks import thorough
from tests.whole.generate import generated

FILLED = 0.62
MOST_UNFILLED = 0.05
FILLED_BY_ROWS = 0.86
"""Of a page of rows two lines high, less than two of which are left free."""
SAID = "窗口排班没有公开群众反映等候时间长说明职责分工还不够细需要在三月底前把值班表贴到大厅并逐周核对一次。"
PARTS = ("thoughts", "opinions_heard", "problems_pointed")


def filled(document: Document) -> list[float]:
    """Share of each page's text area that is used, the last page left out."""
    sheet = layout.SHEETS[document.page]
    top, bottom = (sheet.high - sheet.top) * MM, sheet.bottom * MM
    pages = pypdf.PdfReader(io.BytesIO(typst.pdf(papers.bundle(document), timestamp=NOON))).pages
    lowest = [min((run.y for run in runs(page) if bottom - 2 <= run.y <= top), default=top) for page in pages]
    return [(top - y) / (top - bottom) for y in lowest[:-1]]


def branch_with_talks(members: int, characters: int) -> Sheet:
    """A branch whose talks are of one length, so that all of them would end on the same place of a page."""
    raw = generated(members, committee=True)
    for number, talk in enumerate(raw["records"]["talk"]):
        said = (SAID * 9)[number % 7 :][: characters + number % 3] + "。"
        talk.update(dict.fromkeys(PARTS, said))
    return Sheet(b.dossier(raw), b.campaign())


@pytest.mark.parametrize(
    "characters", [60, 84, *(pytest.param(count, marks=thorough) for count in (120, 200, 250, 300, 400))]
)
def test_talks_of_a_large_branch_share_pages(characters: int) -> None:
    (paper,) = talk_papers(branch_with_talks(45, characters))
    pages = filled(paper)
    assert len(pages) > 20
    assert sum(page < FILLED for page in pages) <= MOST_UNFILLED * len(pages)


@pytest.mark.parametrize(
    ("shortest", "longest"), [(100, 300), pytest.param(150, 350, marks=thorough), pytest.param(30, 500, marks=thorough)]
)
def test_talks_of_mixed_lengths_share_pages(shortest: int, longest: int) -> None:
    raw, drawn = generated(45, committee=True), random.Random(shortest)
    for number, talk in enumerate(raw["records"]["talk"]):
        lengths = [drawn.randint(shortest, longest) for _ in PARTS]
        talk.update(
            {part: (SAID * 12)[number % 7 :][:length] + "。" for part, length in zip(PARTS, lengths, strict=True)}
        )
    (paper,) = talk_papers(Sheet(b.dossier(raw), b.campaign()))
    pages = filled(paper)
    assert len(pages) > 40
    assert sum(page < FILLED for page in pages) <= MOST_UNFILLED * len(pages)


@thorough
@pytest.mark.parametrize("members", [45, pytest.param(60, marks=pytest.mark.soak)])
def test_few_pages_of_a_large_branch_are_not_filled(members: int) -> None:
    sheet = Sheet(b.dossier(generated(members, committee=True)), b.campaign())
    pages = [page for stage in STAGES for paper in stage.documents(sheet) for page in filled(paper)]
    assert len(pages) > 35
    assert sum(page < FILLED for page in pages) <= MOST_UNFILLED * len(pages)


@thorough
@pytest.mark.parametrize("branch", ["b01", "b02", "b03", "b04"])
def test_all_pages_of_the_demo_are_filled(branch: str) -> None:
    raw = json.loads((b.ROOT / f"templates/demo/{branch}.json").read_text(encoding="utf-8"))
    sheet = Sheet(b.dossier(raw), b.campaign())
    made = {f"{paper.form} {paper.subject}": filled(paper) for stage in STAGES for paper in stage.documents(sheet)}
    assert sum(map(len, made.values())) > 5
    assert {name: pages for name, pages in made.items() if any(page < FILLED for page in pages)} == {}


@pytest.mark.parametrize(
    "members", [45, 60, *(pytest.param(count, marks=thorough) for count in (32, 36, 52, 56, 64, 70, 80, 90))]
)
def test_a_sign_in_sheet_goes_on_where_its_page_is_full(members: int) -> None:
    sheet = Sheet(b.dossier(generated(members, committee=True)), b.campaign())
    pages = [page for paper in (study_blanks(sheet)[0], meeting_blanks(sheet)[0]) for page in filled(paper)]
    assert len(pages) >= 2
    assert min(pages) > FILLED_BY_ROWS


def shares(*columns: tuple[str, list[str]]) -> list[float]:
    """Characters that equally wide columns hold, after their contents were looked at."""
    table = Table(
        columns=[Column(head=head) for head, _ in columns],
        rows=[list(row) for row in zip(*(cells for _, cells in columns), strict=True)],
    )
    return layout.table_grid(table, "P").rooms


def test_a_column_takes_what_others_do_not_need() -> None:
    number, text = shares(("序号", ["1", "2"]), ("事项", ["查" * 90, "短"]))
    assert number < text
    assert number >= 2
    assert sum((number, text)) == pytest.approx(sum(shares(("序号", ["1"]), ("事项", ["短"]))))


def test_columns_with_room_enough_stay_as_the_form_sets_them() -> None:
    one, other = shares(("姓名", ["李秀兰"]), ("事项", ["一句话"]))
    assert one == other


def test_a_column_to_be_written_on_keeps_its_width() -> None:
    usual = shares(("签名", ["甲"]), ("事项", ["乙"]))[0]
    assert shares(("签名", [""]), ("事项", ["查" * 90]))[0] == usual
    assert shares(("签名", ["甲"]), ("事项", ["查" * 90]))[0] < usual


def test_a_number_with_joints_gets_a_column_for_its_widest_part() -> None:
    table = [("序号", ["1"])] * 6 + [("编号", ["YX-2023-0081700"]), ("事项", ["查" * 90])]
    assert shares(*table)[6] > set_width("0081700")


def test_columns_of_a_list_in_two_columns_stay_equal() -> None:
    rooms = shares(("姓名", ["李秀兰"]), ("情况", ["查" * 40]), ("姓名", ["欧阳修远同志"]), ("情况", ["短"]))
    assert rooms[:2] == pytest.approx(rooms[2:])


def lines(*blocks: Paragraph | Table | Facts, names: Sequence[str] = ()) -> Iterator[str]:
    paper = papers.paper(*blocks).model_copy(update={"names": list(names)})
    content = typst.pdf(Bundle(documents=[paper], title="件"), timestamp=NOON)
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        text = page.extract_text().splitlines()
        yield from (line.strip() for line in text if not re.fullmatch(r"\s*— \d+ —\s*", line))


def test_days_break_only_after_a_year_a_month_or_a_day() -> None:
    days = [Paragraph(text="会" * n + "于2024年12月15日开会。" * 6) for n in range(30)]
    narrow = Table(
        columns=[Column(head=head) for head in "甲乙丙丁戊己庚辛壬"],
        rows=[["会" * n + "2024年12月15日办结" for _ in range(9)] for n in range(8)],
    )
    said = list(lines(*days, narrow))
    assert sum(line.endswith(("2024年", "12月", "15日")) for line in said) > 20
    assert [line for line in said if re.match("[年月日]", line) or re.search("[0-9]$", line)] == []


def test_a_code_that_does_not_fit_breaks_at_its_joints() -> None:
    table = Table(columns=[Column(head=f"列{n}") for n in range(9)], rows=[["YX-2023-00817"] * 9] * 3)
    said = [part for line in lines(table) for part in line.split() if part[0] in "YX0123456789-"]
    assert set(said) <= {"YX-", "2023-", "00817", "YX-2023-", "2023-00817"}
    assert "00817" in "".join(said)


def test_no_last_line_is_one_character() -> None:
    said = list(lines(*(Paragraph(text="查" * n + "。") for n in range(50, 90))))
    assert sum(len(line) < 20 for line in said) > 10
    assert [line for line in said if 0 < len(line.rstrip("。")) < 2] == []


def test_no_cell_ends_with_a_line_of_one_character() -> None:
    columns = [Column(head=head, share=share, align="left") for head, share in (("甲", 4), ("乙", 5), ("丙", 7))]
    cells = ["查" * n + "。" for n in range(12, 60)]
    said = list(lines(Table(columns=columns, rows=[[cell] * 3 for cell in cells])))
    assert len(said) > len(cells)
    assert [line for line in said if "查。" in line.split() or "查" in line.split()] == []


@thorough
def test_no_paragraph_of_a_cell_ends_with_a_line_of_one_character() -> None:
    columns = [Column(head=head, align="left") for head in "甲乙丙"]
    cells = ["\n".join("查" * count + "。" for count in (n, n + 1, n + 2)) for n in range(12, 48)]
    said = list(lines(Table(columns=columns, rows=[[cell] * 3 for cell in cells])))
    assert len(said) > 3 * len(cells)
    assert [line for line in said if "查。" in line.split() or "查" in line.split()] == []


UNITS = ("412批", "12次", "3个人", "180公里", "1.2米", "40元", "85％", "第3条")


@thorough
def test_a_number_stays_with_its_unit() -> None:
    texts = ["会" * n + "接待".join(UNITS) + "。" for n in range(40)]
    said = list(
        lines(
            *(Paragraph(text=text * 3) for text in texts),
            Table(columns=[Column(head=head, align="left") for head in "甲乙丙"], rows=[[text] * 3 for text in texts]),
        )
    )
    assert sum(any(line.endswith(unit) for unit in UNITS) for line in said) > 20
    assert [line for line in said if re.search("[0-9第.]$", line) or re.match("[％批次个条米元]|公里", line)] == []


@pytest.mark.parametrize("names", [["宋培林", "郝振声", "卓敏", "欧阳霖"], ["阿不都·热合曼", "司马相如"]])
def test_no_name_is_broken_over_lines(names: list[str]) -> None:
    prose = [Paragraph(text="会" * n + "。".join(f"他同{name}谈了话" for name in names * 6)) for n in range(30)]
    lists = [Facts(rows=[("到会党员", "、".join([*names[n % 3 :], *names * 12]))]) for n in range(6)]
    said = list(lines(*prose, *lists, names=names))
    broken = [name[:cut] for name in names for cut in range(1, len(name))]
    assert len(said) > 100
    assert [line for line in said if line.endswith(tuple(broken))] == []
    inside = next(block for block in lists)
    assert any(line.endswith("、") for line in lines(inside, names=names))


def test_a_paper_knows_the_names_that_stand_in_its_long_texts() -> None:
    sheet = Sheet(b.dossier(), b.campaign())
    (minutes,) = (paper for stage in STAGES for paper in stage.documents(sheet) if paper.form == "F9")
    assert set(minutes.names) == {sheet.dossier.name(ident) for ident in sheet.dossier.members}
    (outline, *_) = (paper for stage in STAGES for paper in stage.documents(sheet) if paper.form == "F6")
    assert outline.names == []


def on_pages(*blocks: AnyBlock) -> list[list[str]]:
    """The lines of each page, from top to bottom."""
    pages = pypdf.PdfReader(io.BytesIO(typst.pdf(papers.bundle(papers.paper(*blocks)), timestamp=NOON))).pages
    found = []
    for page in pages:
        rows: dict[int, str] = {}
        for run in sorted(runs(page), key=lambda run: run.x):
            rows[round(run.y)] = rows.get(round(run.y), "") + run.text
        found.append([text for _, text in sorted(rows.items(), reverse=True) if not text.startswith("— ")])
    return found


HEADING = Heading(text="二、自我批评")
GROUP = Facts(rows=[("党小组", "第一党小组"), ("时间", "2024年2月20日"), ("主持人", "李秀兰")])


@thorough
@pytest.mark.parametrize("head", [HEADING, GROUP])
@pytest.mark.parametrize("first", ["1.李秀兰：作自我批评。", "1.李秀兰：" + "作自我批评" * 14 + "。"])
def test_no_page_ends_with_one_line_under_a_heading(head: Heading | Facts, first: str) -> None:
    ends = 0
    for count in range(8, 24):
        before = [Paragraph(text=f"第{number}行。") for number in range(count)]
        after = [Paragraph(text=f"{number}.郝振声：也作自我批评。") for number in range(2, 30)]
        top, *_ = on_pages(*before, head, Paragraph(text=first), *after)
        under = [line.startswith("1.李秀兰") for line in top]
        assert not under[-1], count
        assert "自我批评" not in top[-1] or not top[-1].startswith("二、")
        assert not top[-1].startswith(("主持人", "党小组"))
        ends += any(under)
    assert 0 < ends < 16


def test_no_page_begins_with_a_very_short_last_line() -> None:
    begun = set()
    for count in range(14, 24):
        before = [Paragraph(text=f"第{number}行。") for number in range(count)]
        pages = on_pages(*before, Paragraph(text="查" * (28 * 3 - 2) + "补写。"), Paragraph(text="下一段。"))
        begun |= {page[0] for page in pages[1:]}
    assert len(begun) > 1
    assert begun.isdisjoint({"补写。", "查补写。", "写。"})


def test_what_follows_a_signature_stands_apart_from_it() -> None:
    letter = [Paragraph(text="正文。"), Signature(roles=["某某支部（印章）"], day="2024年2月28日")]
    talk = [Paragraph(text="正文。"), Signature(roles=["李秀兰"], day="2024年2月28日")]

    def gap(*blocks: AnyBlock) -> float:
        (page,) = pypdf.PdfReader(io.BytesIO(typst.pdf(papers.bundle(papers.paper(*blocks)), timestamp=NOON))).pages
        found = runs(page)
        head = next(run.y for run in found if run.text.startswith("附表"))
        return min(run.y for run in found if run.y > head + 1) - head

    pitch = layout.SHEETS["P"].pitch
    assert gap(*letter, Heading(text="附表：有关数字")) > 1.8 * pitch
    assert gap(*talk, Heading(text="附表：有关数字")) > 1.25 * pitch


def test_the_dash_of_an_empty_cell_stands_in_the_middle() -> None:
    table = Table(
        columns=[Column(head="序号"), Column(head="本人表态", share=4, align="left")],
        rows=[["1", "接受，月底前改。"], ["2", "—"]],
    )
    bundle = papers.bundle(papers.paper(table))
    (page,) = pypdf.PdfReader(io.BytesIO(typst.pdf(bundle, timestamp=NOON))).pages
    by_text = {run.text: run.x for run in runs(page)}
    assert by_text["—"] > by_text["接受，月底前改。"] + 100
    assert '<td class="ol-center">—</td>' in html.page(bundle)
    word = docx.docx(bundle, timestamp=NOON)
    (cell,) = (one for row in Package(io.BytesIO(word)).tables[-1].rows for one in row.cells if one.text == "—")
    assert cell.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.CENTER


def test_a_label_stands_in_the_middle_of_its_cell() -> None:
    """黑体 stands higher on its line than 仿宋, so its line is lower by the difference, and no row is higher for it."""
    bundle = papers.bundle(papers.paper(Facts(rows=[("地点", "三楼会议室"), ("主持人", "李秀兰")])))
    (page,) = pypdf.PdfReader(io.BytesIO(typst.pdf(bundle, timestamp=NOON))).pages
    by_text = {run.text: run.y for run in runs(page)}
    assert by_text["三楼会议室"] - by_text["地点"] == pytest.approx(0.08 * layout.SIZE, abs=0.1)
