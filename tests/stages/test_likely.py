"""Which texts are put aside before others are compared: fixed hashes, bands by percent, and sketches that never miss."""

from __future__ import annotations

import random
import zlib
from typing import Any

import numpy as np
import pytest

from orglife.stages.shared import joining, likely
from orglife.stages.shared.similarity import grams, percent_alike
from tests.whole.golden_files import GOLDEN, compare, rows_of


def texts(count: int, length: int) -> list[str]:
    """Texts of few characters, so that they share grams; each second one is the one before it with a new end."""
    chance = random.Random(length)
    made: list[str] = []
    for number in range(count):
        fresh = "".join(chr(0x4E00 + chance.randrange(9)) for _ in range(length))
        made.append(made[-1][: length * 3 // 4] + fresh[: length // 4] if number % 2 else fresh)
    return made


def digest(values: Any) -> str:
    return f"{zlib.crc32(np.ascontiguousarray(values).tobytes()):08x} of {len(values)}"


def test_the_same_texts_are_hashed_alike_on_every_computer() -> None:
    """Hashes of grams, sketches, and the keys of each pass for each size of a band, a few texts without a gram among them."""
    some = joining.hashed([*texts(30, 90), "甲乙丙丁戊", "𠅤㛃䶮𬭎鿍己"])
    found = {"grams": digest(np.concatenate(some)), "sketches": digest(likely.sketched(some))}
    for rows in likely.ROWS:
        for number in range(likely.PASSES):
            found[f"keys {rows} {number}"] = " ".join(digest(keys) for keys in likely._keys(some, number, rows)[:3])
    compare(GOLDEN / "likely.json", rows_of(found))


@pytest.mark.parametrize(
    ("percent", "rows"),
    [(1, 0), (44, 0), (45, 3), (57, 3), (58, 4), (67, 4), (68, 5), (73, 5), (74, 6), (87, 6), (88, 10), (90, 10), (91, 12), (100, 12)],
)  # fmt: skip
def test_the_higher_the_percent_the_more_values_have_to_agree(percent: int, rows: int) -> None:
    assert likely.rows_for(percent) == rows


def test_a_sketch_never_makes_a_pair_less_alike_than_it_is() -> None:
    every = [text for length in (6, 20, 60, 200) for text in texts(8, length)]
    some, sets = joining.hashed(every), [grams(text) for text in every]
    sketches = likely.sketched(some)
    bits, sizes = likely.set_bits(sketches), np.array([len(own) for own in some])
    assert bits.tolist() == [sum(int(word).bit_count() for word in row) for row in sketches.tolist()]
    others = np.arange(len(every))
    for one, own in enumerate(sets):
        most = likely.most_percent(sizes, bits, sketches, one, others).tolist()
        assert all(at_most >= percent_alike(own, other) for at_most, other in zip(most, sets, strict=True))
        assert most[one] == 100


@pytest.mark.parametrize(
    ("sizes", "one", "other", "percent"),
    [
        ((4, 4), 0b1111, 0b1111, 100),
        ((4, 4), 0b1111, 0b0111_0001, 14),
        ((4, 4), 0b1111, 0b1111_0000, 0),
        ((5, 4), 0b1111, 0b1111, 80),
        ((6, 4), 0b1111, 0b0011_0011, 25),
        ((4, 8), 0b1111, 0b1111_1111, 50),
    ],
)  # fmt: skip
def test_a_bit_that_one_text_lacks_is_a_gram_that_it_lacks(
    sizes: tuple[int, int], one: int, other: int, percent: int
) -> None:
    sketches = np.array([[one, 0], [other, 0]], dtype=np.uint64)
    found = likely.most_percent(np.array(sizes), likely.set_bits(sketches), sketches, 0, np.array([1]))
    assert found.tolist() == [percent]


@pytest.mark.parametrize(
    ("percent", "origins", "left"),
    [
        (100, None, [0, 2]),
        (100, ["甲", "甲", "乙", "乙"], [0, 2]),
        (100, ["甲", "乙", "甲", "乙"], []),
        (44, ["甲", "乙", "甲", "乙"], [0, 1, 2, 3]),
    ],
)
def test_equal_texts_of_two_places_stay_even_where_all_must_agree(
    percent: int, origins: list[str] | None, left: list[int]
) -> None:
    one, other, third = texts(2, 80)[0], texts(2, 81)[0], texts(2, 82)[0]
    assert likely.with_likely_partner(joining.hashed([one, other, one, third]), percent, origins) == left
