"""Each check of the verifier, by a small bag with one thing done to it: all its problems, word for word, in a golden file."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.bag import verifier
from tests.adapters.bag.small_bags import (
    BRANCH,
    JPEG,
    PAPERS,
    RECORDS,
    SCAN,
    Draft,
    chained,
    digest,
    dumped,
    entry,
    item,
    metadata_csv,
    paper,
    pdf,
    rehashed,
    row,
)
from tests.whole.golden_files import GOLDEN, compare, rows_of

HEAD = chained([entry(*one) for one in RECORDS])[-1]["hash"]
CODES = [item(number)["code"] for number in (1, 2)]
SERIES = CODES[0].removesuffix("0001")
Files = dict[str, bytes]


def changed(place: int, *, kept: bool = False, **fields: Any) -> list[dict[str, Any]]:
    """The history with an entry changed: its hash as it was, or fitting."""
    own = chained([entry(*one) for one in RECORDS])
    own[place] = {**own[place], **fields} if kept else rehashed({**own[place], **fields})
    return own


def items(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    return [item(number, **change) for number, change in enumerate(changes, 1)]


HISTORY: dict[str, Draft] = {
    "an entry with another text": Draft(own=changed(1, kept=True, body="{}")),
    "an entry left out": Draft(own=[one for one in changed(0) if one["number"] != 2]),
    "two entries exchanged": Draft(own=[*changed(0)[:1], *changed(0)[2:0:-1], *changed(0)[3:]]),
    "an entry twice": Draft(own=[*changed(0)[:2], *changed(0)[1:]]),
    "an entry that continues another one": Draft(own=changed(2, prev="0" * 64)),
    "the first entry continues something": Draft(own=changed(0, prev="0" * 64)),
    "numbers from 0": Draft(own=changed(0, number=0)),
    "a second version without a first": Draft(own=changed(1, version=2)),
    "a second version": Draft(own=chained([*(entry(*one) for one in RECORDS), entry(*RECORDS[1], version=2)])),
    "another branch": Draft(own=changed(1, branch="t02")),
    "another campaign": Draft(own=changed(1, campaign="2025")),
    "a number that is none": Draft(own=changed(1, number="2")),
    "a version that is none": Draft(own=changed(1, version=True)),
    "a body that is no text": Draft(own=changed(1, body=1)),
    "a body that is no JSON": Draft(own=changed(1, body="{")),
    "no author": Draft(own=[{k: v for k, v in one.items() if k != "who" or one["number"] != 2} for one in changed(0)]),
    "no body": Draft(own=[{k: v for k, v in one.items() if k != "body" or one["number"] != 2} for one in changed(0)]),
    "a record deleted": Draft(own=chained([*(entry(*one) for one in RECORDS), entry("member", "m1", None, 2)])),
    "a remark of the bureau deleted": Draft(
        own=chained([*(entry(*one) for one in RECORDS), entry("redo_order", "r1", None, 2)])
    ),
    "a remark of the bureau that is not in the dossier": Draft(
        own=chained([*(entry(*one) for one in RECORDS), entry("remark", "x1", {"id": "x1"})])
    ),
    # the dossier
    "a record changed in the dossier": Draft(dossier={"records": {"member": [{"id": "m1", "name": "别人"}]}}),
    "another name of the branch": Draft(dossier={"branch": {"id": BRANCH, "name": "别的"}}),
    "a branch that is none": Draft(dossier={"branch": 1}),
    "records that are none": Draft(dossier={"records": [1]}),
    "a dossier that is no object": Draft(parts={verifier.DOSSIER: b"[]"}),
    "another explanation": Draft(parts={verifier.EXPLANATIONS: dumped({"explanations": []})}),
}
HEADS: dict[str, Draft] = {
    "another head everywhere": Draft(head="0" * 64),
    "another head in the package": Draft(package={"head": {"hash": "0" * 64}}),
    "no head in the package": Draft(package={"head": None}),
    "another head in bag-info.txt": Draft(info={verifier.HEAD_LABEL: "0" * 64}),
    "a paper with another head": Draft(papers={PAPERS[0]: paper(CODES[0], "0" * 64)}),
    "a paper without a head": Draft(papers={PAPERS[0]: {"documents": [{"code": CODES[0]}]}}),
    "a paper of two documents": Draft(
        papers={PAPERS[0]: {"documents": [*paper(CODES[0], HEAD)["documents"], {"head": HEAD, "code": "?"}]}}
    ),
    "a paper without a record": Draft(papers={PAPERS[0]: pdf([])}),
    "a note with another head": Draft(parts={verifier.NOTE: pdf(paper("", "0" * 64))}),
    # numbers
    "a paper with another number": Draft(papers={PAPERS[0]: paper(CODES[1], HEAD)}),
    "a paper without a number": Draft(papers={PAPERS[0]: paper("", HEAD)}),
    "a number twice": Draft(items=items({"code": CODES[1]}, {})),
    "no number": Draft(items=items({"code": ""}, {})),
    "a gap": Draft(items=items({"code": SERIES + "0009"}, {})),
    "a gap that another bag fills": Draft(
        items=items({"code": SERIES + "0003"}, {}), package={"codes_elsewhere": [CODES[0], 1, "x"]}
    ),
    "a number that another bag holds too": Draft(package={"codes_elsewhere": [CODES[0], SERIES + "0003"]}),
    "a gap in another bag's series": Draft(package={"codes_elsewhere": ["X-0002"]}),
    "numbers elsewhere that are none": Draft(package={"codes_elsewhere": 1}),
}
ITEMS: dict[str, Draft] = {
    "a withdrawn item": Draft(items=items({"withdrawn": True, "pages": 9, "sha256": "0" * 64}, {})),
    "a withdrawn item without a paper": Draft(items=items({"withdrawn": True}, {}), parts={PAPERS[0]: None}),
    "another digest of an item": Draft(items=items({"sha256": "0" * 64}, {})),
    "an item of two pages": Draft(items=items({"pages": 2}, {})),
    "an item that is not there": Draft(parts={PAPERS[1]: None}),
    "an item in a secret series": Draft(items=items({"security": "秘密"}, {})),
    "an item without a value": Draft(items=items({"subject": None}, {"withdrawn": None})),
    "another title in the table": Draft(rows={"i1": {"title": "别的"}}),
    "another title in the XML": Draft(xml={"i2": {"title": "别的"}}),
    "another program in the table": Draft(rows={"i1": {"software": "别的"}}),
    "four other titles in the table": Draft(
        items=[item(n, id=f"i{n}", file=PAPERS[n % 2], code=f"{SERIES}000{n}") for n in (1, 2)]
        + [item(1, id=f"i{n}", title=f"文件{n}", code=f"{SERIES}000{n}", withdrawn=True) for n in (3, 4)],
        rows={f"i{n}": {"title": f"别的{n}"} for n in range(1, 5)},
    ),
    "a table in two halves": Draft(parts={verifier.CSV: metadata_csv([row(item(1))])}),
    "a table with a longer row": Draft(
        parts={verifier.CSV: metadata_csv([row(item(1))]).rstrip() + b",one,more\r\nx\r\n"}
    ),
    "a table that is none": Draft(parts={verifier.CSV: b"\xff\0"}),
    "an XML with a document type": Draft(parts={verifier.XML: b"<!DOCTYPE a><items/>"}),
    "an XML that is none": Draft(parts={verifier.XML: b"<items>"}),
    "a catalogue with another title": Draft(
        catalogue=[["1", CODES[0], "", "", "别的"], ["2", CODES[1], "", "", "文件2"]]
    ),
    "a catalogue of short rows": Draft(catalogue=[["1", CODES[0], "", "文件1"]]),
    "a catalogue without tables": Draft(parts={verifier.CATALOGUE: pdf(paper("", HEAD))}),
    "a catalogue of odd blocks": Draft(parts={verifier.CATALOGUE: pdf({"documents": [{"blocks": [1]}]})}),
    # attachments
    "an attachment that nobody registered": Draft(
        package={"attachments": [{"id": name, "file": SCAN, "sha256": digest(JPEG)} for name in ("s1", "s2")]}
    ),
    "a registered attachment that is not listed": Draft(package={"attachments": []}),
    "attachments that are none": Draft(package={"attachments": 1}),
    "an attachment that is not there": Draft(parts={SCAN: None}),
    "another digest of an attachment": Draft(package={"attachments": [{"id": "s1", "file": SCAN, "sha256": "0" * 64}]}),
    "an attachment that does not open": Draft(
        parts={SCAN: b"?"}, package={"attachments": [{"id": "s1", "file": SCAN, "sha256": digest(b"?")}]}
    ),
}
PARTS: dict[str, Draft] = {
    "nothing": Draft(),
    "not final with numbers": Draft(package={"final": False}),
    "not final": Draft(
        items=items({"code": ""}, {"code": ""}), package={"final": False, "absent": ["s1"], "attachments": []}
    ),
    "not final, another head on a paper": Draft(
        items=items({"code": ""}, {"code": ""}),
        papers={PAPERS[0]: paper("", "0" * 64)},
        package={"final": False, "absent": "s1"},
    ),
    "final, an attachment said to be absent": Draft(package={"absent": ["s1"], "attachments": []}),
    # parts
    **{f"without {name}": Draft(parts={name: None}) for name in verifier.OWN_PARTS if name != verifier.PACKAGE},
    "another digest in the package": Draft(listed={verifier.CAMPAIGN: "0" * 64}),
    "a part that the package does not list": Draft(listed={verifier.CAMPAIGN: None}),
    "a part that the package lists is not there": Draft(listed={"data/more.txt": "0" * 64}),
    "a package that lists nothing": Draft(package={"parts": None}),
    "a package that states no info": Draft(package={"info": 1}),
    "another info in the package": Draft(package={"info": {"Source-Organization": "别的"}}),
    "another digest in the note": Draft(noted={verifier.DOSSIER: "0" * 64}),
    "a digest in the note in two lines": Draft(noted={verifier.CAMPAIGN: f"{digest(b'id = 1' + bytes([10]))[:32]}\n "}),
    "a file that nobody knows": Draft(parts={"data/more.txt": b"x"}),
    "a file that does not open": Draft(parts={verifier.FINDINGS: b"{"}),
    "paths and scripts": Draft(
        parts={verifier.FINDINGS: b'"C:\\\\Users"', "data/x.html": b"<script>", "data/x.exe": b"x"}
    ),
    "another count of files": Draft(info={"Payload-Oxum": "1.1"}),
    "another digest of the package": Draft(info={verifier.PACKAGE_LABEL: "0" * 64}),
    "another digest of the report": Draft(info={verifier.REPORT_LABEL: "0" * 64}),
}


def problems_of(files: Files, folder: Path, witness: str = "") -> list[str]:
    """All problems of a bag in a zip file, one a line."""
    bag = folder / "bag.zip"
    with zipfile.ZipFile(bag, "w") as out:
        for name, data in files.items():
            out.writestr(name, data)
    lines = verifier.verify(str(bag), witness)
    return [f"{line.title} | {p.file} | {p.kind} | {p.text}" for line in lines for p in line.problems]


@pytest.mark.parametrize(
    ("name", "drafts"), [("history", HISTORY), ("heads", HEADS), ("items", ITEMS), ("parts", PARTS)]
)
def test_what_is_wrong_inside_is_named(tmp_path: Path, name: str, drafts: dict[str, Draft]) -> None:
    problems = {case: problems_of(draft.files(), tmp_path) for case, draft in drafts.items()}
    compare(GOLDEN / "bags" / f"{name}.json", rows_of(problems))


def test_nothing_is_wrong_with_a_bag_as_it_was_made(tmp_path: Path) -> None:
    assert problems_of(Draft().files(), tmp_path) == []


def line_of(name: str, files: Files) -> bytes:
    return next(line for line in files[name].splitlines(keepends=True) if verifier.CAMPAIGN.encode() in line)


def manifest(change: Callable[[bytes], bytes]) -> Callable[[Files], Files]:
    """The line of a file in the manifest changed."""

    def done(files: Files) -> Files:
        name = "manifest-sha256.txt"
        line = line_of(name, files)
        return {**files, name: files[name].replace(line, change(line))}

    return done


def put(name: str, data: bytes) -> Callable[[Files], Files]:
    return lambda files: {**files, name: data}


def without(*names: str) -> Callable[[Files], Files]:
    return lambda files: {name: data for name, data in files.items() if name not in names}


def renamed(old: str, new: str) -> Callable[[Files], Files]:
    return lambda files: {new if name == old else name: data for name, data in files.items()}


AFTER_SEALING: dict[str, Callable[[Files], Files]] = {
    **{f"without {name}": without(name) for name in (*verifier.OWN_TAGS, verifier.PACKAGE, verifier.CAMPAIGN)},
    **{f"another {name}": put(name, b"x") for name in (*verifier.OWN_TAGS, verifier.CAMPAIGN)},
    "a package that is no text": put(verifier.PACKAGE, b"\xff"),
    "a file renamed": renamed(verifier.CAMPAIGN, "data/other.toml"),
    "a file copied": put("data/other.toml", b"id = 1\n"),
    "two copies of a file that is gone": lambda files: {
        **without(verifier.CAMPAIGN)(files),
        "data/a.toml": b"id = 1\n",
        "data/b.toml": b"id = 1\n",
    },
    "a file in the top folder": put("more.txt", b"x"),
    "another list of digests": put("manifest-md5.txt", b"0" * 32 + b"  " + verifier.CAMPAIGN.encode() + b"\n"),
    "a list of digests that nobody can check": put("manifest-crc.txt", b"00  " + verifier.CAMPAIGN.encode() + b"\n"),
    "a list by another algorithm that fits": put(
        "manifest-md5.txt", b"3ae11ca0bb3d0f5a1c4b3d8f1b8a8a11  data/not there.txt\n"
    ),
    "a line twice": manifest(lambda line: line * 2),
    "seven lines that are none": manifest(lambda line: line + b"x\n" * 7),
    "blank lines": manifest(lambda line: b"\n  \n" + line),
    "a line with a star, tabs and capitals": manifest(
        lambda line: line[:64].upper() + b"\t*" + line[66:].rstrip() + b"\r\n"
    ),
    "a line with a name in codes": manifest(lambda line: line.replace(b"campaign", b"%0Acam%25paign%0d")),
    "a line with a name that is no text": manifest(lambda line: line.replace(b"campaign", b"\xff")),
    "a line without a name": manifest(lambda line: line[:64] + b"\n"),
    "a version of bags to come": put("bagit.txt", b" BagIt-Version: 12.34\n"),
    "a version of bags that is none": put("bagit.txt", b"BagIt-Version: 1\n"),
    "names that are not safe": lambda files: {
        **files,
        "data//x.txt": b"1",
        "data/../x.txt": b"2",
        "data/con.txt": b"3",
        "data/COM1": b"4",
        "data/x.": b"5",
        "data/a:b": b"6",
        "data/console.txt": b"7",
        "data/com10.txt": b"8",
    },
    "bag-info.txt with continued lines": lambda files: {
        **files,
        "bag-info.txt": files["bag-info.txt"] + b" Payload-Oxum: 0.0\n\tPayload-Oxum: 0.0\nno colon\n",
    },
}


def test_what_was_done_to_a_sealed_bag_is_named(tmp_path: Path) -> None:
    sealed = Draft().files()
    compare(
        GOLDEN / "bags" / "sealed.json",
        rows_of({name: problems_of(change(sealed), tmp_path) for name, change in AFTER_SEALING.items()}),
    )


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (0, "第1条，以后的6条（含归档登记）和不在历史里的文件要用归档包校验值证明"),
        (4, "第5条，以后的2条（含归档登记）和不在历史里的文件要用归档包校验值证明"),
        (6, "第7条，不在历史里的文件要用归档包校验值证明"),
    ],
)
def test_how_far_a_witness_reaches(tmp_path: Path, place: int, words: str) -> None:
    files = Draft().files()
    witness = [json.loads(line)["hash"] for line in files[verifier.HISTORY].splitlines()][place]
    (problem,) = problems_of(files, tmp_path, f" {witness.upper()}\n")
    assert problem.endswith(f"{verifier.HISTORY} | remark | {verifier.WITNESS_REACHES}{words}")


def test_the_seal_of_the_bag_proves_everything_and_a_strange_value_nothing(tmp_path: Path) -> None:
    files = Draft().files()
    assert problems_of(files, tmp_path, digest(files[verifier.TAGMANIFEST])) == []
    (problem,) = problems_of(files, tmp_path, "0" * 64)
    assert problem.endswith(f"{verifier.HISTORY} | changed | 历史里没有您提供的校验值，整段历史可能被改写或截短")
    unsealed = without(verifier.TAGMANIFEST)(files)
    assert "没有您提供的校验值" not in "".join(problems_of(unsealed, tmp_path, ""))


def test_of_a_stranger_s_bag_only_what_every_bag_has_is_checked(tmp_path: Path) -> None:
    stranger = {
        "bagit.txt": b"BagIt-Version: 0.97\n",
        "data/a.txt": b"a",
        "manifest-md5.txt": b"0cc175b9c0f1b6a831c399e269772661  data/a.txt\n",
    }
    assert problems_of(stranger, tmp_path) == []
    assert len(verifier.verify(str(tmp_path / "bag.zip"))) == 3
    assert [p.split(" | ")[1:3] for p in problems_of({**stranger, "data/a.txt": b"b"}, tmp_path)] == [
        ["data/a.txt", "changed"]
    ]
    for sign in (verifier.PACKAGE, verifier.VERIFIER):
        problems_of({**stranger, sign: b"{}"}, tmp_path)
        assert len(verifier.verify(str(tmp_path / "bag.zip"))) == 19


# --- where the files lie ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["bagit.txt"], True),
        (["bag-info.txt"], True),
        (["manifest-sha256.txt"], True),
        (["tagmanifest-md5.txt"], True),
        (["tagmanifest-md5.txt.bak", "my-manifest-md5.txt", "data/bagit.txt"], False),
        ([], False),
    ],
)
def test_what_looks_like_a_bag(names: list[str], *, expected: bool) -> None:
    assert verifier.looks_like_a_bag(iter(names)) is expected


def zipped(path: Path, entries: list[tuple[str | zipfile.ZipInfo, bytes]]) -> str:
    with zipfile.ZipFile(path, "w") as out:
        for name, data in entries:
            out.writestr(name, data)
    return str(path)


def test_how_the_names_in_a_zip_file_are_read(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("t/data/link")
    link.external_attr = stat.S_IFLNK << 16
    inside = verifier.Zipped(
        zipped(
            tmp_path / "a.zip",
            [
                ("t/bagit.txt", b"1"),
                ("t/data/", b""),
                ("t/data/x/", b"22"),
                ("t//y", b"3"),
                ("t/a/../b", b""),
                (link, b"z"),
            ],
        )
    )
    assert inside.sizes == {"bagit.txt": 1, "data/x/": 2, "/y": 1, "a/../b": 0, "data/link": 1}
    assert inside.links == ["/y", "a/../b", "data/link"]
    top = verifier.Zipped(zipped(tmp_path / "b.zip", [("bagit.txt", b"1"), ("data/x", b"22")]))
    assert (top.sizes, top.links) == ({"bagit.txt": 1, "data/x": 2}, [])
    with top.open("data/x") as stream:
        assert stream.read() == b"22"
    assert verifier.Zipped(zipped(tmp_path / "d.zip", [("bagit.txt", b"1")])).sizes == {"bagit.txt": 1}
    with pytest.raises(verifier.NotABag):
        verifier.Zipped(zipped(tmp_path / "c.zip", [("a/bagit.txt", b""), ("b/bagit.txt", b"")]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_a_zip_file_holds_twice_is_not_safe(tmp_path: Path) -> None:
    twice = verifier.Zipped(zipped(tmp_path / "a.zip", [("bagit.txt", b"1"), ("bagit.txt", b"22")]))
    assert twice.links == ["bagit.txt"]


# --- what is seen of one file ----------------------------------------------------------------------------------------


def objects(inside: bytes) -> bytes:
    return pdf({}, more=inside + b"\n")


CONTENTS: dict[str, tuple[str, bytes]] = {
    "a paper of two pages": ("x.pdf", pdf({}, pages=2)),
    "a folder of pages": ("x.pdf", objects(b"<</Type/Pages>><</Type /Page>>")),
    "a locked paper": ("x.pdf", objects(b"<</Encrypt 1 0 R>>")),
    "a paper without an end": ("x.pdf", pdf({}).replace(b"%%EOF", b"")),
    "a paper without a table": ("x.pdf", pdf({}).replace(b"startxref", b"")),
    "a paper whose table is elsewhere": ("x.pdf", pdf({}).replace(b"\nxref", b"\nxrex")),
    "a paper whose table is an object": ("x.pdf", pdf({}).replace(b"\nxref", b"\n12 0 obj")),
    "a paper with its end far before its end": ("x.pdf", pdf({}) + b" " * 2048),
    "a paper with its end before its end": ("x.pdf", pdf({}) + b" " * 1900),
    "no paper": ("x.pdf", b"x"),
    "a script": ("x.pdf", objects(b"/JavaScript")),
    "a short script": ("x.pdf", objects(b"/JS (x)")),
    "a short script elsewhere": ("x.pdf", objects(b"/JS <00>/JSx(")),
    "a program begun": ("x.pdf", objects(b"/Launch")),
    "rich media": ("x.pdf", objects(b"/RichMedia /SubmitForm /ImportData")),
    "a link": ("x.pdf", objects(b"/URI (http://x)")),
    "a link to a file": ("x.pdf", objects(b"/GoToR")),
    "letters as codes": ("x.pdf", objects(b"/J#61v")),
    "letters as codes, the last of them": ("x.pdf", objects(b"/J#5a /J#7A /J#41 /J#4F")),
    "signs as codes": ("x.pdf", objects(b"/J#40 /J#5b /J#60 /J#7b /J#20 /J#30")),
    "codes in a text": ("x.pdf", objects(b"(/J#61 \\) /J#61)")),
    "a stream that is not packed": ("x.pdf", objects(b"/ObjStm stream\n/Launch\nendstream")),
    "a stream far from its type": ("x.pdf", objects(b"/ObjStm" + b" " * 1990 + b"stream\n/Launch\nendstream")),
    "a stream too far from its type": ("x.pdf", objects(b"/ObjStm" + b" " * 2000 + b"stream\n/Launch\nendstream")),
    "a stream that never ends": ("x.pdf", pdf({}).replace(b"endstream", b"endstreaX")),
    "a picture": ("x.JPG", JPEG),
    "a cut picture": ("x.jpeg", JPEG[:-2]),
    "a picture that is a text": ("x.jpg", b"text"),
    "a drawing": ("x.png", b"\x89PNG\r\n\x1a\n IEND" + b" " * 60),
    "a cut drawing": ("x.png", b"\x89PNG\r\n\x1a\n IEND" + b" " * 61),
    "a scan": ("x.tif", b"II*\0 12345"),
    "a scan of the other order": ("x.tiff", b"MM\0*12345"),
    "a short scan": ("x.tif", b"II*\x001234"),
    "a scan that is none": ("x.tif", b"II*1234567"),
    "a layout file": ("x.ofd", b"PK\x03\x0412345"),
    "a layout file that is none": ("x.ofd", b"PK\x03\x0512345"),
    "an object": ("x.json", b'{"a": 1}'),
    "two objects": ("x.json", b"{}\n{}"),
    "lines of objects": ("x.jsonl", b"{}\n{}\n"),
    "lines with a blank one": ("x.jsonl", b"{}\n\n{}\n"),
    "objects too deep": ("x.json", b"[" * 200_000),
    "a document": ("x.xml", b"<a/>"),
    "a document with a type": ("x.xml", b"<!DOCTYPE a><a/>"),
    "a document with an entity": ("x.xml", b"<!ENTITY a><a/>"),
    "half a document": ("x.xml", b"<a>"),
    "an empty text": ("x.txt", b""),
    "a text": ("x.txt", "\ufeff文字".encode()),
    "no text": ("x.txt", b"\xff"),
    "an unknown ending": ("x.abc", b"x"),
    "no ending": ("a.b/x", b"x"),
    "a program": ("x.txt", b"MZ"),
    "a program by its name": ("x.EXE", b"x"),
    "a script by its first line": ("x.txt", b"#! /bin/sh"),
    "a page with a script": ("x.html", b"<SCRIPT>"),
    "a page with a remote picture": ("x.html", b"<img src = '//x'>"),
    "a page with a local picture": ("x.html", b"<img src='x.png'>"),
    "a document with a remote link": ("x.xml", b"<a href='http://x'/>"),
    "a text with a remote link": ("x.txt", b"<a href='http://x'/>"),
    "a table with a path": ("x.csv", b"a,/home/x"),
    "settings with a path": ("x.toml", b"a = 'D:\\x'"),
    "a text with part of an address": ("x.txt", b"http://x/home/y a/tmp/x C:\\"),
    "a picture with a path": ("x.jpg", b"\xff\xd8\xff /home/x \xff\xd9"),
}


def test_what_a_file_shows() -> None:
    shown = {}
    for name, (path, data) in CONTENTS.items():
        facts = verifier.facts_of(path, len(data), io.BytesIO(data))
        assert (facts.path, facts.size, facts.sha256) == (path, len(data), digest(data))
        shown[name] = [facts.format, facts.opens, facts.pages, *facts.hits]
    compare(GOLDEN / "bags" / "contents.json", rows_of(shown))


def test_a_large_file_is_only_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pdf({})
    for most, opens, pages in ((len(data), True, 1), (len(data) - 1, False, None)):
        monkeypatch.setattr(verifier, "LARGEST", most)
        facts = verifier.facts_of("x.pdf", len(data), io.BytesIO(data))
        assert (facts.opens, facts.pages, facts.sha256) == (opens, pages, digest(data))


@pytest.mark.parametrize(
    ("data", "record"),
    [
        (pdf({"a": 1}), {"a": 1}),
        (pdf([1]), None),
        (b"/EmbeddedFiles stream\n{}\nendstream", None),
        (b"/EmbeddedFile stream\n \n{\nendstream /EmbeddedFile stream\n{}\nendstream", None),
        (b"/EmbeddedFile stream\n[]\nendstream /EmbeddedFile stream\n {}\r\nendstream", {}),
        (b"/EmbeddedFile stream\n[]\nendstream" * 49 + b"/EmbeddedFile stream\n{}\nendstream", {}),
        (b"/EmbeddedFile stream\n[]\nendstream" * 50 + b"/EmbeddedFile stream\n{}\nendstream", None),
        (b"/EmbeddedFile stream\n{}", None),
    ],
)
def test_the_record_in_a_paper(data: bytes, record: object) -> None:
    assert verifier.record_in(data) == record


@pytest.mark.parametrize(
    ("inside", "dangers"),
    [
        (b"", []),
        (b"/URI (x)", []),
        (b"/JavaScript /Encrypt", ["脚本", "打开密码"]),
        (b"/Launch /J#53", ["启动程序的动作", "遮掩的指令"]),
        (b"/J#61vaScrip#74 ", ["脚本", "遮掩的指令"]),
    ],
)
def test_the_dangers_of_a_paper(inside: bytes, dangers: list[str]) -> None:
    assert verifier.pdf_dangers(objects(inside)) == dangers


def test_how_large_a_file_and_a_bag_may_be_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file as large as the largest is read; of a bag as large as the largest, files above ``LARGEST`` too."""
    bag = zipped(tmp_path / "a.zip", [("bagit.txt", b"1" * 10), ("data/x.txt", b"2" * 1000)])

    def unread(huge: int, largest_bag: int) -> set[str]:
        monkeypatch.setattr(verifier, "HUGE", huge)
        monkeypatch.setattr(verifier, "LARGEST_BAG", largest_bag)
        monkeypatch.setattr(verifier, "LARGEST", 500)
        return verifier.Bag(bag).unread

    assert unread(1000, 1010) == set()
    assert unread(999, 1010) == {"data/x.txt"}
    assert unread(1000, 1009) == {"data/x.txt"}
    monkeypatch.setattr(verifier, "LARGEST", 1000)
    one = verifier.Bag(bag)
    assert (one.read("data/x.txt"), one.facts("data/x.txt").opens) == (b"2" * 1000, True)
    assert one.read("data/none.txt") == b""
    monkeypatch.setattr(verifier, "LARGEST", 999)
    assert verifier.Bag(bag).read("data/x.txt") == b""


