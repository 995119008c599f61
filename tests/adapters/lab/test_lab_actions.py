"""What the guided page may ask the server for: files that are held, problems as sentences, who types."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace, campaign_text
from orglife.adapters.lab.actions import File, PageActions
from orglife.core.errors import BadInput
from orglife.desk.desk import Desk
from orglife.serve import serving


def test_a_file_is_held_under_a_key_of_its_own_and_the_oldest_goes() -> None:
    doors = PageActions({"make": lambda asked: File("甲 乙.pdf", str(asked["n"]).encode())})
    answers = [doors.act("make", {"n": n}) for n in range(9)]
    keys = [answer["url"].split("/")[2] for answer in answers]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {22}  # 128 bits
    assert [doors.file(key) is not None for key in keys] == [False] + [True] * 8
    last = doors.file(keys[-1])
    assert last is not None
    assert (last.name, last.data) == ("甲 乙.pdf", b"8")
    assert answers[-1]["name"] == "甲 乙.pdf"


def test_what_goes_wrong_is_told_in_sentences(filled: Path) -> None:
    doors = PageActions(serving.actions(filled))
    wrong = doors.act("make", {"what": "stage", "stage": "talks", "kind": "exe", "branch": "t01"})
    assert wrong["problems"][0].startswith("格式“exe”不在可选范围内")
    wrong = doors.act("make", {"what": "stage", "stage": "tolks", "kind": "pdf", "branch": "t01"})
    assert "tolks" in wrong["problems"][0]
    wrong = doors.act("make", {"what": "stage", "stage": "talks", "kind": "pdf", "branch": "../x"})
    assert "../x" in wrong["problems"][0]
    assert "演练" in doors.act("reset", {})["problems"][0]
    assert doors.act("make", {"what": "stage", "stage": "talks", "kind": "html", "branch": "t01"})["url"]
    assert doors.act("make", {"what": "stage", "stage": "overview", "kind": "html", "branch": "t01"})["url"]


def test_who_types_is_kept_and_counts_at_once(filled: Path) -> None:
    desk = Desk.open(str(filled), "t01", as_of="2024-03-08", interactive=True)
    before = Workspace.open(filled).settings
    assert serving.set_author(filled, {"author": "  费 仲文\n"}) == {"author": "费 仲文"}
    assert Workspace.open(filled).settings == before.model_copy(update={"author": "费 仲文"})
    desk.refresh()
    assert desk.office.author == "费 仲文"
    assert serving.set_author(filled, {"author": "长" * 40}) == {"author": "长" * 40}
    serving.set_author(filled, {"author": "费 仲文"})
    for bad in ("", "  ", "长" * 41):
        with pytest.raises(BadInput):
            serving.set_author(filled, {"author": bad})
    assert Workspace.open(filled).settings.author == "费 仲文"


def test_the_page_is_told_each_stages_state(filled: Path) -> None:
    desk = Desk.open(str(filled), "t01", as_of="2024-03-08", interactive=True)
    shown = desk.next("talks").bundle()["text/html"]
    assert "data-og-told" in shown
    assert "notebooks/12_talks.ipynb" in shown
    assert "data-og-make" in desk.documents("talks").bundle()["text/html"]
    papers = Desk.open(str(filled), "t01", interactive=False)
    assert "data-og" not in papers.documents("talks").bundle()["text/html"] + papers.next("talks").bundle()["text/html"]


def test_every_page_of_a_bureau_is_told_who_types(tmp_path: Path) -> None:
    """Its own pages, and a branch's page where no branch is chosen, have no stages to tell of."""
    root = tmp_path / "局"
    Workspace.create(root, campaign_text("2024-seed"), Settings(role="bureau", author="顾明远"))
    desk = Desk.open(str(root), interactive=True)
    for stage in ("overview", "intake", "supervision", "campaign", "talks", ""):
        shown = desk.next(stage).bundle()["text/html"]
        heard = json.loads(html.unescape(shown.split('data-og-told="')[1].split('"')[0]))
        assert heard["author"] == "顾明远", stage
        assert "states" not in heard, stage
    assert "data-og" not in Desk.open(str(root), interactive=False).next("overview").bundle()["text/html"]
