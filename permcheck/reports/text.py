"""A `Report` in, terminal text out: who was checked, the matrix, the findings with quotes, what was not checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from permcheck.model import Fact, Finding, Report, RuleNote
from permcheck.reports.matrix import (
    ASKING,
    Row,
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
from permcheck.reports.plain import clip, line, pad, width, wrap
from permcheck.reports.wording import (
    PLATFORMS,
    VERDICTS,
    count,
    decision,
    detail,
    findings_line,
    gaps_line,
    matrix_line,
    short_key,
    source_of,
    trust_line,
    where,
)

SHOWN = 8
"""Findings of one rule that are written out unless everything is asked for."""
CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2", "bold": "1"}
TONES = {
    "contradicted": "red",
    "silent": "red",
    "placeholder-only": "red",
    "vague": "yellow",
    "not-checked": "yellow",
    "disclosed": "green",
}
SEVERITY_TONES = {"error": "red", "warning": "yellow", "note": "cyan"}


@dataclass(frozen=True, slots=True)
class Page:
    """How to write: colour or none, everything or the gist, so many columns."""

    color: bool
    verbose: bool
    width: int

    def paint(self, text: str, *tones: str) -> str:
        """The text in these tones, or as it is."""
        codes = ";".join(CODES[tone] for tone in tones if tone)
        return f"\x1b[{codes}m{text}\x1b[0m" if self.color and codes and text else text

    def paragraph(self, text: str, indent: int, first: str = "") -> Iterator[str]:
        """The text wrapped below an indent; ``first`` stands in the indent of the first line."""
        for number, piece in enumerate(wrap(line(text), max(20, self.width - indent))):
            yield (pad(first, indent) if number == 0 else " " * indent) + piece


def render(report: Report, *, color: bool = False, verbose: bool = False, quiet: bool = False, width: int = 80) -> str:
    """The report for a terminal of ``width`` columns; ``quiet`` keeps live errors, lost inputs and the counters."""
    page = Page(color, verbose, max(40, width))
    parts = (
        [_findings(report, page, _errors(report)), _gaps(report, page, only_fatal=True)]
        if quiet
        else _all(report, page)
    )
    sections = [list(part) for part in (*parts, [*_summary(report, page), *_trust(report, page)])]
    return "\n\n".join("\n".join(row.rstrip() for row in section) for section in sections if section) + "\n"


def _all(report: Report, page: Page) -> Iterator[Iterable[str]]:
    yield _head(report, page)
    yield _table(report, page) if report.assessments else _permissions(report, page)
    yield _unmentioned(report, page)
    yield _findings(report, page, report.findings)
    yield _gaps(report, page)


def _errors(report: Report) -> list[Finding]:
    return [found for found in report.findings if found.severity == "error" and is_live(found)]


def _head(report: Report, page: Page) -> Iterator[str]:
    for app in report.apps:
        name = page.paint(line(clip(app.name or app.app_id, 60)), "bold")
        rest = [app.version, app.app_id, PLATFORMS[app.platform], app.path]
        yield f"{name} {line(' · '.join(clip(word, 200) for word in rest if word))}"
    for policy in report.policies:
        document = policy.document
        filled = [count(len(policy.placeholders), "placeholder")]
        if report.assessments or policy.disclosures:  # a run for placeholders alone reads no disclosures
            filled.insert(0, count(len(policy.disclosures), "disclosure"))
        yield line(" · ".join(filter(None, [f"Policy {document.path}", document.language, *filled])))


def _table(report: Report, page: Page) -> Iterator[str]:
    """Category, one column per platform, verdict, where; worst first."""
    shown = [row for row in worst_first(rows(report)) if page.verbose or not _is_unmentioned(row)]
    columns = platforms(report)
    names = min(max([8, *(width(line(row.category.title)) for row in shown)]), page.width // 3)
    stores = _told_to_stores(report)
    sizes = [names, *(7 for _ in columns), *([6] if stores else []), 15]
    rest = max(4, page.width - sum(sizes) - 2 * len(sizes))
    head = [
        "Category",
        *(PLATFORMS[platform] for platform in columns),
        *(["Stores"] if stores else []),
        "Verdict",
        "Where",
    ]
    yield page.paint(_cells(head, [*sizes, rest]).rstrip(), "bold")
    for row in shown:
        glyph, word = VERDICTS[row.verdict]
        asked = [_asked(row, paths) for paths in columns.values()]
        asked += [stores.get(row.category.id, "-")] if stores else []
        left = _cells([line(row.category.title), *asked], sizes[:-1])
        verdict = page.paint(pad(f"{glyph} {word}", 15), TONES.get(row.verdict, ""))
        yield f"{left}  {verdict}  {clip(_where(row, report), rest)}"


def _told_to_stores(report: Report) -> dict[str, str]:
    """Category -> ``told``, ``denied``, or ``both`` where two declarations disagree."""
    words: dict[str, str] = {}
    for item in report.declarations:
        word = "denied" if item.stance == "denied" else "told"
        words[item.category] = word if words.get(item.category, word) == word else "both"
    return words


def _cells(values: Sequence[str], sizes: Sequence[int]) -> str:
    return "  ".join(pad(value, size) for value, size in zip(values, sizes, strict=True))


def _asked(row: Row, paths: list[str]) -> str:
    asking = sum(1 for cell in row.on(paths) if is_asked(cell))
    if len(paths) == 1:
        return "asks" if asking else "-"
    return f"{asking} of {len(paths)}" if asking else "-"


def _where(row: Row, report: Report) -> str:
    """The policy's place for what it says, the platform's name for what it does not say."""
    if row.disclosures:
        places = dict.fromkeys(source_of(item, short=len(report.policies) == 1) for item in row.disclosures)
        return line(", ".join(places))
    asking = sorted(row.facts, key=lambda fact: fact.kind not in ASKING)
    return line(", ".join(unique(short_key(fact) for fact in asking)))


def _is_unmentioned(row: Row) -> bool:
    return row.verdict == "silent" and not any(cell.app for cell in row.cells)


def _unmentioned(report: Report, page: Page) -> Iterator[str]:
    """Without an app, silence is no fault: one line names what the policy says nothing of."""
    titles = [row.category.title for row in rows(report) if _is_unmentioned(row)]
    if titles and not page.verbose:
        yield from page.paragraph(f"Not mentioned: {', '.join(titles)}", 2)


def _permissions(report: Report, page: Page) -> Iterator[str]:
    """For each app its facts by leading category; code references are counted unless everything is asked for."""
    titles = {note.id: note.title for note in report.categories}
    categories = dict(report.fact_categories)
    for number, app in enumerate(report.apps):
        groups: dict[str, list[Fact]] = {name: [] for name in (*titles, "")}
        for fact in app.facts:
            leading = (categories.get(fact) or ("",))[0]
            if leading or fact.kind in ASKING:
                groups.setdefault(leading, []).append(fact)
        if len(report.apps) > 1:
            yield from [""] * bool(number)
            yield page.paint(line(clip(app.path, 200)), "bold")
        for name, facts in groups.items():
            yield from _group(titles.get(name, name) or "Uncategorised", facts, page)


def _group(title: str, facts: list[Fact], page: Page) -> Iterator[str]:
    code = ("api-call", "class", "objc-class", "symbol", "selector", "intent", "provider")
    shown = [fact for fact in facts if page.verbose or fact.kind not in code]
    shown.sort(key=lambda fact: fact.kind not in ASKING)
    lines = list(unique(_evidence(fact, page) for fact in shown))
    if len(facts) > len(shown):
        lines.append(f"{count(len(facts) - len(shown), 'code reference')} (--verbose lists them)")
    indent = min(31, page.width // 3)
    for number, text in enumerate(lines):
        yield from page.paragraph(text, indent, clip(line(title), indent - 2) if number == 0 else "")


def _evidence(fact: Fact, page: Page) -> str:
    named = " · ".join(filter(None, (f"{fact.kind} {fact.key}", detail(fact))))
    return f"{named} · {where(fact.location)}" if page.verbose else clip(named, 400)


def _findings(report: Report, page: Page, findings: Iterable[Finding]) -> Iterator[str]:
    notes = rule_notes(report)
    groups = by_rule(findings)
    brief = [] if page.verbose else [group for first, group in groups if first.severity == "note"]
    full = [(first, group) for first, group in groups if group not in brief]
    for number, (first, group) in enumerate(full):
        if number:
            yield ""
        yield from _rule_heading(first, notes[first.rule].title, page)
        told = _told(group)
        shown = told if page.verbose else told[:SHOWN]
        for same in shown:
            yield from _finding(same, report, page)
        if len(told) > len(shown):
            yield f"  … and {len(told) - len(shown)} more (--verbose lists them)"
        yield from _advice(first, notes[first.rule].why, page)
    yield from _briefly(brief, notes, page, after=bool(full))


def _briefly(groups: list[list[Finding]], notes: dict[str, RuleNote], page: Page, *, after: bool) -> Iterator[str]:
    """Notes, one line for each rule."""
    if groups:
        yield from [""] * after
        yield page.paint("Notes", "cyan", "bold") + " (--verbose lists them)"
    for group in groups:
        text = f"{group[0].rule} {notes[group[0].rule].title} ({len(merged(group))})"
        yield from page.paragraph(text, 4, "  -")


def _told(group: list[Finding]) -> list[list[Finding]]:
    """Findings that read the same together: those of all builds and apps that share a sentence."""
    told: dict[tuple[object, ...], list[Finding]] = {}
    for found in group:
        place = found.location if found.document else None
        told.setdefault((found.message, found.quotes, found.waiver, place), []).append(found)
    return list(told.values())


def _rule_heading(first: Finding, title: str, page: Page) -> Iterator[str]:
    indent = len(first.severity) + 1
    rows = list(page.paragraph(f"{first.rule} {first.name}: {title}", indent, first.severity))
    rows[0] = page.paint(first.severity, SEVERITY_TONES[first.severity], "bold") + rows[0][len(first.severity) :]
    yield from rows


def _finding(same: list[Finding], report: Report, page: Page) -> Iterator[str]:
    """Findings that read the same, with the apps that share them."""
    found = same[0]
    labels = unique(_label(one.app, report) for one in same if one.app)
    label = f"[{', '.join(labels)}] " if labels else ""
    yield from page.paragraph(label + clip(_said(found, report, page), 1000), 4, "  -")
    for quote in found.quotes if page.verbose else telling(found.quotes):
        place = source_of(quote, short=len(report.policies) == 1)
        yield from page.paragraph(f'{place}: "{clip(quote.quote, 1000 if page.verbose else 160)}"', 6)
    asking = unique(fact for one in same for fact in one.evidence if fact.kind in ASKING and fact.origin)
    if asking:
        brought = ", ".join(unique(f"{short_key(fact)} likely from {fact.origin}" for fact in asking))
        yield from page.paragraph(brought, 6)
    if found.waiver:
        yield from page.paragraph(decision(found.waiver), 6)
    if found.draft and page.verbose:
        yield from page.paragraph(f"draft: {found.draft}", 6)


def _label(path: str, report: Report) -> str:
    """The platform where that says which app, else the file's name."""
    known = {app.path: app.platform for app in report.apps}
    alone = path in known and list(known.values()).count(known[path]) == 1
    return PLATFORMS[known[path]] if alone else clip(path.rpartition("/")[2], 40)


