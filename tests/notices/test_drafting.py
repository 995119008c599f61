"""The campaign file that is written from a draft, exactly: with and without a base, of rich drafts and of silent ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.core.rule.campaign import Campaign, parse_campaign
from orglife.notice.draft import NoticeDraft
from orglife.notice.drafting import campaign_toml
from orglife.notice.model import FIELDS, Fact, NoticeQuote, Sure
from orglife.notice.reading import read_notice
from tests import branch as b
from tests.browser.test_campaign import NOTICE
from tests.whole.golden_files import compare, rows_of

GOLDEN = Path(__file__).parent / "golden" / "drafting.json"
BASE = b.campaign(id="base")
PUBLISHED = {"党的二十届四中全会精神": date(2025, 10, 23)}


def fact(value: Any, *quotes: str, sure: Sure = "stated") -> Fact:
    return Fact(value, tuple(NoticeQuote(quote, "三") for quote in quotes or ("原话",)), sure)


@pytest.fixture(scope="module")
def draft() -> NoticeDraft:
    return read_notice(NOTICE.splitlines(), "通知.txt")


def silent(draft: NoticeDraft) -> NoticeDraft:
    return replace(draft, facts=dict.fromkeys(FIELDS), more={}, demands=(), unread=())


RICH = {
    "theme": fact("主  题", *"一二三四五", sure="uncertain"),
    "year": fact(2025, sure="derived"),
    "meeting_window": fact({"start": None, "end": "2026-02-28"}),
    "report": fact({"deadline": None, "recipient": "局党委", "attachments": []}),
    "rectification": fact({"sources": ["会上查摆的问题", "上级点出的问题"], "lists": [], "deadline": None}),
    "grades": fact(["优秀", "差"]),
    "study_items": fact(["甲（2024年7月21日）", "党章", "乙"]),
    "publicity": fact({"what": None, "scope": "公开栏", "days": 5}),
    "filing": fact({"to": "党委", "contents": ["清单", "报告"], "words": "不印"}),
    "forms": fact(["测评票"], "甲\n乙"),
    "excellent_ratio": fact({"value": "1/3", "base": "正式党员", "words": "不印"}, sure="derived"),
    "voting_quorum": fact({"value": "2/3", "base": None, "words": "不印"}),
}


def lines(draft: NoticeDraft, base: Campaign | None = None, **more: Any) -> list[str]:
    text = campaign_toml(draft, "通知.txt", stem="2026-x", base=base, **more)
    parse_campaign(text)
    return text.splitlines()


def test_a_draft_is_written_as_before(draft: NoticeDraft) -> None:
    rich = replace(silent(draft), facts=dict.fromkeys(FIELDS) | RICH, more={"finish_by": fact("2026-03-31")})
    terse = b.campaign(id="terse", labels={}, materials=[], aspects=["ideals"], theme="", report_to="甲", finish_by="")
    mended = {"report": fact({"deadline": "2026-03-10", "recipient": None, "attachments": ["报告"]})}
    written = {
        "read": lines(draft),
        "read with a base": lines(draft, BASE, stale_terms=["甲", "乙"], published=PUBLISHED),
        "silent": lines(silent(draft)),
        "silent with a base": lines(silent(draft), BASE),
        "silent with a terse base": lines(silent(draft), terse),
        "rich": lines(rich, published={"乙": date(2020, 1, 2)}),
        "rich with a base": lines(rich, BASE.model_copy(update={"labels": BASE.labels | {"meeting": "别的说法"}})),
        "one part": lines(replace(silent(draft), facts=dict.fromkeys(FIELDS) | mended)),
    }
    compare(GOLDEN, rows_of(written))


@pytest.mark.parametrize(
    ("value", "base", "params"),
    [
        ("1/3", None, None),
        ("1/3", "党员总数", None),
        ("1/3", "正式党员", {"base": "full_members"}),
        ("1/3", "参评党员", {"base": "graded"}),
        ("1/4", None, {"ratio_num": 1, "ratio_den": 4}),
        ("2/3", None, {"ratio_num": 2, "ratio_den": 3}),
        ("30%", None, {"ratio_num": 30, "ratio_den": 100}),
        ("33.3%", None, {"ratio_num": 333, "ratio_den": 1000}),
        ("20%—25%", "测评人数", {"base": "graded", "ratio_num": 25, "ratio_den": 100}),
        ("1/0", "正式党员", None),
        (None, "正式党员", None),
    ],
)
def test_a_share_of_the_best_adjusts_its_check(
    draft: NoticeDraft, value: str | None, base: str | None, params: dict[str, Any] | None
) -> None:
    share = {"excellent_ratio": fact({"value": value, "base": base})}
    text = "\n".join(lines(replace(silent(draft), facts=dict.fromkeys(FIELDS) | share)))
    override = parse_campaign(text).override
    assert {rule: dict(adjusted.params) for rule, adjusted in override.items()} == (
        {"GRADE-04": params} if params else {}
    )


@pytest.mark.parametrize(("days", "adjusted"), [(4, 4), (5, None), (6, 6), (0, None), (None, None)])
def test_days_of_publication_adjust_their_check(draft: NoticeDraft, days: int | None, adjusted: int | None) -> None:
    shown = {"publicity": fact({"what": "清单", "scope": None, "days": days})}
    text = "\n".join(lines(replace(silent(draft), facts=dict.fromkeys(FIELDS) | shown)))
    override = parse_campaign(text).override
    assert {rule: dict(each.params) for rule, each in override.items()} == (
        {"PUB-03": {"min_days": adjusted}} if adjusted else {}
    )
    unquoted = replace(shown["publicity"], words=())
    written = lines(replace(silent(draft), facts=dict.fromkeys(FIELDS) | {"publicity": unquoted}))
    assert parse_campaign("\n".join(written)).override == {}
