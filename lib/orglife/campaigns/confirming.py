"""The logic of the campaign page: store each decision about a notice and put the resulting campaign into force."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files
from orglife.adapters.disk import workspace as ws
from orglife.adapters.panel.confirm_port import TERMS, ConfirmGroup, ConfirmProgress
from orglife.adapters.text import notice_file
from orglife.campaigns import comparison, labels, renewal
from orglife.campaigns.confirm_view import SHOWN, confirm_groups, demand_label, notice_beside
from orglife.campaigns.decisions import RESULT, STATE, ConfirmState, stored_state
from orglife.core.errors import NoSuchFile
from orglife.core.paper.block import Document
from orglife.core.rule.campaign import Campaign, Check, check_campaign, parse_campaign
from orglife.notice.deciding import (
    ASKED,
    DECISION_KINDS,
    DEPENDENT_DEMANDS,
    SENTENCES,
    Decision,
    asked_with,
    confirmed_draft,
    corrected_value,
    dependent_demands,
    readings,
    taken,
    unasked,
)
from orglife.notice.drafting import campaign_id, campaign_toml
from orglife.notice.materials import known_days
from orglife.notice.stated_numbers import terms_in_days
from orglife.notice.vocabulary import DEMANDS
from orglife.notice.year_words import year_words
from orglife.office.office import Office
from orglife.stages import campaign_needs

HEADING = "方案核对"


def _ask_again(state: ConfirmState, name: str) -> None:
    """Open the demands again that depend on a fact and were struck with another one."""
    for demand in DEPENDENT_DEMANDS.get(name, ()):
        struck = state.decisions.get(f"demand:{demand}")
        if struck and struck.how == "struck" and struck.value:
            del state.decisions[f"demand:{demand}"]


class Confirming:
    """The campaign draft of an open workspace; each change is written to disk before the call returns."""

    def __init__(self, office: Office) -> None:
        self.office = office

    @property
    def _root(self) -> Path:
        return self.office.workspace.root

    def _state(self) -> ConfirmState:
        state = stored_state(self._root)
        if state is None:
            raise NoSuchFile(path=str(self._root / STATE))
        return state

    def _keep(self, state: ConfirmState) -> None:
        state.count()
        text = self._text(state)
        parse_campaign(text, name=RESULT)
        files.write(self._root / STATE, state.to_json())  # written first: the campaign can be made from it again
        files.write(self._root / RESULT, text.encode())

    def _text(self, state: ConfirmState) -> str:
        """The campaign file (TOML) that results from the decisions."""
        draft = confirmed_draft(state.draft, state.decisions)
        here = (self.office.campaign, *self.office.workspace.earlier_campaigns(), *ws.shipped_campaigns())
        return campaign_toml(
            draft, state.name, stem=state.ident, stale_terms=state.terms, published=known_days(reversed(here))
        )

    # --- the notice --------------------------------------------------------------------------------------------------

    def standing(self) -> ConfirmProgress | None:
        """The progress of the draft; None without one."""
        state = stored_state(self._root)
        if state is None:
            return None
        in_force = self.office.campaign == parse_campaign(self._text(state))
        struck = sum(d.how in ("struck", "left") for d in state.decisions.values())
        line = f"已确认{len(state.decisions) - struck}项，划去{struck}项，还有{state.left}项没有确认"
        return ConfirmProgress(state.name, line + ("；已启用。" if in_force else "；还没有启用。"), in_force)

    def take(self, name: str, data: bytes) -> None:
        """Read a notice and start a draft.

        Raises:
            OrglifeError: the file cannot be read as one notice; nothing is written.
        """
        state = ConfirmState(name, "", notice_file.paragraphs(data, name))
        state.ident = self._fresh_id(campaign_id(state.draft, ""))
        self._keep(state)

    def _fresh_id(self, ident: str) -> str:
        taken = {self.office.campaign.id, *(c.id for c in self.office.workspace.earlier_campaigns())}
        numbered = (f"{ident}-{n}" for n in count(2))
        return ident if ident not in taken else next(name for name in numbered if name not in taken)

    def drop(self) -> None:
        """Delete the draft; the campaign in force does not change."""
        for name in (STATE, RESULT):
            (self._root / name).unlink(missing_ok=True)

    # --- what is to be decided -----------------------------------------------------------------------------------------

    def groups(self) -> Sequence[ConfirmGroup]:
        """What was read, field by field, then demands, sentences left over, blank fields, terms of earlier years."""
        groups = confirm_groups(self._state())
        if self.terms():
            groups.append(ConfirmGroup(TERMS, "往年用语", (), 0, "可选"))
        return groups

    def notice(self, group: str) -> str:
        """The notice as HTML, with the words used marked, those of the group most."""
        if group == TERMS:
            return "<p>往年方案的说法。勾上的，今年的材料里还出现时会提示请核对。</p>"
        return notice_beside(self._state(), group)

    def decide(self, key: str, how: str, value: Any = None) -> str:
        """Store a decision. Striking a fact also strikes the demands that depend on it.

        Filling in a fact opens the demands again that depend on it and were struck with another fact.

        Returns:
            A sentence that names the demands struck with it; "" when there are none.

        Raises:
            ValueError: the typed value cannot be read; the text is a message for the user.
            OrglifeError: the decision cannot be written.
        """
        state = self._state()
        read = next((r for r in readings(state.draft) if r.key == key), None)
        if read is None:
            raise ValueError(SENTENCES["moved"])
        if how not in DECISION_KINDS[read.kind]:
            raise ValueError(f"{how} does not decide {read.kind}")
        if how == "demand" and value not in DEMANDS:
            raise ValueError("请先选择对应的要求。")
        if how == "corrected":
            value = corrected_value(read.name, value, read.value, self._year(state))
        if how == "taken":
            state.decisions[key] = taken(state.draft, read.name, int(value), state.decisions.get(key))
        else:
            state.decisions[key] = Decision(how, read.value if how == "confirmed" else value)
        went = (
            dependent_demands(state.draft, state.decisions, read.name)
            if how == "struck" and read.kind == "fact"
            else []
        )
        state.decisions |= {f"demand:{each}": Decision("struck", read.name) for each in went}
        if how in ("corrected", "taken"):
            _ask_again(state, read.name)
        self._keep(state)
        return (
            f"“{read.label}”按“通知没有写”处理，同它一起划去的要求：{'、'.join(demand_label(k) for k in went)}。"
            if went
            else ""
        )

    def _year(self, state: ConfirmState) -> int:
        """The year of days that are typed without one; 0 when neither the notice nor the campaign in force has a year."""
        decided = state.decisions.get("fact:year", Decision("confirmed", state.draft.value("year"))).value
        before = self.office.campaign.year
        return int(decided or 0) or (before + 1 if before else 0)

    def decide_all(self, group: str) -> None:
        """Confirm all open readings of a group that are not uncertain."""
        state = self._state()
        keys = {item.key for each in confirm_groups(state) if each.key == group for item in each.items}
        for read in readings(state.draft):
            if read.key in keys and read.kind in ("fact", "demand") and read.sure != "uncertain":
                state.decisions.setdefault(read.key, Decision("confirmed", read.value))
        self._keep(state)

    def reopen(self, key: str) -> None:
        """Undo a decision. Reopening a struck fact also reopens the demands that were struck with it."""
        state = self._state()
        undone = state.decisions.pop(key, None)
        if undone and undone.how == "struck" and key.startswith("fact:"):
            for each in (f"demand:{name}" for name in DEPENDENT_DEMANDS.get(key.removeprefix("fact:"), ())):
                if state.decisions.get(each, Decision("confirmed")).how == "struck":
                    del state.decisions[each]
        self._keep(state)

    def unasked(self) -> Sequence[tuple[str, str]]:
        """The demands that were not read and not yet found by a person, the likeliest first: (label, key) each."""
        state = self._state()
        return [(demand_label(k), k) for k in unasked(state.draft) if f"{ASKED}{k}" not in state.decisions]

    def likeliest(self, demand: str) -> Sequence[tuple[str, str]]:
        """The sentences that most likely make a demand, best first: (quote, place) each."""
        return [(c.quote, c.place) for c in self._state().draft.ranking.candidates(demand)[:SHOWN]]

    def ask(self, demand: str, number: int) -> None:
        """Store that one of the likeliest sentences makes a demand that was not read.

        Raises:
            ValueError: there is no such sentence; the text is a message for the user.
            OrglifeError: the decision cannot be written.
        """
        state = self._state()
        state.decisions[f"{ASKED}{demand}"] = asked_with(state.draft, demand, number)
        self._keep(state)

    def demands(self) -> Sequence[tuple[str, str]]:
        """All demands that the program knows: (label, key) each."""
        return [(demand_label(key), key) for key in DEMANDS]

    # --- words of earlier years ----------------------------------------------------------------------------------------

    def terms(self) -> Sequence[tuple[str, bool]]:
        """Terms of earlier campaigns that the new one does not use: (term, whether to warn of it) each."""
        state = self._state()
        newer = parse_campaign(self._text(state))
        new_words = "\n".join([newer.title, newer.theme, *newer.labels.values(), *(m.title for m in newer.materials)])
        older = [c for c in (self.office.campaign, *self.office.workspace.earlier_campaigns()) if c.id != newer.id]
        words = dict.fromkeys(word for campaign in older for word in year_words(campaign))
        return [(word, word in state.terms) for word in words if word not in new_words or word in state.terms]

    def set_terms(self, terms: Sequence[str]) -> None:
        """Store the terms to warn of."""
        state = self._state()
        state.terms = list(terms)
        self._keep(state)

    # --- the campaign ----------------------------------------------------------------------------------------------------

    def campaign(self) -> Campaign | None:
        """The campaign that results from the decisions so far; None without a draft."""
        state = stored_state(self._root)
        return parse_campaign(self._text(state)) if state else None

    def check(self) -> Check | None:
        """The result of ``campaign check`` for the draft; None without one."""
        campaign = self.campaign()
        if campaign is None:
            return None
        check = check_campaign(campaign, campaign_needs())
        return Check(check.problems, [*terms_in_days(self._state().draft), *check.notes])

    def papers(self) -> list[Document]:
        """A comparison with the campaign in force, or with its predecessor if the draft is in force."""
        newer = self.campaign()
        if newer is None:
            return []
        older = self.office.campaign
        if older.id == newer.id:
            before = self.office.workspace.earlier_campaigns()
            older = max(before, key=lambda c: c.year or 0, default=older)
        return [comparison.compare(older, newer).page()]

    def preview(self) -> Sequence[str]:
        """What will happen when the draft is put into force, for users.

        Raises:
            OrglifeError: it cannot be put into force.
        """
        state = self._state()
        text = self._text(state)
        newer = self._checked(text)
        lines = [f"还有{state.left}项没有确认，这些先空着，有关的检查不起作用。"] if state.left else []
        if newer.id == self.office.campaign.id:
            return [*lines, "这个方案已经生效，改动从现在起使用，支部的记录不变。"]
        if not renewal.has_records(self.office):
            return [*lines, "工作目录里还没有记录，直接换成新方案。"]
        return [*lines, *renewal.plan(self.office, text, newer).lines()]

    def enforce(self) -> str:
        """Put the draft into force.

        Raises:
            OrglifeError: it cannot be put into force; nothing is changed.
        """
        state = self._state()
        text = self._text(state)
        newer = self._checked(text)
        labels.store(self._root, newer.id, labels.label_of(state))
        renewal.put_into_force(self.office, text, newer)
        return "新方案已启用。请先核对党员名册，再从工作方案开始。"

    def _checked(self, text: str) -> Campaign:
        newer = parse_campaign(text, name=RESULT)
        renewal.checked(self.office, newer, RESULT)
        return newer
