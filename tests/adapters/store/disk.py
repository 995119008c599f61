"""A disk between SQLite and the real one: it records every write and sync, and can refuse the nth.

It is a SQLite file system (VFS) made with ctypes around the usual one, so it sees what the library that Python itself
uses does, with the store's own connections. From the record a disk can be made as a power loss leaves it: what was
synced is there; what was not may be there, in part, or not at all, in any order.
"""

from __future__ import annotations

import contextlib
import ctypes
import random
from collections.abc import Iterator
from ctypes import POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECTOR = 512
FULL, IOERR_FSYNC = 13, 10 | (4 << 8)

# Names are passed on as the pointers that they are: behind the name of a database stand its URI's parameters.
_Open = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_Close = ctypes.CFUNCTYPE(c_int, c_void_p)
_Write = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = ctypes.CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = ctypes.CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(Structure):
    _fields_ = [
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", _Open),
        ("xDelete", _Delete),
        ("others", c_void_p * 13),
    ]


class _Methods(Structure):
    _fields_ = [
        ("iVersion", c_int),
        ("xClose", _Close),
        ("xRead", c_void_p),
        ("xWrite", _Write),
        ("xTruncate", _Truncate),
        ("xSync", _Sync),
        ("others", c_void_p * 12),
    ]


class _File(Structure):
    _fields_ = [("pMethods", c_void_p)]


def _library() -> ctypes.CDLL | None:
    import _sqlite3

    try:
        found = ctypes.CDLL(_sqlite3.__file__)
        found.sqlite3_vfs_find.restype = POINTER(_Vfs)
        found.sqlite3_vfs_register.argtypes = [POINTER(_Vfs), c_int]
        found.sqlite3_vfs_unregister.argtypes = [POINTER(_Vfs)]
    except (OSError, AttributeError):
        return None
    return found


LIBRARY = _library()
_ALIVE: list[Any] = []
"""Whatever SQLite was given: a connection that a failing test left open may call it at any later time."""


@dataclass
class Event:
    """What happened: ``write``, ``truncate``, ``sync``, ``create``, ``delete`` (of a file), or ``mark`` (by the test)."""

    kind: str
    file: str = ""
    offset: int = 0
    data: bytes = b""
    synced: bool = False
    mark: Any = None


@dataclass
class Disk:
    """The record of everything that reached the disk.

    Attributes:
        refuse_from, refuse_until: Numbers of the writes, truncations and syncs that fail, from 1; 0 = none.
        calls: How many there were.
    """

    events: list[Event] = field(default_factory=list)
    refuse_from: int = 0
    refuse_until: int = 0
    calls: int = 0

    def mark(self, what: Any) -> None:
        """Note that something was acknowledged."""
        self.events.append(Event("mark", mark=what))

    def refused(self) -> bool:
        """Count a call; whether it is to fail."""
        self.calls += 1
        return bool(self.refuse_from) and self.refuse_from <= self.calls <= self.refuse_until


