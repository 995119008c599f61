"""A branch of six typed into the real pages, from an empty folder on; what is exported is what was typed."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.core.record.branch import Branch
from orglife.core.record.record import is_blank
from orglife.core.rule.campaign import parse_campaign
from orglife.stages.kinds import BY_TYPE
from tests import branch as b
from tests.browser.served import CHROMIUM, HOME, Server, come_in, ready, stage
from tests.browser.test_home import browser, window
from tests.browser.typist import Typist
from tests.conftest import run

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
__all__ = ["browser"]  # a fixture

SIX = ("m1", "m2", "m3", "m4", "m5", "m6")
ROLES = {"secretary": " 书记", "deputy": " 副书记", "committee": " 委员"}


def started_apart(root: Path) -> Server:
    """A server on a port that no other one looks for."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    return Server.start(root, port)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    found = started_apart(tmp_path / "六人 支部")
    yield found
    if found.process.poll() is None:
        found.stop()


def six() -> dict[str, Any]:
    """The test branch's records that are about its first six members."""
    raw = b.branch()
    gone = {member["id"] for member in raw["records"]["member"]} - set(SIX)
    records = {kind: [keep(one, gone) for one in many if not about(one, gone)] for kind, many in raw["records"].items()}
    votes = {"m1": (3, 1), "m2": (3, 1), "m3": (2, 2), "m4": (1, 3), "m5": (1, 3), "m6": (2, 3)}  # five ballots
    rows = [{"member": i, "excellent": e, "qualified": q, "basic": 0, "unqualified": 0} for i, (e, q) in votes.items()]
    records["tally"] = [{**records["tally"][0], "issued": 5, "returned": 5, "valid": 5, "rows": rows}]
    return {**raw, "branch": {**raw["branch"], "id": "b01"}, "records": records}


def about(value: Any, gone: set[str]) -> bool:
    """Whether a record or a part of one is somebody's who is not there."""
    if isinstance(value, str):
        return value in gone
    who = [value.get(name) for name in ("id", "member", "author", "target", "owner")] if isinstance(value, dict) else []
    together = value.get("participants", []) if isinstance(value, dict) else []
    return any(one in gone for one in (*who, *together) if isinstance(one, str))


def keep(value: Any, gone: set[str]) -> Any:
    """Without the parts that are about somebody who is not there."""
    if isinstance(value, dict):
        return {key: keep(part, gone) for key, part in value.items()}
    if isinstance(value, list):
        return [keep(part, gone) for part in value if not about(part, gone)]
    return value


def words(raw: dict[str, Any]) -> dict[str, str]:
    """What the pages show for ids and keys."""
    campaign = parse_campaign(ws.campaign_text("2024-seed"), name="2024-seed")
    names = {member["id"]: member["name"] for member in raw["records"]["member"]}
    guests = {guest["id"]: guest["name"] for guest in raw["records"]["meeting"][0]["guests"]}
    reviews = [*raw["records"]["team_review"], *raw["records"]["member_review"]]
    problems = {item["id"]: item["fact"][:8] for review in reviews for item in review["items"]}
    comments = {part["id"]: part["text"] for part in raw["records"]["superior_comment"][0]["problems"]}
    materials = {material.id: material.title for material in campaign.materials}
    return {**campaign.labels, **materials, **names, **guests, **problems, **comments, "team": "支部班子"}


def plain(raw: dict[str, Any], kinds: Iterable[str] = ()) -> dict[str, Any]:
    """A dossier without the program's own ids: members by name, problems and guests by their words, in any order.

    Args:
        raw: The dossier.
        kinds: Record types to keep; none = all.
    """
    names = {member["id"]: member["name"] for member in raw["records"]["member"]}
    names |= {part["id"]: part.get("fact") or part.get("text") or part["name"] for part in parts(raw["records"])}

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: bare(v) for k, v in sorted(value.items()) if k != "id" and not is_blank(v)}
        if isinstance(value, list):
            return [bare(part) for part in value]
        return names.get(value, value) if isinstance(value, str) else value

    shown = {
        kind: sorted((bare(one) for one in many), key=lambda one: json.dumps(one, ensure_ascii=False))
        for kind, many in raw["records"].items()
        if many and kind in (kinds or raw["records"])
    }
    return {**{key: bare(raw[key]) for key in ("format", "campaign", "branch")}, "records": shown}


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """What has an id of its own within a record: problems and guests."""
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(one)
        if isinstance(one, dict) and "." in str(one.get("id", "")):
            yield one


def exported(server: Server, to: Path) -> dict[str, Any]:
    assert run("export", str(server.root), "--format", "json", "--out", str(to)) == 0
    found: dict[str, Any] = json.loads(to.read_text(encoding="utf-8"))
    return found


