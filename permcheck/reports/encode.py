"""A `Report` in, one plain JSON-able table out, with an id for every fact and disclosure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Generic, TypeVar

from permcheck.model import (
    AppFacts,
    Assessment,
    Block,
    Disclosure,
    Fact,
    Finding,
    Gap,
    Location,
    Placeholder,
    Policy,
    Rejection,
    Report,
    Span,
)
from permcheck.reports.conclusion import conclusion, fix_first
from permcheck.reports.issue import counted, issues

SCHEMA = "permcheck-report/1"
Record = dict[str, Any]
T = TypeVar("T", Fact, Disclosure)
_RARE = {"visibility": "visible", "hidden_by": "", "unseen": (), "breaks": (), "original": ""}


@dataclass(slots=True)
class Ids(Generic[T]):
    """Hands out ``f1``, ``f2`` ...; what is referred to but stands in no list of its own gathers in ``loose``."""

    prefix: str
    names: dict[tuple[str, T], str] = field(default_factory=dict)
    loose: list[tuple[str, T]] = field(default_factory=list)
    count: int = 0

    def add(self, item: T, scope: str = "") -> str:
        """A new id; the first one of equal items is the one that references use."""
        self.count += 1
        name = f"{self.prefix}{self.count}"
        self.names.setdefault((scope, item), name)
        self.names.setdefault(("", item), name)
        return name

    def refer(self, item: T, scope: str = "") -> str:
        """The id of an item, one of the same scope (app path) before any other."""
        known = self.names.get((scope, item)) or self.names.get(("", item))
        if known is None:
            known = self.add(item, scope)
            self.loose.append((known, item))
        return known


def ids_of(report: Report) -> tuple[Ids[Fact], Ids[Disclosure]]:
    """The ids of a report's facts and disclosures, the same for every renderer."""
    facts: Ids[Fact] = Ids("f")
    for app in report.apps:
        for fact in app.facts:
            facts.add(fact, app.path)
    disclosures: Ids[Disclosure] = Ids("d")
    for disclosure in _listed(report):
        disclosures.add(disclosure)
    for app_path, evidence, quotes in _references(report):
        for fact in evidence:
            facts.refer(fact, app_path)
        for quote in quotes:
            disclosures.refer(quote)
    return facts, disclosures


def _references(report: Report) -> Iterator[tuple[str, tuple[Fact, ...], tuple[Disclosure, ...]]]:
    for cell in report.assessments:
        yield cell.app, cell.facts, cell.disclosures
    for finding in report.findings:
        yield finding.app, finding.evidence, finding.quotes


def _listed(report: Report) -> Iterator[Disclosure]:
    for policy in report.policies:
        yield from policy.disclosures
    yield from report.declarations


def record_of(report: Report) -> Record:
    """The whole report as lists, tables, strings and numbers, after ``report.schema.json``."""
    facts, disclosures = ids_of(report)
    categories = dict(report.fact_categories)
    fact_names = iter(f"f{number}" for number in range(1, facts.count + 1))
    quote_names = iter(f"d{number}" for number in range(1, disclosures.count + 1))
    return {
        "schema": SCHEMA,
        "digest": report.digest,
        "tool": {"version": report.version, "mappings_digest": report.mappings_digest},
        "apps": [_app(app, fact_names, categories) for app in report.apps],
        "documents": [_document(policy, quote_names) for policy in report.policies],
        "declarations": [_disclosure(next(quote_names), item) for item in report.declarations],
        "assessments": [_assessment(cell, facts, disclosures) for cell in report.assessments],
        "findings": [_finding(finding, facts, disclosures) for finding in report.findings],
        "summary": _summary(report),
        "gaps": list(_all_gaps(report)),
        "categories": [asdict(note) for note in report.categories],
        "rules": [asdict(note) for note in report.rules],
        "trust": [asdict(item) for item in report.obeyed],
        "other_facts": [_fact(name, fact, categories.get(fact)) for name, fact in facts.loose],
        "other_disclosures": [_disclosure(name, item) for name, item in disclosures.loose],
    }


def _summary(report: Report) -> Record:
    """What the report comes to; an issue is counted once, however many builds share its fingerprint."""
    steps = fix_first(report)
    return {
        "date": report.date or None,
        "conclusion": conclusion(report),
        "findings": asdict(counted(issues(report))),
        "fix_first": [
            {
                "change": step.what,
                "where": step.where,
                "findings": asdict(counted(step.issues)),
                "fingerprints": [issue.first.fingerprint for issue in step.issues],
            }
            for step in steps
        ],
    }


