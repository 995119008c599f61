"""Back up a workspace to a zip, verified after writing and named by whose it is and when it was made.

A whole backup holds the store, the campaigns, the settings, the receipts and the attachments. The daily copy inside the
workspace omits the attachments, which are in the same workspace and never change. Papers and bags are never included
because they can be made again from the rest. ``restoring`` restores a backup.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import orglife
from orglife.adapters.disk import files, zip_writer, zips
from orglife.adapters.disk.daily_copies import FOLDER, FORMAT, LARGEST, STORE, copies_in, day_of
from orglife.adapters.disk.leftovers import unfinished_folder
from orglife.adapters.disk.record_files import ATTACHMENTS, CAMPAIGN, CAMPAIGNS, RECEIPTS
from orglife.adapters.disk.settings import SETTINGS
from orglife.adapters.disk.zips import Zip
from orglife.adapters.store.chain import ChainHead
from orglife.adapters.store.store import Store
from orglife.core.errors import (
    BadPackage,
    OrglifeError,
    StoreBroken,
    StoreNewer,
)
from orglife.core.record.dossier import moment_words
from orglife.office.office import Office

MINIMUM_COPIES = 3
"""Minimum number of daily copies to keep, whatever their age."""
_PART_NAMES = re.compile(rf"{STORE}|{SETTINGS}|{CAMPAIGN}|({CAMPAIGNS}|{RECEIPTS}|{ATTACHMENTS})/.+")


# --- making ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Backup:
    """A backup that was written and verified, or an existing one with the same content."""

    path: Path
    new: bool
    lines: tuple[str, ...]


Report = Callable[[int, int, str], None]
"""Told after each file: files done, files in all, and what is being done."""


def make_backup(
    office: Office, folder: Path, *, whole: bool = True, report: Report = lambda *_: None, now: datetime | None = None
) -> Backup:
    """Back up a workspace into a folder, unless the folder already holds a backup with the same content.

    Args:
        office: The workspace.
        folder: The folder for the file; created if missing.
        whole: Include the attachments.
        report: Told how far it is.
        now: The local time in its name; None = the clock's.

    Raises:
        StoreBroken: the store is damaged; earlier backups are not changed.
        CannotWrite: the disk is full, or the folder is not writable; no partial file remains.
    """
    with unfinished_folder(folder) as room:
        copy = room / STORE
        office.store.backup(copy)
        digest, heads, damaged = _verified_digest(copy, office.store.name)
        names = _names(office, whole=whole)
        content = _digest(digest, names, office)
        known = next((each for each in copies_in(folder) if _is_intact(each, content)), None)
        path = known or files.free_path(folder, f"{_whose(office)} 备份 {moment_words(now or datetime.now())}", ".zip")
        if known is None:
            parts = [(STORE, copy), *_parts(office, names, room)]
            head = {
                "format": FORMAT,
                "program": orglife.__version__,
                "campaign": office.campaign.id,
                "whole": whole,
                "content": content,
                "store": digest,
                "chains": [{"campaign": c, "branch": b, **h._asdict()} for (c, b), h in sorted(heads.items())],
            }
            zip_writer.write_zip(path, head, parts, lambda number: report(number, len(parts), "正在备份"))
            report(len(parts), len(parts), "正在读回核对")
            _verify_parts(path)
    count = sum(name.startswith(f"{ATTACHMENTS}/") for name in names)
    counts = f"修改历史{sum(h.number for h in heads.values())}条，附件{count}个。"
    first = ("已备份" if known is None else "没有变化，已有同样的备份") + f"：“{path}”。"
    return Backup(path, known is None, (first, counts, *damaged))


def _whose(office: Office) -> str:
    """Whose data a backup holds, as the beginning of its name."""
    own, branches = office.workspace.settings.branch, office.branches()
    if own or len(branches) == 1:
        return files.file_name(office.branch_name(own or branches[0]))
    return "上级党组织" if office.workspace.settings.role == "bureau" else f"{len(branches)}个支部"


def _verified_digest(copy: Path, original: str) -> tuple[str, dict[tuple[str, str], ChainHead], list[str]]:
    """Verify a store and return its digest, its heads, and sentences on damaged drafts.

    A damaged draft does not stop a backup: everything else would then have none.

    Raises:
        StoreBroken: the store fails verification.
    """
    with Store.open(copy, readonly=True) as store:
        if what := store.first_problem():
            raise StoreBroken(path=original, what=what)
        return store.digest(), store.heads(), store.damaged_drafts()


def _names(office: Office, *, whole: bool) -> list[str]:
    """Names of the files that belong to the records and are backed up."""
    folders = (CAMPAIGNS, RECEIPTS, *([ATTACHMENTS] if whole else []))
    return [CAMPAIGN, *(name for folder in folders for name in office.files.names(folder))]


def _parts(office: Office, names: Sequence[str], room: Path) -> Iterator[tuple[str, Path]]:
    """Files to back up besides the store, as (name in the zip, path)."""
    yield SETTINGS, office.workspace.root / SETTINGS
    for name in names:
        yield name, office.files.local(name, room)


def _digest(store: str, names: Sequence[str], office: Office) -> str:
    """Digest of a backup's content: the store by its records, other files by their bytes."""
    digest = hashlib.sha256(store.encode())
    digests = {name: office.files.digest(name) for name in names}
    digests[SETTINGS] = files.sha256_of(office.workspace.root / SETTINGS)
    for name in sorted(digests):
        digest.update(f"{name}\n{digests[name]}\n".encode())
    return digest.hexdigest()


