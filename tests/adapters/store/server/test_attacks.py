"""What a login cannot do, tried by its own connection with its own SQL: every attack fails, and for its own reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from orglife.adapters.disk.record_files import RecordFiles
from orglife.adapters.store.chain import BUREAU, FIELDS, Revision, body_text, digest
from orglife.adapters.store.drafts import draft_hash
from orglife.adapters.store.server import check
from orglife.adapters.store.store import Change, Store
from orglife.core.errors import AuthorIsLogins, NoSuchFile, NotOwnBranch
from orglife.core.record.branch import Branch
from tests.database_server import ADMIN, DatabaseServer, TestDatabase, acting_as

C = "2024-seed"


@dataclass
class Scene:
    """A database with two branches, a, whose login attacks, and b; and with the bureau."""

    database: TestDatabase
    a: str
    b: str
    bureau: str
    intake: str

    def sql(self, statement: str, *given: Any, login: str = "") -> list[tuple[Any, ...]]:
        return self.database.sql(statement, *given, login=login or self.a)


@pytest.fixture(scope="module")
def scene(database_server: DatabaseServer) -> Iterator[Scene]:
    with TestDatabase(database_server) as database:
        a, b = database.add("branch", "a"), database.add("branch", "b")
        here = Scene(database, a, b, database.add("bureau"), database.add("intake"))
        for login, branch in ((a, "a"), (b, "b")):
            with database.open(login) as store:
                store.put(C, branch, Branch.model_validate({"id": branch, "name": f"支部{branch}"}), who="张", base=0)
                store.draft(C, branch, "talk", "t1", {"date": f"秘密{branch}"}, who="张")
                files_of(store).write(f"attachments/{branch}/scan.pdf", f"签字{branch}".encode())
                files_of(store).set_author("张")
        with database.open(here.bureau) as store:
            store.apply(
                C, BUREAU, [remark("r1", "a"), remark("r2", "b"), remark("r3", "a"), remark("r4", "a")], who="局"
            )
            store.apply(C, BUREAU, [Change.remove("remark", "r3"), remark("r4", "b")], who="局")
            files_of(store).write("campaign.toml", b"campaign")
            for branch in "ab":
                files_of(store).write(f"receipts/{branch}.json", f"回执{branch}".encode())
        yield here


def files_of(store: Store) -> RecordFiles:
    files = store.files()
    assert files is not None
    return files


def insert_file(name: str, content: bytes = b"x", **more: Any) -> tuple[str, list[Any]]:
    values = {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "content": content} | more
    return f"INSERT INTO file ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})", list(values.values())


def remark(id: str, branch: str) -> Change:  # noqa: A002
    return Change("remark", id, {"id": id, "branch": branch, "text": f"给{branch}"})


def revision(**fields: Any) -> Revision:
    """The next revision of a's chain, as an attacker would write it; the chain has one revision."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    body = body_text({"id": "m1", "name": "甲"})
    new = Revision(C, "a", 2, "member", "m1", 1, "张", at, "put", body, fields.pop("prev", ""))
    new = replace(new, **fields)  # an attack may change any field
    return replace(new, hash=fields.get("hash") or digest(new))


def insert(new: Revision, **more: Any) -> tuple[str, list[Any]]:
    values = {name: getattr(new, name) for name in FIELDS} | more
    return f"INSERT INTO revision ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})", list(
        values.values()
    )


def head(scene: Scene, branch: str) -> str:
    return str(scene.sql("SELECT hash FROM chain WHERE branch = %s", branch, login=ADMIN)[0][0])


