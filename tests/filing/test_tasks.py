"""The long work of 定稿与归档: it calls what the commands call, reports, and says what is left when it is cancelled."""

from __future__ import annotations

import errno
import json
import os
import pickle
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.disk import drives, leftovers
from orglife.archive import verifying
from orglife.archive.options import ArchiveOptions, Outcome
from orglife.batch.run_record import DONE, FAILED, BranchResult, Trouble
from orglife.core.errors import BadInput, NotCarried, NotFinal, NothingToCarry
from orglife.filing import tasks
from orglife.filing.names import DIFFERENCES
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.takeaway import downloads
from tests.archive.conftest import make, raw
from tests.conftest import copied, run
from tests.filing.conftest import Filed, Told, arguments
from tests.marks import thorough

CHINESE = [
    "备案与报告.pdf", "对照检查.pdf", "工作方案.pdf", "集中学习.pdf", "落实整改.pdf", "民主评议.pdf", "谈心谈话.pdf",
    "召开会议.pdf", "征求意见.pdf",
]  # fmt: skip


@pytest.fixture
def copy(filed: Filed, tmp_path: Path) -> Path:
    """A workspace of its own."""
    return copied(filed.root, tmp_path / "工作 目录")


def files_of(root: Path, *folders: str) -> dict[str, bytes]:
    return {
        str(p.relative_to(root)): p.read_bytes()
        for folder in folders
        for p in sorted((root / folder).rglob("*"))
        if p.is_file()
    }


def stops_at(label: str) -> Any:
    """A report during which somebody cancels."""

    def report(_done: int, _total: int, now: str) -> None:
        if label in now:
            raise KeyboardInterrupt

    return report


@thorough
def test_final_papers_are_made_stage_by_stage_and_then_archived_and_verified(filed: Filed) -> None:
    assert [step[0] for step in filed.final.steps] == list(range(10))
    assert {step[1] for step in filed.final.steps} == {9}
    assert filed.final.steps[0][2] == "正在出“工作方案”的定稿文件"
    totals = {step[1] for step in filed.archive.steps}
    assert len(totals) == 1
    done = [step[0] for step in filed.archive.steps]
    assert done == sorted(done)
    assert done[-1] == totals.pop()
    assert "已归档，" in filed.lines[1]
    assert "已核验" in filed.lines[1]
    told = "".join(filed.lines[1:])
    assert not re.search(r"\bt01\b", told), "neither the branch's id nor a folder named by it"
    assert verifying.verify(filed.root / "archive" / "t01").good


def test_the_papers_are_those_of_the_commands(filed: Filed, tmp_path: Path) -> None:
    """Stage by stage or all at once: the same bytes, and the same list of them."""
    out = tmp_path / "out"
    assert run("batch", str(filed.root), "--final", "--out", str(out)) == 0
    assert files_of(out, "t01") == files_of(filed.root / "records", "t01")


def test_final_papers_show_their_numbers_and_are_taken_away_under_chinese_names(filed: Filed) -> None:
    with Office.open(filed.root) as office:
        papers = downloads.final_papers(office, "t01")
        assert sorted(papers) == sorted(CHINESE)
        made = downloads.download(office, "t01", downloads.PAPERS)
        codes = {item.code for item in office.dossier("t01").all(ArchiveItem)}
    assert made.name == "测试局机关党支部 定稿文件.zip"
    assert made.notes[0].startswith("带出的个人信息：")
    (filed.root.parent / "got.zip").write_bytes(made.data)
    with zipfile.ZipFile(filed.root.parent / "got.zip") as got:
        names = {name.rsplit("/", 1)[-1] for name in got.namelist()}
        plan = got.read("测试局机关党支部 定稿文件/工作方案.pdf")
    assert names == set(CHINESE)
    assert plan == (filed.root / "records" / "t01" / "10_plan.pdf").read_bytes()
    html = (filed.root / "records" / "t01" / "10_plan.html").read_text(encoding="utf-8")
    assert any(code in html for code in codes)


