"""All branches at a glance: what the demonstration's four branches give, counted by hand from the same records."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.bureau.overview import Overview
from orglife.bureau.pictures import MOST
from orglife.bureau.superior import Superior
from orglife.bureau.visits import visit_rows, visit_sums
from orglife.core.paper.block import Figure, Table
from orglife.office.office import Office
from orglife.stages.supervision.record import BureauLeader, Supervision
from tests import branch as b
from tests.conftest import run

LATE = date(2024, 3, 15)
DEMO = b.ROOT / "templates" / "demo"


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bureau") / "局"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(role="bureau"))
    sources = [str(DEMO / f"{name}.json") for name in ("b01", "b02", "b03", "b04", "bureau")]
    assert run("import", str(root), *sources) == 0
    return root


@pytest.fixture(scope="module")
def overview(bureau: Path) -> Overview:
    with Office.open(bureau) as office:
        return Superior(office, LATE).overview


def sample(name: str) -> dict[str, list[dict[str, object]]]:
    return dict(json.loads((DEMO / f"{name}.json").read_text(encoding="utf-8"))["records"])


def test_the_faulty_branch_is_red_and_the_others_green(overview: Overview) -> None:
    words, tones = overview.heat()
    assert all(tone == "good" for row in tones[:3] for tone in row[1:])
    assert "wrong" in tones[3]
    for row, tone_row in zip(words, tones, strict=True):
        for cell, tone in zip(row[1:], tone_row[1:], strict=True):
            assert ("须改正" in cell) == (tone == "wrong"), "colour says nothing that words do not"


def test_a_visit_that_only_the_branch_recorded_is_named_and_begins_the_record_of_it(
    bureau: Path, overview: Overview
) -> None:
    assert overview.not_entered() == []
    assert "还没有督导记录" not in overview.paper().model_dump_json()
    less = [v for v in overview.bureau.all(Supervision) if v.id != "sup04"]
    other = replace(overview.bureau, records={**overview.bureau.records, "supervision": less})
    changed = replace(overview, bureau=other)
    ((standing, visitor),) = changed.not_entered()
    assert (standing.branch, visitor.name) == ("b04", "卓延亭")
    assert "还没有督导记录的" in changed.paper().model_dump_json()
    rows = visit_rows(changed, changed.campaign)
    assert [(row.group, row.whose, bool(row.answer)) for row in rows][:2] == [
        (standing.name, "卓延亭", False),
        (overview.standings[0].name, "贺承砚", True),
    ]
    assert visit_sums(rows)[0].text.startswith("还有1次")
    assert visit_sums(visit_rows(overview, overview.campaign))[0].tone == "good"
    begun = visitor.initial_values("b04", other.all(BureauLeader))
    assert begun == {"leader": "l03", "branch": "b04", "round": 1, "date": "2024-02-28", "commented": True}
    stranger = visitor.initial_values("b04", [])
    assert stranger["leader"] == {"name": "卓延亭", "unit": "云溪局党组"}
    Supervision.model_validate({"id": "new", **stranger, "finding": "none"})


def test_rectification_is_counted(overview: Overview) -> None:
    words, tones = overview.rectification()
    for row, name in zip(words, ("b01", "b02", "b03", "b04"), strict=True):
        items = sample(name)["rect_item"]
        done = [i for i in items if i.get("status") == "done"]
        late = [i for i in items if i not in done and i.get("due") and str(i["due"]) < LATE.isoformat()]
        assert row[1:] == [str(len(items)), str(len(done)), str(len(items) - len(done)), str(len(late))]
    assert tones[3][-1] == "look"


def test_grades_stand_beside_their_usual_number(overview: Overview) -> None:
    words, tones = overview.grades()
    for row, name in zip(words, ("b01", "b02", "b03", "b04"), strict=True):
        mine = [g["grade"] for g in sample(name)["grade"] if g.get("grade")]
        assert row[1:5] == [str(mine.count(k)) for k in ("excellent", "qualified", "basic", "unqualified")]
    assert {row[1] for row in tones} == {""}  # 3 of 9 is a third of 党员总数
    assert not [row for row in words if "（超过" in row[-1]]
    fewer = replace(overview, standings=[s.model_copy(update={"cap": 2}) for s in overview.standings])
    assert fewer.grades()[1][3][1] == "look"
    assert fewer.grades()[0][3][-1].endswith("（超过1名）")


def test_what_is_late_says_so(bureau: Path) -> None:
    with Office.open(bureau) as office:
        report = office.dossier("b02").records["report"][0]
        office.store.remove(office.campaign.id, "b02", "report", report.id, who="甲", base=None)
        try:
            words, tones = Superior(office, LATE).overview.times()
        finally:
            office.store.put(office.campaign.id, "b02", report, who="甲", base=None)
    assert (words[1][-1], tones[1][-1]) == ("到期未登记", "wrong")
    assert (words[0][-1], tones[0][-1]) == ("2024年2月29日", "good")
    assert tones[3][-1] == "look", "handed in after the last day"
    assert re.search(r"（迟\d+天）$", words[3][-1]), "and in words"
    assert not any("迟" in cell for cell in words[0])


def test_the_calendar_lists_only_meetings_to_come(bureau: Path) -> None:
    with Office.open(bureau) as office:
        (meeting,) = office.dossier("b01").records["meeting"]
        office.store.remove(office.campaign.id, "b01", "meeting", meeting.id, who="甲", base=None)
        try:
            days = Superior(office, date(2024, 2, 10)).overview.calendar()
        finally:
            office.store.put(office.campaign.id, "b01", meeting, who="甲", base=None)
    assert [row[:2] for row in days] == [["2024年2月22日 周四", "云溪局办公室党支部"]]


def test_findings_by_rule_count_branches_and_places(overview: Overview) -> None:
    for first, branches, number in overview.by_rule():
        places = [(s.branch, f) for s in overview.standings for f in s.found if f.rule == first.rule and not f.todo]
        assert (branches, number) == (len({branch for branch, _ in places}), len(places))
    order = [first.severity for first, _, _ in overview.by_rule()]
    assert order == sorted(order, key=["error", "warning", "info"].index)


def test_the_page_has_every_part_and_the_details_of_each_branch(overview: Overview) -> None:
    page = overview.paper(details=True)
    printed = "\n".join(text for text, _ in page.texts())
    for part in ("各支部各阶段", "时间进度", "检查发现", "评议等次", "整改落实", "局领导参加会议", "逐个支部"):
        assert part in printed
    assert next(block.tones for block in page.blocks if isinstance(block, Table))
    for finding in overview.standings[3].found:
        assert (finding.in_full in printed) == (finding.severity != "info")
    assert "逐个支部" not in "\n".join(text for text, _ in overview.paper().texts())


def test_overview_command(bureau: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("overview", str(bureau), "--as-of", "2024-03-15", "--json", "--out", str(tmp_path / "总览.html")) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["format"] == "orglife-overview/1"
    assert [s["branch"] for s in data["branches"]] == ["b01", "b02", "b03", "b04"]
    page = (tmp_path / "总览.html").read_text(encoding="utf-8")
    assert "ol-tone-wrong" in page
    assert run("overview", str(bureau), "--as-of", "2024-03-15") == 0
    assert "云溪局工程建设科党支部（b04）：须改正" in capsys.readouterr().out
    assert run("overview", str(bureau), "--out", str(tmp_path / "x.exe")) == 2
    assert run("overview", str(tmp_path)) == 2


def test_the_pictures_hold_the_numbers_of_the_tables(overview: Overview) -> None:
    (heat, times, grades, items) = [b for b in overview.paper().blocks if isinstance(b, Figure)]
    assert all(figure.numbered for figure in (heat, times, grades, items))
    words, _ = overview.heat()
    assert [[cell.replace("\n", "、") for cell in row] for row in words] == heat.chart.numbers().rows
    assert [row[:5] for row in overview.grades()[0]] == [row[:5] for row in grades.chart.numbers().rows]
    caps = [str(s.cap) for s in overview.standings if s.grades]
    assert caps == [row[5] for row in grades.chart.numbers().rows]
    for row, counted in zip(items.chart.numbers().rows, overview.rectification()[0], strict=True):
        name, every, done, still_open, overdue = counted
        assert (row[0], row[1], row[3]) == (name, done, overdue)
        assert int(row[1]) + int(row[2]) + int(row[3]) == int(every)
        assert int(row[2]) + int(row[3]) == int(still_open)
    days = {row[0]: row for row in times.chart.numbers().rows}
    for name, _, *shown in overview.times()[0]:
        assert all(day.partition("（")[0] in "".join(days[name]) for day in shown)
    assert "工作方案晚8天" in days["云溪局工程建设科党支部"][-1]


def test_many_branches_are_summed_by_stage(overview: Overview) -> None:
    many = replace(overview, standings=[s for s in overview.standings for _ in range(MOST // 4 + 1)])
    (figure,) = [b for b in many.paper().blocks if isinstance(b, Figure)]
    assert many.figures() == []
    assert not figure.numbered, "the table after it lists the branches, not these sums"
    for row in figure.chart.numbers().rows:
        assert sum(map(int, row[1:])) == len(many.standings)
    meeting = next(row for row in figure.chart.numbers().rows if row[0] == "召开会议")
    assert meeting[1:] == [str(3 * (MOST // 4 + 1)), "0", "0", str(MOST // 4 + 1), "0"]
