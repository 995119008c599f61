"""The DOCX on paper: LibreOffice lays out every form, and what can be read on its pages is what the PDF says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.print import docx, exporters, fonts
from orglife.core.paper.block import AnyBlock, Bundle, Column, Note, Paragraph, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.office.office import Office
from orglife.paper.singles import PaperRequest, singles
from orglife.stages import STAGES
from tests import branch as b
from tests.adapters.print import papers
from tests.adapters.print.papers import bare, expected
from tests.conftest import run
from tests.marks import thorough
from tests.whole.generate import generated

ROOT = Path(__file__).parents[3]
OFFICE = shutil.which("soffice")
TOOL = shutil.which("pdftotext")
pytestmark = [thorough, pytest.mark.skipif(not (OFFICE and TOOL), reason="no LibreOffice or no poppler-utils")]
LINE = "支部书记宋培林同志带头开展批评和自我批评"


def alias(role: str, name: str) -> str:
    """Lends one of our fonts to a face that this computer does not have."""
    face = next(face for face in fonts.faces_in_use() if face.role in (role, *fonts.STAND_INS[role]))
    return (
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{escape(face.family)}</string></edit></match>'
    )


def converted(folder: Path) -> None:
    """Convert every DOCX of a folder to PDF, in one call, with our fonts and a profile of its own."""
    folders = {str(face.file.parent) for face in fonts.faces_in_use()}
    settings = folder / "fonts.conf"
    settings.write_text(
        "<fontconfig>"
        + "".join(f"<dir>{escape(one)}</dir>" for one in sorted(folders))
        + f"<cachedir>{folder / 'cache'}</cachedir>"
        + "".join(alias(role, name) for role, (name, _) in docx.FACES.items())
        + "</fontconfig>",
        encoding="utf-8",
    )
    assert OFFICE
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    done = subprocess.run(
        [*command, *map(str, sorted(folder.glob("*.docx")))],
        env={**os.environ, "FONTCONFIG_FILE": str(settings), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@dataclass
class Made:
    """A file's papers, and the text of each page that LibreOffice and our PDF lay out."""

    name: str
    bundle: Bundle
    word: list[str]
    own: list[str]

    def heads(self) -> list[str]:
        """Headings of its tables: they come again on every page."""
        blocks = [block for document in self.bundle.documents for block in document.blocks]
        found = {bare("".join(c.head for c in block.columns)) for block in blocks if isinstance(block, Table)}
        return sorted(found, key=len, reverse=True)

    def without_heads(self, text: str) -> str:
        for head in self.heads():
            text = text.replace(head, "")
        return text

    def differs(self, pages: list[str]) -> str:
        """Where the pages first say something else than the blocks; blank where nowhere."""
        said = self.without_heads("".join(expected(document) for document in self.bundle.documents))
        read = self.without_heads("".join(pages))
        place = next((n for n, (one, other) in enumerate(zip(said, read, strict=False)) if one != other), -1)
        if place < 0 and len(said) == len(read):
            return ""
        start = max(place - 12, 0)
        return f"{self.name}: {said[start : start + 30]} | {read[start : start + 30]}"


def pages(pdf: Path, bundle: Bundle) -> list[str]:
    """Text of the pages without blanks, margins left out."""
    assert TOOL
    text = subprocess.run([TOOL, "-raw", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    themes = {bare(f"会议主题：{document.theme}") for document in bundle.documents if document.theme}
    found = []
    for page in text.split("\f")[:-1]:
        words = re.sub(r"^—\d+—|—\d+—$", "", bare(page))  # on a wide page the number comes first: it is turned
        for margin in (*themes, "草稿：有待填内容"):
            words = words.replace(margin, "", 1)
        found.append(words)
    return found


SIGNED: dict[str, list[AnyBlock]] = {
    "text": [],
    "note": [Note(text="说明甲"), Note(text="说明乙")],
    "table": [Table(columns=[Column(head="甲"), Column(head="乙")], rows=[["一", "二"]] * 3)],
}
LINES = range(14, 26)


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bundle]:
    """Every form of three demo branches and the blank ones, papers of one form bound together."""
    root = tmp_path_factory.mktemp("office") / "ws"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings())
    found: dict[str, Bundle] = {}
    for branch in ("b01", "b02", "b04"):
        assert run("import", str(root), str(ROOT / "templates" / "demo" / f"{branch}.json")) == 0
    with Office.open(root) as office:
        for branch, blank in (("b01", False), ("b02", False), ("b04", False), ("b01", True)):
            for paper in singles(office, branch, PaperRequest(blank=blank)):
                name = f"{branch}_{paper.form}{'_blank' if blank else ''}"
                before = found[name].documents if name in found else []
                found[name] = paper.bundle.model_copy(update={"documents": [*before, *paper.bundle.documents]})
    return found


