"""The field that files and folders are dropped on: zips arrive one by one, other files by name only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import anywidget
import traitlets as t

from orglife.adapters.disk import paths
from orglife.adapters.field.messages import guard
from orglife.core.errors import OrglifeError

LARGE = "“{names}”太大，浏览器里收不了。请拷到文件夹里，用下面的“从U盘或文件夹收”。"


class DropPort(Protocol):
    """Keeps what is dropped and begins to look at it."""

    def begin(self, count: int) -> None:
        """Files will arrive; raises OrglifeError when none can be taken now."""

    def keep(self, name: str, data: bytes) -> None:
        """Keep one file."""

    def end(self, others: list[str], other_count: int) -> None:
        """All have arrived; the names of some files that are no zips, and the number of those."""


class FilesDrop(anywidget.AnyWidget):  # type: ignore[misc]  # untyped
    """The field.

    Args:
        port: Keeps the files.
    """

    _esm = paths.widget_text("drop.js")
    _css = paths.widget_text("drop.css")
    state = t.Dict().tag(sync=True)

    def __init__(self, port: DropPort) -> None:
        self._port, self._refused = port, False
        super().__init__(state={"busy": False, "problem": ""})
        self.on_msg(guard(self._message, self.say, "drop"))

    def busy(self, busy: bool) -> None:  # noqa: FBT001  a state
        """Whether files can be dropped now."""
        if self.state["busy"] != busy:
            self.state = {**self.state, "busy": busy}

    def say(self, text: str) -> None:
        """Show a message in the field."""
        self.state = {**self.state, "problem": text}

    def _message(self, _widget: Any, content: Mapping[str, Any], buffers: Any = None) -> None:
        try:
            self._take(content, buffers)
        except OrglifeError as error:
            self._refused = True
            self.say("".join(error.sentences))

    def _take(self, content: Mapping[str, Any], buffers: Any) -> None:
        if "begin" in content:
            self._refused = False
            self.say("")
            self._port.begin(int(content["begin"]))
        elif self._refused:
            return
        elif "file" in content:
            self._port.keep(str(content["file"]), bytes(buffers[0]))
        elif "end" in content:
            end = content["end"]
            self._port.end([str(name) for name in end["others"]], int(end["other_count"]))
            if end["large"]:
                self.say(LARGE.format(names="”“".join(map(str, end["large"][:5]))))
