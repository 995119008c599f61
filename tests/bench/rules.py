"""How long the rules take: run by hand, ``python -m tests.bench.rules``; no test, for machines differ.

All rules on honest and on copied dossiers of 50 and 300 members, and COPY-06 over 200 to 2,000 branches of 15 outlines.
The texts are made of phrases, so that honest ones share turns of speech as people's do.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Sequence

from orglife.core.record.branch import Branch, Member
from orglife.core.record.dossier import Dossier
from orglife.core.rule.bureau import Bureau, bureau_spots
from orglife.core.rule.rule import spots
from orglife.stages import RULES, RULES_BY_ID
from orglife.stages.reviews.record import MemberReview
from tests import branch as b

COMMON = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"


def phrase(rng: random.Random, stock: Sequence[str]) -> str:
    """A clause: a quarter of them from the common stock, the rest somebody's own."""
    return rng.choice(stock) if rng.random() < 0.25 else "".join(rng.choices(COMMON, k=rng.randint(6, 16)))


def outline_text(rng: random.Random, stock: Sequence[str], chars: int = 900) -> str:
    """An outline of about so many characters."""
    parts: list[str] = []
    while sum(map(len, parts)) < chars:
        parts.append(phrase(rng, stock))
    return "，".join(parts) + "。"


def edited(rng: random.Random, text: str, share: float, stock: Sequence[str]) -> str:
    """A copy with a share of its clauses put differently."""
    return "，".join(phrase(rng, stock) if rng.random() < share else part for part in text.split("，"))


def stock_of(rng: random.Random) -> list[str]:
    return ["".join(rng.choices(COMMON, k=rng.randint(6, 14))) for _ in range(3000)]


def large(members: int, rng: random.Random, *, copied: bool = False, each: int = 3) -> Dossier:
    """The branch of the tests, enlarged: an outline, talks and criticisms for every member."""
    raw = b.branch()
    stock, records = stock_of(rng), raw["records"]
    ids = [f"x{i:03d}" for i in range(members - len(b.EVERYBODY))]
    everybody = [*b.EVERYBODY, *ids]
    records["member"] += [
        {
            "id": i,
            "name": f"{COMMON[n % len(COMMON)]}{COMMON[(n * 7) % len(COMMON)]}试",
            "status": "full",
            "role": "member",
        }
        for n, i in enumerate(ids)
    ]
    template = outline_text(rng, stock)
    for n, i in enumerate(everybody):
        text = edited(rng, template, 0.06, stock) if copied else outline_text(rng, stock)
        third = len(text) // 3
        items = [
            {
                "id": f"ri{n}.{k}",
                "aspect": "style",
                "fact": text[k * third : (k + 1) * third],
                "cause": "怕吃苦",
                "measure": "每周五回访一次",
            }
            for k in range(3)
        ]
        records["member_review"] = [r for r in records["member_review"] if r["member"] != i]
        records["member_review"].append({"id": f"rv{n}", "member": i, "date": "2024-02-18", "items": items})
    records["talk"] += [b.talk(f"y{n}", "m1", i, thoughts=outline_text(rng, stock, 60)) for n, i in enumerate(ids)]
    records["meeting"][0]["present"] += ids
    records["criticism"] = [
        {
            "id": f"c{n}.{k}",
            "author": i,
            "target": everybody[(n + k + 1) % members],
            "text": outline_text(rng, stock, 40),
        }
        for n, i in enumerate(everybody)
        for k in range(min(each, members - 1))
    ]
    records["pledge"] = [
        {"id": f"p{n}", "member": i, "date": "2024-02-23", "text": outline_text(rng, stock, 40)}
        for n, i in enumerate(everybody)
    ]
    return b.dossier(raw)


def time_rules(name: str, dossier: Dossier) -> None:
    """All rules once, on a dossier nobody has looked at, and which take longest."""
    campaign, times = b.campaign(), {}
    start = time.perf_counter()
    for rule in RULES:
        before = time.perf_counter()
        spots(rule, dossier, campaign)
        times[rule.id] = time.perf_counter() - before
    total = time.perf_counter() - start
    slowest = sorted(times.items(), key=lambda t: -t[1])[:5]
    print(f"{name}: {total * 1000:.0f} ms  " + "  ".join(f"{i} {t * 1000:.0f}" for i, t in slowest), flush=True)


def bureau(branches: int, rng: random.Random, *, copied: float, each: int = 15) -> Bureau:
    """Branches with outlines, a share of them copied from one of forty templates with a few clauses changed."""
    stock = stock_of(rng)
    templates = [outline_text(rng, stock) for _ in range(40)]
    dossiers = {}
    for n in range(branches):
        ids = [f"m{i}" for i in range(each)]
        members = tuple(
            Member(id=i, name=f"{COMMON[(n + k) % len(COMMON)]}{COMMON[(n * 3 + k * 11) % len(COMMON)]}")
            for k, i in enumerate(ids)
        )
        reviews = []
        for i in ids:
            is_copy = rng.random() < copied
            text = (
                edited(rng, rng.choice(templates), rng.uniform(0, 0.3), stock) if is_copy else outline_text(rng, stock)
            )
            reviews.append(MemberReview(id=f"r{i}", member=i, text=text))
        home = Branch(id=f"b{n:04d}", name=f"第{n}支部")
        dossiers[home.id] = Dossier("2024-seed", home, {"member": members, "member_review": tuple(reviews)}, b.AS_OF)
    return Bureau("2024-seed", {}, dossiers, b.AS_OF)


def time_bureau(branches: int, copied: float) -> None:
    seen = bureau(branches, random.Random(7), copied=copied)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    start = time.perf_counter()
    pairs_found = bureau_spots(RULES_BY_ID["COPY-06"], seen, b.campaign())
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"COPY-06, {branches} branches × 15, {copied:.0%} copied: {took:.1f} s, {len(pairs_found)} pairs, peak {peak} MB ({held} MB before)",
        flush=True,
    )


def main(arguments: Sequence[str]) -> None:
    rng = random.Random(7)
    if not arguments:
        time_rules("(warming up)", b.dossier())
        for members in (50, 300):
            time_rules(f"{members} members, 3 criticisms each", large(members, rng))
            time_rules(f"{members} members, all outlines copied", large(members, rng, copied=True))
        time_rules("50 members, each criticises each", large(50, rng, each=49))
    for branches in map(int, arguments or ("200", "500", "1000", "2000")):
        time_bureau(branches, 0.1)
    if not arguments:
        time_bureau(2000, 0.0)
        time_bureau(2000, 0.5)


if __name__ == "__main__":
    main(sys.argv[1:])
