"""Progress of a long run: one line that is rewritten on a terminal, separate lines elsewhere."""

from __future__ import annotations

import sys
import time

from orglife.batch.run_record import FAILED, SKIPPED, BranchResult
from orglife.cli import lines, output

_FEW = 20  # up to this many branches are listed one by one on a terminal, too
_EVERY_SECONDS = 30.0


class Progress:
    """Reports each finished branch, failures at once, and the estimated time left."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._terminal = sys.stderr.isatty()
        self._begun = self._reported = time.monotonic()
        self._done = self._failed = self._made = 0

    def __call__(self, row: BranchResult) -> None:
        """Report a finished branch."""
        self._done += 1
        self._failed += row.status == FAILED
        self._made += row.status != SKIPPED
        if not self._terminal:
            output.say(lines.batch_line(row))
            if time.monotonic() - self._reported > _EVERY_SECONDS:
                self._reported = time.monotonic()
                output.say(self.line())
            return
        if row.status == FAILED or self._total <= _FEW:
            output.rewrite_line(lines.batch_line(row), last=True)
        output.rewrite_line(self.line())
        if self._done == self._total:
            output.rewrite_line("")

    def line(self) -> str:
        """Branches done and in total, speed, estimated time left."""
        passed = time.monotonic() - self._begun
        text = f"{self._done}/{self._total}"
        if self._failed:
            text += f"，没有完成{self._failed}个"
        if self._made and passed:
            text += f"，每分钟{self._made * 60 / passed:.0f}个，约还要{_words((self._total - self._done) * passed / self._made)}"
        return text


def _words(seconds: float) -> str:
    """A duration in words."""
    if seconds < 60:  # noqa: PLR2004
        return f"{seconds:.0f}秒"
    minutes = round(seconds / 60)
    return f"{minutes}分钟" if minutes < 60 else f"{minutes // 60}小时{minutes % 60}分钟"  # noqa: PLR2004
