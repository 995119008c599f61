"""The setting ``store``: an SQLite file, or a database on a PostgreSQL server.

``sqlite:///orglife.db`` is relative to the workspace. ``postgresql:///orglife?host=/run/postgresql`` is a database on this
computer, reached through the socket in that folder; ``postgresql://server/orglife?passfile=…`` one on another computer.
An address never has a user or a password: on the same computer the server takes the name of the operating system's
account, from another one a password file says both. An address is shown in sentences and copied with the settings.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from orglife.core.errors import SettingsBroken

_FILE = "orglife.toml"
_WORDS = frozenset({"host", "port", "sslmode", "sslrootcert", "passfile"})
"""What may stand after the ``?`` of a server's address."""
_DEFAULT_PORT = "5432"
_PASSFILE_FIELDS = 5


@dataclass(frozen=True)
class ServerAddress:
    """A database on a server.

    Attributes:
        host: A folder with the server's socket, or a computer's name; "" = the driver's own default.
        port: "" = the driver's own default.
        login: The login; "" = the operating system's account.
        options: Further options of the driver.
    """

    database: str
    host: str = ""
    port: str = ""
    login: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        """The address as sentences show it."""
        where = "本机" if self.host.startswith("/") or not self.host else self.host
        return f"{where}的数据库{self.database}"


def address_of(setting: Path | str, *, folder: Path | None = None) -> Path | ServerAddress:
    """The absolute path of a store's file, or its server.

    Args:
        setting: A path, or what ``store`` says.
        folder: Base of relative paths; the current folder when None.

    Raises:
        SettingsBroken: it names neither, or says more than an address may.
    """
    base = folder or Path()
    if isinstance(setting, Path) or "://" not in setting:
        return base.joinpath(setting).absolute()
    try:
        url = make_url(setting)
    except (ArgumentError, ValueError):
        url = None
    if url is not None and url.drivername == "postgresql":
        return _server(url, base)
    if url is None or url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        shown = url.render_as_string() if url is not None else "读不懂的内容"  # a password is shown as ***
        what = f"store写sqlite:///文件名，数据在服务器上的写postgresql:///数据库名?host=文件夹，现在是“{shown}”"
        raise SettingsBroken(path=_FILE, what=what)
    return base.joinpath(url.database).absolute()


def _server(url: URL, folder: Path) -> ServerAddress:
    if url.username is not None or url.password is not None:
        raise SettingsBroken(
            path=_FILE, what="store里不能写账号和密码；同一台电脑上不用写，另一台电脑上的写在密码文件里"
        )
    if not url.database:
        raise SettingsBroken(path=_FILE, what="store没有写明服务器上的哪个数据库")
    words = {name: value for name, value in url.query.items() if isinstance(value, str)}
    if len(words) < len(url.query) or not words.keys() <= _WORDS or (url.host and "host" in words):
        raise SettingsBroken(path=_FILE, what=f"store的问号后面只能写{'、'.join(sorted(_WORDS))}，各写一次")
    host, port = url.host or words.pop("host", ""), words.pop("port", "") or str(url.port or "")
    login = os.environ.get("PGUSER", "")
    if "passfile" in words:
        place = folder.joinpath(words["passfile"]).absolute()
        words["passfile"] = str(place)
        login = _login_in(place, host, port or _DEFAULT_PORT, url.database)
    return ServerAddress(url.database, host, port, login, tuple(sorted(words.items())))


def _login_in(passfile: Path, host: str, port: str, database: str) -> str:
    """The login that a password file (``host:port:database:login:password`` a line) has for a database.

    Raises:
        SettingsBroken: others can read the file, or it has no such line.
    """
    try:
        mode = passfile.stat().st_mode
        lines = passfile.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise SettingsBroken(path=_FILE, what=f"密码文件“{passfile}”读不出来") from error
    if os.name != "nt" and stat.S_IMODE(mode) & 0o077:
        raise SettingsBroken(path=_FILE, what=f"密码文件“{passfile}”别人也能读，请改成只有自己能读写（权限0600）")
    address = (host or "localhost", port, database)
    for line in lines:
        fields = line.split(":")
        if len(fields) == _PASSFILE_FIELDS and all(f in ("*", a) for f, a in zip(fields, address, strict=False)):
            return fields[3]
    raise SettingsBroken(path=_FILE, what=f"密码文件“{passfile}”里没有这个数据库的账号")
