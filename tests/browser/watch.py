"""The time on the clock and of the processor that steps in a browser take."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

from tests.browser.served import Server

QUIET = 1.0  # seconds of silence after which a step counts as finished


ROUNDS = 8  # of waiting for that, at most


@dataclass
class Cpu:
    """Seconds of processor by who took them."""

    server: float = 0.0
    kernels: float = 0.0
    browser: float = 0.0

    def since(self, before: Cpu) -> Cpu:
        """What was taken after ``before``."""
        return Cpu(self.server - before.server, self.kernels - before.kernels, self.browser - before.browser)


@dataclass
class Step:
    """One line of the table.

    Attributes:
        goal: Seconds to reach.
        seconds: By the clock, a run each.
        cpu: Of each run.
    """

    title: str
    goal: float
    seconds: list[float] = field(default_factory=list)
    cpu: list[Cpu] = field(default_factory=list)
    note: str = ""

    def line(self) -> str:
        """Its row in docs/browser.md."""
        took = [statistics.median(getattr(one, who) for one in self.cpu) for who in ("server", "kernels", "browser")]
        cells = [self.title + self.note, f"{self.goal:g}", f"{statistics.median(self.seconds):.2f}"]
        spread = f"{min(self.seconds):.2f}–{max(self.seconds):.2f} ({len(self.seconds)})"
        return f"| {' | '.join([*cells, spread, *(f'{one:.2f}' for one in took)])} |"


class Watch:
    """Counts what the processes of one server and one browser take."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._seen: dict[int, tuple[str, float]] = {}

    def processes(self) -> Iterator[tuple[str, psutil.Process]]:
        """Server, kernels and browser, each with the role that it has."""
        top = psutil.Process(self.server.process.pid)
        yield "server", top
        for child in top.children(recursive=True):
            yield "kernels", child
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if "chrom" in child.name():
                    yield "browser", child

    def memory(self) -> dict[str, float]:
        """MiB of server and kernels, shared pages counted once among all who share them."""
        total = {"server": 0.0, "kernels": 0.0}
        for role, process in self.processes():
            if role in total:
                with suppress(psutil.Error):
                    total[role] += process.memory_full_info().pss / 2**20
        return total

    def total(self) -> Cpu:
        """What all have taken until now, those that ended included as far as they were seen."""
        for role, process in self.processes():
            with suppress(psutil.Error):
                times = process.cpu_times()
                self._seen[process.pid] = (role, times.user + times.system)
        cpu = Cpu()
        for role, seconds in self._seen.values():
            setattr(cpu, role, getattr(cpu, role) + seconds)
        return cpu

    def settle(self) -> Cpu:
        """Wait until nothing more happens; what was taken until then."""
        before = self.total()
        for _ in range(ROUNDS):
            time.sleep(QUIET)
            now = self.total()
            if all(getattr(now, who) - getattr(before, who) < 0.15 * QUIET for who in ("server", "kernels", "browser")):
                break
            before = now
        return now

    @contextmanager
    def step(self, step: Step) -> Iterator[None]:
        """Clock and count one run; ``seconds`` may be put right by who knows better."""
        before = self.settle()
        began = time.monotonic()
        yield
        took = time.monotonic() - began
        after = self.settle()
        step.cpu.append(after.since(before))
        if len(step.seconds) < len(step.cpu):
            step.seconds.append(took)
