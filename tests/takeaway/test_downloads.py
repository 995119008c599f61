"""What is taken away as one file: which bag is the latest, what a file holds, and how large it may be."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from orglife.batch.options import BatchOptions
from orglife.batch.run_record import RunRecord
from orglife.batch.sources import Sources
from orglife.batch.task import PACKET
from orglife.core.errors import NothingToCarry, PackageTooLarge, TooLargeToTake
from orglife.home.progress import branch_stages
from orglife.office.office import Office
from orglife.takeaway import downloads


@pytest.fixture
def office(filled: Path) -> Iterator[Office]:
    with Office.open(filled) as one:
        yield one


def bag(office: Office, name: str, *, whole: bool = True) -> Path:
    folder = office.workspace.root / "archive" / name
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "b.txt").write_bytes(b"b" * 1_500_000)
    (folder / "bagit.txt" if whole else folder / "manifest.txt").write_bytes(b"bag")
    return folder


@pytest.mark.parametrize(
    ("names", "latest"),
    [
        ([], None),
        (["t01"], "t01"),
        (["t01", "t01-2"], "t01-2"),
        (["t01-2", "t01-10", "t01-9"], "t01-10"),
        (["t01", "t01-x", "t011", "t01-2-3", "t010-2"], "t01"),
        (["t01-x"], None),
    ],
)
def test_the_latest_bag_has_the_greatest_number(office: Office, names: list[str], latest: str | None) -> None:
    for name in names:
        bag(office, name)
    found = downloads.latest_bag(office, "t01")
    assert (found.name if found else None) == latest


def test_a_folder_without_the_sign_of_a_bag_is_none(office: Office) -> None:
    bag(office, "t01")
    bag(office, "t01-2", whole=False)
    found = downloads.latest_bag(office, "t01")
    assert found is not None
    assert found.name == "t01"


def test_a_bag_is_downloaded_with_all_its_files_uncompressed(office: Office) -> None:
    bag(office, "t01")
    file = downloads.download(office, "t01", downloads.BAG)
    assert file.name == "测试局机关党支部 归档包.zip"
    with zipfile.ZipFile(io.BytesIO(file.data)) as opened:
        assert opened.namelist() == ["测试局机关党支部 归档包/bagit.txt", "测试局机关党支部 归档包/data/b.txt"]
        assert {info.compress_type for info in opened.infolist()} == {zipfile.ZIP_STORED}
    (note,) = file.notes
    assert "改过、删过的内容和签字扫描件" in note
    assert downloads.DOWNLOADS in note


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (downloads.BAG, "还没有归档包，请先点“归档”"),
        (downloads.PAPERS, "还没有定稿文件，或者定稿以后又改过内容，请先点“定稿”"),
    ],
)
def test_what_is_not_there_cannot_be_taken(office: Office, what: str, words: str) -> None:
    with pytest.raises(NothingToCarry) as refused:
        downloads.download(office, "t01", what)
    assert refused.value.fields["what"] == words


def test_a_bag_may_be_just_as_large_as_a_browser_takes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    bag(office, "t01")
    monkeypatch.setattr(downloads, "LARGEST", 1_500_003)
    assert downloads.download(office, "t01", downloads.BAG).data
    monkeypatch.setattr(downloads, "LARGEST", 1_500_002)
    with pytest.raises(PackageTooLarge) as refused:
        downloads.download(office, "t01", downloads.BAG)
    assert refused.value.fields == {"what": "归档包", "megabytes": 1, "button": "写归档包"}


@pytest.mark.parametrize(("size", "megabytes"), [(999_999, 0), (1_000_000, 1), (1_999_999, 1), (2_000_000, 2)])
def test_a_size_is_told_in_whole_megabytes(
    size: int, megabytes: int, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = bag(office, "t01") / "data" / "b.txt"
    place.write_bytes(b"b" * (size - len(b"bag")))
    monkeypatch.setattr(downloads, "LARGEST", 0)
    with pytest.raises(PackageTooLarge) as refused:
        downloads.download(office, "t01", downloads.BAG)
    assert refused.value.fields["megabytes"] == megabytes


def test_a_copy_to_take_home_may_be_just_as_large_as_a_browser_takes(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, data = downloads._packed(filled, tmp_path)
    assert " 带走 " in name
    monkeypatch.setattr(downloads, "LARGEST", len(data))
    assert downloads._packed(filled, tmp_path)[1]
    monkeypatch.setattr(downloads, "LARGEST", len(data) - 1)
    with pytest.raises(TooLargeToTake):
        downloads._packed(filled, tmp_path)


def stages_run(office: Office, **head: object) -> dict[str, dict[str, object]]:
    """Leaves the record of a run: every stage from what is recorded now, the first two with papers, one of them a PDF."""
    digests = Sources(BatchOptions(office.workspace.root, final=True), office, remember=False).digests(
        "t01", final=True
    )
    stages: dict[str, dict[str, object]] = {name: {"digest": digest} for name, digest in digests.items()}
    folder = office.workspace.records / "t01"
    folder.mkdir(parents=True, exist_ok=True)
    for name in list(stages)[:2]:
        stages[name]["papers"] = 1
    for name in list(stages)[1:3]:
        (folder / f"{name}.pdf").write_bytes(b"%PDF")
    (folder / PACKET).write_text(RunRecord(stages, dict(head)).text(), encoding="utf-8")
    return stages


def test_final_papers_are_those_of_what_is_recorded_now(office: Office) -> None:
    stages_run(office, final=False)
    assert downloads.final_papers(office, "t01") == {}
    stages = stages_run(office, final=True)
    (title,) = downloads.final_papers(office, "t01")
    assert title == f"{branch_stages()[1].title}.pdf"
    packet = office.workspace.records / "t01" / PACKET
    last = list(stages)[-1]
    for left in ({"digest": "other"}, {}):
        packet.write_text(RunRecord({**stages, last: left}, {"final": True}).text(), encoding="utf-8")
        assert not downloads.is_current(office, "t01", packet)
        assert downloads.final_papers(office, "t01") == {}


def test_a_backup_may_be_just_as_large_as_a_browser_takes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    file = downloads.download(office, "t01", downloads.BACKUP)
    assert file.name.startswith("测试局机关党支部 备份 ")
    assert file.notes == ("备份里有全部数据、修改历史和附件，没有加密，请锁好保管。",)
    monkeypatch.setattr(downloads, "LARGEST", len(file.data))
    assert downloads.download(office, "t01", downloads.BACKUP).data
    monkeypatch.setattr(downloads, "LARGEST", len(file.data) - 1)
    with pytest.raises(PackageTooLarge) as refused:
        downloads.download(office, "t01", downloads.BACKUP)
    assert refused.value.fields == {"what": "备份", "megabytes": 0, "button": "备份到这里"}


def test_the_package_for_the_superior_is_one_file_under_a_chinese_name(office: Office) -> None:
    with downloads.to_carry(office, "t01", downloads.PACKAGE) as (source, name):
        assert zipfile.is_zipfile(source)
        assert name == "测试局机关党支部 交给上级的包.zip"
    assert not source.exists()
