"""What a secretary's day does to a page: what had been shown as saved is there each time."""

from __future__ import annotations

import json
import re
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from tests.browser.served import CHROMIUM, TALKS, Server, command, ready, stage
from tests.browser.test_start import hashes, left_the_machine, page, server
from tests.conftest import run

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
__all__ = ["left_the_machine", "page", "server"]  # fixtures

TALK = "魏长河、冉书砚"
STATUS = ".jp-NotebookPanel:not(.lm-mod-hidden) .of-t-talk .of-status"


def exported(server: Server, to: Path) -> Any:
    assert run("export", str(server.root), "--branch", "t01", "--format", "json", "--out", str(to)) == 0
    return json.loads(to.read_text(encoding="utf-8"))


def opened(page: Any, server: Server) -> Any:
    """The talk, in the form."""
    if TALKS not in page.url or page.evaluate("document.body.dataset.ogReady") != TALKS:
        page.goto(server.page(TALKS))
    ready(page, TALKS)
    lines = stage(page).get_by_label("已登记")
    lines.select_option(label=next(t for t in lines.locator("option").all_inner_texts() if TALK in t))
    there(page)
    field = page.get_by_label("交流思想 *")
    field.wait_for()
    return field


def keeps(field: Any, words: str) -> None:
    """Type words and wait until the page says that they, and not what stood there before, are saved."""
    status = stage(field.page).locator(".of-t-talk .of-status")
    before = status.inner_text()
    field.fill(words)
    field.page.wait_for_function(f"was => document.querySelector('{STATUS}').innerText !== was", arg=before)
    status.filter(has_text=re.compile("✓ 已保存 ")).wait_for()


def there(page: Any) -> None:
    """The entry that was chosen stands in the form."""
    stage(page).locator(".of-t-talk .of-place:not(.of-waiting) .of-column").first.wait_for()


def shows(field: Any, words: str) -> None:
    field.page.wait_for_function("([field, words]) => field.value === words", arg=[field.element_handle(), words])


def test_two_tabs_on_one_record_keep_both_fields_and_show_both_texts(page: Any, server: Server) -> None:
    mine = opened(page, server)
    other, wrong = page.context.new_page(), []
    for one in (page, other):
        one.on("console", lambda told: told.type == "error" and wrong.append(told.text))
    theirs = opened(other, server)
    keeps(other.get_by_label("听取的意见 *"), "另一页写的意见")
    mine.fill("这一页谈的家事")
    stage(page).get_by_text("两边的内容已合在一起").wait_for()
    shows(page.get_by_label("听取的意见 *"), "另一页写的意见")
    theirs.fill("另一页谈的心气")
    stage(other).get_by_text("两份都在下面，请选定一份").wait_for()
    stage(other).locator(".of-clash", has_text="这一页谈的家事").wait_for()
    assert "另一页谈的心气" in (theirs.input_value(), stage(other).locator(".of-clash").inner_text())
    assert not [words for words in wrong if "model not found" in words]  # neither is given what is made for the other
    other.close()
    page.reload()
    assert opened(page, server).input_value() in ("这一页谈的家事", "另一页谈的心气")
    assert page.get_by_label("听取的意见 *").input_value() == "另一页写的意见"


def test_a_tab_closed_in_the_middle_of_a_word_loses_nothing_shown_as_saved(page: Any, server: Server) -> None:
    other = page.context.new_page()
    field = opened(other, server)
    keeps(field, "已经保存的话")
    field.press_sequentially("，半个ci")
    other.close()
    page.reload()
    assert re.match("已经保存的话", opened(page, server).input_value())


@pytest.mark.soak
def test_a_page_loaded_again_in_the_middle_of_a_word_shows_what_was_saved(page: Any, server: Server) -> None:
    field = opened(page, server)
    keeps(field, "重新载入前的话")
    field.press_sequentially("，半个ci")
    page.reload()
    assert re.match("重新载入前的话", opened(page, server).input_value())


@pytest.mark.soak
def test_a_kernel_killed_at_once_comes_back_with_what_was_saved(page: Any, server: Server) -> None:
    field = opened(page, server)
    keeps(field, "后台停下前的话")
    field.press_sequentially("，半个ci")
    for kernel in server.kernels():
        kernel.kill()
    page.locator(".og-bar", has_text="已恢复，页面已回到").wait_for()
    page.locator(".og-bar button").click()
    assert re.match("后台停下前的话", opened(page, server).input_value())


