"""The pictures of the handbook can be taken from the pages as they are now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import handbook
from tests.browser.served import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.soak,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium"),
]
BLANK = 4000  # bytes: a picture with nothing on it is smaller


@pytest.mark.parametrize("where", list(dict.fromkeys(picture.where for picture in handbook.PICTURES)))
def test_every_picture_can_be_taken(where: str, tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    names = {picture.name for picture in handbook.PICTURES if picture.where == where}
    handbook.main(tmp_path, names)
    sizes = {file.stem: file.stat().st_size for file in tmp_path.iterdir()}
    assert set(sizes) == names
    assert {name: size for name, size in sizes.items() if size < BLANK} == {}
