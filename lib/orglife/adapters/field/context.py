"""Controls: one for each type of field, each able to take a value, give back what was typed, and read it.

Controls for one value or one list of values stand here; those that hold other controls stand in ``field_groups``.

A control keeps what was typed as it was typed (``raw``) and reads it into JSON values apart from that (``read``), so
a slip of the pen never costs a word. What a list does not offer stays in sight, marked.
"""

from __future__ import annotations

import html
import logging
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

import ipywidgets as W

from orglife.core.formview import Live, Look
from orglife.core.record.shape import Spec
from orglife.core.record.words import Days, Offer

log = logging.getLogger("orglife.forms")

OUTSIDE = "*outside*"  # no id can look like this
CHOOSE = "请选择"

Path: TypeAlias = tuple[str | int, ...]
Problems: TypeAlias = list[tuple[Path, str]]


class Choices(Days, Protocol):
    """What a form may offer: (value, label) pairs, in the order to show them."""

    def members(self) -> Sequence[Offer]:
        """Members of the branch (for bureau records: the bureau's leaders)."""

    def guests(self) -> Sequence[Offer]:
        """Guests of the meeting."""

    def problems(self) -> Sequence[Offer]:
        """Problems found in reviews and comments."""

    def records(self) -> Sequence[Offer]:
        """All records of the branch."""

    def branches(self) -> Sequence[Offer]:
        """Branches of the bureau."""

    def keys(self, name: str) -> Sequence[Offer]:
        """Keys of one campaign list; empty when the campaign has no such list."""


