"""Word's automatic numbers, tables and limits, in documents of a few lines."""

from __future__ import annotations

import io
import zipfile

import pytest

from orglife.adapters.text import notice_file, word
from orglife.adapters.text.notice_file import paragraphs
from orglife.core.errors import NoticeUnreadable
from tests.marks import thorough

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def package(body: str, numbering: str = "", styles: str = "", *, parts: int = 0) -> bytes:
    """A docx with these parts, and more empty ones."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        if numbering:
            pack.writestr("word/numbering.xml", f"<w:numbering {W}>{numbering}</w:numbering>")
        if styles:
            pack.writestr("word/styles.xml", f"<w:styles {W}>{styles}</w:styles>")
        for number in range(parts):
            pack.writestr(f"{number}", b"")
    return out.getvalue()


def item(text: str, depth: str = "0", number: str = "1") -> str:
    numbered = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{numbered}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def levels(*forms: tuple[str, str, str], ident: str = "7") -> str:
    made = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text, start) in enumerate(forms)
    )
    return f'<w:abstractNum w:abstractNumId="{ident}">{made}</w:abstractNum>'


NUMBERED = levels(("chineseCounting", "%1、", "1"), ("chineseCounting", "（%2）", "1"), ("decimal", "%1.%3", "4"))
LIST = f'{NUMBERED}<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'


def test_numbers_of_several_levels_count_on_and_begin_anew() -> None:
    body = [item("甲"), item("乙", "1"), item("丙", "1"), item("丁", "2"), item("戊", "2"), item("己"), item("庚", "1")]
    assert paragraphs(package("".join(body), LIST), "x.docx") == [
        "一、甲", "（一）乙", "（二）丙", "一.4丁", "一.5戊", "二、己", "（一）庚",
    ]  # fmt: skip


def test_a_list_may_begin_at_another_number_and_go_on() -> None:
    again = f'{LIST}<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    body = item("甲") + item("乙", number="2") + item("丙", number="2") + item("丁")
    assert paragraphs(package(body, again), "x.docx") == ["一、甲", "五、乙", "六、丙", "七、丁"]


def test_paragraphs_without_a_number_have_none() -> None:
    body = item("甲", number="0") + item("乙", number="9") + item("丙", "5") + item("丁", "x") + item(" ") + item("戊")
    assert paragraphs(package(body, LIST), "x.docx") == ["甲", "乙", "丙", "丁", " ", "一、戊"]


def test_a_style_may_number_its_paragraphs() -> None:
    style = '<w:style w:styleId="a"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:styleId="b"/>'
    body = "".join(f'<w:p><w:pPr><w:pStyle w:val="{s}"/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>' for s in "aba")
    assert paragraphs(package(body, LIST, style), "x.docx") == ["一、甲", "甲", "二、甲"]


@pytest.mark.parametrize(
    ("form", "start", "shown"),
    [
        ("bullet", "1", ""),
        ("none", "1", ""),
        ("decimal", "", "1."),
        ("decimal", "0", "0."),
        ("decimalEnclosedCircle", "1", "①."),
        ("decimalEnclosedCircle", "20", "⑳."),
        ("decimalEnclosedCircle", "21", "21."),
        ("decimalEnclosedCircle", "0", "0."),
        ("taiwaneseCounting", "12", "十二."),
        ("japaneseCounting", "3", "三."),
        ("ideographTraditional", "3", "三."),
        ("ideographEnclosedCircle", "3", "3."),
    ],
)
def test_figures_of_each_form(form: str, start: str, shown: str) -> None:
    made = f'{levels((form, "%1.", start))}<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    assert paragraphs(package(item("甲"), made), "x.docx") == [f"{shown}甲"]


def test_a_number_costs_no_more_than_its_paragraph() -> None:
    """A pattern of megabytes before each of a thousand paragraphs, a level a hundred millions deep, a start of digits."""
    endless = levels(("decimal", "x" * 5_000_000, "1")) + '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    assert paragraphs(package(item("甲") * 50, endless), "x.docx") == ["x" * 100 + "甲"] * 50
    deep = LIST.replace('w:ilvl="2"', 'w:ilvl="999999999"')
    assert paragraphs(package(item("甲", "999999999") + item("乙"), deep), "x.docx") == ["甲", "一、乙"]
    for start, shown in (("9" * 100, "9" * 100), ("9" * 4000, "1"), ("²", "1")):
        numbered = levels(("decimal", "%1.", start)) + '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        assert paragraphs(package(item("甲"), numbered), "x.docx") == [f"{shown}.甲"]


def test_the_last_of_words_nine_levels_counts() -> None:
    nine = levels(*[("decimal", f"%{depth + 1})", "3") for depth in range(9)])
    body = item("甲", "8") + item("乙", "9")
    assert paragraphs(package(body, f'{nine}<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'), "x.docx") == [
        "3)甲",
        "乙",
    ]


@pytest.mark.parametrize(
    "override",
    [
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="x"/></w:lvlOverride>',
        '<w:lvlOverride w:ilvl="0"/>',
        '<w:lvlOverride w:ilvl="9"><w:startOverride w:val="5"/></w:lvlOverride>',
        '<w:lvlOverride w:ilvl="x"><w:startOverride w:val="5"/></w:lvlOverride>',
    ],
)
def test_a_beginning_that_is_no_number_or_of_no_level_is_passed_over(override: str) -> None:
    made = f'{NUMBERED}<w:num w:numId="1"><w:abstractNumId w:val="7"/>{override}</w:num>'
    assert paragraphs(package(item("甲") + item("乙"), made), "x.docx") == ["一、甲", "二、乙"]


def test_a_level_above_that_has_no_paragraph_shows_its_first_number() -> None:
    two = levels(("chineseCounting", "%1、", "4"), ("decimal", "%1.%2.", "7"))
    number = '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    assert paragraphs(package(item("甲", "1"), two + number), "x.docx") == ["四.7.甲"]
    unknown = two.replace('w:ilvl="0"', 'w:ilvl="5"')
    assert paragraphs(package(item("甲", "1"), unknown + number), "x.docx") == ["1.7.甲"]


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc><w:p><w:r><w:t>{c}</w:t></w:r></w:p></w:tc>' for c in cells)}</w:tr>"


def test_a_row_of_up_to_300_characters_is_one_line() -> None:
    for count, lines in ((299, 1), (300, 2)):
        body = f"<w:tbl>{row('查' * count, '甲')}</w:tbl>"
        assert len(paragraphs(package(body), "x.docx")) == lines
    assert paragraphs(package(f"<w:tbl>{row('甲')}{row('乙', ' ', '丙')}</w:tbl>"), "x.docx") == ["甲", "乙\t丙"]


def test_a_row_is_one_line_only_where_each_cell_is_one_paragraph() -> None:
    paragraph = "<w:p><w:r><w:t>甲</w:t></w:r></w:p>"
    for inside, read in (
        (f"<w:tbl>{row('丙', '丁')}</w:tbl>", ["甲", "丙\t丁"]),
        (f"{paragraph}<w:tbl>{row('丙', '丁')}</w:tbl>", ["甲", "甲", "丙\t丁"]),
        (paragraph * 2, ["甲", "甲", "甲"]),
        ("", ["甲"]),
        (paragraph, ["甲\t甲"]),
    ):
        body = f"<w:tbl><w:tr><w:tc>{paragraph}</w:tc><w:tc>{inside}</w:tc></w:tr></w:tbl>"
        assert paragraphs(package(body), "x.docx") == read


def tables_in(body: str) -> list[list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(package(body))) as pack:
        return word.word_tables(pack)


def cell(*texts: str, **properties: str) -> str:
    """A cell with a paragraph for each text; its runs are divided by a bar."""
    runs = ["".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in text.split("|")) for text in texts]
    told = "".join(f'<w:{name} w:val="{value}"/>' for name, value in properties.items())
    return f"<w:tc><w:tcPr>{told}</w:tcPr>{''.join(f'<w:p>{one}</w:p>' for one in runs)}</w:tc>"


def test_cells_of_tables_one_after_the_other() -> None:
    first = f"<w:tbl><w:tr>{cell('甲|乙', '丙')}{cell('丁')}</w:tr></w:tbl>"
    assert tables_in(first + f"<w:tbl>{row('戊')}{row('己')}</w:tbl>") == [[["甲乙\n丙", "丁"]], [["戊"], ["己"]]]


def test_a_merged_cell_repeats_what_stands_above_it_if_anything_does() -> None:
    rows = (
        cell("甲", vMerge="continue") + cell("乙", vMerge="restart"),
        cell("", vMerge="continue") + cell("", vMerge="continue") + cell("丙", vMerge="continue"),
        cell("丁", vMerge="restart") + cell("戊"),
    )
    body = "".join(f"<w:tr>{cells}</w:tr>" for cells in rows)
    assert tables_in(f"<w:tbl>{body}</w:tbl>") == [[["甲", "乙"], ["甲", "乙", "丙"], ["丁", "戊"]]]


@pytest.mark.parametrize(("span", "columns"), [("1", 1), ("2", 2), ("63", 63), ("64", 63), ("x", 1), ("", 1)])
def test_a_cell_over_several_columns_takes_their_places(span: str, columns: int) -> None:
    assert tables_in(f"<w:tbl><w:tr>{cell('甲', gridSpan=span)}{cell('乙')}</w:tr></w:tbl>") == [
        [["甲", *[""] * (columns - 1), "乙"]]
    ]


@thorough
def test_a_table_of_ten_million_characters_or_400_000_cells_is_read_and_no_larger_one() -> None:
    def merged(more: str) -> str:
        below = f"<w:tr>{cell('', vMerge='continue')}</w:tr>" * 99
        return f"<w:tbl><w:tr>{cell('查' * 100_000, vMerge='restart')}</w:tr>{below}{row(more)}</w:tbl>"

    assert len(tables_in(merged(""))[0]) == 101
    with pytest.raises(word.TooLarge):
        tables_in(merged("查"))
    wide = f"<w:tr>{cell(gridSpan='63')}</w:tr>" * 6349
    assert len(tables_in(f"<w:tbl>{wide}{row(*[''] * 13)}</w:tbl>")[0]) == 6350
    with pytest.raises(word.TooLarge):
        tables_in(f"<w:tbl>{wide}{row(*[''] * 14)}</w:tbl>")


def nested(depth: int, inside: str) -> str:
    """A table in a table, so many times, as Word writes it: a paragraph ends each cell."""
    cell = "<w:tc><w:p><w:r><w:t>外</w:t></w:r></w:p></w:tc>"
    return f"<w:tbl><w:tr>{cell}<w:tc>" * depth + inside + "<w:p/></w:tc></w:tr></w:tbl>" * depth


@thorough
def test_tables_in_tables_are_read_however_deep_they_lie() -> None:
    """No row looks into all those below it: a file of some kilobytes took minutes."""
    body = nested(700, f"<w:tbl>{row('甲', '乙')}</w:tbl>")
    assert paragraphs(package(body), "x.docx") == ["外"] * 700 + ["甲\t乙"] + [""] * 700
    with zipfile.ZipFile(io.BytesIO(package(body))) as pack:
        tables = word.word_tables(pack)
    assert [rows for rows in tables if rows != [["外", ""]]] == [[["甲", "乙"]]]
    assert len(tables) == 701


def test_merged_cells_may_not_make_a_table_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    def merged(kind: str, text: str) -> str:
        cell = f"<w:tcPr><w:vMerge{kind}/></w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        return f"<w:tr><w:tc>{cell}</w:tc></w:tr>"

    def tables(rows: int) -> list[list[list[str]]]:
        body = merged(' w:val="restart"', "张" * 10) + merged("", "") * (rows - 1)
        with zipfile.ZipFile(io.BytesIO(package(f"<w:tbl>{body}</w:tbl>"))) as pack:
            return word.word_tables(pack)

    monkeypatch.setattr(word, "MOST_TEXT", 50)
    assert tables(5) == [[["张" * 10]] * 5]
    with pytest.raises(word.TooLarge):
        tables(6)
    monkeypatch.setattr(word, "MOST_CELLS", 4)
    assert len(tables(4)[0]) == 4
    with pytest.raises(word.TooLarge):
        tables(5)


def test_tabs_breaks_and_text_boxes() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>"
    deleted = "<w:del><w:r><w:t>删去</w:t></w:r></w:del>"
    body = f"<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r>{deleted}<w:r>{box}</w:r></w:p>"
    assert paragraphs(package(body), "x.docx") == ["甲\t乙", "丙", "框内"]


def refused(data: bytes) -> str:
    with pytest.raises(NoticeUnreadable) as caught:
        paragraphs(data, "x")
    return str(caught.value)


def test_limits_of_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of 200,000 characters and a file of 5,000 parts are read, and no larger ones."""
    assert len(paragraphs(("查" * 999 + "。\n").encode() * 200, "x.txt")) == 200
    assert "文字太多" in refused(("查" * 999 + "。\n").encode() * 200 + b"1")
    body = "<w:p><w:r><w:t>甲</w:t></w:r></w:p>"
    assert paragraphs(package(body, parts=4999), "x.docx") == ["甲"]
    assert "大得不合常理" in refused(package(body, parts=5000))
    notice_file._require_few(300, "x")
    with pytest.raises(NoticeUnreadable, match="有301页"):
        notice_file._require_few(301, "x")
    assert "超过20MB" in refused(bytes(20 * 1024 * 1024 + 1))
    assert "超过20MB" not in refused(bytes(20 * 1024 * 1024))
    assert word.LARGEST_PART == 40 * 1024 * 1024
    monkeypatch.setattr(word, "LARGEST_PART", len(f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()))
    assert paragraphs(package(body), "x.docx") == ["甲"]
    assert "大得不合常理" in refused(package(body + " "))


def test_numbers_may_not_make_a_text_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    for left in (0, 2):
        monkeypatch.setattr(word, "MOST_TEXT", len("一、甲二、甲") + left)
        assert paragraphs(package(item("甲") * 2, LIST), "x.docx") == ["一、甲", "二、甲"]
    assert "大得不合常理" in refused(package(item("甲") * 3, LIST))
