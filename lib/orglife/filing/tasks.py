"""The long work of the page 定稿与归档; each runs in a child of the kernel and calls what the commands call."""

from __future__ import annotations

import pickle  # between processes of one program and user
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orglife.adapters.bag import verifier
from orglife.adapters.disk import drives, files
from orglife.adapters.engine.long_work import FOLDER, Report
from orglife.archive import verifying
from orglife.archive.driving import outcomes
from orglife.archive.options import ArchiveOptions, Outcome
from orglife.batch.driving import run_batch
from orglife.batch.options import BatchOptions
from orglife.batch.run_record import FAILED
from orglife.core.errors import BadInput, CannotWrite, NotCarried
from orglife.exchange import intake
from orglife.filing import readiness
from orglife.filing.cancelled import explain_cancellation
from orglife.filing.names import DIFFERENCES
from orglife.home.progress import branch_stages
from orglife.keeping import backups, restoring
from orglife.office import disclosure
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.takeaway import downloads

TOKEN = "page"  # noqa: S105  part of the name of an unfinished bag of the page
Arguments = Mapping[str, Any]


def finalize(arguments: Arguments, report: Report) -> Sequence[str]:
    """Make a branch's final papers, stage by stage."""
    root, branch = Path(arguments["root"]), arguments["branch"]
    with Office.open(root) as office:
        name = office.branch_name(branch)
        office.require_final(office.dossier(branch))
    made = _finalize(root, branch, report, 0)
    return [f"✓ {name}已定稿，出了{made}个阶段的文件。点下面的“下载定稿文件”或“写定稿文件”取用。"]


def _finalize(root: Path, branch: str, report: Report, more: int) -> int:
    """Make final papers of all stages; ``more`` = steps that follow."""
    stages = branch_stages()
    done = 0

    def left() -> str:
        now = f"已定稿{done}个阶段，其余的没有动。" if done else "文件没有动。"
        return f"{now}再点一次会接着做，已做好的不重做。"

    with explain_cancellation(left):
        for stage in stages:
            report(done, len(stages) + more, f"正在出“{stage.title}”的定稿文件")
            rows = run_batch(BatchOptions(root, stages=(stage.key,), final=True), [branch], jobs=1)
            troubles = [trouble.words for row in rows if row.status == FAILED for trouble in row.troubles]
            if troubles:
                raise BadInput(troubles)
            done += 1
    report(done, len(stages) + more, "定稿文件已出")
    return done


def archive(arguments: Arguments, report: Report) -> Sequence[str]:
    """Make a branch's final papers and its bag, and verify the bag."""
    root, branch = Path(arguments["root"]), arguments["branch"]
    sweep_bags(root)
    with Office.open(root) as office:
        dossier = office.dossier(branch)
        bag = downloads.latest_bag(office, branch)
        if bag is not None and readiness.archived(office, dossier):
            report(0, 1, "正在核验归档包")
            return _verified(Outcome(True, ("",), bag), "归档以后没有改过内容，不用再归档")
        office.require_final(dossier)
        papers = sum(1 for _ in office.all_papers(dossier, office.findings(dossier)))
        stages = len(branch_stages())
        most = 2 * stages + papers + 1
        _finalize(root, branch, report, papers + stages + 1)
        options = ArchiveOptions(root, token=TOKEN)

        def on_paper(done: int, total: int) -> None:
            report(stages + min(done, papers), most, f"正在编档号、打归档包：{total}件，已做{done}件")

        with explain_cancellation(lambda: "没有打成归档包，档号也没有编；定稿文件都在。要归档再点一次。"):
            report(stages, most, "正在编档号、打归档包")
            (outcome,) = outcomes(office, options, [branch], on_paper)
        if not outcome.good or outcome.bag is None:
            raise BadInput(list(outcome.sentences))
        report(stages + papers, most, "正在核验归档包")
        with explain_cancellation(lambda: "归档包已经打好，还没有核验完；再点一次“归档”会另打一个并核验。"):
            items = sum(not item.withdrawn for item in office.dossier(branch).all(ArchiveItem))
            lines = _verified(outcome, f"{office.branch_name(branch)}已归档，{items}件")
    try:
        _finalize(root, branch, lambda done, _total, label: report(stages + papers + 1 + done, most, label), 0)
    except BadInput as error:
        return [*lines, "定稿文件上还没有印档号，再点一次“定稿”就有了。", *error.sentences]
    return lines


