"""To whom a new filing and a new report go: the superior, and whom the campaign names."""

from __future__ import annotations

from orglife.core.formview import Layout
from orglife.stages.report.record import Filing, Report

LAYOUT = Layout(
    begin={
        Filing.TYPE: lambda dossier, _: {"to": dossier.branch.superior},
        Report.TYPE: lambda _, campaign: {"to": campaign.report_to},
    }
)
