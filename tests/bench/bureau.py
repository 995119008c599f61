"""Measure the bureau's work: ``make bench-bureau``, or ``python -m tests.bench.bureau --sizes 1000,10000``; no test.

Invented branches of 12 members. Outlines across branches (COPY-06) are compared twice in one run, by turns: as it is done
now, and as it was done before, when every outline was read anew and joined with every other. Then packages are looked at
and taken in as from the page 收件. Writes its section of docs/bench.md, where rows of other sizes stay.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.bureau import filters
from orglife.bureau.outline_prints import OutlinePrint, with_texts_alike
from orglife.bureau.survey import COMPARED, survey
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier
from orglife.exchange import packages
from orglife.filing import collecting_tasks
from orglife.office.office import Office
from orglife.stages.report.record import RedoOrder
from tests.bench.batch import CHECKED, MEMBERS, call, forget, machine, measured, merged_rows, workspace
from tests.branch import ROOT
from tests.whole.generate import texts_alone

HEADING = "## A bureau's desk"
ONLY_COMPARED = """
import sys
from datetime import date
from pathlib import Path
from orglife.bureau import survey
from orglife.office.office import Office
from orglife.stages.shared import joining
if {before}:
    survey.PRINTED = joining.MANY = sys.maxsize
if __name__ == "__main__":
    with Office.open(Path({root!r})) as office:
        seen = survey.survey(office, date.fromisoformat({day!r}), jobs=2)
        print(*sorted(found.message for found in seen.findings), sep=chr(10), file=open({out!r}, "w", encoding="utf-8"))
