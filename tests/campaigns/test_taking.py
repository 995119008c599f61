"""Sentences of a notice that a person takes for a field or a demand on the page 方案."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orglife.adapters.panel import confirm
from orglife.campaigns.confirming import Confirming
from orglife.campaigns.decisions import RESULT, STATE
from orglife.office.office import Office
from tests.browser.test_campaign import NOTICE
from tests.campaigns.drafts import begun, everything


def test_every_field_offers_sentences_to_choose_from(workspace: Path) -> None:
    items = [i for group in begun(workspace).groups() for i in group.items if i.kind in ("fact", "blank")]
    assert {len(i.candidates) for i in items} == {3}
    text = NOTICE.replace("\n", "")
    assert all(quote in text for i in items for _, quote, _ in i.candidates)


def test_a_sentence_that_is_taken_is_read_again_and_quoted(workspace: Path) -> None:
    page = begun(workspace)
    item = next(i for group in page.groups() for i in group.items if i.key == "fact:report")
    number = next(n for n, quote, _ in item.candidates if "情况报告" in quote)
    page.decide("fact:report", "struck")
    page.decide("fact:report", "taken", number)
    confirmed = page.campaign()
    assert confirmed is not None
    assert (confirmed.report_to, str(confirmed.report_by)) == ("局机关党委", "2026-03-10")
    shown = next(i for group in page.groups() for i in group.items if i.key == "fact:report")
    assert shown.state == "已按这一句确认"
    assert "2026年3月10日前，将情况报告报局机关党委" in (workspace / RESULT).read_text(encoding="utf-8")
    again = Confirming(Office.open(workspace))
    assert again.campaign() == confirmed, "the sentence taken is on the disk"


def test_a_sentence_is_added_to_what_several_sentences_make_up(workspace: Path) -> None:
    page = Confirming(Office.open(workspace, author="田小禾"))
    more = (
        "\n（五）特殊情形。长期外出的党员，可以通过视频参加会议。受处分未满影响期的党员，不得评为优秀。\n三、召开会议"
    )
    page.take("通知.txt", NOTICE.replace("\n三、召开会议", more).encode())
    item = next(i for group in page.groups() for i in group.items if i.key == "fact:special_rules")
    assert item.adds
    for number, quote, _ in item.candidates[:2]:
        page.decide("fact:special_rules", "taken", number)
        shown = next(i for group in page.groups() for i in group.items if i.key == "fact:special_rules").shown
        assert quote[:8] in shown
    assert all(quote[:8] in shown for _, quote, _ in item.candidates[:2])


def test_sentences_go_on_being_offered_until_all_are_in(workspace: Path) -> None:
    page = Confirming(Office.open(workspace, author="田小禾"))
    cases = [f"{who}的党员，可以{how}。" for who, how in CASES]
    page.take(
        "通知.txt", NOTICE.replace("\n三、召开会议", f"\n（五）特殊情形。{''.join(cases)}\n三、召开会议").encode()
    )
    for _ in range(len(cases)):
        item = next(i for group in page.groups() for i in group.items if i.key == "fact:special_rules")
        open_ = [n for n, quote, _ in item.candidates if any(quote in case for case in cases)]
        if not open_:
            break
        page.decide("fact:special_rules", "taken", open_[0])
    assert all(case[:-1] in item.shown for case in cases)
    assert len({quote for _, quote, _ in item.candidates}) == 3


CASES = (
    ("长期外出", "通过视频参加会议"),
    ("年老体弱", "请支部委员上门听取意见"),
    ("长期患病", "书面发言"),
    ("出国未归", "回国以后补开"),
    ("驻村帮扶", "参加驻地党组织的会议"),
)


def test_a_demand_that_was_not_read_can_be_shown_in_the_notice(workspace: Path) -> None:
    page = begun(workspace)
    asked = [key for _, key in page.unasked()]
    assert "rectification.publicity" in asked
    quotes = page.likeliest("rectification.publicity")
    page.ask("rectification.publicity", 1)
    confirmed = page.campaign()
    assert confirmed is not None
    assert confirmed.demands["rectification.publicity"].quote == quotes[1][0]
    assert "rectification.publicity" not in [key for _, key in page.unasked()]
    item = next(i for group in page.groups() for i in group.items if i.key == "asked:rectification.publicity")
    assert item.state == "已按这一句确认"
    assert quotes[1][0] in re.sub("<[^>]*>", "", page.notice("unasked"))
    with pytest.raises(ValueError, match="重新载入"):
        page.ask("rectification.publicity", 9)
    page.reopen(item.key)
    assert "rectification.publicity" not in page.campaign().demands  # type: ignore[union-attr]


def test_a_fact_that_is_filled_in_opens_the_demand_that_another_fact_took_with_it(workspace: Path) -> None:
    page = begun(workspace)
    everything(page)
    page.decide("fact:aspects", "struck")
    page.decide("fact:dimensions", "corrected", {"": "政治合格\n品德合格"})
    states = {i.key: i.state for group in page.groups() for i in group.items}
    assert states["demand:reviews.aspects"] == ""
    page.decide("demand:reviews.aspects", "struck")
    page.decide("fact:dimensions", "corrected", {"": "政治合格"})
    states = {i.key: i.state for group in page.groups() for i in group.items}
    assert states["demand:reviews.aspects"] == "已划去", "a person struck it"


def test_what_has_no_field_of_the_campaign_stands_beside_it(workspace: Path) -> None:
    page = begun(workspace)
    lists = {"sources": "会上查摆的问题", "lists": "整改清单\n整改承诺", "deadline": "2026年6月30日"}
    page.decide("fact:rectification", "corrected", lists)
    page.decide("fact:filing", "corrected", {"to": "机关党委", "contents": "整改清单", "deadline": "2026年3月1日"})
    page.decide(
        "fact:report", "corrected", {"recipient": "党委", "deadline": "2026-03-10", "attachments": "报告\n统计表"}
    )
    page.decide("fact:forms", "corrected", {"": "测评票"})
    page.decide("fact:probationary_rule", "corrected", {"": "预备党员不定等次"})
    text = (workspace / RESULT).read_text(encoding="utf-8")
    for line in (
        "# 整改：清单 整改清单、整改承诺；时限 2026-06-30",
        "# 备案：报送或存放 机关党委；内容 整改清单；时限 2026-03-01",
        "# 情况报告：材料 报告、统计表",
        "# 表格：测评票",
        "# 预备党员：预备党员不定等次",
    ):
        assert line in text
    with pytest.raises(ValueError, match="不是日期"):
        page.decide("fact:filing", "corrected", {"to": "", "contents": "", "deadline": "开会以后"})


def test_the_page_goes_on_only_when_what_was_read_from_a_sentence_was_seen(workspace: Path) -> None:
    page = begun(workspace)
    form = confirm.ConfirmForm(page, on_saved=lambda: None)
    form.group = "fact:report"
    item = next(i for group in page.groups() for i in group.items if i.key == "fact:report")
    number = next(n for n, quote, _ in item.candidates if "情况报告" in quote)
    form.act(lambda: form.take_sentence(item.key, number))
    assert form.group == "fact:report"
    button = next(c for c in form.right.children if getattr(c, "description", "").startswith("下一项："))
    button.click()
    assert form.group != "fact:report"


def test_a_sentence_without_such_a_value_changes_nothing(workspace: Path) -> None:
    page = begun(workspace)
    item = next(i for group in page.groups() for i in group.items if i.key == "fact:excellent_ratio")
    assert not any("分之" in quote for _, quote, _ in item.candidates)
    before = (workspace / STATE).read_bytes()
    with pytest.raises(ValueError, match="没有读出优秀比例.*另选一句"):
        page.decide("fact:excellent_ratio", "taken", 0)
    assert (workspace / STATE).read_bytes() == before


def test_what_the_notice_does_not_say_is_said_with_one_click(workspace: Path) -> None:
    page = begun(workspace)
    page.decide("fact:publicity", "struck")
    item = next(i for group in page.groups() for i in group.items if i.key == "fact:publicity")
    assert (item.kind, item.state) == ("blank", "通知没有写")
    page.reopen("fact:publicity")
    assert next(i for group in page.groups() for i in group.items if i.key == "fact:publicity").state == ""


def test_the_notice_stands_beside_each_field_with_its_words_marked(workspace: Path) -> None:
    shown = begun(workspace).notice("fact:aspects")
    assert '<mark class="oc-now">政治引领、服务意识、作用发挥、遵纪守法' in shown
    assert "<mark>" in shown
    assert "局机关党委" in shown
    assert shown.count("oc-here") == 1
