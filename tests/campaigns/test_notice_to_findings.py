"""From a notice to findings: what it demands beyond the plan of 2024 is read, confirmed, entered and checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orglife.campaigns.confirming import Confirming
from orglife.office.office import Office
from tests.conftest import run
from tests.marks import thorough

NOTICE = """关于召开2025年度组织生活会和开展民主评议党员的通知

各党支部：
现就有关事项通知如下。
一、会前准备
各党支部提前3天把会议时间、地点书面通知全体党员。组织党员集中学习党章。
二、召开会议
会议于2026年1月12日至1月30日召开。会上，支部书记先通报2024年度组织生活会整改落实情况，说明哪些完成了、哪些还没有完成。
三、民主评议
评议结果分为优秀、合格、基本合格、不合格四个等次。
四、报送材料
2026年2月10日前，将情况报告和民主评议党员情况统计表报局机关党委。

局机关党委
2025年12月20日
"""
DEMANDS = {
    "meeting.last_year": "整改落实情况",
    "meeting.notice": "通知全体党员",
    "appraisal.statistics": "统计表",
}
NEW = {"MEET-18", "MEET-19", "MEET-20", "MEET-21", "MEET-22", "STAT-01", "STAT-02"}
MEETING = {
    "id": "mt",
    "round": 1,
    "date": "2026-01-20",
    "place": "三楼会议室",
    "completed": True,
    "chair": "m1",
    "present": ["m1", "m2", "m3"],
}


@pytest.fixture
def renewed(filled: Path) -> Path:
    """The test branch under the campaign of the notice, all of it confirmed on the page and put into force."""
    with Office.open(filled, author="田小禾") as office:
        page = Confirming(office)
        page.take("通知.txt", NOTICE.encode())
        for group in page.groups():
            page.decide_all(group.key)
        made = set(page.campaign().demands)  # type: ignore[union-attr]
        for demand, words in DEMANDS.items():
            if demand not in made:  # one that was not read is shown in the notice
                quotes = [quote for quote, _ in page.likeliest(demand)]
                page.ask(demand, next(number for number, quote in enumerate(quotes) if words in quote))
        page.enforce()
    return filled


def entered(root: Path, tmp_path: Path, **records: list[dict[str, Any]]) -> None:
    """Records typed beside those that are there; an empty list withdraws those of its kind."""
    file = tmp_path / "more.json"
    assert run("export", str(root), "--branch", "t01", "--format", "json", "--out", str(file)) == 0
    raw = json.loads(file.read_text(encoding="utf-8"))
    for kind, added in records.items():
        before = [old for old in raw["records"][kind] if old["id"] not in {new["id"] for new in added}] if added else []
        raw["records"][kind] = before + added
    file.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    assert run("import", str(root), str(file)) == 0


def findings_on(root: Path, capsys: pytest.CaptureFixture[str], day: str) -> dict[str, list[dict[str, Any]]]:
    """The findings of the new rules, by rule."""
    capsys.readouterr()
    run("check", str(root), "--branch", "t01", "--as-of", day, "--json")
    (branch,) = json.loads(capsys.readouterr().out)["branches"]
    rules: dict[str, list[dict[str, Any]]] = {}
    for finding in branch["findings"]:
        if finding["rule"] in NEW:
            rules.setdefault(finding["rule"], []).append(finding)
    return rules


@thorough
def test_what_the_notice_demands_is_missed_entered_and_checked(
    renewed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = findings_on(renewed, capsys, "2026-01-05")
    assert set(before) == {"MEET-19", "MEET-21", "STAT-01"}, "the items of last year came with the roster"
    assert not any(finding["due"] for each in before.values() for finding in each), "there is time yet"
    assert "书面通知全体党员" in before["MEET-21"][0]["clause"]["quote"]
    assert "整改落实情况" in before["MEET-19"][0]["clause"]["quote"]
    assert "统计表" in before["STAT-01"][0]["clause"]["quote"]
    assert "会前发出" in before["MEET-21"][0]["fix"]

    entered(renewed, tmp_path, meeting=[MEETING], last_year=[])
    late = findings_on(renewed, capsys, "2026-02-01")
    assert [late[rule][0]["due"] for rule in ("MEET-18", "MEET-21")] == [True, True]
    assert "下一次党员大会" in late["MEET-18"][0]["fix"]
    assert "写明情况" in late["MEET-21"][0]["fix"]

    carried = json.loads((tmp_path / "more.json").read_text(encoding="utf-8"))["records"]["rect_item"]
    titles = [item["title"] for item in carried if item.get("carried_from") and item["owner_kind"] != "member"]
    assert titles
    entered(
        renewed,
        tmp_path,
        meeting_notice=[{"id": "n", "sent_on": "2026-01-10", "meeting_on": "2026-01-19", "place": "三楼会议室"}],
        last_year=[{"id": "ly", "items": [{"title": "窗口延时服务", "status": "done"}]}],
        grade_statistics=[{"id": "gs", "date": "2026-01-20", "to": "局机关党委"}],
    )
    wrong = findings_on(renewed, capsys, "2026-02-01")
    assert set(wrong) == {"MEET-19", "MEET-20", "MEET-22"}
    assert "窗口延时服务" in wrong["MEET-19"][0]["message"]
    assert len(wrong["MEET-20"]) == len(titles)
    assert "2026年1月19日" in wrong["MEET-22"][0]["message"]

    entered(
        renewed,
        tmp_path,
        meeting_notice=[{"id": "n", "sent_on": "2026-01-10", "meeting_on": "2026-01-20", "place": "三楼会议室"}],
        last_year=[{"id": "ly", "items": [{"title": t, "status": "done", "result": "已经做到"} for t in titles]}],
    )
    assert findings_on(renewed, capsys, "2026-02-01") == {}
