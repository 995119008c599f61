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
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orglife
from orglife.adapters import files, fonts, paths
from orglife.adapters.store import BUREAU
from orglife.adapters.workspace import CAMPAIGN, lay_missing_notebooks
from orglife.core.dossier import Dossier
from orglife.core.errors import OrglifeError
from orglife.core.exchange import bureau_json, dossier_json
from orglife.core.finding import count
from orglife.core.packet import DONE, FAILED, SKIPPED, Packet, Row
from orglife.core.stage import Stage
from orglife.office import Office
from orglife.stages import STAGES
from orglife.stages.kinds import BUREAU_KINDS, KINDS
from orglife.superior import NAME as BUREAU_NAME
from orglife.superior import Superior, has_records, total

PACKET = "packet.json"


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

    def chosen(self, *, bureau: bool = False) -> list[Stage]:
        """The stages to be made, in order: a branch's, or the bureau's."""
        return [s for s in STAGES if s.bureau == bureau and (not self.stages or s.key in self.stages)]

    def everyone(self, office: Office, branches: Sequence[str], *, whole: bool) -> list[str]:
        """Whose papers are made: the branches, and the bureau where all branches are meant and it has records."""
        own = whole and has_records(office) and self.chosen(bureau=True)
        return [*(branches if self.chosen() else ()), *([BUREAU] if own else ())]


def run(
    order: Order, branches: Sequence[str], *, jobs: int, on_row: Callable[[Row], None] = lambda _: None
) -> list[Row]:
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
    files.clear(order.partial)
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
    started, name = time.monotonic(), ""
    try:
        with Office.open(order.root) as office:
            name = "" if branch == BUREAU else office.branch_name(branch)
            row = _bureau(order, office) if branch == BUREAU else _branch(order, office, branch)
    except OrglifeError as error:
        row = Row(branch, FAILED, "".join(error.sentences), name=name)
    except Exception as error:  # noqa: BLE001  one branch's trouble must not end the others; no personal content is told
        row = Row(branch, FAILED, f"程序出错（{type(error).__name__}）。请联系管理员。", name=name)
    return replace(row, seconds=time.monotonic() - started)


def _branch(order: Order, office: Office, branch: str) -> Row:
    dossier = office.dossier(branch, order.as_of)
    counts = count(office.findings(dossier)).to_json()
    if order.final:
        office.require_final(dossier)
    lay_missing_notebooks(order.root)
    done = Row(branch, DONE, name=dossier.branch.name, counts=counts)
    head = office.head(branch) if order.final else ""  # it stands on papers made for good
    source = Source(dossier.campaign, branch, dossier.as_of, input_digest(order, dossier, head))
    return _stages(order, order.chosen(), done, source)


def _bureau(order: Order, office: Office) -> Row:
    """The bureau's own papers: like a branch's, made from its records and the names of all branches."""
    superior = Superior(office, order.as_of)
    if order.final:
        superior.require_final()
    lay_missing_notebooks(order.root)
    bureau = superior.bureau
    told = bureau_json(bureau.campaign, bureau.records, BUREAU_KINDS)
    told += json.dumps({d.branch.id: d.branch.name for d in superior.dossiers})
    done = Row(BUREAU, DONE, name=BUREAU_NAME, counts=total(superior.findings))
    told += office.head(BUREAU) if order.final else ""
    digest = _digest(order, told, bureau.as_of, len(superior.drafts))
    return _stages(order, order.chosen(bureau=True), done, Source(bureau.campaign, BUREAU, bureau.as_of, digest))


@dataclass(frozen=True)
class Source:
    """Whose papers are made, as of when, and a digest over everything that they come from."""

    campaign: str
    branch: str
    as_of: date
    digest: str


def _stages(order: Order, stages: Sequence[Stage], done: Row, source: Source) -> Row:
    """Make what is not there yet; what fails is told by its stage, and the other stages are made."""
    folder = order.target / source.branch
    packet = _packet(folder)

    def there(stage: Stage) -> bool:
        return packet.holds(folder, stage.notebook, source.digest, order.formats, verify=order.verify)

    todo = [s for s in stages if order.force or not there(s)]
    if not todo:
        return replace(done, status=SKIPPED)
    problems: list[str] = []
    for stage in todo:
        try:
            packet.stages[stage.notebook] = _stage(order, source, stage, folder)
        except OrglifeError as error:
            packet.stages.pop(stage.notebook, None)
            problems += [f"{stage.title}：{sentence}" for sentence in error.sentences]
    head = {
        "campaign": source.campaign,
        "branch": source.branch,
        "as_of": source.as_of.isoformat(),
        "final": order.final,
        "program": orglife.__version__,
    }
    files.write(folder / PACKET, packet.text(head).encode(), part=order.partial)
    made = sum(len(packet.stages[s.notebook]["files"]) for s in todo if s.notebook in packet.stages)
    return replace(done, status=FAILED if problems else DONE, error="".join(problems), files=made)


def _packet(folder: Path) -> Packet:
    try:
        return Packet.parse((folder / PACKET).read_bytes())
    except OSError:
        return Packet({})


def _stage(order: Order, source: Source, stage: Stage, folder: Path) -> dict[str, Any]:
    """Run one stage's notebook and put its papers in place; a stage without papers leaves no file."""
    from orglife.adapters import exporters, runner  # noqa: PLC0415  heavy, and not needed to skip

    parameters = {
        "branch": source.branch,
        "as_of": source.as_of.isoformat(),
        "final": order.final,
        "interactive": False,
    }
    notebook = order.root / "notebooks" / f"{stage.notebook}.ipynb"
    executed = runner.run(notebook, parameters, folder=order.root, engine=order.engine)
    bundle = exporters.bundle_of(executed, notebook.name)
    kept: list[dict[str, Any]] = []
    rendered = (
        {kind: exporters.render(bundle, kind, lasting=order.final) for kind in order.formats}
        if bundle.documents
        else {}
    )
    for kind, data in rendered.items():
        path = folder / f"{stage.notebook}.{kind}"
        files.write(path, data, part=order.partial)
        kept.append({"file": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    if not bundle.documents:
        for kind in order.formats:
            (folder / f"{stage.notebook}.{kind}").unlink(missing_ok=True)
    papers = [{"form": d.form, "subject": d.subject, "title": d.heading, "draft": d.draft} for d in bundle.documents]
    return {"digest": source.digest, "formats": sorted(order.formats), "files": kept, "papers": papers}


def input_digest(order: Order, dossier: Dossier, head: str = "") -> str:
    """A digest over everything that a branch's papers come from: records, head, campaign, notebooks, program, fonts."""
    return _digest(order, dossier_json(dossier, KINDS) + head, dossier.as_of, len(dossier.drafts))


def _digest(order: Order, records: str, as_of: date, drafts: int) -> str:
    parts = [
        records.encode(),
        json.dumps([as_of.isoformat(), order.final, drafts]).encode(),
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


def default_jobs() -> int:
    """One worker a processor."""
    return max(1, os.cpu_count() or 1)
