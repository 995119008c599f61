"""The bureau's overview in a page: all branches by stage, chosen by superior, state and name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as W

from orglife.adapters.panel.branch_board import BoardFilter, BranchBoard
from orglife.adapters.print import notebook_html
from orglife.adapters.print.html import figure_html
from orglife.bureau import filters
from orglife.bureau.overview import Overview
from orglife.bureau.renewing import OverviewRenewal
from orglife.bureau.superior import Superior
from orglife.core.record.dossier import day_words
from orglife.desk.front_pages import before_overview, branch_details, overview_figures
from orglife.desk.loans import end_loan_panel
from orglife.home.progress import branch_stages


class OverviewDesk:
    """The table and the pictures below it.

    Args:
        superior: Returns the bureau and all branches as they are now.
    """

    def __init__(self, superior: Callable[[], Superior]) -> None:
        self._superior = superior
        self._renewal = OverviewRenewal(superior().office, superior().as_of)
        self._renewal.begin()
        self._overview: Overview = superior().overview
        self.board = BranchBoard(self)
        self._before, self._figures, self.box = W.HTML(), W.HTML(), W.VBox()
        self.lent = end_loan_panel(superior().office, self._draw) if superior().office.store.on_server else None
        self._draw()

    def refresh(self) -> None:
        """Show the branches as they are now."""
        self._renewal.begin()
        self._overview = self._superior().overview
        self.board.refresh()
        self._draw()

    def renew(self) -> None:
        """Check only the branches that changed, and redraw the table if there are any."""
        renewed = self._renewal.renewed(self._overview)
        if renewed is not None:
            self._overview = renewed
            self.board.refresh()
        self._draw()

    def view(self, chosen: BoardFilter, most: int) -> Mapping[str, Any]:
        """See ``BoardPort``."""
        overview = self._overview
        standings = filters.Filter(chosen.group, chosen.state, chosen.name).chosen(overview)
        in_group = filters.Filter(chosen.group, "", chosen.name).chosen(overview)
        every = len(overview.standings)
        number = f"{every}个支部" if len(standings) == every else f"{every}个支部中的{len(standings)}个"
        ask = "点一格，看这个支部的核对结果。" if standings else "没有这样的支部。"
        return {
            "title": f"截至{day_words(overview.as_of)}，{number}。{ask}",
            "heads": ["党支部", *(stage.title for stage in branch_stages())],
            "rows": filters.table(standings[:most]),
            "groups": filters.superiors(overview),
            "states": filters.states(overview, in_group),
            "left": max(len(standings) - most, 0),
        }

    def details(self, branch: str, place: int | None) -> str:
        """See ``BoardPort``."""
        standing = next((s for s in self._overview.standings if s.branch == branch), None)
        if standing is None:
            return notebook_html.sentence_html("这个支部已经不在这里了。")
        stages = branch_stages() if place is None else branch_stages()[place : place + 1]
        made = self._superior().papers_of(branch)
        papers = [(stage.title, made[stage.notebook]) for stage in stages if stage.notebook in made]
        return branch_details(standing, "" if place is None else stages[0].key) + (
            notebook_html.files_html("已经出的文件：", papers) if papers else ""
        )

    def _draw(self) -> None:
        office = self._superior().office
        self._before.value = before_overview(office)
        self._figures.value = "".join(map(figure_html, overview_figures(office, self._overview)))
        # a page may be open before any branch comes
        below = (self.board, self._figures) if self._overview.standings else ()
        if self.lent is not None:
            self.lent.refresh()
            below = (*below, self.lent.box)
        if len(self.box.children) != 1 + len(below):
            self.box.children = (self._before, *below)
