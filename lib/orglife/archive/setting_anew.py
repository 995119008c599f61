"""Set a bag's papers anew from the records in it and compare their bytes.

The bag's own data become a private workspace; the program's notebooks emit the papers in it, and the typesetter prints
them with the heads and numbers in the bag. Equal programs (code, templates, typesetter and fonts; ``package.json`` holds
their digest as ``made_with``) make equal bytes, so that a difference is a fault. A bag of another version may differ
without having been altered: that is a remark and no fault.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from orglife.adapters.bag import verifier
from orglife.adapters.bag.verifier import Bag, Line, Problem
from orglife.adapters.disk import files
from orglife.adapters.disk.notebooks import lay_notebooks
from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.adapters.disk.settings import Settings, write_settings
from orglife.adapters.engine import processes
from orglife.adapters.print.threads import run_ahead
from orglife.adapters.store import carried
from orglife.adapters.store.chain import ChainHead
from orglife.adapters.store.store import Snapshot, StoredRecord
from orglife.archive.contents import cover, pdf, sha256_of
from orglife.batch.emitted import emitted, prepared
from orglife.batch.task import program
from orglife.core.errors import NotSetAnew, OrglifeError
from orglife.core.paper.block import Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.field import is_ident
from orglife.core.record.words import first_few
from orglife.office.office import Office
from orglife.paper.singles import separated
from orglife.stages.archive import documents
from orglife.stages.archive.items import Paper, paper_of, with_code
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.archive.rules import RETENTION

TITLE = "归档的文件与按包里数据重新排出的一致"
_SHOWN = 5


def compare(bag: Bag, *, jobs: int) -> Line:
    """Set all papers of a bag anew and compare them with those in it.

    Args:
        bag: One of ours.
        jobs: How many processes may work.
    """
    if not bag.final:
        return _line([Problem("", "remark", "没有定稿的包，里面的文件没有重新排版比较")])
    try:
        made = _set_anew(bag, jobs=jobs)
    except OrglifeError as error:
        return _line(
            [Problem("", "remark", "没有能按包里的数据重新排版比较：" + "；".join(error.sentences).rstrip("。"))]
        )
    except Exception:  # noqa: BLE001  data that no version of the program wrote may fail anywhere
        return _line([Problem("", "remark", "没有能按包里的数据重新排版比较：包里的数据读不懂")])
    titles = {item.get("file", ""): item.get("title", "") for item in bag.items if item.get("withdrawn") != "是"}
    titles |= {verifier.CATALOGUE: "归档文件目录", verifier.NOTE: "备考表"}
    return _line(_differences(bag, made, titles))


def _line(problems: Iterable[Problem]) -> Line:
    return Line("真实性", TITLE, tuple(problems))


def _differences(bag: Bag, made: Mapping[str, bytes], titles: Mapping[str, str]) -> Iterator[Problem]:
    """What the papers made anew say against those in the bag.

    Args:
        bag: The bag.
        made: Path in the bag → bytes made anew; a path that begins with "《" is a paper for which the bag has no item.
        titles: Path of each paper that the bag says it has → its title.
    """
    present = [path for path in titles if path in bag.names]  # the check of the manifests reports a missing paper
    changed = [path for path in present if path in made and sha256_of(made[path]) != bag.facts(path).sha256]
    lacking = [path for path in made if path not in titles]
    unmade = [path for path in titles if path not in made]
    if not (changed or lacking or unmade):
        return
    if bag.package.get("made_with") == program().digest:
        yield from (Problem(path, "changed", f"《{titles[path]}》与按包里数据重新排出的不同") for path in changed)
        yield from (Problem("", "missing", f"按包里的数据应当有{path}，包里没有") for path in lacking)
        yield from (Problem(path, "extra", f"按包里的数据排不出《{titles[path]}》") for path in unmade)
        return
    other = [*(f"《{titles[path]}》" for path in (*changed, *unmade)), *lacking]
    names = first_few(other, _SHOWN)
    what = (
        f"{len(titles)}份文件里有{len(other)}份与这里重新排出的不同（{names}）；这个包是用别的版本或字体排的"
        "（或者文件里有包外的数据），不能据此说它改过，请用归档包校验值或签字的纸质件核对"
    )
    yield Problem("", "remark", what)


# --- making them -----------------------------------------------------------------------------------------------------


def _set_anew(bag: Bag, *, jobs: int) -> dict[str, bytes]:
    """Path in the bag → bytes made anew, of items, catalogue and note.

    Raises:
        OrglifeError: the data in the bag cannot be read by this program, or a notebook failed.
    """
    folder = processes.private_folder()
    try:
        branch = _lay_workspace(bag, folder)
        with Office.open(folder) as office, prepared(office, [branch], final=False, jobs=jobs) as runs:
            dossier = office.dossier(branch)
            if dossier.as_of.isoformat() != bag.package["as_of"]:
                raise NotSetAnew(what="核对的日期与包里写的不符")
            stages = emitted(office, branch, runs)
            if None in stages.values():
                raise NotSetAnew(what="；".join(p.rstrip("。") for p in runs.problems.get(branch, ())))
            papers = separated([bundle for bundle in stages.values() if bundle is not None], dossier)
            expected = [paper_of(p.form, p.subject, p.bundle, dossier) for p in papers if p.form in RETENTION]
            return _printed(bag, expected, Sheet(dossier, office.campaign))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lay_workspace(bag: Bag, folder: Path) -> str:
    """A private workspace with the bag's data and the program's notebooks; the branch's id."""
    raw = json.loads(bag.read(verifier.DOSSIER).decode("utf-8"))
    branch, campaign = str(raw["branch"]["id"]), str(raw["campaign"])
    if not is_ident(branch):  # it becomes the name of a folder
        raise NotSetAnew(what="支部代号不合规")
    records = {
        str(kind): [StoredRecord(str(body["id"]), 1, body) for body in bodies]
        for kind, bodies in raw["records"].items()
        if bodies
    }
    head = ChainHead(1, str(bag.package["head"]["hash"]))
    snapshot = Snapshot(campaign, branch, head, raw["branch"], 1, records, ())
    lay_notebooks(folder)
    files.write(folder / CAMPAIGN, bag.read(verifier.CAMPAIGN))
    files.write(folder / carried.FILE, carried.pack_snapshots([snapshot]).encode())
    write_settings(folder, Settings(branch=branch, store=carried.URL))
    return branch


