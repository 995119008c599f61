"""The overview of all branches: states, dates, findings, grades, rectification, visits, calendar, similar outlines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from orglife.bureau import pictures
from orglife.bureau.standing import Standing, StandingFinding
from orglife.core.paper.block import AnyBlock, Bundle, Column, Document, Facts, Figure, Heading, Note, Table
from orglife.core.paper.chart.base import Tone
from orglife.core.paper.paper import section
from orglife.core.record.dossier import day_words
from orglife.core.record.entered import WEEKDAYS
from orglife.core.rule.bureau import Bureau
from orglife.core.rule.campaign import Campaign
from orglife.home.progress import branch_stages
from orglife.stages import STAGES
from orglife.stages.supervision.record import Assignment, BureauLeader, Supervision
from orglife.stages.supervision.visitors import Visitor, find_visit

TITLE = "各支部工作进度总览"
BUREAU_NAME = "上级党组织"
ALIKE = "COPY-06"
_SEVERITIES = {"error": "须改正", "warning": "请核对", "info": "提示"}


@dataclass(frozen=True)
class Overview:
    """The state of every branch and the bureau's own records on one day.

    Attributes:
        standings: Ordered by branch id.
        bureau: The bureau's own records; the branches' dossiers are not needed.
        findings: Findings of the bureau's rules.
        as_of: The day of the check.
        read: The branches whose records the bureau's rules read.
    """

    campaign: Campaign
    standings: Sequence[Standing]
    bureau: Bureau
    findings: Sequence[StandingFinding]
    as_of: date
    read: frozenset[str] = frozenset()

    # --- tables ------------------------------------------------------------------------------------------------------

    def totals(self) -> list[tuple[str, str]]:
        """The totals on top of the overview: (label, value) each."""
        every = self.standings
        return [
            ("党支部", f"{len(every)}个"),
            ("已开会", f"{sum(s.met_on is not None for s in every)}个"),
            ("有须改正的", f"{sum(s.count('error') > 0 for s in every)}个"),
            ("已报备案", f"{sum(s.filed_on is not None for s in every)}个"),
            ("已报情况报告", f"{sum(s.reported_on is not None for s in every)}个"),
            ("整改事项", f"{sum(s.items for s in every)}项，已完成{sum(s.done for s in every)}项"),
        ]

    def heat(self) -> tuple[list[list[str]], list[list[Tone]]]:
        """Branches × stages: the words and the background of each cell."""
        keys = [stage.key for stage in branch_stages()]
        words = [[s.name, *(s.stages[key].words for key in keys)] for s in self.standings]
        tones: list[list[Tone]] = [["", *(s.stages[key].tone for key in keys)] for s in self.standings]
        return words, tones

    def times(self) -> tuple[list[list[str]], list[list[Tone]]]:
        """Each branch's days, and how late they are by the campaign's deadlines: 工作方案, 会议, 备案, 情况报告."""
        words: list[list[str]] = []
        tones: list[list[Tone]] = []
        for each in self.standings:
            days = [(limit, day) for _, day, limit in pictures.milestones(each, self.campaign)]
            words.append([each.name, day_words(each.planned_on) or "—", *(self._day(*pair) for pair in days)])
            tones.append(["", "", *(self._tone(*pair) for pair in days)])
        return words, tones

    def _day(self, limit: date | None, day: date | None) -> str:
        if day:
            late = f"（迟{(day - limit).days}天）" if limit and limit < day else ""
            return f"{day_words(day)}{late}"
        return "到期未登记" if limit and limit < self.as_of else "—"

    def _tone(self, limit: date | None, day: date | None) -> Tone:
        if day is None:
            return "wrong" if limit and limit < self.as_of else ""
        return "look" if limit and limit < day else "good"

    def by_rule(self) -> list[tuple[StandingFinding, int, int]]:
        """Findings that count, by rule: (first finding, number of branches, number of findings), most serious first."""
        seen: dict[str, tuple[StandingFinding, set[str], int]] = {}
        for each in self.standings:
            for finding in each.found:
                if not finding.todo:
                    first, where, number = seen.get(finding.rule, (finding, set(), 0))
                    seen[finding.rule] = (first, where | {each.branch}, number + 1)
        rank = list(_SEVERITIES)
        order = sorted(seen.values(), key=lambda row: (rank.index(row[0].severity), -len(row[1]), row[0].rule))
        return [(first, len(where), number) for first, where, number in order]

    def grades(self) -> tuple[list[list[str]], list[list[Tone]]]:
        """Counts of grades of each branch that has grades, and the usual maximum of 优秀."""
        words: list[list[str]] = []
        tones: list[list[Tone]] = []
        for each in self.standings:
            if not each.grades:
                continue
            excellent = each.grades.get("excellent", 0)
            over = each.cap is not None and excellent > each.cap
            counts = [str(each.grades.get(key, 0)) for key in self.campaign.grades]
            more = f"（超过{excellent - (each.cap or 0)}名）" if over else ""
            words.append([each.name, *counts, f"{each.cap_words}{more}"])
            tones.append(["", *(("look" if over and key == "excellent" else "") for key in self.campaign.grades), ""])
        return words, tones

    def rectification(self) -> tuple[list[list[str]], list[list[Tone]]]:
        """Rectification items of each branch that has any: all, done, open, overdue."""
        listed = [s for s in self.standings if s.items]
        words = [[s.name, str(s.items), str(s.done), str(s.items - s.done), str(s.overdue)] for s in listed]
        tones: list[list[Tone]] = [
            ["", "", "", "", "look" if s.overdue else "good" if s.done == s.items else ""] for s in listed
        ]
        return words, tones

    def visits(self) -> list[list[str]]:
        """The bureau's leaders: own branch, branches visited, number of comments."""
        names = {s.branch: s.name for s in self.standings}
        rows = []
        for leader in self.bureau.all(BureauLeader):
            seen = [s for s in self.bureau.all(Supervision) if s.leader == leader.id]
            branches = "、".join(dict.fromkeys(names.get(s.branch, s.branch) for s in seen if s.branch))
            own = names.get(leader.own_branch, leader.own_branch) or "—"
            rows.append([leader.name, own, branches or "尚未参加", f"{sum(s.commented for s in seen)}次"])
        return rows

    def not_entered(self) -> list[tuple[Standing, Visitor]]:
        """Visits that a branch recorded and that have no supervision record, by branch."""
        own = self.bureau.all(Supervision), self.bureau.all(BureauLeader)
        return [(s, v) for s in self.standings for v in s.visitors if find_visit(v, s.branch, *own) is None]

    def calendar(self) -> list[list[str]]:
        """Planned meetings that have not been held yet, by day: day, branch, assigned supervisors."""
        sent: dict[str, list[str]] = {}
        for one in self.bureau.all(Assignment):
            sent.setdefault(one.branch, []).append(self.bureau.name(one.supervisor))
        coming = [(s.planned_on, s) for s in self.standings if s.met_on is None and s.planned_on]
        coming.sort(key=lambda pair: (pair[0], pair[1].branch))
        return [
            [f"{day_words(day)} 周{WEEKDAYS[day.weekday()]}", s.name, "、".join(sent.get(s.branch, ())) or "未安排"]
            for day, s in coming
        ]

    def alike(self) -> list[StandingFinding]:
        """Findings about outlines of two branches that are largely the same."""
        return [f for f in self.findings if f.rule == ALIKE]

    # --- as paper, as data ---------------------------------------------------------------------------------------------

    def paper(self, *, details: bool = False) -> Document:
        """The overview as a paper.

        Args:
            details: Append the findings of each branch.
        """
        parts = [*self._parts(), *(self._details() if details else ())]
        legend = "绿色：已登记，没有要改的；蓝色：待办；黄色：请核对或没填完；红色：须改正或到期未登记。"
        blocks: list[AnyBlock] = [
            Note(text=f"截至{day_words(self.as_of)}。{legend}"),
            Facts(rows=self.totals()),
        ]
        for number, (title, inside) in enumerate(parts, 1):
            blocks += [Heading(text=section(number, title)), *inside]
        return Document(form="总览", title=[TITLE], subtitle=BUREAU_NAME, page="L", blocks=blocks)

    def bundle(self, *, details: bool = False) -> Bundle:
        """The overview as a bundle of one paper."""
        return Bundle(
            documents=[self.paper(details=details)],
            title=TITLE,
            branch=BUREAU_NAME,
            campaign=self.campaign.title,
            dated=self.as_of.isoformat(),
        )

    def _parts(self) -> Iterator[tuple[str, list[AnyBlock]]]:
        titles = [stage.title for stage in branch_stages()]
        heads = [("党支部", 8), *((title, 5) for title in titles)]
        yield "各支部各阶段", [pictures.standing(self.standings), _table(heads, *self.heat())]
        heads = [("党支部", 8), ("拟开会", 5), ("工作方案", 5), ("会议", 5), ("备案", 5), ("情况报告", 5)]
        drawn = pictures.times(self.standings, self.campaign, self.as_of)
        yield "时间进度", [*self._limits(), *drawn, _table(heads, *self.times())]
        rules = [
            [_SEVERITIES[f.severity], f.title, f"{branches}个支部", f"{number}处"]
            for f, branches, number in self.by_rule()
        ]
        if rules:
            yield (
                "检查发现",
                [_table([("类别", 3), ("内容", 16), ("涉及", 4), ("共", 3)], rules, left=(1,))],
            )
        words, tones = self.grades()
        if words:
            heads = [
                ("党支部", 8),
                *((self.campaign.label(key), 3) for key in self.campaign.grades),
                ("优秀一般不超过", 10),
            ]
            yield "评议等次", [*pictures.grades(self.standings, self.campaign), _table(heads, words, tones)]
        words, tones = self.rectification()
        if words:
            heads = [("党支部", 8), ("整改事项", 3), ("已完成", 3), ("未完成", 3), ("已超期", 3)]
            yield "整改落实", [*pictures.rectification(self.standings), _table(heads, words, tones)]
        if visited := [*self._visits()]:
            yield "局领导参加会议", visited
        if days := self.calendar():
            yield "拟开会日程", [_table([("日期", 6), ("党支部", 8), ("督导人", 6)], days)]
        if alike := self.alike():
            rows = [[f.in_full or f.message, f.fix] for f in alike]
            yield "发言提纲相似的", [_table([("请核对", 12), ("怎么办", 12)], rows, left=(0, 1))]

    def figures(self) -> list[Figure]:
        """The pictures of days, grades and rectification; of few branches only."""
        return [
            *pictures.times(self.standings, self.campaign, self.as_of),
            *pictures.grades(self.standings, self.campaign),
            *pictures.rectification(self.standings),
        ]

    def _visits(self) -> Iterator[AnyBlock]:
        if visits := self.visits():
            yield _table([("姓名", 4), ("所在支部", 7), ("参加的支部", 12), ("点评", 3)], visits, left=(2,))
        if missing := self.not_entered():
            named = "；".join(f"{s.name}{day_words(v.day)}{v.name}" for s, v in missing)
            yield Note(text=f"支部记有上级同志到会，还没有督导记录的：{named}。")

    def _limits(self) -> list[AnyBlock]:
        c = self.campaign
        window = "—".join(day_words(d) for d in (c.meeting_start, c.meeting_end) if d)
        parts = [
            ("工作方案", day_words(c.plan_deadline)),
            ("会议", window),
            ("完成", day_words(c.finish_by)),
            ("情况报告", day_words(c.report_deadline)),
        ]
        named = "；".join(f"{title}：{words}" for title, words in parts if words)
        return [Note(text=f"时限——{named}。")] if named else []

    def _details(self) -> Iterator[tuple[str, list[AnyBlock]]]:
        titles = {stage.key: stage.title for stage in STAGES}
        inside: list[AnyBlock] = []
        for each in self.standings:
            rows = [
                [titles.get(f.stage, ""), "待办" if f.todo else _SEVERITIES[f.severity], f.in_full or f.message, f.fix]
                for f in sorted(each.found, key=lambda f: (f.todo, list(_SEVERITIES).index(f.severity)))
                if f.severity != "info"
            ]
            inside.append(Heading(level=2, text=each.name))
            heads = [("阶段", 4), ("类别", 3), ("内容", 14), ("怎么办", 14)]
            inside.append(_table(heads, rows, left=(2, 3)) if rows else Note(text="没有须改正、请核对和待办的。"))
        if inside:
            yield "逐个支部", inside

    def to_json(self) -> dict[str, object]:
        """The overview for other programs, format ``orglife-overview/1``: ``{"as_of": …, "branches": […], "bureau": […]}``."""
        return {
            "format": "orglife-overview/1",
            "campaign": self.campaign.id,
            "as_of": self.as_of.isoformat(),
            "branches": [s.model_dump(mode="json") for s in self.standings],
            "bureau": [f.model_dump() for f in self.findings],
        }

    def lines(self) -> Iterator[str]:
        """The overview for the terminal: the totals, then one line per branch."""
        yield f"截至{day_words(self.as_of)}：" + "，".join(f"{label}{value}" for label, value in self.totals())
        for each in self.standings:
            total = {"须改正": each.count("error"), "请核对": each.count("warning")}
            todo = sum(f.todo for f in each.found)
            state = "，".join(f"{word}{number}" for word, number in (*total.items(), ("待办", todo)) if number)
            yield f"{each.name}（{each.branch}）：{state or '没有要改的'}"


def _table(
    heads: Sequence[tuple[str, int]],
    rows: Sequence[list[str]],
    tones: Sequence[list[Tone]] = (),
    *,
    left: Sequence[int] = (0,),
) -> Table:
    columns = [
        Column(head=head, share=share, align="left" if place in left else "center")
        for place, (head, share) in enumerate(heads)
    ]
    return Table(columns=columns, rows=list(rows), tones=list(tones))


def linked_cells(overview: Overview, made: Mapping[tuple[str, str], str]) -> list[list[tuple[str, str]]]:
    """The table of states as cells (text, link to the stage's paper or "").

    Args:
        overview: The overview.
        made: (branch, notebook) → link to the paper.
    """
    stages = branch_stages()
    words, _ = overview.heat()
    return [
        [
            (row[0], ""),
            *((cell, made.get((s.branch, stage.notebook), "")) for cell, stage in zip(row[1:], stages, strict=True)),
        ]
        for s, row in zip(overview.standings, words, strict=True)
    ]
