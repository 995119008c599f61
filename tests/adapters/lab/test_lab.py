"""What a server needs before it runs: ports, keys, claim and an environment of its own."""

from __future__ import annotations

import html
import json
import os
import queue
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from orglife.adapters.disk import files, paths
from orglife.adapters.lab import runtime, server
from orglife.adapters.lab.keys import Entrance, Keys, is_own_request
from orglife.core.errors import NotStarted, PortTaken
from orglife.serve import serving
from tests.conftest import run
from tests.marks import thorough


def test_a_port_in_use_is_refused_by_name_and_passed_over_otherwise() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            runtime.free_port(port)
        assert runtime.free_port(None, last=port) not in (0, port)
    assert runtime.free_port(port) == port
    assert runtime.free_port(None, last=port) == port


def test_a_code_lets_in_once_and_only_at_the_start_that_made_it() -> None:
    keys = Keys.new()
    entrance = Entrance(keys)
    code = Keys(keys.base, keys.token).code()  # another process, which read the file
    assert entrance.admits(code)
    assert not entrance.admits(code)
    assert entrance.admits(keys.code())
    later = Keys.new()
    assert later.base != keys.base
    assert later.token != keys.token
    for wrong in (later.code(), keys.token, code[:-1], f"{code}0", "", "0" * len(code), "é"):
        assert not entrance.admits(wrong)
    assert keys.token not in repr(keys)


def test_keys_are_too_long_to_be_guessed() -> None:
    keys = Keys.new()
    assert re.fullmatch(r"/[0-9a-f]{16}/", keys.base)
    assert re.fullmatch(r"[0-9a-f]{48}", keys.token)
    assert re.fullmatch(r"[0-9a-f]{44}", keys.code())
    assert len({keys.code()[:12] for _ in range(9)}) == 9
    assert len({keys.sign_of_life, keys.founding_cookie, keys.code()[12:]}) == 3
    assert re.fullmatch(r"[0-9a-f]{32}", keys.sign_of_life)


@pytest.mark.parametrize(("taken", "last", "port"), [(0, 0, 8765), (0, 9000, 9000), (1, 0, 8766), (50, 0, 12345)])
def test_the_first_free_port_of_fifty_is_taken(
    monkeypatch: pytest.MonkeyPatch, taken: int, last: int, port: int
) -> None:
    asked: list[int] = []

    def is_free(one: int) -> bool:
        asked.append(one)
        return one not in range(8765, 8765 + taken)

    monkeypatch.setattr(runtime, "_is_free", is_free)
    monkeypatch.setattr(runtime, "_any_port", lambda: 12345)
    assert runtime.free_port(None, last=last) == port
    assert len(asked) <= 50


@pytest.mark.parametrize(
    ("method", "headers", "own"),
    [
        ("GET", {}, True),
        ("POST", {}, True),
        ("POST", {"Sec-Fetch-Site": "same-origin"}, True),
        ("GET", {"Sec-Fetch-Site": "none"}, True),
        ("POST", {"Sec-Fetch-Site": "none"}, False),
        ("GET", {"Sec-Fetch-Site": "none", "Upgrade": "websocket"}, False),
        ("GET", {"Sec-Fetch-Site": "same-site"}, False),
        ("GET", {"Sec-Fetch-Site": "cross-site"}, False),
    ],
)
def test_the_browser_tells_whose_request_it_is(method: str, headers: dict[str, str], own: bool) -> None:
    assert is_own_request(method, headers) is own


