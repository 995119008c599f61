"""A package under ``orglife verify``: the good one passes, any byte that is another one is found."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.conftest import run


@pytest.fixture
def package(filled: Path, tmp_path: Path) -> Path:
    target = tmp_path / "t01.zip"
    assert run("export", str(filled), "--branch", "t01", "--format", "package", "--out", str(target)) == 0
    return target


def flips(package: Path, number: int) -> list[int]:
    """Places at which a flipped bit was not found."""
    data, chance, missed = package.read_bytes(), random.Random(7), []
    for _ in range(number):
        place = chance.randrange(len(data))
        package.write_bytes(data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :])
        if run("verify", str(package)) != 1:
            missed.append(place)
    package.write_bytes(data)
    return missed


def test_a_good_package_passes(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", str(package)) == 0
    assert "上报包" in capsys.readouterr().out


def test_every_flipped_bit_is_found(package: Path) -> None:
    assert flips(package, 60) == []


@pytest.mark.soak
def test_every_flipped_bit_is_found_again_and_again(package: Path) -> None:
    assert flips(package, 2000) == []


def test_cut_padded_and_commented_packages_are_found(package: Path) -> None:
    data = package.read_bytes()
    for other in (data[:-1], data + b"\0", b"\0" + data, data[: len(data) // 2], data[:-2] + b"\1\0x"):
        package.write_bytes(other)
        assert run("verify", str(package)) == 1


def test_a_witness_that_is_not_in_the_history_is_found(package: Path) -> None:
    assert run("verify", str(package), "--witness", "0" * 64) == 1


def test_another_zip_is_nothing_to_verify(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as other:
        other.writestr("a.txt", "a")
    assert run("verify", str(tmp_path / "a.zip")) == 2
