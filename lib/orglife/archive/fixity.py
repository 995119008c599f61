"""Fixity over time: a folder of many bags, and what became of each bag since it was last verified.

Each visit is recorded in a small CSV file in the folder, so that the next one can report which bags are new, gone, moved
or exchanged, and which have not been found whole for too long. Anybody can write that file, so it proves nothing and only
raises questions. A bag counts as whole only if it was verified now.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from orglife.adapters.bag import verifier
from orglife.adapters.bag.bag import PARTIAL
from orglife.adapters.bag.verifier import printable
from orglife.adapters.disk import files, zips
from orglife.adapters.disk.settings import SETTINGS
from orglife.archive.verdict import Verdict, broken
from orglife.archive.verifying import MEMORY, verify_bag
from orglife.core.errors import CannotWrite
from orglife.core.paper.block import Bundle, Column, Document, Facts, Note, Signature, Table
from orglife.core.record.dossier import day_words

EVERY = 365
"""Default number of days after which a bag should be verified again."""
_COLUMNS = ("归档包", "归档包校验值", "支部", "上次核验", "上次完好", "结果")
_LARGEST = 32 * 1024 * 1024  # bytes of a record that is read
_DEEPEST = 8  # folders inside one another
_SHOWN = 50  # bags of a group that are named on the screen
_WHOLE, _FAULTY, _NOT_NOW = "完好", "不符", "这次没有核验"
ONLY_REMINDS = (
    "核验记录只用来安排核验和提醒，谁都能改，不能作凭证；要证明一个包没有动过，请用归档时给出的归档包校验值。"
)


@dataclass(frozen=True)
class Remembered:
    """What the record says about a bag; unknown days are None."""

    seal: str = ""
    branch: str = ""
    verified: date | None = None
    whole: date | None = None
    result: str = ""


@dataclass(frozen=True)
class VisitOptions:
    """How to visit a folder.

    Attributes:
        sample: Verify only this many bags, those whose last sound verification is the oldest; 0 = all.
        every: Days after which a bag is overdue.
        accept: Take the folder as it is now for the record: gone bags are struck off, exchanged ones taken.
        papers: Set the papers of each bag anew as well.
    """

    sample: int = 0
    every: int = EVERY
    accept: bool = False
    papers: bool = False


@dataclass(frozen=True)
class Visit:
    """What a visit found; ``text``, ``good`` and ``to_json`` are those of a ``Verdict``.

    Attributes:
        verdicts: Name of a bag in the folder → its verdict, of those that were verified now.
        now: Name → what is known of it after this visit, for all bags that are there.
        new, gone: Names that the record did not hold; that it holds and the folder does not.
        moved: Old name → new name of a bag with the same seal.
        exchanged: Names at which another bag lies than when it was last verified.
        overdue: Names of bags that have not been found whole for too long, or never.
        remarks: Sentences about the folder and its record.
    """

    path: Path
    options: VisitOptions
    day: date
    verdicts: Mapping[str, Verdict]
    now: Mapping[str, Remembered]
    new: Sequence[str] = ()
    gone: Mapping[str, Remembered] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    exchanged: Sequence[str] = ()
    overdue: Sequence[str] = ()
    remarks: Sequence[str] = ()

    @property
    def faulty(self) -> list[str]:
        """Names of the bags that were verified now and are not whole."""
        return [name for name, verdict in self.verdicts.items() if not verdict.good]

    @property
    def good(self) -> bool:
        """Whether every bag that was looked at is whole, none is gone or exchanged, and none is overdue."""
        return not (self.faulty or self.gone or self.exchanged or self.overdue)

    def to_json(self) -> dict[str, Any]:
        """One result of ``orglife-verify/1``."""
        return {
            "path": str(self.path),
            "kind": "folder",
            "ok": self.good,
            "day": self.day.isoformat(),
            "every": self.options.every,
            "new": list(self.new),
            "gone": {name: _json(known) for name, known in self.gone.items()},
            "moved": dict(self.moved),
            "exchanged": list(self.exchanged),
            "overdue": list(self.overdue),
            "remarks": list(self.remarks),
            "known": {name: _json(known) for name, known in self.now.items()},
            "bags": [verdict.to_json() for verdict in self.verdicts.values()],
        }

    def text(self) -> str:
        """For a person."""
        shown = [f"{printable(str(self.path))}（归档文件夹）：{self._sum()}"]
        for name in self.faulty:
            shown += self.verdicts[name].shown()
        for title, names in self._groups():
            shown.append(f"{title}：")
            shown += [f"　　{printable(name)}" for name in names[:_SHOWN]]
            shown += [f"　　……共{len(names)}个"] if len(names) > _SHOWN else []
        shown += [printable(remark) for remark in self.remarks]
        end = (
            "都完好。"
            if self.good
            else "请逐个查明：不符、换过、不见了的，请向保管、移交的人核实，或用备份的归档包换回。"
        )
        return "\n".join([*shown, ONLY_REMINDS, end])

    def _sum(self) -> str:
        looked, bad = len(self.verdicts), len(self.faulty)
        return (
            f"有{len(self.now)}个归档包，这次核验{looked}个，完好{looked - bad}个，不符{bad}个；"
            f"新放进来的{len(self.new)}个，换过的{len(self.exchanged)}个，不见了的{len(self.gone)}个；"
            f"超过{self.options.every}天没有核验完好的{len(self.overdue)}个"
        )

    def _groups(self) -> Iterator[tuple[str, list[str]]]:
        """The groups that have any bag, with a line for each bag."""
        groups = (
            ("不见了的", [f"{name}（{_since(known)}）" for name, known in self.gone.items()]),
            ("换过的（与上次核验时不是同一个包）", list(self.exchanged)),
            ("挪了位置的", [f"{old}，现在是{new}" for old, new in self.moved.items()]),
            ("新放进来的", list(self.new)),
            ("该核验的", [f"{name}（{_since(self.now[name])}）" for name in self.overdue]),
        )
        return ((title, names) for title, names in groups if names)

    def bundle(self) -> Bundle:
        """The visit as a paper for the archivist: bags that need a look first, then all others."""
        facts = Facts(rows=[("文件夹", str(self.path)), ("核验日期", day_words(self.day)), ("结果", self._sum())])
        heads = (("归档包", 4), ("支部", 2), ("最近一次完好", 3), ("这次", 6))
        columns = [Column(head=head, share=share, align="left") for head, share in heads]
        states = [(known, name, "不见了") for name, known in self.gone.items()]
        states += [(known, name, self._state(name)) for name, known in self.now.items()]
        states.sort(key=lambda one: one[2] in (_WHOLE, _NOT_NOW))
        rows = [[n, k.branch, day_words(k.whole) if k.whole else "没有过", state] for k, n, state in states]
        notes = [Note(text=text) for text in (*self.remarks, ONLY_REMINDS)]
        title = ["归档包核验情况"]
        blocks = [facts, Table(columns=columns, rows=rows), *notes, Signature(roles=["核验人"])]
        paper = Document(form="", title=title, page="L", blocks=blocks)
        return Bundle(documents=[paper], title=title[0])

    def _state(self, name: str) -> str:
        verdict = self.verdicts.get(name)
        states = ["换过，与上次核验时不是同一个包"] if name in self.exchanged else []
        if verdict is None:
            states += ["没有核验，该核验了"] if name in self.overdue else []
        elif not verdict.good:
            faults = [p for line in verdict.lines for p in line.faults]
            more = f"等{len(faults)}处" if len(faults) > 1 else ""
            states.append(f"不符：{faults[0].file or '整包'}{faults[0].text}{more}" if faults else _FAULTY)
        states += ["新放进来"] if name in self.new and not states else []
        return "；".join(states) or (_NOT_NOW if verdict is None else _WHOLE)


def _since(known: Remembered) -> str:
    return f"{day_words(known.whole)}核验完好" if known.whole else "没有核验完好过"


def _json(known: Remembered) -> dict[str, Any]:
    days = {"verified": known.verified, "whole": known.whole}
    shown = {key: day.isoformat() if day else None for key, day in days.items()}
    return {"seal": known.seal, "branch": known.branch, **shown, "result": known.result}


# --- a visit ---------------------------------------------------------------------------------------------------------


def is_archive_folder(path: Path) -> bool:
    """Whether a path is a folder, neither bag nor workspace, that holds bags or the record of an earlier visit."""
    if not path.is_dir() or (path / SETTINGS).is_file() or _looks_like_a_bag(path):
        return False
    return (path / MEMORY).is_file() or next(_bags(path, []), None) is not None


def visit(folder: Path, options: VisitOptions, day: date) -> Visit:
    """Verify the bags of a folder, compare with the record of the last visit, and write the record anew.

    Args:
        folder: The folder.
        options: What to verify.
        day: Today.
    """
    remarks: list[str] = []
    known = _read(folder / MEMORY, day, remarks)
    seals = {name: _seal(folder / name) for name in _bags(folder, remarks)}
    chosen = sorted(seals, key=lambda name: (_last(known, name, seals[name]), name))
    chosen = sorted(chosen[: options.sample or None])
    verdicts = {name: _verdict(folder / name, papers=options.papers) for name in chosen}
    gone = {name: known[name] for name in known if name not in seals}
    new = [name for name in seals if name not in known]
    moved = dict(_moved(gone, {name: seals[name] for name in new}))
    exchanged = [n for n, seal in seals.items() if n in known and seal and known[n].seal not in ("", seal)]
    origins = {at: known[old] for old, at in moved.items()}
    now = {}
    for name, seal in seals.items():
        before = known.get(name) or origins.get(name, Remembered())
        same = before if before.seal in ("", seal) or not seal else Remembered()
        now[name] = _after(same, seal or before.seal, verdicts.get(name), day)
    new = [name for name in new if name not in origins]
    gone = {name: was for name, was in gone.items() if name not in moved}
    limit = day - timedelta(days=options.every)
    overdue = [n for n, it in now.items() if n not in verdicts and (it.whole is None or it.whole < limit)]
    if options.accept:
        gone, exchanged = {}, []
    unresolved = {name: known[name] for name in exchanged}  # reported again until somebody accepts them
    try:
        _write(folder / MEMORY, {**gone, **now, **unresolved})
    except CannotWrite as error:
        remarks.append(f"核验记录没有写下：{error}")
    return Visit(folder, options, day, verdicts, now, new, gone, moved, exchanged, overdue, remarks)


def _bags(folder: Path, remarks: list[str], depth: int = 0) -> Iterator[str]:
    """Names, below the folder, of the bags in it; what is passed over is remarked on."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        remarks.append(f"“{folder}”读不出来：{files.why(error)}。")
        return
    for entry in entries:
        if entry.name.startswith("."):
            if entry.name.startswith(PARTIAL):
                remarks.append(f"“{entry.path}”是没有做完的归档包，没有核验。")
        elif entry.is_symlink():
            remarks.append(f"“{entry.path}”是链接，没有核验。")
        elif entry.is_dir():
            if _looks_like_a_bag(Path(entry.path)):
                yield entry.name
            elif depth < _DEEPEST:
                yield from (f"{entry.name}/{name}" for name in _bags(Path(entry.path), remarks, depth + 1))
        elif entry.name.lower().endswith(".zip") and _zipped_bag(Path(entry.path)):
            yield entry.name


