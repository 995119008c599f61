"""Verify an archive bag with plain Python: 归档包核验，只用Python自带的库（3.8以上），不需要本程序.

用法： python3 verify.py [归档包文件夹或zip] [--json] [--witness 历史记录校验值或归档包校验值]

This one file is copied into every bag as verify.py, and the program verifies with it too, so both report the same. It
therefore imports nothing of orglife, keeps to the syntax of Python 3.8, and is longer than other modules. Exit status: 0 no
fault, 1 a fault, 2 not a bag.

It cannot detect by itself that a bag was made anew as a whole, papers included. ``--witness`` compares the bag with a value
that somebody else has: a head (printed on the signed papers, or recorded by the superior) proves the history up to there,
the seal of the bag (shown when the bag was made) proves every file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import os
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections import Counter
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple
from xml.etree import ElementTree as ET

FORMAT = "orglife-bag/1"
PACKAGE, DOSSIER, HISTORY = "data/package.json", "data/dossier.json", "data/history.jsonl"
CSV, XML = "data/metadata.csv", "data/metadata.xml"
CATALOGUE, NOTE = "data/catalogue.pdf", "data/note.pdf"
FINDINGS, EXPLANATIONS = "data/findings.json", "data/explanations.json"
SCHEMA, CAMPAIGN = "data/dossier.schema.json", "data/campaign.toml"
OWN_PARTS = (
    PACKAGE, DOSSIER, SCHEMA, HISTORY, FINDINGS, EXPLANATIONS, CAMPAIGN, CSV, XML, CATALOGUE, NOTE,
)  # fmt: skip
GUIDE, REPORT, VERIFIER = "说明.txt", "四性检测报告.txt", "verify.py"
OWN_TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", GUIDE, REPORT, VERIFIER)
TAGMANIFEST = "tagmanifest-sha256.txt"
HEAD_LABEL, PACKAGE_LABEL, REPORT_LABEL = "Orglife-History-Head", "Orglife-Package-SHA256", "Orglife-Report-SHA256"
BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ITEM = "archive_item"
WITNESS_REACHES = "您提供的校验值只能证明到历史"
FROM_BUREAU = ("redo_order", "remark")  # these reach a dossier from the bureau's history, not from the branch's own

COLUMNS = (
    ("id", "编号"), ("form", "表号"), ("genre", "文种"), ("subject", "对象"), ("code", "档号"), ("fonds", "全宗号"),
    ("unit_name", "立档单位名称"), ("organization", "机构"), ("year", "年度"), ("retention", "保管期限"),
    ("seq", "件号"), ("title", "题名"), ("persons", "人名"), ("responsible", "责任者"), ("date", "日期"),
    ("pages", "页数"), ("security", "密级"), ("format", "格式"), ("file", "文件"), ("sha256", "校验值"),
    ("attachments", "附件"), ("withdrawn", "撤件"), ("software", "生成软件"),
)  # fmt: skip
"""Fields of metadata.csv and metadata.xml with their Chinese names, in order."""
IN_DOSSIER = (
    "id", "form", "subject", "code", "year", "retention", "seq", "title", "persons", "responsible", "date", "pages",
    "security", "format", "file", "sha256", "withdrawn",
)  # fmt: skip

LARGEST = 64 * 1024 * 1024  # bytes of a file that is looked into; a larger one is hashed only
HUGE = 1024 * 1024 * 1024  # bytes of a file that is read at all: a file with holes takes no room and hours
LARGEST_BAG = 64 * HUGE  # bytes of a bag whose files above LARGEST are read
MOST_LISTED = 50  # problems of one check that a person is shown
LONGEST_SHOWN = 1000  # characters of a name or a sentence that a person is shown
_BLOCK = 1024 * 1024
_FORMATS = {
    "pdf": "pdf", "ofd": "ofd", "html": "html", "json": "json", "jsonl": "json", "xml": "xml", "csv": "csv",
    "tif": "tiff", "tiff": "tiff", "jpg": "jpeg", "jpeg": "jpeg", "png": "png", "toml": "toml", "txt": "txt",
}  # fmt: skip
_BEGINS = {
    "pdf": (b"%PDF-",), "ofd": (b"PK\x03\x04",), "tiff": (b"II*\0", b"MM\0*"), "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
}  # fmt: skip
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")
_PROGRAM_NAMES = (
    ".exe", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".sh", ".py", ".scr", ".msi", ".dll", ".lnk",
    ".jar", ".hta", ".so", ".app",
)  # fmt: skip
_LINK = "外部链接"
_DISGUISED = b"\n/disguised by codes\n"
"""Appended to a PDF's objects if a letter of a name is written as a code, which no honest program does."""
_ACTIVE = (
    (re.compile(rb"/JavaScript\b|/JS\s*[(<]"), "脚本"),
    (re.compile(rb"/Launch\b"), "启动程序的动作"),
    (re.compile(rb"/RichMedia\b|/SubmitForm\b|/ImportData\b"), "活动内容"),
    (re.compile(_DISGUISED), "遮掩的指令"),
    (re.compile(rb"/URI\s*\(|/GoToR\b"), _LINK),
)
_ABSOLUTE = re.compile(r"(?<![\w.:/\\])(?:[A-Za-z]:\\{1,2}[^\\\s\"]|/(?:home|Users|root|tmp|var|etc|usr|opt|mnt)/\w)")
_REMOTE = re.compile(r"<script\b|(?:src|href)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE)
_WINDOWS = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$|^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)', re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SHOWN_OTHERWISE = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")  # JSON itself escapes the others
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # Excel in East Asia takes the wide ones too
_HASH = re.compile(r"[0-9a-f]{64}")
_ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


class Problem(NamedTuple):
    """One problem: the file, its kind, and Chinese words.

    ``kind`` is missing, changed, extra, renamed, order, content or unsafe; a ``remark`` is worth a look but is no fault.
    """

    file: str
    kind: str
    text: str


