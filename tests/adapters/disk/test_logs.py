"""Logs hold errors only, are their owner's alone, and grow to no size, whatever strangers write into them."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from orglife.adapters.disk import logs


@pytest.fixture
def log(tmp_path: Path) -> Iterator[logging.Logger]:
    """A logger with another below it, which says more than errors, as tornado's do."""
    log, below = logging.getLogger("orglife-test"), logging.getLogger("orglife-test.below")
    below.setLevel(logging.INFO)
    logs.keep_log(log, tmp_path / "logs" / "server.log")
    yield log
    for handler in list(log.handlers):
        handler.close()
        log.removeHandler(handler)


def kept(tmp_path: Path) -> str:
    place = tmp_path / "logs" / "server.log"
    return place.read_text(encoding="utf-8") if place.exists() else ""


def test_errors_only(log: logging.Logger, tmp_path: Path) -> None:
    logging.getLogger("orglife-test.below").warning("403 GET /x")
    logging.getLogger("orglife-test.below").info("Malformed HTTP message")
    assert kept(tmp_path) == ""
    log.error("磁盘已满")
    assert kept(tmp_path).endswith("ERROR 磁盘已满\n")


def test_a_long_entry_is_cut_and_steers_no_terminal(log: logging.Logger, tmp_path: Path) -> None:
    log.error("GET /%s", "\x1b[2J\u202e" + "a" * 60_000)
    assert len(kept(tmp_path)) < logs.MOST_CHARACTERS + 10
    assert "/?[2J?a" in kept(tmp_path)


def test_it_stops_growing_and_the_next_start_begins_anew(
    log: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 10_000)
    for number in range(1000):
        log.error("第%d次", number)
    size = (tmp_path / "logs" / "server.log").stat().st_size
    assert 10_000 < size < 10_200
    logs.keep_log(log, tmp_path / "logs" / "server.log")
    log.error("以后的")
    assert kept(tmp_path).endswith("以后的\n")
    assert (tmp_path / "logs" / "server.log.1").stat().st_size == size


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_it_is_the_owners_alone(log: logging.Logger, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        log.error("x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "logs" / "server.log").stat().st_mode) == 0o600
