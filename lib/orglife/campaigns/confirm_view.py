"""The draft as shown for confirmation: fields, demands by stage and sentences left over, with the notice beside them."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from orglife.adapters.panel.confirm_port import UNASKED, ConfirmGroup, Item
from orglife.campaigns.comparison import stage_title
from orglife.campaigns.decisions import ConfirmState
from orglife.core.rule.campaign import quoted
from orglife.notice.clause import NoticeClause
from orglife.notice.deciding import ADDED_TO, ASKED, OFFERED, PARTS, Reading, readings
from orglife.notice.drafting import value_words
from orglife.notice.model import NoticeQuote
from orglife.stages import ALL_RULES

_STATES = {
    "confirmed": "已确认",
    "corrected": "已按更正确认",
    "taken": "已按这一句确认",
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
_SILENT = "没有读出来。通知里写了的，在下面三句里点选；没有写的空着，不要猜，这一项就不核对"


LEFT_OVER = "left"
"""Key of the group of sentences that match no demand."""
SHOWN = 3
"""Number of candidate sentences beside a field."""


def confirm_groups(state: ConfirmState) -> list[ConfirmGroup]:
    """A group per field, one per stage for the demands, and one for the sentences left over."""
    groups: dict[str, tuple[str, list[Reading]]] = {}
    for read in sorted(readings(state.draft), key=lambda r: r.kind == "blank"):
        key, title = _group(read)
        groups.setdefault(key, (title, []))[1].append(read)
    shown = [_shown(key, title, reads, state) for key, (title, reads) in groups.items()]
    return [*shown, ConfirmGroup(UNASKED, "没有认出的要求", tuple(_asked(state)), 0, "可选")]


def _asked(state: ConfirmState) -> Iterator[Item]:
    """The demands that a person found in the notice."""
    for key, decision in state.decisions.items():
        if key.startswith(ASKED):
            words = "……".join(quote.quote for quote in decision.quotes)
            demand = str(decision.value)
            yield Item(key, demand_label(demand), quoted(words), _checked_by(demand), _STATES["taken"], "demand")


def _asked_quotes(state: ConfirmState) -> list[NoticeQuote]:
    return [at for key, decision in state.decisions.items() if key.startswith(ASKED) for at in decision.quotes]


def notice_beside(state: ConfirmState, group: str) -> str:
    """The notice as HTML, with the words used marked, and those of a group with a class of their own."""
    here = [w for read in readings(state.draft) if _group(read)[0] == group for w in _words(read, state)]
    if group == UNASKED:
        here = _asked_quotes(state)
    return notice_html(state.draft.notice.clauses, _used(state), here)


def _group(read: Reading) -> tuple[str, str]:
    """The key and title of the group of a reading."""
    if read.kind == "demand":
        stage = read.name.partition(".")[0]
        return f"demands:{stage}", f"要求：{stage_title(read.name)}"
    return (LEFT_OVER, "请人看的句子") if read.kind == "unread" else (read.key, read.label)


def _shown(key: str, title: str, reads: Sequence[Reading], state: ConfirmState) -> ConfirmGroup:
    items = tuple(_item(read, state) for read in reads)
    blank = all(i.kind == "blank" for i in items)
    left = 0 if blank else sum(not i.state for i in items)
    return ConfirmGroup(key, title, items, left, "✓" if all(i.state for i in items) else "空着" if blank else "")


def _words(read: Reading, state: ConfirmState) -> Sequence[NoticeQuote]:
    """The quotes of a reading; of a blank one its first candidate."""
    decision = state.decisions.get(read.key)
    if decision and decision.quotes:
        return decision.quotes
    return read.words or (state.draft.ranking.candidates(read.name)[:1] if read.kind == "blank" else ())


def _used(state: ConfirmState) -> list[NoticeQuote]:
    """The quotes of everything that was read or taken, without what was struck."""
    quotes = _asked_quotes(state)
    for read in readings(state.draft):
        decision = state.decisions.get(read.key)
        if not (decision and decision.how in ("struck", "left")):
            quotes += decision.quotes if decision and decision.quotes else read.words
    return quotes


def notice_html(clauses: Sequence[NoticeClause], used: Sequence[NoticeQuote], here: Sequence[NoticeQuote]) -> str:
    """The whole notice as HTML: what is used in <mark>, what belongs to the open group in <mark class="oc-now">."""
    by_place: dict[str, list[str]] = {}
    for quote in used:
        by_place.setdefault(quote.place, []).append(quote.quote)
    open_ = {(quote.place, quote.quote) for quote in here}
    paragraphs, first = [], True
    for clause in clauses:
        now = [quote for place, quote in open_ if place == clause.where and quote in clause.line.raw]
        text = marked(clause.line.raw, by_place.get(clause.where, ()), now)
        opens = ' class="oc-here"' if now and first else ""
        first = first and not now
        place = f"<b>{html.escape(clause.where)}</b> " if clause.numbered else ""
        paragraphs.append(f"<p{opens}>{place}{text}</p>")
    return "".join(paragraphs)


def _item(read: Reading, state: ConfirmState) -> Item:
    decision = state.decisions.get(read.key)
    value = decision.value if decision and decision.how in ("confirmed", "corrected", "taken") else read.value
    word = _STATES[decision.how] if decision else ""
    if decision and decision.how == "struck" and read.kind != "demand":
        word = "通知没有写"
    if read.kind == "demand":
        words = "……".join(dict.fromkeys(w.quote for w in read.words))
        return Item(read.key, f"要求：{stage_title(read.name)}", quoted(words), _checked_by(read.name), word, "demand")
    if read.kind == "unread":
        if decision and decision.how == "demand":
            word += f"：{demand_label(str(decision.value))}"
        note = "提出了要求，但没有检查能核对"
        return Item(read.key, "请人看的一句", read.words[0].quote, note, word, "unread")
    parts = tuple((p, kind, label, _part(value, p)) for p, kind, label in PARTS.get(read.name, ()))
    note = _SILENT if read.kind == "blank" else _SURE[read.sure]
    text = value_words(value) if value is not None else ""
    return Item(
        read.key,
        read.label,
        text,
        note,
        word,
        read.kind,
        parts,
        read.sure != "uncertain",
        tuple(_candidates(read, state)),
        adds=read.name in ADDED_TO,
    )


def _candidates(read: Reading, state: ConfirmState) -> Iterator[tuple[int, str, str]]:
    """The likeliest sentences; of a field that several make up, those that are not in its value."""
    quotes = [unit.quote for unit in state.draft.ranking.shown(read.name, OFFERED)]
    numbered = [(number, quote.quote, quote.place) for number, quote in enumerate(quotes)]
    if read.name in ADDED_TO:
        used = [w.quote for w in _words(read, state)] if read.kind == "fact" or read.key in state.decisions else []
        numbered = [each for each in numbered if not any(part in each[1] for part in used)]
    yield from numbered[:SHOWN]


def _part(value: Any, part: str) -> str:
    content = value.get(part) if isinstance(value, Mapping) else None if part else value
    if isinstance(content, list):
        return "\n".join(str(each) for each in content)
    return "" if content is None else str(content)


def marked(text: str, quotes: Iterable[str], now: Iterable[str] = ()) -> str:
    """The text as HTML with the quotes in <mark>, those of ``now`` with a class; overlapping quotes are merged."""
    kinds = [0] * len(text)
    for kind, group in ((1, quotes), (2, now)):
        for quote in group:
            at = text.find(quote)
            if at >= 0:
                kinds[at : at + len(quote)] = [kind] * len(quote)
    opening = ("", "<mark>", '<mark class="oc-now">')
    runs = groupby(zip(text, kinds, strict=True), key=lambda pair: pair[1])
    return "".join(
        f"{opening[kind]}{html.escape(''.join(char for char, _ in run))}{'</mark>' if kind else ''}"
        for kind, run in runs
    )


def demand_label(key: str) -> str:
    """The label of a demand: its stage and the title of its first rule, or its key when no rule checks it."""
    title = next(iter(_rule_titles(key)), key)
    return "：".join(part for part in (stage_title(key), title) if part)


def _checked_by(key: str) -> str:
    titles = _rule_titles(key)
    return f"检查：{'；'.join(titles)}" if titles else "没有检查，由人核对"


def _rule_titles(demand: str) -> list[str]:
    return [rule.title for rule in ALL_RULES if rule.demand == demand]
