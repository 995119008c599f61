"""The base class of all form controls, and the context that the controls of one form share.

A control shows a value (``put``), returns the typed text unchanged (``raw``), and parses it into JSON values
(``read``). Text that cannot be parsed is therefore never lost. A value that is not among the options stays visible,
with a hint. Controls for one field are in ``controls``; those that contain other controls are in ``form.groups``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import ipywidgets as W

from orglife.adapters.field.messages import guard, note_html
from orglife.core.formview import Live, Look
from orglife.core.record.shape import Spec
from orglife.core.record.words import Days, Offer

OUTSIDE = "*outside*"  # not a valid id
CHOOSE = "请选择"

Path: TypeAlias = tuple[str | int, ...]
Problems: TypeAlias = list[tuple[Path, str]]


class Choices(Days, Protocol):
    """The options that a form offers: (value, label) pairs, in the order to show them."""

    def members(self) -> Sequence[Offer]:
        """Members of the branch; for bureau records, the bureau's leaders."""

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


@dataclass
class Context:
    """Callbacks, options and layout that the controls of one form share.

    Attributes:
        changed: Called with the name of the record's field after the user typed in it.
        say: Shows a message in the status line.
        lists: Campaign lists that replace others, e.g. ``aspects`` → ``team_aspects``.
        hide: Dotted paths of fields not to show; their values are preserved.
        fresh_id: Makes the id of a new nested object from its letter.
        remarks: Hints by dotted path that depend on more than the field itself (roster, other fields).
        live: Values calculated from the record as it is typed.
        first: Fields of the record that are shown first.
        shown: Dotted path of a table → (name, heading) of its calculated columns.
        sorts: Dotted path of a list → field by which its items are grouped.
        declared: Dotted path of such a list → field that names the groups examined without a problem found.
        origins: Field of the record whose fact is entered elsewhere → where, in words.
        spared: Fields of the record that are shown only while they hold a value.
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
    origins: Mapping[str, str] = field(default_factory=dict)
    spared: Collection[str] = ()
    _quiet: int = 0
    _styles: dict[type[Any], Any] = field(default_factory=dict)
    _layout: Any = None
    _offered: dict[tuple[Any, ...], list[Offer]] = field(default_factory=dict)

    def guard(self, action: Callable[..., Any]) -> Callable[..., None]:
        """``guard`` with the form's status line and name."""
        return guard(action, self.say, self.where)

    def offered(self, spec: Spec) -> list[Offer]:
        """The options of a field, cached until ``forget``: a form needs the same roster dozens of times."""
        key = (spec.ref, spec.lists, tuple(spec.labels.items()))
        if key not in self._offered:
            self._offered[key] = offers(spec, self)
        return self._offered[key]

    def forget(self) -> None:
        """Clear the cached options."""
        self._offered.clear()

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Do not report changes as typed while the program fills the controls."""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1

    @property
    def quiet(self) -> bool:
        return self._quiet > 0

    def make(self, kind: type[Any], *classes: str, **traits: Any) -> Any:
        """Make a widget that shares layout and style objects with others of its type; the style sheets set the look."""
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


def close(widget: Any) -> None:
    """Close a widget and its children (not the shared layout and style)."""
    for child in getattr(widget, "children", ()):
        close(child)
    widget.close()


def lock(widget: Any) -> None:
    """Make a widget and its children read-only."""
    if widget.has_trait("disabled"):
        widget.disabled = True
    for child in getattr(widget, "children", ()):
        lock(child)


def put_html(widget: W.HTML, text: str) -> None:
    """Set a widget's HTML; send nothing when it is unchanged."""
    if widget.value != text:
        widget.value = text


def offers(spec: Spec, ctx: Context) -> list[Offer]:
    """The (value, label) pairs that a field offers; equal labels are followed by their ids."""
    if spec.lists:
        offered = [offer for name in spec.lists for offer in ctx.choices.keys(ctx.lists.get(name, name))]
    elif spec.ref:
        offered = list(_REFERENCES[spec.ref](ctx.choices))
    else:
        offered = list(spec.labels.items())
    labels = [label for _, label in offered]
    return [(value, f"{label}（{value}）" if labels.count(label) > 1 else label) for value, label in offered]


_REFERENCES: Mapping[str, Callable[[Choices], Iterable[Offer]]] = {
    "member": lambda c: c.members(),
    "person": lambda c: c.members(),
    "target": lambda c: [("team", "支部班子"), *c.members()],
    "guest": lambda c: c.guests(),
    "problem": lambda c: c.problems(),
    "record": lambda c: c.records(),
    "branch": lambda c: c.branches(),
}


class Control:
    """Base class of the controls; one control edits one field.

    Attributes:
        box: The widget shown on the page.
        note: The widget for help, echo and errors; None inside a row, which shows them in its own note.
    """

    def __init__(self, spec: Spec, ctx: Context) -> None:
        self.spec, self.ctx = spec, ctx
        self.note: W.HTML | None = None
        self.box: Any = None

    @property
    def target(self) -> Any:
        """The widget that a link to this field leads to."""
        return self.box

    @property
    def title(self) -> str:
        """The label as shown: core fields are marked with a star."""
        unit = f"（{self.spec.unit}）" if self.spec.unit else ""
        return f"{self.spec.label}{unit}{' *' if self.spec.core else ''}"

    def put(self, value: Any) -> None:
        """Show a JSON value, or the typed text of a draft; None is blank."""
        raise NotImplementedError

    def raw(self) -> Any:
        """The control's content exactly as typed, as a JSON value."""
        raise NotImplementedError

    def read(self, path: Path, problems: Problems) -> Any:
        """Parse the content into a JSON value, None when blank; add unreadable content to ``problems``."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Update the options."""

    def hints(self) -> list[str]:
        """Messages that are not errors, e.g. a value that is not among the options."""
        return []

    def remarks(self) -> list[str]:
        """The form's hints about this field."""
        return list(self.ctx.remarks.get(".".join(self.spec.path), ()))

    def looks(self) -> Sequence[Look]:
        """The calculated lines shown with this field."""
        return self.ctx.live.lines.get(".".join(self.spec.path), ())

    def echo(self) -> str:
        """How the typed text was understood; "" when that is obvious."""
        return ""

    def show(self, problems: Problems) -> list[str]:
        """Show problems beside the control; return their messages for a row that shows them itself."""
        texts = list(dict.fromkeys(text for _, text in problems))
        self._mark(bad=bool(texts))
        if self.note is not None:
            hints = [*self.hints(), *self.remarks()]
            put_html(self.note, note_html(self.spec.help, self.echo(), texts, hints, self.looks()))
        return texts

    def _mark(self, *, bad: bool) -> None:
        marked = "of-bad" in self.box._dom_classes
        if bad and not marked:
            self.box.add_class("of-bad")
        elif marked and not bad:
            self.box.remove_class("of-bad")

    def _listen(self, widget: Any, action: Callable[..., Any] | None = None) -> None:
        widget.observe(self.ctx.guard(action or self._typed), "value")

    def _typed(self, _change: Any = None) -> None:
        if not self.ctx.quiet:
            self.ctx.changed(self.spec.path[0])

    def fields(self) -> Mapping[str, Control]:
        """The controls inside this one, by name or number."""
        return {}

    def join(self, others: Mapping[str, Control]) -> None:
        """Connect to other controls of the same group; called once, after all are made."""

    def unfold(self, name: str) -> None:
        """Make the control of that name inside this one visible."""

    def go_to(self, path: Sequence[str | int]) -> None:
        """Put the cursor into a part of this control that is not a control itself."""
