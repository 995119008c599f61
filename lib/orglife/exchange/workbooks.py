"""Export a branch's records as a workbook for Excel and WPS; import workbooks and rosters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from orglife.core.errors import BadInput, NotImportable, UnknownBranch, UnknownStage
from orglife.core.record.branch import Branch, Member
from orglife.core.record.dossier import Dossier, identified, sort_records
from orglife.core.record.exchange import Incoming, field_problems
from orglife.core.record.record import Identified, Record
from orglife.core.rule.campaign import Campaign
from orglife.core.sheet.cells import Lexicon
from orglife.core.sheet.pages import Body, SheetPage, bodies_of, pages_of
from orglife.core.sheet.returned import Bodies, Returned, ids_of, read_returned
from orglife.core.sheet.roster.merging import Roster, is_roster, merge_roster, read_roster, strangers
from orglife.core.stage import Stage
from orglife.office.arguments import stage_of
from orglife.office.office import Office
from orglife.stages import STAGES
from orglife.stages.kinds import BY_TYPE
from orglife.stages.meeting.record import Meeting

if TYPE_CHECKING:
    from orglife.adapters.sheet.reader import WorkbookContents

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et"})
Earlier = Mapping[str, Bodies]
NO_EARLIER: Earlier = {}
BRANCH_STAGES = tuple(stage for stage in STAGES if not stage.bureau)


# --- out -------------------------------------------------------------------------------------------------------------


def export_workbook(office: Office, branch: str, stages: Sequence[str] = ()) -> bytes:
    """Export stages of a branch as one workbook.

    Args:
        office: The workspace.
        branch: The branch's id.
        stages: Keys of the stages; none = all.

    Raises:
        UnknownStage: a stage does not exist or belongs to the bureau.
        BadInput: a text does not fit into a cell.
    """
    from orglife.adapters.sheet import writer  # noqa: PLC0415  loads openpyxl and numpy, which most kernels do not need

    chosen = _stages(stages)
    dossier = office.dossier(branch)
    meta = {"campaign": dossier.campaign, "branch": branch, "stage": "、".join(s.key for s in chosen)}
    kinds = kinds_of(chosen, lambda stage: stage.entered(office.campaign, dossier))
    return writer.write_workbook(pages(dossier, office.campaign, kinds), meta)


def pages(dossier: Dossier, campaign: Campaign, kinds: Iterable[type[Identified]]) -> list[SheetPage]:
    """Records of some types as sheet pages; with ``Branch`` among the types, also the branch's own data."""
    lexicon = lexicon_of(campaign, bodies_now(dossier))
    sheet_pages: list[SheetPage] = []
    for kind in kinds:
        records = [dossier.branch] if kind is Branch else dossier.records.get(getattr(kind, "TYPE", ""), ())
        sheet_pages += pages_of(kind, records, lexicon)
    return sheet_pages


def _stages(keys: Sequence[str]) -> tuple[Stage, ...]:
    for key in keys:
        if stage_of(key) not in BRANCH_STAGES:
            raise UnknownStage(stage=key, known="、".join(s.key for s in BRANCH_STAGES))
    return tuple(s for s in BRANCH_STAGES if not keys or s.key in keys)


def kinds_of(
    stages: Iterable[Stage], entered: Callable[[Stage], Iterable[type[Record]]] = attrgetter("records")
) -> list[type[Identified]]:
    """The record types of some stages, or those of them that are ``entered``; the branch's data comes with the roster."""
    kinds: list[type[Identified]] = []
    for stage in stages:
        kinds += [Branch] if Member in stage.records else []
        kinds += entered(stage)
    return kinds


# --- in --------------------------------------------------------------------------------------------------------------


def is_workbook(source: Path) -> bool:
    """Whether a file is a workbook, by its suffix."""
    return source.suffix.lower() in SUFFIXES


