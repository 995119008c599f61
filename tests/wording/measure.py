"""How well the signs of hollow wording and of copying do on the labelled set; writes docs/wording.md when run.

``python -m tests.wording.measure``
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from orglife.core.rule.rule import Rule
from orglife.stages import RULES_BY_ID
from orglife.stages.shared.similarity import grams, masked, percent_alike
from orglife.stages.whole.copies import campaign_grams
from orglife.stages.whole.wording import PRECEDENCE, SIGNALS, finder
from tests import branch as b

HERE = Path(__file__).parent
PAGE = b.ROOT / "docs" / "wording.md"
PATHS = {
    "criticism": "Criticism.text",
    "fact": "MemberReview.items.fact",
    "cause": "MemberReview.items.cause",
    "measure": "MemberReview.items.measure",
    "other": "Report.text",
}
WITH_PATTERNS = tuple(ident for ident in PRECEDENCE if ident != "WORD-11")
MIN_CHARS = 120
"""The outlines of the set are short; the rules' own minimum has its cases in tests/cases/copy.toml."""
HONEST = "honest"


@dataclass(frozen=True)
class Score:
    """How often a signal was right, what it missed, and where it was wrong."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def found_by(rule: Rule, text: str) -> bool:
    return bool(finder(SIGNALS[rule.id], rule.params)(text))


def hint(field: str, text: str) -> str:
    """The hint that a text of a kind gets, "" for none: the first in the order of precedence."""
    for ident in WITH_PATTERNS:
        covered = any(PATHS[field].startswith(p) for p in RULES_BY_ID[ident].params["applies_to"])
        if covered and found_by(RULES_BY_ID[ident], text):
            return ident
    return ""


def sentences() -> list[tuple[str, str, str]]:
    """Kind of text, label, sentence."""
    return [
        (field, label, text)
        for field, groups in table("sentences").items()
        for label, texts in groups.items()
        for text in texts
    ]


def outlines() -> list[dict[str, str]]:
    return table("outlines")["outline"]  # type: ignore[no-any-return]


@cache
def wording_scores() -> dict[str, Score]:
    """Per signal: over all sentences, and over the three texts of each outline (hollow ones should be hinted at).

    A hint on a hollow sentence is not wrong where another hint was expected: the sentence is missed for the other.
    """
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for field, label, text in sentences():
        got = hint(field, text)
        if got and label in (HONEST, got):
            (right if got == label else wrong)[got] += 1
        if label not in (HONEST, got):
            missed[label] += 1
    for outline in outlines():
        for field in ("fact", "cause", "measure"):
            got = hint(field, outline[field])
            if got:
                (right if outline["kind"] == "hollow" else wrong)[got] += 1
    return {ident: Score(right[ident], wrong[ident], missed[ident]) for ident in sorted(WITH_PATTERNS)}


FRESH = {
    "fresh": "改判法以前写的，判法照着它改过",
    "held_out": "同时写的另一组，改的时候没有看；编词表的人写的，偏高",
    "after": "词表定下来以后写的，照着它放宽过一次限度，后来又照它认对仗口号",
    "last": "那次改动以后写的，只量过一次",
    "next": "措施里认对仗口号以后写的，只有措施，第一次认出67%，照着它又放宽一次；写的人看过词表",
    "newest": "再以后写的，只有措施，只量过一次；写的人看过词表，偏高",
    "strange": "由没有看过词表的人写，第一次认出66%、没有错提，照着它加了常用词",
    "stranger": "加了以后又由没有看过词表的人写，只量过一次",
}
"""Sets of hollow and plain texts in equal parts: what became of each."""
ONCE = ("last", "newest", "stranger")
"""Those of ``FRESH`` that nothing was changed for."""


@cache
def fresh_scores(name: str) -> dict[str, Score]:
    """Per kind of text: hollow texts with any hint, plain ones with one, hollow ones without."""
    scores = {}
    for field, groups in table(name).items():
        got = {label: sum(bool(hint(field, text)) for text in texts) for label, texts in groups.items()}
        scores[field] = Score(got["hollow"], got["plain"], len(groups["hollow"]) - got["hollow"])
    return scores


def fresh_score(name: str) -> Score:
    """A whole set."""
    scores = fresh_scores(name).values()
    return Score(sum(s.right for s in scores), sum(s.wrong for s in scores), sum(s.missed for s in scores))


@cache
def outline_score() -> Score:
    """Outlines with at least one hint against those labelled hollow."""
    got = {o["id"]: any(hint(f, o[f]) for f in ("fact", "cause", "measure")) for o in outlines()}
    hollow = {o["id"] for o in outlines() if o["kind"] == "hollow"}
    found = {ident for ident, is_hit in got.items() if is_hit}
    return Score(len(found & hollow), len(found - hollow), len(hollow - found))


@cache
def copy_scores() -> dict[str, Score]:
    """Pairs found at each threshold against pairs of one family: whole copies for COPY-01, any copy for COPY-02."""
    texts = {o["id"]: o for o in outlines()}
    common = campaign_grams(b.campaign())
    sets = {i: grams(bare) - common for i, o in texts.items() if len(bare := masked(_whole(o))) >= MIN_CHARS}
    high, low = RULES_BY_ID["COPY-01"].params["warn_percent"], RULES_BY_ID["COPY-02"].params["info_percent"]
    found: dict[str, set[tuple[str, str]]] = {"COPY-01": set(), "COPY-02": set()}
    wanted: dict[str, set[tuple[str, str]]] = {"COPY-01": set(), "COPY-02": set()}
    for pair in combinations(sets, 2):
        percent = percent_alike(sets[pair[0]], sets[pair[1]])
        if percent >= low:
            found["COPY-01" if percent >= high else "COPY-02"].add(pair)
        if _root(texts, pair[0]) == _root(texts, pair[1]):
            part = any(texts[i].get("how") == "part" for i in pair)
            wanted["COPY-02" if part else "COPY-01"].add(pair)
    return {k: Score(len(found[k] & wanted[k]), len(found[k] - wanted[k]), len(wanted[k] - found[k])) for k in found}


def _whole(outline: dict[str, str]) -> str:
    return "\n".join(outline[field] for field in ("fact", "cause", "measure"))


def _root(texts: dict[str, dict[str, str]], ident: str) -> str:
    return _root(texts, texts[ident]["copy"]) if "copy" in texts[ident] else ident


def page() -> str:
    """docs/wording.md."""
    many, honest = len(sentences()), sum(label == HONEST for _, label, _ in sentences())
    rows = [
        _row(f"{ident} {RULES_BY_ID[ident].title.removeprefix('用语提示：')}", score)
        for ident, score in (*wording_scores().items(), *copy_scores().items())
    ]
    return f"""# 用语和雷同提示准不准

