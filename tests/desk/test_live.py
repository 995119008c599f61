"""Pages that are open show what others save on a server, within a second and without a key; a file gives no hints."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store.chain import BUREAU
from orglife.adapters.store.store import Change, Store
from orglife.bureau import renewing
from orglife.bureau.renewing import OverviewRenewal
from orglife.bureau.survey import survey
from orglife.desk import live
from orglife.desk.desk import Desk
from orglife.office.office import Office
from tests import branch as b
from tests.conftest import run
from tests.database_server import TestDatabase, acting_as
from tests.marks import thorough

C = "2024-seed"
SECONDS = 10


class Bureau:
    """A bureau and two branches on a server, t01 with all records."""

    def __init__(self, database: TestDatabase, folder: Path) -> None:
        self.database = database
        self.logins = {name: database.add("branch", name) for name in ("t01", "t02")}
        self.bureau = database.add("bureau")
        self.root = folder / "局"
        self.home = folder / "支部"
        with acting_as(self.bureau):
            settings = Settings(role="bureau", store=database.url)
            Workspace.create(self.root, ws.campaign_text(C), settings)
        for name, login in self.logins.items():
            raw = b.changed(b.branch(), put={"branch/id": name, "branch/name": f"支部{name}"})
            (folder / f"{name}.json").write_text(json.dumps(raw), encoding="utf-8")
            home = self.home if name == "t01" else folder / name
            with acting_as(login):
                Workspace.create(home, ws.campaign_text(C), Settings(branch=name, store=database.url))
                assert run("import", str(home), str(folder / f"{name}.json")) == 0

    def save(self, name: str, *changes: Change) -> None:
        with self.database.open(self.logins.get(name, self.bureau)) as store:
            store.apply(C, name, changes, who="张")


@pytest.fixture
def bureau(database: TestDatabase, tmp_path: Path) -> Bureau:
    return Bureau(database, tmp_path)


def renamed(name: str, words: str) -> Change:
    raw = b.branch()["branch"] | {"id": name, "name": words}
    return Change("branch", name, raw)


def in_a_page(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


async def until(shown: Callable[[], bool]) -> float:
    """Seconds until something is shown."""
    begun = time.monotonic()
    while not shown():
        assert time.monotonic() - begun < SECONDS, "it was not renewed"
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


def test_the_overview_shows_a_save_of_a_branch(bureau: Bureau) -> None:
    async def page() -> None:
        with acting_as(bureau.bureau):
            desk = Desk.open(str(bureau.root))
            box = desk.form("overview")
            assert desk.live is not None
        board = box.children[1]

        def names() -> list[str]:
            return [row[1] for row in board.view["rows"]]

        assert names() == ["支部t01", "支部t02"]
        await asyncio.sleep(0.3)  # it listens
        bureau.save("t02", renamed("t02", "改了名的支部"))
        await until(lambda: names() == ["支部t01", "改了名的支部"])
        bureau.save("t02", Change("branch", "t02", None))
        await until(lambda: names() == ["支部t01"])
        desk.live.stop()
        desk.office.close()

    in_a_page(page)


def test_home_shows_a_remark_of_the_bureau_and_a_loan(bureau: Bureau) -> None:
    async def page() -> None:
        with acting_as(bureau.logins["t01"]):
            desk = Desk.open(str(bureau.home))
            view = desk.form("home")
            assert desk.live is not None

        def text() -> str:
            return str(view.bundle()["text/html"])

        assert "请补谈话地点" not in text()
        await asyncio.sleep(0.3)
        renewed: list[float] = []
        desk._views[0].refresh = lambda: renewed.append(time.monotonic())  # type: ignore[method-assign]
        bureau.save(
            BUREAU, Change("remark", "r1", {"id": "r1", "branch": "t01", "text": "请补谈话地点", "date": "2024-03-01"})
        )
        await until(lambda: len(renewed) == 1)
        assert "请补谈话地点" in text()
        with acting_as(bureau.logins["t01"]), Office.open(bureau.home) as office:
            office.store.database.lend("t1", "李秀兰", again=False)  # type: ignore[attr-defined]
        await until(lambda: len(renewed) == 2)
        assert "李秀兰" in text()
        assert "带回以前，这里只能看" in text()
        desk.live.stop()
        desk.office.close()

    in_a_page(page)


def test_a_false_hint_renews_nothing(bureau: Bureau) -> None:
    async def page() -> None:
        shown: list[int] = []
        with bureau.database.open(bureau.logins["t01"]) as store:
            with acting_as(bureau.logins["t01"]):
                one = live.LivePage(store, store.state, lambda: shown.append(1))
            await asyncio.sleep(0.3)
            bureau.database.sql("SELECT pg_notify(own_channel(), '')", login=bureau.logins["t01"])
            await asyncio.sleep(0.5)
            assert shown == []
            bureau.save("t01", renamed("t01", "改"))
            await until(lambda: shown == [1])
            one.stop()

    in_a_page(page)


def test_many_saves_do_not_keep_a_page_busy(bureau: Bureau) -> None:
    """Renewing takes 0.2 s here; twenty saves in quick succession are shown in the end, and the page is at rest most of the time."""

    async def page() -> None:
        shown: list[tuple[int, int]] = []

        def renew() -> None:
            shown.append(store.state())
            time.sleep(0.2)

        with bureau.database.open(bureau.logins["t01"]) as store:
            with acting_as(bureau.logins["t01"]):
                one = live.LivePage(store, store.state, renew)
            await asyncio.sleep(0.3)
            for number in range(20):
                await asyncio.to_thread(bureau.save, "t01", renamed("t01", f"第{number}次"))
            final = store.state()
            await until(lambda: bool(shown) and shown[-1] == final)
            assert len(shown) <= 12
            one.stop()

    in_a_page(page)


@thorough
def test_a_page_that_is_dropped_listens_no_more(bureau: Bureau) -> None:
    """As when its window is closed: nothing calls ``stop``, and nothing keeps the page alive."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND query LIKE 'LISTEN%%'"

    def listening() -> int:
        return int(bureau.database.sql(query, bureau.logins["t01"], login="postgres")[0][0])

    async def page() -> None:
        with acting_as(bureau.logins["t01"]):
            desk = Desk.open(str(bureau.home))
            desk.form("home")
        for _ in range(100):
            if listening():
                break
            await asyncio.sleep(0.05)
        store = desk.office.store
        del desk
        for _ in range(100):
            gc.collect()
            if not listening():
                break
            await asyncio.sleep(0.05)
        assert not listening()
        store.close()

    in_a_page(page)


