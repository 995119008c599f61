"""Long work on all branches: papers and archive, one step of the bar a branch; finished branches are skipped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orglife.adapters.engine.long_work import Report
from orglife.adapters.engine.pools import default_jobs
from orglife.archive.driving import outcomes
from orglife.archive.options import ArchiveOptions
from orglife.batch.driving import run_batch
from orglife.batch.options import BatchOptions
from orglife.batch.run_record import FAILED, SKIPPED, BranchResult
from orglife.core.errors import BadInput
from orglife.filing import readiness
from orglife.filing.cancelled import explain_cancellation
from orglife.filing.tasks import TOKEN, Arguments, sweep_bags
from orglife.office.office import Office
from orglife.takeaway import downloads

NO_BRANCH = "还没有支部。请先收支部的包。"


def make_all(arguments: Arguments, report: Report) -> Sequence[str]:
    """Make the papers of every branch, and the bureau's own."""
    options = BatchOptions(Path(arguments["root"]))
    with Office.open(options.root) as office:
        if not office.branches():
            raise BadInput([NO_BRANCH])
        names = {branch: office.branch_name(branch) for branch in office.branches()}
        everyone = options.everyone(office, office.branches(), whole=True)
    done: list[BranchResult] = []

    def on_row(row: BranchResult) -> None:
        done.append(row)
        report(len(done), len(everyone), f"“{names.get(row.branch, '上级党组织')}”已做完，正在做其余的")

    report(0, len(everyone), "正在出各支部的文件")
    with explain_cancellation(lambda: f"已做完{len(done)}个支部，其余的没有动。再点一次接着做，做好的不重做。"):
        rows = run_batch(options, everyone, jobs=default_jobs(), on_row=on_row)
    failed = [row for row in rows if row.status == FAILED]
    same = sum(row.status == SKIPPED for row in rows)
    lines = [
        f"✓ {len(rows) - len(failed)}个支部的文件都在“{options.target}”"
        + (f"，其中{same}个没有变化。" if same else "。")
    ]
    if failed:
        troubles = [f"{names.get(row.branch, '上级党组织')}没有出成：{row.error}" for row in failed]
        raise BadInput([lines[0].removeprefix("✓ "), *troubles])
    return lines


def archive_all(arguments: Arguments, report: Report) -> Sequence[str]:
    """Archive every complete branch; name the others with the reasons."""
    root = Path(arguments["root"])
    options = ArchiveOptions(root, token=TOKEN)
    sweep_bags(root)
    made: list[str] = []
    before: list[str] = []
    troubles: list[str] = []
    with Office.open(root) as office:
        branches = office.branches()
        if not branches:
            raise BadInput([NO_BRANCH])
        with explain_cancellation(lambda: f"已归档{len(made)}个支部，其余的没有动。再点一次接着做，做好的不重做。"):
            for number, branch in enumerate(branches):
                name = office.branch_name(branch)
                report(number, len(branches), f"正在归档“{name}”")
                if downloads.latest_bag(office, branch) is not None and readiness.archived(
                    office, office.dossier(branch)
                ):
                    before.append(name)
                    continue
                (outcome,) = outcomes(office, options, [branch])
                if outcome.good:
                    made.append(name)
                else:
                    troubles += [
                        sentence if name in sentence else f"{name}：{sentence}" for sentence in outcome.sentences
                    ]
    head = f"新归档{len(made)}个支部，归档包在“{options.target}”" + (
        f"；{len(before)}个以前归档过、没有变化。" if before else "。"
    )
    if troubles:
        raise BadInput([head, *troubles])
    return [f"✓ {head}"]
