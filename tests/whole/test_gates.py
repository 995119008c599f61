"""The one hard gate, 不学习不开会, walked at random: nobody gets past it without a study or a reason on record."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.core.record.branch import Explanation
from orglife.core.record.dossier import Dossier
from orglife.desk.desk import Desk
from orglife.office.office import Office, gate
from orglife.stages import RULES
from orglife.stages.study.record import Study
from tests import branch as b
from tests.conftest import run
from tests.marks import thorough

DAYS = ["2024-02-06", "2024-02-20", "2024-02-21", ""]
FORMS = ["collective", "self", "delivered"]


def passable(raw: dict[str, Any]) -> bool:
    """The gate by plain reading: a collective study by the day of the meeting, or a reason for having none."""
    records = raw["records"]
    meetings = [m["date"] for m in records.get("meeting", [])]
    studied = any(
        s["form"] == "collective" and (not s.get("date") or not meetings or s["date"] <= min(meetings))
        for s in records.get("study", [])
    )
    return studied or any(e["rule"] == "STUDY-01" and e.get("reason") for e in records.get("explanation", []))


def step(raw: dict[str, Any], dice: random.Random, number: int) -> None:
    """One random entry, change or removal."""
    records = raw["records"]
    for kind in ("study", "explanation", "meeting"):
        records.setdefault(kind, [])
    for kind in ("study", "explanation"):  # few at a time, so that the gate opens and shuts all the way
        if len(records[kind]) > 2:
            records[kind] = []
    match dice.randrange(7):
        case 0 | 1:
            records["study"].append({"id": f"s{number}", "date": dice.choice(DAYS), "form": dice.choice(FORMS)})
        case 2 | 3 if records["study"]:
            records["study"].pop(dice.randrange(len(records["study"])))
        case 4:
            rule = dice.choice(["STUDY-01", "STUDY-01", "STUDY-02"])
            reason = dice.choice(["大雪封路", ""])
            records["explanation"].append({"id": f"e{number}", "rule": rule, "reason": reason, "date": "2024-02-20"})
        case 5 if records["explanation"]:
            records["explanation"].pop(dice.randrange(len(records["explanation"])))
        case 6:
            records["meeting"] = [] if records["meeting"] else [b.meeting()]


@thorough
@pytest.mark.parametrize("steps", [1_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_no_step_skips_the_gate_unrecorded(steps: int) -> None:
    dice = random.Random(20240220)
    raw: dict[str, Any] = b.branch() | {"records": {"member": b.members()}}
    opened = closed = 0
    for number in range(steps):
        step(raw, dice, number)
        shut = gate(b.findings(STUDY, quick(raw), SEED)) is not None
        assert shut is not passable(raw), (number, raw["records"]["study"], raw["records"]["explanation"])
        closed, opened = closed + shut, opened + (not shut)
    assert min(opened, closed) > steps / 10


SEED = b.campaign()
WHOLE = b.dossier()


def quick(raw: dict[str, Any]) -> Dossier:
    """The walk's dossier, without reading the whole branch anew at each step."""
    read = {k.TYPE: tuple(k.model_validate(r) for r in raw["records"][k.TYPE]) for k in (Study, Explanation)}
    held = {"meeting": WHOLE.records["meeting"] if raw["records"]["meeting"] else (), "member": WHOLE.records["member"]}
    return Dossier(WHOLE.campaign, WHOLE.branch, read | held, WHOLE.as_of)


STUDY = tuple(rule for rule in RULES if rule.stage == "study")


@thorough
def test_the_desk_keeps_the_gate_over_the_store(workspace: Path, tmp_path: Path) -> None:
    dice = random.Random(7)
    raw: dict[str, Any] = b.changed(b.branch(), remove=["study", "criticism", "talk", "member_review"])
    file = tmp_path / "walk.json"
    for number in range(40):
        step(raw, dice, number)
        file.write_text(json.dumps(raw), encoding="utf-8")
        assert run("import", str(workspace), str(file)) == 0  # import itself is not gated
        desk = Desk.open(str(workspace), "t01", as_of="2024-03-08")
        form = desk.form("meeting")
        is_form = hasattr(form, "children")
        assert is_form is passable(raw)
        desk.office.close()


def test_an_answer_opens_the_gate_and_stays_on_record(filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "none.json"
    file.write_text(json.dumps(b.changed(b.branch(), remove=["study"])), encoding="utf-8")
    assert run("import", str(filled), str(file)) == 0
    with Office.open(filled) as office:
        assert gate(office.findings(office.dossier("t01", date(2024, 3, 8)))) is not None
    why = ("--rule", "STUDY-01", "--reason", "大雪封路，学习改在会后", "--as-of", "2024-03-08")
    assert run("answer", str(filled), "--branch", "t01", *why) == 0
    with Office.open(filled) as office:
        found = office.findings(office.dossier("t01", date(2024, 3, 8)))
        assert gate(found) is None
        assert [f.explained.reason for f in found if f.rule == "STUDY-01" and f.explained] == ["大雪封路，学习改在会后"]
