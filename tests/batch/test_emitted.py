"""Papers are taken from an earlier run only if it was made from the records as they are; else the notebooks run again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.engine import processes
from orglife.batch import emitted
from orglife.batch.emitted import Runs, prepared
from orglife.batch.run_record import DONE, FAILED, BranchResult, RunRecord, Trouble
from orglife.core.errors import NoSuchFile
from orglife.core.paper.block import BLOCKS, Bundle
from tests.adapters.bag.small_bags import pdf

TITLE = "谈心谈话记录"
BUNDLE = Bundle(documents=[], title=TITLE).model_dump(mode="json")
AS_BLOCKS = json.dumps(BUNDLE).encode()


def left(folder: Path, made: dict[str, bytes], **entry: Any) -> Path:
    """What a run of branch t01 left of its talks, made from the input d1."""
    place = folder / "t01"
    place.mkdir(parents=True)
    listed = []
    for name, data in made.items():
        (place / name).write_bytes(data)
        listed.append({"file": name, "sha256": hashlib.sha256(data).hexdigest()})
    whole = {"digest": "d1", "papers": [{"form": "F5"}], "files": listed, **entry}
    (place / "packet.json").write_text(RunRecord({"12_talks": whole}).text(), encoding="utf-8")
    return folder


@pytest.fixture
def digests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The input of a run for drafts, and of one for final papers."""
    now = ["d1", "d2"]
    sources = SimpleNamespace(digests=lambda _branch, *, final: {"12_talks": now[final]})
    monkeypatch.setattr(emitted, "_sources", lambda *_, **__: sources)
    return now


def title_of(*folders: Path) -> str | None:
    """The title of the talks that runs left; None if they left none."""
    found = emitted.emitted(None, "t01", Runs(folders))  # type: ignore[arg-type]
    assert list(found) == ["12_talks"]
    return found["12_talks"].title if found["12_talks"] is not None else None


@pytest.mark.parametrize(
    ("files", "entry", "title"),
    [
        ({f"a.{BLOCKS}": AS_BLOCKS}, {}, TITLE),
        ({f"a.{BLOCKS}": AS_BLOCKS}, {"digest": "d2"}, TITLE),
        ({f"a.{BLOCKS}": AS_BLOCKS}, {"digest": "d3"}, None),
        ({"a.html": b"x", "a.pdf": pdf(BUNDLE)}, {}, TITLE),
        ({"a.html": AS_BLOCKS, "a.docx": b"x"}, {}, None),
        ({}, {}, None),
        ({}, {"papers": []}, ""),
        ({f"a.{BLOCKS}": b"{"}, {}, None),
        ({f"a.{BLOCKS}": AS_BLOCKS}, {"files": [{"file": f"a.{BLOCKS}", "sha256": "0" * 64}]}, None),
        ({f"a.{BLOCKS}": AS_BLOCKS}, {"files": [{"file": f"gone.{BLOCKS}", "sha256": "0" * 64}]}, None),
        ({f"a.{BLOCKS}": AS_BLOCKS}, {"files": 1}, None),
    ],
)
def test_a_run_counts_that_was_made_from_this_input_and_is_whole(
    files: dict[str, bytes], entry: dict[str, Any], title: str | None, digests: list[str], tmp_path: Path
) -> None:
    assert title_of(left(tmp_path, files, **entry)) == title


def test_of_several_runs_the_first_that_counts_is_taken(digests: list[str], tmp_path: Path) -> None:
    good, old = left(tmp_path / "good", {f"a.{BLOCKS}": AS_BLOCKS}), left(tmp_path / "old", {}, digest="d0")
    assert title_of(old, good) == title_of(good, old) == TITLE
    assert title_of(old, tmp_path / "none") is None


@pytest.mark.parametrize("final", [True, False])
def test_only_branches_without_papers_of_the_present_records_are_run(
    final: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    asked: list[Any] = []

    def of(branch: str, *, final: bool) -> dict[str, str]:
        if branch == "t03":
            raise NoSuchFile(path="x")
        return {"12_talks": "d1" if branch == "t01" else "d9"}

    def run_batch(options: Any, branches: Sequence[str], *, jobs: int) -> list[BranchResult]:
        asked.append((options.formats, options.final, options.out, list(branches), jobs))
        return [BranchResult("t02", DONE), BranchResult("t03", FAILED, troubles=(Trouble("缺名单。", "", "谈话"),))]

    monkeypatch.setattr(emitted, "_sources", lambda *_, **__: SimpleNamespace(digests=of))
    monkeypatch.setattr(emitted, "run_batch", run_batch)
    monkeypatch.setattr(processes, "private_folder", lambda: folder)
    records = left(tmp_path / "records", {f"a.{BLOCKS}": AS_BLOCKS})
    office: Any = SimpleNamespace(workspace=SimpleNamespace(root=tmp_path, records=records))
    with prepared(office, ["t01"], final=final, jobs=2) as runs:
        assert (runs, asked) == (Runs((records,)), [])
    with prepared(office, ["t01", "t02", "t03"], final=final, jobs=2) as runs:
        assert runs == Runs((records, folder), {"t02": (), "t03": ("谈话：缺名单。",)})
        assert folder.exists()
    assert asked == [((BLOCKS,), final, folder, ["t02", "t03"], 2)]
    assert not folder.exists()
