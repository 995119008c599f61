"""Golden records: papers, blank forms, findings and live hints as data, and the text of some PDF files.

The test branch has the usual records; those of ``unusual.py`` fill most of the other fields, or none at all. Page fitting is
reckoned from these papers and from papers that grow over the end of a page.

``make golden`` rewrites them after a wanted change; review reads the difference.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from openpyxl import load_workbook

from orglife.adapters.print import docx, typst, typst_values
from orglife.adapters.sheet.writer import write_workbook
from orglife.bureau.overview import Overview
from orglife.bureau.standing import standing
from orglife.core.formview import Live
from orglife.core.paper import fitting, layout
from orglife.core.paper.block import (
    AnyBlock,
    Bundle,
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Page,
    Paragraph,
    Signature,
    Table,
)
from orglife.core.paper.paper import Sheet
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier
from orglife.core.record.exchange import read_parcel
from orglife.core.rule.bureau import Bureau
from orglife.core.sheet.cards import FormCard, Question, slots_of
from orglife.core.sheet.columns import table_of
from orglife.core.sheet.pages import heading_of, map_keys
from orglife.core.stage import Stage
from orglife.exchange.workbooks import bodies_now, lexicon_of
from orglife.exchange.workbooks import pages as workbook_pages
from orglife.home.deadlines import deadlines
from orglife.home.lacking import lacking_rows
from orglife.home.owed import owed
from orglife.home.progress import stage_rows
from orglife.home.today import today
from orglife.stages import RULES, STAGES
from orglife.stages.appraisal.record import Tally
from orglife.stages.archive.documents import catalogue, note
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import BUREAU_KINDS, BY_TYPE, KINDS
from orglife.stages.rectification.ledger import ledger_rows
from orglife.stages.reviews.record import MemberReview
from orglife.stages.shared.signed import attachment_targets, signed_papers
from tests import branch as b
from tests.adapters.print.papers import PAGES, everything, paper
from tests.home.before import before, seen
from tests.stages.test_wanted_papers import FORMS, with_every_paper
from tests.whole import unusual
from tests.whole.golden_files import GOLDEN, compare, rows_of, slim

PRINTED = [stage for stage in STAGES if stage.documents and not stage.bureau]
WITH_BLANKS = [stage for stage in STAGES if stage.blanks and not stage.bureau]
WITH_HINTS = [stage for stage in STAGES if stage.layout.live]
BRANCHES: dict[str, Callable[[], b.Json]] = {
    "usual": b.branch,
    "unusual": unusual.branch,
    "blank": unusual.blank,
    "long": unusual.long,
}


def sheet(stage: Stage, branch: str) -> Sheet:
    dossier = b.dossier(BRANCHES[branch]())
    return Sheet(dossier, b.campaign(), b.findings(stage.rules, dossier))


def papers(stage: Stage, branch: str = "usual") -> list[Document]:
    assert stage.documents is not None
    return stage.documents(sheet(stage, branch))


def compare_papers(name: str, made: Iterable[Document]) -> None:
    dumped = [slim(d.model_dump(mode="json")) for d in made]
    compare(GOLDEN / name, json.dumps(dumped, ensure_ascii=False, indent=1) + "\n")


def papers_of(dossier: Dossier, stage: Stage) -> list[Document]:
    assert stage.documents is not None
    return stage.documents(Sheet(dossier, b.campaign()))


@pytest.mark.parametrize("stage", PRINTED, ids=lambda s: s.key)
def test_blocks(stage: Stage) -> None:
    compare_papers(f"{stage.notebook}.json", papers(stage))


@pytest.mark.parametrize("branch", ["unusual", "blank", "long"])
@pytest.mark.parametrize("stage", PRINTED, ids=lambda s: s.key)
def test_blocks_of_unusual_records(stage: Stage, branch: str) -> None:
    compare_papers(f"{branch}/{stage.notebook}.json", papers(stage, branch))


@pytest.mark.parametrize("branch", BRANCHES)
def test_findings(branch: str) -> None:
    """What the rules say of each branch, whole sentences."""
    found = b.findings(RULES, b.dossier(BRANCHES[branch]()))
    said = [[f.rule, f.severity, f.message, *(s.id for s in f.subjects)] for f in found if f.counts]
    compare(
        GOLDEN / f"findings/{branch}.json",
        "[\n" + ",\n".join(json.dumps(s, ensure_ascii=False) for s in said) + "\n]\n",
    )


@pytest.mark.parametrize("branch", ["usual", "unusual", "blank"])
@pytest.mark.parametrize("stage", WITH_BLANKS, ids=lambda s: s.key)
def test_blocks_of_blank_forms(stage: Stage, branch: str) -> None:
    assert stage.blanks is not None
    compare_papers(f"blanks/{stage.notebook}-{branch}.json", stage.blanks(sheet(stage, branch)))


@pytest.mark.parametrize("blank", [False, True], ids=["filled", "blank"])
def test_blocks_of_papers_that_a_campaign_may_want(blank: bool) -> None:
    every = with_every_paper()
    makers = [maker for stage in STAGES if (maker := stage.blanks if blank else stage.documents)]
    made = [paper for maker in makers for paper in maker(every) if paper.form in FORMS]
    assert {paper.form for paper in made} == set(FORMS)
    compare_papers("blanks/on-demand.json" if blank else "on-demand.json", made)


def test_blocks_of_the_archive_catalogue() -> None:
    items = [ArchiveItem.model_validate(item) for item in unusual.ARCHIVED]
    parts = {"papers.pdf": "0123456789abcdef" * 4, "dossier.json": "fedcba9876543210" * 4}
    made = Sheet(b.dossier(unusual.branch()), b.campaign())
    plain = Sheet(b.dossier(), b.campaign())
    compare_papers(
        "archive.json",
        [
            catalogue(made, items, {"a1": 2, "a2": 1, "a3": 0}),
            note(made, items, parts, attached=3, absent=1, final=True),
            catalogue(plain, [], {}),
            note(plain, items[3:], {}, attached=0, absent=0, final=False),
        ],
    )


@pytest.mark.parametrize("branch", BRANCHES)
def test_labels(branch: str) -> None:
    """What messages and lists call each record and each part of one."""
    dossier = b.dossier(BRANCHES[branch]())
    found = {ident: [dossier.label(entry), dossier.name(ident)] for ident, entry in sorted(dossier.index.items())}
    compare(GOLDEN / f"labels/{branch}.json", rows_of(found))


@pytest.mark.parametrize("branch", BRANCHES)
def test_papers_to_be_signed(branch: str) -> None:
    """The papers that are signed, and what a scan can be attached to; the first papers have one."""
    raw = BRANCHES[branch]()
    raw["records"]["attachment"] = [
        {"id": f"a{n}", "record": record, "kind": kind, "file": "attachments/x.pdf"}
        for n, (record, kind) in enumerate([("mt", "signed_scan"), ("t01", "signed_scan"), ("st", "sign_in")])
    ]
    dossier = b.dossier(raw)
    made = [one for stage in PRINTED for one in papers_of(dossier, stage)]
    found = {f"{row.form} {row.subject}": [row.title, row.signed, row.record] for row in signed_papers(dossier, made)}
    targets = {f"to {ident}": [name, state] for name, ident, state in attachment_targets(dossier, made)}
    compare(GOLDEN / f"signed/{branch}.json", rows_of({**found, **targets}))


@pytest.mark.parametrize("day", ["2024-02-08", "2024-02-19", "2024-02-26", "2024-03-08", "2024-06-01"])
def test_the_first_page(day: str) -> None:
    """What each branch's first page says on a day: states, deadlines, steps, who owes what, what is missing."""
    as_of, found = date.fromisoformat(day), {}
    for name, raw in {**BRANCHES, "before": before}.items():
        dossier, findings = seen(raw(), as_of)
        campaign = b.campaign()
        found |= {f"{name} stage {row['title']}": [*row.values()] for row in stage_rows(dossier, findings)}
        found |= {
            f"{name} deadline {one.label}": [one.when, one.words, one.mood] for one in deadlines(dossier, campaign)
        }
        found |= {
            f"{name} step {number}": [step.mood, step.what, step.how, step.stage, step.minutes, str(step.by), step.at]
            for number, step in enumerate(today(dossier, campaign, findings))
        }
        found |= {f"{name} owes {row.name}": [row.due] for row in owed(dossier, findings)}
        for row in lacking_rows(dossier, campaign, findings):
            found[f"{name} lacks {row.what}"] = [row.stage, row.who, row.by, row.due, row.clause.source]
    compare(GOLDEN / f"home/{day}.json", rows_of(found))


