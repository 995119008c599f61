"""What a workspace kept in its own folder before its data on a server included these files: it is moved there once."""

from __future__ import annotations

from pathlib import Path

from orglife.adapters.disk import files
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.record_files import ATTACHMENTS, CAMPAIGN, CAMPAIGNS, RECEIPTS, RecordFiles
from orglife.adapters.disk.workspace import FolderFiles


def move_in(root: Path, there: RecordFiles | None) -> None:
    """Bring campaigns, attachments, receipts and the author's name to the server, as far as this login may.

    What is on the server already stays. The folder's campaign is put aside when one is in force there; nothing is deleted.

    Args:
        root: The workspace's folder.
        there: The files on the server; None = the data are in the folder, nothing is moved.

    Raises:
        NotSaved, CannotWrite: something could not be moved; the next opening goes on.
    """
    if there is None or not (root / CAMPAIGN).is_file():
        return
    here = FolderFiles(root)
    for name in (CAMPAIGN, *(name for folder in (CAMPAIGNS, ATTACHMENTS, RECEIPTS) for name in here.names(folder))):
        if there.may_write(name) and not there.taken(name):
            there.write(name, here.read(name))
    if here.author() and not there.author():
        there.set_author(here.author())
    if there.taken(CAMPAIGN):
        files.make_private(root / ws.RUNTIME)
        with files.refusals(root / CAMPAIGN):
            (root / CAMPAIGN).replace(root / ws.RUNTIME / CAMPAIGN)
