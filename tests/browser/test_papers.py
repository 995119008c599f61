"""The HTML of every form in a real browser: for everybody (WCAG AA by axe-core), on a phone, and printed on A4."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pypdf
import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.print import html
from orglife.adapters.store.store import BUREAU
from orglife.core.paper.block import Bundle
from orglife.office.office import Office
from orglife.paper.singles import PaperRequest, singles
from tests import branch as b
from tests.adapters.print import papers
from tests.browser.served import CHROMIUM
from tests.conftest import run

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]

STANDARD = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
A4 = (595, 842)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One page a form: filled ones of two demo branches and the bureau, blank ones, one with everything."""
    root = tmp_path_factory.mktemp("papers") / "ws"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(role="bureau"))
    demo = b.ROOT / "templates" / "demo"
    for name in ("b01", "b04", "bureau"):
        assert run("import", str(root), str(demo / f"{name}.json")) == 0
    found: dict[str, Bundle] = {"everything": papers.everything()}
    with Office.open(root) as office:
        for owner in ("b01", "b04", BUREAU):
            for blank in (False, True):
                for paper in singles(office, owner, PaperRequest(blank=blank)):
                    name = f"{owner}_{paper.form}{'_blank' if blank else ''}"
                    before = found[name].documents if name in found else []
                    found[name] = paper.bundle.model_copy(update={"documents": [*before, *paper.bundle.documents][:3]})
    return {name: html.page(bundle) for name, bundle in found.items()}


@pytest.mark.thorough
def test_nothing_stands_in_anybodys_way(browser: Any, forms: dict[str, str]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    assert len(forms) > 40
    axe, page, found = Axe(), browser.new_page(viewport={"width": 1000, "height": 800}), {}
    for name, source in forms.items():
        page.set_content(source)
        results = axe.run(page, options=STANDARD).response["violations"]
        if results:
            found[name] = [(one["id"], [node["html"][:120] for node in one["nodes"]][:2]) for one in results]
    page.set_content("<p style='color: #aaa'>看不清</p>")
    told = {one["id"] for one in axe.run(page, options=STANDARD).response["violations"]}
    page.close()
    assert {"color-contrast", "html-has-lang"} <= told, "it does find what is wrong"
    assert found == {}


def test_a_phone_shows_every_form_without_scrolling_sideways(browser: Any, forms: dict[str, str]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, wide = browser.new_page(viewport={"width": 360, "height": 740}, is_mobile=True), {}
    for name, source in forms.items():
        page.set_content(source)
        width = page.evaluate("document.documentElement.scrollWidth")
        outside = page.evaluate(
            """() => [...document.querySelectorAll('article *')].filter(
                e => !e.closest('.ol-wide') && e.getBoundingClientRect().right > 361).map(e => e.outerHTML.slice(0, 80))"""
        )
        if width > 360 or outside:
            wide[name] = (width, outside[:2])
    page.set_content(forms["everything"])
    assert Axe().run(page, options=STANDARD).response["violations"] == []
    page.close()
    assert wide == {}


def test_it_prints_on_a4_wide_tables_across(browser: Any) -> None:
    page = browser.new_page()
    page.set_content(html.page(papers.everything()))
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    page.close()
    sizes = [(round(p.mediabox.width), round(p.mediabox.height)) for p in printed.pages]
    assert [size for size, _ in groupby(sizes)] == [A4, A4[::-1], A4]


def test_nothing_is_fetched_and_no_script_runs(browser: Any, forms: dict[str, str]) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: asked.append(message.text))
    for source in forms.values():
        page.set_content(source)
    page.close()
    assert asked == []
