"""What follows for an entry from the branch's other records, as its stage's layout says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from orglife.core.formview import Layout
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record
from orglife.core.rule.campaign import Campaign


@dataclass(frozen=True)
class Derived:
    """The layout's functions for one record type, on the records of one branch."""

    layout: Layout
    kind: type[Record]
    dossier: Callable[[], Dossier]
    campaign: Campaign

    def fill(self, values: Mapping[str, Any], changed: Collection[str]) -> Mapping[str, Any]:
        """What follows from an entry's values, some of which were just typed."""
        fill = self.layout.fill.get(self.kind.TYPE)
        return fill(values, changed, self.dossier(), self.campaign) if fill is not None else {}

    def begin_of(self, member: str) -> Mapping[str, Any]:
        """The initial values of a member's new entry."""
        begin = self.layout.begin_for.get(self.kind.TYPE) if self.kind.ONE_PER == "member" else None
        return begin(self.dossier(), [member], self.campaign) if begin is not None else {}

    def sources(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Field → its value by the entry that it is taken from."""
        taken = self.layout.taken.get(self.kind.TYPE, {})
        return {name: source.value(values, self.dossier(), self.campaign) for name, source in taken.items()}
