"""The hub's parts one by one: a forked kernel's process, a spawner without a hub, a server that nobody uses."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("people's servers are forked on Linux only", allow_module_level=True)

from orglife.adapters.hub import access, keeper, kernels, messages, spawner, warm
from orglife.adapters.hub.access import HubAccess
from orglife.adapters.hub.kernels import ForkedKernel, ForkedProcess
from orglife.adapters.hub.spawner import ENDED, NotOpened, WarmForkSpawner
from orglife.adapters.lab.runtime import USED

# --- kernels ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def child() -> Iterator[ForkedProcess]:
    """A process that waits until it is killed."""
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        while True:
            signal.pause()
    yield ForkedProcess(pid, os.pidfd_open(pid))
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_a_forked_kernel_runs_until_it_is_ended(child: ForkedProcess, end: str) -> None:
    assert child.poll() is None
    child.send_signal(signal.SIGCONT)
    assert child.poll() is None
    getattr(child, end)()
    assert child.wait() == 0
    status = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
    assert status == {"kill": -signal.SIGKILL, "terminate": -signal.SIGTERM}[end]
    assert child.poll() == 0
    child.terminate()  # it has ended: nothing happens


def test_the_keeper_is_given_what_would_start_the_kernel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[Any, ...]] = []
    read, write = os.pipe()

    def forked(*request: Any) -> tuple[int, int]:
        asked.append(request)
        return 4242, os.dup(read)

    monkeypatch.setattr(kernels, "_keeper", [SimpleNamespace(kernel=forked)])
    monkeypatch.chdir(tmp_path)
    line = ["python", "-m", "ipykernel_launcher", "-f", "x.json"]
    new = SimpleNamespace(connection_info={"ip": "127.0.0.1"})
    assert asyncio.run(ForkedKernel.launch_kernel(new, line, cwd="/w", env={"A": "1"})) == {"ip": "127.0.0.1"}
    assert asked == [(["-f", "x.json"], {"A": "1"}, "/w")]
    assert (new.pid, new.pgid, new.cwd, new.process.pid) == (4242, 4242, "/w", 4242)
    asyncio.run(ForkedKernel.launch_kernel(new, line))
    assert asked[1] == (["-f", "x.json"], dict(os.environ), str(tmp_path))
    os.close(read)
    os.close(write)


# --- the spawner -----------------------------------------------------------------------------------------------------


class Spawner(SimpleNamespace):
    """A spawner without a hub: its keeper is the other end of a pair of sockets."""

    def __init__(self, account: str = "root") -> None:
        self.line, self.keeper = messages.pair()
        self.warm = SimpleNamespace(fork=lambda name, env: (os.getpid(), self.line))
        super().__init__(
            user=SimpleNamespace(name=account),
            term_timeout=0,
            _line=None,
            _refusal=None,
            pid=0,
            get_env=lambda: {"A": "1"},
            warm_process=lambda: self.warm,
        )
        self._hear: Callable[[], None] = partial(WarmForkSpawner._hear, self)
        self._close: Callable[[], None] = partial(WarmForkSpawner._close, self)


async def soon(done: Callable[[], bool]) -> None:
    for _ in range(500):
        if done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError


@pytest.fixture
def one() -> Iterator[Spawner]:
    made = Spawner()
    yield made
    made.line.close()
    made.keeper.close()


def test_a_server_is_opened_when_its_keeper_says_so_and_closed_when_it_has_gone(one: Spawner) -> None:
    async def walk() -> None:
        assert await WarmForkSpawner.poll(one) == 0
        messages.send(one.keeper, {"do": keeper.UP, "words": "unused"})
        assert await WarmForkSpawner.start(one) == ("127.0.0.1", one.port)
        assert await WarmForkSpawner.poll(one) is None
        assert one.pid == os.getpid()
        messages.send(one.keeper, {"do": keeper.REFUSED, "words": "later: not heard"})
        await asyncio.sleep(0.05)
        one.keeper.close()
        await soon(lambda: one._line is None)
        assert one.pid == 0
        assert await WarmForkSpawner.poll(one) == 0
        await WarmForkSpawner.stop(one)  # it has ended: nothing to do

    asyncio.run(walk())


@pytest.mark.parametrize(("words", "shown"), [("支部<没有>", "支部&lt;没有&gt;"), (None, ENDED)])
def test_a_refused_server_is_a_sentence_on_the_hub_s_page(one: Spawner, words: str | None, shown: str) -> None:
    async def walk() -> None:
        if words is None:
            one.keeper.close()
        else:
            messages.send(one.keeper, {"do": keeper.REFUSED, "words": words})
        with pytest.raises(NotOpened) as refused:
            await WarmForkSpawner.start(one)
        assert refused.value.jupyterhub_message == (words or ENDED)
        assert refused.value.jupyterhub_html_message == f'<span class="sentence">{shown}</span>'
        assert (one._line, one.pid) == (None, 0)

    asyncio.run(walk())


def test_without_an_account_or_a_warm_process_there_is_no_server(one: Spawner) -> None:
    async def walk() -> None:
        one.user.name = "nobody knows"
        with pytest.raises(NotOpened, match="账号“nobody knows”在这台服务器上没有系统账号"):
            await WarmForkSpawner.start(one)
        one.user.name = "root"

        def ended(*_: object) -> None:
            raise EOFError

        one.warm.fork = ended
        with pytest.raises(NotOpened, match="工作簿没有打开"):
            await WarmForkSpawner.start(one)

    asyncio.run(walk())


@pytest.mark.parametrize(("now", "patience", "killed"), [(False, 5, False), (True, 5, True), (False, 0, True)])
def test_a_server_may_end_by_itself_before_it_is_killed(
    one: Spawner, monkeypatch: pytest.MonkeyPatch, *, now: bool, patience: int, killed: bool
) -> None:
    kills: list[tuple[int, int]] = []
    monkeypatch.setattr(spawner.os, "kill", lambda *what: kills.append(what))

    async def walk() -> None:
        messages.send(one.keeper, {"do": keeper.UP, "words": ""})
        await WarmForkSpawner.start(one)
        one.pid, one.term_timeout = 4242, patience
        stopping = asyncio.ensure_future(WarmForkSpawner.stop(one, now=now))
        await asyncio.sleep(0)
        assert messages.receive(one.keeper)[0] == {"do": keeper.END}
        if not killed:
            one.keeper.close()
        await stopping
        assert (one._line, one.pid) == (None, 0)

    asyncio.run(walk())
    assert kills == ([(4242, signal.SIGKILL)] if killed else [])


def test_a_server_that_does_not_end_is_waited_for_as_long_as_the_hub_says(
    one: Spawner, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(spawner.os, "kill", lambda *_: None)
    monkeypatch.setattr(spawner.asyncio, "sleep", sleep)

    async def walk() -> None:
        messages.send(one.keeper, {"do": keeper.UP, "words": ""})
        await WarmForkSpawner.start(one)
        one.term_timeout = 3
        await WarmForkSpawner.stop(one)

    asyncio.run(walk())
    assert sum(waited) == pytest.approx(3)


@pytest.mark.parametrize(
    ("mine", "wanted", "after", "steps"),
    [
        (0, 1000, (1000, 1000, 1000), ["groups 100", "group 100 100 100", "user 1000 1000 1000"]),
        (0, 1000, (1000, 1000, 0), None),
        (0, 0, (0, 0, 0), None),
        (1000, 1000, (1000, 1000, 1000), []),
        (1000, 1001, (1000, 1000, 1000), None),
        (1000, 0, (0, 0, 0), None),
    ],
)
def test_an_account_is_taken_for_good_or_not_at_all(
    mine: int, wanted: int, after: tuple[int, ...], steps: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process's own account, the wanted one, the three that it has afterwards, what it did; None = it is refused."""
    done: list[str] = []
    monkeypatch.setattr(warm.pwd, "getpwnam", lambda _: SimpleNamespace(pw_uid=wanted, pw_gid=100))
    monkeypatch.setattr(os, "getuid", lambda: mine)
    monkeypatch.setattr(os, "getresuid", lambda: after)
    monkeypatch.setattr(os, "initgroups", lambda _, group: done.append(f"groups {group}"))
    monkeypatch.setattr(os, "setresgid", lambda *ids: done.append("group " + " ".join(map(str, ids))))
    monkeypatch.setattr(os, "setresuid", lambda *ids: done.append("user " + " ".join(map(str, ids))))
    if steps is None:
        with pytest.raises(PermissionError):
            warm.take_account("沈若溪")
    else:
        warm.take_account("沈若溪")
        assert done == steps


