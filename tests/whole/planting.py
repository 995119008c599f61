"""Planting faults in a generated branch: the branch, its records at hand, and what a fault is. The table: ``faults``."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.whole.generate import generated

Json = dict[str, Any]
EXCUSED = ("leave", "frail", "bedridden", "abroad")


def common_branch(seed: int) -> Json:
    """A branch with everything that faults need: 22–33 members, a 支委会 of five, four excused, two probationary."""
    return generated(22 + seed % 12, committee=True, excused=EXCUSED, probationary=2, seed=seed)


class Hand:
    """The records of a branch, at hand for a fault."""

    def __init__(self, raw: Json) -> None:
        self.raw = raw
        self.records: Json = raw["records"]
        full = [m["id"] for m in self.all("member")][5:-2]  # by place, for a fault may have changed roles
        self.ordinary = full[: -len(EXCUSED)]
        """Ordinary members with a vote who came; all others are counted from the ends: m01–m05, excused, probationary."""
        self.leave, self.frail, self.bedridden, self.abroad = reversed(full[-len(EXCUSED) :])
        self.on_trial: str = self.all("member")[-1]["id"]

    def all(self, kind: str) -> list[Json]:
        """The records of a type."""
        return self.records[kind]  # type: ignore[no-any-return]

    def one(self, kind: str, ident: str = "") -> Json:
        """A record by id; without an id the first."""
        return next(r for r in self.all(kind) if ident in ("", r["id"]))

    def of(self, kind: str, member: str) -> Json:
        """The record of a member."""
        return next(r for r in self.all(kind) if r.get("member") == member or (kind == "member" and r["id"] == member))

    def row(self, member: str) -> Json:
        """A member's row in the tally."""
        return next(r for r in self.one("tally")["rows"] if r["member"] == member)

    def drop(self, kind: str, which: Callable[[Json], bool] = lambda r: True) -> None:
        """Take out the records of a type that answer to ``which``."""
        self.records[kind] = [r for r in self.records[kind] if not which(r)]

    def said_by(self, author: str) -> list[Json]:
        """The criticisms of an author."""
        return [c for c in self.all("criticism") if c["author"] == author]


@dataclass(frozen=True)
class Fault:
    """One thing gone wrong.

    Attributes:
        finds: The rules that find it: these and no others.
        touches: The records it changes, by type or as ``type:which``; two that touch the same are not planted together.
        plant: Does it.
    """

    name: str
    finds: frozenset[str]
    touches: frozenset[str]
    plant: Callable[[Hand], None]


def planted(raw: Json, *faults: Fault) -> Json:
    """A copy of a dossier with faults in it."""
    found = copy.deepcopy(raw)
    for each in faults:
        each.plant(Hand(found))
    return found


def together(a: Fault, b: Fault) -> bool:
    """Whether two faults touch nothing in common."""
    return not any(x == y or y.startswith(f"{x}:") or x.startswith(f"{y}:") for x in a.touches for y in b.touches)
