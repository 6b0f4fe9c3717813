"""What permcheck depends on in, its licences and known vulnerabilities out.

``python .ci/supply.py licences`` refuses the GPL and the AGPL, what states no licence, and a list in docs/LICENCES.md
that is out of date (``--write`` renews it). ``python .ci/supply.py audit`` asks the vulnerability service about every
pin of the lock file; where none is reachable it says so and passes, unless ``--must`` is given.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LISTED = ROOT / "docs" / "LICENCES.md"
LOCK = ROOT / "requirements.lock"
FORBIDDEN = re.compile(r"\bA?GPL|GNU (?:Affero )?General Public", re.IGNORECASE)
"""The Lesser GPL, which does not reach what links to it, is none of them."""
HEAD = """# Licences of what permcheck depends on

permcheck itself is Apache-2.0. These packages are installed with it; CI refuses the GPL and the AGPL, and a list that
is out of date (`python .ci/supply.py licences --write` renews it).

| package | licence |
|---|---|
"""


def wanted(*extras: str) -> list[Requirement]:
    """The requirements of the project itself, with those of some extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    return [Requirement(text) for text in (*project["dependencies"], *(t for name in extras for t in optional[name]))]


def closure(requirements: list[Requirement]) -> Iterator[importlib.metadata.Distribution]:
    """Everything that is installed for these requirements, each once."""
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [(one.name, frozenset(one.extras)) for one in requirements]
    while todo:
        name, extras = todo.pop()
        key = (canonicalize_name(name), extras)
        if key in seen or key[0] == "permcheck":
            continue
        if key[0] not in {known for known, _ in seen}:
            yield importlib.metadata.distribution(name)
        seen.add(key)
        for text in importlib.metadata.requires(name) or ():
            needed = Requirement(text)
            marks = [{"extra": extra} for extra in extras or {""}]
            if needed.marker is None or any(needed.marker.evaluate(mark) for mark in marks):
                todo.append((needed.name, frozenset(needed.extras)))


def licence(package: importlib.metadata.Distribution) -> str:
    """What its metadata say, the SPDX expression first; empty where they say nothing."""
    about = package.metadata
    named = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    named = [name for name in named if name != "Other/Proprietary License"]
    written = (about.get("License") or "").strip().splitlines()[:1]
    written = [] if written == ["UNKNOWN"] else written
    return (about.get("License-Expression") or ", ".join(named) or " ".join(written))[:100].strip()


def rows(packages: Iterator[importlib.metadata.Distribution]) -> dict[str, str]:
    """Package -> licence, sorted."""
    return dict(sorted((str(canonicalize_name(package.name)), licence(package)) for package in packages))


def licences(*, write: bool) -> int:
    """Check what is installed, tools for development included; list what permcheck brings with it."""
    problems = [
        f"{name}: {said or 'states no licence'}"
        for name, said in rows(closure(wanted("dev", "xlsx"))).items()
        if not said or FORBIDDEN.search(said)
    ]
    brought = rows(closure(wanted("xlsx")))
    if write:
        LISTED.write_text(HEAD + "".join(f"| {name} | {said} |\n" for name, said in brought.items()), encoding="utf-8")
    listed = LISTED.read_text("utf-8").splitlines()
    problems += [
        f"{LISTED.name} lacks {name}" for name, said in brought.items() if f"| {name} | {said} |" not in listed
    ]
    for problem in problems:
        print(problem)
    print(f"licences: {len(brought)} packages come with permcheck, {len(problems)} problems")
    return 1 if problems else 0


def audit(*, must: bool) -> int:
    """Ask about every pin of the lock file. What could not be asked about is no pass."""
    command = ["pip-audit", "--disable-pip", "--require-hashes", "--requirement", str(LOCK), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    try:
        entries = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        entries = []
    asked = [entry for entry in entries if "skip_reason" not in entry]
    found = [(entry, flaw) for entry in asked for flaw in entry["vulns"]]
    for entry, flaw in found:
        mended = ", ".join(flaw["fix_versions"]) or "none yet"
        print(f"{entry['name']} {entry['version']}: {flaw['id']}, mended in {mended}")
    if not asked:
        print("audit: NOT DONE, no vulnerability service could be reached from here")
        return 1 if must else 0
    print(f"audit: {len(asked)} of {len(entries)} pins asked about, {len(found)} known vulnerabilities")
    return 1 if found or len(asked) < len(entries) else 0


if __name__ == "__main__":
    what, *options = sys.argv[1:]
    sys.exit(licences(write="--write" in options) if what == "licences" else audit(must="--must" in options))
