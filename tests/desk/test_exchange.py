"""Members' forms in the page: made by a button, dropped in, shown, confirmed."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from orglife.adapters.panel.exchange import DROPPED, NOTHING, SAVED, ExchangePanel
from orglife.core.errors import OrglifeError, UnknownStage
from orglife.desk.forms import EXCHANGE, exchange_panel
from orglife.exchange.intake import differences_each, differences_of
from orglife.office.office import Office
from orglife.paper import on_request
from orglife.stages import BY_KEY
from orglife.stages.rectification.record import Pledge
from tests.conftest import run
from tests.desk.test_desk import desk_of
from tests.exchange.test_member_forms import NAMES, early, outlined, put, row
from tests.exchange.test_workbooks import records

__all__ = ["early"]


def made(office: Office, what: str, stage: str = "reviews") -> on_request.PaperFile:
    return on_request.make_paper(office, "t01", what, stage, "xlsx", None)


def filled_in(data: bytes, change: Any) -> bytes:
    book = load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def drop(panel: ExchangePanel, **files: bytes) -> None:
    panel.upload.value = [
        {
            "name": f"{name}.xlsx",
            "type": "",
            "size": len(data),
            "content": memoryview(data),
            "last_modified": datetime(2024, 1, 1, tzinfo=UTC),
        }
        for name, data in files.items()
    ]


def test_the_forms_come_as_one_file(early: Path) -> None:
    with Office.open(early) as office:
        bundle = made(office, "members")
        assert bundle == made(office, "members")
        assert bundle.name == "测试局机关党支部 党员填写表.zip"
        with zipfile.ZipFile(io.BytesIO(bundle.data)) as archive:
            assert archive.namelist() == [f"对照检查_{name}.xlsx" for name in NAMES.values()]
        assert made(office, "member").name == "对照检查_空白.xlsx"
        assert made(office, "workbook", "talks").name == "测试局机关党支部 谈心谈话.xlsx"
        with pytest.raises(UnknownStage):
            made(office, "workbook", "supervision")


def test_what_is_dropped_is_shown_and_saved_when_confirmed(early: Path, tmp_path: Path) -> None:
    saved: list[bool] = []
    with Office.open(early) as office:
        panel = exchange_panel(office, "t01", BY_KEY["reviews"], lambda: saved.append(True))
        with zipfile.ZipFile(io.BytesIO(made(office, "members").data)) as archive:
            forms = {name: archive.read(f"对照检查_{NAMES[name]}.xlsx") for name in ("m3", "m4")}
        drop(panel, **forms)
        assert NOTHING in panel.shown.value
        assert panel.take_button.disabled
        forms["m3"] = filled_in(forms["m3"], outlined("<b>去年</b>五月值班时提前走了"))
        drop(panel, **forms)
        assert "冉书砚（m3.xlsx）：新增2条" in panel.shown.value
        assert "田小禾（m4.xlsx）：与现有数据相同" in panel.shown.value
        assert "＋ 发言提纲（冉书砚" in panel.shown.value
        assert "member_review" not in panel.shown.value, "ids are nothing to a secretary"
        assert not panel.upload.value
        assert not saved
        panel.drop_button.click()
        assert DROPPED in panel.shown.value
        drop(panel, **forms)
        panel.take_button.click()
        assert SAVED in panel.shown.value
        assert saved == [True]
        assert panel.take_button.disabled
    assert [r["member"] for r in records(early, "member_review", tmp_path).values()] == ["m3"]


def returned(office: Office, *members: str) -> dict[str, bytes]:
    """The forms of some members, filled in, by the names of their files."""
    with zipfile.ZipFile(io.BytesIO(made(office, "members").data)) as archive:
        names = [f"对照检查_{NAMES[each]}" for each in members]
        return {name: filled_in(archive.read(f"{name}.xlsx"), outlined(f"{name}值班时提前走了")) for name in names}


def test_good_forms_are_taken_in_and_bad_ones_named_by_person_and_cell(early: Path, tmp_path: Path) -> None:
    with Office.open(early) as office:
        panel = exchange_panel(office, "t01", BY_KEY["reviews"], lambda: None)
        forms = returned(office, "m3", "m4", "m5")

        def wrong(book: Any) -> None:
            put(book, "发言提纲", "日期", "2024年2月30日")
            row(book, "查摆的问题", "作风", 三观剖析·世界观="有一点")

        forms["对照检查_田小禾"] = filled_in(forms["对照检查_田小禾"], wrong)
        forms["无名<i>"] = filled_in(made(office, "member").data, outlined())
        forms["坏"] = b"x"
        drop(panel, **forms)
        told = panel.shown.value
        assert "冉书砚（对照检查_冉书砚.xlsx）：新增2条" in told
        assert "这3份没有收。请照下面改好，只选这几份再导入：" in told
        assert "<div>对照检查_田小禾.xlsx：</div>" in told
        assert "“发言提纲”表B3：" in told
        assert "“查摆的问题”表E4：“有一点”不是打勾。请从列表里选 √，没有的空着。" in told
        assert "无名&lt;i&gt;.xlsx" in told
        assert "没有写姓名。请写上填表人的姓名。" in told
        assert "坏.xlsx：" in told
        panel.take_button.click()
        assert SAVED in panel.shown.value
    assert {r["member"] for r in records(early, "member_review", tmp_path).values()} == {"m3", "m5"}


def test_only_bad_forms_leave_nothing_to_confirm(early: Path, tmp_path: Path) -> None:
    with Office.open(early) as office:
        panel = exchange_panel(office, "t01", BY_KEY["reviews"], lambda: None)
        drop(panel, 坏=b"x")
        assert "坏.xlsx" in panel.shown.value
        assert NOTHING not in panel.shown.value
        assert panel.take_button.disabled
    assert not records(early, "member_review", tmp_path)


def test_a_form_returned_twice_is_taken_in_once(early: Path, tmp_path: Path) -> None:
    with Office.open(early) as office:
        panel = exchange_panel(office, "t01", BY_KEY["reviews"], lambda: None)
        (name, data), *_ = returned(office, "m3").items()
        other = filled_in(data, lambda book: put(book, "整改承诺", "承诺内容", "别的"))
        drop(panel, **{name: data, "同样的": data, "改过的": other})
        told = panel.shown.value
        assert f"冉书砚（同样的.xlsx）：与{name}.xlsx相同，没有改动。" in told
        assert (
            f"冉书砚（改过的.xlsx）的“整改承诺”表：与前面的“{name}.xlsx”不同，没有收。要用这一份的，请只选这一份。"
            in told
        )
        panel.take_button.click()
        drop(panel, 改过的=other)
        assert "冉书砚（改过的.xlsx）：新增0条，修改1条" in panel.shown.value
        panel.take_button.click()
    assert [r["text"] for r in records(early, "pledge", tmp_path).values()] == ["别的"]


def test_of_each_form_it_is_told_that_it_is_read(early: Path) -> None:
    begun: list[tuple[int, str]] = []
    with Office.open(early) as office:
        uploads = [(f"{name}.xlsx", data) for name, data in returned(office, "m1", "m2", "m3").items()]
        differences_each(office, uploads, "t01", lambda done, name: begun.append((done, name)))
    assert begun == [(number, name) for number, (name, _) in enumerate(uploads)]


def test_what_was_saved_before_a_conflict_stays_saved(early: Path, tmp_path: Path) -> None:
    with Office.open(early) as office:
        panel = exchange_panel(office, "t01", BY_KEY["reviews"], lambda: None)
        forms = returned(office, "m3", "m4")
        drop(panel, **forms)
        other = early.parent / "对照检查_冉书砚.xlsx"
        other.write_bytes(filled_in(forms["对照检查_冉书砚"], outlined("去年八月的报表晚交了五天")))
        assert run("import", str(early), str(other)) == 0
        panel.take_button.click()
        assert SAVED in panel.shown.value
        assert "冉书砚（对照检查_冉书砚.xlsx）" in panel.shown.value
        assert "刚才在别处改过" in panel.shown.value
    assert {r["member"] for r in records(early, "member_review", tmp_path).values()} == {"m3", "m4"}


@pytest.mark.parametrize(
    ("name", "data", "words"), [("赵敏.docx", b"PK", "照原话录入"), ("表.zip", b"PK m3.xlsx", "先解压")]
)
def test_what_is_no_form_is_told_with_the_way_to_bring_it_in(early: Path, name: str, data: bytes, words: str) -> None:
    with Office.open(early) as office, pytest.raises(OrglifeError) as refusal:
        differences_of(office, [(name, data)], "t01")
    assert words in str(refusal.value)


def test_a_difference_that_is_out_of_date_is_refused(early: Path) -> None:
    with Office.open(early) as office:
        panel = exchange_panel(office, "t01", BY_KEY["reviews"], lambda: None)
        with zipfile.ZipFile(io.BytesIO(made(office, "members").data)) as archive:
            data = filled_in(archive.read("对照检查_冉书砚.xlsx"), outlined())
        drop(panel, m3=data)
        other = early.parent / "对照检查_冉书砚.xlsx"
        other.write_bytes(filled_in(data, outlined("去年八月的报表晚交了五天")))
        assert run("import", str(early), str(other)) == 0
        panel.take_button.click()
        assert "刚才在别处改过" in panel.shown.value


def test_it_stands_on_the_pages_of_the_reviews_and_of_rectification_only(filled: Path) -> None:
    for stage in ("reviews", "rectification"):
        page = desk_of(filled, interactive=True).form(stage)
        assert list(page.titles)[-1] == EXCHANGE
    assert EXCHANGE not in getattr(desk_of(filled, interactive=True).form("talks"), "titles", ())


def test_the_forms_of_rectification_ask_for_the_pledge_only(filled: Path) -> None:
    with Office.open(filled) as office:
        made_forms = made(office, "members", "rectification")
        assert made_forms.name == "测试局机关党支部 整改承诺填写表.zip"
        with zipfile.ZipFile(io.BytesIO(made_forms.data)) as archive:
            data = archive.read("整改承诺_冉书砚.xlsx")
        book = load_workbook(io.BytesIO(data))
        assert [title for title in book.sheetnames if book[title].sheet_state == "visible"] == ["填写说明", "整改承诺"]

        def promise(sheets: Any) -> None:
            answer = next(line for line in sheets["整改承诺"].iter_rows() if line[0].value == "承诺内容")
            answer[1].value = "三月起每周到窗口值班一次"

        panel = exchange_panel(office, "t01", BY_KEY["rectification"], lambda: None)
        drop(panel, m3=filled_in(data, promise))
        assert "里没有" not in panel.shown.value
        panel.take_button.click()
        pledges = {one.member: one.text for one in office.dossier("t01").all(Pledge)}
    assert pledges["m3"] == "三月起每周到窗口值班一次"
