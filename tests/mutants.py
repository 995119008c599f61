"""Mutation run: changes places of lib/orglife one at a time and looks whether a test fails: ``make mutants``.

Draws places by a seed: a comparison is flipped, a part of a condition is dropped, a number is changed by one. Everything
happens in a temporary copy of the checkout, never in the checkout itself.

First the quick tests run once with a probe at each drawn place, which writes down the tests that reach it, in child
processes too. Then each change is made alone, and the tests that reach it run, the shortest first, until one fails.
A place outside of all functions runs on import: there the tests of its room run.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parent.parent
COPIED = ("lib", "tests", "notebooks", "templates", "docs", "kit")
QUICK = "not soak and not browser and not thorough"
LONGEST = 60.0
"""Seconds of tests, as the first run measured them, that one change is tried with."""
FLIPPED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
PROBE = '''"""Writes down which test reaches a probe."""
import os
_seen = set()
def reached(number):
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rsplit(" ", 1)[0]
    if test and (number, test) not in _seen:
        _seen.add((number, test))
        try:
            with open({log!r}, "a", encoding="utf-8") as log:
                log.write(f"{{number}}\\t{{test}}\\n")
        except (OSError, ValueError):  # a test that lets the disk be full or files be closed
            pass
'''


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        file: Below the root of the checkout.
        line: Where the changed expression begins.
        before: The expression, in one line.
        after: What takes its place.
        span: Its first and last byte in the file.
        probe: The line that a probe is put before; 0 where it would run on import.
    """

    file: str
    line: int
    before: str
    after: str
    span: tuple[int, int]
    probe: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {_short(self.before)} → {_short(self.after)}"


def _short(text: str, length: int = 90) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def changes(node: ast.AST) -> Iterator[ast.expr]:
    """The changed forms of an expression."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield ast.Compare(node.left, [FLIPPED[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        for number in range(len(node.values)):
            rest = [value for place, value in enumerate(node.values) if place != number]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)


def mutants_of(path: Path, root: Path = ROOT) -> Iterator[Mutant]:
    """All changes of a module."""
    source = path.read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def found(node: ast.AST, probe: int, *, inside: bool) -> Iterator[Mutant]:
        if isinstance(node, ast.JoinedStr | ast.pattern):
            return
        for after in changes(node):
            assert isinstance(node, ast.expr)
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            span = (starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset)
            before = re.sub(r"\s+", " ", source[slice(*span)].decode())
            name = path.relative_to(root).as_posix()
            yield Mutant(name, node.lineno, before, f"({ast.unparse(after)})", span, probe if inside else 0)
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns"}:
                continue
            body = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and name == "body"
            within = inside or body
            for child in value if isinstance(value, list) else [value]:
                if not isinstance(child, ast.AST):
                    continue
                statement = isinstance(child, ast.stmt) and not _elif(node, name, child)
                yield from found(child, child.lineno if statement else probe, inside=within)  # type: ignore[attr-defined]

    yield from found(ast.parse(source), 0, inside=False)


def _elif(parent: ast.AST, name: str, child: ast.AST) -> bool:
    """Whether a statement begins in the middle of another one: an ``elif``; a decorated function begins before its line."""
    decorated = bool(getattr(child, "decorator_list", ()))
    return decorated or (isinstance(parent, ast.If) and name == "orelse" and isinstance(child, ast.If))


def draw(seed: int, count: int, only: str = "") -> list[Mutant]:
    """Places of lib/orglife, no two of one line."""
    every = [mutant for path in sorted((ROOT / "lib/orglife").rglob("*.py")) for mutant in mutants_of(path)]
    chosen = random.Random(seed)
    drawn: dict[tuple[str, int], Mutant] = {}
    for mutant in chosen.sample(every, len(every)):
        if re.search(only, mutant.file) and len(drawn) < count:
            drawn.setdefault((mutant.file, mutant.line), mutant)
    return list(drawn.values())


def copy_to(folder: Path) -> Path:
    """A copy of the checkout that tests can run in."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name)  # what was compiled stays good: times are copied too
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, folder)
    for name in (".venv", ".fonts"):
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    return folder


