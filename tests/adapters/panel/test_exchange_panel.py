"""Files that are chosen: what is shown of their changes, and what is saved."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from orglife.adapters.panel.exchange import DROPPED, FAILED, NOTHING, SAVED, ExchangePanel
from orglife.core.errors import BadInput
from tests.desk.test_attach_panel import drop


@dataclass
class Change:
    """The changes of one file."""

    name: str
    brings: bool = True
    refused: bool = False
    taken: list[str] = field(default_factory=list)

    def lines(self, limit: int = 20) -> list[str]:
        return [self.name, f"  {limit}项"]


CHANGED, SAME, REFUSED = Change("改了"), Change("没改", brings=False), Change("不对", brings=False, refused=True)


def shown(panel: ExchangePanel, *changes: Change) -> str:
    panel._compare = lambda _: changes
    drop(panel.upload, ("表.xlsx", b"x"))
    return str(panel.shown.value)


def made(saved: list[str], broken: str = "") -> ExchangePanel:
    def take(change: Change) -> None:
        if change.name == broken:
            raise BadInput(["刚才在别处改过"])
        saved.append(change.name)

    return ExchangePanel("", lambda _: (), take, lambda: saved.append("saved"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "nothing", "refusal"),
    [
        ([CHANGED], False, False),
        ([SAME], True, False),
        ([REFUSED], False, True),
        ([CHANGED, SAME], False, False),
        ([CHANGED, REFUSED], False, True),
        ([SAME, REFUSED], True, True),
    ],
)
def test_no_change_is_said_unless_all_files_were_refused(changes: list[Change], nothing: bool, refusal: bool) -> None:
    panel = made([])
    text = shown(panel, *changes)
    assert (NOTHING in text) is nothing
    assert ("这1份没有收" in text) is refusal
    assert [c.name in text for c in changes] == [True] * len(changes)
    assert panel.take_button.disabled is panel.drop_button.disabled is (CHANGED not in changes)
    assert "<div>&emsp;20项</div>" in text


def test_what_can_be_saved_is_saved_and_the_rest_is_named() -> None:
    saved: list[str] = []
    panel = made(saved, broken="乙")
    shown(panel, Change("甲"), Change("乙"), Change("丙"))
    panel.take_button.click()
    assert saved == ["甲", "丙", "saved"]
    assert SAVED in panel.shown.value
    assert "<div>乙</div><div>&emsp;没有保存。刚才在别处改过</div>" in panel.shown.value
    shown(panel, Change("乙"))
    panel.take_button.click()
    assert saved == ["甲", "丙", "saved"]
    assert SAVED not in panel.shown.value
    panel.drop_button.click()
    assert DROPPED in panel.shown.value


def test_a_refusal_of_all_files_is_led_in_unless_it_was_cancelled() -> None:
    panel = made([])
    panel._refused(["第3行不对"])
    assert f"<div>{FAILED}</div><div>第3行不对</div>" in panel.shown.value
    panel._refused(["已取消。没有导入。"])
    assert FAILED not in panel.shown.value
    panel._refused([])
    assert FAILED in panel.shown.value
