"""A `Report` in; what a person can act on out: one line that says whether it may ship, and what to fix first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from permcheck.model import AppFacts, Area, Finding, Report, Verdict
from permcheck.reports.issue import Counts, Issue, counted, issues, open_issues
from permcheck.reports.matrix import ASKING, WORST_FIRST, all_gaps, is_asked, rows, unique
from permcheck.reports.wording import PLATFORMS, belongs, count, placed_lines, short_key

AREAS: dict[Area, str] = {
    "policy": "Policy text",
    "completeness": "Policy completeness",
    "bundle": "App bundle",
    "store": "Store forms",
    "run": "This run: inputs and waivers",
}
"""Where findings are fixed, in the order of a report, with its heading."""
FIRST = 3
"""Changes that a report names before anything else."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change that clears findings: what to do, where, and the issues that go with it."""

    what: str
    where: str
    issues: tuple[Issue, ...]

    @property
    def clears(self) -> str:
        """``clears 4 errors, 1 warning``."""
        return f"clears {severities(counted(self.issues))}"


def conclusion(report: Report) -> str:
    """One sentence that a person can act on; empty where nothing was checked."""
    if not report.policies and not report.findings and not report.gaps:
        return _listed(report)
    found = issues(report)
    totals = counted(found)
    unread = _unread(report)
    if totals.error:
        head = f"Not ready: {_placed(found, 'error', 'must-fix')}"
        return _sentence([head, *unread, *_settled(totals)])
    if unread:
        left = [f"{_placed(found, 'warning', 'to review')}"] if totals.warning else []
        return _sentence([f"Incomplete: {unread[0]}", *unread[1:], "nothing must be fixed in the rest", *left])
    if totals.warning:
        return _sentence(["Ready: nothing must be fixed", _placed(found, "warning", "to review"), *_settled(totals)])
    notes = [count(totals.note, "note")] if totals.note else []
    return _sentence([f"Ready: no problems found{_covered(report)}", *notes, *_settled(totals)])


def severities(totals: Counts) -> str:
    """``3 errors, 1 warning``, only what counts."""
    said = [count(number, level) for level in ("error", "warning", "note") if (number := getattr(totals, level))]
    return ", ".join(said)


def findings_words(found: Iterable[Issue]) -> str:
    """``2 errors, 1 waived``: what a section of findings holds."""
    totals = counted(found)
    return ", ".join(filter(None, [severities(totals), *_settled_words(totals)]))


def _settled_words(totals: Counts) -> list[str]:
    return [f"{number} {word}" for word in ("known", "waived") if (number := getattr(totals, word))]


def by_badness(report: Report) -> list[tuple[AppFacts, Counts, dict[Verdict, int]]]:
    """Each app with its open findings and how many categories have which verdict; the worst app first."""
    found = open_issues(report)
    lines = []
    for app in report.apps:
        verdicts = Counter(cell.verdict for cell in report.assessments if cell.app == app.path)
        totals = counted(issue for issue in found if app.path in issue.apps)
        lines.append((app, totals, {verdict: verdicts[verdict] for verdict in WORST_FIRST if verdicts[verdict]}))
    return sorted(lines, key=lambda line: _weight(line[1]), reverse=True)


def by_area(found: Iterable[Issue]) -> list[tuple[Area, list[Issue]]]:
    """The issues by where they are fixed."""
    groups: dict[Area, list[Issue]] = {area: [] for area in AREAS}
    for issue in found:
        groups[issue.area].append(issue)
    return [(area, group) for area, group in groups.items() if group]


def fix_first(report: Report, most: int = FIRST) -> list[Step]:
    """The changes that clear the most open findings, errors before warnings; notes alone ask for no change."""
    groups: dict[str, list[Issue]] = {}
    for issue in issues(report):
        if issue.is_open:
            groups.setdefault(_change(issue), []).append(issue)
    serious = [group for group in groups.values() if any(issue.severity != "note" for issue in group)]
    ranked = sorted(serious, key=lambda group: _weight(counted(group)), reverse=True)
    return [_step(group, report) for group in ranked[:most]]


def _weight(totals: Counts) -> tuple[int, int, int]:
    return totals.error, totals.warning, totals.note


