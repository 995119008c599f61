"""How much of a user's text a sentence or a row quotes: all of a text that is just short enough, else its beginning."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.core.errors import BadInput, UnknownBranch
from orglife.core.sheet.returned import nested_id
from orglife.stages import RULES
from orglife.stages.meeting.record import Guest
from orglife.stages.rectification.layout import item_live
from orglife.stages.rectification.ledger import ledger_rows
from orglife.stages.rectification.record import RectItem
from orglife.stages.shared.minutes import left_to_enter
from tests import branch as b


def text_of(length: int) -> str:
    """A text of different characters."""
    return "".join(chr(0x4E00 + number) for number in range(length))


def message(raw: b.Json, rule: str) -> tuple[str, str]:
    """What a rule says on the screen and on paper."""
    finding = next(f for f in b.findings(RULES, b.dossier(raw), b.campaign()) if f.rule == rule)
    return finding.message, finding.in_full


def with_text(rule: str, text: str) -> b.Json:
    """The branch with a text that the rule quotes."""
    raw = b.branch()
    records = raw["records"]
    if rule == "OPIN-05":
        records["opinion"][0] |= {"text": text, "response": ""}
    elif rule == "OPIN-06":
        records["opinion"][0]["text"] = f"反映人：张三丰，{text[8:]}"
    elif rule in ("RECT-07", "RECT-10"):
        records["rect_item"][0] |= {"title": text, "measure": "", "status": "done"}
    elif rule == "RECT-08":
        records["rect_item"][0] |= {"title": text, "responsible": None}
    elif rule == "RECT-05":
        records["team_review"][0]["items"][0]["fact"] = text
        records["rect_item"] = [item | {"problem_ids": []} for item in records["rect_item"]]
    return raw


@pytest.mark.parametrize(
    ("rule", "length"),
    [("OPIN-05", 20), ("OPIN-06", 20), ("RECT-05", 40), ("RECT-07", 40), ("RECT-08", 40), ("RECT-10", 40)],
)
def test_a_message_quotes_the_beginning_and_a_paper_the_whole(rule: str, length: int) -> None:
    for extra in (0, 1):
        raw = with_text(rule, text_of(length + extra))
        text = raw["records"]["opinion"][0]["text"] if rule == "OPIN-06" else text_of(length + extra)
        shown, in_full = message(raw, rule)
        assert (text in shown) is not bool(extra)
        assert (f"{text[:length]}…" in shown) is bool(extra)
        assert text in in_full


def ledger_texts(raw: b.Json) -> dict[str, Any]:
    return {row.key: row for row in ledger_rows(b.dossier(raw), b.campaign())}


def test_the_ledger_quotes_60_characters_of_a_problem_and_24_of_an_item() -> None:
    for extra in (0, 1):
        raw = b.branch()
        problem, title = text_of(60 + extra), text_of(24 + extra)
        raw["records"]["team_review"][0]["items"][0]["fact"] = problem
        raw["records"]["rect_item"][0]["title"] = title
        item = raw["records"]["rect_item"][0]
        row = ledger_texts(raw)[f"{item['problem_ids'][0]}:{item['id']}"]
        assert row.text == (f"{problem[:60]}…" if extra else problem)
        assert row.state.text.partition("（")[0] == (f"{title[:24]}…" if extra else title)


@pytest.mark.parametrize(("problems", "more"), [(6, ""), (7, "等7项")])
def test_of_many_problems_without_an_item_the_first_six_are_named(problems: int, more: str) -> None:
    raw = b.branch()
    review = raw["records"]["team_review"][0]
    review["items"] = [review["items"][0] | {"id": f"tr.p{n}", "fact": f"第{n}个问题"} for n in range(problems)]
    raw["records"]["rect_item"] = [{"id": "new", "owner_kind": "branch", "title": "事项"}]
    dossier = b.dossier(raw)
    (look,) = item_live(dossier.all(RectItem)[0], dossier, b.campaign()).lines["problem_ids"]
    assert look.text.count("个问题") == 6
    assert look.text.endswith(f"第5个问题{more}。")


@pytest.mark.parametrize(
    ("silent", "words"), [(3, "魏长河、祝秋实、冉书砚的自我批评"), (4, "魏长河、祝秋实、冉书砚等4人的自我批评")]
)
def test_of_many_members_the_first_three_are_named(silent: int, words: str) -> None:
    raw = b.branch()
    meeting = raw["records"]["meeting"][0]
    meeting["completed"] = False
    meeting["speeches"] = [one for one in meeting["speeches"] if one["member"] not in b.EVERYBODY[:silent]]
    meeting.pop("briefing")
    meeting.pop("summary")
    assert words in left_to_enter(b.dossier(raw), b.campaign())


# --- ids and errors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("owner", "ident"), [("m" * 33, f"{'m' * 33}.g1"), ("m" * 34, "g1")])
def test_the_id_of_a_nested_object_leaves_room_for_its_number(owner: str, ident: str) -> None:
    assert nested_id(owner, Guest, set()) == ident


def test_an_error_quotes_no_endless_text() -> None:
    whole, longer = text_of(2000), text_of(2001)
    assert whole in str(UnknownBranch(branch=whole))
    assert f"{whole}……" in str(UnknownBranch(branch=longer))
    assert BadInput([whole, longer]).sentences == [whole, f"{whole}……"]
