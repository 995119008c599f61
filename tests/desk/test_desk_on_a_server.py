"""A branch's pages whose data are in a database: two people at once, a database that goes away under an open page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from orglife import Desk
from orglife.adapters.disk.settings import settings_of
from orglife.adapters.disk.workspace import Workspace, campaign_text
from orglife.adapters.form import open_entry
from orglife.adapters.form.form import RecordForm
from orglife.core.errors import StoreAway
from orglife.desk.ports import BranchChoices, StorePort
from orglife.keeping import backups
from orglife.stages.talks.record import Talk
from tests import branch as b
from tests.conftest import run
from tests.database_server import TestDatabase, acting_as

DAY = date(2024, 3, 8)


@pytest.fixture
def served(database: TestDatabase, tmp_path: Path) -> Iterator[Path]:
    """A branch's workspace with the test branch, in a database, as the branch's login."""
    database.begin()
    source, root = tmp_path / "t01.json", tmp_path / "支部"
    source.write_text(json.dumps(b.branch()), encoding="utf-8")
    with acting_as(database.add("branch", "t01")):
        assert run("new", str(root), "--campaign", "2024-seed", "--store", database.url) == 0
        assert run("import", str(root), str(source)) == 0
        yield root


def form_of(desk: Desk) -> RecordForm:
    port = StorePort(desk.office, "t01", Talk, DAY)
    form = RecordForm(Talk, port, choices=BranchChoices(desk.office, "t01", DAY, DAY))
    form.open("t01")
    return form


def test_what_was_typed_stays_until_the_database_is_back(database: TestDatabase, served: Path) -> None:
    desk = Desk.open(str(served), "t01")
    form = form_of(desk)
    with database.away():
        form.field("place").put("三楼小会议室")
        assert not form.flush()
        assert "没有保存成功（连不上数据库服务器）" in form.page.status.value
        assert "服务器恢复以后会自动保存，不用再按什么" in form.page.status.value
        assert "E" not in form.page.status.value
        with pytest.raises(StoreAway, match="连不上数据库服务器"):
            desk.office.store.state()
        with pytest.raises(StoreAway, match="连不上数据库服务器"):
            Desk.open(str(served), "t01")
    assert form.flush()
    assert next(t for t in Desk.open(str(served), "t01").dossier().all(Talk) if t.id == "t01").place == "三楼小会议室"


def test_what_was_typed_is_saved_without_another_key_when_the_database_is_back(
    database: TestDatabase, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a page: nothing is called here after the field was typed in; the kernel's event loop runs."""
    monkeypatch.setattr(open_entry, "RETRY", 0.2)
    desk = Desk.open(str(served), "t01")

    async def typed() -> str:
        form = form_of(desk)
        with database.away():
            form.field("place").put("三楼小会议室")
            while "没有保存成功" not in form.page.status.value:  # noqa: ASYNC110  as a person looks
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)
            assert "没有保存成功" in form.page.status.value
        while "✓ 已保存" not in form.page.status.value:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        return str(form.field("place").raw())

    assert asyncio.run(asyncio.wait_for(typed(), 60)) == "三楼小会议室"
    assert next(t for t in Desk.open(str(served), "t01").dossier().all(Talk) if t.id == "t01").place == "三楼小会议室"


def test_a_page_opens_before_the_branch_has_data(database: TestDatabase, tmp_path: Path) -> None:
    """The branch is the login's; its id is not invented anew."""
    database.begin()
    with acting_as(database.add("branch", "b07")):
        assert run("new", str(tmp_path / "支部"), "--campaign", "2024-seed", "--store", database.url) == 0
        desk = Desk.open(str(tmp_path / "支部"))
        assert desk.branch == "b07"


def test_two_who_write_to_one_branch_see_each_others_records(served: Path) -> None:
    one, other = Desk.open(str(served), "t01"), Desk.open(str(served), "t01")
    before = one.office.store.state()
    form = form_of(other)
    form.field("place").put("二楼")
    assert form.flush()
    assert one.office.store.state() != before
    assert next(t for t in one.dossier().all(Talk) if t.id == "t01").place == "二楼"


def test_a_branch_keeps_daily_copies_and_the_bureau_leaves_them_to_the_server(
    database: TestDatabase, served: Path, tmp_path: Path
) -> None:
    desk = Desk.open(str(served), "t01")
    assert list((served / "backups").glob("*.zip"))
    assert backups.make_daily_copy(desk.office) is None
    with acting_as(database.add("bureau")):
        settings = settings_of(served).model_copy(update={"role": "bureau", "branch": ""})
        Workspace.create(tmp_path / "局", campaign_text("2024-seed"), settings)
        assert Desk.open(str(tmp_path / "局")).office.branches() == ["t01"]
        assert not (tmp_path / "局" / "backups").exists()
