"""The DOCX: every block in its place and face, the grid of GB/T 9704, text that stays text, the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx as python_docx
import pytest
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from orglife.adapters.print import docx
from orglife.core.errors import BadCharacter, DocxMissing
from orglife.core.paper import fitting
from orglife.core.paper.block import (
    TO_FILL,
    AnyBlock,
    Bundle,
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Paragraph,
    Signature,
    Space,
    Table,
)
from tests.adapters.print import papers
from tests.adapters.print.papers import NOON, bare, expected
from tests.cli.test_cli import refused
from tests.conftest import run
from tests.marks import thorough

FACES = {"仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def made(*documents: Document) -> Any:
    """The papers as python-docx reads them back."""
    return opened(papers.bundle(*documents))


def opened(bundle: Bundle) -> Any:
    return python_docx.Document(io.BytesIO(docx.docx(bundle, timestamp=NOON)))


def texts(story: Any) -> Iterator[str]:
    """Every text of a body or a margin in its order, tables cell by cell."""
    for element in story.iter_inner_content():
        if isinstance(element, WordParagraph):
            yield element.text
        else:
            for row in element.rows:
                yield from (text for cell in row._tr.tc_lst for text in texts_of_cell(cell))


def said(element: Any) -> str:
    """The text of an element."""
    return "".join(one.text or "" for one in element.iter(qn("w:t")))


def texts_of_cell(cell: Any) -> Iterator[str]:
    yield from (WordParagraph(p, None).text for p in cell.iter(qn("w:p")))  # type: ignore[arg-type]


def faces(element: Any) -> Iterator[tuple[str, set[str]]]:
    """Text and faces of every run."""
    for one in element.iter(qn("w:r")):
        fonts = one.find(f"{W}rPr/{W}rFonts")
        yield (
            one.text,
            set() if fonts is None else {fonts.get(qn(f"w:{kind}")) for kind in ("ascii", "hAnsi", "eastAsia", "cs")},
        )


# --- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", papers.PAGES)
def test_the_text_is_that_of_the_blocks_in_their_order(page: Any) -> None:
    document = papers.everything("内容\n第二行").documents[papers.PAGES.index(page)]
    assert bare("".join(texts(made(document)))) == expected(document)


def test_markup_is_printed_literally_wherever_it_stands() -> None:
    hostile = papers.INJECTION + " ]]> &amp; </w:t></w:r> <w:br/> {% raw %} \"x\" 'y'"
    bundle = papers.everything(hostile)
    package = opened(bundle)
    assert bare("".join(texts(package))) == "".join(expected(document) for document in bundle.documents)
    whole = docx.docx(bundle.model_copy(update={"title": hostile, "branch": hostile}), timestamp=NOON)
    assert python_docx.Document(io.BytesIO(whole)).core_properties.title == hostile


def test_properties_of_the_file_hold_255_characters() -> None:
    named = papers.bundle(papers.paper()).model_copy(update=dict.fromkeys(("title", "branch", "campaign"), "题" * 256))
    about = opened(named).core_properties
    assert (about.title, about.author, about.subject) == ("题" * 255,) * 3
    assert (about.revision, about.language) == (1, "zh-CN")


def test_what_is_to_be_filled_in_is_marked() -> None:
    package = made(papers.paper(Paragraph(text=f"地点：{TO_FILL}，时间：{TO_FILL}")))
    marked = [one.text for one in package.paragraphs[1].runs if one.style.name == "待填"]
    assert marked == [TO_FILL] * 2
    assert package.paragraphs[1].text == f"地点：{TO_FILL}，时间：{TO_FILL}"


@pytest.mark.parametrize("char", ["\u202e", "\x07", "\ue000", "\ufffe"])
def test_what_must_not_be_printed_is_refused(char: str) -> None:
    document = papers.paper(Paragraph(text=f"甲{char}乙", record="谈话记录t01"))
    with pytest.raises(BadCharacter) as caught:
        made(document)
    assert caught.value.fields["record"] == "谈话记录t01"


def test_a_long_word_may_break() -> None:
    long, short = made(papers.paper(Paragraph(text="a" * 10_000), Paragraph(text="2024年"))).paragraphs[1:3]
    assert long._p.pPr.find(qn("w:wordWrap")).get(qn("w:val")) == "0"
    assert short._p.pPr.find(qn("w:wordWrap")) is None


# --- look ------------------------------------------------------------------------------------------------------------


def test_every_run_names_its_chinese_face() -> None:
    package = opened(papers.everything())
    margins = [
        m._element for s in package.sections for m in (s.header, s.footer, s.even_page_header, s.even_page_footer)
    ]
    found = [pair for element in (package.element.body, *margins) for pair in faces(element)]
    assert len(found) > 100
    assert [text for text, names in found if len(names) != 1 or not names <= FACES] == []
    assert set().union(*(names for _, names in found)) == FACES


def test_a_computer_without_a_face_is_told_what_stands_in() -> None:
    with zipfile.ZipFile(io.BytesIO(docx.docx(papers.everything(), timestamp=NOON))) as whole:
        fonts = whole.read("word/fontTable.xml").decode()
    told = dict(re.findall(r'w:name="([^"]+)"><w:altName w:val="([^"]+)"', fonts))
    assert set(told) == FACES
    assert told["仿宋_GB2312"].startswith("仿宋,")


def test_parts_of_a_paper_have_styles_of_their_own() -> None:
    blocks: list[AnyBlock] = [
        Heading(level=1, text="一、"),
        Heading(level=2, text="（一）"),
        Heading(level=3, text="1."),
        Paragraph(text="正文"),
        Note(text="说明"),
    ]
    document = Document(form="F1", title=["标题"], subtitle="支部", blocks=blocks)
    package = made(document)
    names = [paragraph.style.name for paragraph in package.paragraphs]
    assert names == ["Heading 1", "Subtitle", "Heading 2", "Heading 3", "Heading 4", "公文正文", "说明文字"]
    levels = [package.styles[f"Heading {n}"].element.pPr.find(qn("w:outlineLvl")).get(qn("w:val")) for n in range(1, 5)]
    assert levels == ["0", "1", "2", "3"]


def test_the_official_page_holds_28_characters_in_22_lines() -> None:
    package = made(papers.paper(Paragraph(text="正文")))
    (section,) = package.sections
    grid = section._sectPr.find(qn("w:docGrid"))
    wide = (section.page_width - section.left_margin - section.right_margin) / 12700
    high = (section.page_height - section.top_margin - section.bottom_margin) / 12700
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert grid.get(qn("w:charSpace")) is None
    assert int(wide / package.styles["Normal"].font.size.pt) == 28
    assert int(high / (int(grid.get(qn("w:linePitch"))) / 20)) == 22
    body, normal = package.styles["公文正文"], package.styles["Normal"]
    size = body.font.size.pt + int(body.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert (body.font.size.pt, int(wide / size)) == (16, 28)
    assert int(high / normal.paragraph_format.line_spacing.pt) == 22


@pytest.mark.parametrize(
    ("page", "margins", "wide"),
    [("P", (37, 26, 35, 28), 210), ("9704", (37, 26, 35, 28), 210), ("T", (32, 22, 30, 28), 210), ("L", (22, 26, 20, 27), 297)],
)  # fmt: skip
def test_pages_are_a4_with_their_margins(page: Any, margins: tuple[int, ...], wide: int) -> None:
    (section,) = made(papers.paper(page=page)).sections
    found = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert all(abs(one - Mm(mm)) < Mm(0.05) for one, mm in zip(found, margins, strict=True))
    assert abs(section.page_width - Mm(wide)) < Mm(0.05)
    assert (section.orientation == 1) == (wide > 210)


@pytest.mark.parametrize("titled", [1, 2, 3, 4])
def test_nearly_a_line_is_left_free_between_title_and_recipient(titled: int) -> None:
    closer = set()
    for lines in (13, 17, 18, 19, 20):
        blocks = [*(Paragraph(text=f"第{number}行。") for number in range(lines)), Signature(roles=["支部（印章）"])]
        document = Document(form="F18", title=["题名"] * titled, page="9704", recipient="局机关党总支", blocks=blocks)
        title, recipient, *_ = made(document).paragraphs
        pitch = recipient.paragraph_format.line_spacing or made(document).styles["Normal"].paragraph_format.line_spacing
        under_text = (Pt(34) - Pt(22)) / 2  # a title of 22 pt stands in the middle of its line of 34 pt
        assert 0.65 < (title.paragraph_format.space_after + under_text) / pitch < 1.75
        closer.add(fitting.fitted(document).close < 1)
    assert closer == {True, False}


def test_page_numbers_stand_outside_between_dashes() -> None:
    package = made(papers.paper())
    assert package.settings.odd_and_even_pages_header_footer
    (section,) = package.sections
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (paragraph,) = footer.paragraphs
        assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert paragraph._p.pPr.find(qn("w:ind")).get(qn(f"w:{side}")) == "280"
        assert paragraph._p.find(qn("w:fldSimple")).get(qn("w:instr")).strip() == "PAGE"
        assert said(paragraph._p) == "— 1 —"


def test_theme_and_draft_stand_over_the_text_of_their_own_paper() -> None:
    first = papers.paper(title="甲", draft=True).model_copy(update={"theme": "学习贯彻"})
    package = made(first, papers.paper(title="乙"))
    heads = [[bare("".join(texts(h))) for h in (s.header, s.even_page_header)] for s in package.sections]
    assert heads == [["会议主题：学习贯彻草稿：有待填内容"] * 2, [""] * 2]


# --- tables ----------------------------------------------------------------------------------------------------------


def table_of(*blocks: AnyBlock, page: Any = "P") -> tuple[WordTable, Section]:
    package = made(papers.paper(*blocks, page=page))
    return package.tables[0], package.sections[0]


COLUMNS = [Column(head="序号"), Column(head="内容", share=5, align="left"), Column(head="数", share=2, align="right")]


def test_a_table_repeats_its_heading_and_keeps_rows_in_one_piece() -> None:
    table, _ = table_of(Table(columns=COLUMNS, rows=[["1", "短", "3"], ["2", "长" * 400, "4"]]))
    flags = [(bool(r._tr.xpath("w:trPr/w:tblHeader")), bool(r._tr.xpath("w:trPr/w:cantSplit"))) for r in table.rows]
    assert flags == [(True, True), (False, True), (False, False)], "a row longer than half a page may be split"
    assert table.rows[0].cells[0].paragraphs[0].style.name == "表头"
    aligned = [cell.paragraphs[0].alignment for cell in table.rows[1].cells]
    assert [None if one is None else int(one) for one in aligned] == [1, None, 2]
    assert [row._tr.xpath("w:tc/w:tcPr/w:vAlign/@w:val")[1] for row in table.rows] == ["center", "center", "top"]


def test_days_and_names_over_a_text_stay_with_it() -> None:
    table, _ = table_of(Facts(rows=[("时间", "2月7日"), ("发起人", "甲"), *[("谈到", "所谈的事。" * 40)] * 2]))
    assert [bool(row._tr.xpath(".//w:keepNext")) for row in table.rows] == [True, False, False]


def test_a_long_value_may_go_over_the_page_with_the_day_over_its_beginning() -> None:
    table, _ = table_of(Facts(rows=[("时间", "2月7日"), ("谈到", "所谈的事。" * 140), ("末", "尾")]))
    assert [bool(row._tr.xpath("w:trPr/w:cantSplit")) for row in table.rows] == [True, False, True]
    assert [bool(row._tr.xpath(".//w:keepNext")) for row in table.rows] == [True, False, False]


@pytest.mark.parametrize("page", papers.PAGES)
def test_columns_are_a_real_grid_as_wide_as_the_text(page: Any) -> None:
    table, section = table_of(Table(columns=COLUMNS, rows=[["1", "2", "3"]]), page=page)
    wide = round((section.page_width - section.left_margin - section.right_margin) / 635)
    grid = [int(one.get(qn("w:w"))) for one in table._tbl.tblGrid.gridCol_lst]
    assert sum(grid) == wide
    assert [round(one * 8 / wide) for one in grid] == [1, 5, 2]
    for row in table.rows:
        assert [int(c.get(qn("w:w"))) for c in row._tr.iter(qn("w:tcW"))] == grid


def test_cells_have_their_grounds() -> None:
    table, _ = table_of(Table(columns=COLUMNS, rows=[["1", "2", "3"]], tones=[["", "good", "wrong"]]))
    fills = [[s.get(qn("w:fill")) for s in cell.xpath("w:tcPr/w:shd")] for cell in table.rows[1]._tr.tc_lst]
    assert fills == [[], ["E3F1E7"], ["F7DCD8"]]


def test_facts_stand_two_side_by_side_and_long_ones_take_the_width() -> None:
    table, _ = table_of(Facts(rows=[("姓名", "李秀兰"), ("类别", "正式党员"), ("情况", "长" * 60)]))
    spans = [[cell.grid_span for cell in row._tr.tc_lst] for row in table.rows]
    assert spans == [[1, 1, 1, 1], [1, 3]]
    assert len(table._tbl.tblGrid.gridCol_lst) == 4


def test_two_tables_never_run_into_one() -> None:
    package = made(
        papers.paper(Facts(rows=[("甲", "乙")]), Table(columns=COLUMNS, rows=[]), Space(lines=2), Space(lines=1))
    )
    kinds = [type(one) for one in package.iter_inner_content()]
    assert kinds.count(WordTable) == 4
    assert (WordTable, WordTable) not in list(pairwise(kinds))


def test_space_to_write_has_its_lines() -> None:
    table, _ = table_of(Space(lines=7))
    assert len(table.rows) == 7
    assert all(row._tr.xpath("w:tc/w:tcPr/w:tcBorders/w:bottom") for row in table.rows)


# --- signatures ------------------------------------------------------------------------------------------------------


def kept(element: Any) -> bool:
    """Whether the next paragraph or row stays with it; the style of the gaps around tables says so."""
    return bool(element.xpath(".//w:pPr[w:keepNext[not(@w:val)] or w:pStyle[@w:val='Gap'] and not(w:keepNext)]"))


@pytest.mark.parametrize(
    "before",
    [
        Paragraph(text="正文\n最后一行"),
        Note(text="说明"),
        Table(columns=COLUMNS, rows=[["1", "2", "3"]]),
        Facts(rows=[("甲", "乙")]),
        Space(lines=2),
    ],
    ids=lambda block: block.kind,
)
def test_a_signature_stays_with_the_text_before_it(before: AnyBlock) -> None:
    package = made(papers.paper(before, Signature(roles=["主持人", "记录人"], day="2024年2月22日")))
    body = list(package.element.body.iterchildren())[1:-1]
    last = next(n for n, one in enumerate(body) if "主持人" in said(one))
    held = [kept(one if one.tag == qn("w:p") else one.xpath("w:tr")[-1]) for one in body if "<w:sectPr" not in one.xml]
    first = next(n for n, one in enumerate(body) if "最后一行" in said(one)) if before.kind == "paragraph" else 0
    assert all(held[first : last + 1])


def test_a_seal_stands_over_its_day_four_characters_from_the_edge() -> None:
    package = made(papers.paper(Signature(roles=["中共某某委员会（盖章）"], day="2024年2月22日")))
    name, day = [p for p in package.paragraphs if p.style.name == "签名"]
    assert (name.text, day.text) == ("中共某某委员会（盖章）", "2024年2月22日")
    assert day.paragraph_format.right_indent.pt == 64
    assert name.paragraph_format.right_indent < day.paragraph_format.right_indent


def test_two_roles_stand_side_by_side_on_a_wide_page() -> None:
    package = made(papers.paper(Signature(roles=["主持人", "记录人", "监督人"], day="2024年2月22日"), page="L"))
    first, second = [p for p in package.paragraphs if p.style.name == "签名"]
    assert first.text.split("\t") == ["", "主持人：", "", "记录人：", ""]
    assert [bare(part) for part in second.text.split("\t")] == ["", "监督人：", "2024年2月22日"]
    stops = [stop.position.pt for stop in first.paragraph_format.tab_stops]
    assert stops == sorted(stops)
    assert stops[1] - stops[0] == stops[3] - stops[2] == 7 * 14, "room for a name"
    ruled = [r.font.underline for r in first.runs if r.text == "\t"]
    assert ruled == [None, True, None, True]


def test_a_role_too_long_for_its_line_stands_above() -> None:
    package = made(papers.paper(Signature(roles=["某" * 40])))
    long, line = [p for p in package.paragraphs if p.style.name == "签名"]
    assert long.text == "某" * 40 + "："
    assert bare(line.text) == "年月日"


def test_a_role_too_long_for_any_line_is_parted_at_a_joint() -> None:
    role = "中共云溪市自然资源和规划局机关第一支部委员会书记"
    package = made(papers.paper(Signature(roles=[role], day="2024年2月22日")))
    texts = [bare(p.text) for p in package.paragraphs if p.style.name == "签名"]
    assert texts == ["中共云溪市自然资源和规划局", "机关第一支部委员会书记：", "2024年2月22日"]


# --- the file --------------------------------------------------------------------------------------------------------


def test_papers_bound_together_begin_on_new_pages_each_with_its_own_size() -> None:
    ends: list[AnyBlock] = [Paragraph(text="完"), Table(columns=COLUMNS, rows=[["1", "2", "3"]])]
    documents = [papers.paper(end, page=page) for page in papers.PAGES for end in ends]
    package = made(*documents)
    assert len(package.sections) == len(documents)
    assert {int(section.start_type) for section in package.sections} == {2}
    wide = [section.page_width > section.page_height for section in package.sections]
    assert wide == [document.page == "L" for document in documents]
    for end in package.element.body.xpath(".//w:sectPr/parent::w:pPr/parent::w:p"):
        text = said(end)
        assert text == "完" or end.getprevious().tag == qn("w:tbl"), "no blank line but after a table"


def test_the_file_says_what_it_is_and_no_clock() -> None:
    about = opened(papers.everything()).core_properties
    assert (about.title, about.author, about.subject, about.language) == (
        "召开会议",
        "第一党支部",
        "专题组织生活会",
        "zh-CN",
    )
    assert {about.created.timestamp(), about.modified.timestamp()} == {NOON}
    assert about.last_modified_by == "第一党支部"
    with zipfile.ZipFile(io.BytesIO(docx.docx(papers.everything(), timestamp=NOON))) as whole:
        assert {entry.date_time for entry in whole.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.filename.rpartition(".")[2] for entry in whole.infolist()} == {"xml", "rels"}
        assert b"rsid" not in b"".join(whole.read(entry) for entry in whole.infolist())
        lang = re.search(rb"<w:lang [^>]*>", whole.read("word/styles.xml"))
    assert lang
    assert b'w:val="zh-CN" w:eastAsia="zh-CN"' in lang[0]


def test_equal_input_gives_equal_bytes_in_other_processes() -> None:
    content = docx.docx(papers.everything(), timestamp=NOON)
    assert papers.digests_elsewhere("docx.docx") == {hashlib.sha256(content).hexdigest()}


ORDERS = {
    "pPr": "pStyle keepNext keepLines widowControl tabs wordWrap overflowPunct autoSpaceDE autoSpaceDN adjustRightInd snapToGrid spacing ind contextualSpacing jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts snapToGrid spacing sz szCs u bdr shd lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan tcBorders shd vAlign",
    "sectPr": "headerReference footerReference headerReference footerReference type pgSz pgMar docGrid",
    "style": "name aliases basedOn next uiPriority semiHidden qFormat pPr rPr tblPr",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
    "settings": "zoom defaultTabStop evenAndOddHeaders characterSpacingControl compat themeFontLang decimalSymbol listSeparator",
    "tc": "tcPr p",
    "tbl": "tblPr tblGrid tr",
}


def test_children_stand_in_the_order_of_the_schema() -> None:
    """Word calls a file damaged where LibreOffice reads on."""
    bundle = papers.everything(TO_FILL + "x" * 30)
    package = opened(bundle)
    roots = [package.element, package.styles.element, package.settings.element]
    roots += [s.header._element for s in package.sections] + [package.sections[0].footer._element]
    for root in roots:
        for element in root.iter():
            name = element.tag.rpartition("}")[2]
            found = [child.tag.rpartition("}")[2] for child in element]
            if name in ORDERS:
                left = iter(ORDERS[name].split())
                distinct = [one for n, one in enumerate(found) if n == 0 or found[n - 1] != one]
                assert all(one in left for one in distinct), (name, found)


def test_without_the_extra_one_sentence_says_how_to_install_it(
    filled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    lines = refused(capsys, "forms", str(filled), "--formats", "html,docx")
    assert "orglife[docx]" in lines[1]
    assert refused(capsys, "batch", str(filled), "--formats", "docx") == lines
    assert not (filled / "records" / "t01").exists()
    with pytest.raises(DocxMissing):
        docx.docx(papers.everything(), timestamp=NOON)


@thorough
def test_forms_and_batch_make_it_where_it_is_asked_for(filled: Path) -> None:
    assert run("forms", str(filled), "--form", "F6", "--formats", "docx") == 0
    assert {p.suffix for p in (filled / "records" / "t01" / "forms").iterdir()} == {".docx"}
    assert run("batch", str(filled), "--stage", "talks", "--formats", "pdf,docx", "--jobs", "1") == 0
    assert {p.name for p in (filled / "records" / "t01").glob("12_*")} == {"12_talks.pdf", "12_talks.docx"}
    about = python_docx.Document(str(filled / "records" / "t01" / "12_talks.docx")).core_properties
    assert about.created < datetime(2025, 1, 1, tzinfo=UTC)
