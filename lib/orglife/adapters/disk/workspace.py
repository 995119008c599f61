"""A workspace: the user's folder with the settings, the papers and, unless they are on a server, the data."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Self

from orglife.adapters.disk import files, leftovers, paths
from orglife.adapters.disk.folder_files import FolderFiles
from orglife.adapters.disk.notebooks import lay_notebooks
from orglife.adapters.disk.record_files import ATTACHMENTS, CAMPAIGN, CAMPAIGNS, RecordFiles
from orglife.adapters.disk.settings import SETTINGS, Settings, change_settings, settings_of, write_settings
from orglife.core.errors import (
    AlreadyAWorkspace,
    BadInput,
    CampaignMissing,
    CampaignNotFound,
    NoEarlierCampaign,
    NoSuchFile,
    NoWorkspaceFound,
    OrglifeError,
    UnreadableFile,
    WorkspaceExists,
)
from orglife.core.record.toml_text import read_toml
from orglife.core.rule.campaign import Campaign, parse_campaign
from orglife.core.rule.rule import Regulation

SINGLE_PAPERS = "forms"  # folder of a branch's single papers, inside its records
FOLDERS = ("notebooks", "records", ATTACHMENTS, "archive", "logs", CAMPAIGNS)
RUNTIME = ".orglife"
"""Folder of files that are needed while the program runs and hold no data."""
ENVIRONMENT = "ORGLIFE_WORKSPACE"
BRANCH_ENVIRONMENT = "ORGLIFE_BRANCH"  # the branch that `start` passes to the notebooks


@dataclass(frozen=True)
class Workspace:
    """An existing workspace; settings and campaign are read when it is opened."""

    root: Path
    settings: Settings
    files: RecordFiles
    campaign: Campaign
    earlier: bool = False  # opened to read a campaign that is no longer in force

    @classmethod
    def open(cls, root: Path, campaign: str = "", *, record_files: RecordFiles | None = None) -> Self:
        """Open a workspace.

        Args:
            root: The workspace's folder.
            campaign: Id of an earlier campaign to read; "" = the one in force.
            record_files: Where its campaigns, attachments and receipts are; None = in the folder.

        Raises:
            NotAWorkspace, SettingsBroken, CampaignMissing, NoEarlierCampaign, BadInput: what is wrong and where.
        """
        settings, record_files = settings_of(root), record_files or FolderFiles(root)
        try:
            text = _text_of(record_files.read(CAMPAIGN))
        except NoSuchFile as error:
            raise CampaignMissing(path=str(root)) from error
        in_force = cls(root, settings, record_files, _campaign(text))
        return in_force if campaign in ("", in_force.campaign.id) else in_force._as_of_earlier(campaign)

    def _as_of_earlier(self, campaign: str) -> Self:
        known = {c.id: c for c in self.earlier_campaigns()}
        if campaign not in known:
            raise NoEarlierCampaign(id=campaign, known="、".join([self.campaign.id, *known]))
        return replace(self, campaign=known[campaign], earlier=True)

    @classmethod
    def create(cls, root: Path, campaign_text: str, settings: Settings) -> None:
        """Create a workspace with an empty store in a new or empty folder. Nothing else creates a store.

        Raises:
            WorkspaceExists: the folder is not empty.
            BadInput: the campaign's text is not valid.
            CannotWrite: the disk is full, or there is no write access.
        """
        from orglife.adapters.store import allowed  # noqa: PLC0415  slow to import, needed only here
        from orglife.adapters.store.store import Store  # noqa: PLC0415  likewise

        parse_campaign(campaign_text)
        with complete_folder(root) as new:
            for name in FOLDERS:
                files.make_private(new / name)
            lay_notebooks(new)
            with Store.open(settings.store, folder=new) as store:
                on_server = store.files()
                (on_server or FolderFiles(new)).begin(campaign_text, settings.author)
            write_settings(new, settings if on_server is None else settings.model_copy(update={"author": ""}))
            allowed.allow(allowed.place_of_data(new, settings.store))  # making a workspace allows the place of its data

    def set_returned(self) -> None:
        """Note that the branch was brought back to the server: from now on it is read-only here."""
        change_settings(self.root, returned=True)

    def reserved_branch(self, new: Callable[[], str]) -> str:
        """The id of the branch that a page is about to create: the same for all pages until the branch is saved."""
        path = self.root / RUNTIME / "branch"
        if path.is_file():
            return files.read_text(path).strip()
        files.make_private(path.parent)
        files.write(path, new().encode())
        return files.read_text(path).strip()

    def set_day(self, day: date) -> None:
        """Write the day that counts as today here from now on."""
        change_settings(self.root, day=day)

    def today(self) -> date | None:
        """The date to check against in interactive work: today; None in a rehearsal, whose date comes from its records."""
        return None if self.settings.rehearsal else self.day_of_check()

    def day_of_check(self) -> date:
        """The date to check against where a command names none: today; in a demonstration the day of its data."""
        return self.settings.day or date.today()

    def earlier_campaigns(self) -> list[Campaign]:
        """The campaigns of earlier years in the workspace; invalid files are skipped."""
        campaigns = []
        for name in (name for name in self.files.names(CAMPAIGNS) if name.endswith(".toml")):
            with contextlib.suppress(BadInput, UnreadableFile):
                campaigns.append(parse_campaign(_text_of(self.files.read(name)), name=PurePosixPath(name).name))
        return [campaign for campaign in campaigns if campaign.id != self.campaign.id]

    def campaign_before(self) -> Campaign | None:
        """The latest campaign of an earlier year; one without a year counts as the earliest."""
        earlier = self.earlier_campaigns()
        years = {campaign.id: campaign.year or 0 for campaign in (self.campaign, *earlier)}
        before = [campaign for campaign in earlier if years[campaign.id] < years[self.campaign.id]]
        return max(before, key=lambda campaign: years[campaign.id], default=None)

    def campaign_bytes(self) -> bytes:
        """The file of the campaign that this workspace was opened with."""
        return self.files.read(earlier_name(self.campaign.id) if self.earlier else CAMPAIGN)

    @property
    def records(self) -> Path:
        """Folder of finished papers; each earlier campaign has its own subfolder."""
        return self.root / "records" / f"_{self.campaign.id}" if self.earlier else self.root / "records"

    @property
    def partial(self) -> Path:
        """Folder of unfinished output, on the same disk, so that a finished file can be renamed into place."""
        return self.root / RUNTIME / "partial"


def earlier_name(campaign: str) -> str:
    """Name of the file of a campaign that is no longer in force."""
    return f"{CAMPAIGNS}/{campaign}.toml"


def _text_of(data: bytes) -> str:
    """A campaign's text.

    Raises:
        UnreadableFile: it is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(path=CAMPAIGN, what="不是UTF-8编码的文本") from error


