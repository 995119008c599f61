"""Measure the time to make the papers of a branch in a warm process, by stage: ``make bench-papers``. Not a test.

Invented branches of 12 members with a committee. Each round uses two new branches, one to measure each step and one to
measure all files together, so that caches of the typesetter do not distort the result. Writes docs/papers-bench.md.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

from orglife.adapters.print import docx, exporters, glyphs, html, typst
from orglife.core.paper.block import Bundle
from orglife.office.office import Office
from tests.bench.batch import FORMATS, MEMBERS, STAGES_OF_A_BRANCH, machine, workspace
from tests.branch import ROOT

PREPARED = ("reading", "checking", "laying out")
TOGETHER = "HTML + PDF, several at a time"
GOALS = {TOGETHER: 0.4, "DOCX": 0.6}


@dataclass
class Watch:
    """Seconds by the clock and of the processor, by what they were spent on and in which stage, round by round."""

    rounds: list[dict[tuple[str, str], tuple[float, float]]] = field(default_factory=list)

    @contextmanager
    def over(self, what: str, stage: str = "") -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        spent = (time.perf_counter() - wall, time.process_time() - cpu)
        known = self.rounds[-1].get((what, stage), (0.0, 0.0))
        self.rounds[-1][what, stage] = (known[0] + spent[0], known[1] + spent[1])

    def of(self, *whats: str, stage: str | None = None) -> tuple[float, float]:
        """The median round's wall and CPU seconds for some of the work, of all stages or of one."""
        sums = [
            [
                sum(spent[side] for (what, at), spent in one.items() if what in whats and stage in (None, at))
                for side in (0, 1)
            ]
            for one in self.rounds
        ]
        return median(one[0] for one in sums), median(one[1] for one in sums)


def together(office: Office, branch: str, watch: Watch) -> None:
    """Make a branch's papers in the formats that a batch makes, PDFs as many at a time as there are processors."""
    dossier = office.dossier(branch)
    findings = office.findings(dossier)
    bundles = [office.bundle(dossier, stage, findings) for stage in STAGES_OF_A_BRANCH]
    files = [(bundle, kind) for bundle in bundles if bundle.documents for kind in FORMATS]
    with watch.over(TOGETHER):
        for data in exporters.render_all(files):
            data()


def apart(office: Office, branch: str, watch: Watch) -> tuple[int, int]:
    """Make a branch's papers in every format; how many papers, in how many files of a format."""
    with watch.over("reading"):
        dossier = office.dossier(branch)
    with watch.over("checking"):
        findings = office.findings(dossier)
    bundles: dict[str, Bundle] = {}
    for stage in STAGES_OF_A_BRANCH:
        with watch.over("laying out", stage.key):
            bundle = office.bundle(dossier, stage, findings)
        if bundle.documents:
            bundles[stage.key] = bundle
    for stage, bundle in bundles.items():
        stamp = exporters.timestamp(bundle)
        with watch.over("HTML", stage):
            html.page(bundle)
        with watch.over("PDF", stage):
            typst.pdf(bundle, timestamp=stamp)
        with watch.over("of PDF: looking for glyphs", stage):
            glyphs.preflight(bundle.documents)
        with watch.over("DOCX", stage):
            docx.docx(bundle, timestamp=stamp)
    return sum(len(bundle.documents) for bundle in bundles.values()), len(bundles)


def table(watch: Watch) -> Iterator[str]:
    """The page's tables, in milliseconds."""
    yield "| work | wall time, ms | CPU time, ms |"
    yield "| --- | --- | --- |"
    rows = {**{name: (name,) for name in PREPARED}, "reading + checking + laying out": PREPARED}
    rows |= {name: (name,) for name in ("HTML", "PDF", "of PDF: looking for glyphs", "DOCX")}
    rows |= {"HTML + PDF": ("HTML", "PDF"), TOGETHER: (TOGETHER,)}
    for name, whats in rows.items():
        wall, cpu = watch.of(*whats)
        goal = f" (goal {GOALS[name] * 1000:.0f})" if name in GOALS else ""
        yield f"| {name}{goal} | {wall * 1000:.0f} | {cpu * 1000:.0f} |"
    yield ""
    yield "| stage | laying out | HTML | PDF | DOCX |"
    yield "| --- | --- | --- | --- | --- |"
    for stage in STAGES_OF_A_BRANCH:
        if watch.of("PDF", stage=stage.key)[1]:
            spent = [watch.of(what, stage=stage.key)[1] for what in ("laying out", "HTML", "PDF", "DOCX")]
            yield f"| {stage.title} | " + " | ".join(f"{one * 1000:.1f}" for one in spent) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--warm", type=int, default=2, help="rounds before, not counted")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "papers-bench.md")
    options = parser.parse_args()
    about_machine = machine()
    watch = Watch()
    rounds = 2 * (options.warm + options.rounds)
    with (
        tempfile.TemporaryDirectory(prefix="orglife-bench-") as name,
        Office.open(workspace(Path(name), rounds)) as office,
    ):
        for number in range(0, rounds, 2):
            watch.rounds.append({})
            papers, files = apart(office, f"g{number:05d}", watch)
            together(office, f"g{number + 1:05d}", watch)
    del watch.rounds[: options.warm]
    versions = ", ".join(f"{word} {version(word)}" for word in ("typst", "python-docx", "Jinja2"))
    options.out.write_text(
        _PAGE.format(
            day=date.today(), machine=about_machine, versions=versions, rounds=options.rounds, members=MEMBERS, papers=papers,
            files=files, rows="\n".join(table(watch)),
        )
    )  # fmt: skip
    print(options.out.read_text())


_PAGE = """# Time to make the papers of a branch

Written by `make bench-papers` (`tests/bench/papers.py`) on {day}. {machine}. {versions}.

Invented branches of {members} members with a committee, in one warm process: {papers} papers in {files} files of each format. Medians of {rounds} rounds, each with a different branch. CPU time is the sum over all cores. “Several at a time” makes the files in threads. The second table is in milliseconds of CPU time.

{rows}
"""


if __name__ == "__main__":
    main()
