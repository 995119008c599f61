"""A folder of bags over time: what is new, gone, moved, exchanged, overdue; and that its record proves nothing."""

from __future__ import annotations

import csv
import json
import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from orglife.adapters.bag import verifier
from orglife.archive import fixity
from orglife.archive.fixity import Visit, VisitOptions, visit
from orglife.archive.verifying import MEMORY
from orglife.core.errors import CannotWrite
from tests.archive import attacks
from tests.conftest import run
from tests.marks import thorough

Captured = pytest.CaptureFixture[str]
DAY = date(2026, 3, 2)


@pytest.fixture
def folder(sealed: Path, tmp_path: Path) -> Path:
    """Three bags, one of them a zip in a folder of its year."""
    root = tmp_path / "档案 2024"
    root.mkdir()
    shutil.copytree(sealed, root / "一支部", copy_function=os.link)
    shutil.copytree(sealed, root / "=二支部", copy_function=os.link)
    (root / "2023").mkdir()
    shutil.make_archive(str(root / "2023" / "三支部"), "zip", sealed)
    (root / "目录.txt").write_text("x", encoding="utf-8")
    return root


NAMES = ["2023/三支部.zip", "=二支部", "一支部"]


def looked(folder: Path, after: int = 0, **options: int) -> Visit:
    return visit(folder, VisitOptions(**options), DAY + timedelta(days=after))  # type: ignore[arg-type]


def seal_anew(bag: Path) -> None:
    """Another bag in the same place that is whole in itself."""
    attacks.write(bag / verifier.GUIDE, b"x")
    package = json.loads((bag / verifier.PACKAGE).read_bytes())
    package["parts"][verifier.GUIDE] = attacks.sha256(b"x")
    attacks.write_package(bag, package)
    attacks.rebuild_all(bag)


def test_the_first_visit_knows_no_bag_and_the_second_knows_all(folder: Path) -> None:
    first = looked(folder)
    assert first.good
    assert sorted(first.new) == NAMES
    second = looked(folder, 1)
    assert (list(second.new), dict(second.gone), list(second.overdue)) == ([], {}, [])
    assert {it.whole for it in second.now.values()} == {DAY + timedelta(days=1)}


@thorough
def test_the_record_is_a_plain_table_without_live_formulas(folder: Path) -> None:
    looked(folder)
    with (folder / MEMORY).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["归档包"] for row in rows] == ["2023/三支部.zip", "'=二支部", "一支部"]
    assert all(row["上次完好"] == DAY.isoformat() and len(row["归档包校验值"]) == 64 for row in rows)
    assert list(looked(folder, 1).new) == []


@thorough
def test_a_bag_that_is_gone_is_told_until_somebody_accepts_it(folder: Path) -> None:
    looked(folder)
    shutil.rmtree(folder / "一支部")
    for after in (1, 2):
        found = looked(folder, after)
        assert not found.good
        assert list(found.gone) == ["一支部"]
        assert found.gone["一支部"].whole == DAY
    assert "一支部（2026年3月2日核验完好）" in found.text()
    assert looked(folder, 3, accept=True).good
    assert looked(folder, 4).good


def test_a_bag_in_another_place_is_moved_and_not_gone(folder: Path) -> None:
    looked(folder)
    shutil.rmtree(folder / "=二支部")  # all three are one bag here, so only one may move
    shutil.rmtree(folder / "2023")
    looked(folder, accept=True)
    (folder / "2022").mkdir()
    (folder / "一支部").rename(folder / "2022" / "一支部")
    found = looked(folder, 1, sample=0)
    assert found.good
    assert (dict(found.moved), list(found.new)) == ({"一支部": "2022/一支部"}, [])


@thorough
def test_another_bag_in_the_same_place_is_told(folder: Path) -> None:
    looked(folder)
    seal_anew(folder / "一支部")
    for after in (1, 2):
        found = looked(folder, after)
        assert list(found.exchanged) == ["一支部"]
        assert not found.good
    looked(folder, 3, accept=True)
    assert list(looked(folder, 4).exchanged) == []


