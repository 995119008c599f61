"""Texts alike across many branches: found by prints as if every text were read, and only what changed is read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.bureau.outline_prints import OutlinePrint, StoredPrints, with_texts_alike
from orglife.bureau.survey import COMPARED, survey
from orglife.core.rule.bureau import Bureau, bureau_spots
from orglife.exchange import intake
from orglife.office.office import Office
from orglife.stages import RULES_BY_ID
from orglife.stages.report.record import RedoOrder
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.shared import joining
from orglife.stages.shared.similarity import masked
from orglife.stages.whole.copies import names_of, whole_text
from tests import branch as b
from tests.marks import thorough
from tests.whole.generate import generated

DAY = b.AS_OF
BRANCHES = 8


def files_of(folder: Path, raws: list[dict[str, Any]]) -> list[Path]:
    paths = []
    for raw in raws:
        path = folder / f"{raw['branch']['id']}.json"
        path.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
        paths.append(path)
    return paths


def invented(seed: int) -> dict[str, Any]:
    """An invented branch; those of two seeds that are the same but for 100 have outlines alike."""
    raw = generated(6, committee=True, seed=seed % 100)
    raw["branch"] |= {"id": f"g{seed:03d}", "name": f"第{seed}支部"}
    for number, review in enumerate(raw["records"]["member_review"]):
        if number < seed // 100:
            review["items"][0]["measure"] = "换成自己的话写，一件一件地改，改完请群众来看。"
    return raw


def with_examination(raw: dict[str, Any], seed: int) -> dict[str, Any]:
    """The branch with an examination of its own; those of two seeds that are the same but for 100 say much the same."""
    own = "".join(chr(0x4E00 + (seed % 100 * 997 + place * 31) % 20_000) for place in range(160))
    changed = 3 * (seed // 100)
    raw["records"]["team_review"][0] |= {"text": own[:changed][::-1] + own[changed:], "items": []}
    return raw


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau of branches, of which g001, g101 and g201 have outlines alike."""
    tmp_path = tmp_path_factory.mktemp("prints")
    place = tmp_path / "局"
    Workspace.create(place, ws.campaign_text("2024-seed"), Settings(role="bureau"))
    with Office.open(place) as office:
        sources = files_of(tmp_path, [invented(seed) for seed in (*range(BRANCHES - 2), 101, 201)])
        intake.take_in(office, intake.differences(office, sources))
    return place


@pytest.fixture
def root(made_once: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made_once, tmp_path / "局"))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The branches whose outlines are read for the bureau's rules."""
    seen: list[str] = []
    part = Office.part

    def noted(self: Office, branch: str, *arguments: Any) -> Any:
        seen.append(branch)
        return part(self, branch, *arguments)

    monkeypatch.setattr(Office, "part", noted)
    return seen


def findings_of(root: Path) -> Any:
    with Office.open(root) as office:
        return survey(office, DAY).to_json()


def forget(root: Path, *patterns: str) -> None:
    for pattern in patterns:
        for path in (root / ".orglife").glob(pattern):
            path.unlink()


