"""What the store promises: what goes in comes out, versions, conflicts, drafts, chains taken in from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from orglife.adapters.store.store import BUREAU, ChainHead, Change, Revision, Store
from orglife.core.errors import ChainBroken, HalfCharacter, NoSuchRecord, SaveConflict
from orglife.core.record.branch import Branch, Explanation, Member
from orglife.core.record.characters import refused
from orglife.core.record.dossier import Draft

C, B = "2024-seed", "b01"


def branch(id: str = B, **fields: Any) -> Branch:  # noqa: A002
    return Branch.model_validate({"id": id, "name": "清河局第一党支部", **fields})


def member(id: str = "m01", **fields: Any) -> Member:  # noqa: A002
    return Member.model_validate({"id": id, "name": "李秀兰", **fields})


# --- what goes in comes out ------------------------------------------------------------------------------------------

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).filter(lambda text: not refused(text))
_explanations = st.builds(
    lambda id, **fields: Explanation.model_validate({"id": id, **fields}),  # noqa: A006
    id=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", fullmatch=True),
    rule=_texts.filter(lambda text: not re.search(r"[\n\r\t]", text)),
    reason=_texts,
    subjects=st.lists(st.sampled_from(["m01", "m02", "t-3"]), max_size=3),
    date=st.dates().map(str),
)
_counter = iter(range(10**9))


@settings(max_examples=60, deadline=None)
@given(records=st.lists(_explanations, max_size=6, unique_by=lambda r: r.id), who=_texts)
def test_what_was_saved_is_what_is_read(common: Store, records: list[Explanation], who: str) -> None:
    campaign = f"c{next(_counter)}"
    saved = common.apply(campaign, B, [Change.put(r, base=0) for r in records], who=who)
    stored = common.current(campaign, B).records.get("explanation", [])
    assert [Explanation.model_validate(s.body) for s in stored] == sorted(records, key=lambda r: r.id)
    assert [s.id for s in stored] == sorted(r.id for r in records)
    assert [r.data for r in saved] == [r.to_json() for r in records]
    assert common.history(campaign, B) == saved
    assert {r.who for r in saved} <= {who}


_steps = st.lists(st.tuples(st.sampled_from(["put", "remove"]), st.sampled_from(["m1", "m2", "m3"])), max_size=12)


@settings(max_examples=40, deadline=None)
@given(steps=_steps)
def test_any_order_of_changes_agrees_with_a_dict(common: Store, steps: list[tuple[str, str]]) -> None:
    campaign = f"c{next(_counter)}"
    model: dict[str, str] = {}
    made: dict[str, int] = {}
    for turn, (action, id_) in enumerate(steps):
        if action == "put":
            revision = common.put(campaign, B, member(id_, name=f"第{turn}次"), who="甲", base=None)
            model[id_] = f"第{turn}次"
        elif id_ in model:
            revision = common.remove(campaign, B, "member", id_, who="甲", base=None)
            del model[id_]
        else:
            with pytest.raises(NoSuchRecord):
                common.remove(campaign, B, "member", id_, who="甲", base=None)
            continue
        made[id_] = made.get(id_, 0) + 1
        assert revision.version == made[id_]
    now = common.current(campaign, B).records.get("member", [])
    assert {s.id: s.body["name"] for s in now} == model
    assert {s.id: s.version for s in now} == {id_: made[id_] for id_ in model}
    assert [r.number for r in common.history(campaign, B)] == list(range(1, sum(made.values()) + 1))


def test_fields_keep_their_order_and_chinese_stays_readable(store: Store) -> None:
    saved = store.put(C, B, member(status="full", role="secretary"), who="张", base=0)
    assert saved.body == '{"id":"m01","name":"李秀兰","status":"full","role":"secretary"}'


def test_a_snapshot_tells_everything_of_one_branch_and_nothing_of_others(store: Store) -> None:
    store.put(C, B, branch(), who="张", base=0)
    store.put(C, B, branch(superior="机关党委"), who="张", base=1)
    store.put(C, B, member(), who="张", base=0)
    store.put(C, "b02", member("m09"), who="王", base=0)
    store.put("2023", B, member("m08"), who="王", base=0)
    last = store.put(C, B, member("m02"), who="张", base=0)
    now = store.current(C, B)
    assert (now.branch, now.version) == (branch(superior="机关党委").to_json(), 2)
    assert now.records == {"member": [("m01", 1, member().to_json()), ("m02", 1, member("m02").to_json())]}
    assert now.head == store.head(C, B) == ChainHead(4, last.hash)
    assert store.current(C, "nobody").head == ChainHead(0, "")


def test_lists_of_campaigns_and_branches(store: Store) -> None:
    for id_ in ("b02", "b01", "b03"):
        store.put(C, id_, branch(id_), who="张", base=0)
    store.put("2023", "b07", branch("b07"), who="张", base=0)
    store.put(C, BUREAU, member(), who="张", base=0)
    store.put(C, "b04", member(), who="张", base=0)
    store.remove(C, "b02", "branch", "b02", who="张", base=1)
    assert store.campaigns() == ["2023", C]
    assert store.branches(C) == ["b01", "b03"]
    store.put(C, "b02", branch("b02"), who="张", base=0)
    assert store.branches(C) == ["b01", "b02", "b03"]


def test_who_when_and_what_are_kept(opened: Callable[..., Store]) -> None:
    moment = datetime(2024, 2, 5, 9, 3, 0, 7, tzinfo=UTC)
    with opened(clock=lambda: moment) as store:
        saved = store.put(C, B, member(), who="书记 张", base=0)
    assert (saved.who, saved.at, saved.action) == ("书记 张", "2024-02-05T09:03:00.000007Z", "put")
    assert re.fullmatch("[0-9a-f]{64}", saved.hash)


def test_a_clock_that_ran_back_is_told_of_each_branch(opened: Callable[..., Store]) -> None:
    start = datetime(2024, 2, 5, tzinfo=UTC)
    moments = iter([start + timedelta(hours=h) for h in (5, 5, 1, 6, 2, 0, 7, 1)])
    with opened(clock=lambda: next(moments)) as store:
        for version, of in ((0, B), (0, "b02"), (1, B), (2, B), (1, "b02")):  # 5 5 1 6 2 o'clock
            store.put(C, of, member(), who="张", base=version)
        store.put(C, BUREAU, member(), who="局", base=0)  # 0, 7: runs on
        store.put(C, BUREAU, member(), who="局", base=1)
        store.put("2023", B, member(), who="张", base=0)  # a chain of its own
        assert store.clock_backs(C) == {B: [2], "b02": [2]}
        assert store.clock_backs("2023") == store.clock_backs("none") == {}
        assert store.verify() == []


def test_the_hash_is_the_documented_one(store: Store) -> None:
    import hashlib

    first = store.put(C, B, member(name="李\t“秀\\兰"), who='张"三', base=0)
    second = store.remove(C, B, "member", "m01", who="张", base=1)
    for saved, before in ((first, ""), (second, first.hash)):
        fields = {k: v for k, v in saved.to_json().items() if k != "hash"}
        assert len(fields) == 11
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert saved.hash == hashlib.sha256(text.encode()).hexdigest()
        assert saved.prev == before
    assert second.body is None


@pytest.mark.parametrize("half", ["\ud83d", "x\udc80"])
def test_half_a_character_is_refused_in_chinese(store: Store, half: str) -> None:
    """Browsers and JSON files can hold one; UTF-8, and so the file and its hashes, cannot."""
    with pytest.raises(HalfCharacter, match="党员 m01里有残缺的字符"):
        store.apply(
            C,
            B,
            [Change.put(member("m00")), Change("member", "m01", {"id": "m01", "name": half}, label="党员 m01")],
            who="张",
        )
    assert store.history(C, B) == []
    assert store.put(C, B, member(), who=half, base=0).who == half.encode("utf-8", "replace").decode()


# --- versions --------------------------------------------------------------------------------------------------------


def test_without_a_label_a_record_is_called_by_its_id(store: Store) -> None:
    store.put(C, B, branch(), who="张", base=0)
    for label, named in (("", "t1"), ("谈话", "谈话")):
        with pytest.raises(HalfCharacter, match=f"{named}里有残缺的字符"):
            store.apply(C, B, [Change("talk", "t1", {"id": "t1", "place": "\ud800"}, label=label)], who="张")
    store.put(C, B, member(), who="张", base=0)
    for change, named in ((Change.remove("member", "m01", base=7), "m01"), (Change.put(member(), base=7), "党员 m01")):
        with pytest.raises(SaveConflict) as conflict:
            store.apply(C, B, [change], who="张")
        assert conflict.value.fields["record"] == named


def test_base_must_be_what_the_caller_saw(store: Store) -> None:
    assert store.version(C, B, "member", "m01") == 0
    store.put(C, B, member(), who="张", base=0)
    with pytest.raises(SaveConflict, match="党员 m01"):
        store.put(C, B, member(name="别人"), who="王", base=0)
    assert store.put(C, B, member(name="改"), who="张", base=1).version == 2
    with pytest.raises(SaveConflict, match="李秀兰"):
        store.put(C, B, member(), who="王", base=1, label="李秀兰")
    with pytest.raises(SaveConflict):
        store.remove(C, B, "member", "m01", who="王", base=1)
    assert len(store.history(C, B)) == 2
    assert store.current(C, B).records["member"][0].body["name"] == "改"


def test_a_removed_record_is_gone_and_its_history_stays(store: Store) -> None:
    store.put(C, B, member(), who="张", base=0)
    store.remove(C, B, "member", "m01", who="张", base=1)
    assert store.current(C, B).records == {}
    assert store.version(C, B, "member", "m01") == 0
    with pytest.raises(SaveConflict):
        store.put(C, B, member(), who="张", base=1)
    with pytest.raises(NoSuchRecord):
        store.remove(C, B, "member", "m01", who="张", base=None)
    assert store.put(C, B, member(), who="张", base=0).version == 3
    assert [r.action for r in store.history(C, B, "member", "m01")] == ["put", "remove", "put"]
    assert store.history(C, B, "talk") == []


def test_a_batch_is_all_or_nothing_over_several_branches(store: Store) -> None:
    store.put(C, "b02", member(), who="张", base=0)
    head = store.head(C, "b02")
    clash = [
        (B, [Change.put(branch()), Change.put(member())]),
        ("b02", [Change.put(member("m02")), Change.put(member(), base=0)]),
    ]
    with pytest.raises(SaveConflict):
        store.apply_all(C, clash, who="导入")
    assert store.branches(C) == []
    assert (store.head(C, B), store.head(C, "b02")) == (ChainHead(0, ""), head)
    fine = [(B, [Change.put(branch()), Change.put(member())]), ("b02", [Change.remove("member", "m01", base=1)])]
    assert [(r.branch, r.number) for r in store.apply_all(C, fine, who="导入")] == [(B, 1), (B, 2), ("b02", 2)]
    assert store.verify() == []


def test_a_block_of_changes_that_fails_saves_nothing(store: Store) -> None:
    with pytest.raises(KeyError), store.writing() as writer:
        writer.change(C, B, Change.put(member()), who="张")
        raise KeyError
    assert store.history(C, B) == []


def test_a_branch_lies_in_its_own_chain(store: Store) -> None:
    with pytest.raises(ValueError, match="b02"):
        store.put(C, B, branch("b02"), who="张", base=0)


# --- drafts ----------------------------------------------------------------------------------------------------------


def test_the_latest_draft_counts_and_a_saved_record_settles_it(store: Store) -> None:
    store.draft(C, B, "member", "m01", {"name": "李"}, who="张")
    store.draft(C, B, "member", "m01", {"name": "李秀", "joined_on": "2024年"}, who="张")
    store.draft(C, B, "talk", "t1", {"odd": ["\x00", "\ud800", None]}, who="张")
    expected = (
        Draft("member", "m01", {"name": "李秀", "joined_on": "2024年"}),
        Draft("talk", "t1", {"odd": ["\x00", "\ud800", None]}),
    )
    assert store.current(C, B).drafts == expected
    assert store.current(C, "b02").drafts == ()
    assert store.history(C, B) == []
    store.put(C, B, member(), who="张", base=0)
    assert store.current(C, B).drafts == expected[1:]
    store.settle(C, B, "talk", "t1", who="张")
    store.settle(C, B, "talk", "t1", who="张")
    assert store.current(C, B).drafts == ()


def test_a_draft_typed_twice_is_kept_once(store: Store) -> None:
    for _ in range(3):
        store.draft(C, B, "member", "m01", {"name": "李"}, who="张")
    with store.database.connection() as connection, connection.begin():
        assert connection.exec_driver_sql("SELECT count(*) FROM draft").scalar() == 1


def test_a_refused_save_leaves_the_draft(store: Store) -> None:
    store.put(C, B, member(), who="张", base=0)
    store.draft(C, B, "member", "m01", {"name": ""}, who="张")
    with pytest.raises(SaveConflict):
        store.put(C, B, member(), who="张", base=0)
    assert len(store.current(C, B).drafts) == 1


# --- chains from elsewhere -------------------------------------------------------------------------------------------


@pytest.fixture
def sent(tmp_path: Path) -> list[Revision]:
    with Store.open(tmp_path / "branch.db") as theirs:
        theirs.put(C, B, branch(), who="支部张", base=0)
        theirs.put(C, B, member(), who="支部张", base=0)
        theirs.remove(C, B, "member", "m01", who="支部张", base=1)
        theirs.put(C, B, member(name="改"), who="支部张", base=0)
        return [Revision.from_json(json.loads(json.dumps(r.to_json()))) for r in theirs.history(C, B)]


def test_revisions_are_taken_in_unchanged_and_only_once(store: Store, sent: list[Revision]) -> None:
    store.put(C, "b02", branch("b02"), who="上级", base=0)
    assert store.append(sent[:2]) == sent[:2]
    assert store.append(sent) == sent[2:]
    assert store.append(sent) == []
    assert store.history(C, B) == sent
    assert store.head(C, B) == ChainHead(4, sent[-1].hash)
    assert store.current(C, B).records["member"][0].version == 3
    assert store.verify() == []


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda s: [s[0], replace(s[1], who="别人"), *s[2:]], "改动过"),
        (lambda s: [s[0], *s[2:]], "缺第2条"),
        (lambda s: [replace(s[0], number="1")], "读不懂"),
        (lambda s: [replace(s[0], body=None)], "改动过"),
        (lambda s: [s[0], _rehashed(s[1], prev="f" * 64)], "接不上"),
        (lambda s: [s[0], _rehashed(s[1], version=2)], "版本号"),
        (lambda s: [_rehashed(s[0], record="../x")], "格式"),
        (lambda s: [_rehashed(s[0], at="昨天")], "格式"),
        (lambda s: [_rehashed(s[0], body='{"id":"b09"}')], "格式"),
        (lambda s: [_rehashed(s[0], body="[" * 100_000)], "格式"),
        (lambda s: [_rehashed(s[0], action="restore")], "格式"),
        (lambda s: [replace(s[0], who="\udcff")], "读不懂的字符"),
    ],
)
def test_what_does_not_continue_the_chain_is_refused_whole(
    store: Store, sent: list[Revision], spoil: Any, what: str
) -> None:
    with pytest.raises(ChainBroken, match=what):
        store.append(spoil(sent))
    assert store.history(C, B) == []


def test_another_history_of_the_same_branch_is_refused(store: Store, sent: list[Revision]) -> None:
    store.put(C, B, branch(), who="上级", base=0)
    with pytest.raises(ChainBroken, match="第1次修改与本机已有的不同"):
        store.append(sent)


def test_a_revision_in_a_package_has_exactly_its_fields(sent: list[Revision]) -> None:
    for raw in ({**sent[0].to_json(), "x": 1}, {"campaign": C}):
        with pytest.raises(ValueError, match="x|number"):
            Revision.from_json(raw)


def _rehashed(revision: Revision, **fields: Any) -> Revision:
    from orglife.adapters.store.chain import digest

    changed = replace(revision, **fields)
    return replace(changed, hash=digest(changed))


def test_the_head_can_leave_types_out(store: Store) -> None:
    first = store.put(C, B, branch(), who="张", base=0)
    store.put(C, B, member(), who="张", base=0)
    assert store.head(C, B, without=["member"]) == ChainHead(1, first.hash)
    assert store.head(C, B, without=["member", "branch"]) == ChainHead(0, "")


# --- size ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opened", ["sqlite"], indirect=True)
def test_nothing_walks_over_the_whole_table(store: Store) -> None:
    """With 10,000 branches a full scan would take seconds; every statement must answer from an index."""
    statements: list[tuple[str, Any]] = []
    store.put(C, B, branch(), who="张", base=0)
    event.listen(store.database.engine, "before_cursor_execute", lambda c, cu, s, p, ctx, m: statements.append((s, p)))
    store.put(C, B, member(), who="张", base=0)
    store.draft(C, B, "member", "m02", {"name": "李"}, who="张")
    for read in (store.current, store.head, store.history):
        read(C, B)
    store.head(C, B, without=["archive_item"])
    store.branches(C)
    store.campaigns()
    store.version(C, B, "member", "m01")
    looked = [(s, p) for s, p in statements if s.startswith(("SELECT", "INSERT"))]
    assert len(looked) > 10
    with store.database.connection() as connection:
        for statement, parameters in looked:
            plan = [str(row[3]) for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)]
            assert not [
                p for p in plan if re.match(r"SCAN (revision|draft)\b(?! USING COVERING INDEX revision_branches)", p)
            ], plan
