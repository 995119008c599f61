"""Measure the cost of a person on the site: ``python -m tests.bench.hub --people 100``, as root; prints the rows of docs/server.md.

People are started one after the other through the hub's API, by the warm fork or by JupyterHub's LocalProcessSpawner.
Memory is proportional (PSS): what several processes share counts once. CPU is user and system time of her processes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kit import hub_demo

TOKEN = "of-the-figures-only"
SERVICE = f"""
c.JupyterHub.services.append({{"name": "figures", "api_token": "{TOKEN}"}})
c.JupyterHub.load_roles.append({{"name": "figures", "services": ["figures"], "scopes": ["admin:users", "admin:servers", "list:users"]}})
c.JupyterHub.concurrent_spawn_limit = 0
"""
LOCAL = """
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
"""
TICKS = 100


@dataclass
class Use:
    """What processes use: MiB, seconds."""

    memory: dict[int, float] = field(default_factory=dict)
    cpu: dict[int, float] = field(default_factory=dict)
    processes: int = 0


def used() -> Use:
    """By account; 0 = the warm process."""
    use = Use()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, StopIteration):
            status = (folder / "status").read_text().splitlines()
            account = int(next(line for line in status if line.startswith("Uid")).split()[1])
            ours = hub_demo.FIRST_ACCOUNT <= account < hub_demo.FIRST_ACCOUNT + 2000
            if not ours and b"orglife.adapters.hub.warm" not in (folder / "cmdline").read_bytes():
                continue
            key = account if ours else 0
            rollup = (folder / "smaps_rollup").read_text().splitlines()
            pss = next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024
            stat = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            use.memory[key] = use.memory.get(key, 0) + pss
            use.cpu[key] = use.cpu.get(key, 0) + (int(stat[11]) + int(stat[12])) / TICKS
            use.processes += 1
    return use


def ask(url: str, method: str = "GET", data: bytes | None = None) -> Any:
    request = urllib.request.Request(url, data, {"Authorization": f"token {TOKEN}"}, method=method)
    with urllib.request.urlopen(request, timeout=300) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def start_all(url: str, accounts: list[str]) -> None:
    for account in accounts:
        ask(f"{url}hub/api/users/{account}", "POST")
        ask(f"{url}hub/api/users/{account}/server", "POST", b"{}")
        while not ask(f"{url}hub/api/users/{account}")["servers"].get("", {}).get("ready"):
            time.sleep(0.1)


def browse(url: str, people: list[dict[str, str]]) -> None:
    """Open the home page as each, in a real browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for one in people:
            page = browser.new_context().new_page()
            page.goto(url)
            page.fill("#username_input", one["account"])
            page.fill("#password_input", one["password"])
            page.click("#login_submit")
            page.wait_for_function("document.body.dataset.ogReady", timeout=120_000)
        time.sleep(5)
        accounts = {hub_demo.FIRST_ACCOUNT + n for n in range(len(people))}
        show("home page open", used(), len(people), only=accounts)
        browser.close()


def show(what: str, use: Use, many: int, only: set[int] | None = None) -> None:
    memory = [value for key, value in use.memory.items() if key and (only is None or key in only)]
    cpu = [value for key, value in use.cpu.items() if key and (only is None or key in only)]
    warm = use.memory.get(0, 0)
    print(f"{what}: {many} people, {sum(memory) / many:.0f} MiB and {sum(cpu) / many:.2f} CPU-s each; "
          f"warm process {warm:.0f} MiB; together {(sum(memory) + warm) / 1024:.2f} GiB", flush=True)  # fmt: skip


def measure(people: int, *, warm: bool) -> None:
    folder = hub_demo.REPOSITORY / "orglife-hub-demo"
    words = [
        sys.executable,
        "-m",
        "kit.hub_demo",
        "--people",
        str(people),
        "--changes",
        SERVICE + ("" if warm else LOCAL),
    ]
    site = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=hub_demo.REPOSITORY)
    assert site.stdout is not None
    announced = json.loads(site.stdout.readline())
    name = "warm fork" if warm else "LocalProcessSpawner"
    try:
        secretaries = [one["account"] for one in announced["people"][3:]]
        start_all(announced["url"], secretaries)
        time.sleep(15)
        show(f"{name}, started", used(), len(secretaries))
        browse(announced["url"], announced["people"][:2])
    finally:
        site.send_signal(signal.SIGTERM)
        site.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--only", choices=["warm", "local"])
    options = parser.parse_args()
    for warm in (True, False):
        if options.only in (None, "warm" if warm else "local"):
            measure(options.people, warm=warm)
