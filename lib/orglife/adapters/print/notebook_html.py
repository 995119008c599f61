"""What the notebooks show beside the forms, as escaped HTML: findings, the stages' state, links, an error's sentence."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, ClassVar, NamedTuple

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display, update_display
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orglife.adapters.disk import paths
from orglife.core.errors import OrglifeError
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import CHECKPOINT_WORDS, Severity


@lru_cache(maxsize=2)
def _macros(name: str = "panel.html.j2") -> Any:
    loader = FileSystemLoader(paths.templates() / "html")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    return environment.get_template(name).module


def _nowhere(_finding: Finding) -> str:
    return ""


class Ways(NamedTuple):
    """Addresses that a finding leads to; "" where there is none.

    Attributes:
        mend: Where what was found is put right.
        explain: Where a reason is given for it.
    """

    mend: Callable[[Finding], str] = _nowhere
    explain: Callable[[Finding], str] = _nowhere


NOWHERE = Ways()
NOT_DONE = "这一步没有完成。已保存的内容不受影响。"
NOT_SHOWN = "这里暂时没有内容可以显示。"
NOTHING = "✓ 按现在登记的内容，没有需要改正或补充的。"


def findings_html(
    findings: Sequence[Finding],
    drafts: Sequence[tuple[str, str]] = (),
    basis: Sequence[tuple[str, str]] = (),
    numbers: Sequence[str] = (),
    *,
    folded: bool = False,
    ways: Ways = NOWHERE,
    nothing: str = NOTHING,
    unfilled: Sequence[str] = (),
) -> str:
    """Findings as a person takes them up: wrong first, then to check, to do, hints, and what is explained.

    Args:
        findings: In the order in which they are to stand.
        drafts: What the unfinished entries are called, and the address of each.
        basis: The stage's demands: the plan's words, and where they stand.
        numbers: How the stage's numbers come about; they stand above.
        folded: All groups but the first are folded: for the findings of all stages together.
        ways: Where to go from each.
        nothing: What is said where nothing is found.
        unfilled: Papers that still show 〔待填〕, where nothing else is left to do.
    """
    live = [f for f in findings if f.counts]
    found = [
        ("须改正", "error", [f for f in live if f.severity is Severity.ERROR]),
        ("请核对", "warning", [f for f in live if f.severity is Severity.WARNING]),
        ("还没有做", "todo", [f for f in findings if f.is_todo]),
        ("提示，供参考", "info", [f for f in live if f.severity is Severity.INFO]),
        ("已说明", "explained", [f for f in findings if f.explained]),
    ]
    groups = [(title, mood, len(items), _together(items)) for title, mood, items in found]
    lists = list(drafts), list(basis), list(numbers)
    return str(_macros().findings(groups, *lists, folded, ways, why_words, nothing, list(unfilled)))


def why_words(finding: Finding) -> str:
    """Why something is asked and how much hangs on it, for somebody who meets it for the first time."""
    if finding.severity is Severity.INFO:
        return "这是提示，供参考；不改也能定稿。"
    if finding.is_todo:
        return f"现在还没到时候；到“{CHECKPOINT_WORDS[finding.checkpoint]}”还缺，才算须改正。"
    if finding.severity is Severity.WARNING:
        return "与通常做法不一样，请核对；属实的可以保留，写明情况就不再提示。"
    return "与上面的规定不符。改正了，或者写明了情况，才能定稿。"


def _together(findings: Sequence[Finding]) -> list[list[Finding]]:
    """What one rule found many times over, with one cure, stands in one card."""

    def alike(f: Finding) -> tuple[object, ...]:
        return f.rule, f.fix, f.clause, f.explained

    return [list(many) for _, many in groupby(findings, key=alike)]


@dataclass(frozen=True)
class Button:
    """A button that makes a file: what (``stage``, ``blanks``, ``pack`` …), of which page, in which format."""

    what: str
    stage: str
    kind: str

    @property
    def label(self) -> str:
        """What stands on it."""
        if self.what in _ONLY:
            return _ONLY[self.what]
        kind = _KINDS.get(self.kind, self.kind.upper())
        return f"还缺什么：{kind}" if self.what == "lacking" else kind


_ONLY = {
    "members": "党员填写表（一人一份，打包）",
    "member": "空白填写表（不带姓名）",
    "workbook": "本页的表（Excel、WPS）",
    "blanks": "空白表（手写用）",
    "package": "交给上级的包（登记、修改历史、附件）",
    "pack": "会议用表（签到表、议程、测评票、计票单、记录纸）",
}
_KINDS = {"pdf": "打印（PDF）", "html": "网页（HTML）", "docx": "Word（DOCX）"}


def buttons_html(buttons: Iterable[Button]) -> str:
    """Buttons that make files; the guided page serves them, elsewhere they are not shown."""
    return str(_macros().buttons(list(buttons)))


def told_html(told: Mapping[str, Any]) -> str:
    """What the page around the notebook is told, unseen: the state of each stage, who types."""
    return str(_macros().told(json.dumps(told, ensure_ascii=False)))


def home_html(**parts: Any) -> str:
    """The first page: what to do today, deadlines, the stages' state, who owes what, signatures."""
    return str(_macros("home.html.j2").home(**parts))


