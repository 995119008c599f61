"""Exit status and every line of the commands, in golden files: of a read workspace, of wrong use, of changes, of help."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest

from orglife import cli
from orglife.core.record.dossier import day_words
from tests.conftest import run
from tests.whole.golden_files import GOLDEN, compare

Captured = pytest.CaptureFixture[str]
LONG = 60
"""Lines of one output that are written out; of a longer one the first, and a digest of all."""

READ = {
    "check": """
check 局 --as-of 2024-01-20
check 局 --as-of 2024-03-31 --branch t01 --stage talks
check 局 --checkpoint close --as-of 2024-03-31 --json
todo 局
todo 局 --as-of 2024-01-20
overview 局 --as-of 2024-02-20
overview 局 --as-of 2024-02-20 --json
""",
    "records": """
history 局 --record st
history 局 --bureau
history 局 --day 2020-01-01
export 局
export 局 --bureau
allow 局
campaign export-labels 局
campaign begin 局 annual --dry-run
""",
    "campaigns": """
campaign list
campaign check 2024-seed
campaign check annual
campaign diff annual 2024-seed
campaign diff annual 2024-seed --json
campaign diff 2024-seed 2024-seed
""",
    "program": """
explain TALK-01
explain TALK-01 --campaign annual
explain ARCH-01
rules
rules --json
schema
messages
""",
}

WRONG = """
history 局 --branch t01 --bureau
history 局 --record nothing
import 局 t01.json --as-new-branch --same-branch
import 局 t01.json --theirs --ours
export 局 --members
export 局 --format xlsx --members
export 局 --format xlsx --members --bureau --out x
export 局 --format xlsx --members --stage talks --out x
export 局 --format xlsx --blank --member m1 --out x
export 局 --format xlsx
export 局 --format xlsx --bureau --out x.xlsx
export 局 --stage talks
export 局 --format package
export 局 --format package --bureau --out x.zip
check 局 --checkpoint whenever
answer 局 --branch t01 --rule TALK-01 --reason " "
attach 局 t01.json --record st
attach 局 t01.json --record st --kind x
forms 局 --all --form F1
forms 局 --all --subject m1
forms 局 --all --blank
forms 局 --form F99
forms 局 --formats ,
batch 局 --formats odt
new 新 --campaign 2024-seed --branch t01
new 局 --campaign 2024-seed
verify 局 --sample 1
verify 局 --accept
verify 局 --out x.pdf
verify t01.json
verify archives archives --out x.pdf
take-home 局 --to 家
bring-back 局 家 --theirs --ours
bring-back 局 家
end-loan 局
end-loan 局 --branch t01
end-loan 局 --branch t01 --reason 丢了
serve check sqlite:///x
serve add postgresql:///x --branch t01 --bureau
serve add postgresql:///x
hub 站 --campaign annual
hub 站 --port 8000
hub 站 --group x
hub 站 --store postgresql:///x --campaign none
hub 站 --no-start
hub 站
demo --out 局
campaign read t01.json
campaign begin 局 2024-seed
campaign export-labels 局 --out t01.json
restore t01.json --to 局
""".strip().splitlines()

CHANGES = """
import 局 t01.json --dry-run
import 局 t01.json
export 局 --out 出/t01.json
export 局 --format xlsx --stage talks --out 出/谈话.xlsx
export 局 --format xlsx --members --member m1 --member m2 --out 出
export 局 --format xlsx --blank --out 出
import 局 出/谈话.xlsx
export 局 --format package --out 出/t01.zip
verify 局 出/t01.zip
answer 局 --branch t01 --rule TALK-01 --reason 说明
attach 局 sheet.jpg --record st --kind sign_in
campaign export-labels 局 --out 出/labels.json
campaign export-labels 局 --out 出/labels.json
campaign export-labels 局 --out 出/t01.json
campaign export-labels 局 --out 出/t01.json --force
backup 局 --out 出
new 新 --campaign annual --role bureau
campaign begin 局 annual
history 局
check 局 --as-of 2024-04-30
check 局 --campaign 2024-seed --branch t01 --as-of 2024-03-20
""".strip().splitlines()


def shown(status: int, out: str, err: str, folder: Path) -> str:
    """What a command printed, without what differs from day to day."""
    parts = [f"[{status}]"]
    for text in (out, err):
        plain = text.replace(str(folder), "…").replace(day_words(date.today()), "TODAY")
        plain = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z?|\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", "TIME", plain)
        plain = re.sub(r"TODAY\d+时\d+分", "TODAY", plain)
        plain = re.sub(r"\b[0-9a-f]{16,64}\b|\d{8}-\d{6}", "DIGEST", plain)
        lines = plain.splitlines()
        if len(lines) > LONG or len(plain) > 200 * LONG:
            digest = hashlib.sha256(plain.encode()).hexdigest()[:8]
            lines = [*(line[:200] for line in lines[:5]), f"({len(lines)} lines, {digest})"]
        parts.append("\n".join(lines))
    return "\n".join(part for part in parts if part)


def printed(lines: list[str], folder: Path, capsys: Captured) -> Iterator[str]:
    for line in lines:
        capsys.readouterr()
        status = run(*shlex.split(line))
        out, err = capsys.readouterr()
        yield f"$ orglife {line}\n{shown(status, out, err, folder)}\n"


@pytest.fixture
def folder(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: the workspace 局, its dossier, a picture, a folder of archives."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    filled.rename(tmp_path / "局")
    (tmp_path / "archives").mkdir()
    (tmp_path / "sheet.jpg").write_bytes(b"\xff\xd8\xff\xe0 sheet \xff\xd9")
    return tmp_path


@pytest.mark.parametrize("name", READ)
def test_what_commands_read(folder: Path, capsys: Captured, name: str) -> None:
    lines = READ[name].strip().splitlines()
    compare(GOLDEN / "commands" / f"{name}.txt", "\n".join(printed(lines, folder, capsys)))


def test_what_commands_refuse(folder: Path, capsys: Captured) -> None:
    compare(GOLDEN / "commands" / "wrong.txt", "\n".join(printed(WRONG, folder, capsys)))


def test_what_commands_change(folder: Path, capsys: Captured) -> None:
    compare(GOLDEN / "commands" / "changes.txt", "\n".join(printed(CHANGES, folder, capsys)))


def pages(command: click.Command, name: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of each command, groups before what they hold."""
    yield name
    for word, inside in command.commands.items() if isinstance(command, click.Group) else ():
        yield from pages(inside, (*name, word))