class Facts(NamedTuple):
    """What a payload file itself shows, independent of any list."""

    path: str
    size: int
    sha256: str
    format: str
    opens: bool
    pages: Optional[int]
    hits: Tuple[str, ...]


class Line(NamedTuple):
    """A check with its problems; ``aspect`` is one of the four: 真实性, 完整性, 可用性, 安全性."""

    aspect: str
    title: str
    problems: Tuple[Problem, ...]

    @property
    def faults(self) -> List[Problem]:
        """The problems without the remarks."""
        return [p for p in self.problems if p.kind != "remark"]


class NotABag(Exception):  # noqa: N818
    """The path is not a bag."""


# --- where the files lie ---------------------------------------------------------------------------------------------


class Folder:
    """A bag in a folder."""

    def __init__(self, path: str) -> None:
        self.links: List[str] = []
        self.sizes: Dict[str, int] = {}
        self._places: Dict[str, str] = {}
        self._path = path
        if not looks_like_a_bag(iter(os.listdir(path))):
            raise NotABag(path)
        for base, folders, names in os.walk(path, onerror=self._unread):
            for name in sorted(names) + sorted(folders):
                full = os.path.join(base, name)
                inside = os.path.relpath(full, path).replace(os.sep, "/")
                inside = inside.encode("utf-8", "replace").decode("utf-8")  # even if the name is no valid text
                try:
                    state = os.lstat(full)
                except OSError:  # so deep that nobody can open it
                    self.links.append(inside)
                    continue
                if stat.S_ISREG(state.st_mode):
                    self.sizes[inside], self._places[inside] = state.st_size, full
                elif not stat.S_ISDIR(state.st_mode):
                    self.links.append(inside)

    def _unread(self, error: OSError) -> None:
        self.links.append(os.path.relpath(str(error.filename), self._path).replace(os.sep, "/"))

    def open(self, name: str) -> Any:
        """A file for reading bytes."""
        return open(self._places[name], "rb")


class Zipped:
    """A bag in a zip file, at its top or in its one folder."""

    def __init__(self, path: str) -> None:
        self.links: List[str] = []
        try:
            self._zip = zipfile.ZipFile(path)
        # besides BadZipFile, a damaged central directory raises these
        except (NotImplementedError, ValueError, OverflowError, struct.error) as error:
            raise zipfile.BadZipFile(str(error)) from error
        # a folder entry with bytes is a hidden file: unpacking the bag would not show it
        entries = [e for e in self._zip.infolist() if e.file_size or not e.is_dir()]
        tops = {e.filename.split("/")[0] for e in entries}
        strip = len(tops) == 1 and all("/" in e.filename for e in entries)
        self._names: Dict[str, Any] = {}
        for entry in entries:
            name = entry.filename.split("/", 1)[1] if strip else entry.filename
            twice = name in self._names
            if twice or name.startswith("/") or ".." in name.split("/") or stat.S_ISLNK(entry.external_attr >> 16):
                self.links.append(name)
            self._names[name] = entry
        self.sizes = {name: entry.file_size for name, entry in self._names.items()}
        if not looks_like_a_bag(iter(self.sizes)):
            raise NotABag(path)

    def open(self, name: str) -> Any:
        """A file for reading bytes."""
        return self._zip.open(self._names[name])


def forbidden_on_windows(name: str) -> bool:
    """Whether Windows refuses a file or folder of this name."""
    return bool(_WINDOWS.search(name))


def looks_like_a_bag(names: Iterator[str]) -> bool:
    """Whether the top-level names are those of a bag, even of one with many files missing."""
    tops = {name.split("/")[0] for name in names}
    return bool(tops & {"bagit.txt", "bag-info.txt"}) or any(re.match(r"(?:tag)?manifest-\w+\.txt$", t) for t in tops)


# --- what is seen of one file ----------------------------------------------------------------------------------------


def facts_of(path: str, size: int, stream: Any) -> Facts:
    """Read a file once for its digest and its content."""
    total, blocks, read = hashlib.sha256(), [], 0
    for block in iter(lambda: stream.read(_BLOCK), b""):
        total.update(block)
        read += len(block)
        if size <= LARGEST:
            blocks.append(block)
    data = b"".join(blocks)
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    form = _FORMATS.get(ending, ending or "无扩展名")
    objects, whole = _pdf_objects(data) if form == "pdf" else (b"", True)
    opens, pages = _look(form, ending, data, objects) if size <= LARGEST else (False, None)
    hits = tuple(_hits(path, form, data, objects)) + (() if whole else (TOO_MUCH,))
    return Facts(path, read, total.hexdigest(), form, opens and whole, pages, hits)


def _look(form: str, ending: str, data: bytes, objects: bytes) -> Tuple[bool, Optional[int]]:
    """Whether a file of a format opens, and how many pages it has (None where nobody counts)."""
    begins = _BEGINS.get(form)
    if begins and not data.startswith(begins):
        return False, None
    if form == "pdf":
        return _look_at_pdf(data, objects)
    if form == "jpeg":
        return b"\xff\xd9" in data, 1
    if form == "png":
        return b"IEND" in data[-64:], 1
    if form in ("tiff", "ofd"):
        return len(data) > 8, None
    try:
        text = data.decode("utf-8-sig")
        if form == "json":
            for one in text.rstrip("\n").split("\n") if ending == "jsonl" else [text]:
                json.loads(one)
        elif form == "xml":
            _xml(text)
    except (ValueError, RecursionError, ET.ParseError):
        return False, None
    return bool(data), None


def _xml(text: str) -> Any:
    if "<!DOCTYPE" in text:  # entities stand in it only
        raise ValueError("a document type")
    return ET.fromstring(text)  # noqa: S314  no document type, so nothing that could grow


