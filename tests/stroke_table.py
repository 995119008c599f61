"""Makes lib/orglife/core/record/strokes.txt: ``python -m tests.stroke_table CN_SORT.whl Unihan_IRGSources.txt.bz2``.

From the package cn-sort (MIT) comes the order of GB13000.1's 20,902 characters (GF 3003-1999: strokes, then their kinds
横竖撇点折, then shape); from Unihan's kTotalStrokes (Unicode licence) the number of strokes, also of all others.
"""

from __future__ import annotations

import bz2
import itertools
import json
import re
import sys
import zipfile
from pathlib import Path

TARGET = Path(__file__).parent.parent / "lib/orglife/core/record/strokes.txt"
HEAD = """\
# 汉字笔画，供姓氏笔画排序。由 tests/stroke_table.py 生成，不要手改。
# 第一部分：笔画数，然后是这个笔画数的字，按《GB13000.1字符集汉字字序（笔画序）规范》（GF 3003-1999）的先后；
#   次序取自软件包 cn-sort 0.14.0（MIT，bmxbmx3）。
# 第二部分：+起始码位，然后每个码位一个字符，字符码减33为笔画数，! 表示没有；
#   取自 Unicode 15.0 Unihan 的 kTotalStrokes（Unicode License v3）。
"""


def order(wheel: Path) -> list[str]:
    """Characters in the order of the standard."""
    rows = json.loads(zipfile.ZipFile(wheel).read("cn_sort/res/all_word.json"))["all_word"]
    rank = {row["chinese"]: row["stroke_increment_level"] for row in rows}
    return sorted((c for c in rank if "\u4e00" <= c <= "\u9fa5"), key=lambda c: rank[c])


def totals(unihan: Path) -> dict[str, int]:
    """Strokes of every character as written in mainland China."""
    text = bz2.decompress(unihan.read_bytes()).decode()
    return {
        chr(int(code, 16)): int(count)
        for code, count in re.findall(r"^U\+(\w+)\tkTotalStrokes\t(\d+)", text, re.MULTILINE)
    }


def sections(chars: list[str], count: dict[str, int]) -> list[int]:
    """Where each number of strokes begins: the cuts with which the fewest characters disagree with ``count``."""
    highest = max(count[c] for c in chars)
    wrong = [[0] * (highest + 1)]  # wrong[i][n]: disagreements of the first i characters, the i-th having n strokes
    back: list[list[int]] = [[]]
    for char in chars:
        best, at, row, way = float("inf"), 0, [], []
        for n in range(highest + 1):
            if wrong[-1][n] < best:
                best, at = wrong[-1][n], n
            row.append(int(best) + (count[char] != n))
            way.append(at)
        wrong.append(row)
        back.append(way)
    n = min(range(highest + 1), key=lambda k: wrong[-1][k])
    found = []
    for way in reversed(back[1:]):
        found.append(n)
        n = way[n]
    return found[::-1]


def main() -> None:
    """Write the table."""
    chars, count = order(Path(sys.argv[1])), totals(Path(sys.argv[2]))
    strokes = sections(chars, count)
    lines = [
        f"{n} {''.join(c for c, _ in group)}"
        for n, group in itertools.groupby(zip(chars, strokes, strict=True), lambda p: p[1])
    ]
    rest = sorted(set(map(ord, count)) - set(map(ord, chars)))
    runs = itertools.groupby(enumerate(rest), lambda p: p[1] - p[0])
    starts: list[tuple[int, str]] = []
    for _, run in runs:
        codes = [code for _, code in run]
        said = "".join(chr(33 + count[chr(code)]) for code in codes)
        if starts and codes[0] - starts[-1][0] - len(starts[-1][1]) < 12:
            begin, text = starts.pop()
            said = text + "!" * (codes[0] - begin - len(text)) + said
            codes[0] = begin
        starts.append((codes[0], said))
    lines += [f"+{begin:04X} {said}" for begin, said in starts]
    TARGET.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
