"""Archive numbers: printed on the paper that has them, and running on through the campaigns of one year."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pypdf
import pytest

from orglife.adapters.bag import verifier
from orglife.adapters.disk import workspace as ws
from orglife.archive import verifying
from orglife.batch.task import Program
from orglife.filing.readiness import archived, blocks_final, obstacles
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from tests.archive import attacks, quick
from tests.archive import conftest as c
from tests.archive.test_archive import change_text, codes, rows
from tests.conftest import run
from tests.marks import thorough

SECOND = "2024-second"


def shown(path: Path) -> set[str]:
    """The number in the record that a paper carries, which is what it was typeset from."""
    return {paper["code"] for paper in verifier.record_in(path.read_bytes())["documents"]}


# --- on the paper ----------------------------------------------------------------------------------------------------


def test_every_paper_shows_its_own_number(sealed: Path) -> None:
    for row in rows(sealed):
        path = sealed / row["文件"]
        assert shown(path) == {row["档号"]}
        assert f"档号：{row['档号']}" in re.sub(r"\s", "", pypdf.PdfReader(path).pages[0].extract_text())


@thorough
@pytest.mark.usefixtures("fast")
def test_a_changed_paper_shows_its_new_number_and_the_others_stay(tmp_path: Path) -> None:
    root = c.make(tmp_path / "w")
    assert run("archive", str(root)) == 0
    change_text(root)
    assert run("archive", str(root)) == 0
    first, second = (root / "archive" / name for name in ("t01", "t01-2"))
    for row in rows(second):
        if row["撤件"]:
            assert not (second / row["文件"]).exists()
            assert shown(first / row["文件"]) == {row["档号"]}
        else:
            assert shown(second / row["文件"]) == {row["档号"]}
    assert len({row["文件"] for row in rows(second)}) == 35


@thorough
@pytest.mark.usefixtures("fast")
def test_papers_sealed_without_a_printed_number_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the first versions of the program sealed them: the same items in the next bag, and no fault in either."""
    root = c.make(tmp_path / "w")
    with monkeypatch.context() as patched:
        patched.setattr("orglife.archive.making.pdf", lambda bundle, head: quick.pdf(bundle.unnumbered(), head))
        patched.setattr("orglife.archive.contents.program", lambda: Program("0.1.0", "that of an earlier version"))
        assert run("archive", str(root)) == 0
    assert run("archive", str(root)) == 0
    assert rows(root / "archive" / "t01-2") == rows(root / "archive" / "t01")
    assert run("verify", str(root / "archive" / "t01"), str(root / "archive" / "t01-2")) == 0


@thorough
@pytest.mark.usefixtures("fast")
def test_a_paper_that_shows_another_s_number_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = c.make(tmp_path / "w")
    with monkeypatch.context() as patched:
        wrong = "J001-WS·2024-D30-DZB01-0099"
        patched.setattr(
            "orglife.archive.making.pdf",
            lambda b, head: quick.pdf(b.numbered({("F1", "plan"): wrong, ("F1", ""): wrong}), head),
        )
        assert run("archive", str(root)) == 1, "a bag with that fault is not made"
    assert run("archive", str(root)) == 0
    bag = root / "archive" / "t01"
    plan = next(row for row in rows(bag) if row["表号"] == "F1")
    data = (bag / plan["文件"]).read_bytes()
    record = verifier.record_in(data)
    record["documents"][0]["code"] = wrong
    import zlib

    packed = re.search(rb"stream\n(.*)\nendstream", data, re.DOTALL)
    assert packed
    attacks.write(bag / plan["文件"], data.replace(packed[1], zlib.compress(json.dumps(record).encode())))
    lines = verifier.verify(str(bag))
    assert {p.file for line in lines if "印的档号" in line.title for p in line.faults} == {plan["文件"]}


# --- campaigns of one year -------------------------------------------------------------------------------------------


def begin_second(root: Path, **changes: object) -> None:
    """Another campaign of the same year in the same workspace, with the same branch all filled in."""
    file = root.parent / "second.toml"
    file.write_text(ws.campaign_text("2024-seed").replace('id = "2024-seed"', f'id = "{SECOND}"'), encoding="utf-8")
    assert run("campaign", "begin", str(root), str(file)) == 0
    c.put_in(root, {**c.raw(**changes), "campaign": SECOND}, root.parent)


