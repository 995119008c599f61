"""The page 定稿与归档 without a browser: its parts, its buttons, scans in bundles, and what is refused."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import attachments, drives
from orglife.adapters.disk.record_files import RecordFiles
from orglife.adapters.engine import long_work
from orglife.adapters.engine.long_work import claimed, work_of
from orglife.adapters.form.form import HeadForm
from orglife.adapters.panel import scans
from orglife.adapters.panel.exchange import NOTHING
from orglife.adapters.panel.filing import NO_BACKUP, NO_PLACE
from orglife.adapters.panel.place import OTHER
from orglife.adapters.panel.scans import ScansPanel
from orglife.core.errors import AtWork
from orglife.core.record.branch import Branch
from orglife.desk import filing
from orglife.desk.filing import BAG_ELSEWHERE, BAG_MADE, FilingDesk
from orglife.desk.forms import exchange_panel
from orglife.desk.many_forms import FEW, TITLE
from orglife.desk.many_scans import TITLE as SCANS
from orglife.office import answers
from orglife.office.office import Office
from orglife.serve import serving
from orglife.stages import BY_KEY
from orglife.stages.plan.record import Attachment
from tests import branch as b
from tests.archive.conftest import make, raw
from tests.conftest import run
from tests.desk.test_attach_panel import drop
from tests.desk.test_desk import desk_of
from tests.marks import thorough
from tests.office.test_attach import JPEG, PDF

SECONDS = 120
OUTLINES = [member["name"] for member in raw()["records"]["member"]][1:6]
"""Names of members; a scan for the outline of each is more than a few."""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(long_work, "_works", {})
    monkeypatch.setattr(drives, "drives", list)
    return make(tmp_path / "工作 目录")


@pytest.fixture
def page(root: Path) -> Iterator[FilingDesk]:
    with Office.open(root, author="田小禾") as office:
        yield made(office)


def made(office: Office) -> FilingDesk:
    found: list[FilingDesk] = []

    def saved() -> None:
        for each in found:
            each.refresh()

    found.append(FilingDesk(office, "t01", lambda: office.dossier("t01"), saved, b.AS_OF, {}))
    return found[0]


def panel(page: FilingDesk) -> Any:
    return page.panel


def scans_of(page: FilingDesk) -> ScansPanel:
    return page.scans


@thorough
def test_final_papers_archive_and_copies_by_the_buttons(page: FilingDesk, root: Path, tmp_path: Path) -> None:
    mine = panel(page)
    assert filing.NOTHING in mine.obstacles.value
    assert "份没有附签字扫描件" in mine.obstacles.value, "done, and yet it names what is still to be signed"
    assert "现在的内容还没有定稿文件。" in mine.state.value
    assert "<li>现在还不能" not in mine.state.value
    assert mine.make_bar.cancel_button.layout.display == "none"
    mine.archive_button.click()
    assert mine.archive_button.disabled
    assert mine.papers_button.disabled, "one thing at a time"
    assert "<progress" in mine.make_bar.shown.value
    assert mine.make_bar.cancel_button.layout.display == ""
    assert "“归档”正在做，做完才能做下一件。" in mine.carry_bar.shown.value
    end = time.monotonic() + SECONDS
    while not page.work.state.total:  # it has begun
        assert time.monotonic() < end
        time.sleep(0.05)
    with pytest.raises(AtWork):
        serving.leave(root)
    assert page.work.wait(SECONDS).good, page.work.state.lines
    assert "of-good" in mine.make_bar.shown.value
    assert "已核验" in mine.make_bar.shown.value
    assert not mine.archive_button.disabled
    assert 'data-og-make="final_papers"' in mine.state.value
    assert 'data-og-make="bag"' in mine.state.value
    assert BAG_MADE in mine.state.value
    (root / "archive").rename(tmp_path / "archive")  # what a computer lacks to which a backup was restored
    page.refresh()
    assert BAG_ELSEWHERE in mine.state.value
    assert "还没有归档包" not in mine.state.value
    (tmp_path / "archive").rename(root / "archive")
    mine.bag_button.click()
    assert NO_PLACE in mine.carry_bar.shown.value
    mine.place.typed.value = f" “{tmp_path / 'usb'}” "
    mine.bag_button.click()
    assert page.work.wait(SECONDS).good, page.work.state.lines
    assert (tmp_path / "usb" / "测试局机关党支部 归档包" / "bagit.txt").is_file()
    assert f"都保存在“{root}”。现在可以关闭这个网页和黑色窗口" in serving.leave(root)["told"]


@thorough
def test_another_window_shows_the_same_work_and_may_cancel_it(page: FilingDesk, root: Path) -> None:
    with Office.open(root) as office:
        panel(page).final_button.click()
        other = panel(made(office))  # opened meanwhile, or loaded again
        assert "定稿（" in other.make_bar.shown.value
        assert other.final_button.disabled
        other.make_bar.cancel_button.click()
        assert page.work.wait(SECONDS).good is False
        for each in (other, panel(page)):
            assert "已取消。" in each.make_bar.shown.value
            assert "of-half" in each.make_bar.shown.value
            assert not each.final_button.disabled


def test_a_command_or_another_server_at_work_is_named(page: FilingDesk, root: Path) -> None:
    with claimed(root, "归档"):
        panel(page).final_button.click()
        page.work.wait(SECONDS)
    assert "“归档”正在做（" in panel(page).make_bar.shown.value
    assert not (root / "records" / "t01").exists()


def test_a_branch_that_is_not_ready_is_led_to_its_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_work, "_works", {})
    changes = {"branch/fonds": "", "talk/t01/thoughts": ""}
    root = make(tmp_path / "ws", b.changed(raw(), put=changes))
    with Office.open(root) as office:
        mine = panel(made(office))
        assert "文件里还有〔待填〕（1）" in mine.obstacles.value
        assert "归档要用的代码（1）" in mine.obstacles.value
        assert mine.obstacles.value.count("去填</a>") == mine.obstacles.value.count("<li")
        assert mine.final_button.disabled
        assert mine.archive_button.disabled
        assert filing.NOT_YET_FINAL in mine.state.value


def test_without_codes_only_the_archive_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_work, "_works", {})
    root = make(tmp_path / "ws", raw(**{"branch/fonds": ""}))
    with Office.open(root) as office:
        mine = panel(made(office))
        assert filing.NOT_YET_ARCHIVE in mine.state.value
        assert not mine.final_button.disabled
        assert mine.archive_button.disabled


def test_the_page_is_one_of_the_desks_pages(filled: Path) -> None:
    desk = desk_of(filled)
    assert desk.form("filing") is not None
    desk.show('["branch", "t01", ["fonds"], {}]')
    assert "还没有归档" in desk.findings("filing").bundle()["text/html"]
    shown = desk.documents("filing").bundle()
    assert "归档文件目录" in shown["text/html"]
    desk.refresh()
    assert "回首页" in desk.next("filing").bundle()["text/html"]
    assert "下一步：定稿与归档" in desk.next("report").bundle()["text/html"]


def test_next_years_campaign_is_a_click_away_and_back(page: FilingDesk) -> None:
    assert 'href="01_campaign.ipynb"' in panel(page).box.children[-3].value
    back = desk_of(page.root).next("campaign").bundle()["text/html"]
    assert "回首页" in back
    assert "回定稿与归档" in back
    assert "上级督导" not in back


def test_scans_are_shown_with_their_papers_and_taken_by_one_button(page: FilingDesk, root: Path) -> None:
    mine = scans_of(page)
    assert "还没有附签字扫描件的有" in mine.missing.value
    files = [("谈心谈话.pdf", PDF), ("发言提纲_祝秋实.jpg", JPEG), ("IMG_1.pdf", PDF + b"\n%%EOF\n")]
    drop(mine.upload, *files)
    assert [field.value for field in mine.fields] == ["stage:talks", "record:r2", ""]
    assert "有1个没有对上，请在表里选。" in mine.shown.value
    mine.take_button.click()
    assert "“IMG_1.pdf”没有选属于哪份文件" in mine.shown.value
    assert not page.office.dossier("t01").all(Attachment)
    mine.fields[2].value = "record:plan"
    mine.take_button.click()
    assert "✓ 已附上3个扫描件，11份文件有了签字扫描件。" in mine.shown.value
    assert len([p for p in (root / "attachments").rglob("*") if p.is_file()]) == 3
    assert mine.rows.children == ()
    assert "谈心谈话（" not in mine.missing.value


def test_a_form_speaks_of_stars_only_where_it_has_one(page: FilingDesk) -> None:
    codes = page._codes_form()
    assert "填写后自动保存" in codes._headline()
    assert "*" not in codes._headline(), "unit, fonds and code are not asked for by a star"
    every = HeadForm(Branch, codes.port, choices=codes.listing.choices)
    assert "带 * 的要填写" in every._headline()


def test_a_file_taken_by_mistake_is_left_out_and_the_others_are_attached(page: FilingDesk, root: Path) -> None:
    mine = scans_of(page)
    drop(mine.upload, ("工作方案.pdf", PDF), ("食堂通知.pdf", PDF + b"\n%%EOF\n"))
    mine.take_button.click()
    assert "“食堂通知.pdf”没有选属于哪份文件" in mine.shown.value
    assert "选“这个文件不附”" in mine.shown.value
    mine.fields[1].value = scans.LEFT_OUT
    assert mine.take_button.description == "附上这1个"
    mine.take_button.click()
    assert "✓ 已附上1个扫描件，1份文件有了签字扫描件。" in mine.shown.value
    assert [a.record for a in page.office.dossier("t01").all(Attachment)] == ["plan"]
    assert len([p for p in (root / "attachments").rglob("*") if p.is_file()]) == 1
    drop(mine.upload, ("食堂通知.pdf", PDF + b"\n%%EOF\n"))
    mine.fields[0].value = scans.LEFT_OUT
    assert mine.take_button.disabled, "nothing is left to attach"


def test_papers_with_two_scans_are_counted_once(page: FilingDesk) -> None:
    mine = scans_of(page)
    drop(mine.upload, ("谈心谈话.pdf", PDF), ("谈心谈话2.pdf", PDF + b"\n%%EOF\n"))
    assert [field.value for field in mine.fields] == ["stage:talks"] * 2
    mine.take_button.click()
    assert "✓ 已附上2个扫描件，9份文件有了签字扫描件。" in mine.shown.value


def test_a_scan_of_another_paper_is_doubted(page: FilingDesk) -> None:
    mine = scans_of(page)
    drop(mine.upload, ("谈心谈话.pdf", PDF))
    mine.take_button.click()
    drop(mine.upload, ("会议记录.pdf", PDF), ("工作方案.pdf", PDF))
    assert "已经附在“" in mine._remarks[0].value
    assert "与“会议记录.pdf”是同一个文件" in mine._remarks[1].value
    mine.drop_button.click()
    assert "没有附上，数据没有改动。" in mine.shown.value
    assert len(page.office.dossier("t01").all(Attachment)) == 9


def test_a_file_that_is_no_scan_leaves_nothing_chosen(page: FilingDesk) -> None:
    mine = scans_of(page)
    drop(mine.upload, ("谈心谈话.pdf", PDF), ("会议记录.pdf", b"<html>"))
    assert "没有附上。请改正后再选：" in mine.shown.value
    assert "会议记录.pdf" in mine.shown.value
    assert mine.rows.children == ()


def many_scans(mine: ScansPanel) -> list[tuple[str, bytes]]:
    files = [(f"发言提纲_{name}.pdf", PDF + str(n).encode() + b"\n%%EOF\n") for n, name in enumerate(OUTLINES)]
    drop(mine.upload, *files)
    assert all(field.value for field in mine.fields)
    return files


@thorough
def test_many_scans_are_attached_with_a_bar_while_the_page_is_used(page: FilingDesk, root: Path) -> None:
    mine = scans_of(page)
    files = many_scans(mine)
    mine.take_button.click()
    assert page.work.state.running
    assert page.work.state.title == SCANS
    assert mine.take_button.disabled
    assert all(field.disabled for field in mine.fields)
    assert mine.upload.disabled
    assert panel(page).final_button.disabled, "one thing at a time"
    (bar,) = [child for child in mine.box.children if "of-work" in child._dom_classes]
    assert "<progress" in bar.children[0].value
    assert not page.office.dossier("t01").all(Attachment), "this process waits for nothing"
    assert page.work.wait(SECONDS).good, page.work.state.lines
    assert f"✓ 已附上{len(files)}个扫描件，{len(files)}份文件有了签字扫描件。" in mine.shown.value
    assert mine.rows.children == ()
    assert not mine.upload.disabled
    assert "发言提纲（祝秋实）" not in mine.missing.value, "and the list below knows"
    assert len(page.office.dossier("t01").all(Attachment)) == len(files)
    assert not list((root / long_work.FOLDER).glob("scans-*"))


@thorough
def test_many_scans_cancelled_stay_chosen_and_can_be_attached_then(page: FilingDesk, root: Path) -> None:
    mine = scans_of(page)
    files = many_scans(mine)
    mine.take_button.click()
    page.work.cancel()
    assert page.work.wait(SECONDS).good is False
    assert "已取消。" in mine.shown.value
    assert "of-half" in mine.shown.value
    assert not page.office.dossier("t01").all(Attachment)
    assert not [p for p in (root / "attachments").rglob("*") if p.is_file()]
    assert len(mine.fields) == len(files)
    assert not mine.take_button.disabled
    mine.take_button.click()
    assert page.work.wait(SECONDS).good, page.work.state.lines
    assert len(page.office.dossier("t01").all(Attachment)) == len(files)


def test_many_scans_wait_for_other_long_work(page: FilingDesk) -> None:
    mine = scans_of(page)
    panel(page).final_button.click()
    many_scans(mine)
    mine.take_button.click()
    assert "“定稿”正在做" in mine.shown.value
    assert not mine.take_button.disabled
    page.work.cancel()
    page.work.wait(SECONDS)
    assert not page.office.dossier("t01").all(Attachment)


def test_scans_on_a_full_disk_are_attached_all_or_none(
    page: FilingDesk, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = scans_of(page)
    drop(mine.upload, ("谈心谈话.pdf", PDF), ("会议记录.jpg", JPEG))
    before, store_file = page.office.store.head("2024-seed", "t01"), attachments.store_file

    def full(record_files: RecordFiles, branch: str, file: attachments.Attached) -> bool:
        if file.suffix == ".jpg":
            raise attachments.files.CannotWrite(path=file.place(branch), what="磁盘已满")
        return store_file(record_files, branch, file)

    monkeypatch.setattr(answers.attachments, "store_file", full)
    mine.take_button.click()
    assert "没有附上，一个也没有收：" in mine.shown.value
    assert "磁盘已满" in mine.shown.value
    assert page.office.store.head("2024-seed", "t01") == before
    assert len(mine.rows.children) == 2, "the choice stays, to be taken again"
    monkeypatch.undo()
    mine.take_button.click()
    assert "✓ 已附上2个扫描件" in mine.shown.value


@thorough
def test_a_backup_is_compared_before_it_may_be_restored(
    page: FilingDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed: list[bool] = []
    monkeypatch.setattr(filing, "renew_pages", lambda: renewed.append(True))
    mine = panel(page)
    assert mine.restore_button.layout.display == "none"
    mine.compare_button.click()
    assert NO_BACKUP in mine.restore_bar.shown.value
    mine.place.typed.value = str(tmp_path / "usb")
    mine.backup_button.click()
    assert page.work.wait(SECONDS).good, page.work.state.lines
    (made_backup,) = (tmp_path / "usb").iterdir()
    scan = attachments.recognise(PDF, "a.pdf")
    answers.attach_all(page.office, "t01", [(scan, ["plan"])])
    drop(mine.upload, ("../我的备份.zip", made_backup.read_bytes()))
    assert page.work.wait(SECONDS).good, page.work.state.lines
    assert "恢复会改变下列内容：" in mine.restore_bar.shown.value
    assert mine.source.label == "我的备份.zip"
    assert mine.restore_button.layout.display == ""
    mine.restore_button.click()
    assert page.work.wait(SECONDS).good, page.work.state.lines
    assert renewed == [True]
    assert not list((page.root / long_work.FOLDER).glob("*.zip")), "what was uploaded is not kept"
    assert not page.office.dossier("t01").all(Attachment)
    assert any("backups" in path for _, path in page._backups())


@thorough
def test_a_backup_of_another_computers_branch_ends_its_bar_and_renews_the_pages(
    page: FilingDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed: list[bool] = []
    monkeypatch.setattr(filing, "renew_pages", lambda: renewed.append(True))
    other = raw()
    other["branch"]["id"] = "t02"
    assert run("backup", str(make(tmp_path / "other", other)), "--out", str(tmp_path / "usb")) == 0
    (backup,) = (tmp_path / "usb").iterdir()
    mine = panel(page)
    drop(mine.upload, (backup.name, backup.read_bytes()))
    assert page.work.wait(SECONDS).good, page.work.state.lines
    mine.restore_button.click()
    assert page.work.wait(SECONDS).good, page.work.state.lines
    assert page.office.branches() == ["t02"], "the branch of this page is gone"
    assert renewed == [True]
    assert "已恢复。" in mine.restore_bar.shown.value
    assert mine.restore_bar.cancel_button.layout.display == "none"
    assert mine.final_button.disabled
    assert mine.backup_button.disabled


def test_a_drive_that_is_plugged_in_is_offered_first(
    page: FilingDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "STICK"
    (stick / "备份").mkdir(parents=True)
    drive = drives.Drive(stick, "STICK", 10**9)
    plugged: list[drives.Drive] = []
    monkeypatch.setattr(filing.drives, "drives", lambda: list(plugged))
    mine = panel(made(page.office))
    assert mine.place.drive.value == OTHER
    mine.place.typed.value = str(tmp_path)
    plugged.append(drive)
    mine.place.refresh()
    assert mine.place.folder == tmp_path, "what was typed stays"
    mine.place.typed.value = " "
    plugged.clear()
    mine.place.refresh()
    plugged.append(drive)
    mine.place.refresh()
    assert mine.place.folder == tmp_path / "STICK", "nothing is typed: the stick that is found is chosen"
    mine.place.drive.value = OTHER
    mine.place.refresh()
    assert mine.place.drive.value == OTHER, "chosen so that a folder can be typed"
    fresh = panel(made(page.office))
    assert fresh.place.folder == stick
    assert fresh.place.typed.layout.display == "none"
    shutil.copyfile(page.root / "orglife.db", stick / "备份" / "orglife-2024-seed-0123456789ab.zip")
    fresh.refresh()
    assert any("STICK" in label for label, _ in fresh.source.options)


@thorough
def test_many_forms_are_read_with_a_bar_and_then_shown_like_a_few(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    assert run("export", str(root), "--format", "xlsx", "--members", "--out", str(folder)) == 0
    forms = [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.xlsx"))]
    assert len(forms) > FEW
    with Office.open(root) as office:
        panel_ = exchange_panel(office, "t01", BY_KEY["reviews"], lambda: None)
        drop(panel_.upload, *forms)
        work = work_of(root)
        assert work.state.title == TITLE
        assert work.wait(SECONDS).good, work.state.lines
        assert NOTHING in panel_.shown.value
        drop(panel_.upload, *forms[:-1], ("坏.xlsx", b"PK no workbook"))
        work.wait(SECONDS)
        assert "这1份没有收。请照下面改好，只选这几份再导入：" in panel_.shown.value
        assert "坏.xlsx" in panel_.shown.value
        drop(panel_.upload, *forms)
        work.cancel()
        work.wait(SECONDS)
        assert "已取消。" in panel_.shown.value
        assert panel_.take_button.disabled
    assert not list((root / long_work.FOLDER).glob("forms-*")), "no form is left behind"
