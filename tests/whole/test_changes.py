"""What the rules say when one field of one record changes: removed, another day, one more, another choice, somebody else.

Each record type has a golden record: a line for each change, with the findings that come (+) and go (-). A rule that
looks past its boundary, or at a field that may be blank, shows there.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from orglife.core.errors import BadInput
from orglife.core.paper.paper import Sheet
from orglife.core.record.branch import Branch
from orglife.core.record.shape import Spec, specs_of
from orglife.core.rule.campaign import Campaign
from orglife.stages import RULES, STAGES
from orglife.stages.kinds import BY_TYPE, KINDS
from tests import branch as b
from tests.marks import first
from tests.whole import unusual
from tests.whole.golden_files import GOLDEN, compare, rows_of

DAYS = ["2024-02-10", "2024-02-11", "2024-02-20", "2024-02-23", "2024-02-27", "2024-02-29", "2024-03-07", "2024-03-09"]
"""Deadlines of the campaign, the day of the meeting, days counted from it, and tomorrow."""
CLOCKS = ["14:00", "17:10"]
"""The meeting's beginning and end."""
PEOPLE = ["m1", "m5", "m7", "m99"]
"""The secretary, a member, a probationary member, nobody."""
NAME = "test.json"
READING = tuple(rule for rule in RULES if not rule.id.startswith(("WORD", "COPY")))
"""Rules about wording and copies look at no field but texts, and have their own tests."""
Path = tuple[str | int, ...]


def values(spec: Spec, value: Any) -> list[Any]:
    """Other values of a field."""
    match spec.kind:
        case "day":
            return DAYS
        case "clock":
            return CLOCKS
        case "count":
            return [(value or 0) + 1, max((value or 0) - 1, 0)]
        case "tick":
            return [not value]
        case "choice" if spec.labels:
            return list(spec.labels)
        case "person":
            return PEOPLE
        case "people" | "ticks" | "strings" if value:
            return [value[1:], [*value, *PEOPLE[-1:]]] if spec.kind == "people" else [value[1:]]
    return []


def leaves(kind: type[Any], body: b.Json, path: Path = ()) -> Iterator[tuple[Path, list[Any]]]:
    """The fields of a record and of the first of each of its parts, each with other values."""
    for spec in specs_of(kind):
        here = (*path, spec.name)
        value = body.get(spec.name)
        if spec.name == "id":
            continue
        if spec.item is not None:
            parts = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
            if parts:
                yield from leaves(spec.item, parts[0], (*here, 0) if isinstance(value, list) else here)
            if isinstance(value, list) and value:
                yield here, [value[1:]]
        else:
            yield here, [one for one in values(spec, value) if one != value]
        if value not in (None, "", [], {}):
            yield here, [None]


def put(body: b.Json, path: Path, value: Any) -> b.Json:
    """A copy of a record with another value at a path."""
    changed = copy.deepcopy(body)
    inner: Any = changed
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    if value is None:
        del inner[path[-1]]
    return changed


def findings(raw: b.Json) -> list[str]:
    """What counts of what the rules find, or why the records cannot be read."""
    try:
        found = b.findings(READING, b.dossier(raw))
    except BadInput as error:
        return [str(error)]
    return [f"{f.rule} {' '.join(s.id for s in f.subjects)}".strip() for f in found if f.counts]


def refused(found: list[str]) -> bool:
    """Whether the records could not be read."""
    return len(found) == 1 and found[0].startswith(NAME)


def own(raw: b.Json, name: str) -> list[b.Json]:
    """The records of a type, or the branch's own data."""
    return raw["records"].get(name, []) if name in BY_TYPE else [raw["branch"]]


FIRST_AND_LAST = [
    (name, number)
    for name in ["branch", *(kind.TYPE for kind in KINDS)]
    for number in {0: [], 1: [0]}.get(len(own(unusual.branch(), name)), [0, -1])
]


