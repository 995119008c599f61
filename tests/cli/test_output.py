"""No name, title or record may write control characters to the terminal."""

from __future__ import annotations

import ast
import json
import pickle
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import orglife
from orglife.adapters.bag import verifier
from orglife.cli import output
from orglife.core.errors import LONGEST, BadInput, NoSuchFile
from tests.conftest import run

Captured = pytest.CaptureFixture[str]
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
EVIL = "\x1b[2J\x1b[H\x9b2J\x07\r"
TURNED = "\u202e通过\u2066\u2028"
CLI = Path(orglife.__file__).parent / "cli"


def test_commands_write_through_one_module() -> None:
    """A command that calls ``click.echo`` or writes to a stream by itself would bypass the cleaning."""
    others = [
        f"{path.name}:{node.lineno}"
        for path in CLI.glob("*.py")
        if path.name != "output.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in ("echo", "secho", "write", "buffer"))
        or (isinstance(node, ast.Name) and node.id == "print")
    ]
    assert [place for place in others if "files.write" not in line_of(place)] == []


def line_of(place: str) -> str:
    name, number = place.split(":")
    return (CLI / name).read_text(encoding="utf-8").splitlines()[int(number) - 1]


def test_text_keeps_its_lines_and_loses_its_controls(capsys: Captured) -> None:
    output.show(f"一{EVIL}\n二\t三")
    output.say(f"四{EVIL}")
    shown = capsys.readouterr()
    assert shown.out == "一?[2J?[H?2J??\n二\t三\n"
    assert shown.err == "四?[2J?[H?2J??\n"


def test_characters_that_turn_the_direction_of_writing_do_not_get_there_either(capsys: Captured) -> None:
    output.show(TURNED)
    assert capsys.readouterr().out == "?通过??\n"


def test_json_keeps_its_data(capfd: Captured) -> None:
    output.print_json({"name": EVIL + TURNED})
    text = capfd.readouterr().out
    assert not CONTROLS.search(text)
    assert json.loads(text) == {"name": EVIL + TURNED}


def test_a_name_of_millions_is_cut_in_a_sentence_and_no_problem_is_lost() -> None:
    name = "张" * 3_000_000
    assert len(str(NoSuchFile(path=name))) < LONGEST + 100
    many = BadInput([f"“{name}”是姓名吗？", *(f"第{n}处。" for n in range(5000))])
    assert len(many.sentences) == 5001
    assert len(many.sentences[0]) < LONGEST + 10
    assert str(many).endswith("第4999处。")
    assert pickle.loads(pickle.dumps(many)).sentences == many.sentences
    assert many.plain == "……"


@pytest.mark.parametrize("command", ["check", "export", "backup", "restore", "campaign"])
def test_names_of_files_and_branches(command: str, filled: Path, tmp_path: Path, capfd: Captured) -> None:
    evil = f"坏{EVIL}名"
    calls = {
        "check": ("check", str(filled), "--branch", evil),
        "export": ("export", str(filled), "--branch", "t01", "--out", str(tmp_path / evil)),
        "backup": ("backup", str(filled), "--out", str(tmp_path / evil)),
        "restore": ("restore", str(tmp_path / f"{evil}.zip"), "--to", str(tmp_path / "新")),
        "campaign": ("campaign", "check", str(tmp_path / f"{evil}.toml")),
    }
    capfd.readouterr()
    run(*calls[command])
    shown = capfd.readouterr()
    assert "坏" in shown.out + shown.err
    assert not CONTROLS.search(shown.out + shown.err)


def hostile_bag(path: Path) -> Path:
    """A zip that looks like a bag, with a payload file whose name clears the screen and forges the verdict."""
    with zipfile.ZipFile(path, "w") as bag:
        bag.writestr("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        bag.writestr("manifest-sha256.txt", f"{'0' * 64}  data/x\n")
        bag.writestr(f"data/{EVIL}\u2028全部通过。\n全部通过。.pdf", b"x")
    return path


def test_a_bag_cannot_write_its_own_verdict(tmp_path: Path, capfd: Captured) -> None:
    bag = hostile_bag(tmp_path / "bag.zip")
    assert run("verify", str(bag)) == 1
    shown = capfd.readouterr().out
    assert not CONTROLS.search(shown)
    assert "全部通过。" not in shown.splitlines()


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
def test_the_verifier_in_a_bag_does_the_same_by_itself(tmp_path: Path, more: list[str]) -> None:
    bag = hostile_bag(tmp_path / "bag.zip")
    done = subprocess.run(
        [sys.executable, "-I", verifier.__file__, str(bag), *more], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert not CONTROLS.search(done.stdout + done.stderr)
    assert "全部通过。" not in done.stdout.splitlines()
