"""Similarity is exact however it is reached; COPY-06 finds what stands in two branches, and nothing within one."""

from __future__ import annotations

import random
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orglife.core.rule.bureau import Bureau, run_bureau
from orglife.core.rule.finding import Finding
from orglife.stages import RULES, RULES_BY_ID
from orglife.stages.shared import joining, likely, similarity
from orglife.stages.shared.grams import Pair
from orglife.stages.shared.similarity import cliques, grams, masked, percent_alike, shared_passage, similar_pairs
from orglife.stages.whole import copies
from tests import branch as b
from tests.marks import thorough
from tests.whole.generate import generated

WORDS = [
    "窗口中午没有人",
    "报修单压在抽屉",
    "老人来回跑三趟",
    "夜里把电话静音",
    "账目半年不公布",
    "替人代签了名字",
    "会上一言不发啊",
]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=0, max_size=6).map("".join), max_size=9)
LONG = (
    "去年三月安置小区漏水，我收到报修单以后先放进抽屉，想着等雨季过去再说，结果二单元三户人家的墙皮整片脱落。住户打来电话我推说归物业管，"
    "物业又推回来，来回推了将近一个月。后来维修队上门，老人端着脸盆站在门口问我是不是早就知道，我低着头没有回答。根子是我把群众的难处当成麻烦，"
    "能躲一天是一天，心里只盘算着年底考核别出差错。以后收到报修单当天到现场，拍照登记，修好以后请住户在单子上写一句满意不满意。"
)


def brute_force(texts: list[str], percent: int, origins: list[int] | None = None) -> list[Pair]:
    sets = [grams(t) for t in texts]
    pairs = [Pair(i, j, percent_alike(sets[i], sets[j])) for i, j in combinations(range(len(texts)), 2)]
    kept = [p for p in pairs if p.percent >= percent and (origins is None or origins[p.a] != origins[p.b])]
    return sorted(kept, key=lambda p: (-p.percent, p.a, p.b))


@pytest.mark.parametrize(
    ("small", "few"), [(0, 0), (similarity.SMALL, 0), (similarity.SMALL, similarity.FEW)], ids=["many", "some", "few"]
)
@given(texts=TEXTS, percent=st.integers(1, 100))
@settings(deadline=None)
def test_pairs_are_those_of_plain_counting(small: int, few: int, texts: list[str], percent: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "SMALL", small)
        patch.setattr(similarity, "FEW", few)
        assert similar_pairs(texts, percent) == brute_force(texts, percent)


