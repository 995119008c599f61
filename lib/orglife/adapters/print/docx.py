"""Papers as DOCX for Word and WPS: python-docx makes the package, templates make the XML of the text.

All text from users is escaped and put in runs that name their Chinese font. The bytes depend only on the bundle, the
timestamp and the templates.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup, escape

from orglife.adapters.disk import zip_writer
from orglife.adapters.disk.paths import templates
from orglife.adapters.print import docx_values, glyphs
from orglife.adapters.print.docx_values import MarginHead
from orglife.core.errors import DocxMissing
from orglife.core.paper.block import TO_FILL, Bundle, Document, printed

if TYPE_CHECKING:
    from docx.document import Document as Package
    from lxml.etree import _Element

FACES = {
    "仿宋": ("仿宋_GB2312", "仿宋,FangSong,华文仿宋,STFangsong"),
    "楷体": ("楷体_GB2312", "楷体,KaiTi,华文楷体,STKaiti"),
    "黑体": ("黑体", "SimHei,华文黑体,STHeiti"),
    "宋体": ("宋体", "SimSun,华文宋体,STSong"),
    "小标宋": ("方正小标宋简体", "FZXiaoBiaoSong-B05S,方正小标宋_GBK,华文中宋,STZhongsong,宋体"),
}
"""Role -> font name in Word, and its substitutes on computers without that font."""
_RUN = re.compile("[!-~]{24,}")  # a long URL or id: may break anywhere
_NEWLINE, _LINE_BREAK = "\n", '</w:t><w:br/><w:t xml:space="preserve">'
_TEXT = "word/document.xml"
_METADATA = 255  # maximum characters of each file property


def docx(bundle: Bundle, *, timestamp: int) -> bytes:
    """The papers of a bundle in one file, each a section on a new page, with continuous page numbers.

    Args:
        bundle: The papers.
        timestamp: The file's creation time, seconds since 1970 UTC; an argument, so that equal papers give equal bytes.

    Raises:
        BadCharacter: a forbidden character. Missing glyphs are not checked: Word chooses substitutes.
        DocxMissing: python-docx is not installed.
    """
    glyphs.require_printable(bundle.documents)
    package = _open(_shell())
    headers, footers = _margins(package, bundle.documents)
    papers = [docx_values.paper(document, headers, footers) for document in bundle.documents]
    text = _parsed(_template("body").render(papers=papers, blank_day=docx_values.BLANK_DAY))
    _close_sections(text[0])
    _describe(package, bundle, datetime.fromtimestamp(timestamp, UTC))
    return _saved(package, text)


# The package: all parts except the text


@functools.cache
def _shell() -> bytes:
    """An empty file with our styles, settings, fonts and footers; other parts of python-docx's template are removed."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE  # noqa: PLC0415
    from docx.opc.packuri import PackURI  # noqa: PLC0415
    from docx.opc.part import Part  # noqa: PLC0415
    from docx.parts.hdrftr import FooterPart  # noqa: PLC0415

    package = _open(None)
    part = package.part
    own_parts = {RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS}
    for name in [name for name, one in part.rels.items() if one.reltype not in own_parts]:
        del part.rels[name]
    ours = part.package.rels
    for name in [n for n, one in ours.items() if one.reltype.endswith(("/thumbnail", "/extended-properties"))]:
        del ours[name]
    for element, name in ((package.styles.element, "styles"), (package.settings.element, "settings")):
        element[:] = _parsed(_template(name).render())[:]
    table = _template("fonts").render(faces=FACES.values())
    uri, kind = PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE
    part.relate_to(Part(uri, kind, table.encode(), part.package), RELATIONSHIP_TYPE.FONT_TABLE)
    for name, side in (("rIdOdd", "right"), ("rIdEven", "left")):
        footer = FooterPart.new(part.package)
        footer.element[:] = _parsed(_template("footer").render(side=side, under=[]))[:]
        part.load_rel(RELATIONSHIP_TYPE.FOOTER, footer, name)
    return _saved(package)


def require() -> None:
    """Check that python-docx is installed, before any paper is made.

    Raises:
        DocxMissing: it is not installed.
    """
    try:
        import docx  # noqa: F401, PLC0415  optional, and slow to import
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


_Parts = dict[MarginHead, dict[str, str]]


