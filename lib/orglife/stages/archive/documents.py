"""Cover papers of the archive: the catalogue (归档文件目录, F22) and the note (备考表)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Heading, Note, Signature, Table
from orglife.core.paper.paper import Sheet, section
from orglife.core.record.dossier import day_words
from orglife.stages.archive.items import in_order
from orglife.stages.archive.record import RETENTIONS, ArchiveItem

COLUMNS = (
    ("序号", 34),
    ("档号", 182),
    ("文号", 34),
    ("责任者", 110),
    ("题名", 159),
    ("日期", 58),
    ("密级", 34),
    ("页数", 34),
    ("备注", 46),
)
"""The columns of DA/T 22 with their widths; a branch's papers have no 文号."""
SECRET = ("绝密", "机密", "秘密")
"""The degrees of secrecy (保守国家秘密法 14); 内部 is none."""
LEFT = ("责任者", "题名")


def catalogue(sheet: Sheet, items: Sequence[ArchiveItem], attached: Mapping[str, int]) -> Document:
    """The catalogue: one table per retention period.

    Args:
        sheet: The branch.
        items: All items, withdrawn ones included.
        attached: Map from item id to the number of its attachments.
    """
    blocks: list[AnyBlock] = [Facts(rows=_head(sheet), across=2)]
    groups = [(k, group) for k in RETENTIONS if (group := [i for i in in_order(items) if i.retention == k])]
    for number, (key, group) in enumerate(groups, 1):
        blocks.append(Heading(text=section(number, f"保管期限：{RETENTIONS[key]}（{len(group)}件）")))
        rows = [_row(n, item, attached.get(item.id, 0)) for n, item in enumerate(group, 1)]
        columns = [Column(head=h, share=s, align="left" if h in LEFT else "center") for h, s in COLUMNS]
        blocks.append(Table(columns=columns, rows=rows))
    return _without_theme(sheet.document("F22", ["归档文件目录"], blocks, page="L"))


def _head(sheet: Sheet) -> list[tuple[str, str]]:
    branch = sheet.dossier.branch
    return [
        ("立档单位", branch.unit_name or branch.superior),
        ("全宗号", branch.fonds or "（未填写）"),
        ("机构", branch.name),
        ("年度", str(sheet.campaign.year or "")),
    ]


def _row(number: int, item: ArchiveItem, attached: int) -> list[str]:
    remarks = [*(["撤件"] if item.withdrawn else []), *([f"附件{attached}个"] if attached else [])]
    day = item.date.strftime("%Y%m%d") if item.date else ""
    return [
        str(number),
        item.code,
        "",
        item.responsible,
        item.title,
        day,
        item.security if item.security in SECRET else "",
        str(item.pages or 0),
        "；".join(remarks),
    ]


def note(
    sheet: Sheet, items: Sequence[ArchiveItem], parts: Mapping[str, str], *, attached: int, absent: int, final: bool
) -> Document:
    """The note: contents, missing attachments, and the digests of the package's parts, to be signed on paper.

    Args:
        sheet: The branch.
        items: All items, withdrawn ones included.
        parts: File name inside ``data`` → SHA-256.
        attached: Number of attachments in the package.
        absent: Number of registered attachments that are not in it.
        final: Whether the branch is final.
    """
    live = [i for i in items if not i.withdrawn]
    days = sorted(i.date for i in live if i.date)
    facts = [
        ("归档件", f"{len(live)}件，共{sum(i.pages or 0 for i in live)}页"),
        ("撤件", f"{len(items) - len(live)}件"),
        ("附件", f"{attached}个" + (f"，另缺{absent}个" if absent else "")),
        ("情况说明", f"{len(sheet.dossier.explanations)}条"),
        ("起止日期", f"{day_words(days[0])}至{day_words(days[-1])}" if days else "无"),
        ("状态", "已定稿" if final else "未定稿，没有编档号"),
    ]
    rows = [[name, _folded(digest)] for name, digest in parts.items()]
    blocks: list[AnyBlock] = [
        Facts(rows=[*_head(sheet), *facts], across=2),
        Note(
            text="下列文件与本表一同归档。任何一个文件改动一个字，它的校验值就与下表不同。签字后的纸质本表可以用来证明电子文件没有改动。"
        ),
        Table(
            columns=[
                Column(head="文件", share=3, align="left"),
                Column(head="校验值（SHA-256）", share=7, align="left"),
            ],
            rows=rows,
        ),
        Signature(roles=["整理人", "检查人"]),
    ]
    return _without_theme(sheet.document("F22", ["备考表"], blocks, subject="", page="T"))


def _without_theme(paper: Document) -> Document:
    """The archive's own papers are not papers of the meeting: its theme is not printed on them."""
    return paper.model_copy(update={"theme": ""})


def _folded(digest: str) -> str:
    """A digest in groups of eight digits, for comparison by eye."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))
