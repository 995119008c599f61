"""全宗号 and 机构代码: refused where they are typed if surely wrong, read as they are from files and the store."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from orglife.core.record.branch import Branch
from orglife.core.record.codes import fonds_fault, org_code_fault
from orglife.core.record.entered import sentence
from orglife.core.record.record import TYPED, faults


@pytest.mark.parametrize("good", ["", "H021", "0123", "1234", "A12B"])
def test_a_good_fonds_number(good: str) -> None:
    assert fonds_fault(good) == ""


@pytest.mark.parametrize("good", ["", "BGS", "DZB01", "J1", "12345678"])
def test_a_good_code_of_an_organisation(good: str) -> None:
    assert org_code_fault(good) == ""


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("j1", "全宗号“j1”不对。全宗号由档案馆"),
        ("h021", "请写成“H021”"),
        ("Ｈ０２１", "请写成“H021”"),
        ("H 021", "请写成“H021”"),
        ("H0211", "不对"),
        ("办公室1", "不对"),
        ("91350100M000100Y43", "统一社会信用代码"),
        ("x" * 300, "“xxxxxxxxxxxxxxxxxxxx…”不对"),
    ],
)
def test_a_wrong_fonds_number_is_told_with_what_it_should_look_like(wrong: str, words: str) -> None:
    fault = fonds_fault(wrong)
    assert words in fault
    assert "4位大写字母或数字，例如H021" in fault
    assert len(fault) < 130


@pytest.mark.parametrize(
    ("wrong", "words"), [("j1", "请写成“J1”"), ("党办", "不对"), ("ABCDEFGHI", "不对"), ("a", "不对")]
)
def test_a_wrong_code_of_an_organisation(wrong: str, words: str) -> None:
    fault = org_code_fault(wrong)
    assert words in fault
    assert "2至8位大写字母或数字，例如DZB01" in fault


@pytest.mark.parametrize(("name", "fault"), [("fonds", fonds_fault), ("org_code", org_code_fault)])
def test_a_form_refuses_what_a_file_may_bring(name: str, fault: object) -> None:
    raw = {"id": "b01", name: "j1"}
    assert getattr(Branch.model_validate(raw), name) == "j1"
    assert getattr(Branch.stored(raw), name) == "j1"
    with pytest.raises(ValidationError) as caught:
        Branch.model_validate(raw, context=TYPED)
    (one,) = faults(caught.value)
    assert one["loc"] == (name,)
    assert sentence(one) == fault("j1") + "不清楚的，请问档案室，先空着也可以。"  # type: ignore[operator]
