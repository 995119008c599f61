"""The papers of study, opinions, reviews, rectification, report and supervision: recorded words, plain counts, blanks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from orglife.core.paper.block import SEE_EXPLANATION, TO_FILL, Document, Facts, Signature, Table
from orglife.core.paper.paper import Sheet, stacked
from orglife.core.record.exchange import read_parcel
from orglife.core.record.shape import specs_of
from orglife.core.rule.bureau import Bureau
from orglife.core.rule.finding import Explained, Finding, Subject
from orglife.core.rule.rule import Clause, Kind, Severity
from orglife.stages import RULES_BY_ID, STAGES
from orglife.stages.kinds import BUREAU_KINDS, KINDS
from orglife.stages.report.documents import report_facts
from orglife.stages.shared.figures import figures
from orglife.stages.supervision.documents import bureau_documents
from orglife.stages.supervision.documents import documents as branch_documents
from tests import branch as b
from tests.marks import thorough

MINE = ("study", "opinions", "reviews", "rectification", "report")
BY_KEY = {stage.key: stage for stage in STAGES}


def sheet(raw: b.Json | None = None, findings: Sequence[Finding] = ()) -> Sheet:
    """The sample branch, or a changed one, as documents see it."""
    return Sheet(b.dossier(raw), b.campaign(), findings)


def changed(**changes: Any) -> b.Json:
    """The sample branch with changes."""
    return b.changed(b.branch(), **changes)


def papers(raw: b.Json | None = None, form: str = "", findings: Sequence[Finding] = ()) -> list[Document]:
    """The papers of the stages tested here, or those of one form."""
    found: list[Document] = []
    for key in MINE:
        made = BY_KEY[key].documents
        assert made is not None
        found += made(sheet(raw, findings))
    return [paper for paper in found if form in ("", paper.form)]


def paper(
    form: str, subject: str | None = None, raw: b.Json | None = None, findings: Sequence[Finding] = ()
) -> Document:
    """The one paper of a form (and subject)."""
    (found,) = [p for p in papers(raw, form, findings) if subject in (None, p.subject)]
    return found


def words(one: Document) -> str:
    """Everything printed on a paper."""
    return "\n".join(text for text, _ in one.texts())


def facts(one: Document) -> dict[str, str]:
    """The labelled values of a paper."""
    return {label: value for block in one.blocks if isinstance(block, Facts) for label, value in block.rows}


def tables(one: Document) -> list[list[list[str]]]:
    """The rows of a paper's tables."""
    return [block.rows for block in one.blocks if isinstance(block, Table)]


def roles(one: Document) -> list[str]:
    """Who signs."""
    return [role for block in one.blocks if isinstance(block, Signature) for role in block.roles]


def explained(rule: str, field: str, subject: str) -> Finding:
    """A finding that an explanation answers."""
    return Finding(
        rule=rule,
        title=RULES_BY_ID[rule].title,
        severity=Severity.ERROR,
        kind=Kind.WRONG,
        checkpoint="rectify",
        stage="",
        subjects=(Subject("", subject, ""),),
        field=field,
        message="",
        fix="",
        clause=Clause("", ""),
        due=True,
        explained=Explained("汛期", "魏长河", None),
    )


FORMS = [
    ("F2", "T", "记录人", ["st"]),
    ("F4", "L", "支部书记", [""]),
    ("F5", "P", "支部书记", [""]),
    ("F6", "T", "本人", [f"r{n}" for n in range(1, 9)]),
    ("F7", "L", "支部书记", [""]),
    ("F14", "L", "", ["", "m1", "m2", "m3"]),
    ("F15", "P", "承诺人（本人）", [f"p{n}" for n in range(1, 9)]),
    ("F16", "P", "支部书记", ["pb"]),
    ("F17", "9704", "测试局机关党支部（印章）", ["fl"]),
    ("F18", "9704", "测试局机关党支部（印章）", [""]),
]


