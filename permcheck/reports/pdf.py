"""A `Report` in, the HTML page printed to a tagged PDF by a Chromium on PATH out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from permcheck.errors import UsageError
from permcheck.model import Report
from permcheck.reports import html

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PATIENCE = 180
"""Seconds."""
QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
"""Nothing that Chromium does by itself may reach the network."""
CLOCK = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")


def render(report: Report) -> bytes:
    """The PDF, without a clock time. Raises `UsageError` where no browser is found or it fails."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise UsageError(f"the pdf format needs a Chromium on PATH (one of {', '.join(BROWSERS)})")
    with tempfile.TemporaryDirectory(prefix="permcheck-") as directory:
        page, out = Path(directory, "report.html"), Path(directory, "report.pdf")
        page.write_text(html.render(report), encoding="utf-8")
        # The sandbox of Chromium refuses to run as root, as in most containers.
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        profile = f"--user-data-dir={directory}/profile"
        command = [browser, *QUIET, *root, profile, f"--print-to-pdf={out}", page.as_uri()]
        _run(command, browser)
        if not out.is_file():
            raise UsageError(f"{browser}: wrote no PDF")
        return CLOCK.sub(rb"/\1 (D:20000101000000", out.read_bytes())


def _run(command: list[str], browser: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603  (our own arguments)
    except (OSError, subprocess.SubprocessError) as error:
        raise UsageError(f"{browser}: could not print the page ({type(error).__name__})") from error
