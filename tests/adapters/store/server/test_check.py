"""``orglife serve check``: each sabotaged set-up is found and named, and a sound one is not blamed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from orglife.adapters.disk.record_files import RecordFiles
from orglife.adapters.store.addresses import ServerAddress, address_of
from orglife.adapters.store.server import admin, check
from orglife.adapters.store.server import database as server_database
from orglife.adapters.store.server.schema import KNOWN, UPGRADES
from orglife.adapters.store.store import Store
from orglife.core.errors import BadInput, LoginUnknown, StoreAway, StoreBroken, StoreNewer, StoreOutdated
from orglife.core.record.branch import Branch
from tests.database_server import ADMIN, DatabaseServer, TestDatabase, acting_as
from tests.marks import first

C = "2024-seed"


def problems(database: TestDatabase) -> list[str]:
    with acting_as(ADMIN):
        return list(check.problems(database.address, {"branch": "党支部"}))


@pytest.fixture
def a(database: TestDatabase) -> str:
    """The login of branch a, which saved once."""
    login = database.add("branch", "a")
    database.add("bureau")
    with database.open(login) as store:
        store.put(C, "a", Branch.model_validate({"id": "a", "name": "甲支部"}), who="张", base=0)
        store.draft(C, "a", "talk", "t1", {"date": "1"}, who="张")
        files_of(store).write("attachments/a/scan.pdf", b"scan")
    return login


def files_of(store: Store) -> RecordFiles:
    files = store.files()
    assert files is not None
    return files


def test_a_sound_database_is_not_blamed(database: TestDatabase, a: str) -> None:
    assert a.startswith("ol")
    assert problems(database) == []


@pytest.mark.parametrize(
    ("sabotage", "found"),
    first(
        12,
        [
            ("DROP TRIGGER revision_kept ON revision", "触发器“revision.revision_kept”不见了"),
            ("ALTER TABLE revision DISABLE TRIGGER revision_continues", "触发器“revision.revision_continues”被改过"),
            ("ALTER TABLE draft DISABLE ROW LEVEL SECURITY", "行权限的开关“draft”被改过"),
            ("ALTER TABLE revision OWNER TO {a}", "表的所有者“revision”被改过"),
            ("ALTER TABLE revision OWNER TO {a}", "账号“{a}”是数据库里一些内容的所有者"),
            ("GRANT orglife_owner TO {a}", "账号“{a}”还属于“orglife_owner”"),
            ("GRANT {b} TO {a}", "账号“{a}”还属于“{b}”"),
            ("ALTER ROLE {a} BYPASSRLS", "账号“{a}”有超出需要的权限"),
            ("ALTER ROLE orglife_owner LOGIN", "“orglife_owner”可以登录"),
            ("GRANT UPDATE ON revision TO orglife_user", "表的权限“revision”被改过"),
            ("GRANT UPDATE (who) ON revision TO PUBLIC", "表的权限“revision”被改过"),
            ("CREATE POLICY more ON revision FOR SELECT USING (true)", "多了行权限“revision.more”"),
            ("ALTER POLICY own_rows ON draft USING (true)", "行权限“draft.own_rows”被改过"),
            (
                "CREATE OR REPLACE FUNCTION orglife.own_branch() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER"
                " RETURN 'a'::text",
                "函数“own_branch()”被改过",
            ),
            (
                "GRANT EXECUTE ON FUNCTION orglife.draft_hash(text,text,text,text,text,text,text) TO PUBLIC",
                "函数“draft_hash(",
            ),
            (
                "CREATE OR REPLACE VIEW sent AS SELECT campaign, type, record, version, body FROM revision",
                "视图“sent”被改过",
            ),
            ("CREATE RULE gone AS ON INSERT TO draft DO INSTEAD NOTHING", "多了规则“draft.gone”"),
            ("DROP TRIGGER file_kept ON file", "触发器“file.file_kept”不见了"),
            ("ALTER TABLE file DISABLE ROW LEVEL SECURITY", "行权限的开关“file”被改过"),
            ("ALTER POLICY own_files ON file WITH CHECK (true)", "行权限“file.own_files”被改过"),
            ("GRANT DELETE ON file TO orglife_user", "表的权限“file”被改过"),
            ("GRANT UPDATE (person) ON login TO orglife_user", "表的权限“login”被改过"),
            ("ALTER TABLE revision DISABLE TRIGGER revision_person", "触发器“revision.revision_person”被改过"),
            (
                "ALTER TABLE file DISABLE TRIGGER ALL; ALTER TABLE file DROP CONSTRAINT file_check;"
                " UPDATE file SET content = 'other'; ALTER TABLE file ENABLE TRIGGER ALL",
                "文件“attachments/a/scan.pdf”与存入时不一致",
            ),
            ("DROP INDEX draft_latest", "索引“draft_latest”不见了"),
            (
                "ALTER TABLE revision DROP CONSTRAINT revision_action_check",
                "约束“revision.revision_action_check”不见了",
            ),
            ("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC", "大对象没有关上"),
            ("GRANT CONNECT ON DATABASE {database} TO PUBLIC", "没有登记的账号也能进"),
            ("GRANT CREATE ON SCHEMA orglife TO {a}", "库内空间的权限“…”被改过"),
            ("GRANT CONNECT ON DATABASE postgres TO PUBLIC", "账号可以进服务器上的数据库postgres"),
            ("CREATE TABLE public.notes (x text)", "不属于组织生活会工作簿的空间或内容：notes"),
            ("ALTER DATABASE {database} OWNER TO {a}", "数据库“{database}”的所有者是“{a}”"),
            ("DELETE FROM login WHERE role = '{a}'", "账号“{a}”能进数据库，但没有登记"),
            ("ALTER ROLE {a} NOLOGIN", "登记的账号“{a}”在服务器上没有了，或不能登录"),
            ("UPDATE chain SET number = 9", "有1条修改历史的条数或末尾与登记的不符"),
            (
                "ALTER TABLE revision DISABLE TRIGGER ALL; UPDATE revision SET who = '别人';"
                " ALTER TABLE revision ENABLE TRIGGER ALL",
                "第1条（党支部 a）内容与存入时不一致，被改动过",
            ),
            (
                "ALTER TABLE draft DISABLE TRIGGER ALL; UPDATE draft SET fields = '{}'; ALTER TABLE draft ENABLE TRIGGER ALL",
                "没有填完的记录（talk t1）与存入时不一致",
            ),
        ],
    ),
)
def test_sabotage_is_found(database: TestDatabase, a: str, sabotage: str, found: str) -> None:
    b = database.add("branch", "b")

    def filled(text: str) -> str:
        return text.replace("{a}", a).replace("{b}", b).replace("{database}", database.name)

    try:
        database.sql(filled(sabotage))
        told = problems(database)
        assert [one for one in told if filled(found) in one], told
        assert len(told) <= 4
    finally:  # roles are the whole server's
        database.sql(f"ALTER ROLE orglife_owner NOLOGIN; REVOKE orglife_owner FROM {a}")
        database.sql("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")


def test_a_server_that_asks_nobody_who_he_is_is_named(database: TestDatabase, a: str) -> None:
    hba = database.server.folder / "data" / "pg_hba.conf"
    before = hba.read_text(encoding="utf-8")
    try:
        hba.write_text(f"{before}local all all trust\n", encoding="utf-8")
        assert [one for one in problems(database) if "trust" in one]
    finally:
        hba.write_text(before, encoding="utf-8")
    assert a


def test_a_clock_an_hour_off_is_named(database: TestDatabase, a: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(hours=1)

    monkeypatch.setattr(check, "datetime", Late)
    assert [one for one in problems(database) if "时钟" in one]
    assert a


# --- logins ----------------------------------------------------------------------------------------------------------


def test_a_removed_login_is_out_at_once_and_what_it_saved_stays(database: TestDatabase, a: str) -> None:
    with database.open(a) as store:
        admin.remove(database.address, a)
        with pytest.raises(StoreAway):
            store.current(C, "a")
    with pytest.raises(StoreAway, match="账号登录不了"):
        database.open(a)
    assert problems(database) == []
    assert database.sql("SELECT DISTINCT login FROM revision") == [(a,)]
    with pytest.raises(BadInput, match="以前用过"):
        admin.add(database.address, "branch", "b02", login=a)
    with pytest.raises(BadInput, match=f"没有登记账号“{a}”"):
        admin.remove(database.address, a)


@pytest.mark.parametrize(
    ("kind", "branch", "login", "what"),
    [
        ("branch", "", "", "不是支部的代号"),
        ("branch", "_bureau", "", "不是支部的代号"),
        ("bureau", "b01", "", "不写支部"),
        ("branch", "b01", "x'; DROP", "不能作账号"),
        ("branch", "b01", "secretary_b01", "不要带支部代号"),
        ("branch", "b01", "postgres", "已经有了"),
    ],
)
def test_a_login_that_will_not_do_is_refused(
    database: TestDatabase, kind: admin.Kind, branch: str, login: str, what: str
) -> None:
    with acting_as(ADMIN), pytest.raises(BadInput, match=what):
        admin.add(database.address, kind, branch, login=login)
    assert database.sql("SELECT count(*) FROM login") == [(0,)]


def test_a_login_that_belongs_to_nobody_is_told_so(database: TestDatabase, a: str) -> None:
    database.sql(f"DELETE FROM login WHERE role = '{a}'")
    with pytest.raises(LoginUnknown, match=f"账号“{a}”还没有登记属于哪个支部"):
        database.open(a)


def test_names_of_logins_say_nothing(database: TestDatabase) -> None:
    logins = [database.add("branch", "b01"), database.add("bureau"), database.add("intake")]
    assert not [one for one in logins if "b01" in one or "bureau" in one or "intake" in one]


def test_a_password_lies_in_a_file_of_its_own(database: TestDatabase, tmp_path: Path) -> None:
    place = tmp_path / "pass"
    over_network = address_of(f"postgresql://127.0.0.1:{database.server.port}/{database.name}")
    with acting_as(ADMIN):  # the administrator sits at the server, the login comes over the network
        login = admin.add(database.address, "branch", "b01")
    database.sql(f"ALTER ROLE {login} PASSWORD 'geheim'")
    assert over_network
    place.write_text(f"127.0.0.1:{database.server.port}:{database.name}:{login}:geheim\n", encoding="utf-8")
    place.chmod(0o600)
    url = f"postgresql://127.0.0.1:{database.server.port}/{database.name}?passfile=pass"
    with Store.open(url, folder=tmp_path) as store:
        assert store.own_branch == "b01"
        assert "geheim" not in store.name
    place.write_text(f"127.0.0.1:*:{database.name}:{login}:falsch\n", encoding="utf-8")
    with pytest.raises(StoreAway, match="密码文件不对"):
        Store.open(url, folder=tmp_path)


def test_add_writes_the_password_file(database: TestDatabase, tmp_path: Path) -> None:
    with acting_as(ADMIN):
        login = admin.add(database.address, "branch", "b01", passfile=tmp_path / "pass")
        with pytest.raises(BadInput, match="已经有了"):
            admin.add(database.address, "branch", "b02", passfile=tmp_path / "pass")
    host, port, name, who, password = (tmp_path / "pass").read_text(encoding="utf-8").strip().split(":")
    assert (host, port, name, who) == (str(database.server.folder), str(database.server.port), database.name, login)
    assert len(password) > 20
    assert (tmp_path / "pass").stat().st_mode & 0o777 == 0o600
    assert database.sql("SELECT count(*) FROM login") == [(1,)]


# --- other versions --------------------------------------------------------------------------------------------------

NEXT = KNOWN + 1
LATER = {**UPGRADES, NEXT: "ALTER TABLE orglife.meta ADD COLUMN note text"}


def test_an_older_program_leaves_a_newer_database_alone(database: TestDatabase, a: str) -> None:
    assert admin.version_of is not None
    with acting_as(ADMIN):
        assert admin.upgrade(database.address, LATER) == (KNOWN, NEXT)
    with pytest.raises(StoreNewer, match="较新的程序"):
        database.open(a)
    with acting_as(ADMIN):
        for work in (lambda: admin.upgrade(database.address), lambda: problems(database),
                     lambda: database.add("bureau"), lambda: admin.init(database.address)):  # fmt: skip
            with pytest.raises(StoreNewer):
                work()


def test_a_newer_program_asks_for_the_upgrade_of_an_older_database(
    database: TestDatabase, a: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_database, "KNOWN", NEXT)
    with pytest.raises(StoreOutdated, match="要先升级") as told:
        database.open(a)
    assert "orglife serve upgrade" in told.value.command
    with acting_as(ADMIN):
        admin.upgrade(database.address, LATER)
    with database.open(a) as store:
        assert store.branches(C) == ["a"]


_HOLD_OF_VERSION_1 = (
    "SELECT number, hash, now, CAST(NULL AS integer) AS version, CAST(NULL AS text) AS action, true AS settled"
    " FROM hold_chain(:campaign, :branch) WHERE length(:type || :record) >= 0"
)


def test_an_older_database_is_upgraded_with_all_that_it_holds(
    database_server: DatabaseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database of schema 1: its login, revisions and drafts are there afterwards, and it is as one newly made."""
    url = database_server.url("old")
    try:
        with acting_as(ADMIN):
            address = address_of(url)
            assert isinstance(address, ServerAddress)
            admin.init(address, {1: UPGRADES[1]})
        database_server.sql(
            "CREATE ROLE olold LOGIN IN ROLE orglife_user; GRANT CONNECT ON DATABASE old TO olold;"
            "INSERT INTO login (role, kind, branch) VALUES ('olold', 'branch', 'a')",
            database="old",
        )
        with acting_as("olold"):
            with monkeypatch.context() as then:  # the rows are written as then
                then.setattr(server_database, "KNOWN", 1)
                then.setattr(server_database, "_HOLD", text(_HOLD_OF_VERSION_1))
                with Store.open(url) as store:
                    store.put(C, "a", Branch.model_validate({"id": "a", "name": "甲"}), who="张", base=0)
                    store.draft(C, "a", "talk", "t1", {"date": "1"}, who="王")
                    before = store.history(C, "a"), store.digest()
            with pytest.raises(StoreOutdated, match="要先升级"):
                Store.open(url)
        with acting_as(ADMIN):
            assert admin.upgrade(address) == (1, KNOWN)
            assert list(check.problems(address, {})) == []
        with acting_as("olold"), Store.open(url) as store:
            assert (store.history(C, "a"), store.digest()) == before
            store.put(C, "a", Branch.model_validate({"id": "a", "name": "乙"}), who="王", base=1)
            assert store.verify() == []
    finally:
        database_server.sql("DROP DATABASE IF EXISTS old WITH (FORCE)", database="postgres")
        database_server.sql("DROP ROLE IF EXISTS olold", database="postgres")


