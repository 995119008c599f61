"""演练: a fictitious branch midway through its work, in a workspace beside the real one; it can be reset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files, paths
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.workspace import Settings, Workspace
from orglife.core.errors import NotARehearsal
from orglife.exchange import intake
from orglife.home.progress import HOME, branch_stages
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
TOUR: dict[str, str] = {
    HOME: "先看这里：今天做什么、离时限还有几天、谁还欠什么。点红色按钮，直接去要做的那一页。上面一排是各阶段，字下面写着状态。",
    "plan": "登记支部名称、党员名册和工作方案。试一试：把一名党员的职务改掉，看下面的核对怎么变。填了就保存，没有“保存”按钮。",
    "study": "登记集中学习，勾选参加的人；没参加的登记补学。没有学习过，“召开会议”那一页不会打开。",
    "talks": "谈一次登记一条。班子成员两两要谈到；下面会列出还差哪两位。试一试：补上还没谈的一对，看提示消失。",
    "opinions": "登记群众和服务对象的意见，不写提意见人的姓名。确实没有意见的，登记“无意见”。",
    "reviews": "班子对照检查和每名党员的发言提纲。还有几名党员没有提纲：试着录入一份，具体写人写事；程序不会代写。",
    "meeting": "会前打印会议用表（首页有按钮），会后照会上的记录如实录入：到会、议程、自我批评、批评意见、点评。",
    "appraisal": "录入测评票的汇总数，不录谁投了什么。票数对不上时，下面会说是哪一处。",
    "rectification": "从问题列出整改事项，写措施、责任人、时限；每名党员的整改承诺也在这里。",
    "report": "最后是备案和情况报告。页面下方的“文件”就是打印出来的样子，点“打印（PDF）”试一试。导览到此结束。",
}


def rehearsal_folder(root: Path) -> Path:
    """The rehearsal's folder, beside the real workspace and never inside it."""
    return root if root.name.endswith(SUFFIX) else root.with_name(root.name + SUFFIX)


def create_rehearsal(root: Path) -> None:
    """Create the rehearsal's workspace; an existing one is not changed.

    Raises:
        NotARehearsal: the folder is a workspace with real data.
        WorkspaceExists: the folder is not empty and not a workspace.
    """
    if (root / ws.SETTINGS).is_file():
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
    """A card for each page, in the order of the pages."""
    pages = [(HOME, "00_home"), *((stage.key, stage.notebook) for stage in branch_stages())]
    return [
        {"path": f"notebooks/{notebook}.ipynb", "number": number, "words": TOUR[key]}
        for number, (key, notebook) in enumerate(pages, start=1)
    ]
