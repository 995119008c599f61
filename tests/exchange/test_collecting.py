"""Many packages at once: each is named with its state before anything changes; a bad one harms no other."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.store import reading
from orglife.adapters.store.chain import BUREAU
from orglife.core.errors import BadInput
from orglife.exchange import chosen_files, collecting, handover, intake, packages
from orglife.exchange.arrival import Arrival
from orglife.exchange.chosen_files import ChosenFiles
from orglife.exchange.collecting import Answers, Arrivals, ArrivalState, ArrivedPackage
from orglife.exchange.difference import Difference
from orglife.office.office import Office
from tests import branch as b
from tests.conftest import run
from tests.exchange.test_handover import forged, members, place, put, tree, zipped
from tests.marks import thorough

S = ArrivalState


def branch_of(folder: Path, ident: str, name: str, campaign: str = "2024-seed") -> Path:
    """A branch's workspace as its secretary has it."""
    root = folder / f"ws-{name}"
    place(root)
    put(root, b.changed(b.branch(), put={"branch/id": ident, "branch/name": name}))
    if campaign != "2024-seed":
        assert run("campaign", "begin", str(root), campaign) == 0
    return root


def package_of(root: Path, ident: str, out: Path) -> Path:
    with Office.open(root) as office:
        packages.export_package(office, ident, out)
    return out


def looked_at(bureau: Path, *paths: Path, folder: Path | None = None) -> Arrivals:
    room = bureau / ".orglife" / "intake"
    room.mkdir(parents=True, exist_ok=True)
    found = ChosenFiles(room)
    for path in paths:
        found.add(path, path.name)
    if folder is not None:
        found.add_folder(folder)
    with Office.open(bureau) as office:
        arrivals = collecting.look_at_all(office, found, lambda *_: None)
    arrivals.save(room)
    assert Arrivals.load(room) == arrivals
    return arrivals


def taken(bureau: Path, arrivals: Arrivals) -> Arrivals:
    with Office.open(bureau) as office:
        return collecting.take_in(office, arrivals, lambda *_: None, lambda *_: None)


