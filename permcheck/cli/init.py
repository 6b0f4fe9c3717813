"""``permcheck init``: a commented configuration out, or the start of a company's own mappings."""

from __future__ import annotations

from pathlib import Path

import click

from permcheck.errors import UsageError, reason_of

TEMPLATE = """\
# permcheck configuration. Every key is also a flag of `permcheck check` and a variable: fail-on is PERMCHECK_FAIL_ON.
# Flags win over variables, variables over this file. Other commands take from it what they have a flag for, too,
# except format and output. Keys marked (named) loosen the check: they are refused unless --config names this file.

# app = ["build/app-release.aab", "build/App.ipa"]   # bundles, or directories of them
# policy = ["docs/privacy.html"]                     # text, HTML, Markdown, PDF or DOCX
# data-safety = ["store/data_safety.csv"]            # Google Play's export
# mappings = ["permcheck-mappings"]                  # your own categories, rules and phrases (named)

# fail-on = "error"                # error, warning, note or never (named)
# min-confidence = "low"           # high, medium (both named) or low
# output = ["sarif:permcheck.sarif", "html:permcheck.html"]
# baseline = "permcheck-baseline.json"   # an earlier JSON report: only what is new fails
# decisions = "permcheck-decisions.json" # saved from the HTML report: an accepted finding passes until its date
# allow-incomplete = false         # true (named): an input that cannot be read does not fail the run

# A waiver is a decision for a time: who, why, until when. It may not run for more than a year. A star in the subject
# stands for anything (named).
# [[waiver]]
# rule = "PC101"
# subject = "com.example.app/camera"
# reason = "Only used by the debug menu, gone in the next release."
# owner = "dpo@your-domain"
# expires = 2027-01-31
"""


@click.command(short_help="Write a commented permcheck.toml, or your first mappings.")
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.option(
    "--mappings",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write mappings of your own to DIR instead: a permission, a phrase, a rule, an allowed slot, a test.",
)
def init(force: bool, directory: Path | None) -> None:
    """Write a commented permcheck.toml into this directory, or with --mappings the start of your own mappings.

    \b
    Example: permcheck init
    """
    if directory is None:
        _write({Path("permcheck.toml"): TEMPLATE}, force=force)
        return
    from permcheck.cli.starter import starter  # noqa: PLC0415  (--help reads no schema)

    _write({directory / name: text for name, text in starter().items()}, force=force)
    click.echo(f"next: permcheck test-mappings {directory.as_posix()}")


def _write(files: dict[Path, str], *, force: bool) -> None:
    """All files, or none where one is there already."""
    for path in files:
        if path.exists() and not force:
            raise UsageError(f"{path}: already exists (--force replaces it)")
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path}: cannot write: {reason_of(error)}") from error
        click.echo(f"wrote {path}")
