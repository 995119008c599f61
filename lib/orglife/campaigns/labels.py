"""Labels: what people confirmed about notices, stored beside the campaign, to train the next ranker from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files
from orglife.campaigns.decisions import ConfirmState
from orglife.core.errors import CampaignLabelsBroken, NoSuchFile
from orglife.core.record.branch import Member
from orglife.notice.deciding import readings
from orglife.office.office import Office

LABELS = "campaigns/labels.json"
"""Beside the earlier campaigns, so that a backup holds it."""
FORMAT = "orglife-campaign-labels/1"
_CONTACT = re.compile(r"(?P<who>(?:联系人|经办人|联\s*系\s*人)[：:]?\s*)[^\s，。；、（(\d：:]{2,6}")
_TITLED = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,3}(?=同志[收处]|老师[收处])")
_NUMBER = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}-?\d{7,8}|\d{7,8})(?!\d)")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def label_of(state: ConfirmState) -> dict[str, Any]:
    """The notice's paragraphs, and the value and sentences of every field that was decided; null = it is silent."""
    fields: dict[str, Any] = {}
    for read in readings(state.draft):
        decision = state.decisions.get(read.key)
        if decision is None or read.kind not in ("fact", "blank"):
            continue
        if decision.how == "struck":
            fields[read.name] = None
            continue
        quotes = decision.quotes or (read.words if decision.how == "confirmed" else ())
        fields[read.name] = {"value": decision.value, "sentences": [q.quote for q in quotes]}
    return {"paragraphs": state.paragraphs, "fields": fields}


def store(root: Path, campaign: str, label: dict[str, Any]) -> None:
    """Store the label of a campaign, in place of an earlier one."""
    stored = {**read(root), campaign: label}
    text = json.dumps({"format": FORMAT, "labels": stored}, ensure_ascii=False, indent=2)
    files.write(root / LABELS, (text + "\n").encode())


def read(root: Path) -> dict[str, Any]:
    """Campaign id → label; {} without any.

    Raises:
        CampaignLabelsBroken: the file does not have the format of labels.
    """
    try:
        stored = json.loads(files.read_text(root / LABELS))
        if stored["format"] != FORMAT:
            raise CampaignLabelsBroken(path=str(root / LABELS))
        labels: dict[str, Any] = stored["labels"]
    except NoSuchFile:
        return {}
    except (ValueError, TypeError, KeyError) as error:
        raise CampaignLabelsBroken(path=str(root / LABELS)) from error
    return labels


def exported(office: Office) -> dict[str, Any]:
    """All labels of a workspace, without the names of members, contacts, telephone numbers and addresses."""
    names = {m.name for branch in office.branches() for m in office.dossier(branch).all(Member) if m.name}
    masked = without_names(read(office.workspace.root), sorted(names, key=len, reverse=True))
    return {"format": FORMAT, "labels": masked}


def without_names(value: Any, names: Iterable[str]) -> Any:
    """Texts with the given names, contacts, telephone numbers and addresses masked."""
    if isinstance(value, dict):
        return {key: without_names(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [without_names(each, names) for each in value]
    if not isinstance(value, str):
        return value
    for name in names:
        value = value.replace(name, "某某")
    value = _CONTACT.sub(r"\g<who>某某", value)
    return _ADDRESS.sub("某邮箱", _NUMBER.sub("某电话", _TITLED.sub("某", value)))
