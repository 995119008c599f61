"""The verdict on what was verified, in words; what lies in an archive folder; bags against the store they came from."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.bag import verifier
from orglife.adapters.bag.verifier import Line, Problem
from orglife.archive import verifying
from orglife.archive.verdict import Verdict, broken
from orglife.core.rule.rule import Severity
from tests.adapters.bag.small_bags import Draft, item
from tests.home.before import finding

FAULT = Line("真实性", "甲", (Problem("a.pdf", "changed", "被改动过"), Problem("b.pdf", "remark", "请看一下")))
REMARK = Line("安全性", "乙", (Problem("b.pdf", "remark", "请看一下"),))
SOUND = Line("完整性", "丙", ())
HERE = Path("包")


@pytest.mark.parametrize(
    ("verdict", "good", "shown"),
    [
        (Verdict(HERE, "bag", (SOUND,)), True, ["包（归档包）：1项检查，1项通过", "全部通过。"]),
        (
            Verdict(HERE, "package", (SOUND, REMARK)),
            True,
            ["包（上报包）：2项检查，1项通过", "请核对　安全性　乙", "　　b.pdf：请看一下。", "全部通过。"],
        ),
        (
            Verdict(HERE, "store", (FAULT, SOUND)),
            False,
            [
                "包（数据文件）：2项检查，1项通过",
                "不通过　真实性　甲",
                "　　a.pdf：被改动过。",
                "　　b.pdf：请看一下。",
                "核验不符，请向移交的单位核实，或用备份恢复。",
            ],
        ),
        (
            broken(HERE, "backup"),
            False,
            [
                "包（备份）：1项检查，0项通过",
                "不通过　可用性　能打开",
                "　　（整包）：已损坏，打不开。",
                "核验不符，这份备份不要用；请换一份，工作目录还在的请重新备份。",
            ],
        ),
        (
            Verdict(HERE, "store", (SOUND,), bags=(Verdict(Path("t01"), "bag", (SOUND,)),)),
            True,
            ["包（数据文件）：1项检查，1项通过", "t01（归档包）：1项检查，1项通过", "连同1个归档包，全部通过。"],
        ),
        (
            Verdict(HERE, "store", (SOUND,), bags=(Verdict(Path("t01"), "bag", (SOUND,)), broken(Path("t02"), "bag"))),
            False,
            [
                "包（数据文件）：1项检查，1项通过",
                "t01（归档包）：1项检查，1项通过",
                "t02（归档包）：1项检查，0项通过",
                "不通过　可用性　能打开",
                "　　（整包）：已损坏，打不开。",
                "2个归档包里有1个不符。核验不符，请向移交的单位核实，或用备份恢复。",
            ],
        ),
    ],
)
def test_a_verdict_in_words(verdict: Verdict, good: bool, shown: list[str]) -> None:
    assert verdict.good is good
    assert verdict.text().splitlines() == shown
    assert verdict.to_json()["ok"] is good
    assert ("bags" in verdict.to_json()) == bool(verdict.bags)


@pytest.mark.parametrize(("severity", "good"), [(Severity.ERROR, False), (Severity.WARNING, True)])
def test_an_error_of_a_package_rule_makes_a_bag_faulty(severity: Severity, good: bool) -> None:
    assert Verdict(HERE, "bag", (SOUND,), (finding(severity=severity),)).good is good


@pytest.mark.parametrize(("number", "listed"), [(50, 50), (51, 50)])
def test_fifty_findings_of_a_rule_are_listed(number: int, listed: int) -> None:
    lines = Verdict(HERE, "bag", (SOUND,), (finding(),) * number).shown()
    assert len(lines) == 1 + listed + (number > listed)
    assert (f"一共{number}处，只列出50处。" in lines[-1]) == (number > listed)


def test_json_of_checks() -> None:
    checks = Verdict(HERE, "bag", (FAULT, REMARK), about={"branch": "t01"}).to_json()
    assert (checks["branch"], checks["kind"], checks["path"]) == ("t01", "bag", "包")
    assert [(one["title"], one["ok"], len(one["problems"])) for one in checks["checks"]] == [
        ("甲", False, 2),
        ("乙", True, 1),
    ]
    assert checks["checks"][0]["problems"][0] == {"file": "a.pdf", "kind": "changed", "message": "被改动过。"}


# --- what lies in an archive folder ----------------------------------------------------------------------------------


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as out:
        for name, data in files.items():
            out.writestr(name, data)
    return path


def test_what_lies_in_an_archive_folder(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    sealed = Draft().files()
    zipped(archive / "t01.zip", sealed)
    zipped(archive / "_2023" / "t02.zip", sealed)
    zipped(archive / "别的.zip", {"a.txt": b""})
    for folder in ("_2023/_2022", ".partial-t03", "x/y", "坏/data", "也坏"):
        (archive / folder).mkdir(parents=True)
    for file in ("核验记录.csv", "_目录.txt", ".partial-t04", "也坏/说明.txt"):
        (archive / file).touch()
    bags, others = verifying.archived(tmp_path)
    assert [bag.path.relative_to(archive).as_posix() for bag in bags] == ["_2023/t02.zip", "t01.zip"]
    assert [(problem.file, problem.kind, problem.text) for problem in others] == [
        ("archive/.partial-t03", "remark", "没有做完的归档包，下次归档时自动删去"),
        ("archive/_目录.txt", "remark", "不是归档包，没有核验"),
        ("archive/x", "remark", "不是归档包，没有核验"),
        ("archive/也坏", "missing", "归档包的校验清单都不在了，无从核验"),
        ("archive/别的.zip", "remark", "不是归档包，没有核验"),
        ("archive/坏", "missing", "归档包的校验清单都不在了，无从核验"),
    ]
    assert verifying.archived(tmp_path / "none") == ((), [])


def test_what_a_verdict_says_of_a_bag(tmp_path: Path) -> None:
    draft = Draft(items=[item(1, withdrawn=True), item(2)])
    files = draft.files()
    verdict = verifying.verify(zipped(tmp_path / "a.zip", files))
    assert verdict.items == {"i2"}
    assert verdict.about == {"branch": "t01", "campaign": "2024-seed", "final": True, "head": draft.own[-1]["hash"]}
    last = files[verifier.HISTORY].splitlines()[-1]
    assert verdict.last.encode() in last
    empty = verifying.verify(zipped(tmp_path / "b.zip", {**files, verifier.HISTORY: b"?\n"}))
    assert empty.last == ""


@pytest.mark.parametrize(
    ("made_with", "kind"), [("", "remark"), (verifying.program().digest, "changed")], ids=["another", "this"]
)
def test_another_verifier_in_a_bag_is_a_fault_where_this_program_made_the_bag(
    tmp_path: Path, made_with: str, kind: str
) -> None:
    verdict = verifying.verify(zipped(tmp_path / "a.zip", Draft(package={"made_with": made_with}).files()))
    (problem,) = (p for line in verdict.lines for p in line.problems if p.file == verifier.VERIFIER)
    assert problem.kind == kind
    assert verdict.good is (kind == "remark")


# --- bags against the store ------------------------------------------------------------------------------------------


def store(*, branches: int, hashes: tuple[str, ...] = ("last",), items: tuple[str, ...] = ("i1", "i2", "i3")) -> Any:
    """A store with branches b0, b1 … of one campaign, each with items, the second of them withdrawn."""
    rows = [SimpleNamespace(id=name, body={"withdrawn": name == "i2"}) for name in items]
    return SimpleNamespace(
        name="数据",
        campaigns=lambda: ["2024"],
        branches=lambda campaign: [f"b{number}" for number in range(branches)],
        history=lambda campaign, branch: [SimpleNamespace(hash=one) for one in hashes],
        current=lambda campaign, branch: SimpleNamespace(records={"archive_item": rows}),
        clock_backs=lambda campaign: {"b0": list(range(1, branches + 1))},
    )


def bag_of(branch: str, items: frozenset[str], last: str = "last") -> Verdict:
    about = {"campaign": "2024", "branch": branch}
    return Verdict(Path("局/archive") / branch, "bag", (SOUND,), about=about, last=last, items=items)


@pytest.mark.parametrize(
    ("branches", "bags", "problems"),
    [
        (1, [bag_of("b0", frozenset({"i1", "i3"}))], []),
        (1, [bag_of("b0", frozenset({"i1"})), bag_of("b0", frozenset({"i3"}))], []),
        (1, [bag_of("b0", frozenset({"i1", "i3"}), last="")], []),
        (
            1,
            [bag_of("b0", frozenset({"i1", "i3"}), last="other")],
            ["archive/b0 changed 数据文件里没有打包时的历史，整段历史可能被改写或截短"],
        ),
        (
            2,
            [bag_of("b0", frozenset({"i1"}))],
            ["archive remark 有3件归档件（b0、b1），装着它们的归档包不在这里；放在别处的，请另外核验"],
        ),
        (
            5,
            [],
            ["archive remark 有10件归档件（b0、b1、b2、b3、b4），装着它们的归档包不在这里；放在别处的，请另外核验"],
        ),
        (
            6,
            [],
            ["archive remark 有12件归档件（b0、b1、b2、b3、b4、……），装着它们的归档包不在这里；放在别处的，请另外核验"],
        ),
    ],
)
def test_each_bag_begins_the_store_s_history_and_each_item_lies_in_a_bag(
    branches: int, bags: list[Verdict], problems: list[str]
) -> None:
    found = verifying._against(store(branches=branches), bags, Path("局"))
    assert [f"{p.file} {p.kind} {p.text}" for p in found] == problems


@pytest.mark.parametrize(("number", "places"), [(1, "第1条"), (5, "第4条、第5条"), (6, "第4条、第5条……")])
def test_the_first_five_entries_before_which_the_clock_ran_back(number: int, places: str) -> None:
    (problem,) = verifying._clock_backs(store(branches=number))
    assert f"{places}时间比前一条早" in problem.text
    assert (problem.file, problem.kind) == ("数据", "remark")
