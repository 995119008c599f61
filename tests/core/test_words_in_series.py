"""Names joined in a sentence."""

from __future__ import annotations

import pytest

from orglife.core.record.words import first_few


@pytest.mark.parametrize(("count", "words"), [(0, ""), (1, "0"), (2, "0、1"), (3, "0、1等")])
def test_the_first_names_and_that_there_are_more(count: int, words: str) -> None:
    assert first_few([str(number) for number in range(count)], 2) == words