@pytest.mark.parametrize(("form", "page", "signs", "subjects"), FORMS, ids=[f[0] for f in FORMS])
def test_every_form_is_there_once_a_subject_and_finished(form: str, page: str, signs: str, subjects: list[str]) -> None:
    found = papers(form=form)
    assert sorted(p.subject for p in found) == sorted(subjects)
    for one in found:
        assert (one.page, one.draft) == (page, False)
        assert "测试局机关党支部" in words(one)
        assert not signs or roles(one) == [signs]


def test_nothing_recorded_gives_no_papers() -> None:
    raw = changed()
    raw["records"] = {"member": raw["records"]["member"]}
    assert papers(raw) == []


BLANKS = [
    ("F2", "st", "study/st/date"),
    ("F2", "st", "study/st/form"),
    ("F4", "", "opinion/o1/text"),
    ("F4", "", "opinion/o1/heard_by"),
    ("F4", "", "opinion/o1/target"),
    ("F4", "", "opinion/o1/date"),
    ("F5", "", "team_review/tr/items/0/cause"),
    ("F5", "", "team_review/tr/date"),
    ("F6", "r4", "member_review/r4/items/0/measure"),
    ("F6", "r4", "member_review/r4/items/0/aspect"),
    ("F7", "", "problem_list/pl/confirmed_on"),
    ("F7", "", "member_review/r4/items/0/fact"),
    ("F14", "", "rect_item/k0/measure"),
    ("F14", "", "rect_item/k0/responsible"),
    ("F14", "", "rect_item/k0/owner_kind"),
    ("F14", "m2", "rect_item/k2/due"),
    ("F15", "p5", "pledge/p5/text"),
    ("F15", "p5", "pledge/p5/date"),
    ("F16", "pb", "publication/pb/text"),
    ("F16", "pb", "publication/pb/scope"),
    ("F16", "pb", "publication/pb/end"),
    ("F17", "fl", "filing/fl/to"),
    ("F17", "fl", "filing/fl/date"),
    ("F17", "fl", "branch/name"),
    ("F18", "", "report/rp/text"),
    ("F18", "", "report/rp/date"),
]


@pytest.mark.parametrize(("form", "subject", "path"), BLANKS, ids=[f"{f}-{p}" for f, _, p in BLANKS])
def test_a_blank_core_field_is_to_be_filled(form: str, subject: str, path: str) -> None:
    one = paper(form, subject, changed(put={path: ""}))
    assert TO_FILL in words(one)
    assert one.draft


EXPLAINED = [
    ("F14", "", "rect_item/k0/measure", "RECT-07", "measure", "k0"),
    ("F6", "r4", "member_review/r4/items/0/cause", "REVIEW-06", "cause", "r4.p1"),
    ("F16", "pb", "publication/pb/scope", "PUB-03", "scope", "pb"),
    ("F7", "", "team_review/tr/items/0/measure", "REVIEW-06", "measure", "tr.p1"),
]


@pytest.mark.parametrize("case", EXPLAINED, ids=[case[2] for case in EXPLAINED])
def test_an_explained_blank_names_the_explanation(case: tuple[str, str, str, str, str, str]) -> None:
    form, subject, path, rule, field, about = case
    answer = {
        "id": "ex",
        "rule": rule,
        "subjects": [about],
        "reason": "汛期没有开成会",
        "by": "m1",
        "date": "2024-03-01",
    }
    raw = changed(put={path: ""}, add={"explanation": [answer]})
    one = paper(form, subject, raw, [explained(rule, field, about)])
    assert SEE_EXPLANATION in words(one)
    assert TO_FILL not in words(one)
    assert not one.draft
    shown = form not in ("F7", "F16")  # what is posted explains nothing to the superior
    assert (f"情况说明（{RULES_BY_ID[rule].title}）：汛期没有开成会" in words(one)) is shown


