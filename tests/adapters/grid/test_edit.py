"""Single fields of a record changed beside other windows, and why a draft is no record yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from orglife.adapters.field.port import StoredEntry
from orglife.adapters.grid.edit import TRIES, amend, faults_of, set_to
from orglife.core.errors import SaveConflict
from orglife.stages.meeting.record import Meeting
from orglife.stages.talks.record import Talk
from tests.adapters.print.shelf import Shelf


@pytest.mark.parametrize(
    ("draft", "fields"),
    [
        (None, []),
        ({}, []),
        ({"date": "2024-02-05"}, []),
        ({"date": "哪天"}, ["date"]),
        ({"speeches": [{"points": 5}]}, ["speeches"]),
        ({"unknown": 1, "date": ""}, ["unknown"]),
    ],
)
def test_a_fault_is_told_at_the_field_that_is_on_the_page(draft: Mapping[str, Any] | None, fields: list[str]) -> None:
    entry = StoredEntry("mt", "会议", 1, None, draft)
    assert [field for field, _ in faults_of(Meeting, entry)] == fields


class Busy(Shelf):
    """A port where another window saves the entry just before us, so many times."""

    def __init__(self, others: int, *records: Any) -> None:
        super().__init__(*records)
        self.others = others

    def save(self, record: Any, base: int) -> int:
        if self.others:
            self.others -= 1
            now, kept = self.kept["t1"]
            super().save(kept.model_copy(update={"place": f"地点{now}"}), now)
        return super().save(record, base)


def test_a_field_is_saved_beside_what_other_windows_save_meanwhile() -> None:
    talk = Talk.model_validate({"id": "t1", "participants": ["m01", "m02"]})
    shelf = Busy(TRIES - 1, talk)
    amend(shelf, Talk, "t1", {"thoughts": set_to("思想")}, {})
    assert (shelf.record("t1").thoughts, shelf.record("t1").place) == ("思想", "地点2")
    shelf = Busy(TRIES, talk)
    with pytest.raises(SaveConflict):
        amend(shelf, Talk, "t1", {"thoughts": set_to("思想")}, {})
    assert shelf.record("t1").thoughts == ""


def test_a_new_entry_begins_with_its_initial_values_and_an_existing_one_does_not() -> None:
    shelf = Shelf(Talk.model_validate({"id": "t1", "participants": ["m01", "m02"]}))
    for ident in ("t1", "t2"):
        amend(shelf, Talk, ident, {"thoughts": set_to("思想")}, {"participants": ["m03", "m04"]})
    assert shelf.record("t1").participants == ["m01", "m02"]
    assert shelf.record("t2").participants == ["m03", "m04"]
