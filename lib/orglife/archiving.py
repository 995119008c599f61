"""Archiving: a branch's final papers with everything that explains them, in one bag that needs nobody's program.

The papers are made first, then the items are numbered and kept in the history, and the bag is built inside that same
transaction: there is no number without a bag that could be made, and no bag with a number that the store does not know.
"""

from __future__ import annotations

import pickle  # between processes of one program and user
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import Any

from orglife import leaving, singles
from orglife.adapters import attached, bag, processes, zygote
from orglife.adapters.pools import Forks, Pool, Processes, used
from orglife.adapters.store import Change
from orglife.adapters.threads import ahead
from orglife.core.dossier import Dossier, sort_records
from orglife.core.errors import (
    ArchiverLost,
    AttachmentLost,
    NotArchived,
    NotFinal,
    OrglifeError,
    ProgramFailed,
    StoreBusy,
)
from orglife.office import Office
from orglife.packing import CHECKPOINT, Kept, Package, pdf, sealed_at, sealed_item, sha256_of
from orglife.stages.archive.items import (
    Paper,
    Place,
    cannot_number,
    new_places,
    paper_of,
    says,
    unnumbered_places,
    with_code,
)
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.archive.rules import RETENTION
from orglife.stages.plan.record import Attachment

_SECONDS = 3600  # how long a branch may take: a bag of hundreds of scans on a slow stick


@dataclass(frozen=True)
class Order:
    """What is to be archived, and where to. It travels to workers.

    Attributes:
        root: The workspace's folder, absolute.
        as_is: Unfinished branches are taken as they are.
        out: Takes the place of the workspace's archive folder.
        jobs: How many branches at a time.
        token: Names the unfinished bags of this run.
    """

    root: Path
    as_is: bool = False
    out: Path | None = None
    jobs: int = 1
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def target(self) -> Path:
        """The folder that holds the bags."""
        return self.out or self.root / "archive"

    def part(self, branch: str) -> Path:
        """Where a branch's bag lies until it is complete."""
        return self.target / f"{bag.PARTIAL}{self.token}-{branch}"


@dataclass(frozen=True)
class Outcome:
    """What became of a branch, in Chinese sentences."""

    good: bool
    sentences: tuple[str, ...]


def archive(office: Office, order: Order, branches: Sequence[str], say: Callable[[str], None]) -> bool:
    """Make a bag for each branch; one branch's failure stays its own.

    Args:
        office: The open workspace.
        order: Where to, how many at a time, and whether unfinished branches are taken as they are.
        branches: Their ids.
        say: Tells the person at the keyboard what became of each, in the order of ``branches``.

    Returns:
        Whether every branch has its bag; who has none has been told.

    Raises:
        InsideABag: no bag may stand there. Nothing is made.
    """
    bag.require_place(order.target)
    order = replace(order, jobs=max(1, min(order.jobs, len(branches))))
    good = True
    for outcome in _at_once(office, order, branches) if order.jobs > 1 else (_one(office, order, b) for b in branches):
        good &= outcome.good
        for sentence in outcome.sentences:
            say(sentence)
    return good


def _one(office: Office, order: Order, branch: str) -> Outcome:
    try:
        one = _Archiving(office, order, branch)
        return Outcome(True, (one.run(), leaving.told(one.dossier, order.target, also="改过、删过的内容和签字扫描件")))
    except OrglifeError as error:
        return _failed(office, branch, error.sentences)
    except Exception as error:  # noqa: BLE001  one branch's trouble must not end the others
        return _failed(office, branch, [str(ProgramFailed(kind=type(error).__name__))])


def _failed(office: Office | None, branch: str, sentences: Iterable[str]) -> Outcome:
    """A branch without a bag: every sentence says whose it is."""
    name = branch
    if office is not None:
        with suppress(OrglifeError):
            name = office.branch_name(branch)
    told = (s if name in s or branch in s else str(NotArchived(branch=name, what=s.rstrip("。"))) for s in sentences)
    return Outcome(False, tuple(told))


# --- several at a time -----------------------------------------------------------------------------------------------


def _at_once(office: Office, order: Order, branches: Sequence[str]) -> Iterator[Outcome]:
    """What became of each branch, in their order; no more than ``order.jobs`` are out at a time."""
    forks = processes.FORKS_WELL
    done: dict[str, Outcome] = {}
    waiting: dict[Future[Outcome], str] = {}
    todo, told = deque(branches), 0
    with used(Forks(order.jobs) if forks else Processes(order.jobs)) as pool:
        while todo or waiting:
            while todo and len(waiting) < order.jobs:
                branch = todo.popleft()
                waiting[pool.executor.submit(_in_a_child if forks else in_worker, order, branch)] = branch
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                branch = waiting.pop(future)
                done[branch] = _result(office, order, future, pool, branch)
            while told < len(branches) and branches[told] in done:
                yield done[branches[told]]
                told += 1


