"""A picture beside its matrix, or below it when the matrix is wide."""

from __future__ import annotations

from types import SimpleNamespace

import ipywidgets as W
import pytest

from orglife.adapters.panel.figure import FigurePanel


@pytest.mark.parametrize(
    ("columns", "figure", "flex"),
    [(14, "<svg/>", "1 1 0"), (15, "<svg/>", "0 0 100%"), (14, "", "0 0 100%")],
)
def test_a_narrow_matrix_leaves_room_for_its_picture(columns: int, figure: str, flex: str) -> None:
    refreshed: list[int] = []
    grid = SimpleNamespace(columns=[None] * columns)
    board = SimpleNamespace(box=W.VBox(), grid=grid, refresh=lambda: refreshed.append(1))
    panel = FigurePanel(lambda: figure, board)  # type: ignore[arg-type]
    assert board.box.layout.flex == flex
    assert panel.box.children[0] is board.box
    panel.refresh()
    assert refreshed == [1]
    assert panel.box.children[1].value == figure
