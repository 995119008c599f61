"""Rows of a list belong to the record that they name; where there is only one record, they need not name it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from orglife.core.sheet.cells import Lexicon
from orglife.core.sheet.pages import SheetRows
from orglife.core.sheet.returned import Returned, read_returned
from orglife.stages.study.record import Study
from orglife.stages.talks.record import Talk
from tests import branch as b

HEADS = ("集中学习编号", "序号", "补学日期")


def returned(rows: list[tuple[Any, ...]], *studies: str) -> Returned:
    """What is read of the page of 补学 with these rows, where there are these sessions."""
    bodies = {"study": {ident: {"id": ident, "date": "2024-02-06", "form": "collective"} for ident in studies}}
    before = copy.deepcopy(bodies)
    grid = SheetRows("集中学习·补学", [(number, cells) for number, cells in enumerate([HEADS, *rows], 1)])
    lexicon = Lexicon(b.campaign(), b.AS_OF)
    result = read_returned("表.xlsx", [grid], [Study, Talk], bodies, lambda _: lexicon)
    assert bodies == before
    return result


def days(result: Returned, ident: str) -> list[str]:
    (study,) = (one for one in result.records["study"] if one.id == ident)
    assert isinstance(study, Study)
    return [str(makeup.date) for makeup in study.makeup]


def test_a_row_without_an_id_belongs_to_the_only_record() -> None:
    result = returned([(None, 1, "2024-02-08"), ("", 2, "2024-02-09")], "s1")
    assert not result.problems
    assert days(result, "s1") == ["2024-02-08", "2024-02-09"]
    assert result.places == {("study", "s1"): "“集中学习·补学”表第2行"}


@pytest.mark.parametrize(("ident", "words"), [(None, "没有写明属于哪一条"), ("s9", "没有编号为“s9”的集中学习")])
def test_among_several_records_a_row_has_to_name_its_own(ident: str | None, words: str) -> None:
    result = returned([("s2", 1, "2024-02-08"), (ident, 1, "2024-02-09")], "s1", "s2")
    (problem,) = result.problems
    assert problem.startswith(f"表.xlsx的“集中学习·补学”表A3：{words}")
    assert days(result, "s2") == ["2024-02-08"]


def test_rows_stand_in_the_order_of_their_numbers_and_one_without_follows_the_row_above() -> None:
    rows = [("s1", 2, "2024-02-09"), ("s1", None, "2024-02-10"), ("s1", 1, "2024-02-08")]
    assert days(returned(rows, "s1"), "s1") == ["2024-02-08", "2024-02-09", "2024-02-10"]