def test_the_study_record_shows_who_came_who_caught_up_and_who_did_not() -> None:
    raw = changed(
        put={
            "study/st/attendees": ["m1", "m2", "m3", "m4", "m5"],
            "study/st/makeup": [{"member": "m6", "date": "2024-02-08"}],
            "study/st/gist": "谈到记录本空了三个月\n谁也没有作声",
        }
    )
    one = paper("F2", raw=raw)
    assert one.title == ["集中学习记录"]
    assert facts(one)["学习内容"].count("《") == 3
    assert "参加5名，补学1名，未参加2名。" in words(one)
    assert tables(one)[0][1] == ["2", "冉书砚", "参加", "6", "蒲大川", "2024年2月8日补学"]
    assert tables(one)[0][2] == ["3", "陆望舒", "参加", "7", "简宁", "未参加"]
    assert "谁也没有作声" in words(one)


def test_a_study_at_home_names_only_who_took_part() -> None:
    one = paper("F2", raw=changed(put={"study/st/form": "delivered", "study/st/attendees": ["m6"]}))
    assert one.title == ["送学上门记录"]
    assert tables(one)[0] == [["1", "蒲大川", "参加", "—", "—", "—"]]


def test_opinions_are_counted_by_source_and_nobody_hears_a_box() -> None:
    one = paper("F4")
    assert "共征求意见2条，群众1条、服务对象1条，对支部班子2条。" in words(one)
    first, second = tables(one)[0]
    assert first[1:] == [
        "服务对象",
        "支部班子",
        f"访谈\n{stacked('2024年2月7日')}",
        "魏长河",
        "窗口中午没有人",
        "三月起排班",
    ]
    assert second[4] == "—"
    assert not paper("F4", raw=changed(put={"opinion/o2/channel": "online"})).draft


def test_the_team_review_is_made_from_the_items_or_printed_in_full() -> None:
    one = paper("F5")
    assert "一、教育引领和联系服务群众" in words(one)
    assert "根源：图省事，心里没有装着人" in words(one)
    assert "经查无问题的方面：执行上级党组织决定、严格党的组织生活制度" in words(one)
    full = paper("F5", raw=changed(put={"team_review/tr/text": "去年九月接了电话没有回访。\n没有装着人。"}))
    assert "去年九月接了电话没有回访。" in words(full)
    assert "根源：" not in words(full)


def test_an_outline_gives_standard_views_and_key_checks() -> None:
    one = paper("F6", "r4")
    assert facts(one)["姓名"] == "田小禾"
    assert "具体表现（发挥作用合格方面）：" in words(one)
    assert "根源（价值观）：" in words(one)
    said = "重点对照：理想信念模糊动摇（无）；大是大非问题上态度不鲜明（无）；组织观念淡薄（无）；"
    assert f"{said}道德品行失范（无）；不履职尽责、不担当作为（无）。" in words(one)


def test_a_standard_is_not_asked_for_each_problem() -> None:
    assert not paper("F6", "r4", changed(put={"member_review/r4/items/0/dimension": ""})).draft


def test_an_outline_without_problems_says_so() -> None:
    assert "查摆的问题：无。" in words(paper("F6", "r4", changed(put={"member_review/r4/items": []})))


def test_the_problem_list_is_the_sum_of_the_reviews() -> None:
    one = paper("F7")
    assert facts(one)["问题数"] == "支部班子1个，党员8个"
    assert [row[1] for row in tables(one)[0]] == ["支部班子", *b.BY_STROKES]
    assert [row[0] for row in tables(one)[0]] == [str(n) for n in range(1, 10)]


@thorough
def test_lists_show_the_problem_answered_and_the_sources_without_one() -> None:
    put = {"rect_item/k0/status": "done", "rect_item/k0/done_on": "2024-03-01", "rect_item/k0/evidence": "登记本两页"}
    one = paper("F14", "", changed(put=put))
    (row,) = tables(one)[0]
    assert row[1] == "专题组织生活会中查摆出来的问题"
    assert "对应问题：意见答复慢" in row[2]
    assert row[6] == "已完成\n2024年3月1日\n登记本两页"
    assert "整改事项1项，其中已完成1项。" in words(one)
    assert "本类无问题：学习教育中查摆出来的问题、集中整治自查自纠中发现的问题、上级党组织点出的问题。" in words(one)
    own = paper("F14", "m2")
    assert facts(own) == {"姓名": "祝秋实", "党内职务": "副书记"}
    assert (roles(one), roles(own)) == (["支部书记"], ["本人"])


