"""Numbers that a text states about the branch's own work, compared with the records; nobody types them again.

Only wordings that leave no doubt what is counted are read: “谈心谈话21次”, “班子查摆问题6个”, “班子问题6个”. Other
counts, such as how often one person did something or how many problems were solved, are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from orglife.core.record.dossier import Dossier
from orglife.core.record.numerals import number_of
from orglife.stages.opinions.record import Opinion
from orglife.stages.rectification.record import RectItem
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.shared.figures import figures
from orglife.stages.shared.rounds import before
from orglife.stages.study.record import Study
from orglife.stages.talks.record import Talk

_N = "(?P<n>[0-9]{1,4}|[一二两三四五六七八九十百]{1,5})"
_FOUND = "(?:查摆|查找|梳理|查|找|列)(?:出|了)?"
_PROBLEMS = f"{_FOUND}(?:问题(?:共)?{_N}(?P<unit>[个项条])|{_N.replace('<n>', '<n2>')}(?P<unit2>[个项条])问题)"
_START = "(?:^|[，。；：、\\s])"
_OWN = f"问题(?:共)?{_N.replace('<n>', '<n3>')}(?P<unit3>[个项条])"
_BESIDE = f"(?:{_START}|和|及|{_FOUND})"
"""What may stand before “班子问题6个”, which counts found problems without a verb such as 查摆."""
PATTERNS: Mapping[str, str] = {
    "study": f"(?<!日)集中学习(?:共|了)?{_N}(?P<unit>次)",
    "talks": f"谈心谈话(?:共|了)?{_N}(?P<unit>次)",
    "opinions": f"(?:征求|征集|收集|收到|听取)(?:到|了)?意见(?:建议|和建议)?(?:共)?{_N}(?P<unit>条)",
    "team_problems": f"班子(?:共)?{_PROBLEMS}|{_BESIDE}(?:支部)?班子{_OWN}",
    "member_problems": f"(?:(?P<of>[0-9]+|[一二两三四五六七八九十]+)名)?(?<!预备)党员(?:共)?{_PROBLEMS}|{_BESIDE}党员{_OWN}",
    "problems": f"(?:{_START}|支部|全体)(?:共|一共|合计)?{_PROBLEMS}",
    "criticism_count": f"(?:相互|互相|之间|共|会上)(?:共)?(?:提出|提)?(?:了)?批评意见(?:共)?{_N}(?P<unit>条)",
    "expected": f"应到(?:会)?(?:党员)?{_N}(?P<unit>[名人])",
    "present": f"实到(?:会)?(?:党员)?{_N}(?P<unit>[名人])",
    "excellent": f"优秀(?:等次)?{_N}(?P<unit>[名人])",
    "qualified": f"(?<![本不])合格(?:等次)?{_N}(?P<unit>[名人])",
    "basic": f"基本合格(?:等次)?{_N}(?P<unit>[名人])",
    "unqualified": f"不合格(?:等次)?{_N}(?P<unit>[名人])",
    "branch_items": f"支部整改事项(?:共|列了)?{_N}(?P<unit>[项条个])",
    "rect_count": f"(?<!支部)整改事项(?:共|列了)?{_N}(?P<unit>[项条个])",
    "done_count": f"已(?:经)?(?:完成)(?:整改)?{_N}(?P<unit>项)",
}
"""What is counted → how a text states it."""
_PATTERNS = {key: re.compile(pattern) for key, pattern in PATTERNS.items()}
_PART = re.compile("表决权|支委|班子|党小组")
"""Words in a sentence that counts a part of the members."""
_SOLVED = re.compile("解决|整改|完成|化解|销号")
"""Words in a sentence that counts problems solved, not found."""


class Stated(NamedTuple):
    """A number in a text that is none of those that the records give.

    Attributes:
        key: What is counted, a key of ``PATTERNS``.
        quote: The words of the text.
        derived: The number by the records, with its unit.
    """

    key: str
    quote: str
    derived: str


def numbers_on(dossier: Dossier, day: date) -> dict[str, tuple[int, ...]]:
    """What is counted → the numbers that a text of that day may state, the usual one first; absent = not known."""
    of_figures = {key: (number,) for key, number in figures(dossier, day).items()}
    talks, opinions = dossier.all(Talk), dossier.all(Opinion)
    sessions = [study for study in dossier.all(Study) if study.form == "collective"]
    team = sum(len(review.items) for review in (dossier.one(TeamReview),) if review)
    members = sum(len(review.items) for review in dossier.by_member(MemberReview).values())
    return {
        **of_figures,
        "study": (len([s for s in sessions if before(dossier, s)]), len(sessions), len(dossier.all(Study))),
        "talks": (len([t for t in talks if before(dossier, t)]), len(talks)),
        "opinions": (len([o for o in opinions if before(dossier, o)]), len(opinions)),
        "team_problems": (team,),
        "member_problems": (members,),
        "problems": (team + members, team, members),
        "branch_items": (sum(item.owner_kind == "branch" for item in dossier.all(RectItem)),),
    }


def differing(text: str, dossier: Dossier, day: date, leave_out: Collection[str] = ()) -> Iterator[Stated]:
    """The numbers of a text that differ from the records.

    Args:
        text: The text.
        dossier: The branch.
        day: The day of the text.
        leave_out: What is not to be compared.
    """
    numbers = numbers_on(dossier, day)
    for key, pattern in _PATTERNS.items():
        if key not in numbers or key in leave_out:
            continue
        for match in pattern.finditer(text):
            if number_of(_group(match, "n")) in numbers[key] or _counts_something_else(key, match, dossier):
                continue
            unit = _group(match, "unit")
            quote = match.group().lstrip("，。；：、和及 \n\u3000")
            yield Stated(key, quote, f"{numbers[key][0]}{unit}")


def _group(match: re.Match[str], name: str) -> str:
    """The text of the one group of that name, or of its name with a number, that took part in the match."""
    groups = (text for key, text in match.groupdict().items() if key.rstrip("0123456789") == name)
    return next(text for text in groups if text)


def _counts_something_else(key: str, match: re.Match[str], dossier: Dossier) -> bool:
    """Whether the number is about some of the members only, or about problems that were solved."""
    groups = match.groupdict()
    if groups.get("of"):
        return number_of(groups["of"]) != len(dossier.by_member(MemberReview))
    sentence = re.split("[。；\n]", match.string[: match.end()])[-1]
    if groups.get("n3"):
        return _SOLVED.search(sentence) is not None
    return key in ("expected", "present") and _PART.search(sentence) is not None


def totals(dossier: Dossier) -> dict[str, str]:
    """What the briefing of the meeting reports on, by the records: field of the briefing → the numbers in words."""
    numbers = {key: known[0] for key, known in numbers_on(dossier, dossier.as_of).items()}
    return {
        "preparation": f"集中学习{numbers['study']}次，谈心谈话{numbers['talks']}次",
        "opinions": f"征求意见{numbers['opinions']}条",
        "problems": f"班子查摆问题{numbers['team_problems']}个，党员查摆问题{numbers['member_problems']}个",
    }
