"""Loans of branches, and the statements that begin and end them (see ``loan_schema``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, text

from orglife.adapters.store.chain import ChainHead
from orglife.adapters.store.server.schema import loan

RETURNED, AGAIN, ENDED = "returned", "again", "ended"
"""How a loan ended: brought back; taken once more, which replaces it; ended by the bureau."""


@dataclass(frozen=True)
class Loan:
    """A loan: a branch was taken home.

    Attributes:
        token: Identifies the loan on the server and in the workspace at home.
        who: Who took it.
        heads: Campaign → head of the branch's chain when it was taken.
        ended: When it ended; None = it is still lent.
        how: RETURNED, AGAIN or ENDED; "" = it is still lent.
        ended_who: Who brought it back or ended it.
        reason: Why the bureau ended it.
    """

    token: str
    branch: str
    who: str
    since: datetime
    heads: Mapping[str, ChainHead]
    ended: datetime | None = None
    how: str = ""
    ended_who: str = ""
    reason: str = ""


def open_loan(connection: Connection, branch: str) -> Loan | None:
    """The loan of a branch that is lent now."""
    row = connection.execute(_OPEN, {"branch": branch}).one_or_none()
    return _loan(row) if row is not None else None


def loan_of(connection: Connection, token: str) -> Loan | None:
    """A loan of this login's branch, open or ended."""
    row = connection.execute(_TOKEN, {"token": token}).one_or_none()
    return _loan(row) if row is not None else None


def open_loans(connection: Connection) -> list[Loan]:
    """All branches that are lent now, by branch."""
    return [_loan(row) for row in connection.execute(_ALL_OPEN)]


def lend(connection: Connection, token: str, who: str, *, again: bool) -> None:
    """Begin a loan of the login's own branch; ``again`` ends the present one first."""
    connection.execute(_LEND, {"token": token, "who": who, "again": again})


def bring_back(connection: Connection, token: str, who: str) -> None:
    """End a loan of the login's own branch; what was entered at home is saved in the same transaction."""
    connection.execute(_BRING_BACK, {"token": token, "who": who})


def end_loan(connection: Connection, branch: str, who: str, reason: str) -> None:
    """End the loan of a branch as its bureau."""
    connection.execute(_END, {"branch": branch, "who": who, "reason": reason})


def _loan(row: Row[Any]) -> Loan:
    heads = {campaign: ChainHead(*head) for campaign, head in row.heads.items()}
    return Loan(
        row.token,
        row.branch,
        row.who,
        row.since,
        heads,
        row.ended,
        row.how or "",
        row.ended_who or "",
        row.reason or "",
    )


_OPEN = select(loan).where(loan.c.branch == bindparam("branch"), loan.c.ended.is_(None))
_TOKEN = select(loan).where(loan.c.token == bindparam("token"))
_ALL_OPEN = select(loan).where(loan.c.ended.is_(None)).order_by(loan.c.branch)
_LEND = text("SELECT lend(:token, :who, :again)")
_BRING_BACK = text("SELECT bring_back(:token, :who)")
_END = text("SELECT end_loan(:branch, :who, :reason)")
