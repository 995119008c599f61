"""F14 整改清单, F15 整改承诺书, F16 公示: items with responsible person and time limit; pledges; public notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Heading, Note, Paragraph, Signature, Table
from orglife.core.paper.paper import Sheet, numbered, section, stacked
from orglife.core.record.branch import Member
from orglife.core.record.dossier import day_words
from orglife.core.record.record import recorded_days
from orglife.stages.rectification.lists import (
    ITEM_RULES,
    branch_list_missing,
    own_problem_not_taken_up,
    pledge_missing,
    problem_without_item,
    source_not_accounted_for,
    team_member_list_missing,
)
from orglife.stages.rectification.record import Pledge, Publication, RectItem, RectList
from orglife.stages.shared.paper_order import by_source, problem_texts
from orglife.stages.shared.people import people, secretary

LIST_COLUMNS = [
    Column(head="序号", share=10),
    Column(head="问题来源", share=22, align="left"),
    Column(head="整改事项", share=54, align="left"),
    Column(head="具体措施", share=48, align="left"),
    Column(head="责任人", share=15),
    Column(head="时限", share=17),
    Column(head="完成情况", share=34, align="left"),
]
PUBLIC_COLUMNS = [
    Column(head="序号", share=7),
    Column(head="整改事项", share=25, align="left"),
    Column(head="具体措施", share=34, align="left"),
    Column(head="责任人", share=10),
    Column(head="时限", share=12),
    Column(head="完成情况", share=12),
]


def documents(sheet: Sheet) -> list[Document]:
    """The branch's list, the personal lists, the pledges, the publications."""
    publications = sorted(sheet.dossier.all(Publication), key=lambda p: (p.start is None, p.start, p.id))
    return [
        *branch_list(sheet),
        *member_lists(sheet),
        *(pledge_paper(sheet, pledge) for pledge in _in_order(sheet)),
        *(publication_paper(sheet, publication) for publication in publications),
    ]


def _in_order(sheet: Sheet) -> list[Pledge]:
    return sorted(sheet.dossier.all(Pledge), key=lambda p: (sheet.rank(p.member), p.id))


def branch_list(sheet: Sheet) -> list[Document]:
    """F14 of the branch, including items without an owner; [] when nothing is listed."""
    items = [i for i in sheet.dossier.all(RectItem) if not (i.owner_kind == "member" and i.owner)]
    notes = [n for n in sheet.dossier.all(RectList) if n.owner_kind != "member"]
    if not items and not notes:
        return []
    blocks = _list_blocks(sheet, items, notes)
    rules = (branch_list_missing, source_not_accounted_for, problem_without_item, *ITEM_RULES)
    blocks += sheet.explanations((rule.id for rule in rules), _known(items))
    blocks.append(Signature(roles=["支部书记"]))
    return [sheet.document("F14", ["党支部整改清单"], blocks, page="L")]


def member_lists(sheet: Sheet) -> list[Document]:
    """F14 of each member with items, in the order of lists."""
    owners = {i.owner for i in sheet.dossier.all(RectItem) if i.owner_kind == "member" and i.owner}
    return [member_list(sheet, ident) for ident in sheet.ordered(sorted(owners))]


def member_list(sheet: Sheet, owner: str) -> Document:
    """F14 of one member; the paper's subject is the member."""
    items = [i for i in sheet.dossier.all(RectItem) if i.owner_kind == "member" and i.owner == owner]
    notes = [n for n in sheet.dossier.all(RectList) if n.owner_kind == "member" and n.owner == owner]
    member = sheet.dossier.members.get(owner)
    who = [("姓名", sheet.dossier.name(owner))]
    if member and member.role:
        who.append(("党内职务", sheet.value(member.role, Member.model_fields["role"])))
    blocks: list[AnyBlock] = [Facts(rows=who), *_list_blocks(sheet, items, notes)]
    rules = (team_member_list_missing, problem_without_item, own_problem_not_taken_up, *ITEM_RULES)
    blocks += sheet.explanations((rule.id for rule in rules), [owner, *_known(items)])
    blocks.append(Signature(roles=["本人"]))
    team = owner in people(sheet.dossier).team
    title = ["党支部班子成员个人整改清单" if team else "个人整改清单"]
    return sheet.document("F14", title, blocks, subject=owner, page="L")


def _known(items: Sequence[RectItem]) -> list[str]:
    """Ids that an explanation about a list may refer to: its items and the problems they answer."""
    return [i.id for i in items] + [ident for i in items for ident in i.problem_ids]


def _list_blocks(sheet: Sheet, items: Sequence[RectItem], notes: Sequence[RectList]) -> list[AnyBlock]:
    done = sum(i.status == "done" for i in items)
    rows = [_row(sheet, n, item) for n, item in enumerate(by_source(sheet, items), start=1)]
    carried = sum(bool(i.carried_from) for i in items)
    before = f"上年结转{carried}项，" if carried else ""
    until = f"截至{day_words(day)}，" if (day := _latest(sheet)) else ""
    blocks: list[AnyBlock] = [Note(text=f"{until}整改事项{len(items)}项，其中{before}已完成{done}项。")]
    if rows:
        blocks.append(Table(columns=LIST_COLUMNS, rows=rows, record="整改事项"))
    if notes and notes[-1].none_declared:
        declared_free = sheet.text(notes[-1], "none_declared")
        blocks.append(Note(text=f"本类无问题：{declared_free}。", record=sheet.dossier.label(notes[-1])))
    return blocks


