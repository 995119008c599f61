"""``orglife hub``: the configuration that it writes, and what it says where the site cannot be opened."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.store.store import Store
from orglife.core.errors import (
    SERVER_AWAY,
    BadInput,
    HubProgramMissing,
    HubRunning,
    HubSettingsBroken,
    HubSettingsMissing,
    HubSettingsThere,
    LoginUnknown,
    OrglifeError,
    StoreAway,
)
from orglife.serve import hub
from orglife.serve.hub import HubOptions
from tests.branch import ROOT
from tests.conftest import run

STORE = "postgresql:///orglife?host=/run/postgresql"


@pytest.fixture(autouse=True)
def proxy(tmp_path: Path) -> Path:
    """JupyterHub's proxy, as npm puts it into the hub's folder."""
    program = tmp_path / "hub" / "node_modules" / ".bin" / "configurable-http-proxy"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", encoding="ascii")
    return program


def written(folder: Path, *more: str) -> str:
    assert run("hub", str(folder), "--store", STORE, "--campaign", "2024-seed", "--no-start", *more) == 0
    return (folder / hub.CONFIG).read_text(encoding="utf-8")


class Given:
    """What the configuration sets, by its dotted name."""

    def __init__(self, name: str, settings: dict[str, Any]) -> None:
        vars(self).update(_name=name, _found=settings)

    def __getattr__(self, name: str) -> Any:
        key = f"{self._name}.{name}"
        return self._found[key] if key in self._found else Given(key, self._found)

    def __setattr__(self, name: str, value: Any) -> None:
        self._found[f"{self._name}.{name}"] = value


def read(text: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    from orglife.serve import spawning

    monkeypatch.setattr(spawning.PersonSpawner, "warm_process", SimpleNamespace)
    settings: dict[str, Any] = {}
    exec(compile(text, hub.CONFIG, "exec"), {"get_config": lambda: Given("c", settings)})
    return settings


def test_the_configuration_is_one_to_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "hub"
    text = written(folder, "--port", "9100", "--group", "dangwu")
    assert len(text.splitlines()) < 90
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in hub.EXAMPLES:
        assert (folder / name).read_text(encoding="utf-8").count("{{") == 0
    assert "proxy_pass http://127.0.0.1:9100;" in (folder / "nginx.conf").read_text(encoding="utf-8")
    assert f" hub {folder}\n" in (folder / "orglife-hub.service").read_text(encoding="utf-8")
    settings = read(text, monkeypatch)
    listening = [
        settings[f"c.{name}"]
        for name in ("JupyterHub.bind_url", "JupyterHub.hub_bind_url", "ConfigurableHTTPProxy.api_url")
    ]
    assert listening == [f"http://127.0.0.1:{port}" for port in (9100, 9101, 9102)]
    assert not re.search(r"0\.0\.0\.0|password|token\s*=", text)
    assert settings["c.Authenticator.admin_users"] == set()
    assert settings["c.PAMAuthenticator.allowed_groups"] == {"dangwu"}
    assert not [name for name in settings if "allow_all" in name or "named_servers" in name or "admin_access" in name]
    for role in settings["c.JupyterHub.load_roles"]:  # nobody may enter another's server
        assert not [scope for scope in role["scopes"] if scope.startswith(("access:", "admin:", "shares"))]
    variables = {"ORGLIFE_STORE": STORE, "ORGLIFE_CAMPAIGN": "2024-seed", "ORGLIFE_IDLE": "3600"}
    assert settings["c.Spawner.environment"] == variables
    assert hub.store_of(folder) == STORE
    from jupyterhub.spawner import LocalProcessSpawner

    assert issubclass(settings["c.JupyterHub.spawner_class"], LocalProcessSpawner)
    (pages,) = settings["c.JupyterHub.template_paths"]
    assert (Path(pages) / "login.html").is_file()


def test_what_the_administrator_changed_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "hub"
    text = written(folder) + "c.JupyterHub.log_level = 'WARN'\n"
    (folder / hub.CONFIG).write_text(text, encoding="utf-8")
    with pytest.raises(HubSettingsThere):
        hub.write_config(folder, HubOptions(STORE, "2024-seed"))
    assert run("hub", str(folder), "--store", STORE, "--no-start") == 2
    assert "没有改动" in capsys.readouterr().err
    assert (folder / hub.CONFIG).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("store", ["orglife.db", "sqlite:///orglife.db", "postgresql://a:b@c/orglife"])
def test_only_a_database_on_a_server_has_a_site(tmp_path: Path, store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("hub", str(tmp_path / "hub"), "--store", store) != 0
    assert ":b@" not in capsys.readouterr().err
    assert not (tmp_path / "hub" / hub.CONFIG).exists()


def test_without_settings_or_programs_nothing_is_started(
    tmp_path: Path, proxy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("hub", str(tmp_path / "none")) == 2
    assert "还没有网站的设置" in capsys.readouterr().err
    assert run("hub", str(tmp_path / "none"), "--port", "9000") != 0
    assert not (tmp_path / "none").exists()
    assert run("hub", str(tmp_path / "hub"), "--store", STORE, "--campaign", "2099-x") != 0
    assert "2024-seed" in capsys.readouterr().err
    proxy.unlink()
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "prefix", "/nowhere")
    with pytest.raises(HubProgramMissing, match="代理程序"):
        hub.write_config(tmp_path / "hub", HubOptions(STORE, "2024-seed"))
    with pytest.raises(BadInput):
        hub.write_config(tmp_path / "other", HubOptions("orglife.db", "2024-seed"))


def test_a_spoilt_configuration_says_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    text = written(folder)
    (folder / hub.CONFIG).write_text(text + "c.JupyterHub.port = (\n", encoding="utf-8")
    with pytest.raises(HubSettingsBroken, match=f"第{len(text.splitlines()) + 1}行"):
        hub.store_of(folder)


def test_one_hub_a_folder_and_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "RUN", tmp_path)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # of an account that is not root
    one, other = tmp_path / "hub", tmp_path / "other"
    other.mkdir()
    with hub.only_hub(one, STORE):
        with pytest.raises(HubRunning, match="hub"), hub.only_hub(one, "postgresql:///another"):
            pytest.fail("two in one folder")
        with pytest.raises(HubRunning, match="数据库"), hub.only_hub(other, STORE):
            pytest.fail("two on one database")
        with hub.only_hub(other, "postgresql:///another"):
            pass
    with hub.only_hub(one, STORE):  # a lock ends with its program
        pass


def test_the_lock_is_held_by_the_program_that_takes_this_ones_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``orglife hub`` becomes JupyterHub, which does not know of the lock."""
    monkeypatch.setattr(hub, "RUN", tmp_path)
    folder = tmp_path / "hub"
    program = (
        "import os, sys, pathlib; from orglife.serve import hub\n"
        f"hub.RUN = pathlib.Path({str(tmp_path)!r})\n"
        "hub.PROGRAM = ['-c', 'import sys; print(1, flush=True); sys.stdin.read()']\n"
        f"hub.start(pathlib.Path({str(folder)!r}))"
    )
    written(folder)
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"1\n"
        with pytest.raises(HubRunning), hub.only_hub(folder, STORE):
            pytest.fail("the lock was lost")
        process.stdin.close()
    with hub.only_hub(folder, STORE):
        pass


