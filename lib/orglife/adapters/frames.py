"""Records as a pandas table: typed columns, Chinese headings, names and labels instead of ids and keys."""

from __future__ import annotations

from typing import Any

import pandas as pd

from orglife.core.paper.changes import change_words
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record
from orglife.core.record.shape import Spec, specs_of
from orglife.core.rule.campaign import Campaign

_DTYPES = {"day": "datetime64[s]", "tick": "boolean", "count": "Int64"}  # unit seconds: every date fits


def frame(kind: type[Record], dossier: Dossier, campaign: Campaign) -> pd.DataFrame:
    """The records of one type as a data frame.

    Args:
        kind: The record type.
        dossier: The branch's dossier.
        campaign: Supplies the labels of keys.

    Returns:
        One row per record, indexed by id (编号); dates as datetime64, numbers as Int64, yes/no fields as boolean, lists
        and nested objects as text; blank fields are missing values.
    """
    sheet = Sheet(dossier, campaign)
    records = dossier.all(kind)
    columns: dict[str, Any] = {}
    for spec in specs_of(kind):
        if spec.name != "id":
            values = [getattr(r, spec.name) if r.is_set(spec.name) else None for r in records]
            columns[spec.label] = _column(values, spec, kind.model_fields[spec.name], sheet)
    return pd.DataFrame(columns, index=pd.Index([r.id for r in records], name="编号"))


def _column(values: list[Any], spec: Spec, info: Any, sheet: Sheet) -> Any:
    if spec.kind in _DTYPES:
        return pd.array(values, dtype=_DTYPES[spec.kind])
    return pd.array([change_words(v, info, sheet) for v in values], dtype="string")
