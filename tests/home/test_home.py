"""The first page's other parts: states, deadlines, who owes what, the page of what is missing, the meeting pack."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.print import notebook_html
from orglife.core.errors import NothingToPrint, UnknownChoice
from orglife.core.paper.block import Facts, Table
from orglife.core.record.dossier import Draft
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import Severity
from orglife.desk import front_pages
from orglife.home import lacking
from orglife.home.deadlines import deadlines
from orglife.home.lacking import clause_words, lacking_paper, lacking_rows
from orglife.home.owed import columns_of, owed
from orglife.home.progress import StageState, stage_rows
from orglife.office.office import Office
from orglife.paper.on_request import make_paper
from orglife.stages import STAGES
from tests import branch as b
from tests.archive.conftest import make
from tests.conftest import run
from tests.home.before import before, seen

EARLY, READY = date(2024, 2, 8), date(2024, 2, 19)


def states(raw: b.Json, day: date, *, drafts: tuple[Draft, ...] = ()) -> dict[str, StageState]:
    return {row["title"]: row["state"] for row in stage_rows(*seen(raw, day, drafts=drafts))}


def test_states_of_a_branch_before_its_meeting() -> None:
    by_title = states(before(remove=["talk/t01", "member_review"]), READY)
    assert by_title["工作方案"] is StageState.DONE
    assert by_title["谈心谈话"] is StageState.GOING
    assert by_title["召开会议"] is StageState.IDLE
    assert states(before(), READY)["谈心谈话"] is StageState.DONE
    assert states(before(), EARLY, drafts=(Draft("talk", "x", {}),))["谈心谈话"] is StageState.GOING
    assert states(before(), EARLY, drafts=(Draft("meeting", "x", {}),))["召开会议"] is StageState.GOING


def test_the_plan_is_not_done_while_the_branchs_own_data_have_a_gap() -> None:
    raw = before()
    raw["branch"].pop("superior")
    row = stage_rows(*seen(raw, READY))[0]
    assert (row["title"], row["state"]) == ("工作方案", StageState.GOING)
    assert row["next"] == "请填写党支部的上级党组织。"
    assert stage_rows(*seen(before(), READY))[0]["next"] == "没有待办。"


def test_a_stage_whose_papers_show_blanks_is_not_done(tmp_path: Path) -> None:
    raw = before()
    raw["records"]["plan"] = [{"id": "plan", "planned_meeting_on": "2024-02-26"}]
    raw["records"]["meeting"] = [{"id": "meeting", "date": "2024-02-22", "present": ["m1", "m2", "m3", "m4", "m5"]}]
    with Office.open(make(tmp_path / "workspace", raw)) as office:
        dossier = office.dossier(raw["branch"]["id"])
        findings: list[Finding] = []  # nothing to report: only the papers show what is missing
        bar = {page: state[0] for page, state in front_pages.page_state(office, dossier, findings)["states"].items()}
        html = front_pages.home(office, dossier.branch.id, dossier, findings)
    assert bar["notebooks/10_plan.ipynb"] == StageState.GOING.value
    assert bar["notebooks/20_meeting.ipynb"] == StageState.GOING.value
    assert bar["notebooks/11_study.ipynb"] == StageState.DONE.value
    assert "请填上“专题组织生活会和民主评议党员工作方案”里还空着的地方。" in html
    assert bar["notebooks/31_report.ipynb"] == StageState.IDLE.value


def test_papers_are_asked_for_blanks_only_where_nothing_else_is_left() -> None:
    asked = []
    rows = stage_rows(*seen(before(remove=["talk/t01"]), READY), lambda stage: asked.append(stage.title) or ())
    assert asked == [row["title"] for row in rows if row["state"] is StageState.DONE]
    assert "谈心谈话" not in asked
    assert "学习" in "".join(asked)


def test_what_the_bureau_sent_is_not_the_branchs_work() -> None:
    raw = before()
    raw["records"]["remark"] = [
        {"id": "remark1", "branch": raw["branch"]["id"], "date": "2024-02-18", "text": "请补签到表"}
    ]
    row = stage_rows(*seen(raw, READY))[-1]
    assert (row["title"], row["records"], row["state"]) == ("备案与报告", "—", StageState.IDLE)


def test_what_is_not_due_is_never_wanted_at_once() -> None:
    dossier, findings = seen(before(), EARLY)
    campaign = b.campaign().model_copy(update={"report_deadline": None})
    rows = [row for row in lacking_rows(dossier, campaign, findings) if not row.due]
    assert {row.by for row in rows if row.stage == "备案与报告"} == {"结束时"}
    assert not [row for row in rows if row.by == "现在就办"]


def test_states_of_a_finished_and_of_a_late_branch() -> None:
    finished = states(b.branch(), b.AS_OF)
    assert StageState.WRONG not in finished.values()
    begun = {s.title for s in STAGES if any(b.branch()["records"].get(kind.TYPE) for kind in s.records)}
    assert len(begun) >= 9
    assert StageState.IDLE not in {finished[title] for title in begun}
    assert finished["谈心谈话"] is StageState.DONE
    late = states(before(remove=["talk/t01"]), date(2024, 3, 8))
    assert late["谈心谈话"] is StageState.WRONG
    assert late["召开会议"] is StageState.WRONG
    assert len({state.word for state in StageState}) == len({state.sign for state in StageState}) == len(StageState)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2024, 2, 8), ["还有2天", "还有3天开始", "还有21天", "还有28天"]),
        (date(2024, 2, 10), ["今天是最后一天", "还有1天开始", "还有19天", "还有26天"]),
        (date(2024, 2, 29), ["已过19天", "今天是最后一天", "今天是最后一天", "还有7天"]),
        (date(2024, 3, 8), ["已过27天", "已过8天", "已过8天", "已过1天"]),
    ],
)
def test_days_to_each_deadline(day: date, words: list[str]) -> None:
    raw = before(put={"plan/plan/made_on": "", "plan/plan/planned_meeting_on": ""})
    assert [d.words for d in deadlines(b.dossier(raw, as_of=day), b.campaign())] == words


def test_the_meeting_is_due_on_its_planned_day() -> None:
    raw = before(put={"plan/plan/planned_meeting_on": "2024-02-22"})
    (meeting,) = (
        d for d in deadlines(b.dossier(raw, as_of=date(2024, 2, 8)), b.campaign()) if d.label == "召开组织生活会"
    )
    assert (meeting.when, meeting.words) == ("2024年2月22日前", "还有14天")


def test_deadlines_that_are_met_and_those_that_the_campaign_leaves_blank() -> None:
    assert {d.words for d in deadlines(b.dossier(), b.campaign())} == {"已登记"}
    bare = b.campaign(plan_deadline="", meeting_end="", finish_by="")
    assert deadlines(b.dossier(b.changed(b.branch(), put={"plan/plan/planned_meeting_on": ""})), bare) == []


@pytest.mark.parametrize(
    ("day", "changes", "done"),
    [
        (b.AS_OF, {}, [True, True, True, True]),
        (date(2024, 2, 1), {}, [True, False, False, True]),
        (b.AS_OF, {"remove": ["grade_meeting"]}, [True, True, False, True]),
        (b.AS_OF, {"remove": ["meeting"]}, [True, False, False, True]),
        (b.AS_OF, {"remove": ["plan"]}, [False, True, True, True]),
        (b.AS_OF, {"put": {"plan/plan/made_on": ""}}, [False, True, True, True]),
        (b.AS_OF, {"remove": ["report"]}, [True, True, True, False]),
        (b.AS_OF, {"put": {"report/0/date": ""}}, [True, True, True, False]),
    ],
)
def test_what_is_met_of_the_deadlines(day: date, changes: dict[str, Any], done: list[bool]) -> None:
    dossier = b.dossier(b.changed(b.branch(), **changes), as_of=day)
    assert [d.done for d in deadlines(dossier, b.campaign())] == done


def test_the_meeting_is_held_from_its_day_on() -> None:
    held = date.fromisoformat(b.branch()["records"]["meeting"][0]["date"])
    for day, met in ((held - timedelta(days=1), False), (held, True)):
        assert deadlines(b.dossier(as_of=day), b.campaign())[1].done is met


def test_who_owes_what() -> None:
    raw = before(remove=["talk/t01", "member_review/r4", "study"])
    rows = owed(*seen(raw, EARLY))
    mine = {row.name: row.due for row in rows}
    assert mine["田小禾"]["发言提纲"] is False
    assert "谈心谈话" in mine["魏长河"]
    assert list(mine) == [n for n in b.NAMES if n in mine]
    assert columns_of(rows)[0] in ("学习或补学", "谈心谈话")
    late = {row.name: row.due for row in owed(*seen(raw, date(2024, 3, 8)))}
    assert late["田小禾"]["发言提纲"] is True
    assert owed(*seen(b.branch(), b.AS_OF)) == []


def test_the_page_of_what_is_missing_names_who_when_and_where_it_stands() -> None:
    dossier, findings = seen(before(remove=["talk/t01", "member_review/r4"]), EARLY)
    rows = lacking_rows(dossier, b.campaign(), findings)
    talk = next(row for row in rows if row.what == "班子成员之间有未谈的")
    assert (talk.who, talk.by, talk.due) == ("魏长河、祝秋实", "2024年2月26日前", False)
    assert clause_words(talk.clause) == "实施方案二（一）3“党支部班子成员之间必谈”"
    paper = lacking_paper(dossier, b.campaign(), findings)
    assert isinstance(paper.blocks[0], Facts)
    assert isinstance(paper.blocks[2], Table)
    done = lacking_paper(*seen(b.branch(), b.AS_OF)[:1], b.campaign(), [])
    assert any("没有缺的" in text for text, _ in done.texts())


def test_what_waits_for_a_meeting_that_is_late_is_listed_as_due() -> None:
    dossier, findings = seen(before(remove=["talk/t01"]), date(2024, 2, 27))
    late = [row for row in lacking_rows(dossier, b.campaign(), findings) if row.by == "2024年2月26日前"]
    assert late
    assert all(row.due for row in late)


def test_the_page_repeats_nobodys_words_and_names_nobody_who_is_dealt_with() -> None:
    raw = b.changed(
        b.branch(),
        put={
            "grade/g4/grade": "unqualified",
            "member_review/r5/items/0/fact": "机密的原话",
            "member_review/r5/items/0/cause": "",
        },
    )
    dossier, findings = seen(raw, b.AS_OF)
    assert any(f.rule == "DISP-01" for f in findings)
    rows = lacking_rows(dossier, b.campaign(), findings)
    disposal = next(row for row in rows if "处置" in row.what)
    assert disposal.who == "党支部"
    text = "".join(t for t, _ in lacking_paper(dossier, b.campaign(), findings).texts())
    assert "机密的原话" not in text


def test_what_is_made_on_a_click(filled: Path) -> None:
    with Office.open(filled) as office:
        pack = make_paper(office, "t01", "pack", "home", "html", b.AS_OF)
        text = pack.data.decode()
        for paper in ("签到表", "会议程", "民主测评票", "民主测评计票单", "批评意见记录", "点评记录"):
            assert paper in text, paper
        assert text.count(">民主测评票<") + text.count("民主测评票</h") <= 2
        assert (filled / "records/t01/forms/meeting.html").read_bytes() == pack.data
        assert make_paper(office, "t01", "stage", "talks", "pdf", b.AS_OF).data.startswith(b"%PDF")
        assert (
            make_paper(office, "t01", "blanks", "talks", "html", b.AS_OF).name == "测试局机关党支部 谈心谈话空白表.html"
        )
        assert make_paper(office, "t01", "lacking", "home", "html", b.AS_OF).name == "测试局机关党支部 还缺什么.html"
        with pytest.raises(UnknownChoice):
            make_paper(office, "t01", "stage", "talks", "exe", b.AS_OF)
        with pytest.raises(UnknownChoice):
            make_paper(office, "t01", "nothing", "talks", "pdf", b.AS_OF)
        with pytest.raises(NothingToPrint):
            make_paper(office, "t01", "blanks", "plan", "pdf", b.AS_OF)


def test_clauses_are_quoted_as_long_as_the_page_holds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    dossier, findings = seen(b.changed(b.branch(), remove=["pledge", "filing"]), b.AS_OF)
    rows = lacking_rows(dossier, b.campaign(), findings)

    def quoted(most: int) -> bool:
        monkeypatch.setattr(lacking, "QUOTED", most)
        return any("“" in text for text, _ in lacking_paper(dossier, b.campaign(), findings).texts())

    assert lacking.QUOTED == 8  # eight rows with their quotations fill one page
    assert rows
    assert quoted(len(rows))
    assert not quoted(len(rows) - 1)


def test_todo_lists_and_writes(filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run("todo", str(filled), "--as-of", "2024-03-08") == 0
    assert "没有缺的" in capsys.readouterr().out
    out = tmp_path / "还缺什么.html"
    assert run("todo", str(filled), "--out", str(out)) == 0
    assert "还缺什么" in out.read_text(encoding="utf-8")
    assert run("todo", str(filled), "--as-of", "2024-02-01", "--out", str(tmp_path / "x.pdf")) == 0
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    assert run("todo", str(filled), "--out", str(tmp_path / "x.exe")) == 2
    assert not (tmp_path / "x.exe").exists()


def test_what_is_only_to_be_looked_at_keeps_a_stage_open_until_it_is_explained() -> None:
    raw = b.changed(b.branch(), remove=["opinion/o1"])  # OPIN-02, a warning; OPIN-03 does not fire for o2
    dossier, findings = seen(raw, b.AS_OF)
    mine = [f for f in findings if f.stage == "opinions"]
    assert {f.severity for f in mine if f.counts} == {Severity.WARNING}
    (row,) = [r for r in stage_rows(dossier, findings) if r["title"] == "征求意见"]
    assert (row["state"], notebook_html.state_words(row)) == (StageState.GOING, f"请核对{row['warnings']}")
    explanations = [
        {
            "id": f"ex{n}",
            "rule": f.rule,
            "subjects": [s.id for s in f.subjects],
            "reason": "窗口停办",
            "by": "m1",
            "date": "2024-03-01",
        }
        for n, f in enumerate(mine)
    ]
    assert states(b.changed(raw, add={"explanation": explanations}), b.AS_OF)["征求意见"] is StageState.DONE
