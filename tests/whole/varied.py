"""Papers and charts put together at random, for a number each: what no branch has, next to what every branch has.

Texts are as wide as a line, two lines, a title … or a character more or less; papers end near the end of a page, with a
signature after whatever block; tables have long words, empty cells and columns of one heading.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import get_args

from orglife.core.paper.block import (
    DASH,
    AnyBlock,
    Column,
    Document,
    Facts,
    Figure,
    Heading,
    Note,
    Page,
    Paragraph,
    Signature,
    Space,
    Table,
)
from orglife.core.paper.chart.bars import BarRow, Bars
from orglife.core.paper.chart.base import Tone
from orglife.core.paper.chart.heat_map import HeatCell, HeatMap, HeatRow
from orglife.core.paper.chart.kinds import AnyChart
from orglife.core.paper.chart.network import LinkKind, Network, NetworkLink, NetworkNode
from orglife.core.paper.chart.timeline import PointState, SpanState, Timeline, TimelineRow, TimePoint, TimeSpan

NAMES = ["王建国", "李秀兰", "阿卜杜热合曼·麦麦提明", "欧阳修", "费仲文"]
TONES: list[Tone] = list(get_args(Tone))
_WORDS = [
    *("党支部", "的意见", "和", "与会同志", "局机关", "，", "。", "；", "：", "（", "）", "、", "“", "”", "字"),
    *("2024年2月15日", "15", "3.5公里", "HT-2023-0917-A", "A", "www.example.cn/jieshao", "100%", "第12号", "30分钟"),
    *NAMES,
]
_ROLES = ["支部书记", "记录人", "某支部（印章）", "某局（盖章）", "中共东海市自然资源和规划局机关总支部委员会组织委员"]
_DAY = date(2024, 3, 15)


def text(rng: random.Random, length: int) -> str:
    """A text of so many characters; Chinese, numbers, names and marks in any order."""
    found = ""
    while len(found) < length:
        found += rng.choice(_WORDS) if rng.random() < 0.6 else "甲乙丙丁戊己庚辛壬癸"[: rng.randint(1, 10)]
    return found[:length]


def near(rng: random.Random, *lengths: int) -> str:
    """A text of about one of the lengths."""
    return text(rng, max(rng.choice(lengths) + rng.randint(-2, 2), 0))


def _table(rng: random.Random) -> Table:
    count = rng.choice([2, 3, 4, 4, 5, 6, 8, 9])
    columns = [
        Column(head=near(rng, 2, 4), share=rng.randint(1, 6), align=rng.choice(["left", "center", "center", "right"]))
        for _ in range(count)
    ]
    lengths = [rng.choice([1, 4, 4, 10, 12, 30]) for _ in columns]
    lines = rng.choice([0, 1, 1, 2, 5])
    rows = [
        [rng.choice([near(rng, length), near(rng, length), DASH, ""]) for length in lengths]
        for _ in range(rng.choice([0, 1, 2, 7, 20, 24, 60]))
    ]
    if rows and lines:  # the last row is as high as one that breaks, or a line lower or higher
        rows[-1][rng.randrange(count)] = "\n".join("查" * rng.choice([2, 9, 10, 11, 12, 13, 14, 15, 18, 19, 25]))
    tones = [[rng.choice(TONES) for _ in columns] for _ in rows] if rng.random() < 0.3 else []
    return Table(columns=columns, rows=rows, tones=tones, new_page=rng.random() < 0.15)


def signing_list(entries: int, room: int = 3) -> Table:
    """A list to sign in, to be read down two columns; ``room``: the share of the column to sign in."""
    columns = [Column(head="序号"), Column(head="姓名", share=3), Column(head="签名", share=room)]
    rows = [[str(number + 1), NAMES[number % len(NAMES)], ""] for number in range(entries)]
    return Table(columns=columns, rows=rows, filler=["", "", ""])


def _facts(rng: random.Random) -> Facts:
    labels = [near(rng, 2, 4, 7, 12) or "项" for _ in range(rng.choice([0, 1, 3, 6, 11, 12, 13, 14]))]
    across = rng.choice([1, 2, 2, 4])
    long = rng.choice([0.0, 0.2, 0.6])
    rows = [(label, near(rng, 40, 110, 180, 300) if rng.random() < long else near(rng, 2, 8, 12)) for label in labels]
    return Facts(rows=rows, across=across, alone=rng.sample(labels, min(len(labels), rng.choice([0, 0, 1]))))


def _signature(rng: random.Random) -> Signature:
    roles = [rng.choice(_ROLES) for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 5, 10, 11]))]
    return Signature(roles=roles, day=rng.choice(["", "2024年2月20日"]))


_MAKERS: tuple[Callable[[random.Random], AnyBlock], ...] = (
    lambda rng: Heading(level=rng.choice([1, 2, 3]), text=near(rng, 6, 26, 28, 56)),
    lambda rng: Paragraph(text=near(rng, 6, 26, 28, 56, 84), flush=rng.random() < 0.2),
    lambda rng: Paragraph(text="\n".join(near(rng, 8, 27, 55, 83, 112) for _ in range(rng.randint(1, 6)))),
    lambda rng: Note(text="\n".join(near(rng, 20, 37, 74) for _ in range(rng.randint(1, 2)))),
    lambda rng: Space(lines=rng.randint(1, 6)),
    _facts,
    _table,
    _signature,
)


def _talks(rng: random.Random) -> list[AnyBlock]:
    """Signed facts under headings, as records of talks are."""
    blocks: list[AnyBlock] = []
    for number in range(rng.randint(2, 7)):
        rows = [("时间", "2月7日"), ("地点", "二楼"), *(("谈到", near(rng, 20, 70, 140, 300)) for _ in range(3))]
        blocks.append(Heading(text=f"{number}、谈话"))
        blocks.append(Facts(rows=rows, alone=["谈到"], across=2))
        blocks.append(Signature(roles=rng.sample(_ROLES, 2), day=rng.choice(["", "2024年2月7日"])))
    return blocks


def _nearly_a_page(rng: random.Random) -> list[AnyBlock]:
    """Lines that end before or after the end of a page, with something else among them."""
    blocks: list[AnyBlock] = [Paragraph(text=f"第{number}行。") for number in range(rng.choice([17, 20, 22, 26, 44]))]
    blocks.insert(rng.randrange(len(blocks)), rng.choice(_MAKERS)(rng))
    return blocks


def _blocks(rng: random.Random) -> list[AnyBlock]:
    kind = rng.random()
    if kind < 0.25:
        return _talks(rng)
    if kind < 0.55:
        return _nearly_a_page(rng)
    blocks = [rng.choice(_MAKERS)(rng) for _ in range(rng.randint(1, 12))]
    return [*blocks, signing_list(rng.choice([0, 1, 9, 30, 80, 130]), rng.randint(2, 5))] if kind > 0.85 else blocks


def paper(rng: random.Random) -> Document:
    """A paper; four of five are signed at the end."""
    blocks = _blocks(rng)
    if rng.random() < 0.8:
        blocks.append(Signature(roles=rng.sample(_ROLES, rng.randint(1, 2)), day=rng.choice(["", "2024年2月20日"])))
    return Document(
        form=rng.choice(["F9", "F9", "F11", "F25", "F3"]),
        title=[near(rng, 6, 16, 20, 30, 40) or "标题" for _ in range(rng.choice([1, 1, 2]))],
        subtitle=rng.choice(["", near(rng, 8, 28)]),
        recipient=rng.choice(["", "", "某局："]),
        theme=rng.choice(["", near(rng, 20, 60)]),
        code=rng.choice(["", "J001-F9"]),
        head=rng.choice(["", "7f3a" * 16]),
        draft=rng.random() < 0.3,
        page=rng.choice(get_args(Page)),
        names=NAMES[: rng.randint(0, 5)],
        blocks=blocks,
    )


# --- charts ----------------------------------------------------------------------------------------------------------


def _label(rng: random.Random) -> str:
    return rng.choice([rng.choice(NAMES), near(rng, 2, 3, 6, 12, 17, 40) or "名"])


def _network(rng: random.Random) -> Network:
    count = rng.choice([1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 16, 25])
    team = rng.choice([0, 1, 2, 3, count // 2, count])
    nodes = [NetworkNode(id=f"m{n}", label=_label(rng), central=n < team) for n in range(count)]
    kinds: list[LinkKind] = list(get_args(LinkKind))
    links = [
        NetworkLink(first=f"m{a}", second=f"m{b}", kind=rng.choice(kinds))
        for a in range(count)
        for b in range(a)
        if rng.random() < min(1.0, 4 / count)
    ]
    words: dict[LinkKind, str] = {"pair": "两人谈过", "group": "多人一起谈过", "missing": "必谈，还没有谈"}
    return Network(
        head="党员", central=rng.choice(["", "班子成员"]), lone=rng.choice(["", "还没有谈过"]), link_words=words,
        nodes=nodes, links=links,
    )  # fmt: skip


def _bars(rng: random.Random) -> Bars:
    series = [near(rng, 2, 4) or "项" for _ in range(rng.choice([1, 1, 2, 3, 6]))]
    noted, most = rng.random() < 0.5, rng.choice([1, 5, 30])
    rows = [
        BarRow(
            label=_label(rng),
            values=[rng.randint(0, most) for _ in series],
            limit=rng.choice([None, 0, 1, most]),
            note=near(rng, 0, 10, 16, 40) if noted else "",
        )
        for _ in range(rng.choice([0, 1, 2, 6, 45]))
    ]
    return Bars(
        head="党员", series=series, unit=rng.choice(["", "票"]), limit=rng.choice(["", "一般不超过"]),
        end=rng.choice([0, 0, 40]), rows=rows,
    )  # fmt: skip


def _day(rng: random.Random) -> date:
    return _DAY + timedelta(days=rng.randint(-40, 40) * rng.choice([1, 1, 1, 4, 60]))


def _timeline(rng: random.Random) -> Timeline:
    words = ["方案", "会议", "备案", "报告", "整改", "公示"][: rng.randint(1, 6)]
    rows = [
        TimelineRow(
            label=_label(rng),
            spans=[
                TimeSpan(first=_day(rng), last=_day(rng), state=rng.choice(get_args(SpanState)))
                for _ in range(rng.choice([0, 1, 2]))
            ],
            points=[
                TimePoint(day=_day(rng), word=rng.choice(words), state=rng.choice(get_args(PointState)))
                for _ in range(rng.choice([0, 1, 3]))
            ],
            note=near(rng, 0, 5, 12, 30),
        )
        for _ in range(rng.choice([0, 1, 3, 8, 40]))
    ]
    limits = [TimePoint(day=_day(rng), word=near(rng, 2, 8, 40)) for _ in range(rng.choice([0, 0, 1, 4]))]
    return Timeline(
        head="事项",
        rows=rows,
        today=_DAY + timedelta(days=rng.choice([-900, -30, 0, 0, 30, 900])),
        limits=limits,
        mark_order=rng.choice([[], ["公示", "整改", "报告", "备案", "会议", "方案"]]),
    )


def _heat_map(rng: random.Random) -> HeatMap:
    columns = [near(rng, 2, 4, 9) for _ in range(rng.choice([0, 1, 5, 9, 14]))]
    rows = [
        HeatRow(
            label=_label(rng),
            cells=[
                HeatCell(tone=rng.choice(TONES), words=near(rng, 3), number=rng.choice([0, 1, 12, 345]))
                for _ in columns
            ],
        )
        for _ in range(rng.choice([0, 1, 4, 12, 50]))
    ]
    words: dict[Tone, str] = {"good": "已登记", "wait": "待办", "look": "请核对", "wrong": "须改正", "": "还没有"}
    return HeatMap(head="党支部", columns=columns, rows=rows, tone_words=words)


CHARTS: dict[str, Callable[[random.Random], AnyChart]] = {
    "network": _network,
    "bars": _bars,
    "timeline": _timeline,
    "heat_map": _heat_map,
}


def figure(rng: random.Random, kind: str) -> Figure:
    """A picture of one kind of chart."""
    return Figure(title=near(rng, 6), chart=CHARTS[kind](rng), numbered=rng.random() < 0.5)
