"""A redo from the bureau's order to the branch's second round: both rounds stay on record and on paper, rules read the latest."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.form.form import RecordForm
from orglife.core.errors import NoRoundToAnnul, RoundAnnulled
from orglife.desk.desk import Desk
from orglife.desk.documents import bundle_of
from orglife.desk.forms import beginning
from orglife.desk.ports import BureauChoices, BureauPort, StorePort
from orglife.office.office import Office
from orglife.stages.appraisal.record import Grade, GradeMeeting, Tally
from orglife.stages.meeting.record import Criticism, Meeting, SuperiorComment
from orglife.stages.report.record import Filing, RedoOrder
from orglife.stages.shared.rounds import grade_meeting_in_force, meeting_in_force, round_in_force, tally_in_force
from tests import branch as b
from tests.conftest import run

DAY = date(2024, 3, 25)
NAMES = {"t01": "测试局机关党支部"}
Json = dict[str, Any]


def order(scope: str = "appraisal", **changes: Any) -> RedoOrder:
    base = {
        "id": "redo_order1",
        "branch": "t01",
        "round": 1,
        "scope": scope,
        "issued_by": "测试局党组",
        "date": "2024-03-11",
        "due": "2024-03-22",
        "reason": "测评结果与平时表现明显不符",
    }
    return RedoOrder.model_validate({**base, **changes})


def second_round(scope: str) -> dict[type[Any], list[Json]]:
    """What the branch holds again, after every date limit of the campaign."""
    appraisal: dict[type[Any], list[Json]] = {
        Tally: [{**b.tally(), "id": "ty2", "date": "2024-03-15", "round": 2}],
        GradeMeeting: [
            {"id": "gm2", "body": "committee", "date": "2024-03-16", "present": ["m1", "m2", "m3"], "round": 2}
        ],
        Grade: [{**g, "id": f"h{g['id']}", "feedback_on": "2024-03-18", "round": 2} for g in b.grades()],
        Filing: [{**b.report()["filing"][0], "id": "fl2", "date": "2024-03-19", "round": 2}],
    }
    if scope == "appraisal":
        return appraisal
    guests = [{"id": "mt2.g1", "name": "柏青", "unit": "局机关党总支", "capacity": "superior"}]
    said = [
        {**c, "id": f"n{c['id']}", "text": "三月的台账你又晚交了四天，催了两回", "round": 2} for c in b.criticisms()
    ]
    comment = {**b.branch()["records"]["superior_comment"][0], "id": "sc2", "author": "mt2.g1", "round": 2}
    comment["problems"] = [{"id": "sc2.p1", "text": "意见答复慢"}]
    meeting = {**b.meeting(), "id": "mt2", "date": "2024-03-15", "guests": guests, "round": 2}
    return {Meeting: [meeting], Criticism: said, SuperiorComment: [comment], **appraisal}


def enter(office: Office, scope: str) -> None:
    """The bureau enters its order, the branch everything it holds again."""
    BureauPort(office, RedoOrder, DAY, NAMES).save(order(scope), 0)
    for kind, records in second_round(scope).items():
        for raw in records:
            StorePort(office, "t01", kind, DAY).save(kind.model_validate(raw), 0)


def change(root: Path, tmp_path: Path, raw: Json) -> None:
    source = tmp_path / "again.json"
    source.write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0


@pytest.mark.parametrize("scope", ["appraisal", "whole"])
def test_the_branch_goes_on_in_round_two(filled: Path, tmp_path: Path, scope: str) -> None:
    change(filled, tmp_path, b.changed(b.branch(), put={"rect_item/k0/problem_ids": ["tr.p1", "sc.p1", "sc2.p1"]}))
    with Office.open(filled) as office:
        BureauPort(office, RedoOrder, DAY, NAMES).save(order(scope), 0)
        before = office.findings(office.dossier("t01", DAY), "close")
        assert "SUPV-05" in {f.rule for f in before}
    begins = Desk.open(str(filled), "t01", as_of=DAY.isoformat())
    assert beginning(begins.dossier(), Tally, begins.office.campaign)["round"] == 2
    assert beginning(begins.dossier(), Meeting, begins.office.campaign) == ({"round": 2} if scope == "whole" else {})
    with Office.open(filled) as office:
        for kind, records in second_round(scope).items():
            for raw in records:
                StorePort(office, "t01", kind, DAY).save(kind.model_validate(raw), 0)
        dossier = office.dossier("t01", DAY)
        assert round_in_force(dossier) == 2
        meeting, tally, grading = meeting_in_force(dossier), tally_in_force(dossier), grade_meeting_in_force(dossier)
        assert None not in (meeting, tally, grading)
        assert tuple(r.id for r in (meeting, tally, grading) if r) == (
            "mt2" if scope == "whole" else "mt",
            "ty2",
            "gm2",
        )
        errors = [f.to_json() for f in office.findings(dossier, "close") if f.counts and f.severity == "error"]
        assert errors == [], "late days of an ordered round are in order, and nothing of round 1 is asked again"


@pytest.mark.parametrize(("scope", "forms"), [("appraisal", "F11 F12 F17"), ("whole", "F9 F10 F11 F12 F13 F17")])
def test_both_rounds_stay_on_record_and_on_paper(filled: Path, scope: str, forms: str) -> None:
    with Office.open(filled) as office:
        enter(office, scope)
        dossier = office.dossier("t01", DAY)
        papers = [
            d for s in ("meeting", "appraisal", "report") for d in bundle_of(Desk.open(str(filled), "t01"), s).documents
        ]
    for form in forms.split():
        titles = [p.heading for p in papers if p.form == form]
        assert len(titles) == 2, form
        assert [("（第2轮）" in t) for t in titles] == [False, True]
    (paper,) = [p for p in papers if p.form == "F20"]
    assert paper.recipient == "测试局机关党支部"
    assert {g.round for g in dossier.all(Grade)} == {1, 2}


def test_rules_read_the_latest_round(filled: Path) -> None:
    with Office.open(filled) as office:
        enter(office, "appraisal")
        tally = Tally.model_validate({**b.tally(), "id": "ty2", "date": "2024-03-15", "round": 2, "valid": 6})
        port = StorePort(office, "t01", Tally, DAY)
        port.save(tally, 1)
        wrong = [f for f in office.findings(office.dossier("t01", DAY)) if f.rule == "VOTE-03"]
        assert [s.id for s in wrong[0].subjects] == ["ty2"]
        port.save(tally.model_copy(update={"valid": 7}), 2)
        annulled = Tally.model_validate({**b.tally(), "valid": 5})
        port.save(annulled, 1)  # nobody's business any more
        assert not [f for f in office.findings(office.dossier("t01", DAY)) if f.rule == "VOTE-03"]


def test_an_order_reaches_the_branch_read_only_and_import_leaves_it_alone(filled: Path, tmp_path: Path) -> None:
    with Office.open(filled) as office:
        BureauPort(office, RedoOrder, DAY, NAMES).save(order(), 0)
        assert [o.reason for o in office.dossier("t01", DAY).all(RedoOrder)] == ["测评结果与平时表现明显不符"]
    form = [f for f in _forms_of(Desk.open(str(filled), "t01", as_of=DAY.isoformat())) if f.kind is RedoOrder]
    assert form[0].locked
    change(filled, tmp_path, b.branch())  # without it: not withdrawn
    changed = {**order().to_json(), "reason": "不用重来", "round": 3}
    change(filled, tmp_path, b.changed(b.branch(), add={"redo_order": [changed]}))
    with Office.open(filled) as office:
        (kept,) = office.dossier("t01", DAY).all(RedoOrder)
        assert kept == order()
        assert office.store.version("2024-seed", "t01", "redo_order", "redo_order1") == 0
        assert office.store.version("2024-seed", "_bureau", "redo_order", "redo_order1") == 1


def _forms_of(desk: Desk) -> list[RecordForm]:
    made: list[RecordForm] = []
    build = RecordForm.__init__

    def remember(self: RecordForm, *args: Any, **more: Any) -> None:
        made.append(self)
        build(self, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RecordForm, "__init__", remember)
        tabs = desk.form("report")
        for number in range(len(tabs.titles)):  # each sheet is made when its turn comes
            tabs.selected_index = number
    return made


def history(office: Office) -> int:
    return len(office.store.history("2024-seed", "_bureau"))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"round": 2}, NoRoundToAnnul), ({"round": 0}, NoRoundToAnnul), ({"branch": "t09"}, NoRoundToAnnul)],
)
def test_an_order_for_a_round_that_was_not_held_is_refused(
    filled: Path, changes: Json, refusal: type[Exception]
) -> None:
    with Office.open(filled) as office:
        with pytest.raises(refusal):
            BureauPort(office, RedoOrder, DAY, NAMES).save(order(**changes), 0)
        assert history(office) == 0


def test_a_second_order_for_the_same_round_is_refused(filled: Path, tmp_path: Path) -> None:
    with Office.open(filled) as office:
        port = BureauPort(office, RedoOrder, DAY, NAMES)
        port.save(order(), 0)
        with pytest.raises(RoundAnnulled, match="2024年3月11日"):
            port.save(order(id=port.new_id()), 0)
        assert history(office) == 1
        port.save(order(reason="另有两票代填"), 1)  # the same order, corrected
    change(filled, tmp_path, b.changed(b.branch(), add={"redo_order": [order(id="ro7", date="2024-03-01").to_json()]}))
    with Office.open(filled) as office, pytest.raises(RoundAnnulled):
        BureauPort(office, RedoOrder, DAY, NAMES).save(order(id="redo_order9"), 0)


def test_the_form_says_so_beside_the_field_and_stores_nothing(filled: Path) -> None:
    with Office.open(filled) as office:
        port = BureauPort(office, RedoOrder, DAY, NAMES)
        form = RecordForm(RedoOrder, port, choices=BureauChoices(office, NAMES, DAY, DAY))
        form.add()
        form.ctx.silence().__enter__()  # two fields at once, as by a paste
        form.field("branch").put("t01")
        form.field("round").put("2")
        form.ctx._quiet = 0
        form._changed("round")
        assert history(office) == 0
        assert office.store.current("2024-seed", "_bureau").drafts == ()
        assert "没有第2轮" in form.field("round").note.value
        assert "没有登记" in form.page.status.value
        assert form.page.give_up_button in form.page.bar.children
        form.field("round").w.value = "1"
        assert history(office) == 1
        assert form.page.give_up_button not in form.page.bar.children
        form.field("round").w.value = "3"
        assert history(office) == 1
        form.give_up()
        assert form.field("round").w.value == "1"
        form.add()
        assert form.id != "redo_order1"
