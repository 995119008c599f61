"""A paper has one name: in the catalogue, in the bookmarks, in the page's list, in the file's metadata."""

from __future__ import annotations

import html as markup
import io
import re
import zipfile
from pathlib import Path

import pypdf

from orglife.adapters.print import docx, html, typst
from orglife.core.paper.block import Bundle
from orglife.core.paper.paper import Sheet
from orglife.office.office import Office
from orglife.paper import on_request
from orglife.paper.singles import separated
from orglife.stages import BY_KEY, STAGES
from orglife.stages.archive.items import paper_of
from tests import branch as b

DOSSIER = b.dossier()
PAPERS = [p for s in STAGES if s.documents for p in s.documents(Sheet(DOSSIER, b.campaign()))]


def test_names_tell_papers_apart() -> None:
    names = [paper.name for paper in PAPERS]
    assert len(set(names)) == len(names)
    for name in (
        "专题组织生活会发言提纲（田小禾）",
        "专题组织生活会会议记录（2024年2月20日）",
        "党支部班子成员个人整改清单（魏长河）",
        "党员整改承诺书（简宁）",
        "党支部整改清单",
        "专题组织生活会和民主评议党员工作方案",
    ):
        assert name in names


def test_a_name_is_the_same_in_four_places() -> None:
    names = [paper.name for paper in PAPERS]
    whole = Bundle(documents=PAPERS, title="全部", branch="第一党支部")
    outline = pypdf.PdfReader(io.BytesIO(typst.pdf(whole, timestamp=0))).outline
    assert [one["/Title"] for one in outline if not isinstance(one, list)] == names
    listed = re.findall(r'<li><a href="#paper-\d+">(.*?)</a>', html.page(whole))
    assert [markup.unescape(one) for one in listed] == names
    singles = separated([whole], DOSSIER)
    titles = [paper_of(s.form, s.subject, s.bundle, DOSSIER).title for s in singles]
    assert sorted(titles) == sorted(names)
    for single, name in list(zip(singles, titles, strict=True))[::9]:
        reader = pypdf.PdfReader(io.BytesIO(typst.pdf(single.bundle, timestamp=0)))
        assert reader.metadata is not None
        assert reader.metadata.title == name
        with zipfile.ZipFile(io.BytesIO(docx.docx(single.bundle, timestamp=0))) as package:
            assert f">{markup.escape(name)}</dc:title>" in package.read("docProps/core.xml").decode()


def test_home_study_is_no_study_session() -> None:
    raw = b.branch()
    raw["records"]["study"][0]["form"] = "delivered"
    made = [p for s in STAGES if s.documents for p in s.documents(Sheet(b.dossier(raw), b.campaign()))]
    day = next(p.about for p in made if p.form == "F2")
    assert [p.name for p in made if p.form == "F2"] == [f"送学上门记录（{day}）"]


def test_the_archive_number_does_not_depend_on_what_lists_show() -> None:
    (single,) = [s for s in separated([Bundle(documents=PAPERS)], DOSSIER) if s.form == "F9"]
    paper = paper_of(single.form, single.subject, single.bundle, DOSSIER)
    bare = [d.model_copy(update={"about": ""}) for d in single.bundle.documents]
    other = single.bundle.model_copy(update={"documents": bare, "title": bare[0].heading})
    assert paper_of(single.form, single.subject, other, DOSSIER).content == paper.content


def test_the_file_of_a_stage_bears_branch_and_title(filled: Path) -> None:
    with Office.open(filled) as office:
        file = on_request.make_paper(office, "t01", on_request.STAGE, "plan", "html", None)
        title = f"{office.dossier('t01').branch.name} {BY_KEY['plan'].heading}"
    assert file.name == f"{title.replace(' · ', '-')}.html"
