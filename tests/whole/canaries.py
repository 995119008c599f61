"""A branch whose every personal word is known, so that it can be looked for where it has no business."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from tests.archive.conftest import raw

NAME, WORD = "阚密", "暗语"
"""Two signs: the one stands in every name, the other in every text."""
ORDER = "甲乙丙丁戊己庚辛壬癸"
TEXTS = {
    "talk": ("thoughts", "opinions_heard", "problems_pointed"),
    "opinion": ("text", "response"),
    "criticism": ("text",),
    "grade": ("opinion",),
    "pledge": ("text",),
    "superior_comment": ("text",),
}


def dossier(branch: str = "t01") -> dict[str, Any]:
    """The test branch, which can be archived, with canaries for names, talks, opinions, criticism, reviews, ballots."""
    found = raw(**{"branch/id": branch})
    records = found["records"]
    for n, member in enumerate(records["member"]):
        member["name"] = NAME + ORDER[n]
    number = 0
    for kind, fields in TEXTS.items():
        for record in records[kind]:
            for name in fields:
                if record.get(name):
                    number += 1
                    record[name] = f"{WORD}{number}，{record[name]}"
    for review in records["member_review"]:
        for item in review["items"]:
            item["fact"] = f"{WORD}{review['id']}，{item['fact']}"
    return found


def spellings(words: Iterable[str]) -> list[bytes]:
    """The words as they may stand in a file."""
    found = []
    for word in words:
        found += [word.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
        found += [json.dumps(word)[1:-1].encode(), quote(word).encode(), quote(word, safe="").lower().encode()]
    return found


SPELLINGS = spellings((NAME, WORD))


def told(data: bytes | str) -> bool:
    """Whether a canary stands in it."""
    data = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    return any(each in data for each in SPELLINGS)


def files_with(root: Path, *, besides: Iterable[str] = ()) -> list[str]:
    """Files below a folder that hold a canary, or are named by one; ``besides`` are beginnings of paths where they may."""
    found = []
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        allowed = any(name == each or name.startswith(each) for each in besides)
        if told(name) or (path.is_file() and not path.is_symlink() and not allowed and told(path.read_bytes())):
            found.append(name)
    return found


def processes(pid: int) -> Iterator[tuple[str, str]]:
    """What anybody on the machine can see, and what its owner can, of a process and what it started."""
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return
    for each in family:
        try:
            yield "\0".join(each.cmdline()), "\0".join(f"{k}={v}" for k, v in each.environ().items())
        except psutil.Error:
            continue


def child_environment(folder: Path) -> dict[str, str]:
    """Ours, with a place of its own for temporary files."""
    folder.mkdir(exist_ok=True)
    return {**os.environ, "TMPDIR": str(folder), "PYTHONUTF8": "1"}
