"""What is no notice, or an attack, costs no more than its length: no pattern looks back over all of it at each place."""

from __future__ import annotations

import contextlib
import gc
import time

import pytest

from orglife.core.errors import OrglifeError
from orglife.notice.clauses import clauses_of
from orglife.notice.reading import read_notice
from tests.marks import first
from tests.notices.test_wordings import HEAD, TAIL

LONG = 12_000
#: Kind → what is repeated, behind what; a list is as many paragraphs.
RUNS: dict[str, tuple[str, str]] = {
    "no punctuation": ("四、", "党员"),
    "semicolons": ("四、党员", "；"),
    "full stops": ("四、", "甲。"),
    "figures of a share": ("四、优秀不超过", "1"),
    "numerals of a share": ("四、优秀不超过", "一"),
    "figures of those who come": ("四、到会党员", "1"),
    "books that do not end": ("四、学习", "《"),
    "adverbs of study": ("四、学习", "认真"),
    "ways of keeping": ("四、材料交档案室", "统一"),
    "lists that do not end": ("四、党员查摆", "甲、"),
    "words of looking": ("四、党员", "围绕"),
    "grades": ("四、", "对不合格"),
    "plans": ("四、", "方案写清"),
    "days": ("四、会议", "1月5日；"),
    "bars": ("四、", "甲|"),
    "bullets in a line": ("四、", "①"),
    "sources": ("四、整改", "查的问题、"),
}
LINES: dict[str, list[str]] = {
    "attachments of a letter that is passed on": ["转发如下", *["附件："] * (LONG // 3), *["甲。"] * 6],
    "a gap in a line": ["四、甲" + " " * LONG + "乙"],
    "an addition that does not end": ["一、" + "通知（" * (LONG // 3)],
    "sendings": ["请报送以下材料："] * (LONG // 8),
    "days in headings": ["▶ 5月31日｜结", "清单上的问题全部要办结。"] * (LONG // 18),
    "rows": ["情形\t怎么办", *["甲\t乙"] * (LONG // 3)],
    "rows that do not end": ["序号\t情形\t怎么办", "1\t甲", *["（1）乙"] * (LONG // 4)],
}
TIMES = 10
"""What such a text may cost, against an ordinary one of its length; the square of the length is far beyond it."""
SAID = "党员要学习党章、谈心，于1月5日前完成。"


def cost(paragraphs: list[str]) -> float:
    """CPU-seconds of reading, without those of looking for garbage among the objects of other tests."""
    gc.disable()
    try:
        begun = time.process_time()
        with contextlib.suppress(OrglifeError):
            read_notice([*HEAD, *paragraphs, *TAIL], "x")
        return time.process_time() - begun
    finally:
        gc.enable()


@pytest.fixture(scope="module")
def ordinary() -> float:
    return cost([SAID] * (LONG // len(SAID)))


@pytest.mark.parametrize("kind", first(1, RUNS))
def test_one_paragraph_without_an_end_costs_no_more_than_its_length(kind: str, ordinary: float) -> None:
    before, again = RUNS[kind]
    assert cost([before + again * (LONG // len(again))]) < TIMES * ordinary


@pytest.mark.parametrize("kind", first(1, LINES))
def test_odd_paragraphs_cost_no_more_than_as_many_ordinary_ones(kind: str, ordinary: float) -> None:
    as_many = cost([(SAID * (len(line) // len(SAID) + 1))[: len(line)] for line in LINES[kind]])
    assert cost(LINES[kind]) < TIMES * max(ordinary, as_many)


def test_a_paragraph_longer_than_anybody_writes_is_cut_between_its_sentences() -> None:
    text = "四、" + "党员要学习党章。" * 1000
    clauses = [c for c in clauses_of([*HEAD, text, "五、其他。", *TAIL]) if c.place == "四"]
    assert len(clauses) > 3
    assert "四、" + "".join(c.line.raw for c in clauses) == text
    assert all(c.plain.endswith("。") and len(c.plain) <= 2000 for c in clauses)
    unbroken = [c for c in clauses_of([*HEAD, "四、" + "甲" * 5000, *TAIL]) if c.place == "四"]
    assert [len(c.plain) for c in unbroken] == [1998, 2000, 1002]
