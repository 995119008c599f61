"""档号: an archived paper carries its number at the top, in every format; blanks and withdrawn items carry none.

The same papers are the same bytes wherever they are made.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from orglife.adapters.print import exporters
from orglife.core.paper.block import DOCUMENTS_MIME, FORMATS
from orglife.desk.desk import Desk
from orglife.office.office import Office
from orglife.paper.singles import PaperRequest, singles
from tests import branch as b
from tests.conftest import run
from tests.marks import thorough

CODE = "J001-WS·2024-D10-DZB01-0007"


@pytest.fixture
def archived(filled: Path, tmp_path: Path) -> Path:
    """The branch with three items in its catalogue."""
    items = [
        {"id": "i1", "form": "F6", "subject": "r1", "code": CODE},
        {"id": "i2", "form": "F18", "code": "J001-WS·2024-D30-DZB01-0001"},
        {"id": "i3", "form": "F6", "subject": "r2", "code": "J001-WS·2024-D10-DZB01-0008", "withdrawn": True},
    ]
    source = tmp_path / "archived.json"
    source.write_text(json.dumps(b.changed(b.branch(), add={"archive_item": items})), encoding="utf-8")
    assert run("import", str(filled), str(source)) == 0
    return filled


def test_an_archived_paper_carries_its_number(archived: Path) -> None:
    with Office.open(archived) as office:
        papers = {one.name: one.bundle for one in singles(office, "t01", PaperRequest())}
        blanks = {one.name: one.bundle for one in singles(office, "t01", PaperRequest(blank=True))}
    assert {name: bundle.documents[0].code for name, bundle in papers.items() if bundle.documents[0].code} == {
        "F6_r1": CODE,
        "F18": "J001-WS·2024-D30-DZB01-0001",
    }
    assert not any(bundle.documents[0].code for bundle in blanks.values())
    page = pypdf.PdfReader(io.BytesIO(exporters.render(papers["F6_r1"], "pdf"))).pages[0]
    assert f"档号：{CODE}" in "".join(page.extract_text().split())
    assert f"档号：{CODE}" in exporters.render(papers["F6_r1"], "html").decode()
    assert "档号" not in exporters.render(papers["F6_r2"], "html").decode()


def test_the_bound_file_carries_it_too(archived: Path) -> None:
    desk = Desk.open(str(archived), "t01", as_of="2024-03-08", interactive=False)
    documents = desk.documents("reviews").bundle()[DOCUMENTS_MIME]["documents"]
    assert [d["code"] for d in documents if d["code"]] == [CODE]


DIGESTS = """
import hashlib, sys
from pathlib import Path
from orglife.adapters.print import exporters
from orglife.core.paper.block import FORMATS
from orglife.office.office import Office
from orglife.paper.singles import PaperRequest, singles
with Office.open(Path(sys.argv[1])) as office:
    for blank in (False, True):
        for one in singles(office, "t01", PaperRequest(blank=blank, forms=("F6", "F9", "F11", "F12", "F14"))):
            for kind in FORMATS:
                print(one.name, kind, hashlib.sha256(exporters.render(one.bundle, kind)).hexdigest())
"""


def digests(root: Path, **environment: str) -> str:
    """Digests of papers made in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS, str(root)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@thorough
def test_time_zone_hash_seed_and_language_change_no_byte(filled: Path) -> None:
    one = digests(filled, TZ="Asia/Shanghai", PYTHONHASHSEED="1", LC_ALL="C")
    assert one == digests(filled, TZ="America/Los_Angeles", PYTHONHASHSEED="77", LC_ALL="C.UTF-8")
    assert len(one.splitlines()) > 2 * len(FORMATS) * 5
