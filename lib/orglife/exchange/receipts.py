"""The bureau's receipt for a package: the head that it imported, its own head, its orders and its remarks.

The branch stores the receipt in its workspace and sends it back with the next package. Each side therefore holds a head
of the other's history, and either can detect that the other rewrote it. ``receipt_text`` makes it when a package
is taken in (``handover``); ``renew`` and ``renew_all`` make it anew when a remark or an order is saved (``desk/ports``) and
on request (``paper/on_request``). A head is the hash of the last revision of a chain (docs/store.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orglife.adapters.disk.record_files import RECEIPTS
from orglife.adapters.store.chain import BUREAU, ChainHead
from orglife.adapters.store.store import Revision
from orglife.adapters.store.witness import head_of, holds_head
from orglife.core.errors import BadInput, HeadUnknown, ReceiptOnServer, UnknownBranch, UnreadableFile
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier, day_words, short, sort_records
from orglife.core.record.exchange import BUREAU as BUREAU_FORMAT
from orglife.core.record.exchange import Incoming, load_json, read_parcel
from orglife.core.record.record import Record
from orglife.office.bureau_chain import BureauChain
from orglife.office.dossiers import FROM_BUREAU, stored_record
from orglife.office.history import WITNESS
from orglife.office.office import Office
from orglife.stages.kinds import KINDS
from orglife.stages.report.record import Remark
from orglife.stages.shared.received import Acknowledgement, RemarkState

FORMAT = "orglife-receipt/1"
MOST_LISTED, LONGEST_SHOWN = 20, 500
"""How many remarks are shown when a receipt is taken in, and how many characters of each."""


def receipt_name(branch: str) -> str:
    """Name of the file with a branch's receipt, issued or received."""
    return f"{RECEIPTS}/{branch}.json"


def stored_receipt(office: Office, branch: str) -> bytes:
    """A branch's receipt, issued or received; b"" if there is none."""
    name = receipt_name(branch)
    return office.files.read(name) if office.files.taken(name) else b""


def receipt_text(office: Office, branch: str, head: ChainHead, own_id: str = "") -> str:
    """The receipt for a branch's package that was imported up to ``head``, as JSON text.

    Args:
        office: The bureau's workspace.
        branch: The branch's id here.
        head: The last imported revision of its history.
        own_id: The id in its own workspace; "" = the same.
    """
    chain = office.bureau_chain
    own_id = own_id or branch
    mine = {k.TYPE: [{**r.to_json(), "branch": own_id} for r in _sent(chain, k, branch)] for k in FROM_BUREAU}
    receipt = {
        "format": FORMAT,
        "campaign": office.campaign.id,
        "branch": own_id,
        "head": head._asdict(),
        "bureau": head_of(chain.revisions[-1:])._asdict(),
        "records": mine,
    }
    return json.dumps(receipt, ensure_ascii=False, indent=2) + "\n"


def _sent(chain: BureauChain, kind: type[Record], branch: str) -> Sequence[Record]:
    """What the bureau has sent a branch, of one type."""
    own = (dict(body) for body in chain.bodies(kind.TYPE).values() if body.get("branch") == branch)
    return sort_records(stored_record(kind, body, BUREAU) for body in own)


def renew(office: Office, branch: str) -> bytes | None:
    """Make a branch's receipt anew for its last package, with all remarks and orders as they are now.

    Returns:
        The receipt, which is stored as well; None if no package of the branch was taken in.
    """
    last = _last_package(office, branch)
    if last is None:
        return None
    own_id = last.get("origin", {}).get("branch", "")
    text = receipt_text(office, branch, ChainHead(**last["head"]), own_id).encode()
    if stored_receipt(office, branch) != text:
        office.files.write(receipt_name(branch), text)
    return text


def _last_package(office: Office, branch: str) -> Mapping[str, Any] | None:
    """What the bureau's chain holds about a branch's last package."""
    return office.bureau_chain.bodies(WITNESS).get(branch)


def renew_all(office: Office) -> dict[str, bytes]:
    """The receipts of all branches of which a package was taken in, made anew."""
    made = {branch: renew(office, branch) for branch in office.branches()}
    return {branch: text for branch, text in made.items() if text is not None}


def received_ids(office: Office, branch: str) -> dict[str, frozenset[str]]:
    """Ids of the bureau's orders and remarks in the branch's receipt, by type."""
    records = _stored(office, branch).get("records", {})
    return {k.TYPE: frozenset(str(record.get("id")) for record in records.get(k.TYPE, ())) for k in FROM_BUREAU}


def _stored(office: Office, branch: str) -> Mapping[str, Any]:
    """The content of a branch's stored receipt; {} if there is none or if it is damaged, so that a new one may replace it."""
    name = f"{branch}.json"
    try:
        raw = load_json(stored_receipt(office, branch), name)
        heads(raw, name)
    except (BadInput, UnreadableFile):
        return {}
    return raw if is_receipt(raw) else {}


def sent_back(office: Office, branch: str) -> bytes:
    """The receipt that goes with the next package; b"" if there is none or if it is damaged."""
    return stored_receipt(office, branch) if _stored(office, branch) else b""


def is_receipt(raw: Any) -> bool:
    """Whether a JSON file is a receipt."""
    return isinstance(raw, dict) and raw.get("format") == FORMAT


