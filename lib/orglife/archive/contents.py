"""The contents of a branch's bag: papers, attachments, data, history, catalogue and metadata."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import orglife
from orglife.adapters.bag import bag, verifier
from orglife.adapters.disk.notebooks import has_shipped_notebooks
from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.adapters.store.chain import Revision
from orglife.batch.task import program
from orglife.core.paper.block import Bundle, Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.branch import Branch, Explanation
from orglife.core.record.dossier import Dossier, identified
from orglife.core.record.exchange import dossier_json
from orglife.core.record.schema import file_schema
from orglife.core.rule.campaign import Campaign
from orglife.office import checking
from orglife.office.office import Office
from orglife.stages.archive import documents
from orglife.stages.archive.items import ItemSlot, Paper, in_order, item_of
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.catalogue import FORMS
from orglife.stages.kinds import BUREAU_KINDS, KINDS
from orglife.stages.plan.record import Attachment

CHECKPOINT = "archive"
SOFTWARE = f"orglife {orglife.__version__}"


@dataclass(frozen=True)
class BagAttachment:
    """An attachment in the bag."""

    record: Attachment
    source: Path
    file: str
    sha256: str


@dataclass(frozen=True)
class BagContents:
    """Everything that goes into a branch's bag.

    Attributes:
        dossier: The branch with its items.
        papers: The papers as they are now.
        items: All items, withdrawn ones included.
        data: Path inside the bag → bytes, for every item that is not withdrawn.
        absent: Ids of attachments whose file is missing or changed.
        head: Head of the history, archive items not counted.
        from_earlier: Whether a paper was read from an earlier bag, because this program prints other bytes.
    """

    office: Office
    dossier: Dossier
    papers: Sequence[Paper]
    items: Sequence[ArchiveItem]
    data: Mapping[str, bytes]
    attachments: Sequence[BagAttachment]
    absent: Sequence[str]
    head: str
    final: bool
    from_earlier: bool

    def contents(self, history: Sequence[Revision]) -> bag.Contents:
        """The bag's files, for the history that includes the new items."""
        parts = self._parts(history)
        office = self.office
        files: dict[str, bytes | Path] = {**self.data, **{a.file: a.source for a in self.attachments}, **parts}
        digests = {path: sha256_of(data) for path, data in (*self.data.items(), *parts.items())}
        digests |= {a.file: a.sha256 for a in self.attachments}
        live = sum(not item.withdrawn for item in self.items)
        guide = guide_of(self.dossier.branch, office.campaign, live=live, final=self.final, head=self.head)
        digests |= {
            verifier.GUIDE: sha256_of(guide.encode()),
            verifier.VERIFIER: sha256_of(bag.verifier_text().encode()),
        }
        info = self._info()
        about = _json({**self._about(history), "info": info, "parts": dict(sorted(digests.items()))})
        files[verifier.PACKAGE] = about
        return bag.Contents(files, {**info, verifier.PACKAGE_LABEL: sha256_of(about)}, guide)

    def _parts(self, history: Sequence[Revision]) -> dict[str, bytes]:
        office, dossier = self.office, self.dossier
        findings = office.findings(dossier, CHECKPOINT if self.final else "close")
        checked = checking.Checked(
            dossier.campaign, dossier.as_of, CHECKPOINT if self.final else "close", [(dossier, findings)]
        )
        explained = [e.to_json() for e in dossier.all(Explanation)]
        rows = self._rows()
        parts = {
            verifier.DOSSIER: dossier_json(dossier, KINDS).encode(),
            verifier.SCHEMA: _json(file_schema(KINDS, BUREAU_KINDS)),
            verifier.HISTORY: "".join(_line(r) for r in history).encode(),
            verifier.FINDINGS: _json(checked.to_json()),
            verifier.EXPLANATIONS: _json({"format": "orglife-explanations/1", "explanations": explained}),
            verifier.CAMPAIGN: office.files.read(CAMPAIGN),
            verifier.CSV: bag.metadata_csv(rows),
            verifier.XML: bag.metadata_xml(rows),
        }
        sheet = Sheet(dossier, office.campaign)
        parts[verifier.CATALOGUE] = self._paper(documents.catalogue(sheet, self.items, self._attached()))
        named = {path.removeprefix("data/"): sha256_of(data) for path, data in parts.items()}
        present, gone = len(self.attachments), len(self.absent)
        note = documents.note(sheet, self.items, named, attached=present, absent=gone, final=self.final)
        parts[verifier.NOTE] = self._paper(note)
        return parts

    def _paper(self, document: Document) -> bytes:
        return pdf(cover(document, self.dossier, self.office.campaign), self.head)

    # --- metadata ----------------------------------------------------------------------------------------------------

    def _item_of(self, record: str) -> str:
        """Id of the item that a record's attachments belong to; "" if its paper is not archived."""
        owners = {part.id: r.id for r in self.dossier.everything() for part in identified([r])}
        owner = owners.get(record, record)
        live = {(i.form, i.subject): i.id for i in self.items if not i.withdrawn}
        mine = (live.get((p.form, p.subject), "") for p in self.papers if owner in p.records or owner == p.subject)
        return next((ident for ident in mine if ident), "")

    def _attached(self) -> dict[str, int]:
        return dict(Counter(self._item_of(a.record.record) for a in self.attachments))

    def _rows(self) -> list[dict[str, str]]:
        """The metadata: one row an item."""
        branch = self.dossier.branch
        files: dict[str, list[str]] = {}
        for attachment in self.attachments:
            files.setdefault(self._item_of(attachment.record.record), []).append(attachment.file)
        return [
            {
                **verifier.flat(item.to_json()),
                "genre": FORMS[item.form].title,
                "fonds": branch.fonds,
                "unit_name": _one_line(branch.unit_name),
                "organization": _one_line(branch.name),
                "attachments": "、".join(sorted(files.get(item.id, ()))),
                "software": SOFTWARE,
            }
            for item in in_order(self.items)
        ]

    def _about(self, history: Sequence[Revision]) -> dict[str, Any]:
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
            "made_with": self._made_with(),
            "head": {"number": own[-1].number if own else 0, "hash": self.head},
            "last": {"number": history[-1].number if history else 0, "hash": history[-1].hash if history else ""},
            "attachments": [
                {
                    "id": a.record.id,
                    "file": a.file,
                    "sha256": a.sha256,
                    "kind": a.record.kind,
                    "record": a.record.record,
                    "item": self._item_of(a.record.record),
                }
                for a in self.attachments
            ],
            "absent": list(self.absent),
            **({"codes_elsewhere": list(self.dossier.codes_elsewhere)} if self.dossier.codes_elsewhere else {}),
        }

    def _made_with(self) -> str:
        """Digest of the program that makes the same papers from this bag alone; "" where it would not."""
        workspace = self.office.workspace
        more = workspace.settings.rehearsal or self.dossier.earlier_year or not has_shipped_notebooks(workspace.root)
        return "" if more or self.from_earlier else program().digest

    def _info(self) -> dict[str, str]:
        branch = self.dossier.branch
        return {
            "Source-Organization": _one_line(branch.unit_name or branch.superior),
            "External-Description": _one_line(f"{branch.name} {self.office.campaign.title}"),
            "External-Identifier": f"{self.dossier.campaign}/{branch.id}",
            "Bag-Software-Agent": SOFTWARE,
            "Orglife-Final": "true" if self.final else "false",
            verifier.HEAD_LABEL: self.head,
        }


