"""Verify bags, packages, backups and stores.

A verifier is a function from a path to a verdict, or to None if the path is not of its kind: ``verify_bag``, then ``KINDS``.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from orglife.adapters.bag import verifier
from orglife.adapters.bag.bag import PARTIAL, REPORT_HEAD, verifier_text
from orglife.adapters.disk import files, zips
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import SETTINGS
from orglife.adapters.store.store import Store
from orglife.archive.contents import guide_of
from orglife.archive.verdict import Verdict, broken
from orglife.batch.task import program
from orglife.core.errors import BadInput, NoSuchFile, NothingToVerify, OrglifeError, UnreadableFile
from orglife.core.record.branch import Branch
from orglife.core.record.record import Record
from orglife.core.rule.campaign import Campaign, parse_campaign
from orglife.core.rule.finding import Finding
from orglife.exchange import packages
from orglife.keeping import backups
from orglife.office.workspace_store import open_store
from orglife.stages import PACKAGE_RULES
from orglife.stages.archive.package import BagListing, PayloadFile, run_package
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import BY_TYPE

FORMAT = "orglife-verify/1"
MAGIC = b"SQLite format 3\0"
ARCHIVE = "archive"
MEMORY = "核验记录.csv"
"""The file in a folder of bags that says when each was last found whole (``archive/fixity.py``)."""
_SHOWN = 5


Kind = Callable[[Path, str], Verdict | None]
"""Verifies a path of one kind, with a witness; None = it is of another kind."""


def verify(path: Path, witness: str = "", *, papers: bool = False) -> Verdict:
    """Verify a path of any kind.

    Args:
        path: A bag (folder or zip), a package, a backup, a store or a workspace.
        witness: A head that somebody else recorded; the history must contain it.
        papers: Set a bag's papers anew from its data and compare them; takes some seconds.

    Raises:
        NoSuchFile: nothing is there.
        UnreadableFile: there is no right to read the file.
        NothingToVerify: it is of no kind that can be verified.
    """
    if not os.path.lexists(path):
        raise NoSuchFile(path=str(path))
    files.require_ordinary(path)
    if not path.is_dir():
        _begin(path, 0)
    kinds: tuple[Kind, ...] = (partial(verify_bag, papers=papers), *KINDS)
    for kind in kinds:
        result = kind(path, witness)
        if result is not None:
            return result
    raise NothingToVerify(path=str(path))


# --- bags ------------------------------------------------------------------------------------------------------------


def verify_bag(path: Path, witness: str, *, papers: bool = False) -> Verdict | None:
    """A bag in a folder or a zip file; with ``papers`` these are set anew and compared."""
    if not path.is_dir() and not zipfile.is_zipfile(path):
        return None
    try:
        bag = verifier.Bag(str(path), witness)
    except verifier.NotABag:
        return None
    except (zipfile.BadZipFile, OSError):
        return broken(path, "package")
    lines = tuple(bag.lines())
    if bag.ours:
        lines += tuple(_against_program(bag, lines))
        if papers:
            from orglife.archive import setting_anew  # noqa: PLC0415  loads the notebooks' engine

            lines += (setting_anew.compare(bag, jobs=1),)
    findings = _findings(bag) if bag.ours else ()
    about = {
        "branch": bag.package.get("branch"),
        "campaign": bag.package.get("campaign"),
        "final": bag.package.get("final"),
        "head": bag.info.get(verifier.HEAD_LABEL),
    }
    if not bag.ours:
        return Verdict(path, "bag", lines, findings)
    history = [one for one in bag.history if one is not None]
    last = str(history[-1].get("hash", "")) if history else ""
    items = frozenset(row.get("id", "") for row in bag.items if row.get("withdrawn") != "是")
    return Verdict(path, "bag", lines, findings, about, last, items, bag.seal())


def _against_program(bag: verifier.Bag, lines: Sequence[verifier.Line]) -> Iterator[verifier.Line]:
    """Compare verify.py and the report in a bag with the program's own; what agrees is not listed."""
    title = "verify.py、说明、检测报告与这里的一致"
    if bag.read(verifier.VERIFIER) != verifier_text().encode():
        ours = bag.package.get("made_with") == program().digest
        what = "被换过" if ours else "与这里的不同，是别的版本或被换过"
        problem = verifier.Problem(
            verifier.VERIFIER, "changed" if ours else "remark", f"{what}；请不要运行它，用组织生活会工作簿核验"
        )
        yield verifier.Line("真实性", title, (problem,))
        return
    lines = [line._replace(problems=_of_the_bag(line)) for line in lines]
    sound = not any(line.faults for line in lines)
    if sound and bag.read(verifier.REPORT) != (REPORT_HEAD + verifier.report(list(lines))).encode():
        what = "与重新检测的结果不同，被改动过"
        yield verifier.Line("真实性", title, (verifier.Problem(verifier.REPORT, "changed", what),))
    if sound and bag.read(verifier.GUIDE) != _guide(bag).encode():
        what = "与按包里数据重新写出的不同，被改动过"
        yield verifier.Line("真实性", title, (verifier.Problem(verifier.GUIDE, "changed", what),))


