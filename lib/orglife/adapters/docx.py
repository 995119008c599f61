"""Papers as DOCX for Word and WPS: python-docx makes the package, a template its text.

Everything a user typed is escaped, and stands in runs that name their Chinese face. The bytes depend on the bundle, the
timestamp and the templates, and on nothing else.
"""

from __future__ import annotations

import functools
import io
import math
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
from markupsafe import Markup, escape

from orglife.adapters import fonts
from orglife.adapters.paths import templates
from orglife.core import layout
from orglife.core.block import (
    TO_FILL,
    Block,
    Bundle,
    Document,
    Facts,
    Heading,
    Note,
    Page,
    Paragraph,
    Signature,
    Space,
    Table,
    printed,
    width,
)
from orglife.core.errors import DocxMissing

if TYPE_CHECKING:
    from docx.document import Document as Package
    from lxml.etree import _Element

# Role of a face -> its name in Word, and what stands in where a computer lacks it.
_FACES = {
    "仿宋": ("仿宋_GB2312", "仿宋,FangSong,华文仿宋,STFangsong"),
    "楷体": ("楷体_GB2312", "楷体,KaiTi,华文楷体,STKaiti"),
    "黑体": ("黑体", "SimHei,华文黑体,STHeiti"),
    "宋体": ("宋体", "SimSun,华文宋体,STSong"),
    "小标宋": ("方正小标宋简体", "FZXiaoBiaoSong-B05S,方正小标宋_GBK,华文中宋,STZhongsong,宋体"),
}
_RUN = re.compile("[!-~]{24,}")  # an address or an id: it may break anywhere
_BLANK_DAY = "　　年　　月　　日"
_TWIP = 20  # Word counts in twentieths of a point
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file knows


def docx(bundle: Bundle, *, timestamp: int) -> bytes:
    """The papers of a bundle in one file, each a section that begins on a new page, pages numbered through.

    Args:
        bundle: The papers.
        timestamp: The file's creation time, seconds since 1970 UTC; the caller's, so that equal papers are equal bytes.

    Raises:
        BadCharacter: a character that must not be printed. Missing glyphs are the affair of the reader's Word.
        DocxMissing: python-docx is not installed.
    """
    fonts.characters(bundle.documents)
    package = _open(_shell())
    headers = _headers(package, bundle.documents)
    papers = [_paper(document, headers) for document in bundle.documents]
    footers = {"default": "rIdOdd", "even": "rIdEven"}
    text = _environment().get_template("body.xml.j2").render(papers=papers, footers=footers, blank_day=_BLANK_DAY)
    body = package.element.body
    body[:] = _parsed(text)[:]
    _close_sections(body)
    _describe(package, bundle, datetime.fromtimestamp(timestamp, UTC))
    return _saved(package)


# The package: everything around the text


