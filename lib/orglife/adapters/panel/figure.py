"""A picture on a page of forms, alone or beside a matrix; it follows what is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as W

from orglife.adapters.field.context import put_html
from orglife.adapters.grid.board import Board

NARROW = 14
"""Most columns of a matrix with its picture beside it; a wider matrix has the picture below."""


class FigurePanel:
    """A picture.

    Args:
        make: Returns its HTML; "" = there is nothing to show yet.
        board: The matrix beside it; None = the picture alone.
    """

    def __init__(self, make: Callable[[], str], board: Board | None = None) -> None:
        self._make, self._board = make, board
        self._figure = W.HTML()
        self._figure.add_class("of-figure-box")
        parts: tuple[Any, ...] = (self._figure,) if board is None else (board.box, self._figure)
        if board is not None:
            board.box.layout = W.Layout()  # its own: the widgets of a board share one, and only the box may stretch
        self.box = W.HBox(parts)
        for name in ("of", "of-beside"):
            self.box.add_class(name)
        self._show()

    def _show(self) -> None:
        figure = self._make()
        put_html(self._figure, figure)
        if self._board is not None:
            narrow = figure and len(self._board.grid.columns) <= NARROW
            self._board.box.layout.flex = "1 1 0" if narrow else "0 0 100%"

    def refresh(self) -> None:
        """Show what was saved."""
        if self._board is not None:
            self._board.refresh()
        self._show()