def read_receipt(office: Office, raw: Mapping[str, Any], data: bytes, name: str) -> Incoming:
    """Read a receipt for its branch: orders and remarks, and the head that the bureau holds.

    Args:
        office: The branch's workspace.
        raw: The receipt.
        data: Its bytes, to be stored.
        name: The file's name in messages.

    Raises:
        BadInput: something is missing or misspelt.
        UnknownBranch: the workspace does not hold its branch.
        HeadUnknown: our history does not hold the head that the bureau imported.
        ReceiptOnServer: the bureau keeps the branch's receipt, and both see it.
    """
    head, branch = heads(raw, name)[0], str(raw.get("branch"))
    if not office.files.may_write(receipt_name(branch)):
        raise ReceiptOnServer(name=name)
    records = {"format": BUREAU_FORMAT, "campaign": raw.get("campaign"), "records": raw.get("records")}
    parcel = read_parcel(json.dumps(records).encode(), name, KINDS, FROM_BUREAU)
    snapshot = office.store.current(office.campaign.id, branch)
    if snapshot.branch is None:
        raise UnknownBranch(branch=branch, known="、".join(office.branches()) or "（还没有）")
    if parcel.campaign == office.campaign.id and not holds_head(office.store.history(parcel.campaign, branch), head):
        raise HeadUnknown(name=name, number=head.number)
    return Incoming(
        parcel.campaign,
        Branch.model_validate(snapshot.branch),
        parcel.records,
        partial=True,
        notes=(
            *_older(office, raw, branch, name),
            f"上级党组织已收到，截至第{head.number}次修改。",
            *_remarks(parcel.records.get(Remark.TYPE, ())),
        ),
        receipt=data,
    )


def _older(office: Office, raw: Mapping[str, Any], branch: str, name: str) -> Iterator[str]:
    """Warn of a receipt older than the stored one: it may be an old copy, or the bureau restored a backup."""
    stored = _stored(office, branch)
    if stored.get("campaign") == raw.get("campaign") and heads(raw, name)[1].number < heads(stored, name)[1].number:
        yield "请核对：这份回执比这里已有的旧，里面的意见可能是以前的。不是上级党组织刚发的，请向上级要最近的一份。"


def _remarks(records: tuple[Record, ...]) -> list[str]:
    """The first remarks, shortened for a list; the page shows them in full once they are stored."""
    remarks = [r for r in records if isinstance(r, Remark)]
    lines = [
        f"退回修改（{'，'.join(p for p in (r.by, day_words(r.date)) if p)}）：{short(r.text, LONGEST_SHOWN)}"
        for r in remarks[:MOST_LISTED]
    ]
    return lines + ([f"……另有{len(remarks) - MOST_LISTED}条退回修改"] if len(remarks) > MOST_LISTED else [])


def heads(raw: Mapping[str, Any], name: str) -> tuple[ChainHead, ChainHead]:
    """The branch's imported head, and the bureau's own head.

    Raises:
        BadInput: something is missing or misspelt.
    """
    allowed = {"format", "campaign", "branch", "head", "bureau", "records"}
    try:
        pair = [ChainHead(**raw[key]) for key in ("head", "bureau")]
    except (KeyError, TypeError) as error:
        raise BadInput([f"{name}不是完整的回执。请向上级党组织重新要一份。"]) from error
    valid = all(type(h.number) is int and isinstance(h.hash, str) for h in pair)
    if not valid or set(raw) != allowed or not isinstance(raw["branch"], str) or not _are_records(raw["records"]):
        raise BadInput([f"{name}不是完整的回执。请向上级党组织重新要一份。"])
    return pair[0], pair[1]


def _are_records(raw: Any) -> bool:
    lists = raw.values() if isinstance(raw, dict) else (None,)
    return all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in lists)


def contradicts(office: Office, raw: Mapping[str, Any], own: list[Revision], name: str) -> bool:
    """Whether our own history no longer holds the head that we stated in an earlier receipt."""
    return raw.get("campaign") == office.campaign.id and not holds_head(own, heads(raw, name)[1])


def read_acknowledgement(office: Office, branch: str) -> Acknowledgement | None:
    """How much of a branch's history the superior has acknowledged; None without a receipt of this campaign."""
    raw = _stored(office, branch)
    if raw.get("campaign") != office.campaign.id:
        return None
    number = heads(raw, f"{branch}.json")[0].number
    own = office.store.history(office.campaign.id, branch)
    at = own[number - 1].at if 0 < number <= len(own) else ""
    own_later = [revision for revision in own[number:] if revision.type not in {k.TYPE for k in FROM_BUREAU}]
    return Acknowledgement(number, at, len(own_later))


def remark_states(office: Office, dossier: Dossier, acknowledged: Acknowledgement | None) -> dict[str, RemarkState]:
    """State of each remark in a branch's dossier, by the remark's id.

    SENT: the superior acknowledged a later package whose history contains the remark. CHANGED: the record that the remark
    is about was changed after the remark arrived. A remark that names no record stays OPEN until it is SENT.
    """
    states: dict[str, RemarkState] = {}
    for remark in dossier.all(Remark):
        revisions = office.store.history(office.campaign.id, dossier.branch.id, Remark.TYPE, remark.id)
        arrived = revisions[0].number if revisions else 0
        about = dossier.index.get(remark.record)
        if not arrived:
            states[remark.id] = RemarkState.OPEN
        elif acknowledged is not None and acknowledged.number >= arrived:
            states[remark.id] = RemarkState.SENT
        elif isinstance(about, Record):
            changes = office.store.history(office.campaign.id, dossier.branch.id, about.TYPE, about.id)
            states[remark.id] = RemarkState.CHANGED if changes and changes[-1].number > arrived else RemarkState.OPEN
        else:
            states[remark.id] = RemarkState.OPEN
    return states
