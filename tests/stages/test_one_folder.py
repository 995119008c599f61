"""A stage is one folder: two invented ones, a branch's and the bureau's, are wired by a line of ``STAGES`` each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import branch as b

NEW = Path(__file__).parent / "new"


def lay_down(checkout: Path) -> None:
    """A checkout with the stages visits and notices: their folders, a line of ``STAGES`` each, and the notebook."""
    shutil.copytree(b.ROOT / "lib/orglife", checkout / "lib/orglife")
    shutil.copytree(b.ROOT / "notebooks", checkout / "notebooks")
    shutil.copy(b.ROOT / "pyproject.toml", checkout)
    for name in ("templates", "tests", ".fonts"):
        if (b.ROOT / name).exists():
            (checkout / name).symlink_to(b.ROOT / name)
    stages = checkout / "lib/orglife/stages"
    for key in ("visits", "notices"):
        (stages / key).mkdir()
        (stages / key / "__init__.py").touch()
        for file in (NEW / key).glob("*.py.txt"):
            shutil.copy(file, stages / key / file.stem)
    cycle = stages / "cycle.py"
    text = cycle.read_text(encoding="utf-8")
    lines = (f"from orglife.stages.{key}.stage import STAGE as {key.upper()}\n" for key in ("visits", "notices"))
    text = text.replace("\nSTAGES: ", "".join(lines) + "\nSTAGES: ")
    text = text.replace("    REVIEWS,\n", "    REVIEWS,\n    VISITS,\n")
    text = text.replace("    SUPERVISION,\n", "    SUPERVISION,\n    NOTICES,\n")
    cycle.write_text(text, encoding="utf-8")
    notebook = (checkout / "notebooks/12_talks.ipynb").read_text(encoding="utf-8")
    (checkout / "notebooks/15_visits.ipynb").write_text(
        notebook.replace('\\"talks\\"', '\\"visits\\"'), encoding="utf-8"
    )


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the rooms make of the stages."""
    folder = tmp_path_factory.mktemp("stage")
    checkout = folder / "checkout"
    lay_down(checkout)
    place = {**os.environ, "PYTHONPATH": f"{checkout / 'lib'}{os.pathsep}{checkout}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.stages.new.walk", str(folder)],
        cwd=folder,
        env=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_home_leads_from_a_finding_to_the_page_of_the_stage(met: Any) -> None:
    assert met["link"] == ["15_visits", "visit", "v1", ["text"]]
    assert met["minutes"] == [2, 7]  # to put right what is wrong, and to type what is missing, as the stage says


def test_the_tour_shows_the_page(met: Any) -> None:
    assert "登记走访慰问：去了谁家，看到什么情况。" in met["tour"]


def test_the_forms_are_made_by_number(met: Any) -> None:
    assert met["papers"] == ["F40_v1.html", "F41_n1.html"]


def test_what_is_exported_is_named_as_personal(met: Any) -> None:
    assert [visit["id"] for visit in met["exported"]] == ["v1"]
    assert "走访慰问的对象" in met["privacy"]


def test_the_paper_is_archived_for_as_long_as_its_form_says(met: Any) -> None:
    assert met["retention"] == "D10"
    assert len(met["archived"]) == 1
