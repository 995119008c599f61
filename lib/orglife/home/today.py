"""「今天20分钟做什么」: the one to three most useful next steps, each with an estimated duration.

A pure function of the dossier (with its day of the check), the campaign and the findings. It only puts the steps in
order; the rules decide what is wrong or missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from orglife.core.record.dossier import Dossier, day_words
from orglife.core.record.words import first_few
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import CHECKPOINTS, Kind, Severity
from orglife.home.back import back_step
from orglife.home.deadlines import NEAR, by_when, meeting_planned
from orglife.home.places import EntryLink, link_for
from orglife.home.progress import FILING, FILING_NOTEBOOK, HOME, branch_stages, drafts_of
from orglife.home.step import Step
from orglife.stages import BY_KEY, RULES_BY_ID
from orglife.stages.kinds import BY_TYPE
from orglife.stages.plan.record import Plan
from orglife.stages.shared.received import RemarkState
from orglife.stages.shared.rounds import meeting_day
from orglife.stages.shared.signed import Signed

SITTING = 20
"""Minutes of one sitting."""
MOST = 3
BEFORE = ("setup", "prep")
"""Checkpoints before the meeting."""
MEND = 2
"""Minutes to correct one wrong entry."""
FINISH = 3
"""Minutes to finish one draft."""
ATTACH = 1
"""Minutes to attach one scan."""
NO_MINUTES = "MEET-01"
FILE = Step("file", "都登记好了，可以定稿、归档", "出正式文件，打归档包，拷到U盘。", FILING, 10, at=FILING_NOTEBOOK)
PLAN_DAY = Step(
    "todo",
    "还没有定哪天开会",
    "请在“工作方案”页填拟开会日期，首页的各个时限按它算。没有专门写工作方案的，也要填这一栏。",
    Plan.STAGE,
    3,
    at=EntryLink(BY_KEY[Plan.STAGE].notebook, Plan.TYPE, path=["planned_meeting_on"]).link,
)
NAMED = 4
"""Maximum number of names in a step before 等."""


def today(
    dossier: Dossier,
    campaign: Campaign,
    findings: Sequence[Finding],
    signatures: Sequence[Signed] = (),
    answered: Mapping[str, RemarkState] = MappingProxyType({}),
    *,
    filed: bool = True,
) -> list[Step]:
    """What to do in the next twenty minutes.

    The order is: the superior's remarks, errors, drafts, the meeting's papers shortly before the meeting, then what is due
    next. A step that takes longer than the remaining time is shortened, or skipped if no part of it fits.

    Args:
        dossier: One branch; its ``as_of`` is today.
        campaign: The campaign in force.
        findings: All findings of the dossier.
        signatures: Papers to be signed.
        answered: How far the superior's remarks are answered, by id.
        filed: The branch is archived as it is now.

    Returns:
        One to three steps that fit into one sitting together; none if nothing is left to do.
    """
    chosen: list[Step] = []
    left = SITTING
    for candidate in _candidates(dossier, campaign, findings, signatures, answered):
        step = candidate.within(left)
        if step is None:
            continue
        chosen.append(step)
        left -= step.minutes
        if len(chosen) == MOST or left <= 0:
            break
    return chosen or ([] if filed else [FILE])


def _candidates(
    dossier: Dossier,
    campaign: Campaign,
    findings: Sequence[Finding],
    signatures: Sequence[Signed],
    answered: Mapping[str, RemarkState],
) -> Iterator[Step]:
    if not dossier.branch.name or not dossier.members:
        yield Step("begin", "党支部和党员名册还没有登记", "登记支部名称和党员名册；有名册文件的可以导入。", "plan", 10)
        return  # all other steps need the roster
    returned = back_step(dossier, answered, SITTING)
    if returned is not None:
        yield returned
    errors = [f for f in findings if f.severity is Severity.ERROR]
    warnings = [f for f in findings if f.severity is Severity.WARNING]
    yield from _grouped_steps("wrong", _without_dependents([f for f in errors if f.counts]), dossier, campaign)
    yield from _draft_steps(dossier)
    yield from _print_steps(dossier, campaign)
    ahead = _meeting_ahead(dossier, campaign)
    todos = [f for f in (*errors, *warnings) if f.is_todo and (not ahead or f.checkpoint in BEFORE)]
    if ahead and meeting_planned(dossier, campaign) is None and not any(f.stage == Plan.STAGE for f in todos):
        yield PLAN_DAY
    yield from _grouped_steps("todo", _by_due_day(_plan_first(todos), dossier, campaign), dossier, campaign)
    yield from _grouped_steps("check", (f for f in warnings if f.counts), dossier, campaign)
    if ahead and not todos:
        when = f"（{day_words(meeting_planned(dossier, campaign))}）" if meeting_planned(dossier, campaign) else ""
        yield Step(
            "wait", f"会前准备已登记，等开会{when}", "开会前三天，这里会提醒打印会议用表；会后录入会议记录。", HOME, 0
        )
        return
    yield from _sign_steps(signatures)


def _plan_first(todos: Sequence[Finding]) -> Sequence[Finding]:
    """If the plan is incomplete, only the findings about it: the plan decides the steps after it."""
    plan = [f for f in todos if f.stage == Plan.STAGE and f.severity is Severity.ERROR]
    return plan or todos


def _meeting_ahead(dossier: Dossier, campaign: Campaign) -> bool:
    """Whether the meeting is still ahead: steps that follow it are then not suggested."""
    day = meeting_planned(dossier, campaign)
    return day is None or dossier.as_of < day


def _without_dependents(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Without minutes of the meeting, drop the findings that depend on them."""
    if not any(f.rule == NO_MINUTES for f in findings):
        return findings
    return [f for f in findings if f.checkpoint in BEFORE or f.rule == NO_MINUTES]


