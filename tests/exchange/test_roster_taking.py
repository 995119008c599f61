"""A roster imported in the page at any later time: new members are added, known ones revised, absent ones only named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.panel.roster import RosterPanel
from orglife.core.errors import BadInput
from orglife.exchange.roster.taking import BranchRoster
from orglife.office.office import Office
from tests import branch as b
from tests.conftest import run

HERE = ["魏长河", "祝秋实"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    root = tmp_path / "ws"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(author="田小禾", branch="t01"))
    source = tmp_path / "t01.json"
    source.write_text(json.dumps(b.branch()), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0
    with Office.open(root) as found:
        yield found


def pasted(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(row) for row in [["姓名", "党员身份", "党内职务", "党小组"], *rows])


def table(roster: BranchRoster, text: str) -> dict[str, Any]:
    return roster.table("", None, text, None)


def answer(page: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The answer of a person who has looked at every row and changed nothing."""
    rows = [{"n": r["n"], "keep": r["keep"], "seen": True, "values": r["values"], "open": []} for r in page["rows"]]
    return {"rows": rows, **more}


def members(office: Office) -> dict[str, Any]:
    return {m.name: m for m in office.dossier("t01").members.values()}


def test_new_ones_are_added_known_ones_revised_and_absent_ones_only_named(office: Office) -> None:
    before = members(office)
    roster = BranchRoster(office, "t01")
    page = table(
        roster, pasted([["魏 长 河", "", "", "一组"], ["祝秋实", "正式", "委员", ""], ["贺新", "预备", "", ""]])
    )
    states = {row["values"]["name"]: row["state"] for row in page["rows"]}
    assert states["魏长河"] == "修改：党小组填上“一组”"
    assert "党内职务由“副书记”改为“委员”" in states["祝秋实"]
    assert states["贺新"] == "新增"
    assert set(page["absent"]) == set(before) - {"魏长河", "祝秋实"}
    assert members(office) == before, "nothing is saved before it is confirmed"
    assert roster.take(answer(page)) == "✓ 已保存：新增1名，修改2名。"
    now = members(office)
    assert set(now) == {*before, "贺新"}
    assert (now["魏长河"].group, now["魏长河"].role, now["魏长河"].id) == ("一组", "secretary", before["魏长河"].id)
    assert (now["祝秋实"].role, now["贺新"].status) == ("committee", "probationary")
    with pytest.raises(BadInput, match="没有要保存的"):
        roster.take(answer(table(roster, pasted([["贺新", "预备", "", ""]]))))


def test_what_a_blank_cell_leaves_open_is_asked_of_new_members_only(office: Office) -> None:
    rows = [["魏长河", "", "", ""], ["祝秋实", "", "", ""], ["贺新", "", "", ""], ["田小禾", "正式", "", ""]]
    page = table(BranchRoster(office, "t01"), pasted(rows))
    assert [row["doubts"] for row in page["rows"]] == [{}, {}, {"status": "没有写党员身份。请选择。"}, {}]
    assert page["rows"][0]["values"]["role"] == "secretary"


def test_a_roster_of_another_branch_is_asked_about(office: Office) -> None:
    roster = BranchRoster(office, "t01")
    rows = [[name, "正式", "", ""] for name in ("贺新", "钱进", "孙立", "魏长河")]
    page = table(roster, pasted(rows))
    assert "像是别的支部的名册" in page["stranger"]
    with pytest.raises(BadInput, match="像是别的支部的名册"):
        roster.take(answer(page))
    assert "新增3名" in roster.take(answer(page, own=True))


def test_who_cannot_be_told_apart_is_not_taken_in(office: Office) -> None:
    roster = BranchRoster(office, "t01")
    page = table(roster, pasted([["贺新", "正式", "", ""], ["贺新", "预备", "", ""]]))
    roster.take(answer(page))
    again = table(roster, pasted([["贺新", "正式", "", "一组"]]))
    (row,) = again["rows"]
    assert not row["keep"]
    assert "分不清是哪一名" in row["doubts"]["name"]
    with pytest.raises(BadInput, match="支部里已有“贺新”"):
        roster.take({"rows": [{**answer(again)["rows"][0], "keep": True}]})


def test_the_id_of_a_member_who_was_removed_is_not_given_again(office: Office) -> None:
    roster = BranchRoster(office, "t01")
    roster.take(answer(table(roster, pasted([["贺新", "正式", "", ""]]))))
    first = members(office)["贺新"].id
    office.store.remove(office.campaign.id, "t01", "member", first, who="x", base=None)
    roster.take(answer(table(roster, pasted([["钱进", "正式", "", ""]]))))
    assert members(office)["钱进"].id != first


def test_a_branch_without_data_begins_with_its_roster(tmp_path: Path) -> None:
    root = tmp_path / "new"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(author="田小禾"))
    with Office.open(root) as office:
        office.opening = "zb-1"
        roster = BranchRoster(office, "zb-1")
        roster.take(answer(table(roster, "王建国 书记\n李秀兰")))
        assert [m.name for m in office.dossier("zb-1").members.values()] == ["王建国", "李秀兰"]


def test_the_panel_shows_the_table_what_is_wrong_and_what_was_saved(office: Office) -> None:
    saved: list[int] = []
    panel = RosterPanel(BranchRoster(office, "t01"), lambda: saved.append(1))
    panel._message(panel, {"read": {"text": " ", "name": "", "uses": None}})
    assert "名册还是空的" in panel.state["problems"][0]
    panel._message(panel, {"read": {"text": "", "name": "名册.pdf"}}, [b"x"])
    assert "请用Excel" in panel.state["problems"][0]
    panel._message(panel, {"read": {"text": "甲\t贺新\t预备党员\n乙\t钱进\t正式党员", "name": ""}})
    assert [row["values"]["name"] for row in panel.state["table"]["rows"]] == ["贺新", "钱进"]
    panel._message(panel, {"read": {"text": "", "name": "", "uses": {"0": "group", "1": "name"}, "again": True}})
    assert [row["values"]["group"] for row in panel.state["table"]["rows"]] == ["甲", "乙"]
    page = panel.state["table"]
    panel._message(panel, {"take": {"rows": [{**row, "open": ["name"]} for row in answer(page)["rows"]]}})
    assert "还有2人要您看一看" in panel.state["problems"][0]
    assert saved == []
    panel._message(panel, {"take": answer(page)})
    assert panel.state["done"] == "✓ 已保存：新增2名，修改0名。"
    assert saved == [1]
