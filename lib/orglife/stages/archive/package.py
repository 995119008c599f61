"""Rules over an archive package: what its files are, compared with what the catalogue says of them.

They see a listing, never a disk. ``@over_package`` marks their conditions, as ``@over_all_branches`` marks the bureau's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding, Subject, crashed, message_of
from orglife.core.rule.rule import Condition, Regulation, Rule, Severity, Spot, rule, spot
from orglife.stages.archive.record import ArchiveItem


@dataclass(frozen=True)
class PayloadFile:
    """A payload file as it is.

    Attributes:
        path: Inside the package.
        sha256: Of its bytes.
        format: pdf, json … by its content and ending.
        opens: Whether it can be opened.
        pages: How many it has; None where nobody counts.
        hits: What should not be archived with it, in Chinese: scripts, links, absolute paths …
        known: It is an item, an attachment of the catalogue, or one of the package's own named parts.
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
    """A package's items and its payload files by path."""

    items: tuple[ArchiveItem, ...]
    files: Mapping[str, PayloadFile] = field(default_factory=dict)

    def title(self, path: str) -> str:
        """A file as a person knows it: its item's title, else its path."""
        return next((item.title for item in self.items if item.file == path and item.title), path)


@dataclass(frozen=True)
class PackageCase:
    """What a rule over a package looks at."""

    listing: BagListing
    campaign: Campaign
    params: Mapping[str, Any]
    rule: Rule


PackageCondition = Callable[[PackageCase], Iterable[tuple[str, Spot]]]
"""Yields (path of the file, spot)."""


def over_package(condition: PackageCondition) -> Condition:
    """Let ``@rule`` declare a condition over a package; only ``run_package`` runs such a rule."""
    return cast("Condition", condition)


def run_package(
    rules: Iterable[Rule],
    listing: BagListing,
    campaign: Campaign,
    *,
    regulations: Mapping[str, Regulation],
    strict: bool = False,
) -> list[Finding]:
    """Run rules over a package; findings are about items, or about files that are none, and are never explained."""
    found: list[Finding] = []
    for each in rules:
        if not each.is_on(campaign):
            continue
        params = each.changed(campaign, None).params
        condition = cast("PackageCondition", each.condition)
        try:
            for path, place in condition(PackageCase(listing, campaign, params, each)):
                subject = _subject(listing, path)
                found.append(message_of(each, place, (subject,), campaign, regulations, (each.checkpoint,)))
        except Exception:
            if strict:
                raise
            found.append(crashed(each, campaign, regulations))
    return found


def _subject(listing: BagListing, path: str) -> Subject:
    item = next((item for item in listing.items if item.file == path), None)
    return Subject(ArchiveItem.TYPE, item.id, item.title) if item else Subject("file", path, path)


@rule(
    "ARCH-05",
    severity=Severity.ERROR,
    title="封存后内容被改动",
    message="《{title}》与封存时不一致。",
    fix="请恢复原件；确需更正的，另存新版本并写明原因。",
    checkpoint="archive",
    stage="archive",
    kind="wrong",
    per="item",
    general="dat70-authentic",
)
@over_package
def changed_after_sealing(case: PackageCase) -> Iterator[tuple[str, Spot]]:
    """An item's file is gone, or is not what it was when it was sealed. A withdrawn item's file stays in its old package."""
    for item in case.listing.items:
        there = case.listing.files.get(item.file)
        if not item.withdrawn and (there is None or there.sha256 != item.sha256):
            yield item.file, spot(field="sha256", title=item.title or item.file)


@rule(
    "ARCH-06",
    severity=Severity.WARNING,
    title="归档格式不便长期保存",
    message="《{title}》格式为{format}，{why}。",
    fix="请输出为PDF/A或OFD后归档。",
    checkpoint="archive",
    stage="archive",
    kind="wrong",
    per="item",
    general="dat70-usable",
    params={"allowed": ["pdf", "ofd", "html", "json", "xml", "csv", "tiff", "jpeg", "png", "toml", "txt"]},
)
@over_package
def will_not_last(case: PackageCase) -> Iterator[tuple[str, Spot]]:
    """A file is of a format that is not kept for long, cannot be opened, or is a paper without a page."""
    papers = {item.file for item in case.listing.items}
    for path, stored in sorted(case.listing.files.items()):
        why = ""
        if stored.format not in case.params["allowed"]:
            why = "不便长期保存"
        elif not stored.opens:
            why = "打不开"
        elif path in papers and not stored.pages:
            why = "没有一页内容"
        if why:
            yield path, spot(field="format", title=case.listing.title(path), format=stored.format, why=why)


@rule(
    "ARCH-07",
    severity=Severity.WARNING,
    title="归档包含无关文件、路径或活动内容",
    message="归档中有不应归档的内容：{hits}。",
    fix="请清除后重新打包。",
    checkpoint="archive",
    stage="archive",
    kind="wrong",
    per="item",
    general="dat70-safe",
)
@over_package
def does_not_belong(case: PackageCase) -> Iterator[tuple[str, Spot]]:
    """A file is neither catalogued nor a part of the package, or holds a program, a script, a link out, an absolute path.

    The package's own verifier and the names of XML vocabularies are no such thing.
    """
    for path, stored in sorted(case.listing.files.items()):
        hits = [*(() if stored.known else ("与归档无关的文件",)), *stored.hits]
        if hits:
            yield path, spot(hits=f"{case.listing.title(path)}（{'、'.join(hits)}）")


PACKAGE_RULES: tuple[Rule, ...] = (changed_after_sealing, will_not_last, does_not_belong)
