"""A package under ``orglife verify``: the good one passes, any byte that is another one is found."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from orglife.adapters.disk import zip_writer
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


def test_a_bit_that_changes_no_content_is_found(tmp_path: Path) -> None:
    """Deflate can state the same content in another way: byte 5875 is in dossier.json, and what is unpacked stays equal."""
    data = bytearray((Path(__file__).parents[1] / "whole" / "former" / "package.zip").read_bytes())
    data[5875] ^= 1 << 2
    package = tmp_path / "t01.zip"
    package.write_bytes(data)
    assert run("verify", str(package)) == 1


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


Parts = dict[str, bytes]


def remade(package: Path, change: Callable[[Parts], Parts], *, listed: bool = False) -> Path:
    """The package with other parts; its list is as it was, or fits them."""
    with zipfile.ZipFile(package) as opened:
        parts = {info.filename: opened.read(info) for info in opened.infolist()}
    head = {key: value for key, value in json.loads(parts[zip_writer.MANIFEST]).items() if key != "files"}
    target = package.with_name("changed.zip")
    if listed:
        zip_writer.write_zip(target, head, change({k: v for k, v in parts.items() if k != zip_writer.MANIFEST}).items())
        return target
    with zipfile.ZipFile(target, "w") as out:
        for name, data in change(parts).items():
            out.writestr(zip_writer.entry_info(name), data)
    return target


def swapped(data: bytes) -> bytes:
    """The third and fourth line change places."""
    one, two, three, four, *rest = data.splitlines(keepends=True)
    return b"".join([one, two, four, three, *rest])


@pytest.mark.parametrize(
    ("change", "listed", "file", "kind"),
    [
        (lambda p: {k: v for k, v in p.items() if k != "history.jsonl"}, False, "history.jsonl", "missing"),
        (lambda p: {**p, "more.txt": b"x"}, False, "more.txt", "extra"),
        (lambda p: {k.replace("dossier", "other"): v for k, v in p.items()}, False, "dossier.json", "renamed"),
        (lambda p: {**p, "dossier.json": p["dossier.json"].replace(b"m1", b"m2")}, False, "dossier.json", "changed"),
        (lambda p: {**p, "history.jsonl": swapped(p["history.jsonl"])}, True, "history.jsonl", "order"),
    ],
    ids=["missing", "extra", "renamed", "changed", "order"],
)
def test_what_was_done_to_a_package_is_named(
    package: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Parts], Parts],
    listed: bool,
    file: str,
    kind: str,
) -> None:
    target = remade(package, change, listed=listed)
    capsys.readouterr()
    assert run("verify", str(target), "--json") == 1
    (found,) = json.loads(capsys.readouterr().out)["results"]
    assert [(p["file"], p["kind"]) for check in found["checks"] for p in check["problems"]] == [(file, kind)]
    assert run("verify", str(target)) == 1
    assert "没有接收" not in capsys.readouterr().out, "nobody wanted to take it in"
