"""The lines that commands print: results of a batch, findings, progress, wrong use, rules."""

from __future__ import annotations

import atexit
import gc
import io
import re
import sys
from dataclasses import replace
from pathlib import Path

import click
import pytest

from orglife import cli
from orglife.adapters.store.chain import BUREAU
from orglife.batch.run_record import DONE, FAILED, SKIPPED, BranchResult
from orglife.cli import chinese, lines, progress
from orglife.cli.options import PROBLEMS
from orglife.cli.rule_lines import dots, rule_line, rule_page
from orglife.core.rule.finding import Explained
from orglife.core.rule.rule import Effect, Severity
from orglife.office.checking import Checked
from orglife.stages import ALL_RULES, RULES_BY_ID
from tests import branch as b
from tests.home.before import finding
from tests.marks import thorough

MADE = BranchResult("b01", DONE, 1.26, "办公室党支部", 18, {"errors": 2, "warnings": 1})
NOTHING = BranchResult("b02", SKIPPED, 0.04)


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (MADE, "办公室党支部（b01）：已出件，18个文件，须改正2、请核对1，1.3秒"),
        (NOTHING, "b02（b02）：没有变化，0.0秒"),
        (replace(MADE, files=0, counts={}), "办公室党支部（b01）：已出件，1.3秒"),
    ],
)
def test_the_result_of_a_branch(row: BranchResult, line: str) -> None:
    assert lines.batch_line(row) == line


def test_the_results_of_a_batch() -> None:
    bureau, failed = replace(MADE, branch=BUREAU), replace(MADE, branch="b03", status=FAILED)
    rows = [MADE, NOTHING, bureau, failed]
    assert lines.batch_summary(rows, Path("out")) == "共3个支部：已出件1个，没有变化1个，没有完成1个。文件在“out”。"
    assert lines.batch_summary([bureau], Path("out")) == "共0个支部：没有支部。文件在“out”。"
    data = lines.batch_json(rows)
    assert [row["branch"] for row in data["branches"]] == ["b01", "b02", "b03"]
    assert data["bureau"]["branch"] == BUREAU
    assert "bureau" not in lines.batch_json([MADE])
    assert (data["branches"][0]["seconds"], data["branches"][0]["error"]) == (1.26, None)


@pytest.mark.parametrize(("numbers", "words"), [([7], "第7条时间"), ([5, 7], "第7条等2条时间")])
def test_a_clock_that_ran_back(numbers: list[int], words: str) -> None:
    assert lines.clock_line("甲支部", numbers).startswith(f"提示：甲支部的修改历史{words}比前一条早")


@pytest.mark.parametrize(
    ("about", "mood"),
    [
        ({}, "须改正"),
        ({"severity": Severity.WARNING}, "请核对"),
        ({"due": False}, "待办"),
        ({"effect": Effect.EXPLAIN}, "须说明"),
        ({"effect": Effect.EXPLAIN, "severity": Severity.WARNING}, "请核对"),
        ({"due": False, "explained": Explained("出差", "m1", None)}, "已说明"),
    ],
)
def test_the_mood_of_a_finding(about: dict[str, object], mood: str) -> None:
    dossier = b.dossier(b.branch())
    result = Checked("2024-seed", b.AS_OF, None, [(dossier, [finding(**about)])], [])
    shown = list(lines.check_lines(result))
    assert f"  [{mood}] TALK-01 还没有谈。" in shown
    assert shown[-1] == "      依据：实施方案二“必谈”"
    assert ("      情况说明：出差" in shown) is ("explained" in about)


@pytest.mark.parametrize(("number", "listed", "cut"), [(2, 2, False), (50, 50, False), (51, 50, True)])
def test_findings_of_a_rule_are_listed_up_to_a_number(number: int, listed: int, *, cut: bool) -> None:
    dossier = b.dossier(b.branch())
    result = Checked(
        "2024-seed", b.AS_OF, None, [(dossier, [finding(message=f"第{n}处没有谈。") for n in range(number)])], []
    )
    shown = list(lines.check_lines(result))
    assert f"  [须改正] TALK-01 没有谈（{number}处）" in shown
    assert sum(line.startswith("      · 第") for line in shown) == listed
    assert any("只列出50处" in line for line in shown) is cut


def test_the_line_of_a_branch_counts_its_findings_and_names_its_drafts() -> None:
    dossier = b.dossier(b.branch())
    some = [finding(), finding(severity=Severity.WARNING), finding(severity=Severity.INFO), finding(due=False)]
    first, *_ = lines.check_lines(Checked("2024-seed", b.AS_OF, None, [(dossier, some)], []))
    assert first.endswith("须改正1，请核对1，提示1，待办1")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59.4, "59秒"),
        (60, "1分钟"),
        (89, "1分钟"),
        (91, "2分钟"),
        (3540, "59分钟"),
        (3600, "1小时0分钟"),
        (7380, "2小时3分钟"),
    ],
)
def test_a_duration_in_words(seconds: float, words: str) -> None:
    assert progress._words(seconds) == words


