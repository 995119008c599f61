"""The superior as the body that a letter or a table goes to: entered once, with the branch."""

from __future__ import annotations

from orglife.core.formview import Taken

SUPERIOR = Taken(lambda _values, dossier, _campaign: dossier.branch.superior, "取自支部信息的“上级党组织”")
