"""The order in which every paper lists rectification items."""

from __future__ import annotations

from collections.abc import Sequence

from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import natural_key
from orglife.stages.rectification.record import RectItem


def by_source(sheet: Sheet, items: Sequence[RectItem]) -> list[RectItem]:
    """Sort items: open items carried over from last year first, then by source, then in order of entry."""
    rank = {key: n for n, key in enumerate(sheet.campaign.rect_sources)}

    def place(item: RectItem) -> tuple[object, ...]:
        not_carried = not item.carried_from or item.status == "done"
        return not_carried, rank.get(item.source, len(rank)), natural_key(item.id)

    return sorted(items, key=place)
