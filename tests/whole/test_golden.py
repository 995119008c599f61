"""Golden records: the papers of the test branch as blocks, and the text of their PDF.

``make golden`` rewrites them after a wanted change; review reads the difference.
"""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest

from orglife.adapters.print import typst
from orglife.core.paper.block import Bundle, Document
from orglife.core.paper.paper import Sheet
from orglife.core.stage import Stage
from orglife.stages import STAGES
from tests import branch as b

GOLDEN = Path(__file__).parent / "golden"
WRITE = bool(os.environ.get("ORGLIFE_GOLDEN"))
PRINTED = [stage for stage in STAGES if stage.documents and not stage.bureau]


def papers(stage: Stage) -> list[Document]:
    dossier = b.dossier()
    assert stage.documents is not None
    return stage.documents(Sheet(dossier, b.campaign(), b.findings(stage.rules, dossier)))


def slim(value: Any) -> Any:
    """Without blank fields, so that a difference shows only what changed."""
    if isinstance(value, dict):
        return {k: slim(v) for k, v in value.items() if v not in ("", False, None)}
    return [slim(v) for v in value] if isinstance(value, list) else value


def compare(path: Path, text: str) -> None:
    if WRITE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{path.name} differs: make golden, then read the difference"


@pytest.mark.parametrize("stage", PRINTED, ids=lambda s: s.key)
def test_blocks(stage: Stage) -> None:
    dumped = [slim(d.model_dump(mode="json")) for d in papers(stage)]
    compare(GOLDEN / f"{stage.notebook}.json", json.dumps(dumped, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize(
    "stage", [s for s in PRINTED if s.key in ("plan", "talks", "meeting", "appraisal")], ids=lambda s: s.key
)
def test_text_of_the_pdf(stage: Stage) -> None:
    data = typst.pdf(Bundle(documents=papers(stage), title=stage.heading), timestamp=0)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    words = re.sub(r"\s", "", text)  # line breaks depend on the fonts at hand
    compare(GOLDEN / f"{stage.notebook}.txt", "\n".join(re.findall(".{1,60}", words)) + "\n")
