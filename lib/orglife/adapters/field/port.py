"""Entries as forms and views see them: what is held, and where it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from orglife.core.record.record import Identified


class Held(NamedTuple):
    """An entry as the port holds it.

    Attributes:
        version: To be handed back as ``base``; 0 when there is no record yet.
        record: The current record, if there is one.
        draft: What was typed and is no record yet, by field; it goes before the record.
    """

    id: str
    label: str
    version: int
    record: Identified | None
    draft: Mapping[str, Any] | None


class Past(NamedTuple):
    """A version of an entry.

    Attributes:
        at: Moment of entry, UTC, ISO 8601.
        body: Its JSON values; None when it was taken away.
    """

    version: int
    who: str
    at: str
    body: Mapping[str, Any] | None


class Port(Protocol):
    """Where the entries of one type are kept. What ``save`` and ``draft`` return from is on the disk."""

    @property
    def who(self) -> str:
        """Who is typing."""

    def list(self) -> Sequence[Held | tuple[Any, ...]]:
        """All entries of the type, in the order to show them."""

    def save(self, record: Any, base: int) -> int:
        """Keep a record and settle its draft; returns its version.

        Raises:
            SaveConflict: ``base`` is not the current version (0: there must be none).
        """

    def remove(self, id: str, base: int) -> None:  # noqa: A002
        """Withdraw an entry, record and draft; its history stays. SaveConflict as for ``save``."""

    def draft(self, id: str, fields: Mapping[str, Any]) -> None:  # noqa: A002
        """Keep what was typed and is no record yet."""

    def new_id(self) -> str:
        """An id that nothing in the dossier has or had."""

    def used(self, id: str) -> Iterable[str]:  # noqa: A002
        """Ids that nested objects of this entry have or ever had, in any version."""

    def past(self, id: str) -> Sequence[Past]:  # noqa: A002
        """Every version of an entry, the latest last."""
