"""One realistic branch whose every record has a default: a test states only what it is about.

Eight members: m1 secretary, m2 deputy, m3 committee, m4–m6 ordinary, m7 probationary, m8 on probation (留党察看).
m6 is absent from the meeting with leave. ALL 8 · FULL 7 · VOTERS 6 · TEAM 3 · cap of 优秀 2. No rule of severity error
fires on it at any checkpoint.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from orglife.core.record.dossier import Dossier
from orglife.core.record.exchange import read_parcel
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding, run_rules
from orglife.core.rule.rule import Regulation, Rule
from orglife.stages.kinds import BUREAU_KINDS, KINDS
from orglife.stages.shared.due import due_checkpoints, meeting_held

Json = dict[str, Any]
ROOT = Path(__file__).parent.parent
AS_OF = date(2024, 3, 8)
NAMES = ["魏长河", "祝秋实", "冉书砚", "田小禾", "陆望舒", "蒲大川", "简宁", "费仲文"]
BY_STROKES = ["田小禾", "冉书砚", "陆望舒", "祝秋实", "费仲文", "蒲大川", "简宁", "魏长河"]  # 5 5 7 9 9 13 13 17
STATUS = ["full"] * 6 + ["probationary", "on_probation"]
ROLE = ["secretary", "deputy", "committee"] + ["member"] * 5
EVERYBODY = [f"m{i}" for i in range(1, 9)]
PRESENT = [i for i in EVERYBODY if i != "m6"]
ASPECTS = ["ideals", "discipline", "style", "duty", "org_life"]
DIMENSIONS = ["political", "disciplinary", "moral", "role"]


def members() -> list[Json]:
    """The roster."""
    return [{"id": i, "name": NAMES[n], "status": STATUS[n], "role": ROLE[n]} for n, i in enumerate(EVERYBODY)]


def plan() -> Json:
    """A plan with all four contents and all three phases."""
    return {
        "id": "plan",
        "made_on": "2024-02-05",
        "contents": {
            "requirements": "找准问题",
            "steps": "学、谈、写、开、评、改",
            "schedule": "二月二十日开会",
            "other": "不请假",
        },
        "phases": {"before": "学习两次，谈话到人", "during": "书记先讲", "after": "一周内列清单"},
    }


def talk(ident: str, a: str, b: str, **changes: Any) -> Json:
    """A talk of two."""
    return {
        "id": ident,
        "date": "2024-02-07",
        "participants": [a, b],
        "initiator": a,
        "thoughts": "谈了近来的家事和心气",
        "opinions_heard": "会开得太长",
        "problems_pointed": "三次交表都晚了一天",
        **changes,
    }


def talks() -> list[Json]:
    """All pairs of the team, the secretary with everybody else, and one talk between two ordinary members."""
    pairs = list(combinations(EVERYBODY[:3], 2)) + [("m1", i) for i in EVERYBODY[3:]] + [("m4", "m5")]
    return [talk(f"t{n:02d}", a, b) for n, (a, b) in enumerate(pairs, start=1)]


CALLERS = dict(zip("12345678", ("群众", "住户", "学校", "商户", "老人", "村里", "医院", "家长"), strict=True))
"""Whose call a member passed on: outlines of one branch are not one text."""


def item(ident: str, aspect: str, dimension: str = "") -> Json:
    """A problem with its cause and measure."""
    found = {
        "id": ident,
        "aspect": aspect,
        "fact": f"去年9月我第{ident[1:2]}次把{CALLERS.get(ident[1:2], '群众')}的来电转给别人，没有回访",
        "cause": "图省事，心里没有装着人",
        "measure": "每周五回访一次，3月底前补齐",
    }
    return {**found, "dimension": dimension, "cause_views": ["values"]} if dimension else found


def reviews() -> list[Json]:
    """One outline a member, every aspect and dimension answered."""
    return [
        {
            "id": f"r{i[1:]}",
            "member": i,
            "date": "2024-02-18",
            "items": [item(f"r{i[1:]}.p1", "style", "role")],
            "none_declared": [k for k in ASPECTS + DIMENSIONS if k not in ("style", "role")],
            "key_checks": dict.fromkeys(
                ["ideals_shaken", "stance_unclear", "org_concept_weak", "moral_lapse", "duty_undone"], "no"
            ),
        }
        for i in EVERYBODY
    ]


def meeting() -> Json:
    """The meeting of 20 February, chaired by the secretary, m6 on leave."""
    return {
        "id": "mt",
        "date": "2024-02-20",
        "start": "14:00",
        "end": "17:10",
        "place": "二楼会议室",
        "chair": "m1",
        "recorder": "m4",
        "present": list(PRESENT),
        "absent": [{"member": "m6", "reason": "住院", "approved_by": "m1", "approved_on": "2024-02-19"}],
        "guests": [{"id": "mt.g1", "name": "柏青", "unit": "局机关党总支", "capacity": "superior"}],
        "agenda_done": ["briefing", "criticism", "comment", "appraisal", "summary"],
        "briefing": {"preparation": "学了两次", "opinions": "收到两条", "problems": "查出九个"},
        "speeches": [
            {"member": i, "order": n, "self_criticism": True, "points": "照提纲讲"} for n, i in enumerate(PRESENT, 1)
        ],
        "summary": {"by": "m1", "text": "三月底前逐条落实"},
        "completed": True,
    }


def criticisms() -> list[Json]:
    """Everybody present criticises everybody else present."""
    pairs = [(a, b) for a in PRESENT for b in PRESENT if a != b]
    return [
        {
            "id": f"c{n:02d}",
            "author": a,
            "target": b,
            "text": "你上月值班两次晚到二十分钟，没有说一声",
            "kind": "discipline",
        }
        for n, (a, b) in enumerate(pairs, start=1)
    ]


def tally() -> Json:
    """Seven ballots, nobody voted on himself; m6 was absent, m7 is not graded."""
    split = {"m1": (4, 2), "m2": (5, 1), "m3": (3, 3), "m4": (2, 4), "m5": (1, 5), "m6": (3, 4), "m8": (0, 6)}
    return {
        "id": "ty",
        "date": "2024-02-20",
        "secret": True,
        "issued": 7,
        "returned": 7,
        "valid": 7,
        "invalid": 0,
        "counters": ["m4"],
        "supervisors": ["m5"],
        "rows": [
            {"member": i, "excellent": e, "qualified": q, "basic": 0, "unqualified": 0} for i, (e, q) in split.items()
        ]
        + [{"member": "m7", "no_grade": True}],
    }


def grades() -> list[Json]:
    """Two 优秀, five 合格, the probationary member with an opinion only."""
    marks = dict.fromkeys(EVERYBODY, "qualified") | {"m1": "excellent", "m2": "excellent", "m7": ""}
    return [
        {"id": f"g{i[1:]}", "member": i, "grade": g, "opinion": "认账快，改得实", "feedback_on": "2024-02-23"}
        for i, g in marks.items()
    ]


def rectification() -> Json:
    """Lists, pledges and publicity that answer every problem."""
    own = [
        {
            "id": f"k{i[1:]}",
            "owner_kind": "member",
            "owner": i,
            "source": "meeting",
            "problem_ids": [f"r{i[1:]}.p1"],
            "title": "来电不回访",
            "measure": "每周五回访",
            "responsible": i,
            "due": "2024-03-29",
        }
        for i in EVERYBODY[:3]
    ]
    branch = {
        "id": "k0",
        "owner_kind": "branch",
        "source": "meeting",
        "problem_ids": ["tr.p1", "sc.p1"],
        "title": "意见不答复",
        "measure": "三天内答复",
        "responsible": "m1",
        "due": "2024-03-29",
    }
    return {
        "rect_item": [branch, *own],
        "rect_list": [
            {"id": "kl", "owner_kind": "branch", "none_declared": ["education", "special_campaign", "superior"]}
        ],
        "pledge": [
            {
                "id": f"p{i[1:]}",
                "member": i,
                "date": "2024-02-23",
                "text": "每周五回访一次",
                "problem_ids": [f"r{i[1:]}.p1"],
            }
            for i in EVERYBODY
        ],
        "publication": [
            {
                "id": "pb",
                "kind": "content",
                "scope": "一楼公开栏",
                "start": "2024-02-26",
                "end": "2024-03-01",
                "text": "整改四项",
            }
        ],
    }


def report() -> Json:
    """Filing and report."""
    return {
        "filing": [
            {
                "id": "fl",
                "date": "2024-02-27",
                "to": "局机关党总支",
                "contents": {"problems": True, "measures": True, "grades": True},
            }
        ],
        "report": [{"id": "rp", "date": "2024-02-28", "to": "局机关党总支", "text": "会开了，评了，清单列了。"}],
    }


def branch() -> Json:
    """The whole dossier as JSON."""
    return {
        "format": "orglife-dossier/1",
        "campaign": "2024-seed",
        "branch": {"id": "t01", "name": "测试局机关党支部", "superior": "局机关党总支", "has_committee": True},
        "records": {
            "member": members(),
            "plan": [plan()],
            "study": [
                {
                    "id": "st",
                    "date": "2024-02-06",
                    "form": "collective",
                    "material_ids": ["speech_6th_plenum", "zhunze", "tiaoli"],
                    "attendees": list(EVERYBODY),
                    "host": "m1",
                }
            ],
            "talk": talks(),
            "opinion": [
                {
                    "id": "o1",
                    "date": "2024-02-07",
                    "source": "client",
                    "target": "team",
                    "channel": "talk",
                    "heard_by": "m1",
                    "text": "窗口中午没有人",
                    "response": "三月起排班",
                },
                {
                    "id": "o2",
                    "date": "2024-02-07",
                    "source": "mass",
                    "target": "team",
                    "channel": "box",
                    "text": "无意见",
                },
            ],
            "team_review": [
                {
                    "id": "tr",
                    "date": "2024-02-18",
                    "items": [item("tr.p1", "serve_masses")],
                    "none_declared": ["execute_decisions", "organizational_life", "member_management", "self_building"],
                }
            ],
            "member_review": reviews(),
            "problem_list": [{"id": "pl", "confirmed_on": "2024-02-19"}],
            "meeting": [meeting()],
            "criticism": criticisms(),
            "superior_comment": [
                {
                    "id": "sc",
                    "author": "mt.g1",
                    "covers": {"meeting": True, "criticism": True, "guidance": True},
                    "text": "敢讲问题，下一步盯住整改",
                    "problems": [{"id": "sc.p1", "text": "意见答复慢"}],
                }
            ],
            "tally": [tally()],
            "grade_meeting": [{"id": "gm", "body": "committee", "date": "2024-02-21", "present": ["m1", "m2", "m3"]}],
            "grade": grades(),
            **rectification(),
            **report(),
        },
    }


def changed(
    base: Json, *, put: Mapping[str, Any] | None = None, remove: list[str] | None = None, add: Json | None = None
) -> Json:
    """A dossier with changes.

    Args:
        base: Dossier JSON; not touched.
        put: Path → value, e.g. ``talk/t01/date`` or ``branch/has_committee`` or ``meeting/mt/absent/0/reason``; "" blanks.
        remove: Paths of records (``talk/t01``), of whole types (``talk``) or of list entries (``tally/ty/rows/0``).
        add: Record type → records to add.
    """
    found = copy.deepcopy(base)
    for path, value in (put or {}).items():
        holder, last = _at(found, path)
        holder[last] = value
    for path in sorted(remove or [], reverse=True):  # from the back, so that indices stay true
        holder, last = _at(found, path)
        del holder[last]
    for kind, records in (add or {}).items():
        found["records"].setdefault(kind, []).extend(copy.deepcopy(records))
    return found


def _at(dossier: Json, path: str) -> tuple[Any, Any]:
    place: Any = dossier if path.split("/", maxsplit=1)[0] in ("branch", "campaign", "format") else dossier["records"]
    *way, last = path.split("/")
    for step in way:
        place = place[_key(place, step)]
    return place, _key(place, last)


def _key(place: Any, step: str) -> Any:
    if not isinstance(place, list):
        return step
    if step.isdigit():
        return int(step)
    ids = [entry["id"] for entry in place]
    return ids.index(step)


@cache
def _template(name: str) -> Json:
    """A file of templates; for reading only."""
    return tomllib.loads((ROOT / "templates" / name).read_text(encoding="utf-8"))


def campaign(**changes: Any) -> Campaign:
    """The seed campaign, with changes; "" takes a field out."""
    raw = _template("campaigns/2024-seed.toml")
    return Campaign.model_validate({k: v for k, v in (raw | changes).items() if v != ""})


def regulations() -> dict[str, Regulation]:
    """General regulations by id."""
    raw = _template("regulations.toml")
    return {r["id"]: Regulation(r["id"], r["source"], r["quote"], r["read_at_source"]) for r in raw["regulation"]}


def dossier(raw: Json | None = None, *, as_of: date = AS_OF) -> Dossier:
    """A dossier from JSON (default: the whole branch)."""
    import json

    data = json.dumps(branch() if raw is None else raw).encode()
    incoming = read_parcel(data, "test.json", KINDS, BUREAU_KINDS)
    assert incoming.branch is not None
    return Dossier(incoming.campaign, incoming.branch, incoming.records, as_of)


def findings(
    rules: tuple[Rule, ...], of: Dossier, plan_in_force: Campaign | None = None, checkpoint: str | None = "archive"
) -> list[Finding]:
    """Findings of some rules, crashes raised."""
    used = plan_in_force or campaign()
    due = due_checkpoints(of, used, checkpoint)
    return run_rules(rules, of, used, regulations=regulations(), due=due, held=meeting_held(of), strict=True)