def _change(issue: Issue) -> str:
    return issue.rule.change or f"{issue.area} {issue.rule.id}"


def _step(group: list[Issue], report: Report) -> Step:
    first = group[0]
    what = first.rule.change or _first_sentence(first.first.fix or first.rule.title)
    titles = {note.id: note.title for note in report.categories}
    about = unique(titles.get(issue.first.category, "") for issue in group)
    if what.endswith(":"):
        what = f"{what} {', '.join(filter(None, about))}" if any(about) else what.rstrip(":")
    return Step(what, _where(group, report), tuple(group))


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".")


def _where(group: list[Issue], report: Report) -> str:
    """The lines of the policies, else the members of the bundles."""
    found = [one for issue in group for one in issue.findings]
    lines = placed_lines((one.location for one in found if one.location), short=len(report.policies) == 1)
    if lines:
        sections = unique(one.location.anchor for one in found if one.location and belongs(one))
        return f"{lines} (“{sections[0]}”)" if len(sections) == 1 and sections[0] else lines
    members = unique(one.location.path for one in found if one.location and "!/" in one.location.path)
    places = members or unique(_named(one, report) for one in found)
    more = f" and {len(places) - 2} more" if len(places) > 2 else ""
    return ", ".join(place for place in places[:2] if place) + more


def _named(found: Finding, report: Report) -> str:
    path = found.document or found.app or next((policy.document.path for policy in report.policies), "")
    asking = ", ".join(unique(short_key(fact) for fact in found.evidence if fact.kind in ASKING)[:2])
    return f"{path} ({asking})" if asking and path == found.app else path


def _placed(found: Iterable[Issue], severity: str, word: str) -> str:
    """``11 must-fix in the policy, 2 in the iOS bundle``, most first."""
    numbers: dict[str, int] = {}
    for issue in found:
        if issue.is_open and issue.severity == severity:
            place = _place(issue)
            numbers[place] = numbers.get(place, 0) + 1
    ranked = sorted(numbers.items(), key=lambda pair: -pair[1])
    (place, number), *rest = ranked
    return ", ".join([f"{number} {word} in {place}", *(f"{n} in {p}" for p, n in rest)])


def _place(issue: Issue) -> str:
    if issue.area in ("policy", "completeness"):
        return "the policy"
    if issue.area == "store":
        return "the store forms"
    if issue.area == "run":
        return "the inputs or waivers"
    words = " and ".join(PLATFORMS[platform] for platform in issue.platforms)
    several = len(issue.apps) > 1
    return f"the {words} bundle{'s' * several}" if words else "the bundle"


def _unread(report: Report) -> list[str]:
    """What could not be read or judged, so that nobody takes it for a pass."""
    lost = sum(gap.fatal for gap in all_gaps(report))
    open_rows = sum(any(is_asked(cell) and cell.verdict == "not-checked" for cell in row.cells) for row in rows(report))
    said = [f"{count(lost, 'input')} could not be read"] if lost else []
    if open_rows:
        said.append(f"the policy could not be checked for {count(open_rows, 'category')}")
    return said


def _settled(totals: Counts) -> list[str]:
    """What does not count, by why."""
    said = [f"{totals.known} known from the baseline"] if totals.known else []
    return said + ([f"{totals.waived} waived"] if totals.waived else [])


def _covered(report: Report) -> str:
    asked = [row for row in rows(report) if any(map(is_asked, row.cells))]
    if asked and all(row.verdict == "disclosed" for row in asked):
        apps = "apps" if len(report.apps) > 1 else "app"
        categories = count(len(asked), "category")
        return f", and the policy discloses {'all ' * (len(asked) > 1)}{categories} the {apps} can access"
    return ""


def _listed(report: Report) -> str:
    """For a list of permissions, which no policy was compared with."""
    names = {name for fact, names in report.fact_categories if fact.kind in ASKING for name in names[:1]}
    if not report.apps:
        return ""
    apps = count(len(report.apps), "app")
    return f"{apps} can access {count(len(names), 'category')} of data and functions; no policy was compared."


def _sentence(parts: list[str]) -> str:
    return f"{'; '.join(parts)}."