@contextlib.contextmanager
def recording() -> Iterator[Disk]:
    """Every database that is opened meanwhile is recorded."""
    assert LIBRARY is not None
    usual = LIBRARY.sqlite3_vfs_find(None)
    disk, names, shims = Disk(), {}, {}  # type: ignore[var-annotated]

    def methods_of(address: int) -> tuple[_Methods, _Methods]:
        """The usual methods of a file and ours around them; one pair for each sort of file."""
        if address not in shims:
            real = _Methods.from_address(address)
            ours = _Methods.from_buffer_copy(real)

            def close(file: int) -> int:
                names.pop(file, None)
                return int(real.xClose(file))

            def write(file: int, data: int, amount: int, offset: int) -> int:
                if disk.refused():
                    return FULL
                if file in names:
                    disk.events.append(Event("write", names[file], offset, ctypes.string_at(data, amount)))
                return int(real.xWrite(file, data, amount, offset))

            def truncate(file: int, size: int) -> int:
                if disk.refused():
                    return FULL
                if file in names:
                    disk.events.append(Event("truncate", names[file], size))
                return int(real.xTruncate(file, size))

            def sync(file: int, flags: int) -> int:
                if disk.refused():
                    return IOERR_FSYNC
                if file in names:
                    disk.events.append(Event("sync", names[file]))
                return int(real.xSync(file, flags))

            ours.xClose, ours.xWrite = _Close(close), _Write(write)
            ours.xTruncate, ours.xSync = _Truncate(truncate), _Sync(sync)
            shims[address] = (real, ours)
        return shims[address]

    def open_(_vfs: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        path = ctypes.string_at(name).decode() if name else ""  # a nameless one is temporary: of no account later
        new = bool(path) and not Path(path).exists()
        result = int(usual.contents.xOpen(ctypes.addressof(usual.contents), name, file, flags, out))
        head = _File.from_address(file)
        if result == 0 and head.pMethods and path:
            names[file] = path
            if new:
                disk.events.append(Event("create", path))
            head.pMethods = ctypes.addressof(methods_of(head.pMethods)[1])
        return result

    def delete(_vfs: int, name: int, synced: int) -> int:
        disk.events.append(Event("delete", ctypes.string_at(name).decode(), synced=bool(synced)))
        return int(usual.contents.xDelete(ctypes.addressof(usual.contents), name, synced))

    vfs = _Vfs.from_buffer_copy(usual.contents)
    vfs.zName, vfs.xOpen, vfs.xDelete = b"recorded", _Open(open_), _Delete(delete)
    _ALIVE.append((vfs, shims))
    assert LIBRARY.sqlite3_vfs_register(vfs, 1) == 0
    try:
        yield disk
    finally:
        LIBRARY.sqlite3_vfs_unregister(vfs)
        assert LIBRARY.sqlite3_vfs_register(usual, 1) == 0


# --- what a power loss leaves ----------------------------------------------------------------------------------------


@dataclass
class _Kept:
    """A file on the disk: what is certain, and what was not synced yet."""

    content: bytes = b""
    certain: bool = False  # its name in the folder
    gone: bool = False  # deleted, which may not last
    pending: list[Event] = field(default_factory=list)


def after_power_loss(events: list[Event], before: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """The files as a power loss after these events may leave them.

    Args:
        events: What happened until then.
        before: The files at the beginning, synced.
        chance: Chooses what of the unsynced is kept.
    """
    found = {name: _Kept(data, certain=True) for name, data in before.items()}
    for event in events:
        _happens(event, found)
    left: dict[str, bytes] = {}
    for name, kept in found.items():
        if kept.gone and chance.random() < 0.5:
            continue
        if not kept.certain and chance.random() < 0.5:
            continue
        left[name] = _torn(kept, chance)
    return left


def _happens(event: Event, found: dict[str, _Kept]) -> None:
    if event.kind == "create":
        found[event.file] = _Kept()
    elif event.kind == "delete" and event.file in found:
        if event.synced:
            del found[event.file]
        else:
            found[event.file].gone = True
    elif event.kind in ("write", "truncate"):
        found.setdefault(event.file, _Kept()).pending.append(event)
    elif event.kind == "sync":
        kept = found.setdefault(event.file, _Kept())
        for one in kept.pending:
            kept.content = _applied(kept.content, one)
        kept.pending, kept.certain = [], True


def _torn(kept: _Kept, chance: random.Random) -> bytes:
    """What was synced, with some of the rest: nothing, all, the beginning, or any sectors in any order."""
    content, pending, how = kept.content, list(kept.pending), chance.randrange(4)
    if how == 0:
        return content
    if how == 2:
        pending = pending[: chance.randrange(len(pending) + 1)]
    elif how == 3:
        pending = [part for one in pending for part in _sectors(one) if chance.random() < 0.5]
        chance.shuffle(pending)
    for one in pending:
        content = _applied(content, one)
    return content


def _sectors(event: Event) -> Iterator[Event]:
    if event.kind != "write":
        yield event
        return
    at, end = event.offset, event.offset + len(event.data)
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        yield Event("write", event.file, at, event.data[at - event.offset : stop - event.offset])
        at = stop


def _applied(content: bytes, event: Event) -> bytes:
    if event.kind == "truncate":
        return content[: event.offset].ljust(event.offset, b"\0")
    head = content[: event.offset].ljust(event.offset, b"\0")
    return head + event.data + content[event.offset + len(event.data) :]
