"""Packages between branch and bureau: whole or not at all, a rewritten past found, a receipt back, nothing escapes."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import files, zip_writer
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store import witness
from orglife.adapters.store.chain import BUREAU, body_text, digest
from orglife.adapters.store.store import Store
from orglife.exchange import handover, packages, receipts
from orglife.exchange.arrival import ImportOptions
from orglife.office.office import Office
from tests import branch as b
from tests.conftest import disk_full_at, run
from tests.marks import thorough

Captured = pytest.CaptureFixture[str]
Members = dict[str, bytes]
C = "2024-seed"
SCAN = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"


def place(root: Path, role: str = "branch") -> Path:
    Workspace.create(root, ws.campaign_text(C), Settings.model_validate({"role": role}))
    return root


def put(root: Path, raw: dict[str, Any], author: str = "") -> None:
    source = root.parent / "in.json"
    source.write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(root), str(source), *(["--author", author] if author else [])) == 0


def packed(root: Path, name: str = "t01.zip") -> Path:
    out = root.parent / name
    assert run("export", str(root), "--branch", "t01", "--format", "package", "--out", str(out)) == 0
    return out


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A branch's workspace with one scan, and its package beside it."""
    folder = tmp_path_factory.mktemp("made")
    root = place(folder / "branch")
    put(root, b.branch())
    scan = folder / "scan.pdf"
    scan.write_bytes(SCAN)
    assert run("attach", str(root), "--branch", "t01", "--record", "rp", str(scan)) == 0
    packed(root)
    return folder


@pytest.fixture
def branch(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "branch", tmp_path / "branch")
    return tmp_path / "branch"


@pytest.fixture
def package(made: Path) -> Path:
    return made / "t01.zip"


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    return place(tmp_path / "bureau", "bureau")


def members(package: Path) -> Members:
    with zipfile.ZipFile(package) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def listed(parts: Members, **head: Any) -> Members:
    """The parts with a manifest that fits them: what somebody makes who knows how."""
    before = json.loads(parts[zip_writer.MANIFEST])
    files = [
        {"file": n, "bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()}
        for n, d in sorted(parts.items())
        if n != zip_writer.MANIFEST
    ]
    return {**parts, zip_writer.MANIFEST: json.dumps({**before, **head, "files": files}).encode()}


def zipped(path: Path, parts: Members) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in parts.items():
            pack.writestr(name, data)
    return path


def tree(root: Path) -> dict[str, bytes]:
    """Everything in a workspace but the store's bytes; of the store the revisions."""
    found = {
        str(p.relative_to(root)): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and "orglife.db" not in p.name and ".orglife" not in p.parts
    }
    with Store.open(root / "orglife.db") as store:
        for owner in ("t01", BUREAU):
            found[owner] = witness.to_lines(store.history(C, owner))
    return found


def refused(capsys: Captured, bureau: Path, *sources: Path | str) -> list[str]:
    """Import, expect a refusal of all and nothing changed; the sentences."""
    before = tree(bureau)
    capsys.readouterr()
    assert run("import", str(bureau), *map(str, sources)) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert tree(bureau) == before
    for line in lines:
        assert line.endswith("。") or line.startswith("  ")  # a record in a list
        assert "Traceback" not in line
        assert "Error" not in line
    return lines


# --- there and back --------------------------------------------------------------------------------------------------


def test_a_package_is_the_same_bytes_each_time_and_opens_with_stock_tools(branch: Path, package: Path) -> None:
    assert packed(branch).read_bytes() == package.read_bytes()
    parts = members(package)
    manifest = json.loads(parts.pop("manifest.json"))
    assert {f["file"]: f["sha256"] for f in manifest["files"]} == {
        n: hashlib.sha256(d).hexdigest() for n, d in parts.items()
    }
    lines = [json.loads(line) for line in parts["history.jsonl"].splitlines()]
    assert manifest["head"] == {"number": len(lines), "hash": lines[-1]["hash"]}
    assert (manifest["format"], manifest["campaign"], manifest["branch"]) == ("orglife-package/1", C, "t01")
    assert parts["campaign.toml"] == (branch / "campaign.toml").read_bytes()
    assert json.loads(parts["dossier.json"])["branch"]["id"] == "t01"
    assert SCAN in parts.values()
    assert packages.faults(package) == []
    assert packages.faults(package, lines[4]["hash"]) == []
    assert "改写或截短" in packages.faults(package, "0" * 64)[0][2]


def test_the_bureau_gets_everything_unchanged(branch: Path, bureau: Path, package: Path, capsysbinary: Any) -> None:
    assert run("import", str(bureau), str(package)) == 0
    with Store.open(branch / "orglife.db") as theirs, Store.open(bureau / "orglife.db") as ours:
        assert theirs.history(C, "t01") == ours.history(C, "t01")
        assert ours.verify() == []
    kept = [p for p in (bureau / "attachments").rglob("*") if p.is_file()]
    assert [p.read_bytes() for p in kept] == [SCAN]
    texts = []
    for root in (branch, bureau):
        capsysbinary.readouterr()
        assert run("export", str(root), "--branch", "t01") == 0
        texts.append(capsysbinary.readouterr().out)
    assert texts[0] == texts[1]


def test_dry_run_changes_nothing(bureau: Path, package: Path, capsys: Captured) -> None:
    before = tree(bureau)
    capsys.readouterr()
    assert run("import", str(bureau), str(package), "--dry-run") == 0
    told = capsys.readouterr().err
    assert "新支部" in told
    assert "没有保存" in told
    assert tree(bureau) == before


def test_the_same_package_again_changes_nothing(bureau: Path, package: Path, capsys: Captured) -> None:
    assert run("import", str(bureau), str(package)) == 0
    before = tree(bureau)
    capsys.readouterr()
    assert run("import", str(bureau), str(package)) == 0
    assert "没有改动" in capsys.readouterr().err
    assert tree(bureau) == before


def test_a_later_package_continues(branch: Path, bureau: Path, package: Path, capsys: Captured) -> None:
    assert run("import", str(bureau), str(package)) == 0
    put(branch, b.changed(_with_scan(branch), put={"talk/t01/place": "值班室"}), author="祝秋实")
    capsys.readouterr()
    assert run("import", str(bureau), str(packed(branch, "later.zip"))) == 0
    told = capsys.readouterr().err
    assert "修改1条" in told
    assert "修改历史新增1条" in told
    assert run("history", str(bureau), "--branch", "t01", "--record", "t01") == 0
    assert "祝秋实" in capsys.readouterr().out


def _with_scan(root: Path) -> dict[str, Any]:
    """The branch with its attachment, as it is now."""
    out = root.parent / "now.json"
    assert run("export", str(root), "--branch", "t01", "--out", str(out)) == 0
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def test_a_receipt_brings_orders_and_remarks_back(
    branch: Path, bureau: Path, package: Path, tmp_path: Path, capsys: Captured
) -> None:
    order = {"id": "ro1", "branch": "t01", "round": 1, "scope": "whole", "issued_by": "局机关党总支"}
    remark = {"id": "rk1", "branch": "t01", "by": "局机关党总支", "record": "rp", "text": "报告的数字请核对"}
    other = {"id": "rk2", "branch": "t02", "text": "别的支部"}
    raw = {"format": "orglife-bureau/1", "campaign": C, "records": {"redo_order": [order], "remark": [remark, other]}}
    (tmp_path / "bureau.json").write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(bureau), str(tmp_path / "bureau.json"), str(package)) == 0
    receipt = bureau / "receipts" / "t01.json"
    assert "别的支部" not in receipt.read_text(encoding="utf-8")
    capsys.readouterr()
    assert run("import", str(branch), str(receipt)) == 0
    told = capsys.readouterr().err
    assert "退回修改（局机关党总支）：报告的数字请核对" in told
    now = _with_scan(branch)["records"]
    assert [r["id"] for r in now["redo_order"]] == ["ro1"]
    assert [r["id"] for r in now["remark"]] == ["rk1"]
    assert (branch / "receipts" / "t01.json").read_bytes() == receipt.read_bytes()
    # a dossier neither changes nor withdraws them
    put(branch, b.branch())
    assert [r["id"] for r in _with_scan(branch)["records"]["remark"]] == ["rk1"]
    # and they come back with the next package, which continues
    capsys.readouterr()
    assert run("import", str(bureau), str(packed(branch, "next.zip"))) == 0
    assert "这里也改过" not in capsys.readouterr().err


