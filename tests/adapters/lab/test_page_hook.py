"""What the guided page adds to the configuration of Lab's page."""

from __future__ import annotations

import base64
import hashlib
import json
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.lab import guards, server
from orglife.core.errors import BadInput

STEPS = [{"path": "notebooks/00_home.ipynb"}, {"path": "notebooks/12_talks.ipynb"}]


def configured(tree: str = "", **config: Any) -> tuple[dict[str, Any], list[str]]:
    prepared: list[str] = []
    hook = server._page_hook(lambda: {"steps": STEPS, "who": "费仲文"}, "alive", prepared.append)
    handler = SimpleNamespace(path_kwargs={"tree": tree} if tree else {})
    return hook(handler, {"token": "secret", **config}), prepared


def test_the_page_gets_our_data_and_no_token() -> None:
    page, prepared = configured()
    assert json.loads(page["orglife"]) == {"steps": STEPS, "who": "费仲文", "sign_of_life": "alive"}
    assert "费仲文" in page["orglife"]
    assert (page["token"], page["buildAvailable"], page["buildCheck"], prepared) == ("", False, False, [])


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ("/tree/notebooks/12_talks.ipynb", ["notebooks/12_talks.ipynb"]),
        ("notebooks/00_home.ipynb", ["notebooks/00_home.ipynb"]),
        ("/tree/notebooks/99_none.ipynb", []),
        ("/tree/", []),
    ],
)
def test_a_kernel_is_prepared_for_the_notebooks_of_the_workbook(tree: str, path: list[str]) -> None:
    assert configured(tree)[1] == path


def test_only_our_extensions_are_loaded_and_ours_is_never_an_old_one() -> None:
    names = [server.EXTENSION, "anywidget", "someone-elses", "@jupyter-widgets/jupyterlab-manager"]
    page, _ = configured(
        federated_extensions=[{"name": name, "load": "static/a.js"} for name in names],
        disabledExtensions=["zz-one"],
    )
    loads = {each["name"]: each["load"] for each in page["federated_extensions"]}
    assert list(loads) == [names[0], names[1], names[3]]
    stamp = loads.pop(server.EXTENSION).removeprefix("static/a.js?v=")
    assert len(stamp) == 12
    assert set(loads.values()) == {"static/a.js"}
    assert page["disabledExtensions"] == sorted(set(page["disabledExtensions"]))
    assert "zz-one" in page["disabledExtensions"]
    assert len(page["disabledExtensions"]) > 1
    again, _ = configured(federated_extensions=[{"name": server.EXTENSION, "load": "static/a.js?v=1"}])
    assert again["federated_extensions"][0]["load"] == "static/a.js?v=1"


def test_a_page_whose_data_are_away_says_so() -> None:
    def away() -> dict[str, Any]:
        raise BadInput(["数据库连不上。"])

    hook = server._page_hook(away, "alive", lambda _: None)
    with pytest.raises(guards.NotShown) as error:
        hook(SimpleNamespace(path_kwargs={}), {})
    assert (error.value.status_code, error.value.sentence) == (503, "数据库连不上。")


def test_inline_scripts_of_labs_own_page_run_and_no_others() -> None:
    page = '<script id="data" type="application/json">{}</script><script>run()</script><script src="a.js"></script>'
    rules = dict(each.split(" ", 1) for each in guards.policy(page, "http://127.0.0.1:8765").split("; "))
    run = base64.b64encode(hashlib.sha256(b"run()").digest()).decode()
    assert [each for each in rules["script-src"].split() if each.startswith("'sha256-")] == [f"'sha256-{run}'"]
    assert "ws://127.0.0.1:8765" in rules["connect-src"]
    assert rules["frame-ancestors"] == "'self'"