def _of_the_bag(line: verifier.Line) -> tuple[verifier.Problem, ...]:
    """A line's problems without those about the witness, which the report in a bag does not know."""
    return tuple(each for each in line.problems if not each.text.startswith(verifier.WITNESS_REACHES))


def _guide(bag: verifier.Bag) -> str:
    """说明.txt as this program writes it for a bag without faults."""
    branch = Branch.model_validate(json.loads(bag.read(verifier.DOSSIER))["branch"])
    live = sum(row.get("withdrawn") != "是" for row in bag.items)
    head = str(bag.package["head"]["hash"])
    return guide_of(branch, campaign_of(bag), live=live, final=bag.final, head=head)


def _findings(bag: verifier.Bag) -> tuple[Finding, ...]:
    """Findings of the package rules over a bag's payload, with the bag's own campaign if it can be read."""
    return tuple(run_package(PACKAGE_RULES, listing_of(bag), campaign_of(bag), regulations=ws.regulations()))


def campaign_of(bag: verifier.Bag) -> Campaign:
    """The campaign in a bag; a blank one if it cannot be read."""
    try:
        return parse_campaign(bag.read(verifier.CAMPAIGN).decode("utf-8", "replace"), name=verifier.CAMPAIGN)
    except BadInput:
        return Campaign(id="unknown")


def listing_of(bag: verifier.Bag) -> BagListing:
    """A bag's items and payload files, as input of the package rules."""
    known = bag.known()
    files = {
        facts.path: PayloadFile(
            facts.path, facts.sha256, facts.format, facts.opens, facts.pages, facts.hits, known=facts.path in known
        )
        for facts in map(bag.facts, bag.payload)
    }
    files |= {
        path: PayloadFile(path, "", "链接", opens=False, hits=("链接或特殊文件",), known=path in known)
        for path in bag.source.links
        if path.startswith("data/")
    }
    items = [item for row in bag.items if (item := _item(row)) is not None]
    return BagListing(tuple(items), files)


def _item(row: Mapping[str, str]) -> ArchiveItem | None:
    """A row of the metadata as an item; None if it is too damaged."""
    raw: dict[str, Any] = {
        key: row.get(key, "") for key in ("id", "title", "file", "sha256", "form", "subject", "code")
    }
    try:
        item: Record = ArchiveItem.model_validate({**raw, "withdrawn": row.get("withdrawn") == "是"})
    except ValueError:
        return None
    return item if isinstance(item, ArchiveItem) else None


# --- packages --------------------------------------------------------------------------------------------------------


def verify_package(path: Path, witness: str) -> Verdict | None:
    """A branch's package: every part against the list, the history against its stated end and the witness."""
    if path.is_dir() or not (zipfile.is_zipfile(path) or path.suffix.lower() == ".zip"):
        return None
    try:
        with zipfile.ZipFile(path) as opened:
            names = set(opened.namelist())
    except zips.DAMAGE:
        return broken(path, "package")
    if not names & packages.PARTS:
        return None  # some other zip
    problems = tuple(verifier.Problem(*fault) for fault in packages.faults(path, witness.lower()))
    return Verdict(path, "package", (verifier.Line("真实性", "内容与清单、修改历史一致", problems),))


# --- backups ---------------------------------------------------------------------------------------------------------


def verify_backup(path: Path, witness: str) -> Verdict | None:
    """A backup: every part against its manifest, the history in its store, and the witness in that history."""
    if path.is_dir() or not backups.is_backup(path):
        return None
    try:
        with backups.open_backup(path) as store:
            problems = [*_unless_held(store, witness)]
    except OrglifeError as error:
        problems = [verifier.Problem("", "changed", str(error).rstrip("。"))]
    return Verdict(path, "backup", (verifier.Line("真实性", "内容与清单相符，历史逐条相接", tuple(problems)),))


# --- stores and workspaces -------------------------------------------------------------------------------------------


def verify_store(path: Path, witness: str) -> Verdict | None:
    """A store: every revision of every chain, the witness, and in a workspace also its bags."""
    bags: tuple[Verdict, ...] = ()
    more: list[verifier.Line] = []
    try:
        folder = path if path.is_dir() and (path / SETTINGS).is_file() else None
        if folder is None and not _is_store(path):
            return None
        if folder is not None:
            bags, others = archived(folder)
            more.append(verifier.Line("完整性", "归档文件夹里都是完整的归档包", tuple(others)))
        with open_store(folder, readonly=True) if folder else Store.open(path, create=False, readonly=True) as store:
            name = store.short_name
            problems = [verifier.Problem(name, _kind(text), text.rstrip("。")) for text in store.verify(labels())]
            if not problems and (backs := tuple(_clock_backs(store))):
                more.append(verifier.Line("真实性", "录入时间一条比一条晚", backs))
            if not problems:  # else the history cannot be read
                problems += _unless_held(
                    store, "" if witness.strip().lower() in {bag.seal for bag in bags} else witness
                )
                if folder is not None:
                    more.append(
                        verifier.Line("真实性", "归档包与数据文件的历史相符", tuple(_against(store, bags, folder)))
                    )
    except OrglifeError as error:
        problems = [verifier.Problem("", "changed", str(error).rstrip("。"))]
    lines = (verifier.Line("真实性", "历史逐条相接，没有改动、缺漏、颠倒", tuple(problems)), *more)
    return Verdict(path, "store", lines, bags=bags)


