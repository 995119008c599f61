"""What papers print when one field of one record changes: removed, another day, one more, another choice, somebody else.

A golden file for each record type holds, for each change, the texts that come (+) and go (-) on the papers of its stage, with
their forms. ``make golden`` rewrites them after a wanted change.
"""

from __future__ import annotations

from typing import Any

import pytest

from orglife.core.errors import BadInput
from orglife.core.paper.block import Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.record import Record
from orglife.stages import BY_KEY
from orglife.stages.kinds import KINDS
from tests import branch as b
from tests.marks import first
from tests.whole import unusual
from tests.whole.golden_files import GOLDEN, compare, rows_of
from tests.whole.test_changes import leaves, own, put

STAGES = ("plan", "study", "talks", "opinions", "reviews", "report")
LONGEST = 60
"""Characters of a text that are written out."""
PRINTED = [kind for kind in KINDS if kind.FORM and kind.STAGE in STAGES and own(unusual.branch(), kind.TYPE)]


def texts(kind: type[Record], raw: b.Json) -> set[str]:
    """The texts on the papers and blank forms of a type's stage."""
    stage = BY_KEY[kind.STAGE]
    dossier, campaign = b.dossier(raw), b.campaign()
    sheet = Sheet(dossier, campaign, b.findings(stage.rules, dossier))
    makers = [maker for maker in (stage.documents, stage.blanks) if maker]
    papers: list[Document] = [paper for maker in makers for paper in maker(sheet)]
    found = {f"{paper.form}{' draft' if paper.draft else ''}: {paper.heading}" for paper in papers}
    return found | {
        f"{paper.form}: {text if len(text) <= LONGEST else text[:LONGEST] + '…'}"
        for paper in papers
        for text, _ in paper.texts()
    }


@pytest.mark.parametrize("kind", first(6, PRINTED), ids=lambda kind: kind.TYPE)
def test_papers_when_a_field_changes(kind: type[Record]) -> None:
    raw = unusual.branch()
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
