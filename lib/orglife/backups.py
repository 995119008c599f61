"""Copies of a workspace: one zip each, read back before it counts, named by what is in it; and what is restored from one.

A whole backup holds the store, the campaigns, the settings, the receipts and the attachments; the daily copy inside the
workspace leaves the attachments out, which lie beside it and never change. Papers and bags are not copied: they are made
from the rest.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import orglife
from orglife.adapters import attached, files, lab_house, sqlite, witness, zips
from orglife.adapters import workspace as ws
from orglife.adapters.chain import BUREAU, Head, Revision
from orglife.adapters.store import Store
from orglife.adapters.workspace import Settings, Workspace
from orglife.adapters.zips import Zip
from orglife.core.errors import (
    BadPackage,
    CannotWrite,
    OrglifeError,
    StoreBroken,
    StoreBusy,
    StoreNewer,
    WorkspaceExists,
    WorkspaceOpen,
)
from orglife.core.record import ID_PATTERN
from orglife.history import label_of
from orglife.office import Office
from orglife.receipts import FOLDER as RECEIPTS

FORMAT = "orglife-backup/1"
STORE = "orglife.db"
FOLDER = "backups"
LEAST_KEPT = 3
"""So many daily copies stay, however old they are."""
LARGEST = 100_000_000_000
_OURS = re.compile(rf"{STORE}|{ws.SETTINGS}|{ws.CAMPAIGN}|(campaigns|{RECEIPTS}|{attached.FOLDER})/.+")
_NAME = re.compile(r"orglife-.+-[0-9a-f]{12}\.zip")


# --- making ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Made:
    """A backup that was written and read back, or that was there already."""

    path: Path
    new: bool
    lines: tuple[str, ...]


def make(office: Office, folder: Path, *, whole: bool = True) -> Made:
    """Back up a workspace into a folder; a backup of the same content is not made twice.

    Args:
        office: The workspace.
        folder: Where the file goes; made when it is not there.
        whole: With the attachments.

    Raises:
        StoreBroken: the store is damaged; earlier backups stay as they are.
        CannotWrite: no room, or no right to write there; nothing is left.
    """
    root = office.workspace.root
    files.make_private(folder)
    with _room(folder) as room:
        copy = room / STORE
        office.store.backup(copy)
        digest, heads = _sound(copy, str(office.store.path))
        parts: list[tuple[str, Path]] = [(STORE, copy), *_files(root, whole=whole)]
        name = f"orglife-{_in_a_name(office.campaign.id)}-{_digest(digest, parts)[:12]}.zip"
        path = folder / name
        new = not _is_whole(path)
        if new:
            head = {
                "format": FORMAT,
                "program": orglife.__version__,
                "campaign": office.campaign.id,
                "whole": whole,
                "store": digest,
                "chains": [{"campaign": c, "branch": b, **h._asdict()} for (c, b), h in sorted(heads.items())],
            }
            zips.write(path, head, parts)
            _read_back(path)
    count = sum(name.startswith(f"{attached.FOLDER}/") for name, _ in parts)
    told = f"修改历史{sum(h.number for h in heads.values())}条，附件{count}个。"
    return Made(path, new, (("已备份" if new else "没有变化，已有同样的备份") + f"：“{path}”。", told))


@contextlib.contextmanager
def _room(folder: Path) -> Iterator[Path]:
    """A private folder for unfinished files, gone afterwards."""
    with files.refusals(folder):
        room = tempfile.TemporaryDirectory(prefix=".part-", dir=folder, ignore_cleanup_errors=True)
    with room as name:
        yield Path(name)


def _sound(copy: Path, original: str) -> tuple[str, dict[tuple[str, str], Head]]:
    """Digest and heads of a store that was read through.

    Raises:
        StoreBroken: something in it is not as it was saved.
    """
    with Store.open(copy, readonly=True) as store:
        problems = store.verify()
        if problems:
            raise StoreBroken(path=original, what=problems[0].removesuffix("。"))
        return store.digest(), store.heads()


def _files(root: Path, *, whole: bool) -> Iterator[tuple[str, Path]]:
    """What is backed up beside the store: name and file each."""
    for name in (ws.SETTINGS, ws.CAMPAIGN):
        if (root / name).is_file():
            yield name, root / name
    for folder in ("campaigns", RECEIPTS, *([attached.FOLDER] if whole else [])):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                yield path.relative_to(root).as_posix(), path


def _in_a_name(campaign: str) -> str:
    return campaign if re.fullmatch(ID_PATTERN, campaign) else "campaign"


def _digest(store: str, parts: Sequence[tuple[str, Path]]) -> str:
    """A digest of what is backed up: the store by its content, files by their bytes."""
    found = hashlib.sha256(store.encode())
    for name, path in sorted(parts):
        if name != STORE:
            with path.open("rb") as file:
                found.update(f"{name}\n{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return found.hexdigest()


def _is_whole(path: Path) -> bool:
    try:
        _read_back(path)
    except OrglifeError:
        return False
    return True


def _read_back(path: Path) -> None:
    with zips.opened(path, shape=FORMAT, largest=LARGEST) as pack:
        for name in pack.parts:
            pack.check(name)


def is_one(path: Path) -> bool:
    """Whether a file is a backup, sound or not."""
    try:
        with zipfile.ZipFile(path) as opened:
            return {STORE, ws.SETTINGS, zips.MANIFEST} <= set(opened.namelist())
    except zips.DAMAGE:
        return False


@contextlib.contextmanager
def held(path: Path) -> Iterator[Store]:
    """The store in a backup, with every part checked first; unpacked where nobody else reads, for as long as it is open.

    Raises:
        BadPackage, StoreNewer: a part is not what the manifest says, or the history does not hold together.
    """
    with zips.opened(path, shape=FORMAT, largest=LARGEST) as pack, tempfile.TemporaryDirectory() as room:
        pack.require_listed()
        _require_ours(pack)
        for name in pack.parts:
            pack.check(name)
        copy = Path(room) / STORE
        pack.unpack(STORE, copy)
        _checked(pack, copy)
        with Store.open(copy, readonly=True) as store:
            yield store


# --- every day -------------------------------------------------------------------------------------------------------


def daily(office: Office, *, today: date | None = None) -> Made | None:
    """Once a day, a copy inside the workspace; older ones go after the days that the settings say.

    Returns:
        The copy; None when there is one of today, or none is wanted.

    Raises:
        OrglifeError: it could not be made; what is there stays.
    """
    day, keep = today or date.today(), office.workspace.settings.backup_days
    folder = office.workspace.root / FOLDER
    if not keep or not office.store.writable or not office.store.heads():
        return None
    if any(_day_of(path) == day for path in _copies(folder)):
        return None
    made = make(office, folder, whole=False)
    if today is None and not made.new:
        made.path.touch()  # the same content is today's copy too
    for path in _copies(folder)[LEAST_KEPT:]:
        if _day_of(path) < day - timedelta(days=keep):
            path.unlink(missing_ok=True)
    return made


def _copies(folder: Path) -> list[Path]:
    """The copies in a folder, the newest first."""
    found = [path for path in folder.glob("orglife-*.zip") if _NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: (path.stat().st_mtime, path.name), reverse=True)


def _day_of(path: Path) -> date:
    return date.fromtimestamp(path.stat().st_mtime)  # noqa: DTZ012  days of the user's desk


# --- restoring -------------------------------------------------------------------------------------------------------


def restore(source: Path, root: Path, *, sure: bool) -> Iterator[str]:
    """Make a workspace what a backup holds; what is told comes as it happens.

    Args:
        source: The backup.
        root: A new or empty folder, or a workspace: its present state is then backed up first.
        sure: Change a workspace that is there; otherwise only the difference is shown.

    Raises:
        OrglifeError: nothing was changed.
    """
    there = root.exists() and (not root.is_dir() or any(root.iterdir()))
    if there and not (root / ws.SETTINGS).is_file():
        raise WorkspaceExists(path=str(root))
    with zips.opened(source, shape=FORMAT, largest=LARGEST) as pack:
        _require_ours(pack)
        try:
            yield from _over(pack, root, sure=sure) if there else _fresh(pack, root)
        except CannotWrite as error:  # the unfinished file's own name tells nobody anything
            raise CannotWrite(path=str(root), what=error.fields["what"]) from error


def _require_ours(pack: Zip) -> None:
    pack.require(STORE, ws.SETTINGS, ws.CAMPAIGN)
    for name in pack.parts:
        if not _OURS.fullmatch(name):
            raise BadPackage(name=pack.name, what=f"里面的“{name[:60]}”不属于备份")


def _fresh(pack: Zip, root: Path) -> Iterator[str]:
    """A new workspace, complete under another name first."""
    files.make_private(root.parent)
    with _room(root.parent) as room:
        new = room / "workspace"
        files.make_private(new)
        for folder in ws.FOLDERS:
            files.make_private(new / folder)
        for name in pack.parts:
            files.make_private((new / name).parent)
            pack.unpack(name, new / name)
        store = _checked(pack, new / STORE)
        ws.lay_notebooks(new)
        settings = Settings.model_validate(tomllib.loads(files.read_text(new / ws.SETTINGS)))
        home = settings.model_copy(update={"store": Settings().store})  # never a place outside
        files.write(new / ws.SETTINGS, home.to_toml().encode())
        Workspace.open(new)
        with files.refusals(root):
            if root.is_dir():
                root.rmdir()
            new.rename(root)
            files.sync_folder(root.parent)
    yield f"已恢复到新的工作目录“{root}”，修改历史{sum(h.number for h in store.values())}条。"


def _checked(pack: Zip, copy: Path) -> dict[tuple[str, str], Head]:
    """The heads of an unpacked store, which is sound and what the manifest says, in this program's schema."""
    try:
        with Store.open(copy) as store:
            problems = store.verify()
            if problems or store.digest() != pack.head.get("store"):
                what = problems[0].removesuffix("。") if problems else "数据文件与登记的不符"
                raise BadPackage(name=pack.name, what=what)
            return store.heads()
    except StoreNewer as error:
        raise StoreNewer(**{**error.fields, "path": pack.name}) from error
    except StoreBroken as error:
        raise BadPackage(name=pack.name, what=error.fields["what"]) from error


