"""The list of a form's entries for every kind of record and every state: its lines, hints and buttons in a golden file.

``make golden`` rewrites it after a wanted change.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from orglife.adapters.field.port import StoredEntry
from orglife.adapters.form.conflicts import clashes, ids_in, renamed
from orglife.adapters.form.entry_list import EntryListing
from orglife.core.record.branch import Member
from orglife.core.record.record import Record
from orglife.stages.appraisal.record import Grade
from orglife.stages.meeting.record import Criticism, Meeting
from orglife.stages.plan.record import Attachment
from orglife.stages.rectification.record import RectList
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.talks.record import Talk
from tests.adapters.print.shelf import Offers
from tests.whole.golden_files import GOLDEN, compare, rows_of

TEXT = "一二三四五六七八九十" * 3
SETS: dict[str, list[tuple[dict[str, Any], dict[str, Any] | None]]] = {
    "none": [],
    "one": [({"member": "m01"}, None)],
    "second round": [({"member": "m01", "round": 2, "text": TEXT}, None)],
    "half": [({"member": "m02", "text": TEXT[:24]}, {"member": "m03", "round": 2})],
    "only half": [({}, {"member": "m01"}), ({}, {"round": "2"})],
    "two": [({"member": "m01", "text": "短"}, None), ({"member": "m01", "round": 2}, None)],
    "told apart": [
        ({"role": "deputy", "status": "probationary", "kind": "photo"}, None),
        ({"role": "member", "status": "full", "kind": "signed_scan"}, {}),
    ],
}
KINDS: tuple[type[Record], ...] = (
    Talk, Meeting, TeamReview, MemberReview, Grade, Criticism, Attachment, Member, RectList,
)  # fmt: skip
OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"single": True},
    {"locked": True},
    {"elsewhere": "在别处登记。"},
    {"when_needed": True},
)


def entries(kind: type[Record], name: str) -> list[StoredEntry]:
    """Entries of a set, as far as the kind has their fields; a record without fields is a draft only."""
    made = []
    for number, (values, draft) in enumerate(SETS[name], 1):
        own = {
            field: value
            for field, value in values.items()
            if field in kind.model_fields and (field, kind) != ("kind", Criticism)
        }
        record = kind.model_validate({"id": f"e{number}", **own}) if values else None
        label = f"第{number}条（括号）" if number % 2 else f"第{number}条"
        made.append(StoredEntry(f"e{number}", label, 1 if record else 0, record, draft))
    return made


def test_lists_show_what_they_did() -> None:
    offers = Offers()
    offers.people = offers.people[:3]
    lines: dict[str, Any] = {}
    for kind, name, number in product(KINDS, SETS, (1, 2)):
        listing = EntryListing(kind, offers, {"round": number})
        known = entries(kind, name)
        lines[f"{kind.TYPE}, {name}, round {number}"] = {
            "label": listing.label,
            "single": listing.is_single(known),
            "add": listing.may_add(known),
            "lines": [f"{key}: {line}" for line, key in listing.options(known, None, "")],
            "new": [f"{key}: {line}" for line, key in listing.options(known, "new", "m01")][-4:],
            "opened": [key for _, key in listing.options(known, "e1", "m03")],
        }
    for kind, options, name in product(KINDS, OPTIONS, ("none", "one")):
        listing = EntryListing(kind, offers, {}, **options)
        known = entries(kind, name)
        hints = [listing.hint(known, lines=shown) for shown in (True, False)]
        lines[f"{kind.TYPE}, {name}, {options}"] = [listing.is_single(known), listing.may_add(known), *hints]
    compare(GOLDEN / "listings.json", rows_of(lines))


def test_fields_that_two_windows_changed_are_those_with_two_new_values() -> None:
    values = (None, "", "旧", "新", "别的")
    found = {
        f"{before!r} {mine!r} {theirs!r}": [
            list(one) for one in clashes({"a": before}, {"a": mine}, {"a": theirs}, {"a"})
        ]
        for before, mine, theirs in product(values, repeat=3)
    }
    shown = {name: both for name, both in found.items() if both}
    assert set(shown) == {
        f"{before!r} {mine!r} {theirs!r}"
        for before, mine, theirs in product(values, repeat=3)
        if theirs and theirs not in (mine, before)
    }
    assert shown["'旧' '' '新'"] == [["a", None, "新"]]
    assert clashes({}, {"a": 1}, {"a": 2}, set()) == []
    assert [one.name for one in clashes({}, {"a": 1, "b": 1}, {"a": 2, "b": 2}, {"b", "a"})] == ["a", "b"]


def test_only_nested_ids_of_the_entry_are_renamed() -> None:
    value = {"id": "new1.p1", "items": [{"id": "new1.p2", "text": "new1.p3"}, {"id": "new11.p1"}], "more": ({"id": 3},)}
    assert renamed(value, "new1.", "new2.") == {
        "id": "new2.p1",
        "items": [{"id": "new2.p2", "text": "new1.p3"}, {"id": "new11.p1"}],
        "more": [{"id": 3}],
    }
    assert ids_in(value) == ["new1.p1", "new1.p2", "new11.p1"]
    assert ids_in(None) == []