def test_a_receipt_of_another_history_is_refused(branch: Path, bureau: Path, package: Path, tmp_path: Path) -> None:
    assert run("import", str(bureau), str(package)) == 0
    raw = json.loads((bureau / "receipts" / "t01.json").read_text(encoding="utf-8"))
    for change in ({"head": {"number": 3, "hash": "0" * 64}}, {"head": {"number": 9999, "hash": "0" * 64}}, {"x": 1},
                   {"records": None}, {"records": {"remark": None}}, {"records": {"remark": [1]}}):  # fmt: skip
        bad = tmp_path / "bad.json"
        bad.write_text(json.dumps({**raw, **change}), encoding="utf-8")
        assert run("import", str(branch), str(bad)) == 2
    assert not (branch / "receipts").exists()


def test_remarks_without_end_fill_no_screen(branch: Path, bureau: Path, package: Path, capsys: Captured) -> None:
    assert run("import", str(bureau), str(package)) == 0
    raw = json.loads((bureau / "receipts" / "t01.json").read_text(encoding="utf-8"))
    for texts, told in (
        (["改" * 500] * 20, ["：" + "改" * 500 + "\n", "退回修改（局）"]),
        (["改" * 501] * 21, ["改" * 500 + "…\n", "……另有1条退回修改"]),
        (["改" * 400_000] * 3, ["改" * 500 + "…\n"]),
    ):
        raw["records"]["remark"] = [
            {"id": f"r{n}", "branch": "t01", "by": "局", "text": text} for n, text in enumerate(texts)
        ]
        (branch.parent / "many.json").write_text(json.dumps(raw), encoding="utf-8")
        capsys.readouterr()
        assert run("import", str(branch), str(branch.parent / "many.json")) == 0
        shown = capsys.readouterr().err
        assert all(words in shown for words in told), shown[:3000]
        assert len(shown) < 20_000
        assert ("……另有1条退回修改" in shown) == (len(texts) > 20)
    assert len(_with_scan(branch)["records"]["remark"][0]["text"]) == 400_000, "nothing of it is lost"


