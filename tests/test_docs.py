"""The documents are current, complete both ways, and speak of the project only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from orglife.cli import doc_pages, program
from orglife.cli.rule_lines import rule_page
from orglife.core.paper.paper import Sheet
from orglife.core.rule.rule import Rule
from orglife.stages import ALL_RULES, STAGES
from tests import branch as b
from tests.marks import thorough

README = b.ROOT / "README.md"
PAPERS = [b.ROOT / n for n in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "NOTICE")] + sorted(
    (b.ROOT / "docs").rglob("*.md")
)
OTHER_OPTIONS = {"--to", "--host", "--nthreads", "--branches"}  # of nbconvert, dask and a bench


def commands(group: click.Group = program, before: str = "orglife") -> Iterator[tuple[str, click.Command]]:
    """Every command as it is typed."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


@pytest.mark.parametrize("name", doc_pages.PAGES)
def test_page_is_current(name: str) -> None:
    assert (b.ROOT / "docs" / name).read_text(encoding="utf-8") == doc_pages.PAGES[name](), "run `make rules`"


@pytest.mark.parametrize("name", doc_pages.PARTS)
def test_generated_part_is_current(name: str) -> None:
    page = (b.ROOT / "docs" / name).read_text(encoding="utf-8")
    assert doc_pages.PARTS[name](page) == page, "run `make rules`"


def test_what_a_person_reads_of_a_rule_holds_no_pattern() -> None:
    page = (b.ROOT / "docs/campaign.md").read_text(encoding="utf-8")
    for each in ALL_RULES:
        told = "\n".join(rule_page(each, b.campaign(), b.regulations()))
        assert not re.search(r"\[\^|\(\?|\{0,|\\d|patterns|applies_to", told), each.id
        for value in (each.params.get("patterns") or [])[:1]:
            assert value in page or json.dumps(value)[1:-1] in page, each.id


# --- demands ---------------------------------------------------------------------------------------------------------


def test_every_demand_is_entered_somewhere() -> None:
    assert list(doc_pages.numbers()) == list(b.campaign().demands), "each demand of the campaign file has its S-number"
    assert set(doc_pages.ENTERED) == set(b.campaign().demands)
    assert not set(doc_pages.OTHERS) & set(b.campaign().demands)
    assert all(doc_pages.rules_of(key) for key in doc_pages.OTHERS)


def test_every_clause_of_the_plan_is_shown() -> None:
    assert {*doc_pages.numbers().values(), *(c.number for c in doc_pages.CLAUSES)} == set(range(1, 39))
    plan = doc_pages.PLAN.with_suffix(".txt").read_text(encoding="utf-8")
    for clause in doc_pages.CLAUSES:
        assert clause.quote in plan


def test_every_demand_is_served_by_a_rule_or_by_a_person() -> None:
    assert {key for key in b.campaign().demands if not doc_pages.rules_of(key)} <= doc_pages.BY_HAND


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda r: r.id)
def test_every_rule_has_its_ground(rule: Rule) -> None:
    assert rule.demand or rule.general
    assert not rule.demand or rule.demand in b.campaign().demands or rule.demand in doc_pages.OTHERS
    assert not rule.general or rule.general in b.regulations()
    assert rule.stage in {*(s.key for s in STAGES), *doc_pages.NO_NOTEBOOK}, "a rule of no stage would stand on no page"


@thorough
def test_every_form_named_is_printed() -> None:
    """The test branch prints them, but F19–F21, which exist only when there is something to say, and wanted ones."""
    sheet = Sheet(b.dossier(), b.campaign())
    printed = {d.form for stage in STAGES if stage.documents for d in stage.documents(sheet)}
    named = {form for form in doc_pages.FORMS if f"{doc_pages.form_name(form)}" in doc_pages.demands_page()}
    assert named - printed <= {"F19", "F20", "F21", "F23", "F24", "F26", "F27", "F28", "F29"}
    assert printed <= set(doc_pages.FORMS)


# --- commands --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=lambda v: v if isinstance(v, str) else "")
def test_every_command_has_help_and_stands_in_the_readme(name: str, command: click.Command) -> None:
    assert f"`{name}" in README.read_text(encoding="utf-8")
    assert command.get_short_help_str(200)
    for parameter in command.params:
        assert not isinstance(parameter, click.Option) or parameter.help, f"{name}: {parameter.name} has no help"


@pytest.mark.parametrize("paper", PAPERS, ids=lambda p: p.name)
def test_no_document_names_a_command_or_option_that_is_not_there(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    known = {option for _, command in commands() for p in command.params for option in (*p.opts, *p.secondary_opts)}
    known |= {"--help", "--version"} | OTHER_OPTIONS
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= known
    typed = [
        m.split()
        for m in re.findall(r"orglife ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)", " ".join(re.findall(r"`[^`]+`", text)))
    ]
    names = {name.removeprefix("orglife ") for name, _ in commands()}
    for words in typed:
        assert words[0] in names or " ".join(words) in names, words


# --- house rules -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS, ids=lambda p: p.name)
def test_documents_speak_of_the_project_only(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    assert "http" not in text
    assert not re.search(r"(?<![\w.…〕>])/(work|home|tmp|root|usr|opt|etc|var|Users)\b", text)
    assert not re.search(r"\b[A-Z]:\\", text)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda p: p.name)
def test_links_lead_somewhere(paper: Path) -> None:
    text = re.sub(r"(?s)```.*?```", "", paper.read_text(encoding="utf-8"))
    text = re.sub(r"`[^`\n]*`", "", text)  # a pattern in a parameter looks like a link
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        assert (paper.parent / link).exists(), link


def test_every_promise_names_tests_that_exist() -> None:
    text = (b.ROOT / "docs/promises.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| Promise", "| ---"))]
    assert len(rows) > 20
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
        assert named, row
        for file, name in named:
            assert f"def {name}(" in (b.ROOT / file).read_text(encoding="utf-8"), (file, name)
