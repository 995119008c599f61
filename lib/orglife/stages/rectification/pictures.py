"""Rectification over time: each item from the meeting to its time limit, with a line at the day of the check."""

from __future__ import annotations

from datetime import date

from orglife.core.paper.block import Figure
from orglife.core.paper.chart.timeline import Timeline, TimelineRow, TimePoint, TimeSpan
from orglife.core.paper.paper import Sheet
from orglife.stages.rectification.record import RectItem
from orglife.stages.shared.rounds import meeting_day

DONE, DUE = "完成", "时限"


def items_over_time(sheet: Sheet) -> Figure | None:
    """All items, those that are due first on top; None without items."""
    items = sorted(sheet.dossier.all(RectItem), key=lambda item: (item.due is None, item.due, item.id))
    if not items:
        return None
    begun, today = meeting_day(sheet.dossier), sheet.dossier.as_of
    rows = [
        TimelineRow(
            label=f"{_owner(sheet, item)}：{item.title}",
            spans=_spans(item, begun, today),
            points=_points(item),
            note=_state(item, today),
        )
        for item in items
    ]
    return Figure(title="整改进度", chart=Timeline(head="整改事项", rows=rows, today=today))


def _owner(sheet: Sheet, item: RectItem) -> str:
    return sheet.dossier.name(item.owner) if item.owner else "支部"


def _spans(item: RectItem, begun: date | None, today: date) -> list[TimeSpan]:
    """The time worked on an item: done, or still open until the day of the check; what passed its limit is late."""
    end = item.done_on if item.status == "done" else today
    if end is None:
        return []
    limit = min(end, item.due) if item.due else end
    spans = []
    if begun is not None and begun < limit:
        spans.append(TimeSpan(first=begun, last=limit, state="done" if item.status == "done" else "open"))
    if limit < end:
        spans.append(TimeSpan(first=limit, last=end, state="late"))
    return spans


def _points(item: RectItem) -> list[TimePoint]:
    due = [TimePoint(day=item.due, word=DUE, state="due")] if item.due else []
    done = [TimePoint(day=item.done_on, word=DONE)] if item.status == "done" and item.done_on else []
    return [*due, *done]


def _state(item: RectItem, today: date) -> str:
    if item.status == "done":
        late = (item.done_on - item.due).days if item.done_on and item.due else 0
        return f"已完成，晚{late}天" if late > 0 else "已完成" if item.done_on else "已完成，没有登记日期"
    if item.due is None:
        return "没有登记时限"
    left = (item.due - today).days
    return f"还有{left}天" if left > 0 else f"已超期{-left}天" if left else "今天到期"
