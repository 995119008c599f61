"""What a secretary's day does to a page: what had been shown as saved is there each time."""

from __future__ import annotations

import re
import signal
from typing import Any

import pytest

from tests.browser.test_start import (
    CHROMIUM,
    TALKS,
    Server,
    left_the_machine,
    page,
    ready,
    saved,
    server,
    stage,
)

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
__all__ = ["left_the_machine", "page", "server"]  # fixtures

TALK = "魏长河、冉书砚"


def opened(page: Any, server: Server) -> Any:
    """The talk, in the form."""
    if TALKS not in page.url or page.evaluate("document.body.dataset.ogReady") != TALKS:
        page.goto(server.page(TALKS))
    ready(page, TALKS)
    lines = stage(page).get_by_label("已登记")
    lines.select_option(label=next(t for t in lines.locator("option").all_inner_texts() if TALK in t))
    there(page)
    field = page.get_by_label("交流思想 *")
    field.wait_for()
    return field


def there(page: Any) -> None:
    """The entry that was chosen stands in the form."""
    stage(page).locator(".of-t-talk .of-place:not(.of-waiting) .of-column").first.wait_for()


def shows(field: Any, words: str) -> None:
    field.page.wait_for_function("([field, words]) => field.value === words", arg=[field.element_handle(), words])


def test_two_tabs_on_one_record_keep_both_fields_and_show_both_texts(page: Any, server: Server) -> None:
    mine = opened(page, server)
    other = page.context.new_page()
    theirs = opened(other, server)
    other.get_by_label("听取的意见 *").fill("另一页写的意见")
    saved(other)
    mine.fill("这一页谈的家事")
    stage(page).get_by_text("两边的内容已合在一起").wait_for()
    shows(page.get_by_label("听取的意见 *"), "另一页写的意见")
    theirs.fill("另一页谈的心气")
    stage(other).get_by_text("两份都在下面，请选定一份").wait_for()
    stage(other).locator(".of-clash", has_text="这一页谈的家事").wait_for()
    assert "另一页谈的心气" in (theirs.input_value(), stage(other).locator(".of-clash").inner_text())
    other.close()
    page.reload()
    assert opened(page, server).input_value() in ("这一页谈的家事", "另一页谈的心气")
    assert page.get_by_label("听取的意见 *").input_value() == "另一页写的意见"


def test_a_tab_closed_in_the_middle_of_a_word_loses_nothing_shown_as_saved(page: Any, server: Server) -> None:
    other = page.context.new_page()
    field = opened(other, server)
    field.fill("已经保存的话")
    saved(other)
    field.press_sequentially("，半个ci")
    other.close()
    page.reload()
    assert re.match("已经保存的话", opened(page, server).input_value())


def test_a_server_killed_at_once_comes_back_with_what_was_saved(page: Any, server: Server) -> None:
    field = opened(page, server)
    field.fill("断电前的话")
    saved(page)
    children = server.kernels()
    server.process.send_signal(signal.SIGKILL)
    server.process.communicate(timeout=20)
    page.locator(".og-bar", has_text="页面已暂停").wait_for()
    assert page.evaluate("document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)').inert")
    again = Server.start(server.root, server.port)
    server.process = again.process
    page.wait_for_function("!document.body.dataset.ogFrozen")
    assert opened(page, server).input_value() == "断电前的话"
    for child in children:  # the server had no time to end them: they find out by themselves
        child.wait(timeout=20)


def test_what_is_typed_before_another_entry_is_there_does_not_go_into_it(page: Any, server: Server) -> None:
    """The back is slow: the next talk is chosen, and the words of the last one still stand in the form."""
    field = opened(page, server)
    field.fill("第一份的话")
    saved(page)
    lines, kernels = stage(page).get_by_label("已登记"), server.kernels()
    other = next(t for t in lines.locator("option").all_inner_texts() if TALK not in t)
    for kernel in kernels:
        kernel.suspend()
    try:
        lines.select_option(label=other)
        page.evaluate("document.querySelector('.of-t-talk .of-f-thoughts textarea').focus()")
        page.keyboard.type("打得太早")
    finally:
        for kernel in kernels:
            kernel.resume()
    there(page)
    assert "第一份" not in page.get_by_label("交流思想 *").input_value()
    assert opened(page, server).input_value() == "第一份的话"
    lines.select_option(label=other)
    there(page)
    assert "第一份" not in page.get_by_label("交流思想 *").input_value()
