"""Backups: read back, named by content, whole or not at all; restored into new and existing workspaces."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import daily_copies
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.lab import runtime
from orglife.adapters.store import damage, tables
from orglife.adapters.store.store import Change, Store
from orglife.core.errors import CannotWrite, StoreBroken
from orglife.core.record.branch import Branch, Member
from orglife.desk.desk import Desk
from orglife.keeping import backups, restoring
from orglife.office.office import Office
from tests import branch as b
from tests.conftest import disk_full_at, run
from tests.marks import thorough

Captured = pytest.CaptureFixture[str]
C = "2024-seed"
SCAN = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture
def full(filled: Path, tmp_path: Path) -> Path:
    """A workspace with a branch, a scan and a draft."""
    (tmp_path / "scan.pdf").write_bytes(SCAN)
    assert run("attach", str(filled), "--record", "rp", str(tmp_path / "scan.pdf")) == 0
    with Office.open(filled) as office:
        office.store.draft(C, "t01", "talk", "talk9", {"date": "二月"}, who="张")
    return filled


def digest(root: Path) -> str:
    with Store.open(root / "orglife.db") as store:
        assert store.verify() == []
        return store.digest()


def backed_up(root: Path, folder: Path) -> Path:
    before = set(folder.glob("*"))
    assert run("backup", str(root), "--out", str(folder)) == 0
    (found,) = set(folder.glob("*")) - before
    return found


def files_of(root: Path) -> dict[str, bytes]:
    kept = ("campaign.toml", "attachments", "receipts", "campaigns")
    return {
        str(p.relative_to(root)): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and p.relative_to(root).parts[0] in kept
    }


def edit(root: Path, ident: str, name: str) -> None:
    with Office.open(root) as office:
        office.store.put(C, "t01", Member.model_validate({"id": ident, "name": name}), who="张", base=None)


# --- making ----------------------------------------------------------------------------------------------------------


def test_a_backup_is_named_by_whose_it_is_and_when(full: Path, tmp_path: Path) -> None:
    usb, now = tmp_path / "usb", datetime.fromisoformat("2026-03-01T18:05")
    with Office.open(full) as office:
        name = office.branch_name("t01")
        first = backups.make_backup(office, usb, now=now).path
        assert first.name == f"{name} 备份 2026年3月1日18时05分.zip"
        assert backups.make_backup(office, usb, now=now + timedelta(days=1)).path == first, "nothing has changed"
        edit(full, "m1", "另一个名字")
        office.renew()
        assert backups.make_backup(office, usb, now=now).path.name == f"{name} 备份 2026年3月1日18时05分（2）.zip"
    assert daily_copies.copies_in(usb)
    assert all(backups.is_backup(path) for path in daily_copies.copies_in(usb))
    assert daily_copies.label_of(first, "U盘 E:") == f"{name} 备份 2026年3月1日18时05分（U盘 E:）"


def test_a_backup_says_what_it_holds_and_how_far_it_is(full: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    with Office.open(full) as office:
        new = backups.make_backup(office, tmp_path / "usb", report=lambda *step: told.append(step))
        again = backups.make_backup(office, tmp_path / "usb")
        small = backups.make_backup(office, tmp_path / "day", whole=False)
    assert (new.new, new.lines) == (True, (f"已备份：“{new.path}”。", "修改历史103条，附件1个。"))
    assert (again.new, again.path) == (False, new.path)
    assert again.lines == (f"没有变化，已有同样的备份：“{new.path}”。", "修改历史103条，附件1个。")
    assert small.lines[1] == "修改历史103条，附件0个。"
    assert told == [*((number, 4, "正在备份") for number in range(4)), (4, 4, "正在读回核对")]


@pytest.mark.parametrize(
    ("settings", "branches", "whose"),
    [
        ({}, ["t01"], "甲支部"),
        ({}, ["t01", "t02"], "2个支部"),
        ({"branch": "t02"}, ["t01", "t02"], "乙支部"),
        ({"role": "bureau"}, ["t01", "t02"], "上级党组织"),
        ({"role": "bureau"}, [], "上级党组织"),
    ],
)
def test_a_backup_is_called_by_its_branch_or_by_how_many_there_are(
    tmp_path: Path, settings: dict[str, str], branches: list[str], whose: str
) -> None:
    Workspace.create(tmp_path / "w", ws.campaign_text(C), Settings.model_validate(settings))
    with Office.open(tmp_path / "w") as office:
        for ident in branches:
            name = {"t01": "甲支部", "t02": "乙支部"}[ident]
            office.store.put(C, ident, Branch.model_validate({"id": ident, "name": name}), who="", base=0)
        assert backups.make_backup(office, tmp_path / "usb").path.name.startswith(f"{whose} 备份 ")


def test_a_zip_that_lacks_a_part_of_a_backup_is_none(full: Path, tmp_path: Path) -> None:
    made = backed_up(full, tmp_path / "usb")
    assert backups.is_backup(made)
    for part in ("orglife.db", "orglife.toml", "manifest.json"):
        assert not backups.is_backup(changed_zip(made, tmp_path / "bad.zip", {part: None}))
    (tmp_path / "bad.zip").write_bytes(b"x")
    assert not backups.is_backup(tmp_path / "bad.zip")


def test_a_long_name_of_a_branch_fits_into_the_name_of_a_file(full: Path, tmp_path: Path) -> None:
    with Office.open(full) as office:
        branch = office.dossier("t01").branch.model_copy(update={"name": "云/溪" + "局" * 77})
        office.store.put(C, "t01", branch, who="张", base=None)
        office.renew()
        path = backups.make_backup(office, tmp_path / "usb").path
    assert path.name.startswith("云溪局局")
    assert len(path.name.encode()) < 255 - len(".part-12345678.lock")


def test_a_backup_is_one_zip(full: Path, tmp_path: Path, capsys: Captured) -> None:
    path = backed_up(full, tmp_path / "usb")
    capsys.readouterr()
    assert run("backup", str(full), "--out", str(tmp_path / "usb")) == 0
    assert "已有同样的备份" in capsys.readouterr().err
    edit(full, "m1", "另一个名字")
    assert backed_up(full, tmp_path / "usb") != path
    with zipfile.ZipFile(path) as pack:
        assert pack.testzip() is None
        names = pack.namelist()
        pack.extract("orglife.db", tmp_path / "stock")
    assert {"campaign.toml", "orglife.toml", "orglife.db", "manifest.json"} <= set(names)
    assert sum(name.startswith("attachments/") for name in names) == 1
    connection = sqlite3.connect(tmp_path / "stock" / "orglife.db")
    assert connection.execute("SELECT count(*) FROM draft").fetchone() == (1,)
    connection.close()
    assert os.name != "posix" or path.stat().st_mode & 0o077 == 0


def test_a_damaged_backup_is_made_again(full: Path, tmp_path: Path) -> None:
    path = backed_up(full, tmp_path / "usb")
    whole = path.read_bytes()
    path.write_bytes(whole[:-200])
    again = backed_up(full, tmp_path / "usb")
    assert again.read_bytes() == whole


def test_a_damaged_store_is_not_backed_up(full: Path, tmp_path: Path, capsys: Captured) -> None:
    connection = sqlite3.connect(full / "orglife.db")
    connection.execute("DROP TRIGGER revision_update")
    connection.execute("UPDATE revision SET body = replace(body, '祝秋实', '别的人')")
    connection.commit()
    connection.close()
    assert run("backup", str(full), "--out", str(tmp_path / "usb")) == 2
    assert "已损坏" in capsys.readouterr().err
    assert list((tmp_path / "usb").iterdir()) == []


def test_what_is_read_back_differently_is_no_backup(
    full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stays(self: backups.Zip, name: str) -> None:
        raise CannotWrite(path=name, what="读回不同")

    monkeypatch.setattr(backups.Zip, "check", stays)
    assert run("backup", str(full), "--out", str(tmp_path / "usb")) == 2


# --- there and back --------------------------------------------------------------------------------------------------


@thorough
def test_twenty_rounds_give_equal_digests(full: Path, tmp_path: Path) -> None:
    chance, root = random.Random(20), full
    for number in range(20):
        with Office.open(root) as office:
            some = [Member.model_validate({"id": f"x{chance.randrange(9)}", "name": f"某{number}"}) for _ in range(5)]
            office.store.apply(C, "t01", [Change.put(one) for one in some], who="张")
        path = backed_up(root, tmp_path / "usb")
        following = tmp_path / f"round {number}"
        assert run("restore", str(path), "--to", str(following)) == 0
        assert digest(following) == digest(root)
        assert files_of(following) == files_of(root)
        root = following
    with Office.open(root) as office:
        assert [d.id for d in office.dossier("t01").drafts] == ["talk9"]
        assert office.workspace.settings.role == "branch"


def test_an_existing_workspace_is_changed_only_when_asked(full: Path, tmp_path: Path, capsys: Captured) -> None:
    path, then = backed_up(full, tmp_path / "usb"), digest(full)
    edit(full, "m1", "后来的")
    scans = list((full / "attachments").rglob("*.pdf"))
    scans[0].unlink()
    now = digest(full)
    capsys.readouterr()
    assert run("restore", str(path), "--to", str(full)) == 0
    told = capsys.readouterr().err
    assert "去掉现有的1条修改，涉及党员1。" in told
    assert "补上附件1个" in told
    assert "没有改动" in told
    assert digest(full) == now
    assert not list((full / "attachments").rglob("*.pdf"))
    assert run("restore", str(path), "--to", str(full), "--yes") == 0
    assert digest(full) == then
    assert scans[0].read_bytes() == SCAN
    (kept,) = (full / "backups").glob("*.zip")
    assert run("restore", str(kept), "--to", str(full), "--yes") == 0  # and back again
    assert digest(full) == now


def test_a_workspace_begun_elsewhere_is_for_the_backup_s_branch_afterwards(
    full: Path, tmp_path: Path, capsys: Captured
) -> None:
    path = backed_up(full, tmp_path / "usb")
    other = tmp_path / "新电脑"
    Workspace.create(other, ws.campaign_text("2024-seed"), Settings(branch="zb-00000-00000"))
    with Office.open(other) as office:
        office.store.put(C, "zb-00000-00000", Branch.model_validate({"id": "zb-00000-00000"}), who="张", base=0)
    assert run("restore", str(path), "--to", str(other), "--yes") == 0
    assert "这个工作目录从现在起用于备份里的党支部。" in capsys.readouterr().err
    with Office.open(other) as office:
        assert office.one_branch() == "t01"
        assert office.workspace.settings.branch in ("", "t01")
    assert run("restore", str(path), "--to", str(full), "--yes") == 0
    assert "从现在起用于" not in capsys.readouterr().err


def test_a_broken_store_is_set_aside_as_it_is(full: Path, tmp_path: Path) -> None:
    path, then = backed_up(full, tmp_path / "usb"), digest(full)
    (full / "orglife.db").write_bytes(b"broken")
    assert run("restore", str(path), "--to", str(full), "--yes") == 0
    assert digest(full) == then
    assert (full / "backups" / "damaged-1" / "orglife.db").read_bytes() == b"broken"


def test_a_lost_store_is_restored(full: Path, tmp_path: Path) -> None:
    path, then = backed_up(full, tmp_path / "usb"), digest(full)
    (full / "orglife.db").unlink()
    assert run("restore", str(path), "--to", str(full), "--yes") == 0
    assert digest(full) == then


def test_a_log_left_behind_does_not_get_into_what_is_restored(full: Path, tmp_path: Path) -> None:
    path, then = backed_up(full, tmp_path / "usb"), digest(full)
    with Store.open(full / "orglife.db") as store:  # as a killed program leaves it: the log not folded in
        store.put(C, "t01", Member.model_validate({"id": "m1", "name": "在日志里"}), who="张", base=None)
        for ending in ("", "-wal"):
            shutil.copy(full / f"orglife.db{ending}", tmp_path / f"left{ending}")
    for ending in ("", "-wal"):
        shutil.copy(tmp_path / f"left{ending}", full / f"orglife.db{ending}")
    assert run("restore", str(path), "--to", str(full), "--yes") == 0
    assert digest(full) == then
    (kept,) = (full / "backups").glob("*.zip")
    assert run("restore", str(kept), "--to", str(tmp_path / "old")) == 0
    with Store.open(tmp_path / "old" / "orglife.db") as store:
        assert "在日志里" in str(store.current(C, "t01").records["member"])


# --- refused ---------------------------------------------------------------------------------------------------------


def refused(capsys: Captured, *arguments: object) -> str:
    capsys.readouterr()
    assert run(*map(str, arguments)) == 2
    (line,) = [text for text in capsys.readouterr().err.splitlines() if not text.startswith("  ")][-1:]
    assert line.endswith("。")
    return line


def test_nothing_is_restored_from_what_is_no_backup(full: Path, tmp_path: Path, capsys: Captured) -> None:
    path = backed_up(full, tmp_path / "usb")
    data, bad, now = path.read_bytes(), tmp_path / "bad.zip", digest(full)
    chance = random.Random(7)
    for number in range(30):
        cut = bytearray(data)
        if number % 3:
            for _ in range(20):
                cut[chance.randrange(len(cut))] ^= 1 << chance.randrange(8)
        else:
            del cut[chance.randrange(len(cut)) :]
        bad.write_bytes(cut)
        refused(capsys, "restore", bad, "--to", full, "--yes")
        refused(capsys, "restore", bad, "--to", tmp_path / "fresh")
        assert not (tmp_path / "fresh").exists()
    assert digest(full) == now
    assert not (full / "backups").exists()
    assert [p.name for p in full.iterdir() if p.name.startswith(".part-")] == []


def test_a_package_is_no_backup(full: Path, tmp_path: Path, capsys: Captured) -> None:
    assert run("export", str(full), "--format", "package", "--out", str(tmp_path / "p.zip")) == 0
    assert "orglife-package/1" in refused(capsys, "restore", tmp_path / "p.zip", "--to", tmp_path / "fresh")
    assert "orglife-backup/1" in refused(capsys, "import", full, backed_up(full, tmp_path / "usb"))


@thorough
def test_other_folders_and_open_workspaces_are_left_alone(full: Path, tmp_path: Path, capsys: Captured) -> None:
    path = backed_up(full, tmp_path / "usb")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    assert "不是空目录" in refused(capsys, "restore", path, "--to", tmp_path / "mine", "--yes")
    with runtime.claim(runtime.ServerFolder(full)) as ours:
        assert ours
        assert "正在另一个窗口打开" in refused(capsys, "restore", path, "--to", full, "--yes")
    with Store.open(full / "orglife.db") as other:
        other.current(C, "t01")
        with other.writing():  # a save that does not end
            assert "占用" in refused(capsys, "restore", path, "--to", full, "--yes")
        assert other.verify() == []


def with_parts(path: Path, to: Path, **changed: bytes) -> Path:
    """A backup with other parts (``_`` in names for ``.``), all digests fitting: what somebody makes who knows how."""
    with zipfile.ZipFile(path) as pack:
        parts = {name: pack.read(name) for name in pack.namelist()}
    head = {k: v for k, v in json.loads(parts.pop("manifest.json")).items() if k != "files"}
    parts |= {name.replace("_", "."): data for name, data in changed.items()}
    backups.zip_writer.write_zip(to, head, list(parts.items()))
    return to


@pytest.mark.parametrize(
    ("part", "data", "word"),
    [
        ("campaign_toml", b'id = "../../x"', "方案"),
        ("campaign_toml", b"\xff", "方案"),
        ("campaign_toml", b"a = " + b"[" * 100_000, "方案"),
        ("orglife_toml", b"a = " + b"[" * 100_000, "设置"),
        ("orglife_toml", b'role = "nobody"', "设置"),
    ],
)
def test_nothing_is_restored_that_could_not_be_opened(
    full: Path, tmp_path: Path, capsys: Captured, part: str, data: bytes, word: str
) -> None:
    bad = with_parts(backed_up(full, tmp_path / "usb"), tmp_path / "bad.zip", **{part: data})
    assert f"“bad.zip”没有接收：里面的{word}读不懂" in refused(capsys, "restore", bad, "--to", tmp_path / "fresh")
    assert not (tmp_path / "fresh").exists()
    before = files_of(full), digest(full)
    if word == "方案":  # the settings of a workspace stay its own
        assert "里面的方案读不懂" in refused(capsys, "restore", bad, "--to", full, "--yes")
    else:
        assert run("restore", str(bad), "--to", str(full), "--yes") == 0
    assert (files_of(full), digest(full)) == before
    assert run("check", str(full)) in (0, 1)


def test_a_store_with_tables_of_others_is_not_restored(full: Path, tmp_path: Path, capsys: Captured) -> None:
    """Names of tables were once put into statements: the name is one that would change what a statement deletes."""
    (tmp_path / "x.db").write_bytes((full / "orglife.db").read_bytes())
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute('CREATE TABLE "draft WHERE 0 --" (a)')
    connection.commit()
    connection.close()
    bad = with_parts(
        backed_up(full, tmp_path / "usb"), tmp_path / "bad.zip", orglife_db=(tmp_path / "x.db").read_bytes()
    )
    now = digest(full)
    for target in (full, tmp_path / "fresh"):
        assert "不是原来的样子" in refused(capsys, "restore", bad, "--to", target, "--yes")
    assert digest(full) == now


def test_what_a_killed_restore_left_beside_the_workspace_goes_with_the_next(full: Path, tmp_path: Path) -> None:
    path = backed_up(full, tmp_path / "usb")
    assert run("restore", str(path), "--to", str(tmp_path / "new")) == 0
    left = tmp_path / ".part-0123456789abcdef"  # killed when the folder had its name
    left.mkdir()
    left.with_name(left.name + ".lock").touch()
    assert run("restore", str(path), "--to", str(tmp_path / "new")) == 0
    assert [p.name for p in tmp_path.glob(".part-*")] == []


def test_a_backup_of_a_newer_program_is_refused(full: Path, tmp_path: Path, capsys: Captured) -> None:
    later = {**tables.UPGRADES, 3: lambda connection: connection.exec_driver_sql("CREATE TABLE later (x)")}
    path = backed_up(full, tmp_path / "usb")
    with zipfile.ZipFile(path) as pack:
        parts = {name: pack.read(name) for name in pack.namelist()}
    (tmp_path / "n.db").write_bytes(parts["orglife.db"])
    Store.open(tmp_path / "n.db", upgrades=later).close()
    manifest = json.loads(parts.pop("manifest.json"))
    files = [(n, tmp_path / "n.db" if n == "orglife.db" else d) for n, d in parts.items()]
    backups.zip_writer.write_zip(tmp_path / "newer.zip", {k: v for k, v in manifest.items() if k != "files"}, files)
    line = refused(capsys, "restore", tmp_path / "newer.zip", "--to", tmp_path / "fresh")
    assert "数据的版式是3" in line


def test_a_store_outside_is_restored_inside(full: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    shutil.move(full / "orglife.db", tmp_path / "elsewhere" / "o.db")
    settings = full / "orglife.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("orglife.db", f"/{tmp_path}/elsewhere/o.db"), encoding="utf-8")
    assert run("allow", str(full)) == 0
    path = backed_up(full, tmp_path / "usb")
    assert run("restore", str(path), "--to", str(tmp_path / "fresh")) == 0
    assert (tmp_path / "fresh" / "orglife.db").is_file()
    assert run("check", str(tmp_path / "fresh"), "--json") in (0, 1)


@thorough
def test_a_full_disk_restores_all_or_nothing(
    full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """Each synced write of a restore fails in turn: the workspace stays what it was, and no fresh one stands half made."""
    path, then = backed_up(full, tmp_path / "usb"), digest(full)
    edit(full, "m1", "后来的")
    now = digest(full)
    for target in (tmp_path / "fresh", full):
        for call in range(1, 60):
            with disk_full_at(call, monkeypatch):
                status = run("restore", str(path), "--to", str(target), "--yes")
            if status == 0:
                break
            assert digest(full) == now
            assert not (tmp_path / "fresh").exists() or target == full
        assert call >= 3
        assert digest(target) == then
    assert not list(tmp_path.rglob(".part-*"))


# --- every day -------------------------------------------------------------------------------------------------------


@thorough
def test_a_copy_a_day_and_old_ones_go(full: Path) -> None:
    day = date(2024, 3, 1)
    with Office.open(full) as office:
        for number in range(50):
            edit(full, "m1", f"第{number}天")
            today = day + timedelta(days=number)
            made = backups.make_daily_copy(office, today=today)
            assert made is not None
            moment = datetime.combine(today, datetime.min.time()).timestamp() + 3600
            os.utime(made.path, (moment, moment))
            assert backups.make_daily_copy(office, today=today) is None
    kept = list((full / "backups").glob("*.zip"))
    assert len(kept) == 31
    with zipfile.ZipFile(kept[0]) as pack:
        assert not [n for n in pack.namelist() if n.startswith("attachments/")]


@pytest.mark.parametrize(
    ("ages", "kept"),
    [([1, 2, 30, 31, 40], [0, 1, 2, 30]), ([31, 40, 50], [0, 31, 40]), ([31, 40], [0, 31, 40]), ([1, 29], [0, 1, 29])],
)
def test_copies_of_thirty_days_are_kept_and_three_in_any_case(full: Path, ages: list[int], kept: list[int]) -> None:
    with Office.open(full) as office:
        first = backups.make_backup(office, full / "backups", whole=False).path
        for age in ages:
            old = Path(shutil.copy(first, first.with_name(f"orglife-t01-{age:012}.zip")))
            moment = (datetime.now() - timedelta(days=age)).timestamp()
            os.utime(old, (moment, moment))
        first.unlink()
        edit(full, "m1", "另一个名字")
        office.renew()
        made = backups.make_daily_copy(office)
    assert made is not None
    assert {path.name for path in (full / "backups").glob("*.zip")} == {
        *(f"orglife-t01-{age:012}.zip" for age in kept if age),
        made.path.name,
    }


def test_a_day_without_a_change_has_the_last_copy_for_its_own(full: Path) -> None:
    with Office.open(full) as office:
        made = backups.make_daily_copy(office)
        assert made is not None
        yesterday = (datetime.now() - timedelta(days=1)).timestamp()
        os.utime(made.path, (yesterday, yesterday))
        again = backups.make_daily_copy(office)
        assert again is not None
        assert (again.new, again.path) == (False, made.path)
        assert backups.make_daily_copy(office) is None


def test_a_workspace_without_records_has_no_daily_copy(workspace: Path) -> None:
    with Office.open(workspace) as office:
        assert backups.make_daily_copy(office) is None
    assert not (workspace / "backups").exists()


def test_a_clock_set_forward_or_back_loses_no_copy(full: Path) -> None:
    with Office.open(full) as office:
        for number, day in enumerate([date(2024, 3, 1), date(2024, 3, 2), date(2060, 1, 1), date(2001, 1, 1)]):
            edit(full, "m1", f"第{number}次")
            made = backups.make_daily_copy(office, today=day)
            assert made is not None
            moment = datetime.combine(day, datetime.min.time()).timestamp() + 3600
            os.utime(made.path, (moment, moment))
    assert len(list((full / "backups").glob("*.zip"))) == 4


def test_a_page_that_is_opened_makes_the_days_copy(full: Path) -> None:
    Desk.open(str(full), interactive=False)
    assert not (full / "backups").exists()
    Desk.open(str(full))
    Desk.open(str(full))
    assert len(list((full / "backups").glob("*.zip"))) == 1


def test_no_copies_where_none_are_wanted_or_nothing_is_there(workspace: Path, full: Path) -> None:
    settings = full / "orglife.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("= 30", "= 0"), encoding="utf-8")
    with Office.open(full) as office:
        assert backups.make_daily_copy(office) is None


def test_work_goes_on_when_the_days_copy_cannot_be_made(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: Any, **__: Any) -> None:
        raise StoreBroken(path="x", what="y")

    monkeypatch.setattr(backups, "make_backup", full_disk)
    assert Desk.open(str(full)).dossier().branch.name == b.branch()["branch"]["name"]


# --- verified without restoring --------------------------------------------------------------------------------------


def test_a_backup_is_verified_as_one(full: Path, tmp_path: Path, capsys: Captured) -> None:
    made = backed_up(full, tmp_path / "盘")
    with Store.open(full / "orglife.db") as store:
        (head, *_) = store.heads().values()
    capsys.readouterr()
    assert run("verify", str(made), "--witness", head.hash) == 0
    assert "（备份）" in capsys.readouterr().out
    assert run("verify", str(made), "--witness", "0" * 64) == 1
    assert "整段历史可能被改写" in capsys.readouterr().out


def test_a_backup_s_store_is_opened_once(full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = backed_up(full, tmp_path / "盘")
    opened: list[Path] = []
    begin = Store.__init__

    def counted(self: Store, path: Path, *more: Any, **named: Any) -> None:
        opened.append(path)
        begin(self, path, *more, **named)

    monkeypatch.setattr(Store, "__init__", counted)
    assert run("verify", str(made)) == 0
    assert len(opened) == 1


def changed_zip(made: Path, to: Path, change: dict[str, bytes | None]) -> Path:
    """A backup with some parts replaced, added or, by None, left out."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(to, "w") as new:
        parts = {name: old.read(name) for name in old.namelist()} | change
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return to


