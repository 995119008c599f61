"""Places outside of a workspace that its settings and links lead to: which are named, and how many in one sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orglife.adapters.store import allowed
from orglife.core.errors import LeadsElsewhere

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "簿" / "records" / "deep").mkdir(parents=True)
    (tmp_path / "far").mkdir()
    return tmp_path / "簿"


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        ("sqlite:///orglife.db", None),
        ("sqlite:///records/x.db", None),
        ("sqlite:///../far/x.db", "数据在“{far}/x.db”"),
        ("sqlite:////far/x.db", "数据在“/far/x.db”"),
        ("postgresql://db.example/o", "数据在db.example的数据库o"),
    ],
)
def test_where_the_data_are(root: Path, setting: str, shown: str | None) -> None:
    found = [place.shown for place in allowed.place_of_data(root, setting)]
    far = str(root / ".." / "far")
    assert found == ([] if shown is None else [shown.format(far=far)])


def test_links_that_lead_out_are_named_two_folders_deep(root: Path) -> None:
    (root / "inside").symlink_to(root / "records")
    (root / "out").symlink_to(root.parent / "far")
    (root / "records" / "also").symlink_to("/etc")
    (root / "records" / "deep" / "unseen").symlink_to("/etc")
    (root / "records" / "back").symlink_to("deep")
    shown = [place.shown for place in allowed.places(root, "sqlite:///orglife.db")]
    assert shown == [f"“out”通到“{root.parent / 'far'}”", "“records/also”通到“/etc”"]


@pytest.mark.parametrize(("number", "named"), [(1, 1), (3, 3), (4, 3)])
def test_three_places_are_named_until_the_account_allows_them(root: Path, number: int, named: int) -> None:
    for n in range(number):
        (root / f"out{n}").symlink_to(f"/etc/{n}")
    with pytest.raises(LeadsElsewhere) as refused:
        allowed.require_allowed(root, "sqlite:///orglife.db")
    what = refused.value.fields["what"]
    assert what.count("通到") == named
    assert ("等" in what) == (number > named)
    places = allowed.places(root, "sqlite:///orglife.db")
    allowed.allow(places[1:])
    if number > 1:
        with pytest.raises(LeadsElsewhere):
            allowed.require_allowed(root, "sqlite:///orglife.db")
    allowed.allow(places)
    allowed.require_allowed(root, "sqlite:///orglife.db")
    assert all(place.note.stat().st_mode & 0o077 == 0 for place in places)


def test_another_database_of_one_server_is_another_place(root: Path) -> None:
    (one,) = allowed.place_of_data(root, "postgresql://db.example/o")
    (other,) = allowed.place_of_data(root, "postgresql://db.example/o?sslmode=disable")
    assert one.shown == other.shown
    assert one.note != other.note
