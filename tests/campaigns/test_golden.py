"""What the page 方案 shows of a notice after each kind of decision, and of two campaigns that differ, exactly."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.campaigns.comparison import compare
from orglife.campaigns.confirming import Confirming
from orglife.campaigns.decisions import RESULT
from orglife.core.rule.campaign import Campaign
from tests import branch as b
from tests.campaigns.drafts import begun, everything
from tests.whole.golden_files import compare as compare_with
from tests.whole.golden_files import rows_of, slim

_NOW = re.compile(r'(?<=oc-)(?:here|now)">[^<]*')
GOLDEN = Path(__file__).parent / "golden"


def _decide(page: Confirming) -> None:
    """A decision of each kind, some of them undone or made twice."""
    page.decide("fact:theme", "confirmed")
    page.decide("fact:grades", "struck")
    page.decide("fact:study_items", "taken", "0")
    page.decide("fact:study_items", "taken", "1")
    page.decide("fact:special_rules", "taken", "0")
    page.decide("fact:meeting_window", "corrected", {"start": "2026年2月3日", "end": "2026.2.20"})
    page.decide("fact:publicity", "corrected", {"what": "整改清单", "scope": "公开栏", "days": "7"})
    page.decide("fact:agenda_steps", "struck")
    page.reopen("fact:agenda_steps")
    page.decide("unread:0", "check")
    demand = page.unasked()[0][1]
    page.ask(demand, 1)
    page.ask(page.unasked()[0][1], 0)
    page.set_terms([page.terms()[0][0]])


def _redecide(page: Confirming) -> None:
    """After everything is confirmed: a sentence for a demand, facts struck and filled in again."""
    everything(page)
    page.decide("unread:0", "demand", "rectification.measures")
    page.decide("fact:talk_rules", "taken", "2")
    page.decide("fact:rectification", "struck")
    page.decide("fact:branch_dimensions", "struck")
    page.decide("fact:branch_dimensions", "corrected", {"": "政治引领\n服务群众"})


@pytest.mark.parametrize("after", [None, _decide, _redecide])
def test_the_page_shows_a_notice_as_before(workspace: Path, after: Callable[[Confirming], None] | None) -> None:
    page = begun(workspace)
    if after:
        after(page)
    shown: dict[str, Any] = {}
    for group in page.groups():
        shown[group.key] = slim(asdict(group))
        shown[f"{group.key} beside"] = _NOW.findall(page.notice(group.key))
    shown["marked"] = re.findall("<mark>([^<]*)", page.notice("left"))
    check = page.check()
    assert check
    shown["check"] = [list(check.problems), list(check.notes)]
    shown["standing"] = [getattr(page.standing(), "line", ""), list(page.terms())]
    shown["unasked"] = [[label, page.likeliest(key)[:1]] for label, key in page.unasked()[:10]]
    shown["preview"] = list(page.preview())
    shown["campaign"] = (workspace / RESULT).read_text(encoding="utf-8").splitlines()
    compare_with(GOLDEN / f"{after.__name__.strip('_') if after else 'begun'}.json", rows_of(shown))


def _items(*items: tuple[str, str]) -> list[dict[str, str]]:
    return [{"id": f"i{number}", "text": text, "source": source} for number, (text, source) in enumerate(items)]


OLDER = b.campaign(
    id="old", title="旧方案", year=2023, report_to="甲党委", finish_by=date(2024, 3, 1), papers=[],
    check_items=_items(("甲乙丙丁戊", "方案一"), ("子丑寅卯辰", "方案二"), ("一二三", "")),
)  # fmt: skip
_FIRST, _SECOND, *_OTHERS = b.campaign().demands
NEWER = b.campaign(
    id="new", title="", year=2024, report_to="", meeting_start="",
    demands={
        _SECOND: OLDER.demands[_SECOND].model_copy(update={"quote": "另一句话"}),
        **{key: OLDER.demands[key] for key in _OTHERS},
    },
    check_items=_items(("甲乙丙丁己", "方案三"), ("天地玄黄", "")),
    override={"STUDY-01": {"params": {"min_sessions": 2}}, "TALK-01": {"severity": "warning"}},
)  # fmt: skip


@pytest.mark.parametrize(("older", "newer"), [(OLDER, NEWER), (NEWER, OLDER), (OLDER, OLDER)])
def test_campaigns_are_compared_as_before(older: Campaign, newer: Campaign) -> None:
    comparison = compare(older, newer)
    page = comparison.page().model_dump(mode="json")
    shown = {
        **comparison.to_json(),
        "lines": list(comparison.lines()),
        "plain lines": list(comparison.plain_lines()),
        **{f"page {name}": slim(value) for name, value in page.items()},
        "title": comparison.bundle().title,
    }
    compare_with(GOLDEN / f"from_{older.id}_to_{newer.id}.json", rows_of(shown))