def test_papers_of_older_records_are_not_taken_for_final(copy: Path, tmp_path: Path) -> None:
    changed = raw()
    changed["records"]["talk"][0]["thoughts"] = "又谈了一次值班的事"
    (tmp_path / "t01.json").write_text(json.dumps(changed), encoding="utf-8")
    assert run("import", str(copy), str(tmp_path / "t01.json")) == 0
    with Office.open(copy) as office, pytest.raises(NothingToCarry, match="请先点“定稿”"):
        downloads.download(office, "t01", downloads.PAPERS)


def test_an_unfinished_branch_is_told_what_is_lacking(tmp_path: Path) -> None:
    lacking = raw()
    lacking["records"].pop("report")
    root = make(tmp_path / "ws", lacking)
    for work in (tasks.finalize, tasks.archive):
        with pytest.raises(NotFinal, match="还不能定稿：还有"):
            work(arguments(root), Told())
    assert not (root / "records" / "t01").exists()
    assert not list((root / "archive").iterdir())


def test_cancelled_final_papers_go_on_where_they_stopped(tmp_path: Path) -> None:
    root = make(tmp_path / "ws")
    with pytest.raises(BadInput, match="已取消。已定稿1个阶段，其余的没有动。再点一次会接着做"):
        tasks.finalize(arguments(root), stops_at("集中学习"))
    assert sorted(p.name for p in (root / "records" / "t01").iterdir()) == [
        "10_plan.html",
        "10_plan.pdf",
        "packet.json",
    ]
    with pytest.raises(BadInput, match="已取消。没有打成归档包，档号也没有编"):
        tasks.archive(arguments(root), stops_at("已做1件"))
    with Office.open(root) as office:
        assert not office.dossier("t01").all(ArchiveItem)
    assert not list((root / "archive").iterdir())


def test_an_unfinished_bag_of_a_killed_run_is_removed_by_the_next(copy: Path) -> None:
    left = ArchiveOptions(copy, token=tasks.TOKEN).part("t01")
    others = copy / "archive" / ".partial-00aa-t01"
    for folder in (left, others):
        folder.mkdir()
    with leftovers.run_lock(copy / "archive", "00aa"):
        others.mkdir()
        tasks.archive(arguments(copy), Told())
        assert not left.exists()
        assert others.exists(), "a command may be at work on it"
    leftovers.sweep(copy / "archive")
    assert not others.exists()


def test_archiving_again_what_has_not_changed_makes_no_second_bag(copy: Path) -> None:
    before = files_of(copy, "archive")
    told = Told()
    lines = tasks.archive(arguments(copy), told)
    assert "归档以后没有改过" in lines[0]
    assert "已核验" in lines[0]
    assert lines[-1].startswith("归档包校验值")
    assert files_of(copy, "archive") == before


def test_a_bag_is_carried_to_a_stick_and_verified_there(copy: Path, tmp_path: Path) -> None:
    stick = tmp_path / "usb"
    stick.mkdir()
    lines = tasks.carry(arguments(copy, what=downloads.BAG, folder=stick), Told())
    bag = stick / "测试局机关党支部 归档包"
    assert lines[0] == f"✓ 已写到“{bag}”，读回核对与原件相同。拔出U盘前请先“安全弹出”。"
    assert "在那里核验" in lines[1]
    assert "带出的个人信息" in lines[2]
    assert verifying.verify(bag).good
    assert files_of(bag, ".") == files_of(copy / "archive" / "t01", ".")
    tasks.carry(arguments(copy, what=downloads.PAPERS, folder=stick), Told())
    assert sorted(p.name for p in (stick / "测试局机关党支部 定稿文件").iterdir()) == sorted(CHINESE)


