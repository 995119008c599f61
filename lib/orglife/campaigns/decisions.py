"""The campaign draft stored in the workspace: the notice's paragraphs and the decisions made so far."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files
from orglife.core.errors import CampaignDraftBroken, NoSuchFile, OrglifeError
from orglife.home.progress import CAMPAIGN_DRAFT
from orglife.notice.deciding import Decision, Reading, readings
from orglife.notice.draft import NoticeDraft
from orglife.notice.reading import read_notice

STATE, RESULT = CAMPAIGN_DRAFT, "campaign-draft.toml"
"""Files in the workspace: the decisions, and the campaign that results from them."""
FORMAT = "orglife-campaign-confirm/1"


@dataclass
class ConfirmState:
    """The stored draft.

    Attributes:
        name: File name of the notice.
        ident: Id of the resulting campaign.
        paragraphs: The paragraphs of the notice.
        decisions: Key of a reading → decision.
        terms: Terms of earlier years to warn of.
        left: Number of open readings.
    """

    name: str
    ident: str
    paragraphs: list[str]
    decisions: dict[str, Decision] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)
    left: int = 0

    @property
    def draft(self) -> NoticeDraft:
        """The draft read from the paragraphs. Reading is deterministic: equal text gives an equal draft."""
        return _read(tuple(self.paragraphs), self.name)

    def is_open(self, read: Reading) -> bool:
        """Whether a decision is still needed; a field on which the notice is silent may stay blank."""
        return read.kind != "blank" and read.key not in self.decisions

    def count(self) -> None:
        """Update the number of open readings."""
        self.left = sum(map(self.is_open, readings(self.draft)))

    def to_json(self) -> bytes:
        """The file's bytes."""
        return (json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=2) + "\n").encode()


@lru_cache(maxsize=2)
def _read(paragraphs: tuple[str, ...], name: str) -> NoticeDraft:
    return read_notice(paragraphs, name)


def _decision(stored: dict[str, Any]) -> Decision:
    words = tuple((str(quote), str(place)) for quote, place in stored.pop("words", ()))
    return Decision(**stored, words=words)


def stored_state(root: Path) -> ConfirmState | None:
    """The draft stored in a workspace; None without one.

    Raises:
        CampaignDraftBroken: the file does not have the format of a draft.
    """
    path = root / STATE
    try:
        raw = json.loads(files.read_text(path))
        if raw.pop("format") != FORMAT:
            raise CampaignDraftBroken(path=str(path))
        decisions = {key: _decision(each) for key, each in raw.pop("decisions").items()}
        return ConfirmState(**raw, decisions=decisions)
    except NoSuchFile:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CampaignDraftBroken(path=str(path)) from error


def pending(root: Path) -> str:
    """A sentence for the home pages about a draft with open readings; "" without one."""
    try:
        state = stored_state(root)
    except OrglifeError as error:
        return " ".join(error.sentences)
    return f"新方案（{state.name}）还有{state.left}项没有确认。" if state and state.left else ""