def _look_at_pdf(data: bytes, objects: bytes) -> Tuple[bool, Optional[int]]:
    tail = data[-2048:]
    start = re.findall(rb"startxref\s+(\d+)", tail)
    if not start or b"%%EOF" not in tail:
        return False, None
    table = data[int(start[-1]) :][:64].lstrip()
    if not re.match(rb"xref\b|\d+\s+\d+\s+obj\b", table):
        return False, None
    pages = len(re.findall(rb"/Type\s*/Page(?![A-Za-z])", objects))
    return b"/Encrypt" not in objects, pages


_STREAM = re.compile(rb"stream\r?\n")
_WINDOW = 2000  # most bytes between the type of a stream and its content
_UNPACKED = 64000000  # most bytes of all object streams of a file
_EMBEDDED = 50  # most embedded files that are tried
TOO_MUCH = "压缩的内容解开后太大"
_CODED = re.compile(rb"#([0-9A-Fa-f]{2})")  # a character of a name, written as a code
_LETTER_CODED = re.compile(rb"/[^\s/<>\[\](){}%]*#(?:[46][1-9A-Fa-f]|[57][0-9Aa])")
_TEXT = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)


def _pdf_objects(data: bytes) -> Tuple[bytes, bool]:
    """A PDF's objects without the contents of its streams, those in object streams included; whether these are all.

    Each byte is looked at once: an unclosed stream ends the search instead of beginning another to the end of the file.
    """
    plain, place = [], 0
    while True:
        begin = _STREAM.search(data, place)
        end = data.find(b"endstream", begin.end()) if begin else -1
        if begin is None or end < 0:
            plain.append(data[place:])
            break
        plain.append(data[place : begin.start()])
        place = end + len(b"endstream")
    left = _UNPACKED
    whole = True
    for inside in _streams_of(data, re.compile(rb"/ObjStm\b")):
        left -= len(inside)
        if left < 0:
            whole = False
            break
        plain.append(inside)
    text = b"\n".join(plain)
    coded = _LETTER_CODED.search(_TEXT.sub(b"()", text))
    return _CODED.sub(lambda m: bytes([int(m[1], 16)]), text) + (_DISGUISED if coded else b""), whole


def _streams_of(data: bytes, kind: Any) -> Iterator[bytes]:
    """The unpacked streams of a kind, each once; of one that is too long the first part, one byte over the limit."""
    done = 0
    for match in kind.finditer(data):
        begin = _STREAM.search(data, match.end(), match.end() + _WINDOW) if match.start() >= done else None
        if begin is None:
            continue
        end = data.find(b"endstream", begin.end())
        if end < 0:
            return
        done = end
        packed = data[begin.end() : end]
        try:
            yield zlib.decompressobj().decompress(packed, _UNPACKED + 1)
        except zlib.error:
            yield packed.rstrip(b"\r\n")


def pdf_dangers(data: bytes) -> List[str]:
    """Reasons to refuse a PDF: content that runs when it is opened, a password, content that unpacks to too much."""
    objects, whole = _pdf_objects(data)
    active = [what for pattern, what in _ACTIVE if what != _LINK and pattern.search(objects)]
    return active + (["打开密码"] if b"/Encrypt" in objects else []) + ([] if whole else [TOO_MUCH])


def record_in(data: bytes) -> Any:
    """The record.json in a paper of ours: its blocks, and the head printed on it; None if it has none."""
    for inside in itertools.islice(_streams_of(data, re.compile(rb"/EmbeddedFile\b(?!s)")), _EMBEDDED):
        if inside.lstrip()[:1] == b"{":
            try:
                return json.loads(inside.decode("utf-8"))
            except (ValueError, RecursionError):
                return None
    return None


def _hits(name: str, form: str, data: bytes, objects: bytes) -> Iterator[str]:
    """What in a file should not be archived."""
    if name.lower().endswith(_PROGRAM_NAMES) or data.startswith(_PROGRAMS):
        yield "可执行程序或脚本"
    if form == "pdf":
        for pattern, what in _ACTIVE:
            if pattern.search(objects):
                yield what
    elif form in ("json", "xml", "csv", "toml", "txt", "html"):
        text = data.decode("utf-8", "replace")
        if form in ("html", "xml") and _REMOTE.search(text):
            yield "脚本或外部引用"
        path = _ABSOLUTE.search(text)
        if path:
            yield "绝对路径（{}……）".format(path[0])


# --- one bag ---------------------------------------------------------------------------------------------------------


