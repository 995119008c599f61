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


@pytest.mark.parametrize(("rule", "hollow", "plain"), PAIRS, ids=[f"{r}-{h[:12]}" for r, h, _ in PAIRS])
def test_pair(rule: str, hollow: str, plain: str) -> None:
    assert m.found_by(RULES_BY_ID[rule], hollow)
    assert not m.found_by(RULES_BY_ID[rule], plain)


def test_no_sentence_stands_in_a_pattern() -> None:
    for rule in m.WITH_PATTERNS:
        patterns = "|".join([*RULES_BY_ID[rule].params["patterns"], RULES_BY_ID[rule].params["unless"]])
        for _, _, text in m.sentences():
            assert text.rstrip("。") not in patterns
            assert not re.search(re.escape(text[:12]), patterns)


@pytest.mark.parametrize("ident", m.WITH_PATTERNS)
def test_each_pattern_is_right_nine_times_in_ten(ident: str) -> None:
    """Each alone, on the sentences of the kinds that the rule looks at."""
    params = RULES_BY_ID[ident].params
    for pattern in params["patterns"]:
        find = m.finder((pattern,), params["unless"])
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
