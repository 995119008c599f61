"""Renew an open overview: check again only the branches that were saved since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from orglife.adapters.store.store import BUREAU
from orglife.bureau.overview import Overview
from orglife.bureau.standing import Standing
from orglife.bureau.survey import MANY, branch_keys, checked, survey
from orglife.office.office import Office


class OverviewRenewal:
    """Remembers the state of each branch when the overview was made, to find the changed ones.

    Args:
        office: The open workspace.
        as_of: The day of the check (see ``survey``).
    """

    def __init__(self, office: Office, as_of: date | None) -> None:
        self._office, self._as_of = office, as_of
        self._keys: Mapping[str, str] = {}

    def begin(self) -> None:
        """Record the state of each branch, against which later saves are detected. Call it before an overview is made."""
        self._keys = branch_keys(self._office, self._as_of)

    def renewed(self, overview: Overview) -> Overview | None:
        """The overview of the branches as they are now; None = nothing has changed.

        Findings that compare branches (``findings``) are not renewed; only a complete overview finds them again.
        """
        keys = branch_keys(self._office, self._as_of)
        changed = {branch for branch in keys.keys() | self._keys.keys() if keys.get(branch) != self._keys.get(branch)}
        if not changed:
            return None
        self._keys = keys
        if len(changed) >= MANY:
            return survey(self._office, self._as_of, branches_only=True)
        standings = {one.branch: one for one in overview.standings}
        with self._office.still():
            for branch in changed - {BUREAU}:
                standings.pop(branch, None)
                if self._office.snapshot(branch).branch is not None:
                    standings[branch] = checked(self._office, branch, self._as_of)
        return _of(self._office, overview, [standings[branch] for branch in sorted(standings)], self._as_of)


def _of(office: Office, overview: Overview, standings: list[Standing], as_of: date | None) -> Overview:
    day = as_of or max((one.as_of for one in standings), default=date.today())
    return replace(overview, standings=standings, bureau=office.bureau([], day), as_of=day)
