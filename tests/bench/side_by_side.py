"""What the usual commands cost here and in another checkout, by turns in one run: ``make bench-commands WITH=../other``.

Each checkout works on invented branches of its own generator, with the same members. CPU of all processes, user and
system; prints a table, writes no page.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from tests.bench.batch import call, forget, machine, measured
from tests.branch import ROOT

MAKE = "import sys; from pathlib import Path; from tests.bench.batch import workspace; workspace(Path(sys.argv[1]), int(sys.argv[2]))"
BRANCH = "g00000"


def commands(root: Path, jobs: int) -> dict[str, Sequence[str]]:
    """The commands, in the order in which they are measured: the first overview and the first batch find nothing made."""
    return {
        "help": ["--help"],
        "rules": ["rules"],
        "overview, first": ["overview", str(root), "--json"],
        "overview, again": ["overview", str(root), "--json"],
        "batch": ["batch", str(root), "--jobs", str(jobs)],
        "batch, nothing changed": ["batch", str(root), "--jobs", str(jobs)],
        "check of one branch": ["check", str(root), "--branch", BRANCH, "--json"],
    }


def renew(root: Path) -> None:
    """Remove what was made of the branches and found in them."""
    shutil.rmtree(root / "records", ignore_errors=True)
    (root / "records").mkdir()
    (root / ".orglife" / "inputs.json").unlink(missing_ok=True)
    forget(root)


def measure(folder: Path, checkouts: Sequence[Path], branches: int, rounds: int) -> Iterator[str]:
    """The table: the other checkout, this one, and how many times as much this one costs."""
    roots = []
    for number, checkout in enumerate(checkouts):
        own = folder / str(number)
        own.mkdir()
        line = [str(checkout / ".venv" / "bin" / "python"), "-c", MAKE, str(own), str(branches)]
        subprocess.run(line, cwd=checkout, check=True)
        roots.append(own / f"bureau{branches}")
    seconds_of: dict[str, list[list[float]]] = {}
    for turn in range(rounds + 1):  # the first one warms up
        order = [0, 1] if turn % 2 else [1, 0]
        for number in order:
            renew(roots[number])
            for name, arguments in commands(roots[number], len(os.sched_getaffinity(0))).items():
                with measured(branches) as cost:
                    call([str(checkouts[number] / ".venv" / "bin" / "orglife"), *arguments], roots[number])
                if turn:
                    seconds_of.setdefault(name, [[], []])[number].append(cost.cpu)
    yield f"| CPU-s, {branches} branches, medians of {rounds} | other | here | times |"
    yield "| --- | --- | --- | --- |"
    for name, (other, here) in seconds_of.items():
        yield f"| {name} | {median(other):.2f} | {median(here):.2f} | {median(here) / median(other):.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("other", type=Path, help="another checkout that was set up")
    parser.add_argument("--branches", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="orglife-bench-") as name:
        for line in measure(Path(name), [options.other.resolve(), ROOT], options.branches, options.rounds):
            print(line)


if __name__ == "__main__":
    main()
