"""Papers as one PDF that is PDF/A-3a and PDF/UA-1, made by Typst in this process.

The template gets values, never markup: the papers are passed as JSON, so Typst sees strings. The bytes depend only on
the bundle, the timestamp, the template and the fonts.
"""

from __future__ import annotations

import contextlib
import functools
import json
import warnings
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orglife.adapters.disk.paths import templates
from orglife.adapters.print import fonts, glyphs, threads, typst_values
from orglife.core.paper.block import Bundle

if TYPE_CHECKING:
    import typst

# Typst starts threads at its first compilation. A process forked afterwards hangs at its own first compilation, so
# nothing here may compile before a paper is requested. Loading the fonts starts no threads.


def pdf(bundle: Bundle, *, timestamp: int) -> bytes:
    """The papers of a bundle in one file, each on a new page, with continuous page numbers.

    Args:
        bundle: The papers; its JSON is attached as record.json. Final papers use the provided fonts only.
        timestamp: The file's creation time, seconds since 1970 UTC; an argument, so that equal papers give equal bytes.

    Raises:
        MissingGlyph: a character that no font has.
        BadCharacter: a forbidden character.
        FontsMissing: no usable font at all.
    """
    glyphs.preflight(bundle.documents, lasting=bundle.final)
    inputs = {
        "papers": json.dumps(typst_values.papers(bundle), ensure_ascii=False),
        "record": bundle.model_dump_json(indent=2),
    }
    return typeset(templates() / "typst" / "record.typ", inputs, lasting=bundle.final, timestamp=timestamp)


def typeset(template: Path, inputs: dict[str, str], *, lasting: bool, timestamp: int) -> bytes:
    """A template with its inputs as PDF/A-3a and PDF/UA-1.

    Args:
        template: The template; it reads files of its own folder only, and gets the families of fonts as ``fonts``.
        inputs: JSON texts by name.
        lasting: Use the provided fonts only, so that the bytes are equal on every computer.
        timestamp: See ``pdf``.
    """
    with _compiler(fonts.faces_in_use(lasting=lasting), template) as (compiler, families):
        content, reported = compiler.compile_with_warnings(
            format="pdf",
            sys_inputs={**inputs, "fonts": families},
            pdf_standards=["a-3a", "ua-1"],
            timestamp=timestamp,
        )
    for warning in reported:
        warnings.warn(f"Typst: {warning.message}", stacklevel=2)
    if not isinstance(content, bytes):
        msg = f"Typst gave {type(content).__name__}, not bytes"
        raise TypeError(msg)
    return content


@contextlib.contextmanager
def _compiler(used: tuple[fonts.Face, ...], template: Path) -> Iterator[tuple[typst.Compiler, str]]:
    """A compiler that reads only our fonts and the template's folder, and the font families as JSON for the template.

    The compiler is reserved for the block, because a compiler used by two threads raises "Already borrowed".
    """
    import typst  # noqa: PLC0415 - 80 MB, needed only for printing

    free, loaded, families = _idle(used, template)
    try:
        compiler = free.pop()
    except IndexError:
        compiler = typst.Compiler(template, root=template.parent, font_paths=loaded)
    try:
        yield compiler, families
    finally:
        free.append(compiler)


@functools.lru_cache(maxsize=2)
def _idle(used: tuple[fonts.Face, ...], template: Path) -> tuple[deque[typst.Compiler], typst.Fonts, str]:  # noqa: ARG001
    """The idle compilers of a template, and the fonts and families that they share."""
    loaded = _fonts(used)
    return deque(maxlen=threads.AT_ONCE), loaded, json.dumps(_families(used, loaded), ensure_ascii=False)


def _fonts(used: tuple[fonts.Face, ...]) -> typst.Fonts:
    return _fonts_of(tuple(dict.fromkeys(str(face.file.parent) for face in used)))


@functools.lru_cache(maxsize=2)
def _fonts_of(folders: tuple[str, ...]) -> typst.Fonts:
    import typst  # noqa: PLC0415 - as above

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))


def _families(used: tuple[fonts.Face, ...], loaded: typst.Fonts) -> dict[str, Any]:
    """For each role the families to try, by Typst's names (it drops words such as Light from family names)."""
    names = {(Path(info.path).resolve(), info.index): info for info in loaded.fonts() if info.path}
    seen = [(face.role, names[key]) for face in used if (key := (face.file.resolve(), face.number)) in names]
    by_role = {role: info.family for role, info in seen}
    extra = [info.family for role, info in seen if role == fonts.EXTRA]
    every = [by_role[role] for role in ("生僻字", "宋体", "黑体", "仿宋", "楷体") if role in by_role]
    chains = {}
    for role in fonts.ROLES:
        first = [by_role[name] for name in (role, *fonts.STAND_INS[role]) if name in by_role]
        chains[role] = list(dict.fromkeys([*first, *every, *extra, "DejaVu Sans Mono"]))
    title = dict(seen).get("小标宋")
    return {
        "chains": chains,
        "title_weight": title.weight if title else None,
        "used": [f"{face.role}：{face.file.name}" for face in used],
    }


def warm(*, lasting: bool) -> None:
    """Load the fonts before forking, so that forked processes share them.

    Compiling to HTML lays text out in frames without pages. Only pages make Typst start threads, and a fork loses those.
    """
    import typst  # noqa: PLC0415 - as above

    glyphs.preflight((), lasting=lasting)
    used = fonts.faces_in_use(lasting=lasting)
    loaded = _fonts(used)
    families = dict.fromkeys(family for chain in _families(used, loaded)["chains"].values() for family in chain)
    text = "".join(f"#html.frame(text(font: {json.dumps(f, ensure_ascii=False)})[支部1a])\n" for f in families)
    typst.Compiler(text.encode(), font_paths=loaded).compile_with_warnings(format="html")
