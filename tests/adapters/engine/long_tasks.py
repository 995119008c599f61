"""Long work for the tests, run in children."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orglife.adapters.engine.long_work import Report
from orglife.core.errors import BadInput


def count(arguments: Mapping[str, Any], report: Report) -> Sequence[str]:
    print("a library that prints is no report")
    for number in range(arguments["steps"]):
        report(number, arguments["steps"], f"第{number + 1}步")
    return [f"做了{arguments['steps']}步。"]


def wait(arguments: Mapping[str, Any], report: Report) -> Sequence[str]:
    """Writes a file half, waits, and removes it when cancelled."""
    half = Path(arguments["half"])
    half.write_text("half", encoding="utf-8")
    try:
        report(1, 2, "等着")
        time.sleep(60)
    except KeyboardInterrupt as error:
        raise BadInput(["已取消。没有留下不完整的内容。"]) from error
    finally:
        half.unlink()
    return ["没有取消。"]


def stubborn(arguments: Mapping[str, Any], report: Report) -> Sequence[str]:
    """Does not listen when it is cancelled."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Path(arguments["half"]).write_text(str(os.getpid()), encoding="utf-8")
    report(1, 2, "不听")
    time.sleep(60)
    return []


def refuse(arguments: Mapping[str, Any], report: Report) -> Sequence[str]:
    report(0, 1, "看一看")
    raise BadInput([arguments["why"]])


def crash(arguments: Mapping[str, Any], report: Report) -> Sequence[str]:
    report(0, 1, arguments["how"])
    if arguments["how"] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    raise ZeroDivisionError("祝秋实的名字不能出现")
