"""Charts as shapes: nothing leaves its bounds, nothing hides another, and every number is told in words as well."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pypdf
import pytest

from orglife.adapters.print import docx, html, typst
from orglife.adapters.print.picture.draw import POINTS, draw, draw_parts, drawn_on_page, on_screen
from orglife.adapters.print.picture.network import LINK_LOOKS
from orglife.adapters.print.picture.shapes import (
    FILLS,
    Drawing,
    DrawnBox,
    DrawnCurve,
    DrawnLines,
    DrawnText,
    Shape,
    tone_mark,
    wrapped,
)
from orglife.core.errors import MissingGlyph
from orglife.core.paper.block import Bundle, Document, Figure, Heading, Signature, Table
from orglife.core.paper.chart.bars import BarRow, Bars
from orglife.core.paper.chart.base import Tone
from orglife.core.paper.chart.heat_map import HeatCell, HeatMap, HeatRow
from orglife.core.paper.chart.kinds import AnyChart
from orglife.core.paper.chart.network import LinkKind, Network, NetworkLink, NetworkNode
from orglife.core.paper.chart.timeline import Timeline, TimelineRow, TimePoint, TimeSpan
from tests.adapters.print.papers import NOON
from tests.adapters.print.verapdf import failures
from tests.marks import thorough

DAY = date(2024, 3, 15)
LONG = "阿卜杜热合曼·麦麦提明" * 4
EDGE = 0.6  # px: rounding of coordinates


def names(count: int, long: bool = False) -> list[str]:
    return [LONG if long and number % 3 == 0 else f"王小{number}" for number in range(count)]


def network(count: int, *, team: int = 3, long: bool = False) -> Network:
    people = names(count, long)
    within = [(f"m{a}", f"m{b}") for a, b in combinations(range(min(team, count)), 2)]
    kinds: list[LinkKind] = ["pair", "missing", "group"]
    links = [NetworkLink(first=a, second=b, kind=kinds[n % 3]) for n, (a, b) in enumerate(within)]
    links += [NetworkLink(first=f"m{n % team}", second=f"m{n}") for n in range(team, count - 1)]
    return Network(
        head="党员",
        central="班子成员",
        lone="还没有谈过",
        link_words={"pair": "两人谈过", "group": "多人一起谈过", "missing": "必谈，还没有谈"},
        nodes=[NetworkNode(id=f"m{n}", label=name, central=n < team) for n, name in enumerate(people)],
        links=links,
    )


def bars(count: int, *, long: bool = False) -> Bars:
    rows = [
        BarRow(label=name, values=[n * 7 + 11, n % 4, 1, 0, n % 2], limit=n + 2, note=LONG if long else "评定：合格")
        for n, name in enumerate(names(count, long))
    ]
    series = ["优秀", "合格", "基本合格", "不合格", "弃权"]
    return Bars(head="党员", series=series, unit="票", limit="一般不超过", rows=rows)


def timeline(count: int, *, long: bool = False) -> Timeline:
    rows = [
        TimelineRow(
            label=name,
            spans=[TimeSpan(first=DAY - timedelta(days=40), last=DAY - timedelta(days=n), state="open")],
            points=[
                TimePoint(day=DAY + timedelta(days=n * 3), word="时限", state="due"),
                TimePoint(day=DAY - timedelta(days=n), word="完成", state="late" if n % 2 else "done"),
            ],
            note=LONG if long else f"还有{n * 3}天",
        )
        for n, name in enumerate(names(count, long))
    ]
    limits = [TimePoint(day=DAY + timedelta(days=n), word="时限" + (LONG if long else "")) for n in (2, 3, 90)]
    return Timeline(head="整改事项", rows=rows, today=DAY, limits=limits)


def heat_map(count: int, *, long: bool = False) -> HeatMap:
    tones: list[Tone] = ["good", "wait", "look", "wrong", ""]
    rows = [
        HeatRow(
            label=name,
            cells=[HeatCell(tone=tones[(n + c) % 5], words=f"须改正{n * 9 + c}", number=n * 9 + c) for c in range(9)],
        )
        for n, name in enumerate(names(count, long))
    ]
    words: dict[Tone, str] = {"good": "已登记", "wait": "待办", "look": "请核对", "wrong": "须改正", "": "还没有登记"}
    columns = [LONG if long and number == 0 else f"阶段{number}" for number in range(9)]
    return HeatMap(head="党支部", columns=columns, rows=rows, tone_words=words)


def charts(count: int, *, long: bool = False) -> list[AnyChart]:
    return [
        network(count, long=long), network(count, team=min(count, 12), long=long), bars(count, long=long),
        timeline(count, long=long), heat_map(count, long=long),
    ]  # fmt: skip


SIZES = [(0, False), (1, False), (2, False), (4, False), (9, False), (10, True), (13, False), (50, False), (50, True)]


def every_chart() -> Iterator[AnyChart]:
    for count, long in SIZES:
        yield from charts(count, long=long)


def outside(drawing: Drawing) -> list[object]:
    """Shapes that leave the drawing."""
    return [
        shape
        for shape in drawing.shapes
        if (edge := shape.extent()).left < -EDGE
        or edge.top < -EDGE
        or edge.right > drawing.wide + EDGE
        or edge.bottom > drawing.high + EDGE
    ]


@pytest.mark.parametrize("wide", [480.0, 720.0, 920.0])
def test_every_shape_lies_within_the_picture(wide: float) -> None:
    for chart in every_chart():
        drawing = draw(chart, wide)
        assert outside(drawing) == [], chart.kind
        assert drawing.wide == wide


@pytest.mark.parametrize("wide", [520.0, 720.0, 920.0])
def test_no_text_covers_another(wide: float) -> None:
    for chart in every_chart():
        texts = [(shape, shape.extent()) for shape in draw(chart, wide).shapes if isinstance(shape, DrawnText)]
        for (one, a), (other, b) in combinations(texts, 2):
            across = min(a.right, b.right) - max(a.left, b.left)
            upwards = min(a.bottom, b.bottom) - max(a.top, b.top)
            assert across < 1 or upwards < 2, (chart.kind, one.text, other.text)


def test_no_box_of_a_person_covers_another() -> None:
    for chart in [chart for chart in every_chart() if isinstance(chart, Network)]:
        drawing = on_screen(chart)
        boxes = [s.extent() for s in drawing.shapes if isinstance(s, DrawnBox) and s.radius == 6]
        assert len(boxes) == len(chart.nodes)
        for a, b in combinations(boxes, 2):
            assert min(a.right, b.right) - max(a.left, b.left) < 1 or min(a.bottom, b.bottom) - max(a.top, b.top) < 1


def behind(chart: Network) -> list[int]:
    """For each link, the number of third boxes that its line passes behind."""
    drawing = on_screen(chart)
    boxes = [s.extent() for s in drawing.shapes if isinstance(s, DrawnBox) and s.radius == 6]
    counts = []
    for curve in [shape for shape in drawing.shapes if isinstance(shape, DrawnCurve)]:
        touched = {
            number
            for number, box in enumerate(boxes)
            for x, y in curve.points(200)
            if box.left < x < box.right and box.top < y < box.bottom
        }
        counts.append(len(touched) - 2)
    return counts


def test_a_line_does_not_pass_behind_a_third_person() -> None:
    """It would be read as two talks with that person."""
    across = network(9)
    pairs = [NetworkLink(first=f"m{a}", second=f"m{b}") for a, b in combinations(range(3, 9), 2)]
    for pair in pairs:
        assert set(behind(across.model_copy(update={"links": [pair]}))) == {0}, pair
    for count in (2, 4, 7, 9, 12):
        assert set(behind(network(count))) <= {0}
    many = behind(network(50))
    assert sum(map(bool, many)) <= len(many) // 20


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


def test_words_and_table_hold_all_labels_and_numbers() -> None:
    chart = bars(9)
    for row in chart.rows:
        told = [str(value) for value in (*row.values, row.limit)]
        assert set(told) <= numbers_in(chart.words())
        (cells,) = [cells for cells in chart.numbers().rows if cells[0] == row.label]
        assert cells[1:-1] == told
    over_time = timeline(9)
    for row in over_time.rows:
        for point in row.points:
            words = f"{point.day.year}年{point.day.month}月{point.day.day}日"
            assert words in over_time.words()
            assert words in str(over_time.numbers().rows)
        assert row.note in over_time.words()
    assert all(str(row.cells[3].number) in numbers_in(heat_map(9).words()) for row in heat_map(9).rows)
    talks = network(9)
    assert "王小0：两人谈过4人（王小1、王小3、王小6）" not in talks.words()
    assert "王小0：两人谈过3人（王小1、王小3、王小6）；必谈，还没有谈1人（王小2）。" in talks.words()
    assert "王小8：还没有谈过。" in talks.words()


def test_a_long_name_is_whole_in_the_words_though_the_picture_shortens_it() -> None:
    for chart in charts(9, long=True):
        assert LONG in chart.words()
        assert any(LONG in cell for row in chart.numbers().rows for cell in row)
    assert wrapped(LONG, 100)[-1].endswith("…")
    assert "".join(wrapped("王建国", 100)) == "王建国"


def grey(shapes: Iterator[Shape]) -> str:
    """Shapes as a print in black and white tells them apart: without colours and places."""
    return re.sub(r'#[0-9a-f]{6}|(?<=[" ML])-?[\d.]+', "", "".join(shape.svg() for shape in shapes))


def test_states_differ_without_colour() -> None:
    """A state is known by its mark, a link by its line, a series by its pattern: the first two differ as dark and light."""
    tones: list[Tone] = ["good", "wait", "look", "wrong", ""]
    assert len({grey(tone_mark(0, 0, tone)) for tone in tones}) == 5
    patterns = [grey(fill(0, 0, 90, 20)) for fill in FILLS]
    assert len(set(patterns)) == 5
    kinds: list[LinkKind] = ["pair", "group", "missing"]
    lines = [DrawnLines((((0, 0), (9, 9)),), *LINK_LOOKS[kind]) for kind in kinds]
    assert len({(line.thick, line.dash) for line in lines}) == 3


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert [draw(c, 720).svg(c.words()) for c in every_chart()] == [draw(c, 720).svg(c.words()) for c in every_chart()]


def test_a_picture_is_a_picture_with_its_numbers_as_text() -> None:
    figure = Figure(title="得票<&\"'", chart=bars(2))
    svg = ET.fromstring(on_screen(figure.chart).svg(figure.alternative))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == figure.alternative


def test_user_text_stays_text() -> None:
    bad = "<script>alert(1)</script>&\u202e\x07"
    figure = Figure(title="题", chart=Bars(head="人", series=["数"], rows=[BarRow(label=bad, values=[1])]))
    for shown in (html.figure_html(figure), html.fragment([paper(figure)])):
        assert "<script" not in shown
        assert "\u202e" not in shown
        assert "\x07" not in shown


def paper(*blocks: Figure | Table | Heading | Signature, page: str = "P") -> Document:
    return Document(form="附图", title=["图"], page=page, blocks=list(blocks))  # type: ignore[arg-type]


def all_figures(count: int, *, long: bool = False) -> list[Figure]:
    return [Figure(title=f"图{n}", chart=chart) for n, chart in enumerate(charts(count, long=long))]


@pytest.mark.parametrize("page", ["P", "T", "L"])
def test_a_long_picture_is_drawn_in_parts_that_fit_on_a_page(page: str) -> None:
    whole = bars(50)
    parts = drawn_on_page(Figure(title="得票", chart=whole), page)  # type: ignore[arg-type]
    assert len(parts) > 1
    room = {"P": 225, "T": 235, "L": 168}[page] / 25.4 * 72 / POINTS
    assert all(part.drawing.high <= room for part in parts)
    assert "".join(part.words.removeprefix("得票。") for part in parts) == whole.words()


def test_a_network_higher_than_a_page_is_made_smaller() -> None:
    (part,) = drawn_on_page(Figure(title="谈话", chart=network(50, long=True)), "P")
    assert part.drawing.high / part.drawing.wide * part.wide <= 225 / 25.4 * 72


def test_parts_share_one_scale() -> None:
    for chart in (bars(50), timeline(50)):
        drawn = [part for part, _ in draw_parts(chart, 600, 400)]
        assert len(drawn) > 1
        scales = {
            part.most if isinstance(part, Bars) else part.days for part in drawn if isinstance(part, Bars | Timeline)
        }
        assert len(scales) == 1
    assert len(draw_parts(network(50), 600, 100)) == 1


@thorough
def test_pdf_with_pictures_conforms_and_is_the_same_twice(tmp_path: Path) -> None:
    blocks = [Heading(text="一、图"), *all_figures(9), *all_figures(50, long=True), Signature(roles=["支部书记"])]
    bundle = Bundle(documents=[paper(*blocks), paper(*all_figures(1), page="L")], title="图", branch="支部", final=True)
    content = typst.pdf(bundle, timestamp=NOON)
    assert failures(content, tmp_path, "3a", "ua1") == {"3a": [], "ua1": []}
    assert typst.pdf(bundle, timestamp=NOON) == content
    reader = pypdf.PdfReader(io.BytesIO(content))
    objects = [reader.get_object(number) for number in range(1, int(reader.trailer["/Size"]))]
    alternatives = {str(each["/Alt"]) for each in objects if isinstance(each, dict) and "/Alt" in each}
    assert f"图2。{bars(9).words()}" in alternatives
    assert f"图0。{network(9).words()}" in alternatives


def test_a_rare_character_in_a_picture_is_checked_before_printing() -> None:
    chart = Bars(head="人", series=["数"], rows=[BarRow(label="\U0001f600", values=[1])])
    with pytest.raises(MissingGlyph):
        typst.pdf(Bundle(documents=[paper(Figure(title="题", chart=chart))]), timestamp=NOON)


def test_word_gets_the_numbers_as_a_table_once() -> None:
    def rows(*blocks: Figure | Table) -> int:
        content = docx.docx(Bundle(documents=[paper(*blocks)]), timestamp=NOON)
        return ZipFile(io.BytesIO(content)).read("word/document.xml").decode().count("王小1")

    figure = Figure(title="得票", chart=bars(3))
    assert rows(figure) == 1
    assert rows(figure.model_copy(update={"numbered": True}), figure.table()) == 1


def test_html_adds_no_table_where_the_paper_has_its_own() -> None:
    figure = Figure(title="得票", chart=bars(3))
    assert "<details>" in html.page(Bundle(documents=[paper(figure)]))
    assert "<details>" not in html.page(Bundle(documents=[paper(figure.model_copy(update={"numbered": True}))]))


def test_a_chart_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="values for"):
        Bars(head="人", series=["甲", "乙"], rows=[BarRow(label="一", values=[1])])
    with pytest.raises(ValueError, match="unknown nodes"):
        Network(head="人", nodes=[], links=[NetworkLink(first="a", second="b")], link_words={})
    with pytest.raises(ValueError, match="columns"):
        HeatMap(head="人", columns=["甲"], rows=[HeatRow(label="一", cells=[])], tone_words={})


def test_the_line_is_called_today_only_on_that_day() -> None:
    figure = Figure(title="进度", chart=timeline(1))
    assert "截至3月15日" in html.figure_html(figure.seen_on(DAY + timedelta(days=1)))
    assert "今天3月15日" in html.figure_html(figure.seen_on(DAY))


def test_a_day_long_after_all_others_does_not_squeeze_them() -> None:
    """A campaign of 2024 looked at in 2026: its days stay apart, and the picture says that its line is beyond them."""
    chart = timeline(4).model_copy(update={"today": date(2026, 12, 1)})
    assert chart.days[1] < date(2024, 7, 1)
    assert "截至2026年12月1日（在图外）" in draw(chart, 720).svg("")
    assert "截至2026年12月1日" in chart.words()
    near = timeline(4).model_copy(update={"today": date(2024, 6, 25)})
    assert near.days[1] == max(date(2024, 6, 25), *(point.day for point in near.limits))
    assert outside(draw(chart, 720)) == []


def test_days_far_apart_stay_in_the_picture() -> None:
    points = [TimePoint(day=date(1924, 1, 1), word="完成"), TimePoint(day=date(2204, 12, 31), word="时限", state="due")]
    chart = Timeline(head="事项", rows=[TimelineRow(label="一", points=points)], today=DAY)
    assert outside(draw(chart, 720)) == []
    one_day = Timeline(head="事项", rows=[TimelineRow(label="一")], today=DAY)
    assert outside(draw(one_day, 720)) == []