@functools.cache
def _shell() -> bytes:
    """An empty file with our styles, settings, fonts and footers; what python-docx brings of its own is dropped."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE  # noqa: PLC0415
    from docx.opc.packuri import PackURI  # noqa: PLC0415
    from docx.opc.part import Part  # noqa: PLC0415
    from docx.parts.hdrftr import FooterPart  # noqa: PLC0415

    package = _open(None)
    part, environment = package.part, _environment()
    kept = {RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS}
    for name in [name for name, one in part.rels.items() if one.reltype not in kept]:
        del part.rels[name]
    ours = part.package.rels
    for name in [n for n, one in ours.items() if one.reltype.endswith(("/thumbnail", "/extended-properties"))]:
        del ours[name]
    for element, name in ((package.styles.element, "styles"), (package.settings.element, "settings")):
        element[:] = _parsed(environment.get_template(f"{name}.xml.j2").render())[:]
    table = environment.get_template("fonts.xml.j2").render(faces=_FACES.values())
    uri, kind = PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE
    part.relate_to(Part(uri, kind, table.encode(), part.package), RELATIONSHIP_TYPE.FONT_TABLE)
    for name, side in (("rIdOdd", "right"), ("rIdEven", "left")):
        footer = FooterPart.new(part.package)
        footer.element[:] = _parsed(environment.get_template("footer.xml.j2").render(side=side))[:]
        part.load_rel(RELATIONSHIP_TYPE.FOOTER, footer, name)
    return _saved(package)


def require() -> None:
    """Make sure of python-docx before any paper is begun.

    Raises:
        DocxMissing: it is not installed.
    """
    try:
        import docx  # noqa: F401, PLC0415  an extra, and slow to import
    except ImportError as error:
        raise DocxMissing from error


def _open(content: bytes | None) -> Package:
    require()
    from docx import Document as read  # noqa: N813, PLC0415

    return read(io.BytesIO(content) if content else None)


def _parsed(text: str) -> _Element:
    from docx.oxml import parse_xml  # noqa: PLC0415

    element: _Element = parse_xml(text)
    return element


class _Head(NamedTuple):
    """What stands in the margin over a paper."""

    page: Page
    theme: str
    draft: bool


def _headers(package: Package, documents: Iterable[Document]) -> dict[_Head, dict[str, str]]:
    """Make the headers of the papers, equal ones once; their relationships by kind of page."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415
    from docx.parts.hdrftr import HeaderPart  # noqa: PLC0415

    part, made = package.part, {}
    for number, head in enumerate(dict.fromkeys(_head(document) for document in documents)):
        text = (
            _environment()
            .get_template("header.xml.j2")
            .render(theme=head.theme, draft=head.draft, wide=_MEASURES[head.page].wide, mark=_MARK)
        )
        made[head] = {kind: f"rIdHead{number}{kind}" for kind in ("default", "even")}
        for name in made[head].values():
            header = HeaderPart.new(part.package)
            header.element[:] = _parsed(text)[:]
            part.load_rel(RELATIONSHIP_TYPE.HEADER, header, name)
    return made


def _head(document: Document) -> _Head:
    return _Head(document.page, printed(document.theme), document.draft)


def _close_sections(body: _Element) -> None:
    """Hand the end of a section to the paper's last paragraph: only a table keeps a paragraph of its own after it."""
    from docx.oxml.ns import qn  # noqa: PLC0415

    closings = body.findall(f"{qn('w:p')}/{qn('w:pPr')}/{qn('w:sectPr')}")
    for section in closings:
        properties = section.getparent()
        closing = properties.getparent()
        last = closing.getprevious()
        if section is closings[-1]:
            body.append(section)
        elif last.tag == qn("w:p"):
            last.find(qn("w:pPr")).append(section)
        if last.tag == qn("w:p"):
            body.remove(closing)


def _describe(package: Package, bundle: Bundle, when: datetime) -> None:
    about = package.core_properties
    about.title = fonts.plain(bundle.heading)
    about.author = about.last_modified_by = fonts.plain(bundle.branch)
    about.subject, about.comments, about.keywords = fonts.plain(bundle.campaign), "", ""
    about.language, about.revision = "zh-CN", 1
    about.created = about.modified = when.replace(tzinfo=None)


def _saved(package: Package) -> bytes:
    """The file's bytes; its parts lie in one order, and none has a time of its own."""
    written, whole = io.BytesIO(), io.BytesIO()
    package.save(written)
    with zipfile.ZipFile(written) as loose, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in loose.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            fixed.writestr(entry, loose.read(name))
    return whole.getvalue()


# What the templates get: values, with everything counted that is easier to count here


class _Measures(NamedTuple):
    """A sheet in Word's units (1/20 pt); ``small`` is the text's size in half points where it is not the styles'."""

    paper: tuple[int, int]
    top: int
    right: int
    bottom: int
    left: int
    footer: int
    wide: int
    line: int
    pitch: float
    size: float
    space: int
    small: int


