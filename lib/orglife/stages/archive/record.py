"""The catalogue of archived papers."""

from __future__ import annotations

from typing import Literal

from orglife.core.record.field import Count, Day, Ident, entry
from orglife.core.record.record import Record

RETENTIONS = {"Y": "永久", "D30": "30年", "D10": "10年"}


class ArchiveItem(Record):
    """F22 归档目录: one archived paper, i.e. one form and one subject; made by the command ``archive``."""

    TYPE, STAGE, LABEL, FORM = "archive_item", "archive", "归档件", "F22"
    PERSONAL = ""

    form: str = entry("表号", derived=True, default="")
    subject: Ident = entry("对象", derived=True, default="")
    code: str = entry("档号", derived=True, default="")
    year: Count | None = entry("年度", derived=True)
    retention: Literal["Y", "D30", "D10"] | None = entry("保管期限", derived=True, labels=RETENTIONS)
    seq: Count | None = entry("件号", derived=True)
    title: str = entry("题名", derived=True, default="")
    persons: list[str] = entry("人名", derived=True, factory=list)
    responsible: str = entry("责任者", derived=True, default="")
    date: Day | None = entry("日期", derived=True)
    pages: Count | None = entry("页数", derived=True, unit="页")
    security: str = entry("密级", derived=True, default="内部")
    format: str = entry("格式", derived=True, default="")
    file: str = entry("文件", derived=True, default="")
    sha256: str = entry("校验值", derived=True, default="")
    withdrawn: bool = entry("撤件", default=False)
