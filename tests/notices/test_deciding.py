"""What a person types where a reading is corrected, without a page around it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.notice.deciding import (
    SENTENCES,
    Decision,
    asked_with,
    confirmed_draft,
    corrected_value,
    dependent_demands,
    readings,
    taken,
    unasked,
)
from orglife.notice.draft import NoticeDraft
from orglife.notice.materials import title_and_day
from orglife.notice.reading import read_notice
from tests.browser.test_campaign import NOTICE


@pytest.mark.parametrize("text", ["1/3", "1/1", "30%", "33.3%", "100%"])
def test_a_share_of_all_at_most_is_taken(text: str) -> None:
    assert corrected_value("excellent_ratio", {"value": text}, None, 2025) == {"value": text, "base": ""}


@pytest.mark.parametrize("text", ["3/2", "0%", "0.0%", "101%", "三成", "1/0", "30"])
def test_what_is_no_share_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=text) as told:
        corrected_value("excellent_ratio", {"value": text}, None, 2025)
    assert str(told.value) == SENTENCES["share"].format(text=text)


@pytest.mark.parametrize(
    ("text", "title", "day"),
    [
        ("某讲话（2024年7月21日）", "某讲话", date(2024, 7, 21)),
        ("某讲话  (2024.7.21发表)", "某讲话", date(2024, 7, 21)),
        ("某条例（试行）", "某条例（试行）", None),
        ("某条例（试行）（2018年11月25日印发）", "某条例（试行）", date(2018, 11, 25)),
        ("甲" + " " * 20_000 + "乙", "甲" + " " * 20_000 + "乙", None),
    ],
    ids=["day", "dots", "no day", "two brackets", "a long gap"],
)
def test_the_day_behind_a_title(text: str, title: str, day: date | None) -> None:
    assert title_and_day(text) == (title, day)


@pytest.mark.parametrize(
    ("name", "typed", "old", "value"),
    [
        ("year", {"": " 2025 "}, None, 2025),
        ("theme", {"": " 甲  乙\n丙 "}, "旧", "甲 乙 丙"),
        ("aspects", {"": "甲\n\n 乙 \n甲"}, ["丙"], ["甲", "乙"]),
        ("finish_by", {"": "3月31日"}, None, "2026-03-31"),
        ("meeting_window", {"start": "2月3日", "end": "2月3日"}, None, {"start": "2026-02-03", "end": "2026-02-03"}),
        ("meeting_window", {"start": "", "end": "2月3日"}, None, {"start": None, "end": "2026-02-03"}),
        ("meeting_window", {"start": "2月3日"}, None, {"start": "2026-02-03", "end": None}),
        (
            "publicity",
            {"days": "1"},
            {"what": "清单", "words": "甲"},
            {"what": "", "words": "甲", "scope": "", "days": 1},
        ),
        ("publicity", {"days": "999"}, None, {"what": "", "scope": "", "days": 999}),
        ("filing", {"to": "党委"}, {"deadline": "2026-03-01"}, {"to": "党委", "contents": [], "deadline": None}),
        ("voting_quorum", {"value": "99/99"}, None, {"value": "99/99", "base": ""}),
        ("study_items", {"": "甲（2024年7月21日）\n甲（2024年7月21日）\n乙"}, None, ["甲（2024年7月21日）", "乙"]),
    ],
)
def test_a_correction_replaces_the_parts_that_have_a_field(
    name: str, typed: dict[str, str], old: Any, value: Any
) -> None:
    assert corrected_value(name, typed, old, 2026) == value


@pytest.mark.parametrize(
    ("name", "typed", "sentence", "text"),
    [
        ("year", {"": "25"}, "year", "25"),
        ("year", {"": "20255"}, "year", "20255"),
        ("year", {"": "2125年"}, "year", "2125年"),
        ("year", {"": " "}, "nothing", ""),
        ("publicity", {"what": " ", "days": ""}, "nothing", ""),
        ("publicity", {"days": "0"}, "number", "0"),
        ("publicity", {"days": "1000"}, "number", "1000"),
        ("meeting_window", {"start": "2月4日", "end": "2月3日"}, "order", ""),
        ("excellent_ratio", {"value": "100/3"}, "share", "100/3"),
        ("finish_by", {"": "2月30日"}, "day", "2月30日"),
        ("study_items", {"": "甲\n乙（2024年2月30日）"}, "day", "乙（2024年2月30日）"),
    ],
)
def test_a_correction_that_cannot_be_read_is_told_in_a_sentence(
    name: str, typed: dict[str, str], sentence: str, text: str
) -> None:
    with pytest.raises(ValueError, match="。$") as told:
        corrected_value(name, typed, None, 2026)
    assert str(told.value) == SENTENCES[sentence].format(text=text)


CASES = "（五）特殊情形。长期外出的党员，可以通过视频参加会议。受处分未满影响期的党员，不得评为优秀。"
AWAY, PUNISHED = (sentence for sentence in CASES.split("。")[1:3])


@pytest.fixture(scope="module")
def draft() -> NoticeDraft:
    text = NOTICE.replace("\n三、召开会议", f"\n{CASES}\n三、召开会议")
    standards = "对照政治合格、品德合格、作风合格方面查找差距，撰写发言提纲"
    return read_notice(text.replace("撰写发言提纲", standards).splitlines(), "通知.txt")


def test_a_sentence_is_added_to_what_was_read_or_taken_before_and_to_nothing_that_was_struck(
    draft: NoticeDraft,
) -> None:
    read = ((AWAY, "二（五）"), (PUNISHED, "二（五）"))
    label = (("特殊情形", "二（五）"),)
    assert taken(draft, "special_rules", 2) == Decision("taken", [AWAY, PUNISHED, "特殊情形"], read + label)
    assert taken(draft, "special_rules", 0, Decision("struck")) == Decision("taken", [AWAY], read[:1])
    assert taken(draft, "special_rules", 0, Decision("confirmed", ["甲"])) == Decision("taken", ["甲", AWAY], read)
    before = Decision("taken", ["甲"], (("甲", "一"),))
    assert taken(draft, "special_rules", 1, before) == Decision("taken", ["甲", PUNISHED], (("甲", "一"), read[1]))
    assert taken(draft, "forms", 1).words == (("局机关党委", "落款"),), "none was read"
    assert taken(draft, "forms", 1, Decision("corrected", None)).value == ["局机关党委"]
    assert taken(draft, "theme", 0, before).words == (("以学习贯彻党的二十届四中全会精神为主题", "一"),)


@pytest.mark.parametrize(("number", "offered"), [(-1, False), (0, True), (29, True), (30, False)])
def test_thirty_sentences_are_offered(draft: NoticeDraft, number: int, *, offered: bool) -> None:
    if offered:
        assert taken(draft, "theme", number).how == "taken"
    else:
        with pytest.raises(ValueError, match="这一句里没有读出会议主题"):
            taken(draft, "theme", number)


def test_a_demand_that_was_not_read_is_made_by_one_of_its_likeliest_sentences(draft: NoticeDraft) -> None:
    likeliest, *_ = unasked(draft)
    assert likeliest not in {demand.key for demand in draft.demands}
    quotes = draft.ranking.candidates(likeliest)
    for number, quote in enumerate(quotes):
        assert asked_with(draft, likeliest, number) == Decision("taken", likeliest, ((quote.quote, quote.place),))
    for demand, number in ((likeliest, -1), (likeliest, len(quotes)), ("plan.made", 0)):
        with pytest.raises(ValueError, match="请重新载入"):
            asked_with(draft, demand, number)
    scores = [draft.ranking.score(key, draft.ranking.order(key)[0]) for key in unasked(draft)]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("name", "struck", "gone"),
    [
        ("theme", (), []),
        ("study_items", (), ["study.materials"]),
        ("publicity", (), []),
        ("aspects", (), []),
        ("aspects", ("theme",), []),
        ("aspects", ("dimensions",), ["reviews.aspects"]),
        ("dimensions", ("aspects",), ["reviews.aspects"]),
    ],
)
def test_demands_that_depend_on_a_fact(draft: NoticeDraft, name: str, struck: tuple[str, ...], gone: list[str]) -> None:
    decisions = {f"fact:{each}": Decision("struck") for each in struck}
    assert dependent_demands(draft, decisions, name) == gone


def test_what_was_decided_makes_the_draft(draft: NoticeDraft) -> None:
    (left,) = (reading for reading in readings(draft) if reading.kind == "unread")
    made = next(demand for demand in draft.demands if demand.key == "study.held")
    other = unasked(draft)[0]
    decisions = {
        "fact:theme": Decision("confirmed", "甲"),
        "fact:year": Decision("struck"),
        "fact:aspects": Decision("taken", ["乙"], (("丙", "一"),)),
        "fact:publicity": Decision("corrected", {"what": "丁"}),
        "demand:study.held": Decision("confirmed"),
        "demand:plan.made": Decision("struck"),
        left.key: Decision("demand", "study.held"),
        f"asked:{other}": Decision("taken", other, (("戊", "二"),)),
        "asked:study.held": Decision("taken", "study.held", (("己", "三"),)),
    }
    confirmed = confirmed_draft(draft, decisions)
    facts = {name: fact for name, fact in {**confirmed.facts, **confirmed.more}.items() if fact}
    assert {name: fact.value for name, fact in facts.items()} == {
        "theme": "甲",
        "aspects": ["乙"],
        "publicity": {"what": "丁"},
    }
    assert [at.quote for at in facts["aspects"].words] == ["丙"]
    assert facts["theme"].words == draft.facts["theme"].words  # type: ignore[union-attr]
    assert {demand.key: [at.quote for at in demand.words] for demand in confirmed.demands} == {
        "study.held": ["己", *[at.quote for at in made.words], left.words[0].quote],
        other: ["戊"],
    }
    assert confirmed.unread == ()
    checked = confirmed_draft(draft, {left.key: Decision("check")})
    assert (checked.unread, checked.demands) == (left.words, ())
    assert confirmed_draft(draft, {left.key: Decision("left")}).unread == ()
    alone = confirmed_draft(draft, {left.key: Decision("demand", "study.held")})
    assert [demand.words for demand in alone.demands] == [left.words]
