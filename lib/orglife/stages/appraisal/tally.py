"""Rules for the paper ballot: it was held, it was secret, and its numbers agree."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.appraisal.ballots import unbalanced
from orglife.stages.appraisal.grades import graded
from orglife.stages.appraisal.record import AssemblyVote, Disposal, Tally, TallyRow
from orglife.stages.meeting.record import Meeting, Resolution
from orglife.stages.shared.people import excused
from orglife.stages.shared.rounds import (
    grade_meeting_in_force,
    meeting_in_force,
    of_round,
    round_in_force,
    tally_in_force,
)


@rule(
    "VOTE-01",
    severity=Severity.ERROR,
    title="没有民主测评汇总",
    message="没有民主测评汇总表。",
    fix="进行过测评的，请录入测评票的汇总，不录入投票人；没有进行的，请另行开会完成。",
    checkpoint="meeting",
    stage="appraisal",
    kind="missing",
    per="branch",
    asks="tally",
    minutes=20,
    demand="appraisal.everyone",
    general="zhibu-18",
    effect=Effect.VALIDITY,
)
def no_tally(case: Case) -> Iterator[Spot]:
    """A meeting was held, but no ballot was counted in the round in force."""
    if meeting_in_force(case.dossier) and tally_in_force(case.dossier) is None:
        yield spot()


@rule(
    "VOTE-02",
    severity=Severity.WARNING,
    title="发出票数超过到会可测评党员数",
    message="发出测评票{issued}张，到会可参加测评的党员{eligible}名{besides}。",
    fix="请核对发票数和到会名单，以实际为准更正。",
    checkpoint="meeting",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="tally",
    general="zhibu-18",
    params={"ballot_status": ["full", "probationary"], "allow_outside": False},
    effect=Effect.VALIDITY,
)
def too_many_ballots(case: Case) -> Iterator[Spot]:
    """More ballots were issued than members present may fill in; those of 群众 count only where allowed."""
    meeting, tally = meeting_in_force(case.dossier), tally_in_force(case.dossier)
    if meeting is None or tally is None or tally.issued is None:
        return
    members = case.dossier.members
    attending = [members[i] for i in set(meeting.present) if i in members]
    eligible = sum(m.status in case.params["ballot_status"] for m in attending)
    outside = tally.outside_issued if case.params["allow_outside"] else 0
    if tally.issued > eligible + outside:
        outside_note = f"，另有群众票{outside}张" if outside else ""
        yield spot(tally, field="issued", issued=tally.issued, eligible=eligible, besides=outside_note)


@rule(
    "VOTE-03",
    severity=Severity.ERROR,
    title="票数对不上",
    message="{counts}，票数对不上。",
    fix="请重新清点测评票，核对更正。",
    checkpoint="meeting",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="tally",
    demand="appraisal.everyone",
    general="zhibu-18",
    effect=Effect.VALIDITY,
)
def ballots_do_not_balance(case: Case) -> Iterator[Spot]:
    """More ballots returned than issued, or valid plus invalid differs from returned; a blank number counts as 0."""
    tally = tally_in_force(case.dossier)
    if tally and (counts := unbalanced(tally)):
        yield spot(tally, counts=counts)


def row_totals(dossier: Dossier, tally: Tally, row: TallyRow) -> set[int]:
    """The totals allowed for one member: the valid ballots, or one fewer if present and not grading himself."""
    valid = tally.valid or 0
    meeting = meeting_in_force(dossier)
    without_own = not tally.self_vote and (meeting is None or row.member in meeting.present)
    return {valid, valid - 1} if without_own else {valid}


@rule(
    "VOTE-04",
    severity=Severity.ERROR,
    title="个人得票合计与有效票不符",
    message="{name}得票合计{sum}票，有效票{valid}张，两数不符。",
    fix="请对照测评票重新核对该党员的得票。",
    checkpoint="meeting",
    stage="appraisal",
    kind="wrong",
    per="item",
    asks="tally",
    field="rows",
    demand="appraisal.grades",
    general="zhibu-18",
    effect=Effect.VALIDITY,
)
def row_does_not_add_up(case: Case) -> Iterator[Spot]:
    """A member's votes differ from the valid ballots (one fewer is allowed if members do not grade themselves).

    A blank number of valid ballots is reported by VOTE-03; a row without grades (只评议) has no votes.
    """
    tally = tally_in_force(case.dossier)
    if tally is None or tally.valid is None:
        return
    for row in tally.rows:
        total = sum(row.votes)
        if not row.no_grade and total not in row_totals(case.dossier, tally, row):
            subject = case.dossier.members.get(row.member) or tally
            yield spot(subject, field="rows", name=case.dossier.name(row.member), sum=total, valid=tally.valid)


@rule(
    "VOTE-05",
    severity=Severity.WARNING,
    title="民主测评未注明无记名",
    message="民主测评没有注明采用无记名方式。",
    fix="确为无记名的，请勾选；不是的，请写明情况。",
    checkpoint="meeting",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="tally",
    general="notice-secret",
    effect=Effect.VALIDITY,
    demand="appraisal.secret",
)
def ballot_not_secret(case: Case) -> Iterator[Spot]:
    """The ballot is not marked as secret."""
    tally = tally_in_force(case.dossier)
    if tally and not tally.secret:
        yield spot(tally, field="secret")


@rule(
    "VOTE-06",
    severity=Severity.ERROR,
    title="应评党员不在测评表",
    message="{name}没有列入民主测评表。",
    fix="漏录的，请核对测评票后登记；没有测评的，请在下一次党员大会上补做测评，再作评定。",
    checkpoint="meeting",
    stage="appraisal",
    kind="missing",
    per="member",
    asks="tally",
    field="rows",
    demand="appraisal.everyone",
    general="zhibu-18",
    effect=Effect.VALIDITY,
)
def member_not_on_ballot(case: Case) -> Iterator[Spot]:
    """A member who must be graded has no row; absence from the meeting does not exempt."""
    tally = tally_in_force(case.dossier)
    if tally is None:
        return
    rows = {row.member for row in tally.rows}
    for member in graded(case, tally.date).values():
        if member.id not in rows and not excused(member):
            yield spot(member, field="rows", name=case.dossier.name(member.id))


@rule(
    "VOTE-07",
    severity=Severity.WARNING,
    title="全部党员得票完全相同",
    message="测评表上{n}名党员得票完全相同。",
    fix="请核对计票，并留意测评是否失真；结果确实如此的，请写明情况。",
    checkpoint="meeting",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="tally",
    demand="supervision.redo",
    params={"min_rows": 5},
    effect=Effect.EXPLAIN,
)
def all_rows_alike(case: Case) -> Iterator[Spot]:
    """All members got the same five numbers, so the ballot did not differentiate."""
    tally = tally_in_force(case.dossier)
    rows = [row.votes for row in tally.rows if not row.no_grade] if tally else []
    if tally and len(rows) >= case.params["min_rows"] and len(set(rows)) == 1:
        yield spot(tally, field="rows", n=len(rows))


Vote = Resolution | AssemblyVote


def votes_taken(dossier: Dossier) -> Iterator[tuple[Record, str, str, int, int]]:
    """All votes of the round in force: record, field, subject, votes, number present; a blank counts as 0."""

    def counted(vote: Vote) -> tuple[int, int]:
        return (vote.yes or 0) + (vote.no or 0) + (vote.abstain or 0), vote.present or 0

    meeting: Meeting | None = meeting_in_force(dossier)
    for resolution in meeting.resolutions if meeting else []:
        about = f"“{resolution.subject}”" if resolution.subject else ""
        yield meeting, "resolutions", about, *counted(resolution)  # type: ignore[misc]  # the loop is empty without a meeting
    grading = grade_meeting_in_force(dossier)
    if grading and grading.body == "assembly":
        votes = (grading.yes or 0) + (grading.no or 0) + (grading.abstain or 0)
        yield grading, "present", "", votes, len(set(grading.present))
    for disposal in of_round(dossier, Disposal, round_in_force(dossier)):
        if disposal.assembly:
            yield disposal, "assembly", "", *counted(disposal.assembly)


@rule(
    "VOTE-08",
    severity=Severity.ERROR,
    title="表决票数多于到会人数",
    message="{record}：{counts}，票数多于到会人数。",
    fix="请核对票数和到会人数，以实际为准更正。",
    checkpoint="meeting",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="tally",
    general="zhibu-11",
    effect=Effect.VALIDITY,
)
def more_votes_than_people(case: Case) -> Iterator[Spot]:
    """Yes, no and abstentions add up to more than the members present; one finding per record."""
    by_record: dict[str, tuple[Record, str, list[str]]] = {}
    for record, field, about, votes, present in votes_taken(case.dossier):
        if votes > present:
            counts = by_record.setdefault(record.id, (record, field, []))[2]
            counts.append(f"{about}赞成、反对、弃权共{votes}票，到会{present}人")
    for record, field, counts in by_record.values():
        yield spot(record, field=field, record=case.dossier.label(record), counts="；".join(counts))


RULES = (
    no_tally,
    too_many_ballots,
    ballots_do_not_balance,
    row_does_not_add_up,
    ballot_not_secret,
    member_not_on_ballot,
    all_rows_alike,
    more_votes_than_people,
)