def _over(pack: Zip, root: Path, *, sure: bool) -> Iterator[str]:
    """A workspace that is there."""
    with lab_house.claim(lab_house.House(root)) as ours:
        if not ours:
            raise WorkspaceOpen(path=str(root))
        place, wrong = _present(root)
        with _room(place.parent) as room:
            pack.unpack(STORE, room / STORE)
            _checked(pack, room / STORE)
            yield from _differences(pack, root, place, room / STORE)
            if not sure:
                yield _NOT_YET
                return
            others = [name for name in pack.parts if name not in (STORE, ws.SETTINGS)]
            for name in others:
                files.make_private((room / name).parent)
                pack.unpack(name, room / name)
            yield _set_aside(root, place, wrong)
            sqlite.replace(place, room / STORE)
            for name in others:  # nothing is written any more, only renamed
                files.make_private((root / name).parent)
                with files.refusals(root / name):
                    (room / name).replace(root / name)
                    files.sync_folder((root / name).parent)
    yield "已恢复。"


_NOT_YET = "没有改动。确认要恢复的，请在命令后面加 --yes；恢复前会先把现在的内容备份到工作目录的backups文件夹。"


def _present(root: Path) -> tuple[Path, str]:
    """Where the store of a workspace lies, and what is wrong with it ("" = nothing)."""
    place = Store.place(ws.settings_of(root).store, folder=root)
    try:
        with Store.open(place, create=False) as store:
            return place, "".join(store.verify()[:1])
    except StoreBusy:
        raise
    except OrglifeError as error:
        return place, str(error)


