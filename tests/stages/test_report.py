"""Filing and report: to whom they go, what they hold, figures of a day; orders to repeat and what is still missing of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.core.formview import Look
from orglife.core.paper.block import Document, Facts, Heading, Note, Paragraph, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.stages.report import documents, layout, redo, rules
from orglife.stages.report.record import Filing, RedoOrder, Report
from orglife.stages.shared.order_paper import order_paper
from tests import branch as b


def changed(**changes: Any) -> Dossier:
    return b.dossier(b.changed(b.branch(), **changes))


def papers(dossier: Dossier, form: str, **campaign: Any) -> list[Document]:
    return [paper for paper in documents.documents(Sheet(dossier, b.campaign(**campaign))) if paper.form == form]


def texts(paper: Document, kind: type[Any]) -> list[str]:
    return [block.text for block in paper.blocks if isinstance(block, kind)]


# --- the form --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filed", "superior", "named", "to"),
    [
        (["云溪局机关党总支"], "中共云溪局机关总支部委员会", "局机关党总支", "云溪局机关党总支"),
        (["甲局机关党总支", "乙局机关党总支"], "", "局机关党总支", "乙局机关党总支"),
        (["乙局党委", "甲局机关党总支"], "", "局机关党总支", "甲局机关党总支"),
        ([""], "云溪局机关党总支", "局机关党总支", "云溪局机关党总支"),
        ([], "云溪局党委", "局机关党总支", "局机关党总支"),
        (["云溪局党委"], "局机关党总支", "", "云溪局党委"),
        ([], "局机关党总支", "", "局机关党总支"),
        ([], "", "局机关党总支", "局机关党总支"),
        ([], "", "", ""),
    ],
)
def test_the_report_goes_to_whom_the_plan_names_as_the_branch_calls_it(
    filed: list[str], superior: str, named: str, to: str
) -> None:
    add = {"filing": [{"id": f"f{n}", "to": name} for n, name in enumerate(filed)]}
    dossier = changed(put={"branch/superior": superior}, remove=["filing"], add=add)
    assert layout.report_goes_to({}, dossier, b.campaign(report_to=named)) == to


@pytest.mark.parametrize(("day", "said"), [("2024-02-01", "5"), ("2024-02-28", "1"), ("", "1")])
def test_numbers_of_the_text_are_compared_on_its_day(day: str, said: str) -> None:
    put = {"rect_item/k0/status": "done", "rect_item/k0/done_on": "2024-02-28"}
    for kind in (Report, Filing):
        record = kind.model_validate({"id": "x", "date": day, "text": f"已完成{said}项。"})
        looks = layout.text_live(record, changed(put=put), b.campaign()).lines["text"]
        assert looks == ([Look("正文写“已完成5项”，按记录应为0项。", "must")] if said == "5" else [])


# --- rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("report_by", "finish_by", "day", "late"),
    [
        ("2024-03-10", "2024-03-01", "2024-03-10", ""),
        ("2024-03-10", "2024-03-01", "2024-03-11", "时限是2024年3月10日。"),
        ("", "2024-03-01", "2024-03-08", ""),
        ("", "2024-03-01", "2024-03-09", "方案没有写日子，照通常做法算到完成时限后7天"),
        ("2024-03-10", "2024-03-01", "", ""),
    ],
)
def test_the_report_is_late_after_its_day_or_a_week_after_the_end(
    report_by: str, finish_by: str, day: str, late: str
) -> None:
    campaign = b.campaign(
        report_by=report_by and date.fromisoformat(report_by), finish_by=date.fromisoformat(finish_by)
    )
    found = b.findings((rules.report_late,), changed(put={"report/rp/date": day}), campaign)
    assert len(found) == bool(late)
    assert not late or late in found[0].message


GRADED = b.branch()["records"]["grade_meeting"][0]["id"]


@pytest.mark.parametrize(
    ("met", "graded", "round_", "order", "subject"),
    [
        ("2024-02-29", "2024-02-29", 1, [], ""),
        ("2024-03-01", "2024-02-29", 1, [], "mt"),
        ("2024-03-01", "2024-03-02", 1, [], GRADED),
        ("2024-03-01", "", 1, [], "mt"),
        ("", "2024-03-01", 1, [], GRADED),
        ("2024-02-20", "2024-03-01", 2, [{"id": "o", "round": 1, "scope": "appraisal"}], ""),
        ("2024-03-01", "2024-03-02", 2, [{"id": "o", "round": 1, "scope": "appraisal"}], "mt"),
    ],
)
def test_what_was_finished_last_is_compared_with_the_end(
    met: str, graded: str, round_: int, order: list[dict[str, Any]], subject: str
) -> None:
    put = {"meeting/mt/date": met, f"grade_meeting/{GRADED}/date": graded, f"grade_meeting/{GRADED}/round": round_}
    campaign = b.campaign(finish_by=date(2024, 2, 29))
    found = b.findings((rules.finished_late,), changed(put=put, add={"redo_order": order}), campaign)
    assert [finding.subjects[0].id for finding in found] == ([subject] if subject else [])


@pytest.mark.parametrize(
    ("order", "sessions", "filed", "missing"),
    [
        ({"scope": "whole"}, {}, 1, ["会议", "民主测评", "评定", "备案"]),
        ({"scope": "appraisal"}, {}, 1, ["民主测评", "评定", "备案"]),
        ({}, {}, 1, ["民主测评", "评定", "备案"]),
        ({"scope": "whole"}, {"meeting": 2}, 1, ["民主测评", "评定", "备案"]),
        ({"scope": "whole"}, {"meeting": 2, "tally": 2, "grade_meeting": 2}, 2, []),
        ({"scope": "appraisal"}, {"tally": 2, "grade_meeting": 2}, 1, ["备案"]),
        ({"scope": "appraisal", "date": "2024-03-02"}, {"tally": 2, "grade_meeting": 2}, 2, []),
        ({"scope": "appraisal", "date": "2024-03-03"}, {"tally": 2, "grade_meeting": 2}, 2, ["民主测评", "评定"]),
        ({"scope": "appraisal", "round": 2}, {"tally": 2, "grade_meeting": 2}, 2, ["民主测评", "评定", "备案"]),
        ({"scope": "appraisal", "due": "2024-03-08"}, {}, 1, []),
        ({"scope": "appraisal", "due": "2024-03-07"}, {}, 1, ["民主测评", "评定", "备案"]),
    ],
)
def test_an_order_is_carried_out_once_a_later_round_is_complete_and_filed(
    order: dict[str, Any], sessions: dict[str, int], filed: int, missing: list[str]
) -> None:
    add: dict[str, Any] = {kind: [{"id": f"x{kind}", "round": n, "date": "2024-03-02"}] for kind, n in sessions.items()}
    add["redo_order"] = [{"id": "o", "date": "2024-03-01", **order}]
    dossier = changed(put={"filing/fl/round": filed, "filing/fl/date": "2024-03-05"}, add=add)
    found = b.findings((redo.redo_not_carried_out,), dossier)
    assert len(found) == bool(missing)
    if missing:
        assert found[0].message.endswith(f"新一轮还没有完成：{'、'.join(missing)}。")


def test_of_several_later_rounds_the_most_complete_counts() -> None:
    add = {
        "redo_order": [{"id": "o", "date": "2024-03-01", "scope": "appraisal"}],
        "tally": [{"id": "x2", "round": 2, "date": "2024-03-02"}, {"id": "x3", "round": 3, "date": "2024-03-02"}],
        "grade_meeting": [{"id": "y3", "round": 3, "date": "2024-03-02"}],
    }
    (found,) = b.findings((redo.redo_not_carried_out,), changed(add=add))
    assert found.message.endswith("还没有完成：备案。")
    undated = [{"id": "x2", "round": 2}]
    (found,) = b.findings((redo.redo_not_carried_out,), changed(add={**add, "tally": undated, "grade_meeting": []}))
    assert "民主测评" in found.message


# --- papers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contents", "headings"),
    [
        ({}, []),
        ({"measures": True}, ["一、整改措施"]),
        ({"problems": True, "grades": True}, ["一、班子查摆的问题", "二、民主评议党员结果"]),
    ],
)
def test_the_filing_holds_what_is_ticked(contents: dict[str, bool], headings: list[str]) -> None:
    (paper,) = papers(changed(put={"filing/fl/contents": contents, "filing/fl/text": ""}), "F17")
    assert texts(paper, Heading) == headings
    assert texts(paper, Paragraph)[0].endswith("的有关情况报上，请予备案。")
    (own,) = papers(changed(put={"filing/fl/contents": contents, "filing/fl/text": "报上。"}), "F17")
    assert texts(own, Paragraph)[0] == "报上。"


def test_what_a_filing_has_nothing_of_is_said() -> None:
    whole = {"problems": True, "measures": True, "grades": True}
    empty = changed(put={"filing/fl/contents": whole}, remove=["team_review", "rect_item", "grade"])
    assert texts(papers(empty, "F17")[0], Note) == [
        "没有登记班子查摆的问题。",
        "支部整改事项0项。",
        "没有登记评定等次。",
    ]
    assert not [block for block in papers(empty, "F17")[0].blocks if isinstance(block, Table)]
    none = changed(put={"filing/fl/contents": whole, "team_review/tr/items": []})
    assert texts(papers(none, "F17")[0], Note)[0] == "没有登记班子查摆的问题。"
    (paper,) = papers(changed(put={"filing/fl/contents": whole, "rect_item/k1/owner_kind": ""}), "F17")
    notes = texts(paper, Note)
    assert notes[0].startswith("经查无问题的方面：")
    assert notes[1] == "支部整改事项2项；另有个人整改事项2项，见个人整改清单。"
    assert "优秀2名，合格5名，基本合格0名，不合格0名。" in texts(paper, Paragraph)
    tables = [block for block in paper.blocks if isinstance(block, Table)]  # grades stand in two columns
    assert [[row[0] for row in table.rows] for table in tables] == [["1"], ["1", "2"], ["1", "2", "3", "4"]]
    declared = changed(put={"filing/fl/contents": whole, "team_review/tr/none_declared": []})
    assert texts(papers(declared, "F17")[0], Note)[0].startswith("支部整改事项")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], []),
        ([("fl", "other", "a/清单.pdf")], ["附件：其他（清单.pdf）"]),
        ([("fl", "signed_scan", "a/x.pdf"), ("rp", "other", "a/y.pdf")], []),
        ([("fl", "other", "a/x.pdf"), ("fl", "photo", "a/y.jpg")], ["附件：1.其他（x.pdf）", "2.照片（y.jpg）"]),
    ],
)
def test_files_kept_with_the_filing_are_named_below_it(files: list[tuple[str, str, str]], told: list[str]) -> None:
    attached = [{"id": f"a{n}", "record": r, "kind": k, "file": f} for n, (r, k, f) in enumerate(files)]
    (paper,) = papers(changed(add={"attachment": attached}), "F17")
    assert [text for text in texts(paper, Paragraph) if "（" in text and "." in text] == told


def test_figures_of_the_report_are_those_of_its_day() -> None:
    dossier = changed()
    sheet = Sheet(dossier, b.campaign())
    before, after = (dict(documents.report_facts(sheet, date(2024, 2, day))) for day in (19, 23))
    assert "应到" not in before
    assert (before["整改承诺"], after["整改承诺"]) == ("0名", "8名")
    assert [(label, after[label]) for label in ("应到", "实到", "优秀", "不合格", "批评意见", "整改事项")] == [
        ("应到", "8名"),
        ("实到", "7名"),
        ("优秀", "2名"),
        ("不合格", "0名"),
        ("批评意见", "42条"),
        ("整改事项", "4项"),
    ]
    three = b.campaign(grades=["excellent", "qualified"], labels={**b.campaign().labels, "excellent": "好"})
    facts = dict(documents.report_facts(Sheet(dossier, three), date(2024, 2, 23)))
    assert {"基本合格", "不合格"}.isdisjoint(facts)
    assert facts["好"] == "2名"
    odd = changed(put={"grade/g4/grade": "basic"})
    assert dict(documents.report_facts(Sheet(odd, three), date(2024, 2, 23)))["基本合格"] == "1名"


def test_letters_are_dated_and_their_figures_too() -> None:
    (dated,) = papers(changed(), "F18")
    assert texts(dated, Note)[-1] == "上表数字按截至2024年2月28日的记录得出。"
    (undated,) = papers(changed(put={"report/rp/date": ""}), "F18")
    assert texts(undated, Note)[-1] == "上表数字按现有记录得出。"
    second = {"id": "fa", "round": 2, "date": "2024-03-05"}
    assert [paper.subject for paper in papers(changed(add={"filing": [second]}), "F17")] == ["fl", "fa"]
    orders = [{"id": "oa"}, {"id": "ob", "branch": "t01"}, {"id": "oc", "branch": "t02"}]
    assert [paper.subject for paper in papers(changed(add={"redo_order": orders}), "F20")] == ["oa", "ob"]


@pytest.mark.parametrize(
    ("scope", "again", "title"),
    [
        ("appraisal", "请你支部重新开展民主评议党员，", "关于责令重新开展民主评议党员的通知"),
        ("whole", "请你支部重新召开", "和开展民主评议党员的通知"),
        (None, "请你支部重新进行", "关于责令重新进行的通知"),
    ],
)
def test_an_order_says_what_is_to_be_repeated_and_which_round_is_void(
    scope: str | None, again: str, title: str
) -> None:
    order = RedoOrder.model_validate({"id": "o", "scope": scope, "issued_by": "局党委", "due": "2024-03-20"})
    paper = order_paper(Sheet(b.dossier(), b.campaign()), order, "某支部")
    (text,) = [text for text in texts(paper, Paragraph) if text.startswith("请你支部")]
    assert text.startswith(again)
    assert text.endswith("至迟于2024年3月20日完成。第1轮的结果作废。")
    assert "".join(paper.title).endswith(title)
    third = order_paper(Sheet(b.dossier(), b.campaign()), order.model_copy(update={"round": 3}), "某支部")
    assert any(text.endswith("第3轮的结果作废。") for text in texts(third, Paragraph))
    assert [block.roles for block in paper.blocks if isinstance(block, Signature)] == [
        ["局党委（印章）"]
    ] or paper.blocks
    assert not [block for block in paper.blocks if isinstance(block, Facts)]
