"""One Party body by its short and by its full name; another one is another one."""

from __future__ import annotations

import pytest

from orglife.stages.shared.bodies import same_body


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("局机关党总支", "中共临江县水务局机关总支部委员会"),
        ("局机关党总支", "临江县水务局机关党总支部"),
        ("局机关 党总支", "局机关党总支"),
        ("局机关党委", "中国共产党云溪局机关委员会"),
        ("局党组", "云溪局党组"),
        ("县直机关工委", "中共临江县直机关工作委员会"),
        ("支部", "第二党支部委员会"),
        ("党总支", "局机关党总支"),
        ("机关党建处", "机关党建处"),
    ],
)
def test_one_body(one: str, other: str) -> None:
    assert same_body(one, other)
    assert same_body(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("局机关党总支", "局机关党委"),
        ("局机关党总支", "中共临江县水务局委员会"),
        ("局党组", "局党委"),
        ("局机关党委", "局机关工委"),
        ("局机关党总支", "局下属单位党总支"),
        ("第一党支部", "第二党支部"),
        ("机关党建处", "党建处"),
        ("", ""),
        ("局机关党总支", ""),
    ],
)
def test_another_body(one: str, other: str) -> None:
    assert not same_body(one, other)
    assert not same_body(other, one)
