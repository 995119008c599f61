"""The guided workbook in a real browser: one server, one page, as a secretary meets it."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import psutil
import pytest

from orglife.adapters.disk import paths
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.lab.kernel import GONE
from tests import branch as b
from tests.browser.served import CHROMIUM, HOME, TALKS, WAIT, Server, command, ready, saved, stage
from tests.conftest import run

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]


def hashes(root: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted((root / "notebooks").rglob("*"))}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The test branch without the talk of its secretary with the deputy."""
    folder = tmp_path_factory.mktemp("start")
    root = folder / "组织 生活会"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(author="田小禾"))
    source = folder / "t01.json"
    source.write_text(json.dumps(b.changed(b.branch(), remove=["talk/t01"])), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    started = Server.start(root, port)
    yield started
    if started.process.poll() is None:
        started.stop()


@pytest.fixture(scope="module")
def left_the_machine() -> list[str]:
    """Addresses that the page asked for and that are not ours."""
    return []


@pytest.fixture(scope="module")
def page(server: Server, left_the_machine: list[str]) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    def guard(route: Any) -> None:
        if route.request.url.startswith(f"http://127.0.0.1:{server.port}/"):
            route.continue_()
        else:
            left_the_machine.append(route.request.url)
            route.abort()

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
        context.set_default_timeout(WAIT)
        context.route("**/*", guard)
        page = context.new_page()
        page.broken = []
        page.on("pageerror", lambda error: page.broken.append(str(error)))
        page.goto(server.page(TALKS))
        ready(page, TALKS)
        yield page
        browser.close()


def test_a_stage_opens_by_itself_and_shows_no_programmers_tool(page: Any, server: Server) -> None:
    assert stage(page).get_by_role("heading", name="谈心谈话", exact=True).is_visible()
    assert stage(page).get_by_role("button", name="新增").is_visible()
    assert page.locator(".og-nav [aria-current=page]").inner_text().startswith("谈心谈话")
    assert page.locator(".og-cover").count() == 0
    for chrome in (
        ".jp-CodeMirrorEditor",
        ".jp-InputPrompt",
        "#jp-menu-panel",
        ".jp-Toolbar",
        ".jp-SideBar",
        ".jp-Dialog",
    ):
        assert page.locator(f"{chrome}:visible").count() == 0, chrome
    assert page.title() == "谈心谈话 · 组织生活会工作簿"
    for word in re.findall(r"[A-Za-z]{2,}", page.inner_text("body")):
        assert re.match(r"F\d|PDF|Word|Excel|WPS", word), word  # forms, formats, programs
    assert page.broken == []


UNTALKED = "班子成员魏长河与祝秋实会前没有谈心谈话记录"


def test_a_talk_is_typed_saved_and_found_again(page: Any, server: Server) -> None:
    assert stage(page).get_by_text(UNTALKED).count() == 1
    assert "须改正1" in page.locator(".og-nav [aria-current=page]").inner_text()
    stage(page).get_by_role("button", name="新增").click()
    page.get_by_label("日期 *").fill("2月5日")
    page.get_by_label("魏长河", exact=True).check()
    page.get_by_label("祝秋实", exact=True).check()
    page.get_by_label("发起人 *").select_option(label="魏长河")
    page.get_by_label("交流思想 *").fill("孩子中考，晚上睡得少")
    page.get_by_label("听取的意见 *").fill("例会定在周一，不占周末")
    page.get_by_label("指出的问题 *").fill("上月两次例会迟到")
    saved(page)
    stage(page).get_by_text(UNTALKED).wait_for(state="detached")
    page.locator(".og-nav [aria-current=page]", has_text="✓ 已完成").wait_for()
    assert "2024年2月5日" in stage(page).locator(".ol-papers").inner_text()
    page.reload()
    ready(page, TALKS)
    stage(page).get_by_label("已登记").select_option(label=_line(page, "魏长河、祝秋实"))
    assert page.get_by_label("交流思想 *").input_value() == "孩子中考，晚上睡得少"
    assert page.get_by_label("魏长河", exact=True).is_checked()


def test_a_page_opens_the_handbook_at_its_own_chapter(page: Any, server: Server) -> None:
    link = page.locator(".og-nav").get_by_role("link", name="操作手册")
    address, chapter = urljoin(server.base, link.get_attribute("href")).split("#")
    assert chapter == "nameddest=12_talks"
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body() == paths.handbook().read_bytes()


def _line(page: Any, words: str) -> str:
    lines = stage(page).get_by_label("已登记").locator("option").all_inner_texts()
    return next(line for line in lines if words in line)


def test_stray_keys_do_nothing(page: Any, server: Server) -> None:
    before = hashes(server.root)
    cells = stage(page).locator(".jp-Cell").count()
    heading = stage(page).get_by_role("heading", name="谈心谈话", exact=True)
    heading.dblclick()
    for key in (*"abddx00iimy", "Escape", "Enter", "Control+s", "Control+Shift+c", "Shift+Enter"):
        page.keyboard.press(key)
    page.get_by_text("内容会自动保存，不用按").wait_for()
    assert stage(page).locator(".jp-Cell").count() == cells
    assert heading.is_visible()
    assert page.locator(".cm-editor:visible, .jp-Dialog:visible").count() == 0
    assert hashes(server.root) == before


def test_text_that_became_markup_cannot_act(page: Any) -> None:
    """Whatever slips into the page as HTML: neither a script in it nor a handler runs, and nothing is sent away."""
    tried = """
        const script = document.createElement('script');
        script.textContent = 'window.acted = 1';
        document.body.append(script);
        const box = document.createElement('div');
        box.innerHTML = '<img src="data:," onerror="window.acted = 2"><a id="go" href="javascript:window.acted = 3">x</a>';
        document.body.append(box);
        box.querySelector('#go').click();
        const sent = await fetch('http://127.0.0.1:9/').then(() => true, () => false);
        await new Promise(done => setTimeout(done, 300));
        box.remove();
        return [window.acted ?? null, sent];
    """
    assert page.evaluate(f"async () => {{{tried}}}") == [None, False]


def test_a_killed_kernel_heals_itself(page: Any, server: Server) -> None:
    for kernel in server.kernels():
        kernel.kill()
    page.locator(".og-bar", has_text="程序刚才停了").wait_for()
    page.locator(".og-bar", has_text="已恢复，页面已回到").wait_for()
    page.locator(".og-bar button").click()
    assert page.locator(".jp-Dialog").count() == 0
    stage(page).get_by_label("已登记").select_option(label=_line(page, "魏长河、祝秋实"))
    assert page.get_by_label("指出的问题 *").input_value() == "上月两次例会迟到"


def test_stages_one_after_the_other(page: Any, server: Server) -> None:
    for name in ("00_home", "11_study", "20_meeting", "21_appraisal"):
        page.evaluate("performance.clearMarks('og-open')")
        page.locator(f'.og-nav a[href$="{name}.ipynb"]').click()
        ready(page, f"notebooks/{name}.ipynb")
        opened = page.evaluate("performance.getEntriesByName('og-open').length")
        assert opened == 1, (
            "asked for once: a page that Lab cannot bring to the front costs a second until it is asked again"
        )
        assert page.locator(".og-nav [aria-current=page]").count() == 1
        assert (stage(page).locator(".of").count() > 0) == (name != "00_home")
    assert len(server.kernels()) == 1
    page.locator('.og-nav a[href$="12_talks.ipynb"]').click()
    ready(page, TALKS)
    assert page.locator(".og-bar:visible").all_inner_texts() == []
    assert page.url.endswith(TALKS)  # Lab's file browser would put its folder there


def test_back_and_forward_go_to_the_stage_that_was_open(page: Any, server: Server) -> None:
    page.goto(server.page(HOME))
    ready(page, HOME)
    for name in ("10_plan", "12_talks"):
        page.locator(f'.og-nav a[href$="{name}.ipynb"]').click()
        ready(page, f"notebooks/{name}.ipynb")
    for step, name in ((page.go_back, "10_plan"), (page.go_back, "00_home"), (page.go_forward, "10_plan")):
        step()
        ready(page, f"notebooks/{name}.ipynb")
        assert page.url.split("?")[0].endswith(f"/{name}.ipynb")
    page.locator('.og-nav a[href$="11_study.ipynb"]').click()  # and on from there
    ready(page, "notebooks/11_study.ipynb")
    page.go_back()
    ready(page, "notebooks/10_plan.ipynb")
    page.locator('.og-nav a[href$="12_talks.ipynb"]').click()
    ready(page, TALKS)


@pytest.mark.soak
def test_who_clicks_on_quickly_gets_what_was_clicked_last(page: Any, server: Server) -> None:
    names = ("11_study", "13_opinions", "20_meeting", "30_rectification", "31_report")
    for _ in range(5):
        page.goto(server.page(HOME))
        ready(page, HOME)
        for name in names:
            page.locator(f'.og-nav a[href$="{name}.ipynb"]').click(no_wait_after=True)
        ready(page, f"notebooks/{names[-1]}.ipynb")
        for name in names:
            page.locator(f'.og-nav a[href$="{name}.ipynb"]').click()
            ready(page, f"notebooks/{name}.ipynb")
            assert stage(page).locator(".of").count() > 0


@pytest.mark.soak
def test_loading_stage_after_stage_anew_leaves_nothing_behind(page: Any, server: Server) -> None:
    """Neither kernels nor, in the one that there is, the widgets of the pages before."""
    page.goto(server.page(TALKS))
    ready(page, TALKS)
    time.sleep(GONE + 5)
    before = widgets(server)
    for name in ("10_plan", "13_opinions", "31_report", "12_talks"):
        page.goto(server.page(f"notebooks/{name}.ipynb"))
        ready(page, f"notebooks/{name}.ipynb")
        assert len(server.kernels()) == 1
    assert widgets(server) > 2 * before
    deadline = time.monotonic() + GONE + WAIT / 1000
    while widgets(server) > before and time.monotonic() < deadline:
        time.sleep(1)
    assert widgets(server) == before
    stage(page).get_by_label("已登记").select_option(index=0)  # what is shown is still alive
    page.get_by_label("交流思想 *").wait_for()


def widgets(server: Server) -> int:
    """How many widgets the kernel holds."""
    from jupyter_client.blocking import BlockingKernelClient

    (told,) = (server.root / ".orglife" / "jupyter" / "runtime").glob("kernel-*.json")
    line = BlockingKernelClient(connection_file=str(told))
    line.load_connection_file()
    line.start_channels()
    try:
        count = "len(__import__('ipywidgets.widgets.widget', fromlist=['x'])._instances)"
        reply = line.execute("", silent=True, user_expressions={"n": count}, reply=True, timeout=WAIT / 1000)
        return int(reply["content"]["user_expressions"]["n"]["data"]["text/plain"])
    finally:
        line.stop_channels()


@pytest.mark.soak
def test_a_kernel_that_hangs_is_replaced_and_both_windows_come_back(page: Any, server: Server) -> None:
    other = page.context.new_page()
    other.goto(server.page(HOME))
    ready(other, HOME)
    (hung,) = server.kernels()
    hung.suspend()
    page.bring_to_front()
    page.locator(".og-right button", has_text="重新载入").click()
    for one, path in ((page, TALKS), (other, HOME)):
        one.locator(".og-bar", has_text="已恢复，页面已回到").wait_for()
        ready(one, path)
        one.locator(".og-bar button").click()
    (now,) = server.kernels()
    assert now.pid != hung.pid
    other.close()


def test_a_second_start_finds_the_first(server: Server) -> None:
    second = command(server.root)
    out, err = second.communicate(timeout=20)
    assert second.returncode == 0
    assert out.strip() != server.printed
    assert out.split("token=")[0] == server.printed.split("token=")[0]
    assert "已经打开" in err


def test_a_port_taken_by_another_program_is_refused(server: Server, tmp_path: Path) -> None:
    other = tmp_path / "other"
    Workspace.create(other, ws.campaign_text("2024-seed"), Settings())
    done = command(other, "--port", str(server.port))
    out, err = done.communicate(timeout=20)
    assert (done.returncode, out) == (2, "")
    assert f"端口{server.port}正被另一个程序占用" in err.splitlines()[0]


@pytest.mark.parametrize(
    "path", [f"doc/tree/{TALKS}", "api/contents", "api/kernels", "files/orglife.toml", "lab", "orglife/handbook/x.pdf"]
)
def test_without_the_right_token_nothing_is_told(server: Server, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{server.base}{path}?token=wrong", timeout=10)
    with refused.value as answer:
        assert answer.code == 403


def test_the_page_cannot_write_files(server: Server) -> None:
    before = hashes(server.root)
    body = json.dumps({"type": "file", "format": "text", "content": "x"}).encode()
    for method, path in (("PUT", TALKS), ("PUT", "new.txt"), ("DELETE", TALKS), ("POST", f"{TALKS}/checkpoints")):
        ask = urllib.request.Request(
            f"{server.base}api/contents/{path}", body, {"Authorization": f"token {server.keys.token}"}, method=method
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(ask, timeout=10)
        refused.value.close()
        assert refused.value.code in (403, 404)
    assert hashes(server.root) == before
    assert not (server.root / "new.txt").exists()


@pytest.mark.thorough
def test_a_lost_server_freezes_the_page_which_says_what_to_do(page: Any, server: Server) -> None:
    kernels = server.kernels()
    assert server.stop() == 0
    assert not [k for k in kernels if k.is_running() and k.status() != psutil.STATUS_ZOMBIE]
    page.locator(".og-bar", has_text="页面已暂停").wait_for()
    assert page.evaluate("document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)').inert")
    left = page.url
    again = Server.start(server.root, server.port)
    assert again.base != server.base
    page.locator(".og-bar", has_text="请像平时那样再打开一次工作簿").wait_for(timeout=WAIT + 30_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(4000)
    assert asked == [], "it asks nobody any more"
    server.follow(again)
    page.goto(left)
    page.get_by_text("这个网址打不开工作簿").wait_for()
    page.goto(server.page(TALKS))
    ready(page, TALKS)
    assert "魏长河、祝秋实" in _line(page, "魏长河、祝秋实")


def test_nothing_left_the_machine_and_no_notebook_was_written(
    page: Any, server: Server, left_the_machine: list[str]
) -> None:
    assert left_the_machine == []
    source = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (b.ROOT / "notebooks").glob("*.ipynb")}
    assert hashes(server.root) == source
    real = [error for error in page.broken if error != "undefined"]  # Lab gives up its polls so when the server goes
    assert real == []
