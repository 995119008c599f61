"""A member's own form: one workbook per person for the texts that this person writes; ``returned_forms`` reads it.

The form asks for names, ticks and texts, not for ids: outline and pledge as cards, problems and criticism as short tables.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from orglife.core.errors import NoSuchMember
from orglife.core.record.branch import Branch
from orglife.core.record.record import Record
from orglife.core.record.words import name_key
from orglife.core.sheet.cards import FormCard, Question, slots_of
from orglife.core.sheet.cells import Lexicon
from orglife.core.sheet.columns import SheetColumn, SheetTable, table_of
from orglife.core.sheet.pages import Body, ColumnHead, SheetPage, map_keys
from orglife.core.sheet.returned import Bodies
from orglife.exchange.workbooks import bodies_now, lexicon_of
from orglife.office.office import Office
from orglife.stages.meeting.record import Criticism
from orglife.stages.rectification.record import Pledge
from orglife.stages.reviews.record import MemberReview
from orglife.stages.shared.people import people
from orglife.stages.shared.rounds import meeting_in_force, round_to_fill

KIND = "member"
COVER, OUTLINE, PROBLEMS, CRITICISM, PLEDGE = "填写说明", "发言提纲", "查摆的问题", "批评意见", "整改承诺"
TITLES = (COVER, OUTLINE, PROBLEMS, CRITICISM, PLEDGE)
ROOM = 4  # minimum row height in lines, so that typed text stays visible
BRANCH, NAME, BLANK = "党支部", "姓名", "空白"
FILE = "对照检查"
ONLY = "only"  # in the hidden sheet: the only sheet to fill in
_LONGEST = 40  # characters of a name in a file's name
HIDDEN = frozenset({("id",), ("member",), ("author",), ("round",), ("problem_ids",), ("response",)})
_COVER_WORDS = (
    "组织生活会个人填写表",
    "各张表都由本人写，写自己的话。白色的格子是要填的；有下拉箭头的，从列表里选。",
    "“查摆的问题”一行写一个问题；查找后确实没有问题的方面，在“发言提纲”的“经查无问题”里打勾。",
    "要打勾的格子，点一下，从列表里选 √；没有的空着。日期写成 2月5日 或 2024-02-05 都可以。",
    "填好后保存，把这个文件交给党支部书记。请用Excel或WPS填，不要改表名，也不要加密码。",
)
_PLEDGE_COVER_WORDS = (
    "整改承诺填写表",
    "由本人写，写自己的话。白色的格子是要填的；有下拉箭头的，从列表里选。日期写成 2月5日 或 2024-02-05 都可以。",
    _COVER_WORDS[-1],
)
_OUTLINE_WORDS = ("具体问题填在“查摆的问题”表。“全文”可以不写，不写的由各项问题汇成。",)
_PLEDGE_WORDS = ("会后填写：针对查摆出来和大家指出的问题，打算怎样改、什么时候改到什么程度。",)


# --- existing records ------------------------------------------------------------------------------------------------


def sheet_tables(lexicon: Lexicon) -> dict[type[Record], SheetTable]:
    """The table of each record type of the form."""
    return {kind: table_of(kind, map_keys(lexicon)) for kind in (MemberReview, Pledge, Criticism)}


def own_record(stored: Bodies, kind: type[Record], member: str) -> Body:
    """A member's record of a type with one record per member; {} if there is none, the latest if there are several."""
    own = [body for body in stored.get(kind.TYPE, {}).values() if body.get("member") == member]
    return max(own, key=lambda body: (body.get("date", ""), body["id"]), default={})


def criticism_by(stored: Bodies, member: str, number: int) -> list[Body]:
    """A member's criticism of others in a round."""
    rows = stored.get(Criticism.TYPE, {}).values()
    return [body for body in rows if body.get("author") == member and body.get("round", 1) == number]


# --- out -------------------------------------------------------------------------------------------------------------


