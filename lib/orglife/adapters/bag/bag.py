"""BagIt bags (RFC 8493), created atomically and verified immediately.

We write the manifests ourselves: bagit-python would write today's date and version 0.97, and change the working folder
of the whole process. Tests read the bags with bagit-python and sha256sum.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from orglife.adapters.bag import verifier
from orglife.adapters.disk import files, leftovers, paths
from orglife.core.errors import BagFaulty, CannotWrite, InsideABag, NameForbidden

PARTIAL = leftovers.RUN
"""Prefix of the name of an incomplete bag."""
_BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Contents:
    """The contents of a bag.

    Attributes:
        payload: Path inside the bag (``data/…``) → bytes, or a file to copy.
        info: Lines of bag-info.txt; the report's digest and Payload-Oxum are added.
        guide: Text of 说明.txt.
    """

    payload: Mapping[str, bytes | Path]
    info: Mapping[str, str]
    guide: str


def require_place(out: Path) -> None:
    """Refuse an output folder that must not hold a bag.

    Raises:
        InsideABag: the folder is a bag or is inside one.
    """
    for folder in (out, *out.parents):
        if (folder / "bagit.txt").exists():
            raise InsideABag(path=str(out), bag=str(folder))


def require_name(name: str) -> None:
    """Refuse a forbidden name for a bag.

    Raises:
        NameForbidden: Windows does not allow a folder of that name.
    """
    if verifier.forbidden_on_windows(name):
        raise NameForbidden(name=name)


@contextmanager
def building(part: Path, contents: Contents) -> Iterator[None]:
    """Create a complete bag in a new folder ``part``, synced and verified; delete it after the block unless it was moved.

    Raises:
        CannotWrite: no space or no permission; nothing is left behind.
        BagFaulty: the bag read back differs from what was written.
    """
    out = part.parent
    made = _missing_folders(out)
    try:
        with files.refusals(out):
            files.make_private(out)
            part.mkdir(mode=0o700)
            _fill(part, contents)
        yield
    finally:
        shutil.rmtree(part, ignore_errors=True)
        for folder in made:  # rmdir removes only those that are still empty
            with suppress(OSError):
                folder.rmdir()


def put_in_place(part: Path, out: Path, name: str) -> Path:
    """Rename a complete bag to ``name``, or to ``name-2`` … if that exists. An existing bag is never changed.

    Raises:
        CannotWrite: the bag could not be renamed.
    """
    number = 1
    while True:
        target = out / (name if number == 1 else f"{name}-{number}")
        number += 1
        if os.path.lexists(target):
            continue
        try:
            part.rename(target)
        except (FileExistsError, NotADirectoryError):  # another process was faster
            continue
        except OSError as error:
            if os.path.lexists(target):
                continue
            raise CannotWrite(path=str(target), what=files.why(error)) from error
        files.sync_folder(out)
        return target


def _missing_folders(folder: Path) -> list[Path]:
    """The folders that do not exist yet on the way to ``folder``, the innermost first."""
    return [each for each in (folder, *folder.parents) if not each.exists()]


def _fill(bag: Path, contents: Contents) -> None:
    digests, size = {}, 0
    for path, content in sorted(contents.payload.items()):
        digests[path], length = _put(bag / path, content)
        size += length

    def with_report(report: str) -> dict[str, str]:
        info = {**contents.info, verifier.REPORT_LABEL: hashlib.sha256(report.encode()).hexdigest()}
        info["Payload-Oxum"] = f"{size}.{len(digests)}"
        return {verifier.REPORT: report, "bag-info.txt": verifier.info_text(list(info.items()))}

    steady = {
        "bagit.txt": verifier.BAGIT,
        "manifest-sha256.txt": verifier.manifest_text(digests),
        verifier.GUIDE: contents.guide,
        verifier.VERIFIER: verifier_text(),
    }
    _tags(bag, {**steady, **with_report("")})
    # Write the report of the checks into the bag. It is not payload, so adding it does not change their results.
    lines = verifier.verify(str(bag))
    _tags(bag, with_report(REPORT_HEAD + verifier.report(lines)))
    if any(line.faults for line in verifier.verify(str(bag))):
        raise BagFaulty(path=str(bag.parent), what=next(line.title for line in lines if line.faults))
    for folder in (bag, *(p for p in bag.rglob("*") if p.is_dir())):
        files.sync_folder(folder)


REPORT_HEAD = "四性检测报告\n\n打包完成后逐项检测的结果；运行 verify.py 可以重做。\n\n"


def _tags(bag: Path, texts: Mapping[str, str]) -> None:
    """Write tag files and rewrite the tag manifest."""
    for name, text in texts.items():
        _put(bag / name, text.encode())
    listed = sorted(p.name for p in bag.iterdir() if p.is_file() and not p.name.startswith("tagmanifest-"))
    digests = {name: hashlib.sha256((bag / name).read_bytes()).hexdigest() for name in listed}
    _put(bag / "tagmanifest-sha256.txt", verifier.manifest_text(digests).encode())


def verifier_text() -> str:
    """The source text of the verifier, which each bag contains."""
    return Path(verifier.__file__).read_text(encoding="utf-8")


def _put(target: Path, content: bytes | Path) -> tuple[str, int]:
    """Write or copy a file and sync it; return its digest and size."""
    files.make_private(target.parent)
    total, size = hashlib.sha256(), 0
    source = content.open("rb") if isinstance(content, Path) else io.BytesIO(content)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with source, os.fdopen(handle, "wb") as out:
        for block in iter(lambda: source.read(_BLOCK), b""):
            total.update(block)
            size += len(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return total.hexdigest(), size


# --- metadata --------------------------------------------------------------------------------------------------------


def metadata_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Items as CSV with Chinese headings, in UTF-8 with a byte order mark for Excel and WPS.

    A cell that would be a formula begins with an apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([label for _, label in verifier.COLUMNS])
    writer.writerows([verifier.quoted(row.get(key, "")) for key, _ in verifier.COLUMNS] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def metadata_xml(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Items as XML: ``items/item/field``, each field with its name and Chinese label."""
    root = ET.Element("items")
    for row in rows:
        item = ET.SubElement(root, "item")
        for key, label in verifier.COLUMNS:
            ET.SubElement(item, "field", name=key, label=label).text = row.get(key, "")
    ET.indent(root)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n").encode()


def guide(values: Mapping[str, str]) -> str:
    """The text of 说明.txt, filled with ``values``."""
    return (paths.templates() / "archive" / "guide.txt").read_text(encoding="utf-8").format_map(values)
