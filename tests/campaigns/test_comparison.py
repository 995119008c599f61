"""What is new, gone and reworded between two campaigns."""

from __future__ import annotations

from orglife.campaigns.comparison import compare, stage_title
from orglife.core.paper.block import Heading, Note, Table
from orglife.core.rule.campaign import Campaign
from tests import branch as b


def items(*texts: str) -> list[dict[str, str]]:
    return [{"id": f"i{n}", "text": text} for n, text in enumerate(texts)]


def changes(older: list[str], newer: list[str]) -> list[tuple[str, str, str]]:
    comparison = compare(b.campaign(check_items=items(*older)), b.campaign(check_items=items(*newer)))
    return [
        (one.how, one.before.text if one.before else "", one.after.text if one.after else "")
        for one in comparison.items
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


OLDER = b.campaign(id="old", title="旧方案", year=2023, report_to="甲党委", papers=[])
NEWER = b.campaign(id="new", title="新方案", year=2024, report_to="", demands=dict(list(OLDER.demands.items())[1:]))


def test_fields_demands_and_items_are_told_in_lines() -> None:
    (key, demand) = next(iter(OLDER.demands.items()))
    comparison = compare(OLDER, NEWER)
    lines = list(comparison.lines())
    assert any(line.endswith("：旧方案 → 新方案") for line in lines)
    assert any(line.endswith("甲党委 → —") for line in lines), "a blank value is shown as a dash"
    place = next(n for n, line in enumerate(lines) if line.startswith(f"[不再要求] {key} "))
    assert lines[place + 1].startswith(f"    原：{demand.source}")
    assert len(lines) == place + 2, "a demand that is gone has no new words"
    plain = list(comparison.plain_lines())
    assert any(line.startswith("不再要求：") and demand.source in line for line in plain)
    assert not any(key in line for line in plain)
    turned = list(compare(NEWER, OLDER).lines())
    assert turned[-1].startswith(f"    新：{demand.source}")
    assert compare(OLDER, OLDER).to_json()["demands"] == list(compare(OLDER, OLDER).lines())[1:] == []


def test_the_paper_numbers_the_parts_that_it_has() -> None:
    def headings(older: Campaign, newer: Campaign) -> list[str]:
        return [block.text for block in compare(older, newer).page().blocks if isinstance(block, Heading)]

    assert headings(OLDER, NEWER) == ["一、日期、名称和目录", "二、各项要求"]
    only_demands = OLDER.model_copy(update={"demands": NEWER.demands})
    assert headings(OLDER, only_demands) == ["一、各项要求"]
    assert headings(OLDER, OLDER.model_copy(update={"title": "另一个"})) == ["一、日期、名称和目录"]
    assert headings(OLDER, OLDER) == []
    (note,) = compare(OLDER, OLDER).page().blocks
    assert isinstance(note, Note)
    assert note.text == "两个方案的要求、日期和目录都一样。"


def test_one_other_demand_is_a_difference_by_itself() -> None:
    bare = b.campaign(check_items=[])
    comparison = compare(bare, b.campaign(check_items=items("走访困难党员")))
    assert list(comparison.lines()) == ["[新增] 其他要求 由支部逐项打勾", "    新：“走访困难党员”"]
    assert list(comparison.plain_lines()) == ["新增：其他要求　“走访困难党员”"]
    heading, table, note = comparison.page().blocks
    assert isinstance(heading, Heading)
    assert heading.text == "一、各项要求"
    assert isinstance(table, Table)
    assert table.rows == [["新增", "—", "“走访困难党员”", "其他要求；由支部逐项打勾"]]
    assert isinstance(note, Note)
    assert note.text == "引文照抄各自方案；涉及的检查见检查一览。"


def test_lists_are_compared_by_their_labels() -> None:
    older = b.campaign(aspects=["a", "b"], labels={"a": "甲", "b": "乙"}, grades=[])
    newer = older.model_copy(update={"aspects": ["b"], "grades": ["a"]})
    assert [(field.name, field.label, field.before, field.after) for field in compare(older, newer).fields] == [
        ("aspects", "查摆方面", "甲、乙", "乙"),
        ("grades", "评议等次", "—", "甲"),
    ]
    other_key = older.model_copy(update={"aspects": ["c", "b"], "labels": {"c": "甲", "b": "乙"}})
    assert compare(older, other_key).fields == ()


def test_a_changed_quote_is_a_change_and_a_changed_source_is_not() -> None:
    key, demand = next(iter(OLDER.demands.items()))
    quoted = OLDER.demands | {key: demand.model_copy(update={"quote": "另一句话"})}
    moved = OLDER.demands | {key: demand.model_copy(update={"source": "另一处"})}
    assert [(c.key, c.how) for c in compare(OLDER, OLDER.model_copy(update={"demands": quoted})).demands] == [
        (key, "changed")
    ]
    assert compare(OLDER, OLDER.model_copy(update={"demands": moved})).demands == ()


def test_titles_of_the_stages_of_demands() -> None:
    assert (stage_title("talks.team_pairs"), stage_title("none.such")) == ("谈心谈话", "")