def test_an_old_receipt_is_taken_for_one(branch: Path, bureau: Path, package: Path, capsys: Captured) -> None:
    """It may be a copy that lay about; and the bureau may have restored a backup, so that it is not refused."""
    assert run("import", str(bureau), str(package)) == 0
    receipt = bureau / "receipts" / "t01.json"
    old = receipt.read_bytes()
    assert run("import", str(branch), str(receipt)) == 0
    put(branch, b.changed(b.branch(), put={"talk/t01/place": "三楼"}))
    assert run("import", str(bureau), str(packed(branch, "next.zip"))) == 0
    capsys.readouterr()
    assert run("import", str(branch), str(receipt)) == 0
    assert run("import", str(branch), str(receipt)) == 0
    assert "比这里已有的旧" not in capsys.readouterr().err
    (branch.parent / "old.json").write_bytes(old)
    assert run("import", str(branch), str(branch.parent / "old.json")) == 0
    assert "请核对：这份回执比这里已有的旧" in capsys.readouterr().err


@thorough
@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"garbage",
        b"[" * 100_000,
        b"\xff\xfe",
        b"[]",
        b'{"format": "orglife-receipt/1", "campaign": "2024-seed"}',
        None,
    ],
)
def test_a_damaged_receipt_here_stops_nothing_and_a_new_one_takes_its_place(
    damaged: bytes | None, branch: Path, bureau: Path, package: Path
) -> None:
    assert run("import", str(bureau), str(package)) == 0
    new, here = bureau / "receipts" / "t01.json", branch / "receipts" / "t01.json"
    here.parent.mkdir()
    here.write_bytes(
        json.dumps({**json.loads(new.read_bytes()), "records": [1]}).encode() if damaged is None else damaged
    )
    with Office.open(branch) as office:
        assert receipts.read_acknowledgement(office, "t01") is None
    assert run("import", str(bureau), str(packed(branch, "next.zip"))) == 0
    assert run("import", str(branch), str(new)) == 0
    assert here.read_bytes() == new.read_bytes()


def test_a_package_of_last_year_is_the_same_as_it_was(branch: Path, package: Path, bureau: Path) -> None:
    assert run("campaign", "begin", str(branch), "2025-annual") == 0
    out = branch.parent / "last.zip"
    wanted = ("export", str(branch), "--format", "package", "--out", str(out))
    assert run(*wanted, "--campaign", C) == 0
    assert out.read_bytes() == package.read_bytes()
    assert run(*wanted) == 0
    assert run("import", str(bureau), str(out)) == 2  # of a campaign that is not in force there
    assert run("history", str(branch), "--branch", "t01", "--campaign", C) == 0


# --- both sides changed ----------------------------------------------------------------------------------------------


@thorough
def test_what_both_sides_changed_stands_side_by_side(
    branch: Path, bureau: Path, package: Path, capsys: Captured
) -> None:
    assert run("import", str(bureau), str(package)) == 0
    put(bureau, b.changed(_with_scan(branch), put={"talk/t01/place": "局里写的"}))
    put(branch, b.changed(_with_scan(branch), put={"talk/t01/place": "支部写的", "talk/t02/place": "另一处"}))
    told = "\n".join(refused(capsys, bureau, packed(branch, "later.zip")))
    assert "谈心谈话 t01 地点：局里写的 ｜ 支部写的" in told
    assert "另一处" not in told
    assert "--theirs" in told
    assert run("import", str(bureau), str(packed(branch, "later.zip")), "--theirs") == 0
    assert _with_scan(bureau) == _with_scan(branch)
    lines = (bureau / "receipts" / "t01.history.jsonl").read_bytes()
    with Store.open(branch / "orglife.db") as store:
        assert lines == witness.to_lines(store.history(C, "t01"))
    # the next one still is measured by the heads of the branch's own chain
    put(branch, b.changed(_with_scan(branch), put={"talk/t01/place": "再改"}))
    assert run("import", str(bureau), str(packed(branch, "third.zip"))) == 0
    assert _with_scan(bureau) == _with_scan(branch)


def diverged(branch: Path, bureau: Path, package: Path) -> Path:
    """A package of a branch that went on while the bureau entered records, too: t01 by both, each another one alone."""
    assert run("import", str(bureau), str(package)) == 0
    own = {"talk": [{**b.branch()["records"]["talk"][0], "id": "own1"}]}
    put(bureau, b.changed(_with_scan(bureau), put={"talk/t01/place": "局", "talk/t03/place": "局另写"}, add=own))
    there = b.changed(_with_scan(branch), put={"talk/t01/place": "支部", "talk/t02/place": "另一处"})
    put(branch, b.changed(there, remove=["talk/t04"]))
    return packed(branch, "later.zip")


