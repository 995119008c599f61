"""What is taken away as one file: which bag is the latest, what a file holds, and how large it may be."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from orglife.core.errors import NothingToCarry, PackageTooLarge
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
