"""Fonts from packages of pip, apt-get and npm: here each is a script that copies a package from a folder and notes its call."""

from __future__ import annotations

import hashlib
import io
import stat
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from orglife.adapters.print import font_sources, fonts
from orglife.adapters.print.font_sources import Fetched
from tests.adapters.print.test_fonts import make_font

NOTE = 'echo "$(basename "$0") $*" >> "{calls}"\nfor last; do :; done\n'
SCRIPTS = {
    "apt-get": 'case "$*" in *update) exit {update};; esac\ncp "{packages}/$last" "$last.deb"\n',
    "dpkg-deb": 'cat "$last"\n',
    "npm": 'cp "{packages}/$last" "$last.tgz"\n',
    "python": 'while [ "$1" != -d ]; do shift; done\ncp "{packages}/$last" "$2/$last.whl"\n',
}
APT, OTHER = "仿宋", "楷体"


class Registry:
    """Packages, and the clients that are there."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._monkeypatch = folder, monkeypatch
        for name in ("bin", "packages", "fonts"):
            (folder / name).mkdir()
        monkeypatch.setattr(font_sources, "SOURCES", dict.fromkeys(fonts.ROLES, ()))
        monkeypatch.setattr(sys, "executable", str(folder / "bin" / "python"))
        monkeypatch.setattr(fonts, "package_files", lambda: ())

    def install(self, *clients: str, update: int = 0) -> None:
        """Put these clients on the path, and what their scripts need."""
        bin_ = self.folder / "bin"
        for name in ("sh", "cp", "cat", "basename"):
            (bin_ / name).symlink_to(next(p for p in (Path("/bin") / name, Path("/usr/bin") / name) if p.exists()))
        values = {"calls": self.folder / "calls", "packages": self.folder / "packages", "update": update}
        for name in clients:
            script = bin_ / name
            script.write_text(f"#!{bin_}/sh\n{(NOTE + SCRIPTS[name]).format(**values)}", encoding="utf-8")
            script.chmod(0o755)
        self._monkeypatch.setenv("PATH", str(bin_))

    def offer(self, role: str, client: str, package: str, content: bytes, *, font: bytes = b"") -> None:
        """A source of a role: a package with this file, which gives ``font`` (default: the file as it is)."""
        member, target = f"share/{role}.otf", self.folder / "packages" / package
        if client == "pip":
            with zipfile.ZipFile(target, "w") as wheel:
                wheel.writestr(member, content)
        elif not target.exists():
            with tarfile.open(target, "w") as archive:
                for name in (f"share/{one}.otf" for one in fonts.ROLES):
                    info = tarfile.TarInfo(f"./{name}" if client == "apt" else name)
                    info.size = len(content)
                    archive.addfile(info, io.BytesIO(content))
        digest = hashlib.sha256(font or content).hexdigest()
        source = font_sources._Source(client, package, member, digest, f"{role}.otf")
        self._monkeypatch.setitem(font_sources.SOURCES, role, (*font_sources.SOURCES[role], source))

    def fetch(self) -> dict[str, Fetched]:
        """What came, role after role."""
        return {row.role: row for row in font_sources.fetch(self.folder / "fonts")}

    def calls(self, client: str) -> list[str]:
        """The last word of each call of a client."""
        noted = (self.folder / "calls").read_text(encoding="utf-8").splitlines()
        return [line.rsplit(" ", 1)[1] for line in noted if line.startswith(client)]


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    return Registry(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("client", "scripts"), [("apt", ("apt-get", "dpkg-deb")), ("npm", ("npm",)), ("pip", ("python",))]
)
def test_a_font_comes_out_of_a_package(registry: Registry, client: str, scripts: tuple[str, ...]) -> None:
    registry.install(*scripts)
    registry.offer(APT, client, "p", b"a font")
    file = registry.fetch()[APT].file
    assert file == registry.folder / "fonts" / f"{APT}.otf"
    assert file.read_bytes() == b"a font"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


def test_a_package_with_two_fonts_is_asked_for_once_and_the_lists_too(registry: Registry) -> None:
    registry.install("apt-get", "dpkg-deb")
    registry.offer(APT, "apt", "p", b"a font")
    registry.offer(OTHER, "apt", "p", b"a font")
    registry.offer("黑体", "apt", "q", b"another font")
    assert [row.role for row in registry.fetch().values() if row.file] == [APT, OTHER, "黑体"]
    assert registry.calls("apt-get") == ["update", "p", "q"]


def test_a_client_without_network_is_not_asked_again(registry: Registry) -> None:
    registry.install("apt-get", "dpkg-deb", update=1)
    registry.offer(APT, "apt", "p", b"a font")
    registry.offer(OTHER, "apt", "q", b"a font")
    told = registry.fetch()
    assert told[APT].reason == told[OTHER].reason == "apt-get连不上软件源，请检查网络"
    assert registry.calls("apt-get") == ["update"]


def test_a_package_that_is_not_there_says_so_and_the_next_source_is_tried(registry: Registry) -> None:
    registry.install("apt-get", "dpkg-deb", "npm")
    registry.offer(APT, "apt", "p", b"a font")
    registry.offer(OTHER, "apt", "p", b"a font")
    registry.offer(APT, "npm", "q", b"a font")
    (registry.folder / "packages" / "p").unlink()
    told = registry.fetch()
    assert told[APT].file
    assert told[OTHER].reason.startswith("apt没有下载到p（cp: ")
    assert registry.calls("apt-get") == ["update", "p"]


@pytest.mark.parametrize("there", ["apt-get", "dpkg-deb"])
def test_both_programs_of_debian_are_needed(registry: Registry, there: str) -> None:
    registry.install(there)
    registry.offer(APT, "apt", "p", b"a font")
    registry.offer(APT, "npm", "q", b"a font")
    assert registry.fetch()[APT].reason == "没有apt-get（只有Debian、Ubuntu等系统才有）；没有npm"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 1", "npm没有下载到p（没有连上，请检查网络）"),
        ("echo 甲; echo 乙; exit 1", "npm没有下载到p（乙）"),
        ("echo 甲; echo 乙 >&2; exit 1", "npm没有下载到p（乙）"),
        (f"echo {'长' * 130}; exit 1", f"npm没有下载到p（{'长' * 120}）"),
        ("exit 0", "npm没有下载到p（没有连上，请检查网络）"),
    ],
)
def test_what_a_client_says_last_is_the_reason(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    monkeypatch.setitem(SCRIPTS, "npm", script)
    registry.install("npm")
    registry.offer(APT, "npm", "p", b"a font")
    assert registry.fetch()[APT].reason == reason


@pytest.mark.parametrize(
    ("member", "content", "reason"),
    [("else", b"a font", "软件包p里没有找到这个字体"), ("", b"changed", "软件包p里的字体与预期不符，没有采用")],
)
def test_a_package_without_the_font_as_it_should_be_is_refused(
    registry: Registry, member: str, content: bytes, reason: str
) -> None:
    registry.install("python")
    registry.offer(APT, "pip", "p", b"a font")
    with zipfile.ZipFile(registry.folder / "packages" / "p", "w") as wheel:
        wheel.writestr(member or f"share/{APT}.otf", content)
    assert registry.fetch()[APT].reason == reason
    assert list((registry.folder / "fonts").iterdir()) == []


def test_a_web_font_is_unpacked_to_the_same_tables(registry: Registry, tmp_path: Path) -> None:
    """Table by table, with the sums of the directory: the order of tables may differ from the font that was packed."""
    make_font(tmp_path / "a.ttf", "Boxes", "国家人民")
    with TTFont(tmp_path / "a.ttf") as font:
        font.flavor = "woff"
        font.save(tmp_path / "a.woff")
    packed = (tmp_path / "a.woff").read_bytes()
    registry.install("npm")
    registry.offer(APT, "npm", "p", packed, font=font_sources._from_woff(packed))
    file = registry.fetch()[APT].file
    assert file
    assert file.read_bytes()[:12] == (tmp_path / "a.ttf").read_bytes()[:12]
    with TTFont(file, checkChecksums=2) as found, TTFont(tmp_path / "a.woff") as before:
        assert {tag: found.reader[tag] for tag in found.reader.tables} == {
            tag: before.reader[tag] for tag in before.reader.tables
        }
        assert all(entry.offset % 4 == 0 for entry in found.reader.tables.values())
