"""HTML that notebooks show besides the forms, always escaped: findings, stage states, links, error messages."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display, update_display
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orglife.adapters.disk import paths
from orglife.core.errors import OrglifeError
from orglife.core.rule.cards import groups
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import CHECKPOINT_WORDS, SEVERITY_WORDS, Effect, Severity


@lru_cache(maxsize=3)
def _macros(name: str = "panel.html.j2") -> Any:
    loader = FileSystemLoader(paths.templates() / "html")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    return environment.get_template(name).module


def _no_link(_finding: Finding) -> str:
    return ""


class FindingLinks(NamedTuple):
    """Functions that give the links of a finding; "" for no link.

    Attributes:
        mend: Link to the entry or page where the finding is corrected.
        explain: Link to the form where the finding is explained.
    """

    mend: Callable[[Finding], str] = _no_link
    explain: Callable[[Finding], str] = _no_link


NO_LINKS = FindingLinks()
NOT_DONE = "这一步没有完成。已保存的内容不受影响。"
NOT_SHOWN = "这里暂时没有内容可以显示。"
NOTHING_FOUND = "✓ 按现在登记的内容，没有需要改正或补充的。"


def findings_html(
    findings: Sequence[Finding],
    drafts: Sequence[tuple[str, str]] = (),
    basis: Sequence[tuple[str, str]] = (),
    numbers: Sequence[str] = (),
    *,
    folded: bool = False,
    links: FindingLinks = NO_LINKS,
    nothing: str = NOTHING_FOUND,
    unfilled: Sequence[str] = (),
    blanks: Sequence[tuple[str, str]] = (),
) -> str:
    """Findings in four groups by what they mean, then to-dos, hints and what is explained; one card for each cause.

    A group with something that must be corrected comes before those without.

    Args:
        findings: The findings, in display order within each group.
        drafts: (label, link) of each draft.
        basis: (quote, source) of each demand of the stage.
        numbers: Sentences that explain how the stage's numbers are computed; shown on top.
        folded: Collapse all groups but the first, for the findings of all stages together.
        links: Gives the links of each finding.
        nothing: Message when there are no findings.
        unfilled: Papers that still show 〔待填〕, when nothing else is left to do.
        blanks: (label, link) of each field of the branch's own data that is to be filled in and is empty.
    """
    shown = sorted(groups(findings), key=lambda group: not group.grave)
    lists = list(drafts), list(basis), list(numbers)
    left = list(unfilled), list(blanks)
    return str(_macros().findings(shown, *lists, folded, links, why_words, nothing, *left, SEVERITY_WORDS))


def why_words(finding: Finding) -> str:
    """What a finding means and whether it blocks final papers, for a first-time user."""
    if finding.severity is Severity.INFO:
        return "这是提示，供参考；不改也能定稿。"
    if finding.is_todo:
        return f"现在还没到时候；到“{CHECKPOINT_WORDS[finding.checkpoint]}”还缺，才算须改正。"
    if finding.severity is Severity.WARNING:
        return "与通常做法不一样，请核对；属实的可以保留，写明情况就不再提示。"
    if finding.effect is Effect.EXPLAIN:
        return "与上面的规定不符，现在已经改不了；写明了情况，才能定稿。"
    return "与上面的规定不符。改正了，或者写明了情况，才能定稿。"


@dataclass(frozen=True)
class Button:
    """A button that makes a file: what (``stage``, ``blanks``, ``pack`` …), of which stage, in which format."""

    what: str
    stage: str
    kind: str

    @property
    def label(self) -> str:
        """The text on the button."""
        if self.what in _ONLY:
            return _ONLY[self.what]
        kind = _KINDS.get(self.kind, self.kind.upper())
        return f"还缺什么：{kind}" if self.what == "lacking" else kind


_ONLY = {
    "members": "党员填写表（一人一份，打包）",
    "member": "空白填写表（不带姓名）",
    "workbook": "本页的表（Excel、WPS）",
    "blanks": "空白表（手写用）",
    "pictures": "图和数字（打印）",
    "package": "交给上级的包（登记、修改历史、附件）",
    "campaign_file": "下发方案（发给支部的文件）",
    "receipts": "下载回执（每个支部一份）",
    "final_papers": "下载定稿文件（压缩包）",
    "bag": "下载归档包（压缩包）",
    "backup": "下载备份（压缩包）",
    "take_home": "带走（下载文件）",
    "take_again": "另带一份（原来那份用不了时）",
    "pack": "会议用表（签到表、议程、测评票、计票单、记录纸）",
}
_KINDS = {"pdf": "打印（PDF）", "html": "网页", "docx": "Word、WPS文件"}


def buttons_html(buttons: Iterable[Button]) -> str:
    """Buttons that make files; shown only on the guided page, which serves them."""
    return str(_macros().buttons(list(buttons)))


def page_state_html(state: Mapping[str, Any]) -> str:
    """A hidden element that passes data to the guided page: the state of each stage, the name of the user."""
    return str(_macros().page_state(json.dumps(state, ensure_ascii=False)))


def home_html(**parts: Any) -> str:
    """The home page: tasks for today, deadlines, stage states, who still owes what, signatures."""
    return str(_macros("home.html.j2").home(**parts))


def state_words(row: Mapping[str, Any]) -> str:
    """A stage's state for the narrow bar: the number of errors, of warnings if nothing else is left, or the state word."""
    if row["errors"]:
        return f"须改正{row['errors']}"
    only_looks = row["warnings"] and not row["todos"] and not row["drafts"]
    return f"请核对{row['warnings']}" if only_looks else str(row["state"].word)


