"""The page 方案 of a branch: the campaign that its superior gave out, one that came with the program, or a notice read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as W

from orglife.adapters.field.context import CHOOSE
from orglife.adapters.field.messages import guard
from orglife.adapters.panel.exchange import ExchangePanel, FileDifference, PanelWords
from orglife.adapters.panel.parts import WIDE
from orglife.campaigns import issued, renewal, shipped
from orglife.core.errors import BadInput
from orglife.office.office import Office

LOOK = "看有哪些变化"
NONE_CHOSEN = "请先选一个方案。"


def given_campaign_panel(office: Office, saved: Callable[[], None], reading: W.DOMWidget) -> W.DOMWidget:
    """Panel of a branch to begin with a campaign given out or shipped; below it, folded, what reads a notice."""

    def compare(uploads: Sequence[tuple[str, bytes]]) -> list[issued.IssuedCampaign]:
        if len(uploads) > 1:
            raise BadInput(["一次只选一个方案。"])
        return [issued.read_issued(office, *uploads[0])]

    def take(each: FileDifference) -> None:
        assert isinstance(each, issued.IssuedCampaign)
        renewal.put_into_force(office, each.text, each.newer)

    words = PanelWords(
        "上级下发的方案是一个文件，名称以“方案”开头；没有下发的，可以用随程序带的方案。选中以后先看有哪些变化，"
        "点“启用这个方案”才换；党员名册和没有完成的整改事项带到新方案，原来的登记都还在。",
        choose="选择上级下发的方案",
        nothing="选中的方案就是现在用的，不用换。",
        accepted=".toml",
        take="启用这个方案",
        saved="新方案已启用。请点右上角的“重新载入”，先核对党员名册，再从工作方案开始。",
        drop="先不换",
        dropped="没有换方案，数据没有改动。",
        failed="没有换方案：",
    )
    chosen = W.Dropdown(
        description="随程序带的方案",
        options=[(CHOOSE, ""), *shipped.to_begin(office)],
        layout=W.Layout(**WIDE),
    )
    look_button = W.Button(description=LOOK, layout=W.Layout(width="auto", align_self="flex-start"))
    along = W.VBox([chosen, look_button])
    along.add_class("of")
    panel = ExchangePanel("", compare, take, saved, words, above=[along])
    panel.shown.layout.max_height, panel.shown.layout.overflow = "360px", "auto"  # the button stays in sight

    def look(_button: object) -> None:
        if not chosen.value:
            panel.say(NONE_CHOSEN)
            return
        panel.look([(chosen.label, shipped.text_to_begin(office, chosen.value).encode())])

    look_button.on_click(guard(look, panel.say, "shipped campaign"))
    folded = W.Accordion([reading], titles=["没有下发方案文件、只有通知的，在这里自己读通知"], selected_index=None)
    return W.VBox([panel.box, folded])
