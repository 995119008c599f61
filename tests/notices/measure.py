"""How well notices are read: facts marked by hand beside each notice against what the reader finds.

``python -m tests.notices.measure`` writes docs/reading.md; with the name of a set it prints what is amiss there, of
one that is kept apart only the totals.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from orglife.adapters.text.notice_file import paragraphs
from orglife.core.errors import OrglifeError
from orglife.notice.draft import NoticeDraft
from orglife.notice.model import FIELDS, Fact
from orglife.notice.reading import read_notice
from orglife.notice.text import bare
from tests import branch as b

HERE = Path(__file__).parent
PAGE = b.ROOT / "docs" / "reading.md"


@dataclass(frozen=True)
class About:
    """What the ``about.toml`` of a set says.

    Attributes:
        order: Its place among the sets.
        about: Who wrote it and how it was used, for docs/reading.md.
        first: Facts found, marked, right, given, when it was read for the first time; never changed afterwards.
        author: Equal for sets of one author; "" for a set of authors of its own.
        apart: Whether it is never trained on, tuned for or looked at.
    """

    order: int
    about: str
    first: Mapping[str, int]
    author: str = ""
    apart: bool = False


ABOUT = {
    at.parent.name: About(**tomllib.loads(at.read_text(encoding="utf-8"))) for at in sorted(HERE.glob("*/about.toml"))
}
SETS = tuple(sorted(ABOUT, key=lambda kind: ABOUT[kind].order))
APART = tuple(kind for kind in SETS if ABOUT[kind].apart)
"""Sets that show how a notice of an unknown style is read."""
TRAINED_ON = tuple(kind for kind in SETS if kind not in APART)


def of_others(kind: str) -> list[str]:
    """The sets to train on that are of other authors than a set."""
    author = ABOUT[kind].author
    return [k for k in SETS if k not in APART and k != kind and not (author and ABOUT[k].author == author)]


LISTS = {
    "study_items",
    "talk_rules",
    "member_dimensions",
    "branch_dimensions",
    "agenda_steps",
    "grades",
    "forms",
    "special_rules",
}
LONGEST = 3
"""A text found may be so many times as long as the words marked; beyond, it is not what was asked for."""


@dataclass
class Score:
    """Facts marked, those of them found, facts given, those of them right."""

    marked: int = 0
    found: int = 0
    given: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    def __add__(self, other: Score) -> Score:
        return Score(
            self.marked + other.marked,
            self.found + other.found,
            self.given + other.given,
            self.right + other.right,
            self.wrong + other.wrong,
        )

    @property
    def recall(self) -> float:
        return self.found / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 1.0


def names(kind: str) -> list[str]:
    return sorted(p.stem for p in (HERE / kind).glob("*.txt"))


@cache
def _labels(kind: str, name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / kind / f"{name}.toml").read_text(encoding="utf-8"))


def marks(kind: str, name: str) -> dict[str, Any]:
    """Field → value, and the demands made (``has``) and not made (``hasnt``)."""
    return {field: value for field, value in _labels(kind, name).items() if field not in ("sentences", "asked")}


def sentences(kind: str, name: str) -> dict[str, list[str]]:
    """Field → the sentences that it is read from, as units of the ranker."""
    read_from: dict[str, list[str]] = _labels(kind, name)["sentences"]
    return read_from


def asked(kind: str, name: str) -> dict[str, list[str]]:
    """Demand → the sentences that make it, as units of the ranker; {} for a set kept apart."""
    made: dict[str, list[str]] = _labels(kind, name).get("asked", {})
    return made


def source(kind: str, name: str) -> list[str]:
    return paragraphs((HERE / kind / f"{name}.txt").read_bytes(), f"{name}.txt")


@cache
def draft(kind: str, name: str) -> NoticeDraft | None:
    """The notice as read; None for one kept apart that the reader refuses, of which nothing counts as found."""
    try:
        return read_notice(source(kind, name), f"{name}.txt")
    except OrglifeError:
        if kind in APART:
            return None
        raise


def same(marked: Any, given: Any) -> bool:
    """Whether a value says what was marked, without regard to punctuation and to a few words more."""
    if isinstance(marked, str) and isinstance(given, str):
        short, long = bare(marked), bare(given)
        return short == long or (short in long and len(long) <= LONGEST * len(short) + 12)
    return bool(marked == given)


def atoms(name: str, value: Any) -> list[tuple[str, Any]]:
    """A value as single statements: an item of a list, a part of an object."""
    if name in LISTS:
        return [("", item) for item in value]
    if isinstance(value, dict):
        found: list[tuple[str, Any]] = []
        for part, inner in value.items():
            if part == "words" or inner in (None, [], ""):
                continue
            found += [(part, item) for item in inner] if isinstance(inner, list) else [(part, inner)]
        return found or [("there", True)]
    return [("", value)]


def compare(name: str, marked: Any, fact: Fact | None) -> Score:
    """One field of one notice.

    Parts that the marks do not name (the scope of a publication, say) are not counted as given.
    """
    if marked is None:
        return Score(given=1, wrong=[f"没有标出，却读出 {fact.value}"]) if fact else Score()
    wanted = atoms(name, marked)
    if fact is None:
        return Score(marked=len(wanted), wrong=[f"没有读出 {marked}"])
    given = atoms(name, fact.value)
    parts = {part for part, _ in wanted}
    given = [g for g in given if g[0] in parts] or ([("there", True)] if parts == {"there"} else [])
    found = [w for w in wanted if any(w[0] == g[0] and same(w[1], g[1]) for g in given)]
    right = [g for g in given if any(w[0] == g[0] and same(w[1], g[1]) for w in wanted)]
    wrong = [f"缺 {w[1]}" for w in wanted if w not in found] + [f"多 {g[1]}" for g in given if g not in right]
    return Score(len(wanted), len(found), len(given), len(right), wrong)


def field_score(kind: str, notice: str, name: str) -> Score:
    read = draft(kind, notice)
    return compare(name, marks(kind, notice).get(name), read.facts[name] if read else None)


def demand_score(kind: str, notice: str) -> Score:
    wanted = marks(kind, notice)
    read = draft(kind, notice)
    made = {a.key for a in read.demands} if read else set()
    has, hasnt = set(wanted["has"]), set(wanted["hasnt"])
    score = Score(len(has), len(has & made), len((has | hasnt) & made), len(has & made))
    score.wrong = [f"缺 {k}" for k in sorted(has - made)] + [f"多 {k}" for k in sorted(hasnt & made)]
    return score


def quotes(kind: str, notice: str) -> Counter[bool]:
    """How many quotations are literal parts of the text as read."""
    text = "\n".join(source(kind, notice))
    read = draft(kind, notice)
    if read is None:
        return Counter()
    facts = [f for f in (*read.facts.values(), *read.more.values()) if f]
    said = [w.quote for f in facts for w in f.words] + [w.quote for a in read.demands for w in a.words]
    said += [w.quote for w in read.unread]
    return Counter(bool(q) and q in text for q in said)


def total(kind: str, name: str) -> Score:
    return sum((field_score(kind, notice, name) for notice in names(kind)), Score())


def overall(kind: str) -> Score:
    return sum((total(kind, name) for name in FIELDS), Score())


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "—"


def _in_plain_words() -> tuple[str, ...]:
    """What the figures mean for the one who reads a notice with the kit."""
    first = {kind: ABOUT[kind].first for kind in APART}
    fresh = "；".join(
        f"{kind} 一组第一次读，找到{share(f['found'], f['marked'])}，读出的{share(f['right'], f['given'])}是对的"
        for kind, f in first.items()
    )
    return (
        "",
        f"“不见作者”是用没有这一组作者的标注训练的模型读的，取值的规则照着各组改过，所以比没有见过的写法偏高。没有照着改过、也不用来训练的：{fresh or '没有'}。没有一个数字能保证下一份。",
        "",
        "所以读完以后：",
        "",
        "- 读出的，在“方案”一页（`01_campaign`）逐项对着原话确认、改正或划去；没有确认的不写进方案。标着“没有把握”的尤其要看。",
        "- 没有读出的各项，同一页列在后面，各有三句最可能的原话可以点选；通知确实没有写的，点“通知没有写”，或者空着。"
        "谈话、到会人数、特殊情形、结果运用、公示、备案补填以后写进方案文件的说明，要检查的还要另选要求。",
        "- 提出要求而没有认出的句子，同一页逐句列出，由人选作某项要求、另列检查，或者不要。",
    )


LEFT_OUT: dict[str, dict[str, list[int]]] = json.loads((HERE / "left_out.json").read_text(encoding="utf-8"))
"""How sets are read by models not trained on their authors, as ``tests.notices.left_out`` measured.

