"""Scans and photos attached in the page: chosen, looked at, kept, told in one sentence; and nothing else is let in."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import attachments
from orglife.adapters.disk.record_files import ATTACHMENTS
from orglife.adapters.form.open_entry import HERE
from orglife.adapters.panel import attach
from orglife.adapters.panel.attach import EMPTY, NO_FILE, NO_RECORD, AttachPanel
from orglife.core.errors import CannotWrite
from orglife.desk.desk import Desk
from orglife.desk.forms import attach_panel
from orglife.office.office import Office
from orglife.stages.plan.record import Attachment
from tests.desk.test_desk import desk_of
from tests.office.test_attach import BAD, JPEG, PDF


def choose(panel: AttachPanel, *brought: tuple[str, bytes]) -> None:
    drop(panel.upload, *brought)


def drop(upload: Any, *brought: tuple[str, bytes]) -> None:
    upload.value = [
        {
            "name": name,
            "type": "",
            "size": len(data),
            "content": memoryview(data),
            "last_modified": datetime(2024, 1, 1, tzinfo=UTC),
        }
        for name, data in brought
    ]


def panel_of(office: Office, saved: Callable[[], None] = lambda: None) -> AttachPanel:
    return attach_panel(office, "t01", lambda: office.dossier("t01"), saved)


def kept(root: Path) -> list[Path]:
    return [path for path in (root / ATTACHMENTS).rglob("*") if path.is_file()]


def test_papers_without_a_signed_scan_come_first_and_one_attached_is_signed(filled: Path) -> None:
    saved: list[bool] = []
    with Office.open(filled) as office:
        panel = panel_of(office, lambda: saved.append(True))
        names = [label for label, _ in panel.record.options]
        assert names[1] == "专题组织生活会和民主评议党员工作方案（未附）"
        assert "专题组织生活会发言提纲（祝秋实）（未附）" in names
        assert len(names) == len(set(names))
        assert len({ident for _, ident in panel.record.options}) == len(names)
        choose(panel, ("会议记录.pdf", PDF))
        assert len(panel.upload.value) == 1, "the button counts what is chosen"
        assert "已选好1个文件：“会议记录.pdf”（1KB）。还没有附上" in panel.shown.value
        assert not kept(filled)
        panel.record.value = "mt"
        panel.attach_button.click()
        assert "✓ 已附上1个文件（签字扫描件），属于“专题组织生活会会议记录（2024年2月20日）”。" in panel.shown.value
        assert 'role="status"' in panel.shown.value
        assert saved == [True]
        assert not panel.upload.value
        (link,) = office.dossier("t01").all(Attachment)
        (signed,) = [row for row in office.signed_papers(office.dossier("t01")) if row.signed]
        panel.refresh()
        assert panel.record.options[-1][0] == "专题组织生活会会议记录（2024年2月20日）（已附）"
    assert (signed.form, link.record, link.kind) == ("F9", "mt", "signed_scan")
    (copy,) = kept(filled)
    assert copy.read_bytes() == PDF
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_several_at_once_and_the_same_again(filled: Path) -> None:
    with Office.open(filled) as office:
        panel = panel_of(office)
        choose(panel, ("a.pdf", PDF), ("b.JPG", JPEG))
        panel.record.value, panel.kind.value = "st", "sign_in"
        panel.attach_button.click()
        assert "已附上2个文件（签到表），属于“集中学习记录（2024年2月6日）”" in panel.shown.value
        assert panel.record.value == "", "the next file belongs to something else"
        choose(panel, ("a 副本.pdf", PDF))
        panel.record.value = "st"
        panel.attach_button.click()
        assert "有1个文件原来已经附在这里，没有重复附。" in panel.shown.value
        assert "✓" not in panel.shown.value
        assert [a.kind for a in office.dossier("t01").all(Attachment)] == ["sign_in", "sign_in"]


def test_every_paper_that_is_to_be_signed_can_be_chosen_and_is_then_signed(filled: Path) -> None:
    with Office.open(filled) as office:
        panel = panel_of(office)
        rows = office.signed_papers(office.dossier("t01"))
        for ident in {row.record for row in rows}:
            choose(panel, ("a.pdf", PDF))
            panel.record.value = ident
            panel.attach_button.click()
        assert all(row.signed for row in office.signed_papers(office.dossier("t01")))


def test_nothing_is_attached_before_all_is_chosen(filled: Path) -> None:
    with Office.open(filled) as office:
        panel = panel_of(office)
        panel.attach_button.click()
        assert NO_FILE in panel.shown.value
        choose(panel, ("a.pdf", PDF))
        panel.attach_button.click()
        assert NO_RECORD in panel.shown.value
        assert not office.dossier("t01").all(Attachment)
        panel.record.value = "mt"
        panel.attach_button.click()
        assert office.dossier("t01").all(Attachment)
    assert kept(filled)


LARGE = PDF[:9] + b" " * attachments.LARGEST + PDF[9:]
HOSTILE = {
    "../../../etc/岗位.pdf": "岗位.pdf",
    "..\\..\\岗位.pdf": "岗位.pdf",
    "a\x00b\x1b[31m\n.pdf": "a\ufffdb\ufffd[31m .pdf",
    "名\u202efdp.pdf": "名\ufffdfdp.pdf",
    "长" * 300 + ".pdf": "长" * 34 + "…长.pdf",
    "<img src=x onerror=alert(1)>.pdf": "&lt;img src=x onerror=alert(1)&gt;.pdf",
}


WRONG = [
    *((name, data, "没有附上：") for name, data in BAD.items()),
    ("会议.pdf", b"MZ\x90\0" + b"\0" * 60, "内容不是可以附上的文件"),
    ("会议.pdf", PDF[:-8], "内容不完整"),
    ("会议.pdf", LARGE, "有21MB"),
    ("x." + "p" * 300, PDF, "文件名写的是.ppp…ppppp"),
    ("", PDF, "“没有名字的文件”没有附上"),
]


def test_a_hostile_name_is_only_shown(filled: Path) -> None:
    with Office.open(filled) as office:
        panel = panel_of(office)
        for name, shown in HOSTILE.items():
            choose(panel, (name, PDF))
            assert f"“{shown}”" in panel.shown.value
            panel.record.value = "mt"
            panel.attach_button.click()
            assert "编号E" not in panel.shown.value
            choose(panel, (name, b"MZ\x90\0"))
            assert f"“{shown}”没有附上" in panel.shown.value
        (link,) = office.dossier("t01").all(Attachment)
    (copy,) = kept(filled)
    assert copy == filled / link.file
    assert copy.parent == filled / ATTACHMENTS / "t01"
    assert copy.stem == link.sha256[: attachments.NAME_DIGITS]


def test_what_is_wrong_is_told_in_a_sentence_and_nothing_is_attached(filled: Path) -> None:
    with Office.open(filled) as office:
        panel = panel_of(office)
        panel.record.value = "mt"
        for name, data, words in WRONG:
            choose(panel, ("好.pdf", PDF), (name, data))
            assert words in panel.shown.value
            assert "请附PDF或图片（扫描仪、手机存成的都可以），每个不超过20MB。" in panel.shown.value
            assert "编号E" not in panel.shown.value
            panel.attach_button.click()
            assert NO_FILE in panel.shown.value, "one bad file and none is taken"
        assert not office.dossier("t01").all(Attachment)
    assert not kept(filled)


def test_a_folder_that_cannot_be_written_and_a_record_that_is_gone(
    filled: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> bool:
        raise CannotWrite(path="attachments/t01/x.pdf", what="磁盘已满")

    with Office.open(filled) as office:
        panel = panel_of(office)
        choose(panel, ("魏长河.pdf", PDF))
        panel.record.value = "mt"
        with monkeypatch.context() as patch:
            patch.setattr(attachments, "store_file", full)
            panel.attach_button.click()
        assert "还有1个没有附上：" in panel.shown.value
        assert "磁盘已满" in panel.shown.value
        assert not office.dossier("t01").all(Attachment)
        panel.attach_button.click()  # there is room again: the files are still chosen
        assert "已附上1个" in panel.shown.value
        store, campaign = office.store, office.campaign.id
        choose(panel, ("a.jpg", JPEG))
        panel.record.value = "pb"
        store.remove(
            campaign, "t01", "publication", "pb", who="", base=store.version(campaign, "t01", "publication", "pb")
        )
        panel.attach_button.click()
        assert "这条记录已经不在了" in panel.shown.value
    assert "魏长河" not in caplog.text


def test_it_stands_over_the_list_and_what_is_attached_is_taken_back_there(filled: Path) -> None:
    desk = desk_of(filled, interactive=True)
    page = desk.form("plan")
    page.selected_index = list(page.titles).index("附件")
    panel_box, form_box = page.children[page.selected_index].children
    assert "附上扫描件或照片" in panel_box.children[0].value
    buttons = {w.description for w in _inside(form_box) if hasattr(w, "click")}
    assert "新增" not in buttons, "nobody types a path"
    record, kind, bar = panel_box.children[1:4]
    upload, attach_button = bar.children
    drop(upload, ("a.pdf", PDF))
    record.value, kind.value = "mt", "signed_scan"
    attach_button.click()
    (lines,) = [w for w in _inside(form_box) if type(w).__name__ == "Select"]
    assert [label for label, _ in lines.options] == ["附件（会议记录（2024年2月20日））　签字扫描件"]
    lines.value = lines.options[0][1]
    assert not [w for w in _inside(form_box) if "文件名" in str(getattr(w, "description", ""))]
    _press(form_box, "移除")
    _press(form_box, "确定移除")
    assert not desk.dossier().all(Attachment)
    assert {ident: label for label, ident in record.options}["mt"] == "专题组织生活会会议记录（2024年2月20日）（未附）"


def test_who_is_sent_here_from_the_first_page_finds_the_paper_chosen(filled: Path) -> None:
    desk = desk_of(filled, interactive=True)
    page = desk.form("plan")
    desk.show('["attachment", "", [], {"record": "mt"}]')
    panel_box, form_box = page.children[page.selected_index].children
    record = panel_box.children[1]
    assert (record.value, HERE in record._dom_classes) == ("mt", True)
    assert not [w for w in _inside(form_box) if getattr(w, "description", "") == "移除"], "no blank entry was begun"
    desk.show('["attachment", "", [], {"record": "gone"}]')
    assert record.value == "mt"


def _inside(widget: Any) -> list[Any]:
    return [widget, *(w for child in getattr(widget, "children", ()) for w in _inside(child))]


def _press(widget: Any, label: str) -> None:
    next(w for w in _inside(widget) if getattr(w, "description", "") == label and hasattr(w, "click")).click()


def test_a_folder_that_something_else_stands_in_is_told(filled: Path) -> None:
    (filled / ATTACHMENTS).mkdir(exist_ok=True)
    (filled / ATTACHMENTS / "t01").write_bytes(b"")
    with Office.open(filled) as office:
        panel = panel_of(office)
        choose(panel, ("a.pdf", PDF))
        panel.record.value = "mt"
        panel.attach_button.click()
        assert "还有1个没有附上：" in panel.shown.value
        assert "无法写入" in panel.shown.value
        assert "编号E" not in panel.shown.value
        assert not office.dossier("t01").all(Attachment)


def test_before_anything_is_recorded_there_is_nothing_to_attach_to(workspace: Path) -> None:
    page = Desk.open(str(workspace), interactive=True).form("plan")
    page.selected_index = list(page.titles).index("附件")
    panel_box, _ = page.children[page.selected_index].children
    assert EMPTY in panel_box.children[-1].value
    assert panel_box.children[3].children[1].disabled


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "1KB"),
        (2047, "1KB"),
        (2048, "2KB"),
        (1024**2 - 1, "1023KB"),
        (1024**2, "1.0MB"),
        (3 * 1024**2 // 2, "1.5MB"),
    ],
)
def test_the_size_of_a_file_in_words(count: int, words: str) -> None:
    assert attach._size(count) == words