def test_an_upgrade_that_fails_changes_nothing(database: TestDatabase, a: str) -> None:
    broken = {**LATER, NEXT + 1: "CREATE TABLE orglife.half (x text); SELECT 1 / 0"}
    with acting_as(ADMIN), pytest.raises(Exception, match="division by zero"):
        admin.upgrade(database.address, broken)
    assert problems(database) == []
    assert a


# --- databases that will not do --------------------------------------------------------------------------------------


def test_a_database_of_another_program_is_left_alone(database_server: DatabaseServer) -> None:
    database_server.sql("CREATE DATABASE other", database="postgres")
    try:
        database_server.sql("CREATE TABLE public.theirs (x text)", database="other")
        with acting_as(ADMIN):
            address = address_of(database_server.url("other"))
            for work in (admin.init, admin.upgrade, lambda one: list(check.problems(one, {}))):
                with pytest.raises(StoreBroken, match="别的程序的内容|不是组织生活会工作簿的数据库"):
                    work(address)
    finally:
        database_server.sql("DROP DATABASE other", database="postgres")


def test_only_an_administrator_may(database: TestDatabase, a: str) -> None:
    with acting_as(a):
        address = address_of(database.url)
        for work in (admin.upgrade, lambda one: list(check.problems(one, {})),
                     lambda one: admin.add(one, "bureau")):  # fmt: skip
            with pytest.raises(BadInput, match="管理员"):
                work(address)
        with pytest.raises(StoreAway, match="没有登记"):  # not even let into the database where init begins
            admin.init(address)