@thorough
@pytest.mark.parametrize(("side", "place_after"), [("--theirs", "支部"), ("--ours", "局")])
def test_records_are_merged_one_by_one(
    branch: Path, bureau: Path, package: Path, side: str, place_after: str, capsys: Captured
) -> None:
    later = diverged(branch, bureau, package)
    told = refused(capsys, bureau, later)
    assert [line.strip() for line in told if "｜" in line] == ["谈心谈话 t01 地点：局 ｜ 支部"]
    for _ in range(2):  # again: nothing is asked a second time, and nothing changes
        assert run("import", str(bureau), str(later), side) == 0
        with Office.open(bureau) as office:
            talks = office.dossier("t01").index
        assert [talks[t].place for t in ("t01", "t02", "t03")] == [place_after, "另一处", "局另写"]
        assert "own1" in talks, "what was entered here stays"
        assert "t04" not in talks, "what the branch withdrew and nobody touched here"
    # what the branch goes on with is asked about only where it contradicts what was chosen here
    put(branch, b.changed(_with_scan(branch), put={"talk/t02/place": "第三处"}))
    assert run("import", str(bureau), str(packed(branch, "third.zip"))) == 0
    with Office.open(bureau) as office:
        talks = office.dossier("t01").index
    assert [talks[t].place for t in ("t01", "t02")] == [place_after, "第三处"]
    put(branch, b.changed(_with_scan(branch), put={"talk/t01/place": "再改"}))
    fourth = packed(branch, "fourth.zip")
    if side == "--ours":
        assert any("局 ｜ 再改" in line for line in refused(capsys, bureau, fourth))
    else:
        assert run("import", str(bureau), str(fourth)) == 0


def test_withdrawn_there_and_changed_here_is_asked_about(
    branch: Path, bureau: Path, package: Path, capsys: Captured
) -> None:
    assert run("import", str(bureau), str(package)) == 0
    put(bureau, b.changed(_with_scan(bureau), put={"talk/t01/place": "局"}))
    put(branch, b.changed(_with_scan(branch), remove=["talk/t01"]))
    later = packed(branch, "later.zip")
    assert "谈心谈话 t01：有 ｜ 没有" in "\n".join(refused(capsys, bureau, later))
    assert refused(capsys, bureau, later, "--ours", "--theirs")
    assert run("import", str(bureau), str(later), "--ours") == 0
    assert "t01" in [talk["id"] for talk in _with_scan(bureau)["records"]["talk"]]
    assert run("import", str(bureau), str(later), "--theirs") == 0, "the same package decides nothing anew"
    assert "t01" in [talk["id"] for talk in _with_scan(bureau)["records"]["talk"]]


# --- a past that was changed -----------------------------------------------------------------------------------------


def forged(package: Path, at: int, *, end: int | None = None) -> Members:
    """A package whose whole chain was made anew with another author at one place, all digests fitting."""
    parts = members(package)
    chain = list(witness.from_lines(parts["history.jsonl"]))[:end]
    before = chain[at - 1].hash if at else ""
    for n in range(at, len(chain)):
        new = replace(chain[n], who="别人" if n == at else chain[n].who, prev=before)
        chain[n] = replace(new, hash=digest(new))
        before = chain[n].hash
    head = witness.head_of(chain)
    return listed({**parts, "history.jsonl": witness.to_lines(chain)}, head=head._asdict())


@pytest.mark.parametrize("at", [0, 40, -1])
def test_a_rewritten_history_is_found(bureau: Path, package: Path, tmp_path: Path, capsys: Captured, at: int) -> None:
    length = members(package)["history.jsonl"].count(b"\n")
    forgery = zipped(tmp_path / "forged.zip", forged(package, at % length))
    other = place(tmp_path / "elsewhere", "bureau")
    assert run("import", str(other), str(forgery)) == 0  # nobody there who knows better
    assert run("import", str(bureau), str(package)) == 0
    (line,) = refused(capsys, bureau, forgery)
    assert "测试局机关党支部" in line
    assert "改写过" in line


def test_a_history_rolled_back_is_found(branch: Path, bureau: Path, package: Path, capsys: Captured) -> None:
    put(branch, b.changed(_with_scan(branch), put={"talk/t01/place": "值班室"}))
    assert run("import", str(bureau), str(packed(branch, "later.zip"))) == 0
    (line,) = refused(capsys, bureau, package)
    assert "比这里已收的旧" in line


def test_a_lost_branch_begins_from_the_bureaus_copy(
    branch: Path, bureau: Path, package: Path, capsys: Captured
) -> None:
    assert run("import", str(bureau), str(package)) == 0
    anew = place(branch.parent / "new laptop")
    assert run("import", str(anew), str(packed(bureau, "back.zip"))) == 0
    assert _with_scan(anew) == _with_scan(branch)
    put(anew, b.changed(_with_scan(anew), put={"talk/t01/place": "值班室"}))
    capsys.readouterr()
    assert run("import", str(bureau), str(packed(anew, "on.zip"))) == 0
    assert "修改历史新增1条" in capsys.readouterr().err


def test_a_history_begun_anew_is_taken_in_only_with_a_reason(
    branch: Path, bureau: Path, package: Path, capsys: Captured
) -> None:
    put(branch, b.changed(_with_scan(branch), put={"talk/t01/place": "值班室"}))
    assert run("import", str(bureau), str(packed(branch, "later.zip"))) == 0
    assert "--new-history" in refused(capsys, bureau, package)[0]
    assert run("import", str(bureau), str(package), "--new-history", "电脑丢失，从旧备份恢复") == 0
    assert "电脑丢失，从旧备份恢复" in capsys.readouterr().err
    assert run("history", str(bureau), "--bureau") == 0
    assert "历史另起，原因：电脑丢失，从旧备份恢复" in capsys.readouterr().out
    assert run("import", str(bureau), str(package)) == 0  # from now on this is its history
    with Store.open(bureau / "orglife.db") as store:
        assert store.verify() == []
        assert "值班室" not in str(store.current(C, "t01").records["talk"])