"""
"""The overview of branches that are checked; with ``before`` as every outline was compared before."""


def compared(root: Path, number: int, out: Path, *, before: bool) -> tuple[float, float, str]:
    """CPU-seconds, peak memory in MiB, and the findings; the caches are restored afterwards."""
    known = {path: path.read_bytes() for path in (root / ".orglife").glob("*-2024-seed.*")}
    code = ONLY_COMPARED.format(root=str(root), day=str(date.today()), out=str(out), before=before)
    with measured(number, mark := os.urandom(8).hex()) as cost:
        call([sys.executable, "-c", code], root, ORGLIFE_BENCH=mark)
    for path, data in known.items():
        path.write_bytes(data)
    return cost.cpu, max(cost.memory, default=0.0), out.read_text(encoding="utf-8")


def comparing(root: Path, number: int, folder: Path, *, before: bool) -> list[str]:
    """One row: now, and with ``before`` the old way too; both must have the same findings."""
    forget(root)
    call([sys.executable, "-c", CHECKED.format(root=str(root), day=str(date.today()))], root)
    now = compared(root, number, folder / "now.txt", before=False)
    prints = sum(path.stat().st_size for path in (root / ".orglife").glob("outlines-*.bin")) / 2**20
    old = compared(root, number, folder / "before.txt", before=True) if before else None
    if old is not None and old[2] != now[2]:
        sys.exit(f"{number} branches: other findings than before")
    earlier = _spending(old) if old is not None else "–"
    return [
        "overview after an import",
        str(number),
        earlier,
        _spending(now),
        f"{1000 * now[0] / number:.2f}",
        f"{prints:.0f}",
        choosing(root),
        str(date.today()),
    ]


def _spending(cost: tuple[float, float, str]) -> str:
    """CPU-seconds and memory; a process that ends before its memory was asked for shows none."""
    return f"{cost[0]:.1f}, {cost[1]:.0f} MiB" if cost[1] else f"{cost[0]:.1f}"


def growing(number: int, known: Sequence[Sequence[str]]) -> list[str]:
    """A row: find the branches with similar texts by their prints alone, in a separate process.

    Args:
        number: How many branches.
        known: The rows of fewer branches; the last is compared with.
    """
    line = [sys.executable, "-m", "tests.bench.bureau", "--alike", str(number)]
    made, cost, memory, texts = subprocess.run(
        line, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE
    ).stdout.split()
    over = "–"
    if known:
        before, spent = int(known[-1][1]), float(known[-1][4].partition(",")[0])
        over = f"{(float(cost) / spent / (number / before)) ** (1 / math.log2(number / before)):.2f}"
    return ["texts alike by their prints", str(number), texts, made, f"{cost}, {memory} MiB", over, str(date.today())]


def alike(number: int) -> None:
    """Print CPU-seconds to make the prints and to choose by them, MiB at most, and the number of texts."""
    campaign = Workspace.open(_empty()).campaign
    compared = [kind for kind in COMPARED if kind is not RedoOrder]
    began, prints = time.process_time(), {}
    for n in range(number):
        raw, own = texts_alone(MEMBERS, n), Branch(id=f"g{n:05d}", name=f"第{n}支部")
        records = {kind.TYPE: tuple(map(kind.stored, raw[kind.TYPE])) for kind in compared}
        prints[own.id] = OutlinePrint.of(Dossier(campaign.id, own, records, date(2024, 3, 8)), campaign)
    made = time.process_time()
    with_texts_alike(prints, campaign)
    chosen = time.process_time()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    texts = sum(len(one.outlines) + bool(len(one.examination)) for one in prints.values())
    print(f"{made - began:.1f}", f"{chosen - made:.2f}", most, texts)


def _empty() -> Path:
    root = Path(tempfile.mkdtemp(prefix="orglife-bench-")) / "bureau"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(role="bureau"))
    return root


def choosing(root: Path) -> str:
    """Milliseconds of processor to choose branches by state and name, the slowest of all states."""
    with Office.open(root) as office:
        seen = survey(office, date.today())
    slowest = 0.0
    for state in filters.STATES:
        began = time.process_time()
        chosen = filters.Filter("", state, "1").chosen(seen)
        filters.table(chosen[:200])
        filters.states(seen, seen.standings)
        slowest = max(slowest, time.process_time() - began)
    return f"{1000 * slowest:.0f}"


def taking(source: Path, number: int, folder: Path) -> list[str]:
    """Packages of invented branches are looked at and taken in, in a process of their own."""
    drop, root = folder / "packages", folder / f"taker{number}"
    drop.mkdir()
    with Office.open(source) as office, office.still():
        for n in range(number):
            packages.export_package(office, f"g{n:05d}", drop / f"{n:05d}.zip")
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(role="bureau"))
    line = [sys.executable, "-m", "tests.bench.bureau", "--take", str(root), str(drop)]
    with measured(number, mark := os.urandom(8).hex()) as cost:
        done = subprocess.run(
            line, cwd=ROOT, env=os.environ | {"ORGLIFE_BENCH": mark}, check=True, text=True, stdout=subprocess.PIPE
        )
    looked, taken = done.stdout.split()
    early, late = (
        sorted(some)[len(some) // 2]
        for some in (cost.memory[: len(cost.memory) // 2], cost.memory[len(cost.memory) // 2 :])
    )
    return [
        "packages taken in",
        str(number),
        f"{float(looked):.1f}",
        f"{float(taken):.1f}",
        f"{cost.cpu:.1f}",
        f"{1000 * cost.cpu / number:.0f}",
        f"{max(cost.memory):.0f}",
        f"{early:.0f}, {late:.0f}",
        str(date.today()),
    ]


def take(root: Path, drop: Path) -> None:
    """Print CPU-seconds, with those of helping processes, to look at the packages of a folder and to take them in."""
    room = root / ".orglife" / "intake"
    room.mkdir(parents=True)
    arguments = {"root": str(root), "room": str(room), "files": [], "folder": str(drop), "others": []}
    seconds = []
    for step in (collecting_tasks.collect, collecting_tasks.take_in):
        began = _spent()
        step(arguments, lambda *_: None)
        seconds.append(f"{_spent() - began:.2f}")
    print(*seconds)


def _spent() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def section(page: str) -> tuple[str, str, str]:
    """What stands before this section in the page, in it, and after it."""
    before, heading, rest = page.partition(f"\n{HEADING}\n")
    if not heading:
        before, mark, rest = page.partition("\n## ")
        return before, "", f"{mark}{rest}"
    own, mark, rest = rest.partition("\n## ")
    return before, own, f"{mark}{rest}"


def _rows(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def main(say: Callable[[str], None] = print) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000", help="how many branches are compared: 1000,10000")
    parser.add_argument("--before", type=int, default=10_000, help="up to this many are compared as before, too")
    parser.add_argument("--alike", type=int, help="(inside) choose by the prints of so many branches")
    parser.add_argument("--growth", default="", help="how many branches' prints are compared: 1000,10000,50000")
    parser.add_argument("--packages", type=int, default=200, help="how many packages are taken in; 0 = none")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "bench.md")
    parser.add_argument("--folder", type=Path, help="keep the invented workspaces here for the next time")
    parser.add_argument("--take", nargs=2, type=Path, help="(inside) take in the packages of a folder")
    options = parser.parse_args()
    if options.take:
        take(*options.take)
        return
    if options.alike:
        alike(options.alike)
        return
    about_machine = machine()
    compared_rows, taken_rows, grown_rows = [], [], []
    for number in map(int, filter(None, options.growth.split(","))):
        grown_rows.append(growing(number, grown_rows))
        say(str(grown_rows[-1]))
    with tempfile.TemporaryDirectory(prefix="orglife-bench-") as name:
        folder = options.folder or Path(name)
        for size in map(int, filter(None, options.sizes.split(","))):
            root = workspace(folder, size)
            compared_rows.append(comparing(root, size, Path(name), before=size <= options.before))
            say(str(compared_rows[-1]))
        if options.packages:
            taken_rows.append(taking(workspace(folder, options.packages), options.packages, Path(name)))
            say(str(taken_rows[-1]))
    before, own, after = section(options.out.read_text(encoding="utf-8"))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".md") as page:
        page.write(own)
        page.flush()
        known = [
            merged_rows(Path(page.name), *own_rows)
            for own_rows in (
                (COMPARED_COLUMNS, compared_rows),
                (TAKEN_COLUMNS, taken_rows),
                (GROWN_COLUMNS, grown_rows),
            )
        ]
    text = _SECTION.format(
        heading=HEADING,
        day=date.today(),
        machine=about_machine,
        compared=_rows(known[0]),
        taken=_rows(known[1]),
        grown=_rows(known[2]),
    )
    options.out.write_text(f"{before.rstrip()}\n\n{text}{after}", encoding="utf-8")
    say(f"written: {options.out}")


COMPARED_COLUMNS, TAKEN_COLUMNS, GROWN_COLUMNS = 8, 9, 7
_SECTION = """{heading}

