"""The matrices: talks (member × member), attendance (member × record), and criticism (member × member)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import Any

from orglife.adapters.field.port import StoredEntry
from orglife.adapters.grid.board import Board, Cell
from orglife.adapters.grid.cells import pasted_cell
from orglife.adapters.grid.edit import amend, faults_of, set_to, values_of
from orglife.adapters.grid.grid import GridColumn, Key
from orglife.adapters.grid.pasted import GridRow
from orglife.core.formview import Look, Pairs, Ticks, WordsView
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import is_blank
from orglife.core.record.shape import Spec
from orglife.core.rule.campaign import Campaign

Opens = Callable[[str, Mapping[str, Any]], None]
"""Opens the entry of that id in the form; for the id "", a new entry with these initial values."""
ONE_TICK = Spec(path=("tick",), kind="tick", label="")


class PairsBoard(Board):
    """Members × members; a cell opens the record of the pair."""

    def __init__(
        self,
        view: Pairs,
        *arguments: Any,
        dossier: Callable[[], Dossier],
        campaign: Campaign,
        opens: Opens,
        **more: Any,
    ) -> None:
        self.view, self.dossier, self.campaign, self.opens = view, dossier, campaign, opens
        super().__init__(view.kind, *arguments, **more)

    def options(self) -> dict[str, Any]:
        return {"upright": True, "still": True}

    def columns(self) -> Sequence[GridColumn]:
        people = [GridColumn(name, "press") for _, name in self.choices.members()]
        return [GridColumn("党员", "head", names=True), *people, GridColumn("次数", "show")]

    def lines(self) -> list[GridRow]:
        members = self.choices.members()
        return [GridRow(member, [name, *[None] * (len(members) + 1)]) for member, name in members]

    def _together(self) -> dict[frozenset[str], list[tuple[int, str]]]:
        """Pair → (number of participants, id) of each entry with both members, fewest participants first."""
        by_pair: dict[frozenset[str], list[tuple[int, str]]] = {}
        for entry in self.stored:
            people = list(dict.fromkeys(values_of(entry).get(self.view.people) or ()))
            for pair in combinations(people, 2):
                by_pair.setdefault(frozenset(pair), []).append((len(people), entry.id))
        return {pair: sorted(entries) for pair, entries in by_pair.items()}

    def annotate(self) -> None:
        dossier = self.dossier()
        together, must = self._together(), self.view.must(dossier)
        members = self.members
        shown: dict[Key, Look] = {}
        for row in members:
            met = 0
            for place, column in enumerate(members, 1):
                pair = frozenset((row, column))
                entries = together.get(pair, []) if row != column else []
                met += bool(entries)
                shown[row, place] = self._look(entries, must=pair in must, same=row == column)
            shown[row, len(members) + 1] = Look(str(met), "" if met else "must")
        self.grid.annotate(shown=shown)
        self.show_below(self.view.left(dossier, self.campaign))

    @staticmethod
    def _look(entries: Sequence[tuple[int, str]], *, must: bool, same: bool) -> Look:
        if same:
            return Look("", "off", "本人")
        if entries and entries[0][0] == 2:  # noqa: PLR2004  only the two of them
            return Look("✓", "good", "已谈")
        if must:
            return Look("必谈", "must", "应谈未谈")
        return Look("○", "good", "多人一起谈过") if entries else Look("", "", "未谈")

    def pressed(self, row: str, column: int) -> None:
        members = self.members
        other = members[column - 1]
        entries = self._together().get(frozenset((row, other)), [])
        self.opens(entries[0][1] if entries else "", {self.view.people: [row, other], self.view.first: row})
        self.grid.go_to(f".of-t-{self.kind.TYPE} .of-place")


class TicksBoard(Board):
    """Members × records: attendance."""

    def __init__(self, view: Ticks, *arguments: Any, **more: Any) -> None:
        self.view = view
        super().__init__(view.kind, *arguments, **more)

    def options(self) -> dict[str, Any]:
        return {"foot": True}

    def columns(self) -> Sequence[GridColumn]:
        days = [GridColumn(self.view.title(values_of(entry)), "tick", all=True) for entry in self.stored]
        return [GridColumn("党员", "head", names=True), *days, GridColumn("次数", "show")]

    def lines(self) -> list[GridRow]:
        attendance = [set(values_of(entry).get(self.view.people) or ()) for entry in self.stored]
        return [
            GridRow(member, [name, *(member in present for present in attendance), None])
            for member, name in self.choices.members()
        ]

    def annotate(self) -> None:
        entries = self.stored
        later = [self.view.later(values_of(one)) for one in entries]
        shown: dict[Key, Look] = {}
        notes: dict[str, list[tuple[str, str]]] = {}
        for row in self.grid.rows:
            count = sum(cell is True for cell in row.cells[1:-1])
            made_up = [place for place, who in enumerate(later) if row.key in who]
            tone = "" if count or made_up else "must"
            shown[row.key, len(entries) + 1] = Look(f"{count}，补学{len(made_up)}" if made_up else str(count), tone)  # type: ignore[arg-type]  # a literal
        for place in range(1, len(entries) + 1):
            shown["foot", place] = Look(f"{sum(row.cells[place] is True for row in self.grid.rows)}人")
        shown["foot", 0] = Look("到会")
        self.grid.annotate(shown=shown, notes=notes)
        # without records, the table would hold only names: hide it
        parts = (self.head, *((self.grid,) if entries else ()), self.below, self.status)
        if self.box.children != parts:
            self.box.children = parts
        self.show_below(
            []
            if entries
            else [Look("还没有登记学习，请点上面的“新增”。登记一次，这里多一列，谁参加了就在他那一行打勾。")]
        )

    def save_cells(self, changes: dict[Cell, Any]) -> None:
        order = self.members
        for place, entry in enumerate(self.stored, 1):
            ticks = {row: value for (row, column), value in changes.items() if column == place}
            if ticks:
                amend(self.port, self.kind, entry.id, {self.view.people: partial(ticked, ticks, order)}, {})

    def pasted(self, column: int, text: str) -> Any:
        return pasted_cell(ONE_TICK, text, self.ctx) if column else text.strip()


def ticked(ticks: Mapping[str, Any], order: Sequence[str], now: Any) -> list[str]:
    """Add and remove members of a list; keep it in the order of the roster if it was in that order.

    Args:
        ticks: Member → whether to be in the list; others stay as they are.
        order: The members in the order of the roster.
        now: The list now; None = empty.
    """
    remaining = [member for member in now or () if ticks.get(member, True) is True]
    added = [member for member in order if ticks.get(member) is True and member not in remaining]
    rank = {member: place for place, member in enumerate(order)}
    ranks = [rank.get(member, -1) for member in remaining]
    both = [*remaining, *added]
    return both if ranks != sorted(ranks) else sorted(both, key=lambda member: rank.get(member, -1))


class WordsBoard(Board):
    """Members × members: the text of one member's criticism of another."""

    def __init__(self, view: WordsView, *arguments: Any, begin: Mapping[str, Any], **more: Any) -> None:
        self.view, self.begin = view, dict(begin)
        super().__init__(view.kind, *arguments, **more)

    def options(self) -> dict[str, Any]:
        return {"foot": True}

    def columns(self) -> Sequence[GridColumn]:
        people = [GridColumn(name, "words") for _, name in self.choices.members()]
        return [GridColumn("批评人＼对象", "head", names=True), *people, GridColumn("提出", "show")]

    def _entries(self) -> dict[tuple[str, str], list[StoredEntry]]:
        """(author, target) → the entries of this round."""
        by_pair: dict[tuple[str, str], list[StoredEntry]] = {}
        now = int(self.begin.get("round", 1))
        for entry in self.stored:
            values = values_of(entry)
            if int(values.get("round") or 1) == now:
                pair = (str(values.get(self.view.row) or ""), str(values.get(self.view.column) or ""))
                by_pair.setdefault(pair, []).append(entry)
        return by_pair

    def lines(self) -> list[GridRow]:
        entries, members = self._entries(), self.choices.members()
        text = {
            pair: "\n".join(str(values_of(one).get(self.view.text) or "") for one in of_pair)
            for pair, of_pair in entries.items()
        }
        return [
            GridRow(row, [name, *(text.get((row, column), "") for column, _ in members), None]) for row, name in members
        ]

    def annotate(self) -> None:
        entries, members = self._entries(), self.members
        shown: dict[Key, Look] = {}
        errors: dict[Key, str] = {}
        notes: dict[str, list[tuple[str, str]]] = {}
        names = dict(self.choices.members())
        for (row, target), of_pair in entries.items():
            for wrong in [
                text for one in of_pair for name, text in faults_of(self.kind, one) if name == self.view.text
            ]:
                if target in names:
                    errors[row, members.index(target) + 1] = wrong
                notes.setdefault(row, []).append((f"{names.get(target, target)}：{wrong}", "err"))
        for row in members:
            criticisms = sum(len(of_pair) for (author, _), of_pair in entries.items() if author == row)
            shown[row, len(members) + 1] = Look(f"{criticisms}条", "" if criticisms else "must")
            for place, column in enumerate(members, 1):
                several = len(entries.get((row, column), ())) > 1
                if row == column:
                    shown[row, place] = Look("", "off", "本人")
                elif several:
                    shown[row, place] = Look("", "off", "有几条，请在下面逐条修改")
        for place, column in enumerate(members, 1):
            received = sum(len(of_pair) for (_, target), of_pair in entries.items() if target == column)
            shown["foot", place] = Look(f"收到{received}条", "" if received else "must")
        shown["foot", 0] = Look("合计")
        shown["foot", len(members) + 1] = Look(f"{sum(len(of_pair) for of_pair in entries.values())}条")
        self.grid.annotate(shown=shown, errors=errors, notes=notes)

    def save_cells(self, changes: dict[Cell, Any]) -> None:
        members = self.members
        entries = self._entries()
        for (row, place), text in changes.items():
            pair = (row, members[place - 1])
            mine = entries.get(pair, [])
            if not mine and not is_blank(text):
                begin = {**self.begin, self.view.row: pair[0], self.view.column: pair[1]}
                amend(self.port, self.kind, self.port.new_id(), {self.view.text: set_to(text)}, begin)
            elif len(mine) == 1 and is_blank(text) and self._is_bare(mine[0]):
                self.port.remove(mine[0].id, mine[0].version)
            elif len(mine) == 1:
                amend(self.port, self.kind, mine[0].id, {self.view.text: set_to(text)}, {})

    def _is_bare(self, entry: StoredEntry) -> bool:
        """Whether an entry holds only author, target, text and initial values."""
        known = {"id", self.view.row, self.view.column, self.view.text, *self.begin}
        return all(name in known for name, value in values_of(entry).items() if not is_blank(value))
