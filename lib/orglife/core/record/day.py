"""A day of check that remembers which other days would have come to the same: what was found then holds on those too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NoReturn, Self


class Watched(date):
    """A day that is asked how it lies to others, and nothing else; whatever needs more of it binds the result to it.

    Attributes:
        since: The first day on which every question so far would have had the same answer.
        until: The last.
    """

    since: date
    until: date

    def __new__(cls, day: date) -> Self:
        """The same day, not asked anything yet."""
        self = super().__new__(cls, day.year, day.month, day.day)
        self.since, self.until = date.min, date.max
        return self

    @property
    def itself(self) -> date:
        """The day, for whoever keeps it apart from the result."""
        return date.fromordinal(date.toordinal(self))

    def _cut(self, other: object, after: int) -> None:
        """The answer changes from ``other`` (+ ``after`` days) on."""
        if not isinstance(other, date) or other is self:
            return
        if isinstance(other, Watched):
            self._bind()
        elif date.__gt__(self, other) or (not after and date.__eq__(self, other)):
            self.since = max(self.since, other + timedelta(days=after))
        else:
            self.until = min(self.until, other - timedelta(days=1 - after))

    def _bind(self) -> None:
        self.since = self.until = self.itself

    def __lt__(self, other: date) -> bool:
        self._cut(other, 0)
        return date.__lt__(self, other)

    def __ge__(self, other: date) -> bool:
        self._cut(other, 0)
        return date.__ge__(self, other)

    def __le__(self, other: date) -> bool:
        self._cut(other, 1)
        return date.__le__(self, other)

    def __gt__(self, other: date) -> bool:
        self._cut(other, 1)
        return date.__gt__(self, other)

    def __eq__(self, other: object) -> bool:
        self._cut(other, 0)
        self._cut(other, 1)
        return date.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        self._bind()
        return date.__hash__(self)

    def __reduce__(self) -> NoReturn:
        msg = "a watched day stays where it is asked"
        raise TypeError(msg)


_TELLING = (
    *("__add__", "__radd__", "__sub__", "__rsub__", "__str__", "__repr__", "__format__"),
    *("ctime", "isocalendar", "isoformat", "isoweekday", "replace", "strftime", "timetuple", "toordinal", "weekday"),
)


def _asked(name: str) -> Callable[..., Any]:
    def method(self: Watched, *given: Any, **more: Any) -> Any:
        self._bind()
        return getattr(self.itself, name)(*given, **more)

    return method


def _part(name: str) -> property:
    def part(self: Watched) -> Any:
        self._bind()
        return getattr(self.itself, name)

    return property(part)


for _name in _TELLING:
    setattr(Watched, _name, _asked(_name))
for _name in ("year", "month", "day"):
    setattr(Watched, _name, _part(_name))
