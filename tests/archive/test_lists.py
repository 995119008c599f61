"""What is named of many problems, bags and names, and what only counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orglife.adapters.bag import verifier
from orglife.archive import fixity, verifying
from orglife.archive.fixity import Remembered, Visit, VisitOptions


@pytest.mark.parametrize(("count", "cut"), [(49, False), (50, False), (51, True)])
def test_of_many_problems_of_a_check_fifty_are_named(count: int, cut: bool) -> None:
    problems = tuple(verifier.Problem(f"{number}.pdf", "changed", "被改动过") for number in range(count))
    lines = verifier.report([verifier.Line("真实性", "甲", problems)]).splitlines()
    assert len(lines) == 1 + min(count, 50) + cut
    assert lines[0] == "不通过　真实性　甲"
    assert (lines[-1] == f"　　一共{count}处，只列出50处。") is cut


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x1b[2J\u202eb\u2028", "a?[2J?b?"), ("字" * 1000, "字" * 1000), ("字" * 1001, "字" * 1000 + "……")],
)
def test_a_name_fills_no_terminal(text: str, shown: str) -> None:
    assert verifier.printable(text) == shown


@pytest.mark.parametrize(
    ("problems", "state"),
    [
        ((), "通过　"),
        ((verifier.Problem("", "remark", "x"),), "请核对"),
        ((verifier.Problem("", "content", "x"),), "不通过"),
    ],
)
def test_a_remark_asks_for_a_look_and_is_no_fault(problems: tuple[verifier.Problem, ...], state: str) -> None:
    assert verifier.report([verifier.Line("真实性", "甲", problems)]).startswith(state)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("方案甲、党支部乙缺第3条，后面是第4条。", "missing"),
        ("数据文件里应有4条修改，实有3条。", "missing"),
        ("方案甲、党支部乙的第3条（谈心谈话 t1）顺序颠倒或重复。", "order"),
        ("数据文件的结构已损坏（至少1处）。", "changed"),
    ],
)
def test_a_sentence_about_a_store_has_a_kind(text: str, kind: str) -> None:
    assert verifying._kind(text) == kind


@pytest.mark.parametrize(("count", "cut"), [(50, False), (51, True)])
def test_of_many_bags_of_a_group_fifty_are_named(count: int, cut: bool) -> None:
    names = [f"b{number}" for number in range(count)]
    visit = Visit(Path("/a"), VisitOptions(), date(2024, 3, 8), {}, dict.fromkeys(names, Remembered()), new=names)
    text = visit.text()
    assert text.count("　　b") == min(count, 50)
    assert (f"……共{count}个" in text) is cut
    assert f"有{count}个归档包，这次核验0个" in text


def test_bags_are_looked_for_eight_folders_deep(tmp_path: Path) -> None:
    for depth in (8, 9):
        bag = tmp_path.joinpath(*["f"] * depth, f"bag{depth}")
        bag.mkdir(parents=True)
        (bag / "bagit.txt").write_text("BagIt-Version: 1.0\n", encoding="utf-8")
    assert list(fixity._bags(tmp_path, [])) == ["f/" * 8 + "bag8"]
