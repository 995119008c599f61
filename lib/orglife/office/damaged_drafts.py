"""Damaged drafts: what the daily copies still hold of them is offered in their place."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from orglife.adapters.disk import zips
from orglife.adapters.disk.daily_copies import FOLDER, FORMAT, LARGEST, STORE, copies_in, day_of
from orglife.adapters.store.store import Snapshot, Store
from orglife.core.errors import OrglifeError
from orglife.core.record.dossier import Draft

LOST = "存着的内容已损坏，备份里也没有；请重新填写，不要了的请移除"


def offered(root: Path, snapshot: Snapshot) -> tuple[Draft, ...]:
    """The drafts of a branch; a damaged one has the fields of the latest daily copy that holds it."""
    drafts = {(one.type, one.id): replace(one, note=LOST) if one.damaged else one for one in snapshot.drafts}
    for copy in copies_in(root / FOLDER):
        missing = [key for key, one in drafts.items() if one.note == LOST]
        if not missing:
            break
        for one in _drafts_in(copy, snapshot.campaign, snapshot.id):
            if (one.type, one.id) in missing and not one.damaged:
                words = f"存着的内容已损坏，换成{day_of(copy).isoformat()}备份里的；请核对后保存"
                drafts[one.type, one.id] = replace(one, damaged=True, note=words)
    return tuple(drafts.values())


def _drafts_in(copy: Path, campaign: str, branch: str) -> tuple[Draft, ...]:
    """The drafts of a branch in a daily copy; none if the copy cannot be read."""
    try:
        with tempfile.TemporaryDirectory() as folder, zips.open_zip(copy, shape=FORMAT, largest=LARGEST) as pack:
            place = Path(folder) / STORE
            pack.unpack(STORE, place)
            with Store.open(place, create=False) as store:
                return store.current(campaign, branch).drafts
    except OrglifeError:
        return ()
