"""A draft begun from a notice, for tests of the page 方案."""

from __future__ import annotations

from pathlib import Path

from orglife.campaigns.confirming import Confirming
from orglife.office.office import Office
from tests.browser.test_campaign import NOTICE


def begun(root: Path) -> Confirming:
    page = Confirming(Office.open(root, author="田小禾"))
    page.take("通知.txt", NOTICE.encode())
    return page


def everything(page: Confirming) -> None:
    for group in page.groups():
        page.decide_all(group.key)
