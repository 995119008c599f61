"""A typesetter that is fast: PDFs of one empty page that carry their record like ours, for tests that look at no paper."""

from __future__ import annotations

import zlib

from orglife.core.paper.block import Bundle


def pdf(bundle: Bundle, head: str) -> bytes:
    """A paper as the least file that is one: the same paper and head, the same bytes."""
    record = zlib.compress(bundle.sealed(head).model_dump_json().encode())
    body = b"%PDF-1.7\n" + (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
        b"4 0 obj<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>stream\n" % len(record)
    )
    body += record + b"\nendstream endobj\n"
    return body + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
