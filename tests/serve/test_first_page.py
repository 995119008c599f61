"""The small server of the first page: what its requests answer, with a form that notes what it is asked."""

from __future__ import annotations

import contextlib
import errno
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.disk import files
from orglife.adapters.lab import setup, setup_restore
from orglife.adapters.lab.setup_restore import RestoreActions
from orglife.adapters.lab.small_page import UNEXPECTED
from orglife.core.errors import BadInput
from tests.serve.form_server import FormServer, form_server


@pytest.fixture
def heard() -> SimpleNamespace:
    """What the form was asked, and how it answers; an exception is raised."""
    return SimpleNamespace(asked=[], answer="/there", problem="")


@pytest.fixture
def asked(heard: SimpleNamespace, tmp_path: Path) -> Iterator[FormServer]:
    def note(*what: Any) -> Any:
        heard.asked.append(what)
        if isinstance(heard.answer, Exception):
            raise heard.answer
        return heard.answer

    def submit(fields: Mapping[str, str]) -> str:
        return str(note("submit", dict(fields)))

    (tmp_path / "room").mkdir()
    restoring = RestoreActions(
        lambda: [("甲（U盘）", tmp_path / "a.zip")],
        lambda path: [f"里面是{path.name}。"],
        lambda path: str(note("restore", path.name)),
        tmp_path / "room",
    )
    form = setup.Form(
        "文件夹",
        [("annual", "年度", "每年")],
        submit,
        lambda fields, file: {"heard": [dict(fields), file and [file[0], len(file[1])]], "note": note("roster")},
        lambda fields: f"听到{json.dumps(dict(fields), ensure_ascii=False)}",
        restoring,
    )
    with form_server(form) as server:
        yield server


def multipart(**parts: tuple[str, bytes] | str) -> tuple[bytes, str]:
    """A form's body with a file in it, and its type."""
    body = b""
    for name, part in parts.items():
        named, data = part if isinstance(part, tuple) else ("", part.encode())
        more = f'; filename="{named}"' if named else ""
        body += f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + data + b"\r\n"
    return body + b"--x--\r\n", "multipart/form-data; boundary=x"


def test_a_roster_is_read_from_its_file_or_from_what_was_pasted(asked: FormServer) -> None:
    body, kind = multipart(campaign="annual", uses="{}", roster=("名册.csv", b"12345"))
    status, text = asked.send("POST", "/roster", body, kind)
    table = json.loads(text)["table"]
    assert status == 200
    assert table["heard"] == [{"campaign": "annual", "names": "", "uses": "{}"}, ["名册.csv", 5]]
    pasted = asked.ask("roster", campaign="annual", names=" 甲\n乙 ")
    assert pasted["table"]["heard"] == [{"campaign": "annual", "names": " 甲\n乙 ", "uses": ""}, None]


def test_the_day_of_the_meeting_is_echoed(asked: FormServer) -> None:
    assert asked.ask("meeting", campaign="annual", meeting=" 6月1日") == {
        "echo": '听到{"campaign": "annual", "meeting": " 6月1日"}'
    }


def test_the_form_is_handed_on_and_the_server_ends(asked: FormServer, heard: SimpleNamespace) -> None:
    assert asked.ask("", branch="甲支部", other="x") == {"going": "/there"}
    (_, fields), *_ = heard.asked
    assert fields == {**dict.fromkeys(setup.FIELDS, ""), "branch": "甲支部"}
    asked.thread.join(20)
    assert asked.outcome == [True]


def test_what_is_wrong_is_answered_and_the_server_goes_on(asked: FormServer, heard: SimpleNamespace) -> None:
    heard.answer = BadInput(["不行。", "也不行。"])
    assert asked.ask("", branch="甲支部") == {"problems": ["不行。", "也不行。"]}
    assert asked.ask("roster", names="甲") == {"problems": ["不行。", "也不行。"]}
    assert asked.outcome == []
    assert asked.send("GET", "/")[0] == 200


def test_a_fault_of_the_program_is_one_sentence(asked: FormServer, heard: SimpleNamespace) -> None:
    heard.answer = KeyError("魏长河")
    status, text = asked.send("POST", "/", "branch=x")
    assert (status, json.loads(text)) == (500, {"problems": [UNEXPECTED]})
    status, text = asked.send("PUT", "/", "x")
    assert status == 405
    assert UNEXPECTED in text
    assert "魏长河" not in text
    assert "<form" in text


def test_the_handbook_lies_beside_the_form(asked: FormServer) -> None:
    status, text, headers = asked.send_at("GET", f"{asked.base}handbook.pdf")
    assert (status, headers["Content-Type"], text[:5]) == (200, "application/pdf", "%PDF-")
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("how", "status"),
    [({}, 200), ({"cookie": ""}, 403), ({"cookie": "orglife-founding=x"}, 403), ({"site": "cross-site"}, 403)],
)
def test_only_the_browser_that_was_let_in_is_answered(asked: FormServer, how: dict[str, str], status: int) -> None:
    assert asked.send_at("GET", asked.base, **how)[0] == status  # type: ignore[arg-type]
    assert asked.send_at("GET", "/other/", **how)[0] == 403  # type: ignore[arg-type]
    assert asked.send_at("GET", asked.base, host="evil.example")[0] == 403


def test_only_a_listed_backup_is_told_and_restored(asked: FormServer, heard: SimpleNamespace, tmp_path: Path) -> None:
    place = str(tmp_path / "a.zip")
    assert asked.ask("backups") == {"backups": [["甲（U盘）", place]]}
    assert asked.ask("contents", backup=place) == {"problems": [setup_restore.GONE]}, "it was pulled out"
    (tmp_path / "a.zip").write_bytes(b"x")
    (tmp_path / "b.zip").write_bytes(b"x")
    assert asked.ask("contents", backup=place) == {"contents": ["里面是a.zip。"]}
    for other in (str(tmp_path / "b.zip"), ""):
        assert asked.ask("restore", backup=other) == {"problems": [setup_restore.GONE]}
    assert asked.outcome == []
    assert asked.ask("restore", backup=place) == {"restore": "/there"}
    assert heard.asked == [("restore", "a.zip")]
    asked.thread.join(20)
    assert asked.outcome == [True]


def test_an_uploaded_backup_is_listed_first_and_the_newer_one_of_a_name_counts(
    asked: FormServer, tmp_path: Path
) -> None:
    for data in (b"1", b"22"):
        status, text = asked.send("POST", "/upload?name=%E4%B9%99.zip", data, "application/zip")
        assert status == 200
    answer = json.loads(text)
    assert [label for label, _ in answer["backups"]] == ["乙", "甲（U盘）"]
    (kept,) = (tmp_path / "room").iterdir()
    assert (kept.read_bytes(), answer["uploaded"]) == (b"22", str(kept))
    assert asked.send_at("POST", f"{asked.base}upload?name=x", b"1", cookie="")[0] == 403
    assert len(list((tmp_path / "room").iterdir())) == 1


@pytest.mark.parametrize("fails", [1, 2, 3])
def test_an_upload_that_cannot_be_written_is_a_sentence(
    asked: FormServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    genuine, calls = files.refusals, [0]

    @contextlib.contextmanager
    def refusing(path: Path) -> Iterator[None]:
        with genuine(path):
            yield
            calls[0] += 1
            if calls[0] == fails:
                raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(files, "refusals", refusing)
    status, text = asked.send("POST", "/upload?name=x.zip", b"data", "application/zip")
    assert status == 200
    assert "磁盘已满" in json.loads(text)["problems"][0]
    assert list((tmp_path / "room").iterdir()) == []
