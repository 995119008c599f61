"""Scans are matched by what their names say, or by order if they say nothing; never by a guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from orglife.filing.scans import ScanTarget, match_scans, scan_targets
from orglife.office.office import Office
from orglife.stages.shared.signed import Signed
from tests import branch as b
from tests.archive.conftest import make


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> list[ScanTarget]:
    root = make(tmp_path_factory.mktemp("scans") / "ws")
    with Office.open(root) as office:
        return targets_of(office)


def targets_of(office: Office) -> list[ScanTarget]:
    dossier = office.dossier("t01")
    return scan_targets(dossier, office.signed_papers(dossier))


def titles(names: list[str], targets: list[ScanTarget]) -> list[str]:
    known = {target.key: target.title for target in targets}
    return [known.get(key, "") for key in match_scans(names, targets)]


def test_one_scan_serves_a_whole_printed_file(targets: list[ScanTarget]) -> None:
    (talks,) = [t for t in targets if t.key == "stage:talks"]
    assert talks.title == "谈心谈话：打印成一份的9件，一起扫描"
    assert len(talks.records) == 9
    assert {t.key for t in targets if t.key.startswith("form:")} >= {"form:F6", "form:F15"}
    keys = [t.key for t in targets]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("谈心谈话.pdf", "谈心谈话：打印成一份的9件，一起扫描"),
        ("谈心谈话(签字).PDF", "谈心谈话：打印成一份的9件，一起扫描"),
        ("12_talks.pdf", "谈心谈话：打印成一份的9件，一起扫描"),
        ("发言提纲_祝秋实.jpg", "专题组织生活会发言提纲（祝秋实）"),
        ("祝秋实 发言提纲（已签）.jpg", "专题组织生活会发言提纲（祝秋实）"),
        ("F6祝秋实.jpg", "专题组织生活会发言提纲（祝秋实）"),
        ("祝秋实承诺书.pdf", "党员整改承诺书（祝秋实）"),
        ("会议记录.pdf", "专题组织生活会会议记录（2024年2月20日）"),
        ("工作方案扫描件.pdf", "专题组织生活会和民主评议党员工作方案"),
        ("祝秋实.jpg", ""),
        ("IMG_20240312_093011.jpg", ""),
        ("扫描件.pdf", ""),
        ("通知.pdf", ""),
        (".pdf", ""),
    ],
)
def test_a_name_says_what_a_scan_is_or_nothing_is_guessed(name: str, title: str, targets: list[ScanTarget]) -> None:
    assert titles([name], targets) == [title]


def test_the_branchs_own_list_and_those_of_its_members_are_told_apart(targets: list[ScanTarget]) -> None:
    (own,) = [t for t in targets if t.title == "党支部整改清单"]
    (members,) = [t for t in targets if t.key.startswith("title:F14:")]
    assert members.title.startswith("党支部班子成员个人整改清单：")
    assert not set(own.records) & set(members.records)
    assert titles(["个人整改清单.pdf"], targets) == [members.title]
    assert titles(["支部整改清单.pdf", "个人整改清单.pdf"], targets) == [own.title, members.title]
    assert titles(["个人整改清单.pdf", "整改清单.pdf"], targets) == [members.title, own.title], "the rest of them"
    (both,) = titles(["整改清单.pdf"], targets)
    assert both.startswith("整改清单："), "one scan of all of them"


def test_names_that_say_nothing_are_taken_in_order_if_the_numbers_agree(targets: list[ScanTarget]) -> None:
    singles = [t for t in targets if t.single]
    names = [f"scan{number}.jpg" for number in range(1, len(singles) + 1)]
    mixed = [names[1], names[0], *names[2:]]
    keys = match_scans(mixed, targets)
    assert [keys[1], keys[0], *keys[2:]] == [t.key for t in singles], (
        "scan10 comes after scan9, whatever the order chosen"
    )
    assert set(match_scans(names[:-1], targets)) == {""}
    assert set(match_scans([*names, "x1.jpg"], targets)) == {""}


def test_the_rest_in_order_beside_what_was_matched_by_name(targets: list[ScanTarget]) -> None:
    (talks,) = [t for t in targets if t.key == "stage:talks"]
    left = [t for t in targets if t.single and not set(t.records) <= set(talks.records)]
    keys = match_scans(["谈心谈话.pdf", *(f"{n}.jpg" for n in range(len(left)))], targets)
    assert keys == [talks.key, *(t.key for t in left)]


def test_signed_papers_are_asked_for_no_more(tmp_path: Path) -> None:
    root = make(tmp_path / "ws")
    from orglife.adapters.disk import attachments
    from orglife.office import answers
    from tests.office.test_attach import PDF

    with Office.open(root) as office:
        (talks,) = [t for t in targets_of(office) if t.key == "stage:talks"]
        file = attachments.recognise(PDF, "谈心谈话.pdf")
        assert answers.attach_all(office, "t01", [(file, talks.records)]) == 9
        assert answers.attach_all(office, "t01", [(file, talks.records)]) == 0
        again = targets_of(office)
        assert all(t.signed for t in again if set(t.records) <= set(talks.records))
        assert not [t for t in again if t.single and t.signed and t.key not in {f"record:{r}" for r in talks.records}]
        stored = [p for p in (root / "attachments").rglob("*") if p.is_file()]
    assert len(stored) == 1


def target(key: str, *names: str, person: str = "", codes: tuple[str, ...] = (), signed: bool = False) -> ScanTarget:
    return ScanTarget(key, key, (key,), names, person, codes, signed)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("记录.pdf", "record:meeting"),
        ("记.pdf", ""),
        ("F9.pdf", "record:meeting"),
        ("f91.pdf", ""),
        ("20_meeting.pdf", "record:meeting"),
        ("张三.pdf", ""),
        ("张三提纲.pdf", "record:outline"),
        ("张三纲.pdf", ""),
        ("李四提纲.pdf", ""),
        ("f6张三.pdf", "record:outline"),
        ("F6李四.pdf", ""),
        ("提纲.pdf", ""),
        ("报告.pdf", "record:new"),
        ("整改.pdf", "form:F14"),
        ("承诺.pdf", ""),
    ],
)
def test_a_name_fits_with_two_characters_or_a_number_and_the_person(name: str, key: str) -> None:
    targets = [
        target("record:meeting", "会议记录", codes=("f9", "20_meeting")),
        target("record:outline", "发言提纲", person="张三", codes=("f6",)),
        target("record:old", "情况报告", signed=True),
        target("record:new", "情况报告"),
        target("form:F14", "整改清单"),
        target("title:F14:党支部", "整改清单"),
        target("record:pledge1", "承诺书"),
        target("record:pledge2", "承诺书"),
    ]
    assert match_scans([name], targets) == [key]


def test_a_name_that_fits_one_signed_paper_only_means_that_paper() -> None:
    assert match_scans(["情况报告.pdf"], [target("record:old", "情况报告", signed=True)]) == ["record:old"]


def test_several_papers_printed_or_titled_together_have_a_target_of_their_own() -> None:
    dossier = b.dossier()
    papers = [
        Signed("F14", "t1", "党支部整改清单", False, "r1"),
        Signed("F14", "m1", "党支部班子成员个人整改清单（魏长河）", True, "r2"),
        Signed("F14", "m2", "党支部班子成员个人整改清单（祝秋实）", True, "r3"),
        Signed("F15", "m1", "党员整改承诺书（魏长河）", False, "r4"),
        Signed("F9", "mt", "会议记录", False, "r5"),
        Signed("F13", "cm", "上级点评", False, ""),
    ]
    targets = {each.key: each for each in scan_targets(dossier, papers)}
    assert list(targets) == [
        "stage:rectification",
        "form:F14",
        "title:F14:党支部班子成员个人整改清单",
        *(f"record:r{number}" for number in (1, 2, 3, 4, 5)),
    ]
    assert [len(each.records) for each in targets.values()] == [4, 3, 2, 1, 1, 1, 1, 1]
    assert [each.signed for each in targets.values()] == [False, False, True, False, True, True, False, False]
    assert [targets[f"record:r{number}"].person for number in (1, 2, 3, 4, 5)] == ["", "魏长河", "祝秋实", "魏长河", ""]
    assert targets["stage:rectification"].title.endswith("：打印成一份的4件，一起扫描")
    assert targets["form:F14"].title.endswith("：3件，一起扫描")


@pytest.mark.parametrize(
    ("forms", "bundles"),
    [
        (["F9"], []),
        (["F9", "F13"], ["stage:meeting"]),
        (["F15", "F15"], ["stage:rectification"]),
        (["F15", "F15", "F14"], ["stage:rectification", "form:F15"]),
    ],
)
def test_a_bundle_holds_more_than_one_paper_and_no_other_bundle_holds_the_same(
    forms: list[str], bundles: list[str]
) -> None:
    papers = [Signed(form, "", "标题", False, f"r{number}") for number, form in enumerate(forms)]
    assert [t.key for t in scan_targets(b.dossier(), papers) if not t.single] == bundles


def test_what_has_no_telling_name_goes_to_the_papers_without_a_scan() -> None:
    targets = [
        target("stage:talks", "谈心谈话"),
        target("record:old", "会议记录", signed=True),
        target("record:b", "工作方案"),
        target("record:a", "情况报告"),
    ]
    assert match_scans(["2.jpg", "10.jpg"], targets) == ["record:b", "record:a"]
    assert match_scans(["10.jpg", "2.jpg"], targets) == ["record:a", "record:b"]
    assert match_scans(["1.jpg", "2.jpg", "3.jpg"], targets) == ["", "", ""]
    assert match_scans(["通知.jpg", "2.jpg"], targets) == ["", ""]
    assert match_scans(["情况报告.pdf", "1.jpg"], targets) == ["record:a", "record:b"]
