"""Write a draft as a campaign file: each value with its quotes as comments; fields without a value stay blank."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from orglife.core.rule.campaign import LIST_WORDS, LISTS, Campaign
from orglife.notice.draft import NoticeDraft
from orglife.notice.materials import title_and_day
from orglife.notice.model import FIELDS, LABELS, SURE_WORDS, Fact, NoticeQuote
from orglife.notice.stated_numbers import stated_numbers
from orglife.notice.text import bare
from orglife.notice.vocabulary import keyed

#: Campaign list → the fact that it is taken from.
_FROM = {
    "aspects": "aspects",
    "dimensions": "dimensions",
    "team_aspects": "branch_dimensions",
    "key_checks": "key_checks",
    "agenda": "agenda_steps",
    "grades": "grades",
}
_QUOTES = 4
"""Maximum number of quotes above a value; the first ones are the main ones."""
_DATES = {
    "plan_deadline": ("plan_deadline", "", "工作方案制定时限"),
    "meeting_start": ("meeting_window", "start", "会议时段起"),
    "meeting_end": ("meeting_window", "end", "会议时段止"),
    "finish_by": ("finish_by", "", "完成时限"),
    "report_by": ("report", "deadline", "情况报告时限"),
}
"""Campaign day → the fact that it is taken from, the part of its value ("" = all of it), and its label."""


def text_of(value: Any) -> str:
    """A value as TOML; JSON strings and numbers are valid TOML."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(text_of(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _quote_comments(fact: Fact) -> Iterator[str]:
    sure = f"（{SURE_WORDS[fact.sure]}）" if SURE_WORDS[fact.sure] else ""
    for words in fact.words[:_QUOTES]:
        yield f"# {words.place}：“{' '.join(words.quote.split())}”{sure}"


