"""logs/batch.html is a page like the others: one title, one main part, tables for A4, nothing of users as markup."""

from __future__ import annotations

import re

from orglife.batch.report import page
from orglife.batch.run_record import DONE, FAILED, BranchResult, Trouble
from tests.adapters.print.papers import INJECTION


def result(branch: str, status: str, *troubles: str) -> BranchResult:
    told = tuple(Trouble(text, text, "谈心谈话") for text in troubles)
    return BranchResult(branch, status, 1.25, f"第{branch}支部", 7, troubles=told)


def test_the_page_has_one_title_a_main_part_and_its_tables() -> None:
    text = page([result("t02", FAILED, "超过5秒没有做完。请分批出件。"), result("t01", DONE)])
    assert [re.sub("<[^>]*>", "", title) for title in re.findall("<h1.*?</h1>", text)] == ["批量出件"]
    assert text.count("<main") == 1
    assert "size: A4" in text
    assert text.index("没有完成（1个）") < text.index("已出件和没有变化（1个）")
    for said in ("超过5秒没有做完。", "请分批出件。", "第t01支部", "1.2"):
        assert said in text


def test_what_users_typed_is_no_markup_and_never_stops_the_page() -> None:
    text = page([result("t02", FAILED, INJECTION + "\u202e\x07")])
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_run_without_branches_says_so() -> None:
    assert "没有支部。" in page([])
