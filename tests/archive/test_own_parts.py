"""A bag with every digest made anew: what orglife verify still finds in verify.py, the report and the final flag."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
from pathlib import Path

import pytest

from orglife.adapters.bag import verifier
from orglife.archive import verifying
from tests.archive import attacks
from tests.marks import thorough


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
    assert problems(copy) == {verifier.VERIFIER: "changed"}
    assert "请不要运行它" in verifying.verify(copy).text()


def test_the_verifier_of_another_version_is_named_and_no_fault(copy: Path) -> None:
    attacks.write(copy / verifier.VERIFIER, b"print('\\u5168\\u90e8\\u901a\\u8fc7')\n")
    attacks.write_package(copy, {**json.loads((copy / verifier.PACKAGE).read_bytes()), "made_with": "0" * 64})
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


def seal_of(bag: Path) -> str:
    return attacks.sha256((bag / verifier.TAGMANIFEST).read_bytes())


def test_an_altered_guide_is_a_fault(copy: Path) -> None:
    text = (copy / verifier.GUIDE).read_text(encoding="utf-8").replace("都能发现", "都是正常的", 1)
    attacks.write(copy / verifier.GUIDE, text.encode())
    package = json.loads((copy / verifier.PACKAGE).read_bytes())
    package["parts"][verifier.GUIDE] = attacks.sha256(text.encode())
    attacks.write_package(copy, package)
    attacks.rebuild_all(copy)
    assert problems(copy) == {verifier.GUIDE: "changed"}


def test_a_head_says_how_far_it_proves(copy: Path) -> None:
    verdict = verifying.verify(copy, head_of(copy))
    assert verdict.good
    assert "只能证明到历史第" in verdict.text()
    assert "含归档登记" in verdict.text()


@thorough
def test_the_seal_of_a_bag_proves_every_file(copy: Path, tmp_path: Path) -> None:
    seal = seal_of(copy)
    assert verifying.verify(copy, seal.upper()).text().endswith("全部通过。")
    assert "证明" not in verifying.verify(copy, seal).text()
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", copy)
    assert verifying.verify(Path(packed), seal).good
    for name in attacks.names(copy):
        if name == verifier.TAGMANIFEST:
            continue
        kept = (copy / name).read_bytes()
        attacks.write(copy / name, kept + b" ")
        remade = (verifier.PACKAGE, "bag-info.txt", "manifest-sha256.txt")  # by rebuild_all
        (attacks.rebuild_tags if name in remade else attacks.rebuild_all)(copy)
        assert not verifying.verify(copy, seal).good, name
        attacks.write(copy / name, kept)
        attacks.rebuild_all(copy)
    assert verifying.verify(copy, seal).good


def test_the_seal_is_told_when_the_bag_is_made_and_taken_for_the_workspace_too(
    archived: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bag,) = (archived / "archive").iterdir()
    assert verifying.verify(archived, seal_of(bag)).good
    assert not verifying.verify(archived, "0" * 64).good


def content(bag: Path) -> dict[str, bytes]:
    return {name: (bag / name).read_bytes() for name in attacks.names(bag)}


@thorough
@pytest.mark.parametrize("rounds", [6, pytest.param(300, marks=pytest.mark.soak)])
def test_no_tampering_passes_with_the_seal(copy: Path, tmp_path: Path, rounds: int) -> None:
    """Whatever is done, and with everything that a bag says of itself made anew where that is possible."""
    seal, head = seal_of(copy), head_of(copy)
    for seed in range(rounds):
        bag = Path(shutil.copytree(copy, tmp_path / f"bag{seed}"))
        rng = random.Random(seed)
        attack = rng.choice(attacks.ATTACKS)
        attack(bag, rng)
        with contextlib.suppress(ValueError, KeyError, TypeError, OSError):  # what cannot be read cannot be rebuilt
            attacks.rebuild_all(bag)
        undone = content(bag) == content(copy)  # making all anew undid the one change
        assert verifying.verify(bag, seal).good is undone, (attack.__name__, seed)
        # the head proves less, but with the papers set anew and the program's own parts compared this much is enough
        assert verifying.verify(bag, head, papers=seed % 10 == 0).good is undone, (attack.__name__, seed)
        shutil.rmtree(bag)
