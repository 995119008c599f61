"""Validate a campaign's overrides of single rules before they are used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from orglife.core.errors import BadInput
from orglife.core.rule import expressions
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import Rule
from orglife.stages.shared.quorum import BASE_WORDS
from orglife.stages.whole.texts import path_exists

FOR_AUTHORS = (*expressions.PARAMS, "facts", "set_words", "applies_to")
"""Parameters that only who writes a campaign needs to see: patterns, word lists, paths of texts."""
CHOICES = {
    "base": tuple(BASE_WORDS),
    "rounding": ("floor", "nearest", "ceil"),
    "outlines": ("team", "all"),
}
"""Parameters with a fixed set of values."""
KINDS = {bool: "true 或 false", int: "整数", str: "文字，请加引号", list: '列表，例如 ["…", "…"]'}

SENTENCES = {
    "rule": "没有编号为{rule}的检查。请用 orglife rules 核对编号。",
    "param": "{rule}没有这个参数。可用的参数：{known}。",
    "severity": "{rule}只是给人看的提示，程度不能是 error。请改为 warning 或 info，或者删去。",
    "type": "应当是{kind}。",
    "zero": "分母应当是1或更大的整数，不能是{value}。",
    "negative": "不能小于0。请改正这个数。",
    "choice": "“{value}”不在可选的几项里。可用：{known}。",
    "day": '“{value}”不是日期。请写成 "2024-06-16" 的样子。',
    "compile": "“{value}”不是有效的正则表达式（{what}）。请改正这一处的写法。",
    "endless": "“{value}”在较长的文字里会一直找不完。请改写，例如不要在重复里面再套重复。",
    "empty": "至少要有一个正则表达式。不想用这项检查的，请把 applies_to 写成空列表 []。",
    "path": "“{value}”不是有文字的地方。请照 orglife explain {rule} 列出的样子写，例如 {example}。",
}
"""Sentence about each kind of problem, shown after its place; ``{…}`` is filled in."""

Endless = Callable[[Sequence[str]], Sequence[str]]
"""Return those patterns whose search does not end in reasonable time."""


class OverrideProblem(NamedTuple):
    """The place of a wrong override and what is wrong."""

    place: str
    what: str


class PlacedPattern(NamedTuple):
    """A pattern that compiles, with its place."""

    place: str
    pattern: str


def require_overrides(campaign: Campaign, rules: Mapping[str, Rule], endless: Endless, *, name: str) -> None:
    """Reject a campaign whose overrides are invalid.

    Args:
        campaign: The campaign.
        rules: All rules by id.
        endless: Returns those patterns whose search does not end in reasonable time.
        name: Name of the file in the sentences.

    Raises:
        BadInput: all problems with their places.
    """
    problems: list[OverrideProblem] = []
    patterns: list[PlacedPattern] = []
    for ident, change in campaign.override.items():
        base = f"override.{ident}"
        if ident not in rules:
            problems.append(_problem(base, "rule", rule=ident))
            continue
        for place, override in ((base, change), *((f"{base}.types.{t}", c) for t, c in change.types.items())):
            if override.severity == "error" and rules[ident].never_error:
                problems.append(_problem(f"{place}.severity", "severity", rule=ident))
            for param, value in override.params.items():
                checked = list(_check_param(rules[ident], f"{place}.params.{param}", param, value))
                problems += [each for each in checked if isinstance(each, OverrideProblem)]
                patterns += [each for each in checked if isinstance(each, PlacedPattern)]
    slow = set(endless([each.pattern for each in patterns])) if patterns else set()
    problems += [_problem(each.place, "endless", value=each.pattern) for each in patterns if each.pattern in slow]
    if problems:
        raise BadInput([f"{name}的 {each.place}：{each.what}" for each in problems])


def _problem(place: str, key: str, **words: str) -> OverrideProblem:
    return OverrideProblem(place, SENTENCES[key].format(**words))


def _check_param(rule: Rule, place: str, param: str, value: Any) -> Iterator[OverrideProblem | PlacedPattern]:
    """Problems of a parameter, and the patterns in it that compile."""
    if param not in rule.params:
        yield _problem(place, "param", rule=rule.id, known="、".join(rule.params) or "没有参数")
        return
    default = rule.params[param]
    kind = type(default)
    if kind is str and _is_day(default) and type(value) is date:
        return
    if type(value) is not kind or (kind is list and not all(isinstance(each, str) for each in value)):
        yield _problem(place, "type", kind=KINDS[kind])
    elif kind is int:
        yield from _number(place, param, value)
    elif param in expressions.PARAMS:
        yield from _patterns(place, param, value)
    elif param == "applies_to":
        yield from _paths(rule, place, value)
    elif kind is str:
        yield from _word(place, param, value, default)


def _paths(rule: Rule, place: str, value: Sequence[str]) -> Iterator[OverrideProblem]:
    example = next(iter(rule.params["applies_to"]), "MemberReview.items.fact")
    wrong = [path for path in value if not path_exists(path)]
    yield from (_problem(place, "path", value=path, rule=rule.id, example=example) for path in wrong)


def _word(place: str, param: str, value: str, default: str) -> Iterator[OverrideProblem]:
    """Check a value from a fixed set, or a date."""
    if param in CHOICES and value not in CHOICES[param]:
        yield _problem(place, "choice", value=value, known="、".join(CHOICES[param]))
    elif _is_day(default) and not _is_day(value):
        yield _problem(place, "day", value=value)


def _number(place: str, param: str, value: int) -> Iterator[OverrideProblem]:
    if param.endswith("_den"):
        if value < 1:
            yield _problem(place, "zero", value=str(value))
    elif value < 0:
        yield _problem(place, "negative")


def _patterns(place: str, param: str, value: Any) -> Iterator[OverrideProblem | PlacedPattern]:
    if param == "patterns" and not value:
        yield _problem(place, "empty")
    for pattern in value if isinstance(value, list) else [value]:
        try:
            re.compile(pattern)
            expressions.compiled(pattern)
        except (re.error, OverflowError, RecursionError, ValueError) as error:
            at = getattr(error, "pos", None)
            yield _problem(place, "compile", value=pattern, what="太长或太深" if at is None else f"第{at + 1}个字符处")
        else:
            yield PlacedPattern(place, pattern)


def _is_day(text: Any) -> bool:
    with suppress(ValueError, TypeError):
        return bool(date.fromisoformat(text))
    return False