def test_saved_does_not_stand_over_words_that_the_back_has_not_heard_of(page: Any, server: Server) -> None:
    field = opened(page, server)
    keeps(field, "已经保存的话")
    kernels = server.kernels()
    for kernel in kernels:
        kernel.suspend()
    try:
        field.press_sequentially("，又一句")
        told = page.evaluate(f"getComputedStyle(document.querySelector('{STATUS}'), '::before').content")
        assert "正在保存" in told
    finally:
        for kernel in kernels:
            kernel.resume()
    stage(page).locator(".of-t-talk .of-status-box:not(.of-unheard)", has_text="✓ 已保存 ").wait_for()


@pytest.mark.soak
def test_two_starts_at_the_same_moment_are_one_server(tmp_path: Path) -> None:
    """Somebody clicks the icon again because nothing happened yet."""
    root = tmp_path / "双 击"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(author="田小禾"))
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    both = [command(root, "--port", str(port)) for _ in range(2)]
    told = [one.stdout.readline().strip() for one in both if one.stdout]
    try:
        assert told[0], both[0].communicate()[1]
        path, codes = {url.split("?")[0] for url in told}, {url.split("?")[1] for url in told}
        assert len(path) == 1, "one server"
        assert len(codes) == 2, "each address lets one browser in"
        deadline = time.monotonic() + 20
        while all(one.poll() is None for one in both) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert sorted(str(one.poll()) for one in both) == ["0", "None"], "one serves, the other found it and is done"
    finally:
        for one in both:
            if one.poll() is None:
                one.send_signal(signal.SIGINT)
            one.communicate(timeout=20)


def shortcuts() -> list[list[str]]:
    """Every shortcut that this Lab knows, as keys to press one after the other; not those that move the cursor on."""
    found: set[tuple[str, ...]] = set()
    for path in Path(sys.prefix, "share/jupyter/lab/schemas").rglob("*.json"):
        told = json.loads(path.read_text(encoding="utf-8")).get("jupyter.lab.shortcuts", [])
        found |= {tuple(one["keys"]) for one in told}
    assert len(found) > 100, "the shortcuts stand elsewhere now"
    pressed = [[key.strip().replace("Accel", "Control").replace("Ctrl", "Control") for key in keys] for keys in found]
    return sorted(
        [key.replace(" ", "+") for key in keys] for keys in pressed if keys and all(keys) and "Tab" not in keys[0]
    )


EDITS = re.compile(
    r"(Shift\+)?(.|Arrow\w+|Home|End|Enter|Delete|Backspace)|Control\+([axcvz]|Backspace|Shift\+Z|Shift\+Arrow\w+)",
    re.IGNORECASE,
)


UNTOUCHED = """() => [
  [...document.querySelectorAll('.cm-editor, .jp-Dialog, .lm-Menu')].filter(one => one.getClientRects().length).length,
  [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')].filter(one => one.getClientRects().length).length,
  window.inField.value]"""


@pytest.mark.soak
def test_every_shortcut_of_lab_does_nothing(page: Any, server: Server, tmp_path: Path) -> None:
    """On the page all of them, in a field all but those that edit it."""
    field = opened(page, server)
    keeps(field, "按错键之前的话")
    before, notebooks = exported(server, tmp_path / "before.json"), hashes(server.root)
    windows = len(page.context.pages)
    stage(page).locator(".jp-Cell").first.evaluate("one => { window.onPage = one; }")
    field.evaluate("one => { window.inField = one; }")
    untouched = page.evaluate(UNTOUCHED)
    assert untouched[0] == 0
    for keys in shortcuts():
        for place in ("onPage", "inField")[: 1 if any(EDITS.fullmatch(key) for key in keys) else 2]:
            page.evaluate(f"window.{place}.focus()")
            for key in ("Escape", *keys):
                page.keyboard.press(key if len(key) > 1 else key.lower())
            assert page.evaluate(UNTOUCHED) == untouched, (keys, place)
    assert field.input_value() == "按错键之前的话"
    assert (hashes(server.root), len(page.context.pages)) == (notebooks, windows)
    assert exported(server, tmp_path / "after.json") == before
    assert opened(page, server).input_value() == "按错键之前的话"


def test_a_server_killed_at_once_comes_back_with_what_was_saved(page: Any, server: Server) -> None:
    field = opened(page, server)
    keeps(field, "断电前的话")
    children = server.kernels()
    server.process.send_signal(signal.SIGKILL)
    server.process.communicate(timeout=20)
    page.locator(".og-bar", has_text="页面已暂停").wait_for()
    assert page.evaluate("document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)').inert")
    server.follow(Server.start(server.root, server.port))
    page.goto(server.page(TALKS))
    ready(page, TALKS)
    assert opened(page, server).input_value() == "断电前的话"
    for child in children:  # the server had no time to end them: they find out by themselves
        child.wait(timeout=20)


