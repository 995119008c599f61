"""A campaign that the bureau puts into force on a server reaches every branch at its next look, without a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from orglife import Desk
from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace, campaign_text
from orglife.campaigns import following, issued, renewal
from orglife.core.errors import AnotherCampaign, CampaignNotBegun, CampaignOfBureau, StoreAway
from orglife.core.record.branch import Member
from orglife.office.office import Office
from orglife.stages.rectification.record import RectItem
from tests import branch as b
from tests.conftest import run
from tests.database_server import ADMIN, TestDatabase, acting_as

OLD, NEW = "2024-seed", "2025-annual"


@dataclass
class Bureau:
    """A bureau and two branches on a server; each has a login and a workspace of its own."""

    database: TestDatabase
    folder: Path
    login: str
    branches: dict[str, str]

    def root(self, name: str) -> Path:
        return self.folder / name

    def begin(self) -> None:
        with acting_as(self.login):
            assert run("campaign", "begin", str(self.root("局")), NEW) == 0


@pytest.fixture
def bureau(database: TestDatabase, tmp_path: Path) -> Bureau:
    made = Bureau(database, tmp_path, database.add("bureau"), {n: database.add("branch", n) for n in ("t01", "t02")})
    with acting_as(made.login):
        Workspace.create(
            made.root("局"), campaign_text(OLD), Settings(role="bureau", store=database.url, author="王处")
        )
    for name, login in made.branches.items():
        raw = b.branch()
        raw["branch"]["id"] = name
        (tmp_path / f"{name}.json").write_text(json.dumps(raw), encoding="utf-8")
        with acting_as(login):
            Workspace.create(
                made.root(name), campaign_text(OLD), Settings(branch=name, store=database.url, author="张")
            )
            assert run("import", str(made.root(name)), str(tmp_path / f"{name}.json")) == 0
    return made


def test_every_branch_has_it_at_the_next_look_and_carries_its_own_over(bureau: Bureau, capsys: Captured) -> None:
    root, login = bureau.root("t01"), bureau.branches["t01"]
    (root / "records" / "t01").mkdir(parents=True)
    (root / "records" / "t01" / "10_plan.html").write_text("旧", encoding="utf-8")
    with acting_as(login):
        desk = Desk.open(str(root))
        open_items = {i.id for i in desk.dossier().all(RectItem) if i.status != "done"}
        staying = {m.id for m in desk.dossier().members.values() if m.left_on is None}
    bureau.begin()
    assert "2个支部在服务器上各存各的" in capsys.readouterr().err
    with acting_as(login):
        desk.refresh()
        assert desk.office.campaign.id == NEW
        assert set(desk.dossier().members) == staying
        assert {i.id for i in desk.dossier().all(RectItem)} == open_items
        assert desk.office.earlier is not None
        assert desk.office.earlier.id == OLD
        history = desk.office.store.history(NEW, "t01")
        assert {r.who for r in history} == {"张"}
    assert (root / "records" / "_2024-seed" / "t01" / "10_plan.html").read_text(encoding="utf-8") == "旧"
    assert not (root / CAMPAIGN).exists()
    with acting_as(bureau.login), Office.open(bureau.root("局")) as office:
        assert office.branches() == ["t01"]  # the other one has not looked yet
        assert office.store.branches(OLD) == ["t01", "t02"]
    with acting_as(login), following.opened(root) as office:
        assert office.store.history(NEW, "t01") == history


def test_a_command_is_a_look_too_and_a_second_computer_does_nothing_twice(bureau: Bureau, capsys: Captured) -> None:
    bureau.begin()
    with acting_as(bureau.branches["t02"]):
        assert run("check", str(bureau.root("t02"))) in (0, 1)
        Workspace.create(bureau.root("另一台"), campaign_text(NEW), Settings(branch="t02", store=bureau.database.url))
        with following.opened(bureau.root("另一台")) as office:
            assert len(office.store.history(NEW, "t02", "branch")) == 1
            assert office.author == "张"
        with Office.open(bureau.root("t02"), campaign=OLD) as then:
            assert then.dossier("t02").all(Member)
    assert capsys.readouterr()


def test_two_pages_that_look_at_once_carry_over_once(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau.begin()
    root = bureau.root("t01")
    real = renewal.carried
    with acting_as(bureau.branches["t01"]):

        def slow(*arguments: object) -> object:
            monkeypatch.setattr(renewal, "carried", real)
            following.opened(root).close()  # the other page is quicker
            return real(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(renewal, "carried", slow)
        with following.opened(root) as office:
            assert len(office.store.history(NEW, "t01", "branch")) == 1


def test_a_branch_that_was_taken_home_is_carried_over_when_it_is_back(bureau: Bureau) -> None:
    root, home = bureau.root("t01"), bureau.root("家")
    with acting_as(bureau.branches["t01"]):
        assert run("take-home", str(root), "--to", str(home)) == 0
        bureau.begin()
        assert Desk.open(str(root)).office.campaign.id == NEW  # the page opens; nothing can be saved
        with Office.open(root) as office:
            assert office.store.branches(NEW) == []
        assert run("bring-back", str(root), str(home)) == 0
        with following.opened(root) as office:
            assert office.store.branches(NEW) == ["t01"]


def test_a_branch_puts_no_campaign_into_force(bureau: Bureau, capsys: Captured) -> None:
    root = bureau.root("t01")
    with acting_as(bureau.branches["t01"]):
        assert run("campaign", "begin", str(root), NEW) == 2
        assert "由上级党组织在服务器上启用" in capsys.readouterr().err
        with Office.open(root) as office:
            with pytest.raises(CampaignOfBureau):
                issued.read_issued(office, "方案.toml", campaign_text(OLD).encode())
            with pytest.raises(CampaignOfBureau):
                office.files.write(CAMPAIGN, campaign_text(NEW).encode())
            assert office.campaign.id == OLD
        assert "由上级党组织在服务器上启用" in str(Desk.open(str(root)).form("campaign").bundle())


def test_the_bureau_changes_the_campaign_of_this_year(bureau: Bureau) -> None:
    with acting_as(bureau.branches["t01"]):
        desk = Desk.open(str(bureau.root("t01")))
    with acting_as(bureau.login), Office.open(bureau.root("局")) as office:
        text = campaign_text(OLD).replace('theme = "', 'theme = "改过的', 1)
        changed = issued.read_issued(office, "方案.toml", text.encode())
        renewal.put_into_force(office, changed.text, changed.newer)
        assert office.campaign.theme.startswith("改过的")
    with acting_as(bureau.branches["t01"]):
        desk.refresh()
        assert desk.office.campaign.theme.startswith("改过的")


def test_intake_carries_over_for_all(bureau: Bureau) -> None:
    with acting_as(bureau.database.add("intake")):
        assert run("campaign", "begin", str(bureau.root("局")), NEW) == 0
        with Office.open(bureau.root("局")) as office:
            assert office.branches() == ["t01", "t02"]


@pytest.mark.parametrize("role", ["branch", "bureau"])
def test_a_new_workspace_takes_the_campaign_in_force(bureau: Bureau, role: str) -> None:
    login = bureau.branches["t01"] if role == "branch" else bureau.login
    settings = Settings.model_validate(
        {"role": role, "branch": "t01" if role == "branch" else "", "store": bureau.database.url}
    )
    with acting_as(login):
        with pytest.raises(AnotherCampaign, match="服务器上用的方案是"):
            Workspace.create(bureau.root("新"), campaign_text(NEW), settings)
        assert not bureau.root("新").exists()
        Workspace.create(bureau.root("新"), campaign_text(OLD), settings)
        with Office.open(bureau.root("新")) as office:
            assert office.campaign.id == OLD


def test_the_administrator_may_put_the_first_one_into_force(database: TestDatabase, tmp_path: Path) -> None:
    settings = Settings(branch="t01", store=database.url)
    with acting_as(database.add("branch", "t01")), pytest.raises(CampaignNotBegun, match="还没有启用方案"):
        Workspace.create(tmp_path / "支部", campaign_text(OLD), settings)
    with acting_as(ADMIN):
        for name in (OLD, NEW):  # the second changes nothing
            assert run("serve", "init", database.url, "--campaign", name) == 0
    with acting_as(database.add("branch", "t01")):
        Workspace.create(tmp_path / "支部", campaign_text(OLD), settings)


def test_with_the_database_away_the_page_keeps_its_campaign(bureau: Bureau) -> None:
    with acting_as(bureau.branches["t01"]):
        desk = Desk.open(str(bureau.root("t01")))
        with bureau.database.away():
            with pytest.raises(StoreAway):
                desk.office.renew()
            assert desk.office.campaign.id == OLD


Captured = pytest.CaptureFixture[str]
