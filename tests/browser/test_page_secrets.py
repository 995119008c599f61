"""What is typed into the page stands in the store and nowhere beside it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from tests.browser.served import CHROMIUM, TALKS, WAIT, Server, ready
from tests.conftest import run
from tests.whole import canaries

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]


@pytest.fixture
def served(tmp_path: Path) -> Any:
    """The branch of canaries, served, with a place of its own for temporary files."""
    root, source = tmp_path / "工作 目录", tmp_path / "t01.json"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings())
    source.write_text(json.dumps(canaries.dossier()), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    line = [sys.executable, "-m", "orglife.cli", "start", str(root), "--no-browser", "--port", str(port)]
    errors = (tmp_path / "errors").open("w+b")
    process = subprocess.Popen(
        line,
        stdout=subprocess.PIPE,
        stderr=errors,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=canaries.child_environment(tmp_path / "tmp"),
    )
    assert process.stdout is not None
    server = Server(root, port, process, process.stdout.readline().strip())
    yield server
    if process.poll() is None:
        server.stop()
    errors.close()


def test_what_is_typed_stays_in_the_store(served: Server, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    token = served.keys.token
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page(locale="zh-CN")
        page.set_default_timeout(WAIT)
        page.goto(served.page(TALKS))
        ready(page, TALKS)
        here = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        here.get_by_role("button", name="新增").first.click()
        page.get_by_label("指出的问题 *").fill(f"{canaries.WORD}九九，键入的")
        page.locator(".of-status", has_text=re.compile("草稿|✓ 已保存")).first.wait_for()
        seen = list(canaries.processes(served.process.pid))
        assert len(seen) > 1, "the server and a kernel at least"
        for command, environment in seen:
            assert not canaries.told(command)
            assert not canaries.told(environment)
            assert token not in command
            assert token not in environment
        browser.close()
    assert served.stop() == 0
    store = b"".join(p.read_bytes() for p in served.root.glob("orglife.db*"))
    assert f"{canaries.WORD}九九".encode() in store or json.dumps(f"{canaries.WORD}九九")[1:-1].encode() in store
    assert canaries.files_with(served.root, besides=("orglife.db", "backups/")) == []
    assert canaries.files_with(tmp_path / "tmp") == []
    assert not canaries.told((tmp_path / "errors").read_bytes())


def test_no_field_lets_the_browser_remember_what_is_typed(served: Server) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page(locale="zh-CN")
        page.set_default_timeout(WAIT)
        page.goto(served.page(TALKS))
        ready(page, TALKS)
        page.locator(".of-t-talk .of-lines select").first.select_option(index=0)
        page.locator(".of-t-talk .of-status", has_text="已保存的内容在下面").wait_for()
        page.wait_for_timeout(1000)
        fields = page.evaluate(
            "[...document.querySelectorAll('.of :is(textarea, input)')].map(e => [e.outerHTML, e.autocomplete])"
        )
        assert len(fields) > 5
        assert [field for field, remembered in fields if remembered != "off"] == []
        browser.close()
