"""Cache results in the ``memo`` of the dossier or campaign that they are derived from.

Both are immutable, and a changed copy has a memo of its own, so a result stays valid as long as its owner exists.
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
    """The cached result of a key; computed on first use."""
    if key not in memo:
        memo[key] = work()
    return cast("T", memo[key])


def memoized(work: Callable[Concatenate[O, P], T]) -> Callable[Concatenate[O, P], T]:
    """Cache a function's results in the memo of its first argument; the other arguments are the key."""
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def cached(owner: O, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return once(owner.memo, (name, *args, *kwargs.items()), lambda: work(owner, *args, **kwargs))

    return cached
