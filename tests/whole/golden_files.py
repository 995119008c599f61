"""Golden records: what was right once, in files; ``make golden`` rewrites them after a wanted change."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "golden"
WRITE = bool(os.environ.get("ORGLIFE_GOLDEN"))


def slim(value: Any) -> Any:
    """Without blank fields, so that a difference shows only what changed."""
    if isinstance(value, dict):
        return {k: slim(v) for k, v in value.items() if v not in ("", False, None)}
    return [slim(v) for v in value] if isinstance(value, list) else value


def rows_of(found: dict[str, Any]) -> str:
    """JSON with a line for each key."""
    lines = (f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(found[key], ensure_ascii=False)}" for key in found)
    return "{\n" + ",\n".join(lines) + "\n}\n"


def compare(path: Path, text: str) -> None:
    """The file holds the text."""
    if WRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{path.name} differs: make golden, then read the difference"
