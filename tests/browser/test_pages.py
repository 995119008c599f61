"""Every stage's page with a branch full of faults: for everybody (WCAG AA by axe-core), nothing cut off when enlarged."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from tests import branch as b
from tests.browser.hand import Hand
from tests.browser.served import CHROMIUM, WAIT, Server, ready
from tests.browser.test_home import browser
from tests.conftest import run
from tests.test_words import KNOWN

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
__all__ = ["browser"]  # a fixture

PAGES = [path.name for path in sorted((b.ROOT / "notebooks").glob("*.ipynb")) if path.name < "40"]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
ENLARGED = {"1280x720": 1.0, "125 %": 1.25, "150 %": 1.5}
CUT_OFF = """() => {
  const wide = document.documentElement.clientWidth;
  const sheet = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer');
  const found = sheet.scrollWidth > sheet.clientWidth ? ['the sheet scrolls sideways'] : [];
  if (sheet.getBoundingClientRect().right > wide + 1) found.push('the sheet is wider than the window');
  for (const node of document.querySelectorAll('.og-nav *, .jp-NotebookPanel:not(.lm-mod-hidden) :is(.of, .og, .oh, .gr) *')) {
    const own = [...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || /^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(node.tagName);
    if (!own || !node.getClientRects().length || node.closest('.gr-scroll, .ol-papers, .gr-hidden, select')) continue;
    const { left, right } = node.getBoundingClientRect();
    const name = `${node.className || node.tagName}: ${node.textContent.trim().slice(0, 20)}`;
    if (left < -1 || right > wide + 1) found.push(name);
    const words = document.createRange();
    for (const text of [...node.childNodes].filter(n => n.nodeType === 3 && n.textContent.trim())) {
      words.selectNodeContents(text);
      const box = words.getBoundingClientRect();
      for (let at = node; at && at !== sheet && !at.querySelector('.og-nav'); at = at.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(at), edge = at.getBoundingClientRect();
        if (/hidden|clip/.test(overflowX) && (box.left < edge.left - 1 || box.right > edge.right + 1)
          || /hidden|clip/.test(overflowY) && (box.top < edge.top - 1 || box.bottom > edge.bottom + 1)) {
          found.push(`words are cut: ${name}`);
          break;
        }
      }
    }
  }
  for (const choice of sheet.querySelectorAll('select:not([size])')) {
    const look = getComputedStyle(choice), brush = document.createElement('canvas').getContext('2d');
    brush.font = look.font;
    const room = choice.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
    const words = choice.selectedOptions[0]?.textContent.trim() || '';
    const lines = look.whiteSpace === 'normal' ? Math.floor(choice.clientHeight / parseFloat(look.lineHeight)) : 1;
    if (choice.getClientRects().length && room > 0 && brush.measureText(words).width > lines * room + 1) found.push(`a choice is cut: ${words}`);
  }
  return found.slice(0, 8);
}"""


FOREIGN = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement, textContent } = walk.currentNode;
    if (parentElement.getClientRects().length && !parentElement.closest('script, style')) found.push(textContent);
  }
  for (const name of ['title', 'aria-label', 'placeholder'])
    for (const node of document.querySelectorAll(`.og-nav [${name}], .jp-NotebookPanel:not(.lm-mod-hidden) [${name}]`))
      if (node.getClientRects().length) found.push(node.getAttribute(name));
  return found.filter(text => /[A-Za-z]{2}|[A-Z][0-9]/.test(text) && !text.includes('数据在：'));
}"""
KEYS = {"Ctrl", "Ctrl+Z", "Ctrl+D", "Alt+", "Esc", "DZB01", "U", "E", "D"}


def foreign_words(page: Any) -> set[str]:
    """The words of a page that are no Chinese, but those that every secretary knows."""
    return (
        {word for text in page.evaluate(FOREIGN) for word in re.findall(r"[A-Za-z][\w.+/-]*", text, re.ASCII)}
        - KNOWN
        - KEYS
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root: Path = tmp_path_factory.mktemp("pages") / "有错的 支部"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(author="田小禾"))
    assert run("import", str(root), str(b.ROOT / "templates/demo/b04.json")) == 0
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    served = Server.start(root, port)
    yield served
    if served.process.poll() is None:
        served.stop()


@pytest.fixture(scope="module")
def page(browser: Any) -> Any:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 720})
    context.set_default_timeout(WAIT)
    return context.new_page()


