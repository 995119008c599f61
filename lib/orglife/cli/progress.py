"""How far a long run is: one line that renews itself on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time

import click

from orglife.batch.run_record import FAILED, SKIPPED, BranchResult
from orglife.cli import lines

_FEW = 20  # so many branches are told one by one on a terminal, too
_EVERY_SECONDS = 30.0


class Progress:
    """Tells each branch as it is done, what failed at once, and how long the rest may take."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._terminal = sys.stderr.isatty()
        self._begun = self._told = time.monotonic()
        self._done = self._failed = self._made = 0

    def __call__(self, row: BranchResult) -> None:
        """A branch is done."""
        self._done += 1
        self._failed += row.status == FAILED
        self._made += row.status != SKIPPED
        if not self._terminal:
            click.echo(lines.batch_line(row), err=True)
            if time.monotonic() - self._told > _EVERY_SECONDS:
                self._told = time.monotonic()
                click.echo(self.line(), err=True)
            return
        if row.status == FAILED or self._total <= _FEW:
            click.echo(f"\r\033[K{lines.batch_line(row)}", err=True)
        click.echo(f"\r\033[K{self.line()}", err=True, nl=False)
        if self._done == self._total:
            click.echo("\r\033[K", err=True, nl=False)

    def line(self) -> str:
        """So many of so many, how fast, how long it may still take."""
        passed = time.monotonic() - self._begun
        text = f"{self._done}/{self._total}"
        if self._failed:
            text += f"，没有完成{self._failed}个"
        if self._made and passed:
            text += f"，每分钟{self._made * 60 / passed:.0f}个，约还要{_words((self._total - self._done) * passed / self._made)}"
        return text


def _words(seconds: float) -> str:
    """A length of time in a person's words."""
    if seconds < 60:  # noqa: PLR2004
        return f"{seconds:.0f}秒"
    minutes = round(seconds / 60)
    return f"{minutes}分钟" if minutes < 60 else f"{minutes // 60}小时{minutes % 60}分钟"  # noqa: PLR2004
