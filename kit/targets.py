"""Resolve packages for another kind of computer, with its environment markers and wheel tags."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

PYTHON = (3, 11)
_SAME = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.9",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_version": "",
    "python_full_version": "3.11.9",
    "python_version": "3.11",
}
_MANYLINUX = ["manylinux2014", "manylinux_2_12", "manylinux2010", "manylinux_2_5", "manylinux1"]


@dataclass(frozen=True)
class Target:
    """A kind of computer.

    Attributes:
        markers: Values of the environment markers there.
        platforms: Platform tags of wheels that run there, the newest first.
    """

    name: str
    markers: Mapping[str, str]
    platforms: tuple[str, ...]

    def wants(self, requirement: Requirement, extras: Iterable[str]) -> bool:
        """Whether a requirement applies there."""
        if requirement.marker is None:
            return True
        return any(requirement.marker.evaluate({**self.markers, "extra": extra}) for extra in ["", *extras])

    def tags(self) -> frozenset[Tag]:
        """Tags of wheels that run there."""
        platforms = list(self.platforms)
        return frozenset(
            [
                *cpython_tags(PYTHON, platforms=platforms),
                *compatible_tags(PYTHON, interpreter=f"cp{PYTHON[0]}{PYTHON[1]}", platforms=platforms),
            ]
        )


WINDOWS = Target(
    "windows",
    {
        **_SAME,
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_system": "Windows",
        "sys_platform": "win32",
    },
    ("win_amd64",),
)
_GLIBC = 28  # 2.28: Kylin V10 and UOS 20 have at least that


def _linux(name: str, machine: str) -> Target:
    """Linux on a 64-bit machine."""
    tags = [*(f"manylinux_2_{minor}" for minor in range(_GLIBC, 12, -1)), *_MANYLINUX, "linux"]
    return Target(
        name,
        {
            **_SAME,
            "os_name": "posix",
            "platform_machine": machine,
            "platform_system": "Linux",
            "sys_platform": "linux",
        },
        tuple(f"{tag}_{machine}" for tag in tags),
    )


LINUX = _linux("linux-x86_64", "x86_64")
ARM_LINUX = _linux("linux-aarch64", "aarch64")
TARGETS = (WINDOWS, LINUX, ARM_LINUX)


@dataclass(frozen=True)
class Package:
    """A distribution: its version and what it requires."""

    version: str
    requires: tuple[Requirement, ...]


class NotResolved(Exception):  # noqa: N818  it says what there is
    """A required package is missing or has the wrong version."""


def closure(target: Target, roots: Iterable[Requirement], find: Callable[[str], Package]) -> dict[str, str]:
    """All packages that the roots require on a target, directly or indirectly.

    Args:
        target: The target.
        roots: The requirements to install.
        find: Returns a package by its canonical name; LookupError if it is missing.

    Returns:
        Canonical name → version, sorted by name.

    Raises:
        NotResolved: packages that are missing or of the wrong version, all in one message.
    """
    versions: dict[str, str] = {}
    problems: list[str] = []
    todo = [(requirement, frozenset(requirement.extras)) for requirement in roots]
    done: set[tuple[str, frozenset[str]]] = set()
    while todo:
        requirement, extras = todo.pop()
        name = canonicalize_name(requirement.name)
        try:
            package = find(name)
        except LookupError:
            problems.append(f"{name} is not there")
            continue
        if not requirement.specifier.contains(Version(package.version), prereleases=True):
            problems.append(f"{requirement} is asked for, {package.version} is there")
        versions[name] = package.version
        if (name, extras) not in done:
            done.add((name, extras))
            todo += [(each, frozenset(each.extras)) for each in package.requires if target.wants(each, extras)]
    if problems:
        raise NotResolved(f"{target.name}: {'; '.join(sorted(set(problems)))}")
    return dict(sorted(versions.items()))


def package_of(metadata: str) -> Package:
    """The version and requirements in a distribution's METADATA."""
    head = Parser().parsestr(metadata, headersonly=True)
    return Package(str(head["Version"]), tuple(map(Requirement, head.get_all("Requires-Dist") or ())))


def wheels_for(target: Target, folder: Path) -> Iterator[tuple[str, Path]]:
    """(canonical name, file) of every wheel in a folder that runs on the target."""
    tags = target.tags()
    for path in sorted(folder.glob("*.whl")):
        name, _, _, own = parse_wheel_filename(path.name)
        if own & tags:
            yield name, path


def in_folder(target: Target, folder: Path) -> Callable[[str], Package]:
    """A function that finds packages among the wheels of a folder."""
    there = dict(wheels_for(target, folder))

    def find(name: str) -> Package:
        with zipfile.ZipFile(there[name]) as wheel:
            inside = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
            return package_of(wheel.read(inside).decode())

    return find
