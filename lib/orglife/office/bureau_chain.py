"""The bureau's own chain: read once, then only what was added since.

Taking in packages asks for it several times a package, and it grows by a revision with each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

from orglife.adapters.store.chain import BUREAU, Revision
from orglife.adapters.store.store import Store


class BureauChain:
    """The bureau's chain in one campaign. A branch's login on a server cannot read it: it is empty there.

    Attributes:
        revisions: All revisions, oldest first.
    """

    def __init__(self, store: Store, campaign: str) -> None:
        self._store, self._campaign = store, campaign
        self._begin()

    def _begin(self) -> None:
        self.revisions: list[Revision] = []
        self._bodies: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._of: dict[tuple[str, str], list[Revision]] = {}

    def renewed(self) -> Self:
        """Itself, with what was saved since, also by others."""
        last = self.revisions[-1] if self.revisions else None
        read = self._store.history_from(self._campaign, BUREAU, last.number if last else 1)
        if last is not None and read[:1] != [last]:  # another store's chain
            self._begin()
            read, last = self._store.history_from(self._campaign, BUREAU, 1), None
        for revision in read[1:] if last else read:
            self._add(revision)
        return self

    def _add(self, revision: Revision) -> None:
        self.revisions.append(revision)
        self._of.setdefault((revision.type, revision.record), []).append(revision)
        now = self._bodies.setdefault(revision.type, {})
        now.pop(revision.record, None)
        if (body := revision.data) is not None:
            now[revision.record] = body

    def bodies(self, type_name: str) -> Mapping[str, Mapping[str, Any]]:
        """The current records of a type by id."""
        return self._bodies.get(type_name, {})

    def revisions_of(self, type_name: str, ident: str) -> Iterator[Revision]:
        """The revisions of one record, oldest first."""
        yield from self._of.get((type_name, ident), ())
