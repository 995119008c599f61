"""The daily copies inside a workspace: their format, where they are, which one is the latest."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

FORMAT = "orglife-backup/1"
STORE = "orglife.db"
LARGEST = 100_000_000_000
FOLDER = "backups"
FILE_NAME = re.compile(r"orglife-.+-[0-9a-f]{12}\.zip")


def copies_in(folder: Path) -> list[Path]:
    """The copies in a folder, newest first."""
    copies = [path for path in folder.glob("orglife-*.zip") if FILE_NAME.fullmatch(path.name)]
    return sorted(copies, key=lambda path: (path.stat().st_mtime, path.name), reverse=True)


def day_of(copy: Path) -> date:
    """The local day of a copy."""
    return date.fromtimestamp(copy.stat().st_mtime)  # noqa: DTZ012  local days


def offer(root: Path) -> str:
    """What to do when the data of a workspace is gone or damaged, with its latest copy if it has one."""
    copies = copies_in(root / FOLDER)
    if not copies:
        return "找不到的，请用备份恢复（工作目录里没有备份，看一看U盘）。"
    latest = copies[0]
    return (
        f"找不到的，用最近一次备份（{day_of(latest).isoformat()}）恢复：orglife restore “{latest}” --to “{root}” --yes"
    )
