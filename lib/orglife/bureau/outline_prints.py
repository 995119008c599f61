"""Prints of the branches' texts: find branches with similar texts without reading the texts again.

A print holds one 32-bit hash for each gram of each outline that COPY-06 compares, for all sentences of each outline that
COPY-13 compares, and for each gram of the leadership's examination that COPY-08 compares; no text, name or id. They are stored in ``.orglife/outlines-….bin``, each masked by a key that changes with
every save of its branch (``sealed``): only changed branches are read again. The file may be removed, truncated or
altered at any time.

The prints only select branches. The rules read and compare the texts of the selected ones.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from orglife.adapters.disk import files
from orglife.bureau.sealed import masked, row_id
from orglife.core.errors import CannotWrite, UnreadableFile
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import Rule
from orglife.stages.report.record import RedoOrder
from orglife.stages.shared.similarity import equal_pairs
from orglife.stages.whole.copies import campaign_grams, long_outlines, outlines_alike_across_branches
from orglife.stages.whole.reworded import (
    grams_of_all_branches,
    masked_team_text,
    outlines_by_sentences,
    reworded,
    sentences_alike_across_branches,
    team_reviews_alike_across_branches,
)

if TYPE_CHECKING:  # numpy is loaded only where many branches are compared
    import numpy as np

SPARE = 2
"""Factor of pairs that select branches, relative to the pairs that a rule shows: equal hashes by chance may shift the order."""
_HEAD = struct.Struct("<32s16sI")  # digest of the key, salt, length of the box
_COUNTS = struct.Struct("<?III")  # has orders, number of outlines, of those by sentences, grams of the examination


@dataclass(frozen=True)
class OutlinePrint:
    """What decides whether the bureau's rules must read a branch.

    Attributes:
        orders: Whether it has an order to repeat an appraisal.
        outlines: The gram hashes of each outline that is long enough, sorted.
        sentences: A hash of all sentences of each outline, in order of member ids.
        examination: The gram hashes of the leadership's examination, sorted; none if it is missing or too short.
    """

    orders: bool
    outlines: tuple[np.ndarray, ...]
    sentences: tuple[int, ...]
    examination: np.ndarray

    @classmethod
    def of(cls, dossier: Dossier, campaign: Campaign) -> Self:
        """The print of a branch whose ``COMPARED`` records were read."""
        outlines = long_outlines(dossier, _params(outlines_alike_across_branches, campaign)["min_chars"])
        examination = masked_team_text(dossier)
        if len(examination) < _params(team_reviews_alike_across_branches, campaign)["min_chars"]:
            examination = ""
        min_chars = _params(sentences_alike_across_branches, campaign)["min_chars"]
        by_sentences = outlines_by_sentences(dossier, campaign, min_chars)
        return cls(
            bool(dossier.all(RedoOrder)),
            tuple(_hashes([outline.masked for outline in outlines], campaign_grams(campaign))),
            tuple(_hash_of_all(own) for _, own in by_sentences),
            _hashes([reworded(examination)], grams_of_all_branches(campaign))[0],
        )

    def to_bytes(self) -> bytes:
        """As the file holds it, before it is masked."""
        numbers = [*map(len, self.outlines), *self.sentences]
        hashes = b"".join(own.astype("<u4").tobytes() for own in (*self.outlines, self.examination))
        counts = _COUNTS.pack(self.orders, len(self.outlines), len(self.sentences), len(self.examination))
        return counts + struct.pack(f"<{len(numbers)}I", *numbers) + hashes

    @classmethod
    def from_bytes(cls, data: bytes) -> Self | None:
        """The print; None if the bytes are no print."""
        import numpy as np  # noqa: PLC0415

        try:
            orders, count, by_sentences, own = _COUNTS.unpack_from(data)
            numbers = struct.unpack_from(f"<{count + by_sentences}I", data, _COUNTS.size)
            sizes, sentences = numbers[:count], numbers[count:]
            hashes = np.frombuffer(data, dtype="<u4", offset=_COUNTS.size + 4 * (count + by_sentences))
        except (struct.error, ValueError, MemoryError):
            return None
        if sum(sizes) + own != len(hashes):
            return None
        *outlines, examination = np.split(hashes, np.cumsum(sizes, dtype=np.int64))
        return cls(orders, tuple(outlines), sentences, examination)


@dataclass
class StoredPrints:
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
        with contextlib.suppress(UnreadableFile, OSError):
            files.require_ordinary(path)
            with path.open("rb") as file:  # box by box: of many branches the file is large
                left = path.stat().st_size
                while len(head := file.read(_HEAD.size)) == _HEAD.size:
                    ident, salt, length = _HEAD.unpack(head)
                    if (left := left - _HEAD.size - length) < 0:  # cut or altered: nothing after it can be told apart
                        break
                    boxes[ident] = salt, file.read(length)
        return cls(path, boxes)

    def has(self, key: str) -> bool:
        """Whether there is a print under a key."""
        return _ident(key) in self.boxes

    def take(self, key: str) -> OutlinePrint | None:
        """Remove and return the print under a key; None if there is none, or it was altered."""
        salt, box = self.boxes.pop(_ident(key), (b"", b""))
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
        try:
            files.make_private(self.path.parent)
            with files.fresh(self.path) as out:
                for ident in map(_ident, keys):
                    if ident in self.boxes:
                        salt, box = self.boxes[ident]
                        out.write(_HEAD.pack(ident, salt, len(box)) + box)
        except CannotWrite:
            return


def _ident(key: str) -> bytes:
    return bytes.fromhex(row_id(key))


def _check(key: str) -> bytes:
    """The first bytes of a box: they show whether it was masked with this key."""
    return bytes.fromhex(key)[:8]


def _params(rule: Rule, campaign: Campaign) -> Mapping[str, Any]:
    return rule.changed(campaign, None).params


def _hashes(texts: Sequence[str], common: frozenset[str]) -> list[np.ndarray]:
    """The distinct gram hashes of each text, sorted, in 32 bits."""
    import numpy as np  # noqa: PLC0415

    from orglife.stages.shared.joining import hashed  # noqa: PLC0415

    return [np.unique((own >> np.uint64(32)).astype(np.uint32)) for own in hashed(texts, common)]


def _hash_of_all(sentences: frozenset[str]) -> int:
    """A hash of some sentences in any order, in 32 bits."""
    text = "\n".join(sorted(sentences)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=4).digest(), "little")


def with_texts_alike(prints: Mapping[str, OutlinePrint], campaign: Campaign) -> set[str]:
    """The branches that have the texts most alike: all that COPY-06, 08 and 13 would report of all branches together."""
    branches = sorted(prints)
    outlines = [(branch, own) for branch in branches for own in prints[branch].outlines]
    sentences = [(branch, own) for branch in branches for own in prints[branch].sentences]
    examinations = [(branch, prints[branch].examination) for branch in branches]
    return (
        _most_alike(outlines_alike_across_branches, outlines, campaign)
        | _most_alike(team_reviews_alike_across_branches, examinations, campaign)
        | _with_equal_sentences(sentences, campaign)
    )


def _with_equal_sentences(sentences: Sequence[tuple[str, int]], campaign: Campaign) -> set[str]:
    """The branches of the first outlines with equal sentences, each given with its branch in the order of COPY-13."""
    rule = sentences_alike_across_branches
    if not rule.is_on(campaign):
        return set()
    origins = [branch for branch, _ in sentences]
    pairs = equal_pairs([own for _, own in sentences], origins, SPARE * _params(rule, campaign)["max_pairs"])
    return {origins[place] for pair in pairs for place in pair}


def _most_alike(rule: Rule, texts: Sequence[tuple[str, np.ndarray]], campaign: Campaign) -> set[str]:
    """The branches of the texts most alike, each given with its branch in the order in which the rule compares them."""
    from orglife.stages.shared.joining import join  # noqa: PLC0415  numpy is heavy

    params = _params(rule, campaign)
    limit = SPARE * max(params["max_pairs"], 0)
    if not rule.is_on(campaign) or not limit:
        return set()
    origins = [branch for branch, _ in texts]
    pairs = join([own for _, own in texts], max(params["warn_percent"] - 1, 1), origins=origins, limit=limit)
    best = sorted(pairs, key=lambda pair: (-pair.percent, pair.a, pair.b))[:limit]
    return {origins[place] for pair in best for place in (pair.a, pair.b)}
