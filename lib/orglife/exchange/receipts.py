"""What a bureau gives back for a package: the head it took in, its own head, its orders and its remarks.

The branch keeps it beside its data and hands it over with the next package; so each side holds a head of the other's
history, and neither can change its past unseen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files
from orglife.adapters.disk.workspace import RECEIPTS
from orglife.adapters.store.chain import BUREAU, ChainHead
from orglife.adapters.store.store import Revision
from orglife.adapters.store.witness import holds_head
from orglife.core.errors import BadInput, HeadUnknown, UnknownBranch
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.record.exchange import BUREAU as BUREAU_FORMAT
from orglife.core.record.exchange import Incoming, load_json, read_parcel
from orglife.core.record.record import Record
from orglife.office.dossiers import FROM_BUREAU
from orglife.office.office import Office
from orglife.stages.kinds import KINDS
from orglife.stages.report.record import Remark
from orglife.stages.shared.heard import Answered, Heard

FORMAT = "orglife-receipt/1"


def receipt_file(office: Office, branch: str) -> Path:
    """Where a branch's receipt lies, given or received."""
    return office.workspace.root / RECEIPTS / f"{branch}.json"


def made(office: Office, branch: str, head: ChainHead) -> str:
    """The receipt for a package of a branch that was taken in up to ``head``."""
    own = office.store.head(office.campaign.id, BUREAU)
    records = office.bureau_records()
    mine = {k.TYPE: [r.to_json() for r in records[k.TYPE] if getattr(r, "branch", "") == branch] for k in FROM_BUREAU}
    receipt = {
        "format": FORMAT,
        "campaign": office.campaign.id,
        "branch": branch,
        "head": head._asdict(),
        "bureau": own._asdict(),
        "records": mine,
    }
    return json.dumps(receipt, ensure_ascii=False, indent=2) + "\n"


def keep(office: Office, branch: str, text: bytes) -> Path:
    """Put a receipt in its place; a later one takes the place of an earlier.

    Raises:
        CannotWrite: no room, or no right to write there.
    """
    place = receipt_file(office, branch)
    files.make_private(place.parent)
    files.write(place, text)
    return place


def received(office: Office, branch: str) -> dict[str, frozenset[str]]:
    """Ids of the orders and remarks that stand in the branch's receipt, by type: the bureau's, not the branch's own."""
    place = receipt_file(office, branch)
    if not place.is_file():
        return {}
    raw = load_json(files.read(place), place.name)
    records = raw.get("records", {}) if is_receipt(raw) else {}
    return {k.TYPE: frozenset(str(one.get("id")) for one in records.get(k.TYPE, ())) for k in FROM_BUREAU}


def is_receipt(raw: Any) -> bool:
    """Whether a JSON file is a receipt."""
    return isinstance(raw, dict) and raw.get("format") == FORMAT


def read_receipt(office: Office, raw: Mapping[str, Any], data: bytes, name: str) -> Incoming:
    """What a receipt brings to its branch: orders and remarks, and the head that the bureau holds.

    Args:
        office: The branch's workspace.
        raw: The receipt.
        data: Its bytes, to be kept.
        name: How the file is named in messages.

    Raises:
        BadInput: something is missing or misspelt.
        UnknownBranch: it is another branch's.
        HeadUnknown: our history does not hold the head that the bureau took in.
    """
    head, branch = heads(raw, name)[0], str(raw.get("branch"))
    records = {"format": BUREAU_FORMAT, "campaign": raw.get("campaign"), "records": raw.get("records")}
    brought = read_parcel(json.dumps(records).encode(), name, KINDS, FROM_BUREAU)
    snapshot = office.store.current(office.campaign.id, branch)
    if snapshot.branch is None:
        raise UnknownBranch(branch=branch, known="、".join(office.branches()) or "（还没有）")
    if brought.campaign == office.campaign.id and not holds_head(office.store.history(brought.campaign, branch), head):
        raise HeadUnknown(name=name, number=head.number)
    return Incoming(
        brought.campaign,
        Branch.model_validate(snapshot.branch),
        brought.records,
        partial=True,
        notes=(f"上级党组织已收到第{head.number}条为止的登记。", *_remarks(brought.records.get(Remark.TYPE, ()))),
        receipt=data,
    )


def _remarks(records: tuple[Record, ...]) -> list[str]:
    remarks = [r for r in records if isinstance(r, Remark)]
    return [f"退回修改（{'，'.join(p for p in (r.by, day_words(r.date)) if p)}）：{r.text}" for r in remarks]


def heads(raw: Mapping[str, Any], name: str) -> tuple[ChainHead, ChainHead]:
    """The branch's head that was taken in, and the bureau's own.

    Raises:
        BadInput: something is missing or misspelt.
    """
    allowed = {"format", "campaign", "branch", "head", "bureau", "records"}
    try:
        found = [ChainHead(**raw[key]) for key in ("head", "bureau")]
    except (KeyError, TypeError) as error:
        raise BadInput([f"{name}不是完整的回执。请向上级党组织重新要一份。"]) from error
    sound = all(type(h.number) is int and isinstance(h.hash, str) for h in found)
    if not sound or set(raw) != allowed or not isinstance(raw["branch"], str):
        raise BadInput([f"{name}不是完整的回执。请向上级党组织重新要一份。"])
    return found[0], found[1]


def contradicts(office: Office, raw: Mapping[str, Any], own: list[Revision], name: str) -> bool:
    """Whether our own history no longer holds the head that an earlier receipt of ours states."""
    return raw.get("campaign") == office.campaign.id and not holds_head(own, heads(raw, name)[1])


def heard(office: Office, branch: str) -> Heard | None:
    """How much of a branch's history its superior has acknowledged; None without a receipt that fits."""
    place = receipt_file(office, branch)
    if not place.is_file():
        return None
    raw = load_json(files.read(place), place.name)
    if not is_receipt(raw) or raw.get("campaign") != office.campaign.id:
        return None
    number = heads(raw, place.name)[0].number
    own = office.store.history(office.campaign.id, branch)
    at = own[number - 1].at if 0 < number <= len(own) else ""
    ours = [one for one in own[number:] if one.type not in {k.TYPE for k in FROM_BUREAU}]
    return Heard(number, at, len(ours))


def answered(office: Office, dossier: Dossier, until: Heard | None) -> dict[str, Answered]:
    """How far each remark in a branch's dossier is answered, by its id.

    Sent: a later package, with the remark in its history, was acknowledged. Changed: the record that it is about was
    changed since; a remark that names none stays open until it is sent.
    """
    found: dict[str, Answered] = {}
    for remark in dossier.all(Remark):
        mine = office.store.history(office.campaign.id, dossier.branch.id, Remark.TYPE, remark.id)
        came = mine[0].number if mine else 0
        about = dossier.index.get(remark.record)
        if not came:
            found[remark.id] = Answered.OPEN
        elif until is not None and until.number >= came:
            found[remark.id] = Answered.SENT
        elif isinstance(about, Record):
            past = office.store.history(office.campaign.id, dossier.branch.id, about.TYPE, about.id)
            found[remark.id] = Answered.CHANGED if past and past[-1].number > came else Answered.OPEN
        else:
            found[remark.id] = Answered.OPEN
    return found