def test_one_warm_process_serves_all_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def start(warm: str, serve: str) -> Any:
        made.append(SimpleNamespace(alive=True, of=(warm, serve)))
        return made[-1]

    class Own(WarmForkSpawner):  # type: ignore[misc]  # untyped
        WARM, SERVE = "a:b", "c:d"
        _warm: list[Any] = []  # noqa: RUF012  as in the parent

    monkeypatch.setattr(spawner, "WarmProcess", start)
    assert Own.warm_process() is Own.warm_process() is made[0]
    made[0].alive = False
    assert Own.warm_process() is made[1]
    assert made[1].of == ("a:b", "c:d")


# --- a person's server -----------------------------------------------------------------------------------------------


class App(SimpleNamespace):
    """As much of the server as is watched."""

    def __init__(self, folder: Path, used: float | None) -> None:
        self.later: list[float] = []
        self.stopped: list[bool] = []
        super().__init__(
            root_dir=str(folder),
            web_app=SimpleNamespace(settings={} if used is None else {USED: used}),
            io_loop=SimpleNamespace(call_later=lambda seconds, *_: self.later.append(seconds)),
            stop=lambda *, from_signal: self.stopped.append(from_signal),
        )


@pytest.mark.parametrize(
    ("used", "working", "stopped", "later"),
    [
        (None, False, False, 60.0),
        (970.0, False, False, 30.0),
        (940.5, False, False, 1.0),
        (940.0, False, True, None),
        (900.0, False, True, None),
        (900.0, True, False, 1.0),
    ],
)
def test_a_server_ends_when_nobody_used_it_for_long_and_no_long_work_runs(
    used: float | None,
    later: float | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    working: bool,
    stopped: bool,
) -> None:
    monkeypatch.setattr(access.time, "monotonic", lambda: 1000.0)
    monkeypatch.setattr(access.long_work, "at_work", lambda _: ("定稿", None) if working else None)
    app = App(tmp_path, used)
    HubAccess(1, "/user/a/", "doc", None, 60.0)._watch(app)
    assert app.stopped == ([True] if stopped else [])
    assert app.later == ([] if later is None else [later])


