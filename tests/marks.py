"""Which cases of a long table run in every ``make test``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

thorough = pytest.mark.thorough


def first(count: int, cases: Iterable[Any]) -> list[Any]:
    """Cases for ``parametrize``: the first ones run in ``make test``, the others in ``make test-all`` only."""
    found: list[Any] = []
    for number, case in enumerate(cases):
        if number < count:
            found.append(case)
        else:
            values = case if isinstance(case, tuple) else (case,)
            found.append(pytest.param(*values, marks=thorough))
    return found
