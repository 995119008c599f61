"""Who does nothing for long: her server ends, and she goes on where she was. Its site is another one than ``test_hub``'s."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.served import CHROMIUM, stage
from tests.browser.site import brought_up, processes, seat, shown
from tests.browser.test_campaign import go
from tests.browser.test_home import browser

__all__ = ["browser"]
pytestmark = [
    pytest.mark.soak,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium"),
]

SOON = """
c.Spawner.environment["ORGLIFE_IDLE"] = "20"
c.Spawner.poll_interval = 5
"""
"""The hour of the configuration made shorter."""


def test_who_does_nothing_for_long_is_stopped_and_goes_on(browser: Any) -> None:
    """Her page is open all the time, as one that was left at noon."""
    with brought_up(SOON) as site:
        page = seat(browser, site, "yunxi1")
        form = go(page, "12_talks")
        form.get_by_role("button", name="新增").click()
        form.get_by_label("日期 *").fill("2月6日")
        form.locator(".of-status:visible", has_text=re.compile("✓ 已保存 ")).first.wait_for()
        again = page.get_by_role("button", name="重新打开")
        again.wait_for()
        assert processes() == []
        shown(page, "idle")
        page.evaluate("delete document.body.dataset.ogReady")
        again.click()
        page.wait_for_function("() => document.body.dataset.ogReady")
        stage(page).get_by_text("2月6日").first.wait_for()
        shown(page, "idle-again")
        page.context.close()
