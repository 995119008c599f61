"""The reader on the set of notices, and its parts on the ways in which notices write things."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orglife.core.errors import NotANotice, OrglifeError, TwoNotices
from orglife.notice.model import Fact, NoticeQuote, without_empty
from orglife.notice.reading import read_notice
from tests.marks import thorough
from tests.notices import measure as m


@pytest.mark.parametrize(
    "day", ["2025年1月3日", "二〇二五年一月三日", "二O二五年一月三日", "二〇二五年1月3日", "2025.1.3"]
)
def test_the_day_of_the_notice_in_its_ways(day: str) -> None:
    assert read_notice([*FULL[:6], day], "x").notice.calendar.day == date(2025, 1, 3)


def test_grades_of_other_names() -> None:
    text = [
        "关于民主评议党员的通知",
        "各支部：",
        "一、评议等次分为好、较好、一般、差。",
        "二、组织党员学习党章。",
        "三、党员要撰写发言提纲。",
    ]
    assert read_notice(text, "x").value("grades") == ["好", "较好", "一般", "差"]


def test_a_notice_that_is_passed_on_is_one_with_its_letter() -> None:
    own = [
        "关于召开组织生活会的通知",
        "各党支部：",
        "一、组织党员集中学习党章。",
        "二、党员撰写发言提纲。",
        "三、会议由支部书记主持。",
        "县委组织部",
        "2025年1月3日",
    ]
    letter = [
        "关于转发县委组织部通知的通知",
        "各支部：",
        "现将县委组织部的通知转发给你们，请遵照执行。",
        "某镇党委",
        "2025年1月6日",
    ]
    assert {"study.held", "reviews.members"} <= {a.key for a in read_notice([*letter, *own], "x").demands}
    with pytest.raises(TwoNotices):
        read_notice([*own, *own], "x")


FULL = [
    "关于召开2024年度组织生活会和开展民主评议党员的通知",
    "各党支部：",
    "一、组织党员集中学习。",
    "二、党员撰写发言提纲。",
    "三、会议由支部书记主持。",
    "某局机关党委",
    "2024年12月20日",
]
SAID: dict[str, tuple[str, object]] = {
    "a programme told in sentences": (
        "会上，书记先通报情况，并带头检讨；党员挨个说；最后上级同志讲评。",
        ["书记先通报情况，并带头检讨", "党员挨个说", "上级同志讲评"],
    ),
    "a step that comes next": (
        "会上，书记先通报情况，接着党员逐个发言，接受批评，接下来投票，最后上级点评。",
        ["书记先通报情况", "党员逐个发言，接受批评", "投票", "上级点评"],
    ),
    "as many as were said": (
        "支部班子想一想三件事：学习组织得好不好，党费收缴规范不规范，群众服务到不到位。",
        ["学习组织得好不好", "党费收缴规范不规范", "群众服务到不到位"],
    ),
    "what stands before the verb": (
        "会前，支部要把党的二十届三中全会精神和《中国共产党章程》学一学。",
        ["党的二十届三中全会精神", "中国共产党章程"],
    ),
    "talks in other words": (
        "支委之间要谈，支委要找本组党员谈，有矛盾的党员要面对面谈。",
        ["支委之间要谈", "支委要找本组党员谈", "有矛盾的党员要面对面谈"],
    ),
    "a window in two pieces": (
        "组织生活会从2025年1月5日开始，到春节后、也就是2025年2月20日结束。",
        {"start": "2025-01-05", "end": "2025-02-20"},
    ),
    "a deadline half a year on": (
        "建立整改台账，6月30日前完成整改。",
        {"sources": [], "lists": ["整改台账"], "deadline": "2025-06-30"},
    ),
    "where people look": (
        "整改清单贴在村口公告栏，贴满7天。",
        {"what": "整改清单", "scope": "村口公告栏", "days": 7},
    ),
    "two lists of members": (
        "查摆问题。党员对照政治合格、执行纪律合格、品德合格查找差距；党员从学习、作风、廉洁三个方面查摆问题。",
        ["政治合格", "执行纪律合格", "品德合格", "学习", "作风", "廉洁"],
    ),
    "filed by whom": (
        "对照检查材料、整改清单和评议结果，由镇党委备案。",
        {"to": "镇党委", "contents": ["对照检查材料", "整改清单", "评议结果"]},
    ),
}
FIELD_OF = dict(
    zip(
        SAID,
        (
            "agenda_steps", "agenda_steps", "branch_dimensions", "study_items", "talk_rules", "meeting_window", "rectification",
            "publicity", "member_dimensions", "filing",
        ),
        strict=True,
    )
)  # fmt: skip


@pytest.mark.parametrize("kind", SAID)
def test_facts_in_other_words(kind: str) -> None:
    sentence, expected = SAID[kind]
    assert read_notice([*FULL[:5], f"四、{sentence}", *FULL[5:]], "x").value(FIELD_OF[kind]) == expected


NO_CONTRADICTION: dict[str, tuple[list[str], object]] = {
    "each kind of branch has its own days": (
        ["机关党支部于2025年1月6日至1月17日召开组织生活会。", "农村党支部于2025年1月20日至2月14日召开组织生活会。"],
        {"start": "2025-01-06", "end": "2025-02-14"},
    ),
    "a look back is no window": (
        [
            "从2024年9月的抽查情况来看，有的支部走样，要通过召开组织生活会加以解决。",
            "召开会议（2025年1月6日至1月17日）。",
        ],
        {"start": "2025-01-06", "end": "2025-01-17"},
    ),
}


@pytest.mark.parametrize("kind", NO_CONTRADICTION)
def test_what_is_no_contradiction_is_not_refused(kind: str) -> None:
    said, window = NO_CONTRADICTION[kind]
    text = [f"{mark}{sentence}" for mark, sentence in zip(("四、", "五、"), said, strict=True)]
    assert read_notice([*FULL[:5], *text, *FULL[5:]], "x").value("meeting_window") == window


PLAIN_DAYS: dict[str, tuple[list[str], str, object]] = {
    "at the latest is an end": (
        ["四、各党支部最迟不得晚于2025年3月20日开完组织生活会。"], "meeting_window", {"start": None, "end": "2025-03-20"},
    ),
    "a monthly day beside an end": (
        ["四、组织生活会结合2024年1月主题党日，2024年1月10日前完成。"], "meeting_window", {"start": None, "end": "2024-01-10"},
    ),
    "a stage of plans is no report": (
        ["四、报送计划阶段（2025年3月2日前）：各支部向党总支提交工作计划表。"], "report", None,
    ),
    "learning before a meeting": (
        ["四、2025年2月底前完成学习和谈心谈话；2025年3月上旬召开组织生活会。"],
        "meeting_window", {"start": "2025-03-01", "end": "2025-03-10"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PLAIN_DAYS)
def test_days_mean_what_their_words_say(kind: str) -> None:
    said, field, value = PLAIN_DAYS[kind]
    read = read_notice([*FULL[:5], *said, *FULL[5:]], "x")
    assert read.value(field) == value
    fact = read.facts[field]
    assert fact is None or fact.sure == ("uncertain" if kind == "a monthly day beside an end" else "stated")


#: Notices that say it in one plain sentence, and notices that leave it open → the field, and how sure its reading is.
SURE: dict[str, tuple[str, str, str]] = {
    "a share and its base": ("评为优秀的不超过正式党员的三分之一。", "excellent_ratio", "stated"),
    "a share that may be raised": ("评为优秀的不超过正式党员的15%，表现突出的支部可上浮至20%。", "excellent_ratio", "uncertain"),
    "shares by kind of branch": ("优秀比例：机关支部不超过25%，基层支部不超过30%。", "excellent_ratio", "uncertain"),
    "a quorum and its base": ("到会党员超过应到会党员的三分之二，方可测评。", "voting_quorum", "stated"),
    "a quorum of people named before": ("有表决权的党员到会超过半数，测评有效。", "voting_quorum", "derived"),
    "a day with its year": ("各支部于2025年2月20日前将工作总结报机关党委。", "report", "stated"),
    "a day without its year": ("各支部于2月20日前将工作总结报机关党委。", "report", "derived"),
    "days with their year": ("2025年1月6日至1月17日召开组织生活会。", "meeting_window", "stated"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SURE)
def test_what_makes_a_rule_fire_is_stated_only_where_one_sentence_says_it(kind: str) -> None:
    said, field, sure = SURE[kind]
    fact = read_notice([*FULL[:5], f"四、{said}", *FULL[5:]], "x").facts[field]
    assert fact
    assert fact.sure == sure


def test_a_title_broken_over_two_lines_keeps_its_year() -> None:
    read = read_notice(["关于召开2024年度组织生活会和", "开展民主评议党员的通知", *FULL[1:]], "x")
    assert read.value("title") == "关于召开2024年度组织生活会和开展民主评议党员的通知"
    assert read.value("year") == 2024


def test_a_text_that_is_cut_off_gives_what_it_holds() -> None:
    read = read_notice(
        [FULL[0], "各党支部：", "一、会议时间。2025年1月10日至1月20日召开组织生活会，会前要组织党员集中学"], "x"
    )
    assert read.value("meeting_window") == {"start": "2025-01-10", "end": "2025-01-20"}


def test_a_news_report_is_no_notice() -> None:
    told = [
        "第三党支部召开2024年度组织生活会",
        "1月15日下午，第三党支部召开了2024年度组织生活会。会上，支部书记通报了情况，并作了个人检视，党员逐一作了发言。",
        "与会党员结合实际查摆问题，气氛热烈。大家认真学习党章，要求自己切实整改。局领导参加会议并讲话。",
    ]
    with pytest.raises(NotANotice):
        read_notice(told, "x")


@thorough
def test_two_hundred_pages_give_the_draft_of_the_notice_in_them() -> None:
    rules = [
        f"第{n}条 党支部应当按照规定做好第{n}项工作，党员应当积极参加，有关材料由支部妥善保存。" for n in range(2500)
    ]
    day, others = "四、2025年1月6日至1月17日召开组织生活会。", FULL[5:]
    alone = read_notice([*FULL[:5], day, *others], "x")
    among = read_notice([*FULL[:5], day, *others, "附件：支部工作手册", *rules], "x")
    assert sum(map(len, rules)) > 200 * 400
    assert (
        among.value("meeting_window") == alone.value("meeting_window") == {"start": "2025-01-06", "end": "2025-01-17"}
    )
    assert among.value("year") == alone.value("year")


def test_a_table_alone_is_read() -> None:
    rows = [
        "2024年度组织生活会任务表", "序号\t任务\t要求\t时限", "1\t集中学习\t学习党章、《中国共产党纪律处分条例》\t2025年1月5日前",
        "2\t谈心谈话\t支委之间必谈，支委与党员必谈\t2025年1月10日前", "3\t召开会议\t支部书记主持，全体党员参加\t2025年1月13日至1月20日",
    ]  # fmt: skip
    read = read_notice(rows, "x")
    assert read.value("study_items") == ["党章", "中国共产党纪律处分条例"]
    assert read.value("meeting_window") == {"start": "2025-01-13", "end": "2025-01-20"}


@pytest.mark.parametrize(
    "said",
    [
        "四、党员要对照党章、先进典型，重点查摆理想信念、组织纪律方面的问题。",
        "四、党员对照党章党规、先进典型，重点从理想信念、组织纪律等方面查摆问题。",
    ],
)
def test_what_members_compare_themselves_with_is_not_what_they_examine(said: str) -> None:
    assert read_notice([*FULL[:5], said, *FULL[5:]], "x").value("member_dimensions") == ["理想信念", "组织纪律"]


@pytest.mark.parametrize(("day", "year"), [("2025年8月31日", 2024), ("2025年9月1日", None)])
def test_a_notice_appraises_the_year_before_until_august(day: str, year: int | None) -> None:
    assert read_notice([*FULL[:-1], day], "x").value("year") == year


@pytest.mark.parametrize(("day", "read"), [("2月28日", "2025-02-28"), ("2月29日", "2024-02-29")])
def test_a_deadline_before_the_meeting_is_of_the_next_year_which_has_no_29th_of_february(day: str, read: str) -> None:
    said = ["四、3月5日至3月20日召开组织生活会。", f"五、{day}前将组织生活会情况报告报局机关党委。"]
    report = read_notice([*FULL[:5], *said, "某局机关党委", "2024年1月20日"], "x").value("report")
    assert report["deadline"] == read


def test_the_spirit_of_a_known_text_stays_as_it_is_written() -> None:
    said = "四、党员要学习党章精神、《中国共产党纪律处分条例》。"
    read = read_notice([*FULL[:5], said, *FULL[5:]], "x")
    assert read.value("study_items") == ["党章精神", "中国共产党纪律处分条例"]


def test_the_columns_of_a_table_are_known_by_their_headings() -> None:
    rows = [
        "四、检视重点", "对象\t方面\t看什么", "党支部\t政治功能\t看领导作用", "党支部\t组织功能\t看三会一课",
        "党员\t理想信念\t看学习", "党员\t岗位履责\t看业绩",
        "五、报送", "材料名称\t接收部门\t截止日期", "整改清单\t局党委（备案）\t3月1日", "工作总结\t组织部\t3月9日",
    ]  # fmt: skip
    read = read_notice([*FULL[:5], *rows, *FULL[5:]], "x")
    assert read.value("branch_dimensions") == ["政治功能", "组织功能"]
    assert read.value("member_dimensions") == ["理想信念", "岗位履责"]
    assert read.value("filing") == {"to": "局党委", "contents": ["整改清单"], "deadline": "2025-03-01"}
    assert read.value("report") == {"deadline": "2025-03-09", "recipient": "组织部", "attachments": ["工作总结"]}


def test_rows_with_several_recipients_are_read_as_one_sending() -> None:
    rows = [
        "五、材料报送", "材料名称\t接收部门\t截止日期", "征求意见汇总表\t办公室\t2025年1月6日",
        "组织生活会总结\t组织部\t2025年3月9日", "民主评议结果汇总表\t组织部\t2025年3月9日",
        "整改完成情况报告\t纪委\t2025年6月30日", "整改清单\t局纪委（备案）\t2025年3月5日",
    ]  # fmt: skip
    read = read_notice([*FULL[:5], *rows], "x")
    papers = ["组织生活会总结", "民主评议结果汇总表"]
    assert read.value("report") == {"deadline": "2025-03-09", "recipient": "组织部", "attachments": papers}
    assert read.value("filing") == {"to": "局纪委", "contents": ["整改清单"], "deadline": "2025-03-05"}


def test_what_stands_below_a_number_is_not_below_its_tenth() -> None:
    """Place 四1 is how 四10 begins."""
    items_ = ["1.请于2025年3月1日前向组织部报送以下材料：", "（1）工作总结", "（2）统计表"]
    others = [f"{number}.要做好第{number}件事。" for number in range(2, 10)]
    tenth = ["10.要保管好材料：", "（1）学习笔记表"]
    read = read_notice([*FULL[:5], "四、报送", *items_, *others, *tenth, *FULL[5:]], "x")
    assert read.value("report") == {
        "deadline": "2025-03-01", "recipient": "组织部", "attachments": ["工作总结", "统计表"],
    }  # fmt: skip


BITS = st.sampled_from(
    [*"一二1、。，；：（）《》“” 党要学谈优合格%月日年前至—", "党员", "支部", "书记", "组织生活会", "民主评议", "对照", "方面", "三分之一",
     "2025年", "报送", "情况报告", "整改清单", "公示", "附件：", "\n"]
)  # fmt: skip


@pytest.mark.parametrize("text", [[], [""], ["　", "\t"], ["——"], ["一、"]])
def test_a_text_that_says_nothing_is_refused(text: list[str]) -> None:
    with pytest.raises(NotANotice):
        read_notice(text, "x")


def test_what_is_nothing_but_marks_is_no_fact() -> None:
    step, marks = NoticeQuote("通报", "一"), NoticeQuote("", "二")
    assert without_empty(Fact(["通报", ""], (step, marks))) == Fact(["通报"], (step,))
    assert without_empty(Fact(["通报", ""], (step,))) == Fact(["通报"], (step,))
    assert without_empty(Fact("主题", (marks,))) is None
    assert without_empty(Fact("", (step,))) is None
    assert without_empty(None) is None


def test_works_are_told_in_the_order_of_the_text_with_all_their_words() -> None:
    said = "四、党员要学习《中国共产党章程》，以《中国共产党纪律处分条例》为重点。"
    fact = read_notice([*FULL[:5], said, *FULL[5:]], "x").facts["study_items"]
    assert fact
    assert fact.value == ["中国共产党章程", "中国共产党纪律处分条例"]
    assert "《中国共产党章程》，以《中国共产党纪律处分条例》" in fact.first.quote


@pytest.mark.parametrize(
    "said",
    [
        ["四、学习内容", "（一）；", "（二），；"],
        ["四、党员查摆以下方面：", "1.，", "2.；"],
        ["四、党员查摆方面", "1.，", "2.；"],
        ["四、党员围绕三个方面查摆：，；，；，。"],
        ["四、主题：，、；", "五、会议主题", "，。"],
        ["四、谈心谈话", "（一）谈，、，谈。"],
    ],
)
def test_marks_with_nothing_between_them_say_nothing(said: list[str]) -> None:
    read = read_notice([*FULL[:5], *said, *FULL[5:]], "x")
    facts = [fact for fact in read.facts.values() if fact]
    assert all(w.quote for fact in facts for w in fact.words)
    assert not {"theme", "member_dimensions", "study_items"} & {name for name, fact in read.facts.items() if fact}


PIECES = sorted(
    {piece for kind in m.TRAINED_ON for name in m.names(kind)[:3] for line in m.source(kind, name) for piece in re.split(r"(?<=[，。；：、])", line) if piece}
)  # fmt: skip
SCRAMBLED = st.lists(st.one_of(st.sampled_from(PIECES), BITS), max_size=60).map("".join)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.lists(BITS, max_size=120).map("".join), SCRAMBLED.map(lambda said: "\n".join([*FULL[:5], f"四、{said}"]))
    )
)
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        read = read_notice(text.splitlines(), "x")
    except OrglifeError as error:
        assert all(sentence.endswith("。") for sentence in error.sentences)
        return
    facts = [fact for fact in (*read.facts.values(), *read.more.values()) if fact]
    said = [w for told in (*facts, *read.demands) for w in told.words] + list(read.unread)
    assert all(w.quote and w.quote in text for w in said)
    assert all(fact.words and fact.value not in ("", [], {}) for fact in facts)
