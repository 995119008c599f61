"""Papers for campaigns that want them, whole in PDF and Word, with a blank: 会议通知, 主持词, 支部工作报告 and others."""

from __future__ import annotations

import io
import re
import zipfile

import pypdf
import pytest

from orglife.adapters.print import docx, typst
from orglife.core.paper.block import TO_FILL, Document, Facts, Paragraph, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.rule.campaign import PAPERS
from orglife.stages import BY_KEY, STAGES
from orglife.stages.appraisal.record import TeamTally
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
SAID = "一年来，支部的同志守在窗口，把等候时间从四十分钟减到十五分钟。\n对新来的同志帮得不够，带教没有计划。"
WORK_REPORT = {"id": "wr", "date": "2024-02-20", "reporter": "m1", "text": SAID}
ANSWER = "同意。会前把第三项措施写具体。"
SUBMISSION = {
    "id": "ps",
    "submitted_on": "2024-02-06",
    "to": "局机关党总支",
    "reviewer": {"name": "高远", "unit": "局机关党总支"},
    "opinion": ANSWER,
}
ROWS = [
    {"item": "总体评价", "good": 5, "fair": 1, "abstain": 1},
    {"item": "加强自身建设", "good": 3, "average": 3, "poor": 1},
]
TEAM_TALLY = {
    "id": "tt",
    "date": "2024-02-20",
    "secret": True,
    "issued": 7,
    "returned": 7,
    "valid": 7,
    "invalid": 0,
    "rows": ROWS,
}
FORMS = {
    "F23": "last_year",
    "F24": "notice",
    "F25": "script",
    "F26": "statistics",
    "F27": "work_report",
    "F28": "plan_review",
    "F29": "team_ballot",
}


def sheet(wanted: list[str], **records: list[b.Json]) -> Sheet:
    return Sheet(b.dossier(b.changed(b.branch(), add=records)), b.campaign(papers=wanted))


def made(found: Sheet, form: str, *, blank: bool = False) -> Document:
    stage = next(stage for stage in STAGES if any(one.number == form for one in stage.forms))
    make = stage.blanks if blank else stage.documents
    assert make
    papers = [paper for paper in make(found) if paper.form == form]
    assert len(papers) == 1 or blank
    return papers[0]


LAST_YEAR = {"id": "ly", "held_on": "2023-02-20", "reported_on": "2024-02-20", "items": [{"title": "排班上墙"}]}
RECORDS = {
    "last_year": [LAST_YEAR],
    "meeting_notice": [NOTICE],
    "grade_statistics": [STATISTICS],
    "work_report": [WORK_REPORT],
    "plan_submission": [SUBMISSION],
    "team_tally": [TEAM_TALLY],
}
"""A record for each of these papers."""


def with_every_paper() -> Sheet:
    """A branch whose campaign wants all of them, with a record of each."""
    return sheet(list(PAPERS), **RECORDS)


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


def test_the_notice_of_a_campaign_without_an_agenda_refers_to_the_meetings(every: Sheet) -> None:
    found = Sheet(every.dossier, b.campaign(papers=["notice"], agenda=[]))
    texts = [text for text, _ in made(found, "F24").texts()]
    assert "见会议议程。" in texts
    assert not [text for text in texts if text.startswith("1.")]


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
        kind.FORM
        for key in ("plan", "meeting", "appraisal")
        for kind in BY_KEY[key].entered(every.campaign, every.dossier)
    }
    assert FORMS.keys() - {"F25"} <= kinds


def test_each_demand_wants_its_paper() -> None:
    for paper, demand in PAPERS.items():
        if demand:
            one = {demand: {"source": "通知三", "quote": "要求"}}
            assert b.campaign(demands=one).wants(paper)
            assert b.campaign(papers=[paper]).asks(demand)
            assert not b.campaign(papers=[paper]).makes(demand)


def test_the_work_report_is_the_secretarys_text_and_nothing_else(every: Sheet) -> None:
    paper = made(every, "F27")
    said = [block.text for block in paper.blocks if isinstance(block, Paragraph)]
    assert said == SAID.split("\n")
    facts = dict(row for block in paper.blocks if isinstance(block, Facts) for row in block.rows)
    assert facts["报告人"] == every.dossier.name("m1")
    assert facts["党员"] == "8名，其中预备党员1名"
    assert facts["谈心谈话"] == f"{len(b.branch()['records']['talk'])}次"
    assert facts["上年度整改"] == "1项，已完成0项"
    sign = next(block for block in paper.blocks if isinstance(block, Signature))
    assert sign.day == "2024年2月20日"


