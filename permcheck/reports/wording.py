"""Parts of a `Report` in, the short words that every human format uses for them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from permcheck.model import Disclosure, Fact, Finding, Location, Obeyed, Platform, Report, Span, Stance, Verdict, Waiver
from permcheck.reports.issue import counted, issues
from permcheck.reports.matrix import all_gaps, rows

PLATFORMS: dict[Platform, str] = {"android": "Android", "ios": "iOS"}
VERDICTS: dict[Verdict, tuple[str, str]] = {
    "disclosed": ("✓", "disclosed"),
    "vague": ("~", "vague"),
    "contradicted": ("✗", "contradicted"),
    "denied": ("○", "denied"),
    "placeholder-only": ("✗", "placeholder only"),
    "silent": ("✗", "not mentioned"),
    "unsupported": ("○", "not requested"),
    "not-checked": ("?", "not checked"),
}
"""Verdict -> glyph and word; never colour alone."""
STORY: dict[Verdict, str] = {
    "disclosed": "Disclosed in the policy",
    "vague": "Mentioned only in general terms",
    "contradicted": "Requested, but denied or contradicted in the policy",
    "denied": "Denied in the policy",
    "placeholder-only": "Mentioned only in placeholder text",
    "silent": "Not mentioned in the policy",
    "unsupported": "Claimed in the policy, but requested by no app",
    "not-checked": "Could not be checked",
}
"""Verdict -> how the summary for legal review words it."""
STANCES: dict[Stance, str] = {
    "disclosed": "disclosed",
    "vague": "vague",
    "denied": "denied",
    "denied-except": "denied with an exception",
    "conditional": "conditional",
    "hedged": "hedged",
    "purpose-scoped": "denied for one purpose",
    "placeholder": "placeholder text",
}
CONFIGURED = {
    "config": "configuration",
    "waivers": "waivers of",
    "decisions": "decisions",
    "baseline": "baseline",
}
SOURCES = {"policy": "policy", "data-safety": "Data safety form", "privacy-manifest": "privacy manifest"}


def count(number: int, word: str) -> str:
    """``1 error``, ``2 errors``."""
    plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
    return f"{number} {word if number == 1 else plural}"


def place(span: Span | None) -> str:
    """``line 5``, ``lines 5-6``, ``page 3``; empty for no place."""
    if span is None:
        return ""
    if span.page is not None:
        return f"page {span.page}"
    return f"line {span.line}" if span.line == span.end_line else f"lines {span.line}-{span.end_line}"


def where(location: Location, *, short: bool = False) -> str:
    """``policy.txt:5``, ``policy.pdf, page 3``, ``app.apk!/AndroidManifest.xml (uses-permission CAMERA)``.

    ``short`` leaves the path out where a line or page says enough.
    """
    spot = place(location.span)
    if spot and short:
        return spot
    if location.span is not None and location.span.page is None:
        return f"{location.path}:{location.span.line}"
    if spot:
        return f"{location.path}, {spot}"
    return f"{location.path} ({location.anchor})" if location.anchor else location.path


def source_of(disclosure: Disclosure, *, short: bool = False) -> str:
    """Where a disclosure stands."""
    return where(disclosure.location, short=short)


def pieces(disclosure: Disclosure) -> Iterator[tuple[str, str]]:
    """The quote cut at its marks: text, and what it tells (``data``, ``deed`` or nothing)."""
    at = 0
    for start, end, what in disclosure.marks:
        if at <= start < end <= len(disclosure.quote):
            yield from (("", disclosure.quote[at:start]), (what, disclosure.quote[start:end]))
            at = end
    yield "", disclosure.quote[at:]


def short_key(fact: Fact) -> str:
    """The platform's name without the prefix that all of them share."""
    return fact.key.removeprefix("android.permission.")


def detail(fact: Fact) -> str:
    """What narrows or explains a fact: its value, condition and origin."""
    value = f'"{fact.value}"' if fact.value or fact.kind == "purpose-string" else ""
    origin = f"likely from {fact.origin}" if fact.origin else ""
    narrowed = (condition for condition in fact.condition if not condition.startswith("locale="))
    return " · ".join(filter(None, (value, *narrowed, origin)))


