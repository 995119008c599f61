"""How well notices are read: facts marked by hand beside each notice against what the reader finds.

``python -m tests.notices.measure`` writes docs/reading.md.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from orglife.adapters.notices import paragraphs
from orglife.notice.model import FIELDS, Draft, Fact
from orglife.notice.reading import read_notice
from orglife.notice.text import bare
from tests import branch as b

HERE = Path(__file__).parent
PAGE = b.ROOT / "docs" / "reading.md"
SETS = ("tuned", "apart")
LISTS = {
    "study_items",
    "talk_rules",
    "member_dimensions",
    "branch_dimensions",
    "agenda_steps",
    "grades",
    "forms",
    "special_rules",
}
LONGEST = 3
"""A text found may be so many times as long as the words marked; beyond, it is not what was asked for."""


@dataclass
class Score:
    """Facts marked, those of them found, facts given, those of them right."""

    marked: int = 0
    found: int = 0
    given: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    def __add__(self, other: Score) -> Score:
        return Score(
            self.marked + other.marked,
            self.found + other.found,
            self.given + other.given,
            self.right + other.right,
            self.wrong + other.wrong,
        )

    @property
    def recall(self) -> float:
        return self.found / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 1.0


def names(kind: str) -> list[str]:
    return sorted(p.stem for p in (HERE / kind).glob("*.txt"))


def marks(kind: str, name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / kind / f"{name}.toml").read_text(encoding="utf-8"))


def source(kind: str, name: str) -> list[str]:
    return paragraphs((HERE / kind / f"{name}.txt").read_bytes(), f"{name}.txt")


@cache
def draft(kind: str, name: str) -> Draft:
    return read_notice(source(kind, name), f"{name}.txt")


def same(marked: Any, given: Any) -> bool:
    """Whether a value says what was marked, without regard to punctuation and to a few words more."""
    if isinstance(marked, str) and isinstance(given, str):
        short, long = bare(marked), bare(given)
        return short == long or (short in long and len(long) <= LONGEST * len(short) + 12)
    return bool(marked == given)


def atoms(name: str, value: Any) -> list[tuple[str, Any]]:
    """A value as single statements: an item of a list, a part of an object."""
    if name in LISTS:
        return [("", item) for item in value]
    if isinstance(value, dict):
        found: list[tuple[str, Any]] = []
        for part, inner in value.items():
            if part == "words" or inner in (None, [], ""):
                continue
            found += [(part, item) for item in inner] if isinstance(inner, list) else [(part, inner)]
        return found or [("there", True)]
    return [("", value)]


def compare(name: str, marked: Any, fact: Fact | None) -> Score:
    """One field of one notice.

    Parts that the marks do not name (the scope of a publication, say) are not counted as given.
    """
    if marked is None:
        return Score(given=1, wrong=[f"没有标出，却读出 {fact.value}"]) if fact else Score()
    wanted = atoms(name, marked)
    if fact is None:
        return Score(marked=len(wanted), wrong=[f"没有读出 {marked}"])
    given = atoms(name, fact.value)
    parts = {part for part, _ in wanted}
    given = [g for g in given if g[0] in parts] or ([("there", True)] if parts == {"there"} else [])
    found = [w for w in wanted if any(w[0] == g[0] and same(w[1], g[1]) for g in given)]
    right = [g for g in given if any(w[0] == g[0] and same(w[1], g[1]) for w in wanted)]
    wrong = [f"缺 {w[1]}" for w in wanted if w not in found] + [f"多 {g[1]}" for g in given if g not in right]
    return Score(len(wanted), len(found), len(given), len(right), wrong)


def field_score(kind: str, notice: str, name: str) -> Score:
    return compare(name, marks(kind, notice).get(name), draft(kind, notice).facts[name])


def demand_score(kind: str, notice: str) -> Score:
    wanted = marks(kind, notice)
    made = {a.key for a in draft(kind, notice).demands}
    has, hasnt = set(wanted["has"]), set(wanted["hasnt"])
    score = Score(len(has), len(has & made), len((has | hasnt) & made), len(has & made))
    score.wrong = [f"缺 {k}" for k in sorted(has - made)] + [f"多 {k}" for k in sorted(hasnt & made)]
    return score


def quotes(kind: str, notice: str) -> Counter[bool]:
    """How many quotations are literal parts of the text as read."""
    text = "\n".join(source(kind, notice))
    read = draft(kind, notice)
    facts = [f for f in (*read.facts.values(), *read.more.values()) if f]
    said = [w.quote for f in facts for w in f.words] + [w.quote for a in read.demands for w in a.words]
    said += [w.quote for w in read.unread]
    return Counter(bool(q) and q in text for q in said)


def total(kind: str, name: str) -> Score:
    return sum((field_score(kind, notice, name) for notice in names(kind)), Score())


def overall(kind: str) -> Score:
    return sum((total(kind, name) for name in FIELDS), Score())


def main() -> None:
    import sys

    kinds = sys.argv[1:] or SETS
    for kind in kinds:
        for notice in names(kind):
            for name in FIELDS:
                score = field_score(kind, notice, name)
                if score.wrong:
                    print(f"{notice} {name}: {'; '.join(score.wrong)}")
            asked = demand_score(kind, notice)
            if asked.wrong:
                print(f"{notice} demands: {'; '.join(asked.wrong)}")
            print(notice, "unread", len(draft(kind, notice).unread), "quotes", dict(quotes(kind, notice)))
        score = overall(kind)
        demands = sum((demand_score(kind, n) for n in names(kind)), Score())
        print(
            kind,
            f"found {score.recall:.3f} ({score.found}/{score.marked}) right {score.precision:.3f} ({score.right}/{score.given})",
        )
        print(kind, f"demands found {demands.recall:.3f} right {demands.precision:.3f}")


if __name__ == "__main__":
    main()
