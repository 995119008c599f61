"""The reader on the set of notices, and its parts on the ways in which notices write things."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orglife.core.errors import NotANotice, OrglifeError, TwoNotices
from orglife.core.record.numerals import number_of
from orglife.notice.clause import NoticeClause
from orglife.notice.clauses import clauses_of
from orglife.notice.dates import Calendar, ImpossibleDay, spans
from orglife.notice.letter import body_start, letter_of
from orglife.notice.listing import items
from orglife.notice.model import FIELDS, Fact, NoticeQuote, without_empty
from orglife.notice.reading import read_notice
from orglife.notice.text import TextLine
from orglife.notice.vocabulary import DEMANDS, keyed
from tests.notices import measure as m

ALL = [(kind, name) for kind in m.SETS for name in m.names(kind) if m.draft(kind, name)]


def test_there_are_enough_notices() -> None:
    assert len(ALL) >= 156
    assert all(set(about.first) == {"found", "marked", "right", "given"} for about in m.ABOUT.values())


KNOWN = [kind for kind in m.SETS if kind not in m.APART]
LEAST = {
    "open": (0.93, 0.935),
    "closed": (0.9, 0.91),
    "apart": (0.94, 0.95),
    "others": (0.925, 0.945),
    "newcomers": (0.93, 0.96),
    "strangers": (0.91, 0.97),
}
"""Their authors word some things in ways of their own, which no pattern follows."""


@pytest.mark.parametrize("kind", m.SETS)
def test_facts_are_found_and_right(kind: str) -> None:
    """What is kept apart is read no worse than at first: the rules are not made for it."""
    found, right = LEAST.get(kind, (0.94, 0.96))
    if kind in m.APART:
        first = m.ABOUT[kind].first
        found, right = first["found"] / first["marked"] - 0.005, first["right"] / first["given"] - 0.005
    score = m.overall(kind)
    assert score.recall >= found
    assert score.precision >= right


def test_facts_of_authors_not_trained_on_are_found_and_right() -> None:
    """Of all sets together, and the given ones of each."""
    found, marked, right, given = (sum(part) for part in zip(*m.LEFT_OUT["read"].values(), strict=True))
    assert found >= 0.935 * marked
    assert right >= 0.96 * given
    assert all(right >= 0.905 * given for _, _, right, given in m.LEFT_OUT["read"].values())


@pytest.mark.soak  # two minutes of training
def test_the_measure_of_authors_not_trained_on_is_current() -> None:
    from tests.notices import left_out

    assert left_out.measured() == m.LEFT_OUT, "run `python -m tests.notices.left_out`"


ASKED = [kind for kind in KNOWN if all(m.asked(kind, name) for name in m.names(kind))]
"""The sets whose labels name the sentences that make demands."""


@pytest.mark.parametrize("kind", ASKED)
def test_demands_are_found_and_none_is_made_up(kind: str) -> None:
    score = sum((m.demand_score(kind, name) for name in m.names(kind)), m.Score())
    assert score.recall >= 0.97
    assert score.precision >= 0.99


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_every_quote_is_literal(kind: str, name: str) -> None:
    assert m.quotes(kind, name)[False] == 0


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_marks_name_fields_and_demands_that_there_are(kind: str, name: str) -> None:
    marks = m.marks(kind, name)
    assert set(marks) - {"has", "hasnt"} <= set(FIELDS)
    assert {*marks["has"], *marks["hasnt"], *m.asked(kind, name)} <= set(DEMANDS)
    assert not set(marks["hasnt"]) & set(m.asked(kind, name))
    assert not set(marks["has"]) & set(marks["hasnt"])


def test_the_page_is_current() -> None:
    assert m.PAGE.read_text(encoding="utf-8") == m.page(), "run `python -m tests.notices.measure`"


def test_the_demands_that_are_read_are_those_that_rules_check() -> None:
    from orglife.stages import ALL_RULES

    assert {rule.demand for rule in ALL_RULES if rule.demand} == set(DEMANDS)


# --- days ------------------------------------------------------------------------------------------------------------

JANUARY = Calendar(day=date(2025, 1, 10), year=2024)
DAYS = {
    "2月上旬前": (None, "2025-02-10"),
    "2月中、下旬": ("2025-02-11", "2025-02-28"),
    "2月中下旬": ("2025-02-11", "2025-02-28"),
    "2月上中旬": ("2025-02-01", "2025-02-20"),
    "3月底前": (None, "2025-03-31"),
    "3月底": ("2025-03-31", "2025-03-31"),
    "即日起至3月15日": ("2025-01-10", "2025-03-15"),
    "从即日起开始，至2025年3月20日": ("2025-01-10", "2025-03-20"),
    "2025年1月—2月": ("2025-01-01", "2025-02-28"),
    "2025年1-2月": ("2025-01-01", "2025-02-28"),
    "1月至2月": ("2025-01-01", "2025-02-28"),
    "2024年12月20日至2025年1月15日": ("2024-12-20", "2025-01-15"),
    "2024年12月20日至1月15日": ("2024-12-20", "2025-01-15"),
    "2025年2月15日—28日": ("2025-02-15", "2025-02-28"),
    "2025.1.10—2025.2.20": ("2025-01-10", "2025-02-20"),
    "2025年1月下旬至2月中旬": ("2025-01-21", "2025-02-20"),
    "今年3月底前": (None, "2025-03-31"),
    "3月5日17：00前": (None, "2025-03-05"),
    "3月5日（星期三）前": (None, "2025-03-05"),
    "截至3月5日": (None, "2025-03-05"),
    "2025年2月": ("2025-02-01", "2025-02-28"),
    "2025年一季度": ("2025-01-01", "2025-03-31"),
    "2025年一季度至二季度": ("2025-01-01", "2025-06-30"),
    "四季度至次年一季度": ("2025-10-01", "2026-03-31"),
    "11月10日至当月20日": ("2025-11-10", "2025-11-20"),
    "2025年年底前": (None, "2025-12-31"),
    "年底前": (None, "2025-12-31"),
    "三月底以前": (None, "2025-03-31"),
    "二月十五日至二十八日": ("2025-02-15", "2025-02-28"),
    "从2月2日起，到2月20日止": ("2025-02-02", "2025-02-20"),
    "今年上半年": ("2025-01-01", "2025-06-30"),
    "明年元旦前": (None, "2025-12-31"),
    "2025年元旦前": (None, "2024-12-31"),
    "2月20日起，3月15日止": ("2025-02-20", "2025-03-15"),
    "12月初": ("2025-12-01", "2025-12-10"),
    "2025年元月20日前": (None, "2025-01-20"),
    "下月10日前": (None, "2025-02-10"),
    "2月28日下班前": (None, "2025-02-28"),
    "2月20日（含）前": (None, "2025-02-20"),
    "2月10日（正月十三）至3月10日": ("2025-02-10", "2025-03-10"),
    "2.28前": (None, "2025-02-28"),
    "1月21日起，持续到3月31日": ("2025-01-21", "2025-03-31"),
}


@pytest.mark.parametrize("words", DAYS)
def test_days_in_all_their_ways(words: str) -> None:
    (span,) = spans(TextLine(words).plain, JANUARY)
    assert (span.value["start"], span.value["end"]) == DAYS[words]


def test_a_month_long_is_no_month() -> None:
    assert list(spans("会后一月之内完成，三个月后再查", JANUARY)) == []


def test_a_year_left_out_is_that_after_the_notice() -> None:
    late = Calendar(day=date(2024, 12, 20))
    (span,) = spans("2月底前", late)
    assert span.end == date(2025, 2, 28)
    assert not span.year_stated
    assert list(spans("2月底前", Calendar())) == [], "without any year nothing is guessed"


def test_a_quarter_without_a_year_is_that_after_the_notice() -> None:
    (span,) = spans("一季度完成", Calendar(day=date(2024, 11, 5)))
    assert (span.start, span.end) == (date(2025, 1, 1), date(2025, 3, 31))


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("十", 10), ("三十一", 31), ("二十", 20), ("一百", 100), ("一百二十", 120), ("两", 2), ("⑴", 1), ("③", 3), ("12", 12), ("", 0), ("甲", 0)],
)  # fmt: skip
def test_numbers(numeral: str, number: int) -> None:
    assert number_of(numeral) == number


@pytest.mark.parametrize(
    "day", ["2025年1月3日", "二〇二五年一月三日", "二O二五年一月三日", "二〇二五年1月3日", "2025.1.3"]
)
def test_the_day_of_the_notice_in_its_ways(day: str) -> None:
    assert read_notice([*FULL[:6], day], "x").notice.calendar.day == date(2025, 1, 3)


def test_the_appraised_year_is_not_the_year_of_the_meeting() -> None:
    (span,) = spans("2024年度的会议在2月底前召开", Calendar(year=2024))
    assert span.end == date(2025, 2, 28)


@pytest.mark.parametrize("words", ["2月30日", "13月5日", "2025年2月10日至2025年1月5日", "3月10日至2月1日", "4月31日前"])
def test_days_that_there_are_not(words: str) -> None:
    with pytest.raises(ImpossibleDay):
        list(spans(words, JANUARY))


def test_grades_of_other_names() -> None:
    text = [
        "关于民主评议党员的通知",
        "各支部：",
        "一、评议等次分为好、较好、一般、差。",
        "二、组织党员学习党章。",
        "三、党员要撰写发言提纲。",
    ]
    assert read_notice(text, "x").value("grades") == ["好", "较好", "一般", "差"]


def forwarded(*told: str) -> list[str]:
    """A letter of a province's office that passes an appraisal on, with what it tells of days."""
    return [
        "关于转发《关于开好2018年度组织生活会和开展民主评议党员的通知》的通知", "各市委组织部：", "现转发给你们，请遵照执行。",
        *told, "四、组织党员集中学习。", "五、党员撰写发言提纲。", "六、会议由支部书记主持。", "某省委组织部", "2018年12月29日",
    ]  # fmt: skip


