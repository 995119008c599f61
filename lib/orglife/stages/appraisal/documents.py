"""F11 民主测评汇总, F12 评定与反馈, F21 处置事项."""

from __future__ import annotations

from datetime import date

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Heading, Note, Signature, Table
from orglife.core.paper.paper import Sheet, dash, latest, round_mark, section
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.record.field import label_of
from orglife.core.rule.campaign import Campaign
from orglife.stages.appraisal.ballots import grade_heads, secrecy, tally_facts
from orglife.stages.appraisal.grades import grade_missing, grading_day, too_many_excellent
from orglife.stages.appraisal.record import Disposal, Grade, GradeMeeting, GradeStatistics, Tally, TeamTally
from orglife.stages.appraisal.statistics import statistics_paper
from orglife.stages.appraisal.team_ballot import team_tally_paper
from orglife.stages.shared.explained import cap_words, grading_numbers
from orglife.stages.shared.grade_words import grade_words, is_probationary
from orglife.stages.shared.people import people
from orglife.stages.shared.quorum import Cap, excellent_cap
from orglife.stages.shared.rounds import of_round


def documents(sheet: Sheet) -> list[Document]:
    """For each round its tally and grades; then the disposals."""
    dossier = sheet.dossier
    rounds = sorted({r.round for kind in (Tally, GradeMeeting, Grade) for r in dossier.all(kind)})
    papers: list[Document] = []
    for number in rounds:
        papers += [tally_paper(sheet, t) for t in of_round(dossier, Tally, number)]
        grades = of_round(dossier, Grade, number)
        meetings = of_round(dossier, GradeMeeting, number)
        if grades or meetings:
            papers.append(grade_paper(sheet, number, meetings[-1] if meetings else None, grades))
    papers += [disposal_paper(sheet, d) for d in dossier.all(Disposal)]
    papers += [team_tally_paper(sheet, one) for one in dossier.all(TeamTally)]
    papers += [statistics_paper(sheet, one) for one in dossier.all(GradeStatistics)]
    return papers


def tally_paper(sheet: Sheet, tally: Tally) -> Document:
    """F11: totals of the paper ballot, one row per member; sums are computed, never typed."""
    label = sheet.dossier.label(tally)
    blocks: list[AnyBlock] = [
        Facts(rows=tally_facts(sheet, tally, _manner(tally)), record=label),
        Table(columns=_tally_columns(sheet), rows=_tally_rows(sheet, tally), record=label),
        *sheet.explanations([f"VOTE-{n:02d}" for n in range(1, 9)]),
        Signature(roles=["计票人", "监票人"], day=day_words(tally.date)),
    ]
    title = ["民主测评汇总表" + round_mark(tally.round)]
    return sheet.document("F11", title, blocks, subject=tally.id, page="L")


def _tally_columns(sheet: Sheet) -> list[Column]:
    return [
        Column(head="序号", share=2),
        Column(head="姓名", share=4),
        *(Column(head=h, share=3) for h in grade_heads(sheet)),
        Column(head="弃权", share=2),
        Column(head="合计", share=2),
        Column(head="备注", share=5),
    ]


def _tally_rows(sheet: Sheet, tally: Tally) -> list[list[str]]:
    rows = []
    for number, row in enumerate(sorted(tally.rows, key=lambda r: sheet.rank(r.member)), start=1):
        name = sheet.text(tally, "member", part=row)
        if row.no_grade:
            rows.append([str(number), name, *["—"] * 6, "只评议，不测等次"])
        else:
            rows.append([str(number), name, *map(str, row.votes), str(sum(row.votes)), "—"])
    return rows


def _manner(tally: Tally) -> str:
    """Whether the ballot was secret and whether members graded themselves; if not, a row may be one vote short."""
    return secrecy(tally) + ("，党员也给自己测评" if tally.self_vote else "，党员不给自己测评（合计可少1张）")


def grade_paper(sheet: Sheet, number: int, meeting: GradeMeeting | None, grades: list[Grade]) -> Document:
    """F12: who decided, the grade and opinion of each member, and the day the member was informed."""
    blocks: list[AnyBlock] = [*_grade_meeting(sheet, meeting)]
    ordered = sorted(grades, key=lambda g: (sheet.rank(g.member), g.id))
    blocks.append(
        Table(
            columns=[
                Column(head="序号", share=5),
                Column(head="姓名", share=6),
                Column(head="评定等次", share=9),
                Column(head="评定意见", share=24, align="left"),
                Column(head="反馈日期", share=14),
                Column(head="本人签名", share=8),
            ],
            rows=[_grade_row(sheet, n, g) for n, g in enumerate(ordered, start=1)],
            record="评定等次",
        )
    )
    blocks.append(Note(text=_grade_counts(sheet, ordered)))
    cap = usual_cap(sheet.dossier, sheet.campaign, meeting.date if meeting else None)
    blocks.append(Note(text=cap_words(sheet, cap, Grade.EXCELLENT)))
    blocks += sheet.explanations([f"GRADE-{n:02d}" for n in range(1, 14)])
    decided = meeting.date if meeting else None
    blocks.append(
        Signature(roles=["支部书记"], day=latest(decided, *(g.feedback_on for g in grades)) if decided else "")
    )
    subject = meeting.id if meeting else ""
    return sheet.document(
        "F12", ["民主评议党员", "评定等次与反馈表" + round_mark(number)], blocks, subject=subject, page="T"
    )