@pytest.mark.parametrize(("url", "port"), [("http://127.0.0.1:5005/user/a/", 5005), ("http://127.0.0.1/", 0)])
def test_the_hub_says_where_to_listen(url: str, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_URL", url)
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/a/")
    made = HubAccess.from_environment("doc/tree", None, 60.0)
    assert (made.port, made.base, made.first_page, made.idle) == (port, "/user/a/", "doc/tree", 60.0)
    assert (made.origin, made.page_data(), made.extensions) == ("", {"hub": True}, {"jupyterhub": True})


@pytest.mark.parametrize("own", [True, False])
def test_a_server_behind_the_hub_forks_kernels_only_with_a_keeper(own: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = SimpleNamespace(JupyterHubIdentityProvider="who comes", JupyterHubAuthorizer="who may")
    monkeypatch.setitem(sys.modules, "jupyterhub.singleuser", SimpleNamespace(extension=hub))
    given: list[Any] = []
    monkeypatch.setattr(kernels, "fork_kernels", lambda *what: given.append(what))
    config = SimpleNamespace(ServerApp=SimpleNamespace(), LabApp=SimpleNamespace())
    one: Any = object() if own else None
    HubAccess(1, "/user/a/", "doc/tree", one, 60.0).configure(config)
    assert given == ([(one, config)] if own else [])
    assert vars(config.ServerApp) == {
        "identity_provider_class": "who comes",
        "authorizer_class": "who may",
        "allow_remote_access": True,
        "trust_xheaders": True,
    }
    assert config.LabApp.default_url == "doc/tree"


def test_no_kernel_gets_the_key_to_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN", "JUPYTERHUB_USER"):
        monkeypatch.setenv(name, "x")
    begun: list[Any] = []
    app = SimpleNamespace(
        identity_provider=SimpleNamespace(hub_auth=SimpleNamespace(api_token="x")),
        extension_manager=SimpleNamespace(extension_apps={}),
        io_loop=SimpleNamespace(add_callback=lambda *what: begun.append(what)),
    )
    HubAccess(1, "/user/a/", "doc", None, 60.0).prepared(app)
    assert [name for name in os.environ if name.startswith(("JUPYTERHUB_", "JPY_"))] == ["JUPYTERHUB_USER"]
    assert len(begun) == 1


# --- a keeper, asked by its server -----------------------------------------------------------------------------------


def test_what_a_keeper_is_asked_and_answers() -> None:
    mine, theirs = messages.pair()
    asked: list[dict[str, Any]] = []

    def answer() -> None:
        for pid in (4242, 4243):
            message, files = messages.receive(theirs)
            asked.append(message)
            read, write = os.pipe()
            messages.send(theirs, {"pid": pid}, [read])
            messages.close_files([read, write, *files])

    with mine, theirs:
        thread = threading.Thread(target=answer)
        thread.start()
        own = keeper.Keeper(mine)
        pid, handle = own.kernel(["-f", "x"], {"A": "1"}, "/w")
        assert os.fstat(handle)
        os.close(handle)
        before = time.monotonic()
        with pytest.raises(keeper.MakerLost):
            own.call("a:b", b"payload", seconds=0.1)
        assert time.monotonic() - before < 20
        thread.join()
        own.tell(keeper.REFUSED, "不行")
        assert messages.receive(theirs)[0] == {"do": keeper.REFUSED, "words": "不行"}
    assert pid == 4242
    assert asked[0] == {"do": keeper.KERNEL, "arguments": ["-f", "x"], "environment": {"A": "1"}, "folder": "/w"}
    assert asked[1] == {"do": keeper.CALL, "task": "a:b"}


def test_a_function_is_named_by_its_module() -> None:
    assert keeper.function("os.path:join") is os.path.join
    with pytest.raises(AttributeError):
        keeper.function("os.path:nothing")


def test_a_message_that_ends_early_is_the_end() -> None:
    mine, theirs = messages.pair()
    with theirs:
        mine.close()
        with pytest.raises(EOFError):
            messages.receive(theirs)


def test_a_message_may_be_as_long_as_a_request_with_its_environment() -> None:
    mine, theirs = messages.pair()
    with mine, theirs, Path(os.devnull).open("rb") as file:
        for end in (mine, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 19)
        words = "x" * ((1 << 17) - len('{"words": ""}'))
        messages.send(mine, {"words": words}, [file.fileno()] * 4)
        message, files = messages.receive(theirs)
        assert (message, len(files)) == ({"words": words}, 4)
        messages.close_files(files)
        messages.send(mine, {"words": f"{words}x"})
        with pytest.raises(ValueError, match="char 131072"):
            messages.receive(theirs)