def states(rows: Sequence[ArrivedPackage]) -> list[tuple[str, ArrivalState]]:
    return [(row.name, row.state) for row in rows]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two branches, and two packages of the first: the second goes on where the first ended."""
    folder = tmp_path_factory.mktemp("two")
    one, two = branch_of(folder, "t01", "河东党支部"), branch_of(folder, "t02", "河西党支部")
    package_of(one, "t01", folder / "河东.zip")
    package_of(two, "t02", folder / "河西.zip")
    put(one, b.changed(b.branch(), put={"branch/name": "河东党支部", "talk/t01/place": "值班室"}))
    package_of(one, "t01", folder / "河东 新.zip")
    return folder


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    return place(tmp_path / "bureau", "bureau")


def test_every_kind_of_file_is_named_and_only_what_is_in_order_is_taken_in(
    made: Path, bureau: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "半截.zip"
    cut.write_bytes((made / "河西.zip").read_bytes()[:-4000])
    forgery = zipped(tmp_path / "另一段.zip", forged(made / "河西.zip", 3))
    again = shutil.copy(made / "河西.zip", tmp_path / "河西 副本.zip")
    text = tmp_path / "说明.txt"
    text.write_text("不是包", encoding="utf-8")
    before = tree(bureau)
    arrivals = looked_at(bureau, made / "河东 新.zip", made / "河东.zip", made / "河西.zip", again, cut, forgery, text)
    assert states(arrivals.packages) == [
        ("河东 新.zip", S.NEW),
        ("河东.zip", S.OLDER),
        ("河西.zip", S.NEW),
        ("河西 副本.zip", S.TWICE),
        ("另一段.zip", S.RIVAL),
        ("半截.zip", S.DAMAGED),
    ]
    assert (arrivals.others, arrivals.other_count) == (("说明.txt",), 1)
    assert all(row.sentence.endswith("。") for row in arrivals.packages if not row.state.in_order)
    assert {k: v for k, v in tree(bureau).items() if ".orglife" not in k} == {
        k: v for k, v in before.items() if ".orglife" not in k
    }
    done = taken(bureau, arrivals)
    assert [row.name for row in done.packages if row.taken] == ["河东 新.zip", "河西.zip"]
    assert {p.stem for p in (bureau / "receipts").iterdir()} == {"t01", "t02"}
    # the same drop a day later
    again_later = looked_at(bureau, made / "河东 新.zip", made / "河东.zip", forgery)
    assert states(again_later.packages) == [("河东 新.zip", S.SAME), ("河东.zip", S.OLDER), ("另一段.zip", S.REWRITTEN)]


def test_an_older_package_after_a_newer_is_named(made: Path, bureau: Path) -> None:
    taken(bureau, looked_at(bureau, made / "河东 新.zip"))
    (row,) = looked_at(bureau, made / "河东.zip").packages
    assert row.state is S.OLDER
    assert "请收支部最新的包" in row.sentence
    assert "--" not in row.sentence


def test_a_zip_of_packages_and_a_folder(made: Path, bureau: Path, tmp_path: Path) -> None:
    pack = tmp_path / "各支部.zip"
    with zipfile.ZipFile(pack, "w") as out:
        out.write(made / "河东.zip", "支部/河东.zip")
        out.write(made / "河西.zip", "支部/河西.zip")
        out.writestr("支部/名单.txt", "无")
        out.writestr("支部/坏.zip", b"PK\x03\x04 nothing")
    arrivals = looked_at(bureau, pack)
    assert states(arrivals.packages) == [
        ("各支部.zip里的河东.zip", S.NEW),
        ("各支部.zip里的河西.zip", S.NEW),
        ("各支部.zip里的坏.zip", S.DAMAGED),
    ]
    assert arrivals.others == ("各支部.zip里的名单.txt",)
    (tmp_path / "u" / "深").mkdir(parents=True)
    shutil.copy(made / "河西.zip", tmp_path / "u" / "深" / "河西.zip")
    assert states(looked_at(bureau, folder=tmp_path / "u").packages) == [("河西.zip", S.NEW)]
    assert [row.taken for row in taken(bureau, arrivals).packages] == [True, True, False]


@thorough
def test_a_folder_that_holds_no_package(bureau: Path, tmp_path: Path) -> None:
    folder = tmp_path / "很多"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"{number}.txt").write_bytes(b"x")
    arrivals = looked_at(bureau, folder=folder)
    assert (arrivals.packages, arrivals.other_count, len(arrivals.others)) == ((), 10_000, collecting.NAMED)
    with pytest.raises(BadInput, match="没有“.*”这个文件夹"):
        looked_at(bureau, folder=tmp_path / "nowhere")


def test_what_changed_after_it_was_shown_is_not_taken_in(made: Path, bureau: Path, tmp_path: Path) -> None:
    """Another window takes in a package meanwhile, or another file gets the name."""
    mine = Path(shutil.copy(made / "河东 新.zip", tmp_path / "a.zip"))
    other = Path(shutil.copy(made / "河西.zip", tmp_path / "b.zip"))
    arrivals = looked_at(bureau, mine, other)
    assert run("import", str(bureau), str(made / "河东.zip")) == 0
    shutil.copy(made / "河东.zip", other)
    done = taken(bureau, arrivals)
    assert [row.taken for row in done.packages] == [False, False]
    assert all("请再核对一次" in "".join(row.failed) for row in done.packages)
    with Office.open(bureau) as office:
        assert office.branches() == ["t01"]


@pytest.mark.parametrize("quicker", ["河东.zip", "河东 新.zip", ""])
def test_another_window_may_be_quicker_by_a_moment(
    quicker: str, made: Path, bureau: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes in the same package, a newer one, or saves a record, between the comparison and the save."""
    if not quicker:
        taken(bureau, looked_at(bureau, made / "河东.zip"))
    arrivals = looked_at(bureau, made / ("河东.zip" if quicker else "河东 新.zip"))
    save = handover._save

    def late(office: Office, arrival: Arrival) -> None:
        monkeypatch.setattr(handover, "_save", save)
        if quicker:
            assert run("import", str(bureau), str(made / quicker)) == 0
        else:
            put(bureau, b.changed(b.branch(), put={"branch/name": "河东党支部", "talk/t02/place": "局里写的"}))
        files.update(tree(bureau))
        save(office, arrival)

    files: dict[str, bytes] = {}
    monkeypatch.setattr(handover, "_save", late)
    (row,) = taken(bureau, arrivals).packages
    assert not row.taken
    assert "请再核对一次" in "".join(row.failed)
    now = tree(bureau)
    assert [name for name in now if "receipts" in name and now[name] != files.get(name)] == []
    with Office.open(bureau) as office:
        assert office.store.verify() == []
        assert len(office.store.history("2024-seed", BUREAU)) == 1
    (again,) = looked_at(bureau, Path(row.place)).packages
    assert again.state is {"河东.zip": S.SAME, "河东 新.zip": S.OLDER, "": S.MERGED}[quicker]


