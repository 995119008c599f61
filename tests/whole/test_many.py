"""What is unusual and in order: a branch of 300 members, and a leader of the bureau on a branch's roster."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import ipywidgets
import pypdf
import pytest

from orglife.desk.desk import Desk
from tests import branch as b
from tests.conftest import run
from tests.marks import thorough

MANY = 300
GROUPS = 15
CHECK_SECONDS = 60  # minutes would make a secretary give up; it takes a few seconds
Json = dict[str, Any]


def idents() -> list[str]:
    return [f"n{n:03d}" for n in range(1, MANY + 1)]


def many() -> Json:
    """A branch of 300 in 15 groups: everybody has an outline, speaks, is criticised by the next, is graded."""
    raw, people = b.branch(), idents()
    records: Json = raw["records"]
    roles = dict.fromkeys(people, "member") | {people[0]: "secretary", people[1]: "deputy", people[2]: "committee"}
    group_of = {i: f"第{n % GROUPS + 1}组" for n, i in enumerate(people)}
    records["member"] = [
        {"id": i, "name": f"党员{n}", "status": "full", "role": roles[i], "group": group_of[i]}
        for n, i in enumerate(people, start=1)
    ]
    records["study"][0] |= {"attendees": people, "host": people[0]}
    pairs = [(people[0], i) for i in people[1:]] + [(people[1], people[2])]
    records["talk"] = [
        b.talk(f"t{n:03d}", x, y, thoughts=f"说到第{n}件事", problems_pointed=f"第{n}次台账晚交")
        for n, (x, y) in enumerate(pairs, start=1)
    ]
    records["opinion"] = [o | {"heard_by": people[0]} for o in records["opinion"]]
    records["member_review"] = [_outline(n, i) for n, i in enumerate(people, start=1)]
    by_group = {g: [i for i in people if group_of[i] == g] for g in dict.fromkeys(group_of.values())}
    records["meeting"] = [_meeting(people, by_group)]
    records["criticism"] = [
        {"id": f"c{x}", "author": x, "target": y, "text": f"你第{n}季度的报表晚交了{n}天", "kind": "duty"}
        for members in by_group.values()
        for n, (x, y) in enumerate(zip(members, [*members[1:], members[0]], strict=True), start=1)
    ]
    row = {"excellent": 99, "qualified": 200, "basic": 0, "unqualified": 0}
    ballots = {"issued": MANY, "returned": MANY, "valid": MANY, "counters": [people[3]], "supervisors": [people[4]]}
    records["tally"] = [b.tally() | ballots | {"rows": [{"member": i, **row} for i in people]}]
    records["grade_meeting"][0]["present"] = people[:3]
    records["grade"] = [
        {"id": f"g{i}", "member": i, "grade": "qualified", "opinion": "认账快", "feedback_on": "2024-02-23"}
        for i in people
    ]
    for kind in ("rect_item", "rect_list", "pledge"):
        records[kind] = []
    return raw


def _outline(n: int, ident: str) -> Json:
    found = b.reviews()[0]
    item = b.item(f"r{ident}.p1", "style", "role") | {"fact": f"去年我第{n}次把来电转给别人，没有回访"}
    return found | {"id": f"r{ident}", "member": ident, "items": [item]}


def _meeting(people: list[str], by_group: dict[str, list[str]]) -> Json:
    groups = [
        {
            "group": group,
            "date": "2024-02-20",
            "chair": members[0],
            "present": members,
            "speeches": [{"member": i, "order": n, "self_criticism": True} for n, i in enumerate(members, start=1)],
        }
        for group, members in by_group.items()
    ]
    chaired = {"chair": people[0], "recorder": people[3], "present": people, "absent": [], "speeches": []}
    return b.meeting() | chaired | {"groups": groups, "summary": {"by": people[0], "text": "逐条落实"}}


@pytest.fixture
def crowded(workspace: Path, tmp_path: Path) -> Path:
    source = tmp_path / "many.json"
    source.write_text(json.dumps(many()), encoding="utf-8")
    assert run("import", str(workspace), str(source)) == 0
    return workspace


@pytest.mark.soak
def test_three_hundred_members_are_checked_and_printed(crowded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    started = time.monotonic()
    assert run("check", str(crowded), "--as-of", "2024-03-08", "--json") in (0, 1)
    assert time.monotonic() - started < CHECK_SECONDS
    found = json.loads(capsys.readouterr().out)["branches"][0]["findings"]
    assert not [f for f in found if "未能运行" in f["message"]]
    assert {f["rule"] for f in found if f["due"] and f["severity"] == "error"} <= {
        "RECT-01",
        "RECT-02",
        "RECT-03",
        "RECT-05",
    }
    assert run("batch", str(crowded), "--stage", "appraisal", "--jobs", "1") == 0
    text = "".join(page.extract_text() for page in pypdf.PdfReader(crowded / "records/t01/21_appraisal.pdf").pages)
    for name in ("党员1", "党员150", "党员300"):
        assert name in text


@thorough
def test_three_hundred_members_fit_the_forms_and_blanks(crowded: Path) -> None:
    started = time.monotonic()
    assert isinstance(Desk.open(str(crowded), "t01", as_of="2024-03-08").form("appraisal"), ipywidgets.Tab)
    assert time.monotonic() - started < CHECK_SECONDS
    assert run("forms", str(crowded), "--blank", "--form", "F11", "--form", "F9", "--formats", "pdf") == 0
    ballot = pypdf.PdfReader(crowded / "records/t01/forms/F11_blank.pdf")
    text = "".join("".join(page.extract_text() for page in ballot.pages).split())
    assert "党员300" in text
    assert len(ballot.pages) < 30


def test_a_leader_of_the_bureau_on_a_roster_is_in_order(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same person is a member like any other, with an id of the roster, and a leader with an id of the bureau."""
    leader = {"id": "l1", "name": "陆望舒", "own_branch": "t01"}
    visit = {"id": "s1", "leader": "l1", "branch": "t02", "date": "2024-02-20", "commented": True, "finding": "none"}
    bureau = {"bureau_leader": [leader], "supervision": [visit]}
    files = {
        "one": b.changed(b.branch(), put={"member/m5/is_leader": True}),
        "two": b.changed(b.branch(), put={"branch/id": "t02", "branch/name": "测试局窗口党支部"}),
        "bureau": {"format": "orglife-bureau/1", "campaign": "2024-seed", "records": bureau},
    }
    for name, raw in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(filled), *(str(tmp_path / f"{name}.json") for name in files)) == 0
    capsys.readouterr()
    assert run("check", str(filled), "--as-of", "2024-03-20", "--json") in (0, 1)
    found = json.loads(capsys.readouterr().out)
    assert found["bureau"]["errors"] == 0
    assert found["branches"][0]["errors"] == 0
    assert (
        run("batch", str(filled), "--stage", "plan", "--stage", "supervision", "--formats", "html", "--jobs", "1") == 0
    )
    page = (filled / "records" / "_bureau" / "40_supervision.html").read_text(encoding="utf-8")
    assert "陆望舒" in page
    assert "测试局窗口党支部" in page
