"""Small points that a document officer marks: punctuation, empty cells, heads of columns."""

from __future__ import annotations

import pytest

from orglife.core.paper import layout
from orglife.core.paper.block import Document, Facts, Heading, Note, Paragraph, Signature, Space, Table
from orglife.core.paper.paper import Sheet
from orglife.core.record.words import in_series, phrase
from orglife.stages import STAGES
from orglife.stages.appraisal.blanks import blanks as appraisal_blanks
from orglife.stages.archive.documents import catalogue, note
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.rectification.documents import LIST_COLUMNS
from orglife.stages.reviews.rules import problems
from orglife.stages.supervision.documents import written_by_hand
from tests import branch as b


def papers(raw: b.Json, form: str) -> list[Document]:
    sheet = Sheet(b.dossier(raw), b.campaign())
    return [one for stage in STAGES if stage.documents for one in stage.documents(sheet) if one.form == form]


def facts(paper: Document) -> dict[str, str]:
    return dict(row for block in paper.blocks if isinstance(block, Facts) for row in block.rows)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (["《准则》", "《条例》"], "《准则》《条例》"),
        (["“一课”", "“两会”"], "“一课”“两会”"),
        (["《准则》", "讲话"], "《准则》、讲话"),
        (["《准则》（试行）", "《条例》"], "《准则》（试行）、《条例》"),
        (["甲", "乙"], "甲、乙"),
    ],
)
def test_titles_in_a_series_need_no_mark_between(parts: list[str], words: str) -> None:
    assert in_series(parts) == words


def test_a_reason_in_a_sentence_loses_its_full_stop() -> None:
    assert phrase("住院，发言材料由他人代交。") == "住院，发言材料由他人代交"
    raw = b.branch()
    raw["records"]["meeting"][0]["absent"][0]["reason"] = "住院，发言材料由他人代交。"
    (minutes,) = papers(raw, "F9")
    assert facts(minutes)["缺席"] == "蒲大川（住院，发言材料由他人代交，魏长河批准）"
    assert facts(minutes)["到会人数"] == "应到8名，实到7名"


def test_a_list_tells_the_day_of_its_state() -> None:
    raw = b.branch()
    first = papers(raw, "F14")[0].blocks[0]
    assert isinstance(first, Note)
    assert first.text == "截至2024年2月26日，整改事项1项，其中已完成0项。"
    raw["records"]["rect_item"][0] |= {"status": "done", "done_on": "2024-03-02"}
    for paper in papers(raw, "F14"):
        assert any(isinstance(block, Note) and block.text.startswith("截至2024年3月2日，") for block in paper.blocks)
        (table,) = (block for block in paper.blocks if isinstance(block, Table))
        assert [c.head for c in table.columns if c.align == "left"] == ["问题来源", "整改事项", "具体措施", "完成情况"]


def test_cells_without_words_have_a_dash() -> None:
    raw = b.branch()
    raw["records"]["opinion"][0]["response"] = ""
    raw["records"]["plan"][0].pop("approved_on", None)
    raw["records"]["criticism"][0].pop("kind", None)
    raw["records"]["grade"][-1] |= {"grade": "", "waiver": "lost_contact", "opinion": "", "feedback_on": None}
    for form in ("F1", "F2", "F4", "F10", "F11", "F12", "F17"):
        found = papers(raw, form)
        assert found
        for paper in found:
            tables = [block for block in paper.blocks if isinstance(block, Table)]
            signed = {n for table in tables for n, column in enumerate(table.columns) if column.head == "本人签名"}
            cells = [c for table in tables for row in table.rows for n, c in enumerate(row) if n not in signed]
            assert all(cell.strip() for cell in [*cells, *facts(paper).values()]), form


def test_the_list_of_problems_names_its_subjects() -> None:
    (paper,) = papers(b.branch(), "F7")
    assert [c.head for block in paper.blocks if isinstance(block, Table) for c in block.columns][1] == "查摆主体"


def test_a_visit_has_room_for_meeting_and_comment() -> None:
    made = written_by_hand()
    assert [block.text for block in made if isinstance(block, Heading)] == ["一、会议情况", "二、点评要点"]
    assert sum(isinstance(block, Space) for block in made) == 2


def test_papers_of_the_archive_have_no_theme_and_only_degrees_of_secrecy() -> None:
    sheet = Sheet(b.dossier(), b.campaign())
    items = [
        ArchiveItem.model_validate({"id": f"a{n}", "form": "F9", "retention": "Y", "title": "题名", "security": word})
        for n, word in enumerate(["内部", "秘密", "机密", "绝密"])
    ]
    made = catalogue(sheet, items, {})
    (table,) = (block for block in made.blocks if isinstance(block, Table))
    place = [column.head for column in table.columns].index("密级")
    assert [row[place] for row in table.rows] == ["", "秘密", "机密", "绝密"]
    assert made.theme == note(sheet, items, {}, attached=0, absent=0, final=True).theme == ""
    assert sheet.campaign.theme


def test_problems_stand_in_the_order_of_the_roster_however_the_outlines_came_in() -> None:
    raw = b.changed(b.branch(), put={"member_review/r1/member": "m3", "member_review/r3/member": "m1"})
    owners = list(dict.fromkeys(who for who, _ in problems(b.dossier(raw))))
    dossier = b.dossier(raw)
    assert owners == [
        "支部班子",
        *(dossier.name(member) for member in dossier.members if dossier.name(member) in owners),
    ]


