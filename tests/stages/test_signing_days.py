"""No printed day of a signature lies before a day that the paper states above it."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from orglife.core.paper.block import Document, Note, Signature
from orglife.core.paper.paper import Sheet
from orglife.stages import STAGES
from tests import branch as b
from tests.whole import unusual

DAY = re.compile(r"(\d{4})年\s*(\d{1,2})月(\d{1,2})日")
FORMS = ("F1", "F2", "F5", "F6", "F7", "F9", "F10", "F11", "F12", "F13", "F15", "F21")
PLANNED = ("拟开会日期",)


def demo(name: str) -> b.Json:
    return json.loads((b.ROOT / f"templates/demo/{name}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def days(text: str) -> list[date]:
    return [date(*map(int, found)) for found in DAY.findall(text)]


def stated(paper: Document) -> list[date]:
    """The days that records put on a paper above its signature: in facts, notes and tables, limits and plans left out."""
    found: list[date] = []
    for block in paper.blocks:
        if isinstance(block, Signature):
            return found
        for label, value in getattr(block, "rows", []) if block.kind == "facts" else []:
            found += days(value) if label not in PLANNED else []
        for row in block.rows if block.kind == "table" and paper.form in ("F2", "F12") else []:
            for head, cell in zip(block.columns, row, strict=True):
                found += days(cell) if head.head in ("参加情况", "反馈日期") else []
        found += days(block.text) if isinstance(block, Note) and not block.text.startswith("情况说明") else []
    return found


BRANCHES: dict[str, Any] = {
    "usual": b.branch,
    "unusual": unusual.branch,
    **{name: (lambda name=name: demo(name)) for name in ("b01", "b02", "b03", "b04")},
}


@pytest.mark.parametrize("branch", BRANCHES)
def test_no_signing_day_is_earlier_than_a_stated_day(branch: str) -> None:
    sheet = Sheet(b.dossier(BRANCHES[branch]()), b.campaign())
    made = [p for s in STAGES if s.documents for p in s.documents(sheet) if p.form in FORMS]
    early = [
        (paper.name, block.day, max(told))
        for paper in made
        for block in paper.blocks
        if isinstance(block, Signature)
        and days(block.day)
        and (told := stated(paper))
        and days(block.day)[0] < max(told)
    ]
    assert made
    assert early == []


def test_what_was_done_after_the_minutes_stands_below_their_signature() -> None:
    raw = b.branch()
    raw["records"]["meeting"][0]["absent"][0]["informed_on"] = "2024-02-26"
    sheet = Sheet(b.dossier(raw), b.campaign())
    (minutes,) = [p for s in STAGES if s.documents for p in s.documents(sheet) if p.form == "F9"]
    signature, added, below = minutes.blocks[-3:]
    assert isinstance(signature, Signature)
    assert signature.day == "2024年2月20日"
    assert isinstance(added, Note)
    assert added.text == "补记：2024年2月26日，已向蒲大川通报会议情况。"
    assert isinstance(below, Signature)
    assert (below.roles, below.day) == (["补记人"], "")
    assert "2024年2月26日" not in "".join(text for block in minutes.blocks[:-2] for text in block.texts())


def test_the_register_of_a_disposal_is_dated_by_hand() -> None:
    sheet = Sheet(b.dossier(unusual.branch()), b.campaign())
    made = [p for s in STAGES if s.documents for p in s.documents(sheet) if p.form == "F21"]
    assert made
    assert [block.day for p in made for block in p.blocks if isinstance(block, Signature)] == [""] * len(made)