def export_member_forms(
    office: Office, branch: str, members: Sequence[str] = (), *, blank: bool = False, pledge_only: bool = False
) -> dict[str, bytes]:
    """Make the forms of a branch's members.

    Args:
        office: The workspace.
        branch: The branch's id.
        members: Ids of the members; none = all members.
        blank: One form without a name instead.
        pledge_only: Ask for the pledge only, after the meeting.

    Returns:
        File name → xlsx; the file is named by its member, so that it can be handed out. The criticism sheet is included
        once the meeting is over.

    Raises:
        NoSuchMember: somebody is not on the roster.
        BadInput: a text does not fit into a cell.
    """
    dossier = office.dossier(branch)
    for each in members:
        if each not in dossier.members:
            raise NoSuchMember(member=each, branch=dossier.branch.name or branch)
    from orglife.adapters.sheet import writer  # noqa: PLC0415  loads openpyxl and numpy, which most kernels do not need

    stored = bodies_now(dossier)
    meeting = meeting_in_force(dossier)
    form = _Form(
        dossier.branch,
        list(people(dossier).all),
        stored,
        lexicon_of(office.campaign, stored),
        over=meeting is not None and bool(meeting.completed),
        round=round_to_fill(dossier, Criticism),
        pledge_only=pledge_only,
    )
    meta = {"campaign": dossier.campaign, "branch": branch, "form": KIND, **({ONLY: PLEDGE} if pledge_only else {})}
    file = PLEDGE if pledge_only else FILE
    if blank:
        return {f"{file}_{BLANK}.xlsx": writer.write_workbook(list(form.sheets("")), meta)}
    names = _file_names({each: member.name for each, member in dossier.members.items()})
    return {
        f"{file}_{names[each]}.xlsx": writer.write_workbook(list(form.sheets(each)), {**meta, "member": each})
        for each in dict.fromkeys(members or form.everybody)
    }


def _file_names(members: Mapping[str, str]) -> dict[str, str]:
    """Member's id → the member's name as a part of a file's name; of members with one name, the id tells which is whose.

    Args:
        members: Id → name of all members of the branch.
        title: What the forms are, at the beginning of each name.
    """
    plain = {each: re.sub(r'[\\/:*?"<>|\x00-\x1f]', "", name).strip(" .")[:_LONGEST] for each, name in members.items()}
    often = Counter(name_key(name) for name in plain.values())
    shown = {each: name if often[name_key(name)] == 1 else f"{name}（{each}）" for each, name in plain.items()}
    return {each: shown[each] if plain[each] else each for each in members}


@dataclass(frozen=True)
class _Form:
    """The sheets of one branch's forms."""

    branch: Branch
    everybody: Sequence[str]
    stored: Bodies
    lexicon: Lexicon
    over: bool
    round: int
    pledge_only: bool = False

    def sheets(self, member: str) -> Iterator[FormCard | SheetPage]:
        """All sheets of one form; ``member`` "" = a blank form."""
        tables = sheet_tables(self.lexicon)
        outline = own_record(self.stored, MemberReview, member) if member else {}
        pledge = own_record(self.stored, Pledge, member) if member else {}
        yield self._cover(member, tables[MemberReview])
        if self.pledge_only:
            yield self._card(PLEDGE, _PLEDGE_WORDS, tables[Pledge], pledge)
            return
        yield self._card(OUTLINE, _OUTLINE_WORDS, tables[MemberReview], outline)
        items = list(outline.get("items") or ())
        with_items = {item.get("aspect") for item in items}
        blank_rows = [{"aspect": key} for key in self.lexicon.campaign.keys("aspects") if key not in with_items]
        yield self._page(PROBLEMS, tables[MemberReview].children[0], [*items, *blank_rows])
        if self.over:
            own = criticism_by(self.stored, member, self.round) if member else []
            criticised = {member, *(body.get("target") for body in own)}
            blank_rows = [{"target": each} for each in self.everybody if each not in criticised]
            yield self._page(CRITICISM, tables[Criticism], [*own, *blank_rows])
        yield self._card(PLEDGE, _PLEDGE_WORDS, tables[Pledge], pledge)

    def _cover(self, member: str, table: SheetTable) -> FormCard:
        note = "" if member else "必须填写：从列表里选。"
        spec = member_column(table).spec
        choices = () if member else tuple(name for _, name in self.lexicon.offers(spec))
        name = self.lexicon.write(member or None, spec)
        return FormCard(
            COVER,
            _PLEDGE_COVER_WORDS if self.pledge_only else _COVER_WORDS,
            [
                Question(ColumnHead(BRANCH, "text", derived=True), self.branch.name or self.branch.id),
                Question(ColumnHead(NAME, "text", note, core=True, derived=bool(member), choices=choices), name),
            ],
        )

    def _card(self, title: str, intro: Sequence[str], table: SheetTable, body: Body) -> FormCard:
        slots = slots_of(table, self.lexicon, HIDDEN).values()
        return FormCard(title, intro, [Question(s.head(self.lexicon), s.cell(body, self.lexicon)) for s in slots])

    def _page(self, title: str, table: SheetTable, bodies: Sequence[Body]) -> SheetPage:
        slots = slots_of(table, self.lexicon, HIDDEN).values()
        rows = [[slot.cell(body, self.lexicon) for slot in slots] for body in bodies]
        return SheetPage(title, [slot.head(self.lexicon) for slot in slots], rows, least=ROOM)


def member_column(table: SheetTable) -> SheetColumn:
    """The column with the member whose record it is."""
    return next(c for c in table.columns if c.path == ("member",))
