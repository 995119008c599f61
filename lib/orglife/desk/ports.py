"""The ports between forms and a branch: entries in the store, and the choices of select fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from orglife.adapters.field.port import EntryVersion, StoredEntry
from orglife.adapters.form.conflicts import ids_in
from orglife.adapters.form.entry_list import WORDS
from orglife.adapters.store.reading import Snapshot
from orglife.adapters.store.store import BUREAU
from orglife.core.errors import NoRoundToAnnul, NoSuchRecord, RoundAnnulled, SaveConflict
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier, day_words, identified, natural_key, short
from orglife.core.record.record import Entry, Record
from orglife.core.record.words import Offer, outsider_words
from orglife.core.rule.bureau import Bureau
from orglife.exchange import receipts
from orglife.office.dossiers import FROM_BUREAU
from orglife.office.office import Office
from orglife.stages.meeting.record import Meeting, Problem
from orglife.stages.report.record import RedoOrder, Remark
from orglife.stages.reviews.record import ReviewItem
from orglife.stages.shared.people import people
from orglife.stages.shared.rounds import held_rounds, round_on
from orglife.stages.supervision.record import BureauLeader, Supervision


class _ChainPort:
    """Saves entries of one type in the chain of a branch, or of the bureau."""

    def __init__(self, office: Office, branch: str, type_: str) -> None:
        self.office, self.branch, self.type = office, branch, type_

    @property
    def who(self) -> str:
        """Author of new revisions."""
        return self.office.author

    @property
    def _campaign(self) -> str:
        return self.office.campaign.id

    def save(self, record: Any, base: int) -> int:
        """Save a record; it is on the disk when the call returns."""
        return self.office.store.put(self._campaign, self.branch, record, who=self.who, base=base).version

    def draft(self, id: str, fields: Mapping[str, Any]) -> None:  # noqa: A002
        """Save a draft: input that is not a valid record yet."""
        self.office.store.draft(self._campaign, self.branch, self.type, id, fields, who=self.who)

    def past(self, id: str) -> Sequence[EntryVersion]:  # noqa: A002
        """Every version of an entry, oldest first."""
        revisions = self.office.store.history(self._campaign, self.branch, self.type, id)
        return [EntryVersion(one.version, one.who, one.at, one.data) for one in revisions]


class StorePort(_ChainPort):
    """The entries of one record type of a branch, saved in the store."""

    def __init__(self, office: Office, branch: str, kind: type[Record], as_of: date) -> None:
        super().__init__(office, branch, kind.TYPE)
        self.kind, self.as_of = kind, as_of

    def list(self) -> Sequence[StoredEntry]:
        """All entries: records in the order of their numbers, then drafts without a record."""
        snapshot = self.office.snapshot(self.branch)
        dossier = self.office.dossier(self.branch, self.as_of)
        records = sorted(dossier.records.get(self.type, ()), key=lambda record: natural_key(record.id))
        return self._entries(snapshot, records, dossier.label)

    def _entries(
        self, snapshot: Snapshot, records: Iterable[Record], label: Callable[[Record], str]
    ) -> Sequence[StoredEntry]:
        """Records as entries, then drafts without a record.

        Args:
            snapshot: Read before the records, so that a save in between is a conflict for this window.
            records: The records.
            label: Names a record.
        """
        drafts = {d.id: d.fields for d in snapshot.drafts if d.type == self.type}
        versions = {row.id: row.version for row in snapshot.records.get(self.type, ())}
        entries = [
            StoredEntry(r.id, label(r), versions.get(r.id, 0), r, drafts.pop(r.id, None) or None) for r in records
        ]
        return [*entries, *(StoredEntry(i, self.kind.LABEL, 0, None, fields) for i, fields in drafts.items())]

    def remove(self, id: str, base: int) -> None:  # noqa: A002
        """Withdraw an entry; delete it if it is only a draft."""
        store = self.office.store
        if store.version(self._campaign, self.branch, self.type, id):
            store.remove(self._campaign, self.branch, self.type, id, who=self.who, base=base)
        elif base:
            raise SaveConflict(record=self.kind.LABEL)
        else:
            store.settle(self._campaign, self.branch, self.type, id, who=self.who)

    def new_id(self) -> str:
        """An id never used in the branch: the type's name and a number."""
        past = self.office.store.history(self._campaign, self.branch, self.type)
        dossier = self.office.dossier(self.branch, self.as_of)
        return _next_id(self.type, {r.record for r in past} | set(dossier.index) | {d.id for d in dossier.drafts})

    def used(self, id: str) -> Iterable[str]:  # noqa: A002
        """Ids that nested objects of this entry have or had."""
        revisions = self.office.store.history(self._campaign, self.branch, self.type, id)
        return [nested for one in revisions for nested in ids_in(one.data)]