@lru_cache(maxsize=4)
def _campaign(text: str) -> Campaign:
    """The campaign in force; cached by its text."""
    return parse_campaign(text, name=CAMPAIGN)


def nearest_root(start: Path) -> Path:
    """The workspace that ``start`` passed on, else the first of the folder and its parents that is one.

    Raises:
        NoWorkspaceFound: none of them holds orglife.toml.
    """
    root = os.environ.get(ENVIRONMENT, "")
    if root:
        return Path(root)
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise NoWorkspaceFound(path=str(start))


def handed_branch() -> str:
    """The branch that ``start`` passes to the notebooks; "" when none is set."""
    return os.environ.get(BRANCH_ENVIRONMENT, "")


def campaign_ids() -> list[str]:
    """Ids of the campaigns shipped with the program."""
    return sorted(p.stem for p in (paths.templates() / "campaigns").glob("*.toml"))


@lru_cache(maxsize=1)
def shipped_campaigns() -> tuple[Campaign, ...]:
    """The campaigns shipped with the program."""
    return tuple(parse_campaign(campaign_text(name)) for name in campaign_ids())


def fullest_campaign() -> str:
    """The id of the shipped campaign with the most demands, because it explains the most rules."""
    return max(shipped_campaigns(), key=lambda campaign: len(campaign.demands)).id


def campaign_text(name: str) -> str:
    """The text of a campaign: a shipped one by id, or a file by path.

    Raises:
        CampaignNotFound: the name is neither.
    """
    if name in campaign_ids():
        return files.read_text(paths.templates() / "campaigns" / f"{name}.toml")
    path = Path(name)
    if path.is_file():
        return files.read_text(path)
    raise CampaignNotFound(name=name, known="、".join(campaign_ids()))


def regulations() -> dict[str, Regulation]:
    """General regulations by id."""
    raw = read_toml(files.read_text(paths.templates() / "regulations.toml"))
    return {r["id"]: Regulation(r["id"], r["source"], r["quote"], r["read_at_source"]) for r in raw["regulation"]}


def is_free(root: Path) -> bool:
    """Whether a workspace can be created: nothing is there, an empty folder, or what a killed ``new`` left."""
    if not root.exists():
        return not root.is_symlink()
    return root.is_dir() and (not any(root.iterdir()) or _is_half_made(root))


def _is_half_made(root: Path) -> bool:
    """Whether a folder holds only what is laid before store and settings, and nothing that anybody entered."""
    if any(
        path.name not in (*FOLDERS, CAMPAIGN) and not path.name.startswith(leftovers.PART) for path in root.iterdir()
    ):
        return False
    inside = [path for name in FOLDERS for path in (root / name).glob("*")]
    return all(path.suffix == ".ipynb" and path.parent.name == "notebooks" for path in inside)


@contextlib.contextmanager
def complete_folder(root: Path) -> Iterator[Path]:
    """A folder to make a workspace in, which becomes ``root`` when the block ends; after any failure nothing remains.

    Raises:
        WorkspaceExists, AlreadyAWorkspace: ``root`` is not free.
        CannotWrite: no space or no permission.
    """
    if not is_free(root):
        leftovers.sweep(root.parent)  # of a run that was killed when it had made the workspace
        raise (AlreadyAWorkspace if (root / SETTINGS).is_file() else WorkspaceExists)(path=str(root))
    with leftovers.unfinished_folder(root if root.is_dir() else root.parent) as room:
        new = room / "workspace"
        files.make_private(new)
        yield new
        with files.refusals(root):
            if not root.is_dir():
                new.rename(root)
                files.sync_folder(root.parent)
                return
            for path in root.iterdir():  # a program may have it as its working folder, so it stays
                if path.is_dir() and path.name in FOLDERS:
                    shutil.rmtree(path)
            root.chmod(0o700)  # it may have been open to others
            for path in sorted(new.iterdir(), key=lambda p: (p.name == SETTINGS, p.name.startswith("orglife.db"))):
                path.replace(root / path.name)  # the settings last: only now is it a workspace
            files.sync_folder(root)


def remove_demo(root: Path) -> bool:
    """Remove an earlier demonstration workspace; True when the folder is now free to use.

    A folder is removed only if its settings mark it as a demonstration.
    """
    if not root.exists() or (root.is_dir() and not any(root.iterdir())):
        return True
    try:
        demo = settings_of(root).demo
    except OrglifeError:
        return False
    if demo:
        shutil.rmtree(root)
    return demo
