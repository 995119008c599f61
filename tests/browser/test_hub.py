"""The site of a bureau in a real browser: two secretaries and the bureau's officer log in and work with each other.

It needs root, Debian's postgresql and nodejs, and JupyterHub's proxy; ``make hub-demo`` brings the same up by hand.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kit import hub_demo

from tests.browser.served import CHROMIUM, stage
from tests.browser.site import LATE, Site, brought_up, log_in, processes, seat, shown
from tests.browser.test_campaign import go
from tests.browser.test_home import browser, window

__all__ = ["browser"]
pytestmark = [
    pytest.mark.soak,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium"),
]
REMARK = "谈话的日期请核对"
BRANCHES = ("云溪局办公室党支部", "云溪局水政监察科党支部")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with brought_up() as started:
        yield started


def row_of(overview: Any, branch: str) -> str:
    """The overview's row of a branch."""
    return str(stage(overview).locator("tr", has_text=branch).first.inner_text())


def test_three_people_work_with_each_other(browser: Any, site: Site) -> None:
    first, second, bureau = (seat(browser, site, account) for account in ("yunxi1", "yunxi2", "juguan"))
    assert "/user/yunxi1/doc/tree/notebooks/00_home.ipynb" in first.url
    assert "90_overview" in bureau.url
    shown(first, "home")
    shown(bureau, "overview")
    before, others = (row_of(bureau, name) for name in BRANCHES)

    form = go(first, "12_talks")  # a talk of which nothing was said yet
    form.get_by_role("button", name="新增").click()
    form.get_by_label("日期 *").fill("2月6日")
    form.locator(".of-status:visible", has_text=re.compile("✓ 已保存 ")).first.wait_for()
    for _ in range(LATE // 250):
        if row_of(bureau, BRANCHES[0]) != before:
            break
        time.sleep(0.25)
    else:
        pytest.fail("the bureau does not see what was typed")
    assert row_of(bureau, BRANCHES[1]) == others
    shown(bureau, "overview-after")

    answer = go(bureau, "41_intake")
    answer.get_by_role("tab", name="退回意见").click()
    answer.get_by_role("button", name="新增").first.click()
    answer.get_by_label("党支部").first.select_option(label=BRANCHES[0])
    answer.get_by_label("日期").first.fill("2024-03-20")
    answer.get_by_label("提出单位").first.fill("局党总支")
    answer.get_by_label("意见").first.fill(REMARK)
    answer.locator(".of-status:visible", has_text=re.compile("✓ 已保存 ")).first.wait_for()
    shown(bureau, "remark")
    go(first, "00_home").get_by_text(REMARK).first.wait_for()
    shown(first, "home-after")
    assert go(second, "00_home").get_by_text(REMARK).count() == 0

    papers = go(second, "12_talks").locator(".og-made:visible").first
    papers.locator("button[data-og-make]", has_text="PDF").first.click()
    papers.get_by_text("已做好").wait_for()
    link = papers.get_by_role("link", name="打开")
    made = second.request.get(f"{site.url.rstrip('/')}{link.evaluate('node => new URL(node.href).pathname')}")
    assert made.body().startswith(b"%PDF")
    shown(second, "papers")
    for page in (first, second, bureau):
        assert page.strange == []
        page.context.close()


def test_nobody_enters_anothers_pages(browser: Any, site: Site) -> None:
    page = seat(browser, site, "yunxi1")
    other = seat(browser, site, "yunxi2")
    for address in (
        "user/yunxi2/",
        "user/yunxi2/doc/tree/notebooks/00_home.ipynb",
        "user/yunxi2/api/contents",
        "hub/admin",
    ):
        answer = page.request.get(site.url + address)
        assert answer.status in (403, 404), address
    page.goto(f"{site.url}hub/user/yunxi2/")
    assert not re.search(r"[A-Za-z]{4,}", page.inner_text("main"))
    shown(page, "refused")
    other.context.close()
    page.context.close()


ATTACK = """
import os, socket, sys, time, pathlib, http.client, zmq
victim, hub, sockets = int(sys.argv[1]), sys.argv[2], sys.argv[3]
got = []
def tries(what, attempt):
    try:
        got.append((what, attempt()))
    except (OSError, PermissionError):
        pass
for place in (hub, hub + "/jupyterhub_config.py", hub + "/jupyterhub.sqlite", hub + "/cookie_secret"):
    tries(place, lambda: os.listdir(place) if os.path.isdir(place) else open(place, "rb").read(1))
home = pathlib.Path(hub).parent / "homes" / "yunxi2"
tries("home", lambda: os.listdir(home))
theirs = []
for p in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        theirs += [p] if "Uid:\\t%d" % victim in (p / "status").read_text() else []
    except OSError:  # it has ended meanwhile
        pass
assert len(theirs) >= 3, theirs  # the maker of the day's copy may be there too
for p in theirs:
    for name in ("environ", "mem", "maps", "cwd", "fd"):
        tries(str(p / name), lambda: os.listdir(p / name) if name in ("fd", "cwd") else open(p / name, "rb").read(10))
    tries("kill", lambda: os.kill(int(p.name), 0))
rows = [row.split() for row in open("/proc/net/tcp").read().splitlines()[1:]]
ports = [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and int(row[7]) == victim]
assert len(ports) > 3, ports
context, ears = zmq.Context(), []
for port in ports:
    ear = context.socket(zmq.SUB)
    ear.setsockopt(zmq.SUBSCRIBE, b"")
    ear.setsockopt(zmq.LINGER, 0)
    ear.connect(f"tcp://127.0.0.1:{port}")
    ears.append(ear)
    try:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        line.request("GET", "/user/yunxi2/api/contents/notebooks")
        answer = line.getresponse()
        if answer.status not in (302, 403):
            got.append((port, answer.status))
    except (OSError, http.client.HTTPException):
        pass
import psycopg
for login in ("yunxi2", "juguan", "orglife_owner", "postgres"):
    try:
        psycopg.connect(host=sockets, dbname="orglife", user=login).close()
        got.append(("login", login))
    except psycopg.OperationalError:
        pass
psycopg.connect(host=sockets, dbname="orglife", user="yunxi1").close()
print("ready", flush=True)
end = time.monotonic() + 20
while time.monotonic() < end:
    for ear in ears:
        if ear.poll(50):
            got.append(("heard", ear.recv_multipart()[:1]))
print(got, flush=True)
context.destroy(0)
"""


def test_another_account_gets_at_nothing(browser: Any, site: Site) -> None:
    page = seat(browser, site, "yunxi2")
    victim = hub_demo.FIRST_ACCOUNT + 1
    inside = next(p.pid for p in processes() if p.uids().real == victim)
    settings = (site.folder / "homes" / "yunxi2" / "组织生活会" / "orglife.toml").read_text(encoding="utf-8")
    sockets = re.search(r"host=([^\"&]+)", settings)[1]  # type: ignore[index]
    attacker = str(victim - 1)
    words = [
        "nsenter",
        "--mount",
        f"--target={inside}",
        "setpriv",
        f"--reuid={attacker}",
        f"--regid={attacker}",
        "--clear-groups",
    ]
    program = [sys.executable, "-P", "-c", ATTACK, str(victim), str(site.folder / "hub"), sockets]
    with subprocess.Popen([*words, *program], stdout=subprocess.PIPE, text=True, cwd="/") as attack:
        assert attack.stdout is not None
        assert attack.stdout.readline() == "ready\n"
        go(page, "12_talks")  # the kernel tells the page much, and the listener nothing
        go(page, "00_home")
        assert attack.stdout.readline() == "[]\n"
    page.context.close()


def test_leaving_ends_what_ran(browser: Any, site: Site) -> None:
    page = seat(browser, site, "yunxi1")
    page.get_by_role("button", name="退出登录").click()
    page.get_by_label("账号").wait_for()
    shown(page, "left")
    for _ in range(LATE // 250):
        if hub_demo.FIRST_ACCOUNT not in {process.uids().real for process in processes()}:
            break
        time.sleep(0.25)
    else:
        pytest.fail("the server goes on")
    page.goto(f"{site.url}user/yunxi1/")
    page.get_by_label("账号").wait_for()
    log_in(page, site, "yunxi1", "guessed")
    page.get_by_text("账号或密码不对").wait_for()
    shown(page, "wrong-password")
    page.context.close()


def test_a_page_whose_server_was_stopped_opens_again(browser: Any, site: Site) -> None:
    """As after an hour without a key: what was typed is there."""
    page, other = seat(browser, site, "yunxi2"), seat(browser, site, "yunxi2")
    other.get_by_role("button", name="退出登录").click()
    other.get_by_label("账号").wait_for()
    other.context.close()
    again = page.get_by_role("button", name="重新打开")
    again.wait_for()
    shown(page, "stopped")
    page.evaluate("delete document.body.dataset.ogReady")
    again.click()
    page.wait_for_function("() => document.body.dataset.ogReady")
    page.context.close()


def test_who_cannot_be_served_is_told_in_a_sentence(browser: Any, site: Site) -> None:
    page = window(browser)
    page.context.set_default_timeout(LATE)
    site.database("stop")
    try:
        log_in(page, site, "ren0001")
        page.get_by_text("连不上数据库服务器").wait_for()
        shown(page, "away")
        assert not re.search(r"[A-Za-z]{4,}", page.inner_text("main").replace("orglife", ""))
    finally:
        site.database("start")
    page.get_by_role("link", name="再试一次").click()
    page.wait_for_function("() => document.body.dataset.ogReady")
    shown(page, "new-branch")
    page.context.close()


@contextlib.contextmanager
def proxied(kind: str, written: Path, folder: Path, port: int) -> Iterator[None]:
    """The proxy that was written beside the configuration, at another port with a certificate of its own."""
    text = (written / ("nginx.conf" if kind == "nginx" else "Caddyfile")).read_text(encoding="utf-8")
    text = text.replace("hub.example.cn", "127.0.0.1")
    if kind == "nginx":
        words = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=hub.example.cn",
        ]
        made = ["-keyout", str(folder / "hub.key"), "-out", str(folder / "hub.pem")]
        subprocess.run([*words, *made], check=True, capture_output=True)
        text = text.replace("/etc/ssl", str(folder)).replace("443 ssl", f"127.0.0.1:{port} ssl")
        paths = " ".join(
            f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        head = f"user root; daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        text = f"{head}http {{ access_log off; {paths}\n{text}\n}}\n"
        command = [
            os.environ.get("NGINX") or "nginx",
            "-c",
            str(folder / "nginx.conf"),
            "-e",
            str(folder / "error.log"),
        ]
    else:
        options = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n"
        text = options + text.replace("\n127.0.0.1 {", f"\n127.0.0.1:{port} {{\n\ttls internal")
        command = [
            os.environ.get("CADDY") or "caddy",
            "run",
            "--adapter",
            "caddyfile",
            "--config",
            str(folder / "caddy.conf"),
        ]
    (folder / f"{kind}.conf").write_text(text, encoding="utf-8")
    home = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, env=home) as process:
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_the_proxies_that_are_written_bring_people_in_by_tls(
    browser: Any, site: Site, tmp_path: Path, kind: str
) -> None:
    if not (os.environ.get(kind.upper()) or shutil.which(kind)):
        pytest.skip(f"no {kind}; the variable {kind.upper()} may name one")
    port = hub_demo.free_ports(1)
    with proxied(kind, site.folder / "hub", tmp_path, port):
        page = seat(browser, replace(site, url=f"https://127.0.0.1:{port}/"), "yunxi2")
        form = go(page, "12_talks")
        form.get_by_role("button", name="新增").wait_for()
        papers = form.locator(".og-made:visible").first
        papers.locator("button[data-og-make]", has_text="PDF").first.click()
        papers.get_by_text("已做好").wait_for()
        assert page.strange == []
        shown(page, kind)
        page.context.close()
