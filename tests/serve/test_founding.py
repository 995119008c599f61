"""A workspace founded from the browser's form, and the rehearsal beside it: whole or not at all, never mixed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.lab import setup
from orglife.adapters.lab.setup_restore import RestoreActions
from orglife.campaigns import shipped
from orglife.core.errors import BadInput, NotARehearsal, WorkspaceExists
from orglife.core.record.dossier import Dossier, Draft
from orglife.home.progress import stage_rows
from orglife.office.office import Office
from orglife.paper.on_request import make_paper
from orglife.serve import founding, rehearsal, serving
from orglife.serve.founding import Wish
from tests.serve.form_server import FormServer, form_server

WISH = Wish(branch="工会党支部", campaign="2024-seed", author="田小禾")


def confirmed(names: str = "", file: tuple[str, bytes] | None = None, uses: str = "") -> dict[str, object]:
    """The answer of a person who changes nothing in the table and has looked at every row."""
    table = founding.roster_table({"campaign": WISH.campaign, "names": names, "uses": uses}, file)
    rows = [
        {"n": row["n"], "keep": row["keep"], "seen": True, "values": row["values"], "open": []} for row in table["rows"]
    ]
    return {"rows": rows, "own": True}


def own_branch(office: Office) -> Dossier:
    """The only branch of a workspace."""
    (branch,) = office.branches()
    assert branch == office.workspace.settings.branch
    return office.dossier(branch)


def answer(*values: dict[str, str], **more: object) -> dict[str, object]:
    """The page's answer with some rows."""
    rows = [
        {"n": n, "keep": True, "seen": False, "open": [], "values": row, **more}
        for n, row in enumerate(values, start=1)
    ]
    return {"rows": rows}


def roster_file(*names: str) -> bytes:
    return sheet_file(["姓名"], *([name] for name in names))