def decision(waiver: Waiver) -> str:
    """``waived until 2027-03-31 by J. Roe: reason``, ``rejected on 2026-11-20 by J. Roe: reason`` and the like."""
    by = f" by {waiver.owner}" if waiver.owner else ""
    if waiver.kind == "baseline":
        return waiver.reason
    if waiver.status == "expired":
        return f"{waiver.kind}{by} expired{f' on {waiver.expires}' if waiver.expires else ''}: {waiver.reason}"
    if waiver.status == "active":
        return f"waived{f' until {waiver.expires}' if waiver.expires else ''}{by}: {waiver.reason}"
    word = "rejected" if waiver.status == "rejected" else "marked will fix"
    return f"{word}{f' on {waiver.decided}' if waiver.decided else ''}{by}: {waiver.reason}"


def findings_line(report: Report) -> str:
    """``3 errors, 1 warning, 1 note, 2 known, 1 waived``: only what there is; an issue counts once on all builds."""
    totals = counted(issues(report))
    said = [count(number, level) for level in ("error", "warning", "note") if (number := getattr(totals, level))]
    settled = [f"{number} {word}" for word in ("known", "waived") if (number := getattr(totals, word))]
    return ", ".join([*(said or ["no findings"]), *settled])


def placed_lines(locations: Iterable[Location], *, short: bool = False) -> str:
    """``policy.txt, lines 2, 4, 50-51``; for a PDF its pages; empty where nothing has a line or page.

    ``short`` puts ``policy`` for the path, where there is only one.
    """
    places: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    for location in locations:
        span = location.span
        if span is None:
            continue
        spot = place(span).partition(" ")[2]
        unit = "page" if span.page is not None else "line"
        places.setdefault((location.path, unit), {})[spot] = (span.page or 0, span.line)
    said = []
    for (path, unit), found in places.items():
        spots = sorted(found, key=lambda spot: found[spot])
        plural = "s" if len(spots) > 1 or "-" in spots[0] else ""
        said.append(f"{'policy' if short else path}, {unit}{plural} {', '.join(spots)}")
    return "; ".join(said)


def matrix_line(report: Report) -> str:
    """``8 categories: 2 disclosed, 3 not mentioned``; empty where nothing was judged."""
    found = rows(report)
    verdicts = Counter(row.verdict for row in found)
    said = [f"{verdicts[verdict]} {word}" for verdict, (_, word) in VERDICTS.items() if verdicts[verdict]]
    return f"{count(len(found), 'category')}: {', '.join(said)}" if found else ""


def gaps_line(report: Report) -> str:
    """``2 parts not checked``; empty where everything was read."""
    number = len(all_gaps(report))
    return f"{count(number, 'part')} not checked" if number else ""


def trust_line(report: Report) -> str:
    """What the run went by beside its inputs, and what that changed: every report says so, in one sentence."""
    mappings = [item for item in report.obeyed if item.kind == "mappings"]
    others = [item for item in report.obeyed if item.kind != "mappings"]
    head = f"mappings {report.mappings_digest[:12]} {'with' if mappings else 'as shipped'}"
    said = [" ".join([head, ", and ".join(map(_obeyed, mappings))]).strip(), *map(_obeyed, others)]
    if not others:
        said.append("no configuration, waivers, decisions or baseline")
    return f"{'; '.join(said)}."


def _obeyed(item: Obeyed) -> str:
    kind = "" if item.kind == "mappings" else f"{CONFIGURED[item.kind]} "
    found = "" if item.named else "found in the working directory, "
    return f"{kind}{item.path} ({found}{item.digest[:12]}): {item.effect}"


def belongs(found: Finding) -> bool:
    """Whether the place of a finding is not that of a text, but where the missing sentence belongs."""
    return bool(found.category and found.document and not found.quotes and found.location and found.location.span)


def rejected(report: Report, found: Finding) -> Iterator[str]:
    """``line 41 mentions it, but ...`` for each mention that was read and does not count, of what nothing discloses."""
    if found.category and not found.quotes:
        short = len(report.policies) == 1
        for item in (item for policy in report.policies for item in policy.rejections):
            if item.category == found.category:
                yield f'{where(item.location, short=short)} mentions it, but {item.why}: "{item.quote}"'
