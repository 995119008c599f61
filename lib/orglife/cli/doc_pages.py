"""The generated documents: docs/rules.md and docs/demands.md, from the rules, the records and the campaign."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args

from orglife.adapters.disk import files, paths
from orglife.adapters.disk import workspace as ws
from orglife.cli.rule_lines import dots
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.record.exchange import read_parcel
from orglife.core.record.field import label_of
from orglife.core.record.record import Entry, Record
from orglife.core.rule.campaign import FIELD_WORDS, Campaign, parse_campaign, quoted
from orglife.core.rule.rule import CHECKPOINT_WORDS, SEVERITY_WORDS, Regulation, Rule
from orglife.stages import ALL_RULES, STAGES
from orglife.stages.catalogue import FORMS
from orglife.stages.kinds import BUREAU_KINDS, BY_TYPE, KINDS
from orglife.stages.whole.overrides import FOR_AUTHORS

CAMPAIGN = "2024-seed"
GENERATED = "本页由 `make rules` 生成，请不要手改。"
LONGEST = 90  # characters of a parameter that still fits a cell; lists of words and patterns do not
NO_NOTEBOOK = {"archive": "归档"}  # rules whose stage is no notebook
PLAN = paths.templates() / "campaigns" / f"{CAMPAIGN}.toml"
EXAMPLE = paths.templates() / "demo" / "b01.json"
"""A branch whose papers are all printed."""

#: Demand → the fields in which it is entered; a form that is not the record's own is named beside them.
ENTERED: dict[str, tuple[str, ...]] = {
    "plan.made": ("plan.made_on",),
    "plan.made_on_time": ("plan.made_on",),
    "plan.contents": ("plan.contents",),
    "plan.phases": ("plan.phases",),
    "study.held": ("study.date", "study.form"),
    "study.materials": ("study.material_ids",),
    "study.everyone": ("study.attendees", "study.makeup"),
    "talks.team_pairs": ("talk.participants",),
    "talks.members": ("talk.participants",),
    "talks.among_members": ("talk.participants",),
    "talks.content": ("talk.thoughts", "talk.opinions_heard", "talk.problems_pointed"),
    "talks.secretary_leads": ("talk.initiator",),
    "opinions.asked": ("opinion.text", "opinion.source"),
    "opinions.clients": ("opinion.source",),
    "opinions.about_team": ("opinion.target",),
    "opinions.secretary_hears": ("opinion.heard_by",),
    "opinions.answered": ("opinion.response",),
    "reviews.team": ("team_review.items", "team_review.text"),
    "reviews.team_aspects": ("team_review.items.aspect", "team_review.none_declared"),
    "reviews.members": ("member_review.items", "member_review.text"),
    "reviews.problem_list": ("problem_list.confirmed_on", "member_review.items.fact"),
    "reviews.aspects": ("member_review.items.aspect", "member_review.items.dimension", "member_review.none_declared"),
    "reviews.key_checks": ("member_review.key_checks",),
    "reviews.causes_and_measures": (
        "member_review.items.cause",
        "member_review.items.measure",
        "team_review.items.cause",
        "team_review.items.measure",
    ),
    "reviews.views": ("member_review.items.cause_views",),
    "reviews.concrete": ("member_review.items.fact",),
    "reviews.no_lecturing": ("member_review.items.fact", "member_review.items.cause"),
    "reviews.own_problems": ("member_review.items.fact",),
    "meeting.held": ("meeting.date", "meeting.completed"),
    "meeting.window": ("meeting.date",),
    "meeting.everyone": ("meeting.present", "meeting.absent"),
    "meeting.chair": ("meeting.chair", "meeting.delegation_note"),
    "meeting.agenda": ("meeting.agenda_done", "F8"),
    "meeting.briefing": ("meeting.briefing",),
    "meeting.self_criticism": ("meeting.speeches.self_criticism", "meeting.groups.speeches"),
    "meeting.team_first": ("meeting.speeches.order",),
    "meeting.criticism_each": ("criticism.author", "criticism.target"),
    "meeting.criticism_content": ("criticism.text",),
    "meeting.no_advice": ("criticism.text",),
    "meeting.no_flattery": ("criticism.text",),
    "meeting.direct": ("criticism.text",),
    "meeting.bite": ("criticism.text",),
    "meeting.touches_thinking": ("criticism.text", "criticism.kind"),
    "meeting.comment": ("meeting.guests", "superior_comment.author", "superior_comment.text"),
    "meeting.comment_scope": ("superior_comment.covers",),
    "meeting.summary": ("meeting.summary",),
    "meeting.leaders": ("meeting.present", "meeting.absent"),
    "appraisal.everyone": ("tally.rows", "grade.grade"),
    "appraisal.basis": ("grade.grade", "grade.opinion"),
    "appraisal.grades": ("tally.rows", "grade.grade"),
    "appraisal.disposal": ("disposal.kind", "disposal.ground"),
    "rectification.lists": ("rect_item.owner_kind", "rect_item.title"),
    "rectification.measures": ("rect_item.title", "rect_item.measure"),
    "rectification.pledges": ("pledge.text",),
    "rectification.sources": ("rect_item.source", "rect_list.none_declared"),
    "rectification.all_problems": ("rect_item.problem_ids", "pledge.problem_ids"),
    "rectification.publicity": ("publication.kind", "publication.text"),
    "rectification.publicity_completion": ("publication.kind", "rect_item.done_on"),
    "rectification.publicity_scope": ("publication.scope", "publication.start", "publication.end"),
    "report.filing": ("filing.date", "filing.to"),
    "report.filing_contents": ("filing.contents",),
    "report.written": ("report.text", "report.to"),
    "report.prompt": ("report.date",),
    "report.finished": ("report.date", "rect_item.status"),
    "supervision.leaders_attend": ("supervision.leader", "supervision.branch"),
    "supervision.leaders_comment": ("supervision.commented",),
    "supervision.no_formalism": ("supervision.finding", "supervision.correction"),
    "supervision.redo": ("redo_order.reason", "redo_order.scope", "redo_order.due"),
}

#: Demands that other plans make and the plan shown here does not, with the fields in which each is entered.
OTHERS: dict[str, tuple[str, ...]] = {
    "plan.reviewed": ("plan.reviewed_on", "plan_submission.submitted_on", "plan_submission.opinion"),
    "reviews.reviewed": ("team_review.reviewed_on",),
    "reviews.outlines_reviewed": ("member_review.reviewed_on",),
    "reviews.problem_share": ("team_review.text", "member_review.text"),
    "appraisal.quota": ("grade.grade",),
    "appraisal.probationary": ("grade.grade", "grade.opinion"),
    "appraisal.secret": ("tally.secret",),
    "appraisal.feedback": ("grade.feedback_on",),
    "meeting.notice": ("meeting_notice.sent_on", "meeting_notice.meeting_on", "meeting_notice.place"),
    "meeting.work_report": ("work_report.text", "work_report.date"),
    "appraisal.team_ballot": ("team_tally.rows", "team_tally.valid"),
    "appraisal.statistics": ("grade_statistics.date", "grade_statistics.to"),
    "meeting.last_year": ("last_year.items", "last_year.reported_on"),
}

#: Demands about wording that may stand without a rule: a person reads the texts.
BY_HAND = frozenset(
    {"reviews.no_lecturing", "reviews.own_problems", "meeting.no_advice", "meeting.direct", "meeting.bite"}
)


@dataclass(frozen=True)
class PlanClause:
    """A clause of the plan that no rule can check, and the fields that serve it."""

    number: int
    source: str
    quote: str
    entered: tuple[str, ...]
    printed: str = ""


CLAUSES = (
    PlanClause(1, "实施方案一", "以学习贯彻党的十八届六中全会精神为主题", ()),
    PlanClause(33, "实施方案三1", "统筹组织督导力量", ("assignment.branch", "assignment.supervisor"), "督导分工表"),
    PlanClause(37, "实施方案三2", "把严格要求党员与关心关爱党员结合起来", ("talk.thoughts",)),
)


# --- docs/rules.md ---------------------------------------------------------------------------------------------------


def rules_page() -> str:
    """Every rule, stage by stage, with its clause."""
    counts = {word: sum(r.severity is severity for r in ALL_RULES) for severity, word in SEVERITY_WORDS.items()}
    campaign, regulations = parse_campaign(ws.campaign_text(CAMPAIGN)), ws.regulations()
    lines = [
        "# 检查一览",
        "",
        f"按方案 {CAMPAIGN}。共{len(ALL_RULES)}项：{'，'.join(f'{word}{n}项' for word, n in counts.items())}。{GENERATED}",
        "",
        "- 程度：**须改正**，不符合方案或党内法规的规定；**请核对**，与通常做法不同，请看一看是否属实；**提示**，仅供参考。",
        "- 何时：写着“到…节点”的是还缺的内容，到了这个节点才算数，以前只是待办；写着“随时”的是登记有误，一登记就提示。",
        "- 依据后注“（未核对原文）”的，引文还没有与党内法规原文逐字核对，打印引用前请核对。",
        "- 提示中的“……”是实际的姓名、日期和数字。参数可由方案调整，写法见 [方案文件](campaign.md)。",
        "- 一条提示确有特殊情况的，用 `orglife answer` 作情况说明：提示仍显示，不再计数。上级督导的检查不作情况说明。",
    ]
    for key, heading in {**{stage.key: stage.heading for stage in STAGES}, **NO_NOTEBOOK}.items():
        mine = [r for r in ALL_RULES if r.stage == key]
        lines += ["", f"## {heading}（{key}，{len(mine)}项）", ""]
        lines += table(
            ["编号", "程度", "何时", "标题", "依据", "提示", "怎么办", "参数"],
            (rule_row(r, campaign, regulations) for r in mine),
        )
    return "\n".join(lines) + "\n"


def rule_row(rule: Rule, campaign: Campaign, regulations: Mapping[str, Regulation]) -> list[str]:
    """A rule as a row."""
    when = f"到“{CHECKPOINT_WORDS[rule.checkpoint]}”节点" if rule.kind == "missing" else "随时"
    clause = rule.clause(campaign, regulations).words or "—"
    params = [
        shown if len(shown) <= LONGEST else f"`{n}`（词表，见 [方案文件](campaign.md#用语和其他词表)）"
        for n, shown in params_of(rule)
    ]
    params += [f"取自方案：{FIELD_WORDS.get(name, name)}" for name in rule.needs]
    fix = f"会前：{dots(rule.fix)}会后：{dots(rule.fix_after)}" if rule.fix_after else dots(rule.fix)
    words = (dots(rule.message), fix)
    return [rule.id, SEVERITY_WORDS[rule.severity], when, rule.title, clause, *words, "；".join(params) or "—"]


def params_of(rule: Rule) -> Iterator[tuple[str, str]]:
    """Parameters by name, as they are written."""
    yield from ((name, f"`{name} = {value}`") for name, value in rule.params.items())


# --- docs/demands.md -------------------------------------------------------------------------------------------------


def demands_page() -> str:
    """Every demand of the plan: where it is entered, which rules check it, which forms print it."""
    campaign = parse_campaign(ws.campaign_text(CAMPAIGN))
    rows = [demand_row(key, number, campaign) for key, number in sorted(numbers().items(), key=lambda pair: pair[1])]
    by_hand = [[f"`{key}`", quoted(*campaign.demands[key].pieces)] for key in numbers() if not rules_of(key)]
    lines = [
        "# 方案的各项要求落在哪里",
        "",
        f"方案 {CAMPAIGN}（{campaign.title}）的每一项要求：登记在哪里，由哪些检查核对，印在哪些文件上。",
        f"{GENERATED}S 是要求在方案里的顺序号；原话照抄方案。",
        "",
        *table(["S", "要求", "出处", "原话", "登记在", "检查", "印在"], rows),
        "",
        "## 没有专门检查的条文",
        "",
        "这些话不是能逐项核对的要求，但在工作簿里都有落处。",
        "",
        *table(
            ["S", "出处", "原话", "落在", "印在"],
            (clause_row(c, campaign) for c in CLAUSES),
        ),
    ]
    lines += ["", "## 别的方案可能提出的要求", ""]
    lines += ["本方案没有写的，方案里写了就引方案的原话；没有写的，照一般规定核对，或者不核对。", ""]
    lines += table(["要求", "登记在", "检查", "印在"], (other_row(key) for key in OTHERS))
    if by_hand:
        lines += ["", "## 目前由人把关的要求", ""]
        lines += ["这几项讲的是话说得怎么样，目前没有程序检查，请书记在会前看提纲、会后看记录时把关。", ""]
        lines += table(["要求", "原话"], by_hand)
    return "\n".join(lines) + "\n"


def numbers() -> dict[str, int]:
    """Demand → S-number, as the campaign file notes it, in the order of the file."""
    matches = re.findall(r'^\[demands\."([a-z_.]+)"\]\s*# S(\d+)$', files.read_text(PLAN), re.MULTILINE)
    return {key: int(number) for key, number in matches}


def demand_row(key: str, number: int, campaign: Campaign) -> list[str]:
    """A demand as a row."""
    demand = campaign.demands[key]
    checks = [f"{r.id}（{SEVERITY_WORDS[r.severity]}）" for r in rules_of(key)]
    places, forms = entered(ENTERED[key])
    return [
        f"S{number}",
        f"`{key}`",
        demand.source,
        quoted(*demand.pieces),
        places,
        "、".join(checks) or "由人把关",
        forms,
    ]


def other_row(key: str) -> list[str]:
    """A demand that the plan does not make as a row."""
    places, forms = entered(OTHERS[key])
    checks = [f"{r.id}（{SEVERITY_WORDS[r.severity]}）" for r in rules_of(key)]
    return [f"`{key}`", places, "、".join(checks), forms]


def clause_row(clause: PlanClause, campaign: Campaign) -> list[str]:
    """A clause without a demand as a row; the theme comes from the campaign and is typed nowhere."""
    places, forms = (
        entered(clause.entered) if clause.entered else ("取自方案，不另填写", "、".join(themed_forms(campaign)))
    )
    return [f"S{clause.number}", clause.source, quoted(clause.quote), places, clause.printed or forms]


def themed_forms(campaign: Campaign) -> list[str]:
    """The forms that print the campaign's theme."""
    incoming = read_parcel(files.read(EXAMPLE), EXAMPLE.name, KINDS, BUREAU_KINDS)
    if incoming.branch is None:
        raise TypeError(f"{EXAMPLE.name} holds no branch")
    sheet = Sheet(Dossier(incoming.campaign, incoming.branch, incoming.records, date.today()), campaign)
    papers = [d for stage in STAGES if stage.documents for d in stage.documents(sheet)]
    form_numbers = {d.form for d in papers if any(sheet.campaign.theme in text for text, _ in d.texts())}
    return [form_name(number) for number in FORMS if number in form_numbers]