SUMMARY = "三、各市委组织部，请于2019年3月15日前，将工作总结、组织生活会召开和民主评议情况报省委组织部组织二处。"


def test_a_day_for_a_summary_is_none_of_the_meeting() -> None:
    """The upper level's day lies after the days by which all is finished; neither excludes the other."""
    work = "一、2018年度组织生活会从1月上旬开始，2月底前结束。有特殊情况的，2月底前结束。"
    read = read_notice(forwarded(work, SUMMARY), "x")
    assert read.value("meeting_window") == {"start": "2019-01-01", "end": "2019-02-28"}
    assert read.more["finish_by"].value == "2019-02-28"
    assert read.value("report")["deadline"] == "2019-03-15"


def test_two_last_days_can_both_be_kept_and_are_told_as_doubtful() -> None:
    read = read_notice(forwarded("一、组织生活会在3月15日前召开。", "二、评议工作务必2月底前结束。"), "x")
    assert read.facts["meeting_window"].sure == "uncertain"


def test_days_of_a_meeting_after_the_end_of_the_work_are_doubtful_and_both_quoted() -> None:
    days = ("一、组织生活会时间：2019年3月10日至3月15日。", "二、评议工作务必2月底前结束。")
    window = read_notice(forwarded(*days), "x").facts["meeting_window"]
    assert window
    assert (window.value, window.sure) == ({"start": "2019-03-10", "end": "2019-03-15"}, "uncertain")
    assert [w.place for w in window.words] == ["一", "二"]


