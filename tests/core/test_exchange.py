"""Files that are no JSON of ours are refused in one sentence, whatever they hold."""

from __future__ import annotations

import pytest

from orglife.core.errors import BadInput
from orglife.core.record.exchange import load_json


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b" ", "空文件"),
        (b"\xff\xfe", "认不出来"),
        (b'{"a": 1, "a": 2}', "写了两次“a”"),
        (b'{"a": }', "第1行第7列"),
        (b"[" * 100_000, "嵌套太深"),
        (b'{"a": ' + b"9" * 5000 + b"}", "一个数太长"),
    ],
    ids=["empty", "coding", "doubled", "broken", "deep", "digits"],
)
def test_what_is_no_json_of_ours_is_refused_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        load_json(data, "甲.json")


def test_a_number_of_many_digits_is_read_as_long_as_python_reads_it() -> None:
    assert load_json(b"9" * 4300, "甲.json") == int("9" * 4300)
