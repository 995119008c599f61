"""What is wrong with one revision and with whole chains, sentence by sentence; hashes against a plain second calculation."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from orglife.adapters.store import chain
from orglife.adapters.store.chain import BUREAU, Revision, chain_problems, ran_back, revision_problem

AT = "2024-02-01T09:00:00.000000Z"
SOUND = Revision("2024", "b01", 2, "talk", "t1", 1, "张", AT, "put", '{"id":"t1"}', "a" * 64)


def plain_hash(one: Revision) -> str:
    fields = {k: getattr(one, k) for k in one.to_json() if k != "hash"}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def made(**changes: Any) -> Revision:
    """A revision with a hash that fits."""
    one = replace(SOUND, **changes)
    return replace(one, hash=plain_hash(one))


FORM, UNREADABLE = "格式不符合规定", "有缺失或读不懂的内容"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, ""),
        ({"branch": BUREAU}, ""),
        ({"branch": "_other"}, FORM),
        ({"branch": ""}, FORM),
        ({"campaign": ""}, FORM),
        ({"type": "Talk"}, FORM),
        ({"type": "a" * 40}, ""),
        ({"type": "a" * 41}, FORM),
        ({"record": ""}, FORM),
        ({"number": 1, "prev": ""}, ""),
        ({"number": 0}, FORM),
        ({"version": 0}, FORM),
        ({"prev": ""}, ""),
        ({"prev": "a" * 63}, FORM),
        ({"prev": "A" * 64}, FORM),
        ({"at": "9000-12-31T09:00:00.000000Z"}, ""),
        ({"at": "9001-01-01T09:00:00.000000Z"}, FORM),
        ({"at": "2024-02-30T09:00:00.000000Z"}, FORM),
        ({"at": "2024-02-01T09:00:00Z"}, FORM),
        ({"at": "2024-02-01 09:00:00.000000Z"}, FORM),
        ({"action": "remove", "body": None}, ""),
        ({"action": "remove"}, FORM),
        ({"action": "put", "body": None}, FORM),
        ({"action": "move"}, FORM),
        ({"body": '{"id":"t2"}'}, FORM),
        ({"body": "[]"}, FORM),
        ({"body": "{"}, FORM),
        ({"body": "[" * 100_000}, FORM),
        ({"who": ""}, ""),
        ({"number": "2"}, UNREADABLE),
        ({"number": True}, UNREADABLE),
        ({"version": 1.0}, UNREADABLE),
        ({"version": None}, UNREADABLE),
        ({"who": None}, UNREADABLE),
        ({"body": 1}, UNREADABLE),
        ({"hash": None}, UNREADABLE),
    ],
)
def test_what_is_wrong_with_one_revision(changes: dict[str, Any], problem: str) -> None:
    one = made(**changes)
    assert revision_problem(replace(one, hash=None) if "hash" in changes else one) == problem  # type: ignore[arg-type]


def test_a_revision_that_was_changed_or_holds_no_text() -> None:
    assert revision_problem(replace(made(), who="李")) == "内容与存入时不一致，被改动过"
    assert revision_problem(replace(made(), who="\ud800")) == "有读不懂的字符"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"body": None},
        {"who": '引"号\\ 与\n换行\t\x00\x1f\x7f é 𠀀'},
        {"number": 10**20},
        {"body": json.dumps({"id": "t1", "text": "一\n二"}, ensure_ascii=False)},
    ],
)
def test_the_hash_is_that_of_plain_json(changes: dict[str, Any]) -> None:
    one = replace(SOUND, **changes)
    assert chain.digest(one) == plain_hash(one)


def test_of_what_only_a_damaged_file_holds_the_hash_matches_nothing() -> None:
    assert chain.digest(replace(SOUND, body=b"x")) != chain.digest(replace(SOUND, body="x"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "at", "back"),
    [
        ("2024-02-01T09:01:00.000000Z", AT, False),
        ("2024-02-01T09:01:00.000001Z", AT, True),
        ("2024-02-01T08:00:00.000000Z", AT, False),
        ("?", AT, False),
        (AT, "?", False),
        ("2024-02-01T09:05:00", AT, False),
    ],
)
def test_a_clock_that_ran_back_by_more_than_a_minute(before: str, at: str, *, back: bool) -> None:
    assert ran_back(before, at) is back


def test_a_package_must_hold_all_fields_and_no_others() -> None:
    raw = made().to_json()
    assert Revision.from_json(raw) == made()
    assert "seq" not in raw
    for wrong in ({k: v for k, v in raw.items() if k != "who"}, {**raw, "seq": 1}):
        with pytest.raises(ValueError, match="who" if "who" not in wrong else "seq"):
            Revision.from_json(wrong)


def linked(*changes: dict[str, Any]) -> list[Revision]:
    """A chain of a branch's own data and talks, one for each change; numbers and hashes follow."""
    done: list[Revision] = []
    for number, change in enumerate(changes, 1):
        before = done[-1].hash if done else ""
        done.append(
            made(
                **{"number": number, "prev": before, "record": f"t{number}", "body": None, "action": "remove", **change}
            )
        )
    return done