# --- clauses ---------------------------------------------------------------------------------------------------------


def places(*paragraphs: str) -> list[tuple[str, str]]:
    return [(c.place, c.plain) for c in clauses_of(["关于X的通知", "各支部：", *paragraphs]) if c.zone == "body"]


def test_numbers_nest() -> None:
    found = places(
        "一、甲", "（一）乙", "1.丙。丁", "（1）戊", "（2）己", "2．庚", "（二）辛", "二、壬", "第三条 癸", "续"
    )
    assert [p for p, _ in found] == [
        "一", "一（一）", "一（一）1", "一（一）1（1）", "一（一）1（2）", "一（一）2", "一（二）", "二", "第三条", "第三条",
    ]  # fmt: skip


def test_numbers_within_a_paragraph_begin_clauses() -> None:
    found = places("三、程序如下：（一）通报；（二）评议。四、其他")
    assert (
        found
        == [("三", "程序如下："), ("三（一）", "通报；"), ("三（二）", "评议。"), ("三（二）", "四、其他")][:3]
        + found[3:]
    )


def test_figures_are_no_numbers_of_clauses() -> None:
    assert places("2025.1.10前完成，共3.5小时。") == [("", "2025.1.10前完成，共3.5小时。")]


def test_a_text_without_numbers_is_cited_by_its_paragraphs() -> None:
    def where(*paragraphs: str) -> list[str]:
        return [c.where for c in clauses_of(["关于X的通知", "各支部：", *paragraphs]) if c.zone == "body"]

    assert where("要学习。", "要谈心。", "要开会。") == ["第1段", "第2段", "第3段"]
    assert where("要学习。" * 1000, "要谈心。") == ["第1段", "第1段", "第2段"], "a long paragraph is one"
    assert where("现通知如下。", "一、要谈心。", "要开会。") == ["开头", "一", "一"]


def test_decimal_numbers_steps_labels_and_bullets_begin_clauses() -> None:
    assert places("1 总体安排", "1.1 对象：全体党员。", "1.2 比例为3.5%。", "2 会前", "2.1.1 学习。") == [
        ("1", "总体安排"), ("1.1", "对象：全体党员。"), ("1.2", "比例为3.5%。"), ("2", "会前"), ("2.1", "学习。"),
    ]  # fmt: skip
    assert places("第一步：学习", "【时间】2月", "◆会前", "●学习研讨：《党章》", "●谈心", "步骤2：谈心") == [
        ("第一步", "学习"), ("【时间】", "2月"), ("【时间】", "会前"), ("【时间】", "学习研讨：《党章》"),
        ("【时间】", "谈心"), ("【时间】步骤2", "谈心"),
    ]  # fmt: skip


def test_bullets_of_two_kinds_nest() -> None:
    clauses = clauses_of(["关于X的通知", "各支部：", "◆会前", "●学习研讨：《党章》", "◆会上", "●通报"])
    assert [c.above for c in clauses if c.zone == "body"] == [(), ("会前",), (), ("会上",)]


def test_the_cells_of_a_row_are_pieces() -> None:
    line = TextLine("4\t组织生活会\t1月21日")
    assert (line.is_row, line.plain) == (True, "4、组织生活会：1月21日")
    assert line.quote(2, 7) == "组织生活会"
    assert not TextLine("\t缩进的一段").is_row


