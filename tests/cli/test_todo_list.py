"""Several branches that lack nothing share one list."""

from __future__ import annotations

from orglife.cli.lines import todo_of_branches
from orglife.core.paper.block import Table
from orglife.home.lacking import complete_paper, lacking_paper, lacking_rows, says_nothing_else
from orglife.stages import RULES
from tests import branch as b


def test_branches_without_gaps_share_a_line_and_a_page() -> None:
    dossier = b.dossier()
    bare = b.branch()
    bare["records"] = {"member": bare["records"]["member"]}
    lacking = b.dossier(bare)
    rows = lacking_rows(lacking, b.campaign(), b.findings(RULES, lacking))
    lines = list(todo_of_branches([(dossier, []), (lacking, rows), (dossier, [])]))
    assert lines[0].endswith(f"还缺{len(rows)}项")
    assert lines[-1] == "没有缺的2个党支部：测试局机关党支部（t01）、测试局机关党支部（t01）"
    assert list(todo_of_branches([(dossier, [])])) == ["测试局机关党支部（t01）截至2024年3月8日：没有缺的"]
    page = complete_paper([dossier, dossier])
    (table,) = (block for block in page.blocks if isinstance(block, Table))
    assert [row[1:] for row in table.rows] == [["测试局机关党支部", "2024年3月8日"]] * 2


def test_a_page_with_notes_stays_a_page() -> None:
    dossier = b.dossier()
    assert says_nothing_else(lacking_paper(dossier, b.campaign(), []))
    raw = b.branch()
    raw["records"]["tally"][0]["rows"][0]["excellent"] = 40
    wrong = b.dossier(raw)
    assert not says_nothing_else(lacking_paper(wrong, b.campaign(), b.findings(RULES, wrong)))
