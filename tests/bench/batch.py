"""Measure the batch: ``make bench``, or ``python -m tests.bench.batch --sizes 40,400``; no test, for machines differ.

The same invented branches of 12 members, all nine stages, HTML and PDF, three ways: (a) a shell loop of the programs
papermill and nbconvert, (b) the batch with papermill's own engine in a pool, (c) the batch as it is. (a) and (b) take
long: they make a few of the branches. Writes docs/bench.md, where rows of sizes that were measured on other days stay.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.print import exporters, glyphs
from orglife.adapters.store.chain import FIELDS, Revision, body_text, digest
from orglife.core.record.branch import Branch
from orglife.office.office import Office
from orglife.stages import STAGES
from orglife.stages.kinds import BY_TYPE
from tests.branch import ROOT
from tests.whole.generate import generated

BIN = Path(sys.executable).parent
STAGES_OF_A_BRANCH = [stage for stage in STAGES if not stage.bureau]
FORMATS = ("html", "pdf")
MEMBERS = 12
SAVED = 50
QUARTERS = 4
KEY = 2
"""Columns that say what a row is about: the way and how many branches."""


@dataclass
class Cost:
    """The cost of a number of branches.

    Attributes:
        cpu: Seconds of processor, children's included.
        wall: Seconds by the clock.
        memory: MiB of all its processes together, shared pages counted once, every two seconds.
    """

    branches: int
    cpu: float = 0.0
    wall: float = 0.0
    memory: list[float] = field(default_factory=list)


def workspace(folder: Path, number: int) -> Path:
    """A workspace with this number of branches; a complete one from an earlier run is reused without its papers."""
    root, whole = folder / f"bureau{number}", folder / f"bureau{number}.whole"
    if whole.exists():
        shutil.rmtree(root / "records")
        (root / "records").mkdir()
        (root / ".orglife" / "inputs.json").unlink(missing_ok=True)
        return root
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(role="bureau"))
    columns = f"({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})"
    store = sqlite3.connect(root / "orglife.db", isolation_level=None)
    for start in range(0, number, SAVED):
        store.execute("BEGIN")
        for n in range(start, min(start + SAVED, number)):
            rows = ([getattr(one, name) for name in FIELDS] for one in revisions(n))
            store.executemany(f"INSERT INTO revision {columns}", rows)
        store.execute("COMMIT")
    store.close()
    whole.touch()
    return root


def revisions(n: int) -> Iterator[Revision]:
    """The history of an invented branch, as an import saves it; an import takes ten times as long."""
    raw = generated(MEMBERS, committee=True, seed=n)
    branch = Branch.model_validate(raw["branch"] | {"id": f"g{n:05d}", "name": f"第{n}支部"})
    own = (BY_TYPE[kind].model_validate(one) for kind, some in raw["records"].items() for one in some)
    before = ""
    for number, one in enumerate([branch, *own], 1):
        body = body_text(one.to_json())
        content = (
            getattr(one, "TYPE", "branch"),
            one.id,
            1,
            "无名氏",
            "2024-03-08T08:00:00.000000Z",
            "put",
            body,
            before,
        )
        new = Revision("2024-seed", branch.id, number, *content)
        yield (new := replace(new, hash=digest(new)))
        before = new.hash


@contextmanager
def measured(branches: int, mark: str = "") -> Iterator[Cost]:
    """The cost of the child processes that end inside."""
    cost = Cost(branches)
    before, started, over = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), threading.Event()
    watch = threading.Thread(target=_watch, args=(cost, mark, over))
    if mark:
        watch.start()
    yield cost
    cost.wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    over.set()
    if mark:
        watch.join()


def _watch(cost: Cost, mark: str, over: threading.Event) -> None:
    while not over.wait(2.0):
        cost.memory.append(sum(_proportional(folder, mark) for folder in Path("/proc").glob("[0-9]*")))


def _proportional(folder: Path, mark: str) -> float:
    try:
        if mark.encode() not in (folder / "environ").read_bytes():
            return 0.0
        lines = (folder / "smaps_rollup").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    except (OSError, StopIteration):
        return 0.0


def call(arguments: Sequence[str], folder: Path, **more: str) -> None:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    done = subprocess.run(arguments, cwd=folder, env=os.environ | more, check=False, text=True, **quiet)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}: {done.stderr}")


def loop(root: Path, folder: Path, branches: Sequence[str]) -> Cost:
    """(a) The programs themselves, one after another."""
    with measured(len(branches)) as cost:
        for branch in branches:
            for stage in STAGES_OF_A_BRANCH:
                parameters = ["-p", "workspace", str(root), "-p", "branch", branch, "-p", "interactive", "False"]
                notebook = str(root / "notebooks" / f"{stage.notebook}.ipynb")
                call([str(BIN / "papermill"), notebook, "out.ipynb", *parameters], folder)
                for kind in FORMATS:
                    call([str(BIN / "jupyter"), "nbconvert", "--to", f"orglife-{kind}", "out.ipynb"], folder)
    return cost


def batch(root: Path, jobs: int, *more: str, branches: Sequence[str] = (), number: int = 0) -> Cost:
    """(b), (c) The batch."""
    chosen = [part for branch in branches for part in ("--branch", branch)]
    mark = uuid.uuid4().hex
    with measured(number or len(branches), mark) as cost:
        call([str(BIN / "orglife"), "batch", str(root), "--jobs", str(jobs), *chosen, *more], root, ORGLIFE_BENCH=mark)
    return cost


def floor(root: Path, branches: Sequence[str]) -> Cost:
    """What the papers cost without notebooks: read, check, lay out, print, in one warm process."""
    cost = Cost(len(branches))
    with Office.open(root) as office:
        glyphs.preflight(())
        papers(office, branches[0])
        started, before = time.monotonic(), time.process_time()
        for branch in branches:
            papers(office, branch)
        cost.cpu, cost.wall = time.process_time() - before, time.monotonic() - started
    return cost


def papers(office: Office, branch: str) -> None:
    dossier = office.dossier(branch)
    findings = office.findings(dossier)
    for stage in STAGES_OF_A_BRANCH:
        bundle = office.bundle(dossier, stage, findings)
        for kind in FORMATS if bundle.documents else ():
            exporters.render(bundle, kind)


def row(name: str, cost: Cost, base: Cost, ground: Cost) -> list[str]:
    each, first, least = (c.cpu / c.branches for c in (cost, base, ground))
    return [
        name,
        str(cost.branches),
        f"{each:.2f}" if each > 0.05 else f"{each:.4f}",
        f"{cost.wall / cost.branches:.2f}",
        f"{cost.wall:.1f}",
        _over_time(cost.memory),
        f"{first / each:.0f}",
        f"{each / least:.1f}",
        str(date.today()),
    ]


def _over_time(memory: Sequence[float]) -> str:
    """The most, and what the middle was in each quarter of the run."""
    if len(memory) < QUARTERS * 2:
        return f"{max(memory):.0f}" if memory else "–"
    size = len(memory) // QUARTERS
    quarters = [sorted(memory[n * size : (n + 1) * size])[size // 2] for n in range(QUARTERS)]
    return f"{max(memory):.0f} ({', '.join(f'{one:.0f}' for one in quarters)})"


def merged_rows(page: Path, columns: int, rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The new rows of a table, and the existing rows on the page with other names or sizes."""
    lines = [line for line in _lines(str(page)) if line.startswith("| ") and not line.startswith("| ---")]
    on_page = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    new = {tuple(one[:KEY]) for one in rows}
    old = [one for one in on_page if len(one) == columns and one[1].isdigit() and tuple(one[:KEY]) not in new]
    return sorted([*rows, *old], key=lambda one: (one[0], int(one[1])))


