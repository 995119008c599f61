"""One branch's papers, stage by stage, without notebooks and typesetter: what is printed, kept, removed and reported."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.disk import files
from orglife.adapters.engine import runner
from orglife.adapters.print import exporters
from orglife.batch import making, sources
from orglife.batch.making import make_branch
from orglife.batch.run_record import DONE, FAILED, RunRecord
from orglife.batch.task import PACKET, Task, TaskResult
from orglife.core.errors import CannotWrite, NothingToPrint
from orglife.core.paper.block import Bundle, Document, Note

NOTEBOOKS = ("10_plan", "11_study", "12_talks")


@pytest.fixture
def task(tmp_path: Path) -> Task:
    """Three stages of the demo branch, as HTML and PDF."""
    made = sources.sample(tmp_path / "records")
    return replace(made, digests={name: f"d-{name}" for name in NOTEBOOKS}, formats=("html", "pdf"))


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Notebook → text of its paper, None for no paper, or an error; what was run is noted under "ran"."""
    held: dict[str, Any] = {**dict.fromkeys(NOTEBOOKS, "甲"), "ran": [], "rendered": []}

    def run(path: Path, parameters: dict[str, Any], **options: Any) -> str:
        held["ran"].append((path.stem, parameters, options["seconds"], options["engine"]))
        if isinstance(held[path.stem], Exception):
            raise held[path.stem]
        return path.stem

    def bundle_of(notebook: str, name: str) -> Bundle:
        assert name == f"{notebook}.ipynb"
        text = held[notebook]
        document = Document(form="F1", subject="s1", title=["标题"], page="P", blocks=[Note(text=text or "")])
        return Bundle(documents=[document] if text else [], title="标题")

    def render(bundle: Bundle, kind: str) -> bytes:
        held["rendered"].append(kind)
        return f"{kind} {bundle.documents[0].blocks[0].text}".encode()  # type: ignore[union-attr]

    monkeypatch.setattr(runner, "run_notebook", run)
    monkeypatch.setattr(exporters, "bundle_of", bundle_of)
    monkeypatch.setattr(exporters, "render", render)
    return held


def made(task: Task, folder: Path, stages: list[str] | None = None) -> TaskResult:
    (folder / "work").mkdir(exist_ok=True)
    return make_branch(task, folder / "work", (stages if stages is not None else []).append)


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "records" / "b01").iterdir())


def test_each_stage_is_run_and_printed_in_order(task: Task, papers: dict[str, Any], tmp_path: Path) -> None:
    stages: list[str] = []
    result = made(task, tmp_path, stages)
    assert stages == ["工作方案", "集中学习", "谈心谈话"]
    assert (result.row.status, result.row.files, result.row.name) == (DONE, 6, task.name)
    assert set(result.row.counts) == {"errors", "warnings", "infos", "todos"}
    assert result.outputs == {}
    assert listed(tmp_path) == sorted([f"{n}.{k}" for n in NOTEBOOKS for k in ("html", "pdf")] + [PACKET])
    packet = json.loads((tmp_path / "records" / "b01" / PACKET).read_text(encoding="utf-8"))
    assert list(packet["stages"]) == list(NOTEBOOKS)
    entry = packet["stages"]["12_talks"]
    assert (entry["digest"], entry["formats"]) == ("d-12_talks", ["html", "pdf"])
    assert entry["papers"] == [{"form": "F1", "subject": "s1", "title": "标题", "draft": False}]
    assert [(file["file"], file["bytes"]) for file in entry["files"]] == [("12_talks.html", 8), ("12_talks.pdf", 7)]
    assert (packet["branch"], packet["final"], packet["findings"]) == ("b01", False, dict(result.row.counts))
    (name, parameters, seconds, engine), *_ = papers["ran"]
    assert (name, seconds, engine) == ("10_plan", task.seconds, task.engine)
    assert parameters == {"branch": "b01", "as_of": packet["as_of"], "final": False, "interactive": False}


def known_of(folder: Path) -> dict[str, Any]:
    return RunRecord.read(folder / "records" / "b01" / PACKET).stages


@pytest.mark.parametrize(
    ("change", "rendered", "formats"),
    [
        ({}, [], ["html", "pdf"]),
        ({"formats": ("pdf",)}, [], ["html", "pdf"]),
        ({"formats": ("docx",)}, ["docx", "html", "pdf"], ["docx", "html", "pdf"]),
        ({"force": True}, ["html", "pdf"], ["html", "pdf"]),
    ],
)
def test_papers_that_say_the_same_are_not_printed_again(
    task: Task, papers: dict[str, Any], tmp_path: Path, change: dict[str, Any], rendered: list[str], formats: list[str]
) -> None:
    one = replace(task, digests={"12_talks": "d1"})
    made(one, tmp_path)
    papers["rendered"].clear()
    again = made(replace(one, known=known_of(tmp_path), digests={"12_talks": "d2"}, **change), tmp_path)
    assert sorted(papers["rendered"]) == rendered
    assert again.row.files == len(rendered)
    entry = known_of(tmp_path)["12_talks"]
    assert (entry["digest"], entry["formats"]) == ("d2", formats)
    papers["12_talks"] = "乙"
    papers["rendered"].clear()
    made(replace(one, known=known_of(tmp_path), formats=("html",)), tmp_path)
    assert sorted(papers["rendered"]) == formats, "no older PDF stays beside a new page"


