"""The line that states which personal data an export holds; ids of new branches."""

from __future__ import annotations

import re

from orglife.office.branch_ids import new_branch_id
from orglife.office.disclosure import PERSONAL, disclosure_line
from orglife.stages.kinds import KINDS
from tests import branch as b


def test_the_roster_comes_first_and_types_without_records_are_left_out() -> None:
    line = disclosure_line(b.dossier(), "盘/a.zip")
    assert line.startswith("带出的个人信息：姓名和党员身份、")
    assert line.endswith("。来自测试局机关党支部，写到“盘/a.zip”；请只交给应当看的人，用完删除副本。")
    without = {**b.branch(), "records": {**b.branch()["records"], "talk": []}}
    assert PERSONAL["talk"] in line
    assert PERSONAL["talk"] not in disclosure_line(b.dossier(without), "a")


def test_only_the_exported_types_are_named_and_what_is_exported_beside_them() -> None:
    assert disclosure_line(b.dossier(), "a", types=["talk"]) == (
        f"带出的个人信息：{PERSONAL['talk']}。来自测试局机关党支部，写到“a”；请只交给应当看的人，用完删除副本。"
    )
    assert f"：{PERSONAL['talk']}、签字扫描件。" in disclosure_line(b.dossier(), "a", types=["talk"], also="签字扫描件")
    assert "：签字扫描件。" in disclosure_line(b.dossier(), "a", types=["none"], also="签字扫描件")


def test_an_export_without_personal_data_says_so() -> None:
    assert disclosure_line(b.dossier(), "a", types=["none"]) == "带出的个人信息：没有。来自测试局机关党支部，写到“a”。"


def test_a_type_is_named_by_what_of_it_concerns_a_person() -> None:
    for kind in KINDS:
        assert PERSONAL.get(kind.TYPE, "") == (kind.LABEL if kind.PERSONAL is None else kind.PERSONAL)
    assert next(iter(PERSONAL)) == "member"


def test_a_new_id_is_short_plain_and_new() -> None:
    ids = [new_branch_id() for _ in range(200)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("zb-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", each) for each in ids)
