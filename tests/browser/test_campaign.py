"""From a notice to a running campaign in a real browser: uploaded, confirmed, in force, its own words on every page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.record_files import CAMPAIGN as CAMPAIGN_FILE
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.core.rule.campaign import parse_campaign
from tests import branch as b
from tests.browser.served import CHROMIUM, Server, ready, stage
from tests.browser.test_home import started, window
from tests.browser.typist import Typist
from tests.conftest import run

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]

CAMPAIGN = "notebooks/01_campaign.ipynb"
NOTICE = """关于召开2025年度组织生活会和开展民主评议党员的通知

各党支部：
现就召开2025年度组织生活会和开展民主评议党员有关事项通知如下。
一、会议主题
以学习贯彻党的二十届四中全会精神为主题。
二、会前准备
（一）制定方案。各党支部要在2026年1月20日前制定好工作方案。
（二）集中学习。组织党员认真学习党的二十届四中全会精神、《中国共产党组织工作条例》。
（三）谈心谈话。党支部班子成员之间必谈，班子成员和党员之间要广泛谈。
（四）查摆问题。党员要从政治引领、服务意识、作用发挥、遵纪守法四个方面查摆问题，撰写发言提纲。
三、召开会议
各党支部于2026年2月召开会议。会议程序：
1.通报准备情况；
2.班子成员带头对照检查；
3.党员发言，相互批评；
4.上级领导点评；
5.民主测评。
四、民主评议
评议结果分为优秀、合格、基本合格、不合格四个等次。
五、工作要求
各党支部要把组织生活会同年度考核结合起来，切实解决群众急难愁盼问题。2026年3月10日前，将情况报告报局机关党委。

