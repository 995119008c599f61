"""A branch on a server is taken home, worked on there, and brought back; whatever goes wrong, no entry is lost."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import SETTINGS, Settings, settings_of
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store.chain import BUREAU
from orglife.adapters.store.store import Change, Store
from orglife.core.errors import (
    BranchLent,
    BroughtBack,
    ClockWrong,
    Contradictions,
    NotBroughtBack,
    NotOnServer,
    OnlyBranchTakes,
    OnlyBureauEnds,
    OrglifeError,
    StoreAway,
    WorkspaceExists,
)
from orglife.core.record.branch import Branch
from orglife.keeping.backups import make_backup
from orglife.office.office import Office
from orglife.takeaway import lending, returning
from orglife.takeaway.returning import ReturnOptions
from tests import branch as b
from tests.conftest import disk_full_at, run
from tests.database_server import DatabaseServer, TestDatabase, acting_as
from tests.marks import first, thorough

C = "2024-seed"
BIN = Path(sys.executable).parent


class Place:
    """A branch t01 and its bureau, whose records are in a database, each with a workspace and a login."""

    def __init__(self, database: TestDatabase, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.login, self.bureau_login = database.add("branch", "t01"), database.add("bureau")
        self.bureau = self._workspace("局", self.bureau_login, Settings(role="bureau", store=database.url, author="局"))
        self.branch = self._workspace("支部", self.login, Settings(branch="t01", store=database.url, author="张建国"))
        (folder / "t01.json").write_text(json.dumps(b.branch()), encoding="utf-8")
        with acting_as(self.login):
            assert run("import", str(self.branch), str(folder / "t01.json")) == 0
        self.home = folder / "家里"

    def _workspace(self, name: str, login: str, settings: Settings) -> Path:
        with acting_as(login):
            Workspace.create(self.folder / name, ws.campaign_text(C), settings)
        return self.folder / name

    @contextlib.contextmanager
    def office(self) -> Iterator[Office]:
        with acting_as(self.login), Office.open(self.branch) as office:
            yield office

    @contextlib.contextmanager
    def superior(self) -> Iterator[Office]:
        with acting_as(self.bureau_login), Office.open(self.bureau) as office:
            yield office

    def take(self, target: Path | None = None, *, again: bool = False) -> list[str]:
        with self.office() as office:
            return list(lending.take_home(office, target or self.home, again=again))

    def bring(self, source: Path | None = None, **options: object) -> list[str]:
        with self.office() as office:
            return list(returning.bring_back(office, source or self.home, ReturnOptions(**options)))  # type: ignore[arg-type]

    def lent(self) -> bool:
        with self.office() as office:
            return office.store.loan("t01") is not None

    def history(self) -> list[str]:
        with self.office() as office:
            return [r.hash for r in office.store.history(C, "t01")]

    def end(self, reason: str = "电脑丢失") -> str:
        with self.superior() as office:
            return lending.end_loan(office, "t01", reason)


@pytest.fixture
def place(database: TestDatabase, tmp_path: Path) -> Place:
    return Place(database, tmp_path)


def topic(root: Path, record: str, text: str) -> None:
    """Change the topic of a talk in a workspace."""
    with Office.open(root) as office:
        change_topic(office.store, record, text, "李秀兰")


def change_topic(store: Store, record: str, text: str, who: str = "张建国") -> None:
    row = next(row for row in store.current(C, "t01").records["talk"] if row.id == record)
    store.apply(C, "t01", [Change("talk", record, {**row.body, "place": text}, base=row.version)], who=who)


def topics(store: Store) -> dict[str, str]:
    return {row.id: row.body.get("place", "") for row in store.current(C, "t01").records["talk"]}


# --- there and back --------------------------------------------------------------------------------------------------


def test_there_and_back_the_history_is_the_same(place: Place) -> None:
    before = place.history()
    told = place.take()
    assert f"修改历史{len(before)}条" in told[0]
    settings = Workspace.open(place.home).settings
    assert (settings.branch, settings.author, settings.store) == ("t01", "张建国", Settings().store)
    topic(place.home, "t01", "在家里改的")
    with Office.open(place.home) as home:
        home.store.draft(C, "t01", "talk", "t99", {"date": "写了一半"}, who="李秀兰")
        at_home = [r.hash for r in home.store.history(C, "t01")]
        assert at_home[:-1] == before
        assert home.store.verify() == []
    assert "新增修改1条" in place.bring()[0]
    assert place.history() == at_home
    with place.office() as office:
        assert topics(office.store)["t01"] == "在家里改的"
        assert [(d.id, d.fields) for d in office.store.current(C, "t01").drafts] == [("t99", {"date": "写了一半"})]
        assert office.store.verify() == []
        change_topic(office.store, "t02", "又在服务器上改")
    assert not place.lent()


def test_a_draft_that_was_finished_at_home_is_no_draft_any_more(place: Place) -> None:
    with place.office() as office:
        office.store.draft(C, "t01", "talk", "t99", {"date": "一半"}, who="张建国")
    place.take()
    with Office.open(place.home) as home:
        home.store.settle(C, "t01", "talk", "t99", who="张")
    place.bring()
    with place.office() as office:
        assert office.store.current(C, "t01").drafts == ()


def test_attachments_go_there_and_back(place: Place) -> None:
    scan = place.folder / "扫描.png"
    scan.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100 + b"IEND\xaeB`\x82")
    with acting_as(place.login):
        assert run("attach", str(place.branch), str(scan), "--record", "t01") == 0
    place.take()
    (old,) = [p for p in (place.home / "attachments").rglob("*") if p.is_file()]
    assert old.read_bytes() == scan.read_bytes()
    scan.write_bytes(b"\x89PNG\r\n\x1a\n" + b"y" * 100 + b"IEND\xaeB`\x82")
    assert run("attach", str(place.home), str(scan), "--record", "t02") == 0
    assert "附件1个" in place.bring()[-1]
    with place.office() as office:
        assert len(office.files.names("attachments")) == 2


def _image(mark: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + mark * 100 + b"IEND\xaeB`\x82"


def _attached_at_home(place: Place) -> tuple[Path, Path]:
    """A scan that was attached at home, and where it lies there."""
    scan = place.folder / "扫描.png"
    scan.write_bytes(_image(b"y"))
    place.take()
    assert run("attach", str(place.home), str(scan), "--record", "t02") == 0
    (there,) = [p for p in (place.home / "attachments").rglob("*") if p.is_file()]
    return scan, there


def test_files_that_nobody_attached_are_not_brought_back(place: Place) -> None:
    _, there = _attached_at_home(place)
    for name in ("x.exe", "y.png", "0123456789abcdef0123.pdf"):
        there.with_name(name).write_bytes(b"MZ")
    told = place.bring()
    with place.office() as office:
        assert office.files.names("attachments") == [f"attachments/t01/{there.name}"]
    assert any("附件1个" in line for line in told)


@thorough
@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("how", ["exchanged", "hostile"])
def test_a_forged_attachment_is_not_brought_back(place: Place, how: str, ended: bool) -> None:
    """One that is another file than was attached; one that runs something, whose record was forged with it."""
    _, there = _attached_at_home(place)
    before = place.history()
    if how == "exchanged":
        there.write_bytes(_image(b"z"))
    else:
        data = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>\nendobj\n%%EOF\n"
        digest = hashlib.sha256(data).hexdigest()
        forged = there.with_name(f"{digest[:20]}.pdf")
        forged.write_bytes(data)
        with Office.open(place.home) as office:
            row = office.store.current(C, "t01").records["attachment"][0]
            body = {**row.body, "file": f"attachments/t01/{forged.name}", "sha256": digest}
            office.store.apply(C, "t01", [Change("attachment", row.id, body, base=row.version)], who="李秀兰")
    if ended:
        place.end()
    with pytest.raises(OrglifeError, match="与登记的校验值不符" if how == "exchanged" else "不安全"):
        place.bring()
    assert place.history() == before
    with place.office() as office:
        assert office.files.names("attachments") == []


def test_what_the_superior_sent_is_seen_at_home(place: Place) -> None:
    with place.superior() as office:
        sent = {"id": "r1", "branch": "t01", "text": "请补谈话地点", "date": "2024-02-20", "by": "王处"}
        other = {**sent, "id": "r2", "branch": "t02"}
        office.store.apply(C, BUREAU, [Change("remark", "r1", sent), Change("remark", "r2", other)], who="局")
    place.take()
    with Office.open(place.home) as home:
        assert [r.text for r in home.dossier("t01").records["remark"]] == ["请补谈话地点"]  # type: ignore[attr-defined]
    place.bring()
    with place.superior() as office:
        assert len(office.store.history(C, BUREAU)) == 2, "what was sent is not sent back"


def test_a_campaign_begun_at_home_comes_back_as_a_chain_of_its_own(place: Place) -> None:
    place.take()
    with Store.open(place.home / "orglife.db", create=False) as home:
        home.put("2025-next", "t01", Branch.model_validate({"id": "t01", "name": "第一党支部"}), who="张", base=0)
    place.bring()
    with place.office() as office:
        assert [r.number for r in office.store.history("2025-next", "t01")] == [1]


def test_a_backup_of_the_workspace_at_home_is_brought_back_too(place: Place) -> None:
    place.take()
    topic(place.home, "t01", "在家里改的")
    with Office.open(place.home) as home:
        made = make_backup(home, place.folder / "U盘")
        wanted = [r.hash for r in home.store.history(C, "t01")]
    place.bring(made.path)
    assert place.history() == wanted


def test_only_shown_is_nothing_done(place: Place) -> None:
    place.take()
    topic(place.home, "t01", "在家里改的")
    before = place.history()
    assert "新增修改1条" in place.bring(dry=True)[0]
    assert place.lent()
    assert place.history() == before
    topic(place.home, "t01", "还能改")


# --- while it is lent ------------------------------------------------------------------------------------------------


def test_while_it_is_lent_the_server_refuses_with_one_sentence(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.take()
    with acting_as(place.login):
        capsys.readouterr()
        assert run("import", str(place.branch), str(place.folder / "t01.json")) in (0, 2)
        with place.office() as office, pytest.raises(BranchLent, match="由张建国带走了，带回以前，服务器上只能看"):
            change_topic(office.store, "t01", "不行")
        assert run("check", str(place.branch)) in (0, 1), "it can be read"
    with acting_as(place.bureau_login):
        capsys.readouterr()
        assert run("end-loan", str(place.bureau)) == 0
        told = capsys.readouterr()
    assert "t01" in told.out
    assert "由张建国带走，还没有带回" in told.out


def test_it_is_taken_once(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.take()
    with acting_as(place.login):
        assert run("take-home", str(place.branch), "--to", str(place.folder / "又一份")) == 2
    told = capsys.readouterr().err
    assert "由张建国带走了" in told
    assert "--again" in told
    assert not (place.folder / "又一份").exists()


# --- what is refused -------------------------------------------------------------------------------------------------


def test_brought_back_twice_says_so_and_changes_nothing(place: Place) -> None:
    place.take()
    topic(place.home, "t01", "在家里改的")
    place.bring()
    before = place.history()
    assert "没有新的" in place.bring()[0]
    assert place.history() == before
    with pytest.raises(BroughtBack, match="已经带回服务器，这一份只能看"):
        topic(place.home, "t01", "再改")


def test_another_branchs_folder_is_refused(place: Place, workspace: Path) -> None:
    place.take()
    login = place.database.add("branch", "t02")
    with acting_as(login):
        root = place.folder / "二"
        Workspace.create(root, ws.campaign_text(C), Settings(branch="t02", store=place.database.url))
        with Office.open(root) as office:
            for source in (place.home, workspace):
                with pytest.raises(NotBroughtBack, match="不是从这里带走的，或者是别的支部的"):
                    list(returning.bring_back(office, source))
    assert place.lent()


def test_a_folder_of_another_server_is_refused(place: Place) -> None:
    place.take()
    settings = Workspace.open(place.home).settings
    (place.home / SETTINGS).write_text(settings.model_copy(update={"loan": "x" * 24}).to_toml(), encoding="utf-8")
    with pytest.raises(NotBroughtBack, match="不是从这里带走的"):
        place.bring()


def _cut_off(path: Path) -> None:
    """Put an older copy of the store in its place: without its last revisions."""
    with Store.open(path, create=False) as store:
        rows = store.history(C, "t01")[:-3]
    _replace(path, rows)


def _rewritten(path: Path) -> None:
    """Write the same history again with another hand, all hashes right."""
    from orglife.adapters.store.chain import digest

    with Store.open(path, create=False) as store:
        rows, prev = [], ""
        for row in store.history(C, "t01"):
            new = replace(row, who="别人", prev=prev)
            rows.append(replace(new, hash=digest(new)))
            prev = rows[-1].hash
    _replace(path, rows)


def _replace(path: Path, rows: list) -> None:  # type: ignore[type-arg]
    for each in path.parent.glob("orglife.db*"):
        each.unlink()
    with Store.open(path) as store:
        store.append(rows)


def _spoilt(path: Path) -> None:
    import sqlite3

    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.executescript("DROP TRIGGER revision_update; UPDATE revision SET who = '别人' WHERE number = 2")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(_cut_off, "没有了"), (_rewritten, "变成了另一条"), (_spoilt, "被改动过|防止改动的设置不见了")],
)
def test_a_rewritten_history_is_refused(place: Place, spoil: Callable[[Path], None], words: str) -> None:
    place.take()
    before = place.history()
    spoil(place.home / "orglife.db")
    with pytest.raises(NotBroughtBack, match=words) as told:
        place.bring()
    assert "服务器上的数据没有改动" in str(told.value)
    assert place.history() == before
    assert place.lent()


def test_no_login_is_carried_to_a_server_that_the_folder_names(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.take()
    settings = settings_of(place.home).model_copy(update={"store": "postgresql://listener.invalid/orglife"})
    (place.home / SETTINGS).write_text(settings.to_toml(), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(returning, "open_store", lambda *_, **__: pytest.fail("opened"))
        with pytest.raises(NotBroughtBack, match="它的数据不在这个文件夹里"):
            place.bring()
    assert place.lent()


def test_a_computer_whose_clock_is_wrong(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) - timedelta(hours=1)

    with monkeypatch.context() as patch:
        patch.setattr(lending, "datetime", Late)
        with pytest.raises(ClockWrong, match="相差(59|60)分钟"):
            place.take()
    assert not place.lent()
    assert not place.home.exists()
    place.take()
    with Store.open(place.home / "orglife.db", create=False, clock=lambda: datetime(2024, 1, 1, tzinfo=UTC)) as home:
        change_topic(home, "t01", "电池没电以后改的")
    with pytest.raises(NotBroughtBack, match="2024年1月1日，不在带走以后.*请上级党组织结束这次带走"):
        place.bring()
    assert place.lent()
    place.end("那台电脑的时钟不准")
    place.bring()
    with place.office() as office:
        assert topics(office.store)["t01"] == "电池没电以后改的"


def test_only_a_branch_takes_and_only_the_bureau_ends(place: Place, workspace: Path) -> None:
    with place.superior() as office:
        with pytest.raises(OnlyBranchTakes):
            list(lending.take_home(office, place.home))
        with pytest.raises(OnlyBranchTakes):
            list(returning.bring_back(office, place.home))
    with place.office() as office, pytest.raises(OnlyBureauEnds):
        lending.end_loan(office, "t01", "x")
    with Office.open(workspace) as office:
        for work in (lambda: list(lending.take_home(office, place.home)), lambda: lending.end_loan(office, "t01", "x")):
            with pytest.raises(NotOnServer):
                work()  # type: ignore[no-untyped-call]


def test_a_folder_that_is_taken_lends_nothing(place: Place) -> None:
    place.home.mkdir()
    (place.home / "别的.txt").write_text("x", encoding="utf-8")
    with pytest.raises(WorkspaceExists):
        place.take()
    assert not place.lent()


@pytest.mark.parametrize("call", first(2, [1, 3, 6, 12]))
def test_a_full_disk_lends_nothing(place: Place, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    with disk_full_at(call, monkeypatch), pytest.raises(OrglifeError):
        place.take()
    assert not place.home.exists()
    assert not place.lent()
    place.take()


def test_a_database_that_is_away_is_one_sentence(place: Place) -> None:
    with place.database.away(), pytest.raises(StoreAway):
        place.take()
    assert not place.home.exists()
    place.take()
    topic(place.home, "t01", "在家里改的")
    with place.database.away(), pytest.raises(StoreAway):
        place.bring()
    with place.office() as office, place.database.away(), pytest.raises(OrglifeError):
        list(returning.bring_back(office, place.home))
    place.bring()
    assert not place.lent()


# --- the loan ended meanwhile ----------------------------------------------------------------------------------------


def test_after_the_bureau_ended_it_records_are_merged_one_by_one(place: Place) -> None:
    place.take()
    topic(place.home, "t01", "家里改的")
    topic(place.home, "t03", "两边都改，家里")
    assert "已结束" in place.end()
    with place.office() as office:
        change_topic(office.store, "t02", "服务器上改的")
        change_topic(office.store, "t03", "两边都改，服务器")
        new = {**office.store.current(C, "t01").records["talk"][0].body, "id": "t77", "place": "服务器上新增"}
        office.store.apply(C, "t01", [Change("talk", "t77", new, base=0)], who="张建国")
        before = topics(office.store)
    with place.office() as office:
        lines: list[str] = []
        with pytest.raises(Contradictions, match="有1条记录") as told:
            for line in returning.bring_back(office, place.home):
                lines.append(line)
        assert topics(office.store) == before
    text = "\n".join(lines)
    assert "已由上级党组织（局）结束，原因：电脑丢失" in text
    assert "两边都改，服务器 ｜ 两边都改，家里" in text
    assert "--theirs" in told.value.command
    place.bring(otherwise="theirs")
    with place.office() as office:
        assert topics(office.store) == before | {"t01": "家里改的", "t03": "两边都改，家里"}
        assert "t77" in topics(office.store), "nothing is withdrawn"
    assert "没有新的" not in "".join(place.bring(otherwise="ours")), "its revisions are not those here"
    with place.office() as office:
        assert topics(office.store)["t03"] == "两边都改，家里"


def test_one_taken_again_replaces_the_first_which_is_merged(place: Place) -> None:
    place.take()
    topic(place.home, "t01", "第一份里改的")
    second = place.folder / "第二份"
    place.take(second, again=True)
    topic(second, "t02", "第二份里改的")
    place.bring(second)
    assert "另带走过一份" in place.bring()[0]
    with place.office() as office:
        now = topics(office.store)
    assert (now["t01"], now["t02"]) == ("第一份里改的", "第二份里改的")


def test_what_is_entered_at_home_after_it_was_brought_back_is_merged(place: Place) -> None:
    place.take()
    copy = place.folder / "副本"
    shutil.copytree(place.home, copy)
    topic(place.home, "t01", "甲")
    place.bring()
    topic(copy, "t02", "乙")
    assert "带回过，后来在那里又改过" in place.bring(copy)[0]
    with place.office() as office:
        assert (topics(office.store)["t01"], topics(office.store)["t02"]) == ("甲", "乙")


# --- power cuts ------------------------------------------------------------------------------------------------------


def killed(place: Place, seconds: float, *arguments: str) -> bool:
    """Run a command and kill it after some time; whether it had ended by itself."""
    environment = os.environ | {"PGUSER": place.login}
    process = subprocess.Popen([str(BIN / "orglife"), *arguments], env=environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False
    return True


def cuts(place: Place, rounds: int, seed: int) -> None:
    """There and back again and again, each killed somewhere; the entries of all rounds are there in the end."""
    chance = random.Random(seed)
    wanted: dict[str, str] = {}
    takes, brings = 1.5, 1.5
    for number in range(rounds):
        home = place.folder / f"家{number}"
        begun = time.monotonic()
        whole = killed(place, chance.uniform(0.3, 1.1) * takes, "take-home", str(place.branch), "--to", str(home))
        if whole:
            takes = time.monotonic() - begun
        assert place.lent() or not home.exists(), "a workspace at home without a loan"
        if not home.exists():
            place.take(home, again=place.lent())
        record, text = f"t0{number % 8 + 1}", f"第{number}轮"
        topic(home, record, text)
        wanted[record] = text
        with Office.open(home) as office:
            at_home = [r.hash for r in office.store.history(C, "t01")]
        begun = time.monotonic()
        if killed(place, chance.uniform(0.3, 1.1) * brings, "bring-back", str(place.branch), str(home)):
            brings = time.monotonic() - begun
        here = place.history()
        assert place.lent() == (here == at_home[:-1]), "half of it was brought back"
        place.bring(home)
        assert place.history() == at_home
        assert not place.lent()
    with place.office() as office:
        now = topics(office.store)
        assert {record: now[record] for record in wanted} == wanted
        assert office.store.verify() == []


@thorough
def test_power_cuts_lose_nothing(place: Place) -> None:
    cuts(place, 3, 1)


@pytest.mark.soak
def test_many_power_cuts_lose_nothing(place: Place) -> None:
    cuts(place, 40, 2)


@thorough
def test_a_server_that_is_killed_in_the_middle_of_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = DatabaseServer()
    try:
        with TestDatabase(server) as database:
            place = Place(database, tmp_path)
            with monkeypatch.context() as patch:
                patch.setattr(lending, "_bring_what_was_sent", lambda *_: server.kill())
                patch.setattr(Store, "first_problem", lambda *_: server.kill() or "")
                with pytest.raises(OrglifeError):
                    place.take()
            server.start()
            assert not place.home.exists()
            place.take(again=place.lent())
            topic(place.home, "t01", "在家里改的")
            with Office.open(place.home) as home:
                at_home = [r.hash for r in home.store.history(C, "t01")]
            with monkeypatch.context() as patch:
                patch.setattr(returning, "_bring_drafts", lambda *_: server.kill())
                with pytest.raises(OrglifeError):
                    place.bring()
            server.start()
            assert place.lent()
            place.bring()
            assert place.history() == at_home
            assert not place.lent()
    finally:
        server.remove()


def test_the_commands_of_a_loan_end_well(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with acting_as(place.bureau_login):
        assert run("end-loan", str(place.bureau)) == 0
        assert capsys.readouterr().err.endswith("没有支部带走。\n")
    with acting_as(place.login):
        assert run("take-home", str(place.branch), "--to", str(place.home)) == 0
    with acting_as(place.bureau_login):
        capsys.readouterr()
        assert run("end-loan", str(place.bureau)) == 0
        shown = capsys.readouterr()
        assert len(shown.out.splitlines()) == 1
        assert shown.err == "1个支部带走了，还没有带回。\n"
        assert run("end-loan", str(place.bureau), "--branch", "t01", "--reason", "  ") == 2
        assert place.lent()
        assert run("end-loan", str(place.bureau), "--branch", "t01", "--reason", "丢了") == 0
    assert not place.lent()
    topic(place.home, "t01", "在家里改的")
    with acting_as(place.login):
        assert run("bring-back", str(place.branch), str(place.home), "--dry-run") == 0
        assert run("bring-back", str(place.branch), str(place.home), "--theirs") == 0
