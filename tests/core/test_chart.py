"""Charts say all their numbers in words and in a table, and can be divided into parts of one scale."""

from __future__ import annotations

from datetime import date

import pytest

from orglife.core.paper.chart.bars import BarRow, Bars
from orglife.core.paper.chart.heat_map import HeatCell, HeatMap, HeatRow
from orglife.core.paper.chart.network import Network, NetworkLink, NetworkNode
from orglife.core.paper.chart.timeline import Timeline, TimelineRow, TimePoint, TimeSpan

TODAY = date(2024, 3, 8)


def bars(*values: int, limit: int | None = None, end: int = 0) -> Bars:
    rows = [BarRow(label=f"第{number}行", values=[value], limit=limit) for number, value in enumerate(values)]
    return Bars(head="项目", series=["票"], unit="张", rows=rows, limit="限额" if limit else "", end=end)


@pytest.mark.parametrize(
    ("chart", "most"),
    [(bars(), 1), (bars(0), 1), (bars(3, 5), 5), (bars(3, limit=7), 7), (bars(3, end=9), 9), (bars(9, end=3), 9)],
)
def test_the_scale_reaches_the_largest_value(chart: Bars, most: int) -> None:
    assert chart.most == most


@pytest.mark.parametrize(
    ("rows", "count", "lengths"),
    [(5, 2, [3, 2]), (5, 5, [1] * 5), (5, 9, [1] * 5), (5, 1, [5]), (5, 0, [5]), (0, 3, [0])],
)
def test_parts_are_nearly_equal_and_keep_the_scale(rows: int, count: int, lengths: list[int]) -> None:
    chart = bars(*range(1, rows + 1))
    parts = chart.parts(count)
    assert [len(part.rows) for part in parts] == lengths
    assert [row for part in parts for row in part.rows] == chart.rows
    assert {part.most for part in parts} == {chart.most}
    assert chart.length == max(rows, 1)


def test_bars_in_words_and_in_a_table() -> None:
    chart = bars(3, 5, limit=4)
    assert chart.words() == "第0行：3张，限额4张。第1行：5张，限额4张。"
    assert chart.numbers() == (["项目", "票", "限额"], [["第0行", "3", "4"], ["第1行", "5", "4"]])
    rows = [BarRow(label="甲", values=[1, 2], note="少"), BarRow(label="乙", values=[3, 4])]
    several = Bars(head="人", series=["优秀", "合格"], unit="票", rows=rows)
    assert several.words() == "甲：优秀1票，合格2票，少。乙：优秀3票，合格4票。"
    assert several.numbers() == (["人", "优秀", "合格", "备注"], [["甲", "1", "2", "少"], ["乙", "3", "4", ""]])
    with pytest.raises(ValueError, match="1 values for 2 series"):
        Bars(head="人", series=["优秀", "合格"], rows=[BarRow(label="甲", values=[1])])


# --- time lines ------------------------------------------------------------------------------------------------------


def timeline(*days: date, today: date = TODAY) -> Timeline:
    return Timeline(
        head="事项",
        rows=[TimelineRow(label="甲", points=[TimePoint(day=day, word="完成") for day in days])],
        today=today,
    )


@pytest.mark.parametrize(
    ("days", "scale"),
    [
        ([], (TODAY, TODAY)),
        ([date(2024, 3, 1), date(2024, 3, 5)], (date(2024, 3, 1), TODAY)),
        ([date(2024, 3, 12)], (TODAY, date(2024, 3, 12))),
        ([date(2024, 1, 8)], (date(2024, 1, 8), TODAY)),  # twice 30 days
        ([date(2024, 1, 7)], (date(2024, 1, 7), date(2024, 1, 7))),  # a day more: the scale does not reach it
        ([date(2024, 5, 7)], (TODAY, date(2024, 5, 7))),
        ([date(2024, 5, 8)], (date(2024, 5, 8), date(2024, 5, 8))),
    ],
)
def test_the_day_of_the_check_lengthens_the_scale_within_bounds(days: list[date], scale: tuple[date, date]) -> None:
    chart = timeline(*days)
    assert chart.days == scale
    outside = not scale[0] <= TODAY <= scale[1]
    assert chart.today_label == ("截至2024年3月8日（在图外）" if outside else "截至3月8日")


