"""An input method as the browser meets it: keys that belong to it, letters that are still composed, what it commits."""

from __future__ import annotations

from typing import Any

PROCESS = 229  # the key code of a key that an input method takes


class InputMethod:
    """Types Chinese through Chromium's own composition events, as an input method with an open candidate window does."""

    def __init__(self, page: Any) -> None:
        self.page, self.line = page, page.context.new_cdp_session(page)

    def key(self, code: str = "Process") -> None:
        """A key that the input method takes: the page is told of it, but of no letter."""
        how = {"key": "Process", "code": code, "windowsVirtualKeyCode": PROCESS, "nativeVirtualKeyCode": PROCESS}
        self.line.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **how})
        self.line.send("Input.dispatchKeyEvent", {"type": "keyUp", **how})

    def compose(self, letters: str) -> None:
        """Type letters, which stay underlined in the field while the candidate window is open."""
        for end in range(1, len(letters) + 1):
            self.key()
            self.line.send(
                "Input.imeSetComposition", {"text": letters[:end], "selectionStart": end, "selectionEnd": end}
            )

    def commit(self, words: str, code: str = "Space") -> None:
        """Choose a candidate with a key."""
        self.key(code)
        self.line.send("Input.insertText", {"text": words})

    def write(self, letters: str, words: str) -> None:
        self.compose(letters)
        self.commit(words)
