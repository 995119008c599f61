"""The places of lib/orglife that can be changed, and the draw."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FLIPPED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
TUNING: Mapping[str, str] = {
    r"\blru_cache\(maxsize=|\byield_per=|\bpool_size=|^_?(SMALL|FEW|CACHED_POSITIONS|TOGETHER|AT_ONCE) =.*": (
        "cost of memory against speed"
    ),
    r"^_?(PIECE|GROUP|AHEAD|CHUNK|MEGABYTES)\b.* = ": "how much is worked on at a time",
    r"^_?(DELAY|RETRY|TRIES|ATTEMPTS|SECONDS|IDLE_SECONDS) = |\bbusy_seconds|\btimeout=": "how long or how often is tried",
    r"\bindent=\d": "how a file for programs is indented",
}
"""Lines, by a pattern, whose numbers nobody can notice to be one more or less, and what they are for: not drawn."""


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        file: Below the root of the checkout.
        line: Where the changed expression begins.
        before: The expression, in one line.
        after: What takes its place.
        span: Its first and last byte in the file.
        probe: The line that a probe is put before; 0 where it would run on import.
    """

    file: str
    line: int
    before: str
    after: str
    span: tuple[int, int]
    probe: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {_short(self.before)} → {_short(self.after)}"


def _short(text: str, length: int = 90) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def changes(node: ast.AST) -> Iterator[ast.expr]:
    """The changed forms of an expression."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield ast.Compare(node.left, [FLIPPED[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        for number in range(len(node.values)):
            rest = [value for place, value in enumerate(node.values) if place != number]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)


def mutants_of(path: Path, root: Path = ROOT) -> Iterator[Mutant]:
    """All changes of a module."""
    source = path.read_bytes()
    rows = source.splitlines(keepends=True)
    starts = [0]
    for line in rows:
        starts.append(starts[-1] + len(line))

    def found(node: ast.AST, probe: int, *, inside: bool) -> Iterator[Mutant]:
        if isinstance(node, ast.JoinedStr | ast.pattern):
            return
        tuned = isinstance(node, ast.Constant) and any(re.search(p, rows[node.lineno - 1].decode()) for p in TUNING)
        for after in () if tuned else changes(node):
            assert isinstance(node, ast.expr)
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            span = (starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset)
            before = re.sub(r"\s+", " ", source[slice(*span)].decode())
            name = path.relative_to(root).as_posix()
            yield Mutant(name, node.lineno, before, f"({ast.unparse(after)})", span, probe if inside else 0)
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns"}:
                continue
            body = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and name == "body"
            within = inside or body
            for child in value if isinstance(value, list) else [value]:
                if not isinstance(child, ast.AST):
                    continue
                statement = isinstance(child, ast.stmt) and not _elif(node, name, child)
                yield from found(child, child.lineno if statement else probe, inside=within)  # type: ignore[attr-defined]

    yield from found(ast.parse(source), 0, inside=False)


def _elif(parent: ast.AST, name: str, child: ast.AST) -> bool:
    """Whether a statement begins in the middle of another one: an ``elif``; a decorated function begins before its line."""
    decorated = bool(getattr(child, "decorator_list", ()))
    return decorated or (isinstance(parent, ast.If) and name == "orelse" and isinstance(child, ast.If))


@cache
def every() -> tuple[Mutant, ...]:
    """All changes of lib/orglife."""
    return tuple(mutant for path in sorted((ROOT / "lib/orglife").rglob("*.py")) for mutant in mutants_of(path))


def draw(seed: int, count: int, only: str = "") -> list[Mutant]:
    """Places of lib/orglife, no two of one line."""
    drawn: dict[tuple[str, int], Mutant] = {}
    for mutant in random.Random(seed).sample(every(), len(every())):
        if re.search(only, mutant.file) and len(drawn) < count:
            drawn.setdefault((mutant.file, mutant.line), mutant)
    return list(drawn.values())
