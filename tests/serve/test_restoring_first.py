"""A backup restored from the first page: on a new computer, and where the data of a workspace cannot be opened."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from orglife.adapters.disk import drives
from orglife.adapters.lab import setup, setup_restore
from orglife.adapters.lab.setup_restore import RestoreActions
from orglife.campaigns import shipped
from orglife.keeping import backups
from orglife.keeping.restorable import contents, restorable_backups
from orglife.office.office import Office
from orglife.serve import founding, serving
from orglife.serve.serving import ServeOptions
from tests.serve.form_server import FormServer, form_server


@pytest.fixture
def backup(filled: Path, tmp_path: Path) -> Path:
    with Office.open(filled) as office:
        return backups.make_backup(office, tmp_path / "usb").path


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "room").mkdir()
    return tmp_path / "room"


@pytest.fixture
def asked(tmp_path: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FormServer]:
    """The first page of a new computer with a stick in it."""
    stick = drives.Drive(tmp_path / "usb", "U盘 E:", 10**9)
    monkeypatch.setattr(drives, "drives", lambda: [stick])
    root = tmp_path / "新电脑" / "支部"

    def restore(source: Path) -> str:
        list(serving.restoring.restore(source, root, sure=True))
        return "/there"

    actions = RestoreActions(lambda: restorable_backups(root), contents, restore, room)
    parts = (shipped.campaigns(), lambda _: "", founding.roster_table, founding.meeting_echo)
    with form_server(setup.Form(str(root), *parts, actions)) as server:
        yield server


def test_a_backup_on_a_stick_is_found_told_and_restored(
    filled: Path, backup: Path, asked: FormServer, tmp_path: Path
) -> None:
    ((label, path),) = asked.ask("backups")["backups"]
    assert (label, path) == (f"{backup.stem}（U盘 E:）", str(backup))
    content = "".join(asked.ask("contents", backup=path)["contents"])
    with Office.open(filled) as office:
        (branch,) = office.branches()
        name, members = office.branch_name(branch), len(office.dossier(branch).members)
    assert f"{name}：党员{members}名" in content
    assert asked.ask("restore", backup=path) == {"restore": "/there"}
    asked.thread.join(20)
    assert asked.outcome == [True]
    with Office.open(filled) as before, Office.open(tmp_path / "新电脑" / "支部") as after:
        assert after.store.digest() == before.store.digest()
        assert after.store.verify() == []


def test_a_chosen_file_is_taken_in_and_restored(backup: Path, asked: FormServer, room: Path) -> None:
    sent = asked.send("POST", "/upload?name=%E5%A4%87%E4%BB%BD.zip", backup.read_bytes(), "application/zip")
    answer = json.loads(sent[1])
    assert answer["backups"][0] == ["备份", answer["uploaded"]]
    assert Path(answer["uploaded"]).parent == room
    assert Path(answer["uploaded"]).read_bytes() == backup.read_bytes()
    assert asked.ask("restore", backup=answer["uploaded"]) == {"restore": "/there"}


def test_files_taken_in_one_after_the_other_never_take_each_others_place(backup: Path, asked: FormServer) -> None:
    """Two of one name, then one of another: each label leads to what was sent under it last."""
    sent = {"甲": b"PK first", "乙": backup.read_bytes()}
    for name, data in (("甲", b"PK nothing"), *sent.items()):
        asked.send("POST", f"/upload?name={quote(name)}.zip", data, "application/zip")
    listed = dict(asked.ask("backups")["backups"])
    assert {name: Path(listed[name]).read_bytes() for name in sent} == sent


@pytest.mark.parametrize("path", ["/backups", "/contents", "/restore", "/upload"])
def test_nothing_is_told_or_taken_in_without_the_token(path: str, asked: FormServer, room: Path, backup: Path) -> None:
    assert asked.send_at("POST", f"{asked.base}{path[1:]}", backup.read_bytes(), "application/zip", cookie="")[0] == 403
    assert list(room.iterdir()) == []
    assert asked.outcome == []


def test_only_a_listed_file_is_read(asked: FormServer, backup: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "other.zip"
    elsewhere.write_bytes(backup.read_bytes())
    for what in ("contents", "restore"):
        (problem,) = asked.ask(what, backup=str(elsewhere))["problems"]
        assert "找不到了" in problem
    assert not (tmp_path / "新电脑").exists()


def test_what_is_no_backup_is_refused_and_nothing_is_made(asked: FormServer, backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    for data in (b"not a zip", whole[: len(whole) // 2], altered(backup, tmp_path)):
        backup.write_bytes(data)
        for what in ("contents", "restore"):
            (problem,) = asked.ask(what, backup=str(backup))["problems"]
            assert "没有接收" in problem
    assert not (tmp_path / "新电脑" / "支部").exists()
    backup.unlink()
    assert "U盘拔出" in asked.ask("restore", backup=str(backup))["problems"][0]


def altered(backup: Path, folder: Path) -> bytes:
    """The backup with another campaign in it."""
    target = folder / "altered.zip"
    with zipfile.ZipFile(backup) as pack, zipfile.ZipFile(target, "w") as out:
        for name in pack.namelist():
            out.writestr(name, pack.read(name) + (b" " if name == "campaign.toml" else b""))
    return target.read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
def test_a_full_disk_while_a_file_arrives_is_one_sentence(
    asked: FormServer, backup: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup_restore.secrets, "token_hex", lambda _: "0")
    (room / "0.zip").symlink_to("/dev/full")
    sent = asked.send("POST", "/upload?name=x.zip", backup.read_bytes(), "application/zip")
    assert "磁盘已满" in json.loads(sent[1])["problems"][0]
    assert list(room.iterdir()) == []


@pytest.mark.parametrize("loss", ["missing", "broken"])
def test_start_offers_to_restore_where_the_data_cannot_be_opened(
    filled: Path, backup: Path, loss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Office.open(filled) as office:
        before = office.store.digest()
    for path in filled.glob("orglife.db*"):
        path.unlink()
    if loss == "broken":
        (filled / "orglife.db").write_bytes(os.urandom(9000))
    served: list[Path] = []
    messages: list[str] = []

    def ask(form: setup.Form, *_: object) -> bool:
        assert "数据文件" in form.problem
        assert "从备份恢复" in setup.page(form)
        assert 'id="back"' not in setup.page(form), "nothing new can be made over it"
        form.restoring.find = lambda: [("备份", backup)]
        assert "token=" in form.restoring.restore(form.restoring.chosen(str(backup)))
        return True

    monkeypatch.setattr(setup, "ask", ask)
    monkeypatch.setattr(serving, "_serve", lambda root, *_: served.append(root))
    serving.start(ServeOptions(filled, browser=False), messages.append, messages.append)
    assert served == [filled.resolve()]
    with Office.open(filled) as office:
        assert office.store.digest() == before
        assert office.store.verify() == []


def test_a_start_that_was_not_answered_changes_nothing(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (filled / "orglife.db").unlink()
    before = sorted(path.name for path in filled.iterdir())
    messages: list[str] = []
    monkeypatch.setattr(setup, "ask", lambda *_: False)
    serving.start(ServeOptions(filled, browser=False), messages.append, messages.append)
    assert messages == ["已结束，没有恢复。"]
    assert sorted(path.name for path in filled.iterdir()) == before
