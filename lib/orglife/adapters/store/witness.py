"""Chains as JSON lines, their heads, and checks of a chain against heads that somebody else holds.

A chain with correct hashes may still have been rewritten as a whole or cut off at its end. Anyone who holds an earlier
head (on a paper, in a package) can detect this: the revision with that number has another hash or is missing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence

from orglife.adapters.store.chain import ChainHead, Revision, well_typed
from orglife.core.record.exchange import has_half_characters


def head_of(revisions: Iterable[Revision], without: Collection[str] = ()) -> ChainHead:
    """The head of a chain, not counting revisions of the types ``without``; (0, "") when there is none."""
    head = ChainHead(0, "")
    for this in revisions:
        if this.type not in without:
            head = ChainHead(this.number, this.hash)
    return head


def to_lines(revisions: Iterable[Revision]) -> bytes:
    """Revisions as JSON lines in UTF-8, one each, oldest first: ``{"campaign", "branch", "number", …, "hash"}``."""
    return b"".join(json.dumps(r.to_json(), ensure_ascii=False).encode() + b"\n" for r in revisions)


def from_lines(data: bytes) -> Iterator[Revision]:
    """The revisions in JSON lines, unchecked; check them with ``chain.chain_problems``.

    Raises:
        ValueError: a line is not a revision; the argument is the line's number, from 1.
    """
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line.decode())  # bytes would be searched for other codes than UTF-8
            revision = Revision.from_json(raw)
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(number) from error
        if not well_typed(revision) or (b"\\u" in line and has_half_characters(raw)):
            raise ValueError(number)
        yield revision


def holds_head(revisions: Sequence[Revision], head: ChainHead) -> bool:
    """Whether a whole chain contains this head; every chain contains the empty head (0, "")."""
    if head.number <= 0:
        return head == ChainHead(0, "")
    return head.number <= len(revisions) and revisions[head.number - 1].hash == head.hash


def missing_heads(revisions: Sequence[Revision], heads: Iterable[ChainHead]) -> list[ChainHead]:
    """The given heads that a whole chain does not contain, lowest number first."""
    return sorted({head for head in heads if not holds_head(revisions, head)})


def common_length(one: Sequence[Revision], other: Sequence[Revision]) -> int:
    """How many revisions at the start of two whole chains are equal."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # binary search: each hash covers all revisions before it
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[middle - 1].hash == other[middle - 1].hash else (low, middle - 1)
    return low
