"""F29 支部班子测评: the paper ballot on the leadership, its count sheet, the totals, and the rules that add them up.

No ballot is entered, only the totals that the counters wrote down.
"""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Note, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.record.field import label_of
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.appraisal.ballots import COUNT_FACTS, secrecy, tally_facts, unbalanced
from orglife.stages.appraisal.record import Tally, TeamTally, TeamTallyRow
from orglife.stages.shared.blank_forms import BLANK, ROOM

FORM = "F29"
VOTES = ("good", "fair", "average", "poor", "abstain")
OVERALL = "总体评价"


def ballot_items(campaign: Campaign) -> list[str]:
    """What the leadership is assessed in: as a whole, and in each aspect of its own review."""
    return [OVERALL, *map(campaign.label, campaign.team_aspects)]


def team_tally_paper(sheet: Sheet, tally: TeamTally) -> Document:
    """F29: totals of the ballot, one row per item; sums are computed, never typed."""
    label = sheet.dossier.label(tally)
    rows = [
        [str(n), sheet.text(tally, "item", part=row), *map(str, row.votes), str(sum(row.votes))]
        for n, row in enumerate(tally.rows, start=1)
    ]
    blocks: list[AnyBlock] = [
        Facts(rows=tally_facts(sheet, tally, secrecy(tally)), record=label),
        Table(columns=_columns(), rows=rows, record=label),
        *sheet.explanations([rule.id for rule in RULES]),
        Signature(roles=["计票人", "监票人"], day=day_words(tally.date)),
    ]
    return sheet.document(FORM, ["支部班子测评汇总表"], blocks, subject=tally.id, page="L", one=True)


def _columns(suffix: str = "") -> list[Column]:
    heads = [label_of(TeamTallyRow.model_fields[name]) for name in VOTES]
    return [
        Column(head="序号", share=2),
        Column(head="测评项目", share=9, align="left"),
        *(Column(head=head + suffix, share=5 if suffix else 3) for head in heads),
        Column(head="合计", share=3),
    ]


def team_blanks(sheet: Sheet) -> list[Document]:
    """F29: the ballot, identical for all voters, and the sheet to count on."""
    return [_ballot(sheet), _count_sheet(sheet)]


def _ballot(sheet: Sheet) -> Document:
    rows = [[str(n), item, ROOM, "", "", "", ""] for n, item in enumerate(ballot_items(sheet.campaign), start=1)]
    blocks: list[AnyBlock] = [
        Note(
            text="无记名填写。每项只选一格，在格内画“○”；不作评价的，画在“弃权”格内，不要空着。"
            "一项选了两格以上或没有选的，这一项作弃权。不写姓名，不作其他记号。"
        ),
        Table(columns=_columns()[:-1], rows=rows),
    ]
    return sheet.document(FORM, ["支部班子测评票"], blocks, subject=BLANK, page="T")


def _count_sheet(sheet: Sheet) -> Document:
    rows = [[str(n), item, ROOM, *[""] * len(VOTES)] for n, item in enumerate(ballot_items(sheet.campaign), start=1)]
    blocks: list[AnyBlock] = [
        Facts(rows=COUNT_FACTS),
        Table(columns=_columns("\n（画“正”字）"), rows=rows),
        Signature(roles=["计票人"]),
        Signature(roles=["监票人"]),
    ]
    return sheet.document(FORM, ["支部班子测评计票单"], blocks, subject=f"{BLANK}-count", page="L")


def begin_team_tally(dossier: Dossier, campaign: Campaign) -> dict[str, object]:
    """The items of the ballot, and those who counted the ballots on the members."""
    known = max(dossier.all(Tally), key=lambda tally: tally.round, default=None)
    by_hand = known.model_dump(mode="json", include={"counters", "supervisors"}) if known else {}
    return {"rows": [{"item": item} for item in ballot_items(campaign)], **by_hand}


@rule(
    "VOTE-09",
    severity=Severity.ERROR,
    title="没有支部班子测评汇总",
    message="没有登记支部班子测评的汇总。",
    fix="请在会上测评，测评后录入测评票的汇总，不录入投票人。",
    fix_after="测评过的，请录入测评票的汇总，不录入投票人；没有测评的，请在下一次党员大会上补做。",
    checkpoint="meeting",
    stage="appraisal",
    kind="missing",
    per="branch",
    asks="team_tally",
    demand="appraisal.team_ballot",
)
def team_not_assessed(case: Case) -> Iterator[Spot]:
    """The campaign demands a ballot on the leadership, and no totals are recorded."""
    if not any(tally.rows for tally in case.dossier.all(TeamTally)):
        yield spot()


@rule(
    "VOTE-10",
    severity=Severity.WARNING,
    title="班子测评票数对不上",
    message="支部班子测评{counts}，票数对不上。",
    fix="请重新清点测评票，核对更正。",
    checkpoint="meeting",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="team_tally",
    field="issued",
    general="consistent",
    effect=Effect.VALIDITY,
)
def team_ballots_do_not_balance(case: Case) -> Iterator[Spot]:
    """More ballots returned than issued, or valid plus invalid differs from returned; a blank number counts as 0."""
    for tally in case.dossier.all(TeamTally):
        if counts := unbalanced(tally):
            yield spot(tally, counts=counts)


@rule(
    "VOTE-11",
    severity=Severity.WARNING,
    title="班子测评得票合计与有效票不符",
    message="支部班子测评“{item}”得票合计{sum}票，有效票{valid}张，两数不符。",
    fix="请对照测评票重新核对这一项的得票。",
    checkpoint="meeting",
    stage="appraisal",
    kind="wrong",
    per="item",
    asks="team_tally",
    field="rows",
    general="consistent",
    effect=Effect.VALIDITY,
)
def team_row_does_not_add_up(case: Case) -> Iterator[Spot]:
    """The votes of an item differ from the valid ballots."""
    for tally in case.dossier.all(TeamTally):
        for number, row in enumerate(tally.rows):
            total = sum(row.votes)
            if tally.valid is not None and total != tally.valid:
                yield spot(tally, field=f"rows.{number}", item=row.item or OVERALL, sum=total, valid=tally.valid)


@rule(
    "VOTE-12",
    severity=Severity.WARNING,
    title="班子测评未注明无记名",
    message="支部班子测评没有注明采用无记名方式。",
    fix="确为无记名的，请勾选；不是的，请写明情况。",
    checkpoint="meeting",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="team_tally",
    field="secret",
    general="notice-secret",
    effect=Effect.VALIDITY,
)
def team_ballot_not_secret(case: Case) -> Iterator[Spot]:
    """The ballot on the leadership is not marked as secret."""
    for tally in case.dossier.all(TeamTally):
        if not tally.secret:
            yield spot(tally, field="secret")


RULES = (team_not_assessed, team_ballots_do_not_balance, team_row_does_not_add_up, team_ballot_not_secret)
