"""What the first page says of a branch through its whole cycle, exactly: steps, deadlines, states, gaps and their links."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from orglife.core.record.dossier import Draft
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Subject
from orglife.core.rule.rule import Clause, Kind
from orglife.home.deadlines import deadlines
from orglife.home.lacking import QUOTED, complete_paper, lacking_paper, lacking_rows
from orglife.home.owed import columns_of, owed
from orglife.home.places import explaining, link_for
from orglife.home.progress import stage_rows
from orglife.home.step import Step
from orglife.home.today import today
from orglife.stages.shared.signed import Signed
from tests import branch as b
from tests.home.before import before, finding, seen
from tests.whole.golden_files import compare, rows_of, slim

GOLDEN = Path(__file__).parent / "golden"
DAYS = [date(2024, 2, 1) + timedelta(days=days) for days in (0, 9, 10, 18, 22, 25, 26, 28, 29, 36, 60)]
DRAFTS = (*(Draft("talk", f"x{n}", {}) for n in range(8)), Draft("member_review", "y", {}), Draft("branch", "t01", {}))


def _step(step: Step) -> Any:
    return slim({**asdict(step), "by": str(step.by or ""), "place": step.place, "link": step.link})


def _home(raw: b.Json, day: date, campaign: Campaign, *, drafts: tuple[Draft, ...] = ()) -> dict[str, Any]:
    dossier, findings = seen(raw, day, drafts=drafts, campaign=campaign)
    gaps = owed(dossier, findings)
    signatures = [Signed("F1", "", "工作方案", signed=False)] * 21
    links = {f.rule: getattr(link_for(f, dossier, campaign), "link", None) for f in findings}
    return {
        "steps": [_step(step) for step in today(dossier, campaign, findings, signatures, filed=False)],
        "deadlines": [[each.label, each.when, each.words, each.mood] for each in deadlines(dossier, campaign)],
        "stages": [slim(dict(row)) for row in stage_rows(dossier, findings)],
        "owed": [[row.name, row.due] for row in gaps] + [columns_of(gaps)],
        "lacking": [[row.stage, row.what, row.who, row.by, row.due] for row in lacking_rows(dossier, campaign, findings)],
        "paper": [text for text, _ in lacking_paper(dossier, campaign, findings).texts()],
        "links": links,
        "explaining": [explaining(f, dossier).link for f in findings[:2]],
    }  # fmt: skip


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_first_page_on_each_day_of_the_cycle(day: date) -> None:
    gaps = {"remove": ["talk/t01", "member_review/r4", "study", "opinion"], "put": {"plan/plan/made_on": "2024-02-12"}}
    undated = before(put={"plan/plan/planned_meeting_on": ""})
    shown = {
        f"{name} {what}": value
        for name, raw, campaign in (
            ("prepared", before(), b.campaign()),
            ("with gaps", before(**gaps), b.campaign()),
            ("without a day", undated, b.campaign(meeting_end="")),
        )
        for what, value in _home(raw, day, campaign).items()
    }
    compare(GOLDEN / f"{day}.json", rows_of(shown))


@pytest.mark.parametrize("kind", sorted(b.branch()["records"]))
def test_the_first_page_without_one_kind_of_records(kind: str) -> None:
    shown = _home(b.changed(b.branch(), remove=[kind]), b.AS_OF, b.campaign(), drafts=DRAFTS)
    del shown["paper"], shown["deadlines"]
    compare(GOLDEN / f"without_{kind}.json", rows_of(shown))


def test_the_first_page_before_there_is_a_roster() -> None:
    shown = {
        f"{name} {what}": value
        for name, raw in (
            ("no roster", before(remove=["member"])),
            ("no name", before(put={"branch/name": ""})),
            ("nothing", {**before(), "records": {}}),
        )
        for what, value in _home(raw, DAYS[1], b.campaign()).items()
        if what in ("steps", "stages")
    }
    compare(GOLDEN / "begin.json", rows_of(shown))


def test_the_pages_of_what_is_missing_to_the_width_of_their_columns() -> None:
    dossier, _ = seen(before(), DAYS[1], drafts=DRAFTS)
    plain, nameless = b.dossier(before()), b.dossier(before(put={"branch/name": ""}))
    cut = Clause("方案三", "甲……乙")
    some = [
        finding(clause=cut, subjects=(Subject("member", "m1", ""),)),
        finding(rule="TALK-02", title="另一项", due=False, checkpoint="close", stage="archive"),
        finding(rule="TALK-04", due=True, checkpoint="archive", clause=Clause("方案四", "")),
        finding(rule="TALK-04", title="同一项的第二处", due=False, checkpoint="prep", clause=cut),
        finding(rule="VOTE-01", kind=Kind.WRONG),
    ]
    many = [finding(rule=f"TALK-{n:02}") for n in range(QUOTED + 1)]
    papers = {
        "some": lacking_paper(dossier, b.campaign(), some),
        "many": lacking_paper(plain, b.campaign(), many),
        "none": lacking_paper(plain, b.campaign(), []),
        "complete": complete_paper([plain, nameless]),
    }
    shown = {
        f"{name} {number}": slim(block)
        for name, paper in papers.items()
        for number, block in enumerate(
            [{"title": paper.title, "page": paper.page}, *paper.model_dump(mode="json")["blocks"]]
        )
    }
    compare(GOLDEN / "pages-of-what-is-missing.json", rows_of(shown))
