"""One line that states which personal data an exported file holds and where it is written."""

from __future__ import annotations

from collections.abc import Collection

from orglife.core.record.branch import Member
from orglife.core.record.dossier import Dossier
from orglife.stages.kinds import KINDS

PERSONAL: dict[str, str] = {
    kind.TYPE: words
    for kind in sorted(KINDS, key=lambda kind: (kind is not Member, not kind.FORM, "" if kind.FORM else kind.TYPE))
    if (words := kind.LABEL if kind.PERSONAL is None else kind.PERSONAL)
}
"""What of each record type concerns a person: the roster first, then what the forms print, then the rest by type."""


def disclosure_line(dossier: Dossier, where: object, *, types: Collection[str] = (), also: str = "") -> str:
    """The line for one branch's data.

    Args:
        dossier: The branch whose data are exported.
        where: The file or folder.
        types: Exported record types; empty = all.
        also: Exported data that are not records, for example scans.
    """
    labels = [label for kind, label in PERSONAL.items() if dossier.records.get(kind) and (not types or kind in types)]
    if also:
        labels.append(also)
    name = dossier.branch.name or dossier.branch.id
    if not labels:
        return f"带出的个人信息：没有。来自{name}，写到“{where}”。"
    return f"带出的个人信息：{'、'.join(labels)}。来自{name}，写到“{where}”；请只交给应当看的人，用完删除副本。"
