"""Attachments, receipts and who types are on the server: another computer of the same person has them, others do not."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from orglife.adapters.disk import attachments
from orglife.adapters.disk.folder_files import FolderFiles
from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.adapters.disk.settings import SETTINGS, Settings, settings_of
from orglife.adapters.disk.workspace import Workspace, campaign_text
from orglife.adapters.store import allowed
from orglife.adapters.store.chain import BUREAU
from orglife.adapters.store.server import admin
from orglife.adapters.store.server import database as server_database
from orglife.adapters.store.store import Change
from orglife.core.errors import AuthorIsLogins, CampaignNotBegun, NotOwnBranch, NotSaved, UnreadableFile
from orglife.exchange import receipts
from orglife.office.office import Office
from orglife.serve import serving
from orglife.stages.plan.record import Attachment
from tests import branch as b
from tests.conftest import run
from tests.database_server import ADMIN, TestDatabase, acting_as
from tests.marks import thorough

C = "2024-seed"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
Captured = pytest.CaptureFixture[str]


@dataclass
class Person:
    """Who types for branch t01, with a login and two computers."""

    database: TestDatabase
    login: str
    bureau: str
    here: Path
    there: Path
    scan: Path


@pytest.fixture
def person(database: TestDatabase, tmp_path: Path) -> Person:
    bureau = database.begin()
    with acting_as(ADMIN):
        login = admin.add(database.address, "branch", "t01", person="张明")
    (tmp_path / "t01.json").write_text(json.dumps(b.branch()), encoding="utf-8")
    (tmp_path / "扫描.pdf").write_bytes(PDF)
    made = Person(database, login, bureau, tmp_path / "这台", tmp_path / "那台", tmp_path / "扫描.pdf")
    with acting_as(login):
        for root in (made.here, made.there):
            assert run("new", str(root), "--campaign", C, "--store", database.url) == 0
        assert run("import", str(made.here), str(tmp_path / "t01.json")) == 0
        assert run("attach", str(made.here), str(made.scan), "--record", "t01") == 0
    return made


# --- attachments -----------------------------------------------------------------------------------------------------


@thorough
def test_a_second_computer_has_the_attachment(person: Person, tmp_path: Path, capsys: Captured) -> None:
    for root in (person.here, person.there):
        assert not [p for p in (root / "attachments").rglob("*") if p.is_file()]
    with acting_as(person.login):
        with Office.open(person.there) as office:
            (one,) = office.dossier("t01").all(Attachment)
            assert office.files.read(one.file) == PDF
        package, out = tmp_path / "t01.zip", tmp_path / "U盘"
        assert run("export", str(person.there), "--format", "package", "--out", str(package)) == 0
        assert run("backup", str(person.there), "--out", str(out)) == 0
        assert run("archive", str(person.there), "--as-is", "--out", str(tmp_path / "归档")) == 0
    assert zipfile.ZipFile(package).read(one.file) == PDF
    (backup,) = out.glob("*.zip")
    assert zipfile.ZipFile(backup).read(one.file) == PDF
    assert [p.read_bytes() for p in (tmp_path / "归档").rglob("data/attachments/*")] == [PDF]
    assert run("restore", str(backup), "--to", str(tmp_path / "家")) == 0
    assert (tmp_path / "家" / one.file).read_bytes() == PDF
    assert run("verify", *map(str, (tmp_path / "归档").iterdir())) == 0
    assert capsys.readouterr()


def test_an_attachment_that_was_altered_on_the_server_gets_into_no_paper(person: Person, tmp_path: Path) -> None:
    person.database.sql(
        "ALTER TABLE file DISABLE TRIGGER ALL; ALTER TABLE file DROP CONSTRAINT file_check;"
        f"UPDATE file SET content = '\\x{(PDF + b'%').hex()}' WHERE name LIKE 'attachments/%'"
    )
    with acting_as(person.login):
        with Office.open(person.here) as office, pytest.raises(UnreadableFile, match="被改动过"):
            office.files.read(office.files.names("attachments")[0])
        assert run("export", str(person.here), "--format", "package", "--out", str(tmp_path / "t01.zip")) == 2
        assert not (tmp_path / "t01.zip").exists()


def test_an_attachment_is_kept_once(person: Person) -> None:
    with acting_as(person.login):
        assert run("attach", str(person.there), str(person.scan), "--record", "t01") == 0
        assert run("attach", str(person.there), str(person.scan), "--record", "t02") == 0
    assert person.database.sql("SELECT count(*) FROM file WHERE name LIKE 'attachments/%'") == [(1,)]


def test_twenty_megabytes_go_in_and_more_do_not(person: Person, tmp_path: Path, capsys: Captured) -> None:
    largest = tmp_path / "大.pdf"
    largest.write_bytes(PDF[:9] + bytes(attachments.LARGEST - len(PDF)) + PDF[9:])
    with acting_as(person.login):
        assert run("attach", str(person.here), str(largest), "--record", "t02") == 0
        largest.write_bytes(largest.read_bytes() + b"\n")
        assert run("attach", str(person.here), str(largest), "--record", "t03") == 2
    assert "有21MB" in capsys.readouterr().err
    lengths = "SELECT octet_length(content), attstorage FROM file, pg_attribute WHERE attrelid = 'file'::regclass AND attname = 'content' ORDER BY 1"
    assert person.database.sql(lengths) == [
        (n, "e") for n in sorted([len(campaign_text(C).encode()), len(PDF), attachments.LARGEST])
    ]


def test_with_the_database_away_nothing_is_attached_and_then_it_is(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_database, "PATIENCE", 0.5)
    with acting_as(person.login), Office.open(person.here) as office:
        with person.database.away(), pytest.raises(NotSaved, match="连不上数据库服务器"):
            office.files.write("attachments/t01/other.pdf", PDF)
        office.files.write("attachments/t01/other.pdf", PDF)
        assert office.files.read("attachments/t01/other.pdf") == PDF
        with pytest.raises(NotSaved, match="同名的文件"):
            office.files.write("attachments/t01/other.pdf", b"%PDF-other")
        assert office.files.read("attachments/t01/other.pdf") == PDF


def test_a_write_whose_answer_is_lost_is_done_once(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's process ends at the first try; what may be done twice is done again."""
    with acting_as(person.login), Office.open(person.here) as office:
        database = office.store.database
        real, tries = database.repeated, []  # type: ignore[attr-defined]

        def broken_once(work: object) -> None:
            def once(connection: object) -> None:
                tries.append(1)
                work(connection)  # type: ignore[operator]
                if len(tries) == 1:
                    connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")  # type: ignore[attr-defined]

            real(once)

        monkeypatch.setattr(database, "repeated", broken_once)
        office.files.write("attachments/t01/other.pdf", PDF)
        assert len(tries) == 2
    assert person.database.sql("SELECT count(*) FROM file WHERE name = 'attachments/t01/other.pdf'") == [(1,)]


