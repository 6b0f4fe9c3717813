"""A `Report` in, terminal text out: what to conclude and fix first, the categories, the findings by who fixes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from permcheck.model import Area, Disclosure, Finding, Report
from permcheck.reports import text_table
from permcheck.reports.conclusion import AREAS, by_area, conclusion, findings_words, fix_first
from permcheck.reports.issue import Issue, by_rule, issues, open_issues
from permcheck.reports.matrix import ASKING, MANY, all_gaps, rows, telling, unique
from permcheck.reports.page import SEVERITY_TONES, SIGNS, Page, clip_words
from permcheck.reports.plain import clip, line, pad, wrap
from permcheck.reports.plain import width as width_of
from permcheck.reports.wording import (
    PLATFORMS,
    belongs,
    count,
    decision,
    findings_line,
    gaps_line,
    matrix_line,
    rejected,
    short_key,
    source_of,
    trust_line,
    where,
)

SHOWN = 8
"""Findings of one rule that are written out unless everything is asked for."""
INDENT = 18
"""Columns in front of a finding: two spaces, its severity, its rule."""


def render(
    report: Report,
    *,
    color: bool = False,
    verbose: bool = False,
    quiet: bool = False,
    width: int = 80,
    links: bool = False,
) -> str:
    """The report for a terminal of ``width`` columns; ``quiet`` is one line per product and one per lost input."""
    page = Page(color, verbose, max(40, width), links)
    parts = [_quiet(report, page)] if quiet else _all(report, page)
    sections = [list(part) for part in parts]
    return "\n\n".join("\n".join(row.rstrip() for row in section) for section in sections if section) + "\n"


def _all(report: Report, page: Page) -> Iterator[Iterable[str]]:
    yield _conclusion(report, page)
    yield _fix_first(report, page)
    yield _head(report, page)
    if report.assessments:
        if len(report.apps) >= MANY:
            yield text_table.apps(report, page)
        yield text_table.matrix(report, page)
    else:
        yield text_table.permissions(report, page)
    yield _unmentioned(report, page)
    yield from _findings(report, page)
    yield _gaps(report, page)
    yield [*_summary(report, page), *_trust(report, page)]


def _quiet(report: Report, page: Page) -> Iterator[str]:
    """One line per product, then what was lost."""
    products: dict[str, list[str]] = {}
    for app in report.apps:
        products.setdefault(app.name or app.app_id, []).append(app.path)
    names = products if len(products) > 1 else {", ".join(products) or _policies(report): [""]}
    for name, paths in names.items():
        own = [issue for issue in issues(report) if not issue.apps or len(names) == 1 or set(paths) & set(issue.apps)]
        said = findings_words(own) or "no problems found"
        yield f"{line(clip(name, 60))}: {conclusion(report) if paths == [''] else said}"
    for gap in (gap for gap in all_gaps(report) if gap.fatal):
        yield from page.paragraph(f"not read: {where(gap.location)}: {gap.reason}", 2)


def _policies(report: Report) -> str:
    return ", ".join(policy.document.path for policy in report.policies) or "permcheck"


def _conclusion(report: Report, page: Page) -> Iterator[str]:
    said = conclusion(report)
    tone = "red" if said.startswith("Not ready") else "yellow" if said.startswith("Incomplete") else "green"
    for piece in wrap(said, page.width) if said else ():
        yield page.paint(piece, tone, "bold")


def _fix_first(report: Report, page: Page) -> Iterator[str]:
    steps = fix_first(report)
    if steps:
        yield page.paint("Fix first", "bold")
    for number, step in enumerate(steps, 1):
        yield from page.paragraph(step.what, 5, f"  {number}.")
        yield from page.paragraph(" · ".join(filter(None, (step.where, step.clears))), 5)


def _head(report: Report, page: Page) -> Iterator[str]:
    for app in report.apps if len(report.apps) < MANY else ():
        rest = [app.version, app.app_id, PLATFORMS[app.platform]]
        known = " · ".join(clip(word, 200) for word in rest if word)
        yield from _linked(f"{line(clip(app.name or app.app_id, 60))} {line(known)} · ", clip(app.path, 200), page)
    for policy in report.policies:
        document = policy.document
        filled = [count(len(policy.placeholders), "unfilled passage")]
        if report.assessments or policy.disclosures:  # a run for placeholders alone reads no disclosures
            filled.insert(0, count(len(policy.disclosures), "disclosure"))
        told = " · ".join(filter(None, [document.language, *filled]))
        yield from _linked(f"Policy · {line(told)} · ", document.path, page)


def _linked(text: str, path: str, page: Page) -> Iterator[str]:
    """A row that ends with a path, which is a link where the row has room for it."""
    if width_of(text) + width_of(line(path)) <= page.width:
        yield text + page.link(line(path), path)
    else:
        yield from page.paragraph(text + path, 0)


def _unmentioned(report: Report, page: Page) -> Iterator[str]:
    """Without an app, silence is no fault: one line names what the policy says nothing of."""
    titles = [row.category.title for row in rows(report) if text_table.is_unmentioned(row)]
    if titles and not page.verbose:
        yield from page.paragraph(f"Not mentioned: {', '.join(titles)}", 2)


def _findings(report: Report, page: Page) -> Iterator[Iterable[str]]:
    """A section for each place where findings are fixed; notes are counted unless everything is asked for."""
    found = [issue for issue in issues(report) if page.verbose or issue.severity != "note"]
    groups = dict(by_area(found))
    if not page.verbose and "policy" in groups:
        groups["policy"] += groups.pop("completeness", [])
    for area, group in groups.items():
        yield _area(area, group, report, page)


def _area(area: Area, group: list[Issue], report: Report, page: Page) -> Iterator[str]:
    """Errors with what decides them, warnings with what they are about; everything under ``verbose``."""
    yield page.paint(f"{AREAS[area]}: {findings_words(group)}", "bold")
    slots = {} if page.verbose else _slots(group, report)
    topics = [] if page.verbose else [issue for issue in group if issue.area == "completeness" and issue.is_open]
    rules = by_rule(issue for issue in group if issue not in slots and issue not in topics)
    for level in SIGNS:
        for same in rules:
            if same[0].severity == level:
                yield from _rule(same, report, page)
        told = [words for issue, words in slots.items() if issue.severity == level]
        if told:
            yield from _headed(level, "PC4xx", f"Unfilled passages ({len(told)}): {' · '.join(told)}", page)
        missing = [f"{one.rule.title.rstrip('.')} ({one.rule.id})" for one in topics if one.severity == level]
        if missing:
            yield from _headed(level, "", f"{AREAS['completeness']} ({len(missing)}): {'; '.join(missing)}", page)


def _slots(group: list[Issue], report: Report) -> dict[Issue, str]:
    """The open issues that are unfilled text of a policy, with place, text and rule."""
    texts = {(slot.rule, slot.location): slot.text for policy in report.policies for slot in policy.placeholders}
    short = len(report.policies) == 1
    return {
        issue: f"{where(at, short=short)} “{clip_words(texts[issue.rule.id, at], 60)}” {issue.rule.id}"
        for issue in group
        if issue.is_open and (at := issue.first.location) and (issue.rule.id, at) in texts
    }


def _rule(same: list[Issue], report: Report, page: Page) -> Iterator[str]:
    """One finding on its own line; several of a rule below its title."""
    first = same[0]
    told = [[issue] for issue in same] if page.verbose else _merged(same)
    level, rule = first.severity if first.is_open else first.state, first.rule.id
    title = first.rule.title.rstrip(".") + (f" ({len(same)})" if len(same) > 1 else "")
    if not page.verbose and all(map(_is_brief, same)) and (len(told) > 1 or level == "warning"):
        yield from _headed(level, rule, _brief(title, told, report), page)
    elif len(told) == 1:
        yield from _headed(level, rule, _told(told[0], report, page), page)
        yield from _details(told[0], report, page)
    else:
        yield from _headed(first.severity, rule, title, page)
        yield from _listed(told, report, page)
    yield from _advice(first, page)


def _is_brief(issue: Issue) -> bool:
    """Whether the title of its rule and the name of its category say enough of an issue in a short report."""
    plain = issue.is_open and not issue.first.waiver and bool(issue.first.category)
    return plain and (issue.severity == "warning" or (issue.area == "policy" and not issue.quotes))


def _brief(title: str, told: list[list[Issue]], report: Report) -> str:
    titles = {note.id: note.title for note in report.categories}
    names = unique(_named(group[0], titles) for group in told)
    apps = unique(path for group in told for issue in group for path in issue.apps)
    where_ = _on([issue for group in told for issue in group], report) if len(apps) < len(report.apps) else ""
    return f"{': '.join(filter(None, (title, ', '.join(filter(None, names)))))} {where_}".rstrip()


def _listed(told: list[list[Issue]], report: Report, page: Page) -> Iterator[str]:
    shown = told if page.verbose else told[:SHOWN]
    for group in shown:
        state = "" if group[0].is_open else f"{group[0].state}: "
        yield from page.paragraph(clip(state + _told(group, report, page), 1000), INDENT)
        yield from _details(group, report, page)
    if len(told) > len(shown):
        yield f"{' ' * INDENT}… and {len(told) - len(shown)} more (--verbose lists them)"


def _merged(same: list[Issue]) -> list[list[Issue]]:
    """Issues that read the same together: those of many products that share a policy."""
    told: dict[tuple[object, ...], list[Issue]] = {}
    for issue in same:
        about = (issue.first.category,) if issue.first.category and not issue.quotes else issue.messages
        told.setdefault((*about, issue.quotes, issue.first.waiver), []).append(issue)
    return list(told.values())


def _headed(level: str, rule: str, text: str, page: Page) -> Iterator[str]:
    """The text behind severity and rule, which stay readable without colour."""
    sign = SIGNS.get(level, "○")
    pieces = list(page.paragraph(text, INDENT))
    head = page.paint(pad(f"  {sign} {level}", 12), SEVERITY_TONES.get(level, "dim"))
    yield f"{head}{pad(rule, INDENT - 12)}{pieces[0][INDENT:]}"
    yield from pieces[1:]


def _named(issue: Issue, titles: dict[str, str]) -> str:
    origins = unique(fact.origin for fact in issue.evidence if fact.kind in ASKING and fact.origin)
    return titles.get(issue.first.category, "") + (f" (likely from {', '.join(origins)})" if origins else "")


def _told(group: list[Issue], report: Report, page: Page) -> str:
    """What the issues say, with the apps that share them."""
    said = " ".join(_said(found, report, page) for found in _distinct(group[0], page))
    return f"{said} {_on(group, report)}".rstrip()


def _distinct(issue: Issue, page: Page) -> list[Finding]:
    """The findings that say something of their own; of those about one category the first says enough."""
    found = list({found.message: found for found in reversed(issue.findings)}.values())[::-1]
    return found[:1] if issue.first.category and not page.verbose else found


def _on(group: list[Issue], report: Report) -> str:
    """``[Android, iOS]``, or ``[12 apps]`` where there are many; nothing where one app leaves no question."""
    paths = unique(path for issue in group for path in issue.apps)
    if len(report.apps) < 2 or not paths:
        return ""
    if len(report.apps) >= MANY and len(paths) > 2:
        return f"[{len(paths)} apps]"
    return f"[{', '.join(unique(_label(path, report) for path in paths))}]"


def _label(path: str, report: Report) -> str:
    """The platform where that says which app, else the file's name."""
    known = {app.path: app.platform for app in report.apps}
    alone = path in known and list(known.values()).count(known[path]) == 1
    return PLATFORMS[known[path]] if alone else clip(path.rpartition("/")[2], 40)


