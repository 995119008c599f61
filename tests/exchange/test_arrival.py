"""What a branch hands over, and what is said of it where it arrives: counts, notes, and records that both sides changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.store.chain import BRANCH
from orglife.adapters.store.store import Change
from orglife.core.errors import HistoryRewritten, OlderPackage
from orglife.exchange import handover
from orglife.exchange.arrival import Arrival, ImportOptions, compare, open_package
from orglife.exchange.packages import export_package
from orglife.office import answers
from orglife.office.office import Office
from orglife.stages.talks.record import Talk
from tests import branch as b
from tests.conftest import copied

C = "2024-seed"
SCAN = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"
NAME = "测试局机关党支部"


@pytest.fixture
def bureau(new_workspace: Path, tmp_path: Path) -> Path:
    return copied(new_workspace, tmp_path / "局")


@pytest.fixture
def branch(workspace: Path) -> Path:
    """A branch with its members, six talks and the report: 16 revisions."""
    raw = b.branch()
    rows = [("member", row) for row in raw["records"]["member"]] + [("talk", row) for row in raw["records"]["talk"][:6]]
    rows += [("report", raw["records"]["report"][0])]
    save(workspace, Change(BRANCH, "t01", raw["branch"]), *(Change(kind, row["id"], row) for kind, row in rows))
    return workspace


def handed_over(root: Path, number: int = 1) -> Path:
    out = root.parent / f"{number}.zip"
    with Office.open(root) as office:
        export_package(office, "t01", out)
    return out


def save(root: Path, *changes: Change) -> None:
    with Office.open(root) as office:
        office.store.apply(C, "t01", changes, who="某人")


def arrival(root: Path, package: Path, **options: Any) -> Arrival:
    with Office.open(root) as office, open_package(package) as pack:
        found = compare(office, pack, ImportOptions(**options))
        assert found.difference is not None  # computed while the workspace is open
        return found


def take_in(root: Path, package: Path, **options: Any) -> None:
    with Office.open(root) as office:
        handover.take_in(office, package, ImportOptions(**options))


def talk(ident: str, **changes: Any) -> Change:
    body: Mapping[str, Any] = next(each for each in b.branch()["records"]["talk"] if each["id"] == ident)
    return Change("talk", ident, {**body, **changes})


def test_both_sides_are_told_what_the_package_holds_and_what_it_lacks(
    branch: Path, bureau: Path, tmp_path: Path
) -> None:
    told: list[list[str]] = []
    seen: list[tuple[list[str], list[str]]] = []
    (tmp_path / "scan.pdf").write_bytes(SCAN)
    with Office.open(branch) as office:
        told.append(export_package(office, "t01", tmp_path / "1.zip"))
        scan = answers.attach(office, "t01", "rp", tmp_path / "scan.pdf")
        told.append(export_package(office, "t01", tmp_path / "2.zip", "U盘"))
        (branch / scan.file).unlink()
        office.store.draft(C, "t01", "talk", "t99", {"date": "哪天"}, who="某人")
        told.append(export_package(office, "t01", tmp_path / "3.zip"))
    for number in (1, 2, 3):
        first = list(arrival(bureau, tmp_path / f"{number}.zip").lines(0))
        take_in(bureau, tmp_path / f"{number}.zip")
        seen.append((first, list(arrival(bureau, tmp_path / f"{number}.zip").lines(0))))
    assert [lines[0] for lines in told] == [
        f"里面有{NAME}的党员8名、记录{records}条、修改历史{revisions}条、附件{files}个，请只交给上级党组织。"
        for records, revisions, files in ((15, 16, 0), (16, 17, 1), (16, 17, 0))
    ]
    assert [lines[1].partition("。来自")[0].endswith("内容，附件1个") for lines in told] == [False, True, False]
    places = (tmp_path / "1.zip", "U盘", tmp_path / "3.zip")
    assert all(f"写到“{where}”" in lines[1] for where, lines in zip(places, told, strict=True))
    assert [lines[2:] for lines in told] == [
        [],
        [],
        [
            "另有1个附件在工作目录里找不到或已被改动，没有装入。请核对后重新附上。",
            "没有填完的1条草稿没有装入。",
        ],
    ]
    same, lacks = f"{NAME}（t01）：与现有数据相同，没有改动。", "  有1个附件没有随包交来。"
    assert seen == [
        ([f"{NAME}（t01）：新支部，新增16条，修改0条，移除0条。", "  ＋ ……另有16条", "  修改历史新增16条，附件0个。"], [same]),
        ([f"{NAME}（t01）：新增1条，修改0条，移除0条。", "  ＋ ……另有1条", "  修改历史新增1条，附件1个。"], [same]),
        ([same, lacks], [same, lacks]),
    ]  # fmt: skip


def test_a_package_brings_nothing_once_it_was_taken_in(branch: Path, bureau: Path) -> None:
    package = handed_over(branch)
    new = arrival(bureau, package)
    assert (new.fresh, new.known, new.is_empty, new.continues, new.here.number) == (16, False, False, True, 0)
    take_in(bureau, package)
    again = arrival(bureau, package)
    assert (again.fresh, again.known, again.is_empty, again.continues, again.here.number) == (0, True, True, True, 16)
    save(branch, talk("t01"))  # saved anew with the same content
    later = arrival(bureau, handed_over(branch, 2))
    assert (later.fresh, later.known, later.is_empty, later.difference.is_empty) == (1, False, False, True)
    assert list(later.lines(3))[-1] == "  修改历史新增1条，附件0个。"
    for _ in range(2):  # the second time it brings nothing
        take_in(bureau, handed_over(branch, 2))
        with Office.open(bureau) as office:
            assert len(office.store.history(C, "t01")) == 17
            assert len(office.bureau_chain.revisions) == 2


def test_a_branch_without_a_name_is_called_by_its_id(workspace: Path, bureau: Path) -> None:
    save(workspace, Change(BRANCH, "t01", {"id": "t01"}))
    with Office.open(workspace) as office:
        told = export_package(office, "t01", workspace.parent / "1.zip")
    assert told[0].startswith("里面有t01的党员0名、记录0条、修改历史1条、附件0个")
    (first, *_) = arrival(bureau, workspace.parent / "1.zip").lines(3)
    assert first.startswith("t01（t01）：新支部，")


def test_a_history_that_lacks_what_was_handed_over_needs_a_reason(branch: Path, bureau: Path, tmp_path: Path) -> None:
    old = copied(branch, tmp_path / "旧")
    save(branch, talk("t01", place="甲"))
    save(branch, talk("t02", place="甲"))
    take_in(bureau, handed_over(branch))
    with pytest.raises(OlderPackage) as older:
        arrival(bureau, handed_over(old, 2))
    assert (older.value.fields["number"], older.value.fields["theirs"]) == (18, 16)
    for place, how in (("乙", "没有了"), ("丙", "变成了另一条")):
        save(old, talk("t01", place=place))
        package = handed_over(old, 3)
        with pytest.raises(HistoryRewritten) as rewritten:
            arrival(bureau, package)
        assert (rewritten.value.fields["number"], rewritten.value.fields["how"]) == (18, how)
    found = arrival(bureau, package, reason="电脑坏了", otherwise="theirs")
    assert found.fresh == 2
    assert list(found.lines(20))[-2:] == [
        "  修改历史新增2条，附件0个。",
        "  这份修改历史与以前收到的对不上，按写明的原因接收：电脑坏了",
    ]


def test_a_package_made_with_another_campaign_file_is_to_be_checked(branch: Path, bureau: Path) -> None:
    package = handed_over(branch)
    line = "  支部用的方案文件与这里的内容不同，请核对是不是同一份方案。"
    assert line not in list(arrival(bureau, package).lines(3))
    with (bureau / "campaign.toml").open("a", encoding="utf-8") as campaign:
        campaign.write("# 局里加的一行\n")
    assert line in list(arrival(bureau, package).lines(3))


# --- both sides went on --------------------------------------------------------------------------------------------------


def _place_for_where(raw: dict[str, Any]) -> dict[str, Any]:
    return {("place" if name == "where" else name): value for name, value in raw.items()}


@pytest.fixture
def parted(branch: Path, bureau: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The branch's second package, after both sides changed records that the first one had brought.

    A talk of the first package was written by an earlier version, which called the place ``where``.
    """
    monkeypatch.setattr(Talk, "UPGRADES", (_place_for_where,))
    own = b.branch()["branch"]
    save(branch, talk("t05", where="一楼"))
    take_in(bureau, handed_over(branch))
    save(
        bureau,
        talk("t01", place="局"),
        talk("t02", place="局"),
        talk("t03", place="同一处"),
        Change("talk", "t04", None),
        talk("t05", place="局"),
        Change(BRANCH, "t01", {**own, "name": "局里改的名"}),
    )
    save(
        branch,
        talk("t01", place="支部", thoughts="另谈"),
        talk("t03", place="同一处"),
        talk("t04", place="支部"),
        talk("t06", place="支部"),
        Change(BRANCH, "t01", {**own, "name": "支部改的名"}),
    )
    return handed_over(branch, 2)