@pytest.mark.parametrize("day", ["2024-02-19", "2024-03-08"])
def test_blocks_of_the_overview(day: str) -> None:
    """The overview of the branches above; the bureau's own records are those of the demonstration."""
    as_of, campaign = date.fromisoformat(day), b.campaign()
    standings = []
    for name, raw in {**BRANCHES, "before": before}.items():
        dossier, findings = seen(raw(), as_of)
        standings.append(
            standing(dossier, findings, campaign).model_copy(update={"branch": name, "name": f"{name}支部"})
        )
    incoming = read_parcel((b.ROOT / "templates/demo/bureau.json").read_bytes(), "bureau.json", KINDS, BUREAU_KINDS)
    alike = [found for each in standings for found in each.found if found.rule.startswith("COPY")]
    made = Overview(campaign, standings, Bureau(incoming.campaign, incoming.records, {}, as_of), alike, as_of)
    compare_papers(f"overview-{day}.json", [made.paper(details=True)])


def looks(live: Live) -> b.Json:
    """Texts and tones of live hints, as lists."""
    return {
        "lines": {path: [list(look) for look in found] for path, found in live.lines.items()},
        "cells": {path: [[*place, *look] for place, look in found.items()] for path, found in live.cells.items()},
        "sorts": {path: {key: list(look) for key, look in found.items()} for path, found in live.sorts.items()},
    }