# --- reading what is another's ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM revision WHERE branch <> 'a'",
        "SELECT * FROM draft WHERE branch <> 'a'",
        "SELECT * FROM chain WHERE branch NOT IN ('a', '_bureau')",
        "SELECT * FROM sent WHERE (body::json ->> 'branch') <> 'a'",
        "SELECT 1 FROM revision WHERE 1 / (CASE WHEN branch = 'b' THEN 0 ELSE 1 END) = 0",  # an error would tell
        "SELECT * FROM file WHERE branch NOT IN ('a', '_bureau')",
        "SELECT * FROM file WHERE name = 'attachments/b/scan.pdf'",
        "SELECT * FROM file WHERE sha256 = encode(sha256(convert_to('签字b', 'UTF8')), 'hex')",
        "SELECT 1 FROM file WHERE 1 / (CASE WHEN branch = 'b' THEN 0 ELSE 1 END) = 0",
        "SELECT * FROM pg_stats WHERE schemaname = 'orglife' AND tablename IN ('revision', 'draft', 'file')",
        "SELECT * FROM pg_stat_activity WHERE usename <> session_user AND query NOT LIKE '<insufficient privilege>'"
        " AND query <> ''",
        "SELECT set_config('orglife.branch', 'b', false), set_config('role', 'none', false) FROM revision"
        " WHERE branch = 'b'",
        "WITH x AS (SELECT * FROM revision) SELECT * FROM x WHERE branch = 'b'",
        "SELECT * FROM revision r, LATERAL (SELECT * FROM revision s WHERE s.branch <> r.branch) o",
    ],
)
def test_nothing_of_another_branch_is_seen(scene: Scene, query: str) -> None:
    scene.database.sql("ANALYZE orglife.revision; ANALYZE orglife.draft; ANALYZE orglife.file")
    assert scene.sql(query) == []
    assert scene.sql("SELECT count(*) FROM revision") == [(1,)]


def test_of_the_bureau_a_branch_sees_what_is_sent_to_it_now(scene: Scene) -> None:
    """Neither what was withdrawn, nor what was turned over to another branch, nor an earlier version."""
    with scene.database.open(scene.a) as store:
        assert [row.id for row in store.current(C, BUREAU).records["remark"]] == ["r1"]
        assert store.history(C, BUREAU) == []
    with scene.database.open(scene.b) as store:
        assert [row.id for row in store.current(C, BUREAU).records["remark"]] == ["r2", "r4"]


def test_a_branch_sees_its_own_and_a_bureau_all(scene: Scene) -> None:
    with scene.database.open(scene.a) as store:
        assert (store.branches(C), store.current(C, "b").branch) == (["a"], None)
        assert list(store.heads()) == [(C, "a")]
        assert store.verify() == []
    with scene.database.open(scene.bureau) as store:
        assert store.branches(C) == ["a", "b"]
        assert store.current(C, "b").drafts[0].fields == {"date": "秘密b"}
        assert store.verify() == []


# --- refused statements ----------------------------------------------------------------------------------------------

