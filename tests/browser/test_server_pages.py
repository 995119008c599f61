"""Pages over a database server in a real browser: the overview renews itself, and a branch is taken home and brought back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.store.store import Change
from orglife.keeping import restoring
from orglife.keeping.backups import make_backup
from orglife.office.office import Office
from tests.browser.served import CHROMIUM, TALKS, Server, come_in, ready, stage
from tests.browser.test_filing import LONG, PAGE, choose, opened
from tests.browser.test_home import browser, started, window
from tests.database_server import TestDatabase, acting_as
from tests.takeaway.test_lending import C, Place, topic, topics

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
SHOTS = os.environ.get("ORGLIFE_SHOTS")


@pytest.fixture
def place(database: TestDatabase, tmp_path: Path) -> Place:
    return Place(database, tmp_path)


def running(root: Path, login: str, *arguments: str) -> Iterator[Server]:
    with acting_as(login):
        found = started(root, *arguments)
    yield found
    found.stop()


def shot(page: Any, name: str) -> None:
    """A picture to look at, where somebody asks for it."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


@pytest.fixture
def bureau(place: Place) -> Iterator[Server]:
    yield from running(place.bureau, place.bureau_login)


@pytest.fixture
def branch(place: Place) -> Iterator[Server]:
    yield from running(place.branch, place.login, "--branch", "t01")


def test_an_open_overview_shows_what_a_branch_saves(browser: Any, place: Place, bureau: Server) -> None:
    page = window(browser)
    come_in(page, bureau)
    ready(page, "notebooks/90_overview.ipynb")
    shown = stage(page)
    shown.get_by_text("测试局机关党支部").first.wait_for()
    with place.office() as office:
        raw = dict(office.store.current(C, "t01").branch or {}) | {"name": "刚刚改名的党支部"}
        office.store.apply(C, "t01", [Change("branch", "t01", raw)], who="张建国")
    shown.get_by_text("刚刚改名的党支部").first.wait_for(timeout=10_000)
    shot(page, "overview")


def test_there_and_back_in_a_browser(browser: Any, place: Place, branch: Server) -> None:
    page = window(browser)
    shown = opened(page, branch.url)
    shown.get_by_text("现在没有带走，这里可以填。").wait_for(timeout=LONG)
    with page.expect_download(timeout=LONG) as download:
        shown.get_by_role("button", name="带走（下载文件）").click()
    download.value.save_as(place.folder / "带走.zip")
    shown.get_by_text("由张建国带走，还没有带回，这里只能看").wait_for(timeout=LONG)  # renewed by the hint
    shown.get_by_text("带走离线填、带回").scroll_into_view_if_needed()
    shot(page, "taken")
    list(restoring.restore(place.folder / "带走.zip", place.home, sure=True))
    topic(place.home, "t01", "在家里改的")
    with Office.open(place.home) as home:
        backup = make_backup(home, place.folder / "U盘").path
    choose(page, shown.get_by_role("button", name="选带回的备份文件"), [backup])
    shown.get_by_text("带走以后新增修改1条").wait_for(timeout=LONG)
    shot(page, "looked")
    shown.get_by_role("button", name="确认带回").click()
    shown.get_by_text("现在没有带走，这里可以填。").wait_for(timeout=LONG)
    shot(page, "brought")
    with place.office() as office:
        assert topics(office.store)["t01"] == "在家里改的"
    assert page.url.endswith(PAGE)


def test_what_is_typed_while_the_database_is_away_is_saved_by_itself(
    browser: Any, place: Place, branch: Server
) -> None:
    page = window(browser)
    come_in(page, branch)
    page.locator('.og-nav a[href$="12_talks.ipynb"]').click()
    ready(page, TALKS)
    form = stage(page)
    form.get_by_label("已登记").select_option(index=0)
    field = form.get_by_label("听取的意见 *")
    field.wait_for()
    with place.database.away():
        field.fill("例会定在周一")
        field.blur()
        told = form.get_by_text("没有保存成功（连不上数据库服务器）").first
        told.wait_for(timeout=LONG)
        told.scroll_into_view_if_needed()
        shot(page, "away")
        assert field.input_value() == "例会定在周一"
    form.get_by_text("✓ 已保存").first.wait_for(timeout=LONG)  # nothing was touched
    shot(page, "back")
    with place.office() as office:
        talks = office.store.current(C, "t01").records["talk"]
        assert "例会定在周一" in {row.body.get("opinions_heard") for row in talks}


def test_the_page_says_that_the_login_tells_who_types(browser: Any, place: Place, branch: Server) -> None:
    page = window(browser)
    come_in(page, branch)
    page.get_by_role("button", name="录入人：张建国").click()
    page.get_by_role("dialog", name="录入人：张建国").get_by_text("请用他自己的账号登录").wait_for()
    shot(page, "author")
    page.keyboard.press("Escape")
    page.locator('.og-nav a[href$="01_campaign.ipynb"]').click()
    ready(page, "notebooks/01_campaign.ipynb")
    stage(page).get_by_text("方案由上级党组织在服务器上启用").wait_for(timeout=LONG)
    shot(page, "campaign")


def test_the_bureaus_pages_say_who_types_and_keep_the_states_of_the_chosen_branch(
    browser: Any, place: Place, bureau: Server
) -> None:
    page = window(browser)
    come_in(page, bureau)
    ready(page, "notebooks/90_overview.ipynb")
    page.get_by_role("button", name="录入人：局").wait_for(timeout=LONG)
    shot(page, "bureau-author")
    page.locator('.og-nav a[href$="12_talks.ipynb"]').click()
    ready(page, TALKS)
    talks = page.locator('.og-nav a[href$="12_talks.ipynb"] small')
    talks.filter(has_text=re.compile(r"\S")).wait_for(timeout=LONG)
    told = talks.inner_text()
    page.locator('.og-nav a[href$="41_intake.ipynb"]').click()
    ready(page, "notebooks/41_intake.ipynb")
    page.get_by_role("button", name="录入人：局").wait_for(timeout=LONG)
    assert talks.inner_text() == told


def test_home_says_that_the_branch_was_taken(browser: Any, place: Place, branch: Server) -> None:
    page = window(browser)
    come_in(page, branch)
    ready(page, "notebooks/00_home.ipynb")
    place.take()
    stage(page).get_by_text("带回以前，这里只能看，不能改").wait_for(timeout=LONG)
    shot(page, "home")