# --- equal ids -------------------------------------------------------------------------------------------------------


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """The workspace of another branch that was founded under the same id by an older version."""
    root = place(tmp_path / "stranger")
    raw = b.changed(b.branch(), put={"talk/t01/place": "河西"}, remove=["talk/t02"])
    raw["branch"]["name"] = "河西党支部"
    put(root, raw)
    scan = tmp_path / "other.pdf"
    scan.write_bytes(SCAN + b"other")
    assert run("attach", str(root), "--branch", "t01", "--record", "rp", str(scan)) == 0
    return root


def named(root: Path) -> dict[str, str]:
    """Id → name of each branch."""
    with Office.open(root) as office:
        return {ident: office.branch_name(ident) for ident in office.branches()}


def test_another_branch_of_the_same_id_is_never_taken_for_the_first(
    bureau: Path, package: Path, stranger: Path, capsys: Captured
) -> None:
    assert run("import", str(bureau), str(package)) == 0
    theirs = packed(stranger, "other.zip")
    for options in ([], ["--new-history", "查明"], ["--new-history", "查明", "--dry-run"]):
        line, *rest = refused(capsys, bureau, theirs, *options)
        assert rest in ([], ["只显示差别，没有保存。"])
        assert "河西党支部" in line
        assert "这里是测试局机关党支部" in line
        assert "--as-new-branch" in line
        assert "--new-history" not in line
    assert run("import", str(bureau), str(theirs), "--as-new-branch", "--dry-run") == 0
    assert list(named(bureau)) == ["t01"]
    before = _with_scan(bureau)
    assert run("import", str(bureau), str(theirs), "--as-new-branch") == 0
    assert _with_scan(bureau) == before, "nothing of the first branch changed"
    (new,) = set(named(bureau)) - {"t01"}
    assert named(bureau)[new] == "河西党支部"
    with Office.open(bureau) as office:
        scans = office.dossier(new).records["attachment"]
        assert all(scan.file.startswith(f"attachments/{new}/") for scan in scans)
        assert any(files.sha256_of(bureau / scan.file) == scan.sha256 for scan in scans)


def test_the_next_package_of_a_branch_with_a_new_id_goes_there_and_its_receipt_comes_back(
    bureau: Path, package: Path, stranger: Path, capsys: Captured
) -> None:
    assert run("import", str(bureau), str(package)) == 0
    assert run("import", str(bureau), str(packed(stranger, "other.zip")), "--as-new-branch") == 0
    (new,) = set(named(bureau)) - {"t01"}
    put(stranger, b.changed(_with_scan(stranger), put={"talk/t03/place": "再改"}))
    again = packed(stranger, "again.zip")
    capsys.readouterr()
    assert run("import", str(bureau), str(again)) == 0
    told = capsys.readouterr().err
    assert "修改1条" in told
    assert "这里也改过" not in told, "what the first package brought was not changed here"
    assert set(named(bureau)) == {"t01", new}
    with Office.open(bureau) as office:
        assert office.dossier(new).index["t03"].place == "再改"
        assert office.dossier("t01").index["t03"].place != "再改"
    assert run("import", str(stranger), str(bureau / "receipts" / f"{new}.json")) == 0
    with Store.open(bureau / "orglife.db") as store:
        assert store.verify() == []


def test_the_same_branch_entered_here_before_loses_nothing(bureau: Path, package: Path, capsys: Captured) -> None:
    raw = b.changed(
        b.branch(),
        put={"talk/t01/place": "局里写的"},
        add={"talk": [{**b.branch()["records"]["talk"][0], "id": "own1"}]},
    )
    put(bureau, raw)
    assert "--same-branch" in refused(capsys, bureau, package)[0]
    assert "--ours" in refused(capsys, bureau, package, "--same-branch")[-1]
    for _ in range(2):
        assert run("import", str(bureau), str(package), "--same-branch", "--theirs") == 0
        with Office.open(bureau) as office:
            dossier = office.dossier("t01")
        assert dossier.index["t01"].place != "局里写的"
        assert "own1" in dossier.index, "what was entered here stays"
    assert refused(capsys, bureau, package, "--same-branch", "--as-new-branch")


# --- bad packages ----------------------------------------------------------------------------------------------------


def _link(path: Path, parts: Members) -> None:
    with zipfile.ZipFile(path, "w") as pack:
        for name, data in parts.items():
            pack.writestr(name, data)
        info = zipfile.ZipInfo("attachments/t01/x.pdf")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        pack.writestr(info, "../../../etc/passwd")


def _extra(name: str, data: bytes = SCAN) -> Callable[[Path, Members], None]:
    def make(path: Path, parts: Members) -> None:
        zipped(path, listed({**parts, name: data}))

    return make


def _without(name: str) -> Callable[[Path, Members], None]:
    def make(path: Path, parts: Members) -> None:
        zipped(path, listed({n: d for n, d in parts.items() if n != name}))

    return make


