"""Types records into the forms as a secretary does: fields by their place on the page, choices by their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from orglife.core.record.entered import write_day
from orglife.core.record.record import Record
from orglife.core.record.shape import Spec, specs_of
from orglife.stages.kinds import BY_TYPE
from tests.browser.served import ready, stage


class Typist:
    """One page, and how many fields were typed on it.

    Args:
        words: What is shown for an id or a key of the campaign: names of members, titles of materials.
        pictures: Folder for a picture of the page where the typing stopped.
    """

    def __init__(self, page: Any, words: Mapping[str, str], pictures: Path | None = None) -> None:
        self.page, self.words, self.fields, self.pictures = page, dict(words), 0, pictures
        self.notebook = ""

    def go(self, notebook: str) -> None:
        """To a stage by the bar on top."""
        self.notebook = notebook
        self.page.locator(f'.og-nav a[href$="{notebook}.ipynb"]').click()
        ready(self.page, f"notebooks/{notebook}.ipynb")

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Whatever fails in here says where it was, with a picture once."""
        try:
            yield
        except Exception as error:
            if self.pictures is not None and not getattr(error, "__notes__", ()):
                picture = self.pictures / f"{self.notebook}.png"
                self.page.screenshot(path=picture)
                error.add_note(f"picture: {picture}; to begin here again: ORGLIFE_WALK={self.notebook}")
            error.add_note(f"at {place}")
            raise

    def record(self, type_: str, value: Mapping[str, Any]) -> None:
        """One record, from its button to “✓ 已保存”."""
        kind = BY_TYPE[type_]
        with self.at(f"{self.notebook} {type_} {value['id']}"):
            self.tab(kind.LABEL)
            self.begin(kind, value)
            self.fill(kind, value)

    def head(self, kind: type[Any], value: Mapping[str, Any]) -> None:
        """The branch's own data: its form stands open."""
        with self.at(f"{self.notebook} {kind.LABEL}"):
            self.tab(kind.LABEL)
            self.fill(kind, value)

    def tab(self, title: str) -> None:
        """To a sheet of the stage, where it has several."""
        sheet = stage(self.page).locator(".lm-TabBar-tab:visible", has_text=re.compile(f"^{title}$"))
        if sheet.count():
            sheet.click()

    def form(self, kind: type[Any]) -> Any:
        return stage(self.page).locator(f".of-t-{getattr(kind, 'TYPE', kind.__name__)}:visible")

    def begin(self, kind: type[Record], value: Mapping[str, Any]) -> None:
        """A blank entry: the member's line, “新增”, or the one that is open already."""
        form = self.form(kind)
        form.wait_for()
        lines = form.locator(".of-lines:not(.of-versions) select")
        add = form.get_by_role("button", name="新增", exact=True)
        if getattr(kind, "ONE_PER", "") == "member":
            lines.locator("option").first.wait_for(state="attached")
            name = self.words[value["member"]]
            lines.select_option(label=next(t for t in lines.locator("option").all_inner_texts() if t.startswith(name)))
        else:
            form.locator(".of-place .of-column").or_(add).first.wait_for()
            if add.count():
                add.click()
        form.locator(".of-place:not(.of-waiting) .of-column").first.wait_for()

    def fill(self, kind: type[Any], value: Mapping[str, Any]) -> None:
        """The fields of the open entry, then wait until they are kept."""
        form = self.form(kind)
        self.unfold(form.locator(".of-place"), value, specs_of(kind))
        for spec in specs_of(kind):
            if spec.name in value and not spec.derived and spec.name != "member":
                self.field(form.locator(".of-place"), spec, value[spec.name])
        form.locator(".of-status.of-good", has_text="✓ 已保存").wait_for()

    @staticmethod
    def unfold(place: Any, value: Mapping[str, Any], specs: list[Spec]) -> None:
        """“更多”, where something in it is to be typed."""
        folds = [spec for spec in specs if spec.name in value and not spec.core and not spec.derived]
        if folds:
            for _ in range(50):  # a card is there before what is in it; some of that stands elsewhere
                if place.locator(f".of-f-{folds[0].name}").count():
                    break
                place.page.wait_for_timeout(100)
            folded = place.locator(".jupyter-widget-Collapse:not(.jupyter-widget-Collapse-open)")
            for fold in folded.locator(".jupyter-widget-Collapse-header").all()[::-1]:
                fold.click()

    # --- one field ---------------------------------------------------------------------------------------------------

    def shown(self, spec: Spec, value: Any) -> str:
        """The words of a choice; "" for what is none."""
        if not isinstance(value, str):
            return ""
        return spec.labels.get(value) or self.words.get(value) or value

    def field(self, within: Any, spec: Spec, value: Any) -> None:
        """A field of any sort."""
        with self.at(".".join(spec.path)):
            if not self.taken(within, spec, value):
                self._field(within, spec, value)

    def taken(self, within: Any, spec: Spec, value: Any) -> bool:
        """Whether the field shows this value as entered elsewhere; where it shows another, its control is opened."""
        line = within.locator(f".of-k-{spec.name} > .of-taken:not(.of-away)")
        if not line.count():
            return False
        if self.day_words(spec, value) in line.inner_text():
            return True
        other = line.get_by_role("button", name="与此不同")
        if other.is_visible():
            other.click()
        return False

    def day_words(self, spec: Spec, value: Any) -> str:
        """A value as the page shows it."""
        return write_day(date.fromisoformat(value)) if spec.kind == "day" else self.shown(spec, value)

    def _field(self, within: Any, spec: Spec, value: Any) -> None:
        place = within.locator(f".of-f-{spec.name}:not(.of-column)").first  # a record may be called as its field
        if spec.kind == "object":
            assert spec.item is not None
            for inner in specs_of(spec.item, spec.path):
                if inner.name in value:
                    self.field(place, inner, value[inner.name])
            return
        if spec.kind in ("rows", "people"):
            self.rows(place, spec, value)
            return
        if spec.kind == "tick":
            place.locator("input").set_checked(value)
        elif spec.kind in ("choice", "person"):
            self.choose(place.locator("select").first, self.shown(spec, value))
        elif spec.kind == "ticks":
            for key in value:
                own = within.locator(f".of-s-{key} .of-sort-tick input")
                if own.count():  # it stands with what was searched
                    own.check()
                    self.fields += 1
                    continue
                words, labels = self.shown(spec, key), place.locator("label").all_inner_texts()
                exact = [text for text in labels if text.strip("《》") == words]
                self.tick(place.get_by_label((exact or [text for text in labels if words in text])[0], exact=True))
                self.fields += 1
            return
        elif spec.kind == "map":
            for key, choice in value.items():
                self.choose(place.get_by_label(self.words[key], exact=True), spec.labels[choice])
                self.fields += 1
            return
        else:
            text = "\n".join(value) if isinstance(value, list) else str(value)
            place.locator("input, textarea").first.fill(text)
        self.fields += 1

    @staticmethod
    def tick(box: Any) -> None:
        """Tick a box; the form may tick it by itself at the very moment of the click, which takes the tick away again."""
        from playwright.sync_api import Error

        for last in (False, False, True):
            try:
                box.check()
            except Error:
                if last:
                    raise
            else:
                return

    @staticmethod
    def choose(select: Any, words: str) -> None:
        """The option that says it, alone or with more."""
        options = select.locator("option").all_inner_texts()
        exact = [text for text in options if text == words]
        select.select_option(label=(exact or [text for text in options if words in text])[0])

    def rows(self, place: Any, spec: Spec, value: list[Any]) -> None:
        """The rows of a table, or the cards of a list."""
        if not place.locator("table").count():
            self.cards(place, spec, value)
            return
        inner = [s for s in specs_of(spec.item, spec.path) if not s.derived] if spec.item else []
        for r, row in enumerate(value):
            if not place.locator(f'[data-r="{r}"]').count():
                place.locator("[data-act=add]").click()
            parts = [(c, one, row[one.name]) for c, one in enumerate(inner) if one.name in row]
            for c, one, part in parts or [(0, None, row)]:
                self.cell(place.locator(f'[data-r="{r}"][data-c="{c}"]').first, one, part)

    def cell(self, cell: Any, spec: Spec | None, value: Any) -> None:
        cell.wait_for()
        if spec is not None and spec.kind == "tick":
            if cell.get_attribute("aria-checked") != str(value).lower():
                cell.click()
        elif cell.evaluate("cell => cell.tagName") == "SELECT":
            self.choose(cell, self.shown(spec, value) if spec else self.words[value])
        else:
            cell.fill(str(value))
        self.fields += 1

    def cards(self, place: Any, spec: Spec, value: list[Any]) -> None:
        assert spec.item is not None
        inner = [s for s in specs_of(spec.item, spec.path) if not s.derived]
        for number, row in enumerate(value):
            add = place.get_by_role("button", name=re.compile("^(加一项|＋ )"))
            sort = next((self.shown(s, row[s.name]) for s in inner if s.name in row and s.lists), "")
            named = place.locator(f".of-s-{row.get('aspect')}").get_by_role("button", name="＋ 加一项问题")
            (named if named.count() else add.first).click()
            section = place.locator(f".of-s-{row.get('aspect')}")
            card = section.locator(".of-card").last if section.count() else place.locator(".of-card").nth(number)
            card.wait_for()
            self.unfold(card, row, inner)
            for one in inner:
                if one.name in row and not (named.count() and self.shown(one, row[one.name]) == sort != ""):
                    self.field(card, one, row[one.name])
