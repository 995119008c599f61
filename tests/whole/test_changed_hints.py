"""What forms show and fill in while a record is typed, when one field of it changes.

A golden file for each record type holds, for each change, the lines and cells that come (+) and go (-) beside the fields, what
follows for other fields, and what is taken from other records. ``make golden`` rewrites them after a wanted change.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from pydantic import ValidationError

from orglife.core.formview import Layout, Live
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record
from orglife.desk.derived import Derived
from orglife.stages import BY_KEY
from orglife.stages.kinds import KINDS
from orglife.stages.shared.hints import hints
from tests import branch as b
from tests.marks import first
from tests.whole import unusual
from tests.whole.golden_files import GOLDEN, compare, rows_of
from tests.whole.test_changes import leaves, own, put


def derives(kind: type[Record]) -> bool:
    """Whether a form of this type shows or fills in anything."""
    layout = BY_KEY[kind.STAGE].layout if kind.STAGE in BY_KEY else Layout()
    return any(kind.TYPE in part for part in (layout.live, layout.fill, layout.taken))


DERIVING = [kind for kind in KINDS if derives(kind) and own(unusual.branch(), kind.TYPE)]


def shown(kind: type[Record], body: b.Json, changed: str, dossier: Dossier) -> set[str]:
    """All that is shown and filled in for a record."""
    campaign = b.campaign()
    layout = BY_KEY[kind.STAGE].layout.for_campaign(campaign)
    derived = Derived(layout, kind, lambda: dossier, campaign)
    record = kind.model_validate(body)
    live = layout.live.get(kind.TYPE)
    seen = live(record, dossier, campaign) if live else Live()
    found = {f"line {path}: {look.text} {look.tone}" for path, looks in seen.lines.items() for look in looks}
    found |= {f"cell {path} {at}: {look}" for path, cells in seen.cells.items() for at, look in cells.items()}
    found |= {f"sort {path} {key}: {look}" for path, sorts in seen.sorts.items() for key, look in sorts.items()}
    found |= {f"hint {path}: {text}" for path, texts in hints(record, dossier).items() for text in texts}
    found |= {f"fills {name}: {value}" for name, value in derived.fill(body, {changed}).items()}
    return found | {f"takes {name}: {value}" for name, value in derived.sources(body).items()}


@pytest.mark.parametrize("kind", first(8, DERIVING), ids=lambda kind: kind.TYPE)
@pytest.mark.parametrize("branch", ["usual", "unusual"])
def test_hints_when_a_field_changes(kind: type[Record], branch: str) -> None:
    raw = b.branch() if branch == "usual" else unusual.branch()
    dossier = b.dossier(raw)
    lines: dict[str, Any] = {}
    body = own(raw, kind.TYPE)[0 if branch == "usual" else -1]
    before = shown(kind, body, "", dossier)
    lines["as it is"] = sorted(before)
    for path, others in leaves(kind, body):
        for value in others:
            with suppress(ValidationError):
                after = shown(kind, put(body, path, value), str(path[0]), dossier)
                if change := [
                    *(f"+{one}" for one in sorted(after - before)),
                    *(f"-{one}" for one in sorted(before - after)),
                ]:
                    lines[f"{'.'.join(map(str, path))} = {value}"] = change
    compare(GOLDEN / f"changed-hints/{kind.TYPE}-{branch}.json", rows_of(lines))
