"""A `Report` in, one self-contained HTML page out: for a lawyer to read, decide in and print."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from permcheck.model import (
    Area,
    CategoryNote,
    Disclosure,
    Fact,
    Placeholder,
    Policy,
    Report,
    RuleNote,
    Severity,
    Span,
)
from permcheck.reports.conclusion import (
    AREAS,
    by_area,
    by_badness,
    conclusion,
    findings_words,
    fix_first,
    severities,
)
from permcheck.reports.encode import Ids, ids_of
from permcheck.reports.issue import Issue, by_rule, counted, issues
from permcheck.reports.matrix import (
    ASKING,
    MANY,
    WORST_FIRST,
    all_gaps,
    is_asked,
    platforms,
    rows,
    telling,
    unique,
    worst_first,
)
from permcheck.reports.page import clip_words
from permcheck.reports.plain import visible
from permcheck.reports.policy_text import Mark, Passage, passages
from permcheck.reports.wording import (
    PLATFORMS,
    SOURCES,
    STANCES,
    STORY,
    VERDICTS,
    belongs,
    count,
    detail,
    findings_line,
    matrix_line,
    pieces,
    place,
    rejected,
    trust_line,
    where,
)

if TYPE_CHECKING:
    from jinja2 import Environment, Template

MOST = 50
"""Code references of one category and app that are written out."""
DECISIONS = {"active": "accept", "expired": "accept", "rejected": "reject", "will-fix": "will-fix"}
"""State of a decision -> what was chosen in the page."""
DECIDED = {"active": "Waived", "expired": "Waiver expired", "rejected": "Rejected", "will-fix": "To be fixed"}
MESSAGES = 4
"""Messages of one finding that are written out: those of builds that differ in detail."""
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to decide on; ``slot`` is the anchor of its unfilled text."""

    anchor: str
    issue: Issue
    slot: str


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one rule and severity."""

    anchor: str
    rule: RuleNote
    severity: Severity
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The groups that are fixed in one place."""

    area: Area
    title: str
    counts: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """What the apps (by path) contain of one category: what asks, and the code and settings that go with it."""

    category: CategoryNote
    asking: dict[str, list[Fact]]
    further: dict[str, list[Fact]]


@dataclass(frozen=True, slots=True)
class Slot:
    """An unfilled passage of a policy; ``anchor`` is that of its mark."""

    anchor: str
    item: Placeholder


@dataclass(frozen=True, slots=True)
class Text:
    """One policy with its marked passages; ``anchor`` starts the ids of its lines."""

    anchor: str
    policy: Policy
    passages: tuple[Passage, ...]


