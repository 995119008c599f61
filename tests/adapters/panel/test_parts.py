"""What panels share: checked files, and a list whose choice stays."""

from __future__ import annotations

import ipywidgets as W

from orglife.adapters.panel.parts import checked_files, offer
from orglife.core.errors import BadInput


def test_good_files_and_the_reasons_against_the_others() -> None:
    def check(data: bytes, name: str) -> bytes:
        if data == b"bad":
            raise BadInput([f"{name}读不出来", "请另存"])
        return data

    uploads = [("a/好.pdf", b"1"), ("坏.pdf", b"bad"), ("也好.pdf", b"2")]
    assert checked_files(uploads, check) == (  # type: ignore[arg-type]
        [("好.pdf", b"1"), ("也好.pdf", b"2")],
        ["坏.pdf读不出来", "请另存"],
    )


def test_a_choice_stays_while_it_is_offered() -> None:
    field = W.Dropdown(options=[("请选择", ""), ("甲", "a"), ("乙", "b")], value="b")
    changes: list[str] = []
    field.observe(lambda change: changes.append(change["new"]), "value")
    offer(field, [("请选择", ""), ("乙", "b"), ("丙", "c")])
    assert field.value == "b"
    changes.clear()
    offer(field, [("请选择", ""), ("乙", "b"), ("丙", "c")])
    assert changes == []
    offer(field, [("请选择", ""), ("丙", "c")])
    assert field.value == ""
