"""Commands about the program itself: rules, data schema, fonts, sentences, campaigns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from orglife.cli.chinese import Command, Group
from orglife.cli.notices import campaign_export_labels, campaign_read
from orglife.cli.options import PATH, author_option, json_option, workspace_argument
from orglife.cli.output import print_json, say, show
from orglife.core.errors import BadInput, UnknownRule, every_sentence

if TYPE_CHECKING:
    from orglife.core.rule.campaign import Campaign


def require_overrides_of(campaign: Campaign, name: str) -> None:
    """Reject a campaign file whose overrides cannot be applied.

    Raises:
        BadInput: all problems with their places.
    """
    from orglife.adapters import patterns
    from orglife.stages import RULES_BY_ID
    from orglife.stages.whole.overrides import require_overrides

    require_overrides(campaign, RULES_BY_ID, patterns.endless, name=name)


def sound_campaign(file: str) -> tuple[str, Campaign, list[str]]:
    """Read a campaign that is fit for use.

    Args:
        file: The id of a shipped campaign, or a file.

    Returns:
        Its text, the campaign, and notes on what it leaves open.

    Raises:
        CampaignNotFound: no such id or file.
        BadInput: all problems with their places.
    """
    from orglife.adapters.disk import workspace as ws
    from orglife.core.rule.campaign import check_campaign, parse_campaign
    from orglife.stages import campaign_needs

    text, name = ws.campaign_text(file), Path(file).name
    campaign = parse_campaign(text, name=name)
    check = check_campaign(campaign, campaign_needs())
    if check.problems:
        raise BadInput(check.problems)
    require_overrides_of(campaign, name)
    return text, campaign, check.notes


@click.command(cls=Command)
@json_option
def rules(*, as_json: bool) -> int:
    """列出全部检查及其依据。"""
    from orglife.cli.rule_lines import rule_json, rule_line
    from orglife.stages import ALL_RULES

    if not as_json:
        for each in ALL_RULES:
            show(rule_line(each))
        return 0

    from orglife.adapters.disk import workspace as ws
    from orglife.core.rule.campaign import parse_campaign

    campaign, regulations = parse_campaign(ws.campaign_text(ws.fullest_campaign())), ws.regulations()
    print_json({"rules": [rule_json(r, campaign, regulations) for r in ALL_RULES]})
    return 0


@click.command(cls=Command)
@click.argument("rule", metavar="编号")
@click.option("--campaign", metavar="方案", default="", help="随附方案的代号，或方案文件。")
def explain(rule: str, campaign: str) -> int:
    """说明一项检查：查什么，依据哪一条，怎么办。"""
    from orglife.adapters.disk import workspace as ws
    from orglife.cli.rule_lines import rule_page
    from orglife.core.rule.campaign import parse_campaign
    from orglife.stages import RULES_BY_ID

    if rule not in RULES_BY_ID:
        raise UnknownRule(rule=rule)
    read = parse_campaign(ws.campaign_text(campaign or ws.fullest_campaign()))
    require_overrides_of(read, Path(campaign).name)
    for line in rule_page(RULES_BY_ID[rule], read, ws.regulations()):
        show(line)
    return 0


@click.command(cls=Command)
def schema() -> int:
    """输出数据文件的JSON Schema。"""
    from orglife.core.record.schema import file_schema
    from orglife.stages.kinds import BUREAU_KINDS, KINDS

    print_json(file_schema(KINDS, BUREAU_KINDS))
    return 0


@click.command(cls=Command)
@click.option("--fetch", is_flag=True, help="从软件源取来缺少的字体。")
def fonts(*, fetch: bool) -> int:
    """列出出件用的字体；--fetch 取来缺少的。"""
    from orglife.adapters.print import font_sources
    from orglife.adapters.print import fonts as font_files
    from orglife.cli import lines

    if fetch:
        for got in font_sources.fetch():
            say(f"{got.role}：{got.file.name if got.file else '没有取到（' + got.reason + '）'}")
    for serving in font_files.serving_table():
        show(lines.font_line(serving))
    return 0


@click.command(cls=Command)
def messages() -> int:
    """列出报错、检查、拒收和各栏的句子，供校对。"""
    from orglife.cli import lines
    from orglife.stages import ALL_RULES

    for name, sentence in sorted(every_sentence()):
        show(f"{name}\t{sentence}")
    for each in ALL_RULES:
        show("\t".join([each.id, each.title, each.message, each.fix, *([each.fix_after] if each.fix_after else [])]))
    for line in lines.other_sentences():
        show(line)
    return 0


@click.command(cls=Command, hidden=True)
@click.argument("folder", metavar="文件夹", type=PATH)
def docs(folder: Path) -> int:
    """把检查一览、各项要求落在哪里写成文档，供开发人员用。"""
    from orglife.cli.doc_pages import write_pages

    write_pages(folder)
    return 0


@click.group(cls=Group)
def campaign() -> None:
    """方案：列出、检查、对照、启用。"""


@campaign.command(name="list")
def campaign_list() -> int:
    """列出随附的方案。"""
    from orglife.adapters.disk import workspace as ws
    from orglife.core.rule.campaign import parse_campaign

    for name in ws.campaign_ids():
        show(f"{name}\t{parse_campaign(ws.campaign_text(name)).title}")
    return 0


@campaign.command(name="check")
@click.argument("file", metavar="方案")
def campaign_check(file: str) -> int:
    """检查一个方案文件：哪里写错了，哪些没有填写。"""
    _, read, notes = sound_campaign(file)
    for note in notes:
        show(note)
    show(f"{read.title or read.id}：检查完毕，{len(read.demands)}项要求，{len(notes)}处提示。")
    return 0


@campaign.command(name="diff")
@click.argument("older", metavar="原方案")
@click.argument("newer", metavar="新方案")
@click.option("--out", metavar="文件", type=PATH, help="写成对照表（.html或.pdf）。")
@json_option
def campaign_diff(older: str, newer: str, out: Path | None, *, as_json: bool) -> int:
    """对照两个方案：新增、不再要求和改了说法的要求，涉及哪些检查和文件。"""
    from orglife.adapters.disk import workspace as ws
    from orglife.campaigns import comparison
    from orglife.core.rule.campaign import parse_campaign

    first, second = (parse_campaign(ws.campaign_text(name), name=Path(name).name) for name in (older, newer))
    difference = comparison.compare(first, second)
    if out:
        from orglife.adapters.print import exporters

        exporters.write_file(difference.bundle(), out)
        say(f"已写入“{out}”。")
    if as_json:
        print_json(difference.to_json())
    elif not out:
        for line in difference.lines():
            show(line)
    return 0


@campaign.command(name="begin")
@workspace_argument
@click.argument("file", metavar="方案")
@click.option("--dry-run", is_flag=True, help="只显示，不改动。")
@author_option
def campaign_begin(workspace: Path, file: str, author: str, *, dry_run: bool) -> int:
    """在已有的工作目录里开始新方案：带上党员名册和未完成的整改事项，往年的数据照旧可查。"""
    from orglife.adapters.disk.workspace import earlier_name
    from orglife.campaigns import renewal
    from orglife.office.office import Office

    text, newer, _ = sound_campaign(file)
    with Office.open(workspace, author=author) as office:
        plan = renewal.plan(office, text, newer)
        for line in (*plan.lines(), f"查看、出原方案的，在命令后面加 --campaign {plan.older.id}。"):
            say(line)
        if dry_run:
            say("只显示，没有改动。")
        else:
            renewal.start_campaign(office, plan)
            say("新方案已启用。请先核对党员名册，再从工作方案开始。")
            earlier_file = workspace / earlier_name(plan.older.id)
            if earlier_file.is_file():
                say(f"两个方案的差别：orglife campaign diff {earlier_file} {file}")
    return 0


campaign.add_command(campaign_read)
campaign.add_command(campaign_export_labels)

COMMANDS: tuple[click.Command, ...] = (rules, explain, schema, fonts, messages, docs, campaign)
