"""Date arithmetic, and a date that records how it is compared, so that a result for one day of check serves other days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NoReturn, Self


def days_after(day: date, days: int) -> date:
    """The day ``days`` days later; the last or first possible date if the result is out of range."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


class Watched(date):
    """A date that records its comparisons. Any other use (its year, its text, its hash) limits the range to this day alone.

    Attributes:
        since: The first day on which all comparisons so far would have had the same result.
        until: The last such day.
    """

    since: date
    until: date

    def __new__(cls, day: date) -> Self:
        """The same day, not compared yet."""
        self = super().__new__(cls, day.year, day.month, day.day)
        self.since, self.until = date.min, date.max
        return self

    @property
    def itself(self) -> date:
        """The plain date, for callers that do not store it in the result. Does not narrow the range."""
        return date.fromordinal(date.toordinal(self))

    def _cut(self, other: object, after: int) -> None:
        """Narrow the range: the result of the comparison changes on ``other`` + ``after`` days."""
        if not isinstance(other, date) or other is self:
            return
        if isinstance(other, Watched):
            self._bind()
        elif date.__gt__(self, other) or (not after and date.__eq__(self, other)):
            self.since = max(self.since, other + timedelta(days=after))
        else:
            self.until = min(self.until, other - timedelta(days=1 - after))

    def _bind(self) -> None:
        """Limit the range to this day alone."""
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
        msg = "a watched day cannot be pickled: its comparisons would be lost"
        raise TypeError(msg)


_READS_ITSELF = (
    *("__add__", "__radd__", "__sub__", "__rsub__", "__str__", "__repr__", "__format__"),
    *("ctime", "isocalendar", "isoformat", "isoweekday", "replace", "strftime", "timetuple", "toordinal", "weekday"),
)


def _binding_method(name: str) -> Callable[..., Any]:
    def method(self: Watched, *args: Any, **kwargs: Any) -> Any:
        self._bind()
        return getattr(self.itself, name)(*args, **kwargs)

    return method


def _binding_property(name: str) -> property:
    def part(self: Watched) -> Any:
        self._bind()
        return getattr(self.itself, name)

    return property(part)


for _name in _READS_ITSELF:
    setattr(Watched, _name, _binding_method(_name))
for _name in ("year", "month", "day"):
    setattr(Watched, _name, _binding_property(_name))
