"""Three hundred texts that somebody might type to break a paper, or paste without knowing."""

from __future__ import annotations

import json
from typing import Any

from orglife.core.paper.block import Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.record.exchange import read_parcel
from orglife.core.record.record import Entry
from orglife.core.record.shape import specs_of
from orglife.stages import STAGES
from orglife.stages.kinds import BUREAU_KINDS, BY_TYPE, KINDS
from tests import branch as b

Json = dict[str, Any]

_TYPST = """#panic("x") #import "x.typ" #read("/etc/passwd") #let x = 1 #show: x => [] #set page(width: 1pt) $x^2 sum$ *粗* _斜_
`raw` ```typ x``` <label> @ref @label[x] = 题目 == 题目 - 列表 + 编号 / 词: 义 // 注释 /* 注释 */ \\ \\u{202E} ~ -- --- ... #{ [ ] { } #eval("1+1")
#pagebreak() #v(-100cm) #place(top)[x] #metadata(1) https://例子.测试 #image("a.png") #include "b.typ" #text(fill:red)[红] $ 1/0 $ #(1,2) 「#」"""
_HTML = """<script>alert(1)</script> <img/src=x/onerror=alert(1)> <svg/onload=alert(1)> </td></tr></table> </style><b>
<iframe/src=javascript:alert(1)> <a/href="data:text/html,x">点</a> &lt;b&gt; &amp; &#60;script&#62; &nbsp; "><b> '><b> <!-- --> <![CDATA[x]]> <plaintext>
</body></html> <meta/http-equiv=refresh> <link/rel=stylesheet/href=//x> <base/href=//x> <form><input> javascript:alert(1) <details/open/ontoggle=alert(1)>
<math><mi/xlink:href=x> <template> <object/data=x> &#x202E; &lrm; <br> <p style=position:fixed> <svg><script>alert(1)</script></svg> <style>*{display:none}</style>"""
_JINJA = """{{7*7}} {%raw%} {%endraw%} {{config}} {#注释#} {{''.__class__.__mro__}} {%for/x/in/y%} {{x|safe}} {%include"x"%} {%block/x%} {% endif %}
${7*7} #{7*7} <%=7*7%> {{{x}}} [[x]] %s %(x)s {0} {x!r} {} %n %x $x ${x} `id` $(id) ;ls |ls &&ls"""
_MARKDOWN = """# 标题 ## 标题 **粗** __粗__ ~~删~~ [链](http://x) ![图](x.png) > 引 ``` --- *** ___ 1. 2) - [x] |a|b| [^1] :smile: <http://x> \\* ==亮== ++下划++
$$x$$ \\(x\\) \\[x\\] [TOC] {#id} *[x]: y ~~~ +++ %%% !!! ??? :::note"""
_XML = """<?xml version="1.0"?> <!DOCTYPE x [<!ENTITY y "z">]> &y; &undefined; &#0; &#xFFFE; <x:y/> xmlns:w="x" ]]> <w:t>字</w:t> <w:br/> <w:fldSimple>
<xml/> <?php echo 1?> &quot; &apos; <a b='c'> </a> <a/><b> <!ELEMENT x ANY> <!ATTLIST x> %pe; <xi:include/href="x"/> <svg:svg/> <rdf:li>"""
_SHEET = """=1+1 +1 -1 @SUM(A1) =cmd|'/C calc'!A0 =HYPERLINK("http://x") =WEBSERVICE("http://x") -2+3+cmd|' '!A0 +cmd|x =1/0 #REF! #N/A =A1:A9 '=1 "=1"
=IMPORTXML(x) =DDE("x") ;;; ,,, a,b,"c =SUM(1,2) =\\x @x 1E9 007 1/2 2-3 TRUE NULL NaN -0 1e999 0x10 ００７ １／２"""
_PATHS = r"""../../../etc/passwd C:\Windows\System32 \\server\share file:///etc/passwd con.txt NUL a:b a*b a?b a|b a<b a>b "a" 'a' ; -- -rf --help DROP/**/TABLE/**/x
' OR '1'='1 x';DROP/**/TABLE/**/revisions;-- %00 %0a %2e%2e%2f \n \r\n \t \0 \x00 \u0000 \N{BULLET} (?:x)* (a+)+$ [a-z]{9999} ^$ .* \d+ \1 \Z"""
_WORDS = {
    "long latin word": "a" * 10_000,
    "long word of capitals": "W" * 3_000,
    "long number": "9" * 10_000,
    "long Chinese word": "字" * 10_000,
    "long run of marks": "！" * 2_000,
    "long run of dashes": "—" * 2_000,
    "long run of dots": "…" * 2_000,
    "long run of low lines": "_" * 2_000,
    "long address": "http://" + "x" * 1_000 + "/" + "y" * 1_000,
    "many blanks": "头" + " " * 3_000 + "尾",
    "many wide blanks": "头" + "\u3000" * 3_000 + "尾",
    "many tabs": "头" + "\t" * 500 + "尾",
    "many no-break spaces": "字\u00a0" * 1_000,
    "no-break words": "\u2060".join("字" * 500),
    "word joined by no-break hyphens": "\u2011".join(["a"] * 500),
    "many lines": "\n".join("行" for _ in range(500)),
    "many blank lines": "头" + "\n" * 500 + "尾",
    "opening marks": "（「『《〈【" * 200,
    "closing marks": "）」』》〉】" * 200,
}
_EMOJI = "😀 👍🏽 👨‍👩‍👧‍👦 🇨🇳 ❤️ ☺️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ ♥ ★ ☆ ● ○ ◎ ■ □ ▲ △ ※ → ← ↑ ↓ ☑ ☐ ☒ ✓ ✔ ✗ № ℃ ‰ ㎡ ① ⑩ ㈠ Ⅳ ㊣ 〇"
_MARKS = [
    "a\u0301",
    "e\u0301\u0302\u0303",
    "字\u0301",
    "\u0301开头",
    "a" + "\u0301" * 100,
    "ก็",
    "한글",
    "é",
    "é",
    "ﬁ",
    "Å",
    "ǰ̌",
    "ｶﾞ",
    "が",
    "ガ\u3099",
]
_RTL = [
    "שלום",
    "مرحبا",
    "\u200fא",
    "a\u200eב",
    "\u202eabc",
    "\u202d字\u202c",
    "\u2067字\u2069",
    "(א)",
    "٣",
    "ﷺ",
    "\u061cx",
    "\u2066",
]
_LINES = [
    "上\n下",
    "上\r下",
    "上\r\n下",
    "上\x0b下",
    "上\x0c下",
    "上\x85下",
    "上\u2028下",
    "上\u2029下",
    "\n头",
    "尾\n",
    "\u2028",
    "上\n\n\n下",
    "上\n\t下",
    "上\u2028\u2029下",
]
_INVISIBLE = [
    "零\u200b宽",
    "零\u200c宽",
    "零\u200d宽",
    "零\u2060宽",
    "\ufeff头",
    "软\u00ad连",
    "葛\U000e0100",
    "〇\ufe00",
    "\u034f",
    "字\u180e",
    "\u200b",
    "a\u00a0b",
    "a\u202fb",
    "a\u2003b",
    "a\u205fb",
]
_ODD = [
    "\x00",
    "\x01响",
    "\x07响",
    "\x08退",
    "\x1b[31m红",
    "\x7f删",
    "\x9b2J",
    "\ue000",
    "\uf8ff",
    "王\ue863",
    "\U000f0000",
    "\U0010ffff",
    "\ud800",
    "\udfff字",
    "\ufffe",
    "\uffff",
    "\ufdd0",
    "\U0001fffe",
    "\ufff9注\ufffb",
    "\ufffc",
    "\U000e0041",
    "\u2062",
    "\u206f",
    "\ufffd",
]
_RARE = [
    "䶮",
    "㛃",
    "𬭎",
    "𠅤",
    "堃",
    "玥",
    "镕",
    "頔",
    "㵘",
    "喆",
    "㻬",
    "𫖯",
    "𬍛",
    "𬬩",
    "\U0003134a",
    "\U0002ebf0",
    "〾",
    "⿰",
    "々",
    "〆",
    "ㄅ",
    "ㆍ",
    "ｱ",
    "ｗ",
]