@pytest.mark.parametrize("what", ["changed", "lost", "extra", "rewritten with its list"])
def test_a_backup_that_was_tampered_with_is_found(full: Path, tmp_path: Path, what: str, capsys: Captured) -> None:
    made = backed_up(full, tmp_path / "盘")
    with zipfile.ZipFile(made) as old:
        (scan,) = (name for name in old.namelist() if name.startswith("attachments/"))
        manifest, store = json.loads(old.read("manifest.json")), old.read("orglife.db")
    change: dict[str, bytes | None]
    if what == "rewritten with its list":
        path = tmp_path / "other.db"
        path.write_bytes(store)
        db = sqlite3.connect(path)
        db.execute("DROP TRIGGER revision_update")
        db.execute("UPDATE revision SET who = '别人' WHERE number = 2")
        db.commit()
        db.close()
        content = path.read_bytes()
        for part in manifest["files"]:
            if part["file"] == "orglife.db":
                part |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        change = {"orglife.db": content, "manifest.json": json.dumps(manifest).encode()}
    else:
        change = {"changed": {scan: SCAN + b"x"}, "lost": {scan: None}, "extra": {"attachments/x.pdf": SCAN}}[what]
    bad = changed_zip(made, tmp_path / "bad.zip", change)
    capsys.readouterr()
    assert run("verify", str(bad)) == 1
    told = capsys.readouterr().out
    assert "（备份）" in told
    assert "这份备份不要用" in told


