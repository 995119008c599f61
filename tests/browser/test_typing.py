"""Fields of a form: an input method with its candidates open, and the calendar of a day."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests import branch as b
from tests.browser.ime import InputMethod
from tests.browser.served import CHROMIUM, TALKS, Server, ready, stage
from tests.browser.test_start import left_the_machine, page, server
from tests.conftest import run

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
__all__ = ["left_the_machine", "page", "server"]  # fixtures

STUDY = "notebooks/11_study.ipynb"
SAVED = re.compile("✓ 已保存 ")


@pytest.fixture
def form(page: Any, server: Server) -> Any:
    """The form of talks with the first talk open."""
    page.goto(server.page(TALKS))
    ready(page, TALKS)
    form = stage(page).locator(".of-t-talk")
    choose(form, 0)
    unfold(form)
    return form


def choose(form: Any, place: int) -> None:
    lines = form.locator(".of-lines select").first
    lines.select_option(index=place)
    form.locator(".of-place:not(.of-waiting) .of-f-date input").wait_for()
    form.locator(".of-status", has_text="已保存的内容在下面").wait_for()


def unfold(form: Any) -> None:
    form.locator(".of-more .jupyter-widget-Collapse-header").click()


def saved(form: Any) -> str:
    form.locator(".of-status", has_text=SAVED).wait_for()
    return str(form.locator(".of-status").inner_text())


def place_of(form: Any) -> Any:
    return form.locator(".of-f-place input")


def test_letters_are_saved_only_when_a_candidate_is_chosen(form: Any) -> None:
    ime, place = InputMethod(form.page), place_of(form)
    place.fill("三楼")
    saved(form)
    place.press("End")
    ime.compose("huiyishi")
    form.page.wait_for_timeout(900)  # longer than a form waits before it saves
    assert place.input_value() == "三楼huiyishi"
    assert SAVED.search(form.locator(".of-status").inner_text()), "the letters are not typed yet"
    ime.commit("会议室", "Enter")
    form.locator(".of-status", has_text="正在保存").wait_for()
    saved(form)
    assert place.input_value() == "三楼会议室"
    assert form.page.evaluate("document.activeElement.value") == "三楼会议室", "Enter chose the candidate only"


@pytest.mark.parametrize("leave", ["click", "Tab", "blur", "another"])
def test_what_is_composed_survives_leaving_the_field(form: Any, leave: str) -> None:
    ime, place = InputMethod(form.page), place_of(form)
    place.fill("")
    ime.compose("lou")
    if leave == "click":
        form.locator(".of-f-date input").click()
    elif leave == "Tab":
        form.page.keyboard.press("Tab")
    elif leave == "blur":
        form.page.evaluate("document.activeElement.blur()")
    else:
        choose(form, 1)
        choose(form, 0)
    if leave != "another":
        saved(form)
    assert place.input_value() == "lou"
    place.fill("三楼")
    saved(form)


def test_a_save_while_composing_leaves_the_letters_alone(form: Any) -> None:
    ime, place = InputMethod(form.page), place_of(form)
    place.fill("二楼")  # saved, and the findings renewed, while the next word is composed
    ime.compose("dong")
    saved(form)
    form.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    form.page.wait_for_timeout(700)
    assert place.input_value() == "二楼dong"
    ime.commit("东")
    form.locator(".of-status", has_text="正在保存").wait_for()
    saved(form)
    assert place.input_value() == "二楼东"


def test_what_changes_elsewhere_is_not_written_over_what_is_composed(form: Any, server: Server, tmp_path: Path) -> None:
    ime, place = InputMethod(form.page), place_of(form)
    place.fill("四楼")
    saved(form)
    ime.compose("xi")
    source = tmp_path / "t01.json"
    source.write_text(json.dumps(b.changed(b.branch(), put={"talk/t02/place": "别处"})), encoding="utf-8")
    assert run("import", str(server.root), str(source)) == 0
    form.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    stage(form.page).locator(".ol-papers", has_text="别处").wait_for()
    assert place.input_value() == "四楼xi"
    ime.commit("西")
    form.locator(".of-status", has_text=re.compile("✓ 已保存")).wait_for()
    assert place.input_value() == "四楼西"


def test_a_window_that_is_left_keeps_the_letters(form: Any) -> None:
    ime, place = InputMethod(form.page), place_of(form)
    place.fill("四楼")
    saved(form)
    ime.compose("xi")
    other = form.page.context.new_page()
    other.bring_to_front()
    form.page.bring_to_front()
    saved(form)
    assert place.input_value() == "四楼xi"
    other.close()


def test_a_paste_while_composing_loses_nothing(form: Any) -> None:
    ime, place = InputMethod(form.page), place_of(form)
    place.fill("")
    ime.compose("lou")
    form.page.evaluate("document.execCommand('insertText', false, '五楼')")
    form.page.keyboard.press("Tab")
    saved(form)
    assert "五楼" in place.input_value()


def test_a_day_is_picked_by_mouse_and_by_keyboard(form: Any) -> None:
    page, field = form.page, form.locator(".of-f-date input")
    field.fill("3月8号")
    saved(form)
    box = field.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 12, box["y"] + box["height"] / 2)
    calendar = page.get_by_role("dialog", name="选择日期：日期")
    calendar.wait_for()
    assert calendar.locator(".og-cal-head b").inner_text() == "2024年 三月"
    assert calendar.locator("th").all_inner_texts() == ["一", "二", "三", "四", "五", "六", "日"]
    assert page.evaluate("document.activeElement.dataset.day") == "2024-03-08"
    calendar.get_by_label("上一月").click()
    assert calendar.locator(".og-cal-head b").inner_text() == "2024年 二月"
    calendar.get_by_role("button", name="2024年2月9日 星期五").click()
    saved(form)
    assert field.input_value() == "2024年2月9日"
    assert calendar.count() == 0
    field.press("F4")
    for key in ("ArrowRight", "ArrowDown", "PageDown", "Home", "End"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.dataset.day") == "2024-03-17"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "今天"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.value") == "2024年2月9日", "Esc changes nothing, and goes back"
    field.press("Alt+ArrowDown")
    page.keyboard.press("Enter")
    assert field.input_value() == "2024年2月9日"
    field.fill("2024.3.8")
    saved(form)
    assert field.input_value() == "2024.3.8", "what is typed stays as it was typed"


def test_a_day_in_a_table_is_picked(page: Any, server: Server) -> None:
    page.goto(server.page(STUDY))
    ready(page, STUDY)
    form = stage(page).locator(".of-t-study")
    choose(form, 0)
    unfold(form)
    table = form.locator(".of-f-makeup")
    table.get_by_role("button", name="加一行").click()
    field = table.locator(".gr-k-day input").last
    field.click()
    assert page.get_by_role("dialog").count() == 0, "a click puts the cursor there"
    field.press("F4")
    page.get_by_role("dialog", name=re.compile("补学日期")).wait_for()
    page.get_by_role("button", name="今天").click()
    assert re.fullmatch(r"\d{4}年\d+月\d+日", field.input_value())
    field.fill("2.9")
    assert field.input_value() == "2.9"
    assert page.broken == []
