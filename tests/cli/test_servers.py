"""A workspace whose data are in a database: the commands say and make the same as with a file, or say why not."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import branch as b
from tests.conftest import run
from tests.database_server import ADMIN, DatabaseServer, TestDatabase, acting_as

Captured = pytest.CaptureFixture[str]


def output_of(capsys: Captured, *arguments: str, status: int = 0) -> str:
    """What a command prints, on both outputs; its exit status must be as given."""
    capsys.readouterr()
    output = run(*arguments)
    out, err = capsys.readouterr()
    assert output == status, out + err
    assert "Traceback" not in out + err
    return out + err


@pytest.fixture
def served(database: TestDatabase, tmp_path: Path, capsys: Captured) -> Iterator[Path]:
    """A branch's workspace with the test branch t01, in a database; commands run as the branch's login."""
    database.begin()
    with acting_as(ADMIN):
        login = output_of(capsys, "serve", "add", database.url, "--branch", "t01").split("\n")[0]
    source, root = tmp_path / "t01.json", tmp_path / "支部"
    source.write_text(json.dumps(b.branch()), encoding="utf-8")
    with acting_as(login):
        assert run("new", str(root), "--campaign", "2024-seed", "--store", database.url) == 0
        assert run("import", str(root), str(source)) == 0
        yield root


def test_a_workspace_on_a_server_holds_no_data(served: Path) -> None:
    settings = (served / "orglife.toml").read_text(encoding="utf-8")
    assert 'branch = "t01"' in settings
    assert "postgresql:///" in settings
    assert not list(served.glob("*.db*"))


@pytest.mark.parametrize(
    "command",
    [
        ("check", "{root}", "--json", "--as-of", "2024-03-31"),
        ("todo", "{root}", "--as-of", "2024-02-01"),
        ("overview", "{root}", "--as-of", "2024-03-31", "--json"),
        ("export", "{root}", "--branch", "t01"),
    ],
    ids=lambda command: command[0],
)
def test_commands_say_the_same_of_both_stores(
    served: Path, filled: Path, capsys: Captured, command: tuple[str, ...]
) -> None:
    both = [output_of(capsys, *(word.replace("{root}", str(root)) for word in command)) for root in (filled, served)]
    assert both[0].replace(str(filled), "") == both[1].replace(str(served), "")
    assert len(both[0]) > 20


def test_what_works_on_records_works_on_a_server(served: Path, tmp_path: Path, capsys: Captured) -> None:
    root = str(served)
    changed = b.changed(b.branch(), put={"talk/t01/place": "值班室"}, remove=["talk/t02"])
    (tmp_path / "t01.json").write_text(json.dumps(changed), encoding="utf-8")
    assert "修改1条，移除1条" in output_of(capsys, "import", root, str(tmp_path / "t01.json"))
    assert "值班室" in output_of(capsys, "history", root, "--record", "t01")
    output_of(capsys, "export", root, "--format", "package", "--out", str(tmp_path / "t01.zip"))
    assert "通过" in output_of(capsys, "verify", str(tmp_path / "t01.zip"))
    assert "全部通过" in output_of(capsys, "verify", root)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(_PDF)
    output_of(capsys, "attach", root, str(scan), "--record", "t01")
    assert not list((served / "attachments").rglob("*"))


_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def test_a_backup_from_a_server_becomes_a_workspace_of_its_own(served: Path, tmp_path: Path, capsys: Captured) -> None:
    """The way home: all of the branch's history, in a file."""
    (copy,) = re.findall("“(.*?zip)”", output_of(capsys, "backup", str(served), "--out", str(tmp_path / "out")))
    assert "没有变化" in output_of(capsys, "backup", str(served), "--out", str(tmp_path / "out"))
    assert "通过" in output_of(capsys, "verify", copy)
    output_of(capsys, "restore", copy, "--to", str(tmp_path / "家"))
    assert 'store = "sqlite:///orglife.db"' in (tmp_path / "家" / "orglife.toml").read_text(encoding="utf-8")
    one, other = (output_of(capsys, "export", str(root), "--branch", "t01") for root in (served, tmp_path / "家"))
    assert one == other
    assert "全部通过" in output_of(capsys, "verify", str(tmp_path / "家"))