# --- others at work, and full disks -----------------------------------------------------------------------------------

SAVER = """
import sys
from pathlib import Path
from orglife.adapters.store.store import Store
from orglife.core.errors import OrglifeError
from orglife.core.record.branch import Member
number = 0
print("ready", flush=True)
with Store.open(Path(sys.argv[1]), create=False) as store:
    while True:
        number += 1
        try:
            one = store.put("2024-seed", "t01", Member(id=f"neu{number}", name="后来的"), who="另一个程序", base=None)
        except OrglifeError as error:
            print(f"refused {type(error).__name__}", flush=True)
            continue
        print(f"saved {one.record}", flush=True)
"""


def ids_in(path: Path) -> set[str]:
    with Store.open(path) as store:
        assert store.verify() == []
        return {revision.record for revision in store.history(C, "t01")}


@thorough
@pytest.mark.parametrize("inside", [False, True], ids=["by a command", "in the page"])
def test_a_program_that_saves_meanwhile_loses_nothing(full: Path, tmp_path: Path, *, inside: bool) -> None:
    """Each acknowledged save is in the safety copy or in the restored store."""
    path = backed_up(full, tmp_path / "usb")
    for _ in range(3):
        saver = subprocess.Popen(
            [sys.executable, "-c", SAVER, str(full / "orglife.db")], stdout=subprocess.PIPE, text=True
        )
        assert saver.stdout is not None
        lines = [saver.stdout.readline() for _ in range(20)]
        assert list(restoring.restore(path, full, sure=True, inside=inside))[-1] == "已恢复。"
        lines += [saver.stdout.readline() for _ in range(20)]
        saver.kill()
        lines += saver.communicate()[0].splitlines()
        saved = {line.split()[1] for line in lines if line.startswith("saved ")}
        newest = max((full / "backups").glob("*.zip"), key=lambda copy: copy.stat().st_mtime_ns)
        with zipfile.ZipFile(newest) as pack:
            (tmp_path / "safety.db").write_bytes(pack.read("orglife.db"))
        assert len(saved) > 20
        assert saved - ids_in(tmp_path / "safety.db") - ids_in(full / "orglife.db") == set()


