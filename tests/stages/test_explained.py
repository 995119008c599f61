"""How numbers come about: the sentences agree with the counts, and screen and paper say the same."""

from __future__ import annotations

import re

import pytest

from orglife.core.paper.paper import Sheet
from orglife.stages import BY_KEY
from tests import branch as b
from tests.whole.generate import generated


def numbers(stage: str, raw: b.Json | None = None, **campaign: object) -> list[str]:
    explain = BY_KEY[stage].numbers
    assert explain is not None
    return explain(Sheet(b.dossier(raw), b.campaign(**campaign)))


def test_the_meeting_says_whom_it_counts() -> None:
    assert numbers("meeting") == [
        "名册党员8名，应到8名；其中有表决权的6名，到会5名。",
        "应到会但没有表决权：费仲文（留党察看党员）、简宁（预备党员）。",
        "有表决权的党员应到6名：半数以上即3名到会，会议有效（现登记到会5名，够数）；表决须4名以上赞成，超过应到的半数。",
    ]


def test_it_says_what_is_still_missing_and_who_is_taken_out() -> None:
    put = {"meeting/mt/present": ["m1", "m2"], "member/m6/quorum_excluded": True, "member/m6/quorum_basis": "bedridden"}
    told = numbers("meeting", b.changed(b.branch(), put=put))
    assert told[0] == "名册党员8名，核减蒲大川1名，应到7名；其中有表决权的5名，到会2名。"
    assert "半数以上即3名到会，会议有效（现登记到会2名，还差1名）；表决须3名以上赞成" in told[2]


def test_before_the_meeting_is_entered_the_roster_speaks() -> None:
    told = numbers("meeting", b.changed(b.branch(), remove=["meeting"]))
    assert told[0] == "名册党员8名，应到会8名，有表决权的6名。"


def test_the_appraisal_says_base_ratio_and_rounding() -> None:
    assert numbers("appraisal") == [
        "优秀一般不超过：党员总数8名×1/3，舍去小数，为2名。",
        "支部班子成员应到3名：半数以上即2名到会，会议有效（现登记到会3名，够数）；表决须2名以上赞成，超过应到的半数。",
    ]
    other = b.campaign().model_dump(mode="json")["override"] | {"GRADE-04": {"params": {"rounding": "ceil"}}}
    assert numbers("appraisal", override=other)[0] == "优秀一般不超过：党员总数8名×1/3，小数进一，为3名。"
    other["GRADE-04"] = {"params": {"base": "full_members"}}
    assert numbers("appraisal", override=other)[:2] == [
        "优秀一般不超过：正式党员7名×1/3，舍去小数，为2名。",
        "预备党员只评议、不评等次，不算在内：简宁。",
    ]


def test_the_paper_prints_the_same_sentences() -> None:
    dossier, campaign = b.dossier(), b.campaign()
    for stage in ("meeting", "appraisal"):
        documents = BY_KEY[stage].documents
        assert documents is not None
        printed = [text for paper in documents(Sheet(dossier, campaign)) for text, _ in paper.texts()]
        assert numbers(stage)[0] in printed


@pytest.mark.parametrize("size", [3, 4, 7, 12, 33, 60])
def test_half_and_more_than_half_for_every_size(size: int) -> None:
    raw = generated(size, committee=size > 6, probationary=1 if size > 4 else 0)
    told = next(line for line in numbers("meeting", raw) if line.startswith("有表决权的党员应到"))
    expected, half, came, more = map(int, re.findall(r"(\d+)名", told)[:4])
    assert (2 * half >= expected > 2 * (half - 1), 2 * more > expected >= 2 * (more - 1)) == (True, True)
    assert came >= half
