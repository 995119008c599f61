"""Cached results on disk, XORed with a key stream derived from the state of the store.

The key is derived from everything that a result depends on, including the branch's history: after a record was changed, or
without the store, nobody can read the cached result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest(parts: Iterable[str]) -> str:
    """SHA-256 of some texts, as 64 hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def row_id(key: str) -> str:
    """The public id of a cached row, which does not reveal its key."""
    return digest(["row", key])


def masked(data: bytes, key: str, salt: str) -> bytes:
    """The data combined with a key stream (SHAKE-256); a second call gives the data back."""
    stream = hashlib.shake_256(f"{salt}{key}".encode()).digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))
