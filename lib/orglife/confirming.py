"""A notice of the year on its way to a campaign in force: read, decided item by item by a person, kept after each."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from orglife import listing, renewal, succession
from orglife.adapters import files, notices, patterns
from orglife.adapters import workspace as ws
from orglife.adapters.confirm_form import TERMS, Item, Place, Standing
from orglife.core.block import Document
from orglife.core.campaign import Campaign, Check, check_campaign, parse_campaign
from orglife.core.errors import BadInput, CampaignDraftBroken, CampaignKeysMoved, NoSuchFile, OrglifeError
from orglife.home.progress import CAMPAIGN, CAMPAIGN_DRAFT
from orglife.notice.clause import Clause
from orglife.notice.deciding import BELONGS, HOWS, PARTS, Decision, Read, bound, corrected, decided, readings
from orglife.notice.drafting import campaign_id, campaign_toml, shown
from orglife.notice.materials import days_known
from orglife.notice.model import Draft
from orglife.notice.reading import read_notice
from orglife.notice.signs import SIGNS
from orglife.notice.year_words import year_words
from orglife.office import Office
from orglife.stages import ALL_RULES, RULES_BY_ID, STAGES
from orglife.stages.whole.overrides import require_overrides

PAGE = CAMPAIGN
STATE, RESULT = CAMPAIGN_DRAFT, "campaign-draft.toml"
"""In the workspace: what was decided, and the campaign that comes of it."""
FORMAT = "orglife-campaign-confirm/1"
SILENT = "silent"
HEADING = "方案核对"
_STATES = {
    "confirmed": "已确认",
    "corrected": "已按更正确认",
    "struck": "已划去",
    "demand": "已对应到要求",
    "check": "留给支部打勾",
    "left": "不列入",
}
_SURE = {
    "stated": "通知写明",
    "derived": "由文字推出，例如通知没有写年份，请核对",
    "uncertain": "没有把握，请单独核对",
}


@dataclass
class State:
    """The draft as it is kept.

    Attributes:
        name: What the notice's file is called.
        ident: Id of the campaign that comes of it.
        paragraphs: The notice as it was read.
        decisions: By the key of what was decided.
        terms: Words of earlier years to be warned of.
        left: How many things are open.
    """

    name: str
    ident: str
    paragraphs: list[str]
    decisions: dict[str, Decision] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)
    left: int = 0

    @property
    def draft(self) -> Draft:
        """The notice as read; reading is by fixed rules, so equal text gives an equal draft."""
        return _read(tuple(self.paragraphs), self.name)

    def to_json(self) -> bytes:
        """The file's bytes."""
        return (json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=2) + "\n").encode()


@lru_cache(maxsize=2)
def _read(paragraphs: tuple[str, ...], name: str) -> Draft:
    return read_notice(paragraphs, name)


def kept(root: Path) -> State | None:
    """The draft of a workspace; None without one.

    Raises:
        CampaignDraftBroken: there is one, and it is none of ours.
    """
    path = root / STATE
    try:
        raw = json.loads(files.read_text(path))
        if raw.pop("format") != FORMAT:
            raise CampaignDraftBroken(path=str(path))
        decisions = {key: Decision(**each) for key, each in raw.pop("decisions").items()}
        return State(**raw, decisions=decisions)
    except NoSuchFile:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CampaignDraftBroken(path=str(path)) from error


def pending(root: Path) -> str:
    """What the first pages say about a draft that is not decided to the end; "" when there is nothing to say."""
    try:
        state = kept(root)
    except OrglifeError as error:
        return " ".join(error.sentences)
    return f"新方案（{state.name}）还有{state.left}项没有确认。" if state and state.left else ""