@pytest.mark.skipif(os.name == "nt", reason="Windows shows command lines to their account only")
@pytest.mark.parametrize("windows", [False, True], ids=["Linux", "Windows"])
def test_the_browser_is_opened_without_telling_the_code_to_other_accounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, windows: bool
) -> None:
    """What stands in the browser's command line is the name of a file that only the owner can read."""
    (tmp_path / "temp").mkdir()
    (root := tmp_path / "甲 支部").mkdir()
    monkeypatch.setattr(runtime, "WINDOWS", windows)
    monkeypatch.setattr(runtime.tempfile, "gettempdir", lambda: str(tmp_path / "temp"))
    opened: queue.Queue[str] = queue.Queue()
    monkeypatch.setattr(server.webbrowser, "open", opened.put)
    address = runtime.Started(8765, False, "", keys := Keys.new()).url("notebooks/00_home.ipynb", "b04")
    doorway = runtime.doorway(root)
    server.show(address, doorway)
    handed = opened.get(timeout=10)
    assert handed == (str(doorway) if windows else doorway.as_uri())
    assert not any(secret in handed for secret in (keys.base, keys.token, "token="))
    assert doorway.parent == (tmp_path / "temp" if windows else tmp_path)
    assert doorway.stat().st_mode & 0o077 == 0
    text = doorway.read_text(encoding="utf-8")
    found = re.search('url=([^"]+)"', text)
    assert found
    assert html.unescape(found[1]) == address
    assert "请点" in text, "a browser that follows no refresh shows a link"
    assert keys.base in address


def test_the_page_that_leads_in_lies_in_the_servers_folder_once_there_is_one(tmp_path: Path) -> None:
    (tmp_path / ".orglife").mkdir()
    assert runtime.ServerFolder(tmp_path).doorway == tmp_path / ".orglife" / "open.html"


def test_the_keys_of_a_killed_server_are_gone_as_soon_as_another_claims_its_place(tmp_path: Path) -> None:
    server_folder = runtime.ServerFolder(tmp_path)
    with runtime.claim(server_folder):
        server_folder.running.write_text("{}")
    with runtime.claim(server_folder) as ours:
        assert ours
        assert not server_folder.running.exists()


def test_the_users_own_jupyter_neither_leaks_in_nor_is_touched(tmp_path: Path) -> None:
    server_folder = runtime.ServerFolder(tmp_path)
    given = {
        "PATH": "/x",
        "JUPYTER_TOKEN": "leak",
        "JUPYTERLAB_DIR": "leak",
        "IPYTHONDIR": "leak",
        "JUPYTER_PATH": "leak",
        "ORGLIFE_BRANCH": "old",
    }
    made = server_folder.environment(given, branch="b02")
    assert "leak" not in made.values()
    assert (made["PATH"], made["ORGLIFE_BRANCH"], made["ORGLIFE_WORKSPACE"]) == ("/x", "b02", str(tmp_path))
    assert "ORGLIFE_BRANCH" not in server_folder.environment(given)
    for name in (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
        "IPYTHONDIR",
    ):
        assert Path(made[name]).is_relative_to(tmp_path / ".orglife"), name
    server_folder.prepare(developer=False)
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        assert Path(made[name]).is_dir()
    assert os.name == "nt" or (tmp_path / ".orglife").stat().st_mode & 0o777 == 0o700


def test_the_settings_are_chinese_and_ask_nobody_for_news() -> None:
    for name in ("settings.json", "developer.json"):
        told = json.loads((paths.templates() / "lab" / name).read_text(encoding="utf-8"))
        assert told["@jupyterlab/translation-extension:plugin"]["locale"] == "zh_CN"
        assert told["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
        assert told["@jupyterlab/apputils-extension:sanitizer"]["allowCommandLinker"] is False


def test_one_process_claims_a_workspace(tmp_path: Path) -> None:
    server_folder = runtime.ServerFolder(tmp_path)
    code = f"from orglife.adapters.lab import runtime; from pathlib import Path\nwith runtime.claim(runtime.ServerFolder(Path({str(tmp_path)!r}))) as ours: print(ours)"
    with runtime.claim(server_folder) as ours:
        assert ours
        assert (
            subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
        )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "True\n"


def test_a_claim_without_an_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotStarted):
        runtime.find(runtime.ServerFolder(tmp_path), patience=0.1)


def test_the_steps_are_the_notebooks_and_the_branch_is_named(filled: Path) -> None:
    told = serving.page_data(filled)
    assert [step["path"] for step in told["steps"]][:2] == ["notebooks/00_home.ipynb", "notebooks/10_plan.ipynb"]
    assert all((filled / step["path"]).is_file() for step in told["steps"])
    assert told["branches"] == [["t01", "测试局机关党支部"]]