def _doubled(path: Path, parts: Members) -> None:
    zipped(path, parts)
    with zipfile.ZipFile(path, "a") as pack, pytest.warns(UserWarning, match="Duplicate"):
        pack.writestr("dossier.json", b"{}")


def _bomb(path: Path, parts: Members) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in parts.items():
            pack.writestr(name, data)
        with pack.open(zipfile.ZipInfo("attachments/t01/bomb.pdf"), "w", force_zip64=True) as out:
            for _ in range(2100):
                out.write(bytes(1_000_000))


def _lying(path: Path, parts: Members) -> None:
    """The directory says that a part is short; it is not."""
    zipped(path, {**parts, "dossier.json": parts["dossier.json"] + b" " * 5_000_000})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"dossier.json") - 46 + 24  # size in the central directory
    data[at : at + 4] = len(parts["dossier.json"]).to_bytes(4, "little")
    path.write_bytes(data)


def _encrypted(path: Path, parts: Members) -> None:
    data = bytearray(zipped(path, parts).read_bytes())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    path.write_bytes(data)


def _campaign(path: Path, parts: Members) -> None:
    raw = json.loads(parts["dossier.json"])
    chain, before = [], ""
    for this in witness.from_lines(parts["history.jsonl"]):
        new = replace(this, campaign="2025-other", prev=before)
        chain.append(replace(new, hash=digest(new)))
        before = chain[-1].hash
    dossier = json.dumps({**raw, "campaign": "2025-other"}).encode()
    changed = {**parts, "dossier.json": dossier, "history.jsonl": witness.to_lines(chain)}
    zipped(path, listed(changed, campaign="2025-other", head=witness.head_of(chain)._asdict()))


def _of_another_branch(path: Path, parts: Members) -> None:
    chain, before = [], ""
    for this in witness.from_lines(parts["history.jsonl"]):
        new = replace(this, branch="t09", record="t09" if this.type == "branch" else this.record, prev=before)
        if this.type == "branch":
            new = replace(new, body=body_text({**(this.data or {}), "id": "t09"}))
        chain.append(replace(new, hash=digest(new)))
        before = chain[-1].hash
    head = witness.head_of(chain)._asdict()
    zipped(path, listed({**parts, "history.jsonl": witness.to_lines(chain)}, head=head))


def _no_revisions(path: Path, parts: Members) -> None:
    zipped(path, listed({**parts, "history.jsonl": b""}, head={"number": 0, "hash": ""}))


def _of_the_bureau(path: Path, parts: Members) -> None:
    raw = {"format": "orglife-bureau/1", "campaign": C, "records": {}}
    zipped(path, listed({**parts, "dossier.json": json.dumps(raw).encode()}))


def _another_scan(path: Path, parts: Members) -> None:
    (name,) = (each for each in parts if each.startswith("attachments/"))
    zipped(path, listed({**parts, name: SCAN + b"% other"}))


def _head(path: Path, parts: Members) -> None:
    zipped(path, listed(parts, head={"number": 1, "hash": "0" * 64}))


def _dossier(path: Path, parts: Members) -> None:
    raw = json.loads(parts["dossier.json"])
    raw["records"]["talk"][0]["place"] = "别处"
    zipped(path, listed({**parts, "dossier.json": json.dumps(raw).encode()}))


def _one_more(path: Path, parts: Members) -> None:
    raw = json.loads(parts["dossier.json"])
    raw["records"]["talk"].append({**raw["records"]["talk"][0], "id": "t99"})
    zipped(path, listed({**parts, "dossier.json": json.dumps(raw).encode()}))


def _one_less(path: Path, parts: Members) -> None:
    raw = json.loads(parts["dossier.json"])
    del raw["records"]["talk"][0]
    zipped(path, listed({**parts, "dossier.json": json.dumps(raw).encode()}))


def _blank_in_both(path: Path, parts: Members) -> None:
    """Dossier and history say the same, but as nothing may be stored: with a blank."""
    raw = json.loads(parts["dossier.json"])
    raw["records"]["talk"][0]["place"] = ""
    chain, before = [], ""
    for this in witness.from_lines(parts["history.jsonl"]):
        new = replace(this, prev=before)
        if (this.type, this.record) == ("talk", "t01"):
            new = replace(new, body=body_text({**(this.data or {}), "place": ""}))
        chain.append(replace(new, hash=digest(new)))
        before = chain[-1].hash
    changed = {**parts, "dossier.json": json.dumps(raw).encode(), "history.jsonl": witness.to_lines(chain)}
    zipped(path, listed(changed, head=witness.head_of(chain, ("archive_item",))._asdict()))


def _unknown(path: Path, parts: Members) -> None:
    raw = json.loads(parts["dossier.json"])
    raw["records"]["visit"] = []
    zipped(path, listed({**parts, "dossier.json": json.dumps(raw).encode()}))


def _altered(path: Path, parts: Members) -> None:
    zipped(path, {**parts, "dossier.json": parts["dossier.json"].replace("祝秋实".encode(), "别的人".encode())})


def _line_cut(path: Path, parts: Members) -> None:
    lines = parts["history.jsonl"].splitlines(keepends=True)
    zipped(path, listed({**parts, "history.jsonl": b"".join(lines[:7] + lines[8:])}))


def _nested(path: Path, parts: Members) -> None:
    zipped(path, {**parts, zip_writer.MANIFEST: b"[" * 100_000})


