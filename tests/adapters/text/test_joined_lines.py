"""Lines that were wrapped at a margin become paragraphs again."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from orglife.adapters.text import notice_file
from orglife.adapters.text.notice_file import joined, paragraphs, read_file, width
from orglife.core.errors import NoticeUnreadable

FULL = "各党支部要组织党员认真学习有关文件精神并结合实际开展讨论"


@pytest.mark.parametrize(
    ("end", "begin", "between"),
    [
        ("甲", "乙", ""),
        ("abc", "def", " "),
        ("abc", "乙", ""),
        ("甲", "def", ""),
        ("abc", "3乙", ""),
        ("2024", "abc", ""),
    ],
)
def test_only_two_latin_words_are_joined_with_a_space(end: str, begin: str, between: str) -> None:
    assert joined([FULL + end, begin + FULL, FULL + "。"])[0].startswith(FULL + end + between + begin)


def test_a_short_line_ends_a_paragraph() -> None:
    """A line goes on when it is full; one within a sentence, when it is rather long."""
    full = "查" * 28
    lines = [full, full, full, full]
    assert joined([*lines, "查" * 23, "下一段"]) == [full * 4 + "查" * 23 + "下一段"]
    assert joined([*lines, "查" * 22, "下一段"]) == [full * 4 + "查" * 22, "下一段"]
    assert joined([*lines, "查" * 25 + "。", "下一段"]) == [full * 4 + "查" * 25 + "。下一段"]
    assert joined([*lines, "查" * 24 + "。", "下一段"]) == [full * 4 + "查" * 24 + "。", "下一段"]
    assert joined([*lines, "查" * 24 + "a。", "下一段"]) == [full * 4 + "查" * 24 + "a。", "下一段"]
    assert joined([]) == []
    assert joined(["一行"]) == ["一行"]


@pytest.mark.parametrize(("columns", "wrapped"), [(9, False), (10, True), (60, True), (61, False)])
def test_text_is_joined_only_when_it_was_wrapped_at_a_usual_width(columns: int, wrapped: bool) -> None:
    line = "查" * columns
    assert len(paragraphs("\n".join([line] * 8).encode(), "通知.txt")) == (1 if wrapped else 8)


def test_a_few_long_lines_are_paragraphs_of_their_own() -> None:
    line = "查" * 30
    assert paragraphs("\n".join([line] * 3).encode(), "通知.txt") == [line] * 3
    assert paragraphs("\n".join([line] * 4).encode(), "通知.txt") == [line * 4]
    ended = [line[:-1] + "。"] * 2
    assert len(paragraphs("\n".join([line, line, *ended]).encode(), "通知.txt")) == 4
    short = ["查" * 12] * 13
    assert len(paragraphs("\n".join([line] * 4 + short).encode(), "通知.txt")) < 17
    assert len(paragraphs("\n".join([line] * 4 + short * 2).encode(), "通知.txt")) == 30


@pytest.mark.parametrize(("columns", "count"), [(54, 1), (53, 4)])
def test_lines_up_to_six_columns_shorter_than_the_longest_are_full(columns: int, count: int) -> None:
    lines = ["查" * 30, *["查" * (columns // 2) + "a" * (columns % 2)] * 3]
    assert len(paragraphs("\n".join(lines).encode(), "通知.txt")) == count


def test_the_usual_width_is_that_of_the_middle_one_of_the_widest_lines() -> None:
    """Of twelve lines the two widest count: 60 and 56 columns, so that a line of 45 goes on."""
    short = ["短句。"] * 8
    lines = ["查" * 29 + "。", "查" * 27 + "。", *short, "查" * 22 + "a", "学习"]
    assert joined([lines[0] + "查", *lines[1:]])[-1] == "查" * 22 + "a学习"
    assert joined([lines[0] + "查", *short, *lines[-2:]])[-2:] == lines[-2:]


@pytest.mark.parametrize(
    ("above", "text", "begins"),
    [
        (f"3.{FULL}", f"4.{FULL}", True),
        (f"3.{FULL}", f"5.{FULL}", False),
        (f"3.{FULL}", f"3.{FULL}", False),
        (f"3.{FULL}。", f"5.{FULL}", True),
        (f"（一）{FULL}（1月14日—25日）", f"1.{FULL}", True),
        (f"（一）{FULL}（1月14日—25日）", f"（1）{FULL}", True),
        (f"（一）{FULL}（1月14日—25日）", f"2.{FULL}", False),
        (f"（一）{FULL}1月14日—25日", f"1.{FULL}", False),
        (f"{FULL}（1月14日—25日）", f"1.{FULL}", False),
        (f"分两步走：第1步：{FULL}。", f"第2步：{FULL}", False),
        (f"分两步走：第一步：{FULL}。", f"第二步：{FULL}", False),
        (f"分两步走：第1步：{FULL}。", f"2.{FULL}", True),
        (f"{FULL}。", f"第2步：{FULL}", True),
        (f"第1步：{FULL}。", f"第2步：{FULL}", True),
        (FULL, f"●{FULL}", True),
        (FULL, f"附件：{FULL}", True),
        (FULL, f"一、{FULL}", False),
    ],
)
def test_a_number_begins_a_paragraph_after_a_stop_its_forerunner_or_its_heading(
    above: str, text: str, begins: bool
) -> None:
    assert joined([above, text]) == ([above, text] if begins else [above + text])


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("甲。\n乙。\n1", "甲。乙。"),
        ("— 12 —\n甲。\n乙。", "甲。乙。"),
        ("第3页\n甲。\n乙。\n3 / 12", "甲。乙。"),
        ("甲。\n7\n乙。", "甲。7乙。"),
        ("\n 甲。\n\n乙。\n\n 4 \n", "甲。乙。"),
        ("5551234", "5551234"),
        ("5", ""),
        ("", ""),
    ],
)
def test_the_number_of_a_page_is_no_part_of_the_text(page: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [SimpleNamespace(extract_text=lambda words=words: words) for words in (page, "丙。")]
    monkeypatch.setattr(notice_file, "PdfReader", lambda _: SimpleNamespace(is_encrypted=False, pages=pages))
    assert "".join(paragraphs(b"%PDF-1.7", "通知.pdf")) == f"{text}丙。"


def test_a_pdf_may_begin_after_blanks_within_its_first_thousand_bytes() -> None:
    with pytest.raises(NoticeUnreadable, match="不是完好的PDF文件"):
        paragraphs(b" " * 1019 + b"%PDF-1.7", "通知")
    assert paragraphs(b" " * 1020 + b"%PDF-1.7", "通知") == [" " * 1020 + "%PDF-1.7"]


@pytest.mark.parametrize(("size", "is_read"), [(30, True), (31, False)])
def test_a_file_larger_than_a_notice_is_not_opened(
    size: int, is_read: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_file, "LARGEST", 30)
    place = tmp_path / "通知.txt"
    place.write_bytes("召开会议".encode() + b"." * (size - 12))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=place.open("rb")))
    for name, called in ((str(place), "通知.txt"), ("-", "粘贴的文字")):
        with nullcontext() if is_read else pytest.raises(NoticeUnreadable, match=f"{called}.*超过20MB"):
            assert read_file(name) == (called, ["召开会议" + "." * (size - 12)])
    sys.stdin.buffer.close()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_is_read_in_each_usual_encoding(encoding: str) -> None:
    assert paragraphs("关于召开会议的通知2024\n一、时间".encode(encoding), "通知.txt") == [
        "关于召开会议的通知2024",
        "一、时间",
    ]


@pytest.mark.parametrize(("latin", "is_read"), [(26, True), (25, False)])
def test_utf_16_without_a_mark_is_known_by_its_latin_characters(latin: int, is_read: bool) -> None:
    text = "a" * latin + "查" * (100 - latin) + "a"  # the first hundred characters count
    assert paragraphs(text.encode("utf-16-le"), "通知.txt") == [text]
    with nullcontext() if is_read else pytest.raises(NoticeUnreadable):
        assert paragraphs(text.encode("utf-16-be"), "通知.txt") == [text]


def test_width_counts_chinese_twice() -> None:
    assert width(" 查ab，Ａ ") == 8
