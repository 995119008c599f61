"""Fonts: which file serves which role, what is refused, how missing ones come."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

from orglife.adapters.print import font_sources, fonts, glyphs
from orglife.core.errors import BadCharacter, CannotWrite, FontsMissing, MissingGlyph
from orglife.core.paper.block import Column, Document, Facts, Paragraph, Table
from tests.adapters.print import papers
from tests.marks import thorough


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty fonts folder, named by the environment."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    monkeypatch.setenv("ORGLIFE_FONTS", str(folder))
    fonts.clear_cache()
    yield folder
    fonts.clear_cache()


def make_font(file: Path, family: str, chars: str, weight: int = 400) -> None:
    """A font of a few empty boxes."""
    names = [".notdef", *(f"u{ord(char):X}" for char in chars)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(char): f"u{ord(char):X}" for char in chars})
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.lineTo((500, 500))
    pen.closePath()
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(usWeightClass=weight)
    builder.setupPost()
    builder.save(file)


def serving() -> dict[str, tuple[str, str]]:
    return {row.role: (row.file.name, row.note) for row in fonts.serving_table()}


# Which file serves


def test_every_role_has_a_file_and_a_stand_in_says_so(own: Path) -> None:
    assert serving() == {
        "仿宋": ("NotoSerifSC-Regular.otf", "缺少，用宋体代替"),
        "楷体": ("NotoSerifSC-Regular.otf", "缺少，用宋体代替"),
        "黑体": ("NotoSansSC-Regular.otf", ""),
        "宋体": ("NotoSerifSC-Regular.otf", ""),
        "小标宋": ("NotoSerifSC-Regular.otf", "缺少，用宋体代替"),
        "生僻字": ("NotoSerifSC-Regular.otf", "缺少，用宋体代替"),
    }


def test_the_users_own_font_goes_first(own: Path) -> None:
    make_font(own / "a.ttf", "FandolFang R", "国")
    make_font(own / "b.ttf", "FangSong_GB2312", "国")
    assert serving()["仿宋"] == ("b.ttf", "")


def test_another_font_comes_last_for_its_own_characters(own: Path) -> None:
    document = papers.paper(Paragraph(text="古埃及文\U00013000"))
    with pytest.raises(MissingGlyph):
        glyphs.preflight([document])
    make_font(own / "egypt.ttf", "Somebody's Hieroglyphs", "\U00013000")
    fonts._faces.cache_clear()
    assert [(face.role, face.file.name) for face in fonts.faces_in_use()][-1] == (fonts.EXTRA, "egypt.ttf")
    glyphs.preflight([document])


def test_a_broken_file_is_no_font(own: Path) -> None:
    (own / "broken.ttf").write_bytes(b"\0\1\0\0 not a font")
    (own / "empty.ttc").write_bytes(b"")
    assert serving()["仿宋"][0] == "NotoSerifSC-Regular.otf"


def test_without_any_chinese_font_the_user_is_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "package_files", lambda: ())
    with pytest.raises(FontsMissing, match="黑体、宋体"):
        fonts.serving_table()


def test_the_digest_changes_with_the_fonts_and_not_with_their_place(
    own: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_font(own / "a.ttf", "FangSong", "国")
    first = fonts.digest()
    assert len(first) == 16
    shutil.copytree(own, tmp_path / "elsewhere")
    monkeypatch.setenv("ORGLIFE_FONTS", str(tmp_path / "elsewhere"))
    assert fonts.digest() == first
    make_font(tmp_path / "elsewhere" / "a.ttf", "FangSong", "国家")
    fonts._digest.cache_clear()
    assert fonts.digest() != first


@pytest.mark.parametrize(
    ("family", "weight", "serves"),
    [("Noto Serif SC", 699, "宋体"), ("Noto Serif SC", 700, "小标宋"), ("SimSun", 700, "宋体")],
)
def test_the_bold_face_of_a_family_serves_titles(own: Path, family: str, weight: int, serves: str) -> None:
    make_font(own / "a.ttf", family, "国", weight)
    assert [role for role, (file, note) in serving().items() if file == "a.ttf" and not note] == [serves]


def test_a_file_that_serves_a_role_is_not_tried_last_for_its_other_faces(own: Path) -> None:
    make_font(own / "a.ttf", "FangSong", "国")
    make_font(own / "b.ttf", "Somebody's Own", "家")
    both = TTCollection()
    both.fonts = [TTFont(own / "a.ttf"), TTFont(own / "b.ttf")]
    both.save(own / "c.ttc")
    for file in ("a.ttf", "b.ttf"):
        (own / file).unlink()
    served = [(face.role, face.file.name) for face in fonts.faces_in_use() if face.file.parent == own]
    assert served == [("仿宋", "c.ttc")]


def test_a_known_font_that_serves_nothing_is_not_tried_last_either(own: Path) -> None:
    for number, family in enumerate(("FangSong_GB2312", "FangSong", "Somebody's Own")):
        make_font(own / f"{number}.ttf", family, "国")
    served = [(face.role, face.file.name) for face in fonts.faces_in_use() if face.file.parent == own]
    assert served == [("仿宋", "0.ttf"), (fonts.EXTRA, "2.ttf")]


def test_a_file_is_a_font_by_its_ending(own: Path) -> None:
    make_font(own / "a.TTF", "FangSong", "国")
    make_font(own / "b.txt", "KaiTi", "国")
    assert {face.file.name for face in fonts.faces_in_use() if face.file.parent == own} == {"a.TTF"}


PLACES = {
    "win32": ("LOCALAPPDATA", "Microsoft/Windows/Fonts"),
    "darwin": ("HOME", "Library/Fonts"),
    "linux": ("HOME", ".local/share/fonts"),
}


@pytest.mark.parametrize("platform", PLACES)
@pytest.mark.parametrize("named", [False, True])
def test_the_systems_fonts_are_looked_for_where_the_system_keeps_them(
    platform: str, named: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not where other systems keep them, and not at all where the fonts folder is named."""
    monkeypatch.setattr(fonts.sys, "platform", platform)
    monkeypatch.delenv("ORGLIFE_FONTS", raising=False)
    if named:
        monkeypatch.setenv("ORGLIFE_FONTS", str(tmp_path / "none"))
    for name, (variable, place) in PLACES.items():
        monkeypatch.setenv(variable, str(tmp_path))
        (tmp_path / place / name).mkdir(parents=True)
        make_font(tmp_path / place / name / "SIMFANG.TTF", "FangSong_GB2312", "国")
        make_font(tmp_path / place / name / "other.ttf", "FangSong_GB2312", "国")
    fonts.clear_cache()
    used = [face.file.relative_to(tmp_path) for face in fonts.faces_in_use() if face.file.is_relative_to(tmp_path)]
    fonts.clear_cache()
    assert used == ([] if named else [Path(PLACES[platform][1], platform, "SIMFANG.TTF")])


