"""Sentences that must not repeat what they are about: those for logs and for people without a right to see it."""

from __future__ import annotations

from orglife.core.errors import NotebookFailed


def test_a_failed_notebook_names_our_own_error_without_its_values_and_another_by_its_kind() -> None:
    ours = NotebookFailed(notebook="12_talks", kind="UnknownBranch", what="没有代号为“秘密”的党支部")
    assert ours.plain.startswith("这一阶段没有出完：")
    assert ours.plain.endswith("笔记本是12_talks，错误的种类是UnknownBranch。")
    assert "秘密" not in ours.plain
    assert "……" in ours.plain
    other = NotebookFailed(notebook="12_talks", kind="ZeroDivisionError", what="秘密")
    assert "ZeroDivisionError" in other.plain
    assert "ZeroDivisionError" not in str(other)
    assert "秘密" not in other.plain
