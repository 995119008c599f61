"""Rules over an archive package: its files compared with its catalogue.

They read a listing, never the disk. ``@over_package`` marks their conditions, as ``@over_all_branches`` marks the
bureau's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding, Subject, crash_finding, make_finding
from orglife.core.rule.rule import Condition, Regulation, Rule, Severity, Spot, rule, spot
from orglife.stages.archive.record import ArchiveItem


@dataclass(frozen=True)
class PayloadFile:
    """A payload file and what was found in it.

    Attributes:
        path: Path inside the package.
        sha256: SHA-256 of its bytes.
        format: pdf, json …, by content and suffix.
        opens: Whether the file can be opened.
        pages: Number of pages; None if not counted.
        hits: Contents that must not be archived, in Chinese: scripts, links, absolute paths …
        known: Whether it is an item, a catalogued attachment, or one of the package's own named parts.
    """

    path: str
    sha256: str
    format: str
    opens: bool = True
    pages: int | None = None
    hits: tuple[str, ...] = ()
    known: bool = True


@dataclass(frozen=True)
class BagListing:
    """A package's items, and its payload files by path."""

    items: tuple[ArchiveItem, ...]
    files: Mapping[str, PayloadFile] = field(default_factory=dict)

    def title(self, path: str) -> str:
        """The display name of a file: its item's title, or else its path."""
        return next((item.title for item in self.items if item.file == path and item.title), path)


@dataclass(frozen=True)
class PackageCase:
    """Input of a rule over a package."""

    listing: BagListing
    campaign: Campaign
    params: Mapping[str, Any]
    rule: Rule


PackageCondition = Callable[[PackageCase], Iterable[tuple[str, Spot]]]
"""Yields pairs (path of the file, spot)."""


def over_package(condition: PackageCondition) -> Condition:
    """Let ``@rule`` accept a condition over a package; only ``run_package`` can run such a rule."""
    return cast("Condition", condition)


def run_package(
    rules: Iterable[Rule],
    listing: BagListing,
    campaign: Campaign,
    *,
    regulations: Mapping[str, Regulation],
    strict: bool = False,
) -> list[Finding]:
    """Run rules over a package. Findings are about items, or about files without an item, and are never explained."""
    findings: list[Finding] = []
    for each in rules:
        if not each.is_on(campaign):
            continue
        params = each.changed(campaign, None).params
        condition = cast("PackageCondition", each.condition)
        try:
            for path, place in condition(PackageCase(listing, campaign, params, each)):
                subject = _subject(listing, path)
                findings.append(make_finding(each, place, (subject,), campaign, regulations, (each.checkpoint,)))
        except Exception as error:
            if strict:
                raise
            findings.append(crash_finding(each, campaign, regulations, error))
    return findings


def _subject(listing: BagListing, path: str) -> Subject:
    item = next((item for item in listing.items if item.file == path), None)
    return Subject(ArchiveItem.TYPE, item.id, item.title) if item else Subject("file", path, path)


@rule(
    "ARCH-05",
    severity=Severity.ERROR,
    title="封存后内容被改动",
    message="《{title}》与封存时不一致。",
    fix="请换回另存的那一份归档包；确需更正的，改好以后到“定稿与归档”页再归档一次，并写明原因。",
    checkpoint="archive",
    stage="archive",
    kind="wrong",
    per="item",
    general="dat70-authentic",
)
@over_package
def changed_after_sealing(case: PackageCase) -> Iterator[tuple[str, Spot]]:
    """An item's file is missing or changed since sealing; a withdrawn item's file is in an older package."""
    for item in case.listing.items:
        stored = case.listing.files.get(item.file)
        if not item.withdrawn and (stored is None or stored.sha256 != item.sha256):
            yield item.file, spot(field="sha256", title=item.title or item.file)


@rule(
    "ARCH-06",
    severity=Severity.WARNING,
    title="归档格式不便长期保存",
    message="《{title}》格式为{format}，{why}。",
    fix="请把原件另存为PDF，重新附上，再到“定稿与归档”页点一次“归档”。",
    checkpoint="archive",
    stage="archive",
    kind="wrong",
    per="item",
    general="dat70-usable",
    params={"allowed": ["pdf", "ofd", "html", "json", "xml", "csv", "tiff", "jpeg", "png", "toml", "txt"]},
)
@over_package
def unfit_for_storage(case: PackageCase) -> Iterator[tuple[str, Spot]]:
    """A file has a format unfit for long storage, cannot be opened, or is a paper without pages."""
    papers = {item.file for item in case.listing.items}
    for path, stored in sorted(case.listing.files.items()):
        reason = ""
        if stored.format not in case.params["allowed"]:
            reason = "不便长期保存"
        elif not stored.opens:
            reason = "打不开"
        elif path in papers and not stored.pages:
            reason = "没有一页内容"
        if reason:
            yield path, spot(field="format", title=case.listing.title(path), format=stored.format, why=reason)


@rule(
    "ARCH-07",
    severity=Severity.WARNING,
    title="归档包含无关文件、路径或活动内容",
    message="归档中有不应归档的内容：{hits}。",
    fix="是附件的，请在“工作方案”页的“附件”里移除，换成扫描件，再点一次“归档”；不是的，请联系管理员。",
    checkpoint="archive",
    stage="archive",
    kind="wrong",
    per="item",
    general="dat70-safe",
)
@over_package
def foreign_content(case: PackageCase) -> Iterator[tuple[str, Spot]]:
    """A file is unknown to the package, or contains a program, script, external link or absolute path.

    The package's own verifier and the names of XML vocabularies are allowed.
    """
    for path, stored in sorted(case.listing.files.items()):
        hits = [*(() if stored.known else ("与归档无关的文件",)), *stored.hits]
        if hits:
            yield path, spot(hits=f"{case.listing.title(path)}（{'、'.join(hits)}）")


PACKAGE_RULES: tuple[Rule, ...] = (changed_after_sealing, unfit_for_storage, foreign_content)
