"""Numbers that a text states, against those that the records give: what is compared, and with which of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.core.record.dossier import Dossier
from orglife.stages.shared.reviewed import why_not_reviewed
from orglife.stages.shared.stated import differing, numbers_on, totals
from tests import branch as b

DAY = date(2024, 3, 8)
LATE = "2024-02-25"
"""After the meeting of 20 February."""


def dossier() -> Dossier:
    """Three sessions of study (one of them after the meeting, one not collective), a talk and an opinion after it."""
    raw = b.branch()
    first = raw["records"]["study"][0]
    add: dict[str, Any] = {
        "study": [{**first, "id": "s2", "date": LATE}, {**first, "id": "s3", "form": "self"}],
        "talk": [b.talk("t90", "m4", "m6", date=LATE)],
        "opinion": [{"id": "o9", "date": LATE, "source": "mass", "text": "无意见"}],
    }
    return b.dossier(b.changed(raw, add=add))


def test_what_happened_before_the_meeting_is_the_usual_number_and_all_of_it_may_be_stated_too() -> None:
    found = numbers_on(dossier(), DAY)
    assert {key: found[key] for key in ("study", "talks", "opinions", "team_problems", "member_problems", "problems")} == {
        "study": (1, 2, 3), "talks": (9, 10), "opinions": (2, 3),
        "team_problems": (1,), "member_problems": (8,), "problems": (9, 1, 8),
    }  # fmt: skip
    assert {key: found[key] for key in ("expected", "present", "excellent", "qualified", "branch_items", "rect_count")} == {
        "expected": (8,), "present": (7,), "excellent": (2,), "qualified": (5,), "branch_items": (1,), "rect_count": (4,),
    }  # fmt: skip
    assert totals(dossier()) == {
        "preparation": "集中学习1次，谈心谈话9次",
        "opinions": "征求意见2条",
        "problems": "班子查摆问题1个，党员查摆问题8个",
    }
    empty = numbers_on(b.dossier({**b.branch(), "records": {}}), DAY)
    assert "expected" not in empty
    assert (empty["team_problems"], empty["problems"]) == ((0,), (0, 0, 0))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("集中学习1次、集中学习两次、集中学习3次", []),
        ("集中学习4次", [("study", "集中学习4次", "1次")]),
        ("主题党日集中学习4次", []),
        ("谈心谈话十次，谈心谈话共12次", [("talks", "谈心谈话共12次", "9次")]),
        ("收到意见建议共4条", [("opinions", "收到意见建议共4条", "2条")]),
        ("班子查摆问题2个", [("team_problems", "班子查摆问题2个", "1个")]),
        ("班子查找出2项问题", [("team_problems", "班子查找出2项问题", "1项")]),
        ("查摆班子问题2个，班子问题3个", [("team_problems", "查摆班子问题2个", "1个"), ("team_problems", "班子问题3个", "1个")]),
        ("已经解决的，班子问题3个", []),
        ("已经解决。班子问题3个", [("team_problems", "班子问题3个", "1个")]),
        ("党员查摆问题9个", [("member_problems", "党员查摆问题9个", "8个")]),
        ("8名党员查摆问题9个", [("member_problems", "8名党员查摆问题9个", "8个")]),
        ("3名党员查摆问题9个", []),
        ("预备党员查摆问题9个", []),
        ("全体查摆问题10个", [("problems", "全体查摆问题10个", "9个")]),
        ("应到会党员9名，实到6名", [("expected", "应到会党员9名", "8名"), ("present", "实到6名", "7名")]),
        ("有表决权的应到9名，实到6名", []),
        ("支委应到9名。实到6名", [("present", "实到6名", "7名")]),
        ("优秀3名，合格6名，基本合格1名，不合格1名", [
            ("excellent", "优秀3名", "2名"), ("qualified", "合格6名", "5名"), ("basic", "基本合格1名", "0名"), ("unqualified", "不合格1名", "0名"),
        ]),
        ("党小组评出优秀3名", [("excellent", "优秀3名", "2名")]),
        ("支部整改事项2项，整改事项共5项，已完成整改1项", [
            ("branch_items", "支部整改事项2项", "1项"), ("rect_count", "整改事项共5项", "4项"), ("done_count", "已完成整改1项", "0项"),
        ]),
        ("会上提出批评意见50条", [("criticism_count", "会上提出批评意见50条", "42条")]),
    ],
)  # fmt: skip
def test_a_number_that_the_records_do_not_give_is_quoted_with_the_usual_one(
    text: str, found: list[tuple[str, str, str]]
) -> None:
    assert [tuple(one) for one in differing(text, dossier(), DAY)] == found


def test_what_is_not_to_be_compared_and_what_is_not_known_is_passed_over() -> None:
    text = "应到9名，优秀3名"
    assert [one.key for one in differing(text, dossier(), DAY)] == ["expected", "excellent"]
    assert [one.key for one in differing(text, dossier(), DAY, ["expected"])] == ["excellent"]
    assert [one.key for one in differing(text, dossier(), date(2024, 2, 19))] == ["excellent"]


@pytest.mark.parametrize(
    ("reviewed", "meeting", "why"),
    [
        (None, None, "没有报上级审阅的日期"),
        (None, DAY, "没有报上级审阅的日期"),
        (DAY, None, ""),
        (DAY, DAY, ""),
        (DAY, date(2024, 3, 7), "的审阅日期晚于会议"),
        (DAY, date(2024, 3, 9), ""),
    ],
)
def test_a_text_is_looked_at_by_the_day_of_the_meeting(reviewed: date | None, meeting: date | None, why: str) -> None:
    assert why_not_reviewed(reviewed, meeting) == why
