"""Many packages at once: each is compared and listed with its state, then those that are in order are imported.

The list is stored in a file, so that another process can make it and a page can show it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files
from orglife.adapters.store.chain import ChainHead
from orglife.core.errors import (
    ChangedMeanwhile,
    HistoryRewritten,
    NotTheSameBranch,
    OlderPackage,
    OrglifeError,
    OtherCampaign,
)
from orglife.exchange import handover
from orglife.exchange.arrival import Arrival, ImportOptions, compare, open_package
from orglife.exchange.chosen_files import ChosenFiles
from orglife.exchange.merging import Contradiction
from orglife.exchange.packages import Package
from orglife.office.office import Office

LIST, DONE = "list.json", "done.jsonl"
NO_HEAD = ChainHead(0, "")
NAMED = 6
"""Names of other files that are remembered."""
MOST_LINES = 40
"""Lines of one package's differences that are remembered."""
Report = Callable[[int, int, str], None]


class ArrivalState(StrEnum):
    """What a file is, compared with the workspace."""

    NEW = "new"
    CONTINUES = "continues"
    MERGED = "merged"
    SAME = "same"
    ASKED = "asked"
    DOUBT = "doubt"
    REWRITTEN = "rewritten"
    RIVAL = "rival"
    OLDER = "older"
    TWICE = "twice"
    OTHER = "other"
    DAMAGED = "damaged"

    @property
    def word(self) -> str:
        """The state in Chinese."""
        return _WORDS[self]

    @property
    def in_order(self) -> bool:
        """Whether the package can be taken in as it is."""
        return self in (ArrivalState.NEW, ArrivalState.CONTINUES, ArrivalState.MERGED)

    @property
    def asks(self) -> bool:
        """Whether somebody has to decide something first."""
        return self in (ArrivalState.ASKED, ArrivalState.DOUBT, ArrivalState.REWRITTEN)


_WORDS = {
    ArrivalState.NEW: "新支部",
    ArrivalState.CONTINUES: "接着上次的",
    ArrivalState.MERGED: "这里也改过，可以合并",
    ArrivalState.SAME: "没有新内容",
    ArrivalState.ASKED: "两边都改过",
    ArrivalState.DOUBT: "代号相同",
    ArrivalState.REWRITTEN: "以前的记录被改写过",
    ArrivalState.RIVAL: "同一支部的另一份",
    ArrivalState.OLDER: "比已收的旧",
    ArrivalState.TWICE: "同一个包",
    ArrivalState.OTHER: "别的方案",
    ArrivalState.DAMAGED: "不完整或已损坏",
}


@dataclass(frozen=True)
class Answers:
    """What a person decided about one package; see ``ImportOptions``."""

    as_new: bool = False
    same: bool = False
    reason: str = ""
    sides: tuple[tuple[str, str, str], ...] = ()

    def options(self, seen: ChainHead | None = None) -> ImportOptions:
        """The options of its import."""
        sides = {(type_name, ident): side for type_name, ident, side in self.sides}
        return ImportOptions(False, self.reason, self.as_new, self.same, "", sides, seen)