@pytest.mark.parametrize(("name", "number"), first(12, FIRST_AND_LAST))
def test_findings_when_a_field_changes(name: str, number: int) -> None:
    raw = unusual.branch()
    rows = own(raw, name)
    before, body, lines = findings(raw), rows[number], {}
    for path, others in leaves(BY_TYPE.get(name, Branch), body):
        for value in others:
            rows[number] = put(body, path, value)
            after = findings(raw if name in BY_TYPE else {**raw, "branch": rows[number]})
            change = [f"+{one}" for one in after if one not in before]
            change += [f"-{one}" for one in before if one not in after and not refused(after)]
            if change:
                lines[f"{body['id']}.{'.'.join(map(str, path))} = {value}"] = change
    compare(GOLDEN / f"changes/{name}{'-last' if number else ''}.json", rows_of(lines))


def counted(raw: b.Json, campaign: Campaign) -> tuple[list[str], dict[str, str]]:
    """What the rules find under a campaign, and the text of each form's papers."""
    dossier = b.dossier(raw)
    found = [f for f in b.findings(READING, dossier, campaign) if f.counts]
    papers: dict[str, str] = {}
    for stage in STAGES:
        for make in () if stage.bureau else filter(None, (stage.documents, stage.blanks)):
            for paper in make(Sheet(dossier, campaign, found)):
                name = f"{paper.form} blank" if make is stage.blanks else paper.form
                papers[name] = papers.get(name, "") + paper.model_dump_json()
    return [f"{f.rule} {f.message}" for f in found], papers


def test_findings_and_papers_when_the_campaign_leaves_something_out() -> None:
    """Each part of the campaign taken out: the findings that come and go, and the forms whose papers change."""
    raw, lines = unusual.branch(), {}
    findings, papers = counted(raw, b.campaign())
    for name in tomllib.loads((b.ROOT / "templates/campaigns/2024-seed.toml").read_text(encoding="utf-8")):
        try:
            after, changed = counted(raw, b.campaign(**{name: ""}))
        except ValidationError as error:
            lines[name] = [f"refused: {problem['msg']}" for problem in error.errors()]
            continue
        change = [f"+{one}" for one in after if one not in findings] + [
            f"-{one}" for one in findings if one not in after
        ]
        lines[name] = [*change, *(form for form in papers if papers[form] != changed.get(form))]
    compare(GOLDEN / "changes/campaign.json", rows_of(lines))


def texts(raw: b.Json) -> dict[str, set[str]]:
    """Every text of each form's papers."""
    dossier, found = b.dossier(raw), {}
    for stage in STAGES:
        for paper in stage.documents(Sheet(dossier, b.campaign())) if stage.documents and not stage.bureau else ():
            found.setdefault(paper.form, set()).update(text for text, _ in paper.texts())
    return found


@pytest.mark.parametrize("branch", ["usual", "unusual"])
def test_papers_when_records_are_missing(branch: str) -> None:
    """Without the records of one type: the forms that go, and the texts that come instead."""
    raw = b.branch() if branch == "usual" else unusual.branch()
    before, lines = texts(raw), {}
    for name, rows in raw["records"].items():
        raw["records"][name] = []
        after = texts(raw)
        raw["records"][name] = rows
        come = {form: sorted(new) for form, now in after.items() if (new := now - before.get(form, set()))}
        lines[name] = {**come, **{form: "—" for form in before if form not in after}}
    compare(GOLDEN / f"changes/without-{branch}.json", rows_of(lines))


@pytest.mark.parametrize("branch", ["usual", "unusual"])
def test_papers_that_print_an_explanation(branch: str) -> None:
    """Each rule explained once for everything and once for each record: the papers on which the reason stands."""
    raw = b.branch() if branch == "usual" else unusual.branch()
    ids = [None, "nobody", *(identified.id for identified in b.dossier(raw).index.values())]
    raw["records"]["explanation"] = [
        {
            "id": f"x{n}.{m}",
            "rule": rule.id,
            "subjects": [ident] if ident else [],
            "reason": f"〔{rule.id} {ident or ''}〕",
        }
        for n, rule in enumerate(RULES)
        for m, ident in enumerate(ids)
        if ident in (None, "nobody") or ident[:2] in ("mt", "m1", "m4", "k0", "g1", "tr", "pb")
    ]
    found: dict[str, list[str]] = {}
    for form, printed in texts(raw).items():
        for rule, about in sorted(set(re.findall(r"〔([A-Z]+-\d+) (.*?)〕", " ".join(printed)))):
            found.setdefault(f"{form} {rule}", []).append(about or "everything")
    compare(GOLDEN / f"changes/explained-{branch}.json", rows_of(found))
