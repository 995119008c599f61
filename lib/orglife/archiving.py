"""Archiving: a branch's final papers with everything that explains them, in one bag that needs nobody's program.

The papers are made first, then the items are numbered and kept in the history, and the bag is built inside that same
transaction: there is no number without a bag that could be made, and no bag with a number that the store does not know.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import orglife
from orglife import listing, singles
from orglife.adapters import attached, bag, verifier
from orglife.adapters import workspace as ws
from orglife.adapters.chain import Revision
from orglife.adapters.store import Change
from orglife.core.block import Bundle, Document
from orglife.core.branch import Explanation
from orglife.core.dossier import Dossier, identified, sort_records
from orglife.core.errors import NotArchived, NotFinal, OrglifeError, SaveConflict
from orglife.core.exchange import dossier_json
from orglife.core.paper import Sheet
from orglife.core.schema import file_schema
from orglife.office import Office
from orglife.stages.archive import documents
from orglife.stages.archive.items import (
    Paper,
    Sealing,
    cannot_number,
    in_order,
    new_items,
    paper_of,
    says,
    unnumbered_items,
)
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.archive.rules import RETENTION
from orglife.stages.catalogue import FORMS
from orglife.stages.kinds import BUREAU_KINDS, KINDS
from orglife.stages.plan.record import Attachment

CHECKPOINT = "archive"


@dataclass(frozen=True)
class Order:
    """What is to be archived, and where to."""

    office: Office
    as_is: bool = False
    out: Path | None = None

    @property
    def target(self) -> Path:
        """The folder that holds the bags."""
        return self.out or self.office.workspace.root / "archive"


def archive(order: Order, branches: Sequence[str], say: Callable[[str], None]) -> bool:
    """Make a bag for each branch.

    Args:
        order: Where to, and whether unfinished branches are taken as they are.
        branches: Their ids.
        say: Tells the person at the keyboard what became of each.

    Returns:
        Whether every branch has its bag; who has none has been told.
    """
    good = True
    for branch in branches:
        try:
            done = _Archiving(order, branch).run()
        except OrglifeError as error:
            good = False
            for sentence in error.sentences:
                say(sentence)
            continue
        say(done)
    return good


@dataclass(frozen=True)
class Kept:
    """An attachment as it lies in the package."""

    record: Attachment
    source: Path
    file: str
    sha256: str


class _Archiving:
    """One branch on its way into a bag."""

    def __init__(self, order: Order, branch: str) -> None:
        self.order, self.branch, self.office = order, branch, order.office
        bag.require_place(order.target, branch)
        self.history = self.office.store.history(self.office.campaign.id, branch)
        self.dossier = self.office.dossier(branch)
        self.name = self.dossier.branch.name or branch
        own = [r for r in self.history if r.type != ArchiveItem.TYPE]
        self.head = own[-1].hash if own else ""

    def run(self) -> str:
        """Make the bag; says what was made.

        Raises:
            NotFinal, NotArchived: the branch is not ready.
            OrglifeError: nothing was changed, nothing is left behind.
        """
        final = self._is_final()
        kept, absent = self._attachments(final=final)
        papers = self._papers()
        items, data, changes = self._items(papers) if final else self._unnumbered(papers)
        dossier = self._with(items) if final else self.dossier
        self._require_sound(dossier, final=final)
        package = Package(self.office, dossier, papers, items, data, kept, absent, self.head, final)
        folder = self._build(package, changes)
        live = sum(not i.withdrawn for i in items)
        state = f"已归档，{live}件" if final else f"未定稿，按现状打包，{live}件，没有编档号"
        return f"{self.name}（{self.branch}）：{state}，在“{folder}”。"

    # --- ready? ------------------------------------------------------------------------------------------------------

    def _is_final(self) -> bool:
        """Whether it is archived for good; without, only where unfinished branches are taken as they are.

        Raises:
            NotFinal, NotArchived: it cannot be, and nobody asked for it as it is.
        """
        try:
            self.office.require_final(self.dossier)
        except NotFinal:
            if not self.order.as_is:
                raise
            return False
        problems = cannot_number(self.dossier, self.office.campaign) or self._same_series()
        if problems and not self.order.as_is:
            raise NotArchived(branch=self.name, what="；".join(problems))
        return not problems

    def _same_series(self) -> list[str]:
        """Another branch (or campaign of the year) with the same numbers would give them twice."""
        own, store = self.dossier.branch, self.office.store
        for campaign in store.campaigns():
            for branch in store.branches(campaign):
                if (campaign, branch) == (self.office.campaign.id, self.branch):
                    continue
                there = store.current(campaign, branch)
                other = there.branch or {}
                if campaign == self.office.campaign.id and other.get("org_code") == own.org_code:
                    return [
                        f"机构代码{own.org_code}与{other.get('name') or branch}的相同，档号会重复，请各用各的机构代码"
                    ]
                if any(self._mine(row.body) for row in there.records.get(ArchiveItem.TYPE, ())):
                    return [
                        f"本年度机构代码{own.org_code}的档号已在方案{campaign}、党支部{branch}用过，请换一个机构代码"
                    ]
        return []

    def _mine(self, item: Mapping[str, Any]) -> bool:
        year = f"·{self.office.campaign.year}-"
        return year in item.get("code", "") and f"-{self.dossier.branch.org_code}-" in item.get("code", "")

    def _require_sound(self, dossier: Dossier, *, final: bool) -> None:
        """The catalogue's own rules: what would be sealed must have no error.

        Raises:
            NotArchived: what is wrong.
        """
        wrong = [f for f in self.office.findings(dossier, CHECKPOINT) if f.counts and f.severity == "error"]
        if final and wrong:
            raise NotArchived(branch=self.name, what="".join(f.message for f in wrong).rstrip("。"))

    # --- attachments -------------------------------------------------------------------------------------------------

    def _attachments(self, *, final: bool) -> tuple[list[Kept], list[str]]:
        """Attachments that are there, and the ids of those that are not.

        Raises:
            NotArchived: one is not there, or not what it was, and the branch is to be archived for good.
        """
        kept, absent, problems = [], [], []
        for record in self.dossier.all(Attachment):
            try:
                kept.append(self._attachment(record))
            except OrglifeError as error:
                absent.append(record.id)
                problems.append(str(error).rstrip("。"))
        if problems and final:
            raise NotArchived(branch=self.name, what="；".join(problems))
        return kept, absent

    def _attachment(self, record: Attachment) -> Kept:
        root = self.office.workspace.root.resolve()
        source = (root / record.file).resolve()
        if not source.is_relative_to(root):
            raise NotArchived(branch=record.file, what="附件不在工作目录里")
        found = attached.look_at(source)
        if record.sha256 and record.sha256 != found.sha256:
            raise NotArchived(branch=record.file, what="附件与附上时不一致，被改动过")
        return Kept(record, source, f"data/attachments/{found.sha256[:20]}{found.suffix}", found.sha256)

    # --- papers and items --------------------------------------------------------------------------------------------

    def _papers(self) -> list[Paper]:
        found = singles.singles(self.office, self.branch, singles.Wanted())
        return [paper_of(s.form, s.subject, s.bundle, self.dossier) for s in found if s.form in RETENTION]

    def _unnumbered(self, papers: Sequence[Paper]) -> tuple[list[ArchiveItem], dict[str, bytes], list[Change]]:
        made = [pdf(paper.bundle, self.head) for paper in papers]
        sealings = [sealing(paper, data) for paper, data in zip(papers, made, strict=True)]
        items = unnumbered_items(sealings, self.office.campaign)
        return items, {item.file: data for item, data in zip(items, made, strict=True)}, []

    def _items(self, papers: Sequence[Paper]) -> tuple[list[ArchiveItem], dict[str, bytes], list[Change]]:
        """All items as they are from now on, the bytes of those that are not withdrawn, and what changes in the store."""
        old = self.dossier.all(ArchiveItem)
        live = {(i.form, i.subject): i for i in old if not i.withdrawn}
        data: dict[str, bytes] = {}
        fresh: list[tuple[Sealing, bytes]] = []
        stay = set()
        for paper in papers:
            item = live.get((paper.form, paper.subject))
            again = self._again(item, paper) if item is not None and says(item) == paper.content else None
            if item is not None and again is not None:
                stay.add(item.id)
                data[item.file] = again
            else:
                made = pdf(paper.bundle, self.head)
                fresh.append((sealing(paper, made), made))
        items = new_items([s for s, _ in fresh], old, self.dossier, self.office.campaign)
        data |= {item.file: made for item, (_, made) in zip(items, fresh, strict=True)}
        gone = [i.model_copy(update={"withdrawn": True}) for i in live.values() if i.id not in stay]
        versions = {v.id: v.version for v in self._stored()}
        changes = [Change.put(i, base=versions[i.id]) for i in gone] + [Change.put(i, base=0) for i in items]
        return [*(i for i in old if i.withdrawn or i.id in stay), *gone, *items], data, changes

    def _stored(self) -> Sequence[Any]:
        return self.office.store.current(self.office.campaign.id, self.branch).records.get(ArchiveItem.TYPE, ())

    def _again(self, item: ArchiveItem, paper: Paper) -> bytes | None:
        """The bytes of an item as it was sealed: made again, else from an earlier bag; None when neither gives them."""
        made = pdf(paper.bundle, sealed_at(self.history, item.id))
        if _sha256(made) == item.sha256:
            return made
        # another version of the program or of its fonts: what was sealed lies in its bag
        for folder in dict.fromkeys((self.order.target, self.office.workspace.root / "archive")):
            for path in sorted(folder.glob(f"{self.branch}*/{item.file}")):
                kept = path.read_bytes()
                if _sha256(kept) == item.sha256:
                    return kept
        return None

    def _with(self, items: Iterable[ArchiveItem]) -> Dossier:
        records = {**self.dossier.records, ArchiveItem.TYPE: sort_records(items)}
        return replace(self.dossier, records=records, memo={})

    # --- the bag -----------------------------------------------------------------------------------------------------

    def _build(self, package: Package, changes: Sequence[Change]) -> Path:
        """Keep the items and build the bag, both or neither; the bag gets its name once the items are kept."""
        out, store = self.order.target, self.office.store
        with ExitStack() as until_named:
            if changes:
                with store.writing() as writer:
                    saved = [
                        writer.change(self.dossier.campaign, self.branch, c, who=self.office.author) for c in changes
                    ]
                    self._require_unmoved(saved[0].prev)
                    contents = package.contents([*self.history, *saved])
                    part = until_named.enter_context(bag.building(out, contents))
            else:
                self._require_unmoved(store.head(self.dossier.campaign, self.branch).hash)
                part = until_named.enter_context(bag.building(out, package.contents(self.history)))
            return bag.put_in_place(part, out, self.branch)

    def _require_unmoved(self, head: str) -> None:
        """The papers were made from the history as it was; somebody may have typed meanwhile."""
        if head != (self.history[-1].hash if self.history else ""):
            raise SaveConflict(record=self.name)


@dataclass(frozen=True)
class Package:
    """Everything that lies in a branch's bag.

    Attributes:
        dossier: The branch with its items.
        papers: The papers as they are now.
        items: All items, withdrawn ones included.
        data: Path inside the bag → bytes, for every item that is not withdrawn.
        absent: Ids of attachments without a file.
        head: The history's head, without archive items.
    """

    office: Office
    dossier: Dossier
    papers: Sequence[Paper]
    items: Sequence[ArchiveItem]
    data: Mapping[str, bytes]
    kept: Sequence[Kept]
    absent: Sequence[str]
    head: str
    final: bool

    def contents(self, history: Sequence[Revision]) -> bag.Contents:
        """The bag's files, once the history is known that goes with it."""
        parts = self._parts(history)
        files: dict[str, bytes | Path] = {**self.data, **{k.file: k.source for k in self.kept}, **parts}
        digests = {path: _sha256(data) for path, data in (*self.data.items(), *parts.items())}
        digests |= {k.file: k.sha256 for k in self.kept}
        about = _json(self._about(history, dict(sorted(digests.items()))))
        files[verifier.PACKAGE] = about
        return bag.Contents(files, self._info(_sha256(about)), bag.guide(self._words()))

    def _parts(self, history: Sequence[Revision]) -> dict[str, bytes]:
        office, dossier = self.office, self.dossier
        found = office.findings(dossier, CHECKPOINT if self.final else "close")
        checked = listing.Checked(
            dossier.campaign, dossier.as_of, CHECKPOINT if self.final else "close", [(dossier, found)]
        )
        explained = [e.to_json() for e in dossier.all(Explanation)]
        rows = self._rows()
        parts = {
            verifier.DOSSIER: dossier_json(dossier, KINDS).encode(),
            verifier.SCHEMA: _json(file_schema(KINDS, BUREAU_KINDS)),
            verifier.HISTORY: "".join(_line(r) for r in history).encode(),
            verifier.FINDINGS: _json(checked.to_json()),
            verifier.EXPLANATIONS: _json({"format": "orglife-explanations/1", "explanations": explained}),
            verifier.CAMPAIGN: (office.workspace.root / ws.CAMPAIGN).read_bytes(),
            verifier.CSV: bag.metadata_csv(rows),
            verifier.XML: bag.metadata_xml(rows),
        }
        sheet = Sheet(dossier, office.campaign)
        parts[verifier.CATALOGUE] = self._paper(documents.catalogue(sheet, self.items, self._attached()))
        named = {path.removeprefix("data/"): _sha256(data) for path, data in parts.items()}
        there, gone = len(self.kept), len(self.absent)
        note = documents.note(sheet, self.items, named, attached=there, absent=gone, final=self.final)
        parts[verifier.NOTE] = self._paper(note)
        return parts

    def _paper(self, document: Document) -> bytes:
        bundle = Bundle(
            documents=[document],
            title=document.heading,
            branch=self.dossier.branch.name,
            campaign=self.office.campaign.title,
            dated=self.dossier.as_of.isoformat(),
        )
        return pdf(bundle, self.head)

    # --- what is said of the items -----------------------------------------------------------------------------------

    def _item_of(self, record: str) -> str:
        """The item that a record's attachments belong to; "" where its paper is none."""
        owners = {part.id: r.id for r in self.dossier.everything() for part in identified([r])}
        owner = owners.get(record, record)
        live = {(i.form, i.subject): i.id for i in self.items if not i.withdrawn}
        mine = (live.get((p.form, p.subject), "") for p in self.papers if owner in p.records or owner == p.subject)
        return next((ident for ident in mine if ident), "")

    def _attached(self) -> dict[str, int]:
        return dict(Counter(self._item_of(k.record.record) for k in self.kept))

    def _rows(self) -> list[dict[str, str]]:
        """Every item as a row of the metadata."""
        branch = self.dossier.branch
        files: dict[str, list[str]] = {}
        for k in self.kept:
            files.setdefault(self._item_of(k.record.record), []).append(k.file)
        return [
            {
                **verifier.flat(item.to_json()),
                "genre": FORMS[item.form].title,
                "fonds": branch.fonds,
                "unit_name": branch.unit_name,
                "organization": branch.name,
                "attachments": "、".join(sorted(files.get(item.id, ()))),
                "software": SOFTWARE,
            }
            for item in in_order(self.items)
        ]

    def _about(self, history: Sequence[Revision], digests: Mapping[str, str]) -> dict[str, Any]:
        branch = self.dossier.branch
        own = [r for r in history if r.type != ArchiveItem.TYPE]
        return {
            "format": verifier.FORMAT,
            "final": self.final,
            "campaign": self.dossier.campaign,
            "branch": branch.id,
            "name": branch.name,
            "unit_name": branch.unit_name,
            "fonds": branch.fonds,
            "org_code": branch.org_code,
            "as_of": self.dossier.as_of.isoformat(),
            "software": SOFTWARE,
            "head": {"number": own[-1].number if own else 0, "hash": self.head},
            "last": {"number": history[-1].number if history else 0, "hash": history[-1].hash if history else ""},
            "attachments": [
                {
                    "id": k.record.id,
                    "file": k.file,
                    "sha256": k.sha256,
                    "kind": k.record.kind,
                    "record": k.record.record,
                    "item": self._item_of(k.record.record),
                }
                for k in self.kept
            ],
            "absent": list(self.absent),
            "parts": dict(digests),
        }

    def _info(self, about: str) -> dict[str, str]:
        branch = self.dossier.branch
        return {
            "Source-Organization": _one_line(branch.unit_name or branch.superior),
            "External-Description": _one_line(f"{branch.name} {self.office.campaign.title}"),
            "External-Identifier": f"{self.dossier.campaign}/{branch.id}",
            "Bag-Software-Agent": SOFTWARE,
            "Orglife-Final": "true" if self.final else "false",
            verifier.HEAD_LABEL: self.head,
            verifier.PACKAGE_LABEL: about,
        }

    def _words(self) -> dict[str, str]:
        branch = self.dossier.branch
        live = [i for i in self.items if not i.withdrawn]
        return {
            "unit": branch.unit_name or branch.superior,
            "branch": branch.name,
            "campaign": self.office.campaign.title,
            "year": str(self.office.campaign.year or ""),
            "state": f"已定稿，{len(live)}件。"
            if self.final
            else "未定稿：按现状打包，没有编档号，不能作为正式归档件。",
            "head": self.head,
        }


SOFTWARE = f"orglife {orglife.__version__}"


def pdf(bundle: Bundle, head: str) -> bytes:
    """A paper made for good: the same paper and head, the same bytes."""
    from orglife.adapters import exporters  # noqa: PLC0415  heavy

    return exporters.render(bundle.sealed(head), "pdf")


def sealing(paper: Paper, data: bytes) -> Sealing:
    """A paper as a file."""
    facts = verifier.facts_of("paper.pdf", len(data), BytesIO(data))
    return Sealing(paper, facts.pages or 0, facts.sha256)


def sealed_at(history: Iterable[Revision], item: str) -> str:
    """The head of the history when an item was first sealed."""
    head = ""
    for revision in history:
        if revision.type == ArchiveItem.TYPE and revision.record == item:
            return head
        if revision.type != ArchiveItem.TYPE:
            head = revision.hash
    return head


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _line(revision: Revision) -> str:
    """A revision as a line: JSON escapes every line end inside it."""
    return json.dumps(revision.to_json(), ensure_ascii=False, separators=(",", ":")) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
