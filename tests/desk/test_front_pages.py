"""Parts of the pages outside the stages, with only what each part reads."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.bureau.superior import INTAKE, OVERVIEW
from orglife.campaigns import confirming, decisions
from orglife.desk import front_pages
from orglife.exchange.correspondence import Correspondence, ReplyState
from orglife.home.progress import CAMPAIGN, CAMPAIGN_DRAFT
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.takeaway import lending
from tests import branch as b

FINDINGS = [("error", False, "talks"), ("error", True, "talks"), ("warning", False, "study"), ("info", False, "study")]


def standing(name: str) -> Any:
    found = [
        SimpleNamespace(
            severity=severity, todo=todo, stage=stage, title=f"{stage}{number}", message=f"第{number}条",
            in_full="", fix="", clause="", rule="TALK-01",
        )
        for number, (severity, todo, stage) in enumerate(FINDINGS)
    ]  # fmt: skip
    return SimpleNamespace(name=name, branch=name, found=found)


def superior(*standings: Any, branches: int = 1) -> Any:
    office = SimpleNamespace(branches=lambda: ["t01"] * branches)
    return SimpleNamespace(findings=[], drafts=[], office=office, overview=SimpleNamespace(standings=standings))


def test_a_branch_has_its_numbers_beside_its_name() -> None:
    assert front_pages._of_branch(standing("河东"), standing("河东").found)[:4] == ("河东", 1, 1, 1)


@pytest.mark.parametrize(("stage", "shown"), [("", [0, 1, 2]), ("study", [2]), ("talks", [0, 1]), ("plan", [])])
def test_the_details_of_a_branch_are_those_of_the_chosen_stage(stage: str, shown: list[int]) -> None:
    html = front_pages.branch_details(standing("河东"), stage)
    assert [number for number in range(4) if f"第{number}条" in html] == shown


def test_many_branches_are_left_to_the_table_above(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_pages, "MOST", 2)
    pages = [front_pages.bureau_findings(superior(*map(standing, "甲乙丙"[:n])), OVERVIEW, []) for n in (0, 2, 3)]
    assert ["第0条" in page for page in pages] == [False, True, False]
    assert ["3个支部的核对结果，在上面的表里" in page for page in pages] == [False, False, True]
    assert "第0条" not in front_pages.bureau_findings(superior(standing("甲")), "supervision", [])


@pytest.mark.parametrize(
    ("branches", "records", "stage", "sentence"),
    [
        (0, False, OVERVIEW, "没有什么可核对"),
        (0, True, OVERVIEW, "各支部的核对结果在下面"),
        (1, False, OVERVIEW, "各支部的核对结果在下面"),
        (1, True, "supervision", "没有要改正或补充的"),
        (0, False, "supervision", "没有什么可核对"),
    ],
)
def test_nothing_found_is_said_of_the_bureaus_own_records_only(
    monkeypatch: pytest.MonkeyPatch, branches: int, records: bool, stage: str, sentence: str
) -> None:
    monkeypatch.setattr(front_pages, "has_records", lambda _: records)
    assert sentence in front_pages.bureau_findings(superior(branches=branches), stage, [])


def test_what_was_received_and_returned_stands_in_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    received, returned = date(2024, 2, 5), date(2024, 2, 8)
    lines = [
        Correspondence("t01", "甲支部", received, 2, 3, returned, 1, ReplyState.RETURNED),
        Correspondence("t02", "乙支部", received, 1, 1, returned, 1, ReplyState.ANSWERED),
        Correspondence("t03", "丙支部", None, 0, 0, None, 0, ReplyState.WAITING),
    ]
    monkeypatch.setattr(front_pages, "correspondence", lambda _: lines)
    html = front_pages.exchanged(SimpleNamespace())  # type: ignore[arg-type]
    assert "收发情况（3个支部，1个退回了还没有再交）" in html
    for words in ("2024年2月5日", "2次", "3条，2024年2月8日", "1条", "还没有收到包", "没有"):
        assert words in html
    assert html.count("0次") == html.count("0条") == 0
    monkeypatch.setattr(front_pages, "correspondence", lambda _: lines[1:])
    assert "收发情况（2个支部）" in front_pages.exchanged(SimpleNamespace())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("loan", "taken", "returned", "sentence"),
    [
        (None, "", False, ""),
        (
            SimpleNamespace(since=datetime(2024, 2, 5, 4, tzinfo=UTC), who="王建国"),
            "",
            False,
            "王建国2024年2月5日把本支部",
        ),
        (SimpleNamespace(since=datetime(2024, 2, 5, 4, tzinfo=UTC), who=""), "", False, "有人2024年2月5日把本支部"),
        (None, "token", False, front_pages.TAKEN),
        (None, "token", True, front_pages.RETURNED),
        (None, "", True, ""),
    ],
)
def test_a_branch_that_was_taken_home_says_so_on_both_sides(
    loan: Any, taken: str, returned: bool, sentence: str
) -> None:
    settings = SimpleNamespace(loan=taken, returned=returned)
    office: Any = SimpleNamespace(
        store=SimpleNamespace(loan=lambda _: loan), workspace=SimpleNamespace(settings=settings)
    )
    html = front_pages._lent(office, "t01")
    assert sentence in html
    assert bool(html) is bool(sentence)


@pytest.mark.parametrize(
    ("count", "on_server", "sentence"),
    [
        (0, True, ""),
        (5, True, "支部0；支部1；支部2；支部3；支部4。"),
        (6, True, "支部3；支部4等6个支部。"),
        (5, False, ""),
    ],
)
def test_five_branches_that_were_taken_home_are_named(
    monkeypatch: pytest.MonkeyPatch, count: int, on_server: bool, sentence: str
) -> None:
    monkeypatch.setattr(lending, "loan_line", lambda _office, one: f"支部{one}")
    store = SimpleNamespace(on_server=on_server, loans=lambda: list(range(count)))
    html = front_pages._taken_home(SimpleNamespace(store=store))  # type: ignore[arg-type]
    assert sentence in html
    assert bool(html) is bool(sentence)


@pytest.mark.parametrize(
    ("stage", "bureau", "titles"),
    [
        (CAMPAIGN, False, ["回首页", "回定稿与归档"]),
        (CAMPAIGN, True, ["全局总览", "收件", "上级督导"]),
        (OVERVIEW, True, ["收件", "上级督导", "读通知、定方案"]),
        (INTAKE, True, ["全局总览", "上级督导", "读通知、定方案"]),
        ("supervision", False, ["全局总览", "收件", "读通知、定方案"]),
    ],
)
def test_a_page_links_to_the_others_beside_it(stage: str, bureau: bool, titles: list[str]) -> None:
    assert [title for title, _ in front_pages.links_beside(stage, bureau=bureau)] == titles


def test_a_check_of_the_plan_is_named_by_its_title() -> None:
    shown = front_pages._for_a_reader("没有写会期（meeting_start：MEET-02、PLAN-01）。")
    assert shown == "没有写会期：“会议日期不在规定时段”、“缺少支部工作方案”。"


def test_the_catalogue_lists_what_is_archived_in_the_order_of_its_numbers() -> None:
    items = [
        ArchiveItem.model_validate({"id": f"a{n}", "form": "F9", "title": f"件{n}", "code": f"J001-WS·2024-Y-DZB01-000{n}"} | more)
        for n, more in ((2, {}), (1, {"pages": 3, "retention": "Y"}), (3, {"withdrawn": True}))
    ]  # fmt: skip
    dossier: Any = SimpleNamespace(all=lambda _: items)
    html = front_pages.catalogue(dossier)
    assert "归档文件目录（2件）" in html
    assert re.findall(r"件\d", html) == ["件1", "件2"]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in html.split("<tr>")[2:]]
    assert [row[-1] for row in rows] == ["3", "0"]
    items[:] = items[2:]
    assert front_pages.NO_ITEMS in front_pages.catalogue(dossier)


def test_what_no_rule_checks_is_counted_by_its_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("甲", "一", "已落实"), ("乙", "二", "未打勾"), ("丙", "三", "已落实")]
    monkeypatch.setattr(front_pages, "check_rows", lambda *_: rows)
    nothing: Any = None
    assert "方案的其他要求（3项，已落实2项；" in front_pages._check_items(nothing, nothing)
    rows.clear()
    assert front_pages._check_items(nothing, nothing) == ""


@pytest.mark.parametrize(
    ("as_of", "line"), [(date(2024, 3, 8), "今天是2024年3月8日"), (date(2024, 3, 7), "按2024年3月7日的情况核对")]
)
def test_the_first_page_says_of_which_day_it_is(as_of: date, line: str) -> None:
    office: Any = SimpleNamespace(workspace=SimpleNamespace(today=lambda: date(2024, 3, 8)))
    dossier: Any = SimpleNamespace(as_of=as_of)
    assert front_pages._day_line(office, dossier) == line


def test_the_receipt_is_looked_up_for_a_branch_that_is_saved(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(front_pages.receipts, "read_acknowledgement", lambda _, branch: asked.append(branch))
    with Office.open(filled) as office:
        dossier = office.dossier("t01")
        for branch in ("t01", "new"):
            front_pages.home(office, branch, dossier, [])
    assert asked == ["t01"]


@pytest.mark.parametrize(
    ("known", "filed", "words"), [(True, True, "已归档"), (True, False, "未归档"), (False, True, "未归档")]
)
def test_the_bar_says_whether_a_saved_branch_is_archived(
    filled: Path, monkeypatch: pytest.MonkeyPatch, *, known: bool, filed: bool, words: str
) -> None:
    monkeypatch.setattr(front_pages, "archived", lambda *_: filed)
    with Office.open(filled) as office:
        dossier = b.dossier(b.changed(b.branch(), put={"member/m1/left_on": "2024-03-01", "member/m2/name": ""}))
        monkeypatch.setattr(office, "branches", lambda: ["t01"] if known else [])
        state = front_pages.page_state(office, dossier, [])
    assert state["states"]["notebooks/32_filing.ipynb"][2] == words
    assert state["states"]["notebooks/32_filing.ipynb"][0] == ("done" if words == "已归档" else "idle")
    assert (state["people"][0], len(state["people"])) == ("冉书砚", 6), "who has a name and has not left"


@pytest.mark.parametrize(
    ("draft", "sentence", "shown"), [(False, "还有3项没有定", False), (True, "", False), (True, "还有3项没有定", True)]
)
def test_open_decisions_on_a_notice_are_told_on_the_first_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, draft: bool, sentence: str, shown: bool
) -> None:
    if draft:
        (tmp_path / CAMPAIGN_DRAFT).write_text("{}", encoding="utf-8")
    monkeypatch.setattr(decisions, "pending", lambda _: sentence)
    office: Any = SimpleNamespace(workspace=SimpleNamespace(root=tmp_path))
    html = front_pages._pending(office)
    assert bool(html) is shown
    assert ("还有3项没有定" in html and "去确认" in html) is shown


@pytest.mark.parametrize(
    ("problems", "notes", "shown"),
    [
        (None, [], ["还没有读通知。"]),
        ([], [], ["方案里没有发现要核对的。"]),
        (["会期写错了。"], ["没有写会期（meeting_start：MEET-02）。"], ["会期写错了。", "“会议日期不在规定时段”"]),
        ([], ["没有写报送时限。"], ["没有写报送时限。"]),
    ],
)
def test_what_is_to_be_looked_at_in_a_confirmed_notice(
    monkeypatch: pytest.MonkeyPatch, problems: list[str] | None, notes: list[str], shown: list[str]
) -> None:
    check = None if problems is None else SimpleNamespace(problems=problems, notes=notes)
    monkeypatch.setattr(confirming, "Confirming", lambda _: SimpleNamespace(check=lambda: check))
    nothing: Any = None
    html = front_pages.campaign_check(nothing)
    assert [words for words in shown if words not in html] == []
    assert ("请核对" in html) is bool(problems or notes)
