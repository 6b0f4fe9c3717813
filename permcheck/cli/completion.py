"""``permcheck completion``: a shell in, its completion installed where the shell looks for it, or printed."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from permcheck.errors import UsageError, reason_of

PLACES = {
    "bash": ("XDG_DATA_HOME", ".local/share", "bash-completion/completions/permcheck"),
    "zsh": ("ZDOTDIR", ".zfunc", "_permcheck"),
    "fish": ("XDG_CONFIG_HOME", ".config", "fish/completions/permcheck.fish"),
}
"""Shell -> the variable that names a directory, where that is below the home directory otherwise, the file in it."""
NEXT = {"zsh": "add to ~/.zshrc, before compinit: fpath+=({directory})"}


@click.command(short_help="Install completion for your shell.")
@click.argument("shell", type=click.Choice(list(PLACES)))
@click.option("--print", "printed", is_flag=True, help="Print it instead of installing it.")
@click.pass_context
def completion(ctx: click.Context, shell: str, printed: bool) -> None:
    """Install completion of commands and options for a shell, in the user's own directory.

    \b
    Example: permcheck completion bash
    """
    script = _script(ctx.find_root().command, shell)
    if printed:
        click.echo(script)
        return
    variable, below, name = PLACES[shell]
    path = (Path(os.environ[variable]) if os.environ.get(variable) else Path.home() / below) / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot write: {reason_of(error)}") from error
    click.echo(f"wrote {path}")
    if shell in NEXT:
        click.echo(NEXT[shell].format(directory=path.parent))


def _script(command: click.Command, shell: str) -> str:
    found = get_completion_class(shell)
    if found is None:
        raise UsageError(f"no completion for {shell}")
    return found(command, {}, "permcheck", "_PERMCHECK_COMPLETE").source()
