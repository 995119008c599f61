"""A campaign is configuration: one year's dates, lists, terms and demands, read from TOML.

The code contains nothing about any particular year; a blank field switches off the rules that need it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orglife.core.errors import BadInput
from orglife.core.record.day import days_after
from orglife.core.record.field import Ident
from orglife.core.record.toml_text import TomlError, read_toml

LISTS = ("aspects", "dimensions", "team_aspects", "key_checks", "rect_sources", "agenda", "grades")
LIST_WORDS = {
    "aspects": "查摆方面",
    "dimensions": "合格标准",
    "team_aspects": "班子查摆方面",
    "key_checks": "重点对照项",
    "rect_sources": "整改问题来源",
    "agenda": "会议议程",
    "grades": "评议等次",
}
FIELD_WORDS = {
    "title": "方案名称",
    "year": "年度",
    "theme": "会议主题",
    "plan_deadline": "工作方案制定时限",
    "meeting_start": "会议时段起",
    "meeting_end": "会议时段止",
    "finish_by": "完成时限",
    "report_to": "情况报告报送单位",
    "report_by": "情况报告时限",
    "materials": "学习内容",
    "stale_terms": "往年用语",
    "papers": "另要的文件",
    "check_items": "其他要求",
    **LIST_WORDS,
}
PAPERS = {
    "last_year": "meeting.last_year",
    "notice": "meeting.notice",
    "script": "",
    "statistics": "appraisal.statistics",
    "work_report": "meeting.work_report",
    "plan_review": "plan.reviewed",
    "team_ballot": "appraisal.team_ballot",
}
"""Papers that a campaign may want beside the usual ones: key → the demand that also asks for it."""
REPORT_DAYS = 7
"""Days after ``finish_by`` when the plan names no day for the report (“及时”)."""


def quoted(*pieces: str) -> str:
    """Words of a clause in “”, each piece by itself; marks inside a piece become ‘’."""
    return "".join(f"“{piece.translate(_INNER_MARKS)}”" for piece in pieces)


_INNER_MARKS = str.maketrans("“”", "‘’")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Demand(_Model):
    """Where a demand is in the plan, and its text (several pieces joined by ……)."""

    source: str = ""
    quote: str = ""

    @property
    def pieces(self) -> list[str]:
        """The quoted pieces, each a literal part of the plan."""
        return [piece for piece in self.quote.split("……") if piece]


class Material(_Model):
    """A text to study; STUDY-04 skips it when it has no publication day."""

    id: str
    title: str
    published: date | None = None


class CheckItemText(_Model):
    """A demand that no rule checks: the branch ticks it when done (record ``check_item``)."""

    id: Ident
    text: str
    source: str = ""
    quote: str = ""


class TypeOverride(_Model):
    """Changes to a rule for one branch type."""

    severity: Literal["error", "warning", "info"] | None = None
    params: dict[str, Any] = Field(default_factory=dict)


class Override(TypeOverride):
    """Changes to a rule in this campaign."""

    types: dict[Literal["regular", "small", "temporary", "retired"], TypeOverride] = Field(default_factory=dict)


class Campaign(_Model):
    """One year's plan as configuration. Only ``id`` is required; all other fields may be blank."""

    id: Ident
    title: str = ""
    year: int | None = None
    theme: str = ""
    plan_deadline: date | None = None
    meeting_start: date | None = None
    meeting_end: date | None = None
    finish_by: date | None = None
    report_to: str = ""
    report_by: date | None = None
    member_order: Literal["strokes", "id"] = "strokes"
    materials: list[Material] = Field(default_factory=list)
    aspects: list[str] = Field(default_factory=list)
    dimensions: list[str] = Field(default_factory=list)
    team_aspects: list[str] = Field(default_factory=list)
    key_checks: list[str] = Field(default_factory=list)
    rect_sources: list[str] = Field(default_factory=list)
    agenda: list[str] = Field(default_factory=list)
    grades: list[str] = Field(default_factory=list)
    labels: dict[str, str] = Field(default_factory=dict)
    retention: dict[str, Literal["Y", "D30", "D10"]] = Field(default_factory=dict)
    demands: dict[str, Demand] = Field(default_factory=dict)
    check_items: list[CheckItemText] = Field(default_factory=list)
    override: dict[str, Override] = Field(default_factory=dict)
    stale_terms: list[str] = Field(default_factory=list)
    papers: list[
        Literal["last_year", "notice", "script", "statistics", "work_report", "plan_review", "team_ballot"]
    ] = Field(default_factory=list)

    @cached_property
    def report_deadline(self) -> date | None:
        """The last day for the report: ``report_by``, else a week after ``finish_by``."""
        if self.report_by is not None:
            return self.report_by
        return days_after(self.finish_by, REPORT_DAYS) if self.finish_by else None

    def years_meant(self, today: date) -> tuple[int, ...]:
        """Candidate years for a day written without a year: the year of the meeting.

        When the meeting's day is blank, the campaign's year and the next: most steps are done after that year has ended.
        """
        if self.meeting_start:
            return (self.meeting_start.year,)
        return (self.year, self.year + 1) if self.year else (today.year,)

    def is_blank(self, name: str) -> bool:
        """Whether a field is blank; ``report_by`` counts as filled in when ``finish_by`` is.

        Lists joined by ``+`` are alternatives: they count as blank when all of them are.
        """
        if "+" in name:
            return not self.keys(name)
        value = self.report_deadline if name == "report_by" else getattr(self, name)
        return value is None or value in ("", [], {})

    def makes(self, demand: str) -> bool:
        """Whether the plan contains this demand."""
        return bool(demand) and demand in self.demands

    def asks(self, demand: str) -> bool:
        """Whether the plan contains a demand, or the configuration lists the paper that answers it."""
        return self.makes(demand) or any(PAPERS[paper] == demand for paper in self.papers)

    def wants(self, paper: str) -> bool:
        """Whether the campaign wants a paper: its configuration lists it, or its plan demands it. "" is always wanted."""
        return not paper or paper in self.papers or self.makes(PAPERS[paper])

    def __hash__(self) -> int:
        return hash(self.id)

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """Cache of derived results (``core.record.memo``)."""
        return {}

    def __copy__(self) -> Self:
        """A copy without cached values, because ``model_copy`` changes fields of the copy."""
        copied = super().__copy__()
        for name in vars(copied).keys() - type(self).model_fields.keys():
            del vars(copied)[name]
        return copied

    @property
    def meeting_name(self) -> str:
        """The name of the meeting, as the plan's title has it."""
        return "专题组织生活会" if "专题" in self.title else "组织生活会"

    def label(self, key: str) -> str:
        """The Chinese label of a key; a key without a label is returned unchanged."""
        return self.labels.get(key) or self._material_titles.get(key) or key

    def labels_of(self, keys: Sequence[str]) -> str:
        """Labels joined by 、."""
        return "、".join(self.label(key) for key in keys)

    @cached_property
    def _material_titles(self) -> dict[str, str]:
        return {m.id: f"《{m.title}》" if "《" not in m.title else m.title for m in self.materials}

    def keys(self, lists: str) -> list[str]:
        """Keys of one list, or of several joined by ``+``; ``materials`` gives their ids."""
        keys: list[str] = []
        for name in lists.split("+"):
            keys += [m.id for m in self.materials] if name == "materials" else getattr(self, name)
        return keys