def test_two_branches_of_one_id_are_asked_about(made: Path, bureau: Path, tmp_path: Path) -> None:
    stranger = package_of(branch_of(tmp_path, "t01", "河北党支部"), "t01", tmp_path / "河北.zip")
    taken(bureau, looked_at(bureau, made / "河东.zip"))
    (row,) = looked_at(bureau, stranger).packages
    assert (row.state, row.branch, row.ours) == (S.DOUBT, "河北党支部", "河东党支部")
    with Office.open(bureau) as office:
        another = collecting.look_again(office, row, Answers(as_new=True))
        merged = collecting.look_again(office, row, Answers(same=True))
    assert (another.state, merged.state) == (S.NEW, S.ASKED)
    assert merged.contradictions[0].title
    (done,) = taken(bureau, Arrivals((another,))).packages
    assert done.taken
    with Office.open(bureau) as office:
        assert sorted(office.branch_name(each) for each in office.branches()) == ["河东党支部", "河北党支部"]


def test_contradictions_are_decided_one_by_one(made: Path, bureau: Path) -> None:
    taken(bureau, looked_at(bureau, made / "河东.zip"))
    put(bureau, b.changed(b.branch(), put={"branch/name": "河东党支部", "talk/t01/place": "局里写的"}))
    (row,) = looked_at(bureau, made / "河东 新.zip").packages
    assert row.state is S.ASKED
    (asked,) = row.contradictions
    assert asked.differences == (("地点", "局里写的", "值班室"),)
    assert "t01" not in asked.title
    assert not taken(bureau, Arrivals((row,))).packages[0].taken
    with Office.open(bureau) as office:
        decided = collecting.look_again(office, row, Answers(sides=((*asked.key, "ours"),)))
    assert decided.state is S.MERGED
    assert taken(bureau, Arrivals((decided,))).packages[0].taken
    with Office.open(bureau) as office:
        assert office.dossier("t01").index["t01"].place == "局里写的"


def test_a_rewritten_history_needs_a_reason(made: Path, bureau: Path, tmp_path: Path) -> None:
    forgery = zipped(tmp_path / "另一段.zip", forged(made / "河东.zip", 40))
    taken(bureau, looked_at(bureau, made / "河东.zip"))
    (row,) = looked_at(bureau, forgery).packages
    assert row.state is S.REWRITTEN
    assert "--" not in row.sentence
    with Office.open(bureau) as office:
        again = collecting.look_again(office, row, Answers(reason="电脑坏了"))
    assert not again.state.asks
    assert any("电脑坏了" in line for line in again.lines)


def many(root: Path, idents: Sequence[str], **changes: str) -> Path:
    """A workspace that holds many branches, so that their packages are made in seconds."""
    place(root, "bureau")
    with Office.open(root) as office:
        for ident in idents:
            raw = b.changed(b.branch(), put={"branch/id": ident, "branch/name": f"{root.name}{ident}党支部", **changes})
            intake.take_in(office, intake.differences_of(office, [(f"{ident}.json", json.dumps(raw).encode())]))
    return root


def packages_of(root: Path, idents: Sequence[str], drop: Path, name: str = "") -> None:
    with Office.open(root) as office:
        for ident in idents:
            packages.export_package(office, ident, drop / f"{name}{ident}.zip")


