"""The draft as it lies in the workspace: the notice as it was read, and what a person has decided so far."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

from orglife.adapters.disk import files
from orglife.core.errors import CampaignDraftBroken, NoSuchFile, OrglifeError
from orglife.home.progress import CAMPAIGN_DRAFT
from orglife.notice.deciding import Decision, Reading, readings
from orglife.notice.model import NoticeDraft
from orglife.notice.reading import read_notice

STATE, RESULT = CAMPAIGN_DRAFT, "campaign-draft.toml"
"""In the workspace: what was decided, and the campaign that comes of it."""
FORMAT = "orglife-campaign-confirm/1"


@dataclass
class ConfirmState:
    """The draft as it is kept.

    Attributes:
        name: What the notice's file is called.
        ident: Id of the campaign that comes of it.
        paragraphs: The notice as it was read.
        decisions: By the key of what was decided.
        terms: Words of earlier years to be warned of.
        left: How many things are open.
    """

    name: str
    ident: str
    paragraphs: list[str]
    decisions: dict[str, Decision] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)
    left: int = 0

    @property
    def draft(self) -> NoticeDraft:
        """The notice as read; reading is by fixed rules, so equal text gives an equal draft."""
        return _read(tuple(self.paragraphs), self.name)

    def is_open(self, read: Reading) -> bool:
        """Whether a person has still to decide; what the notice does not say may stay blank."""
        return read.kind != "blank" and read.key not in self.decisions

    def count(self) -> None:
        """Count anew what is open."""
        self.left = sum(map(self.is_open, readings(self.draft)))

    def to_json(self) -> bytes:
        """The file's bytes."""
        return (json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=2) + "\n").encode()


@lru_cache(maxsize=2)
def _read(paragraphs: tuple[str, ...], name: str) -> NoticeDraft:
    return read_notice(paragraphs, name)


def stored_state(root: Path) -> ConfirmState | None:
    """The draft of a workspace; None without one.

    Raises:
        CampaignDraftBroken: there is one, and it is none of ours.
    """
    path = root / STATE
    try:
        raw = json.loads(files.read_text(path))
        if raw.pop("format") != FORMAT:
            raise CampaignDraftBroken(path=str(path))
        decisions = {key: Decision(**each) for key, each in raw.pop("decisions").items()}
        return ConfirmState(**raw, decisions=decisions)
    except NoSuchFile:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CampaignDraftBroken(path=str(path)) from error


def pending(root: Path) -> str:
    """What the first pages say about a draft that is not decided to the end; "" when there is nothing to say."""
    try:
        state = stored_state(root)
    except OrglifeError as error:
        return " ".join(error.sentences)
    return f"新方案（{state.name}）还有{state.left}项没有确认。" if state and state.left else ""
