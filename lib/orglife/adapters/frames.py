"""Records as a pandas table: typed columns, Chinese headings, names and labels in place of ids and keys."""

from __future__ import annotations

from typing import Any

import pandas as pd

from orglife.core.paper.changes import change_words
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record
from orglife.core.record.shape import Spec, specs_of
from orglife.core.rule.campaign import Campaign

_DTYPES = {"day": "datetime64[s]", "tick": "boolean", "count": "Int64"}  # seconds: any day of the calendar fits


def frame(kind: type[Record], dossier: Dossier, campaign: Campaign) -> pd.DataFrame:
    """The records of a type.

    Args:
        kind: The record type.
        dossier: The branch.
        campaign: For the labels of keys.

    Returns:
        One row a record, by id (index 编号); days as datetime64, numbers as Int64, yes-or-no as boolean, lists and nested
        objects as text; blank = missing.
    """
    sheet = Sheet(dossier, campaign)
    records = dossier.all(kind)
    columns: dict[str, Any] = {}
    for spec in specs_of(kind):
        if spec.name != "id":
            values = [getattr(r, spec.name) if r.given(spec.name) else None for r in records]
            columns[spec.label] = _column(values, spec, kind.model_fields[spec.name], sheet)
    return pd.DataFrame(columns, index=pd.Index([r.id for r in records], name="编号"))


def _column(values: list[Any], spec: Spec, info: Any, sheet: Sheet) -> Any:
    if spec.kind in _DTYPES:
        return pd.array(values, dtype=_DTYPES[spec.kind])
    return pd.array([change_words(v, info, sheet) for v in values], dtype="string")
