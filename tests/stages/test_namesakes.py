"""Two members of one name are told apart on every paper."""

from __future__ import annotations

import re

import pytest

from orglife.core.paper.paper import Sheet
from orglife.stages import RULES, STAGES
from tests import branch as b

SAME = "田小禾"


def raw(**groups: str) -> b.Json:
    made = b.branch()
    for member in made["records"]["member"]:
        if member["id"] in ("m4", "m5"):
            member |= {"name": SAME, "group": groups.get(member["id"], "")}
    return made


@pytest.mark.parametrize(
    ("groups", "names"),
    [({}, ("田小禾（1）", "田小禾（2）")), ({"m4": "一组", "m5": "二组"}, ("田小禾（一组）", "田小禾（二组）"))],
    ids=["numbers", "groups"],
)
def test_papers_and_blank_forms_tell_namesakes_apart(groups: dict[str, str], names: tuple[str, str]) -> None:
    sheet = Sheet(b.dossier(raw(**groups)), b.campaign())
    made = [p for s in STAGES for make in (s.documents, s.blanks) if make for p in make(sheet)]
    words = "\n".join([*(text for p in made for text, _ in p.texts()), *(p.name for p in made)])
    assert not re.findall(f"{SAME}(?!（)", words)
    for name in names:
        assert name in words
        assert f"发言提纲（{name}）" in words


def test_messages_tell_namesakes_apart_and_say_so_once() -> None:
    dossier = b.dossier(raw())
    found = b.findings(RULES, dossier)
    assert [f.message for f in found if f.rule == "DATA-03"] == [
        "名册里有2名党员同名，文件和页面上写作：田小禾（1）、田小禾（2）。"
    ]
    bare = raw()
    for kind in ("member_review", "pledge", "grade", "tally"):
        bare["records"][kind] = []
    messages = [f.message for f in b.findings(RULES, b.dossier(bare))]
    assert any(SAME in m for m in messages)
    assert not [m for m in messages if re.search(f"{SAME}(?!（)", m)]
