"""A branch with thousands of findings is listed in some lines, with the sums; nothing is hidden in JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orglife.cli.lines import MOST_OF_A_RULE
from tests import branch as b
from tests.conftest import run

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
    found = json.loads(capfd.readouterr().out)["branches"][0]["findings"]
    rules = [finding["rule"] for finding in found]
    many = {rule for rule in rules if rules.count(rule) > MOST_OF_A_RULE}
    assert many
    for rule in many:
        assert f"：共{rules.count(rule)}处，只列出{MOST_OF_A_RULE}处" in shown
        listed = [
            line for line in shown.splitlines() if line.startswith("  [") and line.split("] ")[1].startswith(f"{rule} ")
        ]
        assert len(listed) == MOST_OF_A_RULE
    assert len(shown.splitlines()) < 4 * (len(set(rules)) + 1) * MOST_OF_A_RULE
