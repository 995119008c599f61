"""A branch with thousands of findings is listed in some lines, with the sums; nothing is hidden in JSON."""

from __future__ import annotations

import json
import re
from itertools import takewhile
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
