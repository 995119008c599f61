"""The log of a run: branches made, unchanged and failed; it holds no personal data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files
from orglife.adapters.print import html
from orglife.batch.options import BatchOptions
from orglife.batch.run_record import DONE, FAILED, SKIPPED, BranchResult, Trouble
from orglife.batch.task import program
from orglife.core.paper.block import AnyBlock, Bundle, Column, Document, Heading, Note, Table
from orglife.core.record.characters import visible

FORMAT = "orglife-run/1"
_WORDS = {FAILED: "没有完成", DONE: "已出件", SKIPPED: "没有变化"}
TITLE = "批量出件"
_WIDE = 5  # share from which a column is aligned left: names and sentences
_CURE = ("。请", "；请", "，请")


def write_report(options: BatchOptions, rows: Sequence[BranchResult]) -> Path:
    """Write logs/batch.html and logs/batch.json of the workspace.

    Returns:
        The page.
    """
    folder = options.root / "logs"
    text = json.dumps(as_json(options, rows), ensure_ascii=False, indent=2) + "\n"
    files.write(folder / "batch.json", text.encode())
    files.write(folder / "batch.html", page(rows).encode())
    return folder / "batch.html"


def as_json(options: BatchOptions, rows: Sequence[BranchResult]) -> dict[str, Any]:
    """``orglife-run/1``."""
    return {
        "format": FORMAT,
        "program": program().version,
        "engine": options.runs_with,
        "formats": list(options.formats),
        "final": options.final,
        "counts": {status: sum(row.status == status for row in rows) for status in _WORDS},
        "branches": [_branch(row) for row in rows],
    }


def _branch(row: BranchResult) -> dict[str, Any]:
    return {
        "branch": row.branch,
        "name": row.name,
        "status": row.status,
        "files": row.files,
        "seconds": round(row.seconds, 2),
        "findings": dict(row.counts),
        "problems": [dict(zip(("stage", "reason", "cure"), _parts(t), strict=True)) for t in row.troubles],
    }


def _parts(trouble: Trouble) -> tuple[str, str, str]:
    """Stage, problem, remedy."""
    text = trouble.plain
    at = min((text.index(mark) for mark in _CURE if mark in text), default=len(text))
    return trouble.stage, text[:at].rstrip("。") + "。", text[at + 1 :]


def page(rows: Sequence[BranchResult]) -> str:
    """The run as an HTML page for A4, failures first."""
    total = "，".join(f"{words}{n}个" for status, words in _WORDS.items() if (n := _count(rows, status)))
    blocks: list[AnyBlock] = [Note(text=f"共{len(rows)}个支部，{total}。" if rows else "没有支部。")]
    failed = [[row.name or row.branch, row.branch, *_parts(trouble)] for row in rows for trouble in row.troubles]
    if failed:
        heads = (("党支部", 8), ("代号", 4), ("阶段", 5), ("原因", 12), ("怎么办", 12))
        blocks += _listed(f"没有完成（{_count(rows, FAILED)}个）", heads, failed)
    made = [
        [row.name or row.branch, row.branch, _WORDS[row.status], str(row.files), f"{row.seconds:.1f}"]
        for row in rows
        if row.status != FAILED
    ]
    if made:
        heads = (("党支部", 12), ("代号", 5), ("结果", 5), ("文件（个）", 5), ("用时（秒）", 5))
        blocks += _listed(f"已出件和没有变化（{len(made)}个）", heads, made)
    return html.page(Bundle(documents=[Document(form="批量出件", title=[TITLE], page="T", blocks=blocks)], title=TITLE))


def _listed(title: str, heads: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]]) -> list[AnyBlock]:
    columns = [Column(head=head, share=share, align="left" if share > _WIDE else "center") for head, share in heads]
    cells = [[visible(text) for text in row] for row in rows]  # a page of what went wrong is never refused
    return [Heading(text=title), Table(columns=columns, rows=cells)]


def _count(rows: Sequence[BranchResult], status: str) -> int:
    return sum(row.status == status for row in rows)