def _grade_meeting(sheet: Sheet, meeting: GradeMeeting | None) -> list[AnyBlock]:
    if meeting is None:
        return [Note(text="没有登记评定会议。")]
    rows = [
        ("评定主体", sheet.text(meeting, "body")),
        ("评定日期", sheet.text(meeting, "date")),
        ("到会", f"{sheet.names(meeting.present)}（{len(set(meeting.present))}名）"),
    ]
    if meeting.body == "assembly":
        voters = len(people(sheet.dossier, meeting.date).voters)
        has_votes = meeting.yes is not None
        votes = "、".join(
            f"{t}{sheet.text(meeting, n)}票" for n, t in (("yes", "赞成"), ("no", "反对"), ("abstain", "弃权"))
        )
        rows.append(
            (
                "表决",
                f"应到会有表决权{voters}名，{votes}" if has_votes else f"应到会有表决权{voters}名，没有登记表决结果",
            )
        )
    return [Facts(rows=rows, record=sheet.dossier.label(meeting))]


def _grade_row(sheet: Sheet, number: int, grade: Grade) -> list[str]:
    # a probationary member's row that was cleared again needs no grade
    needs_grade = not grade.waiver and bool(grade.grade or not is_probationary(sheet.dossier, grade))
    feedback_day = dash(sheet.text(grade, "feedback_on", asked=needs_grade))
    opinion = dash(sheet.text(grade, "opinion", asked=needs_grade))
    return [str(number), sheet.text(grade, "member"), grade_words(sheet, grade), opinion, feedback_day, ""]


def _grade_counts(sheet: Sheet, grades: list[Grade]) -> str:
    counted = {key: sum(g.grade == key for g in grades) for key in sheet.campaign.grades}
    parts = "，".join(f"{sheet.campaign.label(key)}{n}名" for key, n in counted.items())
    return f"评定结果：{parts}。" if parts else "方案没有规定等次。"


def usual_cap(dossier: Dossier, campaign: Campaign, day: date | None) -> Cap:
    """The usual maximum of 优秀 in a branch, by the rules in force.

    Args:
        dossier: The branch's records.
        campaign: The campaign.
        day: The day on which the grades were fixed.
    """
    params, waivers = (rule.changed(campaign, dossier.branch).params for rule in (too_many_excellent, grade_missing))
    return excellent_cap(dossier, params, waivers=waivers["waivers"], day=day)


def numbers(sheet: Sheet) -> list[str]:
    """Sentences that explain the numbers of the appraisal."""
    cap = usual_cap(sheet.dossier, sheet.campaign, grading_day(sheet.dossier))
    return grading_numbers(sheet, cap, Grade.EXCELLENT)


def disposal_paper(sheet: Sheet, disposal: Disposal) -> Document:
    """F21: what the organisation proposed, and the state of the procedure."""
    label = sheet.dossier.label(disposal)
    blocks: list[AnyBlock] = [
        Facts(
            rows=[
                ("党员", sheet.text(disposal, "member")),
                ("处置方式", sheet.text(disposal, "kind")),
                ("提出主体", sheet.text(disposal, "proposed_by")),
                ("提出日期", sheet.text(disposal, "proposed_on")),
                *_optional_facts(sheet, disposal),
            ],
            record=label,
        ),
        Heading(level=1, text=section(1, "事由")),
        *sheet.prose(disposal, "ground", under=1),
    ]
    if disposal.help_measures:
        blocks += [Heading(level=1, text=section(2, "帮教措施")), *sheet.prose(disposal, "help_measures", under=1)]
    if disposal.assembly is not None:
        vote = disposal.assembly
        numbers = "，".join(
            f"{t}{sheet.text(disposal, n, part=vote)}"
            for n, t in (("present", "实到"), ("yes", "赞成"), ("no", "反对"), ("abstain", "弃权"))
        )
        blocks.append(Note(text=f"{sheet.text(disposal, 'date', part=vote)}党员大会表决：{numbers}。", record=label))
    blocks += sheet.explanations([f"DISP-{n:02d}" for n in range(1, 11)], [disposal.id, disposal.member])
    blocks.append(Signature(roles=["支部书记"]))
    return sheet.document("F21", ["组织处置事项登记表"], blocks, subject=disposal.id)


def _optional_facts(sheet: Sheet, disposal: Disposal) -> list[tuple[str, str]]:
    optional = (
        "months",
        "prior_filed_on",
        "investigated_on",
        "heard_on",
        "heard_note",
        "approved_by",
        "approved_on",
        "effective_on",
    )
    return [
        (label_of(Disposal.model_fields[n]), sheet.text(disposal, n) + ("个月" if n == "months" else ""))
        for n in optional
        if disposal.is_set(n)
    ]