# --- receipts --------------------------------------------------------------------------------------------------------


def test_intake_takes_in_a_package_with_its_attachments_and_the_branch_sees_the_receipt(
    person: Person, tmp_path: Path, capsys: Captured
) -> None:
    raw = b.branch()
    raw["branch"]["id"] = "x09"
    (tmp_path / "x09.json").write_text(json.dumps(raw), encoding="utf-8")
    laptop, bureau, package = tmp_path / "笔记本", tmp_path / "局", tmp_path / "x09.zip"
    assert run("new", str(laptop), "--campaign", C) == 0
    assert run("import", str(laptop), str(tmp_path / "x09.json")) == 0
    assert run("attach", str(laptop), str(person.scan), "--record", "t01") == 0
    assert run("export", str(laptop), "--format", "package", "--out", str(package)) == 0
    with acting_as(person.database.add("intake")):
        Workspace.create(bureau, campaign_text(C), Settings(role="bureau", store=person.database.url))
        capsys.readouterr()
        for _ in range(2):
            assert run("import", str(bureau), str(package)) == 0
        assert "“收件”页的“下载回执”" in capsys.readouterr().err
        with Office.open(bureau) as office:
            (one,) = office.dossier("x09").all(Attachment)
            assert office.files.read(one.file) == PDF
    assert not (bureau / "receipts").exists()
    with acting_as(person.bureau), Office.open(bureau) as office:  # another person of the bureau
        receipt = receipts.renew(office, "x09")
        assert receipt is not None
        remark = {"id": "r1", "branch": "x09", "text": "请补地点"}
        office.store.apply(C, BUREAU, [Change("remark", "r1", remark)], who="局")
        assert receipts.renew(office, "x09") != receipt
    with acting_as(person.database.add("branch", "x09")), Office.open(bureau) as office:
        acknowledged = receipts.read_acknowledgement(office, "x09")
        assert acknowledged is not None
        assert acknowledged.number > 0
        with pytest.raises(NotOwnBranch):
            office.files.write("receipts/x09.json", b"{}")
        (tmp_path / "回执.json").write_bytes(office.files.read("receipts/x09.json"))
        assert run("import", str(bureau), str(tmp_path / "回执.json")) == 2
        assert "不用导入回执文件" in capsys.readouterr().err


