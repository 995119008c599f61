"""A branch's records as a workbook for Excel and WPS, and workbooks and rosters that come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from orglife.adapters.disk import files
from orglife.core.errors import BadInput, NotImportable, UnknownBranch, UnknownStage
from orglife.core.record.branch import Branch, Member
from orglife.core.record.dossier import Dossier, identified, sort_records
from orglife.core.record.exchange import Incoming, field_problems
from orglife.core.record.record import Identified, Record
from orglife.core.rule.campaign import Campaign
from orglife.core.sheet.cells import Lexicon
from orglife.core.sheet.pages import Body, SheetPage, SheetRows, bodies_of, pages_of
from orglife.core.sheet.returned import Bodies, Returned, ids_of, take
from orglife.core.sheet.roster import Roster, is_roster, merged, read_roster
from orglife.core.stage import Stage
from orglife.office.office import FIRST_BRANCH, Office, stage_of
from orglife.stages import STAGES
from orglife.stages.kinds import BY_TYPE
from orglife.stages.meeting.record import Meeting

if TYPE_CHECKING:
    from orglife.adapters.sheet.reader import WorkbookContents

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et"})
Earlier = Mapping[str, Bodies]
NOTHING: Earlier = {}
MINE = tuple(stage for stage in STAGES if not stage.bureau)


# --- out -------------------------------------------------------------------------------------------------------------


def export_workbook(office: Office, branch: str, stages: Sequence[str] = ()) -> bytes:
    """Stages of a branch as one workbook.

    Args:
        office: The workspace.
        branch: The branch's id.
        stages: Keys of the stages; none = all.

    Raises:
        UnknownStage: there is no such stage, or it is the bureau's own.
        BadInput: a text does not fit into a cell.
    """
    from orglife.adapters.sheet import writer  # noqa: PLC0415  openpyxl and numpy: every kernel would pay for them

    chosen = _stages(stages)
    dossier = office.dossier(branch)
    meta = {"campaign": dossier.campaign, "branch": branch, "stage": "、".join(s.key for s in chosen)}
    return writer.write_workbook(pages(dossier, office.campaign, kinds_of(chosen)), meta)


def pages(dossier: Dossier, campaign: Campaign, kinds: Iterable[type[Identified]]) -> list[SheetPage]:
    """Records of some types as pages; the branch's own data where ``Branch`` is among them."""
    lexicon = lexicon_of(campaign, bodies_now(dossier))
    found: list[SheetPage] = []
    for kind in kinds:
        records = [dossier.branch] if kind is Branch else dossier.records.get(getattr(kind, "TYPE", ""), ())
        found += pages_of(kind, records, lexicon)
    return found


def _stages(keys: Sequence[str]) -> tuple[Stage, ...]:
    for key in keys:
        if stage_of(key) not in MINE:
            raise UnknownStage(stage=key, known="、".join(s.key for s in MINE))
    return tuple(s for s in MINE if not keys or s.key in keys)


def kinds_of(stages: Iterable[Stage]) -> list[type[Identified]]:
    """The types of some stages; the branch's own data stands with the roster."""
    found: list[type[Identified]] = []
    for stage in stages:
        found += [Branch] if Member in stage.records else []
        found += stage.records
    return found


# --- in --------------------------------------------------------------------------------------------------------------


def is_workbook(source: Path) -> bool:
    """Whether a file is to be read as a workbook."""
    return source.suffix.lower() in SUFFIXES


def open_workbook(name: str, data: bytes) -> WorkbookContents:
    """A workbook's sheets from the file's name and bytes.

    Raises:
        BadInput: it is none, is locked, holds macros, or is too large.
    """
    from orglife.adapters.sheet import reader  # noqa: PLC0415  as in workbook

    if Path(name).suffix.lower() == ".xlsm":
        raise BadInput([f"{name}是带宏的文件（xlsm），没有打开。请另存为不带宏的xlsx后再试。"])
    return reader.read_workbook(data, name)


