"""Attach many scans as long work; a module of its own, which imports little and starts fast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from orglife.adapters.disk import attachments, files
from orglife.adapters.engine.long_work import Report
from orglife.filing import scans
from orglife.filing.cancelled import explain_cancellation
from orglife.office.office import Office
from orglife.stages.plan.record import Attachment

NOT_ATTACHED = "扫描件一个也没有附上；选好的还在，再点一次就附。"
TOO_LATE = "✓ 点“取消”的时候已经附完，扫描件都附上了。"


def attach(arguments: Mapping[str, Any], report: Report) -> Sequence[str]:
    """Attach many scans that the page left in a folder, each to its records, all or none."""
    folder, branch, named = Path(arguments["folder"]), arguments["branch"], arguments["files"]
    names = [str(each["name"]) for each in named]

    def on_file(done: int) -> None:
        report(done, len(names) + 1, f"正在附上“{names[done]}”" if done < len(names) else "正在登记")

    with Office.open(Path(arguments["root"])) as office, explain_cancellation(lambda: NOT_ATTACHED):
        day, before = date.fromisoformat(arguments["as_of"]), len(office.dossier(branch).all(Attachment))
        pairs = [
            (attachments.recognise(files.read(folder / f"{number}"), each["file"]), tuple(each["records"]))
            for number, each in enumerate(named)
        ]
        try:
            return [scans.attach(office, branch, pairs, day, on_file)]
        except KeyboardInterrupt:
            if len(office.dossier(branch).all(Attachment)) == before:
                raise
            return [TOO_LATE]
