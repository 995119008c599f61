"""Two campaigns side by side, and every campaign that comes with the program run through by a whole branch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.campaigns.comparison import compare
from orglife.core.paper.paper import Sheet
from orglife.core.rule.campaign import Campaign, CheckItemText, Demand, Override, check_campaign, parse_campaign
from orglife.stages import RULES, STAGES, campaign_needs
from tests import branch as b
from tests.conftest import run
from tests.whole.test_whole import LATE, errors, sample


def test_new_gone_and_changed_demands_name_rules_and_forms() -> None:
    old = b.campaign()
    demands = dict(old.demands)
    del demands["talks.team_pairs"]
    demands["plan.made"] = Demand(source="一", quote="制定方案")
    demands["talks.extra"] = Demand(source="二", quote="多谈")
    comparison = compare(old, old.model_copy(update={"demands": demands, "year": 2025}))
    (gone,), (changed,), (new,) = comparison.of("gone"), comparison.of("changed"), comparison.of("new")
    assert (gone.key, gone.rules, gone.forms) == ("talks.team_pairs", ("TALK-01",), ("F3",))
    assert (changed.key, changed.rules) == ("plan.made", ("PLAN-01",))
    assert (new.key, new.rules) == ("talks.extra", ())
    assert [(f.name, f.before, f.after) for f in comparison.fields] == [("year", "2024", "2025")]
    printed = " ".join(text for text, _ in comparison.page().texts())
    for words in ("党支部班子成员之间必谈", "制定好专题组织生活会", "制定方案", "多谈", "班子成员之间有未谈的"):
        assert words in printed
    assert words in "\n".join(comparison.lines())


def test_demands_that_a_branch_ticks_and_adjusted_checks_are_compared() -> None:
    def item(number: int, text: str) -> CheckItemText:
        return CheckItemText(id=f"item_{number}", text=text, source="三", quote=text)

    old = b.campaign().model_copy(
        update={"check_items": [item(1, "组织党员参观一次教育基地"), item(2, "每季度上一次党课"), item(3, "建立台账")]}
    )
    items = [item(1, "建立台账"), item(2, "每半年上一次党课"), item(3, "走访困难党员")]
    override = {"GRADE-04": Override(params={"ratio_num": 30, "ratio_den": 100})}
    new = old.model_copy(update={"check_items": items, "override": override})
    comparison = compare(old, new)
    assert [(c.how, c.before and c.before.text, c.after and c.after.text) for c in comparison.items] == [
        ("changed", "每季度上一次党课", "每半年上一次党课"),
        ("new", None, "走访困难党员"),
        ("gone", "组织党员参观一次教育基地", None),
    ]
    ((name, before, after),) = [(f.name, f.before, f.after) for f in comparison.fields if f.name.startswith("override")]
    assert name == "override.GRADE-04"
    assert "比例的分子：1；比例的分母：3" in before
    assert "比例的分子：30；比例的分母：100" in after
    assert "程度" not in before, "what is the same in both is not told"
    told_lines, printed = "\n".join(comparison.lines()), " ".join(text for text, _ in comparison.page().texts())
    for words in ("每季度上一次党课", "每半年上一次党课", "走访困难党员", "组织党员参观一次教育基地"):
        assert words in told_lines
        assert words in printed
    assert "建立台账" not in told_lines
    assert [c["change"] for c in comparison.to_json()["check_items"]] == ["changed", "new", "gone"]  # type: ignore[attr-defined]


def test_a_campaign_does_not_differ_from_itself() -> None:
    comparison = compare(b.campaign(), b.campaign())
    assert (comparison.demands, comparison.items, comparison.fields) == ((), (), ())
    assert list(comparison.lines()) == ["两个方案的要求、日期和目录都一样。"]


def test_diff_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("campaign", "diff", "2024-seed", "2025-annual", "--json", "--out", str(tmp_path / "d.html")) == 0
    difference = json.loads(capsys.readouterr().out)
    assert (difference["old"], difference["new"]) == ("2024-seed", "2025-annual")
    assert "方案条款对照表" in (tmp_path / "d.html").read_text(encoding="utf-8")
    assert run("campaign", "diff", "2024-seed", "2025-annual", "--out", str(tmp_path / "d.exe")) == 2
    assert run("campaign", "diff", "2024-seed", "no-such") == 2


# --- the campaigns that come along -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ws.campaign_ids())
def test_a_campaign_that_comes_along_is_sound(name: str) -> None:
    campaign = parse_campaign(ws.campaign_text(name))
    assert campaign.id == name
    check = check_campaign(campaign, campaign_needs())
    assert check.problems == []
    assert not [note for note in check.notes if "中文名称" in note or "往年的用语" in note]
    for key in campaign.demands:
        assert key in b.campaign().demands, "a demand that the kit knows"


def onto(raw: dict[str, Any], campaign: Campaign) -> dict[str, Any]:
    """A branch of the seed in another plan's words: keys of each list in turn, dates left as they are."""
    seed = b.campaign()
    raw = json.loads(json.dumps(raw)) | {"campaign": campaign.id}
    records = raw["records"]

    def turned(lists: str, key: str) -> str:
        mine, theirs = seed.keys(lists), campaign.keys(lists)
        return theirs[mine.index(key) % len(theirs)] if theirs and key in mine else ""

    def declared(keys: list[str], used: set[str]) -> list[str]:
        return [key for key in keys if key not in used]

    for review in records["member_review"]:
        for item in review["items"]:
            item["aspect"] = turned("aspects", item["aspect"])
            item["dimension"] = turned("dimensions", item["dimension"])
        used = {item[name] for item in review["items"] for name in ("aspect", "dimension")}
        review["none_declared"] = declared(campaign.keys("aspects+dimensions"), used)
        review["key_checks"] = {
            turned("key_checks", k): v for k, v in review.get("key_checks", {}).items() if campaign.key_checks
        }
    for review in records["team_review"]:
        for item in review["items"]:
            item["aspect"] = turned("team_aspects", item["aspect"])
        review["none_declared"] = declared(campaign.team_aspects, {item["aspect"] for item in review["items"]})
    for study in records["study"]:
        study["material_ids"] = campaign.keys("materials")
    for meeting in records["meeting"]:
        meeting["agenda_done"] = campaign.agenda
    for item in records["rect_item"]:
        item["source"] = turned("rect_sources", item["source"])
    for each in records["rect_list"]:
        owner = (each["owner_kind"], each.get("owner", ""))
        used = {i["source"] for i in records["rect_item"] if (i["owner_kind"], i.get("owner", "")) == owner}
        each["none_declared"] = declared(campaign.rect_sources, used)
    return raw


@pytest.mark.parametrize("name", ws.campaign_ids())
def test_a_whole_branch_runs_through_every_campaign(name: str) -> None:
    """The first sample in each plan's words: no error but of the dates, and every paper says the plan's own words."""
    campaign = parse_campaign(ws.campaign_text(name))
    undated = campaign.model_copy(
        update=dict.fromkeys(("plan_deadline", "meeting_start", "meeting_end", "finish_by", "report_by"))
        | {"materials": [m.model_copy(update={"published": None}) for m in campaign.materials]}
    )
    dossier = b.dossier(onto(sample("b01"), campaign), as_of=LATE)
    findings = b.findings(RULES, dossier, undated, "close")
    assert errors(findings) == set()
    assert [f.rule for f in findings if f.counts and f.severity == "warning"] == []
    sheet = Sheet(dossier, undated, findings)
    printed = "".join(text for s in STAGES if s.documents for d in s.documents(sheet) for text, _ in d.texts())
    for key in (*campaign.aspects, *campaign.agenda):
        assert campaign.label(key) in printed
    if name != "2024-seed":
        assert "十八届六中全会" not in campaign.theme
