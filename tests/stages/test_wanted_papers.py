"""会议通知, 主持词, 民主评议情况统计表: for campaigns that want them, whole in PDF and Word, with a blank."""

from __future__ import annotations

import io
import re
import zipfile

import pypdf
import pytest

from orglife.adapters.print import docx, typst
from orglife.core.paper.block import Document, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.rule.campaign import PAPERS
from orglife.stages import BY_KEY, STAGES
from tests import branch as b
from tests.adapters.print import papers
from tests.adapters.print.papers import NOON, bare, expected

NOTICE = {
    "id": "n",
    "sent_on": "2024-02-15",
    "meeting_on": "2024-02-20",
    "start": "14:30",
    "place": "三楼会议室",
    "prepare": "请带发言提纲。",
}
STATISTICS = {"id": "gs", "date": "2024-02-28", "to": "局机关党总支", "note": "一名党员会后转入。"}
FORMS = {"F23": "last_year", "F24": "notice", "F25": "script", "F26": "statistics"}


def sheet(wanted: list[str], **records: list[b.Json]) -> Sheet:
    return Sheet(b.dossier(b.changed(b.branch(), add=records)), b.campaign(papers=wanted))


def made(found: Sheet, form: str, *, blank: bool = False) -> Document:
    stage = next(stage for stage in STAGES if any(one.number == form for one in stage.forms))
    make = stage.blanks if blank else stage.documents
    assert make
    (paper,) = (paper for paper in make(found) if paper.form == form)
    return paper


def with_every_paper() -> Sheet:
    """A branch whose campaign wants all of them, with a record of each."""
    last_year = {"id": "ly", "held_on": "2023-02-20", "reported_on": "2024-02-20", "items": [{"title": "排班上墙"}]}
    records = {"last_year": [last_year], "meeting_notice": [NOTICE], "grade_statistics": [STATISTICS]}
    return sheet(list(PAPERS), **records)


@pytest.fixture(scope="module")
def every() -> Sheet:
    return with_every_paper()


def test_a_campaign_that_names_none_gets_none() -> None:
    found = sheet([])
    printed = {paper.form for stage in STAGES if stage.documents for paper in stage.documents(found)}
    blank = {paper.form for stage in STAGES if stage.blanks for paper in stage.blanks(found)}
    entered = {kind.FORM for stage in STAGES for kind in stage.entered(found.campaign, found.dossier)}
    assert not FORMS.keys() & (printed | blank | entered)


@pytest.mark.parametrize("form", FORMS)
def test_each_is_whole_in_pdf_and_word_and_has_a_blank(form: str, every: Sheet) -> None:
    for blank in (False, True):
        paper = made(every, form, blank=blank)
        pages = pypdf.PdfReader(io.BytesIO(typst.pdf(papers.bundle(paper), timestamp=NOON))).pages
        printed = bare("".join(re.sub(r"— \d+ —", "", page.extract_text()) for page in pages))
        package = zipfile.ZipFile(io.BytesIO(docx.docx(papers.bundle(paper), timestamp=NOON)))
        written = bare("".join(re.findall("<w:t[^>]*>([^<]*)</w:t>", package.read("word/document.xml").decode())))
        assert sorted(expected(paper)) == sorted(written)
        assert not set(expected(paper)) - set(printed)


def test_the_notice_says_when_where_and_what_and_is_issued_by_the_branch(every: Sheet) -> None:
    paper = made(every, "F24")
    said = bare("".join(text for text, _ in paper.texts()))
    assert paper.recipient == "全体党员"
    assert "定于2024年2月20日14时30分在三楼会议室召开专题组织生活会" in said
    assert all(every.campaign.label(key) in said for key in every.campaign.agenda)
    assert "请带发言提纲。" in said
    sign = paper.blocks[-1]
    assert isinstance(sign, Signature)
    assert sign.day == "2024年2月15日"
    assert sign.roles == [f"{every.dossier.branch.name}（印章）"]


def test_the_script_takes_its_numbers_from_the_attendance_and_speaks_for_nobody(every: Sheet) -> None:
    said = "".join(text for text, _ in made(every, "F25").texts())
    assert "应到党员8名，实到7名；有表决权的6名，到会5名，达到半数以上，可以开会" in said
    assert not [name for name in b.NAMES if name in said]
    assert all(f"：{every.campaign.label(key)}。" in said for key in every.campaign.agenda)


def test_the_script_says_where_the_meeting_cannot_be_held() -> None:
    few = b.changed(b.branch(), put={"meeting/mt/present": ["m1", "m2"]})
    found = Sheet(b.dossier(few), b.campaign(papers=["script"]))
    assert "不足半数，今天不能开会" in "".join(text for text, _ in made(found, "F25").texts())


def test_the_statistics_are_counted_from_the_records(every: Sheet) -> None:
    (table,) = (block for block in made(every, "F26").blocks if isinstance(block, Table))
    counted = {row[0]: row[1:] for row in table.rows}
    grades = [grade["grade"] for grade in b.branch()["records"]["grade"] if grade.get("grade")]
    assert counted["党员总数"] == ["8", "—"]
    assert counted["评定等次的"] == [str(len(grades)), "—"]
    for key in every.campaign.grades:
        number = grades.count(key)
        assert counted[f"其中：{every.campaign.label(key)}"] == [str(number), f"{number * 100 / len(grades):.0f}%"]
    assert sum(int(counted[f"其中：{every.campaign.label(key)}"][0]) for key in every.campaign.grades) == len(grades)
    assert int(counted["没有评定等次的"][0]) == 8 - len(grades)


def test_what_the_campaign_wants_can_be_entered(every: Sheet) -> None:
    kinds = {
        kind.FORM for key in ("meeting", "appraisal") for kind in BY_KEY[key].entered(every.campaign, every.dossier)
    }
    assert {"F23", "F24", "F26"} <= kinds
