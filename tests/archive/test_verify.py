"""verify: whatever it is given, it says what is wrong, or that it is nothing it knows."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from orglife.adapters.bag import verifier
from orglife.archive import verifying
from orglife.core.errors import NothingToVerify
from orglife.office.office import Office
from tests.archive import attacks
from tests.archive.test_archive import change_text
from tests.conftest import run
from tests.marks import thorough


def zipped(bag: Path, target: Path, prefix: str = "t01/") -> Path:
    with zipfile.ZipFile(target, "w") as out:
        for name in attacks.names(bag):
            out.write(bag / name, prefix + name)
    return target


@pytest.mark.parametrize("prefix", ["", "t01/"])
def test_a_bag_in_a_zip_file(sealed: Path, tmp_path: Path, prefix: str) -> None:
    verdict = verifying.verify(zipped(sealed, tmp_path / "bag.zip", prefix))
    assert (verdict.kind, verdict.good) == ("bag", True)


def test_a_flipped_byte_in_a_zipped_file_is_named(sealed: Path, tmp_path: Path) -> None:
    file = zipped(sealed, tmp_path / "bag.zip")
    with zipfile.ZipFile(file) as opened:
        place = opened.getinfo("t01/data/dossier.json").header_offset + 200
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    found = {p.file for line in verifying.verify(file).lines for p in line.faults}
    assert "data/dossier.json" in found


def test_a_cut_zip_file(sealed: Path, tmp_path: Path) -> None:
    file = zipped(sealed, tmp_path / "bag.zip")
    file.write_bytes(file.read_bytes()[:-200])
    assert run("verify", str(file)) == 1


@pytest.mark.parametrize(
    ("place", "byte"), [(6, 114), (9, 0x08)], ids=["made for a later version", "a name that is no text"]
)
def test_a_zip_file_whose_list_of_files_is_damaged(sealed: Path, tmp_path: Path, place: int, byte: int) -> None:
    file = zipped(sealed, tmp_path / "bag.zip", "é" if byte == 0x08 else "t01/")
    data = bytearray(file.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + place] = byte
    if byte == 0x08:  # said to be UTF-8, which it is not
        data[entry + 46] = 0xFF
    file.write_bytes(data)
    assert run("verify", str(file)) == 1
    assert [line for line in verifier.verify(str(file)) if line.faults]


def test_dangerous_names_in_a_zip_file(sealed: Path, tmp_path: Path) -> None:
    file = zipped(sealed, tmp_path / "bag.zip", "")
    with zipfile.ZipFile(file, "a") as opened:
        opened.writestr("data/../../evil.txt", "x")
    found = {p.file for line in verifying.verify(file).lines for p in line.faults if p.kind == "unsafe"}
    assert found == {"data/../../evil.txt"}


@thorough
def test_a_folder_in_a_zip_file_that_holds_bytes_is_named(sealed: Path, tmp_path: Path) -> None:
    file = zipped(sealed, tmp_path / "bag.zip", "")
    with zipfile.ZipFile(file, "a") as opened:
        opened.writestr("data/papers/", "夹带")
    assert run("verify", str(file)) == 1
    assert "data/papers/" in {p.file for line in verifying.verify(file).lines for p in line.faults}


def test_links_are_found(copy: Callable[[], Path]) -> None:
    bag = copy()
    (bag / "data" / "link.pdf").symlink_to("/etc/hostname")
    assert "data/link.pdf" in {p.file for line in verifying.verify(bag).lines for p in line.faults}


@pytest.mark.parametrize("gone", [*verifier.OWN_TAGS])
def test_a_bag_of_ours_lacks_no_tag_file(copy: Callable[[], Path], gone: str) -> None:
    bag = copy()
    (bag / gone).unlink()
    assert gone in {p.file for line in verifying.verify(bag).lines for p in line.faults}
    if gone != "tagmanifest-sha256.txt":
        attacks.rebuild_tags(bag)
        assert gone in {p.file for line in verifying.verify(bag).lines for p in line.faults}


def test_a_stranger_s_bag(tmp_path: Path) -> None:
    """Its manifests are checked, and nothing is asked of it that only ours have."""
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    bagit.make_bag(str(tmp_path), checksums=["md5", "sha512"])
    verdict = verifying.verify(tmp_path)
    assert (verdict.kind, verdict.good, verdict.about) == ("bag", True, {})
    (tmp_path / "data" / "a.txt").write_text("b", encoding="utf-8")
    assert not verifying.verify(tmp_path).good


# --- the witness -----------------------------------------------------------------------------------------------------


@thorough
def test_a_bag_remade_as_a_whole_is_found_against_the_witness(
    archived: Path, sealed: Path, workspace_copy: Path
) -> None:
    """Somebody who may change the store and archive anew makes a bag in which nothing is wrong; its head is another."""
    with Office.open(archived) as office:
        witness = office.head("t01")
    assert verifying.verify(sealed, witness).good
    assert verifying.verify(sealed, witness.upper()).good
    remake(workspace_copy)
    assert run("archive", str(workspace_copy)) == 0
    forged = workspace_copy / "archive" / "t01-2"
    assert verifying.verify(forged).good
    assert not verifying.verify(forged, witness).good
    assert run("verify", str(forged), "--witness", witness) == 1
    assert run("verify", str(workspace_copy), "--witness", witness) == 1
    assert run("verify", str(archived), "--witness", witness) == 0


def remake(root: Path) -> None:
    """The store as if another history had led to it."""
    from orglife.adapters.store.store import Store

    with Office.open(root) as office:
        lines = office.store.history("2024-seed", "t01")
    for leftover in root.glob("orglife.db*"):
        leftover.unlink()
    with Store.open(root / "orglife.db") as store, store.writing() as writer:
        from orglife.adapters.store.writer import Change

        for one in lines:
            if one.type != verifier.ITEM:
                writer.change("2024-seed", "t01", Change(one.type, one.record, one.data), who="别人")
    change_text(root)


@thorough
def test_the_history_of_a_later_bag_holds_the_earlier_head(archived: Path, workspace_copy: Path) -> None:
    with Office.open(archived) as office:
        witness = office.head("t01")
    change_text(workspace_copy)
    assert run("archive", str(workspace_copy)) == 0
    assert verifying.verify(workspace_copy / "archive" / "t01-2", witness).good


# --- stores ----------------------------------------------------------------------------------------------------------


def test_stores(archived: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Path(shutil.copy(archived / "orglife.db", tmp_path / "orglife.db"))
    assert run("verify", str(archived), str(store)) == 0
    with sqlite3.connect(store) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE revision SET body = replace(body, '住院', '出差') WHERE type = 'meeting'")
    connection.close()
    capsys.readouterr()
    assert run("verify", str(store), "--json") == 1
    (found,) = json.loads(capsys.readouterr().out)["results"]
    assert any("会议记录 mt" in p["message"] for p in found["checks"][0]["problems"])


@pytest.mark.parametrize("harm", ["magic", "cut", "empty"])
def test_a_broken_store_is_a_fault(archived: Path, tmp_path: Path, harm: str) -> None:
    store = Path(shutil.copy(archived / "orglife.db", tmp_path / "orglife.db"))
    data = store.read_bytes()
    store.write_bytes({"magic": b"X" + data[1:], "cut": data[: len(data) // 2], "empty": b""}[harm])
    assert run("verify", str(store)) == 1


# --- nothing it knows ------------------------------------------------------------------------------------------------


def test_paths_that_are_nothing_it_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "a.txt", tmp_path / "folder", tmp_path / "not there"):
        capsys.readouterr()
        assert run("verify", str(path)) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


@thorough
def test_one_unknown_path_among_good_ones(sealed: Path, tmp_path: Path) -> None:
    assert run("verify", str(sealed), str(tmp_path)) == 2


def test_a_zip_file_that_is_no_bag_is_nothing_it_knows(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("a.txt", "a")
    with pytest.raises(NothingToVerify):
        verifying.verify(file)


def test_a_bag_that_cannot_be_looked_into_for_its_size(
    copy: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "LARGEST", 100)
    bag = copy()
    assert not verifying.verify(bag).good


def by_itself(bag: Path, verify_py: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(verify_py), str(bag)]
    return subprocess.run(line, capture_output=True, text=True, check=False, encoding="utf-8", timeout=300)


def test_a_file_of_holes_is_named_and_not_read_for_hours(copy: Callable[[], Path], sealed: Path) -> None:
    bag = copy()
    with (bag / "data" / "big.pdf").open("wb") as file:
        file.truncate(4 << 40)
    assert ("data/big.pdf", "太大（4398GB），没有读") in told(bag)
    done = by_itself(bag, sealed / "verify.py")
    assert done.returncode == 1
    assert "data/big.pdf：太大" in done.stdout


def test_many_files_of_holes_are_not_read_either(copy: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "LARGEST_BAG", 10_000_000)
    monkeypatch.setattr(verifier, "LARGEST", 2_000_000)
    bag = copy()
    for number in range(6):
        with (bag / "data" / f"{number}.pdf").open("wb") as file:
            file.truncate(2_000_001)
    assert [name for name, text in told(bag) if "整个包太大" in text] == [f"data/{n}.pdf" for n in range(6)]


def told(bag: Path) -> list[tuple[str, str]]:
    return [(p.file, p.text) for line in verifying.verify(bag).lines for p in line.faults]


@pytest.mark.skipif(os.name == "nt", reason="Windows makes no such path")
def test_folders_so_deep_that_nobody_can_open_them_are_named(
    copy: Callable[[], Path], sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bag = copy()
    monkeypatch.chdir(bag / "data")
    for _ in range(600):
        Path("d" * 10).mkdir()
        os.chdir("d" * 10)
    monkeypatch.chdir(bag)
    try:
        assert [text for name, text in told(bag) if name.startswith("data/ddd")]
        done = by_itself(bag, sealed / "verify.py")
        assert (done.returncode, "Traceback" in done.stdout + done.stderr) == (1, False)
    finally:
        subprocess.run(["rm", "-rf", str(bag / "data" / ("d" * 10))], check=True)


def test_a_name_of_millions_in_a_list_fills_no_screen(
    sealed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bag = shutil.copytree(sealed, tmp_path / "bag")
    with (bag / "manifest-sha256.txt").open("a", encoding="utf-8") as manifest:
        manifest.write(f"{'0' * 64}  data/{'a' * 3_000_000}\n")
    alone = [sys.executable, "-I", str(bag / "verify.py"), str(bag)]
    told = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert run("verify", "--no-papers", str(bag)) == 1
    for shown in (told.stdout, capsys.readouterr().out):
        assert "a……：清单里有，包里没有" in shown
        assert len(shown) < 20_000


def test_thousands_of_problems_are_listed_in_a_few_lines(copy: Callable[[], Path], sealed: Path) -> None:
    bag = copy()
    (bag / "data" / "m").mkdir()
    for number in range(500):
        (bag / "data" / "m" / str(number)).touch()
    text = verifying.verify(bag).text()
    assert len(text.split("\n")) < 400
    assert f"一共500处，只列出{verifier.MOST_LISTED}处" in text
    assert "ARCH-07　一共500处" in text
    done = by_itself(bag, sealed / "verify.py")
    assert "一共500处" in done.stdout
    assert len(done.stdout.split("\n")) < 400