def test_an_item_of_a_member_unnamed_is_not_lost() -> None:
    raw = changed(put={"rect_item/k2/owner": ""})
    assert [p.subject for p in papers(raw, "F14")] == ["", "m3", "m1"]
    assert f"来电不回访（个人清单，所属党员{TO_FILL}）" in words(paper("F14", "", raw))


def test_a_pledge_stands_beside_its_problems() -> None:
    one = paper("F15", "p5")
    assert "1.去年9月我第5次把老人的来电转给别人，没有回访" in words(one)
    assert "每周五回访一次" in words(one)


def test_a_publication_counts_both_days_and_lists_the_branch_items_only() -> None:
    one = paper("F16")
    assert facts(one)["公示时间"] == "2024年2月26日至2024年3月1日，共5天（起止两天都计入）"
    assert facts(one)["联系人"] == "支部书记 魏长河"
    assert [row[1] for row in tables(one)[0]] == ["意见不答复"]
    assert "来电不回访" not in words(one)


def test_a_publication_shows_the_state_of_its_first_day() -> None:
    done = {"rect_item/k0/status": "done", "rect_item/k0/done_on": "2024-02-28"}
    assert tables(paper("F16", raw=changed(put=done)))[0][0][5] == "进行中"
    done["rect_item/k0/done_on"] = "2024-02-26"
    assert tables(paper("F16", raw=changed(put=done)))[0][0][5] == "已完成\n2024年\n2月26日"


@pytest.mark.parametrize("kind", ["content", "completion", "both"])
def test_a_publication_carries_no_ballot_and_no_critic(kind: str) -> None:
    put = {"publication/pb/kind": kind, "rect_item/k0/responsible": {"name": "柏青"}}
    raw = changed(put={**put, "publication/pb/feedback": "田小禾说批评得对"})
    printed = words(paper("F16", raw=raw))
    assert "票" not in printed
    assert "值班两次晚到" not in printed
    assert [name for name in b.NAMES if name in printed] == ["魏长河"]  # the contact


def test_the_filing_holds_what_its_contents_say() -> None:
    one = paper("F17")
    assert one.recipient == "局机关党总支"
    problems, measures, grades = tables(one)
    assert problems[0][1] == "教育引领和联系服务群众"
    assert [row[1] for row in measures] == ["意见不答复"]
    assert "支部整改事项1项；另有个人整改事项3项" in words(one)
    assert "优秀2名，合格5名，基本合格0名，不合格0名。" in words(one)
    assert grades[0] == ["1", "田小禾", "合格", "5", "费仲文", "合格"]
    assert "预备党员，不评等次" in words(one)
    less = paper("F17", raw=changed(put={"filing/fl/contents": {"measures": True}, "filing/fl/text": "另报。"}))
    assert len(tables(less)) == 1
    assert "一、整改措施" in words(less)
    assert "另报。" in words(less)


def test_files_kept_with_the_filing_are_its_attachments() -> None:
    files = [
        {"id": "a1", "record": "fl", "kind": "signed_scan", "file": "attachments/fl.pdf"},
        {"id": "a2", "record": "fl", "kind": "photo", "file": "attachments/公示栏.jpg"},
    ]
    assert "附件：照片（公示栏.jpg）" in words(paper("F17", raw=changed(add={"attachment": files})))
    assert "fl.pdf" not in words(paper("F17", raw=changed(add={"attachment": files})))


def test_the_report_counts_as_the_records_stood_on_its_day() -> None:
    put = {"rect_item/k0/status": "done", "rect_item/k0/done_on": "2024-02-28"}
    put |= {"rect_item/k1/status": "done", "rect_item/k1/done_on": "2024-02-29", "rect_item/k2/status": "done"}
    raw = changed(put=put)
    one, records = paper("F18", raw=raw), raw["records"]
    assert one.recipient == "局机关党总支"
    shown = facts(one)
    assert shown["谈心谈话"] == f"{len(records['talk'])}次"
    assert shown["征求意见"] == f"{len(records['opinion'])}条"
    assert (shown["应到"], shown["实到"], shown["批评意见"]) == ("8名", "7名", f"{len(records['criticism'])}条")
    assert (shown["优秀"], shown["合格"], shown["基本合格"], shown["不合格"]) == ("2名", "5名", "0名", "0名")
    assert (shown["整改事项"], shown["已完成"], shown["整改承诺"]) == ("4项", "1项", "8名")
    assert "会开了，评了，清单列了。" in words(one)
    kinds = [block.kind for block in one.blocks]
    assert kinds.index("paragraph") < kinds.index("signature") < kinds.index("facts")
    assert "附表：有关数字" in words(one)


