"""orglife 组织生活会工作簿: records, checks and papers of a Party branch's meeting and appraisal."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orglife.desk.desk import Desk

__all__ = ["Desk", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load the desk when it is asked for: most commands need no widgets and no notebook."""
    if name == "Desk":
        collecting = gc.isenabled()
        gc.disable()  # an import makes 100,000 lasting objects and little garbage; collecting it takes 0.1 s
        try:
            from orglife.desk.desk import Desk  # noqa: PLC0415
        finally:
            if collecting:
                gc.enable()
        gc.freeze()
        globals()[name] = Desk  # once: to freeze again would keep the garbage of closed pages
        return Desk
    raise AttributeError(name)
