"""Blocks of every shape pasted at every place of small tables, and cells of every kind read: all results in golden files.

``make golden`` rewrites them after a wanted change.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count, product
from typing import Any

from orglife.adapters.field.context import Context
from orglife.adapters.grid.cells import (
    column_of,
    notes_on,
    pasted_cell,
    put_cell,
    raw_cell,
    read_cell,
    typed_value,
)
from orglife.adapters.grid.pasted import GridRow, PasteColumn, cells_of, paste
from orglife.core.record.shape import Spec, specs_of
from orglife.stages.appraisal.record import Grade, Tally
from orglife.stages.meeting.record import Meeting
from orglife.stages.talks.record import Talk
from tests.adapters.print.shelf import Offers
from tests.whole.golden_files import GOLDEN, compare, rows_of

BLOCKS = (
    "",
    "\n\n",
    "1",
    "1\t2\t3\t4\t5",
    "1\n2\n3\n4",
    "1\t2\n\n3\t4\n",
    "党员",
    "党员\t优秀",
    "优秀（票）*\t合格\n1\t2\n3\t4",
    "优秀\t别的\t合格\n1\t2\t3",
    "姓名\t优秀\n张三\t1\n李四\t2\n王五\t3\n\t4",
    "党员姓名\t合计\t合格\n李四\t9\t8\n李四\t7\t6",
    "合计\t优秀\n1\t2",
    '"一行\n两行"\t"他说""好"""\n"未完\t1',
    '"好"的\t"a\tb"\r\nc\rd\xa0e',
)
TABLES: tuple[Sequence[Sequence[str]], ...] = (
    (),
    (("张三", "", "", "和"),),
    (("李四", "7", "", ""), ("张三", "", "8", ""), ("李 四", "", "", "")),
)


def laid(block: str, table: Sequence[Sequence[str]], at: tuple[int, int], *, fixed: bool) -> list[Any]:
    """The rows after a paste, and the message."""
    targets = [
        PasteColumn("党员", str, names=True, typed=not fixed),
        PasteColumn("优秀（票）", str),
        PasteColumn("合格（票）", str),
        PasteColumn("合计", str, typed=False),
    ]
    keys = count(1)
    rows, message = paste(
        targets,
        [GridRow(f"k{n}", list(row)) for n, row in enumerate(table)],
        (f"k{at[0]}", at[1]),
        block,
        fresh=lambda: None if fixed else GridRow(f"new{next(keys)}", [""] * 4),
    )
    return [*(f"{row.key}: {' | '.join(row.cells)}" for row in rows), message]


def test_blocks_are_laid_as_before() -> None:
    lines: dict[str, Any] = {json.dumps(block, ensure_ascii=False): cells_of(block) for block in BLOCKS}
    places = ((0, 0), (0, 1), (1, 2), (9, 3))
    for (number, table), block, at, fixed in product(enumerate(TABLES), BLOCKS, places, (False, True)):
        if at[0] < max(len(table), 1) or at[0] == 9:
            where = f"table {number}{' fixed' if fixed else ''} at {at}: {json.dumps(block, ensure_ascii=False)}"
            lines[where] = laid(block, table, at, fixed=fixed)
    compare(GOLDEN / "pasted/blocks.json", rows_of(lines))


TEXTS: tuple[Any, ...] = (
    None,
    "",
    " ",
    "同志1",
    "同　志1",
    " 同志1 ",
    "同志",
    "无此人",
    "柏青（局机关）",
    "（局机关）",
    "m01",
    "2.5",
    "2024年2月5日",
    "哪天",
    "９:00",
    "下午两点半",
    "饭后",
    "3",
    "３票",
    "-1",
    "许多",
    "是",
    "×",
    "优秀",
    "excellent",
    "一行\n两行\n",
    "面谈",
    "face",
    True,
    False,
    {"name": "周敏", "unit": "局办"},
    {"name": "", "unit": "局办"},
    {"name": "", "unit": ""},
)


def specs() -> list[Spec]:
    """A field of each kind that a cell can hold."""
    every = [one for kind in (Talk, Grade, Meeting, Tally) for one in specs_of(kind)]
    rows = [inner for one in every if one.item is not None and one.kind == "rows" for inner in specs_of(one.item)]
    return list({(one.kind, one.ref, one.lists): one for one in [*every, *rows] if one.item is None}.values())


def test_cells_are_read_as_before() -> None:
    offers = Offers()
    offers.people = [*offers.people, ("m13", "同志2")]  # a namesake
    ctx = Context(choices=offers, changed=lambda _: None, say=lambda _: None, fresh_id=str)
    lines: dict[str, Any] = {}
    for spec in (
        one for one in specs() if one.kind in ("text", "lines", "day", "clock", "count", "tick", "choice", "person")
    ):
        name = f"{spec.kind} {spec.name}"
        lines[name] = [str(part) for part in column_of(spec, ctx).to_page().items() if part[0] != "options"]
        for text in TEXTS:
            problems: list[Any] = []
            seen = {
                "put": put_cell(spec, text),
                "raw": raw_cell(spec, text),
                "read": read_cell(spec, text, ctx, ("x",), problems),
                "problems": problems,
                "value": typed_value(spec, text, ctx),
                "notes": notes_on(spec, text, ctx),
                "pasted": pasted_cell(spec, text, ctx) if isinstance(text, str) else None,
            }
            changed = {k: v for k, v in seen.items() if v not in ([], None) and v is not text and v != text}
            lines[f"{name} {json.dumps(text, ensure_ascii=False)}"] = changed
    compare(GOLDEN / "pasted/cells.json", rows_of(lines))