@dataclass(frozen=True)
class ArrivedPackage:
    """A package and what it would change here.

    Attributes:
        place: Where its file lies.
        name: What its file is called.
        branch: The branch's name.
        ours: The name of the branch here that has the same id, where that is the question.
        sentence: What is so and what to do; "" where the state says it all.
        lines: What it changes.
        here: Head of the branch's chain when the package was looked at.
        taken: It has been taken in.
        failed: Why it was not taken in after all.
    """

    place: str
    name: str
    digest: str
    state: ArrivalState
    branch: str = ""
    ours: str = ""
    sentence: str = ""
    lines: tuple[str, ...] = ()
    here: ChainHead = NO_HEAD
    contradictions: tuple[Contradiction, ...] = ()
    answers: Answers = Answers()
    taken: bool = False
    failed: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it can be taken in now."""
        return self.state.in_order and not self.taken


@dataclass(frozen=True)
class Arrivals:
    """The packages of one drop.

    Attributes:
        packages: In the order in which they are taken in.
        others: Names of some files that are no packages.
        other_count: Number of all those.
    """

    packages: tuple[ArrivedPackage, ...] = ()
    others: tuple[str, ...] = ()
    other_count: int = 0

    def save(self, folder: Path) -> None:
        """Write the list."""
        files.write(folder / LIST, json.dumps(asdict(self), ensure_ascii=False).encode())
        (folder / DONE).unlink(missing_ok=True)

    def note(self, folder: Path, number: int) -> None:
        """Write what became of one package since the list was written; all of a long list anew would take too long."""
        row = self.packages[number]
        with (folder / DONE).open("a", encoding="utf-8") as notes:
            notes.write(json.dumps([number, row.digest, row.taken, row.failed], ensure_ascii=False) + "\n")

    @classmethod
    def load(cls, folder: Path) -> Arrivals:
        """The list in a folder; an empty one if there is none."""
        try:
            raw = json.loads(files.read_text(folder / LIST))
            rows = _with_notes(folder, list(map(_package_of, raw["packages"])))
            return cls(tuple(rows), tuple(raw["others"]), int(raw["other_count"]))
        except (OrglifeError, ValueError, KeyError, TypeError):
            return cls()


def _with_notes(folder: Path, rows: list[ArrivedPackage]) -> list[ArrivedPackage]:
    """The rows with what was noted of them since; a line that was cut is left out."""
    path = folder / DONE
    for line in files.read_text(path).split("\n") if path.is_file() else ():
        with contextlib.suppress(ValueError):
            number, digest, taken, failed = json.loads(line)
            if number < len(rows) and rows[number].digest == digest:
                rows[number] = replace(rows[number], taken=taken, failed=tuple(failed))
    return rows


def _package_of(raw: Mapping[str, Any]) -> ArrivedPackage:
    answers = {**raw["answers"], "sides": tuple(tuple(side) for side in raw["answers"]["sides"])}
    contradictions = (
        Contradiction(**{**c, "key": tuple(c["key"]), "differences": tuple(map(tuple, c["differences"]))})
        for c in raw["contradictions"]
    )
    return ArrivedPackage(
        **{
            **raw,
            "state": ArrivalState(raw["state"]),
            "lines": tuple(raw["lines"]),
            "failed": tuple(raw["failed"]),
            "here": ChainHead(*raw["here"]),
            "contradictions": tuple(contradictions),
            "answers": Answers(**answers),
        }
    )


# --- looking at them ---------------------------------------------------------------------------------------------------


def look_at_all(office: Office, chosen: ChosenFiles, report: Report) -> Arrivals:
    """Compare every package with the workspace; one that is damaged harms no other."""
    rows: list[ArrivedPackage] = []
    ends: list[_End | None] = []
    seen: dict[str, str] = {}
    for number, (path, name) in enumerate(chosen.packages):
        report(number, len(chosen.packages), f"正在核对“{name}”")
        row, end = _look_at(office, path, name, Answers())
        if row.digest and row.digest in seen:
            same = f"与“{seen[row.digest]}”一字不差。"
            row, end = replace(row, state=ArrivalState.TWICE, lines=(), sentence=same), None
        seen.setdefault(row.digest, name)
        rows.append(row)
        ends.append(end)
    rows = _within_one_drop(rows, ends)
    broken = [ArrivedPackage("", name, "", ArrivalState.DAMAGED, sentence=why) for name, why in chosen.broken]
    return Arrivals((*rows, *broken), tuple(chosen.others[:NAMED]), len(chosen.others))


def look_again(office: Office, row: ArrivedPackage, answers: Answers) -> ArrivedPackage:
    """Compare one package again, with what a person decided about it."""
    return _look_at(office, Path(row.place), row.name, answers)[0]


@dataclass(frozen=True)
class _End:
    """What distinguishes packages of one drop, small enough to hold for thousands of them.

    Attributes:
        branch: The branch's own id and its first revision.
        hashes: The hashes of its revisions, 32 bytes each.
    """

    branch: tuple[str, str]
    hashes: bytes

    @classmethod
    def of(cls, package: Package) -> _End:
        hashes = b"".join(bytes.fromhex(revision.hash) for revision in package.revisions)
        return cls((package.own_id, package.first), hashes)

    def holds(self, other: _End) -> bool:
        """Whether the other history is a part of this one."""
        return self.hashes.startswith(other.hashes)


def _look_at(office: Office, path: Path, name: str, answers: Answers) -> tuple[ArrivedPackage, _End | None]:
    """A package's row, and its end if it could be compared."""
    row = ArrivedPackage(str(path), name, "", ArrivalState.DAMAGED, answers=answers)
    try:
        row = replace(row, digest=files.sha256_of(path))
        with open_package(path, name) as pack:
            arrival = compare(office, pack, answers.options(), for_people=True)
    except OSError as error:
        return replace(row, sentence=f"读不了：{files.why(error)}。请检查U盘或权限，再收一次。"), None
    except OrglifeError as error:
        return _refused(row, error), None
    return _compared(row, arrival), _End.of(arrival.package)


def _compared(row: ArrivedPackage, arrival: Arrival) -> ArrivedPackage:
    state = ArrivalState.CONTINUES
    if arrival.open:
        state = ArrivalState.ASKED
    elif arrival.difference.new_branch:
        state = ArrivalState.NEW
    elif arrival.is_empty:
        state = ArrivalState.SAME
    elif arrival.only_here or arrival.contradictions:
        state = ArrivalState.MERGED
    lines = tuple(line.strip() for line in arrival.details(MOST_LINES))
    name = arrival.package.branch.name or arrival.package.branch.id
    asked = arrival.contradictions
    return replace(row, state=state, branch=name, lines=lines, here=arrival.here, contradictions=asked)


