"""The page that confirms a notice: which group is open, and what its foot asks."""

from __future__ import annotations

from typing import Any

import ipywidgets as W
import pytest

from orglife.adapters.panel.confirm import ConfirmForm
from orglife.adapters.panel.confirm_port import TERMS, UNASKED, ConfirmGroup, ConfirmProgress, Item
from orglife.core.errors import BadInput


def item(key: str, **more: Any) -> Item:
    return Item(**{"key": key, "label": key, "shown": "甲", "note": "", "state": "", "kind": "fact", **more})


class Port:
    """A draft with the groups that a test gives it."""

    def __init__(self, *groups: ConfirmGroup, in_force: bool = False) -> None:
        self.all, self.progress = list(groups), ConfirmProgress("通知", "已确认0项", in_force)
        self.calls: list[tuple[Any, ...]] = []

    def standing(self) -> ConfirmProgress | None:
        return self.progress if self.all else None

    def groups(self) -> list[ConfirmGroup]:
        return self.all

    def notice(self, group: str) -> str:
        return f"<mark>{group}</mark>"

    def preview(self) -> list[str]:
        return ["新增<3项"]

    def enforce(self) -> str:
        self.calls.append(("enforce",))
        return "新方案已启用"

    def unasked(self) -> list[tuple[str, str]]:
        return [("必谈", "talks.team_pairs")]

    def likeliest(self, demand: str) -> list[tuple[str, str]]:
        return [(f"{demand}的一句", "二（一）"), ("另一句", "三")]

    def terms(self) -> list[tuple[str, bool]]:
        return [("两学一做", True), ("三严三实", False)]

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self.calls.append((name, *arguments))


def page(*groups: ConfirmGroup, in_force: bool = False) -> tuple[ConfirmForm, Port]:
    port = Port(*groups, in_force=in_force)
    return ConfirmForm(port, on_saved=lambda: None), port  # type: ignore[arg-type]


def group(key: str, *items: Item, note: str = "✓") -> ConfirmGroup:
    return ConfirmGroup(key, key, items, sum(not each.state for each in items), note)


def buttons(*boxes: Any) -> dict[str, W.Button]:
    found: dict[str, W.Button] = {}
    for box in boxes:
        for child in box.children:
            found |= {child.description: child} if isinstance(child, W.Button) else {}
            found |= buttons(child) if getattr(child, "children", ()) else {}
    return found


def test_the_foot_asks_before_it_replaces_or_enforces() -> None:
    form, port = page(group("会期", item("a")))
    assert list(buttons(form.foot)) == ["预览启用后的变化", "换一份通知"]
    buttons(form.foot)["预览启用后的变化"].click()
    assert list(buttons(form.foot)) == ["启用", "先不"]
    assert "新增&lt;3项" in form.foot.children[0].children[0].value
    buttons(form.foot)["先不"].click()
    assert list(buttons(form.foot)) == ["预览启用后的变化", "换一份通知"]
    buttons(form.foot)["换一份通知"].click()
    assert list(buttons(form.foot)) == ["确定换一份", "先不"]
    assert "生效的方案不受影响" in form.foot.children[0].children[0].value
    buttons(form.foot)["确定换一份"].click()
    assert port.calls == [("drop",)]
    buttons(form.foot)["预览启用后的变化"].click()
    buttons(form.foot)["启用"].click()
    assert port.calls[-1] == ("enforce",)
    assert "✓ 新方案已启用" in form.status.value
    assert list(buttons(form.foot)) == ["预览启用后的变化", "换一份通知"]


def test_a_draft_in_force_can_only_be_replaced() -> None:
    form, _ = page(group("会期", item("a", state="已确认")), in_force=True)
    assert list(buttons(form.foot)) == ["换一份通知"]
    assert "✓ 通知：已确认0项" in form.status.value


