"""One branch, in a worker: unpack the task, run its notebooks, print, move into place, packet.json last."""

from __future__ import annotations

import hashlib
import json
import pickle  # between processes of one program and user
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files
from orglife.adapters.engine import engine, processes, runner, shortcuts, zygote
from orglife.adapters.print import exporters
from orglife.adapters.store.store import BUREAU
from orglife.batch.run_record import DONE, FAILED, BranchResult, RunRecord, Trouble
from orglife.batch.sources import sample
from orglife.batch.task import PACKET, OutputTarget, Task, TaskResult, program
from orglife.bureau.superior import Superior, finding_counts
from orglife.core.errors import BranchHung, BranchLost, CannotWrite, OrglifeError, OtherProgram, ProgramFailed
from orglife.core.paper.block import FORMATS, Bundle
from orglife.core.rule.finding import count
from orglife.office.office import Office
from orglife.stages import STAGES

_TITLES = {stage.notebook: stage.title for stage in STAGES}
_ATTEMPTS = 3  # a zygote may be killed from outside
Tell = Callable[[str], None]


def work(tasks: Sequence[Task]) -> list[TaskResult]:
    """Do some tasks, in a worker; write their files to the target if it can be reached from here.

    Raises:
        OtherProgram: the tasks come from another version of the program.
    """
    for task in tasks:
        if task.program != program():
            raise OtherProgram(worker=processes.machine(), there=program().words, here=task.program.words)
    return [_timed(task) for task in tasks]


def _timed(task: Task) -> TaskResult:
    started = time.monotonic()
    partial = Path(task.target.partial) / hashlib.sha256(f"{task.branch} {started}".encode()).hexdigest()[:16]
    task = replace(task, target=replace(task.target, partial=str(partial)))
    try:
        made = _in_a_child(task, partial) if task.engine == engine.NAME else _here(task)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return replace(made, row=replace(made.row, seconds=time.monotonic() - started))


