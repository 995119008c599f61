"""The commands that read a notice into a draft of a campaign file, and export what people confirmed."""

from __future__ import annotations

from pathlib import Path

import click

from orglife.cli.chinese import Command
from orglife.cli.options import PATH, json_option, workspace_argument
from orglife.cli.output import print_json, say, show
from orglife.core.errors import FileThere


@click.command(name="read", cls=Command)
@click.argument("file", metavar="通知")
@click.option("--out", metavar="文件", type=PATH, help="把方案草稿写到这个文件；不写的，只显示读出了什么。")
@click.option("--base", metavar="方案", default="", help="通知没有写明的目录，照用这个方案的（写明来处，日期不照用）。")
@click.option("--force", is_flag=True, help="文件已有、内容不同的，也改写。")
@json_option
def campaign_read(file: str, out: Path | None, base: str, *, force: bool, as_json: bool) -> int:
    """读一份通知（docx、pdf、txt，或 - 表示粘贴的文字），起草方案文件，每项附原话和出处。"""
    from orglife.adapters.disk import workspace as ws
    from orglife.adapters.text import notice_file as adapter
    from orglife.core.rule.campaign import parse_campaign
    from orglife.notice.drafting import campaign_toml
    from orglife.notice.materials import known_days
    from orglife.notice.reading import read_notice
    from orglife.notice.summary import summary_lines

    other = parse_campaign(ws.campaign_text(base), name=Path(base).name) if base else None
    name, paragraphs = adapter.read_file(file)
    draft = read_notice(paragraphs, name)
    published = known_days([*ws.shipped_campaigns(), *([other] if other else [])])
    text = campaign_toml(draft, name, stem=out.stem if out else "", base=other, published=published)
    parse_campaign(text, name=out.name if out else name)
    if out:
        _write(out, text.encode(), force=force)
    if as_json:
        print_json(draft.as_json())
    else:
        for line in summary_lines(draft):
            show(line)
    if out:
        say(f"草稿已写到“{out}”。请对照通知逐项核对，再用 orglife campaign check 检查。")
    return 0


@click.command(name="export-labels", cls=Command)
@workspace_argument
@click.option("--out", metavar="文件", type=PATH, help="写到这个文件；不写的，显示出来。")
@click.option("--force", is_flag=True, help="文件已有、内容不同的，也改写。")
def campaign_export_labels(workspace: Path, out: Path | None, *, force: bool) -> int:
    """导出人在“方案”一页确认过的通知标注（JSON，去掉姓名、电话、邮箱），供改进读通知用。"""
    import json

    from orglife.campaigns import labels
    from orglife.office.office import Office

    stored = labels.exported(Office.open(workspace))
    if out is None:
        print_json(stored)
        return 0
    _write(out, (json.dumps(stored, ensure_ascii=False, indent=2) + "\n").encode(), force=force)
    say(f"{len(stored['labels'])}份通知的标注已写到“{out}”。单位名称还在里面，交出去以前请再看一遍。")
    return 0


def _write(out: Path, data: bytes, *, force: bool) -> None:
    """Write a file.

    Raises:
        FileThere: it exists with other contents, and ``force`` is not given.
    """
    from orglife.adapters.disk import files

    if not force and out.exists() and not (out.is_file() and files.read(out) == data):
        raise FileThere(path=str(out))
    files.write(out, data)