def _printed(bag: Bag, papers: Iterable[Paper], sheet: Sheet) -> dict[str, bytes]:
    live = {(i.form, i.subject): i for i in sheet.dossier.all(ArchiveItem) if not i.withdrawn}
    heads, head = bag.sealed_at(), str(bag.package["head"]["hash"])
    bundles = {
        path: (cover(document, sheet.dossier, sheet.campaign), head) for path, document in _covers(bag, sheet).items()
    }
    lacking = []
    for paper in papers:
        item = live.get((paper.form, paper.subject))
        if item is None:
            lacking.append(f"《{paper.title}》")
        else:
            bundles[item.file] = with_code(paper, item.code), heads.get(item.id, "")
    results = run_ahead(partial(pdf, bundle, head) for bundle, head in bundles.values())
    return dict.fromkeys(lacking, b"") | {path: one.result() for path, one in zip(bundles, results, strict=True)}


def _covers(bag: Bag, sheet: Sheet) -> dict[str, Document]:
    """Catalogue and note, made from the items in the records and from the digests of the parts as they are."""
    items, package = sheet.dossier.all(ArchiveItem), bag.package
    attached = Counter(str(one["item"]) for one in package["attachments"])
    noted = [path for path in verifier.OWN_PARTS if path not in (verifier.PACKAGE, verifier.NOTE)]
    parts = {path.removeprefix("data/"): bag.facts(path).sha256 for path in noted}
    present, absent = len(package["attachments"]), len(package["absent"])
    note = documents.note(sheet, items, parts, attached=present, absent=absent, final=bag.final)
    return {verifier.CATALOGUE: documents.catalogue(sheet, items, attached), verifier.NOTE: note}
