"""The daily copies inside a workspace: their format, where they are, which one is the latest."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

FORMAT = "orglife-backup/1"
STORE = "orglife.db"
LARGEST = 100_000_000_000
FOLDER = "backups"
FILE_NAME = re.compile(r"(.+ 备份 \d{4}年\d+月\d+日\d+时\d+分(（\d+）)?|orglife-.+-[0-9a-f]{12})\.zip")
"""Names of backups; the second form is that of earlier versions."""


def copies_in(folder: Path) -> list[Path]:
    """The copies in a folder, newest first."""
    copies = [path for path in folder.glob("*.zip") if FILE_NAME.fullmatch(path.name)]
    return sorted(copies, key=lambda path: (made_at(path), path.name), reverse=True)


def made_at(copy: Path) -> float:
    """When a copy was made: seconds since 1970; 0 if its drive was pulled out."""
    try:
        return copy.stat().st_mtime
    except OSError:
        return 0


def label_of(copy: Path, place: str) -> str:
    """A copy as a list of copies shows it: whose, when, and where it is."""
    old = copy.name.startswith("orglife-")
    name = f"{datetime.fromtimestamp(made_at(copy)):备份 %Y年%m月%d日%H时%M分}" if old else copy.stem  # noqa: DTZ006  local time
    return f"{name}（{place}）"


def day_of(copy: Path) -> date:
    """The local day of a copy."""
    return date.fromtimestamp(copy.stat().st_mtime)  # noqa: DTZ012  local days


def offer(root: Path) -> str:
    """What to do when the data of a workspace is gone, with its latest copy if it has one."""
    copies = copies_in(root / FOLDER)
    if not copies:
        return "找不到的，请用备份恢复（工作目录里没有备份，看一看U盘）：关掉这个窗口，再打开工作簿，照网页上写的做。"
    day = day_of(copies[0]).isoformat()
    return f"找不到的，请用最近一次备份（{day}）恢复：关掉这个窗口，再打开工作簿，照网页上写的做。"
