"""The answers of a person who confirmed a roster: each must be complete, and what is wrong is named by its row."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.core.errors import BadInput
from orglife.core.sheet.cells import Lexicon
from orglife.exchange.roster.review import RosterReview, members_of
from orglife.exchange.roster.sources import PASTED, source_of_text
from tests import branch as b
from tests.exchange.test_rosters import CASES
from tests.whole.golden_files import GOLDEN, compare, rows_of

HEAD = "姓名\t党员身份\t党内职务\t身份证号\t备注"


def review(text: str = HEAD + "\n魏长河\t正式\t书记\t11\t一", **members: dict[str, Any]) -> RosterReview:
    return RosterReview(source_of_text(PASTED, text), Lexicon(b.campaign(), today=b.AS_OF), members)


def row(number: int, name: str, **more: Any) -> dict[str, Any]:
    values = {"name": name, "status": "full", "role": "member", **more.pop("values", {})}
    return {"n": number, "keep": True, "seen": False, "open": [], "values": values, **more}


def problems(*rows: dict[str, Any], members: dict[str, Any] | None = None, **more: Any) -> list[str]:
    with pytest.raises(BadInput) as refused:
        review(**(members or {})).confirmed({"rows": list(rows), **more})
    return list(refused.value.sentences)


def test_new_members_get_ids_and_only_what_the_form_asks_for() -> None:
    bodies = review(m1={"id": "m1", "name": "魏长河", "group": "一组"}).confirmed(
        {"rows": [row(2, "魏 长河", values={"role": "secretary", "id": "x", "salary": "1"}), row(3, "祝秋实")]}
    )
    assert bodies[0] == {"id": "m1", "name": "魏长河", "group": "一组", "status": "full", "role": "secretary"}
    assert bodies[1]["id"] not in ("m1", "")
    assert [member.name for member in members_of(bodies)] == ["魏长河", "祝秋实"]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"values": {"name": ""}}, "第2行：没有姓名"),
        ({"values": {"status": ""}}, "第2行“魏长河”：没有选党员身份"),
        ({"values": {"status": "king"}}, "不在可选的几项里"),
        ({"values": {"joined_on": "明天"}}, "第2行“魏长河”："),
        ({"n": 0, "values": {"status": ""}}, "新加的一行“魏长河”：没有选党员身份"),
        ({"open": ["status"]}, "名单里还有1人要您看一看：第2行“魏长河”。"),
        ({"keep": False}, "没有勾选一名党员"),
    ],
)
def test_what_is_missing_or_wrong_is_named_by_its_row(changes: dict[str, Any], what: str) -> None:
    assert any(what in sentence for sentence in problems(row(2, "魏长河", **changes)))


@pytest.mark.parametrize(("count", "end"), [(5, "第6行“党员5”。"), (6, "第6行“党员5”等。")])
def test_of_many_open_rows_five_are_named(count: int, end: str) -> None:
    rows = [row(number + 1, f"党员{number}", open=["status"]) for number in range(1, count + 1)]
    (sentence,) = problems(*rows)
    assert f"名单里还有{count}人要您看一看" in sentence
    assert end in sentence


def test_one_name_twice_is_asked_about_until_both_rows_were_seen() -> None:
    assert problems(row(2, "魏长河"), row(3, "魏 长河", seen=True)) == [
        "第2行与第3行都是“魏长河”。同一个人的，请去掉一行的勾；确是两个人的，请都勾选“已核对”。"
    ]
    bodies = review().confirmed({"rows": [row(2, "魏长河", seen=True), row(3, "魏长河", seen=True)]})
    assert len({body["id"] for body in bodies}) == 2
    twice = (row(2, "魏长河", seen=True), row(3, "魏长河", seen=True))
    told = problems(*twice, members={"m1": {"id": "m1", "name": "魏长河"}})
    assert len(told) == 2
    assert all("分不清是哪一名" in sentence for sentence in told)


def test_rows_without_a_name_are_asked_for_it_and_not_taken_for_one_person() -> None:
    nameless = [row(number, "") for number in (2, 3)]
    assert problems(*nameless, members={"m1": {"id": "m1"}}) == [
        f"第{number}行：没有姓名。请补上姓名，或者去掉这一行的勾。" for number in (2, 3)
    ]


def test_a_branch_has_one_secretary() -> None:
    secretary = {"values": {"role": "secretary"}}
    assert problems(row(2, "魏长河", **secretary), row(3, "祝秋实", **secretary)) == [
        "有2名书记（魏长河、祝秋实）。请只留一名。"
    ]
    assert len(review().confirmed({"rows": [row(2, "魏长河", **secretary), row(3, "祝秋实")]})) == 2


@pytest.mark.parametrize("answer", [{}, {"rows": 1}, {"rows": [1, None]}, {"rows": [{"keep": True, "values": 1}]}])
def test_an_answer_that_no_page_gives_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        review().confirmed(answer)


def test_the_table_shows_no_private_column() -> None:
    columns = {column["heading"]: column["sample"] for column in review().page()["columns"]}
    assert columns["身份证号"] == ""
    assert columns["备注"].endswith("一")


def test_samples_are_the_last_three_contents_cut_to_eight_characters() -> None:
    text = "\n".join(
        [HEAD, *(f"党员{n}\t正式\t\t\t备注{n}{'长' * 9}" for n in "一二三四"), "党员五\t正式\t\t\t备注四" + "长" * 9]
    )
    columns = {column["heading"]: column["sample"] for column in review(text).page()["columns"]}
    assert columns["备注"] == "、".join(f"备注{n}长长长长长" for n in "二三四")


HERE: dict[str, dict[str, Any]] = {
    "m01": {"id": "m01", "name": "王 建国", "status": "full", "role": "secretary", "group": "一组"},
    "m02": {"id": "m02", "name": "李秀兰", "status": "probationary", "role": "committee", "joined_on": "2020-07-01"},
    "m03": {"id": "m03", "name": "赵磊", "status": "full", "left_on": "2024-01-05", "mobile_state": "mobile"},
    "m04": {"id": "m04", "name": "马丽", "status": "full", "is_leader": True},
    "m05": {"id": "m05", "name": "马丽", "role": "member"},
    "m06": {"id": "m06", "name": "不在册的", "status": "full"},
    "m07": {"id": "m07", "name": "早走的", "left_on": "2023-01-05"},
    "m08": {"id": "m08", "status": "full"},
}
"""Members of a branch, some of whom the rosters hold."""


@pytest.mark.parametrize("members", [{}, HERE], ids=["founding", "branch"])
def test_the_table_that_is_shown_of_each_roster(members: dict[str, Any], request: pytest.FixtureRequest) -> None:
    """Columns, rows, doubts, what becomes of each member, and who is absent; the list of uses is the same for all."""
    shown: dict[str, Any] = {}
    for case in CASES:
        if case.refused or case.form not in ("pasted", "text", "csv utf-8-sig"):
            continue
        text = case.text() if case.is_pasted else case.content.strip("\n").replace("|", "\t")
        page = review(text, **members).page()
        page.pop("uses")
        rows = page.pop("rows")
        shown |= {f"{case.title} {place}": {k: v for k, v in row.items() if v} for place, row in enumerate(rows)}
        shown[case.title] = {name: part for name, part in page.items() if part}
    compare(GOLDEN / f"rosters/{request.node.callspec.id}.json", rows_of(shown))


def test_every_use_of_a_column_is_offered_once() -> None:
    uses = review().page()["uses"]
    assert uses[0] == ["", "不用"]
    assert ["remark", "备注（只用来核对）"] in uses
    assert [use for use, _ in uses].count("name") == 1
    assert "id" not in [use for use, _ in uses]
