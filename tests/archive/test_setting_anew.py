"""A bag's papers set anew from its own data: what was forged together with all digests is found, another version is no fault."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orglife.adapters.bag import verifier
from orglife.archive import making, setting_anew, verifying
from orglife.core.paper.block import Bundle, Table
from orglife.stages.archive.items import Paper
from tests.archive import attacks
from tests.conftest import run
from tests.marks import thorough

Captured = pytest.CaptureFixture[str]


def line_of(bag: Path, witness: str = "") -> verifier.Line:
    (line,) = (x for x in verifying.verify(bag, witness, papers=True).lines if x.title == setting_anew.TITLE)
    return line


def head_of(bag: Path) -> str:
    return str(json.loads((bag / verifier.PACKAGE).read_bytes())["head"]["hash"])


def other_version(bag: Path) -> None:
    package = json.loads((bag / verifier.PACKAGE).read_bytes())
    attacks.write_package(bag, {**package, "made_with": "0" * 64})


@thorough
def test_a_genuine_bag_is_made_again_byte_by_byte(sealed: Path, tmp_path: Path) -> None:
    assert line_of(sealed).problems == ()
    assert line_of(Path(shutil.make_archive(str(tmp_path / "packed"), "zip", sealed))).problems == ()


@thorough
@pytest.mark.parametrize("name", ["*_F15.pdf", "*_F1.pdf"])
def test_a_paper_that_is_gone_with_all_made_anew_is_a_fault(sealed: Path, tmp_path: Path, name: str) -> None:
    bag = Path(shutil.copytree(sealed, tmp_path / "bag"))
    gone = next((bag / "data" / "papers").glob(name))
    gone.unlink()
    attacks.rebuild_all(bag)
    verdict = verifying.verify(bag, head_of(bag), papers=True)
    assert not verdict.good
    assert gone.name in verdict.text()
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", bag)
    assert not verifying.verify(Path(packed), papers=True).good


@pytest.mark.thorough
def test_the_command_makes_them_and_can_be_told_not_to(sealed: Path, capsys: Captured) -> None:
    assert run("verify", str(sealed), "--json") == 0
    assert setting_anew.TITLE in capsys.readouterr().out
    assert run("verify", str(sealed), "--no-papers", "--json") == 0
    assert setting_anew.TITLE not in capsys.readouterr().out


@pytest.fixture
def forger(
    workspace_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, Callable[[Bundle], Bundle | None]], Path]:
    """Makes a bag with the program itself that changes a form's papers: every digest, list and number in it agrees."""

    def make(form: str, change: Callable[[Bundle], Bundle | None]) -> Path:
        genuine = making.paper_of

        def forged(own: str, subject: str, bundle: Bundle, *rest: object) -> Paper:
            new = change(bundle) if own == form else bundle
            return genuine(own, subject, new or bundle, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(making, "paper_of", forged)
        if change(Bundle(documents=[])) is None:
            split = making.separated
            monkeypatch.setattr(making.Archiving, "_require_sound", lambda *_, **__: None)
            monkeypatch.setattr(making, "separated", lambda *a: [p for p in split(*a) if p.form != form])
        assert run("archive", str(workspace_copy), "--jobs", "1") == 0
        monkeypatch.undo()
        return workspace_copy / "archive" / "t01-2"

    return make


def more_votes(bundle: Bundle) -> Bundle:
    """The first figure of the first table of figures becomes another."""
    papers = []
    for paper in bundle.documents:
        blocks = [
            b.model_copy(update={"rows": [[c.replace("优秀", "优　秀") + "9" for c in r] for r in b.rows]})
            if isinstance(b, Table)
            else b
            for b in paper.blocks
        ]
        papers.append(paper.model_copy(update={"blocks": blocks}))
    return bundle.model_copy(update={"documents": papers})


@thorough
def test_a_forged_summary_of_the_ballots_is_a_fault(forger: Callable[..., Path]) -> None:
    bag = forger("F11", more_votes)
    plain = verifying.verify(bag, head_of(bag))
    assert plain.good, "every digest agrees, the head is genuine"
    assert not verifying.verify(bag, head_of(bag), papers=True).good
    (problem,) = line_of(bag).problems
    assert problem.kind == "changed"
    assert problem.file.endswith("_F11.pdf")
    other_version(bag)
    (remark,) = line_of(bag).problems
    assert remark.kind == "remark"
    assert "36份文件里有1份" in remark.text
    assert "不能据此说它改过" in remark.text


@pytest.mark.thorough
def test_an_item_withdrawn_with_its_paper_removed_is_a_fault(forger: Callable[..., Path]) -> None:
    bag = forger("F11", lambda _: None)
    assert verifying.verify(bag, head_of(bag)).good
    problems = line_of(bag).problems
    assert [p.kind for p in problems] == ["missing"]
    assert "民主测评" in problems[0].text


@thorough
def test_another_version_that_makes_the_same_bytes_is_no_matter(sealed: Path, tmp_path: Path) -> None:
    bag = Path(shutil.copytree(sealed, tmp_path / "bag"))
    other_version(bag)
    assert line_of(bag).problems == ()


def test_what_cannot_be_set_anew_is_told_and_is_no_fault(sealed: Path, tmp_path: Path) -> None:
    def altered(name: str, old: bytes, new: bytes) -> verifier.Problem:
        bag = Path(shutil.copytree(sealed, tmp_path / "bag"))
        data = (bag / name).read_bytes()
        assert old in data
        attacks.write(bag / name, data.replace(old, new))
        (problem,) = line_of(bag).problems
        shutil.rmtree(bag)
        return problem

    for name, old, new in (
        (verifier.DOSSIER, b'"records"', b'"others"'),
        (verifier.DOSSIER, b'"branch": {\n    "id": "t01"', b'"branch": {\n    "id": "../../t01"'),
        (verifier.DOSSIER, b'"talk"', b'"walk"'),
        (verifier.CAMPAIGN, b"id =", b"id = = "),
        (verifier.PACKAGE, b'"as_of": "2024', b'"as_of": "2023'),
    ):
        problem = altered(name, old, new)
        assert problem.kind == "remark", (name, new)
        assert "没有能按包里的数据重新排版比较" in problem.text


def test_a_bag_that_is_not_final_is_not_made_again(sealed: Path, tmp_path: Path) -> None:
    bag = Path(shutil.copytree(sealed, tmp_path / "bag"))
    package = json.loads((bag / verifier.PACKAGE).read_bytes())
    attacks.write_package(bag, {**package, "final": False})
    assert line_of(bag).problems[0].text == "没有定稿的包，里面的文件没有重新排版比较"