@pytest.fixture(scope="module")
def folder(bundles: dict[str, Bundle], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that is to be laid out, laid out in one call."""
    folder = tmp_path_factory.mktemp("laid")
    for name, bundle in bundles.items():
        (folder / f"{name}.docx").write_bytes(exporters.render(bundle, "docx"))
        (folder / f"{name}.own").write_bytes(exporters.render(bundle, "pdf"))
    sign = Signature(roles=["主持人", "记录人"], day="2024年2月22日")
    for name, before in SIGNED.items():
        for lines in LINES:
            text = [Paragraph(text=f"第{n}行") for n in range(lines)]
            bundle = papers.bundle(papers.paper(*text, *before, sign))
            (folder / f"sign_{name}_{lines}.docx").write_bytes(exporters.render(bundle, "docx"))
    converted(folder)
    return folder


@pytest.fixture(scope="module")
def made(bundles: dict[str, Bundle], folder: Path) -> dict[str, Made]:
    """The forms as they were laid out by LibreOffice and by us."""
    return {
        name: Made(name, bundle, pages(folder / f"{name}.pdf", bundle), pages(folder / f"{name}.own", bundle))
        for name, bundle in bundles.items()
    }


@thorough
def test_every_form_says_on_paper_what_the_blocks_and_the_pdf_say(made: dict[str, Made]) -> None:
    assert len({name.partition("_")[2] for name in made}) > 25
    for one in made.values():
        for laid in (one.word, one.own):
            assert [head for head in one.heads() if head not in "".join(laid)] == [], one.name
    assert [told for one in made.values() for laid in (one.word, one.own) if (told := one.differs(laid))] == []


def test_no_form_takes_more_pages_than_in_the_pdf(made: dict[str, Made]) -> None:
    assert {one.name: (len(one.word), len(one.own)) for one in made.values() if len(one.word) > len(one.own)} == {}


@thorough
@pytest.mark.parametrize("members", [12, *(pytest.param(many, marks=pytest.mark.soak) for many in (45, 60))])
def test_papers_of_a_large_branch_take_no_more_pages_than_in_the_pdf(members: int, tmp_path: Path) -> None:
    sheet = Sheet(b.dossier(generated(members, committee=True)), b.campaign())
    bundles = {
        f"{paper.form}_{paper.subject}": papers.bundle(paper) for stage in STAGES for paper in stage.documents(sheet)
    }
    for name, bundle in bundles.items():
        (tmp_path / f"{name}.docx").write_bytes(exporters.render(bundle, "docx"))
        (tmp_path / f"{name}.own").write_bytes(exporters.render(bundle, "pdf"))
    converted(tmp_path)
    found = {
        name: [len(pages(tmp_path / f"{name}.{end}", bundle)) for end in ("pdf", "own")]
        for name, bundle in bundles.items()
    }
    assert len(found) > 20
    assert {name: counts for name, counts in found.items() if counts[0] > counts[1]} == {}


@pytest.mark.parametrize("before", SIGNED)
def test_a_signature_is_never_alone_on_a_page(before: str, folder: Path) -> None:
    turned = 0
    for lines in LINES:
        laid = pages(folder / f"sign_{before}_{lines}.pdf", papers.bundle())
        assert laid[-1].endswith("主持人：记录人：2024年2月22日")
        assert not laid[-1].startswith("主持人"), f"{before} after {lines} lines"
        turned += len(laid) - 1
    assert 0 < turned < len(LINES), "on some the page is full"
