"""Three notices of authors who have not seen the reader, from paste to campaign by mouse and keyboard: docs/browser.md."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.panel.confirm_port import TERMS, UNASKED, ConfirmGroup, Item
from orglife.campaigns import labels
from orglife.campaigns.confirming import Confirming
from orglife.campaigns.decisions import stored_state
from orglife.core.rule.campaign import Campaign, parse_campaign
from orglife.notice.deciding import PARTS
from orglife.notice.drafting import value_words
from orglife.notice.model import FIELDS, Fact
from orglife.notice.vocabulary import DEMANDS
from orglife.office.office import Office
from tests import branch as b
from tests.browser.served import CHROMIUM, Server
from tests.browser.test_effort import Effort
from tests.browser.test_home import browser, started
from tests.conftest import run
from tests.notices import measure

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
__all__ = ["browser"]  # a fixture

KIND = "unseen"
NOTICES = ("province_2022", "power_steps_2019", "university_2022")
"""A provincial department's, steps in a table, a university's; chosen before any of them was tried."""
LONGEST = 600.0
"""Seconds from paste to campaign."""
POINT, KEY, DECIDE, READ = 1.3, 0.28, 1.35, 10.0
"""Seconds of a person: to point and click, to press a key, to decide on an item (Card, Moran and Newell's
keystroke-level model), and characters of a notice read in a second."""
KEYS_PER_CHARACTER = 3
"""Keys of an input method for a Chinese character, its choice included."""
RENEWED = """() => {
  const page = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
  const told = page.querySelector('.oc .of-status').textContent;
  return told.startsWith('⚠') || !page.querySelector('.oc [data-before]') && page.querySelector('.oc-right .oc-item, .oc-right button, .oc-term') !== null;
}"""


@dataclass
class Counted:
    """What a notice took.

    Attributes:
        right: Facts that were right when read, counted like those marked.
        marked: Facts marked.
        typed: Fields that had to be typed.
    """

    notice: str
    clicks: int = 0
    keys: int = 0
    seconds: float = 0.0
    items: int = 0
    right: int = 0
    marked: int = 0
    typed: int = 0
    characters: int = 0

    @property
    def person(self) -> float:
        """Seconds of a person who reads the notice once, decides on every item, clicks and types."""
        return self.characters / READ + self.items * DECIDE + self.clicks * POINT + self.keys * KEY


class Officer:
    """A person at the page who knows what the notice says: the labels beside it."""

    def __init__(self, hand: Effort, root: Path, notice: str) -> None:
        self.hand, self.root = hand, root
        self.marks = measure.marks(KIND, notice)
        self.sentences = {s for said in measure.sentences(KIND, notice).values() for s in said}
        self.text = (measure.HERE / KIND / f"{notice}.txt").read_text(encoding="utf-8")
        self.counted = Counted(notice, characters=len(self.text))

    # --- what the notice says ------------------------------------------------------------------------------------------

    def wanted(self, name: str) -> Any:
        """What a field should say; None if the notice is silent."""
        if name in ("aspects", "dimensions"):
            listed = self.marks.get("member_dimensions", [])
            return [one for one in listed if one.endswith("合格") == (name == "dimensions")] or None
        return self.marks.get(name)

    def unmarked(self, name: str) -> bool:
        """Whether the labels do not say: fields that are not in every label file."""
        return name not in FIELDS and name not in ("aspects", "dimensions") and name not in self.marks

    def is_right(self, name: str, value: Any) -> bool:
        kind = "member_dimensions" if name in ("aspects", "dimensions") else name
        return not measure.compare(kind, self.wanted(name), Fact(value, ()) if value else None).wrong

    # --- the page ------------------------------------------------------------------------------------------------------

    def act(self, do: Any) -> None:
        """Do something and wait until the right side is new, or a refusal is told."""
        self.hand.page.evaluate(
            "document.querySelectorAll('.oc-right button, .oc-right input, .oc-right textarea, .oc-right select').forEach(old => old.dataset.before = 'yes')"
        )
        do()
        self.hand.page.wait_for_function(RENEWED)

    def press(self, title: str) -> None:
        self.act(lambda: self.hand.click(self.button(title)))

    def button(self, title: str) -> Any:
        return self.hand.stage.locator(f'.oc-right button[title="{title}"]').first

    def open(self, group: ConfirmGroup) -> None:
        """By its name in the list, unless the page has gone there by itself."""
        choice = self.hand.stage.get_by_label("项目")
        shown = choice.evaluate("list => list.selectedOptions[0].textContent")
        following = self.button(f"下一项：{group.title}")
        if shown.split("　")[0] == group.title:
            return
        if following.count():
            self.act(lambda: self.hand.click(following))
        else:
            self.act(lambda: self.hand.choose(choice, f"{group.title}　"))

    def groups(self) -> list[ConfirmGroup]:
        with Office.open(self.root) as office:
            return list(Confirming(office).groups())

    def value(self, key: str) -> Any:
        """What was decided."""
        state = stored_state(self.root)
        assert state
        decision = state.decisions.get(key)
        return decision.value if decision and decision.how != "struck" else None

    # --- deciding ------------------------------------------------------------------------------------------------------

    def decide_all(self) -> None:
        """Group by group in the order of the page, then what a later decision opened again."""
        for group in self.groups():
            if group.key == UNASKED:
                self.ask(group)
            elif group.key != TERMS:
                self.group(group)
        for group in self.groups():
            if group.left:
                self.group(group)

    def group(self, before: ConfirmGroup) -> None:
        """Decide what is open in a group."""
        items = [item for each in self.groups() if each.key == before.key for item in each.items if not item.state]
        items = [item for item in items if item.kind != "blank" or not self.unmarked(item.key.partition(":")[2])]
        group = replace(before, items=tuple(items))
        if items:
            self.open(group)
            self.counted.items += len(group.items)
            kinds = {item.kind for item in group.items}
            if kinds == {"demand"} and all(self.is_made(item) for item in group.items) and len(group.items) > 1:
                self.press(f"全部确认：{group.title}")
                return
            for item in group.items:
                self.decide(item)

    def is_made(self, item: Item) -> bool:
        return item.key.removeprefix("demand:") not in self.marks["hasnt"]

    def decide(self, item: Item) -> None:
        name = item.key.partition(":")[2]
        if item.kind == "demand":
            self.demand(item)
        elif item.kind == "unread":
            self.act(
                lambda: self.hand.click(self.hand.stage.locator(".oc-right button", has_text="留给支部打勾").first)
            )
        elif self.unmarked(name):
            if item.kind == "fact":
                self.press(f"确认：{item.label}")
        elif self.wanted(name) is None:
            self.press(f"通知没有写：{item.label}")
        else:
            self.fact(item, name)

    def demand(self, item: Item) -> None:
        """Demands of one group have one name: the first that is open."""
        word = "确认" if self.is_made(item) else "划去"
        self.act(
            lambda: self.hand.click(self.hand.stage.locator(".oc-right button", has_text=re.compile(f"^{word}$")).first)
        )

    def fact(self, item: Item, name: str) -> None:
        read = self.read(name) if item.kind == "fact" else None
        if read is not None and self.is_right(name, read):
            self.press(f"确认：{item.label}")
            return
        tried: set[str] = set()
        while True:
            shown = next(each for group in self.groups() for each in group.items if each.key == item.key)
            number, quote = next(
                (
                    (n, q)
                    for n, (_, q, _) in enumerate(shown.candidates)
                    if q not in tried and any(q in said or said in q for said in self.sentences_of(name))
                ),
                (0, ""),
            )
            if not quote:
                break
            tried.add(quote)
            self.act(
                lambda n=number: self.hand.click(
                    self.hand.stage.locator(".oc-right button", has_text=f"第{n + 1}句").first
                )
            )
            if self.is_right(name, self.value(item.key)) or not item.adds:
                break
        if not self.is_right(name, self.value(item.key)):
            self.type(item, name)
        assert self.is_right(name, self.value(item.key)), (name, self.wanted(name), self.value(item.key))

    def sentences_of(self, name: str) -> list[str]:
        kind = "member_dimensions" if name in ("aspects", "dimensions") else name
        return measure.sentences(KIND, self.counted.notice).get(kind, [])

    def read(self, name: str) -> Any:
        state = stored_state(self.root)
        assert state
        return state.draft.value(name)

    def type(self, item: Item, name: str) -> None:
        """The parts that are wrong, each typed anew."""
        wanted = self.wanted(name)
        again = self.button(f"更正：{item.label}")
        self.act(lambda: self.hand.click(again if again.count() else self.button(f"自己填：{item.label}")))
        for part, _, label in PARTS[name]:
            text = wanted.get(part) if part else wanted
            if text is None:
                continue
            text = "\n".join(text) if isinstance(text, list) else str(text)
            field = self.hand.stage.locator(".oc-right").get_by_label(label, exact=True)
            if field.input_value() == text:
                continue
            self.write(field, text)
        self.counted.typed += 1
        self.act(lambda: self.hand.click(self.hand.stage.locator(".oc-right button", has_text="保存更正")))

    def write(self, field: Any, text: str) -> None:
        """Change a field line by line: what the notice says in these words is copied from it, the rest is typed.

        A line that is copied takes a drag over the words (two clicks), a click where they belong and three keys; one
        that is taken out a click and three keys.
        """
        before = field.input_value().split("\n")
        added = [line for line in text.split("\n") if line not in before]
        gone = [line for line in before if line and line not in text.split("\n")]
        self.hand.click(field)
        self.hand.page.keyboard.press("Control+a")
        self.hand.page.keyboard.insert_text(text)
        for line in added:
            copied = line in self.text
            self.hand.clicks += 3 if copied else 1
            self.hand.keys += 3 if copied else 1 + sum(KEYS_PER_CHARACTER if "一" <= c <= "龥" else 1 for c in line)
        self.hand.clicks += len(gone)
        self.hand.keys += 3 * len(gone)

    def ask(self, group: ConfirmGroup) -> None:
        """The demands that the notice makes and the reader did not find, each with the likeliest sentence."""
        state = stored_state(self.root)
        assert state
        read = {asked.key for asked in state.draft.demands} | {str(d.value) for d in state.decisions.values()}
        missing = [key for key in self.marks["has"] if key in DEMANDS and key not in read]
        if missing:
            self.open(group)
        for key in missing:
            self.counted.items += 1
            with Office.open(self.root) as office:
                number = [asked for _, asked in Confirming(office).unasked()].index(key)
            choice = self.hand.stage.locator(".oc-right").get_by_label("还提出了")

            def choose(choice: Any = choice, number: int = number) -> None:
                choice.select_option(index=number + 1)
                self.hand.clicks += 2

            self.act(choose)
            self.act(lambda: self.hand.click(self.hand.stage.locator(".oc-right button", has_text="用第1句").first))


def paste(hand: Effort, text: str) -> None:
    """As from the clipboard into a text field: one key."""
    hand.click(hand.stage.get_by_label("或者粘贴文字"))
    hand.page.keyboard.insert_text(text)
    hand.keys += 1


@pytest.fixture(params=NOTICES)
def server(request: Any, tmp_path: Path) -> Iterator[tuple[str, Server]]:
    """A workspace under the campaign of 2024, with a branch."""
    root = tmp_path / "支部"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(author="田小禾"))
    source = tmp_path / "t01.json"
    source.write_text(json.dumps(b.branch()), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0
    served = started(root)
    yield request.param, served
    if served.process.poll() is None:
        served.stop()


def test_a_notice_of_an_unseen_style_becomes_a_campaign_within_ten_minutes(
    browser: Any, server: tuple[str, Server], record_property: Any
) -> None:
    notice, served = server
    hand = Effort(browser, served, "01_campaign")
    officer = Officer(hand, served.root, notice)
    began = time.monotonic()
    hand.click(hand.stage.get_by_text("只有通知的，在这里自己读通知"))
    paste(hand, officer.text)
    hand.click(hand.stage.get_by_role("button", name="读这份通知"))
    hand.stage.locator(".oc .of-status", has_text="已确认0项").wait_for()
    officer.decide_all()
    hand.stage.locator(".oc .of-status", has_text="还有0项没有确认").wait_for()
    hand.click(hand.stage.get_by_role("button", name="预览启用后的变化"))
    hand.click(hand.stage.get_by_role("button", name="启用", exact=True))
    hand.stage.locator(".oc .of-status", has_text="新方案已启用").wait_for()

    counted = officer.counted
    counted.seconds = time.monotonic() - began
    counted.clicks, counted.keys = hand.clicks, hand.keys
    score = sum((measure.field_score(KIND, notice, name) for name in FIELDS), measure.Score())
    counted.right, counted.marked = score.found, score.marked
    print(counted, f"person {counted.person:.0f} s")
    record_property("counted", str(counted))

    assert run("campaign", "check", str(served.root / CAMPAIGN)) == 0
    assert wrong_at_the_end(officer, served.root) == []
    assert counted.seconds < LONGEST
    assert counted.person < LONGEST


def wrong_at_the_end(officer: Officer, root: Path) -> list[str]:
    """Labelled facts that the campaign in force, or the label kept beside it, does not say."""
    text = (root / CAMPAIGN).read_text(encoding="utf-8")
    campaign = parse_campaign(text)
    kept = labels.read(root)[campaign.id]["fields"]
    said = {name: (each or {}).get("value") for name, each in kept.items()}
    said["member_dimensions"] = [*(said.get("dimensions") or []), *(said.get("aspects") or [])] or None
    wrong = [
        f"{name}: {fault}"
        for name in FIELDS
        for fault in measure.compare(
            name, officer.marks.get(name), Fact(said[name], ()) if said.get(name) else None
        ).wrong
    ]
    in_file = in_campaign(campaign)
    for name, marked in officer.marks.items():
        if name in in_file:
            wrong += [f"file: {name}: {f}" for f in measure.compare(name, marked, Fact(in_file[name], ())).wrong]
        elif name in FIELDS:  # no field of the campaign: beside it as a comment
            wrong += [f"file: {name}" for part in pieces(marked) if part not in text]
    made = set(campaign.demands)
    wrong += [f"demand: {key}" for key in officer.marks["has"] if key not in made]
    return wrong + [f"demand: not {key}" for key in officer.marks["hasnt"] if key in made]


def in_campaign(campaign: Campaign) -> dict[str, Any]:
    """The labelled facts that have a field of the campaign."""
    names = campaign.labels
    days = {"start": campaign.meeting_start, "end": campaign.meeting_end}
    return {
        "theme": campaign.theme,
        "year": campaign.year,
        "study_items": [each.title for each in campaign.materials],
        "member_dimensions": [names[key] for key in (*campaign.dimensions, *campaign.aspects)],
        "branch_dimensions": [names[key] for key in campaign.team_aspects],
        "meeting_window": {part: day.isoformat() for part, day in days.items() if day},
        "agenda_steps": [names[key] for key in campaign.agenda],
        "grades": [names[key] for key in campaign.grades],
    }


def pieces(marked: Any) -> list[str]:
    """The texts of a labelled fact."""
    if isinstance(marked, dict):
        return [piece for value in marked.values() for piece in pieces(value)]
    return [one for each in marked for one in pieces(each)] if isinstance(marked, list) else [value_words(marked)]