def hostile() -> list[str]:
    """All of them, each once."""
    pieces = [
        *_TYPST.split(),
        *_HTML.split(),
        *_JINJA.split(),
        *_MARKDOWN.split(),
        *_XML.split(),
        *_SHEET.split(),
        *_PATHS.split(),
    ]
    whole = [_TYPST, _HTML, _JINJA, _MARKDOWN, _XML, _SHEET, _PATHS]
    rest = [*_EMOJI.split(), *_MARKS, *_RTL, *_LINES, *_INVISIBLE, *_ODD, *_RARE]
    return list(dict.fromkeys([*_WORDS.values(), *whole, *pieces, *rest]))


SAMPLE = [
    _TYPST,
    _HTML + _JINJA,
    _SHEET + _XML,
    "上\u2028下\x0b尾",
    "a" * 300,
    "字\u0301\u200b葛\U000e0100",
    "（「『《" * 30,
    "王\u202e",
    "😀",
]
"""A few of each kind, for every run."""


def small() -> Json:
    """A branch with one record of nearly every type, three members, everything listed."""
    raw = b.branch()
    records = {kind: rows[: 3 if kind == "member" else 1] for kind, rows in raw["records"].items()}
    records["opinion"] = raw["records"]["opinion"][:2]
    records["rect_item"] = raw["records"]["rect_item"][:2]
    records["disposal"] = [
        {"id": "d", "member": "m1", "kind": "talk", "ground": "因", "proposed_by": "committee", "proposed_on": "2024-02-26",
         "heard_note": "无", "help_measures": "帮", "approved_by": "局"}
    ]  # fmt: skip
    records["explanation"] = [
        {"id": "e", "rule": "TALK-01", "reason": "因", "by": {"name": "甲"}, "date": "2024-02-26"}
    ]
    records["redo_order"] = [
        {"id": "ro", "branch": "t01", "round": 1, "scope": "whole", "issued_by": "局", "date": "2024-02-27",
         "due": "2024-03-20", "reason": "因"}
    ]  # fmt: skip
    meeting = records["meeting"][0]
    meeting |= {
        "recorder": {"name": "甲", "unit": "乙"},
        "delegation_note": "因",
        "closing": "完",
        "resolutions": [{"subject": "事"}],
    }
    meeting["groups"] = [{"group": "组", "place": "处", "speeches": [{"member": "m1", "order": 1, "points": "点"}]}]
    return {**raw, "records": records}