def test_the_help_of_every_command(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    written = []
    for words in pages(cli.program):
        assert run(*words, "--help") == 0
        written.append(capsys.readouterr().out)
    compare(GOLDEN / "commands" / "help.txt", "\n".join(written))


def command(*words: str) -> click.Command:
    found: click.Command = cli.program
    for word in words:
        assert isinstance(found, click.Group)
        found = found.commands[word]
    return found


@pytest.mark.parametrize(
    ("words", "option", "least", "most"),
    [
        ("batch 局", "--jobs", 1, 512),
        ("batch 局", "--limit", 1, 86400),
        ("archive 局", "--jobs", 1, 512),
        ("verify 包", "--every", 1, 36500),
        ("verify 包", "--sample", 0, None),
        ("hub 站", "--port", 1024, 65533),
        ("start 局", "--port", 1, 65535),
    ],
)
def test_numbers_are_taken_within_their_range(words: str, option: str, least: int, most: int | None) -> None:
    name, argument = words.split()

    def taken(number: int) -> bool:
        try:
            command(name).make_context(name, [argument, f"{option}={number}"])
        except click.BadParameter:
            return False
        return True

    assert (taken(least - 1), taken(least)) == (False, True)
    if most is None:
        assert taken(10**9)
    else:
        assert (taken(most), taken(most + 1)) == (True, False)


def test_a_package_is_due_for_verification_after_a_year_unless_told_otherwise() -> None:
    context = command("verify").make_context("verify", ["包"])
    assert (context.params["every"], context.params["sample"], context.params["papers"]) == (365, 0, None)