def table_html(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[tuple[str, str]]],
    tones: Sequence[Sequence[str]] = (),
) -> str:
    """A table; each cell is (text, link), "" for no link; ``tones`` holds values of ``block.Tone``."""
    return str(_macros().grid(title, list(heads), [list(row) for row in rows], [list(row) for row in tones]))


def branches_html(branches: Iterable[Sequence[Any]], stages: Mapping[str, str], *, opened: bool = False) -> str:
    """Findings of each branch, collapsed or open.

    Args:
        branches: (name, errors, warnings, todos, findings) each.
        stages: Key → title.
        opened: Show the findings, without a heading for all branches.
    """
    return str(_macros().branches(list(branches), dict(stages), opened))


def filing_html(macro: str, *parts: Any) -> str:
    """A part of the page 定稿与归档: ``obstacles``, ``made`` or ``leave``."""
    return str(getattr(_macros("filing.html.j2"), macro)(*parts))


def intake_html(macro: str, *parts: Any) -> str:
    """A part of the page 收件: ``listed``."""
    return str(getattr(_macros("intake.html.j2"), macro)(*parts))


def links_html(sentence: str, items: Iterable[tuple[str, str]]) -> str:
    """A sentence followed by links, (title, URL) each."""
    return str(_macros().links(sentence, list(items)))


def files_html(sentence: str, items: Iterable[tuple[str, str]]) -> str:
    """Links to files of the workspace, (title, path in the workspace) each; the widget that shows them adds the address."""
    return str(_macros().files(sentence, list(items)))


def sentence_html(sentence: str) -> str:
    """One sentence."""
    return str(_macros().one_sentence(sentence))


def card_html(title: str, sentences: Sequence[str]) -> str:
    """The sentences of an error as a card."""
    return str(_macros().card(title, list(sentences)))


class View:
    """The output of a cell, updated after each save without running the cell again.

    Args:
        make: Returns the output's MIME bundle.

    Attributes:
        unseen: Nobody looks at the cells of this process, as in a batch: no HTML is made for them.
    """

    unseen: ClassVar[bool] = False

    def __init__(self, make: Callable[[], dict[str, Any]]) -> None:
        self._make = make
        self._id = ""
        self._card_errors = False
        self._shown: dict[str, Any] = {}

    def show_own_errors(self) -> None:
        """Show OrglifeErrors as a card. IPython would print an English traceback for an error in an output."""
        self._card_errors = True

    def bundle(self) -> dict[str, Any]:
        """The current output."""
        if not self._card_errors:
            return self._make()
        try:
            return self._make()
        except OrglifeError as error:
            return {"text/html": card_html(NOT_SHOWN, error.sentences), "text/plain": ""}

    def refresh(self) -> None:
        """Update the displayed output. An unchanged output is not replaced, so that its unfolded parts stay unfolded."""
        if not self._id:
            return
        bundle = self.bundle()
        if bundle != self._shown:
            self._shown = bundle
            update_display(bundle, raw=True, display_id=self._id)

    def _ipython_display_(self) -> None:
        self._id = self._id or secrets.token_hex()
        self._shown = self.bundle()
        display(self._shown, raw=True, display_id=self._id)


class HtmlView(View):
    """A view with HTML only."""

    def __init__(self, make: Callable[[], str]) -> None:
        super().__init__(lambda: {"text/html": "" if View.unseen else make(), "text/plain": ""})


def friendly_errors(shell: InteractiveShell) -> None:
    """Show errors as a card instead of a traceback: our own with their sentences, others with a general sentence.

    Errors in widget callbacks do not get here; forms handle those themselves.
    """

    def handler(_shell: InteractiveShell, _kind: type, error: Any, _trace: Any, **_options: Any) -> list[str]:
        sentences = (
            error.sentences
            if getattr(error, "friendly", False)
            else ["程序遇到了意外情况，请把这一页的截图交给管理员。"]
        )
        display({"text/html": card_html(NOT_DONE, sentences), "text/plain": ""}, raw=True)
        return []

    shell.set_custom_exc((Exception,), handler)
