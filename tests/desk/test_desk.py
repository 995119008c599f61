"""The desk as notebooks use it, without a kernel: forms save, findings and papers follow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from IPython.core import getipython

from orglife.adapters.print import notebook_html
from orglife.adapters.store.store import BUREAU, Store
from orglife.core.errors import BadDay, BranchNotChosen, NoBranch, NotFinal, UnknownBranch, UnknownStage, UnknownType
from orglife.core.paper.block import DOCUMENTS_MIME
from orglife.core.record.branch import Explanation
from orglife.desk import desk, live
from orglife.desk.desk import Desk
from orglife.desk.documents import buttons
from orglife.desk.forms import beginning
from orglife.home.progress import HOME, branch_stages
from orglife.office.office import Office
from orglife.stages import BY_KEY
from orglife.stages.plan.record import CheckItem
from tests import branch as b
from tests.conftest import run
from tests.home.before import finding
from tests.shown_texts import texts_of


def desk_of(root: Path, **options: object) -> Desk:
    settings = {"as_of": "2024-03-08", "interactive": False} | options
    return Desk.open(str(root), "t01", **settings)  # type: ignore[arg-type]


def put(root: Path, tmp_path: Path, **change: object) -> None:
    source = tmp_path / "change.json"
    source.write_text(json.dumps(b.changed(b.branch(), **change)), encoding="utf-8")  # type: ignore[arg-type]
    assert run("import", str(root), str(source)) == 0


def test_documents_are_blocks_and_html(filled: Path) -> None:
    bundle = desk_of(filled).documents("talks").bundle()
    assert set(bundle) == {"text/html", "text/plain", DOCUMENTS_MIME}
    (paper,) = bundle[DOCUMENTS_MIME]["documents"]
    assert {"form", "subject", "title", "blocks"} <= set(paper)
    assert paper["form"] == "F3"
    assert "魏长河" in bundle["text/html"]


def test_findings_show_clause_and_cure(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=["talk/t01"])
    shown = desk_of(filled).findings("talks").bundle()["text/html"]
    assert "魏长河与祝秋实" in shown
    assert "党支部班子成员之间必谈" in shown
    assert "请写明情况" in shown  # the meeting was held
    assert "安排二人谈心谈话" not in shown


def test_home_lists_every_stage(filled: Path) -> None:
    desk = desk_of(filled)
    shown = desk.form("home").bundle()["text/html"]
    for title in ("工作方案", "谈心谈话", "召开会议", "民主评议"):
        assert title in shown
    assert desk.documents("home").bundle()[DOCUMENTS_MIME]["documents"][0]["title"] == ["还缺什么"]
    assert "12_talks" not in desk.next("talks").bundle()["text/html"]


def test_demands_that_no_rule_checks_are_ticked_by_hand(filled: Path, tmp_path: Path) -> None:
    items = "".join(
        f'\n[[check_items]]\nid = "item_{n}"\ntext = "{words}"\nsource = "通知三{n}"\nquote = "{words}"\n'
        for n, words in enumerate(("观看警示教育片", "悬挂党旗"), start=1)
    )
    (filled / "campaign.toml").write_text(
        (filled / "campaign.toml").read_text(encoding="utf-8") + items, encoding="utf-8"
    )
    desk = desk_of(filled)
    assert beginning(desk.dossier(), CheckItem, desk.office.campaign) == {"demand": "观看警示教育片"}
    ticked = {"id": "ci1", "demand": "观看警示教育片", "done": True, "date": "2024-02-20"}
    put(filled, tmp_path, add={"check_item": [ticked]})
    shown = desk.form("home").bundle()["text/html"]
    assert "方案的其他要求（2项，已落实1项" in shown
    assert "通知三2" in shown
    assert "未打勾" in shown
    assert "已落实（2024年2月20日）" in shown
    assert beginning(desk.dossier(), CheckItem, desk.office.campaign) == {"demand": "悬挂党旗"}


def test_wrong_use_is_told(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownBranch):
        Desk.open(str(filled), "t02")
    with pytest.raises(BadDay):
        Desk.open(str(filled), "t01", as_of="soon")
    with pytest.raises(UnknownStage):
        desk_of(filled).form("tolks")
    with pytest.raises(UnknownType):
        desk_of(filled).frame("tolk")
    source = tmp_path / "second.json"
    source.write_text(json.dumps(b.changed(b.branch(), put={"branch/id": "t02"})), encoding="utf-8")
    assert run("import", str(filled), str(source)) == 0
    with pytest.raises(BranchNotChosen):
        Desk.open(str(filled))


def test_final_refuses_what_is_unfinished(filled: Path, tmp_path: Path) -> None:
    assert Desk.open(str(filled), "t01", final=True, interactive=False).dossier().as_of == date(2024, 2, 28)
    put(filled, tmp_path, put={"plan/plan/phases/after": ""})
    with pytest.raises(NotFinal, match="工作方案没有写全三个阶段；") as refusal:
        Desk.open(str(filled), "t01", final=True, interactive=False)
    assert "工作方案" in str(refusal.value)


def test_a_form_saves_through_the_store_and_refreshes(filled: Path) -> None:
    from orglife.adapters.form.form import RecordForm
    from orglife.desk.ports import BranchChoices, StorePort
    from orglife.stages.talks.record import Talk

    desk = desk_of(filled, interactive=True)
    day = date(2024, 3, 8)
    port = StorePort(desk.office, "t01", Talk, day)
    saved: list[int] = []
    choices = BranchChoices(desk.office, "t01", day, day)
    form = RecordForm(Talk, port, choices=choices, on_saved=lambda: saved.append(1))
    form.open("t01")
    form.field("place").put("三楼小会议室")
    form.flush()
    assert saved
    (talk,) = [t for t in desk.dossier().all(Talk) if t.id == "t01"]
    assert talk.place == "三楼小会议室"
    again = desk_of(filled)
    assert again.dossier().index["t01"].place == "三楼小会议室"  # type: ignore[attr-defined]
    assert [r.version for r in desk.office.store.history("2024-seed", "t01", "talk", "t01")] == [1, 2]


def test_every_stage_has_its_forms(filled: Path) -> None:
    desk = desk_of(filled, interactive=True)
    for stage in ("plan", "study", "talks", "opinions", "reviews", "meeting", "appraisal", "rectification", "report"):
        assert desk.form(stage) is not None


@pytest.mark.parametrize(
    ("stage", "more"),
    [("talks", [("blanks", "pdf"), ("pictures", "pdf")]), ("plan", []), ("home", [("pack", "pdf")]), ("campaign", [])],
)
def test_a_page_offers_its_papers_as_pdf_first(stage: str, more: list[tuple[str, str]], filled: Path) -> None:
    offered = [(button.what, button.kind) for button in buttons(desk_of(filled), stage)]
    first = "lacking" if stage == "home" else "stage"
    assert offered == [(first, "pdf"), (first, "html"), (first, "docx"), *more]


def test_no_study_no_meeting(filled: Path, tmp_path: Path) -> None:
    import ipywidgets

    assert isinstance(desk_of(filled, interactive=True).form("meeting"), ipywidgets.Widget)
    put(filled, tmp_path, remove=["study/st"])
    gate = desk_of(filled, interactive=True).form("meeting")
    assert not isinstance(gate, ipywidgets.Widget)
    assert "会前至少学习1次；学习以前不能填会议记录" in gate.bundle()["text/html"]
    why = ("--rule", "STUDY-01", "--reason", "大雪封路，学习改在会后", "--as-of", "2024-03-08")
    assert run("answer", str(filled), "--branch", "t01", *why) == 0
    assert isinstance(desk_of(filled, interactive=True).form("meeting"), ipywidgets.Widget)


def test_frames_are_typed_with_chinese_headings(filled: Path) -> None:
    talks = desk_of(filled).frame("talk")
    assert len(talks) == 9
    assert talks["日期"].dtype.kind == "M"
    assert talks.loc["t01", "谈话人员"] == "魏长河；祝秋实"
    tally = desk_of(filled).frame("tally")
    assert tally.loc["ty", "发出票"] == 7
    assert isinstance(tally["发出票"].dtype, pd.Int64Dtype)
    assert bool(tally.loc["ty", "无记名"]) is True
    for kind in ("member", "plan", "meeting", "grade", "rect_item", "explanation"):
        assert desk_of(filled).frame(kind).index.name == "编号"


def test_a_view_shows_our_own_errors_to_a_person_and_raises_them_in_a_batch() -> None:
    """A batch must fail at a paper that cannot be made, so only pages for a person show the sentence."""

    def make() -> dict[str, Any]:
        raise NoBranch

    view = notebook_html.View(make)
    with pytest.raises(NoBranch):
        view.bundle()
    view.show_own_errors()
    assert str(NoBranch()) in view.bundle()["text/html"]


def test_an_empty_workspace_begins_with_the_branch_itself(workspace: Path) -> None:
    from orglife.adapters.form.form import HeadForm
    from orglife.core.record.branch import Branch
    from orglife.desk.ports import BranchChoices, HeadPort

    with pytest.raises(NoBranch):
        Desk.open(str(workspace), interactive=False)
    desk = Desk.open(str(workspace))
    assert desk.form("plan") is not None
    assert Desk.open(str(workspace)).branch == desk.branch, "every page of the workspace means the same new branch"
    assert "党支部" in desk.findings("plan").bundle()["text/html"] or desk.findings("plan").bundle()
    day = date(2024, 2, 1)
    choices = BranchChoices(desk.office, desk.branch, day, day)
    form = HeadForm(Branch, HeadPort(desk.office, desk.branch), choices=choices)
    form.field("name").put("新设科室党支部")
    form.flush()
    assert desk.office.branches() == [desk.branch]
    assert Desk.open(str(workspace), interactive=False).dossier().branch.name == "新设科室党支部"


def test_findings_say_how_the_numbers_come_about_and_follow_what_is_saved(filled: Path, tmp_path: Path) -> None:
    desk = desk_of(filled)
    view = desk.findings("meeting")
    assert "名册党员8名，应到8名；其中有表决权的6名，到会5名。" in view.bundle()["text/html"]
    assert "舍去小数，为2名" in desk.findings("appraisal").bundle()["text/html"]
    assert "人数怎么算" not in desk.findings("talks").bundle()["text/html"]
    put(filled, tmp_path, put={"meeting/mt/present": ["m1", "m2"], "member/m7/name": "<i>简</i>"})
    shown = desk_of(filled).findings("meeting").bundle()["text/html"]
    assert "还差1名" in shown
    assert "&lt;i&gt;简&lt;/i&gt;（预备党员）" in shown


def places_in(shown: str) -> list[list[Any]]:
    """What the links of a page hand over to the desk."""
    return [json.loads(unquote(what)) for what in re.findall(r'href="[0-9a-z_]+\.ipynb#([^"]+)"', shown)]


def test_a_stage_with_nothing_in_it_is_neither_praised_nor_printed(filled: Path, tmp_path: Path) -> None:
    desk = desk_of(filled, interactive=True)
    assert "没有需要改正或补充的" in desk.findings("study").bundle()["text/html"]
    assert 'data-kind="docx"' in desk.documents("appraisal").bundle()["text/html"]
    put(filled, tmp_path, remove=["tally", "grade_meeting", "grade", "meeting"])
    desk = desk_of(filled, interactive=True)
    found = desk.findings("appraisal").bundle()["text/html"]
    assert "本阶段还没有登记" in found
    assert "没有需要改正或补充的" not in found
    papers = desk.documents("appraisal").bundle()["text/html"]
    assert 'data-kind="docx"' not in papers
    assert "空白表（手写用）" in papers


def test_a_finding_leads_to_its_field(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, put={"rect_item/k0/measure": ""})
    desk = desk_of(filled, interactive=True)
    tabs = desk.form("rectification")
    shown = desk.findings("rectification").bundle()["text/html"]
    what = ["rect_item", "k0", ["measure"], {}]
    assert what in places_in(shown)
    assert "为什么问，依据哪一条" in shown
    tabs.selected_index = 1
    desk.show(json.dumps(what))
    assert tabs.selected_index == 0
    here = [w for w in _inside(tabs) if "of-here" in w._dom_classes]
    assert len(here) == 1
    assert here[0].description.startswith("具体措施")
    desk.show(json.dumps(["pledge", "", [], {"member": "m3"}]))  # there is one: it is opened, not doubled
    assert tabs.selected_index == 2
    desk.show(json.dumps(["explanation", "", [], {}]))  # no form of this page: nothing happens


def test_a_sheet_is_made_when_its_turn_comes(filled: Path) -> None:
    desk = desk_of(filled, interactive=True)
    tabs = desk.form("rectification")
    assert [bool(place.children) for place in tabs.children] == [True, False, False, False, False]
    tabs.selected_index = 1
    desk.show(json.dumps(["pledge", "", [], {"member": "m3"}]))
    assert [bool(place.children) for place in tabs.children] == [True, True, True, False, False]
    made = tabs.children[1].children
    tabs.selected_index = 0
    tabs.selected_index = 1
    assert tabs.children[1].children == made


def test_while_the_meeting_is_shut_its_findings_lead_to_the_study(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=["study", "meeting"])
    shown = desk_of(filled, interactive=True).findings("meeting").bundle()["text/html"]
    assert {what[0] for what in places_in(shown)} - {"explanation"} == {"study"}


def test_a_reason_begins_with_the_rule_and_whom_it_is_about(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=["talk/t01"])
    desk = desk_of(filled, interactive=True)
    shown = desk.findings("talks").bundle()["text/html"]
    (begin,) = [what[3] for what in places_in(shown) if what[0] == "explanation" and what[3]["rule"] == "TALK-01"]
    assert begin | {"by": ""} == {"rule": "TALK-01", "subjects": ["m1", "m2"], "date": "2024-03-08", "by": ""}
    assert not places_in(desk_of(filled).findings("talks").bundle()["text/html"])


def test_a_reason_is_written_without_an_id_on_the_page(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=["talk/t01"])
    desk = desk_of(filled, interactive=True)
    tabs = desk.form("plan")
    desk.show(json.dumps(["explanation", "", ["reason"], {"rule": "TALK-01", "subjects": ["m1", "m2"]}]))
    sheet = tabs.children[tabs.selected_index]
    shown = "\n".join(texts_of(sheet))
    assert "要说明的是：班子成员之间有未谈的；涉及魏长河、祝秋实。" in shown
    assert not re.search(r"TALK-01|\bm1\b|规则编号|涉及对象", shown)
    (reason,) = [w for w in _inside(sheet) if getattr(w, "description", "").startswith("原因")]
    reason.value = "魏长河一直在外地学习。"
    with Office.open(filled) as office:
        (said,) = office.dossier("t01").all(Explanation)
        assert (said.rule, said.subjects, said.reason) == ("TALK-01", ["m1", "m2"], "魏长河一直在外地学习。")
        assert [f.explained is not None for f in office.findings(office.dossier("t01")) if f.rule == "TALK-01"] == [
            True
        ]


def test_an_explanation_is_begun_only_where_the_finding_stands(filled: Path) -> None:
    desk = desk_of(filled, interactive=True)
    tabs = desk.form("plan")
    desk.show(json.dumps(["explanation", "", ["reason"], {}]))
    shown = "\n".join(texts_of(tabs.children[tabs.selected_index]))
    assert "还没有情况说明。要说明哪一条，请在那一条下面点“为什么问”，再点“写情况说明”。" in shown
    with Office.open(filled) as office:
        assert office.snapshot("t01").drafts == ()


def test_the_demands_of_a_stage_are_a_list(filled: Path) -> None:
    shown = desk_of(filled).findings("meeting").bundle()["text/html"]
    listed = re.search(r"<ol>(.*?)</ol>", shown, re.DOTALL)
    assert listed is not None
    assert "<li>“由各党支部书记主持”<small>实施方案二（二）3</small></li>" in listed[1]


def test_home_says_what_the_superior_returned_and_has_received(filled: Path, tmp_path: Path) -> None:
    office = Office.open(filled)
    head = office.store.head(office.campaign.id, "t01")
    remark = {"id": "rk1", "branch": "t01", "by": "局机关党总支", "record": "rp", "text": "报告的数字请核对"}

    def receive(head: Any, *remarks: Any) -> str:
        told = {
            "format": "orglife-receipt/1",
            "campaign": office.campaign.id,
            "branch": "t01",
            "head": head._asdict(),
            "bureau": {"number": 1, "hash": "0" * 64},
            "records": {"redo_order": [], "remark": list(remarks)},
        }
        (tmp_path / "receipt.json").write_text(json.dumps(told), encoding="utf-8")
        assert run("import", str(filled), str(tmp_path / "receipt.json")) == 0
        return desk_of(filled).form("home").bundle()["text/html"]

    assert "上级的回执和意见" not in desk_of(filled).form("home").bundle()["text/html"]
    assert "以后没有改动" in receive(head)
    shown = receive(head, remark)
    first = shown[shown.index('class="back first"') :]
    assert "上级退回修改：报告的数字请核对" in first[:400]
    assert ["report", "rp", [], {}] in places_in(first[:1200])
    assert "请修改后再报" in shown
    report = next(r for r in office.dossier("t01").records["report"])
    office.store.put(
        office.campaign.id,
        "t01",
        type(report).model_validate(report.to_json() | {"text": "改过了。"}),
        who="田小禾",
        base=None,
    )
    shown = desk_of(filled).form("home").bundle()["text/html"]
    assert "上级退回修改" not in shown
    assert "已改，还没有再报" in shown
    assert "以后又改了1处" in shown
    assert "已再报，上级已收到" in receive(office.store.head(office.campaign.id, "t01"), remark)


def _inside(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _inside(child)


def test_a_page_without_findings_still_says_that_its_paper_is_not_filled_in(filled: Path, tmp_path: Path) -> None:
    grade = next(g["id"] for g in b.branch()["records"]["grade"] if g.get("grade") == "qualified")
    put(filled, tmp_path, put={f"grade/{grade}/opinion": ""})
    for page in ("appraisal", "home"):
        shown = desk_of(filled).findings(page).bundle()["text/html"]
        assert "文件里还有〔待填〕（1）" in shown, page
        assert "评定等次与反馈表" in shown, page
        assert "没有需要改正或补充的" not in shown, page
    assert "〔待填〕" not in desk_of(filled).findings("talks").bundle()["text/html"]


def test_a_page_that_is_not_done_says_what_of_the_branch_is_empty(filled: Path, tmp_path: Path) -> None:
    """The bar says 进行中 while the branch's superior is missing: the page says so too, and leads there."""
    put(filled, tmp_path, put={"branch/superior": ""})
    for page in ("plan", "home"):
        shown = desk_of(filled, interactive=True).findings(page).bundle()["text/html"]
        assert "党支部的“上级党组织”还空着。" in shown, page
        assert "没有需要改正或补充的" not in shown, page
        (link,) = re.findall('href="([^"]*)" aria-label="去填：上级党组织"', shown)
        assert json.loads(unquote(link.split("#")[1])) == ["branch", "t01", ["superior"], {}]
    assert "上级党组织" not in desk_of(filled).findings("talks").bundle()["text/html"]


