"""A campaign given out as a file: the bureau's page gives it, the branch's page shows what changes and begins with it."""

from __future__ import annotations

import re
from pathlib import Path

import ipywidgets
import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.campaigns import issued, renewal, shipped
from orglife.core.errors import BadInput, CampaignKeysMoved
from orglife.desk.desk import Desk
from orglife.office.office import Office
from orglife.serve import serving
from tests.conftest import run
from tests.desk.test_attach_panel import drop

NEXT = "2025-annual"


def out_of(bureau: Path) -> bytes:
    made = serving.make_file(bureau, {"what": "campaign_file", "stage": "campaign", "kind": "toml"})
    assert made.name.startswith("方案 ")
    assert made.name.endswith(".toml")
    return bytes(made.data)


def test_next_years_campaign_goes_from_the_bureau_to_a_branch(filled: Path, tmp_path: Path) -> None:
    bureau = tmp_path / "局"
    assert run("new", str(bureau), "--campaign", NEXT, "--role", "bureau") == 0
    data = out_of(bureau)
    with Office.open(filled) as office:
        seen = issued.read_issued(office, "方案.toml", data)
        lines = list(seen.lines())
        assert office.campaign.id == "2024-seed", "nothing is changed by looking"
        assert any("→" in line for line in lines)
        assert any(line.strip().startswith("改了说法：集中学习") for line in lines)
        assert any("党员" in line and "未完成的整改事项" in line for line in lines)
        assert not [line for line in lines if "[" in line or "." in line.replace("--campaign", "")], "no field names"
        renewal.put_into_force(office, seen.text, seen.newer)
        assert office.campaign.id == NEXT
        assert office.dossier("t01").members
        assert not issued.read_issued(office, "方案.toml", data).brings
    with Office.open(filled, campaign="2024-seed") as office:
        assert office.dossier("t01").records["talk"], "last year's records are still there"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", "标题 = ".encode(), b"\xff\xfe", b"id = 3"])
def test_what_is_no_campaign_is_refused_in_a_sentence(filled: Path, data: bytes) -> None:
    before = (filled / CAMPAIGN).read_bytes()
    with Office.open(filled) as office, pytest.raises(BadInput, match="不是上级下发的方案"):
        issued.read_issued(office, "方案.toml", data)
    assert (filled / CAMPAIGN).read_bytes() == before


def test_a_change_within_the_year_keeps_the_records(filled: Path) -> None:
    text = ws.campaign_text("2024-seed")
    with Office.open(filled) as office:
        title = office.campaign.title
        later = issued.read_issued(office, "方案.toml", text.replace(title, f"{title}（修订）").encode())
        assert any(f"{title}（修订）" in line for line in later.lines())
        assert any("还是这一年的方案" in line for line in later.lines())
        renewal.put_into_force(office, later.text, later.newer)
        assert office.campaign.title == f"{title}（修订）"
        assert office.dossier("t01").records["talk"]
        label = next(iter(office.campaign.labels.values()))
        with pytest.raises(CampaignKeysMoved):
            issued.read_issued(office, "方案.toml", text.replace(f'"{label}"', '"别的说法"').encode())


def test_only_so_many_changes_are_listed_and_the_others_are_counted(filled: Path) -> None:
    with Office.open(filled) as office:
        seen = issued.read_issued(office, "方案.toml", ws.campaign_text(NEXT).encode())
        every = list(seen.lines(limit=1000))
        first = next(n for n, line in enumerate(every, start=1) if line.startswith("与现在用的方案相比，有"))
        count = len(every) - first
        assert every[first - 1] == f"与现在用的方案相比，有{count}处不同："
        assert list(seen.lines(limit=count)) == every
        assert list(seen.lines(limit=count - 1)) == [*every[:-1], "  ……另有1处"]
        assert list(seen.lines()) == [*every[: first + 60], f"  ……另有{count - 60}处"]


