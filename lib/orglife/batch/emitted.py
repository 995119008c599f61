"""The papers that a branch's notebooks emitted, as blocks: read from what an earlier run left, or run for them now.

A run counts if it was made from the current records of the branch, by the same campaign, notebook and program. It may be a
final run or not: a final paper differs from the others by its head only.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from orglife.adapters.bag.verifier import record_in
from orglife.adapters.engine import processes
from orglife.batch.driving import run_batch
from orglife.batch.options import BatchOptions
from orglife.batch.run_record import RunRecord
from orglife.batch.sources import Sources
from orglife.batch.task import PACKET
from orglife.core.errors import OrglifeError
from orglife.core.paper.block import BLOCKS, Bundle
from orglife.office.office import Office

_WITH_BLOCKS: Mapping[str, Callable[[bytes], Any]] = {f".{BLOCKS}": json.loads, ".pdf": record_in}
"""How the blocks are read from the files that hold them; in a PDF they are the attached record.json."""


@dataclass(frozen=True)
class Runs:
    """Where the runs of some branches left their papers. It travels to workers.

    Attributes:
        folders: Folders that hold one folder a branch.
        problems: Branch → why papers of it were not made, one sentence each.
    """

    folders: tuple[Path, ...]
    problems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@contextmanager
def prepared(office: Office, branches: Sequence[str], *, final: bool, jobs: int) -> Iterator[Runs]:
    """Run the notebooks of the branches for which no earlier run left papers of the current records.

    The new papers are in a private folder, which is removed after the block.

    Args:
        office: The open workspace.
        branches: Their ids.
        final: Make final papers; the notebooks then refuse an unfinished branch.
        jobs: How many branches at a time.
    """
    left = Runs((office.workspace.records,))
    sources = _sources(office)
    old = [branch for branch in branches if _is_old(sources, left, branch)]
    if not old:
        yield left
        return
    folder = processes.private_folder()
    try:
        options = BatchOptions(office.workspace.root, formats=(BLOCKS,), final=final, out=folder)
        rows = run_batch(options, old, jobs=jobs)
        problems = {row.branch: tuple(trouble.words for trouble in row.troubles) for row in rows}
        yield replace(left, folders=(*left.folders, folder), problems=problems)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def emitted(office: Office, branch: str, runs: Runs) -> dict[str, Bundle | None]:
    """Notebook → the papers that it emitted; None where no run left them for the records as they are now."""
    return _emitted(_sources(office, remember=False), branch, runs)


def _sources(office: Office, *, remember: bool = True) -> Sources:
    return Sources(BatchOptions(office.workspace.root), office, remember=remember)


def _is_old(sources: Sources, runs: Runs, branch: str) -> bool:
    try:
        return None in _emitted(sources, branch, runs).values()
    except OrglifeError:  # its records cannot be read: the run says why
        return True


def _emitted(sources: Sources, branch: str, runs: Runs) -> dict[str, Bundle | None]:
    digests = [sources.digests(branch, final=final) for final in (False, True)]
    left = [(folder / branch, RunRecord.read(folder / branch / PACKET)) for folder in runs.folders]
    bundles: dict[str, Bundle | None] = {}
    for notebook in digests[0]:
        either = {each[notebook] for each in digests}
        candidates = (_read(folder, record.stages.get(notebook, {}), either) for folder, record in left)
        bundles[notebook] = next((bundle for bundle in candidates if bundle is not None), None)
    return bundles


def _read(folder: Path, entry: Mapping[str, Any], digests: Collection[str]) -> Bundle | None:
    """A stage's papers as a run left them, if it was made from one of these inputs and its file is as it was written."""
    try:
        if entry["digest"] not in digests:
            return None
        if not entry["papers"]:
            return Bundle(documents=[])
        for file in entry["files"]:
            path = folder / file["file"]
            read = _WITH_BLOCKS.get(path.suffix)
            if read is not None and path.is_file():
                data = path.read_bytes()
                if hashlib.sha256(data).hexdigest() == file["sha256"]:
                    return Bundle.model_validate(read(data))
    except (OSError, ValueError, KeyError, TypeError):  # a damaged run is no run
        return None
    return None