def test_a_backup_is_not_put_over_a_server(served: Path, tmp_path: Path, capsys: Captured) -> None:
    (copy,) = re.findall("“(.*?zip)”", output_of(capsys, "backup", str(served), "--out", str(tmp_path / "out")))
    before = output_of(capsys, "export", str(served), "--branch", "t01")
    text = output_of(capsys, "restore", copy, "--to", str(served), "--yes", status=2)
    assert text.count("\n") == 1
    assert "数据在服务器上，不能从备份恢复" in text
    assert output_of(capsys, "export", str(served), "--branch", "t01") == before


def test_a_branch_takes_in_no_packages_on_a_server_and_intake_does(
    served: Path, database: TestDatabase, tmp_path: Path, capsys: Captured
) -> None:
    package, root = str(tmp_path / "t01.zip"), tmp_path / "局"
    output_of(capsys, "export", str(served), "--format", "package", "--out", package)
    assert "只能存" in output_of(capsys, "import", str(served), package, status=2)
    with acting_as(database.add("bureau")):
        output_of(capsys, "new", str(root), "--campaign", "2024-seed", "--role", "bureau", "--store", database.url)
        assert "党支部1个" in output_of(capsys, "overview", str(root))
        assert "只能存" in output_of(capsys, "import", str(root), package, status=2)
    with acting_as(database.add("intake")):
        output_of(capsys, "import", str(root), package)
        assert "全部通过" in output_of(capsys, "verify", str(root))


def test_a_roster_goes_into_the_branch_of_the_login(database: TestDatabase, tmp_path: Path, capsys: Captured) -> None:
    roster = tmp_path / "名册.csv"
    roster.write_text("姓名\n李秀兰\n王建国\n张敏\n", encoding="utf-8")
    words = ("new", str(tmp_path / "支部"), "--campaign", "2024-seed", "--store", database.url, "--roster", str(roster))
    with acting_as(database.add("branch", "b07")):
        assert "还没有启用方案" in output_of(capsys, *words, status=2)
        assert not (tmp_path / "支部").exists()
    database.begin("annual")
    with acting_as(database.add("branch", "b07")):
        assert "--campaign annual" in output_of(capsys, *words, status=2)
        assert not (tmp_path / "支部").exists()
    words = tuple("annual" if word == "2024-seed" else word for word in words)
    with acting_as(database.add("branch", "b07")):
        text = output_of(capsys, *words, "--branch", "b08", status=2)
        assert "这个账号属于支部b07，不能建立支部b08" in text
        assert not (tmp_path / "支部").exists()
        assert "党员3名" in output_of(capsys, *words)
    assert database.sql("SELECT DISTINCT branch FROM revision") == [("b07",)]


# --- what cannot be --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("store", "what"),
    [
        ("postgresql://zhang:geheim@server/orglife", "不能写账号和密码"),
        ("postgresql://zhang@server/orglife", "不能写账号和密码"),
        ("postgresql:///orglife?user=zhang", "只能写host、passfile、port、sslmode、sslrootcert"),
        ("postgresql:///orglife?password=geheim", "只能写"),
        ("postgresql:///orglife?host=a&host=b", "各写一次"),
        ("postgresql:///", "没有写明服务器上的哪个数据库"),
        ("postgresql+psycopg2:///orglife", "store写"),
        ("mysql://zhang:geheim@server/orglife", "store写"),
        ("postgresql:///orglife?passfile=absent", "密码文件“.*absent”读不出来"),
        ("postgresql:///orglife?passfile=open", "别人也能读"),
        ("postgresql:///orglife?passfile=other", "没有这个数据库的账号"),
    ],
)
def test_an_address_that_says_too_much_or_too_little_is_refused(
    filled: Path, capsys: Captured, store: str, what: str
) -> None:
    for name, mode in (("open", 0o644), ("other", 0o600)):
        (filled / name).write_text("localhost:5432:another:zhang:geheim\n", encoding="utf-8")
        (filled / name).chmod(mode)
    settings = filled / "orglife.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub("(?m)^store = .*$", f'store = "{store}"', text), encoding="utf-8")
    for command in (("check",), ("verify",), ("backup", "--out", "x"), ("history",)):
        output = output_of(capsys, command[0], str(filled), *command[1:], status=1 if command[0] == "verify" else 2)
        assert re.search(what, output)
        assert "geheim" not in output


