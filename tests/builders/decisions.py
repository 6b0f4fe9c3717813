"""Decisions in, the file that the HTML report saves of them out."""

from __future__ import annotations

import hashlib
import json

KEYS = ("fingerprint", "rule", "subject", "decision", "reason", "name", "date", "expires")


def decisions(entries, report="0" * 64, products=()):
    """The file as text, with its digest; what is no table goes in as it is and takes no part in that."""
    full = [{key: entry.get(key, "") for key in KEYS} if isinstance(entry, dict) else entry for entry in entries]
    words = [report, *products, *(entry[key] for entry in full if isinstance(entry, dict) for key in KEYS)]
    whole = "".join(f"{len(word)}:{word}" for word in words).encode("utf-16-le")
    about = {"digest": report, "products": list(products)}
    digest = hashlib.sha256(whole).hexdigest()
    return json.dumps({"schema": "permcheck-decisions/1", "report": about, "digest": digest, "decisions": full})
