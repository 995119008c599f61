"""What papers print when one field of one record changes: removed, another day, one more, another choice, somebody else.

A golden file for each record type holds, for each change, the texts that come (+) and go (-) on the papers of its stage, with
their forms. ``make golden`` rewrites them after a wanted change.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from pydantic import ValidationError

from orglife.core.errors import BadInput
from orglife.core.paper.block import Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.record import Record
from orglife.core.rule.bureau import Bureau, run_bureau
from orglife.core.rule.campaign import PAPERS
from orglife.stages import BUREAU_RULES, BY_KEY
from orglife.stages.kinds import BY_TYPE, KINDS
from tests import branch as b
from tests.marks import thorough
from tests.stages.test_wanted_papers import RECORDS
from tests.whole import unusual
from tests.whole.golden_files import GOLDEN, compare, rows_of
from tests.whole.test_changes import leaves, own, put

STAGES = ("plan", "study", "talks", "opinions", "reviews", "report")
LONGEST = 60
"""Characters of a text that are written out."""
WANTED = [kind for kind in KINDS if kind.TYPE in RECORDS]
"""Types of papers that only some campaigns want."""
PRINTED = [kind for kind in KINDS if kind.FORM and kind.STAGE in STAGES and own(unusual.branch(), kind.TYPE)]


def texts(kind: type[Record], raw: b.Json) -> set[str]:
    """The texts on the papers and blank forms of a type's stage."""
    stage = BY_KEY[kind.STAGE]
    dossier, campaign = b.dossier(raw), b.campaign(**({"papers": list(PAPERS)} if kind in WANTED else {}))
    sheet = Sheet(dossier, campaign, b.findings(stage.rules, dossier))
    makers = [maker for maker in (stage.documents, stage.blanks) if maker]
    papers: list[Document] = [paper for maker in makers for paper in maker(sheet)]
    found = {f"{paper.form}{' draft' if paper.draft else ''}: {paper.heading}" for paper in papers}
    return found | {
        f"{paper.form}: {text if len(text) <= LONGEST else text[:LONGEST] + '…'}"
        for paper in papers
        for text, _ in paper.texts()
    }


@thorough
@pytest.mark.parametrize("kind", [*PRINTED, *WANTED], ids=lambda kind: kind.TYPE)
def test_papers_when_a_field_changes(kind: type[Record]) -> None:
    raw = b.changed(b.branch(), add=RECORDS) if kind in WANTED else unusual.branch()
    rows = own(raw, kind.TYPE)
    before, body = texts(kind, raw), rows[0]
    lines: dict[str, Any] = {}
    for path, others in leaves(kind, body):
        for value in others:
            rows[0] = put(body, path, value)
            try:
                after = texts(kind, raw)
            except BadInput:
                continue
            if after != before:
                change = [
                    *(f"+{one}" for one in sorted(after - before)),
                    *(f"-{one}" for one in sorted(before - after)),
                ]
                lines[f"{'.'.join(map(str, path))} = {value}"] = change
    compare(GOLDEN / f"changed-papers/{kind.TYPE}.json", rows_of(lines))


BUREAU_RECORDS: dict[str, list[b.Json]] = {
    "bureau_leader": [{"id": "l1", "name": "贺承砚", "own_branch": "t02"}, {"id": "l2", "name": "闵书霞"}],
    "assignment": [{"id": "a1", "branch": "t01", "supervisor": "l1", "planned_on": "2024-02-20"}],
    "supervision": [
        {"id": "s1", "leader": "l1", "branch": "t01", "date": "2024-02-20", "commented": True, "finding": "none"},
        {"id": "s2", "leader": {"name": "柏青", "unit": "局办"}, "branch": "t01", "finding": "distorted", "round": 2},
    ],
    "redo_order": [
        {
            "id": "o1",
            "branch": "t01",
            "round": 1,
            "scope": "whole",
            "date": "2024-02-23",
            "due": "2024-03-07",
            "reason": "失真",
        }
    ],
    "remark": [
        {"id": "k1", "branch": "t01", "by": "局机关党总支", "date": "2024-03-01", "text": "请补", "record": "mt"}
    ],
}


def of_bureau(records: dict[str, list[b.Json]]) -> set[str]:
    """The texts on the bureau's papers, and what its rules find."""
    own_records = {name: tuple(BY_TYPE[name].model_validate(one) for one in rows) for name, rows in records.items()}
    bureau = Bureau("2024-seed", own_records, {"t01": b.dossier()}, b.AS_OF)
    campaign = b.campaign()
    papers = [
        paper
        for stage in BY_KEY.values()
        if stage.bureau_documents
        for paper in stage.bureau_documents(bureau, campaign)
    ]
    rules = [rule for rule in BUREAU_RULES if not rule.id.startswith("COPY")]
    found = run_bureau(rules, bureau, campaign, regulations=b.regulations(), due=frozenset(), strict=True)
    texts = {f"{paper.form}{' draft' if paper.draft else ''}: {text}" for paper in papers for text, _ in paper.texts()}
    return texts | {f"{f.rule}: {f.message}" for f in found}


@pytest.mark.parametrize("name", BUREAU_RECORDS)
def test_papers_of_the_bureau_when_a_field_changes(name: str) -> None:
    before = of_bureau(BUREAU_RECORDS)
    lines: dict[str, Any] = {}
    for number, body in enumerate(BUREAU_RECORDS[name]):
        for path, others in leaves(BY_TYPE[name], body):
            for value in others:
                rows = [
                    put(body, path, value) if place == number else one for place, one in enumerate(BUREAU_RECORDS[name])
                ]
                after = before  # a value that is refused shows nothing
                with suppress(ValidationError):
                    after = of_bureau({**BUREAU_RECORDS, name: rows})
                if after != before:
                    change = [f"+{one}" for one in sorted(after - before)] + [
                        f"-{one}" for one in sorted(before - after)
                    ]
                    lines[f"{body['id']}.{'.'.join(map(str, path))} = {value}"] = change
    compare(GOLDEN / f"changed-papers/bureau-{name}.json", rows_of(lines))
