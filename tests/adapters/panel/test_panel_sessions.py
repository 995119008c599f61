"""Panels in use: what each step of a person, or of long work, changes on the page, and what it calls.

The golden files hold, after each step, the lines of the page that it took away and added, and the calls. ``make golden``
rewrites them after a wanted change.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as W
import pytest

from orglife.adapters.disk.attachments import Attached
from orglife.adapters.disk.drives import Drive
from orglife.adapters.panel.all_branches import ARCHIVE_ALL, MAKE_ALL, AllBranchesPanel
from orglife.adapters.panel.attach import AttachPanel
from orglife.adapters.panel.branch_board import BoardFilter, BranchBoard
from orglife.adapters.panel.confirm_port import TERMS, UNASKED
from orglife.adapters.panel.exchange import ExchangePanel
from orglife.adapters.panel.filing import ARCHIVE, BACKUP, COMPARE, FINALIZE, RESTORE
from orglife.adapters.panel.intake import COLLECT, TAKE_IN, PackageQuestion
from orglife.adapters.panel.place import PlaceChoice
from orglife.adapters.panel.scans import LEFT_OUT
from orglife.core.errors import AtWork, BadInput
from tests.adapters.panel import test_confirm, test_filing_panel, test_intake_panel, test_loan_panels, test_scans_panel
from tests.adapters.panel.test_confirm import group, item
from tests.adapters.panel.test_exchange_panel import Change
from tests.adapters.panel.work import SetWork
from tests.desk.test_attach_panel import drop
from tests.shown_trees import Session
from tests.whole.golden_files import GOLDEN, compare


def every_button(widget: Any) -> list[Any]:
    inner = [one for child in getattr(widget, "children", ()) for one in every_button(child)]
    return [widget, *inner] if isinstance(widget, W.Button) else inner


class Use:
    """A session on a widget, and the usual steps."""

    def __init__(self, box: Any, calls: list[Any]) -> None:
        self.box = box
        self._calls, self._seen = calls, len(calls)
        self.session = Session(box, lambda: iter(()))

    def step(self, words: str, action: Callable[[], Any]) -> None:
        def noting() -> None:
            action()
            for call in self._calls[self._seen :]:
                self.session.call(str(call))
            self._seen = len(self._calls)

        self.session.step(words, noting)

    def press(self, text: str, place: int = 0) -> None:
        (*_, button) = [one for one in every_button(self.box) if one.description.startswith(text)][: place + 1]
        self.step(f"press {text}", button.click)

    def put(self, words: str, widget: Any, value: Any) -> None:
        self.step(f"put {value!r} into {words}", lambda: setattr(widget, "value", value))

    def work(self, work: SetWork, **state: Any) -> None:
        self.step(f"work is {state}", lambda: work.set(**state))


def confirm(_tmp_path: Path) -> Use:
    parts = (("day", "text", "日期", "2月5日"), ("list", "materials", "内容", "甲\n乙"))
    quotes = ((3, "一句。", "二（一）"), (5, "又一句。", "三"))
    form, port = test_confirm.page(
        group("甲", item("a", parts=parts, candidates=quotes), item("b", kind="demand", sure=False)),
        group("乙", item("c", kind="blank", shown="", parts=parts, candidates=quotes)),
        group("丙", item("d", kind="unread"), item("e", state="已确认", adds=True, candidates=quotes), note="好"),
        group(UNASKED),
        group(TERMS),
    )
    port.demands = lambda: [("必谈", "talks.team_pairs")]  # type: ignore[attr-defined]
    use = Use(form.box, port.calls)
    use.press("更正")
    use.press("不改了")
    use.press("更正")
    use.press("保存更正")
    use.press("确认")
    use.press("用第2句")
    use.put("the list", form.list, "乙")
    port.all[1] = group("乙", item("c", kind="blank", state="没有写"), note="没有写")
    use.press("通知没有写")
    use.press("就是这项要求")
    port.all[0] = group("甲", item("a", state="已确认"), item("b", state="已确认"))
    port.all[2] = group("丙", item("d", state="不列入"))
    use.press("不列入")
    use.put("the list", form.list, UNASKED)
    use.put("the list", form.list, "丙")
    use.put("the list", form.list, UNASKED)
    use.step("choose a demand", lambda: setattr(form.right.children[1], "value", "talks.team_pairs"))
    use.press("用第1句")
    use.put("the list", form.list, TERMS)
    use.step("tick a term", lambda: setattr(form.right.children[1], "value", True))
    use.press("预览启用后的变化")
    use.press("启用")
    port.progress = test_confirm.ConfirmProgress("通知", "全部确认", in_force=True)
    use.step("refresh", form.refresh)

    def refuse(*_: Any) -> None:
        raise BadInput(["不能换", "请等一等"])

    port.drop = refuse  # type: ignore[attr-defined]
    use.press("换一份通知")
    use.press("确定换一份")
    port.drop = port.all.clear  # type: ignore[attr-defined]
    use.press("确定换一份")
    use.put("the text", form.pasted, "关于召开会议的通知")
    use.press("读这份通知")
    use.step("choose a file", lambda: drop(form.upload, ("通知.docx", b"PK")))
    return use


def intake(_tmp_path: Path) -> Use:
    questions = (
        PackageQuestion(4, "doubt", "甲支部", "有两个"),
        PackageQuestion(5, "asked", "乙支部", "两边都改过", test_intake_panel.RECORDS),
        PackageQuestion(6, "rewritten", "丙支部", "重写过"),
    )
    made = test_intake_panel.Made(*questions, ready=2)
    use = Use(made.panel.box, made.calls)
    for text in (
        "核对这里的包",
        "接收可以接收的",
        "是同一个支部，合并",
        "不是同一个支部",
        "都以这里为准",
        "都以来件为准",
    ):
        use.press(text)
    first, second = [one for one in made.asked if isinstance(one, W.Dropdown)]
    (reason,) = [one for one in made.asked if isinstance(one, W.Text)]
    use.put("the first", first, "ours")
    use.put("the second", second, "theirs")
    use.press("写明了，再核对")
    use.put("the reason", reason, " 电脑坏了 ")
    use.press("写明了，再核对")
    made.questions.clear()
    use.work(made.work, title=COLLECT, since="2024-02-20 14:05", running=True, label="正在看", done=1, total=3)
    use.work(made.work, title=TAKE_IN, good=True, lines=("✓ 已接收2份",))
    made.ready, made.html = 0, ""
    use.press("清空列表")
    use.work(made.work, title="别的", running=True)
    return use


def filing(_tmp_path: Path) -> Use:
    made = test_filing_panel.Made(may=(True, False))
    use = Use(made.panel.box, made.calls)
    for text in ("定稿", "归档", "写定稿文件", "写归档包", "写交给上级的包", "备份到这里", "看差别"):
        use.press(text)
    use.put("the backups", made.panel.source, "/b/1.zip")
    use.press("看差别")
    use.work(made.work, title=COMPARE, running=True, since="2024-02-20 14:05", label="正在比")
    use.work(made.work, title=COMPARE, good=True, lines=("会改3条",))
    use.press("确认恢复")
    use.work(made.work, title=BACKUP, good=False, lines=("已取消。",))
    use.work(made.work, title=FINALIZE, running=True, cancelled=True, since="2024-02-20 14:05", label="出文件", total=2)
    use.work(made.work, title=ARCHIVE, good=False, lines=("还差会议记录", "请补"))
    made.may = (True, True)
    use.step("refresh", made.panel.refresh)
    use.step("choose a file", lambda: drop(made.panel.upload, ("a/旧.zip", b"abc")))
    use.put("the place", made.panel.place.drive, "*other*")
    use.press("备份到这里")
    use.put("the folder", made.panel.place.typed, "/media/mine")
    use.press("备份到这里")
    use.work(made.work, title=RESTORE, good=True, lines=("✓ 已恢复",))
    return use


def scans(_tmp_path: Path) -> Use:
    made = test_scans_panel.Made({"甲": "record:a", "乙": "record:a", "丁": LEFT_OUT})
    use = Use(made.panel.box, made.taken)
    use.step("choose four files", lambda: made.choose(甲="1", 乙="1", 丙="2", 丁="2"))
    use.press("附上")
    use.put("the third", made.panel.fields[2], "record:b")
    use.put("the second", made.panel.fields[1], LEFT_OUT)
    use.press("附上")
    use.step("it ends well", lambda: made.ended(["✓ 已附上2个"], True))
    use.step("choose one", lambda: made.choose(甲="1"))
    use.press("附上")
    use.step("it is cancelled", lambda: made.ended(["已取消。"], False))
    use.press("不附，重新选")
    use.step("choose a bad one", lambda: made.choose(甲="1", 坏="2"))
    made.error = BadInput(["正在做别的"])
    use.step("choose one", lambda: made.choose(甲="1"))
    use.press("附上")
    made.error = RuntimeError()
    use.press("附上")
    use.step("choose nothing", lambda: drop(made.panel.upload))
    return use


def attach(_tmp_path: Path) -> Use:
    calls: list[Any] = []
    offers = [("会议记录", "mt", "未附"), ("工作方案", "plan", "")]

    def check(data: bytes, name: str) -> Attached:
        if name.startswith("坏"):
            raise BadInput([f"{name}读不出来"])
        return Attached(data, ".pdf", data[:4].decode(), 1)

    def attach_one(record: str, kind: str, file: Attached) -> bool:
        if file.sha256 == "full":
            raise BadInput(["磁盘满了"])
        calls.append((record, kind, file.sha256))
        return file.sha256 != "same"

    kinds = [("签字扫描件", "signed_scan"), ("照片", "photo")]
    panel = AttachPanel(lambda: offers, kinds, check, attach_one, lambda: calls.append("saved"))
    use = Use(panel.box, calls)
    use.press("附上")
    use.step("choose two files", lambda: drop(panel.upload, ("a/甲.pdf", b"new1" * 600), ("乙.pdf", b"same" * 300_000)))
    use.press("附上")
    use.put("the record", panel.record, "mt")
    use.put("the kind", panel.kind, "photo")
    use.press("附上")
    use.step("choose one that is there", lambda: drop(panel.upload, ("乙.pdf", b"same")))
    use.put("the record", panel.record, "plan")
    use.press("附上")
    use.step(
        "choose three, and the disk fills up", lambda: drop(panel.upload, ("1", b"new1"), ("2", b"full"), ("3", b""))
    )
    use.put("the record", panel.record, "mt")
    use.press("附上")
    use.step("choose bad ones", lambda: drop(panel.upload, ("好", b"1"), ("坏1", b"2"), ("坏2", b"3")))
    use.press("附上")
    use.step("follow a link", lambda: panel.begin({"record": "plan"}))
    use.step("follow a link to nothing", lambda: panel.begin({"record": "gone"}))
    offers.clear()
    use.step("refresh without records", panel.refresh)
    panel.shown.value = ""
    use.step("refresh again", panel.refresh)
    offers.append(("通知", "n", ""))
    use.step("refresh with one", panel.refresh)
    return use


class Reading:
    """Reads three files or more in the background."""

    def __init__(self) -> None:
        self.box = W.HTML("bar")
        self.ends: Any = None

    def begin(self, uploads: Any, done: Any, failed: Any) -> bool:
        self.ends = (done, failed)
        return len(uploads) > 2


def exchange(_tmp_path: Path) -> Use:
    calls: list[Any] = []
    same, refused = Change("没改", brings=False), Change("不对", brings=False, refused=True)
    given: dict[str, Change] = {"甲": Change("甲"), "乙": Change("乙"), "同": same, "错": refused}

    def compare_files(uploads: Any) -> list[Change]:
        if uploads[0][0] == "坏":
            raise BadInput(["坏读不出来"])
        return [given[name] for name, _ in uploads]

    def take(change: Change) -> None:
        if change.name == "乙":
            raise BadInput(["刚才在别处改过"])
        calls.append(change.name)

    reading = Reading()
    panel = ExchangePanel(
        "<a>下载</a>", compare_files, take, lambda: calls.append("saved"), reading=reading, above=[W.HTML("以上")]
    )  # type: ignore[arg-type]
    use = Use(panel.box, calls)

    def choose(*names: str) -> None:
        use.step(f"choose {names}", lambda: drop(panel.upload, *((name, b"x") for name in names)))

    choose("坏")
    choose("同")
    choose("错")
    choose("同", "错")
    choose("甲", "错")
    use.press("不导入")
    choose("甲", "乙")
    use.press("确认导入")
    choose("甲", "乙", "同")
    use.step("they are read", lambda: reading.ends[0]([given["甲"]]))
    use.press("确认导入")
    use.step("reading is cancelled", lambda: reading.ends[1](["已取消。"]))
    use.step("reading fails", lambda: reading.ends[1](["第3行不对"]))
    choose()
    return use


def loan(tmp_path: Path) -> Use:
    made = test_loan_panels.Made(tmp_path, contradicts=True)
    use = Use(made.panel.box, made.brought)
    use.press("确认带回")
    use.step("choose a file", lambda: drop(made.panel.upload, ("a/河东支部.zip", b"x")))
    use.press("确认带回")
    use.press("两边都改过的，都以带回的为准")
    use.press("确认带回")
    return use


def all_branches(_tmp_path: Path) -> Use:
    work, calls = SetWork(), list[Any]()

    def start(title: str) -> Callable[[Any], None]:
        return lambda bar: bar.start(title, f"task of {title}", {})

    panel = AllBranchesPanel(start(MAKE_ALL), start(ARCHIVE_ALL), work.bar, lambda: calls.append("ended"))
    use = Use(panel.box, calls)
    use.press(MAKE_ALL)
    use.work(work, title=MAKE_ALL, running=True, since="2024-02-20 14:05", label="第一党支部", done=2, total=5)
    use.press("取消")
    use.work(work, title=MAKE_ALL, running=True, since="2024-02-20 14:05", label="第二党支部", cancelled=True)
    use.step("say something", lambda: panel.say("⚠ 没有"))
    use.step("refresh", panel.refresh)
    use.work(work, title=ARCHIVE_ALL, good=True, lines=("✓ 已归档", "3个支部"))

    def busy(*_: Any) -> None:
        raise AtWork(title="恢复", since="14:05")

    work.start = busy  # type: ignore[method-assign]
    use.press(ARCHIVE_ALL)
    return use


class Branches:
    """450 branches."""

    def view(self, chosen: BoardFilter, most: int) -> dict[str, Any]:
        return {"rows": most, "left": max(450 - most, 0), "for": [chosen.group, chosen.state, chosen.name]}

    def details(self, branch: str, place: int | None) -> str:
        if branch == "gone":
            raise BadInput(["已经没有这个支部"])
        return f"{branch} {place}"


def board(_tmp_path: Path) -> Use:
    made = BranchBoard(Branches())
    use = Use(made, [])

    def send(**content: Any) -> None:
        use.step(f"send {content}", lambda: made._handle_custom_msg(content, []))

    send(more=True)
    send(filter={"group": "一", "state": None, "name": "河"})
    send(open=["b1", None])
    send(open=["b2", 0])
    send(more=True)
    send(other=True)
    use.step("refresh", made.refresh)
    send(open=["gone", 3])
    send(more=True)
    return use


def place(_tmp_path: Path) -> Use:
    drives: list[Drive] = []
    choice = PlaceChoice(lambda: drives)
    use = Use(choice.box, [])
    drives.append(Drive(Path("/media/stick"), "U盘", 1000))
    use.press("重新查找U盘")
    use.put("the drive", choice.drive, "*other*")
    drives.append(Drive(Path("/media/disk"), "移动硬盘", 2_000_000))
    use.press("重新查找U盘")
    use.put("the drive", choice.drive, "*other*")
    use.put("the folder", choice.typed, "/home")
    drives.pop(0)
    use.press("重新查找U盘")
    drives.append(Drive(Path("/media/new"), "新U盘", 3_000_000_000))
    use.press("重新查找U盘")
    return use


SESSIONS = {
    one.__name__: one for one in (confirm, intake, filing, scans, attach, exchange, loan, all_branches, board, place)
}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_panel_answers_each_step_as_before(name: str, tmp_path: Path) -> None:
    text = SESSIONS[name](tmp_path).session.text
    compare(GOLDEN / f"sessions/panel-{name.replace('_', '-')}.txt", text.replace(str(tmp_path), ""))
