"""说明.txt followed to the letter, in a folder without this program: plain Python, sha256sum and a PDF reader are enough."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orglife.adapters.bag import verifier
from tests.archive import attacks
from tests.archive.test_archive import rows, tree

NEEDED = ("sha256sum", "pdftotext")
pytestmark = pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason="no sha256sum or pdftotext")
PYTHON = [os.path.realpath(sys.executable), "-I", "-S"]


@pytest.fixture
def away(sealed: Path, tmp_path: Path) -> Path:
    """The bag on another computer."""
    return Path(shutil.copytree(sealed, tmp_path / "移交 2024"))


def commands(bag: Path) -> list[str]:
    """The lines of the guide that are to be typed."""
    lines = (bag / verifier.GUIDE).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if re.match(r"\s+(python3|sha256sum) ", line)]


def typed(bag: Path, line: str, **values: str) -> subprocess.CompletedProcess[str]:
    """A line as somebody types it there, with nothing of ours around."""
    for name, value in values.items():
        line = line.replace(name, value)
    words = line.split(" ")
    words[:1] = PYTHON if words[0] == "python3" else [str(shutil.which(words[0]))]
    return subprocess.run(words, cwd=bag, env={}, capture_output=True, text=True, encoding="utf-8", check=False)


def read(path: Path) -> str:
    """A paper as a PDF reader shows it, without white space."""
    shown = subprocess.run([str(shutil.which("pdftotext")), path, "-"], env={}, capture_output=True, check=True)
    return re.sub(r"\s", "", shown.stdout.decode())


def test_every_line_that_is_to_be_typed_does_what_it_says(away: Path, tmp_path: Path) -> None:
    before, head = tree(away), verifier.Bag(str(away)).info[verifier.HEAD_LABEL]
    elsewhere = shutil.copy(away / verifier.VERIFIER, tmp_path / "kept.py")
    lines = commands(away)
    assert len(lines) == 4
    for line in lines:
        done = typed(away, line, **{"别处的verify.py": str(elsewhere), "本文件夹": ".", "上级留存的校验值": head})
        assert (done.returncode, done.stderr) == (0, ""), line
        assert "全部通过。\n" in done.stdout or set(re.findall(r": (\w+)$", done.stdout, re.MULTILINE)) == {"OK"}, line
    assert tree(away) == before, "verifying leaves nothing behind"


def test_each_of_them_finds_a_changed_paper(away: Path) -> None:
    path = away / rows(away)[0]["文件"]
    attacks.write(path, attacks.flipped(path.read_bytes(), random.Random(3)))
    for line in commands(away)[:1] + commands(away)[2:3]:
        done = typed(away, line)
        assert done.returncode == 1
        assert path.relative_to(away).as_posix() in done.stdout, line


def test_a_pdf_reader_shows_the_number_the_head_and_the_digests(away: Path) -> None:
    head = verifier.Bag(str(away)).info[verifier.HEAD_LABEL]
    guide = (away / verifier.GUIDE).read_text(encoding="utf-8")
    assert head in guide
    for row in rows(away)[:3]:
        shown = read(away / row["文件"])
        assert row["档号"] in shown
        assert head in shown
    note = read(away / verifier.NOTE)
    for name in ("dossier.json", "history.jsonl", "metadata.csv"):
        assert attacks.sha256((away / "data" / name).read_bytes()) in note


def test_everything_that_lies_there_is_named_in_the_guide(away: Path) -> None:
    guide = (away / verifier.GUIDE).read_text(encoding="utf-8")
    for path in [*away.iterdir(), *(away / "data").iterdir()]:
        assert path.name in (guide + verifier.GUIDE), path.name
