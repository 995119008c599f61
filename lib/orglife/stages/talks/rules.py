"""Rules for talks before the meeting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, islice
from typing import NamedTuple

from orglife.core.record.branch import Member
from orglife.core.record.dossier import Dossier, short
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.opinions.record import NO_OPINION, says_nothing
from orglife.stages.shared.people import excused, people, secretary
from orglife.stages.shared.rounds import before, first_meeting_day
from orglife.stages.talks.record import Talk


def talks_in_time(dossier: Dossier) -> list[Talk]:
    """Talks on or before the day of the first meeting; all talks if there is no meeting day."""
    return [t for t in dossier.all(Talk) if before(dossier, t)]


MOST_PAIRED = 40
"""Most members of the leadership whose pairs are told one by one; a team has seven or nine, more are an error in the roster."""
_NAMED = 3


def talked_with(dossier: Dossier, max_participants: int) -> dict[str, set[str]]:
    """Member → those with whom he talked in time in a talk of at most ``max_participants`` people."""
    partners: defaultdict[str, set[str]] = defaultdict(set)
    for talk in talks_in_time(dossier):
        people_of_talk = set(talk.participants)
        if len(people_of_talk) <= max_participants:
            for one in people_of_talk:
                partners[one] |= people_of_talk
    return partners


def pairs_without_talk(dossier: Dossier, max_participants: int) -> list[tuple[Member, Member]]:
    """Pairs of the leadership without a talk in time of at most ``max_participants`` people; [] if it is too many people."""
    team = people(dossier, first_meeting_day(dossier)).team
    if len(team) > MOST_PAIRED:
        return []
    partners = talked_with(dossier, max_participants)
    return [(a, b) for a, b in combinations(team.values(), 2) if b.id not in partners.get(a.id, ())]


def crowd_without_talk(dossier: Dossier, max_participants: int) -> Iterator[tuple[Member, list[Member], int]]:
    """The same member by member if the leadership is too many people for pairs: the first others, and how many."""
    team = people(dossier, first_meeting_day(dossier)).team
    if len(team) <= MOST_PAIRED:
        return
    partners = talked_with(dossier, max_participants)
    for member in team.values():
        known = partners.get(member.id, set()) | {member.id}
        if number := len(team) - len(team.keys() & known):
            yield member, list(islice((other for other in team.values() if other.id not in known), _NAMED)), number


@rule(
    "TALK-01",
    severity=Severity.ERROR,
    title="班子成员之间有未谈的",
    message="班子成员{a}与{b}会前没有谈心谈话记录。",
    fix="请在会前安排二人谈心谈话，谈后登记。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="talks",
    kind="missing",
    per="pair",
    asks="talk",
    demand="talks.team_pairs",
    params={"max_participants": 2},
)
def team_pair_without_talk(case: Case) -> Iterator[Spot]:
    """Two members of the leadership have not talked with each other; a talk of more people does not count."""
    most = case.params["max_participants"]
    for a, b in pairs_without_talk(case.dossier, most):
        yield spot(a, b, a=a.name, b=b.name)
    for member, others, number in crowd_without_talk(case.dossier, most):
        names = "、".join(other.name for other in others)
        yield spot(member, a=member.name, b=names if number == len(others) else f"{names}等{number}名班子成员")


class Coverage(NamedTuple):
    """How many ordinary members the leadership talked with before the meeting.

    Attributes:
        covered: Their number.
        needed: The number that the plan asks for, a fraction rounded up.
        total: The number of ordinary members who are not excused.
        uncovered: The others.
    """

    covered: int
    needed: int
    total: int
    uncovered: list[Member]

    @property
    def enough(self) -> bool:
        """Whether as many were talked with as the plan asks for."""
        return self.covered >= self.needed


def coverage(dossier: Dossier, percent: int) -> Coverage:
    """Count the ordinary members whom the leadership talked with; the matrix and the rule both use this count."""
    everybody = people(dossier, first_meeting_day(dossier))
    base = {i: m for i, m in everybody.ordinary.items() if not excused(m)}
    covered: set[str] = set()
    for talk in talks_in_time(dossier):
        participants = set(talk.participants)
        if participants & everybody.team.keys():
            covered |= participants & base.keys()
    uncovered = [m for i, m in base.items() if i not in covered]
    return Coverage(len(covered), -(-percent * len(base) // 100), len(base), uncovered)


@rule(
    "TALK-02",
    severity=Severity.WARNING,
    title="班子成员与党员谈得不够广泛",
    message="班子成员还没有与{names}谈心谈话：普通党员已谈{covered}名，一般要谈到{percent}%，也就是{total}名。",
    fix="请在会前由班子成员分别与他们谈；外出的可以电话谈，谈后登记方式。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="talks",
    kind="missing",
    per="branch",
    asks="talk",
    demand="talks.members",
    general="zhibu-19",
    params={"coverage_percent": 80},
)
def members_not_covered(case: Case) -> Iterator[Spot]:
    """Too few ordinary members talked with the leadership; one talk with several members counts for each of them."""
    reach = coverage(case.dossier, case.params["coverage_percent"])
    if not reach.enough:
        names, percent = [case.dossier.name(m.id) for m in reach.uncovered], case.params["coverage_percent"]
        yield spot(names=names, covered=reach.covered, total=reach.needed, percent=percent)


@rule(
    "TALK-03",
    severity=Severity.INFO,
    title="没有党员之间的谈心谈话",
    message="没有普通党员之间的谈心谈话记录（提倡，不作硬性要求）。",
    fix="可以提倡党员之间谈一谈；谈过的如实登记，没有谈的不必补记。",
    checkpoint="prep",
    stage="talks",
    kind="missing",
    per="branch",
    asks="talk",
    demand="talks.among_members",
)
def no_talk_among_members(case: Case) -> Iterator[Spot]:
    """No talk was held among ordinary members alone."""
    ordinary = people(case.dossier, first_meeting_day(case.dossier)).ordinary
    if len(ordinary) < 2:  # noqa: PLR2004  a talk takes two people
        return
    among = [t for t in case.dossier.all(Talk) if t.participants and set(t.participants) <= ordinary.keys()]
    if not among:
        yield spot()


@rule(
    "TALK-04",
    severity=Severity.ERROR,
    title="书记未带头谈",
    message="会前没有书记发起的谈心谈话记录。",
    fix="请书记在会前带头谈心谈话，谈后登记。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="talks",
    kind="missing",
    per="branch",
    asks="talk",
    demand="talks.secretary_leads",
)
def secretary_has_not_led(case: Case) -> Iterator[Spot]:
    """The secretary initiated no talk; silent unless the roster has exactly one secretary (BRANCH-01, BRANCH-05)."""
    the_secretary = secretary(case.dossier, first_meeting_day(case.dossier))
    if the_secretary and not any(t.initiator == the_secretary.id for t in talks_in_time(case.dossier)):
        yield spot()


@rule(
    "TALK-05",
    severity=Severity.WARNING,
    title="谈心谈话内容不完整",
    message="{date}{participants}的谈心谈话没有写：{missing}。",
    fix="请由谈话双方各写一句实际谈到的内容；没有谈到的，保留空白并写明情况。",
    checkpoint="prep",
    stage="talks",
    kind="missing",
    per="record",
    asks="talk",
    demand="talks.content",
    effect=Effect.CORRECT,
)
def content_missing(case: Case) -> Iterator[Spot]:
    """A talk lacks thoughts exchanged, opinions heard or problems pointed out."""
    for talk in case.dossier.all(Talk):
        missing = [
            label
            for name, label in (
                ("thoughts", "交流思想"),
                ("opinions_heard", "听取的意见"),
                ("problems_pointed", "指出的问题"),
            )
            if not getattr(talk, name)
        ]
        if missing:
            yield spot(talk, date=talk.date, participants=case.dossier.names(talk.participants), missing=missing)


@rule(
    "TALK-06",
    severity=Severity.WARNING,
    title="同一人谈心谈话时间重叠",
    message="{name}在{date}同时出现在两次谈心谈话中。",
    fix="请核对时间，如实更正。",
    checkpoint="prep",
    stage="talks",
    kind="wrong",
    per="pair",
    asks="talk",
    demand="supervision.no_formalism",
)
def talks_overlap(case: Case) -> Iterator[Spot]:
    """A person took part in two talks at the same time; talks that only touch are allowed."""
    timed = [t for t in case.dossier.all(Talk) if t.date and t.start and t.end]
    for a, b in combinations(timed, 2):
        if a.date != b.date or a.start is None or a.end is None or b.start is None or b.end is None:
            continue
        both = [i for i in a.participants if i in b.participants]
        if both and a.start < b.end and b.start < a.end:
            yield spot(a, b, name=case.dossier.names(both), date=a.date)


@rule(
    "TALK-07",
    severity=Severity.WARNING,
    title="谈心谈话没有指出问题",
    message="{date}{participants}的谈心谈话，“指出的问题”写的是“{text}”。",
    fix="谈的时候指出过问题的，请照实写上；没有指出的，会前还可以再谈一次。",
    fix_after="谈的时候指出过问题的，请照实写上；没有指出的，保留原文并写明情况。",
    checkpoint="prep",
    stage="talks",
    kind="wrong",
    per="record",
    asks="talk",
    field="problems_pointed",
    demand="talks.content",
    params={"none_pattern": NO_OPINION},
)
def no_problem_pointed_out(case: Case) -> Iterator[Spot]:
    """A talk records, in any wording, that no problem was pointed out; blank is reported by TALK-05."""
    for talk in case.dossier.all(Talk):
        if talk.problems_pointed and says_nothing(talk.problems_pointed, case.params["none_pattern"]):
            names = case.dossier.names(talk.participants)
            yield spot(talk, date=talk.date, participants=names, text=short(talk.problems_pointed, 20))


RULES = (
    team_pair_without_talk,
    members_not_covered,
    no_talk_among_members,
    secretary_has_not_led,
    content_missing,
    talks_overlap,
    no_problem_pointed_out,
)
