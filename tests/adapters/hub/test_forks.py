"""The warm process and the keepers that it forks: under which account, with what, and that nothing outlives the hub."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.branch import ROOT
from tests.database_server import OTHER_ACCOUNT

if sys.platform != "linux":
    pytest.skip("people's servers are forked on Linux only", allow_module_level=True)

from orglife.adapters.hub import keeper, messages, warm
from orglife.adapters.hub.warm import WarmProcess

ACCOUNT = OTHER_ACCOUNT if os.getuid() == 0 else getpass.getuser()
HERE = "tests.adapters.hub.forked"


@pytest.fixture
def warmed(monkeypatch: pytest.MonkeyPatch) -> Iterator[WarmProcess]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("CONFIGPROXY_AUTH_TOKEN", "secret of the hub")
    process = WarmProcess(f"{HERE}:warm", f"{HERE}:serve")
    yield process
    process.close()


def heard(line: socket.socket) -> Any:
    line.settimeout(60)
    message, _ = messages.receive(line)
    assert message["do"] == keeper.UP
    return json.loads(message["words"])


def gone(pid: int) -> bool:
    for _ in range(300):
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z":
                time.sleep(0.05)
                continue
        return True
    return False


def test_a_server_has_the_persons_account_and_nothing_of_the_hubs(warmed: WarmProcess) -> None:
    pid, line = warmed.fork(ACCOUNT, {"NAME": "沈若溪", "PATH": "/bin"})
    said = heard(line)
    import pwd

    assert said["account"] == [pwd.getpwnam(ACCOUNT).pw_uid] * 3
    assert said["environment"] == {"NAME": "沈若溪", "PATH": "/bin"}
    if os.getuid() == 0:
        assert 0 not in said["groups"]
        started_with = Path(f"/proc/{said['pid']}/environ").read_bytes()
        assert b"secret of the hub" not in started_with
    assert len(said["sockets"]) == 1  # to its keeper
    line.close()
    assert gone(pid)
    assert gone(said["pid"])


def test_nobody_gets_a_server_of_root(warmed: WarmProcess) -> None:
    _, line = warmed.fork("root", {})
    with line, pytest.raises(EOFError):
        messages.receive(line)
    with warmed.fork(ACCOUNT, {})[1] as line:  # it goes on
        assert heard(line)["account"]


def test_an_ordinary_process_takes_no_other_account() -> None:
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            if os.getuid() == 0:
                warm.take_account(OTHER_ACCOUNT)
            try:
                warm.take_account("daemon")
            except PermissionError:
                code = 0
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_what_is_made_elsewhere_may_crash_hang_or_fail(warmed: WarmProcess) -> None:
    place = Path(tempfile.gettempdir()) / f"hung-{os.getpid()}"  # the other account cannot write into the test's own
    _, line = warmed.fork(ACCOUNT, {"WORK": "crash fail hang answer", "HUNG": str(place)})
    said = heard(line)
    assert said["crash"] == said["fail"] == said["hang"] == "MakerLost"
    words, pid = said["answer"].split()
    assert words == "asked"
    assert int(pid) != said["pid"]
    assert gone(int(place.read_text(encoding="ascii")))  # it is not left hanging
    place.unlink()
    line.close()


@pytest.mark.parametrize("end", ["keeper", "server", "hub"])
def test_whoever_ends_ends_the_others(warmed: WarmProcess, end: str) -> None:
    pid, line = warmed.fork(ACCOUNT, {})
    with line:
        server = heard(line)["pid"]
        if end == "hub":
            messages.send(line, {"do": keeper.END})
        else:
            os.kill(pid if end == "keeper" else server, signal.SIGKILL)
        with pytest.raises(EOFError):
            messages.receive(line)
    assert gone(pid)
    assert gone(server)


def test_the_warm_process_ends_with_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    process = WarmProcess(f"{HERE}:warm", f"{HERE}:serve")
    _, line = process.fork(ACCOUNT, {})
    heard(line)
    assert process.alive
    process.close()
    assert not process.alive
    with pytest.raises(EOFError):
        process.fork(ACCOUNT, {})
    line.close()


def test_a_kernel_does_not_ask_every_module_for_its_file() -> None:
    from ipykernel import ipkernel

    assert "modules" in ipkernel.IPythonKernel.__init__.__code__.co_names  # else nothing has to be done any more
    with keeper._modules_unlisted():
        assert ipkernel.sys.modules == {}
        assert ipkernel.sys.version_info == sys.version_info
    assert ipkernel.sys is sys