def _said(found: Finding, report: Report, page: Page) -> str:
    """The message, after its place where neither a quote nor the message itself tells it."""
    location = found.location
    if not location or found.quotes or belongs(found) or location.path in found.message:
        return found.message
    if location.span or page.verbose:
        return f"{where(location, short=len(report.policies) == 1)}: {found.message}"
    member = location.path.rpartition("/")[2]
    return found.message if member in found.message else f"{member}: {found.message}"


def _details(group: list[Issue], report: Report, page: Page) -> Iterator[str]:
    """The quotes that decide, where the mention is that did not count, and who answers for what."""
    issue = group[0]
    for quote in issue.quotes if page.verbose else _deciding(issue):
        at = source_of(quote, short=len(report.policies) == 1)
        room = 1000 if page.verbose else page.width - INDENT - 2
        yield from page.paragraph(clip_words(f'{at}: "{line(quote.quote)}"', room), INDENT)
    for words in rejected(report, issue.first):
        yield from page.paragraph(words if page.verbose else clip_words(words, 2 * page.width), INDENT)
    yield from _brought(issue, page)
    if issue.first.waiver:
        yield from page.paragraph(decision(issue.first.waiver), INDENT)
    if issue.first.draft and page.verbose:
        yield from page.paragraph(f"draft: {issue.first.draft}", INDENT)


