"""A generated branch whose texts are of very different lengths, for whoever looks at pages."""

from __future__ import annotations

import random
from typing import Any

from tests.whole import generate as g

Json = dict[str, Any]
_POOLS = (
    g.WHEN, g.WHERE, g.DEED, g.RESULT, g.CAUSE, g.ROOT, g.MEASURE, g.CHECK, g.YOUR_DEED, g.YOUR_WAY, g.THOUGHTS,
    g.HEARD, g.POINTED,
)  # fmt: skip
_NAME = "中共云溪市自然资源和规划局机关第一支部委员会"
_FULL = 28  # characters of a line


class _Writer:
    """Texts as long as they are wanted, the same ones for a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def text(self, least: int, most: int, *paragraphs: int) -> str:
        """A text of so many characters, short ones as often as long ones, in one of so many paragraphs."""
        size = least * (most / least) ** self.chance.random()
        count = self.chance.choice(paragraphs or (1, 1, 2))
        return "\n".join(self._paragraph(max(int(size / count), 2)) for _ in range(count))

    def _paragraph(self, size: int) -> str:
        said = ""
        while len(said) < size:
            said += "，".join(self.chance.choice(pool) for pool in self.chance.sample(_POOLS, 3)) + "。"
            if self.chance.random() < 0.05:
                said += "（详见2024年2月18日《值班登记》第12页，联系电话010-12345678）"
        return said[:size].rstrip("，。（、") + "。"


def lengthened(raw: Json, seed: int = 0) -> Json:
    """The dossier with long texts in every field that takes one; changed in place."""
    write = _Writer(seed)
    text, records = write.text, raw["records"]
    raw["branch"]["name"] = _NAME
    plan = records["plan"][0]
    for part in ("contents", "phases"):
        plan[part] = {key: text(30, 900, 1, 2, 4) for key in plan[part]}
    fields = {
        "study": (("gist", 40, 2500),),
        "talk": (("thoughts", 8, 700), ("opinions_heard", 8, 500), ("problems_pointed", 8, 900)),
        "opinion": (("text", 6, 500), ("response", 6, 400)),
        "criticism": (("text", 25, 500), ("response", 6, 260)),
        "superior_comment": (("text", 800, 2200),),
        "grade": (("opinion", 10, 350),),
        "rect_item": (("title", 8, 90), ("measure", 15, 600), ("evidence", 6, 260)),
        "pledge": (("text", 30, 1500),),
        "publication": (("text", 200, 900),),
        "filing": (("text", 500, 1800),),
        "report": (("text", 900, 3600),),
    }
    for kind, names in fields.items():
        for record in records[kind]:
            record |= {name: text(least, most) for name, least, most in names}
    for review in (*records["team_review"], *records["member_review"]):
        for item in review["items"]:
            item |= {"fact": text(30, 900), "cause": text(20, 500), "measure": text(20, 500)}
    for number, review in enumerate(records["member_review"]):
        if number % 4 == 0:
            review["text"] = text(300, 4200, 1, 5, 14)
        elif number % 4 == 1:  # paragraphs that end just where a page does
            lines = (17, 22, 5) if number % 8 == 1 else (18, 3)
            review["text"] = "\n".join("查" * (_FULL * count - 2) for count in lines)
    (meeting,) = records["meeting"]
    meeting["briefing"] = {key: text(300, 1500, 2, 4) for key in meeting["briefing"]}
    meeting["summary"]["text"] = text(600, 1300, 2, 5)
    sessions = [*meeting.get("groups", []), meeting]
    for speech in (one for session in sessions for one in session.get("speeches", [])):
        speech["points"] = text(10, 600)
    return raw
