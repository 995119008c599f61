"""A notice on its way to a campaign: only what was confirmed holds, everything decided is on the disk at once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.panel import confirm
from orglife.campaigns import labels
from orglife.campaigns.confirm_view import marked
from orglife.campaigns.confirming import Confirming
from orglife.campaigns.decisions import RESULT, STATE, pending, stored_state
from orglife.core.errors import CampaignDraftBroken, CampaignKeysMoved, CampaignLabelsBroken, NotANotice
from orglife.core.rule.campaign import parse_campaign
from orglife.desk.desk import Desk
from orglife.desk.front_pages import campaign_check
from orglife.notice.year_words import theme_words
from orglife.office.office import Office
from tests.browser.test_campaign import NOTICE
from tests.campaigns.drafts import begun, everything
from tests.conftest import run


def test_nothing_holds_before_a_person_confirms_it(workspace: Path) -> None:
    page = begun(workspace)
    draft = parse_campaign((workspace / RESULT).read_text(encoding="utf-8"))
    assert (draft.id, draft.theme, draft.aspects, draft.demands) == ("2025-notice", "", [], {})
    page.decide("fact:theme", "confirmed")
    assert (
        parse_campaign((workspace / RESULT).read_text(encoding="utf-8")).theme
        == "以学习贯彻党的二十届四中全会精神为主题"
    )
    assert "还有36项" in pending(workspace)


def test_another_window_sees_each_decision(workspace: Path) -> None:
    begun(workspace).decide("fact:theme", "struck")
    again = Confirming(Office.open(workspace))
    items = {i.key: i for place in again.groups() for i in place.items}
    assert items["fact:theme"].state == "通知没有写"
    again.reopen("fact:theme")
    assert "fact:theme" not in stored_state(workspace).decisions  # type: ignore[union-attr]


def test_a_correction_is_read_as_people_write_it(workspace: Path) -> None:
    page = begun(workspace)
    page.decide("fact:meeting_window", "corrected", {"start": "2026年2月3日", "end": "2026.2.20"})
    page.decide("fact:aspects", "corrected", {"": "政治引领\n 服务群众 \n\n服务群众"})
    page.decide("fact:finish_by", "corrected", {"": "2026年3月31日"})
    confirmed = page.campaign()
    assert confirmed is not None
    assert (str(confirmed.meeting_start), str(confirmed.meeting_end), str(confirmed.finish_by)) == (
        "2026-02-03",
        "2026-02-20",
        "2026-03-31",
    )
    assert confirmed.labels_of(confirmed.aspects) == "政治引领、服务群众"


@pytest.mark.parametrize(
    ("campaign", "year", "day"),
    [
        ("2024-seed", ("confirmed", None), "2025-03-31"),
        ("2024-seed", ("corrected", {"": "2030"}), "2030-03-31"),
        ("2023-appraisal", ("struck", None), "2024-03-31"),
        ("annual", ("confirmed", None), "2025-03-31"),
        ("annual", ("struck", None), ""),
    ],
)
def test_a_day_typed_without_a_year_is_in_the_year_of_the_notice_or_follows_the_campaign(
    workspace: Path, campaign: str, year: tuple[str, dict[str, str] | None], day: str
) -> None:
    (workspace / "campaign.toml").write_text(ws.campaign_text(campaign), encoding="utf-8")
    page = begun(workspace)
    page.decide("fact:year", *year)
    if day:
        page.decide("fact:finish_by", "corrected", {"": "3月31日"})
        assert str(page.campaign().finish_by) == day  # type: ignore[union-attr]
    else:
        with pytest.raises(ValueError, match="“3月31日”不是日期，请写成 2025年2月10日 这样。"):
            page.decide("fact:finish_by", "corrected", {"": "3月31日"})


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("fact:meeting_window", {"start": "2026-02-20", "end": "2026-02-03"}),
        ("fact:meeting_window", {"start": "2月30日", "end": ""}),
        ("fact:year", {"": "今年"}),
        ("fact:theme", {"": "  "}),
    ],
)
def test_what_cannot_be_read_changes_nothing(workspace: Path, key: str, typed: dict[str, str]) -> None:
    page = begun(workspace)
    before = (workspace / STATE).read_bytes()
    with pytest.raises(ValueError, match="。"):
        page.decide(key, "corrected", typed)
    assert (workspace / STATE).read_bytes() == before


def test_what_the_notice_does_not_say_can_be_filled_in(workspace: Path) -> None:
    page = begun(workspace)
    labels = {item.label for group in page.groups() for item in group.items if item.kind == "blank"}
    assert {"优秀比例", "到会人数要求", "特殊情形", "结果运用", "公示", "备案"} <= labels
    assert "谈心谈话要求" not in labels, "that was read"
    page.decide("fact:publicity", "corrected", {"what": "整改清单", "scope": "公开栏", "days": "7"})
    page.decide("fact:disposition", "corrected", {"优秀": "", "基本合格": "约谈", "不合格": "限期改正\n除名"})
    page.decide("fact:excellent_ratio", "corrected", {"value": "", "base": "正式党员"})
    text = (workspace / RESULT).read_text(encoding="utf-8")
    assert "# 公示：内容 整改清单；范围 公开栏；天数 7" in text
    assert "# 结果运用：基本合格 约谈；不合格 限期改正、除名" in text
    with pytest.raises(ValueError, match="不是天数"):
        page.decide("fact:publicity", "corrected", {"what": "", "scope": "", "days": "一周"})


def test_a_sentence_left_over_becomes_a_demand_or_a_check_item_or_nothing(workspace: Path) -> None:
    page = begun(workspace)
    page.decide("unread:0", "check")
    assert [i.text for i in page.campaign().check_items] == [  # type: ignore[union-attr]
        "各党支部要把组织生活会同年度考核结合起来，切实解决群众急难愁盼问题"
    ]
    page.decide("unread:0", "demand", "rectification.measures")
    confirmed = page.campaign()
    assert confirmed is not None
    assert confirmed.demands["rectification.measures"].source == "通知五"
    assert not confirmed.check_items
    page.decide("unread:0", "left")
    assert page.campaign().demands == {}  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="请先选择"):
        page.decide("unread:0", "demand", "")


def test_words_of_earlier_years_are_offered_and_found(workspace: Path) -> None:
    page = begun(workspace)
    assert ("政治合格", False) in page.terms()
    page.set_terms(["政治合格"])
    assert page.campaign().stale_terms == ["政治合格"]  # type: ignore[union-attr]
    page.decide("fact:theme", "corrected", {"": "对照政治合格找差距"})
    assert any("政治合格" in note for note in page.check().notes)  # type: ignore[union-attr]


def test_names_in_the_theme_before_are_words_of_earlier_years(workspace: Path) -> None:
    offered = [word for word, _ in begun(workspace).terms()]
    assert {"党的十八届六中全会", "两学一做", "中国共产党党内监督条例"} <= set(offered)
    assert len(offered) == len(set(offered))
    assert not any("党的二十届四中全会" in word for word in offered), "the new plan says so itself"


@pytest.mark.parametrize(
    ("theme", "words"),
    [
        ("以“学思想、强党性、重实践、建新功”为总要求", ["学思想、强党性、重实践、建新功"]),
        ("学党史、悟思想、办实事、开新局", ["学党史、悟思想、办实事、开新局"]),
        ("学习贯彻党的二十大及二十届四中全会精神，巩固拓展主题教育成果", ["党的二十大", "二十届四中全会"]),
        ("持续深化中央八项规定精神学习教育", ["中央八项规定精神学习教育"]),
        ("深入开展主题教育，开好“和会”，以“学习教育”为契机", []),
        ("", []),
    ],
)
def test_names_in_a_theme(theme: str, words: list[str]) -> None:
    assert list(theme_words(theme)) == words


def test_a_fact_that_is_struck_takes_its_demand_with_it(workspace: Path) -> None:
    page = begun(workspace)
    everything(page)
    assert "reviews.aspects" in page.campaign().demands  # type: ignore[union-attr]
    message = page.decide("fact:aspects", "struck")
    assert "同它一起划去的要求：对照检查" in message
    confirmed = page.campaign()
    assert confirmed is not None
    assert "reviews.aspects" not in confirmed.demands
    states = {i.key: i.state for place in page.groups() for i in place.items}
    assert states["demand:reviews.aspects"] == "已划去", "the person sees it, and can take it back"
    page.reopen("fact:aspects")
    states = {i.key: i.state for place in page.groups() for i in place.items}
    assert (states["fact:aspects"], states["demand:reviews.aspects"]) == ("", "")
    assert page.decide("fact:theme", "struck") == "", "nothing rests on the theme"


def test_a_demand_with_two_lists_goes_with_the_second(workspace: Path) -> None:
    page = Confirming(Office.open(workspace, author="田小禾"))
    page.take(
        "通知.txt",
        NOTICE.replace("撰写发言提纲", "对照政治合格、品德合格、作风合格方面查找差距，撰写发言提纲").encode(),
    )
    assert page.decide("fact:dimensions", "struck") == ""
    assert "对照检查" in page.decide("fact:aspects", "struck")


def test_days_of_publication_are_typed_once(workspace: Path) -> None:
    page = begun(workspace)
    typed = "党的二十届四中全会精神\n中国共产党组织工作条例（2021年5月22日）\n关于新形势下党内政治生活的若干准则"
    page.decide("fact:study_items", "corrected", {"": typed})
    days = {m.title: str(m.published or "") for m in page.campaign().materials}  # type: ignore[union-attr]
    assert days == {
        "党的二十届四中全会精神": "",
        "中国共产党组织工作条例": "2021-05-22",
        "关于新形势下党内政治生活的若干准则": "2016-11-02",  # from the campaign in force
    }
    with pytest.raises(ValueError, match="不是日期"):
        page.decide("fact:study_items", "corrected", {"": "党章（2022年10月32日）"})


def test_an_empty_workspace_takes_the_campaign_at_once(workspace: Path) -> None:
    page = begun(workspace)
    everything(page)
    page.enforce()
    assert page.office.campaign.id == "2025-notice"
    assert list((workspace / "campaigns").glob("*.toml")) == []
    assert page.standing().in_force  # type: ignore[union-attr]


def test_a_workspace_with_records_goes_through_the_renewal(filled: Path) -> None:
    page = begun(filled)
    everything(page)
    assert "党员8名" in "".join(page.preview())
    page.enforce()
    assert (filled / "campaigns" / "2024-seed.toml").is_file()
    assert len(page.office.dossier("t01").members) == 8
    with Office.open(filled) as other:
        assert other.campaign.labels_of(other.campaign.aspects) == "政治引领、服务意识、作用发挥、遵纪守法"
    assert page.papers()[0].subtitle.startswith("召开专题组织生活会")
    page.decide("fact:finish_by", "corrected", {"": "2026年3月31日"})
    page.enforce()  # the same campaign, with one thing more
    assert str(page.office.campaign.finish_by) == "2026-03-31"


def test_a_draft_gets_an_id_that_no_campaign_here_has(workspace: Path) -> None:
    earlier = workspace / "campaigns"
    earlier.mkdir(exist_ok=True)
    for used, ident in (("", "2025-notice"), ("2025-notice", "2025-notice-2"), ("2025-notice-2", "2025-notice-3")):
        if used:
            text = ws.campaign_text("2024-seed").replace('id = "2024-seed"', f'id = "{used}"', 1)
            (earlier / f"{used}.toml").write_text(text, encoding="utf-8")
        assert begun(workspace).campaign().id == ident  # type: ignore[union-attr]


def test_a_key_in_use_never_comes_to_mean_something_else(filled: Path) -> None:
    page = begun(filled)
    everything(page)
    page.enforce()
    page.decide("fact:aspects", "corrected", {"": "服务意识\n政治引领\n作用发挥\n遵纪守法"})
    before = (filled / "campaign.toml").read_bytes()
    with pytest.raises(CampaignKeysMoved):
        page.enforce()
    assert (filled / "campaign.toml").read_bytes() == before


def test_what_another_window_replaced_is_told(workspace: Path) -> None:
    page = begun(workspace)
    before = (workspace / STATE).read_bytes()
    with pytest.raises(ValueError, match="在另一个窗口换过了，请重新载入"):
        page.decide("unread:99", "left")
    assert (workspace / STATE).read_bytes() == before


def test_bad_input_is_told_and_writes_nothing(workspace: Path) -> None:
    page = Confirming(Office.open(workspace))
    with pytest.raises(NotANotice):
        page.take("菜单.txt", "今天吃面。".encode())
    assert not (workspace / STATE).exists()
    (workspace / STATE).write_text("{", encoding="utf-8")
    with pytest.raises(CampaignDraftBroken):
        page.standing()
    assert "读不出来" in pending(workspace)


def test_the_result_passes_campaign_check(workspace: Path) -> None:
    page = begun(workspace)
    everything(page)
    assert run("campaign", "check", str(workspace / RESULT)) == 0
    page.drop()
    assert page.standing() is None
    assert not (workspace / RESULT).exists()


def test_the_page_names_checks_by_their_titles_and_no_field(workspace: Path) -> None:
    page = begun(workspace)
    words = re.sub("<[^>]*>|/[*].*?[*]/", " ", campaign_check(page.office).split("</style>")[-1])
    assert "工作方案制定时限没有填写，有关的检查不起作用：“工作方案超过制定时限”。" in words
    assert not re.search(r"[a-z]+_[a-z]+|[A-Z]{3,}-[0-9]", words)


def test_an_open_page_takes_up_the_campaign_that_another_put_into_force(workspace: Path) -> None:
    office = Office.open(workspace)
    assert not office.renew()
    (workspace / "campaign.toml").write_text(ws.campaign_text("annual"), encoding="utf-8")
    assert office.renew()
    assert office.campaign.id == "annual"


def test_quotes_are_marked_and_text_is_escaped() -> None:
    assert marked("a<b>查摆", ["b>", ">查"]) == "a&lt;<mark>b&gt;查</mark>摆"


def test_a_refusal_stands_in_the_status_line(workspace: Path) -> None:
    saved: list[int] = []
    form = confirm.ConfirmForm(Confirming(Office.open(workspace)), on_saved=lambda: saved.append(1))
    form.pasted.value = "今天吃面。"
    form.act(form._read_pasted)
    assert "of-bad" in form.status.value
    assert form.pasted.value == "今天吃面。"
    assert saved == []


def test_a_page_that_was_open_says_that_the_campaign_was_replaced(filled: Path) -> None:
    desk = Desk.open(str(filled), "t01")
    page = begun(filled)
    everything(page)
    page.enforce()
    desk.refresh()
    assert "重新载入" in desk.findings("talks").bundle()["text/html"]
    page.reopen("fact:theme")
    assert re.search("还有[1-9]项没有确认", desk.form("home").bundle()["text/html"])


def test_what_was_confirmed_is_kept_as_a_label_and_exported_without_names(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = Confirming(Office.open(workspace, author="田小禾"))
    page.take(
        "通知.txt", NOTICE.replace("\n局机关党委\n", "\n联系人：郑晓岚，电话：13800138000\n局机关党委\n").encode()
    )
    everything(page)
    page.decide("fact:publicity", "struck")
    page.enforce()
    out = tmp_path / "labels.json"
    assert run("campaign", "export-labels", str(workspace), "--out", str(out)) == 0
    text = out.read_text(encoding="utf-8")
    (label,) = json.loads(text)["labels"].values()
    assert label["fields"]["publicity"] is None
    assert label["fields"]["theme"]["value"] == "以学习贯彻党的二十届四中全会精神为主题"
    assert label["fields"]["grades"]["sentences"]
    assert "郑晓岚" not in text
    assert "13800138000" not in text
    assert run("campaign", "export-labels", str(workspace)) == 0
    assert json.loads(capsys.readouterr().out)["labels"]


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": "other/1", "labels": {}}'])
def test_labels_that_cannot_be_read_get_a_sentence(workspace: Path, text: str) -> None:
    (workspace / "campaigns/labels.json").write_text(text, encoding="utf-8")
    with pytest.raises(CampaignLabelsBroken):
        labels.exported(Office.open(workspace))


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": "other/1", "name": "", "ident": "", "paragraphs": []}'])
def test_a_draft_that_cannot_be_read_gets_a_sentence(workspace: Path, text: str) -> None:
    (workspace / STATE).write_text(text, encoding="utf-8")
    with pytest.raises(CampaignDraftBroken):
        stored_state(workspace)


def test_labels_hold_what_was_decided_and_the_sentences_that_say_it(workspace: Path) -> None:
    page = begun(workspace)
    page.decide("fact:theme", "confirmed")
    page.decide("fact:grades", "corrected", {"": "好\n差"})
    page.decide("fact:report", "taken", "0")
    page.decide("fact:year", "struck")
    page.decide("fact:publicity", "corrected", {"what": "清单"})
    page.decide("demand:plan.made", "confirmed")
    page.decide("unread:0", "check")
    state = stored_state(workspace)
    assert state
    fields = labels.label_of(state)["fields"]
    assert fields["theme"] == {
        "value": "以学习贯彻党的二十届四中全会精神为主题",
        "sentences": ["以学习贯彻党的二十届四中全会精神为主题"],
    }
    assert fields["grades"] == {"value": ["好", "差"], "sentences": []}
    assert len(fields["report"]["sentences"]) == 1
    assert fields["publicity"] == {"value": {"what": "清单", "scope": "", "days": None}, "sentences": []}
    assert fields["year"] is None
    assert set(fields) == {"theme", "grades", "report", "publicity", "year"}
    labels.store(workspace, "first", {"n": 1})
    labels.store(workspace, "second", {"n": 2})
    labels.store(workspace, "first", {"n": 3})
    assert labels.read(workspace) == {"first": {"n": 3}, "second": {"n": 2}}


def decide_the_rest(page: Confirming) -> None:
    for item in [i for group in page.groups() for i in group.items if not i.state and i.kind != "blank"]:
        page.decide(item.key, "left" if item.kind == "unread" else "confirmed")


def test_the_home_page_tells_of_a_draft_while_something_is_open(workspace: Path) -> None:
    assert pending(workspace) == ""
    page = begun(workspace)
    open_ = sum(group.left for group in page.groups())
    assert pending(workspace) == f"新方案（通知.txt）还有{open_}项没有确认。"
    everything(page)
    assert pending(workspace) == "新方案（通知.txt）还有2项没有确认。", "what is doubtful or left over a person decides"
    decide_the_rest(page)
    assert pending(workspace) == ""


def test_what_is_decided_is_counted(workspace: Path) -> None:
    page = begun(workspace)
    page.decide("fact:theme", "confirmed")
    page.decide("fact:grades", "struck")
    page.decide("unread:0", "left")
    page.reopen("demand:plan.made")
    open_ = sum(group.left for group in page.groups())
    struck = 3  # the demand that depends on the grades too
    line = f"已确认1项，划去{struck}项，还有{open_}项没有确认；还没有启用。"
    standing = page.standing()
    assert standing
    assert (standing.name, standing.line, standing.in_force) == ("通知.txt", line, False)
    page.enforce()
    assert page.standing().line == line.replace("还没有启用", "已启用")  # type: ignore[union-attr]


def test_what_will_happen_is_told_before_a_campaign_is_put_into_force(workspace: Path) -> None:
    page = begun(workspace)
    open_ = sum(group.left for group in page.groups())
    first = f"还有{open_}项没有确认，这些先空着，有关的检查不起作用。"
    assert page.preview() == [first, "工作目录里还没有记录，直接换成新方案。"]
    everything(page)
    decide_the_rest(page)
    assert page.preview() == ["工作目录里还没有记录，直接换成新方案。"]
    page.enforce()
    assert page.preview() == ["这个方案已经生效，改动从现在起使用，支部的记录不变。"]
    (paper,) = page.papers()
    assert paper.subtitle.split(" → ")[0] == paper.subtitle.split(" → ")[1], "there was no other campaign here"
    earlier = workspace / "campaigns"
    earlier.mkdir(exist_ok=True)
    for year in (2023, 2024, 2022):
        text = f'id = "y{year}"\ntitle = "{year}年的方案"\nyear = {year}\n'
        (earlier / f"y{year}.toml").write_text(text, encoding="utf-8")
    (earlier / "none.toml").write_text('id = "none"\ntitle = "没有年度"\n', encoding="utf-8")
    (paper,) = Confirming(Office.open(workspace)).papers()
    assert paper.subtitle.startswith("2024年的方案 → ")


def test_terms_of_earlier_years_that_the_new_plan_uses_are_offered_while_they_are_chosen(workspace: Path) -> None:
    page = begun(workspace)
    page.set_terms(["政治合格", "两学一做"])
    page.decide("fact:aspects", "corrected", {"": "政治合格"})
    assert ("政治合格", True) in page.terms()
    page.set_terms(["两学一做"])
    offered = dict(page.terms())
    assert "政治合格" not in offered, "the new plan says so itself"
    assert [term for term, chosen in offered.items() if chosen] == ["两学一做"]


def test_all_of_a_group_is_confirmed_and_nothing_else(workspace: Path) -> None:
    page = begun(workspace)
    page.decide("demand:study.held", "struck")
    page.decide_all("demands:study")
    decided = {item.key: item.state for group in page.groups() for item in group.items if item.state}
    assert decided.pop("demand:study.held") == "已划去"
    assert set(decided) == {"demand:study.materials", "demand:study.everyone"}
    assert set(decided.values()) == {"已确认"}


def test_only_kinds_of_decisions_that_fit_are_taken(workspace: Path) -> None:
    page = begun(workspace)
    before = (workspace / STATE).read_bytes()
    for key, how in (("fact:theme", "check"), ("demand:plan.made", "corrected"), ("fact:publicity", "confirmed")):
        with pytest.raises(ValueError, match=f"{how} does not decide"):
            page.decide(key, how)
    assert (workspace / STATE).read_bytes() == before
