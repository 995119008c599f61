"""The library that is loaded when it is used: a program of its own each, for it is loaded once a process."""

from __future__ import annotations

import subprocess
import sys

from tests.marks import thorough


def said(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    ).stdout.strip()


@thorough
def test_it_is_not_loaded_for_notebooks_and_checks_addresses_as_ever() -> None:
    program = (
        "import orglife.adapters, sys, nbformat, jsonschema\n"
        "print('lark' in sys.modules)\n"
        "check = jsonschema.FormatChecker()\n"
        "print(check.conforms('http://例.cn/甲', 'iri'), check.conforms('http://例.cn/ 甲', 'iri'), 'lark' in sys.modules)\n"
        "from rfc3987_syntax import is_valid_syntax, is_valid_syntax_iri\n"
        "print(is_valid_syntax('iri', 'http://a.b/'), is_valid_syntax_iri('http://a b/'))\n"
    )
    assert said(program).split("\n") == ["False", "True False True", "True False"]


@thorough
def test_its_parts_are_found_by_their_own_names() -> None:
    program = "import orglife.adapters\nimport rfc3987_syntax.syntax_helpers as h\nprint(h.is_valid_syntax('iri', 'http://a.b/'))"
    assert said(program) == "True"
