"""PDFs made to cost: they are verified in linear time and bounded memory, and refused as attachments."""

from __future__ import annotations

import io
import time
import tracemalloc
import zlib

import pytest

from orglife.adapters.bag import verifier
from orglife.adapters.disk import attachments
from orglife.core.errors import NotAnAttachment
from tests.marks import thorough

END = b"\nstartxref\n9\n%%EOF\n"


def object_stream(inside: bytes) -> bytes:
    packed = zlib.compress(inside)
    return b"1 0 obj\n<</Type/ObjStm/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (len(packed), packed)


def pdf(body: bytes) -> bytes:
    return b"%PDF-1.7\n" + body + END


def seconds(data: bytes) -> float:
    before = time.process_time()
    verifier.facts_of("data/x.pdf", len(data), io.BytesIO(data))
    verifier.record_in(data)
    return time.process_time() - before


@pytest.mark.parametrize(
    "body",
    [
        b"stream\n" * 20_000,
        b"stream\r\n/ObjStm " * 20_000,
        b"stream\r\n/ObjStm " * 20_000 + b"endstream",
        b"/ObjStm " * 20_000 + b"stream\n",
        b"/EmbeddedFile " * 20_000 + b"stream\n{\nendstream",
        b"/Type " + b" " * 200_000,
        b"/JS" + b" " * 200_000,
        b"/URI " * 30_000,
        b"/" + b"#4" * 100_000,
        b"(" * 100_000 + b"\\" * 100_001,
        b"/#41" * 50_000,
    ],
    ids=[
        "unclosed",
        "unclosed objects",
        "closed late",
        "types",
        "embedded",
        "blanks",
        "script blanks",
        "links",
        "codes",
        "texts",
        "names",
    ],
)
def test_a_small_pdf_is_looked_at_in_no_time(body: bytes) -> None:
    assert seconds(pdf(body)) < 1


@thorough
def test_object_streams_that_unpack_without_end() -> None:
    """A few hundred kilobytes that unpack to gigabytes."""
    bomb = pdf(object_stream(b" " * 20_000_000) * 200)
    assert len(bomb) < 5_000_000
    tracemalloc.start()
    facts = verifier.facts_of("data/x.pdf", len(bomb), io.BytesIO(bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (facts.opens, verifier.TOO_MUCH in facts.hits) == (False, True)
    assert peak < 300_000_000
    with pytest.raises(NotAnAttachment, match="解开后太大"):
        attachments.recognise(bomb, "a.pdf")


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (b"<</S/JavaScript/JS(app.alert\\(1\\))>>", "脚本"),
        (b"<</S/Launch/F(calc.exe)>>", "启动程序的动作"),
        (b"<</S/SubmitForm>>", "活动内容"),
        (b"<</Encrypt 5 0 R>>", "打开密码"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "in an object stream"])
def test_what_runs_or_is_locked_is_refused_as_an_attachment(inside: bytes, words: str, *, packed: bool) -> None:
    data = pdf(object_stream(inside) if packed else b"1 0 obj\n" + inside + b"\nendobj\n")
    with pytest.raises(NotAnAttachment, match=words):
        attachments.recognise(data, "签到表.pdf")


@pytest.mark.parametrize(
    "inside",
    [
        b"<</S/Java#53cript/J#53(app.alert\\(1\\))>>",
        b"<</S/L#61unch/F(calc.exe)>>",
        b"<</Root 1 0 R/Encr#79pt<</Filter/Standard>>>>",
        b"<</Type/Obj#53tm>>",
    ],
)
def test_a_name_written_in_codes_hides_nothing(inside: bytes) -> None:
    with pytest.raises(NotAnAttachment, match="遮掩的指令"):
        attachments.recognise(pdf(b"1 0 obj\n" + inside + b"\nendobj\n"), "签到表.pdf")


def test_codes_that_names_need_are_no_danger() -> None:
    """Chinese font names, blanks, and what only looks like a code in a text or an address."""
    inside = b"<</BaseFont/ABCDEF+#E4#BB#BF#E5#AE#8B/X/A#20B/T(see /b#41)/A<</S/URI/URI(http://x/y#61b)>>>>"
    assert attachments.recognise(pdf(b"1 0 obj\n" + inside + b"\nendobj\n"), "a.pdf").suffix == ".pdf"


def test_words_of_a_page_and_links_are_no_danger() -> None:
    page = b"1 0 obj\n<</Length 9>>\nstream\n/Launch /JS( /Encrypt\nendstream\nendobj\n2 0 obj\n<</S/URI/URI(http://x)>>\nendobj\n"
    assert attachments.recognise(pdf(page), "a.pdf").suffix == ".pdf"
