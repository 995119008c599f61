"""What a save costs a server: it does not grow with what other branches entered, and reads what was committed before."""

from __future__ import annotations

import time

from orglife.adapters.store.store import Change
from tests.database_server import ADMIN, TestDatabase

C = "2024-seed"


def member(number: int, name: str) -> Change:
    return Change("member", f"m{number}", {"id": f"m{number}", "name": name})


def rows_read_in_sequence(database: TestDatabase) -> dict[str, int]:
    """Table → rows that were read without an index, once the sessions before have told so."""
    query = "SELECT relname, seq_tup_read FROM pg_stat_user_tables WHERE relname IN ('revision', 'draft')"
    for _ in range(100):
        if not database.sql("SELECT 1 FROM pg_stat_activity WHERE application_name = 'orglife' AND datname = %s",
                            database.name, login=ADMIN):  # fmt: skip
            break
        time.sleep(0.05)
    return {str(table): int(rows) for table, rows in database.sql(query, login=ADMIN)}


def test_a_save_reads_no_table_from_end_to_end(database: TestDatabase) -> None:
    """Also where the server has not counted its rows yet, and plans with what it guesses."""
    login = database.add("branch", "a")
    database.sql("ALTER TABLE revision SET (autovacuum_enabled = off)", login=ADMIN)
    with database.open(login) as store:
        store.apply(C, "a", [member(n, "甲") for n in range(400)], who="张")
    before = rows_read_in_sequence(database)
    with database.open(login) as store:
        for number in range(40):
            store.apply(C, "a", [member(number, "乙")], who="张")
            store.draft(C, "a", "member", f"m{number}", {"name": "丙"}, who="张")
            store.apply(C, "a", [member(number, "丙")], who="张")
    after = rows_read_in_sequence(database)
    assert after == before
