"""Files as nobody should hand them in: what is sound is mangled at random, and a command has to take it or refuse it.

``python -m tests.whole.fuzz FOLDER SEED COUNT`` runs in a process of its own, so that what a case costs can be measured, and
prints what went wrong: an exception, a text that is no Chinese sentence, a record that vanished although the file was
taken in, more than 2 seconds of processor time, more than 300 MB.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import re
import shutil
import sys
import traceback
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.whole.mangling import bytes_of, cells_of, json_of, text_of, zip_of

SECONDS = 2.0
NOTICE = Path(__file__).parents[1] / "notices" / "tuned" / "seedlike_2017.txt"
BYTES = 300 * 1024 * 1024


# --- what is mangled, and what must hold -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str


Judge = Callable[["Bench", bytes, Path, Said], str]


@dataclass(frozen=True)
class Door:
    """A kind of file: the sound one, how it is mangled, which command takes it, and what must hold when it is taken."""

    name: str
    file: str
    mangle: Callable[[bytes, random.Random], bytes]
    command: Callable[[Path, Path], list[str]]
    judge: Judge


@dataclass
class Bench:
    """Sound files and workspaces, made once.

    Attributes:
        folder: ``branch`` and ``bureau`` are workspaces, ``sound`` holds the files, ``bag`` a bag.
    """

    folder: Path

    def say(self, *arguments: str) -> Said:
        """Run a command in this process."""
        from tests.conftest import run

        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape") for _ in range(2))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(*arguments)
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(stream.buffer.getvalue().decode("utf-8", "replace"))  # type: ignore[attr-defined]
        return Said(status, *texts)

    def need(self, *arguments: str) -> None:
        """Run a command that must succeed."""
        said = self.say(*arguments)
        assert said.status == 0, said

    def prepare(self) -> None:
        """Make everything."""
        import openpyxl

        from orglife.adapters.disk import workspace as ws
        from orglife.adapters.disk.settings import Settings
        from orglife.adapters.disk.workspace import Workspace
        from tests.archive.conftest import raw
        from tests.notices import files as notices

        sound, own, bureau = (self.folder / name for name in ("sound", "branch", "bureau"))
        sound.mkdir(parents=True)
        Workspace.create(own, ws.campaign_text("2024-seed"), Settings())
        Workspace.create(bureau, ws.campaign_text("2024-seed"), Settings(role="bureau"))
        dossier = sound / "dossier.json"
        dossier.write_text(json.dumps(raw(), ensure_ascii=False), encoding="utf-8")
        self.need("import", str(own), str(dossier))
        self.need("export", str(own), "--branch", "t01", "--format", "xlsx", "--out", str(sound / "forms.xlsx"))
        self.need("export", str(own), "--branch", "t01", "--format", "package", "--out", str(sound / "package.zip"))
        self.bag(own, sound / "bag.zip")
        self.need("import", str(bureau), str(sound / "package.zip"))
        remark = {"id": "rm1", "branch": "t01", "date": "2024-03-01", "by": "局机关党总支", "text": "请补上谈话记录"}
        supervision = {"format": "orglife-bureau/1", "campaign": "2024-seed", "records": {"remark": [remark]}}
        (sound / "bureau.json").write_text(json.dumps(supervision, ensure_ascii=False), encoding="utf-8")
        self.need("import", str(bureau), str(sound / "bureau.json"))
        self.need("import", str(bureau), str(sound / "package.zip"))
        shutil.copy(bureau / "receipts" / "t01.json", sound / "receipt.json")
        (sound / "campaign.toml").write_text(ws.campaign_text("2024-seed"), encoding="utf-8")
        shutil.copytree(own, self.folder / "fresh")
        book = openpyxl.Workbook()
        for row in (
            ("姓名", "性别", "党员身份", "职务"),
            ("魏长河", "男", "正式党员", "书记"),
            ("祝秋实", "女", "预备党员", ""),
        ):
            book.active.append(row)
        book.save(sound / "roster.xlsx")
        notice = NOTICE.read_text(encoding="utf-8")
        (sound / "notice.txt").write_text(notice, encoding="utf-8")
        (sound / "notice.docx").write_bytes(notices.docx(notice.splitlines()))
        (sound / "notice.pdf").write_bytes(notices.pdf(notice.splitlines()))

    def bag(self, root: Path, target: Path) -> None:
        """A bag of the branch as a zip, its papers made without the typesetter; the workspace stays as it is."""
        from unittest import mock

        from orglife.archive import contents as bag_contents
        from orglife.archive import making
        from tests.archive import quick

        copy = Path(shutil.copytree(root, self.folder / "archived"))
        with mock.patch.object(making, "pdf", quick.pdf), mock.patch.object(bag_contents, "pdf", quick.pdf):
            self.need("archive", str(copy), "--jobs", "1")
        shutil.make_archive(str(target.with_suffix("")), "zip", copy / "archive" / "t01")

    def exported(self, root: Path, branch: str) -> Any:
        """A branch as it is now."""
        return json.loads(self.say("export", str(root), "--branch", branch).out)


def plain(value: Any) -> Any:
    """A JSON value without what counts as blank, numbers and texts as they are."""
    if isinstance(value, dict):
        return {k: p for k, v in value.items() if (p := plain(v)) not in (None, "", [], {})}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.strip() if isinstance(value, str) else value


def nothing_lost(bench: Bench, data: bytes, root: Path, said: Said) -> str:
    """A dossier that was taken in is there, record by record."""
    if said.status != 0:
        return ""
    given = json.loads(data.decode("utf-8-sig"))
    if str(given.get("format", "")).startswith("orglife-bureau"):
        return ""
    now = bench.exported(root, given["branch"]["id"])
    for kind, records in (given.get("records") or {}).items():
        ids = sorted(str(r["id"]) for r in records or [])
        there = sorted(r["id"] for r in now["records"][kind])
        if ids != there:
            return f"{kind}: {len(ids)} given, {len(there)} there"
    return ""


def marks_kept(bench: Bench, data: bytes, root: Path, said: Said) -> str:
    """A workbook that was taken in lost no text that stands in one of its cells and that is told nowhere."""
    if said.status != 0:
        return ""
    import openpyxl

    now = json.dumps(bench.exported(root, "t01"), ensure_ascii=False)
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, read_only=True)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2, values_only=True):
            lost = [v for v in row if v == "<script>alert(1)</script>" and v not in now and v not in said.err]
            if lost:
                return f"{sheet.title}: {lost[0]} is neither taken in nor told"
    return ""


def same_or_refused(bench: Bench, data: bytes, root: Path, said: Said) -> str:
    """A package is taken in only when every part of it is what it was; its list may be spelt in another way."""
    if said.status != 0:
        return ""
    sound, given = (contents(each) for each in ((bench.folder / "sound" / "package.zip").read_bytes(), data))
    lists = [json.loads(each.pop("manifest.json")) for each in (sound, given)]
    for each in lists:
        each["files"].sort(key=str)
    return "" if sound == given and lists[0] == lists[1] else "a changed package was taken in"


def contents(data: bytes) -> dict[str, bytes]:
    """The parts of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        return {info.filename: pack.read(info) for info in pack.infolist()}


