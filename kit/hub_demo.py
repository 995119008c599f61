"""A trial site: ``python -m kit.hub_demo`` as root starts a database, a hub, two branches and a bureau.

Nothing on the computer is changed: the accounts exist only in a separate mount namespace, the database and the home folders
are in one folder. It follows the instructions for administrators in docs/server.md.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orglife.adapters.disk import paths
from orglife.serve.serving import NEW_FOLDER

REPOSITORY = Path(__file__).resolve().parent.parent
CAMPAIGN = "2024-seed"
DATABASE = "orglife"
SUPERUSER = "postgres"
GROUP = "orglife"
FIRST_ACCOUNT = 7000
INSIDE = "ORGLIFE_HUB_DEMO"
NAMED = 3  # people with a name; the others are for figures
ETC = ("passwd", "group", "shadow")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Person:
    """Somebody who logs in.

    Attributes:
        account: Her account of the operating system, her login to the database, and what she types to log in.
        branch: Id of her branch; "" = the bureau.
    """

    account: str
    full_name: str
    branch: str
    password: str


def people(extra: int = 0) -> list[Person]:
    """Two secretaries, the bureau's officer, and ``extra`` secretaries of branches without data."""
    named = [("yunxi1", "沈若溪", "b01"), ("yunxi2", "韩知秋", "b02"), ("juguan", "顾明远", "")]
    named += [(f"ren{n:04d}", f"试用{n}", f"x{n:04d}") for n in range(1, extra + 1)]
    return [Person(account, name, branch, _password()) for account, name, branch in named]


def _password() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


# --- a world of its own ----------------------------------------------------------------------------------------------


def command(*arguments: str) -> list[str]:
    """The command that runs this program in a mount namespace of its own."""
    mounted = {line.split()[4] for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()}
    propagation = "private" if "/" in mounted else "unchanged"  # the root of a chroot may be no mount
    return ["unshare", "--mount", "--propagation", propagation, sys.executable, "-m", "kit.hub_demo", *arguments]


def enter(folder: Path, everybody: list[Person]) -> None:
    """Add the accounts to this process's own mount namespace, and let them read this program."""
    if Path("/proc/self/ns/mnt").readlink() == Path(f"/proc/{os.getppid()}/ns/mnt").readlink():
        raise RuntimeError("the accounts belong into a mount namespace of their own")
    holder = Path(tempfile.mkdtemp(prefix="olhub"))  # not in a folder that is covered below
    for needed in (Path(sys.base_prefix), REPOSITORY, Path(sys.prefix)):
        let_through(needed, holder)
    etc = folder / "etc"
    etc.mkdir(mode=0o755)
    for name in ETC:
        shutil.copy2(f"/etc/{name}", etc / name)
        shutil.chown(etc / name, 0, Path(f"/etc/{name}").stat().st_gid)
    for number, person in enumerate(everybody, start=FIRST_ACCOUNT):
        home = folder / "homes" / person.account
        home.mkdir(parents=True)
        os.chown(home, number, number)
        home.chmod(0o700)
        hashed = _hashed(person.password)
        _append(etc / "passwd", f"{person.account}:x:{number}:{number}:{person.full_name}:{home}:/bin/sh")
        _append(etc / "group", f"{person.account}:x:{number}:")
        _append(etc / "shadow", f"{person.account}:{hashed}:19000:0:99999:7:::")
    _append(etc / "group", f"{GROUP}:x:{FIRST_ACCOUNT - 1}:{','.join(person.account for person in everybody)}")
    for name in ETC:
        _run("mount", "--bind", str(etc / name), f"/etc/{name}")


def let_through(needed: Path, holder: Path) -> None:
    """Let other accounts reach a folder with closed parents, in this namespace only."""
    closed = next((each for each in reversed(needed.parents) if not each.stat().st_mode & 0o001), None)
    if closed is None:
        return
    mounted = holder / str(len(list(holder.glob("*"))))
    mounted.mkdir(parents=True)
    _run("mount", "--bind", str(needed), str(mounted))
    _run("mount", "-t", "tmpfs", "-o", "mode=755,size=1m", "tmpfs", str(closed))
    needed.mkdir(parents=True)
    _run("mount", "--bind", str(mounted), str(needed))


def _hashed(password: str) -> str:
    """A password as /etc/shadow holds it; Python has lost its own function for this, and Debian has always Perl."""
    program = "chomp(my $p = <STDIN>); print crypt($p, q($6$) . $ARGV[0])"
    words = ["perl", "-e", program, secrets.token_hex(8)]
    return subprocess.run(words, input=password, capture_output=True, text=True, check=True).stdout  # noqa: S603  our own words, as below


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603


