"""Single papers: the same blocks as in the bound file, whole files or none; blank forms that nobody can be known by."""

from __future__ import annotations

import errno
import json
import os
import stat
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pypdf
import pytest

from orglife.adapters.engine import runner
from orglife.adapters.print import exporters
from orglife.core.errors import BadInput, NoBranch, NotFinal, UnknownSubject
from orglife.core.paper.block import Bundle, Signature, Space, Table
from orglife.office.office import Office
from orglife.paper import singles as singles_module
from orglife.paper.singles import BUREAU_NAME, PaperRequest, Single, make_all, make_singles, singles
from orglife.stages import STAGES
from orglife.stages.catalogue import BLANKS, FORMS
from tests import branch as b
from tests.cli.test_cli import refused
from tests.conftest import disk_full_at, run
from tests.marks import first, thorough

Captured = pytest.CaptureFixture[str]
QUICK = ("--formats", "html")

WANTED = {"F23", "F24", "F25", "F26", "F27", "F28", "F29"}
"""Forms of campaigns that want them; 2024-seed wants none."""


def made(root: Path, branch: str = "t01") -> set[str]:
    return {p.name for p in (root / "records" / branch / "forms").iterdir()}


@pytest.mark.parametrize("stage", first(1, [s for s in STAGES if not s.bureau]), ids=lambda s: s.key)
def test_a_single_paper_is_the_paper_of_the_bound_file(stage: Any, filled: Path) -> None:
    notebook = filled / "notebooks" / f"{stage.notebook}.ipynb"
    executed = runner.run_notebook(notebook, {"branch": "t01", "interactive": False}, folder=filled)
    bound = exporters.bundle_of(executed, notebook.name)
    with Office.open(filled) as office:
        alone = {(s.form, s.subject): s.bundle for s in singles(office, "t01", PaperRequest())}
    assert bound.documents
    for paper in bound.documents:
        single = alone[paper.form, paper.subject]
        assert single.documents == [paper]
        assert (single.branch, single.campaign, single.dated) == (bound.branch, bound.campaign, bound.dated)


