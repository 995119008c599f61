"""The commands as scripts use them: exit status, stdout for data, stderr for one Chinese sentence a problem."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from orglife import cli
from orglife.cli import about
from orglife.cli.doc_pages import OTHERS
from orglife.stages import BUREAU_RULES, RULES
from orglife.stages.whole.overrides import FOR_AUTHORS
from orglife.stages.whole.param_words import PARAM_WORDS, param_words
from tests import branch as b
from tests.conftest import run

Captured = pytest.CaptureFixture[str]


def out_of(capsys: Captured) -> str:
    return capsys.readouterr().out


def refused(capsys: Captured, *arguments: str) -> list[str]:
    """Run, expect a refusal; the sentences told, each Chinese and whole, no traceback."""
    capsys.readouterr()
    assert run(*arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    lines = output.err.strip().splitlines()
    assert lines
    for line in lines:
        assert re.search("[一-鿿]", line)
        assert line.endswith("。")
        assert "Traceback" not in line
        assert "Error" not in line
    return lines


def test_export_of_an_import_is_the_same_bytes(filled: Path, capsysbinary: Any, tmp_path: Path) -> None:
    capsysbinary.readouterr()
    assert run("export", str(filled), "--branch", "t01", "--format", "json") == 0
    first = capsysbinary.readouterr().out
    (tmp_path / "again.json").write_bytes(first)
    assert run("import", str(filled), str(tmp_path / "again.json")) == 0
    capsysbinary.readouterr()
    assert run("export", str(filled), "--branch", "t01", "--out", str(tmp_path / "b.json")) == 0
    assert (tmp_path / "b.json").read_bytes() == first
    listed = json.loads(first)["records"]
    assert list(listed)[:3] == ["member", "plan", "plan_submission"]
    assert listed["archive_item"] == []


def test_blanks_of_every_kind_mean_the_same(workspace: Path, tmp_path: Path, capsysbinary: Any) -> None:
    texts = []
    for blank in (None, "", "  ", [], "absent"):
        raw = b.changed(b.branch(), put={"talk/t01/place": blank, "talk/t01/mode": None})
        if blank == "absent":
            raw = b.branch()
        if blank == []:
            raw = b.changed(b.branch(), put={"study/st/makeup": []})
        source = tmp_path / "x.json"
        source.write_text(json.dumps(raw), encoding="utf-8")
        assert run("import", str(workspace), str(source)) == 0
        capsysbinary.readouterr()
        assert run("export", str(workspace), "--branch", "t01") == 0
        texts.append(capsysbinary.readouterr().out)
    assert len(set(texts)) == 1


def test_import_revises_adds_and_withdraws(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    raw = b.changed(
        b.branch(), put={"talk/t01/place": "值班室"}, remove=["talk/t02"], add={"talk": [b.talk("t99", "m2", "m4")]}
    )
    source = tmp_path / "next.json"
    source.write_text(json.dumps(raw), encoding="utf-8")
    capsys.readouterr()
    assert run("import", str(filled), str(source), "--dry-run") == 0
    message = capsys.readouterr().err
    assert "新增1条，修改1条，移除1条" in message
    assert run("import", str(filled), str(source)) == 0
    capsys.readouterr()
    assert run("import", str(filled), str(source), "--dry-run") == 0
    assert "没有改动" in capsys.readouterr().err


def test_all_files_or_none(workspace: Path, tmp_path: Path, capsys: Captured) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(b.branch()), encoding="utf-8")
    bad.write_text(json.dumps(b.changed(b.branch(), put={"branch/id": "t02", "talk/t01/date": "2024-02-30"})))
    (line,) = refused(capsys, "import", str(workspace), str(good), str(bad))
    assert "records.talk[0].date" in line
    assert run("check", str(workspace), "--json") == 0
    assert json.loads(out_of(capsys))["branches"] == []


def _dossier(**changes: Any) -> str:
    return json.dumps(b.branch() | changes)


BAD_FILES: dict[str, tuple[str, list[str]]] = {
    "not json": ("{", ["第1行"]),
    "empty": ("", ["空文件"]),
    "only spaces": ("  \n", ["空文件"]),
    "a list": ("[]", ["花括号"]),
    "wrong version": (_dossier(format="orglife-dossier/9"), ["orglife-dossier/9"]),
    "other campaign": (_dossier(campaign="1999"), ["1999"]),
    "unknown top field": (_dossier(extra=1), ["extra"]),
    "unknown type": (_dossier(records={"tolk": []}), ["records.tolk"]),
    "records a list": (_dossier(records=[]), ["records"]),
    "no branch": (json.dumps({k: v for k, v in b.branch().items() if k != "branch"}), ["branch"]),
    "bad branch id": (json.dumps(b.changed(b.branch(), put={"branch/id": "../x"})), ["branch.id"]),
    "field twice": ('{"format": "orglife-dossier/1", "format": "x"}', ["format"]),
    "many at once": (
        json.dumps(
            b.changed(
                b.branch(),
                put={
                    "talk/t01/date": "2024-13-01",
                    "talk/t02/tone": "soft",
                    "tally/ty/issued": 7.0,
                    "meeting/mt/completed": "yes",
                    "meeting/mt/start": "24:00",
                    "member/m1/status": "chief",
                    "grade/g1/id": "m2",
                    "plan/plan/id": "",
                },
            )
        ),
        [
            "records.talk[0].date",
            "records.talk[1].tone",
            "records.tally[0].issued",
            "records.meeting[0].completed",
            "records.meeting[0].start",
            "records.member[0].status",
            "用了两次",
            "records.plan[0].id",
        ],
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_refused_with_every_place(name: str, workspace: Path, tmp_path: Path, capsys: Captured) -> None:
    text, sentences = BAD_FILES[name]
    source = tmp_path / "bad.json"
    source.write_text(text, encoding="utf-8")
    before = (workspace / "orglife.db").read_bytes() if (workspace / "orglife.db").exists() else b""
    lines = refused(capsys, "import", str(workspace), str(source))
    for words in sentences:
        assert any(words in line for line in lines), (words, lines)
    assert len(lines) == len(sentences)
    if before:
        assert (workspace / "orglife.db").read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "{ws}", "--branch", "nobody"),
        ("check", "{ws}", "--stage", "tolks"),
        ("check", "{ws}", "--checkpoint", "soon"),
        ("check", "{ws}", "--as-of", "2024-02-30"),
        ("check", "{ws}", "--colour"),
        ("check",),
        ("chek", "{ws}"),
        ("check", "{tmp}"),
        ("check", "{tmp}/nowhere"),
        ("import", "{ws}", "{tmp}/nowhere.json"),
        ("import", "{ws}", "{tmp}"),
        ("import", "{ws}"),
        ("new", "{ws}", "--campaign", "2024-seed"),
        ("new", "{tmp}/w", "--campaign", "1999-none"),
        ("new", "{tmp}/w", "--campaign", "2024-seed", "--role", "king"),
        ("batch", "{ws}", "--formats", "odt"),
        ("batch", "{ws}", "--jobs", "0"),
        ("batch", "{ws}", "--branch", "nobody"),
        ("export", "{ws}", "--branch", "nobody"),
        ("export", "{ws}", "--format", "odt"),
        ("explain", "TALK-99"),
        ("answer", "{ws}", "--branch", "t01", "--rule", "TALK-99", "--reason", "x"),
        ("answer", "{ws}", "--branch", "t01", "--rule", "TALK-01", "--reason", "没有这事"),
        ("answer", "{ws}", "--branch", "t01", "--rule", "TALK-01", "--reason", "  "),
        ("demo", "--out", "{ws}"),
        ("campaign", "check", "{tmp}/none.toml"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_sentence(arguments: tuple[str, ...], filled: Path, tmp_path: Path, capsys: Captured) -> None:
    full = [a.format(ws=filled, tmp=tmp_path) for a in arguments]
    refused(capsys, *full)


def test_a_broken_store_or_setting_is_told(filled: Path, capsys: Captured) -> None:
    settings = filled / "orglife.toml"
    text = settings.read_text(encoding="utf-8")
    for broken in ('role = "king"', "role = ", text + "\ncolour = 1\n"):
        settings.write_text(broken, encoding="utf-8")
        refused(capsys, "check", str(filled))
    settings.write_text(text, encoding="utf-8")
    campaign = filled / "campaign.toml"
    original = campaign.read_text(encoding="utf-8")
    campaign.write_text(original.replace("plan_deadline", "plan_deadlime"), encoding="utf-8")
    (line,) = refused(capsys, "check", str(filled))
    assert "plan_deadlime" in line
    campaign.unlink()
    refused(capsys, "check", str(filled))
    campaign.write_text(original, encoding="utf-8")
    with sqlite3.connect(filled / "orglife.db") as connection:
        connection.execute("pragma user_version = 99")
    connection.close()
    assert "99" in "\n".join(refused(capsys, "check", str(filled)))
    (filled / "orglife.db").write_bytes(b"this is no database, it is a letter" * 40)
    refused(capsys, "check", str(filled))


def test_check_json(filled: Path, capsys: Captured) -> None:
    assert run("check", str(filled), "--as-of", "2024-03-08", "--json") == 0
    data = json.loads(out_of(capsys))
    assert data["format"] == "orglife-findings/1"
    assert data["campaign"] == "2024-seed"
    assert (data["as_of"], data["checkpoint"]) == ("2024-03-08", None)
    (branch,) = data["branches"]
    assert branch["branch"] == "t01"
    assert branch["errors"] == 0
    assert data["bureau"]["errors"] == 0


def test_an_explained_finding_stays_visible_and_counts_no_more(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    source = tmp_path / "less.json"
    source.write_text(json.dumps(b.changed(b.branch(), remove=["talk/t01"])), encoding="utf-8")
    assert run("import", str(filled), str(source)) == 0
    day = ("--as-of", "2024-03-08")
    assert run("check", str(filled), *day) == 1
    capsys.readouterr()
    why = ("--rule", "TALK-01", "--subject", "m1", "--subject", "m2", "--reason", "副书记外出培训")
    assert run("answer", str(filled), "--branch", "t01", *why, "--author", "魏长河", *day) == 0
    assert run("check", str(filled), *day, "--json") == 0
    branch = json.loads(out_of(capsys))["branches"][0]
    (talk,) = [f for f in branch["findings"] if f["rule"] == "TALK-01"]
    assert talk["explained"]["reason"] == "副书记外出培训"
    assert talk["explained"]["by"] == "魏长河"
    assert [s["id"] for s in talk["subjects"]] == ["m1", "m2"]
    assert talk["clause"] == {"source": "实施方案二（一）3", "quote": "党支部班子成员之间必谈"}
    assert branch["errors"] == 0


def test_todo_before_it_is_due_and_error_after(workspace: Path, tmp_path: Path, capsys: Captured) -> None:
    early = b.changed(b.branch(), remove=[t for t in b.branch()["records"] if t not in ("member", "plan")])
    source = tmp_path / "early.json"
    source.write_text(json.dumps(early), encoding="utf-8")
    assert run("import", str(workspace), str(source)) == 0
    capsys.readouterr()
    assert run("check", str(workspace), "--as-of", "2024-02-06", "--json") == 0
    branch = json.loads(out_of(capsys))["branches"][0]
    assert branch["errors"] == 0
    assert branch["todos"] > 5
    assert run("check", str(workspace), "--as-of", "2024-02-06", "--checkpoint", "prep") == 1
    assert run("check", str(workspace), "--as-of", "2024-03-09") == 1


def test_rules_json_lists_every_rule_with_its_clause(capsys: Captured) -> None:
    assert run("rules", "--json") == 0
    rules = json.loads(out_of(capsys))["rules"]
    keys = ["id", "checkpoint", "stage", "severity", "kind", "per", "demand", "general", "clause", "title", "params"]
    assert all(list(rule) == keys for rule in rules)
    assert len({rule["id"] for rule in rules}) == len(rules) > 70
    assert all(rule["clause"] for rule in rules if rule["demand"] not in OTHERS)


def test_every_rule_explains_itself(capsys: Captured) -> None:
    assert run("rules", "--json") == 0
    for rule in json.loads(out_of(capsys))["rules"]:
        assert run("explain", rule["id"]) == 0
        page = out_of(capsys)
        assert rule["title"] in page
        assert "依据：" in page
        assert "{" not in page
        assert not re.search(r"[a-z_]{3,}", page.replace("PDF", "")), "no keys and no regular expressions"


def test_every_param_has_words() -> None:
    for rule in (*RULES, *BUREAU_RULES):
        for name, value in rule.params.items():
            if name not in FOR_AUTHORS:
                assert name in PARAM_WORDS
                assert not re.search("[a-z]", param_words(rule.id, name, value))


def test_messages_and_schema(capsys: Captured) -> None:
    assert run("messages") == 0
    assert "TALK-01" in out_of(capsys)
    assert run("schema") == 0
    schema = json.loads(out_of(capsys))
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(b.branch(), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(b.changed(b.branch(), put={"talk/t01/tone": "x"}), schema)


def test_help_of_every_command_is_chinese(capsys: Captured) -> None:
    commands = [(name,) for name in cli.program.commands] + [("campaign", n) for n in about.campaign.commands]
    for command in [(), *commands]:
        assert run(*command, "--help") == 0
        page = out_of(capsys)
        assert page.startswith("用法：")
        assert not re.search(r"\b(Usage|Options|Commands|Show this message)\b", page)


def test_a_read_only_or_full_place_changes_nothing(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("x")
    (line,) = refused(capsys, "export", str(filled), "--branch", "t01", "--out", str(blocked / "x.json"))
    assert "a file" in line
    refused(capsys, "new", str(blocked / "w"), "--campaign", "2024-seed")
