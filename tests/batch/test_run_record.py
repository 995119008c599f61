"""What a run leaves: whether its files are unchanged, whether a stage was made from the same input, what the log says."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.engine import processes
from orglife.batch.options import BatchOptions
from orglife.batch.report import as_json
from orglife.batch.run_record import DONE, FAILED, SKIPPED, BranchResult, RunRecord, Trouble

TALKS, PLAN = "12_talks", "10_plan"
WRITTEN = 2_000_000_000


def left(folder: Path, files: dict[str, bytes]) -> RunRecord:
    """The record of a run that wrote these files before it."""
    listed: list[dict[str, Any]] = []
    for name, data in files.items():
        (folder / name).write_bytes(data)
        os.utime(folder / name, ns=(WRITTEN, WRITTEN))
        listed.append({"file": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    entry = {"digest": "d1", "formats": ["html", "pdf"], "files": listed}
    return RunRecord({TALKS: entry}, {"branch": "t01"}, WRITTEN)


@pytest.mark.parametrize("verify", [False, True])
def test_unchanged_files_are_whole(verify: bool, tmp_path: Path) -> None:
    record = left(tmp_path, {"a.pdf": b"1", "a.html": b"22"})
    assert record.whole(tmp_path, TALKS, verify=verify)
    assert not record.whole(tmp_path, PLAN, verify=verify), "no such stage"
    (tmp_path / "a.html").unlink()
    assert not record.whole(tmp_path, TALKS, verify=verify)


def test_a_file_of_another_size_or_a_later_one_is_not_whole(tmp_path: Path) -> None:
    record = left(tmp_path, {"a.pdf": b"1"})
    (tmp_path / "a.pdf").write_bytes(b"2")
    os.utime(tmp_path / "a.pdf", ns=(WRITTEN, WRITTEN))
    assert record.whole(tmp_path, TALKS, verify=False), "same size, not later: only its bytes tell"
    assert not record.whole(tmp_path, TALKS, verify=True)
    os.utime(tmp_path / "a.pdf", ns=(WRITTEN + 1, WRITTEN + 1))
    assert not record.whole(tmp_path, TALKS, verify=False)
    (tmp_path / "a.pdf").write_bytes(b"12")
    os.utime(tmp_path / "a.pdf", ns=(WRITTEN, WRITTEN))
    assert not record.whole(tmp_path, TALKS, verify=False)


@pytest.mark.parametrize(
    ("digest", "formats", "made"),
    [("d1", ["pdf"], True), ("d1", ["html", "pdf"], True), ("d1", ["docx"], False), ("d2", ["pdf"], False)],
)
def test_a_stage_is_made_again_for_another_input_or_format(
    digest: str,
    formats: list[str],
    made: bool,
    tmp_path: Path,
) -> None:
    assert left(tmp_path, {}).made_from(TALKS, digest, formats) is made
    assert not left(tmp_path, {}).made_from(PLAN, "d1", [])


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"stages": 1}'])
def test_a_record_that_cannot_be_read_is_empty(content: str, tmp_path: Path) -> None:
    (tmp_path / "packet.json").write_text(content, encoding="utf-8")
    assert RunRecord.read(tmp_path / "packet.json") == RunRecord({})
    assert RunRecord.read(tmp_path / "none.json") == RunRecord({})


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    record = RunRecord({TALKS: {"digest": "d1"}, PLAN: {"digest": "d2"}}, {"branch": "t01", "final": True})
    path = tmp_path / "packet.json"
    path.write_text(record.text(), encoding="utf-8")
    again = RunRecord.read(path)
    assert (again.stages, again.head["branch"], again.head["final"]) == (record.stages, "t01", True)
    assert again.written == path.stat().st_mtime_ns
    assert list(json.loads(record.text())["stages"]) == [PLAN, TALKS]


def test_the_log_counts_the_branches_and_parts_each_problem_from_its_cure() -> None:
    troubles = (
        Trouble("名单不全。请补上。", "名单不全。请补上。", "谈心谈话"),
        Trouble("超时", "超时", ""),
        Trouble("甲；请乙。请丙", "甲；请乙。请丙", ""),
    )
    rows = [
        BranchResult("t01", DONE, 1.234, "甲", 3),
        BranchResult("t02", FAILED, troubles=troubles),
        BranchResult("t03", SKIPPED),
    ]
    log = as_json(BatchOptions(Path("/w")), rows)
    assert log["counts"] == {FAILED: 1, DONE: 1, SKIPPED: 1}
    assert log["branches"][0]["seconds"] == 1.23
    assert log["branches"][1]["problems"] == [
        {"stage": "谈心谈话", "reason": "名单不全。", "cure": "请补上。"},
        {"stage": "", "reason": "超时。", "cure": ""},
        {"stage": "", "reason": "甲。", "cure": "请乙。请丙"},
    ]


def test_papers_go_to_the_records_folder_of_their_campaign_or_where_the_command_says() -> None:
    root = Path("/w")
    assert BatchOptions(root).target == root / "records"
    assert BatchOptions(root, campaign="2023").target == root / "records" / "_2023"
    assert BatchOptions(root, campaign="2023", out=Path("/o")).target == Path("/o")
    assert BatchOptions(root).partial == root / ".orglife" / "partial"
    assert BatchOptions(root, out=Path("/o")).partial == Path("/o/.partial")


@pytest.mark.parametrize(("forks", "engine"), [(True, "orglife"), (False, "nbclient")])
def test_our_engine_runs_where_forking_is_safe(
    forks: bool,
    engine: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processes, "FORKS_WELL", forks)
    assert BatchOptions(Path("/w")).runs_with == engine
    assert BatchOptions(Path("/w"), engine="x").runs_with == "x"


def test_stages_are_those_of_branches_or_of_the_bureau() -> None:
    own = [stage.key for stage in BatchOptions(Path("/w")).chosen()]
    bureau = [stage.key for stage in BatchOptions(Path("/w")).chosen(bureau=True)]
    assert set(own) & set(bureau) == set()
    assert [stage.key for stage in BatchOptions(Path("/w"), stages=("talks", "plan")).chosen()] == ["plan", "talks"]
    assert BatchOptions(Path("/w"), stages=("talks",)).chosen(bureau=True) == []


def test_a_trouble_names_its_stage_first() -> None:
    assert Trouble("缺记录。", "", "谈心谈话").words == "谈心谈话：缺记录。"
    assert Trouble("缺记录。", "").words == "缺记录。"
