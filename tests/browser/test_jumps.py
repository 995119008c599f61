"""From a finding to the field that it is about: on the same page, from the first page, and to a record begun for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from tests import branch as b
from tests.browser.served import CHROMIUM, HOME, Server, ready, stage
from tests.browser.test_home import TWO_LINES, browser, started, window
from tests.conftest import run

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
__all__ = ["browser"]  # a fixture

STUDY = "notebooks/11_study.ipynb"
RECT = "notebooks/30_rectification.ipynb"
HERE = "() => document.activeElement?.closest('.of-here') !== null"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The test branch without its first item of the list, with a review without its cause, and a member who has not studied."""
    root = tmp_path_factory.mktemp("jumps") / "支部"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(author="田小禾"))
    review = b.branch()["records"]["member_review"][0]["id"]
    attended = [member for member in b.branch()["records"]["study"][0]["attendees"] if member != "m5"]
    put = {f"member_review/{review}/items/0/cause": "", "study/st/attendees": attended}
    raw = b.changed(b.branch(), remove=["rect_item/k0"], put=put)
    (root.parent / "t01.json").write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(root), str(root.parent / "t01.json")) == 0
    found = started(root)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def page(browser: Any, server: Server) -> Any:
    return window(browser)


def test_from_the_first_page_to_the_field_in_another_stage(page: Any, server: Server) -> None:
    page.goto(server.page(HOME))
    ready(page, HOME)
    found = stage(page).locator("li", has_text="没有写：根源")
    found.locator("a.at").first.click()  # what must be corrected stands first and is not folded
    page.wait_for_function(HERE)
    assert page.locator("textarea:focus").evaluate("area => area.closest('.of-f-cause') !== null")
    assert stage(page).locator(".of-t-member_review .of-number", has_text="还缺：根源").is_visible()


def test_what_is_folded_opens_where_a_finding_leads(page: Any, server: Server) -> None:
    page.goto(server.page(STUDY))
    ready(page, STUDY)
    makeup = stage(page).locator(".of-t-study .of-f-makeup")
    stage(page).get_by_text("陆望舒没有参加学习，也没有补学记录。").locator("xpath=..").get_by_role(
        "link", name="去填"
    ).click()
    page.wait_for_function(HERE)
    assert makeup.locator("select").evaluate("list => list.selectedOptions[0].textContent") == "陆望舒"
    assert makeup.locator(".gr-k-day input").evaluate("field => field === document.activeElement")
    page.keyboard.type("2.9")
    stage(page).get_by_text("陆望舒没有参加学习").wait_for(state="detached")


def test_an_item_is_begun_in_the_ledger_with_its_problem(page: Any, server: Server) -> None:
    page.goto(server.page(RECT))
    ready(page, RECT)
    board = stage(page).locator(".of-b-rect_item")
    board.locator("tr", has_text="还没有整改事项").first.get_by_role("button").click()
    page.wait_for_function("() => document.activeElement.closest('.of-t-rect_item .of-place') !== null")
    form = stage(page).locator(".of-t-rect_item")
    assert form.locator(".of-live", has_text="对应：").is_visible()
    assert form.locator(".of-f-measure textarea").input_value() == ""
    form.locator(".of-f-title input").fill("接来电不回访")
    form.locator(".of-status", has_text="✓ 已保存").wait_for()
    board.locator("tr", has_text="接来电不回访（进行中）").first.wait_for()


def test_the_steps_stand_in_one_line_for_the_bureau(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("bar") / "局"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(role="bureau", author="局机关党委办公室"))
    demo = sorted((b.ROOT / "templates/demo").glob("*.json"))
    assert run("import", str(root), *map(str, demo)) == 0
    found = started(root)
    try:
        page = window(browser)
        page.goto(f"{found.url}&branch=b04")
        page.wait_for_function("() => document.body.dataset.ogReady")
        page.locator('.og-nav a[href$="20_meeting.ipynb"]').click()
        ready(page, "notebooks/20_meeting.ipynb")
        page.locator(".og-nav small.og-wrong").first.wait_for()
        assert page.locator(".og-nav").evaluate("bar => bar.offsetHeight") < TWO_LINES
    finally:
        found.stop()


@pytest.mark.parametrize("by", ["click", "keys"])
def test_a_problem_that_is_added_is_written_at_once(page: Any, server: Server, by: str) -> None:
    page.goto(server.page("notebooks/14_reviews.ipynb"))
    ready(page, "notebooks/14_reviews.ipynb")
    section = stage(page).locator(".of-sort:visible").nth(1)
    add = section.get_by_role("button", name="加一项问题")
    add.wait_for()
    before = section.locator(".of-card").count()
    if by == "click":
        add.click()
    else:
        add.focus()
        page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('.of-card textarea')")
    page.keyboard.type("会上没有说清楚")
    assert section.locator(".of-card").count() == before + 1
    assert section.locator(".of-card").last.locator("textarea").first.input_value() == "会上没有说清楚"
