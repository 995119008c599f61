"""What is said of papers that were set anew: equal, other ones, too many, too few, by this program or another."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.bag import verifier
from orglife.adapters.store import carried
from orglife.archive import setting_anew
from orglife.batch.task import program
from orglife.core.errors import NotSetAnew
from tests.adapters.bag.small_bags import PAPERS, Draft, item

Made = dict[str, bytes]
THIS, OTHER = program().digest, "another"
COVERS = (verifier.CATALOGUE, verifier.NOTE)
AFTER_OTHER = (
    "；这个包是用别的版本或字体排的（或者文件里有包外的数据），不能据此说它改过，请用归档包校验值或签字的纸质件核对"
)


def compared(
    folder: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Made], Any], draft: Draft
) -> list[tuple[str, str, str]]:
    """The problems of a small bag, whose papers set anew are those in it with a change."""
    files = draft.files()
    with zipfile.ZipFile(folder / "a.zip", "w") as out:
        for name, data in files.items():
            out.writestr(name, data)

    def set_anew(bag: verifier.Bag, *, jobs: int) -> Made:
        assert jobs == 3
        made = {name: files[name] for name in (*PAPERS, *COVERS) if name in files}
        return change(made) or made

    monkeypatch.setattr(setting_anew, "_set_anew", set_anew)
    line = setting_anew.compare(verifier.Bag(str(folder / "a.zip")), jobs=3)
    assert (line.aspect, line.title) == ("真实性", setting_anew.TITLE)
    return [tuple(problem) for problem in line.problems]  # type: ignore[misc]


def other(*names: str) -> Callable[[Made], None]:
    """Papers that come out otherwise."""
    return lambda made: made.update(dict.fromkeys(names, b"other"))


def lost(*names: str) -> Callable[[Made], None]:
    """Papers that are not made any more."""

    def done(made: Made) -> None:
        for name in names:
            del made[name]

    return done


@pytest.mark.parametrize("made_with", [THIS, OTHER], ids=["this program", "another"])
def test_equal_papers_are_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_with: str) -> None:
    draft = Draft(package={"made_with": made_with})
    assert compared(tmp_path, monkeypatch, lambda _: None, draft) == []


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (other(PAPERS[1]), [(PAPERS[1], "changed", "《文件2》与按包里数据重新排出的不同")]),
        (
            other(verifier.NOTE, verifier.CATALOGUE),
            [
                (verifier.CATALOGUE, "changed", "《归档文件目录》与按包里数据重新排出的不同"),
                (verifier.NOTE, "changed", "《备考表》与按包里数据重新排出的不同"),
            ],
        ),
        (lost(PAPERS[0]), [(PAPERS[0], "extra", "按包里的数据排不出《文件1》")]),
        (other("《会议记录》"), [("", "missing", "按包里的数据应当有《会议记录》，包里没有")]),
    ],
)
def test_by_the_same_program_a_difference_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Made], None], problems: list[tuple[str, ...]]
) -> None:
    draft = Draft(package={"made_with": THIS})
    assert compared(tmp_path, monkeypatch, change, draft) == problems


@pytest.mark.parametrize(
    ("change", "sum_"),
    [
        (other(PAPERS[1]), "4份文件里有1份与这里重新排出的不同（《文件2》）"),
        (lost(PAPERS[0]), "4份文件里有1份与这里重新排出的不同（《文件1》）"),
        (
            other(PAPERS[0], verifier.NOTE, "《会议记录》"),
            "4份文件里有3份与这里重新排出的不同（《文件1》、《备考表》、《会议记录》）",
        ),
    ],
)
def test_by_another_program_a_difference_is_a_remark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Made], None], sum_: str
) -> None:
    draft = Draft(package={"made_with": OTHER})
    assert compared(tmp_path, monkeypatch, change, draft) == [("", "remark", sum_ + AFTER_OTHER)]


def test_five_papers_of_another_program_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, more in ((5, "《甲4》）"), (6, "《甲4》等）")):
        change = other(*(f"《甲{n}》" for n in range(number)))
        ((_, _, text),) = compared(tmp_path, monkeypatch, change, Draft(package={"made_with": OTHER}))
        assert more in text
        assert "甲5" not in text


def test_a_withdrawn_item_and_a_missing_file_are_left_to_other_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft(items=[item(1, withdrawn=True), item(2)], package={"made_with": THIS}, parts={PAPERS[0]: None})
    assert compared(tmp_path, monkeypatch, lambda _: None, draft) == []
    draft = Draft(package={"made_with": THIS}, parts={PAPERS[0]: None})
    assert compared(tmp_path, monkeypatch, other(PAPERS[0]), draft) == []


def failing(error: Exception) -> Callable[[Made], None]:
    def fail(_: Made) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotSetAnew(what="日期不符"), "日期不符"),
        (KeyError("branch"), "没有能按包里的数据重新排版比较：包里的数据读不懂"),
    ],
)
def test_data_that_cannot_be_set_are_a_remark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    ((file, kind, text),) = compared(tmp_path, monkeypatch, failing(error), Draft())
    assert (file, kind) == ("", "remark")
    assert words in text
    assert not text.endswith("。")


def test_a_bag_that_is_not_final_is_not_set_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = Draft(items=[item(1, code=""), item(2, code="")], package={"final": False})
    assert compared(tmp_path, monkeypatch, failing(AssertionError()), draft) == [
        ("", "remark", "没有定稿的包，里面的文件没有重新排版比较")
    ]


# --- the papers that are made ------------------------------------------------------------------------------------------


def bag_with(dossier: dict[str, Any], **package: Any) -> Any:
    """As much of a bag as is read to set its papers anew."""
    parts = {verifier.DOSSIER: json.dumps(dossier).encode(), verifier.CAMPAIGN: b'id = "x"\n'}
    held = {"head": {"hash": "h"}, "as_of": "2024-03-08", "attachments": [], "absent": [], **package}
    return SimpleNamespace(read=parts.get, package=held, final=True, sealed_at=lambda: {"i1": "h1"})


def test_the_bag_s_own_records_are_what_the_papers_are_set_from(tmp_path: Path) -> None:
    records = {"member": [{"id": "m1", "name": "魏长河"}], "talk": []}
    bag = bag_with({"campaign": "2024", "branch": {"id": "t01", "name": "甲"}, "records": records})
    assert setting_anew._lay_workspace(bag, tmp_path) == "t01"
    assert (tmp_path / "campaign.toml").read_bytes() == b'id = "x"\n'
    store = carried.TaskStore(tmp_path / carried.FILE)
    held = store.current("2024", "t01")
    assert (store.head("2024", "t01").hash, held.branch) == ("h", {"id": "t01", "name": "甲"})
    assert {kind: [row.body for row in rows] for kind, rows in held.records.items()} == {"member": records["member"]}
    assert list((tmp_path / "notebooks").glob("*.ipynb"))
    for ident in ("../t01", "", "t/1"):
        with pytest.raises(NotSetAnew, match="支部代号不合规"):
            setting_anew._lay_workspace(bag_with({"campaign": "2024", "branch": {"id": ident}}), tmp_path)


@pytest.mark.parametrize(
    ("day", "stages", "refusal"),
    [
        (date(2024, 3, 8), {"talks": "bundle"}, ""),
        (date(2024, 3, 9), {"talks": "bundle"}, "核对的日期与包里写的不符"),
        (date(2024, 3, 8), {"talks": None, "plan": "bundle"}, "谈话没有出成；方案没有出成"),
    ],
)
def test_all_papers_of_the_day_are_made_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: date, stages: dict[str, Any], refusal: str
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    dossier = SimpleNamespace(as_of=day)
    office = SimpleNamespace(dossier=lambda _: dossier, campaign=None)
    runs = SimpleNamespace(problems={"t01": ["谈话没有出成。", "方案没有出成"]})
    forms = [SimpleNamespace(form=form, subject="", bundle=None) for form in ("F1", "no form that is archived")]
    for name, result in {
        "_lay_workspace": "t01",
        "emitted": stages,
        "separated": forms,
        "Sheet": None,
        "_printed": {"x": b""},
    }.items():
        monkeypatch.setattr(setting_anew, name, lambda *_, result=result: result)
    monkeypatch.setattr(setting_anew, "paper_of", lambda form, *_: form)
    monkeypatch.setattr(setting_anew, "_printed", lambda _, papers, __: dict.fromkeys(papers, b""))
    monkeypatch.setattr(setting_anew.processes, "private_folder", lambda: folder)
    monkeypatch.setattr(setting_anew.Office, "open", lambda _: nullcontext(office))
    monkeypatch.setattr(setting_anew, "prepared", lambda *_, **__: nullcontext(runs))
    if refusal:
        with pytest.raises(NotSetAnew, match=refusal):
            setting_anew._set_anew(bag_with({}), jobs=1)
    else:
        assert setting_anew._set_anew(bag_with({}), jobs=1) == {"F1": b""}
    assert not folder.exists()


def test_papers_are_printed_with_the_heads_and_numbers_of_their_items(monkeypatch: pytest.MonkeyPatch) -> None:
    def stored(ident: str, *, withdrawn: bool = False) -> Any:
        return SimpleNamespace(
            id=ident, form=ident, subject="", file=f"{ident}.pdf", code=f"n{ident}", withdrawn=withdrawn
        )

    items = [stored("i1"), stored("i2"), stored("i3", withdrawn=True)]
    papers: list[Any] = [SimpleNamespace(form=form, subject="", title=form) for form in ("i1", "i2", "i3", "new")]
    sheet: Any = SimpleNamespace(dossier=SimpleNamespace(all=lambda _: items), campaign=None)
    monkeypatch.setattr(setting_anew, "_covers", lambda *_: {verifier.NOTE: "note"})
    monkeypatch.setattr(setting_anew, "cover", lambda document, *_: document)
    monkeypatch.setattr(setting_anew, "with_code", lambda paper, code: f"{paper.form} {code}")
    monkeypatch.setattr(setting_anew, "pdf", lambda bundle, head: f"{bundle} {head}".encode())
    assert setting_anew._printed(bag_with({}), papers, sheet) == {
        verifier.NOTE: b"note h",
        "i1.pdf": b"i1 ni1 h1",
        "i2.pdf": b"i2 ni2 ",
        "《i3》": b"",
        "《new》": b"",
    }


def test_catalogue_and_note_tell_of_attachments_and_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    bag = bag_with({}, attachments=[{"item": "i1"}, {"item": "i1"}, {"item": ""}], absent=["s9"])
    bag.facts = lambda path: SimpleNamespace(sha256=f"digest of {path}")
    sheet: Any = SimpleNamespace(dossier=SimpleNamespace(all=lambda _: ["item"]))
    monkeypatch.setattr(setting_anew.documents, "catalogue", lambda _, items, attached: (items, dict(attached)))
    monkeypatch.setattr(setting_anew.documents, "note", lambda _, _items, parts, **more: (parts, more))
    made = setting_anew._covers(bag, sheet)
    assert made[verifier.CATALOGUE] == (["item"], {"i1": 2, "": 1})  # type: ignore[comparison-overlap]
    parts, more = made[verifier.NOTE]  # type: ignore[misc]
    assert more == {"attached": 3, "absent": 1, "final": True}
    own = set(verifier.OWN_PARTS) - {verifier.PACKAGE, verifier.NOTE}
    assert parts == {path.removeprefix("data/"): f"digest of {path}" for path in own}