def _here(task: Task) -> TaskResult:
    """In this process: papermill starts a kernel for each notebook."""
    folder = processes.private_folder()
    try:
        return make_branch(task, folder, lambda _: None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_a_child(task: Task, partial: Path) -> TaskResult:
    stage = ""

    def note_stage(title: bytes) -> None:
        nonlocal stage
        stage = title.decode()

    for _ in range(_ATTEMPTS):
        try:
            with zygote.borrowed(f"{__name__}:warm_batch") as used:
                made = used.call(
                    f"{__name__}:in_child",
                    pickle.dumps(task),
                    seconds=task.seconds,
                    megabytes=task.megabytes,
                    sweep=partial,
                    on_report=note_stage,
                )
        except zygote.ChildLost as lost:
            error = BranchHung(seconds=task.seconds) if lost.hung else BranchLost(how=lost.reason)
            return _failed(task, *_troubles(error, stage))
        except EOFError:
            continue
        back: TaskResult = pickle.loads(made)  # noqa: S301  from our own child
        return back
    return _failed(task, *_troubles(BranchLost(how="EOF"), stage))


def _failed(task: Task, *troubles: Trouble) -> TaskResult:
    return TaskResult(BranchResult(task.branch, FAILED, name=task.name, troubles=troubles))


def in_child(payload: bytes, tell: zygote.Tell) -> bytes:
    """Make a branch's papers (the zygote's task)."""
    task: Task = pickle.loads(payload)  # noqa: S301  from the worker that made this child
    tempfile.tempdir = str(Path.cwd())  # this folder is removed even if the child is killed
    return pickle.dumps(make_branch(task, Path.cwd(), lambda stage: tell(stage.encode())))


def make_branch(task: Task, folder: Path, tell: Tell) -> TaskResult:
    """Make one branch's papers.

    Args:
        task: What to make.
        folder: An empty private folder.
        tell: Called with the title of each stage as it begins.
    """
    try:
        root = Path(task.home) if task.home else _unpacked(task, folder)
        with Office.open(root) as office:
            head = _bureau_head(task, office) if task.branch == BUREAU else _head(task, office)
    except Exception as error:  # noqa: BLE001  one branch's failure must not stop the others
        return _failed(task, *_troubles(error))
    return _Branch(task, root, head, tell).made()


def _unpacked(task: Task, folder: Path) -> Path:
    for name, text in task.files.items():
        path = folder / name
        files.make_private(path.parent)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def _head(task: Task, office: Office) -> dict[str, Any]:
    dossier = office.dossier(task.branch, date.fromisoformat(task.as_of) if task.as_of else None)
    if task.final:
        office.require_final(dossier)
    return _head_of(task, dossier.campaign, dossier.as_of, count(office.findings(dossier)).to_json())


def _bureau_head(task: Task, office: Office) -> dict[str, Any]:
    superior = Superior(office, date.fromisoformat(task.as_of) if task.as_of else None)
    if task.final:
        superior.require_final()
    return _head_of(task, superior.bureau.campaign, superior.bureau.as_of, finding_counts(superior.findings))


def _head_of(task: Task, campaign: str, as_of: date, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "campaign": campaign,
        "branch": task.branch,
        "name": task.name,
        "as_of": as_of.isoformat(),
        "final": task.final,
        "program": task.program.version,
        "findings": dict(counts),
    }


class _Branch:
    """One branch's papers, stage after stage."""

    def __init__(self, task: Task, root: Path, head: dict[str, Any], tell: Tell) -> None:
        self.task, self.root, self.head, self.tell = task, root, head, tell
        self.run_record = RunRecord({name: dict(entry) for name, entry in task.known.items()}, head)
        self.place = _OutputFolder(task.target, task.branch)
        self.troubles: list[Trouble] = []
        self.count = 0

    def made(self) -> TaskResult:
        """Make all stages; a stage that fails is reported and the others are made.

        A target that cannot be written to is reported once and not tried again.
        """
        refused = False
        for notebook, digest in self.task.digests.items():
            self.tell(_TITLES[notebook])
            try:
                self.run_record.stages[notebook] = self._stage(notebook, digest)
            except Exception as error:  # noqa: BLE001  one stage's failure must not stop the others
                self.run_record.stages.pop(notebook, None)
                refused = isinstance(error, CannotWrite) and files.concerns_folder(error)
                self.troubles += _troubles(error, "" if refused else _TITLES[notebook])
                if refused:
                    break
        try:
            self.place.put(PACKET, self.run_record.text().encode())
        except OrglifeError as error:
            self.troubles += [] if refused else _troubles(error)
        row = BranchResult(
            self.task.branch,
            FAILED if self.troubles else DONE,
            name=self.task.name,
            counts=self.head["findings"],
            files=self.count,
            troubles=tuple(self.troubles),
        )
        return TaskResult(row, self.place.outputs)

    def _stage(self, notebook: str, digest: str) -> dict[str, Any]:
        """Run one stage's notebook and write its papers; a stage without papers leaves no file."""
        parameters = {
            "branch": self.task.branch,
            "as_of": self.head["as_of"],
            "final": self.task.final,
            "interactive": False,
        }
        path = self.root / "notebooks" / f"{notebook}.ipynb"
        executed = runner.run_notebook(
            path, parameters, folder=self.root, engine=self.task.engine, seconds=self.task.seconds
        )
        bundle = exporters.bundle_of(executed, path.name)
        source = _source(bundle, self.task)
        known = self.run_record.stages.get(notebook, {})
        if known.get("source") == source and set(self.task.formats) <= set(known["formats"]) and not self.task.force:
            return {**known, "digest": digest}  # the same papers, already printed
        formats = sorted({*self.task.formats, *known.get("formats", ())})  # renew an older PDF with the new HTML
        entry = self._printed(notebook, bundle, formats)
        papers = [
            {"form": d.form, "subject": d.subject, "title": d.heading, "draft": d.draft} for d in bundle.documents
        ]
        return {"digest": digest, "source": source, "formats": formats, "files": entry, "papers": papers}

    def _printed(self, notebook: str, bundle: Bundle, formats: Sequence[str]) -> list[dict[str, Any]]:
        """Write a stage's papers in these formats; remove other formats, which show older records."""
        made = formats if bundle.documents else ()
        printed = {f"{notebook}.{kind}": exporters.render(bundle, kind) for kind in made}
        for kind in FORMATS:
            if kind not in made:
                self.place.put(f"{notebook}.{kind}", None)
        for name, data in printed.items():
            self.place.put(name, data)
        self.count += len(printed)
        return [
            {"file": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in printed.items()
        ]


class _OutputFolder:
    """Writes to the branch's folder, or collects the files if the target cannot be reached from here."""

    def __init__(self, target: OutputTarget, branch: str) -> None:
        self.outputs: dict[str, bytes | None] = {}
        self._target, self._branch, self._here = target, branch, target.here

    def put(self, name: str, data: bytes | None) -> None:
        """Write a file, whole or not at all; None removes it."""
        if self._here:
            put(self._target, self._branch, name, data)
        else:
            self.outputs[name] = data


def put(target: OutputTarget, branch: str, name: str, data: bytes | None) -> None:
    """Write a file to the target, or remove it.

    Raises:
        CannotWrite: nothing is changed.
    """
    path = Path(target.folder) / branch / name
    if data is not None:
        files.write(path, data, part=Path(target.partial))
        return
    with files.refusals(path):
        path.unlink(missing_ok=True)


def _source(bundle: Bundle, task: Task) -> str:
    """A digest over what is printed and the program that prints it."""
    content = json.dumps(bundle.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{task.program.digest} {content}".encode()).hexdigest()


def _troubles(error: Exception, stage: str = "") -> list[Trouble]:
    """An error's sentences; of an unexpected error only its kind, since its text may name persons."""
    ours = error if isinstance(error, OrglifeError) else ProgramFailed(kind=type(error).__name__)
    return Trouble.of(ours, stage)


def warm_batch() -> None:
    """Warm up a zygote: load everything but run no typesetter, by making an invented branch."""
    from orglife.adapters.engine.shell import renew, shell  # noqa: PLC0415  needs fork
    from orglife.adapters.print import notebook_html, typst  # noqa: PLC0415  heavy

    notebook_html.View.unseen = True
    shortcuts.skip_unused_work()
    for lasting in (False, True):
        typst.warm(lasting=lasting)
    folder = processes.private_folder()
    files.make_private(folder / "work")
    try:
        made = make_branch(sample(folder / "records"), folder / "work", lambda _: None)
        if made.row.status != DONE:
            raise RuntimeError(made.row.error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    renew(shell())
