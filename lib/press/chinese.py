"""click in Chinese: headings, the help option and every usage error, with exit code 2."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click


def explain(error: click.ClickException) -> str:
    """Return a usage error as a plain Chinese sentence with the cure."""
    match error:
        case click.NoSuchOption():
            hint = f"是不是想写 {'、'.join(error.possibilities)}？" if error.possibilities else ""
            text = f"没有 {error.option_name} 这个选项。{hint}用 --help 查看全部选项。"
        case click.MissingParameter() if error.param is not None:
            text = f"缺少参数 {error.param.make_metavar(_context(error))}。用 --help 查看用法。"
        case click.BadParameter() if error.param is not None:
            text = f"{'/'.join(error.param.opts)} 的值不可用：{error.message}"
        case click.BadOptionUsage():
            text = f"{error.option_name} 的用法不对：{error.message}"
        case click.FileError():
            text = f"文件 {error.ui_filename} 打不开：{error.message}"
        case _:
            text = f"{error.format_message()} 用 --help 查看用法。"
    return text


def _context(error: click.UsageError) -> click.Context:
    return error.ctx or click.Context(click.Command("press"))


class _Chinese:
    """Headings of the help text."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        named = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…"}
        text = " ".join(named.get(piece, piece) for piece in pieces)
        formatter.write_usage(ctx.command_path, text, prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [param.get_help_record(ctx) for param in self.get_params(ctx)]  # type: ignore[attr-defined]
        rows = [record for record in records if record is not None]
        if rows:
            with formatter.section("选项"):
                formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示这份说明。"
        return option


class ChineseCommand(_Chinese, click.Command):
    """A command whose help is in Chinese."""


class ChineseGroup(_Chinese, click.Group):
    """A group of commands whose help is in Chinese."""

    command_class = ChineseCommand

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands under a Chinese heading."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(60)) for name, command in commands if command]
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or list the known ones."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = "、".join(self.list_commands(ctx))
            raise click.UsageError(f"没有 {args[0]} 这个命令；可用的有：{known}。", ctx)
        return super().resolve_command(ctx, args)


def run(
    group: click.Group,
    args: Sequence[str] | None,
    exit_codes: Callable[[], dict[type[Exception], int]],
) -> int:
    """Run a group, print any failure in Chinese to standard error and return the exit code.

    Parameters
    ----------
    group : click.Group
        The commands.
    args : sequence of str or None
        Arguments; None takes the process's own.
    exit_codes : callable
        Gives the exit code by exception type; the first match counts, others are bugs and rise.
    """
    try:
        result: Any = group.main(args=args, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        click.echo(f"错误：{explain(error)}", err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断；上一次成功生成的书没有改动。", err=True)
        return 130
    except Exception as error:
        code = next((code for kind, code in exit_codes().items() if isinstance(error, kind)), None)
        if code is None:
            raise
        click.echo(f"错误：{error}", err=True)
        return code
    return result if isinstance(result, int) else 0