def test_with_which_head_each_item_was_sealed(tmp_path: Path) -> None:
    """The last entry before it that is no item; what cannot be read is passed over, and a second version changes nothing."""
    sealed = [
        entry("archive_item", "i0", {}),
        entry("member", "m1", {}),
        entry("archive_item", "i1", {}),
        entry("archive_item", "i2", {}),
        entry("member", "m2", {}),
        entry("archive_item", "i1", {}, version=2),
        entry("archive_item", "i3", {}),
    ]
    history = chained(sealed)
    lines = [dumped(one) for one in history]
    odd = [b"?", b"[]", dumped({**history[4], "version": "1", "hash": "0"}), dumped({**history[1], "who": None})]
    bag = zipped(
        tmp_path / "a.zip",
        [("bagit.txt", b""), (verifier.HISTORY, b"\n".join([*lines[:2], *odd, *lines[2:]]))],
    )
    first, second = history[1]["hash"], history[4]["hash"]
    assert verifier.Bag(bag).sealed_at() == {"i0": "", "i1": first, "i2": first, "i3": second}


def test_a_line_of_bag_info_may_hold_colons(tmp_path: Path) -> None:
    lines = b"Source: a: b:c\n Source: continued\nno colon\n\t x: y\n Key :v \n"
    bag = zipped(tmp_path / "a.zip", [("bagit.txt", b""), ("bag-info.txt", lines)])
    assert verifier.Bag(bag).info == {"Source": "a: b:c"}


