"""Enumerations as labels, and the keys of labels."""

from __future__ import annotations

import pytest

from orglife.notice.listing import items
from orglife.notice.vocabulary import keyed


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("甲方面、乙方面和丙方面", ["甲方面", "乙方面", "丙方面"]),
        ("教育引领和联系群众、管理党员，以及自身建设等方面", ["教育引领和联系群众", "管理党员", "自身建设"]),
        ("《甲、乙》、《丙》", ["《甲、乙》", "《丙》"]),
        ("“一”、“二”", ["一", "二"]),
        ("“三会一课”落实、党员教育", ["“三会一课”落实", "党员教育"]),
    ],
)
def test_enumerations(words: str, expected: list[str]) -> None:
    found = items(words, 0, len(words))
    assert found == expected


def test_known_words_keep_their_keys_and_others_are_numbered() -> None:
    assert keyed("dimensions", ["政治合格", "品德合格", "干净干事"]) == {
        "political": "政治合格",
        "moral": "品德合格",
        "dimension_3": "干净干事",
    }
    assert list(keyed("aspects", ["政治纪律", "师德师风"])) == ["political_discipline", "aspect_2"]


def test_a_key_stands_for_one_label_only() -> None:
    taken = {"meeting": "专题组织生活会中查摆出来的问题"}
    assert list(keyed("rect_sources", ["会上提出的问题"], taken)) == ["source_1"]
