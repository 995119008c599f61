"""The meeting pack: the papers needed at the meeting, as one file to print."""

from __future__ import annotations

from orglife.core.paper.block import Bundle, Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.office.office import Office
from orglife.stages import BY_KEY
from orglife.stages.meeting.documents import agenda_paper

TITLE = "会议用表"
ORDER = (
    ("F9", "blank-sign_in"),
    ("F25", "blank"),
    ("F8", ""),
    ("F11", "blank"),
    ("F11", "blank-count"),
    ("F29", "blank"),
    ("F29", "blank-count"),
    ("F10", "blank"),
    ("F13", "blank"),
)
"""Sign-in sheet, the chair's script, agenda, ballots with their count sheets, sheets for criticisms and for the comment.

The script and the ballot on the leadership are there only where the campaign wants them.
"""


def meeting_pack(office: Office, dossier: Dossier) -> Bundle:
    """The papers of the meeting in the order of use; one ballot, to be copied."""
    papers: list[Document] = [
        *office.marked([agenda_paper(Sheet(dossier, office.campaign))]),
        *office.blanks(dossier, BY_KEY["meeting"]),
        *office.blanks(dossier, BY_KEY["appraisal"]),
    ]
    chosen = [p for form, subject in ORDER for p in papers if p.form == form and p.subject == subject]
    return office.bound(dossier, chosen, TITLE)
