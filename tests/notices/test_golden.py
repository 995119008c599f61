"""What is read from each labelled notice, exactly: a change of the reader shows everywhere where it matters.

The labels say what is right; these files say what was read, right or wrong. ``make golden`` rewrites them after a
wanted change; ``python -m tests.notices.measure`` then says whether the change is an improvement.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.notice import deciding
from orglife.notice.draft import NoticeDraft
from orglife.notice.drafting import campaign_toml
from orglife.notice.model import FIELDS
from orglife.notice.ranking.ranker import LIKELY
from orglife.notice.stated_numbers import stated_numbers
from orglife.notice.summary import summary_lines
from tests.notices import measure as m
from tests.whole.golden_files import compare, rows_of

GOLDEN = Path(__file__).parent / "golden"
SHOWN = 18  # characters of a value that a golden file shows before the digest of the whole
OFFERED = 5  # sentences of each field that are tried as if a person took them


def _brief(value: Any) -> str:
    """The beginning of a value as JSON, and a digest of all of it."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    beginning = text.replace('"', "")[:SHOWN]
    return f"{beginning} {hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _taken(draft: NoticeDraft, field: str) -> Iterator[Any]:
    """What each of the likeliest sentences gives for a field."""
    for number in range(OFFERED):
        try:
            yield deciding.taken(draft, field, number).value
        except ValueError as error:
            yield str(error)


def _read(draft: NoticeDraft) -> Iterator[tuple[str, Any]]:
    """All that is read from a notice, and what is made of it."""
    json_of = draft.as_json()
    yield "clauses", [(c.where, c.zone, c.plain, c.heading, c.above, c.rank, c.goes_on) for c in draft.notice.clauses]
    for name, fact in {**json_of["facts"], **json_of["more"]}.items():
        if fact:
            yield name, list(fact.values())  # the value first
    yield "demands", json_of["demands"]
    yield "unread", json_of["unread"]
    yield "candidates", json_of["candidates"]
    yield "likely", {name: [unit.number for unit in draft.ranking.likely(name)] for name in LIKELY}
    yield "taken", {field: list(_taken(draft, field)) for field in FIELDS}
    yield "numbers", [vars(each) for each in stated_numbers(draft)]
    yield "summary", list(summary_lines(draft))
    yield "campaign", campaign_toml(draft, "notice.txt", stem="2025-notice")


@pytest.mark.parametrize("kind", m.TRAINED_ON)
def test_each_notice_is_read_as_before(kind: str) -> None:
    read = {
        f"{name} {what}": _brief(value)
        for name in m.names(kind)
        if (draft := m.draft(kind, name))
        for what, value in _read(draft)
    }
    compare(GOLDEN / f"{kind}.json", rows_of(read))