def read_workbook(
    office: Office, name: str, book: WorkbookContents, branch: str = "", earlier: Earlier = NOTHING
) -> Incoming:
    """What a workbook brings: one of ours, filled in, or a plain roster.

    Args:
        office: The workspace.
        name: The file, as problems name it.
        book: What it holds.
        branch: Where it goes; "" = where the file says, else the workspace's own or only branch.
        earlier: Branch → what other files of the same call newly bring to it.

    Raises:
        OrglifeError: everything that is wrong, each with its sheet and cell; nothing is changed.
    """
    if book.meta:
        return _forms(office, name, book, branch, earlier)
    if not is_roster(book.grids):
        raise NotImportable(path=name)
    return _roster(office, name, book, branch, earlier)


def _forms(office: Office, name: str, book: WorkbookContents, wanted: str, earlier: Earlier) -> Incoming:
    """One of our own workbooks."""
    branch = owner_of(office, name, book.meta, wanted)
    here = bodies_with(office, branch, earlier)
    known = list(here.get("member", {}).values())
    kinds = kinds_of(MINE)
    found = take(name, book.grids, kinds, here, lambda bodies: lexicon_of(office.campaign, bodies, known))
    heads = found.records.pop("branch", [])
    head = heads[0] if heads else Branch.stored(here["branch"][branch]) if here else None
    if not isinstance(head, Branch):
        raise UnknownBranch(branch=branch, known="、".join(office.branches()) or "（还没有）")
    if len(heads) > 1 or head.id != branch:
        found.problems.append(f"{name}的“{Branch.LABEL}”表：只能有一行，支部代号是“{branch}”。请改回。")
    return _incoming(office, name, head, found, here)


def owner_of(office: Office, name: str, meta: Mapping[str, str], wanted: str) -> str:
    """The branch whose records one of our own workbooks holds.

    Raises:
        BadInput: it is of another make, another campaign, or not of the branch that is wanted.
    """
    from orglife.adapters.sheet import writer  # noqa: PLC0415  as in workbook

    if meta.get("format") != writer.FORMAT:
        raise BadInput(
            [f"{name}的版式是“{meta.get('format', '')}”，本程序认得 {writer.FORMAT}。请用本程序重新导出后再填。"]
        )
    if meta.get("campaign") != office.campaign.id:
        said = meta.get("campaign", "")
        raise BadInput([f"{name}是方案“{said}”的数据，这里用的是“{office.campaign.id}”。请导入本方案的数据。"])
    branch = meta.get("branch", "")
    if wanted and wanted != branch:
        raise BadInput([f"{name}是支部“{branch}”的表，不是“{wanted}”的。请换一个文件，或不写 --branch。"])
    return branch


def _incoming(office: Office, name: str, head: Branch, found: Returned, here: Bodies) -> Incoming:
    records = {t: sort_records(r for r in rows if isinstance(r, Record)) for t, rows in found.records.items()}
    if not found.problems:
        found.problems += _doubles(name, records, here)
    if found.problems:
        raise BadInput(found.problems)
    return Incoming(office.campaign.id, head, records, partial=True, places=found.places)


def _doubles(name: str, brought: Mapping[str, Sequence[Record]], here: Bodies) -> list[str]:
    """Ids are unique in a dossier over all types and nested objects together."""
    merged_records = [record for rows in brought.values() for record in rows]
    named = {(record.TYPE, record.id) for record in merged_records}
    for type_name, rows in here.items():
        if type_name in BY_TYPE:
            merged_records += [BY_TYPE[type_name].stored(b) for i, b in rows.items() if (type_name, i) not in named]
    seen: dict[str, str] = {}
    problems = []
    for record in merged_records:
        for each in identified([record]):
            if each.id in seen:
                problems.append(
                    f"{name}：编号“{each.id}”用了两次（“{seen[each.id]}”和“{record.LABEL}”）。请改成不同的编号，新增的可以空着。"
                )
            seen.setdefault(each.id, record.LABEL)
    return problems


def lexicon_of(campaign: Campaign, bodies: Bodies, earlier: Iterable[Body] = ()) -> Lexicon:
    """What names and labels mean, for the records that are there; ``earlier`` members keep their former names."""
    members = [*earlier, *bodies.get("member", {}).values()]
    guests = [guest for body in bodies.get(Meeting.TYPE, {}).values() for guest in body.get("guests", ())]
    return Lexicon(
        campaign,
        people=tuple(dict.fromkeys((m["id"], m.get("name", "")) for m in members)),
        guests=tuple((g["id"], g.get("name", "")) for g in guests),
    )


