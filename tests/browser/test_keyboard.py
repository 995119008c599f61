"""Talks and ballots by the keyboard alone: no mouse, and the cursor goes nowhere by itself that a key did not send it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from tests.browser.hand import Hand
from tests.browser.served import CHROMIUM, HOME, Server, ready, stage
from tests.browser.test_home import browser, started, window
from tests.browser.test_walk import exported, six
from tests.conftest import run

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
__all__ = ["browser"]  # a fixture


@pytest.fixture(scope="module")
def raw() -> dict[str, Any]:
    return six()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, raw: dict[str, Any]) -> Iterator[Server]:
    """A branch of six that has had no talk and no ballot yet."""
    folder = tmp_path_factory.mktemp("keys")
    root = folder / "支部 六人"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(author="田小禾"))
    source = folder / "b01.json"
    records = {**raw["records"], "talk": [], "tally": [], "grade_meeting": [], "grade": []}
    source.write_text(json.dumps({**raw, "records": records}), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0
    served = started(root)
    yield served
    if served.process.poll() is None:
        served.stop()


@pytest.fixture
def hand(browser: Any, server: Server) -> Hand:
    """On the first page, as it opens."""
    page = window(browser)
    page.goto(server.url)
    ready(page, HOME)
    return Hand(page)


def test_talks_are_entered_by_keyboard(
    hand: Hand, server: Server, raw: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = hand.page
    hand.to("^谈心谈话")
    hand.press("Enter")
    ready(page, "notebooks/12_talks.ipynb")
    for number, talk in enumerate(raw["records"]["talk"][:2]):
        one, other = (next(m["name"] for m in raw["records"]["member"] if m["id"] == i) for i in talk["participants"])
        hand.to("已?谈过?$", "Tab" if not number else "Shift+Tab")  # the matrix is one stop
        for key in ("ArrowUp",) * 6 + ("ArrowLeft",) * 6:
            hand.press(key)
        for _ in range(40):  # row by row
            here = hand.here()["name"]
            if here.startswith(f"{one} {other} "):
                break
            hand.press("ArrowDown" if not here.startswith(one) else "ArrowRight")
        assert hand.here()["name"].startswith(f"{one} {other} ")
        hand.press("Enter")
        page.wait_for_function("document.activeElement.closest('.of-t-talk') !== null")
        assert hand.here()["name"].startswith("日期")
        hand.write("不知道")
        page.wait_for_function("document.activeElement.getAttribute('aria-invalid') === 'true'")
        assert "不知道" in hand.here()["told"]
        hand.press("Control+a")
        hand.write(talk["date"])
        page.wait_for_function("!document.activeElement.hasAttribute('aria-invalid')")
        assert hand.to(f"^{one}$")["checked"]
        assert hand.to(f"^{other}$")["checked"]
        assert hand.to("^发起人")["selected"] == one
        for field, name in (
            ("thoughts", "^交流思想"),
            ("opinions_heard", "^听取的意见"),
            ("problems_pointed", "^指出的问题"),
        ):
            hand.to(name)
            hand.write(talk[field])
        stage(page).locator(".of-t-talk .of-status", has_text=re.compile("✓ 已保存 ")).wait_for()
    records = exported(server, tmp_path_factory.mktemp("out") / "b01.json")["records"]["talk"]
    strip = [{key: value for key, value in talk.items() if key != "id"} for talk in records]
    assert strip == [{key: value for key, value in talk.items() if key != "id"} for talk in raw["records"]["talk"][:2]]
    print(f"two talks: {hand.keys} keys")


def test_a_ballot_is_entered_by_keyboard(
    hand: Hand, server: Server, raw: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    page, tally = hand.page, raw["records"]["tally"][0]
    hand.to("^民主评议")
    hand.press("Enter")
    ready(page, "notebooks/21_appraisal.ipynb")
    hand.to("^日期")
    hand.write(tally["date"])
    hand.to("^无记名")
    assert hand.press(" ")["checked"]
    for name, field in (("发出票", "issued"), ("收回票", "returned"), ("有效票", "valid"), ("无效票", "invalid")):
        hand.to(f"^{name}")
        hand.write(str(tally[field]))
    names = {member["id"]: member["name"] for member in raw["records"]["member"]}
    for group, field in (("计票人", "counters"), ("监票人", "supervisors")):
        hand.to("^加一人$", group=group)
        hand.press("Enter")
        assert hand.here()["tag"] == "SELECT"
        hand.choose(names[tally[field][0]])
    hand.to("^按名册列出$")
    hand.press("Enter")
    stage(page).get_by_label("魏长河 优秀（票）").wait_for()
    hand.to("^魏长河 优秀", "Shift+Tab")
    for row in tally["rows"]:
        assert hand.here()["name"].startswith(f"{names[row['member']]} 优秀")
        for field in ("excellent", "qualified", "basic", "unqualified"):
            hand.write(str(row[field]))
            hand.press("ArrowRight")
        if row is not tally["rows"][-1]:
            hand.press("ArrowDown")
            hand.press("ArrowLeft", 4)
    stage(page).locator(".of-t-tally .of-status", has_text=re.compile("✓ 已保存 ")).wait_for()
    records = exported(server, tmp_path_factory.mktemp("out") / "b01.json")["records"]["tally"]
    assert [{**one, "id": "ty"} for one in records] == [tally]
    print(f"a ballot: {hand.keys} keys")