def campaign_id(draft: NoticeDraft, stem: str) -> str:
    """The campaign's id: the file name's stem if it is a valid id, else made from the year."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", stem):
        return stem
    return f"{draft.value('year') or 'campaign'}-notice"


_OF_ONE_YEAR = {
    *("id", "title", "year", "labels", "demands", "override", "check_items"),
    *("stale_terms", "retention", "member_order"),
}
"""Campaign fields that are never taken from a base campaign."""


class CampaignValues:
    """The campaign values of a draft, completed from a base campaign where the notice is silent.

    Attributes:
        values: Campaign field → value, without blank ones.
        labels: Key → label, for every key in use.
        from_base: Fields whose value is taken from the base campaign.
    """

    def __init__(self, draft: NoticeDraft, base: Campaign | None, ident: str, published: Mapping[str, date]) -> None:
        self.draft, self.base, self.published = draft, base, published
        self.labels: dict[str, str] = {}
        self.from_base: set[str] = set()
        self.values: dict[str, Any] = {"id": ident}
        self._take_plain()
        self._take_lists()
        self._take_materials()
        if base:
            self._fill(base)

    def _take_plain(self) -> None:
        for name in ("title", "year", "theme"):
            self._put(name, self.draft.value(name))
        for name, (source, part, _) in _DATES.items():
            value = self.draft.value(source)
            day = value.get(part) if value and part else value
            self._put(name, date.fromisoformat(day) if day else None)
        self._put("report_to", (self.draft.value("report") or {}).get("recipient"))

    def _take_lists(self) -> None:
        for name in LISTS:
            labels = self.labels_read(name)
            if labels:
                label_by_key = keyed(name, labels, self.labels)
                self.values[name] = list(label_by_key)
                self.labels |= label_by_key

    def labels_read(self, name: str) -> list[str]:
        """The labels of a campaign list as printed in the notice, [] when it is silent."""
        if name == "rect_sources":
            return list((self.draft.value("rectification") or {}).get("sources") or [])
        return list(self.draft.value(_FROM[name]) or [])

    def _take_materials(self) -> None:
        days = dict(title_and_day(text) for text in self.draft.value("study_items") or [])
        known = {m.title: m.id for m in self.base.materials} if self.base else {}
        materials = [
            {"id": known.get(title, key), "title": title, "published": days[title] or self.published.get(bare(title))}
            for key, title in keyed("materials", list(days)).items()
        ]
        self._put("materials", materials)

    def _put(self, name: str, value: Any) -> None:
        if value not in (None, "", []):
            self.values[name] = value

    def _fill(self, base: Campaign) -> None:
        for name in Campaign.model_fields.keys() - _OF_ONE_YEAR - self.values.keys():
            value = getattr(base, name)
            if value in (None, "", []) or name in _DATES:
                continue  # never reuse the days of another year
            self.values[name] = [m.model_dump() for m in value] if name == "materials" else value
            self.from_base.add(name)
            if name in LISTS:
                self.labels |= {k: base.labels[k] for k in value if k in base.labels and k not in self.labels}


def campaign_toml(
    draft: NoticeDraft,
    name: str,
    *,
    stem: str,
    base: Campaign | None = None,
    stale_terms: Sequence[str] = (),
    published: Mapping[str, date] = MappingProxyType({}),
) -> str:
    """The text of the campaign file.

    Args:
        draft: The draft read from a notice.
        name: File name of the notice.
        stem: Stem of the campaign file's name, for the campaign's id.
        base: Campaign that completes fields on which the notice is silent; its days are never used.
        stale_terms: Terms of earlier years that a person chose to be warned of.
        published: Bare title → known day of publication.
    """
    filled = CampaignValues(draft, base, campaign_id(draft, stem), published)
    lines = [
        f"# 由“{name}”读出的方案草稿。每一项上面照抄了原话和出处，请逐项核对；读不出的空着，不猜。",
        "# 核对后用 orglife campaign check 检查。",
        "",
        *_plain(filled),
        *_lists(filled),
        *_materials(filled),
        *([f"stale_terms = {text_of(list(stale_terms))}"] if stale_terms else []),
        *_check_items(draft),
        *_labels(filled),
        *_override(draft),
        *_demands(draft),
        *_rest(draft),
    ]
    return "\n".join(lines) + "\n"


def _plain(filled: CampaignValues) -> Iterator[str]:
    draft = filled.draft
    yield f"id = {text_of(filled.values['id'])}"
    for name in ("title", "year", "theme"):
        yield from _line(filled, name, draft.fact(name), LABELS[name])
    for name, (source, _, words) in _DATES.items():
        yield from _line(filled, name, draft.fact(source), words)
    yield from _line(filled, "report_to", draft.facts["report"], "情况报告报送单位")


def _line(filled: CampaignValues, name: str, fact: Fact | None, words: str) -> Iterator[str]:
    if name not in filled.values:
        yield f"# {words}（{name}）：通知没有写明，空着"
        return
    yield from _origin(filled, name, fact, words)
    yield f"{name} = {text_of(filled.values[name])}"


def _origin(filled: CampaignValues, name: str, fact: Fact | None, words: str) -> Iterator[str]:
    if name in filled.from_base and filled.base:
        yield f"# {words}：通知没有写明，照用方案 {filled.base.id} 的，请核对"
    elif fact:
        yield from _quote_comments(fact)


def _lists(filled: CampaignValues) -> Iterator[str]:
    for name in LISTS:
        yield from _line(filled, name, filled.draft.fact(_FROM.get(name, "rectification")), LIST_WORDS[name])


def _materials(filled: CampaignValues) -> Iterator[str]:
    if "materials" not in filled.values:
        yield "# 学习内容（materials）：通知没有写明，空着"
        return
    yield from _origin(filled, "materials", filled.draft.facts["study_items"], "学习内容")
    yield "# 发表日期（published）通知里没有，写着的取自已有的方案或由人补填，请核对；空着的不核对超前学习"
    yield "materials = ["
    for each in filled.values["materials"]:
        day = f", published = {text_of(each['published'])}" if each["published"] else ""
        yield f"  {{ id = {text_of(each['id'])}, title = {text_of(each['title'])}{day} }},"
    yield "]"


def _check_items(draft: NoticeDraft) -> Iterator[str]:
    if not draft.unread:
        return
    yield ""
    yield "# 通知还提出了下面的要求，没有检查能核对，由支部逐项落实后打勾；不需要的删去"
    for number, words in enumerate(draft.unread, start=1):
        quote = text_of(words.quote)
        yield "[[check_items]]"
        yield f'id = "item_{number}"'
        yield f"text = {quote}"
        yield f"source = {text_of(_source(draft, words))}"
        yield f"quote = {quote}"


def _labels(filled: CampaignValues) -> Iterator[str]:
    used = [key for name in LISTS for key in filled.values.get(name, [])]
    if used:
        yield ""
        yield "[labels]"
        for key in dict.fromkeys(used):
            yield f"{key} = {text_of(filled.labels.get(key, key))}"


def _override(draft: NoticeDraft) -> Iterator[str]:
    """Overrides for the numbers that the notice states, and for a share of 优秀 other than the default, a third of all."""
    for stated in stated_numbers(draft):
        yield ""
        yield f"# {stated.words.place}：“{' '.join(stated.words.quote.split())}”"
        yield f'[override."{stated.rule}"]'
        yield f"params = {{ {stated.param} = {stated.number} }}"
    ratio = draft.facts["excellent_ratio"]
    if ratio is None or not ratio.value["value"]:
        return
    above, below = _fraction(str(ratio.value["value"]))
    if not below:  # “1/0” is no share
        return
    base = next((base for words, base in _BASES if re.search(words, str(ratio.value.get("base") or ""))), "")
    share = [] if (above, below) == (1, 3) else [f"ratio_num = {above}", f"ratio_den = {below}"]
    params = [*([f'base = "{base}"'] if base else []), *share]
    if not params:
        return
    yield ""
    yield from _quote_comments(ratio)
    yield '[override."GRADE-04"]'
    yield f"params = {{ {', '.join(params)} }}"


_BASES = (("参评|评议|测评", "graded"), ("正式党员", "full_members"))
"""Words for the base of the share of 优秀 → GRADE-04's ``base``; other words mean its default, 党员总数."""


