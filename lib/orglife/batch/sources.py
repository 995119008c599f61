"""The inputs of a branch's papers: which changed since the papers were made, and the task to make them again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files, paths
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.adapters.disk.settings import SETTINGS, Settings
from orglife.adapters.disk.workspace import earlier_name
from orglife.adapters.engine.engine import NAME
from orglife.adapters.engine.runner import CELL_SECONDS
from orglife.adapters.store import carried
from orglife.adapters.store.chain import ChainHead
from orglife.adapters.store.store import BUREAU, Snapshot, StoredRecord
from orglife.batch.options import BatchOptions
from orglife.batch.run_record import RunRecord
from orglife.batch.task import PACKET, OutputTarget, Task, program
from orglife.bureau.overview import BUREAU_NAME
from orglife.core.errors import CannotWrite
from orglife.office.dossiers import FROM_BUREAU
from orglife.office.office import Office
from orglife.stages import STAGES
from orglife.stages.archive.record import ArchiveItem

_DAY = re.compile(r'"(\d{4}-\d{2}-\d{2})"')
_EARLIER = "member_review"  # records of an earlier campaign that this one reads


@dataclass(frozen=True)
class Input:
    """What is cached of a branch's records, so that they need not be read again.

    Attributes:
        name: Name of the branch.
        digest: Over its records, and records of others that its papers read.
        head: Head of its history, as printed on final papers.
        last: The latest date in its records, as ISO text; blank if there is none.
        day: Date of the check that follows from the records; blank = not computed yet.
    """

    name: str
    digest: str
    head: str
    last: str
    day: str = ""


class Sources:
    """The inputs of every branch's papers, read from the store branch by branch.

    Args:
        options: What to make.
        office: The open workspace.
        remember: Use the cached digests of an earlier run for unchanged branches. Not worthwhile for a single branch,
            since the cache is one file for all branches.
    """

    def __init__(self, options: BatchOptions, office: Office, *, remember: bool = True) -> None:
        self._options, self._office, self._remember = options, office, remember
        which = f"-{options.campaign}" if options.campaign else ""
        self._cache = options.root / ".orglife" / f"inputs{which}.json"
        self._inputs = _read_inputs(self._cache) if remember else {}
        self._before = dict(self._inputs)
        self._common: dict[str, str] = {}
        self._rehearsal = office.workspace.settings.rehearsal
        self._campaign = self._text_of(earlier_name(options.campaign) if options.campaign else CAMPAIGN)
        self._notebooks = {
            path.stem: files.read_text(path) for path in sorted((options.root / "notebooks").glob("*.ipynb"))
        }

    def digests(self, branch: str, *, final: bool) -> dict[str, str]:
        """Notebook → digest of all inputs of its papers, for the chosen stages, in order.

        Args:
            branch: Id of a branch, or of the bureau.
            final: For a run that makes final papers.

        Raises:
            OrglifeError: its records cannot be read.
        """
        return self._digests(branch, *self._input_and_day(branch), final=final)

    def _digests(self, branch: str, branch_input: Input, as_of: str, *, final: bool) -> dict[str, str]:
        own = [branch_input.digest, json.dumps([as_of, final, branch_input.head if final else ""])]
        stages = self._options.chosen(bureau=branch == BUREAU)
        return {stage.notebook: _over([*own, self._for_all(stage.notebook)]) for stage in stages}

    def task(self, branch: str, target: OutputTarget) -> Task | RunRecord:
        """What is to be done for a branch; its run record when nothing has changed. Resumes an interrupted run.

        Args:
            branch: Id of a branch, or of the bureau.
            target: Where its papers go.

        Raises:
            OrglifeError: its records cannot be read.
        """
        branch_input, as_of = self._input_and_day(branch)
        folder = self._options.target / branch
        run_record = RunRecord.read(folder / PACKET)
        whole = {name for name in run_record.stages if run_record.whole(folder, name, verify=self._options.verify)}
        todo = {
            name: digest
            for name, digest in self._digests(branch, branch_input, as_of, final=self._options.final).items()
            if self._options.force or name not in whole or not run_record.made_from(name, digest, self._options.formats)
        }
        if not todo:
            return run_record
        home = str(self._options.root) if branch == BUREAU else ""
        return Task(
            branch=branch,
            name=branch_input.name,
            program=program(),
            target=target,
            digests=todo,
            known={name: run_record.stages[name] for name in whole},
            formats=self._options.formats,
            as_of=as_of,
            final=self._options.final,
            engine=self._options.runs_with,
            seconds=self._options.seconds,
            megabytes=self._options.megabytes,
            force=self._options.force,
            files={} if home else self._workspace(branch, todo),
            home=home,
        )

    def keep(self) -> None:
        """Write the cache."""
        if self._inputs != self._before:
            text = json.dumps({"format": _FORMAT, "inputs": self._inputs}, ensure_ascii=False)
            with contextlib.suppress(CannotWrite):  # a read-only workspace has no cache
                files.write(self._cache, text.encode())

    # --- inputs ------------------------------------------------------------------------------------------------------

    def _input_and_day(self, branch: str) -> tuple[Input, str]:
        """A branch's input, and the date of its check."""
        branch_input = self._bureau_input() if branch == BUREAU else self._input(branch)
        return branch_input, self._as_of(branch, branch_input)

    def _input(self, branch: str) -> Input:
        earlier = self._office.earlier.id if self._office.earlier is not None else ""
        marks = (self._marks.get(branch, ""), self._marks.get(BUREAU, ""))
        mark = " ".join([*marks, self._office.campaign.id, earlier])
        parts = self._inputs.get(branch)
        if not parts or parts[0] != mark:
            parts = [mark, *self._read(branch), ""]
            self._inputs[branch] = parts
        return Input(*parts[1:])

    def _read(self, branch: str) -> tuple[str, str, str, str]:
        snapshots = self._snapshots(branch)
        text = json.dumps([_content(snapshot) for snapshot in snapshots], ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        return snapshots[0].name, digest, snapshots[0].head.hash, max(_DAY.findall(text), default="")

    def _snapshots(self, branch: str) -> list[Snapshot]:
        """The branch, the bureau's entries for it, its outlines of the latest earlier campaign, its other archive items."""
        store, campaign = self._office.store, self._office.campaign.id
        own = store.current(campaign, branch)
        head = ChainHead(own.head.number, self._office.head(branch))  # as printed on final papers
        snapshots = [replace(own, head=head), self._from_bureau(branch)]
        earlier = self._office.earlier
        if earlier is not None:
            then = store.current(earlier.id, branch)
            snapshots.append(_part(then, {_EARLIER: then.records.get(_EARLIER, [])}))
        for other in self._office.same_year:
            then = store.current(other, branch)
            if items := then.records.get(ArchiveItem.TYPE):
                snapshots.append(_part(then, {ArchiveItem.TYPE: items}))
        return snapshots

    def _from_bureau(self, branch: str) -> Snapshot:
        kinds = [kind.TYPE for kind in FROM_BUREAU]
        rows = {k: [r for r in self._bureau.records.get(k, []) if r.body.get("branch") == branch] for k in kinds}
        return _part(self._bureau, {kind: matching for kind, matching in rows.items() if matching})

    @cached_property
    def _bureau(self) -> Snapshot:
        return self._office.store.current(self._office.campaign.id, BUREAU)

    @cached_property
    def _marks(self) -> dict[str, str]:
        return self._office.store.marks() if self._remember else {}

    def _bureau_input(self) -> Input:
        """The bureau's own records, and name and date of every branch."""
        branches = {branch: [self._input(branch).name, self._day(branch)] for branch in self._office.branches()}
        content = [_content(self._bureau), branches]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return Input(BUREAU_NAME, hashlib.sha256(text.encode()).hexdigest(), self._office.head(BUREAU), "")

    def _day(self, branch: str) -> str:
        """Date of a branch's check, as in the bureau's papers."""
        branch_input = self._input(branch)
        if self._options.as_of is not None:
            return self._options.as_of.isoformat()
        if branch_input.last > date.today().isoformat():
            return self._office.dossier(branch).as_of.isoformat()
        if not branch_input.day:
            self._inputs[branch][-1] = self._office.dossier(branch).as_of.isoformat()
        return self._input(branch).day

    def _as_of(self, branch: str, branch_input: Input) -> str:
        """Date of the check if it does not follow from the records alone; today never enters a digest."""
        if self._options.as_of is not None:
            return self._options.as_of.isoformat()
        if branch == BUREAU:
            return ""
        if branch_input.last <= date.today().isoformat():
            return ""
        return self._office.dossier(branch).as_of.isoformat()

    def _for_all(self, notebook: str) -> str:
        """Digest of the inputs that a stage has in common for all branches."""
        if notebook not in self._common:
            parts = [self._campaign, self._notebooks.get(notebook, ""), program().digest]
            parts += ["rehearsal"] if self._rehearsal else []
            self._common[notebook] = _over(parts)
        return self._common[notebook]

    # --- the private workspace ---------------------------------------------------------------------------------------

    def _workspace(self, branch: str, notebooks: Mapping[str, str]) -> dict[str, str]:
        """Files of the private workspace: this branch and nothing else."""
        earlier = self._office.earlier
        years = {earlier_name(earlier.id): self._text_of(earlier_name(earlier.id))} if earlier is not None else {}
        return {
            CAMPAIGN: self._campaign,
            **years,
            **_settings(branch, self._snapshots(branch), rehearsal=self._rehearsal),
            **{f"notebooks/{name}.ipynb": self._notebooks[name] for name in notebooks if name in self._notebooks},
        }

    def _text_of(self, campaign_file: str) -> str:
        return self._office.files.read(campaign_file).decode("utf-8-sig")


def _over(parts: Sequence[str]) -> str:
    """SHA-256 over texts, each with its length."""
    total = hashlib.sha256()
    for part in map(str.encode, parts):
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()


_FORMAT = "orglife-inputs/2"


def _read_inputs(path: Path) -> dict[str, list[str]]:
    try:
        content = json.loads(path.read_bytes())
        return dict(content["inputs"]) if content["format"] == _FORMAT else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _settings(branch: str, snapshots: Sequence[Snapshot], *, rehearsal: bool = False) -> dict[str, str]:
    settings = Settings(branch=branch, store=carried.URL, rehearsal=rehearsal)
    return {SETTINGS: settings.to_toml(), carried.FILE: carried.pack_snapshots(snapshots)}


def _part(snapshot: Snapshot, records: Mapping[str, Any]) -> Snapshot:
    """A snapshot with these records only, without history and drafts."""
    return Snapshot(snapshot.campaign, snapshot.id, snapshot.head, None, 0, records, ())


def _content(snapshot: Snapshot) -> list[Any]:
    """What papers are made from; who saved it and when is left out."""
    bodies = {kind: [row.body for row in rows] for kind, rows in snapshot.records.items()}
    return [snapshot.campaign, snapshot.id, snapshot.branch, bodies, [[d.type, d.id] for d in snapshot.drafts]]


def sample(folder: Path) -> Task:
    """A task with invented records, for the warm-up: every stage as HTML, without the typesetter.

    Args:
        folder: Target of its papers.
    """
    raw = json.loads(files.read_text(paths.templates() / "demo" / "b01.json"))
    records = {kind: [StoredRecord(body["id"], 1, body) for body in bodies] for kind, bodies in raw["records"].items()}
    branch = raw["branch"]["id"]
    snapshot = Snapshot(raw["campaign"], branch, ChainHead(0, ""), raw["branch"], 1, records, ())
    notebooks = {s.notebook: files.read_text(paths.notebooks() / f"{s.notebook}.ipynb") for s in STAGES if not s.bureau}
    return Task(
        branch=branch,
        name=str(raw["branch"]["name"]),
        program=program(),
        target=OutputTarget(str(folder), str(folder / "partial")),
        digests=dict.fromkeys(notebooks, ""),
        known={},
        formats=("html",),
        as_of="",
        final=False,
        engine=NAME,
        seconds=CELL_SECONDS,
        megabytes=0,
        files={
            CAMPAIGN: ws.campaign_text(raw["campaign"]),
            **_settings(branch, [snapshot]),
            **{f"notebooks/{name}.ipynb": text for name, text in notebooks.items()},
        },
    )
