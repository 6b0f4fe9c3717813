"""A `Report` in, a Markdown summary out: for a pull request, a job summary or a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterator

from permcheck.model import Finding, Report
from permcheck.reports.matrix import (
    ASKING,
    Row,
    all_gaps,
    is_asked,
    platforms,
    rows,
    rule_notes,
    telling,
    unique,
    worst_first,
)
from permcheck.reports.plain import clip, line
from permcheck.reports.spot import issues, message, waiver_words
from permcheck.reports.wording import (
    PLATFORMS,
    SOURCES,
    VERDICTS,
    findings_line,
    gaps_line,
    matrix_line,
    short_key,
    source_of,
    trust_line,
    where,
)

LONGEST = 300
MOST = 50
"""Findings of one severity; a job summary holds a megabyte."""
SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$]")


def render(report: Report) -> str:
    """Counters, the matrix, findings by severity with quote and fix, what is waived and what was not checked."""
    sections = (_head(report), _matrix(report), _findings(report), _waived(report), _gaps(report), _trust(report))
    written = ["\n".join(section) for section in map(list, sections) if section]
    return "\n\n".join(written) + "\n"


def _trust(report: Report) -> Iterator[str]:
    yield f"Trust: {safe(trust_line(report), 4 * LONGEST)}"


def safe(text: str, longest: int = LONGEST) -> str:
    """Text that Markdown takes for text: no markup, no mention, no reference, no link."""
    escaped = SPECIAL.sub(lambda match: f"&#{ord(match[0])};", clip(line(text), longest))
    return escaped.replace("@", "@\u200b").replace("://", ":\u200b//").replace("www.", "www\u200b.")


def _head(report: Report) -> Iterator[str]:
    yield "## permcheck"
    yield ""
    if report.policies or report.findings:
        yield f"**{findings_line(report).capitalize()}**"
    yield from (f"· {part}" for part in (matrix_line(report), gaps_line(report)) if part)
    yield ""
    for app in report.apps:
        known = f"{safe(app.name)} {safe(app.version)} ({safe(app.app_id)})"
        yield f"- {PLATFORMS[app.platform]}: {known}, {safe(app.path)}"
    for policy in report.policies:
        yield f"- Policy: {safe(policy.document.path)}"


def _matrix(report: Report) -> Iterator[str]:
    found = worst_first(rows(report))
    if not found:
        yield from _asked(report)
        return
    columns = platforms(report)
    yield from _line(["Category", *(PLATFORMS[platform] for platform in columns), "Verdict", "Where"])
    yield from _line(["---"] * (len(columns) + 3))
    for row in found:
        glyph, word = VERDICTS[row.verdict]
        asked = ["asks" if any(map(is_asked, row.on(paths))) else "" for paths in columns.values()]
        yield from _line([safe(row.category.title), *asked, f"{glyph} {word}", _where(row)])


def _asked(report: Report) -> Iterator[str]:
    """Without a policy: what each app asks for, by category."""
    titles = {note.id: note.title for note in report.categories}
    categories = dict(report.fact_categories)
    table: dict[tuple[str, str], list[str]] = {}
    for app in report.apps:
        for fact in (fact for fact in app.facts if fact.kind in ASKING):
            name = (categories.get(fact) or ("",))[0]
            table.setdefault((titles.get(name, name) or "Uncategorised", app.path), []).append(short_key(fact))
    if table:
        yield from _line(["Category", "App", "Asked by"])
        yield from _line(["---"] * 3)
    for (title, path), keys in table.items():
        yield from _line([safe(title), safe(path), safe(", ".join(unique(keys)), 4 * LONGEST)])


def _line(cells: list[str]) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |"


def _where(row: Row) -> str:
    if row.disclosures:
        return safe(", ".join(dict.fromkeys(source_of(item) for item in row.disclosures)))
    asking = sorted(row.facts, key=lambda fact: fact.kind not in ASKING)
    return safe(", ".join(unique(short_key(fact) for fact in asking)))


def _findings(report: Report) -> Iterator[str]:
    live = issues(report, live=True)
    for severity in ("error", "warning", "note"):
        level = [same for same in live if same[0].severity == severity]
        if not level:
            continue
        shut = "" if severity == "error" else "</details>"
        yield f"### {severity.capitalize()}s" if not shut else f"<details><summary>{severity.capitalize()}s</summary>"
        yield ""
        for same in level[:MOST]:
            yield from _finding(same, report)
        if len(level) > MOST:
            yield f"- and {len(level) - MOST} more"
        yield shut


def _finding(same: list[Finding], report: Report) -> Iterator[str]:
    first = same[0]
    title = rule_notes(report)[first.rule].title
    spot = f" ({safe(where(first.location))})" if first.location and first.location.span and not first.quotes else ""
    yield f"- **{first.rule}** {safe(title)}: {safe(message(same, report), 2 * LONGEST)}{spot}"
    for quote in telling(quote for found in same for quote in found.quotes):
        yield f"  - {safe(source_of(quote))} ({SOURCES[quote.source]}): “{safe(quote.quote)}”"
    if first.fix:
        yield f"  - Fix: {safe(first.fix)}"


def _waived(report: Report) -> Iterator[str]:
    found = issues(report, live=False)
    if found:
        yield "<details><summary>Waived</summary>"
        yield ""
        for same in found[:MOST]:
            yield f"- **{same[0].rule}** {safe(message(same, report))} ({safe(waiver_words(same[0]))})"
        if len(found) > MOST:
            yield f"- and {len(found) - MOST} more"
        yield ""
        yield "</details>"


def _gaps(report: Report) -> Iterator[str]:
    gaps = all_gaps(report)
    if gaps:
        yield "### Not checked"
        yield ""
        for gap in gaps[:MOST]:
            yield f"- {safe(where(gap.location))}: {safe(gap.reason)}"
        if len(gaps) > MOST:
            yield f"- and {len(gaps) - MOST} more"
