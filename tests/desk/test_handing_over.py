"""A branch's package by a button, and the receipt that comes back, dropped in the page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orglife.adapters.panel.exchange import SAVED, ExchangePanel
from orglife.core.errors import PackageTooLarge
from orglife.desk.forms import HANDOVER, handover_panel
from orglife.exchange import receipts
from orglife.office.office import Office
from orglife.paper import on_request
from orglife.stages import BY_KEY
from tests.conftest import run
from tests.desk.test_desk import desk_of
from tests.exchange.test_handover import branch, bureau, made

__all__ = ["branch", "bureau", "made"]


def given(office: Office) -> on_request.PaperFile:
    return on_request.make_paper(office, "t01", on_request.PACKAGE, "report", "zip", None)


def panel_of(office: Office, saved: list[bool]) -> ExchangePanel:
    return handover_panel(office, "t01", BY_KEY["report"], lambda: saved.append(True))


def drop(panel: ExchangePanel, name: str, data: bytes) -> None:
    when = datetime(2024, 1, 1, tzinfo=UTC)
    file = {"name": name, "type": "", "size": len(data), "content": memoryview(data), "last_modified": when}
    panel.upload.value = [file]


def receipt_from(bureau: Path, package: on_request.PaperFile) -> bytes:
    place = bureau.parent / package.name
    place.write_bytes(package.data)
    assert run("import", str(bureau), str(place)) == 0
    with Office.open(bureau) as office:
        return receipts.stored_receipt(office, "t01")


def test_the_package_is_the_one_that_the_command_writes_and_nothing_is_left_behind(
    branch: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.zip"
    assert run("export", str(branch), "--branch", "t01", "--format", "package", "--out", str(out)) == 0
    with Office.open(branch) as office:
        package = given(office)
        assert not list(office.workspace.partial.rglob("*.zip"))
    assert package.data == out.read_bytes()
    assert package.name == "测试局机关党支部 交给上级的包.zip"
    assert "请只交给上级党组织" in package.notes[0]
    assert on_request.DOWNLOADS in package.notes[1]
    assert str(branch) not in "".join(package.notes)


def test_what_a_browser_cannot_hold_is_told_with_the_button(branch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_request, "LARGEST", 100)
    with Office.open(branch) as office, pytest.raises(PackageTooLarge, match="点“写交给上级的包”"):
        given(office)


def test_a_receipt_is_shown_and_kept_when_confirmed(branch: Path, bureau: Path) -> None:
    saved: list[bool] = []
    with Office.open(branch) as office:
        receipt = receipt_from(bureau, given(office))
        panel = panel_of(office, saved)
        drop(panel, "t01.json", receipt)
        assert not panel.take_button.disabled
        assert receipts.read_acknowledgement(office, "t01") is None
        panel.take_button.click()
        assert SAVED in panel.shown.value
        assert saved == [True]
        assert receipts.read_acknowledgement(office, "t01") is not None


def test_what_is_no_receipt_of_this_branch_is_refused(branch: Path, bureau: Path, tmp_path: Path) -> None:
    with Office.open(branch) as office:
        panel = panel_of(office, [])
        assert run("export", str(branch), "--branch", "t01", "--out", str(tmp_path / "all.json")) == 0
        receipt = json.loads(receipt_from(bureau, given(office)))
        for name, data in (
            ("all.json", (tmp_path / "all.json").read_bytes()),
            ("other.json", json.dumps({**receipt, "branch": "t99"}).encode()),
            ("half.json", json.dumps(receipt).encode()[:-40]),
            ("empty.json", b""),
        ):
            drop(panel, name, data)
            assert "没有导入" in panel.shown.value, name
            assert name in panel.shown.value
            assert panel.take_button.disabled
        assert receipts.read_acknowledgement(office, "t01") is None


def test_only_a_receipt_of_this_campaign_acknowledges(branch: Path, bureau: Path) -> None:
    with Office.open(branch) as office:
        receipt = json.loads(receipt_from(bureau, given(office)))
        for raw, acknowledged in (
            (receipt, True),
            ({**receipt, "campaign": "2023-other"}, False),
            ({**receipt, "format": "orglife-findings/1"}, False),
        ):
            office.files.write(receipts.receipt_name("t01"), json.dumps(raw).encode())
            assert (receipts.read_acknowledgement(office, "t01") is not None) is acknowledged


def test_the_report_page_has_the_sheet(branch: Path) -> None:
    page = desk_of(branch, interactive=True).form("report")
    assert list(page.titles)[-1] == HANDOVER