def _verified(outcome: Outcome, result: str) -> list[str]:
    """Verify a bag; return the sentences for the page. The outcome's first sentence, with id and path, is for commands."""
    bag = outcome.bag or Path()
    verdict = verifying.verify(bag)
    if not verdict.good:
        raise BadInput([*outcome.sentences, *verdict.shown()])
    seal = files.sha256_of(bag / verifier.TAGMANIFEST)
    return [
        f"✓ {result}；归档包已核验{len(verdict.lines)}项，全部通过。",
        *outcome.sentences[1:],
        f"归档包校验值（抄在交接登记上，或者请上级留存，以后能证明包里的文件没有改过）：{seal}",
    ]


def sweep_bags(root: Path) -> None:
    """Remove the unfinished bag of a killed run; the lock on long work ensures that no other run is writing one."""
    for leftover in ArchiveOptions(root, token=TOKEN).target.glob(ArchiveOptions(root, token=TOKEN).part("*").name):
        shutil.rmtree(leftover, ignore_errors=True)


def carry(arguments: Arguments, report: Report) -> Sequence[str]:
    """Write the final papers, the latest bag or the package for the superior to a folder, and check them there."""
    root, branch, what = Path(arguments["root"]), arguments["branch"], arguments["what"]
    folder = Path(arguments["folder"])
    with (
        Office.open(root) as office,
        explain_cancellation(lambda: f"“{folder}”里没有留下不完整的内容，电脑里的没有动。"),
        downloads.to_carry(office, branch, what) as (source, name),
    ):
        copy = drives.carry(source, folder, name, lambda done, total, label: report(done, total + 1, label))
        lines = [f"✓ 已写到“{copy}”，读回核对与原件相同。拔出U盘前请先“安全弹出”。"]
        if what == downloads.BAG:
            report(1, 2, "正在那里核验归档包")
            verdict = verifying.verify(copy)
            if not verdict.good:
                raise BadInput([f"写到“{copy}”的归档包没有通过核验，请删掉后再写一次。", *verdict.shown()])
            lines.append(f"在那里核验{len(verdict.lines)}项，全部通过。")
        return [*lines, disclosure.disclosure_line(office.dossier(branch), folder, also=downloads.ALSO[what])]


def backup(arguments: Arguments, report: Report) -> Sequence[str]:
    """Back the workspace up into a folder."""
    folder = Path(arguments["folder"])
    with (
        Office.open(Path(arguments["root"])) as office,
        explain_cancellation(lambda: f"没有做成备份，“{folder}”里没有留下不完整的内容。"),
    ):
        try:
            files.make_private(folder)
            lines = backups.make_backup(office, folder, report=report).lines
        except CannotWrite as error:  # report the stick, not the temporary file on it
            raise NotCarried(path=str(folder), what=error.fields["what"]) from error
    return [f"✓ {lines[0]}", *lines[1:], "备份里有全部数据、修改历史和附件，没有加密，请锁好保管。"]


def compare(arguments: Arguments, report: Report) -> Sequence[str]:
    """List what restoring a backup would change."""
    report(0, 1, "正在核对备份")
    root, source = Path(arguments["root"]), Path(arguments["source"])
    with explain_cancellation(lambda: "没有恢复，数据没有改动。"):
        return list(restoring.restore(source, root, sure=False, inside=True))


def restore(arguments: Arguments, report: Report) -> Sequence[str]:
    """Restore a backup over the workspace that this program serves; its pages must be renewed afterwards."""
    report(0, 1, "正在恢复")
    root, source = Path(arguments["root"]), Path(arguments["source"])
    with explain_cancellation(lambda: "请在本页“恢复”里再看一次差别，弄清楚恢复了没有。"):
        lines = list(restoring.restore(source, root, sure=True, inside=True))
    if source.is_relative_to(root / FOLDER):  # an upload, not needed any more
        source.unlink(missing_ok=True)
    return lines


def compare_forms(arguments: Arguments, report: Report) -> Sequence[str]:
    """Read many filled-in forms; write their differences to a file for the page, which asks before saving."""
    folder, names = Path(arguments["folder"]), arguments["names"]
    with (
        Office.open(Path(arguments["root"])) as office,
        explain_cancellation(lambda: "没有导入，数据没有改动。"),
    ):
        uploads = [(name, files.read(folder / f"{number}")) for number, name in enumerate(names)]
        differences = intake.differences_each(
            office, uploads, arguments["branch"], lambda done, name: report(done, len(uploads), f"正在读“{name}”")
        )
    files.write(folder / DIFFERENCES, pickle.dumps(differences))
    return [f"读了{len(uploads)}份表。"]
