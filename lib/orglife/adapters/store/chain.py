r"""Revisions and the hash chain: each revision carries the hash of the one before it in its chain.

There is one chain for each campaign and branch, and one for the bureau's own records. The hash of a revision is SHA-256,
in lower-case hexadecimal, over its canonical JSON:

- one object with exactly the fields action, at, body, branch, campaign, number, prev, record, type, version, who;
- keys sorted by code point, no white space, UTF-8; only ``"``, ``\`` and U+0000–U+001F are escaped
  (``\b \f \n \r \t``, otherwise ``\u00xx`` in lower case);
- ``number`` and ``version`` are integers, ``body`` is null for a removal, everything else is a string. ``body`` is the
  JSON text of the record *as a string*, so its formatting is part of the hash;
- ``prev`` is the hash of the revision before, "" for the first. ``seq`` belongs to one store and is not hashed.

In Python: ``json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()``. A field that a
later version adds is left out while it is null, so old hashes stay valid.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from orglife.core.record.field import is_ident

BUREAU = "_bureau"  # branch id of the bureau's own chain; not a valid id for a branch
BRANCH = "branch"  # record type of a branch's own data

Action = Literal["put", "remove"]

_TYPE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_LAST_YEAR = 9000  # later ones overflow in some time zones
_HASH = re.compile(r"[0-9a-f]{64}")


class ChainHead(NamedTuple):
    """The last revision of a chain; (0, "") when there is none."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of one record, with the same fields in the store and in packages.

    Attributes:
        number: Position in the chain, from 1, without gaps.
        version: Version of the record, from 1, without gaps; a removal counts as a version.
        at: Time of entry, UTC, ISO 8601 with microseconds and ``Z``.
        body: The record as JSON text; None for a removal.
        seq: Position in the whole store; differs from store to store.
    """

    campaign: str
    branch: str
    number: int
    type: str
    record: str
    version: int
    who: str
    at: str
    action: Action
    body: str | None
    prev: str
    hash: str = ""
    seq: int = field(default=0, compare=False)

    @property
    def data(self) -> dict[str, Any] | None:
        """The record as JSON values; None for a removal."""
        return None if self.body is None else json.loads(self.body)

    def to_json(self) -> dict[str, Any]:
        """All fields but ``seq``, for packages."""
        return {name: getattr(self, name) for name in FIELDS}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Revision:
        """A revision from a package, unchecked; check it with ``revision_problem``.

        Raises:
            ValueError: a field is missing or unknown.
        """
        if raw.keys() != _FIELDS:
            raise ValueError(sorted(raw.keys() ^ _FIELDS))
        return cls(**raw)


SECONDS_BACK = 60
"""A clock that is set back by less is one that was set right."""


def ran_back(before: str, at: str) -> bool:
    """Whether the clock ran back between two times of entry; False if one of them is no time."""
    try:
        return (datetime.fromisoformat(before) - datetime.fromisoformat(at)).total_seconds() > SECONDS_BACK
    except (ValueError, OverflowError, TypeError):
        return False


FIELDS = tuple(f.name for f in fields(Revision) if f.name != "seq")
_FIELDS = frozenset(FIELDS)
_HASHED = tuple(sorted(name for name in FIELDS if name != "hash"))


def canonical(revision: Any) -> str:
    """The canonical JSON (see above) of a revision or of a table row with the same fields."""
    try:
        return _FORM % tuple(
            [
                encode_basestring(v) if type(v) is str else _plain(v) for v in _values(revision)
            ]  # takes a tenth of the time of json.dumps
        )
    except TypeError:
        # default=repr: only a damaged file holds other than JSON values; the hash then matches nothing
        hashed = {name: getattr(revision, name) for name in _HASHED}
        return json.dumps(hashed, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr)


_values = attrgetter(*_HASHED)
_FORM = "{" + ",".join(f'"{name}":%s' for name in _HASHED) + "}"


def _plain(value: object) -> str:
    if value is None or type(value) is int:
        return "null" if value is None else str(value)
    raise TypeError(value)


def digest(revision: Any) -> str:
    """The correct hash of a revision or of a table row with the same fields.

    Raises:
        UnicodeEncodeError: a field is not valid text (a lone surrogate, damaged bytes).
    """
    return hashlib.sha256(canonical(revision).encode("utf-8")).hexdigest()


def body_text(body: Mapping[str, Any]) -> str:
    """A record as JSON text for ``body``: fields in the record's order, no white space, no ASCII escapes."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def revision_problem(revision: Revision) -> str:
    """What is wrong with one revision, regardless of its chain, in Chinese; "" when it is sound."""
    if not well_typed(revision):
        return "有缺失或读不懂的内容"
    try:
        correct = digest(revision)
    except UnicodeEncodeError:
        return "有读不懂的字符"
    if correct != revision.hash:
        return "内容与存入时不一致，被改动过"
    if not _well_formed(revision):
        return "格式不符合规定"
    return ""


