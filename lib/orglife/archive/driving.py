"""All branches: one after the other, or several at a time in processes of their own; each is told in its turn."""

from __future__ import annotations

import pickle  # between processes of one program and user
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from shutil import rmtree

from orglife.adapters.bag import bag
from orglife.adapters.engine import processes, zygote
from orglife.adapters.engine.pools import Failure, Forks, Processes, Spread, used
from orglife.archive.making import Archiving
from orglife.archive.options import ArchiveOptions, Outcome
from orglife.batch.emitted import Runs, prepared
from orglife.core.errors import ArchiverLost, NotArchived, OrglifeError, ProgramFailed
from orglife.office import disclosure
from orglife.office.office import Office

_GROUP = 64  # branches whose notebooks are run before the first of them gets its bag
_SECONDS = 3600  # how long a branch may take: a bag of hundreds of scans on a slow stick


def archive(office: Office, options: ArchiveOptions, branches: Sequence[str], say: Callable[[str], None]) -> bool:
    """Make a bag for each branch; one branch's failure stays its own.

    Args:
        office: The open workspace.
        options: Where to, how many at a time, and whether unfinished branches are taken as they are.
        branches: Their ids.
        say: Tells the person at the keyboard what became of each, in the order of ``branches``.

    Returns:
        Whether every branch has its bag; who has none has been told.

    Raises:
        InsideABag: no bag may stand there. Nothing is made.
    """
    bag.require_place(options.target)
    options = replace(options, jobs=max(1, min(options.jobs, len(branches))))
    good = True
    for start in range(0, len(branches), _GROUP):
        group = branches[start : start + _GROUP]
        with prepared(office, group, final=not options.as_is, jobs=options.jobs) as runs:
            for outcome in _group(office, options, group, runs):
                good &= outcome.good
                for sentence in outcome.sentences:
                    say(sentence)
    return good


def _group(office: Office, options: ArchiveOptions, branches: Sequence[str], runs: Runs) -> Iterator[Outcome]:
    if options.jobs == 1:
        return (_one(office, options, branch, runs) for branch in branches)
    return _at_once(office, options, branches, runs)


def _one(office: Office, options: ArchiveOptions, branch: str, runs: Runs) -> Outcome:
    try:
        one = Archiving(office, options, branch, runs)
        made = one.run()
        brought = disclosure.told(one.dossier, options.target, also="改过、删过的内容和签字扫描件")
        return Outcome(True, (made, *one.lacking, brought))
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


def _at_once(office: Office, options: ArchiveOptions, branches: Sequence[str], runs: Runs) -> Iterator[Outcome]:
    """What became of each branch, in their order; no more than ``options.jobs`` are being archived at a time."""
    forks = processes.FORKS_WELL
    work = partial(_in_a_child if forks else in_worker, options, runs)
    done: dict[str, Outcome] = {}
    waiting = deque(branches)
    with used(Forks(options.jobs) if forks else Processes(options.jobs)) as pool:
        spread: Spread[str, Outcome] = Spread(pool, work)
        for number, branch in enumerate(branches, start=1):
            spread.give(branch)
            for finished, result in spread.finished(options.jobs - 1 if number < len(branches) else 0):
                done[finished] = _outcome(office, options, finished, result)
                while waiting and waiting[0] in done:
                    yield done[waiting.popleft()]


def _outcome(office: Office, options: ArchiveOptions, branch: str, result: Outcome | Failure) -> Outcome:
    if not isinstance(result, Failure):
        return result
    lost = result.lost or isinstance(result.error, ArchiverLost)
    error = ArchiverLost() if lost else ProgramFailed(kind=type(result.error).__name__)
    rmtree(options.part(branch), ignore_errors=True)
    return _failed(office, branch, [str(error)])


def _in_a_child(options: ArchiveOptions, runs: Runs, branch: str) -> Outcome:
    """In a process that is this branch's only; its unfinished bag is removed, however it ends."""
    with zygote.borrowed(f"{__name__}:warm_archive") as mine:
        try:
            back = mine.call(
                f"{__name__}:in_child",
                pickle.dumps((options, runs, branch)),
                seconds=_SECONDS,
                sweep=options.part(branch),
                told=lambda _: None,
            )
        except (zygote.ChildLost, EOFError) as error:
            raise ArchiverLost from error
    outcome: Outcome = pickle.loads(back)  # noqa: S301  from our own child
    return outcome


def in_child(payload: bytes, _tell: zygote.Tell) -> bytes:
    """A branch in a child of its own (a zygote's task)."""
    options, runs, branch = pickle.loads(payload)  # noqa: S301  from the process that made this child
    return pickle.dumps(in_worker(options, runs, branch))


def in_worker(options: ArchiveOptions, runs: Runs, branch: str) -> Outcome:
    """A branch in another process than the one that was asked."""
    try:
        with Office.open(options.root) as office:
            return _one(office, options, branch, runs)
    except OrglifeError as error:
        return _failed(None, branch, error.sentences)


def warm_archive() -> None:
    """What a zygote runs before its first branch: all that it will need but the typesetter's work, which starts threads."""
    from orglife.adapters.print import exporters, typst  # noqa: F401, PLC0415  heavy

    typst.warm(lasting=True)
