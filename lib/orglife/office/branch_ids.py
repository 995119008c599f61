"""The id of a new branch: unique in the world without asking anybody, and short enough to be said on the telephone."""

from __future__ import annotations

import secrets

PREFIX = "zb"  # 支部
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters without I, L, O and U, which are taken for others."""
_GROUP, _GROUPS = 5, 2


def new_branch_id() -> str:
    """A new id, such as ``zb-7K3M9-Q2XAT``: 50 random bits."""
    groups = ("".join(secrets.choice(_CROCKFORD) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join((PREFIX, *groups))
