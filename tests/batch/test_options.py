"""What a run makes, for whom and where it puts it; and the whole log of a run as it is written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.engine import processes
from orglife.adapters.store.chain import BUREAU
from orglife.batch import options as batch_options
from orglife.batch.options import BatchOptions
from orglife.batch.report import as_json, page, write_report
from orglife.batch.run_record import DONE, FAILED, SKIPPED, BranchResult, RunRecord, Trouble
from orglife.core.errors import BadInput
from orglife.stages import STAGES
from tests.whole.golden_files import GOLDEN, compare

ROOT = Path("局")


@pytest.mark.parametrize(
    ("more", "target", "partial"),
    [
        ({}, "局/records", "局/.orglife/partial"),
        ({"campaign": "2023"}, "局/records/_2023", "局/.orglife/partial"),
        ({"out": Path("盘")}, "盘", "盘/.partial"),
        ({"out": Path("盘"), "campaign": "2023"}, "盘", "盘/.partial"),
    ],
)
def test_where_papers_go(more: dict[str, Any], target: str, partial: str) -> None:
    options = BatchOptions(ROOT, **more)
    assert (options.target, options.partial) == (Path(target), Path(partial))


@pytest.mark.parametrize(
    ("engine", "forks", "name"),
    [("", True, "orglife"), ("", False, "nbclient"), ("other", True, "other"), ("other", False, "other")],
)
def test_which_engine_runs(engine: str, name: str, monkeypatch: pytest.MonkeyPatch, *, forks: bool) -> None:
    monkeypatch.setattr(processes, "FORKS_WELL", forks)
    assert BatchOptions(ROOT, engine=engine).runs_with == name


def test_which_stages_are_made() -> None:
    own = [stage.key for stage in STAGES if not stage.bureau]
    bureau = [stage.key for stage in STAGES if stage.bureau]
    everything = BatchOptions(ROOT)
    assert [stage.key for stage in everything.chosen()] == own
    assert [stage.key for stage in everything.chosen(bureau=True)] == bureau != []
    one = BatchOptions(ROOT, stages=("talks", bureau[0]))
    assert [stage.key for stage in one.chosen()] == ["talks"]
    assert [stage.key for stage in one.chosen(bureau=True)] == bureau[:1]


@pytest.mark.parametrize(
    ("more", "whole", "recorded", "everyone"),
    [
        ({}, True, True, ["b01", "b02", BUREAU]),
        ({}, False, True, ["b01", "b02"]),
        ({}, True, False, ["b01", "b02"]),
        ({"campaign": "2023"}, True, True, ["b01", "b02"]),
        ({"stages": ("talks",)}, True, True, ["b01", "b02"]),
        ({"stages": ("supervision",)}, True, True, [BUREAU]),
        ({"stages": ("supervision",)}, False, True, []),
    ],
)
def test_whose_papers_are_made(
    more: dict[str, Any], everyone: list[str], monkeypatch: pytest.MonkeyPatch, *, whole: bool, recorded: bool
) -> None:
    monkeypatch.setattr(batch_options, "has_records", lambda _: recorded)
    options = BatchOptions(ROOT, **more)
    assert options.everyone(SimpleNamespace(), ["b01", "b02"], whole=whole) == everyone  # type: ignore[arg-type]


# --- the log of a run ------------------------------------------------------------------------------------------------

ROWS = [
    BranchResult("b01", DONE, 1.256, "办公室党支部", 18, {"errors": 2, "warnings": 1}),
    BranchResult("b02", SKIPPED, 0.04),
    BranchResult(
        "b03",
        FAILED,
        61.0,
        "后勤党支部",
        troubles=(
            Trouble("魏长河：写错了。请改正", "写错了。请改正", "谈心谈话", "--force"),
            Trouble("没有做完；请再试。请等", "没有做完；请再试。请等"),
            Trouble("只有原因。", "只有原因。", "工作方案", "--force"),
            Trouble("满了，请清理", "满了，请清理", command="--out"),
        ),
    ),
]


def test_the_whole_log_of_a_run(tmp_path: Path) -> None:
    options = BatchOptions(tmp_path, formats=("html",), final=True, engine="papermill")
    assert write_report(options, ROWS) == tmp_path / "logs" / "batch.html"
    held = json.loads((tmp_path / "logs" / "batch.json").read_text(encoding="utf-8"))
    held["program"] = "?"
    main = re.sub(r"(<t[rdh]|</t(?:able|head|body)>|<h\d)", r"\n\1", page(ROWS).partition("<main")[2])
    text = json.dumps(held, ensure_ascii=False, indent=1) + "\n\n" + main
    compare(GOLDEN / "batch.txt", text.rstrip("\n") + "\n")
    assert (tmp_path / "logs" / "batch.html").read_text(encoding="utf-8") == page(ROWS)


def test_nothing_is_said_of_states_that_nobody_is_in() -> None:
    assert "共2个支部，已出件1个，没有变化1个。" in page(ROWS[:2])
    assert "没有完成" not in page(ROWS[:2])
    assert "已出件" not in page(ROWS[2:])
    assert as_json(BatchOptions(ROOT), [])["counts"] == {FAILED: 0, DONE: 0, SKIPPED: 0}


def test_the_reasons_of_a_branch_in_one_line() -> None:
    failed = ROWS[2]
    assert failed.error == "谈心谈话：魏长河：写错了。请改正没有做完；请再试。请等工作方案：只有原因。满了，请清理"
    assert failed.command == "--force--out", "each once"
    row = failed.to_json()
    assert (row["error"], row["seconds"]) == (failed.error + failed.command, 61.0)
    assert ROWS[0].to_json()["error"] is None
    assert [t.stage for t in Trouble.of(BadInput(["一。", "二。"]), "talks")] == ["talks"] * 2


# --- what a run left -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("digest", "formats", "same"),
    [
        ("d", ("html",), True),
        ("d", ("html", "pdf"), True),
        ("d", ("html", "docx"), False),
        ("e", ("html",), False),
        ("d", (), True),
    ],
)
def test_a_stage_is_made_from_its_input_in_all_formats(digest: str, formats: tuple[str, ...], *, same: bool) -> None:
    record = RunRecord({"12_talks": {"digest": "d", "formats": ["pdf", "html"]}})
    assert record.made_from("12_talks", digest, formats) is same
    assert not record.made_from("10_plan", digest, formats)
