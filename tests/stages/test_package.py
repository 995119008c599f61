"""ARCH-05..07 over a listing: each fires, and is silent just inside the boundary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orglife.core.rule.finding import Finding
from orglife.stages import ALL_RULES, PACKAGE_RULES
from orglife.stages.archive.package import BagListing, PayloadFile, run_package
from orglife.stages.archive.record import ArchiveItem
from tests import branch as b

ITEM = ArchiveItem.model_validate(
    {"id": "a1", "title": "工作方案", "file": "data/papers/D30-0001_F1.pdf", "sha256": "ab" * 32}
)
PAPER = PayloadFile(ITEM.file, "ab" * 32, "pdf", pages=2)
PART = PayloadFile("data/dossier.json", "cd" * 32, "json")


def found(*files: PayloadFile, item: ArchiveItem = ITEM, **override: object) -> dict[str, list[str]]:
    listing = BagListing((item,), {f.path: f for f in files})
    campaign = b.campaign(override=override) if override else b.campaign()
    shown: dict[str, list[str]] = {}
    for finding in findings(listing, campaign):
        shown.setdefault(finding.rule, []).append(finding.message)
    return shown


def findings(listing: BagListing, campaign: object = None) -> list[Finding]:
    used = campaign or b.campaign()
    return run_package(PACKAGE_RULES, listing, used, regulations=b.regulations(), strict=True)  # type: ignore[arg-type]


def test_a_good_package_is_silent() -> None:
    assert found(PAPER, PART) == {}


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (replace(PAPER, sha256="ac" * 32), {"ARCH-05": ["《工作方案》与封存时不一致。"]}),
        (replace(PAPER, format="docx"), {"ARCH-06": ["《工作方案》格式为docx，不便长期保存。"]}),
        (replace(PAPER, opens=False), {"ARCH-06": ["《工作方案》格式为pdf，打不开。"]}),
        (replace(PAPER, pages=0), {"ARCH-06": ["《工作方案》格式为pdf，没有一页内容。"]}),
        (replace(PAPER, pages=1), {}),
        (replace(PAPER, hits=("脚本",)), {"ARCH-07": ["归档中有不应归档的内容：工作方案（脚本）。"]}),
    ],
)
def test_a_paper(stored: PayloadFile, expected: dict[str, list[str]]) -> None:
    assert found(stored, PART) == expected


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (PayloadFile("data/attachments/a.tif", "", "tiff"), {}),
        (
            PayloadFile("data/attachments/a.bmp", "", "bmp"),
            {"ARCH-06": ["《data/attachments/a.bmp》格式为bmp，不便长期保存。"]},
        ),
        (
            PayloadFile("data/x.txt", "", "txt", known=False),
            {"ARCH-07": ["归档中有不应归档的内容：data/x.txt（与归档无关的文件）。"]},
        ),
        (
            PayloadFile("data/x.txt", "", "txt", known=False, hits=("绝对路径",)),
            {"ARCH-07": ["归档中有不应归档的内容：data/x.txt（与归档无关的文件、绝对路径）。"]},
        ),
    ],
)
def test_another_file(stored: PayloadFile, expected: dict[str, list[str]]) -> None:
    assert found(PAPER, stored) == expected


def test_a_missing_file() -> None:
    assert found(PART) == {"ARCH-05": ["《工作方案》与封存时不一致。"]}
    assert found(PART, item=ITEM.model_copy(update={"withdrawn": True})) == {}, "it lies in its old package"


def test_the_campaign_decides_what_lasts() -> None:
    assert found(PAPER, **{"ARCH-06": {"params": {"allowed": ["ofd"]}}}).keys() == {"ARCH-06"}


def test_findings_name_the_item_and_the_clause() -> None:
    (finding,) = findings(BagListing((ITEM,), {}))
    assert [(s.type, s.id, s.label) for s in finding.subjects] == [("archive_item", "a1", "工作方案")]
    assert (finding.severity, finding.due, finding.explained) == ("error", True, None)
    assert "DA/T 70" in finding.clause.words


def test_they_stand_among_all_rules() -> None:
    ids = [rule.id for rule in ALL_RULES]
    assert {"ARCH-05", "ARCH-06", "ARCH-07"} <= set(ids)
    assert len(set(ids)) == len(ids)
