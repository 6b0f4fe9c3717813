"""A `Report` in, a Markdown summary out: for a pull request, a job summary or a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterator

from permcheck.model import Report
from permcheck.reports.conclusion import AREAS, by_area, by_badness, conclusion, findings_words, fix_first, severities
from permcheck.reports.issue import Issue, counted, issues, open_issues
from permcheck.reports.matrix import (
    ASKING,
    MANY,
    Row,
    all_gaps,
    is_asked,
    platforms,
    rows,
    telling,
    unique,
    worst_first,
)
from permcheck.reports.plain import clip, line
from permcheck.reports.spot import message, settled, waiver_words
from permcheck.reports.wording import (
    PLATFORMS,
    SOURCES,
    VERDICTS,
    belongs,
    findings_line,
    gaps_line,
    matrix_line,
    rejected,
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
    """Conclusion, what to fix first, matrix, findings by who fixes them, what does not count or was not read."""
    sections = (
        _head(report),
        _fix_first(report),
        _inputs(report),
        _apps(report),
        _matrix(report),
        _findings(report),
        _settled(report),
        _gaps(report),
        _trust(report),
    )
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
    if conclusion(report):
        yield ""
        yield f"**{safe(conclusion(report))}**"
    counters = (
        findings_line(report) if report.policies or report.findings else "",
        matrix_line(report),
        gaps_line(report),
        report.date,
    )
    if any(counters):
        yield ""
        yield " · ".join(filter(None, counters))


def _fix_first(report: Report) -> Iterator[str]:
    steps = fix_first(report)
    if steps:
        yield "### Fix first"
        yield ""
    for number, step in enumerate(steps, 1):
        yield f"{number}. {safe(step.what)} ({', '.join(filter(None, (safe(step.where), step.clears)))})"


def _inputs(report: Report) -> Iterator[str]:
    for app in report.apps if len(report.apps) < MANY else ():
        known = f"{safe(app.name)} {safe(app.version)} ({safe(app.app_id)})"
        yield f"- {PLATFORMS[app.platform]}: {known}, {safe(app.path)}"
    for policy in report.policies:
        yield f"- Policy: {safe(policy.document.path)}"


def _apps(report: Report) -> Iterator[str]:
    """A line per app where there are many, worst first."""
    if len(report.apps) < MANY:
        return
    yield from _line(["App", "Platform", "Version", "Errors", "Warnings", "Notes", "Categories"])
    yield from _line(["---"] * 7)
    for app, totals, verdicts in by_badness(report):
        words = ", ".join(f"{number} {VERDICTS[verdict][1]}" for verdict, number in verdicts.items())
        named = [safe(app.name or app.app_id), PLATFORMS[app.platform], safe(app.version)]
        yield from _line([*named, str(totals.error), str(totals.warning), str(totals.note), words])


def _matrix(report: Report) -> Iterator[str]:
    found = worst_first(rows(report))
    if not found:
        yield from _asked(report)
        return
    columns = platforms(report)
    yield from _line(["Category", *(PLATFORMS[platform] for platform in columns), "Policy", "Where"])
    yield from _line(["---"] * (len(columns) + 3))
    for row in found:
        glyph, word = VERDICTS[row.verdict]
        asked = [_requested(row, paths) for paths in columns.values()]
        yield from _line([safe(row.category.title), *asked, f"{glyph} {word}", _where(row)])


def _requested(row: Row, paths: list[str]) -> str:
    asking = sum(map(is_asked, row.on(paths)))
    if len(paths) == 1 or not asking:
        return "yes" if asking else ""
    return f"{asking} of {len(paths)}"


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
        yield from _line(["Category", "App", "Requested by"])
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
    """A section for each place where findings are fixed; warnings and notes fold away."""
    for area, group in by_area(open_issues(report)):
        words = f"{AREAS[area]}: {severities(counted(group))}"
        errors = [issue for issue in group if issue.severity == "error"]
        others = [issue for issue in group if issue.severity != "error"]
        yield f"### {words}"
        yield ""
        yield from _listed(errors, report)
        if others:
            yield from ([""] if errors else [])
            yield f"<details><summary>{severities(counted(others))}</summary>"
            yield ""
            yield from _listed(others, report)
            yield ""
            yield "</details>"
        yield ""


def _listed(found: list[Issue], report: Report) -> Iterator[str]:
    for issue in found[:MOST]:
        yield from _finding(issue, report)
    if len(found) > MOST:
        yield f"- and {len(found) - MOST} more"


def _finding(issue: Issue, report: Report) -> Iterator[str]:
    first = issue.first
    here = first.location
    spot = f" ({safe(where(here))})" if here and here.span and not first.quotes and not belongs(first) else ""
    level = "" if issue.severity == "error" else f" {issue.severity}"
    yield f"- **{issue.rule.id}**{level}: {safe(message(issue, report), 2 * LONGEST)}{spot}"
    for quote in telling(issue.quotes):
        yield f"  - {safe(source_of(quote))} ({SOURCES[quote.source]}): “{safe(quote.quote)}”"
    for words in rejected(report, first):
        yield f"  - {safe(words)}"
    if first.fix:
        yield f"  - Fix: {safe(first.fix, 2 * LONGEST)}"


def _settled(report: Report) -> Iterator[str]:
    """What does not count, and why."""
    found = [issue for issue in issues(report) if not issue.is_open]
    if found:
        yield f"<details><summary>{findings_words(found).capitalize()}</summary>"
        yield ""
        for issue in found[:MOST]:
            why = waiver_words(issue.first) or settled(issue)
            yield f"- **{issue.rule.id}** {safe(message(issue, report))} ({safe(why)})"
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
