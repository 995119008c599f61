"""What all cells of a page share: the branch, its day, and findings that are computed once."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.store.store import BUREAU
from orglife.bureau.superior import INTAKE, OVERVIEW
from orglife.desk import open_branch
from orglife.desk.open_branch import OpenBranch
from orglife.home.progress import CAMPAIGN, HOME

TODAY, CHECK = date(2024, 3, 8), date(2024, 3, 9)


class Office:
    """An office that counts what it is asked for."""

    def __init__(self, *, opening: str = "", role: str = "branch") -> None:
        self.opening, self.campaign = opening, object()
        self.asked: list[Any] = []
        self.saves = 0
        settings = SimpleNamespace(role=role)
        self.workspace = SimpleNamespace(today=lambda: TODAY, day_of_check=lambda: CHECK, settings=settings)
        self.store = SimpleNamespace(state=lambda: self.saves)

    def one_branch(self, branch: str) -> str:
        return branch or "only"

    def dossier(self, branch: str, as_of: date | None) -> Any:
        self.asked.append((branch, as_of))
        return SimpleNamespace(id=branch)

    def findings(self, dossier: Any) -> list[Any]:
        return [SimpleNamespace(stage=stage, branch=dossier.id) for stage in ("talks", "study", "talks")]


def opened(office: Office, branch: str = "t01", *, day: date | None = None, interactive: bool = True) -> OpenBranch:
    return OpenBranch(office, branch, as_of=day, final=False, interactive=interactive)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "interactive", "as_of", "of_bureau"),
    [
        (None, True, TODAY, TODAY),
        (None, False, None, CHECK),
        (date(2024, 2, 1), True, date(2024, 2, 1), date(2024, 2, 1)),
        (date(2024, 2, 1), False, date(2024, 2, 1), date(2024, 2, 1)),
    ],
)
def test_a_page_checks_as_of_today_and_a_batch_as_of_the_records(
    day: date | None, interactive: bool, as_of: date | None, of_bureau: date
) -> None:
    page = opened(Office(), day=day, interactive=interactive)
    assert (page.as_of, page.day) == (as_of, of_bureau)


@pytest.mark.parametrize(
    ("branch", "interactive", "stage", "lacks"),
    [
        ("", True, "talks", True),
        ("", True, HOME, True),
        ("", True, OVERVIEW, False),
        ("", True, INTAKE, False),
        ("", True, "supervision", False),
        ("", True, CAMPAIGN, False),
        ("", False, "talks", False),
        ("t01", True, "talks", False),
    ],
)
def test_a_branchs_page_of_a_bureau_lacks_a_branch(branch: str, interactive: bool, stage: str, lacks: bool) -> None:
    assert opened(Office(), branch, interactive=interactive).lacks_branch(stage) is lacks


@pytest.mark.parametrize(
    ("opening", "branch", "asked"), [("", "t01", "t01"), ("new", "new", "new"), ("new", "", "only"), ("", "", "only")]
)
def test_a_branch_that_is_only_begun_is_read_under_its_own_id(opening: str, branch: str, asked: str) -> None:
    office = Office(opening=opening)
    office.one_branch = lambda branch: branch or "only"  # type: ignore[method-assign]
    opened(office, branch).dossier()
    assert office.asked == [(asked, TODAY)]


@pytest.mark.parametrize(("stage", "number"), [("", 3), (HOME, 3), ("talks", 2), ("plan", 0)])
def test_a_stage_has_its_own_findings_and_home_all(stage: str, number: int) -> None:
    assert len(opened(Office()).stage_findings(stage)) == number


def test_findings_are_computed_once_for_all_views_of_a_refresh() -> None:
    office = Office()
    page = opened(office)
    with pytest.raises(ZeroDivisionError), page.computed_once():
        assert page.branch_findings() is page.branch_findings()
        assert len(office.asked) == 1
        raise ZeroDivisionError
    page.branch_findings()
    assert len(office.asked) == 2
    for branch in ("", BUREAU):
        bureau = Office()
        with opened(bureau, branch).computed_once():
            assert bureau.asked == []


def test_all_branches_are_read_again_only_after_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    monkeypatch.setattr(open_branch, "Superior", lambda *arguments: made.append(arguments) or object())
    office = Office()
    page = opened(office)
    assert page.superior() is page.superior()
    office.saves += 1
    page.superior()
    office.campaign = object()
    page.superior()
    assert made == [(office, TODAY)] * 3


@pytest.mark.parametrize(("interactive", "link"), [(True, "12_talks.ipynb#t1"), (False, "")])
def test_only_a_page_has_links(interactive: bool, link: str) -> None:
    page = opened(Office(), interactive=interactive)
    assert page.link(SimpleNamespace(link="12_talks.ipynb#t1")) == link  # type: ignore[arg-type]
    assert page.link(None) == ""


@pytest.mark.parametrize(("role", "in_bureau"), [("bureau", True), ("branch", False)])
def test_a_bureaus_workspace_is_known_by_its_role(role: str, in_bureau: bool) -> None:
    assert opened(Office(role=role)).in_bureau is in_bureau
