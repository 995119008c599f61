"""Parts of a package that are taken as a branch's own, and receipts that are complete."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orglife.adapters.store.chain import ChainHead
from orglife.core.errors import BadInput
from orglife.exchange import packages, receipts


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("attachments/a.pdf", True),
        ("attachments/t01/a.pdf", True),
        ("attachments/t02/a.pdf", False),
        ("attachments/t01/x/a.pdf", False),
        ("attachments", False),
        ("receipts/t01/a.pdf", False),
        ("attachments/t01/../a.pdf", False),
        ("attachments//a.pdf", False),
        ("attachments/t01/a.pdf ", False),
        ("attachments/.a.pdf", False),
        ("attachments/t01\\a.pdf", False),
    ],
)
def test_an_attachment_is_in_the_branchs_folder_or_in_the_one_of_all(name: str, own: bool) -> None:
    assert packages._is_own_path(name, "t01") is own


RECEIPT: dict[str, Any] = {
    "format": receipts.FORMAT,
    "campaign": "2024-seed",
    "branch": "t01",
    "head": {"number": 3, "hash": "a"},
    "bureau": {"number": 1, "hash": "b"},
    "records": {"remark": [{"id": "k1"}]},
}


def test_a_receipt_states_the_head_of_either_side() -> None:
    assert receipts.is_receipt(RECEIPT)
    assert receipts.heads(RECEIPT, "回执.json") == (ChainHead(3, "a"), ChainHead(1, "b"))


@pytest.mark.parametrize(
    "changes",
    [
        *({key: None} for key in ("head", "bureau", "records", "branch")),
        {"head": {"number": 3}},
        {"head": {"number": True, "hash": "a"}},
        {"bureau": {"number": 1, "hash": 2}},
        {"records": [{"id": "k1"}]},
        {"records": {"remark": {"id": "k1"}}},
        {"records": {"remark": ["k1"]}},
        {"more": 1},
    ],
    ids=json.dumps,
)
def test_a_receipt_that_lacks_or_misspells_anything_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="不是完整的回执"):
        receipts.heads({**RECEIPT, **changes}, "回执.json")


@pytest.mark.parametrize("key", list(RECEIPT))
def test_a_receipt_without_one_of_its_parts_is_none(key: str) -> None:
    raw = {name: value for name, value in RECEIPT.items() if name != key}
    assert receipts.is_receipt(raw) is (key != "format")
    if key != "format":
        with pytest.raises(BadInput):
            receipts.heads(raw, "回执.json")


@pytest.mark.parametrize("raw", [[], "x", None, {"format": "orglife-package/1"}])
def test_other_files_are_no_receipts(raw: Any) -> None:
    assert not receipts.is_receipt(raw)
