"""操作手册: ``python -m kit.handbook`` typesets docs/handbook into the PDF that the program ships.

The text is Markdown, one file a chapter; the pictures are taken by ``python -m tests.browser.handbook``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mistune

from orglife.adapters.disk import paths
from orglife.adapters.print import glyphs, typst
from orglife.core.paper.block import Document, Paragraph

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "handbook"
TEMPLATE = FOLDER / "handbook.typ"


def chapter_files(folder: Path = FOLDER) -> list[Path]:
    """The chapters in their order: their names begin with numbers."""
    return sorted(folder.glob("*.md"))


def pictures(text: str) -> list[str]:
    """The pictures that a chapter shows, as paths from its folder."""
    return re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)


def sources() -> str:
    """A checksum of the text, the pictures and the template; it stands in the PDF's metadata."""
    files = [*chapter_files(), TEMPLATE]
    files += sorted({FOLDER / name for file in chapter_files() for name in pictures(file.read_text(encoding="utf-8"))})
    digest = hashlib.sha256()
    for file in files:
        digest.update(
            f"{file.relative_to(FOLDER).as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode()
        )
    return digest.hexdigest()


def build() -> bytes:
    """The handbook as PDF/A with bookmarks; equal sources and fonts give equal bytes.

    Raises:
        MissingGlyph: a character that no provided font has.
    """
    read = mistune.create_markdown(renderer=None, plugins=["table"])
    texts = {file.stem: file.read_text(encoding="utf-8") for file in chapter_files()}
    chapters = [{"key": key, "blocks": list(_known(read(text)))} for key, text in texts.items()]
    document = Document(form="", title=["操作手册"], blocks=[Paragraph(text=text) for text in texts.values()])
    glyphs.preflight([document], lasting=True)
    inputs = {"chapters": json.dumps(chapters, ensure_ascii=False), "sources": sources()}
    return typst.typeset(TEMPLATE, inputs, lasting=True, timestamp=0)


BLOCKS = {"heading", "paragraph", "list", "block_quote", "table", "thematic_break"}


def _known(blocks: Any) -> Iterator[dict[str, Any]]:
    """The blocks but blank lines.

    Raises:
        ValueError: a kind of block that the template does not print.
    """
    for block in blocks:
        if block["type"] in BLOCKS:
            yield block
        elif block["type"] != "blank_line":
            raise ValueError(f"{block['type']} is not printed")


if __name__ == "__main__":
    paths.handbook().write_bytes(build())
