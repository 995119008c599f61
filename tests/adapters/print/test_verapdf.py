"""Every form, filled and blank, as it is archived: PDF/A-3a and PDF/UA-1 by veraPDF, all in one file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from orglife.adapters.print import typst
from orglife.core.paper.block import Bundle, Column, Document, Facts, Paragraph, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.rule.bureau import Bureau
from orglife.stages.archive import documents as archive
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.catalogue import BLANKS, FORMS
from orglife.stages.supervision.documents import bureau_documents
from orglife.stages.supervision.record import Supervision
from tests import branch as b
from tests.adapters.print import papers as papers_of
from tests.adapters.print.papers import NOON
from tests.adapters.print.verapdf import failures
from tests.marks import thorough
from tests.stages import test_wanted_papers as wanted_papers
from tests.whole.hostile import papers_with


def every_form() -> list[Document]:
    """A branch's and the bureau's papers, one of each form and subject, with the catalogue of the bag."""
    dossier = b.dossier()
    visit = Supervision(id="s1", branch="t01", date=date(2024, 2, 20), finding="formalism")
    bureau = Bureau(dossier.campaign, {"supervision": (visit,)}, {"t01": dossier}, b.AS_OF)
    item = ArchiveItem(id="a1", form="F9", title="会议记录", code="0001", retention="Y", pages=3)
    sheet = Sheet(dossier, b.campaign())
    papers = [*papers_with("文字"), *bureau_documents(bureau, b.campaign()), archive.catalogue(sheet, [item], {})]
    wanted = wanted_papers.with_every_paper()
    papers += [wanted_papers.made(wanted, form, blank=blank) for form in wanted_papers.FORMS for blank in (False, True)]
    return list({(paper.form, paper.subject): paper for paper in papers if paper.form}.values())


@thorough
def test_every_form_filled_and_blank_conforms_as_it_is_archived(tmp_path: Path) -> None:
    papers = every_form()
    blank = {paper.form for paper in papers if paper.subject.startswith("blank")}
    assert blank == set(BLANKS)
    assert {paper.form for paper in papers if not paper.subject.startswith("blank")} == set(FORMS)
    codes = {(paper.form, paper.subject): f"0001-{number}" for number, paper in enumerate(papers)}
    bundle = Bundle(documents=papers, title="全部", branch="第一党支部").numbered(codes).sealed("0" * 64)
    assert failures(typst.pdf(bundle, timestamp=NOON), tmp_path, "3a", "ua1") == {"3a": [], "ua1": []}


@thorough
def test_rows_that_go_over_the_page_conform_with_the_signature_under_them(tmp_path: Path) -> None:
    """Days and names over such a row are a heading of its grid, and the signature is part of a cell."""
    columns = [Column(head="甲"), Column(head="乙", share=4, align="left")]
    papers = [
        papers_of.paper(
            *[Paragraph(text="短。")] * 8,
            Facts(rows=[("时间", "2月7日"), ("所谈", "内容" * 400)]),
            Signature(roles=["甲某", "乙某"]),
        ),
        papers_of.paper(Table(columns=columns, rows=[["一", "内容" * 500]]), Signature(roles=["本人"]), page="L"),
    ]
    bundle = Bundle(documents=papers, title="长行", branch="第一党支部").sealed("0" * 64)
    assert failures(typst.pdf(bundle, timestamp=NOON), tmp_path, "3a", "ua1") == {"3a": [], "ua1": []}
