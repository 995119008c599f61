"""An open workspace: which branches it means, its campaigns, and what still keeps a branch from being final."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk.settings import change_settings
from orglife.adapters.store.store import Change
from orglife.core.errors import BranchNotChosen, NoBranch, NotFinal, UnknownBranch
from orglife.office.office import REHEARSAL, Office, gate
from orglife.stages import BY_KEY
from tests import branch as b
from tests.conftest import run

C = "2024-seed"


def founded(root: Path, *branches: str, **settings: str) -> Path:
    """A workspace with these branches, of which only the first has a name."""
    change_settings(root, **settings)
    with Office.open(root) as office:
        for number, ident in enumerate(branches):
            body = {"id": ident} | ({} if number else {"name": "甲支部"})
            office.store.apply(C, ident, [Change("branch", ident, body)], who="")
    return root


@pytest.mark.parametrize(
    ("given", "chosen"),
    [([], ["t01", "t02"]), (["t02"], ["t02"]), (["t02", "t01", "t02"], ["t02", "t01"])],
)
def test_all_branches_are_meant_unless_some_are_named(workspace: Path, given: list[str], chosen: list[str]) -> None:
    with Office.open(founded(workspace, "t01", "t02")) as office:
        assert office.chosen(given) == chosen
        with pytest.raises(UnknownBranch) as unknown:
            office.chosen([*given, "t03"])
        assert (unknown.value.fields["branch"], unknown.value.fields["known"]) == ("t03", "t01、t02")
        assert [office.branch_name(each) for each in office.branches()] == ["甲支部", "t02"]


def test_without_branches_none_is_known(workspace: Path) -> None:
    with Office.open(workspace) as office:
        assert office.chosen([]) == []
        with pytest.raises(UnknownBranch) as unknown:
            office.chosen(["t01"])
        assert unknown.value.fields["known"] == "（还没有）"


@pytest.mark.parametrize(
    ("branches", "own", "given", "found"),
    [
        (["t01", "t02"], "", "t02", "t02"),
        (["t01", "t02"], "t02", "", "t02"),
        (["t01", "t02"], "t02", "t01", "t01"),
        (["t01"], "", "", "t01"),
        (["t01", "t02"], "", "", BranchNotChosen),
        ([], "", "", NoBranch),
        (["t01"], "t02", "", UnknownBranch),
    ],
)
def test_one_branch_is_the_named_one_else_the_workspaces_own_else_the_only_one(
    workspace: Path, branches: list[str], own: str, given: str, found: Any
) -> None:
    with Office.open(founded(workspace, *branches, branch=own)) as office:
        if isinstance(found, str):
            assert office.one_branch(given) == found
            return
        with pytest.raises(found) as refusal:
            office.one_branch(given)
        assert found is not BranchNotChosen or refusal.value.fields["known"] == "t01、t02"


def test_a_branch_about_to_be_made_is_empty(workspace: Path) -> None:
    with Office.open(founded(workspace, "t01")) as office:
        office.opening = "t09"
        day = date(2024, 2, 1)
        assert (office.dossier("t09", day).branch.id, office.dossier("t09", day).as_of) == ("t09", day)
        assert office.dossier("t09").as_of == date.today()
        assert office.dossier("t01").branch.name == "甲支部"
        with pytest.raises(UnknownBranch):
            office.dossier("t08")


# --- campaigns ---------------------------------------------------------------------------------------------------------


def test_the_campaign_is_loaded_again_when_its_file_changed(filled: Path) -> None:
    file = filled / "campaign.toml"
    with Office.open(filled) as office:
        title = office.campaign.title
        assert not office.renew()
        text = file.read_text(encoding="utf-8")
        file.write_text(f"{text}\n# 加一行\n", encoding="utf-8")
        assert not office.renew(), "it says the same"
        file.write_text(text.replace(title, f"{title}（改）"), encoding="utf-8")
        assert office.renew()
        assert office.campaign.title == f"{title}（改）"
        assert not office.renew()


def test_other_campaigns_of_the_year_share_the_archive_numbers(filled: Path) -> None:
    assert run("campaign", "begin", str(filled), "2025-annual") == 0
    item = {"form": "F9", "retention": "Y", "title": "题名"}
    with Office.open(filled) as office:
        for campaign in (C, "2025-other", "2025-annual"):
            body = {"id": f"of-{campaign}", **item}
            office.store.apply(campaign, "t01", [Change("archive_item", body["id"], body)], who="")
    with Office.open(filled) as office:
        assert office.campaign.id == "2025-annual"
        assert office.same_year == ["2025-other"], "one whose file is gone may be of this year"
        assert [row.id for row in office.items_elsewhere("t01")] == ["of-2025-other"]
        assert office.earlier is not None
        assert office.earlier.id == C
    with Office.open(filled, campaign=C) as office:
        assert office.campaign.id == C
        assert not office.renew(), "an earlier campaign stays as it was"


# --- findings and papers -----------------------------------------------------------------------------------------------


def test_findings_are_those_of_the_named_stages_or_all(filled: Path) -> None:
    with Office.open(filled) as office:
        office.store.apply(C, "t01", [Change("talk", "t01", None), Change("study", "st", None)], who="")
        dossier = office.dossier("t01", b.AS_OF)
        found = office.findings(dossier, "close")
        assert len({finding.stage for finding in found}) > 1
        assert office.findings(dossier, "close", ["talks"]) == [f for f in found if f.stage == "talks"] != []
        assert office.findings(dossier, "close", ["none"]) == []
        study = [f for f in found if f.rule == "STUDY-01"]
        assert gate(found) == study[0]
        assert gate(f for f in found if f.rule != "STUDY-01") is None
        assert gate(replace(f, explained="已补学") for f in study) is None


def test_papers_of_a_rehearsal_are_marked_as_such(filled: Path) -> None:
    titles: list[Sequence[str]] = []
    for rehearsal in (False, True):
        change_settings(filled, rehearsal=rehearsal)
        with Office.open(filled) as office:
            dossier = office.dossier("t01", b.AS_OF)
            papers = office.documents(dossier, BY_KEY["talks"], [])
            titles.append([paper.title[0] for paper in (*papers, *office.blanks(dossier, BY_KEY["talks"]))])
            three = papers[0].model_copy(update={"title": ["一", "二", "三"]})
            assert office.marked([three])[0].title == [f"{REHEARSAL if rehearsal else ''}一", "二", "三"]
    assert titles[0]
    assert titles[1] == [f"{REHEARSAL}{title}" for title in titles[0]]


def test_a_bundle_is_dated_by_the_latest_record_and_bears_the_numbers_in_force(filled: Path) -> None:
    items = [
        {"id": "a1", "form": "F3", "code": "A·2024-0001"},
        {"id": "a2", "form": "F3", "code": "A·2024-0002", "withdrawn": True},
        {"id": "a3", "form": "F3"},
    ]
    with Office.open(filled) as office:
        more = {"retention": "Y", "title": "题名"}
        office.store.apply(C, "t01", [Change("archive_item", i["id"], {**more, **i}) for i in items], who="")
        dossier = office.dossier("t01", date(2024, 3, 1))
        bundle = office.bundle(dossier, BY_KEY["talks"], [])
        assert (bundle.branch, bundle.campaign, bundle.title) == (
            "测试局机关党支部",
            office.campaign.title,
            BY_KEY["talks"].heading,
        )
        assert bundle.dated == "2024-02-28"
        numbered = office.numbered(bundle, dossier)
    assert {(paper.form, paper.subject): paper.code for paper in numbered.documents}["F3", ""] == "A·2024-0001"
    assert {paper.code for paper in bundle.documents} == {""}


# --- final -------------------------------------------------------------------------------------------------------------


def open_points(root: Path) -> str:
    with Office.open(root) as office:
        dossier = office.dossier("t01", b.AS_OF)
        try:
            office.require_final(dossier)
        except NotFinal as error:
            return f"{error.fields['branch']}：{error.fields['what']}"
    return ""


def test_a_complete_branch_is_final_until_something_is_begun_or_taken_away(filled: Path) -> None:
    assert open_points(filled) == ""
    with Office.open(filled) as office:
        for ident in ("t98", "t99"):
            office.store.draft(C, "t01", "talk", ident, {"date": "哪天"}, who="")
    drafts = "还有2条没有填完的记录"
    assert open_points(filled) == f"测试局机关党支部：{drafts}"
    with Office.open(filled) as office:
        report = {"id": "rp", "date": "2024-02-28", "to": "局机关党总支"}
        office.store.apply(C, "t01", [Change("report", "rp", report), Change("talk", "t01", None)], who="")
    heading = "测试局机关党支部关于召开专题组织生活会和开展民主评议党员情况的报告"
    assert open_points(filled) == (
        f"测试局机关党支部：还有1处须改正：班子成员之间有未谈的；{drafts}；这些文件还有待填内容：{heading}"
    )


def test_of_an_empty_branch_five_kinds_of_errors_are_named(workspace: Path) -> None:
    told = open_points(founded(workspace, "t02", "t01"))
    assert told == (
        "t01：还有10处须改正：支部书记应为1名、缺少支部工作方案、会前未组织集中学习（不学习不开会）、"
        "未征求群众、服务对象意见、问题清单未经确认等"
    )
