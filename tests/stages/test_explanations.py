"""An explanation of a finding is printed: on the papers of the records that the rule looks at."""

from __future__ import annotations

from collections import defaultdict

import pytest

from orglife.core.paper.paper import Sheet
from orglife.core.rule.campaign import PAPERS
from orglife.core.stage import Stage
from orglife.stages import STAGES
from tests import branch as b
from tests.stages.test_wanted_papers import with_every_paper
from tests.whole import unusual
from tests.whole.golden_files import GOLDEN, compare, rows_of

PRINTED = [stage for stage in STAGES if stage.documents and not stage.bureau]
REASON = "当时的情况是"


def every_paper() -> b.Json:
    """The test branch with a record for each paper that a campaign may want."""
    records = with_every_paper().dossier.records
    return {**b.branch(), "records": {kind: [one.to_json() for one in found] for kind, found in records.items()}}


def forms(stage: Stage, raw: b.Json) -> dict[str, list[str]]:
    """Rule → the forms of the stage that print an explanation of it, each explanation with the rule in its text."""
    said = [
        {"id": f"ex{number}", "rule": rule.id, "reason": f"{REASON}{rule.id}", "by": "m2", "date": "2024-03-05"}
        for number, rule in enumerate(stage.rules)
    ]
    sheet = Sheet(b.dossier(b.changed(raw, add={"explanation": said})), b.campaign(papers=list(PAPERS)))
    assert stage.documents
    found: dict[str, list[str]] = {rule.id: [] for rule in stage.rules}
    for paper in stage.documents(sheet):
        for text, _ in paper.texts():
            rule = text.rpartition(REASON)[2]
            if rule in found and paper.form not in found[rule]:
                found[rule].append(paper.form)
    return found


@pytest.mark.parametrize("stage", PRINTED, ids=lambda stage: stage.key)
def test_each_explanation_stands_on_the_papers_of_its_rule(stage: Stage) -> None:
    together = defaultdict[str, set[str]](set)
    for raw in (unusual.branch(), every_paper()):
        for rule, printed in forms(stage, raw).items():
            together[rule].update(printed)
    compare(GOLDEN / f"explanations/{stage.key}.json", rows_of({rule: sorted(on) for rule, on in together.items()}))


@pytest.mark.parametrize(
    ("rule", "form"), [("MEET-16", "F9"), ("MEET-17", "F9"), ("MEET-25", "F9"), ("DISP-11", "F21")]
)
def test_rules_that_came_later_are_explained_like_their_neighbours(rule: str, form: str) -> None:
    stage = next(stage for stage in PRINTED if any(one.id == rule for one in stage.rules))
    assert forms(stage, unusual.branch())[rule] == [form]
