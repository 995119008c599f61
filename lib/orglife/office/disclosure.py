"""One line that states which personal data an exported file holds and where it is written."""

from __future__ import annotations

from collections.abc import Collection

from orglife.core.record.dossier import Dossier

KINDS = {
    "member": "姓名和党员身份",
    "study": "学习考勤",
    "talk": "谈话内容",
    "opinion": "征求到的意见",
    "team_review": "班子对照检查",
    "member_review": "发言提纲",
    "meeting": "会议发言和到会情况",
    "criticism": "相互批评",
    "superior_comment": "上级点评",
    "tally": "测评票数（只有汇总）",
    "grade": "评定等次",
    "disposal": "组织处置",
    "rect_item": "整改事项",
    "pledge": "整改承诺",
    "attachment": "附件的登记",
    "explanation": "情况说明",
}
"""What of each record type concerns a person, as a person calls it; the other types are about the branch."""


def disclosure_line(dossier: Dossier, where: object, *, types: Collection[str] = (), also: str = "") -> str:
    """The line for one branch's data.

    Args:
        dossier: The branch whose data are exported.
        where: The file or folder.
        types: Exported record types; empty = all.
        also: Exported data that are not records, for example scans.
    """
    there = [label for kind, label in KINDS.items() if dossier.records.get(kind) and (not types or kind in types)]
    if also:
        there.append(also)
    name = dossier.branch.name or dossier.branch.id
    if not there:
        return f"带出的个人信息：没有。来自{name}，写到“{where}”。"
    return f"带出的个人信息：{'、'.join(there)}。来自{name}，写到“{where}”；请只交给应当看的人，用完删除副本。"
