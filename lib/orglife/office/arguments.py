"""Texts that commands and notebooks pass, read as days and stages."""

from __future__ import annotations

from datetime import date

from orglife.core.errors import BadDay, UnknownStage
from orglife.core.stage import Stage
from orglife.stages import BY_KEY


def parse_day(text: str) -> date | None:
    """A day given as 2024-02-22; None for "".

    Raises:
        BadDay: anything else.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadDay(value=text) from error


def stage_of(key: str) -> Stage:
    """A stage by its key.

    Raises:
        UnknownStage: no stage has this key.
    """
    if key not in BY_KEY:
        raise UnknownStage(stage=key, known="、".join(BY_KEY))
    return BY_KEY[key]
