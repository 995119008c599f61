"""The cache of the overview: a row is shown on the days for which it holds, under its own key, and never when altered."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import pytest

from orglife.bureau.sealed import masked, row_id
from orglife.bureau.standings_cache import CachedRow, SealedRow, holding, on_day, read_rows, write_rows
from tests.bureau.test_filters import DAY, one

SINCE, UNTIL = date(2024, 3, 1), date(2024, 3, 9)
ROW = CachedRow(key="k", since=SINCE, until=UNTIL, standing=one("b01", "甲"), read=("b01",))


@pytest.mark.parametrize(
    ("key", "day", "held"),
    [
        ("k", SINCE, True),
        ("k", UNTIL, True),
        ("k", date(2024, 2, 29), False),
        ("k", date(2024, 3, 10), False),
        ("other", SINCE, False),
    ],
)
def test_a_row_holds_from_its_first_to_its_last_day(key: str, day: date, tmp_path: Path, *, held: bool) -> None:
    place = tmp_path / "below" / "rows.jsonl"
    write_rows(place, [ROW, ROW.model_copy(update={"key": "k2"})])
    assert holding(read_rows(place), key, day) == (ROW if held else None)


def test_a_row_of_another_key_is_not_shown_under_this_one() -> None:
    body = ROW.model_copy(update={"key": "other"}).model_dump_json().encode()
    box = base64.b64encode(masked(body, "k", "s")).decode()
    assert SealedRow(id=row_id("k"), salt="s", box=box).opened("k") is None
    for damaged in (box[:-4], "?" + box[1:], ""):
        assert SealedRow(id=row_id("other"), salt="s", box=damaged).opened("k") is None


@pytest.mark.parametrize("text", [None, "", "{\n", "no end of line", '{"id": 1}\n'])
def test_what_cannot_be_read_is_no_row(text: str | None, tmp_path: Path) -> None:
    place = tmp_path / "rows.jsonl"
    if text is not None:
        place.write_text(text, encoding="utf-8")
    assert read_rows(place) == {}


def test_a_line_cut_at_its_end_is_left_out(tmp_path: Path) -> None:
    place = tmp_path / "rows.jsonl"
    write_rows(place, [ROW, ROW.model_copy(update={"key": "k2"})])
    place.write_bytes(place.read_bytes()[:-1])
    assert list(read_rows(place)) == [row_id("k")]


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    write_rows(tmp_path / "file" / "rows.jsonl", [ROW])


def test_a_standing_is_shown_with_the_day_asked_for() -> None:
    assert on_day(ROW, None).as_of == DAY
    assert on_day(ROW, SINCE).as_of == SINCE
    with pytest.raises(TypeError):
        on_day(CachedRow(key="k", since=SINCE, until=UNTIL, bureau=()), SINCE)
