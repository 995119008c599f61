"""Reviews by aspect: each card under what it is about, the tick beside it, and what is still missing."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.adapters.form.cards import SortedCards
from orglife.core.formview import Layout, Live, Look
from orglife.stages.reviews.record import MemberReview, TeamReview
from tests.adapters.print.shelf import KEYS, Shelf, form, typed


def opened(kind: type[Any], *records: Any, **more: Any) -> tuple[Any, SortedCards, Shelf]:
    layout = Layout(sorts={kind.TYPE: {"items": "aspect"}}, declared={kind.TYPE: {"items": "none_declared"}})
    made, shelf = form(kind, *records, layout=layout, **more)
    if kind is MemberReview:
        made.start({"member": "m01"})
    cards = made.field("items")
    assert isinstance(cards, SortedCards)
    return made, cards, shelf


def part(cards: SortedCards, number: int, name: str) -> Any:
    return cards.cards[number].control.fields()[name]


def facts(cards: SortedCards, key: str) -> list[str]:
    """The problems that stand in a section, in their order on the page."""
    boxes = cards.sections[key].list.children
    return [card.control.fields()["fact"].raw() for box in boxes for card in cards.cards if card.box is box]


def test_a_card_stands_under_its_aspect_and_moves_with_it() -> None:
    _, cards, shelf = opened(TeamReview)
    for key, words in (("politics", "甲"), ("organising", "乙"), ("politics", "丙")):
        cards.sections[key].more.click()
        typed(part(cards, len(cards.cards) - 1, "fact"), words)
    assert (facts(cards, "politics"), facts(cards, "organising")) == (["甲", "丙"], ["乙"])
    cards.move(cards.cards[2], -1)  # past the card of its own section, 乙 keeps its place
    assert facts(cards, "politics") == ["丙", "甲"]
    typed(part(cards, 1, "aspect"), "politics")
    assert (facts(cards, "politics"), facts(cards, "organising")) == (["丙", "乙", "甲"], [])
    assert [item.fact for item in shelf.record("new1").items] == ["丙", "乙", "甲"]


def test_a_card_shows_no_choice_where_there_is_nothing_to_choose_from(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown() -> set[str]:
        _, cards, _ = opened(MemberReview)
        next(iter(cards.sections.values())).more.click()
        return set(cards.cards[0].control.fields())

    assert "dimension" in shown()
    monkeypatch.setitem(KEYS, "dimensions", [])
    assert shown() == (shown() | {"aspect", "fact"}) - {"dimension"}


def test_a_card_says_what_it_lacks() -> None:
    _, cards, _ = opened(TeamReview)
    cards.sections["politics"].more.click()
    assert "还缺：具体表现、根源、改进措施" in cards.cards[0].number.value
    for name in ("fact", "cause"):
        typed(part(cards, 0, name), "写了")
    assert "还缺：改进措施" in cards.cards[0].number.value


def test_the_tick_beside_an_aspect_is_the_records_own_field() -> None:
    made, cards, shelf = opened(TeamReview)
    (tick,) = cards.sections["organising"].tick.children
    assert tick.description == "经查无问题"
    assert "of-gone" in made.field("none_declared").box._dom_classes
    tick.value = True
    assert shelf.record("new1").none_declared == ["organising"]


def test_the_standards_keep_their_ticks_apart() -> None:
    made, _, _ = opened(MemberReview)
    ticks = made.field("none_declared")
    assert [box.description for box in ticks.flow.children] == ["理想信念", "担当"]
    assert ticks.label.value == "合格标准：经查无问题"
    assert "of-gone" not in ticks.box._dom_classes


def test_each_aspect_says_how_far_it_is_before_anything_is_typed() -> None:
    looks = {"politics": Look("1项", "good"), "organising": Look("还没有对照", "must")}
    _, cards, _ = opened(TeamReview, live=lambda _: Live(sorts={"items": looks}))
    assert "1项" in cards.sections["politics"].title.value
    assert "of-live-must" in cards.sections["organising"].title.value


def test_a_problem_of_an_aspect_that_no_list_has_stays_in_sight() -> None:
    old = {"id": "tr1", "items": [{"id": "tr1.p1", "aspect": "old", "fact": "旧的"}]}
    _, cards, _ = opened(TeamReview, TeamReview.model_validate(old))
    assert facts(cards, "") == ["旧的"]
    assert cards.sections[""].box in cards.list.children


@pytest.mark.parametrize("kind", [TeamReview, MemberReview])
def test_a_link_to_the_ticks_leads_to_the_section_that_shows_them(kind: type[Any]) -> None:
    made, cards, _ = opened(kind)
    ticks = made.field("none_declared")
    here = lambda: [key for key, one in cards.sections.items() if "of-here" in one.box._dom_classes]  # noqa: E731
    made.point(made._root(), ["none_declared"])
    assert here() == []
    assert "of-here" in (ticks if kind is MemberReview else cards).box._dom_classes
    first, second, *_ = cards.sections
    for key in (first, second):
        ticks.boxes[key].value = True
    made.point(made._root(), ["none_declared"])
    assert here() == [first]
    cards.sections[second].more.click()
    made.point(made._root(), ["none_declared"])
    assert here() == [second], "where a problem stands beside the tick"