def test_bars_arrows_and_long_dashes_part_a_label_from_its_text() -> None:
    assert TextLine("2 | 意见征集 | 向班组征集 | 12月5日前").plain == "2、意见征集：向班组征集。12月5日前"
    assert TextLine("| 评价等次 | 优秀 / 合格 |").plain == "评价等次：优秀、合格"
    assert TextLine("基本合格　　→　书记谈话").plain == "基本合格：书记谈话"
    assert TextLine("1月19日—2月6日————召开").plain == "1月19日—2月6日：召开"
    assert TextLine("召开时间　　2025年2月").plain == "召开时间：2025年2月"
    assert TextLine("A1 学习　党章三篇").plain == "A1学习：党章三篇"
    line = TextLine("优秀上限 | 正式党员的1/3")
    assert line.quote(0, len(line.plain)) == line.raw


def test_questions_tasks_and_letters_begin_clauses() -> None:
    assert places("一问：何时开？", "答：2月。", "二问：怎么开？", "答：先通报。") == [
        ("一问", "何时开？"), ("一问", "2月。"), ("二问", "怎么开？"), ("二问", "先通报。"),
    ]  # fmt: skip
    assert places("━━ 甲、准备 ━━", "甲-1 学习", "任务1　谈心") == [
        ("甲", "准备"),
        ("甲—1", "学习"),
        ("甲任务1", "谈心"),
    ]


def test_letters_with_figures_and_chapters_begin_clauses() -> None:
    assert places("A. 会前", "A1 集中学：党章", "A2 谈心", "第二章 会上", "第三条 通报") == [
        ("A", "会前"), ("A1", "集中学：党章"), ("A2", "谈心"), ("第二章", "会上"), ("第二章第三条", "通报"),
    ]  # fmt: skip


MARKS: dict[str, tuple[list[str], list[str]]] = {
    "chapters": (["第一章 会前", "第二篇 会上"], ["第一章", "第二篇"]),
    "parts in order": (["第一，学习", "第二：谈心"], ["第一", "第二"]),
    "steps in Latin": (["STEP1 学习", "Step2：谈心"], ["STEP1", "Step2"]),
    "stems": (["甲、学习", "乙．谈心"], ["甲", "乙"]),
    "formal numerals": (["壹、学习", "贰、谈心"], ["壹", "贰"]),
    "a space behind": (["一　集中学习", "二　谈心谈话"], ["一", "二"]),
    "a figure and a space": (["1 学习党章", "2 谈心谈话"], ["1", "2"]),
    "key caps": (["1\ufe0f\u20e3 学习", "2\ufe0f\u20e3 谈心"], ["1", "2"]),
    "Roman numerals": (["I. 学习", "II. 谈心", "IV. 开会"], ["I", "II", "IV"]),
    "Roman in one character": (["Ⅰ学习", "Ⅱ谈心"], ["Ⅰ", "Ⅱ"]),
    "half brackets": (["一）学习", "二）谈心"], ["一", "二"]),
    "among them": (["其一，学习", "其二，谈心"], ["其一", "其二"]),
    "articles in figures": (["第1条 学习", "第2条 谈心"], ["1", "2"]),
    "letters in brackets": (["（A）学习", "（B）谈心"], ["A", "B"]),
    "small letters": (["a.学习", "（b）谈心"], ["a", "b"]),
    "arrows": (["➤学习", "➤谈心"], ["", ""]),
}


@pytest.mark.parametrize("style", MARKS)
def test_numbers_in_their_styles(style: str) -> None:
    paragraphs, expected = MARKS[style]
    clauses = [c for c in clauses_of(["关于X的通知", "各支部：", *paragraphs]) if c.zone == "body"]
    assert [(c.place, c.numbered) for c in clauses] == [(place, True) for place in expected]
    assert all(not c.plain.startswith(("、", "．", ".", "）", "，", "：")) for c in clauses)
    assert all(c.line.raw in line for c, line in zip(clauses, paragraphs, strict=True))


def test_a_list_that_a_colon_leads_in_stands_below_its_line() -> None:
    text = ["（二）开会。会议分两项议程：", "第一项，学习。", "第二项，评议。"]
    clauses = [c for c in clauses_of(["关于X的通知", "各支部：", *text]) if c.zone == "body"]
    assert [c.above[-1:] for c in clauses] == [(), ("开会",), ("开会",)]
    clauses = clauses_of(["关于X的通知", "各支部：", "□会议流程：", "a. 通报", "b. 投票", "□评议"])
    assert [c.above for c in clauses if c.zone == "body"] == [(), ("会议流程",), ("会议流程",), ()]


def test_a_line_of_a_few_words_before_a_list_is_its_heading() -> None:
    clauses = clauses_of(["关于X的通知", "各支部：", "三、安排", "会议议程", "①通报；②投票。", "四、其他"])
    assert [c.above for c in clauses if c.zone == "body"] == [
        (), ("安排",), ("安排", "会议议程"), ("安排", "会议议程"), (),
    ]  # fmt: skip


def test_lines_of_a_few_words_are_headings_where_nothing_is_numbered() -> None:
    text = ["开学习会", "学习党章。", "谈知心话", "书记同委员谈。", "过民主关", "投票。"]
    clauses = [c for c in clauses_of(["关于X的通知", "各支部：", *text]) if c.zone == "body"]
    assert [c.context for c in clauses if not c.numbered] == ["开学习会/", "谈知心话/", "过民主关/"]