def machine() -> str:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} × {model}, load {load:.1f} at the start, {platform.system()}, Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


def main(say: Callable[[str], None] = print) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="40", help="how many branches (c) makes: 40,400,4000")
    parser.add_argument("--loop", type=int, default=1, help="how many of them (a) makes")
    parser.add_argument("--stock", type=int, default=2, help="how many of them (b) makes")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "bench.md")
    parser.add_argument("--folder", type=Path, help="keep the invented workspaces here for the next time")
    options = parser.parse_args()
    about_machine = machine()
    with tempfile.TemporaryDirectory(prefix="orglife-bench-") as name:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        rows, glances = measure(folder, options, say)
    words = ["papermill", "nbclient", "nbconvert", "typst", "ipykernel"]
    versions = ", ".join(f"{word} {version(word)}" for word in words)
    rest = "".join(options.out.read_text(encoding="utf-8").partition("\n## ")[1:]) if options.out.exists() else ""
    options.out.write_text(
        _PAGE.format(
            day=date.today(),
            machine=about_machine,
            versions=versions,
            jobs=options.jobs,
            rows=_table(merged_rows(options.out, len(rows[0]), rows)),
            glances=_table(merged_rows(options.out, len(glances[0]), glances)),
        )
        + rest  # the sections of other measurements
    )
    say(f"written: {options.out}")


