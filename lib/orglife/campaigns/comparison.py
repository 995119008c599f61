"""Comparison of two campaigns: demands that are new, gone or reworded, and the rules and forms that they affect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

from orglife.core.paper.block import AnyBlock, Bundle, Column, Document, Heading, Note, Table
from orglife.core.record.branch import BRANCH_TYPES, Branch
from orglife.core.record.dossier import day_words
from orglife.core.rule.campaign import FIELD_WORDS, LISTS, Campaign, CheckItemText, Demand, quoted
from orglife.core.rule.rule import SEVERITY_WORDS, Rule, Severity
from orglife.stages import ALL_RULES, BY_KEY, RULES_BY_ID
from orglife.stages.catalogue import FORMS
from orglife.stages.whole.param_words import param_words

ChangeKind = Literal["new", "gone", "changed"]
CHANGE_WORDS: dict[ChangeKind, str] = {"new": "新增", "gone": "不再要求", "changed": "改了说法"}
_PLAIN = ("title", "year", "theme", "plan_deadline", "meeting_start", "meeting_end", "finish_by", "report_to")
_NOTHING = "—"
_TICKED = "由支部逐项打勾"
_ALIKE = 0.6  # minimum share of equal characters at which a sentence counts as reworded


@dataclass(frozen=True)
class DemandChange:
    """A demand that differs between the campaigns.

    Attributes:
        rules: Ids of the rules that check it.
        forms: Numbers of the forms of its stage.
    """

    key: str
    how: ChangeKind
    before: Demand | None
    after: Demand | None
    rules: tuple[str, ...]
    forms: tuple[str, ...]


@dataclass(frozen=True)
class FieldChange:
    """A date, name or list that differs between the campaigns: its label and both values as text."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ItemChange:
    """A check item (a demand that a branch ticks, ``check_items``) that differs between the campaigns."""

    how: ChangeKind
    before: CheckItemText | None
    after: CheckItemText | None


@dataclass(frozen=True)
class CampaignComparison:
    """The differences between an older campaign and a newer one."""

    older: Campaign
    newer: Campaign
    demands: tuple[DemandChange, ...]
    fields: tuple[FieldChange, ...]
    items: tuple[ItemChange, ...] = ()

    def of(self, how: ChangeKind) -> list[DemandChange]:
        """The demands with one kind of change, in the order of the newer campaign (gone ones: of the older)."""
        return [change for change in self.demands if change.how == how]

    def to_json(self) -> dict[str, object]:
        """For other programs, format ``orglife-campaign-diff/1``: ``{"demands": […], "check_items": […], "fields": […]}``."""
        return {
            "format": "orglife-campaign-diff/1",
            "old": self.older.id,
            "new": self.newer.id,
            "demands": [
                {
                    "key": c.key,
                    "change": c.how,
                    **_before_and_after(c),
                    "rules": list(c.rules),
                    "forms": list(c.forms),
                }
                for c in self.demands
            ],
            "check_items": [{"change": c.how, **_before_and_after(c)} for c in self.items],
            "fields": [{"field": c.name, "label": c.label, "old": c.before, "new": c.after} for c in self.fields],
        }

    def lines(self) -> Iterator[str]:
        """For the terminal: fields first, then demands by kind of change."""
        if not (self.demands or self.items or self.fields):
            yield "两个方案的要求、日期和目录都一样。"
            return
        for change in self.fields:
            yield f"{change.label}：{change.before} → {change.after}"
        for how, word in CHANGE_WORDS.items():
            for demand in self.of(how):
                yield f"[{word}] {demand.key} 涉及{_touched(demand)}"
                if demand.before:
                    yield f"    原：{_words(demand.before)}"
                if demand.after:
                    yield f"    新：{_words(demand.after)}"
            for item in (i for i in self.items if i.how == how):
                yield f"[{word}] 其他要求 {_TICKED}"
                if item.before:
                    yield f"    原：{_text(item.before)}"
                if item.after:
                    yield f"    新：{_text(item.after)}"

    def plain_lines(self) -> Iterator[str]:
        """For the people who receive the newer campaign: one line per change, without keys and ids of checks."""
        yield from (f"{change.label}：{change.before} → {change.after}" for change in self.fields)
        order: tuple[ChangeKind, ...] = ("new", "changed", "gone")
        for how, word in ((how, CHANGE_WORDS[how]) for how in order):
            for demand in self.of(how):
                yield f"{word}：{stage_title(demand.key)}　{_words(demand.after or demand.before)}"
            for item in (i for i in self.items if i.how == how):
                yield f"{word}：其他要求　{_text(item.after or item.before)}"

    def page(self) -> Document:
        """The comparison as a paper."""
        blocks: list[AnyBlock] = []
        if self.fields:
            columns = [
                Column(head="项目", share=4),
                *(Column(head=head, share=9, align="left") for head in ("原方案", "新方案")),
            ]
            blocks += [
                Heading(text="一、日期、名称和目录"),
                Table(columns=columns, rows=[[c.label, c.before, c.after] for c in self.fields]),
            ]
        if self.demands or self.items:
            columns = [
                Column(head="变化", share=3),
                *(Column(head=head, share=8, align="left") for head in ("原方案", "新方案")),
                Column(head="涉及", share=5, align="left"),
            ]
            rows = [
                [CHANGE_WORDS[c.how], _words(c.before), _words(c.after), _touched(c)]
                for how in CHANGE_WORDS
                for c in self.of(how)
            ] + [
                [CHANGE_WORDS[c.how], _text(c.before), _text(c.after), f"其他要求；{_TICKED}"]
                for how in CHANGE_WORDS
                for c in self.items
                if c.how == how
            ]
            blocks += [
                Heading(text=f"{'二' if self.fields else '一'}、各项要求"),
                Table(columns=columns, rows=rows),
            ]
        note = "两个方案的要求、日期和目录都一样。" if not blocks else "引文照抄各自方案；涉及的检查见检查一览。"
        return Document(
            form="对照",
            title=["方案条款对照表"],
            subtitle=f"{_name(self.older)} → {_name(self.newer)}",
            page="L",
            blocks=[*blocks, Note(text=note)],
        )

    def bundle(self) -> Bundle:
        """The comparison as a bundle of one paper."""
        page = self.page()
        return Bundle(documents=[page], title=page.heading, branch="", campaign=self.newer.title)


