"""A workspace on a server follows the campaign that the bureau put into force; each branch carries over its own records."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from orglife.adapters.disk import files
from orglife.adapters.disk import workspace as ws
from orglife.core.errors import BranchLent, SaveConflict
from orglife.core.rule.campaign import Campaign
from orglife.office.office import Office

_SEEN = "campaign-seen"
"""File of the runtime folder: id of the campaign that the papers in this workspace's folder belong to."""


def opened(root: Path, *, author: str = "", campaign: str = "") -> Office:
    """Open a workspace (see ``Office.open``) and follow the bureau's campaign.

    Raises:
        OrglifeError: see ``Office.open`` and ``follow``.
    """
    office = Office.open(root, author=author, campaign=campaign)
    try:
        follow(office)
    except BaseException:
        office.close()
        raise
    return office


def follow(office: Office) -> None:
    """Carry over the records of this login's branch into the campaign in force, once, and move the earlier papers aside.

    With a file, ``renewal`` does both when the campaign is put into force.

    Raises:
        CannotWrite, NotSaved: it was not done; the next call does it.
    """
    if not office.store.on_server or office.workspace.earlier:
        return
    _put_papers_aside(office)
    own = office.store.own_branch
    if not own or own in office.branches() or not office.store.may_append(own):
        return
    before = _last_campaign(office, own)
    if before is None or office.store.loan(own) is not None:  # taken home: carry over when it is brought back
        return
    from orglife.campaigns import renewal  # noqa: PLC0415  needed once a year

    with Office.open(office.workspace.root, campaign=before.id) as then:
        carried = renewal.carried(then.dossier(own), before, office.campaign)
    with suppress(
        SaveConflict, BranchLent
    ):  # another page carried it over first, or the branch was taken home meanwhile
        office.store.apply(office.campaign.id, own, carried.changes(), who=office.author)


def _last_campaign(office: Office, branch: str) -> Campaign | None:
    """The campaign in which the branch entered anything last; None = it never did."""
    held = [c for c in office.workspace.earlier_campaigns() if branch in office.store.branches(c.id)]
    return max(held, key=lambda c: office.store.history(c.id, branch)[-1].at, default=None)


def _put_papers_aside(office: Office) -> None:
    seen = office.workspace.root / ws.RUNTIME / _SEEN
    before = files.read_text(seen).strip() if seen.is_file() else ""
    if before == office.campaign.id:
        return
    if before:
        from orglife.campaigns import renewal  # noqa: PLC0415  as above

        renewal.set_papers_aside(office.workspace.root, before)
    files.make_private(seen.parent)
    files.write(seen, office.campaign.id.encode())
