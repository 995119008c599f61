"""Several pieces of work at a time, for whoever waits for all of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from orglife.adapters.print import exporters, threads
from tests.adapters.print import papers


def test_results_come_in_the_order_asked_for_and_errors_with_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "AT_ONCE", 3)
    last = threading.Event()

    def slow() -> int:
        assert last.wait(60)  # the first ends after the last but one has begun
        return 0

    def wrong() -> int:
        raise ZeroDivisionError

    def late() -> int:
        last.set()
        return 3

    found = list(threads.run_ahead([slow, lambda: 1, wrong, late, lambda: 4]))
    assert [one.result() for one in (*found[:2], *found[3:])] == [0, 1, 3, 4]
    with pytest.raises(ZeroDivisionError):
        found[2].result()


def test_only_a_few_are_made_ahead_and_none_once_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "AT_ONCE", 2)
    begun: list[int] = []

    def calls() -> Iterator[int]:
        for number in range(100):
            begun.append(number)
            yield number

    work = threads.run_ahead((lambda n=number: n) for number in calls())
    assert next(work).result() == 0
    assert begun == [0, 1, 2]
    work.close()
    assert begun == [0, 1, 2]


def test_files_made_at_once_are_those_made_one_by_one() -> None:
    wanted = [(papers.everything(str(number)), kind) for number in range(3) for kind in ("html", "pdf", "docx")]
    assert [data() for data in exporters.render_all(wanted)] == [exporters.render(*one) for one in wanted]
