"""Drafts as rows: each has a hash, so that a damaged one is named and set aside while everything else is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from orglife.adapters.store.chain import chain_label
from orglife.adapters.store.damage import DAMAGED, require_damage
from orglife.adapters.store.tables import draft, text_bytes
from orglife.core.record.dossier import Draft

_HASHED = ("campaign", "branch", "type", "record", "who", "at", "fields")
# as bytes: the database library refuses to read a whole result with one damaged text
_RAW = (draft.c.seq, *(text_bytes(draft.c[name]).label(name) for name in (*_HASHED, "hash")))


def draft_hash(values: Mapping[str, Any]) -> str:
    """SHA-256 over the JSON list of campaign, branch, type, record, who, at and fields, ASCII only, no white space."""
    text = json.dumps([values[name] for name in _HASHED], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def current_drafts(connection: Connection, campaign: str, branch: str) -> tuple[Draft, ...]:
    """The unfinished entries of a branch by type and id; a damaged one has no fields."""
    try:
        rows = connection.execute(_CURRENT, {"campaign": campaign, "branch": branch}).all()
    except DAMAGED as error:
        require_damage(error)
        return (Draft("", "", {}, damaged=True),)
    drafts = (_draft_of(row) for row in rows)
    return tuple(sorted((one for one in drafts if one is not None), key=lambda one: (one.type, one.id)))


def latest_text(connection: Connection, key: Mapping[str, str]) -> str | None:
    """The fields of the latest row of a draft as stored; "" if the row is damaged, None if it is settled or absent."""
    row = connection.execute(_LATEST, key).one_or_none()
    if row is None:
        return None
    values = _values(row)
    return "" if values is None else values["fields"]


def latest_texts(connection: Connection, campaign: str, branch: str) -> dict[tuple[str, str], str | None]:
    """(Type, id) → ``latest_text`` of every draft of a branch."""
    rows = connection.execute(_CURRENT, {"campaign": campaign, "branch": branch}).all()
    texts = {}
    for row in rows:
        values = _values(row)
        key = bytes(row.type or b"").decode("utf-8", "replace"), bytes(row.record or b"").decode("utf-8", "replace")
        texts[key] = "" if values is None else values["fields"]
    return texts


def draft_problems(connection: Connection, labels: Mapping[str, str]) -> Iterator[str]:
    """One Chinese sentence for each damaged draft that is not replaced by a later one."""
    try:
        for row in connection.execute(_ALL_CURRENT):
            if _values(row) is None:
                shown = {name: bytes(getattr(row, name) or b"").decode("utf-8", "replace") for name in _HASHED[:4]}
                name = f"{labels.get(shown['type'], shown['type'])} {shown['record']}"
                where = chain_label(shown["campaign"], shown["branch"])
                yield f"{where}没有填完的记录（{name}）与存入时不一致，已损坏；其他内容不受影响。"
    except DAMAGED as error:
        require_damage(error)
        yield "没有填完的记录读不出来，已损坏；其他内容不受影响。"


def _draft_of(row: Row[Any]) -> Draft | None:
    """The draft in a row; None if the row settles it."""
    values = _values(row)
    if values is not None:
        return (
            None if values["fields"] is None else Draft(values["type"], values["record"], json.loads(values["fields"]))
        )
    kind, ident = (bytes(part or b"").decode("utf-8", "replace") for part in (row.type, row.record))
    return Draft(kind, ident, {}, damaged=True)


def _values(row: Row[Any]) -> dict[str, Any] | None:
    """The columns of a row as text; None if they do not match their hash or are no draft."""
    try:
        values = {name: None if (raw := getattr(row, name)) is None else bytes(raw).decode() for name in _HASHED}
        if row.hash is not None and bytes(row.hash).decode() != draft_hash(values):
            return None
        if values["fields"] is not None and not isinstance(json.loads(values["fields"]), dict):
            return None
    except (ValueError, RecursionError):
        return None
    return values


_KEY = (draft.c.campaign, draft.c.branch, draft.c.type, draft.c.record)


def _latest(lasts: Select[Any]) -> Select[Any]:
    return select(*_RAW).where(draft.c.seq.in_(lasts.group_by(*_KEY))).order_by(draft.c.seq)


# built once: building a statement takes as long as running it
_LATEST = (
    select(*_RAW).where(*(column == bindparam(column.name) for column in _KEY)).order_by(draft.c.seq.desc()).limit(1)
)
_HERE = (draft.c.campaign == bindparam("campaign"), draft.c.branch == bindparam("branch"))
_CURRENT = _latest(select(func.max(draft.c.seq)).where(*_HERE))
_ALL_CURRENT = _latest(select(func.max(draft.c.seq)))
