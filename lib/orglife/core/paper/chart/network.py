"""A network: who is connected with whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from orglife.core.paper.chart.base import Chart, ChartPart, NumbersTable

LinkKind = Literal["pair", "group", "missing"]


class NetworkNode(ChartPart):
    """A person or thing; ``central`` ones are drawn in the middle."""

    id: str
    label: str
    central: bool = False


class NetworkLink(ChartPart):
    """A connection between two nodes: of just the two, among others of a group, or one that is still missing."""

    first: str
    second: str
    kind: LinkKind = "pair"


class Network(Chart):
    """Who is connected with whom.

    Attributes:
        central: What the nodes in the middle are.
        link_words: What each kind of link means.
        lone: What a node without a link (other than a missing one) is called.
    """

    kind: Literal["network"] = "network"
    nodes: list[NetworkNode]
    links: list[NetworkLink] = []
    central: str = ""
    link_words: dict[LinkKind, str]
    lone: str = ""

    def model_post_init(self, _context: Any, /) -> None:
        """Refuse links that lead nowhere."""
        known = {node.id for node in self.nodes}
        if strangers := {end for link in self.links for end in (link.first, link.second)} - known:
            msg = f"links to unknown nodes: {sorted(strangers)}"
            raise ValueError(msg)

    def partners(self, ident: str, kind: LinkKind) -> list[str]:
        """Labels of the nodes that a node is linked to, in the order of the nodes."""
        ends = {link.second if link.first == ident else link.first for link in self._of(ident) if link.kind == kind}
        return [node.label for node in self.nodes if node.id in ends]

    def is_lone(self, ident: str) -> bool:
        """Whether a node has no link yet."""
        return all(link.kind == "missing" for link in self._of(ident))

    def _of(self, ident: str) -> Sequence[NetworkLink]:
        return [link for link in self.links if ident in (link.first, link.second)]

    @property
    def kinds(self) -> list[LinkKind]:
        """The kinds of links that occur, in the order of ``link_words``."""
        occurring = {link.kind for link in self.links}
        return [kind for kind in self.link_words if kind in occurring]

    def words(self) -> str:
        return "".join(f"{node.label}：{'；'.join(self._facts(node)) or self.lone or '无'}。" for node in self.nodes)

    def _facts(self, node: NetworkNode) -> Iterator[str]:
        for kind in self.kinds:
            if names := self.partners(node.id, kind):
                yield f"{self.link_words[kind]}{len(names)}人（{'、'.join(names)}）"

    def numbers(self) -> NumbersTable:
        kinds = self.kinds
        rows = [
            [
                node.label + (f"（{self.central}）" if node.central and self.central else ""),
                *("、".join(self.partners(node.id, kind)) or "—" for kind in kinds),
                str(len({name for kind in kinds if kind != "missing" for name in self.partners(node.id, kind)})),
            ]
            for node in self.nodes
        ]
        return NumbersTable([self.head, *(self.link_words[kind] for kind in kinds), "人数"], rows)

    def texts(self) -> Iterator[str]:
        yield from (self.central, self.lone, *self.link_words.values())
        yield from (node.label for node in self.nodes)
