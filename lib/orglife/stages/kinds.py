"""Every record type, in the order in which a dossier lists them: that of the stages."""

from __future__ import annotations

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