def test_a_notice_that_is_passed_on_is_one_with_its_letter() -> None:
    own = [
        "关于召开组织生活会的通知",
        "各党支部：",
        "一、组织党员集中学习党章。",
        "二、党员撰写发言提纲。",
        "三、会议由支部书记主持。",
        "县委组织部",
        "2025年1月3日",
    ]
    letter = [
        "关于转发县委组织部通知的通知",
        "各支部：",
        "现将县委组织部的通知转发给你们，请遵照执行。",
        "某镇党委",
        "2025年1月6日",
    ]
    assert {"study.held", "reviews.members"} <= {a.key for a in read_notice([*letter, *own], "x").demands}
    with pytest.raises(TwoNotices):
        read_notice([*own, *own], "x")


@pytest.mark.parametrize(
    ("lines", "start"),
    [
        (["学习《中国共产党章程》", "开展谈心谈话"], 0),
        (["关于召开组织生活会的通知", "各党支部：", "开展谈心谈话"], 2),
        (["关于召开组织生活会的通知", "一、开展谈心谈话"], 1),
        (["关于召开组织生活会的通知", "党员逐一开展谈心谈话。"], 1),
    ],
)
def test_where_the_body_of_a_notice_begins(lines: list[str], start: int) -> None:
    assert body_start([TextLine(line) for line in lines]) == start


def test_letterhead_and_signature() -> None:
    clauses = clauses_of(
        [
            "某局党委文件",
            "某党发〔2025〕3号",
            "关于召开组织生活会的通知",
            "各党支部：",
            "一、要学习。",
            "附件：1.登记表",
            "某局党委",
            "2025年1月3日",
        ]
    )
    letter = letter_of(clauses)
    assert (letter.title, letter.number, letter.addressee) == (
        ("关于召开组织生活会的通知",),
        "某党发〔2025〕3号",
        "各党支部",
    )
    assert (letter.issuer, letter.day, len(letter.attachments)) == ("某局党委", "2025年1月3日", 1)


# --- facts -----------------------------------------------------------------------------------------------------------

FULL = [
    "关于召开2024年度组织生活会和开展民主评议党员的通知",
    "各党支部：",
    "一、组织党员集中学习。",
    "二、党员撰写发言提纲。",
    "三、会议由支部书记主持。",
    "某局机关党委",
    "2024年12月20日",
]
SAID: dict[str, tuple[str, object]] = {
    "a programme told in sentences": (
        "会上，书记先通报情况，并带头检讨；党员挨个说；最后上级同志讲评。",
        ["书记先通报情况，并带头检讨", "党员挨个说", "上级同志讲评"],
    ),
    "as many as were said": (
        "支部班子想一想三件事：学习组织得好不好，党费收缴规范不规范，群众服务到不到位。",
        ["学习组织得好不好", "党费收缴规范不规范", "群众服务到不到位"],
    ),
    "what stands before the verb": (
        "会前，支部要把党的二十届三中全会精神和《中国共产党章程》学一学。",
        ["党的二十届三中全会精神", "中国共产党章程"],
    ),
    "talks in other words": (
        "支委之间要谈，支委要找本组党员谈，有矛盾的党员要面对面谈。",
        ["支委之间要谈", "支委要找本组党员谈", "有矛盾的党员要面对面谈"],
    ),
    "a window in two pieces": (
        "组织生活会从2025年1月5日开始，到春节后、也就是2025年2月20日结束。",
        {"start": "2025-01-05", "end": "2025-02-20"},
    ),
    "a deadline half a year on": (
        "建立整改台账，6月30日前完成整改。",
        {"sources": [], "lists": ["整改台账"], "deadline": "2025-06-30"},
    ),
    "where people look": (
        "整改清单贴在村口公告栏，贴满7天。",
        {"what": "整改清单", "scope": "村口公告栏", "days": 7},
    ),
    "two lists of members": (
        "查摆问题。党员对照政治合格、执行纪律合格、品德合格查找差距；党员从学习、作风、廉洁三个方面查摆问题。",
        ["政治合格", "执行纪律合格", "品德合格", "学习", "作风", "廉洁"],
    ),
    "filed by whom": (
        "对照检查材料、整改清单和评议结果，由镇党委备案。",
        {"to": "镇党委", "contents": ["对照检查材料", "整改清单", "评议结果"]},
    ),
}
FIELD_OF = dict(
    zip(
        SAID,
        (
            "agenda_steps", "branch_dimensions", "study_items", "talk_rules", "meeting_window", "rectification",
            "publicity", "member_dimensions", "filing",
        ),
        strict=True,
    )
)  # fmt: skip


@pytest.mark.parametrize("kind", SAID)
def test_facts_in_other_words(kind: str) -> None:
    sentence, expected = SAID[kind]
    assert read_notice([*FULL[:5], f"四、{sentence}", *FULL[5:]], "x").value(FIELD_OF[kind]) == expected


