"""Build pydantic's validators ahead of their first use.

Models that most commands load but few use carry ``defer_build``: pydantic then builds a validator when it is first
needed. A process that forks calls ``build_models`` first, so that its children inherit the validators.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel


def build_models() -> None:
    """Build the validators of all models of this program that are loaded."""
    for model in _subclasses(BaseModel):
        if model.__module__.startswith("orglife."):
            model.model_rebuild()


def _subclasses(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for subclass in model.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
