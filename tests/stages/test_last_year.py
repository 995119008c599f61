"""F23 上年度整改落实情况通报: for campaigns that want it; carried over, printed whole, blank to write on."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pypdf

from orglife.adapters.print import docx, typst
from orglife.campaigns import renewal
from orglife.core.paper.block import Document
from orglife.core.paper.paper import Sheet
from orglife.office.office import Office
from orglife.stages import BY_KEY
from orglife.stages.meeting.blanks import blanks
from orglife.stages.meeting.documents import documents
from orglife.stages.meeting.record import LastYear
from orglife.stages.rectification.record import RectItem
from tests import branch as b
from tests.adapters.print import papers
from tests.adapters.print.papers import NOON, bare

ITEMS = [
    {"title": "窗口排班表上墙", "measure": "每周五贴出", "status": "done", "result": "三月起每周贴出，群众没有再问"},
    {"title": "党费按月收缴", "status": "open", "result": "还有两名党员按季交，四月起由小组长收"},
    {"title": "主题党日请假手续", "measure": "书面请假"},
]
REPORT = {"id": "ly", "held_on": "2023-02-21", "reported_on": "2024-02-20", "items": ITEMS, "text": "三项里完成一项。"}


def sheet(*wanted: str, **records: list[b.Json]) -> Sheet:
    return Sheet(b.dossier(b.changed(b.branch(), add=records)), b.campaign(papers=list(wanted)))


def report() -> Document:
    return next(d for d in documents(sheet("last_year", last_year=[REPORT])) if d.form == "F23")


def test_the_paper_says_what_has_come_of_every_item() -> None:
    paper = report()
    said = bare(" ".join(text for text, _ in paper.texts()))
    assert paper.title == ["上年度组织生活会", "整改落实情况通报"]
    assert "3项，已完成1项，未完成2项" in said
    for item in ITEMS:
        assert all(value in said for key, value in item.items() if key != "status")
    assert "2023年2月21日" in said
    assert paper.draft, "the third item says neither its state nor what was done"


def test_pdf_and_word_say_the_same() -> None:
    bundle = papers.bundle(report())
    pages = pypdf.PdfReader(io.BytesIO(typst.pdf(bundle, timestamp=NOON))).pages
    printed = bare("".join(page.extract_text() for page in pages))
    package = zipfile.ZipFile(io.BytesIO(docx.docx(bundle, timestamp=NOON)))
    written = bare("".join(re.findall("<w:t[^>]*>([^<]*)</w:t>", package.read("word/document.xml").decode())))
    for text in ("三月起每周贴出，群众没有再问", "还有两名党员按季交，四月起由小组长收", "三项里完成一项。"):
        assert text in printed
        assert text in written


def test_a_report_without_items_is_a_paper_to_be_filled_in() -> None:
    (paper,) = (d for d in documents(sheet(last_year=[{"id": "ly"}])) if d.form == "F23")
    assert paper.draft
    assert typst.pdf(papers.bundle(paper), timestamp=NOON)


def test_only_a_campaign_that_wants_it_gives_the_blank_and_the_form() -> None:
    stage, asked = BY_KEY["meeting"], "meeting.last_year"
    demand = {asked: {"source": "通知三", "quote": "通报上年度组织生活会整改落实情况"}}
    for made, wanted in ((sheet(), False), (sheet("last_year"), True)):
        assert ("F23" in [d.form for d in blanks(made)]) is wanted
        assert (LastYear in stage.entered(made.campaign, made.dossier)) is wanted
    assert b.campaign(demands=demand).wants("last_year")
    recorded = sheet(last_year=[REPORT])
    assert LastYear in stage.entered(recorded.campaign, recorded.dossier), "what is recorded can be opened"


def test_the_new_campaign_gets_last_years_list(filled: Path) -> None:
    """The branch's own items with what was entered of them; members' items are their own."""
    with Office.open(filled) as office:
        dossier, older = office.dossier("t01"), office.campaign
    newer = older.model_copy(update={"id": "2025-next", "papers": ["last_year"]})
    carried = renewal.carried(dossier, older, newer).last_year
    assert carried is not None
    listed = [item for item in dossier.all(RectItem) if item.owner_kind != "member"]
    assert listed
    assert [(one.title, one.status, one.measure) for one in carried.items] == [
        (item.title, item.status, item.measure) for item in listed
    ]
    assert all(
        one.result in ("", item.evidence, item.delay_note) for one, item in zip(carried.items, listed, strict=True)
    )
    assert carried.held_on == date(2024, 2, 20)
    assert carried.reported_on is None
    assert renewal.carried(dossier, older, older.model_copy(update={"id": "2025-next"})).last_year is None
