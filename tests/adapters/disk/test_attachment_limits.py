"""Where a file to attach just passes and just fails, and how its name is shown; why a file cannot be written."""

from __future__ import annotations

import errno

import pytest

from orglife.adapters.disk import attachments, files
from orglife.core.errors import NotAnAttachment

PDF, PNG = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("name", "most", "longer"),
    [
        ("a.pdf", PDF + b"%%EOF" + b"\0" * 2043, b"\0"),  # scanners write a few bytes after the end
        ("a.png", PNG + b"IEND" + b"\0" * 60, b"\0"),
    ],
)
def test_the_end_of_a_file_is_looked_for_at_its_end(name: str, most: bytes, longer: bytes) -> None:
    assert attachments.recognise(most, name).data == most
    with pytest.raises(NotAnAttachment, match="内容不完整"):
        attachments.recognise(most + longer, name)


def test_a_tiff_is_longer_than_its_header() -> None:
    assert attachments.recognise(b"II*\0" + b"\0" * 5, "a.tif").pages is None
    with pytest.raises(NotAnAttachment, match="内容不完整"):
        attachments.recognise(b"II*\0" + b"\0" * 4, "a.tif")


@pytest.mark.parametrize(
    ("name", "data", "suffix", "pages"),
    [
        ("a.PDF", PDF + b"%%EOF", ".pdf", None),
        ("a.jpeg", b"\xff\xd8\xff/JavaScript\xff\xd9", ".jpg", 1),
        ("a.png", PNG + b"IEND", ".png", 1),
        ("a.tiff", b"MM\0*" + b"\0" * 5, ".tif", None),
    ],
)
def test_a_picture_has_one_page_and_only_a_pdf_may_run_something(
    name: str, data: bytes, suffix: str, pages: int | None
) -> None:
    file = attachments.recognise(data, name)
    assert (file.suffix, file.pages) == (suffix, pages)


def test_a_pdf_that_may_run_something_is_refused() -> None:
    with pytest.raises(NotAnAttachment, match="里面有脚本、打开密码，以后可能打不开或不安全"):
        attachments.recognise(PDF + b"/JavaScript /Encrypt %%EOF", "a.pdf")


@pytest.mark.parametrize(("more", "words"), [(1, "有21MB"), (1024 * 1024, "有21MB"), (1024 * 1024 + 1, "有22MB")])
def test_a_file_of_more_than_20_megabytes_is_refused(more: int, words: str) -> None:
    limit = 20 * 1024 * 1024
    assert len(attachments.recognise(PDF + b"%%EOF".rjust(limit - len(PDF)), "a.pdf").data) == limit
    with pytest.raises(NotAnAttachment, match=words):
        attachments.recognise(bytes(limit + more), "a.pdf")


def test_a_file_is_stored_under_the_first_digits_of_its_digest() -> None:
    file = attachments.recognise(PDF + b"%%EOF", "扫描.PDF")
    assert file.place("t01") == f"attachments/t01/{file.sha256[:20]}.pdf"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\扫描\\签字.pdf", "签字.pdf"),
        ("/home/a/签\n字.pdf", "签 字.pdf"),
        ("字" * 36 + ".pdf", "字" * 36 + ".pdf"),
        ("字" * 37 + ".pdf", "字" * 34 + "…字.pdf"),
        ("扫描/", "没有名字的文件"),
    ],
)
def test_a_long_name_is_shortened_in_a_message(name: str, shown: str) -> None:
    assert attachments.display_name(name) == shown


def test_a_long_extension_is_shortened_in_a_message() -> None:
    for suffix, shown in ((".abcdefghi", ".abcdefghi，"), (".abcdefghij", ".abc…fghij，")):
        with pytest.raises(NotAnAttachment, match="内容是PDF，文件名写的是") as refusal:
            attachments.recognise(PDF + b"%%EOF", f"a{suffix}")
        assert f"写的是{shown}" in f"{refusal.value}，".replace("。", "，")


@pytest.mark.parametrize(
    ("number", "words"),
    [(5, "没有权限，或者这个文件正在Word"), (32, "正在另一个程序"), (33, "正被另一个程序锁着"), (112, "磁盘已满")],
)
def test_why_windows_refuses_a_file(number: int, words: str) -> None:
    error = OSError(errno.ENOSPC, "refused")
    error.winerror = number  # type: ignore[attr-defined]
    assert words in files.why(error)


def test_a_reason_that_is_not_known_is_named_as_such() -> None:
    assert files.why(OSError("?")) == files.why(OSError(9999, "?")) == "系统拒绝了这次操作"
    assert files.why(OSError(errno.EACCES, "?")) == "没有权限"
