"""演练: a fictitious branch midway through its work, in a workspace beside the real one; it can be reset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files, paths
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import SETTINGS, Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.core.errors import NotARehearsal
from orglife.exchange import intake
from orglife.home.progress import FILING_NOTEBOOK, branch_stages
from orglife.office.office import Office

CAMPAIGN = "2024-seed"
SUFFIX = "-演练"
BRANCH = "演练党支部"
SOURCE = "b01.json"
"""The demo branch that the rehearsal starts from."""
AT_FIRST: dict[str, int] = {
    "member": 12,
    "plan": 1,
    "study": 3,
    "talk": 12,
    "opinion": 6,
    "team_review": 1,
    "member_review": 7,
}
"""How many records of each type are there at first: preparations half done, the meeting still ahead."""
FILING_CARD = "最后一步：看还差什么，附上签字扫描件，再点“定稿”“归档”。归档包、备份可以拷到U盘；用完在这里退出。"
HOME_CARD = "先看这里：今天做什么、离时限还有几天、谁还欠什么。点红色按钮，直接去要做的那一页。上面一排是各阶段，字下面写着状态。"
"""The first card of the tour; a stage's own stands in its ``Stage.tour``."""


def rehearsal_folder(root: Path) -> Path:
    """The rehearsal's folder, beside the real workspace and never inside it."""
    return root if root.name.endswith(SUFFIX) else root.with_name(root.name + SUFFIX)


def create_rehearsal(root: Path) -> None:
    """Create the rehearsal's workspace; an existing one is not changed.

    Raises:
        NotARehearsal: the folder is a workspace with real data.
        WorkspaceExists: the folder is not empty and not a workspace.
    """
    if (root / SETTINGS).is_file():
        if not Workspace.open(root).settings.rehearsal:
            raise NotARehearsal(path=str(root))
        return
    settings = Settings(role="branch", branch=_initial_dossier()["branch"]["id"], author="演练", rehearsal=True)
    Workspace.create(root, ws.campaign_text(CAMPAIGN), settings)
    reset(root)


def reset(root: Path) -> None:
    """Reset the rehearsal to its initial records; drafts are deleted, the history stays.

    Raises:
        NotARehearsal: the workspace holds real data; nothing is changed.
    """
    if not Workspace.open(root).settings.rehearsal:
        raise NotARehearsal(path=str(root))
    dossier = _initial_dossier()
    source = root / ".orglife" / "rehearsal.json"
    files.write(source, json.dumps(dossier, ensure_ascii=False).encode())
    with Office.open(root) as office:
        branch = dossier["branch"]["id"]
        for draft in office.store.current(office.campaign.id, branch).drafts:
            office.store.settle(office.campaign.id, branch, draft.type, draft.id, who=office.author)
        intake.take_in(office, intake.differences(office, [source]))


def _initial_dossier() -> dict[str, Any]:
    """The initial dossier, as JSON data."""
    dossier: dict[str, Any] = json.loads(files.read_text(paths.templates() / "demo" / SOURCE))
    dossier["branch"]["name"] = BRANCH
    dossier["records"] = {name: rows[: AT_FIRST.get(name, 0)] for name, rows in dossier["records"].items()}
    return dossier


def tour() -> list[dict[str, Any]]:
    """A card for each page, in the order of the pages; a stage that has no words for it has no card."""
    stages = [(f"{stage.notebook}.ipynb", stage.tour) for stage in branch_stages() if stage.tour]
    pages = [("00_home.ipynb", HOME_CARD), *stages, (FILING_NOTEBOOK, FILING_CARD)]
    return [
        {"path": f"notebooks/{notebook}", "number": number, "words": words}
        for number, (notebook, words) in enumerate(pages, start=1)
    ]
