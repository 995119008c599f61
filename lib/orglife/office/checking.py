"""Check branches and return their findings as ``orglife-findings/1``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from orglife.core.record.dossier import Dossier
from orglife.core.rule.finding import Finding, count
from orglife.office.office import Office

FINDINGS = "orglife-findings/1"


@dataclass(frozen=True)
class Checked:
    """Result of ``check``."""

    campaign: str
    as_of: date
    checkpoint: str | None
    branches: list[tuple[Dossier, list[Finding]]]
    bureau: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """Errors that count, over all branches and the bureau."""
        return sum(count(findings).errors for _, findings in self.branches) + count(self.bureau).errors

    def to_json(self) -> dict[str, Any]:
        """``orglife-findings/1``."""
        return {
            "format": FINDINGS,
            "campaign": self.campaign,
            "as_of": self.as_of.isoformat(),
            "checkpoint": self.checkpoint,
            "branches": [
                {
                    "branch": dossier.branch.id,
                    **count(findings).to_json(),
                    "drafts": [{"type": d.type, "id": d.id} for d in dossier.drafts],
                    "findings": [f.to_json() for f in findings],
                }
                for dossier, findings in self.branches
            ],
            "bureau": {**count(self.bureau).to_json(), "findings": [f.to_json() for f in self.bureau]},
        }


def check(
    office: Office, branches: Sequence[str], day: date, checkpoint: str | None, stages: Sequence[str], *, whole: bool
) -> Checked:
    """Check branches; with ``whole``, also run the bureau's rules over all of them."""
    checked = []
    for branch in branches:
        dossier = office.dossier(branch, day)
        checked.append((dossier, office.findings(dossier, checkpoint, stages)))
    bureau = office.bureau_findings([d for d, _ in checked], day, checkpoint, stages) if whole else []
    return Checked(office.campaign.id, day, checkpoint, checked, bureau)