DENIED, OWNER, RLS = "permission denied", "must be owner", "row-level security"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("SET row_security = off; SELECT * FROM revision", "would be affected by row-level security"),
        ("SET ROLE orglife_owner", DENIED),
        ("SET ROLE {b}", DENIED),
        ("SET SESSION AUTHORIZATION {b}", DENIED),
        ("SELECT * FROM login", DENIED),
        ("INSERT INTO login (role, kind, branch) VALUES ('x', 'intake', '_bureau')", DENIED),
        ("UPDATE revision SET who = '别人'", DENIED),
        ("UPDATE revision SET who = '别人' WHERE false", DENIED),
        ("DELETE FROM revision", DENIED),
        ("TRUNCATE revision", DENIED),
        ("UPDATE draft SET fields = NULL", DENIED),
        ("DELETE FROM draft", DENIED),
        ("UPDATE chain SET number = 0", DENIED),
        ("DELETE FROM chain", DENIED),
        ("INSERT INTO chain (campaign, branch) VALUES ('x', 'a')", DENIED),
        ("UPDATE meta SET version = 99", DENIED),
        ("UPDATE file SET content = 'x'", DENIED),
        ("DELETE FROM file", DENIED),
        ("TRUNCATE file", DENIED),
        ("ALTER TABLE file DISABLE ROW LEVEL SECURITY", OWNER),
        ("DROP POLICY own_files ON file", OWNER),
        ("UPDATE login SET person = '别人'", DENIED),
        ("SELECT say_person('别人')", "said already"),
        ("SELECT entered_by_person()", DENIED),
        ("ALTER TABLE revision DISABLE TRIGGER ALL", OWNER),
        ("ALTER TABLE revision DISABLE ROW LEVEL SECURITY", OWNER),
        ("ALTER TABLE revision ADD COLUMN x text", OWNER),
        ("DROP TABLE revision", OWNER),
        ("DROP POLICY own_rows ON revision", OWNER),
        ("CREATE POLICY mine ON revision USING (true)", OWNER),
        ("DROP TRIGGER revision_kept ON revision", OWNER),
        ("CREATE OR REPLACE FUNCTION orglife.own_branch() RETURNS text LANGUAGE sql RETURN 'b'", DENIED),
        ("ALTER FUNCTION orglife.own_branch() OWNER TO session_user", OWNER),
        ("CREATE TABLE orglife.mine (x text)", DENIED),
        ("CREATE TABLE public.mine (x text)", DENIED),
        ("CREATE TEMPORARY TABLE mine (x text)", DENIED),
        ("CREATE SCHEMA mine", DENIED),
        ("CREATE FUNCTION public.f() RETURNS int LANGUAGE sql RETURN 1", DENIED),
        ("CREATE EXTENSION dblink", DENIED),
        ("CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION orglife.append_only()", DENIED),
        ("CREATE ROLE mine", DENIED),
        ("ALTER ROLE session_user SUPERUSER", DENIED),
        ("ALTER ROLE {b} PASSWORD 'x'", DENIED),
        ("GRANT orglife_owner TO session_user", DENIED),
        ("ALTER DATABASE {database} OWNER TO session_user", OWNER),
        ("ALTER SYSTEM SET fsync = off", DENIED),
        ("SELECT pg_read_file('/etc/passwd')", DENIED),
        ("SELECT pg_ls_dir('/')", DENIED),
        ("COPY (SELECT 1) TO PROGRAM 'id'", DENIED),
        ("COPY (SELECT 1) TO '/tmp/x'", DENIED),
        ("COPY revision (who) FROM STDIN", "COPY FROM not supported with row-level security"),
        ("SELECT hold_chain('2024-seed', 'b')", "another branch"),
        ("SELECT hold_chain('2024-seed', '_bureau')", "another branch"),
        ("SELECT hold_record('2024-seed', 'b', 'talk', 't1')", "another branch"),
        ("SELECT * FROM chain FOR UPDATE", DENIED),
        ("SELECT * FROM revision FOR SHARE", DENIED),
        ("BEGIN; LOCK TABLE revision IN SHARE MODE", DENIED),
        ("BEGIN; LOCK TABLE chain", DENIED),
        ("SELECT pg_terminate_backend({pid})", DENIED),
        ("SELECT pg_cancel_backend({pid})", DENIED),
        ("SELECT lo_create(0)", DENIED),
        ("SELECT lo_from_bytea(0, 'x')", DENIED),
        ("SELECT lo_get(1)", DENIED),
        ("SELECT lo_import('/etc/passwd')", DENIED),
        ("SELECT orglife.revision_continues()", DENIED),
        ("SELECT orglife.draft_hash('', '', '', '', '', '', '')", DENIED),
        ("SELECT setval('orglife.revision_seq_seq', 1)", DENIED),
        ("DO $$ BEGIN EXECUTE 'SELECT * FROM orglife.login'; END $$", DENIED),
    ],
)
def test_the_database_refuses(scene: Scene, statement: str, reason: str) -> None:
    with psycopg.connect(host=str(scene.database.server.folder), port=scene.database.server.port,
                         dbname=scene.database.name, user=scene.b) as other:  # fmt: skip
        text = statement.replace("{b}", scene.b).replace("{database}", scene.database.name)
        text = text.replace("{pid}", str(other.info.backend_pid)).replace("session_user", scene.a)
        with pytest.raises(psycopg.Error, match=reason):
            scene.sql(text)
        assert other.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE revision SET who = '别人'", "DELETE FROM revision", "TRUNCATE revision", "UPDATE draft SET fields = NULL",
     "DELETE FROM draft", "DELETE FROM chain", "TRUNCATE chain", "UPDATE file SET name = name", "DELETE FROM file",
     "TRUNCATE file"],
)  # fmt: skip
def test_not_even_the_administrator_changes_the_past_by_mistake(scene: Scene, statement: str) -> None:
    with pytest.raises(psycopg.Error, match="append only"):
        scene.sql(statement, login=ADMIN)


def test_other_databases_of_the_server_are_shut(scene: Scene, database: TestDatabase) -> None:
    for name in ("postgres", "template1", database.name):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            scene.database.server.sql("SELECT 1", database=name, login=scene.a)


