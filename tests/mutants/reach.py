"""Which tests reach which line, measured once and stored, and how long each test takes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.mutants.places import ROOT, Mutant, every

COPIED = ("lib", "tests", "notebooks", "templates", "docs", "kit")
QUICK = "not soak and not browser"
STORED = ROOT / ".mutants" / "reach.json"
PLUGIN = "orglife_probe"


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


@dataclass
class Reach:
    """The map.

    Attributes:
        measured: Test file → digest of what was measured.
        source: Module → digest of what was measured.
        seconds: Test → processor seconds; tests that fail in a copy are left out.
        lines: Module → line of a statement → the tests that reach it, as numbers in the order of ``seconds``.
    """

    measured: dict[str, str] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @classmethod
    def stored(cls) -> Reach:
        """The map of earlier runs; an empty one if there is none."""
        if not STORED.exists():
            return cls()
        raw = json.loads(STORED.read_text(encoding="utf-8"))
        names = list(raw["seconds"])
        lines = {f: {n: [names[i] for i in tests] for n, tests in of.items()} for f, of in raw["lines"].items()}
        return cls(**{**raw, "lines": lines})

    def store(self) -> None:
        """Write the map for later runs."""
        number = {test: n for n, test in enumerate(self.seconds)}
        lines = {f: {n: [number[t] for t in tests] for n, tests in of.items()} for f, of in self.lines.items()}
        STORED.parent.mkdir(exist_ok=True)
        STORED.write_text(json.dumps({**asdict(self), "lines": lines}), encoding="utf-8")

    def tests_of(self, mutant: Mutant) -> list[str]:
        """The tests that reach a place; of a module that changed since, all that reach the module."""
        lines = self.lines.get(mutant.file, {})
        if self.source.get(mutant.file) == _digest(mutant.file):
            return lines.get(str(mutant.probe), [])
        return list(dict.fromkeys(test for tests in lines.values() for test in tests))

    def measure(self, files: Sequence[str], folder: Path, workers: int) -> None:
        """Run test files that are new or changed in a copy with probes."""
        wanted = {file: now for file in files if self.measured.get(file) != (now := _digest(file))}
        if not wanted:
            return
        for test in [test for test in self.seconds if test.partition("::")[0] in wanted]:
            del self.seconds[test]
        for of in self.lines.values():
            for line, tests in of.items():
                of[line] = [test for test in tests if test in self.seconds]
        source = {mutant.file: _digest(mutant.file) for mutant in every()}
        places = _probed(folder)
        spread = ("-n", str(workers), "--dist", "loadfile") if workers > 1 else ("-n", "0")
        done = pytest_in(folder, *spread, "-p", PLUGIN, "-rfE", *wanted)
        print(f"measured: {done.stdout.rsplit(chr(10), 2)[-2]}", flush=True)
        failed = set(re.findall(r"^(?:FAILED|ERROR) (\S+?::.*?)(?: - .*)?$", done.stdout, re.MULTILINE))
        self._read(folder / f"lib/{PLUGIN}.tsv", places, failed)
        self.measured |= wanted
        self.source = source | self.source
        self.store()

    def _read(self, log: Path, places: Sequence[tuple[str, int]], failed: set[str]) -> None:
        reached = defaultdict[str, set[int]](set)
        for line in log.read_text(encoding="utf-8").splitlines():
            what, test, *seconds = line.split("\t")
            if seconds:
                self.seconds[test] = max(float(seconds[0]), self.seconds.get(test, 0))
            else:
                reached[test].add(int(what))
        for test in failed:
            self.seconds.pop(test, None)
        for test, numbers in reached.items():
            for file, line in (places[number] for number in numbers if test in self.seconds):
                self.lines.setdefault(file, {}).setdefault(str(line), []).append(test)


def _digest(file: str) -> str:
    return hashlib.sha256((ROOT / file).read_bytes()).hexdigest()[:16]


def _probed(folder: Path) -> list[tuple[str, int]]:
    """Put a probe before each statement that holds a place; (module, line) of each probe."""
    places = sorted({(mutant.file, mutant.probe) for mutant in every() if mutant.probe})
    shutil.copy(Path(__file__).with_name("probe.py"), folder / f"lib/{PLUGIN}.py")
    by_file = defaultdict(list)
    for number, (file, line) in enumerate(places):
        by_file[file].append((line, number))
    for file, probes in by_file.items():
        lines = (folder / file).read_text(encoding="utf-8").split("\n")
        for line, number in sorted(probes, reverse=True):
            indent = re.match(r"\s*", lines[line - 1]).group()  # type: ignore[union-attr]
            lines.insert(line - 1, f"{indent}__probes__[{number}] and __reached__({number})")
        compile("\n".join(lines), file, "exec")
        (folder / file).write_text("\n".join(lines), encoding="utf-8")
    package = folder / "lib/orglife/__init__.py"
    text = package.read_text(encoding="utf-8")
    package.write_text(
        text.replace("import annotations\n", f"import annotations\nimport {PLUGIN}\n", 1), encoding="utf-8"
    )
    return places
