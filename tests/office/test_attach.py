"""Attachments: known by what is in them, kept inside the workspace, and what is signed is listed."""

from __future__ import annotations

import hashlib
import stat
import zlib
from pathlib import Path

import pytest

from orglife.adapters.disk import attachments
from orglife.core.errors import NoSuchFile, NoSuchRecord, NotAnAttachment
from orglife.desk.desk import Desk
from orglife.office import answers
from orglife.office.office import Office
from orglife.stages.plan.record import Attachment
from tests import branch as b
from tests.archive.conftest import make
from tests.cli.test_cli import refused
from tests.conftest import run

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 40 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0" * 17 + b"\0\0\0\0IEND" + zlib.crc32(b"IEND").to_bytes(4, "big")
TIFF = b"II*\0\x08\0\0\0" + b"\0" * 12
GOOD = {"a.pdf": PDF, "b.jpg": JPEG, "c.JPEG": JPEG, "d.png": PNG, "e.tif": TIFF, "f.tiff": b"MM\0*" + b"\0" * 20}
BAD = {
    "jpeg.pdf": JPEG,
    "pdf.jpg": PDF,
    "png.tif": PNG,
    "text.pdf": "签字".encode(),
    "page.png": b"<html>",
    "nothing.pdf": b"",
    "cut.pdf": PDF[:-8],
    "cut.jpg": JPEG[:-2],
    "cut.png": PNG[:-8],
    "late.pdf": b"\n\n" + PDF,
    "scan": PDF,
    "word.docx": b"PK\x03\x04" + b"\0" * 40,
    "program.exe": PDF,
}


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", GOOD)
def test_what_is_what_it_says_is_kept(name: str, filled: Path, tmp_path: Path) -> None:
    with Office.open(filled) as office:
        link = answers.attach(office, "t01", "mt", put(tmp_path, name, GOOD[name]))
        (kept,) = office.dossier("t01").all(Attachment)
    assert kept == link
    digest = hashlib.sha256(GOOD[name]).hexdigest()
    assert (link.record, link.kind, link.sha256) == ("mt", "signed_scan", digest)
    assert link.file.startswith("attachments/t01/")
    assert digest.startswith(Path(link.file).stem)
    copy = filled / link.file
    assert copy.read_bytes() == GOOD[name]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert link.pages == (1 if Path(link.file).suffix in (".jpg", ".png") else None)


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_what_it_says_is_refused(name: str, filled: Path, tmp_path: Path) -> None:
    with Office.open(filled) as office:
        with pytest.raises(NotAnAttachment, match=name) as refusal:
            answers.attach(office, "t01", "mt", put(tmp_path, name, BAD[name]))
        assert str(refusal.value).endswith("。")
        assert office.dossier("t01").all(Attachment) == ()
    assert not list((filled / "attachments").iterdir())


def test_size_place_and_record_are_looked_at(filled: Path, tmp_path: Path) -> None:
    limit = attachments.LARGEST
    exact = put(tmp_path, "exact.pdf", PDF[:9] + b" " * (limit - len(PDF)) + PDF[9:])
    assert exact.stat().st_size == limit
    with Office.open(filled) as office:
        answers.attach(office, "t01", "mt", exact)
        with pytest.raises(NotAnAttachment, match="21MB"):
            answers.attach(office, "t01", "mt", put(tmp_path, "large.pdf", exact.read_bytes() + b"\n"))
        with pytest.raises(NoSuchFile):
            answers.attach(office, "t01", "mt", tmp_path / "nowhere.pdf")
        with pytest.raises(NotAnAttachment, match="不是文件"):
            answers.attach(office, "t01", "mt", tmp_path)
        with pytest.raises(NoSuchRecord, match="已经不在了"):
            answers.attach(office, "t01", "mt9", put(tmp_path, "a.pdf", PDF))


def test_the_same_file_twice_is_one_link(filled: Path, tmp_path: Path) -> None:
    path = put(tmp_path, "a.pdf", PDF)
    with Office.open(filled) as office:
        first = answers.attach(office, "t01", "mt", path)
        (filled / first.file).unlink()
        assert answers.attach(office, "t01", "mt", path) == first
        assert (filled / first.file).is_file()
        other = answers.attach(office, "t01", "r1", path)
        assert (other.file, other.id == first.id) == (first.file, False)
        assert len(office.dossier("t01").all(Attachment)) == 2


def test_papers_with_the_same_title_are_listed_with_their_days(tmp_path: Path) -> None:
    raw = b.branch()
    raw["records"]["study"].append({**raw["records"]["study"][0], "id": "st2", "date": "2024-02-09"})
    with Office.open(make(tmp_path / "ws", raw)) as office:
        titles = [row.title for row in office.signed_papers(office.dossier("t01")) if row.form == "F2"]
    assert "集中学习记录（2024年2月9日）" in titles
    assert len(set(titles)) == len(titles) == len(raw["records"]["study"])


def test_signed_papers_are_listed(filled: Path, tmp_path: Path) -> None:
    path = put(tmp_path, "a.pdf", PDF)
    with Office.open(filled) as office:
        rows = office.signed_papers(office.dossier("t01"))
        assert not any(row.signed for row in rows)
        assert {"F1", "F3", "F4", "F6", "F9", "F10", "F11", "F12", "F13", "F14", "F15", "F17", "F18"} <= {
            r.form for r in rows
        }
        assert "F8" not in {r.form for r in rows}, "an agenda is not signed"
        assert len([r for r in rows if r.form == "F3"]) == 9, "talks are signed one by one"
        for record in ("mt", "r2", "t01", "o1", "c01", "g1", "k2", "rp"):
            answers.attach(office, "t01", record, path)
        answers.attach(office, "t01", "st", path, "sign_in")
        signed = {(r.form, r.subject) for r in office.signed_papers(office.dossier("t01")) if r.signed}
    assert signed == {
        ("F9", "mt"),
        ("F6", "r2"),
        ("F3", "t01"),
        ("F4", ""),
        ("F10", "mt"),
        ("F12", "gm"),
        ("F14", "m2"),
        ("F18", ""),
    }
    shown = Desk.open(str(filled), "t01", as_of="2024-03-08").form("home").bundle()["text/html"]
    assert "已附签字扫描件<b>8</b>份" in shown
    assert "专题组织生活会发言提纲（祝秋实）" in shown


def test_the_command(filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = str(put(tmp_path, "a.pdf", PDF))
    assert run("attach", str(filled), "--branch", "t01", "--record", "mt", good) == 0
    assert "attachments/t01/" in capsys.readouterr().err
    bad = str(put(tmp_path, "b.pdf", JPEG))
    for arguments in (
        ("--record", "mt", bad),
        ("--record", "mt9", good),
        (good,),
        ("--record", "mt", "--kind", "x", good),
    ):
        lines = refused(capsys, "attach", str(filled), "--branch", "t01", *arguments)
        assert len(lines) == 1 or lines[1:] == ["编号是“mt9”。"]
    assert run("check", str(filled), "--as-of", "2024-03-08") == 0