# What is refused


@pytest.mark.parametrize(
    ("char", "code"),
    [
        ("\x07", "U+0007"),
        ("\x7f", "U+007F"),
        ("\ue000", "U+E000"),
        ("\U000f0000", "U+F0000"),
        ("\u202e", "U+202E"),
        ("\u2066", "U+2066"),
    ],
)
def test_bad_characters_are_refused(char: str, code: str) -> None:
    for check in (glyphs.preflight, glyphs.require_printable):
        with pytest.raises(BadCharacter) as caught:
            check([papers.paper(Paragraph(text=f"甲{char}乙", record="谈话记录t01"))])
        assert caught.value.fields == {"title": "会议记录", "code": code, "record": "谈话记录t01"}


def test_half_of_a_surrogate_pair_is_refused() -> None:
    lone = Paragraph.model_construct(text="甲\ud83d", record="谈话记录t01")
    with pytest.raises(BadCharacter, match="印不出来的字符"):
        glyphs.preflight([Document.model_construct(form="F9", title=["题"], subtitle="", recipient="", blocks=[lone])])


def test_the_place_is_named_when_no_record_is() -> None:
    def place(document: Document) -> str:
        with pytest.raises(MissingGlyph) as caught:
            glyphs.preflight([document])
        return str(caught.value.fields["record"])

    emoji, columns = "\U0001f600", [Column(head="姓名")]
    assert place(papers.paper(title=emoji)) == "标题"
    assert place(papers.paper(Facts(rows=[("姓名", emoji)]))) == "正文"
    assert place(papers.paper(Table(columns=columns, rows=[["甲"], ["乙"], [emoji]]))) == "表格第3行"
    assert place(papers.paper(Table(columns=[Column(head=emoji)], rows=[]))) == "表头"


def test_what_no_reader_sees_is_let_through() -> None:
    glyphs.preflight([papers.paper(Paragraph(text="一\r\n二\t三\u200b四\ufeff五\u00a0六\u3000七\u2028八葛\U000e0100"))])


def test_rare_names_and_marks_can_be_printed() -> None:
    glyphs.preflight([papers.paper(Paragraph(text="喆堃玥镕頔䶮㛃㻬𬭎𫖯𬍛𬬩☐☑☒√①Ⅳ℃—…“”〔〕·"))])