def found_or_same(bench: Bench, data: bytes, root: Path, said: Said) -> str:
    """verify finds every change of a package or a bag."""
    sound = bench.folder / "sound" / root.name.partition("-")[2]
    same = said.status != 0 or contents(sound.read_bytes()) == contents(data)
    return "" if same else "a changed file was found good"


def nothing_begun(_bench: Bench, _data: bytes, root: Path, said: Said) -> str:
    """A workspace is there only when its roster was taken in."""
    return "refused, and a workspace left" if said.status and root.exists() else ""


def anything(_bench: Bench, _data: bytes, _root: Path, _said: Said) -> str:
    """Taken or refused: both are right."""
    return ""


def read_notice(folder: Path, file: Path) -> list[str]:
    """The command that reads a notice."""
    return ["campaign", "read", str(file), "--out", str(folder / f"{file.name}.toml")]


DOORS = (
    Door("text", "notice.txt", bytes_of, read_notice, anything),
    Door("word", "notice.docx", zip_of, read_notice, anything),
    Door("pdf", "notice.pdf", bytes_of, read_notice, anything),
    Door("dossier", "dossier.json", json_of, lambda f, file: ["import", str(f / "branch"), str(file)], nothing_lost),
    Door(
        "bureau",
        "bureau.json",
        json_of,
        lambda f, file: ["import", str(f / "bureau"), str(file), "--dry-run"],
        anything,
    ),
    Door("campaign", "campaign.toml", text_of, lambda _, file: ["campaign", "check", str(file)], anything),
    Door("workbook", "forms.xlsx", cells_of, lambda f, file: ["import", str(f / "fresh"), str(file)], marks_kept),
    Door(
        "package",
        "package.zip",
        zip_of,
        lambda f, file: ["import", str(f / "bureau"), str(file), "--dry-run"],
        same_or_refused,
    ),
    Door("verify", "package.zip", zip_of, lambda _, file: ["verify", str(file)], found_or_same),
    Door("bag", "bag.zip", zip_of, lambda _, file: ["verify", str(file), "--no-papers"], found_or_same),
    Door(
        "roster",
        "roster.xlsx",
        cells_of,
        lambda f, file: ["new", str(f / f"new-{file.stem}"), "--campaign", "2024-seed", "--roster", str(file)],
        nothing_begun,
    ),
    Door(
        "receipt",
        "receipt.json",
        json_of,
        lambda f, file: ["import", str(f / "fresh"), str(file), "--dry-run"],
        anything,
    ),
)


