"""What restoring says before it changes anything, and what is said of the backups that can be restored."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orglife.adapters.disk import drives
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings, settings_of
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store.chain import BUREAU
from orglife.adapters.store.store import Change
from orglife.core.record.branch import Branch, Member
from orglife.keeping import restorable, restoring
from orglife.keeping.backups import make_backup
from orglife.office.office import Office
from tests.conftest import run

C = "2024-seed"
NOTHING = ["恢复会改变下列内容：", "  没有，与备份相同。"]
NOT_YET = "没有改动。确认要恢复的，请在命令后面加 --yes；恢复前会先把现在的内容备份到工作目录的backups文件夹。"


def backup(root: Path, folder: Path, *, whole: bool = True) -> Path:
    with Office.open(root) as office:
        return make_backup(office, folder, whole=whole).path


def member(root: Path, ident: str, name: str | None) -> None:
    with Office.open(root) as office, office.store.writing() as writer:
        version = {row.id: row.version for row in office.store.current(C, "t01").records["member"]}.get(ident, 0)
        change = (
            Change("member", ident, None, base=version)
            if name is None
            else Change.put(Member.model_validate({"id": ident, "name": name}), base=version)
        )
        writer.change(C, "t01", change, who="张")


def told(source: Path, root: Path, *, inside: bool = False) -> list[str]:
    return list(restoring.restore(source, root, sure=False, inside=inside))


def test_nothing_differs_right_after_a_backup(filled: Path, tmp_path: Path) -> None:
    source = backup(filled, tmp_path / "usb")
    assert told(source, filled) == [*NOTHING, NOT_YET]
    assert told(source, filled, inside=True) == NOTHING, "the page asks in its own words"


def test_what_was_saved_since_and_what_comes_back_is_counted(filled: Path, tmp_path: Path) -> None:
    source = backup(filled, tmp_path / "usb")
    member(filled, "m1", "改名")
    member(filled, "m1", "再改")
    member(filled, "m9", "新来的")
    later = backup(filled, tmp_path / "usb2")
    (filled / "campaign.toml").write_bytes((filled / "campaign.toml").read_bytes() + b"\n# more\n")
    assert told(source, filled, inside=True) == [
        "恢复会改变下列内容：",
        "  测试局机关党支部：现在到第105条修改，备份到第102条。",
        "    去掉现有的3条修改，涉及党员2。",
        "  方案换成备份里的。",
    ]
    list(restoring.restore(source, filled, sure=True))
    member(filled, "m2", "别的")
    assert told(later, filled, inside=True) == [
        "恢复会改变下列内容：",
        "  测试局机关党支部：现在到第103条修改，备份到第105条。",
        "    去掉现有的1条修改，涉及党员1。",
        "    加上备份里的3条修改，涉及党员2。",
    ]


def test_drafts_and_lost_scans_are_named(filled: Path, tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}.jpg").write_bytes(b"\xff\xd8\xff%d\xff\xd9" % number)
        assert run("attach", str(filled), "--record", "rp", str(tmp_path / f"{number}.jpg")) == 0
    source = backup(filled, tmp_path / "usb")
    with Office.open(filled) as office:
        office.store.draft(C, "t01", "talk", "t99", {"date": "二月"}, who="张")
    for scan in (filled / "attachments").rglob("*.jpg"):
        scan.unlink()
    assert told(source, filled, inside=True)[1:] == ["  没有填完的草稿换成备份里的。", "  补上附件2个。"]


def test_a_store_that_cannot_be_read_is_replaced_and_kept_each_time(filled: Path, tmp_path: Path) -> None:
    source = backup(filled, tmp_path / "usb")
    for number in (1, 2):
        (filled / "orglife.db").write_bytes(b"broken %d" % number)
        assert told(source, filled, inside=True)[1].startswith("  现有的数据换成备份里的。")
        lines = list(restoring.restore(source, filled, sure=True))
        aside = filled / "backups" / f"damaged-{number}"
        assert f"现在的数据文件打不开或已损坏，原样移到“{aside}”。" in lines
        assert (aside / "orglife.db").read_bytes() == b"broken %d" % number
        assert lines[-1] == "已恢复。"
    (filled / "orglife.db").unlink()
    assert "现在没有数据文件。" in list(restoring.restore(source, filled, sure=True))


def test_a_new_workspace_says_how_many_changes_it_holds(filled: Path, tmp_path: Path) -> None:
    source, root = backup(filled, tmp_path / "usb"), tmp_path / "新"
    assert list(restoring.restore(source, root, sure=False)) == [f"已恢复到新的工作目录“{root}”，修改历史102条。"]


@pytest.mark.parametrize(
    ("begun_for", "held", "now_for"),
    [("zb-1", ["t01"], "t01"), ("zb-1", ["t01", "t02"], ""), ("t01", ["t01", "t02"], "t01"), ("", ["t01"], "")],
)
def test_a_workspace_begun_for_another_branch_is_for_that_of_the_backup(
    filled: Path, tmp_path: Path, begun_for: str, held: list[str], now_for: str
) -> None:
    with Office.open(filled) as office:
        for ident in held[1:]:
            office.store.put(C, ident, Branch.model_validate({"id": ident}), who="", base=0)
    source, root = backup(filled, tmp_path / "usb"), tmp_path / "新电脑"
    Workspace.create(root, ws.campaign_text(C), Settings(branch=begun_for))
    lines = list(restoring.restore(source, root, sure=True))
    assert ("这个工作目录从现在起用于备份里的党支部。" in lines) is (now_for != begun_for)
    assert settings_of(root).branch == now_for


# --- what can be restored --------------------------------------------------------------------------------------------


def contents(path: Path) -> list[str]:
    """The sentences, without the moment of the last change."""
    return [line.partition("，最后一次")[0] for line in restorable.contents(path)]


def test_what_a_backup_holds(filled: Path, tmp_path: Path) -> None:
    source = backup(filled, tmp_path / "usb")
    assert contents(source) == ["测试局机关党支部：党员8名，修改102次", "附件（签字扫描件等）0个。"]
    (line, _) = restorable.contents(source)
    assert line.endswith("分。")
    assert contents(backup(filled, tmp_path / "day", whole=False))[-1] == (
        "这是程序每天自动留的，没有签字扫描件等附件。"
    )


def test_of_a_bureau_s_backup_each_branch_is_named(filled: Path, tmp_path: Path) -> None:
    assert run("campaign", "begin", str(filled), "annual") == 0
    with Office.open(filled) as office, office.store.writing() as writer:
        writer.change("annual", BUREAU, Change("bureau_leader", "l1", {"id": "l1"}, base=0), who="局")
        writer.change("annual", "t09", Change("branch", "t09", {"id": "t09"}, base=0), who="局")
    lines = contents(backup(filled, tmp_path / "usb"))
    assert sorted(lines[:-2]) == [
        "党支部（t09）：党员0名，修改1次",
        "测试局机关党支部：党员8名，修改13次",
    ]
    assert lines[-2:] == ["往年的1个方案和记录也在里面。", "附件（签字扫描件等）0个。"]


def test_a_workspace_without_a_branch_says_so(workspace: Path, tmp_path: Path) -> None:
    assert contents(backup(workspace, tmp_path / "usb")) == ["还没有登记党支部。", "附件（签字扫描件等）0个。"]


def test_backups_are_offered_latest_first_from_the_workspace_and_from_drives(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "usb"
    (stick / "备份").mkdir(parents=True)
    (stick / ".trash").mkdir()
    gone = drives.Drive(tmp_path / "gone", "拔了", 1)
    monkeypatch.setattr(drives, "drives", lambda: [drives.Drive(stick, "U盘 E:", 1), gone])
    places = [filled / "backups", stick, stick / "备份", stick / ".trash", stick / "备份" / "深"]
    for number, folder in enumerate(places):
        path = backup(filled, folder)
        moment = datetime(2024, 3, 1 + number, tzinfo=UTC).timestamp()
        os.utime(path, (moment, moment))
    (stick / "别的.zip").write_bytes(b"x")
    offered = [(label, path.parent) for label, path in restorable.restorable_backups(filled)]
    assert {folder for _, folder in offered} == {filled / "backups", stick, stick / "备份"}
    assert [path for _, path in offered] == sorted((path for _, path in offered), key=places.index, reverse=True)
    assert [label.endswith("（U盘 E:）") for label, folder in offered if folder != filled / "backups"] == [True, True]
