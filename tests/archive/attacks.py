"""What may be done to a bag: each attack changes it and says which files must be named.

``cover`` rebuilds what a bag says of itself, as far as an attacker gets who typesets no PDF.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

from orglife.adapters.bag import verifier

Attack = Callable[[Path, random.Random], set[str]]
TAGMANIFEST = "tagmanifest-sha256.txt"
UNCOVERED = {verifier.NOTE, verifier.PACKAGE}  # with everything rebuilt, only the signed paper shows a change of these


def names(bag: Path) -> list[str]:
    """All files of a bag."""
    return sorted(p.relative_to(bag).as_posix() for p in bag.rglob("*") if p.is_file())


def payload(bag: Path) -> list[str]:
    """The payload's files."""
    return [name for name in names(bag) if name.startswith("data/")]


def write(path: Path, data: bytes) -> None:
    """Replace a file: it may be linked with the bag it was copied from."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def flipped(data: bytes, rng: random.Random) -> bytes:
    """One bit turned over."""
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- rebuilding what a bag says of itself ----------------------------------------------------------------------------


def rebuild_manifests(bag: Path) -> None:
    """Both manifests and Payload-Oxum, made anew from what is there."""
    files = payload(bag)
    write(bag / "manifest-sha256.txt", listing(bag, files))
    info = (bag / "bag-info.txt").read_text(encoding="utf-8")
    size = sum((bag / name).stat().st_size for name in files)
    write(bag / "bag-info.txt", re.sub(r"(?<=Payload-Oxum: ).*", f"{size}.{len(files)}", info).encode())
    rebuild_tags(bag)


def rebuild_tags(bag: Path) -> None:
    """The tag manifest."""
    write(bag / TAGMANIFEST, listing(bag, [n for n in names(bag) if not n.startswith(("data/", "tagmanifest-"))]))


def listing(bag: Path, files: list[str]) -> bytes:
    return "".join(f"{sha256((bag / name).read_bytes())}  {name}\n" for name in files).encode()


def rebuild_all(bag: Path) -> None:
    """The package's own list and bag-info.txt as well."""
    package = json.loads((bag / verifier.PACKAGE).read_bytes())
    package["parts"] = {
        name: sha256((bag / name).read_bytes())
        for name in names(bag)
        if name != verifier.PACKAGE and (name.startswith("data/") or name in package["parts"])
    }
    write_package(bag, package)


