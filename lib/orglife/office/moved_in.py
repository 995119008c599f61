"""Files that an earlier version left in the folder of a workspace whose data are on a server: moved there once."""

from __future__ import annotations

from pathlib import Path

from orglife.adapters.disk import files
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.folder_files import FolderFiles
from orglife.adapters.disk.record_files import ATTACHMENTS, CAMPAIGN, CAMPAIGNS, RECEIPTS, RecordFiles


def move_in(root: Path, on_server: RecordFiles | None) -> None:
    """Move campaigns, attachments, receipts and the author's name to the server, as far as this login may write them.

    What is on the server already stays. The folder's campaign is put aside when one is in force there; nothing is deleted.

    Args:
        root: The workspace's folder.
        on_server: The files on the server; None = the data are in the folder, nothing is moved.

    Raises:
        NotSaved, CannotWrite: something could not be moved; the next opening goes on.
    """
    if on_server is None or not (root / CAMPAIGN).is_file():
        return
    in_folder = FolderFiles(root)
    for name in (
        CAMPAIGN,
        *(name for folder in (CAMPAIGNS, ATTACHMENTS, RECEIPTS) for name in in_folder.names(folder)),
    ):
        if on_server.may_write(name) and not on_server.taken(name):
            on_server.write(name, in_folder.read(name))
    if in_folder.author() and not on_server.author():
        on_server.set_author(in_folder.author())
    if on_server.taken(CAMPAIGN):
        files.make_private(root / ws.RUNTIME)
        with files.refusals(root / CAMPAIGN):
            (root / CAMPAIGN).replace(root / ws.RUNTIME / CAMPAIGN)