_KINDS = {
    "extra_forbidden": "没有这一项，请核对拼写或删去",
    "missing": "缺少这一项，请补上",
    "string_type": "应当是文字，请加引号",
    "int_type": "应当是整数",
    "date_type": "应当是日期，例如 2024-02-10（不加引号）",
    "bool_type": "应当是 true 或 false",
    "list_type": '应当是列表，例如 ["…", "…"]',
    "dict_type": "应当是一节表",
    "ident": "只能用字母、数字和 _ . -，最长40个字符，且以字母或数字开头",
    "literal_error": "不在可选范围内",
}

#: The other sentences of this module; ``{…}`` is filled in.
SENTENCES = {
    "field": "{name}的 {place}：{what}。",
    "not_toml": "{name}：不是有效的TOML文件（{place}）。请改正这一处的写法。",
    "no_source": "有一项要求没有写出处。请写明它在方案的哪一条（{key}的source）。",
    "no_quote": "有一项要求没有引用原文。请照抄方案中的原话（{key}的quote）。",
    "no_demands": "方案没有写任何要求，只按一般党内法规核对。请确认这是您的意思。",
    "blank_field": "{label}没有填写，有关的检查不起作用（{field}：{rules}）。",
    "half_blank": "{label}没有填写，有关的检查只看{others}（{field}：{rules}）。",
    "same_keys": "查摆方面和合格标准用了相同的代号，分不清是哪一项。请改成不同的代号：{keys}。",
    "no_labels": "{label}里有的项没有中文名称。请在方案文件的 [labels] 里补上：{keys}。",
    "stale": "还留有往年的用语：{terms}。请核对是否应当更新。",
    **{f"field.{kind}": what for kind, what in _KINDS.items()},
}