def test_what_is_typed_before_another_entry_is_there_does_not_go_into_it(page: Any, server: Server) -> None:
    """The back is slow: the next talk is chosen, and the words of the last one still stand in the form."""
    field = opened(page, server)
    keeps(field, "第一份的话")
    lines, kernels = stage(page).get_by_label("已登记"), server.kernels()
    other = next(t for t in lines.locator("option").all_inner_texts() if TALK not in t)
    for kernel in kernels:
        kernel.suspend()
    try:
        lines.select_option(label=other)
        page.evaluate("document.querySelector('.of-t-talk .of-f-thoughts textarea').focus()")
        page.keyboard.type("打得太早")
    finally:
        for kernel in kernels:
            kernel.resume()
    there(page)
    assert "第一份" not in page.get_by_label("交流思想 *").input_value()
    assert opened(page, server).input_value() == "第一份的话"
    lines.select_option(label=other)
    there(page)
    assert "第一份" not in page.get_by_label("交流思想 *").input_value()


class Listener:
    """Another program at a port of this machine: it answers every request with an empty page and notes what it heard."""

    def __init__(self, port: int = 0) -> None:
        heard = self.heard = []

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append((self.path, dict(self.headers)))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"<!DOCTYPE html>")

            do_POST = do_PUT = do_OPTIONS = do_GET  # noqa: N815  the names that the library calls

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_the_address_that_lets_in_is_no_place_to_go_back_to(page: Any, server: Server) -> None:
    page.goto(server.page(TALKS))
    ready(page, TALKS)
    line = page.context.new_cdp_session(page)
    places = [each["url"] for each in line.send("Page.getNavigationHistory")["entries"]]
    line.detach()
    assert [place for place in places if "token" in place] == []
    assert server.keys.token not in page.content()
    assert page.evaluate("document.cookie").startswith("_xsrf=")  # and not the one that lets in


def test_a_page_on_another_port_gets_no_cookie_and_can_ask_for_nothing(page: Any, server: Server) -> None:
    """It knows even the random path; the browser sends the cookie along to that port only below it."""
    opened(page, server)
    listener = Listener()
    other = page.context.new_page()
    try:
        other.context.unroute("**/*")
        other.goto(f"http://127.0.0.1:{listener.port}/")
        told = other.evaluate(
            """async base => {
                const ask = init => fetch(`${base}api/contents/notebooks`, init).then(a => a.status + a.type, () => 'refused');
                const framed = document.body.appendChild(document.createElement('iframe'));
                framed.src = `${base}doc/tree/notebooks/12_talks.ipynb`;
                await new Promise(done => { framed.onload = done; setTimeout(done, 3000); });
                const line = new WebSocket(base.replace('http', 'ws') + 'api/events/subscribe');
                const open = await new Promise(done => { line.onopen = () => done(true); line.onerror = () => done(false); });
                return [await ask({ credentials: 'include' }), await ask({ mode: 'no-cors', credentials: 'include' }), open,
                    framed.contentDocument?.body?.innerText || ''];
            }""",
            server.base,
        )
        assert told == ["refused", "refused", False, ""]
        assert [headers for _, headers in listener.heard if "Cookie" in headers] == []
    finally:
        other.close()
        listener.stop()


def test_whoever_listens_at_the_port_next_hears_no_key_and_soon_nothing(page: Any, server: Server) -> None:
    opened(page, server)
    keys = server.keys
    assert server.stop() == 0
    listener = Listener(server.port)
    try:
        page.locator(".og-bar", has_text="页面已暂停").wait_for()
        frozen = len(listener.heard)
        page.locator(".og-bar", has_text="程序已经关了，这一页不能再用").wait_for(timeout=60_000)
        asked = listener.heard[frozen:]
        assert {path for path, _ in asked} == {f"{keys.base}orglife/alive"}
        assert [headers for _, headers in asked if "Cookie" in headers] == []
        for path, headers in listener.heard:
            assert "Authorization" not in headers
            assert keys.token not in path
        page.wait_for_timeout(5000)
        assert listener.heard[frozen:] == asked
    finally:
        listener.stop()
    server.follow(Server.start(server.root, server.port))
    page.goto(server.page(TALKS))
    ready(page, TALKS)
    assert opened(page, server)
