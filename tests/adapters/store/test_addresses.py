"""The setting ``store``: a file, or a database on a server, whose password lies in a file that only its owner reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from orglife.adapters.store.addresses import ServerAddress, address_of
from orglife.core.errors import SettingsBroken


@pytest.mark.parametrize(
    ("setting", "path"),
    [
        ("orglife.db", "/w/orglife.db"),
        ("sqlite:///orglife.db", "/w/orglife.db"),
        ("sqlite:///../b/orglife.db", "/w/../b/orglife.db"),
        ("sqlite:////abs/orglife.db", "/abs/orglife.db"),
        (Path("数据.db"), "/w/数据.db"),
    ],
)
def test_a_file_is_relative_to_its_workspace(setting: str | Path, path: str) -> None:
    assert address_of(setting, folder=Path("/w")) == Path(path)


def test_without_a_workspace_a_file_is_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert address_of("sqlite:///orglife.db") == tmp_path / "orglife.db"


@pytest.mark.parametrize(
    ("setting", "address", "shown"),
    [
        ("postgresql:///o?host=/run/pg", ServerAddress("o", "/run/pg"), "本机的数据库o"),
        ("postgresql:///o", ServerAddress("o"), "本机的数据库o"),
        ("postgresql://db.example/o", ServerAddress("o", "db.example"), "db.example的数据库o"),
        ("postgresql://db.example:5433/o", ServerAddress("o", "db.example", "5433"), "db.example的数据库o"),
        ("postgresql:///o?host=db.example&port=5433", ServerAddress("o", "db.example", "5433"), "db.example的数据库o"),
        (
            "postgresql://db.example/o?sslrootcert=ca.pem&sslmode=verify-full",
            ServerAddress("o", "db.example", options=(("sslmode", "verify-full"), ("sslrootcert", "ca.pem"))),
            "db.example的数据库o",
        ),
    ],
)
def test_a_database_on_a_server(
    setting: str, address: ServerAddress, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGUSER", raising=False)
    assert address_of(setting) == address
    assert isinstance(address, ServerAddress)
    assert address.shown == shown


@pytest.mark.parametrize(
    ("setting", "what"),
    [
        ("mysql://db/o", "store写sqlite"),
        ("sqlite://", "store写sqlite"),
        ("sqlite:///:memory:", "store写sqlite"),
        ("://", "读不懂的内容"),
        ("mysql://u:geheim@db/o", r"u:\*\*\*@db"),
        ("postgresql+psycopg://db/o", "store写sqlite"),
        ("postgresql://db.example/", "没有写明"),
        ("postgresql://u@db.example/o", "不能写账号和密码"),
        ("postgresql://:p@db.example/o", "不能写账号和密码"),
        ("postgresql:///o?user=x", "只能写host、passfile、port、sslmode、sslrootcert"),
        ("postgresql:///o?host=a&host=b", "各写一次"),
        ("postgresql://db.example/o?host=a", "各写一次"),
    ],
)
def test_what_names_neither_is_refused_with_a_sentence(setting: str, what: str) -> None:
    with pytest.raises(SettingsBroken, match=what):
        address_of(setting)


PASSFILE = """# 注释
short:5432:o:nobody
other.example:5432:o:first:p
db.example:5432:other:second:p
db.example:5433:o:third:p
*:5432:o:fourth:p
db.example:*:*:fifth:p
localhost:5432:here:sixth:p
"""


@pytest.mark.parametrize(
    ("setting", "login"),
    [
        ("postgresql://db.example/o?passfile=pass", "fourth"),
        ("postgresql://db.example:5433/o?passfile=pass", "third"),
        ("postgresql://db.example/other?passfile=pass", "second"),
        ("postgresql://db.example:5434/x?passfile=pass", "fifth"),
        ("postgresql:///here?passfile=pass", "sixth"),
    ],
)
def test_the_first_line_that_fits_names_the_login(setting: str, login: str, tmp_path: Path) -> None:
    (tmp_path / "pass").write_text(PASSFILE, encoding="utf-8")
    (tmp_path / "pass").chmod(0o600)
    address = address_of(setting, folder=tmp_path)
    assert isinstance(address, ServerAddress)
    assert address.login == login
    assert dict(address.options)["passfile"] == str(tmp_path / "pass")


def test_a_password_file_that_others_read_or_that_lacks_the_database_is_refused(tmp_path: Path) -> None:
    place, setting = tmp_path / "pass", "postgresql://db.example/o?passfile=pass"
    with pytest.raises(SettingsBroken, match="读不出来"):
        address_of(setting, folder=tmp_path)
    place.write_text("else.example:5432:o:a:p\n", encoding="utf-8")
    for mode in (0o640, 0o604, 0o601):
        place.chmod(mode)
        with pytest.raises(SettingsBroken, match="别人也能读"):
            address_of(setting, folder=tmp_path)
    place.chmod(0o600)
    with pytest.raises(SettingsBroken, match="没有这个数据库的账号"):
        address_of(setting, folder=tmp_path)
