"""Rules for opinions: they were collected, also from people served, about the leadership, and were answered."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.record.dossier import Dossier, Excerpt, short
from orglife.core.record.words import name_key
from orglife.core.rule.expressions import search
from orglife.core.rule.rule import Case, Severity, Spot, rule, spot
from orglife.stages.opinions.record import NO_OPINION, TEAM, Opinion, says_nothing
from orglife.stages.shared.people import secretary
from orglife.stages.shared.rounds import before, first_meeting_day, meeting_day

OUTSIDE = ("mass", "client")
GIVER = (
    "(?:提意见人|反映人|提议人|意见人)(?:姓名)?\\s*[：:]\\s*(?!不|匿|无|群众|服务对象|党员)"
    "(?P<name>[\\u4e00-\\u9fff·]{2,4}(?=[^\\u4e00-\\u9fff·]|$)|[\\u4e00-\\u9fff·]{3})"
)
"""A name written behind a word for the giver of an opinion."""


def opinions_in_time(dossier: Dossier) -> list[Opinion]:
    """Opinions on or before the day of the first meeting; all opinions if there is no meeting day."""
    return [o for o in dossier.all(Opinion) if before(dossier, o)]


@rule(
    "OPIN-01",
    severity=Severity.ERROR,
    title="未征求群众、服务对象意见",
    message="会前没有征求群众、服务对象意见的记录。",
    fix="请在会前通过访谈、座谈、意见箱等征求意见后登记，确无意见的登记“无意见”。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="opinions",
    kind="missing",
    per="branch",
    asks="opinion",
    demand="opinions.asked",
    general="zhibu-17",
)
def nobody_outside_asked(case: Case) -> Iterator[Spot]:
    """Neither the masses nor people served were asked before the meeting; 「无意见」 counts as an answer."""
    if not any(o.source in OUTSIDE for o in opinions_in_time(case.dossier)):
        yield spot()


@rule(
    "OPIN-02",
    severity=Severity.WARNING,
    title="未征求服务对象意见",
    message="会前征求的意见只有群众的，没有服务对象的。",
    fix="请在会前征求服务对象的意见。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="opinions",
    kind="missing",
    per="branch",
    asks="opinion",
    demand="opinions.clients",
)
def no_client_asked(case: Case) -> Iterator[Spot]:
    """People served, whom the plan emphasises, were not asked; silent when OPIN-01 fires."""
    if not case.fires(nobody_outside_asked) and not any(o.source == "client" for o in opinions_in_time(case.dossier)):
        yield spot()


@rule(
    "OPIN-03",
    severity=Severity.ERROR,
    title="没有针对支部班子的意见征求",
    message="会前向群众、服务对象征求的意见，没有一条针对支部班子。",
    fix="请在会前就支部班子征求意见。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="opinions",
    kind="missing",
    per="branch",
    asks="opinion",
    demand="opinions.about_team",
)
def nothing_about_team(case: Case) -> Iterator[Spot]:
    """Nobody outside the Party was asked about the leadership as such; silent when OPIN-01 fires."""
    if case.fires(nobody_outside_asked):
        return
    if not any(o.source in OUTSIDE and o.target == TEAM for o in opinions_in_time(case.dossier)):
        yield spot()


@rule(
    "OPIN-04",
    severity=Severity.WARNING,
    title="书记没有直接听取意见",
    message="会前征求意见的记录中，没有书记直接听取的。",
    fix="请书记在会前直接听取一次意见；听取人登记有误的，请改正。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="opinions",
    kind="missing",
    per="branch",
    asks="opinion",
    demand="opinions.secretary_hears",
)
def secretary_heard_no_opinion(case: Case) -> Iterator[Spot]:
    """The secretary personally heard no opinion; silent without exactly one secretary, or when OPIN-01 fires."""
    the_secretary = secretary(case.dossier, first_meeting_day(case.dossier))
    if the_secretary is None or case.fires(nobody_outside_asked):
        return
    if not any(o.heard_by == the_secretary.id for o in opinions_in_time(case.dossier)):
        yield spot()


def unanswered(dossier: Dossier, none_pattern: str = NO_OPINION) -> list[Opinion]:
    """Opinions collected before the meeting in force that have no response; 「无意见」 in any wording needs none."""
    day = meeting_day(dossier)
    return [
        o
        for o in dossier.all(Opinion)
        if (day is None or o.date is None or o.date <= day)
        and o.text
        and not o.response
        and not says_nothing(o.text, none_pattern)
    ]


@rule(
    "OPIN-05",
    severity=Severity.WARNING,
    title="征求到的意见没有回应",
    message="有{n}条征求到的意见没有回应：{items}。",
    fix="请由责任人在会上回应；回应以后登记。",
    fix_after="会上回应过的，请如实登记；没有回应的，请向提意见的同志回应；不知道是谁提的，在下一次党员大会上回应。",
    checkpoint="meeting",
    stage="opinions",
    kind="missing",
    per="branch",
    asks="opinion",
    field="response",
    opens=lambda dossier, _: unanswered(dossier),
    demand="opinions.answered",
    params={"none_pattern": NO_OPINION},
)
def opinion_not_answered(case: Case) -> Iterator[Spot]:
    """Opinions have no response; the final punctuation of each quote is dropped before the separator."""
    open_ones = unanswered(case.dossier, case.params["none_pattern"])
    if open_ones:
        texts = [short(o.text, 20) for o in open_ones]
        shown, whole = ("；".join(t.rstrip("。；") for t in form) for form in (texts, [t.whole for t in texts]))
        yield spot(n=len(open_ones), items=Excerpt.of(shown, whole))


@rule(
    "OPIN-06",
    severity=Severity.WARNING,
    title="意见里写了提意见人",
    message="意见“{text}”里写了提意见人{giver}{why}。",
    fix="请删去提意见人的姓名，只留意见内容；来源选错的，请改正。",
    checkpoint="prep",
    stage="opinions",
    kind="wrong",
    per="record",
    asks="opinion",
    field="text",
    general="jiandu-35",
    params={"giver_pattern": GIVER},
)
def giver_named(case: Case) -> Iterator[Spot]:
    """An opinion's text names the person who gave it; of a member as source, also whether the roster has the name."""
    names = {name_key(member.name) for member in case.dossier.members.values()}
    for opinion in case.dossier.all(Opinion):
        match = search(case.params["giver_pattern"], opinion.text)
        if match is not None:
            unknown = opinion.source == "member" and name_key(match["name"]) not in names
            why = "，来源是党员，名册里却没有这个人" if unknown else ""
            yield spot(opinion, field="text", text=short(opinion.text, 20), giver=match["name"], why=why)


RULES = (
    nobody_outside_asked,
    no_client_asked,
    nothing_about_team,
    secretary_heard_no_opinion,
    opinion_not_answered,
    giver_named,
)
