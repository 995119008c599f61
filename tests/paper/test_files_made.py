"""Every file that a page can ask for: its name, its papers in order, and what is said with it, in a golden file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.print import exporters
from orglife.core.errors import NothingToPrint, OrglifeError, PackageTooLarge
from orglife.core.paper.block import Bundle
from orglife.exchange import receipts
from orglife.office.office import Office
from orglife.paper import on_request
from orglife.paper.on_request import make_paper
from orglife.stages import STAGES
from tests.conftest import run
from tests.whole.golden_files import GOLDEN, compare, rows_of

DAY = date(2024, 3, 8)


@pytest.fixture
def office(filled: Path) -> Iterator[Office]:
    with Office.open(filled) as one:
        yield one


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers are not printed: their forms, subjects and titles are."""

    def render(bundle: Bundle, kind: str) -> bytes:
        papers = [f"{p.form} {p.subject} {p.heading}" for p in bundle.documents]
        return json.dumps([kind, bundle.title, *papers], ensure_ascii=False).encode()

    monkeypatch.setattr(exporters, "render", render)


def made(office: Office, branch: str, what: str, stage: str, kind: str = "html") -> list[Any]:
    try:
        file = make_paper(office, branch, what, stage, kind, DAY)
    except OrglifeError as error:
        return [type(error).__name__, *error.sentences]
    if file.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(file.data)) as opened:
            inside = [name for name in opened.namelist() if name.endswith((".xlsx", ".json"))]
        return [file.name, inside, *file.notes]
    return [file.name, json.loads(file.data), *file.notes]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("what", ["stage", "blanks", "pictures"])
def test_papers_of_each_stage(office: Office, what: str) -> None:
    keys = [stage.key for stage in STAGES] + ["home", "filing", "overview", "intake", "campaign", "nothing"]
    compare(GOLDEN / "made" / f"{what}.json", rows_of({key: made(office, "t01", what, key) for key in keys}))


@pytest.mark.usefixtures("listed")
def test_other_files(office: Office) -> None:
    asked = {
        "what is missing": ("t01", "lacking", "talks", "pdf"),
        "the meeting pack": ("t01", "pack", "", "pdf"),
        "forms of members": ("t01", "members", "talks", ""),
        "forms of pledges": ("t01", "members", "rectification", ""),
        "a blank form of a member": ("t01", "member", "talks", ""),
        "a workbook": ("t01", "workbook", "talks", ""),
        "a package": ("t01", "package", "", ""),
        "another format": ("t01", "stage", "talks", "odt"),
        "something else": ("t01", "something", "talks", "html"),
        "another branch": ("t02", "stage", "talks", "html"),
        "no branch named": ("", "stage", "talks", "docx"),
    }
    compare(GOLDEN / "made" / "others.json", rows_of({name: made(office, *each) for name, each in asked.items()}))
    assert list((office.workspace.records / "t01").rglob("meeting.pdf"))


def test_a_package_may_be_just_as_large_as_a_browser_takes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    file = make_paper(office, "t01", "package", "", "", None)
    monkeypatch.setattr(on_request, "LARGEST", len(file.data))
    assert make_paper(office, "t01", "package", "", "", None).data
    monkeypatch.setattr(on_request, "LARGEST", len(file.data) - 1)
    with pytest.raises(PackageTooLarge) as refused:
        make_paper(office, "t01", "package", "", "", None)
    assert refused.value.fields == {"what": "交给上级的包", "megabytes": 0, "button": "写交给上级的包"}


def test_the_campaign_to_give_out(office: Office) -> None:
    file = make_paper(office, "", "campaign_file", "", "", None)
    assert file.name == "方案 召开专题组织生活会和开展民主评议党员实施方案.toml"
    assert file.data == office.workspace.campaign_bytes()
    assert file.notes[0].startswith("发给各支部。")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("一" * 51, "方案 " + "一" * 50 + ".toml"),
        ("甲/乙：（丙）-_ 1", "方案 甲乙（丙）-_ 1.toml"),
        ("", "方案 2024-seed.toml"),
    ],
)
def test_the_name_of_a_campaign_s_file(office: Office, monkeypatch: pytest.MonkeyPatch, title: str, name: str) -> None:
    campaign = office.campaign.model_copy(update={"title": title})
    monkeypatch.setattr(Office, "campaign", property(lambda _: campaign))
    assert make_paper(office, "", "campaign_file", "", "", None).name == name


@pytest.mark.parametrize(
    ("ids", "name", "inside"),
    [
        ([], None, None),
        (["t01"], "回执 测试局机关党支部.json", None),
        (["t01", "t02"], "回执.zip", ["回执 测试局机关党支部.json", "回执 t02.json"]),
    ],
)
def test_receipts_come_alone_or_together(
    office: Office, monkeypatch: pytest.MonkeyPatch, ids: list[str], name: str | None, inside: list[str] | None
) -> None:
    monkeypatch.setattr(receipts, "renew_all", lambda _: {ident: ident.encode() for ident in ids})
    names = {"t01": office.branch_name("t01"), "t02": "t02"}
    monkeypatch.setattr(Office, "branch_name", lambda _, branch: names[branch])
    if name is None:
        with pytest.raises(NothingToPrint):
            make_paper(office, "", "receipts", "", "", None)
        return
    file = make_paper(office, "", "receipts", "", "", None)
    assert file.name == name
    assert file.notes == (f"{len(ids)}个支部的回执，含退回意见，请各发给各支部。",)
    if inside is None:
        assert file.data == b"t01"
    else:
        with zipfile.ZipFile(io.BytesIO(file.data)) as opened:
            assert opened.namelist() == inside


def test_papers_of_a_bureau_s_own_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: None) -> None:
    root = tmp_path / "局"
    assert run("new", str(root), "--campaign", "2024-seed", "--role", "bureau") == 0
    with Office.open(root) as office:
        keys = ("overview", "intake", "supervision", "campaign")
        shown = {f"{what} {key}": made(office, "", what, key) for what in ("stage", "blanks") for key in keys}
    compare(GOLDEN / "made" / "bureau.json", rows_of(shown))
