"""Branches whose records hold what the test branch leaves out: a second round, groups, votes, disposals; and blank ones.

Most optional fields have a value here, so that its papers show every line that a paper can have.
"""

from __future__ import annotations

from typing import Any

from tests import branch as b

Json = dict[str, Any]
OUTSIDE = {"name": "罗上级", "unit": "局机关党总支"}


def _members() -> list[Json]:
    members = b.members()
    more: dict[str, Json] = {
        "m1": {"is_leader": True},
        "m4": {"group": "一组", "joined_on": "2024-01-05"},
        "m5": {"group": "二组", "left_on": "2024-02-21"},
        "m6": {"quorum_excluded": True, "quorum_basis": "bedridden"},
        "m7": {"group": "二组"},
    }
    found = [{**member, **more.get(member["id"], {})} for member in members]
    return [*found, {"id": "m9", "name": "", "status": "full", "role": "member", "joined_on": "2024-03-01"}]


def _meeting() -> Json:
    speeches = b.meeting()["speeches"]
    return {
        **b.meeting(),
        "id": "mt2",
        "round": 2,
        "date": "2024-03-04",
        "planned_start": "13:30",
        "mode": "video",
        "chair": "m2",
        "delegation_note": "书记出差，委托副书记主持",
        "present": ["m2", "m3", "m4", "m7", "m8"],
        "absent": [
            {
                "member": "m1",
                "reason": "出差",
                "approved_by": OUTSIDE,
                "approved_on": "2024-03-01",
                "informed_on": "2024-03-05",
            },
            {"member": "m6", "reason": "", "informed_on": "2024-03-06"},
        ],
        "guests": [
            {"id": "mt2.g1", "name": "柏青", "unit": "", "capacity": "superior"},
            {"id": "mt2.g2", "name": "聂群", "unit": "东街居委会", "capacity": "mass"},
            {"id": "mt2.g3", "name": "郝旁", "unit": "局工会"},
        ],
        "agenda_done": ["comment", "criticism", "summary"],
        "briefing": {"preparation": "补学一次", "opinions": "", "problems": "查出两个\n都已答复"},
        "speeches": [],
        "groups": [
            {
                "group": "一组",
                "date": "2024-03-04",
                "start": "14:10",
                "end": "15:00",
                "place": "一楼",
                "chair": "m2",
                "recorder": "m4",
                "present": ["m2", "m4"],
                "speeches": [{**speeches[1], "order": 2}, {**speeches[3], "order": 1, "self_criticism": False}],
            },
            {"group": "二组", "chair": "m3", "present": ["m3", "m7", "m8"], "speeches": []},
        ],
        "resolutions": [
            {"subject": "接收预备党员", "present": 4, "yes": 3, "no": 0, "abstain": 1},
            {"subject": "其他事项"},
        ],
        "summary": {"by": "m2", "text": "四月底前落实"},
        "closing": "散会。\n下次再议。",
        "completed": False,
    }


def _appraisal() -> Json:
    return {
        "tally": [
            {
                "id": "ty2",
                "round": 2,
                "date": "2024-03-04",
                "secret": False,
                "issued": 9,
                "returned": 8,
                "valid": 6,
                "invalid": 2,
                "self_vote": True,
                "outside_issued": 2,
                "counters": ["m4", OUTSIDE],
                "supervisors": [],
                "rows": [
                    {"member": "m1", "excellent": 1, "qualified": 2, "basic": 1, "unqualified": 1, "abstain": 1},
                    {"member": "m2", "excellent": 6},
                    {"member": "m3", "excellent": 3, "abstain": 2},
                    {"member": "m7", "no_grade": True},
                ],
            }
        ],
        "grade_meeting": [
            {
                "id": "gm2",
                "round": 2,
                "body": "assembly",
                "date": "2024-03-05",
                "present": ["m2", "m3", "m4"],
                "yes": 2,
                "no": 0,
                "abstain": 1,
            }
        ],
        "grade": [
            {"id": "g21", "round": 2, "member": "m1", "grade": "excellent", "opinion": "", "feedback_on": "2024-03-06"},
            {"id": "g22", "round": 2, "member": "m4", "grade": "basic", "opinion": "常晚交"},
            {"id": "g23", "round": 2, "member": "m6", "waiver": "no_expression"},
            {
                "id": "g24",
                "round": 2,
                "member": "m8",
                "grade": "unqualified",
                "opinion": "失信",
                "waiver": "lost_contact",
            },
            {"id": "g25", "round": 2, "member": "m7", "opinion": "有长进"},
        ],
        "disposal": [
            {
                "id": "d1",
                "round": 2,
                "member": "m4",
                "kind": "correct_by_deadline",
                "ground": "三次晚交",
                "proposed_by": "committee",
                "proposed_on": "2024-03-05",
                "months": 6,
                "help_measures": "书记每月谈一次",
                "effective_on": "2024-03-07",
            },
            {
                "id": "d2",
                "member": "m8",
                "kind": "remove",
                "ground": "失信",
                "proposed_by": "assembly",
                "prior_filed_on": "2024-02-27",
                "heard_note": "三次上门没有找到人",
                "assembly": {"date": "2024-03-06", "present": 4, "yes": 4, "no": 0, "abstain": 0},
                "approved_by": "局机关党总支",
                "approved_on": "2024-03-08",
            },
            {"id": "d3", "member": "m5", "heard_on": "2024-03-01"},
        ],
    }


