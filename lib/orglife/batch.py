"""All branches in one go: each stage's notebook is run for each branch, and what it emitted is printed.

A branch's failure stays its own. Output is whole or not there: made beside, synced, renamed, packet.json last.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orglife
from orglife.adapters import files, fonts, paths
from orglife.adapters.workspace import CAMPAIGN, lay_missing_notebooks
from orglife.core.dossier import Dossier
from orglife.core.errors import OrglifeError
from orglife.core.exchange import dossier_json
from orglife.core.finding import count
from orglife.core.stage import Stage
from orglife.office import Office
from orglife.stages import BY_KEY, STAGES
from orglife.stages.kinds import KINDS

PACKET = "packet.json"
DONE, SKIPPED, FAILED = "done", "skipped", "failed"


@dataclass(frozen=True)
class Order:
    """What is to be made for every branch."""

    root: Path
    stages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("html", "pdf")
    as_of: date | None = None
    final: bool = False
    out: Path | None = None
    force: bool = False
    verify: bool = False
    engine: str | None = None

    @property
    def target(self) -> Path:
        """The folder that holds one folder a branch."""
        return self.out or self.root / "records"

    @property
    def partial(self) -> Path:
        """Where unfinished files lie, on the disk of the target."""
        return (self.out / ".partial") if self.out else self.root / ".orglife" / "partial"

    def chosen(self) -> list[Stage]:
        """The stages to be made, in order."""
        wanted = self.stages or tuple(s.key for s in STAGES if not s.bureau)
        return [BY_KEY[key] for key in BY_KEY if key in wanted]


@dataclass(frozen=True)
class Row:
    """What became of one branch."""

    branch: str
    status: str
    error: str = ""
    seconds: float = 0.0
    name: str = ""
    files: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A row of ``orglife-batch/1``."""
        return {
            "branch": self.branch,
            "status": self.status,
            "error": self.error or None,
            "seconds": round(self.seconds, 2),
            "findings": self.counts,
        }


def run(order: Order, branches: Sequence[str], *, jobs: int, on_row: Callable[[Row], None] = lambda row: None) -> list[Row]:
    """Make the papers of some branches.

    Args:
        order: What to make.
        branches: Their ids.
        jobs: Worker processes.
        on_row: Called as each branch is done, in the order of completion.

    Returns:
        One row a branch, in the order of ``branches``.
    """
    rows: dict[str, Row] = {}
    for row in _rows(order, branches, jobs):
        rows[row.branch] = row
        on_row(row)
    _clear(order.partial)
    return [rows[branch] for branch in branches]


def _rows(order: Order, branches: Sequence[str], jobs: int) -> Iterator[Row]:
    left = list(branches)
    if jobs > 1 and len(left) > 1:
        with _pool(min(jobs, len(left))) as pool:
            waiting: dict[Future[Row], str] = {pool.submit(make, order, branch): branch for branch in left}
            for future in as_completed(waiting):
                try:
                    row = future.result()
                except BrokenProcessPool:  # somebody's crash took the pool along: who is left starts anew, alone
                    continue
                left.remove(waiting[future])
                yield row
    for branch in left:
        yield _alone(order, branch)


def _pool(workers: int) -> ProcessPoolExecutor:
    # spawn: a forked child hangs once its parent has typeset anything
    return ProcessPoolExecutor(max_workers=workers, mp_context=multiprocessing.get_context("spawn"))


def _alone(order: Order, branch: str) -> Row:
    """One branch in a process of its own: whatever it does, only it is lost."""
    started = time.monotonic()
    with _pool(1) as pool:
        try:
            return pool.submit(make, order, branch).result()
        except BrokenProcessPool:
            return Row(branch, FAILED, "出件进程意外退出。请重试；仍然失败请联系管理员。", time.monotonic() - started)


def make(order: Order, branch: str) -> Row:
    """Make one branch's papers (runs in a worker)."""
    started = time.monotonic()
    try:
        with Office.open(order.root) as office:
            row = _branch(order, office, branch)
    except OrglifeError as error:
        row = Row(branch, FAILED, "".join(error.sentences))
    except Exception as error:  # noqa: BLE001  one branch's trouble must not end the others; no personal content is told
        row = Row(branch, FAILED, f"程序出错（{type(error).__name__}）。请联系管理员。")
    return replace(row, seconds=time.monotonic() - started)


