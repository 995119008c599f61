"""The seed campaign and what ``campaign check`` says of a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.patterns import endless
from orglife.cli.doc_pages import OTHERS
from orglife.core.errors import BadInput
from orglife.core.rule.campaign import check_campaign, parse_campaign, quoted
from orglife.core.rule.rule import Rule
from orglife.stages import ALL_RULES, RULES_BY_ID, campaign_needs
from orglife.stages.whole.overrides import require_overrides
from tests import branch as b
from tests.conftest import run

SEED = b.ROOT / "templates/campaigns/2024-seed.toml"
PLAN = (b.ROOT / "templates/campaigns/2024-seed.txt").read_text(encoding="utf-8")


def test_every_quote_is_a_literal_piece_of_the_plan() -> None:
    demands = b.campaign().demands
    assert len(demands) == 68
    for key, demand in demands.items():
        assert demand.source.startswith("实施方案"), key
        assert demand.pieces, key
        for piece in demand.pieces:
            assert piece in PLAN, (key, piece)


def test_the_seed_campaign_is_complete() -> None:
    found = check_campaign(b.campaign(), campaign_needs())
    assert found.problems == []
    assert [note for note in found.notes if "stale_terms" not in note] == []  # a first year has no earlier words
    assert b.campaign().report_deadline == date(2024, 3, 7)


def test_a_changed_copy_derives_its_values_anew() -> None:
    campaign = b.campaign()
    assert campaign.report_deadline == date(2024, 3, 7)
    campaign.memo["key"] = "result"
    changed = campaign.model_copy(update={"report_by": date(2024, 4, 1)})
    assert changed.report_deadline == date(2024, 4, 1)
    assert not changed.memo
    assert campaign.memo["key"] == "result"
    assert campaign == b.campaign()


def test_every_demand_of_a_rule_is_made_by_the_plan() -> None:
    demands = b.campaign().demands
    for rule in ALL_RULES:
        assert not rule.demand or rule.demand in {*demands, *OTHERS}, rule.id
        assert rule.demand or rule.general, rule.id


def test_campaign_check_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("campaign", "check", "2024-seed") == 0
    assert run("campaign", "list") == 0
    assert "2024-seed" in capsys.readouterr().out
    blank = tmp_path / "blank.toml"
    blank.write_text('id = "2025-x"\ntitle = "新方案"\n', encoding="utf-8")
    assert run("campaign", "check", str(blank)) == 0
    told = capsys.readouterr().out
    assert "plan_deadline" in told
    assert "PLAN-02" in told
    assert "没有写任何要求" in told
    assert run("new", str(tmp_path / "w"), "--campaign", str(blank)) == 0


BAD = {
    "no id": ('title = "x"', "id"),
    "misspelt key": ('id = "x"\nplan_deadlime = 2024-02-10', "plan_deadlime"),
    "malformed id": ('id = "../x"', "id"),
    "not toml": ("id = ", "TOML"),
    "day as text": ('id = "x"\nplan_deadline = "2024-02-10"', "plan_deadline"),
    "impossible day": ('id = "x"\nplan_deadline = 2024-02-30', "TOML"),
    "unknown retention": ('id = "x"\n[retention]\nF1 = "D99"', "retention.F1"),
    "unknown severity": ('id = "x"\n[override."GRADE-04"]\nseverity = "fatal"', "override.GRADE-04.severity"),
    "unknown demand field": ('id = "x"\n[demands."plan.made"]\nsauce = "y"', "demands.plan.made.sauce"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_campaign_is_refused_with_its_place(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, place = BAD[name]
    with pytest.raises(BadInput) as refusal:
        parse_campaign(text)
    assert any(place in sentence for sentence in refusal.value.sentences), refusal.value.sentences
    file = tmp_path / "bad.toml"
    file.write_text(text, encoding="utf-8")
    for command in (("campaign", "check", str(file)), ("new", str(tmp_path / "w"), "--campaign", str(file))):
        assert run(*command) == 2
        assert place in capsys.readouterr().err
    assert not (tmp_path / "w").exists()


def test_a_demand_without_source_or_quote_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.toml"
    file.write_text(
        'id = "x"\n[demands."plan.made"]\nsource = "一"\n[demands."study.held"]\nquote = "学"\n', encoding="utf-8"
    )
    assert run("campaign", "check", str(file)) == 2
    told = capsys.readouterr().err
    assert "plan.made" in told
    assert "study.held" in told
    assert len(told.strip().splitlines()) == 2


def test_notes_on_keys_labels_and_stale_terms() -> None:
    changed = b.campaign(
        dimensions=["political", "style"],
        agenda=["briefing", "song"],
        title="学习2016年的精神",
        stale_terms=["2016年"],
    )
    notes = check_campaign(changed, campaign_needs()).notes
    for words in ("style", "song", "2016年"):
        assert any(words in note for note in notes), (words, notes)


def test_each_note_names_what_is_blank_and_the_rules_that_it_turns_off() -> None:
    campaign = b.campaign(theme="", year="", materials=[], stale_terms=[], aspects=[], dimensions=["odd"], labels={})
    needs = {
        "A-01": ["theme", "year"],
        "A-02": ["theme"],
        "A-03": ["aspects+dimensions"],
        "A-04": ["aspects+materials"],
    }
    notes = [n for n in check_campaign(campaign, needs).notes if "没有填写" in n]
    assert notes == [
        "会议主题没有填写，有关的检查不起作用（theme：A-01、A-02）。",
        "年度没有填写，有关的检查不起作用（year：A-01）。",
        "查摆方面没有填写，有关的检查不起作用（aspects：A-04）。",
        "学习内容没有填写，有关的检查不起作用（materials：A-04）。",
        "查摆方面没有填写，有关的检查只看合格标准（aspects：A-03）。",
    ]
    bare = check_campaign(b.campaign(demands={}, stale_terms=["", "无此词"]), {})
    assert bare.notes == ["方案没有写任何要求，只按一般党内法规核对。请确认这是您的意思。"]
    assert bare.problems == []


@pytest.mark.parametrize(
    ("finish", "report", "deadline"),
    [
        (date(2024, 3, 8), date(2024, 3, 10), date(2024, 3, 10)),
        (date(2024, 3, 8), "", date(2024, 3, 15)),
        ("", "", None),
    ],
)
def test_the_report_is_due_on_its_day_or_a_week_after_the_end(finish: Any, report: Any, deadline: date | None) -> None:
    campaign = b.campaign(finish_by=finish, report_by=report)
    assert campaign.report_deadline == deadline
    assert campaign.is_blank("report_by") is (deadline is None)
    assert campaign.is_blank("finish_by") is (finish == "")


def test_a_day_without_a_year_is_one_of_the_meeting_or_of_the_campaign() -> None:
    today = date(2030, 1, 1)
    assert b.campaign(meeting_start=date(2024, 2, 19), year=2023).years_meant(today) == (2024,)
    assert b.campaign(meeting_start="", year=2023).years_meant(today) == (2023, 2024)
    assert b.campaign(meeting_start="", year="").years_meant(today) == (2030,)


def test_a_paper_is_wanted_where_it_is_listed_or_demanded() -> None:
    notice = {"meeting.notice": {"source": "一", "quote": "发通知"}}
    plain, listed, demanded = b.campaign(papers=[]), b.campaign(papers=["notice", "script"]), b.campaign(demands=notice)
    assert [one.wants("notice") for one in (plain, listed, demanded)] == [False, True, True]
    assert [one.wants("script") for one in (plain, listed, demanded)] == [False, True, False]
    assert [one.asks("meeting.notice") for one in (plain, listed, demanded)] == [False, True, True]
    assert [one.makes("meeting.notice") for one in (plain, listed, demanded)] == [False, False, True]
    assert plain.wants("")
    assert not any(one.makes("") for one in (plain, listed, demanded))


def test_a_key_has_its_label_or_the_title_of_its_material() -> None:
    materials = [{"id": "a", "title": "准则"}, {"id": "b", "title": "《条例》（2024年）"}]
    campaign = b.campaign(materials=materials, labels={"c": "丙"}, aspects=["c"], dimensions=["d"])
    assert campaign.labels_of(["a", "b", "c", "d"]) == "《准则》、《条例》（2024年）、丙、d"
    assert campaign.keys("materials+aspects") == ["a", "b", "c"]
    assert campaign.keys("aspects+dimensions") == ["c", "d"]
    assert not campaign.is_blank("aspects+dimensions")
    assert b.campaign(aspects=[], dimensions=[]).is_blank("aspects+dimensions")
    assert [b.campaign(title=title).meeting_name for title in ("关于开好专题组织生活会的方案", "组织生活会方案")] == [
        "专题组织生活会",
        "组织生活会",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [("id = \n", "第1行第6列"), ("id = 'a'\n\nx", "文件末尾"), ("id = 'a'\n  = 2", "第2行第3列")],
)
def test_the_place_where_a_file_is_no_toml(text: str, place: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_campaign(text)
    assert caught.value.problems == [f"campaign.toml：不是有效的TOML文件（{place}）。请改正这一处的写法。"]


#: What is wrong → the section of the file, the place named, words of the sentence.
BAD_OVERRIDES = {
    "unknown rule": ('"GRADE-99"]\nseverity = "info"', "override.GRADE-99：", "没有编号为GRADE-99"),
    "unknown param": ('"GRADE-04".params]\nratio = 2', "override.GRADE-04.params.ratio：", "ratio_num"),
    "param of a rule without": ('"MEET-01".params]\nx = 2', "override.MEET-01.params.x：", "没有参数"),
    "error for wording": ('"WORD-01"]\nseverity = "error"', "override.WORD-01.severity：", "提示"),
    "error for copies": (
        '"COPY-01".types.small]\nseverity = "error"',
        "override.COPY-01.types.small.severity：",
        "提示",
    ),
    "denominator 0": ('"GRADE-04".params]\nratio_den = 0', "override.GRADE-04.params.ratio_den：", "分母"),
    "below 0": ('"PUB-03".params]\nmin_days = -1', "override.PUB-03.params.min_days：", "小于0"),
    "text for a number": ('"PUB-03".params]\nmin_days = "5"', "override.PUB-03.params.min_days：", "整数"),
    "fraction for a number": ('"PUB-03".params]\nmin_days = 5.5', "override.PUB-03.params.min_days：", "整数"),
    "true for a number": ('"PUB-03".params]\nmin_days = true', "override.PUB-03.params.min_days：", "整数"),
    "number for yes or no": ('"VOTE-02".params]\nallow_outside = 1', "override.VOTE-02.params.allow_outside：", "true"),
    "text for a list": ('"WORD-01".params]\npatterns = "a"', "override.WORD-01.params.patterns：", "列表"),
    "numbers in a list": ('"WORD-01".params]\npatterns = [1]', "override.WORD-01.params.patterns：", "列表"),
    "no pattern at all": ('"WORD-01".params]\npatterns = []', "override.WORD-01.params.patterns：", "applies_to"),
    "unknown base": ('"GRADE-04".params]\nbase = "all"', "override.GRADE-04.params.base：", "full_members"),
    "no day": ('"DISP-10".params]\neffective_from = "2024"', "override.DISP-10.params.effective_from：", "2024-06-16"),
    "does not compile": (
        "\"WORD-01\".params]\npatterns = ['a', '(希望']",
        "override.WORD-01.params.patterns：",
        "(希望",
    ),
    "the place in a pattern": (
        "\"WORD-01\".params]\npatterns = ['希(望']",
        "override.WORD-01.params.patterns：",
        "（第2个字符处）",
    ),
    "a rule without parameters": (
        '"RECT-05".params]\nmin_days = 1',
        "override.RECT-05.params.min_days：",
        "：没有参数。",
    ),
    "unless does not compile": ("\"WORD-01\".params]\nunless = '[a'", "override.WORD-01.params.unless：", "[a"),
    "unknown path": ('"WORD-01".params]\napplies_to = ["Criticism.txt"]', "params.applies_to：", "Criticism.txt"),
    "for a branch type": (
        '"GRADE-04".types.small.params]\nratio_den = 0',
        "override.GRADE-04.types.small.params.ratio_den：",
        "分母",
    ),
    "without end": ("\"WORD-01\".params]\npatterns = ['(希+)+望']", "override.WORD-01.params.patterns：", "(希+)+望"),
}


@pytest.mark.parametrize("name", BAD_OVERRIDES)
def test_a_bad_override_is_refused_with_its_place(name: str) -> None:
    section, place, words = BAD_OVERRIDES[name]
    with pytest.raises(BadInput) as refusal:
        require_overrides(parse_campaign(f'id = "x"\n[override.{section}\n'), RULES_BY_ID, endless, name="c.toml")
    (sentence,) = refusal.value.sentences
    assert sentence.startswith("c.toml的 override.")
    assert place in sentence
    assert words in sentence
    assert sentence.endswith("。")


def test_good_overrides_are_taken() -> None:
    text = """
        id = "x"
        [override."GRADE-04"]
        severity = "info"
        params = { base = "all_members", ratio_num = 1, ratio_den = 4, rounding = "ceil" }
        types.small = { severity = "error", params = { ratio_den = 1 } }
        [override."PUB-03"]
        params = { min_days = 0 }
        [override."WORD-01"]
        severity = "warning"
        params = { patterns = ["希望.{0,8}学习"], unless = "", applies_to = ["Criticism.text", "MemberReview.items"] }
        [override."DISP-10"]
        params = { effective_from = 2024-07-01 }
        [override."COPY-06"]
        params = { max_pairs = 20 }
    """
    require_overrides(parse_campaign(text), RULES_BY_ID, endless, name="c.toml")


def test_every_rule_as_it_is_could_be_an_override() -> None:
    override = {rule.id: {"params": dict(rule.params)} for rule in ALL_RULES}
    override["WORD-11"]["params"] |= {"applies_to": []}
    require_overrides(b.campaign(override=override), RULES_BY_ID, endless, name="c.toml")


ENDLESS = [
    "(a+)+$",
    "(.*)*x",
    "(a|aa)+$",
    r"(?<=问)(题+)+。",
    "加强.*学习.*提高.*认识.*站位",
    "(?:[^，]+)*，",
    r"(\w+\s?)*$",
    "^([^a我1b ]+)+$",
]
IN_TIME = ["希望.{0,8}学习", r"\d+", "加强.*学习", "(希望|建议)+", r"(?<![A-Za-z]xx)x*y", "问题(?!清单)"]


@pytest.mark.soak
def test_patterns_that_search_without_end_are_told_from_others() -> None:
    found = endless([*IN_TIME, *ENDLESS[:2], ENDLESS[-1]])
    assert found == [*ENDLESS[:2], ENDLESS[-1]]


@pytest.mark.soak
@pytest.mark.parametrize("pattern", ENDLESS)
def test_a_pattern_without_end(pattern: str) -> None:
    assert endless([pattern]) == [pattern]


def test_a_bad_override_is_refused_wherever_the_campaign_is_opened(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = SEED.read_text(encoding="utf-8") + '\n[override."GRADE-04"]\nparams = { ratio_den = 0, ratio = 1 }\n'
    (filled / "campaign.toml").write_text(bad, encoding="utf-8")
    file = tmp_path / "bad.toml"
    file.write_text(bad, encoding="utf-8")
    for command in (
        ("campaign", "check", str(file)),
        ("new", str(tmp_path / "w"), "--campaign", str(file)),
        ("explain", "GRADE-04", "--campaign", str(file)),
        ("check", str(filled)),
        ("export", str(filled), "--branch", "b01"),
    ):
        assert run(*command) == 2, command
        told = capsys.readouterr().err
        assert "override.GRADE-04.params.ratio_den" in told, command
        assert len(told.strip().splitlines()) == 2, told
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda r: r.id)
def test_rules_speak_with_one_voice(rule: Rule) -> None:
    assert rule.message.endswith("。")
    assert rule.fix.endswith("。")
    assert not rule.title.endswith("。")
    assert "请" not in rule.message.replace("请假", ""), "the message says what is so, the fix what to do"
    for harsh in ("校验", "失败", "非法", "错误", "不得", "补造", "必须", "！", "~", "您"):
        assert harsh not in rule.message + rule.fix, harsh


def test_messages_lists_every_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("messages") == 0
    lines = dict(line.partition("\t")[::2] for line in capsys.readouterr().out.splitlines())
    for name in ("UnknownRule", "ARCH-02", "entered.day", "campaign.stale", "override.zero", "plan.contents.steps"):
        assert lines[name], name
    assert lines["branch.fonds"].startswith("全宗号\t")


def test_an_edit_is_in_force_at_the_next_command(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = ("--as-of", "2024-03-08")
    assert run("check", str(filled), *day) == 0
    file = filled / "campaign.toml"
    file.write_text(
        SEED.read_text(encoding="utf-8").replace("plan_deadline = 2024-02-10", "plan_deadline = 2024-02-04")
    )
    assert run("check", str(filled), *day) == 1
    assert "PLAN-02" in capsys.readouterr().out


def test_overrides_by_campaign_and_branch_type() -> None:
    rule = next(r for r in ALL_RULES if r.id == "GRADE-04")
    changed = b.campaign(
        override={
            "GRADE-04": {
                "severity": "error",
                "params": {"ratio_num": 1, "ratio_den": 8},
                "types": {"small": {"severity": "info"}},
            }
        }
    )
    regular = b.dossier()
    small = b.dossier(b.changed(b.branch(), put={"branch/type": "small"}))
    (finding,) = b.findings((rule,), regular, changed)
    assert finding.severity == "error"
    assert "不超过1名" in finding.message
    (finding,) = b.findings((rule,), small, changed)
    assert finding.severity == "info"
    assert b.findings((rule,), regular) == []


def test_a_rule_that_crashes_becomes_a_finding() -> None:
    from dataclasses import replace

    from orglife.core.rule.finding import run_rules

    def broken(case: object) -> list[object]:
        raise ZeroDivisionError

    rule = replace(ALL_RULES[0], id="TEST-01", condition=broken)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        b.findings((rule,), b.dossier())
    (finding,) = run_rules([rule], b.dossier(), b.campaign(), regulations=b.regulations(), due=())
    assert (finding.severity, finding.kind, finding.subjects, finding.due) == ("error", "wrong", (), True)
    assert "未能运行" in finding.message


def test_a_clause_is_quoted_piece_by_piece_and_its_own_marks_become_inner_ones() -> None:
    assert quoted("党支部书记要带头谈", "有“辣味”") == "“党支部书记要带头谈”“有‘辣味’”"
    assert quoted() == ""