def _deciding(issue: Issue) -> tuple[Disclosure, ...]:
    """The sentences without which a person cannot judge a contradiction."""
    shown = telling(issue.quotes)
    return shown if any(quote.stance in ("denied", "denied-except") for quote in shown) else ()


def _brought(issue: Issue, page: Page) -> Iterator[str]:
    asking = unique(fact for fact in issue.evidence if fact.kind in ASKING and fact.origin)
    if asking:
        words = ", ".join(unique(f"{short_key(fact)} likely from {fact.origin}" for fact in asking))
        yield from page.paragraph(words, INDENT)


def _advice(issue: Issue, page: Page) -> Iterator[str]:
    if page.verbose and issue.rule.why:
        yield from page.paragraph(f"why: {issue.rule.why}", INDENT)
    if page.verbose and issue.first.fix:
        yield from page.paragraph(f"fix: {issue.first.fix}", INDENT)


def _gaps(report: Report, page: Page) -> Iterator[str]:
    """The gaps that no finding speaks of already."""
    told = {(found.location, found.message) for found in report.findings if found.location}
    left = [gap for gap in all_gaps(report) if not any(gap.location == at and gap.reason in said for at, said in told)]
    if left:
        yield page.paint("Not checked", "yellow", "bold")
    for gap in left if page.verbose else left[:SHOWN]:
        yield from page.paragraph(f"{where(gap.location)}: {gap.reason}", 4, "  -")
    if len(left) > SHOWN and not page.verbose:
        yield f"  … and {len(left) - SHOWN} more (--verbose lists them)"


def _summary(report: Report, page: Page) -> Iterator[str]:
    live = {issue.severity for issue in open_issues(report)}
    tone = "red" if "error" in live else "yellow" if live or all_gaps(report) else "green"
    parts = [
        findings_line(report) if report.policies or report.findings else "",
        gaps_line(report),
        matrix_line(report) if page.verbose else "",
    ]
    if live and not page.verbose:
        parts += ["how to fix one: permcheck explain RULE", "notes, fixes and quotes: --verbose"]
    for piece in wrap(" · ".join(filter(None, parts)), page.width):
        yield page.paint(piece, tone, "bold")


def _trust(report: Report, page: Page) -> Iterator[str]:
    yield from (page.paint(piece, "dim") for piece in page.paragraph(f"Trust: {trust_line(report)}", 0))
