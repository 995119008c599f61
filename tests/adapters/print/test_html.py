"""The HTML: one file that needs nothing else, text that stays text, the structure of the PDF."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from orglife.adapters.print import html
from orglife.core.errors import BadCharacter
from orglife.core.paper.block import (
    TO_FILL,
    Bundle,
    Column,
    Document,
    Facts,
    Heading,
    Paragraph,
    Signature,
    Space,
    Table,
)
from tests.adapters.print import papers

VOID = {"meta", "col", "br", "hr", "link", "img", "input"}


class Tree(HTMLParser):
    """Tags with their attributes, the text outside of style and title; unclosed or crossed tags fail."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self._open):
            self.text += data

    def of(self, tag: str, name: str = "") -> list[dict[str, str | None]]:
        """Attributes of every such tag (with such a class)."""
        return [
            attrs for one, attrs in self.tags if one == tag and (not name or name in (attrs.get("class") or "").split())
        ]


@pytest.fixture(params=["page", "fragment"])
def hostile(request: pytest.FixtureRequest) -> str:
    """The page or the fragment of papers that try everything."""
    bundle = papers.everything(papers.INJECTION)
    return html.page(bundle) if request.param == "page" else html.fragment(bundle.documents)


def test_markup_in_every_place_is_printed_literally(hostile: str) -> None:
    expected = 4 * 17 + hostile.count("<nav") * 4
    assert Tree(hostile).text.count(papers.INJECTION) == expected
    assert "<script" not in hostile
    assert "49" not in Tree(hostile).text


def test_nothing_runs_and_nothing_is_fetched(hostile: str) -> None:
    tree = Tree(hostile)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base", "svg"} & {
        tag for tag, _ in tree.tags
    }
    for _, attributes in tree.tags:
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "srcset", "action", "data"}]
        assert (attributes.get("href") or "#").startswith("#")
    (style,) = re.findall(r"<style>(.*?)</style>", hostile, re.DOTALL)
    assert not re.search(r"url\(|@import|@font-face|https?:|//", style)


def test_quotes_cannot_leave_an_attribute() -> None:
    bundle = Bundle(documents=[papers.paper(title='"><b onclick=x>')], title='</title><b>"', branch='"><i>')
    tree = Tree(html.page(bundle))
    assert tree.of("b") == tree.of("i") == []
    assert '"><b onclick=x>' in tree.text


def test_the_page_is_chinese_and_fits_a_phone() -> None:
    tree = Tree(html.page(papers.everything()))
    assert tree.of("html") == [{"lang": "zh-CN"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in tree.of("meta")


def test_the_page_prints_on_a4_and_wide_tables_across() -> None:
    page = html.page(papers.everything())
    assert "size: A4 landscape" in page
    assert [attrs["class"] for attrs in Tree(page).of("article")] == [
        f"ol-paper ol-page-{page}" for page in papers.PAGES
    ]
    assert re.search(r"\.ol-page-L \{ page: wide", page)


def test_the_structure_is_that_of_the_papers() -> None:
    document = Document(
        form="F9",
        title=["第一行", "第二行"],
        blocks=[
            Heading(level=1, text="一、"),
            Heading(level=2, text="（一）"),
            Facts(rows=[("时间", "今天"), ("地点", "会议室"), ("议题", "长" * 40)]),
            Table(columns=[Column(head="序号"), Column(head="数", align="right", share=3)], rows=[["1", "2"]]),
            Space(lines=4),
            Signature(roles=["书记", "某支部（盖章）"]),
        ],
    )
    tree = Tree(html.page(papers.bundle(document)))
    assert [tag for tag, _ in tree.tags if re.fullmatch(r"h\d", tag)] == ["h1", "h2", "h3"]
    assert len(tree.of("span", "ol-title-line")) == 2
    assert [attrs for attrs in tree.of("th") if attrs.get("scope") == "row"] == [{"scope": "row"}] * 3
    assert [attrs.get("colspan") for attrs in tree.of("td")][:3] == [None, None, "3"]
    assert len(tree.of("thead")) == 1
    assert tree.of("td", "ol-right")
    assert [attrs["style"] for attrs in tree.of("col") if "style" in attrs] == ["width:25.00%", "width:75.00%"]
    assert len(tree.of("div", "ol-rule")) == 4
    assert (len(tree.of("p", "ol-sign")), len(tree.of("p", "ol-seal"))) == (1, 1)


def test_drafts_and_what_is_to_be_filled_in_are_marked() -> None:
    text = Paragraph(text=f"地点：{TO_FILL}")
    draft, fair = html.fragment([papers.paper(text, draft=True)]), html.fragment([papers.paper(text)])
    assert "草稿：有待填内容" in Tree(draft).text
    assert "草稿" not in Tree(fair).text
    assert len(Tree(fair).of("mark", "ol-fill")) == 1


def test_a_fragment_styles_only_itself() -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", html.fragment([papers.paper()]), re.DOTALL)
    style = re.sub(r"/\*.*?\*/|@media [^{]+\{", "", style, flags=re.DOTALL)
    selectors = [line.split("{")[0].strip() for line in style.splitlines() if "{" in line]
    assert selectors
    assert [one for one in selectors if not one.startswith(".ol-papers")] == []


def test_a_fragment_without_papers_says_so() -> None:
    assert "没有要存档的文件" in Tree(html.fragment([])).text


def test_what_must_not_be_printed_is_refused_in_a_file_and_visible_in_a_notebook() -> None:
    document = papers.paper(Paragraph(text="甲\u202e乙", record="谈话记录t01"))
    with pytest.raises(BadCharacter) as caught:
        html.page(papers.bundle(document))
    assert caught.value.fields == {"title": "会议记录", "code": "U+202E", "record": "谈话记录t01"}
    assert "甲\ufffd乙" in Tree(html.fragment([document])).text


def test_equal_papers_give_equal_text() -> None:
    assert html.page(papers.everything()) == html.page(papers.everything())