def test_spans_and_limits_belong_to_the_scale_and_parts_keep_it() -> None:
    spans = [TimeSpan(first=date(2024, 2, 1), last=date(2024, 4, 1))]
    rows = [TimelineRow(label="甲", spans=spans), TimelineRow(label="乙", points=[TimePoint(day=TODAY, word="反馈")])]
    chart = Timeline(head="事项", rows=rows, today=TODAY, limits=[TimePoint(day=date(2024, 4, 30), word="时限")])
    assert chart.days == (date(2024, 2, 1), date(2024, 4, 30))
    assert [part.days for part in chart.parts(2)] == [chart.days] * 2
    assert [part.marks for part in chart.parts(2)] == [["反馈"]] * 2
    assert chart.words() == "截至2024年3月8日。时限2024年4月30日。甲：没有日期。乙：反馈2024年3月8日。"


def test_a_time_line_in_words_and_in_a_table() -> None:
    late = TimePoint(day=date(2024, 3, 5), word="完成", state="late")
    due = TimePoint(day=date(2024, 3, 1), word="时限", state="due")
    chart = Timeline(
        head="事项",
        rows=[TimelineRow(label="甲", points=[late, due], note="晚4天"), TimelineRow(label="乙")],
        today=TODAY,
    )
    assert (
        chart.words() == "截至2024年3月8日。甲：时限2024年3月1日，完成2024年3月5日（晚于时限），晚4天。乙：没有日期。"
    )
    heads, rows = chart.numbers()
    assert heads == ["事项", "完成", "时限", "情况"]
    assert rows == [["甲", "2024年3月5日（晚于时限）", "2024年3月1日", "晚4天"], ["乙", "—", "—", "—"]]
    assert chart.marks == ["完成"]  # what is only due has no mark of its own


# --- networks and heat maps ------------------------------------------------------------------------------------------

NODES = [NetworkNode(id=ident, label=label, central=ident == "a") for ident, label in zip("abc", "甲乙丙", strict=True)]
WORDS = {"pair": "两人谈过", "group": "多人谈过", "missing": "还没有谈"}


def network(*links: tuple[str, str, str]) -> Network:
    joined = [NetworkLink.model_validate({"first": a, "second": b, "kind": kind}) for a, b, kind in links]
    return Network.model_validate(
        {"head": "党员", "central": "班子", "lone": "还没有谈过", "nodes": NODES, "links": joined, "link_words": WORDS}
    )


def test_a_network_in_words_and_in_a_table() -> None:
    chart = network(("a", "b", "pair"), ("c", "a", "missing"))
    assert chart.kinds == ["pair", "missing"]
    assert (chart.partners("a", "pair"), chart.partners("a", "missing")) == (["乙"], ["丙"])
    assert [chart.is_lone(ident) for ident in "abc"] == [False, False, True]
    assert chart.words() == "甲：两人谈过1人（乙）；还没有谈1人（丙）。乙：两人谈过1人（甲）。丙：还没有谈1人（甲）。"
    assert chart.numbers() == (
        ["党员", "两人谈过", "还没有谈", "人数"],
        [["甲（班子）", "乙", "丙", "1"], ["乙", "甲", "—", "1"], ["丙", "—", "甲", "0"]],
    )
    assert network().words() == "甲：还没有谈过。乙：还没有谈过。丙：还没有谈过。"
    with pytest.raises(ValueError, match="unknown nodes: \\['x'\\]"):
        network(("a", "x", "pair"))


def test_a_heat_map_in_words_and_in_a_table() -> None:
    rows = [HeatRow(label="甲支部", cells=[HeatCell(tone="good", words="完成"), HeatCell()])]
    chart = HeatMap(head="支部", columns=["学习", "谈话"], rows=rows, tone_words={"good": "完成"})
    assert chart.words() == "甲支部：学习完成，谈话—。"
    assert chart.numbers() == (["支部", "学习", "谈话"], [["甲支部", "完成", "—"]])
    with pytest.raises(ValueError, match="1 cells in 2 columns"):
        HeatMap(head="支部", columns=["学习", "谈话"], rows=[HeatRow(label="甲", cells=[HeatCell()])], tone_words={})