局机关党委
2025年12月20日
"""


THEME = "以学习贯彻党的二十届四中全会精神为主题"
PLAN = {"id": "plan", "made_on": "2026-01-25", "contents": {"requirements": "找准问题", "schedule": "二月二十日开会"}}
TALK = {
    "id": "t01",
    "date": "2026-01-26",
    "participants": ["m1", "m2"],
    "initiator": "m1",
    "thoughts": "孩子中考，晚上睡得少",
    "opinions_heard": "例会定在周一，不占周末",
}
REVIEW = {"id": "r1", "member": "m1", "date": "2026-01-30"}
ITEM = {"fact": "一月两次没有到接待室值班", "cause": "觉得来访不多", "measure": "每周一上午到接待室坐班"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A bureau's workspace with the test branch, under the campaign of 2024."""
    folder = tmp_path_factory.mktemp("campaign")
    root = folder / "局机关"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(author="田小禾", role="bureau"))
    source = folder / "t01.json"
    source.write_text(json.dumps(b.branch()), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0
    served = started(root)
    yield served
    if served.process.poll() is None:
        served.stop()


@pytest.fixture(scope="module")
def page(server: Server) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        shown = window(browser)
        shown.goto(re.sub(r"notebooks/\w+\.ipynb", CAMPAIGN, server.url))
        ready(shown, CAMPAIGN)
        yield shown
        browser.close()


def status(page: Any, words: str) -> None:
    stage(page).locator(".oc .of-status", has_text=words).wait_for()


def go(page: Any, notebook: str) -> Any:
    page.locator(f'.og-nav a[href$="{notebook}.ipynb"]').click()
    ready(page, f"notebooks/{notebook}.ipynb")
    return stage(page)


def test_a_notice_becomes_the_campaign_that_a_branch_works_under(page: Any, server: Server, tmp_path: Path) -> None:
    notice = tmp_path / "2025年通知.txt"
    notice.write_text(NOTICE, encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        stage(page).get_by_role("button", name="选择通知文件").click()
    chooser.value.set_files(notice)
    status(page, "已确认0项")

    fields = stage(page).get_by_label("项目")
    fields.select_option(index=next(n for n, text in enumerate(options(fields)) if "查摆方面" in text))
    stage(page).locator("mark", has_text="政治引领、服务意识、作用发挥、遵纪守法").wait_for()
    confirm_all(page)
    stage(page).get_by_role("button", name="留给支部打勾").click()
    status(page, "还有0项没有确认；还没有启用")
    assert run("campaign", "check", str(server.root / "campaign-draft.toml")) == 0

    stage(page).get_by_role("button", name="预览启用后的变化").click()
    stage(page).get_by_text("党员8名，未完成的整改事项4项").wait_for()
    stage(page).get_by_role("button", name="启用", exact=True).click()
    status(page, "新方案已启用")
    stage(page).locator(".ol-papers", has_text="不再要求").wait_for()

    typist = Typist(page, words_of(server.root), tmp_path)
    plan = go(page, "10_plan")
    typist.record("plan", PLAN)
    plan.locator("li details", has_text="1月20日前制定好工作").first.wait_for()
    plan.locator(".ol-papers", has_text=THEME).wait_for()

    talks = go(page, "12_talks")
    talks.locator("li details", has_text="通知二（三）").first.wait_for()
    typist.record("talk", TALK)
    talks.locator(".ol-papers", has_text="例会定在周一").wait_for()
    talks.locator(".ol-papers", has_text=THEME).wait_for()
    talks.get_by_text("班子成员魏长河与祝秋实会前没有谈心谈话记录。").wait_for(state="detached")

    reviews = go(page, "14_reviews")
    typist.record("member_review", REVIEW | {"items": [ITEM | {"aspect": key_of(server.root, "服务意识")}]})
    reviews.locator(".ol-papers", has_text="服务意识").wait_for()
    uncovered = reviews.locator("li", has_text="的查摆没有涉及")
    uncovered.get_by_text("政治引领、作用发挥、遵纪守法").wait_for()
    uncovered.locator("details", has_text="政治引领、服务意识、作用发挥、遵纪守法").first.wait_for()
    assert "理想信念" not in reviews.inner_text(), "a word of the year before"
    assert run("forms", str(server.root), "--form", "F6", "--formats", "html") == 0
    papers = "".join(p.read_text(encoding="utf-8") for p in server.root.glob("records/t01/forms/F6*.html"))
    assert "服务意识" in papers

    home = go(page, "00_home")
    home.get_by_text("切实解决群众急难愁盼问题").wait_for()


def words_of(root: Path) -> dict[str, str]:
    """What the pages show for ids of members and keys of the campaign in force."""
    campaign = parse_campaign((root / CAMPAIGN_FILE).read_text(encoding="utf-8"))
    return {**campaign.labels, **{m["id"]: m["name"] for m in b.branch()["records"]["member"]}}


def key_of(root: Path, label: str) -> str:
    campaign = parse_campaign((root / CAMPAIGN_FILE).read_text(encoding="utf-8"))
    return next(key for key in campaign.aspects if campaign.labels[key] == label)


def options(select: Any) -> list[str]:
    found: list[str] = select.locator("option").all_inner_texts()
    return found


def open_group(page: Any, fields: Any, number: int) -> None:
    """Choose a group and wait until its own buttons have replaced those of the group before."""
    if fields.evaluate("list => list.selectedIndex") == number:
        return
    page.evaluate("document.querySelectorAll('.oc-right button').forEach(old => old.dataset.before = 'yes')")
    fields.select_option(index=number)
    stage(page).locator(".oc-right button:not([data-before])").first.wait_for()
    stage(page).locator(".oc-right button[data-before]").first.wait_for(state="detached")


def confirm_all(page: Any) -> None:
    """Group by group, until nothing that was read is open."""
    fields = stage(page).get_by_label("项目")
    for number, text in enumerate(options(fields)):
        if ("还有" in text or "待确认" in text) and "请人看" not in text:
            open_group(page, fields, number)
            told = stage(page).locator(".oc .of-status").inner_text()
            whole = stage(page).locator('button[title^="全部确认"]')
            one = stage(page).locator(".oc-right button", has_text="确认").first
            one.wait_for()
            (whole if whole.count() else one).click()
            page.wait_for_function(  # the status line is renewed last
                "was => document.querySelector('.oc .of-status').textContent !== was", arg=told
            )
    fields.select_option(index=next(n for n, text in enumerate(options(fields)) if "请人看" in text))