def _by_due_day(findings: Iterable[Finding], dossier: Dossier, campaign: Campaign) -> list[Finding]:
    """Sort by checkpoint, errors before warnings, then by due day; equal ones keep the order of the stages."""
    return sorted(
        findings,
        key=lambda f: (
            CHECKPOINTS.index(f.checkpoint),
            f.severity is not Severity.ERROR,
            by_when(f, dossier, campaign) or dossier.as_of,
        ),
    )


def _grouped_steps(mood: str, findings: Iterable[Finding], dossier: Dossier, campaign: Campaign) -> Iterator[Step]:
    """One step per stage and rule, in the order of their first findings."""
    together: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        together.setdefault((finding.stage, finding.rule), []).append(finding)
    for group in together.values():
        yield _step_for(mood, group, dossier, campaign)


def _step_for(mood: str, group: Sequence[Finding], dossier: Dossier, campaign: Campaign) -> Step:
    first = group[0]
    each = minutes_for(first)
    what, how = first.message, first.fix
    if len(group) > 1:
        what = f"{first.title}（{len(group)}处）"
        names = list(dict.fromkeys(_without_type(s.label) for f in group for s in f.subjects if s.label))
        if names:
            what += "：" + first_few(names, NAMED)
    late = first.counts and first.kind is Kind.MISSING
    by = by_when(first, dossier, campaign) if mood == "todo" or late else None
    place = link_for(first, dossier, campaign)
    return Step(mood, what, how, first.stage, each * len(group), by, place.link if place else "", each)


def _without_type(label: str) -> str:
    """A record's label for a list, without its type, which the step already names: 整改事项（下基层少。） → 下基层少."""
    inside = re.fullmatch(r"[^（]+（(.+)）", label)
    return (inside[1] if inside else label).rstrip("。；，、 ")


def minutes_for(finding: Finding) -> int:
    """About how many minutes one finding takes."""
    if finding.rule in RULES_BY_ID and RULES_BY_ID[finding.rule].minutes:
        return RULES_BY_ID[finding.rule].minutes
    if finding.kind is Kind.WRONG:
        return MEND
    return BY_KEY[finding.stage].minutes if finding.stage in BY_KEY else FINISH


def _draft_steps(dossier: Dossier) -> Iterator[Step]:
    for stage in branch_stages():
        mine = drafts_of(dossier, stage)
        if not mine:
            continue
        labels = dict.fromkeys(BY_TYPE[d.type].LABEL if d.type in BY_TYPE else "党支部" for d in mine)
        fitting = min(len(mine), SITTING // FINISH)
        yield Step(
            "draft",
            f"没有填完的记录（{len(mine)}条）：{'、'.join(labels)}",
            "把标红的地方改正或补上；改正前不计入核对，也不印在文件里。",
            stage.key,
            FINISH * fitting,
        )


def _print_steps(dossier: Dossier, campaign: Campaign) -> Iterator[Step]:
    """The step to print the meeting's papers, in the last days before it."""
    held = meeting_day(dossier)
    day = meeting_planned(dossier, campaign)
    if day is None or (held is not None and held <= dossier.as_of):
        return
    if dossier.as_of <= day <= dossier.as_of + timedelta(days=NEAR):
        yield Step(
            "print",
            "快开会了，请打印会议用表",
            "签到表、议程、测评票、计票单和记录纸，合成一份打印。",
            HOME,
            5,
            day,
        )


def _sign_steps(signatures: Sequence[Signed]) -> Iterator[Step]:
    missing = [paper for paper in signatures if not paper.signed]
    if missing:
        fitting = min(len(missing), SITTING // ATTACH)
        yield Step(
            "sign",
            f"要签字的文件还有{len(missing)}份没有附签字扫描件",
            "打印、签字，扫描后在“定稿与归档”一次附上；名单见本页“签字”。",
            FILING,
            ATTACH * fitting,
            at=FILING_NOTEBOOK,
        )
