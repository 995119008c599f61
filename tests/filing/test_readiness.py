"""What stands in the way of 定稿 and 归档: counted as the final papers and the archive count it, each with its link."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from orglife.core.errors import NotFinal
from orglife.filing.readiness import (
    BLANK,
    CODE,
    DRAFT,
    TODO,
    WRONG,
    Obstacle,
    archived,
    blocks_final,
    obstacles,
)
from orglife.office.office import Office
from tests import branch as b
from tests.archive.conftest import make, raw
from tests.filing.conftest import Filed
from tests.whole.golden_files import GOLDEN, compare


def found(root: Path, day: date | None = None) -> list[Obstacle]:
    with Office.open(root) as office:
        return obstacles(office, office.dossier("t01", day))


def changed(tmp_path: Path, **changes: Any) -> Path:
    return make(tmp_path / "ws", b.changed(raw(), **changes))


def test_nothing_stands_in_the_way_of_a_finished_branch(filed: Filed) -> None:
    assert found(filed.root) == []


def test_blank_codes_stop_the_archive_only_and_lead_to_their_fields(tmp_path: Path) -> None:
    mine = found(changed(tmp_path, put={"branch/fonds": "", "branch/org_code": "j1"}))
    assert [(o.kind, o.what) for o in mine] == [
        (CODE, "没有填写全宗号。"),
        (CODE, "机构代码应为2至8位大写字母或数字。"),
    ]
    assert not blocks_final(mine)
    assert [unquote(o.link) for o in mine] == [
        '32_filing.ipynb#["branch", "t01", ["fonds"], {}]',
        '32_filing.ipynb#["branch", "t01", ["org_code"], {}]',
    ]


def test_a_wrong_entry_and_a_blank_place_are_named_with_the_field_to_fill(tmp_path: Path) -> None:
    root = changed(tmp_path, put={"talk/t01/thoughts": ""})
    mine = found(root)
    assert blocks_final(mine)
    assert all(o.link for o in mine)
    (blank,) = [o for o in mine if o.kind == BLANK]
    assert unquote(blank.link) == '12_talks.ipynb#["talk", "t01", ["thoughts"], {}]'
    with Office.open(root) as office, pytest.raises(NotFinal):
        office.require_final(office.dossier("t01"))


def test_what_is_not_due_yet_is_a_to_do(tmp_path: Path) -> None:
    root = changed(tmp_path, remove=["report/rp"])
    early = found(root, date(2024, 2, 1))
    assert {o.kind for o in early} & {TODO}
    late = found(root, date(2024, 12, 31))
    assert {o.kind for o in late} & {WRONG}
    assert not {o.kind for o in late} & {TODO}


def test_a_draft_is_counted_and_led_to(tmp_path: Path) -> None:
    root = make(tmp_path / "ws")
    with Office.open(root) as office:
        office.store.draft("2024-seed", "t01", "talk", "t90", {"date": "昨天后"}, who="田小禾")
    mine = found(root)
    assert [(o.kind, o.what) for o in mine] == [(DRAFT, "谈心谈话")]
    assert unquote(mine[0].link) == '12_talks.ipynb#["talk", "t90", [], {}]'


def test_an_archive_is_of_the_records_as_they_are_now(filed: Filed, tmp_path: Path) -> None:
    with Office.open(filed.root) as office:
        assert archived(office, office.dossier("t01"))
    root = make(tmp_path / "ws")
    with Office.open(root) as office:
        assert not archived(office, office.dossier("t01"))


CHANGED: dict[str, dict[str, Any]] = {
    "half_a_branch": {
        "remove": ["report/rp", "filing/fl", "tally/ty", "publication/pb", "talk/t03", "pledge/p1"],
    },
    "blank_places": {
        "put": {"talk/t01/thoughts": "", "meeting/mt/place": "", "branch/fonds": "j", "branch/org_code": ""},
    },
}


@pytest.mark.parametrize("day", [date(2024, 2, 1), date(2024, 12, 31)])
@pytest.mark.parametrize("name", CHANGED)
def test_all_that_stands_in_the_way_with_its_links(tmp_path: Path, name: str, day: date) -> None:
    lines = [
        f"{o.kind} | {o.what} | {o.how} | {unquote(o.link)}" for o in found(changed(tmp_path, **CHANGED[name]), day)
    ]
    compare(GOLDEN / "obstacles" / f"{name}-{day}.txt", "\n".join(lines) + "\n")
