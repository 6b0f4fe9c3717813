"""Arguments in, exit code out: the command line, one module a command."""

from __future__ import annotations

import gc
import os
import sys

import click

from permcheck import __version__
from permcheck.cli.check import check
from permcheck.cli.completion import completion
from permcheck.cli.diff import diff
from permcheck.cli.doctor import doctor
from permcheck.cli.draft import draft
from permcheck.cli.explain import explain
from permcheck.cli.init import init
from permcheck.cli.mappings import check_mappings, test_mappings
from permcheck.cli.mcp import mcp
from permcheck.cli.permissions import permissions
from permcheck.cli.policy import policy
from permcheck.cli.stderr import complain, explain_use, internal
from permcheck.cli.trace import trace
from permcheck.errors import MappingError, PermcheckError

INTERRUPTED = 130
"""128 and the number of SIGINT, as shells count."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="permcheck", message="%(prog)s %(version)s")
def cli() -> None:
    """Find where a phone app's permissions and its privacy policy disagree. Offline.

    \b
    Example: permcheck check app.apk app.ipa --policy privacy.html
    """


READ = (check, permissions, policy, trace, diff, draft, explain)
TEND = (init, check_mappings, test_mappings, doctor, completion, mcp)
for command in (*READ, *TEND):
    cli.add_command(command)


def main() -> None:
    """Run the command line. Every failure leaves one line on stderr and the exit code that belongs to it."""
    gc.set_threshold(50_000, 20, 50)  # a run makes much that stays, and little that only a collection frees
    os.environ.setdefault("PYTHONSAFEPATH", "1")  # no process that we start imports from the working directory
    try:
        code = cli(prog_name="permcheck", standalone_mode=False)
    except PermcheckError as error:
        for row in error.lines if isinstance(error, MappingError) else (str(error),):
            complain(row)
        code = error.exit_code
    except click.ClickException as error:
        explain_use(error)
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted")
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 2
    except Exception as error:  # noqa: BLE001  (the last place that can say so in one line)
        internal(error)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)
