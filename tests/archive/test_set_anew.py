"""What is said of papers that were set anew: equal, other ones, too many, too few, by this program or another."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.bag import verifier
from orglife.archive import setting_anew
from orglife.batch.task import program
from orglife.core.errors import NotSetAnew
from tests.adapters.bag.small_bags import PAPERS, Draft, item

Made = dict[str, bytes]
THIS, OTHER = program().digest, "another"
COVERS = (verifier.CATALOGUE, verifier.NOTE)
AFTER_OTHER = (
    "；这个包是用别的版本或字体排的（或者文件里有包外的数据），不能据此说它改过，请用归档包校验值或签字的纸质件核对"
)


def compared(
    folder: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Made], Any], draft: Draft
) -> list[tuple[str, str, str]]:
    """The problems of a small bag, whose papers set anew are those in it with a change."""
    files = draft.files()
    with zipfile.ZipFile(folder / "a.zip", "w") as out:
        for name, data in files.items():
            out.writestr(name, data)

    def set_anew(bag: verifier.Bag, *, jobs: int) -> Made:
        assert jobs == 3
        made = {name: files[name] for name in (*PAPERS, *COVERS) if name in files}
        return change(made) or made

    monkeypatch.setattr(setting_anew, "_set_anew", set_anew)
    line = setting_anew.compare(verifier.Bag(str(folder / "a.zip")), jobs=3)
    assert (line.aspect, line.title) == ("真实性", setting_anew.TITLE)
    return [tuple(problem) for problem in line.problems]  # type: ignore[misc]


def other(*names: str) -> Callable[[Made], None]:
    """Papers that come out otherwise."""
    return lambda made: made.update(dict.fromkeys(names, b"other"))


def lost(*names: str) -> Callable[[Made], None]:
    """Papers that are not made any more."""

    def done(made: Made) -> None:
        for name in names:
            del made[name]

    return done


@pytest.mark.parametrize("made_with", [THIS, OTHER], ids=["this program", "another"])
def test_equal_papers_are_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_with: str) -> None:
    draft = Draft(package={"made_with": made_with})
    assert compared(tmp_path, monkeypatch, lambda _: None, draft) == []


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (other(PAPERS[1]), [(PAPERS[1], "changed", "《文件2》与按包里数据重新排出的不同")]),
        (
            other(verifier.NOTE, verifier.CATALOGUE),
            [
                (verifier.CATALOGUE, "changed", "《归档文件目录》与按包里数据重新排出的不同"),
                (verifier.NOTE, "changed", "《备考表》与按包里数据重新排出的不同"),
            ],
        ),
        (lost(PAPERS[0]), [(PAPERS[0], "extra", "按包里的数据排不出《文件1》")]),
        (other("《会议记录》"), [("", "missing", "按包里的数据应当有《会议记录》，包里没有")]),
    ],
)
def test_by_the_same_program_a_difference_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Made], None], problems: list[tuple[str, ...]]
) -> None:
    draft = Draft(package={"made_with": THIS})
    assert compared(tmp_path, monkeypatch, change, draft) == problems


@pytest.mark.parametrize(
    ("change", "sum_"),
    [
        (other(PAPERS[1]), "4份文件里有1份与这里重新排出的不同（《文件2》）"),
        (lost(PAPERS[0]), "4份文件里有1份与这里重新排出的不同（《文件1》）"),
        (
            other(PAPERS[0], verifier.NOTE, "《会议记录》"),
            "4份文件里有3份与这里重新排出的不同（《文件1》、《备考表》、《会议记录》）",
        ),
    ],
)
def test_by_another_program_a_difference_is_a_remark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Made], None], sum_: str
) -> None:
    draft = Draft(package={"made_with": OTHER})
    assert compared(tmp_path, monkeypatch, change, draft) == [("", "remark", sum_ + AFTER_OTHER)]


def test_five_papers_of_another_program_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, more in ((5, "《甲4》）"), (6, "《甲4》等）")):
        change = other(*(f"《甲{n}》" for n in range(number)))
        ((_, _, text),) = compared(tmp_path, monkeypatch, change, Draft(package={"made_with": OTHER}))
        assert more in text
        assert "甲5" not in text


def test_a_withdrawn_item_and_a_missing_file_are_left_to_other_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft(items=[item(1, withdrawn=True), item(2)], package={"made_with": THIS}, parts={PAPERS[0]: None})
    assert compared(tmp_path, monkeypatch, lambda _: None, draft) == []
    draft = Draft(package={"made_with": THIS}, parts={PAPERS[0]: None})
    assert compared(tmp_path, monkeypatch, other(PAPERS[0]), draft) == []


def failing(error: Exception) -> Callable[[Made], None]:
    def fail(_: Made) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotSetAnew(what="日期不符"), "日期不符"),
        (KeyError("branch"), "没有能按包里的数据重新排版比较：包里的数据读不懂"),
    ],
)
def test_data_that_cannot_be_set_are_a_remark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    ((file, kind, text),) = compared(tmp_path, monkeypatch, failing(error), Draft())
    assert (file, kind) == ("", "remark")
    assert words in text
    assert not text.endswith("。")


def test_a_bag_that_is_not_final_is_not_set_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = Draft(items=[item(1, code=""), item(2, code="")], package={"final": False})
    assert compared(tmp_path, monkeypatch, failing(AssertionError()), draft) == [
        ("", "remark", "没有定稿的包，里面的文件没有重新排版比较")
    ]
