"""From a finished branch to a verified package on a stick, in a real browser, by mouse and keyboard and no command."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.panel.place import OTHER_LABEL
from orglife.archive import verifying
from tests import branch as b
from tests.browser.hand import Hand
from tests.browser.served import CHROMIUM, Server, ready, stage
from tests.browser.test_home import browser, started, window
from tests.conftest import run
from tests.office.test_attach import PDF

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
PAGE = "notebooks/32_filing.ipynb"
LONG = 120_000  # ms: papers of a whole branch on a machine that has other work
SCANS = [
    "工作方案", "集中学习", "谈心谈话", "征求意见汇总表", "对照检查", "召开会议", "民主评议", "落实整改", "备案报告", "情况报告",
]  # fmt: skip
MOST_CLICKS = 30

IN_SIGHT = """words => {
  const line = [...document.querySelectorAll('.of-status')].find(one => one.offsetParent && one.textContent.includes(words));
  const { top, bottom } = line.getBoundingClientRect();
  return top >= document.querySelector('.og-nav').getBoundingClientRect().bottom && bottom <= innerHeight;
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demonstration's first branch, finished, but for its 机构代码."""
    folder = tmp_path_factory.mktemp("filing")
    raw = json.loads((b.ROOT / "templates" / "demo" / "b01.json").read_text(encoding="utf-8"))
    raw["branch"].pop("org_code")
    (folder / "b01.json").write_text(json.dumps(raw), encoding="utf-8")
    root = folder / "支部 目录"
    assert run("new", str(root), "--campaign", "2024-seed") == 0
    assert run("import", str(root), str(folder / "b01.json")) == 0
    served = started(root, "--branch", "b01")
    yield served
    if served.process.poll() is None:
        served.stop()
    else:
        served.process.communicate()  # closes its pipes


def opened(page: Any, url: str) -> Any:
    page.goto(url)
    page.locator('.og-nav a[href$="32_filing.ipynb"]').click()
    ready(page, PAGE)
    return stage(page)


def choose(page: Any, button: Any, files: list[Path]) -> None:
    with page.expect_file_chooser() as chooser:
        button.click()
    chooser.value.set_files(files)


def test_from_a_finished_branch_to_a_verified_package_on_a_stick(browser: Any, server: Server, tmp_path: Path) -> None:
    page = window(browser)
    shown = opened(page, server.url)
    type_the_code(page, shown)
    assert sign(page, shown, tmp_path / "扫描") <= MOST_CLICKS
    both(browser, server)
    archive(browser, page, server)
    (tmp_path / "usb").mkdir()
    backup = carry(shown, tmp_path / "usb")
    restore(page, shown, backup)
    leave(page, shown, server)


def type_the_code(page: Any, shown: Any) -> None:
    """What stands in the way leads to its field; a wrong code is refused there, by keyboard."""
    assert shown.get_by_text("归档要用的代码（1）").is_visible()
    assert shown.get_by_role("button", name="归档", exact=True).is_disabled()
    shown.get_by_role("link", name="去填：没有填写机构代码").click()
    field = shown.get_by_role("textbox", name="机构代码")
    field.focus()
    hand = Hand(page)
    hand.write("j1")
    shown.get_by_text("请写成“J1”").wait_for()
    hand.press("Backspace", 2)
    hand.write("DZB01")
    shown.get_by_text("✓ 没有差的了，可以定稿、归档。").wait_for()


def sign(page: Any, shown: Any, folder: Path) -> int:
    """All signatures: one scan for one printed file, chosen at once, matched by name. The clicks that it took."""
    folder.mkdir()
    files = [folder / f"{name}.pdf" for name in SCANS]
    for number, file in enumerate(files):
        file.write_bytes(PDF.replace(b"1 0 obj", b"%d 0 obj" % (number + 1)))
    choose(page, shown.get_by_role("button", name="选择扫描件"), files)
    shown.get_by_text(f"选了{len(files)}个文件，还没有附上。请核对上面的表").wait_for()
    shown.get_by_role("button", name=f"附上这{len(files)}个").click()
    shown.get_by_text("✓ 要签字的文件都附了扫描件。").wait_for(timeout=LONG)
    page.wait_for_function(IN_SIGHT, arg=f"✓ 已附上{len(files)}个扫描件")
    return 3  # the button, “open” in the window of the system, the button that takes them


PRESS_AT = """when => {
  const button = [...document.querySelectorAll('button')].find(one => one.offsetParent && one.textContent.trim() === '定稿');
  window.pressed = new Promise(done => setTimeout(() => { button.click(); done(button.disabled); }, when - Date.now()));
}"""


def both(browser: Any, server: Server) -> None:
    """Two windows press 定稿 at the same moment: it is made once, both show it, and nothing is half made."""
    windows = [window(browser), window(browser)]
    shown = [opened(each, server.url) for each in windows]
    when = windows[0].evaluate("Date.now() + 1500")
    for each in windows:
        each.evaluate(PRESS_AT, when)
    for each in windows:
        assert each.evaluate("window.pressed") is False, "it could be pressed in both"
    for each in shown:
        each.get_by_text("已定稿，出了9个阶段的文件").wait_for(timeout=LONG)
        each.get_by_text("定稿文件9份：").wait_for()
        assert not each.get_by_role("button", name="定稿", exact=True).is_disabled()
        assert each.locator(".of-bad").filter(visible=True).count() == 0
    for each in windows:
        each.context.close()


def archive(browser: Any, page: Any, server: Server) -> None:
    """It goes on when its window is closed, with a bar in other windows and after a reload; other pages are usable."""
    shown = stage(page)
    first = window(browser)
    begun = opened(first, server.url)
    begun.get_by_role("button", name="归档", exact=True).click()
    begun.locator("progress").wait_for()
    first.context.close()  # the browser is closed in the middle
    page.reload()
    ready(page, PAGE)
    shown.locator("progress").wait_for()
    other = window(browser)
    second = opened(other, server.url)
    second.locator("progress").wait_for()
    assert second.get_by_role("button", name="定稿", exact=True).is_disabled()
    other.locator('.og-nav a[href$="12_talks.ipynb"]').click()
    ready(other, "notebooks/12_talks.ipynb")
    stage(other).get_by_role("button", name="新增").wait_for()
    page.reload()
    ready(page, PAGE)
    shown.get_by_role("button", name="取消").wait_for()
    shown.get_by_text("已核验").wait_for(timeout=LONG)
    other.context.close()
    with page.expect_download() as download:
        shown.get_by_role("button", name="下载定稿文件").click()
    with zipfile.ZipFile(download.value.path()) as got:
        assert "云溪局办公室党支部 定稿文件/工作方案.pdf" in got.namelist()


def carry(shown: Any, stick: Path) -> Path:
    """The package on the stick, verified there, and a backup beside it."""
    shown.get_by_label("写到哪里").select_option(OTHER_LABEL)  # where no stick is plugged in it is the only one
    shown.get_by_label("文件夹").fill(str(stick))
    shown.get_by_role("button", name="写归档包").click()
    shown.get_by_text("在那里核验").filter(has_text="全部通过").wait_for(timeout=LONG)
    bag = stick / "云溪局办公室党支部 归档包"
    verdict = verifying.verify(bag)
    assert verdict.good
    assert verdict.about["final"] is True
    assert len(list((bag / "data" / "attachments").iterdir())) == len(SCANS)
    shown.get_by_role("button", name="备份到这里").click()
    shown.get_by_text("✓ 已备份：").wait_for(timeout=LONG)
    (backup,) = stick.glob("云溪局办公室党支部 备份 *.zip")
    return backup


def restore(page: Any, shown: Any, backup: Path) -> None:
    """Something is changed, and the backup restored after its difference was shown."""
    unit = shown.get_by_role("textbox", name="立档单位")
    unit.fill("改乱了")
    shown.locator(".of-status", has_text="✓ 已保存 ").wait_for()
    choose(page, shown.get_by_role("button", name="选另一份备份文件"), [backup])
    shown.get_by_text("恢复会改变下列内容：").wait_for(timeout=LONG)
    shown.get_by_role("button", name="确认恢复").click()
    page.get_by_text("页面已回到上次保存的内容。").wait_for(timeout=LONG)
    assert unit.input_value() == "云溪局"


def leave(page: Any, shown: Any, server: Server) -> None:
    """The program ends, and the page asks nothing any more."""
    shown.get_by_role("button", name="退出").click()
    page.get_by_text("现在可以关闭这个网页和黑色窗口").wait_for()
    assert server.process.wait(timeout=30) == 0
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)
    assert asked == []