Written by `make bench-bureau` (`tests/bench/bureau.py`), last on {day}. {machine}. Invented branches of 12 members.

`orglife overview` after an import, which has checked every branch: CPU-seconds of all processes and their memory at most. Before: every outline is read anew and joined with every other. Now: prints of the outlines, made when a branch is checked, choose the branches that are read (docs/store.md); both find the same, else the bench stops. The outlines are put together from a few hundred sentences, so that they share far more than people's do: the worst case for both. Choosing branches by state and name on the page is what the page's kernel does, in milliseconds of processor, the slowest of all states.

| what | branches | before, CPU-s | now, CPU-s | now, CPU-ms a branch | prints, MiB | choosing, ms | day |
| --- | --- | --- | --- | --- | --- | --- | --- |
{compared}

Which branches have texts alike (COPY-06 and COPY-08), by the prints alone, which grow with the texts; the few that are chosen are then read. CPU-seconds to make the prints, part of checking a branch, and to choose by them, with the memory of the one process that holds all prints. The last number is how many times the cost of one text grows at each doubling of the branches, the mean over the doublings since the row above: 1.00 is linear, 2.00 is the square, to reach are 1.20. Until commit fac8933 groups of texts that agree were joined without being compared first: 13.7 CPU-s for 10,000 branches, 1.18 at each doubling from 1,000 on; at 50,000 it was broken off after 190 CPU-s and 1.2 GB, at least 1.55 at each doubling.

| what | branches | texts | prints made, CPU-s | chosen, CPU-s | times over linear at each doubling | day |
| --- | --- | --- | --- | --- | --- | --- |
{grown}

Packages of 125 records each are dropped on the page 收件: all are looked at, then all are taken in and checked, each time with the receipts. To reach: 120 CPU-s and flat memory for 2,000. The check at the end, two processes, is in “taken in”. Memory is that of all processes: at most, and the middle of the first and the second half of the run.

| what | packages | looked at, CPU-s | taken in, CPU-s | in all, CPU-s | CPU-ms a package | memory, MiB | halves, MiB | day |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
{taken}
"""


if __name__ == "__main__":
    main()