def _measures(sheet: layout.Sheet) -> _Measures:
    def twips(mm: float) -> int:
        return round(mm / layout.POINT * _TWIP)

    paper = (twips(sheet.wide), twips(sheet.high))
    top, right, bottom, left = (twips(side) for side in (sheet.top, sheet.right, sheet.bottom, sheet.left))
    wide, high = paper[0] - left - right, paper[1] - top - bottom
    official = sheet.size > _SMALL  # Word knows no 15.75 pt: 三号 is 16, drawn together until 28 fit
    return _Measures(
        paper=paper,
        top=top,
        right=right,
        bottom=bottom,
        left=left,
        footer=bottom - twips(7) - _FOOTER_LINE,  # 7 mm under the text
        wide=wide,
        line=high // 22 if official else round(sheet.pitch * _TWIP),
        pitch=sheet.pitch,
        size=_BODY if official else sheet.size,
        space=math.floor((wide / _TWIP / 28 - _BODY) * 4096) if official else 0,
        small=0 if official else round(sheet.size * 2),
    )


_BODY, _SMALL = 16.0, 15.0
_TITLE_LINE, _SUBTITLE_LINE, _FOOTER_LINE = 680, 478, 360  # 1/20 pt, as in styles.xml.j2
_LINE = 7.0  # characters, to sign on
_MARK = 2400  # 1/20 pt, room for the mark of a draft
_MEASURES: dict[Page, _Measures] = {page: _measures(sheet) for page, sheet in layout.SHEETS.items()}


def _paper(document: Document, headers: Mapping[_Head, Mapping[str, str]]) -> dict[str, Any]:
    sheet, head = _MEASURES[document.page], _head(document)
    subtitle = printed(document.subtitle)
    return {
        "sheet": sheet,
        "headers": headers[head],
        "header": _header_top(head, sheet),
        "title": "\n".join(fonts.plain(line) for line in document.title),
        "subtitle": subtitle,
        "after": _after_title(document.title, subtitle, sheet),
        "recipient": printed(document.recipient).rstrip("：:") + "：" if document.recipient else "",
        "blocks": [
            (block, view, isinstance(after, Signature))
            for block, after in pairwise([*document.blocks, None])
            if block and (view := _view(block, document.page)) is not None
        ],
    }


def _header_top(head: _Head, sheet: _Measures) -> int:
    """Where the header begins so that it ends 7 mm over the text."""
    room = (sheet.wide - (_MARK if head.draft else 0)) / _TWIP / 9  # characters of 9 pt
    tall = max(240 * math.ceil(width(f"会议主题：{head.theme}") / (room - 1)), 340 if head.draft else 0)
    return max(sheet.top - round(7 / layout.POINT * _TWIP) - tall, 200)


def _after_title(title: list[str], subtitle: str, sheet: _Measures) -> int:
    """Room under the title: it is a whole number of lines high, and the text under it stays on the grid."""
    lines = sum(math.ceil(width(printed(line)) * layout.TITLE * _TWIP / sheet.wide) for line in title if line)
    taken = lines * _TITLE_LINE + (_SUBTITLE_LINE if subtitle else 0)
    return 140 if sheet.small else -taken % sheet.line


def _view(block: Block, page: Page) -> Any:
    """What the template needs beside the block itself; None where nothing is to be printed."""
    sheet = _MEASURES[page]
    match block:
        case Heading():
            return fonts.plain(block.text)
        case Paragraph() | Note():
            return layout.lines(block.text)
        case Facts() if block.rows:
            grid = layout.facts_grid(block, page)
            return {"grid": grid, "widths": _fact_widths(grid, sheet.wide)}
        case Table():
            shares = [column.share for column in block.columns]
            return {"grid": layout.table_grid(block, page), "widths": _shared(sheet.wide, shares)}
        case Space():
            return block.lines
        case Signature():
            return _signature(block, sheet)
    return None


def _shared(wide: int, shares: list[int]) -> list[int]:
    """Widths that together are exactly ``wide``."""
    edges = [round(wide * sum(shares[:number]) / sum(shares)) for number in range(len(shares) + 1)]
    return [after - before for before, after in pairwise(edges)]


