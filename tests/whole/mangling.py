"""How sound files are mangled at random: bytes, JSON, texts, zips, workbooks. The same seed mangles the same way."""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
import warnings
import zipfile
from typing import Any

HOSTILE: tuple[Any, ...] = (
    None, "", [], {}, 0, -1, 1e308, 10**400, True, [[]], [None], {"id": 1}, "2024-02-30", "9999-99-99", "0000-01-01", "x" * 100_000,
    "\x00", "\u202e倒", "😀", "<script>alert(1)</script>", "={1+1}", "../../x", "25:61", "１２", "m1", "𠮷", "\ud800", "﻿", "a\r\nb", "是", "NaN",
)  # fmt: skip
SCRAPS = (
    b"",
    b"\x00",
    b'"',
    b"{}",
    b"[",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"9" * 5000,
    b"[" * 50_000,
    b"NaN",
    b"\xef\xbb\xbf",
    b"<x/>",
)

BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]>' % b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)


def bytes_of(data: bytes, rng: random.Random) -> bytes:
    """Pieces cut out, doubled, turned over, replaced, moved; or the whole in another coding."""
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice((1, 1, 4, 50, 3000)))
        piece = data[start:end]
        new = rng.choice(
            (b"", piece * 2, piece[::-1], rng.randbytes(len(piece)), bytes(x ^ 1 for x in piece), rng.choice(SCRAPS))
        )
        data = data[:start] + new + data[end:]
    how = rng.random()
    if how < 0.05:
        return data[: rng.randrange(len(data) + 1)]
    if how < 0.08:
        return data.decode("utf-8", "replace").encode(rng.choice(("utf-16", "gb18030", "utf-8-sig")), "replace")
    return data


def places(value: Any, found: list[tuple[Any, Any]] | None = None) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    found = [] if found is None else found
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        found.append((value, key))
        places(value[key], found)
    return found


def json_of(data: bytes, rng: random.Random) -> bytes:
    """Values of a JSON file lost, replaced, doubled, renamed, exchanged; or its bytes mangled."""
    if rng.random() < 0.25:
        return bytes_of(data, rng)
    raw = json.loads(data)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        here, key = rng.choice(places(raw))
        change = rng.randrange(6)
        if change == 0:
            del here[key]
        elif change == 1:
            here[key] = rng.choice(HOSTILE)
        elif change == 2 and isinstance(here, list):
            here.insert(key, here[key])
        elif change == 3 and isinstance(here, dict):
            here[rng.choice((f"{key}x", "id", "名", "", key.upper()))] = here.pop(key)
        elif change == 4:
            other, there = rng.choice(places(raw))
            with contextlib.suppress(KeyError, IndexError):
                here[key], other[there] = other[there], here[key]
        elif isinstance(here, list):
            rng.shuffle(here)
    try:
        return json.dumps(raw, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):  # an exchange made a value hold itself
        return bytes_of(data, rng)


def text_of(data: bytes, rng: random.Random) -> bytes:
    """Lines of a text lost, doubled, exchanged, with another value; or its bytes mangled."""
    if rng.random() < 0.3:
        return bytes_of(data, rng)
    lines = data.decode().split("\n")
    for _ in range(rng.choice((1, 1, 2, 5))):
        at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        change = rng.randrange(5)
        if change == 0:
            lines[at] = ""
        elif change == 1:
            lines.insert(at, lines[other])
        elif change == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif change == 3 and "=" in lines[at]:
            name = lines[at].split("=")[0]
            lines[at] = (
                f"{name}= {rng.choice(('1', '-1', 'true', '[]', '{}', '2024-02-30', '2024-02-10', '1e999', 'nan', '[[[1]]]', chr(34) * 2))}"
            )
        elif "=" in lines[at]:
            lines[at] = "x" + lines[at]
    return "\n".join(lines).encode()


def zip_of(data: bytes, rng: random.Random) -> bytes:
    """Parts of a zip lost, renamed, doubled, mangled, blown up; or its bytes mangled."""
    if rng.random() < 0.3:
        return bytes_of(data, rng)
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        parts = [(info.filename, pack.read(info)) for info in pack.infolist()]
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(parts))
        name, content = parts[at]
        change = rng.randrange(8)
        if change == 0 and len(parts) > 1:
            del parts[at]
        elif change == 1:
            parts[at] = (
                rng.choice((f"../{name}", f"/{name}", f"C:\\{name}", name.upper(), "con", f"{name}/", "名\x01")),
                content,
            )
        elif change == 2:
            parts.append(parts[at])
        elif change == 3:
            parts[at] = (name, bytes_of(content, rng))
        elif change == 4 and name.endswith((".json", ".jsonl")):
            with contextlib.suppress(ValueError):
                parts[at] = (name, json_of(content, rng))
        elif change == 5:
            parts[at] = (name, b"\x00" * 400_000_000 if rng.random() < 0.2 else content * 50)
        elif change == 6 and content.lstrip().startswith(b"<?xml"):
            parts[at] = (
                name,
                re.sub(rb"(<\?xml.*?\?>)", lambda m: m[1] + BOMB, content, count=1).replace(b"</t>", b"&j;</t>", 1),
            )
        else:
            parts[at] = (
                name,
                re.sub(
                    rb'(r|s|t|ref|count|id)="[^"]*"',
                    lambda m: (
                        m[0]
                        if rng.random() < 0.9
                        else m[1] + rng.choice((b'="999999"', b'="XFD1048576"', b'="A1:XFD1048576"', b'="n"', b'=""'))
                    ),
                    content,
                ),
            )
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
        warnings.simplefilter("ignore")  # one name twice is what is wanted
        for name, content in parts:
            pack.writestr(name, content)
    return out.getvalue()


def cells_of(data: bytes, rng: random.Random) -> bytes:
    """Cells of a workbook emptied, replaced, exchanged; rows and columns lost or doubled; or its zip mangled."""
    if rng.random() < 0.5:
        return zip_of(data, rng)
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    for _ in range(rng.choice((1, 1, 3))):
        sheet = rng.choice(book.worksheets)
        row, column = rng.randint(1, max(1, sheet.max_row)), rng.randint(1, max(1, sheet.max_column))
        change = rng.randrange(6)
        if change == 0:
            sheet.delete_rows(row)
        elif change == 1:
            sheet.delete_cols(column)
        elif change == 2:
            sheet.insert_rows(row, rng.choice((1, 300)))
        elif change == 3 and len(book.worksheets) > 1:
            book.remove(sheet)
        else:
            with contextlib.suppress(Exception):  # a part of a merged cell, a character no workbook holds
                sheet.cell(row, column).value = rng.choice(
                    (*(v for v in HOSTILE if not isinstance(v, (list, dict))), "=1/0", 45000.5, 3)
                )
    out = io.BytesIO()
    try:
        book.save(out)
    except (ValueError, TypeError, IndexError, AttributeError, OverflowError):  # not even openpyxl can write that
        return zip_of(data, rng)
    return out.getvalue()