@pytest.mark.parametrize("few", [0, similarity.FEW])
@given(texts=TEXTS, percent=st.integers(1, 100), limit=st.integers(0, 8), data=st.data())
@settings(deadline=None)
def test_a_limit_keeps_the_most_similar_and_of_equally_similar_the_first(
    few: int, texts: list[str], percent: int, limit: int, data: st.DataObject
) -> None:
    origins = data.draw(st.lists(st.integers(0, 2), min_size=len(texts), max_size=len(texts)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "FEW", few)
        found = similar_pairs(texts, percent, origins=origins, limit=limit)
    assert found == brute_force(texts, percent, origins)[:limit]


def corpus(count: int) -> list[str]:
    """Texts that share phrases; some begin as another one does, and a few are equal."""
    chance = random.Random(7)
    phrases = ["".join(chr(0x4E00 + chance.randrange(600)) for _ in range(chance.randint(5, 14))) for _ in range(900)]
    texts: list[list[str]] = []
    for _ in range(count):
        parts = chance.sample(phrases, chance.randint(3, 20))
        texts.append(chance.choice(texts) + parts[: chance.randint(0, 4)] if texts and chance.random() < 0.3 else parts)
    return ["".join(parts) for parts in texts]


@pytest.mark.parametrize("limit", [None, 1, 90])
@pytest.mark.parametrize("at_once", [1, 7, 300])
def test_many_texts_are_compared_as_exactly_as_few(
    limit: int | None, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, value in (
        (similarity, "SMALL", 0),
        (joining, "_AT_ONCE", at_once),
        (joining, "_TOGETHER", at_once),
        (joining, "STEP", at_once),
    ):
        monkeypatch.setattr(module, name, value)
    texts = ["", "短", *corpus(120), "甲乙丙丁"]
    found, every = similar_pairs(texts, 30, limit=limit), brute_force(texts, 30)
    assert len(every) > 100
    assert found == every[:limit]


@pytest.mark.parametrize(("limit", "near", "counted", "indexes"), [(None, 666, 330, 1), (60, 193, 170, 8)])
def test_few_of_many_texts_are_counted(
    limit: int | None, near: int, counted: int, indexes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes many texts fast: of 44,850 pairs only so many are looked at, and fewer yet are counted."""
    done = {"near": 0, "counted": 0, "indexes": 0}

    class Index(joining._Index):
        def __init__(self, *arguments: Any) -> None:
            done["indexes"] += 1
            super().__init__(*arguments)

        def near(self, *arguments: Any) -> Any:
            found = super().near(*arguments)
            done["near"] += len(found)
            return found

    class Join(joining._Join):
        def _count(self, i: int, candidates: Any, marked: Any) -> None:
            done["counted"] += len(candidates)
            super()._count(i, candidates, marked)

    monkeypatch.setattr(similarity, "SMALL", 0)
    monkeypatch.setattr(joining, "_Index", Index)
    monkeypatch.setattr(joining, "_Join", Join)
    assert similar_pairs(corpus(300), 40, limit=limit)
    assert done == {"near": near, "counted": counted, "indexes": indexes}


@thorough
@pytest.mark.parametrize("percent", [50, 60, 75, 90])
@pytest.mark.parametrize("limit", [None, 20])
def test_texts_without_a_likely_partner_are_put_aside_and_no_pair_is_lost(
    percent: int, limit: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with more texts than ``MANY``: outlines of generated branches, half of them rewritten in part."""
    chance = random.Random(3)
    texts = [
        outline.masked
        for n in range(25)
        for outline in copies.outlines(b.dossier(generated(12, committee=n % 2 == 0, seed=n)))
    ]
    for text in texts[:]:
        if chance.random() < 0.5:
            at, length = chance.randrange(len(text)), chance.randrange(1, 40)
            texts.append(text[:at] + text[at + length :] + "甲乙丙丁戊"[: chance.randrange(6)])
    origins = [chance.randrange(40) for _ in texts]
    left: list[int] = []

    def with_likely_partner(every: Any, *arguments: Any) -> list[int]:
        stays = likely.with_likely_partner(every, *arguments)
        left[:] = [len(every), len(stays)]
        return stays

    monkeypatch.setattr(similarity, "SMALL", 0)
    monkeypatch.setattr(joining, "MANY", 0)
    monkeypatch.setattr(
        joining, "likely", SimpleNamespace(**vars(likely) | {"with_likely_partner": with_likely_partner})
    )
    every = brute_force(texts, percent, origins)
    assert len(every) > 20
    assert similar_pairs(texts, percent, origins=origins, limit=limit) == every[:limit]
    assert left[1] < left[0]


@given(data=st.data(), together=st.integers(1, 9))
@settings(deadline=None)
def test_of_texts_with_equal_keys_no_pair_is_left_out_but_those_that_stay(data: st.DataObject, together: int) -> None:
    """However large the crowds of equal keys are, and wherever they are cut."""
    keys = data.draw(st.lists(st.integers(0, 4), max_size=30))
    stays = data.draw(st.lists(st.booleans(), min_size=len(keys), max_size=len(keys)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(likely, "TOGETHER", together)
        parts = [*likely._agreeing(np.array(keys, dtype=np.uint64), np.array(stays, dtype=bool))]
    told = [tuple(sorted(pair)) for some, others in parts for pair in zip(some.tolist(), others.tolist(), strict=True)]
    alike = {(a, b) for a, b in combinations(range(len(keys)), 2) if keys[a] == keys[b]}
    assert {(a, b) for a, b in alike if not (stays[a] and stays[b])} <= set(told) <= alike
    assert len(told) <= 2 * len(alike)


def test_a_crowd_of_copies_stays_and_few_of_its_pairs_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve members of each of forty branches handed in the same text."""
    compared = 0
    most_percent = likely.most_percent

    def counted(*arguments: Any) -> Any:
        nonlocal compared
        found = most_percent(*arguments)
        compared += len(found)
        return found

    monkeypatch.setattr(likely, "most_percent", counted)
    texts = joining.hashed([masked(LONG)] * 480 + corpus(5))
    origins = [place // 12 for place in range(480)] + [99] * 5
    assert likely.with_likely_partner(texts, 75, origins) == list(range(480))
    assert compared < 10 * 480 < 480 * 479 // 2


@thorough
@pytest.mark.parametrize("limit", [None, 3])
def test_a_crowd_that_shares_a_frame_is_put_aside_but_for_copies(
    limit: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three hundred texts in one frame, more than half of each: a third agree in each band, and few are alike."""
    monkeypatch.setattr(likely, "ROWS", (2,))
    monkeypatch.setattr(similarity, "SMALL", 0)
    monkeypatch.setattr(joining, "MANY", 0)
    chance = random.Random(11)
    frame = masked(LONG)[:120]
    texts = [frame + "".join(chr(0x5E00 + chance.randrange(9000)) for _ in range(70)) for _ in range(300)]
    for one, other in ((3, 250), (17, 18), (99, 200), (99, 299)):
        texts[other] = texts[one][: -4 - one % 7] + texts[other][-9:]
    every = brute_force(texts, 75)
    assert len(brute_force(texts, 40)) == 300 * 299 // 2
    assert [{p.a, p.b} for p in sorted(every, key=lambda p: p.a)] == [
        {3, 250},
        {17, 18},
        {99, 200},
        {99, 299},
        {200, 299},
    ]
    assert likely.with_likely_partner(joining.hashed(texts), 75, None) == [3, 17, 18, 99, 200, 250, 299]
    assert similar_pairs(texts, 75, limit=limit) == every[:limit]


def test_a_low_percent_puts_nothing_aside() -> None:
    texts = joining.hashed(corpus(5))
    assert likely.rows_for(30) == 0
    assert likely.with_likely_partner(texts, 30, None) == list(range(5))


def test_texts_without_a_partner_are_put_aside_first() -> None:
    """Each of these shares grams only with texts that are put aside before it."""
    plain = ["甲乙丙丁戊", "甲乙丙丁戊己庚辛壬癸", "己庚辛壬癸子丑寅卯辰巳午未申酉", "天地玄黄宇宙洪荒"]
    assert joining._with_partner([*joining._hashed(plain)], 60) == []
    assert similarity._with_partner([grams(text) for text in plain], 60) == []
    pair = ["甲乙丙丁戊己", "甲乙丙丁戊庚", "天地玄黄宇宙"]
    for percent, left in ((50, [0, 1]), (51, [])):
        assert joining._with_partner([*joining._hashed(pair)], percent) == left
        assert similarity._with_partner([grams(text) for text in pair], percent) == left


def test_masking_drops_names_digits_punctuation_and_spaces() -> None:
    assert masked("祝 秋实，2024年第３次（①）迟到！", ["祝秋实"]) == "年第次迟到"
    assert masked("一二三次都是词") == "一二三次都是词"
    assert masked("田小禾与小禾", ["小禾", "田小禾"]) == "与"


def test_what_stands_in_the_campaign_does_not_count() -> None:
    texts = ["重点对照准则和条例" + "甲乙丙丁戊己", "重点对照准则和条例" + "子丑寅卯辰巳"]
    assert similar_pairs(texts, 20)
    assert similar_pairs(texts, 20, common=grams("重点对照准则和条例")) == []


def test_cliques_hold_only_what_is_alike_each_with_each() -> None:
    chain = [Pair(0, 1, 90), Pair(1, 2, 90), Pair(3, 4, 90), Pair(4, 5, 90), Pair(3, 5, 90)]
    assert cliques(6, chain) == [[0, 1], [3, 4, 5]]
    triangle_beside_an_edge = [Pair(0, 1, 90), Pair(0, 2, 90), Pair(0, 3, 90), Pair(2, 3, 90)]
    assert cliques(4, triangle_beside_an_edge) == [[0, 2, 3]]
    assert cliques(60, [Pair(i, j, 99) for i, j in combinations(range(60), 2)]) == [list(range(60))]


def test_the_shared_passage_is_shown_as_written() -> None:
    a, other = "前言。窗口中午，没有人（12点）值班；后面不同", "别的话窗口中午没有人点值班另外"
    assert shared_passage(a, masked(a), masked(other)) == "窗口中午，没有人（12点）值班"
    assert shared_passage("甲乙", "甲乙", "丙丁") == ""
    assert len(masked(shared_passage(LONG, masked(LONG), masked(LONG)))) == similarity.SHOWN_CHARS


# --- COPY-06 ---------------------------------------------------------------------------------------------------------


def two_branches(first: dict[str, Any], second: dict[str, Any], *, turned: bool = False) -> Bureau:
    """Branches t01 and t02 of the tests with other outlines: member id → text."""
    dossiers = {}
    for ident, texts in (("t01", first), ("t02", second)):
        put = {f"member_review/r{m[1:]}/text": text for m, text in texts.items()}
        raw = b.changed(b.branch(), put={"branch/id": ident, "branch/name": f"{ident}支部", **put})
        dossiers[ident] = b.dossier(raw)
    if turned:
        dossiers = dict(reversed(dossiers.items()))
    return Bureau("2024-seed", {}, dossiers, b.AS_OF)


def findings(bureau: Bureau, **params: Any) -> list[Finding]:
    campaign = b.campaign(**({"override": {"COPY-06": {"params": params}}} if params else {}))
    rule = RULES_BY_ID["COPY-06"]
    return run_bureau((rule,), bureau, campaign, regulations=b.regulations(), due=frozenset(), strict=True)


def subjects(found: list[Finding]) -> list[list[tuple[str, str]]]:
    return [[(s.branch, s.id) for s in f.subjects] for f in found]


def test_the_same_outline_in_two_branches() -> None:
    (found,) = findings(two_branches({"m2": "祝秋实：" + LONG}, {"m5": LONG}))
    assert subjects([found]) == [[("t01", "r2"), ("t02", "r5")]]
    assert found.due
    assert found.message.startswith("t01支部祝秋实与t02支部陆望舒的发言提纲相似度100%")
    assert "去年三月安置小区漏水" in found.message


def test_the_same_outline_within_one_branch_is_copy_01s() -> None:
    assert findings(two_branches({"m2": LONG, "m3": LONG}, {})) == []


def test_short_outlines_are_not_compared() -> None:
    bare = masked(LONG)
    assert findings(two_branches({"m2": bare[:149]}, {"m5": bare[:149]})) == []
    assert len(findings(two_branches({"m2": bare[:150]}, {"m5": bare[:150]}))) == 1


def test_the_threshold_is_reached_or_not() -> None:
    other = LONG.replace("住户打来电话我推说归物业管", "人家来电话我往物业身上推")
    (found,) = findings(two_branches({"m2": LONG}, {"m5": other}))
    percent = percent_alike(grams(masked(LONG)), grams(masked(other)))
    assert f"{percent}%" in found.message
    assert len(findings(two_branches({"m2": LONG}, {"m5": other}), warn_percent=percent)) == 1
    assert findings(two_branches({"m2": LONG}, {"m5": other}), warn_percent=percent + 1) == []


def test_the_most_similar_come_first_and_only_so_many() -> None:
    other = LONG.replace("住户打来电话我推说归物业管", "人家来电话我往物业身上推")
    seen = two_branches({"m2": LONG}, {"m3": other, "m5": LONG})
    assert subjects(findings(seen)) == [[("t01", "r2"), ("t02", "r5")], [("t01", "r2"), ("t02", "r3")]]
    assert subjects(findings(seen, max_pairs=1)) == [[("t01", "r2"), ("t02", "r5")]]


def test_the_order_of_branches_changes_nothing() -> None:
    texts: tuple[dict[str, Any], dict[str, Any]] = ({"m2": LONG, "m3": LONG}, {"m4": LONG, "m6": LONG})
    one, turned = two_branches(*texts), two_branches(*texts, turned=True)
    assert subjects(findings(one)) == subjects(findings(turned))
    assert subjects(findings(one, max_pairs=2)) == subjects(findings(turned, max_pairs=2))


WRITTEN = "近来家里老人住院，照看的时间多，工作上两次交表都晚了一天，自己也着急。"
PLAIN = "".join(char for char in WRITTEN if char.isalnum())


@pytest.mark.parametrize(("first", "others"), [(WRITTEN, PLAIN), (PLAIN, WRITTEN)])
def test_a_shared_passage_is_quoted_as_the_first_text_has_it(first: str, others: str) -> None:
    raw = b.branch()
    for number, talk in enumerate(raw["records"]["talk"][:3]):
        talk["thoughts"] = others if number else first
    own = [one for one in raw["records"]["criticism"] if one["author"] == "m1"][:3]
    for number, criticism in enumerate(own):
        criticism["text"] = others if number else first
    raw["records"]["criticism"] = own
    messages = {f.rule: f.message for f in b.findings(RULES, b.dossier(raw), b.campaign())}
    for rule in ("COPY-03", "COPY-04"):
        assert first.rstrip("。") in messages[rule].replace("\n", "")
        assert others.rstrip("。") not in messages[rule]


@pytest.mark.parametrize(("length", "alike"), [(19, False), (20, True)])
def test_short_criticisms_are_alike_only_if_they_are_equal(length: int, alike: bool) -> None:
    raw = b.branch()
    texts = [chr(0x4E00) + "".join(chr(0x4E10 + n) for n in range(length - 1)), *["甲乙丙丁戊己庚辛"] * 2]
    texts[1] = texts[0][:-1] + "末"
    texts[2] = texts[0][:-1] + "尾"
    own = [one for one in raw["records"]["criticism"] if one["author"] == "m1"][:3]
    for criticism, text in zip(own, texts, strict=True):
        criticism["text"] = text
    raw["records"]["criticism"] = own
    campaign = b.campaign(override={"COPY-03": {"params": {"ratio_percent": 60}}})
    assert any(f.rule == "COPY-03" for f in b.findings(RULES, b.dossier(raw), campaign)) is alike


@pytest.mark.parametrize("targets", [0, 1])
def test_a_campaign_that_asks_for_no_number_of_members_finds_no_criticism_without_another(targets: int) -> None:
    raw = b.branch()
    raw["records"]["criticism"] = raw["records"]["criticism"][:1]
    campaign = b.campaign(override={"COPY-03": {"params": {"min_targets": targets}}})
    assert not any(f.rule == "COPY-03" for f in b.findings(RULES, b.dossier(raw), campaign))
