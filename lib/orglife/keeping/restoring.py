"""Restore a workspace from a backup: check the whole backup first, and back up the present state before changing it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import nullcontext
from pathlib import Path

from orglife.adapters.disk import files, leftovers, zips
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.daily_copies import FOLDER, FORMAT, LARGEST, STORE
from orglife.adapters.disk.leftovers import unfinished_folder
from orglife.adapters.disk.notebooks import lay_notebooks
from orglife.adapters.disk.record_files import ATTACHMENTS, CAMPAIGN
from orglife.adapters.disk.settings import SETTINGS, Settings, change_settings, settings_from, settings_of
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.disk.zips import Zip
from orglife.adapters.lab import runtime
from orglife.adapters.store import addresses, allowed, last_heads, sqlite_copies, witness
from orglife.adapters.store.chain import BUREAU
from orglife.adapters.store.sqlite_connections import journal_files
from orglife.adapters.store.store import Store
from orglife.adapters.store.tables import TABLES, TRIGGERS
from orglife.core.errors import (
    BadPackage,
    CannotWrite,
    DataOnServer,
    OrglifeError,
    StoreBusy,
    WorkspaceExists,
    WorkspaceOpen,
)
from orglife.core.record import toml_text
from orglife.core.rule.campaign import parse_campaign
from orglife.keeping.backups import (
    make_backup,
    open_unpacked_store,
    require_ours,
)
from orglife.office.history import label_of
from orglife.office.office import Office
from orglife.office.workspace_store import open_store


def restore(source: Path, root: Path, *, sure: bool, inside: bool = False) -> Iterator[str]:
    """Restore a workspace from a backup; messages are yielded as the work proceeds.

    Args:
        source: The backup.
        root: A new or empty folder, or a workspace, whose present state is backed up first.
        sure: Change an existing workspace; otherwise only show the difference.
        inside: The caller belongs to the program that serves this workspace; its open pages must be renewed afterwards.

    Raises:
        OrglifeError: the backup was refused; nothing was changed.
    """
    occupied = not ws.is_free(root)
    if occupied and not (root / SETTINGS).is_file():
        raise WorkspaceExists(path=str(root))
    with zips.open_zip(source, shape=FORMAT, largest=LARGEST) as pack:
        require_ours(pack)
        _require_readable(pack, CAMPAIGN, "方案", parse_campaign)
        if occupied:
            leftovers.sweep(root.parent)  # of a run that was killed when it had made the workspace
        try:
            yield from _restore_over(pack, root, sure=sure, inside=inside) if occupied else _restore_new(pack, root)
        except CannotWrite as error:  # report the workspace, not the temporary file
            raise CannotWrite(path=str(root), what=error.fields["what"]) from error


def _require_readable(pack: Zip, name: str, word: str, read: Callable[[str], object]) -> None:
    """Require a part with which the workspace can be opened afterwards.

    Raises:
        BadPackage: it cannot be read.
    """
    try:
        read(pack.read(name, most=toml_text.LARGEST).decode("utf-8-sig"))
    except (OrglifeError, UnicodeDecodeError) as error:
        raise BadPackage(name=pack.name, what=f"里面的{word}读不懂") from error


def _restore_new(pack: Zip, root: Path) -> Iterator[str]:
    """Restore into a new workspace: complete it in a temporary folder, then rename the folder."""
    _require_readable(pack, SETTINGS, "设置", settings_from)
    with ws.complete_folder(root) as new:
        for folder in ws.FOLDERS:
            files.make_private(new / folder)
        for name in pack.parts:
            files.make_private((new / name).parent)
            pack.unpack(name, new / name)
        with open_unpacked_store(pack, new / STORE) as store:
            revisions = sum(head.number for head in store.heads().values())
        lay_notebooks(new)
        change_settings(new, store=Settings().store)  # never a store outside the workspace
        Workspace.open(new)
    yield f"已恢复到新的工作目录“{root}”，修改历史{revisions}条。"


def _restore_over(pack: Zip, root: Path, *, sure: bool, inside: bool) -> Iterator[str]:
    """Restore into an existing workspace."""
    with runtime.claim(runtime.ServerFolder(root)) if not inside else nullcontext(True) as claimed:
        if not claimed:
            raise WorkspaceOpen(path=str(root))
        store_path = _file_of_store(root)
        sound = _is_sound(store_path)
        with unfinished_folder(store_path.parent) as unfinished_files:
            pack.unpack(STORE, unfinished_files / STORE)
            with open_unpacked_store(pack, unfinished_files / STORE) as new:
                yield from _differences(pack, root, store_path, new)
                branches = {branch for campaign in new.campaigns() for branch in new.branches(campaign)}
            if not sure:
                yield from () if inside else (_NOT_YET,)
                return
            others = [name for name in pack.parts if name not in (STORE, SETTINGS)]
            for name in others:
                files.make_private((unfinished_files / name).parent)
                pack.unpack(name, unfinished_files / name)
            if sound:
                with sqlite_copies.replacing_content(store_path, unfinished_files / STORE, TABLES, TRIGGERS):
                    set_aside = _back_up(root)
            else:
                set_aside = _move_aside(root, store_path)
                sqlite_copies.replace(store_path, unfinished_files / STORE)
            last_heads.forget(store_path)  # the earlier state was replaced on purpose
            yield set_aside
            for name in others:  # everything is unpacked: from here on only renames
                files.make_private((root / name).parent)
                with files.refusals(root / name):
                    (unfinished_files / name).replace(root / name)
                    files.sync_folder((root / name).parent)
        yield from _assigned_to_branch(root, branches)
    yield "已恢复。"


def _assigned_to_branch(root: Path, branches: Collection[str]) -> Iterator[str]:
    """A workspace begun on another computer was for a branch of its own: from now on it is for the backup's."""
    settings = settings_of(root)
    if settings.branch and settings.branch not in branches:
        own = next(iter(branches)) if len(branches) == 1 else ""
        change_settings(root, branch=own)
        yield "这个工作目录从现在起用于备份里的党支部。"


