"""Files made on request: their names, whose pages they are, and which branches share a page of what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.print import exporters
from orglife.core.paper.block import Bundle
from orglife.core.record.dossier import Draft
from orglife.home.lacking import lacking_paper, lacking_rows
from orglife.paper import on_request
from orglife.paper.on_request import of_bureau, receipt_names, write_todo
from tests import branch as b
from tests.home.before import before, finding


def test_receipts_bear_the_names_of_their_branches_and_the_id_only_where_two_are_alike() -> None:
    names = receipt_names({"b1": "甲支部", "b2": "乙/支部", "b3": "甲支部"})
    assert names["b1"] == "回执 甲支部（b1）.json"
    assert names["b3"] == "回执 甲支部（b3）.json"
    assert "b2" not in names["b2"]
    assert "/" not in names["b2"]


@pytest.mark.parametrize(
    ("page", "is_bureaus"),
    [("overview", True), ("intake", True), ("campaign", True), ("supervision", True), ("plan", False), ("home", False)],
)
def test_whose_page_it_is(page: str, *, is_bureaus: bool) -> None:
    assert of_bureau(page) is is_bureaus


@pytest.mark.parametrize(("page", "papers"), [("intake", []), ("supervision", ["督导记录"]), ("overview", ["总览"])])
def test_the_bureaus_pages_print_their_own_papers(page: str, papers: Sequence[str]) -> None:
    superior: Any = SimpleNamespace(
        bundle=lambda made: made, papers=lambda: ["督导记录"], overview=SimpleNamespace(bundle=lambda: ["总览"])
    )
    assert on_request.bureau_bundle(superior, page) == papers


def test_a_file_name_holds_no_character_that_it_must_not() -> None:
    bundle = Bundle(documents=[], title="工作方案 · 2024：“一”/二", branch="甲支部", campaign="")
    assert on_request._file_name(bundle) == "甲支部 工作方案-2024一二"
    assert on_request._file_name(bundle.model_copy(update={"branch": ""})) == "工作方案-2024一二"


@pytest.mark.parametrize(
    ("states", "titles"),
    [
        (["open"], ["还缺什么"]),
        (["whole"], ["还缺什么"]),
        (["open", "whole"], ["还缺什么", "还缺什么"]),
        (["whole", "open", "whole"], ["还缺什么", "没有缺项的党支部"]),
        (["whole", "draft", "whole"], ["还缺什么", "没有缺项的党支部"]),
        (["draft", "draft"], ["还缺什么", "还缺什么"]),
    ],
)
def test_branches_that_lack_nothing_share_a_page(
    states: Sequence[str], titles: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Bundle] = []
    monkeypatch.setattr(exporters, "write_file", lambda bundle, out: written.append(bundle))
    office: Any = SimpleNamespace(campaign=b.campaign())
    lists = []
    for state in states:
        dossier = b.dossier(before(), as_of=date(2024, 2, 8))
        if state == "draft":
            dossier = replace(dossier, drafts=(Draft("talk", "d1", {}),))
        findings = [finding()] if state == "open" else []
        page = lacking_paper(dossier, office.campaign, findings)
        lists.append((dossier, lacking_rows(dossier, office.campaign, findings), page))
    write_todo(office, lists, Path("out.pdf"))
    (bundle,) = written
    assert [paper.title[0] for paper in bundle.documents] == titles