def well_typed(revision: Revision) -> bool:
    """Whether every field has a value of its type."""
    return (
        {*map(type, _texts(revision))} == {str}
        and type(revision.number) is int
        and type(revision.version) is int
        and (revision.body is None or isinstance(revision.body, str))
    )


_texts = attrgetter("campaign", "branch", "type", "record", "who", "at", "action", "prev", "hash")


def _well_formed(revision: Revision) -> bool:
    ids = revision.branch == BUREAU or is_ident(revision.branch)
    names = ids and revision.campaign and _TYPE.fullmatch(revision.type) and is_ident(revision.record)
    counts = revision.number >= 1 and revision.version >= 1
    marks = _is_time(revision.at) and (revision.prev == "" or _HASH.fullmatch(revision.prev))
    return bool(names and counts and marks and _body_fits(revision))


def _is_time(text: str) -> bool:
    """Whether a time of entry is one that exists: 9999-99-99 is not."""
    try:
        return bool(_AT.fullmatch(text)) and datetime.fromisoformat(text).year <= _LAST_YEAR
    except ValueError:
        return False


def _body_fits(revision: Revision) -> bool:
    if revision.action == "remove":
        return revision.body is None
    try:
        data = revision.data
    except (ValueError, RecursionError):
        return False
    return revision.action == "put" and isinstance(data, dict) and data.get("id") == revision.record


def chain_label(campaign: str, branch: str) -> str:
    """A chain's name for users, in Chinese."""
    return f"方案{campaign}、" + ("上级台账" if branch == BUREAU else f"党支部{branch}")


def chain_problems(revisions: Iterable[Revision], labels: Mapping[str, str]) -> Iterator[str]:
    """All problems of whole chains, in Chinese, one sentence each.

    Args:
        revisions: Whole chains, ordered by campaign, branch and number.
        labels: Record type → Chinese name; a type without one is named by its key.
    """
    chain: tuple[str, str] | None = None
    before = ""
    expected = 1
    versions: dict[tuple[str, str], int] = {}
    for this in revisions:
        if (this.campaign, this.branch) != chain:
            chain, before, expected, versions = (this.campaign, this.branch), "", 1, {}
        name = labels.get(this.type, this.type)
        where = f"{chain_label(this.campaign, this.branch)}的第{this.number}条（{name} {this.record}）"
        what = revision_problem(this)
        if what:
            yield f"{where}{what}。"
        if isinstance(this.number, int) and this.number < expected:
            yield f"{where}顺序颠倒或重复。"
        elif this.number != expected:
            yield f"{chain_label(this.campaign, this.branch)}缺第{expected}条，后面是第{this.number}条。"
        elif this.prev != before:
            yield f"{where}与前一条接不上，前一条或这一条被改动过。"
        key = (this.type, this.record)
        if this.version != versions.get(key, 0) + 1:
            yield f"{where}的版本号不连续。"
        before = this.hash
        if isinstance(this.number, int) and isinstance(this.version, int):
            expected, versions[key] = this.number + 1, this.version
