"""Words of the notebook's pages: what a finding means, buttons, the states of stages; long runs in papers."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.adapters.print import html, notebook_html
from orglife.adapters.print.notebook_html import Button, View, state_words, why_words
from orglife.core.errors import NoBranch
from orglife.core.paper.block import DASH, TO_FILL, Column
from orglife.core.rule.rule import CHECKPOINT_WORDS, Effect, Severity
from orglife.home.progress import StageState
from tests.home.before import finding


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"severity": Severity.INFO}, "这是提示"),
        ({"severity": Severity.INFO, "due": False}, "这是提示"),
        ({"due": False}, "现在还没到时候；到“会前”还缺"),
        ({"severity": Severity.WARNING}, "与通常做法不一样"),
        ({"severity": Severity.WARNING, "effect": Effect.EXPLAIN}, "与通常做法不一样"),
        ({"effect": Effect.EXPLAIN}, "与上面的规定不符，现在已经改不了"),
        ({}, "与上面的规定不符。改正了"),
    ],
)
def test_what_a_finding_means(about: dict[str, Any], words: str) -> None:
    expected = words.replace("会前", CHECKPOINT_WORDS["prep"])
    assert why_words(finding(**about)).startswith(expected)


@pytest.mark.parametrize(
    ("what", "kind", "label"),
    [
        ("stage", "pdf", "打印（PDF）"),
        ("stage", "odt", "ODT"),
        ("lacking", "html", "还缺什么：网页"),
        ("pack", "pdf", "会议用表（签到表、议程、测评票、计票单、记录纸）"),
    ],
)
def test_the_label_of_a_button(what: str, kind: str, label: str) -> None:
    assert Button(what, "plan", kind).label == label


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"errors": 2, "warnings": 1}, "须改正2"),
        ({"warnings": 1}, "请核对1"),
        ({"warnings": 1, "todos": 1}, "进行中"),
        ({"warnings": 1, "drafts": 1}, "进行中"),
        ({}, "进行中"),
    ],
)
def test_the_state_in_the_narrow_bar(row: dict[str, int], words: str) -> None:
    usual = {"errors": 0, "warnings": 0, "todos": 0, "drafts": 0, "state": StageState.GOING}
    assert state_words({**usual, **row}) == words


def test_a_view_is_replaced_only_where_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(notebook_html, "display", lambda bundle, **_: shown.append(bundle))
    monkeypatch.setattr(notebook_html, "update_display", lambda bundle, **_: shown.append(bundle))
    content = {"text/html": "甲"}
    view = View(lambda: dict(content))
    view.refresh()
    assert shown == [], "nothing is updated before it was shown"
    view._ipython_display_()
    view.refresh()
    assert len(shown) == 1
    content["text/html"] = "乙"
    view.refresh()
    assert [bundle["text/html"] for bundle in shown] == ["甲", "乙"]


def test_a_view_that_is_shown_twice_is_replaced_in_both_places(monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[str] = []
    for name in ("display", "update_display"):
        monkeypatch.setattr(notebook_html, name, lambda *_, display_id, **__: places.append(display_id))
    views = [View(lambda: {"text/html": str(len(places))}) for _ in range(2)]
    for view in views:
        view._ipython_display_()
        view._ipython_display_()
        view.refresh()
    assert [places.index(place) for place in places] == [0, 0, 0, 3, 3, 3]


def test_an_error_in_a_view_is_a_card_only_where_it_was_asked_for() -> None:
    def failing() -> dict[str, Any]:
        raise NoBranch

    view = View(failing)
    with pytest.raises(NoBranch):
        view.bundle()
    view.show_own_errors()
    assert notebook_html.NOT_SHOWN in view.bundle()["text/html"]


@pytest.mark.parametrize(("length", "breaks"), [(23, False), (24, True)])
def test_a_long_run_of_letters_may_break_anywhere(length: int, *, breaks: bool) -> None:
    shown = str(html._shown(f"见{'a' * length}。{TO_FILL}"))
    assert ('<span class="ol-run">' in shown) is breaks
    assert shown.endswith(f'。<mark class="ol-fill">{TO_FILL}</mark>')


def test_cells_stand_as_their_columns_say_and_a_dash_in_the_middle() -> None:
    columns = [Column(head="甲", share=1, align="left"), Column(head="乙", share=3, align="right")]
    plain = html._cells(["一", DASH], columns, [])
    assert plain == f'<td class="ol-left">一</td><td class="ol-center">{DASH}</td>'
    toned = html._cells(["一", "二"], columns, ["wrong", ""])
    assert toned == '<td class="ol-left ol-tone-wrong">一</td><td class="ol-right">二</td>'
    assert html._widths(columns) == ["25.00", "75.00"]
