"""Which lines of a paper stay on one page: a heading, or a table over the text, with two lines of what follows it.

A last line of a few characters does not begin a page alone either.
"""

from __future__ import annotations

from enum import StrEnum

from orglife.core.paper import layout
from orglife.core.paper.block import Block, Document, Facts, Heading, Note, Paragraph, Signature, Table
from orglife.core.paper.lines import lines_of, set_width

INDENT = 2
"""Characters, of a first line."""
_FEW = 5.0  # characters of a last line that is too short to begin a page
_WHOLE = 3  # lines of a paragraph that is not parted at all where its first two and its last two stay together
_ADRIFT = 0.5  # characters per line by which a text may be longer than it is reckoned


class Tie(StrEnum):
    """What a paragraph, or a block of facts, is held to."""

    NONE = ""
    NEXT = "next"  # to what follows it
    ENDS = "ends"  # its first two lines to each other, and its last two
    END = "end"  # its last two lines


def ties(document: Document, grids: layout.Grids) -> list[list[Tie]]:
    """For each block the ties of its paragraphs; one for a block that has none."""
    sheet, blocks = layout.SHEETS[document.page], document.blocks
    across = sheet.text_width / sheet.size
    tied: list[list[Tie]] = []
    led = False  # whether what is before it needs two lines under it
    for block, grid, after in zip(blocks, grids, [*blocks[1:], None], strict=False):
        own = [Tie.NONE]
        if isinstance(block, Paragraph):
            own = _of_paragraphs(layout.lines(block.text), across, after, led=led)
        elif isinstance(block, Facts) and isinstance(grid, layout.FactsGrid) and grid.whole:
            own = [Tie.NEXT if isinstance(after, Paragraph) else Tie.NONE]
        led = isinstance(block, Heading) or (isinstance(block, Facts) and own == [Tie.NEXT])
        tied.append(own)
    return tied


def _of_paragraphs(lines: list[str], across: float, after: Block | None, *, led: bool) -> list[Tie]:
    of_lines: list[Tie] = []
    for number, line in enumerate(lines, 1):
        count = lines_of(line, across, INDENT)
        ends = number == len(lines)
        tie = Tie.NONE
        if ends and isinstance(after, Signature):
            pass  # the signature is held to it, and so are its own lines
        elif led and number == 1 and count == 1:
            tie = Tie.NEXT if not ends or isinstance(after, Paragraph | Table | Facts | Note) else Tie.NONE
        elif led and number == 1:
            tie = Tie.ENDS
        elif count > 1 and _ends_short(line, across, count):
            tie = Tie.END if count > _WHOLE else Tie.ENDS
        of_lines.append(tie)
    return of_lines


def _ends_short(line: str, across: float, count: int) -> bool:
    left = (set_width(line) + INDENT) % across
    return left <= _FEW or left > across - _ADRIFT * count
