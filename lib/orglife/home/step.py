"""One thing to do, as the first page offers it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from orglife.home.progress import branch_stages


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Attributes:
        mood: begin, back, wrong, draft, todo, check, print, wait or sign.
        what: What is so.
        how: What to do.
        stage: Key of the stage where it is done; home where it is done here.
        minutes: About how long it takes; 0 where there is only to wait.
        by: The last day for it, where there is one.
        at: Address of the very entry, where there is one.
        each: Minutes for one of several alike; 0 for what cannot be done in part.
    """

    mood: str
    what: str
    how: str
    stage: str
    minutes: int
    by: date | None = None
    at: str = ""
    each: int = 0

    def within(self, minutes: int) -> Step | None:
        """The step, or as much of it as fits; None when nothing of it does."""
        if self.minutes <= minutes:
            return self
        fitting = minutes // self.each if self.each else 0
        if not fitting:
            return None
        return replace(self, how=f"{self.how}今天先做{fitting}处。", minutes=fitting * self.each)

    @property
    def place(self) -> str:
        """Title of the page where it is done: of the entry, where there is one, whatever stage asks for it."""
        page = self.at.partition(".ipynb")[0]
        return next((s.title for s in branch_stages() if (s.notebook == page if page else s.key == self.stage)), "首页")

    @property
    def link(self) -> str:
        """The page where it is done, or the entry on it; "" when that is this page."""
        return self.at or next((f"{s.notebook}.ipynb" for s in branch_stages() if s.key == self.stage), "")
