"""A notice split into clauses: numbers, bullets, headings, rows, letterhead and sign-off."""

from __future__ import annotations

import pytest

from orglife.notice.clause import NoticeClause
from orglife.notice.clauses import clauses_of
from orglife.notice.letter import body_start, letter_of
from orglife.notice.text import TextLine


def places(*paragraphs: str) -> list[tuple[str, str]]:
    return [(c.place, c.plain) for c in clauses_of(["关于X的通知", "各支部：", *paragraphs]) if c.zone == "body"]


def test_numbers_nest() -> None:
    found = places(
        "一、甲", "（一）乙", "1.丙。丁", "（1）戊", "（2）己", "2．庚", "（二）辛", "二、壬", "第三条 癸", "续"
    )
    assert [p for p, _ in found] == [
        "一", "一（一）", "一（一）1", "一（一）1（1）", "一（一）1（2）", "一（一）2", "一（二）", "二", "第三条", "第三条",
    ]  # fmt: skip


def test_numbers_within_a_paragraph_begin_clauses() -> None:
    found = places("三、程序如下：（一）通报；（二）评议。四、其他")
    assert (
        found
        == [("三", "程序如下："), ("三（一）", "通报；"), ("三（二）", "评议。"), ("三（二）", "四、其他")][:3]
        + found[3:]
    )


def test_figures_are_no_numbers_of_clauses() -> None:
    assert places("2025.1.10前完成，共3.5小时。") == [("", "2025.1.10前完成，共3.5小时。")]


def test_a_text_without_numbers_is_cited_by_its_paragraphs() -> None:
    def where(*paragraphs: str) -> list[str]:
        return [c.where for c in clauses_of(["关于X的通知", "各支部：", *paragraphs]) if c.zone == "body"]

    assert where("要学习。", "要谈心。", "要开会。") == ["第1段", "第2段", "第3段"]
    assert where("要学习。" * 1000, "要谈心。") == ["第1段", "第1段", "第2段"], "a long paragraph is one"
    assert where("现通知如下。", "一、要谈心。", "要开会。") == ["开头", "一", "一"]


def test_decimal_numbers_steps_labels_and_bullets_begin_clauses() -> None:
    assert places("1 总体安排", "1.1 对象：全体党员。", "1.2 比例为3.5%。", "2 会前", "2.1.1 学习。") == [
        ("1", "总体安排"), ("1.1", "对象：全体党员。"), ("1.2", "比例为3.5%。"), ("2", "会前"), ("2.1", "学习。"),
    ]  # fmt: skip
    assert places("第一步：学习", "【时间】2月", "◆会前", "●学习研讨：《党章》", "●谈心", "步骤2：谈心") == [
        ("第一步", "学习"), ("【时间】", "2月"), ("【时间】", "会前"), ("【时间】", "学习研讨：《党章》"),
        ("【时间】", "谈心"), ("【时间】步骤2", "谈心"),
    ]  # fmt: skip


def test_bullets_of_two_kinds_nest() -> None:
    clauses = clauses_of(["关于X的通知", "各支部：", "◆会前", "●学习研讨：《党章》", "◆会上", "●通报"])
    assert [c.above for c in clauses if c.zone == "body"] == [(), ("会前",), (), ("会上",)]


def test_the_cells_of_a_row_are_pieces() -> None:
    line = TextLine("4\t组织生活会\t1月21日")
    assert (line.is_row, line.plain) == (True, "4、组织生活会：1月21日")
    assert line.quote(2, 7) == "组织生活会"
    assert not TextLine("\t缩进的一段").is_row


def test_bars_arrows_and_long_dashes_part_a_label_from_its_text() -> None:
    assert TextLine("2 | 意见征集 | 向班组征集 | 12月5日前").plain == "2、意见征集：向班组征集。12月5日前"
    assert TextLine("| 评价等次 | 优秀 / 合格 |").plain == "评价等次：优秀、合格"
    assert TextLine("基本合格　　→　书记谈话").plain == "基本合格：书记谈话"
    assert TextLine("1月19日—2月6日————召开").plain == "1月19日—2月6日：召开"
    assert TextLine("召开时间　　2025年2月").plain == "召开时间：2025年2月"
    assert TextLine("A1 学习　党章三篇").plain == "A1学习：党章三篇"
    line = TextLine("优秀上限 | 正式党员的1/3")
    assert line.quote(0, len(line.plain)) == line.raw


def test_questions_tasks_and_letters_begin_clauses() -> None:
    assert places("一问：何时开？", "答：2月。", "二问：怎么开？", "答：先通报。") == [
        ("一问", "何时开？"), ("一问", "2月。"), ("二问", "怎么开？"), ("二问", "先通报。"),
    ]  # fmt: skip
    assert places("━━ 甲、准备 ━━", "甲-1 学习", "任务1　谈心") == [
        ("甲", "准备"),
        ("甲—1", "学习"),
        ("甲任务1", "谈心"),
    ]


def test_letters_with_figures_and_chapters_begin_clauses() -> None:
    assert places("A. 会前", "A1 集中学：党章", "A2 谈心", "第二章 会上", "第三条 通报") == [
        ("A", "会前"), ("A1", "集中学：党章"), ("A2", "谈心"), ("第二章", "会上"), ("第二章第三条", "通报"),
    ]  # fmt: skip


