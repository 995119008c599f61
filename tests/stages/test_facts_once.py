"""No fact is asked for twice: every field that could repeat another one is prefilled from it, or reviewed as a fact of its own.

Fields whose labels end alike (报送单位, 责令单位; 具体措施, 改进措施) could hold one fact. A new field that ends like another is
named by the first test: it belongs into ``PREFILLED`` with what it is filled from, or into ``OWN`` with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from orglife.core.formview import EntryTable, Layout
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Entry
from orglife.core.record.shape import Spec, specs_of
from orglife.stages import BY_KEY, STAGES
from orglife.stages.kinds import BY_TYPE
from tests import branch as b

PREFILLED = {
    "plan_submission.to": ("branch.superior", "taken"),
    "grade_statistics.to": ("branch.superior", "taken"),
    "filing.to": ("branch.superior", "taken"),
    "report.to": ("branch.superior", "taken"),
    "meeting.guests.unit": ("branch.superior", "fill"),
    "meeting.date": ("plan.planned_meeting_on", "begin"),
    "meeting_notice.meeting_on": ("plan.planned_meeting_on", "begin"),
    "meeting.place": ("meeting_notice.place", "begin"),
    "meeting.planned_start": ("meeting_notice.start", "begin"),
    "meeting.groups.date": ("meeting.date", "fill"),
    "last_year.reported_on": ("meeting.date", "taken"),
    "work_report.date": ("meeting.date", "taken"),
    "tally.date": ("meeting.date", "taken"),
    "team_tally.date": ("meeting.date", "taken"),
    "grade_meeting.date": ("meeting.date", "taken"),
    "grade_meeting.present": ("meeting.present", "fill"),
    "team_tally.counters": ("tally.counters", "begin"),
    "team_tally.supervisors": ("tally.supervisors", "begin"),
    "rect_item.title": ("team_review.items.fact", "offered"),
    "rect_item.measure": ("team_review.items.measure", "offered"),
    "rect_item.problem_ids": ("team_review.items.id", "offered"),
    "rect_item.responsible": ("rect_item.owner", "taken"),
    "rect_item.owner_kind": ("rect_item.owner", "fill"),
    "pledge.problem_ids": ("member_review.items.id", "begun for"),
    "study.makeup.member": ("member.id", "begun for"),
    "member_review.none_declared": ("member_review.items.aspect", "fill"),
}
"""Field → the field that holds its fact, and how it is filled from there."""

OWN = {
    "each event, and each act of somebody, has a day of its own": (
        "member.party_on member.joined_on member.left_on member.quorum_approved_on plan.made_on plan.approved_on "
        "plan.reviewed_on plan.planned_meeting_on plan_submission.submitted_on explanation.date check_item.date study.date "
        "study.makeup.date talk.date opinion.date team_review.date team_review.reviewed_on member_review.date "
        "member_review.reviewed_on problem_list.confirmed_on meeting.absent.approved_on meeting.absent.informed_on "
        "last_year.held_on meeting_notice.sent_on grade.feedback_on disposal.proposed_on disposal.prior_filed_on "
        "disposal.investigated_on disposal.heard_on disposal.assembly.date disposal.approved_on disposal.effective_on "
        "grade_statistics.date rect_item.done_on pledge.date filing.date filing.received_on report.date report.received_on"
    ),
    "whose entry it is; the roster is listed by a button, or the row is the member's": (
        "member_review.member meeting.present meeting.absent.member meeting.speeches.member meeting.groups.speeches.member "
        "tally.rows.member grade.member disposal.member rect_item.owner rect_list.owner rect_list.owner_kind pledge.member"
    ),
    "what somebody said or wrote on one occasion": (
        "plan_submission.opinion talk.problems_pointed talk.opinions_heard meeting.briefing.problems "
        "meeting.briefing.opinions criticism.text grade.opinion opinion.text superior_comment.problems.text pledge.text "
        "study.gist meeting.speeches.points meeting.groups.speeches.points meeting.summary.text superior_comment.text "
        "last_year.text last_year.items.result publication.handling disposal.help_measures work_report.text filing.text "
        "report.text team_review.text member_review.text plan.contents.requirements plan.contents.other "
        "plan.contents.schedule plan.phases.before plan.phases.during plan.phases.after check_item.note "
        "meeting.delegation_note grade_statistics.note rect_item.delay_note explanation.reason meeting.absent.reason"
    ),
    "a problem is written down once, by the leadership or by a member; what follows from it is offered": (
        "team_review.none_declared team_review.items.aspect team_review.items.dimension team_review.items.fact "
        "team_review.items.cause team_review.items.cause_views team_review.items.measure member_review.items.aspect "
        "member_review.items.dimension member_review.items.fact member_review.items.cause member_review.items.cause_views "
        "member_review.items.measure rect_list.none_declared"
    ),
    "a tick about what a paper contains or a comment covers": (
        "filing.contents.problems filing.contents.measures superior_comment.covers.guidance superior_comment.covers.meeting "
        "superior_comment.covers.criticism publication.kind meeting.speeches.self_criticism "
        "meeting.groups.speeches.self_criticism tally.rows.no_grade member.quorum_excluded"
    ),
    "each occasion has its own place, hours, people and manner": (
        "study.place talk.place meeting.groups.place meeting_notice.place publication.place study.host meeting.chair "
        "meeting.groups.chair meeting.recorder meeting.groups.recorder talk.start talk.end meeting.start meeting.end "
        "meeting.groups.start meeting.groups.end meeting_notice.start meeting.groups.present study.attendees "
        "talk.participants meeting_notice.who study.form talk.mode disposal.kind meeting.speeches.order "
        "meeting.groups.speeches.order meeting.groups.group"
    ),
    "each vote is counted by itself": (
        "meeting.resolutions.present meeting.resolutions.yes meeting.resolutions.no meeting.resolutions.abstain "
        "meeting.resolutions.subject tally.rows.abstain tally.rows.qualified tally.rows.basic tally.rows.unqualified "
        "grade_meeting.yes grade_meeting.no grade_meeting.abstain disposal.assembly.present disposal.assembly.yes "
        "disposal.assembly.no disposal.assembly.abstain team_tally.rows.abstain tally.valid tally.invalid tally.issued "
        "tally.returned tally.secret tally.counters tally.supervisors team_tally.valid team_tally.invalid "
        "team_tally.issued team_tally.returned team_tally.secret"
    ),
    "words that end alike and mean different things": (
        "member.mobile_state member.name member.status member.group meeting.guests.name meeting.guests.capacity "
        "study.material_ids opinion.target criticism.target grade.waiver grade.grade opinion.source "
        "rect_item.source criticism.author superior_comment.author check_item.demand grade_meeting.body "
        "disposal.proposed_by branch.unit_name branch.superior disposal.approved_by filing.received_by report.received_by"
    ),
    "last year's list, carried over when the new campaign is begun": (
        "last_year.items.title last_year.items.measure last_year.items.status rect_item.status"
    ),
}
"""Why fields that end alike hold facts of their own → the fields."""
REVIEWED = {name for names in OWN.values() for name in names.split()}
ENDING = 2  # characters of a label that say of what kind the fact is


def asked(kind: type[Entry], layout: Layout, name: str) -> Iterator[tuple[str, Spec]]:
    """The fields that a form asks for, with the fields of nested objects."""
    hidden = {*layout.hide.get(name, ()), *layout.spared.get(name, ())}

    def walk(inner: type[Entry], path: tuple[str, ...]) -> Iterator[tuple[str, Spec]]:
        for spec in specs_of(inner):
            dotted = ".".join((*path, spec.name))
            if spec.derived or spec.name == "id" or dotted in hidden:
                continue
            if spec.item is not None:
                yield from walk(spec.item, (*path, spec.name))
            else:
                yield f"{name}.{dotted}", spec

    yield from walk(kind, ())


def all_asked() -> dict[str, Spec]:
    """All fields of all forms of a branch."""
    found = dict(asked(Branch, Layout(), "branch"))
    for stage in STAGES:
        for kind in stage.records:
            if not stage.bureau and not kind.BUREAU:
                found |= asked(kind, stage.layout, kind.TYPE)
    return found


def unreviewed(fields: Mapping[str, Spec]) -> set[str]:
    """Fields that end like another one and are neither prefilled nor reviewed."""
    groups = defaultdict[str, list[str]](list)
    for name, spec in fields.items():
        groups[spec.label[-ENDING:]].append(name)
    alike = {name for names in groups.values() if len(names) > 1 for name in names}
    return alike - REVIEWED - set(PREFILLED)


def test_a_field_that_ends_like_another_is_prefilled_or_reviewed() -> None:
    fields = all_asked()
    assert not unreviewed(fields), "could hold a fact that is asked for already"
    gone = (REVIEWED | set(PREFILLED)) - set(fields)
    assert not gone, f"no form asks for them any more: {sorted(gone)}"
    assert not REVIEWED & set(PREFILLED)


@pytest.mark.parametrize("label", ["报送单位", "会议日期", "整改措施", "具体问题", "到会人员"])
def test_a_new_field_that_could_repeat_one_is_named(label: str) -> None:
    fields = all_asked()
    assert unreviewed({**fields, "new.field": Spec(path=("field",), kind="text", label=label)}) == {"new.field"}


# --- each is filled in from where it says ----------------------------------------------------------------------------

NOTICE = {"id": "mn", "sent_on": "2024-02-12", "meeting_on": "2024-02-20", "start": "14:00", "place": "三楼会议室"}
TYPED: Mapping[str, Mapping[str, Any]] = {
    "meeting.guests": {"guests": [{"name": "柏青", "capacity": "superior"}]},
    "meeting.groups": {"date": "2024-02-20", "groups": [{"group": "第一党小组"}]},
    "grade_meeting": {"body": "assembly"},
    "rect_item": {"owner": "m2", "owner_kind": "member"},
    "rect_item.owner_kind": {"owner": "m2"},
}
"""What somebody types before the field is filled in."""


def branch_of() -> Dossier:
    raw = b.changed(b.branch(), put={"branch/superior": "局机关党总支", "plan/plan/planned_meeting_on": "2024-02-20"})
    raw["records"]["meeting_notice"] = [NOTICE]
    return b.dossier(raw)


def without(dossier_type: str) -> Dossier:
    """The branch without the records of one type."""
    raw = b.changed(b.branch(), put={"branch/superior": "局机关党总支", "plan/plan/planned_meeting_on": "2024-02-20"})
    raw["records"]["meeting_notice"] = [NOTICE]
    raw["records"].pop(dossier_type, None)
    return b.dossier(raw)


def at(values: Any, path: list[str]) -> Any:
    """What stands at a path of JSON; the first entry of each list on the way."""
    for part in path:
        values = values[0] if isinstance(values, list) else values
        values = values.get(part) if isinstance(values, Mapping) else None
    return values


def value_of(source: str, dossier: Dossier) -> Any:
    kind, *path = source.split(".")
    if kind == "branch":
        return getattr(dossier.branch, path[0])
    (first, *_) = dossier.all(BY_TYPE[kind])
    return at(first.to_json(), path)


def filled(name: str, how: str) -> Any:
    """What the form of a field's record holds in it, before anybody typed it."""
    kind, *path = name.split(".")
    layout, campaign, dossier = BY_KEY[BY_TYPE[kind].STAGE].layout, b.campaign(), without(kind)
    typed = TYPED.get(name) or TYPED.get(f"{kind}.{path[0]}") or TYPED.get(kind) or {}
    if how == "taken":
        return layout.taken[kind][path[0]].value(typed, dossier, campaign)
    if how == "begin":
        return at(layout.begin[kind](dossier, campaign), path)
    if how == "fill":
        return at({**typed, **layout.fill[kind](typed, set(typed), dossier, campaign)}, path)
    if how == "begun for":
        return at(layout.begin_for[kind](dossier, ["m2"], campaign), path)
    (table,) = (view for view in layout.views if isinstance(view, EntryTable) and kind == view.kind.TYPE)
    return at(table.proposals(dossier, campaign)[0].values, path)


@pytest.mark.parametrize("name", [name for name in PREFILLED if name != "member_review.none_declared"])
def test_a_prefilled_field_holds_what_its_source_says(name: str) -> None:
    source, how = PREFILLED[name]
    value = filled(name, how)
    assert value, "nothing is prefilled"
    if name == "rect_item.owner_kind":
        assert value == "member"
    elif name in ("rect_item.responsible", "study.makeup.member"):
        assert value == "m2"
    elif name == "pledge.problem_ids":
        assert value == ["r2.p1"]
    elif name == "rect_item.problem_ids":
        assert value == [value_of(source, branch_of())]
    else:
        assert value == value_of(source, branch_of())


def test_standards_that_are_reviewed_under_every_aspect_are_ticked() -> None:
    """经查无问题 by aspect says it by standard too."""
    layout, campaign = BY_KEY["reviews"].layout, b.campaign()
    aspects, (standard, *rest) = campaign.keys("aspects"), campaign.keys("dimensions")
    values = {"items": [{"aspect": aspects[0], "dimension": standard}], "none_declared": list(aspects[1:])}
    follows = layout.fill["member_review"](values, {"none_declared"}, branch_of(), campaign)
    assert follows == {"none_declared": [*aspects[1:], *rest]}
