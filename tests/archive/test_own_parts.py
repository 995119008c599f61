"""A bag with every digest made anew: what orglife verify still finds in verify.py, the report and the final flag."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from orglife.adapters.bag import verifier
from orglife.archive import verifying
from tests.archive import attacks


@pytest.fixture
def copy(sealed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sealed, tmp_path / "bag"))


def head_of(bag: Path) -> str:
    return str(json.loads((bag / verifier.PACKAGE).read_bytes())["head"]["hash"])


def problems(bag: Path) -> dict[str, str]:
    verdict = verifying.verify(bag, head_of(bag))
    return {p.file: p.kind for line in verdict.lines for p in line.problems if p.kind != "remark" or "verify" in p.file}


def test_the_genuine_bag_passes(copy: Path) -> None:
    assert problems(copy) == {}


def test_a_hostile_verifier_is_named(copy: Path) -> None:
    attacks.write(copy / verifier.VERIFIER, b"print('\\u5168\\u90e8\\u901a\\u8fc7')\n")
    attacks.rebuild_all(copy)
    assert problems(copy) == {verifier.VERIFIER: "remark"}
    assert "请不要运行它" in verifying.verify(copy).text()


def test_an_altered_report_is_a_fault(copy: Path) -> None:
    text = (copy / verifier.REPORT).read_text(encoding="utf-8").replace("通过", "不通过", 1)
    attacks.write(copy / verifier.REPORT, text.encode())
    info = (copy / "bag-info.txt").read_text(encoding="utf-8")
    old = next(line for line in info.splitlines() if line.startswith(verifier.REPORT_LABEL))
    attacks.write(
        copy / "bag-info.txt", info.replace(old, f"{verifier.REPORT_LABEL}: {attacks.sha256(text.encode())}").encode()
    )
    attacks.rebuild_all(copy)
    assert problems(copy) == {verifier.REPORT: "changed"}


def test_a_final_bag_called_unfinished_is_a_fault(copy: Path) -> None:
    package = json.loads((copy / verifier.PACKAGE).read_bytes())
    attacks.write_package(copy, {**package, "final": False})
    assert problems(copy)[verifier.PACKAGE] == "changed"
