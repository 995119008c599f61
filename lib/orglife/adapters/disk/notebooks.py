"""The program's notebooks in a workspace; they hold no data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orglife.adapters.disk import files, paths


def lay_notebooks(root: Path) -> None:
    """Copy the stage notebooks into a workspace and replace those that differ."""
    files.make_private(root / "notebooks")
    for source, place in _pairs(root):
        if not _is_same(source, place):
            files.write(place, source.read_bytes())


def lay_missing_notebooks(root: Path) -> None:
    """Copy the stage notebooks that are missing in a workspace; existing ones stay unchanged."""
    for source, place in _pairs(root):
        if not place.is_file():
            files.write(place, source.read_bytes())


def has_shipped_notebooks(root: Path) -> bool:
    """Whether a workspace's notebooks are the program's own, byte by byte."""
    return all(_is_same(source, place) for source, place in _pairs(root))


def _pairs(root: Path) -> Iterator[tuple[Path, Path]]:
    """Each notebook of the program, and its place in the workspace."""
    return ((source, root / "notebooks" / source.name) for source in sorted(paths.notebooks().glob("*.ipynb")))


def _is_same(source: Path, place: Path) -> bool:
    return place.is_file() and place.read_bytes() == source.read_bytes()
