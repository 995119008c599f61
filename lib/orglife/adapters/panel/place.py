"""The choice of a place: a drive that is plugged in, or a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import ipywidgets as W

from orglife.adapters.disk.drives import Drive
from orglife.adapters.field.messages import guard
from orglife.adapters.panel.parts import WIDE

OTHER, OTHER_LABEL = "*other*", "其他文件夹（在下面写明）"
LOOK_AGAIN = "重新查找U盘"


class PlaceChoice:
    """A place: a drive that is plugged in, or a folder whose path is typed."""

    def __init__(self, drives: Callable[[], Sequence[Drive]], question: str = "写到哪里") -> None:
        self._drives = drives
        self.drive = W.Dropdown(description=question, layout=W.Layout(**WIDE))
        self.typed = W.Text(
            description="文件夹",
            placeholder=r"例如 E:\ 或 D:\组织生活会",
            layout=W.Layout(**WIDE),
            continuous_update=True,
        )
        again = W.Button(description=LOOK_AGAIN)
        again.on_click(guard(lambda _: self.refresh(), lambda _: None, "drives"))
        self.drive.observe(guard(lambda _: self._show_folder(), lambda _: None, "drives"), "value")
        self.box = W.VBox([W.HBox([self.drive, again]), self.typed])
        self.refresh()

    def refresh(self) -> None:
        """List the drives again; the choice stays if it is still there, or else is the first drive.

        “其他文件夹” without a folder is no choice: a stick that is newly found takes its place.
        """
        options = [*((drive.label, str(drive.path)) for drive in self._drives()), (OTHER_LABEL, OTHER)]
        chosen = self.drive.value
        if list(self.drive.options) != options:
            more = len(options) > len(self.drive.options)
            self.drive.options = options
            known = [value for _, value in options]
            untyped = chosen == OTHER and more and not str(self.typed.value).strip()
            self.drive.value = chosen if chosen in known and not untyped else known[0]
        self._show_folder()

    @property
    def folder(self) -> Path | None:
        """The chosen folder; None if none is written."""
        if self.drive.value != OTHER:
            return Path(str(self.drive.value))
        text = str(self.typed.value).strip().strip('"“”')
        return Path(text).expanduser() if text else None

    def _show_folder(self) -> None:
        self.typed.layout.display = "" if self.drive.value == OTHER else "none"