@pytest.mark.parametrize("work", ["carry", "backup"])
def test_a_full_stick_gets_one_sentence_and_nothing_half_made(
    copy: Path, tmp_path: Path, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "usb"
    stick.mkdir()
    before = files_of(copy, "archive", "records")
    sync = os.fsync

    def full(handle: int) -> None:
        if str(stick) in str(Path(f"/proc/self/fd/{handle}").readlink()):
            raise OSError(errno.ENOSPC, "full")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotCarried, match="没有写到“.*usb”：磁盘(已满|空间不足)，可能是U盘拔出了") as caught:
        getattr(tasks, work)(arguments(copy, what=downloads.BAG, folder=stick), Told())
    assert len(caught.value.sentences) == 1
    assert list(stick.iterdir()) == []
    assert files_of(copy, "archive", "records") == before
    monkeypatch.undo()
    assert getattr(tasks, work)(arguments(copy, what=downloads.BAG, folder=stick), Told())[0].startswith("✓")


def test_cancelling_a_copy_leaves_nothing(copy: Path, tmp_path: Path) -> None:
    stick = tmp_path / "usb"
    with pytest.raises(BadInput, match="已取消。.*没有留下不完整的内容，电脑里的没有动"):
        tasks.carry(arguments(copy, what=downloads.BAG, folder=stick), stops_at("正在写“manifest"))
    assert list(stick.iterdir()) == []
    with pytest.raises(BadInput, match="已取消。没有做成备份"):
        tasks.backup(arguments(copy, folder=stick), stops_at("正在备份"))
    assert list(stick.iterdir()) == []


def test_what_a_pulled_stick_left_of_a_backup_is_removed_by_the_next(copy: Path, tmp_path: Path) -> None:
    stick = tmp_path / "usb"
    (stick / ".part-abc").mkdir(parents=True)
    lines = tasks.backup(arguments(copy, folder=stick), Told())
    assert lines[0].startswith("✓ 已备份：")
    (made,) = stick.iterdir()
    assert verifying.verify(made).good