def _kind(text: str) -> str:
    """The kind of problem that a sentence about a store reports."""
    words = {"缺第": "missing", "实有": "missing", "顺序颠倒": "order"}
    return next((kind for word, kind in words.items() if word in text), "changed")


def archived(root: Path) -> tuple[tuple[Verdict, ...], list[verifier.Problem]]:
    """Verdicts on the bags in a workspace's archive folder, earlier campaigns included; and other things that lie there."""
    bags, others = [], []
    for path in _in_archive(root / ARCHIVE):
        name = path.relative_to(root).as_posix()
        if path.name == MEMORY:
            continue
        if path.name.startswith(PARTIAL):  # its history may not be saved yet
            if path.is_dir():
                others.append(verifier.Problem(name, "remark", "没有做完的归档包，下次归档时自动删去"))
            continue
        result = verify_bag(path, "") or verify_package(path, "")
        if result is not None:
            bags.append(result)
        elif path.is_dir() and {"data", *verifier.OWN_TAGS} & {p.name for p in path.iterdir()}:
            others.append(verifier.Problem(name, "missing", "归档包的校验清单都不在了，无从核验"))
        else:
            others.append(verifier.Problem(name, "remark", "不是归档包，没有核验"))
    return tuple(bags), others


def _in_archive(folder: Path) -> Iterator[Path]:
    """What lies in an archive folder; an earlier campaign's bags lie one folder deeper."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir() and path.name.startswith("_"):
            yield from _in_archive(path)
        else:
            yield path


def _against(store: Store, bags: Iterable[Verdict], root: Path) -> Iterator[verifier.Problem]:
    """Compare store and bags: each bag's history must be the beginning of the store's, and each item must lie in a bag."""
    archived_files: dict[tuple[str, str], frozenset[str]] = {}
    for bag in bags:
        chain = str(bag.about.get("campaign")), str(bag.about.get("branch"))
        archived_files[chain] = archived_files.get(chain, frozenset()) | bag.items
        if bag.last and bag.last not in {one.hash for one in store.history(*chain)}:
            name = bag.path.relative_to(root).as_posix()
            yield verifier.Problem(name, "changed", "数据文件里没有打包时的历史，整段历史可能被改写或截短")
    absent: dict[str, int] = {}
    for campaign in store.campaigns():
        for branch in store.branches(campaign):
            items = store.current(campaign, branch).records.get(ArchiveItem.TYPE, ())
            live = {row.id for row in items if not row.body.get("withdrawn")} - archived_files.get(
                (campaign, branch), frozenset()
            )
            if live:
                absent[branch] = absent.get(branch, 0) + len(live)
    if absent:
        names = "、".join([*list(absent)[:_SHOWN], *(["……"] if len(absent) > _SHOWN else [])])
        what = f"有{sum(absent.values())}件归档件（{names}），装着它们的归档包不在这里；放在别处的，请另外核验"
        yield verifier.Problem(ARCHIVE, "remark", what)


def _is_store(path: Path) -> bool:
    return not path.is_dir() and (_begin(path, len(MAGIC)) == MAGIC or path.suffix == ".db")


def _begin(path: Path, size: int) -> bytes:
    """The first bytes of a file."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise UnreadableFile(path=str(path), what=files.why(error)) from error


def _clock_backs(store: Store) -> Iterator[verifier.Problem]:
    """Remarks on times of entry that are earlier than the one before; the order of the entries does not rest on them."""
    for campaign in store.campaigns():
        for branch, numbers in store.clock_backs(campaign).items():
            places = "、".join(f"第{number}条" for number in numbers[:_SHOWN]) + ("……" if len(numbers) > _SHOWN else "")
            what = f"{campaign}/{branch}的{places}时间比前一条早，电脑的时钟那时往回走过，先后以条数为准"
            yield verifier.Problem(store.name, "remark", what)


def _unless_held(store: Store, witness: str) -> Iterator[verifier.Problem]:
    """The problem if the history lacks a head that somebody else recorded."""
    head = witness.strip().lower()
    chains = ((campaign, branch) for campaign in store.campaigns() for branch in store.branches(campaign))
    if head and all(revision.hash != head for chain in chains for revision in store.history(*chain)):
        yield verifier.Problem(store.short_name, "changed", "历史里没有您提供的校验值，整段历史可能被改写或截短")


def labels() -> dict[str, str]:
    """Record type → Chinese name."""
    return {name: kind.LABEL for name, kind in BY_TYPE.items()} | {"branch": "党支部", "witness": "留存的校验值"}


KINDS: tuple[Kind, ...] = (verify_backup, verify_package, verify_store)
