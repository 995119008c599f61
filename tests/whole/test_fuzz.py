"""Mangled files of every kind are taken or refused in a sentence; what was not taken in is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import branch as b
from tests.marks import first
from tests.whole import fuzz


def mangled(folder: Path, seed: int, count: int) -> None:
    line = [sys.executable, "-m", "tests.whole.fuzz", str(folder / "bench"), str(seed), str(count)]
    environment = {**os.environ, "PYTHONPATH": str(b.ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(
        line, capture_output=True, text=True, check=False, timeout=60 + 20 * count, env=environment, cwd=folder
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    print(
        f"{told['cases']} files, {told['taken']} taken, at most {told['seconds']:.2f} s of CPU, {told['bytes'] >> 20} MB"
    )
    assert told["cases"] == count
    assert told["wrong"] == [], json.dumps(told["wrong"], ensure_ascii=False, indent=1)
    assert told["taken"], "when everything is refused, nothing is learnt of what is taken in"


@pytest.mark.soak
def test_sixty_mangled_files(tmp_path: Path) -> None:
    mangled(tmp_path, 0, 60)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(8))
def test_two_thousand_mangled_files(tmp_path: Path, part: int) -> None:
    mangled(tmp_path, 1000 + 250 * part, 250)


@pytest.mark.parametrize("door", first(1, fuzz.DOORS), ids=lambda d: d.name)
def test_what_is_mangled_is_taken_when_it_is_sound(door: fuzz.Door, tmp_path: Path) -> None:
    """Else a refusal would prove nothing."""
    bench = fuzz.Bench(tmp_path / "bench")
    bench.prepare()
    said = bench.say(*door.command(bench.folder, bench.folder / "sound" / door.file))
    assert said.status == 0, said.err
