"""The witness: a chain that lost or changed what somebody was given a head of is found, however well it fits in itself."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from orglife.adapters.store import witness
from orglife.adapters.store.chain import ChainHead, Revision, chain_problems, digest
from orglife.adapters.store.store import Store
from orglife.core.record.branch import Branch, Member

C, B = "2024-seed", "b01"


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> list[Revision]:
    with Store.open(tmp_path_factory.mktemp("chain") / "orglife.db") as store:
        store.put(C, B, Branch(id=B), who="张", base=0)
        for n in range(30):
            one = Member.model_validate({"id": f"m{n % 9}", "name": f"李秀兰{n}"})
            store.put(C, B, one, who="张", base=None)
        return store.history(C, B)


def rewritten(chain: list[Revision], at: int) -> list[Revision]:
    """The whole chain made anew with one body changed: sound in itself."""
    found, before = list(chain[:at]), chain[at - 1].hash if at else ""
    for n, this in enumerate(chain[at:], at):
        body = (this.body or "").replace("李秀兰", "王建国") if n == at else this.body
        new = replace(this, body=body, prev=before)
        new = replace(new, hash=digest(new))
        found.append(new)
        before = new.hash
    return found


def test_lines_and_back(chain: list[Revision]) -> None:
    data = witness.to_lines(chain)
    assert data.count(b"\n") == len(chain)
    assert "李秀兰".encode() in data
    assert list(witness.from_lines(data)) == chain


@pytest.mark.parametrize("line", [b"{", b"[]", b"null", b"{}", b"\xff", b"[" * 50_000, b'{"campaign": "x"}'])
def test_a_line_that_is_no_revision_is_named_by_its_number(chain: list[Revision], line: bytes) -> None:
    data = witness.to_lines(chain[:2]) + line + b"\n"
    with pytest.raises(ValueError, match="^3$"):
        list(witness.from_lines(data))


@pytest.mark.parametrize(("field", "value"), [("type", []), ("number", "3"), ("who", None), ("record", "\ud800")])
def test_a_field_of_another_sort_is_no_revision(chain: list[Revision], field: str, value: Any) -> None:
    line = json.dumps({**chain[2].to_json(), field: value}).encode()
    with pytest.raises(ValueError, match="^3$"):
        list(witness.from_lines(witness.to_lines(chain[:2]) + line))


def test_no_chain_holds_what_is_no_head(chain: list[Revision]) -> None:
    assert not any(
        witness.holds_head(chain, ChainHead(number, chain[-1].hash)) for number in (-40, -1, 0, 30, 32, 10**30)
    )


def test_the_head_can_leave_types_out(chain: list[Revision]) -> None:
    assert witness.head_of(chain) == ChainHead(31, chain[-1].hash)
    assert witness.head_of(chain, {"member"}) == ChainHead(1, chain[0].hash)
    assert witness.head_of([]) == ChainHead(0, "")


def test_a_longer_chain_holds_every_earlier_head(chain: list[Revision]) -> None:
    heads = [witness.head_of(chain[:n]) for n in range(len(chain) + 1)]
    assert witness.missing_heads(chain, heads) == []


@pytest.mark.parametrize("at", [1, 15, 30])
def test_a_chain_made_anew_is_sound_in_itself_and_found_by_the_witness(chain: list[Revision], at: int) -> None:
    forged = rewritten(chain, at)
    assert list(chain_problems(forged, {})) == []
    heads = [witness.head_of(chain[:n]) for n in (5, 20, 31)]
    assert [h.number for h in witness.missing_heads(forged, heads)] == [n for n in (5, 20, 31) if n > at]
    assert witness.common_length(chain, forged) == at


def test_an_end_cut_off_is_found_by_the_witness(chain: list[Revision]) -> None:
    missing = witness.missing_heads(chain[:20], [witness.head_of(chain[:10]), witness.head_of(chain)])
    assert missing == [ChainHead(31, chain[-1].hash)]


def test_what_two_chains_have_in_common(chain: list[Revision]) -> None:
    chance = random.Random(3)
    for _ in range(50):
        at, length = chance.randrange(1, len(chain)), chance.randrange(len(chain) + 1)
        assert witness.common_length(chain[:length], rewritten(chain, at)) == min(at, length)