def guard(action: Callable[..., Any], say: Callable[[str], None], where: str = "") -> Callable[..., None]:
    """Let no widget callback fail in silence.

    ipywidgets swallows what a callback raises: nothing on the page, nothing in the log. Here the status line shows a
    code; the log gets the code, the kind of error and its place in the program, and nothing that anybody typed.
    """

    def guarded(*args: Any, **kwargs: Any) -> None:
        try:
            action(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  ipywidgets would swallow it unseen
            say(mishap(error, where))

    return guarded


def mishap(error: Exception, where: str) -> str:
    """Log an unexpected error without personal content and give the sentence for the page."""
    code = f"E{datetime.now():%H%M%S}"
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
    log.error("code %s in %s: %s at %s", code, where or "form", type(error).__name__, place)
    return f"⚠ 这一步没有完成（编号{code}）。已填写的内容不受影响，请把编号告诉管理员。"


# ---------------------------------------------------------------- what controls share


@dataclass
class Context:
    """What the controls of one form share.

    Attributes:
        changed: Told the name of the record's field whenever somebody typed in it.
        say: Shows a sentence in the status line.
        lists: Campaign lists to take in place of others, e.g. ``aspects`` → ``team_aspects``.
        hide: Dotted paths of fields not to show (their values are kept).
        fresh_id: Makes the id of a new nested object from its letter.
        remarks: Hints about what was read, by dotted path; they need more than the field to tell (roster, other fields).
        live: What is worked out from what was read.
        first: Fields of the record that come first.
        shown: Dotted path of a table → (name, heading) of columns that are worked out.
        sorts: Dotted path of a list → field by which its parts are sorted.
        declared: Dotted path of such a list → field that names the sorts searched without a find.
    """

    choices: Choices
    changed: Callable[[str], None]
    say: Callable[[str], None]
    fresh_id: Callable[[str], str]
    where: str = ""
    lists: Mapping[str, str] = field(default_factory=dict)
    hide: Collection[str] = ()
    remarks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    live: Live = field(default_factory=Live)
    first: Sequence[str] = ()
    shown: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    sorts: Mapping[str, str] = field(default_factory=dict)
    declared: Mapping[str, str] = field(default_factory=dict)
    _quiet: int = 0
    _styles: dict[type[Any], Any] = field(default_factory=dict)
    _layout: Any = None
    _offered: dict[tuple[Any, ...], list[Offer]] = field(default_factory=dict)

    def guard(self, action: Callable[..., Any]) -> Callable[..., None]:
        """The form's own ``guard``."""
        return guard(action, self.say, self.where)

    def offered(self, spec: Spec) -> list[Offer]:
        """What a field offers, asked for once until ``forget``: a form asks dozens of times for the same roster."""
        key = (spec.ref, spec.lists, tuple(spec.labels.items()))
        if key not in self._offered:
            self._offered[key] = offers(spec, self)
        return self._offered[key]

    def forget(self) -> None:
        """Ask again what there is to choose from."""
        self._offered.clear()

    @contextmanager
    def silence(self) -> Iterator[None]:
        """While the program fills controls, nobody is typing."""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1

    @property
    def quiet(self) -> bool:
        return self._quiet > 0

    def make(self, kind: type[Any], *classes: str, **traits: Any) -> Any:
        """Make a widget that shares its layout and style with the others of its kind: looks come from the style sheet."""
        if self._layout is None:
            self._layout = W.Layout()
        if kind.class_traits().get("style") is not None:
            if kind in self._styles:
                traits["style"] = self._styles[kind]
            made = kind(layout=self._layout, _dom_classes=classes, **traits)
            self._styles.setdefault(kind, made.style)
            return made
        return kind(layout=self._layout, _dom_classes=classes, **traits)

    def button(self, text: str, action: Callable[[], None], *classes: str, tooltip: str = "") -> W.Button:
        """A guarded button."""
        made: W.Button = self.make(W.Button, "of-button", *classes, description=text, tooltip=tooltip or text)
        made.on_click(self.guard(lambda _: action()))
        return made


def esc(text: str) -> str:
    """Text safe inside HTML."""
    return html.escape(text, quote=True)


def close(widget: Any) -> None:
    """Close a widget with everything in it (not the shared layout and style)."""
    for child in getattr(widget, "children", ()):
        close(child)
    widget.close()


def put_html(widget: W.HTML, text: str) -> None:
    """Change the page only where something changes."""
    if widget.value != text:
        widget.value = text


def offers(spec: Spec, ctx: Context) -> list[Offer]:
    """The (value, label) pairs that a field offers; two that look the same get their ids behind."""
    if spec.lists:
        found = [offer for name in spec.lists for offer in ctx.choices.keys(ctx.lists.get(name, name))]
    elif spec.ref:
        found = list(_REFERENCES[spec.ref](ctx.choices))
    else:
        found = list(spec.labels.items())
    labels = [label for _, label in found]
    return [(value, f"{label}（{value}）" if labels.count(label) > 1 else label) for value, label in found]


_REFERENCES: Mapping[str, Callable[[Choices], Iterable[Offer]]] = {
    "member": lambda c: c.members(),
    "person": lambda c: c.members(),
    "target": lambda c: [("team", "支部班子"), *c.members()],
    "guest": lambda c: c.guests(),
    "problem": lambda c: c.problems(),
    "record": lambda c: c.records(),
    "branch": lambda c: c.branches(),
}


# ---------------------------------------------------------------- controls


class Control:
    """One control; the base of all.

    Attributes:
        box: What is shown.
        note: Where help, echo and errors stand; None inside a row, whose own note takes them.
    """

    def __init__(self, spec: Spec, ctx: Context) -> None:
        self.spec, self.ctx = spec, ctx
        self.note: W.HTML | None = None
        self.box: Any = None

    @property
    def title(self) -> str:
        """The label as shown: core fields carry a star."""
        unit = f"（{self.spec.unit}）" if self.spec.unit else ""
        return f"{self.spec.label}{unit}{' *' if self.spec.core else ''}"

    def put(self, value: Any) -> None:
        """Show a JSON value, or what was typed in a draft; None is blank."""
        raise NotImplementedError

    def raw(self) -> Any:
        """What stands in the control, exactly as typed, JSON-able."""
        raise NotImplementedError

    def read(self, path: Path, problems: Problems) -> Any:
        """The JSON value meant, None when blank; what cannot be read goes to ``problems``."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Take up what there is to choose from now."""

    def hints(self) -> list[str]:
        """Sentences that are no errors: a value that no list has."""
        return []

    def remarks(self) -> list[str]:
        """Hints that the form has about this field."""
        return list(self.ctx.remarks.get(".".join(self.spec.path), ()))

    def looks(self) -> Sequence[Look]:
        """What is worked out beside this field."""
        return self.ctx.live.lines.get(".".join(self.spec.path), ())

    def echo(self) -> str:
        """How the typed text was understood, where that is worth saying."""
        return ""

    def show(self, problems: Problems) -> list[str]:
        """Show problems beside the control; the sentences are returned for a row that shows them itself."""
        texts = list(dict.fromkeys(text for _, text in problems))
        self._mark(bad=bool(texts))
        if self.note is not None:
            hints = [*self.hints(), *self.remarks()]
            put_html(self.note, note_html(self.spec.help, self.echo(), texts, hints, self.looks()))
        return texts

    def _mark(self, *, bad: bool) -> None:
        if self.box is None:
            return
        has = "of-bad" in self.box._dom_classes
        if bad and not has:
            self.box.add_class("of-bad")
        elif has and not bad:
            self.box.remove_class("of-bad")

    def _listen(self, widget: Any, action: Callable[..., Any] | None = None) -> None:
        widget.observe(self.ctx.guard(action or self._typed), "value")

    def _typed(self, _change: Any = None) -> None:
        if not self.ctx.quiet:
            self.ctx.changed(self.spec.path[0])

    def fields(self) -> Mapping[str, Control]:
        """Controls inside this one, by name or number."""
        return {}

    def join(self, others: Mapping[str, Control]) -> None:
        """Told once of the controls beside this one, when all are made."""

    def unfold(self, name: str) -> None:
        """Bring the control of that name inside this one into sight."""

    def go_to(self, path: Sequence[str | int]) -> None:
        """Put the cursor into a part of this control that is no control of its own."""


def note_html(
    help_text: str, echo: str, errors: Sequence[str], hints: Sequence[str], looks: Sequence[Look] = ()
) -> str:
    """The lines below a control."""
    parts = [f'<div class="of-err" role="alert">⚠ {esc(text)}</div>' for text in errors]
    parts += [f'<div class="of-hint">{esc(text)}</div>' for text in hints]
    parts += [f'<div class="of-live of-live-{look.tone or "calm"}">{esc(look.text)}</div>' for look in looks]
    if echo:
        parts.append(f'<div class="of-echo">{esc(echo)}</div>')
    if help_text:
        parts.append(f'<div class="of-help">{esc(help_text)}</div>')
    return "".join(parts)
