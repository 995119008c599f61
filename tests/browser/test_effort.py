"""How many clicks and keys the lists, the pledges and the opinions of a branch of nine take: the table in docs/browser.md."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from tests import branch as b
from tests.browser.served import CHROMIUM, WAIT, Server, ready, stage
from tests.browser.test_home import browser
from tests.conftest import run

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
__all__ = ["browser"]  # a fixture

NINE = json.loads((b.ROOT / "templates/demo/b04.json").read_text(encoding="utf-8"))
RECORDS = NINE["records"]
NAMES = {member["id"]: member["name"] for member in RECORDS["member"]}
EMPTY = ("opinion", "rect_item", "rect_list", "pledge", "publication", "filing", "report")
BEFORE = {"rectification": (117, 991), "opinions": (126, 444)}
"""Clicks and keys of the same entries with one form for each record, measured before there were tables."""
CHANNELS = {"talk": "访谈", "meeting": "座谈", "box": "意见箱"}
SOURCES = {"mass": "群众", "member": "党员"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A branch of nine after its meeting, with its reviews and without anything that follows from them."""
    folder = tmp_path_factory.mktemp("nine")
    root = folder / "九人支部"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(author="杜怀章"))
    records = {kind: [] if kind in EMPTY else many for kind, many in RECORDS.items()}
    source = folder / "nine.json"
    source.write_text(json.dumps({**NINE, "records": records}, ensure_ascii=False), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    started = Server.start(root, port)
    yield started
    if started.process.poll() is None:
        started.stop()


class Effort:
    """A hand on a stage's page that counts; a choice counts as two clicks, a paste as one key."""

    def __init__(self, browser: Any, server: Server, notebook: str) -> None:
        context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
        context.set_default_timeout(WAIT)
        self.page = context.new_page()
        self.page.goto(server.page(f"notebooks/{notebook}.ipynb"))
        ready(self.page, f"notebooks/{notebook}.ipynb")
        self.clicks = self.keys = 0

    @property
    def stage(self) -> Any:
        return stage(self.page)

    def click(self, place: Any) -> None:
        place.click()
        self.clicks += 1

    def type(self, place: Any, text: str) -> None:
        self.click(place)
        self.page.keyboard.type(text)
        self.keys += len(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def choose(self, place: Any, words: str) -> None:
        options = place.locator("option").all_inner_texts()
        place.select_option(label=next(text for text in options if words in text))
        self.clicks += 2

    def paste(self, place: Any, text: str) -> None:
        self.click(place)
        self.page.evaluate(
            """text => { const data = new DataTransfer(); data.setData('text/plain', text);
            document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }""",
            text,
        )
        self.keys += 1

    def tab(self, title: str) -> None:
        self.click(self.stage.locator(".lm-TabBar-tab:visible", has_text=title).first)

    def cell(self, kind: str, row: int, column: int) -> Any:
        return self.stage.locator(f'.of-b-{kind}:visible [data-r="{row}"][data-c="{column}"]').first

    def saved(self, kind: str) -> None:
        heard = self.stage.locator(f".of-b-{kind}:visible:not(:has(.gr-unheard))")
        heard.locator(".of-status.of-good", has_text="✓ 已保存").first.wait_for()


def exported(server: Server, to: Path) -> Any:
    assert run("export", str(server.root), "--format", "json", "--out", str(to)) == 0
    return json.loads(to.read_text(encoding="utf-8"))["records"]


def test_the_lists_and_pledges_of_nine_take_half_the_clicks_and_keys(
    browser: Any, server: Server, tmp_path: Path
) -> None:
    hand = Effort(browser, server, "30_rectification")
    hand.click(hand.stage.get_by_role("button", name="全部列入清单"))
    hand.stage.locator(".of-b-rect_item .of-status.of-good", has_text="已列入11项").wait_for()
    hand.choose(hand.cell("rect_item", 0, 4), "蓝玉萍")
    hand.cell("rect_item", 0, 4).focus()
    hand.click(hand.stage.locator(".of-b-rect_item [data-act=fill]").first)
    hand.type(hand.cell("rect_item", 0, 5), "2024-04-30")
    hand.press("Control+d")
    for row in (4, 5):  # what the superior pointed out comes without a measure
        hand.type(hand.cell("rect_item", row, 3), "支部会议提前三天通知，书记提前10分钟到场签到。")
    hand.saved("rect_item")
    hand.tab("清单说明")
    form = hand.stage.locator(".of-t-rect_list:visible")
    hand.click(form.get_by_role("button", name="新增", exact=True))
    for words in ("学习教育", "集中整治"):
        hand.click(form.locator(".of-place:not(.of-waiting) .of-f-none_declared label", has_text=words).first)
    form.locator(".of-status.of-good", has_text="✓ 已保存").wait_for()
    hand.tab("整改承诺")
    hand.type(hand.cell("pledge", 0, 1), "2024-03-01")
    hand.press("Control+d")
    texts = [f"本人承诺：从{name}自己改起，三月底前办好第一件。" for name in NAMES.values()]
    for row, text in enumerate(texts):
        hand.type(hand.cell("pledge", row, 2), text)
    hand.saved("pledge")
    hand.page.wait_for_timeout(1500)
    records = exported(server, tmp_path / "nine.json")
    print("rectification", hand.clicks, "clicks", hand.keys, "keys")
    assert len(records["rect_item"]) == 11
    assert {item["due"] for item in records["rect_item"]} == {"2024-04-30"}
    assert all(item["responsible"] and item["measure"] for item in records["rect_item"])
    assert [pledge["text"] for pledge in records["pledge"]] == texts
    own = {review["member"]: [item["id"] for item in review.get("items", [])] for review in RECORDS["member_review"]}
    assert {pledge["member"]: pledge.get("problem_ids", []) for pledge in records["pledge"]} == own
    clicks, keys = BEFORE["rectification"]
    assert (hand.clicks * 2 <= clicks, hand.keys * 2 <= keys) == (True, True)


def test_what_became_of_eleven_items_takes_a_few_clicks(browser: Any, server: Server, tmp_path: Path) -> None:
    hand = Effort(browser, server, "30_rectification")
    offered = hand.stage.get_by_role("button", name="全部列入清单")
    if offered.is_visible():  # begun without the test above
        offered.click()
        hand.stage.locator(".of-b-rect_item .of-status.of-good", has_text="已列入11项").wait_for()
    board = hand.stage.locator(".of-b-rect_item", has=hand.page.get_by_text("完成情况", exact=True))
    state, day, evidence = (board.locator(f'[data-r="0"][data-c="{column}"]') for column in (4, 5, 6))
    hand.choose(state, "已完成")
    state.focus()
    hand.press("Control+d")
    hand.type(day, "2024-04-26")
    hand.press("Control+d")
    hand.type(evidence, "四月二十六日支委会逐项核对。")
    hand.press("Control+d")
    board.locator(".of-note", has_text="共11项，已完成11项。").wait_for()
    hand.saved("rect_item")
    items = exported(server, tmp_path / "nine.json")["rect_item"]
    assert {(item["status"], item["done_on"], item["evidence"]) for item in items} == {
        ("done", "2024-04-26", "四月二十六日支委会逐项核对。")
    }
    print("completion", hand.clicks, "clicks", hand.keys, "keys")
    assert (len(items), hand.clicks, hand.keys) == (11, 4, 27)


def test_twelve_opinions_take_half_the_clicks_typed_and_one_key_pasted(
    browser: Any, server: Server, tmp_path: Path
) -> None:
    opinions = sorted(RECORDS["opinion"] * 3, key=lambda one: (one["date"], one["text"]))
    rows = [
        (
            one["date"],
            SOURCES[one["source"]],
            NAMES.get(one["target"], "支部班子"),
            CHANNELS[one["channel"]],
            NAMES.get(one.get("heard_by"), ""),
            one["text"],
        )
        for one in opinions
    ]
    hand = Effort(browser, server, "13_opinions")
    hand.paste(hand.cell("opinion", 0, 1), "\n".join("\t".join(row) for row in rows))
    hand.saved("opinion")
    records = exported(server, tmp_path / "nine.json")["opinion"]
    assert sorted(one["text"] for one in records) == sorted(row[-1] for row in rows)
    assert (hand.clicks, hand.keys) == (1, 1)
    hand.click(hand.stage.locator(".of-b-opinion [data-act=add]"))
    hand.cell("opinion", 12, 1).wait_for()
    hand.type(hand.cell("opinion", 12, 6), "希望把报修进度贴出来。")
    hand.saved("opinion")
    hand.page.wait_for_timeout(1500)
    (last,) = (one for one in exported(server, tmp_path / "nine.json")["opinion"] if "报修进度" in one["text"])
    assert (last["date"], SOURCES[last["source"]]) == rows[-1][:2]  # as in the row above
    clicks, keys = BEFORE["opinions"]
    assert hand.clicks - 1 <= clicks / 12 / 2  # one more opinion
    assert hand.keys - 1 <= keys / 12 / 2
