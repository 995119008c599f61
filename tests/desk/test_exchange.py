"""Members' forms in the page: made by a button, dropped in, shown, confirmed."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from orglife.adapters.form.exchange import DROPPED, NOTHING, SAVED, ExchangePanel
from orglife.core.errors import OrglifeError, UnknownStage
from orglife.desk.forms import EXCHANGE, exchange_panel
from orglife.exchange.intake import differences_of
from orglife.office.office import Office
from orglife.paper import on_request
from orglife.stages import BY_KEY
from orglife.stages.rectification.record import Pledge
from tests.conftest import run
from tests.desk.test_desk import desk_of
from tests.exchange.test_member_forms import early, outlined
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
        assert bundle.name == "t01_党员填写表.zip"
        with zipfile.ZipFile(io.BytesIO(bundle.data)) as archive:
            assert archive.namelist() == ["名单.txt", *(f"t01_m{n}.xlsx" for n in range(1, 9))]
            assert "t01_m4.xlsx　田小禾" in archive.read("名单.txt").decode("utf-8-sig")
        assert made(office, "member").name == "t01_空白.xlsx"
        assert made(office, "workbook", "talks").name == "t01_谈心谈话.xlsx"
        with pytest.raises(UnknownStage):
            made(office, "workbook", "supervision")


def test_what_is_dropped_is_shown_and_saved_when_confirmed(early: Path, tmp_path: Path) -> None:
    saved: list[bool] = []
    with Office.open(early) as office:
        panel = exchange_panel(office, "t01", BY_KEY["reviews"], lambda: saved.append(True))
        with zipfile.ZipFile(io.BytesIO(made(office, "members").data)) as archive:
            forms = {name: archive.read(f"t01_{name}.xlsx") for name in ("m3", "m4")}
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


def test_what_is_wrong_is_told_and_nothing_taken(early: Path, tmp_path: Path) -> None:
    with Office.open(early) as office:
        panel = exchange_panel(office, "t01", BY_KEY["reviews"], lambda: None)
        (name, data) = ("好", filled_in(made(office, "member").data, outlined()))
        drop(panel, **{name: data, "坏<i>": b"x"})
        assert "没有写姓名" in panel.shown.value
        assert "坏&lt;i&gt;.xlsx不是电子表格" in panel.shown.value
        assert panel.take_button.disabled
    assert not records(early, "member_review", tmp_path)


@pytest.mark.parametrize(
    ("name", "data", "words"), [("赵敏.docx", b"PK", "照原话录入"), ("表.zip", b"PK t01_m3.xlsx", "先解压")]
)
def test_what_is_no_form_is_told_with_the_way_to_bring_it_in(early: Path, name: str, data: bytes, words: str) -> None:
    with Office.open(early) as office, pytest.raises(OrglifeError) as refusal:
        differences_of(office, [(name, data)], "t01")
    assert words in str(refusal.value)


def test_a_difference_that_is_out_of_date_is_refused(early: Path) -> None:
    with Office.open(early) as office:
        panel = exchange_panel(office, "t01", BY_KEY["reviews"], lambda: None)
        with zipfile.ZipFile(io.BytesIO(made(office, "members").data)) as archive:
            data = filled_in(archive.read("t01_m3.xlsx"), outlined())
        drop(panel, m3=data)
        other = early.parent / "t01_m3.xlsx"
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
        assert made_forms.name == "t01_整改承诺填写表.zip"
        with zipfile.ZipFile(io.BytesIO(made_forms.data)) as archive:
            data = archive.read("t01_m3.xlsx")
        book = load_workbook(io.BytesIO(data))
        assert [title for title in book.sheetnames if book[title].sheet_state == "visible"] == ["填写说明", "整改承诺"]

        def promise(sheets: Any) -> None:
            answer = next(line for line in sheets["整改承诺"].iter_rows() if line[0].value == "承诺内容")
            answer[1].value = "三月起每周到窗口值班一次"

        panel = exchange_panel(office, "t01", BY_KEY["rectification"], lambda: None)
        drop(panel, m3=filled_in(data, promise))
        panel.take_button.click()
        pledges = {one.member: one.text for one in office.dossier("t01").all(Pledge)}
    assert pledges["m3"] == "三月起每周到窗口值班一次"