def test_with_the_database_away_every_command_says_so(served: Path, tmp_path: Path, capsys: Captured) -> None:
    settings = served / "orglife.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub("host=[^&]*", "host=/nowhere", text), encoding="utf-8")
    root = str(served)
    assert run("allow", root) == 0
    for command in (("check", root), ("todo", root), ("overview", root), ("history", root), ("export", root),
                    ("backup", root, "--out", str(tmp_path / "out")), ("archive", root), ("batch", root),
                    ("forms", root), ("import", root, str(tmp_path / "t01.json"))):  # fmt: skip
        output = output_of(capsys, *command, status=2)
        assert re.fullmatch(
            "本机的数据库orglife[0-9]+现在用不了：连不上数据库服务器。.*请看数据库服务器是否在运行.*\n",
            output,
            re.DOTALL,
        ), command
    assert "连不上数据库服务器" in output_of(capsys, "verify", root, status=1)


# --- the administrator -----------------------------------------------------------------------------------------------


def test_the_commands_of_an_administrator(database_server: DatabaseServer, capsys: Captured) -> None:
    url = database_server.url("walk")
    try:
        with acting_as(ADMIN):
            assert "请先用 orglife serve init" in output_of(
                capsys, "serve", "check", database_server.url("postgres"), status=2
            )
            assert "没有这个数据库" in output_of(capsys, "serve", "add", url, "--bureau", status=2)
            assert "已建好" in output_of(capsys, "serve", "init", url)
            assert "已建好" in output_of(capsys, "serve", "init", url)
            assert "不用升级" in output_of(capsys, "serve", "upgrade", url)
            login = output_of(capsys, "serve", "add", url, "--branch", "b01").split("\n")[0]
            assert re.fullmatch("ol[a-z2-9]{10}", login)
            assert "只写一样" in output_of(capsys, "serve", "add", url, "--branch", "b01", "--bureau", status=2)
            assert f"{login}\t支部b01" in output_of(capsys, "serve", "check", url)
            database_server.sql("ALTER TABLE revision DISABLE ROW LEVEL SECURITY", database="walk")
            assert "行权限的开关“revision”被改过" in output_of(capsys, "serve", "check", url, status=1)
            assert "已去掉" in output_of(capsys, "serve", "remove", url, login)
            assert "没有登记账号" in output_of(capsys, "serve", "remove", url, login, status=2)
            assert "不是服务器上的数据库" in output_of(capsys, "serve", "init", "sqlite:///x", status=2)
            assert "不能写账号和密码" in output_of(capsys, "serve", "init", "postgresql://a:b@c/d", status=2)
        with acting_as(login):
            assert "账号登录不了" in output_of(capsys, "serve", "check", url, status=2)
    finally:
        database_server.sql("DROP DATABASE IF EXISTS walk WITH (FORCE)", database="postgres")


def test_without_the_driver_the_workspace_says_what_is_missing(
    served: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "orglife.adapters.store.server.database", None)
    assert "没有装连接数据库服务器的程序" in output_of(capsys, "check", str(served), status=2)
