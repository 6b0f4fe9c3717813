"""A `Snapshot` and a directory in, the files that prove what was seen out, and the other way round."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

from permcheck.errors import InputError, reason_of
from permcheck.model import Evidence
from permcheck.rendering.browser import Snapshot

SCHEMA = "permcheck-snapshot/1"
SNAPSHOT, PAGE, TEXT, PICTURE = "snapshot.json", "page.html", "text.txt", "page.png"


def store(snapshot: Snapshot, shown: str, directory: Path, beside: Path) -> tuple[Path, Evidence]:
    """Write the page, its visible text, the picture and a record of all; the folder is named by address and time.

    Returns the page, and the evidence with its files as seen from ``beside``. Raises `InputError`.
    """
    folder = directory / f"{_slug(shown)}-{snapshot.when.replace(':', '').replace('-', '')}"
    contents = {PAGE: snapshot.html.encode(), TEXT: snapshot.text.encode(), PICTURE: snapshot.picture}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    record = {
        "schema": SCHEMA,
        "address": shown,
        "title": snapshot.title,
        "seen": snapshot.when,
        "browser": snapshot.browser,
        "refused": list(snapshot.refused),
        "sha256": digests,
    }
    contents[SNAPSHOT] = (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise InputError(f"{folder}: {reason_of(error)}") from error
    near = Path(os.path.relpath(folder, beside)).as_posix()
    evidence = Evidence(shown, snapshot.when, snapshot.browser, digests[TEXT], f"{near}/{TEXT}", f"{near}/{PICTURE}")
    return folder / PAGE, evidence


def stored(path: Path) -> tuple[bytes, Evidence] | None:
    """The page of a stored snapshot with its evidence, by its folder or record; None for anything else.

    Raises `InputError` where the page was changed afterwards.
    """
    record = path / SNAPSHOT if path.is_dir() else path
    if record.name != SNAPSHOT or not record.is_file():
        return None
    try:
        table = json.loads(record.read_text(encoding="utf-8"))
        page = record.with_name(PAGE).read_bytes()
        digests = table["sha256"]
        if table["schema"] != SCHEMA:
            return None
        if hashlib.sha256(page).hexdigest() != digests[PAGE]:
            raise InputError(f"{record.with_name(PAGE)}: changed since the snapshot was taken")
        near = record.parent.as_posix()
        address, seen, browser = (str(table[name]) for name in ("address", "seen", "browser"))
        return page, Evidence(address, seen, browser, str(digests[TEXT]), f"{near}/{TEXT}", f"{near}/{PICTURE}")
    except OSError as error:
        raise InputError(f"{record}: {reason_of(error)}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{record}: not a snapshot of permcheck") from error


def _slug(shown: str) -> str:
    bare = re.sub(r"\Ahttps?://", "", shown)
    return re.sub(r"[^A-Za-z0-9._-]+", "-", bare).strip("-.")[:80] or "page"