def _refused(row: ArrivedPackage, error: OrglifeError) -> ArrivedPackage:
    """The row of a package that cannot be taken in as it is."""
    fields = error.fields
    if isinstance(error, NotTheSameBranch):
        question = f"来件是“{fields['theirs']}”，这里已有“{fields['ours']}”，代号相同，修改历史没有一条相同。"
        return replace(row, state=ArrivalState.DOUBT, branch=fields["theirs"], ours=fields["ours"], sentence=question)
    if isinstance(error, OlderPackage):
        why = f"来件只到第{fields['theirs']}次修改，这里以前已收到第{fields['number']}次。请收支部最新的包。"
        return replace(row, state=ArrivalState.OLDER, branch=fields["branch"], sentence=why)
    if isinstance(error, HistoryRewritten):
        why = (
            f"以前交来的第{fields['number']}次修改在这份历史里{fields['how']}。请退回支部查明；"
            "查明了（例如电脑坏了，从旧备份恢复），写明原因再核对。"
        )
        return replace(row, state=ArrivalState.REWRITTEN, branch=fields["branch"], sentence=why)
    state = ArrivalState.OTHER if isinstance(error, OtherCampaign) else ArrivalState.DAMAGED
    why = "".join(sentence.removeprefix(f"“{row.name}”没有接收：") for sentence in error.sentences)
    return replace(row, state=state, sentence=why)


def _within_one_drop(rows: list[ArrivedPackage], ends: list[_End | None]) -> list[ArrivedPackage]:
    """Mark packages that another one of the same drop makes superfluous, or that have the id of another one."""
    result = list(rows)
    compared = [(number, end) for number, end in enumerate(ends) if end is not None]
    by_id: dict[str, list[tuple[int, _End]]] = {}
    for number, end in compared:
        by_id.setdefault(end.branch[0], []).append((number, end))
    for number, end in compared:
        same = [(n, e) for n, e in by_id[end.branch[0]] if n != number]
        newer = next((n for n, e in same if e.branch == end.branch and e.holds(end) and not end.holds(e)), None)
        stranger = next((n for n, e in same if e.branch != end.branch and n < number), None)
        rival = next((n for n, e in same if e.branch == end.branch and n < number and not end.holds(e)), None)
        if newer is not None:
            why = f"这次还有这个支部更新的一份“{rows[newer].name}”，收那一份。"
            result[number] = replace(rows[number], state=ArrivalState.OLDER, lines=(), sentence=why)
        elif rival is not None:
            why = f"与“{rows[rival].name}”是同一个支部，修改历史对不上，只能收一份。请先收一份，再核对另一份。"
            result[number] = replace(rows[number], state=ArrivalState.RIVAL, lines=(), sentence=why)
        elif stranger is not None and rows[number].state is ArrivalState.NEW:
            ours = rows[stranger].branch
            why = f"来件是“{rows[number].branch}”，“{rows[stranger].name}”是“{ours}”，代号相同，修改历史没有一条相同。"
            result[number] = replace(rows[number], state=ArrivalState.DOUBT, lines=(), ours=ours, sentence=why)
    return result


# --- taking them in ----------------------------------------------------------------------------------------------------


def take_in(office: Office, arrivals: Arrivals, report: Report, on_row: Callable[[Arrivals, int], None]) -> Arrivals:
    """Take in every package that is in order, each all or nothing; one that fails harms no other.

    Args:
        office: The workspace.
        arrivals: What was shown.
        report: Receives how far it is.
        on_row: Receives the list after each package, and its number in the list.
    """
    rows = list(arrivals.packages)
    ready = [number for number, row in enumerate(rows) if row.ready]
    for done, number in enumerate(ready):
        row = rows[number]
        report(done, len(ready), f"正在接收“{row.branch or row.name}”")
        rows[number] = _take_in(office, row)
        arrivals = replace(arrivals, packages=tuple(rows))
        on_row(arrivals, number)
    report(len(ready), len(ready), "接收完了")
    return arrivals


def _take_in(office: Office, row: ArrivedPackage) -> ArrivedPackage:
    try:
        if files.sha256_of(Path(row.place)) != row.digest:
            raise ChangedMeanwhile(name=row.name)
        handover.take_in(office, Path(row.place), row.answers.options(row.here), name=row.name)
    except OSError as error:
        return replace(row, failed=(f"读不了：{files.why(error)}。请检查U盘，再核对一次。",))
    except OrglifeError as error:
        return replace(row, failed=tuple(error.sentences))
    return replace(row, taken=True, failed=())
