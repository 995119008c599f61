"""Whether a branch can be archived, one condition at a time, with an office that only says what a test tells it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.archive import making
from orglife.archive.making import Archiving
from orglife.archive.options import ArchiveOptions
from orglife.core.errors import NotArchived, NotFinal, OrglifeError, StoreBusy
from orglife.core.record.branch import Branch
from orglife.stages.archive.record import ArchiveItem
from tests.adapters.disk.test_attachment_limits import PDF

NOW = "2024-seed"
SCAN = PDF + b"%%EOF"
SERIES = "J001-WS·2024-D30-DZB01-0001"


def revision(type_: str, hash_: str) -> Any:
    return SimpleNamespace(type=type_, record="r", hash=hash_)


class Stored:
    """Campaign → branch → (organisation code, numbers of its archive items)."""

    def __init__(self, held: dict[str, dict[str, tuple[str, tuple[str, ...]]]], history: list[Any]) -> None:
        self.held, self.past, self.busy = held, history, 0

    def history(self, *_: object) -> list[Any]:
        return self.past

    def campaigns(self) -> list[str]:
        return list(self.held)

    def branches(self, campaign: str) -> list[str]:
        return list(self.held[campaign])

    def current(self, campaign: str, branch: str) -> Any:
        code, numbers = self.held[campaign][branch]
        rows = [SimpleNamespace(body={"code": number}) for number in numbers]
        return SimpleNamespace(own={"org_code": code}, name=f"第{branch}支部", records={ArchiveItem.TYPE: rows})


def archiving(
    folder: Path,
    held: dict[str, dict[str, tuple[str, tuple[str, ...]]]] | None = None,
    *,
    history: tuple[Any, ...] = (),
    ready: bool = True,
    as_is: bool = False,
    branch: dict[str, str] | None = None,
    **more: Any,
) -> Archiving:
    """A branch t01 that is about to be archived."""
    own = Branch(**{"id": "t01", "name": "甲支部", "fonds": "J001", "org_code": "DZB01", **(branch or {})})

    def require_final(_dossier: object) -> None:
        if not ready:
            raise NotFinal(branch="甲支部", what="还有1条")

    office = SimpleNamespace(
        store=Stored(held or {NOW: {}}, list(history)),
        campaign=SimpleNamespace(id=NOW, year=2024),
        dossier=lambda _: SimpleNamespace(branch=own),
        require_final=require_final,
        **more,
    )
    return Archiving(office, ArchiveOptions(folder, as_is=as_is), "t01", SimpleNamespace(problems={}))  # type: ignore[arg-type]


def test_the_head_is_that_of_the_last_entry_that_is_no_item(tmp_path: Path) -> None:
    assert archiving(tmp_path).head == ""
    past = (revision("member", "a"), revision("talk", "b"), revision(ArchiveItem.TYPE, "c"))
    assert archiving(tmp_path, history=past).head == "b"
    assert archiving(tmp_path, history=past[2:]).head == ""
    assert [archiving(tmp_path, branch={"name": name}).name for name in ("甲支部", "")] == ["甲支部", "t01"]


@pytest.mark.parametrize(
    ("ready", "fonds", "absent", "refusal"),
    [
        (True, "J001", {}, ""),
        (False, "J001", {}, "甲支部还不能定稿"),
        (True, "", {}, "没有填写全宗号。请在“定稿与归档”页的“归档要用的代码”里改好，再点一次“归档”。"),
        (True, "J001", {"s1": "附件甲：找不到。", "s2": "附件乙：找不到。"}, "附件甲：找不到。附件乙：找不到。"),
    ],
)
def test_a_branch_is_final_or_refused_or_taken_as_it_is(
    tmp_path: Path, fonds: str, absent: dict[str, str], refusal: str, *, ready: bool
) -> None:
    given: dict[str, Any] = {"ready": ready, "branch": {"fonds": fonds}}
    assert archiving(tmp_path, as_is=True, **given)._is_final(absent) is not bool(refusal)
    one = archiving(tmp_path, **given)
    if not refusal:
        assert one._is_final(absent) is True
        return
    with pytest.raises(OrglifeError) as refused:
        one._is_final(absent)
    assert refusal in str(refused.value)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({NOW: {"t01": ("DZB01", (SERIES,))}}, ""),
        ({NOW: {"t02": ("DZB02", ())}}, ""),
        ({NOW: {"t02": ("DZB01", ())}}, "机构代码DZB01与第t02支部的相同，档号会重复，请各用各的机构代码"),
        ({NOW: {}, "2023": {"t02": ("DZB01", ())}}, ""),
        ({NOW: {"t02": ("DZB02", (SERIES,))}}, "本年度机构代码DZB01的档号已经在第t02支部用过，请换一个机构代码"),
        ({NOW: {}, "2024-b": {"t02": ("", ("x", SERIES))}}, "本年度机构代码DZB01的档号已经在第t02支部用过"),
        ({NOW: {}, "2024-b": {"t01": ("DZB01", (SERIES,))}}, ""),
        ({NOW: {}, "2023": {"t02": ("", (SERIES.replace("2024", "2023"),))}}, ""),
        ({NOW: {}, "2024-b": {"t02": ("", (SERIES.replace("DZB01", "DZB02"), "", "J001-WS·2024-D30-DZB01-"))}}, ""),
    ],
)
def test_numbers_collide_with_those_of_another_branch_of_the_year(
    tmp_path: Path, held: dict[str, dict[str, tuple[str, tuple[str, ...]]]], words: str
) -> None:
    found = archiving(tmp_path, held)._same_series()
    assert len(found) == bool(words)
    assert "".join(found).startswith(words)


@pytest.mark.parametrize("final", [True, False])
@pytest.mark.parametrize(
    ("severity", "counts", "wrong"), [("error", True, True), ("error", False, False), ("warning", True, False)]
)
def test_errors_of_the_archive_stop_a_final_branch_only(
    tmp_path: Path, severity: str, *, counts: bool, wrong: bool, final: bool
) -> None:
    found = SimpleNamespace(severity=severity, counts=counts, message="少一件。", fix="请补上。")
    one = archiving(tmp_path, findings=lambda *_: [found, found])
    if wrong and final:
        with pytest.raises(NotArchived, match="^甲支部没有归档：少一件。请补上。少一件。请补上。$"):
            one._require_sound(one.dossier, final=final)
    else:
        one._require_sound(one.dossier, final=final)


@pytest.mark.parametrize("registered", ["", hashlib.sha256(SCAN).hexdigest(), "0" * 64])
def test_an_attachment_is_taken_as_it_was_registered(tmp_path: Path, registered: str) -> None:
    place = tmp_path / "a.pdf"
    place.write_bytes(SCAN)
    record: Any = SimpleNamespace(file="a.pdf", sha256=registered)
    one = archiving(tmp_path, files=SimpleNamespace(local=lambda *_: place))
    if registered.startswith("0"):
        with pytest.raises(OrglifeError, match="与附上时不一致，被改动过"):
            one._attachment(record, tmp_path)
    else:
        taken = one._attachment(record, tmp_path)
        digest = hashlib.sha256(SCAN).hexdigest()
        assert (taken.file, taken.sha256) == (f"data/attachments/{digest[:20]}.pdf", digest)


@pytest.mark.parametrize(
    ("as_is", "problems", "bundles", "refusal"),
    [
        (True, ("谈心谈话没有出成。",), 1, ""),
        (False, ("谈心谈话没有出成。", "报告没有出成"), 1, "谈心谈话没有出成；报告没有出成"),
        (True, ("谈心谈话没有出成。",), 0, "谈心谈话没有出成"),
        (True, (), 1, "归档时有人保存了新的内容，请再归档一次"),
    ],
)
def test_a_part_of_the_papers_is_archived_only_as_it_is_and_with_the_reason(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    problems: tuple[str, ...],
    bundles: int,
    refusal: str,
    *,
    as_is: bool,
) -> None:
    stages = {"talks": None, **{f"s{number}": object() for number in range(bundles)}}
    monkeypatch.setattr(making, "emitted", lambda *_: stages)
    monkeypatch.setattr(making, "separated", lambda *_: [])
    one = archiving(tmp_path, as_is=as_is)
    one.runs.problems["t01"] = problems  # type: ignore[index]
    if refusal:
        with pytest.raises(NotArchived, match=f"^甲支部没有归档：{refusal}。$"):
            one._papers()
    else:
        assert one._papers() == []
        assert one.lacking == ["甲支部：归档包里缺一部分。谈心谈话没有出成。"]
    stages["talks"] = object()
    fresh = archiving(tmp_path)
    assert (fresh._papers(), fresh.lacking) == ([], [])


@pytest.mark.parametrize(("jobs", "busy", "made"), [(1, 0, True), (1, 1, False), (3, 2, True), (3, 3, False)])
def test_the_store_is_waited_for_once_for_each_branch_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, busy: int, *, made: bool
) -> None:
    one = archiving(tmp_path)
    one.options = ArchiveOptions(tmp_path, jobs=jobs)
    left = [busy]

    def once(*_: object) -> Path:
        left[0] -= 1
        if left[0] >= 0:
            raise StoreBusy(path="x")
        return tmp_path

    monkeypatch.setattr(one, "_build_once", once)
    if made:
        assert one._build(None, []) == tmp_path  # type: ignore[arg-type]
    else:
        with pytest.raises(StoreBusy):
            one._build(None, [])  # type: ignore[arg-type]


def test_papers_of_an_older_state_are_not_archived(tmp_path: Path) -> None:
    archiving(tmp_path)._require_unmoved("")
    one = archiving(tmp_path, history=(revision("talk", "a"), revision(ArchiveItem.TYPE, "b")))
    one._require_unmoved("b")
    for head in ("a", ""):
        with pytest.raises(NotArchived, match="有人保存了新的内容"):
            one._require_unmoved(head)


def live(ident: str, data: bytes = b"sealed", **more: object) -> Any:
    digest = hashlib.sha256(data).hexdigest()
    own = {"form": ident, "subject": "", "file": f"data/{ident}.pdf", "code": "", "sha256": digest, "withdrawn": False}
    return SimpleNamespace(id=ident, **own | more)


def test_only_a_paper_that_says_the_same_and_can_be_given_again_keeps_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [live(ident) for ident in ("same", "other", "faulty", "lost")] + [live("gone", withdrawn=True)]
    forms = ("same", "other", "faulty", "lost", "gone", "new")
    papers: list[Any] = [SimpleNamespace(form=form, subject="", content=f"content of {form}") for form in forms]
    seen: dict[str, Any] = {}

    def slots(fresh: Any, *_: object) -> list[Any]:
        seen["fresh"] = [paper.form for paper in fresh]
        return []

    def after(_old: Any, among: Any, stay: set[str], _new: Any) -> tuple[list[Any], list[Any]]:
        seen["live"], seen["stay"] = [item.id for item in among], stay
        return [], []

    monkeypatch.setattr(making, "content_id", lambda item: "?" if item.id == "other" else f"content of {item.id}")
    monkeypatch.setattr(making, "new_slots", slots)
    monkeypatch.setattr(making, "items_after", after)
    one = archiving(tmp_path)
    one.dossier = SimpleNamespace(all=lambda _: old)  # type: ignore[assignment]
    monkeypatch.setattr(one, "_faulty", lambda: {"faulty"})
    monkeypatch.setattr(one, "_again", lambda item, _paper: None if item.id == "lost" else item.id.encode())
    monkeypatch.setattr(one, "_stored", list)
    assert one._items(papers) == ([], {"data/same.pdf": b"same"}, [])
    assert seen == {
        "fresh": ["other", "faulty", "lost", "gone", "new"],
        "live": ["same", "other", "faulty", "lost"],
        "stay": {"same"},
    }


@pytest.mark.parametrize(
    ("printed", "elsewhere", "given", "from_earlier"),
    [
        (b"sealed", {}, b"sealed", False),
        (b"newer", {}, None, False),
        (b"newer", {"out/t01": b"newer", "out/t01-2": b"sealed"}, b"sealed", True),
        (b"newer", {"ws/archive/t01": b"sealed"}, b"sealed", True),
        (b"newer", {"ws/archive/t02": b"sealed"}, None, False),
    ],
)
def test_a_sealed_paper_is_printed_again_or_read_from_an_earlier_bag(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    printed: bytes,
    elsewhere: dict[str, bytes],
    given: bytes | None,
    *,
    from_earlier: bool,
) -> None:
    for bag, data in elsewhere.items():
        (tmp_path / bag / "data").mkdir(parents=True)
        (tmp_path / bag / "data" / "i.pdf").write_bytes(data)
    monkeypatch.setattr(making, "pdf", lambda *_: printed)
    monkeypatch.setattr(making, "with_code", lambda *_: None)
    one = archiving(tmp_path, workspace=SimpleNamespace(root=tmp_path / "ws"))
    one.options = ArchiveOptions(tmp_path / "ws", out=tmp_path / "out")
    assert one._again(live("i"), None) == given  # type: ignore[arg-type]
    assert one._from_earlier is from_earlier


@pytest.mark.parametrize(
    ("final", "lacking", "words"),
    [
        (True, [], "甲支部（t01）：已归档，2件，在“"),
        (True, ["缺一部分。"], "甲支部（t01）：未定稿，按现状打包，2件，没有编档号，在“"),
        (False, [], "甲支部（t01）：未定稿，按现状打包，2件，没有编档号，在“"),
    ],
)
def test_what_was_made_is_said_with_its_seal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacking: list[str], words: str, *, final: bool
) -> None:
    (tmp_path / "tagmanifest-sha256.txt").write_bytes(b"sealed")
    monkeypatch.setattr(making, "BagContents", lambda *_: None)
    one = archiving(tmp_path)
    one.lacking = lacking
    made = ([live("a"), live("b", withdrawn=True), live("c")], {}, [])
    for name, result in {
        "_attachments": ([], {}),
        "_is_final": final,
        "_papers": [],
        "_items": made if final and not lacking else None,
        "_unnumbered": None if final and not lacking else made,
        "_with": None,
        "_require_sound": None,
        "_build": tmp_path,
    }.items():
        monkeypatch.setattr(one, name, lambda *_, result=result, **__: result)
    said = one.run()
    assert said.startswith(words)
    assert said.endswith(f"归档包校验值：{hashlib.sha256(b'sealed').hexdigest()}。")
    assert one.bag == tmp_path
