"""Measure a save in this and another checkout, in turns in one run: ``make bench-saves WITH=../other``; no test.

Each checkout has a process of its own, with this Python, that keeps a store open as a page does. In every turn each saves the
same so many records and drafts, one checkout after the other, in an order drawn by lot. CPU is that of the process.
Writes the section in docs/bench.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench.batch import machine
from tests.branch import ROOT

HEADING = "## A save before and after"
KINDS = {"put": "a record saved", "draft": "a draft saved"}

PROGRAM = """
import json, sys, time
from pathlib import Path
from orglife.adapters.store.store import Store
from orglife.core.record.branch import Member
store = Store.open(Path(sys.argv[1]))
versions = {}
def save(kind, number):
    key = f"m{number % 50:02d}"
    if kind == "put":
        record = Member(id=key, name=f"李秀兰{number}")
        versions[key] = store.put("2024-seed", "b01", record, who="张", base=versions.get(key, 0)).version
    else:
        store.draft("2024-seed", "b01", "talk", key, {"date": f"第{number}次", "content": "谈" * 200}, who="张")
number = 0
for line in sys.stdin:
    kind, each = json.loads(line)
    walls, cpu = [], time.process_time()
    for number in range(number, number + each):
        begun = time.perf_counter()
        save(kind, number)
        walls.append(time.perf_counter() - begun)
    print(json.dumps([(time.process_time() - cpu) / each, walls]), flush=True)
"""


class Saver:
    """A checkout's process with a store of its own; measures what it is asked to save."""

    def __init__(self, checkout: Path, store: Path) -> None:
        surroundings = {**os.environ, "PYTHONPATH": str(checkout / "lib")}
        line = [sys.executable, "-c", PROGRAM, str(store)]
        self._process = subprocess.Popen(
            line, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.cpu: dict[str, list[float]] = {kind: [] for kind in KINDS}
        self.wall: dict[str, list[float]] = {kind: [] for kind in KINDS}

    def save(self, kind: str, each: int, *, keep: bool = True) -> None:
        """Save ``each`` times; note the CPU-seconds of one save and the seconds of each."""
        if self._process.stdin is None or self._process.stdout is None:
            raise TypeError(self._process)
        self._process.stdin.write(json.dumps([kind, each]) + "\n")
        self._process.stdin.flush()
        cpu, walls = json.loads(self._process.stdout.readline())
        if keep:
            self.cpu[kind].append(cpu)
            self.wall[kind].extend(walls)

    def end(self) -> None:
        """End the process."""
        self._process.communicate()


def measure(checkouts: dict[str, Path], turns: int, each: int) -> dict[str, Saver]:
    """Save turn by turn; the first turn of each warms up."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="orglife-bench-") as folder:
        savers = {name: Saver(path, Path(folder) / f"{name}.db") for name, path in checkouts.items()}
        for turn in range(turns + 1):
            for kind in KINDS:
                for name in chance.sample(sorted(savers), len(savers)):
                    savers[name].save(kind, each, keep=turn > 0)
        for saver in savers.values():
            saver.end()
    return savers


def row(kind: str, savers: dict[str, Saver]) -> str:
    """The row of the table, with ratios after to before."""
    before, after = savers["before"], savers["after"]
    cpu = [statistics.median(saver.cpu[kind]) for saver in (before, after)]
    wall = [statistics.median(saver.wall[kind]) for saver in (before, after)]
    late = [sorted(saver.wall[kind])[int(0.95 * len(saver.wall[kind]))] for saver in (before, after)]
    pairs = [*cpu, *wall, *late]
    cells: list[Any] = [KINDS[kind], *(f"{value * 1000:.2f}" for value in pairs)]
    cells += [f"{cpu[1] / cpu[0]:.2f}", f"{wall[1] / wall[0]:.2f}", f"{late[1] / late[0]:.2f}"]
    return f"| {' | '.join(cells)} | {len(after.wall[kind])} | {date.today()} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", type=Path, help="the checkout before")
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "bench.md")
    options = parser.parse_args()
    about_machine = machine()
    savers = measure({"before": options.other.absolute(), "after": ROOT}, options.turns, options.each)
    rows = "\n".join(row(kind, savers) for kind in KINDS)
    section = _SECTION.format(heading=HEADING, machine=about_machine, rows=rows)
    before, _, own = options.out.read_text(encoding="utf-8").partition(HEADING)
    following = "".join(own.partition("\n## ")[1:])  # the sections of other measurements
    options.out.write_text(f"{before.rstrip()}\n\n{section}{following}", encoding="utf-8")
    print(rows)


_SECTION = """{heading}

Written by `make bench-saves` (`tests/bench/saves.py`). {machine}. A save until it is acknowledged, synced to the disk and read back, by the commit before drafts had hashes and last heads were noted, and now; in milliseconds, medians, and the time that 95 of 100 saves take at most.

| what | CPU before | CPU after | by the clock before | after | 95 of 100 before | after | times the CPU | by the clock | 95 of 100 | saves each | day |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
{rows}
"""

if __name__ == "__main__":
    main()
