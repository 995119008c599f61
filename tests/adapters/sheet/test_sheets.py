"""Records out to a workbook and back: no difference, nothing becomes a formula, the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, time
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from orglife.adapters.sheet import reader, writer
from orglife.core.errors import BadInput
from orglife.core.record.branch import Branch
from orglife.core.record.characters import refused
from orglife.core.record.dossier import Dossier
from orglife.core.record.entered import Unreadable
from orglife.core.record.exchange import read_parcel
from orglife.core.record.record import Entry, Identified, Record
from orglife.core.record.shape import Spec, specs_of
from orglife.core.sheet.cells import Lexicon, Unfit
from orglife.core.sheet.columns import table_of
from orglife.core.sheet.pages import ColumnHead, SheetPage, SheetRows, map_keys, pages_of
from orglife.core.sheet.returned import Returned, read_returned
from orglife.exchange import workbooks
from orglife.stages.kinds import BUREAU_KINDS, BY_TYPE, KINDS
from tests import branch as b
from tests.marks import first, thorough

CAMPAIGN = b.campaign()
EVERY_KIND: list[type[Identified]] = [Branch, *BY_TYPE.values()]


def demo_dossiers() -> list[Dossier]:
    found = []
    for path in sorted((b.ROOT / "templates/demo").glob("b*.json")):
        if path.stem != "bureau":
            incoming = read_parcel(path.read_bytes(), path.name, KINDS, BUREAU_KINDS)
            assert incoming.branch is not None
            found.append(Dossier(incoming.campaign, incoming.branch, incoming.records, b.AS_OF))
    return found


def back(data: bytes, kinds: Sequence[type[Identified]] = EVERY_KIND, lexicon: Lexicon | None = None) -> Returned:
    """Read into nothing."""
    book = reader.read_workbook(data, "t.xlsx")
    make = (lambda bodies: lexicon) if lexicon else (lambda bodies: workbooks.lexicon_of(CAMPAIGN, bodies))
    return read_returned("t.xlsx", book.grids, kinds, {}, make)


@thorough
@pytest.mark.parametrize("dossier", [b.dossier(), *demo_dossiers()], ids=lambda d: d.branch.id)
def test_a_whole_branch_comes_back_equal(dossier: Dossier) -> None:
    pages = workbooks.pages(dossier, CAMPAIGN, [Branch, *KINDS])
    data = writer.write_workbook(pages, {"branch": dossier.branch.id})
    found = back(data)
    assert found.problems == []
    assert [r.to_json() for r in found.records["branch"]] == [dossier.branch.to_json()]
    for kind in KINDS:
        assert [r.to_json() for r in found.records[kind.TYPE]] == [r.to_json() for r in dossier.all(kind)]
    assert writer.write_workbook(pages, {"branch": dossier.branch.id}) == data


def test_every_record_type_has_tables_of_distinct_chinese_headings() -> None:
    titles = []
    for kind in EVERY_KIND:
        for table in table_of(kind, map_keys(Lexicon(CAMPAIGN, b.AS_OF))).every():
            titles.append(table.title)
            assert table.headings[0] in ("编号", "支部代号", f"{kind.LABEL}编号")
            assert len(set(table.headings)) == len(table.headings)
            assert all(any("一" <= c <= "鿿" for c in h) for h in table.headings)
            assert len(table.title) <= 31
    assert len(set(titles)) == len(titles)


# --- any record at all -----------------------------------------------------------------------------------------------

TEXTS = st.one_of(
    st.text(min_size=1, max_size=12),
    st.sampled_from(
        [
            "=1+1",
            "+8610",
            "-5",
            "@x",
            "'引号",
            " 空格 ",
            "_x0041_",
            "_x005F_x000D_",
            "JSON:{}",
            "a\r\nb",
            "是",
            "m01",
            "0",
            "2024-02-05",
            "魏长河",
            "甲、乙",
            "1e5",
            "TRUE",
            "支部班子",
            "优秀",
        ]
    ),
).filter(lambda text: refused(text) is None)  # what is refused at entry is in no record
IDS = st.sampled_from(["m1", "m2", "m01", "x.p1", "007", "1", "A-b_c.d"])


def value_of(spec: Spec) -> st.SearchStrategy[Any]:
    """Any JSON value that a field may have."""
    words = st.one_of(TEXTS, IDS, st.sampled_from([*CAMPAIGN.labels, *CAMPAIGN.labels.values()]))
    closed = st.sampled_from(list(spec.labels)) if spec.labels else words
    person = st.one_of(words, st.fixed_dictionaries({"name": TEXTS.filter(str.strip)}, optional={"unit": TEXTS}))
    simple: dict[str, st.SearchStrategy[Any]] = {
        "day": st.dates(date(1, 1, 1)).map(date.isoformat),
        "clock": st.times().map(lambda t: t.strftime("%H:%M")),
        "count": st.integers(1, 10**18),
        "tick": st.booleans(),
        "choice": closed,
        "text": IDS if spec.name == "subject" else TEXTS,
        "lines": TEXTS,
        "person": person,
        "people": st.lists(person, max_size=3),
        "ticks": st.lists(closed, max_size=3),
        "strings": st.lists(IDS if spec.name == "subjects" else TEXTS, max_size=3),
        "map": st.dictionaries(st.one_of(TEXTS, st.sampled_from(CAMPAIGN.key_checks)), closed, max_size=3),
    }
    if spec.item is not None:
        inner = objects(spec.item)
        return inner if spec.kind == "object" else st.lists(inner, max_size=3)
    return simple[spec.kind]


@cache
def objects(kind: type[Entry]) -> st.SearchStrategy[Any]:
    fields = {s.name: value_of(s) for s in specs_of(kind) if s.name != "id"}
    return st.fixed_dictionaries({}, optional=fields)


def numbered(value: Any, kind: type[Entry], head: str) -> Any:
    """Give ids to everything that has one."""
    if issubclass(kind, Identified):
        value = {"id": head, **value}
    for spec in specs_of(kind):
        if spec.kind == "rows" and spec.item and value.get(spec.name):
            value[spec.name] = [
                numbered(v, spec.item, f"{head}.{spec.name[:3]}{n}") for n, v in enumerate(value[spec.name])
            ]
    return value


@pytest.mark.parametrize("kind", first(1, EVERY_KIND), ids=lambda k: k.__name__)
@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_comes_back_equal(kind: type[Identified], data: st.DataObject) -> None:
    raws = data.draw(st.lists(objects(kind), min_size=1, max_size=1 if kind is Branch else 5))
    records = [kind.model_validate(numbered(raw, kind, f"r{n}")) for n, raw in enumerate(raws)]
    people = (("m1", "魏长河"), ("m2", "魏长河"), ("m3", "m1"), ("m01", ""), ("x", "甲、乙"))
    lexicon = Lexicon(CAMPAIGN, b.AS_OF, people, (("g1", "柏青"), ("g2", "柏青")))
    found = back(writer.write_workbook(pages_of(kind, records, lexicon), {}), [kind], lexicon)
    assert found.problems == []
    assert [r.to_json() for r in next(iter(found.records.values()))] == [r.to_json() for r in records]


# --- the file itself -------------------------------------------------------------------------------------------------


def test_nothing_typed_becomes_a_formula() -> None:
    evil = ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1"]
    page = SheetPage("表", [ColumnHead("意见", "lines")], [[text] for text in evil])
    data = writer.write_workbook([page], {})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in archive.read(name)
        assert not any("externalLink" in name for name in archive.namelist())
    cells = [row[0] for row in load_workbook(io.BytesIO(data))["表"].iter_rows(min_row=2, max_row=len(evil) + 1)]
    assert [c.value for c in cells] == evil
    assert {c.data_type for c in cells} == {"s"}
    assert all(c.quotePrefix for c in cells)


def test_the_sheets_are_made_for_people() -> None:
    data = writer.write_workbook(workbooks.pages(b.dossier(), CAMPAIGN, [Branch, *KINDS]), {"branch": "t01"})
    book = load_workbook(io.BytesIO(data))
    assert book["_orglife"].sheet_state == "veryHidden"
    talks = book["谈心谈话"]
    assert (talks["A1"].value, talks.freeze_panes) == ("编号", "B2")
    assert (talks.page_setup.orientation, talks.page_setup.paperSize) == ("landscape", 9)
    assert talks.print_title_rows == "$1:$1"
    assert talks["C2"].value == "魏长河、祝秋实"
    assert talks["B2"].is_date
    assert "顿号" in talks["C1"].comment.text
    lists = {v.formula1 for v in talks.data_validations.dataValidation}
    assert len(lists) == 2  # the initiator, the mode
    assert "会议记录·发言" in book.sheetnames
    assert book.properties.modified.year == 2000


def test_a_text_that_no_cell_holds_is_told_not_cut() -> None:
    page = SheetPage("情况报告", [ColumnHead("编号", "text"), ColumnHead("正文", "lines")], [["r", "长" * 40000]])
    with pytest.raises(BadInput, match="“情况报告”表第2行的“正文”"):
        writer.write_workbook([page], {})


# --- what people type ------------------------------------------------------------------------------------------------

LEXICON = Lexicon(
    CAMPAIGN,
    b.AS_OF,
    (("m1", "魏长河"), ("m2", "田小禾"), ("m3", "李明"), ("m4", "李明"), ("m5", "阿依古丽·买买提")),
    (("g1", "柏青"),),
)


def spec_named(kind: type[Entry], name: str) -> Spec:
    return next(s for s in specs_of(kind) if s.name == name)


TALK, TALLY, OPINION = BY_TYPE["talk"], BY_TYPE["tally"], BY_TYPE["opinion"]


@pytest.mark.parametrize(
    ("kind", "name", "cell", "wanted"),
    [
        (TALK, "date", "２０２４年２月５日", "2024-02-05"),
        (TALK, "date", "2.5", "2024-02-05"),
        (TALK, "date", 20240205, "2024-02-05"),
        (TALK, "start", "下午2点半", "14:30"),
        (TALK, "start", 0.604166666666667, "14:30"),
        (TALK, "start", time(14, 30), "14:30"),
        (TALLY, "issued", "１２张", 12),
        (TALLY, "issued", 12.0, 12),
        (TALLY, "secret", "√", True),
        (TALLY, "secret", "否 ", False),
        (TALK, "initiator", " 魏 长 河 ", "m1"),
        (TALK, "initiator", "m1", "m1"),
        (TALK, "initiator", "m99", "m99"),
        (TALK, "initiator", "李明（m4）", "m4"),
        (TALK, "initiator", "阿依古丽•买买提", "m5"),
        (TALK, "participants", "魏长河，田小禾；m3", ["m1", "m2", "m3"]),
        (TALK, "place", 302, "302"),
        (TALK, "mode", "电话", "phone"),
        (OPINION, "target", "支部班子", "team"),
        (OPINION, "heard_by", "柏青（局机关）", {"name": "柏青", "unit": "局机关"}),
        (BY_TYPE["study"], "material_ids", "《中国共产党党内监督条例》、zhunze", ["tiaoli", "zhunze"]),
    ],
)
def test_what_people_type_is_understood(kind: type[Entry], name: str, cell: Any, wanted: Any) -> None:
    assert LEXICON.read(cell, spec_named(kind, name)) == wanted


def test_a_day_without_a_year_is_in_the_year_in_which_the_meeting_is_and_not_in_the_plans() -> None:
    """As in the forms: a plan of 2025 is met on in January 2026; 今天 is whose day, in a file?"""
    spec = spec_named(TALK, "date")
    met = CAMPAIGN.model_copy(update={"year": 2025, "meeting_start": date(2026, 1, 5)})
    assert Lexicon(met, date(2026, 1, 9)).read("1.8", spec) == "2026-01-08"
    blank = CAMPAIGN.model_copy(update={"year": 2025, "meeting_start": None})
    assert Lexicon(blank, date(2026, 1, 9)).read("1.8", spec) == "2026-01-08"
    assert Lexicon(blank, date(2026, 1, 9)).read("12.20", spec) == "2025-12-20"
    with pytest.raises(Unreadable):
        LEXICON.read("今天", spec)


@pytest.mark.parametrize(
    ("kind", "name", "cell", "words"),
    [
        (TALK, "date", "2月30日", "没有30日"),
        (TALK, "date", 2.1, "看不出是哪一天"),
        (TALK, "date", date(1900, 1, 2), "数字当成了日期"),
        (TALK, "initiator", "李明", "不止一个"),
        (TALK, "initiator", "王五", "党员名册里没有“王五”"),
        (TALK, "initiator", "优秀", "党员名册里没有“优秀”"),  # a word of the campaign, and no person
        (TALK, "participants", "魏长河、王五", "党员名册里没有“王五”"),
        (OPINION, "heard_by", "王五", "姓名（单位）"),
        (TALK, "mode", "微信", "面谈、电话"),
        (TALLY, "secret", "也许", "是 或 否"),
        (TALLY, "issued", "十几", "不是数字"),
        (TALLY, "issued", "-1", "小于0"),
    ],
)
def test_what_cannot_be_understood_is_told_with_the_cure(kind: type[Entry], name: str, cell: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words) as told:
        LEXICON.read(cell, spec_named(kind, name))
    assert isinstance(told.value, (Unfit, ValueError))
    assert str(told.value).endswith("。")


def test_days_and_numbers_at_the_bounds_of_a_spreadsheet() -> None:
    day, count = spec_named(TALK, "date"), spec_named(TALLY, "issued")
    assert LEXICON.write("1901-01-01", day) == date(1901, 1, 1)
    assert LEXICON.write("1900-12-31", day) == "1900-12-31"
    assert LEXICON.read(date(1901, 1, 1), day) == "1901-01-01"
    with pytest.raises(Unfit, match="数字当成了日期"):
        LEXICON.read(date(1900, 12, 31), day)
    assert LEXICON.write(10**15 - 1, count) == 10**15 - 1
    assert LEXICON.write(10**15, count) == "1000000000000000"


@pytest.mark.parametrize(("above", "read"), [(9, True), (10, False)])
def test_headings_of_a_workbook_are_looked_for_in_ten_rows(above: int, read: bool) -> None:
    rows = [("说明",)] * above + [("编号", "日期"), ("t1", "2.5")]
    grid = SheetRows("谈心谈话", list(enumerate(rows, 1)))
    found = read_returned("t.xlsx", [grid], [TALK], {}, lambda bodies: workbooks.lexicon_of(CAMPAIGN, bodies))
    assert bool(found.records.get("talk")) is read


def xlsx(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for name, data in {"[Content_Types].xml": b"", "xl/workbook.xml": b"", **parts}.items():
            pack.writestr(name, data)
    return out.getvalue()


def test_a_workbook_that_is_too_large_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"MAX_BYTES": 20_000_000, "MAX_UNPACKED": 100_000_000, "MAX_ROWS": 20_000, "MAX_COLUMNS": 256}
    assert {name: getattr(reader, name) for name in limits} == limits
    assert reader.MAX_CELLS == 400_000
    for most, words in ((len(xlsx()), "文件不完整"), (len(xlsx()) - 1, "太大（0MB）")):
        monkeypatch.setattr(reader, "MAX_BYTES", most)
        with pytest.raises(BadInput, match=words):
            reader.read_workbook(xlsx(), "t.xlsx")


class Rows:
    """A sheet of so many rows."""

    def __init__(self, count: int) -> None:
        self.count = count

    def iter_rows(self, max_col: int) -> range:
        assert max_col == 256
        return range(self.count)


def test_rows_are_counted_in_each_sheet_and_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_ROWS", 3)
    room = reader._Room("t.xlsx", rows=5)
    assert list(room.rows_of(Rows(3))) == [0, 1, 2]
    assert list(room.rows_of(Rows(2))) == [0, 1]
    for full, rows in ((room, 1), (reader._Room("t.xlsx", rows=9), 4)):
        with pytest.raises(BadInput, match="有一张表超过3行"):
            list(full.rows_of(Rows(rows)))
    assert reader._Room("t.xlsx").rows == 60_000


def test_characters_are_counted_wherever_a_value_is_repeated() -> None:
    room = reader._Room("t.xlsx", characters=6, merged=4)
    room.take("甲乙")
    room.take(20240220)
    room.merge("丙", 4)
    for take in (lambda: room.take("丁"), lambda: reader._Room("t.xlsx", characters=3).merge("甲乙", 2)):
        with pytest.raises(BadInput, match="文字太多"):
            take()
    with pytest.raises(BadInput, match="合并的格子太多"):
        room.merge(None, 1)
    assert (reader._Room("t.xlsx").characters, reader._Room("t.xlsx").merged) == (10_000_000, 400_000)


def test_frames_over_all_types_are_typed() -> None:
    import pandas as pd

    from orglife.adapters.frames import frame

    for kind in KINDS:
        table = frame(kind, b.dossier(), CAMPAIGN)
        wanted = {"day": "datetime64[s]", "tick": "boolean", "count": "Int64"}
        for spec in specs_of(kind):
            if spec.name != "id":
                assert str(table[spec.label].dtype) == wanted.get(spec.kind, "string"), (kind, spec.name)
        assert list(table.columns) == [s.label for s in specs_of(kind) if s.name != "id"]
        assert isinstance(table, pd.DataFrame)


def test_record_types_all_take_part() -> None:
    assert {k.TYPE for k in EVERY_KIND if issubclass(k, Record)} == set(BY_TYPE)
