"""Measure how soon an open overview shows a save: a branch saves on a PostgreSQL server, the bureau's page is renewed.

Writes a section into docs/bench.md: ``make bench-live``. The page is the desk of the notebook 90_overview in an
event loop, as in a kernel; the save is a statement of another connection under the branch's login.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store.store import Change, Store
from orglife.desk.desk import Desk
from tests.bench.stores import ROOT, C, changes_of, machine
from tests.database_server import DatabaseServer, TestDatabase, acting_as
from tests.whole.generate import generated

HEADING = "## A save in an open overview"


def fill(store: Store, branches: int) -> None:
    """Branches of 12 members with everything that a branch enters."""
    made = [generated(12, committee=True, seed=seed) for seed in range(40)]
    for start in range(0, branches, 100):
        each = range(start, min(start + 100, branches))
        store.apply_all(C, [(f"b{n:05d}", changes_of(made[n % 40], f"b{n:05d}")) for n in each], who="张")


def cpu() -> float:
    """Seconds of CPU of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def renewals(desk: Desk, store: Store, branch: str, turns: int) -> tuple[list[float], list[float]]:
    """Seconds from the call of a save until the page shows it, and the page's CPU-seconds for each."""
    board = desk.form("overview").children[1]
    waits, costs, seen = [], [], asyncio.Event()
    board.observe(lambda _: seen.set(), "view")
    await asyncio.sleep(1)
    own: dict[str, Any] = dict(store.current(C, branch).branch or {})
    for turn in range(turns):
        name = f"改名{turn}"
        change = Change("branch", branch, own | {"name": name})
        used, begun = cpu(), time.perf_counter()
        saving = asyncio.create_task(asyncio.to_thread(store.apply, C, branch, [change], who="张"))
        while board.view["rows"][0][1] != name:
            seen.clear()
            await seen.wait()
        waits.append(time.perf_counter() - begun)
        await saving
        costs.append(cpu() - used)
        await asyncio.sleep(3 * waits[-1])
    return waits, costs


def main(say: Callable[[str], None] = print) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--branches", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "bench.md")
    options = parser.parse_args()
    about_machine, server = machine(), DatabaseServer("shared_buffers=256MB")
    try:
        with tempfile.TemporaryDirectory(prefix="orglife-bench-") as name, TestDatabase(server) as database:
            root = Path(name) / "bureau"
            bureau, branch = database.add("bureau"), database.add("branch", "b00000")
            with database.open(database.add("intake")) as store:
                fill(store, options.branches)
            say("filled")
            with acting_as(bureau):
                Workspace.create(root, ws.campaign_text(C), Settings(role="bureau", store=database.url))
                desk = Desk.open(str(root))
                desk.superior().overview  # noqa: B018  checked and kept, as on the day before
            say("checked")
            with database.open(branch) as store, acting_as(bureau):
                waits, costs = asyncio.run(renewals(desk, store, "b00000", options.turns))
    finally:
        server.remove()
    row = (
        f"| {options.branches} | {statistics.median(waits):.2f} s | {max(waits):.2f} s | {statistics.mean(costs):.2f} s |"
        f" {len(waits)} | {date.today()} |"
    )
    section = _SECTION.format(heading=HEADING, machine=about_machine, row=row)
    before, _, own = options.out.read_text(encoding="utf-8").partition(HEADING)
    after = "".join(own.partition("\n## ")[1:])  # the sections of other measurements
    options.out.write_text(f"{before.rstrip()}\n\n{section}{after}", encoding="utf-8")
    say(f"written: {options.out}\n{row}")


_SECTION = """{heading}

Written by `make bench-live` (`tests/bench/live.py`). {machine}. From the call of the save, by the login of a branch, until the table of the bureau's open overview has it; only this branch is checked again.

| branches | median | longest | CPU of page and save | saves | day |
| --- | --- | --- | --- | --- | --- |
{row}
"""

if __name__ == "__main__":
    main()
