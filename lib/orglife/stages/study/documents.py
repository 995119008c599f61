"""F2 学习记录: one paper per session, with the attendance of the roster on that day."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Heading, Note, Signature, Table
from orglife.core.paper.paper import Sheet, latest, section
from orglife.core.record.dossier import by_day
from orglife.core.record.field import label_of
from orglife.stages.shared.people import people
from orglife.stages.study.record import Makeup, Study

ATTENDED = "参加"


def documents(sheet: Sheet) -> list[Document]:
    """One paper per study record, in order of dates."""
    return [study_paper(sheet, study) for study in by_day(sheet.dossier.all(Study))]


def study_paper(sheet: Sheet, study: Study) -> Document:
    """F2: what was studied, who attended, who caught up, what was discussed."""
    label = sheet.dossier.label(study)
    listed = _listed(sheet, study)
    absent = [i for i in listed if i not in study.attendees]
    blocks: list[AnyBlock] = [
        Facts(rows=_facts(sheet, study), record=label),
        Heading(level=1, text=section(1, "参加情况")),
        Note(text=_count(study, absent), record=label),
        *_attendance(sheet, study, listed, label),
    ]
    if study.gist:
        blocks += [Heading(level=1, text=section(2, "研讨要点")), *sheet.prose(study, "gist", under=1)]
    blocks += sheet.explanations([f"STUDY-{n:02d}" for n in range(1, 5)], [study.id, *absent])
    blocks.append(
        Signature(roles=["记录人"], day=latest(study.date, *(m.date for m in study.makeup)) if study.date else "")
    )
    form = sheet.text(study, "form") if study.form else "学习"
    return sheet.document("F2", [f"{form}记录"], blocks, subject=study.id, page="T")


def _facts(sheet: Sheet, study: Study) -> list[tuple[str, str]]:
    rows = [("日期", sheet.text(study, "date")), ("方式", sheet.text(study, "form"))]
    rows += [
        (label_of(Study.model_fields[name]), sheet.text(study, name))
        for name in ("host", "place", "topic")
        if study.is_set(name)
    ]
    return [*rows, ("学习内容", sheet.text(study, "material_ids"))]


def _listed(sheet: Sheet, study: Study) -> list[str]:
    """Members in the table: at a collective session the whole roster of that day, otherwise the participants only."""
    took_part = [*study.attendees, *(m.member for m in study.makeup if m.member)]
    roster = people(sheet.dossier, study.date).all if study.form == "collective" else {}
    return sheet.ordered([*roster, *took_part])


def _count(study: Study, absent: list[str]) -> str:
    caught_up = {m.member for m in study.makeup} & set(absent)
    parts = [f"参加{len(set(study.attendees))}名"]
    if caught_up:
        parts.append(f"补学{len(caught_up)}名")
    if len(absent) > len(caught_up):
        parts.append(f"未参加{len(absent) - len(caught_up)}名")
    return f"{'，'.join(parts)}。"


def _attendance(sheet: Sheet, study: Study, listed: list[str], label: str) -> list[AnyBlock]:
    """Two columns of names side by side, filled downwards; [] when there are no names."""
    cells = [[str(n), sheet.dossier.name(i), _state(sheet, study, i)] for n, i in enumerate(listed, start=1)]
    cells += [["", sheet.text(study, "member", part=m), _day(sheet, study, m)] for m in study.makeup if not m.member]
    if not cells:
        return []
    heads = (("序号", 2), ("姓名", 4), ("参加情况", 6))
    columns = [Column(head=head, share=share) for head, share in heads]
    return [Table(columns=columns, rows=cells, filler=["—"] * len(columns), record=label)]


def _state(sheet: Sheet, study: Study, ident: str) -> str:
    if ident in study.attendees:
        return ATTENDED
    later = [_day(sheet, study, m) for m in study.makeup if m.member == ident]
    return "\n".join(later) or "未参加"


def _day(sheet: Sheet, study: Study, makeup: Makeup) -> str:
    return f"{sheet.text(study, 'date', part=makeup)}补学"
