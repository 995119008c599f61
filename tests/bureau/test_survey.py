"""The overview kept from one time to the next: what changed is checked again, nothing else, and nothing stale is shown."""

from __future__ import annotations

import base64
import json
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store.store import BUREAU
from orglife.bureau.survey import COMPARED, _latest_between, survey
from orglife.core.rule.bureau import run_bureau
from orglife.core.rule.rule import CHECKPOINTS
from orglife.office.office import Office
from orglife.stages import BUREAU_RULES
from orglife.stages.report.record import RedoOrder
from orglife.stages.supervision.record import BureauLeader
from orglife.stages.talks.record import Talk
from tests import branch as b
from tests.bureau.test_overview import DEMO, LATE, bureau
from tests.conftest import run
from tests.marks import thorough

__all__ = ["bureau"]


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The branches whose rules are run, as they are."""
    seen: list[str] = []
    run_rules = Office.findings

    def noted(self: Office, dossier: object, *arguments: object, **more: object) -> object:
        seen.append(dossier.branch.id)  # type: ignore[attr-defined]
        return run_rules(self, dossier, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Office, "findings", noted)
    return seen


def seen_again(root: Path, checked: list[str], day: date | None = LATE) -> tuple[list[str], object]:
    checked.clear()
    with Office.open(root) as office:
        overview = survey(office, day)
    return sorted(checked), overview


def test_only_what_changed_is_checked_again(bureau: Path, checked: list[str]) -> None:
    _, first = seen_again(bureau, checked)
    again, second = seen_again(bureau, checked)
    assert again == []
    assert second.to_json() == first.to_json()
    with Office.open(bureau) as office:
        office.store.draft(office.campaign.id, "b02", "talk", "zz", {"topic": "未完"}, who="甲")
    again, third = seen_again(bureau, checked)
    assert again == ["b02"]
    assert third.standings[1].stages["talks"].drafts == 1
    with Office.open(bureau) as office:
        office.store.settle(office.campaign.id, "b02", "talk", "zz", who="甲")
    assert seen_again(bureau, checked)[0] == ["b02"]


DAYS = [date(2024, 2, d) for d in (5, 23, 24)] + [date(2024, 3, d) for d in (1, 9, 15, 16, 20, 31)] + [date(2030, 1, 1)]


@thorough
def test_what_was_found_on_one_day_is_shown_on_another_only_where_it_is_the_same(
    bureau: Path, checked: list[str]
) -> None:
    anew: dict[date, object] = {}
    for day in DAYS:
        anew[day] = seen_again(bureau, checked, day)[1].to_json()
        (cache_file,) = (bureau / ".orglife").glob("standings-*.jsonl")
        cache_file.unlink()
    spared = 0
    for day in [*DAYS, *reversed(DAYS)]:
        again, overview = seen_again(bureau, checked, day)
        assert overview.to_json() == anew[day]
        spared += 4 - len(again)
    assert spared > 2 * len(DAYS)
    seen_again(bureau, checked, DAYS[-1])
    assert seen_again(bureau, checked, date(2031, 1, 1))[0] == []  # another day, nothing has fallen due since


def test_the_latest_day_of_the_records_follows_the_calendar(
    bureau: Path, checked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_day = {}
    for today in (date(2024, 2, 20), date(2024, 3, 1), date(2026, 1, 1), date(2026, 1, 2), date(2024, 2, 20)):
        monkeypatch.setattr("orglife.bureau.survey.date", _clock(today))
        monkeypatch.setattr("orglife.office.dossiers.date", _clock(today))
        monkeypatch.setattr("orglife.office.office.date", _clock(today))
        again, seen = seen_again(bureau, checked, None)
        by_day[today] = by_day.get(today, seen.to_json())
        assert by_day[today] == seen.to_json()
        if today == date(2026, 1, 2):
            assert again == []
        else:
            assert again
            assert max(s.as_of for s in seen.standings) <= today
    next((bureau / ".orglife").glob("standings-latest-*")).unlink()


def _clock(day: date) -> type[date]:
    class Clock(date):
        @classmethod
        def today(cls) -> date:
            return day

    return Clock


def test_the_plan_and_the_bureaus_records_count_for_all(bureau: Path, checked: list[str], tmp_path: Path) -> None:
    seen_again(bureau, checked)
    plan = bureau / "campaign.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text + "\n", encoding="utf-8")
    assert seen_again(bureau, checked)[0] == ["b01", "b02", "b03", "b04"]
    plan.write_text(text, encoding="utf-8")


def test_branches_alone_leave_the_bureaus_rules_for_later(bureau: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Office.open(bureau) as office:
        whole = survey(office, LATE)
        (cache_file,) = (bureau / ".orglife").glob("standings-*.jsonl")
        cache_file.unlink()
        run_rules = Office.bureau_findings
        monkeypatch.setattr(Office, "bureau_findings", lambda *_, **__: pytest.fail("nobody asked for them"))
        alone = survey(office, LATE, branches_only=True)
        monkeypatch.setattr(Office, "bureau_findings", run_rules)
        assert alone.standings == whole.standings
        assert survey(office, LATE).to_json() == whole.to_json()


def test_what_the_bureau_enters_is_checked_where_it_counts(bureau: Path, checked: list[str]) -> None:
    seen_again(bureau, checked)
    with Office.open(bureau) as office:
        put = partial(office.store.put, office.campaign.id, BUREAU, who="甲", base=0)
        put(BureauLeader(id="l09", name="汤沐风"))
        again, overview = seen_again(bureau, checked)
        assert again == []
        assert "汤沐风" in {row[0] for row in overview.visits()}
        put(RedoOrder(id="redo9", branch="b02", round=1))
        assert seen_again(bureau, checked)[0] == ["b02"]
        for kind, ident in (("bureau_leader", "l09"), ("redo_order", "redo9")):
            office.store.remove(office.campaign.id, BUREAU, kind, ident, who="甲", base=1)
    assert seen_again(bureau, checked)[0] == ["b02"]


@pytest.mark.parametrize("damage", [b"", b"{", b'{"key": "x", "standing": 3}\n', b'{"bureau": [1]}\n', b"\xff\xfe\x00"])
def test_a_damaged_store_of_standings_only_costs_time(bureau: Path, checked: list[str], damage: bytes) -> None:
    _, before = seen_again(bureau, checked)
    (cache_file,) = (bureau / ".orglife").glob("standings-*.jsonl")
    cache_file.write_bytes(damage)
    again, after = seen_again(bureau, checked)
    assert again == ["b01", "b02", "b03", "b04"]
    assert after.to_json() == before.to_json()


def test_several_processes_find_the_same(bureau: Path, checked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orglife.bureau.survey.MANY", 2)
    _, alone = seen_again(bureau, checked)
    (cache_file,) = (bureau / ".orglife").glob("standings-*.jsonl")
    cache_file.unlink()
    with Office.open(bureau) as office:
        together = survey(office, LATE, jobs=2)
    assert together.to_json() == alone.to_json()


def test_what_comes_in_is_checked_while_it_comes_in(bureau: Path, checked: list[str], tmp_path: Path) -> None:
    seen_again(bureau, checked, date.today())
    changed = tmp_path / "b03.json"
    text = (DEMO / "b03.json").read_text(encoding="utf-8").replace("云溪局灌区管理所党支部", "云溪局灌区管理站党支部")
    changed.write_text(text, encoding="utf-8")
    checked.clear()
    assert run("import", str(bureau), str(changed), "--dry-run") == 0
    assert checked == []
    assert run("import", str(bureau), str(changed)) == 0
    assert checked == ["b03"]
    again, overview = seen_again(bureau, checked, date.today())
    assert again == []
    assert overview.standings[2].name == "云溪局灌区管理站党支部"


def test_the_bureaus_rules_read_no_more_of_a_branch_than_they_are_given(tmp_path: Path) -> None:
    """Outlines copied from branch to branch, a distorted appraisal without an order: the same is found in a part."""
    root, copy = tmp_path / "局", tmp_path / "b09.json"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(role="bureau"))
    raw = json.loads((DEMO / "b01.json").read_text(encoding="utf-8"))
    copy.write_text(json.dumps(raw | {"branch": raw["branch"] | {"id": "b09"}}), encoding="utf-8")
    mine = json.loads((DEMO / "bureau.json").read_text(encoding="utf-8"))
    mine["records"]["supervision"][0]["finding"] = "distorted"
    (tmp_path / "bureau.json").write_text(json.dumps(mine), encoding="utf-8")
    paths = [str(path) for path in (DEMO / "b01.json", copy, tmp_path / "bureau.json")]
    assert run("import", str(root), *paths) == 0
    with Office.open(root) as office:
        ids = office.branches()
        whole = office.bureau([office.dossier(i, LATE) for i in ids], LATE)
        part = office.bureau([office.part(i, COMPARED, LATE) for i in ids], LATE)
        results = [
            run_bureau(
                BUREAU_RULES, seen, office.campaign, regulations=office.regulations, due=CHECKPOINTS, strict=True
            )
            for seen in (whole, part)
        ]
        assert results[0] == results[1]
        assert {"COPY-06", "SUPV-04"} <= {f.rule for f in results[0]}
        with pytest.raises(KeyError):
            part.dossiers["b09"].all(Talk)


def test_the_cache_shows_no_name_and_no_opinion(bureau: Path, checked: list[str]) -> None:
    """What was quoted stays unreadable, also after it was corrected in the store."""
    _, first = seen_again(bureau, checked)
    names = {
        member["name"]
        for path in DEMO.glob("*.json")
        for member in json.loads(path.read_text("utf-8"))["records"].get("member", ())
    }
    texts = {f.message for each in first.standings for f in each.found} | {each.name for each in first.standings}
    assert len(names) > 20
    assert len(texts) > 10
    (cache,) = (bureau / ".orglife").glob("standings-*.jsonl")
    shown = cache.read_text(encoding="ascii")
    rows = [json.loads(line) for line in shown.splitlines()]
    assert {key for row in rows for key in row} == {"id", "salt", "box"}
    for row in rows:
        data = base64.b64decode(row["box"])
        assert not [word for word in names | texts if word.encode() in data]
    assert not [word for word in names | texts if word in shown or word.encode("unicode_escape").decode() in shown]
    again, second = seen_again(bureau, checked)
    assert again == []
    assert second.to_json() == first.to_json()


def test_an_altered_line_of_the_cache_is_computed_again(bureau: Path, checked: list[str]) -> None:
    _, first = seen_again(bureau, checked)
    (cache,) = (bureau / ".orglife").glob("standings-*.jsonl")
    rows = [json.loads(line) for line in cache.read_text().splitlines()]
    rows[0]["salt"], rows[1]["box"] = "00", "!" + rows[1]["box"]
    cache.write_text("".join(json.dumps(row) + "\n" for row in rows))
    again, second = seen_again(bureau, checked)
    assert len(again) == 2
    assert second.to_json() == first.to_json()


@pytest.mark.parametrize(
    ("today", "since", "until"),
    [
        (date(2024, 1, 31), date(2024, 1, 31), date(2024, 1, 31)),
        (date(2024, 2, 1), date(2024, 2, 1), date(2024, 2, 9)),
        (date(2024, 2, 9), date(2024, 2, 1), date(2024, 2, 9)),
        (date(2024, 2, 10), date(2024, 2, 10), date.max),
        (date(2024, 6, 1), date(2024, 2, 10), date.max),
    ],
)
def test_how_long_the_latest_day_of_the_records_stays_the_same(today: date, since: date, until: date) -> None:
    raw = b.branch()
    raw["records"] = {"study": [{"id": "s1", "date": "2024-02-01"}, {"id": "s2", "date": "2024-02-10"}]}
    assert _latest_between(b.dossier(raw), today) == (since, until)
