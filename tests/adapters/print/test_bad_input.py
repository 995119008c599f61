"""Papers of records that nobody should type: they can be read, nothing lies over anything else, nothing is lost."""

from __future__ import annotations

import copy
import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from orglife.adapters.print import docx, typst
from orglife.core.paper.block import Document
from orglife.core.paper.paper import Sheet
from orglife.stages import STAGES
from tests import branch as b
from tests.adapters.print import papers
from tests.adapters.print.papers import NOON, bare, expected
from tests.adapters.print.test_docx_pages import converted
from tests.marks import thorough
from tests.whole.generate import generated

TOOL, OFFICE = shutil.which("pdftotext"), shutil.which("soffice")
pytestmark = [thorough, pytest.mark.skipif(not TOOL, reason="no poppler-utils")]
NAME = "阿不都克里木·买买提艾力·吾斯曼·吐尔逊江·热合曼·库尔班·艾尼瓦尔江·玉素甫江"[:40]
TOKEN = "YX-2023-" + "A1b2C3d4" * 36 + "0817"
LONG = ("窗口排班没有公开，群众反映等候时间长。" * 300)[:4999] + "完"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
COVERED = 0.6  # of its height, by which a word may lie over the blank half of a bracket before it


def undated(value: b.Json) -> b.Json:
    if isinstance(value, dict):
        return {
            key: None if isinstance(one, str) and DAY.fullmatch(one) else undated(one) for key, one in value.items()
        }
    if isinstance(value, list):
        return [undated(one) for one in value if not (isinstance(one, str) and DAY.fullmatch(one))]
    return value


def troubled() -> b.Json:
    """A branch with a name of 40 characters, texts of 5,000, tokens of 300, no day and no secretary."""
    raw = copy.deepcopy(generated(9, committee=True))
    records = raw["records"]
    records["member"][0]["name"] = NAME
    for member in records["member"]:
        member["role"] = "member" if member["role"] == "secretary" else member["role"]
    records["member_review"][0]["items"][0]["fact"] = LONG
    records["talk"][1]["problems_pointed"] = LONG
    records["rect_item"][1]["measure"] = LONG
    for kind, name in (("criticism", "text"), ("rect_item", "title"), ("talk", "place"), ("opinion", "text")):
        records[kind][0][name] = TOKEN
    records["grade"][0]["opinion"] = TOKEN
    records["report"][0]["text"] = f"{TOKEN}\n{LONG}"
    return {**raw, "records": undated(records)}


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    sheet = Sheet(b.dossier(troubled()), b.campaign())
    found = [paper for stage in STAGES if stage.documents for paper in stage.documents(sheet)]
    found += [paper for stage in STAGES if stage.blanks for paper in stage.blanks(sheet)]
    said = "".join(expected(paper) for paper in found)
    assert said.count(NAME) > 20
    assert said.count(TOKEN) > 5
    assert said.count(LONG) > 5
    return found


class Word(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    text: str


def words(pdf: Path) -> Iterator[tuple[float, list[Word]]]:
    """The words of each page with their places, and the width of the page."""
    assert TOOL
    text = subprocess.run([TOOL, "-bbox", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    for page in text.split("<page ")[1:]:
        wide = re.match(r'width="([\d.]+)"', page)
        assert wide
        edges = r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"'
        found = re.findall(rf"<word {edges}>(.*?)</word>", page)
        yield float(wide[1]), [Word(*map(float, one[:4]), one[4]) for one in found]


def covered(page: list[Word]) -> list[tuple[str, str]]:
    """Words that lie over one another."""
    return [
        (one.text, other.text)
        for number, one in enumerate(page)
        for other in page[number + 1 :]
        if min(one.right, other.right) - max(one.left, other.left) > COVERED * (one.bottom - one.top)
        and min(one.bottom, other.bottom) - max(one.top, other.top) > (one.bottom - one.top) / 3
    ]


def trouble(document: Document, pdf: Path) -> Iterator[str]:
    name = f"{document.form} {document.subject}"
    said = ""
    for wide, page in words(pdf):
        said += "".join(word.text for word in page)
        if any(word.left < 0 or word.right > wide for word in page):
            yield f"{name}: beside the page"
        if over := covered(page):
            yield f"{name}: one over the other: {over[0]}"
    said = said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if lost := Counter(expected(document)) - Counter(bare(said)):
        yield f"{name}: lost {lost}"


@thorough
def test_nothing_is_lost_or_covered_in_the_pdf(documents: list[Document], tmp_path: Path) -> None:
    pdf = tmp_path / "paper.pdf"
    found = []
    for document in documents:
        pdf.write_bytes(typst.pdf(papers.bundle(document), timestamp=NOON))
        found += trouble(document, pdf)
    assert found == []


def test_nothing_is_lost_in_the_word_file(documents: list[Document]) -> None:
    for document in documents:
        package = zipfile.ZipFile(io.BytesIO(docx.docx(papers.bundle(document), timestamp=NOON)))
        text = "".join(re.findall("<w:t[^>]*>([^<]*)</w:t>", package.read("word/document.xml").decode()))
        assert bare(text) == expected(document), document.form


@thorough
@pytest.mark.skipif(not OFFICE, reason="no LibreOffice")
def test_nothing_is_lost_or_covered_where_the_word_file_is_laid_out(documents: list[Document], tmp_path: Path) -> None:
    for number, document in enumerate(documents):
        (tmp_path / f"{number}.docx").write_bytes(docx.docx(papers.bundle(document), timestamp=NOON))
    converted(tmp_path)
    assert [one for n, document in enumerate(documents) for one in trouble(document, tmp_path / f"{n}.pdf")] == []


def test_two_words_in_one_place_are_found() -> None:
    assert covered([Word(0, 0, 20, 10, "甲"), Word(12, 2, 40, 12, "乙")]) == [("甲", "乙")]
    assert covered([Word(0, 0, 20, 10, "甲"), Word(20, 0, 40, 10, "乙"), Word(0, 9, 20, 19, "丙")]) == []