@thorough
@pytest.mark.usefixtures("fast")
def test_the_second_campaign_of_a_year_numbers_on(tmp_path: Path) -> None:
    root = c.make(tmp_path / "w")
    assert run("archive", str(root)) == 0
    begin_second(root)
    assert run("archive", str(root)) == 0
    change_text_of_second(root)
    assert run("archive", str(root)) == 0
    first, second, third = (root / "archive" / name for name in ("_2024-seed/t01", "t01", "t01-2"))
    assert set(codes(second)) < set(codes(third))
    every = [*codes(first), *codes(third)]
    assert len(set(every)) == len(every)
    for retention in ("D30", "D10"):
        numbers = sorted(int(code[-4:]) for code in every if f"-{retention}-" in code)
        assert numbers == list(range(1, len(numbers) + 1))
    assert json.loads((third / verifier.PACKAGE).read_bytes())["codes_elsewhere"] == sorted(codes(first))
    for bag in (first, second, third):
        assert verifying.verify(bag).good
    for campaign in ("2024-seed", SECOND):
        with Office.open(root, campaign=campaign if campaign != SECOND else "") as office:
            found = office.findings(office.dossier("t01"), "archive")
            assert not [f for f in found if f.rule.startswith("ARCH")]


def change_text_of_second(root: Path) -> None:
    with Office.open(root) as office:
        (row,) = [r for r in office.store.current(SECOND, "t01").records["pledge"] if r.id == "p2"]
        from orglife.stages.rectification.record import Pledge

        record = Pledge.model_validate({**row.body, "text": "每周一、周五各回访一次"})
        office.store.put(SECOND, "t01", record, who="试", base=row.version)


@pytest.mark.usefixtures("fast")
def test_a_number_hidden_among_those_of_the_other_campaign_is_found(tmp_path: Path) -> None:
    root = c.make(tmp_path / "w")
    assert run("archive", str(root)) == 0
    begin_second(root)
    assert run("archive", str(root)) == 0
    bag = Path(shutil.copytree(root / "archive" / "t01", tmp_path / "bag"))
    package = json.loads((bag / verifier.PACKAGE).read_bytes())
    assert package["codes_elsewhere"]
    for codes_elsewhere in (package["codes_elsewhere"][:-1], []):
        attacks.write_package(bag, {**package, "codes_elsewhere": codes_elsewhere})
        lines = verifier.verify(str(bag))
        assert [line for line in lines if line.title == "件号连续，档号不重复" and line.faults]


