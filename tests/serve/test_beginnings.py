"""What a rehearsal holds at first, what a form's fields mean, and whose data a login to a server has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.core.errors import BadInput
from orglife.office.office import Office
from orglife.serve import founding, rehearsal
from orglife.serve.founding import Wish
from tests.whole.golden_files import GOLDEN, compare, rows_of


def test_a_rehearsal_begins_with_half_of_the_preparations(tmp_path: Path) -> None:
    root = rehearsal.rehearsal_folder(tmp_path / "支部")
    rehearsal.create_rehearsal(root)
    with Office.open(root) as office:
        (branch,) = office.branches()
        records = office.store.current(office.campaign.id, branch).records
    shown: dict[str, Any] = {kind: [row.id for row in rows] for kind, rows in records.items()}
    shown["tour"] = [[card["number"], card["path"], card["words"]] for card in rehearsal.tour()]
    compare(GOLDEN / "rehearsal.json", rows_of(shown))


@pytest.fixture
def span(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is 1 June 2024; the meeting is held from 10 to 20 June."""

    class Today(date):
        @classmethod
        def today(cls) -> date:
            return date(2024, 6, 1)

    campaign = founding._campaign("annual").model_copy(
        update={"year": 2024, "meeting_start": date(2024, 6, 10), "meeting_end": date(2024, 6, 20)}
    )
    monkeypatch.setattr(founding, "date", Today)
    monkeypatch.setattr(founding, "_campaign", lambda name: campaign if name == "both" else bare(campaign, name))


def bare(campaign: Any, name: str) -> Any:
    """The campaign with its start or its end only, or with none."""
    kept = {"start": "meeting_start", "end": "meeting_end"}.get(name)
    gone = {field: None for field in ("meeting_start", "meeting_end") if field != kept}
    return campaign.model_copy(update=gone)


@pytest.mark.usefixtures("span")
@pytest.mark.parametrize(
    ("campaign", "typed", "words"),
    [
        ("both", "6月9日", "不在方案写的开会时间（2024年6月10日起2024年6月20日止）里"),
        ("both", "6月10日", "2024年6月10日 星期一。"),
        ("both", "6月20日", "2024年6月20日 星期四。"),
        ("both", "6月21日", "不在方案写的开会时间（2024年6月10日起2024年6月20日止）里"),
        ("start", "6月9日", "（2024年6月10日起）"),
        ("start", "7月1日", "2024年7月1日 星期一。"),
        ("end", "6月21日", "（2024年6月20日止）"),
        ("none", "2024年5月31日", "，已经过去了：还没有开的，请写上年份，并核对上面选的方案。"),
        ("none", "2024年6月1日", "2024年6月1日 星期六。"),
        ("none", "", ""),
        ("none", "后天下午", "拟开会日期："),
    ],
)
def test_the_typed_day_is_echoed_with_what_to_look_at(campaign: str, typed: str, words: str) -> None:
    shown = founding.meeting_echo({"campaign": campaign, "meeting": typed})
    if words.startswith("2024"):
        assert shown == words
    else:
        assert words in shown
        assert bool(words) is bool(shown)


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("", None),
        ("{", None),
        ("[1]", None),
        ('{"0": "name", "12": 3, "x": "y"}', {0: "name", 12: "3"}),
        ("{}", {}),
    ],
)
def test_which_columns_a_person_chose(text: str, uses: dict[int, str] | None) -> None:
    assert founding.uses_of(text) == uses


@pytest.mark.parametrize(
    ("fields", "wish"),
    [
        ({}, Wish()),
        ({"branch": " 甲  支部\n", "author": "魏 长河", "other": "x"}, Wish(branch="甲 支部", author="魏 长河")),
        ({"role": "bureau"}, Wish(role="bureau")),
        ({"role": "king", "members": "  "}, Wish()),
        ({"members": '{"rows": []}'}, Wish(members={"rows": []})),
        ({"members": "[]"}, Wish()),
    ],
)
def test_what_the_fields_of_the_form_mean(fields: dict[str, str], wish: Wish) -> None:
    assert founding.wish_of(fields) == wish


def test_a_list_of_members_that_was_cut_is_refused() -> None:
    with pytest.raises(BadInput, match="没有完整地传过来"):
        founding.wish_of({"members": '{"rows'})


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"author": ""}, ["请写明由谁录入。"]),
        ({"branch": ""}, ["请写明党支部的名称。"]),
        (
            {"author": "", "branch": "", "meeting": "后天下午"},
            ["请写明由谁录入。", "请写明党支部的名称。", "拟开会日期："],
        ),
        ({"role": "bureau", "branch": ""}, []),
    ],
)
def test_all_that_is_wrong_with_the_form_is_said_at_once(
    change: dict[str, str], problems: list[str], tmp_path: Path
) -> None:
    fields = {"branch": "甲支部", "campaign": "annual", "author": "魏长河", **change}
    root = tmp_path / "簿"
    if not problems:
        assert founding.create_from_form(root, founding.wish_of(fields)) == []
        return
    with pytest.raises(BadInput) as refused:
        founding.create_from_form(root, founding.wish_of(fields))
    assert len(refused.value.sentences) == len(problems)
    for sentence, begins in zip(refused.value.sentences, problems, strict=True):
        assert sentence.startswith(begins)
    assert not root.exists()


# --- a server --------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A store on a server: its login's branch, and the campaign that it holds."""
    one = SimpleNamespace(own_branch="", campaign=None)

    @contextmanager
    def opened(store: str, *, create: bool) -> Iterator[Any]:
        assert (store, create) == ("postgresql:///o", False)
        files = SimpleNamespace(taken=lambda name: one.campaign != "", read=lambda name: (one.campaign or "").encode())
        yield SimpleNamespace(own_branch=one.own_branch, files=lambda: None if one.campaign is None else files)

    monkeypatch.setattr(founding.Store, "open", opened)
    return one


@pytest.mark.parametrize(
    ("own", "asked", "branch"),
    [("t01", "", "t01"), ("t01", "t01", "t01"), ("", "t02", "t02"), ("", "", ""), ("t01", "t02", None)],
)
def test_the_branch_of_a_login(server: SimpleNamespace, own: str, asked: str, branch: str | None) -> None:
    server.own_branch = own
    if branch is None:
        with pytest.raises(BadInput, match="这个账号属于支部t01，不能建立支部t02"):
            founding.branch_on_server("postgresql:///o", asked)
    else:
        assert founding.branch_on_server("postgresql:///o", asked) == branch


@pytest.mark.parametrize(("held", "text"), [(None, ""), ("", ""), ("id = 1", "id = 1")])
def test_the_campaign_in_force_on_a_server(server: SimpleNamespace, held: str | None, text: str) -> None:
    server.campaign = held
    assert founding.campaign_on_server("postgresql:///o") == text


def test_a_roster_is_read_from_what_was_pasted_or_from_a_file() -> None:
    pasted = founding.roster_table({"campaign": "annual", "names": "姓名\n魏长河\n祝秋实"}, None)
    file = founding.roster_table({"campaign": "annual"}, ("名册.csv", "姓名\n魏长河\n祝秋实\n".encode()))
    assert "魏长河" in json.dumps(pasted, ensure_ascii=False)
    assert "祝秋实" in json.dumps(file, ensure_ascii=False)