def _looks_like_a_bag(folder: Path) -> bool:
    try:
        return verifier.looks_like_a_bag(path.name for path in folder.iterdir())
    except OSError:  # the next reading reports the reason
        return False


def _zipped_bag(path: Path) -> bool:
    """Whether a zip file is a bag; one that cannot be opened counts as one, so that it is reported."""
    try:
        verifier.Zipped(str(path))
    except verifier.NotABag:
        return False
    except (*zips.DAMAGE, OSError):
        return True
    return True


def _seal(path: Path) -> str:
    try:
        return verifier.Bag(str(path)).seal()
    except (verifier.NotABag, zipfile.BadZipFile, *zips.DAMAGE, OSError):
        return ""


def _verdict(path: Path, *, papers: bool) -> Verdict:
    return verify_bag(path, "", papers=papers) or broken(path, "bag")


def _last(known: Mapping[str, Remembered], name: str, seal: str) -> date:
    """When a bag was last found whole, for the order of visits; another bag of the name was never."""
    before = known.get(name)
    return (before.whole if before and before.seal == seal else None) or date.min


def _moved(gone: Mapping[str, Remembered], new: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    places = {seal: name for name, seal in new.items() if seal}
    return ((old, places[was.seal]) for old, was in gone.items() if was.seal in places)


def _after(before: Remembered, seal: str, verdict: Verdict | None, day: date) -> Remembered:
    """What is known of a bag after a visit that did or did not verify it."""
    if verdict is None:
        return replace(before, seal=seal)
    branch = str(verdict.about.get("branch") or before.branch)
    whole = day if verdict.good else before.whole
    return Remembered(seal, branch, day, whole, _WHOLE if verdict.good else _FAULTY)


# --- the record ------------------------------------------------------------------------------------------------------


def _read(path: Path, today: date, remarks: list[str]) -> dict[str, Remembered]:
    """The record of earlier visits; what cannot be read, or lies in the future, counts as never seen."""
    if not path.is_file() or path.is_symlink():
        return {}
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except (OSError, ValueError, csv.Error):
        remarks.append(f"“{path.name}”读不懂，都当作没有核验过；这次重新写。")
        return {}
    known, late = {}, 0
    for row in rows:
        cells = {key: verifier.unquoted(row.get(key) or "") for key in _COLUMNS}
        days = [_day(cells["上次核验"]), _day(cells["上次完好"])]
        late += any(day is not None and day > today for day in days)
        verified, whole = (day if day is not None and day <= today else None for day in days)
        if cells["归档包"]:
            known[cells["归档包"]] = Remembered(cells["归档包校验值"], cells["支部"], verified, whole, cells["结果"])
    if late:
        remarks.append(f"“{path.name}”里有{late}个日期晚于今天，当作没有核验过；请核对电脑的日期。")
    return known


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _write(path: Path, known: Mapping[str, Remembered]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for name, it in sorted(known.items()):
        days = (it.verified.isoformat() if it.verified else "", it.whole.isoformat() if it.whole else "")
        writer.writerow([*map(verifier.quoted, (name, it.seal, it.branch)), *days, it.result])
    files.write(path, text.getvalue().encode("utf-8-sig"))