def rules_of(demand: str) -> list[Rule]:
    """The rules that serve a demand."""
    return [r for r in ALL_RULES if r.demand == demand]


def entered(places: Iterable[str]) -> tuple[str, str]:
    """Fields in Chinese, grouped by record, and the forms that print these records."""
    fields: dict[str, dict[str, list[str]]] = {}
    forms: dict[str, None] = {}
    for place in places:
        if place in FORMS:
            forms[form_name(place)] = None
            continue
        kind, title, part = field(place)
        fields.setdefault(kind.LABEL, {}).setdefault(title, []).extend([part] if part else [])
        forms |= {form_name(kind.FORM): None} if kind.FORM else {}
    words = (
        f"{label}：{'、'.join(_titled(t, parts) for t, parts in types.items())}" for label, types in fields.items()
    )
    return "；".join(words), "、".join(forms)


def form_name(number: str) -> str:
    """F3 谈心谈话记录."""
    return f"{number} {FORMS[number].title}"


def field(place: str) -> tuple[type[Record], str, str]:
    """A record type, the Chinese label of one of its fields, and that of a nested object's field where one is named.

    Raises:
        KeyError: there is no such type or field.
    """
    type_name, name, *inner = place.split(".")
    kind = BY_TYPE[type_name]
    info = kind.model_fields[name]
    part = label_of(nested(info.annotation).model_fields[inner[0]]) if inner else ""
    return kind, label_of(info), part