def test_an_open_store_goes_on_in_what_was_restored(full: Path, tmp_path: Path) -> None:
    path = backed_up(full, tmp_path / "usb")
    with Store.open(full / "orglife.db") as store:
        store.put(C, "t01", Member(id="zz1", name="前"), who="张", base=0)
        assert run("restore", str(path), "--to", str(full), "--yes") == 0
        assert store.version(C, "t01", "member", "zz1") == 0
        store.put(C, "t01", Member(id="zz2", name="后"), who="张", base=0)
    assert "zz2" in ids_in(full / "orglife.db")


def test_a_restored_store_keeps_nothing_of_the_earlier_one(full: Path, tmp_path: Path) -> None:
    path = backed_up(full, tmp_path / "usb")
    edit(full, "m1", "要消失的姓名")
    assert run("restore", str(path), "--to", str(full), "--yes") == 0
    with Store.open(full / "orglife.db") as store:
        assert store.verify() == []
    data = b"".join(file.read_bytes() for file in full.glob("orglife.db*"))
    assert "要消失的姓名".encode() not in data


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE])
def test_a_full_disk_is_not_taken_for_damage(
    code: int, full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """The log of the unpacked store needs space too; the backup is good."""
    path = backed_up(full, tmp_path / "usb")

    def no_space(*_: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = code
        raise error

    class Full:
        exec_driver_sql = no_space

    real = damage.structure_problems
    monkeypatch.setattr(damage, "structure_problems", lambda _, *expected: real(Full(), *expected))
    line = refused(capsys, "restore", path, "--to", tmp_path / "fresh")
    assert "空间不足" in line
    assert "损坏" not in line