def founded(page: Any, server: Server, raw: dict[str, Any]) -> None:
    come_in(page, server)
    page.get_by_label("党支部名称").fill(raw["branch"]["name"])
    page.get_by_label("实施方案").select_option("2024-seed")
    page.get_by_label("由谁录入").fill("田小禾")
    members = raw["records"]["member"]
    page.get_by_label("党员名册").fill("\n".join(m["name"] + ROLES.get(m["role"], "") for m in members))
    page.get_by_role("button", name="列成表核对").click()
    page.get_by_text(f"{len(members)}人，没有认不准的，请看一遍").wait_for()
    page.get_by_role("button", name="建立并打开").click()
    ready(page, HOME)


def test_a_small_branch_is_typed_from_an_empty_folder_to_its_ballots(
    browser: Any, server: Server, tmp_path: Path
) -> None:
    raw = six()
    records, page = raw["records"], window(browser)
    founded(page, server, raw)
    typist = Typist(page, words(raw))
    typist.go("20_meeting")
    stage(page).get_by_text("学习以前不能填会议记录").wait_for()
    typist.go("10_plan")
    typist.record("plan", records["plan"][0])
    typist.go("11_study")
    typist.record("study", records["study"][0])
    typist.go("20_meeting")
    stage(page).get_by_label("地点 *").wait_for()  # a session of study opens it
    typist.go("12_talks")
    for talk in records["talk"]:
        one, other = (typist.words[who] for who in talk["participants"])
        stage(page).locator(f'[role=button][aria-label^="{one} {other} "]').click()
        page.wait_for_function("document.activeElement.closest('.of-t-talk') !== null")
        typist.fill(BY_TYPE["talk"], {key: talk[key] for key in talk if key not in ("id", "participants")})
    typist.go("21_appraisal")
    typist.record("tally", records["tally"][0])
    kinds = ("member", "plan", "study", "talk", "tally")
    raw["branch"] = {key: raw["branch"][key] for key in ("id", "name", "has_committee")}  # as founded
    assert plain(exported(server, tmp_path / "b01.json"), kinds) == plain(raw, kinds)
    print(f"{typist.fields} fields typed")


CAMPAIGN = {
    "10_plan": ("plan",),
    "11_study": ("study",),
    "12_talks": ("talk",),
    "13_opinions": ("opinion",),
    "14_reviews": ("team_review", "member_review", "problem_list"),
    "20_meeting": ("meeting", "criticism", "superior_comment"),
    "21_appraisal": ("tally", "grade_meeting", "grade"),
    "30_rectification": ("rect_item", "rect_list", "pledge", "publication"),
    "31_report": ("filing", "report"),
}
PRINTED = """() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .ol-papers td')]
  .filter(cell => !['', '无'].includes(cell.textContent.trim())).length"""


def brought(server: Server, raw: dict[str, Any], until: str, to: Path) -> None:
    """For somebody who mends a page: what comes before it stands there already. A run that began so is not the whole."""
    before = {kind for notebook in CAMPAIGN for kind in CAMPAIGN[notebook] if notebook < until}
    records = {kind: many if kind in {"member", *before} else [] for kind, many in raw["records"].items()}
    to.write_text(json.dumps({**raw, "records": records}, ensure_ascii=False), encoding="utf-8")
    assert run("import", str(server.root), str(to)) == 0


def type_campaign(typist: Typist, raw: dict[str, Any], begin: str = "") -> None:
    """Every record of every stage, from a page on."""
    for notebook, kinds in CAMPAIGN.items():
        if notebook < begin:
            continue
        typist.go(notebook)
        if notebook == "10_plan":
            typist.head(Branch, raw["branch"])
        for kind in kinds:
            for record in raw["records"][kind]:
                typist.record(kind, record)
        print(notebook, typist.fields, "fields typed so far", flush=True)


@pytest.mark.soak
def test_a_whole_campaign_is_typed_from_an_empty_folder_to_its_report(
    browser: Any, server: Server, tmp_path: Path
) -> None:
    """``ORGLIFE_WALK=20_meeting`` begins at that page, to look into what went wrong there."""
    raw, cells, begin = six(), 0, os.environ.get("ORGLIFE_WALK", "")
    page = window(browser)
    founded(page, server, raw)
    if begin:
        raw["branch"]["id"] = exported(server, tmp_path / "founded.json")["branch"]["id"]
        brought(server, raw, begin, tmp_path / "before.json")
        page.reload()
        ready(page, HOME)
    typist = Typist(page, words(raw), tmp_path)
    typist.fields += 3 + len(raw["records"]["member"])  # founding: name, campaign, who types, a line for each member
    type_campaign(typist, raw, begin)
    found = exported(server, tmp_path / "b01.json")
    assert plain(found) == plain(raw)
    for notebook in CAMPAIGN:
        typist.go(notebook)
        stage(page).locator(".ol-papers td").first.wait_for()
        cells += page.evaluate(PRINTED)
    print(typist.fields, "fields typed,", cells, "printed cells filled", flush=True)
    assert run("check", str(server.root), "--checkpoint", "close") == 0
    assert not begin, "begun in the middle: nothing is wrong from there on, and it is not the whole"
