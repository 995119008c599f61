"""The meeting: what its form fills in and says, papers that a campaign may want at their limits, the minutes part by part."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.core.formview import Look
from orglife.core.paper.block import Document, Facts, Heading, Note, Paragraph, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.rule.rule import Rule
from orglife.stages.meeting import agenda, documents, last_year, layout, notice, script, work_report
from orglife.stages.meeting.criticism import criticism_too_short
from orglife.stages.meeting.record import Meeting
from orglife.stages.meeting.speeches import rounds_of_speeches
from tests import branch as b


def changed(**changes: Any) -> Dossier:
    return b.dossier(b.changed(b.branch(), **changes))


def said(rule: Rule, dossier: Dossier, **campaign: Any) -> list[str]:
    """What a rule says, each with the field that it opens."""
    made = b.findings((rule,), dossier, b.campaign(**campaign) if campaign else None)
    return [f"{finding.field}: {finding.message}" for finding in made]


# --- the form --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "noticed", "begun"),
    [
        ("2024-03-07", None, {"date": "2024-03-07"}),
        ("2024-03-08", None, {"date": "2024-03-08"}),
        ("2024-03-09", None, {}),
        ("", {"place": "三楼", "start": "14:30"}, {"place": "三楼", "planned_start": "14:30"}),
        ("2024-03-08", {"place": "三楼"}, {"date": "2024-03-08", "place": "三楼"}),
        ("2024-03-08", {}, {"date": "2024-03-08"}),
    ],
)
def test_the_minutes_begin_with_the_planned_day_once_it_has_come_and_with_what_the_notice_said(
    plan: str, noticed: dict[str, str] | None, begun: dict[str, str]
) -> None:
    add = {"meeting_notice": [{"id": "mn", **noticed}]} if noticed is not None else {}
    assert layout.begin_meeting(changed(put={"plan/plan/planned_meeting_on": plan}, add=add), b.campaign()) == begun
    without = changed(remove=["plan"], add=add)
    assert layout.begin_meeting(without, b.campaign()) == {k: v for k, v in begun.items() if k != "date"}


def test_papers_of_the_meeting_take_the_day_of_the_first_one() -> None:
    second = {"id": "mt2", "round": 2, "date": "2024-03-01"}
    assert layout.first_day({}, changed(add={"meeting": [second]}), b.campaign()) == "2024-02-20"
    assert layout.first_day({}, changed(remove=["meeting"]), b.campaign()) is None
    noon = changed(put={"plan/plan/planned_meeting_on": "2024-02-22"})
    assert notice.begin_notice(noon, b.campaign()) == {"meeting_on": "2024-02-22"}
    assert (
        notice.begin_notice(changed(), b.campaign())
        == notice.begin_notice(changed(remove=["plan"]), b.campaign())
        == {}
    )


@pytest.mark.parametrize(
    ("values", "filled"),
    [
        ({"date": "2024-02-20", "groups": [{"group": "一组"}]}, {"groups": [{"group": "一组", "date": "2024-02-20"}]}),
        (
            {"date": "2024-02-20", "groups": [{"date": "2024-02-19"}, {"date": ""}]},
            {"groups": [{"date": "2024-02-19"}, {"date": "2024-02-20"}]},
        ),
        ({"date": "2024-02-20", "groups": [{"date": "2024-02-19"}]}, {}),
        ({"groups": [{"group": "一组"}]}, {}),
        ({"date": "2024-02-20"}, {}),
    ],
)
def test_a_group_without_a_day_met_on_the_day_of_the_meeting(values: dict[str, Any], filled: dict[str, Any]) -> None:
    assert layout.meeting_fill(values, (), b.dossier(), b.campaign()) == filled


def live(**fields: Any) -> dict[str, list[Look]]:
    meeting = Meeting.model_validate({"id": "x", "date": "2024-02-20", **fields})
    return dict(layout.meeting_live(meeting, b.dossier(), b.campaign()).lines)


TURN = {"order": 1, "self_criticism": True}


@pytest.mark.parametrize(
    ("fields", "looks"),
    [
        ({}, []),
        ({"present": ["m1"], "speeches": []}, []),
        ({"present": ["m1"], "speeches": [{"member": "m1", **TURN}]}, [Look("到会的都作了自我批评。", "good")]),
        (
            {"present": ["m1", "m2", "m2", "m9"], "speeches": [{"member": "m1", **TURN}]},
            [Look("到会而没有发言的：祝秋实。", "must")],
        ),
        (
            {"present": ["m1", "m2", "m2"], "speeches": [{"member": "m1", **TURN}, {"member": "m2", "order": 2}]},
            [Look("发了言、还没有勾“作自我批评”的：祝秋实。", "must")],
        ),
        (
            {"present": ["m1", "m9"], "speeches": [{"member": "m1", **TURN}, {"member": "m9", "order": 2}]},
            [Look("到会的都作了自我批评。", "good")],
        ),
        ({"present": ["m1", "m2"], "speeches": [{"member": "m1", **TURN}], "groups": [{"group": "一组"}]}, []),
    ],
)
def test_who_came_and_did_not_speak_is_named_unless_groups_met(fields: dict[str, Any], looks: list[Look]) -> None:
    assert live(**fields)["speeches"] == looks


def test_who_is_neither_present_nor_on_leave_is_named() -> None:
    present = [f"m{n}" for n in range(1, 7)]
    first, second = live(present=present, absent=[{"member": "m7"}])["present"]
    assert first == Look("应到8人，实到6人。有表决权的6人，到会6人，达到半数以上，可以开会。", "good")
    assert second == Look("没有到会、也没有登记缺席的：费仲文。", "must")
    assert len(live(present=present, absent=[{"member": "m7"}, {"member": "m8"}])["present"]) == 1
    assert live(present=["m1", "m2"])["present"][0].tone == "bad"
    assert live(present=["m1", "m2", "m3"])["present"][0].tone == "good"


def test_numbers_typed_into_the_briefing_are_compared_with_the_records() -> None:
    found = live(briefing={"preparation": "谈心谈话8次", "problems": "班子查摆问题1个"})
    assert [look.text for look in found["briefing.preparation"]] == [
        "按记录：集中学习1次，谈心谈话9次。",
        "这里写“谈心谈话8次”，按记录应为9次。",
    ]
    assert [look.tone for look in found["briefing.preparation"]] == ["", "must"]
    assert len(found["briefing.problems"]) == len(found["briefing.opinions"]) == 1


# --- agenda and speeches ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left_out", "again", "effect"),
    [
        ("briefing", False, "correct"),
        ("criticism", True, "validity"),
        ("appraisal", True, "validity"),
        ("comment", False, "correct"),
        ("summary", False, "correct"),
    ],
)
def test_only_without_criticism_or_appraisal_another_meeting_is_asked_for(
    left_out: str, again: bool, effect: str
) -> None:
    done = [key for key in b.meeting()["agenda_done"] if key != left_out]
    (found,) = b.findings((agenda.agenda_item_missing,), changed(put={"meeting/mt/agenda_done": done}))
    assert (found.fix == agenda.HELD_AGAIN) is again
    assert (found.effect.value == "validity") is (effect == "validity")
    assert found.message == f"会议缺少议程：{b.campaign().label(left_out)}。"


def test_the_order_is_compared_once_all_parts_of_the_plan_were_held() -> None:
    keys = b.meeting()["agenda_done"]
    dossier = changed(put={"meeting/mt/agenda_done": [keys[1], keys[0], *keys[2:-1]]})
    assert said(agenda.agenda_out_of_order, dossier) == []
    twice = changed(put={"meeting/mt/agenda_done": [*keys, keys[0], "talks"]})
    assert said(agenda.agenda_out_of_order, twice) == []


def test_in_group_mode_only_the_speeches_of_the_groups_are_put_in_order() -> None:
    speeches = [
        {"member": "m1", "order": 2, "self_criticism": True},
        {"member": "m2", "order": 0, "self_criticism": True},
        {"member": "m3", "order": 1},
        {"member": "m4", "self_criticism": True},
    ]
    alone = Meeting.model_validate({"id": "x", "speeches": speeches})
    assert [[s.member for s in each] for each in rounds_of_speeches(alone)] == [["m2", "m1"]]
    groups = [{"group": "一组", "speeches": speeches[:1]}, {"group": "二组"}]
    grouped = Meeting.model_validate({"id": "x", "speeches": speeches, "groups": groups})
    assert [[s.member for s in each] for each in rounds_of_speeches(grouped)] == [["m1"], []]


@pytest.mark.parametrize(
    ("text", "brief"), [("", False), (" ", False), ("好", True), ("甲" * 11, True), ("甲" * 12, False)]
)
def test_a_criticism_of_a_word_is_too_brief(text: str, brief: bool) -> None:
    one = {"id": "c", "author": "m1", "target": "m2", "text": text}
    assert bool(said(criticism_too_short, changed(remove=["criticism"], add={"criticism": [one]}))) is brief


# --- papers that a campaign may want ---------------------------------------------------------------------------------

NOTICE = {"id": "mn", "sent_on": "2024-02-18", "meeting_on": "2024-02-20", "start": "14:00", "place": "二楼会议室"}


@pytest.mark.parametrize(
    ("fields", "put", "found"),
    [
        ({}, {"planned_start": "14:00"}, []),
        ({"meeting_on": "2024-02-21"}, {}, ["meeting_on: 会议通知写2024年2月21日，会议记录写2024年2月20日。"]),
        ({"meeting_on": ""}, {}, []),
        ({"meeting_on": "2024-02-21"}, {"date": ""}, []),
        ({"sent_on": "2024-02-20"}, {}, []),
        ({"sent_on": "2024-02-21"}, {}, ["sent_on: 会议通知写2024年2月21日发出，会议记录写2024年2月20日开会。"]),
        ({"sent_on": "2024-02-21"}, {"date": ""}, []),
        ({"sent_on": ""}, {}, []),
        ({"place": "三楼"}, {}, ["place: 会议通知写三楼，会议记录写二楼会议室。"]),
        ({"place": ""}, {}, []),
        ({"place": "三楼"}, {"place": ""}, []),
        ({"place": "三楼", "start": "15:00"}, {"round": 2, "planned_start": "14:00"}, []),
        ({"start": "15:00"}, {}, []),
        ({"start": ""}, {"planned_start": "14:00"}, []),
        ({"start": "15:00"}, {"planned_start": "14:00"}, ["start: 会议通知写15时，会议记录写通知时间14时。"]),
    ],
)
def test_the_notice_is_compared_with_the_first_meeting(
    fields: dict[str, str], put: dict[str, Any], found: list[str]
) -> None:
    dossier = changed(
        put={f"meeting/mt/{name}": value for name, value in put.items()}, add={"meeting_notice": [{**NOTICE, **fields}]}
    )
    assert said(notice.meeting_differs_from_notice, dossier) == found
    without = changed(remove=["meeting"], add={"meeting_notice": [{**NOTICE, **fields}]})
    assert said(notice.meeting_differs_from_notice, without) == []


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ([{"title": "回访", "status": "done", "result": "每周五"}], []),
        ([{"title": "回访", "status": "open"}], ["items.0: 上年度整改事项“回访”没有写：落实情况。"]),
        ([{"title": "回访", "result": "每周五"}], ["items.0: 上年度整改事项“回访”没有写：状态。"]),
        (
            [{"title": "回访", "status": "done", "result": "好"}, {}],
            ["items.1: 上年度整改事项“未写事项”没有写：状态、落实情况。"],
        ),
        ([{"title": "甲" * 40, "status": "open"}], [f"items.0: 上年度整改事项“{'甲' * 40}”没有写：落实情况。"]),
        ([{"title": "甲" * 41, "status": "open"}], [f"items.0: 上年度整改事项“{'甲' * 40}…”没有写：落实情况。"]),
    ],
)
def test_an_item_of_last_year_says_whether_it_is_done_and_what_came_of_it(
    items: list[dict[str, str]], found: list[str]
) -> None:
    dossier = changed(add={"last_year": [{"id": "ly", "items": items}]})
    assert said(last_year.result_missing, dossier, **ASKING) == found


QUOTED = {"source": "通知三", "quote": "会上通报上年度整改，作工作报告"}
ASKING = {"demands": {"meeting.last_year": QUOTED, "meeting.work_report": QUOTED}}
REPORTED = [{"id": "ly", "items": [{"title": "回 访。"}]}]


@pytest.mark.parametrize(
    ("reports", "item", "left_out"),
    [
        (REPORTED, {"title": "排班"}, True),
        (REPORTED, {"title": "回访"}, False),
        (REPORTED, {"title": "回访；"}, False),
        (REPORTED, {"title": "排班", "carried_from": ""}, False),
        (REPORTED, {"title": "排班", "owner_kind": "member", "owner": "m1"}, False),
        (REPORTED, {"title": "排班", "owner_kind": ""}, True),
        (REPORTED, {"title": ""}, False),
        ([{"id": "ly", "text": "都完成了"}], {"title": "排班"}, False),
        ([], {"title": "排班"}, False),
    ],
)
def test_what_the_branch_carried_over_is_named_in_the_report_on_last_year(
    reports: list[dict[str, Any]], item: dict[str, str], left_out: bool
) -> None:
    carried = {"id": "k9", "owner_kind": "branch", "carried_from": "k1", **item}
    dossier = changed(remove=["rect_item"], add={"rect_item": [carried], "last_year": reports})
    assert bool(said(last_year.carried_item_left_out, dossier, **ASKING)) is left_out


def sheet(dossier: Dossier | None = None, **campaign: Any) -> Sheet:
    return Sheet(dossier or b.dossier(), b.campaign(**campaign))


def texts(paper: Document, kind: type[Any]) -> list[str]:
    return [block.text for block in paper.blocks if isinstance(block, kind)]


def test_the_figures_of_the_work_report_are_those_of_its_day() -> None:
    items = [{"title": "回访", "status": "done"}, {"title": "排班", "status": "open"}, {"title": "公开"}]
    reports = [{"id": "wr", "date": "2024-02-01", "text": "谈心谈话9次，很好。"}]
    dossier = changed(
        put={"member/m7/joined_on": "2024-02-02"},
        add={"work_report": reports, "last_year": [{"id": "ly", "items": items}]},
    )
    on_day = work_report.work_report_paper(sheet(dossier), dossier.records["work_report"][0])  # type: ignore[arg-type]
    facts = dict([block for block in on_day.blocks if isinstance(block, Facts)][-1].rows)
    assert (facts["党员"], facts["谈心谈话"], facts["上年度整改"]) == ("7名", "0次", "3项，已完成1项")
    assert texts(on_day, Note)[-1] == "上表数字按截至2024年2月1日的记录得出。"
    assert said(work_report.number_differs, dossier, **ASKING) == []  # talks count whenever they were held
    undated = changed(add={"work_report": [{"id": "wr", "text": "谈心谈话8次"}]})
    now = work_report.work_report_paper(sheet(undated), undated.records["work_report"][0])  # type: ignore[arg-type]
    facts = dict([block for block in now.blocks if isinstance(block, Facts)][-1].rows)
    assert facts["党员"] == "8名，其中预备党员1名"
    assert "上年度整改" not in facts
    assert texts(now, Note)[-1] == "上表数字按现有记录得出。"
    (look,) = work_report.work_report_live(undated.records["work_report"][0], undated, b.campaign()).lines["text"]  # type: ignore[arg-type]
    assert look == Look("正文写“谈心谈话8次”，按记录应为9次。", "must")


def test_the_work_report_begins_with_the_secretary_if_there_is_one() -> None:
    begin = work_report.begin_work_report
    assert begin(b.dossier(), b.campaign()) == {"reporter": "m1"}
    assert begin(changed(put={"member/m2/role": "secretary"}), b.campaign()) == {}
    assert begin(changed(put={"member/m1/role": "member"}), b.campaign()) == {}


def test_the_script_numbers_the_parts_of_the_agenda() -> None:
    keys = ["briefing", "criticism"]
    paper = script.script_blank(sheet(agenda=keys))
    first, second = (b.campaign().label(key) for key in keys)
    assert texts(paper, Heading) == ["一、宣布开会", f"二、{first}", f"三、{second}", "四、宣布散会"]
    assert texts(paper, Paragraph)[1:4] == [
        f"今天的议程有2项：一是{first}；二是{second}。",
        f"现在进行第一项：{first}。（进行完后）这一项进行完毕。",
        f"现在进行第二项：{second}。（进行完后）这一项进行完毕。",
    ]
    assert texts(script.script_blank(sheet(agenda="")), Paragraph)[1] == "下面按议程进行。"
    for present, words in ((["m1", "m2", "m3"], "可以开会"), (["m1", "m2"], "今天不能开会")):
        meeting = Meeting(id="x", present=present)
        numbers = texts(script.script_paper(sheet(), meeting), Paragraph)[0]
        assert f"应到党员8名，实到{len(present)}名；有表决权的6名，到会{len(present)}名，" in numbers
        assert words in numbers


# --- minutes ---------------------------------------------------------------------------------------------------------


def minutes(dossier: Dossier | None = None, **fields: Any) -> Document:
    meeting = Meeting.model_validate({"id": "mt", "date": "2024-02-20", **fields})
    return documents.minutes(sheet(dossier or changed(remove=["tally", "criticism", "superior_comment"])), meeting)


def test_parts_stand_as_they_were_held_and_what_was_recorded_besides_follows() -> None:
    label = b.campaign().label
    fields = {
        "agenda_done": ["comment", "briefing", "comment", "talks"],
        "speeches": [{"member": "m1", "order": 1}],
        "summary": {"text": "会后落实"},
        "resolutions": [{"subject": "方案", "expected": 0, "present": 3}, {"subject": "清单"}],
    }
    paper = minutes(**fields)
    parts = [
        "一、" + label("comment"),
        "二、" + label("briefing"),
        "三、" + label("criticism"),
        "四、" + label("summary"),
    ]
    assert texts(paper, Heading) == [*parts, "五、表决事项"]
    (table,) = [block for block in paper.blocks if isinstance(block, Table)]
    assert [row[:3] for row in table.rows] == [["方案", "0", "3"], ["清单", "6", "0"]]
    assert "没有登记上级点评。" in texts(paper, Paragraph)
    assert "没有登记相互批评意见。" in texts(paper, Paragraph)
    assert texts(minutes(), Heading) == []


@pytest.mark.parametrize(
    ("groups", "tally", "day"),
    [
        ([], "", "2024年2月20日"),
        ([{"date": "2024-02-22"}], "", "2024年2月22日"),
        ([{"date": "2024-02-19"}, {}], "2024-02-21", "2024年2月21日"),
        ([{"date": "2024-02-22"}], "2024-02-21", "2024年2月22日"),
    ],
)
def test_the_minutes_are_signed_on_the_last_day_of_the_meeting(
    groups: list[dict[str, str]], tally: str, day: str
) -> None:
    dossier = changed(remove=["tally", "criticism"], add={"tally": [{"id": "ty", "date": tally}]})
    (signature,) = [block for block in minutes(dossier, groups=groups).blocks if isinstance(block, Signature)]
    assert signature.day == day
    (undated,) = [block for block in minutes(dossier, groups=groups, date="").blocks if isinstance(block, Signature)]
    assert undated.day == ""


def test_who_was_informed_afterwards_is_added_by_day_below_the_signatures() -> None:
    absent = [
        {"member": "m4", "informed_on": "2024-02-26"},
        {"member": "m5", "reason": "住院", "approved_by": "m1"},
        {"member": "m6", "informed_on": "2024-02-25"},
    ]
    paper = minutes(absent=absent)
    assert [text for text in texts(paper, Note) if text.startswith("补记")] == [
        "补记：2024年2月25日，已向蒲大川通报会议情况。",
        "补记：2024年2月26日，已向田小禾通报会议情况。",
    ]
    assert [block.roles for block in paper.blocks if isinstance(block, Signature)][1:] == [["补记人"]]
    alone = minutes(absent=absent[1:2])
    assert len([block for block in alone.blocks if isinstance(block, Signature)]) == 1
    facts = dict(next(block for block in alone.blocks if isinstance(block, Facts)).rows)
    assert (facts["缺席"], facts["列席"]) == ("陆望舒（住院，魏长河批准）", "无")
    assert {"形式", "委托说明"}.isdisjoint(facts)
    more = dict(
        next(
            block for block in minutes(mode="video", delegation_note="书记出差").blocks if isinstance(block, Facts)
        ).rows
    )
    assert (more["缺席"], more["形式"], more["委托说明"]) == ("无", "视频", "书记出差")


SPOKE = "（未作自我批评）"


@pytest.mark.parametrize(
    ("turn", "alone", "beside_groups"),
    [
        ({"order": 1, "self_criticism": True}, "1.田小禾：作自我批评。", "1.田小禾：作自我批评。"),
        ({"order": 1, "self_criticism": True, "points": "晚到"}, "1.田小禾：晚到", "1.田小禾：晚到"),
        ({"order": 1}, f"1.田小禾{SPOKE}：", "1.田小禾："),
        ({"points": "表态"}, f"田小禾{SPOKE}：表态", "田小禾：表态"),
        ({"order": 0, "self_criticism": True}, "田小禾：作自我批评。", "田小禾：作自我批评。"),
    ],
)
def test_a_speech_without_self_criticism_is_marked_unless_groups_held_it(
    turn: dict[str, Any], alone: str, beside_groups: str
) -> None:
    speeches = [{"member": "m4", **turn}]
    assert alone in texts(minutes(speeches=speeches), Paragraph)
    grouped = minutes(speeches=speeches, groups=[{"group": "一组", "speeches": speeches}])
    paragraphs = texts(grouped, Paragraph)
    assert (alone in paragraphs, beside_groups in paragraphs) == (True, True)
    assert "全体党员会上的发言" in texts(grouped, Heading)
    assert "全体党员会上的发言" not in texts(minutes(groups=[{"group": "一组"}]), Heading)
    assert "全体党员会上的发言" not in texts(minutes(speeches=speeches), Heading)


def test_speeches_without_a_place_stand_last_and_lines_are_kept() -> None:
    speeches = [{"member": "m4", "points": "甲\n乙"}, {"member": "m5", "order": 2}, {"member": "m6", "order": 1}]
    found = texts(minutes(speeches=speeches), Paragraph)
    assert found[:4] == [f"1.蒲大川{SPOKE}：", f"2.陆望舒{SPOKE}：", f"田小禾{SPOKE}：甲", "乙"]


@pytest.mark.parametrize(
    ("meeting", "plan", "when", "who"),
    [
        ({"date": "2024-02-20", "start": "14:00", "planned_start": "13:30"}, "2024-02-19", "2024年2月20日 13时30分", 8),
        ({"date": "2024-02-20", "start": "14:00"}, "2024-02-19", "2024年2月20日 14时", 8),
        ({"date": ""}, "2024-02-19", "", 8),
        (None, "2024-02-19", "2024年2月19日", 7),
        (None, "", "", 8),
    ],
)
def test_the_agenda_is_of_the_day_of_the_meeting_or_of_the_planned_day(
    meeting: dict[str, str] | None, plan: str, when: str, who: int
) -> None:
    dossier = changed(
        put={"plan/plan/planned_meeting_on": plan, "member/m4/joined_on": "2024-02-20"},
        remove=["meeting"],
        add={"meeting": [{"id": "mt", **meeting}] if meeting else []},
    )
    facts = dict(
        next(block for block in documents.agenda_paper(sheet(dossier)).blocks if isinstance(block, Facts)).rows
    )
    assert (facts["时间"], facts["参加人员"]) == (when, f"全体党员（{who}名）")
    assert [paper.form for paper in documents.documents(sheet(dossier))][:1] == ["F8"]
    assert documents.documents(sheet(changed(remove=["meeting", "plan"]))) == []


def test_the_comment_says_what_it_covers_and_numbers_the_problems() -> None:
    comments = [
        {
            "id": "s1",
            "author": "mt.g1",
            "covers": {"meeting": True, "guidance": True},
            "problems": [{"id": "s1.p1", "text": "慢"}, {"id": "s1.p2"}],
        },
        {"id": "s2", "author": "nobody"},
    ]
    dossier = changed(remove=["superior_comment"], add={"superior_comment": comments})
    one, two = [paper for paper in documents.documents(sheet(dossier)) if paper.form == "F13"]
    facts = dict(next(block for block in one.blocks if isinstance(block, Facts)).rows)
    assert (facts["涉及内容"], facts["点评人"]) == ("会议情况、指导性意见", "柏青（局机关党总支）")
    assert texts(one, Paragraph)[-2:] == ["1.慢", "2.〔待填〕"]
    assert texts(two, Paragraph)[-1] == "无"
    assert dict(next(block for block in two.blocks if isinstance(block, Facts)).rows)["涉及内容"] == "无"
