"""The differences between two versions of a record, in words."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.core.paper.changes import compare_records
from orglife.core.paper.paper import Sheet
from orglife.stages.meeting.record import Meeting
from orglife.stages.reviews.record import MemberReview
from tests import branch as b

SHEET = Sheet(b.dossier(), b.campaign())
BLANK = "（空）"


def meeting(**fields: Any) -> Meeting:
    return Meeting.model_validate({"id": "x", **fields})


def changes(before: Any, after: Any) -> list[tuple[str, str, str]]:
    return [tuple(one) for one in compare_records(before, after, SHEET)]  # type: ignore[misc]


ABSENT = {"member": "m6", "reason": "住院"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, []),
        ({"place": "二楼"}, {"place": "二楼"}, []),
        ({"place": "二楼"}, {"place": "三楼"}, [("地点", "二楼", "三楼")]),
        ({}, {"place": "三楼"}, [("地点", BLANK, "三楼")]),
        ({"place": "二楼"}, {}, [("地点", "二楼", BLANK)]),
        ({"start": "14:30"}, {"start": "15:05"}, [("开始", "14:30", "15:05")]),
        ({"date": "2024-02-20"}, {}, [("日期", "2024年2月20日", BLANK)]),
        ({"completed": True}, {"completed": False}, [("记录完成", "是", "否")]),
        ({"chair": "m1"}, {"chair": "m2"}, [("主持人", "魏长河", "祝秋实")]),
        ({"present": ["m1", "m2"]}, {"present": ["m2"]}, [("到会党员", "魏长河；祝秋实", "祝秋实")]),
        ({"present": ["m1"]}, {"present": []}, [("到会党员", "魏长河", BLANK)]),
        ({"recorder": "m1"}, {"recorder": {"name": "柏青", "unit": "局机关"}}, [("记录人", "魏长河", "柏青（局机关）")]),
        ({"recorder": {"name": "柏青"}}, {}, [("记录人", "柏青", BLANK)]),
        ({"briefing": {"opinions": "三条"}}, {"briefing": {"opinions": "四条", "problems": "两个"}}, [("书记通报·征求意见", "三条", "四条"), ("书记通报·查摆问题", BLANK, "两个")]),
        ({"briefing": {"opinions": "三条"}}, {}, [("书记通报·征求意见", "三条", BLANK)]),
        # rows are matched by their member or id, wherever they stand
        ({"absent": [ABSENT]}, {"absent": [{"member": "m5", "reason": "出差"}, {**ABSENT, "reason": "手术"}]}, [("缺席第2项·原因", "住院", "手术"), ("缺席第1项", BLANK, "党员：陆望舒，原因：出差")]),
        ({"absent": [ABSENT]}, {}, [("缺席第1项", "党员：蒲大川，原因：住院", BLANK)]),
        ({"absent": [{"member": "m5"}, ABSENT]}, {"absent": [{"member": "m5"}]}, [("缺席第2项", "党员：蒲大川，原因：住院", BLANK)]),
        ({"guests": [{"id": "g1", "name": "柏青"}]}, {"guests": [{"id": "g1", "name": "柏清"}]}, [("列席第1项·姓名", "柏青", "柏清")]),
        ({"guests": []}, {"guests": [{"id": "g1", "name": "柏青"}]}, [("列席第1项", BLANK, "姓名：柏青")]),
        # and by their place where they have neither
        ({"resolutions": [{"subject": "一"}, {"subject": "二"}]}, {"resolutions": [{"subject": "一"}, {"subject": "三", "yes": 0}]}, [("表决事项第2项·事项", "二", "三"), ("表决事项第2项·赞成", BLANK, "0")]),
        ({"groups": [{"group": "一组", "speeches": [{"member": "m1", "points": "甲"}]}]}, {"groups": [{"group": "一组", "speeches": [{"member": "m1", "points": "乙"}]}]}, [("分组第1项·发言第1项·要点", "甲", "乙")]),
        ({}, {"groups": [{"group": "一组", "speeches": [{"member": "m1", "points": "甲"}, {"member": "m2"}]}]}, [("分组第1项", BLANK, "党小组：一组，发言：党员：魏长河，要点：甲；党员：祝秋实")]),
        ({}, {"absent": [{"member": "m5", "approved_by": "m1"}]}, [("缺席第1项", BLANK, "党员：陆望舒，批准人：魏长河")]),
    ],
)  # fmt: skip
def test_each_field_that_differs_is_named_with_both_values(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert changes(meeting(**before), meeting(**after)) == expected


def test_a_record_that_comes_or_goes_has_all_its_fields_changed() -> None:
    one = meeting(place="二楼", briefing={"opinions": "三条"}, present=["m1"])
    assert changes(None, one) == [
        ("地点", BLANK, "二楼"), ("到会党员", BLANK, "魏长河"), ("书记通报·征求意见", BLANK, "三条"),
    ]  # fmt: skip
    assert changes(one, None) == [(label, after, before) for label, before, after in changes(None, one)]
    assert changes(None, None) == []


def test_a_map_is_shown_with_the_labels_of_the_campaign() -> None:
    key = next(iter(b.campaign().key_checks))
    found = changes(
        MemberReview.model_validate({"id": "x"}),
        MemberReview.model_validate({"id": "x", "key_checks": {key: "no", "odd": "yes"}}),
    )
    assert found == [("重点对照", BLANK, f"{b.campaign().label(key)}：无；odd：有")]
