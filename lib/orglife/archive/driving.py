"""Archive all branches, one after the other or several at a time in processes of their own; report them in order."""

from __future__ import annotations

import pickle  # between processes of one program and user
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from shutil import rmtree

from orglife.adapters.bag import bag
from orglife.adapters.disk import leftovers
from orglife.adapters.engine import processes, zygote
from orglife.adapters.engine.pools import Failure, Forks, Processes, Spread, used
from orglife.archive.making import Archiving, OnPaper, silent
from orglife.archive.options import ArchiveOptions, Outcome
from orglife.batch.emitted import Runs, prepared
from orglife.core.errors import ArchiverLost, NotArchived, OrglifeError, ProgramFailed
from orglife.office import disclosure
from orglife.office.office import Office

_GROUP = 64  # branches whose notebooks run before any of them is archived
_SECONDS = 3600  # limit for one branch: hundreds of scans on a slow USB stick


def archive(office: Office, options: ArchiveOptions, branches: Sequence[str], say: Callable[[str], None]) -> bool:
    """Make a bag for each branch and print the outcome; return whether every branch has its bag.

    Args and errors: see ``outcomes``; ``say`` prints a sentence.
    """
    good = True
    for outcome in outcomes(office, options, branches):
        good &= outcome.good
        for sentence in outcome.sentences:
            say(sentence)
    return good


def outcomes(
    office: Office, options: ArchiveOptions, branches: Sequence[str], on_paper: OnPaper = silent
) -> Iterator[Outcome]:
    """Make a bag for each branch; a branch that fails does not stop the others.

    Args:
        office: The open workspace.
        options: Target folder, number of jobs, and whether to archive unfinished branches.
        branches: Their ids.
        on_paper: Called before each paper is printed, where branches are archived one after the other.

    Returns:
        The outcome of each branch, in the order of ``branches``.

    Raises:
        InsideABag: the target lies in a bag. Nothing is made.
    """
    bag.require_place(options.target)
    options = replace(options, jobs=max(1, min(options.jobs, len(branches))))
    with leftovers.run_lock(options.target, options.token):
        for start in range(0, len(branches), _GROUP):
            group = branches[start : start + _GROUP]
            with prepared(office, group, final=not options.as_is, jobs=options.jobs) as runs:
                yield from _group(office, options, group, runs, on_paper)


def _group(
    office: Office, options: ArchiveOptions, branches: Sequence[str], runs: Runs, on_paper: OnPaper
) -> Iterator[Outcome]:
    if options.jobs == 1:
        return (_one(office, options, branch, runs, on_paper) for branch in branches)
    return _at_once(office, options, branches, runs)


def _one(office: Office, options: ArchiveOptions, branch: str, runs: Runs, on_paper: OnPaper = silent) -> Outcome:
    try:
        one = Archiving(office, options, branch, runs, on_paper)
        made = one.run()
        brought = disclosure.disclosure_line(one.dossier, options.target, also="改过、删过的内容和签字扫描件")
        return Outcome(True, (made, *one.lacking, brought), one.bag)
    except OrglifeError as error:
        return _failed(office, branch, error.sentences)
    except Exception as error:  # noqa: BLE001  one branch's failure must not stop the others
        return _failed(office, branch, [str(ProgramFailed(kind=type(error).__name__))])


def _failed(office: Office | None, branch: str, sentences: Iterable[str]) -> Outcome:
    """The outcome of a branch without a bag; every sentence names the branch."""
    name = branch
    if office is not None:
        with suppress(OrglifeError):
            name = office.branch_name(branch)
    named = (s if name in s or branch in s else str(NotArchived(branch=name, what=s.rstrip("。"))) for s in sentences)
    return Outcome(False, tuple(named))


# --- several at a time -----------------------------------------------------------------------------------------------


def _at_once(office: Office, options: ArchiveOptions, branches: Sequence[str], runs: Runs) -> Iterator[Outcome]:
    """The outcome of each branch, in order; at most ``options.jobs`` branches are being archived at a time."""
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
    """Archive a branch in a child process; its unfinished bag is removed however the child ends."""
    with zygote.borrowed(f"{__name__}:warm_archive") as mine:
        try:
            back = mine.call(
                f"{__name__}:in_child",
                pickle.dumps((options, runs, branch)),
                seconds=_SECONDS,
                sweep=options.part(branch),
                on_report=lambda _: None,
            )
        except (zygote.ChildLost, EOFError) as error:
            raise ArchiverLost from error
    outcome: Outcome = pickle.loads(back)  # noqa: S301  from our own child
    return outcome


def in_child(payload: bytes, _tell: zygote.Tell) -> bytes:
    """Archive a branch (the zygote's task)."""
    options, runs, branch = pickle.loads(payload)  # noqa: S301  from the process that made this child
    return pickle.dumps(in_worker(options, runs, branch))


def in_worker(options: ArchiveOptions, runs: Runs, branch: str) -> Outcome:
    """Archive a branch in a worker process, with an office of its own."""
    try:
        with Office.open(options.root) as office:
            return _one(office, options, branch, runs)
    except OrglifeError as error:
        return _failed(None, branch, error.sentences)


def warm_archive() -> None:
    """Warm up a zygote: load everything but compile nothing, since the typesetter's threads do not survive a fork."""
    from orglife.adapters.print import exporters, typst  # noqa: F401, PLC0415  heavy

    typst.warm(lasting=True)
