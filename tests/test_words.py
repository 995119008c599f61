"""What users read: “” for quotes, one word for one thing, no English but what every secretary knows."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from orglife.adapters.disk import paths
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store.store import Change
from orglife.core.errors import CampaignUsedBefore, NotAWorkspace, every_sentence
from orglife.desk.desk import Desk
from orglife.exchange import intake
from orglife.office.office import Office
from orglife.stages import STAGES
from orglife.stages.whole.overrides import SENTENCES as OVERRIDE_SENTENCES
from tests.branch import ROOT
from tests.conftest import run
from tests.shown_texts import texts_of

CHINESE = re.compile("[\u4e00-\u9fff]")
LIB = ROOT / "lib/orglife"
PAGES = (
    *sorted((ROOT / "templates/html").glob("*.j2")),
    *sorted((ROOT / "templates/widgets").glob("*.js")),
    *sorted((ROOT / "templates/lab/labextensions").rglob("*.js")),
    *sorted((ROOT / "templates/lab/pages").glob("*.html")),
    *sorted((ROOT / "templates/hub/pages").glob("*.html")),
)
READS_NOTICES = LIB / "notice"
"""Holds the wordings of notices, whatever marks and words those use."""

PLAIN = {
    "「(?![『《])|(?<![』）])」": "“”",  # but for lists of punctuation marks
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
    "它不再出现": "移除后材料中不再出现",
    "不明确或过短": "公示只有3天，……不少于5天",
    "条为止的登记": "截至第345次修改",
    "＋ 加强自身建设": "加一项问题",
    "还没有(缺席|列席)": "没有缺席人员",
    "0／|／7或8": "合计0，应为7或8",
    "结论：无": "未发现问题",
    "还要打印": "请打印会议用表",
    "应有1次以上": "还没有集中学习记录，至少学习1次",
    "的“党员”表第": "名单第9行与第5行都是“刘德海”",
    "本工具|本程序": "程序，或者组织生活会工作簿",
}
"""Words that are not used → what is written in their place."""

KNOWN = {"U", "PDF", "PDF/A", "OFD", "Word", "Excel", "WPS", "Windows", "MB", "Ctrl+C"}
EXAMPLES = {"branch.org_code": {"DZB01"}}
TYPED_BY_HAND = ("campaign.", "override.")
"""Sentences about a campaign file that somebody writes in an editor."""

KEYS = {"Ctrl+", "Ctrl+D", "Ctrl+S", "Ctrl+Z", "Esc", "E", "D"}
"""Keys on the keyboard, and letters of drives."""
CODES = re.compile(r"DZB\d\d|H\d{3}|数据在：.*")
"""Archive codes, and where the records are, which the page tells when somebody leaves."""
BRANCH_PAGES = ("home", "campaign", *(stage.key for stage in STAGES if stage.key != "supervision"), "filing")
BUREAU_PAGES = ("home", "campaign", "supervision", "intake", "overview")

TYPED = re.compile(r"orglife [a-z]|(?<![-\w])--[a-z]|pip install")
"""What somebody types into a terminal."""
_ADMINISTRATION = tuple(
    f"lib/orglife/adapters/store/server/{name}.py" for name in ("admin", "catalogue", "check", "database")
)
NO_PAGES = ("lib/orglife/cli/", *_ADMINISTRATION, "lib/orglife/core/errors.py")
"""Commands, the administration of a database server, and errors, which are looked at by their names."""
ONLY_COMMANDS = re.compile(
    "在命令后面加 --yes|空白表不分对象|请去掉 --branch，或换一个账号|用法：python3 verify|，加 --branch "
)
"""Beginnings of sentences that other rooms give to commands only."""


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
        if not name.startswith(TYPED_BY_HAND) and not name.endswith(".COMMAND"):
            words = set(re.findall(r"[A-Za-z][\w.+/-]*", re.sub(r"\{\w+\}", "", text), re.ASCII))
            foreign[name] = words - KNOWN - EXAMPLES.get(name, set())
    assert {name: words for name, words in foreign.items() if words} == {}


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration bureau; in b04, which has many faults, a member whom records name is removed."""
    root = tmp_path_factory.mktemp("words") / "局"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(role="bureau", author="演示"))
    with Office.open(root) as office:
        intake.take_in(office, intake.differences(office, sorted((paths.templates() / "demo").glob("*.json"))))
        office.store.apply(office.campaign.id, "b04", [Change("member", "m02", None)], who="演示")
    return root


def words_of_pages(root: Path, branch: str, keys: Sequence[str], day: str) -> dict[str, str]:
    """Everything foreign that the pages show: “page: word” → the text with it."""
    with Office.open(root) as office:
        ids = {row.id for b in office.branches() for rows in office.snapshot(b).records.values() for row in rows}
    foreign, count = {}, 0
    for key in keys:
        desk = Desk.open(str(root), branch, as_of=day, interactive=True)
        parts = [desk.form(key), desk.findings(key), desk.documents(key), desk.next("" if key == "home" else key)]
        for text in (text for part in parts for text in texts_of(part)):
            count += 1
            words = set(re.findall(r"(?<![\w-])[A-Za-z][\w.+/-]*|--[a-z-]+", CODES.sub("", text), re.ASCII))
            ours = {word for word in words if word in ids or word not in KNOWN | KEYS}
            foreign |= {f"{key}: {word}": text for word in ours}
        desk.office.close()
    assert count > 1000, "the pages were looked at"
    return foreign


def test_a_page_shows_no_english_word_no_id_and_no_option(bureau: Path) -> None:
    assert words_of_pages(bureau, "b04", BRANCH_PAGES, "2024-03-14") == {}
    assert words_of_pages(bureau, "", BUREAU_PAGES, "2024-03-14") == {}


def test_a_page_of_an_empty_workspace_shows_none_either(new_workspace: Path, tmp_path: Path) -> None:
    shutil.copytree(new_workspace, tmp_path / "空")
    desk = Desk.open(str(tmp_path / "空"), interactive=True)
    texts = [text for key in BRANCH_PAGES for text in texts_of(desk.form(key))]
    assert any("党员名册" in text for text in texts)
    found = {word for text in texts for word in re.findall(r"[A-Za-z][\w.+/-]+", CODES.sub("", text), re.ASCII)}
    assert found - KNOWN - KEYS == set()


def test_nothing_that_a_page_says_has_to_be_typed_into_a_terminal(shown: list[tuple[str, str]]) -> None:
    overrides = [f"“{text}”" for text in OVERRIDE_SENTENCES.values()]
    pages = [
        (place, text)
        for place, text in shown
        if not place.startswith(NO_PAGES) and ".css" not in place and f"“{text}”" not in overrides
    ]
    pages += [(name, text) for name, text in every_sentence() if name.removesuffix(".COMMAND") == name]
    pages += [(file.name, file.read_text("utf-8")) for file in sorted((ROOT / "docs/handbook").glob("*.md"))]
    amiss = {
        place for place, text in pages if CHINESE.search(text) and TYPED.search(text) and not ONLY_COMMANDS.search(text)
    }
    assert sorted(amiss) == [], "name the button, and what is typed in COMMAND"


def test_a_command_adds_what_an_administrator_types(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", str(tmp_path)) != 0
    refused = capsys.readouterr().err
    assert "不是工作目录" in refused
    assert NotAWorkspace.COMMAND in refused
    assert CampaignUsedBefore(id="2024-seed").command == "查看往年的，在命令后面加 --campaign 2024-seed。"
    assert "--campaign" not in str(CampaignUsedBefore(id="2024-seed"))
