"""A draft as text for the terminal: one line per fact, then the sentences left for a person."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.notice.draft import NoticeDraft
from orglife.notice.drafting import value_words
from orglife.notice.model import FIELDS, LABELS, SURE_WORDS


def summary_lines(draft: NoticeDraft) -> Iterator[str]:
    """One line per fact with its place, then the fields on which the notice is silent and the unread sentences."""
    for name, words in LABELS.items():
        if fact := draft.fact(name):
            sure = f"〔{SURE_WORDS[fact.sure]}〕" if SURE_WORDS[fact.sure] else ""
            yield f"{words}\t{value_words(fact.value)}\t{fact.first.place}{sure}"
    silent = [FIELDS[name] for name, fact in draft.facts.items() if fact is None]
    if silent:
        yield f"没有写明\t{'、'.join(silent)}"
    yield f"要求\t认出{len(draft.demands)}项"
    for each in draft.unread:
        yield f"请人看\t{' '.join(each.quote.split())}\t{each.place}"
