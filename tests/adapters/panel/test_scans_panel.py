"""Many scans at once: the table of what each belongs to, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ipywidgets as W
import pytest

from orglife.adapters.disk.attachments import Attached
from orglife.adapters.panel.scans import LEAVE_OUT, LEFT_OUT, NOTHING_MISSING, ScansPanel
from orglife.core.errors import BadInput
from tests.desk.test_attach_panel import drop


@dataclass
class Paper:
    """A target."""

    key: str
    title: str
    signed: bool = False


PAPERS = [Paper("record:a", "会议<记录"), Paper("record:b", "工作方案", signed=True), Paper("stage:talks", "谈话9件")]


class Made:
    """A panel that attaches what is not called 坏, and doubts what is attached to the plan."""

    def __init__(self, keys: dict[str, str] | None = None, papers: list[Paper] | None = None) -> None:
        self.taken: list[Any] = []
        self.ended: Any = None
        self.error: BaseException | None = None
        keys = keys or {}

        def check(data: bytes, name: str) -> Attached:
            if name.startswith("坏"):
                raise BadInput([f"{name}读不出来"])
            return Attached(data, ".pdf", data.decode(), 1)

        def take(chosen: Any, ended: Any) -> None:
            if self.error:
                raise self.error
            self.taken.append([(name, key) for name, _, key in chosen])
            self.ended = ended

        self.panel = ScansPanel(
            lambda: PAPERS if papers is None else papers,
            lambda names: [keys.get(name, "") for name in names],
            check,
            lambda _file, key: "已经附在方案" if key == "record:b" else "",
            take,
            W.HTML(),
        )

    def choose(self, **files: str) -> None:
        drop(self.panel.upload, *((name, data.encode()) for name, data in files.items()))

    @property
    def shown(self) -> str:
        return str(self.panel.shown.value)

    @property
    def button(self) -> tuple[str, bool]:
        return self.panel.take_button.description, self.panel.take_button.disabled

    @property
    def remarks(self) -> list[str]:
        return [remark.value.partition(">")[2].removesuffix("</div>") for remark in self.panel._remarks]


def test_papers_without_a_scan_are_counted() -> None:
    assert "有1份</summary><ul><li>会议&lt;记录</li></ul>" in Made().panel.missing.value
    assert NOTHING_MISSING in Made(papers=PAPERS[1:]).panel.missing.value


def test_each_file_is_listed_with_what_it_belongs_to() -> None:
    made = Made({"甲": "record:a"})
    assert made.panel.buttons.layout.display == "none"
    made.choose(甲="1", 乙="2")
    first, second = made.panel.fields
    assert [label for label, _ in first.options] == [
        "请选择", "会议<记录", "工作方案（已附）", "谈话9件", LEAVE_OUT,
    ]  # fmt: skip
    assert (first.description, first.value, second.value) == ("甲", "record:a", "")
    assert made.panel.buttons.layout.display == ""
    assert "选了2个文件，还没有附上。有1个没有对上，请在表里选。请核对上面的表，再点“附上这2个”。" in made.shown
    made.panel.take_button.click()
    assert "“乙”没有选属于哪份文件" in made.shown
    assert "“甲”" not in made.shown
    assert made.taken == []
    second.value = LEFT_OUT
    assert made.button == ("附上这1个", False)
    made.panel.take_button.click()
    assert made.taken == [[("甲", "record:a")]]


def test_nothing_is_attached_where_every_file_is_left_out() -> None:
    made = Made({"甲": LEFT_OUT})
    made.choose(甲="1")
    assert made.button == ("附上", True)


def test_the_same_file_twice_and_one_attached_elsewhere_are_doubted() -> None:
    made = Made({"甲": "record:a", "乙": "record:a", "丙": "record:b", "丁": LEFT_OUT})
    made.choose(甲="1", 乙="1", 丙="2", 丁="2")
    same = "与“甲”是同一个文件，请核对是不是选错了。"
    assert made.remarks == ["", same, "已经附在方案", ""]
    made.panel.fields[0].value = LEFT_OUT
    assert made.remarks == ["", same, "已经附在方案", ""]
    made.panel.fields[1].value = LEFT_OUT
    assert made.remarks[1] == ""


@pytest.mark.parametrize(
    ("lines", "good", "tone", "left"),
    [
        (["✓ 已附上1个"], True, "of-good", 0),
        (["已取消。扫描件一个也没有附上"], False, "of-half", 1),
        (["已取消。", "扫描件一个也没有附上"], False, "of-half", 1),
        (["磁盘满了", "已取消。"], False, "of-bad", 1),
        ([], False, "of-bad", 1),
    ],
)
def test_what_was_not_attached_stays_chosen(lines: list[str], good: bool, tone: str, left: int) -> None:
    made = Made({"甲": "record:a"})
    made.choose(甲="1")
    made.panel.take_button.click()
    locked = [made.panel.upload, made.panel.drop_button, made.panel.take_button, *made.panel.fields]
    assert [widget.disabled for widget in locked] == [True] * 4
    assert made.shown == ""
    made.ended(lines, good)
    assert tone in made.shown
    assert ("一个也没有收" in made.shown) is (tone == "of-bad")
    assert len(made.panel.fields) == len(made.panel.rows.children) == left
    assert not made.panel.upload.disabled
    assert made.button == (("附上这1个", False) if left else ("附上", True))


def test_a_refusal_and_a_failure_unlock_the_table() -> None:
    made = Made({"甲": "record:a"})
    made.choose(甲="1")
    made.error = BadInput(["正在做别的"])
    made.panel.take_button.click()
    assert "正在做别的" in made.shown
    made.error = RuntimeError()
    made.panel.take_button.click()
    assert "这一步没有完成" in made.shown
    assert made.button == ("附上这1个", False)


def test_one_bad_file_keeps_all_out_and_a_choice_can_be_dropped() -> None:
    made = Made({"甲": "record:a"})
    made.choose(甲="1")
    made.choose(乙="2", 坏="3")
    assert "坏读不出来" in made.shown
    assert (made.panel.fields, made.panel.rows.children, made.panel.upload.value) == ([], (), ())
    made.choose(甲="1")
    made.panel.drop_button.click()
    assert (made.panel.fields, made.panel.buttons.layout.display) == ([], "none")
    assert "数据没有改动" in made.shown