def nested(annotation: object) -> type[Entry]:
    """The nested object of a field, or of the list that it is."""
    entries = (t for t in (annotation, *get_args(annotation)) if isinstance(t, type) and issubclass(t, Entry))
    return next(entries)


def _titled(title: str, parts: list[str]) -> str:
    return f"{title}（{'、'.join(parts)}）" if parts else title


# --- both ------------------------------------------------------------------------------------------------------------


def table(heads: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    """A Markdown table."""
    yield _line(heads)
    yield _line(["---"] * len(heads))
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


# --- a part of docs/campaign.md --------------------------------------------------------------------------------------

BEGIN, END = "<!-- 词表开始，由 orglife docs docs 生成 -->", "<!-- 词表结束 -->"


def patterns_part() -> str:
    """Patterns, word lists and paths of every rule that has any, for authors of campaigns."""
    lines = []
    for each in ALL_RULES:
        shown = {name: value for name, value in each.params.items() if name in FOR_AUTHORS}
        if shown:
            lines += [f"**{each.id}** {each.title}", "", "```toml", f'[override."{each.id}".params]']
            lines += [*(f"{name} = {_toml(value)}" for name, value in shown.items()), "```", ""]
    return "\n".join(lines)


def _toml(value: object) -> str:
    """A value as it stands in a campaign file; patterns in single quotes, so that a backslash is one."""
    if isinstance(value, list):
        inside = "".join(f"  {_toml(each)},\n" for each in value)
        return f"[\n{inside}]" if inside else "[]"
    text = str(value)
    return f"'{text}'" if "'" not in text else json.dumps(text, ensure_ascii=False)


def with_patterns(page: str) -> str:
    """docs/campaign.md with its generated part renewed."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{patterns_part()}\n{END}{rest.split(END)[1]}"


PAGES = {"rules.md": rules_page, "demands.md": demands_page}
PARTS = {"campaign.md": with_patterns}


def write_pages(folder: Path) -> None:
    """Write all generated documents into a folder, and renew the generated parts of those that stand there.

    Raises:
        CannotWrite: the folder cannot be written.
    """
    for name, page in PAGES.items():
        files.write(folder / name, page().encode())
    for name, renewed in PARTS.items():
        if (folder / name).is_file():
            files.write(folder / name, renewed(files.read_text(folder / name)).encode())
