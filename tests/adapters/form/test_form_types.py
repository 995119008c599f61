"""Every record type has a form, and what a form reads back is the record that it was given."""

from __future__ import annotations

import importlib
import json
import pkgutil
import time as clock
from datetime import date
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ipywidgets.widgets import widget as widget_module

from orglife import stages
from orglife.adapters.form.form import HeadForm, RecordForm
from orglife.core.record.branch import Branch, Explanation, Member
from orglife.core.record.characters import is_refused
from orglife.core.record.field import extra_of
from orglife.core.record.record import Entry, Record
from orglife.core.record.shape import Spec, spec_of
from orglife.stages.meeting.record import Meeting
from tests.adapters.print.shelf import MEMBERS, Offers, Shelf, every_widget, form
from tests.marks import first


def every_type() -> list[type[Record]]:
    for module in pkgutil.iter_modules(stages.__path__):
        if module.ispkg and module.name not in ("whole", "shared"):  # they hold no records
            importlib.import_module(f"orglife.stages.{module.name}.record")
    todo, found = [Record], []
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind.TYPE and kind.__module__.startswith("orglife."):
            found.append(kind)
    return sorted(found, key=lambda kind: kind.TYPE)


TYPES = every_type()


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.TYPE)
def test_every_type_has_a_form(kind: type[Record]) -> None:
    made, _ = form(kind)
    if made.id is None:
        made.add()
    shown = {name for name, info in kind.model_fields.items() if not extra_of(info)["derived"] and name != "id"}
    assert set(made._root().controls) == shown
    for name, control in made._root().controls.items():
        assert f"of-f-{name}" in {c for w in every_widget(control.box) for c in w._dom_classes}
        assert f"of-e-{name}" in control.note._dom_classes


CHARS = st.characters(exclude_categories=["Cs", "Cc"]).filter(lambda char: not is_refused(char))


TEXT = st.text(CHARS, min_size=1, max_size=20).filter(str.strip)


WORDS = st.lists(TEXT, min_size=1, max_size=3).map("\n".join)


IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,9}", fullmatch=True)


OUTSIDERS = st.fixed_dictionaries({"name": TEXT}, optional={"unit": TEXT})


KNOWN = {"ticks": ["m01", "m05", "thought", "briefing"], "choice": ["m02", "b01", "m01.p1", "committee"]}


def json_of(kind: type[Entry]) -> st.SearchStrategy[dict[str, Any]]:
    """JSON that the type accepts, any field present or not."""
    optional = {name: value_of(spec_of(name, info), info.annotation) for name, info in kind.model_fields.items()}
    required = {"id": IDS} if "id" in optional else {}
    optional = {name: value for name, value in optional.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


CODES = {"fonds": "H021", "org_code": "DZB01"}
"""Text fields that the form accepts in one shape only."""


def literals(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [found for part in get_args(annotation) for found in literals(part)]


def value_of(spec: Spec, annotation: Any) -> st.SearchStrategy[Any]:
    person = st.one_of(IDS, st.sampled_from(["m01", "m02"]), OUTSIDERS)
    choice = st.sampled_from(literals(annotation)) if literals(annotation) else st.sampled_from(KNOWN["choice"]) | TEXT
    many = choice if literals(annotation) else st.sampled_from(KNOWN["ticks"]) | TEXT
    if spec.name in CODES:
        return st.just(CODES[spec.name])
    simple = {
        "day": st.dates().map(date.isoformat),
        "clock": st.times().map(lambda t: t.strftime("%H:%M")),
        "count": st.integers(min_value=1 if spec.name == "round" else 0),
        "tick": st.booleans(),
        "lines": WORDS,
        "text": IDS if "Ident" in str(annotation) or spec.name in ("id", "subject") else TEXT,
        "strings": st.lists(IDS, max_size=3),
        "choice": choice,
        "person": person,
        "people": st.lists(person, max_size=3),
        "ticks": st.lists(many, max_size=4),
        "map": st.dictionaries(
            st.sampled_from(["privilege", "gifts"]) | TEXT, st.sampled_from(["yes", "no"]), max_size=3
        ),
    }
    if spec.kind in simple:
        return simple[spec.kind]
    assert spec.item is not None
    inner = json_of(spec.item)
    return st.lists(inner, max_size=3) if spec.kind == "rows" else inner


@pytest.mark.parametrize("kind", first(1, [Branch, *TYPES]), ids=lambda kind: kind.__name__)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_form_and_record_are_inverse(kind: type[Any], data: st.DataObject) -> None:
    record = kind.model_validate(data.draw(json_of(kind)))
    shelf = Shelf(record)
    made = (HeadForm if kind is Branch else RecordForm)(kind, shelf, choices=Offers())
    if made.id is None:
        made.open(record.id)
    assert made.check() == record
    assert json.dumps(made.check().to_json()) == json.dumps(record.to_json())
    raw = made._raw()
    made._fill(raw)
    assert json.dumps(made.check().to_json()) == json.dumps(record.to_json())
    assert made._raw() == raw


def test_a_meeting_of_twelve_is_light() -> None:
    texts = {"member": "m01", "order": 1, "self_criticism": True, "points": "说到请假的事。"}
    meeting = Meeting.model_validate(
        {
            "id": "mt1",
            "present": [member for member, _ in MEMBERS[:11]],
            "absent": [{"member": "m12", "reason": "住院", "approved_by": "m01", "approved_on": "2024-02-20"}],
            "guests": [{"id": "mt1.g1", "name": "林处", "unit": "局机关党委", "capacity": "superior"}],
            "agenda_done": ["briefing", "self_criticism"],
            "speeches": [texts | {"member": f"m{n:02d}", "order": n} for n in range(1, 12)],
        }
    )
    before, start = len(widget_module._instances), clock.perf_counter()
    form(Meeting, meeting)
    seconds, widgets = clock.perf_counter() - start, len(widget_module._instances) - before
    assert widgets < 400
    assert seconds < 1.5


def test_a_field_of_each_kind_is_recognised() -> None:
    kinds = {name: spec_of(name, info).kind for name, info in Meeting.model_fields.items()}
    assert kinds["date"] == "day"
    assert kinds["start"] == "clock"
    assert kinds["place"] == "text"
    assert kinds["mode"] == "choice"
    assert kinds["recorder"] == "person"
    assert kinds["present"] == "ticks"
    assert kinds["absent"] == "rows"
    assert kinds["briefing"] == "object"
    assert kinds["completed"] == "tick"
    assert spec_of("subjects", Explanation.model_fields["subjects"]).kind == "strings"
    assert spec_of("name", Member.model_fields["name"]).kind == "text"