@pytest.mark.parametrize(
    ("items", "offered"),
    [
        ([item("a"), item("b")], True),
        ([item("a"), item("b", kind="demand")], True),
        ([item("a")], False),
        ([item("a"), item("b", state="已确认")], False),
        ([item("a"), item("b", sure=False)], False),
        ([item("a"), item("b", kind="blank")], False),
    ],
)
def test_all_of_a_group_are_confirmed_at_once_where_several_are_sure(items: list[Item], offered: bool) -> None:
    form, port = page(group("会期", *items))
    made = buttons(form.right)
    assert ("这一组读出的都对，全部确认" in made) is offered
    if offered:
        made["这一组读出的都对，全部确认"].click()
        assert port.calls == [("decide_all", "会期")]


def test_the_first_group_with_something_open_is_shown_and_the_next_is_offered() -> None:
    form, port = page(group("甲", item("a", state="已确认")), group("乙", item("b")), group("丙", item("c"), item("d")))
    assert form.list.value == "乙"
    assert [label for label, _ in form.list.options] == ["甲　✓", "乙　待确认", "丙　还有2项"]
    assert "<mark>乙</mark>" in form.clause.value
    assert not any(name.startswith("下一项") for name in buttons(form.right))
    form.list.value = "甲"
    assert "<mark>甲</mark>" in form.clause.value
    buttons(form.right)["下一项：乙"].click()
    assert form.list.value == "乙"
    port.all[1] = group("乙", item("b", state="已确认"))
    form.edit("b")
    form.refresh()
    assert not any(name.startswith("下一项") for name in buttons(form.right))
    form.edit("")
    form.refresh()
    buttons(form.right)["下一项：丙"].click()
    assert form.list.value == "丙"


def test_after_the_last_group_the_first_open_one_follows() -> None:
    form, port = page(group("甲", item("a")), group("乙", item("b")))
    form.list.value = "乙"
    port.all[1] = group("乙", item("b", state="已确认"))
    form.decide("b", "confirmed")
    assert (form.group, port.calls) == ("甲", [("decide", "b", "confirmed", None)])
    port.all[0] = group("甲", item("a", state="已确认"))
    form.refresh()
    assert not any(name.startswith("下一项") for name in buttons(form.right))


def test_demands_that_were_not_read_are_looked_for_in_the_notice() -> None:
    form, port = page(group(UNASKED))
    choice = form.right.children[1]
    assert not any(name.startswith("用第") for name in buttons(form.right))
    choice.value = "talks.team_pairs"
    made = buttons(form.right)
    assert [name for name in made if name.startswith("用第")] == ["用第1句", "用第2句"]
    made["用第2句"].click()
    assert port.calls == [("ask", "talks.team_pairs", 1)]
    assert form.right.children[1].value == ""


def test_terms_of_earlier_campaigns_are_ticked() -> None:
    form, port = page(group(TERMS))
    first, second = form.right.children[:2]
    assert (first.value, second.value) == (True, False)
    second.value = True
    assert port.calls == [("set_terms", ["两学一做", "三严三实"])]


def test_a_refusal_is_shown_and_nothing_is_read_anew() -> None:
    form, _ = page(group("会期", item("a")))

    def refuse() -> None:
        raise BadInput(["读不出来", "请换一份"])

    form.act(refuse)
    assert "⚠ 读不出来 请换一份" in form.status.value
    form.act(lambda: int("x"))
    assert "⚠ invalid" in form.status.value


def test_without_a_draft_a_notice_is_asked_for() -> None:
    form, port = page()
    assert form.body.children[:2] == (form.upload, form.pasted)
    form.pasted.value = "关于召开会议的通知"
    buttons(form.body)["读这份通知"].click()
    assert port.calls == [("take", "粘贴的文字", "关于召开会议的通知".encode())]
    assert form.pasted.value == ""
    port.all.append(group("会期", item("a")))
    form.refresh()
    assert form.list.rows == 7
    assert form.right in form.body.children[0].children


def test_what_the_page_uses_again_is_never_closed() -> None:
    form, port = page(group("会期", item("a")), group("议程", item("b")))
    used_again = (form.upload, form.pasted, form.list, form.clause, form.right, form.foot)
    groups = port.all
    for shown in ([], groups, [], groups[:1]):
        port.all = list(shown)
        form.refresh()
        assert [widget.comm is not None for widget in used_again] == [True] * len(used_again)
    assert form.right.children
