"""Rules for mutual criticism: every member criticises another, with facts, and not only about work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from orglife.core.record.dossier import excerpt
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.meeting.record import Meeting
from orglife.stages.shared.minutes import left_to_enter
from orglife.stages.shared.people import people, secretary
from orglife.stages.shared.rounds import criticisms_in_force, meeting_in_force


def circles(meeting: Meeting) -> list[set[str]]:
    """Members who held criticism together: all those present, or in group mode those present in each group."""
    if meeting.groups:
        return [set(group.present) for group in meeting.groups]
    return [set(meeting.present)]


@rule(
    "CRIT-01",
    severity=Severity.ERROR,
    title="党员没有提出批评意见",
    message="{name}到会，没有对其他党员提出批评意见的记录。",
    fix="会上提过的，请按会上原话核对登记；没有提的，请在下一次党员大会或党小组会上补上，并报上级党组织。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="member",
    asks="criticism",
    demand="meeting.criticism_each",
    params={"min_total": 1},
)
def criticised_nobody(case: Case) -> Iterator[Spot]:
    """A member who was present criticised no other member; one criticism in total is enough; silent for MEET-25."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None or left_to_enter(case.dossier, case.campaign):
        return
    everybody = people(case.dossier, meeting.date).all
    attending = [m for i, m in everybody.items() if i in meeting.present]
    if len(attending) < 2:  # noqa: PLR2004  nobody else to criticise
        return
    for author in attending:
        own_criticisms = [c for c in criticisms_in_force(case.dossier) if c.author == author.id]
        of_others = [c for c in own_criticisms if c.target != author.id and c.target in everybody]
        if len(of_others) < case.params["min_total"]:
            yield spot(author, name=author.name)


@rule(
    "CRIT-02",
    severity=Severity.INFO,
    title="有党员之间未提批评意见",
    message="{names}没有对每一名到会的其他党员都提意见，还差{n}人次。",
    fix="供参考：方案只要求每人至少提1条；人数多的支部可以分党小组互评。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="branch",
    asks="criticism",
    demand="meeting.criticism_each",
    effect=Effect.EXPLAIN,
)
def pairs_without_criticism(case: Case) -> Iterator[Spot]:
    """Members sat together, but one did not criticise the other; authors reported by CRIT-01 are skipped; silent for MEET-25."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None or left_to_enter(case.dossier, case.campaign):
        return
    everybody = people(case.dossier, meeting.date).all
    criticised: defaultdict[str, set[str]] = defaultdict(set)
    for each in criticisms_in_force(case.dossier):
        criticised[each.author].add(each.target)
    silent = {entry.id for fired in case.fires(criticised_nobody) for entry in fired.on}
    rooms = [circle & everybody.keys() for circle in circles(meeting)]
    missing = {}  # author → how many; author by author, since the pairs of a large branch are millions
    for author in everybody.keys() - silent:
        others = set[str]().union(*(room for room in rooms if author in room)) - {author}
        if left := len(others - criticised[author]):
            missing[author] = left
    if missing:
        yield spot(n=sum(missing.values()), names=[case.dossier.name(i) for i in everybody if i in missing])


@rule(
    "CRIT-03",
    severity=Severity.WARNING,
    title="批评意见过于简略",
    message="{author}对{target}的意见“{text}”过于简略，看不出具体的人和事。",
    fix="请对照会上原话核对；原话就是如此的，如实保留。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="record",
    asks="criticism",
    demand="meeting.criticism_content",
    params={"min_chars": 12},
)
def criticism_too_short(case: Case) -> Iterator[Spot]:
    """A criticism is too short to contain a fact; white space does not count."""
    for each in criticisms_in_force(case.dossier):
        length = len("".join(each.text.split()))
        if 0 < length < case.params["min_chars"]:
            yield spot(
                each,
                field="text",
                author=case.dossier.name(each.author),
                target=case.dossier.name(each.target),
                text=excerpt(each.text),
            )


@rule(
    "CRIT-04",
    severity=Severity.WARNING,
    title="书记没有收到普通党员的批评",
    message="没有普通党员对书记提出批评意见的记录。",
    fix="请核对会议记录；确实没有的，请写明情况。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="branch",
    asks="criticism",
    demand="meeting.no_flattery",
    params={"min_members": 3},
    effect=Effect.EXPLAIN,
)
def secretary_not_criticised(case: Case) -> Iterator[Spot]:
    """Enough ordinary members sat with the secretary, but none of them criticised the secretary; silent for MEET-25."""
    if left_to_enter(case.dossier, case.campaign):
        return
    meeting = meeting_in_force(case.dossier)
    the_secretary = secretary(case.dossier, meeting.date) if meeting else None
    if meeting is None or the_secretary is None or the_secretary.id not in meeting.present:
        return
    everybody = people(case.dossier, meeting.date)
    companions = {
        i for circle in circles(meeting) if the_secretary.id in circle for i in circle & everybody.ordinary.keys()
    }
    criticisms = [
        c for c in criticisms_in_force(case.dossier) if c.target == the_secretary.id and c.author not in everybody.team
    ]
    if len(companions) >= case.params["min_members"] and not criticisms:
        yield spot()


@rule(
    "CRIT-05",
    severity=Severity.WARNING,
    title="批评全部是业务工作问题",
    message="{name}的{n}条批评意见都归为业务工作，没有涉及思想、纪律、作风。",
    fix="请核对类别；确实如此的，如实保留。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="member",
    asks="criticism",
    demand="meeting.touches_thinking",
    params={"min_items": 3},
)
def only_about_work(case: Case) -> Iterator[Spot]:
    """All criticisms of one author that have a kind are about work; those without a kind are ignored."""
    kinds: dict[str, list[str]] = {}
    for each in criticisms_in_force(case.dossier):
        if each.kind:
            kinds.setdefault(each.author, []).append(each.kind)
    for author, own_kinds in sorted(kinds.items()):
        member = case.dossier.members.get(author)
        if member and len(own_kinds) >= case.params["min_items"] and set(own_kinds) == {"work"}:
            yield spot(member, name=case.dossier.name(member.id), n=len(own_kinds))


RULES = (criticised_nobody, pairs_without_criticism, criticism_too_short, secretary_not_criticised, only_about_work)