@thorough
@pytest.mark.usefixtures("fast")
def test_a_batch_knows_the_numbers_of_the_other_campaign(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = c.make(tmp_path / "w")
    assert run("archive", str(root)) == 0
    begin_second(root)
    assert run("archive", str(root)) == 0
    capsys.readouterr()
    assert run("batch", str(root), "--stage", "plan", "--formats", "html", "--jobs", "1", "--json") == 0
    (branch,) = json.loads(capsys.readouterr().out)["branches"]
    assert (branch["status"], branch["findings"]["errors"]) == ("done", 0)


@pytest.mark.usefixtures("fast")
def test_another_branch_of_the_year_with_the_same_code_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = c.make(tmp_path / "w")
    assert run("archive", str(root)) == 0
    begin_second(root)
    c.put_in(root, {**c.raw(**{"branch/id": "t02", "branch/name": "第二党支部"}), "campaign": SECOND}, root.parent)
    change_code(root, "t01", "DZB09")
    capsys.readouterr()
    assert run("archive", str(root), "--branch", "t02") == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert re.search("机构代码DZB01的档号已经在.*党支部用过，请换一个机构代码。请在“定稿与归档”页", told[0])
    with Office.open(root) as office:
        assert office.dossier("t02").all(ArchiveItem) == ()


@thorough
@pytest.mark.usefixtures("fast")
def test_an_organisation_code_that_looks_like_a_retention_is_no_clash(tmp_path: Path) -> None:
    """D30 stands in every number that is kept thirty years, whoever gave it."""
    other = c.raw(**{"branch/id": "t02", "branch/org_code": "DZB02", "branch/name": "第二党支部"})
    root = c.make(tmp_path / "w", c.raw(**{"branch/org_code": "D30"}), other)
    assert run("archive", str(root), "--branch", "t02") == 0
    assert any("-D30-DZB02-" in code for code in codes(root / "archive" / "t02"))
    assert run("archive", str(root), "--branch", "t01") == 0


def change_code(root: Path, branch: str, code: str) -> None:
    with Office.open(root) as office:
        now = office.dossier(branch).branch
        office.store.put(SECOND, branch, now.model_copy(update={"org_code": code}), who="试", base=None)


# --- made anew -------------------------------------------------------------------------------------------------------


def spoil(root: Path, form: str, **changes: object) -> None:
    """Change the entry of the first paper of a form in the catalogue."""
    with Office.open(root) as office:
        stored = office.store.current("2024-seed", "t01").records[ArchiveItem.TYPE]
        row = next(row for row in stored if row.body["form"] == form)
        item = ArchiveItem.model_validate({**row.body, **changes})
        office.store.put("2024-seed", "t01", item, who="试", base=row.version)


def wrong(root: Path) -> set[str]:
    with Office.open(root) as office:
        found = office.findings(office.dossier("t01"), "archive")
    return {f.rule for f in found if f.rule.startswith("ARCH") and f.counts}


def on_the_page(root: Path) -> tuple[bool, bool]:
    """Whether the last page takes the branch for archived, and whether it refuses to make final papers."""
    with Office.open(root) as office:
        dossier = office.dossier("t01")
        return archived(office, dossier), blocks_final(obstacles(office, dossier))


@thorough
@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("rule", "form", "changes"),
    [
        ("ARCH-03", "F15", {"title": ""}),
        ("ARCH-03", "F15", {"responsible": "", "pages": None}),
    ],
)
def test_archiving_again_makes_an_entry_anew_with_which_something_is_wrong(
    tmp_path: Path, rule: str, form: str, changes: dict[str, object]
) -> None:
    root = c.make(tmp_path / "w")
    assert run("archive", str(root)) == 0
    first = codes(root / "archive" / "t01")
    spoil(root, form, **changes)
    assert rule in wrong(root)
    assert on_the_page(root) == (False, False), "neither done nor refused: the button makes it again"
    assert run("archive", str(root)) == 0
    assert wrong(root) == set()
    assert on_the_page(root) == (True, False)
    second = rows(root / "archive" / "t01-2")
    added = [row["表号"] for row in second if row["档号"] not in first]
    assert added == [form], "only that one has a new number"
    assert verifying.verify(root / "archive" / "t01-2").good
    assert run("archive", str(root)) == 0
    assert codes(root / "archive" / "t01-3") == codes(root / "archive" / "t01-2"), "what is right stays"


@thorough
@pytest.mark.usefixtures("fast")
def test_archiving_again_gives_the_retention_that_the_campaign_asks_for_by_now(tmp_path: Path) -> None:
    root = c.make(tmp_path / "w")
    assert run("archive", str(root)) == 0
    campaign = root / "campaign.toml"
    campaign.write_text(campaign.read_text(encoding="utf-8") + '\n[retention]\nF15 = "D30"\n', encoding="utf-8")
    assert wrong(root) == {"ARCH-04"}
    assert run("archive", str(root)) == 0
    assert wrong(root) == set()
    kept = {row["保管期限"] for row in rows(root / "archive" / "t01-2") if row["表号"] == "F15" and not row["撤件"]}
    assert kept == {"D30"}
    assert verifying.verify(root / "archive" / "t01-2").good


@pytest.mark.usefixtures("fast")
def test_a_wrong_number_is_not_archived_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = c.make(tmp_path / "w")
    assert run("archive", str(root)) == 0
    spoil(root, "F15", code="J001-2024-1")
    assert run("archive", str(root)) == 1
    assert "请用归档时的备份恢复" in capsys.readouterr().err
    assert not (root / "archive" / "t01-2").exists()


@thorough
@pytest.mark.usefixtures("fast")
def test_corrected_codes_are_on_every_paper_once_archived_again(tmp_path: Path) -> None:
    root = c.make(tmp_path / "w")
    assert run("archive", str(root)) == 0
    first = codes(root / "archive" / "t01")
    c.put_in(root, c.raw(**{"branch/fonds": "H021"}), tmp_path)
    assert run("archive", str(root)) == 0
    live = [row["档号"] for row in rows(root / "archive" / "t01-2") if not row["撤件"]]
    assert len(live) == len(first)
    assert all(code.startswith("H021-") for code in live)
    assert wrong(root) == set()
    assert verifying.verify(root / "archive" / "t01-2").good
