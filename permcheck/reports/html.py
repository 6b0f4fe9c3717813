"""A `Report` in, one self-contained HTML page out: for a lawyer to read, decide in and print."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from permcheck.model import (
    AppFacts,
    CategoryNote,
    Disclosure,
    Fact,
    Finding,
    Placeholder,
    Platform,
    Policy,
    Report,
    RuleNote,
    Severity,
    Span,
)
from permcheck.reports.encode import Ids, ids_of
from permcheck.reports.matrix import (
    ASKING,
    all_gaps,
    by_rule,
    is_asked,
    is_live,
    merged,
    platforms,
    rows,
    rule_notes,
    telling,
    unique,
    worst_first,
)
from permcheck.reports.plain import visible
from permcheck.reports.policy_text import Mark, Passage, passages
from permcheck.reports.wording import (
    PLATFORMS,
    SOURCES,
    STANCES,
    STORY,
    VERDICTS,
    count,
    detail,
    findings_line,
    pieces,
    place,
    trust_line,
    where,
)

if TYPE_CHECKING:
    from jinja2 import Environment, Template

MOST = 200
"""Code references of one category and app that are written out."""
DECISIONS = {"active": "accept", "expired": "accept", "rejected": "reject", "will-fix": "will-fix"}
"""State of a decision -> what was chosen in the page."""
DECIDED = {"active": "Waived", "expired": "Waiver expired", "rejected": "Rejected", "will-fix": "To be fixed"}
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to decide on: the findings of one fingerprint; ``slot`` is the anchor of its unfilled text."""

    anchor: str
    findings: tuple[Finding, ...]
    slot: str

    @property
    def first(self) -> Finding:
        """The finding that speaks for all."""
        return self.findings[0]

    def platforms(self, apps: dict[str, AppFacts]) -> tuple[Platform, ...]:
        """The platforms of the apps that it is about."""
        return unique(apps[found.app].platform for found in self.findings if found.app in apps)

    @property
    def messages(self) -> tuple[str, ...]:
        """What is said, each once."""
        return unique(found.message for found in self.findings)

    @property
    def quotes(self) -> tuple[Disclosure, ...]:
        """The sentences of the policy that it is about."""
        return unique(quote for found in self.findings for quote in found.quotes)

    @property
    def evidence(self) -> tuple[Fact, ...]:
        """What the apps say."""
        return unique(fact for found in self.findings for fact in found.evidence)


@dataclass(frozen=True, slots=True)
class Group:
    """The issues of one rule and severity, worst first among groups."""

    anchor: str
    rule: RuleNote
    severity: Severity
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """What the apps (by path) contain of one category: what asks, and the code and settings that go with it."""

    category: CategoryNote
    asking: dict[str, list[Fact]]
    further: dict[str, list[Fact]]


@dataclass(frozen=True, slots=True)
class Slot:
    """An unfilled place in a policy; ``anchor`` is that of its mark."""

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
    groups = _groups(report, slots)
    return _template().render(
        report=report,
        title=_title(report),
        subject=_subject(report),
        rows=worst_first(rows(report)),
        columns=platforms(report),
        groups=groups,
        about=_about(groups),
        holdings=_holdings(report),
        slots=slots,
        texts=texts,
        placed=_placed(texts),
        declared=_declared(report),
        judged={cell.category for cell in report.assessments},
        gaps=all_gaps(report),
        names={note.id: note.title for note in report.categories},
        apps={app.path: app for app in report.apps},
        anchor_of=disclosures.refer,
        trust=trust_line(report),
        products=json.dumps(sorted({app.app_id for app in report.apps})),
        **_inlined(),
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
    }
    environment.globals |= {
        "PLATFORMS": PLATFORMS,
        "VERDICTS": VERDICTS,
        "STANCES": STANCES,
        "SOURCES": SOURCES,
        "STORY": STORY,
        "DECISIONS": DECISIONS,
        "DECIDED": DECIDED,
        "MOST": MOST,
        "telling": telling,
        "findings_line": findings_line,
        "is_live": is_live,
        "is_asked": is_asked,
        "merge_marks": merge_marks,
    }


def _shown(value: object) -> object:
    """Write out control characters of everything that is not markup of ours."""
    return visible(value) if type(value) is str else value


@cache
def _inlined() -> dict[str, str]:
    """Style and script with the hashes that the content security policy allows."""
    style = (TEMPLATES / "report.css").read_text("utf-8")
    script = (TEMPLATES / "report.js").read_text("utf-8")
    return {"style": style, "script": script, "style_hash": _pin(style), "script_hash": _pin(script)}


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


def _groups(report: Report, slots: tuple[Slot, ...]) -> list[Group]:
    notes = rule_notes(report)
    return [
        Group(
            f"{first.rule}-{first.severity}",
            notes[first.rule],
            first.severity,
            tuple(_issue(same, first.severity, slots) for same in merged(found)),
        )
        for first, found in by_rule(report.findings)
    ]


def _about(groups: list[Group]) -> dict[str, list[Issue]]:
    """Category -> the issues about it."""
    found: dict[str, list[Issue]] = {}
    for issue in (issue for group in groups for issue in group.issues if issue.first.category):
        found.setdefault(issue.first.category, []).append(issue)
    return found


def _issue(same: list[Finding], severity: Severity, slots: tuple[Slot, ...]) -> Issue:
    """Its anchor is made of what stays from release to release, so that a link into the page keeps its meaning."""
    first = same[0]
    about = "-".join(filter(None, (first.rule, first.category, first.fingerprint[:8], severity)))
    here = (s for s in slots if s.item.location == first.location and s.item.rule == first.rule)
    slot = next(here, None) or next((s for s in slots if s.item.location == first.location), None)
    return Issue(about, tuple(same), slot.anchor if slot else "")


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
    """Category -> what the developer told the stores; empty where no declaration was given or found."""
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
