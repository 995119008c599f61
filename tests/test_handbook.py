"""The handbook is current, complete, and speaks of pages and buttons that exist."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from kit import handbook
from pypdf import PdfReader

from orglife.adapters.disk import paths
from orglife.serve import serving
from tests.adapters.print.verapdf import failures
from tests.branch import ROOT
from tests.browser.handbook import PICTURES
from tests.marks import thorough

CHAPTERS = {file.stem: file.read_text(encoding="utf-8") for file in handbook.chapter_files()}
LARGEST = 3_000_000  # bytes of all pictures, and of the PDF
PAGES_OF_A_STAGE = 2
NOT_A_STAGE = {"00_first_finding", "00_pages", "95_what_if"}
INSIDE = re.compile("“([^“”]+)”")
SCRIPTS = [
    *sorted((ROOT / "kit").glob("安装.*")),
    ROOT / "kit" / "组织生活会.bat",
    ROOT / "templates/html/setup.html.j2",
]


def notebooks() -> dict[str, str]:
    """The title of each notebook by its name."""
    titles = {}
    for file in sorted((ROOT / "notebooks").glob("*.ipynb")):
        first = "".join(json.loads(file.read_text(encoding="utf-8"))["cells"][0]["source"])
        titles[file.stem] = first.splitlines()[0].removeprefix("# ")
    return titles


@pytest.fixture(scope="module")
def bookmarks() -> list[tuple[str, int]]:
    """Title and page of each chapter in the PDF that is shipped."""
    reader = PdfReader(paths.handbook())
    top: list[Any] = [mark for mark in reader.outline if not isinstance(mark, list)]
    return [(mark.title, reader.get_destination_page_number(mark) or 0) for mark in top]


def test_the_pdf_is_made_from_these_sources() -> None:
    assert PdfReader(paths.handbook()).metadata["/Keywords"] == handbook.sources(), "make handbook"  # type: ignore[index]
    assert paths.handbook().stat().st_size < LARGEST


@thorough
def test_the_pdf_is_archivable_and_equal_sources_give_equal_bytes(tmp_path: Path) -> None:
    made = handbook.build()
    assert made == handbook.build()
    assert failures(made, tmp_path, "3a", "ua1") == {"3a": [], "ua1": []}


@pytest.mark.parametrize(("notebook", "title"), notebooks().items())
def test_each_page_has_its_chapter_under_its_title(notebook: str, title: str) -> None:
    assert CHAPTERS[notebook].splitlines()[0] == f"# {title}"


def test_a_stage_takes_two_pages_and_every_chapter_has_a_bookmark(bookmarks: list[tuple[str, int]]) -> None:
    titles = {key: text.splitlines()[0].removeprefix("# ") for key, text in CHAPTERS.items()}
    assert [title for title, _ in bookmarks] == list(titles.values())
    pages = dict(bookmarks)
    lengths = {before: after - pages[before] for (before, _), (_, after) in pairwise(bookmarks)}
    stages = {title for key, title in titles.items() if key not in NOT_A_STAGE}
    assert {title: n for title, n in lengths.items() if title in stages and n != PAGES_OF_A_STAGE} == {}


def test_a_page_of_the_program_opens_its_own_chapter() -> None:
    reader = PdfReader(io.BytesIO(paths.handbook().read_bytes()))
    assert set(notebooks()) <= set(reader.named_destinations)


def test_each_picture_exists_is_shown_and_can_be_taken_again() -> None:
    shown = {name for text in CHAPTERS.values() for name in handbook.pictures(text)}
    taken = {f"pictures/{picture.name}.png" for picture in PICTURES}
    there = {f"pictures/{file.name}" for file in (handbook.FOLDER / "pictures").iterdir()}
    assert shown == taken == there
    assert sum((handbook.FOLDER / name).stat().st_size for name in shown) < LARGEST


def program_texts() -> str:
    """All that the program can show: its own sources, pages and notebooks, and the names of its commands for users."""
    folders = [ROOT / "lib/orglife", ROOT / "templates/html", ROOT / "templates/widgets", ROOT / "templates/lab"]
    suffixes = {".py", ".j2", ".js", ".html"}
    files = [file for folder in folders for file in folder.rglob("*") if file.suffix in suffixes]
    files += [*(ROOT / "notebooks").glob("*.ipynb"), *SCRIPTS]
    names = [script.name for script in SCRIPTS] + [serving.NEW_FOLDER]
    return "\n".join([*names, *(file.read_text(encoding="utf-8") for file in sorted(files))])


def test_what_stands_in_quotes_can_be_read_in_the_program() -> None:
    texts = re.sub(r"[“”]", "", program_texts())
    quoted = {words for text in CHAPTERS.values() for words in INSIDE.findall(text)}
    assert len(quoted) > 100
    assert sorted(words for words in quoted if words not in texts) == []


def test_quotes_come_in_pairs() -> None:
    for key, text in CHAPTERS.items():
        assert "“" not in INSIDE.sub("", text), key
        assert "”" not in INSIDE.sub("", text), key
