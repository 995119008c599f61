"""The office: an open workspace with its branches as dossiers, their findings and their papers.

It connects the stages to the store. desk (one branch in a notebook), batch (all branches) and cli call it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from orglife.adapters import patterns
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.record_files import CAMPAIGN, RecordFiles
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store.store import BUREAU, Snapshot, Store, StoredRecord
from orglife.core.errors import (
    BranchNotChosen,
    NoBranch,
    NotFinal,
    UnknownBranch,
)
from orglife.core.paper.block import Bundle, Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier, sort_records
from orglife.core.record.memo import memoized, once
from orglife.core.record.record import Record
from orglife.core.record.words import first_few
from orglife.core.rule.bureau import Bureau, run_bureau
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding, count, run_rules
from orglife.core.rule.rule import Regulation
from orglife.core.stage import Stage
from orglife.office import damaged_drafts
from orglife.office.bureau_chain import BureauChain
from orglife.office.dossiers import (
    dossier_of,
    latest_day,
    part_of,
    stored_record,
    with_bureau,
    with_codes,
    with_earlier,
)
from orglife.office.moved_in import move_in
from orglife.office.read_cache import ReadCache, cache_of
from orglife.office.workspace_store import open_store
from orglife.stages import BUREAU_RULES, RULES, RULES_BY_ID, STAGES
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import BUREAU_KINDS
from orglife.stages.shared.due import bureau_due, due_checkpoints, meeting_held
from orglife.stages.shared.signed import Signed, signed_papers
from orglife.stages.whole.overrides import require_overrides

CATALOGUE_STAGE = "archive"
"""Stage of the rules about the catalogue of a branch's archive."""
NAMED_PROBLEMS = 5
"""How many kinds of errors are named when a branch is not final."""
STUDY_GATE = "STUDY-01"
REHEARSAL = "〔演练〕"
"""What stands before the title of every paper of a rehearsal."""