def _branch(order: Order, office: Office, branch: str) -> Row:
    dossier = office.dossier(branch, order.as_of)
    counts = count(office.findings(dossier)).to_json()
    if order.final:
        office.require_final(dossier)
    lay_missing_notebooks(order.root)
    folder = order.target / branch
    packet = Packet.read(folder)
    digest = input_digest(order, dossier)
    done = Row(branch, DONE, name=dossier.branch.name, counts=counts)
    todo = [s for s in order.chosen() if order.force or not packet.holds(folder, s.notebook, digest, order)]
    if not todo:
        return replace(done, status=SKIPPED)
    problems: list[str] = []
    for stage in todo:
        try:
            packet.stages[stage.notebook] = _stage(order, dossier, stage, folder, digest)
        except OrglifeError as error:
            packet.stages.pop(stage.notebook, None)
            problems += [f"{stage.title}：{sentence}" for sentence in error.sentences]
    packet.write(folder, order, dossier)
    made = sum(len(packet.stages[s.notebook]["files"]) for s in todo if s.notebook in packet.stages)
    return replace(done, status=FAILED if problems else DONE, error="".join(problems), files=made)


def _stage(order: Order, dossier: Dossier, stage: Stage, folder: Path, digest: str) -> dict[str, Any]:
    """Run one stage's notebook and put its papers in place; a stage without papers leaves no file."""
    from orglife.adapters import exporters, runner  # noqa: PLC0415  heavy, and not needed to skip

    parameters = {
        "branch": dossier.branch.id,
        "as_of": dossier.as_of.isoformat(),
        "final": order.final,
        "interactive": False,
    }
    notebook = order.root / "notebooks" / f"{stage.notebook}.ipynb"
    executed = runner.run(notebook, parameters, folder=order.root, engine=order.engine)
    bundle = exporters.bundle_of(executed, notebook.name)
    kept: list[dict[str, Any]] = []
    rendered = {kind: exporters.render(bundle, kind) for kind in order.formats} if bundle.documents else {}
    for kind, data in rendered.items():
        path = folder / f"{stage.notebook}.{kind}"
        files.write(path, data, part=order.partial)
        kept.append({"file": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    if not bundle.documents:
        for kind in order.formats:
            (folder / f"{stage.notebook}.{kind}").unlink(missing_ok=True)
    papers = [{"form": d.form, "subject": d.subject, "title": d.heading, "draft": d.draft} for d in bundle.documents]
    return {"digest": digest, "formats": sorted(order.formats), "files": kept, "papers": papers}


@dataclass
class Packet:
    """What a branch's runs have left: packet.json, written last."""

    stages: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, folder: Path) -> Packet:
        """The packet of an earlier run; an empty one when there is none that can be read."""
        try:
            raw = json.loads((folder / PACKET).read_bytes())
            return cls(dict(raw["stages"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls({})

    def holds(self, folder: Path, notebook: str, digest: str, order: Order) -> bool:
        """Whether a stage is there, made from the same input, in every format that is wanted."""
        entry = self.stages.get(notebook)
        if not entry or entry.get("digest") != digest or not set(order.formats) <= set(entry.get("formats", [])):
            return False
        wanted = [kept for kept in entry["files"] if Path(kept["file"]).suffix[1:] in order.formats]
        return all(_intact(folder / kept["file"], kept, digest_too=order.verify) for kept in wanted)

    def write(self, folder: Path, order: Order, dossier: Dossier) -> None:
        """Write packet.json, the stages in their order."""
        content = {
            "format": "orglife-packet/1",
            "campaign": dossier.campaign,
            "branch": dossier.branch.id,
            "as_of": dossier.as_of.isoformat(),
            "final": order.final,
            "program": orglife.__version__,
            "stages": dict(sorted(self.stages.items())),
        }
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        files.write(folder / PACKET, text.encode(), part=order.partial)


def _intact(path: Path, kept: dict[str, Any], *, digest_too: bool) -> bool:
    """Whether a file is as it was written: its size, and its digest when asked."""
    try:
        if path.stat().st_size != kept["bytes"]:
            return False
        return not digest_too or hashlib.sha256(path.read_bytes()).hexdigest() == kept["sha256"]
    except OSError:
        return False


def input_digest(order: Order, dossier: Dossier) -> str:
    """A digest over everything that a branch's papers come from: records, campaign, notebooks, program, fonts."""
    parts = [
        dossier_json(dossier, KINDS).encode(),
        json.dumps([dossier.as_of.isoformat(), order.final, len(dossier.drafts)]).encode(),
        (order.root / CAMPAIGN).read_bytes(),
        *(p.read_bytes() for p in sorted((order.root / "notebooks").glob("*.ipynb"))),
        _program_digest().encode(),
    ]
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()


@lru_cache(maxsize=1)
def _program_digest() -> str:
    """Program, typesetter, templates and fonts."""
    total = hashlib.sha256(f"{orglife.__version__} {version('typst')} {fonts.digest()}".encode())
    for folder in (paths.templates(), Path(orglife.__file__).parent):
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix in (".py", ".typ", ".j2", ".toml")):
            total.update(path.read_bytes())
    return total.hexdigest()


def _clear(partial: Path) -> None:
    """Remove the folder of unfinished files when nothing is left in it."""
    try:
        partial.rmdir()
    except OSError:
        return


def default_jobs() -> int:
    """One worker a processor."""
    return max(1, os.cpu_count() or 1)
