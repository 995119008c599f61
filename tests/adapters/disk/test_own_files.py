"""Settings as they are written and read, files of the records in a folder, and the size of a log to the byte."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from orglife.adapters.disk import logs
from orglife.adapters.disk.folder_files import FolderFiles
from orglife.adapters.disk.record_files import UNSIGNED
from orglife.adapters.disk.settings import Settings, settings_from, settings_of, write_settings
from orglife.core.errors import AttachmentLost, NotAWorkspace, SettingsBroken

LENT = Settings(role="bureau", author='引"号', day=date(2024, 3, 8), loan="ab_1-2", returned=True, backup_days=0)


def test_settings_are_read_as_they_were_written(tmp_path: Path) -> None:
    for settings in (Settings(), LENT, Settings(returned=True)):
        write_settings(tmp_path, settings)
        kept = settings.model_copy(update={} if settings.loan else {"returned": False})
        assert settings_of(tmp_path) == kept
    text = LENT.to_toml()
    assert "day = 2024-03-08\n" in text
    assert 'loan = "ab_1-2"\nreturned = true\n' in text
    assert not {"day", "loan", "returned"} & {line.partition(" ")[0] for line in Settings().to_toml().splitlines()}


@pytest.mark.parametrize(
    "line",
    [
        "backup_days = -1",
        "backup_days = 1.5",
        'role = "king"',
        "demo = 1",
        'loan = "a b"',
        'store = "\\u0001"',
        "x = 1",
        "x",
    ],
)
def test_a_setting_that_cannot_be_is_refused(line: str) -> None:
    with pytest.raises(SettingsBroken):
        settings_from(line)
    assert settings_from("").backup_days == 30


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspace):
        settings_of(tmp_path)


def test_files_of_the_records(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path / "簿")
    write_settings(tmp_path / "簿", Settings(author="魏长河"))
    files.write("attachments/t01/b.pdf", b"b")
    files.write("attachments/a.pdf", b"a")
    files.write("campaigns/2023.toml", b"c")
    (tmp_path / "簿" / "attachments" / ".hidden").touch()
    (tmp_path / "簿" / "attachments" / "link").symlink_to("a.pdf")
    (tmp_path / "簿" / "attachments" / "gone").symlink_to("nowhere")
    assert files.names("attachments") == ["attachments/a.pdf", "attachments/t01/b.pdf"]
    assert files.names("none") == []
    assert [files.taken(f"attachments/{name}") for name in ("a.pdf", "gone", "x")] == [True, True, False]
    assert len(files.digest("attachments/a.pdf")) == 64
    assert files.digest("attachments/x") == ""
    assert stat.S_IMODE((tmp_path / "簿" / "campaigns" / "2023.toml").stat().st_mode) == 0o400
    assert stat.S_IMODE((tmp_path / "簿" / "attachments" / "a.pdf").stat().st_mode) == 0o600
    (tmp_path / "outside").write_bytes(b"x")
    for name in ("../outside", "/etc/hostname"):
        with pytest.raises(AttachmentLost, match="不在工作目录里"):
            files.read(name)
    files.withdraw(["attachments/a.pdf", "attachments/x"])
    assert files.names("attachments") == ["attachments/t01/b.pdf"]
    assert (files.author(), files.signed(), files.signed("祝秋实")) == ("魏长河", "魏长河", "祝秋实")
    files.set_author("")
    assert files.signed() == UNSIGNED
    assert files.about_author()[1] is True
    assert files.may_write("anything")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[logging.Logger]:
    one = logging.getLogger("orglife-own-files")
    logs.keep_log(one, tmp_path / "x.log")
    yield one
    for handler in list(one.handlers):
        handler.close()
        one.removeHandler(handler)


@pytest.mark.parametrize(("size", "writes"), [(100, True), (101, False)])
def test_a_log_takes_entries_up_to_its_size(
    log: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, *, writes: bool
) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 100)
    place = tmp_path / "x.log"
    place.write_bytes(b"." * size)
    log.error("更多")
    assert (place.stat().st_size > size) is writes
    place.write_bytes(b"." * size)
    logs.keep_log(log, place)
    assert (tmp_path / "x.log.1").exists() is not writes, "only a full log is set aside"


@pytest.mark.parametrize(("length", "cut"), [(0, False), (1, True)])
def test_an_entry_may_have_just_so_many_characters(
    log: logging.Logger, tmp_path: Path, length: int, *, cut: bool
) -> None:
    log.error("")
    head = len((tmp_path / "x.log").read_text(encoding="utf-8")) - 1
    log.error("字" * (logs.MOST_CHARACTERS - head + length))
    line = (tmp_path / "x.log").read_text(encoding="utf-8").splitlines()[-1]
    assert line.endswith("…") is cut
    assert len(line) == logs.MOST_CHARACTERS + cut
