"""Values as facts: shares in one form, lists without repetitions, doubts, dates in order, the text of a campaign file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.notice.deciding import ADDED_TO, DEPENDENT_DEMANDS, PARTS, Decision
from orglife.notice.drafting import campaign_id, text_of, value_words
from orglife.notice.model import Fact, Notice, NoticeQuote, as_places, list_fact, merge_lists, without_empty
from orglife.notice.reading import read_notice, split_notice
from orglife.notice.values import shares
from orglife.notice.values.agreeing import agreed
from orglife.notice.values.order import checked_window, deadline_after_meeting

ONE, TWO = NoticeQuote("甲句", "一"), NoticeQuote("乙句", "二")
HEAD = ["关于召开2024年度组织生活会和开展民主评议党员的通知", "各党支部："]
BODY = ["一、学习党章。", "二、党员撰写发言提纲。", "三、2025年2月10日至20日召开组织生活会，开展批评和自我批评。"]


@pytest.mark.parametrize(
    ("text", "share", "number"),
    [
        ("三分之一", "1/3", 0.33),
        ("百分之三十", "30%", 0.3),
        ("30%", "30%", 0.3),
        ("33.3%", "33.3%", 0.33),
        ("1/3", "1/3", 0.33),
        ("1/1", "1/1", 1.0),
        ("1/0", "1/0", 1.0),
        ("三成", "30%", 0.3),
        ("两成", "20%", 0.2),
        ("20—30%", "20%—30%", 0.3),
        ("20%—30%", "20%—30%", 0.3),
        ("半数", "1/2", 0.5),
    ],
)
def test_shares_in_one_form(text: str, share: str, number: float) -> None:
    assert shares.share(text) == share
    assert shares.as_number(share) == number


def test_a_list_has_each_item_and_each_quote_once() -> None:
    fact = list_fact([("甲", ONE), ("乙", ONE), ("甲", TWO)])
    assert fact is not None
    assert (fact.value, fact.words, fact.sure) == (["甲", "乙"], (ONE, TWO), "stated")
    assert list_fact([]) is None
    merged = merge_lists([Fact(["甲"], (ONE,), "derived"), Fact(["乙", "甲"], (ONE, TWO)), Fact([], (), "uncertain")])
    assert merged is not None
    assert (merged.value, merged.words, merged.sure) == (["甲", "乙"], (ONE, TWO), "uncertain")
    assert merge_lists([]) is None


@pytest.mark.parametrize(
    ("value", "quotes", "left"),
    [
        (["甲", ""], (ONE, TWO), (["甲"], (ONE,))),
        (["甲", "乙"], (ONE, NoticeQuote("", "二")), (["甲"], (ONE,))),
        (["甲", "", "乙"], (ONE,), (["甲", "乙"], (ONE,))),
        ([""], (ONE,), None),
        ({}, (ONE,), None),
        ("", (ONE,), None),
        ("甲", (NoticeQuote("", "一"),), None),
        (0, (ONE,), (0, (ONE,))),
    ],
)
def test_what_is_empty_is_left_out(value: Any, quotes: tuple[NoticeQuote, ...], left: Any) -> None:
    fact = without_empty(Fact(value, quotes))
    assert ((fact.value, fact.words) if fact else None) == left
    assert without_empty(None) is None


def test_readings_that_differ_are_doubtful_with_the_quotes_of_both() -> None:
    first, same, other = Fact("甲", (ONE,)), Fact("甲", (TWO,)), Fact("乙", (TWO,))
    assert agreed([]) is None
    assert agreed([first, same]) == first
    assert agreed([first, same, other]) == Fact("甲", (ONE, TWO), "uncertain")
    assert agreed([first, other], lambda fact: len(fact.value)) == first


def test_quotes_as_json() -> None:
    assert as_places([ONE]) == {"quote": "甲句", "place": "一"}
    assert as_places([ONE, TWO]) == {"quote": "甲句", "place": "一", "also": [{"quote": "乙句", "place": "二"}]}


def notice_of(*last: str) -> Notice:
    return split_notice([*HEAD, *BODY, *last])


def deadline(day: str, sure: Any = "derived") -> Fact:
    return Fact({"deadline": day}, (ONE,), sure)


WINDOW = Fact({"start": "2025-02-10", "end": "2025-02-20"}, (ONE,))


@pytest.mark.parametrize(
    ("fact", "day", "sure"),
    [
        (deadline("2024-03-01"), "2025-03-01", "uncertain"),
        (deadline("2025-02-09"), "2026-02-09", "uncertain"),
        (deadline("2025-02-10"), "2025-02-10", "derived"),
        (deadline("2024-03-01", "stated"), "2024-03-01", "stated"),
        (deadline("2024-02-29"), "2024-02-29", "derived"),
    ],
)
def test_a_derived_deadline_is_not_before_the_meeting(fact: Fact, day: str, sure: str) -> None:
    after = deadline_after_meeting(notice_of(), WINDOW, fact)
    assert after is not None
    assert (after.value["deadline"], after.sure) == (day, sure)


def test_without_a_meeting_the_deadline_is_not_before_the_notice() -> None:
    signed = notice_of("中共甲局党委", "2025年1月10日")
    early, late = deadline("2024-03-01"), deadline("2025-01-10")
    assert deadline_after_meeting(signed, None, early) == Fact({"deadline": "2025-03-01"}, (ONE,), "uncertain")
    assert deadline_after_meeting(signed, None, late) == late
    assert deadline_after_meeting(notice_of(), None, early) == early
    assert deadline_after_meeting(signed, None, None) is None
    assert deadline_after_meeting(signed, None, Fact("甲", (ONE,), "derived")) == Fact("甲", (ONE,), "derived")


@pytest.mark.parametrize(
    ("more", "report", "mended", "doubt"),
    [
        ({}, None, None, False),
        ({"finish_by": Fact("2025-02-09", (TWO,))}, None, None, True),
        ({"finish_by": Fact("2025-02-10", (TWO,))}, None, None, False),
        ({"plan_deadline": Fact("2025-02-21", (TWO,))}, None, None, True),
        ({"plan_deadline": Fact("2025-02-20", (TWO,))}, None, None, False),
        ({}, Fact({"deadline": "2025-02-09"}, (TWO,)), None, True),
        ({}, Fact({"deadline": None}, (TWO,)), None, False),
        ({}, None, Fact({"deadline": "2025-02-09"}, (NoticeQuote("丙句", "三"), TWO)), True),
        ({}, None, Fact({"deadline": "2025-03-09"}, (TWO,)), False),
    ],
)
def test_a_window_that_conflicts_with_another_day_is_doubtful(
    more: dict[str, Fact], report: Fact | None, mended: Fact | None, *, doubt: bool
) -> None:
    window = checked_window(WINDOW, more, report, mended)
    assert window is not None
    assert (window.sure, window.words) == (("uncertain", (ONE, TWO)) if doubt else ("stated", (ONE,)))
    assert checked_window(None, more, report, mended) is None


def test_an_open_window_is_compared_by_its_end() -> None:
    window = Fact({"start": None, "end": "2025-02-20"}, (ONE,))
    early = checked_window(window, {"finish_by": Fact("2025-02-19", (TWO,))}, None, None)
    late = checked_window(window, {"finish_by": Fact("2025-02-20", (TWO,))}, None, None)
    assert early is not None
    assert late is not None
    assert (early.sure, late.sure) == ("uncertain", "stated")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"start": "2025-02-10", "end": None}, "起 2025-02-10"),
        ({"value": "1/3", "base": "党员", "words": "不超过"}, "1/3；基数 党员"),
        ({"优秀": ["表扬"], "不合格": []}, "优秀 表扬"),
        (["甲", ["乙", "丙"]], "甲、乙、丙"),
        (" 甲\n 乙 ", "甲 乙"),
        (7, "7"),
    ],
)
def test_a_value_in_words(value: Any, words: str) -> None:
    assert value_words(value) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2025, 2, 10), "2025-02-10"),
        (["甲", date(2025, 2, 10)], '["甲", 2025-02-10]'),
        ('引"号', '"引\\"号"'),
        (3, "3"),
    ],
)
def test_a_value_as_toml(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("stem", "ident"),
    [("2025-a_b.c", "2025-a_b.c"), ("通知", "2024-notice"), ("", "2024-notice"), ("a" * 41, "2024-notice")],
)
def test_the_id_of_a_campaign(stem: str, ident: str) -> None:
    assert campaign_id(read_notice([*HEAD, *BODY], "通知"), stem) == ident


def test_tables_of_fields_agree() -> None:
    assert set(PARTS) >= ADDED_TO | set(DEPENDENT_DEMANDS)
    assert Decision("taken", words=(("甲句", "一"),)).quotes == (ONE,)
