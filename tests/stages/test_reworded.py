"""Copies that were reworded, and examinations of two leaderships that are one text."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from orglife.core.record.dossier import Dossier
from orglife.core.rule.bureau import Bureau, run_bureau
from orglife.core.rule.finding import Finding
from orglife.stages import RULES_BY_ID
from orglife.stages.shared.similarity import grams, masked, percent_alike
from orglife.stages.whole.plain_words import parts
from orglife.stages.whole.reworded import reworded
from tests import branch as b
from tests.wording import measure as m

TEXT = (
    "去年支委会只开了五次，按规定每月一次差得远，议题多是传达文件，没有议过一次党员的思想。窗口中午没有人值守，"
    "群众提了两回意见，班子没有研究。今后每月第一个星期一开支委会，认真检查上月的事，及时解决发现的问题。"
)
SWAPPED = (
    "上年支委会只开了五次，按规定每个月一次差得远，议题多是传达文件，没有议过一次党员的观念。窗口中午没有人值守，"
    "老百姓提了两回意见，班子没有研究。以后每个月第一个星期一开支委会，扎实核查上月的事，按时化解发现的毛病。"
)
OTHER = (
    "党费收缴台账有三个月没有登记，组织委员休假以后无人接手。发展对象的谈话记录由一个人代笔，两份写得一样。"
    "今后台账由两人管，月底在公开栏贴出来；谈话记录由本人签字，支部书记抽查。"
)


def branch_with(ident: str, text: str) -> Dossier:
    put = {"branch/id": ident, "branch/name": f"测试局{ident}党支部", "team_review/tr/text": text}
    return b.dossier(b.changed(b.branch(), put=put))


def found(*texts: str) -> list[Finding]:
    dossiers = {f"t{n}": branch_with(f"t{n}", text) for n, text in enumerate(texts)}
    bureau = Bureau(b.campaign().id, {}, dossiers, date(2024, 3, 15))
    rule = RULES_BY_ID["COPY-08"]
    return run_bureau((rule,), bureau, b.campaign(), regulations=b.regulations(), due=("bureau",), strict=True)


def test_two_leaderships_with_one_text_are_named() -> None:
    (finding,) = found(TEXT, OTHER, TEXT)
    assert [s.branch for s in finding.subjects] == ["t0", "t2"]
    assert "测试局t0党支部与测试局t2党支部的班子对照检查相似度100%" in finding.message
    assert "去年支委会只开了五次" in finding.message


def test_swapped_words_hide_nothing() -> None:
    assert percent_alike(grams(masked(TEXT)), grams(masked(SWAPPED))) < 75
    assert len(found(TEXT, SWAPPED)) == 1


@pytest.mark.parametrize("other", [OTHER, "窗口中午没有人值守。", ""])
def test_another_text_or_a_fragment_is_none(other: str) -> None:
    assert found(TEXT, other) == []


def test_a_word_means_one_thing() -> None:
    words = [word for group in parts()["synonyms"].values() for word in group]
    assert {word for word in words if words.count(word) > 1} <= {"不足"}


def test_honest_outlines_are_not_taken_for_reworded_ones() -> None:
    """Different authors of the labelled set, synonyms unified: none reaches the percent of COPY-10."""
    percent = RULES_BY_ID["COPY-10"].params["warn_percent"]
    honest = [grams(reworded(masked(m._whole(o)))) for o in m.outlines() if o["kind"] in ("honest", "tricky")]
    assert len(honest) > 20
    assert max(percent_alike(one, other) for one, other in combinations(honest, 2)) < percent // 2


LONG = (
    "去年防汛期间，我落实值班责任还不够，有两次夜里把电话转到门卫，自己回家去了。主要因为觉得不会有事，学习制度也不够深入。"
    "今后每月检查一次值班记录，及时解决发现的问题。请支部监督我参加每次演练，演练之后把签到表贴在值班室门口。"
)
LONG_SWAPPED = (
    "上年防汛期间，我执行值班职责还欠缺，有两次夜里把电话转到门卫，自己回家到了。主要由于认为不会有事，研读制度也欠缺全面。"
    "以后每个月核查一次值班记录，按时化解发现的毛病。请支部监督我参与每次演练，演练之后把签到表贴在值班室门口。"
)
SHORT = "低保复核的表我压了九天，王奶奶的补贴晚到一个月，她来问，我说系统在升级。"


def across(*texts: str) -> list[Finding]:
    """What COPY-13 says of branches in each of which m2 wrote one of the texts and nobody else anything."""
    dossiers = {}
    for n, text in enumerate(texts):
        raw = b.changed(b.branch(), put={"branch/id": f"t{n}", "branch/name": f"测试局t{n}党支部"})
        raw["records"]["member_review"] = [{"id": "r2", "member": "m2", "text": text}]
        dossiers[f"t{n}"] = b.dossier(raw)
    bureau = Bureau(b.campaign().id, {}, dossiers, date(2024, 3, 15))
    rule = RULES_BY_ID["COPY-13"]
    return run_bureau((rule,), bureau, b.campaign(), regulations=b.regulations(), due=("bureau",), strict=True)


def test_swapped_words_across_branches_are_named() -> None:
    assert percent_alike(grams(masked(LONG)), grams(masked(LONG_SWAPPED))) < 75
    (finding,) = across(LONG, OTHER, LONG_SWAPPED)
    assert [(s.branch, s.id) for s in finding.subjects] == [("t0", "r2"), ("t2", "r2")]
    assert "测试局t0党支部祝秋实与测试局t2党支部祝秋实的发言提纲句子都相同（意思相同的词算作一样）" in finding.message


def test_sentences_in_another_order_are_the_same_and_one_less_is_not() -> None:
    parts = [f"{part}。" for part in LONG.split("。") if part]
    assert len(parts) == 4
    assert len(across(LONG, "".join(reversed(parts)))) == 1
    assert across(LONG, "".join(parts[:3])) == []


def test_short_outlines_across_branches_are_named_when_they_are_the_same() -> None:
    (finding,) = across(SHORT, SHORT)
    assert "的发言提纲一字不差" in finding.message
    assert across(SHORT, SHORT.replace("九天", "十来天，没有人催")) == []
    assert across("表压了九天。", "表压了九天。") == []


def test_copies_as_written_are_left_to_the_other_rule() -> None:
    text = LONG + "，".join(OTHER.split("。"))
    assert len(masked(text)) > RULES_BY_ID["COPY-06"].params["min_chars"]
    assert across(text, text) == []
