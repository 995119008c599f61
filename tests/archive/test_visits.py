"""All that a visit of a folder says, as text, JSON and paper, in a golden file: small bags and a record of each sort."""

from __future__ import annotations

import json
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from orglife.adapters.bag import verifier
from orglife.archive import fixity
from orglife.archive.fixity import VisitOptions, visit
from orglife.archive.verifying import MEMORY
from orglife.core.paper.block import Table
from tests.adapters.bag.small_bags import Draft, digest
from tests.whole.golden_files import GOLDEN, compare

DAY = date(2026, 3, 2)
COLUMNS = "归档包,归档包校验值,支部,上次核验,上次完好,结果"


def small(path: Path, title: str, **changes: bytes) -> str:
    """A zipped bag that differs from others by the title of a paper; its seal."""
    draft = Draft()
    draft.items[0]["title"] = title
    files = draft.files() | changes
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as out:
        for name, data in files.items():
            out.writestr(name, data)
    return digest(files[verifier.TAGMANIFEST])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve bags and the record of an earlier visit."""
    root = tmp_path / "档案"
    seals = {name: small(root / f"{name}.zip", name) for name in ("一", "二", "三", "四", "=五", "六", "七", "八")}
    small(root / "2024" / "新.zip", "新")
    seals["挪"] = small(root / "2024" / "挪.zip", "挪")
    seals["坏"] = small(root / "坏.zip", "坏", **{verifier.CAMPAIGN: b"?"})
    seals["更坏"] = small(root / "更坏.zip", "更坏", **{verifier.CAMPAIGN: b"?", verifier.FINDINGS: b"?"})
    (root / "打不开.zip").write_bytes(b"PK")
    (root / "别的.zip").write_bytes((root / "一.zip").read_bytes())
    with zipfile.ZipFile(root / "不是包.zip", "w") as out:
        out.writestr("a.txt", "x")
    year = DAY - timedelta(days=365)
    rows = [
        f"一.zip,{seals['一']},甲支部,{year},{year},完好",
        f"二.zip,{seals['二']},乙支部,{year - timedelta(days=1)},{year - timedelta(days=1)},完好",
        f"三.zip,{'0' * 64},丙支部,2026-03-01,2026-03-01,完好",
        "四.zip,,丁支部,2026-03-01,2026-03-01,完好",
        f"'=五.zip,{seals['=五']},'=戊,{DAY},{DAY},完好",
        f"六.zip,{seals['六']},己支部,2026-03-03,2026-03-03,完好",
        f"七.zip,{seals['七']},庚支部,2026-02-01,,不符",
        f"八.zip,{seals['八']},辛支部,2026-02-01,2026-01-31,不符",
        f"挪.zip,{seals['挪']},壬支部,2026-02-01,2026-02-01,完好",
        f"坏.zip,{seals['坏']},癸支部,2026-02-01,2026-02-01,完好",
        f"没了.zip,{'1' * 64},子支部,2026-02-01,2026-02-01,完好",
        "早没了.zip,,丑支部,,,",
        ",x,y,,,",
    ]
    (root / MEMORY).write_text("\ufeff" + "\r\n".join([COLUMNS, *rows]) + "\r\n", encoding="utf-8")
    return root


OPTIONS = {
    "all": VisitOptions(),
    "four": VisitOptions(sample=4),
    "four of a month": VisitOptions(sample=4, every=30),
    "accepted": VisitOptions(sample=1, every=1, accept=True),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_all_that_a_visit_says(folder: Path, name: str) -> None:
    found = visit(folder, OPTIONS[name], DAY)
    held = found.to_json()
    (paper,) = found.bundle().documents
    (table,) = (block for block in paper.blocks if isinstance(block, Table))
    written = (folder / MEMORY).read_text(encoding="utf-8-sig")
    parts = [
        found.text(),
        json.dumps({key: value for key, value in held.items() if key != "bags"}, ensure_ascii=False, indent=1),
        " | ".join(f"{column.head} {column.share}" for column in table.columns),
        "\n".join(" | ".join(map(str, row)) for row in table.rows),
        written,
    ]
    text = "\n\n".join(parts).replace("\r\n", "\n").replace(str(folder), "…")
    compare(GOLDEN / "visits" / f"{name}.txt", text + "\n")
    assert [bag["ok"] for bag in held["bags"]] == [verdict.good for verdict in found.verdicts.values()]


def test_what_is_a_folder_of_bags(folder: Path, tmp_path: Path) -> None:
    assert fixity.is_archive_folder(folder)
    assert fixity.is_archive_folder(folder / "2024")
    assert not fixity.is_archive_folder(folder / "一.zip")
    remembered = tmp_path / "空"
    remembered.mkdir()
    assert not fixity.is_archive_folder(remembered)
    (remembered / MEMORY).touch()
    assert fixity.is_archive_folder(remembered)
    (remembered / "orglife.toml").touch()
    assert not fixity.is_archive_folder(remembered), "a workspace"
    bag = tmp_path / "包"
    bag.mkdir()
    (bag / "bagit.txt").touch()
    (bag / MEMORY).touch()
    assert not fixity.is_archive_folder(bag)
    assert fixity.is_archive_folder(bag.parent)
