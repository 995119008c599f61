"""What forms offer to choose from, and the lines of their lists of entries, for a branch with all kinds of records."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from orglife.adapters.field.port import StoredEntry
from orglife.adapters.form.entry_list import EntryListing
from orglife.adapters.grid.views import board_of
from orglife.core.formview import EntryTable, FigureView
from orglife.desk.ports import BranchChoices, StorePort
from orglife.office.office import Office
from orglife.stages import STAGES
from orglife.stages.kinds import BY_TYPE, KINDS
from tests import branch as b
from tests.conftest import run
from tests.whole import unusual
from tests.whole.golden_files import GOLDEN, compare, rows_of

DAY = date(2024, 3, 8)


@pytest.fixture
def office(workspace: Path, tmp_path: Path):
    (tmp_path / "t01.json").write_text(json.dumps(unusual.long()), encoding="utf-8")
    assert run("import", str(workspace), str(tmp_path / "t01.json")) == 0
    with Office.open(workspace) as opened:
        yield opened


def test_choices_and_lines_of_lists(office: Office) -> None:
    choices = BranchChoices(office, "t01", DAY, DAY)
    found = {
        "members": choices.members(),
        "guests": choices.guests(),
        "problems": choices.problems(),
        "branches": choices.branches(),
        "years": choices.years,
    }
    for kind in KINDS:
        entries = StorePort(office, "t01", kind, DAY).list()
        for now in (1, 2):
            listing = EntryListing(kind, choices, {"round": now})
            lines = listing.options(entries, None, "")
            found[f"{kind.TYPE} {now}"] = [listing.is_single(entries), listing.may_add(entries), *lines]
    compare(GOLDEN / "offers.json", rows_of(found))


def test_members_of_the_same_name_are_offered_with_what_tells_them_apart(workspace: Path, tmp_path: Path) -> None:
    raw = b.branch()
    for number, more in enumerate(({"status": "probationary"}, {"mobile_state": "mobile"}, {})):
        raw["records"]["member"].append(
            {"id": f"m9{number}", "name": "白雪", "status": "full", "role": "member", **more}
        )
    (tmp_path / "t01.json").write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(workspace), str(tmp_path / "t01.json")) == 0
    with Office.open(workspace) as opened:
        names = dict(BranchChoices(opened, "t01", DAY, DAY).members())
    assert [names[f"m9{n}"] for n in range(3)] == ["白雪（1）", "白雪（2）", "白雪（3）"]
    assert names["m1"] == "魏长河"


@pytest.mark.parametrize("now", [1, 2])
def test_tables_over_all_records(office: Office, now: int) -> None:
    """The matrices and the ledger, cell by cell."""
    found = {}
    for stage in STAGES:
        for view in stage.layout.views:
            if isinstance(view, FigureView):
                continue
            board = board_of(
                view,
                StorePort(office, "t01", view.kind, DAY),
                choices=BranchChoices(office, "t01", DAY, DAY),
                on_saved=lambda: None,
                begin={"round": now},
                dossier=lambda: office.dossier("t01", DAY),
                campaign=office.campaign,
                opens=lambda ident, values: None,
            )
            name = f"{stage.key} {view.kind.TYPE}{' table' if isinstance(view, EntryTable) else ''}"
            found |= {f"{name} columns": [[column.title, column.kind] for column in board.columns()]}
            found |= {f"{name} {row.key}": row.cells for row in board.grid.rows}
            found |= {
                f"{name} {part}": [[place, look] for place, look in shown.items()]
                for part, shown in board.grid.annotations.items()
                if shown
            }
            found[f"{name} below"] = re.sub("<[^>]+>", "|", board.below.value)
    compare(GOLDEN / f"tables-{now}.json", rows_of(found))


def stored(kind: str, **fields: object) -> StoredEntry:
    record = BY_TYPE[kind].model_validate({"id": "x", **fields})
    return StoredEntry("x", record.LABEL, 1, record, None)


def test_when_one_entry_is_all_that_there_can_be(office: Office) -> None:
    choices = BranchChoices(office, "t01", DAY, DAY)
    meeting, plan = (EntryListing(BY_TYPE[kind], choices, {"round": 2}) for kind in ("meeting", "plan"))
    first, second = stored("meeting"), stored("meeting", round=2)
    draft = StoredEntry("d", "会议记录", 0, None, {"round": "2"})
    blank = StoredEntry("d", "会议记录", 0, None, {})
    assert [meeting.is_single(e) for e in ([], [second], [draft], [first], [blank], [first, second])] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    assert [meeting.may_add(e) for e in ([], [first], [second], [draft], [first, second])] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert [plan.is_single([stored("plan")] * count) for count in range(3)] == [True, True, False]
    assert [plan.may_add([stored("plan")] * count) for count in range(3)] == [True, False, False]
    assert EntryListing(BY_TYPE["talk"], choices, {}).may_add([stored("talk")])
    assert EntryListing(BY_TYPE["talk"], choices, {}, single=True).is_single([stored("talk")] * 2)


def test_a_new_entry_is_a_line_of_its_own(office: Office) -> None:
    choices = BranchChoices(office, "t01", DAY, DAY)
    talks, reviews = (EntryListing(BY_TYPE[kind], choices, {}) for kind in ("talk", "member_review"))
    assert talks.options([], "t99", "") == [("新的谈心谈话（还没有填）", "t99")]
    assert talks.options([stored("talk", date="2024-02-07")], "x", "") == [("谈心谈话", "x")]
    lines = dict(reviews.options([stored("member_review", member="m1")], "new", "m2"))
    assert (lines["魏长河　✓ 已填"], lines["祝秋实　未填写"], lines["冉书砚　未填写"]) == ("x", "new", "+m3")
    draft = StoredEntry("d", "发言提纲", 0, None, {"member": "m3"})
    assert dict(reviews.options([draft], None, ""))["冉书砚　未填完"] == "d"
