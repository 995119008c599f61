"""The interface between forms or views and the store: entries, their versions, and the port to read and save them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from orglife.core.record.record import Identified


class StoredEntry(NamedTuple):
    """An entry as the port returns it.

    Attributes:
        label: Its name for lists; never blank.
        version: Pass it as ``base`` when saving; 0 when there is no record yet.
        record: The current record, or None.
        draft: Typed values by field that are not a valid record yet; they take precedence over the record.
    """

    id: str
    label: str
    version: int
    record: Identified | None
    draft: Mapping[str, Any] | None


class EntryVersion(NamedTuple):
    """A version of an entry.

    Attributes:
        at: Time of the save, UTC, ISO 8601.
        body: Its JSON values; None when this version is a removal.
    """

    version: int
    who: str
    at: str
    body: Mapping[str, Any] | None


class Port(Protocol):
    """Stores the entries of one type. When ``save`` or ``draft`` returns, the data is on the disk."""

    @property
    def who(self) -> str:
        """Name of the person who types."""

    def list(self) -> Sequence[StoredEntry]:
        """All entries of the type, in the order to show them."""

    def save(self, record: Any, base: int) -> int:
        """Save a record and delete its draft; return its version.

        Raises:
            SaveConflict: ``base`` is not the current version (0 = no version may exist).
        """

    def remove(self, id: str, base: int) -> None:  # noqa: A002
        """Remove an entry, record and draft; its history stays. SaveConflict as for ``save``."""

    def draft(self, id: str, fields: Mapping[str, Any]) -> None:  # noqa: A002
        """Save typed values that are not a valid record yet."""

    def new_id(self) -> str:
        """An id that was never used in the dossier."""

    def used(self, id: str) -> Iterable[str]:  # noqa: A002
        """Ids of nested objects in any version of this entry."""

    def past(self, id: str) -> Sequence[EntryVersion]:  # noqa: A002
        """All versions of an entry, oldest first."""