_NOT_YET = "没有改动。确认要恢复的，请在命令后面加 --yes；恢复前会先把现在的内容备份到工作目录的backups文件夹。"


def _file_of_store(root: Path) -> Path:
    """Path of a workspace's store.

    Raises:
        DataOnServer: it is no file.
        LeadsElsewhere: it lies where this account allowed nothing.
    """
    setting = settings_of(root).store
    address = addresses.address_of(setting, folder=root)
    if isinstance(address, Path):
        allowed.require_allowed(root, setting)
        return address
    raise DataOnServer(path=str(root))


def _is_sound(store_path: Path) -> bool:
    """Whether a workspace's store can be opened and read.

    Raises:
        StoreBusy: this is not known now.
    """
    try:
        with Store.open(store_path, create=False) as store:
            return not store.first_problem()
    except StoreBusy:
        raise
    except OrglifeError:
        return False


def _back_up(root: Path) -> str:
    """Back up the present state; only read, because the caller holds the lock."""
    with Office(Workspace.open(root), open_store(root, readonly=True)) as office:
        backup = make_backup(office, root / FOLDER, whole=False)
    os.utime(backup.path)
    return f"现在的内容已备份：“{backup.path}”。"


def _move_aside(root: Path, store_path: Path) -> str:
    """Move a store that cannot be read aside, with its journal."""
    present = [path for path in (*journal_files(store_path), store_path) if path.exists()]
    if not present:
        return "现在没有数据文件。"
    aside, number = root / FOLDER / "damaged-1", 1
    while aside.exists():
        number += 1
        aside = root / FOLDER / f"damaged-{number}"
    files.make_private(aside)
    with files.refusals(aside):
        for path in present:
            path.rename(aside / path.name)
    return f"现在的数据文件打不开或已损坏，原样移到“{aside}”。"


def _differences(pack: Zip, root: Path, store_path: Path, new: Store) -> Iterator[str]:
    """Describe what restoring changes."""
    yield "恢复会改变下列内容："
    lines = [*_store_lines(store_path, new), *_file_lines(pack, root)]
    yield from (f"  {line}" for line in lines or ["没有，与备份相同。"])


def _store_lines(store_path: Path, then: Store) -> Iterator[str]:
    try:
        now = Store.open(store_path, create=False)
    except OrglifeError as error:
        yield f"现有的数据换成备份里的。{error}"
        return
    with now:
        ours, theirs = now.heads(), then.heads()
        for campaign, branch in sorted(ours.keys() | theirs.keys()):
            if ours.get((campaign, branch)) != theirs.get((campaign, branch)):
                yield from _chain_lines(now, then, campaign, branch)
        if now.digest() != then.digest() and ours == theirs:
            yield "没有填完的草稿换成备份里的。"


def _chain_lines(ours: Store, theirs: Store, campaign: str, branch: str) -> Iterator[str]:
    now, then = ours.history(campaign, branch), theirs.history(campaign, branch)
    same = witness.common_length(now, then)
    own = theirs.current(campaign, branch, ("branch",)).own or ours.current(campaign, branch, ("branch",)).own
    name = "上级督导记录" if branch == BUREAU else own.get("name") or f"党支部（{branch}）"
    lost, gained = now[same:], then[same:]
    yield f"{name}：现在到第{len(now)}条修改，备份到第{len(then)}条。"
    for word, revisions in (("去掉现有的", lost), ("加上备份里的", gained)):
        if revisions:
            about = Counter(label_of(kind) for kind, _ in dict.fromkeys((r.type, r.record) for r in revisions))
            counts = "、".join(f"{label}{number}" for label, number in about.items())
            yield f"  {word}{len(revisions)}条修改，涉及{counts}。"


def _file_lines(pack: Zip, root: Path) -> Iterator[str]:
    campaign = root / CAMPAIGN
    if campaign.is_file() and files.sha256_of(campaign) != pack.parts[CAMPAIGN].sha256:
        yield "方案换成备份里的。"
    missing = [n for n in pack.parts if n.startswith(f"{ATTACHMENTS}/") and not (root / n).is_file()]
    if missing:
        yield f"补上附件{len(missing)}个。"
