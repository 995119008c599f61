"""A rule as a line, a page and JSON. Separate from ``lines``, so that ``rules`` loads the stages only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import CHECKPOINT_WORDS, EFFECT_WORDS, SEVERITY_WORDS, Regulation, Rule
from orglife.stages import BY_KEY
from orglife.stages.whole.overrides import FOR_AUTHORS
from orglife.stages.whole.param_words import param_words


def rule_json(rule: Rule, campaign: Campaign, regulations: Mapping[str, Regulation]) -> dict[str, Any]:
    """A rule as ``rules --json`` gives it."""
    return {
        "id": rule.id,
        "checkpoint": rule.checkpoint,
        "stage": rule.stage,
        "severity": rule.severity.value,
        "kind": rule.kind.value,
        "per": rule.per,
        "demand": rule.demand,
        "general": rule.general,
        "clause": rule.clause(campaign, regulations).words,
        "title": rule.title,
        "params": dict(rule.params),
    }


def rule_line(rule: Rule) -> str:
    """A rule in one line."""
    return f"{rule.id}\t{SEVERITY_WORDS[rule.severity]}\t{_stage_words(rule)}\t{rule.title}"


def _stage_words(rule: Rule) -> str:
    """The stage's title; archiving has no stage of its own in ``STAGES``."""
    return BY_KEY[rule.stage].title if rule.stage in BY_KEY else CHECKPOINT_WORDS.get(rule.stage, rule.stage)


def rule_page(rule: Rule, campaign: Campaign, regulations: Mapping[str, Regulation]) -> Iterator[str]:
    """A rule in full."""
    yield f"{rule.id}　{rule.title}"
    yield f"程度：{SEVERITY_WORDS[rule.severity]}"
    kind = "缺少的内容，到“{0}”节点才算" if rule.kind == "missing" else "登记有误，随时提示（节点：{0}）"
    yield f"何时：{kind.format(CHECKPOINT_WORDS[rule.checkpoint])}"
    yield f"阶段：{_stage_words(rule)}"
    clause = rule.clause(campaign, regulations)
    yield f"依据：{clause.words or '（无）'}"
    yield f"会这样提示：{dots(rule.message)}"
    if rule.fix_after:
        yield f"怎么办：会前，{dots(rule.fix)}会后，{dots(rule.fix_after)}"
    else:
        yield f"怎么办：{dots(rule.fix)}"
    before, after = EFFECT_WORDS[rule.effect_on(held=False)], EFFECT_WORDS[rule.effect_on(held=True)]
    yield f"归在：{before}" if before == after else f"归在：会前“{before}”，会后“{after}”"
    params = rule.changed(campaign, None).params
    plain = {name: value for name, value in params.items() if name not in FOR_AUTHORS}
    if plain:
        yield f"可由方案调整：{'；'.join(param_words(rule.id, k, v) for k, v in plain.items())}"
    if len(plain) < len(params):
        yield "用语和词表也可由方案调整，写法见文档“方案文件”。"
    if not rule.is_on(campaign):
        yield "本方案没有提出这项要求，不核对。"


def dots(template: str) -> str:
    """A sentence with …… in place of its placeholders."""
    shown = "".join(text + ("……" if name is not None else "") for text, name, _, _ in Formatter().parse(template))
    return re.sub("(……)+", "……", shown)
