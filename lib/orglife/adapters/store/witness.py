"""A chain as it leaves the store, its head, and whether it still holds the heads that somebody else was given.

A chain that is whole in itself may have been rewritten as a whole, or its end cut off. Who was given a head earlier (on
a paper, with a package) sees that: the head no longer stands at its number.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence

from orglife.adapters.store.chain import ChainHead, Revision, chain_label, well_typed
from orglife.core.record.exchange import has_half_characters


def head_of(revisions: Iterable[Revision], without: Collection[str] = ()) -> ChainHead:
    """The last revision of a chain that is of none of the types ``without``; (0, "") when there is none."""
    found = ChainHead(0, "")
    for this in revisions:
        if this.type not in without:
            found = ChainHead(this.number, this.hash)
    return found


def to_lines(revisions: Iterable[Revision]) -> bytes:
    """Revisions as JSON lines in UTF-8, one each, oldest first: ``{"campaign", "branch", "number", …, "hash"}``."""
    return b"".join(json.dumps(r.to_json(), ensure_ascii=False).encode() + b"\n" for r in revisions)


def from_lines(data: bytes) -> Iterator[Revision]:
    """The revisions in JSON lines, taken as they are; ``chain.chain_problems`` tells whether they are sound.

    Raises:
        ValueError: a line is no revision; the argument is its number, from 1.
    """
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            found = Revision.from_json(raw)
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(number) from error
        if not well_typed(found) or (b"\\u" in line and has_half_characters(raw)):
            raise ValueError(number)
        yield found


def holds_head(revisions: Sequence[Revision], head: ChainHead) -> bool:
    """Whether a whole chain has this head at its number; the head of nothing is in every chain."""
    if head.number <= 0:
        return head == ChainHead(0, "")
    return head.number <= len(revisions) and revisions[head.number - 1].hash == head.hash


def missing_heads(revisions: Sequence[Revision], heads: Iterable[ChainHead]) -> list[ChainHead]:
    """Those heads given earlier that are no longer in a whole chain, lowest number first; none when all is well."""
    return sorted({head for head in heads if not holds_head(revisions, head)})


def common_length(one: Sequence[Revision], other: Sequence[Revision]) -> int:
    """How many revisions two whole chains have in common from their beginning."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # each hash covers all before it
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[middle - 1].hash == other[middle - 1].hash else (low, middle - 1)
    return low


def head_problems(revisions: Sequence[Revision], heads: Iterable[ChainHead]) -> list[str]:
    """What a witness says against a whole chain, in Chinese, one sentence a head; empty when it holds them all."""
    where = chain_label(revisions[0].campaign, revisions[0].branch) if revisions else "这份修改历史"
    return [
        f"{where}的第{head.number}条应为{head.hash[:12]}，"
        + ("现在没有这一条。" if head.number > len(revisions) else "现在是另一条，历史被改写过。")
        for head in missing_heads(revisions, heads)
    ]
