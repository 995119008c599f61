"""Paths of templates, notebooks and the handbook; no other module knows them."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]
HANDBOOK = "操作手册.pdf"
"""Name of the handbook wherever a user meets it; the program's own copy has an ASCII name."""


def _folder(name: str) -> Path:
    """A folder that lies beside pyproject.toml in a checkout and inside the package in a wheel."""
    checkout = _PACKAGE.parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    return _PACKAGE / "share" / name


def templates() -> Path:
    """The folder of campaigns, typst, html, docx and demo templates."""
    return _folder("templates")


def handbook() -> Path:
    """The handbook for users, made by ``make handbook``."""
    return templates() / "handbook.pdf"


def widget_text(*names: str) -> str:
    """The texts of some files in templates/widgets, joined."""
    folder = templates() / "widgets"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def notebooks() -> Path:
    """The folder of the stage notebooks that are copied into a workspace."""
    return _folder("notebooks")
