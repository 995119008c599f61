"""Papers print what was typed to its last character: in their blocks, in PDF and in DOCX."""

from __future__ import annotations

import copy
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pypdf
import pytest

from orglife.adapters.print import docx, typst
from orglife.bureau.overview import Overview
from orglife.bureau.standing import standing
from orglife.core.paper.block import Bundle, Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.record import Entry
from orglife.core.record.shape import specs_of
from orglife.core.rule.bureau import Bureau
from orglife.stages import RULES, STAGES
from orglife.stages.kinds import BY_TYPE
from tests import branch as b
from tests.adapters.print.papers import bare
from tests.marks import thorough
from tests.whole import unusual

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = ("member", "attachment", "explanation", "checklist")  # kinds whose texts are names, or are not printed
SHORT = ("name", "unit", "group", "place", "file", "topic")  # names of people and places
LENGTH = 150


class Longer:
    """Puts a long text of its own into every field that takes one; every text begins and ends with its number."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def text(self, where: str) -> str:
        mark = f"第{len(self.texts) + 1}处"
        self.texts[where] = text = mark + "起，" + "查看现场并逐项登记，" * (LENGTH // 10) + mark + "止"
        return text

    def fill(self, kind: type[Entry], entry: b.Json, where: str) -> None:
        for spec in specs_of(kind):
            here = f"{where}.{spec.name}"
            if spec.item is not None:
                inside = entry.get(spec.name)
                for number, part in enumerate(inside if isinstance(inside, list) else [inside] if inside else []):
                    self.fill(spec.item, part, f"{here}.{number}")
            elif self.takes_text(spec):
                entry[spec.name] = self.text(here)

    @staticmethod
    def takes_text(spec: Any) -> bool:
        plain = spec.kind in ("text", "lines") and not (spec.labels or spec.lists or spec.ref or spec.derived)
        return plain and spec.printed and spec.name not in SHORT


def filled(raw: b.Json, *, reviews_as_items: bool) -> tuple[list[Document], dict[str, str]]:
    """The papers of a branch with long texts, and the texts."""
    raw, longer = copy.deepcopy(raw), Longer()
    for name, records in raw["records"].items():
        for record in records if name not in NAMES else ():
            longer.fill(BY_TYPE[name], record, f"{name}/{record['id']}")
            if name.endswith("_review") and reviews_as_items:
                longer.texts.pop(f"{name}/{record['id']}.text", None)
                record["text"] = ""
            elif name.endswith("_review"):  # the text takes the place of the items on F5 and F6; F7 prints them
                for number in range(len(record["items"])):
                    longer.texts.pop(f"{name}/{record['id']}.items.{number}.evidence", None)
    sheet = Sheet(b.dossier(raw), b.campaign())
    return [one for stage in STAGES if stage.documents for one in stage.documents(sheet)], longer.texts


def shown(documents: list[Document]) -> Iterator[str]:
    for document in documents:
        for text, _ in document.texts():
            yield bare(text)


@pytest.mark.parametrize("reviews_as_items", [True, False], ids=["items", "text"])
@pytest.mark.parametrize("branch", [b.branch, unusual.branch], ids=["usual", "unusual"])
def test_papers_hold_every_text_whole(branch: Any, reviews_as_items: bool) -> None:
    documents, texts = filled(branch(), reviews_as_items=reviews_as_items)
    words = "".join(shown(documents))
    assert [where for where, text in texts.items() if text not in words] == []
    assert "…" not in words


@thorough
def test_pdf_and_docx_hold_every_text_whole() -> None:
    documents, texts = filled(b.branch(), reviews_as_items=True)
    made = Bundle(documents=documents, title="件", branch="第一党支部")
    pages = bare("".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(typst.pdf(made, timestamp=0))).pages))
    with zipfile.ZipFile(io.BytesIO(docx.docx(made, timestamp=0))) as package:
        body = ET.fromstring(package.read("word/document.xml"))
    word = bare("".join(node.text or "" for node in body.iter(f"{W}t")))
    assert [where for where, text in texts.items() if text not in word] == []
    there, wanted = Counter(pages), Counter("".join(texts.values()))  # a text may go on over the page
    assert {char: number for char, number in wanted.items() if there[char] < number} == {}
    assert [where for where, text in texts.items() if text.split("，")[0] not in pages] == []
    assert "…" not in pages + word


def test_overview_with_details_quotes_findings_whole() -> None:
    raw = b.branch()
    text = "您单位窗口中午没有人值守，群众来了两趟都没有办成" * 3
    raw["records"]["opinion"][0] |= {"text": text, "response": ""}
    dossier = b.dossier(raw)
    found = b.findings(RULES, dossier)
    assert any("…" in f.message for f in found)  # the screen shortens
    made = Overview(
        b.campaign(), [standing(dossier, found, b.campaign())], Bureau(dossier.campaign, {}, {}, b.AS_OF), [], b.AS_OF
    )
    words = "".join(shown([made.paper(details=True)]))
    assert text in words
    assert "…" not in words
    page = made.paper()
    assert page.subtitle == "上级党组织"
    assert "截至2024年3月8日。绿色：" in "".join(page.blocks[0].texts())


def test_a_text_may_end_in_dots_that_somebody_typed() -> None:
    raw = b.branch()
    raw["records"]["rect_item"][0]["measure"] = "三天内答复……"
    sheet = Sheet(b.dossier(raw), b.campaign())
    words = "".join(shown([one for stage in STAGES if stage.documents for one in stage.documents(sheet)]))
    assert words.count("…") == 6  # on F14, F16 and F17