def open_workbook(name: str, data: bytes) -> WorkbookContents:
    """Read a workbook's sheets from the file's name and bytes.

    Raises:
        BadInput: it is not a workbook, is encrypted, holds macros, or is too large.
    """
    from orglife.adapters.sheet import reader  # noqa: PLC0415  as in export_workbook

    if name.startswith("~$"):
        raise BadInput(
            [f"{name}是Excel或WPS正在打开的表留下的临时文件，不用选。请关闭那份表，选名称里没有“~$”的那一个。"]
        )
    if Path(name).suffix.lower() == ".xlsm":
        raise BadInput([f"{name}带有宏，没有打开。请另存为“Excel 工作簿”（不带宏）后再试。"])
    return reader.read_workbook(data, name)


def read_workbook(
    office: Office, name: str, book: WorkbookContents, branch: str = "", earlier: Earlier = NO_EARLIER
) -> Incoming:
    """Read a workbook: one that this program exported, or a plain roster.

    Args:
        office: The workspace.
        name: The file's name in messages.
        book: Its sheets.
        branch: The target branch; "" = the one that the file names, else the workspace's own or only branch.
        earlier: Branch → records that other files of the same import add.

    Raises:
        OrglifeError: all problems, each with its sheet and cell; nothing is changed.
    """
    if book.meta:
        return _forms(office, name, book, branch, earlier)
    if not is_roster(book.grids):
        raise NotImportable(path=name)
    return _roster(office, name, book, branch, earlier)


def _forms(office: Office, name: str, book: WorkbookContents, expected: str, earlier: Earlier) -> Incoming:
    """Read a workbook that this program exported."""
    branch = owner_of(office, name, book.meta, expected)
    stored = bodies_with(office, branch, earlier)
    known = list(stored.get("member", {}).values())
    kinds = kinds_of(BRANCH_STAGES)
    returned = read_returned(name, book.grids, kinds, stored, lambda bodies: lexicon_of(office.campaign, bodies, known))
    heads = returned.records.pop("branch", [])
    head = heads[0] if heads else Branch.stored(stored["branch"][branch]) if stored else None
    if not isinstance(head, Branch):
        raise UnknownBranch(branch=branch, known="、".join(office.branches()) or "（还没有）")
    if len(heads) > 1 or head.id != branch:
        returned.problems.append(f"{name}的“{Branch.LABEL}”表：只能有一行，支部代号是“{branch}”。请改回。")
    return _incoming(office, name, head, returned, stored)


def owner_of(office: Office, name: str, meta: Mapping[str, str], expected: str) -> str:
    """The branch whose records an exported workbook holds.

    Raises:
        BadInput: the format, the campaign or the branch is not the expected one.
    """
    from orglife.adapters.sheet import writer  # noqa: PLC0415  as in export_workbook

    if meta.get("format") != writer.FORMAT:
        raise BadInput([f"{name}的版式是“{meta.get('format', '')}”，认得的是 {writer.FORMAT}。请重新导出后再填。"])
    if meta.get("campaign") != office.campaign.id:
        stated = meta.get("campaign", "")
        raise BadInput([f"{name}是方案“{stated}”的数据，这里用的是“{office.campaign.id}”。请导入本方案的数据。"])
    branch = meta.get("branch", "")
    if expected and expected != branch:
        raise BadInput([f"{name}是支部“{branch}”的表，不是“{expected}”的。请换一个文件。"])
    return branch


def _incoming(office: Office, name: str, head: Branch, returned: Returned, stored: Bodies) -> Incoming:
    records = {t: sort_records(r for r in rows if isinstance(r, Record)) for t, rows in returned.records.items()}
    if not returned.problems:
        returned.problems += _duplicate_ids(name, records, stored)
    if returned.problems:
        raise BadInput(returned.problems)
    return Incoming(office.campaign.id, head, records, partial=True, places=returned.places)


def _duplicate_ids(name: str, brought: Mapping[str, Sequence[Record]], stored: Bodies) -> list[str]:
    """Problems with ids used twice: an id is unique in a dossier, across all types and nested objects."""
    merged_records = [record for rows in brought.values() for record in rows]
    named = {(record.TYPE, record.id) for record in merged_records}
    for type_name, rows in stored.items():
        if type_name in BY_TYPE:
            merged_records += [BY_TYPE[type_name].stored(b) for i, b in rows.items() if (type_name, i) not in named]
    labels: dict[str, str] = {}
    problems = []
    for record in merged_records:
        for each in identified([record]):
            if each.id in labels:
                problems.append(
                    f"{name}：编号“{each.id}”用了两次（“{labels[each.id]}”和“{record.LABEL}”）。请改成不同的编号，新增的可以空着。"
                )
            labels.setdefault(each.id, record.LABEL)
    return problems


