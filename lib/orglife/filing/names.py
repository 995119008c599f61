"""Import paths of the long work, apart from its code: a page starts it in a child without importing it."""

from __future__ import annotations

FINAL, ARCHIVE, CARRY, BACKUP, COMPARE, RESTORE, FORMS = (
    f"orglife.filing.tasks:{name}"
    for name in ("finalize", "archive", "carry", "backup", "compare", "restore", "compare_forms")
)
DIFFERENCES = "differences.pickle"
"""What the forms change, left for the page."""

ATTACH = "orglife.filing.scan_task:attach"
COLLECT, TAKE_IN = (f"orglife.filing.collecting_tasks:{name}" for name in ("collect", "take_in"))
"""The long work of the page 收件."""
MAKE_ALL, ARCHIVE_ALL = (f"orglife.filing.all_tasks:{name}" for name in ("make_all", "archive_all"))
