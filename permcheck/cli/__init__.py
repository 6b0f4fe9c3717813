"""Arguments in, exit code out: the command line, one module a command."""

from __future__ import annotations

import os
import sys

import click

from permcheck import __version__
from permcheck.cli.check import check
from permcheck.cli.diff import diff
from permcheck.cli.draft import draft
from permcheck.cli.explain import explain
from permcheck.cli.init import init
from permcheck.cli.mappings import check_mappings
from permcheck.cli.permissions import permissions
from permcheck.cli.policy import policy
from permcheck.errors import PermcheckError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="permcheck", message="%(prog)s %(version)s")
def cli() -> None:
    """Tell where a phone app's permissions and its privacy policy disagree. Offline.

    \b
    Example: permcheck check app.apk app.ipa --policy privacy.html
    """


for command in (check, permissions, policy, diff, draft, explain, init, check_mappings):
    cli.add_command(command)


def main() -> None:
    """Run the command line. Every failure leaves one line on stderr and the exit code that belongs to it."""
    try:
        cli(prog_name="permcheck")
    except PermcheckError as error:
        click.echo(f"permcheck: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)
    except Exception as error:
        if os.environ.get("PERMCHECK_DEBUG"):
            raise
        click.echo(
            f"permcheck: internal error: {type(error).__name__}: {error} (PERMCHECK_DEBUG=1 shows where)", err=True
        )
        sys.exit(2)
