"""How people write days, times and numbers."""

from __future__ import annotations

import pickle
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from orglife.core.record.branch import Member
from orglife.core.record.entered import (
    SENTENCES,
    Unreadable,
    echo_clock,
    echo_day,
    read_clock,
    read_count,
    read_day,
    sentence,
    write_clock,
    write_day,
)
from orglife.core.record.field import Count, Day, entry
from orglife.core.record.record import Entry
from tests.marks import thorough

TODAY = date(2024, 2, 20)
FIFTH = date(2024, 2, 5)

DAYS = {
    "2024年2月5日": FIFTH,
    "2024年02月05日": FIFTH,
    "24年2月5日": FIFTH,
    "2月5日": FIFTH,
    "2月5号": FIFTH,
    "2月5": FIFTH,
    "2.5": FIFTH,
    "2。5": FIFTH,
    "2、5": FIFTH,
    "2-5": FIFTH,
    "2－5": FIFTH,
    "2—5": FIFTH,
    "2/5": FIFTH,
    "2 5": FIFTH,
    "02.05": FIFTH,
    "2024/2/5": FIFTH,
    "2024.2.5": FIFTH,
    "24.2.5": FIFTH,
    "2024-2-5": FIFTH,
    "2024-02-05": FIFTH,
    "2024-02-05 00:00:00": FIFTH,
    "20240205": FIFTH,
    "２０２４年２月５日": FIFTH,
    "２．５": FIFTH,
    "2024 年 2 月 5 日": FIFTH,
    " 2024-02-05 ": FIFTH,
    "二月五日": FIFTH,
    "二〇二四年二月五日": FIFTH,
    "二○二四年二月五日": FIFTH,
    "二月二十五日": date(2024, 2, 25),
    "十二月三十一日": date(2024, 12, 31),
    "2024年2月5日 星期一": FIFTH,
    "2024年2月5日（星期一）": FIFTH,
    "2月5日周一": FIFTH,
    "2.4 星期天": date(2024, 2, 4),
    "2.29": date(2024, 2, 29),
    "2023.12.31": date(2023, 12, 31),
    "今天": TODAY,
    "今日": TODAY,
    "昨天": date(2024, 2, 19),
    "昨日": date(2024, 2, 19),
    "前天": date(2024, 2, 18),
    "大前天": date(2024, 2, 17),
    "明天": date(2024, 2, 21),
    "明日": date(2024, 2, 21),
    "后天": date(2024, 2, 22),
    "": None,
    "   ": None,
    "　": None,
}


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("1月9日", date(2026, 1, 10), date(2026, 1, 9)),
        ("12.20", date(2026, 1, 10), date(2025, 12, 20)),
        ("3月29日", date(2026, 1, 10), date(2026, 3, 29)),
        ("12.20", date(2025, 12, 10), date(2025, 12, 20)),
        ("1月9日", date(2026, 11, 25), date(2026, 1, 9)),
        ("2025.1.9", date(2026, 11, 25), date(2025, 1, 9)),
        ("2月29日", date(2028, 1, 10), date(2028, 2, 29)),
    ],
)
def test_a_day_without_a_year_is_the_nearest_of_those_that_a_campaign_may_mean(
    text: str, today: date, day: date
) -> None:
    """What is asked for a year is mostly done in the first months of the next."""
    meant = (2027, 2028) if day.year == 2028 else (2025, 2026)
    assert read_day(text, years=meant, today=today) == day


@pytest.mark.parametrize(("text", "day"), DAYS.items())
def test_days_are_read_as_they_are_written(text: str, day: date | None) -> None:
    assert read_day(text, years=(2024,), today=TODAY) == day


NO_DAYS = {
    "2.30": "2024年2月没有30日。请核对日期。",
    "2023-02-29": "2023年2月没有29日。请核对日期。",
    "2月0日": "2024年2月没有0日。请核对日期。",
    "13.5": "“13.5”里的月份是13，一年只有12个月。请改正，例如 2月5日。",
    "2024年2月": "“2024年2月”还没有写到日。请写成 2月5日 或 2024-02-05。",
    "2024-0": "“2024-0”还没有写到日。请写成 2月5日 或 2024-02-05。",
    "2": "“2”还没有写到日。请写成 2月5日 或 2024-02-05。",
    "2月5日 星期二": "2024年2月5日是星期一，不是星期二。请核对日期，或只写日期。",
    "2.5.24": "“2.5.24”看不出是哪一天。请写成 2月5日、2024-02-05 或“今天”。",
    "春节前": "“春节前”看不出是哪一天。请写成 2月5日、2024-02-05 或“今天”。",
    "0000-02-05": "0年2月没有5日。请核对日期。",
    "2024-02-05 14:00": "“2024-02-05 14:00”看不出是哪一天。请写成 2月5日、2024-02-05 或“今天”。",
}


