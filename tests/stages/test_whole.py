"""Rules over all stages: which texts they read, words of their parameters, days on papers, copies at their limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orglife.core.errors import BadInput
from orglife.core.record.dossier import Dossier
from orglife.core.rule.bureau import Bureau, run_bureau
from orglife.stages import RULES, RULES_BY_ID
from orglife.stages.appraisal.record import Grade, Tally
from orglife.stages.meeting.record import Criticism, Meeting
from orglife.stages.plan.record import Plan
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.shared.grams import Pair
from orglife.stages.shared.similarity import SHOWN_CHARS, cliques, equal_pairs, shared_passage, similar_pairs
from orglife.stages.whole.overrides import require_overrides
from orglife.stages.whole.param_words import param_words
from orglife.stages.whole.plain_words import is_hollow, is_parallel, parts, says
from orglife.stages.whole.reworded import LEFT_OUT, reworded
from orglife.stages.whole.texts import current, path_exists, texts_at
from tests import branch as b

TEXT = "窗口午间无人值守时有住户来回跑了两趟拿不到材料我明知道排班表空着却没有补上值班的人手"
"""42 characters of writing."""


def changed(**changes: Any) -> Dossier:
    return b.dossier(b.changed(b.branch(), **changes))


def messages(rule: str, dossier: Dossier, **params: Any) -> list[str]:
    campaign = b.campaign(override={rule: {"params": params}}) if params else b.campaign()
    return [finding.message for finding in b.findings((RULES_BY_ID[rule],), dossier, campaign)]


# --- texts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("Plan.contents", ["plan contents.requirements", "plan contents.steps", "plan contents.schedule", "plan contents.other"]),
        ("Plan.contents.steps", ["plan contents.steps"]),
        ("MemberReview.items.fact", [f"r{n}.p1 fact" for n in range(1, 9)]),
        ("TeamReview.items", ["tr.p1 fact", "tr.p1 cause", "tr.p1 measure"]),
        ("TeamReview.text", []),
        ("Meeting.speeches.points", ["mt speeches.points" for _ in b.PRESENT]),
        ("Meeting.nothing", []),
        ("Nothing.text", []),
    ],
)  # fmt: skip
def test_a_path_names_texts_and_where_each_stands(path: str, texts: list[str]) -> None:
    assert [" ".join(one.key) for one in texts_at(b.dossier(), path)] == texts


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("Plan.contents", True),
        ("Plan.contents.steps", True),
        ("MemberReview.items.fact", True),
        ("MemberReview.items.nothing", False),
        ("MemberReview.text.more", False),
        ("Plan", False),
        ("Nothing", False),
        ("Nothing.text", False),
        ("", False),
    ],
)
def test_a_path_that_a_campaign_names_has_to_exist(path: str, known: bool) -> None:
    assert path_exists(path) is known


def test_of_several_rounds_and_of_several_records_the_ones_in_force_are_read() -> None:
    add = {
        "meeting": [{"id": "mt2", "round": 2}],
        "criticism": [{"id": "x2", "round": 2, "author": "m1", "target": "m2", "text": "晚到"}],
        "tally": [{"id": "ty3", "round": 3}],
        "grade": [{"id": "gx", "round": 3, "member": "m1"}, {"id": "gy", "round": 3, "member": "m1"}],
        "plan": [{"id": "plan2", "made_on": "2024-02-06"}],
        "member_review": [{"id": "rx", "member": "m4", "date": "2024-02-19"}, {"id": "ry"}],
    }
    dossier = changed(add=add)
    assert [one.id for one in current(dossier, Meeting)] == ["mt2"]
    assert [one.id for one in current(dossier, Criticism)] == ["x2"]
    assert [one.id for one in current(dossier, Plan)] == [dossier.one(Plan).id]  # type: ignore[union-attr]
    reviews = [one.id for one in current(dossier, MemberReview)]
    assert len(reviews) == 9
    assert {"ry", dossier.by_member(MemberReview)["m4"].id} <= set(reviews)
    assert [one.id for one in current(dossier, Tally)] == ["ty3"]
    assert [one.id for one in current(dossier, Grade)] == ["gx", "gy"]
    assert current(changed(remove=["plan"]), Plan) == []
    alone = b.dossier(
        {**b.branch(), "records": {"member": b.members(), "criticism": add["criticism"], "tally": add["tally"]}}
    )
    assert current(alone, Criticism) == [], "without a meeting the round in force counts"


# --- parameters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "name", "value", "words"),
    [
        ("PUB-03", "min_days", 5, "至少几天：5"),
        ("CRIT-03", "min_chars", 12, "少于几个字：12"),
        ("COPY-01", "min_chars", 150, "至少几个字才比较：150"),
        ("COPY-01", "warn_percent", 75, "相似到多少（%）提示：75"),
        ("VOTE-02", "allow_outside", True, "党员以外的人可以填测评票：是"),
        ("VOTE-02", "allow_outside", False, "党员以外的人可以填测评票：否"),
        ("VOTE-02", "ballot_status", ["full", "x"], "哪些党员填测评票：正式党员、x"),
        ("GRADE-01", "waivers", [], "可以不评定等次的情形：无"),
        ("ARCH-06", "allowed", ["pdf", "ofd"], "可以用的格式：PDF、OFD"),
        ("X-01", "unheard_of", "x", "unheard_of：x"),
    ],
)  # fmt: skip
def test_a_parameter_is_told_in_words(rule: str, name: str, value: Any, words: str) -> None:
    assert param_words(rule, name, value) == words


@pytest.mark.parametrize(
    ("rule", "params", "problem"),
    [
        ("GRADE-04", {"ratio_den": 1}, ""),
        ("GRADE-04", {"ratio_den": 0}, "分母应当是1或更大的整数，不能是0。"),
        ("GRADE-04", {"ratio_num": 0}, ""),
        ("GRADE-04", {"rounding": "nearest"}, ""),
        ("GRADE-04", {"rounding": "up"}, "“up”不在可选的几项里。可用：floor、nearest、ceil。"),
        ("PUB-03", {"min_days": 0}, ""),
        ("PUB-04", {"allow": ""}, ""),
        ("PUB-04", {"patterns": []}, "至少要有一个正则表达式。"),
        ("DISP-10", {"effective_from": "2024-07-01"}, ""),
        ("DISP-10", {"effective_from": date(2024, 7, 1)}, ""),
        ("DISP-10", {"kinds": []}, ""),
        ("DISP-10", {"kinds": date(2024, 7, 1)}, "应当是列表"),
        ("WORD-01", {"patterns": ["(a"]}, "第1个字符处"),
        ("WORD-01", {"applies_to": ["Criticism"]}, "例如 Criticism.text。"),
        ("WORD-11", {"applies_to": ["Criticism"]}, "例如 Plan.contents。"),
    ],
)
def test_an_override_at_its_limit_is_taken_or_refused(rule: str, params: dict[str, Any], problem: str) -> None:
    campaign = b.campaign(override={rule: {"params": params}})
    if not problem:
        require_overrides(campaign, RULES_BY_ID, lambda _patterns: [], name="c.toml")
        return
    with pytest.raises(BadInput) as refusal:
        require_overrides(campaign, RULES_BY_ID, lambda _patterns: [], name="c.toml")
    (sentence,) = refusal.value.sentences
    assert f"override.{rule}.params.{next(iter(params))}：" in sentence
    assert problem in sentence


# --- days on papers --------------------------------------------------------------------------------------------------

REVIEWED = "问题清单的日期是{}，里面写到的{}却在2024年2月18日，日期早于所写的事。"


@pytest.mark.parametrize(
    ("put", "add", "said"),
    [
        ({}, {}, []),
        ({"problem_list/pl/confirmed_on": "2024-02-18"}, {}, []),
        ({"problem_list/pl/confirmed_on": "2024-02-17"}, {}, [REVIEWED.format("2024年2月17日", "班子对照检查")]),
        (
            {"problem_list/pl/confirmed_on": "2024-02-17", "team_review/tr/date": ""},
            {},
            [REVIEWED.format("2024年2月17日", "魏长河的发言提纲")],
        ),
        ({"problem_list/pl/confirmed_on": ""}, {}, []),
        ({"plan/plan/approved_on": "2024-02-05"}, {}, []),
        (
            {"plan/plan/approved_on": "2024-02-04"},
            {},
            ["工作方案的日期是2024年2月4日，里面写到的制定日期却在2024年2月5日，日期早于所写的事。"],
        ),
        ({"meeting/mt/groups": [{"group": "一组", "date": "2024-02-20"}, {"date": ""}]}, {}, []),
        (
            {"meeting/mt/groups": [{"group": "一组", "date": "2024-02-21"}, {"date": "2024-02-22"}]},
            {},
            ["会议记录的日期是2024年2月20日，里面写到的党小组的会却在2024年2月22日，日期早于所写的事。"],
        ),
        ({"filing/fl/date": "2024-02-17", "filing/fl/contents": {"problems": True}}, {}, ["2024年2月18日"]),
        ({"filing/fl/date": "2024-02-17", "filing/fl/contents": {"measures": True}}, {}, []),
        ({"report/rp/text": "2024年2月28日开会。"}, {}, []),
        ({"report/rp/text": "2024年2月29日开会。"}, {}, ["正文里的事却在2024年2月29日"]),
        ({"report/rp/text": "2024年2月30日开会。"}, {}, []),
        ({"report/rp/text": "拟在2024年2月29日公示，2024年2月27日开会"}, {}, []),
        ({"report/rp/text": "拟公示，2024年2月29日开会"}, {}, ["正文里的事却在2024年2月29日"]),
        (
            {},
            {"work_report": [{"id": "wr", "date": "2024-02-20", "text": "2024年2月21日开会"}]},
            ["支部工作报告的日期"],
        ),
    ],
)
def test_a_paper_is_not_signed_before_what_it_states(put: dict[str, Any], add: dict[str, Any], said: list[str]) -> None:
    found = messages("DATA-04", changed(put=put, add=add))
    assert len(found) == len(said)
    assert all(words in message for words, message in zip(said, found, strict=True))


# --- copies ----------------------------------------------------------------------------------------------------------


def outlines(**texts: str) -> Dossier:
    """A branch whose members wrote these outlines and the others nothing."""
    reviews = [{"id": f"r{member[1:]}", "member": member, "text": text} for member, text in texts.items()]
    return changed(remove=["member_review"], add={"member_review": reviews})


@pytest.mark.parametrize(
    ("length", "params", "found"),
    [(20, {}, 1), (19, {}, 0), (19, {"min_chars": 19}, 1), (42, {}, 1), (42, {"min_chars": 43}, 0)],
)
def test_short_outlines_are_named_when_they_are_the_same(length: int, params: dict[str, int], found: int) -> None:
    text = TEXT[:length]
    assert len(messages("COPY-09", outlines(m2=text, m3=f"祝秋实：{text}。", m4=text[:-1] + "甲"), **params)) == found
    three = messages("COPY-09", outlines(m2=text, m3=text, m4=text), **params)
    assert len(three) == 3 * found


def test_short_outlines_are_left_to_the_rule_on_long_ones_from_its_length_on() -> None:
    for length, found in ((149, 1), (150, 0)):
        text = (TEXT * 4)[:length]
        assert len(messages("COPY-09", outlines(m2=text, m3=text))) == found
        assert len(messages("COPY-01", outlines(m2=text, m3=text))) == 1 - found


def talks(*texts: dict[str, str]) -> Dossier:
    each = [{"id": f"t{n}", "date": "2024-02-07", "participants": ["m1", "m2"], **text} for n, text in enumerate(texts)]
    return changed(remove=["talk"], add={"talk": each})


@pytest.mark.parametrize(
    ("length", "count", "params", "found"),
    [
        (30, 3, {}, 1),
        (29, 3, {}, 0),
        (30, 2, {}, 0),
        (30, 2, {"min_talks": 2}, 1),
        (29, 3, {"min_chars": 29}, 1),
    ],
)
def test_talks_of_the_same_contents_are_named_from_a_number_and_a_length_on(
    length: int, count: int, params: dict[str, int], found: int
) -> None:
    text = TEXT[:length]
    dossier = talks(*({"thoughts": text[:9], "problems_pointed": text[9:]} for _ in range(count)))
    said = messages("COPY-04", dossier, **params)
    assert len(said) == found
    if said:
        assert said[0].startswith(f"有{count}条谈心谈话记录内容基本相同，都写有“{text[:9]}\n"[:-1])


def test_the_same_words_in_one_part_of_two_talks_are_named_unless_the_talks_already_are() -> None:
    same = TEXT[:12]
    two = talks({"thoughts": same + "，"}, {"thoughts": same}, {"opinions_heard": same})
    assert messages("COPY-07", two) == [f"有2次谈心谈话的“交流思想”一字不差：“{same}，”。"]
    assert messages("COPY-07", talks({"thoughts": same[:11]}, {"thoughts": same[:11]})) == []
    whole = [{"thoughts": TEXT}] * 3
    assert messages("COPY-07", talks(*whole)) == []
    assert len(messages("COPY-07", talks(*whole, {"thoughts": TEXT, "problems_pointed": TEXT[::-1] * 9}))) == 1


@pytest.mark.parametrize(
    ("texts", "params", "targets"),
    [
        ([TEXT, TEXT, TEXT], {}, 3),
        ([TEXT, TEXT], {}, 0),
        ([TEXT, TEXT], {"min_targets": 2}, 2),
        ([TEXT, TEXT, TEXT[::-1]], {}, 0),
        (["晚到了", "晚到了", "晚到了"], {}, 3),
        ([TEXT[:19] + "甲", TEXT[:19] + "甲", TEXT[:19] + "乙"], {"ratio_percent": 80}, 3),
        ([TEXT[:18] + "甲", TEXT[:18] + "甲", TEXT[:18] + "乙"], {"ratio_percent": 80}, 0),
        (["", "", ""], {}, 0),
        (["。", "！", "？"], {}, 0),
    ],
)
def test_one_criticism_for_several_members_is_named(texts: list[str], params: dict[str, int], targets: int) -> None:
    each = [{"id": f"c{n}", "author": "m1", "target": f"m{n}", "text": text} for n, text in enumerate(texts, 2)]
    others = [
        {"id": "cx", "author": "m1", "target": "m1", "text": TEXT},
        {"id": "cy", "author": "m1", "text": TEXT},
        {"id": "cz", "author": "m9", "target": "m2", "text": TEXT},
        {"id": "cw", "author": "m1", "target": "m2", "text": texts[0]},
    ]
    found = messages("COPY-03", changed(remove=["criticism"], add={"criticism": [*each, *others]}), **params)
    assert len(found) == bool(targets)
    assert not targets or f"对{targets}名党员" in found[0]


def earlier(dossier: Dossier, year: int | None = 2023, **texts: str) -> Dossier:
    reviews = {m: MemberReview.model_validate({"id": f"r{m}", "member": m, "text": t}) for m, t in texts.items()}
    return replace(dossier, earlier_reviews=reviews, earlier_year=year)


LONG = (TEXT + TEXT[::-1]) * 2


@pytest.mark.parametrize(
    ("now", "before", "params", "found"),
    [
        (LONG[:150], LONG[:150], {}, 1),
        (LONG[:149], LONG[:150], {}, 0),
        (LONG[:150], LONG[:149], {}, 0),
        (LONG[:20], LONG[:20], {"min_chars": 20}, 1),
        ("", "", {"min_chars": 0}, 0),
    ],
)
def test_an_outline_is_compared_with_the_members_own_of_the_year_before(
    now: str, before: str, params: dict[str, int], found: int
) -> None:
    assert len(messages("COPY-05", earlier(outlines(m2=now), m2=before), **params)) == found
    assert messages("COPY-05", earlier(outlines(m2=now), m3=before), **params) == []
    unknown = messages("COPY-05", earlier(outlines(m2=now), None, m2=before), **params)
    assert all("与往年材料相似度" in message for message in unknown)
    assert len(unknown) == found


@pytest.mark.parametrize(
    ("now", "before", "whose", "how"),
    [
        (LONG[:20], {"m2": LONG[:20]}, "本人2023年", "一字不差"),
        (LONG[:20], {"m3": LONG[:20]}, "冉书砚2023年", "一字不差"),
        (LONG[:20], {"m2": LONG[:20], "m3": LONG[:20]}, "本人2023年", "一字不差"),
        (LONG[:19], {"m2": LONG[:19]}, "", ""),
        (LONG[:20], {"m2": LONG[:21]}, "", ""),
        (LONG[:150], {"m3": LONG[:151]}, "冉书砚2023年", "相似度"),
        (LONG[:150], {"m3": LONG[:149]}, "", ""),
        (LONG[:150], {"m2": LONG[:150], "m3": LONG[:150]}, "", ""),
    ],
)
def test_an_outline_is_compared_with_those_of_colleagues_the_year_before(
    now: str, before: dict[str, str], whose: str, how: str
) -> None:
    found = messages("COPY-11", earlier(outlines(m2=now), **before))
    assert len(found) == bool(whose)
    if whose:
        assert f"与{whose}的材料{how}" in found[0]
        (unknown,) = messages("COPY-11", earlier(outlines(m2=now), None, **before))
        assert whose.replace("2023年", "往年") in unknown


def bureau_messages(rule: str, *branches: Dossier, **params: Any) -> list[str]:
    dossiers = {
        f"t{n}": replace(each, branch=each.branch.model_copy(update={"id": f"t{n}"})) for n, each in enumerate(branches)
    }
    campaign = b.campaign(override={rule: {"params": params}} if params else {})
    bureau = Bureau("2024-seed", {}, dossiers, b.AS_OF)
    found = run_bureau(
        (RULES_BY_ID[rule],), bureau, campaign, regulations=b.regulations(), due=frozenset(), strict=True
    )
    return [finding.message for finding in found]


@pytest.mark.parametrize(
    ("length", "params", "found"),
    [(20, {}, 1), (19, {}, 0), (19, {"min_chars": 19}, 1), (7, {"min_chars": 0}, 0), (8, {"min_chars": 0}, 1)],
)
def test_sentences_of_two_branches_are_compared_from_a_length_on(
    length: int, params: dict[str, int], found: int
) -> None:
    text = "".join(chr(0x5E00 + n) for n in range(length))  # no word that counts as another
    one, other = outlines(m2=text + "。"), outlines(m3=text)
    assert len(bureau_messages("COPY-13", one, other, **params)) == found
    assert bureau_messages("COPY-13", one, **params) == []
    assert bureau_messages("COPY-13", one, other, **{**params, "max_pairs": 0}) == []


def test_what_the_rule_on_copies_as_written_names_is_not_named_again() -> None:
    long = outlines(m2=LONG[:150] + "。"), outlines(m3=LONG[:150])
    assert bureau_messages("COPY-13", *long) == []
    assert len(bureau_messages("COPY-06", *long)) == 1
    shorter = outlines(m2=LONG[:149] + "。"), outlines(m3=LONG[:149])
    assert len(bureau_messages("COPY-13", *shorter)) == 1
    off = b.campaign(override={"COPY-06": {"params": {"max_pairs": 0}}})
    bureau = Bureau(
        "2024-seed",
        {},
        {"t0": long[0], "t1": replace(long[1], branch=long[1].branch.model_copy(update={"id": "t1"}))},
        b.AS_OF,
    )
    rules = (RULES_BY_ID["COPY-13"],)
    assert len(run_bureau(rules, bureau, off, regulations=b.regulations(), due=frozenset(), strict=True)) == 1


# --- similarity ------------------------------------------------------------------------------------------------------


def test_of_equal_keys_the_first_pairs_of_different_origins_are_given() -> None:
    keys, origins = ["a", "b", "a", "a", "b"], [1, 1, 2, 1, 2]
    every = [(0, 2), (1, 4), (2, 3)]
    assert [list(equal_pairs(keys, origins, limit)) for limit in (-1, 0, 1, 3, 9)] == [[], [], every[:1], every, every]


def test_a_percent_below_one_still_asks_for_something_in_common() -> None:
    texts = ["甲乙丙丁戊", "甲乙丙丁戊己", "戟镞镝鏖宇宙"]
    assert similar_pairs(texts, 0) == [Pair(0, 1, 50)]
    assert similar_pairs(texts, 50, limit=0) == similar_pairs(texts, 51) == []
    assert similar_pairs(texts, 50, limit=1) == [Pair(0, 1, 50)]


@pytest.mark.parametrize("length", [SHOWN_CHARS - 1, SHOWN_CHARS, SHOWN_CHARS + 1])
def test_a_shared_passage_is_cut_to_what_is_shown(length: int) -> None:
    same = "".join(chr(0x4E00 + n) for n in range(length))
    one, other = f"甲{same}乙", f"丙{same}丁"
    assert shared_passage(one, one, other) == same[:SHOWN_CHARS]


def test_the_larger_group_of_texts_is_taken_first() -> None:
    pairs = [Pair(0, 1, 90), Pair(1, 2, 90), Pair(1, 3, 90), Pair(2, 3, 90), Pair(0, 4, 90)]
    assert cliques(6, pairs) == [[0, 4], [1, 2, 3]]
    assert cliques(3, []) == []


# --- at the exact percent --------------------------------------------------------------------------------------------

ALIKE = LONG[:150] + "".join(chr(0x5E00 + n) for n in range(20))
"""A text that begins as ``LONG[:150]`` does."""


def percent_in(message: str) -> int:
    return int(message.partition("相似度")[2].partition("%")[0])


def exactly(rule: str, find: Callable[..., list[str]]) -> None:
    """A rule names a pair at its very percent, and not from the next one on."""
    (message,) = find(warn_percent=1)
    percent = percent_in(message)
    assert 50 < percent < 100, rule
    assert len(find(warn_percent=percent)) == 1
    assert find(warn_percent=percent + 1) == []


def team(dossier: Dossier, now: str, before: str | None, year: int | None = 2023) -> Dossier:
    raw = b.changed(b.branch(), put={"team_review/tr/text": now, "team_review/tr/items": []})
    review = TeamReview(id="old", text=before) if before is not None else None
    return replace(b.dossier(raw) if now else dossier, earlier_team=review, earlier_year=year)


def test_copies_are_named_at_the_very_percent() -> None:
    one, other = outlines(m2=LONG[:150]), outlines(m3=ALIKE)
    both = outlines(m2=LONG[:150], m3=ALIKE)
    exactly("COPY-01", lambda **p: messages("COPY-01", both, **p))
    exactly("COPY-05", lambda **p: messages("COPY-05", earlier(one, m2=ALIKE), **p))
    exactly("COPY-11", lambda **p: messages("COPY-11", earlier(one, m3=ALIKE), **p))
    exactly("COPY-12", lambda **p: messages("COPY-12", team(one, LONG[:150], ALIKE), **p))
    exactly("COPY-06", lambda **p: bureau_messages("COPY-06", one, other, **p))
    teams = [team(one, LONG[:150], None), team(one, ALIKE, None)]
    exactly("COPY-08", lambda **p: bureau_messages("COPY-08", *teams, **p))
    same = earlier(one, m3=LONG[:150])
    assert len(messages("COPY-11", same, warn_percent=100)) == 1
    assert messages("COPY-11", same, warn_percent=101) == []


@pytest.mark.parametrize(("now", "before", "found"), [(60, 60, 1), (59, 60, 0), (60, 59, 0), (60, None, 0), (0, 60, 0)])
def test_the_leadership_is_compared_with_the_year_before_from_a_length_on(
    now: int, before: int | None, found: int
) -> None:
    nothing = changed(remove=["team_review"])
    dossier = team(nothing, LONG[:now], None if before is None else LONG[:before])
    assert len(messages("COPY-12", dossier)) == found
    assert all("与2023年的相似度" in message for message in messages("COPY-12", dossier))
    assert all("与往年的相似度" in message for message in messages("COPY-12", replace(dossier, earlier_year=None)))


def test_a_branch_without_a_name_is_called_by_its_id() -> None:
    bare = {"branch/name": ""}
    reviews = [{"id": "r2", "member": "m2", "text": LONG[:150]}]
    unnamed = changed(
        put={**bare, "team_review/tr/text": LONG[:150]}, remove=["member_review"], add={"member_review": reviews}
    )
    for rule in ("COPY-06", "COPY-08"):
        (message,) = bureau_messages(rule, unnamed, unnamed)
        assert message.startswith(("t0祝秋实与t1祝秋实", "t0与t1"))
    named = changed(put={"team_review/tr/text": LONG[:150]}, remove=["member_review"], add={"member_review": reviews})
    for rule in ("COPY-06", "COPY-08"):
        (message,) = bureau_messages(rule, named, named)
        assert message.startswith("测试局机关党支部")


def test_sentences_that_copies_as_written_reach_at_the_very_percent_are_left_to_that_rule() -> None:
    parts = ["".join(chr(0x5E00 + 40 * n + k) for k in range(30)) for n in range(6)]
    one, other = outlines(m2="。".join(parts)), outlines(m3="。".join(reversed(parts)))
    (message,) = bureau_messages("COPY-06", one, other, warn_percent=1)
    percent = percent_in(message)
    second = replace(other, branch=other.branch.model_copy(update={"id": "t1"}))
    bureau = Bureau("2024-seed", {}, {"t0": one, "t1": second}, b.AS_OF)
    for least, found in ((percent, 0), (percent + 1, 1)):
        campaign = b.campaign(override={"COPY-06": {"params": {"warn_percent": least}}})
        rules = (RULES_BY_ID["COPY-13"],)
        assert (
            len(run_bureau(rules, bureau, campaign, regulations=b.regulations(), due=frozenset(), strict=True)) == found
        )


# --- wording ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [words for words in parts()["synonyms"].values() if len(words) > 1])
def test_words_of_one_meaning_count_as_the_first_of_them(words: tuple[str, ...]) -> None:
    left_out = words == parts()["synonyms"][LEFT_OUT]
    of_several = {"不足"}  # a fault and a lack
    assert {reworded(word) for word in words if word not in of_several} == {"" if left_out else words[0]}


@pytest.mark.parametrize(
    ("text", "facts", "more", "said"),
    [
        ("会议开了3个小时", ("number",), (), True),
        ("认真学习三会一课", ("number",), (), False),
        ("认真学习", (), ("学习",), True),
        ("认真学习", (), ("排班",), False),
        ("认真学习", (), (), False),
        ("认真学习", ("number",), ("学习",), True),
        ("老王没有来", ("named",), (), True),
        ("他说：“不行”", ("said",), (), True),
        ("昨天没有人", ("when",), (), True),
    ],
)
def test_a_text_says_something_if_a_fact_or_a_further_word_stands_in_it(
    text: str, facts: tuple[str, ...], more: tuple[str, ...], said: bool
) -> None:
    assert says(text, facts, more) is said


@pytest.mark.parametrize(
    ("clauses", "parallel"),
    [
        (["甲乙", "丙丁"], False),  # too short
        (["甲乙丙", "丁戊己"], True),
        (["甲乙丙", "丁戊己庚"], False),
        (["甲乙丙丁戊己庚辛", "壬癸子丑寅卯辰巳"], True),
        (["甲乙丙丁戊己庚辛壬", "癸子丑寅卯辰巳午未"], False),  # too long, and they begin differently
        (["甲乙丙丁戊己庚辛壬", "甲子丑寅卯辰巳午未"], True),
        (["甲乙丙", "丁戊己", "长短不一"], True),
        (["甲乙丙", "丁戊己", "长短不一", "又一句不同"], False),
        (["长短不一", "甲乙丙", "丁戊己"], True),
        (["长短不一", "甲乙丙", "丁戊己", "又一句不同"], False),
        (["甲乙丙"], False),
        (["“甲乙”丙", "丁戊己"], True),
    ],
)
def test_clauses_of_one_length_side_by_side_are_parallel(clauses: list[str], parallel: bool) -> None:
    assert is_parallel("，".join(clauses) + "。") is parallel


@pytest.mark.parametrize(
    ("text", "hollow"),
    [
        ("加强学习", True),
        ("加强", False),  # a fragment
        ("提高意识甲乙", True),
        ("提高意识甲乙丙", False),  # three of its own beside four common ones
        ("提高意识，戟镞镝鏖", False),
        ("提高政治意识思想觉悟，戟镞镝", True),
        ("提高政治意识思想觉悟，戟镞镝鏖", False),  # a clause of its own
        ("提高政治意识思想觉悟作风纪律戈矛剑盾", True),
        ("昨天提高意识", False),
        ("", False),
    ],
)
def test_a_text_is_hollow_if_hardly_a_word_of_its_own_is_left(text: str, hollow: bool) -> None:
    assert is_hollow(text) is hollow


def hints(put: dict[str, Any], **campaign: Any) -> dict[str, str]:
    """Id of each rule on wording that speaks → what it says."""
    rules = tuple(rule for rule in RULES if rule.id.startswith("WORD"))
    dossier = changed(put=put, remove=["criticism"], add={"criticism": [CRITICISM]})
    return {finding.rule: finding.message for finding in b.findings(rules, dossier, b.campaign(**campaign))}


CRITICISM = {
    "id": "x",
    "author": "m1",
    "target": "m2",
    "text": "你上月值班两次晚到二十分钟，没有说一声",
    "kind": "work",
}


def test_a_hint_says_whose_text_it_is_about() -> None:
    said = hints({"rect_item/k1/measure": "加强学习，提高认识", "pledge/p4/text": "已经按时完成去年的回访9次"})
    assert said["WORD-09"].startswith("魏长河的整改事项中，措施“加强学习，提高认识”")
    of_branch = hints({"rect_item/k0/measure": "加强学习，提高认识"})
    assert of_branch["WORD-09"].startswith("整改事项中，措施“加强学习，提高认识”")
    promised = hints({"pledge/p4/text": "加强学习，提高认识"})
    assert promised["WORD-09"].startswith("田小禾的整改承诺中，承诺“加强学习，提高认识”")
    stale = hints({"plan/plan/contents/steps": "三严三实"}, stale_terms=["三严三实", "", "没有写的"])
    assert stale["WORD-11"] == "工作方案中，“三严三实”沿用了往年的提法“三严三实”。"
    assert "WORD-11" not in hints({"plan/plan/contents/steps": "三严"}, stale_terms=["三严三实"])


@pytest.mark.parametrize(
    ("author", "target", "whose"),
    [("m1", "m2", "魏长河对祝秋实的意见"), ("m1", "", "批评意见"), ("", "m2", "批评意见")],
)
def test_a_hint_about_a_criticism_names_both_or_nobody(author: str, target: str, whose: str) -> None:
    text = "希望今后进一步加强学习，多与同志们沟通交流"
    given = {**CRITICISM, "author": author, "target": target, "text": text}
    rules = tuple(rule for rule in RULES if rule.id.startswith("WORD"))
    (found,) = b.findings(rules, changed(remove=["criticism"], add={"criticism": [given]}))
    assert found.message.startswith(f"{whose}“{text}”")