@dataclass
class Office:
    """An open workspace. Close it, or use it in a ``with`` block."""

    workspace: Workspace
    store: Store
    author: str = ""
    opening: str = ""  # a branch about to be made: it has no data of its own yet
    _reads: ReadCache = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._reads = cache_of(self.store)

    @classmethod
    def open(cls, root: Path, *, author: str = "", campaign: str = "") -> Self:
        """Open a workspace and its store.

        Args:
            root: The workspace's folder.
            author: Author of new revisions; "" = who types here.
            campaign: Id of an earlier campaign to read; "" = the one in force.

        Raises:
            OrglifeError: it is not a workspace, or its campaign, settings or store is missing or cannot be read.
        """
        store = open_store(root)
        try:
            move_in(root, store.files())
            workspace = Workspace.open(root, campaign, record_files=store.files())
            require_overrides(workspace.campaign, RULES_BY_ID, patterns.endless, name=CAMPAIGN)
            return cls(workspace, store, workspace.files.signed(author))
        except BaseException:
            store.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def renew(self) -> bool:
        """Reload the campaign if its file changed; return whether it did.

        Raises:
            OrglifeError: the campaign cannot be read.
        """
        workspace = Workspace.open(self.workspace.root, record_files=self.files)
        if self.workspace.earlier or workspace.campaign == self.campaign:
            return False
        require_overrides(workspace.campaign, RULES_BY_ID, patterns.endless, name=CAMPAIGN)
        self.workspace = workspace
        for name in ("earlier", "same_year", "_bureau_chain"):
            self.__dict__.pop(name, None)
        return True

    @property
    def campaign(self) -> Campaign:
        """The campaign in force."""
        return self.workspace.campaign

    @property
    def files(self) -> RecordFiles:
        """The files that belong to the records."""
        return self.workspace.files

    @cached_property
    def regulations(self) -> Mapping[str, Regulation]:
        """General regulations by id."""
        return ws.regulations()

    # --- branches ----------------------------------------------------------------------------------------------------

    def branches(self) -> list[str]:
        """Ids of all branches, sorted."""
        return list(self._once(("branches",), lambda: self.store.branches(self.campaign.id)))

    def chosen(self, branches: Sequence[str]) -> list[str]:
        """The given branches, or all branches if none are given.

        Raises:
            UnknownBranch: a given branch does not exist.
        """
        known = self.branches()
        for branch in branches:
            if branch not in known:
                raise UnknownBranch(branch=branch, known="、".join(known) or "（还没有）")
        return list(dict.fromkeys(branches)) or known

    def one_branch(self, branch: str = "") -> str:
        """One branch: the given one, else the workspace's own, else the only one.

        Raises:
            UnknownBranch, BranchNotChosen, NoBranch.
        """
        named = branch or self.workspace.settings.branch
        if named:
            return self.chosen([named])[0]
        known = self.branches()
        if not known:
            raise NoBranch
        if len(known) > 1:
            raise BranchNotChosen(known="、".join(known))
        return known[0]

    def branch_name(self, branch: str) -> str:
        """A branch's name, or its id if it has no name yet."""
        return self.snapshot(branch).name

    def dossier(self, branch: str, as_of: date | None = None) -> Dossier:
        """A branch's current records.

        Args:
            branch: Its id.
            as_of: The day of the check; None = the latest day in its records up to today.
        """
        resolved: Dossier = self._once(("dossier", branch, as_of), lambda: self._dossier(branch, as_of))
        # also cache under the resolved day, so that calls with and without a day share one dossier
        same: Dossier = self._once(("dossier", branch, resolved.as_of), lambda: resolved)
        return same

    def part(self, branch: str, kinds: Sequence[type[Record]], as_of: date) -> Dossier:
        """A branch's records of some types only; takes a quarter of the time when all branches are read."""
        types = tuple(kind.TYPE for kind in kinds)
        return part_of(dossier_of(self.store.current(self.campaign.id, branch, types), as_of), kinds)

    def snapshot(self, branch: str) -> Snapshot:
        """The current stored state of a branch or the bureau."""
        stored: Snapshot = self._once(("rows", branch), lambda: self._read(branch))
        return stored

    def _read(self, branch: str) -> Snapshot:
        snapshot = self.store.current(self.campaign.id, branch)
        if not any(draft.damaged and not draft.note for draft in snapshot.drafts):
            return snapshot
        return replace(snapshot, drafts=damaged_drafts.offered(self.workspace.root, snapshot))

    def _once(self, key: tuple[Any, ...], read: Callable[[], Any]) -> Any:
        return self._reads.once((self.campaign.id, *key), read)

    def still(self) -> contextlib.AbstractContextManager[None]:
        """Snapshot reads: ignore concurrent saves."""
        return self._reads.still()

    def _dossier(self, branch: str, as_of: date | None) -> Dossier:
        snapshot = self.snapshot(branch)
        if snapshot.branch is None and branch == self.opening:
            return Dossier(self.campaign.id, Branch(id=branch), {}, as_of or date.today(), drafts=snapshot.drafts)
        dossier = with_bureau(dossier_of(snapshot, as_of), self._bureau_records, as_of)
        dossier = with_codes(dossier, self.items_elsewhere(branch), self.campaign.year)
        earlier = self.earlier
        if earlier is None:
            return dossier
        return with_earlier(dossier, self.store.current(earlier.id, branch).records, earlier.year)

    @cached_property
    def earlier(self) -> Campaign | None:
        """The latest earlier campaign of this workspace, or None."""
        return self.workspace.campaign_before()

    @cached_property
    def same_year(self) -> list[str]:
        """Ids of this workspace's other campaigns of the same or an unknown year: they share one series of archive numbers."""
        years = {c.id: c.year for c in self.workspace.earlier_campaigns()}
        year = self.campaign.year
        return [c for c in self.store.campaigns() if c != self.campaign.id and years.get(c, year) == year]

    def items_elsewhere(self, branch: str) -> list[StoredRecord]:
        """Archive items of a branch in its other campaigns of the same year."""
        return [row for c in self.same_year for row in self.store.current(c, branch).records.get(ArchiveItem.TYPE, ())]

    @property
    def _bureau_records(self) -> Mapping[str, Sequence[StoredRecord]]:
        # always the current state: the bureau may save records in this or another window
        return self.snapshot(BUREAU).records

    @property
    def bureau_chain(self) -> BureauChain:
        """The bureau's chain as it is now; empty for a branch's login on a server."""
        return self._bureau_chain.renewed()

    @cached_property
    def _bureau_chain(self) -> BureauChain:
        return BureauChain(self.store, self.campaign.id)

    # --- checks ------------------------------------------------------------------------------------------------------

    def findings(self, dossier: Dossier, checkpoint: str | None = None, stages: Iterable[str] = ()) -> list[Finding]:
        """The findings on a dossier, in the order of the stages; those of some stages only if any are named."""
        result = once(
            dossier.memo, ("findings", self.campaign, checkpoint), lambda: self._findings(dossier, checkpoint)
        )
        return _of_stages(result, stages)

    def _findings(self, dossier: Dossier, checkpoint: str | None) -> list[Finding]:
        due = due_checkpoints(dossier, self.campaign, checkpoint)
        held = meeting_held(dossier)
        return run_rules(RULES, dossier, self.campaign, regulations=self.regulations, due=due, held=held)

    def bureau(self, dossiers: Iterable[Dossier], day: date) -> Bureau:
        """The bureau's records together with the dossiers of its branches."""
        return Bureau(self.campaign.id, self.bureau_records(), {d.branch.id: d for d in dossiers}, day)

    def bureau_records(self) -> dict[str, tuple[Record, ...]]:
        """The bureau's own records by type."""
        rows = self._bureau_records
        return {
            k.TYPE: sort_records(stored_record(k, row.body, BUREAU) for row in rows.get(k.TYPE, ()))
            for k in BUREAU_KINDS
        }

    def bureau_findings(
        self, dossiers: Iterable[Dossier], day: date, checkpoint: str | None = None, stages: Iterable[str] = ()
    ) -> list[Finding]:
        """Findings of the bureau's rules over all branches."""
        due = bureau_due(self.campaign, day, checkpoint)
        bureau = self.bureau(dossiers, day)
        findings = run_bureau(BUREAU_RULES, bureau, self.campaign, regulations=self.regulations, due=due)
        return _of_stages(findings, stages)

    def documents(self, dossier: Dossier, stage: Stage, findings: Sequence[Finding]) -> list[Document]:
        """The papers of a stage."""
        if stage.documents is None:
            return []
        return self.marked(stage.documents(Sheet(dossier, self.campaign, findings)))

    def unfilled(self, dossier: Dossier, stage: Stage) -> Sequence[str]:
        """Headings of a stage's papers that still show 〔待填〕."""
        return once(dossier.memo, ("unfilled", self.campaign, stage.key), lambda: self._unfilled(dossier, stage))

    def _unfilled(self, dossier: Dossier, stage: Stage) -> Sequence[str]:
        papers = self.documents(dossier, stage, self.findings(dossier))
        return tuple(dict.fromkeys(paper.heading for paper in papers if paper.draft))

    def all_papers(self, dossier: Dossier, findings: Sequence[Finding]) -> Iterator[Document]:
        """The papers of all stages, in their order."""
        return (paper for stage in STAGES for paper in self.documents(dossier, stage, findings))

    def blanks(self, dossier: Dossier, stage: Stage) -> list[Document]:
        """Blank forms of a stage, to be filled in by hand."""
        return self.marked(stage.blanks(Sheet(dossier, self.campaign))) if stage.blanks else []

    def marked(self, papers: Sequence[Document]) -> list[Document]:
        """In a rehearsal, prefix each paper's title so that it is not mistaken for a real paper."""
        if not self.workspace.settings.rehearsal:
            return list(papers)
        return [p.model_copy(update={"title": [f"{REHEARSAL}{p.title[0]}", *p.title[1:]]}) for p in papers]

    def bundle(self, dossier: Dossier, stage: Stage, findings: Sequence[Finding]) -> Bundle:
        """A stage's papers as one bundle."""
        return self.bound(dossier, self.documents(dossier, stage, findings), stage.heading)

    def bound(self, dossier: Dossier, papers: Sequence[Document], title: str) -> Bundle:
        """Papers of a branch as one bundle, dated by its latest record."""
        return Bundle(
            documents=list(papers),
            title=title,
            branch=dossier.branch.name,
            campaign=self.campaign.title,
            dated=_dated(dossier).isoformat(),
        )

    def numbered(self, bundle: Bundle, dossier: Dossier) -> Bundle:
        """Add the archive numbers to a branch's papers; skip withdrawn numbers."""
        items = [i for i in dossier.all(ArchiveItem) if i.code and not i.withdrawn]
        return bundle.numbered({(i.form, i.subject): i.code for i in items})

    def head(self, owner: str) -> str:
        """The head printed on final papers: hash of the last revision that is not an archive item.

        Args:
            owner: A branch's id, or ``BUREAU``.

        Returns:
            64 hexadecimal digits; "" if the history is empty.
        """
        return self.store.head(self.campaign.id, owner, without=(ArchiveItem.TYPE,)).hash

    def signed_papers(self, dossier: Dossier, findings: Sequence[Finding] | None = None) -> list[Signed]:
        """The papers that need a signature, by stage, each with whether its signed scan is attached."""
        known = self.findings(dossier) if findings is None else findings
        return signed_papers(dossier, self.all_papers(dossier, known))

    def require_final(self, dossier: Dossier) -> None:
        """Require that a branch is final: no unexplained error at close, no draft, no blank in its papers.

        What is wrong with the catalogue of its archive does not count: archiving again is what puts it right.

        Raises:
            NotFinal: what is still open.
        """
        findings = self.findings(dossier, "close")
        problems = []
        of_records = [f for f in findings if f.stage != CATALOGUE_STAGE]
        errors = count(of_records).errors
        if errors:
            titles = list(dict.fromkeys(f.title for f in of_records if f.counts and f.severity == "error"))
            problems.append(f"还有{errors}处须改正：{first_few(titles, NAMED_PROBLEMS)}")
        if dossier.drafts:
            problems.append(f"还有{len(dossier.drafts)}条没有填完的记录")
        open_papers = [paper.heading for paper in self.all_papers(dossier, findings) if paper.draft]
        if open_papers:
            problems.append(f"这些文件还有待填内容：{'、'.join(dict.fromkeys(open_papers))}")
        if problems:
            raise NotFinal(branch=dossier.branch.name or dossier.branch.id, what="；".join(problems))


def _of_stages(findings: Sequence[Finding], stages: Iterable[str]) -> list[Finding]:
    """The findings of some stages; all findings if no stage is named."""
    keys = set(stages)
    return [f for f in findings if not keys or f.stage in keys]


@memoized
def _dated(dossier: Dossier) -> date:
    """The day of a dossier's latest record."""
    return latest_day(dossier.everything(), dossier.as_of)


def gate(findings: Iterable[Finding]) -> Finding | None:
    """The finding that blocks the meeting form (不学习不开会); None once it is resolved or explained."""
    return next((f for f in findings if f.rule == STUDY_GATE and not f.explained), None)
