"""Many scans attached as long work: told step by step, all or none, whenever it is cancelled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.store.store import Store
from orglife.core.errors import BadInput, CannotWrite
from orglife.filing import scan_task
from orglife.office import answers
from orglife.office.office import Office
from orglife.stages.plan.record import Attachment
from tests.archive.conftest import make
from tests.marks import thorough
from tests.office.test_attach import JPEG, PDF

NAMES = ("谈心谈话.pdf", "会议记录.jpg", "工作方案.pdf")
DATA = (PDF, JPEG, PDF + b"\n%%EOF\n")
RECORDS = (["t01", "t02"], ["mt"], ["plan"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(tmp_path / "ws")


def arguments(root: Path, tmp_path: Path) -> dict[str, Any]:
    folder = tmp_path / "brought"
    folder.mkdir(exist_ok=True)
    named = []
    for number, (name, data, records) in enumerate(zip(NAMES, DATA, RECORDS, strict=True)):
        (folder / f"{number}").write_bytes(data)
        named.append({"name": name, "file": f"scan{Path(name).suffix}", "records": records})
    return {"root": str(root), "branch": "t01", "folder": str(folder), "files": named, "as_of": "2024-03-08"}


def attached(root: Path) -> list[tuple[str, str]]:
    with Office.open(root) as office:
        return sorted((each.record, each.file) for each in office.dossier("t01").all(Attachment))


def stored(root: Path) -> list[str]:
    return sorted(str(p.relative_to(root)) for p in (root / "attachments").rglob("*") if p.is_file())


def test_each_file_is_told_and_all_are_attached(root: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    lines = scan_task.attach(arguments(root, tmp_path), lambda *how: told.append(how))
    assert lines == ["✓ 已附上3个扫描件，4份文件有了签字扫描件。"]
    assert told == [(n, 4, f"正在附上“{name}”") for n, name in enumerate(NAMES)] + [(3, 4, "正在登记")]
    assert [record for record, _ in attached(root)] == ["mt", "plan", "t01", "t02"]
    assert stored(root) == sorted({file for _, file in attached(root)})
    again = scan_task.attach(arguments(root, tmp_path), lambda *_: None)
    assert again == ["✓ 已附上3个扫描件。这些文件原来都已附上，没有重复附。"]
    assert len(attached(root)) == 4


@pytest.mark.parametrize("step", range(4))
def test_a_cancel_at_any_step_leaves_nothing(root: Path, tmp_path: Path, step: int) -> None:
    def report(done: int, _total: int, _label: str) -> None:
        if done == step:
            raise KeyboardInterrupt

    with pytest.raises(BadInput) as told:
        scan_task.attach(arguments(root, tmp_path), report)
    assert told.value.sentences == [f"已取消。{scan_task.NOT_ATTACHED}"]
    assert attached(root) == []
    assert stored(root) == [], "no file without its record"


def test_a_cancel_that_comes_too_late_says_so(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apply_all = Store.apply_all

    def late(*given: Any, **more: Any) -> None:
        apply_all(*given, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "apply_all", late)
    assert scan_task.attach(arguments(root, tmp_path), lambda *_: None) == [scan_task.TOO_LATE]
    assert len(attached(root)) == 4
    assert stored(root) == sorted({file for _, file in attached(root)}), "every record has its file"


@thorough
def test_a_disk_that_is_full_in_the_middle_leaves_what_was_there(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Office.open(root) as office:
        (tmp_path / "先附的.pdf").write_bytes(DATA[0])
        answers.attach(office, "t01", "st", tmp_path / "先附的.pdf")
    before = stored(root), attached(root)
    write = answers.attachments.store_file

    def full(record_files: Any, branch: str, file: Any) -> bool:
        if file.data == DATA[2]:
            raise CannotWrite(path=file.place(branch), what="磁盘已满")
        return write(record_files, branch, file)

    monkeypatch.setattr(answers.attachments, "store_file", full)
    with pytest.raises(CannotWrite):
        scan_task.attach(arguments(root, tmp_path), lambda *_: None)
    assert (stored(root), attached(root)) == before
