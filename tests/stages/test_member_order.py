"""Wherever a paper lists members they stand in one order, the campaign's: 姓氏笔画 or ids. Findings do not care."""

from __future__ import annotations

import pytest

from orglife.core.paper.block import Document, Table
from orglife.core.paper.paper import Sheet
from orglife.stages import RULES, STAGES
from orglife.stages.catalogue import BLANKS
from tests import branch as b


def everything(order: str) -> list[Document]:
    sheet = Sheet(b.dossier(), b.campaign(member_order=order))
    filled = [paper for stage in STAGES if stage.documents for paper in stage.documents(sheet)]
    return [*filled, *(paper for stage in STAGES if stage.blanks for paper in stage.blanks(sheet))]


def names(table: Table) -> list[str]:
    """The names in a table, down its first column of names and then down the second, each once."""
    columns = [[row[n] for row in table.rows] for n in range(len(table.columns))]
    listed = [cell for column in columns[:5] for cell in column if cell in b.NAMES]
    return list(dict.fromkeys(listed))


LISTS = {"F2": 2, "F9": 1, "F10": 1, "F11": 3, "F12": 2, "F17": 1}
"""Forms with a table of members, and how many papers of it (filled and blank) have one."""


@pytest.mark.parametrize(("order", "wanted"), [("strokes", b.BY_STROKES), ("id", b.NAMES)])
def test_every_list_has_the_order_of_the_campaign(order: str, wanted: list[str]) -> None:
    found = dict.fromkeys(LISTS, 0)
    for paper in everything(order):
        listed = [names(block) for block in paper.blocks if isinstance(block, Table)]
        for some in listed:
            if paper.form in found and len(some) > 6:
                authors = some if paper.form != "F10" else [n for n in some if n != "蒲大川"]
                assert authors == [n for n in wanted if n in authors], paper.heading
                found[paper.form] += 1
    assert found == LISTS


@pytest.mark.parametrize("form", ["F6", "F15"])
@pytest.mark.parametrize(("order", "wanted"), [("strokes", b.BY_STROKES), ("id", b.NAMES)])
def test_papers_of_members_follow_each_other_in_that_order(form: str, order: str, wanted: list[str]) -> None:
    dossier = b.dossier()
    subjects = [paper.subject for paper in everything(order) if paper.form == form and "blank" not in paper.subject]
    assert [dossier.name(dossier.index[s].member) for s in subjects] == wanted  # type: ignore[attr-defined]


def test_who_came_is_named_in_that_order() -> None:
    minutes = next(p for p in everything("strokes") if p.form == "F9" and p.subject == "mt")
    assert "、".join(n for n in b.BY_STROKES if n != "蒲大川") in "".join(text for text, _ in minutes.texts())


def test_findings_keep_their_order() -> None:
    raw = b.changed(b.branch(), remove=["member_review/r2", "member_review/r5", "pledge/p3", "talk/t03"])
    dossier = b.dossier(raw)
    assert b.findings(RULES, dossier, b.campaign(member_order="strokes")) == b.findings(
        RULES, dossier, b.campaign(member_order="id")
    )


def test_blanks_are_there_for_the_forms_that_list_members() -> None:
    assert {"F2", "F9", "F11", "F12"} <= set(BLANKS)
