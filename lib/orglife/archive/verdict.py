"""The verdict on a path that was verified: every check with its problems, in words and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orglife.adapters.bag import verifier
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import Severity

_CURES = {"backup": "核验不符，这份备份不要用；请换一份，工作目录还在的请重新备份。"}
KIND_WORDS = {"bag": "归档包", "package": "上报包", "store": "数据文件", "backup": "备份"}


@dataclass(frozen=True)
class Verdict:
    """The result of verifying one path.

    Attributes:
        kind: bag, package, backup or store.
        lines: Every check with its problems.
        findings: Findings of the package rules, with their clauses.
        about: A bag's own statement: branch, campaign, final, head.
        last: Hash of the last revision in a bag; blank for other kinds.
        items: Ids of the items in it.
        seal: The digest that proves every file of a bag.
        bags: Verdicts on the bags in a workspace's archive folder.
    """

    path: Path
    kind: str
    lines: tuple[verifier.Line, ...]
    findings: tuple[Finding, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    last: str = ""
    items: frozenset[str] = frozenset()
    seal: str = ""
    bags: tuple[Verdict, ...] = ()

    @property
    def good(self) -> bool:
        """Whether no check failed, here and in the bags; remarks and warnings do not count."""
        faults = any(line.faults for line in self.lines) or any(f.severity is Severity.ERROR for f in self.findings)
        return not faults and all(bag.good for bag in self.bags)

    def to_json(self) -> dict[str, Any]:
        """One result of ``orglife-verify/1``."""
        return {
            "path": str(self.path),
            "kind": self.kind,
            "ok": self.good,
            **self.about,
            "checks": [
                {"aspect": line.aspect, "title": line.title, "ok": not line.faults, "problems": _problems(line)}
                for line in self.lines
            ],
            "findings": [finding.to_json() for finding in self.findings],
            **({"bags": [bag.to_json() for bag in self.bags]} if self.bags else {}),
        }

    def text(self) -> str:
        """For a person."""
        end = "全部通过。" if self.good else _CURES.get(self.kind, "核验不符，请向移交的单位核实，或用备份恢复。")
        if self.bags:
            bad = sum(not bag.good for bag in self.bags)
            end = (
                f"连同{len(self.bags)}个归档包，{end}" if not bad else f"{len(self.bags)}个归档包里有{bad}个不符。{end}"
            )
        return "\n".join([*self.shown(), *(line for bag in self.bags for line in bag.shown()), end])

    def shown(self) -> list[str]:
        """The lines of ``text`` without the last one."""
        words = KIND_WORDS[self.kind]
        failed = [line for line in self.lines if line.problems]
        shown = [
            f"{verifier.printable(str(self.path))}（{words}）：{len(self.lines)}项检查，{len(self.lines) - len(failed)}项通过"
        ]
        shown += verifier.report(failed).splitlines() if failed else []
        for rule in dict.fromkeys(finding.rule for finding in self.findings):
            mine = [finding for finding in self.findings if finding.rule == rule]
            listed = mine[: verifier.MOST_LISTED]
            shown += [verifier.printable(f"{f.rule}　{f.message}{f.fix}") for f in listed]
            if len(mine) > len(listed):
                shown.append(f"{rule}　一共{len(mine)}处，只列出{len(listed)}处。")
        return shown


def _problems(line: verifier.Line) -> list[dict[str, str]]:
    return [{"file": p.file, "kind": p.kind, "message": f"{p.text}。"} for p in line.problems]


def broken(path: Path, kind: str, file: str = "") -> Verdict:
    """The verdict on a file that cannot be opened."""
    problem = verifier.Problem(file, "changed", "已损坏，打不开")
    return Verdict(path, kind, (verifier.Line("可用性", "能打开", (problem,)),))