def _app(app: AppFacts, names: Iterator[str], categories: dict[Fact, tuple[str, ...]]) -> Record:
    return {
        "path": app.path,
        "platform": app.platform,
        "app_id": app.app_id,
        "name": app.name,
        "version": app.version,
        "sha256": app.sha256,
        "api_digest": app.api_digest,
        "facts": [_fact(next(names), fact, categories.get(fact)) for fact in app.facts],
        "gaps": [_gap(gap) for gap in app.gaps],
    }


def _fact(name: str, fact: Fact, categories: tuple[str, ...] | None) -> Record:
    return {
        "id": name,
        "kind": fact.kind,
        "key": fact.key,
        "value": fact.value,
        "location": _location(fact.location),
        "origin": fact.origin,
        "category": categories[0] if categories else None,
        "categories": None if categories is None else list(categories),
        "condition": list(fact.condition),
        "confidence": fact.confidence,
        "code_owner": fact.code_owner,
    }


def _document(policy: Policy, names: Iterator[str]) -> Record:
    document = policy.document
    return {
        "path": document.path,
        "title": document.title,
        "language": document.language,
        "sha256": document.sha256,
        "format": document.format,
        "disclosures": [_disclosure(next(names), item) for item in policy.disclosures],
        "placeholders": [_placeholder(item) for item in policy.placeholders],
        "blocks": [_block(block) for block in document.blocks],
        "rejections": [_rejection(item) for item in policy.rejections],
        "gaps": [_gap(gap) for gap in document.gaps],
        **({"evidence": asdict(document.evidence)} if document.evidence else {}),
    }


def _block(block: Block) -> Record:
    """A block; what few blocks have is left out where there is nothing of it."""
    return {name: value for name, value in asdict(block).items() if name not in _RARE or value != _RARE[name]}


def _disclosure(name: str, item: Disclosure) -> Record:
    return {
        "id": name,
        **asdict(item),
        "location": _location(item.location),
        "recipients": list(item.recipients),
        **_place(item.location.span),
    }


def _placeholder(item: Placeholder) -> Record:
    span = item.location.span
    return {
        **asdict(item),
        "location": _location(item.location),
        "governs": list(item.governs),
        **_place(span),
        "columns": [span.column, span.end_column] if span else None,
    }


def _rejection(item: Rejection) -> Record:
    return {**asdict(item), "location": _location(item.location), **_place(item.location.span)}


def _assessment(cell: Assessment, facts: Ids[Fact], disclosures: Ids[Disclosure]) -> Record:
    return {
        "category": cell.category,
        "app": cell.app or None,
        "verdict": cell.verdict,
        "confidence": cell.confidence,
        "why": cell.why,
        "facts": [facts.refer(fact, cell.app) for fact in cell.facts],
        "disclosures": [disclosures.refer(item) for item in cell.disclosures],
    }


def _finding(finding: Finding, facts: Ids[Fact], disclosures: Ids[Disclosure]) -> Record:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "subject": finding.subject,
        "message": finding.message,
        "fix": finding.fix,
        "app": finding.app or None,
        "document": finding.document or None,
        **_place(finding.location.span if finding.location else None),
        "fingerprint": finding.fingerprint,
        "waiver": asdict(finding.waiver) if finding.waiver else None,
        "location": _location(finding.location) if finding.location else None,
        "category": finding.category or None,
        "evidence": [facts.refer(fact, finding.app) for fact in finding.evidence],
        "quotes": [disclosures.refer(item) for item in finding.quotes],
        "draft": finding.draft,
    }


def _all_gaps(report: Report) -> Iterator[Record]:
    """Every gap of the run; ``app`` and ``document`` say whose it is."""
    known: dict[tuple[Gap, str, str], None] = {}
    known.update(((gap, "", ""), None) for gap in report.gaps)
    known.update(((gap, app.path, ""), None) for app in report.apps for gap in app.gaps)
    documents = [policy.document for policy in report.policies]
    known.update(((gap, "", document.path), None) for document in documents for gap in document.gaps)
    for gap, app, document in known:
        yield {**_gap(gap), "app": app or None, "document": document or None}


def _gap(gap: Gap) -> Record:
    return {"location": _location(gap.location), "reason": gap.reason, "fatal": gap.fatal}


def _location(location: Location) -> Record:
    return {
        "path": location.path,
        "anchor": location.anchor,
        "span": asdict(location.span) if location.span else None,
    }


def _place(span: Span | None) -> Record:
    """Lines for text files, the page for PDF, where lines are no use to a reader."""
    if span is None:
        return {"lines": None, "page": None}
    if span.page is not None:
        return {"lines": None, "page": span.page}
    return {"lines": [span.line, span.end_line], "page": None}
