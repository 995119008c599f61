"""A branch with thousands of findings is listed in some lines, with the sums; nothing is hidden in JSON."""

from __future__ import annotations

import json
import re
import tracemalloc
from itertools import takewhile
from pathlib import Path

import pytest

from orglife.cli.lines import MOST_OF_A_RULE
from orglife.stages import RULES
from orglife.stages.talks import layout
from orglife.stages.talks.rules import MOST_PAIRED
from tests import branch as b
from tests.conftest import run
from tests.marks import thorough

MEMBERS = 60


@pytest.fixture
def crowd(workspace: Path, tmp_path: Path) -> Path:
    """A branch of sixty more members of whom nothing is entered."""
    raw = b.branch()
    one = next(m for m in raw["records"]["member"] if m["status"] == "full")
    crowd = [{**one, "id": f"x{n}", "name": f"党员{n}"} for n in range(MEMBERS)]
    raw["records"] = {**raw["records"], "member": [*raw["records"]["member"], *crowd]}
    (tmp_path / "t01.json").write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(workspace), str(tmp_path / "t01.json")) == 0
    return workspace


def test_findings_of_a_rule_are_capped_with_their_sum(crowd: Path, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    run("check", str(crowd), "--branch", "t01", "--checkpoint", "close")
    shown = capfd.readouterr().out
    run("check", str(crowd), "--branch", "t01", "--checkpoint", "close", "--json")
    findings = json.loads(capfd.readouterr().out)["branches"][0]["findings"]
    rules = [finding["rule"] for finding in findings]
    lines = shown.splitlines()
    many = {rule for rule in rules if rules.count(rule) > MOST_OF_A_RULE}
    assert many
    for rule in many:
        heads = [n for n, line in enumerate(lines) if line.startswith("  [") and f"] {rule} " in line]
        assert sum(int(re.findall(r"（(\d+)处）", lines[n])[0]) for n in heads) == rules.count(rule)
        listed = [sum(1 for _ in takewhile(lambda line: line.startswith("      · "), lines[n + 1 :])) for n in heads]
        assert max(listed) == MOST_OF_A_RULE + 1  # the last says that there are more
        assert f"只列出{MOST_OF_A_RULE}处" in shown
    assert len(shown.splitlines()) < 4 * (len(set(rules)) + 1) * MOST_OF_A_RULE


@thorough
def test_a_large_meeting_is_checked_without_listing_its_millions_of_pairs() -> None:
    """1,500 people present are 2,248,500 pairs of critic and criticised."""
    raw = b.branch()
    one = next(m for m in raw["records"]["member"] if m["role"] == "member" and m["status"] == "full")
    crowd = [{**one, "id": f"x{n}", "name": f"党员{n}"} for n in range(1500)]
    raw["records"]["member"] = [*raw["records"]["member"], *crowd]
    meeting = raw["records"]["meeting"][0]
    meeting["present"] = [*meeting["present"], *(each["id"] for each in crowd)]
    own = {"text": "到会迟到了三次，事先没有说明。", "kind": "discipline"}
    raw["records"]["criticism"] += [
        {**own, "id": f"c-{n}", "author": f"x{n}", "target": f"x{(n + 1) % 1500}"} for n in range(1500)
    ]
    dossier = b.dossier(raw)
    tracemalloc.start()
    try:
        (finding,) = b.findings([rule for rule in RULES if rule.id == "CRIT-02"], dossier, checkpoint="close")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "人次" in finding.message
    assert int(re.findall(r"还差(\d+)人次", finding.message)[0]) > 2_000_000
    assert peak < 64 * 1024 * 1024


def crowd_of_leaders(number: int, *, talk: bool = False) -> dict[str, object]:
    """A branch whose roster says of everybody that he belongs to the leadership, as a wrong column in a sheet does."""
    raw = b.branch()
    one = next(m for m in raw["records"]["member"] if m["role"] not in ("member", "") and m["status"] == "full")
    team = sum(m["role"] not in ("member", "") for m in raw["records"]["member"])
    crowd = [{**one, "id": f"x{n:04}", "name": f"党员{n}"} for n in range(number - team)]
    raw["records"]["member"] = [*raw["records"]["member"], *crowd]
    if talk:
        own = {**raw["records"]["talk"][0], "id": "tx", "participants": ["x0000", "x0001"], "initiator": "x0000"}
        raw["records"]["talk"].append(own)
    return raw


TALKS = [rule for rule in RULES if rule.id == "TALK-01"]


def test_a_leadership_of_many_is_told_member_by_member() -> None:
    pairs = MOST_PAIRED * (MOST_PAIRED - 1) // 2
    findings = b.findings(TALKS, b.dossier(crowd_of_leaders(MOST_PAIRED)), checkpoint="close")
    assert pairs - 10 < len(findings) < pairs
    assert {len(finding.subjects) for finding in findings} == {2}
    findings = b.findings(TALKS, b.dossier(crowd_of_leaders(MOST_PAIRED + 1, talk=True)), checkpoint="close")
    assert len(findings) == MOST_PAIRED + 1
    assert {len(finding.subjects) for finding in findings} == {1}
    of = {finding.subjects[0].id: finding.message for finding in findings}
    assert f"等{MOST_PAIRED}名班子成员" in of["x0002"]
    assert f"等{MOST_PAIRED - 1}名班子成员" in of["x0000"], "he has talked with one"


def test_two_thousand_leaders_are_checked_and_shown_in_little_memory() -> None:
    dossier = b.dossier(crowd_of_leaders(2000))
    campaign = b.campaign()
    tracemalloc.start()
    try:
        assert len(b.findings(TALKS, dossier, checkpoint="close")) == 2000
        assert layout.team_pairs(dossier) == set()
        (look, *_) = layout.not_reached(dossier, campaign)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "2000名" in look.text
    assert len(look.text) < 100
    assert peak < 16 * 1024 * 1024