def _fact_widths(grid: layout.FactsGrid, wide: int) -> list[int]:
    label = round((grid.label * layout.SIZE + 14) * _TWIP)
    values = _shared(wide - label * grid.across, [1] * grid.across)
    return [one for value in values for one in (label, value)]


def _signature(block: Signature, sheet: _Measures) -> dict[str, Any]:
    """Seals with their indent from the right; then lines to sign on, each a role and the room behind it for the day."""
    seals, day, em = layout.seals(block), printed(block.day), sheet.size * _TWIP
    roles = [printed(role) + "：" for role in block.roles if role not in seals]
    own = "" if seals else day  # a day that stands under a seal is not said again
    flat = (
        sheet.paper[0] > sheet.paper[1]
    )  # height is dear on a wide page: two roles side by side, the day in their line
    across = min(len(roles), 2) if flat else 1
    tails = [_BLANK_DAY if not own else "" for _ in roles]
    if own and flat and tails:
        tails[-1] = f"　　{own}　　"
    places = [*zip(roles, tails, strict=True), ("", "")]
    lines = [places[start : start + across] for start in range(0, len(roles), across or 1)]
    under = width(day or _BLANK_DAY) / 2
    return {
        "day": day,
        "dated": bool(own) and not flat,
        "seals": [(printed(name), round(max(0.0, 4 + under - width(printed(name)) / 2) * em)) for name in seals],
        "lines": lines,
        "widths": [
            round(em * part)
            for place in range(across if lines else 0)
            for part in _sign_widths(lines, place, sheet.wide / em / across, 0.5 if flat else 4.0)
        ],
    }


def _sign_widths(
    lines: list[list[tuple[str, str]]], place: int, room: float, empty: float
) -> tuple[float, float, float]:
    """Widths of role, line to sign on, and day, in characters; ``empty`` where there is no day beside the line."""
    tail = max(width(line[place][1]) for line in lines)
    tail = tail + 0.5 if tail else empty
    role = max(width(line[place][0]) for line in lines) + 1
    return min(role, room - _LINE - tail), _LINE, tail


# Text as runs


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates() / "docx"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"runs": _runs, "face": _face, "breaking": _breaking, "printed": printed}
    return environment


def _runs(text: str, role: str, size: int = 0, boxed: bool = False) -> Markup:  # noqa: FBT001, FBT002  a filter
    """A text in runs of a face, 〔待填〕 marked, escaped; ``size`` in half points where it is not the style's."""
    look, pieces = _look(role, size, boxed=boxed), printed(text).split(TO_FILL)
    filled = _run(_look("黑体", size, style="ToFill"), TO_FILL)
    return filled.join(_run(look, piece) if piece else Markup() for piece in pieces)


def _run(look: Markup, text: str) -> Markup:
    inner = Markup('</w:t><w:br/><w:t xml:space="preserve">').join(escape(line) for line in text.split("\n"))
    return Markup('<w:r>{}<w:t xml:space="preserve">{}</w:t></w:r>').format(look, inner)


@functools.cache
def _look(role: str, size: int, *, style: str = "", boxed: bool = False) -> Markup:
    named = Markup('<w:rStyle w:val="{}"/>').format(style) if style else ""
    sized = Markup('<w:spacing w:val="0"/><w:sz w:val="{0}"/><w:szCs w:val="{0}"/>').format(size) if size else ""
    box = Markup('<w:bdr w:val="single" w:sz="8" w:space="0" w:color="000000"/>') if boxed else ""
    return Markup("<w:rPr>{}{}{}{}</w:rPr>").format(named, _face(role), sized, box)


def _face(role: str) -> Markup:
    """The face of a role for letters of every script; the hint gives quotation marks and dashes to the Chinese one."""
    name = _FACES[role][0]
    return Markup('<w:rFonts w:hint="eastAsia" w:ascii="{0}" w:hAnsi="{0}" w:eastAsia="{0}" w:cs="{0}"/>').format(name)


def _breaking(text: str) -> Markup:
    """Lets lines break inside of words where one is long."""
    return Markup('<w:wordWrap w:val="0"/>') if _RUN.search(text) else Markup()
