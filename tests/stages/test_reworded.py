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