def test_a_workspace_without_records_takes_the_campaign_at_once(workspace: Path) -> None:
    text = ws.campaign_text(NEXT)
    with Office.open(workspace) as office:
        seen = issued.read_issued(office, "方案.toml", text.encode())
        assert next(seen.lines()) == f"新方案：{seen.newer.title}。还没有登记内容，直接换成新方案。"
        untitled = issued.read_issued(office, "方案.toml", re.sub("(?m)^title = .*$", "", text).encode())
        assert next(untitled.lines()) == f"新方案：{NEXT}。还没有登记内容，直接换成新方案。"
        renewal.put_into_force(office, seen.text, seen.newer)
        assert office.campaign.id == NEXT
        assert list(seen.office.workspace.earlier_campaigns()) == []


def test_the_campaign_in_force_brings_nothing_however_it_is_written(filled: Path) -> None:
    text = ws.campaign_text("2024-seed")
    with Office.open(filled) as office:
        for same in (text, text + "# 另存的\n", text.replace("\n", "\r\n")):
            seen = issued.read_issued(office, "方案.toml", same.encode())
            assert list(seen.lines()) == ["与现在用的方案相同。"]
        put_by_another = ws.campaign_text(NEXT)
        (filled / CAMPAIGN).write_text(put_by_another, encoding="utf-8")
        assert not issued.read_issued(office, "方案.toml", put_by_another.encode()).brings


def test_a_campaign_that_came_with_the_program_is_begun_on_the_page(filled: Path) -> None:
    desk = Desk.open(str(filled), "t01")
    widgets = _all(desk.form("campaign"))
    chosen = next(w for w in widgets if isinstance(w, ipywidgets.Dropdown) and w.description == "随程序带的方案")
    buttons = {w.description: w for w in widgets if isinstance(w, ipywidgets.Button)}
    panel_text = next(w for w in widgets if "og-exchange" in w._dom_classes)
    assert "2024-seed" not in dict(chosen.options).values(), "it is in force"
    buttons["看有哪些变化"].click()
    assert "请先选一个方案" in panel_text.value
    chosen.value = "annual"
    buttons["看有哪些变化"].click()
    assert "年度组织生活会和民主评议党员" in panel_text.value
    assert "党员8名" in panel_text.value
    with Office.open(filled) as office:
        assert office.campaign.id == "2024-seed", "nothing is changed by looking"
    buttons["先不换"].click()
    assert "没有换方案" in panel_text.value
    buttons["看有哪些变化"].click()
    buttons["启用这个方案"].click()
    assert "新方案已启用" in panel_text.value
    with Office.open(filled) as office:
        assert office.campaign.id == "annual"
        assert office.dossier("t01").members


def test_the_yearless_campaign_is_begun_year_after_year(filled: Path) -> None:
    with Office.open(filled) as office:
        for ident in ("annual", "annual-2", "annual-3"):
            assert "annual" in dict(shipped.to_begin(office)).values()
            seen = issued.read_issued(office, "年度", shipped.text_to_begin(office, "annual").encode())
            assert not any("annual" in line for line in seen.lines()), "a person reads its title"
            renewal.put_into_force(office, seen.text, seen.newer)
            assert office.campaign.id == ident
            assert office.dossier("t01").members
        used = {"2024-seed"}
        assert not used & set(dict(shipped.to_begin(office)).values())


def test_the_branchs_page_has_it_in_its_menu_and_takes_it(filled: Path, tmp_path: Path) -> None:
    assert serving.page_data(filled)["steps"][-1] == {"path": "notebooks/01_campaign.ipynb", "title": "方案"}
    bureau = tmp_path / "局"
    assert run("new", str(bureau), "--campaign", NEXT, "--role", "bureau") == 0
    desk = Desk.open(str(filled), "t01")
    box = desk.form("campaign")
    with Office.open(filled) as office:
        panel = next(w for w in _all(box) if isinstance(w, ipywidgets.FileUpload))
        assert panel.description == "选择上级下发的方案"
        drop(panel, ("方案.toml", out_of(bureau)))
        assert office.campaign.id == "2024-seed"
    take = next(w for w in _all(box) if getattr(w, "description", "") == "启用这个方案")
    assert not take.disabled
    take.click()
    with Office.open(filled) as office:
        assert office.campaign.id == NEXT
    assert "回首页" in str(desk.next("campaign").bundle()["text/html"])


def _all(widget: object) -> list[object]:
    widgets = [widget]
    for child in getattr(widget, "children", ()):
        widgets += _all(child)
    return widgets
