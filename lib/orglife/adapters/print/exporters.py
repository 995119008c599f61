"""nbconvert exporters for papers: they read the blocks in the output of the document cell, never its HTML.

``jupyter nbconvert --to orglife-pdf out.ipynb``, ``--to orglife-html`` and ``--to orglife-docx`` print the papers that
an executed notebook emitted. A notebook without that output has no papers.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from orglife.adapters.disk import files
from orglife.adapters.print import docx, html, threads, typst
from orglife.core.errors import NoDocuments, UnknownChoice
from orglife.core.paper.block import BLOCKS, DOCUMENTS_MIME, FORMATS, Bundle


def bundle_of(notebook: NotebookNode, name: str) -> Bundle:
    """The papers that an executed notebook emitted.

    Args:
        notebook: The executed notebook.
        name: The notebook's name in messages.

    Raises:
        NoDocuments: no cell emitted papers.
    """
    bundles = [
        Bundle.model_validate(output["data"][DOCUMENTS_MIME])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if DOCUMENTS_MIME in output.get("data", {})
    ]
    if not bundles:
        raise NoDocuments(notebook=name)
    first = bundles[0]
    return first.model_copy(update={"documents": [d for bundle in bundles for d in bundle.documents]})


def timestamp(bundle: Bundle) -> int:
    """The day of the latest record in seconds since 1970 UTC, so that equal papers have equal bytes at any time."""
    day = datetime.fromisoformat(bundle.dated).replace(tzinfo=UTC) if bundle.dated else datetime(2000, 1, 1, tzinfo=UTC)
    return int(day.timestamp())


def render(bundle: Bundle, kind: str) -> bytes:
    """A stage's papers in one of FORMATS, or as BLOCKS."""
    if kind == BLOCKS:
        return bundle.model_dump_json().encode()
    if kind == "html":
        return html.page(bundle).encode()
    if kind == "docx":
        return docx.docx(bundle, timestamp=timestamp(bundle))
    return typst.pdf(bundle, timestamp=timestamp(bundle))


def render_all(papers: Sequence[tuple[Bundle, str]]) -> Iterator[Callable[[], bytes]]:
    """For each file, in order, a call that returns its bytes or raises; PDFs are made in threads meanwhile.

    Args:
        papers: Bundles, each with one of FORMATS.
    """
    pdfs = threads.run_ahead(functools.partial(render, bundle, kind) for bundle, kind in papers if kind == "pdf")
    with contextlib.closing(pdfs):
        for bundle, kind in papers:
            yield next(pdfs).result if kind == "pdf" else functools.partial(render, bundle, kind)


def write_file(bundle: Bundle, out: Path) -> None:
    """Write a bundle to one file; the file's suffix selects the format.

    Raises:
        UnknownChoice: the suffix is not one of FORMATS.
        OrglifeError: the file cannot be made or written; nothing is left behind.
    """
    kind = out.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise UnknownChoice(what="文件的格式", value=out.suffix, known="、".join(FORMATS))
    files.write(out, render(bundle, kind))


class _RecordExporter(Exporter):  # type: ignore[misc]  # nbconvert is untyped
    """Base of the exporters: reads the papers of a notebook."""

    export_from_notebook: str | None = None

    def _papers(self, notebook: NotebookNode, resources: dict[str, Any] | None, **options: Any) -> tuple[Bundle, Any]:
        notebook, resources = super().from_notebook_node(notebook, resources, **options)
        return bundle_of(notebook, Path(resources["metadata"]["name"]).name), resources


class HtmlRecordExporter(_RecordExporter):
    """``orglife-html``: one self-contained file."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, Any]:
        """The papers as one HTML page."""
        bundle, resources = self._papers(nb, resources, **kw)
        return html.page(bundle), resources


class PdfRecordExporter(_RecordExporter):
    """``orglife-pdf``: PDF/A."""

    file_extension = ".pdf"
    output_mimetype = "application/pdf"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, Any]:
        """The papers as PDF bytes."""
        bundle, resources = self._papers(nb, resources, **kw)
        return render(bundle, "pdf"), resources


class DocxRecordExporter(_RecordExporter):
    """``orglife-docx``: DOCX for Word and WPS."""

    file_extension = ".docx"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, Any]:
        """The papers as DOCX bytes."""
        bundle, resources = self._papers(nb, resources, **kw)
        return render(bundle, "docx"), resources