def test_what_can_only_be_explained_offers_just_that_for_each(filled: Path, tmp_path: Path) -> None:
    reviews = b.branch()["records"]["member_review"][:2]
    facts = zip(reviews, ("学习不够。", "作风不实。"), strict=True)
    put(filled, tmp_path, put={f"member_review/{r['id']}/items/0/fact": fact for r, fact in facts})
    shown = desk_of(filled, interactive=True).findings("reviews").bundle()["text/html"]
    group = shown.split("只能说明（")[1].split("<h4>")[0]
    assert group.count(">写情况说明</a>") == 2
    assert group.count(">去看</a>") == 2
    assert ">去改</a>" not in group, "what was written before the meeting stays as it is"


def test_what_must_be_corrected_stands_first_and_each_group_says_what_it_asks(filled: Path, tmp_path: Path) -> None:
    raw = b.branch()["records"]
    outline = raw["member_review"][0]["id"]
    put(filled, tmp_path, put={f"member_review/{outline}/items/0/fact": "学习不够。"}, remove=["pledge"])
    shown = desk_of(filled).findings("home").bundle()["text/html"]
    groups = re.split("<h4>|<summary>(?=影响|可以|只能|正在)", shown)[1:]
    graver = [
        ("须改正" in group or "须说明" in group) for group in groups if group[:2] in ("影响", "可以", "只能", "正在")
    ]
    assert len(set(graver)) == 2, "one group with errors, one with warnings only"
    assert graver == sorted(graver, reverse=True)
    assert "还没有做的，或者还在改的" in shown


