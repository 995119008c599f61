"""Files of notices: the same draft from every format, and one sentence for each file that cannot be read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from orglife.adapters.text.notice_file import joined, paragraphs
from orglife.core.errors import NoticeUnreadable, OrglifeError
from orglife.core.record.numerals import chinese
from orglife.core.rule.campaign import parse_campaign
from orglife.notice.draft import FORMAT, NoticeDraft
from orglife.notice.drafting import campaign_toml
from orglife.notice.model import FIELDS
from orglife.notice.reading import read_notice
from tests.marks import first
from tests.notices import files
from tests.notices.files import CAMPAIGN, LINES, PLAN, SEED
from tests.notices.measure import APART as KEPT_APART
from tests.notices.measure import HERE, SETS, names

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FORMS: dict[str, Callable[[], bytes]] = {
    "txt": PLAN.encode,
    "txt in GB 18030": lambda: PLAN.encode("gb18030"),
    "txt in UTF-16": lambda: PLAN.encode("utf-16"),
    "txt with a mark": lambda: PLAN.encode("utf-8-sig"),
    "txt cut at a margin": lambda: wrapped(LINES).encode(),
    "docx": lambda: files.docx(LINES),
    "docx with Word's numbers": lambda: files.docx(LINES, word_numbers=True),
    "pdf": lambda: files.pdf(LINES),
    "pdf not to be printed": lambda: files.locked_pdf(files.pdf(LINES), password=""),
}

LINES_ALONE = {
    "civil_2021",
    "lawyers_2022",
    "middle_2024",
    "private_2023",
    "taxes_2025",
    "devzone_2019",
    "discipline_2022",
    "hospital_qa_2017",
    "power_plan_2021",
    "startup_table_2025",
    *names("closed"),
    *names("apart"),
    *names("twelve"),
    *names("newcomers"),
    *names("strangers"),
}
"""Notices with a sentence close to what the ranker still takes, or with full lines that end without a stop or with a colon or end a paragraph, or labels
set off by a space alone, or rows whose cells a pdf runs together.