# --- rows that do not belong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"branch": "b"}, RLS),
        ({"branch": BUREAU, "number": 7}, RLS),
        ({"branch": "new"}, RLS),
        ({"hash": "0" * 64}, "not what its hash says"),
        ({"number": 3}, "does not continue its chain"),
        ({"prev": "0" * 64}, "does not continue its chain"),
        ({"version": 2}, "versions have a gap"),
        ({"version": 0}, "versions have a gap"),
        ({"number": 1, "prev": ""}, "does not continue its chain|duplicate key"),
        ({"at": (datetime.now(UTC) - timedelta(days=40)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}, "not entered at its time"),
        ({"at": (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}, "not entered at its time"),
        ({"at": "昨天"}, "invalid input syntax"),
        ({"action": "restore"}, "check constraint"),
        ({"who": "别人"}, "entered under another name"),
        ({"who": ""}, "entered under another name"),
        ({"body": None}, "check constraint"),
    ],
)
def test_a_row_that_does_not_belong_is_refused(scene: Scene, change: dict[str, Any], reason: str) -> None:
    fields = {"prev": head(scene, change.get("branch", "a")) if change.get("branch") != "new" else ""} | change
    statement, values = insert(revision(**fields))
    with pytest.raises(psycopg.Error, match=reason):
        scene.sql(statement, *values)


@pytest.mark.parametrize("column", ["login", "received", "seq"])
def test_who_logged_in_and_when_is_not_the_logins_to_say(scene: Scene, column: str) -> None:
    value = {"login": scene.b, "received": datetime(2024, 1, 1, tzinfo=UTC), "seq": 1}[column]
    statement, values = insert(revision(prev=head(scene, "a")), **{column: value})
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=DENIED):
        scene.sql(statement.replace(" VALUES ", " OVERRIDING SYSTEM VALUE VALUES "), *values)


@pytest.mark.parametrize(
    ("branch", "wrong", "reason"), [("b", "", RLS), (BUREAU, "", RLS), ("a", "0" * 64, "not what its hash says")]
)
def test_a_draft_that_does_not_belong_is_refused(scene: Scene, branch: str, wrong: str, reason: str) -> None:
    values = {"campaign": C, "branch": branch, "type": "talk", "record": "t2", "who": "张", "at": "x", "fields": "{}"}
    values["hash"] = wrong or draft_hash(values)
    names = ", ".join(values)
    with pytest.raises(psycopg.Error, match=reason):
        scene.sql(f"INSERT INTO draft ({names}) VALUES ({', '.join(['%s'] * len(values))})", *values.values())


def test_a_draft_under_another_name_is_refused(scene: Scene) -> None:
    values = {"campaign": C, "branch": "a", "type": "talk", "record": "t2", "who": "别人", "at": "x", "fields": "{}"}
    values["hash"] = draft_hash(values)
    with pytest.raises(psycopg.Error, match="entered under another name"):
        scene.sql(
            f"INSERT INTO draft ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})", *values.values()
        )


# --- files that do not belong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "more", "reason"),
    [
        ("attachments/b/other.pdf", {}, RLS),
        ("attachments/b/scan.pdf", {}, f"{RLS}|duplicate key"),
        ("attachments/new/scan.pdf", {}, RLS),
        ("campaign.toml", {}, RLS),
        ("campaigns/2023.toml", {}, RLS),
        ("receipts/a.json", {}, RLS),
        ("receipts/b.json", {}, RLS),
        ("receipts/a.history.jsonl", {}, RLS),
        ("attachments/a/scan.pdf", {}, "duplicate key"),
        ("attachments/a/../b/scan.pdf", {}, "check constraint"),
        ("attachments/scan.pdf", {}, RLS),
        ("attachments/_bureau/scan.pdf", {}, RLS),
        ("attachments/a/x\ny.pdf", {}, "check constraint"),
        ("orglife.toml", {}, RLS),
        ("../campaign.toml", {}, RLS),
        ("attachments/a/2.pdf", {"sha256": "0" * 64}, "check constraint"),
        ("attachments/a/2.pdf", {"branch": "b"}, "generated column"),
        ("attachments/a/2.pdf", {"login": "b"}, DENIED),
        ("attachments/a/2.pdf", {"received": datetime(2024, 1, 1, tzinfo=UTC)}, DENIED),
    ],
)
def test_a_file_that_does_not_belong_is_refused(scene: Scene, name: str, more: dict[str, Any], reason: str) -> None:
    statement, values = insert_file(name, **more)
    with pytest.raises(psycopg.Error, match=reason):
        scene.sql(statement, *values)


