"""A branch's whole year in a real browser, by mouse and keyboard and no command.

From an empty folder and a pasted roster through every stage to final papers, the archive, a stick and a backup; from the
backup on another computer to next year's campaign.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.browser.served import CHROMIUM, HOME, Server, come_in, ready, stage
from tests.browser.test_campaign import CAMPAIGN as CAMPAIGN_PAGE
from tests.browser.test_campaign import NOTICE, confirm_all, status
from tests.browser.test_filing import LONG, PAGE, archive, carry, choose, leave, opened, sign, type_the_code
from tests.browser.test_home import browser, state, window
from tests.browser.test_walk import brought, exported, plain, six, started_apart, type_campaign, words
from tests.browser.typist import Typist

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
__all__ = ["browser"]  # a fixture

TITLES = {"secretary": "党支部书记", "deputy": "副书记", "committee": "组织委员"}
NAME = "云溪局办公室党支部"


@contextmanager
def computer(folder: Path) -> Iterator[Server]:
    """The program on a folder: an empty one, or a workspace."""
    found = started_apart(folder)
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.stop()
        else:
            found.process.communicate()


def roster(raw: dict[str, Any]) -> str:
    """What somebody copies from Excel: a title, numbers, a space within short names, and a sum."""
    lines = [f"中共{NAME}党员花名册\t\t\t", "序号\t姓名\t党内职务\t备注"]
    for number, member in enumerate(raw["records"]["member"], start=1):
        name = member["name"] if number % 2 else " ".join(member["name"])
        lines.append(f"{number}\t{name}\t{TITLES.get(member['role'], '')}\t")
    return "\n".join([*lines, f"合计\t{len(raw['records']['member'])}人\t\t"])


def found_by_paste(page: Any, server: Server, raw: dict[str, Any]) -> Server:
    """The branch with its roster; the address of its own server."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    come_in(page, server)
    page.evaluate("text => navigator.clipboard.writeText(text)", roster(raw))
    page.keyboard.type(NAME)
    page.get_by_label("实施方案").select_option("2024-seed")
    page.get_by_label("由谁录入").fill("田小禾")
    page.get_by_label("党员名册").click()
    page.keyboard.press("Control+V")
    page.get_by_text(f"{len(raw['records']['member'])}人，").wait_for()
    return enter(page, server)


def enter(page: Any, server: Server) -> Server:
    page.get_by_role("button", name="建立并打开").click()
    ready(page, HOME)
    assert server.process.stdout is not None
    return replace(server, printed=server.process.stdout.readline().strip())


def file_away(browser: Any, page: Any, server: Server, tmp_path: Path) -> Path:
    """Codes, signed scans, final papers, the archive, its package on a stick; the backup beside it."""
    shown = opened(page, server.url)
    for label, text in (("立档单位", "云溪局"), ("全宗号", "H021")):
        field = shown.get_by_role("textbox", name=label)
        field.click()
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    shown.get_by_text("归档要用的代码（1）").wait_for()
    type_the_code(page, shown)
    sign(page, shown, tmp_path / "扫描")
    shown.get_by_role("button", name="定稿", exact=True).click()
    shown.get_by_text("已定稿，出了9个阶段的文件").wait_for(timeout=LONG)
    archive(browser, page, server)
    state(page, "32_filing").get_by_text("✓ 已归档").wait_for()
    (tmp_path / "usb").mkdir()
    return carry(shown, tmp_path / "usb")


def restore_elsewhere(page: Any, server: Server, backup: Path) -> Server:
    """On a new computer somebody first founds a branch, then restores the backup of the real one over it."""
    come_in(page, server)
    page.keyboard.type("新电脑上的党支部")
    page.get_by_label("由谁录入").fill("田小禾")
    server = enter(page, server)
    shown = opened(page, server.url)
    choose(page, shown.get_by_role("button", name="选另一份备份文件"), [backup])
    shown.get_by_text("恢复会改变下列内容：").wait_for(timeout=LONG)
    shown.get_by_role("button", name="确认恢复").click()
    page.get_by_text("页面已回到上次保存的内容。").wait_for(timeout=LONG)
    shown.get_by_text("已恢复。").wait_for()
    shown.locator("progress").wait_for(state="detached")
    state(page, "32_filing").get_by_text("✓ 已归档").wait_for()
    return server


def begin_next_year(page: Any, raw: dict[str, Any], tmp_path: Path) -> None:
    """From the last page: the notice read, confirmed and put in force; the roster stands, the stages are new."""
    stage(page).get_by_role("link", name="读通知、定方案").click()
    ready(page, CAMPAIGN_PAGE)
    notice = tmp_path / "2025年通知.txt"
    notice.write_text(NOTICE, encoding="utf-8")
    stage(page).get_by_text("没有下发方案文件、只有通知的").click()
    choose(page, stage(page).get_by_role("button", name="选择通知文件"), [notice])
    status(page, "已确认0项")
    confirm_all(page)
    stage(page).get_by_role("button", name="留给支部打勾").click()
    status(page, "还有0项没有确认；还没有启用")
    stage(page).get_by_role("button", name="预览启用后的变化").click()
    stage(page).get_by_text(f"党员{len(raw['records']['member'])}名，未完成的整改事项").wait_for()
    stage(page).get_by_role("button", name="启用", exact=True).click()
    status(page, "新方案已启用")
    stage(page).get_by_role("link", name="回首页").click()
    ready(page, HOME)
    stage(page).get_by_text("2026年3月10日前").first.wait_for()
    plan = stage(page).locator("tr", has_text=f"党员{len(raw['records']['member'])}").inner_text()
    assert "工作方案1" not in plan, "the roster stands, the plan is new"
    for title in ("集中学习", "谈心谈话", "召开会议"):
        assert "—" in stage(page).locator("tr", has_text=title).first.inner_text().split("\t")[2], title


def test_a_branchs_year_from_an_empty_folder_to_next_years_campaign(browser: Any, tmp_path: Path) -> None:
    """``ORGLIFE_WALK=99`` looks into what comes after the typing: what would be typed is brought in."""
    raw, begin = six(), os.environ.get("ORGLIFE_WALK", "")
    raw["branch"]["name"] = NAME
    with computer(tmp_path / "我的 支部") as empty:
        page = window(browser)
        server = found_by_paste(page, empty, raw)
        if begin:
            raw["branch"]["id"] = exported(server, tmp_path / "founded.json")["branch"]["id"]
            brought(server, raw, begin, tmp_path / "before.json")
        type_campaign(Typist(page, words(raw), tmp_path), raw, begin)
        backup = file_away(browser, page, server, tmp_path)
        before = exported(server, tmp_path / "before-leaving.json")
        typed = {kind: before["records"][kind] for kind in raw["records"]}
        kinds = tuple(raw["records"])
        assert plain({**before, "records": typed, "branch": raw["branch"]}, kinds) == plain(raw)
        leave(page, stage(page), server)
        page.context.close()
    with computer(tmp_path / "另一台电脑" / "支部") as empty:
        page = window(browser)
        server = restore_elsewhere(page, empty, backup)
        assert exported(server, tmp_path / "restored.json") == before
        begin_next_year(page, raw, tmp_path)
        leave_from(page, server)
        page.context.close()
    assert not begin, "what is typed was brought in: nothing is wrong from there on, and it is not the whole"


def leave_from(page: Any, server: Server) -> None:
    page.locator('.og-nav a[href$="32_filing.ipynb"]').click()
    ready(page, PAGE)
    leave(page, stage(page), server)
