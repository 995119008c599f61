"""The batch: whole files or none, failures apart, nothing personal or local in what is written, literal user text."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdf
import pytest

from orglife.adapters.engine import runner
from orglife.office.office import REHEARSAL
from tests import branch as b
from tests.conftest import run
from tests.marks import thorough

NASTY = "#panic() $x$ *b* <script>alert(1)</script> {{7*7}} =1+1"
FAST = ("--jobs", "1", "--stage", "plan", "--stage", "talks")


def put(root: Path, folder: Path, *dossiers: dict[str, Any]) -> None:
    files = []
    for n, raw in enumerate(dossiers):
        file = folder / f"put{n}.json"
        file.write_text(json.dumps(raw), encoding="utf-8")
        files.append(str(file))
    assert run("import", str(root), *files) == 0


def text_of(pdf: Path) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages))


class _Words(HTMLParser):
    """What a browser shows as text."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words_of(page: str) -> str:
    parser = _Words()
    parser.feed(page)
    return re.sub(r"\s", "", "".join(parser.words))


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_a_batch_leaves_whole_files_and_skips_what_is_unchanged(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("batch", str(filled), "--jobs", "1") == 0
    folder = filled / "records" / "t01"
    names = {p.name for p in folder.iterdir()}
    for stage in ("10_plan", "12_talks", "20_meeting", "21_appraisal"):
        assert {f"{stage}.html", f"{stage}.pdf"} <= names
    assert "packet.json" in names
    assert not list(filled.rglob(".part-*"))
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert str(filled).encode() not in path.read_bytes()
    run_record = json.loads((folder / "packet.json").read_text(encoding="utf-8"))
    assert run_record["format"] == "orglife-packet/1"
    assert run_record["as_of"] == "2024-02-28"
    first = digests(folder)
    capsys.readouterr()
    assert run("batch", str(filled), "--jobs", "1", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows["format"] == "orglife-batch/1"
    assert [(r["branch"], r["status"], r["error"]) for r in rows["branches"]] == [("t01", "skipped", None)]
    assert run("batch", str(filled), "--jobs", "1", "--force") == 0
    assert digests(folder) == first


def test_only_changed_or_damaged_papers_are_made_again(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def status(*more: str) -> str:
        capsys.readouterr()
        assert run("batch", str(filled), *FAST, "--formats", "html", "--json", *more) == 0
        return str(json.loads(capsys.readouterr().out)["branches"][0]["status"])

    assert status() == "done"
    assert status() == "skipped"
    place = filled / "records" / "t01" / "12_talks.html"
    good = place.read_bytes()
    place.write_bytes(good[:-1])
    assert status() == "done"
    assert place.read_bytes() == good
    times = place.stat().st_atime_ns, place.stat().st_mtime_ns
    other = good.replace("会开得太长".encode(), "会开得太好".encode())
    place.write_bytes(other)
    assert status() == "done"  # same size, but later than the packet
    place.write_bytes(other)
    os.utime(place, ns=times)
    assert status() == "skipped"  # size and time are as they were: only --verify reads every byte
    assert status("--verify") == "done"
    assert place.read_bytes() == good
    put(filled, tmp_path, b.changed(b.branch(), put={"talk/t01/place": "传达室"}))
    assert status() == "done"
    assert "传达室" in place.read_text(encoding="utf-8")
    (filled / "campaign.toml").write_text(
        (filled / "campaign.toml").read_text(encoding="utf-8").replace('"局机关党总支"', '"县局党总支"'),
        encoding="utf-8",
    )
    assert status() == "done"


@thorough
def test_injection_is_printed_literally_in_html_and_pdf(filled: Path, tmp_path: Path) -> None:
    raw = b.branch()
    hit = b.changed(
        raw,
        put={
            "branch/name": NASTY,
            "member/m4/name": NASTY,
            "plan/plan/contents/requirements": NASTY,
            "talk/t01/thoughts": NASTY,
            "meeting/mt/place": NASTY,
            "meeting/mt/briefing/opinions": NASTY,
            "meeting/mt/speeches/0/points": NASTY,
            "meeting/mt/absent/0/reason": NASTY,
            "meeting/mt/guests/0/name": NASTY,
            "criticism/c01/text": NASTY,
            "superior_comment/sc/text": NASTY,
            "grade/g1/opinion": NASTY,
        },
    )
    put(filled, tmp_path, hit)
    stages = [part for key in ("plan", "talks", "meeting", "appraisal") for part in ("--stage", key)]
    assert run("batch", str(filled), "--jobs", "1", *stages) == 0
    wanted = re.sub(r"\s", "", NASTY)
    for name, times in (("10_plan", 2), ("12_talks", 2), ("20_meeting", 8), ("21_appraisal", 2)):
        text = text_of(filled / "records" / "t01" / f"{name}.pdf")
        assert text.count(wanted) >= times, name
        page = (filled / "records" / "t01" / f"{name}.html").read_text(encoding="utf-8")
        assert "<script" not in page
        assert words_of(page).count(wanted) >= times


def test_a_branch_that_fails_stays_alone(filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unprintable = b.changed(b.branch(), put={"branch/id": "t02", "talk/t01/place": "\U00013080 室"})
    put(filled, tmp_path, b.branch(), unprintable, b.changed(b.branch(), put={"branch/id": "t03"}))
    capsys.readouterr()
    assert run("batch", str(filled), "--jobs", "2", "--stage", "talks", "--json") == 1
    rows = {r["branch"]: r for r in json.loads(capsys.readouterr().out)["branches"]}
    assert {k: r["status"] for k, r in rows.items()} == {"t01": "done", "t02": "failed", "t03": "done"}
    assert "谈心谈话" in rows["t02"]["error"]
    assert "Traceback" not in rows["t02"]["error"]
    assert not (filled / "records" / "t02" / "12_talks.pdf").exists()


@thorough
def test_a_missing_glyph_names_the_character_and_the_record(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(filled, tmp_path, b.changed(b.branch(), put={"talk/t01/place": "\U00013080 室"}))
    assert run("batch", str(filled), *FAST) == 1
    told = capsys.readouterr().err
    assert "U+13080" in told
    assert "魏长河、祝秋实" in told
    assert not (filled / "records" / "t01" / "12_talks.pdf").exists()


@thorough
def test_a_stage_without_papers_leaves_no_file(filled: Path, tmp_path: Path) -> None:
    assert run("batch", str(filled), *FAST, "--formats", "html") == 0
    put(filled, tmp_path, b.changed(b.branch(), remove=["talk"]))
    assert run("batch", str(filled), *FAST, "--formats", "html") == 0
    names = {p.name for p in (filled / "records" / "t01").iterdir()}
    assert "10_plan.html" in names
    assert "12_talks.html" not in names


@thorough
def test_no_paper_of_older_records_stays_in_a_format_that_was_not_asked_for(filled: Path, tmp_path: Path) -> None:
    talks = filled / "records" / "t01" / "12_talks.html"
    assert run("batch", str(filled), *FAST) == 0
    put(filled, tmp_path, b.changed(b.branch(), put={"talk/t01/place": "传达室"}))
    assert run("batch", str(filled), *FAST, "--formats", "html") == 0
    assert "传达室" in text_of(talks.with_suffix(".pdf"))
    talks.unlink()  # what lies beside it is no longer known
    put(filled, tmp_path, b.changed(b.branch(), put={"talk/t01/place": "会议室"}))
    assert run("batch", str(filled), *FAST, "--formats", "html") == 0
    assert "会议室" in talks.read_text(encoding="utf-8")
    assert not talks.with_suffix(".pdf").exists()


@thorough
def test_blank_core_fields_make_a_draft_that_says_so(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, b.changed(b.branch(), put={"plan/plan/phases/after": "", "plan/plan/made_on": ""}))
    assert run("batch", str(filled), *FAST) == 0
    page = (filled / "records" / "t01" / "10_plan.html").read_text(encoding="utf-8")
    assert "〔待填〕" in page
    assert "草稿" in page
    assert "草稿" in text_of(filled / "records" / "t01" / "10_plan.pdf")
    talks = (filled / "records" / "t01" / "12_talks.html").read_text(encoding="utf-8")
    assert "草稿" not in talks


def test_final_refuses_an_unfinished_branch_and_changes_nothing(filled: Path, tmp_path: Path) -> None:
    assert run("batch", str(filled), *FAST, "--final", "--formats", "html") == 0
    before = digests(filled / "records" / "t01")
    put(filled, tmp_path, b.changed(b.branch(), remove=["talk/t01"]))
    assert run("batch", str(filled), *FAST, "--final", "--formats", "html") == 1
    assert digests(filled / "records" / "t01") == before


def test_papers_of_a_rehearsal_say_so(filled: Path) -> None:
    settings = filled / "orglife.toml"
    page = filled / "records" / "t01" / "10_plan.html"
    assert run("batch", str(filled), *FAST, "--formats", "html") == 0
    assert REHEARSAL not in page.read_text(encoding="utf-8")
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("rehearsal = false", "rehearsal = true"), encoding="utf-8")
    assert run("batch", str(filled), *FAST, "--formats", "html") == 0
    assert REHEARSAL in page.read_text(encoding="utf-8")


@thorough
def test_out_takes_the_place_of_records(filled: Path, tmp_path: Path) -> None:
    assert run("batch", str(filled), *FAST, "--formats", "html", "--out", str(tmp_path / "out")) == 0
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"t01"}
    assert (tmp_path / "out" / "t01" / "packet.json").is_file()
    assert not list((filled / "records").iterdir())


def test_a_folder_that_cannot_be_written_fails_its_branch_only(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(filled, tmp_path, b.branch(), b.changed(b.branch(), put={"branch/id": "t02"}))
    (filled / "records" / "t01").write_text("in the way", encoding="utf-8")
    capsys.readouterr()
    assert run("batch", str(filled), *FAST, "--formats", "html", "--json") == 1
    rows = {r["branch"]: r["status"] for r in json.loads(capsys.readouterr().out)["branches"]}
    assert rows == {"t01": "failed", "t02": "done"}
    assert (filled / "records" / "t01").read_text(encoding="utf-8") == "in the way"


@thorough
def test_the_kernel_is_our_own_and_leaves_nothing_outside(
    filled: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    before = dict(os.environ)
    runner.run_notebook(b.ROOT / "notebooks" / "10_plan.ipynb", {"branch": "t01", "interactive": False}, folder=filled)
    assert [p for p in home.rglob("*") if p.is_file()] == []
    folders = ("IPYTHONDIR", "PYTHONSAFEPATH", "JUPYTER_PATH")
    assert [os.environ.get(name) for name in folders] == [before.get(name) for name in folders]