def sheet_file(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_a_branch_with_typed_names(tmp_path: Path) -> None:
    root = tmp_path / "新 建" / "组织生活会"
    names = "王建国 书记\n李秀兰、委员\n\n张小明 预备党员\n赵磊\n"
    lines = founding.create_from_form(root, Wish(**{**vars(WISH), "members": confirmed(names)}))
    assert "党员4名" in lines[0]
    with Office.open(root) as office:
        assert office.author == "田小禾"
        dossier = own_branch(office)
        roster = {m.name: (m.role, m.status) for m in dossier.members.values()}
    assert roster == {
        "王建国": ("secretary", "full"),
        "李秀兰": ("committee", "full"),
        "张小明": ("member", "probationary"),
        "赵磊": ("member", "full"),
    }
    assert dossier.branch.name == "工会党支部"
    assert dossier.branch.has_committee, "only a committee has 委员"
    assert "设支委会" in lines[1]


@pytest.mark.parametrize(
    ("line", "name", "role", "status"),
    [
        ("王建国（书记）", "王建国", "secretary", "full"),
        ("1. 王建国 书记", "王建国", "secretary", "full"),
        ("2、李秀兰 组织委员", "李秀兰", "committee", "full"),
        ("（3）陈志强", "陈志强", "member", "full"),
        ("4 陈志强", "陈志强", "member", "full"),
        ("王建国：副书记", "王建国", "deputy", "full"),
        ("书记：王建国", "王建国", "secretary", "full"),
        ("王建国书记", "王建国", "secretary", "full"),
        ("李秀兰组织委员", "李秀兰", "committee", "full"),
        ("王  敏 委员", "王敏", "committee", "full"),
        ("张小明(预备党员)", "张小明", "member", "probationary"),
        ("王建国\t支部书记\t正式党员", "王建国", "secretary", "full"),
        ("王建国 支书", "王建国", "secretary", "full"),
        ("阿依古丽·买买提 委员", "阿依古丽·买买提", "committee", "full"),
        ("党玉书", "党玉书", "member", "full"),
        ("王 敏 女 汉族 委员", "王敏", "committee", "full"),
    ],
)
def test_names_are_typed_as_people_write_lists(tmp_path: Path, line: str, name: str, role: str, status: str) -> None:
    founding.create_from_form(tmp_path / "a", Wish(**{**vars(WISH), "members": confirmed(f"姓名 职务\n{line}\n")}))
    with Office.open(tmp_path / "a") as office:
        (member,) = own_branch(office).members.values()
    assert (member.name, member.role, member.status) == (name, role, status)


def test_a_roster_file_a_branch_alone_and_the_bureau(tmp_path: Path) -> None:
    founding.create_from_form(
        tmp_path / "a", Wish(**{**vars(WISH), "members": confirmed(file=("名册.xlsx", roster_file("甲一", "乙二")))})
    )
    with Office.open(tmp_path / "a") as office:
        assert len(own_branch(office).members) == 2
        assert not own_branch(office).branch.has_committee
    founding.create_from_form(tmp_path / "b", WISH)
    with Office.open(tmp_path / "b") as office:
        assert own_branch(office).branch.name == "工会党支部"
    founding.create_from_form(tmp_path / "c", Wish(campaign="2024-seed", role="bureau", author="甲"))
    assert Workspace.open(tmp_path / "c").settings.role == "bureau"


def test_the_sum_under_a_roster_is_no_member(tmp_path: Path) -> None:
    rows: list[list[object]] = [["序号", "姓 名", "职务"], [1, "王建国", "书记"], [2, "李秀兰", ""]]
    data = sheet_file(["第一党支部党员花名册"], *rows, ["合计", 2], ["", "共2人"])
    founding.create_from_form(tmp_path / "a", Wish(**{**vars(WISH), "members": confirmed(file=("名册.xlsx", data))}))
    with Office.open(tmp_path / "a") as office:
        assert [m.name for m in own_branch(office).members.values()] == ["王建国", "李秀兰"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"branch": ""}, ["党支部的名称"]),
        ({"author": "", "branch": ""}, ["由谁录入", "党支部的名称"]),
        ({"meeting": "2月30日"}, ["拟开会日期"]),
        ({"branch": "工会\ue000党支部"}, ["党支部名称"]),
        ({"members": answer({"name": "王\ue000国", "status": "full"})}, ["王\ue000国："]),
        ({"fonds": "j1", "org_code": "党支部"}, ["全宗号“J1”不对", "机构代码“党支部”不对"]),
        ({"members": answer({"name": "王建国"})}, ["没有选党员身份"]),
        ({"members": answer({"name": "", "status": "full"})}, ["没有姓名"]),
        ({"members": answer({"name": "王建国", "status": "member"})}, ["不在可选的几项里", "没有选党员身份"]),
        ({"members": answer({"name": "王建国", "status": "full"}, keep=False)}, ["没有勾选一名党员"]),
        ({"members": answer({"name": "王建国", "status": "full", "joined_on": "去年"})}, ["看不出是哪一天"]),
        (
            {"members": answer({"name": "王建国", "status": "full"}, open=["status"])},
            ["还有1人要您看一看：第1行“王建国”"],
        ),
        (
            {"members": answer({"name": "王建国", "status": "full"}, {"name": "王 建国", "status": "full"})},
            ["第1行与第2行都是“王建国”"],
        ),
        (
            {"members": answer(*({"name": n, "status": "full", "role": "secretary"} for n in ("甲一", "乙二")))},
            ["有2名书记（甲一、乙二）"],
        ),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_made(tmp_path: Path, change: dict[str, object], words: list[str]) -> None:
    root = tmp_path / "x"
    with pytest.raises(BadInput) as refusal:
        founding.create_from_form(root, Wish(**{**vars(WISH), **change}))  # type: ignore[arg-type]
    assert len(refusal.value.sentences) == len(words)
    for word, sentence in zip(words, refusal.value.sentences, strict=True):
        assert word in sentence
    assert not root.exists()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("x", encoding="utf-8")
    assert not ws.is_free(tmp_path)
    with pytest.raises(WorkspaceExists):
        founding.create_from_form(tmp_path, WISH)
    assert [p.name for p in tmp_path.iterdir()] == ["own.txt"]


def test_where_a_workspace_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORGLIFE_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert serving.workspace_folder(None) == (tmp_path / serving.NEW_FOLDER).resolve()
    founding.create_from_form(tmp_path / "w", WISH)
    monkeypatch.chdir(tmp_path / "w" / "records")
    assert serving.workspace_folder(None) == (tmp_path / "w").resolve()
    assert serving.workspace_folder(tmp_path / "other") == (tmp_path / "other").resolve()


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[FormServer]:
    form = setup.Form(
        str(tmp_path),
        shipped.campaigns(),
        lambda fields: f"/there?{fields['branch']}",
        founding.roster_table,
        founding.meeting_echo,
        RestoreActions(list, lambda _: [], lambda _: "", tmp_path),
    )
    with form_server(form) as server:
        yield server