def test_an_empty_work_report_is_a_draft_with_nothing_written_in_it() -> None:
    paper = made(sheet(["work_report"], work_report=[{"id": "wr"}]), "F27")
    assert paper.draft
    assert [block.text for block in paper.blocks if isinstance(block, Paragraph)] == [TO_FILL]


def test_the_work_report_begins_with_the_secretary_and_the_day_of_the_meeting(every: Sheet) -> None:
    layout = BY_KEY["meeting"].layout
    assert layout.begin["work_report"](every.dossier, every.campaign) == {"reporter": "m1"}
    assert layout.taken["work_report"]["date"].value({}, every.dossier, every.campaign) == "2024-02-20"


def test_the_submission_takes_its_days_from_what_was_reviewed() -> None:
    put = {
        "plan/plan/reviewed_on": "2024-02-08",
        "team_review/tr/reviewed_on": "2024-02-10",
        "member_review/r1/reviewed_on": "2024-02-09",
    }
    raw = b.changed(b.branch(), put=put, add={"plan_submission": [SUBMISSION]})
    paper = made(Sheet(b.dossier(raw), b.campaign(papers=["plan_review"])), "F28")
    (table,) = (block for block in paper.blocks if isinstance(block, Table))
    assert [row[3] for row in table.rows] == ["2024年2月8日", "2024年2月10日", "2024年2月9日"]
    assert table.rows[2][1] == "发言提纲（1份）"
    sent, answered = (block for block in paper.blocks if isinstance(block, Signature))
    assert (sent.roles, sent.day) == (["支部书记"], "2024年2月6日")
    assert (answered.roles, answered.day) == (["局机关党总支（印章）"], "2024年2月10日")
    assert ANSWER in [text for text, _ in paper.texts()]
    assert not paper.draft


def test_a_plan_without_an_answer_is_a_draft(every: Sheet) -> None:
    assert made(every, "F28").draft
    asked = b.campaign(papers=["plan_review"])
    assert "reviewed_on" not in BY_KEY["plan"].layout.for_campaign(asked).spared.get("plan", ())
    assert "reviewed_on" in BY_KEY["plan"].layout.for_campaign(b.campaign()).spared["plan"]


def test_the_ballot_on_the_leadership_tells_nobody_and_its_totals_add_up(every: Sheet) -> None:
    (table,) = (block for block in made(every, "F29").blocks if isinstance(block, Table))
    assert [row[2:] for row in table.rows] == [["5", "1", "0", "0", "1", "7"], ["3", "0", "3", "1", "0", "7"]]
    blank = made(every, "F29", blank=True)
    (rows,) = (block.rows for block in blank.blocks if isinstance(block, Table))
    assert [row[1] for row in rows] == ["总体评价", *map(every.campaign.label, every.campaign.team_aspects)]
    assert all(not cell.strip() for row in rows for cell in row[2:])
    assert not [name for name in b.NAMES if name in "".join(text for text, _ in blank.texts())]


def test_the_totals_begin_with_the_items_and_those_who_counted(every: Sheet) -> None:
    begun = BY_KEY["appraisal"].layout.begin["team_tally"](every.dossier, every.campaign)
    tally = b.branch()["records"]["tally"][-1]
    assert [row["item"] for row in begun["rows"]] == [
        "总体评价",
        *map(every.campaign.label, every.campaign.team_aspects),
    ]
    assert begun["counters"] == tally["counters"]
    assert begun["supervisors"] == tally["supervisors"]


def test_the_totals_of_the_leadership_are_compared_while_they_are_typed(every: Sheet) -> None:
    layout = BY_KEY["appraisal"].layout
    tally = TeamTally.stored({**TEAM_TALLY, "valid": 6})
    live = layout.live["team_tally"](tally, every.dossier, every.campaign)
    assert live.cells["rows"][0, "sum"].text == "7，应为6"
    assert live.cells["rows"]["foot", "good"].text == "8"
    assert [look.tone for look in live.lines["invalid"]] == ["bad"]
