"""Many branches in one import: memory grows by little for each."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

from tests.conftest import run
from tests.exchange.test_handover import place
from tests.marks import thorough
from tests.whole.generate import generated

MOST_EACH = 1024 * 1024
"""Bytes that a branch of twelve members may cost beside its file; it once cost 2.5 MB."""


def dossiers(folder: Path, number: int) -> list[str]:
    folder.mkdir()
    for n in range(number):
        raw = generated(12, committee=True, seed=n)
        raw["branch"] = {**raw["branch"], "id": f"q{n:03}", "name": f"第{n}支部", "org_code": f"DZB{n:03}"}
        (folder / f"{n:03}.json").write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    return [str(path) for path in sorted(folder.iterdir())]


def peak_of_import(bureau: Path, files: list[str]) -> int:
    tracemalloc.start()
    try:
        assert run("import", str(bureau), *files) == 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@thorough
def test_memory_grows_by_little_for_each_branch(tmp_path: Path) -> None:
    files = dossiers(tmp_path / "files", 12)
    few = peak_of_import(place(tmp_path / "few", "bureau"), files[:4])
    many = peak_of_import(place(tmp_path / "many", "bureau"), files)
    assert many - few < 8 * MOST_EACH