def _is_intact(path: Path, content: str) -> bool:
    """Whether a file is an undamaged backup with some content."""
    try:
        with zips.open_zip(path, shape=FORMAT, largest=LARGEST) as pack:
            if pack.head.get("content") == content:
                _verify(pack)
                return True
    except OrglifeError:
        pass
    return False


def _verify_parts(path: Path) -> None:
    with zips.open_zip(path, shape=FORMAT, largest=LARGEST) as pack:
        _verify(pack)


def _verify(pack: Zip) -> None:
    for name in pack.parts:
        pack.check(name)


def is_backup(path: Path) -> bool:
    """Whether a file is a backup, intact or damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {STORE, SETTINGS, zip_writer.MANIFEST} <= set(archive.namelist())
    except zips.DAMAGE:
        return False


@contextlib.contextmanager
def open_backup(path: Path) -> Iterator[Store]:
    """Check all parts of a backup, then open its store from a private temporary copy that is deleted on exit.

    Raises:
        BadPackage, StoreNewer: a part does not match the manifest, or the store fails verification.
    """
    with zips.open_zip(path, shape=FORMAT, largest=LARGEST) as pack, tempfile.TemporaryDirectory() as room:
        pack.require_listed()
        require_ours(pack)
        for name in pack.parts:
            if name != STORE:  # the store is checked while it is unpacked
                pack.check(name)
        copy = Path(room) / STORE
        pack.unpack(STORE, copy)
        with open_unpacked_store(pack, copy) as store:
            yield store


def require_ours(pack: Zip) -> None:
    """Require that a zip holds all mandatory parts of a backup and no foreign ones.

    Raises:
        BadPackage: it is not a backup made by this program.
    """
    pack.require(STORE, SETTINGS, CAMPAIGN)
    for name in pack.parts:
        if not _PART_NAMES.fullmatch(name):
            raise BadPackage(name=pack.name, what=f"里面的“{name[:60]}”不属于备份")


@contextlib.contextmanager
def open_unpacked_store(pack: Zip, copy: Path) -> Iterator[Store]:
    """Open an unpacked store, upgrade its schema, and check it against the manifest.

    Raises:
        BadPackage, StoreNewer: the check failed; the error names the backup, not the temporary copy.
    """
    with contextlib.ExitStack() as until_done:
        try:
            store = until_done.enter_context(Store.open(copy))
            what = store.first_problem()
            if what or store.digest() != pack.head.get("store"):
                raise BadPackage(name=pack.name, what=what or "数据文件与登记的不符")
        except StoreNewer as error:
            raise StoreNewer(**{**error.fields, "path": pack.name}) from error
        except StoreBroken as error:
            raise BadPackage(name=pack.name, what=error.fields["what"]) from error
        yield store


# --- every day -------------------------------------------------------------------------------------------------------


def make_daily_copy(office: Office, *, today: date | None = None) -> Backup | None:
    """Make today's copy inside the workspace; delete copies older than the number of days in the settings.

    Returns:
        The copy; None if today's copy exists, or if daily copies are switched off.

    Raises:
        OrglifeError: the copy could not be made; existing copies are not changed.
    """
    day, keep_days = today or date.today(), office.workspace.settings.backup_days
    folder = office.workspace.root / FOLDER
    if not keep_days or not office.store.writable or not office.store.heads():
        return None
    if office.store.on_server and not office.store.own_branch:
        return None  # thousands of branches: the server's administrator backs them up
    if any(day_of(path) == day for path in copies_in(folder)):
        return None
    backup = make_backup(office, folder, whole=False)
    if today is None and not backup.new:
        backup.path.touch()  # unchanged content: the latest copy counts as today's
    for path in copies_in(folder)[MINIMUM_COPIES:]:
        if day_of(path) < day - timedelta(days=keep_days):
            path.unlink(missing_ok=True)
    return backup