class Confirming:
    """The draft of an open workspace; every change is on the disk when the call returns."""

    def __init__(self, office: Office) -> None:
        self.office = office

    @property
    def _root(self) -> Path:
        return self.office.workspace.root

    def _state(self) -> State:
        state = kept(self._root)
        if state is None:
            raise NoSuchFile(path=str(self._root / STATE))
        return state

    def _keep(self, state: State) -> None:
        state.left = sum(self._is_open(read, state) for read in readings(state.draft))
        text = self._text(state)
        parse_campaign(text, name=RESULT)
        files.write(self._root / STATE, state.to_json())  # what was decided; the campaign can be made from it again
        files.write(self._root / RESULT, text.encode())

    def _text(self, state: State) -> str:
        """The campaign file that comes of what was decided."""
        draft = decided(state.draft, state.decisions)
        here = (self.office.campaign, *self.office.workspace.earlier_campaigns(), *ws.shipped_campaigns())
        return campaign_toml(
            draft, state.name, stem=state.ident, stale_terms=state.terms, published=days_known(reversed(here))
        )

    def _is_open(self, read: Read, state: State) -> bool:
        return read.kind != "blank" and read.key not in state.decisions

    # --- the notice --------------------------------------------------------------------------------------------------

    def standing(self) -> Standing | None:
        """How far the draft is; None without one."""
        state = kept(self._root)
        if state is None:
            return None
        in_force = self.office.campaign == parse_campaign(self._text(state))
        struck = sum(d.how in ("struck", "left") for d in state.decisions.values())
        line = f"已确认{len(state.decisions) - struck}项，划去{struck}项，还有{state.left}项没有确认"
        return Standing(state.name, line + ("；已投入使用。" if in_force else "；还没有投入使用。"), in_force)

    def take(self, name: str, data: bytes) -> None:
        """Read a notice and begin a draft.

        Raises:
            OrglifeError: it cannot be read as one notice; nothing is written.
        """
        paragraphs = notices.paragraphs(data, name)
        draft = _read(tuple(paragraphs), name)
        self._keep(State(name, self._fresh_id(campaign_id(draft, "")), paragraphs))

    def _fresh_id(self, wanted: str) -> str:
        taken = {self.office.campaign.id, *(c.id for c in self.office.workspace.earlier_campaigns())}
        numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
        return wanted if wanted not in taken else next(name for name in numbered if name not in taken)

    def drop(self) -> None:
        """Give the draft up; the campaign in force stays."""
        for name in (STATE, RESULT):
            (self._root / name).unlink(missing_ok=True)

    # --- what is to be decided -----------------------------------------------------------------------------------------

    def places(self) -> Sequence[Place]:
        """The clauses in their order, then what the notice does not say, then words of earlier years."""
        state = self._state()
        by_place: dict[str, list[Read]] = {}
        for read in readings(state.draft):
            by_place.setdefault(read.words[0].place if read.words else SILENT, []).append(read)
        quotes: dict[str, list[str]] = {}
        for words in (w for reads in by_place.values() for read in reads for w in read.words):
            quotes.setdefault(words.place, []).append(words.quote)
        clauses: dict[str, list[Clause]] = {}
        for clause in state.draft.notice.clauses:
            clauses.setdefault(clause.where, []).append(clause)
        found = [
            self._clause(where, here, by_place.get(where, []), quotes.get(where, []), state)
            for where, here in clauses.items()
        ]
        blanks = tuple(self._item(read, state) for read in by_place.get(SILENT, []))
        if blanks:
            text = "<p>通知没有写明的，空着就不核对。确有依据的可以补填，不要猜。</p>"
            empty = sum(not item.state for item in blanks)
            found.append(Place(SILENT, "通知没有写明的", text, blanks, 0, f"空着{empty}项" if empty else "✓"))
        if self.terms():
            text = "<p>往年方案的说法。勾上的，今年的材料里还出现时会提示请核对。</p>"
            found.append(Place(TERMS, "往年用语", text, (), 0, "可选"))
        return found

    def _clause(
        self, where: str, clauses: Sequence[Clause], reads: Sequence[Read], quotes: Sequence[str], state: State
    ) -> Place:
        text = "".join(f"<p>{marked(c.line.raw, quotes)}</p>" for c in clauses)
        title = next((c.title for c in clauses if c.title), "") or clauses[0].plain[:14].rstrip("，。；：")
        items = tuple(self._item(read, state) for read in reads)
        return Place(where, f"{where} {title}", text, items, sum(not i.state for i in items))

    def _item(self, read: Read, state: State) -> Item:
        decision = state.decisions.get(read.key)
        value = decision.value if decision and decision.how in ("confirmed", "corrected") else read.value
        word = _STATES[decision.how] if decision else ""
        if read.kind == "demand":
            said = "……".join(dict.fromkeys(w.quote for w in read.words))
            return Item(read.key, f"要求：{_stage(read.name)}", f"「{said}」", _checked_by(read.name), word, "demand")
        if read.kind == "unread":
            if decision and decision.how == "demand":
                word += f"：{demand_label(str(decision.value))}"
            note = "提出了要求，但没有检查能核对"
            return Item(read.key, "请人看的一句", read.words[0].quote, note, word, "unread")
        parts = tuple((p, kind, label, _part(value, p)) for p, kind, label in PARTS.get(read.name, ()))
        note = "" if read.kind == "blank" else _SURE[read.sure]
        text = shown(value) if value is not None else ""
        return Item(read.key, read.label, text, note, word, read.kind, parts, read.sure != "uncertain")

    def decide(self, key: str, how: str, value: Any = None) -> str:
        """Keep a decision; a fact that is struck takes the demands with it that rest on it.

        Returns:
            What went with it, a sentence; "" when nothing did.

        Raises:
            ValueError: what was typed cannot be read; its sentence is for the person.
            OrglifeError: it cannot be written.
        """
        state = self._state()
        read = next(r for r in readings(state.draft) if r.key == key)
        if how not in HOWS[read.kind]:
            raise ValueError(f"{how} does not decide {read.kind}")
        if how == "demand" and value not in SIGNS:
            raise ValueError("请先选择对应的要求。")
        if how == "corrected":
            year = state.decisions.get("fact:year", Decision("confirmed", state.draft.value("year"))).value
            value = corrected(read.name, value, read.value, int(year or 0) or self._year())
        state.decisions[key] = Decision(how, read.value if how == "confirmed" else value)
        went = bound(state.draft, state.decisions, read.name) if how == "struck" and read.kind == "fact" else []
        state.decisions |= {f"demand:{each}": Decision("struck") for each in went}
        self._keep(state)
        return f"“{read.label}”已划去，同它一起划去的要求：{'、'.join(demand_label(k) for k in went)}。" if went else ""

    def _year(self) -> int:
        return (self.office.campaign.year or 0) + 1

    def decide_all(self, place: str) -> None:
        """Confirm everything in a clause that is open and sure."""
        state = self._state()
        for read in readings(state.draft):
            here = bool(read.words) and read.words[0].place == place
            if here and read.kind in ("fact", "demand") and read.sure != "uncertain":
                state.decisions.setdefault(read.key, Decision("confirmed", read.value))
        self._keep(state)

    def reopen(self, key: str) -> None:
        """Take a decision back; of a fact that was struck, the demands that went with it are open again, too."""
        state = self._state()
        taken = state.decisions.pop(key, None)
        if taken and taken.how == "struck" and key.startswith("fact:"):
            for each in (f"demand:{name}" for name in BELONGS.get(key.removeprefix("fact:"), ())):
                if state.decisions.get(each, Decision("confirmed")).how == "struck":
                    del state.decisions[each]
        self._keep(state)

    def demands(self) -> Sequence[tuple[str, str]]:
        """The demands of the kit: label, key."""
        return [(demand_label(key), key) for key in SIGNS]

    # --- words of earlier years ----------------------------------------------------------------------------------------

    def terms(self) -> Sequence[tuple[str, bool]]:
        """Words of the campaigns before that the new one does not use, and whether each is to be warned of."""
        state = self._state()
        newer = parse_campaign(self._text(state))
        said = "\n".join([newer.title, newer.theme, *newer.labels.values(), *(m.title for m in newer.materials)])
        older = [c for c in (self.office.campaign, *self.office.workspace.earlier_campaigns()) if c.id != newer.id]
        words = dict.fromkeys(word for campaign in older for word in year_words(campaign))
        return [(word, word in state.terms) for word in words if word not in said or word in state.terms]

    def set_terms(self, terms: Sequence[str]) -> None:
        """Keep which words are to be warned of."""
        state = self._state()
        state.terms = list(terms)
        self._keep(state)

    # --- the campaign ----------------------------------------------------------------------------------------------------

    def campaign(self) -> Campaign | None:
        """What was confirmed so far, as a campaign; None without a draft."""
        state = kept(self._root)
        return parse_campaign(self._text(state)) if state else None

    def check(self) -> Check | None:
        """What ``campaign check`` says of it; None without a draft."""
        campaign = self.campaign()
        return check_campaign(campaign, listing.campaign_needs()) if campaign else None

    def papers(self) -> list[Document]:
        """The difference from the campaign in force, from its predecessor once it is in force itself."""
        newer = self.campaign()
        if newer is None:
            return []
        older = self.office.campaign
        if older.id == newer.id:
            before = self.office.workspace.earlier_campaigns()
            older = max(before, key=lambda c: c.year or 0, default=older)
        return [succession.compare(older, newer).page()]

    def preview(self) -> Sequence[str]:
        """What putting it into force brings.

        Raises:
            OrglifeError: why it cannot be done.
        """
        state = self._state()
        text = self._text(state)
        newer = self._checked(text)
        lines = [f"还有{state.left}项没有确认，这些先空着，有关的检查不起作用。"] if state.left else []
        if newer.id == self.office.campaign.id:
            return [*lines, "这个方案已经生效，改动从现在起使用，支部的记录不变。"]
        if self._is_empty():
            return [*lines, "工作目录里还没有记录，直接换成新方案。"]
        return [*lines, *renewal.plan(self.office, text, newer).lines()]

    def enforce(self) -> str:
        """Put it into force.

        Raises:
            OrglifeError: why it cannot be done; nothing is changed.
        """
        text = self._text(self._state())
        newer = self._checked(text)
        if newer.id == self.office.campaign.id or self._is_empty():
            files.write(self._root / ws.CAMPAIGN, text.encode())
        else:
            renewal.begin(self.office, renewal.plan(self.office, text, newer))
        self.office.renew()
        return "新方案已投入使用。请先核对党员名册，再从工作方案开始。"

    def _checked(self, text: str) -> Campaign:
        newer = parse_campaign(text, name=RESULT)
        problems = check_campaign(newer, listing.campaign_needs()).problems
        if problems:
            raise BadInput(problems)
        require_overrides(newer, RULES_BY_ID, patterns.endless, name=RESULT)
        older = self.office.campaign
        if newer.id == older.id:
            _require_same_keys(older, newer)
        return newer

    def _is_empty(self) -> bool:
        return not self.office.branches() and not any(self.office.bureau_records().values())


