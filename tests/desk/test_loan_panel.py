"""On 定稿与归档 a secretary takes her branch home as a file and brings it back, without a command."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.panel.loan import LoanPanel
from orglife.core.errors import BranchLent, TooLargeToTake
from orglife.desk.desk import Desk
from orglife.desk.overview_board import OverviewDesk
from orglife.keeping import restoring
from orglife.keeping.backups import make_backup
from orglife.office.office import Office
from orglife.serve.serving import make_file
from orglife.takeaway import downloads
from tests.database_server import TestDatabase, acting_as
from tests.marks import thorough
from tests.shown_texts import texts_of
from tests.takeaway.test_lending import Place, change_topic, topic, topics


@pytest.fixture
def place(database: TestDatabase, tmp_path: Path) -> Place:
    return Place(database, tmp_path)


@contextlib.contextmanager
def opened(place: Place) -> Iterator[LoanPanel]:
    with acting_as(place.login):
        desk = Desk.open(str(place.branch))
        filing = desk._filing()
        assert filing.loans is not None
        yield filing.loans
        desk.office.close()


def downloaded(place: Place, what: str) -> Path:
    """What the button gives, by the action of the page's server."""
    with acting_as(place.login):
        file = make_file(place.branch, {"what": what, "stage": "filing", "kind": "zip", "branch": "t01"})
    (path := place.folder / file.name).write_bytes(file.data)
    return path


def brought(panel: LoanPanel, path: Path) -> str:
    file = {"name": path.name, "content": path.read_bytes(), "type": "", "size": 1, "last_modified": datetime.now(UTC)}
    panel.upload.value = (file,)
    return str(panel.message.value)


def shown(*buttons: Any) -> list[bool]:
    return [button.layout.display == "" for button in buttons]


def backup_of(home: Path, folder: Path) -> Path:
    with Office.open(home) as office:
        return make_backup(office, folder).path


def test_a_page_on_a_server_speaks_of_no_stick_and_no_package(place: Place) -> None:
    with acting_as(place.login):
        desk = Desk.open(str(place.branch))
        texts = "\n".join((*texts_of(desk.form("filing")), *texts_of(desk.form("report"))))
        desk.office.close()
    assert "数据在服务器上，由管理员备份" in texts
    assert not re.search("插上U盘|重新查找U盘|备份到这里|确认恢复|交给上级的包|回执", texts)


@thorough
def test_there_and_back_by_buttons(place: Place) -> None:
    with opened(place) as panel:
        assert "现在没有带走" in panel.state.value
        assert downloads.TAKE_HOME in panel.state.value
        file = downloaded(place, downloads.TAKE_HOME)
        panel.refresh()
        assert "由张建国带走，还没有带回，这里只能看" in panel.state.value
        assert downloads.TAKE_AGAIN in panel.state.value
        list(restoring.restore(file, place.home, sure=True))
        topic(place.home, "t01", "在家里改的")
        told = brought(panel, backup_of(place.home, place.folder / "U盘"))
        assert "新增修改1条" in told
        assert place.lent(), "nothing is done before it is confirmed"
        assert shown(panel.confirm_button, panel.theirs_button, panel.ours_button) == [True, False, False]
        panel.confirm_button.click()
        assert "✓" in panel.message.value
        assert "现在没有带走" in panel.state.value
        assert shown(panel.confirm_button) == [False]
    with place.office() as office:
        assert topics(office.store)["t01"] == "在家里改的"


def test_a_download_that_got_lost_is_made_again(place: Place) -> None:
    downloaded(place, downloads.TAKE_HOME)
    with pytest.raises(BranchLent, match="由张建国带走了"):
        downloaded(place, downloads.TAKE_HOME)
    file = downloaded(place, downloads.TAKE_AGAIN)
    list(restoring.restore(file, place.home, sure=True))
    place.bring()
    assert not place.lent()


def test_a_file_that_is_too_large_or_fails_lends_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(downloads, "LARGEST", 100)
        with pytest.raises(TooLargeToTake, match="没有带走"):
            downloaded(place, downloads.TAKE_HOME)
    assert not place.lent()
    with monkeypatch.context() as patch:
        patch.setattr(downloads, "make_backup", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            downloaded(place, downloads.TAKE_HOME)
    assert not place.lent()
    with place.office() as office:
        change_topic(office.store, "t01", "还能填")


@thorough
def test_contradictions_are_shown_side_by_side_and_asked(place: Place) -> None:
    place.take()
    topic(place.home, "t01", "家里的")
    place.end()
    with place.office() as office:
        change_topic(office.store, "t01", "服务器的")
    with opened(place) as panel:
        told = brought(panel, backup_of(place.home, place.folder / "U盘"))
        assert "服务器的 ｜ 家里的" in told
        panel.confirm_button.click()
        assert shown(panel.confirm_button, panel.theirs_button, panel.ours_button) == [False, True, True]
        assert "以哪一边为准" in panel.message.value
        panel.theirs_button.click()
        assert "✓" in panel.message.value
    with place.office() as office:
        assert topics(office.store)["t01"] == "家里的"


def test_what_is_no_backup_of_it_is_refused_in_words(place: Place) -> None:
    with opened(place) as panel:
        wrong = place.folder / "别的.zip"
        wrong.write_bytes(b"PK\x05\x06" + b"\0" * 18)
        assert "⚠" in brought(panel, wrong)
        assert shown(panel.confirm_button) == [False]
        own = backup_of_server(place)
        assert "不是从这里带走的" in brought(panel, own)
        assert shown(panel.confirm_button) == [False]


def backup_of_server(place: Place) -> Path:
    with place.office() as office:
        return make_backup(office, place.folder / "备份").path


def test_a_workspace_with_a_file_has_no_such_panel(filled: Path) -> None:
    desk = Desk.open(str(filled))
    filing = desk._filing()
    assert filing.loans is None
    desk.office.close()


def test_the_bureau_ends_a_loan_on_the_overview_with_a_reason(place: Place) -> None:
    with acting_as(place.bureau_login):
        desk = Desk.open(str(place.bureau))
        overview = OverviewDesk(desk.superior)
        panel = overview.lent
        assert panel is not None
        assert panel.box.children[0].layout.display == "none"
        place.take()
        overview.renew()
        assert panel.box.children[0].layout.display == ""
        panel.branch.value = "t01"
        panel.button.click()
        assert "请写明为什么结束" in panel.message.value
        assert place.lent()
        panel.reason.value = "电脑丢失"
        panel.button.click()
        assert "带走已结束" in panel.message.value
        assert panel.box.children[0].layout.display == "none"
        desk.office.close()
    assert not place.lent()
