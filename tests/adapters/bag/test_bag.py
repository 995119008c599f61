"""A bag is made as a whole beside its place, verified, and named; what fails leaves nothing, what is there is kept."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from orglife.adapters.bag import bag, verifier
from orglife.adapters.bag.bag import Contents
from orglife.core.errors import BagFaulty, CannotWrite, InsideABag, NameForbidden
from tests.adapters.bag.small_bags import JPEG, SCAN, Draft, digest, item, row

GUIDE = "说明\n"


def contents(folder: Path) -> Contents:
    """What a small sealed bag holds, one file of it as a path."""
    texts = {verifier.GUIDE: GUIDE, verifier.VERIFIER: bag.verifier_text()}
    draft = Draft(listed={name: digest(text.encode()) for name, text in texts.items()})
    payload: dict[str, bytes | Path] = {n: data for n, data in draft.files().items() if n.startswith("data/")}
    (folder / "scan.jpg").write_bytes(JPEG)
    payload[SCAN] = folder / "scan.jpg"
    info = {verifier.HEAD_LABEL: draft.own[-1]["hash"], "Source-Organization": "测试局"}
    return Contents(payload, {**info, verifier.PACKAGE_LABEL: digest(draft.files()[verifier.PACKAGE])}, GUIDE)


def test_a_bag_is_complete_and_private_while_it_is_being_named(tmp_path: Path) -> None:
    part = tmp_path / "out" / "deep" / f"{bag.PARTIAL}x-t01"
    made = contents(tmp_path)
    with bag.building(part, made):
        names = {p.relative_to(part).as_posix() for p in part.rglob("*") if p.is_file()}
        assert names == {*made.payload, *verifier.OWN_TAGS}
        assert {p.stat().st_mode & 0o077 for p in part.rglob("*")} == {0}
        info = (part / "bag-info.txt").read_text(encoding="utf-8").splitlines()
        size = sum((part / name).stat().st_size for name in made.payload)
        assert info[1] == "Source-Organization: 测试局"
        assert (part / verifier.GUIDE).read_text(encoding="utf-8") == GUIDE
        assert (part / SCAN).read_bytes() == JPEG
        assert f"Payload-Oxum: {size}.{len(made.payload)}" in info
        assert f"{verifier.REPORT_LABEL}: {digest((part / verifier.REPORT).read_bytes())}" in info
        place = bag.put_in_place(part, part.parent, "t01")
        assert place == part.parent / "t01"
    assert (place / "bagit.txt").is_file()
    assert [p.name for p in part.parent.iterdir()] == ["t01"]


def test_a_bag_that_nobody_named_is_gone_with_the_folders_made_for_it(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with bag.building(tmp_path / "out" / "deep" / "more" / f"{bag.PARTIAL}x", contents(tmp_path)):
        pass
    assert list((tmp_path / "out").iterdir()) == []


def test_what_does_not_read_back_as_a_bag_is_refused_and_removed(tmp_path: Path) -> None:
    made = contents(tmp_path)
    spoilt = Contents({**made.payload, "data/more.txt": b"x"}, made.info, made.guide)
    with pytest.raises(BagFaulty, match="每个文件与包清单"), bag.building(tmp_path / "out" / ".partial-x", spoilt):
        pass
    assert not (tmp_path / "out").exists()


def part_of(out: Path) -> Path:
    part = out / f"{bag.PARTIAL}x"
    part.mkdir(parents=True)
    (part / "new").touch()
    return part


@pytest.mark.parametrize(
    ("taken", "name"),
    [([], "t01"), (["t01"], "t01-2"), (["t01", "t01-2", "t01-4"], "t01-3"), (["t01-2"], "t01")],
)
def test_a_name_that_is_taken_gets_a_number(tmp_path: Path, taken: list[str], name: str) -> None:
    for one in taken:
        (tmp_path / one).mkdir()
        (tmp_path / one / "old").touch()
    assert bag.put_in_place(part_of(tmp_path), tmp_path, "t01") == tmp_path / name
    assert all([p.name for p in (tmp_path / one).iterdir()] == ["old"] for one in taken)


def test_a_link_and_a_file_take_a_name_too(tmp_path: Path) -> None:
    (tmp_path / "t01").symlink_to(tmp_path / "nowhere")
    (tmp_path / "t01-2").touch()
    assert bag.put_in_place(part_of(tmp_path), tmp_path, "t01") == tmp_path / "t01-3"


def test_another_process_that_is_faster_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, faster = Path.rename, iter([FileExistsError(), OSError(errno.ENOTEMPTY, "not empty")])

    def racing(path: Path, target: Path) -> Path:
        for error in faster:
            target.mkdir()
            raise error
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", racing)
    assert bag.put_in_place(part_of(tmp_path), tmp_path, "t01") == tmp_path / "t01-3"


def test_a_disk_that_refuses_the_name_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(CannotWrite, match="磁盘已满"):
        bag.put_in_place(part_of(tmp_path), tmp_path, "t01")


def test_no_bag_is_made_inside_a_bag_or_under_a_name_of_windows(tmp_path: Path) -> None:
    bag.require_place(tmp_path / "a" / "b")
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "bagit.txt").touch()
    for out in (tmp_path / "a", tmp_path / "a" / "b"):
        with pytest.raises(InsideABag) as refused:
            bag.require_place(out)
        assert refused.value.fields == {"path": str(out), "bag": str(tmp_path / "a")}
    bag.require_place(tmp_path)
    bag.require_name("t01")
    for name in ("con", "a:b", "t01."):
        with pytest.raises(NameForbidden):
            bag.require_name(name)


def test_the_metadata_are_read_as_they_were_written(tmp_path: Path) -> None:
    rows = [row(item(1, title="=1+1", subject="'x")), row(item(2, title="一\n二", persons=["甲", "乙"]))]
    csv = bag.metadata_csv(rows)
    assert csv.startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in csv.decode()
    draft = Draft(parts={verifier.CSV: csv, verifier.XML: bag.metadata_xml(rows)})
    for name, data in draft.files().items():
        (tmp_path / "bag" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bag" / name).write_bytes(data)
    read = verifier.Bag(str(tmp_path / "bag")).items
    keys = [key for key, _ in verifier.COLUMNS]
    assert read == [{key: one.get(key, "") for key in keys} for one in rows]