def state_words(row: Mapping[str, Any]) -> str:
    """A stage's state in the narrow bar: the word, or the number of what is wrong or is all that is left to look at."""
    if row["errors"]:
        return f"须改正{row['errors']}"
    only_looks = row["warnings"] and not row["todos"] and not row["drafts"]
    return f"请核对{row['warnings']}" if only_looks else str(row["state"].word)


def grid_html(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[tuple[str, str]]],
    tones: Sequence[Sequence[str]] = (),
) -> str:
    """A table; each cell is (text, address), the address "" where there is no link; ``tones`` are as ``block.Tone``."""
    return str(_macros().grid(title, list(heads), [list(row) for row in rows], [list(row) for row in tones]))


def branches_html(branches: Iterable[Sequence[Any]], stages: Mapping[str, str]) -> str:
    """What is found in each branch, folded: (name, errors, warnings, todos, findings) each, and titles by stage key."""
    return str(_macros().branches(list(branches), dict(stages)))


def links_html(sentence: str, items: Iterable[tuple[str, str]]) -> str:
    """A sentence with links, (title, address) each."""
    return str(_macros().links(sentence, list(items)))


def says_html(sentence: str) -> str:
    """One sentence."""
    return str(_macros().says(sentence))


def card_html(title: str, sentences: Sequence[str]) -> str:
    """An error's sentences as a card."""
    return str(_macros().card(title, list(sentences)))


class View:
    """A cell's one output, made anew whenever something is saved, without running the cell again.

    Args:
        make: Gives the output's MIME bundle.

    Attributes:
        unseen: Nobody looks at the cells of this process, as in a batch: papers are not shown in them.
    """

    unseen: ClassVar[bool] = False

    def __init__(self, make: Callable[[], dict[str, Any]]) -> None:
        self._make = make
        self._id = ""
        self._card_errors = False
        self._shown: dict[str, Any] = {}

    def show_own_errors(self) -> None:
        """Show our own errors as a card: what IPython prints for an error in an output is a traceback in English."""
        self._card_errors = True

    def bundle(self) -> dict[str, Any]:
        """The output as it is now."""
        if not self._card_errors:
            return self._make()
        try:
            return self._make()
        except OrglifeError as error:
            return {"text/html": card_html(NOT_SHOWN, error.sentences), "text/plain": ""}

    def refresh(self) -> None:
        """Show it as it is now, where it was shown; what has not changed is left alone, with what is unfolded in it."""
        if not self._id:
            return
        bundle = self.bundle()
        if bundle != self._shown:
            self._shown = bundle
            update_display(bundle, raw=True, display_id=self._id)

    def _ipython_display_(self) -> None:
        self._id = self._id or secrets.token_hex(8)
        self._shown = self.bundle()
        display(self._shown, raw=True, display_id=self._id)


class HtmlView(View):
    """A view that is only HTML."""

    def __init__(self, make: Callable[[], str]) -> None:
        super().__init__(lambda: {"text/html": make(), "text/plain": ""})


def friendly_errors(shell: InteractiveShell) -> None:
    """Show our own errors as a card with their sentences instead of a traceback; others keep a short code.

    Widget callbacks never come this way: forms guard those themselves.
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