def test_a_workspace_with_a_file_is_as_before(filled: Path) -> None:
    async def page() -> None:
        desk = Desk.open(str(filled))
        desk.form("home")
        assert desk.live is None
        desk.office.close()

    in_a_page(page)


# --- only what changed -----------------------------------------------------------------------------------------------


@pytest.fixture
def office(bureau: Bureau) -> Any:
    with acting_as(bureau.bureau), Office.open(bureau.root) as one:
        yield one


def test_only_the_branch_that_changed_is_checked_again(
    bureau: Bureau, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewal = OverviewRenewal(office, None)
    renewal.begin()
    overview = survey(office)
    assert renewal.renewed(overview) is None
    read: list[str] = []
    current = Store.current

    def noting(self: Store, campaign: str, branch: str, *more: Any) -> Any:
        read.append(branch)
        return current(self, campaign, branch, *more)

    monkeypatch.setattr(Store, "current", noting)
    bureau.save("t02", Change("talk", "t01", None))
    renewed = renewal.renewed(overview)
    assert renewed is not None
    assert set(read) <= {"t02", BUREAU}
    monkeypatch.undo()
    assert renewed.standings == survey(office, branches_only=True).standings
    assert renewal.renewed(renewed) is None


def test_what_the_bureau_sends_to_a_branch_renews_the_branch(bureau: Bureau, office: Office) -> None:
    renewal = OverviewRenewal(office, None)
    renewal.begin()
    overview = survey(office)
    bureau.save(BUREAU, Change("remark", "r1", {"id": "r1", "branch": "t01", "text": "请补", "date": "2024-03-01"}))
    renewed = renewal.renewed(overview)
    assert renewed is not None
    assert renewed.standings == survey(office, branches_only=True).standings


def test_very_many_at_once_are_a_survey(bureau: Bureau, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    renewal = OverviewRenewal(office, None)
    renewal.begin()
    overview = survey(office)
    monkeypatch.setattr(renewing, "MANY", 2)
    for name in ("t01", "t02"):
        bureau.save(name, renamed(name, "改了"))
    renewed = renewal.renewed(overview)
    assert renewed is not None
    assert [one.name for one in renewed.standings] == ["改了", "改了"]
