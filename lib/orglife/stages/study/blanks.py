"""Blank form of the stage study: the sign-in sheet."""

from __future__ import annotations

from orglife.core.paper.block import Document
from orglife.core.paper.paper import Sheet
from orglife.stages.shared.blank_forms import sign_in


def blanks(sheet: Sheet) -> list[Document]:
    """F2: the sign-in sheet of a session."""
    return [sign_in(sheet, "F2", "集中学习")]
