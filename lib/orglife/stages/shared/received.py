"""What the superior's receipt confirms: the revisions taken in, and how far its remarks are answered."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Acknowledgement(NamedTuple):
    """What the receipt for a branch confirms.

    Attributes:
        number: How many of the branch's revisions the superior has taken in.
        at: Moment of the last of them, UTC, ISO 8601; "" if our history does not contain it.
        later: How many revisions the branch has made since then.
    """

    number: int
    at: str
    later: int


class RemarkState(StrEnum):
    """How far a remark is answered."""

    OPEN = "open"
    CHANGED = "changed"
    SENT = "sent"

    @property
    def word(self) -> str:
        """The state as Chinese words."""
        return {
            RemarkState.OPEN: "请修改后再报",
            RemarkState.CHANGED: "已改，还没有再报",
            RemarkState.SENT: "已再报，上级已收到",
        }[self]