def test_a_copy_that_fails_its_check_on_the_stick_is_said(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = drives.carry

    def worn(source: Path, folder: Path, name: str, report: Any) -> Path:
        made = carried(source, folder, name, report)
        (made / "说明.txt").write_text("?", encoding="utf-8")
        return made

    monkeypatch.setattr(drives, "carry", worn)
    with pytest.raises(BadInput, match="没有通过核验，请删掉后再写一次"):
        tasks.carry(arguments(copy, what=downloads.BAG, folder=tmp_path / "usb"), Told())


def test_a_restore_shows_the_difference_first_and_pages_may_be_open(copy: Path, tmp_path: Path) -> None:
    stick = tmp_path / "usb"
    tasks.backup(arguments(copy, folder=stick), Told())
    (source,) = stick.iterdir()
    changed = raw()
    changed["records"]["talk"][0]["thoughts"] = "又谈了一次值班的事"
    (tmp_path / "t01.json").write_text(json.dumps(changed), encoding="utf-8")
    assert run("import", str(copy), str(tmp_path / "t01.json")) == 0
    with Office.open(copy) as page:  # a page that is open meanwhile
        head = page.store.head("2024-seed", "t01")
        shown = tasks.compare(arguments(copy, source=source), Told())
        assert shown[0] == "恢复会改变下列内容："
        assert any("去掉现有的1条修改" in line for line in shown)
        assert not any("--yes" in line for line in shown)
        assert page.store.head("2024-seed", "t01") == head
        done = tasks.restore(arguments(copy, source=source), Told())
        assert done[-1] == "已恢复。"
        assert page.store.head("2024-seed", "t01").number == head.number - 1
        assert page.store.verify() == []
    with Office.open(copy) as office:
        assert office.store.verify() == []
    assert any("现在的内容已备份" in line for line in done)


def test_a_file_that_is_no_backup_is_refused(copy: Path, tmp_path: Path) -> None:
    before = (copy / "orglife.db").read_bytes()
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 no backup")
    for work in (tasks.compare, tasks.restore):
        with pytest.raises(Exception, match="x.zip") as caught:
            work(arguments(copy, source=tmp_path / "x.zip"), Told())
        assert getattr(caught.value, "friendly", False)
    assert (copy / "orglife.db").read_bytes() == before


@thorough
def test_many_forms_are_read_and_left_for_the_page(copy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    assert run("export", str(copy), "--format", "xlsx", "--members", "--out", str(folder)) == 0
    sources = sorted(folder.glob("*.xlsx"))
    for number, source in enumerate(sources):
        shutil.copyfile(source, folder / f"{number}")
    told = Told()
    given: Mapping[str, Any] = {**arguments(copy, folder=folder), "names": [source.name for source in sources]}
    assert tasks.compare_forms(given, told) == [f"读了{len(sources)}份表。"]
    assert [step[0] for step in told.steps] == list(range(len(sources)))
    found = pickle.loads((folder / DIFFERENCES).read_bytes())
    assert len(found) == len(sources)


# --- what is reported and said, whatever is made -----------------------------------------------------------------------

TOTAL = 2 * 2 + 3 + 1
"""Steps of an archive: two stages made twice, three papers numbered, one check."""
BOTH = [(0, "正在出“方案”的定稿文件"), (1, "正在出“报告”的定稿文件"), (2, "定稿文件已出")]
TO_THE_CHECK = [*BOTH, (2, "正在编档号、打归档包"), (5, "正在核验归档包")]


class Made:
    """A branch with two stages, three papers and two live archive items, of which nothing is really made."""

    def __init__(self, folder: Path) -> None:
        self.bag: Path | None = None
        self.archived = False
        self.good = True
        self.outcome = Outcome(True, ("t01在x。", "带出的个人信息：姓名。"), folder)
        self.papers_done: list[int] = []
        self.failing: list[list[Trouble]] = []
        self.runs: list[tuple[str, ...]] = []
        (folder / "tagmanifest-sha256.txt").write_bytes(b"")

    def run_batch(self, options: Any, branches: Sequence[str], *, jobs: int) -> list[BranchResult]:
        assert (options.final, branches, jobs) == (True, ["t01"], 1)
        self.runs.append(options.stages)
        troubles = self.failing.pop(0) if self.failing else []
        rows = [BranchResult("t01", DONE, troubles=(Trouble("不算", ""),))]
        return [*rows, BranchResult("t01", FAILED, troubles=tuple(troubles))] if troubles else rows

    def outcomes(self, _office: Any, _options: Any, branches: Sequence[str], on_paper: Any) -> Iterator[Outcome]:
        assert branches == ["t01"]
        for done in self.papers_done:
            on_paper(done, 4)
        yield self.outcome

    def verify(self, _bag: Path) -> Any:
        return SimpleNamespace(good=self.good, lines=[1, 2], shown=lambda: ["有1处不符。"])


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    one = Made(tmp_path)
    items = [SimpleNamespace(withdrawn=withdrawn) for withdrawn in (False, True, False)]
    office = SimpleNamespace(
        branch_name=lambda _: "甲支部",
        dossier=lambda _: SimpleNamespace(all=lambda _: items),
        require_final=lambda _: None,
        findings=lambda _: (),
        all_papers=lambda *_: iter("abc"),
    )

    @contextmanager
    def opened(_root: Path) -> Iterator[Any]:
        yield office

    stages = [SimpleNamespace(key="plan", title="方案"), SimpleNamespace(key="report", title="报告")]
    monkeypatch.setattr(tasks.Office, "open", opened)
    monkeypatch.setattr(tasks, "branch_stages", lambda: stages)
    monkeypatch.setattr(tasks, "run_batch", one.run_batch)
    monkeypatch.setattr(tasks, "outcomes", one.outcomes)
    monkeypatch.setattr(tasks.downloads, "latest_bag", lambda *_: one.bag)
    monkeypatch.setattr(tasks.readiness, "archived", lambda *_: one.archived)
    monkeypatch.setattr(verifying, "verify", one.verify)
    return one


def refusal(work: Any, root: Path, report: Any = None) -> list[str]:
    with pytest.raises(BadInput) as refused:
        work(arguments(root), report or Told())
    return list(refused.value.sentences)


def test_stages_are_finalized_one_after_the_other(made: Made, tmp_path: Path) -> None:
    told = Told()
    line = "✓ 甲支部已定稿，出了2个阶段的文件。点下面的“下载定稿文件”或“写定稿文件”取用。"
    assert tasks.finalize(arguments(tmp_path), told) == [line]
    assert told.steps == [(done, 2, label) for done, label in BOTH]
    assert made.runs == [("plan",), ("report",)]
    again = "再点一次会接着做，已做好的不重做。"
    assert refusal(tasks.finalize, tmp_path, stops_at("方案")) == [f"已取消。文件没有动。{again}"]
    assert refusal(tasks.finalize, tmp_path, stops_at("报告")) == [f"已取消。已定稿1个阶段，其余的没有动。{again}"]
    made.failing = [[], [Trouble("缺名单。", "", "报告"), Trouble("缺日期。", "")]]
    assert refusal(tasks.finalize, tmp_path) == ["报告：缺名单。", "缺日期。"]


def test_an_archive_reports_stages_papers_its_check_and_the_stages_with_numbers(made: Made, tmp_path: Path) -> None:
    made.papers_done = [0, 2, 3, 4]  # a paper more than were counted
    told = Told()
    lines = tasks.archive(arguments(tmp_path), told)
    assert lines[:2] == ["✓ 甲支部已归档，2件；归档包已核验2项，全部通过。", "带出的个人信息：姓名。"]
    assert len(lines) == 3
    packed = [(2 + min(done, 3), f"正在编档号、打归档包：4件，已做{done}件") for done in made.papers_done]
    steps = [*TO_THE_CHECK[:-1], *packed, TO_THE_CHECK[-1], *((6 + done, label) for done, label in BOTH)]
    assert told.steps == [(done, TOTAL, label) for done, label in steps]


@pytest.mark.parametrize(("bag", "archived", "anew"), [(True, True, False), (True, False, True), (False, True, True)])
def test_only_a_bag_of_the_records_as_they_are_is_not_made_again(
    made: Made, tmp_path: Path, *, bag: bool, archived: bool, anew: bool
) -> None:
    made.bag, made.archived = tmp_path if bag else None, archived
    told = Told()
    lines = tasks.archive(arguments(tmp_path), told)
    assert bool(made.runs) is anew
    if not anew:
        assert told.steps == [(0, 1, "正在核验归档包")]
        assert lines[0] == "✓ 归档以后没有改过内容，不用再归档；归档包已核验2项，全部通过。"


def test_an_archive_that_fails_says_what_is_wrong(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = made.outcome
    for outcome in (Outcome(False, ("不行。",), tmp_path), Outcome(True, ("不行。",))):
        made.outcome = outcome
        assert refusal(tasks.archive, tmp_path) == ["不行。"]
    made.outcome, made.good = whole, False
    assert refusal(tasks.archive, tmp_path) == [*whole.sentences, "有1处不符。"]
    made.good, made.failing = True, [[], [], [Trouble("磁盘已满。", "")]]
    lines = tasks.archive(arguments(tmp_path), Told())
    assert lines[-2:] == ["定稿文件上还没有印档号，再点一次“定稿”就有了。", "磁盘已满。"]
    unpacked = "没有打成归档包，档号也没有编；定稿文件都在。要归档再点一次。"
    assert refusal(tasks.archive, tmp_path, stops_at("打归档包")) == [f"已取消。{unpacked}"]
    unverified = "归档包已经打好，还没有核验完；再点一次“归档”会另打一个并核验。"
    monkeypatch.setattr(verifying, "verify", lambda _: stops_at("")(0, 0, ""))
    assert refusal(tasks.archive, tmp_path) == [f"已取消。{unverified}"]


@pytest.mark.parametrize(("place", "stays"), [(".orglife/work/b.zip", False), ("b.zip", True)])
def test_an_uploaded_backup_is_removed_once_it_is_restored(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, stays: bool
) -> None:
    source = tmp_path / place
    source.parent.mkdir(parents=True, exist_ok=True)
    source.touch()
    monkeypatch.setattr(tasks.restoring, "restore", lambda *_, **__: iter(["已恢复。"]))
    told = Told()
    assert tasks.restore(arguments(tmp_path, source=source), told) == ["已恢复。"]
    assert told.steps == [(0, 1, "正在恢复")]
    assert source.exists() is stays
