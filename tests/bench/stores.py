"""Measure the store in a file and in a PostgreSQL database, side by side in one run: ``make bench-stores``; no test.

Turn by turn the same is done to both stores. CPU is that of this program and of the server's processes. The server is the one
of the tests, with its defaults and synced commits. Writes the section in docs/bench.md.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import psutil

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings, settings_of
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store.chain import Revision, body_text, digest
from orglife.adapters.store.store import Change, Store
from orglife.bureau.survey import survey
from orglife.campaigns.following import opened
from tests.bench.batch import machine
from tests.branch import ROOT
from tests.database_server import DatabaseServer, TestDatabase, acting_as
from tests.whole.generate import generated

BIN = Path(sys.executable).parent
C = "2024-seed"
HEADING = "## A file and a server"
ENGINES = ("SQLite", "PostgreSQL")
_DAY = date(2024, 3, 31)
_AGAIN = 5
"""How often an overview of which everything is known is opened."""
_TICK = 0.01
"""The system counts CPU in hundredths of a second."""


@dataclass
class Times:
    """CPU-seconds and seconds by the clock of one thing done, a value each time."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


class Costs:
    """What was measured: (what, engine) → times."""

    def __init__(self, server: DatabaseServer) -> None:
        self._server = server
        self.times: dict[tuple[str, str], Times] = {}

    @contextlib.contextmanager
    def measured(self, what: str, engine: str, *, turns: int = 1) -> Iterator[None]:
        cpu, wall = self._cpu(engine), time.perf_counter()
        yield
        times = self.times.setdefault((what, engine), Times())
        times.wall.append((time.perf_counter() - wall) / turns)
        times.cpu.append((self._cpu(engine) - cpu) / turns)

    def _cpu(self, engine: str) -> float:
        own = sum(os.times()[:4])
        if engine == "SQLite":
            return own
        first = psutil.Process(self._server.pid)
        own_server = sum(first.cpu_times()[:4])
        for child in first.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                own_server += sum(child.cpu_times()[:2])
        return own + own_server

    def row(self, what: str) -> str:
        file, server = (self.times[what, engine] for engine in ENGINES)
        cells = [
            what,
            *(f"{_shown(statistics.median(t.wall))}, {_shown(statistics.fmean(t.cpu))} CPU" for t in (file, server)),
            f"{statistics.median(server.wall) / statistics.median(file.wall):.2f}",
            f"{statistics.fmean(server.cpu) / (statistics.fmean(file.cpu) or _TICK):.2f}",
            str(len(file.wall)),
            str(date.today()),
        ]
        return f"| {' | '.join(cells)} |"


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def changes_of(raw: Mapping[str, Any], branch: str) -> list[Change]:
    own = Change("branch", branch, {**raw["branch"], "id": branch, "name": f"第{branch}支部"})
    return [own, *(Change(kind, r["id"], r) for kind, rows in raw["records"].items() for r in rows)]


