"""Rules for the bureau: leaders visit and comment, formalism is corrected, a distorted appraisal is repeated."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.rule.bureau import Bureau, BureauCase, over_all_branches
from orglife.core.rule.rule import Rule, Severity, Spot, rule, spot
from orglife.stages.report.record import RedoOrder
from orglife.stages.supervision.record import BureauLeader, Supervision


def visits(bureau: Bureau, leader: BureauLeader, *, own_branch_counts: bool) -> list[Supervision]:
    """A leader's visits to lower branches; by default the leader's own branch does not count."""
    home = "" if own_branch_counts else leader.own_branch
    return [s for s in bureau.all(Supervision) if s.leader == leader.id and not (home and s.branch == home)]


@rule(
    "SUPV-01",
    severity=Severity.ERROR,
    title="局领导未参加下级支部会议",
    message="{name}{why}下级党支部的{meeting_name}，至少参加{min_branches}个。",
    fix="请安排参加，参加后登记督导记录。",
    checkpoint="bureau",
    stage="supervision",
    kind="missing",
    per="leader",
    demand="supervision.leaders_attend",
    params={"min_branches": 1, "own_branch_counts": False},
)
@over_all_branches
def leader_at_too_few_branches(case: BureauCase) -> Iterator[Spot]:
    """A leader of the bureau visited fewer lower branches than the plan demands; each branch counts once."""
    for leader in case.bureau.all(BureauLeader):
        own_visits = visits(case.bureau, leader, own_branch_counts=case.params["own_branch_counts"])
        branches = {s.branch for s in own_visits if s.branch}
        if len(branches) < case.params["min_branches"]:
            yield spot(leader, name=leader.name, why=f"只参加了{len(branches)}个" if branches else "没有参加过")


@rule(
    "SUPV-02",
    severity=Severity.ERROR,
    title="局领导到会没有点评",
    message="{name}参加了{branch}的会议，没有点评记录。",
    fix="确有点评的，请如实登记；没有的，请安排下一次参加并点评。",
    checkpoint="bureau",
    stage="supervision",
    kind="missing",
    per="leader",
    demand="supervision.leaders_comment",
)
@over_all_branches
def leader_has_not_commented(case: BureauCase) -> Iterator[Spot]:
    """A leader made visits but commented at none of them; one comment is enough."""
    own_branch_counts = case.params_of(leader_at_too_few_branches)["own_branch_counts"]
    for leader in case.bureau.all(BureauLeader):
        own_visits = visits(case.bureau, leader, own_branch_counts=own_branch_counts)
        if own_visits and not any(s.commented for s in own_visits):
            names = dict.fromkeys(case.bureau.branch_name(s.branch) for s in own_visits)
            yield spot(leader, name=leader.name, branch=list(names))


@rule(
    "SUPV-03",
    severity=Severity.ERROR,
    title="发现走形式没有纠正",
    message="{branch}被指出走形式、搞应付，没有纠正记录。",
    fix="请督促纠正，纠正后登记措施和日期。",
    checkpoint="bureau",
    stage="supervision",
    kind="missing",
    per="record",
    demand="supervision.no_formalism",
)
@over_all_branches
def formalism_not_corrected(case: BureauCase) -> Iterator[Spot]:
    """A visit found formalism, but no correction is recorded."""
    for visit in case.bureau.all(Supervision):
        if visit.finding == "formalism" and not visit.correction:
            yield spot(visit, field="correction", branch=case.bureau.branch_name(visit.branch))


@rule(
    "SUPV-04",
    severity=Severity.ERROR,
    title="失真失实没有责令重新进行",
    message="{branch}民主评议被认定失真失实，没有责令重新进行的通知。",
    fix="请由作出认定的上级党组织研究，下达责令重新进行的通知。",
    checkpoint="bureau",
    stage="supervision",
    kind="missing",
    per="record",
    demand="supervision.redo",
)
@over_all_branches
def distortion_without_order(case: BureauCase) -> Iterator[Spot]:
    """A visit found the appraisal distorted, but no order (the bureau's or in the dossier) annuls that round."""
    orders = [*case.bureau.all(RedoOrder), *(o for d in case.bureau.dossiers.values() for o in d.all(RedoOrder))]
    ordered = {(o.branch, o.round or 1) for o in orders}
    for visit in case.bureau.all(Supervision):
        if visit.finding == "distorted" and (visit.branch, visit.round) not in ordered:
            yield spot(visit, branch=case.bureau.branch_name(visit.branch))


RULES: tuple[Rule, ...] = ()
BUREAU_RULES = (
    leader_at_too_few_branches,
    leader_has_not_commented,
    formalism_not_corrected,
    distortion_without_order,
)