def render(report: Report) -> str:
    """The page; everything is in it, it asks for nothing from anywhere, and its scripts and styles are pinned."""
    _, disclosures = ids_of(report)
    slots = tuple(
        Slot(f"p{number}", item)
        for number, item in enumerate((item for policy in report.policies for item in policy.placeholders), 1)
    )
    texts = _texts(report, slots, disclosures)
    parts = _parts(report, slots)
    entries = [entry for part in parts for group in part.groups for entry in group.entries]
    return _template().render(
        report=report,
        title=_title(report),
        subject=_subject(report),
        rows=worst_first(rows(report)),
        columns=platforms(report),
        parts=parts,
        steps=fix_first(report),
        conclusion=conclusion(report),
        apps_table=by_badness(report) if len(report.apps) >= MANY else [],
        anchors={entry.issue: entry.anchor for entry in entries},
        about=_about(entries),
        choices=_choices(entries, report),
        holdings=(holdings := _holdings(report)),
        held={holding.category.id for holding in holdings},
        slots=slots,
        texts=texts,
        placed=_placed(texts),
        declared=_declared(report),
        judged={cell.category for cell in report.assessments},
        gaps=all_gaps(report),
        names={note.id: note.title for note in report.categories},
        apps={app.path: app for app in report.apps},
        anchor_of=disclosures.refer,
        rejected=lambda found: tuple(rejected(report, found)),
        trust=trust_line(report),
        products=json.dumps(sorted({app.app_id for app in report.apps})),
        **_inlined(),
        **_labels(report),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  (73 ms that other formats save)

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    _teach(environment)
    return environment.get_template("report.html")


def _teach(environment: Environment) -> None:
    environment.tests |= {"asks": is_asked}
    environment.filters |= {
        "count": count,
        "place": place,
        "where": where,
        "detail": detail,
        "visible": visible,
        "pieces": pieces,
        "clip_words": clip_words,
        "within": lambda where, app: where.removeprefix(f"{app}!/") if app else where,
    }
    environment.globals |= {
        "PLATFORMS": PLATFORMS,
        "VERDICTS": VERDICTS,
        "WORST_FIRST": WORST_FIRST,
        "STANCES": STANCES,
        "SOURCES": SOURCES,
        "STORY": STORY,
        "DECISIONS": DECISIONS,
        "DECIDED": DECIDED,
        "MOST": MOST,
        "MESSAGES": MESSAGES,
        "telling": telling,
        "findings_line": findings_line,
        "belongs": belongs,
        "matrix_line": matrix_line,
        "severities": severities,
        "counted": counted,
        "is_asked": is_asked,
        "merge_marks": merge_marks,
    }


def _shown(value: object) -> object:
    """Write out control characters of everything that is not markup of ours."""
    return visible(value) if type(value) is str else value


@cache
def _inlined() -> dict[str, str]:
    """Style and script with the hashes that the content security policy allows."""
    style, script = (_lean((TEMPLATES / name).read_text("utf-8")) for name in ("report.css", "report.js"))
    return {"style": style, "script": script, "style_hash": _pin(style), "script_hash": _pin(script)}


def _lean(text: str) -> str:
    """Without indentation, empty lines and comments on lines of their own."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def _pin(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _title(report: Report) -> str:
    names = unique(app.name or app.app_id for app in report.apps) or unique(
        policy.document.title or policy.document.path for policy in report.policies
    )
    return ", ".join(names) or "permcheck"


def _subject(report: Report) -> str:
    if not report.policies:
        return "permissions"
    return "permissions and privacy policy" if report.apps else "privacy policy"


def _labels(report: Report) -> dict[str, str]:
    """The style that depends on the report: the head of every printed page, and the labels of the matrix's cards."""
    columns = [PLATFORMS[platform] for platform in platforms(report)]
    stores = ["Declared to the stores"] if report.declarations else []
    heads = [*columns, "Verdict", "The policy says", *stores, "Purpose", "Opt-out"]
    cells = "".join(f".matrix td:nth-child({n})::before{{content:{_quoted(head)}}}" for n, head in enumerate(heads, 2))
    identity = " · ".join(filter(None, [report.date, f"report {report.digest[:16]}"]))
    named = f"{_title(report)[:80]}: {_subject(report)}"
    page = f"@page{{@top-left{{content:{_quoted(named)}}}@top-right{{content:{_quoted(identity)}}}}}"
    style = f"{page}@media screen and (max-width:47.99rem){{{cells}}}"
    return {"labels": style, "labels_hash": _pin(style)}


def _quoted(text: str) -> str:
    """The text as a string of CSS, in which nothing but letters, digits and spaces stands for itself."""
    shown = visible(text)
    return '"' + "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):x} " for c in shown) + '"'


def _parts(report: Report, slots: tuple[Slot, ...]) -> list[Part]:
    """The findings by where they are fixed, then by rule; worst first."""
    return [
        Part(area, AREAS[area], findings_words(found), tuple(_group(same, slots) for same in by_rule(found)))
        for area, found in by_area(issues(report))
    ]


def _group(same: list[Issue], slots: tuple[Slot, ...]) -> Group:
    first = same[0]
    entries = tuple(_entry(issue, slots) for issue in same)
    return Group(f"{first.rule.id}-{first.severity}", first.rule, first.severity, entries)


def _entry(issue: Issue, slots: tuple[Slot, ...]) -> Entry:
    """Its anchor is made of what stays from release to release, so that a link into the page keeps its meaning."""
    first = issue.first
    about = "-".join(filter(None, (first.rule, first.category, first.fingerprint[:8], issue.severity)))
    here = (s for s in slots if s.item.location == first.location and s.item.rule == first.rule)
    slot = next(here, None) or next((s for s in slots if s.item.location == first.location), None)
    return Entry(about, issue, slot.anchor if slot else "")


