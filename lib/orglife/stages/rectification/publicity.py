"""Rules for public notices: posted, long enough, and without ballots, personal numbers or critics' names."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.record.dossier import Dossier
from orglife.core.rule import expressions
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.rectification.lists import not_begun
from orglife.stages.rectification.record import Publication, RectItem
from orglife.stages.shared.rounds import criticisms_in_force


@rule(
    "PUB-01",
    severity=Severity.ERROR,
    title="整改内容没有公示",
    message="整改内容没有公示记录。",
    fix="请按确定的范围公示后登记。",
    checkpoint="close",
    stage="rectification",
    kind="missing",
    per="branch",
    asks="publication",
    demand="rectification.publicity",
)
def content_not_published(case: Case) -> Iterator[Spot]:
    """The list of items was never posted; silent while nothing of the rectification is entered and the minutes still are."""
    if not_begun(case):
        return
    if not any(p.kind in ("content", "both") for p in case.dossier.all(Publication)):
        yield spot()


@rule(
    "PUB-02",
    severity=Severity.WARNING,
    title="完成情况没有公示",
    message="整改事项已全部完成，完成情况还没有公示。",
    fix="请公示完成情况后登记。",
    checkpoint="close",
    stage="rectification",
    kind="missing",
    per="branch",
    asks="publication",
    demand="rectification.publicity_completion",
)
def completion_not_published(case: Case) -> Iterator[Spot]:
    """All items are done, but the result was not posted; silent while any item is open."""
    items = case.dossier.all(RectItem)
    if not items or any(i.status != "done" for i in items):
        return
    if not any(p.kind in ("completion", "both") for p in case.dossier.all(Publication)):
        yield spot()


@rule(
    "PUB-03",
    severity=Severity.WARNING,
    title="公示范围或时间不明确",
    message="公示{why}。",
    fix="请写明范围和起止日期；时间不够的，可以继续公示。",
    checkpoint="close",
    stage="rectification",
    kind="wrong",
    per="record",
    asks="publication",
    demand="rectification.publicity_scope",
    params={"min_days": 5},
    effect=Effect.ONGOING,
)
def published_too_briefly(case: Case) -> Iterator[Spot]:
    """A notice has no scope or no dates, or was posted for fewer days than usual; both ends count."""
    for notice in case.dossier.all(Publication):
        reasons = [] if notice.scope else ["没有写明范围"]
        days = (notice.end - notice.start).days + 1 if notice.start and notice.end else None
        if days is None:
            reasons.append("没有写明起止日期")
        elif days < 1:
            reasons.append("截止日期早于开始日期")
        elif days < case.params["min_days"]:
            reasons.append(f"只有{days}天，通常做法不少于{case.params['min_days']}天（方案可以另定）")
        if reasons:
            yield spot(notice, why=reasons)


@rule(
    "PUB-04",
    severity=Severity.WARNING,
    title="公示内容含不宜公开信息",
    message="公示内容含有不宜公开的信息：{hits}。",
    fix="请删去得票数、批评人姓名和个人信息。",
    checkpoint="close",
    stage="rectification",
    kind="wrong",
    per="record",
    asks="publication",
    general="jiandu-35",
    params={
        "patterns": ["[0-9]{17}[0-9Xx]", "1[3-9][0-9]{9}", "得票|[0-9]+票", "群众.{0,6}反映人"],
        "allow": "(联系|监督|受理)(人)?电话[：: ]{0,2}[0-9-]{7,13}",
    },
)
def published_private_matter(case: Case) -> Iterator[Spot]:
    """A notice contains ballot counts, personal numbers, or a critic's name with the criticism.

    The telephone number for comments, which every notice needs, is removed first.
    """
    for notice in case.dossier.all(Publication):
        text = expressions.without(case.params["allow"], notice.text)
        hits: list[str] = []
        for pattern in case.params["patterns"]:
            matches = expressions.matches(pattern, text)
            hits += [hit for hit in dict.fromkeys(matches) if not any(hit in other for other in hits)]
        hits += [f"{name}提出的批评意见" for name in _critics_quoted(case.dossier, notice.text)]
        if hits:
            yield spot(notice, field="text", hits=hits)


def _critics_quoted(dossier: Dossier, text: str) -> list[str]:
    """Names of critics that a text contains together with their criticism, ignoring white space."""
    flat = "".join(text.split())
    quoted = [
        dossier.members[c.author].name
        for c in criticisms_in_force(dossier)
        if c.author in dossier.members and c.text and "".join(c.text.split()) in flat
    ]
    return [name for name in dict.fromkeys(quoted) if name and name in flat]


RULES = (
    content_not_published,
    completion_not_published,
    published_too_briefly,
    published_private_matter,
)
