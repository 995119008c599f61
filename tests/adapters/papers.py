"""Papers for the tests of formats: every kind of block, every kind of page."""

from __future__ import annotations

from orglife.core.block import (
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
)

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
