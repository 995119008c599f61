"""What is new, gone and reworded between two campaigns."""

from __future__ import annotations

from orglife.campaigns.comparison import compare
from tests import branch as b


def items(*texts: str) -> list[dict[str, str]]:
    return [{"id": f"i{n}", "text": text} for n, text in enumerate(texts)]


def changes(older: list[str], newer: list[str]) -> list[tuple[str, str, str]]:
    found = compare(b.campaign(check_items=items(*older)), b.campaign(check_items=items(*newer)))
    return [
        (one.how, one.before.text if one.before else "", one.after.text if one.after else "") for one in found.items
    ]


def test_items_are_matched_by_what_they_say() -> None:
    assert changes(["甲乙丙丁戊", "子丑寅卯辰"], ["子丑寅卯辰", "甲乙丙丁戊"]) == []
    assert changes(["甲乙丙丁戊"], ["甲乙丙丁己"]) == [("changed", "甲乙丙丁戊", "甲乙丙丁己")]
    assert changes(["甲乙丙丁戊"], []) == [("gone", "甲乙丙丁戊", "")]
    assert changes([], ["甲乙丙丁戊"]) == [("new", "", "甲乙丙丁戊")]


def test_six_of_ten_characters_in_common_make_an_item_reworded() -> None:
    assert changes(["甲乙丙丁戊"], ["甲乙丙子丑"]) == [("changed", "甲乙丙丁戊", "甲乙丙子丑")]
    assert changes(["甲乙丙丁戊"], ["甲乙子丑寅"]) == [("new", "", "甲乙子丑寅"), ("gone", "甲乙丙丁戊", "")]


def test_each_item_is_matched_once_with_the_most_similar() -> None:
    one = changes(["甲乙丙丁戊"], ["甲乙丙子丑", "甲乙丙丁子"])
    assert one == [("new", "", "甲乙丙子丑"), ("changed", "甲乙丙丁戊", "甲乙丙丁子")]
    other = changes(["甲乙丙子丑", "甲乙丙丁子"], ["甲乙丙丁戊"])
    assert other == [("changed", "甲乙丙丁子", "甲乙丙丁戊"), ("gone", "甲乙丙子丑", "")]