# --- who types -------------------------------------------------------------------------------------------------------


def test_the_login_says_who_types(person: Person, capsys: Captured) -> None:
    with acting_as(person.login):
        for root in (person.here, person.there):
            assert settings_of(root).author == ""
            with Office.open(root) as office:
                assert office.author == "张明"
                assert office.files.about_author()[1] is False  # the page asks nobody
                assert {r.who for r in office.store.history(C, "t01")} == {"张明"}
        with pytest.raises(AuthorIsLogins, match="录入人是“张明”，不能写成“李四”"):
            serving.set_author(person.here, {"author": "李四"})
        assert serving.set_author(person.here, {"author": "张明"}) == {"author": "张明"}
        assert run("attach", str(person.here), str(person.scan), "--record", "t03", "--author", "李四") == 2
        assert "不能写成“李四”" in capsys.readouterr().err
    with acting_as(ADMIN):
        assert run("serve", "name", person.database.url, person.login, "张明明") == 0
        assert run("serve", "name", person.database.url, "nobody1", "张") == 2
        assert run("serve", "check", person.database.url) == 0
    assert f"{person.login}\t支部t01\t张明明" in capsys.readouterr().out
    with acting_as(person.login), Office.open(person.there) as office:
        assert office.author == "张明明"


def test_a_login_without_a_name_says_it_once_and_on_every_computer(person: Person, tmp_path: Path) -> None:
    with acting_as(person.database.add("branch", "t02")):
        for name in ("一", "二"):
            Workspace.create(tmp_path / name, campaign_text(C), Settings(branch="t02", store=person.database.url))
        with Office.open(tmp_path / "一") as office:
            assert office.author == "未署名"
            assert office.files.about_author()[1] is True
        assert serving.set_author(tmp_path / "一", {"author": "李秀兰"}) == {"author": "李秀兰"}
        with Office.open(tmp_path / "二") as office:
            assert office.author == "李秀兰"
        with pytest.raises(AuthorIsLogins):
            serving.set_author(tmp_path / "二", {"author": "别人"})


# --- workspaces of the version before --------------------------------------------------------------------------------


def test_what_a_folder_kept_before_is_moved_to_the_server(database: TestDatabase, tmp_path: Path) -> None:
    """The bureau's campaign and receipts, a branch's attachments and name; nothing is deleted, nothing is moved twice."""
    logins = {"局": database.add("bureau"), "支部": database.add("branch", "t01")}
    for name, settings in (
        ("局", Settings(role="bureau", store=database.url, author="王处")),
        ("支部", Settings(branch="t01", store=database.url, author="张明")),
    ):
        old = FolderFiles(tmp_path / name)
        for file, data in (
            (CAMPAIGN, campaign_text(C).encode()),
            ("campaigns/2023.toml", b"id = '2023'"),
            ("campaigns/labels.json", b"{}"),
            ("attachments/t01/scan.pdf", PDF),
            ("attachments/flat.pdf", PDF),
            ("receipts/t01.json", b"{}"),
        ):
            old.write(file, data)
        (tmp_path / name / SETTINGS).write_text(settings.to_toml(), encoding="utf-8")
        allowed.allow(allowed.places(tmp_path / name, settings.store))
    with acting_as(logins["支部"]), pytest.raises(CampaignNotBegun):
        Office.open(tmp_path / "支部")
    assert (tmp_path / "支部" / CAMPAIGN).is_file()
    for name in ("局", "支部", "支部"):
        with acting_as(logins[name]), Office.open(tmp_path / name) as office:
            assert office.author == {"局": "王处", "支部": "张明"}[name]
            assert office.files.read("receipts/t01.json") == b"{}"
    rows = database.sql("SELECT name, login FROM file ORDER BY name")
    assert rows == [
        ("attachments/t01/scan.pdf", logins["支部"]),
        (CAMPAIGN, logins["局"]),
        ("campaigns/2023.toml", logins["局"]),
        ("receipts/t01.json", logins["局"]),
    ]
    assert (tmp_path / "支部" / "attachments" / "flat.pdf").read_bytes() == PDF
    assert not (tmp_path / "支部" / CAMPAIGN).exists()
