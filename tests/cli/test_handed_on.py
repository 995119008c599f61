"""What the commands hand on to the work behind them, and the exit status that they make of its outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.engine import pools, processes
from orglife.adapters.engine.runner import STOCK
from orglife.adapters.print import docx
from orglife.adapters.store.store import BUREAU
from orglife.archive import driving as archiving
from orglife.archive import fixity, verifying
from orglife.archive.fixity import VisitOptions
from orglife.archive.options import ArchiveOptions
from orglife.batch import driving, options
from orglife.batch.options import BatchOptions
from orglife.batch.run_record import DONE, FAILED, SKIPPED, BranchResult
from orglife.cli.options import formats_of
from orglife.office import checking
from orglife.office.checking import Checked
from orglife.paper import singles
from orglife.serve import hub, serving
from orglife.serve.serving import ServeOptions
from tests.cli.test_golden_commands import folder
from tests.conftest import run

__all__ = ["folder"]
Captured = pytest.CaptureFixture[str]


class Heard:
    """Takes the place of some work: keeps what it was given, and ends as it is told to."""

    def __init__(self, outcome: Any = None) -> None:
        self.outcome = outcome
        self.given: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        self.given.append((arguments, named))
        return self.outcome


@pytest.fixture(autouse=True)
def seven_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "default_jobs", lambda: 7)


@pytest.mark.parametrize(
    ("words", "changes", "jobs"),
    [
        ([], {}, 7),
        (["--jobs", "3", "--limit", "5", "--formats", "pdf"], {"seconds": 5, "formats": ("pdf",)}, 3),
        (["--stage", "talks", "--out", "出"], {"stages": ("talks",), "out": "出"}, 7),
        (["--final", "--force", "--verify"], {"final": True, "force": True, "verify": True}, 7),
        (["--as-of", "2024-03-08", "--scheduler", "tcp://x"], {"as_of": date(2024, 3, 8), "scheduler": "tcp://x"}, 7),
        (["--engine", STOCK, "--campaign", "2024-seed"], {"engine": STOCK}, 7),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_batch_is_handed_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], changes: dict[str, Any], jobs: int
) -> None:
    heard = Heard([])
    monkeypatch.setattr(driving, "run_batch", heard)
    assert run("batch", "局", *words) == 0
    ((given, chosen), named) = heard.given[0]
    root = (folder / "局").resolve()
    if "out" in changes:
        changes = {**changes, "out": (folder / "出").resolve()}
    assert given == replace(BatchOptions(root), **changes)
    assert (chosen, named["jobs"]) == (["t01"], jobs)


@pytest.mark.parametrize(
    ("words", "chosen"),
    [([], ["t01", BUREAU]), (["--branch", "t01"], ["t01"])],
    ids=["whole", "branch"],
)
def test_the_bureaus_papers_are_made_with_those_of_all_branches(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], chosen: list[str]
) -> None:
    heard = Heard([])
    monkeypatch.setattr(driving, "run_batch", heard)
    monkeypatch.setattr(options, "has_records", lambda _: True)
    assert run("batch", "局", *words) == 0
    assert heard.given[0][0][1] == chosen


@pytest.mark.parametrize(
    ("statuses", "status"), [((DONE, SKIPPED), 0), ((DONE, FAILED), 1), ((), 0)], ids=["done", "failed", "none"]
)
def test_a_batch_fails_with_one_branch(
    folder: Path, monkeypatch: pytest.MonkeyPatch, statuses: tuple[str, ...], status: int
) -> None:
    rows = [BranchResult(f"b{number}", one) for number, one in enumerate(statuses)]
    monkeypatch.setattr(driving, "run_batch", Heard(rows))
    assert run("batch", "局") == status
    assert (folder / "局" / "logs" / "batch.json").is_file()


@pytest.mark.parametrize(
    ("quick", "engine", "said"), [(False, "", True), (True, "", False), (False, STOCK, False), (True, STOCK, False)]
)
def test_a_batch_says_where_it_cannot_use_its_quick_engine(
    folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, *, quick: bool, engine: str, said: bool
) -> None:
    monkeypatch.setattr(driving, "run_batch", Heard([]))
    monkeypatch.setattr(processes, "FORKS_WELL", quick)
    run("batch", "局", *(["--engine", engine] if engine else []))
    assert ("不能用快速的引擎" in capsys.readouterr().err) is said


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ([], {"jobs": 7}),
        (["--jobs", "2", "--as-is", "--out", "出"], {"jobs": 2, "as_is": True, "out": "出"}),
    ],
    ids=["plain", "all"],
)
def test_an_archive_is_handed_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], changes: dict[str, Any]
) -> None:
    heard = Heard(outcome=True)
    monkeypatch.setattr(archiving, "archive", heard)
    assert run("archive", "局", *words) == 0
    ((_, given, chosen, _), _) = heard.given[0]
    if "out" in changes:
        changes = {**changes, "out": (folder / "出").resolve()}
    assert given == replace(ArchiveOptions((folder / "局").resolve(), token=given.token), **changes)
    assert chosen == ["t01"]
    heard.outcome = False
    assert run("archive", "局") == 1


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ([], {"formats": ("html", "pdf")}),
        (["--formats", "docx"], {"formats": ("docx",)}),
        (["--all"], {"formats": ("html", "pdf", "docx")}),
        (["--all", "--formats", "pdf"], {"formats": ("pdf",)}),
        (
            ["--form", "F3", "--subject", "m1", "--subject", "m2", "--subject", "m1", "--blank", "--out", "出"],
            {"formats": ("html", "pdf"), "forms": ("F3",), "subjects": ("m1", "m2"), "blank": True, "out": "出"},
        ),
        (["--final", "--as-of", "2024-03-08"], {"formats": ("html", "pdf"), "final": True, "as_of": date(2024, 3, 8)}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_single_papers_are_handed_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], changes: dict[str, Any]
) -> None:
    every, some = Heard(outcome=True), Heard(outcome=True)
    monkeypatch.setattr(singles, "make_all", every)
    monkeypatch.setattr(singles, "make_singles", some)
    assert run("forms", "局", *words) == 0
    used, unused = (every, some) if "--all" in words else (some, every)
    ((_, branches, request, _), _) = used.given[0]
    assert unused.given == []
    assert tuple(branches) == (() if "--all" in words else ("t01",))
    usual = {"forms": (), "subjects": (), "blank": False, "as_of": None, "final": False, "out": None}
    expected = {**usual, **changes}
    found = {name: getattr(request, name) for name in expected}
    assert {**found, "formats": sorted(found["formats"])} == {
        **expected,
        "formats": sorted(expected["formats"]),
        "out": (folder / "出").resolve() if expected["out"] else None,
    }
    used.outcome = False
    assert run("forms", "局", *words) == 1


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ([], ServeOptions()),
        (
            ["局", "--branch", "t01", "--port", "8888", "--no-browser", "--developer"],
            ServeOptions(Path("局"), "t01", 8888, browser=False, developer=True),
        ),
        (["--rehearsal"], ServeOptions(rehearsal=True)),
    ],
    ids=["plain", "all", "rehearsal"],
)
def test_the_start_is_handed_on(monkeypatch: pytest.MonkeyPatch, words: list[str], meant: ServeOptions) -> None:
    heard = Heard()
    monkeypatch.setattr(serving, "start", heard)
    assert run("start", *words) == 0
    assert heard.given[0][0][0] == meant


class Outcome:
    """Of one verification."""

    def __init__(self, *, good: bool) -> None:
        self.good = good

    def text(self) -> str:
        return "核验了"

    def to_json(self) -> dict[str, bool]:
        return {"good": self.good}


@pytest.mark.parametrize(
    ("words", "single", "visit"),
    [
        ([], True, VisitOptions(papers=False)),
        (["--papers"], True, VisitOptions(papers=True)),
        (["--no-papers"], False, VisitOptions(papers=False)),
        (["--every", "30"], True, VisitOptions(every=30)),
    ],
    ids=["plain", "papers", "no papers", "days"],
)
def test_a_verification_is_handed_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], *, single: bool, visit: VisitOptions
) -> None:
    one, many = Heard(Outcome(good=True)), Heard(Outcome(good=True))
    monkeypatch.setattr(verifying, "verify", one)
    monkeypatch.setattr(fixity, "visit", many)
    monkeypatch.setattr(fixity, "is_archive_folder", lambda path: path.name == "archives")
    assert run("verify", "局", "archives", "--witness", "abc", *words) == 0
    assert [(given[0], named) for given, named in one.given] == [(Path("局"), {"papers": single})]
    assert one.given[0][0][1] == "abc"
    assert [given[:2] for given, _ in many.given] == [(Path("archives"), visit)]
    many.outcome = Outcome(good=False)
    assert run("verify", "局", "archives", *words) == 1
    assert run("verify", "局", "--json", *words) == 0
    assert run("verify", "archives", "--sample", "2", "--accept") == 1
    assert many.given[-1][0][1] == VisitOptions(sample=2, accept=True)


def test_word_is_asked_for_only_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()
    monkeypatch.setattr(docx, "require", heard)
    assert formats_of("html, pdf,html") == ("html", "pdf")
    assert heard.given == []
    assert formats_of("pdf,docx") == ("pdf", "docx")
    assert len(heard.given) == 1


@pytest.mark.parametrize("trouble", ["", "连不上数据库服务器"])
def test_a_hub_is_started_and_says_what_hinders_it(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    started, ready = Heard(), Heard()
    monkeypatch.setattr(hub, "start", started)
    monkeypatch.setattr(hub, "require_ready", ready)
    monkeypatch.setattr(hub, "store_of", lambda _: "postgresql:///x")
    monkeypatch.setattr(hub, "trouble_with", lambda _: trouble)
    assert run("hub", str(tmp_path)) == 0
    assert (started.given, ready.given) == ([((tmp_path,), {})],) * 2
    assert ("现在还没有人能打开工作簿：" in capsys.readouterr().err) is bool(trouble)


@pytest.mark.parametrize(("words", "whole"), [([], True), (["--branch", "t01"], False)])
def test_the_bureaus_records_are_checked_with_all_branches_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], *, whole: bool
) -> None:
    heard = Heard(Checked("2024-seed", date(2024, 3, 8), None, [], []))
    monkeypatch.setattr(checking, "check", heard)
    assert run("check", "局", "--as-of", "2024-03-08", *words) == 0
    ((_, branches, day, checkpoint, stages), named) = heard.given[0]
    assert (branches, day, checkpoint, tuple(stages)) == (["t01"], date(2024, 3, 8), None, ())
    assert named == {"whole": whole}