def lexicon_of(campaign: Campaign, bodies: Bodies, earlier: Iterable[Body] = ()) -> Lexicon:
    """Names and labels of the given records; ``earlier`` members can still be read by their former names."""
    members = [*earlier, *bodies.get("member", {}).values()]
    guests = [guest for body in bodies.get(Meeting.TYPE, {}).values() for guest in body.get("guests", ())]
    return Lexicon(
        campaign,
        date.today(),
        people=tuple(dict.fromkeys((m["id"], m.get("name", "")) for m in members)),
        guests=tuple((g["id"], g.get("name", "")) for g in guests),
    )


def bodies_with(office: Office, branch: str, earlier: Earlier) -> Bodies:
    """A branch's records as JSON objects, with those that other files add; {} for a branch that does not exist yet."""
    bodies = bodies_now(office.dossier(branch)) if branch in office.branches() else {}
    for type_name, rows in earlier.get(branch, {}).items():
        bodies[type_name] = {**bodies.get(type_name, {}), **rows}
    return bodies


def bodies_now(dossier: Dossier) -> Bodies:
    """A branch's records as JSON objects, including the branch's own data."""
    bodies: Bodies = {"branch": {dossier.branch.id: dossier.branch.to_json()}}
    return bodies | {type_name: bodies_of(rows) for type_name, rows in dossier.records.items()}


# --- rosters ---------------------------------------------------------------------------------------------------------


def _roster(office: Office, name: str, book: WorkbookContents, expected: str, earlier: Earlier) -> Incoming:
    """Read a plain roster for an existing branch, or for a new branch that it names."""
    roster = read_roster(name, book.grids, lexicon_of(office.campaign, {}))
    stated = roster.branch.get("id", "")
    if expected and stated and expected != stated:
        roster.problems.append(f"{name}是支部“{stated}”的名册，不是“{expected}”的。请换一个文件。")
    if roster.problems:
        raise BadInput(roster.problems)
    branch = expected or stated or office.one_branch()
    stored = bodies_with(office, branch, earlier)
    foreign = strangers(stored.get("member", {}), [str(body.get("name", "")) for body in roster.members])
    if foreign and not expected and not stated:
        raise BadInput([f"{name}：{foreign.removesuffix('。')}，加 --branch {branch}。"])
    taken = set(ids_of(stored)) - {branch}
    return roster_members(office.campaign, name, roster, stored, branch, taken=taken)


def roster_members(
    campaign: Campaign, name: str, roster: Roster, stored: Bodies, branch: str, *, taken: Iterable[str] = ()
) -> Incoming:
    """A strict roster's members for a branch, known ones revised.

    Raises:
        BadInput: a name occurs twice, or a value does not fit.
    """
    bodies = merge_roster(roster, stored.get("member", {}), set(taken), name)
    own_fields = {k: v for k, v in roster.branch.items() if k != "id"}
    try:
        head = Branch.model_validate({**stored.get("branch", {}).get(branch, {}), **own_fields, "id": branch})
        members = [Member.model_validate(body) for body in bodies]
    except ValidationError as error:
        raise BadInput([f"{name}：{what}。" for _, what in field_problems(error)]) from error
    if roster.problems:
        raise BadInput(roster.problems)
    notes = (f"{name}里没有用到的列：{'、'.join(roster.unused)}。",) if roster.unused else ()
    notes = (*notes, *(f"{name}：{sentence}" for sentence in roster.notices))
    return Incoming(campaign.id, head, {Member.TYPE: sort_records(members)}, partial=True, notes=notes)


def with_committee(incoming: Incoming) -> Incoming:
    """Set ``has_committee`` if any member is 委员."""
    if incoming.branch is None or all(
        getattr(one, "role", None) != "committee" for one in incoming.records.get(Member.TYPE, ())
    ):
        return incoming
    head = incoming.branch.model_copy(update={"has_committee": True})
    return replace(incoming, branch=head, notes=(*incoming.notes, "名册里有委员，已登记为设支委会。"))