def small(costs: Costs, stores: Mapping[str, Store], turns: int) -> None:
    """One branch of 50 members: its import, single saves, drafts, its rows read."""
    changes = changes_of(generated(50, committee=True, seed=1), "g1")
    for turn in range(5):
        for engine, store in stores.items():
            with costs.measured(f"import of {len(changes)} records in one transaction", engine):
                store.apply(f"import{turn}", "g1", changes, who="张")
    for store in stores.values():
        store.apply(C, "g1", changes, who="张")
    each = 20
    for turn in range(turns // each):
        for engine, store in stores.items():
            with costs.measured("put", engine, turns=each):
                for number in range(each):
                    store.apply(C, "g1", [changes[1 + (turn * each + number) % (len(changes) - 1)]], who="张")
            with costs.measured("draft", engine, turns=each):
                for number in range(each):
                    store.draft(C, "g1", "talk", "t999", {"date": f"{turn}-{number}"}, who="张")
            with costs.measured(f"rows of a dossier, {len(changes)} records", engine, turns=5):
                for _ in range(5):
                    store.current(C, "g1")
            with costs.measured("has anything changed", engine, turns=each):
                for _ in range(each):
                    store.state()


def bulk(costs: Costs, stores: Mapping[str, Store], branches: int, revisions: int, campaign: str) -> None:
    """Whole chains of branches, as an intake of packages appends them, fifty in a transaction."""
    raw = changes_of(generated(50, committee=True, seed=1), "g1")
    what = f"{branches} branches × {revisions} revisions in bulk"
    for start in range(0, branches, 50):
        chains = [_chain(raw, f"b{n:05d}", revisions, campaign) for n in range(start, min(start + 50, branches))]
        for engine, store in stores.items():
            with costs.measured(what, engine), store.writing() as writer:
                for chain in chains:
                    writer.append(chain)


def _chain(changes: list[Change], branch: str, revisions: int, campaign: str) -> list[Revision]:
    made: list[Revision] = []
    versions: dict[tuple[str, str], int] = {}
    for number in range(1, revisions + 1):
        one = changes[(number - 1) % len(changes)]
        body = {**(one.body or {}), "id": branch} if one.type == "branch" else one.body
        change = Change(one.type, branch if one.type == "branch" else one.id, body)
        versions[change.type, change.id] = version = versions.get((change.type, change.id), 0) + 1
        text = body_text(change.body or {})
        before = made[-1].hash if made else ""
        new = Revision(campaign, branch, number, change.type, change.id, version, "张", "2024-02-05T08:30:00.000000Z",
                       "put", text, before)  # fmt: skip
        made.append(replace(new, hash=digest(new)))
    return made


def overviews(costs: Costs, places: Mapping[str, tuple[Path, str]], branches: int) -> None:
    """The bureau's overview: by command with nothing checked, then again, on an open page, and after one branch has saved."""
    made = [generated(12, committee=True, seed=seed) for seed in range(40)]
    for root, login in places.values():
        with acting_as(login), Store.open(_store_of(root), folder=root) as store:
            for start in range(0, branches, 100):
                each = range(start, min(start + 100, branches))
                store.apply_all(C, [(f"b{n:05d}", changes_of(made[n % 40], f"b{n:05d}")) for n in each], who="张")
    for what in (f"overview of {branches}, nothing checked", *[f"overview of {branches}, again"] * _AGAIN):
        for engine, (root, login) in places.items():
            with costs.measured(what, engine), acting_as(login):
                _overview(root)
    for turn in range(_AGAIN + 1):
        for engine, (root, login) in places.items():
            first = contextlib.nullcontext()  # a page that is open has imported all and is connected
            renewed = costs.measured(f"overview of {branches}, again, on an open page", engine) if turn else first
            with acting_as(login), renewed, opened(root) as office:
                survey(office, _DAY)
    for engine, (root, login) in places.items():
        with acting_as(login), Store.open(_store_of(root), folder=root) as store:
            store.apply(C, "b00000", changes_of(made[0], "b00000")[:1], who="张")
        with costs.measured(f"overview of {branches}, one branch has changed", engine), acting_as(login):
            _overview(root)


def _overview(root: Path) -> None:
    command = [str(BIN / "orglife"), "overview", str(root), "--as-of", str(_DAY), "--json"]
    subprocess.run(command, check=True, capture_output=True)


def _store_of(root: Path) -> str:
    return settings_of(root).store


def many(stores: Mapping[str, Callable[[int], Store]], writers: int, seconds: float) -> dict[str, tuple[float, float]]:
    """Parallel writers, each in its own branch: saves per second, and the slowest save."""
    results = {}
    for engine, store_of in stores.items():
        waits: list[float] = []
        until = time.monotonic() + seconds

        def save(number: int, store: Store, waits: list[float] = waits, until: float = until) -> None:
            change = Change("member", "m1", {"id": "m1", "name": "李秀兰"})
            with store:
                while time.monotonic() < until:
                    began = time.perf_counter()
                    store.apply(C, f"w{number}", [change], who="张")
                    waits.append(time.perf_counter() - began)

        threads = [threading.Thread(target=save, args=(n, store_of(n))) for n in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        results[engine] = (len(waits) / seconds, max(waits))
    return results


def main(say: Callable[[str], None] = print) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--branches", type=int, default=2000, help="branches of the overview")
    parser.add_argument("--bulk", type=int, default=200, help="branches that are imported in bulk, of 600 revisions")
    parser.add_argument("--turns", type=int, default=300, help="single saves")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "bench.md")
    options = parser.parse_args()
    about_machine, server = machine(), DatabaseServer("shared_buffers=256MB")
    try:
        with tempfile.TemporaryDirectory(prefix="orglife-bench-") as name, TestDatabase(server) as database:
            costs = Costs(server)
            intake = database.add("intake")
            with Store.open(Path(name) / "orglife.db") as file, database.open(intake) as served:
                stores = {"SQLite": file, "PostgreSQL": served}
                small(costs, stores, options.turns)
                say("single saves measured")
                bulk(costs, stores, options.bulk, 600, "bulk")
                say("bulk measured")
            with TestDatabase(server) as other:
                login = other.add("intake")
                places = {}
                for engine, store in (("SQLite", "sqlite:///orglife.db"), ("PostgreSQL", other.url)):
                    root = Path(name) / engine
                    with acting_as(login):
                        Workspace.create(root, ws.campaign_text(C), Settings(role="bureau", store=store))
                    places[engine] = (root, login)
                overviews(costs, places, options.branches)
                say("overview measured")
            logins = [database.add("branch", f"w{number}") for number in range(50)]
            openers: dict[str, Callable[[int], Store]] = {
                "SQLite": lambda _: Store.open(Path(name) / "many.db", busy_seconds=60),
                "PostgreSQL": lambda number: database.open(logins[number]),
            }
            paces = many(openers, 50, 10)
    finally:
        server.remove()
    rows = "\n".join(costs.row(what) for what in dict.fromkeys(what for what, _ in costs.times))
    saves = " ".join(f"{e}: {pace:.0f} saves a second, the slowest {most:.1f} s." for e, (pace, most) in paces.items())
    section = _SECTION.format(heading=HEADING, day=date.today(), machine=about_machine, rows=rows, saves=saves)
    before, _, own = options.out.read_text(encoding="utf-8").partition(HEADING)
    after = "".join(own.partition("\n## ")[1:])  # the sections of other measurements
    options.out.write_text(f"{before.rstrip()}\n\n{section}{after}", encoding="utf-8")
    say(f"written: {options.out}")


_SECTION = """{heading}

Written by `make bench-stores` (`tests/bench/stores.py`), last on {day}. {machine}. The server is PostgreSQL from the wheel of the tests, on the same computer, through its socket; the login sees all branches under row security. Medians by the clock, means in CPU with the server's; the last columns are PostgreSQL's times SQLite's, by the clock and in CPU.

| what | SQLite | PostgreSQL | by the clock | CPU | times measured | day |
| --- | --- | --- | --- | --- | --- | --- |
{rows}

Fifty writers for ten seconds, each in a branch of its own, in one file and in one database, as fast as they can: {saves}
"""

if __name__ == "__main__":
    main()