def test_figures_are_those_of_the_round_in_force_then() -> None:
    again = [{**g, "id": f"{g['id']}x", "round": 2, "grade": "qualified"} for g in b.grades() if g["grade"]]
    raw = changed(
        add={
            "tally": [{**b.tally(), "id": "ty2", "round": 2, "date": "2024-03-02"}],
            "grade": again,
            "criticism": [{"id": "cx", "author": "m1", "target": "m1", "text": "我自己"}],
        }
    )
    dossier = b.dossier(raw)
    before, after = figures(dossier, date(2024, 3, 1)), figures(dossier, date(2024, 3, 2))
    assert (before["excellent"], before["qualified"]) == (2, 5)
    assert (after["excellent"], after["qualified"]) == (0, 7)
    assert before["criticism_count"] == 42
    assert "expected" not in figures(dossier, date(2024, 2, 19))
    assert "应到" not in dict(report_facts(sheet(raw), date(2024, 2, 19)))


def test_later_rounds_say_so() -> None:
    second = {"id": "fl2", "date": "2024-03-07", "to": "局机关党总支", "round": 2, "contents": {"grades": True}}
    raw = changed(add={"filing": [second], "grade": [{"id": "gx", "member": "m1", "round": 2, "grade": "basic"}]})
    one = paper("F17", "fl2", raw)
    assert one.heading.endswith("情况的备案报告（第2轮）")
    assert tables(one) == [[["1", "魏长河", "基本合格", "—", "—", "—"]]]
    assert not paper("F17", "fl", raw).heading.endswith("轮）")


ORDER = {
    "id": "ro1",
    "branch": "t01",
    "round": 1,
    "scope": "appraisal",
    "issued_by": "局机关党总支",
    "date": "2024-03-05",
    "due": "2024-03-20",
    "reason": "收回的票多于发出的票。",
}


def test_an_order_is_printed_as_received() -> None:
    raw = changed(add={"redo_order": [ORDER, {**ORDER, "id": "ro2", "branch": "t02"}]})
    (one,) = papers(raw, "F20")
    assert (one.subject, one.recipient, one.page) == ("ro1", "测试局机关党支部", "9704")
    assert one.title == ["局机关党总支", "关于责令重新开展民主评议党员的通知"]
    assert "收回的票多于发出的票。" in words(one)
    assert "请你支部重新开展民主评议党员，至迟于2024年3月20日完成。第1轮的结果作废。" in words(one)
    assert roles(one) == ["局机关党总支（印章）"]
    assert "（印章）" not in words(one)
    whole = paper("F20", raw=changed(add={"redo_order": [{**ORDER, "scope": "whole", "due": ""}]}))
    assert f"请你支部重新召开专题组织生活会，重新开展民主评议党员，至迟于{TO_FILL}完成。" in words(whole)
    assert paper("F20", raw=changed(add={"redo_order": [{**ORDER, "issued_by": ""}]})).draft


def bureau(**records: list[b.Json]) -> Bureau:
    """The bureau over the sample branch."""
    raw = {"format": "orglife-bureau/1", "campaign": "2024-seed", "records": records}
    incoming = read_parcel(json.dumps(raw).encode(), "bureau.json", KINDS, BUREAU_KINDS)
    return Bureau(incoming.campaign, incoming.records, {"t01": b.dossier()}, b.AS_OF)


VISIT = {"id": "s1", "leader": "l1", "branch": "t01", "date": "2024-02-20", "commented": True, "finding": "formalism"}