class Bag:
    """A bag being verified: what was read, and the checks."""

    def __init__(self, path: str, witness: str = "") -> None:
        """Open a bag in a folder or a zip file.

        Raises:
            NotABag: it is none.
            zipfile.BadZipFile, OSError: it cannot be opened.
        """
        self.source = Folder(path) if os.path.isdir(path) else Zipped(path)
        self.witness = witness.strip().lower()
        self.names: Set[str] = set(self.source.sizes)
        most = HUGE if sum(self.source.sizes.values()) <= LARGEST_BAG else LARGEST
        self.unread = {name for name, size in self.source.sizes.items() if size > most}
        self.payload = sorted(n for n in self.names if n.startswith("data/"))
        self.tags = sorted(self.names - set(self.payload))
        self._facts: Dict[str, Facts] = {}
        self._parsed: Dict[str, Dict[str, Any]] = {}
        self.manifests = {n: self._manifest(n) for n in self.tags if re.match(r"(?:tag)?manifest-\w+\.txt$", n)}
        self.info = self._info()
        self.package = self._json(PACKAGE)
        listed = {n for lines in self.manifests.values() for n in lines.paths}
        signs = (HEAD_LABEL in self.info, PACKAGE in self.names | listed, VERIFIER in self.names | listed)
        self.ours = any(signs)
        self.final = self.package.get("final") is not False

    # reading

    def facts(self, name: str) -> Facts:
        """The facts of a file, which is read once."""
        if name in self.unread:
            return Facts(name, 0, "", "", opens=False, pages=None, hits=())
        if name not in self._facts:
            try:
                with self.source.open(name) as stream:
                    self._facts[name] = facts_of(name, self.source.sizes[name], stream)
            except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
                self._facts[name] = Facts(name, 0, "", "", opens=False, pages=None, hits=())  # it cannot be read
        return self._facts[name]

    def read(self, name: str) -> bytes:
        """A file's bytes; b"" if it is missing, unreadable or larger than ``LARGEST``."""
        if name not in self.names or self.source.sizes[name] > LARGEST:
            return b""
        try:
            with self.source.open(name) as stream:
                return bytes(stream.read())
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            return b""

    def _json(self, name: str) -> Dict[str, Any]:
        if name not in self._parsed:
            try:
                content = json.loads(self.read(name).decode("utf-8"))
            except (ValueError, RecursionError):
                content = {}
            self._parsed[name] = content if isinstance(content, dict) else {}
        return self._parsed[name]

    def _info(self) -> Dict[str, str]:
        text = self.read("bag-info.txt").decode("utf-8", "replace")
        pairs = (line.split(":", 1) for line in text.split("\n") if ":" in line and not line.startswith((" ", "\t")))
        return {key.strip(): value.strip() for key, value in pairs}

    def _manifest(self, name: str) -> Manifest:
        algorithm = name.partition("-")[2][:-4]
        text = self.read(name)
        paths: Dict[str, str] = {}
        bad = []
        for number, raw in enumerate(text.split(b"\n"), 1):
            line = re.match(rb"([0-9a-fA-F]+)[ \t]+\*?(.+?)\r?$", raw)
            if not raw.strip():
                continue
            try:
                path = re.sub("%(0[aAdD]|25)", lambda m: chr(int(m[1], 16)), line[2].decode("utf-8")) if line else ""
            except UnicodeDecodeError:
                path = ""
            if not line or not path or path in paths or algorithm not in _ALGORITHMS:
                bad.append(number)
            else:
                paths[path] = line[1].decode().lower()
        return Manifest(algorithm, paths, bad)

    def _digest(self, name: str, algorithm: str) -> str:
        if algorithm == "sha256":
            return self.facts(name).sha256
        total = hashlib.new(algorithm)
        with self.source.open(name) as stream:
            for block in iter(lambda: stream.read(_BLOCK), b""):
                total.update(block)
        return total.hexdigest()

    @property
    def items(self) -> List[Dict[str, str]]:
        """The rows of metadata.csv; [] when it cannot be read."""
        text = self.read(CSV).decode("utf-8-sig", "replace")
        labels = {label: key for key, label in COLUMNS}
        try:
            return [
                {labels.get(k, k): unquoted(v) for k, v in row.items() if isinstance(v, str)}
                for row in csv.DictReader(io.StringIO(text, newline=""))
            ]
        except csv.Error:
            return []

    @property
    def history(self) -> List[Any]:
        """The entries of the history; None for a line that is no JSON object."""
        entries: List[Any] = []
        for line in self.read(HISTORY).decode("utf-8", "replace").split("\n"):
            if line.strip():
                try:
                    one = json.loads(line)
                except (ValueError, RecursionError):
                    one = None
                entries.append(one if isinstance(one, dict) else None)
        return entries

    @property
    def _oxum(self) -> str:
        return "{}.{}".format(sum(self.source.sizes[p] for p in self.payload), len(self.payload))

    # the checks: 真实性

    def unchanged(self) -> Iterator[Problem]:
        """Every file has the digest in the manifests."""
        for manifest in self.manifests.values():
            for path, digest in manifest.paths.items():
                if path in self.names and self._digest(path, manifest.algorithm) != digest:
                    yield Problem(path, "changed", "内容与清单所列的校验值不一致，被改动过或已损坏")

    def parts_unchanged(self) -> Iterator[Problem]:
        """Every file has the digest in the package's own list, and the list the one in bag-info.txt."""
        for path, label in ((PACKAGE, PACKAGE_LABEL), (REPORT, REPORT_LABEL)):
            if path in self.names and self.facts(path).sha256 != self.info.get(label):
                yield Problem(path, "changed", "与bag-info.txt所记的校验值不一致")
        parts = self.package.get("parts")
        parts = parts if isinstance(parts, dict) else {}
        for path, digest in sorted(parts.items()):
            if path not in self.names:
                yield Problem(path, "missing", "包清单里有，包里没有")
            elif self.facts(path).sha256 != digest:
                yield Problem(path, "changed", "内容与包清单所记的校验值不一致")
        for path in self.payload:
            if path != PACKAGE and path not in parts:
                yield Problem(path, "extra", "不在包清单里")
        if self.package.get("final") is False and any(item.get("code") for item in self.items):
            yield Problem(PACKAGE, "changed", "写明没有定稿，归档件却已编了档号")
        for path, text in self._written().items():
            if path in self.names and self.read(path) != text.encode("utf-8"):
                yield Problem(path, "changed", "不是归档时写的样子")

    def _written(self) -> Dict[str, str]:
        """Name → text of the top-level files that the program writes in one way only."""
        stated = self.package.get("info")
        info = [*(stated.items() if isinstance(stated, dict) else ())]
        # other checks compare these values; here they only complete the text
        info += [(label, self.info.get(label, "")) for label in (PACKAGE_LABEL, REPORT_LABEL, "Payload-Oxum")]
        texts = {name: manifest_text(manifest.paths) for name, manifest in self.manifests.items()}
        parts = self.package.get("parts")
        if isinstance(parts, dict):
            listed = {path: digest for path, digest in parts.items() if path.startswith("data/")}
            texts["manifest-sha256.txt"] = manifest_text({**listed, PACKAGE: self.facts(PACKAGE).sha256})
        return {"bagit.txt": BAGIT, "bag-info.txt": info_text(info), **texts}

    def items_unchanged(self) -> Iterator[Problem]:
        """Every item and every attachment has the digest with which it was sealed."""
        for item in self._live(self.items):
            yield from self._same(item.get("file", ""), item.get("sha256", ""), item.get("title", ""))
        registered = self._registered()
        for one in self._attachments():
            path, digest = str(one.get("file")), str(one.get("sha256"))
            yield from self._same(path, digest, "附件")
            if registered.get(str(one.get("id"))) not in (digest, ""):
                yield Problem(path, "changed", "与附件登记的校验值不一致")

    def _same(self, path: str, digest: str, title: str) -> Iterator[Problem]:
        if path not in self.names:
            yield Problem(path, "missing", "《{}》的文件不在包里".format(title))
        elif self.facts(path).sha256 != digest:
            yield Problem(path, "changed", "《{}》与封存时不一致".format(title))

    def metadata_agree(self) -> Iterator[Problem]:
        """metadata.csv, metadata.xml and the dossier say the same of every item."""
        rows, other = self.items, self._xml_items()
        if rows != other:
            yield Problem(XML, "content", "metadata.csv和metadata.xml所记不一致" + _which(rows, other))
        if not self.final:
            return
        in_dossier = [flat(item) for item in self._records(ITEM)]
        in_csv = [{key: row.get(key, "") for key in IN_DOSSIER} for row in rows]
        if sorted(in_dossier, key=_id_of) != sorted(in_csv, key=_id_of):
            yield Problem(CSV, "content", "metadata.csv与dossier.json所记不一致" + _which(in_csv, in_dossier))

    def _xml_items(self) -> List[Dict[str, str]]:
        try:
            root = _xml(self.read(XML).decode("utf-8"))
        except (ValueError, ET.ParseError):
            return []
        return [{str(f.get("name")): f.text or "" for f in item.findall("field")} for item in root.findall("item")]

    def history_joined(self) -> Iterator[Problem]:
        """Every entry of the history matches its hash and continues the entry before."""
        before, expected = "", 1
        versions: Dict[Tuple[str, str], int] = {}
        for place, one in enumerate(self.history, 1):
            if one is None or not _well_typed(one):
                yield Problem(HISTORY, "content", "第{}行读不懂".format(place))
                continue
            name = "第{}条（{} {}）".format(one["number"], one["type"], one["record"])
            if _revision_hash(one) != one["hash"]:
                yield Problem(HISTORY, "changed", name + "内容与存入时不一致，被改动过")
            if one["number"] != expected:
                what = "order" if one["number"] < expected else "missing"
                text = "缺第{}条，后面是".format(expected) if what == "missing" else "顺序颠倒或重复："
                yield Problem(HISTORY, what, text + name)
            elif one["prev"] != before:
                yield Problem(HISTORY, "changed", name + "与前一条接不上，前一条或这一条被改动过")
            key = (one["type"], one["record"])
            if one["version"] != versions.get(key, 0) + 1:
                yield Problem(HISTORY, "order", name + "的版本号不连续")
            if (one["branch"], one["campaign"]) != (self.package.get("branch"), self.package.get("campaign")):
                yield Problem(HISTORY, "content", name + "不是这个支部、这个方案的")
            before, expected, versions[key] = one["hash"], one["number"] + 1, one["version"]

    def dossier_agrees(self) -> Iterator[Problem]:
        """The dossier equals the state after the last entry of the history."""
        state: Dict[Tuple[str, str], Any] = {}
        for one in self.history:
            if one is not None and _well_typed(one):
                key = (one["type"], one["record"])
                try:
                    state[key] = json.loads(one["body"]) if one["action"] == "put" else None
                except (ValueError, RecursionError, TypeError):
                    state[key] = None
        dossier = self._json(DOSSIER)
        branch = dossier.get("branch")
        branch = branch if isinstance(branch, dict) else {}
        now = {("branch", str(branch.get("id"))): branch}
        types = dossier.get("records")
        for kind in types if isinstance(types, dict) else ():
            now.update({(kind, str(r.get("id"))): r for r in self._records(kind)})
        for key in sorted(set(state) | set(now)):
            record, in_history = now.get(key), state.get(key)
            if record != in_history and not (key[0] in FROM_BUREAU and record is not None):
                yield Problem(DOSSIER, "content", "{} {}与历史记录不一致".format(*key))
        if self._json(EXPLANATIONS).get("explanations") != self._records("explanation"):
            yield Problem(EXPLANATIONS, "content", "情况说明与dossier.json不一致")

    def heads_agree(self) -> Iterator[Problem]:
        """The history holds the heads of bag-info.txt, the package, every paper and the witness."""
        history = [one for one in self.history if one is not None and _well_typed(one)]
        own = [one for one in history if one["type"] != ITEM]
        head = own[-1]["hash"] if own else ""
        stated = self.package.get("head")
        in_package = stated.get("hash") if isinstance(stated, dict) else None
        for name, stated_head in ((PACKAGE, in_package), ("bag-info.txt", self.info.get(HEAD_LABEL))):
            if stated_head != head:
                yield Problem(name, "changed", "所记的历史记录校验值与包里的历史对不上，历史可能被改写或截短")
        yield from self._witnessed([one["hash"] for one in history])
        sealed = self.sealed_at()
        for item in self._live(self.items):
            yield from self._printed(item.get("file", ""), sealed.get(item.get("id", ""), head) if self.final else head)
        for path in (CATALOGUE, NOTE):
            yield from self._printed(path, head)

    def seal(self) -> str:
        """The digest of the tag manifest, which proves every file of the bag."""
        return self.facts(TAGMANIFEST).sha256 if TAGMANIFEST in self.names else ""

    def _witnessed(self, hashes: List[str]) -> Iterator[Problem]:
        if not self.witness or self.witness == self.seal():
            return
        if self.witness not in hashes:
            yield Problem(HISTORY, "changed", "历史里没有您提供的校验值，整段历史可能被改写或截短")
            return
        later = len(hashes) - 1 - hashes.index(self.witness)
        what = WITNESS_REACHES + "第{}条".format(hashes.index(self.witness) + 1)
        rest = "以后的{}条（含归档登记）和".format(later) if later else ""
        yield Problem(HISTORY, "remark", what + "，" + rest + "不在历史里的文件要用归档包校验值证明")

    def sealed_at(self) -> Dict[str, str]:
        """Item → the head of the history when the item was sealed."""
        heads: Dict[str, str] = {}
        head = ""
        for one in self.history:
            if one is None or not _well_typed(one):
                continue
            if one["type"] == ITEM:
                heads.setdefault(one["record"], head)
            else:
                head = one["hash"]
        return heads

    def _printed(self, path: str, head: str) -> Iterator[Problem]:
        if path in self.names and self._on_paper(path, "head") != {head}:
            yield Problem(path, "changed", "上面印的历史记录校验值与包里的历史对不上")

    def note_agrees(self) -> Iterator[Problem]:
        """The note prints the digests of the files."""
        printed = {cells[0]: cells[1] for cells in self._table(NOTE, "校验值（SHA-256）") if len(cells) == 2}
        for path in OWN_PARTS:
            if path in (NOTE, PACKAGE) or path not in self.names:
                continue
            if re.sub(r"\s", "", printed.get(path[len("data/") :], "")) != self.facts(path).sha256:
                yield Problem(path, "changed", "与备考表上印的校验值不一致")

    def _on_paper(self, path: str, key: str) -> Set[Any]:
        """The values of a field in the documents of a paper of ours."""
        record = record_in(self.read(path))
        papers = record.get("documents") if isinstance(record, dict) else None
        return {p.get(key) for p in papers if isinstance(p, dict)} if isinstance(papers, list) else set()

    def _table(self, path: str, head: str) -> List[List[str]]:
        """The rows of all tables, in a paper of ours, that have a column with this head."""
        record = record_in(self.read(path))
        rows: List[List[str]] = []
        try:
            for paper in (record or {}).get("documents", []):
                for block in paper.get("blocks", []):
                    if block.get("kind") == "table" and head in [c.get("head") for c in block.get("columns", [])]:
                        rows += [list(map(str, row)) for row in block.get("rows", [])]
        except (AttributeError, TypeError):
            return []
        return rows

    # the checks: 完整性

    def nothing_missing_or_added(self) -> Iterator[Problem]:
        """The bag holds all files that the manifests list, and no others."""
        listed = [set(m.paths) for n, m in self.manifests.items() if n.startswith("manifest-")]
        if "bagit.txt" not in self.names:
            yield Problem("bagit.txt", "missing", "不在包里")
        elif not re.match(rb"\s*BagIt-Version:\s*\d+\.\d+", self.read("bagit.txt")):
            yield Problem("bagit.txt", "changed", "内容不合规定")
        if not listed:
            yield Problem("manifest-sha256.txt", "missing", "校验清单不在包里")
        for name, manifest in self.manifests.items():
            if manifest.bad:
                yield Problem(name, "content", "第{}行读不懂或重复".format("、".join(map(str, manifest.bad[:5]))))
        union = set().union(*listed)
        lost = sorted({p for m in self.manifests.values() for p in m.paths} - self.names)
        added = [p for p in self.payload if p not in union] if listed else []
        hashes = {p: d for m in self.manifests.values() if m.algorithm == "sha256" for p, d in m.paths.items()}
        by_content = {self.facts(p).sha256: p for p in added}
        for path in lost:
            now = by_content.pop(hashes.get(path, ""), "")
            if now:
                added.remove(now)
                yield Problem(path, "renamed", "被改名为{}".format(now))
            else:
                yield Problem(path, "missing", "清单里有，包里没有")
        for path in added:
            yield Problem(path, "extra", "不在清单里，是多出来的文件")
        if self.info.get("Payload-Oxum", self._oxum) != self._oxum:
            yield Problem("bag-info.txt", "content", "所记的文件总数或总字节数与包里的不符")

    def tags_listed(self) -> Iterator[Problem]:
        """The tag manifest is there and lists every tag file."""
        listed = set().union(*(set(m.paths) for n, m in self.manifests.items() if n.startswith("tagmanifest-")))
        for path in OWN_TAGS:
            if path not in self.names:
                yield Problem(path, "missing", "不在包里")
        for path in self.tags:
            if not path.startswith("tagmanifest-") and path not in listed:
                yield Problem(path, "extra", "不在标签清单（tagmanifest）里")
        for path in self.tags:
            if path not in OWN_TAGS:
                yield Problem(path, "extra", "不是归档包应有的文件")

    def parts_present(self) -> Iterator[Problem]:
        """Every part of a package is there."""
        for path in OWN_PARTS:
            if path not in self.names:
                yield Problem(path, "missing", "不在包里")

    def numbers_run_on(self) -> Iterator[Problem]:
        """The numbers of each series are 1, 2 … without a gap, and no archive number stands twice.

        Some may lie in the bags of the branch's other campaigns of the year: the package names them.
        """
        if not self.final:
            return
        elsewhere = self.package.get("codes_elsewhere")
        elsewhere = [c for c in elsewhere if isinstance(c, str)] if isinstance(elsewhere, list) else []
        codes = Counter([*(item.get("code", "") for item in self.items), *elsewhere])
        series: Dict[str, List[int]] = {}
        for code in elsewhere:
            rest, _, number = code.rpartition("-")
            if number.isdigit():
                series.setdefault(rest, []).append(int(number))
        for item in self.items:
            code = item.get("code", "")
            rest, _, number = code.rpartition("-")
            if codes[code] > 1 or not number.isdigit():
                yield Problem(item.get("file", ""), "content", "档号“{}”重复或不合规".format(code))
            else:
                series.setdefault(rest, []).append(int(number))
        for rest, numbers in sorted(series.items()):
            gaps = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
            if gaps:
                yield Problem(CSV, "missing", "{}缺件号{}".format(rest, "、".join(map(str, gaps[:5]))))

    def catalogue_agrees(self) -> Iterator[Problem]:
        """The printed catalogue lists the same items."""
        printed = sorted((row[1], row[4]) for row in self._table(CATALOGUE, "档号") if len(row) > 4)
        if printed != sorted((item.get("code", ""), item.get("title", "")) for item in self.items):
            yield Problem(CATALOGUE, "content", "归档文件目录与著录不一致")

    def codes_printed(self) -> Iterator[Problem]:
        """Every item shows its own archive number; items that the first versions of the program sealed show none."""
        for item in self._live(self.items) if self.final else ():
            shown = self._on_paper(item.get("file", ""), "code")
            if not shown <= {item.get("code", "")} and shown != {""}:
                yield Problem(item.get("file", ""), "content", "上面印的档号与著录不一致")

    def attachments_present(self) -> Iterator[Problem]:
        """Every attachment that the dossier registers is in the package, and no other."""
        listed = {str(one.get("id")) for one in self._attachments()}
        absent = self.package.get("absent")
        absent = absent if isinstance(absent, list) and not self.final else []
        for ident in sorted(set(self._registered()) ^ listed):
            if ident not in absent:
                yield Problem(PACKAGE, "missing", "附件{}的登记与包里的文件对不上".format(ident))

    # the checks: 可用性, 安全性

    def opens(self) -> Iterator[Problem]:
        """Every payload file opens, and every item has the pages that are stated."""
        for path in self.payload:
            if not self.facts(path).opens:
                kind = "remark" if path in self._scans() else "content"  # a scan is kept as it came
                yield Problem(path, kind, "打不开，或内容与扩展名不符")
        for item in self._live(self.items):
            path = item.get("file", "")
            pages = self.facts(path).pages if path in self.names else None
            if path in self.names and str(pages) != item.get("pages"):
                yield Problem(path, "content", "有{}页，著录为{}页".format(pages, item.get("pages")))

    def nothing_foreign(self) -> Iterator[Problem]:
        """Nothing in the payload that is neither an item, an attachment nor a part of the package; no links."""
        known = self.known()
        for path in self.payload:
            if path not in known:
                yield Problem(path, "extra", "与归档无关的文件")

    def names_safe(self) -> Iterator[Problem]:
        """No links, no path out of the package, no name that Windows refuses."""
        for path in self.source.links:
            yield Problem(path, "unsafe", "是链接或特殊文件，或路径不安全、重复")
        for path in sorted(self.unread):
            size = self.source.sizes[path] // 1_000_000_000
            yield Problem(path, "unsafe", "太大（{}GB），没有读".format(size) if size else "整个包太大，没有读")
        for path in sorted(self.names | {p for m in self.manifests.values() for p in m.paths}):
            if path.startswith("/") or any(part in ("", "..") or _WINDOWS.search(part) for part in path.split("/")):
                yield Problem(path, "unsafe", "文件名不安全，或在Windows上不能用")

    def nothing_active(self) -> Iterator[Problem]:
        """Nothing executable, no script, no reference to somewhere else, no absolute path."""
        for path in self.payload:
            for hit in self.facts(path).hits:
                yield Problem(path, "remark", "含有" + hit)

    # records

    def _records(self, kind: str) -> List[Dict[str, Any]]:
        records = self._json(DOSSIER).get("records")
        return _dicts(records.get(kind) if isinstance(records, dict) else None)

    def _attachments(self) -> List[Dict[str, Any]]:
        return _dicts(self.package.get("attachments"))

    def known(self) -> Set[str]:
        """Paths that may be in the payload: parts of the package, items, attachments."""
        return {*OWN_PARTS, *(i.get("file", "") for i in self.items)} | self._scans()

    def _scans(self) -> Set[str]:
        return {str(one.get("file")) for one in self._attachments()}

    def _registered(self) -> Dict[str, str]:
        """Attachment id → digest as registered."""
        return {str(r.get("id")): str(r.get("sha256") or "") for r in self._records("attachment")}

    def _live(self, items: List[Dict[str, str]]) -> List[Dict[str, str]]:
        return [item for item in items if item.get("withdrawn") != "是"]

    def lines(self) -> List[Line]:
        """All checks in order, each with its problems."""
        return [Line(aspect, title, tuple(self._run(check))) for aspect, title, check in self._checks()]

    def _checks(self) -> List[Tuple[str, str, Callable[[], Iterator[Problem]]]]:
        every = [
            ("真实性", "每个文件与校验清单一致", self.unchanged),
            ("完整性", "清单所列文件齐全，没有多余", self.nothing_missing_or_added),
            ("安全性", "没有链接，文件名可用", self.names_safe),
        ]
        own = [
            ("真实性", "每个文件与包清单（package.json）一致", self.parts_unchanged),
            ("真实性", "归档件、附件与封存时一致", self.items_unchanged),
            ("真实性", "著录（CSV、XML）与数据一致", self.metadata_agree),
            ("真实性", "历史逐条相接，没有改动、缺漏、颠倒", self.history_joined),
            ("真实性", "数据与历史一致", self.dossier_agrees),
            ("真实性", "文件上印的历史记录校验值与历史相符", self.heads_agree),
            ("真实性", "备考表上印的校验值与文件相符", self.note_agrees),
            ("完整性", "包的组成部分齐全", self.parts_present),
            ("完整性", "标签清单齐全，没有多余", self.tags_listed),
            ("完整性", "件号连续，档号不重复", self.numbers_run_on),
            ("完整性", "归档文件目录与著录一致", self.catalogue_agrees),
            ("真实性", "文件上印的档号与著录一致", self.codes_printed),
            ("完整性", "登记的附件齐全", self.attachments_present),
            ("可用性", "文件能打开，页数与著录一致", self.opens),
            ("安全性", "没有与归档无关的文件", self.nothing_foreign),
            ("安全性", "没有程序、脚本、外部引用、绝对路径", self.nothing_active),
        ]
        order = ("真实性", "完整性", "可用性", "安全性")
        return sorted(every + (own if self.ours else []), key=lambda check: order.index(check[0]))

    @staticmethod
    def _run(check: Callable[[], Iterator[Problem]]) -> Iterator[Problem]:
        """Run one check; if the content is too damaged for it, that is a problem too."""
        try:
            yield from check()
        except Exception as error:  # noqa: BLE001
            yield Problem("", "content", "内容损坏，这项检查没有做完（{}）".format(type(error).__name__))


