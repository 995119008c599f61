"""What the page 定稿与归档 says of what was made and what is in the way, without making anything."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.engine.long_work import WorkState
from orglife.adapters.panel.filing import ARCHIVE, RESTORE
from orglife.desk import filing
from orglife.desk.filing import FilingDesk
from orglife.stages.archive.record import ArchiveItem
from tests.shown_texts import texts_of_html


def desk(**more: Any) -> Any:
    """As much of the page as one of its parts asks for."""
    about = {"office": None, "branch": "t01", "_dossier": lambda: SimpleNamespace(all=lambda _: []), **more}
    return SimpleNamespace(**about)


@pytest.mark.parametrize(
    ("papers", "bag", "filed", "may", "lines"),
    [
        ([], False, False, (False, False), [filing.NOT_YET_FINAL, "现在的内容还没有定稿文件。", "还没有归档包。"]),
        ([], False, False, (True, False), [filing.NOT_YET_ARCHIVE, "现在的内容还没有定稿文件。", "还没有归档包。"]),
        (["甲", "乙"], False, False, (True, True), ["定稿文件2份：甲、乙。", "还没有归档包。"]),
        (["甲"], True, True, (True, True), ["定稿文件1份：甲。", filing.BAG_MADE]),
        (["甲"], False, True, (True, True), ["定稿文件1份：甲。", filing.BAG_ELSEWHERE]),
    ],
)
def test_what_was_made_is_told_with_what_is_in_the_way(
    monkeypatch: pytest.MonkeyPatch,
    papers: list[str],
    bag: bool,
    filed: bool,
    may: tuple[bool, bool],
    lines: list[str],
) -> None:
    monkeypatch.setattr(filing.downloads, "final_papers", lambda *_: papers)
    monkeypatch.setattr(filing.downloads, "latest_bag", lambda *_: Path("x") if bag else None)
    html = FilingDesk._state(desk(_may=lambda: may, _filed=lambda: filed))
    shown = texts_of_html(html)
    assert shown[: len(lines)] == lines
    made = {filing.downloads.PAPERS: bool(papers), filing.downloads.BAG: bag, filing.downloads.BACKUP: True}
    assert {what: what in html for what in made} == made


@pytest.mark.parametrize(("withdrawn", "filed"), [([], False), ([True], False), ([False], True), ([True, False], True)])
def test_a_branch_is_archived_by_its_numbers_that_count(*, withdrawn: list[bool], filed: bool) -> None:
    items = [ArchiveItem(id=f"a{n}", withdrawn=each) for n, each in enumerate(withdrawn)]
    assert FilingDesk._filed(desk(_dossier=lambda: SimpleNamespace(all=lambda _: items))) is filed


@pytest.mark.parametrize(
    ("signed", "later"),
    [([], ""), ([True], ""), ([False, True, False], "还有2份没有附签字扫描件"), (["several"], "")],
)
def test_missing_scans_are_counted_where_nothing_else_is_missing(
    monkeypatch: pytest.MonkeyPatch, signed: list[Any], later: str
) -> None:
    targets = [SimpleNamespace(signed=each is True, single=each != "several") for each in signed]
    monkeypatch.setattr(filing.readiness, "obstacles", lambda *_: [])
    shown = "".join(texts_of_html(FilingDesk.obstacles_html(desk(_targets=lambda: targets))))
    assert filing.NOTHING in shown
    assert ("没有附签字扫描件" in shown) is bool(later)
    assert later in shown


@pytest.mark.parametrize(
    ("none", "blocks", "may"),
    [(True, False, (True, True)), (False, False, (True, False)), (False, True, (False, False))],
)
def test_codes_hinder_the_archive_only(
    monkeypatch: pytest.MonkeyPatch, *, none: bool, blocks: bool, may: tuple[bool, bool]
) -> None:
    monkeypatch.setattr(filing.readiness, "obstacles", lambda *_: [] if none else ["x"])
    monkeypatch.setattr(filing.readiness, "blocks_final", lambda _: blocks)
    assert FilingDesk._may(desk()) == may


@pytest.mark.parametrize(
    ("state", "done"),
    [
        (WorkState(title=RESTORE, good=True), "renewed"),
        (WorkState(title=RESTORE, good=False), "saved"),
        (WorkState(title=ARCHIVE, good=True), "saved"),
    ],
)
def test_after_a_restore_all_pages_begin_anew(monkeypatch: pytest.MonkeyPatch, state: WorkState, done: str) -> None:
    calls: list[str] = []
    monkeypatch.setattr(filing, "renew_pages", lambda: calls.append("renewed"))
    FilingDesk._worked(desk(work=SimpleNamespace(state=state), _saved=lambda: calls.append("saved")))
    assert calls == [done]


@pytest.mark.parametrize(
    ("attached", "doubt"),
    [
        ([("same", "mt")], "这个文件已经附在“会议记录”，请核对是不是选错了。"),
        ([("other", "mt")], ""),
        ([("same", "mine")], ""),
        ([("same", "gone")], ""),
        ([("same", "mine"), ("same", "gone"), ("same", "mt")], "这个文件已经附在“会议记录”，请核对是不是选错了。"),
        ([], ""),
    ],
)
def test_a_scan_that_is_attached_elsewhere_is_doubted(
    monkeypatch: pytest.MonkeyPatch, attached: list[tuple[str, str]], doubt: str
) -> None:
    begun: list[Any] = []
    many = SimpleNamespace(box=None, begin=lambda chosen, ended: begun.append((chosen, ended)))
    monkeypatch.setattr(filing, "ManyScans", lambda *_: many)
    monkeypatch.setattr(filing, "ScansPanel", lambda *parts: parts)
    monkeypatch.setattr(filing.scans, "match_scans", lambda names, known: [known[0].key] * len(names))
    dossier = SimpleNamespace(
        all=lambda _: [SimpleNamespace(sha256=digest, record=record) for digest, record in attached],
        index={
            "mt": SimpleNamespace(TYPE="meeting"),
            "mine": SimpleNamespace(TYPE="plan"),
        },
        label=lambda _: "会议记录",
    )
    targets = [SimpleNamespace(key="paper:1", records=("mine",))]
    page = desk(_dossier=lambda: dossier, _targets=lambda: targets, _saved=None)
    _, match, _, doubted, take, _ = FilingDesk._scans_panel(page)  # type: ignore[misc]
    file = SimpleNamespace(sha256="same")
    assert match(["甲.pdf"]) == ["paper:1"]
    assert doubted(file, "paper:1") == doubt
    take([("甲.pdf", file, "paper:1"), ("乙.pdf", file, "unknown")], print)
    assert begun == [([("甲.pdf", file, ("mine",)), ("乙.pdf", file, ())], print)]
