"""Rules of this stage."""

from __future__ import annotations

from orglife.core.finding import Rule

RULES: tuple[Rule, ...] = ()