def _result(office: Office, order: Order, future: Future[Outcome], pool: Pool, branch: str) -> Outcome:
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001  as in _one
        lost = isinstance(error, ArchiverLost) or pool.lost(error)
        told = ArchiverLost() if lost else ProgramFailed(kind=type(error).__name__)
        rmtree(order.part(branch), ignore_errors=True)
        return _failed(office, branch, [str(told)])


def _in_a_child(order: Order, branch: str) -> Outcome:
    """In a process that is this branch's only; its unfinished bag is removed, however it ends."""
    with zygote.borrowed(f"{__name__}:warm") as mine:
        try:
            back = mine.call(
                f"{__name__}:in_child",
                pickle.dumps((order, branch)),
                seconds=_SECONDS,
                sweep=order.part(branch),
                told=lambda _: None,
            )
        except (zygote.ChildLost, EOFError) as error:
            raise ArchiverLost from error
    found: Outcome = pickle.loads(back)  # noqa: S301  from our own child
    return found


def in_child(payload: bytes, _tell: zygote.Tell) -> bytes:
    """A branch in a child of its own (a zygote's task)."""
    order, branch = pickle.loads(payload)  # noqa: S301  from the process that made this child
    return pickle.dumps(in_worker(order, branch))


def in_worker(order: Order, branch: str) -> Outcome:
    """A branch in another process than the one that was asked."""
    try:
        with Office.open(order.root) as office:
            return _one(office, order, branch)
    except OrglifeError as error:
        return _failed(None, branch, error.sentences)


def warm() -> None:
    """What a zygote runs before its first branch: all that it will need but the typesetter's work, which starts threads."""
    from orglife.adapters import exporters, typst  # noqa: F401, PLC0415  heavy

    typst.warm(lasting=True)


# --- one branch ------------------------------------------------------------------------------------------------------