def _rectification() -> Json:
    return {
        "rect_item": [
            {
                "id": "k9",
                "owner_kind": "branch",
                "source": "superior",
                "problem_ids": ["sc2.p1"],
                "title": "答复慢",
                "measure": "",
                "due": "2024-03-05",
                "status": "done",
                "done_on": "2024-03-04",
                "evidence": "台账",
                "carried_from": "2023",
            },
            {
                "id": "k10",
                "owner_kind": "branch",
                "source": "education",
                "title": "没有对应问题的事项",
                "responsible": OUTSIDE,
                "due": "2024-02-29",
                "delay_note": "等设备到货",
            },
        ],
        "rect_list": [{"id": "km3", "owner_kind": "member", "owner": "m3", "none_declared": ["education"]}],
        "publication": [
            {
                "id": "pb2",
                "kind": "both",
                "scope": "公开栏",
                "start": "2024-03-05",
                "text": "整改五项",
                "place": "门厅",
                "feedback": "有人问期限",
                "handling": "当天答复",
            },
            {"id": "pb3", "kind": "completion", "start": "2024-03-05", "end": "2024-03-05"},
        ],
    }


def _rest() -> Json:
    return {
        "explanation": [
            {
                "id": "e1",
                "rule": "MEET-05",
                "subjects": ["m1"],
                "reason": "出差在外，已请假",
                "by": "m2",
                "date": "2024-03-05",
            }
        ],
        "check_item": [
            {"id": "ci1", "demand": "meeting.other", "done": True, "date": "2024-03-04", "by": "m2", "note": "已办"}
        ],
        "study": [
            {
                "id": "st2",
                "date": "2024-02-08",
                "form": "self",
                "material_ids": ["zhunze"],
                "attendees": ["m1", "m2"],
                "makeup": [{"member": "m3", "date": "2024-02-12"}, {"member": "m4"}],
                "place": "家中",
                "topic": "读准则",
                "gist": "谈了两点\n都记下了",
            },
            {"id": "st3", "date": "2024-02-09", "form": "delivered", "attendees": ["m6"], "host": "m2"},
        ],
        "talk": [
            {
                "id": "t90",
                "date": "2024-02-09",
                "participants": ["m1", "m4", "m5"],
                "initiator": "m4",
                "thoughts": "三个人谈",
                "mode": "phone",
                "start": "09:00",
                "end": "09:40",
                "place": "线上",
            },
            {"id": "t91", "participants": ["m2"], "start": "10:00"},
        ],
        "opinion": [
            {
                "id": "o3",
                "date": "2024-02-08",
                "source": "member",
                "target": "m2",
                "channel": "letter",
                "text": "少开会",
            },
            {
                "id": "o4",
                "source": "superior",
                "target": "team",
                "channel": "online",
                "text": "快些答复",
                "response": "已改",
            },
        ],
        "criticism": [
            {"id": "c90", "round": 2, "author": "m4", "target": "m2", "text": "讲话长", "response": "接受"},
            {"id": "c91", "round": 2, "author": "m2", "target": "m4", "text": "", "kind": "work"},
        ],
        "superior_comment": [
            {
                "id": "sc2",
                "round": 2,
                "author": "mt2.g2",
                "covers": {"meeting": False, "criticism": True, "guidance": False},
                "text": "互评实在",
                "problems": [{"id": "sc2.p1", "text": "答复慢"}, {"id": "sc2.p2", "text": ""}],
            },
            {"id": "sc3", "round": 2, "author": "mt2.g1", "covers": {}, "text": ""},
        ],
        "filing": [
            {
                "id": "fl2",
                "round": 2,
                "date": "2024-03-06",
                "to": "局机关党总支",
                "contents": {"problems": False, "measures": True, "grades": False},
                "text": "补报一件",
                "received_on": "2024-03-07",
                "received_by": "罗收件",
            }
        ],
        "redo_order": [
            {
                "id": "ro1",
                "branch": "t01",
                "round": 1,
                "scope": "whole",
                "issued_by": "局机关党总支",
                "date": "2024-02-29",
                "due": "2024-03-20",
                "reason": "会没有开够",
            }
        ],
        "remark": [
            {
                "id": "rm1",
                "branch": "t01",
                "date": "2024-03-07",
                "by": "局机关党总支",
                "record": "fl2",
                "text": "缺附件",
            }
        ],
    }


