"""What a paper is made from: each input that changes it changes its digest, and nothing else does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.store.chain import BUREAU
from orglife.adapters.store.store import Change
from orglife.batch import sources
from orglife.batch.options import BatchOptions
from orglife.batch.run_record import RunRecord
from orglife.batch.sources import Sources
from orglife.batch.task import OutputTarget, Task
from orglife.core.record.branch import Member
from orglife.office.office import Office

C = "2024-seed"
TALKS = "12_talks"


@pytest.fixture
def office(filled: Path) -> Iterator[Office]:
    with Office.open(filled) as one:
        yield one


def digests(office: Office, *, final: bool = False, branch: str = "t01", **options: Any) -> dict[str, str]:
    one = Sources(BatchOptions(office.workspace.root, **options), office, remember=False)
    return one.digests(branch, final=final)


def member(office: Office, name: str) -> None:
    office.store.put(C, "t01", Member.model_validate({"id": "m1", "name": name}), who="张", base=None)


def test_equal_inputs_have_equal_digests(office: Office) -> None:
    first = digests(office)
    assert first == digests(office)
    assert len(set(first.values())) == len(first)
    assert list(digests(office, stages=("talks",))) == [TALKS]
    assert digests(office, stages=("talks",))[TALKS] == first[TALKS]


def differs(office: Office, change: Callable[[], Any], **options: Any) -> set[str]:
    """The notebooks whose digests a change changes."""
    before = digests(office, **options)
    change()
    after = digests(office, **options)
    assert before.keys() == after.keys()
    return {name for name in before if before[name] != after[name]}


def rewritten(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def test_what_changes_a_digest(office: Office) -> None:
    root, every = office.workspace.root, set(digests(office))
    assert differs(office, lambda: member(office, "改名")) == every
    assert differs(office, lambda: office.store.draft(C, "t01", "talk", "t99", {"a": "b"}, who="张")) == every
    assert differs(office, lambda: office.store.draft(C, "t01", "talk", "t99", {"a": "c"}, who="张")) == set()
    assert differs(office, lambda: rewritten(root / "campaign.toml")) == every
    assert differs(office, lambda: rewritten(root / "notebooks" / f"{TALKS}.ipynb")) == {TALKS}
    assert differs(office, (root / "notebooks" / f"{TALKS}.ipynb").unlink) == {TALKS}
    assert differs(office, lambda: rewritten(root / "orglife.toml")) == set()


def test_the_day_and_the_head_count_where_they_are_printed(office: Office) -> None:
    plain, final = digests(office), digests(office, final=True)
    assert not set(plain.values()) & set(final.values())
    assert not set(plain.values()) & set(digests(office, as_of=date(2024, 3, 8)).values())
    assert digests(office, as_of=date(2024, 3, 8)) != digests(office, as_of=date(2024, 3, 9))
    genuine = office.dossier("t01").members["m1"]
    member(office, "改名")
    office.store.put(C, "t01", genuine, who="张", base=None)
    assert digests(office) == plain, "the records are what they were"
    assert digests(office, final=True) != final, "the history is not"


def test_a_day_in_the_future_is_an_input(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def on(day: date) -> dict[str, str]:
        class Today(date):
            @classmethod
            def today(cls) -> date:
                return day

        monkeypatch.setattr(sources, "date", Today)
        return digests(office)

    one = Sources(BatchOptions(office.workspace.root), office, remember=False)
    last = date.fromisoformat(one._input("t01").last)
    assert on(last) == on(last + timedelta(days=1)) == on(last + timedelta(days=400))
    assert on(last - timedelta(days=1)) != on(last)


def test_a_rehearsal_s_papers_are_others(filled: Path) -> None:
    with Office.open(filled) as office:
        plain = digests(office)
    settings = (filled / "orglife.toml").read_text(encoding="utf-8")
    (filled / "orglife.toml").write_text(settings.replace("rehearsal = false", "rehearsal = true"), encoding="utf-8")
    with Office.open(filled) as office:
        assert not set(plain.values()) & set(digests(office).values())


# --- the cache -------------------------------------------------------------------------------------------------------


def remembering(office: Office, read: list[str], monkeypatch: pytest.MonkeyPatch, **options: Any) -> Sources:
    """Sources with the cache; the branches whose records are read are noted."""
    genuine = Sources._read

    def noting(self: Sources, branch: str) -> Any:
        read.append(branch)
        return genuine(self, branch)

    monkeypatch.setattr(Sources, "_read", noting)
    return Sources(BatchOptions(office.workspace.root, **options), office)


def test_only_a_branch_that_changed_is_read_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    plain = digests(office)
    for expected in (["t01"], []):
        one = remembering(office, read, monkeypatch)
        assert one.digests("t01", final=False) == plain
        assert read == expected
        one.keep()
        monkeypatch.undo()
        read.clear()
    member(office, "改名")
    plain = digests(office)
    one = remembering(office, read, monkeypatch)
    assert one.digests("t01", final=False) == plain
    assert read == ["t01"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "other", "inputs": {}}', '{"format": "orglife-inputs/2"}'])
def test_a_cache_that_cannot_be_read_is_made_anew(office: Office, text: str) -> None:
    cache = office.workspace.root / ".orglife" / "inputs.json"
    cache.parent.mkdir(exist_ok=True)
    cache.write_text(text, encoding="utf-8")
    one = Sources(BatchOptions(office.workspace.root), office)
    assert one.digests("t01", final=False) == digests(office)
    one.keep()
    held = json.loads(cache.read_text(encoding="utf-8"))
    assert (held["format"], list(held["inputs"])) == ("orglife-inputs/2", ["t01"])
    written = cache.stat().st_mtime_ns
    again = Sources(BatchOptions(office.workspace.root), office)
    again.digests("t01", final=False)
    again.keep()
    assert cache.stat().st_mtime_ns == written, "nothing new to write"


def test_a_single_branch_needs_no_cache(office: Office) -> None:
    one = Sources(BatchOptions(office.workspace.root), office, remember=False)
    one.digests("t01", final=False)
    assert not (office.workspace.root / ".orglife" / "inputs.json").exists()
    assert one._marks == {}


# --- tasks -----------------------------------------------------------------------------------------------------------


TARGET = OutputTarget("records", "partial")


def left(office: Office, task: Task, **changes: Any) -> None:
    """A run record as if the task had been done."""
    folder = office.workspace.root / "records" / "t01"
    folder.mkdir(parents=True, exist_ok=True)
    stages = {
        name: {"digest": digest, "formats": ["html", "pdf"], "files": [], **changes}
        for name, digest in task.digests.items()
    }
    (folder / "packet.json").write_text(RunRecord(stages, {"name": "甲"}).text(), encoding="utf-8")


def task_of(office: Office, **options: Any) -> Task | RunRecord:
    return Sources(BatchOptions(office.workspace.root, **options), office, remember=False).task("t01", TARGET)


def test_what_is_left_to_do_for_a_branch(office: Office) -> None:
    first = task_of(office)
    assert isinstance(first, Task)
    assert (first.name, first.formats, first.final, first.home, first.as_of) == (
        "测试局机关党支部",
        ("html", "pdf"),
        False,
        "",
        "",
    )
    assert {"campaign.toml", "orglife.toml", "records.json", f"notebooks/{TALKS}.ipynb"} <= set(first.files)
    assert first.known == {}
    left(office, first)
    done = task_of(office)
    assert isinstance(done, RunRecord)
    assert isinstance(task_of(office, formats=("html",)), RunRecord)
    for more in ({"force": True}, {"formats": ("docx",)}, {"final": True}, {"as_of": date(2024, 3, 8)}):
        again = task_of(office, **more)
        assert isinstance(again, Task)
        assert again.digests.keys() == first.digests.keys()
        assert again.known.keys() == first.digests.keys()
    left(office, first, files=[{"file": "gone.html", "bytes": 1, "sha256": ""}])
    damaged = task_of(office)
    assert isinstance(damaged, Task)
    assert damaged.known == {}


def test_only_the_stage_that_changed_travels(office: Office) -> None:
    first = task_of(office)
    assert isinstance(first, Task)
    left(office, first)
    rewritten(office.workspace.root / "notebooks" / f"{TALKS}.ipynb")
    second = task_of(office)
    assert isinstance(second, Task)
    assert list(second.digests) == [TALKS]
    assert [name for name in second.files if name.startswith("notebooks/")] == [f"notebooks/{TALKS}.ipynb"]
    assert second.known.keys() == first.digests.keys()


def test_the_bureau_s_papers_are_made_in_its_own_workspace(office: Office) -> None:
    one = Sources(BatchOptions(office.workspace.root), office, remember=False)
    task = one.task(BUREAU, TARGET)
    assert isinstance(task, Task)
    assert (task.home, task.files) == (str(office.workspace.root), {})
    before = one.digests(BUREAU, final=False)
    member(office, "改名")
    after = Sources(BatchOptions(office.workspace.root), office, remember=False).digests(BUREAU, final=False)
    assert before == after, "of a branch only its name and day"
    renamed_branch = {**office.store.current(C, "t01").own, "name": "另一个党支部"}
    office.store.apply(C, "t01", [Change("branch", "t01", renamed_branch)], who="张")
    renamed = Sources(BatchOptions(office.workspace.root), office, remember=False).digests(BUREAU, final=False)
    assert renamed != after
