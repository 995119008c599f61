"""Pieces that several panels share: uploaded files, buttons, options of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as W

from orglife.adapters.disk.attachments import Attached, display_name
from orglife.adapters.field.messages import guard
from orglife.core.errors import OrglifeError

Upload = tuple[str, bytes]
"""Name and content of a file that the user chose."""
WIDE = {"width": "auto", "max_width": "820px"}
"""Layout of a field as wide as its panel."""


def uploads_of(change: Mapping[str, Any]) -> list[Upload]:
    """The files that the user chose; empty when the program emptied the field."""
    return [(str(file["name"]), bytes(file["content"])) for file in change["new"]]


def checked_files(
    uploads: Sequence[Upload], check: Callable[[bytes, str], Attached]
) -> tuple[list[tuple[str, Attached]], list[str]]:
    """Check uploaded files.

    Args:
        uploads: The files.
        check: (bytes, name) → the checked file; raises OrglifeError with the reason.

    Returns:
        (name as shown, checked file) of each good file, and the reasons against the others.
    """
    checked, reasons = [], list[str]()
    for name, data in uploads:
        try:
            checked.append((display_name(name), check(data, name)))
        except OrglifeError as error:
            reasons += error.sentences
    return checked, reasons


def main_button(text: str, action: Callable[[], Any], say: Callable[[str], None], where: str, **traits: Any) -> Any:
    """A guarded button in the look of a panel's main buttons."""
    button = W.Button(description=text, **traits)
    button.add_class("og-first")
    button.on_click(guard(lambda _: action(), say, where))
    return button


def offer(field: Any, options: Sequence[tuple[str, str]]) -> None:
    """Offer these (label, value) pairs; the choice stays while it is offered, else the first one is chosen."""
    if list(field.options) != list(options):
        chosen, values = field.value, [value for _, value in options]
        field.options = options
        field.value = chosen if chosen in values else values[0]
