"""Which printed paper, or which printed file of several papers, a scan belongs to, by its name or by its order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

from orglife.adapters.disk.attachments import Attached
from orglife.core.record.dossier import Dossier, natural_key
from orglife.office import answers
from orglife.office.office import Office
from orglife.stages import BY_KEY
from orglife.stages.catalogue import FORMS
from orglife.stages.shared.signed import Signed

_COMMON = re.compile("专题组织生活会|和?民主评议党员|党支部|签字|扫描件?|已签")
"""Words of many titles, which distinguish none of them."""
_LEAST = 2
"""Characters that a file's name and a title must have in common."""
Fit = tuple[bool, bool, int]
"""How well a file's name fits a target: it names the person, it holds the number, and the characters in common."""
_NO_FIT: Fit = (False, False, 0)


@dataclass(frozen=True)
class ScanTarget:
    """A target of a scan: one paper, all papers of one title or form, or a stage's whole printed file.

    Attributes:
        key: ``record:…``, ``title:…``, ``form:…`` or ``stage:…``.
        title: Its title in the table.
        records: The records to attach the scan to.
        names: Texts that a file's name may hold.
        person: The member that a single paper belongs to; "" for others.
        codes: Form number, or the name of the stage's notebook.
        signed: Each of its papers has a signed scan.
    """

    key: str
    title: str
    records: tuple[str, ...]
    names: tuple[str, ...]
    person: str = ""
    codes: tuple[str, ...] = ()
    signed: bool = False

    @property
    def single(self) -> bool:
        """Whether it is one paper."""
        return self.key.startswith("record:")


def scan_targets(dossier: Dossier, papers: Sequence[Signed]) -> list[ScanTarget]:
    """The targets of scans: stage by stage the whole printed file, then its forms, then single papers."""
    stages: dict[str, list[Signed]] = {}
    for paper in papers:
        if paper.record:
            stages.setdefault(FORMS[paper.form].stage, []).append(paper)
    targets: list[ScanTarget] = []
    for key, mine in stages.items():
        stage = BY_KEY[key]
        if len(mine) > 1:
            title = f"{stage.title}：打印成一份的{len(mine)}件，一起扫描"
            targets.append(_bundle(f"stage:{key}", title, mine, (stage.title,), (stage.notebook,)))
        forms: dict[str, list[Signed]] = {}
        for paper in mine:
            forms.setdefault(paper.form, []).append(paper)
        for form, group in forms.items():
            if 1 < len(group) < len(mine):
                title = f"{FORMS[form].title}：{len(group)}件，一起扫描"
                targets.append(_bundle(f"form:{form}", title, group, (FORMS[form].title,), (form.lower(),)))
            targets += _of_one_title(form, group)
        targets += [_single(paper, dossier) for paper in mine]
    return targets


def _of_one_title(form: str, papers: Sequence[Signed]) -> list[ScanTarget]:
    """Targets for papers with the same title, when a form has several titles (支部整改清单, 个人整改清单)."""
    by_title: dict[str, list[Signed]] = {}
    for paper in papers:
        by_title.setdefault(_plain(paper.title), []).append(paper)
    if len(by_title) == 1:
        return []
    return [
        _bundle(f"title:{form}:{title}", f"{title}：{len(group)}件，一起扫描", group, (title,), ())
        for title, group in by_title.items()
        if len(group) > 1
    ]


def _plain(title: str) -> str:
    """A paper's title without its person or day."""
    return re.sub("（.*）", "", title)


def _bundle(
    key: str, title: str, papers: Sequence[Signed], names: tuple[str, ...], codes: tuple[str, ...]
) -> ScanTarget:
    records = tuple(dict.fromkeys(paper.record for paper in papers))
    return ScanTarget(key, title, records, names, codes=codes, signed=all(paper.signed for paper in papers))


def _single(paper: Signed, dossier: Dossier) -> ScanTarget:
    about = dossier.index.get(paper.subject)
    owner = str(getattr(about, "member", "") or getattr(about, "owner", "") or paper.subject)
    person = dossier.name(owner) if owner in dossier.members else ""
    title, names = paper.title, (FORMS[paper.form].title, _plain(paper.title))
    return ScanTarget(
        f"record:{paper.record}", title, (paper.record,), names, person, (paper.form.lower(),), signed=paper.signed
    )


