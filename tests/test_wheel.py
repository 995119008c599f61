"""The wheel alone is enough: an empty environment, no checkout, the main job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import orglife
from tests import branch as b
from tests.marks import thorough

pytestmark = thorough


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel; its dependencies are lent by the one that runs the tests.

    Only directories of installed packages are lent, not what they add to the path: the checkout stays out of sight.
    """
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(b.ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True, cwd=folder)
    (wheel,) = folder.glob("orglife-*.whl")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    install = [python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True, capture_output=True, cwd=folder)
    site = next((folder / "env" / "lib").glob("python3*/site-packages"))
    lent = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    (site / "lent.pth").write_text(f"{lent}\n")
    kernel = folder / "env" / "share" / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    return folder / "env"


def program(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    fonts = {"ORGLIFE_FONTS": str(Path(sys.prefix) / "share" / "orglife" / "fonts")}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER", "IPYTHON", "ORGLIFE"))}
    return subprocess.run(
        [str(installed / "bin" / "orglife"), *arguments],
        cwd=cwd,
        env=environment | fonts,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_program_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [
            installed / "bin" / "python",
            "-c",
            "import orglife, orglife.adapters.disk.paths as p; print(orglife.__file__, p.handbook()); p.handbook().stat()",
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    ).stdout
    assert str(b.ROOT) not in where
    source = tmp_path / "t01.json"
    source.write_text(json.dumps(b.branch()), encoding="utf-8")
    for arguments in (
        ("new", "w", "--campaign", "2024-seed"),
        ("import", "w", str(source)),
        ("check", "w", "--as-of", "2024-03-08"),
        ("batch", "w", "--stage", "talks", "--jobs", "1"),
    ):
        done = program(installed, *arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    made = {p.name for p in (tmp_path / "w" / "records" / "t01").iterdir()}
    assert made == {"12_talks.html", "12_talks.pdf", "packet.json"}


def test_the_demonstration_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = program(installed, "demo", "--out", "demo", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {p.name for p in (tmp_path / "demo" / "records").iterdir()} >= {"b01", "b02", "b03", "b04"}


def test_the_wheel_has_the_version_of_the_program(installed: Path, tmp_path: Path) -> None:
    assert program(installed, "--version", cwd=tmp_path).stdout.split() == ["orglife", orglife.__version__]
    (metadata,) = (installed / "lib").glob("python3*/site-packages/orglife-*.dist-info/METADATA")
    assert f"\nVersion: {orglife.__version__}\n" in metadata.read_text(encoding="utf-8")
    assert (metadata.parent / "licenses" / "NOTICE").is_file()


def test_the_wheel_carries_notebooks_templates_and_no_tests(installed: Path) -> None:
    share = next((installed / "lib").glob("python3*/site-packages/orglife/share"))
    notebooks = {p.name for p in (share / "notebooks").glob("*.ipynb")}
    assert notebooks == {p.name for p in (b.ROOT / "notebooks").glob("*.ipynb")}
    for name in (
        "campaigns/2024-seed.toml",
        "campaigns/2024-seed.txt",
        "typst/record.typ",
        "demo/b01.json",
        "regulations.toml",
        "lab/settings.json",
    ):
        assert (share / "templates" / name).is_file(), name
    assert not list(share.parent.rglob("test_*.py"))
