"""Archive one branch: check that it is ready, collect its papers, number them, build the bag."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from orglife.adapters.bag import bag, verifier
from orglife.adapters.disk import attachments, files
from orglife.adapters.print.threads import run_ahead
from orglife.adapters.store.store import Change
from orglife.archive.contents import CHECKPOINT, BagAttachment, BagContents, pdf, sealed_at, sealed_item, sha256_of
from orglife.archive.options import ArchiveOptions
from orglife.batch.emitted import Runs, emitted
from orglife.core.errors import AttachmentLost, NotArchived, NotFinal, OrglifeError, StoreBusy
from orglife.core.record.dossier import Dossier, sort_records
from orglife.office.office import Office
from orglife.paper.singles import separated
from orglife.stages.archive.items import (
    ItemSlot,
    Paper,
    content_id,
    new_slots,
    paper_of,
    unnumbered_slots,
    with_code,
)
from orglife.stages.archive.numbers import cannot_number, has_codes_of, slot_of
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.archive.rules import MADE_ANEW, RETENTION
from orglife.stages.plan.record import Attachment

OnPaper = Callable[[int, int], None]
"""Called before each paper is printed: papers done, papers in all."""


def silent(_done: int, _total: int) -> None:
    """Report nothing."""


_MOVED = "归档时有人保存了新的内容，请再归档一次"
_IN_CODES = "。请在“定稿与归档”页的“归档要用的代码”里改好，再点一次“归档”"


class Archiving:
    """Archives one branch.

    Attributes:
        runs: The notebook runs that hold its papers.
        lacking: Why a stage's papers are not in the bag, one sentence each; only with ``as_is``.
        bag: The bag, once it is made.
    """

    def __init__(
        self, office: Office, options: ArchiveOptions, branch: str, runs: Runs, on_paper: OnPaper = silent
    ) -> None:
        self.office, self.options, self.branch, self.runs = office, options, branch, runs
        self._on_paper = on_paper
        self.lacking: list[str] = []
        self.bag: Path | None = None
        self._from_earlier = False
        bag.require_name(branch)
        self.history = self.office.store.history(self.office.campaign.id, branch)
        self.dossier = self.office.dossier(branch)
        self.name = self.dossier.branch.name or branch
        own = [r for r in self.history if r.type != ArchiveItem.TYPE]
        self.head = own[-1].hash if own else ""

    def run(self) -> str:
        """Make the bag.

        Returns:
            A sentence that says what was made.

        Raises:
            NotFinal, NotArchived: the branch is not ready.
            OrglifeError: nothing was changed and no file is left.
        """
        with tempfile.TemporaryDirectory() as room:
            return self._run(Path(room))

    def _run(self, room: Path) -> str:
        """As ``run``; ``room`` is a folder for copies of attachments that are not on this computer."""
        attached, absent = self._attachments(room)
        final = self._is_final(absent)
        papers = self._papers()
        final = final and not self.lacking
        items, data, changes = self._items(papers) if final else self._unnumbered(papers)
        dossier = self._with(items) if final else self.dossier
        self._require_sound(dossier, final=final)
        package = BagContents(
            self.office, dossier, papers, items, data, attached, list(absent), self.head, final, self._from_earlier
        )
        folder = self.bag = self._build(package, changes)
        live = sum(not i.withdrawn for i in items)
        state = f"已归档，{live}件" if final else f"未定稿，按现状打包，{live}件，没有编档号"
        seal = files.sha256_of(folder / verifier.TAGMANIFEST)
        return f"{self.name}（{self.branch}）：{state}，在“{folder}”。归档包校验值：{seal}。"

    # --- ready? ------------------------------------------------------------------------------------------------------

    def _is_final(self, absent: Mapping[str, str]) -> bool:
        """Whether the branch is archived as final, with numbers; a branch that is not needs ``as_is``.

        Args:
            absent: Ids of missing or changed attachments, with what is wrong.

        Raises:
            NotFinal, NotArchived: it is not final, and ``as_is`` is not set.
        """
        try:
            self.office.require_final(self.dossier)
        except NotFinal:
            if not self.options.as_is:
                raise
            return False
        codes = cannot_number(self.dossier.branch, self.office.campaign) or self._same_series()
        if codes and not self.options.as_is:
            raise NotArchived(branch=self.name, what="；".join(codes) + _IN_CODES)
        if absent and not self.options.as_is:
            raise NotArchived(branch=self.name, what="".join(absent.values()).rstrip("。"))
        return not (codes or absent)

    def _same_series(self) -> list[str]:
        """Why numbers would collide: another branch has the same organisation code.

        The branch's own other campaigns of the year do not collide: numbering continues after theirs.
        """
        code, now, store = self.dossier.branch.org_code, self.office.campaign.id, self.office.store
        others = ((c, b) for c in store.campaigns() for b in store.branches(c) if b != self.branch)
        for campaign, branch in others:
            snapshot = store.current(campaign, branch)
            if campaign == now and snapshot.own.get("org_code") == code:
                return [f"机构代码{code}与{snapshot.name}的相同，档号会重复，请各用各的机构代码"]
            if any(self._is_own(row.body.get("code", "")) for row in snapshot.records.get(ArchiveItem.TYPE, ())):
                return [f"本年度机构代码{code}的档号已经在{snapshot.name}用过，请换一个机构代码"]
        return []

    def _is_own(self, code: str) -> bool:
        """Whether an archive number is of this year and this organisation code."""
        slot = slot_of(code)
        if slot is None:
            return False
        (_, year, _, org_code), _ = slot
        return (year, org_code) == (str(self.office.campaign.year), self.dossier.branch.org_code)

    def _require_sound(self, dossier: Dossier, *, final: bool) -> None:
        """Check the rules of the archive checkpoint; a final branch must have no error.

        Raises:
            NotArchived: what is wrong.
        """
        wrong = [f for f in self.office.findings(dossier, CHECKPOINT) if f.counts and f.severity == "error"]
        if final and wrong:
            raise NotArchived(branch=self.name, what="".join(f.message + f.fix for f in wrong).rstrip("。"))

    # --- attachments -------------------------------------------------------------------------------------------------

    def _attachments(self, room: Path) -> tuple[list[BagAttachment], dict[str, str]]:
        """Unchanged attachments; and the ids of missing or changed ones, with what is wrong."""
        present, absent = [], {}
        for record in self.dossier.all(Attachment):
            try:
                present.append(self._attachment(record, room))
            except OrglifeError as error:
                absent[record.id] = f"{self.dossier.label(record)}：{error}"
        return present, absent

    def _attachment(self, record: Attachment, room: Path) -> BagAttachment:
        source = self.office.files.local(record.file, room)
        file = attachments.read_file(source)
        if record.sha256 and record.sha256 != file.sha256:
            raise AttachmentLost(path=record.file, what="与附上时不一致，被改动过")
        return BagAttachment(record, source, f"data/attachments/{file.sha256[:20]}{file.suffix}", file.sha256)

    # --- papers and items --------------------------------------------------------------------------------------------

    def _papers(self) -> list[Paper]:
        """The papers that the branch's notebooks emitted.

        Raises:
            NotArchived: a notebook emitted none, and ``as_is`` is not set.
        """
        stages = emitted(self.office, self.branch, self.runs)
        bundles = [bundle for bundle in stages.values() if bundle is not None]
        if None in stages.values():
            problems = self.runs.problems.get(self.branch, ())
            if not self.options.as_is or not problems or not bundles:
                raise NotArchived(branch=self.name, what="；".join(p.rstrip("。") for p in problems) or _MOVED)
            self.lacking = [f"{self.name}：归档包里缺一部分。{problem}" for problem in problems]
        papers = separated(bundles, self.dossier)
        return [paper_of(p.form, p.subject, p.bundle, self.dossier) for p in papers if p.form in RETENTION]

    def _unnumbered(self, papers: Sequence[Paper]) -> tuple[list[ArchiveItem], dict[str, bytes], list[Change]]:
        items, data = self._printed(unnumbered_slots(papers, self.office.campaign))
        return items, data, []

    def _printed(self, places: Sequence[ItemSlot]) -> tuple[list[ArchiveItem], dict[str, bytes]]:
        """Print papers: their items, and path → bytes."""
        made = run_ahead(partial(pdf, place.bundle, self.head) for place in places)
        data = {place.file: one.result() for place, one in zip(self._reported(places), made, strict=True)}
        return [sealed_item(place, data[place.file], self.office.campaign) for place in places], data

    def _reported(self, places: Sequence[ItemSlot]) -> Iterator[ItemSlot]:
        for number, place in enumerate(places):
            self._on_paper(number, len(places))
            yield place

    def _items(self, papers: Sequence[Paper]) -> tuple[list[ArchiveItem], dict[str, bytes], list[Change]]:
        """All items after this archive, path → bytes of those not withdrawn, and the changes to the store."""
        old = self.dossier.all(ArchiveItem)
        live = {(i.form, i.subject): i for i in old if not i.withdrawn}
        faulty = self._faulty()
        same: dict[str, bytes] = {}
        stay: set[str] = set()
        fresh: list[Paper] = []
        for paper in papers:
            item = live.get((paper.form, paper.subject))
            stays = item is not None and content_id(item) == paper.content and item.id not in faulty
            again = self._again(item, paper) if item is not None and stays else None
            if item is None or again is None:
                fresh.append(paper)
            else:
                stay.add(item.id)
                same[item.file] = again
        items, data = self._printed(new_slots(fresh, old, self.dossier, self.office.campaign))
        gone = [i.model_copy(update={"withdrawn": True}) for i in live.values() if i.id not in stay]
        versions = {v.id: v.version for v in self._stored()}
        changes = [Change.put(i, base=versions[i.id]) for i in gone] + [Change.put(i, base=0) for i in items]
        return [*(i for i in old if i.withdrawn or i.id in stay), *gone, *items], {**same, **data}, changes

    def _faulty(self) -> set[str]:
        """Ids of items whose catalogue entry is wrong, or whose number has not the branch's codes any more."""
        findings = self.office.findings(self.dossier, CHECKPOINT)
        wrong = {subject.id for f in findings if f.rule in MADE_ANEW for subject in f.subjects}
        items = self.dossier.all(ArchiveItem)
        return wrong | {i.id for i in items if not has_codes_of(self.dossier.branch, i.code)}

    def _stored(self) -> Sequence[Any]:
        return self.office.store.current(self.office.campaign.id, self.branch).records.get(ArchiveItem.TYPE, ())

    def _again(self, item: ArchiveItem, paper: Paper) -> bytes | None:
        """The bytes of an item as it was first sealed: printed again, else read from an earlier bag; None if both fail."""
        made = pdf(with_code(paper, item.code), sealed_at(self.history, item.id))
        if sha256_of(made) == item.sha256:
            return made
        # sealed by another version of the program or its fonts: read it from the earlier bag
        for folder in dict.fromkeys((self.options.target, self.office.workspace.root / "archive")):
            for path in sorted(folder.glob(f"{self.branch}*/{item.file}")):
                content = path.read_bytes()
                if sha256_of(content) == item.sha256:
                    self._from_earlier = True
                    return content
        return None

    def _with(self, items: Iterable[ArchiveItem]) -> Dossier:
        records = {**self.dossier.records, ArchiveItem.TYPE: sort_records(items)}
        return replace(self.dossier, records=records)

    # --- the bag -----------------------------------------------------------------------------------------------------

    def _build(self, package: BagContents, changes: Sequence[Change]) -> Path:
        """Store the items and build the bag, both or neither; rename the bag once the items are stored."""
        for _ in range(self.options.jobs - 1):  # other processes hold the store while they build their bags
            with suppress(StoreBusy):
                return self._build_once(package, changes)
        return self._build_once(package, changes)

    def _build_once(self, package: BagContents, changes: Sequence[Change]) -> Path:
        out, part, store = self.options.target, self.options.part(self.branch), self.office.store
        with ExitStack() as until_named:
            if changes:
                with store.writing() as writer:
                    saved = [
                        writer.change(self.dossier.campaign, self.branch, c, who=self.office.author) for c in changes
                    ]
                    self._require_unmoved(saved[0].prev)
                    contents = package.contents([*self.history, *saved])
                    until_named.enter_context(bag.building(part, contents))
            else:
                self._require_unmoved(store.head(self.dossier.campaign, self.branch).hash)
                until_named.enter_context(bag.building(part, package.contents(self.history)))
            return bag.put_in_place(part, out, self.branch)

    def _require_unmoved(self, head: str) -> None:
        """Refuse when somebody saved after the papers were made: they would not match the history."""
        if head != (self.history[-1].hash if self.history else ""):
            raise NotArchived(branch=self.name, what=_MOVED)
