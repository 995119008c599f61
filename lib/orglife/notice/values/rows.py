"""Read tables: rows of cells below a row of headings, and facts in their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orglife.notice.clause import NoticeClause
from orglife.notice.dates import Span
from orglife.notice.listing import items
from orglife.notice.model import Fact, Notice, NoticeQuote, Sure, quote_at
from orglife.notice.values.days import days_in

_CELL = re.compile(r"(?<![ \u3000])[ \u3000]*[\t|｜][ \u3000\t|｜]*")  # tried only once per run of spaces
_HEADING = re.compile(
    r"序号|主体|查摆|检视|步骤|环节|阶段|事项|项目|内容|规定|要求|任务|时限|时间|日期|期限|责任|负责|单位|部门|对象|方面|重点|情形|情况|怎么办|怎么做|谁|人员|类型|程序|议程|流程|材料|名称|接收|报送|去向|份数|方式|标准|等次|结果|措施|处理|备注|类别|范围|做法"
)


@dataclass(frozen=True)
class TableRow:
    """A row with the headings of its columns.

    Attributes:
        clauses: The clauses of the row; several if a cell contains a list.
        cells: The texts, as many as headings; "" for a number that became the number of the clause.
        heads: The headings.
    """

    clauses: tuple[NoticeClause, ...]
    cells: tuple[str, ...]
    heads: tuple[str, ...]

    @property
    def clause(self) -> NoticeClause:
        """The first clause."""
        return self.clauses[0]

    def under(self, pattern: str) -> str:
        """The cell of the first column whose heading matches, "" without one."""
        return next((c for c, h in zip(self.cells, self.heads, strict=True) if re.search(pattern, h)), "")

    @property
    def words(self) -> tuple[NoticeQuote, ...]:
        """The quotes of the row."""
        quotes = (quote_at(c, 0, len(c.plain)) for c in self.clauses)
        return tuple(at for at in quotes if at.quote)


def rows(notice: Notice) -> Iterator[TableRow]:
    """The rows of all tables with a row of headings."""
    heads: Sequence[str] = ()
    for clauses in notice.paragraphs:
        cells = _cells(clauses)
        if len(cells) < 2:
            heads = ()
        elif not heads and _are_headings(cells):
            heads = cells
        elif heads and len(heads) - 1 <= len(cells) <= len(heads):
            row = TableRow(clauses, ("",) * (len(heads) - len(cells)) + cells, tuple(heads))
            if row.words:
                yield row


def _cells(clauses: Sequence[NoticeClause]) -> tuple[str, ...]:
    """The texts of a row's cells; fewer than two if the paragraph is not a row.

    The first cell of a clause continues the last cell of the clause before it, because lists in cells were split.
    """
    cells: list[str] = []
    for clause in clauses:
        parts = [cell.strip() for cell in _CELL.split(clause.line.raw.strip().strip("|｜")) if cell.strip()]
        if cells and parts:
            cells[-1] += parts.pop(0)
        cells += parts
    return tuple(cells)


def cells_of(clause: NoticeClause) -> list[str]:
    """The texts of a row's cells; [] if the clause is not a row."""
    cells = [cell.strip() for cell in _CELL.split(clause.line.raw.strip().strip("|｜"))]
    return cells if len(cells) > 1 else []


def cells_with(clause: NoticeClause, pattern: re.Pattern[str]) -> list[str]:
    """The first cell of a row that matches, and the longest one if it is another; [] if the clause is not a row."""
    matching = [cell for cell in cells_of(clause) if pattern.search(cell)]
    return list(dict.fromkeys([matching[0], max(matching, key=len)])) if matching else []


_LONGEST = 8


def _are_headings(cells: Sequence[str]) -> bool:
    """Whether two or more cells are headings: short, without digits, and mostly of a known kind."""
    known = sum(1 for cell in cells if _HEADING.search(cell))
    return 2 * known > len(cells) and all(len(c) <= _LONGEST and not re.search(r"\d", c) for c in cells)


_TEAM = re.compile(r"支部|支委|班子")
_LOOK = re.compile(r"查|检视|对照|剖析|差距|问题")


def dimension_rows(notice: Notice, *, team: bool) -> list[Fact]:
    """The dimensions that members (or the branch) examine, one per row: 「党员｜理想信念｜看……」."""
    quotes: dict[str, NoticeQuote] = {}
    for row in rows(notice):
        whom, what = row.under("对象|主体|谁"), row.under("方面|维度|角度|查摆重点")
        listed = "" if what else row.under("查摆|检视|对照|剖析")
        of_subject = ("党员" in whom) != team and (not team or _TEAM.search(whom))
        if not of_subject or not _LOOK.search(row.clause.context + "".join(row.heads)):
            continue
        if "、" in listed:
            quotes |= dict.fromkeys(items(listed, 0, len(listed)), row.words[0])
        elif 2 <= len(what) <= 16:
            quotes[what] = row.words[0]
    return [Fact(list(quotes), tuple(quotes.values()))] if len(quotes) > 1 else []


_SENT_TO = "接收|报送(?!单位)|报至|报给|去向|受理|送达|报往"
_DAY = "日期|时限|时间|期限|截止"


def paper_rows(notice: Notice, *, filed: bool) -> Fact | None:
    """Papers to hand in, one per row, with recipient and deadline; ``filed`` selects those to file (备案).

    A table may name several recipients and days; what is read is one sending: the rows with the recipient and the day
    of the first row that names a report (报告、总结), else of the first row.
    """
    mine = [row for row in _paper_rows(notice) if row.filed == filed]
    if not mine:
        return None
    first = next((row for row in mine if _REPORT.search(row.paper) and not _BEFORE.search(row.paper)), mine[0])
    mine = [row for row in mine if row.to == first.to and row.day == first.day]
    at = tuple(quote for row in mine for quote in row.words)
    names = [row.paper for row in mine]
    if filed:
        return Fact({"to": first.to or None, "contents": names, **({"deadline": first.day} if first.day else {})}, at)
    sure: Sure = "derived" if first.until and not first.until.year_stated else "stated"
    return Fact({"deadline": first.day, "recipient": first.to or None, "attachments": names}, at, sure)


_REPORT, _BEFORE = re.compile("报告|总结"), re.compile("方案|计划|安排|报告单|征求意见|对照检查")


@dataclass(frozen=True)
class _PaperRow:
    """A row about a paper to hand in: its name, the recipient without brackets, the last day named, and its quotes."""

    paper: str
    to: str
    filed: bool
    until: Span | None
    words: tuple[NoticeQuote, ...]

    @property
    def day(self) -> str | None:
        """The last day (ISO), None without one."""
        return self.until.end.isoformat() if self.until else None


def _paper_rows(notice: Notice) -> Iterator[_PaperRow]:
    for row in rows(notice):
        paper, to = row.under("材料|名称|资料|报什么"), row.under(_SENT_TO)
        if not paper or not to or not row.under(_DAY):
            continue
        spans = [span for clause in row.clauses for span in days_in(notice, clause)]
        until = max(spans, key=lambda span: span.end, default=None)
        filed = bool(re.search("备案|备查", to + paper))
        plain = re.sub(r"（[^）]*）|备案|备查", "", to)
        yield _PaperRow(re.sub(r"（[^）]*）", "", paper), plain, filed, until, row.words)