def test_a_stage_without_papers_leaves_no_file_of_an_earlier_run(
    task: Task, papers: dict[str, Any], tmp_path: Path
) -> None:
    one = replace(task, digests={"12_talks": "d1"})
    made(one, tmp_path)
    papers["12_talks"] = None
    result = made(replace(one, known=known_of(tmp_path)), tmp_path)
    assert (result.row.status, result.row.files) == (DONE, 0)
    assert listed(tmp_path) == [PACKET]
    assert known_of(tmp_path)["12_talks"]["files"] == []


def test_a_format_that_was_not_asked_for_is_removed(task: Task, papers: dict[str, Any], tmp_path: Path) -> None:
    one = replace(task, digests={"12_talks": "d1"}, formats=("html",))
    (tmp_path / "records" / "b01").mkdir(parents=True)
    for kind in ("html", "pdf", "docx"):
        (tmp_path / "records" / "b01" / f"12_talks.{kind}").write_text("old", encoding="utf-8")
    made(one, tmp_path)
    assert listed(tmp_path) == ["12_talks.html", PACKET]


@pytest.mark.parametrize(
    ("error", "sentence", "plain"),
    [
        (NothingToPrint(title="谈话"), "集中学习：“谈话”现在还没有", None),
        (KeyError("魏长河"), "集中学习：", "KeyError"),
    ],
)
def test_a_stage_that_fails_stays_alone(
    task: Task, papers: dict[str, Any], tmp_path: Path, error: Exception, sentence: str, plain: str | None
) -> None:
    made(task, tmp_path)
    papers["11_study"] = error
    result = made(replace(task, known=known_of(tmp_path)), tmp_path)
    assert result.row.status == FAILED
    (trouble,) = result.row.troubles
    assert trouble.words.startswith(sentence)
    assert (plain or "") in trouble.plain
    assert "魏长河" not in trouble.words + trouble.plain
    assert list(known_of(tmp_path)) == ["10_plan", "12_talks"], "it is made again next time"
    assert [name for name, *_ in papers["ran"]][3:] == list(NOTEBOOKS)


@pytest.mark.parametrize(("number", "tried"), [(errno.ENOSPC, 1), (errno.EFBIG, 3)])
def test_a_place_that_takes_nothing_is_tried_once(
    task: Task,
    papers: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    tried: int,
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise CannotWrite(path=str(path), what="满") from OSError(number, "x")

    monkeypatch.setattr(files, "write", refuse)
    result = made(task, tmp_path)
    assert len(papers["ran"]) == tried
    assert result.row.status == FAILED
    assert [trouble.stage for trouble in result.row.troubles] == (
        [""] if tried == 1 else ["工作方案", "集中学习", "谈心谈话", ""]
    )


def test_a_fault_of_the_program_stops_no_other_stage_whatever_caused_it(
    task: Task, papers: dict[str, Any], tmp_path: Path
) -> None:
    fault = RuntimeError("x")
    fault.__cause__ = OSError(errno.ENOSPC, "full")
    papers["10_plan"] = fault
    result = made(task, tmp_path)
    assert len(papers["ran"]) == 3
    assert [trouble.stage for trouble in result.row.troubles] == ["工作方案"]


def test_papers_are_sent_back_where_the_target_is_out_of_reach(
    task: Task, papers: dict[str, Any], tmp_path: Path
) -> None:
    away = replace(task, target=replace(task.target, probe=str(tmp_path / "probe")), digests={"12_talks": "d"})
    result = made(away, tmp_path)
    assert list(result.outputs) == ["12_talks.docx", "12_talks.html", "12_talks.pdf", PACKET]
    assert result.outputs["12_talks.docx"] is None
    assert not (tmp_path / "records").exists()
    (tmp_path / "probe").touch()
    assert made(away, tmp_path).outputs == {}


def test_records_that_cannot_be_read_are_one_trouble(task: Task, papers: dict[str, Any], tmp_path: Path) -> None:
    result = made(replace(task, files={**task.files, "records.json": "{"}), tmp_path)
    assert (result.row.status, papers["ran"], result.outputs) == (FAILED, [], {})
    (trouble,) = result.row.troubles
    assert trouble.stage == ""


def test_a_zygote_that_ends_is_asked_three_times(task: Task, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[Any] = []

    class Ending:
        def __enter__(self) -> Any:
            return SimpleNamespace(call=self.call)

        def __exit__(self, *_: object) -> None: ...

        def call(self, *what: Any, **more: Any) -> bytes:
            asked.append(more["sweep"])
            raise EOFError

    monkeypatch.setattr(making.zygote, "borrowed", lambda _: Ending())
    (result,) = making.work([task])
    assert len(asked) == 3
    assert result.row.status == FAILED
    assert result.row.seconds >= 0
    assert {path.parent for path in asked} == {Path(task.target.partial)}


@pytest.mark.parametrize(("hung", "words"), [(True, "600秒"), (False, "SIGKILL")])
def test_a_lost_child_is_named_with_its_stage(
    task: Task, monkeypatch: pytest.MonkeyPatch, words: str, *, hung: bool
) -> None:
    class Lost:
        def __enter__(self) -> Any:
            return SimpleNamespace(call=self.call)

        def __exit__(self, *_: object) -> None: ...

        def call(self, *_: Any, **more: Any) -> bytes:
            more["on_report"]("谈心谈话".encode())
            raise making.zygote.ChildLost("SIGKILL", hung=hung)

    monkeypatch.setattr(making.zygote, "borrowed", lambda _: Lost())
    (result,) = making.work([task])
    (trouble,) = result.row.troubles
    assert trouble.stage == "谈心谈话"
    assert words in trouble.plain
