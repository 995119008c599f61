"""Whether a file is on a local disk, on a network, or in a folder that a cloud client syncs.

SQLite's write-ahead log needs memory shared by all processes that have the file open, and three files that stay
consistent. Network file systems break the first, cloud clients the second, so such folders get the rollback journal.
A false positive costs a few milliseconds per save and nothing else, so any doubt counts as a yes.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal

from orglife.adapters.disk import files

JournalMode = Literal["wal", "delete"]

# Latin names match at the start of a path component ("OneDrive - 某局", "Dropbox (Personal)"), Chinese ones anywhere.
_SYNCED_LATIN = re.compile(
    r"(onedrive|nutstore|wps ?drive|wps ?cloud|dropbox|icloud|mobile documents|com~apple~clouddocs|google ?drive"
    r"|baidu ?netdisk|baidu ?sync|baidu ?yun|weiyun|ecloud|yunpan|aliyundrive|adrive|nextcloud|owncloud|seafile|syncthing"
    r"|sync|box sync|megasync|pcloud)",
    re.IGNORECASE,
)
_SYNCED_CHINESE = re.compile("坚果云|WPS云|云盘|云端硬盘|云文档|网盘|微云|同步", re.IGNORECASE)
_NETWORK = re.compile(
    r"(nfs|cifs|smb|9p|afp|afs$|ncp|coda|ceph|gluster|lustre|gfs|ocfs|beegfs|gpfs|davfs|webdav|vboxsf|prl_fs|vmhgfs|drvfs"
    r"|virtiofs|fuse\.|sshfs|rclone|s3fs)",
    re.IGNORECASE,
)
_OCTAL = re.compile(r"\\([0-7]{3})")
_DRIVE_REMOTE = 4  # Windows: DRIVE_REMOTE


def journal_mode(path: Path, *, mounts: str | None = None) -> JournalMode:
    """The journal that is safe for a database at ``path`` (``mounts``: text of /proc/mounts, read when None)."""
    places = {path.absolute(), files.real(path)}  # a symbolic link may point into a synced folder or be in one
    doubtful = any(is_synced(place) or is_network(place, mounts=mounts) for place in places)
    return "delete" if doubtful else "wal"


def is_synced(path: Path | PureWindowsPath | PurePosixPath) -> bool:
    """Whether a parent folder has the name of a folder that a cloud client syncs."""
    return any(_SYNCED_LATIN.match(part) or _SYNCED_CHINESE.search(part) for part in path.parts[:-1])


def is_network(path: Path | PureWindowsPath | PurePosixPath, *, mounts: str | None = None) -> bool:
    """Whether the file is on a file system of another machine (or of a virtual machine's host)."""
    if isinstance(path, PureWindowsPath):
        return path.drive.startswith("\\\\") or _remote_drive(path.drive)
    if sys.platform == "darwin" and path.parts[1:2] == ("Volumes",):
        return True
    kind = file_system(PurePosixPath(path), _read_mounts() if mounts is None else mounts)
    return bool(_NETWORK.match(kind))


def file_system(path: PurePosixPath, mounts: str) -> str:
    """The type of the file system that holds ``path``; "" when no mount matches."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:  # noqa: PLR2004  device, mount point, type
            continue
        point = PurePosixPath(_OCTAL.sub(lambda m: chr(int(m[1], 8)), fields[1]))
        # A later mount hides an earlier one at the same mount point, so the last of the longest matches wins.
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind


def _read_mounts() -> str:
    try:
        # surrogateescape and octal escapes: mount points are bytes, and paths in Python are decoded the same way.
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _remote_drive(drive: str) -> bool:
    if sys.platform != "win32" or not drive:
        return False
    import ctypes  # noqa: PLC0415  windll exists on Windows only

    return bool(ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _DRIVE_REMOTE)
