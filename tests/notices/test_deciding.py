"""What a person types where a reading is corrected, without a page around it."""

from __future__ import annotations

from datetime import date

import pytest

from orglife.notice.deciding import SENTENCES, corrected_value
from orglife.notice.materials import title_and_day


@pytest.mark.parametrize("text", ["1/3", "1/1", "30%", "33.3%", "100%"])
def test_a_share_of_all_at_most_is_taken(text: str) -> None:
    assert corrected_value("excellent_ratio", {"value": text}, None, 2025) == {"value": text, "base": ""}


@pytest.mark.parametrize("text", ["3/2", "0%", "0.0%", "101%", "三成", "1/0", "30"])
def test_what_is_no_share_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=text) as told:
        corrected_value("excellent_ratio", {"value": text}, None, 2025)
    assert str(told.value) == SENTENCES["share"].format(text=text)


@pytest.mark.parametrize(
    ("text", "title", "day"),
    [
        ("某讲话（2024年7月21日）", "某讲话", date(2024, 7, 21)),
        ("某讲话  (2024.7.21发表)", "某讲话", date(2024, 7, 21)),
        ("某条例（试行）", "某条例（试行）", None),
        ("某条例（试行）（2018年11月25日印发）", "某条例（试行）", date(2018, 11, 25)),
        ("甲" + " " * 20_000 + "乙", "甲" + " " * 20_000 + "乙", None),
    ],
    ids=["day", "dots", "no day", "two brackets", "a long gap"],
)
def test_the_day_behind_a_title(text: str, title: str, day: date | None) -> None:
    assert title_and_day(text) == (title, day)
