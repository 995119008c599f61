"""The panel that imports a roster: what the page sends, and what it is shown."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.adapters.panel.roster import EMPTY, RosterPanel
from orglife.core.errors import BadInput


class Port:
    """Notes what is read; a text 坏 cannot be read, an answer {} cannot be saved."""

    def __init__(self) -> None:
        self.reads: list[tuple[Any, ...]] = []

    def table(self, *source: Any) -> dict[str, Any]:
        if source[2] == "坏":
            raise BadInput(["读不出来", "请另存"])
        self.reads.append(source)
        return {"rows": len(self.reads)}

    def take(self, answer: dict[str, Any]) -> str:
        if not answer:
            raise BadInput(["第1行没有姓名"])
        return "已登记2人"


def made() -> tuple[RosterPanel, Port, list[int]]:
    port, saved = Port(), list[int]()
    return RosterPanel(port, lambda: saved.append(1)), port, saved  # type: ignore[arg-type]


def send(panel: RosterPanel, content: dict[str, Any], *buffers: bytes) -> None:
    panel._handle_custom_msg(content, list(buffers))


def test_a_file_or_a_text_is_read_and_read_again_with_other_columns() -> None:
    panel, port, _ = made()
    send(panel, {"read": {"name": "名册.xlsx"}}, b"PK")
    assert panel.state == {"turn": 1, "table": {"rows": 1}, "chosen": False}
    send(panel, {"read": {"again": True, "name": "不算", "uses": {"0": "name"}}})
    assert panel.state == {"turn": 2, "table": {"rows": 2}, "chosen": True}
    send(panel, {"read": {"text": "王建国"}})
    assert port.reads == [
        ("名册.xlsx", b"PK", "", None),
        ("名册.xlsx", b"PK", "", {0: "name"}),
        ("", None, "王建国", None),
    ]


@pytest.mark.parametrize("text", ["", " \n"])
def test_nothing_is_read_where_nothing_was_given(text: str) -> None:
    panel, port, _ = made()
    send(panel, {"read": {"text": text}})
    assert (panel.state["problems"], port.reads) == ([EMPTY], [])


def test_an_empty_file_is_the_readers_business() -> None:
    panel, port, _ = made()
    send(panel, {"read": {"name": "空.xlsx"}}, b"")
    assert port.reads == [("空.xlsx", b"", "", None)]


def test_problems_leave_the_table_and_what_is_saved_is_said() -> None:
    panel, _, saved = made()
    send(panel, {"read": {"text": "王建国"}})
    send(panel, {"read": {"text": "坏"}})
    assert (panel.state["turn"], panel.state["problems"]) == (1, ["读不出来", "请另存"])
    send(panel, {"take": {}})
    assert (panel.state["table"], panel.state["problems"], saved) == ({"rows": 1}, ["第1行没有姓名"], [])
    send(panel, {"take": {"rows": []}})
    assert (panel.state, saved) == ({"turn": 1, "done": "已登记2人"}, [1])
    send(panel, {"again": True})
    assert panel.state == {"turn": 1, "open": True}
