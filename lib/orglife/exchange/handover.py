"""Import a branch's package: save all of it or nothing, record its head, write a receipt.

The bureau records the head of every accepted package in its own chain. A branch that rewrites its history is therefore
detected with its next package. ``arrival`` compares the package with the workspace. Its revisions are appended unchanged,
or the merged records are saved as new revisions and the branch's history is stored in a separate file beside the receipt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from orglife.adapters.disk.attachments import LARGEST
from orglife.adapters.disk.record_files import RECEIPTS
from orglife.adapters.disk.zips import Zip
from orglife.adapters.store import witness
from orglife.adapters.store.chain import BUREAU
from orglife.adapters.store.store import Change
from orglife.core.errors import (
    CannotWrite,
    ChangedMeanwhile,
    Contradictions,
    NotSaved,
    OrglifeError,
    ReceiptNotWritten,
)
from orglife.exchange import receipts
from orglife.exchange.arrival import Arrival, ImportOptions, compare, open_package, origin_of, received_heads
from orglife.office import history
from orglife.office.office import Office


def import_package(
    office: Office, source: Path, options: ImportOptions, limit: int = 20, name: str = ""
) -> Iterator[str]:
    """Import one package, all of it or nothing, and write a receipt; messages are yielded as the work proceeds.

    Args:
        office: The workspace.
        source: The package.
        options: How it is imported.
        limit: How many records of each sort are named.
        name: What the package is called in messages; "" = its file's name.

    Raises:
        OrglifeError: why the package was refused; nothing was imported.
    """
    with open_package(source, name) as pack:
        arrival = compare(office, pack, options)
        package = arrival.package
        if package.origin:
            yield f"{package.branch.name or package.origin}（来件代号{package.origin}）在这里的代号是{package.branch.id}。"
        yield from arrival.lines(limit)
        if options.dry:
            return
        receipt = _accept(office, pack, arrival, options)
    yield f"  已接收，回执在{receipt}，请交给支部导入。"


def take_in(office: Office, source: Path, options: ImportOptions, name: str = "") -> None:
    """Import a package whose differences were shown before, all of it or nothing, and write a receipt.

    Raises:
        OrglifeError: why the package was refused; nothing was imported.
    """
    with open_package(source, name) as pack:
        _accept(office, pack, compare(office, pack, options), options)


def _accept(office: Office, pack: Zip, arrival: Arrival, options: ImportOptions) -> str:
    """Save a package that was compared, and tell where its receipt is."""
    branch = arrival.package.branch
    if arrival.open:
        raise Contradictions(name=pack.name, branch=branch.name or branch.id, count=len(arrival.open))
    if options.seen not in (None, arrival.here):
        raise ChangedMeanwhile(name=pack.name)
    new = _unpack(office, pack, arrival)
    try:
        _save(office, arrival)
    except BaseException:
        office.files.withdraw(new)
        raise
    return _write_receipt(office, arrival)


def _write_receipt(office: Office, arrival: Arrival) -> str:
    """Write the receipt and tell where it is; also write the branch's own history if it could not be appended to ours."""
    package = arrival.package
    try:
        if not arrival.continues:
            name = f"{RECEIPTS}/{package.branch.id}.history.jsonl"
            office.files.write(name, witness.to_lines(package.revisions))
        text = receipts.receipt_text(office, package.branch.id, package.head, package.own_id)
        name = receipts.receipt_name(package.branch.id)
        office.files.write(name, text.encode())
        return office.files.shown(name)
    except (CannotWrite, NotSaved) as error:
        raise ReceiptNotWritten(name=package.name, what=error.fields["what"]) from error


def _unpack(office: Office, pack: Zip, arrival: Arrival) -> list[str]:
    """Store the attachments and return the names of the new files."""
    new: list[str] = []
    try:
        for part in arrival.attachments:
            place = arrival.package.place_of(part.file)
            office.files.write(place, pack.read(part.file, most=LARGEST))
            new.append(place)
    except BaseException:
        office.files.withdraw(new)
        raise
    return new


def _save(office: Office, arrival: Arrival) -> None:
    """Save the revisions (or the difference) and the new head in one transaction.

    Raises:
        ChangedMeanwhile: the branch's chain here has grown since the package was compared.
    """
    package, campaign = arrival.package, office.campaign.id
    branch, end = package.branch.id, package.end
    received = received_heads(office, branch)
    if (not arrival.fresh or not arrival.continues) and arrival.difference.is_empty and end in received:
        return  # the same package was imported before
    with office.store.writing() as writer:
        if writer.head(campaign, branch) != arrival.here:  # another window was quicker
            raise ChangedMeanwhile(name=package.name)
        if arrival.continues:
            writer.append(package.revisions[arrival.here.number :], checked=True)
        else:
            for change in arrival.difference.changes:
                writer.change(campaign, branch, change, who=office.author)
        if end not in received:
            why = {"reason": arrival.reason} if arrival.reason else {}
            origin = {"origin": origin_of(package)} if package.origin else {}
            body = {"id": branch, **end._asdict(), "head": package.head._asdict(), **why, **origin}
            writer.change(campaign, BUREAU, Change(history.WITNESS, branch, body), who=office.author)


def import_packages(office: Office, sources: Sequence[Path], options: ImportOptions) -> Iterator[tuple[str, bool]]:
    """Import packages one by one; a refused package does not stop the others.

    Yields:
        A message, and whether it is a refusal.
    """
    limit = 20 if len(sources) == 1 else 5
    for source in sources:
        try:
            for line in import_package(office, source, options, limit):
                yield line, False
        except OrglifeError as error:
            what = [s if source.name in s else f"{source.name}：{s}" for s in error.sentences]
            yield from ((sentence, True) for sentence in [*what[:-1], what[-1] + error.command])