def test_prints_find_what_is_found_when_every_outline_is_read(
    root: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = findings_of(root)
    assert len([f for f in plain["bureau"] if f["rule"] == "COPY-06"]) > 10
    assert not [*(root / ".orglife").glob("outlines-*")]
    monkeypatch.setattr("orglife.bureau.survey.PRINTED", 2)
    forget(root, "standings-*")
    read.clear()
    assert findings_of(root) == plain
    assert {"g001", "g101", "g201"} <= set(read)


@thorough
def test_only_the_branch_that_changed_is_read_again(
    root: Path, tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orglife.bureau.survey.PRINTED", 2)
    findings_of(root)
    made: list[str] = []
    of = OutlinePrint.of
    monkeypatch.setattr(
        OutlinePrint, "of", lambda dossier, campaign: made.append(dossier.branch.id) or of(dossier, campaign)
    )
    changed = invented(201)
    changed["records"]["member_review"] = [
        {**review, "items": [], "text": f"{number}没有写完"}
        for number, review in enumerate(changed["records"]["member_review"])
    ]
    with Office.open(root) as office:
        intake.take_in(office, intake.differences(office, files_of(tmp_path, [changed])))
    read.clear()
    again = findings_of(root)
    assert made == ["g201"]
    assert {"g001", "g101"} <= set(read)
    monkeypatch.setattr("orglife.bureau.survey.PRINTED", 60)
    forget(root, "standings-*")
    assert findings_of(root) == again


@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "altered", "noise"])
def test_damaged_prints_only_cost_time(root: Path, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orglife.bureau.survey.PRINTED", 2)
    before = findings_of(root)
    (prints_file,) = (root / ".orglife").glob("outlines-*.bin")
    data = prints_file.read_bytes()
    worse = {
        "empty": b"",
        "cut": data[: len(data) // 2],
        "altered": data[:60] + bytes(255 - byte for byte in data[60:70]) + data[70:],
        "noise": b"\xff" * 1000,
    }
    prints_file.unlink()
    if damage != "gone":
        prints_file.write_bytes(worse[damage])
    forget(root, "standings-*")
    assert findings_of(root) == before


def test_prints_hold_no_text_and_cannot_be_read_once_the_branch_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orglife.bureau.survey.PRINTED", 2)
    findings_of(root)
    (prints_file,) = (root / ".orglife").glob("outlines-*.bin")
    data = prints_file.read_bytes()
    with Office.open(root) as office:
        dossier = office.dossier("g001", DAY)
    words = [dossier.branch.name, *names_of(dossier)]
    texts = [whole_text(review) for review in dossier.all(MemberReview)]
    texts += [whole_text(review) for review in dossier.all(TeamReview)]
    words += [text[start : start + 5] for text in texts for start in range(len(text) - 4)]
    assert len(words) > 500
    assert not [word for word in words if word.encode() in data]
    hashes = [own >> 32 for own in joining.hashed([masked(text) for text in texts])]
    numbers = {int(one).to_bytes(4, "little") for own in hashes for one in own}
    aligned = {data[at : at + 4] for at in range(len(data) - 3)}
    assert len(numbers & aligned) < len(numbers) // 100  # by chance alone
    prints = StoredPrints.read(prints_file)
    assert len(prints.boxes) == BRANCHES
    assert prints.take("0" * 64) is None
    ident = next(iter(prints.boxes))
    monkeypatch.setattr("orglife.bureau.outline_prints._ident", lambda _key: ident)
    assert prints.take("0" * 64) is None


COMPARING = ("COPY-06", "COPY-08", "COPY-13")


@pytest.mark.parametrize("most", [0, 1, 2, 200])
def test_the_branches_chosen_have_the_first_outlines_with_equal_sentences(most: int) -> None:
    off = {other: {"params": {"max_pairs": 0}} for other in COMPARING}
    campaign = b.campaign(override={**off, "COPY-13": {"params": {"max_pairs": most}}})
    dossiers = {}
    for seed in range(12):
        raw = invented(seed)
        reviews = raw["records"]["member_review"]
        if seed in (2, 5, 6, 9, 11):
            reviews[0] |= {
                "text": "低保复核的表我压了九天，王奶奶的补贴晚到一个月，她来问，我说系统在升级。",
                "items": [],
            }
        if seed in (1, 7):
            reviews[1] |= {"text": "夜里两点的水位我没有去看，照着前一次的数写上去，第二天对账才发现。", "items": []}
        dossier = b.dossier(raw)
        dossiers[dossier.branch.id] = dossier
    chosen = with_texts_alike({i: OutlinePrint.of(d, campaign) for i, d in dossiers.items()}, campaign)
    every, some = (
        [
            (place.on[0].id, place.on[1].id, place.words)
            for place in bureau_spots(RULES_BY_ID["COPY-13"], Bureau("2024-seed", {}, read, DAY), campaign)
        ]
        for read in (dossiers, {branch: dossiers[branch] for branch in chosen})
    )
    assert every == some
    assert len(every) == min(most, 11)
    assert len(chosen) < len(dossiers)


@pytest.mark.parametrize("most", [0, 1, 7, 200])
@pytest.mark.parametrize("percent", [40, 75, 95])
@pytest.mark.parametrize("rule_id", ["COPY-06", "COPY-08"])
def test_the_branches_chosen_are_those_of_which_the_rule_speaks(
    rule_id: str, most: int, percent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "MANY", 0)
    campaign = b.campaign(
        override={
            **{other: {"params": {"max_pairs": 0}} for other in COMPARING},
            rule_id: {"params": {"max_pairs": most, "warn_percent": percent}},
        }
    )
    dossiers = {}
    for seed in (*range(12), 101, 201, 305, 403):
        dossier = b.dossier(with_examination(invented(seed), seed))
        dossiers[dossier.branch.id] = dossier
    prints = {branch: OutlinePrint.of(dossier, campaign) for branch, dossier in dossiers.items()}
    chosen = with_texts_alike(prints, campaign)
    assert len(chosen) < len(dossiers)
    rule = RULES_BY_ID[rule_id]
    every, some = (
        [
            (place.on[0].id, place.on[1].id, place.words)
            for place in bureau_spots(rule, Bureau("2024-seed", {}, some, DAY), campaign)
        ]
        for some in (dossiers, {branch: dossiers[branch] for branch in chosen})
    )
    assert every == some
    assert bool(every) is (most > 0)


def test_a_print_comes_back_as_it_was() -> None:
    made = OutlinePrint.of(b.dossier(invented(3)), b.campaign())
    again = OutlinePrint.from_bytes(made.to_bytes())
    assert again is not None
    assert [own.tolist() for own in again.outlines] == [own.tolist() for own in made.outlines]
    assert again.sentences == made.sentences
    assert len(made.outlines) == len(made.sentences) == 6
    assert again.examination.tolist() == made.examination.tolist() != []
    assert not made.orders
    empty = OutlinePrint.of(b.dossier(invented(3) | {"records": {}}), b.campaign())
    assert empty.outlines == empty.sentences == ()
    again = OutlinePrint.from_bytes(empty.to_bytes())
    assert again is not None
    assert (again.outlines, again.examination.tolist()) == ((), [])
    for cut in (b"", made.to_bytes()[:7], made.to_bytes()[:-4]):
        assert OutlinePrint.from_bytes(cut) is None


def test_a_branch_with_an_order_is_read_as_well(root: Path, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has an order to repeat the appraisal is asked by SUPV-04, alike or not."""
    monkeypatch.setattr("orglife.bureau.survey.PRINTED", 2)
    with Office.open(root) as office:
        put = office.store.put
        put(office.campaign.id, "g005", RedoOrder(id="redo1", branch="g005", round=1), who="甲", base=0)
    assert COMPARED[-1] is RedoOrder
    read.clear()
    findings_of(root)
    assert "g005" in read


# --- the file of prints ------------------------------------------------------------------------------------------------

KEYS = ["a" * 64, "b" * 64, "c" * 64]


def a_print(*, orders: bool = False) -> OutlinePrint:
    """A print without texts, with or without an order."""
    empty = OutlinePrint.of(b.dossier(invented(3) | {"records": {}}), b.campaign())
    return OutlinePrint(orders, (), (), empty.examination)


def stored(place: Path, *keys: str, written: tuple[str, ...] | None = None) -> StoredPrints:
    """Prints under some keys, written to a file and read again."""
    prints = StoredPrints.read(place)
    for number, key in enumerate(keys):
        prints.put(key, a_print(orders=number % 2 == 1).to_bytes())
    prints.write(keys if written is None else written)
    return StoredPrints.read(place)


def test_a_print_is_taken_once_by_its_own_key(tmp_path: Path) -> None:
    prints = stored(tmp_path / "below" / "prints.bin", *KEYS[:2])
    assert [prints.has(key) for key in KEYS] == [True, True, False]
    taken = [prints.take(key) for key in KEYS]
    assert [one and one.orders for one in taken] == [False, True, None]
    assert [prints.has(key) for key in KEYS] == [False] * 3
    assert prints.take(KEYS[0]) is None


def test_only_the_prints_of_today_s_branches_are_written_and_only_if_any_was_added(tmp_path: Path) -> None:
    place = tmp_path / "prints.bin"
    prints = stored(place, *KEYS, written=(KEYS[1], "d" * 64))
    assert [prints.has(key) for key in KEYS] == [False, True, False]
    place.unlink()
    prints.write(KEYS)
    assert not place.exists(), "nothing is new"
    (tmp_path / "file").touch()
    refused = StoredPrints.read(tmp_path / "file" / "prints.bin")
    refused.put(KEYS[0], b"")
    refused.write(KEYS)


def test_of_a_file_that_was_cut_the_whole_prints_before_the_cut_are_known(tmp_path: Path) -> None:
    place = tmp_path / "prints.bin"
    stored(place, *KEYS)
    data = place.read_bytes()
    size = len(data) // 3
    for length, known in ((3 * size, 3), (3 * size - 1, 2), (2 * size + 1, 2), (2 * size, 2), (size - 1, 0), (0, 0)):
        place.write_bytes(data[:length])
        assert sum(StoredPrints.read(place).has(key) for key in KEYS) == known


@pytest.mark.parametrize("at", [33, -1, -14, -21])
def test_a_print_is_not_taken_from_an_altered_box(tmp_path: Path, at: int) -> None:
    """A byte of the salt, of the last number, the last and the first that show that the key fits."""
    place = tmp_path / "prints.bin"
    stored(place, KEYS[0])
    data = bytearray(place.read_bytes())
    data[at] ^= 1
    place.write_bytes(data)
    assert StoredPrints.read(place).take(KEYS[0]) is None
