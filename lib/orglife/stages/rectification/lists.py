"""Rules for the lists and pledges after the meeting: every problem has an item, every item a measure and a limit."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.record.dossier import Dossier, excerpt, short
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.meeting.record import SuperiorComment
from orglife.stages.rectification.record import Pledge, RectItem, RectList
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.shared.minutes import left_to_enter
from orglife.stages.shared.people import excused, people
from orglife.stages.shared.rounds import meeting_day, meeting_in_force, of_round, round_in_force


def not_begun(case: Case) -> bool:
    """Whether nothing of the rectification is entered while the minutes still are: RECT-01 alone asks for it then."""
    begun = bool(case.dossier.all(RectItem)) or bool(case.dossier.all(Pledge))
    return not begun and bool(left_to_enter(case.dossier, case.campaign))


def _title(item: RectItem) -> str:
    return short(item.title, 40) or "未写事项"


def branch_items(dossier: Dossier) -> list[RectItem]:
    """The items of the branch's own list."""
    return [i for i in dossier.all(RectItem) if i.owner_kind == "branch"]


def items_of(dossier: Dossier, member: str) -> list[RectItem]:
    """The items of a member's list."""
    return [i for i in dossier.all(RectItem) if i.owner_kind == "member" and i.owner == member]


def answered(entries: list[RectItem] | tuple[RectItem, ...]) -> set[str]:
    """Ids of the problems that the items answer."""
    return {ident for item in entries for ident in item.problem_ids}


@rule(
    "RECT-01",
    severity=Severity.ERROR,
    title="缺少支部整改清单",
    message="没有支部整改清单。",
    fix="请按问题清单逐项列出并确定措施；“落实整改”页的整改清单里已经带来问题和写下的措施，核对后点“列入”。",
    checkpoint="rectify",
    stage="rectification",
    kind="missing",
    per="branch",
    asks="rect_item",
    demand="rectification.lists",
    general="zhibu-17-after",
)
def branch_list_missing(case: Case) -> Iterator[Spot]:
    """The branch has no rectification list of its own."""
    if not branch_items(case.dossier):
        yield spot()


@rule(
    "RECT-02",
    severity=Severity.ERROR,
    title="班子成员没有整改清单",
    message="班子成员{name}没有个人整改清单。",
    fix="请本人按自己的问题逐项列出并确定措施；“落实整改”页的整改清单里已经带来问题和写下的措施，核对后点“列入”。",
    checkpoint="rectify",
    stage="rectification",
    kind="missing",
    per="member",
    asks="rect_item",
    demand="rectification.lists",
)
def team_member_list_missing(case: Case) -> Iterator[Spot]:
    """A member of the leadership has no personal list; items of the branch's list do not replace it.

    Silent while nothing of the rectification is entered and the minutes still are.
    """
    if not_begun(case):
        return
    for member in people(case.dossier).team.values():
        if not items_of(case.dossier, member.id):
            yield spot(member, name=case.dossier.name(member.id))


@rule(
    "RECT-03",
    severity=Severity.ERROR,
    title="党员没有整改承诺",
    message="{name}没有整改承诺。",
    fix="请本人作出承诺并签名。",
    checkpoint="rectify",
    stage="rectification",
    kind="missing",
    per="member",
    asks="pledge",
    demand="rectification.pledges",
)
def pledge_missing(case: Case) -> Iterator[Spot]:
    """A member has made no pledge; silent while nothing of the rectification is entered and the minutes still are."""
    if not_begun(case):
        return
    pledged = case.dossier.by_member(Pledge)
    for member in people(case.dossier).all.values():
        if member.id not in pledged and not excused(member):
            yield spot(member, name=case.dossier.name(member.id))


@rule(
    "RECT-04",
    severity=Severity.ERROR,
    title="问题来源没有逐一说明",
    message="支部整改清单没有说明：{missing}。",
    fix="有问题的请列项；没有的，在“本类无问题”中注明。",
    checkpoint="rectify",
    stage="rectification",
    kind="missing",
    per="branch",
    asks="rect_list",
    demand="rectification.sources",
    needs=("rect_sources",),
)
def source_not_accounted_for(case: Case) -> Iterator[Spot]:
    """A source of problems is neither listed nor declared empty in the branch's list; silent when RECT-01 fires."""
    if case.fires(branch_list_missing):
        return
    lists = [x for x in case.dossier.all(RectList) if x.owner_kind == "branch"]
    covered = {i.source for i in branch_items(case.dossier)} | set(lists[-1].none_declared if lists else ())
    missing = [case.campaign.label(key) for key in case.campaign.rect_sources if key not in covered]
    if missing:
        yield spot(missing=missing)


@rule(
    "RECT-05",
    severity=Severity.ERROR,
    title="班子问题、上级点出的问题没有整改事项",
    message="问题“{text}”没有对应的整改事项。",
    fix="请为它列一项，或在已有整改事项的“对应问题”里选上它。",
    checkpoint="rectify",
    stage="rectification",
    kind="missing",
    per="item",
    asks="rect_item",
    demand="rectification.all_problems",
)
def problem_without_item(case: Case) -> Iterator[Spot]:
    """A problem of the leadership has no item in the branch's list, or one named by the superior has no item at all.

    Silent when RECT-01 fires.
    """
    dossier = case.dossier
    if case.fires(branch_list_missing):
        return
    review, meeting = dossier.one(TeamReview), meeting_in_force(dossier)
    by_branch, by_anybody = answered(branch_items(dossier)), answered(dossier.all(RectItem))
    for item in review.items if review else []:
        if item.id not in by_branch:
            yield spot(item, text=excerpt(item.fact) or "未写具体表现")
    for comment in of_round(dossier, SuperiorComment, meeting.round if meeting else round_in_force(dossier)):
        for problem in comment.problems:
            if problem.id not in by_anybody:
                yield spot(problem, text=excerpt(problem.text) or "未写内容")


