"""A person's server without a hub: which workspace is hers, what is asked of another process, what she is shown instead."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("people's servers are forked on Linux only", allow_module_level=True)

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings, settings_of
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.hub.keeper import REFUSED, UP, MakerLost
from orglife.adapters.lab import runtime, server
from orglife.core.errors import AnotherBranch, AnotherLogins, BadInput, OpenElsewhere
from orglife.office.office import Office
from orglife.serve import founding, person, serving
from orglife.serve.serving import ServeOptions

STORE = "sqlite:///orglife.db"


class Asked:
    """A keeper that calls in this process, and notes what it was asked."""

    def __init__(self, lost: bool = False) -> None:
        self.calls: list[tuple[str, float]] = []
        self.told: list[tuple[str, str]] = []
        self.lost = lost

    def call(self, task: str, payload: bytes, *, seconds: float) -> bytes:
        self.calls.append((task, seconds))
        if self.lost:
            raise MakerLost
        function = getattr(person, task.partition(":")[2])
        answer: bytes = function(payload)
        return answer

    def tell(self, kind: str, words: str = "") -> None:
        self.told.append((kind, words))


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the login to the database says of the person: her branch, and the campaign in force there."""
    one = SimpleNamespace(branch="t01", campaign="", gecos=" 沈 若溪 ,office,")
    monkeypatch.setattr(founding, "branch_on_server", lambda *_: one.branch)
    monkeypatch.setattr(founding, "campaign_on_server", lambda _: one.campaign)
    monkeypatch.setattr(person, "pwd", SimpleNamespace(getpwuid=lambda _: SimpleNamespace(pw_gecos=one.gecos)))
    return one


@pytest.mark.parametrize(("branch", "role"), [("t01", "branch"), ("", "bureau")])
def test_a_new_workspace_is_that_of_the_login(login: SimpleNamespace, tmp_path: Path, branch: str, role: str) -> None:
    login.branch = branch
    person.open_workspace(tmp_path / "簿", STORE, "2024-seed")
    settings = settings_of(tmp_path / "簿")
    assert (settings.role, settings.branch, settings.store, settings.author) == (role, branch, STORE, "沈 若溪")
    assert Workspace.open(tmp_path / "簿").campaign.id == "2024-seed"
    person.open_workspace(tmp_path / "簿", STORE, "annual")  # it is there already
    assert Workspace.open(tmp_path / "簿").campaign.id == "2024-seed"


def test_the_campaign_in_force_on_the_server_is_used(login: SimpleNamespace, tmp_path: Path) -> None:
    login.campaign = ws.campaign_text("annual")
    person.open_workspace(tmp_path / "簿", STORE, "2024-seed")
    assert Workspace.open(tmp_path / "簿").campaign.id == "annual"


@pytest.mark.parametrize(
    ("settings", "was"),
    [
        (Settings(branch="t02", store=STORE), "自己文件里支部t02"),
        (Settings(store=STORE), "自己文件里支部（未定）"),
        (Settings(role="bureau", store=STORE), "自己文件里上级党组织"),
        (Settings(role="bureau", branch="t01", store=STORE), "自己文件里上级党组织"),
        (Settings(branch="t01", store="sqlite:///other.db"), "自己文件里支部t01"),
    ],
)
def test_another_workspace_in_its_place_is_left_alone(
    login: SimpleNamespace, tmp_path: Path, settings: Settings, was: str
) -> None:
    Workspace.create(tmp_path / "簿", ws.campaign_text("2024-seed"), settings)
    with pytest.raises(AnotherLogins) as refused:
        person.open_workspace(tmp_path / "簿", STORE, "2024-seed")
    assert (refused.value.fields["was"], refused.value.fields["now"]) == (was, "自己文件里支部t01")
    assert settings_of(tmp_path / "簿") == settings


@pytest.mark.parametrize(
    ("gecos", "before", "author"), [("沈若溪", "", "沈若溪"), ("沈若溪", "别人", "别人"), ("", "", "")]
)
def test_the_name_of_the_account_is_the_author_unless_there_is_one(
    login: SimpleNamespace, tmp_path: Path, gecos: str, before: str, author: str
) -> None:
    login.gecos = gecos
    Workspace.create(tmp_path / "簿", ws.campaign_text("2024-seed"), Settings(branch="t01", store=STORE, author=before))
    person.open_workspace(tmp_path / "簿", STORE, "2024-seed")
    assert settings_of(tmp_path / "簿").author == author


# --- what is asked of another process --------------------------------------------------------------------------------