class _Archiving:
    """One branch on its way into a bag."""

    def __init__(self, office: Office, order: Order, branch: str) -> None:
        self.office, self.order, self.branch = office, order, branch
        bag.require_name(branch)
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
        kept, absent = self._attachments()
        final = self._is_final(absent)
        papers = self._papers()
        items, data, changes = self._items(papers) if final else self._unnumbered(papers)
        dossier = self._with(items) if final else self.dossier
        self._require_sound(dossier, final=final)
        package = Package(self.office, dossier, papers, items, data, kept, list(absent), self.head, final)
        folder = self._build(package, changes)
        live = sum(not i.withdrawn for i in items)
        state = f"已归档，{live}件" if final else f"未定稿，按现状打包，{live}件，没有编档号"
        return f"{self.name}（{self.branch}）：{state}，在“{folder}”。"

    # --- ready? ------------------------------------------------------------------------------------------------------

    def _is_final(self, absent: Mapping[str, str]) -> bool:
        """Whether it is archived for good; if not, it is taken only where unfinished branches are wanted as they are.

        Args:
            absent: Attachments that are not there, with what is wrong.

        Raises:
            NotFinal, NotArchived: it cannot be, and nobody asked for it as it is.
        """
        try:
            self.office.require_final(self.dossier)
        except NotFinal:
            if not self.order.as_is:
                raise
            return False
        problems = cannot_number(self.dossier, self.office.campaign) or self._same_series() or list(absent.values())
        if problems and not self.order.as_is:
            raise NotArchived(branch=self.name, what="；".join(problems))
        return not problems

    def _same_series(self) -> list[str]:
        """Another branch with the same organisation code would give the same numbers.

        The branch's own other campaigns of the year are no such thing: their numbers are known, and run on.
        """
        own, store = self.dossier.branch, self.office.store
        for campaign in store.campaigns():
            for branch in store.branches(campaign):
                if branch == self.branch:
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

    def _attachments(self) -> tuple[list[Kept], dict[str, str]]:
        """Attachments that are there as they were attached; and the ids of others, with what is wrong."""
        kept, absent = [], {}
        for record in self.dossier.all(Attachment):
            try:
                kept.append(self._attachment(record))
            except OrglifeError as error:
                absent[record.id] = str(error).rstrip("。")
        return kept, absent

    def _attachment(self, record: Attachment) -> Kept:
        root = self.office.workspace.root.resolve()
        source = (root / record.file).resolve()
        if not source.is_relative_to(root):
            raise AttachmentLost(path=record.file, what="不在工作目录里")
        found = attached.look_at(source)
        if record.sha256 and record.sha256 != found.sha256:
            raise AttachmentLost(path=record.file, what="与附上时不一致，被改动过")
        return Kept(record, source, f"data/attachments/{found.sha256[:20]}{found.suffix}", found.sha256)

    # --- papers and items --------------------------------------------------------------------------------------------

    def _papers(self) -> list[Paper]:
        found = singles.singles(self.office, self.branch, singles.Wanted())
        return [paper_of(s.form, s.subject, s.bundle, self.dossier) for s in found if s.form in RETENTION]

    def _unnumbered(self, papers: Sequence[Paper]) -> tuple[list[ArchiveItem], dict[str, bytes], list[Change]]:
        items, data = self._printed(unnumbered_places(papers, self.office.campaign))
        return items, data, []

    def _printed(self, places: Sequence[Place]) -> tuple[list[ArchiveItem], dict[str, bytes]]:
        """The items of papers that are printed now, and their bytes by path."""
        made = ahead(partial(pdf, place.bundle, self.head) for place in places)
        data = {place.file: one.result() for place, one in zip(places, made, strict=True)}
        return [sealed_item(place, data[place.file], self.office.campaign) for place in places], data

    def _items(self, papers: Sequence[Paper]) -> tuple[list[ArchiveItem], dict[str, bytes], list[Change]]:
        """All items as they are from now on, the bytes of those that are not withdrawn, and what changes in the store."""
        old = self.dossier.all(ArchiveItem)
        live = {(i.form, i.subject): i for i in old if not i.withdrawn}
        same: dict[str, bytes] = {}
        stay: set[str] = set()
        fresh: list[Paper] = []
        for paper in papers:
            item = live.get((paper.form, paper.subject))
            again = self._again(item, paper) if item is not None and says(item) == paper.content else None
            if item is None or again is None:
                fresh.append(paper)
            else:
                stay.add(item.id)
                same[item.file] = again
        items, data = self._printed(new_places(fresh, old, self.dossier, self.office.campaign))
        gone = [i.model_copy(update={"withdrawn": True}) for i in live.values() if i.id not in stay]
        versions = {v.id: v.version for v in self._stored()}
        changes = [Change.put(i, base=versions[i.id]) for i in gone] + [Change.put(i, base=0) for i in items]
        return [*(i for i in old if i.withdrawn or i.id in stay), *gone, *items], {**same, **data}, changes

    def _stored(self) -> Sequence[Any]:
        return self.office.store.current(self.office.campaign.id, self.branch).records.get(ArchiveItem.TYPE, ())

    def _again(self, item: ArchiveItem, paper: Paper) -> bytes | None:
        """The bytes of an item as it was sealed: made again, else from an earlier bag; None when neither gives them."""
        made = pdf(with_code(paper, item.code), sealed_at(self.history, item.id))
        if sha256_of(made) == item.sha256:
            return made
        # another version of the program or of its fonts: what was sealed lies in its bag
        for folder in dict.fromkeys((self.order.target, self.office.workspace.root / "archive")):
            for path in sorted(folder.glob(f"{self.branch}*/{item.file}")):
                kept = path.read_bytes()
                if sha256_of(kept) == item.sha256:
                    return kept
        return None

    def _with(self, items: Iterable[ArchiveItem]) -> Dossier:
        records = {**self.dossier.records, ArchiveItem.TYPE: sort_records(items)}
        return replace(self.dossier, records=records, memo={})

    # --- the bag -----------------------------------------------------------------------------------------------------

    def _build(self, package: Package, changes: Sequence[Change]) -> Path:
        """Keep the items and build the bag, both or neither; the bag gets its name once the items are kept."""
        for _ in range(self.order.jobs - 1):  # others hold the store while they build theirs
            with suppress(StoreBusy):
                return self._build_once(package, changes)
        return self._build_once(package, changes)

    def _build_once(self, package: Package, changes: Sequence[Change]) -> Path:
        out, part, store = self.order.target, self.order.part(self.branch), self.office.store
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
        """The papers were made from the history as it was; somebody may have typed meanwhile."""
        if head != (self.history[-1].hash if self.history else ""):
            raise NotArchived(branch=self.name, what="归档时有人保存了新的内容，请再归档一次")