def test_the_bureau_has_an_overview_visits_and_orders() -> None:
    made = bureau_documents(
        bureau(
            bureau_leader=[{"id": "l1", "name": "贺承砚"}],
            supervision=[{**VISIT, "correction": "当场指出，三月复查"}, {**VISIT, "id": "s2", "round": 2}],
            assignment=[{"id": "a1", "branch": "t01", "supervisor": "l1", "planned_on": "2024-02-19"}],
            redo_order=[ORDER],
        ),
        b.campaign(),
    )
    assert [(p.form, p.subject) for p in made] == [("", ""), ("F19", "s1"), ("F19", "s2"), ("F20", "ro1")]
    overview, visit, again, order = made
    days = "2024年2月20日\n2024年2月20日"
    row = ["1", "测试局机关党支部", "贺承砚", "2024年2月19日", days, "是\n是", "走形式、搞应付\n走形式、搞应付"]
    assert tables(overview) == [[row]]
    assert facts(visit) == {
        "督导人": "贺承砚",
        "日期": "2024年2月20日",
        "党支部": "测试局机关党支部",
        "轮次": "第1轮",
        "进行点评": "是",
        "结论": "走形式、搞应付",
        "纠正情况": "当场指出，三月复查",
    }
    assert [b.day for b in visit.blocks if isinstance(b, Signature)] == [""], "the correction may be of a later day"
    assert [b.day for b in again.blocks if isinstance(b, Signature)] == ["2024年2月20日"]
    assert again.heading.endswith("督导记录（第2轮）")
    assert order.recipient == "测试局机关党支部"
    assert order.blocks == paper("F20", raw=changed(add={"redo_order": [ORDER]})).blocks
    assert not any(p.draft for p in made)


def test_a_blank_visit_is_to_be_filled_and_a_branch_has_none() -> None:
    (one,) = bureau_documents(bureau(supervision=[{"id": "s1", "branch": "t01", "date": "2024-02-20"}]), b.campaign())
    assert one.draft
    assert facts(one)["督导人"] == TO_FILL
    assert branch_documents(sheet()) == []


def test_nothing_printed_depends_on_the_day_of_the_check() -> None:
    later = Sheet(b.dossier(as_of=date(2030, 1, 1)), b.campaign())
    for key in MINE:
        made = BY_KEY[key].documents
        assert made is not None
        assert made(later) == made(sheet())


def test_people_from_outside_are_printed_wherever_people_are_listed() -> None:
    """One of two supervisors of the count is from the 党总支: the paper names both, in every list of people there is."""
    outside = {"name": "邬晓岚", "unit": "局机关党总支"}
    lists = []
    for kind in KINDS:
        for spec in specs_of(kind):
            if spec.kind == "people":
                record = kind.model_validate({"id": "x", spec.name: ["m2", outside]})
                lists.append((kind.TYPE, sheet().text(record, spec.name)))
    assert ("tally", "祝秋实、邬晓岚（局机关党总支）") in lists
    assert {text for _, text in lists} == {"祝秋实、邬晓岚（局机关党总支）"}


def test_the_filing_lists_the_items_as_the_list_does_and_the_tenth_comes_last() -> None:
    raw = b.branch()
    for item in raw["records"]["rect_item"]:
        item["owner_kind"], item["owner"] = "branch", ""
    first = raw["records"]["rect_item"][0]
    raw["records"]["rect_item"] = [{**first, "id": f"i{n}", "title": f"第{n}项"} for n in range(1, 12)]
    titles = {}
    for stage in ("rectification", "report"):
        papers = BY_KEY[stage].documents(Sheet(b.dossier(raw), b.campaign()))
        form = {"rectification": "F14", "report": "F17"}[stage]
        paper = next(p for p in papers if p.form == form)
        table = next(t for t in paper.blocks if isinstance(t, Table) and any("整改事项" in c.head for c in t.columns))
        place = [c.head for c in table.columns].index("整改事项")
        titles[stage] = [row[place].split("\n")[0] for row in table.rows]
    assert titles["rectification"] == titles["report"] == [f"第{n}项" for n in range(1, 12)]