@rule(
    "RECT-06",
    severity=Severity.WARNING,
    title="个人问题没有整改事项或承诺",
    message="{name}有{n}个问题没有对应的整改措施或承诺。",
    fix="请本人作出承诺，在“对应问题”里选上这些问题。",
    checkpoint="rectify",
    stage="rectification",
    kind="missing",
    per="member",
    asks="pledge",
    field="problem_ids",
    demand="rectification.pledges",
)
def own_problem_not_taken_up(case: Case) -> Iterator[Spot]:
    """A problem of a member's outline is in neither the member's items nor pledge; silent where RECT-03 fires.

    Silent while nothing of the rectification is entered and the minutes still are.
    """
    if not_begun(case):
        return
    dossier = case.dossier
    reviews, pledges = dossier.by_member(MemberReview), dossier.by_member(Pledge)
    without_pledge = {entry.id for place in case.fires(pledge_missing) for entry in place.on}
    for member in people(dossier).all.values():
        if member.id not in reviews or member.id in without_pledge or excused(member):
            continue
        answered_ids = answered(items_of(dossier, member.id))
        answered_ids |= set(pledges[member.id].problem_ids if member.id in pledges else ())
        open_problems = [item for item in reviews[member.id].items if item.id not in answered_ids]
        if open_problems:
            yield spot(member, name=case.dossier.name(member.id), n=len(open_problems))


@rule(
    "RECT-07",
    severity=Severity.ERROR,
    title="整改事项没有措施",
    message="整改事项“{title}”没有具体措施。",
    fix="请写明具体措施。",
    checkpoint="rectify",
    stage="rectification",
    kind="missing",
    per="record",
    asks="rect_item",
    demand="rectification.measures",
)
def item_without_measure(case: Case) -> Iterator[Spot]:
    """An item has a title but no measure."""
    for item in case.dossier.all(RectItem):
        if not item.measure:
            yield spot(item, field="measure", title=_title(item))


@rule(
    "RECT-08",
    severity=Severity.WARNING,
    title="整改事项没有责任人、时限",
    message="整改事项“{title}”{why}。",
    fix="请填责任人和会后的完成时限。",
    checkpoint="rectify",
    stage="rectification",
    kind="missing",
    per="record",
    asks="rect_item",
    demand="rectification.measures",
    general="zhibu-17-after",
)
def item_without_person_or_limit(case: Case) -> Iterator[Spot]:
    """An open item has no responsible person or no time limit, or a limit before the day of the meeting."""
    day = meeting_day(case.dossier)
    for item in case.dossier.all(RectItem):
        if item.status == "done":
            continue
        reasons = [] if item.responsible else ["没有责任人"]
        if item.due is None:
            reasons.append("没有完成时限")
        elif day and item.due < day:
            reasons.append("完成时限早于会议")
        if reasons:
            yield spot(item, title=_title(item), why=reasons)


@rule(
    "RECT-09",
    severity=Severity.WARNING,
    title="整改事项逾期未完成",
    message="整改事项“{title}”应在{due}前完成，现在还没有完成。",
    fix="请写明延期原因和新的安排。",
    checkpoint="close",
    stage="rectification",
    kind="wrong",
    per="record",
    asks="rect_item",
    general="jiandu-ch7",
    effect=Effect.ONGOING,
)
def item_overdue(case: Case) -> Iterator[Spot]:
    """An open item is past its time limit without an explanation; on the last day it is still in time."""
    for item in case.dossier.all(RectItem):
        if item.status != "done" and not item.delay_note and item.due and item.due < case.dossier.as_of:
            yield spot(item, field="due", title=_title(item), due=item.due)


@rule(
    "RECT-10",
    severity=Severity.WARNING,
    title="已完成的整改事项没有佐证",
    message="整改事项“{title}”标为完成，没有登记：{missing}。",
    fix="请登记完成日期和一句佐证；还没有完成的，请改为进行中。",
    checkpoint="close",
    stage="rectification",
    kind="missing",
    per="record",
    asks="rect_item",
    field="evidence",
    demand="rectification.publicity_completion",
    general="zhibu-17-after",
)
def done_without_evidence(case: Case) -> Iterator[Spot]:
    """An item is marked as done, but without a date or without evidence."""
    for item in case.dossier.all(RectItem):
        if item.status == "done":
            missing = [label for label, value in (("完成日期", item.done_on), ("佐证", item.evidence)) if not value]
            if missing:
                yield spot(item, title=_title(item), missing=missing)


ITEM_RULES = (item_without_measure, item_without_person_or_limit, item_overdue, done_without_evidence)
RULES = (
    branch_list_missing,
    team_member_list_missing,
    pledge_missing,
    source_not_accounted_for,
    problem_without_item,
    own_problem_not_taken_up,
    *ITEM_RULES,
)