def test_a_cleared_row_of_a_probationary_member_asks_for_nothing(filled: Path, tmp_path: Path) -> None:
    new = next(m["id"] for m in b.branch()["records"]["member"] if m.get("status") == "probationary")
    mine = next((g["id"] for g in b.branch()["records"]["grade"] if g["member"] == new), "")
    gone = [f"grade/{mine}"] if mine else []
    put(filled, tmp_path, remove=gone, add={"grade": [{"id": "cleared", "member": new}]})
    bundle = desk_of(filled).documents("appraisal").bundle()
    assert "〔待填〕" not in bundle["text/html"]


def test_the_views_of_a_page_lay_out_each_paper_once_for_its_blanks(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out = []

    def documents(office: Office, dossier: Any, stage: Any, findings: Any) -> Any:
        laid_out.append(stage.key)
        return usual(office, dossier, stage, findings)

    usual = Office.documents
    monkeypatch.setattr(Office, "documents", documents)
    desk = desk_of(filled, interactive=True)
    for view in (desk.next("talks"), desk.findings("talks"), desk.next("plan"), desk.findings("")):
        assert view.bundle()["text/html"]
    assert sorted(laid_out) == sorted(stage.key for stage in branch_stages())


def test_a_form_and_each_view_of_a_page_ask_once_whether_something_was_saved(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(filled, interactive=True)
    asked = []

    def state(store: Store) -> Any:
        asked.append(1)
        return usual(store)

    usual = Store.state
    monkeypatch.setattr(Store, "state", state)
    desk.form("talks")
    assert len(asked) == 1
    for view in (desk.findings("talks"), desk.documents("talks"), desk.next("talks")):
        asked.clear()
        assert view.bundle()["text/html"]
        assert len(asked) == 1


def test_a_page_shows_what_was_saved_since_it_was_shown(filled: Path, tmp_path: Path) -> None:
    desk = desk_of(filled, interactive=True)
    view = desk.findings("talks")
    before = view.bundle()
    put(filled, tmp_path, remove=["talk"])
    assert view.bundle() != before


def test_a_batch_lays_out_no_paper_for_the_bar(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(filled)
    monkeypatch.setattr(Office, "documents", None)
    assert "下一步" in desk.next("talks").bundle()["text/html"]


def test_where_nobody_looks_only_the_papers_of_the_stage_are_laid_out(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = desk_of(filled).documents("talks").bundle()
    monkeypatch.setattr(notebook_html.View, "unseen", True)
    desk = desk_of(filled)
    assert desk.documents("talks").bundle() == {**seen, "text/html": ""}
    monkeypatch.setattr(Office, "documents", None)
    for view in (desk.form(HOME), desk.findings("talks"), desk.findings(""), desk.next("talks")):
        assert view.bundle() == {"text/html": "", "text/plain": ""}


class Choosing:
    """An office of a role with some branches; its own settings may name one."""

    def __init__(self, role: str, known: list[str], own: str) -> None:
        self.opening = ""
        settings = SimpleNamespace(role=role, branch=own)
        self.workspace = SimpleNamespace(settings=settings, reserved_branch=lambda _: "reserved")
        self.branches = lambda: known

    def one_branch(self, branch: str) -> str:
        known, named = self.branches(), branch or self.workspace.settings.branch
        if named:
            if named not in known:
                raise UnknownBranch(branch=named, known="")
            return named
        if not known:
            raise NoBranch
        if len(known) > 1:
            raise BranchNotChosen(known="")
        return known[0]


@pytest.mark.parametrize(
    ("role", "known", "own", "asked", "in_page", "in_batch"),
    [
        ("branch", ["a"], "", "", "a", "a"),
        ("branch", ["a", "b"], "b", "", "b", "b"),
        ("branch", ["a", "b"], "b", "a", "a", "a"),
        ("branch", ["a", "b"], "", "", BranchNotChosen, BranchNotChosen),
        ("branch", ["a"], "", "x", UnknownBranch, UnknownBranch),
        ("branch", [], "", "", "begun reserved", NoBranch),
        ("branch", [], "own", "", "begun own", UnknownBranch),
        ("branch", [], "own", "x", "begun x", UnknownBranch),
        ("bureau", [], "", "", "", ""),
        ("bureau", ["a", "b"], "", "", "", ""),
        ("bureau", ["a"], "", "x", UnknownBranch, UnknownBranch),
        ("bureau", [], "", "x", "begun x", UnknownBranch),
        ("bureau", [], "", BUREAU, BUREAU, BUREAU),
    ],
)
def test_which_branch_a_page_and_a_batch_open(
    role: str, known: list[str], own: str, asked: str, in_page: str | type[Exception], in_batch: str | type[Exception]
) -> None:
    for interactive, expected in ((True, in_page), (False, in_batch)):
        office: Any = Choosing(role, known, own)
        if isinstance(expected, str):
            opened = desk._branch_of(office, asked, interactive=interactive)
            assert (opened, office.opening) == (
                expected.removeprefix("begun "),
                expected.removeprefix("begun ") if expected.startswith("begun ") else "",
            )
        else:
            with pytest.raises(expected):
                desk._branch_of(office, asked, interactive=interactive)
            assert office.opening == ""


@pytest.mark.parametrize(
    ("interactive", "shell", "shown"), [(True, "shell", ["shell"]), (True, None, []), (False, "shell", [])]
)
def test_a_notebook_shows_sentences_in_place_of_tracebacks(
    monkeypatch: pytest.MonkeyPatch, *, interactive: bool, shell: str | None, shown: list[str]
) -> None:
    got: list[Any] = []
    monkeypatch.setattr(notebook_html, "friendly_errors", got.append)
    monkeypatch.setattr(getipython, "get_ipython", lambda: shell)
    desk._show_sentences(interactive=interactive)
    assert got == shown


def test_the_forms_of_the_meeting_open_after_a_study_and_stay_open() -> None:
    """不学习不开会."""
    shut = [finding(stage="study", rule="STUDY-01", checkpoint="prep")]
    found, made = list(shut), list[Any]()

    def forms(stage: Any) -> Any:
        made.append(stage)
        return SimpleNamespace(_repr_mimebundle_=lambda: {"text/html": "录入表"})

    page: Any = SimpleNamespace(stage_findings=lambda _: found, _forms=forms, _view=lambda _, make: make)
    make: Any = Desk._gated(page, BY_KEY["meeting"])
    assert "去登记集中学习" in make()["text/html"]
    assert made == []
    found.clear()
    assert make() == {"text/html": "录入表"}
    found.extend(shut)
    assert make() == {"text/html": "录入表"}
    assert made == [BY_KEY["meeting"]], "made once: what is typed there stays"


@pytest.mark.parametrize(
    ("interactive", "on_server", "renewed"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_only_an_open_page_on_a_server_hears_of_others(
    monkeypatch: pytest.MonkeyPatch, *, interactive: bool, on_server: bool, renewed: bool
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(live, "live_page", lambda store, state, renew: heard.append((state(), renew)) or "live")
    store = SimpleNamespace(on_server=on_server, state=lambda: 7, loans=list)
    page: Any = SimpleNamespace(interactive=interactive, office=SimpleNamespace(store=store), live=None)
    Desk._renew_when_others_save(page, print)
    assert (heard, page.live) == (([((7, []), print)], "live") if renewed else ([], None))


@pytest.mark.parametrize(
    ("branch", "stage", "titles"),
    [
        ("t01", "", ["下一步：工作方案"]),
        ("t01", "plan", ["回首页", "下一步：集中学习"]),
        ("t01", "report", ["回首页", "下一步：定稿与归档"]),
        ("t01", "filing", ["回首页"]),
        ("t01", "campaign", ["回首页", "回定稿与归档"]),
        ("t01", "supervision", ["全局总览", "收件", "读通知、定方案"]),
        ("", "talks", ["全局总览", "收件", "上级督导", "读通知、定方案"]),
    ],
)
def test_each_page_leads_on_to_the_next(branch: str, stage: str, titles: list[str]) -> None:
    page: Any = SimpleNamespace(branch=branch, in_bureau=False)
    page._of_branch = lambda stage: Desk._of_branch(page, stage)
    assert [title for title, _ in Desk._next_links(page, stage)] == titles
