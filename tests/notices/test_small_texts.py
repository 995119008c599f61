"""What every reader makes of texts of a few lines, exactly: at both sides of its lengths, distances and conditions.

The texts are in ``small``, one file for each kind, parted by blank lines; the sentences of ``test_wordings`` join them.
Each is split into clauses and sentences, and every reader reads all its sentences, whatever the ranker thinks of them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.core.errors import OrglifeError
from orglife.notice import listing
from orglife.notice.clause import ATTACHED, BODY
from orglife.notice.dates import Calendar, ImpossibleDay, spans
from orglife.notice.fields import READERS
from orglife.notice.marks import decimal_mark, has_decimals, line_mark, mark_at
from orglife.notice.model import Fact, Notice
from orglife.notice.ranking.features import features
from orglife.notice.ranking.ranker import LIKELY, rank
from orglife.notice.ranking.units import units_of
from orglife.notice.reading import read_notice, split_notice
from orglife.notice.stated_numbers import terms_in_days
from orglife.notice.summary import summary_lines
from orglife.notice.text import TextLine, bare
from orglife.notice.values import lists, rows, talks
from orglife.notice.values.days import days_in, impossible_days
from orglife.notice.values.papers import papers_named
from tests.notices.test_wordings import HEAD, TAIL, TOLD
from tests.whole.golden_files import compare, rows_of

WHOLE = ("letters", "notices")
ONLY_SPLIT = ("letters", "clauses")
FOLDER = Path(__file__).parent / "small"


def texts_of(kind: str) -> list[str]:
    """The texts of a file of ``small``, or the sentences of a field of ``test_wordings``."""
    if kind in TOLD:
        return [f"四、{sentence}" for sentence, _ in TOLD[kind]]
    texts = (FOLDER / f"{kind}.txt").read_text(encoding="utf-8").split("\n\n")
    return [each for text in texts for each in _repeated(text.strip("\n"))]


_REPEATED = re.compile(r"\{(?P<words>[^*{}]+)\*(?P<least>\d+)(?:\.\.(?P<most>\d+))?\}")


def _repeated(text: str) -> Iterator[str]:
    """A text with ``{甲*3}`` written out; a text for each number of ``{甲*3..5}``."""
    most = max((int(m["most"] or m["least"]) - int(m["least"]) for m in _REPEATED.finditer(text)), default=0)
    for more in range(most + 1):
        yield _REPEATED.sub(lambda m: m["words"] * min(int(m["least"]) + more, int(m["most"] or m["least"])), text)  # noqa: B023


def notice_of(kind: str, text: str) -> list[str]:
    """The paragraphs of a notice that consists of a text; some kinds of texts are whole notices."""
    return text.splitlines() if kind in WHOLE else [*HEAD[:2], *text.splitlines(), *TAIL]


def _fact(fact: Fact | None) -> Any:
    return fact and [fact.value, *[f"{at.place}：{at.quote}" for at in fact.words], fact.sure[0]]


def _split(notice: Notice, *, whole: bool) -> Iterator[tuple[str, Any]]:
    """Clauses and sentences; of a ``whole`` notice also its letter."""
    for number, clause in enumerate(notice.clauses if whole else notice.body, start=1):
        of = "/".join((f"{clause.zone[0]}{clause.rank:g}{'+' * clause.goes_on}", clause.where, *clause.above))
        yield f"clause {number}", f"{of} {clause.plain[: clause.heading]}|{clause.plain[clause.heading :]}"
    if whole:
        yield "letter", [vars(notice.letter)[name] for name in ("title", "number", "addressee", "issuer", "day")]
        yield "kind", notice.kind
        yield "attachments", [clause.plain for clause in notice.letter.attachments]
        yield "calendar", [str(value) for value in vars(notice.calendar).values()]


def _read(notice: Notice, *, cases: bool) -> Iterator[tuple[str, Any]]:
    """All that is read from the body and the attachments of a text; the rules for special ``cases`` where it has some."""
    units = [unit for unit in units_of(notice) if unit.clause.zone in (BODY, ATTACHED)]
    yield "sentences", [len(unit.plain) for unit in units]
    yield "features", hashlib.sha256(json.dumps([features(unit) for unit in units]).encode()).hexdigest()[:8]
    days = [[*day.value.values(), day.year_stated] for clause in notice.body for day in days_in(notice, clause)]
    yield "days", days + [at.quote for at in impossible_days(notice)]
    for name, reader in READERS.items():
        if name == "special_rules" and not cases:  # it takes any sentence as it stands
            continue
        whole = reader(notice, units)
        yield name, _fact(whole)
        alone = [
            fact
            for unit in units
            if (fact := reader(notice, [unit])) and not (whole and {*fact.words} <= {*whole.words})
        ]
        yield f"{name} alone", [_fact(fact) for fact in alone]
    yield "rows", [[row.heads, row.cells] for row in rows.rows(notice)]
    for of in (False, True):
        yield f"rows of dimensions {of}", [_fact(fact) for fact in rows.dimension_rows(notice, team=of)]
        yield f"rows of papers {of}", _fact(rows.paper_rows(notice, filed=of))
    yield "papers", [name for clause in notice.body for name, _, _ in papers_named(clause, 0, len(clause.plain))]
    yield "pairs", {kind: fact.value for kind, fact in talks.kinds(READERS["talk_rules"](notice, units)).items()}


def _likely(notice: Notice) -> dict[str, list[int]]:
    """The fields that are read from some sentences, and the numbers of these."""
    ranking = rank(notice)
    likely = {name: [unit.number for unit in ranking.likely(name)] for name in LIKELY}
    return {name: numbers for name, numbers in likely.items() if numbers}


def test_a_field_is_read_from_a_limited_number_of_sentences() -> None:
    sentences = {name: next(sentence for sentence, value in told if value) for name, told in TOLD.items()}
    sentences |= {"plan_deadline": "各支部于1月5日前制定工作方案。", "finish_by": "全部工作于3月底前完成。"}
    read = {}
    for name, sentence in sentences.items():
        times = 100 if name == "special_rules" else 17
        notice = split_notice([*HEAD[:2], *[f"{number}. {sentence}" for number in range(times)], *TAIL])
        read[name] = {of: len(numbers) for of, numbers in _likely(notice).items()}
    compare(FOLDER / "likely.json", rows_of(read))


def _draft(paragraphs: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """What is read from a text as a notice; the sentences that refuse it."""
    try:
        draft = read_notice(paragraphs, "通知")
    except OrglifeError as error:
        yield "refused", list(error.sentences)
        return
    for name, fact in {**draft.facts, **draft.more}.items():
        yield name, _fact(fact)
    yield "demands", {asked.key: [at.quote for at in asked.words] for asked in draft.demands}
    yield "unread", [at.quote for at in draft.unread]
    yield "summary", list(summary_lines(draft))
    yield "terms", list(terms_in_days(draft))


@pytest.mark.parametrize("kind", [*TOLD, *sorted(path.stem for path in FOLDER.glob("*.txt"))])
def test_each_text_is_read_as_before(kind: str) -> None:
    read: dict[str, Any] = {}
    for number, text in enumerate(texts_of(kind), start=1):
        paragraphs = notice_of(kind, text)
        notice = split_notice(paragraphs)
        parts = list(_split(notice, whole=kind in WHOLE))
        if kind == "notices":
            parts += _draft(paragraphs)
        elif kind in TOLD:
            parts.append(("likely", _likely(notice)))
        if kind not in (*WHOLE, *ONLY_SPLIT):
            parts += _read(notice, cases=kind in ("special_rules", "statements"))
        read |= {str(number): text} | {f"{number} {what}": value for what, value in parts if value}
    compare(FOLDER / f"{kind}.json", rows_of(read))


def _line(raw: str) -> dict[str, Any]:
    """What patterns search in a line, and what its beginning marks."""
    line = TextLine(raw)
    return {
        "plain": line.plain,
        "sentences": [line.quote(*span) for span in line.sentences],
        "parts": [[line.part(*span).raw, line.quote(*span)] for span in line.clauses()],
        "later": [line.quote(*span) for span in line.clauses(2, len(line.plain) - 1)],
        "row": line.is_row,
        "marks": [
            mark and [mark.rank, mark.number, mark.label, line.part(mark.length).raw]
            for mark in (mark_at(line.plain), line_mark(line, ["●", "◆"]), decimal_mark(line))
        ],
        "decimals": has_decimals([line]),
        "bare": bare(raw),
    }


KNOWN = ("不履职尽责、不担当作为", "大是大非问题上态度不鲜明")


def _enumeration(plain: str) -> dict[str, Any]:
    """How a text is taken apart as an enumeration, and as one that ends two characters before its end."""
    read: dict[str, Any] = {f"colon {start}": plain[lists.after_colon(plain, start, len(plain)) :] for start in (0, 1)}
    for end in (len(plain), len(plain) - 2):
        read |= {
            f"items {end}": listing.items(plain, 0, end),
            f"known {end}": listing.items(plain, 0, end, "、，", KNOWN),
            f"first {end}": plain[slice(*listing.first_piece(plain, 0, end, "，；"))],
            f"in order {end}": [plain[slice(*span)] for span in lists.by_ordinals(plain, 0, end)],
            f"listed {end}": [plain[slice(*span)] for span in lists.listed(plain, 0, end)],
            f"behind {end}": [plain[slice(*span)] for span in lists.by_marks(plain, plain.find("：") + 1, end, "、")],
        }
    return read


CALENDARS = {
    "winter": Calendar(date(2024, 12, 20), 2024),
    "spring": Calendar(date(2025, 1, 10)),
    "autumn": Calendar(date(2024, 9, 30), 2024),
    "only the year": Calendar(year=2024, named=date(2023, 12, 1)),
    "only a month": Calendar(named=date(2024, 12, 1)),
    "nothing": Calendar(),
}


def _days(plain: str) -> dict[str, Any]:
    """The days of a phrase in notices of different days."""
    read: dict[str, Any] = {}
    for name, calendar in CALENDARS.items():
        try:
            found = list(spans(plain, calendar))
        except ImpossibleDay as day:
            read[name] = plain[slice(*day.at)]
        else:
            read[name] = [[*day.value.values(), plain[slice(*day.at)], day.year_stated] for day in found]
    with contextlib.suppress(ImpossibleDay):
        january = CALENDARS["spring"]
        read["behind"] = [
            plain[slice(*day.at)] + day.value["end"] for day in spans(plain, january, plain.find("；") + 1)
        ]
        read["cut"] = [plain[slice(*day.at)] for day in spans(plain, january, 0, len(plain) - 1)]
    return read


@pytest.mark.parametrize(("kind", "read"), [("lines", _line), ("enumerations", _enumeration), ("dates", _days)])
def test_each_line_is_read_as_before(kind: str, read: Callable[[str], dict[str, Any]]) -> None:
    lines = (FOLDER / f"{kind}.lines").read_text(encoding="utf-8").splitlines()
    raws = [raw for line in lines for raw in _repeated(line)]
    found = {f"{raw} {what}": value for raw in raws for what, value in read(raw).items() if value}
    compare(FOLDER / f"{kind}.json", rows_of(found))
