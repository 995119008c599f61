"""Draw, try each change, report what survived."""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from queue import SimpleQueue

import tests.mutants
from tests.mutants.places import ROOT, Mutant, draw
from tests.mutants.reach import Reach, copy_to, pytest_in

LONGEST = 60.0
"""Processor seconds of tests that one change is tried with."""
FIRST = 10
"""Tests that are tried before the others are collected: they kill most changes."""


def of_room(mutant: Mutant, tests: Sequence[str]) -> list[str]:
    """The tests of the module's room, those of the whole and of the documents: for what runs on import."""
    parts = Path(mutant.file).parts[2:]
    wide = [t for t in tests if t.startswith(("tests/test_docs", "tests/whole/test_golden", "tests/stages/test_cases"))]
    room = [t for t in tests if t.startswith((f"tests/{parts[0]}/", f"tests/{parts[0]}s/"))]  # notice: tests/notices
    room.sort(key=lambda test: not _golden(test))
    return list(dict.fromkeys([*(t for t in tests if _near(mutant, t)), *room, *wide]))


def _near(mutant: Mutant, test: str) -> bool:
    """Whether a test is of the module's folder or bears its name."""
    parts = Path(mutant.file).parts[2:]
    return test.startswith(f"tests/{'/'.join(parts[:-1])}/") or Path(mutant.file).stem in test.partition("::")[0]


@cache
def _golden_files() -> frozenset[str]:
    """The test files that compare all that is made with files: they reach far and see much."""
    paths = (ROOT / "tests").rglob("test_*.py")
    return frozenset(p.relative_to(ROOT).as_posix() for p in paths if "golden_files" in p.read_text(encoding="utf-8"))


def _golden(test: str) -> bool:
    return test.partition("::")[0] in _golden_files()


def chosen_tests(mutant: Mutant, reach: Reach) -> list[str]:
    """The tests that a change is tried with: near and golden ones first, each time the shortest, while time allows."""
    reached = reach.tests_of(mutant) if mutant.probe else []
    tests = sorted(reached, key=lambda t: (not _near(mutant, t) and not _golden(t), reach.seconds[t]))
    found, taken = [], 0.0
    for test in tests or of_room(mutant, list(reach.seconds)):
        taken += reach.seconds[test]
        if taken > LONGEST and found:
            break
        found.append(test)
    return found


def killer(mutant: Mutant, folder: Path, tests: Sequence[str]) -> str:
    """The test that fails with the change; "" when none does."""
    path = folder / mutant.file
    source = path.read_bytes()
    start, end = mutant.span
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
        compiled.unlink()
    try:
        path.write_bytes(source[:start] + mutant.after.encode() + source[end:])
        return next((by for part in (tests[:FIRST], tests[FIRST:]) if part and (by := _failing(folder, part))), "")
    except subprocess.TimeoutExpired:
        return "time limit"
    finally:
        path.write_bytes(source)


def _failing(folder: Path, tests: Sequence[str]) -> str:
    chosen = folder / "chosen.txt"
    chosen.write_text("\n".join(tests), encoding="utf-8")
    done = pytest_in(folder, "-n", "0", "-x", "-rfE", f"@{chosen}", limit=10 * LONGEST)
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return failed.group(1) if failed else f"pytest ended with {done.returncode}"


def run(mutants: Sequence[Mutant], workers: int, tried: Sequence[str]) -> Iterator[tuple[Mutant, str, int]]:
    """Try each change: the test that fails, or "", and how many were tried."""
    reach = Reach.stored()
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        reach.measure(_test_files(tried), copy_to(Path(temporary) / "probed"), workers)
        folders = SimpleQueue[Path]()
        for number in range(workers):
            folders.put(copy_to(Path(temporary) / str(number)))

        def one(mutant: Mutant) -> tuple[Mutant, str, int]:
            tests = [test for test in chosen_tests(mutant, reach) if test.startswith(tuple(tried))]
            folder = folders.get()
            try:
                return mutant, killer(mutant, folder, tests), len(tests)
            finally:
                folders.put(folder)

        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(one, mutants)


def _test_files(tried: Sequence[str]) -> list[str]:
    paths = [
        path for name in tried for path in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("test_*.py"))
    ]
    return sorted(path.relative_to(ROOT).as_posix() for path in paths if "browser" not in path.parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=(tests.mutants.__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--only", default="", help="a pattern of the paths of modules: stages/|core/paper")
    parser.add_argument("--tests", nargs="+", default=["tests"], help="tests that are tried, where not all of them")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--list", action="store_true", help="only show what would be changed")
    arguments = parser.parse_args()
    mutants = draw(arguments.seed, arguments.count, arguments.only)
    if arguments.list:
        print(*mutants, sep="\n")
        return
    print(f"seed {arguments.seed}, {len(mutants)} places", flush=True)
    survived = []
    for mutant, by, tried in run(mutants, arguments.workers, arguments.tests):
        print(f"killed    {mutant} by {by}" if by else f"SURVIVED  {mutant} ({tried} tests)", flush=True)
        survived += [] if by else [mutant]
    killed = len(mutants) - len(survived)
    print(f"\nseed {arguments.seed}: {killed} of {len(mutants)} killed, {killed / max(len(mutants), 1):.0%}")
    print(*(f"survived: {mutant}" for mutant in survived), sep="\n")


if __name__ == "__main__":
    main()
