"""What a person takes away: final papers under Chinese names, and the latest bag, as a zip or as a folder on a drive."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from orglife.adapters.disk import files, leftovers, zip_writer
from orglife.batch.run_record import RunRecord
from orglife.batch.task import PACKET
from orglife.core.errors import NothingToCarry, OrglifeError, PackageTooLarge, TooLargeOnServer, TooLargeToTake
from orglife.exchange import packages
from orglife.home.progress import branch_stages
from orglife.keeping.backups import make_backup
from orglife.office import disclosure
from orglife.office.office import Office
from orglife.paper.on_request import DOWNLOADS, HANDED, LARGEST, PaperFile
from orglife.takeaway import lending, returning

PAPERS, BAG, PACKAGE, BACKUP = "final_papers", "bag", "package", "backup"
TAKE_HOME, TAKE_AGAIN = "take_home", "take_again"
"""Of a branch on a server: a copy to go on with at home, for which the branch is lent; once more, in place of the first."""
KINDS = (PAPERS, BAG, BACKUP, TAKE_HOME, TAKE_AGAIN)
WORDS = {PAPERS: "定稿文件", BAG: "归档包", PACKAGE: HANDED}
ALSO = {
    PACKAGE: "改过、删过的内容和附件",
    PAPERS: "",
    BAG: "改过、删过的内容和签字扫描件",
    BACKUP: "改过、删过的内容和签字扫描件",
}


def download(office: Office, branch: str, what: str) -> PaperFile:
    """Final papers, the latest bag, a backup or a copy to go on with at home as one file.

    Raises:
        NothingToCarry: there is none.
        PackageTooLarge: it is too large for a browser.
        OrglifeError: a branch cannot be taken home.
    """
    if what == BACKUP:
        return _backup(office)
    if what in (TAKE_HOME, TAKE_AGAIN):
        return _taken_home(office, branch, again=what == TAKE_AGAIN)
    with to_carry(office, branch, what) as (source, name):
        parts = [(p.relative_to(source).as_posix(), p) for p in sorted(source.rglob("*")) if p.is_file()]
        size = sum(path.stat().st_size for _, path in parts)
        if size > LARGEST:
            raise _too_large(office, WORDS[what], size, f"写{WORDS[what]}")
        data = zip_writer.zipped(((f"{name}/{part}", files.read(path)) for part, path in parts), stored=True)
    disclosed = disclosure.disclosure_line(office.dossier(branch), DOWNLOADS, also=ALSO[what])
    return PaperFile(f"{name}.zip", data, (disclosed,))


def _backup(office: Office) -> PaperFile:
    with leftovers.unfinished_folder(office.workspace.partial) as room:
        made = make_backup(office, room)
        size = made.path.stat().st_size
        if size > LARGEST:
            raise _too_large(office, "备份", size, "备份到这里")
        warning = "备份里有全部数据、修改历史和附件，没有加密，请锁好保管。"
        return PaperFile(made.path.name, made.path.read_bytes(), (warning,))


def _too_large(office: Office, what: str, size: int, button: str) -> PackageTooLarge | TooLargeOnServer:
    megabytes = size // 1_000_000
    if office.store.on_server:  # its drives are not the user's
        return TooLargeOnServer(what=what, megabytes=megabytes)
    return PackageTooLarge(what=what, megabytes=megabytes, button=button)


def _taken_home(office: Office, branch: str, *, again: bool) -> PaperFile:
    """A backup of the workspace that the branch is lent to; it is restored at home.

    Raises:
        TooLargeToTake: it is too large for a browser; nothing is lent, as after any other failure.
    """
    with leftovers.unfinished_folder(office.workspace.partial) as room:
        _, meanwhile, _ = lending.take_home(office, room / "home", again=again)
        try:
            name, data = _packed(room / "home", room)
        except BaseException:
            with suppress(OrglifeError):
                list(returning.bring_back(office, room / "home"))
            raise
        disclosed = disclosure.disclosure_line(office.dossier(branch), DOWNLOADS, also=ALSO[BACKUP])
        return PaperFile(name, data, (meanwhile, disclosed))


def _packed(home: Path, room: Path) -> tuple[str, bytes]:
    """A workspace as a backup, under a name that says what it is for."""
    with Office.open(home) as office:
        made = make_backup(office, room).path
    size = made.stat().st_size
    if size > LARGEST:
        raise TooLargeToTake(megabytes=size // 1_000_000)
    return files.file_name(made.stem.replace(" 备份 ", " 带走 ")) + ".zip", made.read_bytes()


@contextmanager
def to_carry(office: Office, branch: str, what: str) -> Iterator[tuple[Path, str]]:
    """A folder or file to carry away and its name there.

    Raises:
        NothingToCarry: no final papers of the records as they are now, or no bag.
    """
    name = files.file_name(office.branch_name(branch))
    if what == BAG:
        bag = latest_bag(office, branch)
        if bag is None:
            raise NothingToCarry(what="还没有归档包，请先点“归档”")
        yield bag, f"{name} 归档包"
        return
    if what == PACKAGE:
        with leftovers.unfinished_folder(office.workspace.partial) as room:
            packages.export_package(office, branch, room / "package.zip")
            yield room / "package.zip", f"{name} {HANDED}.zip"
        return
    papers = final_papers(office, branch)
    if not papers:
        raise NothingToCarry(what="还没有定稿文件，或者定稿以后又改过内容，请先点“定稿”")
    with leftovers.unfinished_folder(office.workspace.partial) as room:
        for title, path in papers.items():
            shutil.copyfile(path, room / title)
        yield room, f"{name} 定稿文件"


def final_papers(office: Office, branch: str) -> Mapping[str, Path]:
    """The final PDFs of the records as they are now, by the Chinese names that they are taken away under."""
    folder = office.workspace.records / branch
    run = RunRecord.read(folder / PACKET)
    if not run.head.get("final") or not is_current(office, branch, folder / PACKET):
        return {}
    papers = {}
    for stage in branch_stages():
        path = folder / f"{stage.notebook}.pdf"
        if run.stages.get(stage.notebook, {}).get("papers") and path.is_file():
            papers[f"{files.file_name(stage.title)}.pdf"] = path
    return papers


def is_current(office: Office, branch: str, packet: Path) -> bool:
    """Whether nothing was saved since a run's papers were made, but the archive's own numbers."""
    from orglife.batch.options import BatchOptions  # noqa: PLC0415  needed only here
    from orglife.batch.sources import Sources  # noqa: PLC0415

    run = RunRecord.read(packet)
    digests = Sources(BatchOptions(office.workspace.root, final=True), office, remember=False).digests(
        branch, final=True
    )
    return all(run.stages.get(name, {}).get("digest") == digest for name, digest in digests.items())


def latest_bag(office: Office, branch: str) -> Path | None:
    """The branch's latest bag in the workspace; None if there is none."""
    folder = office.workspace.root / "archive"
    numbered = []
    for path in folder.glob(f"{branch}*"):
        match = re.fullmatch(rf"{re.escape(branch)}(?:-(\d+))?", path.name)
        if match and (path / "bagit.txt").is_file():
            numbered.append((int(match[1] or 1), path))
    return max(numbered)[1] if numbered else None
