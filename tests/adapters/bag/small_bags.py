"""A bag of two papers, an attachment and five entries of history, made in memory: tests change it before or after sealing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from orglife.adapters.bag import verifier

BRANCH, CAMPAIGN = "t01", "2024-seed"
SCAN = "data/attachments/s1.jpg"
JPEG = b"\xff\xd8\xff\xe0 a signed sheet \xff\xd9"
PAPERS = ("data/papers/1.pdf", "data/papers/2.pdf")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def pdf(record: object, pages: int = 1, more: bytes = b"") -> bytes:
    """The least PDF that carries a record."""
    packed = zlib.compress(dumped(record))
    body = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n" + b"3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n" * pages + more
    body += b"4 0 obj<</Type/EmbeddedFile>>stream\n" + packed + b"\nendstream endobj\n"
    return body + b"xref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def paper(code: str, head: str, rows: Mapping[str, list[list[str]]] | None = None) -> dict[str, Any]:
    """What one of our papers carries: the archive number and head printed on it, and its tables by their columns."""
    blocks = [
        {"kind": "table", "columns": [{"head": name} for name in columns.split("|")], "rows": held}
        for columns, held in (rows or {}).items()
    ]
    return {"documents": [{"code": code, "head": head, "blocks": blocks}]}


def entry(type_: str, record: str, body: object, version: int = 1, **changes: Any) -> dict[str, Any]:
    """A revision; number, prev and hash are given to it by ``chained``."""
    text = None if body is None else dumped(body).decode()
    return {
        "action": "delete" if body is None else "put",
        "at": "2024-02-01T09:00:00",
        "body": text,
        "branch": BRANCH,
        "campaign": CAMPAIGN,
        "record": record,
        "type": type_,
        "version": version,
        "who": "魏长河",
        **changes,
    }


def rehashed(one: dict[str, Any]) -> dict[str, Any]:
    """A revision with the hash of what it holds."""
    held = {key: value for key, value in one.items() if key != "hash"}
    text = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {**held, "hash": digest(text.encode())}


def chained(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Revisions numbered from 1, each with the hash of the one before."""
    done: list[dict[str, Any]] = []
    for number, one in enumerate(entries, 1):
        done.append(rehashed({**one, "number": number, "prev": done[-1]["hash"] if done else ""}))
    return done


def item(number: int, **changes: Any) -> dict[str, Any]:
    """An archive item as the dossier holds it."""
    return {
        "id": f"i{number}",
        "form": f"F{number}",
        "subject": "",
        "code": f"J001-WS·2024-Y-DZB01-000{number}",
        "year": 2024,
        "retention": "永久",
        "seq": number,
        "title": f"文件{number}",
        "persons": ["魏长河", "祝秋实"],
        "responsible": "测试局机关党支部",
        "date": "2024-02-01",
        "pages": 1,
        "security": None,
        "format": "PDF/A",
        "file": PAPERS[number - 1],
        "sha256": "",
        "withdrawn": False,
        **changes,
    }


def row(one: Mapping[str, Any]) -> dict[str, str]:
    """An archive item as metadata.csv shows it."""
    shown = {
        "security": one["security"] or "内部",
        "persons": "、".join(one["persons"]),
        "withdrawn": "是" if one["withdrawn"] else "",
    }
    return {**{key: str(value) for key, value in one.items()}, **shown, "software": "orglife", "fonds": "J001"}


def metadata_csv(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [key for key, _ in verifier.COLUMNS], restval="", lineterminator="\r\n")
    writer.writerow(dict(verifier.COLUMNS))
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def metadata_xml(rows: list[dict[str, str]]) -> bytes:
    root = ET.Element("items")
    for one in rows:
        shown = ET.SubElement(root, "item")
        for key, _ in verifier.COLUMNS:
            ET.SubElement(shown, "field", name=key).text = one.get(key, "")
    return ET.tostring(root, encoding="utf-8")