@pytest.mark.parametrize(("text", "told"), NO_DAYS.items())
def test_what_is_no_day_is_told_with_the_cure(text: str, told: str) -> None:
    with pytest.raises(Unreadable) as found:
        read_day(text, years=(2024,), today=TODAY)
    assert str(found.value) == told


def test_without_a_clock_today_is_not_guessed() -> None:
    with pytest.raises(Unreadable):
        read_day("今天", years=(2024,))


@given(st.dates())
def test_a_written_day_is_read_back(day: date) -> None:
    assert read_day(write_day(day), years=(1999,)) == day
    assert read_day(echo_day(day), years=(1999,)) == day
    assert read_day(day.isoformat(), years=(1999,)) == day


CLOCKS = {
    "14:05": time(14, 5),
    "14：05": time(14, 5),
    "１４：０５": time(14, 5),
    "14:05:00": time(14, 5),
    "14；05": time(14, 5),
    "14.05": time(14, 5),
    "14。05": time(14, 5),
    "1405": time(14, 5),
    "0905": time(9, 5),
    "9:05": time(9, 5),
    "2:30": time(2, 30),
    "14点05分": time(14, 5),
    "14点5分": time(14, 5),
    "14时05分": time(14, 5),
    "14时": time(14, 0),
    "14点": time(14, 0),
    "下午2点": time(14, 0),
    "下午2点半": time(14, 30),
    "下午2:30": time(14, 30),
    "下午两点": time(14, 0),
    "下午14:30": time(14, 30),
    "两点半": time(14, 30),
    "两点一刻": time(14, 15),
    "三点三刻": time(15, 45),
    "9点": time(9, 0),
    "九点整": time(9, 0),
    "十点二十分": time(10, 20),
    "上午9点": time(9, 0),
    "早上6点": time(6, 0),
    "凌晨2点": time(2, 0),
    "上午11点50": time(11, 50),
    "中午12点": time(12, 0),
    "中午1点": time(13, 0),
    "晚上8点": time(20, 0),
    "00:00": time(0, 0),
    "23:59": time(23, 59),
    "": None,
    "  ": None,
}


@pytest.mark.parametrize(("text", "clock"), CLOCKS.items())
def test_times_are_read_as_they_are_said(text: str, clock: time | None) -> None:
    assert read_clock(text) == clock


@pytest.mark.parametrize("text", ["24:00", "25点", "14:60", "上午14点", "下午", "下午三点多", "午饭后", "1:5", "14"])
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(Unreadable) as found:
        read_clock(text)
    assert text in str(found.value)


@given(st.times())
def test_a_written_time_is_read_back(clock: time) -> None:
    clock = clock.replace(second=0, microsecond=0)
    assert read_clock(write_clock(clock)) == clock


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (time(14, 30), "下午2:30（14:30）"),
        (time(2, 30), "凌晨2:30（02:30）"),
        (time(12, 0), "中午12:00（12:00）"),
        (time(20, 5), "晚上8:05（20:05）"),
        (time(9, 0), "上午9:00（09:00）"),
    ],
)
def test_the_understood_time_is_said_again(clock: time, said: str) -> None:
    assert echo_clock(clock) == said


COUNTS = {
    "12": 12,
    "１２": 12,
    " 12 ": 12,
    "12票": 12,
    "12 票": 12,
    "1,200": 1200,
    "１，２００": 1200,
    "12.0": 12,
    "0": 0,
    "007": 7,
    "十二": 12,
    "二十": 20,
    "两": 2,
    "": None,
    "  ": None,
}


@pytest.mark.parametrize(("text", "count"), COUNTS.items())
def test_numbers_are_read(text: str, count: int | None) -> None:
    assert read_count(text, unit="票") == count


NO_COUNTS = {
    "-1": "“-1”小于0。请填0或更大的整数。",
    "－１": "“－１”小于0。请填0或更大的整数。",
    "1.5": "“1.5”不是整数。请填整数，例如 12。",
    "十几": "“十几”不是数字。请只填数字，例如 12。",
    "12人": "“12人”不是数字。请只填数字，例如 12。",
    "1,20": "“1,20”不是数字。请只填数字，例如 12。",
    "１２e3": "“１２e3”不是数字。请只填数字，例如 12。",
    "٣": "“٣”不是数字。请只填数字，例如 12。",
}


@pytest.mark.parametrize(("text", "told"), NO_COUNTS.items())
def test_what_is_no_number_is_told(text: str, told: str) -> None:
    with pytest.raises(Unreadable) as found:
        read_count(text, unit="票")
    assert str(found.value) == told


