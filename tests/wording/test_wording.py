"""The hints on the labelled set: right at least nine times in ten, and silent where somebody told a fact."""

from __future__ import annotations

import json
import re

import pytest

from orglife.stages import RULES, RULES_BY_ID
from tests import branch as b
from tests.wording import measure as m

PAIRS = [(rule, pair["hollow"], pair["plain"]) for rule, group in m.table("pairs").items() for pair in group["pairs"]]
HINTS = tuple(rule for rule in RULES if rule.id.startswith(("WORD", "COPY")))


def test_the_set_is_large_enough() -> None:
    texts = [text for _, _, text in m.sentences()]
    assert len(texts) == len(set(texts)) >= 300
    assert len(m.outlines()) >= 60


@pytest.mark.parametrize(("ident", "score"), [*m.wording_scores().items(), *m.copy_scores().items()])
def test_right_nine_times_in_ten(ident: str, score: m.Score) -> None:
    assert score.precision >= 0.9
    assert score.recall >= 0.6


def test_hollow_outlines_are_told_from_honest_ones() -> None:
    assert m.outline_score().precision >= 0.9
    assert m.outline_score().recall >= 0.9


@pytest.mark.parametrize("name", m.FRESH)
def test_fresh_texts_of_other_authors(name: str) -> None:
    assert m.fresh_score(name).precision >= 0.9
    assert m.fresh_score(name).recall >= 0.7


@pytest.mark.parametrize("field", ["criticism", "fact", "cause", "measure"])
def test_causes_and_measures_as_well_as_problems(field: str) -> None:
    scores = [scores[field] for name in m.FRESH if field in (scores := m.fresh_scores(name))]
    assert sum(s.right for s in scores) >= 0.7 * sum(s.right + s.missed for s in scores)
    assert sum(s.wrong for s in scores) <= 0.1 * sum(s.right + s.wrong for s in scores)


HOLLOW = "宗旨意识不够强，服务群众的主动性有待提高"


@pytest.mark.parametrize(
    "fact",
    [
        "，去年腊月就是这样",
        "，老贺说过我",
        "，一个老人等了两个小时",
        "，单子压在抽屉里",
        "，嘴上说“马上办”",
        "，欠了3家的回访",
    ],
)
def test_one_fact_makes_a_hollow_text_plain(fact: str) -> None:
    assert m.hint("fact", HOLLOW + "。") == "WORD-06"
    assert m.hint("fact", f"{HOLLOW}{fact}。") == ""


@pytest.mark.parametrize(
    ("measure", "hollow"),
    [
        ("擦净镜面见本心，挺直脊梁行正道。", True),
        ("擦净镜面见本心，每晚读两页党章。", False),  # a day and a number
        ("擦净镜面，挺直脊梁走在前列。", False),  # not parallel
        ("在晨光里站得直、看得清、走得稳。", True),  # one more clause beside them
        ("擦净镜面，站得直，水壶里添满水，走得稳，椅子排一排。", False),  # more than one
        ("把柜门锁好，把钥匙交给值班的人。", False),
        ("向着清风徐来的方向走，向着晨曦微露的地方行。", True),  # long, and beginning alike
        ("柜里放不下的样本移走，架上落着灰的先用布擦。", False),  # as long, and beginning otherwise
    ],
)
def test_a_measure_of_parallel_clauses_and_no_fact_is_a_slogan(measure: str, hollow: bool) -> None:
    assert bool(m.hint("measure", measure)) == hollow


@pytest.mark.parametrize("number", ["“三会一课”", "八项规定", "党的二十大", "“两个维护”", "进一步"])
def test_a_number_of_a_fixed_term_is_no_fact(number: str) -> None:
    assert m.hint("fact", f"贯彻{number}的自觉性不够强，思想认识有待提高。") == "WORD-06"


def test_a_campaign_adds_words() -> None:
    rule, signal = RULES_BY_ID["WORD-06"], m.SIGNALS["WORD-06"]
    text = "宗旨意识不够强，服务群众的主动性有待提高，河长制落实不够。"
    assert m.finder(signal, rule.params)(text)
    assert not m.finder(signal, {**rule.params, "facts": ["河长制"]})(text)
    odd = "钢花精神发扬不够，钢花劲头不足，钢花风采淡了。"
    assert not m.finder(signal, {**rule.params, "patterns": []})(odd)
    assert m.finder(signal, {**rule.params, "patterns": [], "set_words": ["钢花", "风采"]})(odd)


@pytest.mark.parametrize(("rule", "hollow", "plain"), PAIRS, ids=[f"{r}-{h[:12]}" for r, h, _ in PAIRS])
def test_pair(rule: str, hollow: str, plain: str) -> None:
    assert m.found_by(RULES_BY_ID[rule], hollow)
    assert not m.found_by(RULES_BY_ID[rule], plain)


def test_no_sentence_stands_in_a_pattern() -> None:
    for rule in m.WITH_PATTERNS:
        patterns = "|".join([*RULES_BY_ID[rule].params["patterns"], RULES_BY_ID[rule].params["unless"]])
        assert len(patterns) < 700, rule  # a person can read it
        for _, _, text in m.sentences():
            assert text.rstrip("。") not in patterns
            assert not re.search(re.escape(text[:12]), patterns)


@pytest.mark.parametrize("ident", m.WITH_PATTERNS)
def test_each_pattern_is_right_nine_times_in_ten(ident: str) -> None:
    """Each alone, on the sentences of the kinds that the rule looks at."""
    params = RULES_BY_ID[ident].params
    for pattern in params["patterns"]:
        find = m.finder(m.SIGNALS[ident], {**params, "patterns": [pattern]})
        kinds = [f for f, path in m.PATHS.items() if any(path.startswith(p) for p in params["applies_to"])]
        labels = [label for field, label, text in m.sentences() if field in kinds and find(text)]
        assert sum(label != m.HONEST for label in labels) >= 0.9 * len(labels), pattern


@pytest.mark.parametrize("name", ["b01", "b02", "b03"])
def test_an_honest_branch_hears_nothing(name: str) -> None:
    raw = json.loads((b.ROOT / f"templates/demo/{name}.json").read_text(encoding="utf-8"))
    assert [f.message for f in b.findings(HINTS, b.dossier(raw))] == []


def test_hints_are_never_errors() -> None:
    for rule in HINTS:
        campaign = b.campaign(override={rule.id: {"severity": "error"}})
        assert rule.severity != "error"
        assert rule.changed(campaign, None).severity != "error"


def test_the_stage_of_a_hint_is_that_of_the_record() -> None:
    raw = b.changed(b.branch(), put={"talk/t01/thoughts": "（待补充）", "report/rp/text": "【此处填写】"})
    found = b.findings((RULES_BY_ID["WORD-10"],), b.dossier(raw))
    assert [(f.stage, f.subjects[0].id, f.field) for f in found] == [
        ("talks", "t01", "thoughts"),
        ("report", "rp", "text"),
    ]


def test_a_hint_can_be_put_aside_with_a_reason() -> None:
    answer = {
        "id": "ex",
        "rule": "WORD-10",
        "subjects": ["t01"],
        "reason": "原话如此",
        "by": "m1",
        "date": "2024-03-01",
    }
    raw = b.changed(b.branch(), put={"talk/t01/thoughts": "（待补充）"}, add={"explanation": [answer]})
    (found,) = b.findings((RULES_BY_ID["WORD-10"],), b.dossier(raw))
    assert found.explained
    assert not found.counts


def test_page_is_current() -> None:
    assert m.PAGE.read_text(encoding="utf-8") == m.page(), "run `python -m tests.wording.measure`"
