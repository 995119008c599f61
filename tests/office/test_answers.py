"""What a branch adds to its records: an explanation of a finding, and files attached many at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from orglife.adapters.disk import attachments
from orglife.adapters.disk.attachments import Attached
from orglife.adapters.store.store import Change
from orglife.core.errors import BadInput, NoSuchFinding, NoSuchRecord, UnknownRule
from orglife.core.record.branch import Explanation
from orglife.office import answers
from orglife.office.office import Office
from orglife.stages.plan.record import Attachment
from tests import branch as b

C = "2024-seed"


def explained(
    office: Office, rule: str, subjects: Sequence[str], reason: str = "另有安排", author: str = ""
) -> Explanation:
    return answers.explain(office, "t01", rule, subjects, reason, author=author, as_of=b.AS_OF)


@pytest.fixture
def lacking(filled: Path) -> Path:
    """The branch without a talk of two of its leaders, which is found."""
    with Office.open(filled) as office:
        office.store.apply(C, "t01", [Change("talk", "t01", None)], who="")
    return filled


def test_an_explanation_says_who_gave_it_for_what_and_when(lacking: Path) -> None:
    with Office.open(lacking, author="祝秋实") as office:
        found = next(f for f in office.findings(office.dossier("t01", b.AS_OF)) if f.subjects)
        subjects = [subject.id for subject in found.subjects]
        one = explained(office, found.rule, [*subjects, "m8"])
        assert (one.id, one.rule, one.subjects) == ("explanation1", found.rule, [*subjects, "m8"])
        assert (one.reason, one.by, one.date) == ("另有安排", "m2", b.AS_OF)
        other = explained(office, found.rule, subjects, author="局机关")
        assert other.id == "explanation2"
        assert other.to_json()["by"] == {"name": "局机关"}
        history = office.store.history(C, "t01", "explanation")
        assert [revision.who for revision in history] == ["祝秋实", "局机关"]
        assert office.dossier("t01").all(Explanation) == (one, other)


def test_what_was_not_found_cannot_be_explained(lacking: Path) -> None:
    with Office.open(lacking) as office:
        found = next(f for f in office.findings(office.dossier("t01", b.AS_OF)) if f.subjects)
        with pytest.raises(UnknownRule):
            explained(office, "TALK-99", [])
        with pytest.raises(NoSuchFinding) as without:
            explained(office, found.rule, [])
        assert (without.value.fields["branch"], without.value.fields["about"]) == ("测试局机关党支部", "")
        with pytest.raises(NoSuchFinding) as others:
            explained(office, found.rule, ["m7", "m8"])
        assert others.value.fields["about"] == "（涉及m7、m8）"
        with pytest.raises(BadInput, match="情况说明的"):
            explained(office, found.rule, [subject.id for subject in found.subjects], reason="坏\x01字")
        assert office.dossier("t01").all(Explanation) == ()
        office.store.apply(C, "t01", [Change("branch", "t01", {"id": "t01"})], who="")
        with pytest.raises(NoSuchFinding) as nameless:
            explained(office, found.rule, [])
        assert nameless.value.fields["branch"] == "t01"


# --- many files --------------------------------------------------------------------------------------------------------


@pytest.fixture
def scans(tmp_path: Path) -> list[Attached]:
    found = []
    for number in range(2):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(b"%%PDF-1.4\n1 0 obj %d\nendobj\n%%%%EOF\n" % number)
        found.append(attachments.read_file(path))
    return found


def files_in(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in (root / "attachments").rglob("*") if path.is_file()}


def test_many_files_are_attached_at_once_and_none_twice(filled: Path, scans: list[Attached]) -> None:
    told: list[int] = []
    with Office.open(filled, author="祝秋实") as office:
        office.store.draft(C, "t01", "talk", "attachment1", {"date": "哪天"}, who="")
        wanted = [(scans[0], ["rp", "mt"]), (scans[1], ["rp", "rp"])]
        assert answers.attach_all(office, "t01", wanted, on_file=told.append) == 3
        assert told == [0, 1, 2]
        found = office.dossier("t01").all(Attachment)
        assert [(a.id, a.record) for a in found] == [
            ("attachment2", "rp"),
            ("attachment3", "mt"),
            ("attachment4", "rp"),
        ]
        assert [a.sha256 == scans[0].sha256 for a in found] == [True, True, False]
        assert {a.kind for a in found} == {"signed_scan"}
        before = office.store.head(C, "t01")
        assert answers.attach_all(office, "t01", wanted) == 0
        assert office.store.head(C, "t01") == before
        assert answers.attach_all(office, "t01", wanted[:1], "photo", author="田小禾") == 2
        assert [r.who for r in office.store.history(C, "t01", Attachment.TYPE)] == ["祝秋实"] * 3 + ["田小禾"] * 2
        assert answers.attach_checked(office, "t01", "mt", scans[0], "photo").id == "attachment6"
        assert answers.attach_checked(office, "t01", "mt", scans[0]).id == "attachment3"
    assert files_in(filled) == {scan.place("t01") for scan in scans}


def test_of_files_one_of_which_cannot_be_attached_none_is(filled: Path, scans: list[Attached]) -> None:
    def cancelled(number: int) -> None:
        if number == 2:
            raise KeyboardInterrupt

    with Office.open(filled) as office:
        with pytest.raises(NoSuchRecord):
            answers.attach_all(office, "t01", [(scans[0], ["rp"]), (scans[1], ["rp99"])])
        assert files_in(filled) == set()
        answers.attach_all(office, "t01", [(scans[0], ["mt"])])
        with pytest.raises(KeyboardInterrupt):
            answers.attach_all(office, "t01", [(scans[0], ["rp"]), (scans[1], ["rp"])], on_file=cancelled)
        assert [a.record for a in office.dossier("t01").all(Attachment)] == ["mt"]
    assert files_in(filled) == {scans[0].place("t01")}, "what is attached elsewhere stays"
    assert hashlib.sha256((filled / scans[0].place("t01")).read_bytes()).hexdigest() == scans[0].sha256
