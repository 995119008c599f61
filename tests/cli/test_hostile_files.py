"""Files that are none, never end, or are made to break their reader: one sentence each, from every command that takes one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orglife.core.record import toml_text
from orglife.core.record.toml_text import TomlError, read_toml
from tests import branch as b
from tests.conftest import run
from tests.marks import thorough

Captured = pytest.CaptureFixture[str]
COMMANDS = (
    ("import", "{workspace}", "{file}"),
    ("attach", "{workspace}", "{file}", "--to", "t01"),
    ("restore", "{file}", "--to", "{new}"),
    ("campaign", "read", "{file}"),
    ("campaign", "check", "{file}"),
    ("campaign", "diff", "{file}", "2024-seed"),
    ("campaign", "begin", "{workspace}", "{file}"),
    ("new", "{new}", "--campaign", "{file}"),
    ("new", "{new}", "--campaign", "2024-seed", "--roster", "{file}"),
    ("verify", "{file}"),
)
CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
from orglife.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Path]:
    """A pipe into which nobody writes."""
    os.mkfifo(tmp_path / "管道.zip")
    return tmp_path / "管道.zip"


@thorough
@pytest.mark.skipif(os.name == "nt", reason="Windows has neither")
@pytest.mark.parametrize("kind", ["device", "pipe"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: "-".join(w for w in command if w.isalpha()))
def test_a_device_or_a_pipe(command: tuple[str, ...], kind: str, filled: Path, pipe: Path, tmp_path: Path) -> None:
    file = Path("/dev/zero") if kind == "device" else pipe
    words = [word.format(workspace=filled, file=file, new=tmp_path / "new") for word in command]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *words], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.strip().endswith("。")
    assert not (tmp_path / "new").exists()


DEEP = {
    "brackets": "x = " + "[" * 50_000,
    "tables": "x = " + "{a = " * 50_000,
    "keys": "x" + ".a" * 50_000 + " = 1",
    "quoted keys": "x" + """ . "a b" """ * 50_000 + " = 1",
    "a header": "[x" + ".a" * 50_000 + "]",
    "much": "# " + "x" * 3_000_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=list(DEEP))
def test_deep_toml_is_refused_in_a_sentence(
    text: str, filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(TomlError, match=r"^[\u4e00-\u9fff0-9]+$"):
        read_toml(text)
    (tmp_path / "deep.toml").write_text(f'id = "x"\n{text}\n', encoding="utf-8")
    for command in (("campaign", "check"), ("campaign", "begin", str(filled))):
        capsys.readouterr()
        assert run(*command, str(tmp_path / "deep.toml")) in (1, 2)
        output = capsys.readouterr()
        assert "不是有效的TOML文件" in output.err + output.out
    (filled / "orglife.toml").write_text(text, encoding="utf-8")
    assert run("check", str(filled)) == 2
    assert "orglife.toml" in capsys.readouterr().err


def test_a_key_may_be_as_deep_as_any_that_is_used() -> None:
    assert read_toml("a" + ".b" * 20 + " = 1")
    assert (
        10 * len((Path(toml_text.__file__).parents[4] / "templates/campaigns/2024-seed.toml").read_text())
        < toml_text.LARGEST
    )


@pytest.mark.parametrize("value", [r"sqlite:///a\u0000b.db", r"sqlite:///\u0000", r"\u0001", r"sqlite:///a\nb.db"])
def test_a_store_whose_name_cannot_be_is_a_fault_of_the_settings(
    value: str, filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = filled / "orglife.toml"
    lines = [line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith("store")]
    settings.write_text("\n".join([*lines, f'store = "{value}"']), encoding="utf-8")
    for command in (("check", str(filled)), ("start", "--no-browser", str(filled)), ("verify", str(filled))):
        capsys.readouterr()
        assert run(*command) in (1, 2), command
        output = capsys.readouterr()
        assert "store" in output.err + output.out, command
        assert "Traceback" not in output.err


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_first_and_the_last_day_that_there_is(day: str, filled: Path, tmp_path: Path, capsys: Captured) -> None:
    """Limits are reckoned from the meeting and from the plan's days: none may leave the calendar."""
    raw = b.branch()
    raw["records"]["meeting"][0]["date"] = day
    (tmp_path / "d.json").write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(filled), str(tmp_path / "d.json")) == 0
    text = (filled / "campaign.toml").read_text(encoding="utf-8")
    for altered in (text, re.sub(r"(?m)^finish_by = .*$", f"finish_by = {day}", text)):
        (filled / "campaign.toml").write_text(altered, encoding="utf-8")
        for command in (("check", "--checkpoint", "close"), ("todo",), ("overview",)):
            capsys.readouterr()
            assert run(command[0], str(filled), *command[1:]) in (0, 1)
            shown = capsys.readouterr()
            assert "未能运行" not in shown.out + shown.err
