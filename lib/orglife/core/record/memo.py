"""Results worked out once: they are kept in the ``memo`` of the dossier or campaign that they were worked out from.

Both are immutable, and a changed copy has a memo of its own, so a result holds as long as its owner lives.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast


class HasMemo(Protocol):
    """A dossier or a campaign."""

    @property
    def memo(self) -> dict[Any, Any]:
        """Key → result."""


O = TypeVar("O", bound=HasMemo)  # noqa: E741  owner
P = ParamSpec("P")
T = TypeVar("T")


def once(memo: dict[Any, Any], key: Hashable, work: Callable[[], T]) -> T:
    """The result kept under a key, worked out when it is asked for first."""
    if key not in memo:
        memo[key] = work()
    return cast("T", memo[key])


def memoized(work: Callable[Concatenate[O, P], T]) -> Callable[Concatenate[O, P], T]:
    """Keep a function's results in the memo of its first argument, by the other arguments."""
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def kept(owner: O, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return once(owner.memo, (name, *args, *kwargs.items()), lambda: work(owner, *args, **kwargs))

    return kept