def _next_id(type_: str, taken: Iterable[str]) -> str:
    """The type's name and a number that is higher than that of any id of this form."""
    numbers = [int(match[1]) for ident in taken if (match := re.fullmatch(rf"{type_}(\d{{1,9}})", ident))]
    return f"{type_}{max(numbers, default=0) + 1}"


class HeadPort(_ChainPort):
    """The branch's own data: one entry with the branch's id; saving it creates the branch."""

    def __init__(self, office: Office, branch: str) -> None:
        super().__init__(office, branch, "branch")

    def list(self) -> Sequence[StoredEntry]:
        """The branch's own data; empty if neither a record nor a draft is saved."""
        snapshot = self.office.snapshot(self.branch)
        draft = next((d.fields for d in snapshot.drafts if d.type == self.type), None)
        record = Branch.stored(snapshot.branch) if snapshot.branch is not None else None
        return [StoredEntry(self.branch, "党支部", snapshot.version, record, draft)] if record or draft else []

    def remove(self, id: str, base: int) -> None:  # noqa: A002
        """Always raises: the form offers no removal of a branch."""
        raise NoSuchRecord(id=id, label=Branch.LABEL)

    def new_id(self) -> str:
        """The branch's id."""
        return self.branch

    def used(self, id: str) -> Iterable[str]:  # noqa: A002
        """Empty: a branch has no nested objects with ids."""
        return ()


class BureauPort(StorePort):
    """The entries of one record type of the bureau, saved in the bureau's own chain."""

    def __init__(self, office: Office, kind: type[Record], as_of: date, names: Mapping[str, str]) -> None:
        super().__init__(office, BUREAU, kind, as_of)
        self.names = names

    def list(self) -> Sequence[StoredEntry]:
        """All entries: records by id, then drafts without a record."""
        snapshot = self.office.snapshot(BUREAU)
        records = self.office.bureau_records()
        bureau = Bureau(self._campaign, records, {}, self.as_of)
        return self._entries(snapshot, records.get(self.type, ()), partial(self._label, bureau))

    def _label(self, bureau: Bureau, record: Record) -> str:
        if isinstance(record, BureauLeader):
            return record.name or record.id
        branch, day = getattr(record, "branch", ""), getattr(record, "date", None)
        who = getattr(record, "leader", None) or getattr(record, "supervisor", None)
        about = (self.names.get(branch, branch), bureau.name(who), day_words(day))
        return "，".join(part for part in about if part) or record.LABEL

    def save(self, record: Record, base: int) -> int:
        """Save a record; it is on the disk when the call returns.

        Raises:
            NoRoundToAnnul, RoundAnnulled: the order cannot be carried out; nothing is saved.
        """
        if isinstance(record, RedoOrder):
            self._may_order(record)
        if isinstance(record, Supervision) and not record.is_set("round"):
            record = self._in_its_round(record)
        version = super().save(record, base)
        if isinstance(record, RedoOrder | Remark) and record.branch in self.names:
            receipts.renew(self.office, record.branch)
        return version

    def _may_order(self, order: RedoOrder) -> None:
        """Require that the order's round was held and is not annulled yet."""
        if not order.branch or order.round is None:
            return  # incomplete: a rule reports it
        name = self.names.get(order.branch, order.branch)
        known = order.branch in self.office.branches()
        dossier = self.office.dossier(order.branch, self.as_of) if known else None
        if dossier is None or order.round not in held_rounds(dossier):
            raise NoRoundToAnnul(branch=name, round=order.round)
        for other in dossier.all(RedoOrder):
            if other.id != order.id and other.round == order.round and other.branch in ("", order.branch):
                raise RoundAnnulled(branch=name, round=order.round, date=day_words(other.date) or "没有登记日期")

    def _in_its_round(self, visit: Supervision) -> Supervision:
        """Set the round of a visit from its date; the form does not ask for it."""
        if visit.branch not in self.office.branches():
            return visit
        number = round_on(self.office.dossier(visit.branch, self.as_of), visit.date)
        return Supervision.model_validate({**visit.to_json(), "round": number}) if number > 1 else visit

    def new_id(self) -> str:
        """An id never used by the bureau nor, for types sent to branches, in any branch: the type's name and a number."""
        taken = {r.record for r in self.office.store.history(self._campaign, BUREAU)}
        taken |= {d.id for d in self.office.snapshot(BUREAU).drafts}
        if self.kind in FROM_BUREAU:
            for branch in self.office.branches():
                taken |= {row.id for row in self.office.snapshot(branch).records.get(self.type, ())}
        return _next_id(self.type, taken)


