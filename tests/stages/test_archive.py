"""The catalogue of the archive: numbers and their series, gaps in them, days and persons of papers, entries that lack something."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orglife.core.paper.block import Bundle, Facts, Table
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.stages import BY_KEY, RULES_BY_ID
from orglife.stages.archive import documents, items, numbers
from orglife.stages.archive.numbers import Series
from orglife.stages.archive.package import BagListing
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.archive.rules import paper_name
from tests import branch as b

CODED = {"branch/fonds": "J001", "branch/org_code": "DZB01"}


def item(seq: int | None, ident: str = "", retention: str = "D30", **fields: Any) -> dict[str, Any]:
    """An item of the branch with the number that belongs to its position."""
    code = "" if seq is None else f"J001-WS·2024-{retention}-DZB01-{seq:04d}"
    return {"id": ident or f"i{seq}", "code": code, "seq": seq, "year": 2024, "retention": retention, **fields}


def archived(*entries: dict[str, Any], **put: Any) -> Dossier:
    raw = b.changed(b.branch(), put={**CODED, **put}, add={"archive_item": list(entries)})
    return b.dossier(raw)


def wrong(rule: str, dossier: Dossier, **campaign: Any) -> dict[str, str]:
    """Id of each item → what a rule says of it."""
    found = b.findings((RULES_BY_ID[rule],), dossier, b.campaign(**campaign))
    return {finding.subjects[0].id: finding.message for finding in found}


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "series"),
    [
        ("J001-WS·2024-D30-DZB01-0012", (Series("J001", "2024", "D30", "DZB01"), 12)),
        ("J001-WS·2024-Y-Y-1", (Series("J001", "2024", "Y", "Y"), 1)),
        ("-WS·2024-D10-DZB01-0000", (Series("", "2024", "D10", "DZB01"), 0)),
        ("J001-WS·2024-D20-DZB01-0012", None),
        ("J001-WS·2024-D30-DZB01-", None),
        ("J001-WS·2024-D30-dzb-0012", None),
        ("", None),
    ],
)
def test_a_number_names_its_series_and_its_position(code: str, series: tuple[Series, int] | None) -> None:
    assert numbers.slot_of(code) == series
    if series and len(code) > 20:
        assert series[0].code(series[1]) == code


@pytest.mark.parametrize(
    ("code", "fonds", "org_code"),
    [
        ("J001-WS·2024-D30-DZB02-0001", "J001", "DZB02"),
        ("J001-WS·2024-0001", "J001", "WS·2024"),
        ("J001-0001", "J001-0001", "DZB01"),
        ("", "", "DZB01"),
    ],
)
def test_a_malformed_number_names_its_series_as_far_as_it_can(code: str, fonds: str, org_code: str) -> None:
    one = ArchiveItem(id="x", code=code, year=2024, retention="Y")
    assert numbers.series_of(one, "DZB01") == Series(fonds, "2024", "Y", org_code)


@pytest.mark.parametrize(
    ("fonds", "org_code", "year", "problems"),
    [
        ("J001", "DZB01", 2024, []),
        ("J01", "DZB01", 2024, ["全宗号应为4位大写字母或数字"]),
        ("", "", 2024, ["没有填写全宗号", "没有填写机构代码"]),
        ("J001", "D", 2024, ["机构代码应为2至8位大写字母或数字"]),
        ("J001", "DZB01", "", ["方案没有写年度，请定方案的人补上"]),
    ],
)
def test_without_fonds_organisation_or_year_nothing_is_numbered(
    fonds: str, org_code: str, year: int | str, problems: list[str]
) -> None:
    branch = b.dossier().branch.model_copy(update={"fonds": fonds, "org_code": org_code})
    assert numbers.cannot_number(branch, b.campaign(year=year)) == problems
    own = numbers.has_codes_of(branch, "J001-WS·2024-D30-DZB01-0001")
    assert own is ((fonds, org_code) == ("J001", "DZB01"))
    assert not numbers.has_codes_of(branch, "J001-0001")


@pytest.mark.parametrize(
    ("seqs", "elsewhere", "said"),
    [
        ((1, 2, 3), (), {}),
        ((1, 3), (), {"i3": "前面缺件号2"}),
        ((1, 4), (), {"i4": "前面缺件号2至3"}),
        ((2,), (), {"i2": "前面缺件号1"}),
        ((0, 1), (), {"i0": "件号应从1编起"}),
        ((1, 3), (2,), {}),
        ((1, 4), (2,), {"i4": "前面缺件号3"}),
        ((3,), (1, 2), {}),
        ((1, 2), (3,), {}),
        ((1, 2), (2,), {"i2": "与另一件的档号相同"}),
    ],
)
def test_a_series_runs_from_one_without_gaps_through_all_campaigns_of_the_year(
    seqs: tuple[int, ...], elsewhere: tuple[int, ...], said: dict[str, str]
) -> None:
    dossier = archived(*(item(seq) for seq in seqs))
    dossier = replace(dossier, codes_elsewhere=tuple(str(item(seq)["code"]) for seq in elsewhere))
    assert wrong("ARCH-02", dossier) == {
        ident: f"档号“{item(int(ident[1:]))['code']}”：{why}。" for ident, why in said.items()
    }


def test_a_number_that_is_not_in_order_is_told_once() -> None:
    title = "工作方案"
    dossier = archived(
        item(1),
        item(1, "i1b"),
        item(2, "i2", code=""),
        item(2, "i2b", code="", title=title),
        item(None, "none", form="F1"),
        item(3, "i3", year=2023),
    )
    code = item(1)["code"]
    assert wrong("ARCH-02", dossier) == {
        "i1": f"档号“{code}”：与另一件的档号相同。",
        "i1b": f"档号“{code}”：与另一件的档号相同。",
        "i2b": f"《{title}》的档号：件号2重复。",
        "none": "《工作方案》的档号：没有件号。",
        "i3": f"档号“{item(3)['code']}”：年度是2023年，应为2024年；前面缺件号1至2。",
    } | {"i2": wrong("ARCH-02", dossier)["i2"]}
    assert "前面缺件号1" in wrong("ARCH-02", dossier)["i2"]
    assert wrong("ARCH-02", archived(item(1, code="J001-1"))) == {"i1": "档号“J001-1”：写法不合规定。"}


@pytest.mark.parametrize(
    ("retention", "form", "fields", "said"),
    [
        ("D10", "F1", {}, True),
        ("D30", "F1", {}, False),
        ("Y", "F1", {}, False),
        (None, "F1", {}, False),
        ("D10", "F1", {"withdrawn": True}, False),
        ("D10", "F99", {}, False),
    ],
)
def test_a_shorter_retention_than_the_plan_asks_for_is_told(
    retention: str | None, form: str, fields: dict[str, Any], said: bool
) -> None:
    one = {**item(1), "retention": retention, "form": form, **fields}
    assert bool(wrong("ARCH-04", archived(one), retention={"F1": "D30"})) is said


def test_an_entry_that_lacks_something_says_what() -> None:
    whole = {
        "title": "方案",
        "responsible": "党支部",
        "date": "2024-02-20",
        "pages": 0,
        "sha256": "ab",
        "security": "内部",
    }
    assert wrong("ARCH-03", archived(item(1, **whole))) == {}
    lacking = {**whole, "title": "", "sha256": "", "date": None}
    assert wrong("ARCH-03", archived(item(1, form="F1", **lacking))) == {
        "i1": "《工作方案》的归档信息缺少：题名、日期、校验值。"
    }
    assert wrong("ARCH-03", archived(item(1, withdrawn=True, **lacking))) == {}
    assert wrong("ARCH-03", archived(item(1, **lacking)))["i1"].startswith("《i1》的归档信息缺少：")


# --- papers as items -------------------------------------------------------------------------------------------------


def slots(dossier: Dossier, forms: list[str], old: list[dict[str, Any]] | None = None) -> list[items.ItemSlot]:
    bundle = Bundle(documents=BY_KEY["plan"].documents(Sheet(dossier, b.campaign()))[:1], title="x")  # type: ignore[misc]
    papers = [items.paper_of(form, "", bundle, dossier) for form in forms]
    known = [ArchiveItem.model_validate(entry) for entry in old or []]
    return items.new_slots(papers, known, dossier, b.campaign(retention={"F1": "D30", "F9": "Y"}))


def test_new_papers_continue_the_numbers_of_their_series() -> None:
    old = [item(2), item(1), item(7, "withdrawn", "Y", withdrawn=True)]
    dossier = replace(archived(), codes_elsewhere=("J001-WS·2024-D30-DZB01-0004", "J001-WS·2024-D30-DZB02-0009"))
    made = slots(dossier, ["F1", "F9", "F1"], old)
    assert [(one.seq, one.code, one.file) for one in made] == [
        (5, "J001-WS·2024-D30-DZB01-0005", "data/papers/D30-0005_F1.pdf"),
        (8, "J001-WS·2024-Y-DZB01-0008", "data/papers/Y-0008_F9.pdf"),
        (6, "J001-WS·2024-D30-DZB01-0006", "data/papers/D30-0006_F1.pdf"),
    ]
    first, _, again = made
    assert again.ident == f"{first.ident}.2"
    assert items.content_id(ArchiveItem(id=again.ident)) == first.ident
    assert items.unused_id("a", ["a", "a.2", "b"]) == "a.3"
    plain = items.unnumbered_slots([one.paper for one in made], b.campaign())
    assert [(one.seq, one.code, one.file[-11:]) for one in plain] == [
        (None, "", "/0001_F1.pdf"[-11:]),
        (None, "", "/0002_F9.pdf"[-11:]),
        (None, "", "/0003_F1.pdf"[-11:]),
    ]


def test_the_catalogue_lists_permanent_papers_first_and_each_series_by_number() -> None:
    given = [item(2, retention="D10"), item(1, "a", "D10"), item(10, "b"), item(9, "c"), item(1, "d", "Y")]
    given += [{"id": "e", "file": "b"}, {"id": "f", "file": "a"}]
    listed = items.in_order(ArchiveItem.model_validate(entry) for entry in given)
    assert [one.id for one in listed] == ["d", "c", "b", "a", "i2", "f", "e"]


@pytest.mark.parametrize(
    ("form", "subject", "put", "day", "title", "responsible", "persons"),
    [
        ("F1", "plan", {}, "2024-02-05", "工作方案", "测试局机关党支部", ()),
        ("F2", "st", {}, "2024-02-06", "学习记录", "测试局机关党支部", ()),
        ("F2", "st", {"study/st/date": ""}, "2024-02-20", "学习记录", "测试局机关党支部", ()),
        ("F6", "r4", {}, "2024-02-18", "发言提纲", "田小禾", ("田小禾",)),
        ("F14", "m1", {}, None, "整改清单", "魏长河", ("魏长河",)),
        (
            "F14",
            "m1",
            {"member/m1/joined_on": "2019-01-01", "rect_item/k1/status": "done", "rect_item/k1/done_on": "2024-03-04"},
            "2024-03-04",
            "整改清单",
            "魏长河",
            ("魏长河",),
        ),
        ("F1", "plan", {"branch/name": "", "plan/plan/made_on": ""}, "2024-02-20", "工作方案", "t01", ()),
    ],
)
def test_a_paper_is_of_the_day_of_its_record_and_of_the_person_that_it_is_about(
    form: str,
    subject: str,
    put: dict[str, Any],
    day: str | None,
    title: str,
    responsible: str,
    persons: tuple[str, ...],
) -> None:
    dossier = archived(**put)
    stage = next(stage for stage in BY_KEY.values() if any(one.number == form for one in stage.forms))
    assert stage.documents is not None
    made = next(p for p in stage.documents(Sheet(dossier, b.campaign())) if (p.form, p.subject) == (form, subject))
    paper = items.paper_of(form, subject, Bundle(documents=[made], title="x"), dossier)
    if day:
        assert paper.date == date.fromisoformat(day)
    assert (paper.responsible, paper.persons) == (responsible, persons)
    assert paper.form_name.startswith((dossier.branch.name or "t01") + title)


def test_a_form_of_the_branch_bears_no_name_of_its_subject() -> None:
    dossier = archived()
    assert paper_name(dossier, "F6", "r4") == "发言提纲（田小禾）"
    assert paper_name(dossier, "F6", "nobody") == "发言提纲"
    assert paper_name(dossier, "F14", "m1").endswith("（魏长河）")
    assert paper_name(dossier, "F99", "m1") == "F99（魏长河）"
    assert "（" not in paper_name(dossier, "F7", "pl")


# --- cover papers ----------------------------------------------------------------------------------------------------


def test_the_catalogue_has_a_table_for_each_retention_that_occurs() -> None:
    given = [
        item(1, retention="Y", security="机密", date="2024-02-20", pages=3),
        item(1, "b", "D10", security="内部", withdrawn=True),
        item(2, "c", "D10"),
    ]
    entries = [ArchiveItem.model_validate(entry) for entry in given]
    paper = documents.catalogue(Sheet(archived(), b.campaign()), entries, {"b": 1})
    tables = [block for block in paper.blocks if isinstance(block, Table)]
    assert [[row[0], *row[5:]] for table in tables for row in table.rows] == [
        ["1", "20240220", "机密", "3", ""],
        ["1", "", "", "0", "撤件；附件1个"],
        ["2", "", "", "0", ""],
    ]
    heads = dict(next(block for block in paper.blocks if isinstance(block, Facts)).rows)
    assert heads == {"立档单位": "局机关党总支", "全宗号": "J001", "机构": "测试局机关党支部", "年度": "2024"}


@pytest.mark.parametrize(
    ("days", "absent", "final", "facts"),
    [
        ([], 0, True, {"起止日期": "无", "附件": "2个", "状态": "已定稿"}),
        (
            ["2024-02-21", "2024-02-20", ""],
            1,
            False,
            {"起止日期": "2024年2月20日至2024年2月21日", "附件": "2个，另缺1个", "状态": "未定稿，没有编档号"},
        ),
    ],
)
def test_the_note_sums_up_what_is_in_the_package(
    days: list[str], absent: int, final: bool, facts: dict[str, str]
) -> None:
    live = [ArchiveItem.model_validate(item(n, date=day, pages=n)) for n, day in enumerate(days, 1)]
    gone = ArchiveItem.model_validate(item(9, withdrawn=True, date="2024-01-01", pages=9))
    paper = documents.note(
        Sheet(archived(), b.campaign()), [*live, gone], {"a": "0123456789ab"}, attached=2, absent=absent, final=final
    )
    told = dict(next(block for block in paper.blocks if isinstance(block, Facts)).rows)
    pages = sum(range(1, len(days) + 1))
    assert told | facts == told
    assert (told["归档件"], told["撤件"]) == (f"{len(days)}件，共{pages}页", "1件")
    (table,) = [block for block in paper.blocks if isinstance(block, Table)]
    assert table.rows == [["a", "01234567 89ab"]]


def test_a_file_of_a_package_is_called_by_the_title_of_its_item() -> None:
    listing = BagListing((ArchiveItem(id="a", file="x", title="方案"), ArchiveItem(id="b", file="y")))
    assert [listing.title(path) for path in ("x", "y", "z")] == ["方案", "y", "z"]