def _require_same_keys(older: Campaign, newer: Campaign) -> None:
    """A key that records hold never comes to mean something else."""
    for key in older.labels.keys() & newer.labels.keys():
        if older.labels[key] != newer.labels[key]:
            raise CampaignKeysMoved(before=older.labels[key], after=newer.labels[key])


def _part(value: Any, part: str) -> str:
    found = value.get(part) if part and isinstance(value, Mapping) else None if part else value
    if isinstance(found, list):
        return "\n".join(str(each) for each in found)
    return "" if found is None else str(found)


def marked(text: str, quotes: Iterable[str]) -> str:
    """Escaped text with the quoted words marked, also where they overlap."""
    hit = [False] * len(text)
    for quote in quotes:
        at = text.find(quote) if quote else -1
        if at >= 0:
            hit[at : at + len(quote)] = [True] * len(quote)
    pieces: list[str] = []
    for place, char in enumerate(text):
        before = place > 0 and hit[place - 1]
        pieces.append("</mark>" if before and not hit[place] else "<mark>" if hit[place] and not before else "")
        pieces.append(html.escape(char))
    return "".join(pieces) + ("</mark>" if hit and hit[-1] else "")


def demand_label(key: str) -> str:
    """A demand for a person: its stage and what its checks are about; its key where nothing checks it."""
    rules = [rule.title for rule in ALL_RULES if rule.demand == key]
    return "：".join(part for part in (_stage(key), rules[0] if rules else key) if part)


def _stage(key: str) -> str:
    return next((s.title for s in STAGES if s.key == key.partition(".")[0]), "")


def _checked_by(key: str) -> str:
    rules = [f"{rule.title}（{rule.id}）" for rule in ALL_RULES if rule.demand == key]
    return f"检查：{'；'.join(rules)}" if rules else "没有检查，由人核对"