def enlarge(page: Any, by: float) -> int:
    """Zoom as browsers do it: fewer and larger CSS pixels in a window of 1280x720; the width in those."""
    size = {"width": round(1280 / by), "height": round(720 / by), "deviceScaleFactor": by, "mobile": False}
    page.context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", size)
    return round(1280 / by)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_in_nobodys_way(page: Any, server: Server, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import TimeoutError  # noqa: A004

    path = f"notebooks/{name}"
    page.goto(server.page(path))
    ready(page, path)
    page.wait_for_function("document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) :is(.of, .oh, .og)')")
    words = foreign_words(page)
    found = Axe().run(page, options=RULES).response["violations"]
    cut = {}
    for size, by in ENLARGED.items():
        width = enlarge(page, by)
        page.wait_for_function("width => document.documentElement.clientWidth === width", arg=width)
        with contextlib.suppress(TimeoutError):  # the bars on top find their height; what stays cut off is told below
            page.wait_for_function(f"() => !({CUT_OFF})().length", timeout=5000)
        cut[size] = page.evaluate(CUT_OFF)
    enlarge(page, 1)
    page.goto(server.page(path))
    ready(page, path)
    strolled = Hand(page).stroll()
    told = [(one["id"], len(one["nodes"]), [node["html"][:160] for node in one["nodes"]][:3]) for one in found]
    assert (told, cut, strolled, words) == ([], {size: [] for size in ENLARGED}, [], set())


SIDEWAYS = """() => {
  const sheet = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
  const tables = [...sheet.querySelectorAll('.gr-fit')].filter(one => one.offsetParent);
  const days = tables.flatMap(one => [...one.querySelectorAll('.gr-k-day input')]);
  const wide = [...tables, ...days].filter(one => one.scrollWidth > one.clientWidth).map(one => one.value ?? one.className);
  return [tables.length, days.filter(one => one.value).length > 3, wide];
}"""


@pytest.mark.parametrize(("name", "tables"), [("13_opinions", 1), ("30_rectification", 2)])
@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1920, 1080)])
def test_a_table_of_entries_fits_into_the_page(
    browser: Any, server: Server, name: str, tables: int, size: tuple[int, int]
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": size[0], "height": size[1]})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(server.page(f"notebooks/{name}.ipynb"))
    ready(page, f"notebooks/{name}.ipynb")
    page.locator(".gr-fit .gr-k-day input").first.wait_for()
    assert page.evaluate(SIDEWAYS) == [tables, True, []]
    context.close()


NARROW = """() => {
  const sheet = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
  const seen = what => [...sheet.querySelectorAll(what)].filter(one => one.offsetParent);
  const tables = seen('.gr-scroll').filter(one => one.querySelector('th.gr-k-lines'));
  const texts = seen('.of-field > .widget-textarea');
  const blank = (one, inside) => one.clientWidth - inside.offsetWidth;
  const narrow = [...tables.map(one => blank(one, one.querySelector('table'))), ...texts.map(one => blank(one.parentElement, one))];
  return [tables.length + texts.length, narrow.filter(left => left > 40)];
}"""


@pytest.mark.parametrize(
    ("name", "tab"), [("30_rectification", "整改承诺"), ("21_appraisal", "评定等次"), ("20_meeting", "")]
)
def test_a_text_has_the_width_of_the_page(browser: Any, server: Server, name: str, tab: str) -> None:
    """No narrow column of text with a wide blank beside it, at the smallest width that the pages are made for."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(server.page(f"notebooks/{name}.ipynb"))
    ready(page, f"notebooks/{name}.ipynb")
    if tab:
        page.locator(".lm-TabBar-tab:visible", has_text=tab).first.click()
    page.locator("th.gr-k-lines:visible").first.wait_for()
    number, narrow = page.evaluate(NARROW)
    assert number
    assert narrow == []
    context.close()