def parse_campaign(text: str, *, name: str = "campaign.toml") -> Campaign:
    """Read a campaign file.

    Raises:
        BadInput: not TOML, an unknown key, a missing id, a wrong type; all problems with their places.
    """
    try:
        raw = read_toml(text)
    except TomlError as error:
        raise BadInput([SENTENCES["not_toml"].format(name=name, place=error)]) from error
    try:
        return Campaign.model_validate(raw)
    except ValidationError as error:
        raise BadInput([_sentence(name, dict(e)) for e in error.errors()]) from error


def _sentence(name: str, error: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"]) or "整个文件"
    what = _KINDS.get(str(error["type"]), "写法不对，请核对")
    return SENTENCES["field"].format(name=name, place=place, what=what)


@dataclass(frozen=True)
class Check:
    """The result of ``campaign check``: a file with problems is refused, one with notes only is accepted."""

    problems: list[str]
    notes: list[str]


def check_campaign(campaign: Campaign, needs: Mapping[str, Sequence[str]]) -> Check:
    """Check a campaign for missing and contradictory entries.

    Args:
        campaign: The campaign.
        needs: Rule id → campaign fields that its condition reads.
    """
    notes = [*_without_demands(campaign), *_blank_fields(campaign, needs), *_keys(campaign), *_stale(campaign)]
    return Check(problems=list(_demand_problems(campaign)), notes=notes)


def _demand_problems(campaign: Campaign) -> Iterator[str]:
    for key, demand in campaign.demands.items():
        if not demand.source.strip():
            yield SENTENCES["no_source"].format(key=key)
        if not demand.quote.strip():
            yield SENTENCES["no_quote"].format(key=key)


def _without_demands(campaign: Campaign) -> Iterator[str]:
    if not campaign.demands:
        yield SENTENCES["no_demands"]


def _blank_fields(campaign: Campaign, needs: Mapping[str, Sequence[str]]) -> Iterator[str]:
    off: dict[str, list[str]] = {}
    half: dict[tuple[str, str], list[str]] = {}
    for rule, needed in needs.items():
        for fields in (name.split("+") for name in needed):
            blank = [field for field in fields if campaign.is_blank(field)]
            others = "、".join(FIELD_WORDS.get(field, field) for field in fields if field not in blank)
            for field in blank:
                (half.setdefault((field, others), []) if others else off.setdefault(field, [])).append(rule)
    for field, rules in off.items():
        label = FIELD_WORDS.get(field, field)
        yield SENTENCES["blank_field"].format(label=label, field=field, rules="、".join(rules))
    for (field, others), rules in half.items():
        label = FIELD_WORDS.get(field, field)
        yield SENTENCES["half_blank"].format(label=label, field=field, rules="、".join(rules), others=others)


def _keys(campaign: Campaign) -> Iterator[str]:
    shared = sorted(set(campaign.aspects) & set(campaign.dimensions))
    if shared:
        yield SENTENCES["same_keys"].format(keys="、".join(shared))
    for name in LISTS:
        bare = [key for key in getattr(campaign, name) if not campaign.labels.get(key)]
        if bare:
            yield SENTENCES["no_labels"].format(label=LIST_WORDS[name], field=name, keys="、".join(bare))


def _stale(campaign: Campaign) -> Iterator[str]:
    text = "\n".join(
        [campaign.title, campaign.theme, *campaign.labels.values(), *(m.title for m in campaign.materials)]
    )
    stale = [term for term in campaign.stale_terms if term and term in text]
    if stale:
        yield SENTENCES["stale"].format(terms="、".join(stale))