Those kept apart are not tuned for, in a pdf either.
"""
ALL = [name for kind in SETS if kind not in KEPT_APART for name in names(kind)]


def wrapped(lines: list[str], columns: int = 30) -> str:
    """Lines of 30 characters, as text copied out of a page has them."""
    return "\n".join(line[at : at + columns] for line in lines for at in range(0, len(line), columns))


@cache
def toml_of(form: str) -> str:
    return campaign_toml(read_notice(paragraphs(FORMS[form](), "plan"), "plan"), "plan", stem="2024-seed")


@pytest.mark.parametrize("form", FORMS)
def test_every_format_gives_the_same_draft(form: str) -> None:
    assert toml_of(form) == toml_of("txt")


def text_of(name: str) -> bytes:
    return next(HERE.glob(f"*/{name}.txt")).read_bytes()


def is_whole_in_a_pdf(name: str) -> bool:
    """A pdf of ours keeps neither the cells of a table apart nor where a full line without a stop ends."""
    text = text_of(name).decode()
    return "\t" not in text and " | " not in text and name not in LINES_ALONE


BOTH = [(files.docx, name) for name in ALL] + [(files.pdf, name) for name in ALL if is_whole_in_a_pdf(name)]


@cache
def as_typed(name: str) -> tuple[list[str], NoticeDraft]:
    """The lines of a notice and what is read of them."""
    lines = paragraphs(text_of(name), name)
    return lines, read_notice(lines, name)


@pytest.mark.parametrize(("make", "name"), first(60, BOTH), ids=[f"{make.__name__}-{name}" for make, name in BOTH])
def test_a_notice_says_the_same_in_every_format(make: Callable[[list[str]], bytes], name: str) -> None:
    """Spaces aside, which a pdf does not keep."""
    lines, typed = as_typed(name)
    printed = read_notice(paragraphs(make(lines), name), name)
    for field in FIELDS:
        assert "".join(str(typed.value(field)).split()) == "".join(str(printed.value(field)).split()), field


def test_the_row_of_a_table_in_word_is_one_paragraph() -> None:
    def row(*cells: str) -> str:
        return f"<w:tr>{''.join(f'<w:tc><w:p><w:r><w:t>{c}</w:t></w:r></w:p></w:tc>' for c in cells)}</w:tr>"

    table = f"<w:tbl>{row('内容', '时限')}{row('问题整改', '5月31日')}</w:tbl>"
    layout = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    data = files.package(
        f'<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>见下表</w:t></w:r></w:p>{table}{layout}</w:body></w:document>'
    )
    assert [p for p in paragraphs(data, "x.docx") if p] == ["见下表", "内容\t时限", "问题整改\t5月31日", "甲", "乙"]


# --- what cannot be read ---------------------------------------------------------------------------------------------

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENTITY = '<!DOCTYPE d [<!ENTITY a "aaaa">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "scanned pdf": (files.scanned_pdf, "扫描件"),
    "pdf with a password": (files.locked_pdf, "密码"),
    "pdf with another cipher": (files.sealed_pdf, "密码"),
    "cut pdf": (lambda: b"%PDF-1.7\n" + b"1 0 obj\n<<", "PDF"),
    "old doc": (lambda: OLE + bytes(2000), "旧版Word的格式"),
    "docx with a password": (lambda: OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "docx bomb": (files.bomb, "大得不合常理"),
    "macros": (lambda: files.docx(LINES, more={"word/vbaProject.bin": b"x"}), "宏"),
    "entities": (lambda: files.package(ENTITY), "docx"),
    "another zip": (lambda: _zip({"a.txt": b"x"}), "docx"),
    "broken zip": (lambda: files.docx(LINES)[:200], "docx"),
    "no xml": (lambda: files.package("<w:document"), "docx"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "纯文字"),
    "web page": (lambda: b"<!DOCTYPE html><html><body>x</body></html>", "纯文字"),
    "rtf": (lambda: b"{\\rtf1 x}", "纯文字"),
    "nothing": (lambda: b"", "没有文字"),
    "spaces": (lambda: b" \n\n ", "没有文字"),
    "too much text": (lambda: "要学习。\n".encode() * 100_000, "文字太多"),
    "too many pages": (files.many_pages, "310页"),
    "a docx with too much text": (lambda: files.docx(["要学习。" * 1000] * 120), "文字太多"),
    "too large": (lambda: b"a" * (20 * 1024 * 1024 + 1), "20MB"),
}


def _zip(parts: dict[str, bytes]) -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_cannot_be_read_gets_one_sentence(kind: str) -> None:
    make, words = BAD[kind]
    with pytest.raises(NoticeUnreadable) as refusal:
        paragraphs(make(), "通知.docx")
    (sentence,) = refusal.value.sentences
    assert words in sentence
    assert sentence.startswith("没有读出文件“通知.docx”：")
    assert sentence.endswith("。")


NOTICE = (HERE / "tuned" / "seedlike_2017.txt").read_text(encoding="utf-8")
SCHOOL = (HERE / "tuned" / "school_2022.txt").read_text(encoding="utf-8")
WRONG: dict[str, tuple[str, tuple[str, ...]]] = {
    "no notice": ("春节放假通知\n各科室：\n2月9日至15日放假，请做好安全工作，不得脱岗。\n", ("不像",)),
    "a report of a meeting": (
        "3月10日下午，第四党支部召开组织生活会。会上，大家畅所欲言，气氛热烈。书记对会议作了小结。\n",
        ("不像",),
    ),
    "two notices": (NOTICE + "\n\n" + SCHOOL, ("不止一份", "2022年度")),
    "two plans": (
        NOTICE.split("　　附件")[0]
        + "2018年1月8日\n市财政局2018年度组织生活会实施方案\n一、时间。2019年2月。\n二、要求。要学习。",
        ("不止一份", "2018年度"),
    ),
}
#: Doubtful notices → the field that is doubtful.
DOUBTFUL: dict[str, tuple[str, str]] = {
    "a window and a limit before it": (
        NOTICE.replace("会议由支部书记主持。", "各支部要在2017年12月底前召开组织生活会。"),
        "meeting_window",
    ),
    "two shares": (
        NOTICE.replace("三、工作要求", "三、工作要求\n评定为优秀的党员不超过参加评议党员的四分之一。"),
        "excellent_ratio",
    ),
    "two windows": (
        NOTICE.replace("会议由支部书记主持。", "组织生活会于2018年3月1日至3月5日召开。"),
        "meeting_window",
    ),
    "two sets of grades": (
        NOTICE.replace("三、工作要求", "三、工作要求\n评议等次分为优秀、合格、不合格三个等次。"),
        "grades",
    ),
    "two days for a report": (
        NOTICE.replace(
            "三、工作要求", "三、工作要求\n请于2018年2月26日前将组织生活会和民主评议党员工作总结报局机关党委。"
        ),
        "report",
    ),
    "a report before the meeting": (
        NOTICE.replace("2018年2月20日前，将", "2018年1月9日前，将"),
        "meeting_window",
    ),
    "mended before the meeting": (
        NOTICE.replace("三、工作要求", "三、工作要求\n查摆出来的问题要在2017年12月31日前整改到位。"),
        "meeting_window",
    ),
    "a plan after the meeting": (
        NOTICE.replace("三、工作要求", "三、工作要求\n各支部要在2018年3月1日前制定组织生活会方案。"),
        "meeting_window",
    ),
}
#: Notices with a day that does not exist → its words.
IMPOSSIBLE: dict[str, tuple[str, str]] = {
    "the wrong order without years": (
        NOTICE.replace("2018年1月中旬至2月上旬", "3月10日至2月20日"),
        "3月10日至2月20日",
    ),
    "the wrong order": (
        NOTICE.replace("2018年1月中旬至2月上旬", "2018年2月10日至2018年1月5日"),
        "2月10日至2018年1月5日",
    ),
}


def test_an_attached_plan_is_no_second_notice() -> None:
    plan = "\n附件1\n组织生活会实施方案\n一、时间\n二、步骤\n"
    assert read_notice(paragraphs((NOTICE + plan).encode(), "x"), "x").value("year") == 2017


@pytest.mark.parametrize("kind", DOUBTFUL)
def test_readings_that_exclude_each_other_are_both_shown(kind: str) -> None:
    text, field = DOUBTFUL[kind]
    fact = read_notice(paragraphs(text.encode(), "通知.txt"), "通知.txt").facts[field]
    assert fact
    assert fact.sure == "uncertain"
    assert len({w.quote for w in fact.words}) > 1


@pytest.mark.parametrize("kind", IMPOSSIBLE)
def test_a_day_that_does_not_exist_is_left_to_a_person(kind: str) -> None:
    text, words = IMPOSSIBLE[kind]
    read = read_notice(paragraphs(text.encode(), "通知.txt"), "通知.txt")
    assert any(words in w.quote for w in read.unread)


@pytest.mark.parametrize("kind", WRONG)
def test_a_text_that_is_not_one_sound_notice_gets_one_sentence(kind: str) -> None:
    text, expected = WRONG[kind]
    with pytest.raises(OrglifeError) as refusal:
        read_notice(paragraphs(text.encode(), "通知.txt"), "通知.txt")
    (sentence,) = refusal.value.sentences
    assert all(words in sentence for words in expected), sentence
    assert sentence.endswith("。")


# --- the command -----------------------------------------------------------------------------------------------------


def run(*words: str) -> int:
    from orglife.cli import chinese as chinese_click
    from orglife.cli import program

    return chinese_click.run(program, words, "orglife")


REFUSED: dict[str, Callable[[], bytes]] = {
    **{kind: make for kind, (make, _) in BAD.items()},
    **{kind: text.encode for kind, (text, _) in WRONG.items()},
    "two notices in one docx": lambda: files.docx((NOTICE + "\n" + SCHOOL).splitlines()),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_nothing_is_written_for_a_bad_notice(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notice, out = tmp_path / "通知.docx", tmp_path / "draft.toml"
    notice.write_bytes(REFUSED[kind]())
    assert run("campaign", "read", str(notice), "--out", str(out), "--json") == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    (sentence,) = shown.err.strip().splitlines()
    assert sentence.endswith("。")
    assert "Traceback" not in sentence
    assert list(tmp_path.iterdir()) == [notice]


@pytest.mark.parametrize("name", first(40, ALL))
def test_a_draft_is_a_campaign_that_check_passes(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = next(HERE.glob(f"*/{name}.txt"))
    out = tmp_path / "draft.toml"
    assert run("campaign", "read", str(source), "--out", str(out)) == 0
    assert run("campaign", "check", str(out)) == 0
    assert "项要求" in capsys.readouterr().out
    read = parse_campaign(out.read_text(encoding="utf-8"))
    text = "\n".join(paragraphs(source.read_bytes(), name))
    for demand in read.demands.values():
        assert all(piece in text for piece in demand.pieces), demand
    for item in read.check_items:
        assert item.quote in text


def test_a_file_that_was_worked_on_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, plan = tmp_path / "2025.toml", str(CAMPAIGN.with_suffix(".txt"))
    assert run("campaign", "read", plan, "--out", str(out)) == 0
    assert run("campaign", "read", plan, "--out", str(out)) == 0, "the same again is no loss"
    mended = out.read_text(encoding="utf-8").replace("year = 2024", "year = 2025")
    out.write_text(mended, encoding="utf-8")
    capsys.readouterr()
    assert run("campaign", "read", plan, "--out", str(out)) == 2
    shown = capsys.readouterr()
    assert "已经有了" in shown.err
    assert shown.out == ""
    assert out.read_text(encoding="utf-8") == mended
    assert run("campaign", "read", plan, "--out", str(out), "--force") == 0
    assert "year = 2024" in out.read_text(encoding="utf-8")


def test_without_out_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("campaign", "read", str(CAMPAIGN.with_suffix(".txt"))) == 0
    assert "会议时段" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_the_json_holds_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("campaign", "read", str(CAMPAIGN.with_suffix(".txt")), "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["format"] == FORMAT == "orglife-campaign-draft/1"
    assert list(shown["facts"]) == list(FIELDS)
    assert shown["facts"]["voting_quorum"] is None
    for fact in filter(None, shown["facts"].values()):
        assert fact["quote"] in PLAN
        assert fact["sure"] in ("stated", "derived", "uncertain")
    assert shown["facts"]["meeting_window"]["place"] == "二（二）1"


def test_pasted_text_comes_by_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Pasted:
        buffer = io.BytesIO(PLAN.encode())

    monkeypatch.setattr("sys.stdin", Pasted())
    assert run("campaign", "read", "-", "--json") == 0
    assert "局机关党总支" in capsys.readouterr().out


def test_a_base_fills_what_the_notice_leaves_out_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "draft.toml"
    assert (
        run("campaign", "read", str(HERE / "tuned" / "pasted_2021.txt"), "--out", str(out), "--base", "2024-seed") == 0
    )
    text = out.read_text(encoding="utf-8")
    read = parse_campaign(text)
    assert read.grades == SEED.grades
    assert "# 评议等次：通知没有写明，照用方案 2024-seed 的，请核对\ngrades" in text
    assert read.plan_deadline is None, "last year's days are not this year's"
    assert "appraisal.grades" not in read.demands, "a demand that the notice does not make is off"
    assert read.aspects[0] != SEED.aspects[0]


def test_a_number_of_word_is_chinese() -> None:
    assert [chinese(n) for n in (1, 9, 10, 11, 20, 21, 99, 100)] == [
        "一",
        "九",
        "十",
        "十一",
        "二十",
        "二十一",
        "九十九",
        "100",
    ]


def test_latin_words_keep_their_space_at_a_joint() -> None:
    full = "党" * 30
    assert joined([full + "abc", "def" + full, full, "完。"])[0].startswith(full + "abc def" + full)
    assert joined([full + "abc", "d" + full, full, "完。"])[0].startswith(full + "abc d" + full)
    assert joined([full + "c", full, full, "完。"])[0].startswith(full + "c" + full)
