"""Cached results on disk, XORed with a key stream derived from the state of the store.

The key is made of all that a result depends on, the history of its branch among it: once a record is corrected or the
store is elsewhere, nobody can read what was cached.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest(parts: Iterable[str]) -> str:
    """SHA-256 of some texts, as 64 hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def row_id(key: str) -> str:
    """What a cached row shows of its key."""
    return digest(["row", key])


def masked(data: bytes, key: str, salt: str) -> bytes:
    """The data combined with a key stream (SHAKE-256); a second call gives the data back."""
    stream = hashlib.shake_256(f"{salt}{key}".encode()).digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))
