"""Whatever is typed is printed as it is or refused at entry: nothing of it is executed, nothing leaves the page."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections import Counter
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pypdf
import pypdfium2
import pytest

from orglife.adapters.print import docx, glyphs, html, typst
from orglife.core.errors import BadInput, MissingGlyph
from orglife.core.paper.block import Bundle, Document, printed
from orglife.core.record.characters import refused
from tests.adapters.print.papers import bare, expected
from tests.marks import thorough
from tests.whole.hostile import SAMPLE, hostile, papers_with

MM = 72 / 25.4
SLACK, HANGING = 2.0, 8.0  # points: a mark hanging from a stroke; half a letter
SIDES = {
    (595, 842): (28 * MM, 22 * MM),
    (842, 595): (27 * MM, 26 * MM),
}  # left and right margin, the narrowest of the kind
HYPHEN = str.maketrans(dict.fromkeys("\x02\xad\ufffe", "-"))  # how the reader tells one at the end of a line
ALL = hostile()


def test_there_are_three_hundred() -> None:
    assert len(ALL) >= 300


def check(*texts: str) -> list[str]:
    """What became of each text: refused, stopped or printed; asserts that it is one of them, wholly.

    All that may be printed is printed in one file of each format: a hundred files take four times as long.
    """
    became = {text: fate(text) for text in texts}
    together = [paper for text, it in became.items() if it == "printed" for paper in papers_with(text)]
    for text, it in became.items():
        if it != "refused":
            papers = papers_with(text)
            check_html(papers, text)
            check_docx(papers, text)
        if it == "printed":
            said = Bundle(documents=papers[:1], title="件", branch=text, campaign=text)
            check_pdf(typst.pdf(said, timestamp=0), said.documents)
    check_pdf(typst.pdf(Bundle(documents=together, title="件"), timestamp=0), together)
    return list(became.values())


def fate(text: str) -> str:
    """Whether a text is refused at entry, stopped for want of a glyph, or printed."""
    if refused(text):
        with pytest.raises(BadInput) as told:
            papers_with(text)
        assert all("U+" in problem for problem in told.value.problems)
        return "refused"
    papers = papers_with(text)
    assert sum(text.split() == shown.split() for paper in papers for shown, _ in paper.texts()) > 10 or not text.strip()
    try:
        glyphs.preflight(papers)
    except MissingGlyph as told:
        assert told.fields["char"] in printed(text)
        return "stopped"
    return "printed"


def check_pdf(content: bytes, papers: list[Document]) -> None:
    """Every glyph is inside the text area, and every character of every text is there."""
    document = pypdfium2.PdfDocument(content)
    there: Counter[str] = Counter()
    for page in document:
        words = page.get_textpage()
        width, height = page.get_size()
        left, right = SIDES[round(width), round(height)]
        for number in range(words.count_chars()):
            char = words.get_text_range(number, 1).translate(HYPHEN)
            if not char.strip():
                continue  # a blank at the end of a line may hang
            x0, y0, x1, y1 = words.get_charbox(number)
            assert x1 <= width - right + SLACK, (char, x1)
            if width > height and x1 < left and char in "—0123456789":
                continue  # the number of a landscape page stands turned in the left margin
            lone = unicodedata.combining(char)  # a mark that begins a line stands where its letter would end
            assert x0 >= left - (HANGING if lone else SLACK), (char, x0)
            assert y0 > 0, (char, y0)
            assert y1 < height, (char, y1)
            there[char] += 1
    wanted = Counter(
        char for paper in papers for text, _ in paper.texts() for char in printed(text) if not char.isspace()
    )
    for paper in papers:  # one colon ends the line of the recipient, whatever was typed
        wanted.subtract(paper.recipient[len(paper.recipient.rstrip(":：")) :])
    short = {char: (n, there[char]) for char, n in wanted.items() if there[char] < n and ord(char) < 0x10000}
    if short:  # the reader drops marks that nearly touch; another one is asked before any is called lost
        other = Counter("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages))
        short = {char: (wanted[char], other[char]) for char in short if other[char] < wanted[char]}
    assert not short, short


class Page(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.words: list[str] = []
        self.links: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.links += [a for a in attrs if a[0] in ("href", "src", "srcset", "action") or a[0].startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    return page


def check_html(papers: list[Document], text: str) -> None:
    """The text is there, and no tag that plain words would not have brought."""
    found = read(html.page(Bundle(documents=papers, title=text, branch=text, campaign=text)))
    assert set(found.tags) <= PLAIN | {"mark", "span", "br"}
    assert not [link for link in found.links if not (link[1] or "").startswith("#")]
    shown = "".join("".join(found.words).split())
    wanted = Counter(
        char for paper in papers for words, _ in paper.texts() for char in printed(words) if not char.isspace()
    )
    there = Counter(shown)
    assert not {char for char, n in wanted.items() if there[char] < n}


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WORD_ONLY_HERE = {
    "br",
    "wordWrap",
    "rStyle",
    "keepLines",
    "cantSplit",
    "pageBreakBefore",
}  # what some of the texts bring along


def check_docx(papers: list[Document], text: str) -> None:
    """Word reads the text as it is, and no part, tag, field or link that plain words would not have brought."""
    bundle = Bundle(documents=papers, title=text, branch=text, campaign=text)
    names, trees = parts_of(docx.docx(bundle, timestamp=0))
    assert names.keys() - PLAIN_PARTS.keys() <= {name for name in names if name.startswith("word/header")}
    assert all(b"External" not in content for content in names.values())
    for name, tree in trees.items():
        tags = {element.tag.removeprefix(W) for element in tree.iter() if isinstance(element.tag, str)}
        assert tags <= PLAIN_WORD | WORD_ONLY_HERE, (name, tags - PLAIN_WORD)
        fields = {element.get(f"{W}instr", "").strip() for element in tree.iter(f"{W}fldSimple")}
        assert fields <= {"PAGE"}, name
    said = "".join(element.text or "" for element in trees["word/document.xml"].iter(f"{W}t"))
    assert bare(said) == "".join(map(expected, papers))


def parts_of(content: bytes) -> tuple[dict[str, bytes], dict[str, ET.Element]]:
    """The parts of a DOCX: all as bytes, those of XML read (a damaged one raises)."""
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        names = {name: whole.read(name) for name in whole.namelist()}
    return names, {name: ET.fromstring(part) for name, part in names.items() if name.endswith((".xml", ".rels"))}


def plain_tags() -> set[str]:
    return set(read(html.page(Bundle(documents=papers_with("文字"), title="件"))).tags)


PLAIN = plain_tags()
PLAIN_PARTS, _PLAIN_TREES = parts_of(docx.docx(Bundle(documents=papers_with("文字"), title="件"), timestamp=0))
PLAIN_WORD = {e.tag.removeprefix(W) for tree in _PLAIN_TREES.values() for e in tree.iter()}


@thorough
@pytest.mark.parametrize("texts", [SAMPLE[:3], pytest.param(SAMPLE, marks=pytest.mark.soak)], ids=["three", "all"])
def test_a_few(texts: list[str]) -> None:
    wanted = ["refused" if "\u202e" in text else "stopped" if "😀" in text else "printed" for text in texts]
    assert check(*texts) == wanted


LONG = [text for text in ALL if len(text) > 1_000]  # 34 papers of many pages each
SHORT = [text for text in ALL if len(text) <= 1_000]
AT_ONCE = 20


@pytest.mark.soak
@pytest.mark.parametrize("start", range(0, len(SHORT), AT_ONCE))
def test_all(start: int) -> None:
    texts = SHORT[start : start + AT_ONCE]
    try:
        check(*texts)
    except AssertionError:
        for text in texts:  # which one it was
            check(text)
        raise


@pytest.mark.soak
@pytest.mark.parametrize("text", LONG, ids=[f"{text[:3]!r} {len(text)}" for text in LONG])
def test_all_long(text: str) -> None:
    check(text)
