"""F3 谈心谈话记录: all talks in one paper, each kept on one page where possible."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Document, Facts, Heading, Note, Signature
from orglife.core.paper.paper import Sheet, period, section
from orglife.stages.talks.record import Talk

BOTH = 2
SAID = {"thoughts": "交流思想", "opinions_heard": "听取的意见", "problems_pointed": "指出的问题"}
"""What was said, by field: each takes a line of its own."""


def documents(sheet: Sheet) -> list[Document]:
    """One paper with all talks in order of dates; [] without talks."""
    talks = sorted(sheet.dossier.all(Talk), key=lambda t: (t.date is None, t.date, t.start is None, t.start, t.id))
    if not talks:
        return []
    blocks: list[AnyBlock] = [Note(text=_coverage(sheet, talks))]
    for number, talk in enumerate(talks, start=1):
        blocks += talk_blocks(sheet, talk, number)
    blocks += sheet.explanations(["TALK-01", "TALK-02", "TALK-03", "TALK-04"])
    return [sheet.document("F3", ["谈心谈话记录"], blocks)]


def talk_blocks(sheet: Sheet, talk: Talk, number: int) -> list[AnyBlock]:
    """One talk: who, when, where, and its three required parts."""
    label = sheet.dossier.label(talk)
    return [
        Heading(level=1, text=section(number, sheet.text(talk, "participants")), record=label),
        Facts(
            rows=[
                ("时间", period(sheet.text(talk, "date"), talk.start, talk.end)),
                ("地点" if talk.place else "方式", _where(sheet, talk)),
                ("发起人", sheet.text(talk, "initiator")),
                *((title, sheet.text(talk, name)) for name, title in SAID.items()),
            ],
            alone=list(SAID.values()),
            record=label,
        ),
        Signature(roles=_signers(sheet, talk)),
    ]


def _where(sheet: Sheet, talk: Talk) -> str:
    """The place of the talk, and the mode if it was not face to face."""
    how = "" if talk.mode == "face" else sheet.text(talk, "mode")
    return f"{talk.place}（{how}）" if talk.place and how else talk.place or how or "面谈"


def _signers(sheet: Sheet, talk: Talk) -> list[str]:
    """Everybody who talked signs by name; while fewer than two are entered, there is one line for all."""
    names = [sheet.dossier.name(who) for who in dict.fromkeys(talk.participants)]
    return names if len(names) >= BOTH else ["谈话各方"]


def _coverage(sheet: Sheet, talks: list[Talk]) -> str:
    people = {i for t in talks for i in t.participants if i in sheet.dossier.members}
    return f"共{len(talks)}次谈心谈话，参加{len(people)}人；手写签名的原件为准。"