ARCHIVED: list[Json] = [
    {
        "id": "a1",
        "form": "F9",
        "subject": "mt",
        "code": "J001-DQ2024-Y-0001",
        "retention": "Y",
        "seq": 1,
        "title": "会议记录",
        "responsible": "测试局机关党支部",
        "date": "2024-02-20",
        "pages": 5,
    },
    {
        "id": "a2",
        "form": "F1",
        "subject": "plan",
        "retention": "D30",
        "seq": 2,
        "title": "方案",
        "pages": 2,
        "withdrawn": True,
    },
    {
        "id": "a3",
        "form": "F2",
        "subject": "st",
        "retention": "D30",
        "seq": 1,
        "title": "学习",
        "date": "2024-01-31",
        "pages": 3,
    },
    {"id": "a4", "form": "F3", "subject": "t01", "retention": "D10", "seq": 1, "title": "谈话", "security": "秘密"},
]


def branch() -> Json:
    """The whole dossier as JSON."""
    add: Json = {"meeting": [_meeting()], **_appraisal(), **_rectification(), **_rest()}
    put = {
        "member": _members(),
        "plan/plan/approved_on": "2024-02-06",
        "plan/plan/planned_meeting_on": "2024-02-20",
        "plan/plan/contents/other": "",
        "plan/plan/phases/during": "书记先讲\n逐个来",
        "meeting/mt/groups": [],
        "team_review/tr/text": "全文第一段\n全文第二段",
        "member_review/r2/text": "我的全文",
        "member_review/r3/items/0/measure": "",
        "member_review/r4/items": [],
        "member_review/r5/key_checks/moral_lapse": "yes",
        "pledge/p4/problem_ids": [],
        "report/rp/figures": {"expected": 8, "present": 7, "criticism_count": 42, "excellent": 2, "done_count": 0},
        "report/rp/received_on": "2024-03-01",
        "report/rp/received_by": "罗收件",
        "branch/unit_name": "测试局",
        "branch/fonds": "J001",
        "branch/org_code": "DZB01",
        "branch/has_committee": False,
    }
    return b.changed(b.branch(), put=put, add=add)


def blank() -> Json:
    """The test branch with one record more of each type in which nothing is filled in, and its meeting without a day."""
    records = b.branch()["records"]
    single = {"meeting", "tally", "grade_meeting", "filing"}  # one per round: the blank one is of the second
    add = {
        kind: [{"id": f"x_{kind}", **({"round": 2} if kind in single else {})}] for kind in records if kind != "member"
    }
    add |= {kind: [{"id": f"x_{kind}"}] for kind in ("disposal", "redo_order", "remark", "check_item", "explanation")}
    add["rect_item"] += [{"id": "x_own", "owner_kind": "member"}, {"id": "x_branch", "owner_kind": "branch"}]
    add["superior_comment"] += [{"id": "x_comment", "round": 2, "problems": [{"id": "x_problem"}]}]
    add["member_review"] += [{"id": "x_outline", "member": "m1", "items": [{"id": "x_item"}]}]
    add["member"] = [{"id": "x_member"}]
    remove = ["plan", "team_review", "problem_list", "report", "member_review/r1"]
    return b.changed(b.branch(), put={"meeting/mt/date": ""}, remove=remove, add=add)


_LONG = {
    "fact",
    "cause",
    "measure",
    "text",
    "title",
    "evidence",
    "topic",
    "response",
    "opinion",
    "reason",
    "delay_note",
}


def _lengthened(value: Any) -> Any:
    if isinstance(value, list):
        return [_lengthened(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: f"{part}，{'甲乙丙丁戊己庚辛壬癸' * 7}"
        if key in _LONG and isinstance(part, str) and part
        else _lengthened(part)
        for key, part in value.items()
    }


def long() -> Json:
    """The unusual branch with texts longer than any message or label repeats, each character telling its place."""
    raw = branch()
    return {**raw, "records": _lengthened(raw["records"])}
