"""Places outside of a workspace to which its settings or its links lead, and those that this account allowed.

A workspace may come from a stranger. Its settings may name a database on any server or a file anywhere, and a link in it
may lead to another folder: everything that is entered would be sent there. Such a place is therefore opened only after the
account allowed it, by making a workspace with it or by ``orglife allow``. Allowed places are noted in the account's own
folder, to which no workspace writes.
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
from orglife.core.record.words import first_few

_NAMED = 3  # places named in one sentence


@dataclass(frozen=True)
class Place:
    """A place outside of a workspace.

    Attributes:
        shown: What leads there, and where it is, for a message.
        known_by: Identifies the place: the whole setting, or the target of the link.
    """

    shown: str
    known_by: str

    @property
    def note(self) -> Path:
        """The file that marks it as allowed."""
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
    """Whether a path stays in a folder; on Windows a path on another computer is not resolved."""
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


def allow(places: Sequence[Place]) -> None:
    """Note that this account allows these places, from now on.

    Raises:
        CannotWrite: the account's folder cannot be written.
    """
    for place in places:
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
        raise LeadsElsewhere(path=str(root), what=first_few(unknown, _NAMED))
