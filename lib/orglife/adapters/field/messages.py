"""What a page says to its user: status lines, notes below a control, and the errors of callbacks."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from typing import Any

from orglife.core.errors import WAITING, NotSaved, OrglifeError, StoreAway
from orglife.core.formview import Look

log = logging.getLogger("orglife.forms")


def status_html(*lines: str, mark: str = "", entry: str = "") -> str:
    """Messages as the status line of a form, board or panel.

    Args:
        lines: The messages, one below the other.
        mark: Its tone, ``bad``, ``half``, ``good`` or ``calm``; "" = by the first character: ⚠ bad, ✓ good, others calm.
        entry: Id of the open entry, for the page's script.
    """
    tone = mark or {"⚠": "bad", "✓": "good"}.get(lines[0][:1], "calm")
    about = f' data-entry="{escape(entry)}"' if entry else ""
    text = escape(lines[0]) if len(lines) == 1 else "".join(f"<div>{escape(line)}</div>" for line in lines)
    return f'<div class="of-status of-{tone}" role="status"{about}>{text}</div>'


def note_html(
    help_text: str, echo: str, errors: Sequence[str], hints: Sequence[str], looks: Sequence[Look] = ()
) -> str:
    """The lines below a control, as HTML."""
    parts = [f'<div class="of-err" role="alert">⚠ {escape(text)}</div>' for text in errors]
    parts += [f'<div class="of-hint">{escape(text)}</div>' for text in hints]
    parts += [f'<div class="of-live of-live-{look.tone or "calm"}">{escape(look.text)}</div>' for look in looks]
    if echo:
        parts.append(f'<div class="of-echo">{escape(echo)}</div>')
    if help_text:
        parts.append(f'<div class="of-help">{escape(help_text)}</div>')
    return "".join(parts)


def guard(action: Callable[..., Any], say: Callable[[str], None], where: str = "") -> Callable[..., None]:
    """Wrap a widget callback so that its exceptions are reported.

    ipywidgets discards exceptions of callbacks without a message on the page or in the log. Here the status line shows
    the sentence of an error that the user can correct, such as a server that is away, or else an error code; the log gets the code, the exception's type and its place in the program, but nothing that was typed.
    """

    def guarded(*args: Any, **kwargs: Any) -> None:
        try:
            action(*args, **kwargs)
        except OrglifeError as error:
            say(f"⚠ {error}")
        except Exception as error:  # noqa: BLE001  ipywidgets would discard it
            say(report_error(error, where))

    return guarded


def waiting_words(error: Exception, where: str) -> str:
    """The status line for input that is not saved; the page keeps it and tries again."""
    if isinstance(error, NotSaved | StoreAway):
        what = str(error.fields["what"])
        then = WAITING.get(what, "程序会自动再试。")
        return f"⚠ 没有保存成功（{what}）。填的内容都留在这里，请不要关闭这一页；{then}"
    why = str(error) if isinstance(error, OrglifeError) else report_error(error, where)
    return f"⚠ 没有保存成功，请不要关闭窗口；程序会自动再试。{why.removeprefix('⚠ ')}"


def report_error(error: Exception, where: str) -> str:
    """Log an unexpected error without personal content; return the message for the page."""
    code = f"E{datetime.now():%H%M%S}"
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
    log.error("code %s in %s: %s at %s", code, where or "form", type(error).__name__, place)
    return f"⚠ 这一步没有完成（编号{code}）。已填写的内容不受影响，请把编号告诉管理员。"