def as_account(account: str, *words: str) -> None:
    """Run a program under an account, with its home and nothing of this environment."""
    home = pwd.getpwnam(account).pw_dir
    clean = {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8"}
    prefix = ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups"]
    done = subprocess.run([*prefix, *words], capture_output=True, text=True, env=clean, cwd="/", check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{words[:4]}: {done.stdout[-1000:]}{done.stderr[-1000:]}")


# --- the database ----------------------------------------------------------------------------------------------------


class Cluster:
    """A PostgreSQL server of Debian's package with its own data; accounts log in as themselves (peer), nobody by network."""

    def __init__(self, folder: Path) -> None:
        self.data, self.sockets = folder / "database", Path(tempfile.mkdtemp(prefix="olhub"))
        self._bin = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self.data.mkdir(mode=0o700)
        for place in (self.data, self.sockets):
            shutil.chown(place, SUPERUSER, SUPERUSER)
        self.sockets.chmod(0o755)
        init = [str(self._bin / "initdb"), "-D", str(self.data), "-A", "peer", "-E", "UTF8", "--locale=C"]
        as_account(SUPERUSER, *init)
        settings = f"listen_addresses = ''\nunix_socket_directories = '{self.sockets}'\nmax_connections = 400\n"
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(settings)
        self.start()

    @property
    def url(self) -> str:
        """What a workspace's ``store`` says."""
        return f"postgresql:///{DATABASE}?host={self.sockets}"

    def start(self) -> None:
        """Start the server."""
        self._control("start", "-l", str(self.data / "log"))

    def stop(self) -> None:
        """Stop the server; connections are ended."""
        self._control("stop", "-m", "fast")

    def _control(self, *words: str) -> None:
        as_account(SUPERUSER, str(self._bin / "pg_ctl"), "-w", "-s", "-D", str(self.data), *words)

    def administer(self, *words: str) -> None:
        """``orglife serve …`` as the superuser."""
        as_account(SUPERUSER, sys.executable, "-P", "-m", "orglife.cli", "serve", *words)


def fill(cluster: Cluster, everybody: list[Person]) -> None:
    """Make the database, the logins, and the records of the two branches."""
    cluster.administer("init", cluster.url, "--campaign", CAMPAIGN)
    for person in everybody[:NAMED]:
        kind = ["--branch", person.branch] if person.branch else ["--bureau"]
        cluster.administer("add", cluster.url, "--login", person.account, *kind)
    many = [f"add(found, 'branch', {one.branch!r}, login={one.account!r})" for one in everybody[NAMED:]]
    if many:  # in one program, which saves a second each
        first = f"from orglife.adapters.store.addresses import address_of; found = address_of({cluster.url!r})"
        lines = [first, "from orglife.adapters.store.server.admin import add", *many]
        as_account(SUPERUSER, sys.executable, "-P", "-c", "\n".join(lines))
    for person in everybody:
        source = paths.templates() / "demo" / f"{person.branch}.json"
        if source.is_file():
            workspace = f"{pwd.getpwnam(person.account).pw_dir}/{NEW_FOLDER}"
            program = [sys.executable, "-P", "-m", "orglife.cli"]
            as_account(person.account, *program, "new", workspace, "--campaign", CAMPAIGN, "--store", cluster.url)
            as_account(person.account, *program, "import", workspace, str(source))


# --- the site --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def site(folder: Path, port: int, everybody: list[Person], changes: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Bring everything up in an empty folder; the hub's process.

    Args:
        folder: Its place; other accounts must be able to reach it.
        port: Of the hub.
        everybody: Who may log in.
        changes: Lines that the administrator adds to the configuration.
    """
    enter(folder, everybody)
    cluster = Cluster(folder)
    try:
        fill(cluster, everybody)
        place = folder / "hub"
        program = [sys.executable, "-P", "-m", "orglife.cli", "hub", str(place)]
        first = ["--store", cluster.url, "--campaign", CAMPAIGN, "--port", str(port), "--no-start"]
        subprocess.run([*program, *first], check=True, capture_output=True)  # noqa: S603
        if changes:
            _append(place / "jupyterhub_config.py", changes)
        with (folder / "hub.log").open("ab") as log:
            hub = subprocess.Popen(program, stdout=log, stderr=log, stdin=subprocess.DEVNULL)  # noqa: S603
        try:
            _wait(f"http://127.0.0.1:{port}/hub/login", hub)
            yield hub
        finally:
            hub.send_signal(signal.SIGTERM)
            hub.wait()
    finally:
        cluster.stop()
        shutil.rmtree(cluster.sockets, ignore_errors=True)


def _wait(url: str, hub: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(url, timeout=5).read()  # noqa: S310
            return
        if hub.poll() is not None:
            break
        time.sleep(0.2)
    raise RuntimeError("the hub did not start; see hub.log")


def free_ports(many: int) -> int:
    """The first of so many free ports in a row."""
    for first in range(8000, 60000, many):
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            for port in range(first, first + many):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
    raise RuntimeError("no free ports")


def main() -> None:
    """Bring the site up, say who can log in, and keep it until Ctrl+C."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "orglife-hub-demo")
    parser.add_argument("--people", type=int, default=0, help="so many secretaries more")
    parser.add_argument("--changes", default="", help="lines added to the hub's configuration")
    options = parser.parse_args()
    if os.getuid() != 0:
        sys.exit("make hub-demo: as root, please; it needs accounts of its own")
    if os.environ.get(INSIDE) != "1":
        os.environ[INSIDE] = "1"
        os.chdir(REPOSITORY)
        words = command(*sys.argv[1:])
        os.execvp(words[0], words)  # noqa: S606
    folder = options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    everybody, port = people(options.people), free_ports(3)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), site(folder, port, everybody, options.changes) as hub:
        announced = {"url": f"http://127.0.0.1:{port}/", "hub": hub.pid, "people": [vars(one) for one in everybody]}
        sys.stdout.write(json.dumps(announced, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        for one in everybody[:NAMED]:
            sys.stderr.write(f"{announced['url']}  {one.account}  {one.password}  {one.branch or '局机关'}\n")
        hub.wait()


if __name__ == "__main__":
    main()