def listing(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{value}  {path}\n" for path, value in sorted(digests.items())).encode()


@dataclass
class Draft:
    """What a bag is made of; a test changes a part, and the digests follow.

    Attributes:
        own: Revisions before archiving; those of the items follow.
        items: Archive items.
        papers: Path → what the paper carries; by default its item's number and the head.
        rows: Changes of rows of metadata.csv, by id; ``xml`` of metadata.xml alone.
        dossier: Parts of the dossier that are replaced.
        parts: Payload files that are replaced or added; None = left out.
        listed: Changes of the package's own list; None = left out.
        package: Keys of the package that are replaced.
        info: Lines of bag-info.txt that are replaced.
        catalogue: Rows of the printed catalogue; None = the items.
        noted: Changes of the digests that the note prints.
        head: The head that everything states; "" = that of the history.
    """

    own: list[dict[str, Any]] = field(default_factory=lambda: chained([entry(*one) for one in RECORDS]))
    items: list[dict[str, Any]] = field(default_factory=lambda: [item(1), item(2)])
    papers: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    xml: dict[str, dict[str, str]] = field(default_factory=dict)
    dossier: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, bytes | None] = field(default_factory=dict)
    listed: dict[str, str | None] = field(default_factory=dict)
    package: dict[str, Any] = field(default_factory=dict)
    info: dict[str, str] = field(default_factory=dict)
    catalogue: list[list[str]] | None = None
    noted: dict[str, str] = field(default_factory=dict)
    head: str = ""

    def files(self) -> dict[str, bytes]:
        """Name → bytes of the sealed bag."""
        head = self.head or self.own[-1]["hash"]
        made: dict[str, bytes] = {SCAN: JPEG}
        for one in self.items:
            carried = self.papers.get(one["file"], paper(one["code"], head))
            made[one["file"]] = carried if isinstance(carried, bytes) else pdf(carried)
            one["sha256"] = one["sha256"] or digest(made[one["file"]])
        sealed = [entry("archive_item", one["id"], one) for one in self.items]
        history = [*self.own, *chained([*self.own, *sealed])[len(self.own) :]]
        for place in range(len(self.own), len(history)):
            history[place] = rehashed({**history[place], "prev": history[place - 1]["hash"] if place else ""})
        made[verifier.HISTORY] = b"".join(dumped(one) + b"\n" for one in history)
        records: dict[str, Any] = {}
        for type_, record, body in RECORDS[1:]:
            records.setdefault(type_, []).append({**body, "id": record})
        records["archive_item"] = self.items
        held = {"branch": RECORDS[0][2], "records": records, **self.dossier}
        made[verifier.DOSSIER] = dumped(held)
        made[verifier.EXPLANATIONS] = dumped({"explanations": records["explanation"]})
        made |= dict.fromkeys((verifier.SCHEMA, verifier.FINDINGS), b"{}") | {verifier.CAMPAIGN: b"id = 1\n"}
        rows = [{**row(one), **self.rows.get(one["id"], {})} for one in self.items]
        made[verifier.CSV] = metadata_csv(rows)
        made[verifier.XML] = metadata_xml([{**one, **self.xml.get(one["id"], {})} for one in rows])
        listed = self.catalogue
        if listed is None:
            listed = [["1", one["code"], "", "", one["title"]] for one in self.items]
        made[verifier.CATALOGUE] = pdf(paper("", head, {"序号|档号|责任者|日期|题名": listed}))
        made |= {name: data for name, data in self.parts.items() if data is not None}
        made = {name: data for name, data in made.items() if name not in self.parts or self.parts[name] is not None}
        printed = {name: digest(made[name]) for name in verifier.OWN_PARTS if name in made} | self.noted
        note = {"文件|校验值（SHA-256）": [[name.removeprefix("data/"), value] for name, value in printed.items()]}
        made.setdefault(verifier.NOTE, pdf(paper("", head, note)))
        if verifier.NOTE in self.parts and self.parts[verifier.NOTE] is None:
            del made[verifier.NOTE]
        return self._sealed(made, head)

    def _sealed(self, made: dict[str, bytes], head: str) -> dict[str, bytes]:
        tags = {verifier.GUIDE: b"guide\n", verifier.VERIFIER: b"pass\n", verifier.REPORT: b"report\n"}
        listed = {name: digest(data) for name, data in (made | tags).items() if name != verifier.REPORT} | self.listed
        stated = {verifier.HEAD_LABEL: head, "Source-Organization": "测试局"}
        package = {
            "final": True,
            "branch": BRANCH,
            "campaign": CAMPAIGN,
            "head": {"number": len(self.own), "hash": head},
            "parts": {name: value for name, value in listed.items() if value is not None},
            "attachments": [{"id": "s1", "file": SCAN, "sha256": digest(JPEG)}],
            "info": stated,
            **self.package,
        }
        made = {**made, verifier.PACKAGE: dumped(package)}
        info = {
            **stated,
            verifier.PACKAGE_LABEL: digest(made[verifier.PACKAGE]),
            verifier.REPORT_LABEL: digest(tags[verifier.REPORT]),
            "Payload-Oxum": f"{sum(map(len, made.values()))}.{len(made)}",
            **self.info,
        }
        tags |= {
            "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": "".join(f"{key}: {value}\n" for key, value in info.items()).encode(),
            "manifest-sha256.txt": listing({name: digest(data) for name, data in made.items()}),
        }
        return {**made, **tags, verifier.TAGMANIFEST: listing({name: digest(data) for name, data in tags.items()})}


RECORDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("branch", BRANCH, {"id": BRANCH, "name": "测试局机关党支部"}),
    ("member", "m1", {"id": "m1", "name": "魏长河"}),
    ("attachment", "s1", {"id": "s1", "file": SCAN, "sha256": digest(JPEG)}),
    ("explanation", "e1", {"id": "e1", "text": "因病"}),
    ("redo_order", "r1", {"id": "r1", "text": "重做"}),
)
