"""Records that both sides changed: what is said of them, side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orglife.exchange.merging import Contradiction, contradiction_lines, only_here_line


@pytest.mark.parametrize(("count", "end"), [(5, "：0、1、2、3、4。"), (6, "：0、1、2、3、4等。")])
def test_of_many_records_that_stay_five_are_named(count: int, end: str) -> None:
    assert f"{count}条记录照旧保留{end}" in only_here_line([str(number) for number in range(count)])


def test_contradictions_are_shown_side_by_side_and_what_becomes_of_them_once_they_are_decided() -> None:
    one = Contradiction(("talk", "t1"), "谈心谈话 t1", "谈话", (("日期", "2月5日", "2月6日"), ("", "有", "没有")))
    lines = contradiction_lines([one], other="支部", came="来件")
    assert lines[0].startswith("  这里和支部都改过下列记录")
    assert lines[0].endswith("右边是来件的：")
    assert lines[1:] == ["    谈心谈话 t1 日期：2月5日 ｜ 2月6日", "    谈心谈话 t1：有 ｜ 没有"]
    decided = replace(one, side="ours")
    assert contradiction_lines([one, decided], other="支部", came="来件")[-1] == "    谈心谈话 t1：有 ｜ 没有"
    assert contradiction_lines([decided], other="支部", came="来件")[-1] == "  没有取的一边留在修改历史里。"
    assert contradiction_lines([], other="支部", came="来件") == []
