"""Days and spans of days as notices write them; days that do not exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from orglife.core.record.numerals import number_of
from orglife.notice.dates import Calendar, ImpossibleDay, spans
from orglife.notice.reading import read_notice, split_notice
from orglife.notice.text import TextLine
from orglife.notice.values.days import days_in, impossible_days

JANUARY = Calendar(day=date(2025, 1, 10), year=2024)


DAYS = {
    "2月上旬前": (None, "2025-02-10"),
    "2月中、下旬": ("2025-02-11", "2025-02-28"),
    "2月中下旬": ("2025-02-11", "2025-02-28"),
    "2月上中旬": ("2025-02-01", "2025-02-20"),
    "3月底前": (None, "2025-03-31"),
    "3月末": ("2025-03-31", "2025-03-31"),
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


def test_the_appraised_year_is_not_the_year_of_the_meeting() -> None:
    (span,) = spans("2024年度的会议在2月底前召开", Calendar(year=2024))
    assert span.end == date(2025, 2, 28)


@pytest.mark.parametrize("words", ["2月30日", "13月5日", "2025年2月10日至2025年1月5日", "3月10日至2月1日", "4月31日前"])
def test_days_that_there_are_not(words: str) -> None:
    with pytest.raises(ImpossibleDay):
        list(spans(words, JANUARY))


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


@pytest.mark.parametrize(
    ("calendar", "month", "year"),
    [
        (Calendar(day=date(2024, 11, 5)), 6, 2025),
        (Calendar(day=date(2024, 11, 5)), 7, 2024),
        (Calendar(day=date(2024, 12, 5), year=2020), 7, 2025),
        (Calendar(year=2024), 8, 2025),
        (Calendar(year=2024), 9, 2024),
        (Calendar(named=date(2024, 12, 1)), 2, 2025),
        (Calendar(named=date(2024, 12, 1), year=2020), 2, 2021),
        (Calendar(), 2, None),
    ],
)
def test_the_year_of_a_month(calendar: Calendar, month: int, year: int | None) -> None:
    assert calendar.year_for(month) == year


NOVEMBER, DECEMBER = Calendar(day=date(2024, 11, 5)), Calendar(day=date(2024, 12, 5))


@pytest.mark.parametrize(
    ("words", "calendar", "start", "end"),
    [
        ("当月20日前", NOVEMBER, None, "2024-11-20"),
        ("下月10日前", NOVEMBER, None, "2024-12-10"),
        ("下个月10日前", DECEMBER, None, "2025-01-10"),
        ("本月上旬", NOVEMBER, "2024-11-01", "2024-11-10"),
        ("2月中下旬", JANUARY, "2025-02-11", "2025-02-28"),
        ("2月上半月", JANUARY, "2025-02-01", "2025-02-15"),
        ("2月下半月", JANUARY, "2025-02-16", "2025-02-28"),
        ("2月底", JANUARY, "2025-02-28", "2025-02-28"),
        ("明年1月", JANUARY, "2026-01-01", "2026-01-31"),
        ("2024年12月20日至1月10日", JANUARY, "2024-12-20", "2025-01-10"),
        ("2024年9月1日至2月10日", JANUARY, "2024-09-01", "2025-02-10"),
        ("第二季度", JANUARY, "2025-04-01", "2025-06-30"),
        ("2025年上半年", JANUARY, "2025-01-01", "2025-06-30"),
        ("2025年下半年", JANUARY, "2025-07-01", "2025-12-31"),
        ("2025年年底前", JANUARY, None, "2025-12-31"),
        ("2025年元旦前", JANUARY, None, "2024-12-31"),
        ("截至3月1日", JANUARY, None, "2025-03-01"),
        ("即日起至2月10日", JANUARY, "2025-01-10", "2025-02-10"),
        ("即日起至2月10日", Calendar(year=2024), None, "2025-02-10"),
        ("2月28日", JANUARY, "2025-02-28", "2025-02-28"),
    ],
)
def test_days_at_their_edges(words: str, calendar: Calendar, start: str | None, end: str) -> None:
    (span,) = spans(TextLine(words).plain, calendar)
    assert span.value == {"start": start, "end": end}


@pytest.mark.parametrize("words", ["当月20日前", "下月10日前"])
def test_this_month_without_a_day_of_the_notice_is_unknown(words: str) -> None:
    assert list(spans(words, Calendar(year=2024))) == []


def test_the_29th_of_february_of_an_unstated_year_is_unknown() -> None:
    assert list(spans("2月29日前", JANUARY)) == []
    with pytest.raises(ImpossibleDay):
        list(spans("2025年2月29日前", JANUARY))
    (span,) = spans("2024年2月29日前", JANUARY)
    assert span.end == date(2024, 2, 29)


@pytest.mark.parametrize(("words", "stated"), [("2025年2月10日", True), ("2月10日", False), ("明年2月10日", False)])
def test_whether_the_year_is_stated(words: str, *, stated: bool) -> None:
    (span,) = spans(words, JANUARY)
    assert span.year_stated is stated


@pytest.mark.parametrize(("between", "year"), [(391, 2023), (392, 2025)])
def test_a_year_counts_for_months_up_to_400_characters_after_it(between: int, year: int) -> None:
    plain = "2023年1月5日" + "，" * between + "2月10日"
    assert [span.end for span in spans(plain, JANUARY, plain.index("2月10日"))] == [date(year, 2, 10)]


def test_impossible_days_part_what_is_read_and_are_all_reported() -> None:
    notice = split_notice(
        ["关于召开组织生活会的通知", "各支部：", "一、2月30日前学习，3月5日前谈心，4月31日前开会，5月6日前报送。"]
    )
    (clause,) = notice.body
    assert [span.value["end"][5:] for span in days_in(notice, clause) if span.value["end"]] == []
    dated = replace(notice, calendar=JANUARY)
    assert [span.end for span in days_in(dated, clause)] == [date(2025, 3, 5), date(2025, 5, 6)]
    assert [at.quote for at in impossible_days(dated)] == ["2月30日前", "4月31日前"]
