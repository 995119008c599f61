"""Dossier JSON, the exchange format: read strictly; export and import are inverse."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from orglife.core.errors import BadInput
from orglife.core.record.branch import Branch
from orglife.core.record.characters import first_refused, visible
from orglife.core.record.dossier import Dossier, identified, sort_records
from orglife.core.record.record import SEARCHED, Record, faults, without_blanks

DOSSIER = "orglife-dossier/1"
BUREAU = "orglife-bureau/1"


@dataclass(frozen=True)
class Incoming:
    """The content of an imported file: a branch's whole state, or the bureau's records (branch None).

    Attributes:
        partial: The file only adds and revises records: those that it does not name stay (workbooks, rosters).
        notes: Sentences for the person who imports it.
        receipt: The bytes of a receipt, stored beside the data.
        person: The member who filled in the form; "" for other files.
        places: (type, id) → a record's position in the file, in words.
        plain: (type, id) → a record as the file has it, without blanks; only some files that are read strictly have it.
    """

    campaign: str
    branch: Branch | None
    records: Mapping[str, tuple[Record, ...]]
    partial: bool = False
    notes: tuple[str, ...] = ()
    receipt: bytes = b""
    person: str = ""
    places: Mapping[tuple[str, str], str] = field(default_factory=dict)
    plain: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)


class _DoubledError(ValueError):
    """An object names a field twice; ``json`` would silently drop the first value."""


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in pairs:
        if key in fields:
            raise _DoubledError(key)
        fields[key] = value
    return fields


def load_json(data: bytes, name: str) -> Any:
    """Parse bytes as JSON.

    Raises:
        BadInput: empty, not UTF-8, not JSON, nested too deeply, or a field twice in one object.
    """
    if not data.strip():
        raise BadInput([f"{name}是空文件。请重新导出或换一个文件。"])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            [
                f"{name}里的文字认不出来（第{error.start + 1}个字节），文件可能没有下载完，或被别的程序改过。请用组织生活会工作簿导出的文件。"
            ]
        ) from error
    try:
        return json.loads(text, object_pairs_hook=_no_doubles)
    except _DoubledError as error:
        raise BadInput([f"{name}里同一处写了两次“{error}”。请只保留一个。"]) from error
    except json.JSONDecodeError as error:
        raise BadInput(
            [f"{name}不完整，或被别的程序改过（第{error.lineno}行第{error.colno}列）。请用组织生活会工作簿导出的文件。"]
        ) from error
    except ValueError as error:  # a number with thousands of digits
        raise BadInput(
            [f"{name}里有一个数太长，不是组织生活会工作簿的数据文件。请用组织生活会工作簿导出的文件。"]
        ) from error
    except RecursionError as error:
        raise BadInput([f"{name}嵌套太深，不是组织生活会工作簿的数据文件。请用组织生活会工作簿导出的文件。"]) from error


def read_parcel(
    data: bytes, name: str, kinds: Sequence[type[Record]], bureau_kinds: Sequence[type[Record]]
) -> Incoming:
    """Read a dossier or bureau file; all problems are reported together, each with its place.

    Args:
        data: The file's bytes.
        name: How the file is named in messages.
        kinds: Record types of a branch's dossier, in the order of export.
        bureau_kinds: Record types of the bureau.

    Raises:
        BadInput: unknown field or type, wrong JSON type, impossible day or time, missing, malformed or doubled id, a value
            outside a closed list.
    """
    raw = load_json(data, name)
    escapes = b"\\u" in data
    reader = _Reader(name, escapes=escapes, odd=escapes or first_refused(data.decode("utf-8-sig")) is not None)
    if not isinstance(raw, dict):
        raise BadInput([f"{name}最外层应当是一个对象（花括号）。请用组织生活会工作簿导出的文件。"])
    shape = raw.get("format")
    if shape not in (DOSSIER, BUREAU):
        raise BadInput(
            [f"{name}的格式（format）是“{shape}”，认得的是 {DOSSIER} 和 {BUREAU}。请用组织生活会工作簿导出的文件。"]
        )
    allowed = {"format", "campaign", "records"} | ({"branch"} if shape == DOSSIER else set())
    for key in raw.keys() - allowed:
        reader.problem(str(key), "没有这一项，请核对拼写或删去")
    campaign = raw.get("campaign")
    if not isinstance(campaign, str) or not campaign:
        reader.problem("campaign", "缺少方案代号，请补上")
    branch = reader.entry(Branch, raw.get("branch"), "branch") if shape == DOSSIER else None
    records = reader.records(raw.get("records"), kinds if shape == DOSSIER else bureau_kinds)
    reader.doubles(records)
    if reader.problems:
        raise BadInput(reader.problems)
    return Incoming(str(campaign), branch if isinstance(branch, Branch) else None, records, plain=reader.plain)


class _Reader:
    """Collects records and problems of one file.

    Args:
        name: How the file is named in messages.
        escapes: Whether the file has escaped characters; half a character cannot come in otherwise.
        odd: Whether the file may have characters that no text may contain. Only then each value is searched for them:
            a search of the file as a whole is many times as fast.
    """

    def __init__(self, name: str, *, escapes: bool, odd: bool) -> None:
        self.name, self.escapes, self.odd = name, escapes, odd
        self.problems: list[str] = []
        self.plain: dict[tuple[str, str], Mapping[str, Any]] = {}

    def problem(self, place: str, what: str) -> None:
        self.problems.append(visible(f"{self.name}的 {place}：{what}。"))

    def entry(self, kind: type[BaseModel], raw: Any, place: str) -> BaseModel | None:
        if not isinstance(raw, dict):
            self.problem(place, "缺少这一项，请补上" if raw is None else "应当是一个对象（花括号）")
            return None
        try:
            plain = without_blanks(raw)
            parsed = kind.model_validate(plain, context=None if self.odd else SEARCHED)
            if not (self.escapes and has_half_characters(raw)):
                if isinstance(parsed, Record):
                    self.plain[parsed.TYPE, parsed.id] = plain
                return parsed
            self.problem(place, "含有残缺的字符（半个代理对），请重新输入这一处")
        except ValidationError as error:
            for where, what in field_problems(error):
                self.problem(_joined(place, where), what)
        return None

    def records(self, raw: Any, kinds: Sequence[type[Record]]) -> dict[str, tuple[Record, ...]]:
        by_type: dict[str, tuple[Record, ...]] = {kind.TYPE: () for kind in kinds}
        if raw is None:
            raw = {}
        if not isinstance(raw, dict):
            self.problem("records", "应当是一个对象（花括号）")
            return by_type
        for key in raw.keys() - by_type.keys():
            self.problem(f"records.{key}", "没有这种记录，请核对拼写或删去")
        for kind in kinds:
            entries = raw.get(kind.TYPE)
            if entries is None or entries == "":
                continue
            if not isinstance(entries, list):
                self.problem(f"records.{kind.TYPE}", "应当是列表（方括号）")
                continue
            read = [self.entry(kind, item, f"records.{kind.TYPE}[{i}]") for i, item in enumerate(entries)]
            by_type[kind.TYPE] = sort_records(r for r in read if isinstance(r, Record))
        return by_type

    def doubles(self, records: Mapping[str, Sequence[Record]]) -> None:
        """Ids are unique in a dossier over all record types and nested objects together."""
        seen: dict[str, str] = {}
        for kind, entries in records.items():
            for entry in identified(entries):
                if entry.id in seen:
                    self.problem(
                        f"records.{kind}",
                        f"编号“{entry.id}”用了两次（另一处在 records.{seen[entry.id]}），请改成不同的编号",
                    )
                seen.setdefault(entry.id, kind)


_HALF = re.compile("[\ud800-\udfff]")


def has_half_characters(raw: Any) -> bool:
    """Whether JSON values contain half a character (a lone surrogate), which cannot be written or displayed."""
    if isinstance(raw, str):
        return _HALF.search(raw) is not None
    if isinstance(raw, dict):
        return any(has_half_characters(k) or has_half_characters(v) for k, v in raw.items())
    return isinstance(raw, list) and any(has_half_characters(item) for item in raw)


_WHAT = {
    "extra_forbidden": "没有这一项，请核对拼写或删去",
    "missing": "缺少这一项，请补上",
    "id_missing": "缺少编号（id），请补上",
    "string_type": "应当是文字（加引号）",
    "string_too_short": "不能是空的，请填写",
    "int_type": "应当是整数（不加引号、不带小数）",
    "int_from_float": "应当是整数，不带小数",
    "greater_than_equal": "不能小于{ge}",
    "bool_type": "应当是 true 或 false",
    "list_type": "应当是列表（方括号）",
    "dict_type": "应当是一个对象（花括号）",
    "model_type": "应当是一个对象（花括号）",
    "literal_error": "“{input}”不在可选范围内，可用的值：{expected}",
    "day": "“{input}”不是有效的日期，请写成 2024-02-22 的样子",
    "clock": "“{input}”不是有效的时间，请写成 14:05 的样子（00:00至23:59）",
    "character": "{place}（{code}）{what}，请删去后重新输入",
    "ident": "编号“{input}”不合规，只能用字母、数字和 _ . -，以字母或数字开头，最长40个字符",
}


def field_problems(error: ValidationError) -> list[tuple[str, str]]:
    """Pydantic's errors as (place, Chinese sentence without 。), one per place."""
    by_place: dict[str, str] = {}
    for one in faults(error):
        place = _place(one["loc"])
        context = {**one.get("ctx", {}), "input": _shown(one.get("input"))}
        context["expected"] = (
            str(context.get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
        )
        kind = "id_missing" if one["type"] == "missing" and one["loc"][-1] == "id" else one["type"]
        what = _WHAT.get(kind, "写法不对，请核对").format(**context)
        # a person is a member id or a name with a unit: pydantic reports two errors, merged into one
        by_place[place] = "应当是党员编号，或外单位人员的姓名和单位" if place in by_place else what
    return list(by_place.items())


def _place(location: Sequence[str | int]) -> str:
    text = ""
    for part in location:
        if part in ("str", "Outsider"):
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _joined(place: str, where: str) -> str:
    return f"{place}.{where}" if where and not where.startswith("[") else f"{place}{where}"


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"  # noqa: PLR2004  enough to recognize it


def dossier_json(dossier: Dossier, kinds: Sequence[type[Record]]) -> str:
    """A branch's dossier as JSON text: all types, records sorted by id, no blanks, two-space indent, final newline."""
    return _text(
        {
            "format": DOSSIER,
            "campaign": dossier.campaign,
            "branch": dossier.branch.to_json(),
            "records": {kind.TYPE: [r.to_json() for r in sort_records(dossier.all(kind))] for kind in kinds},
        }
    )


def bureau_json(campaign: str, records: Mapping[str, Sequence[Record]], kinds: Sequence[type[Record]]) -> str:
    """The bureau's records as JSON text."""
    listed = {kind.TYPE: [r.to_json() for r in sort_records(records.get(kind.TYPE, ()))] for kind in kinds}
    return _text({"format": BUREAU, "campaign": campaign, "records": listed})


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
