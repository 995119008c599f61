"""F5 班子对照检查材料, F6 发言提纲, F7 问题清单: the problems found, in the members' own words."""

from __future__ import annotations

from itertools import groupby

from orglife.core.paper.block import (
    AnyBlock,
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Paragraph,
    Signature,
    Table,
    paragraphs,
)
from orglife.core.paper.paper import Sheet, section
from orglife.stages.reviews.record import MemberReview, ProblemList, ReviewItem, TeamReview
from orglife.stages.shared.paper_order import Review, by_aspect


def documents(sheet: Sheet) -> list[Document]:
    """The team's review, the outlines in the order of lists, the list of problems."""
    team, problems = sheet.dossier.one(TeamReview), sheet.dossier.one(ProblemList)
    papers = [team_paper(sheet, team)] if team else []
    papers += [outline(sheet, review) for review in _in_order(sheet)]
    return [*papers, problem_paper(sheet, problems)] if problems else papers


def _in_order(sheet: Sheet) -> list[MemberReview]:
    return sorted(sheet.dossier.all(MemberReview), key=lambda r: (sheet.rank(r.member), r.id))


def team_paper(sheet: Sheet, review: TeamReview) -> Document:
    """F5: the full text, or else the problems by aspect."""
    day = sheet.text(review, "date")
    blocks: list[AnyBlock] = [Facts(rows=[("日期", day), *_seen(sheet, review)], record=sheet.dossier.label(review))]
    blocks += _body(sheet, review)
    blocks += sheet.explanations(_rules(1, 2, 6, 7, 11, 14, 15), _ids(review))
    blocks.append(Signature(roles=["支部书记"], day=day if review.date else ""))
    return sheet.document("F5", ["党支部班子对照检查材料"], blocks)


def outline(sheet: Sheet, review: MemberReview) -> Document:
    """F6: a member's outline, and the answers to the key checks."""
    day, label = sheet.text(review, "date"), sheet.dossier.label(review)
    who = [("姓名", sheet.text(review, "member")), ("日期", day), *_seen(sheet, review)]
    blocks: list[AnyBlock] = [Facts(rows=who, record=label), *_body(sheet, review)]
    if review.key_checks:
        blocks.append(_key_checks(sheet, review, label))
    blocks += sheet.explanations(_rules(*range(3, 10), 15, 16), [*_ids(review), review.member])
    blocks.append(Signature(roles=["本人"], day=day if review.date else ""))
    return sheet.document("F6", [f"{sheet.campaign.meeting_name}发言提纲"], blocks, subject=review.id, page="T")


def _seen(sheet: Sheet, review: Review) -> list[tuple[str, str]]:
    """When the superior looked at a text, where that was entered."""
    return [("上级审阅日期", sheet.text(review, "reviewed_on"))] if review.reviewed_on else []


def _rules(*numbers: int) -> list[str]:
    return [f"REVIEW-{n:02d}" for n in numbers]


def _ids(review: Review) -> list[str]:
    return [review.id, *(item.id for item in review.items)]


def _body(sheet: Sheet, review: Review) -> list[AnyBlock]:
    """The text as written, or else the items by aspect; then the aspects declared free of problems."""
    label = sheet.dossier.label(review)
    blocks: list[AnyBlock] = paragraphs(review.text, record=label)
    aspects = groupby([] if blocks else by_aspect(sheet.campaign, review), key=lambda item: item.aspect)
    for number, (_, problems) in enumerate(aspects, start=1):
        items = list(problems)
        title = sheet.text(review, "aspect", part=items[0])
        blocks.append(Heading(level=1, text=section(number, title), record=label))
        for order, item in enumerate(items, start=1):
            blocks += _problem(sheet, review, item, f"{order}." if len(items) > 1 else "", label)
    if not blocks:
        blocks.append(Paragraph(text="查摆的问题：无。", record=label))
    if review.none_declared:
        declared_free = sheet.text(review, "none_declared")
        blocks.append(Paragraph(text=f"经查无问题的方面：{declared_free}。", record=label))
    return blocks


def _problem(sheet: Sheet, review: Review, item: ReviewItem, number: str, label: str) -> list[AnyBlock]:
    standard = sheet.text(review, "dimension", part=item, asked=False)
    views = sheet.text(review, "cause_views", part=item) if item.cause_views else ""
    titles = {
        "fact": f"{number}具体表现" + (f"（{standard}方面）" if standard else ""),
        "cause": "根源" + (f"（{views}）" if views else ""),
        "measure": "改进措施",
    }
    blocks: list[AnyBlock] = []
    for name, title in titles.items():
        first, *rest = sheet.text(review, name, part=item).splitlines() or [""]
        blocks.append(Paragraph(text=f"{title}：{first}", record=label))
        blocks += paragraphs("\n".join(rest), record=label)
    return blocks


def _key_checks(sheet: Sheet, review: MemberReview, label: str) -> Note:
    """The answers in one short note, so that an outline of two problems fits on a page; 未答 for a missing answer."""
    keys = [*sheet.campaign.key_checks, *(k for k in review.key_checks if k not in sheet.campaign.key_checks)]
    info = MemberReview.model_fields["key_checks"]
    answers = {key: sheet.value(answer, info) for key, answer in review.key_checks.items()}
    answered = "；".join(f"{sheet.campaign.label(key)}（{answers.get(key, '未答')}）" for key in keys)
    return Note(text=f"重点对照：{answered}。", record=label)


def problem_paper(sheet: Sheet, problems: ProblemList) -> Document:
    """F7: the problems of the team and of each member, derived from their reviews."""
    team = sheet.dossier.one(TeamReview)
    outlines = _in_order(sheet)
    reviews: list[Review] = [*([team] if team else []), *outlines]
    rows = [row for review in reviews for row in _problem_rows(sheet, review)]
    member_problems = sum(len(review.items) for review in outlines)
    day = sheet.text(problems, "confirmed_on")
    blocks: list[AnyBlock] = [
        Facts(
            rows=[
                ("确认日期", day),
                ("问题数", f"支部班子{len(rows) - member_problems}个，党员{member_problems}个"),
            ],
            record=sheet.dossier.label(problems),
        ),
        Table(columns=PROBLEM_COLUMNS, rows=[[str(n), *row] for n, row in enumerate(rows, start=1)], record="问题清单"),
        *sheet.explanations(["REVIEW-10"]),
        Signature(roles=["支部书记"], day=day if problems.confirmed_on else ""),
    ]
    return sheet.document("F7", ["党支部班子和党员问题清单"], blocks, page="L")


PROBLEM_COLUMNS = [
    Column(head="序号", share=5),
    Column(head="查摆主体", share=9),
    Column(head="方面", share=13),
    Column(head="具体表现", share=30, align="left"),
    Column(head="根源", share=21, align="left"),
    Column(head="改进措施", share=22, align="left"),
]


def _problem_rows(sheet: Sheet, review: Review) -> list[list[str]]:
    who = sheet.text(review, "member") if isinstance(review, MemberReview) else "支部班子"
    fields = ("aspect", "fact", "cause", "measure")
    return [
        [who, *(sheet.text(review, name, part=item) for name in fields)] for item in by_aspect(sheet.campaign, review)
    ]
