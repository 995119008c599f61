"""What is posted gives nobody away: no ballot, critic, reporter or explanation in text, metadata or attachment."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pypdf
import pypdfium2
import pytest

from orglife.adapters.print import exporters
from orglife.office.office import Office
from orglife.paper.singles import PaperRequest, Single, singles
from tests import branch as b
from tests.conftest import run

COUNT = 731  # a number of ballots that nothing else could give
MARK = "金丝雀"
PUBLIC = {"publication": ("text", "scope", "place"), "rect_item": ("title", "measure")}
"""What is posted on purpose."""


def raw() -> b.Json:
    """The branch with a mark in every text that is not for posting, and counts that tell themselves."""
    found = b.changed(
        b.branch(),
        add={
            "explanation": [
                {"id": f"e{n}", "rule": rule, "reason": "因病", "by": "m2", "date": "2024-02-28"}
                for n, rule in enumerate(("PUB-03", "PUB-04", "CRIT-02", "VOTE-02", "RECT-09"))
            ],
            "remark": [{"id": "rm", "branch": "t01", "date": "2024-02-28", "by": "局", "record": "pb", "text": "补"}],
            "attachment": [{"id": "at", "record": "pb", "kind": "photo", "file": "attachments/t01/x.png"}],
        },
    )
    for kind, rows in found["records"].items():
        for row in rows:
            _mark(row, PUBLIC.get(kind, ()))
    post = found["records"]["publication"][0]
    post |= {"feedback": f"{MARK}反映", "handling": f"{MARK}处理"}
    item = next(i for i in found["records"]["rect_item"] if i["owner_kind"] == "branch")
    item |= {"evidence": f"{MARK}佐证", "delay_note": f"{MARK}延期", "responsible": {"name": "柏青"}}
    tally = found["records"]["tally"][0]
    tally |= {"issued": COUNT, "returned": COUNT, "valid": COUNT}
    return found


def _mark(value: b.Json, spared: tuple[str, ...]) -> None:
    words = ("text", "response", "points", "thoughts", "opinions_heard", "problems_pointed", "fact", "cause", "opinion",
             "reason", "gist", "name", "preparation", "opinions", "problems", "evidence", "measure", "title")  # fmt: skip
    for key, part in value.items():
        if isinstance(part, str) and key in words and key not in spared:
            value[key] = MARK + part
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, dict):
                _mark(inner, spared)


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Single], list[Single]]:
    """The papers to be posted, and all others."""
    folder = tmp_path_factory.mktemp("posted")
    root, file = folder / "ws", folder / "t01.json"
    file.write_text(json.dumps(raw()), encoding="utf-8")
    assert run("new", str(root), "--campaign", "2024-seed") == 0
    assert run("import", str(root), str(file)) == 0
    with Office.open(root) as office:
        papers = singles(office, "t01", PaperRequest())
    return [p for p in papers if p.form == "F16"], [p for p in papers if p.form != "F16"]


def carried(content: bytes) -> str:
    """Everything that a PDF tells: its pages, its metadata, its outline, its attachments."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
    xmp = reader.root_object["/Metadata"].get_data().decode()  # type: ignore[union-attr]
    attached = [data.decode() for files in reader.attachments.values() for data in files]
    assert attached
    return "\n".join([*pages, str(reader.metadata), xmp, *attached, str(reader.outline)])


def test_the_marks_stand_on_other_papers(posted: tuple[list[Single], list[Single]]) -> None:
    """The test can fail: the same records give the marks away on papers that are not posted."""
    _, others = posted
    told = "".join(one.bundle.model_dump_json() for one in others)
    assert told.count(MARK) > 100
    assert str(COUNT) in told


def unzipped(content: bytes) -> str:
    """All parts of a DOCX, their tags left out, so that a word in two runs is one word."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(re.sub("<[^>]*>", "", parts.read(name).decode()) for name in parts.namelist())


@pytest.mark.parametrize("kind", exporters.FORMATS)
def test_nobody_is_given_away(posted: tuple[list[Single], list[Single]], kind: str) -> None:
    ((one,), _) = posted
    content = exporters.render(one.bundle, kind)
    told = {"pdf": carried, "docx": unzipped}.get(kind, bytes.decode)(content)
    assert "意见不答复" in told
    assert told.count(MARK) == told.count(f"{MARK}魏长河")  # the secretary, to whom people may turn
    assert str(COUNT) not in told
    others = [name for name in b.NAMES if name != "魏长河"]
    assert not [name for name in others if name in told]
    for word in ("测评", "得票", "批评人", "情况说明", "PUB-", "attachments/"):
        assert word not in told, word


def test_every_paper_carries_its_own_records_only(filled: Path) -> None:
    """The record attached to a single paper is that paper, nothing beside it."""
    with Office.open(filled) as office:
        for one in singles(office, "t01", PaperRequest()):
            assert {(d.form, d.subject) for d in one.bundle.documents} == {(one.form, one.subject)}
