"""The entry point for papermill; only papermill imports this module, while papermill itself is being imported."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from papermill.engines import Engine

from orglife.adapters.engine import engine


class OrglifeEngine(Engine):  # type: ignore[misc]  # untyped
    """``papermill --engine orglife``."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,  # noqa: FBT001, FBT002  papermill's signature
        execution_timeout: float | None = None,
        megabytes: int = 0,
        **_: Any,
    ) -> NotebookNode:
        """Run a notebook; see ``engine.execute``."""
        return engine.execute(
            nb_man, kernel_name, log_output=log_output, seconds=execution_timeout, megabytes=megabytes
        )
