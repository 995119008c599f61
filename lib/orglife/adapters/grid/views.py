"""Make the board of a view that a stage declares, with its title and hint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orglife.adapters.field.context import Choices
from orglife.adapters.field.port import Port
from orglife.adapters.grid.board import Board
from orglife.adapters.grid.edit import Fill
from orglife.adapters.grid.entry_table import EntryTableBoard
from orglife.adapters.grid.follow_up import FollowUpBoard
from orglife.adapters.grid.ledger import LedgerBoard
from orglife.adapters.grid.matrices import Opens, PairsBoard, TicksBoard, WordsBoard
from orglife.adapters.grid.records_table import TableBoard
from orglife.core.formview import EntryTable, FollowUp, Ledger, Pairs, Ticks, TypedView, WordsView
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign

PAIRS_HINT = "点一格打开两人的谈话记录；还没有的，新开一条，两人已经填好。用方向键走格，回车打开。✓ 是两人谈过，○ 是多人一起谈过。"
TICKS_HINT = "勾上参加的人。空格打勾，方向键走格，Ctrl+Z 撤销；可从 Excel 或 WPS 粘贴。"
WORDS_HINT = "点一格直接写会上原话；Ctrl+回车到下一格，Esc 放弃这一格的修改，Ctrl+Z 撤销。"
TABLE_HINT = "每名党员一行，填一格存一格；可从 Excel 或 WPS 粘贴，Ctrl+Z 撤销。"


def board_of(
    view: TypedView,
    port: Port,
    *,
    choices: Choices,
    on_saved: Callable[[], None],
    begin: Mapping[str, Any],
    dossier: Callable[[], Dossier],
    campaign: Campaign,
    opens: Opens,
    fill: Fill | None = None,
    begin_of: Callable[[str], Mapping[str, Any]] = lambda _: {},
) -> Board:
    """Make the board of a view.

    Args:
        view: The stage's declaration.
        port: Stores the view's records.
        choices: The options of the fields.
        on_saved: Called after every save.
        begin: Initial values of a new record.
        dossier: Returns the branch's current records.
        campaign: The campaign in force.
        opens: Opens an entry in the form.
        fill: Returns what follows from the values of an entry.
        begin_of: Returns the initial values of a member's new record.
    """
    label = view.kind.LABEL
    common: dict[str, Any] = {"choices": choices, "on_saved": on_saved}
    more: dict[str, Any] = {"dossier": dossier, "campaign": campaign, "opens": opens}
    if isinstance(view, Ledger):
        return LedgerBoard(view, port, rows=lambda: view.rows(dossier(), campaign), opens=opens, **common)
    if isinstance(view, Pairs):
        return PairsBoard(view, port, title=f"谁与谁谈过（{label}）", hint=PAIRS_HINT, **more, **common)
    if isinstance(view, Ticks):
        return TicksBoard(view, port, title=f"签到（{label}）", hint=TICKS_HINT, **common)
    if isinstance(view, WordsView):
        return WordsBoard(view, port, title="相互批评对照表", hint=WORDS_HINT, begin=begin, **common)
    if isinstance(view, FollowUp):
        return FollowUpBoard(view, port, fill=fill, **more, **common)
    if isinstance(view, EntryTable):
        return EntryTableBoard(view, port, begin=begin, fill=fill, **more, **common)
    more = {"begin": begin, "begin_of": begin_of, "dossier": dossier, "campaign": campaign}
    return TableBoard(view, port, title=f"{label}一览", hint=TABLE_HINT, **more, **common)
