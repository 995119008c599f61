"""The demonstration: an invented bureau in a new workspace, checked and printed like a real one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from orglife.adapters.disk import files, paths
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.engine.pools import default_jobs
from orglife.batch.driving import run_batch
from orglife.batch.options import BatchOptions
from orglife.batch.run_record import FAILED
from orglife.cli import lines
from orglife.cli.output import show
from orglife.core.errors import NotADemo
from orglife.core.rule.finding import count
from orglife.exchange import intake
from orglife.office.office import Office

CAMPAIGN = "2024-seed"


def demonstrate(out: Path, say: Callable[[str], None]) -> int:
    """Create the demonstration workspace, check it and make every paper.

    Args:
        out: The workspace; an earlier demonstration is replaced.
        say: Prints progress messages.

    Returns:
        0 even though one branch has deliberate faults; 1 when a paper could not be made.

    Raises:
        NotADemo: the folder holds something else.
    """
    out = files.real(out)
    if not ws.remove_demo(out):
        raise NotADemo(path=str(out))
    Workspace.create(out, ws.campaign_text(CAMPAIGN), Settings(role="bureau", author="演示", demo=True))
    with Office.open(out) as office:
        sources = sorted((paths.templates() / "demo").glob("*.json"))
        intake.take_in(office, intake.differences(office, sources))
        branches = office.branches()
        say(f"已建立演示工作目录，{len(branches)}个支部，数据均为虚构。正在核对和出件……")
        day = max((office.dossier(branch).as_of for branch in branches), default=date.today())
        office.workspace.set_day(day)
        table(office, branches, day)
        options = BatchOptions(root=out)
        everyone = options.everyone(office, branches, whole=True)
    rows = run_batch(options, everyone, jobs=default_jobs(), on_row=lambda row: say(lines.batch_line(row)))
    say(lines.batch_summary(rows, options.target))
    say(f"打开文件夹 {options.target} 查看各支部的HTML和PDF文件。")
    return 1 if any(row.status == FAILED for row in rows) else 0


def table(office: Office, branches: list[str], day: date) -> None:
    """Print one line for each branch: the number of findings by severity, on the day that counts as today there."""
    show("支部\t党员\t截至\t须改正\t请核对\t提示\t待办")
    dossiers = [office.dossier(branch, day) for branch in branches]
    for dossier in dossiers:
        total = count(office.findings(dossier))
        cells = [
            dossier.branch.name,
            str(len(dossier.members)),
            dossier.as_of.isoformat(),
            *map(str, (total.errors, total.warnings, total.infos, total.todos)),
        ]
        show("\t".join(cells))
    counts = count(office.bureau_findings(dossiers, day))
    show(f"上级督导\t—\t{day.isoformat()}\t{counts.errors}\t{counts.warnings}\t{counts.infos}\t{counts.todos}")