def test_the_enter_that_ends_a_text_by_habit_leaves_no_empty_line() -> None:
    said = "开会通知太晚。\n\n第二句。"
    raw = b.changed(b.branch(), put={"criticism/c01/text": f"\n{said}\n \n"})
    shown = [text for paper in papers(raw, "F10") for text, _ in paper.texts()]
    assert said in shown
    assert not [text for text in shown if text != text.rstrip()]


def test_speeches_to_all_members_are_told_apart_from_those_in_the_groups() -> None:
    """Their numbers begin anew, and who made self-criticism in a group need not make it again."""
    raw = b.branch()
    meeting = raw["records"]["meeting"][0]
    group = {"group": "第一党小组", "date": "2024-02-20", "chair": "m2", "present": ["m1", "m2"]}
    group["speeches"] = [{"member": "m1", "order": 1, "self_criticism": False, "points": "谈了分工。"}]
    meeting |= {
        "groups": [group],
        "speeches": [{"member": "m2", "order": 1, "self_criticism": False, "points": "报告小组会。"}],
    }
    (minutes,) = papers(raw, "F9")
    said = [block.text for block in minutes.blocks if isinstance(block, Heading | Paragraph)]
    start = said.index("全体党员会上的发言")
    assert said[start - 1] == "1.魏长河（未作自我批评）：谈了分工。"
    assert said[start + 1] == "1.祝秋实：报告小组会。"
    assert "全体党员会上的发言" not in [t for paper in papers(b.branch(), "F9") for t, _ in paper.texts()]


@pytest.mark.parametrize("own", ["", "三件事已经办完。"])
def test_a_filing_says_what_it_is_for(own: str) -> None:
    raw = b.branch()
    raw["records"]["filing"][0]["text"] = own
    (letter,) = papers(raw, "F17")
    first = letter.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.text == (own or "现将本支部专题组织生活会和民主评议党员的有关情况报上，请予备案。")


def test_what_was_said_in_a_talk_has_a_line_of_its_own_however_short() -> None:
    said = {"talk/t01/thoughts": "谈家里。", "talk/t01/opinions_heard": "多下楼。", "talk/t01/problems_pointed": "拖。"}
    (paper,) = papers(b.changed(b.branch(), put=said), "F3")
    first = next(block for block in paper.blocks if isinstance(block, Facts))
    assert [[label for label, _ in line] for line in first.lines()][-3:] == [
        ["交流思想"],
        ["听取的意见"],
        ["指出的问题"],
    ]
    assert len(first.lines()[0]) == 2, "time and place still share one"


def signers(raw: b.Json) -> list[list[str]]:
    (paper,) = papers(raw, "F3")
    return [block.roles for block in paper.blocks if isinstance(block, Signature)]


def test_everybody_who_talked_has_a_line_to_sign_on() -> None:
    names = [b.dossier().name(f"m{n}") for n in range(1, 5)]
    for many in (2, 3, 4):
        together = [f"m{n}" for n in range(1, many + 1)]
        assert signers(b.changed(b.branch(), put={"talk/t01/participants": together}))[0] == names[:many]
    assert signers(b.changed(b.branch(), put={"talk/t01/participants": ["m1"]}))[0] == ["谈话各方"]


def test_every_paper_lists_problems_in_the_order_of_the_campaign() -> None:
    words = {"duty": "值班脱岗", "ideals": "学习走神", "style": "让人久等"}
    own = [{**b.item(f"r1.p{n}", key), "fact": words[key]} for n, key in enumerate(words, start=1)]
    of_team = {"serve_masses": "意见箱没人开", "execute_decisions": "决定没有传达"}
    team = [{**b.item(f"tr.p{n}", key), "fact": said} for n, (key, said) in enumerate(of_team.items(), start=1)]
    ids = [problem["id"] for problem in own]
    raw = b.branch()
    raw["records"]["member_review"][0] |= {"member": "m1", "items": own, "none_declared": []}
    raw["records"]["team_review"][0] |= {"items": team, "none_declared": []}
    raw["records"]["pledge"][0] |= {"member": "m1", "problem_ids": ids}
    mine, ours = ["学习走神", "让人久等", "值班脱岗"], ["决定没有传达", "意见箱没人开"]
    for form, order in (("F5", ours), ("F6", mine), ("F7", [*ours, *mine]), ("F15", mine), ("F17", ours)):
        found = ["".join(text for text, _ in paper.texts()) for paper in papers(raw, form)]
        places = [text.find(said) for text in found for said in order if order[0] in text]
        assert len(places) == len(order), form
        assert places[0] >= 0, form
        assert places == sorted(places), form


def test_all_rows_of_a_count_sheet_are_two_lines_high() -> None:
    sheet = Sheet(b.dossier(), b.campaign())
    (paper,) = (one for one in appraisal_blanks(sheet) if one.heading == "民主测评计票单")
    (table,) = (block for block in paper.blocks if isinstance(block, Table))
    assert any("只评议" in cell for row in table.rows for cell in row)
    assert {max(cell.count("\n") for cell in row) for row in table.rows} == {1}
    assert set(layout.table_grid(table, paper.page).line_counts) == {2}


def test_the_state_of_an_item_has_room() -> None:
    shares = {column.head: column.share for column in LIST_COLUMNS}
    assert shares["完成情况"] >= 2 * shares["时限"]
    assert shares["完成情况"] > shares["问题来源"]