def test_only_records_that_both_sides_changed_differently_are_asked_about(parted: Path, bureau: Path) -> None:
    found = arrival(bureau, parted)
    assert [(each.label, each.title, each.differences) for each in found.contradictions] == [
        ("党支部 t01", "党支部局里改的名", (("支部名称", "局里改的名", "支部改的名"),)),
        (
            "谈心谈话 t01",
            "谈心谈话（2024年2月7日，魏长河、祝秋实）",
            (("交流思想", "谈了近来的家事和心气", "另谈"), ("地点", "局", "支部")),
        ),
        ("谈心谈话 t04", "谈心谈话（2024年2月7日，魏长河、田小禾）", (("", "已撤回", "有"),)),
    ]
    assert found.open == found.contradictions
    assert len(found.only_here) == 2
    assert all(label.startswith("谈心谈话（") for label in found.only_here)
    assert found.difference.revised == ("谈心谈话 t06：地点",)
    assert (found.fresh, found.continues) == (5, False)
    lines = list(found.lines(20))
    assert [line for line in lines if "只在这里录入或改过的2条记录照旧保留" in line] == [lines[-2]]
    assert lines[-1] == "  修改历史新增5条，附件0个。"
    assert [line for line in lines if "｜" in line] == [
        "    党支部 t01 支部名称：局里改的名 ｜ 支部改的名",
        "    谈心谈话 t01 交流思想：谈了近来的家事和心气 ｜ 另谈",
        "    谈心谈话 t01 地点：局 ｜ 支部",
        "    谈心谈话 t04：已撤回 ｜ 有",
    ]
    assert [line for line in found.details(20) if "｜" in line] == []


def test_each_record_may_be_decided_by_itself(parted: Path, bureau: Path) -> None:
    sides = {("talk", "t01"): "theirs", ("talk", "t04"): "ours"}
    half = arrival(bureau, parted, sides=sides)
    assert [each.key for each in half.open] == [(BRANCH, "t01")]
    assert {change.id for change in half.difference.changes} == {"t01", "t06"}
    whole = arrival(bureau, parted, sides=sides, otherwise="theirs")
    assert whole.open == ()
    assert {(change.type, change.id) for change in whole.difference.changes} == {
        (BRANCH, "t01"),
        ("talk", "t01"),
        ("talk", "t06"),
    }
    take_in(bureau, parted, sides=sides, otherwise="theirs")
    with Office.open(bureau) as office:
        dossier = office.dossier("t01")
    assert dossier.branch.name == "支部改的名"
    places = [getattr(dossier.index.get(f"t0{n}"), "place", None) for n in range(1, 7)]
    assert places == ["支部", "局", "同一处", None, "局", "支部"]
    again = arrival(bureau, parted)
    assert (again.known, again.contradictions, again.difference.is_empty) == (True, (), True)
