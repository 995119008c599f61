"""A branch with a visit goes through home, tour, forms, export and archive; run in a checkout that has the stage.

Prints what it met as JSON. ``test_one_folder`` starts it in a process of its own: the stages are wired once an import.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from orglife import Desk
from orglife.cli import program
from orglife.core.rule.rule import Kind
from orglife.home.places import link_for
from orglife.home.today import minutes_for
from orglife.office.office import Office
from orglife.serve import rehearsal
from orglife.stages.archive.items import retention_of
from tests import branch as b

VISIT = {"id": "v1", "date": "2024-02-05", "member": "m5", "visitors": ["m1"]}


def walk(folder: Path) -> dict[str, Any]:
    """What each room makes of the stage."""
    place, source = folder / "ws", folder / "t01.json"
    source.write_text(json.dumps(b.changed(b.branch(), add={"visit": [VISIT]})), encoding="utf-8")
    bureau = {
        "format": "orglife-bureau/1",
        "campaign": "2024-seed",
        "records": {"notice": [{"id": "n1", "date": "2024-02-06", "text": "通报走访慰问情况。"}]},
    }
    (folder / "bureau.json").write_text(json.dumps(bureau), encoding="utf-8")
    run("new", str(place), "--campaign", "2024-seed", "--role", "bureau")
    run("import", str(place), str(source), str(folder / "bureau.json"))
    exported = run("export", str(place), "--branch", "t01", "--format", "json")
    run("forms", str(place), "--branch", "t01", "--form", "F40", "--formats", "html")
    run("forms", str(place), "--branch", "_bureau", "--form", "F41", "--formats", "html")
    run("archive", str(place), "--branch", "t01", "--as-is")
    with Office.open(place) as office:
        dossier = office.dossier("t01")
        (finding,) = [f for f in office.findings(dossier) if f.rule == "VISIT-01"]
        link = link_for(finding, dossier, office.campaign)
        retention = retention_of("F40", office.campaign)
        left_out = minutes_for(replace(finding, kind=Kind.MISSING))
    Desk.open(str(place), "t01", interactive=True).form("visits")
    return {
        "link": [link.notebook, link.type, link.id, list(link.path)] if link else None,
        "minutes": [minutes_for(finding), left_out],
        "tour": [card["words"] for card in rehearsal.tour()],
        "exported": json.loads(exported.stdout)["records"]["visit"],
        "privacy": exported.stderr,
        "papers": sorted(path.name for path in place.glob("records/*/forms/*.html")),
        "archived": sorted(path.name for path in place.glob("archive/t01/data/papers/*_F40.pdf")),
        "retention": retention,
    }


def run(*words: str) -> Any:
    result = CliRunner().invoke(program, words)
    if result.exit_code not in (0, 1):
        raise SystemExit(f"{words}: {result.output}")
    return result


if __name__ == "__main__":
    print(json.dumps(walk(Path(sys.argv[1])), ensure_ascii=False))