def _table(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


CHECKED = """
from datetime import date
from pathlib import Path
from orglife.adapters.engine.pools import default_jobs
from orglife.bureau.survey import survey
from orglife.office.office import Office
if __name__ == "__main__":
    with Office.open(Path({root!r})) as office:
        survey(office, date.fromisoformat({day!r}), jobs=default_jobs(), branches_only=True)
"""
"""What an import leaves behind: every branch checked, nothing compared."""


def forget(root: Path) -> None:
    """Remove what was found in the branches."""
    for path in (root / ".orglife").glob("*-2024-seed.*"):
        path.unlink()


def overview(root: Path, day: date, number: int) -> Cost:
    with measured(number) as cost:
        call([str(BIN / "orglife"), "overview", str(root), "--as-of", str(day), "--json"], root)
    return cost


def glance(root: Path, number: int) -> list[str]:
    """The overview: nothing checked; branches checked as they were imported; on the next day; again on that day."""
    today, next_day = date.today(), date.today() + timedelta(days=1)
    forget(root)
    costs = [overview(root, today, number)]
    forget(root)
    call([sys.executable, "-c", CHECKED.format(root=str(root), day=str(today))], root)
    costs += [overview(root, day, number) for day in (today, next_day, next_day)]
    cells = [f"{c.wall:.1f} s, {c.cpu:.1f} CPU-s" for c in costs]
    return ["overview", str(number), *cells, str(today)]


def measure(folder: Path, options: argparse.Namespace, say: Callable[[str], None]) -> tuple[list[Any], list[Any]]:
    """The rows of both tables."""
    sizes = [int(size) for size in options.sizes.split(",")]
    started = time.monotonic()
    roots = {size: workspace(folder, size) for size in sizes}
    say(f"branches invented: {time.monotonic() - started:.0f} s")
    root = roots[sizes[0]]
    ids = [f"g{n:05d}" for n in range(sizes[0])]
    ground = floor(root, ids[: min(8, sizes[0])])
    base = loop(root, folder, ids[: options.loop])
    rows = [row("(a) shell loop of papermill and nbconvert", base, base, ground)]
    say(str(rows[-1]))
    shutil.rmtree(folder / "stock", ignore_errors=True)
    stock = batch(
        root, options.jobs, "--engine", "nbclient", "--out", str(folder / "stock"), branches=ids[: options.stock]
    )
    rows.append(row("(b) batch, papermill's own engine", stock, base, ground))
    say(str(rows[-1]))
    glances = []
    for size, place in roots.items():
        glances.append(glance(place, size))
        say(str(glances[-1]))
        rows.append(row("(c) batch", batch(place, options.jobs, number=size), base, ground))
        say(str(rows[-1]))
        rows.append(row("(c) again, nothing changed", batch(place, options.jobs, number=size), base, ground))
        say(str(rows[-1]))
    rows.append(row("floor: the papers without notebooks", ground, base, ground))
    return rows, glances


_PAGE = """# What a branch costs

Written by `make bench` (`tests/bench/batch.py`), last on {day}. {machine}. {versions}. {jobs} branches at a time. Each row carries the day on which it was measured; the ratios are those of its day.

Invented branches of 12 members, all nine stages with HTML and PDF. CPU with all children, start of the programs and warming up included; memory is that of all processes together, shared pages counted once: the most, and in brackets the middle of each quarter of the run. Ratios travel between machines, seconds do not.

| way | branches | CPU-s a branch | s a branch | s in all | memory, MiB | times less CPU than (a) | times the floor | day |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
{rows}

`orglife overview` of the same branches, by the clock and in CPU-seconds: when no branch was ever checked; after an import, which checks every branch as it comes in; on the next day; and again, when nothing has changed since.

| what | branches | nothing checked | after an import | on the next day | again | day |
| --- | --- | --- | --- | --- | --- | --- |
{glances}
"""


if __name__ == "__main__":
    main()