def bodies_with(office: Office, branch: str, earlier: Earlier) -> Bodies:
    """A branch's records as JSON objects, with what other files newly bring; {} when it is not there yet."""
    here = bodies_now(office.dossier(branch)) if branch in office.branches() else {}
    for type_name, rows in earlier.get(branch, {}).items():
        here[type_name] = {**here.get(type_name, {}), **rows}
    return here


def bodies_now(dossier: Dossier) -> Bodies:
    """A branch's records as JSON objects, the branch's own data among them."""
    found: Bodies = {"branch": {dossier.branch.id: dossier.branch.to_json()}}
    return found | {type_name: bodies_of(rows) for type_name, rows in dossier.records.items()}


# --- rosters ---------------------------------------------------------------------------------------------------------


def _roster(office: Office, name: str, book: WorkbookContents, wanted: str, earlier: Earlier) -> Incoming:
    """A plain roster for a branch that is there, or for a new one that it names."""
    roster = read_roster(name, book.grids, lexicon_of(office.campaign, {}))
    said = roster.branch.get("id", "")
    if wanted and said and wanted != said:
        roster.problems.append(f"{name}是支部“{said}”的名册，不是“{wanted}”的。请换一个文件，或不写 --branch。")
    if roster.problems:
        raise BadInput(roster.problems)
    branch = wanted or said or office.one_branch()
    here = bodies_with(office, branch, earlier)
    taken = {one for rows in here.values() for body in rows.values() for one in ids_of(body)} - {branch}
    return _members(office.campaign, name, roster, here, branch, taken=taken)


def _members(
    campaign: Campaign, name: str, roster: Roster, here: Bodies, branch: str, *, taken: Iterable[str] = ()
) -> Incoming:
    bodies = merged(roster, here.get("member", {}), set(taken), name)
    told = {k: v for k, v in roster.branch.items() if k != "id"}
    try:
        head = Branch.model_validate({**here.get("branch", {}).get(branch, {}), **told, "id": branch})
        members = [Member.model_validate(body) for body in bodies]
    except ValidationError as error:
        raise BadInput([f"{name}：{what}。" for _, what in field_problems(error)]) from error
    if roster.problems:
        raise BadInput(roster.problems)
    notes = (f"{name}里没有用到的列：{'、'.join(roster.unused)}。",) if roster.unused else ()
    return Incoming(campaign.id, head, {Member.TYPE: sort_records(members)}, partial=True, notes=notes)


def founding(source: Path, campaign: Campaign) -> Incoming:
    """The roster with which a workspace begins.

    Args:
        source: The file.
        campaign: The campaign that the workspace will hold.

    Returns:
        A new branch with its members; its id is the one in the sheet, else b01.

    Raises:
        OrglifeError: it is no roster, with everything that is wrong.
    """
    return founding_bytes(source.name, b"" if not is_workbook(source) else files.read(source), campaign)


def founding_bytes(name: str, data: bytes, campaign: Campaign) -> Incoming:
    """The same from a file's name and bytes."""
    if not is_workbook(Path(name)):
        raise BadInput([f"{name}不是电子表格。党员名册请用xlsx文件（Excel或WPS另存为xlsx）。"])
    book = open_workbook(name, data)
    return founding_grids(name, book.grids, campaign, book.meta.get("branch", ""))


def founding_grids(name: str, grids: Sequence[SheetRows], campaign: Campaign, branch: str = "") -> Incoming:
    """The same from sheets; ``branch`` is the id where they say none."""
    roster = read_roster(name, grids, lexicon_of(campaign, {}))
    if roster.problems:
        raise BadInput(roster.problems)
    incoming = _members(campaign, name, roster, {}, roster.branch.get("id") or branch or FIRST_BRANCH)
    return incoming if "has_committee" in roster.branch else _with_committee(incoming)


def _with_committee(incoming: Incoming) -> Incoming:
    """Where there are 委员 there is a committee: nobody need say it once more."""
    if incoming.branch is None or all(
        getattr(one, "role", None) != "committee" for one in incoming.records[Member.TYPE]
    ):
        return incoming
    head = incoming.branch.model_copy(update={"has_committee": True})
    return replace(incoming, branch=head, notes=(*incoming.notes, "名册里有委员，已登记为设支委会。"))
