"""A new branch from a roster's file, where nobody can be asked."""

from __future__ import annotations

from pathlib import Path

from orglife.adapters.disk import files
from orglife.core.errors import BadInput
from orglife.core.record.exchange import Incoming
from orglife.core.record.field import is_ident
from orglife.core.rule.campaign import Campaign
from orglife.core.sheet.roster.merging import strict_roster
from orglife.exchange import workbooks
from orglife.exchange.roster.sources import source_of_file
from orglife.office.branch_ids import new_branch_id


def branch_from_roster(source: Path, campaign: Campaign, branch: str = "") -> Incoming:
    """Read the roster for a new workspace.

    Args:
        source: The file.
        campaign: The campaign that the workspace will hold.
        branch: The branch's id; "" = the one in the file, else a new one.

    Returns:
        A new branch with its members.

    Raises:
        OrglifeError: it is not a roster, or all its problems.
    """
    roster_source = source_of_file(source.name, files.read(source))
    roster = strict_roster(source.name, roster_source.read(workbooks.lexicon_of(campaign, {})))
    if branch and not is_ident(branch):
        roster.problems.append(f"支部代号“{branch}”不合规。请只用英文字母、数字和 . _ - ，例如 b01。")
    if roster.problems:
        raise BadInput(roster.problems)
    own = branch or roster.branch.get("id") or roster_source.branch or new_branch_id()
    incoming = workbooks.roster_members(campaign, source.name, roster, {}, own)
    return incoming if "has_committee" in roster.branch else workbooks.with_committee(incoming)