def filled_with(text: str) -> Json:
    """The small branch with the text in every field that takes free text."""
    raw = small()
    from orglife.core.record.branch import Branch

    _fill(raw["branch"], Branch, text)
    for kind, rows in raw["records"].items():
        for row in rows:
            _fill(row, BY_TYPE[kind], text)
    return raw


def _fill(body: Json, kind: type[Entry], text: str) -> None:
    for spec in specs_of(kind):
        value = body.get(spec.name)
        if spec.kind in ("text", "lines") and spec.name not in ("id", "rule", "sha256") and not spec.ref:
            body[spec.name] = text
        elif spec.kind == "person" and isinstance(value, dict):
            body[spec.name] = {"name": text, "unit": text}
        elif spec.kind == "object" and spec.item is not None:
            inner = body.setdefault(spec.name, {})
            _fill(inner, spec.item, text)
        elif spec.kind == "rows" and spec.item is not None:
            for row in value or ():
                _fill(row, spec.item, text)


def papers_with(text: str) -> list[Document]:
    """All papers of a branch in which every free text is this one."""
    data = json.dumps(filled_with(text)).encode()
    incoming = read_parcel(data, "x.json", KINDS, BUREAU_KINDS)
    assert incoming.branch is not None
    dossier = Dossier(incoming.campaign, incoming.branch, incoming.records, b.AS_OF)
    sheet = Sheet(dossier, b.campaign(theme="主题"), ())
    filled = [paper for stage in STAGES if stage.documents for paper in stage.documents(sheet)]
    return [*filled, *(paper for stage in STAGES if stage.blanks for paper in stage.blanks(sheet))]