MARKS: dict[str, tuple[list[str], list[str]]] = {
    "chapters": (["第一章 会前", "第二篇 会上"], ["第一章", "第二篇"]),
    "parts in order": (["第一，学习", "第二：谈心"], ["第一", "第二"]),
    "steps in Latin": (["STEP1 学习", "Step2：谈心"], ["STEP1", "Step2"]),
    "stems": (["甲、学习", "乙．谈心"], ["甲", "乙"]),
    "formal numerals": (["壹、学习", "贰、谈心"], ["壹", "贰"]),
    "a space behind": (["一　集中学习", "二　谈心谈话"], ["一", "二"]),
    "a figure and a space": (["1 学习党章", "2 谈心谈话"], ["1", "2"]),
    "key caps": (["1\ufe0f\u20e3 学习", "2\ufe0f\u20e3 谈心"], ["1", "2"]),
    "Roman numerals": (["I. 学习", "II. 谈心", "IV. 开会"], ["I", "II", "IV"]),
    "Roman in one character": (["Ⅰ学习", "Ⅱ谈心"], ["Ⅰ", "Ⅱ"]),
    "half brackets": (["一）学习", "二）谈心"], ["一", "二"]),
    "among them": (["其一，学习", "其二，谈心"], ["其一", "其二"]),
    "articles in figures": (["第1条 学习", "第2条 谈心"], ["1", "2"]),
    "letters in brackets": (["（A）学习", "（B）谈心"], ["A", "B"]),
    "small letters": (["a.学习", "（b）谈心"], ["a", "b"]),
    "arrows": (["➤学习", "➤谈心"], ["", ""]),
}


@pytest.mark.parametrize("style", MARKS)
def test_numbers_in_their_styles(style: str) -> None:
    paragraphs, expected = MARKS[style]
    clauses = [c for c in clauses_of(["关于X的通知", "各支部：", *paragraphs]) if c.zone == "body"]
    assert [(c.place, c.numbered) for c in clauses] == [(place, True) for place in expected]
    assert all(not c.plain.startswith(("、", "．", ".", "）", "，", "：")) for c in clauses)
    assert all(c.line.raw in line for c, line in zip(clauses, paragraphs, strict=True))


def test_a_list_that_a_colon_leads_in_stands_below_its_line() -> None:
    text = ["（二）开会。会议分两项议程：", "第一项，学习。", "第二项，评议。"]
    clauses = [c for c in clauses_of(["关于X的通知", "各支部：", *text]) if c.zone == "body"]
    assert [c.above[-1:] for c in clauses] == [(), ("开会",), ("开会",)]
    clauses = clauses_of(["关于X的通知", "各支部：", "□会议流程：", "a. 通报", "b. 投票", "□评议"])
    assert [c.above for c in clauses if c.zone == "body"] == [(), ("会议流程",), ("会议流程",), ()]


def test_a_line_of_a_few_words_before_a_list_is_its_heading() -> None:
    clauses = clauses_of(["关于X的通知", "各支部：", "三、安排", "会议议程", "①通报；②投票。", "四、其他"])
    assert [c.above for c in clauses if c.zone == "body"] == [
        (), ("安排",), ("安排", "会议议程"), ("安排", "会议议程"), (),
    ]  # fmt: skip


def test_lines_of_a_few_words_are_headings_where_nothing_is_numbered() -> None:
    text = ["开学习会", "学习党章。", "谈知心话", "书记同委员谈。", "过民主关", "投票。"]
    clauses = [c for c in clauses_of(["关于X的通知", "各支部：", *text]) if c.zone == "body"]
    assert [c.context for c in clauses if not c.numbered] == ["开学习会/", "谈知心话/", "过民主关/"]


@pytest.mark.parametrize(
    ("lines", "start"),
    [
        (["学习《中国共产党章程》", "开展谈心谈话"], 0),
        (["关于召开组织生活会的通知", "各党支部：", "开展谈心谈话"], 2),
        (["关于召开组织生活会的通知", "一、开展谈心谈话"], 1),
        (["关于召开组织生活会的通知", "党员逐一开展谈心谈话。"], 1),
    ],
)
def test_where_the_body_of_a_notice_begins(lines: list[str], start: int) -> None:
    assert body_start([TextLine(line) for line in lines]) == start


def test_letterhead_and_signature() -> None:
    clauses = clauses_of(
        [
            "某局党委文件",
            "某党发〔2025〕3号",
            "关于召开组织生活会的通知",
            "各党支部：",
            "一、要学习。",
            "附件：1.登记表",
            "某局党委",
            "2025年1月3日",
        ]
    )
    letter = letter_of(clauses)
    assert (letter.title, letter.number, letter.addressee) == (
        ("关于召开组织生活会的通知",),
        "某党发〔2025〕3号",
        "各党支部",
    )
    assert (letter.issuer, letter.day, len(letter.attachments)) == ("某局党委", "2025年1月3日", 1)


def test_clauses_that_say_the_same_are_told_apart() -> None:
    same = NoticeClause(TextLine("甲")), NoticeClause(TextLine("甲"))
    assert same[0] != same[1]
    assert list(same).index(same[1]) == 1


@pytest.mark.parametrize(("before", "start"), [(14, 15), (15, 0)])
def test_an_addressee_is_looked_for_in_the_first_lines(before: int, start: int) -> None:
    lines = [TextLine(f"抬头第{number}行") for number in range(before)]
    assert body_start([*lines, TextLine("各党支部："), TextLine("学习党章。")]) == start