def object_stream(length: int) -> bytes:
    return b"/ObjStm stream\n" + zlib.compress(b" " * length) + b"\nendstream\n"


@pytest.mark.parametrize(
    ("lengths", "whole"), [([1000], True), ([1001], False), ([400, 600], True), ([400, 601], False)]
)
def test_a_paper_that_unpacks_to_too_much_does_not_open(
    lengths: list[int], monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> None:
    monkeypatch.setattr(verifier, "_UNPACKED", 1000)
    data = objects(b"".join(map(object_stream, lengths)))
    facts = verifier.facts_of("x.pdf", len(data), io.BytesIO(data))
    assert (facts.opens, facts.hits) == (whole, () if whole else (verifier.TOO_MUCH,))
    assert verifier.pdf_dangers(data) == list(facts.hits)


def after(body: bytes, table: bytes = b"xref", more: bytes = b"") -> bytes:
    """A paper with this before its table of objects, which begins after it, and more at its end."""
    start = len(b"%PDF-") + len(body)
    return b"%PDF-" + body + table + b"\nstartxref\n%d\n%%%%EOF" % start + more


@pytest.mark.parametrize(
    ("data", "opens"),
    [
        (after(b""), True),
        (after(b"", b" " * 60 + b"xref"), True),
        (after(b"", b" " * 61 + b"xref"), False),
        (after(b"", b"xrefs"), False),
        (after(b"", b"7 0 obj"), True),
        (after(b"", b"7 obj"), False),
        (after(b"", more=b" " * (2048 - len("startxref\n5\n%%EOF"))), True),
        (after(b"", more=b" " * (2049 - len("startxref\n5\n%%EOF"))), False),
        (after(b"startxref 0 %%EOF "), True),
        (after(b"", more=b"startxref 0 %%EOF"), False),
    ],
)
def test_a_paper_opens_with_its_table_of_objects(data: bytes, *, opens: bool) -> None:
    assert verifier.facts_of("x.pdf", len(data), io.BytesIO(data)).opens is opens


@pytest.mark.parametrize("cell", ["=1", "＝1", " +1", "\t-1", "'@1", "'", "a=1", "", "''=1", "'a"])
def test_a_cell_is_read_as_it_was_written(cell: str) -> None:
    written = verifier.quoted(cell)
    assert verifier.unquoted(written) == cell
    assert (written != cell) == (cell.lstrip("' \t\r\n")[:1] in {"=", "＝", "+", "-", "@"})


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """A bag in a folder."""
    for name, data in Draft().files().items():
        (tmp_path / "bag" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bag" / name).write_bytes(data)
    return tmp_path / "bag"


def test_the_command_says_what_passes_and_what_does_not(bag: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verifier.main([str(bag)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert (len(shown), shown[0], shown[-1]) == (20, "通过　　真实性　每个文件与校验清单一致", "全部通过。")
    assert verifier.main([str(bag), "--witness", HEAD]) == 0
    assert "请核对　真实性　文件上印的历史记录校验值与历史相符" in capsys.readouterr().out
    (bag / verifier.CAMPAIGN).unlink()
    assert verifier.main(["--witness", "0" * 64, str(bag)]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert "　　data/campaign.toml：清单里有，包里没有。" in shown
    assert shown[-1] == "有5处不符，这个包不能作为凭证，请向移交单位核实。"


def test_the_command_for_programs(bag: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verifier.main(["--json", str(bag)]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    (bag / "data" / "a\u202eb.txt").touch()
    assert verifier.main([str(bag), "--json"]) == 1
    shown = capsys.readouterr().out
    assert "data/a\\u202eb.txt" in shown
    held = json.loads(shown)
    assert held["ok"] is False
    assert {"file": "data/a\u202eb.txt", "kind": "extra", "text": "不在清单里，是多出来的文件"} in [
        problem for check in held["checks"] for problem in check["problems"]
    ]


def test_the_command_refuses_what_it_cannot_verify(bag: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([str(bag), str(bag)], [str(bag / "not there")], ["--witness"]):
        assert verifier.main(arguments) == 2
        assert capsys.readouterr().err.startswith("用法： python3 verify.py")
    assert verifier.main([str(bag / "data")]) == 2
    assert capsys.readouterr().err == f"“{bag / 'data'}”不是归档包。请写归档包的文件夹或zip文件。\n"
    assert verifier.main([]) == 2, "the folder of the program itself is no bag"
    (bag.parent / "x.zip").write_bytes(b"x")
    assert verifier.main([str(bag.parent / "x.zip")]) == 1
    assert "（整包）：压缩包已损坏，打不开。" in capsys.readouterr().out


@pytest.mark.parametrize(("length", "shown"), [(1000, "a" * 1000), (1001, "a" * 1000 + "……")])
def test_a_long_name_is_shortened(length: int, shown: str) -> None:
    assert verifier.printable("a" * length) == shown
    assert verifier.printable("a\nb\u2066c") == "a?b?c"


@pytest.mark.parametrize(("number", "listed"), [(50, 50), (51, 51)])
def test_of_many_problems_the_first_are_listed(number: int, listed: int) -> None:
    problems = tuple(verifier.Problem(f"{n}", "extra", "多") for n in range(number))
    shown = verifier.report([verifier.Line("完整性", "齐全", problems)]).splitlines()
    assert len(shown) == 1 + listed
    assert (shown[-1] == "　　一共51处，只列出50处。") == (number > 50)


def test_a_table_of_too_long_a_cell_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    long = b"id\n" + b"x" * (csv.field_size_limit() + 1)
    assert f"著录（CSV、XML）与数据一致 | {verifier.XML} | content" in "\n".join(
        problems_of(Draft(parts={verifier.CSV: long}).files(), tmp_path)
    )
