"""The pages' figures of two checkouts, measured in turn in one run: ``python -m tests.browser.side_by_side OTHER``.

Each checkout runs its own ``tests.browser.figures`` with its own ``.venv``; a round measures the other one, then this
one, so that what else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.branch import ROOT

_ROW = re.compile(r"\| (.+?) \| ([\d.]+) \| ([\d.]+) \| .+? \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|")


@dataclass(frozen=True)
class Figure:
    """One step: the goal and the median by the clock, in seconds; seconds of processor of server, kernels and browser."""

    goal: float
    clock: float
    server: float
    kernels: float
    browser: float


def figures(page: str) -> dict[str, Figure]:
    """The rows of a written page by what they measure."""
    by_step: dict[str, Figure] = {}
    before = ""
    for what, *numbers in _ROW.findall(page):
        name = f"{before} {what}" if what.startswith("…") else what  # a part of the step above
        before = before if what.startswith("…") else what
        by_step[name] = Figure(*map(float, numbers))
    return by_step


def measured(checkout: Path, runs: int) -> dict[str, Figure]:
    """The figures that a checkout measures of itself."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.md"
        line = [checkout / ".venv/bin/python", "-m", "tests.browser.figures", "--runs", str(runs), "--out", out]
        subprocess.run(line, cwd=checkout, check=True, stdout=subprocess.DEVNULL)
        return figures(out.read_text(encoding="utf-8"))


def table(before: Sequence[Mapping[str, Figure]], now: Sequence[Mapping[str, Figure]]) -> Iterator[str]:
    """A row for each step of this checkout: goal, then clock and processor before → now, medians of the rounds."""
    yield "| what | to reach, s | clock, s | server, CPU-s | kernels, CPU-s | browser, CPU-s |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for what in now[0]:
        pairs = zip(_medians(before, what), _medians(now, what), strict=True)
        yield f"| {what} | {now[0][what].goal:g} | {' | '.join(' → '.join(pair) for pair in pairs)} |"


def _medians(rounds: Sequence[Mapping[str, Figure]], what: str) -> list[str]:
    steps = [each[what] for each in rounds if what in each]
    names = ("clock", "server", "kernels", "browser")
    return [f"{statistics.median(getattr(f, name) for f in steps):.2f}" if steps else "–" for name in names]


def main() -> None:
    """Measure both and print the table after each round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", type=Path, help="the other checkout, with its .venv")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3, help="how often each step is done in a round")
    options = parser.parse_args()
    before, now = [], []
    for _ in range(options.rounds):
        before.append(measured(options.other, options.runs))
        now.append(measured(ROOT, options.runs))
        print("\n".join(table(before, now)), flush=True)


if __name__ == "__main__":
    main()
