"""Notices as files: docx with typed or with Word's own numbers, pdf with text, and what must be refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import typst

from orglife.core.rule.campaign import parse_campaign
from tests import branch as b

CAMPAIGN = b.ROOT / "templates" / "campaigns" / "2024-seed.toml"
PLAN = (CAMPAIGN.with_suffix(".txt")).read_text(encoding="utf-8")
LINES = [line.strip() for line in PLAN.splitlines() if line.strip()]
SEED = parse_campaign(CAMPAIGN.read_text(encoding="utf-8"))


_MARKS = (r"[一二三四五六七八九十]+、", r"（[一二三四五六七八九十]+）", r"\d+[.．、](?!\d)", r"（\d+）")
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LEVELS = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("decimal", "（%4）"))
NUMBERING = (
    f'<w:numbering {_W}><w:abstractNum w:abstractNumId="0">'
    + "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(_LEVELS)
    )
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def docx(paragraphs: Sequence[str], *, word_numbers: bool = False, more: dict[str, bytes] | None = None) -> bytes:
    """A Word document; with ``word_numbers`` the marks 一、 （一） 1. （1） are Word's, not typed."""
    body = "".join(_paragraph(text, word_numbers=word_numbers) for text in paragraphs)
    return package(f"<w:document {_W}><w:body>{body}</w:body></w:document>", more)


def package(document: str, more: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", document)
        file.writestr("word/numbering.xml", NUMBERING)
        for name, data in (more or {}).items():
            file.writestr(name, data)
    return out.getvalue()


def _paragraph(text: str, *, word_numbers: bool) -> str:
    properties = ""
    if word_numbers:
        for level, mark in enumerate(_MARKS):
            found = re.match(mark, text)
            if found:
                text = text[found.end() :]
                properties = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
                break
    half = len(text) // 2  # Word cuts runs anywhere
    runs = "".join(f'<w:r><w:t xml:space="preserve">{escape(part)}</w:t></w:r>' for part in (text[:half], text[half:]))
    return f"<w:p>{properties}{runs}</w:p>"


def pdf(paragraphs: Sequence[str]) -> bytes:
    """A pdf as offices print it: A4, indented paragraphs, a page number at the foot."""
    lines = "\n\n".join(f'#par(first-line-indent: (amount: 2em, all: true), "{_quoted(text)}")' for text in paragraphs)
    source = f"""
#set page(paper: "a4", margin: 28mm, footer: context align(center)[— #counter(page).display() —])
#set text(font: "Source Han Serif SC", size: 16pt, lang: "zh")
#set par(justify: true)
{lines}
"""
    from orglife.adapters.print import fonts

    return typst.compile(source.encode(), font_paths=[str(p) for p in font_folders(fonts)])


def font_folders(fonts: object) -> set[Path]:
    return {serving.file.parent for serving in fonts.serving_table() if serving.file}  # type: ignore[attr-defined]


def _quoted(text: str) -> str:
    return text.strip().replace("\\", "\\\\").replace('"', '\\"')


def scanned_pdf() -> bytes:
    """A pdf with a page and no text."""
    return typst.compile(b"#rect(width: 5cm, height: 5cm, fill: black)")


def many_pages() -> bytes:
    """A pdf of 310 pages."""
    return typst.compile(("\n#pagebreak()\n".join(["a"] * 310)).encode())


def locked_pdf(data: bytes = b"", *, password: str = "secret") -> bytes:
    """A pdf that asks for a password; with an empty one only printing and copying are forbidden."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(data or scanned_pdf())))
    writer.encrypt(password, owner_password="office", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def sealed_pdf() -> bytes:
    """A pdf locked with a cipher that is not read here."""
    return locked_pdf(password="").replace(b"/V 2", b"/V 5").replace(b"/R 3", b"/R 6")


def bomb() -> bytes:
    """A docx whose text unpacks to 60 MB."""
    return package(
        f"<w:document {_W}><w:body><w:p><w:r><w:t>" + "党" * 20_000_000 + "</w:t></w:r></w:p></w:body></w:document>"
    )
