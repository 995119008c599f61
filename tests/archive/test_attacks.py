"""Whatever is done to a bag is found, and the file named: by the program, and by the verifier that lies in a good bag."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orglife.adapters.bag import verifier
from orglife.archive import verifying
from tests.archive import attacks
from tests.archive.attacks import ATTACKS, Attack
from tests.conftest import run
from tests.marks import first, thorough


def named(lines: list[verifier.Line]) -> set[str]:
    """The files that faults are about, those in their texts included."""
    faults = [p for line in lines for p in line.faults]
    return {p.file for p in faults} | {p.text.removeprefix("被改名为") for p in faults if p.kind == "renamed"}


def attacked(copy: Callable[[], Path], attack: Attack, seed: int) -> None:
    bag = copy()
    expected = attack(bag, random.Random(seed))
    lines = verifier.verify(str(bag))
    found = named(lines)
    if attacks.TAGMANIFEST in expected:  # a flipped digest there looks like a change of the file that it stands for
        assert found, (attack.__name__, seed)
    else:
        assert expected <= found, (attack.__name__, seed, expected, found)
    assert not any("没有做完" in p.text for line in lines for p in line.problems), (attack.__name__, seed)
    shutil.rmtree(bag)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.__name__)
@pytest.mark.parametrize("seed", range(2))
def test_attack_is_found(copy: Callable[[], Path], attack: Attack, seed: int) -> None:
    attacked(copy, attack, seed)


@pytest.mark.soak
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.__name__)
def test_a_thousand_attacks_are_found(copy: Callable[[], Path], attack: Attack) -> None:
    for seed in range(100, 100 + -(-1000 // len(ATTACKS))):
        attacked(copy, attack, seed)


@pytest.mark.parametrize(
    "attack", [attacks.flip_payload, attacks.rebuild_more, attacks.rewrite], ids=lambda a: a.__name__
)
def test_the_verifier_in_a_bag_finds_what_the_program_finds(
    copy: Callable[[], Path], sealed: Path, tmp_path: Path, attack: Attack
) -> None:
    bag = copy()
    attack(bag, random.Random(7))
    alone = subprocess.run(
        [sys.executable, "-I", str(sealed / "verify.py"), str(bag), "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert alone.returncode == 1, alone.stderr
    ours = verifying.verify(bag).to_json()["checks"]
    theirs = json.loads(alone.stdout)["checks"]
    assert [[p["file"] for p in check["problems"]] for check in ours] == [
        [p["file"] for p in check["problems"]] for check in theirs
    ]


@pytest.mark.parametrize("seed", range(10))
def test_a_mangled_part_is_a_fault_and_no_crash(copy: Callable[[], Path], seed: int) -> None:
    """Each own part in turn becomes something else altogether, with everything rebuilt."""
    rng, bag = random.Random(seed), copy()
    name = rng.choice([n for n in verifier.OWN_PARTS if n not in attacks.UNCOVERED])
    attacks.write(bag / name, rng.choice((b"", b"[]", b"null", b"{", b'{"records": 1}', b"\xff\xfe\x00", b"[" * 5000)))
    attacks.rebuild_all(bag)
    verdict = verifying.verify(bag)
    assert not verdict.good
    assert name in named(list(verdict.lines))


def mangled(bag: Path, rng: random.Random) -> None:
    """Pieces of some files cut out, doubled, turned over or replaced, with everything rebuilt or not."""
    for name in rng.sample(attacks.names(bag), rng.randrange(1, 4)):
        data = (bag / name).read_bytes()
        start = rng.randrange(len(data))
        end = min(len(data), start + rng.choice((1, 10, 1000)))
        new = rng.choice(
            (b"", data[start:end] * 3, rng.randbytes(20), b"\x00", b'"', b"{}", b"[", b"\xed\xa0\x80", b"9" * 5000)
        )
        attacks.write(bag / name, data[:start] + new + data[end:])
    with contextlib.suppress(ValueError, KeyError, TypeError):  # what cannot be read cannot be rebuilt
        rng.choice((attacks.rebuild_all, attacks.rebuild_manifests, attacks.names))(bag)


@pytest.mark.parametrize("seed", first(1, range(12)))
def test_a_mangled_bag_is_told_and_no_crash(copy: Callable[[], Path], seed: int) -> None:
    bag = copy()
    mangled(bag, random.Random(seed))
    assert run("verify", str(bag), "--json") in (0, 1)


@pytest.mark.soak
def test_many_mangled_bags(copy: Callable[[], Path]) -> None:
    for seed in range(1000, 1500):
        bag = copy()
        mangled(bag, random.Random(seed))
        papers = () if seed % 10 == 0 else ("--no-papers",)
        assert run("verify", str(bag), "--json", *papers) in (0, 1), seed
        shutil.rmtree(bag)


@thorough
def test_a_name_that_is_no_text(copy: Callable[[], Path]) -> None:
    bag = copy()
    Path(os.fsdecode(os.fsencode(bag / "data") + b"/\xff.txt")).write_bytes(b"x")
    assert run("verify", str(bag), "--json") == 1
    assert run("verify", str(bag)) == 1


def test_what_only_the_signed_paper_shows(copy: Callable[[], Path]) -> None:
    """A byte of the note's typesetting, with everything rebuilt: the bag alone does not show it (see docs/archive.md)."""
    bag = copy()
    data = bytearray((bag / verifier.NOTE).read_bytes())
    place = data.rindex(b"<</Size")  # of the trailer: nothing that a reader shows
    data[place - 1 : place - 1] = b" "
    attacks.write(bag / verifier.NOTE, bytes(data))
    attacks.rebuild_all(bag)
    assert verifying.verify(bag).good
