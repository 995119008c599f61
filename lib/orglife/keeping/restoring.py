"""A workspace made what a backup holds: nothing is changed before every part was read, and the present state is kept."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from orglife.adapters.disk import attachments, files, zips
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.workspace import Settings, Workspace
from orglife.adapters.disk.zips import Zip
from orglife.adapters.lab import runtime
from orglife.adapters.store import sqlite, witness
from orglife.adapters.store.chain import BUREAU, Revision
from orglife.adapters.store.store import Store
from orglife.core.errors import CannotWrite, OrglifeError, StoreBusy, WorkspaceExists, WorkspaceOpen
from orglife.keeping.backups import FOLDER, FORMAT, LARGEST, STORE, make_backup, open_backup, require_ours, unfinished
from orglife.office.history import label_of
from orglife.office.office import Office


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
    with zips.open_zip(source, shape=FORMAT, largest=LARGEST) as pack:
        require_ours(pack)
        try:
            yield from _over(pack, root, sure=sure) if there else _fresh(pack, root)
        except CannotWrite as error:  # the unfinished file's own name tells nobody anything
            raise CannotWrite(path=str(root), what=error.fields["what"]) from error


def _fresh(pack: Zip, root: Path) -> Iterator[str]:
    """A new workspace, complete under another name first."""
    files.make_private(root.parent)
    with unfinished(root.parent) as room:
        new = room / "workspace"
        files.make_private(new)
        for folder in ws.FOLDERS:
            files.make_private(new / folder)
        for name in pack.parts:
            files.make_private((new / name).parent)
            pack.unpack(name, new / name)
        with open_backup(pack, new / STORE) as store:
            revisions = sum(head.number for head in store.heads().values())
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
    yield f"已恢复到新的工作目录“{root}”，修改历史{revisions}条。"


def _over(pack: Zip, root: Path, *, sure: bool) -> Iterator[str]:
    """A workspace that is there."""
    with runtime.claim(runtime.ServerFolder(root)) as ours:
        if not ours:
            raise WorkspaceOpen(path=str(root))
        place, wrong = _present(root)
        with unfinished(place.parent) as room:
            pack.unpack(STORE, room / STORE)
            with open_backup(pack, room / STORE) as new:
                yield from _differences(pack, root, place, new)
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
            made = make_backup(office, root / FOLDER, whole=False)
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
        for path in (*sqlite.journal_files(place), place):
            if path.exists():
                path.rename(aside / path.name)
    return f"现在的数据文件打不开或已损坏，原样移到“{aside}”。"


def _differences(pack: Zip, root: Path, place: Path, new: Store) -> Iterator[str]:
    """What restoring changes, in words."""
    yield "恢复会改变下列内容："
    lines = [*_store_lines(place, new), *_file_lines(pack, root)]
    yield from (f"  {line}" for line in lines or ["没有，与备份相同。"])


def _store_lines(place: Path, then: Store) -> Iterator[str]:
    try:
        now = Store.open(place, create=False)
    except OrglifeError as error:
        yield f"现有的数据换成备份里的。{error}"
        return
    with now:
        ours, theirs = now.heads(), then.heads()
        for campaign, branch in sorted(ours.keys() | theirs.keys()):
            if ours.get((campaign, branch)) != theirs.get((campaign, branch)):
                yield from _chain_lines(now.history(campaign, branch), then.history(campaign, branch), branch)
        if now.digest() != then.digest() and ours == theirs:
            yield "没有填完的草稿换成备份里的。"


def _chain_lines(now: Sequence[Revision], then: Sequence[Revision], branch: str) -> Iterator[str]:
    same = witness.common_length(now, then)
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
    missing = [n for n in pack.parts if n.startswith(f"{attachments.FOLDER}/") and not (root / n).is_file()]
    if missing:
        yield f"补上附件{len(missing)}个。"