def manifest_text(digests: Dict[str, str]) -> str:
    """A manifest as it is written: path → digest, sorted, as sha256sum reads it."""
    return "".join("{}  {}\n".format(digest, path) for path, digest in sorted(digests.items()))


def quoted(cell: str) -> str:
    """A cell as written into metadata.csv, so that no spreadsheet program takes it for a formula."""
    return "'" + cell if cell.lstrip("' \t\r\n").startswith(_FORMULA) else cell


def unquoted(cell: str) -> str:
    """A cell of metadata.csv as it was before ``quoted``."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("' \t\r\n").startswith(_FORMULA) else cell


def info_text(pairs: List[Tuple[str, Any]]) -> str:
    """bag-info.txt as it is written."""
    return "".join("{}: {}\n".format(key, value) for key, value in pairs)


class Manifest(NamedTuple):
    """A manifest: its algorithm, path → digest, and the numbers of its invalid lines."""

    algorithm: str
    paths: Dict[str, str]
    bad: List[int]


def _dicts(value: Any) -> List[Dict[str, Any]]:
    """The objects in a JSON list; [] for anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _id_of(item: Dict[str, str]) -> str:
    return item.get("id", "")


_HASHED = ("action", "at", "body", "branch", "campaign", "number", "prev", "record", "type", "version", "who")