NO_CONTRADICTION: dict[str, tuple[list[str], object]] = {
    "each kind of branch has its own days": (
        ["机关党支部于2025年1月6日至1月17日召开组织生活会。", "农村党支部于2025年1月20日至2月14日召开组织生活会。"],
        {"start": "2025-01-06", "end": "2025-02-14"},
    ),
    "a look back is no window": (
        [
            "从2024年9月的抽查情况来看，有的支部走样，要通过召开组织生活会加以解决。",
            "召开会议（2025年1月6日至1月17日）。",
        ],
        {"start": "2025-01-06", "end": "2025-01-17"},
    ),
}


@pytest.mark.parametrize("kind", NO_CONTRADICTION)
def test_what_is_no_contradiction_is_not_refused(kind: str) -> None:
    said, window = NO_CONTRADICTION[kind]
    text = [f"{mark}{sentence}" for mark, sentence in zip(("四、", "五、"), said, strict=True)]
    assert read_notice([*FULL[:5], *text, *FULL[5:]], "x").value("meeting_window") == window


PLAIN_DAYS: dict[str, tuple[list[str], str, object]] = {
    "at the latest is an end": (
        ["四、各党支部最迟不得晚于2025年3月20日开完组织生活会。"], "meeting_window", {"start": None, "end": "2025-03-20"},
    ),
    "a monthly day beside an end": (
        ["四、组织生活会结合2024年1月主题党日，2024年1月10日前完成。"], "meeting_window", {"start": None, "end": "2024-01-10"},
    ),
    "a stage of plans is no report": (
        ["四、报送计划阶段（2025年3月2日前）：各支部向党总支提交工作计划表。"], "report", None,
    ),
    "learning before a meeting": (
        ["四、2025年2月底前完成学习和谈心谈话；2025年3月上旬召开组织生活会。"],
        "meeting_window", {"start": "2025-03-01", "end": "2025-03-10"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PLAIN_DAYS)
def test_days_mean_what_their_words_say(kind: str) -> None:
    said, field, value = PLAIN_DAYS[kind]
    read = read_notice([*FULL[:5], *said, *FULL[5:]], "x")
    assert read.value(field) == value
    fact = read.facts[field]
    assert fact is None or fact.sure == ("uncertain" if kind == "a monthly day beside an end" else "stated")


#: Notices that say it in one plain sentence, and notices that leave it open → the field, and how sure its reading is.
SURE: dict[str, tuple[str, str, str]] = {
    "a share and its base": ("评为优秀的不超过正式党员的三分之一。", "excellent_ratio", "stated"),
    "a share that may be raised": ("评为优秀的不超过正式党员的15%，表现突出的支部可上浮至20%。", "excellent_ratio", "uncertain"),
    "shares by kind of branch": ("优秀比例：机关支部不超过25%，基层支部不超过30%。", "excellent_ratio", "uncertain"),
    "a quorum and its base": ("到会党员超过应到会党员的三分之二，方可测评。", "voting_quorum", "stated"),
    "a quorum of people named before": ("有表决权的党员到会超过半数，测评有效。", "voting_quorum", "derived"),
    "a day with its year": ("各支部于2025年2月20日前将工作总结报机关党委。", "report", "stated"),
    "a day without its year": ("各支部于2月20日前将工作总结报机关党委。", "report", "derived"),
    "days with their year": ("2025年1月6日至1月17日召开组织生活会。", "meeting_window", "stated"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SURE)
def test_what_makes_a_rule_fire_is_stated_only_where_one_sentence_says_it(kind: str) -> None:
    said, field, sure = SURE[kind]
    fact = read_notice([*FULL[:5], f"四、{said}", *FULL[5:]], "x").facts[field]
    assert fact
    assert fact.sure == sure


def test_a_title_broken_over_two_lines_keeps_its_year() -> None:
    read = read_notice(["关于召开2024年度组织生活会和", "开展民主评议党员的通知", *FULL[1:]], "x")
    assert read.value("title") == "关于召开2024年度组织生活会和开展民主评议党员的通知"
    assert read.value("year") == 2024


def test_a_text_that_is_cut_off_gives_what_it_holds() -> None:
    read = read_notice(
        [FULL[0], "各党支部：", "一、会议时间。2025年1月10日至1月20日召开组织生活会，会前要组织党员集中学"], "x"
    )
    assert read.value("meeting_window") == {"start": "2025-01-10", "end": "2025-01-20"}


def test_a_news_report_is_no_notice() -> None:
    told = [
        "第三党支部召开2024年度组织生活会",
        "1月15日下午，第三党支部召开了2024年度组织生活会。会上，支部书记通报了情况，并作了个人检视，党员逐一作了发言。",
        "与会党员结合实际查摆问题，气氛热烈。大家认真学习党章，要求自己切实整改。局领导参加会议并讲话。",
    ]
    with pytest.raises(NotANotice):
        read_notice(told, "x")


def test_two_hundred_pages_give_the_draft_of_the_notice_in_them() -> None:
    rules = [
        f"第{n}条 党支部应当按照规定做好第{n}项工作，党员应当积极参加，有关材料由支部妥善保存。" for n in range(2500)
    ]
    day, others = "四、2025年1月6日至1月17日召开组织生活会。", FULL[5:]
    alone = read_notice([*FULL[:5], day, *others], "x")
    among = read_notice([*FULL[:5], day, *others, "附件：支部工作手册", *rules], "x")
    assert sum(map(len, rules)) > 200 * 400
    assert (
        among.value("meeting_window") == alone.value("meeting_window") == {"start": "2025-01-06", "end": "2025-01-17"}
    )
    assert among.value("year") == alone.value("year")


def test_a_table_alone_is_read() -> None:
    rows = [
        "2024年度组织生活会任务表", "序号\t任务\t要求\t时限", "1\t集中学习\t学习党章、《中国共产党纪律处分条例》\t2025年1月5日前",
        "2\t谈心谈话\t支委之间必谈，支委与党员必谈\t2025年1月10日前", "3\t召开会议\t支部书记主持，全体党员参加\t2025年1月13日至1月20日",
    ]  # fmt: skip
    read = read_notice(rows, "x")
    assert read.value("study_items") == ["党章", "中国共产党纪律处分条例"]
    assert read.value("meeting_window") == {"start": "2025-01-13", "end": "2025-01-20"}


@pytest.mark.parametrize(
    "said",
    [
        "四、党员要对照党章、先进典型，重点查摆理想信念、组织纪律方面的问题。",
        "四、党员对照党章党规、先进典型，重点从理想信念、组织纪律等方面查摆问题。",
    ],
)
def test_what_members_compare_themselves_with_is_not_what_they_examine(said: str) -> None:
    assert read_notice([*FULL[:5], said, *FULL[5:]], "x").value("member_dimensions") == ["理想信念", "组织纪律"]


@pytest.mark.parametrize(("day", "year"), [("2025年8月31日", 2024), ("2025年9月1日", None)])
def test_a_notice_appraises_the_year_before_until_august(day: str, year: int | None) -> None:
    assert read_notice([*FULL[:-1], day], "x").value("year") == year


@pytest.mark.parametrize(("day", "read"), [("2月28日", "2025-02-28"), ("2月29日", "2024-02-29")])
def test_a_deadline_before_the_meeting_is_of_the_next_year_which_has_no_29th_of_february(day: str, read: str) -> None:
    said = ["四、3月5日至3月20日召开组织生活会。", f"五、{day}前将组织生活会情况报告报局机关党委。"]
    report = read_notice([*FULL[:5], *said, "某局机关党委", "2024年1月20日"], "x").value("report")
    assert report["deadline"] == read


def test_the_spirit_of_a_known_text_stays_as_it_is_written() -> None:
    said = "四、党员要学习党章精神、《中国共产党纪律处分条例》。"
    read = read_notice([*FULL[:5], said, *FULL[5:]], "x")
    assert read.value("study_items") == ["党章精神", "中国共产党纪律处分条例"]


def test_the_columns_of_a_table_are_known_by_their_headings() -> None:
    rows = [
        "四、检视重点", "对象\t方面\t看什么", "党支部\t政治功能\t看领导作用", "党支部\t组织功能\t看三会一课",
        "党员\t理想信念\t看学习", "党员\t岗位履责\t看业绩",
        "五、报送", "材料名称\t接收部门\t截止日期", "整改清单\t局党委（备案）\t3月1日", "工作总结\t组织部\t3月9日",
    ]  # fmt: skip
    read = read_notice([*FULL[:5], *rows, *FULL[5:]], "x")
    assert read.value("branch_dimensions") == ["政治功能", "组织功能"]
    assert read.value("member_dimensions") == ["理想信念", "岗位履责"]
    assert read.value("filing") == {"to": "局党委", "contents": ["整改清单"], "deadline": "2025-03-01"}
    assert read.value("report") == {"deadline": "2025-03-09", "recipient": "组织部", "attachments": ["工作总结"]}


def test_rows_with_several_recipients_are_read_as_one_sending() -> None:
    rows = [
        "五、材料报送", "材料名称\t接收部门\t截止日期", "征求意见汇总表\t办公室\t2025年1月6日",
        "组织生活会总结\t组织部\t2025年3月9日", "民主评议结果汇总表\t组织部\t2025年3月9日",
        "整改完成情况报告\t纪委\t2025年6月30日", "整改清单\t局纪委（备案）\t2025年3月5日",
    ]  # fmt: skip
    read = read_notice([*FULL[:5], *rows], "x")
    papers = ["组织生活会总结", "民主评议结果汇总表"]
    assert read.value("report") == {"deadline": "2025-03-09", "recipient": "组织部", "attachments": papers}
    assert read.value("filing") == {"to": "局纪委", "contents": ["整改清单"], "deadline": "2025-03-05"}


def test_what_stands_below_a_number_is_not_below_its_tenth() -> None:
    """Place 四1 is how 四10 begins."""
    items_ = ["1.请于2025年3月1日前向组织部报送以下材料：", "（1）工作总结", "（2）统计表"]
    others = [f"{number}.要做好第{number}件事。" for number in range(2, 10)]
    tenth = ["10.要保管好材料：", "（1）学习笔记表"]
    read = read_notice([*FULL[:5], "四、报送", *items_, *others, *tenth, *FULL[5:]], "x")
    assert read.value("report") == {
        "deadline": "2025-03-01", "recipient": "组织部", "attachments": ["工作总结", "统计表"],
    }  # fmt: skip


def test_clauses_that_say_the_same_are_told_apart() -> None:
    same = NoticeClause(TextLine("甲")), NoticeClause(TextLine("甲"))
    assert same[0] != same[1]
    assert list(same).index(same[1]) == 1


# --- enumerations and keys -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("甲方面、乙方面和丙方面", ["甲方面", "乙方面", "丙方面"]),
        ("教育引领和联系群众、管理党员，以及自身建设等方面", ["教育引领和联系群众", "管理党员", "自身建设"]),
        ("《甲、乙》、《丙》", ["《甲、乙》", "《丙》"]),
        ("“一”、“二”", ["一", "二"]),
        ("“三会一课”落实、党员教育", ["“三会一课”落实", "党员教育"]),
    ],
)
def test_enumerations(words: str, expected: list[str]) -> None:
    found = items(words, 0, len(words))
    assert found == expected


def test_known_words_keep_their_keys_and_others_are_numbered() -> None:
    assert keyed("dimensions", ["政治合格", "品德合格", "干净干事"]) == {
        "political": "政治合格",
        "moral": "品德合格",
        "dimension_3": "干净干事",
    }
    assert list(keyed("aspects", ["政治纪律", "师德师风"])) == ["political_discipline", "aspect_2"]


def test_a_key_stands_for_one_label_only() -> None:
    taken = {"meeting": "专题组织生活会中查摆出来的问题"}
    assert list(keyed("rect_sources", ["会上提出的问题"], taken)) == ["source_1"]


# --- any text --------------------------------------------------------------------------------------------------------

BITS = st.sampled_from(
    [*"一二1、。，；：（）《》“” 党要学谈优合格%月日年前至—", "党员", "支部", "书记", "组织生活会", "民主评议", "对照", "方面", "三分之一",
     "2025年", "报送", "情况报告", "整改清单", "公示", "附件：", "\n"]
)  # fmt: skip


@pytest.mark.parametrize("text", [[], [""], ["　", "\t"], ["——"], ["一、"]])
def test_a_text_that_says_nothing_is_refused(text: list[str]) -> None:
    with pytest.raises(NotANotice):
        read_notice(text, "x")


def test_what_is_nothing_but_marks_is_no_fact() -> None:
    step, marks = NoticeQuote("通报", "一"), NoticeQuote("", "二")
    assert without_empty(Fact(["通报", ""], (step, marks))) == Fact(["通报"], (step,))
    assert without_empty(Fact(["通报", ""], (step,))) == Fact(["通报"], (step,))
    assert without_empty(Fact("主题", (marks,))) is None
    assert without_empty(Fact("", (step,))) is None
    assert without_empty(None) is None


def test_works_are_told_in_the_order_of_the_text_with_all_their_words() -> None:
    said = "四、党员要学习《中国共产党章程》，以《中国共产党纪律处分条例》为重点。"
    fact = read_notice([*FULL[:5], said, *FULL[5:]], "x").facts["study_items"]
    assert fact
    assert fact.value == ["中国共产党章程", "中国共产党纪律处分条例"]
    assert "《中国共产党章程》，以《中国共产党纪律处分条例》" in fact.first.quote


@pytest.mark.parametrize(
    "said",
    [
        ["四、学习内容", "（一）；", "（二），；"],
        ["四、党员查摆以下方面：", "1.，", "2.；"],
        ["四、党员查摆方面", "1.，", "2.；"],
        ["四、党员围绕三个方面查摆：，；，；，。"],
        ["四、主题：，、；", "五、会议主题", "，。"],
        ["四、谈心谈话", "（一）谈，、，谈。"],
    ],
)
def test_marks_with_nothing_between_them_say_nothing(said: list[str]) -> None:
    read = read_notice([*FULL[:5], *said, *FULL[5:]], "x")
    facts = [fact for fact in read.facts.values() if fact]
    assert all(w.quote for fact in facts for w in fact.words)
    assert not {"theme", "member_dimensions", "study_items"} & {name for name, fact in read.facts.items() if fact}


PIECES = sorted(
    {piece for kind in KNOWN for name in m.names(kind)[:3] for line in m.source(kind, name) for piece in re.split(r"(?<=[，。；：、])", line) if piece}
)  # fmt: skip
SCRAMBLED = st.lists(st.one_of(st.sampled_from(PIECES), BITS), max_size=60).map("".join)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.lists(BITS, max_size=120).map("".join), SCRAMBLED.map(lambda said: "\n".join([*FULL[:5], f"四、{said}"]))
    )
)
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        read = read_notice(text.splitlines(), "x")
    except OrglifeError as error:
        assert all(sentence.endswith("。") for sentence in error.sentences)
        return
    facts = [fact for fact in (*read.facts.values(), *read.more.values()) if fact]
    said = [w for told in (*facts, *read.demands) for w in told.words] + list(read.unread)
    assert all(w.quote and w.quote in text for w in said)
    assert all(fact.words and fact.value not in ("", [], {}) for fact in facts)
