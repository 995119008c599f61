"""One step that the first page suggests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from orglife.home.progress import FILING, FILING_TITLE, branch_stages


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        mood: begin, back, wrong, draft, todo, check, print, wait, sign or file.
        what: The situation.
        how: What to do.
        stage: Key of the stage where it is done; ``home`` = on the first page.
        minutes: Estimated duration; 0 if the branch can only wait.
        by: Its last day, if it has one.
        at: URL of the entry, if it is about one entry.
        each: Minutes for one of several equal items; 0 if the step cannot be split.
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
        """The step, or the part that fits into the minutes; None if no part fits."""
        if self.minutes <= minutes:
            return self
        fitting = minutes // self.each if self.each else 0
        if not fitting:
            return None
        return replace(self, how=f"{self.how}今天先做{fitting}处。", minutes=fitting * self.each)

    @property
    def place(self) -> str:
        """Title of the page where the step is done: the page of the entry, else the page of the stage."""
        if self.stage == FILING:
            return FILING_TITLE
        page = self.at.partition(".ipynb")[0]
        return next((s.title for s in branch_stages() if (s.notebook == page if page else s.key == self.stage)), "首页")

    @property
    def link(self) -> str:
        """URL of the entry, else of the stage's page; "" for a step on the first page."""
        return self.at or next((f"{s.notebook}.ipynb" for s in branch_stages() if s.key == self.stage), "")
