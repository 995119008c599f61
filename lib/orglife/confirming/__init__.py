"""A notice of the year on its way to a campaign in force: read, decided item by item by a person, kept after each.

kept: the draft in the workspace. shown: what a person sees of it. port: what that person does with it.
"""

from __future__ import annotations

from orglife.confirming.kept import pending
from orglife.confirming.port import HEADING, Confirming

__all__ = ["HEADING", "Confirming", "pending"]