def _about(entries: list[Entry]) -> dict[str, list[Entry]]:
    """Category -> the entries about it."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.issue.first.category:
            found.setdefault(entry.issue.first.category, []).append(entry)
    return found


def _choices(entries: list[Entry], report: Report) -> list[tuple[str, str, int]]:
    """What one decision can be made for: value, label and number, for rules and categories with several entries."""
    titles = {note.id: note.title for note in report.categories}
    rules = Counter((entry.issue.rule.id, entry.issue.rule.name) for entry in entries)
    categories = Counter(entry.issue.first.category for entry in entries)
    found = [(f"rule={name}", f"{name} {kebab}", number) for (name, kebab), number in sorted(rules.items())]
    found += [(f"category={c}", titles.get(c, c), number) for c, number in sorted(categories.items()) if c]
    return [choice for choice in found if choice[2] > 1]


def _holdings(report: Report) -> list[Holding]:
    """Facts by leading category in the report's order; what no category knows comes last if it asks for something."""
    known = (*report.categories, CategoryNote("uncategorised", "Uncategorised", ""))
    found = {note.id: Holding(note, {}, {}) for note in known}
    categories = dict(report.fact_categories)
    for app in report.apps:
        for fact in app.facts:
            names = categories.get(fact) or (("uncategorised",) if fact.kind in ASKING else ())
            for name in names:
                holding = found.setdefault(name, Holding(CategoryNote(name, name, ""), {}, {}))
                side = holding.asking if fact.kind in ASKING else holding.further
                side.setdefault(app.path, []).append(fact)
    return [holding for holding in found.values() if holding.asking or holding.further]


def _declared(report: Report) -> dict[str, list[Disclosure]]:
    """Category -> what the developer declared to the stores; empty where no declaration was given or found."""
    found: dict[str, list[Disclosure]] = {}
    for item in unique(report.declarations):
        found.setdefault(item.category, []).append(item)
    return found


def _texts(report: Report, slots: tuple[Slot, ...], disclosures: Ids[Disclosure]) -> list[Text]:
    anchors = {id(slot.item): slot.anchor for slot in slots}
    cited = unique(
        (
            *(item for cell in report.assessments for item in cell.disclosures),
            *(item for found in report.findings for item in found.quotes),
        )
    )
    begun: set[str] = set()
    return [
        Text(f"t{number}", policy, tuple(passages(policy.document, _marks(policy, cited, anchors, disclosures), begun)))
        for number, policy in enumerate(report.policies, 1)
    ]


def _marks(
    policy: Policy, cited: tuple[Disclosure, ...], anchors: dict[int, str], disclosures: Ids[Disclosure]
) -> Iterator[tuple[Mark, Span]]:
    """The policy's own disclosures, those that a verdict cites from it, and its unfilled places."""
    ours = (item for item in cited if item.location.path == policy.document.path)
    for item in unique((*policy.disclosures, *ours)):
        if item.location.span:
            yield Mark(disclosures.refer(item), "disclosure", item), item.location.span
    for slot in policy.placeholders:
        if slot.location.span:
            yield Mark(anchors[id(slot)], "placeholder", slot), slot.location.span
        for span in slot.governed:
            yield Mark(f"{anchors[id(slot)]}-governed", "governed", slot), span


def _placed(texts: list[Text]) -> set[str]:
    """The anchors that stand in the text of some policy."""
    pieces = (piece for text in texts for passage in text.passages for piece in passage.pieces)
    return {mark.name for piece in pieces for mark in piece.starts}


def merge_marks(marks: tuple[Mark, ...]) -> str:
    """The class of a marked piece: the gravest of its marks."""
    kinds = {mark.kind for mark in marks}
    if "placeholder" in kinds:
        return "slot"
    if "governed" in kinds:
        return "governed"
    stances = {mark.item.stance for mark in marks if isinstance(mark.item, Disclosure)}
    order = ("placeholder", "denied", "denied-except", "vague", "hedged", "conditional", "purpose-scoped", "disclosed")
    return "said " + next((stance for stance in order if stance in stances), "disclosed")
