"""Rows of nested objects as a table: what a draft of them keeps, and where a row that is opened begins."""

from __future__ import annotations

import pytest

from orglife.stages.meeting.record import Meeting
from tests.adapters.form.page import Page
from tests.adapters.print.shelf import form


def test_a_row_keeps_its_id_while_the_entry_is_unfinished() -> None:
    made, shelf = form(Meeting)
    Page(made.field("guests")).paste(0, "name", "柏青\t局机关")
    (ident,) = [guest.id for guest in shelf.record("new1").guests]
    Page(made.field("absent")).paste(0, "member", "同志4\t住院\t\t哪天")
    (guest,) = shelf.drafts["new1"]["guests"]
    assert guest["id"] == ident != ""


FULL = {
    "member": "m02",
    "reason": "住院",
    "approved_by": {"name": "柏青", "unit": "局机关"},
    "approved_on": "2024-02-05",
    "informed_on": "2024-02-26",
}


@pytest.mark.parametrize(
    ("member", "row", "field"), [("m01", 0, "approved_by"), ("m02", 1, "member"), ("m03", 2, "reason")]
)
def test_a_row_is_opened_at_its_first_blank_field(member: str, row: int, field: str) -> None:
    meeting = Meeting.model_validate({"id": "t1", "absent": [{"member": "m01", "reason": "出差"}, FULL]})
    made, shelf = form(Meeting, meeting)
    made.page.lines.value = "t1"
    assert made.field("absent").begin_row({"member": member}) == (row, field)
    assert shelf.saves == []
