"""What the page that confirms a notice shows and asks for; ``campaigns.confirming`` answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

TERMS = "terms"
"""Key of the group of terms of earlier campaigns."""
UNASKED = "unasked"
"""Key of the group of demands that were not read."""


@dataclass(frozen=True)
class Item:
    """One item to decide.

    Attributes:
        key: Identifies it to the port.
        label: Its name.
        shown: Its value as text; "" for a demand.
        note: How certain it is, or which checks depend on it.
        state: The decision as text; "" = open.
        kind: ``fact``, ``demand``, ``unread`` or ``blank``.
        parts: The parts that can be corrected: part, kind, label, current text.
        sure: Whether "confirm all" of its group may include it.
        candidates: The likeliest sentences of the notice, best first: number for the port, quote, place.
        adds: Whether a sentence that is taken is added to the value, which several sentences may make up.
    """

    key: str
    label: str
    shown: str
    note: str
    state: str
    kind: str
    parts: tuple[tuple[str, str, str, str], ...] = ()
    sure: bool = True
    candidates: tuple[tuple[int, str, str], ...] = ()
    adds: bool = False


@dataclass(frozen=True)
class ConfirmGroup:
    """A field, or the demands of a stage, or the sentences left over.

    Attributes:
        title: Its name in the list.
        items: The items.
        left: Number of open items.
        note: Remark in the list when no item is open.
    """

    key: str
    title: str
    items: tuple[Item, ...]
    left: int
    note: str = "✓"


@dataclass(frozen=True)
class ConfirmProgress:
    """The progress of the draft.

    Attributes:
        name: The notice's name.
        line: The progress as text.
        in_force: Whether the draft equals the campaign in force.
    """

    name: str
    line: str
    in_force: bool


class ConfirmPort(Protocol):
    """Stores the decisions. When a method returns, its change is on the disk."""

    def standing(self) -> ConfirmProgress | None:
        """The progress of the draft; None when there is no draft."""

    def take(self, name: str, data: bytes) -> None:
        """Read a notice and start a draft."""

    def drop(self) -> None:
        """Delete the draft."""

    def groups(self) -> Sequence[ConfirmGroup]:
        """The groups in their order."""

    def notice(self, group: str) -> str:
        """The notice as escaped HTML, with the words used marked, those of the group most."""

    def decide(self, key: str, how: str, value: Any = None) -> str:
        """Save a decision; return a message about its consequences, or "".

        Args:
            key: The item.
            how: The decision.
            value: Typed texts by part, the chosen demand, or the number of the sentence taken.
        """

    def decide_all(self, group: str) -> None:
        """Confirm everything in a group that is open and sure."""

    def reopen(self, key: str) -> None:
        """Undo a decision."""

    def unasked(self) -> Sequence[tuple[str, str]]:
        """The demands of the kit that were not read, the likeliest first: label, key."""

    def likeliest(self, demand: str) -> Sequence[tuple[str, str]]:
        """The sentences of the notice that most likely make a demand: quote, place."""

    def ask(self, demand: str, number: int) -> None:
        """Save that a sentence, by its number among the likeliest, makes a demand that was not read."""

    def demands(self) -> Sequence[tuple[str, str]]:
        """The demands of the kit: label, key."""

    def terms(self) -> Sequence[tuple[str, bool]]:
        """Terms of earlier campaigns that may remain in texts, and whether to warn about each."""

    def set_terms(self, terms: Sequence[str]) -> None:
        """Save the terms to warn about."""

    def preview(self) -> Sequence[str]:
        """The effects of putting the draft into force, as messages."""

    def enforce(self) -> str:
        """Put the draft into force; return the message for the user."""
