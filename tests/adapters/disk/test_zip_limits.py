"""Where an incoming zip is just taken and just refused, and what is said of it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import zips
from orglife.adapters.disk.zip_writer import MANIFEST, write_zip
from orglife.core.errors import BadPackage

SHAPE = "test/1"
PARTS = {"a.json": "甲".encode() * 500, "b/扫描.pdf": b"%PDF-" + b"x" * 300}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_zip(tmp_path / "a.zip", {"format": SHAPE, "branch": "t01"}, PARTS.items())
    return tmp_path / "a.zip"


def manifest(**parts: bytes) -> bytes:
    files = [{"file": n, "bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()} for n, d in parts.items()]
    return json.dumps({"format": SHAPE, "files": files}).encode()


def packed(path: Path, parts: dict[str, bytes], **more: Any) -> Path:
    """A zip of another program."""
    with zipfile.ZipFile(path, "w", **more) as pack:
        for name, data in parts.items():
            pack.writestr(name, data)
    return path


def refusal(path: Path, largest: int = 10_000, *, whole: bool = True) -> str:
    with pytest.raises(BadPackage) as caught, zips.open_zip(path, shape=SHAPE, largest=largest, whole=whole):
        pass
    return str(caught.value)


def test_what_is_written_is_read_unaltered(written: Path) -> None:
    with zips.open_zip(written, shape=SHAPE, largest=10_000) as opened:
        assert opened.altered() == ""
        assert list(opened.differences()) == []
        assert {name: opened.read(name, most=len(data)) for name, data in PARTS.items()} == PARTS
        assert opened.head["branch"] == "t01"
        with pytest.raises(BadPackage, match=r"a\.json太大（0MB）"):
            opened.read("a.json", most=len(PARTS["a.json"]) - 1)
        with pytest.raises(BadPackage, match=r"里面缺少c\.json"):
            opened.require("a.json", "c.json")


def test_all_parts_together_are_no_larger_than_allowed(written: Path) -> None:
    with zipfile.ZipFile(written) as pack:
        total = sum(info.file_size for info in pack.infolist())
    with zips.open_zip(written, shape=SHAPE, largest=total):
        pass
    assert "展开后太大（0MB）" in refusal(written, total - 1)
    large = packed(written.with_name("large.zip"), {"a": b"0" * 2_000_000}, compression=zipfile.ZIP_DEFLATED)
    assert "展开后太大（2MB）" in refusal(large)


def test_every_changed_bit_beside_the_content_is_noticed(written: Path) -> None:
    """One bit of each byte of the headers and of the directory is turned; no reader of zips minds most of them."""
    data = written.read_bytes()
    with zipfile.ZipFile(written) as pack:
        begin = pack.start_dir
        heads = [range(i.header_offset, i.header_offset + 30 + len(i.orig_filename.encode())) for i in pack.infolist()]
    unnoticed = []
    for at in (*(at for head in heads for at in head), *range(begin, len(data))):
        changed = written.with_name("changed.zip")
        changed.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            with zips.open_zip(changed, shape=SHAPE, largest=10_000) as opened:
                if not opened.altered():
                    unnoticed.append(at)
        except BadPackage:
            pass
    assert unnoticed == []


def test_the_end_of_the_directory_is_compared(written: Path) -> None:
    for more in (b"\0", b"PK"):
        longer = written.with_name("longer.zip")
        longer.write_bytes(written.read_bytes() + more)
        try:
            with zips.open_zip(longer, shape=SHAPE, largest=10_000) as opened:
                assert opened.altered() == "文件目录被改动过"
        except BadPackage as error:
            assert "zip" in str(error)


def test_a_name_that_is_not_listed_is_shown_in_its_first_60_characters(tmp_path: Path) -> None:
    for count, shown in ((60, "件" * 60), (61, "件" * 60)):
        parts = {"a": b"1", MANIFEST: manifest(a=b"1"), "件" * count: b"2"}
        path = packed(tmp_path / f"{count}.zip", parts)
        assert f"没有登记的文件“{shown}”" in refusal(path)
        with zips.open_zip(path, shape=SHAPE, largest=10_000, whole=False) as opened:
            assert list(opened.differences()) == [(shown, "extra", "没有登记，是多出来的文件")]
        renamed = packed(tmp_path / f"r{count}.zip", {"件" * count: b"1", MANIFEST: manifest(a=b"1")})
        with zips.open_zip(renamed, shape=SHAPE, largest=10_000, whole=False) as opened:
            assert list(opened.differences()) == [("a", "renamed", f"被改名为{shown}")]
        assert f"文件名“{'件' * 58}:{'件' if count == 61 else ''}”不安全"[:70] in refusal(
            packed(tmp_path / f"u{count}.zip", {"件" * 58 + ":" + "件" * (count - 60): b""})
        )


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, "里面缺少manifest.json"),
        ({"a": b"1"}, "里面缺少manifest.json"),
        ({MANIFEST: manifest(a=b"1")}, "里面缺少a"),
        ({"a": b"12", MANIFEST: manifest(a=b"1")}, "a被改动过（大小不对）"),
        ({"a": b"1", "A": b"1", MANIFEST: manifest(a=b"1", A=b"1")}, "里面有重名的文件"),
        ({"a/": b"", MANIFEST: manifest()}, "不安全"),
        ({"../a": b"", MANIFEST: manifest()}, "不安全"),
        ({"a.": b"", MANIFEST: manifest()}, "不安全"),
        ({MANIFEST: b"{}"}, "manifest.json读不懂"),
        ({MANIFEST: b"[" * 4000}, "manifest.json读不懂"),
        ({MANIFEST: manifest().replace(b"test/1", b"f" * 41)}, f"格式是“{'f' * 40}”，这里要的是 test/1"),
        ({MANIFEST: manifest(a=b"1").replace(b'"bytes": 1', b'"bytes": true')}, "manifest.json读不懂"),
    ],
)
def test_a_zip_that_is_not_ours_gets_one_sentence(parts: dict[str, bytes], words: str, tmp_path: Path) -> None:
    assert words in refusal(packed(tmp_path / "a.zip", parts))


def test_the_number_of_parts_and_the_size_of_the_manifest_are_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (zips.MOST_PARTS, zips.LARGEST_MANIFEST) == (20_000, 8_000_000)
    parts = {"a": b"1", MANIFEST: manifest(a=b"1")}
    path = packed(tmp_path / "a.zip", parts)
    monkeypatch.setattr(zips, "MOST_PARTS", 2)
    monkeypatch.setattr(zips, "LARGEST_MANIFEST", len(parts[MANIFEST]))
    with zips.open_zip(path, shape=SHAPE, largest=10_000) as opened:
        assert opened.read("a", most=1) == b"1"
    monkeypatch.setattr(zips, "LARGEST_MANIFEST", len(parts[MANIFEST]) - 1)
    assert "manifest.json太大" in refusal(path)
    monkeypatch.setattr(zips, "MOST_PARTS", 1)
    assert "里面的文件太多（2个）" in refusal(path)


def test_a_zip_is_known_by_its_name_or_its_first_bytes(tmp_path: Path) -> None:
    for name, data, known in (("a.ZIP", b"", True), ("a", b"PK\3\4", True), ("a.txt", b"PK\5\6", False)):
        (tmp_path / name).write_bytes(data)
        assert zips.is_zip(tmp_path / name) is known
    assert not zips.is_zip(tmp_path / "nowhere")
