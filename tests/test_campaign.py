"""The seed campaign and what ``campaign check`` says of a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orglife.core.campaign import check_campaign, parse_campaign
from orglife.core.errors import BadInput
from orglife.listing import campaign_needs, override_notes
from orglife.stages import ALL_RULES
from tests import branch as b
from tests.conftest import run

SEED = b.ROOT / "templates/campaigns/2024-seed.toml"
PLAN = (b.ROOT / "templates/campaigns/2024-seed.txt").read_text(encoding="utf-8")


def test_every_quote_is_a_literal_piece_of_the_plan() -> None:
    demands = b.campaign().demands
    assert len(demands) == 68
    for key, demand in demands.items():
        assert demand.source.startswith("实施方案"), key
        assert demand.pieces, key
        for piece in demand.pieces:
            assert piece in PLAN, (key, piece)


def test_the_seed_campaign_is_complete() -> None:
    found = check_campaign(b.campaign(), campaign_needs())
    assert found.problems == []
    assert [note for note in found.notes if "stale_terms" not in note] == []  # a first year has no earlier words
    assert b.campaign().report_deadline == date(2024, 3, 7)


def test_every_demand_of_a_rule_is_made_by_the_plan() -> None:
    demands = b.campaign().demands
    for rule in ALL_RULES:
        assert not rule.demand or rule.demand in demands, rule.id
        assert rule.demand or rule.general, rule.id


def test_campaign_check_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("campaign", "check", "2024-seed") == 0
    assert run("campaign", "list") == 0
    assert "2024-seed" in capsys.readouterr().out
    blank = tmp_path / "blank.toml"
    blank.write_text('id = "2025-x"\ntitle = "新方案"\n', encoding="utf-8")
    assert run("campaign", "check", str(blank)) == 0
    told = capsys.readouterr().out
    assert "plan_deadline" in told
    assert "PLAN-02" in told
    assert "没有任何要求" in told
    assert run("new", str(tmp_path / "w"), "--campaign", str(blank)) == 0


BAD = {
    "no id": ('title = "x"', "id"),
    "misspelt key": ('id = "x"\nplan_deadlime = 2024-02-10', "plan_deadlime"),
    "malformed id": ('id = "../x"', "id"),
    "not toml": ("id = ", "TOML"),
    "day as text": ('id = "x"\nplan_deadline = "2024-02-10"', "plan_deadline"),
    "impossible day": ('id = "x"\nplan_deadline = 2024-02-30', "TOML"),
    "unknown retention": ('id = "x"\n[retention]\nF1 = "D99"', "retention.F1"),
    "unknown severity": ('id = "x"\n[override."GRADE-04"]\nseverity = "fatal"', "override.GRADE-04.severity"),
    "unknown demand field": ('id = "x"\n[demands."plan.made"]\nsauce = "y"', "demands.plan.made.sauce"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_campaign_is_refused_with_its_place(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, place = BAD[name]
    with pytest.raises(BadInput) as refusal:
        parse_campaign(text)
    assert any(place in sentence for sentence in refusal.value.sentences), refusal.value.sentences
    file = tmp_path / "bad.toml"
    file.write_text(text, encoding="utf-8")
    for command in (("campaign", "check", str(file)), ("new", str(tmp_path / "w"), "--campaign", str(file))):
        assert run(*command) == 2
        assert place in capsys.readouterr().err
    assert not (tmp_path / "w").exists()


def test_a_demand_without_source_or_quote_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.toml"
    file.write_text(
        'id = "x"\n[demands."plan.made"]\nsource = "一"\n[demands."study.held"]\nquote = "学"\n', encoding="utf-8"
    )
    assert run("campaign", "check", str(file)) == 2
    told = capsys.readouterr().err
    assert "plan.made" in told
    assert "study.held" in told
    assert len(told.strip().splitlines()) == 2


def test_notes_on_keys_labels_overrides_and_stale_terms() -> None:
    changed = b.campaign(
        dimensions=["political", "style"],
        agenda=["briefing", "song"],
        title="学习2016年的精神",
        stale_terms=["2016年"],
        override={"GRADE-99": {"severity": "info"}, "GRADE-04": {"params": {"ratio": 2}}},
    )
    notes = check_campaign(changed, campaign_needs()).notes + override_notes(changed)
    for words in ("style", "song", "2016年", "GRADE-99", "ratio_num"):
        assert any(words in note for note in notes), (words, notes)


def test_an_edit_is_in_force_at_the_next_command(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = ("--as-of", "2024-03-08")
    assert run("check", str(filled), *day) == 0
    file = filled / "campaign.toml"
    file.write_text(
        SEED.read_text(encoding="utf-8").replace("plan_deadline = 2024-02-10", "plan_deadline = 2024-02-04")
    )
    assert run("check", str(filled), *day) == 1
    assert "PLAN-02" in capsys.readouterr().out


def test_overrides_by_campaign_and_branch_type() -> None:
    rule = next(r for r in ALL_RULES if r.id == "GRADE-04")
    changed = b.campaign(
        override={
            "GRADE-04": {
                "severity": "error",
                "params": {"ratio_num": 1, "ratio_den": 4},
                "types": {"small": {"severity": "info"}},
            }
        }
    )
    regular = b.dossier()
    small = b.dossier(b.changed(b.branch(), put={"branch/type": "small"}))
    (finding,) = b.findings((rule,), regular, changed)
    assert finding.severity == "error"
    assert "不超过1名" in finding.message
    (finding,) = b.findings((rule,), small, changed)
    assert finding.severity == "info"
    assert b.findings((rule,), regular) == []


def test_a_rule_that_crashes_becomes_a_finding() -> None:
    from dataclasses import replace

    from orglife.core.finding import run as run_rules

    def broken(case: object) -> list[object]:
        raise ZeroDivisionError

    rule = replace(ALL_RULES[0], id="TEST-01", condition=broken)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        b.findings((rule,), b.dossier())
    (finding,) = run_rules([rule], b.dossier(), b.campaign(), regulations=b.regulations(), due=())
    assert (finding.severity, finding.kind, finding.subjects, finding.due) == ("error", "wrong", (), True)
    assert "未能运行" in finding.message
