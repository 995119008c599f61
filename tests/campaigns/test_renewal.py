"""Moving on to a new campaign: what is carried over, what stays readable, what is refused, and a step cut short."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from orglife.adapters.disk import files
from orglife.office.office import Office
from orglife.stages.rectification.record import RectItem
from tests.conftest import run

NEW = "2025-annual"


@pytest.fixture
def moved(filled: Path) -> Path:
    """The test branch with an open item and a member who left, in a new campaign."""
    with Office.open(filled) as office:
        dossier = office.dossier("t01")
        (first, second, *_) = dossier.all(RectItem)
        office.store.put(
            "2024-seed", "t01", first.model_copy(update={"status": "open", "done_on": None}), who="甲", base=None
        )
        office.store.put("2024-seed", "t01", second.model_copy(update={"status": "done"}), who="甲", base=None)
        gone = list(dossier.members.values())[-1]
        office.store.put("2024-seed", "t01", gone.model_copy(update={"left_on": date(2024, 3, 1)}), who="甲", base=None)
    (filled / "records" / "t01").mkdir()
    (filled / "records" / "t01" / "10_plan.html").write_text("旧", encoding="utf-8")
    assert run("campaign", "begin", str(filled), NEW) == 0
    return filled


def exported(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    capsys.readouterr()
    assert run("export", *arguments, "--branch", "t01") == 0
    return dict(json.loads(capsys.readouterr().out))


def test_roster_and_open_items_go_along_and_nothing_else(moved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = exported(capsys, str(moved))
    before = exported(capsys, str(moved), "--campaign", "2024-seed")
    assert now["campaign"] == NEW
    assert before["campaign"] == "2024-seed"
    there = {m["id"] for m in before["records"]["member"] if not m.get("left_on")}
    assert {m["id"] for m in now["records"]["member"]} == there < {m["id"] for m in before["records"]["member"]}
    assert {t for t, rows in now["records"].items() if rows} == {"member", "rect_item"}
    still_open = {r["id"] for r in before["records"]["rect_item"] if r.get("status") != "done"}
    assert {r["id"] for r in now["records"]["rect_item"]} == still_open
    for item in now["records"]["rect_item"]:
        assert item["carried_from"] == "2024-seed"
        assert "problem_ids" not in item
        assert item.get("source", "") in ("", "eight_rules_education", "meeting", "superior")


def test_last_years_papers_and_checks_stay(moved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (moved / "records" / "_2024-seed" / "t01" / "10_plan.html").read_text(encoding="utf-8") == "旧"
    assert not (moved / "records" / "t01").exists()
    capsys.readouterr()
    run("check", str(moved), "--campaign", "2024-seed", "--as-of", "2024-03-15", "--json")
    assert json.loads(capsys.readouterr().out)["campaign"] == "2024-seed"
    assert run("forms", str(moved), "--campaign", "2024-seed", "--form", "F1", "--formats", "html") == 0
    assert (moved / "records" / "_2024-seed" / "t01" / "forms").is_dir()


def test_last_years_papers_are_made_again_as_they_were(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = ("batch", str(filled), "--stage", "plan", "--formats", "html", "--jobs", "1")
    assert run(*made) == 0
    before = (filled / "records" / "t01" / "10_plan.html").read_bytes()
    assert run("campaign", "begin", str(filled), NEW) == 0
    moved_to = filled / "records" / "_2024-seed" / "t01" / "10_plan.html"
    moved_to.unlink()
    assert run(*made, "--campaign", "2024-seed") == 0
    assert moved_to.read_bytes() == before
    assert not (filled / "records" / "t01").exists()
    capsys.readouterr()
    assert run(*made, "--campaign", "2024-seed", "--json") == 0
    assert [row["status"] for row in json.loads(capsys.readouterr().out)["branches"]] == ["skipped"]
    assert run(*made, "--campaign", "1999") == 2
    assert "1999" in capsys.readouterr().err


def test_carried_items_stand_first_and_say_so(moved: Path) -> None:
    with Office.open(moved) as office:
        fresh = RectItem.model_validate(
            {"id": "a0", "owner_kind": "branch", "source": "eight_rules_education", "title": "今年的新事项"}
        )
        office.store.put(NEW, "t01", fresh, who="甲", base=0)
        last_year = next(i for i in office.dossier("t01").all(RectItem) if i.carried_from)
        assert office.dossier("t01").label(last_year).startswith("整改事项（上年结转，")
        assert not office.dossier("t01").label(fresh).startswith("整改事项（上年结转")
    assert run("forms", str(moved), "--form", "F14", "--formats", "html") == 0
    (page, *_) = sorted((moved / "records" / "t01" / "forms").glob("F14*.html"))
    assert (
        0
        < page.read_text(encoding="utf-8").index("（上年结转）")
        < page.read_text(encoding="utf-8").index("今年的新事项")
    )
    assert "其中上年结转" in page.read_text(encoding="utf-8")


def test_who_answers_for_an_item_and_has_left_is_named(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Office.open(filled) as office:
        dossier = office.dossier("t01")
        gone = list(dossier.members.values())[-1]
        office.store.put("2024-seed", "t01", gone.model_copy(update={"left_on": date(2024, 3, 1)}), who="甲", base=None)
        item = next(i for i in dossier.all(RectItem) if i.owner_kind == "branch")
        of_his = item.model_copy(update={"status": "open", "responsible": gone.id, "source": "education"})
        office.store.put("2024-seed", "t01", of_his, who="甲", base=None)
    assert run("campaign", "begin", str(filled), NEW) == 0
    assert "项的问题来源新方案里没有，请重新选择" in capsys.readouterr().err
    with Office.open(filled) as office:
        moved = office.dossier("t01")
        carried_item = next(i for i in moved.all(RectItem) if i.id == item.id)
        assert (moved.name(carried_item.responsible), carried_item.source) == (gone.name, "")


def test_dry_run_changes_nothing(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {p: p.read_bytes() for p in filled.rglob("*.toml")}
    assert run("campaign", "begin", str(filled), NEW, "--dry-run") == 0
    assert "没有改动" in capsys.readouterr().err
    assert {p: p.read_bytes() for p in filled.rglob("*.toml")} == before
    with Office.open(filled) as office:
        assert office.store.branches(NEW) == []


def test_refusals(moved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("campaign", "begin", str(moved), NEW) == 2
    assert "正在使用" in capsys.readouterr().err
    assert run("campaign", "begin", str(moved), "2024-seed") == 2
    assert "以前用过" in capsys.readouterr().err
    assert run("export", str(moved), "--branch", "t01", "--campaign", "2019-x") == 2
    assert "2019-x" in capsys.readouterr().err


def test_a_step_cut_short_is_taken_again(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = files.write

    def cut(path: Path, data: bytes, **kwargs: Path) -> None:
        if path.name == "campaign.toml":
            raise KeyboardInterrupt
        write(path, data, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(files, "write", cut)
        assert run("campaign", "begin", str(filled), NEW) != 0
    with Office.open(filled) as office:
        assert office.campaign.id == "2024-seed"  # the last write had not been made
    assert run("campaign", "begin", str(filled), NEW) == 0
    with Office.open(filled) as office:
        assert office.campaign.id == NEW
        assert office.branches() == ["t01"]
