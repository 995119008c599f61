"""The long work of the page 收件: check many packages, then take in those that are in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from orglife.adapters.engine.long_work import Report
from orglife.adapters.engine.pools import default_jobs
from orglife.bureau.survey import survey
from orglife.core.errors import BadInput
from orglife.exchange import collecting
from orglife.exchange.chosen_files import ChosenFiles
from orglife.exchange.collecting import Arrivals
from orglife.filing.cancelled import explain_cancellation
from orglife.filing.tasks import Arguments
from orglife.office.office import Office


def collect(arguments: Arguments, report: Report) -> Sequence[str]:
    """Compare packages with the workspace and write the list for the page; take nothing in."""
    room = Path(arguments["room"])
    report(0, 0, "正在找支部的包")
    with (
        Office.open(Path(arguments["root"])) as office,
        explain_cancellation(lambda: "没有接收，数据没有改动。"),
    ):
        files = ChosenFiles(room)
        for path, name in arguments["files"]:
            files.add(Path(path), name)
        if arguments["folder"]:
            files.add_folder(Path(arguments["folder"]))
        files.others += arguments["others"]
        arrivals = collecting.look_at_all(office, files, report)
    arrivals.save(room)
    counts = Counter(row.state for row in arrivals.packages)
    words = [f"{state.word}{counts[state]}份" for state in collecting.ArrivalState if counts[state]]
    if not arrivals.packages:
        return ["选中的文件里没有支部交来的包，没有要接收的。"]
    return [f"核对了{len(arrivals.packages)}份：{'，'.join(words)}。还没有接收，请看下面。"]


def take_in(arguments: Arguments, report: Report) -> Sequence[str]:
    """Take in every listed package that is in order, and check the branches, so that the overview opens at once."""
    room = Path(arguments["room"])
    before = taken_in(Arrivals.load(room))

    def left() -> str:
        done = taken_in(Arrivals.load(room)) - before
        return f"已接收{done}份，其余的没有动。要接着收，再点一次。" if done else "没有接收，数据没有改动。"

    with Office.open(Path(arguments["root"])) as office, explain_cancellation(left):
        arrivals = collecting.take_in(office, Arrivals.load(room), report, lambda each, number: each.note(room, number))
        arrivals.save(room)
        report(0, 0, "接收完了，正在核对各支部的登记")
        survey(office, office.workspace.day_of_check(), jobs=default_jobs())
    failed = [row for row in arrivals.packages if row.failed and not row.taken]
    taken = taken_in(arrivals) - before
    if failed and not taken:
        raise BadInput([f"{len(failed)}份都没有收成，原因写在下面。"])
    more = f"；{len(failed)}份没有收成，原因写在下面" if failed else ""
    return [f"✓ 已接收{taken}份，回执已写好{more}。请把回执发给支部。"]


def taken_in(arrivals: Arrivals) -> int:
    """How many packages of a list were taken in."""
    return sum(row.taken for row in arrivals.packages)