@pytest.mark.parametrize(("recorded", "owners"), [(True, ["b1", "b2", "_bureau"]), (False, ["b1", "b2"])])
def test_a_set_of_all_has_the_bureaus_papers_where_it_recorded_anything(
    recorded: bool, owners: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = Papers(monkeypatch)
    monkeypatch.setattr(singles_module, "has_records", lambda _: recorded)
    office: Any = SimpleNamespace(branches=lambda: ["b1", "b2"], chosen=lambda ids: ids)
    assert make_all(office, [], PaperRequest(), papers.said.append)
    assert [branch for branch, blank, _ in papers.written if blank] == owners
    papers.written.clear()
    assert make_all(office, ["b2"], PaperRequest(), papers.said.append)
    assert [branch for branch, blank, _ in papers.written if blank] == ["b2"]
    office.branches = list
    with pytest.raises(NoBranch):
        make_all(office, [], PaperRequest(), papers.said.append)


class Papers:
    """Makes no file; a branch called ``open`` is not final, the blanks of ``full``, the others of ``worn`` cannot be written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[str] = []
        self.written: list[tuple[str, bool, list[str]]] = []
        monkeypatch.setattr(singles_module, "singles", self._singles)
        monkeypatch.setattr(singles_module, "_write", self._write)

    def _singles(self, _office: Any, branch: str, _request: PaperRequest) -> list[Single]:
        if branch == "open":
            raise NotFinal(branch="甲支部", what="还没有开会")
        bundle = Bundle(documents=[])
        return [Single("F6", "r1", frozenset({"r1", "m1"}), bundle), Single("F4", "", frozenset(), bundle)]

    def _write(self, _office: Any, branch: str, papers: Any, request: PaperRequest, _say: Any) -> bool:
        self.written.append((branch, request.blank, [paper.name for paper in papers]))
        return (branch, request.blank) not in {("full", True), ("worn", False)}

    def make(self, branches: list[str], **request: Any) -> bool:
        return make_singles(cast("Office", None), branches, PaperRequest(**request), self.said.append)


def test_a_branch_that_is_not_final_is_told_and_the_others_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = Papers(monkeypatch)
    assert papers.make(["b1", "b2"])
    assert not papers.make(["open", "b2"])
    assert not papers.make(["b1", "open"], subjects=("nobody",))  # it may be the subject of a paper left out
    assert [branch for branch, *_ in papers.written] == ["b1", "b2", "b2", "b1"]
    assert len(papers.said) == 2


def test_a_subject_is_of_some_branch_or_nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = Papers(monkeypatch)
    assert papers.make(["b1"], subjects=("m1",))
    assert papers.written == [("b1", False, ["F6_r1"])]
    with pytest.raises(UnknownSubject):
        papers.make(["b1"], subjects=("m1", "nobody"))
    with pytest.raises(BadInput, match="空白表不分对象"):
        papers.make(["b1"], subjects=("m1",), blank=True)
    assert papers.make(["b1"], blank=True)
    assert len(papers.written) == 2


@pytest.mark.parametrize(("branch", "whole"), [("b1", True), ("full", False), ("worn", False), ("open", False)])
def test_a_set_for_proofreading_is_whole_only_with_its_blanks(
    branch: str, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = Papers(monkeypatch)
    office: Any = SimpleNamespace(chosen=lambda ids: ids)
    assert make_all(office, [branch], PaperRequest(), papers.said.append) is whole
    assert {blank for _, blank, _ in papers.written} == (set() if branch == "open" else {False, True})


@thorough
def test_all_papers_of_a_branch(filled: Path, capsys: Captured) -> None:
    assert run("forms", str(filled), "--branch", "t01") == 0
    names = made(filled)
    assert {"F1_plan.html", "F3.pdf", "F4.html", "F6_r1.pdf", "F9_mt.pdf", "F10_mt.pdf", "F12_gm.pdf"} <= names
    assert {"F14.pdf", "F14_m1.html", "F15_p8.pdf", "F17_fl.pdf", "F18.html"} <= names
    for path in (filled / "records" / "t01" / "forms").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert str(filled).encode() not in path.read_bytes()
    assert not list(filled.rglob(".part-*"))
    assert not (filled / ".orglife" / "partial").exists()
    output = capsys.readouterr()
    assert output.out == ""
    assert "测试局机关党支部（t01）" in output.err


def test_forms_and_subjects_choose(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    capsys.readouterr()
    assert run("forms", str(filled), "--form", "f6", "--form", "F15", "--subject", "m3", *QUICK) == 0
    told = capsys.readouterr().err.splitlines()
    assert told == [f"测试局机关党支部（t01）：2份，2个文件，在“{filled / 'records' / 't01' / 'forms'}”。"]
    assert made(filled) == {"F6_r3.html", "F15_p3.html"}, "a member stands for the member's papers"
    out = tmp_path / "out"
    assert run("forms", str(filled), "--branch", "t01", "--subject", "r4", "--out", str(out), "--formats", "pdf") == 0
    assert [p.name for p in (out / "t01" / "forms").iterdir()] == ["F6_r4.pdf"]
    assert not (out / ".partial").exists()


def test_the_same_papers_have_the_same_bytes(filled: Path) -> None:
    place = filled / "records" / "t01" / "forms" / "F6_r2.pdf"
    contents = set()
    for _ in "ab":
        assert run("forms", str(filled), "--subject", "r2") == 0
        contents.add(place.read_bytes())
    assert len(contents) == 1
    assert "简宁" not in "".join(page.extract_text() for page in pypdf.PdfReader(place).pages)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--form", "F99"),
        ("--form", ""),
        ("--subject", "nobody"),
        ("--form", "F9", "--subject", "r1"),
        ("--branch", "t09"),
        ("--blank", "--form", "F17"),
        ("--blank", "--subject", "m1"),
        ("--formats", "odt"),
        ("--as-of", "soon"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_one_sentence(arguments: tuple[str, ...], filled: Path, capsys: Captured) -> None:
    lines = refused(capsys, "forms", str(filled), *arguments)
    assert len(lines) == 1 or lines[1:] == ["已有的支部：t01。"]
    assert not list((filled / "records").iterdir())


def test_a_form_without_papers_is_told_and_no_error(filled: Path, capsys: Captured) -> None:
    assert run("forms", str(filled), "--form", "F21") == 0
    assert "没有可以出的文件" in capsys.readouterr().err


def test_final_leaves_an_unfinished_branch_out(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    assert run("forms", str(filled), "--final", "--form", "F1", *QUICK) == 0
    source = tmp_path / "two.json"
    raw = b.changed(b.branch(), put={"branch/id": "t02", "plan/plan/phases/after": ""})
    source.write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(filled), str(source)) == 0
    capsys.readouterr()
    assert run("forms", str(filled), "--branch", "t02", "--branch", "t01", "--final", "--form", "F18", *QUICK) == 1
    assert "还不能定稿" in capsys.readouterr().err
    assert "F18.html" in made(filled)
    assert not (filled / "records" / "t02").exists()


def test_an_unprintable_paper_fails_alone(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    source = tmp_path / "odd.json"
    source.write_text(
        json.dumps(b.changed(b.branch(), put={"member_review/r2/items/0/fact": "去年\U00013080"})), encoding="utf-8"
    )
    assert run("import", str(filled), str(source)) == 0
    capsys.readouterr()
    assert run("forms", str(filled), "--form", "F6", "--formats", "pdf") == 1
    assert "“\U00013080”字" in capsys.readouterr().err
    assert "F6_r1.pdf" in made(filled)
    assert "F6_r2.pdf" not in made(filled)


# --- blank forms -----------------------------------------------------------------------------------------------------


def blanks(root: Path, owner: str = "t01") -> dict[str, Any]:
    with Office.open(root) as office:
        return {s.name: s.bundle.documents[0] for s in singles(office, owner, PaperRequest(blank=True))}


def test_every_blank_form_is_made(filled: Path) -> None:
    assert run("forms", str(filled), "--blank") == 0
    names = made(filled)
    for name in ("F2_blank-sign_in", "F3_blank", "F4_blank", "F10_blank", "F11_blank", "F11_blank-count", "F15_blank"):
        assert {f"{name}.html", f"{name}.pdf"} <= names
    assert run("forms", str(filled), "--branch", "_bureau", "--blank") == 0
    assert made(filled, "_bureau") == {"F19_blank.html", "F19_blank.pdf"}
    numbers = {n.partition("_")[0] for n in (*names, "F19_")}
    assert numbers == set(BLANKS) - WANTED
    assert numbers <= set(FORMS)


def test_the_bureaus_own_papers_bear_its_name(filled: Path, capsys: Captured) -> None:
    capsys.readouterr()
    assert run("forms", str(filled), "--branch", "_bureau", "--blank", *QUICK) == 0
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith(f"{BUREAU_NAME}（_bureau）：1份，1个文件，")


def test_a_blank_form_has_room_and_is_no_draft(filled: Path) -> None:
    for name, paper in blanks(filled).items():
        assert not paper.draft, name
        empty = [c for t in paper.blocks if isinstance(t, Table) for row in t.rows for c in row if not c.strip()]
        assert empty or any(isinstance(block, Space) for block in paper.blocks), name
        if name in ("F3_blank", "F11_blank", "F15_blank"):
            pdf = pypdf.PdfReader(_pdf(filled, name))
            assert len(pdf.pages) == 1


def _pdf(root: Path, name: str) -> Path:
    assert run("forms", str(root), "--blank", "--form", name.partition("_")[0], "--formats", "pdf") == 0
    return root / "records" / "t01" / "forms" / f"{name}.pdf"


def test_the_ballot_tells_nothing_of_its_voter(filled: Path) -> None:
    ballot = blanks(filled)["F11_blank"]
    assert not [x for x in ballot.blocks if isinstance(x, Signature)]
    (table,) = [x for x in ballot.blocks if isinstance(x, Table)]
    assert [c.head for c in table.columns] == ["序号", "姓名", "优秀", "合格", "基本合格", "不合格", "弃权"]
    assert [row[1] for row in table.rows] == b.BY_STROKES
    words = "".join(text for text, _ in ballot.texts())
    for word in ("编号", "投票人", "填票人", "签名", "日期", "年", "月"):
        assert word not in words.replace("不写姓名", "").replace(b.branch()["branch"]["name"], "")
    probationary = [row for row in table.rows if row[1] == "简宁"]
    assert probationary[0][2:] == ["—"] * 5
    others = [row for row in table.rows if row[1] != "简宁"]
    assert all(not "".join(row[2:]).strip() for row in others)
    assert ballot.subtitle == "测试局机关党支部"


def test_blank_lists_name_whoever_is_there_on_the_day(filled: Path, tmp_path: Path) -> None:
    source = tmp_path / "moved.json"
    raw = b.changed(b.branch(), put={"member/m5/left_on": "2024-02-10", "member/m6/joined_on": "2024-02-20"})
    source.write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(filled), str(source)) == 0
    (roll, _) = [x for x in blanks(filled)["F9_blank-sign_in"].blocks if isinstance(x, Table)]
    words = "".join(cell for row in roll.rows for cell in row)
    assert "陆望舒" not in words
    assert "蒲大川" in words
    assert b.meeting()["date"] == date(2024, 2, 20).isoformat()


def test_all_is_every_form_filled_and_blank_in_every_format(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "校样"
    assert run("forms", str(filled), "--all", "--out", str(out)) == 0
    names = {p.name for p in (out / "t01" / "forms").iterdir()}
    for kind in exporters.FORMATS:
        stems = {Path(name).stem for name in names if name.endswith(f".{kind}")}
        assert {stem.split("_")[0] for stem in stems if "blank" in stem} == set(BLANKS) - {"F19"} - WANTED
        filled_forms = {stem.split("_")[0] for stem in stems if "blank" not in stem}
        assert filled_forms >= {f"F{number}" for number in range(1, 19)}
        assert filled_forms <= set(FORMS) - {"F19", "F20", "F21", "F22"}  # nothing of these is recorded
    assert not (filled / "records" / "t01").exists()


@pytest.mark.parametrize("more", [("--form", "F6"), ("--blank",), ("--subject", "m1")])
def test_all_leaves_nothing_to_choose(more: tuple[str, ...], filled: Path, capsys: Captured) -> None:
    (sentence,) = refused(capsys, "forms", str(filled), "--all", *more)
    assert sentence.startswith("--all 就是全部")
    assert not (filled / "records" / "t01").exists()


# --- what the system refuses -----------------------------------------------------------------------------------------


def sharing_violation(path: Path, target: Path) -> None:
    error = PermissionError(errno.EACCES, "The process cannot access the file", str(path))
    error.winerror = 32  # type: ignore[attr-defined]  # as Windows has it
    raise error


def full(_number: int) -> None:
    raise OSError(errno.ENOSPC, "full")


REFUSALS = {"open in Word": (Path, "replace", sharing_violation, "Word"), "full disk": (os, "fsync", full, "磁盘已满")}


@pytest.mark.parametrize("more", [(), ("--form", "F6"), ("--all",)], ids=["all filled", "a form", "proof"])
def test_a_place_that_takes_no_file_is_one_sentence(
    more: tuple[str, ...], filled: Path, tmp_path: Path, capsys: Captured
) -> None:
    (file := tmp_path / "taken").write_text("a file where a folder should be")
    capsys.readouterr()
    assert run("forms", str(filled), *more, "--formats", "html", "--out", str(file / "papers")) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("无法写入“")
    assert "路径中有一段不是文件夹" in line
    assert file.read_text() == "a file where a folder should be"


def test_a_disk_that_is_full_ends_the_work_with_one_sentence(
    filled: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    capsys.readouterr()
    with disk_full_at(3, monkeypatch):
        assert run("forms", str(filled), "--formats", "html") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "磁盘已满" in line
    assert len(made(filled)) == 2


@pytest.mark.parametrize("why", REFUSALS)
def test_a_refused_file_is_one_sentence_and_the_old_one_stays(
    why: str, filled: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ("forms", str(filled), "--form", "F1", "--formats", "docx")
    assert run(*order) == 0
    file = filled / "records" / "t01" / "forms" / "F1_plan.docx"
    file.write_bytes(before := file.read_bytes() + b"changed by hand")
    capsys.readouterr()
    owner, name, refusal, word = REFUSALS[why]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, refusal)
        assert run(*order) == 1
    lines = capsys.readouterr().err.splitlines()
    (line,) = [line for line in lines if str(file) in line]
    assert word in line
    one_file = why == "open in Word"  # the other papers are still made, and counted
    assert len(lines) == (2 if one_file else 1)
    assert ("：1份，0个文件，" in lines[0]) is one_file
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert not list(filled.rglob(".part-*"))


def test_a_folder_that_cannot_be_written_is_told(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    target = tmp_path / "out"
    target.write_text("a file in the place of the folder", encoding="utf-8")
    assert run("forms", str(filled), "--form", "F1", *QUICK, "--out", str(target)) == 1
    message = capsys.readouterr().err
    assert "不是文件夹" in message
    assert "Traceback" not in message
    assert target.read_text(encoding="utf-8") == "a file in the place of the folder"
