"""Live hints for ballots and grades: check the sums, and warn before the maximum of 优秀 is exceeded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from orglife.core.formview import FigureView, Layout, Live, Look, Place, TableView, Taken
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.stages.appraisal.documents import usual_cap
from orglife.stages.appraisal.grades import grading_day
from orglife.stages.appraisal.pictures import grades_against_share, votes_of_members
from orglife.stages.appraisal.record import Disposal, Grade, GradeMeeting, GradeStatistics, Tally, TeamTally
from orglife.stages.appraisal.tally import row_totals
from orglife.stages.appraisal.team_ballot import VOTES, begin_team_tally
from orglife.stages.meeting.record import Meeting
from orglife.stages.shared.addressee import SUPERIOR
from orglife.stages.shared.figures import GRADES
from orglife.stages.shared.quorum import Cap, committee_quorum, quorum
from orglife.stages.shared.rounds import grades_in_force, of_round


def tally_live(tally: Tally, dossier: Dossier, _campaign: Campaign) -> Live:
    """Compare each row with the valid ballots, sum each column, and compare ballots issued and returned."""
    cells: dict[Place, Look] = {}
    for place, row in enumerate(tally.rows):
        if row.no_grade:
            cells[place, "sum"] = Look("不测等次", "off")
            continue
        total = sum(row.votes)
        fitting = row_totals(dossier, tally, row) if tally.valid is not None else set()
        right = "或".join(str(n) for n in sorted(fitting))
        if total in fitting:
            cells[place, "sum"] = Look(f"{total}　✓", "good", "票数相符")
        elif total == 0:
            cells[place, "sum"] = Look(f"合计0，应为{right}" if right else "合计0", "must", "还没有填")
        else:
            cells[place, "sum"] = Look(
                f"{total}，应为{right}" if right else str(total), "bad" if right else "", "票数不符"
            )
    counted = [row for row in tally.rows if not row.no_grade]
    for place, name in enumerate((*GRADES, "abstain")):
        cells["foot", name] = Look(str(sum(row.votes[place] for row in counted)))
    cells["foot", "member"] = Look(f"合计（{len(counted)}人）")
    cells["foot", "sum"] = Look(str(sum(sum(row.votes) for row in counted)))
    return Live({"invalid": _balance(tally)}, {"rows": cells})


def team_tally_live(tally: TeamTally, _dossier: Dossier, _campaign: Campaign) -> Live:
    """Compare each row with the valid ballots, sum each column, and compare ballots issued and returned."""
    cells: dict[Place, Look] = {}
    for place, row in enumerate(tally.rows):
        total = sum(row.votes)
        if tally.valid is None or total == tally.valid:
            cells[place, "sum"] = (
                Look(f"{total}　✓", "good", "票数相符") if tally.valid is not None else Look(str(total))
            )
        else:
            cells[place, "sum"] = Look(f"{total}，应为{tally.valid}", "bad" if total else "must", "票数不符")
    for place, name in enumerate(VOTES):
        cells["foot", name] = Look(str(sum(row.votes[place] for row in tally.rows)))
    cells["foot", "item"] = Look(f"合计（{len(tally.rows)}项）")
    cells["foot", "sum"] = Look(str(sum(sum(row.votes) for row in tally.rows)))
    return Live({"invalid": _balance(tally)}, {"rows": cells})


def _balance(tally: Tally | TeamTally) -> list[Look]:
    if tally.returned is None or (tally.valid is None and tally.invalid is None):
        return []
    parts = f"有效{tally.valid or 0}张＋无效{tally.invalid or 0}张"
    total = (tally.valid or 0) + (tally.invalid or 0)
    if total != tally.returned:
        return [Look(f"{parts}＝{total}张，收回{tally.returned}张，两数不符。请重新清点。", "bad")]
    if tally.issued is not None and tally.returned > tally.issued:
        return [Look(f"收回{tally.returned}张，多于发出的{tally.issued}张。请重新清点。", "bad")]
    return [Look(f"{parts}＝收回{tally.returned}张，相符。", "good")]


def meeting_live(meeting: GradeMeeting, dossier: Dossier, _campaign: Campaign) -> Live:
    """Whether the meeting that fixes the grades has a quorum."""
    committee = meeting.body == "committee"
    count = committee_quorum(dossier, meeting) if committee else quorum(dossier, meeting)
    whom = "班子成员" if committee else "有表决权的党员"
    text = f"{whom}应到{count.expected}人，实到{count.present}人，"
    look = Look(text + "达到半数以上。", "good") if count.met else Look(text + "不足半数，不能评定。", "bad")
    return Live({"present": [look]})


def grade_live(grade: Grade, dossier: Dossier, campaign: Campaign) -> Live:
    """The maximum of 优秀, and their number including this grade."""
    others = {member: other.grade for member, other in grades_in_force(dossier).items() if other.id != grade.id}
    count = sum(key == Grade.EXCELLENT for key in others.values()) + (grade.grade == Grade.EXCELLENT)
    return Live({"grade": [quota(count, usual_cap(dossier, campaign, grading_day(dossier)), campaign)]})


def quota(count: int, cap: Cap, campaign: Campaign) -> Look:
    """The number of 优秀 and their maximum, in a sentence."""
    label = campaign.label(Grade.EXCELLENT)
    head = f"{label}一般不超过{cap.cap}名（{cap.words}），已评{count}名"
    if count > cap.cap:
        return Look(f"{head}，多了{count - cap.cap}名。请重新研究；确需如此的，请写明理由并报上级党组织。", "bad")
    return Look(
        f"{head}，已到限额。" if count == cap.cap else f"{head}，还可以评{cap.cap - count}名。",
        "must" if count == cap.cap else "good",
    )


def _grades_live(grades: list[Grade], dossier: Dossier, campaign: Campaign) -> list[Look]:
    count = sum(grade.grade == Grade.EXCELLENT for grade in grades)
    return [quota(count, usual_cap(dossier, campaign, grading_day(dossier)), campaign)]


def meeting_day_of(values: Mapping[str, Any], dossier: Dossier, _campaign: Campaign) -> str | None:
    """The day of the meeting at which a ballot of this round was held."""
    number = int(values.get("round") or 1)
    held = [meeting for meeting in dossier.all(Meeting) if meeting.round <= number and meeting.date]
    last = max(held, key=lambda meeting: (meeting.round, meeting.id), default=None)
    return last.date.isoformat() if last and last.date else None


def assembly_day_of(values: Mapping[str, Any], dossier: Dossier, campaign: Campaign) -> str | None:
    """The day of the assembly that fixes the grades; a committee meets on a day of its own."""
    return meeting_day_of(values, dossier, campaign) if values.get("body") == "assembly" else None


def assembly_fill(
    values: Mapping[str, Any], changed: Collection[str], dossier: Dossier, _campaign: Campaign
) -> Mapping[str, Any]:
    """To the assembly that fixes the grades came those who came to the meeting of its round."""
    if values.get("body") != "assembly" or values.get("present") or "present" in changed:
        return {}
    held = of_round(dossier, Meeting, int(values.get("round") or 1))
    return {"present": list(held[-1].present)} if held else {}


LAYOUT = Layout(
    views=(
        FigureView(Tally, votes_of_members),
        TableView(Grade, _grades_live),
        FigureView(Grade, grades_against_share),
    ),
    shown={kind.TYPE: {"rows": (("sum", "合计"),)} for kind in (Tally, TeamTally)},
    live={
        Tally.TYPE: tally_live,
        GradeMeeting.TYPE: meeting_live,
        Grade.TYPE: grade_live,
        TeamTally.TYPE: team_tally_live,
    },
    begin={TeamTally.TYPE: begin_team_tally},
    fill={GradeMeeting.TYPE: assembly_fill},
    taken={
        Tally.TYPE: {"date": Taken(meeting_day_of, "取自会议记录的日期")},
        TeamTally.TYPE: {"date": Taken(meeting_day_of, "取自会议记录的日期")},
        GradeMeeting.TYPE: {"date": Taken(assembly_day_of, "取自会议记录的日期")},
        GradeStatistics.TYPE: {"to": SUPERIOR},
    },
    when_needed=(Disposal.TYPE,),
)
