"""The cell that shows a stage's papers, with buttons for the files that the page can make."""

from __future__ import annotations

from typing import Any

from orglife.adapters.print import html, notebook_html
from orglife.adapters.store.store import BUREAU
from orglife.bureau.superior import INTAKE
from orglife.core.paper.block import DOCUMENTS_MIME, FORMATS, Bundle
from orglife.core.stage import Stage
from orglife.desk import front_pages
from orglife.desk.open_branch import OpenBranch
from orglife.home.progress import CAMPAIGN, FILING, HOME
from orglife.paper.on_request import (
    BLANKS,
    CAMPAIGN_FILE,
    LACKING,
    PACK,
    PICTURES,
    RECEIPTS,
    STAGE,
    bureau_bundle,
    of_bureau,
    stage_bundle,
)
from orglife.stages import BY_KEY

NO_PAPERS = "本阶段还没有可以出的文件。"


def documents(page: OpenBranch, stage: str) -> dict[str, Any]:
    """A stage's papers by MIME type: as HTML for the notebook, and as blocks for the exporters."""
    bundle = _final_bundle(page, stage) if page.final else bundle_of(page, stage)
    shown = front_pages.catalogue(page.dossier()) if stage == FILING else notebook_html.sentence_html(NO_PAPERS)
    if bundle.documents:
        shown = "" if notebook_html.View.unseen else html.fragment(bundle.documents)
    if stage == INTAKE:
        shown = ""
    offered = buttons(page, stage) if page.interactive and stage != FILING else []
    if not bundle.documents and stage != INTAKE:
        offered = [button for button in offered if button.what != STAGE]
    return {
        "text/html": (notebook_html.buttons_html(offered) if offered else "") + shown,
        "text/plain": "、".join(d.heading for d in bundle.documents) or "还没有文件",
        DOCUMENTS_MIME: bundle.model_dump(mode="json"),
    }


def _final_bundle(page: OpenBranch, stage: str) -> Bundle:
    """A stage's final papers; each shows the head of the history that it was made from."""
    owner = BUREAU if of_bureau(stage) else page.dossier().branch.id
    return bundle_of(page, stage).sealed(page.office.head(owner))


def bundle_of(page: OpenBranch, stage: str) -> Bundle:
    """A stage's papers."""
    if of_bureau(stage):
        return bureau_bundle(page.superior(), stage)
    dossier, findings = page.branch_findings()
    return stage_bundle(page.office, dossier, stage, findings)


def buttons(page: OpenBranch, stage: str) -> list[notebook_html.Button]:
    """Buttons for the files that a page can make."""
    if stage == CAMPAIGN:
        to_give_out = [notebook_html.Button(CAMPAIGN_FILE, stage, "toml")] if page.in_bureau else []
        return [*to_give_out, *_in_formats(STAGE, stage)]
    if stage == INTAKE:
        return [notebook_html.Button(RECEIPTS, stage, "zip")] if page.office.branches() else []
    if stage == HOME:
        return [*_in_formats(LACKING, stage), notebook_html.Button(PACK, stage, "pdf")]
    offered = _in_formats(STAGE, stage)
    if stage in BY_KEY and _has_blanks(page, BY_KEY[stage]):
        offered.append(notebook_html.Button(BLANKS, stage, "pdf"))
    if stage in BY_KEY and BY_KEY[stage].layout.has_figures:
        offered.append(notebook_html.Button(PICTURES, stage, "pdf"))
    return offered


def _in_formats(what: str, stage: str) -> list[notebook_html.Button]:
    """A button for each format, PDF first."""
    return [notebook_html.Button(what, stage, kind) for kind in sorted(FORMATS, key=lambda kind: kind != "pdf")]


def _has_blanks(page: OpenBranch, stage: Stage) -> bool:
    """Whether a stage has blank forms under this campaign; the bureau's own do not depend on it."""
    if stage.blanks is None or stage.bureau:
        return stage.blanks is not None
    return bool(page.office.blanks(page.dossier(), stage))
