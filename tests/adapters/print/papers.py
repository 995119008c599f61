"""Papers for the tests of formats: every kind of block, every kind of page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from orglife.core.paper import layout
from orglife.core.paper.block import (
    TO_FILL,
    AnyBlock,
    Bundle,
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Page,
    Paragraph,
    Signature,
    Space,
    Table,
    printed,
)

NOON = 1709640000
INJECTION = "#panic() $x$ *b* <script>alert(1)</script> {{7*7}} =1+1"
PAGES: tuple[Page, ...] = ("P", "T", "L", "9704")


def blocks(text: str = "内容") -> list[AnyBlock]:
    """One block of every kind (headings of all levels, facts in both widths), the text in every place that takes one."""
    return [
        *(Heading(level=level, text=text) for level in (1, 2, 3)),
        Paragraph(text=text),
        Paragraph(text=text, flush=True),
        Facts(rows=[(text, text), ("姓名", "李秀兰"), ("党员类别", "正式党员")]),
        Facts(rows=[(text, text)], across=1),
        Table(columns=[Column(head="序号"), Column(head=text, share=5, align="left")], rows=[["1", text], ["2", "短"]]),
        Note(text=text),
        Space(lines=2),
        Signature(roles=[text, "记录人"], day=text),
        Signature(roles=["某某支部委员会（盖章）"]),
        Signature(roles=["发文机关（印章）"], day="2024年2月20日"),
    ]


def paper(
    *parts: AnyBlock, title: str = "会议记录", page: Page = "P", form: str = "F9", draft: bool = False
) -> Document:
    """A paper with these blocks."""
    return Document(form=form, title=[title], page=page, draft=draft, blocks=list(parts))


def everything(text: str = "内容") -> Bundle:
    """All kinds of blocks on all kinds of pages, one of them a draft."""
    papers = [
        Document(
            form=f"F{number}",
            title=["第一行", text],
            subtitle=text,
            recipient=text,
            page=page,
            draft=number == 1,
            blocks=[*blocks(text), Paragraph(text=TO_FILL)] if number == 1 else blocks(text),
        )
        for number, page in enumerate(PAGES, 1)
    ]
    return Bundle(documents=papers, title="召开会议", branch="第一党支部", campaign="专题组织生活会")


def bundle(*documents: Document) -> Bundle:
    """A bundle of these papers."""
    return Bundle(documents=list(documents), title="召开会议", branch="第一党支部")


def bare(text: str) -> str:
    """A text without blanks: lines of a paragraph are lines of an extracted text as well."""
    return "".join(text.split())


def expected(document: Document) -> str:
    """What a paper says, blanks left out: signatures add a colon, and a day to fill in where there is none."""
    day = "年月日"
    said = [*document.title, document.subtitle, layout.addressed(document.recipient)]
    for block in document.blocks:
        if not isinstance(block, Signature):
            said += block.texts()
            continue
        seals = layout.seals(block)
        signs = [role for role in block.roles if role not in seals]
        said += [part for role in seals for part in (layout.sealed_name(role), block.day or day)]
        said += [part for role in signs for part in (role, "：", "" if block.day else day)]
        said += [block.day] if signs and not seals else []
    return bare(printed("".join(said)))


def digests_elsewhere(maker: str) -> set[str]:
    """SHA-256 of ``everything`` made by processes with other hash seeds, in other time zones.

    Args:
        maker: Module and function of the adapter: typst.pdf, docx.docx.
    """
    code = (
        "import hashlib; from orglife.adapters.print import docx, typst; from tests.adapters.print import papers;"
        f"print(hashlib.sha256({maker}(papers.everything(), timestamp={NOON})).hexdigest())"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            text=True,
        )
        for seed, zone in (("1", "Asia/Shanghai"), ("2", "America/New_York"))
    ]
    return {process.communicate()[0].strip() for process in started}
