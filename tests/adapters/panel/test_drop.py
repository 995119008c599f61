"""Files that are dropped: zips arrive one by one, the others by name."""

from __future__ import annotations

from typing import Any

from orglife.adapters.panel.drop import FilesDrop
from orglife.core.errors import BadInput


class Port:
    """Notes what arrives; refuses a drop of 9 files, and a file 满.zip."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def begin(self, count: int) -> None:
        if count == 9:
            raise BadInput(["正在核对，", "请等一会儿。"])
        self.calls.append(("begin", count))

    def keep(self, name: str, data: bytes) -> None:
        if name == "满.zip":
            raise BadInput(["磁盘满了。"])
        self.calls.append((name, data))

    def end(self, others: list[str], other_count: int) -> None:
        self.calls.append(("end", others, other_count))


def drop(count: int, *files: tuple[str, bytes], large: list[str]) -> tuple[FilesDrop, Port]:
    port = Port()
    field = FilesDrop(port)
    field._handle_custom_msg({"begin": count}, [])
    for name, data in files:
        field._handle_custom_msg({"file": name}, [data])
    field._handle_custom_msg({"end": {"others": ["说明.docx"], "other_count": 3, "large": large}}, [])
    return field, port


def test_all_that_arrives_is_handed_on() -> None:
    field, port = drop(2, ("甲.zip", b"1"), ("乙.zip", b"2"), large=[])
    assert port.calls == [("begin", 2), ("甲.zip", b"1"), ("乙.zip", b"2"), ("end", ["说明.docx"], 3)]
    assert field.state == {"busy": False, "problem": ""}
    field.busy(True)
    assert field.state["busy"]


def test_five_large_files_are_named() -> None:
    field, port = drop(1, large=list("甲乙丙丁戊己"))
    assert field.state["problem"].startswith("“甲”“乙”“丙”“丁”“戊”太大")
    assert port.calls[-1][0] == "end"


def test_after_a_refusal_nothing_more_of_the_drop_is_taken() -> None:
    field, port = drop(9, ("甲.zip", b"1"), large=["大"])
    assert (field.state["problem"], port.calls) == ("正在核对，请等一会儿。", [])
    field._handle_custom_msg({"begin": 1}, [])
    assert (field.state["problem"], port.calls) == ("", [("begin", 1)])
    field, port = drop(2, ("满.zip", b"1"), ("乙.zip", b"2"), large=[])
    assert (field.state["problem"], port.calls) == ("磁盘满了。", [("begin", 2)])
