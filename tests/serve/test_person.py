"""A person's server behind a hub: who comes in, whose branch it opens, where papers are made; bad input in one sentence."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from orglife.adapters.disk.settings import settings_of
from orglife.adapters.engine import long_work
from orglife.serve.serving import NEW_FOLDER
from tests import branch as b
from tests.conftest import run
from tests.database_server import ADMIN, TestDatabase, acting_as
from tests.marks import thorough

if sys.platform != "linux":
    pytest.skip("people's servers are forked on Linux only", allow_module_level=True)

from tests.serve.hub_server import ANOTHERS, HERS, OWN_TOKEN, PERSON, PersonServer

WAIT = int(os.environ.get("ORGLIFE_WAIT", "30"))


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def ask(url: str, token: str = "", data: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    headers = {"Authorization": f"token {token}"} if token else {}
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(urllib.request.Request(url, data, headers), timeout=60) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


@pytest.fixture
def person(database: TestDatabase, tmp_path: Path) -> Iterator[PersonServer]:
    """The server of a branch that has data."""
    database.begin()
    login = database.add("branch", "t01")
    source = tmp_path / "t01.json"
    source.write_text(json.dumps(b.branch()), encoding="utf-8")
    with acting_as(login):
        assert run("new", str(tmp_path / "by hand"), "--campaign", "2024-seed", "--store", database.url) == 0
        assert run("import", str(tmp_path / "by hand"), str(source)) == 0
    home = tmp_path / "home"
    home.mkdir()
    with PersonServer(home, database.url, login) as server:
        assert not server.refusal
        yield server


@thorough
def test_behind_a_hub_the_page_is_the_persons_alone(person: PersonServer, tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "home" / NEW_FOLDER)
    assert (settings.role, settings.branch, settings.store) == ("branch", "t01", person.store)
    status, headers, _ = ask(person.url)
    assert status == 302
    assert headers["location"].startswith("/hub/api/oauth2/authorize?") or "/doc/tree/" in headers["location"]
    page = f"{person.url}doc/tree/notebooks/00_home.ipynb"
    for token, status in (("", 302), ("guessed", 302), (ANOTHERS, 403), (HERS, 200)):
        assert ask(page, token)[0] == status, token
    status, headers, text = ask(page, HERS)
    config = json.loads(re.search(rb'<script id="jupyter-config-data"[^>]*>(.*?)</script>', text, re.DOTALL)[1])  # type: ignore[index]
    assert config["token"] == ""
    assert config["baseUrl"] == f"/user/{PERSON}/"
    page_data = json.loads(config["orglife"])
    assert page_data["hub"]
    assert [key for key, _ in page_data["branches"]] == ["t01"]
    assert "connect-src 'self' " in headers["content-security-policy"]
    assert "ws://" not in headers["content-security-policy"]
    for path in ("api/contents/notebooks", "api/kernels", "lab/api/settings"):
        assert ask(person.url + path, HERS)[0] == 200
        assert ask(person.url + path)[0] in (302, 403)
        assert ask(person.url + path, ANOTHERS)[0] == 403
    for path in ("api/contents/orglife.toml", "api/terminals", "files/orglife.toml", "lab/api/extensions"):
        assert ask(person.url + path, HERS)[0] in (403, 404)
    assert person.hub.active.wait(WAIT)  # the hub hears that somebody is there, else she would be stopped as idle


@thorough
def test_kernels_are_forked_and_encrypted_and_papers_leave_no_memory(person: PersonServer, tmp_path: Path) -> None:
    keeper = psutil.Process(person.process.pid)
    for _ in range(10 * WAIT):
        if ask(person.url + "api/kernels", HERS)[2] != b"[]" and len(keeper.children()) == 2:  # the day's copy is made
            break
        time.sleep(0.1)
    server, kernel = sorted(keeper.children(), key=lambda child: child.pid)
    assert kernel.parent().pid == keeper.pid  # type: ignore[union-attr]
    runtime = tmp_path / "home" / NEW_FOLDER / ".orglife" / "jupyter" / "runtime"
    (connection,) = runtime.glob("kernel-*.json")
    ports = json.loads(connection.read_text(encoding="utf-8"))
    assert ports["curve_secretkey"]
    assert connection.stat().st_mode & 0o077 == 0
    for process in (server, kernel):
        where = {c.laddr.ip for c in process.net_connections("tcp") if c.status == "LISTEN"}
        assert where == {"127.0.0.1"}

    asked = {"what": "stage", "stage": "talks", "kind": "pdf", "branch": "t01"}
    before = server.memory_info().rss
    answer = json.loads(ask(f"{person.url}orglife/do/make", HERS, json.dumps(asked).encode())[2])
    assert answer.get("url"), answer
    assert ask(person.url + answer["url"], HERS)[2].startswith(b"%PDF")
    maps = Path(f"/proc/{server.pid}/maps").read_text(encoding="utf-8")
    assert "typst" not in maps
    assert "psycopg" not in maps  # it never opened the database itself
    assert server.memory_info().rss - before < 40 * 1024 * 1024
    wrong = json.loads(ask(f"{person.url}orglife/do/make", HERS, b'{"what": "nothing"}')[2])
    assert wrong["problems"]
    assert OWN_TOKEN not in "".join(str(line) for line in vars(kernel).values())

    kernel.kill()  # it is started again, by the keeper
    for _ in range(10 * WAIT):
        now = {child.pid for child in keeper.children()} - {server.pid}
        if now and now != {kernel.pid}:
            break
        time.sleep(0.1)
    else:
        pytest.fail("no other kernel")


@thorough
def test_a_page_that_is_loaded_while_the_database_is_away_says_so(database: TestDatabase, person: PersonServer) -> None:
    page = f"{person.url}doc/tree/notebooks/00_home.ipynb"
    with database.away():
        status, _, text = ask(page, HERS)
        assert status == 503
        assert "连不上数据库服务器" in text.decode()
        assert "再试一次" in text.decode()
        assert "网址可能有误" not in text.decode()
        assert not re.search("Traceback|Error", text.decode())
    assert ask(page, HERS)[0] == 200
    status, _, text = ask(f"{person.url}nowhere", HERS)
    assert status == 404
    assert "网址可能有误" in text.decode()


def refusal(home: Path, database: str, login: str) -> str:
    home.mkdir(exist_ok=True)
    with PersonServer(home, database, login) as server:
        assert server.refusal
        assert len(re.findall("[A-Za-z]{9,}", server.refusal.replace(str(home), "").replace(login, ""))) == 0
        return server.refusal


@thorough
def test_who_cannot_be_served_reads_one_sentence(database: TestDatabase, tmp_path: Path) -> None:
    branch, bureau = database.add("branch", "t01"), database.add("bureau")
    assert "还没有启用方案" in refusal(tmp_path / "early", database.url, branch)
    database.begin()
    home = tmp_path / "home"
    home.mkdir()
    with PersonServer(home, database.url, branch) as server:
        assert not server.refusal
    settings = (home / NEW_FOLDER / "orglife.toml").read_bytes()
    assert "是支部t01的，而这个账号现在是上级党组织的" in refusal(
        home, database.url, bureau
    )  # never both under one server
    assert (home / NEW_FOLDER / "orglife.toml").read_bytes() == settings
    database.sql("CREATE ROLE stranger LOGIN")
    assert "没有登记" in refusal(tmp_path / "new", database.url, "stranger")
    assert not (tmp_path / "new" / NEW_FOLDER).exists()
    with acting_as(ADMIN):
        database.sql("UPDATE orglife.meta SET version = 99")
    assert "较新的程序建立的" in refusal(home, database.url, branch)
    database.sql("UPDATE orglife.meta SET version = 0")
    assert "要先升级才能打开" in refusal(home, database.url, branch)
    assert "连不上数据库服务器" in refusal(home, "postgresql:///orglife?host=/nowhere", branch)
    database.sql("DROP ROLE stranger")


@thorough
def test_a_workspace_is_opened_once(person: PersonServer, tmp_path: Path) -> None:
    assert "正被这个账号的另一个程序打开" in refusal(tmp_path / "home", person.store, person.login)


@pytest.mark.soak
def test_a_server_that_nobody_uses_ends_though_a_page_is_open(database: TestDatabase, tmp_path: Path) -> None:
    """An open page asks for the kernels all the time; long work is not cut off."""
    database.begin()
    login = database.add("branch", "t01")
    home = tmp_path / "home"
    home.mkdir()
    with PersonServer(home, database.url, login, idle="8") as server:
        assert not server.refusal
        with long_work.claimed(home / NEW_FOLDER, "正在归档"):
            began = time.monotonic()
            while time.monotonic() < began + 12:
                assert ask(server.url + "api/kernels", HERS)[0] == 200
                time.sleep(0.2)
        assert server.process.poll() is None
        for _ in range(10 * WAIT):
            if server.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                ask(server.url + "api/kernels", HERS)
            time.sleep(0.1)
        else:
            pytest.fail("it goes on")


NO_ROOM = """
import sys, tempfile
tempfile.tempdir = sys.argv[1] + "/nowhere"
"""
WARM_UP = """
import os, sys
from orglife.adapters.engine import processes
from orglife.serve import person
person.warm()
print(processes.threads(), sorted(os.listdir(sys.argv[1])))
"""


@thorough
@pytest.mark.parametrize("room", [True, False])
def test_warming_up_leaves_no_thread_and_no_file_behind(tmp_path: Path, room: bool) -> None:
    """It opens a page of a rehearsal; where there is no room for one the site starts all the same."""
    place = tmp_path / "place"
    place.mkdir()
    program = WARM_UP if room else NO_ROOM + WARM_UP
    command = [sys.executable, "-P", "-c", program, str(place)]
    done = subprocess.run(
        command, env={**os.environ, "TMPDIR": str(place)}, capture_output=True, text=True, check=False
    )
    assert done.stdout == "1 []\n", done.stderr
