"""Choose branches of the overview by their superior, by state and by a part of their name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from orglife.bureau.overview import Overview
from orglife.bureau.pictures import late_words
from orglife.bureau.standing import Standing
from orglife.home.progress import branch_stages

NO_SUPERIOR = "没有填上级党组织"
_State = Callable[[Standing, Overview], bool]

STATES: Mapping[str, tuple[str, _State]] = MappingProxyType(
    {
        "errors": ("有须改正的", lambda s, _: s.count("error") > 0),
        "late": ("晚了、到期没有登记的", lambda s, o: any(late_words(s, o.campaign, o.as_of))),
        "looks": ("有请核对的", lambda s, _: s.count("warning") > 0),
        "drafts": ("有没填完的", lambda s, _: any(stage.drafts for stage in s.stages.values())),
        "todos": ("有待办的", lambda s, _: any(f.todo for f in s.found)),
        "not_met": ("还没有开会的", lambda s, _: s.met_on is None),
        "not_reported": ("未交情况报告的", lambda s, _: s.reported_on is None),
        "overdue": ("整改已超期的", lambda s, _: s.overdue > 0),
        "clean": ("没有要改的", lambda s, _: not _anything_open(s)),
    }
)
"""Key → words and condition of each state; a branch may be in several."""


def _anything_open(s: Standing) -> bool:
    return any(f.todo or f.severity != "info" for f in s.found) or any(stage.drafts for stage in s.stages.values())


@dataclass(frozen=True)
class Filter:
    """What is chosen; "" = all.

    Attributes:
        superior: 上级党组织 as the branches entered it, or ``NO_SUPERIOR``.
        state: A key of ``STATES``.
        name: A part of the branch's name or id.
    """

    superior: str = ""
    state: str = ""
    name: str = ""

    def chosen(self, overview: Overview) -> list[Standing]:
        """The branches that are chosen, those with most to mend first where a state is chosen, else by id."""
        name = "".join(self.name.split())
        fits = STATES[self.state][1] if self.state in STATES else None
        matching = [
            s
            for s in overview.standings
            if (not self.superior or superior_of(s) == self.superior)
            and (name in "".join(s.name.split()) or name == s.branch)
            and (fits is None or fits(s, overview))
        ]
        if self.state:
            matching.sort(key=lambda s: (-s.count("error"), -s.count("warning"), s.branch))
        return matching


def superior_of(s: Standing) -> str:
    """The group of a branch."""
    return s.superior.strip() or NO_SUPERIOR


def superiors(overview: Overview) -> list[tuple[str, str]]:
    """Groups to choose from, (key, words with their number) each; empty where all branches are in one."""
    counts = Counter(map(superior_of, overview.standings))
    if len(counts) < 2:  # noqa: PLR2004  nothing to choose
        return []
    return [(name, f"{name}（{number}）") for name, number in sorted(counts.items())]


def states(overview: Overview, among: Iterable[Standing]) -> list[tuple[str, str]]:
    """States to choose from, (key, words with their number) each; those that no branch is in are left out."""
    every = list(among)
    counts = {key: sum(fits(s, overview) for s in every) for key, (_, fits) in STATES.items()}
    return [(key, f"{words}（{counts[key]}）") for key, (words, _) in STATES.items() if counts[key]]


def table(some: Sequence[Standing]) -> list[list[object]]:
    """Rows for the page: branch, name, then [words, tone] of each stage."""
    keys = [stage.key for stage in branch_stages()]
    return [[s.branch, s.name, [[s.stages[key].words, s.stages[key].tone] for key in keys]] for s in some]