def _well_typed(one: Dict[str, Any]) -> bool:
    texts = (*(k for k in _HASHED if k not in ("body", "number", "version")), "hash")
    return (
        all(isinstance(one.get(k), str) for k in texts)
        and type(one.get("number")) is int
        and type(one.get("version")) is int
        and "body" in one
        and (one["body"] is None or isinstance(one["body"], str))
    )


def _revision_hash(one: Dict[str, Any]) -> str:
    text = json.dumps({k: one[k] for k in _HASHED}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def flat(item: Dict[str, Any]) -> Dict[str, str]:
    """An archive item as a row of the CSV."""
    shown = {}
    for key in IN_DOSSIER:
        value = item.get(key)
        if isinstance(value, bool) or (key == "withdrawn" and value is None):
            shown[key] = "是" if value else ""
        elif isinstance(value, list):
            shown[key] = "、".join(map(str, value))
        elif value is None:
            shown[key] = "内部" if key == "security" else ""
        else:
            shown[key] = str(value)
    return shown


def _which(one: List[Dict[str, str]], other: List[Dict[str, str]]) -> str:
    """The titles of the first items in which two lists differ."""
    a, b = ({item.get("id", ""): item for item in items} for items in (one, other))
    names = sorted(k for k in set(a) | set(b) if a.get(k) != b.get(k))
    titles = [(a.get(n) or b.get(n) or {}).get("title", n) for n in names[:3]]
    return "：{}".format("、".join("《{}》".format(t) for t in titles)) if titles else ""


# --- the command -----------------------------------------------------------------------------------------------------


def verify(path: str, witness: str = "") -> List[Line]:
    """Verify a bag in a folder or a zip file.

    Raises:
        NotABag: it is none.
    """
    try:
        return Bag(path, witness).lines()
    except zipfile.BadZipFile:
        return [Line("可用性", "能打开", (Problem("", "changed", "压缩包已损坏，打不开"),))]


def printable(text: str) -> str:
    """The text without control characters, shortened: a name in a bag must not fill the terminal."""
    text = _CONTROLS.sub("?", text[: LONGEST_SHOWN + 1])
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "……"


def report(lines: List[Line]) -> str:
    """All checks for a person, one a line."""
    shown = []
    for line in lines:
        state = "不通过" if line.faults else "请核对" if line.problems else "通过　"
        shown.append("{}　{}　{}".format(state, line.aspect, line.title))
        listed = line.problems[:MOST_LISTED]
        shown += ["　　{}：{}。".format(printable(p.file) or "（整包）", printable(p.text)) for p in listed]
        if len(line.problems) > MOST_LISTED:
            shown.append("　　一共{}处，只列出{}处。".format(len(line.problems), MOST_LISTED))
    return "\n".join(shown) + "\n"


def main(arguments: List[str]) -> int:
    """The command ``verify.py``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    witness, as_json, paths = "", False, []
    rest = list(arguments)
    while rest:
        one = rest.pop(0)
        if one == "--json":
            as_json = True
        elif one == "--witness" and rest:
            witness = rest.pop(0)
        else:
            paths.append(one)
    path = paths[0] if paths else os.path.dirname(os.path.abspath(__file__))
    if len(paths) > 1 or not os.path.exists(path):
        sys.stderr.write(__doc__.split("\n\n")[1] + "\n")
        return 2
    try:
        lines = verify(path, witness)
    except NotABag:
        sys.stderr.write("“{}”不是归档包。请写归档包的文件夹或zip文件。\n".format(printable(path)))
        return 2
    bad = sum(len(line.faults) for line in lines)
    if as_json:
        shown = [dict(line._asdict(), problems=[p._asdict() for p in line.problems]) for line in lines]
        text = json.dumps({"ok": not bad, "checks": shown}, ensure_ascii=False, indent=2)
        sys.stdout.write(_SHOWN_OTHERWISE.sub(lambda m: "\\u{:04x}".format(ord(m.group())), text) + "\n")
    else:
        sys.stdout.write(report(lines))
        sys.stdout.write(
            "全部通过。\n" if not bad else "有{}处不符，这个包不能作为凭证，请向移交单位核实。\n".format(bad)
        )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
