"""The draft as shown for confirmation: the notice clause by clause, with the readings of each clause."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orglife.adapters.form.confirm import Item, ReadClause
from orglife.campaigns.decisions import ConfirmState
from orglife.core.rule.campaign import quoted
from orglife.notice.clause import NoticeClause
from orglife.notice.deciding import PARTS, Reading, readings
from orglife.notice.drafting import value_words
from orglife.stages import ALL_RULES, STAGES

SILENT = "silent"
"""Key of the group of fields on which the notice is silent."""
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


def read_clauses(state: ConfirmState) -> list[ReadClause]:
    """The clauses in the order of the notice, then the fields on which it is silent."""
    by_place: dict[str, list[Reading]] = {}
    quotes: dict[str, list[str]] = {}
    for read in readings(state.draft):
        by_place.setdefault(read.words[0].place if read.words else SILENT, []).append(read)
        for words in read.words:
            quotes.setdefault(words.place, []).append(words.quote)
    clauses: dict[str, list[NoticeClause]] = {}
    for clause in state.draft.notice.clauses:
        clauses.setdefault(clause.where, []).append(clause)
    shown_clauses = [
        _clause(where, here, by_place.get(where, []), quotes.get(where, []), state) for where, here in clauses.items()
    ]
    blanks = tuple(_item(read, state) for read in by_place.get(SILENT, []))
    if blanks:
        text = "<p>通知没有写明的，空着就不核对。确有依据的可以补填，不要猜。</p>"
        empty = sum(not item.state for item in blanks)
        shown_clauses.append(ReadClause(SILENT, "通知没有写明的", text, blanks, 0, f"空着{empty}项" if empty else "✓"))
    return shown_clauses


def _clause(
    where: str, clauses: Sequence[NoticeClause], reads: Sequence[Reading], quotes: Sequence[str], state: ConfirmState
) -> ReadClause:
    text = "".join(f"<p>{marked(c.line.raw, quotes)}</p>" for c in clauses)
    title = next((c.title for c in clauses if c.title), "") or clauses[0].plain[:14].rstrip("，。；：")
    items = tuple(_item(read, state) for read in reads)
    return ReadClause(where, f"{where} {title}", text, items, sum(not i.state for i in items))


def _item(read: Reading, state: ConfirmState) -> Item:
    decision = state.decisions.get(read.key)
    value = decision.value if decision and decision.how in ("confirmed", "corrected") else read.value
    word = _STATES[decision.how] if decision else ""
    if read.kind == "demand":
        words = quoted("……".join(dict.fromkeys(w.quote for w in read.words)))
        return Item(read.key, f"要求：{_stage(read.name)}", words, _checked_by(read.name), word, "demand")
    if read.kind == "unread":
        if decision and decision.how == "demand":
            word += f"：{demand_label(str(decision.value))}"
        note = "提出了要求，但没有检查能核对"
        return Item(read.key, "请人看的一句", read.words[0].quote, note, word, "unread")
    parts = tuple((p, kind, label, _part(value, p)) for p, kind, label in PARTS.get(read.name, ()))
    note = "" if read.kind == "blank" else _SURE[read.sure]
    text = value_words(value) if value is not None else ""
    return Item(read.key, read.label, text, note, word, read.kind, parts, read.sure != "uncertain")


def _part(value: Any, part: str) -> str:
    content = value.get(part) if part and isinstance(value, Mapping) else None if part else value
    if isinstance(content, list):
        return "\n".join(str(each) for each in content)
    return "" if content is None else str(content)


def marked(text: str, quotes: Iterable[str]) -> str:
    """The text as HTML with the quotes in <mark>; overlapping quotes are merged."""
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
    """The label of a demand: its stage and the title of its first rule, or its key when no rule checks it."""
    rules = [rule.title for rule in ALL_RULES if rule.demand == key]
    return "：".join(part for part in (_stage(key), rules[0] if rules else key) if part)


def _stage(key: str) -> str:
    return next((s.title for s in STAGES if s.key == key.partition(".")[0]), "")


def _checked_by(key: str) -> str:
    rules = [f"{rule.title}（{rule.id}）" for rule in ALL_RULES if rule.demand == key]
    return f"检查：{'；'.join(rules)}" if rules else "没有检查，由人核对"
