"""Every record type, in the order in which a dossier lists them: that of the stages."""

from __future__ import annotations

from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Draft
from orglife.core.record.record import Record
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.cycle import STAGES

KINDS: tuple[type[Record], ...] = (
    *(kind for stage in STAGES if not stage.bureau for kind in stage.records),
    ArchiveItem,
)
BUREAU_KINDS: tuple[type[Record], ...] = (
    *(kind for stage in STAGES if stage.bureau for kind in stage.records),
    *(kind for kind in KINDS if kind.BUREAU),
)
"""What the bureau enters; some of it reaches a branch's dossier, read-only."""
BY_TYPE: dict[str, type[Record]] = {kind.TYPE: kind for kind in (*KINDS, *BUREAU_KINDS)}


def draft_label(draft: Draft) -> str:
    """What an unfinished entry is, in Chinese, with its note."""
    label = BY_TYPE[draft.type].LABEL if draft.type in BY_TYPE else Branch.LABEL
    return f"{label}（{draft.note}）" if draft.note else label