def test_init_twice_is_init_once(database: TestDatabase, a: str) -> None:
    database.sql(
        f"REVOKE CONNECT ON DATABASE {database.name} FROM {a}; GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC"
    )
    assert problems(database)
    with acting_as(ADMIN):
        admin.init(database.address)
    assert problems(database) == []
    with database.open(a) as store:
        assert store.branches(C) == ["a"]


# --- copies of the administrator -------------------------------------------------------------------------------------


def test_a_dump_put_back_is_the_same_database(database: TestDatabase, a: str, tmp_path: Path) -> None:
    """What docs/server.md tells an administrator to do, with the server's own programs."""
    server = database.server
    copy = server.folder / f"{database.name}.dump"
    with pytest.raises(AssertionError, match="row-level security|permission denied"):
        server.program("pg_dump", "-Fc", "-f", str(tmp_path / "theirs"), database.name, login=a)
    server.program("pg_dump", "-Fc", "-f", str(copy), database.name)
    with database.open(a) as store:
        history, current, drafts = store.history(C, "a"), store.current(C, "a"), store.current(C, "a").drafts
    server.sql(f"DROP DATABASE {database.name} WITH (FORCE)", database="postgres")
    server.program("createdb", database.name)
    server.program("pg_restore", "-d", database.name, str(copy))
    with acting_as(ADMIN):
        admin.init(database.address)
    assert problems(database) == []
    with database.open(a) as store:
        assert (store.history(C, "a"), store.current(C, "a")) == (history, current)
        assert store.current(C, "a").drafts == drafts
        assert files_of(store).read("attachments/a/scan.pdf") == b"scan"
        store.put(C, "a", Branch.model_validate({"id": "a", "name": "接着"}), who="张", base=1)
        assert store.verify() == []
