"""Compares what two checkouts make of the same records: ``python -m tests.compare OTHER_CHECKOUT [FOLDER]``.

The other checkout builds the demonstration once; each side then works on a copy of its own: ``check --json``,
``batch --json`` with HTML, PDF and DOCX, single papers, packages, dossiers and bags. Every file is compared byte by
byte; what may differ (seconds, clock readings and what is derived from them, the program's digest) is left out by ``MASKS``. Exit status 1 when
anything differs.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parents[1]
BRANCHES = ("b01", "b02", "b03", "b04")
DAY = "2024-03-31"
MASKS = (
    (re.compile(rb'"seconds": [0-9.]+'), b'"seconds": 0'),
    (
        re.compile(rb'"(program|digest|source|hash|made_with|data/history.jsonl|data/note.pdf)": "[0-9a-f]{64}"'),
        rb'"\1": ""',
    ),
    (re.compile(rb"/[^\s\"]*/(one|two)/"), b"/"),
)
CLOCK = (
    "note.pdf",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "bag-info.txt",
    "history.jsonl",
    "logs",
    ".orglife",
    "backups",
)
"""Parts that hold the time at which they were made."""


def program(checkout: Path, *arguments: str) -> bytes:
    """Run a checkout's own program; its standard output."""
    line = [str(checkout / ".venv" / "bin" / "orglife"), *arguments]
    done = subprocess.run(line, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(line)}: {done.stderr.decode()}")
    return done.stdout


def results(checkout: Path, root: Path, out: Path) -> None:
    """Everything that a checkout makes of a workspace, as files below ``out``."""
    out.mkdir(parents=True)
    (out / "check.json").write_bytes(program(checkout, "check", str(root), "--as-of", DAY, "--json"))
    formats = ("--formats", "html,pdf,docx")
    batch = program(checkout, "batch", str(root), *formats, "--force", "--json", "--out", str(out / "batch"))
    (out / "batch.json").write_bytes(batch)
    program(checkout, "forms", str(root), "--all", "--out", str(out / "forms"))
    for branch in BRANCHES:
        export = ("export", str(root), "--branch", branch)
        (out / f"{branch}.json").write_bytes(program(checkout, *export))
        program(checkout, *export, "--format", "package", "--out", str(out / f"{branch}.zip"))
        program(checkout, *export, "--format", "xlsx", "--out", str(out / f"{branch}.xlsx"))
    (out / "overview.txt").write_bytes(program(checkout, "overview", str(root), "--as-of", DAY))
    (out / "todo.txt").write_bytes(program(checkout, "todo", str(root), "--as-of", DAY))
    program(checkout, "archive", str(root), "--as-is", "--out", str(out / "archive"))


def digests(folder: Path) -> dict[str, str]:
    """File → digest of its bytes without what may differ."""
    kept: dict[str, str] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = str(path.relative_to(folder))
        if any(part in name.split("/") for part in CLOCK):
            continue
        content = path.read_bytes()
        for pattern, blank in MASKS:
            content = pattern.sub(blank, content)
        kept[name] = hashlib.sha256(content).hexdigest()
    return kept


def main(other: Path, folder: Path) -> int:
    """Compare; the number of files that differ."""
    program(other, "demo", "--out", str(folder / "demo"))
    for name, checkout in (("one", other), ("two", HERE)):
        shutil.copytree(folder / "demo", folder / name / "ws")
        results(checkout, folder / name / "ws", folder / name / "out")
    before, after = digests(folder / "one" / "out"), digests(folder / "two" / "out")
    different = sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))
    for name in different:
        state = "differs" if name in before and name in after else "only before" if name in before else "only after"
        print(f"{state}\t{name}")
    print(json.dumps({"files": len(before), "different": len(different)}))
    return 1 if different else 0


if __name__ == "__main__":
    target = Path(sys.argv[2]) if sys.argv[2:] else Path(tempfile.mkdtemp(prefix="compare-"))
    sys.exit(main(Path(sys.argv[1]).resolve(), target))