def write_package(bag: Path, package: dict[str, object]) -> None:
    data = (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()
    write(bag / verifier.PACKAGE, data)
    info = (bag / "bag-info.txt").read_text(encoding="utf-8")
    info = re.sub(rf"(?<={verifier.PACKAGE_LABEL}: ).*", sha256(data), info)
    write(bag / "bag-info.txt", info.encode())
    rebuild_manifests(bag)


# --- attacks ---------------------------------------------------------------------------------------------------------


def flip(bag: Path, rng: random.Random) -> set[str]:
    name = rng.choice(names(bag))
    write(bag / name, flipped((bag / name).read_bytes(), rng))
    return {name}


def cut(bag: Path, rng: random.Random) -> set[str]:
    name = rng.choice(names(bag))
    data = (bag / name).read_bytes()
    write(bag / name, data[: rng.randrange(len(data))])
    return {name}


def delete(bag: Path, rng: random.Random) -> set[str]:
    name = rng.choice(names(bag))
    (bag / name).unlink()
    return {name}


def add(bag: Path, rng: random.Random) -> set[str]:
    folder = rng.choice(("", "data/", "data/papers/", "data/attachments/", "data/more/", "more/"))
    name = folder + rng.choice(
        ("x.txt", "D30-9999_F1.pdf", "bagit.txt.bak", ".hidden", "fetch.txt", "manifest-md5.txt")
    )
    write(bag / name, rng.choice((b"", b"x", b"%PDF-1.7\n")))
    return {name}


def swap(bag: Path, rng: random.Random) -> set[str]:
    one, two = rng.sample(names(bag), 2)
    first, second = (bag / one).read_bytes(), (bag / two).read_bytes()
    write(bag / one, second)
    write(bag / two, first)
    return {one, two}


def rename(bag: Path, rng: random.Random) -> set[str]:
    name = rng.choice(names(bag))
    (bag / name).rename((bag / name).with_name("other" + Path(name).suffix))
    return {name}


def rehash_one(bag: Path, rng: random.Random) -> set[str]:
    """A file changed, and its line in its manifest put right; for a tag file that is the whole tag manifest."""
    name = rng.choice([n for n in names(bag) if n != TAGMANIFEST])
    old = (bag / name).read_bytes()
    new = flipped(old, rng)
    write(bag / name, new)
    manifest = bag / ("manifest-sha256.txt" if name.startswith("data/") else TAGMANIFEST)
    write(manifest, manifest.read_bytes().replace(sha256(old).encode(), sha256(new).encode()))
    return {name}


def rebuild(bag: Path, rng: random.Random) -> set[str]:
    """A file changed, cut, deleted or added, and all manifests rebuilt."""
    named = rng.choice((flip_payload, cut_payload, delete_payload, add_payload))(bag, rng)
    rebuild_manifests(bag)
    return named


def rebuild_more(bag: Path, rng: random.Random) -> set[str]:
    """The same, and the package's own list rebuilt too."""
    named = rng.choice((flip_payload, cut_payload, delete_payload, add_payload))(bag, rng)
    rebuild_all(bag)
    return named


def _one(bag: Path, rng: random.Random) -> str:
    return rng.choice([name for name in payload(bag) if name not in UNCOVERED])


def flip_payload(bag: Path, rng: random.Random) -> set[str]:
    name = _one(bag, rng)
    write(bag / name, flipped((bag / name).read_bytes(), rng))
    return {name}


def cut_payload(bag: Path, rng: random.Random) -> set[str]:
    name = _one(bag, rng)
    data = (bag / name).read_bytes()
    write(bag / name, data[: rng.randrange(len(data))])
    return {name}


def delete_payload(bag: Path, rng: random.Random) -> set[str]:
    name = _one(bag, rng)
    (bag / name).unlink()
    return {name}


def add_payload(bag: Path, rng: random.Random) -> set[str]:
    name = f"data/{rng.choice(('', 'papers/', 'attachments/'))}more{rng.randrange(9)}.txt"
    write(bag / name, b"more")
    return {name}


def lines_of(bag: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (bag / verifier.HISTORY).read_text(encoding="utf-8").split("\n") if line]


def write_history(bag: Path, lines: list[dict[str, object]]) -> None:
    text = "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in lines)
    write(bag / verifier.HISTORY, text.encode())


def roll_back(bag: Path, rng: random.Random) -> set[str]:
    """The last entries of the history taken away, and everything that says so put right."""
    lines = lines_of(bag)
    write_history(bag, lines[: -rng.randrange(1, len(lines) // 2)])
    tell_new_head(bag)
    return {verifier.HISTORY}


def reorder(bag: Path, rng: random.Random) -> set[str]:
    """Two neighbours of the history exchanged, and all manifests rebuilt."""
    lines = lines_of(bag)
    place = rng.randrange(len(lines) - 1)
    lines[place : place + 2] = lines[place + 1], lines[place]
    write_history(bag, lines)
    rebuild_all(bag)
    return {verifier.HISTORY}


def rewrite(bag: Path, rng: random.Random) -> set[str]:
    """A criticism put more kindly, from the history on: all hashes after it, the dossier, all digests."""
    lines = lines_of(bag)
    place = rng.choice([n for n, one in enumerate(lines) if one["type"] == "criticism"])
    body = json.loads(str(lines[place]["body"]))
    lines[place]["body"] = json.dumps({**body, "text": "你很好"}, ensure_ascii=False, separators=(",", ":"))
    before = str(lines[place]["prev"])
    for one in lines[place:]:
        one["prev"] = before
        before = one["hash"] = verifier._revision_hash(one)
    write_history(bag, lines)
    dossier = json.loads((bag / verifier.DOSSIER).read_bytes())
    for record in dossier["records"]["criticism"]:
        if record["id"] == body["id"]:
            record["text"] = "你很好"
    write(bag / verifier.DOSSIER, (json.dumps(dossier, ensure_ascii=False, indent=2) + "\n").encode())
    tell_new_head(bag)
    return {verifier.HISTORY, verifier.DOSSIER}


def tell_new_head(bag: Path) -> None:
    """The head of a changed history wherever a text says it."""
    lines = lines_of(bag)
    own = [one for one in lines if one["type"] != verifier.ITEM]
    package = json.loads((bag / verifier.PACKAGE).read_bytes())
    package["head"] = {"number": own[-1]["number"], "hash": own[-1]["hash"]}
    package["last"] = {"number": lines[-1]["number"], "hash": lines[-1]["hash"]}
    package["info"][verifier.HEAD_LABEL] = own[-1]["hash"]
    write(bag / verifier.PACKAGE, json.dumps(package).encode())
    info = (bag / "bag-info.txt").read_text(encoding="utf-8")
    write(bag / "bag-info.txt", re.sub(rf"(?<={verifier.HEAD_LABEL}: ).*", str(own[-1]["hash"]), info).encode())
    rebuild_all(bag)


ATTACKS: tuple[Attack, ...] = (
    flip,
    cut,
    delete,
    add,
    swap,
    rename,
    rehash_one,
    rebuild,
    rebuild_more,
    roll_back,
    reorder,
    rewrite,
)
