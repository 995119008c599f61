"""Chinese help and usage errors for click: one sentence for each kind of wrong use."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from orglife.cli.output import say
from orglife.core.errors import NoRight, OrglifeError

WRONG_USE = 2


class _Headings:
    """Chinese headings for usage, options and commands."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]  # a click command's own
        for english, chinese in (("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]...", "命令 …"), ("...", "…")):
            pieces = pieces.replace(english, chinese)
        formatter.write_usage(ctx.command_path, pieces, prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]  # type: ignore[attr-defined]
        rows = [(head, _tail(text)) for p in options if (record := p.get_help_record(ctx)) for head, text in [record]]
        if rows:
            with formatter.section("选项"):
                formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]  # mixed into a command
        if option is not None:
            option.help = "显示这份说明。"
        return option


def _tail(text: str) -> str:
    """A help text with click's English remarks translated or removed."""
    return re.sub(r"\s*\[[^\]]*x<=\d+\]", "", re.sub(r"\s*\[required\]", "（必填）", text))


class Command(_Headings, click.Command):
    """A command with Chinese help."""


class Group(_Headings, click.Group):
    """A group of commands with Chinese help, listed in the order of their definition."""

    command_class = Command
    group_class = type

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which they were defined, without those for developers."""
        return [name for name, command in self.commands.items() if not command.hidden]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        rows = [(name, self.commands[name].get_short_help_str(80)) for name in self.list_commands(ctx)]
        with formatter.section("命令"):
            formatter.write_dl(rows)


def run(group: click.Group, arguments: Sequence[str] | None, program: str) -> int:
    """Run a command line; print each problem as one Chinese sentence.

    Returns:
        The exit status: what the command returned, or 2 for wrong use and bad input.
    """
    try:
        result = group.main(args=arguments, prog_name=program, standalone_mode=False)
    except OrglifeError as error:
        return _refused(error)
    except PermissionError as error:  # a folder of another account shows nothing, not even whether something is there
        if error.filename is None:
            raise
        return _refused(NoRight(path=str(error.filename)))
    except click.UsageError as error:
        say(sentence_of(error))
        return WRONG_USE
    except click.Abort:
        say("已停止。")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return result if isinstance(result, int) else 0


def _refused(error: OrglifeError) -> int:
    for sentence in error.sentences:
        say(sentence)
    if error.command:
        say(error.command)
    return WRONG_USE


def sentence_of(error: click.UsageError) -> str:
    """A usage error in Chinese: what is wrong, and how to get help."""
    path = error.ctx.command_path if error.ctx else "orglife"
    say: list[tuple[type[click.UsageError], Callable[[Any], str]]] = [
        (click.NoSuchOption, lambda e: f"没有选项 {e.option_name}"),
        (click.MissingParameter, lambda e: f"缺少{_parameter(e.param)}"),
        (click.BadOptionUsage, lambda e: f"选项 {e.option_name} 后面缺少内容，或写法不对"),
        (click.BadParameter, lambda e: f"{_parameter(e.param)}的值不对{_choices(e.param)}"),
    ]
    for kind, words in say:
        if isinstance(error, kind):
            return f"{words(error)}。请用 {path} --help 查看用法。"
    if "No such command" in error.message:
        return f"没有这个命令。请用 {path} --help 查看全部命令。"
    return f"命令写法不对（多了或少了内容）。请用 {path} --help 查看用法。"


def _parameter(parameter: click.Parameter | None) -> str:
    if isinstance(parameter, click.Option):
        return f"选项 {parameter.opts[0]}"
    return f"参数 {parameter.human_readable_name}" if parameter else "参数"


def _choices(parameter: click.Parameter | None) -> str:
    if parameter is not None and isinstance(parameter.type, click.Choice):
        return f"，可用：{'、'.join(map(str, parameter.type.choices))}"
    if parameter is not None and isinstance(parameter.type, click.IntRange):
        return "，应当是范围内的整数"
    return ""
