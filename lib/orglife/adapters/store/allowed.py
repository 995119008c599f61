"""Places outside of a workspace to which its settings or its links lead, and those that this account allowed.

A workspace may come from anybody. Its settings may name a database on somebody's server or a file anywhere, and a link in
it may lead to another folder: opening it would send to that place whatever is entered. So what lies elsewhere is opened
only after the account allowed it, by making a workspace with it or by ``orglife allow``. What was allowed is noted in the
account's own folder, where no workspace brings anything.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from orglife.adapters.disk import files
from orglife.adapters.store.addresses import address_of
from orglife.core.errors import LeadsElsewhere


@dataclass(frozen=True)
class Place:
    """A place outside of a workspace.

    Attributes:
        shown: What leads there, and where it is, for a sentence.
        known_by: What it is known by: everything that its setting says, or where a link leads.
    """

    shown: str
    known_by: str

    @property
    def note(self) -> Path:
        """The file that says that it is allowed."""
        digest = hashlib.sha256(self.known_by.encode(errors="surrogateescape")).hexdigest()
        return platformdirs.user_state_path("orglife", appauthor=False) / "allowed" / digest


def places(root: Path, setting: str) -> list[Place]:
    """The places outside of a workspace that its ``store`` and its links lead to; nothing is opened.

    Raises:
        SettingsBroken: the setting names no store.
    """
    return place_of_data(root, setting) + [
        Place(f"“{link.relative_to(root)}”通到“{link.readlink()}”", os.path.realpath(link))
        for link in _links(root)
        if not _is_inside(link.parent / link.readlink(), root)
    ]


def place_of_data(root: Path, setting: str) -> list[Place]:
    """The place that a ``store`` names, if it is outside of its workspace; else nothing.

    Raises:
        SettingsBroken: the setting names no store.
    """
    address = address_of(setting, folder=root)
    if not isinstance(address, Path):
        known_by = repr((address.host, address.port, address.database, address.options))
        return [Place(f"数据在{address.shown}", known_by)]
    return [] if _is_inside(address, root) else [Place(f"数据在“{address}”", os.path.normpath(address))]


def _is_inside(path: Path, root: Path) -> bool:
    """Whether a path stays in a folder; on Windows one that names another computer is not even looked at."""
    if os.name == "nt" and not Path(os.path.normpath(path)).is_relative_to(os.path.normpath(root.absolute())):
        return False
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _links(root: Path) -> Iterator[Path]:
    """The links in a workspace and in its folders, which the program writes to."""
    for entry in _entries(root):
        if entry.is_symlink():
            yield root / entry.name
        elif entry.is_dir():
            yield from (root / entry.name / each.name for each in _entries(Path(entry.path)) if each.is_symlink())


def _entries(folder: Path) -> Sequence[os.DirEntry[str]]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)
    return ()


def allow(found: Sequence[Place]) -> None:
    """Note that this account allows these places, from now on.

    Raises:
        CannotWrite: the account's folder cannot be written.
    """
    for place in found:
        if not place.note.is_file():
            files.make_private(place.note.parent)
            files.write(place.note, f"{place.shown}\n".encode(errors="replace"))


def require_allowed(root: Path, setting: str) -> None:
    """Refuse a workspace that leads to a place which this account did not allow; nothing was opened there.

    Raises:
        LeadsElsewhere: there is such a place.
        SettingsBroken: the setting names no store.
    """
    unknown = [place.shown for place in places(root, setting) if not place.note.is_file()]
    if unknown:
        raise LeadsElsewhere(path=str(root), what="、".join(unknown[:3]) + ("等" if len(unknown) > 3 else ""))  # noqa: PLR2004  as many as one reads