def _latest(sheet: Sheet) -> date | None:
    """The latest day of the records of lists, pledges and publications: the state that a list shows is that of this day."""
    records = (r for kind in (RectItem, Pledge, Publication) for r in sheet.dossier.all(kind))
    return max((day for record in records for day in recorded_days(record)), default=None)


def _row(sheet: Sheet, number: int, item: RectItem) -> list[str]:
    source = sheet.text(item, "source") + ("\n（上年结转）" if item.carried_from else "")
    return [
        str(number),
        source,
        "\n".join([_title(sheet, item), *(f"对应问题：{text}" for text in _other_words(sheet, item))]),
        sheet.text(item, "measure"),
        sheet.text(item, "responsible"),
        stacked(sheet.text(item, "due")),
        _state(sheet, item),
    ]


def _title(sheet: Sheet, item: RectItem) -> str:
    title = sheet.text(item, "title")
    if item.owner_kind is None:
        return f"{title}（清单{sheet.text(item, 'owner_kind')}）"
    if item.owner_kind == "member" and not item.owner:
        return f"{title}（个人清单，所属党员{sheet.text(item, 'owner')}）"
    return title


def _other_words(sheet: Sheet, item: RectItem) -> list[str]:
    """The texts of the problems that an item answers, except one that the item is named after word for word."""
    texts = problem_texts(sheet.dossier, sheet.campaign, item.problem_ids)
    return [text for text in texts if "".join(text.split()) != "".join(item.title.split())]


def _state(sheet: Sheet, item: RectItem) -> str:
    lines = [sheet.text(item, "status"), day_words(item.done_on), item.evidence]
    if item.delay_note:
        lines.append(f"延期说明：{item.delay_note}")
    return "\n".join(line for line in lines if line)


def pledge_paper(sheet: Sheet, pledge: Pledge) -> Document:
    """F15: the problems that the member addresses, and the promise in the member's words."""
    day, label = sheet.text(pledge, "date"), sheet.dossier.label(pledge)
    blocks: list[AnyBlock] = [Facts(rows=[("姓名", sheet.text(pledge, "member")), ("日期", day)], record=label)]
    number = 0
    problems = problem_texts(sheet.dossier, sheet.campaign, pledge.problem_ids)
    if problems:
        number += 1
        blocks.append(Heading(level=1, text=section(number, "对应的问题")))
        blocks += [Paragraph(text=numbered(n, text), record=label) for n, text in enumerate(problems, start=1)]
    blocks += [Heading(level=1, text=section(number + 1, "承诺内容")), *sheet.prose(pledge, "text", under=1)]
    blocks += sheet.explanations([pledge_missing.id, own_problem_not_taken_up.id], [pledge.id, pledge.member])
    blocks.append(Signature(roles=["承诺人（本人）"], day=day if pledge.date else ""))
    return sheet.document("F15", ["党员整改承诺书"], blocks, subject=pledge.id)


TITLES = {
    "content": ["{meeting}整改内容公示"],
    "completion": ["{meeting}整改完成情况公示"],
    "both": ["{meeting}", "整改内容和完成情况公示"],
}


def publication_paper(sheet: Sheet, publication: Publication) -> Document:
    """F16: the public notice, with the secretary's own text and the branch's items.

    Ballots, criticism, opinions, reports and explanations to the superior never appear here, nor in the metadata of the
    file.
    """
    label = sheet.dossier.label(publication)
    rows = [
        ("公示内容", sheet.text(publication, "kind")),
        ("公示时间", _posted(sheet, publication)),
        ("公示范围", sheet.text(publication, "scope")),
    ]
    if publication.place:
        rows.append(("公示地点", publication.place))
    contact = secretary(sheet.dossier)
    if contact:
        rows.append(("联系人", f"支部书记 {sheet.dossier.name(contact.id)}"))
    blocks: list[AnyBlock] = [*sheet.prose(publication, "text"), Facts(rows=rows, across=1, record=label)]
    items = [i for i in sheet.dossier.all(RectItem) if i.owner_kind == "branch"]
    if items:
        blocks += [Heading(level=1, text="支部整改事项"), _public_table(sheet, items, publication.start)]
    day = day_words(publication.start)
    blocks.append(Signature(roles=["支部书记"], day=day))
    lines = TITLES.get(publication.kind or "", ["{meeting}整改公示"])
    title = [line.format(meeting=sheet.campaign.meeting_name) for line in lines]
    return sheet.document("F16", title, blocks, subject=publication.id)


def _posted(sheet: Sheet, publication: Publication) -> str:
    start, end = sheet.text(publication, "start"), sheet.text(publication, "end")
    if publication.start is None or publication.end is None or publication.end < publication.start:
        return f"{start}至{end}"
    days = (publication.end - publication.start).days + 1
    return f"{start}至{end}，共{days}天（起止两天都计入）"


def _public_table(sheet: Sheet, items: Sequence[RectItem], on: date | None) -> Table:
    """The branch's items as of the first day of posting."""
    rows = [
        [
            str(n),
            sheet.text(item, "title"),
            sheet.text(item, "measure"),
            sheet.text(item, "responsible"),
            stacked(sheet.text(item, "due")),
            _public_state(sheet, item, on),
        ]
        for n, item in enumerate(by_source(sheet, items), start=1)
    ]
    return Table(columns=PUBLIC_COLUMNS, rows=rows, record="整改事项")


def _public_state(sheet: Sheet, item: RectItem, on: date | None) -> str:
    info = RectItem.model_fields["status"]
    if item.status == "done" and item.done_on and on and item.done_on > on:
        return sheet.value("open", info)
    day = stacked(day_words(item.done_on)) if item.status == "done" else ""
    return f"{sheet.value(item.status, info)}\n{day}".strip()