def compare(older: Campaign, newer: Campaign) -> CampaignComparison:
    """Compare a newer campaign with an older one."""
    keys = [*newer.demands, *(key for key in older.demands if key not in newer.demands)]
    changes = [
        DemandChange(key, how, older.demands.get(key), newer.demands.get(key), _rules(key), _forms(key))
        for key in keys
        if (how := _how(older.demands.get(key), newer.demands.get(key)))
    ]
    return CampaignComparison(older, newer, tuple(changes), tuple(_fields(older, newer)), tuple(_items(older, newer)))


def _before_and_after(change: DemandChange | ItemChange) -> dict[str, object]:
    return {
        "old": change.before.model_dump() if change.before else None,
        "new": change.after.model_dump() if change.after else None,
    }


def _items(older: Campaign, newer: Campaign) -> Iterator[ItemChange]:
    """Check items that differ. Items are matched by text, because their ids are only numbers.

    Of the unmatched items, pairs whose similarity is at least ``_ALIKE``, most similar first, count as reworded.
    """
    olds = [i for i in older.check_items if i.text not in {n.text for n in newer.check_items}]
    news = [i for i in newer.check_items if i.text not in {o.text for o in older.check_items}]
    alike = sorted(
        (
            (SequenceMatcher(None, o.text, n.text, autojunk=False).ratio(), i, j)
            for i, o in enumerate(olds)
            for j, n in enumerate(news)
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for ratio, i, j in alike:
        if ratio >= _ALIKE and i not in pairs.values() and j not in pairs:
            pairs[j] = i
    for j, item in enumerate(news):
        yield ItemChange("changed", olds[pairs[j]], item) if j in pairs else ItemChange("new", None, item)
    for i, item in enumerate(olds):
        if i not in pairs.values():
            yield ItemChange("gone", item, None)


def _how(before: Demand | None, after: Demand | None) -> ChangeKind | None:
    if before is None:
        return "new"
    if after is None:
        return "gone"
    return None if before.quote == after.quote else "changed"


def _fields(older: Campaign, newer: Campaign) -> Iterator[FieldChange]:
    for name in (*_PLAIN, "report_deadline"):
        before, after = (_plain(getattr(c, name)) for c in (older, newer))
        if before != after:
            yield FieldChange(name, FIELD_WORDS["report_by" if name == "report_deadline" else name], before, after)
    for name in ("materials", *LISTS):
        before, after = (c.labels_of(c.keys(name)) or _NOTHING for c in (older, newer))
        if before != after:
            yield FieldChange(name, FIELD_WORDS[name], before, after)
    for rule in ALL_RULES:
        one, other = _adjusted(rule, older), _adjusted(rule, newer)
        names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
        if names:
            yield FieldChange(f"override.{rule.id}", rule.title, _values_text(one, names), _values_text(other, names))


def _values_text(values: Mapping[str, str], names: Sequence[str]) -> str:
    return "；".join(f"{name}{values.get(name, _NOTHING)}" for name in names)


def _adjusted(rule: Rule, campaign: Campaign) -> dict[str, str]:
    """A rule's severity and parameters for each kind of branch: name → value, as text."""
    values: dict[str, str] = {}
    for kind, word in BRANCH_TYPES.items():
        branch = Branch.model_construct(type=kind)  # type: ignore[arg-type]  # the keys are the kinds
        adjusted = rule.changed(campaign, branch)
        where = "" if kind == "regular" else f"{word}党支部 "
        values[f"{where}程度："] = SEVERITY_WORDS[Severity(str(adjusted.severity))]
        shown = (param_words(rule.id, name, value).partition("：") for name, value in adjusted.params.items())
        values |= {f"{where}{label}：": value for label, _, value in shown}
    return values


def _plain(value: str | int | date | None) -> str:
    return day_words(value) if isinstance(value, date) else str(value or "") or _NOTHING


def _rules(demand: str) -> tuple[str, ...]:
    return tuple(rule.id for rule in ALL_RULES if rule.demand == demand)


def _stage_key(demand: str) -> str:
    """The stage of a demand: the first part of its key."""
    return demand.partition(".")[0]


def stage_title(demand: str) -> str:
    """The title of a demand's stage; "" without such a stage."""
    return BY_KEY[_stage_key(demand)].title if _stage_key(demand) in BY_KEY else ""


def _forms(demand: str) -> tuple[str, ...]:
    """The forms of the demand's stage."""
    stage = _stage_key(demand)
    return tuple(number for number, form in FORMS.items() if form.stage == stage)


def _touched(change: DemandChange) -> str:
    forms = "、".join(f"{FORMS[number].form.title}（{number}）" for number in change.forms)
    rules = "、".join(RULES_BY_ID[rule].title for rule in change.rules) or "没有检查，由人核对"
    return "；".join(part for part in (stage_title(change.key), rules, forms) if part)


def _words(demand: Demand | None) -> str:
    return demand.source + quoted(demand.quote) if demand else _NOTHING


def _text(item: CheckItemText | None) -> str:
    return item.source + quoted(item.quote or item.text) if item else _NOTHING


def _name(campaign: Campaign) -> str:
    return campaign.title or campaign.id
