"""The user's own fonts serve working copies; papers to be archived take the provided set, whatever else is installed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from orglife.adapters.print import exporters, fonts, glyphs, typst
from orglife.core.paper.block import DOCUMENTS_MIME, Bundle, Facts, Paragraph
from tests.adapters.print import papers
from tests.adapters.print.test_fonts import make_font

RARE = "䶮㛃𬭎𠅤堃玥镕頔㵘"
COMMON = "国家人民党员会议记录批评王明年月日姓名期内容"


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The system's font folder, empty; the fonts folder as it is."""
    folder = tmp_path / "system" / "sub"
    folder.mkdir(parents=True)
    monkeypatch.delenv("ORGLIFE_FONTS", raising=False)
    monkeypatch.setattr(fonts, "_system_folders", lambda: [tmp_path / "system"])
    fonts.clear_cache()
    yield folder
    fonts.clear_cache()


OWN = {
    "仿宋": ("simfang.ttf", "FangSong"),
    "楷体": ("SIMKAI.TTF", "KaiTi"),
    "黑体": ("simhei.ttf", "SimHei"),
    "宋体": ("simsun.ttf", "SimSun"),
    "小标宋": ("FZXBSJW.TTF", "FZXiaoBiaoSong-B05S"),
}


def install(folder: Path) -> None:
    for file, family in OWN.values():
        make_font(folder / file, family, COMMON)
    fonts.clear_cache()


def test_the_users_own_fonts_serve_working_copies(system: Path) -> None:
    install(system)
    serving = {face.role: face.file.name for face in fonts.faces_in_use()}
    assert {role: serving[role] for role in OWN} == {role: file for role, (file, _) in OWN.items()}
    assert serving["生僻字"] != "simfang.ttf"


def test_archived_papers_take_the_provided_set(system: Path) -> None:
    before = fonts.faces_in_use(lasting=True)
    install(system)
    assert fonts.faces_in_use(lasting=True) == before
    assert not {face.file.parent for face in before} & {system}


def test_a_font_that_only_looks_like_one_of_the_system_is_left_alone(system: Path) -> None:
    before = fonts.faces_in_use()
    make_font(system / "simfang.ttf", "Somebody's Own", COMMON)
    (system / "simkai.ttf").write_bytes(b"broken")
    fonts.clear_cache()
    assert fonts.faces_in_use() == before


def printed(*, lasting: bool) -> bytes:
    document = papers.paper(Paragraph(text="国家人民"), title="会议记录")
    return typst.pdf(Bundle(documents=[document], final=lasting), timestamp=0)


def test_archived_papers_are_the_same_bytes_with_and_without_the_users_fonts(system: Path) -> None:
    lasting, working = printed(lasting=True), printed(lasting=False)
    install(system)
    assert printed(lasting=True) == lasting
    assert printed(lasting=False) != working
    keywords = str(pypdf.PdfReader(io.BytesIO(printed(lasting=False))).metadata)
    assert "simfang.ttf" in keywords
    assert "simfang.ttf" not in str(pypdf.PdfReader(io.BytesIO(lasting)).metadata)


def test_nbconvert_prints_final_papers_with_the_provided_fonts(system: Path) -> None:
    install(system)
    bundle = papers.bundle(papers.paper(Paragraph(text="国家人民")))
    for emitted, own in ((bundle, True), (bundle.sealed("f" * 64), False)):
        data = {DOCUMENTS_MIME: emitted.model_dump(mode="json")}
        cell = new_code_cell(outputs=[new_output("display_data", data=data)])
        content, _ = exporters.PdfRecordExporter().from_notebook_node(new_notebook(cells=[cell]))
        assert ("simfang.ttf" in str(pypdf.PdfReader(io.BytesIO(content)).metadata)) == own


@pytest.mark.parametrize("char", RARE)
@pytest.mark.parametrize("own", [False, True], ids=["provided", "own"])
def test_rare_characters_of_names_are_printed(char: str, own: bool, system: Path) -> None:
    if own:
        install(system)
    document = papers.paper(Facts(rows=[("姓名", f"王{char}明")]), Paragraph(text=f"王{char}明"), title=f"{char}")
    glyphs.preflight([document])
    for lasting in (False, True):
        content = typst.pdf(Bundle(documents=[document], final=lasting), timestamp=0)
        text = "".join(pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
        assert text.count(char) >= 3
