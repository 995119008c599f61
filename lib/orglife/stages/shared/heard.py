"""What came back from the superior: how much it has taken in, and how far its remarks are answered."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Heard(NamedTuple):
    """What a branch's receipt acknowledges.

    Attributes:
        number: Revisions of the branch that the superior has taken in.
        at: Moment of the last of them, UTC, ISO 8601; "" when our history does not hold it.
        later: Revisions of the branch's own since then.
    """

    number: int
    at: str
    later: int


class Answered(StrEnum):
    """How far a remark is answered."""

    OPEN = "open"
    CHANGED = "changed"
    SENT = "sent"

    @property
    def word(self) -> str:
        """The state in Chinese."""
        return {
            Answered.OPEN: "请修改后再报",
            Answered.CHANGED: "已改，还没有再报",
            Answered.SENT: "已再报，上级已收到",
        }[self]