def test_the_form_opens_once_with_the_right_address_only(asked: FormServer) -> None:
    base, address = asked.base, asked.address
    for path in ("/", base, f"{base}enter/?token=wrong", f"/enter/?{address.split('?')[1]}"):
        status, text, headers = asked.send_at("GET", path, cookie="")
        assert (status, base in text, "Set-Cookie" in headers) == (403, False, False)
    assert asked.send_at("GET", address, cookie="")[0] == 403, "it lets in once"
    assert asked.send_at("GET", address)[0] == 200, "who is in already may use it again"
    status, shown, _ = asked.send_at("GET", base)
    assert (status, "建立工作簿" in shown, "token" in shown) == (200, True, False)
    assert asked.send_at("GET", f"{base}handbook.pdf", cookie="")[0] == 403
    status, shown = asked.send("GET", "/handbook.pdf")
    assert (status, shown[:5]) == (200, "%PDF-")
    meeting = urlencode({"campaign": "2024-seed", "meeting": "2月25日"})
    echo = json.loads(asked.send("POST", "/meeting", meeting)[1])["echo"]
    assert echo.startswith("2024年2月25日 星期日，已经过去")
    assert asked.send_at("POST", f"{base}meeting", meeting, cookie="")[0] == 403
    made = urlencode({"branch": "甲"})
    for site in ("same-site", "cross-site", "none"):
        assert asked.send_at("POST", base, made, site=site)[0] == 403
    assert asked.send_at("GET", base, host="evil.example")[0] == 403
    status, shown = asked.send("POST", "/", made)
    assert (status, "/there?" in shown) == (200, True)
    asked.thread.join(20)
    assert asked.outcome == [True]


def test_a_form_that_nobody_sends_waits_until_it_is_ended(asked: FormServer) -> None:
    assert asked.send("GET", "/")[0] == 200
    assert asked.outcome == []


def test_the_day_of_the_meeting_is_echoed_with_its_year() -> None:
    soon = date.today() + timedelta(days=40)
    written = f"{soon.year}年{soon.month}月{soon.day}日"
    assert founding.meeting_echo({"campaign": "annual", "meeting": written}).startswith(f"{written} 星期")
    assert "过去" not in founding.meeting_echo({"campaign": "annual", "meeting": written})
    assert founding.meeting_echo({"campaign": "annual", "meeting": "2月31日"}).startswith("拟开会日期：")
    assert founding.meeting_echo({"campaign": "annual", "meeting": " "}) == ""