def test_a_file_that_is_too_large_is_refused(scene: Scene) -> None:
    statement, values = insert_file("attachments/a/2.pdf", bytes(20 * 1024 * 1024 + 1))
    with pytest.raises(psycopg.Error, match="check constraint"):
        scene.sql(statement, *values)


@pytest.mark.parametrize(("name", "refused"), [("attachments/b/2.pdf", True), ("campaigns/2023.toml", False)])
def test_the_bureau_writes_campaigns_and_receipts_but_no_branchs_attachment(
    scene: Scene, name: str, *, refused: bool
) -> None:
    statement, values = insert_file(name)
    if refused:
        with pytest.raises(psycopg.Error, match=RLS):
            scene.sql(statement, *values, login=scene.bureau)
    else:
        scene.sql(statement, *values, login=scene.bureau)


def test_a_branch_reads_its_own_files_and_the_campaign(scene: Scene) -> None:
    with scene.database.open(scene.a) as store:
        files = files_of(store)
        assert files.read("attachments/a/scan.pdf").decode() == "签字a"
        assert files.read("receipts/a.json").decode() == "回执a"
        assert files.read("campaign.toml") == b"campaign"
        assert files.names("attachments") == ["attachments/a/scan.pdf"]
        assert files.digest("attachments/b/scan.pdf") == files.digest("receipts/b.json") == ""
        with pytest.raises(NoSuchFile):
            files.read("attachments/b/scan.pdf")
        with pytest.raises(AuthorIsLogins, match="录入人是“张”，不能写成“别人”"):
            files.set_author("别人")
    with scene.database.open(scene.bureau) as store:
        assert files_of(store).names("attachments") == ["attachments/a/scan.pdf", "attachments/b/scan.pdf"]


def test_the_bureau_saves_to_its_own_chain_only_and_intake_takes_in(scene: Scene) -> None:
    statement, values = insert(revision(branch="b", prev=head(scene, "b")))
    with pytest.raises(psycopg.Error, match=RLS):
        scene.sql(statement, *values, login=scene.bureau)
    with scene.database.open(scene.bureau) as store, pytest.raises(NotOwnBranch, match="只能存"):
        store.put(C, "b", Branch.model_validate({"id": "b"}), who="局", base=None)
    with scene.database.open(scene.intake) as store:
        store.put(C, "c", Branch.model_validate({"id": "c"}), who="局", base=0)
        assert store.verify() == []


def test_what_a_login_may_do_works_by_the_same_statements(scene: Scene) -> None:
    """The attacks above fail for their reasons, not because nothing works."""
    statement, values = insert(revision(prev=head(scene, "a")))
    with psycopg.connect(host=str(scene.database.server.folder), port=scene.database.server.port,
                         dbname=scene.database.name, user=scene.a, options="-c search_path=orglife") as own:  # fmt: skip
        own.execute(statement.encode(), values)
        assert own.execute("SELECT login, number FROM revision ORDER BY number DESC LIMIT 1").fetchone() == (scene.a, 2)
        own.rollback()


def test_a_login_that_holds_its_own_chain_hinders_nobody_else(scene: Scene) -> None:
    with psycopg.connect(host=str(scene.database.server.folder), port=scene.database.server.port,
                         dbname=scene.database.name, user=scene.a) as own:  # fmt: skip
        own.execute("SELECT orglife.hold_chain(%s, 'a')", [C])
        own.execute("SELECT orglife.hold_chain('invented', 'a')")
        with scene.database.open(scene.b) as store:
            store.put(C, "b", Branch.model_validate({"id": "b", "name": "改"}), who="张", base=None)
        own.rollback()


def test_after_all_attacks_the_database_is_sound(scene: Scene) -> None:
    with acting_as(ADMIN):
        assert list(check.problems(scene.database.address, {})) == []
    with scene.database.open(scene.a) as store:
        assert isinstance(store, Store)
        assert [r.number for r in store.history(C, "a")] == [1]