# Fetching: the sources with clients that answer from a folder


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Clients that reach nobody; what they were asked for."""
    asked: list[str] = []

    def fail(package: str, here: Path) -> Path:
        asked.append(package)
        msg = "没有网络"
        raise font_sources._UnavailableError(msg)

    monkeypatch.setattr(font_sources, "_CLIENTS", {"pip": fail, "apt": fail, "npm": fail})
    return asked


def test_offline_every_missing_role_has_its_reason(tmp_path: Path, offline: list[str]) -> None:
    told = font_sources.fetch(tmp_path)
    assert [row.role for row in told] == list(fonts.ROLES)
    assert {row.role: row.reason for row in told if row.file is None} == dict.fromkeys(
        ["仿宋", "楷体", "小标宋", "生僻字"], "没有网络"
    )
    assert {row.file.name for row in told if row.file} == {"NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf"}
    assert len(offline) == 2  # one question to each client, the rest is known
    assert list(tmp_path.iterdir()) == []


def _serve(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """An npm whose every package holds this content as every file."""

    def pack(_package: str, here: Path) -> Path:
        target = here / "package.tgz"
        with tarfile.open(target, "w:gz") as archive:
            for source in (
                source for sources in font_sources.SOURCES.values() for source in sources if source.client == "npm"
            ):
                info = tarfile.TarInfo(source.member)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return target

    def absent(_package: str, _here: Path) -> Path:
        msg = "没有apt-get"
        raise font_sources._UnavailableError(msg)

    monkeypatch.setattr(font_sources, "_CLIENTS", {"pip": absent, "apt": absent, "npm": pack})


def test_a_wrong_file_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _serve(monkeypatch, b"something else")
    told = {row.role: row for row in font_sources.fetch(tmp_path)}
    assert told["小标宋"].file is None
    assert "与预期不符" in told["小标宋"].reason
    assert told["小标宋"].reason.startswith("没有apt-get；")
    assert list(tmp_path.iterdir()) == []


@thorough
def test_the_right_file_is_put_in_place_and_not_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = Path(pylopdf_fonts_zh_cn.sans_path()).read_bytes()
    source = font_sources._Source(
        "npm", "p", font_sources.SOURCES["小标宋"][1].member, font_sources._sha256(content), "bold.ttf"
    )
    monkeypatch.setitem(font_sources.SOURCES, "小标宋", (source,))
    _serve(monkeypatch, content)
    assert {row.role: row.file for row in font_sources.fetch(tmp_path)}["小标宋"] == tmp_path / "bold.ttf"
    assert (tmp_path / "bold.ttf").read_bytes() == content
    _serve(monkeypatch, b"")
    assert {row.role: row.file for row in font_sources.fetch(tmp_path)}["小标宋"] == tmp_path / "bold.ttf"
    assert [path.name for path in tmp_path.iterdir()] == ["bold.ttf"]


def test_a_spoilt_file_is_brought_again(tmp_path: Path, offline: list[str]) -> None:
    (tmp_path / "FandolFang-Regular.otf").write_bytes(b"half a fo")
    assert {row.role: row.file for row in font_sources.fetch(tmp_path)}["仿宋"] is None
    assert "texlive-lang-chinese" in offline


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        font_sources.fetch(tmp_path / "file" / "fonts")


@pytest.mark.parametrize(
    ("error", "why"), [(OSError(28, "No space left on device"), "No space left on device"), (OSError("掉线"), "掉线")]
)
def test_why_a_folder_takes_no_font_is_told(
    error: OSError, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(font_sources, "_fetch_role", refuse)
    with pytest.raises(CannotWrite) as told:
        font_sources.fetch(tmp_path / "fonts")
    assert told.value.fields["what"] == why


def test_woff_is_unpacked(tmp_path: Path) -> None:
    make_font(tmp_path / "a.ttf", "Boxes", "国家")
    with TTFont(tmp_path / "a.ttf") as font:
        font.flavor = "woff"
        font.save(tmp_path / "a.woff")
    (tmp_path / "b.ttf").write_bytes(font_sources._from_woff((tmp_path / "a.woff").read_bytes()))
    with TTFont(tmp_path / "b.ttf") as font:
        assert set(font.getBestCmap()) == {ord("国"), ord("家")}
        assert font["glyf"]["u56FD"].numberOfContours == 1
    with (
        TTFont(tmp_path / "a.ttf") as before,
        TTFont(tmp_path / "a.woff") as packed,
        TTFont(tmp_path / "b.ttf") as after,
    ):
        for field in ("numTables", "searchRange", "entrySelector", "rangeShift"):
            assert getattr(after.reader, field) == getattr(before.reader, field)
        tables = [font.reader.tables for font in (packed, after)]
        orders = [[tag for tag, _ in sorted(own.items(), key=lambda pair: pair[1].offset)] for own in tables]
        assert orders[0] == orders[1] != sorted(orders[1])


def test_fonts_need_no_typesetter() -> None:
    code = "import sys; from orglife.adapters.print import fonts; fonts.serving_table(); fonts.digest(); sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