由 `python -m tests.wording.measure` 生成，请勿手改。

提示（WORD、COPY）只是请人看一眼：不打分、不排名、不拦任何一步、不改一个字；看过认为没有问题的，写明情况即可放下。
因此宁可漏提，不可错提。每项提示的准确率低于九成就撤下。

检验用的句子和提纲放在 tests/wording，都是编写者自己写的：句子{many}句（其中应当没有提示的{honest}句，多数故意用了套话里的词），
发言提纲{len(outlines())}份。没有一句原样写进规则。

| 提示 | 提对 | 提错 | 漏提 | 准确率 | 查全率 |
| --- | --- | --- | --- | --- | --- |
{chr(10).join(rows)}
{_row("整份提纲：有无用语提示", outline_score())}

写到哪一种提示里不要紧，只看该不该提示：空的和实的各一半，六位作者口气各不相同，都是编写的。

| 一组文字 | 提对 | 提错 | 漏提 | 准确率 | 查全率 |
| --- | --- | --- | --- | --- | --- |
{chr(10).join(fresh_rows())}

认空话的办法：一段文字去掉带数字的固定提法以后，没有数目、时日、人、看得见的东西，也没有说出来的话，剩下的又几乎都是
大家都在用的提法，就是空话；套话只帮着判断是哪一种空话。词表在 `lib/orglife/stages/whole/plain_words.toml`。

WORD-11 只看方案里登记的往年提法，COPY-03 至 COPY-06 用同一种相似度，不另列。

这张表的读法：句子写在规则改好之前，规则又照着它改过，所以表里的数字偏高。改好以后用从未看过的句子试过两次，
honest句都故意带套话里的词，比真实记录难：

- 第一次84句，提示了31次，错6次（WORD-01、04、05、06、09）；据此加上“句中另有一个不带套话的分句就不提示”。
- 第二次41句，提示了15次，错3次（WORD-01一次，WORD-08两次）；据此把同样的办法用到WORD-08，撤下“年纪大”一条。

两批句子随后都并入上表。遇到新的说法会漏，偶尔也会错。
"""


def fresh_rows() -> list[str]:
    """A row for each fresh set, and one for each kind of text over those that nothing was changed for."""
    words = {"criticism": "批评意见", "fact": "问题", "cause": "根源", "measure": "措施"}
    rows = [_row(f"{name}：{what}", fresh_score(name)) for name, what in FRESH.items()]
    for field, label in words.items():
        names = [name for name in ONCE if field in fresh_scores(name)]
        scores = [fresh_scores(name)[field] for name in names]
        total = Score(sum(s.right for s in scores), sum(s.wrong for s in scores), sum(s.missed for s in scores))
        rows.append(_row(f"{'、'.join(names)}里的{label}", total))
    return rows


def _row(name: str, score: Score) -> str:
    cells = [name, score.right, score.wrong, score.missed, f"{score.precision:.0%}", f"{score.recall:.0%}"]
    return "| " + " | ".join(map(str, cells)) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
