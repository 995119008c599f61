"""The PDF: conforms, carries its data, prints text literally, keeps the measures of GB/T 9704."""

from __future__ import annotations

import hashlib
import io
import itertools
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import pypdf
import pytest

from orglife.adapters.print import fonts, glyphs, typst
from orglife.core.errors import BadCharacter, MissingGlyph
from orglife.core.paper import fitting, layout
from orglife.core.paper.block import (
    ISSUER,
    TO_FILL,
    AnyBlock,
    Bundle,
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Page,
    Paragraph,
    Signature,
    Space,
    Table,
)
from orglife.core.paper.lines import lines_of
from tests.adapters.print import papers
from tests.adapters.print.papers import NOON, bare
from tests.adapters.print.verapdf import failures
from tests.marks import thorough

MM = 72 / 25.4


class Run(NamedTuple):
    """A piece of printed text: where its baseline starts (points from the lower left) and its size."""

    text: str
    x: float
    y: float
    size: float


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def runs(page: pypdf.PageObject) -> list[Run]:
    found: list[Run] = []

    def keep(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            found.append(Run(text.strip(), cm[4] + tm[4], cm[5] - tm[5], size))

    page.extract_text(visitor_text=keep)
    return found


def text_of(content: bytes) -> str:
    return bare("".join(page.extract_text() for page in read(content).pages))


@pytest.fixture(scope="module")
def full() -> bytes:
    return typst.pdf(papers.everything(), timestamp=NOON)


@thorough
def test_all_blocks_on_all_pages_conform_to_pdfa_3a_and_pdfua_1(full: bytes, tmp_path: Path) -> None:
    assert failures(full, tmp_path, "3a", "ua1") == {"3a": [], "ua1": []}


def test_the_file_says_what_it_is(full: bytes) -> None:
    reader = read(full)
    assert reader.metadata is not None
    assert reader.metadata.title == "召开会议"
    assert reader.metadata.author == "第一党支部"
    assert all(face.file.name in str(reader.metadata["/Keywords"]) for face in fonts.faces_in_use())
    assert str(reader.root_object["/Lang"]) == "zh-CN"


def test_the_record_is_attached_as_it_was(full: bytes) -> None:
    (content,) = read(full).attachments["record.json"]
    assert Bundle.model_validate_json(content) == papers.everything()


def test_each_title_is_a_level_1_bookmark() -> None:
    document = Document(form="F1", title=["关于召开会议", "有关情况的报告"], blocks=[Heading(text="一、会前")])
    outline = read(typst.pdf(papers.bundle(document, document), timestamp=NOON)).outline
    tops = [str(entry["/Title"]) for entry in outline if isinstance(entry, dict)]
    assert tops == ["关于召开会议有关情况的报告"] * 2
    assert isinstance(outline[1], list)
    assert [str(entry["/Title"]) for entry in outline[1] if isinstance(entry, dict)] == ["一、会前"]


@thorough
def test_equal_input_gives_equal_bytes_in_other_processes(full: bytes) -> None:
    assert papers.digests_elsewhere("typst.pdf") == {hashlib.sha256(full).hexdigest()}


def test_other_input_gives_other_bytes(full: bytes) -> None:
    assert typst.pdf(papers.everything(), timestamp=NOON + 1) != full
    assert typst.pdf(papers.everything("别的内容"), timestamp=NOON) != full


def test_nothing_is_loaded_before_a_paper_is_asked_for() -> None:
    code = "import sys; from orglife.adapters.print import typst; sys.exit('typst' in sys.modules or 'fontTools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_threads_may_print_at_the_same_time() -> None:
    wanted = [typst.pdf(papers.everything(str(number)), timestamp=NOON) for number in range(3)]
    got: dict[int, bytes] = {}

    def work(number: int) -> None:
        got[number] = typst.pdf(papers.everything(str(number)), timestamp=NOON)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [got.get(number) for number in range(3)] == wanted


# Text is text


def places(document: Document) -> int:
    return sum(text == papers.INJECTION for text, _ in document.texts())


def test_markup_in_every_place_is_printed_literally() -> None:
    bundle = papers.everything(papers.INJECTION)
    expected = sum(places(document) for document in bundle.documents)
    assert expected == 4 * 17
    assert text_of(typst.pdf(bundle, timestamp=NOON)).count(bare(papers.INJECTION)) == expected


def test_lines_of_a_text_become_paragraphs_and_blanks_stay_inside() -> None:
    text = text_of(
        typst.pdf(papers.bundle(papers.paper(Paragraph(text="第一行\r\n\n第二行\t尾\u200b巴"))), timestamp=NOON)
    )
    assert "第一行第二行尾巴" in text


@pytest.mark.parametrize(("char", "most"), [("a", 60), ("ü", 60), ("！", 28), ("—", 28), ("…", 28), ("）", 28)])
def test_a_run_without_blanks_stays_on_the_page(char: str, most: int) -> None:
    document = papers.paper(
        Paragraph(text=char * 90),
        Table(columns=[Column(head="甲"), Column(head="乙", share=9)], rows=[[char * 30, "短"]]),
    )
    found = [
        run.text for run in runs(read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages[0]) if run.size > 11
    ]
    lines = [text for text in found if char in text and "1" not in text]
    assert sum(text.count(char) for text in lines) == 120
    assert max(len(text) for text in lines) <= most
    assert max(len(text) for text in lines[-6:]) <= most // 7  # the narrow cell


# Refusals


@pytest.mark.parametrize(
    "block",
    [
        Paragraph(text="名字叫\U0001f600的人", record="谈话记录t01"),
        Facts(rows=[("姓名", "\U0001f600")], record="谈话记录t01"),
        Table(columns=[Column(head="姓名")], rows=[["\U0001f600"]], record="谈话记录t01"),
        Note(text="\U0001f600", record="谈话记录t01"),
        Heading(text="\U0001f600", record="谈话记录t01"),
        Signature(roles=["\U0001f600"], record="谈话记录t01"),
    ],
)
def test_a_character_without_a_glyph_stops_the_paper(block: Paragraph) -> None:
    with pytest.raises(MissingGlyph) as caught:
        typst.pdf(papers.bundle(papers.paper(block)), timestamp=NOON)
    assert caught.value.fields == {
        "title": "会议记录",
        "char": "\U0001f600",
        "code": "U+1F600",
        "record": "谈话记录t01",
    }


def test_a_control_character_stops_the_paper() -> None:
    with pytest.raises(BadCharacter):
        typst.pdf(papers.bundle(papers.paper(Paragraph(text="响\x07铃"))), timestamp=NOON)


def test_every_character_that_passes_the_preflight_has_a_glyph() -> None:
    """The typesetter tries every font that the preflight counts: samples of each font's own characters."""
    known = sorted(glyphs._characters(fonts.faces_in_use()) - {"\n"})
    sample = "".join(known[::97]) + "".join(sorted(glyphs.EMBEDDED)) + "喆堃玥镕頔䶮㛃㻬𬭎𫖯𬍛𬬩"
    typst.pdf(papers.bundle(papers.paper(Paragraph(text=sample), title=sample[-20:])), timestamp=NOON)


def test_missing_roles_fall_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ORGLIFE_FONTS", str(tmp_path))
    content = typst.pdf(papers.everything(), timestamp=NOON)
    names = {name.split("+")[-1] for name in _fonts(read(content))}
    assert {name.split("-")[0] for name in names} == {"NotoSerifSC", "NotoSansSC"}
    text = text_of(content)
    assert text.count("内容") == 4 * 17 + text.count("草稿：有待填内容")


def _fonts(reader: pypdf.PdfReader) -> set[str]:
    used: set[str] = set()
    for page in reader.pages:
        page.extract_text(visitor_text=lambda _t, _cm, _tm, font, _size: used.add(font["/BaseFont"]) if font else None)
    return used


# Measures


def test_a_page_of_text_has_22_lines_of_28_characters() -> None:
    for page in ("P", "9704"):
        document = papers.paper(Paragraph(text="国" * 28 * 60), page=page)
        lines = [
            run for run in runs(read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages[1]) if "国" in run.text
        ]
        assert [run.text for run in lines] == ["国" * 28] * 22
        assert {round(run.x, 1) for run in lines} == {round(28 * MM, 1)}
        assert {run.size for run in lines} == {15.75}
        pitches = {round(upper.y - lower.y, 1) for upper, lower in itertools.pairwise(lines)}
        assert pitches == {29.0}
        assert lines[0].x + 28 * 15.75 <= (210 - 26) * MM
        assert lines[0].y < (297 - 37) * MM < lines[0].y + 29
        assert lines[-1].y > 35 * MM


def test_page_numbers_stand_outside_and_run_through_all_papers() -> None:
    document = papers.paper(Paragraph(text="国" * 700))
    pages = read(typst.pdf(papers.bundle(document, document), timestamp=NOON)).pages
    assert len(pages) == 4
    for number, page in enumerate(pages, 1):
        (run,) = [run for run in runs(page) if bare(run.text) == f"—{number}—"]
        assert run.size == 14
        assert (run.x > 105 * MM) == (number % 2 == 1)
        assert run.y < 35 * MM - 7 * MM


THEME = (
    "以学习贯彻党的十八届六中全会精神为主题，围绕“两学一做”学习教育要求，重点对照《关于新形势下党内政治生活的若干准则》"
)


@pytest.mark.parametrize("page", papers.PAGES)
def test_a_paper_made_for_good_leaves_its_head_to_the_stamp(page: Page) -> None:
    """The left of the top margin is free; hash and theme stand under the text, 10 mm from the edge at least."""
    document = papers.paper(Paragraph(text="国" * 1700), page=page).model_copy(
        update={"theme": THEME, "head": "ab12" * 16, "code": "J001-WS·2024-D10-DZB01-0007"}
    )
    sheet = layout.SHEETS[page]
    for one in read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages:
        above = [run for run in runs(one) if run.y > (sheet.high - sheet.top) * MM]
        assert bare("".join(run.text for run in above)).startswith("档号：J001")
        assert min(run.x for run in above) > (sheet.wide / 2 + 10) * MM
        below = [run for run in runs(one) if run.y < sheet.bottom * MM and run.size < 10]
        said = bare("".join(run.text for run in below))
        assert f"历史记录校验值：{'ab12' * 16}" in said
        assert "会议主题：以学习贯彻" in said
        assert min(run.y for run in below) >= 10 * MM


def test_an_unfinished_paper_has_its_theme_over_the_text() -> None:
    document = papers.paper(Paragraph(text="国"), draft=True).model_copy(update={"theme": THEME})
    (page,) = read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages
    found = [run for run in runs(page) if run.y > (297 - 37) * MM]
    assert "会议主题" in bare("".join(run.text for run in found))


def test_a_wide_page_is_numbered_where_it_is_bound_as_an_upright_one() -> None:
    """GB/T 9704-2012, 8: turned to the left, the number stands at the foot, outside: on odd pages at the right."""
    document = papers.paper(Paragraph(text="国" * 1700), page="L")
    pages = read(typst.pdf(papers.bundle(document, document), timestamp=NOON)).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        found = [run for run in runs(page) if run.x < 20 * MM]
        assert bare("".join(run.text for run in found)) == f"—{number}—"
        assert all((run.y < 105 * MM) == (number % 2 == 1) for run in found)


def test_pages_have_the_kind_they_ask_for() -> None:
    documents = [papers.paper(title=f"第{page}", page=page) for page in papers.PAGES]
    pages = read(typst.pdf(papers.bundle(*documents), timestamp=NOON)).pages
    upright = [float(page.mediabox.height) > float(page.mediabox.width) for page in pages]
    assert upright == [True, True, False, True]
    assert {round(float(max(page.mediabox.height, page.mediabox.width)) / MM) for page in pages} == {297}


def test_the_heading_row_repeats_on_every_page() -> None:
    rows = [[str(number), "整改措施。" * 12] for number in range(60)]
    document = papers.paper(Table(columns=[Column(head="序号"), Column(head="措施", share=6)], rows=rows), page="T")
    pages = read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages
    assert len(pages) > 2
    assert all("序号" in bare(page.extract_text()) for page in pages)


SIGNED: dict[str, AnyBlock] = {
    **{f"paragraph of {lines}": Paragraph(text="写着签名所签的内容。" * int(2.6 * lines)) for lines in range(1, 6)},
    **{f"note of {lines}": Note(text="写着签名所签的内容。" * int(3.5 * lines)) for lines in (1, 2, 3, 4)},
    "table": Table(columns=[Column(head="甲"), Column(head="乙")], rows=[["一", "内容"], ["二", "内容"]]),
    "facts": Facts(rows=[("一", "内容"), ("二", "内容" * 20), ("三", "内容")]),
    "long facts": Facts(rows=[("一", "内容" * 20)] * 20),
    "facts that break": Facts(rows=[("一", "内容"), ("二", "内容" * 310)]),
    "a row that breaks": Table(
        columns=[Column(head="甲"), Column(head="乙", share=4, align="left"), Column(head="丙")],
        rows=[["一", "内容", "二"], ["三", "内容" * 300, "四"]],
    ),
    "space": Space(lines=4),
    "heading": Heading(text="一、内容"),
}


@thorough
@pytest.mark.parametrize("kind", SIGNED)
def test_a_signature_is_never_alone_on_a_page(kind: str) -> None:
    """Push the signature over the end of the page line by line: something of what it signs always goes with it."""
    last = SIGNED[kind]
    documents = [
        papers.paper(
            *(Paragraph(text="短。") for _ in range(lines)), last, Signature(roles=["签字人"]), title=f"题{lines}"
        )
        for lines in range(8, 30)
    ]
    pages = [runs(page) for page in read(typst.pdf(papers.bundle(*documents), timestamp=NOON)).pages]
    assert len(pages) > len(documents)  # the end of the page was passed
    for found in pages:
        signing = [run for run in found if "签字人" in run.text]
        if not signing:
            continue
        top = (297 - 37) * MM
        assert signing[0].y < top - 45  # a line of text, or one to write on, is above it
        above = "".join(run.text for run in found if run.y > signing[0].y + 5)
        assert kind == "space" or "内容" in above or "签名" in above


@pytest.mark.parametrize("kind", ["facts that break", "a row that breaks"])
def test_the_row_under_which_a_signature_stands_fills_the_page_before(kind: str) -> None:
    """A row that goes over the page leaves no half-empty page for the signature's sake, and none of its text is covered."""
    for lines in (10, 11, 12):
        document = papers.paper(
            *(Paragraph(text="短。") for _ in range(lines)), SIGNED[kind], Signature(roles=["签字人"])
        )
        pages = [runs(one) for one in read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages]
        assert len(pages) == 2
        assert min(run.y for run in pages[0] if "内容" in run.text) < (35 + 20) * MM
        sign = next(run.y for run in pages[1] if "签字人" in run.text)
        assert all(run.y > sign + 15 for run in pages[1] if "内容" in run.text)


def test_a_signature_stands_under_the_longest_cell_only_where_that_is_sure() -> None:
    columns = [Column(head="甲"), Column(head="乙", share=4, align="left"), Column(head="丙", share=4, align="left")]
    for other, tail in ((0, 1), (200, 1), (290, -1), (400, 2)):
        grid = layout.table_grid(Table(columns=columns, rows=[["一", "甲" * 300, "乙" * other]]), "P")
        assert grid.tail == tail
    assert layout.table_grid(Table(columns=columns, rows=[["一", "短", ""]]), "P").tail == -1


def test_a_table_of_many_pages_is_set_smaller_but_not_one_to_write_on() -> None:
    columns = [Column(head="序号"), Column(head="措施", share=6, align="left")]
    sizes = [
        layout.table_grid(Table(columns=columns, rows=[["1", text] for _ in range(rows)]), "L").size
        for rows, text in ((30, "短"), (30, "长" * 100), (60, "长" * 100), (60, "\n\n\n"))
    ]
    assert sizes == [layout.SIZE, layout.SIZE, layout.SMALL, layout.SIZE]


@pytest.mark.parametrize("page", ["P", "9704"])
def test_lines_are_set_closer_where_a_page_would_be_begun_for_a_signature_and_little_more(page: Page) -> None:
    """Line by line over the end of a page: the second one is begun for a fair part of it only."""
    found = []
    for lines in range(12, 28):
        blocks = [*(Paragraph(text=f"第{number}行。") for number in range(lines)), Note(text="重点对照：无。" * 9)]
        document = papers.paper(*blocks, Signature(roles=["本人"], day="2024年2月19日"), page=page)
        pages = [runs(one) for one in read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages]
        texts = [run.y for run in pages[0] if run.text.startswith("第")]
        pitches = {round(before - after, 1) for before, after in itertools.pairwise(texts)}
        assert len(pitches) == 1  # of one paper
        assert (pitches == {29.0}) == (fitting.fitted(document).close == 1)
        found.append((len(pages), min(pitches)))
    assert {pitch for _, pitch in found} > {29.0}
    assert min(pitch for _, pitch in found) > 22  # 三号 is 15.75
    assert [number for number, _ in found] == sorted(number for number, _ in found)
    assert all(pitch == 29 for number, pitch in found if number == 2)  # not closer for nothing
    assert sum(pitch < 29 for _, pitch in found) >= 4


@pytest.mark.parametrize("titled", [1, 2, 3, 4])
def test_a_line_is_left_free_between_title_and_recipient(titled: int) -> None:
    """GB/T 9704-2012, 7.3.2, also where the lines are set closer to save a page."""
    pitches = set()
    for lines in range(13, 24):
        blocks = [*(Paragraph(text=f"第{number}行。") for number in range(lines)), Signature(roles=[f"支部{ISSUER}"])]
        document = papers.paper(*blocks, page="9704")
        document = document.model_copy(update={"title": ["题名"] * titled, "recipient": "局机关党总支"})
        page = runs(read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages[0])
        first, second = [run.y for run in page if run.text.startswith("第")][:2]
        title = min(run.y for run in page if run.text == "题名")
        recipient = next(run.y for run in page if run.text.startswith("局机关"))
        pitch = first - second
        assert 1.7 < (title - recipient) / pitch < 2.6, (lines, pitch)
        pitches.add(round(pitch, 1))
    assert {29.0} < pitches


def test_a_short_grid_of_facts_stays_on_one_page_with_its_heading_and_signature() -> None:
    """Half a page a talk: what belongs to one talk is not torn apart."""
    talk = [
        Heading(text="一、谈话"),
        Facts(rows=[("甲", "谈到的事。" * 10)] * 5 + [("末", "尾")]),
        Signature(roles=["签字人"]),
    ]
    for lines in range(8, 16):
        document = papers.paper(*(Paragraph(text="短。") for _ in range(lines)), *talk)
        pages = [bare(page.extract_text()) for page in read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages]
        (whole,) = [page for page in pages if "一、谈话" in page]
        assert "末尾" in whole
        assert "签字人" in whole


@pytest.mark.parametrize("often", [40, 140], ids=["a row that stays whole", "a row that may break"])
def test_days_and_names_over_a_text_go_with_it_to_the_next_page(often: int) -> None:
    """No page ends with a heading and the day of a talk: what was talked about begins there as well."""
    talk = [
        Heading(text="一、谈话"),
        Facts(rows=[("时间", "2月7日"), ("发起人", "甲"), *[("谈到", "所谈的事。" * often)] * 2]),
    ]
    ends = set()
    for lines in range(10, 24):
        document = papers.paper(*(Paragraph(text="短。") for _ in range(lines)), *talk)
        pages = [bare(page.extract_text()) for page in read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages]
        (begun,) = [number for number, page in enumerate(pages) if "一、谈话" in page]
        assert "所谈的事" in pages[begun]
        assert "发起人" in pages[begun]
        ends.add((begun, "谈话" in pages[begun] and "所谈的事" in "".join(pages[begun + 1 :])))
    assert (0, True) in ends
    assert {begun for begun, _ in ends} == {0, 1}  # both were tried


def test_a_row_that_goes_over_the_page_goes_on_where_the_page_begins() -> None:
    rows = [["左" * 300, "右" * 900]]
    document = papers.paper(Table(columns=[Column(head="甲"), Column(head="乙")], rows=rows), page="T")
    pages = [runs(page) for page in read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages]
    assert len(pages) > 1
    for page in pages:
        tops = [max((run.y for run in page if set(run.text) == {char}), default=0.0) for char in "左右"]
        assert not tops[0] or abs(tops[0] - tops[1]) < 1


@pytest.mark.parametrize(
    "text",
    ["由内勤抽查2次。报价前手机交门卫，我嫌雨大提前走了40分钟。", "把话说完，" * 70, "去年1月4日在3号楼2层，" * 30],
    ids=["digits", "marks", "both"],
)
def test_lines_are_reckoned_as_they_are_printed(text: str) -> None:
    """Digits are more than half as wide as Chinese, and a mark that must not begin a line takes a character with it."""
    pages = read(typst.pdf(papers.bundle(papers.paper(Paragraph(text=text))), timestamp=NOON)).pages
    printed = sum(len({round(run.y) for run in runs(page) if round(run.size, 1) == 15.8}) for page in pages)
    sheet = layout.SHEETS["P"]
    assert lines_of(text, sheet.text_width / sheet.size, 2) in (printed, printed + 1)


def test_the_last_paragraph_leaves_no_single_line_before_a_signature_and_is_reckoned_so() -> None:
    """A heading at the end of a page takes two lines of it along: reckoned with one, a page is begun for a line."""
    for lines in range(14, 22):
        blocks = [
            *(Paragraph(text="短。") for _ in range(lines)),
            Heading(text="二、承诺"),
            Paragraph(text="诺" * 28 * 20),
        ]
        document = papers.paper(*blocks, Signature(roles=["本人"], day="2024年2月19日"))
        pages = [runs(one) for one in read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages]
        texts = ["".join(run.text for run in found) for found in pages]
        assert texts[-1].count("诺") > 28  # of the heading's text two lines and more


def test_words_that_do_not_break_are_reckoned_with() -> None:
    """Numbers leave room at the ends of lines: a last page for half a line and a signature comes of forgetting it."""
    text = "合同编号HT-2023-0917-A，经费在1,286,000元之内。" * 40
    pages = [
        runs(page) for page in read(typst.pdf(papers.bundle(papers.paper(Paragraph(text=text))), timestamp=NOON)).pages
    ]
    printed = sum(len({round(run.y) for run in page if round(run.size, 1) == 15.8}) for page in pages)
    sheet = layout.SHEETS["P"]
    assert abs(lines_of(text, sheet.text_width / sheet.size, 2) - printed) <= 1


LONG = "云溪市生态环境保护综合行政执法支队机关第三党支部（临时）"


def test_a_long_name_in_a_title_is_parted_where_it_has_a_joint() -> None:
    names = [f"中共云溪市自然资源和规划局机关{which}支部委员会" for which in ("第一", "总")]
    titles = (LONG, *names, "国" * 30, "国" * 20, "国" * 60)
    documents = [papers.paper(title=title) for title in titles]
    assert [layout.title_lines(document) for document in documents] == [
        ["云溪市生态环境保护综合行政执法支队", "机关第三党支部（临时）"],
        ["中共云溪市自然资源和规划局", "机关第一支部委员会"],  # not after 和, nearer to the middle
        ["中共云溪市自然资源和规划局", "机关总支部委员会"],
        ["国" * 15] * 2,
        ["国" * 20],
        ["国" * 60],
    ]
    content = typst.pdf(papers.bundle(documents[0]), timestamp=NOON)
    assert [run.text for run in runs(read(content).pages[0]) if run.size == 22] == layout.title_lines(documents[0])


@pytest.mark.parametrize("day", ["", "2024年2月22日"])
def test_a_role_too_long_for_its_line_stands_above_it(day: str) -> None:
    sign = Signature(roles=[f"{LONG[:20]}书记", "记录人"], day=day)
    found = runs(read(typst.pdf(papers.bundle(papers.paper(Paragraph(text="内容"), sign)), timestamp=NOON)).pages[0])
    long, short = (next(run for run in found if bare(run.text).startswith(role)) for role in (LONG[:20], "记录人"))
    assert bare(long.text).endswith("书记：")  # in one line
    assert long.y - short.y > 2 * 15.75


def test_a_role_too_long_for_any_line_is_parted_at_a_joint() -> None:
    role = "中共云溪市自然资源和规划局机关第一支部委员会书记"
    sign = Signature(roles=[role], day="2024年2月22日")
    found = runs(read(typst.pdf(papers.bundle(papers.paper(Paragraph(text="内容"), sign)), timestamp=NOON)).pages[0])
    texts = [bare(run.text) for run in found]
    assert "中共云溪市自然资源和规划局" in texts
    assert "机关第一支部委员会书记：" in texts


def test_drafts_are_marked_on_every_page_and_only_they() -> None:
    long = [Paragraph(text="国" * 900), Paragraph(text=TO_FILL)]
    pages = read(typst.pdf(papers.bundle(papers.paper(*long, draft=True), papers.paper(*long)), timestamp=NOON)).pages
    marked = ["草稿：有待填内容" in bare(page.extract_text()) for page in pages]
    assert marked == [True, True, False, False]


def test_what_is_to_be_filled_in_stands_in_another_face() -> None:
    page = read(typst.pdf(papers.bundle(papers.paper(Paragraph(text=f"地点：{TO_FILL}。"))), timestamp=NOON)).pages[0]
    faces: dict[str, str] = {}

    def keep(text: str, _cm: object, _tm: object, font: dict[str, str] | None, _size: float) -> None:
        if text.strip() and font:
            faces[text.strip()] = font["/BaseFont"].split("+")[-1]

    page.extract_text(visitor_text=keep)
    assert faces[TO_FILL] != faces["地点："]
    assert "Sans" in faces[TO_FILL]


# Processes


@thorough
@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how many threads there are")
def test_a_warmed_process_holds_the_fonts_and_has_one_thread_so_that_its_forks_print() -> None:
    code = """
import hashlib, os
from pathlib import Path
from orglife.adapters.print import fonts, typst
from tests.adapters.print import papers
fonts_size = sum({face.file: face.file.stat().st_size for face in fonts.faces_in_use()}.values())
typst._fonts(fonts.faces_in_use())  # found, not read
def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
before = held()
typst.warm(lasting=False)
assert held() - before > fonts_size * 0.8
assert len(os.listdir("/proc/self/task")) == 1
if not os.fork():
    print(hashlib.sha256(typst.pdf(papers.everything(), timestamp=0)).hexdigest(), flush=True)
    os._exit(0)
os.wait()
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(typst.pdf(papers.everything(), timestamp=0)).hexdigest()