def _fraction(share: str) -> tuple[int, int]:
    share = share.rpartition("—")[2]  # the upper end of a range is the limit
    if share.endswith("%"):
        percent = round(float(share[:-1]) * 10)
        return (percent // 10, 100) if percent % 10 == 0 else (percent, 1000)
    above, _, below = share.partition("/")
    return int(above), int(below)


def _source(draft: NoticeDraft, words: NoticeQuote) -> str:
    return f"{draft.notice.kind}{words.place}"


def _demands(draft: NoticeDraft) -> Iterator[str]:
    for asked in draft.demands:
        yield ""
        yield f'[demands."{asked.key}"]'
        yield f"source = {text_of(_source(draft, asked.words[0]))}"
        yield f"quote = {text_of('……'.join(dict.fromkeys(w.quote for w in asked.words)))}"


def _rest(draft: NoticeDraft) -> Iterator[str]:
    """Comments with the facts that have no campaign field, for the person who confirms."""
    held = {*_FROM.values(), "theme", "year", "meeting_window", "report", "rectification", "study_items"}
    others: Mapping[str, Fact | None] = {k: f for k, f in draft.facts.items() if k not in held}
    named = [(FIELDS[k], f) for k, f in others.items() if f]
    named += [(FIELDS[k], f) for k, f in ((k, _unheld(draft.facts[k], held)) for k, held in _HELD_PARTS.items()) if f]
    if named:
        yield ""
        yield "# 通知里的其他规定（方案文件没有对应的项目，供核对）："
    for words, fact in named:
        yield f"# {words}：{value_words(fact.value)}"
        for line in _quote_comments(fact):
            yield f"#   {line.removeprefix('# ')}"


_HELD_PARTS = {"rectification": ("sources",), "report": ("recipient", "deadline")}
"""Fact → the parts of it that have a campaign field."""


def _unheld(fact: Fact | None, held: Sequence[str]) -> Fact | None:
    """The parts of a fact that have no campaign field; None when there are none."""
    if fact is None:
        return None
    rest = {part: value for part, value in fact.value.items() if part not in held and value}
    return replace(fact, value=rest) if rest.keys() - {"words"} else None


_PARTS = {
    "start": "起",
    "end": "止",
    "value": "",
    "base": "基数",
    "sources": "来源",
    "lists": "清单",
    "deadline": "时限",
    "what": "内容",
    "scope": "范围",
    "days": "天数",
    "to": "报送或存放",
    "contents": "内容",
    "recipient": "报送",
    "attachments": "材料",
}


def value_words(value: Any) -> str:
    """A value as Chinese text: the named parts of an object, without ``words``, which are quoted separately."""
    if isinstance(value, dict):
        parts = (
            (_PARTS.get(k, k), value_words(v)) for k, v in value.items() if v not in (None, [], "") and k != "words"
        )
        return "；".join(f"{k} {v}".strip() for k, v in parts)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(value_words(v) for v in value)
    return " ".join(str(value).split())