def test_a_database_that_is_away_is_told_and_no_hindrance() -> None:
    assert "连不上数据库服务器" in hub.trouble_with("postgresql:///orglife?host=/nowhere")


def test_a_site_is_at_port_8000_for_the_group_orglife_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read(written(tmp_path / "hub"), monkeypatch)
    assert "proxy_pass http://127.0.0.1:8000;" in (tmp_path / "hub" / "nginx.conf").read_text(encoding="utf-8")
    assert any(value in ("orglife", {"orglife"}, ["orglife"]) for value in settings.values())


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (None, ""),
        (LoginUnknown(login="hub", path="x"), ""),
        (StoreAway(path="x", what=SERVER_AWAY), SERVER_AWAY),
        (StoreAway(path="x", what="账号登录不了"), ""),
        (BadInput(["版式太旧。"]), "版式太旧。"),
    ],
    ids=["answers", "no login", "away", "refused", "older"],
)
def test_only_what_keeps_everybody_out_is_told(
    monkeypatch: pytest.MonkeyPatch, error: OrglifeError | None, told: str
) -> None:
    def opened(*_: object, **__: object) -> SimpleNamespace:
        if error is not None:
            raise error
        return SimpleNamespace(close=lambda: None)

    monkeypatch.setattr(Store, "open", opened)
    said = hub.trouble_with(STORE)
    assert told in said
    assert bool(said) is bool(told)


