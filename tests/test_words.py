"""What users read: “” for quotes, one word for one thing, no English but what every secretary knows."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.branch import ROOT
from tests.conftest import run

CHINESE = re.compile("[\u4e00-\u9fff]")
LIB = ROOT / "lib/orglife"
PAGES = (
    *sorted((ROOT / "templates/html").glob("*.j2")),
    *sorted((ROOT / "templates/widgets").glob("*.js")),
    *sorted((ROOT / "templates/lab/labextensions").rglob("*.js")),
    *sorted((ROOT / "templates/lab/pages").glob("*.html")),
)
READS_NOTICES = LIB / "notice"
"""Holds the wordings of notices, whatever marks and words those use."""

PLAIN = {
    "「(?!『)|(?<!）)」": "“”",  # but for lists of punctuation marks
    "核对日(?!期)": "今天；印在纸上的写“截至”",
    "登记人(?![员数])": "录入人",
    "整改项(?!目)": "整改事项",
    "投入使用": "启用",
    "谁对谁说": "相互批评对照表",
    "没有交代": "没有说明",
    "存放下载文件": "下载文件夹",
    "后台": "程序",
    "命令窗口": "黑色窗口",
    "历史里留着": "修改历史里还能查到",
    "名单里没有": "党员名册里没有",
    "引用了": "……里的",
    "票数不平": "票数对不上",
}
"""Words that are not used → what is written in their place."""

KNOWN = {"U", "PDF", "PDF/A", "OFD", "Word", "Excel", "WPS", "Windows", "MB", "Ctrl+C"}
EXAMPLES = {"branch.org_code": {"DZB01"}, "explanation.rule": {"TALK-01"}}
FOR_ADMINISTRATORS = {
    "BranchHung",
    "CampaignInForce",
    "CampaignMissing",
    "CampaignUsedBefore",
    "Contradictions",
    "DaskMissing",
    "DocxMissing",
    "EngineNotHere",
    "FileThere",
    "FontsMissing",
    "HistoryRewritten",
    "LoginUnknown",
    "NoSuchFinding",
    "NoWorkspaceFound",
    "NotADemo",
    "NotAWorkspace",
    "NotPython",
    "NotTheSameBranch",
    "OlderPackage",
    "PackageTooLarge",
    "PortTaken",
    "SchedulerAway",
    "ServerProgramMissing",
    "StoreOutdated",
    "UnknownRule",
}
"""Refusals that a command gives, or that end with what the administrator types. No new one without a good reason."""
TYPED_BY_HAND = ("campaign.", "override.")
"""Sentences about a campaign file that somebody writes in an editor."""


@pytest.fixture(scope="module")
def shown() -> list[tuple[str, str]]:
    """Every text for users with its place: strings of the program, pages, notebooks."""
    files = [file for file in sorted(LIB.rglob("*.py")) if READS_NOTICES not in file.parents]
    texts = [(f"{file.relative_to(ROOT)}:{line}", text) for file in files for line, text in strings(file)]
    texts += [(str(file.relative_to(ROOT)), line) for file in PAGES for line in file.read_text("utf-8").splitlines()]
    for file in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(file.read_text("utf-8"))["cells"]
        texts += [(file.name, "".join(cell["source"])) for cell in cells if cell["cell_type"] == "markdown"]
    return texts


def strings(file: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module with Chinese words in them, without docstrings."""
    tree = ast.parse(file.read_text("utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and CHINESE.search(node.value)
        ):
            yield node.lineno, node.value


@pytest.mark.parametrize("word", PLAIN)
def test_one_word_for_one_thing(word: str, shown: list[tuple[str, str]]) -> None:
    assert len(shown) > 2000
    amiss = [place for place, text in shown if re.search(word, text)]
    assert not amiss, f"write {PLAIN[word]}: {amiss}"


def test_no_english_word_is_needed_to_understand_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("messages") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 500
    foreign = {}
    for name, text in (line.split("\t", 1) for line in lines):
        if not name.startswith(TYPED_BY_HAND):
            words = set(re.findall(r"[A-Za-z][\w.+/-]*", re.sub(r"\{\w+\}", "", text), re.ASCII))
            foreign[name] = words - KNOWN - EXAMPLES.get(name, set())
    assert {name for name, words in foreign.items() if words} <= FOR_ADMINISTRATORS
