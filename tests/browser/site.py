"""A running site with several people, as ``make hub-demo`` brings it up, and a browser page for each person."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from kit import hub_demo

from tests.browser.served import WAIT

LATE = 6 * WAIT


@dataclass
class Site:
    """A running site.

    Attributes:
        people: Password by account.
    """

    folder: Path
    url: str
    people: dict[str, str]
    process: subprocess.Popen[str]

    def database(self, *words: str) -> None:
        """Stop or start the database, where the accounts are that it asks for."""
        programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        data = str(self.folder / "database")
        log = ["-l", f"{data}/log"] if words == ("start",) else ["-m", "fast"]
        within = [
            "nsenter",
            "--mount",
            f"--target={self.process.pid}",
            "setpriv",
            "--reuid=postgres",
            "--regid=postgres",
        ]
        command = [str(programs / "pg_ctl"), "-w", "-s", "-D", data, *log, *words]
        subprocess.run([*within, "--init-groups", *command], check=True, cwd="/", stdin=subprocess.DEVNULL)


@contextlib.contextmanager
def brought_up(changes: str = "") -> Iterator[Site]:
    """A site; ``changes`` are lines that its administrator adds to the configuration."""
    if os.getuid() != 0:
        pytest.skip("it needs root: accounts of its own, in a namespace of its own")
    folder = Path(tempfile.mkdtemp(prefix="olsite"))
    folder.chmod(0o755)
    command = [sys.executable, "-m", "kit.hub_demo", "--folder", str(folder / "site"), "--people", "1"]
    command += ["--changes", changes]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=hub_demo.REPOSITORY)
    assert process.stdout is not None
    announced = json.loads(process.stdout.readline())
    people = {one["account"]: one["password"] for one in announced["people"]}
    try:
        yield Site(folder / "site", announced["url"], people, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=120)
        process.stdout.close()
    assert processes() == []  # nobody's server outlives the hub
    shutil.rmtree(folder, ignore_errors=True)


def processes() -> list[psutil.Process]:
    """Those of the people of the site."""
    processes_of_people = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if hub_demo.FIRST_ACCOUNT <= process.uids().real < hub_demo.FIRST_ACCOUNT + 2000:
                processes_of_people.append(process)
    return processes_of_people


def log_in(page: Any, site: Site, account: str, password: str = "") -> None:
    page.goto(site.url)
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(password or site.people[account])
    page.get_by_role("button", name="登录").click()


def seat(browser: Any, site: Site, account: str) -> Any:
    """A page at which somebody sits who has logged in."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 720}, ignore_https_errors=True)
    context.set_default_timeout(LATE)
    page = context.new_page()
    page.strange = []
    page.on(
        "request",
        lambda asked: (
            page.strange.append(asked.url)
            if not asked.url.startswith((site.url, site.url.replace("http", "ws", 1), "data:", "blob:"))
            else None
        ),
    )
    page.on("response", lambda got: page.strange.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    log_in(page, site, account)
    page.wait_for_function("() => document.body.dataset.ogReady")
    return page


def shown(page: Any, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    if folder := os.environ.get("ORGLIFE_PICTURES"):
        page.screenshot(path=Path(folder) / f"hub-{name}.png")
