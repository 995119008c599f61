"""The tests of the store run over both engines: a file, and a database on a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from orglife.adapters.store.store import Store

if TYPE_CHECKING:  # most tests need no server
    from tests.database_server import DatabaseServer, TestDatabase

ENGINES = ["sqlite", "postgresql"]


@pytest.fixture(params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Store]:
    """Opens the store of this test; on the server as a login that may save to all chains."""
    if request.param == "sqlite":
        return partial(Store.open, tmp_path / "orglife.db")
    database: TestDatabase = request.getfixturevalue("database")
    return partial(database.open, database.add("intake"))


@pytest.fixture
def store(opened: Callable[..., Store]) -> Iterator[Store]:
    """An open store."""
    with opened() as one:
        yield one


@pytest.fixture(scope="module", params=ENGINES)
def common(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that the tests of a module share."""
    if request.param == "sqlite":
        with Store.open(tmp_path_factory.mktemp("store") / "orglife.db") as one:
            yield one
        return
    from tests.database_server import TestDatabase

    server: DatabaseServer = request.getfixturevalue("database_server")
    with TestDatabase(server) as database, database.open(database.add("intake")) as one:
        yield one


@pytest.fixture(params=["here", pytest.param("坚果云", marks=pytest.mark.thorough), "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where the store of this test is, for other programs: a file in two sorts of folder, or a database."""
    if request.param == "postgresql":
        from tests.database_server import acting_as

        database: TestDatabase = request.getfixturevalue("database")
        with acting_as(database.add("intake")):
            yield database.url
        return
    path = tmp_path / request.param / "orglife.db"
    path.parent.mkdir()
    yield str(path)
