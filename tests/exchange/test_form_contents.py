"""Everything that members' forms hold, cell by cell: before the meeting and after it, blank, and for the pledge alone."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from orglife.core.record.exchange import Incoming
from orglife.exchange.member_forms import criticism_by, export_member_forms, own_record
from orglife.exchange.workbooks import with_committee
from orglife.office.office import Office
from orglife.stages.reviews.record import MemberReview
from tests import branch as b
from tests.conftest import run
from tests.marks import first
from tests.whole.golden_files import GOLDEN, compare, rows_of

LATER: dict[str, Any] = {
    "meeting": [{**b.meeting(), "id": "m2nd", "round": 2, "guests": [], "completed": True, "date": "2024-03-05"}],
    "criticism": [
        {"id": "d1", "author": "m4", "target": "m1", "text": "少下楼", "round": 2},
        {"id": "d2", "author": "m4", "target": "m9", "text": "走了的人", "round": 2},
    ],
    "redo_order": [{"id": "ro", "branch": "t01", "round": 1, "scope": "whole", "date": "2024-03-01"}],
    "member_review": [
        {"id": "r4b", "member": "m4", "date": "2024-03-02", "items": [b.item("r4b.p1", "duty", "moral")]}
    ],
}
"""A second round: a new outline of one member, and criticism of two."""
STATES: dict[str, dict[str, Any]] = {
    "ahead": {"put": {"meeting/mt/completed": False}},
    "over": {"put": {"branch/name": "", "member/m5/name": "田小禾", "member/m7/name": "简：宁"}},
    "again": {"add": LATER},
}


def held(data: bytes) -> dict[str, Any]:
    """The filled cells of each sheet, its lists to choose from, and the hidden data of the file."""
    book = load_workbook(io.BytesIO(data))
    cells: dict[str, Any] = {}
    for sheet in book.worksheets:
        rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
        lists = sorted(f"{rule.sqref} {rule.formula1}" for rule in sheet.data_validations.dataValidation)
        cells[sheet.title] = [*("｜".join(row) for row in rows if any(row)), *lists]
    return cells


@pytest.mark.parametrize("state", first(2, STATES))
def test_forms_hold_what_is_known_and_ask_for_the_rest(state: str, workspace: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.json"
    source.write_text(json.dumps(b.changed(b.branch(), **STATES[state])), encoding="utf-8")
    assert run("import", str(workspace), str(source)) == 0
    found: dict[str, Any] = {}
    with Office.open(workspace) as office:
        for options in ({"members": ["m4"]}, {"blank": True}, {"members": ["m4"], "pledge_only": True}):
            for name, data in export_member_forms(office, "t01", **options).items():
                found |= {f"{name} {title}": rows for title, rows in held(data).items()}
        names = list(export_member_forms(office, "t01", ["m7", "m4", "m5", "m4"], pledge_only=True))
    assert names == {"over": ["整改承诺_简：宁.xlsx", "整改承诺_田小禾（m4）.xlsx", "整改承诺_田小禾（m5）.xlsx"]}.get(
        state, ["整改承诺_简宁.xlsx", "整改承诺_田小禾.xlsx", "整改承诺_陆望舒.xlsx"]
    )
    compare(GOLDEN / f"forms/{state}.json", rows_of(found))


def test_of_several_records_of_a_member_the_latest_is_shown_and_criticism_is_that_of_the_round() -> None:
    reviews = [("a", "m4", "2024-02-18"), ("b", "m4", "2024-02-19"), ("c", "m4", ""), ("d", "m5", "2024-03-01")]
    stored: dict[str, Any] = {
        "member_review": {i: {"id": i, "member": who, **({"date": day} if day else {})} for i, who, day in reviews},
        "criticism": {
            i: {"id": i, "author": who, **({"round": number} if number else {})}
            for i, who, number in (("x", "m4", 0), ("y", "m4", 1), ("z", "m4", 2), ("w", "m5", 1))
        },
    }
    assert own_record(stored, MemberReview, "m4")["id"] == "b"
    assert own_record(stored, MemberReview, "m6") == {}
    assert own_record({}, MemberReview, "m4") == {}
    assert [body["id"] for body in criticism_by(stored, "m4", 1)] == ["x", "y"]
    assert [body["id"] for body in criticism_by(stored, "m4", 2)] == ["z"]


@pytest.mark.parametrize(
    ("role", "of_branch", "has"), [("committee", True, True), ("member", True, False), ("committee", False, None)]
)
def test_a_roster_with_a_committee_member_is_that_of_a_branch_with_a_committee(
    role: str, of_branch: bool, has: bool | None
) -> None:
    dossier = b.dossier(
        b.changed(
            {**b.branch(), "records": {"member": [{**b.members()[0], "role": role}]}},
            put={"branch/has_committee": False},
        )
    )
    found = with_committee(
        Incoming("2024-seed", dossier.branch if of_branch else None, dossier.records, notes=("一。",))
    )
    assert (found.branch.has_committee if found.branch else None) == has
    assert found.notes == (("一。", "名册里有委员，已登记为设支委会。") if has else ("一。",))