def guide_of(branch: Branch, campaign: Campaign, *, live: int, final: bool, head: str) -> str:
    """The text of 说明.txt of a bag with ``live`` items that are not withdrawn."""
    return bag.guide(
        {
            "unit": branch.unit_name or branch.superior,
            "branch": branch.name,
            "campaign": campaign.title,
            "year": str(campaign.year or ""),
            "state": f"已定稿，{live}件。" if final else "未定稿：按现状打包，没有编档号，不能作为正式归档件。",
            "head": head,
        }
    )


def cover(document: Document, dossier: Dossier, campaign: Campaign) -> Bundle:
    """Catalogue or note as a bundle of its own."""
    return Bundle(
        documents=[document],
        title=document.heading,
        branch=dossier.branch.name,
        campaign=campaign.title,
        dated=dossier.as_of.isoformat(),
    )


def pdf(bundle: Bundle, head: str) -> bytes:
    """A final paper as PDF; equal papers with equal heads give equal bytes."""
    from orglife.adapters.print import exporters, typst  # noqa: PLC0415  heavy

    return typst.pdf(bundle.sealed(head), timestamp=exporters.timestamp(bundle))


def sealed_item(place: ItemSlot, data: bytes, campaign: Campaign) -> ArchiveItem:
    """The item of a printed paper, with its page count and digest."""
    facts = verifier.facts_of("paper.pdf", len(data), BytesIO(data))
    return item_of(place, campaign, pages=facts.pages or 0, sha256=facts.sha256)


def sealed_at(history: Iterable[Revision], item: str) -> str:
    """The head that was printed on an item when it was first sealed."""
    head = ""
    for revision in history:
        if revision.type == ArchiveItem.TYPE and revision.record == item:
            return head
        if revision.type != ArchiveItem.TYPE:
            head = revision.hash
    return head


def sha256_of(data: bytes) -> str:
    """The digest of some bytes, in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _line(revision: Revision) -> str:
    """A revision as one line of JSON (line ends inside it are escaped)."""
    return json.dumps(revision.to_json(), ensure_ascii=False, separators=(",", ":")) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
