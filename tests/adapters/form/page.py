"""A table as the page has it: what somebody does in the browser, without one."""

from __future__ import annotations

import json
from typing import Any

from orglife.adapters.grid.grid import Grid


class Page:
    """The browser's side of a table: it keeps rows of its own and speaks in messages, as ``grid.js`` does."""

    def __init__(self, control: Any) -> None:
        self.grid: Grid = control if isinstance(control, Grid) else control.grid
        self.names = [one.name for one in getattr(control, "inner", [])]
        self.number = 0
        self.made = 0

    @property
    def rows(self) -> list[dict[str, Any]]:
        return json.loads(json.dumps(self.grid.given["rows"]))

    def _say(self, content: dict[str, Any]) -> None:
        """As from the websocket: through the guard, as JSON."""
        self.grid._handle_custom_msg(json.loads(json.dumps(content)), [])

    def send(self, rows: list[dict[str, Any]], *, turn: int | None = None) -> None:
        self.number = max(self.number, self.grid.given["n"]) + 1
        latest = self.grid.given["turn"] if turn is None else turn
        self._say({"rows": rows, "n": self.number, "by": "page", "turn": latest})

    def column(self, name: str | int) -> int:
        return name if isinstance(name, int) else self.names.index(name)

    def type(self, row: int, name: str | int, value: Any) -> None:
        rows = self.rows
        rows[row]["v"][self.column(name)] = value
        self.send(rows)

    def add(self) -> None:
        self.made += 1
        self.send([*self.rows, {"k": f"js{self.made}", "v": [None] * len(self.grid.columns)}])

    def move(self, row: int, step: int) -> None:
        rows = self.rows
        rows[row], rows[row + step] = rows[row + step], rows[row]
        self.send(rows)

    def drop(self, row: int) -> None:
        rows = self.rows
        del rows[row]
        self.send(rows)

    def paste(self, row: int, name: str | int, text: str) -> None:
        key = self.rows[row]["k"] if row < len(self.rows) else ""
        self._say({"paste": [key, self.column(name), text]})

    def press(self, row: int, column: int) -> None:
        self._say({"press": [self.rows[row]["k"], column]})

    def errors(self) -> dict[tuple[int, str], str]:
        keys = [row["k"] for row in self.rows]
        found = {}
        for place, text in self.grid.annotations.get("errors", {}).items():
            key, column = place.rsplit("|", 1)
            found[keys.index(key), self.names[int(column)]] = text
        return found

    def notes(self, row: int) -> list[str]:
        return [text for text, _ in self.grid.annotations.get("notes", {}).get(self.rows[row]["k"], [])]

    def shown(self, row: int, column: int) -> list[str]:
        return self.grid.annotations.get("shown", {}).get(f"{self.rows[row]['k']}|{column}", [])
