"""Expected and present members and the maximum of 优秀: integers only, with the members who were counted.

Rules, screens and papers all use these numbers, so each can also explain how a number was computed.
半数以上 includes exactly half, 超过半数 does not. Yes votes are measured against the expected members, not the present.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orglife.core.record.branch import Member
from orglife.core.record.dossier import Dossier
from orglife.core.record.numerals import chinese
from orglife.stages.appraisal.record import AssemblyVote, GradeMeeting
from orglife.stages.meeting.record import Meeting
from orglife.stages.shared.people import people

BASE_WORDS = {"all_members": "党员总数", "full_members": "正式党员", "graded": "参评党员"}
"""The base of the share of 优秀, as words in a sentence."""


def half_or_more(part: int, whole: int) -> bool:
    """半数以上: exactly half is enough."""
    return 2 * part >= whole


def more_than_half(part: int, whole: int) -> bool:
    """超过半数: exactly half is not enough."""
    return 2 * part > whole


@dataclass(frozen=True)
class Quorum:
    """The members who count towards a quorum, and those of them who attended.

    Attributes:
        members: All members who count, in order of ids.
        attended: Those of them who attended; an id listed twice counts once.
        excluded: Members of the branch who do not count (no right to vote, or 核减), in order of ids.
    """

    members: tuple[Member, ...]
    attended: tuple[Member, ...]
    excluded: tuple[Member, ...]

    @property
    def expected(self) -> int:
        """应到."""
        return len(self.members)

    @property
    def present(self) -> int:
        """实到."""
        return len(self.attended)

    @property
    def met(self) -> bool:
        """Whether half or more attended; an empty roll counts as quorate."""
        return half_or_more(self.present, self.expected)

    def passes(self, yes: int) -> bool:
        """Whether the yes votes are more than half of the expected members."""
        return more_than_half(yes, self.expected)


def _counted(everybody: Iterable[Member], members: Mapping[str, Member], present: Iterable[str]) -> Quorum:
    present_ids = set(present)
    return Quorum(
        members=tuple(members.values()),
        attended=tuple(m for m in members.values() if m.id in present_ids),
        excluded=tuple(m for m in everybody if m.id not in members),
    )


def quorum(dossier: Dossier, meeting: Meeting | GradeMeeting) -> Quorum:
    """The members with 表决权 on the meeting's day, and those of them who attended.

    Without 表决权: 预备党员, 留党察看; members excluded from 应到会 are not counted either. In group mode the list of
    the whole meeting counts.
    """
    roster = people(dossier, meeting.date)
    return _counted(roster.all.values(), roster.voters, meeting.present)


def attendance(dossier: Dossier, meeting: Meeting) -> Quorum:
    """应到会 on the meeting's day, regardless of 表决权, and those who attended; ``excluded`` are the 核减."""
    roster = people(dossier, meeting.date)
    return _counted(roster.all.values(), roster.expected, meeting.present)


def committee_quorum(dossier: Dossier, meeting: GradeMeeting) -> Quorum:
    """The leadership on the day of a committee meeting, and those of them who attended."""
    roster = people(dossier, meeting.date)
    return _counted(roster.all.values(), roster.team, meeting.present)


def voters_on(dossier: Dossier, day: date | None) -> int:
    """How many members with 表决权 are expected on a day; without a day, on the day of the meeting in force."""
    return len(people(dossier, day).voters)


def vote_carried(dossier: Dossier, vote: AssemblyVote | None) -> bool:
    """Whether the 党员大会 validly agreed to a disposal: half or more attended, more than half of 应到 voted yes.

    Without a vote record: False. A blank number counts as 0.
    """
    if vote is None:
        return False
    expected = voters_on(dossier, vote.date)
    return half_or_more(vote.present or 0, expected) and more_than_half(vote.yes or 0, expected)


@dataclass(frozen=True)
class Cap:
    """The maximum of 优秀 and how it was computed.

    Attributes:
        base_kind: all_members, full_members or graded.
        base: Number of members in the base.
        numerator: Numerator of the share.
        denominator: Denominator of the share.
        rounding: floor, nearest (half goes up) or ceil.
        cap: The maximum.
    """

    base_kind: str
    base: int
    numerator: int
    denominator: int
    rounding: str
    cap: int

    @property
    def base_words(self) -> str:
        """The base in words: 党员总数, 正式党员 or 参评党员."""
        return BASE_WORDS.get(self.base_kind, BASE_WORDS["all_members"])

    @property
    def ratio_words(self) -> str:
        """The share in words: 三分之一."""
        return f"{_numeral(self.denominator)}分之{_numeral(self.numerator)}"

    @property
    def words(self) -> str:
        """The computation in words: 党员总数11名×1/3，舍去小数，为3名."""
        rounding = {"floor": "舍去小数", "nearest": "四舍五入", "ceil": "小数进一"}[self.rounding]
        return f"{self.base_words}{self.base}名×{self.numerator}/{self.denominator}，{rounding}，为{self.cap}名"


def _numeral(number: int) -> str:
    """A number up to ten in Chinese, else in digits: 三分之一, 100分之15."""
    return (chinese(number) if number <= 10 else str(number)) if number else "零"  # noqa: PLR2004  ten


def share(base: int, numerator: int, denominator: int, rounding: str = "floor") -> int:
    """``base * numerator / denominator`` in whole people, rounded floor, nearest (half goes up) or ceil."""
    product = base * numerator
    if rounding == "ceil":
        return -(-product // denominator)
    if rounding == "nearest":
        return (2 * product + denominator) // (2 * denominator)
    return product // denominator


def excellent_cap(
    dossier: Dossier, params: Mapping[str, Any], *, waivers: Sequence[str] = (), day: date | None = None
) -> Cap:
    """Compute the maximum of 优秀 under the usual share.

    Args:
        dossier: One branch.
        params: base, ratio_num, ratio_den and rounding of GRADE-04 in force.
        waivers: Accepted waivers, those of GRADE-01 in force; used only when the base is ``graded``.
        day: Day on which members are counted, i.e. of the grade meeting; None: the day of the meeting in force.
    """
    roster = people(dossier, day)
    kind = str(params["base"])
    bases = {"full_members": roster.full, "graded": roster.graded(tuple(waivers))}
    base = len(bases.get(kind, roster.all))
    numerator, denominator, rounding = params["ratio_num"], params["ratio_den"], str(params["rounding"])
    return Cap(kind, base, numerator, denominator, rounding, share(base, numerator, denominator, rounding))
