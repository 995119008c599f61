"""Rules for the archive catalogue: completeness, numbers, metadata, retention.

Rules about the files themselves (changed after sealing, unfit formats, foreign files) need a package, not a dossier:
see ``package.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.record.field import label_of
from orglife.core.record.record import Identified, Record
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.expressions import fullmatch
from orglife.core.rule.rule import Case, Rule, Severity, Spot, rule, spot
from orglife.core.stage import Stage
from orglife.stages.archive.numbers import Series, series_of, slot_of
from orglife.stages.archive.record import RETENTIONS, ArchiveItem
from orglife.stages.catalogue import FORMS

RANK = {"D10": 1, "D30": 2, "Y": 3}
"""Rank of a retention period: longer is higher."""

RETENTION = {number: each.form.retention for number, each in FORMS.items() if each.form.retention}
"""Default retention of each form; F8 and F22 are not archived."""

PaperKey = tuple[str, str]
"""Form and subject of a paper."""


def papers_of(dossier: Dossier, stages: Iterable[Stage], campaign: Campaign) -> list[PaperKey]:
    """Papers that can be made from the records, in the order of the stages."""
    sheet = Sheet(dossier, campaign)
    papers = [paper for stage in stages if stage.documents for paper in stage.documents(sheet)]
    return list(dict.fromkeys((paper.form, paper.subject) for paper in papers))


def archive_rules(stages: Sequence[Stage]) -> tuple[Rule, ...]:
    """Make the rules over the catalogue.

    Args:
        stages: All stages: their papers belong in the catalogue, their rules report missing records.
    """
    known = {each.id: each for stage in stages for each in stage.rules}
    return (_papers_not_filed(stages, known), code_wrong, metadata_missing, retention_too_short)


def _papers_not_filed(stages: Sequence[Stage], known: Mapping[str, Rule]) -> Rule:
    of_branch = {form for stage in stages if not stage.bureau for form in stage.forms if form.retention}
    ours = [each.form for each in FORMS.values() if each.form in of_branch]

    @rule(
        "ARCH-01",
        severity=Severity.ERROR,
        title="归档件不齐",
        message="归档件缺少：{missing}。",
        fix="请到“定稿与归档”页再点一次“归档”，会补上；确实没有的，请写明情况。",
        checkpoint="archive",
        stage="archive",
        kind="missing",
        per="branch",
        general="dat22-5.1",
        params={
            "required": [form.number for form in ours if not form.if_recorded],
            "required_if_recorded": [form.number for form in ours if form.if_recorded],
        },
    )
    def papers_not_filed(case: Case) -> Iterator[Spot]:
        """A paper that can be made from the records is not in the catalogue; silent until archiving has begun.

        Without any archive item archiving has not begun, so a complete branch gets no finding at any checkpoint. A
        missing record is reported by its own rule; where that has fired, the paper is not reported here. A withdrawn
        item does not count as its paper.
        """
        items = case.dossier.all(ArchiveItem)
        if not items:
            return
        required_forms = (*case.params["required"], *case.params["required_if_recorded"])
        filed = {_key(item.form, item.subject) for item in items if not item.withdrawn}
        absent = _absent(case, known)
        missing = [
            (form, subject)
            for form, subject in papers_of(case.dossier, stages, case.campaign)
            if form in required_forms and _key(form, subject) not in filed and not absent(form, subject)
        ]
        if missing:
            yield spot(missing=list(dict.fromkeys(paper_name(case.dossier, *paper) for paper in missing)))

    return papers_not_filed


def _key(form: str, subject: str) -> PaperKey:
    return form, "" if form in FORMS and FORMS[form].form.one_per_branch else subject


def _absent(case: Case, known: Mapping[str, Rule]) -> Callable[[str, str], bool]:
    """Return a test: has the rule for a missing paper fired (for forms per member: for the paper's member)?"""
    fired: dict[str, set[str]] = {}
    for form, each in FORMS.items():
        spots = [s for ident in each.form.missing_rules if ident in known for s in case.fires(known[ident])]
        # "" means the branch: its own list, or a finding without subjects
        fired[form] = {on.id for s in spots for on in s.on} | ({""} if any(not s.on for s in spots) else set())

    def absent(form: str, subject: str) -> bool:
        if form not in FORMS or not FORMS[form].form.per_member:
            return bool(fired.get(form))
        record = case.dossier.index.get(subject)
        owner = getattr(record, "member", "") or subject
        return owner in fired.get(form, ())

    return absent


def paper_name(dossier: Dossier, form: str, subject: str) -> str:
    """A paper's name in words: 发言提纲（甲）, 会议记录（2024年2月20日）."""
    title = FORMS[form].title if form in FORMS else form
    one = form in FORMS and FORMS[form].form.one_per_branch
    about: Identified | None = None if one else dossier.index.get(subject)
    if about is None:
        return title
    if isinstance(about, Record) and about.TYPE == "member":
        return f"{title}（{dossier.label(about)}）"
    _, bracket, rest = dossier.label(about).partition("（")
    return title + bracket + rest


@rule(
    "ARCH-02",
    severity=Severity.ERROR,
    title="档号不合规或重复",
    message="{what}：{why}。",
    fix="已经编过的档号不会自己变，多半是数据在别处被改动过：请用归档时的备份恢复；没有备份的，请联系管理员。",
    checkpoint="archive",
    stage="archive",
    kind="wrong",
    per="record",
    general="dat22-5.4",
    needs=("year",),
    params={"pattern": "[A-Z0-9]{4}-WS·[0-9]{4}-(Y|D30|D10)-[A-Z0-9]{2,8}-[0-9]{4}"},
)
def code_wrong(case: Case) -> Iterator[Spot]:
    """A number is malformed, duplicated, of another year, or leaves a gap in its series.

    Withdrawn items keep their numbers and count, and so do those of the branch's other campaigns of the year. A blank
    number or year is reported by ARCH-03.
    """
    items = case.dossier.all(ArchiveItem)
    elsewhere = case.dossier.codes_elsewhere
    codes = Counter([*(item.code for item in items if item.code), *elsewhere])  # blank codes are skipped
    gaps = _gaps(items, case.dossier.branch.org_code, elsewhere)
    for item in items:
        reasons = []
        if item.code and not fullmatch(case.params["pattern"], item.code):
            reasons.append("写法不合规定")
        if codes[item.code] > 1:
            reasons.append("与另一件的档号相同")
        if item.year is not None and item.year != case.campaign.year:
            reasons.append(f"年度是{item.year}年，应为{case.campaign.year}年")
        if item.id in gaps and not (codes[item.code] > 1 and gaps[item.id].endswith("重复")):
            reasons.append(gaps[item.id])
        if reasons:
            what = f"档号“{item.code}”" if item.code else f"《{_title(item)}》的档号"
            yield spot(item, field="code", what=what, why="；".join(reasons))


def _gaps(items: Iterable[ArchiveItem], org_code: str, elsewhere: Iterable[str]) -> dict[str, str]:
    """Map item id to what is wrong with its position in the series 1, 2 … of its fonds, year, retention, organisation."""
    taken = {slot_of(code) for code in elsewhere}
    by_series: dict[Series, list[ArchiveItem]] = {}
    for item in items:
        by_series.setdefault(series_of(item, org_code), []).append(item)
    problems: dict[str, str] = {}
    for series, each in by_series.items():
        last = 0
        for item in sorted(each, key=lambda i: (i.seq is None, i.seq, i.id)):
            if item.seq is None:
                problems[item.id] = "没有件号"
                continue
            while (series, last + 1) in taken and last + 1 < item.seq:
                last += 1
            if item.seq == last:
                problems[item.id] = f"件号{last}重复" if last else "件号应从1编起"
            elif item.seq > last + 1:
                first, before = last + 1, item.seq - 1
                problems[item.id] = f"前面缺件号{first}" + (f"至{before}" if before > first else "")
            last = item.seq
    return problems


def _title(item: ArchiveItem) -> str:
    form = FORMS.get(item.form)
    return item.title or (form.title if form else "") or item.id


@rule(
    "ARCH-03",
    severity=Severity.ERROR,
    title="归档信息不全",
    message="《{title}》的归档信息缺少：{missing}。",
    fix="请到“定稿与归档”页再点一次“归档”，会从登记的内容带出来；仍然缺的，先在有关的页上填好。",
    checkpoint="archive",
    stage="archive",
    kind="missing",
    per="record",
    general="dat46",
    params={
        "required": ["code", "title", "responsible", "date", "year", "retention", "pages", "sha256", "security"],
    },
)
def metadata_missing(case: Case) -> Iterator[Spot]:
    """An item that is not withdrawn lacks required metadata."""
    fields = ArchiveItem.model_fields
    required = [name for name in case.params["required"] if name in fields]
    for item in case.dossier.all(ArchiveItem):
        missing = [label_of(fields[name]) for name in required if getattr(item, name) in (None, "")]
        if missing and not item.withdrawn:
            yield spot(item, title=_title(item), missing=missing)


@rule(
    "ARCH-04",
    severity=Severity.WARNING,
    title="保管期限短于规定",
    message="《{title}》保管期限{retention}短于{expected}。",
    fix="请到“定稿与归档”页再点一次“归档”；仍然这样的，请联系管理员核对方案里的保管期限。",
    checkpoint="archive",
    stage="archive",
    kind="wrong",
    per="record",
    general="decree8",
)
def retention_too_short(case: Case) -> Iterator[Spot]:
    """An item's retention is shorter than the campaign's table demands, or the default table if that has no entry.

    A blank retention is reported by ARCH-03; withdrawn items are skipped.
    """
    for item in case.dossier.all(ArchiveItem):
        expected = case.campaign.retention.get(item.form) or RETENTION.get(item.form)
        if item.withdrawn or not item.retention or not expected or RANK[item.retention] >= RANK[expected]:
            continue
        own, minimum = RETENTIONS[item.retention], RETENTIONS[expected]
        yield spot(item, field="retention", title=_title(item), retention=own, expected=minimum)


MADE_ANEW = frozenset(one.id for one in (metadata_missing, retention_too_short))
"""Rules about an item's catalogue entry: archiving again makes what they find fault with anew.

What is wrong with a number stays wrong: a number that was given is never taken back, not even from a withdrawn item.
"""