def _said(found: Finding, report: Report, page: Page) -> str:
    """The message, after its place where neither a quote nor the message itself tells it."""
    location = found.location
    if not location or found.quotes or location.path in found.message:
        return found.message
    if location.span or page.verbose:
        return f"{where(location, short=len(report.policies) == 1)}: {found.message}"
    member = location.path.rpartition("/")[2]
    return found.message if member in found.message else f"{member}: {found.message}"


def _advice(first: Finding, why: str, page: Page) -> Iterator[str]:
    if page.verbose and why:
        yield from page.paragraph(f"why: {why}", 4)
    if first.fix:
        yield from page.paragraph(f"fix: {first.fix}", 4)


def _gaps(report: Report, page: Page, *, only_fatal: bool = False) -> Iterator[str]:
    """The gaps that no finding speaks of already."""
    told = {(found.location, found.message) for found in report.findings if found.location}
    left = [
        gap
        for gap in all_gaps(report)
        if (gap.fatal or not only_fatal) and not any(gap.location == at and gap.reason in said for at, said in told)
    ]
    if left:
        yield page.paint("Not checked", "yellow", "bold")
    for gap in left if page.verbose else left[:SHOWN]:
        yield from page.paragraph(f"{where(gap.location)}: {gap.reason}", 4, "  -")
    if len(left) > SHOWN and not page.verbose:
        yield f"  … and {len(left) - SHOWN} more (--verbose lists them)"


def _summary(report: Report, page: Page) -> Iterator[str]:
    live = [found.severity for found in report.findings if is_live(found)]
    tone = "red" if "error" in live else "yellow" if live or all_gaps(report) else "green"
    parts = [
        findings_line(report) if report.policies or report.findings else "",
        matrix_line(report),
        gaps_line(report),
    ]
    said = " · ".join(filter(None, parts))
    if said:
        for piece in wrap(said, page.width):
            yield page.paint(piece, tone, "bold")


def _trust(report: Report, page: Page) -> Iterator[str]:
    yield from (page.paint(piece, "dim") for piece in page.paragraph(f"Trust: {trust_line(report)}", 0))