class BranchChoices:
    """The current choices of select fields: people, problems, records and the campaign's keys."""

    def __init__(self, office: Office, branch: str, as_of: date, today: date) -> None:
        self._office, self._branch, self._as_of, self._today = office, branch, as_of, today

    @property
    def _dossier(self) -> Dossier:
        return self._office.dossier(self._branch, self._as_of)

    @property
    def years(self) -> tuple[int, ...]:
        """Years that a date without a year may belong to."""
        return self._office.campaign.years_meant(self._today)

    @property
    def today(self) -> date:
        """The day that 今天 stands for."""
        return self._today

    def members(self) -> Sequence[Offer]:
        """The roster by id; members who have left, join later or are suspended come last."""
        dossier = self._dossier
        now = people(dossier).all
        ordered = sorted(dossier.members.values(), key=lambda m: (m.id not in now, m.id))
        return [(m.id, dossier.name(m.id)) for m in ordered]

    def guests(self) -> Sequence[Offer]:
        """Guests of all meetings."""
        return [(g.id, outsider_words(g.name, g.unit) or g.id) for m in self._dossier.all(Meeting) for g in m.guests]

    def problems(self) -> Sequence[Offer]:
        """Problems of reviews and comments."""
        dossier = self._dossier
        return [
            (entry.id, f"{dossier.label(record)}：{_words(entry)}")
            for record in dossier.everything()
            for entry in identified([record])
            if isinstance(entry, (ReviewItem, Problem))
        ]

    def records(self) -> Sequence[Offer]:
        """All records of the branch."""
        dossier = self._dossier
        return [(r.id, dossier.label(r)) for r in dossier.everything()]

    def branches(self) -> Sequence[Offer]:
        """All branches of the workspace."""
        return [(b, self._office.dossier(b).branch.name or b) for b in self._office.branches()]

    def keys(self, name: str) -> Sequence[Offer]:
        """Keys of a campaign list with their labels."""
        campaign = self._office.campaign
        return [(key, campaign.label(key)) for key in campaign.keys(name)]


class BureauChoices(BranchChoices):
    """The choices in the bureau's forms: its leaders, the branches, and the branches' main records."""

    def __init__(self, office: Office, names: Mapping[str, str], as_of: date, today: date) -> None:
        super().__init__(office, BUREAU, as_of, today)
        self._names = names

    def members(self) -> Sequence[Offer]:
        """The bureau's leaders: its records refer to them as persons."""
        leaders = self._office.bureau_records()[BureauLeader.TYPE]
        return [(leader.id, getattr(leader, "name", "") or leader.id) for leader in leaders]

    def guests(self) -> Sequence[Offer]:
        """No record of the bureau names a guest."""
        return []

    def problems(self) -> Sequence[Offer]:
        """No record of the bureau names a problem."""
        return []

    def records(self) -> Sequence[Offer]:
        """Records that a remark can be about: in every branch, the types with one record per dossier or round."""
        choices: list[Offer] = []
        for branch, name in self._names.items():
            dossier = self._office.dossier(branch, self._as_of)
            main = (r for r in dossier.everything() if r.ONE_PER in ("dossier", "round"))
            choices += [(r.id, f"{name}：{dossier.label(r)}") for r in main]
        return choices

    def branches(self) -> Sequence[Offer]:
        """All branches of the workspace."""
        return list(self._names.items())


def _words(entry: Entry) -> str:
    return short(getattr(entry, "fact", "") or getattr(entry, "text", ""), WORDS)
