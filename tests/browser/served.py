"""A running ``orglife start``, and what tests do with its pages in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from orglife.adapters.lab.keys import Keys

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
WAIT = 1000 * int(os.environ.get("ORGLIFE_WAIT", "20"))  # ms; more on a machine that has other work
TALKS = "notebooks/12_talks.ipynb"
HOME = "notebooks/00_home.ipynb"


@dataclass
class Server:
    """A running ``orglife start``."""

    root: Path
    port: int
    process: subprocess.Popen[str]
    printed: str

    @classmethod
    def start(cls, root: Path, port: int) -> Server:
        process = command(root, "--port", str(port))
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, process.communicate()[1]
        return cls(root, port, process, url)

    @property
    def keys(self) -> Keys:
        address = json.loads((self.root / ".orglife" / "server.json").read_text(encoding="utf-8"))
        return Keys(address["base"], address["token"])

    @property
    def base(self) -> str:
        return self.printed.split("enter/")[0]

    @property
    def url(self) -> str:
        """The printed address, with another code once the workspace is served: each lets one browser in."""
        served = (self.root / ".orglife" / "server.json").exists()
        return re.sub("token=[0-9a-f]+", f"token={self.keys.code()}", self.printed) if served else self.printed

    def page(self, path: str) -> str:
        """The address that lets a browser in, leading to this page instead of the first one."""
        return re.sub(r"notebooks/\w+\.ipynb", path, self.url)

    def follow(self, again: Server) -> None:
        """Be the server that was started in this one's place."""
        self.process, self.printed = again.process, again.printed

    def kernels(self) -> list[psutil.Process]:
        kernels = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if "ipykernel_launcher" in " ".join(child.cmdline()):
                    kernels.append(child)
            except psutil.Error:
                continue
        return kernels

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=WAIT / 1000)
        return self.process.returncode


def command(root: Path, *arguments: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "orglife.cli", "start", str(root), "--no-browser", *arguments]
    return subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, encoding="utf-8"
    )


READY = """path => document.body.dataset.ogReady === path
  && !document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)').textContent.includes('Loading widget')"""


def ready(page: Any, path: str) -> None:
    page.wait_for_function(READY, arg=path)


def come_in(page: Any, server: Server) -> None:
    """Open the address and wait until it has led on to the page."""
    page.goto(server.url)
    page.wait_for_url(lambda url: "/enter/" not in url)


def saved(page: Any) -> None:
    page.locator(".of-status", has_text=re.compile("✓ 已保存 ")).wait_for()


def stage(page: Any) -> Any:
    """The stage that is shown."""
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