def match_scans(files: Sequence[str], targets: Sequence[ScanTarget]) -> list[str]:
    """The key of each file's target; "" = not known.

    A file is matched by its name. Files whose names hold no word of a title are matched by order, if there are as many as
    open papers. A name that fits several papers (整改清单) means those that no other file holds (个人整改清单).
    """
    best = [_best(name, targets) for name in files]
    keys = [_one_of(first) for first in best]
    keys = [_the_rest(n, keys, best[n], targets) for n in range(len(files))]
    open_singles = [t for t in targets if t.single and not t.signed]
    covered = {record for key in keys if key for record in _of(key, targets).records}
    left = [t for t in open_singles if not set(t.records) <= covered]
    unmatched = sorted((n for n, key in enumerate(keys) if not key), key=lambda n: natural_key(files[n]))
    if len(unmatched) == len(left) and all(not _letters(files[n]) for n in unmatched):
        for number, target in zip(unmatched, left, strict=True):
            keys[number] = target.key
    return keys


def _of(key: str, targets: Sequence[ScanTarget]) -> ScanTarget:
    return next(target for target in targets if target.key == key)


def _letters(name: str) -> str:
    """The Chinese characters of a file's name that may tell papers apart."""
    plain = unicodedata.normalize("NFKC", Path(name).stem)
    return _COMMON.sub("", "".join(re.findall(r"[\u3400-\u9fff]+", plain)))


def _the_rest(number: int, keys: Sequence[str], best: Sequence[ScanTarget], targets: Sequence[ScanTarget]) -> str:
    """A file's target; another one that fits its name as well, if that holds just the papers that no other file holds."""
    if not keys[number]:
        return ""
    mine = set(_of(keys[number], targets).records)
    others = {record for n, key in enumerate(keys) if key and n != number for record in _of(key, targets).records}
    rest = [target.key for target in best if set(target.records) == mine - others]
    return rest[0] if mine & others and rest else keys[number]


def _best(name: str, targets: Sequence[ScanTarget]) -> list[ScanTarget]:
    """The targets that fit a file's name best; only those without a scan, if there are any."""
    fits = [_fit(name, target) for target in targets]
    best = max(fits, default=_NO_FIT)
    if best == _NO_FIT:
        return []
    first = [target for target, fit in zip(targets, fits, strict=True) if fit == best]
    unsigned = [target for target in first if not target.signed]
    return unsigned or first


def _one_of(first: Sequence[ScanTarget]) -> str:
    """The key of the only target, or of the largest bundle; "" if the choice is not clear."""
    bundles = [target for target in first if not target.single]
    chosen = bundles[:1] or first
    return chosen[0].key if len(chosen) == 1 else ""


def _fit(name: str, target: ScanTarget) -> Fit:
    """How well a file's name fits a target; no fit without the target's person, or with too few common characters."""
    letters = _letters(name)
    if target.person not in letters:
        return _NO_FIT
    letters = letters.replace(target.person, "")
    common = max((_common(letters, _COMMON.sub("", text)) for text in target.names), default=0)
    common = common if common >= _LEAST else 0
    number = bool(_codes(name) & set(target.codes))
    return (bool(target.person), number, common) if common or number else _NO_FIT


def _codes(name: str) -> set[str]:
    """Form numbers in a file's name, and the name itself, which may be that of a notebook: the program names files so."""
    stem = unicodedata.normalize("NFKC", Path(name).stem).lower()
    return {*re.findall(r"f\d+", stem), stem}


def _common(one: str, other: str) -> int:
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


# --- attaching -------------------------------------------------------------------------------------------------------


def attach(
    office: Office,
    branch: str,
    pairs: Sequence[tuple[Attached, Sequence[str]]],
    as_of: date,
    on_file: Callable[[int], None] = lambda _: None,
) -> str:
    """Attach checked scans, each to its records, all or none.

    Args:
        office: The open workspace.
        branch: Id of the branch.
        pairs: Each scan with the ids of its records.
        as_of: The day whose papers are counted.
        on_file: ``told`` of ``attach_all``.

    Returns:
        What was attached, and how many papers have a signed scan now that had none.

    Raises:
        NoSuchRecord, CannotWrite: nothing is attached.
    """

    def unsigned() -> int:
        return sum(
            bool(paper.record) and not paper.signed for paper in office.signed_papers(office.dossier(branch, as_of))
        )

    before = unsigned()
    fresh = answers.attach_all(office, branch, pairs, on_file=on_file)
    signed = before - unsigned()
    more = f"，{signed}份文件有了签字扫描件" if signed else ""
    again = "" if fresh else "这些文件原来都已附上，没有重复附。"
    return f"✓ 已附上{len(pairs)}个扫描件{more}。{again}"