@thorough
def test_a_port_lost_at_the_last_moment_is_told_and_no_address_is(filled: Path) -> None:
    port = runtime.free_port(None)
    code = "from jupyter_server.serverapp import ServerApp\nServerApp._bind_http_server_tcp = lambda self: False\n"
    code += f"from orglife.cli import main\nmain(['start', {str(filled)!r}, '--no-browser', '--port', '{port}'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0] == str(PortTaken(port=port))


def test_start_refuses_in_one_sentence(
    tmp_path: Path, filled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ORGLIFE_WORKSPACE", raising=False)
    capsys.readouterr()
    for arguments, words in (
        ((str(tmp_path),), "不是工作目录"),
        ((str(filled), "--branch", "x9"), "x9"),
        ((str(filled), "--port", "99999"), "--port"),
    ):
        assert run("start", "--no-browser", *arguments) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert words in told.err
        assert len(told.err.strip().splitlines()) <= 2, "a sentence, and what to type"


def _plant_where_nothing_is_removed(jupyter: Path, planted: Sequence[Path]) -> None:
    """Behind a link, which is no folder to remove, and in folders that cannot be written, nor even be looked into."""
    behind = jupyter.parent.parent / "records" / "x"
    for path in planted:
        place = behind / path.relative_to(jupyter)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("raise SystemExit")
    shutil.rmtree(jupyter)
    jupyter.symlink_to(behind)
    assert planted[0].exists()


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_a_folder_that_cannot_be_written_is_removed_all_the_same(mode: int) -> None:
    """Root may write everywhere, so that it is another account's where root runs the tests."""
    import pwd  # not on Windows

    with tempfile.TemporaryDirectory() as room:
        made = Path(room, "made")
        startup = made / "ipython" / "startup"
        startup.mkdir(parents=True)
        (startup / "99-evil.py").write_text("raise SystemExit")
        (made / "elsewhere").symlink_to("/")
        startup.chmod(mode)
        startup.parent.chmod(0o500)
        made.chmod(mode)
        root = os.getuid() == 0
        if root:
            nobody = pwd.getpwnam("nobody").pw_uid
            for path in (room, made, *made.rglob("*")):
                os.chown(path, nobody, -1, follow_symlinks=False)
            os.seteuid(nobody)
        try:
            with pytest.raises(PermissionError):
                (startup / "99-evil.py").unlink()
            files.remove(made)
        finally:
            if root:
                os.seteuid(0)
        assert not made.exists()


def test_a_workspace_received_from_others_brings_no_code(tmp_path: Path) -> None:
    """Start-up files, settings of the server, kernels, and a module that would shadow an installed one."""
    server_folder = runtime.ServerFolder(tmp_path)
    server_folder.prepare(developer=False)
    jupyter = tmp_path / ".orglife" / "jupyter"
    planted = [
        jupyter / "ipython" / "profile_default" / "startup" / "99-evil.py",
        jupyter / "ipython" / "profile_default" / "ipython_config.py",
        jupyter / "config" / "jupyter_server_config.py",
        jupyter / "config" / "custom" / "custom.js",
        jupyter / "data" / "kernels" / "python3" / "kernel.json",
        jupyter / "settings" / "x.jupyterlab-settings",
    ]
    for path in planted:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("raise SystemExit")
    server_folder.prepare(developer=False)
    assert [path for path in planted if path.exists()] == []
    _plant_where_nothing_is_removed(jupyter, planted)
    server_folder.prepare(developer=False)
    assert [path for path in planted if path.exists()] == []
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    (notebooks / "tabnanny.py").write_text("evil = True")
    code = (
        "from ipykernel.kernelapp import IPKernelApp as K; app = K.instance(); app.initialize([]);"
        "import tabnanny, sys; print('shadowed', hasattr(tabnanny, 'evil'), file=sys.__stdout__)"
    )
    (jupyter / "ipython" / "profile_default" / "startup" / "00-orglife.py").unlink()  # needs a running page
    environment = server_folder.environment(os.environ)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=notebooks,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "shadowed False" in done.stdout.splitlines(), done.stderr
