"""A campaign's expressions search for a limited time; the program's own, and a campaign's that end, find the same."""

from __future__ import annotations

import json
import pickle
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.form.form import RecordForm
from orglife.adapters.patterns import endless
from orglife.core.errors import EndlessExpression
from orglife.core.rule import expressions
from orglife.core.rule.expressions import CampaignExpression
from orglife.core.rule.rule import Rule
from orglife.desk.desk import Desk
from orglife.desk.ports import BranchChoices, StorePort
from orglife.stages import ALL_RULES
from orglife.stages.meeting.record import Criticism
from tests import branch as b
from tests.conftest import run

ENDLESS = "群众(?=...好)(.|..)+意见$"
"""The trial does not find it out: the texts that it makes have no 好 there."""
TEXT = "群众反映说好，可窗口排队时间长、答复不一致，2月里来回跑了三四趟还没有办成，问到他时只说等通知，大家心里有看法"
PLACE = "override.WORD-01.params.patterns"


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "_spent", {})


def test_the_trial_lets_it_pass() -> None:
    assert endless([ENDLESS]) == []


@pytest.mark.parametrize(
    "search",
    [expressions.search, expressions.fullmatch, lambda p, t: list(expressions.matches(p, t)), expressions.without],
)
def test_a_search_without_end_is_stopped_and_says_where_it_stands(search: Any) -> None:
    pattern = CampaignExpression(ENDLESS, PLACE)
    with pytest.raises(EndlessExpression) as stopped:
        search(pattern, TEXT)
    assert ENDLESS in str(stopped.value)
    assert PLACE in str(stopped.value)
    with pytest.raises(EndlessExpression):
        search(pattern, "短")  # known by now: the next page does not wait again
    assert expressions.search(CampaignExpression("群.", PLACE), TEXT).group() == "群众"


def test_many_slow_searches_are_stopped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "SLOW", -1.0)  # every search counts
    monkeypatch.setattr(expressions, "SLOW_IN_ALL", 1e-4)
    pattern = CampaignExpression("群.", PLACE)
    with pytest.raises(EndlessExpression):
        for _ in range(10_000):
            expressions.search(pattern, TEXT)


def test_an_expression_of_a_campaign_is_a_text_that_knows_its_place() -> None:
    pattern = CampaignExpression("a|b", PLACE)
    assert pattern == "a|b"
    assert json.dumps(pattern) == '"a|b"'
    again = pickle.loads(pickle.dumps(pattern))
    assert (again, again.place) == (pattern, PLACE)


WORDS = [
    words
    for record in b.branch()["records"].values()
    for words in re.findall(r'"([^"]+)"', json.dumps(record, ensure_ascii=False))
]


def own_patterns(rule: Rule) -> list[str]:
    found = [value for name, value in rule.params.items() if name in expressions.PARAMS]
    return [one for value in found for one in (value if isinstance(value, list) else [value])]


@pytest.mark.parametrize("rule", [rule for rule in ALL_RULES if own_patterns(rule)], ids=lambda rule: rule.id)
def test_both_engines_find_the_same_with_the_programs_own_expressions(rule: Rule) -> None:
    texts = [*WORDS, "".join(WORDS)[:3000], ""]
    for own in own_patterns(rule):
        theirs = CampaignExpression(own, PLACE)
        for text in texts:
            for search in (expressions.search, expressions.fullmatch):
                one, other = search(own, text), search(theirs, text)
                assert (one and one.span()) == (other and other.span()), (own, text)
            assert list(expressions.matches(own, text)) == list(expressions.matches(theirs, text))
            assert expressions.without(own, text) == expressions.without(theirs, text)


def test_every_parameter_that_is_an_expression_is_known() -> None:
    """By the names that rules give them."""
    for rule in ALL_RULES:
        for name in rule.params:
            if "pattern" in name:
                assert name in expressions.PARAMS, (rule.id, name)


@pytest.fixture
def hung(filled: Path) -> Path:
    """A workspace whose campaign has the expression, and a criticism in which it would search for ever."""
    campaign = filled / "campaign.toml"
    change = f'\n[override."WORD-01"]\nparams = {{ patterns = [{json.dumps(ENDLESS, ensure_ascii=False)}] }}\n'
    campaign.write_text(campaign.read_text(encoding="utf-8") + change, encoding="utf-8")
    raw = json.loads((filled.parent / "t01.json").read_text(encoding="utf-8"))
    kind, which = next((k, rows[0]["id"]) for k, rows in raw["records"].items() if k == "criticism")
    changed = b.changed(raw, put={f"{kind}/{which}/text": TEXT})
    (filled.parent / "more.json").write_text(json.dumps(changed), encoding="utf-8")
    assert run("import", str(filled), str(filled.parent / "more.json")) == 0
    return filled


@pytest.mark.parametrize("command", ["check", "overview", "todo", "archive", "export", "history"])
def test_no_command_hangs_and_the_other_rules_go_on(
    hung: Path, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = {"archive": ("--as-is",), "export": ("--branch", "t01"), "todo": ("--out", str(tmp_path / "todo.pdf"))}
    capsys.readouterr()
    assert run(command, str(hung), *more.get(command, ())) in ((1,) if command == "check" else (0,))
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    if command == "check":
        assert told.out.count("未能运行") == 1
        assert ENDLESS in told.out
        assert PLACE in told.out
        assert "请联系管理员" not in told.out
        assert "COPY-03" in told.out


def test_a_page_saves_and_says_what_is_wrong_with_the_campaign(hung: Path) -> None:
    day = date(2024, 3, 8)
    desk = Desk.open(str(hung), "t01", as_of=str(day), interactive=True)
    port = StorePort(desk.office, "t01", Criticism, day)
    form = RecordForm(Criticism, port, choices=BranchChoices(desk.office, "t01", day, day), on_saved=desk.refresh)
    form.open(next(iter(desk.dossier().all(Criticism))).id)
    said: list[str] = []
    form.say = said.append  # type: ignore[method-assign]
    form.field("text").put(f"{TEXT}，另一句")
    form.flush()
    assert "已保存" in said[-1]
    assert next(iter(desk.dossier().all(Criticism))).text == f"{TEXT}，另一句"
    shown = desk.findings("meeting").bundle()["text/html"]
    assert "未能运行" in shown
    assert "一直找不完" in shown
