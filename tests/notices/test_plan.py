"""The plan of 2024, read as a notice, against the campaign that people wrote from it."""

from __future__ import annotations

import pytest

from orglife.core.rule.campaign import Campaign, parse_campaign
from orglife.notice.drafting import campaign_toml
from orglife.notice.materials import known_days
from orglife.notice.reading import read_notice
from tests.notices.files import LINES, PLAN, SEED

DRAFT = read_notice(LINES, "plan")
READ = parse_campaign(campaign_toml(DRAFT, "plan", stem="2024-seed"))

STATED = ("id", "year", "theme", "plan_deadline", "meeting_start", "meeting_end", "finish_by", "report_to", "report_by")
LISTS = ("aspects", "dimensions", "team_aspects", "key_checks", "rect_sources", "agenda", "grades")
USUAL = ("papers", "member_order", "retention", "override", "stale_terms")
APART = ("title", "labels", "materials", "demands", "check_items")
AS_PRINTED = {
    "criticism": "开展自我批评和相互批评",
    "education": "“两学一做”学习教育中查摆出来的问题",
    "special_campaign": "集中整治和查处基层侵害群众利益不正之风和腐败问题自查自纠中发现的问题",
}
"""Labels that the shipped campaign has in fewer words; a notice's own words are kept."""


def test_every_field_of_a_campaign_is_compared() -> None:
    assert sorted([*STATED, *LISTS, *USUAL, *APART]) == sorted(Campaign.model_fields)


@pytest.mark.parametrize("field", [*STATED, *LISTS, *USUAL])
def test_the_plan_is_read_as_its_campaign_says(field: str) -> None:
    assert getattr(READ, field) == getattr(SEED, field)


def test_labels_are_in_the_words_of_the_plan() -> None:
    assert READ.labels == SEED.labels | AS_PRINTED


def test_the_plan_bears_no_title() -> None:
    assert SEED.title not in PLAN
    assert READ.title == ""


def test_the_materials_are_those_of_the_campaign() -> None:
    """The plan holds no days of publication: they come from a campaign that knows them."""
    read = READ
    assert [(m.id, m.title, m.published) for m in read.materials] == [(m.id, m.title, None) for m in SEED.materials]
    text = campaign_toml(DRAFT, "plan", stem="2024-seed", published=known_days([SEED]))
    assert parse_campaign(text).materials == SEED.materials


def test_what_no_check_looks_at_is_left_to_be_ticked() -> None:
    items = READ.check_items
    assert [(i.source, i.quote in PLAN) for i in items] == [("实施方案三1", True), ("实施方案三2", True)]
    assert ["统筹组织督导力量" in items[0].text, "严格要求党员与关心关爱党员" in items[1].text] == [True, True]


def test_the_demands_are_those_of_the_campaign() -> None:
    read = READ
    assert set(read.demands) == set(SEED.demands)


@pytest.mark.parametrize("key", SEED.demands)
def test_a_demand_is_read_where_the_campaign_quotes_it(key: str) -> None:
    read, known = READ.demands[key], SEED.demands[key]
    assert read.source == known.source
    assert all(piece in PLAN for piece in read.pieces)
    assert any(one in other or other in one for one in read.pieces for other in known.pieces), (read, known)
