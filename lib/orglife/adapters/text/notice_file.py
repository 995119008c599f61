"""Read the paragraphs of a notice's file: docx with Word's automatic numbering, pdf with text, txt in usual encodings.

The format is detected from the content. Nothing in the file is executed or fetched, and sizes are limited before
anything is unpacked.
"""

from __future__ import annotations

import io
import logging
import re
import sys
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path

from pypdf import PdfReader

from orglife.adapters.disk import files, zips
from orglife.adapters.text.word import NotWord, TooLarge, word_paragraphs
from orglife.core.errors import NoticeUnreadable, UnreadableFile

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings do not help the user

LARGEST = 20 * 1024 * 1024
MOST_CHARACTERS = 200_000
MOST_PAGES = 300
"""Limits far above any notice that can still be read within seconds."""
STDIN = "-"
NARROW, WIDE = 20, 120
"""Range of line widths, in columns, in which text may be wrapped at a margin."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = "用Word或WPS打开它，另存为“Word 文档”后再读"
_PAGE = re.compile(
    r"\s*(?:[—–\-－]+\s*)?(?:第\s*)?\d{1,3}(?:\s*页)?(?:\s*[/，,]?\s*共?\s*\d{1,3}\s*页?)?(?:\s*[—–\-－]+)?\s*"
)
_BEGINS = re.compile(
    r"\s*(?:[一二三四五六七八九十百]{1,4}、|（[一二三四五六七八九十]{1,3}）|\(?[（]?\d{1,2}[.．、）)](?!\d)|（[a-z]）|第[一二三四五六七八九十百]+条|附件|"
    r"第[一二三四五六七八九十\d]+(?:步|阶段|环节)?[，、：]|步骤[一二三四五六七八九十\d]|【|[●◆■★▲○□◇☆※➢▶►•]|\d{1,2}(?:\.\d{1,2})+(?![\d.年月日%]))"
)
_BEGINS_ANYWHERE = re.compile(
    r"(?:任务|步骤)[一二三四五六七八九十\d]|[甲乙丙丁戊己庚辛](?:、|[-—–]\d)|[一二三四五六七八九十]{1,3}问[：:]|[问答][：:]|[Ⅰ-Ⅻ]|[━═]{2}|附[件表][：:]|"
    r"[A-Z]-?\d{1,2}[ \u3000]|[a-z][.．)）、](?![a-z])|[●◆■★▲○□◇☆※➢▶►•▪▫☐☑✓✔]|第[一二三四五六七八九十\d]+(?:阶段|部分|环节)[（(—\u3000 ]"
)
"""Marks that always begin a new paragraph."""
_ENDS = re.compile(r"(?:通知|方案|工作安排|：|:)$")
_BY_DIGIT = re.compile(
    r"(?<=[\u4e00-\u9fff]) +(?=[\dA-Za-z])|(?<=[\dA-Za-z]) +(?=[\u4e00-\u9fff])"
)  # spaces that pdf readers insert
_LONG = 0.8
"""Share of the usual width from which a line that ends within a sentence continues on the next line."""
_STOPS = ("。", "；", "：", ":", ";", "！", "？")


def read_file(name: str) -> tuple[str, list[str]]:
    """A notice's name and paragraphs.

    Args:
        name: A path, or ``-`` for standard input.

    Raises:
        NoSuchFile, UnreadableFile, NoticeUnreadable: the file cannot be read.
    """
    if name == STDIN:
        data, called = sys.stdin.buffer.read(LARGEST + 1), "粘贴的文字"
    else:
        path = Path(name)
        try:
            size = path.stat().st_size if path.is_file() else 0
        except OSError as error:
            raise UnreadableFile(path=name, what=files.why(error)) from error
        data, called = (files.read(path) if size <= LARGEST else bytes(LARGEST + 1)), path.name
    return called, paragraphs(data, called)


def paragraphs(data: bytes, name: str) -> list[str]:
    """The paragraphs of a notice; the format is detected from the bytes.

    Raises:
        NoticeUnreadable: the bytes cannot be read as a notice.
    """
    if len(data) > LARGEST:
        raise NoticeUnreadable(name=name, what="文件超过20MB", how="只留下通知的文字后再读")
    if data.startswith(b"PK"):
        texts = _docx(data, name)
    elif data.startswith(_OLE):
        locked = _ENCRYPTED in data
        raise NoticeUnreadable(
            name=name,
            what="文件有密码" if locked else "是旧版Word的格式",
            how="取消密码后再读" if locked else _SAVE_AS,
        )
    elif data[:1024].lstrip().startswith(b"%PDF-"):
        texts = _pdf(data, name)
    else:
        texts = _text(data, name)
    if sum(map(len, texts)) > MOST_CHARACTERS:
        raise NoticeUnreadable(name=name, what="文字太多，不像一份通知", how="只留下通知的文字后再读")
    if not any(p.strip() for p in texts):
        raise NoticeUnreadable(name=name, what="里面没有文字", how="换一个有文字的文件")
    return texts


def _docx(data: bytes, name: str) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            if any(n.lower().endswith(("vbaproject.bin", ".docm")) for n in names):
                raise NoticeUnreadable(name=name, what="文件带有宏", how=_SAVE_AS)
            return word_paragraphs(package)
    except TooLarge as error:
        raise NoticeUnreadable(
            name=name, what="解压后大得不合常理", how="确认文件来源，只留下通知的文字后再读"
        ) from error
    except (NotWord, KeyError, *zips.DAMAGE) as error:
        raise NoticeUnreadable(name=name, what="不是完好的Word文件", how=_SAVE_AS) from error


def _pdf(data: bytes, name: str) -> list[str]:
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):  # a file that only forbids printing has an empty password
            raise NoticeUnreadable(name=name, what="文件有密码", how="取消密码后再读")  # noqa: TRY301  one of several refusals of one file
        _require_few(len(reader.pages), name)
        pages = [page.extract_text() for page in reader.pages]
    except NoticeUnreadable:
        raise
    except Exception as error:  # pypdf raises many kinds of exceptions for broken parts
        if b"/Encrypt" in data:  # a cipher that pypdf does not support
            raise NoticeUnreadable(name=name, what="文件有密码", how="取消密码后再读") from error
        raise NoticeUnreadable(
            name=name, what="不是完好的PDF文件", how="重新取得这个文件，或换成Word文件、纯文字文件"
        ) from error
    if not "".join(pages).strip():
        raise NoticeUnreadable(
            name=name, what="是扫描件，里面只有图像没有文字", how="取得有文字的文件，或把文字粘贴进来"
        )
    return joined([line for page in pages for line in _page_lines(page)])


def _require_few(pages: int, name: str) -> None:
    if pages > MOST_PAGES:
        raise NoticeUnreadable(name=name, what=f"有{pages}页，不像一份通知", how="只留下通知的各页后再读")


def _page_lines(page: str) -> list[str]:
    """The lines of a page without the page number."""
    lines = [line for line in page.splitlines() if line.strip()]
    if lines and _PAGE.fullmatch(lines[-1]):
        lines.pop()
    if lines and _PAGE.fullmatch(lines[0]):
        lines.pop(0)
    return lines


def _text(data: bytes, name: str) -> list[str]:
    text = _decoded(data)
    if text is None or re.match(r"\s*(?:<!doctype|<html|<\?xml|\{\\rtf)", text, re.IGNORECASE):
        raise NoticeUnreadable(name=name, what="不是Word文件、PDF或纯文字文件", how="换成这几种格式之一")
    lines = [line for line in text.splitlines() if line.strip()]
    return joined(lines) if _is_wrapped(lines) else lines


def _decoded(data: bytes) -> str | None:
    """Text in UTF-8, UTF-16 or GB 18030; None for anything else."""
    even, odd = data[:200:2].count(0), data[1:200:2].count(0)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        order = ["utf-16"]
    elif even > max(odd, len(data[:200]) // 8):  # over a quarter of the characters are ASCII, with the zero byte first
        order = ["utf-16-be"]
    else:
        order = ["utf-8-sig", "gb18030", "utf-16-le"]
    for encoding in order:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(unicodedata.category(c) not in ("Cc", "Co", "Cn") or c in "\t\r\n\x0b\x0c" for c in text):
            return text
    return None


def width(line: str) -> int:
    """Columns of a line, a Chinese character counting two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line.strip())


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether the text is wrapped at a margin: many lines have about the maximum width and end within a sentence."""
    widths = [width(line) for line in lines]
    widest = max(widths, default=0)
    full = [line for line, wide in zip(lines, widths, strict=True) if wide >= widest - 6]
    within = [line for line in full if not line.rstrip().endswith(_STOPS)]
    return NARROW <= widest <= WIDE and len(full) >= max(4, len(lines) // 4) and len(within) > len(full) // 2


_ITEM = re.compile(r"(\d{1,2})[.．、](?!\d)")


def _follows(above: str, text: str) -> bool:
    """Whether two lines begin with consecutive numbers, such as 3. and 4."""
    one, other = _ITEM.match(above), _ITEM.match(text)
    return bool(one and other and int(other.group(1)) == int(one.group(1)) + 1)


def _opens(above: str, text: str) -> bool:
    """Whether a line is the first item below a heading that ends with a bracket: 「（一）……（1月14日—25日）」, 「1.……」."""
    return bool(above.endswith("）") and _BEGINS.match(above) and re.match(r"1[.．、](?!\d)|（[一1]）", text))


def _begins(above: str, text: str) -> bool:
    """Whether a line with a number begins a paragraph; 「第2步」 after 「……：第1步」 does not."""
    if not _BEGINS.match(text) or not (above.endswith(_STOPS) or _follows(above, text) or _opens(above, text)):
        return False
    return not (re.match(r"第[二三四五六七八\d]步", text) and re.search("[。；：]第[一1]步", above))


def joined(lines: Sequence[str]) -> list[str]:
    """Join wrapped lines to paragraphs; no space is inserted between Chinese characters.

    A line continues on the next one when it is full, or when it is rather long and ends within a sentence (first lines
    are indented, and a line before a long word or a bracket is shorter). A number or the end of a title begins a new
    paragraph.
    """
    if not lines:
        return []
    widest = sorted((width(line) for line in lines), reverse=True)[: max(1, len(lines) // 6)]
    usual = widest[len(widest) // 2]
    joined_lines: list[str] = []
    goes_on = False
    for line in lines:
        text = _BY_DIGIT.sub("", line.strip())
        begins = _BEGINS_ANYWHERE.match(text) or _begins(joined_lines[-1] if joined_lines else "", text)
        if goes_on and not begins:
            between_words = re.fullmatch("[A-Za-z]{2}", joined_lines[-1][-1:] + text[:1])
            joined_lines[-1] += (" " if between_words else "") + text
        else:
            joined_lines.append(text)
        goes_on = not _ENDS.search(text) and width(line) >= (usual - 4 if text.endswith(_STOPS) else usual * _LONG)
    return joined_lines