HERE = "方案2024、党支部b01"


@pytest.mark.parametrize(
    ("revisions", "problems"),
    [
        ([], []),
        (linked({}, {}, {}), []),
        (linked({}, {"record": "t1", "version": 2}), []),
        (linked({}, {"record": "t1"}), [f"{HERE}的第2条（谈心谈话 t1）的版本号不连续。"]),
        (linked({"version": 2}), [f"{HERE}的第1条（谈心谈话 t1）的版本号不连续。"]),
        (linked({"type": "other"}, {"number": 3}), [f"{HERE}缺第2条，后面是第3条。"]),
        (linked({}, {}, {"number": 2}), [f"{HERE}的第2条（谈心谈话 t3）顺序颠倒或重复。"]),
        (linked({}, {"prev": ""}), [f"{HERE}的第2条（谈心谈话 t2）与前一条接不上，前一条或这一条被改动过。"]),
        (linked({"prev": "a" * 64}), [f"{HERE}的第1条（谈心谈话 t1）与前一条接不上，前一条或这一条被改动过。"]),
        (linked({"branch": BUREAU, "number": 2}), ["方案2024、上级台账缺第1条，后面是第2条。"]),
        (linked({}, {"type": "Odd"}), [f"{HERE}的第2条（Odd t2）格式不符合规定。"]),
    ],
)
def test_what_is_wrong_with_a_chain(revisions: list[Revision], problems: list[str]) -> None:
    assert list(chain_problems(revisions, {"talk": "谈心谈话"})) == problems


def test_each_chain_begins_anew() -> None:
    one, two = linked({}, {}), linked({"branch": "b02"}, {"branch": "b02"})
    other = linked({"campaign": "2025", "branch": "b02"})
    assert list(chain_problems([*one, *two, *other], {})) == []


def test_a_number_that_is_none_is_named_and_the_rest_goes_on() -> None:
    odd = linked({}, {}, {})
    odd[1] = replace(odd[1], number="2")  # type: ignore[arg-type]
    assert list(chain_problems(odd, {})) == [
        f"{HERE}的第2条（talk t2）有缺失或读不懂的内容。",
        f"{HERE}缺第2条，后面是第2条。",
        f"{HERE}缺第2条，后面是第3条。",
    ]


def test_a_version_that_is_none_is_named_and_the_rest_goes_on() -> None:
    odd = linked({}, {}, {"record": "t2", "version": 2})
    odd[1] = replace(odd[1], version="1")  # type: ignore[arg-type]
    assert list(chain_problems(odd, {})) == [
        f"{HERE}的第2条（talk t2）有缺失或读不懂的内容。",
        f"{HERE}的第2条（talk t2）的版本号不连续。",
        f"{HERE}缺第2条，后面是第3条。",
        f"{HERE}的第3条（talk t2）的版本号不连续。",
    ]


@pytest.mark.parametrize(("branch", "label"), [(BUREAU, "方案2024、上级台账"), ("b01", "方案2024、党支部b01")])
def test_a_chain_has_a_name(branch: str, label: str) -> None:
    assert chain.chain_label("2024", branch) == label