def pytest_in(folder: Path, *arguments: str, limit: float | None = None) -> subprocess.CompletedProcess[str]:
    """Run tests of a copy; its own lib comes first, and nothing is compiled into files."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("ORGLIFE_NO_SKIP", None)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", "-m", QUICK, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, text=True, capture_output=True, check=False, timeout=limit
    )


def reach(
    mutants: Sequence[Mutant], folder: Path, workers: int, tried: Sequence[str]
) -> tuple[dict[int, list[str]], dict[str, float]]:
    """The tests that reach each place, and how many seconds each test takes; those that fail in a copy are left out."""
    log = folder / "reached.tsv"
    log.touch()
    (folder / "lib/orglife_probe.py").write_text(PROBE.format(log=str(log)), encoding="utf-8")
    by_file = defaultdict(list)
    for number, mutant in enumerate(mutants):
        if mutant.probe:
            by_file[mutant.file].append((mutant.probe, number))
    for file, probes in by_file.items():
        lines = (folder / file).read_text(encoding="utf-8").split("\n")
        for line, number in sorted(probes, reverse=True):
            indent = re.match(r"\s*", lines[line - 1]).group()  # type: ignore[union-attr]
            lines.insert(line - 1, f'{indent}__import__("orglife_probe").reached({number})')
        (folder / file).write_text("\n".join(lines), encoding="utf-8")
        compile("\n".join(lines), file, "exec")
    done = pytest_in(
        folder, "-n", str(workers), "--dist", "loadfile", "-rfE", "--durations=0", "--durations-min=0", *tried
    )
    failed = set(re.findall(r"^(?:FAILED|ERROR) (\S+?::.*?)(?: - .*)?$", done.stdout, re.MULTILINE))
    seconds: dict[str, float] = defaultdict(float)
    for took, test in re.findall(r"^([\d.]+)s (?:call|setup)\s+(\S+::.*?)$", done.stdout, re.MULTILINE):
        if test not in failed:
            seconds[test] += float(took)
    print(done.stdout.rsplit("\n", 2)[-2], flush=True)
    reached = defaultdict(list)
    for line in dict.fromkeys(log.read_text(encoding="utf-8").splitlines()):
        number, _, test = line.partition("\t")
        if test in seconds:
            reached[int(number)].append(test)
    return reached, seconds


def of_room(mutant: Mutant, tests: Sequence[str]) -> list[str]:
    """The tests of the module's room, those of the whole and of the documents: for what runs on import."""
    parts = Path(mutant.file).parts[2:]
    stem = Path(mutant.file).stem
    near = [t for t in tests if t.startswith(f"tests/{parts[0]}/") and stem in t.partition("::")[0]]
    room = [t for t in tests if t.startswith((f"tests/{'/'.join(parts[:2])}/", f"tests/{parts[0]}/"))]
    wide = [t for t in tests if t.startswith(("tests/test_docs", "tests/whole/test_golden", "tests/stages/test_cases"))]
    named = [t for t in tests if stem in t.partition("::")[0]]
    return list(dict.fromkeys([*near, *named, *wide, *room]))


def killer(mutant: Mutant, folder: Path, tests: Sequence[str]) -> str:
    """The test that fails with the change; "" when none does."""
    if not tests:
        return ""
    path = folder / mutant.file
    source = path.read_bytes()
    start, end = mutant.span
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
        compiled.unlink()
    chosen = folder / "chosen.txt"
    chosen.write_text("\n".join(tests), encoding="utf-8")
    try:
        path.write_bytes(source[:start] + mutant.after.encode() + source[end:])
        done = pytest_in(folder, "-n", "0", "-x", "-rfE", f"@{chosen}", limit=3 * LONGEST + 60)
    except subprocess.TimeoutExpired:
        return "time limit"
    finally:
        path.write_bytes(source)
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return failed.group(1) if failed else f"pytest ended with {done.returncode}"


def chosen_tests(tests: Sequence[str], seconds: Mapping[str, float], *, ordered: bool) -> list[str]:
    """The shortest tests first, as many as the time allows."""
    found, taken = [], 0.0
    for test in tests if ordered else sorted(tests, key=lambda t: seconds[t]):
        taken += seconds[test]
        if taken > LONGEST and found:
            break
        found.append(test)
    return found


def run(mutants: Sequence[Mutant], workers: int, tried: Sequence[str]) -> list[Mutant]:
    """Try each change; those that no test notices."""
    survived = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        folders = SimpleQueue[Path]()
        probed = copy_to(Path(temporary) / "probed")
        for number in range(workers):
            folders.put(copy_to(Path(temporary) / str(number)))
        reached, seconds = reach(mutants, probed, workers, tried)

        def one(number: int) -> tuple[Mutant, str, int]:
            mutant = mutants[number]
            tests = reached.get(number, []) if mutant.probe else of_room(mutant, list(seconds))
            tests = chosen_tests(tests, seconds, ordered=not mutant.probe)
            folder = folders.get()
            try:
                return mutant, killer(mutant, folder, tests), len(tests)
            finally:
                folders.put(folder)

        with ThreadPoolExecutor(workers) as pool:
            for mutant, by, tests in pool.map(one, range(len(mutants))):
                print(f"killed    {mutant} by {by}" if by else f"SURVIVED  {mutant} ({tests} tests)", flush=True)
                if not by:
                    survived.append(mutant)
    return survived


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
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
    survived = run(mutants, arguments.workers, arguments.tests)
    killed = len(mutants) - len(survived)
    print(f"\nseed {arguments.seed}: {killed} of {len(mutants)} killed, {killed / max(len(mutants), 1):.0%}")
    print(*(f"survived: {mutant}" for mutant in survived), sep="\n")


if __name__ == "__main__":
    main()
