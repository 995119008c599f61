"""The backups that can be restored: in a workspace and on the drives that are plugged in, and what one of them holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from orglife.adapters.disk import daily_copies, drives, zips
from orglife.adapters.disk.record_files import ATTACHMENTS
from orglife.adapters.store.store import Store
from orglife.core.record.branch import Member
from orglife.core.record.dossier import moment_words
from orglife.keeping.backups import open_backup


def restorable_backups(root: Path) -> list[tuple[str, Path]]:
    """Backups in a workspace, which need not exist, and on the drives, the latest first.

    Returns:
        (Whose, when and where, path) of each.
    """
    places = [("工作目录", root / daily_copies.FOLDER)]
    places += [(drive.name, folder) for drive in drives.drives() for folder in (drive.path, *_below(drive.path))]
    dated = [
        (daily_copies.made_at(path), daily_copies.label_of(path, name), path)
        for name, folder in places
        for path in daily_copies.copies_in(folder)
    ]
    return [(label, path) for _, label, path in sorted(dated, reverse=True)]


def _below(folder: Path) -> list[Path]:
    """The folders directly in a drive; none if it was pulled out."""
    try:
        return [each for each in folder.iterdir() if each.is_dir() and not each.name.startswith(".")]
    except OSError:
        return []


def contents(path: Path) -> list[str]:
    """Sentences about what a backup holds: branches, members, changes, the last day, scans.

    Raises:
        OrglifeError: it is no backup, damaged, or made by a newer version.
    """
    with (
        open_backup(path) as store,
        zips.open_zip(path, shape=daily_copies.FORMAT, largest=daily_copies.LARGEST) as pack,
    ):
        now = str(pack.head.get("campaign", ""))
        scans = sum(name.startswith(f"{ATTACHMENTS}/") for name in pack.parts)
        lines = [_branch_line(store, now, branch) for branch in store.branches(now)] or ["还没有登记党支部。"]
        earlier = [campaign for campaign in store.campaigns() if campaign != now]
    if earlier:
        lines.append(f"往年的{len(earlier)}个方案和记录也在里面。")
    lines.append(
        f"附件（签字扫描件等）{scans}个。" if pack.head.get("whole") else "这是程序每天自动留的，没有签字扫描件等附件。"
    )
    return lines


def _branch_line(store: Store, campaign: str, branch: str) -> str:
    snapshot, history = store.current(campaign, branch), store.history(campaign, branch)
    name = snapshot.own.get("name") or f"党支部（{branch}）"
    members = len(snapshot.records.get(Member.TYPE, []))
    last = moment_words(datetime.fromisoformat(history[-1].at).astimezone())
    return f"{name}：党员{members}名，修改{len(history)}次，最后一次{last}。"