def _folder(path: Path, parts: Members) -> None:
    zipped(path, {**parts, "attachments/t02/": b""})


BAD: dict[str, tuple[Callable[[Path, Members], Any], str]] = {
    "text": (lambda p, _: p.write_text("你好"), "不是完整的包"),
    "empty": (lambda p, _: p.write_bytes(b""), "不是完整的包"),
    "cut": (lambda p, m: p.write_bytes(zipped(p, m).read_bytes()[:-400]), "不是完整的包"),
    "another zip": (lambda p, _: zipped(p, {"a.txt": b"x"}), "缺少manifest.json"),
    "no dossier": (_without("dossier.json"), "缺少dossier.json"),
    "no history": (_without("history.jsonl"), "缺少history.jsonl"),
    "listed but gone": (lambda p, m: zipped(p, {n: d for n, d in m.items() if n != "campaign.toml"}), "缺少campaign"),
    "not listed": (lambda p, m: zipped(p, {**m, "x.txt": b"x"}), "没有登记"),
    "twice": (_doubled, "重名"),
    "case": (lambda p, m: zipped(p, {**m, "Dossier.json": b""}), "重名"),
    "up": (lambda p, m: zipped(p, {**m, "../x.pdf": SCAN}), "不安全"),
    "up inside": (lambda p, m: zipped(p, {**m, "attachments/../../x.pdf": SCAN}), "不安全"),
    "absolute": (lambda p, m: zipped(p, {**m, "/etc/x": SCAN}), "不安全"),
    "drive": (lambda p, m: zipped(p, {**m, "C:\\x.pdf": SCAN}), "不安全"),
    "dots": (lambda p, m: zipped(p, {**m, "attachments/t01/. /x": SCAN}), "不安全"),
    "link": (_link, "不是普通文件"),
    "folder": (_folder, "不安全"),
    "bomb": (_bomb, "太大"),
    "lying": (_lying, "损坏|比登记的长|大小"),
    "encrypted": (_encrypted, "密码"),
    "another campaign's manifest": (lambda p, m: zipped(p, listed(m, campaign="2025-other")), "不是同一个支部或方案"),
    "other campaign": (_campaign, "2025-other"),
    "another branch's manifest": (lambda p, m: zipped(p, listed(m, branch="t02")), "不是同一个支部或方案"),
    "another branch's history": (_of_another_branch, "别的支部或方案的内容"),
    "no revisions": (_no_revisions, "修改历史是空的"),
    "the bureau's records": (_of_the_bureau, "不是同一个支部或方案"),
    "another scan": (_another_scan, "与登记的校验值不符"),
    "head": (_head, "与修改历史不符"),
    "dossier": (_dossier, "谈心谈话 t01"),
    "one record more": (_one_more, "谈心谈话 t99"),
    "one record less": (_one_less, "谈心谈话 t01"),
    "a blank in both": (_blank_in_both, "谈心谈话 t01"),
    "unknown type": (_unknown, "visit"),
    "altered": (_altered, "dossier.json被改动过"),
    "a line cut out": (_line_cut, "缺第8条"),
    "manifest": (_nested, "manifest.json读不懂"),
    "a program": (_extra("attachments/t01/x.exe", b"MZ"), "不是本支部登记的附件"),
    "another branch's": (_extra("attachments/t02/x.pdf"), "不是本支部登记的附件"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_package_is_refused_in_one_sentence(
    name: str, bureau: Path, package: Path, tmp_path: Path, capsys: Captured
) -> None:
    make, what = BAD[name]
    path = tmp_path / "坏包.zip"
    make(path, members(package))
    assert packages.faults(path), "a package that another program packed is not as this one writes it"
    (line,) = refused(capsys, bureau, path)
    assert "坏包.zip" in line
    assert re.search(what, line), line


def test_an_attachment_never_replaces_another(bureau: Path, package: Path, capsys: Captured) -> None:
    (name,) = [n for n in members(package) if n.startswith("attachments/")]
    target = bureau / name
    target.parent.mkdir(parents=True)
    target.write_bytes(b"%PDF-1.4 other %%EOF")
    assert "已有另一个" in refused(capsys, bureau, package)[-1]


@pytest.mark.parametrize(("count", "named"), [(1, 20), (2, 5)])
def test_of_several_packages_fewer_records_are_named(bureau: Path, package: Path, count: int, named: int) -> None:
    with Office.open(bureau) as office:
        told = list(handover.import_packages(office, [package] * count, ImportOptions(dry=True)))
    lines = [line for line, refusal in told if line.startswith("  ＋") and not refusal]
    assert len(lines) == count * (named + 1)
    assert [line for line in lines if "另有" in line] == [f"  ＋ ……另有{103 - named}条"] * count


def test_a_bad_package_refuses_only_itself(bureau: Path, package: Path, tmp_path: Path, capsys: Captured) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"PK\x03\x04")
    capsys.readouterr()
    assert run("import", str(bureau), str(bad), str(package)) == 2
    told = capsys.readouterr().err
    assert told.count("没有接收") == 1
    with Store.open(bureau / "orglife.db") as store:
        assert store.branches(C) == ["t01"]


def test_a_bad_file_beside_them_refuses_all(bureau: Path, package: Path, tmp_path: Path, capsys: Captured) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert len(refused(capsys, bureau, package, bad)) == 1


def test_a_full_disk_takes_in_all_or_nothing(
    bureau: Path, package: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """Each synced write of an import fails in turn: refused and nothing there, or taken in and only the receipt lacking."""
    before = tree(bureau)
    for call in range(1, 20):
        capsys.readouterr()
        with disk_full_at(call, monkeypatch):
            status = run("import", str(bureau), str(package))
        if status == 0:
            break
        told = capsys.readouterr().err
        if "已接收，但回执没有写成：磁盘已满" not in told:
            assert "没有留下不完整的内容" in told
            assert tree(bureau) == before
    assert call >= 2
    with Store.open(bureau / "orglife.db") as store:
        assert store.verify() == []
        assert len(store.history(C, BUREAU)) == 1
    assert (bureau / "receipts" / "t01.json").is_file()


@thorough
@pytest.mark.parametrize("count", [60, pytest.param(2000, marks=pytest.mark.soak)])
def test_mutated_packages_never_end_in_a_traceback(bureau: Path, package: Path, tmp_path: Path, count: int) -> None:
    """Refused, or (where only bytes that say nothing were hit) taken in as it was."""
    chance, data = random.Random(8), package.read_bytes()
    for number in range(count):
        mutated = bytearray(data)
        for _ in range(chance.choice((1, 1, 4, 40))):
            at = chance.randrange(len(mutated))
            match chance.randrange(3):
                case 0:
                    mutated[at] ^= 1 << chance.randrange(8)
                case 1:
                    del mutated[at : at + chance.randrange(1, 50)]
                case _:
                    mutated[at:at] = chance.randbytes(chance.randrange(1, 50))
        path = tmp_path / f"{number}.zip"
        path.write_bytes(mutated)
        assert run("import", str(bureau), str(path)) in (0, 2)
        path.unlink()
    with Store.open(bureau / "orglife.db") as store:
        assert store.verify() == []
        found = store.history(C, "t01")
    assert found in ([], list(witness.from_lines(members(package)["history.jsonl"])))


ODD = [
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    "",
    "\ud800",
    "x" * 3000,
    [],
    {},
    [[]],
    {"id": 1},
    "../x",
    "2024-13-45",
    float("nan"),
]


def _odd(value: Any, chance: random.Random) -> Any:
    """A JSON value with one thing in it replaced by something that does not belong there."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        found = {**value, key: _odd(value[key], chance)}
        return found if chance.random() < 0.9 else {k: v for k, v in found.items() if k != key}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        return [*value[:at], _odd(value[at], chance), *value[at + 1 :]]
    return chance.choice(ODD)


@thorough
@pytest.mark.parametrize("count", [60, pytest.param(2000, marks=pytest.mark.soak)])
def test_odd_values_behind_fitting_digests_never_end_in_a_traceback(
    bureau: Path, package: Path, tmp_path: Path, capsys: Captured, count: int
) -> None:
    """What no checksum finds: the manifest fits, the content is odd. Another campaign's text is only told."""
    chance, parts = random.Random(9), members(package)
    head = json.loads(parts[zip_writer.MANIFEST])["head"]
    receipt = {
        "format": "orglife-receipt/1",
        "campaign": C,
        "branch": "t01",
        "head": head,
        "bureau": head,
        "records": {},
    }
    parts["receipt.json"] = json.dumps(receipt).encode()
    for number in range(count):
        name = chance.choice(["dossier.json", "history.jsonl", "history.jsonl", zip_writer.MANIFEST, "receipt.json"])
        if name == "history.jsonl":
            lines = parts[name].splitlines()
            at = chance.randrange(len(lines))
            lines[at] = json.dumps(_odd(json.loads(lines[at]), chance)).encode()
            changed = listed({**parts, name: b"\n".join(lines)})
        elif name == zip_writer.MANIFEST:
            changed = {**parts, name: json.dumps(_odd(json.loads(listed(parts)[name]), chance)).encode()}
        else:
            changed = listed({**parts, name: json.dumps(_odd(json.loads(parts[name]), chance)).encode()})
        path = zipped(tmp_path / f"{number}.zip", changed)
        capsys.readouterr()
        assert run("import", str(bureau), str(path)) in (0, 2)
        assert "Traceback" not in capsys.readouterr().err
        path.unlink()
    with Store.open(bureau / "orglife.db") as store:
        assert store.verify() == []
        assert store.history(C, "t01") in ([], list(witness.from_lines(parts["history.jsonl"])))


# --- the bureau's own past -------------------------------------------------------------------------------------------


def test_the_branch_holds_a_head_of_the_bureau(branch: Path, bureau: Path, package: Path, capsys: Captured) -> None:
    assert run("import", str(bureau), str(package)) == 0
    assert run("import", str(branch), str(bureau / "receipts" / "t01.json")) == 0
    later = packed(branch, "later.zip")
    capsys.readouterr()
    assert run("import", str(bureau), str(later)) == 0
    assert "查明" not in capsys.readouterr().err
    other = place(bureau.parent / "other", "bureau")
    assert run("import", str(other), str(later)) == 0
    assert "这里的历史被改写过，或是从旧备份恢复的" in capsys.readouterr().err
