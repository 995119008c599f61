"""Every form by its number, as its stage declares it."""

from __future__ import annotations

from typing import NamedTuple

from orglife.core.stage import PaperForm
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.cycle import STAGES


class Listed(NamedTuple):
    """Title and stage of a form."""

    form: PaperForm
    stage: str

    @property
    def title(self) -> str:
        """What the form is called."""
        return self.form.title


_DECLARED = (
    *(Listed(form, stage.key) for stage in STAGES for form in stage.forms),
    Listed(PaperForm(ArchiveItem.FORM, "归档目录", retention=""), ArchiveItem.STAGE),
)
FORMS: dict[str, Listed] = {
    each.form.number: each for each in sorted(_DECLARED, key=lambda each: int(each.form.number.removeprefix("F")))
}
BLANKS = tuple(number for number, each in FORMS.items() if each.form.blank)
"""Forms with a blank version to fill in by hand."""