@pytest.mark.parametrize(("day", "outside"), [("2.10", True), ("2.11", False), ("2月29日", False), ("3月8号", True)])
def test_a_day_outside_the_campaigns_time_is_not_taken_without_a_word(day: str, outside: bool) -> None:
    echo = founding.meeting_echo({"campaign": "2024-seed", "meeting": day})
    assert ("不在方案写的开会时间（2024年2月11日起2024年2月29日止）里" in echo) is outside
    assert echo.startswith("2024年")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("名册.docx", b"PK"), "不是Word文件"),
        (("名册.doc", b"x"), "旧格式"),
        (("名册.pdf", b"x"), "请用Excel、WPS表格，Word文件"),
        (("名册.xlsm", b"PK"), "带宏"),
        (("名册.xlsx", b"nothing"), "名册.xlsx"),
        (("名册.csv", b""), "空文件"),
        (("名册.csv", bytes(range(256))), "读不出来"),
    ],
)
def test_a_file_that_is_no_roster_is_told(file: tuple[str, bytes], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        founding.roster_table({"campaign": "2024-seed"}, file)


def test_each_branch_gets_an_id_of_its_own_and_its_day_of_the_meeting(tmp_path: Path) -> None:
    ids = set()
    for name in ("a", "b", "c"):
        founding.create_from_form(tmp_path / name, Wish(**{**vars(WISH), "meeting": "2024年2月25日", "fonds": "j001"}))
        with Office.open(tmp_path / name) as office:
            dossier = own_branch(office)
        ids.add(dossier.branch.id)
        assert dossier.branch.fonds == "J001"
        (plan,) = dossier.records["plan"]
        assert str(plan.planned_meeting_on) == "2024-02-25"
    assert len(ids) == 3
    for ident in ids:
        assert re.fullmatch("zb-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", ident)


def test_two_members_of_one_name_are_taken_when_a_person_says_so(tmp_path: Path) -> None:
    founding.create_from_form(tmp_path / "a", Wish(**{**vars(WISH), "members": confirmed("王建国\n王建国")}))
    with Office.open(tmp_path / "a") as office:
        assert [m.name for m in own_branch(office).members.values()] == ["王建国", "王建国"]


def test_columns_that_a_person_chose_are_read_so(tmp_path: Path) -> None:
    text = "甲\t王建国\t支部书记\n乙\t李秀兰\t科员"
    table = founding.roster_table({"campaign": "2024-seed", "names": text}, None)
    assert [column["use"] for column in table["columns"]] == ["", "name", "role"]
    again = founding.roster_table(
        {"campaign": "2024-seed", "names": text, "uses": json.dumps({"1": "name", "0": "group"})}, None
    )
    assert [row["values"]["group"] for row in again["rows"]] == ["甲", "乙"]
    assert {row["values"]["role"] for row in again["rows"]} == {"member"}


# --- rehearsal -------------------------------------------------------------------------------------------------------


def test_the_rehearsal_stands_beside_and_is_marked(tmp_path: Path) -> None:
    real = tmp_path / "支部"
    founding.create_from_form(real, WISH)
    place = rehearsal.rehearsal_folder(real)
    rehearsal.create_rehearsal(place)
    rehearsal.create_rehearsal(place)  # once made it stays
    assert place.parent == real.parent
    assert rehearsal.rehearsal_folder(place) == place
    with Office.open(place) as office:
        dossier = office.dossier("b01")
        papers = [d for stage in ("plan", "talks") for d in office.documents(dossier, _stage(stage), [])]
        papers += office.blanks(dossier, _stage("meeting"))
        assert papers
        assert all(d.title[0].startswith("〔演练〕") for d in papers)
        assert "〔演练〕" in make_paper(office, "b01", "pack", "home", "html", None).data.decode()
        assert office.workspace.today() is None
        words = {row["state"].word for row in stage_rows(dossier, office.findings(dossier))}
    assert words == {"已完成", "进行中", "未开始"}
    with Office.open(real) as office:
        assert not office.documents(own_branch(office), _stage("talks"), [])


def _stage(key: str) -> object:
    from orglife.stages import BY_KEY

    return BY_KEY[key]


def test_the_rehearsal_begins_anew(tmp_path: Path) -> None:
    place = tmp_path / "x-演练"
    rehearsal.create_rehearsal(place)
    with Office.open(place) as office:
        first = office.dossier("b01")
        office.store.remove(office.campaign.id, "b01", "talk", first.records["talk"][0].id, who="x", base=None)
        office.store.draft(office.campaign.id, "b01", "talk", "talk99", {"date": "?"}, who="x")
        assert len(office.dossier("b01").drafts) == 1
        assert isinstance(office.dossier("b01").drafts[0], Draft)
    rehearsal.reset(place)
    with Office.open(place) as office:
        again = office.dossier("b01")
    assert again.records == first.records
    assert again.drafts == ()


def test_real_data_is_never_touched_by_a_rehearsal(tmp_path: Path) -> None:
    real = tmp_path / "支部-演练"
    founding.create_from_form(real, WISH)
    before = (real / "orglife.toml").read_bytes()
    for act in (rehearsal.create_rehearsal, rehearsal.reset):
        with pytest.raises(NotARehearsal):
            act(real)
    assert (real / "orglife.toml").read_bytes() == before


def test_the_tour_has_a_card_for_each_page(tmp_path: Path) -> None:
    rehearsal.create_rehearsal(tmp_path / "x-演练")
    page_data = serving.page_data(tmp_path / "x-演练")
    assert page_data["rehearsal"] is True
    assert [card["path"] for card in page_data["tour"]] == [step["path"] for step in page_data["steps"]]
    assert [card["number"] for card in page_data["tour"]] == list(range(1, 12))
