"""Prints of the branches' outlines: which branches may have outlines alike, without reading any outline again.

A print holds one 32-bit hash for each gram of each outline that COPY-06 compares, and no text, name or id. They lie in
``.orglife/outlines-….bin``, each masked by a key that changes with every save of its branch (``sealed``): what was
changed is read again, nothing else. The file may be removed, cut or altered at any time.

The prints only choose branches. COPY-06 reads and compares the outlines of those that are chosen.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from orglife.adapters.disk import files
from orglife.bureau.sealed import masked, row_id
from orglife.core.errors import CannotWrite, UnreadableFile
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.stages.report.record import RedoOrder
from orglife.stages.whole.copies import campaign_grams, long_outlines, outlines_alike_across_branches

if TYPE_CHECKING:  # numpy is loaded only where many branches are compared
    import numpy as np

SPARE = 2
"""Times as many pairs as COPY-06 shows choose branches: two hashes in ten billion are equal, which may shift the order."""
_HEAD = struct.Struct("<32s16sI")  # digest of the key, salt, length of the box
_TOLD = struct.Struct("<?I")  # has orders, number of outlines


@dataclass(frozen=True)
class OutlinePrint:
    """What the bureau's rules need to know of a branch before they read it.

    Attributes:
        orders: Whether it has an order to repeat an appraisal.
        outlines: The gram hashes of each outline that is long enough, sorted.
    """

    orders: bool
    outlines: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, dossier: Dossier, campaign: Campaign) -> Self:
        """The print of a branch whose ``COMPARED`` records were read."""
        import numpy as np  # noqa: PLC0415

        from orglife.stages.shared.joining import hashed  # noqa: PLC0415

        params = outlines_alike_across_branches.changed(campaign, None).params
        texts = [outline.masked for outline in long_outlines(dossier, params["min_chars"])]
        every = hashed(texts, campaign_grams(campaign))
        return cls(
            bool(dossier.all(RedoOrder)), tuple(np.unique((own >> np.uint64(32)).astype(np.uint32)) for own in every)
        )

    def to_bytes(self) -> bytes:
        """As the file holds it, before it is masked."""
        sizes = struct.pack(f"<{len(self.outlines)}I", *map(len, self.outlines))
        hashes = b"".join(own.astype("<u4").tobytes() for own in self.outlines)
        return _TOLD.pack(self.orders, len(self.outlines)) + sizes + hashes

    @classmethod
    def from_bytes(cls, data: bytes) -> Self | None:
        """The print; None if the bytes are no print."""
        import numpy as np  # noqa: PLC0415

        try:
            orders, count = _TOLD.unpack_from(data)
            sizes = struct.unpack_from(f"<{count}I", data, _TOLD.size)
            hashes = np.frombuffer(data, dtype="<u4", offset=_TOLD.size + 4 * count)
        except (struct.error, ValueError, MemoryError):
            return None
        if sum(sizes) != len(hashes):
            return None
        return cls(orders, tuple(np.split(hashes, np.cumsum(sizes)[:-1])) if sizes else ())


@dataclass
class KeptPrints:
    """The prints in a workspace, each masked until it is asked for.

    Attributes:
        boxes: Digest of a key → salt and masked print.
        changed: Whether a print was added since the file was read.
    """

    path: Path
    boxes: dict[bytes, tuple[bytes, bytes]]
    changed: bool = False

    @classmethod
    def read(cls, path: Path) -> Self:
        """The prints in a file; those that can be read, if it is missing, cut or altered."""
        boxes: dict[bytes, tuple[bytes, bytes]] = {}
        try:
            data = files.read(path) if path.is_file() else b""
        except UnreadableFile:
            data = b""
        at = 0
        while at + _HEAD.size <= len(data):
            ident, salt, length = _HEAD.unpack_from(data, at)
            at += _HEAD.size + length
            if at <= len(data):
                boxes[ident] = salt, data[at - length : at]
        return cls(path, boxes)

    def has(self, key: str) -> bool:
        """Whether there is a print under a key."""
        return _ident(key) in self.boxes

    def get(self, key: str) -> OutlinePrint | None:
        """The print under a key; None if there is none, or it was altered."""
        salt, box = self.boxes.get(_ident(key), (b"", b""))
        data = masked(box, key, salt.hex())
        check = _check(key)
        return OutlinePrint.from_bytes(data[len(check) :]) if data[: len(check)] == check else None

    def put(self, key: str, data: bytes) -> None:
        """Keep a print (``OutlinePrint.to_bytes``)."""
        salt = secrets.token_bytes(16)
        self.boxes[_ident(key)] = salt, masked(_check(key) + data, key, salt.hex())
        self.changed = True

    def write(self, keys: Iterable[str]) -> None:
        """Write the prints under some keys, and no others, if any was added; ignore a folder that cannot be written to."""
        if not self.changed:
            return
        idents = [ident for ident in map(_ident, keys) if ident in self.boxes]
        rows = (b"".join((_HEAD.pack(i, salt, len(box)), box)) for i in idents for salt, box in (self.boxes[i],))
        try:
            files.make_private(self.path.parent)
            files.write(self.path, b"".join(rows))
        except CannotWrite:
            return


def _ident(key: str) -> bytes:
    return bytes.fromhex(row_id(key))


def _check(key: str) -> bytes:
    """What a box begins with: shows whether the rest was masked with this key."""
    return bytes.fromhex(key)[:8]


def with_outlines_alike(prints: Mapping[str, OutlinePrint], campaign: Campaign) -> set[str]:
    """The branches that have the outlines most alike: all that COPY-06 would report of all branches together."""
    from orglife.stages.shared.joining import join  # noqa: PLC0415  numpy is heavy

    if not outlines_alike_across_branches.is_on(campaign):
        return set()
    params = outlines_alike_across_branches.changed(campaign, None).params
    every, origins = _in_order(prints)
    limit = SPARE * max(params["max_pairs"], 0)
    pairs = join(every, max(params["warn_percent"] - 1, 1), origins=origins, limit=limit) if limit else []
    best = sorted(pairs, key=lambda pair: (-pair.percent, pair.a, pair.b))[:limit]
    return {origins[place] for pair in best for place in (pair.a, pair.b)}


def _in_order(prints: Mapping[str, OutlinePrint]) -> tuple[Sequence[np.ndarray], list[str]]:
    """All outlines in the order in which COPY-06 compares them, and the branch of each."""
    every = [(branch, own) for branch in sorted(prints) for own in prints[branch].outlines]
    return [own for _, own in every], [branch for branch, _ in every]