def test_a_look_gives_the_page_its_data_or_the_reason(filled: Path, tmp_path: Path) -> None:
    keeper = Asked()
    for asked in (None, keeper):
        data = person._look(filled, asked)  # type: ignore[arg-type]
        assert data["branches"] == [["t01", "测试局机关党支部"]]
        with pytest.raises(BadInput) as refused:
            person._look(tmp_path / "none", asked)  # type: ignore[arg-type]
        assert len(refused.value.sentences) == 1
    assert keeper.calls == [("orglife.serve.person:look", 100.0)] * 2
    with pytest.raises(BadInput, match=person.UNEXPECTED):
        person._look(filled, Asked(lost=True))  # type: ignore[arg-type]


def test_a_workspace_is_opened_before_the_first_look_only(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(person, "open_workspace", lambda *what: opened.append(what))
    person._look(filled, None)
    assert opened == []
    person._look(filled, None, store=STORE, campaign="annual")
    assert opened == [(filled, STORE, "annual")]


def test_papers_are_made_by_the_keeper_where_there_is_one(filled: Path) -> None:
    keeper = Asked()
    here, elsewhere = person.actions(filled, None), person.actions(filled, keeper)  # type: ignore[arg-type]
    assert here.keys() == elsewhere.keys() == serving.actions(filled).keys()
    request = {"what": "stage", "stage": "talks", "kind": "html", "branch": "t01"}
    ours, theirs = here["make"](request), elsewhere["make"](request)
    assert (ours.name, ours.data, list(ours.sentences)) == (theirs.name, theirs.data, list(theirs.sentences))
    assert keeper.calls == [("orglife.serve.person:make_paper", 600.0)]
    with pytest.raises(BadInput) as refused:
        elsewhere["make"]({**request, "kind": "exe"})
    assert refused.value.sentences[0].startswith("格式“exe”")
    with pytest.raises(BadInput, match=person.NOT_MADE):
        person.actions(filled, Asked(lost=True))["make"](request)  # type: ignore[arg-type]
    own = {key: value for key, value in request.items() if key != "branch"}
    assert here["make"](own).data == ours.data, "the only branch need not be named"
    assert here["quit"]({}) == {}, "it leads to the hub and ends nothing"


def test_today_s_copy_is_made_and_its_failure_is_logged(filled: Path, tmp_path: Path) -> None:
    for keeper in (None, Asked(), Asked(lost=True)):
        person._copy_of_today(filled, keeper)  # type: ignore[arg-type]
    assert len(list((filled / "backups").glob("*.zip"))) == 1
    (tmp_path / "空").mkdir()
    assert person.back_up(str(tmp_path / "空").encode()) == b""
    assert "今天的备份没有做成" in (tmp_path / "空" / "logs" / "backup.log").read_text(encoding="utf-8")


# --- the server ------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Serving the workspace in her home folder only notes how; the environment is that of a hub."""
    calls: list[Any] = []
    home = tmp_path / "home"
    home.mkdir()
    filled.rename(home / serving.NEW_FOLDER)
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setattr(person, "open_workspace", lambda *what: calls.append(what))
    monkeypatch.setattr(serving, "enter_environment", calls.append)
    monkeypatch.setattr(server, "serve", lambda *what: calls.append(what))
    for name, value in {
        "ORGLIFE_STORE": STORE,
        "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:5005/user/a/",
        "JUPYTERHUB_SERVICE_PREFIX": "/user/a/",
    }.items():
        monkeypatch.setenv(name, value)
    for name in (person.CAMPAIGN, person.IDLE):
        monkeypatch.delenv(name, raising=False)
    return calls


@pytest.mark.parametrize(
    ("more", "campaign", "idle"),
    [
        ({}, ws.fullest_campaign(), 3600.0),
        ({person.CAMPAIGN: "annual", person.IDLE: "60"}, "annual", 60.0),
        ({person.CAMPAIGN: "", person.IDLE: ""}, ws.fullest_campaign(), 3600.0),
    ],
)
def test_the_hub_s_configuration_says_what_is_served(
    served: list[Any], monkeypatch: pytest.MonkeyPatch, more: dict[str, str], campaign: str, idle: float
) -> None:
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    started: list[bool] = []
    person.serve_person(lambda: started.append(True), None)
    opened, environment, (folder, access, look, actions, on_start) = served
    assert opened == (folder.root, STORE, campaign)
    assert environment["JUPYTERHUB_SERVICE_PREFIX"] == "/user/a/"
    assert (access.idle, access.port, access.base, access.first_page) == (
        idle,
        5005,
        "/user/a/",
        "/doc/tree/notebooks/00_home.ipynb",
    )
    assert look()["branches"]
    assert "make" in actions
    monkeypatch.setattr(person, "_copy_of_today", lambda *_: None)
    on_start()
    assert started == [True]


def test_two_servers_of_one_person_are_one_too_many(served: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = runtime.ServerFolder(Path.home() / serving.NEW_FOLDER)
    with runtime.claim(folder) as ours:
        assert ours
        with pytest.raises(OpenElsewhere):
            person.serve_person(lambda: None, None)
    assert len(served) == 1, "it was not served"


def broken(*_: object) -> None:
    raise KeyError("魏长河")


def refused(*_: object) -> None:
    raise BadInput(["不行。", "也不行。"])


def test_the_hub_hears_that_a_server_is_up_or_why_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keeper = Asked()
    monkeypatch.setattr(person, "serve_person", lambda on_start, _: on_start())
    person.serve_forked(keeper)  # type: ignore[arg-type]
    assert person.main() == 0
    monkeypatch.setattr(person, "serve_person", refused)
    person.serve_forked(keeper)  # type: ignore[arg-type]
    assert person.main() == 1
    assert capsys.readouterr().err == "不行。也不行。\n"
    monkeypatch.setattr(person, "serve_person", broken)
    with pytest.raises(KeyError):
        person.serve_forked(keeper)  # type: ignore[arg-type]
    line = broken.__code__.co_firstlineno + 1
    assert capsys.readouterr().err == f"orglife: KeyError test_person_parts.py:{line}\n"
    assert keeper.told == [(UP, ""), (REFUSED, "不行。也不行。"), (REFUSED, person.UNEXPECTED)]


# --- a workspace that is open already --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("running", "wanted", "developer", "messages"),
    [
        ("", "", False, 1),
        ("", "t01", False, 1),
        ("t01", "t01", False, 1),
        ("t01", "", False, 1),
        ("t01", "", True, 2),
        ("t02", "t01", False, None),
    ],
)
def test_a_workspace_that_is_open_already_is_shown_again(
    filled: Path,
    monkeypatch: pytest.MonkeyPatch,
    running: str,
    wanted: str,
    messages: int | None,
    *,
    developer: bool,
) -> None:
    started = runtime.Started(8765, developer, running, runtime.Keys.new())
    monkeypatch.setattr(runtime, "find", lambda _: started)
    asked: list[str] = []
    first_page = serving.first_page
    monkeypatch.setattr(serving, "first_page", lambda root, branch: asked.append(branch) or first_page(root, branch))
    shown: list[str] = []
    said: list[str] = []
    opened: list[Any] = []
    monkeypatch.setattr(server, "show", lambda *what: opened.append(what))
    folder = runtime.ServerFolder(filled)

    def show(options: ServeOptions) -> None:
        serving._show_running(folder, wanted, options, shown.append, said.append)

    if messages is None:
        with pytest.raises(AnotherBranch):
            show(ServeOptions(browser=True))
        assert (shown, opened) == ([], [])
        return
    show(ServeOptions(browser=False))
    assert opened == []
    assert len(said) == messages
    assert asked == [wanted or running], "the page of the branch that the window asks for or is fixed to"
    assert ("开发方式打开" in said[0]) is developer
    assert f"{started.keys.base}enter/notebooks/00_home.ipynb?token=" in shown[0]
    assert shown[0].endswith("&branch=t01") is bool(wanted)
    show(ServeOptions(browser=True))
    assert [what[0] for what in opened] == shown[1:]


def test_the_page_s_data_of_a_branch_and_of_a_bureau(filled: Path, tmp_path: Path) -> None:
    own = serving.page_data(filled)
    assert [step["title"] for step in own["steps"]][:1] == ["首页"]
    assert own["steps"][-1]["title"] == "方案"
    assert (own["rehearsal"], "tour" in own) == (False, False)
    with Office.open(filled) as office:
        campaign = office.campaign
    assert own["days"]["from"] == campaign.meeting_start.isoformat()  # type: ignore[union-attr]
    assert own["days"]["to"] == campaign.meeting_end.isoformat()  # type: ignore[union-attr]
    founding.create_workspace(tmp_path / "局", ws.campaign_text("annual"), Settings(role="bureau"), None)
    bureau = serving.page_data(tmp_path / "局")
    assert [step.get("bureau", False) for step in bureau["steps"]].index(False) >= 2
    assert list(bureau["days"]) == ["today"], "a campaign without a period of the meeting"
    assert "方案" not in [step["title"] for step in serving.page_data(tmp_path / "局", "t01")["steps"]][:-1]