# --- a run -----------------------------------------------------------------------------------------------------------


def peak(*, reset: bool = False) -> int:
    """Most memory held since the last reset, in bytes; 0 where the system does not tell."""
    if not Path("/proc/self/clear_refs").exists():
        return 0
    if reset:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    told = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(told[1]) * 1024 if told else 0


def spent() -> float:
    """Processor time of this process and what it started, in seconds."""
    return sum(os.times()[:4])


def case(bench: Bench, door: Door, seed: int) -> dict[str, Any]:
    """One mangled file: what went wrong (nothing: ""), and what it cost."""
    rng = random.Random(f"{door.name} {seed}")
    data = door.mangle((bench.folder / "sound" / door.file).read_bytes(), rng)
    file = bench.folder / f"{seed}-{door.file}"
    file.write_bytes(data)
    arguments = door.command(bench.folder, file)
    peak(reset=True)
    began, wrong = spent(), ""
    said = Said(-1, "", "")
    try:
        said = bench.say(*arguments)
    except BaseException:  # noqa: BLE001  whatever gets out is the fault that is looked for
        wrong = traceback.format_exc()[-1500:]
    seconds, most = spent() - began, peak()
    root = Path(arguments[1])
    wrong = wrong or shown(said) or door.judge(bench, data, root, said)
    if seconds > SECONDS:
        wrong += f" {seconds:.1f} s"
    if most > BYTES:
        wrong += f" {most >> 20} MB"
    if not wrong:
        file.unlink()
    return {"door": door.name, "seed": seed, "wrong": wrong, "status": said.status, "seconds": seconds, "bytes": most}


def shown(said: Said) -> str:
    """What a person must not be shown: no sentence at a refusal, a line without a Chinese word, a traceback."""
    if said.status not in (0, 1, 2):
        return f"status {said.status}"
    if said.status == 2 and not said.err.strip():
        return "refused without a word"
    if "Traceback" in said.err + said.out:
        return "a traceback"
    odd = [line for line in said.err.splitlines() if line.strip() and not re.search(r"[一-鿿]", line)]
    return f"told {odd[0][:200]!r}" if odd and said.status == 2 else ""


def main(folder: Path, seed: int, count: int) -> int:
    """Run ``count`` cases, the kinds of file in turn; prints one JSON object."""
    bench = Bench(folder)
    if not (folder / "sound").exists():
        bench.prepare()
    rows = [case(bench, DOORS[n % len(DOORS)], n) for n in range(seed, seed + count)]
    print(
        json.dumps(
            {
                "cases": len(rows),
                "taken": sum(r["status"] == 0 for r in rows),
                "seconds": max(r["seconds"] for r in rows),
                "bytes": max(r["bytes"] for r in rows),
                "wrong": [r for r in rows if r["wrong"]],
            },
            ensure_ascii=False,
            indent=1,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