@pytest.mark.parametrize("installed", [True, False])
def test_a_hub_needs_its_settings_and_its_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, installed: bool
) -> None:
    monkeypatch.setattr(hub.importlib.util, "find_spec", lambda _: object() if installed else None)
    with pytest.raises(HubSettingsMissing):
        hub.require_ready(tmp_path)
    (tmp_path / hub.CONFIG).write_text("", encoding="utf-8")
    if installed:
        hub.require_ready(tmp_path)
    else:
        with pytest.raises(HubProgramMissing, match="JupyterHub（"):
            hub.require_ready(tmp_path)


@pytest.mark.parametrize(
    ("text", "store"),
    [
        ("a = {'ORGLIFE_STORE': 'x'}", "x"),
        ("a = {'A': name, key: 'B', **more, 'ORGLIFE_STORE': 'x'}", "x"),
        ("a = {'ORGLIFE_STORE': name}", ""),
        ("a = 1", ""),
    ],
)
def test_the_database_is_found_in_what_the_administrator_wrote(tmp_path: Path, text: str, store: str) -> None:
    (tmp_path / hub.CONFIG).write_text(text, encoding="utf-8")
    assert hub.store_of(tmp_path) == store


@pytest.mark.parametrize(
    ("uid", "runtime", "place"), [(0, "own", "run"), (0, None, "run"), (1000, "own", "own"), (1000, None, "hub")]
)
def test_the_lock_of_a_database_lies_where_its_account_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uid: int, runtime: str | None, place: str
) -> None:
    for name in ("run", "own", "hub"):
        (tmp_path / name).mkdir(exist_ok=True)
    monkeypatch.setattr(hub, "RUN", tmp_path / "run")
    monkeypatch.setattr(os, "getuid", lambda: uid)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    if runtime is not None:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / runtime))
    with hub.only_hub(tmp_path / "hub", STORE) as held:
        assert len(held) == 2
    (lock,) = tmp_path.glob("*/orglife-hub-*.lock")
    assert lock.parent.name == place
    assert re.fullmatch("orglife-hub-[0-9a-f]{16}[.]lock", lock.name)


def test_a_hub_makes_its_files_for_its_own_account_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "RUN", tmp_path)
    (tmp_path / hub.CONFIG).write_text("", encoding="utf-8")
    done: list[tuple[str, object]] = []
    monkeypatch.setattr(os, "chdir", lambda place: done.append(("chdir", place)))
    monkeypatch.setattr(os, "umask", lambda mask: done.append(("umask", mask)))
    monkeypatch.setattr(os, "set_inheritable", lambda _, inherited: done.append(("inherited", inherited)))
    monkeypatch.setattr(os, "execv", lambda program, words: done.append(("execv", words)))
    hub.start(tmp_path)
    assert done == [
        ("inherited", True),
        ("inherited", True),
        ("chdir", tmp_path),
        ("umask", 0o077),
        ("execv", [sys.executable, "-P", "-m", "jupyterhub", "-f", hub.CONFIG]),
    ]