def test_progress_away_from_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 30.0, 31.0, 31.0, 31.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(moments))
    report = progress.Progress(4)
    report(MADE)
    report(replace(MADE, status=FAILED))
    shown = capsys.readouterr().err.splitlines()
    assert [line.partition("：")[0] for line in shown[:2]] == ["办公室党支部（b01）"] * 2
    assert shown[2:] == ["2/4，没有完成1个，每分钟4个，约还要31秒"], "after thirty seconds, not before"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (click.NoSuchOption("--x"), "没有选项 --x。请用"),
        (click.MissingParameter(param=click.Option(["--to"])), "缺少选项 --to。请用"),
        (click.MissingParameter(param=click.Argument(["path"], metavar="路径")), "缺少参数 路径。请用"),
        (click.BadOptionUsage("--to", "x"), "选项 --to 后面缺少内容，或写法不对。请用"),
        (
            click.BadParameter("x", param=click.Option(["--role"], type=click.Choice(["branch", "bureau"]))),
            "选项 --role的值不对，可用：branch、bureau。请用",
        ),
        (
            click.BadParameter("x", param=click.Option(["--jobs"], type=click.IntRange(1, 2))),
            "选项 --jobs的值不对，应当是范围内的整数。请用",
        ),
        (click.BadParameter("x", param=click.Option(["--to"])), "选项 --to的值不对。请用"),
        (click.BadParameter("x"), "参数的值不对。请用"),
        (click.UsageError("No such command 'x'."), "没有这个命令。请用"),
        (click.UsageError("Got unexpected extra argument"), "命令写法不对（多了或少了内容）。请用"),
    ],
)
def test_wrong_use_in_chinese(error: click.UsageError, words: str) -> None:
    assert chinese.sentence_of(error).startswith(words)


@pytest.mark.parametrize(
    ("raised", "status"), [(click.Abort(), 130), (PermissionError(1, "x", "夹"), chinese.WRONG_USE), (None, PROBLEMS)]
)
def test_the_exit_status(raised: Exception | None, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    @click.group(cls=chinese.Group)
    def program() -> None: ...

    @program.command()
    def work() -> int:
        if raised:
            raise raised
        return PROBLEMS

    assert chinese.run(program, ["work"], "orglife") == status
    assert bool(capsys.readouterr().err) is (raised is not None)


@pytest.mark.parametrize(
    ("template", "shape"),
    [("{date}{name}的谈话", "……的谈话"), ("没有占位", "没有占位"), ("到{n}人，{rest:>2}", "到……人，……")],
)
def test_a_sentence_with_dots_for_its_values(template: str, shape: str) -> None:
    assert dots(template) == shape


@thorough
def test_a_rule_is_told_once_where_before_and_after_are_the_same() -> None:
    for rule in ALL_RULES:
        page = list(rule_page(rule, b.campaign(), b.regulations()))
        (fix,) = (line for line in page if line.startswith("怎么办"))
        assert fix.startswith("怎么办：会前，") is bool(rule.fix_after), rule.id
        (group,) = (line for line in page if line.startswith("归在"))
        assert ("会后" in group) is (rule.effect_on(held=False) != rule.effect_on(held=True)), rule.id
    assert rule_line(RULES_BY_ID["TALK-01"]).split("\t")[:3] == ["TALK-01", "须改正", "谈心谈话"]
    archive = next(rule for rule in ALL_RULES if rule.stage == "archive")
    assert rule_line(archive).split("\t")[2] == "归档"


def on_a_terminal(total: int, rows: list[BranchResult], capsys: pytest.CaptureFixture[str]) -> str:
    """What progress writes to a terminal, with ``<`` where it begins the line anew."""
    report = progress.Progress(total)
    for row in rows:
        report(row)
    return capsys.readouterr().err.replace("\r\033[K", "<")


@pytest.mark.parametrize(
    ("total", "status", "shape"),
    [
        (20, DONE, "<办公室.*\n<1/20，每分钟60个，约还要19秒"),
        (21, DONE, "<1/21，每分钟60个，约还要20秒"),
        (21, FAILED, "<办公室.*\n<1/21，没有完成1个，每分钟60个，约还要20秒"),
        (21, SKIPPED, "<1/21"),
        (1, DONE, "<办公室.*\n<1/1，每分钟60个，约还要0秒<"),
    ],
)
def test_progress_on_a_terminal(
    total: int, status: str, shape: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([0.0, 1.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(moments))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    shown = on_a_terminal(total, [replace(MADE, status=status)], capsys)
    assert re.fullmatch(shape, shown), shown


def test_a_reader_that_has_gone_ends_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.group(cls=chinese.Group)
    def program() -> None: ...

    @program.command()
    def work() -> int:
        raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert chinese.run(program, ["work"], "orglife") == 1
    assert sys.stderr.closed


def test_a_command_that_returns_nothing_has_succeeded() -> None:
    @click.group(cls=chinese.Group)
    def program() -> None: ...

    @program.command()
    def work() -> None: ...

    assert chinese.run(program, ["work"], "orglife") == 0


def test_a_fault_of_the_program_is_shown_by_its_place_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> int:
        raise KeyError("魏长河")

    monkeypatch.setattr(chinese, "run", broken)
    monkeypatch.setattr(gc, "set_threshold", lambda *_: None)
    monkeypatch.setattr(atexit, "register", lambda _: None)
    with pytest.raises(SystemExit) as ended:
        cli.main(["check"])
    assert ended.value.code == 1
    line = broken.__code__.co_firstlineno + 1
    shown = capsys.readouterr().err
    assert shown.endswith(f"请把这一行告诉管理员：KeyError test_lines.py:{line}。\n")
    assert "魏长河" not in shown
    monkeypatch.setenv(cli.TRACEBACK, "1")
    with pytest.raises(KeyError):
        cli.main(["check"])
