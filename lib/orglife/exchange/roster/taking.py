"""Import a roster into a branch in the page: read beside its members, then saved as confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orglife.core.errors import BadInput
from orglife.core.record.branch import Branch, Member
from orglife.core.record.dossier import identified
from orglife.core.record.exchange import Incoming
from orglife.core.sheet.pages import bodies_of
from orglife.exchange import intake, workbooks
from orglife.exchange.difference import difference_of
from orglife.exchange.roster.review import RosterReview, members_of
from orglife.exchange.roster.sources import PASTED, RosterSource, source_of_file, source_of_text
from orglife.office.office import Office


class BranchRoster:
    """Rosters of one branch."""

    def __init__(self, office: Office, branch: str) -> None:
        self.office, self.branch = office, branch
        self._source = RosterSource(PASTED)

    def table(self, name: str, data: bytes | None, text: str, uses: Mapping[int, str] | None) -> dict[str, Any]:
        """The table in which a file (``data``) or a pasted text is confirmed.

        Raises:
            BadInput: it cannot be read, with the reason.
        """
        self._source = source_of_file(name, data) if data is not None else source_of_text(PASTED, text)
        return self._review(uses).page()

    def take(self, answer: Mapping[str, Any]) -> str:
        """Save the members as confirmed.

        Returns:
            What was saved, in a sentence.

        Raises:
            OrglifeError: all that is still open or wrong, or somebody saved meanwhile; nothing is saved.
        """
        members = members_of(self._review(None).confirmed(answer))
        snapshot = self.office.snapshot(self.branch)
        head = Branch.stored(snapshot.branch) if snapshot.branch else Branch(id=self.branch)
        incoming = Incoming(self.office.campaign.id, head, {Member.TYPE: tuple(members)}, partial=True)
        difference = difference_of(self.office, incoming, self._source.name)
        if difference.is_empty:
            raise BadInput(["名册与现有名单相同，没有要保存的。"])
        intake.take_in(self.office, [difference])
        saved = [change for change in difference.changes if change.type == Member.TYPE]
        new = sum(not change.base for change in saved)
        return f"✓ 已保存：新增{new}名，修改{len(saved) - new}名。"

    def _review(self, uses: Mapping[int, str] | None) -> RosterReview:
        known = self.branch in self.office.branches()
        dossier = self.office.dossier(self.branch) if known else None
        members = bodies_of(dossier.records.get(Member.TYPE, ())) if dossier else {}
        taken = {each.id for each in identified(dossier.everything())} if dossier else set()
        past = self.office.store.history(self.office.campaign.id, self.branch, Member.TYPE)
        lexicon = workbooks.lexicon_of(self.office.campaign, {})
        return RosterReview(self._source, lexicon, members, taken | {r.record for r in past}, uses)
