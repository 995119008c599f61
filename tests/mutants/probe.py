"""A pytest plugin that writes down which test reaches a probe, and the processor seconds of each test.

It is copied beside a probed copy of lib/orglife, which imports it in child processes too; probes read
``__probes__[number] and __reached__(number)``.
"""

from __future__ import annotations

import builtins
import os

LOG = __file__.removesuffix(".py") + ".tsv"
_ALL = [True] * 20_000
_pending = list(_ALL)
_open = open
_begun: dict[str, float] = {}


def _write(line: str) -> None:
    try:
        with _open(LOG, "a", encoding="utf-8") as log:
            log.write(line + "\n")
    except (OSError, ValueError):  # a test that lets the disk be full or files be closed
        pass


def reached(number: int) -> None:
    """Write down that the running test reaches a probe."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rsplit(" ", 1)[0]
    if test:
        _pending[number] = False
        _write(f"{number}\t{test}")


def pytest_runtest_logstart(nodeid: str) -> None:
    _pending[:] = _ALL
    _begun[nodeid] = sum(os.times()[:4])


def pytest_runtest_logfinish(nodeid: str) -> None:
    _write(f"seconds\t{nodeid}\t{sum(os.times()[:4]) - _begun.get(nodeid, 0):.3f}")


builtins.__probes__ = _pending  # type: ignore[attr-defined]
builtins.__reached__ = reached  # type: ignore[attr-defined]
