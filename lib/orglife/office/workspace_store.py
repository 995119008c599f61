"""The store of a workspace, as its settings name it."""

from __future__ import annotations

from pathlib import Path

from orglife.adapters.disk import daily_copies
from orglife.adapters.disk.settings import settings_of
from orglife.adapters.store import allowed, carried
from orglife.adapters.store.carried import TaskStore
from orglife.adapters.store.store import Store
from orglife.core.errors import BroughtBack, NoSuchFile, StoreMissing


def open_store(root: Path, *, readonly: bool = False) -> Store:
    """Open a workspace's store.

    Raises:
        NotAWorkspace, SettingsBroken: the folder is none, or its settings cannot be read.
        LeadsElsewhere: its data or a link lead out of the folder, to where this account allowed nothing.
        StoreMissing: the file does not exist; an empty one in its place would hide the loss.
    """
    settings = settings_of(root)
    if settings.store == carried.URL:
        return TaskStore.at(root / carried.FILE)
    allowed.require_allowed(root, settings.store)
    try:
        store = Store.open(settings.store, folder=root, create=False, readonly=readonly)
    except NoSuchFile as error:
        raise StoreMissing(path=error.fields["path"], offer=daily_copies.offer(root)) from error
    if settings.returned:
        store.refusal = BroughtBack(path=str(root))
    return store