@thorough
def test_no_package_is_dearer_because_many_came_before(
    bureau: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bureau's chain grows by a revision a package: each package reads what is new of it, never all of it again."""
    drop = tmp_path / "drop"
    drop.mkdir()
    idents = [f"b{number:03}" for number in range(12)]
    packages_of(many(tmp_path / "第", idents), idents, drop)
    read: list[str] = []
    sound = reading._sound

    def noted(row: Any) -> Any:
        if row.branch == BUREAU:
            read.append(row.hash)
        return sound(row)

    monkeypatch.setattr(reading, "_sound", noted)
    numbers = []
    with Office.open(bureau) as office:
        found = ChosenFiles(bureau)
        found.add_folder(drop)
        arrivals = collecting.look_at_all(office, found, lambda *_: None)
        collecting.take_in(office, arrivals, lambda *_: None, lambda *_: numbers.append(len(read)))
    assert len(numbers) == len(idents)
    assert {late - early for early, late in pairwise(numbers[1:])} == {numbers[2] - numbers[1]}, numbers


@thorough
@pytest.mark.timeout(900)
@pytest.mark.parametrize("sound", [20, pytest.param(183, marks=pytest.mark.soak)])
def test_many_packages(sound: int, bureau: Path, tmp_path: Path) -> None:
    """10 damaged, 5 of another campaign, 5 that were changed at the bureau as well, 2 of ids that are here."""
    drop = tmp_path / "drop"
    drop.mkdir()
    idents = [f"b{number:03}" for number in range(sound)]
    both = idents[:5]
    source = many(tmp_path / "第", idents)
    packages_of(source, both, drop)
    taken(bureau, looked_at(bureau, folder=drop))
    for root, where in ((bureau, "局里写的"), (source, "支部写的")):
        with Office.open(root) as office:
            for ident in both:
                put_in = {"branch/id": ident, "branch/name": f"第{ident}党支部", "talk/t01/place": where}
                raw = b.changed(b.branch(), put=put_in)
                intake.take_in(office, intake.differences_of(office, [("a.json", json.dumps(raw).encode())]))
    packages_of(source, idents, drop)
    first = drop / f"{idents[-1]}.zip"
    for number in range(10):
        (drop / f"坏{number}.zip").write_bytes(first.read_bytes()[: -1000 - number])
    others = [f"o{number}" for number in range(5)]
    last_year = many(tmp_path / "明年", others)
    assert run("campaign", "begin", str(last_year), "2025-annual") == 0
    packages_of(last_year, others, drop)
    packages_of(many(tmp_path / "同号", both[:2]), both[:2], drop, "同号")  # older versions gave the same ids
    before = _records(bureau)
    arrivals = looked_at(bureau, folder=drop)
    counts = Counter(row.state for row in arrivals.packages)
    assert counts == {S.NEW: sound - 5, S.ASKED: 5, S.DAMAGED: 10, S.OTHER: 5, S.DOUBT: 2}
    done = taken(bureau, arrivals)
    assert sum(row.taken for row in done.packages) == sound - 5
    assert all(row.sentence or row.contradictions for row in done.packages if not row.taken)
    after = _records(bureau)
    assert {k: v for k, v in after.items() if k in before} == before, "nothing of what was here is lost or changed"
    assert len(list((bureau / "receipts").glob("*.json"))) == sound


def _records(bureau: Path) -> dict[str, Any]:
    with Office.open(bureau) as office:
        return {each: office.dossier(each).records for each in office.branches()}


@pytest.mark.parametrize(("stored", "flags"), [("河东.zip", 0x800), ("河东.zip".encode("gbk").decode("cp437"), 0)])
def test_names_packed_on_windows_are_readable(stored: str, flags: int) -> None:
    info = zipfile.ZipInfo(stored)
    info.flag_bits = flags
    assert chosen_files.name_in(info) == "河东.zip"


def test_what_was_taken_in_is_known_also_when_the_work_was_broken_off(made: Path, bureau: Path) -> None:
    """Each package is noted on its own; a note that was cut off and one of another list are left out."""
    room = bureau / ".orglife" / "intake"
    arrivals = looked_at(bureau, *sorted(made.glob("*.zip")))
    ready = [number for number, row in enumerate(arrivals.packages) if row.ready]
    assert len(ready) > 1

    def broken_off(each: Arrivals, number: int) -> None:
        each.note(room, number)
        raise KeyboardInterrupt

    with Office.open(bureau) as office, pytest.raises(KeyboardInterrupt):
        collecting.take_in(office, arrivals, lambda *_: None, broken_off)
    again = Arrivals.load(room)
    assert [number for number, row in enumerate(again.packages) if row.taken] == ready[:1]
    with (room / collecting.DONE).open("a", encoding="utf-8") as notes:
        notes.write(f'[{len(arrivals.packages)}, "", true, []]\n[{ready[1]}, "0000", true, []]\n[{ready[1]}, "')
    assert Arrivals.load(room) == again
    again.save(room)
    assert Arrivals.load(room) == again


def test_a_note_with_line_separators_is_one_line(tmp_path: Path) -> None:
    rows = tuple(ArrivedPackage(f"/{n}.zip", f"{n}.zip", f"{n:04}", S.NEW) for n in range(2))
    Arrivals(rows).save(tmp_path)
    done = tuple(replace(row, taken=True, failed=("“\u2028陈\u2029静\x85”没有写上",)) for row in rows)
    for number in range(2):
        Arrivals(done).note(tmp_path, number)
    assert Arrivals.load(tmp_path).packages == done


def test_the_same_history_packed_by_another_program_is_neither_older_nor_a_rival(
    made: Path, bureau: Path, tmp_path: Path
) -> None:
    again = zipped(tmp_path / "另打.zip", members(made / "河西.zip"))
    assert states(looked_at(bureau, made / "河西.zip", again).packages) == [("河西.zip", S.NEW), ("另打.zip", S.NEW)]
    assert states(looked_at(bureau, again, made / "河西.zip").packages) == [("另打.zip", S.NEW), ("河西.zip", S.NEW)]


def test_of_a_large_package_forty_records_are_named(made: Path, bureau: Path) -> None:
    (row,) = looked_at(bureau, made / "河西.zip").packages
    named = [line for line in row.lines if line.startswith("＋")]
    assert len(named) == 41
    assert named[-1] == "＋ ……另有62条"
    assert row.lines[0].startswith("河西党支部（t02）：新支部，")
    assert row.lines[-1].startswith("修改历史新增")


def test_of_many_other_files_six_are_named(bureau: Path) -> None:
    with Office.open(bureau) as office:
        for count in (6, 7):
            chosen = ChosenFiles(bureau, others=[f"{number}.txt" for number in range(count)])
            found = collecting.look_at_all(office, chosen, lambda *_: None)
            assert (found.others, found.other_count) == (tuple(f"{number}.txt" for number in range(6)), count)


def test_how_far_it_is_and_what_cannot_be_read_is_told(made: Path, bureau: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    one, two = (Path(shutil.copy(made / name, tmp_path)) for name in ("河东.zip", "河西.zip"))
    found = ChosenFiles(tmp_path)
    for path in (one, two):
        found.add(path, path.name)
    found.packages.append((tmp_path / "走了.zip", "走了.zip"))
    with Office.open(bureau) as office:
        looked = collecting.look_at_all(office, found, lambda *step: told.append(step))
        assert states(looked.packages) == [("河东.zip", S.NEW), ("河西.zip", S.NEW), ("走了.zip", S.DAMAGED)]
        gone = looked.packages[-1]
        assert gone.sentence.startswith("读不了：")
        assert (gone.digest, gone.lines, gone.branch) == ("", (), "")
        two.unlink()
        done = collecting.take_in(office, looked, lambda *step: told.append(step), lambda *_: None)
    assert [row.taken for row in done.packages] == [True, False, False]
    assert [[text[:4] for text in row.failed] for row in done.packages] == [[], ["读不了："], []]
    assert told == [
        (0, 3, "正在核对“河东.zip”"),
        (1, 3, "正在核对“河西.zip”"),
        (2, 3, "正在核对“走了.zip”"),
        (0, 2, "正在接收“河东党支部”"),
        (1, 2, "正在接收“河西党支部”"),
        (2, 2, "接收完了"),
    ]


def test_a_receipt_of_another_branch_is_a_sentence_and_changes_nothing(made: Path, bureau: Path) -> None:
    taken(bureau, looked_at(bureau, made / "河东.zip", made / "河西.zip"))
    other = bureau / "receipts" / "t02.json"
    branch = made / "ws-河东党支部"
    before = tree(branch)
    with Office.open(branch) as office:
        for data in (other.read_bytes(), b"{", b"\xff\xfe"):
            with pytest.raises(BadInput, match="^“回执.json”不是上级发给本支部的回执。请核对后另选一个。$"):
                intake.receipts_of(office, [("回执.json", data)], "t01")
        own = intake.receipts_of(office, [("回执.json", (bureau / "receipts" / "t01.json").read_bytes())], "t01")
    assert len(own) == 1
    assert tree(branch) == before


@pytest.mark.parametrize(("count", "last"), [(20, "  第20处"), (21, "  ……另有1处"), (23, "  ……另有3处")])
def test_a_refusal_lists_twenty_problems_and_counts_the_others(count: int, last: str) -> None:
    refusal = intake.Refusal("包.zip", tuple(f"包.zip的第{n}处" for n in range(1, count + 1)))
    assert [*refusal.lines()] == ["包.zip：", *(f"  第{n}处" for n in range(1, 21)), *([last] if count > 20 else [])]


@pytest.mark.parametrize(("count", "last"), [(20, "  ＋ 第20条"), (21, "  ＋ ……另有1条")])
def test_a_difference_lists_twenty_records_of_a_kind_and_counts_the_others(count: int, last: str) -> None:
    added = tuple(f"第{n}条" for n in range(1, count + 1))
    difference = Difference("包.zip", "t01", "测试支部", False, (), added=added)
    lines = [line for line in difference.lines() if "＋" in line]
    assert lines == [*(f"  ＋ 第{n}条" for n in range(1, 21)), *([last] if count > 20 else [])]
