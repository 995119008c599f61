"""Which records go along into a new campaign, and how many are counted; the choice of campaigns; masked labels."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.campaigns import shipped
from orglife.campaigns.confirm_view import marked, notice_html
from orglife.campaigns.labels import without_names
from orglife.campaigns.renewal import Renewal, carried, set_papers_aside
from orglife.core.rule.campaign import Campaign, parse_campaign
from orglife.notice.clause import NoticeClause
from orglife.notice.model import NoticeQuote
from orglife.notice.text import TextLine
from orglife.office.office import Office
from tests import branch as b

OLDER = b.campaign(
    id="old", rect_sources=["meeting", "superior"], labels={"meeting": "会上查摆", "superior": "上级点出"}
)


def newer(**more: Any) -> Campaign:
    return b.campaign(id="new", rect_sources=["meeting"], labels={"meeting": "会上查摆"}, **more)


def with_items(*items: b.Json) -> b.Json:
    raw = b.branch()
    usual = {"owner_kind": "branch", "title": "下基层少", "measure": "每月一次", "status": "open"}
    raw["records"]["rect_item"] = [{"id": f"i{n}", **usual, **item} for n, item in enumerate(items)]
    return raw


@pytest.mark.parametrize(
    ("item", "goes"),
    [
        ({}, True),
        ({"status": "done"}, False),
        ({"owner_kind": "member", "owner": "m2"}, True),
        ({"owner_kind": "member", "owner": "m3"}, False),
        ({"owner_kind": "branch", "owner": "m3"}, True),
    ],
)
def test_open_items_of_those_who_stay_go_along(item: b.Json, *, goes: bool) -> None:
    raw = b.changed(with_items(item), put={"member/m3/left_on": "2024-03-01"})
    along = carried(b.dossier(raw), OLDER, newer())
    assert [one.id for one in along.items] == (["i0"] if goes else [])
    assert (along.left, "m3" in {m.id for m in along.members}) == (1, False)


@pytest.mark.parametrize(
    ("sources", "source", "after", "sourceless"),
    [
        (["meeting"], "meeting", "meeting", 0),
        (["meeting"], "superior", "", 1),
        (["meeting"], "", "", 0),
        ([], "superior", "", 0),
        (["other"], "superior", "other", 0),
    ],
)
def test_the_source_of_an_item_in_the_new_campaign(
    sources: list[str], source: str, after: str, sourceless: int
) -> None:
    campaign = b.campaign(id="new", rect_sources=sources, labels={"meeting": "会上查摆", "other": "上级点出"})
    along = carried(b.dossier(with_items({"source": source})), OLDER, campaign)
    assert [one.source for one in along.items] == [after]
    assert along.sourceless == sourceless
    assert ("请重新选择" in along.line()) is bool(sourceless)


@pytest.mark.parametrize(("left_on", "responsible"), [("", "m3"), ("2024-03-01", {"name": "", "unit": "已离开支部"})])
def test_who_answers_for_an_item(left_on: str, responsible: str | dict[str, str]) -> None:
    raw = b.changed(with_items({"responsible": "m3"}), put={"member/m3/left_on": left_on})
    (item,) = carried(b.dossier(raw), OLDER, newer()).items
    if isinstance(responsible, dict):
        name = next(m["name"] for m in raw["records"]["member"] if m["id"] == "m3")
        assert item.to_json()["responsible"] == responsible | {"name": name}
    else:
        assert item.responsible == responsible
    assert (item.carried_from, item.problem_ids) == ("old", [])


def test_an_item_carried_twice_names_its_first_campaign() -> None:
    (item,) = carried(b.dossier(with_items({"carried_from": "oldest"})), OLDER, newer()).items
    assert item.carried_from == "oldest"


def test_the_report_on_last_year_is_of_the_branchs_own_items() -> None:
    raw = with_items(
        {"status": "done", "evidence": "照片", "delay_note": "晚了"},
        {"delay_note": "缺经费", "evidence": "没有"},
        {"owner_kind": "member", "owner": "m2"},
        {"status": "done", "evidence": "", "delay_note": "迟了"},
    )
    wants = newer(papers=["last_year"])
    along = carried(b.dossier(raw), OLDER, wants)
    assert along.last_year is not None
    assert [(one.status, one.result) for one in along.last_year.items] == [
        ("done", "照片"),
        ("open", "缺经费"),
        ("done", "迟了"),
    ]
    assert along.line().endswith("上年度整改通报3项，请核对后通报。")
    assert carried(b.dossier(raw), OLDER, newer()).last_year is None
    none = with_items({"owner_kind": "member", "owner": "m2"})
    assert carried(b.dossier(none), OLDER, wants).last_year is None


def test_what_has_no_name_is_told_by_its_id() -> None:
    raw = b.changed(with_items({"responsible": "m3"}), put={"member/m3/left_on": "2024-03-01", "member/m3/name": ""})
    raw["branch"]["name"] = ""
    along = carried(b.dossier(raw), OLDER, newer())
    assert along.line() == f"{raw['branch']['id']}：党员7名，已离开支部的1名不带，未完成的整改事项1项。"
    assert along.items[0].to_json()["responsible"] == {"name": "m3", "unit": "已离开支部"}
    untitled = newer().model_copy(update={"title": ""})
    assert (
        next(Renewal(OLDER.model_copy(update={"title": ""}), untitled, "", ()).lines()) == "新方案：new；原方案：old。"
    )


def test_branches_that_carry_over_themselves_are_counted() -> None:
    titles = f"新方案：{newer().title}；原方案：{OLDER.title}。"
    kept = "原方案的数据和已出的文件都照旧保存。"
    assert list(Renewal(OLDER, newer(), "", ()).lines()) == [titles, kept]
    one = Renewal(OLDER, newer(), "", (), later=1)
    assert [line for line in one.lines() if line.startswith("1个支部在服务器上各存各的：")] == [*one.lines()][1:2]


def test_papers_of_a_campaign_are_put_aside_and_those_of_earlier_ones_stay(tmp_path: Path) -> None:
    set_papers_aside(tmp_path, "old")
    for name in ("t01", "_bureau", "_older", ".hidden"):
        (tmp_path / "records" / name).mkdir(parents=True)
    (tmp_path / "archive" / "_older").mkdir(parents=True)
    for _ in range(2):
        set_papers_aside(tmp_path, "old")
        places = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*/*"))
        assert places == [
            "archive/_older",
            *("records/.hidden", "records/_old", "records/_old/_bureau", "records/_old/t01", "records/_older"),
        ]


def test_shipped_campaigns_come_with_the_latest_year_first_and_the_yearless_last() -> None:
    years = {campaign.id: campaign.year or 0 for campaign in ws.shipped_campaigns()}
    order = [years[name] for name, _, _ in shipped.campaigns()]
    assert order == sorted(order, reverse=True)
    for name, title, about in shipped.campaigns():
        campaign = parse_campaign(ws.campaign_text(name))
        year = str(campaign.year or "")
        assert year in title
        assert title.count(year) == 1 or not year
        assert about.startswith(f"照{year}年的这份通知，核对{len(campaign.demands)}项要求" if year else "没有专题通知")
        if campaign.meeting_start and campaign.meeting_end and year:
            held = "开会" if "criticism" in campaign.agenda else "评议"
            day = campaign.meeting_end
            assert f"到{day.year}年{day.month}月{day.day}日{held}" in about


@pytest.mark.parametrize(
    ("changes", "title", "about"),
    [
        ({"title": "方案"}, "2024年：方案", "照2024年的这份通知，核对{}项要求；2024年2月11日到2024年2月28日开会；对照甲、乙。"),
        ({"title": "2024年方案"}, "2024年方案", "照2024年的这份通知，核对{}项要求；2024年2月11日到2024年2月28日开会；对照甲、乙。"),
        ({"title": ""}, "2024年：shipped", "照2024年的这份通知，核对{}项要求；2024年2月11日到2024年2月28日开会；对照甲、乙。"),
        ({"title": "方案", "year": ""}, "方案", "没有专题通知的年份用：只核对党内法规的一般规定，日期照上级的要求自己填。"),
        ({"title": "方案", "agenda": ["comment"]}, "2024年：方案", "照2024年的这份通知，核对{}项要求；2024年2月11日到2024年2月28日评议；对照甲、乙。"),
        ({"title": "方案", "meeting_start": ""}, "2024年：方案", "照2024年的这份通知，核对{}项要求；对照甲、乙。"),
        ({"title": "方案", "meeting_end": "", "aspects": []}, "2024年：方案", "照2024年的这份通知，核对{}项要求。"),
    ],
)  # fmt: skip
def test_what_a_shipped_campaign_is_for(
    monkeypatch: pytest.MonkeyPatch, changes: b.Json, title: str, about: str
) -> None:
    days = {"meeting_start": date(2024, 2, 11), "meeting_end": date(2024, 2, 28)}
    campaign = b.campaign(
        **{"id": "shipped", **days, "aspects": ["a", "b"], "labels": {"a": "甲", "b": "乙"}} | changes
    )
    monkeypatch.setattr(ws, "shipped_campaigns", lambda: [campaign])
    assert shipped.campaigns() == [("shipped", title, about.format(len(campaign.demands)))]


def test_a_campaign_that_was_used_gets_an_id_of_its_own_and_its_other_demands_keep_theirs(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'title = "方案"\nid = "2024-seed"\n[[check_items]]\nid = "item_1"\ntext = "走访"\n'
    monkeypatch.setattr(ws, "campaign_text", lambda _: text)
    with Office.open(filled) as office:
        campaign = parse_campaign(shipped.text_to_begin(office, "2024-seed"))
        assert (campaign.id, [item.id for item in campaign.check_items]) == ("2024-seed-2", ["item_1"])
        assert parse_campaign(shipped.text_to_begin(office, "other")).id == "other"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请交沈若溪同志收。", "请交某某同志收。"),
        ("联系人：李明，电话0871-65512345", "联系人：某某，电话某电话"),
        ("经办人 王小明（13800138000）", "经办人 某某（某电话）"),
        ("邮箱 dangban@example.cn。", "邮箱 某邮箱。"),
        ("张三同志收", "某同志收"),
        ("各支部于3月15日前报送。", "各支部于3月15日前报送。"),
        ("编号138001380001", "编号138001380001"),
        ("2024年度，12345678", "2024年度，某电话"),
        ("共123456份", "共123456份"),
    ],
)
def test_labels_are_exported_without_names_numbers_and_addresses(text: str, masked: str) -> None:
    value = {"paragraphs": [text, 3, None], "fields": {"theme": {"value": text}}}
    assert without_names(value, ["沈若溪"]) == {"paragraphs": [masked, 3, None], "fields": {"theme": {"value": masked}}}


@pytest.mark.parametrize(
    ("quotes", "now", "html"),
    [
        ([], [], "甲乙丙丁"),
        (["乙丙"], [], "甲<mark>乙丙</mark>丁"),
        (["甲乙", "乙丙"], [], "<mark>甲乙丙</mark>丁"),
        (["甲乙丙丁"], ["乙"], '<mark>甲</mark><mark class="oc-now">乙</mark><mark>丙丁</mark>'),
        (["甲"], ["甲", "戊", ""], '<mark class="oc-now">甲</mark>乙丙丁'),
    ],
)
def test_words_that_are_used_are_marked(quotes: list[str], now: list[str], html: str) -> None:
    assert marked("甲乙丙丁", quotes, now) == html


def test_the_notice_opens_at_the_first_words_of_the_group_and_shows_numbers_only() -> None:
    clauses = [
        NoticeClause(TextLine("开头一句"), ""),
        NoticeClause(TextLine("要谈心"), "一", numbered=True),
        NoticeClause(TextLine("要谈心"), "二", numbered=True),
    ]
    here = [NoticeQuote("要谈心", "一"), NoticeQuote("要谈心", "二")]
    html = notice_html(clauses, [NoticeQuote("一句", "开头"), *here], here)
    assert html == (
        "<p>开头<mark>一句</mark></p>"
        '<p class="oc-here"><b>一</b> <mark class="oc-now">要谈心</mark></p>'
        '<p><b>二</b> <mark class="oc-now">要谈心</mark></p>'
    )
    twice = [NoticeClause(TextLine(text), "一") for text in ("先学习", "要谈心")]
    assert notice_html(twice, [], here[:1]) == '<p>先学习</p><p class="oc-here"><mark class="oc-now">要谈心</mark></p>'
    elsewhere = notice_html(clauses[:2], [], [NoticeQuote("要谈心", "二")])
    assert elsewhere == "<p>开头一句</p><p><b>一</b> 要谈心</p>"