``ranked``, ``ranked_by_field``: facts, and those with a right sentence among the first one, three and five. ``read``,
``read_by_field``: facts found, marked, right, given.
"""


def _ranking() -> list[str]:
    """How well the ranker finds the sentence of a fact in sets of authors whom it was not trained on."""
    lines = [
        "## 句子找得多准",
        "",
        "每一组都用没有这位作者的标注训练的模型来试：有标注的各项，写着它的句子排在第一、前三、前五的。一项写在几句里的，有一句在里面就算。哪一句写着，twelve、public 两组由人标；其他各组多数取自原来的规则读出而且对的原话，没有读出的按标出的文字找，所以比全由人标的好看一些。",
        "",
        "| 组 | 标注的项 | 第一 | 前三 | 前五 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for table, name in (("ranked", "{}"), ("ranked_by_field", "`{}`")):
        if table == "ranked_by_field":
            lines += ["", "| 项 | 标注的 | 第一 | 前三 | 前五 |", "| --- | --- | --- | --- | --- |"]
        for key, (facts, *tops) in LEFT_OUT[table].items():
            lines.append(f"| {name.format(key)} | {facts} | {' | '.join(share(n, facts) for n in tops)} |")
    return [*lines, ""]


def page() -> str:
    """docs/reading.md."""
    lines = [
        "# 读通知",
        "",
        "`orglife campaign read` 读通知：先由一个小的排序模型找出每一项最可能的句子，再按写明的规则从句子里取值；不用语言模型，不联网，读不出的空着，把最可能的几句列给人选。怎样算读对，在这里。",
        "本页由 `python -m tests.notices.measure` 生成，请不要手改。",
        "",
        "## 怎样读",
        "",
        "1. 取出文字：docx（含Word自动编号、表格、文本框）、有文字的pdf（换行接起来，去掉页码）、txt（UTF-8、GB 18030、UTF-16）、粘贴的文字。",
        "2. 分出条款：一、（一）1.（1）第…条，写在段首或连在一段里都认；1.1、A1、a.、第一步、第一项、任务1、甲-1、一问、【时间】、●只在段首认；没有编号的短标题（三处以上，或者下面就是编号）也认；用竖线、箭头、长横线隔开的，前面是标签；表格一行是一段，有表头的按表头认；“1月4日—9日｜听”这样带日期的小标题、两边画线的标题、破折号开头的一行也认；一格里又分（1）（2）的表格行合起来读；超过两千字的一段按句子断开；转发的函和所附原文算一份；文头、落款、附件单列。出处写成“二（二）1”，全文没有编号的写成“第3段”。",
        "3. 排序：每一句（表格一行、附件一项也算一句；太长的按分号断开）对每一项打分。分数是句子、它上面的标题和前一句末尾的一、二、三个字的组合的加权和（逻辑回归，散列到8192格，权重取整，连同各项要求文件820KB，同样的标注训练出同样的文件）；由 `make reader` 从 `tests/notices/` 的标注训练，放在一边的组不参加训练。",
        "4. 取值：每一项都从分数高的几句里取（`values/`，按值的种类分：日子、比例、名单、材料和去向、书目、一对对的人、公示的地方和天数）；年度另看标题。人点选一句时，只读那一句。",
        "5. 每一项都有值、原话、出处和把握（stated 写明、derived 推出，例如没有写年份的日期，uncertain 没有把握）。前后不一致的两处原话都列出，算没有把握，不拒绝；不存在的日期列给人看。",
        "6. 逐句对照各项要求；提出要求而没有一项对得上的句子，列给人看，并作为“其他要求”写进草稿。各项要求也由同一个模型认：标注里写着每一项要求由哪一句提出，只写了提出哪些要求、没有写是哪一句的，以模型认为最可能的一句来训练，分数过线的就算提出，引那一句。",
        "",
        "在 `lib/orglife/notice/`：`ranking/` 排序，`values/` 取值，`fields.py` 哪一项由哪里读，`clauses.py`、`marks.py` 条款和编号，`letter.py` 文头、落款和附件，`pasted.py` 粘贴带来的东西，`../core/record/numerals.py` 数字，`dates.py` 日期，`demands.py` 认各项要求，`vocabulary.py` 固定代号。",
        "",
        *_ranking(),
        "## 读得多准",
        "",
        f"通知{sum(len(names(k)) for k in SETS)}份，另有2024年实施方案；2016至2025各年度，省、市、县、乡、街道、学校、医院、企业、离退休党支部，写法各不相同，都是仿照公开的通知、由参加开发的人写的。",
        "每份旁边的TOML是人标的。列表逐项计；文字去掉标点后相同，或者读出的包含标出的、长不过三倍，算对。",
        "",
        "| 组 | 说明 | 第一次读：找到 | 对的 | 不见作者：找到 | 对的 | 现在：找到 | 对的 | 要求：找到 | 没有多认 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for kind in SETS:
        first, left_out, now = ABOUT[kind].first, LEFT_OUT["read"][kind], overall(kind)
        asked = sum((demand_score(kind, n) for n in names(kind)), Score())
        cells = [kind, ABOUT[kind].about, share(first["found"], first["marked"]), share(first["right"], first["given"])]
        cells += _shares(left_out)
        cells += _shares((now.found, now.marked, now.right, now.given))
        cells += [share(asked.found, asked.marked), share(asked.right, asked.given)]
        lines.append(f"| {' | '.join(cells)} |")
    literal = sum((quotes(k, n) for k in SETS for n in names(k)), Counter())
    every = [sum(part) for part in zip(*LEFT_OUT["read"].values(), strict=True)]
    lines += [
        "",
        f"各组合计，不见作者：找到{share(every[0], every[1])}，读出的{share(every[2], every[3])}是对的。",
        f"原话共{sum(literal.values())}处，逐字在通知里的{share(literal[True], sum(literal.values()))}。",
        *_in_plain_words(),
        "",
        "各项（不见作者，各组合计）：",
        "",
        "| 项 | 名称 | 找到/标出 | 对的/读出 | 找到 | 对的 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, words in FIELDS.items():
        found, marked, right, given = LEFT_OUT["read_by_field"][name]
        cells = [f"{found}/{marked}", f"{right}/{given}", *_shares((found, marked, right, given))]
        lines.append(f"| `{name}` | {words} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _shares(score: Sequence[int]) -> list[str]:
    """The shares of facts found, marked, right, given."""
    found, marked, right, given = score
    return [share(found, marked), share(right, given)]


def main() -> None:
    import sys

    kinds = sys.argv[1:]
    if not kinds:
        PAGE.write_text(page(), encoding="utf-8")
        return
    for kind in kinds:
        for notice in names(kind) if kind not in APART else ():
            for name in FIELDS:
                score = field_score(kind, notice, name)
                if score.wrong:
                    print(f"{notice} {name}: {'; '.join(score.wrong)}")
            asked = demand_score(kind, notice)
            if asked.wrong:
                print(f"{notice} demands: {'; '.join(asked.wrong)}")
            read = draft(kind, notice)
            print(notice, "unread", len(read.unread) if read else "refused", "quotes", dict(quotes(kind, notice)))
        score = overall(kind)
        demands = sum((demand_score(kind, n) for n in names(kind)), Score())
        print(
            kind,
            f"found {score.recall:.3f} ({score.found}/{score.marked}) right {score.precision:.3f} ({score.right}/{score.given})",
        )
        print(kind, f"demands found {demands.recall:.3f} right {demands.precision:.3f}")


if __name__ == "__main__":
    main()