@thorough
@given(st.text())
def test_anything_typed_is_read_or_told(text: str) -> None:
    for read in (lambda t: read_day(t, years=(2024,), today=TODAY), read_clock, read_count):
        try:
            read(text)
        except Unreadable as told:
            assert str(told).endswith("。")


def test_unreadable_survives_pickling() -> None:
    told = pickle.loads(pickle.dumps(Unreadable("count", text="十几")))
    assert str(told) == "“十几”不是数字。请只填数字，例如 12。"


class Sample(Entry):
    day: Day | None = entry("日期")
    count: Count = entry("数", default=0)


def _told(kind: type[Entry], values: dict[str, object]) -> list[str]:
    with pytest.raises(ValidationError) as found:
        kind.model_validate(values)
    return [sentence(one) for one in found.value.errors()]


def test_pydantic_speaks_chinese() -> None:
    assert _told(Sample, {"day": "2024-02-30"}) == ["“2024-02-30”看不出是哪一天。请写成 2月5日、2024-02-05 或“今天”。"]
    assert _told(Sample, {"count": -1}) == ["“-1”小于0。请填0或更大的整数。"]
    assert _told(Sample, {"count": "x"}) == ["“x”不是数字。请只填数字，例如 12。"]
    assert _told(Sample, {"surprise": 1}) == ["这一项程序不认得。请联系管理员。"]
    assert _told(Member, {"name": "甲"}) == ["这里还没有填。请填写。"]
    assert _told(Member, {"id": "甲"}) == ["“甲”不能用作编号。请只用英文字母、数字和 . _ - ，不超过40个字。"]
    assert _told(Member, {"id": "m1", "role": "chief"}) == ["“chief”不在可选的几项里。请从列表中重新选择。"]
    assert _told(Member, {"id": "m1", "name": 3}) == ["这里要填文字。请重新填写。"]


def test_every_sentence_says_how_to_mend_it() -> None:
    for text in SENTENCES.values():
        assert text.endswith("。")
        assert "请" in text


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("0点", time(0)), ("1点", time(13)), ("6点", time(18)), ("7点", time(7)), ("1时", time(1)), ("6:00", time(6)),
        ("下午12点", time(12)), ("下午11点", time(23)), ("中午12点", time(12)), ("中午2点", time(14)), ("中午11点", time(11)), ("上午12点", time(12)), ("上午6点", time(6)),
        ("23:59", time(23, 59)), ("3点1刻", time(15, 15)), ("3点整", time(15)),
    ],
)  # fmt: skip
def test_the_hours_that_are_taken_as_afternoon(text: str, clock: time) -> None:
    assert read_clock(text) == clock


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (time(0, 0), "凌晨0:00"), (time(5, 59), "凌晨5:59"), (time(6, 0), "上午6:00"), (time(11, 59), "上午11:59"), (time(12, 59), "中午12:59"),
        (time(13, 0), "下午1:00"), (time(17, 59), "下午5:59"), (time(18, 0), "晚上6:00"), (time(23, 59), "晚上11:59"),
    ],
)  # fmt: skip
def test_parts_of_the_day_begin_and_end_on_the_hour(clock: time, said: str) -> None:
    assert echo_clock(clock) == f"{said}（{write_clock(clock)}）"


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        *((kind, value, "这里还没有填。请填写。") for kind in ("day", "clock", "ident", "literal_error", "int_type") for value in ("", None, True, [1])),
        ("day", 5, "“5”看不出是哪一天。请写成 2月5日、2024-02-05 或“今天”。"), ("literal_error", 0, "“0”不在可选的几项里。请从列表中重新选择。"),
        ("string_type", "", "这里要填文字。请重新填写。"), ("list_type", "", "这里要填一项或几项。请重新填写。"),
        ("odd", "x", "“x”不合要求。请检查后重新填写。"), ("odd", None, "这里还没有填。请填写。"),
    ],
)  # fmt: skip
def test_a_refused_value_is_quoted_if_it_can_be_and_else_is_not_filled_in(kind: str, value: object, told: str) -> None:
    assert sentence({"type": kind, "input": value, "ctx": {"other": 1}}) == told


def test_a_day_without_a_year_is_the_one_nearest_to_a_day_or_else_to_today() -> None:
    years, june = (2023, 2024), date(2024, 6, 1)
    assert read_day("12月31日", years=years, today=june) == date(2023, 12, 31)
    assert read_day("12月31日", years=years, today=june, near=date(2024, 12, 1)) == date(2024, 12, 31)
    assert read_day("12月31日", years=(2024, 2023)) == date(2024, 12, 31)
    assert read_day("2月29日", years=years) == date(2024, 2, 29)
