"""Parts of a value in the fields of the confirmation."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.campaigns.confirm_view import _part


@pytest.mark.parametrize(
    ("value", "part", "text"),
    [
        ("甲", "", "甲"),
        (3, "", "3"),
        (None, "", ""),
        (["甲", "乙"], "", "甲\n乙"),
        ({"end": "甲"}, "end", "甲"),
        ({}, "end", ""),
    ],
)
def test_a_part_as_text(value: Any, part: str, text: str) -> None:
    assert _part(value, part) == text
