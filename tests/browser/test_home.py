"""From an empty folder to the first page in a real browser: founding, states, papers on a click, who types, rehearsal."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from orglife.adapters.disk.workspace import Workspace
from orglife.office.office import Office
from orglife.serve import rehearsal
from tests import branch as b
from tests.browser.served import CHROMIUM, HOME, WAIT, Server, come_in, command, ready, stage
from tests.conftest import run

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]

TWO_LINES = 80  # px: the bar of the steps with their states is less high when it is one line
FAINT = """() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = node => {
    for (let at = node; at; at = at.parentElement) {
      const c = parse(getComputedStyle(at).backgroundColor);
      if (c.length && (c.length < 4 || c[3] === 1)) return c;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const node of document.querySelectorAll('.og-nav *, .jp-NotebookPanel:not(.lm-mod-hidden) .oh *, .og-made button')) {
    const own = [...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !node.getClientRects().length) continue;
    const [a, z] = [light(parse(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (z + 0.05) < 4.5) found.push(node.textContent.trim().slice(0, 20));
  }
  return found;
}"""


ROSTER = """测试局机关党支部党员花名册
序号\t姓 名\t性别\t政治面貌\t职务\t备注
1\t魏长河\t男\t中共党员\t支部书记\t
2\t祝秋实\t女\t中共党员\t科员\t预备党员
3\t田 小 禾\t女\t中共党员\t一级科员\t
4\t田小禾\t女\t中共党员\t\t
合计\t4人\t\t\t\t
填表人：田小禾
"""
PASTE = """text => {
  const field = document.getElementById('names'), held = new DataTransfer();
  held.setData('text/plain', text);
  field.focus();
  if (field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: held, bubbles: true, cancelable: true }))) field.value = text;
}"""


def own_records(root: Path) -> Any:
    """The records of the only branch."""
    with Office.open(root) as office:
        (branch,) = office.branches()
        return office.dossier(branch).records


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield found
        found.close()


def window(browser: Any) -> Any:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 720})
    context.set_default_timeout(WAIT)
    return context.new_page()


def started(root: Path, *arguments: str) -> Server:
    with socket.socket() as one:  # another test may be starting a server meanwhile: not the first port that is free
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    process = command(root, "--port", str(port), *arguments)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert url, process.communicate()[1]
    return Server(root, port, process, url)


def holding(folder: Path, raw: Any) -> Iterator[Server]:
    """A server whose workspace holds one branch; ended with the test file."""
    (folder / "t01.json").write_text(json.dumps(raw), encoding="utf-8")
    root = folder / "支部 目录"
    assert run("new", str(root), "--campaign", "2024-seed") == 0
    assert run("import", str(root), str(folder / "t01.json")) == 0
    served = started(root, "--branch", "t01")
    yield served
    if served.process.poll() is None:
        served.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    served = started(tmp_path_factory.mktemp("new") / "新 支部")
    yield served
    if served.process.poll() is None:
        served.stop()


@pytest.fixture(scope="module")
def page(browser: Any, server: Server) -> Any:
    return window(browser)


def state(page: Any, notebook: str) -> Any:
    return page.locator(f'.og-nav a[href$="{notebook}.ipynb"] small')


def test_a_workspace_is_founded_in_the_browser(page: Any, server: Server) -> None:
    come_in(page, server)
    assert page.evaluate("document.activeElement.id") == "branch"
    page.get_by_role("button", name="建立并打开").click()
    page.get_by_role("alert").get_by_text("请写明由谁录入").wait_for()
    assert not server.root.exists()
    assert page.get_by_label("实施方案").input_value() == "2026-education", "the latest year stands first"
    page.get_by_label("实施方案").select_option("2024-seed")
    page.get_by_label("党支部名称").fill("测试局机关党支部")
    page.get_by_label("由谁录入").fill("田小禾")
    page.get_by_label("拟开会日期").fill("2月25日")
    page.evaluate(PASTE, ROSTER)
    table = page.locator(".ro")
    table.get_by_text("4人，3人要您看一看").wait_for()
    assert table.locator(".ro-name").evaluate_all("all => all.map(one => one.value)") == [
        "魏长河",
        "祝秋实",
        "田小禾",
        "田小禾",
    ]
    page.get_by_role("button", name="建立并打开").click()
    page.get_by_role("alert").get_by_text("名单里还有要您看一看的地方").wait_for()
    assert page.locator("#wait").get_by_text("名单里还有要您看一看的地方").is_visible(), "beside the button"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "祝秋实的党员身份"
    assert not server.root.exists()
    page.get_by_label("祝秋实的党员身份").select_option(label="预备党员")
    page.get_by_label("列入田小禾").last.uncheck()
    table.get_by_text("3人，都看过了").wait_for()
    assert page.locator("#wrong").is_hidden()
    assert page.locator("#wait").inner_text() == ""
    for width in (1366, 1280):
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no cell stands outside the page"
    page.set_viewport_size({"width": 1280, "height": 720})
    page.get_by_role("button", name="建立并打开").click()
    ready(page, HOME)
    (plan,) = own_records(server.root)["plan"]
    assert str(plan.planned_meeting_on).endswith("-02-25")
    assert [(m.name, m.status, m.role) for m in own_records(server.root)["member"]] == [
        ("魏长河", "full", "secretary"),
        ("祝秋实", "probationary", "member"),
        ("田小禾", "full", "member"),
    ]
    assert stage(page).get_by_role("heading", name="今天20分钟做什么").is_visible()
    assert "录入人：田小禾" in page.locator(".og-nav").inner_text()
    page.locator(".og-nav a", has_text="工作方案").get_by_text("须改正2").wait_for()
    assert page.evaluate(FAINT) == []


def test_a_new_computer_goes_on_from_a_backup(browser: Any, tmp_path: Path) -> None:
    """By keyboard to the button, by a chosen file; what is no backup is told; where data is lost the same page stands."""
    (tmp_path / "t01.json").write_text(json.dumps(b.branch()), encoding="utf-8")
    old, root, usb = tmp_path / "旧", tmp_path / "新电脑" / "支部", tmp_path / "usb"
    assert run("new", str(old), "--campaign", "2024-seed") == 0
    assert run("import", str(old), str(tmp_path / "t01.json")) == 0
    assert run("backup", str(old), "--out", str(usb)) == 0
    (backup,) = usb.iterdir()
    (usb / "坏.zip").write_bytes(backup.read_bytes()[:-300])
    members = len(b.branch()["records"]["member"])
    page = window(browser)
    for found_by in ("从备份恢复", "数据文件不见了"):
        server = started(root)
        try:
            page.goto(server.url)
            if found_by == "从备份恢复":
                page.get_by_role("button", name=found_by).focus()
                page.keyboard.press("Enter")
                page.get_by_text("没有找到备份。").or_(page.get_by_role("radio").first).wait_for()
                choose_backup(page, usb / "坏.zip")
                page.get_by_role("alert").get_by_text("没有接收").wait_for()
                assert page.get_by_role("button", name="恢复并打开").is_disabled()
                assert not root.exists()
            else:
                page.get_by_text(found_by).wait_for()
                assert page.get_by_role("button", name="建立并打开").is_hidden()
            choose_backup(page, backup)
            page.get_by_text(f"党员{members}名").wait_for()
            assert page.evaluate(FAINT) == []
            page.get_by_role("button", name="恢复并打开").click()
            ready(page, HOME)
            assert len(own_records(root)["member"]) == members
        finally:
            server.stop()
        for path in root.glob("orglife.db*"):
            path.unlink()
    page.context.close()


def choose_backup(page: Any, file: Path) -> None:
    page.locator("#backup").set_input_files(file)


def test_a_superior_is_asked_only_what_concerns_it(browser: Any, tmp_path: Path) -> None:
    server = started(tmp_path / "局")
    try:
        page = window(browser)
        come_in(page, server)
        page.get_by_label("上级党组织").check()
        shown = page.locator("#form input:visible, #form select:visible, #form textarea:visible")
        assert shown.evaluate_all("all => all.map(one => one.name)") == ["role", "role", "campaign", "author"]
        page.get_by_label("由谁录入").fill("柏青")
        page.get_by_role("button", name="建立并打开").click()
        page.locator(".og-nav").wait_for()
        assert Workspace.open(server.root).settings.role == "bureau"
    finally:
        server.stop()


def test_who_types_is_changed_by_keyboard(page: Any, server: Server) -> None:
    page.get_by_role("button", name="录入人：田小禾").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="现在由谁录入？")
    dialog.wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.keyboard.press("Enter")
    page.keyboard.type("祝秋实")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="录入人：祝秋实").wait_for()
    assert Workspace.open(server.root).settings.author == "祝秋实"


def test_a_roster_is_taken_in_later_by_its_table(page: Any, server: Server) -> None:
    page.locator('.og-nav a[href$="10_plan.ipynb"]').click()
    ready(page, "notebooks/10_plan.ipynb")
    stage(page).get_by_role("tab", name="党员", exact=True).click()
    panel = stage(page).locator(".ro-panel")
    panel.get_by_text("名册导入").click()
    panel.get_by_label("粘贴名册").fill("姓名\t党员身份\t党内职务\n祝秋实\t正式党员\t副书记\n贺 新\t\t\n")
    panel.get_by_role("button", name="列成表核对").click()
    panel.get_by_text("党员身份由“预备党员”改为“正式党员”，党内职务由“无”改为“副书记”").wait_for()
    panel.get_by_text("名册里没有、本支部名单里有：魏长河、田小禾。").wait_for()
    panel.get_by_role("button", name="确认导入").click()
    panel.get_by_text("名单里还有要您看一看的地方").wait_for()
    panel.get_by_label("贺新的党员身份").select_option(label="正式党员")
    panel.get_by_role("button", name="确认导入").click()
    stage(page).get_by_text("✓ 已保存：新增1名，修改1名。").wait_for()
    assert [m.name for m in own_records(server.root)["member"]] == ["魏长河", "祝秋实", "田小禾", "贺新"]
    page.locator('.og-nav a[href$="00_home.ipynb"]').click()
    ready(page, HOME)
    stage(page).get_by_text("贺新").first.wait_for()  # the first page has been made anew


def test_a_paper_is_made_on_a_click_and_what_goes_wrong_is_told(page: Any, server: Server) -> None:
    made = stage(page).locator(".og-made").last
    with page.expect_popup():
        made.get_by_role("button", name="会议用表").click()
        made.get_by_text("已做好：测试局机关党支部 会议用表.pdf").wait_for()
    link = made.get_by_role("link", name="打开").get_attribute("href")
    answer = page.request.get(urljoin(server.base, link))
    assert answer.headers["content-type"] == "application/pdf"
    own = server.root / "records" / Workspace.open(server.root).settings.branch
    assert answer.body() == (own / "forms/meeting.pdf").read_bytes()
    own.rename(own.with_name("aside"))
    own.write_bytes(b"")  # no folder can be made here
    made.get_by_role("button", name="会议用表").click()
    made.get_by_text("没有做成").wait_for()
    own.unlink()
    own.with_name("aside").rename(own)
    page.locator('.og-nav a[href$="12_talks.ipynb"]').click()
    ready(page, "notebooks/12_talks.ipynb")
    stage(page).get_by_text("本阶段还没有可以出的文件").wait_for()
    assert stage(page).get_by_role("button", name="打印（PDF）").count() == 0


def test_the_first_page_is_fresh_when_one_comes_back(page: Any, server: Server, tmp_path: Path) -> None:
    raw = b.branch()
    raw["branch"]["id"] = Workspace.open(server.root).settings.branch
    source = tmp_path / "branch.json"
    source.write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(server.root), str(source)) == 0
    page.locator('.og-nav a[href$="00_home.ipynb"]').click()
    ready(page, HOME)
    state(page, "12_talks").get_by_text("✓ 已完成").wait_for()
    stage(page).get_by_text("按现在登记的内容，没有党员欠材料。").wait_for()
    assert page.evaluate(FAINT) == []


def test_a_rehearsal_is_marked_everywhere_and_begins_anew(browser: Any, tmp_path: Path) -> None:
    real = tmp_path / "支部"
    server = started(real, "--rehearsal")
    try:
        page = window(browser)
        come_in(page, server)
        ready(page, HOME)
        assert not real.exists()
        place = rehearsal.rehearsal_folder(real)
        page.get_by_role("note").get_by_text("数据均为虚构").wait_for()
        assert "导览 1/11" in page.locator(".og-tour").inner_text()
        page.get_by_role("button", name="知道了").click()
        assert page.locator(".og-tour").count() == 0
        assert page.locator(".og-badge", has_text="演练").is_visible()
        assert page.locator(".og-nav").evaluate("bar => bar.offsetHeight") < TWO_LINES
        assert "〔演练〕还缺什么" in stage(page).locator(".ol-papers").inner_text()
        assert page.evaluate(FAINT) == []
        before = rehearsal_talks(place)
        withdraw(place)
        assert rehearsal_talks(place) == before - 1
        page.get_by_role("button", name="重新开始演练").click()
        page.get_by_role("dialog").get_by_role("button", name="重新开始").click()
        page.locator(".og-tour", has_text="导览 1/11").wait_for()
        assert rehearsal_talks(place) == before
    finally:
        server.process.send_signal(signal.SIGINT)
        server.process.communicate(timeout=20)


def rehearsal_talks(place: Path) -> int:
    from orglife.office.office import Office

    with Office.open(place) as office:
        return len(office.dossier("b01").records["talk"])


def withdraw(place: Path) -> None:
    from orglife.office.office import Office

    with Office.open(place) as office:
        first = office.dossier("b01").records["talk"][0]
        office.store.remove(office.campaign.id, "b01", "talk", first.id, who="x", base=None)