@pytest.mark.parametrize("branch", BRANCHES)
@pytest.mark.parametrize("stage", WITH_HINTS, ids=lambda s: s.key)
def test_live_hints(stage: Stage, branch: str) -> None:
    dossier, campaign = b.dossier(BRANCHES[branch]()), b.campaign()
    found = {
        record.id: looks(live(record, dossier, campaign))
        for kind, live in stage.layout.live.items()
        for record in [*dossier.all(BY_TYPE[kind]), BY_TYPE[kind](id=f"new-{kind}")]
    }
    compare(GOLDEN / f"hints/{stage.key}-{branch}.json", json.dumps(found, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize("branch", BRANCHES)
def test_the_ledger_of_rectification(branch: str) -> None:
    """Every problem with its origin, owner, answer and what a new item for it begins with."""
    rows = ledger_rows(b.dossier(BRANCHES[branch]()), b.campaign())
    compare(GOLDEN / f"ledger/{branch}.json", rows_of({row.key: [*row] for row in rows}))


@pytest.mark.parametrize(
    "stage", [s for s in PRINTED if s.key in ("plan", "talks", "meeting", "appraisal")], ids=lambda s: s.key
)
def test_text_of_the_pdf(stage: Stage) -> None:
    data = typst.pdf(Bundle(documents=papers(stage), title=stage.heading), timestamp=0)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    words = re.sub(r"\s", "", text)  # line breaks depend on the fonts at hand
    compare(GOLDEN / f"{stage.notebook}.txt", "\n".join(re.findall(".{1,60}", words)) + "\n")


def test_markup_of_the_word_file() -> None:
    """Every kind of block on every kind of page as Word gets it: measures, tab stops, widths, what stays together."""
    roles = [["本人", "中共东海市自然资源和规划局机关总支部委员会组织委员兼审核人"], ["主持人", "记录人", "审核人"]]
    more = [
        paper(Signature(roles=[*roles[number % 2], *seal], day=day), page=page, title=title, draft=bool(number))
        for page in PAGES
        for number, (seal, day, title) in enumerate(
            [([], "", "会议记录"), (["某支部（盖章）"], "2024年2月20日", "东海市自然资源和规划局机关党支部会议记录")]
        )
    ]
    made = Bundle(documents=[*everything().documents, *more], title="召开会议", branch="第一党支部").sealed("7f3a" * 16)
    codes = {(one.form, one.subject): f"J001-{one.form}" for one in everything().documents[1:]}
    themed = [one.model_copy(update={"theme": "学习贯彻习近平新时代中国特色社会主义思想"}) for one in made.documents]
    data = docx.docx(made.model_copy(update={"documents": themed}).numbered(codes), timestamp=0)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [name for name in package.namelist() if re.fullmatch(r"word/(document|header\d+|footer\d+)\.xml", name)]
        text = "".join(f"{name}\n{package.read(name).decode()}\n" for name in sorted(parts))
    bare = re.sub(r' xmlns:\w+="[^"]*"|<\?xml.*?\?>\s*|<w:rFonts [^>]*>', "", text)  # faces are tested in test_docx.py
    compare(GOLDEN / "word.xml", re.sub(r">\s*(?=<w:(?:p|tr|tc|tbl|sectPr|body)[ >])", ">\n", bare))


def test_values_of_the_pdf_template() -> None:
    """What Typst gets for blocks that just fit, and just do not: long words, rows that break, signatures under cells."""
    sign = Signature(roles=["支部书记", "记录人"], day="2024年2月20日")
    seal = Signature(roles=["某支部（盖章）", "审核人"])
    columns = [Column(head="序号"), Column(head="A" * 18, share=5, align="left"), Column(head="备注", share=2)]

    def table(*heights: int) -> Table:
        return Table(columns=columns, rows=[[str(n), "\n".join("查" * high), ""] for n, high in enumerate(heights)])

    def facts(*heights: int) -> Facts:
        return Facts(rows=[(f"事项{n}", "\n".join("查" * high)) for n, high in enumerate(heights)], across=1)

    grids = [make(*heights) for make in (table, facts) for heights in ((1, 2), (1, 1, 20), (20, 1), (20, 18), (1, 19))]
    words = ["A" * 11, "A" * 12, "A" * 15, "A" * 16, "1" * 19, "1" * 20, "1" * 26, "1" * 27, "国A国"]
    made = [
        *everything().documents,
        *(paper(grid, *end) for grid in grids for end in ((), (sign,), (seal,))),
        *(paper(Paragraph(text="A" * count + "：")) for count in (21, 22, 23, 24)),
        paper(*(Facts(rows=[(word, word), ("短", word)]) for word in words), page="L"),
        paper(Table(columns=[Column(head="甲")] * 9, rows=[words], tones=[["good"] * 8 + [""]]), page="L"),
        paper(Heading(text="题" * 500), Heading(text="题" * 501), Signature(roles=["记录人"] * 11), page="T"),
        *(paper(sign, title="A" * count) for count in (19, 20)),
    ]
    found = typst_values.papers(Bundle(documents=made, title="召" * 501, branch="支" * 501, campaign="专" * 501))
    lines = {f"{n} {one['page']}": one for n, one in enumerate(found.pop("documents"))}
    compare(GOLDEN / "typst.json", rows_of(slim({**found, **lines})))


def test_sheets_of_workbooks() -> None:
    """Widths, heights, lists and print settings of a stage's workbook and of members' forms."""
    dossier, campaign = b.dossier(unusual.long()), b.campaign()
    lexicon = lexicon_of(campaign, bodies_now(dossier))
    tables = {kind: table_of(kind, map_keys(lexicon)) for kind in (MemberReview, Tally)}
    cards = [
        FormCard(
            title, intro, [Question(heading_of(slot.shown(), lexicon), slot.cell(body, lexicon)) for slot in slots]
        )
        for title, kind, intro, body in [
            ("提纲", MemberReview, ["填写说明", "一句。" * 40], dossier.all(MemberReview)[1].to_json()),
            ("测评", Tally, ["只有一句。"], {}),
        ]
        for slots in [slots_of(tables[kind], lexicon, [("id",)]).values()]
    ]
    pages = workbook_pages(dossier, campaign, [Branch, *KINDS])
    page = replace(next(one for one in pages if one.title == "谈心谈话"), title="填写", least=3)
    found = {}
    for sheet in load_workbook(io.BytesIO(write_workbook([*pages, page, *cards], {}))):
        widths = {column: round(of.width, 2) for column, of in sheet.column_dimensions.items()}
        heights = [sheet.row_dimensions[number].height for number in range(1, min(sheet.max_row, 30) + 1)]
        lists = [[str(rule.sqref), rule.formula1, rule.errorStyle] for rule in sheet.data_validations.dataValidation]
        notes = [cell.coordinate for cell in sheet[1] if cell.comment]
        fonts = sorted({f"{cell.font.name} {cell.font.sz}" for row in sheet.iter_rows(max_row=12) for cell in row})
        margins = [sheet.page_margins.left, sheet.page_margins.right, sheet.page_setup.paperSize, sheet.freeze_panes]
        fitted = [sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight, sheet.page_setup.orientation]
        merged = [str(one) for one in sheet.merged_cells.ranges]
        found[sheet.title] = [widths, heights, lists, notes, fonts, margins, fitted, merged]
    compare(GOLDEN / "workbook.json", rows_of(found))


def signed(page: Page, *blocks: AnyBlock) -> Document:
    return paper(*blocks, Signature(roles=["支部书记", "记录人"], day="2024年2月20日"), page=page)


def papers_of_growing_length(page: Page) -> dict[str, list[Document]]:
    """Papers of one kind of content each, every one a little longer than the one before."""
    sentence = "查了三件事，两件当场答复（详见第2024-017号记录），一件三月底前办结。"
    columns = [Column(head="序号"), Column(head="事项", share=6, align="left"), Column(head="备注", share=3)]
    return {
        "lines": [signed(page, *[Paragraph(text=f"第{n}行。") for n in range(count)]) for count in range(1, 60)],
        "paragraph": [signed(page, Paragraph(text=sentence * count)) for count in range(1, 50)],
        "table": [
            signed(page, Table(columns=columns, rows=[[str(n), sentence, ""] for n in range(count)]))
            for count in range(1, 40)
        ],
        "facts": [
            signed(page, Facts(rows=[(f"事项{n}", sentence * (n % 3)) for n in range(count)])) for count in range(1, 40)
        ],
        "headings": [
            signed(page, *[block for n in range(count) for block in (Heading(text=f"{n}、事项"), Note(text=sentence))])
            for count in range(1, 25)
        ],
    }


@pytest.mark.parametrize("page", ["P", "T", "L"])
def test_page_fitting(page: Page) -> None:
    """How close the lines of signed papers are set, as they grow over the end of a page."""
    found = {
        name: " ".join(f"{fitting.fitted(one).close:g}" for one in made)
        for name, made in papers_of_growing_length(page).items()
    }
    compare(GOLDEN / f"fitting/{page}.json", json.dumps(found, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize("branch", BRANCHES)
def test_page_fitting_of_a_branch(branch: str) -> None:
    """How close the lines of each paper are set, and how its tables, facts and signatures are laid out."""
    found: b.Json = {}
    for stage in STAGES:
        made = [] if stage.bureau else [*(papers(stage, branch) if stage.documents else ())]
        made += stage.blanks(sheet(stage, branch)) if stage.blanks and not stage.bureau else []
        for one in made:
            laid = [laid_out(block, one.page) for block in one.blocks if isinstance(block, Table | Facts | Signature)]
            head = [fitting.fitted(one).close, layout.title_height(one), *layout.title_lines(one)]
            found[f"{one.form} {one.subject}"] = [" ".join(map(str, line)) for line in (head, *laid)]
    compare(GOLDEN / f"fitting/{branch}.json", json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def laid_out(block: Table | Facts | Signature, page: Page) -> list[object]:
    """What is reckoned for a block: sizes, lines of its rows, what stays on one page."""
    if isinstance(block, Signature):
        return ["signature", layout.signers(block, page), layout.seals(block), layout.is_tall(block)]
    if isinstance(block, Facts):
        if not block.rows:
            return ["facts"]
        facts = layout.facts_grid(block, page)
        return ["facts", facts.across, facts.label, facts.whole, facts.held, facts.line_counts, facts.lead, facts.tail]
    table = layout.table_grid(block, page)
    return ["table", table.size, [round(room, 2) for room in table.rooms], table.line_counts, table.held, table.tail]