@thorough
@pytest.mark.parametrize("place", ["一支部", "2023/三支部.zip"])
def test_a_damaged_bag_keeps_the_day_when_it_was_last_whole(folder: Path, place: str) -> None:
    looked(folder)
    path = folder / place if place.endswith("zip") else folder / place / verifier.DOSSIER
    data = path.read_bytes()
    attacks.write(path, data[: len(data) // 2] + b"?" + data[len(data) // 2 + 1 :])
    found = looked(folder, 5)
    assert found.faulty == [place]
    assert not found.good
    assert (found.now[place].whole, found.now[place].verified) == (DAY, DAY + timedelta(days=5))
    attacks.write(path, data)
    again = looked(folder, 6)
    assert again.good
    assert again.now[place].whole == DAY + timedelta(days=6)


def test_a_sample_takes_those_that_were_longest_not_found_whole(folder: Path) -> None:
    seen: set[str] = set()
    for after in range(3):
        found = looked(folder, after, sample=1, every=30)
        (name,) = found.verdicts
        seen.add(name)
        assert len(found.overdue) == 2 - after, "what was never found whole is overdue"
    assert sorted(seen) == NAMES
    assert looked(folder, 29, sample=1, every=30).good


@thorough
def test_a_bag_is_overdue_one_day_after_the_limit(folder: Path) -> None:
    looked(folder)
    assert looked(folder, 30, sample=1, every=30).good
    late = looked(folder, 31, sample=1, every=30)
    assert len(late.overdue) == 1, "one was verified on the day before, one now"
    assert not late.good


@thorough
def test_the_record_is_never_trusted_for_proof(folder: Path) -> None:
    """Forged, damaged, hostile or from the future: bags are verified all the same, and a fault stays a fault."""
    looked(folder)
    attacks.write(folder / "一支部" / verifier.DOSSIER, b"{}")
    text = (folder / MEMORY).read_text(encoding="utf-8-sig")
    for forged in (
        text.replace(DAY.isoformat(), (DAY + timedelta(days=1)).isoformat()),
        text.replace(DAY.isoformat(), "9999-12-31"),
        text.replace("一支部", "../../一支部"),
        "\0" * 100,
        "归档包\n" + "x" * 200_000,
        '"',
    ):
        (folder / MEMORY).write_text(forged, encoding="utf-8")
        found = looked(folder, 1)
        assert found.faulty == ["一支部"]
        assert "不能作凭证" in found.text()
    (folder / MEMORY).write_bytes(b"\xff\xfe\x00")
    assert any("读不懂" in remark for remark in looked(folder, 1).remarks)


def test_a_date_in_the_future_counts_as_never(folder: Path) -> None:
    looked(folder, 100)
    found = looked(folder, 0, sample=1)
    assert any("晚于今天" in remark for remark in found.remarks)
    assert len(found.overdue) == 2


def test_links_and_what_is_unfinished_are_named_and_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "环").symlink_to(folder)
    (folder / ".partial-0-t01").mkdir()
    found = looked(folder)
    assert sorted(found.now) == NAMES
    assert [("链接" in r, "没有做完" in r) for r in found.remarks] == [(False, True), (True, False)]


def test_a_folder_that_may_not_be_written_is_verified_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise CannotWrite(path=str(path), what="位置只读")

    monkeypatch.setattr(fixity.files, "write", refuse)
    found = looked(folder)
    assert found.good
    assert any("没有写下" in remark for remark in found.remarks)


def test_the_command(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    assert run("verify", str(folder)) == 0
    shown = capsys.readouterr().out
    assert "有3个归档包，这次核验3个，完好3个" in shown
    assert shown.endswith("都完好。\n")
    shutil.rmtree(folder / "一支部")
    page = tmp_path / "核验情况.html"
    assert run("verify", str(folder), "--out", str(page), "--json") == 1
    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert (result["kind"], result["ok"], list(result["gone"]), len(result["bags"])) == ("folder", False, ["一支部"], 2)
    text = page.read_text(encoding="utf-8")
    assert "归档包核验情况" in text
    assert text.index("不见了") < text.index("2023/三支部.zip"), "what needs a look stands first"


def test_options_of_folders_are_refused_elsewhere(folder: Path, sealed: Path, tmp_path: Path, capsys: Captured) -> None:
    for option in (["--sample", "1"], ["--accept"], ["--out", str(tmp_path / "x.html")]):
        assert run("verify", str(sealed), *option) == 2
        assert "只用于装归档包的文件夹" in capsys.readouterr().err
    shutil.copytree(folder, tmp_path / "又一个")
    assert run("verify", str(folder), str(tmp_path / "又一个"), "--out", str(tmp_path / "x.html")) == 2


def test_a_workspace_is_no_archive_folder_and_its_record_is_no_foreign_file(
    workspace_copy: Path, capsys: Captured
) -> None:
    assert not fixity.is_archive_folder(workspace_copy)
    assert run("verify", str(workspace_copy / "archive")) == 0
    assert (workspace_copy / "archive" / MEMORY).is_file()
    capsys.readouterr()
    assert run("verify", str(workspace_copy)) == 0
    assert MEMORY not in capsys.readouterr().out