def _set_aside(root: Path, place: Path, wrong: str) -> str:
    """Keep the present state: as a backup, or as it lies where it cannot be read."""
    if not wrong:
        with Office.open(root) as office:
            made = make(office, root / FOLDER, whole=False)
            os.utime(made.path)
            return f"现在的内容已备份：“{made.path}”。"
    if not place.exists():
        return "现在没有数据文件。"
    aside, number = root / FOLDER / "damaged-1", 1
    while aside.exists():
        number += 1
        aside = root / FOLDER / f"damaged-{number}"
    files.make_private(aside)
    with files.refusals(aside):
        for path in (*sqlite.beside(place), place):
            if path.exists():
                path.rename(aside / path.name)
    return f"现在的数据文件打不开或已损坏，原样移到“{aside}”。"


def _differences(pack: Zip, root: Path, place: Path, new: Path) -> Iterator[str]:
    """What restoring changes, in words."""
    yield "恢复会改变下列内容："
    lines = [*_store_lines(place, new), *_file_lines(pack, root)]
    yield from (f"  {line}" for line in lines or ["没有，与备份相同。"])


def _store_lines(place: Path, new: Path) -> Iterator[str]:
    try:
        now = Store.open(place, create=False)
    except OrglifeError as error:
        yield f"现有的数据换成备份里的。{error}"
        return
    with now, Store.open(new) as then:
        ours, theirs = now.heads(), then.heads()
        for campaign, branch in sorted(ours.keys() | theirs.keys()):
            if ours.get((campaign, branch)) != theirs.get((campaign, branch)):
                yield from _chain_lines(now.history(campaign, branch), then.history(campaign, branch), branch)
        if now.digest() != then.digest() and ours == theirs:
            yield "没有填完的草稿换成备份里的。"


def _chain_lines(now: Sequence[Revision], then: Sequence[Revision], branch: str) -> Iterator[str]:
    same = witness.common(now, then)
    name = "上级督导记录" if branch == BUREAU else f"党支部{branch}"
    lost, gained = now[same:], then[same:]
    yield f"{name}：现在到第{len(now)}条修改，备份到第{len(then)}条。"
    for word, revisions in (("去掉现有的", lost), ("加上备份里的", gained)):
        if revisions:
            about = list(dict.fromkeys(f"{label_of(r.type)} {r.record}" for r in revisions))
            more = f"等{len(about)}条记录" if len(about) > 8 else ""  # noqa: PLR2004  enough to recognise
            yield f"  {word}{len(revisions)}条修改，涉及{'、'.join(about[:8])}{more}。"


def _file_lines(pack: Zip, root: Path) -> Iterator[str]:
    if (root / ws.CAMPAIGN).is_file():
        with (root / ws.CAMPAIGN).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != pack.parts[ws.CAMPAIGN].sha256:
                yield "方案文件campaign.toml换成备份里的。"
    missing = [n for n in pack.parts if n.startswith(f"{attached.FOLDER}/") and not (root / n).is_file()]
    if missing:
        yield f"补上附件{len(missing)}个。"