def _margins(package: Package, documents: Iterable[Document]) -> tuple[_Parts, _Parts]:
    """Create the headers and footers of the papers, equal ones once; margin head → kind of page → relationship id."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415
    from docx.parts.hdrftr import FooterPart, HeaderPart  # noqa: PLC0415

    part = package.part
    headers: _Parts = {}
    footers: _Parts = {}
    for number, head in enumerate(dict.fromkeys(docx_values.margin_head_of(document) for document in documents)):
        wide = docx_values.MEASURES[head.page].wide
        theme = "" if head.for_good else head.theme
        text = _template("header").render(theme=theme, code=head.code, draft=head.draft, wide=wide, mark=head.beside)
        headers[head] = {kind: f"rIdHead{number}{kind}" for kind in ("default", "even")}
        for name in headers[head].values():
            header = HeaderPart.new(part.package)
            header.element[:] = _parsed(text)[:]
            part.load_rel(RELATIONSHIP_TYPE.HEADER, header, name)
        footers[head] = {"default": "rIdOdd", "even": "rIdEven"}
        if head.under:
            footers[head] = {kind: f"rIdFoot{number}{kind}" for kind in ("default", "even")}
            for name, side in zip(footers[head].values(), ("right", "left"), strict=True):
                footer = FooterPart.new(part.package)
                footer.element[:] = _parsed(_template("footer").render(side=side, under=head.under))[:]
                part.load_rel(RELATIONSHIP_TYPE.FOOTER, footer, name)
    return headers, footers


def _close_sections(body: _Element) -> None:
    """Move each section's end into the paper's last paragraph; after a table it keeps an empty paragraph of its own."""
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
    about.title = glyphs.one_line(bundle.heading)[:_METADATA]
    about.author = about.last_modified_by = glyphs.one_line(bundle.branch)[:_METADATA]
    about.subject, about.comments, about.keywords = glyphs.one_line(bundle.campaign)[:_METADATA], "", ""
    about.language, about.revision = "zh-CN", 1
    about.created = about.modified = when.replace(tzinfo=None)


def _saved(package: Package, text: _Element | None = None) -> bytes:
    """The file's bytes, with the parts in a fixed order and with a fixed time.

    Args:
        package: All parts.
        text: The part with the text. It is exchanged in the file: moving its thousands of elements into the package costs
            more than all else.
    """
    from docx.opc.oxml import serialize_part_xml  # noqa: PLC0415

    written = io.BytesIO()
    package.save(written)
    return zip_writer.rezipped(written, instead={_TEXT: serialize_part_xml(text)} if text is not None else {})


# Text as runs


def _template(name: str) -> jinja2.Template:
    return _environment().get_template(f"{name}.xml.j2")


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates() / "docx"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["tab"] = _tab
    environment.filters |= {"runs": _runs, "face": _face, "breaking": _breaking, "printed": printed}
    return environment


def _runs(text: str, role: str, size: int = 0, boxed: bool = False) -> Markup:  # noqa: FBT001, FBT002  a filter
    """The text as escaped runs in one font, with 〔待填〕 marked; ``size`` in half points, 0 for the style's size."""
    look, pieces = _look(role, size, boxed=boxed), printed(text).split(TO_FILL)
    filled = _run(_look("黑体", size, style="ToFill"), TO_FILL) if len(pieces) > 1 else ""
    return Markup(filled.join(_run(look, piece) if piece else "" for piece in pieces))  # noqa: S704 - escaped in _run


def _run(look: str, text: str) -> str:
    """One run: thousands in a file, so it is put together as text, not as Markup that escapes each of its parts again."""
    return f'<w:r>{look}<w:t xml:space="preserve">{str(escape(text)).replace(_NEWLINE, _LINE_BREAK)}</w:t></w:r>'


@functools.cache
def _look(role: str, size: int, *, style: str = "", boxed: bool = False, ruled: bool = False) -> str:
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    sized = f'<w:spacing w:val="0"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else ""
    line = '<w:u w:val="single"/>' if ruled else ""
    box = '<w:bdr w:val="single" w:sz="8" w:space="0" w:color="000000"/>' if boxed else ""
    return f"<w:rPr>{named}{_face(role)}{sized}{line}{box}</w:rPr>"


def _tab(role: str, size: int, line: bool = False) -> Markup:  # noqa: FBT001, FBT002  a template calls it
    """A tab to the next tab stop; underlined as a line to sign on if ``line``."""
    return Markup("<w:r>{}<w:tab/></w:r>").format(Markup(_look(role, size, ruled=line)))  # noqa: S704 - no text of users


def _face(role: str) -> Markup:
    """The font of a role for all scripts; the hint makes Word set quotation marks and dashes in the Chinese font."""
    name = FACES[role][0]
    return Markup('<w:rFonts w:hint="eastAsia" w:ascii="{0}" w:hAnsi="{0}" w:eastAsia="{0}" w:cs="{0}"/>').format(name)


def _breaking(text: str) -> Markup:
    """Allow line breaks inside words if the text has a long word."""
    return Markup('<w:wordWrap w:val="0"/>') if _RUN.search(text) else Markup()
